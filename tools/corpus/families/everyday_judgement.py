"""Everyday judgement: service due, plausible values, tools for jobs, weights, floating, units."""
import words as w
from task import Task, family, options, pick_labels

THEME = "chemistry and domain commonsense"
MACHINES = ["car", "van", "truck", "tractor", "forklift", "bus", "taxi", "mower", "boat", "loader", "harvester", "digger", "scooter",
            "crane", "generator", "pickup"]


@family(area="safety", theme=THEME, difficulty="medium")
def service_is_due(r):
    """Is a machine due for service, by distance or time, whichever comes first?"""
    due, fine = pick_labels(r, [("DUE", "OK"), ("service", "drive on"), ("yes", "no"), ("book", "wait"), ("overdue", "current"),
                                ("now", "later"), ("1", "0")])
    distance, unit = r.choice([(10000, "km"), (12000, "km"), (15000, "km"), (20000, "km"), (500, "hours"), (250, "hours"), (30000, "km"),
                               (8000, "miles")])
    months = r.choice([6, 9, 12, 18, 24])
    both = r.random() < 0.25

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            run = r.choice([distance, r.randint(distance // 10, distance - 1), r.randint(distance // 10, distance - 1),
                            r.randint(distance, distance * 2)])
            age = r.choice([months, r.randint(1, months), r.randint(1, months), r.randint(months, months * 2)])
            flags = (run >= distance, age >= months)
            if (all(flags) if both else any(flags)) == wanted:
                break
        line = r.choice(["{m} {k}: {r} {u} and {a} months since service", "{m} of {f}, last service {a} months and {r} {u} ago",
                         "{r} {u}, {a} months on the {m} from {c}", "service log {m}-{k}: +{r} {u}, +{a} months",
                         "{f} drove the {m} {r} {u} in the {a} months after its service", "the {m} in {c} ran {r} {u} since service {a} "
                         "months back"])
        return line.format(m=r.choice(MACHINES), k=r.randint(2, 99), r=run, u=unit, a=age, f=w.first(r),
                           c=w.city(r)), due if wanted else fine

    rule = f"{distance} {unit} {'and' if both else 'or'} {months} months"
    more = "both reached" if both else "whichever comes first"
    return Task(
        key=(due, distance, unit, months, both), labels=(due, fine), pair=pair,
        terse=[f"{due} if {rule} since service are reached or passed{'' if both else f', {more}'}; else {fine}",
               f"service interval {rule} ({more}; the exact value counts as reached): {due} or else {fine}"],
        casual=[f"we service after {rule}, {more}. is it time? {due} if so (exactly at the limit too), {fine} otherwise",
                f"tell me {due} once the machine has {rule} on it since the last service ({more}), {fine} before that"],
        detailed=["The input tells how far a machine has run and how many months have passed since its service. Service is due from "
                  f"{rule} on, {more}. Return {due} if it is due, and {fine} if it is not.",
                  f"Apply a maintenance interval of {rule} ({more}). Reaching a limit exactly is enough. The answer for a machine that "
                  f"needs its service is {due}, for any other {fine}."])


MEASURES = [("adult height", "cm", (140, 215)), ("newborn weight", "g", (1500, 5500)), ("body temperature", "°C", (34, 42)),
            ("car price", "dollars", (900, 200000)), ("marathon time", "minutes", (120, 480)), ("flight to another continent", "hours", (4,
                20)),
            ("room height", "cm", (200, 500)), ("coffee price", "dollars", (1, 9)), ("novel length", "pages", (60, 1500)),
            ("boiled egg", "minutes", (3, 15)), ("dog weight", "kg", (1, 100)), ("human age", "years", (0, 120)),
            ("shoe price", "dollars", (10, 600)), ("film length", "minutes", (60, 240)), ("school class", "pupils", (5, 45)),
            ("bread baking", "minutes", (20, 90)), ("city bus ride", "minutes", (2, 120)), ("office salary a month", "dollars", (800,
                30000)),
            ("laptop weight", "g", (700, 4500)), ("summer noon in Spain", "°C", (15, 48)), ("bicycle speed", "km/h", (5, 80)),
            ("pencil length", "cm", (5, 25)), ("pregnancy", "weeks", (22, 43)), ("football crowd", "people", (10, 130000)),
            ("night's sleep", "hours", (2, 14)), ("phone call", "minutes", (1, 300)), ("monthly rent", "dollars", (150, 12000)),
            ("apple weight", "g", (50, 500)), ("door height", "cm", (170, 300)), ("pool depth", "cm", (40, 500))]


@family(area="safety", theme=THEME, difficulty="medium")
def value_is_plausible(r):
    """Is a value within the plausible range that the spec states for its kind?"""
    low, ok, high = pick_labels(r, [("too low", "plausible", "too high"), ("LOW", "OK", "HIGH"), ("below", "inside", "above"),
                                    ("-", "=", "+"), ("under", "fine", "over"), ("tiny", "normal", "huge")])
    rows, two = r.sample(MEASURES, 3), r.random() < 0.4
    odd = r.choice(["suspicious", "odd", "check", "typo", "implausible value"])

    def pair(r):
        name, unit, (least, most) = r.choice(rows)
        wanted = r.randint(0, 2) if least > 0 else r.randint(1, 2)
        if two:
            wanted = 1 if r.random() < 0.5 else r.choice([0, 2]) if least > 0 else 2
        value = [r.randint(least // 8, least - 1) if least else 0, r.choice([least, most, r.randint(least, most), r.randint(least, most)]),
                 r.choice([most * r.randint(2, 12), most + r.randint(1, most)])][wanted]
        line = r.choice(["{n}: {v} {u}", "{v} {u} ({n})", "{f} entered {n} = {v} {u}", "row {k}: {n}, {v} {u}", "{n} in {c}: {v} {u}",
                         "form {k} says {n} {v} {u}", "{f}, {c}: {n} {v} {u}", "{n} is given as {v} {u}"])
        answer = (ok if wanted == 1 else odd) if two else (low, ok, high)[wanted]
        return line.format(n=name, v=value, u=unit, f=w.first(r), c=w.city(r), k=r.randint(2, 999)), answer

    table = "; ".join(f"{n} {a}-{b} {u}" for n, u, (a, b) in rows)
    labels = (ok, odd) if two else (low, ok, high)
    rule = f"inside the range: {ok}; outside: {odd}" if two else f"under the range: {low}; inside: {ok}; over it: {high}"
    return Task(
        key=(labels, sorted(table)), labels=labels, pair=pair,
        terse=[f"{table} (ends are inside). {rule[0].upper() + rule[1:]}", f"{rule}. Ranges, ends inside: {table}"],
        casual=[f"is this value believable? {rule}. the ranges are {table}, the ends still count as inside",
                f"use these ranges, with both ends included: {table}. answers: {rule}"],
        detailed=[f"The input states a measured or entered value. The plausible ranges, ends included, are: {table}. Return one word by "
                  f"this rule: {rule}.",
                  f"Screen an entry for typing errors with these ranges: {table}. Both ends of a range belong to it. The output: {rule}. "
                  "Other numbers in the text, such as a row number, do not matter."])


TOOL_JOBS = {
    "hammer": ["drive a nail into the {x}", "knock in the tacks of the {x}", "pound the loose nail flat on the {x}"],
    "saw": ["cut a board in two for the {x}", "shorten the leg of the wooden {x}", "cut off a branch near the {x}"],
    "screwdriver": ["tighten the screw of the {x}", "take the screws out of the {x}", "fasten the hinge of the {x} with screws"],
    "drill": ["make a round hole in the wall for the {x}", "bore a hole through the {x}", "make six holes in the board for the {x}"],
    "wrench": ["loosen the nut under the {x}", "tighten a bolt on the {x}", "undo the big bolt of the {x}"],
    "paintbrush": ["put blue color on the {x}", "give the {x} a coat of varnish", "paint the {x} green"],
    "ladder": ["reach the lamp high above the {x}", "get up to the roof over the {x}", "climb to the top shelf behind the {x}"],
    "tape measure": ["find out how long the {x} is", "check the width of the {x}", "measure the room for the {x}"],
    "broom": ["sweep the dust around the {x}", "sweep up the leaves by the {x}", "clear crumbs off the floor under the {x}"],
    "scissors": ["cut the paper for the {x}", "trim the ribbon on the {x}", "cut a thread off the {x}"],
    "shovel": ["dig a hole beside the {x}", "dig up the soil by the {x}", "dig out the gravel next to the {x}"],
    "needle": ["sew the button on the {x}", "stitch the torn cloth of the {x}", "sew up the seam of the {x}"],
    "iron": ["press the creases out of the {x} cover", "smooth the wrinkled cloth of the {x}",
             "get the wrinkles out of a shirt by the {x}"], "thermometer": ["find out how warm the {x} is",
                                                                            "check the temperature in the {x}",
                                                                            "see if the {x} is above 20 degrees"],
    "flashlight": ["see in the dark behind the {x}", "find the keys in the dark {x}", "light up the dark corner by the {x}"],
    "scale": ["find out how heavy the {x} is", "weigh the {x}", "see how many kilos the {x} has"],
    "bucket": ["carry water to the {x}", "catch the drips under the {x}", "fetch ten liters of water for the {x}"],
    "umbrella": ["stay dry in the rain on the way to the {x}", "walk to the {x} through heavy rain", "keep the rain off at the {x}"]}


SIMILAR = {"screwdriver": "drill wrench", "wrench": "screwdriver", "drill": "hammer screwdriver", "hammer": "wrench", "saw": "scissors",
           "scissors": "saw", "shovel": "bucket", "ladder": "hammer"}


@family(area="safety", theme=THEME, difficulty="easy")
def tool_for_job(r):
    """The tool of a list that a job needs."""
    tools = r.sample(sorted(TOOL_JOBS), r.choice([4, 5]))
    upper, number, edge = r.random() < 0.3, r.random() < 0.3, r.choice(["none", "other", "-", "no tool"])
    names = {tool: str(at) if number else tool.upper() if upper else tool for at, tool in enumerate(tools, 1)}

    def pair(r):
        inside = r.random() < 0.83
        tool = r.choice(tools if inside else [t for t in sorted(TOOL_JOBS) if t not in tools
                                              and not set(SIMILAR.get(t, "").split()) & set(tools)])
        job = r.choice(TOOL_JOBS[tool]).format(x=r.choice([n for n in w.NOUNS if n not in TOOL_JOBS
                                                           and n not in ("screw", "paint", "ladder", "bucket")]))
        line = r.choice(["{f} wants to {j}", "how do I {j}?", "I have to {j}", "{f} from {c} has to {j}", "please {j}", "today we {j}",
                         "task {k}: {j}", "on {d} {f} must {j}"])
        return line.format(j=job, f=w.first(r), c=w.city(r), k=r.randint(2, 99), d=r.choice(w.WEEKDAYS)), names[tool] if inside else edge

    listing = ", ".join(f"{names[t]} = {t}" if number else names[t] for t in tools)
    what = "the number of the tool" if number else "the tool"
    return Task(
        key=(listing, edge), labels=(*names.values(), edge), pair=pair,
        terse=[f"Job -> {what}: {listing}; {edge} if none of these serves", f"Which does it take? {listing}, or {edge}"],
        casual=[f"tell me {what} for the job, out of {listing}. if none of them is the right one say {edge}",
                f"our box has {listing}. which one is made for this? if none is, {edge}"],
        detailed=[f"The input describes a job. Return {what} that is made for it: {listing}. If it calls for something that is not in this "
                  f"list, return {edge}.",
                  f"Choose the usual tool for a job from {listing}. Give {what}, nothing more. When the usual tool is missing from the "
                  f"list, the answer is {edge}."])


WEIGHTS = {"feather": 0.01, "paper clip": 1, "grain of rice": 0.03, "ant": 0.005, "postage stamp": 0.06, "mosquito": 0.0025, "coin": 6,
           "egg": 60, "mouse": 25, "apple": 180, "smartphone": 190, "hammer": 700, "brick": 3000, "cat": 4500,
           "bowling ball": 6000, "bicycle": 13000, "car tire": 10000, "sofa": 50000, "adult man": 80000, "piano": 300000, "horse": 500000,
           "cow": 650000, "car": 1400000, "elephant": 5000000, "bus": 12000000, "blue whale": 130000000,
           "jumbo jet": 300000000, "cruise ship": 1e11, "pencil": 7, "cherry": 8, "watermelon": 7000, "refrigerator": 80000,
           "hippo": 1800000, "locomotive": 1e8, "newborn baby": 3400, "backpack of books": 9000, "tea bag": 2.5, "oil tanker": 3e11,
           "chicken": 2500, "goldfish": 30, "lion": 190000, "canoe": 30000, "laptop": 1600, "tennis ball": 58, "potato": 200,
           "washing machine": 70000, "snowflake": 0.002, "teaspoon": 25, "truck": 15000000, "sheep": 75000}


@family(area="safety", theme=THEME, difficulty="easy")
def heavier_thing(r):
    """The heavier (or lighter) of two everyday things."""
    heavy, mode = r.random() < 0.6, r.choice(["name", "position", "position", "first"])
    first, second = pick_labels(r, [("first", "second"), ("1", "2"), ("A", "B"), ("left", "right"), ("former", "latter"),
                                    ("FIRST", "SECOND"), ("one", "two")])
    yes, no = pick_labels(r, [("yes", "no"), ("TRUE", "FALSE"), ("correct", "wrong"), ("Y", "N")])
    upper = r.random() < 0.3

    def pair(r):
        while True:
            a, b = r.sample(sorted(WEIGHTS), 2)
            if max(WEIGHTS[a], WEIGHTS[b]) >= 6 * min(WEIGHTS[a], WEIGHTS[b]):
                break
        wins = (WEIGHTS[a] > WEIGHTS[b]) == heavy
        x, y = (f"{r.choice(['a', 'one', 'the'])} {name}" for name in (a, b))
        x, y = (t.replace("a a", "an a").replace("a e", "an e").replace("a o", "an o") if t.startswith("a ") else t for t in (x, y))
        line = r.choice(["{x} or {y}", "{x} versus {y}", "compare {x} and {y}", "{f} holds {x} against {y}", "{x}, {y}",
                         "{x} on the left, {y} on the right", "put {x} beside {y}", "pair {k}: {x}; {y}"])
        answer = {"name": (a if wins else b).upper() if upper else a if wins else b, "position": first if wins else second, "first": yes
                  if wins else no}[mode]
        return line.format(x=x, y=y, f=w.first(r), k=r.randint(2, 99)), answer

    word = "heavier" if heavy else "lighter"
    ask = {"name": f"the {word} thing, {'in capitals' if upper else 'as written'}, without its article",
           "position": f"{first} if the thing mentioned first is {word}, {second} if the other is",
           "first": f"{yes} if the thing mentioned first is {word} than the other, else {no}"}[mode]
    return Task(
        key=(heavy, mode, {"name": upper, "position": first, "first": yes}[mode]), labels={"name": None, "position": (first, second),
            "first": (yes, no)}[mode], pair=pair,
        terse=[f"two things of usual size -> {ask}", f"Weights compared: {ask}"],
        casual=[f"think of ordinary examples of both and give me {ask}", f"which weighs {'more' if heavy else 'less'}? answer with {ask}"],
        detailed=[f"The input names two things. Think of typical, full-grown and full-sized examples. Return {ask}.",
                  f"Compare what two things usually weigh. The output is {ask}. Nothing else is wanted."])


@family(area="safety", theme=THEME, difficulty="hard")
def float_or_sink(r):
    """Does an object float in a liquid of stated density?"""
    up, down = pick_labels(r, [("floats", "sinks"), ("FLOAT", "SINK"), ("up", "down"), ("top", "bottom"), ("yes", "no"), ("1", "0"),
                               ("swims", "drowns")])
    liquid, density = r.choice([("water", 1.0), ("salt water", 1.2), ("oil", 0.8), ("alcohol", 0.8), ("syrup", 1.4), ("brine", 1.1),
                                ("honey", 1.5), ("glycerol", 1.3), ("petrol", 0.7), ("acid", 1.8)])
    number = r.random() < 0.3
    solids = "cube block ball rod disc cone plate ring brick figure bead cylinder lump toy stone float plug cork model".split()

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            volume, ten = r.choice([10, 20, 30, 40, 50, 60, 80, 100, 200]), r.randint(max(3, int(density * 10) - 6), int(density * 10) + 9)
            if ten != round(density * 10) and (ten < round(density * 10)) == wanted:
                break
        mass = volume * ten // 10
        line = r.choice(["{a} {s}: {m} g, {v} cm3", "a {s} of {m} g and {v} cm3", "{s} {k}, mass {m} g, volume {v} cm3",
                         "{f} drops in a {a} {s} ({v} cm3, {m} g)", "volume {v} cm3, mass {m} g, {a} {s}",
                         "{m} g in {v} cm3: the {s} from {c}"])
        text = line.format(a=r.choice(w.COLORS), s=r.choice(solids), m=mass, v=volume, k=r.choice("ABCDEFGH"), f=w.first(r), c=w.city(r))
        return text, f"{ten / 10:.1f}" if number else up if wanted else down

    ask = ("the density, mass divided by volume, in g/cm3 with one decimal" if number else f"{up} if mass divided by volume is below "
           f"{density} g/cm3, {down} if it is above")
    where = "" if number else f" in {liquid} ({density} g/cm3)"
    return Task(
        key=("number", liquid) if number else (up, liquid, density), labels=None if number else (up, down), pair=pair,
        terse=[f"object{where} -> {ask}", f"Give {ask}"],
        casual=[f"an object comes with grams and cubic centimeters. tell me {ask}", f"work out g per cm3 for the thing{where} and answer "
                f"with {ask}"],
        detailed=[f"The input gives the mass in g and the volume in cm3 of an object{' that is put' + where if where else ''}. Return "
                  f"{ask}.",
                  f"Compute the density of the object from its mass and volume. The output is {ask}. The order of the two values varies, "
                  "so go by their units."])


UNIT_JOBS = {"mm": ["the thickness of a coin", "the width of a pencil lead", "the length of an ant", "the thickness of a credit card"],
             "m": ["the length of a swimming pool", "the height of a tree", "the height of a house", "the length of a football field"],
             "km": ["the distance between {a} and {b}", "the length of a long river", "the rail distance from {a} to {b}",
                    "the road from {a} to {b}"], "g": ["the weight of a letter", "the weight of a mouse", "the sugar in a cup of tea",
                                                       "the weight of a tomato"],
             "kg": ["the weight of a dog", "the weight of a person", "the weight of a bicycle", "the weight of a full suitcase"],
             "t": ["the weight of a loaded truck", "the weight of an elephant herd", "the cargo of a ship to {a}",
                   "the weight of a locomotive"],
             "ml": ["the cough syrup on a spoon", "the ink in a pen", "the perfume in a small bottle", "a dose of eye drops"],
             "l": ["the water in a bathtub", "the fuel in a car tank", "the paint for a big room", "the water in a rain barrel"],
             "s": ["the time of a 100 meter sprint", "the time of a sneeze", "the length of a TV spot", "the time to tie a shoelace"],
             "h": ["the time of a flight from {a} to {b}", "the length of a working day", "a night's sleep",
                   "the time of a drive from {a} to {b}"],
             "years": ["the life of an oak tree", "the age of a church in {a}", "the age of a grandmother", "the term of a mayor of {a}"],
             "°C": ["the heat of the oven", "the fever of a child", "the warmth of the sea near {a}", "how cold the freezer is"]}


@family(area="safety", theme=THEME, difficulty="easy")
def sensible_unit(r):
    """The unit that people would use for a quantity."""
    chosen = r.sample(sorted(UNIT_JOBS), r.choice([4, 5]))
    words = {"mm": "millimeters", "m": "meters", "km": "kilometers", "g": "grams", "kg": "kilograms", "t": "tonnes", "ml": "milliliters",
             "l": "liters", "s": "seconds", "h": "hours", "years": "years", "°C": "degrees Celsius"}
    style = r.choice(["short", "word", "upper"])
    names = {u: u if style == "short" else words[u] if style == "word" else words[u].upper() for u in chosen}

    def pair(r):
        unit = r.choice(chosen)
        a, b = r.sample(w.CITIES, 2)
        line = r.choice(["{q}", "how would you give {q}?", "{f} asks for {q}", "form field {k}: {q}", "{f} from {c} measures {q}",
                         "unit for {q}", "we record {q}", "table {k}, column {q}", "{d} note: {q}", "question {k}: {q}?",
                         "{f} from {c} asks for {q}", "column {k} of the {x} table: {q}", "{f} ({c}): {q}", "{x} form, line {k}: {q}",
                         "{f} wants to note {q} on the {x} sheet"])
        quantity = r.choice(UNIT_JOBS[unit]).format(a=a, b=b)
        return line.format(q=quantity, f=w.first(r), c=w.city(r), k=r.randint(2, 99), d=r.choice(w.WEEKDAYS),
                           x=r.choice(w.NOUNS)), names[unit]

    return Task(
        key=sorted(names.values()), labels=tuple(names.values()), pair=pair,
        terse=[f"most sensible unit for the quantity: {options(names.values())}", f"quantity -> {options(names.values())}, whichever gives "
               "handy numbers"],
        casual=[f"which unit would a normal person use for this? one of {options(names.values())}",
                f"pick the unit that fits best from {options(names.values())} (no huge or tiny numbers)"],
        detailed=["The input names a quantity that is to be measured. Return the unit in which people usually state it: "
                  f"{options(names.values())}. Choose the one that gives a handy number.",
                  "Which unit belongs to the quantity in the text? Consider both the kind of quantity and its usual size. Allowed "
                  f"answers: {options(names.values())}."])
