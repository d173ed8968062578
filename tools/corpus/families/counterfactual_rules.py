"""Counterfactuals: a familiar rule is changed in the spec, and the changed rule has to be applied."""
import words as w
from task import Task, family, options, pick_labels

THEME = "domain knowledge and counterfactuals"


@family(area="safety", theme=THEME, difficulty="medium")
def signal_colors_changed(r):
    """What to do at a signal whose colors have other meanings."""
    colors = r.sample(["red", "green", "yellow", "blue", "white", "purple"], 3)
    actions = pick_labels(r, [("go", "stop", "slow down"), ("GO", "STOP", "SLOW"), ("drive", "halt", "crawl"), ("proceed", "wait", "yield"),
                              ("1", "0", "0.5"), ("cross", "stay", "hurry")])
    shuffled = r.sample(list(actions), 3)
    meaning = dict(zip(colors, shuffled))
    if meaning.get("red") == actions[1] and meaning.get("green", actions[0]) == actions[0]:
        shuffled = [shuffled[1], shuffled[2], shuffled[0]]
        meaning = dict(zip(colors, shuffled))
    lamp = r.choice(["light", "signal", "lamp", "flag", "beacon"])

    def pair(r):
        color = r.choice(colors)
        other = r.choice([c for c in ["red", "green", "yellow", "blue", "white", "purple", "black"] if c != color])
        line = r.choice(["the {l} is {c} and {f}'s car is {o}", "{f} in the {o} coat sees a {c} {l}", "a {o} {v} waits, the {l} shows {c}",
                         "{l}: {c}, {v}: {o}", "it was {o} before, now the {l} is {c}", "{f} drives a {o} {v} to a {c} {l} in {t}",
                         "at {h} the {l} in {t} turned from {o} to {c}", "{c} {l}, {o} {v}, {f} at the wheel",
                         "near the {o} {x} the {l} is {c}"])
        return line.format(l=lamp, c=color, o=other, f=w.first(r), v=r.choice("bus taxi truck van bicycle scooter tram car".split()),
                           t=w.city(r), h=r.randint(1, 23), x=r.choice(w.NOUNS)), meaning[color]

    rule = ", ".join(f"{c} means '{a}'" for c, a in meaning.items())
    return Task(
        key=(sorted(meaning.items()), lamp), labels=tuple(shuffled), pair=pair,
        terse=[f"Suppose {rule}. What does the {lamp} call for?", f"Imagine a {lamp} where {rule}; give the action for its present color"],
        casual=[f"let's say {rule}. what do i have to do at this {lamp}? just the action, and other colored things don't matter",
                f"in our game {rule}. look at the color the {lamp} has now and tell me the action"],
        detailed=[f"Suppose that for a {lamp} {rule}. The input describes a scene with such a {lamp}. Return the action that its present "
                  "color asks for. Colors of other things have no meaning.",
                  f"Forget the usual meaning of colors: here {rule}. Return the action that belongs to the color the {lamp} shows now, not "
                  "to that of vehicles, clothes or earlier moments."])


SOUNDS = {"cat": "meow", "dog": "bark", "cow": "moo", "pig": "oink", "duck": "quack", "lion": "roar", "snake": "hiss", "horse": "neigh",
          "sheep": "bleat", "frog": "croak", "bee": "buzz", "wolf": "howl", "owl": "hoot", "mouse": "squeak"}


@family(area="safety", theme=THEME, difficulty="medium")
def animal_sounds_swapped(r):
    """The sound of an animal (or the animal of a sound) when sounds are swapped."""
    animals = r.sample(sorted(SOUNDS), 4)
    turn = r.randint(1, 3)
    sound = {a: SOUNDS[animals[(at + turn) % 4]] for at, a in enumerate(animals)}
    back, upper = r.random() < 0.4, r.random() < 0.25

    def pair(r):
        animal, other = r.sample(animals, 2)
        values = {"a": animal, "o": other, "s": sound[animal], "f": w.first(r), "c": w.city(r), "x": r.choice(w.NOUNS), "y": w.thing(r),
                  "d": r.choice(w.WEEKDAYS)}
        if back:
            line = r.choice(["{f} hears a {s} behind the {x}", "a loud {s} from the {y}", "what gave that {s} in {c}?",
                             "'{s}!' in the dark near the {x}", "on {d} there was one {s} in {c}", "{f} was woken by a {s}",
                             "a {s} and then silence at the {x}"])
            return line.format(**values).replace("a oink", "an oink"), animal.upper() if upper else animal
        line = r.choice(["the {a} by the {y} opens its mouth", "{f}'s {a} makes its sound", "what do you hear from a {a} in {c}?",
                         "the {a} calls to the {o}", "a {a} speaks up while the {o} sleeps", "the {o} is quiet, the {a} is not",
                         "{f} walks past the {x} and hears the {a}",
                         "on {d} the {a} was loud", "the {a} chases the {o} and gives a sound"])
        return line.format(**values).replace("a owl", "an owl"), sound[animal].upper() if upper else sound[animal]

    rule = ", ".join(f"a {a} says {s}" for a, s in sound.items()).replace("a owl", "an owl")
    ask = (f"the animal that makes the sound{', in capitals' if upper else ''}" if back
           else f"the sound that is heard{', in capitals' if upper else ''}")
    labels = tuple(t.upper() if upper else t for t in (animals if back else sound.values()))
    return Task(
        key=(sorted(sound.items()), back, upper), labels=labels, pair=pair,
        terse=[f"Suppose {rule}. Give {ask}", f"In a world where {rule}: {ask}?"],
        casual=[f"pretend that {rule}. now tell me {ask}", f"new rule: {rule}. what is {ask}? one word"],
        detailed=[f"Imagine that {rule}. The input describes a scene. Return {ask}, following this rule and not the real world.",
                  f"Animals have swapped their voices: {rule}. From the text, return {ask}. Animals that stay silent do not matter."])


@family(area="safety", theme=THEME, difficulty="hard")
def operators_swapped(r):
    """The value of a short calculation whose signs have other meanings."""
    signs = ["+", "-", r.choice(["*", "x"])]
    jobs = {"+": ("add", lambda a, b: a + b), "-": ("subtract", lambda a, b: a - b), "*": ("multiply", lambda a, b: a * b),
            "x": ("multiply", lambda a, b: a * b)}
    turn = r.choice([(1, 2, 0), (2, 0, 1), (1, 0, 2), (0, 2, 1), (2, 1, 0)])
    does = {sign: jobs[signs[turn[at]]] for at, sign in enumerate(signs)}
    steps, mode = r.choice([1, 1, 2]), r.choice(["value", "value", "parity"])
    even, odd = pick_labels(r, [("even", "odd"), ("EVEN", "ODD"), ("E", "O"), ("0", "1"), ("pair", "single")])
    tail = r.choice(["", "", " ="])

    def pair(r):
        used = [r.choice(signs) for _ in range(steps)]
        total = number = r.randint(1, 30)
        text = str(number)
        for sign in used:
            number = r.randint(1, 12)
            total = does[sign][1](total, number)
            text += f" {sign} {number}"
        head = r.choice(["", "", f"{w.first(r)}: ", f"no. {r.choice('abcdefgh')}) ", "what is ", f"{w.first(r)} asks for ",
                         f"{w.city(r)} quiz: "])
        return head + text + tail, str(total) if mode == "value" else odd if total % 2 else even

    rule = ", ".join(f"{sign} means {name}" for sign, (name, _) in does.items())
    order = " Work from left to right." if steps > 1 else ""
    ask = "the result (with a minus sign if negative)" if mode == "value" else f"{even} or {odd} for the result (even or odd)"
    return Task(
        key=(rule, steps, mode, even if mode == "parity" else 0, tail), labels=None if mode == "value" else (even, odd), pair=pair,
        terse=[f"Suppose {rule}.{order} Give {ask}", f"Output {ask} when {rule}.{order}"],
        casual=[f"let's pretend {rule}. calculate it and give me {ask}.{order.lower()}",
                f"in this puzzle {rule}. i need {ask}.{order.lower()}"],
        detailed=[f"The input contains a calculation. Suppose that {rule}.{order} Return {ask}.",
                  f"Signs have new meanings: {rule}. Evaluate the expression in the text with these meanings.{order} The output is {ask}."])


@family(area="safety", theme=THEME, difficulty="medium")
def week_renumbered(r):
    """The number of a weekday (or the day of a number) when the week starts elsewhere."""
    start, base, back = r.randrange(7), r.choice([0, 1]), r.random() < 0.3
    mode = r.choice(["number", "number", "name", "half"])
    order = [w.WEEKDAYS[(start + (-at if back else at)) % 7] for at in range(7)]
    short = r.random() < 0.3
    early, late = pick_labels(r, [("early", "late"), ("first half", "second half"), ("A", "B"), ("FIRST", "LAST"), ("before", "after")])

    def pair(r):
        at = r.randrange(7)
        day = order[at]
        if mode == "name":
            line = r.choice(["day {n} in {c}", "{f} comes on day {n}", "the {x} arrives on day {n}", "day {n}: {x} and {y}",
                             "on day {n} {f} sold the {x}", "what is day {n}, asks {f}"])
        else:
            line = r.choice(["{d} in {c}", "{f} comes on {d}", "the {x} arrives on {d}", "{d}: {x} and {y}", "on {d} {f} sold the {x}",
                             "what about {d}, asks {f}"])
        text = line.format(n=at + base, d=day, c=w.city(r), f=w.first(r), x=w.thing(r), y=r.choice(w.FOODS))
        return text, {"number": str(at + base), "name": day[:3] if short else day, "half": early if at < 3 else late}[mode]

    numbering = f"the week {'runs backward, ' if back else ''}starts on {order[0]} (day {base}), then {order[1]}"
    ask = {"number": "the number of the weekday", "name": f"the weekday with that number{' (first three letters)' if short else ''}",
           "half": f"{early} for the first three days of this week, {late} for others"}[mode]
    return Task(
        key=(start, base, back, mode, {"number": 0, "name": short, "half": early}[mode]), labels=(early, late) if mode == "half" else None,
        pair=pair,
        terse=[f"Suppose {numbering}. Give {ask}", f"Output {ask}, supposing {numbering}"],
        casual=[f"imagine {numbering} and so on. what is {ask}?", f"for this calendar {numbering} and so on. i want {ask}"],
        detailed=[f"Suppose that {numbering}, and so on through all seven days. Return {ask} for the sentence in the input.",
                  f"Use an unusual week: {numbering}, then the rest in that direction. From the text, return {ask}, and nothing more."])


@family(area="safety", theme=THEME, difficulty="hard")
def alphabet_shifted_order(r):
    """Words put in order by an alphabet that runs another way."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    start, back = r.choice("aehkmnprstw"), r.random() < 0.45
    turned = letters[letters.index(start):] + letters[:letters.index(start)]
    if back or start == "a":
        start, back, turned = "z", True, letters[::-1]
    mode, sep = r.choice(["first", "last", "sort", "sort"]), r.choice([", ", " ", " < ", "|"])
    count = r.choice([2, 3, 3, 4])

    def pair(r):
        pool = r.choice([w.NOUNS, w.ANIMALS, w.ADJECTIVES])
        while True:
            chosen = r.sample(pool, count)
            if len({word[0] for word in chosen}) == count:
                break
        ranked = sorted(chosen, key=lambda word: turned.index(word[0]))
        head = r.choice(["", "", "words: ", f"{w.first(r)}: ", "list: "])
        return head + ", ".join(chosen), {"first": ranked[0], "last": ranked[-1], "sort": sep.join(ranked)}[mode]

    how = ("the alphabet runs backward, z first and a last" if back else f"the alphabet starts with {start}, goes on to z and then from a "
           f"to {turned[-1]}")
    ask = {"first": "the word that comes first", "last": "the word that comes last", "sort": f"the words in order, joined by '{sep}'"}[mode]
    return Task(
        key=(turned, mode, sep if mode == "sort" else 0, count), pair=pair,
        terse=[f"Suppose {how}. Give {ask}", f"Output {ask} when {how}"],
        casual=[f"pretend {how}. i need {ask} by first letter", f"in my dictionary {how}. from the {count} words give me {ask}"],
        detailed=[f"The input lists {count} words with different first letters. Suppose that {how}. Return {ask}.",
                  f"Order words by their first letter in a changed alphabet: {how}. The output is {ask}, written as in the input."])


COINS = ["penny", "nickel", "dime", "quarter"]
PLURAL = {"penny": "pennies", "nickel": "nickels", "dime": "dimes", "quarter": "quarters"}


@family(area="safety", theme=THEME, difficulty="hard")
def coin_values_changed(r):
    """The worth of some coins whose values have been changed."""
    used = r.sample(COINS, 3)
    values = dict(zip(used, r.sample([2, 3, 4, 6, 7, 8, 9, 11, 12, 15, 20, 30], 3)))
    mode, price = r.choice(["sum", "sum", "enough"]), r.choice([20, 25, 30, 40, 50])
    yes, no = pick_labels(r, [("enough", "short"), ("yes", "no"), ("BUY", "LEAVE"), ("ok", "too little"), ("1", "0")])
    unit = r.choice(["", " cents", "c", " units"])

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            picked = r.sample(used, r.randint(1, 3))
            counts = [r.randint(1, 7) for _ in picked]
            total = sum(values[c] * n for c, n in zip(picked, counts))
            if mode == "sum" or (total >= price) == wanted:
                break
        parts = [f"{n} {PLURAL[c] if n > 1 else c}" for c, n in zip(picked, counts)]
        listing = options(parts, "and")
        line = r.choice(["{f} has {l}", "{l} in the {x}", "{f} from {c} found {l}", "a purse with {l}", "{l}", "{f} offers {l} for the {x}",
                         "{l} lie on the {x}", "after lunch {f} is left with {l}"])
        return line.format(f=w.first(r), l=listing, x=r.choice(w.NOUNS), c=w.city(r)), (yes if total >= price
            else no) if mode == "enough" else f"{total}{unit}"

    rule = ", ".join(f"a {c} is worth {v}" for c, v in values.items())
    ask = (f"the total, {'written like 10' + unit if unit else 'as a bare number'}" if mode == "sum"
           else f"{yes} if the total is {price} or more, else {no}")
    return Task(
        key=(sorted(values.items()), mode, unit if mode == "sum" else (yes, price)), labels=(yes, no) if mode == "enough" else None,
        pair=pair,
        terse=[f"Suppose {rule}. Give {ask}", f"coins, {rule} -> {ask}"],
        casual=[f"imagine {rule}. i want {ask}", f"the mint changed things: {rule}. count the coins and give me {ask}"],
        detailed=[f"The input mentions some coins. Suppose that {rule}. Add up their worth and return {ask}.",
                  f"Coins have new values: {rule}. Multiply and add for the coins in the text; the output is {ask}."])


@family(area="safety", theme=THEME, difficulty="hard")
def uniform_month_date(r):
    """A date some days on, in a calendar whose months are all equally long."""
    length, style = r.choice([30, 30, 28, 25, 20]), r.choice(["iso", "dots", "slash", "day"])
    months = 12
    back = r.random() < 0.25

    def shown(year, month, day):
        return {"iso": f"{year:04d}-{month:02d}-{day:02d}", "dots": f"{day:02d}.{month:02d}.{year:04d}",
                "slash": f"{month:02d}/{day:02d}/{year:04d}", "day": str(day)}[style]

    def pair(r):
        year, month, day = r.randint(2001, 2060), r.randint(1, months), r.randint(1, length)
        days = r.choice([r.randint(1, 9), r.randint(5, length), r.randint(length, 2 * length)])
        at = (year * months + month - 1) * length + day - 1 + (-days if back else days)
        out = (at // length // months, at // length % months + 1, at % length + 1)
        line = r.choice(["{d}, {n} days", "{d} {v} {n} days", "{f}: {d}, {n} days {w}", "{n} days {w} {d}",
                         "the {x} of {d} is {n} days {o}", "{f} counts {n} days from {d}"])
        source = f"{year:04d}-{month:02d}-{day:02d}"
        return line.format(d=source, n=days, v="minus" if back else "plus", w="before" if back else "after", o="too late" if back
                           else "too early", f=w.first(r), x=r.choice(w.NOUNS)), shown(*out)

    rule = f"all twelve months have {length} days"
    way = "earlier" if back else "later"
    form = {"iso": "as YYYY-MM-DD", "dots": "as DD.MM.YYYY", "slash": "as MM/DD/YYYY", "day": "giving only its day of the month"}[style]
    return Task(
        key=(length, style, back), pair=pair,
        terse=[f"Suppose {rule}. The date that many days {way}, {form}", f"date and days -> the date {way} by these days, {form}, if "
               f"{rule}"],
        casual=[f"pretend {rule}. which date is that many days {way}? {form}", f"{rule} in our game. move the date "
                f"{'back' if back else 'forward'} by the days given and write it {form}"],
        detailed=[f"The input has a date (YYYY-MM-DD) and a number of days. Suppose that {rule}; after month 12 the next year begins. "
                  f"Return the date that is this many days {way}, {form}.",
                  f"In a simplified calendar {rule} and a year has twelve months. Take the date in the text, go "
                  f"{'back' if back else 'forward'} by the number of days, and return the result {form}, with leading zeros as in that "
                  "form."])
