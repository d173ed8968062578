"""Custom classification: cases decided by rules and thresholds that the spec states."""
import json

import words as w
from task import Task, evened, family, options, pick_labels

THEME = "custom classification"


def over(r):
    """The wording of a lower bound, and its test."""
    return r.choice([("at least", lambda value, limit: value >= limit), ("more than", lambda value, limit: value > limit)])


def record(r, fields):
    """The fields as one line, in one of several layouts and in any order."""
    fields = list(fields.items())
    r.shuffle(fields)
    layout = r.randrange(6)
    if layout == 0:
        return json.dumps(dict(fields), ensure_ascii=False)
    name, between = [("{}: {}", ", "), ("{}: {}", " | "), ("{}={}", "; "), ("{} - {}", " / "), ("[{}] {}", " ")][layout - 1]
    return between.join(name.format(key, value) for key, value in fields)


@family(area="classification", theme=THEME, difficulty="medium")
def priority_by_stated_rules(r):
    """Priority of a ticket from three of its fields."""
    labels = one, two, three = pick_labels(r, [("P1", "P2", "P3"), ("urgent", "high", "normal"), ("S1", "S2", "S3"),
                                               ("red", "amber", "green"), ("CRITICAL", "MAJOR", "MINOR"),
                                               ("now", "today", "this week"), ("A", "B", "C")])
    count = r.choice(["users affected", "orders blocked", "machines down", "stores affected", "reports missing"])
    word, test = over(r)
    limit = r.choice([5, 10, 20, 25, 40, 50, 80, 100, 150, 200])
    plan = r.choice(["gold", "enterprise", "premium", "platinum", "business"])

    def make(r):
        n, level = w.near_limit(r, 0, limit * 2, limit), r.choice([plan, plan, "free", "basic", "trial", "silver"])
        way = r.choice(["yes", "no"])
        fields = {count: n, "plan": level, "workaround": way}
        fields |= r.choice([{}, {"id": r.randint(1000, 9999)}, {"from": w.first(r)}, {"site": w.city(r)},
                            {"opened": w.iso(w.date(r, 2021, 2026))}])
        many = test(n, limit)
        return record(r, fields), one if many and way == "no" else two if many or level == plan else three

    return Task(
        key=(labels, count, word, limit, plan), labels=labels, pair=evened(make, labels),
        terse=[f"{one}: {word} {limit} {count} and no workaround; {two}: {word} {limit} {count} or plan {plan}; else {three}",
               f"ticket priority. {word} {limit} {count}, workaround=no -> {one}. otherwise {plan} plan or {word} {limit} -> {two}. rest "
               f"{three}"],
        casual=[f"set the priority: {one} when there are {word} {limit} {count} and there's no workaround. if not, {two} for {word} "
                f"{limit} {count} or for {plan} customers. {three} for the rest",
                f"{three} is the default. make it {two} if the plan is {plan} or there are {word} {limit} {count}. and if there are "
                f"{word} {limit} {count} without a workaround it's {one}"],
        detailed=[f"Determine the priority of a ticket. Rule 1: {word} {limit} {count} and workaround = no gives {one}. Rule 2: if rule 1 "
                  f"does not apply, {word} {limit} {count} or the plan {plan} gives {two}. Rule 3: everything else is {three}. Return "
                  "only the priority.",
                  f"The input lists the fields of a ticket in any order. Return {options(labels)}. Return {one} if there are {word} "
                  f"{limit} {count} and no workaround exists. Otherwise return {two} if there are {word} {limit} {count} or the plan is "
                  f"{plan}. Otherwise return {three}. Ignore other fields."])


@family(area="classification", theme=THEME, difficulty="medium")
def refund_or_exchange(r):
    """What a customer gets for a returned product: by days, state of the box and one excluded kind of product."""
    labels = money, swap, nothing = pick_labels(r, [("REFUND", "EXCHANGE", "REJECT"), ("refund", "exchange", "nothing"),
                                                    ("money back", "swap", "no return"), ("full", "credit", "none"),
                                                    ("R1", "R2", "R3"), ("accept", "voucher", "decline")])
    days = r.choice([7, 10, 14, 20, 21, 28, 30, 45, 60])
    barred = r.choice([product for product in w.PRODUCTS if not product.endswith("s")])
    stories = ["{name} bought this {n} days ago: {product}, the box is {state}.",
               "{state} {product}, purchased {n} days ago, {name} wants to return it.",
               "Return request from {name}: {product}, {n} days since purchase, {state}.",
               "It is {n} days since I bought the {product}. The package is {state}. {name}",
               "Customer in {city}, {product}, package {state}, bought {n} days ago", "{product} | {state} | bought {n} days ago | {city}",
               "{name} from {city} brings back the {product} ({state}) after {n} days."]

    def make(r):
        n, state = w.near_limit(r, 2, days * 2, days), r.choice(["opened", "unopened"])
        product = barred if r.random() < 0.2 else r.choice(w.PRODUCTS)
        text = r.choice(stories).format(name=w.first(r), city=w.city(r), product=product, n=n, state=state)
        return text[0].upper() + text[1:], nothing if product == barred or n > days else money if state == "unopened" else swap

    return Task(
        key=(labels, days, barred), labels=labels, pair=evened(make, labels),
        terse=[f"return within {days} days: unopened {money}, opened {swap}. later, or any {barred}: {nothing}",
               f"{nothing} if {barred} or over {days} days; else unopened -> {money}, opened -> {swap}"],
        casual=[f"can they return it? up to {days} days: {money} if unopened, {swap} if opened. after that {nothing}. we never take back "
                f"a {barred}, so that's {nothing} as well",
                f"returns desk: anything older than {days} days gets {nothing}, and so does every {barred}. apart from that unopened "
                f"means {money} and opened means {swap}"],
        detailed=[f"Apply our return policy. Products may be returned up to and including day {days} after purchase: an unopened one "
                  f"gives {money}, an opened one {swap}. After day {days} the answer is {nothing}. A {barred} is excluded from returns, "
                  f"so the answer is always {nothing} for it.",
                  f"Decide a return case; answer {options(labels)}. First check whether the product is a {barred} or was bought more than "
                  f"{days} days ago: then {nothing}. In the remaining cases the state of the package decides: unopened gives {money}, "
                  f"opened gives {swap}."])


@family(area="classification", theme=THEME, difficulty="medium")
def outlier_in_number_row(r):
    """The one value of a row that is far above (or below) all the others."""
    factor, high = r.choice([2, 3, 4, 5, 10]), r.random() < 0.7
    want, none = r.choice(["value", "position"]), r.choice(["none", "-", "no outlier", "N/A", "clean", "null"])
    sep = r.choice([" ", ", ", "; ", " | "])
    side = f"more than {factor} times the second largest" if high else f"less than 1/{factor} of the second smallest"

    def pair(r):
        base = r.choice([20, 50, 100, 400, 1000])
        row = r.sample(range(base, base * 19 // 10), r.randint(4, 9))
        kind = r.random()
        if kind < 0.75:
            value = r.randint(max(row) * factor + 1, max(row) * factor * 3) if high else r.randint(1, max(1, min(row) // factor - 1))
            row.insert(r.randint(0, len(row)), value)
        elif kind < 0.9 and factor > 2:
            row.insert(r.randint(0, len(row)), max(row) * 2 + r.randint(0, 9) if high else min(row) // 2)
        ordered = sorted(row, reverse=high)
        odd = ordered[0] > factor * ordered[1] if high else ordered[0] * factor < ordered[1]
        answer = none if not odd else str(ordered[0] if want == "value" else row.index(ordered[0]) + 1)
        return r.choice(["", "", f"{r.choice(w.SERVICES)}: ", f"{w.city(r)}: ", f"{r.choice(w.WEEKDAYS)} readings: "]) + sep.join(map(str,
            row)), answer

    extreme, out = ("largest", "value itself" if want == "value" else "position (first = 1)") if high else ("smallest",
        "value itself" if want == "value" else "position (first = 1)")
    return Task(
        key=(factor, high, want, none, sep), pair=pair,
        terse=[f"outlier {out} in the row: {extreme} number if {side}, else {none}",
               f"{extreme} number {side}? print its {out.replace(' itself', '')}; if not, {none}"],
        casual=[f"is the {extreme} number in this row odd? it is when it's {side}. then give me the {out}, otherwise {none}",
                f"find the outlier: the {extreme} number, but only if it is {side}. print the {out}. if there isn't one print {none}"],
        detailed=[f"The input is a row of numbers. The {extreme} number is an outlier if it is {side} number of the row. If so, return "
                  f"its {out}; if there is no outlier, return {none}.",
                  f"Find an anomaly in measurements. Compare the {extreme} number with the rest: it counts as an anomaly when it is "
                  f"{side} number. Output the {out}. Output {none} for a row without an anomaly. A label before the row is not part of "
                  "it."])


@family(area="classification", theme=THEME, difficulty="hard")
def lead_score_tier(r):
    """Points for a sales lead, added up and put into a tier."""
    labels = hot, warm, cold = pick_labels(r, [("hot", "warm", "cold"), ("A", "B", "C"), ("CALL", "MAIL", "SKIP"),
                                               ("tier-1", "tier-2", "tier-3"), ("now", "later", "never"), ("GOLD", "SILVER", "BRONZE")])
    size, (word, test) = r.choice([20, 50, 100, 200, 250, 500]), over(r)
    points = [r.randint(1, 4) for _ in range(3)]
    job = r.choice(["CEO", "CTO", "buyer", "IT manager", "head of sales", "founder"])
    total = sum(points)
    top, middle = total - min(points) + (0 if min(points) < 2 else 1), r.choice([min(points), sorted(points)[1]])

    def make(r):
        staff = w.near_limit(r, 2, size * 3, size)
        who, demo = r.choice([job, job, "student", "assistant", "engineer", "intern", "teacher"]), r.choice(["yes", "no"])
        score = points[0] * test(staff, size) + points[1] * (who == job) + points[2] * (demo == "yes")
        fields = {"company": w.company(r), "employees": staff, "role": who, "demo requested": demo}
        if r.random() < 0.5:
            fields["name"] = w.person(r)
        return record(r, fields), hot if score >= top else warm if score >= middle else cold

    rules = [f"{word} {size} employees +{points[0]}", f"role {job} +{points[1]}", f"demo requested +{points[2]}"]
    return Task(
        key=(labels, size, word, points, job, top, middle), labels=labels, pair=evened(make, labels),
        terse=[f"{', '.join(rules)}; sum >= {top} {hot}, >= {middle} {warm}, else {cold}",
               f"lead score ({'; '.join(rules)}) -> {hot} from {top}, {warm} from {middle}, {cold} below"],
        casual=[f"score the lead: {', '.join(rules)}. {top} points or more is {hot}, {middle} or more is {warm}, less is {cold}",
                f"add up points for a lead ({', '.join(rules)}) and tell me {hot} if it has {top}+, {warm} for {middle}+, {cold} when it "
                "has fewer"],
        detailed=[f"Rate a sales lead. Start with 0 points and add: {'; '.join(rules)}. A total of {top} or more is {hot}; a total of at "
                  f"least {middle} but below {top} is {warm}; below {middle} it is {cold}. Return only the rating.",
                  f"The input describes a possible customer. Points: {', '.join(rules)}; a condition that is not met gives nothing. "
                  f"Return {hot} for {top} points and up, {warm} for {middle} points and up, otherwise {cold}."])


@family(area="classification", theme=THEME, difficulty="medium")
def stock_row_action(r):
    """Available stock (on hand less reserved) against a minimum and a maximum."""
    labels = buy, fine, much = pick_labels(r, [("REORDER", "OK", "OVERSTOCK"), ("order more", "enough", "too much"),
                                               ("low", "normal", "high"), ("buy", "hold", "sell off"), ("-1", "0", "+1"),
                                               ("refill", "leave", "reduce")])
    low = r.choice([5, 10, 12, 15, 20, 25, 30, 40, 50])
    high = low * r.choice([2, 3, 4])

    def make(r):
        free, held = w.near_limit(r, 0, high * 2, low, high), r.randint(0, low * 2)
        fields = {"item": r.choice(w.PRODUCTS), "on hand": free + held, "reserved": held}
        if r.random() < 0.5:
            fields[r.choice(["shelf", "bin", "aisle"])] = f"{r.choice('ABCDEFGH')}{r.randint(1, 60)}"
        return record(r, fields), buy if free < low else much if free > high else fine

    return Task(
        key=(labels, low, high), labels=labels, pair=evened(make, labels),
        terse=[f"free = on hand - reserved; below {low} {buy}, above {high} {much}, else {fine}",
               f"stock row: (on hand minus reserved) < {low} -> {buy}; > {high} -> {much}; {low} to {high} -> {fine}"],
        casual=[f"subtract what's reserved from what's on hand. under {low} i need {buy}, over {high} {much}, in between {fine}",
                f"check the shelf: {buy} if fewer than {low} are left after taking off the reserved ones, {much} if more than {high} are "
                f"left, otherwise {fine}"],
        detailed=["For one stock item compute the available quantity, which is the quantity on hand minus the reserved quantity. Return "
                  f"{buy} if it is below {low}, {much} if it is above {high}, and {fine} if it lies between {low} and {high} inclusive.",
                  "The row shows an item, its quantity on hand and how much of that is reserved. Reserved pieces are not available. "
                  f"Fewer than {low} available: {buy}. More than {high} available: {much}. Anything else: {fine}."])


@family(area="classification", theme=THEME, difficulty="hard")
def worst_vital_sign(r):
    """Triage by three measurements: the worst of them decides."""
    labels = red, yellow, green = pick_labels(r, [("RED", "YELLOW", "GREEN"), ("immediate", "urgent", "routine"), ("1", "2", "3"),
                                                  ("doctor", "nurse", "wait"), ("alarm", "check", "fine"), ("T1", "T2", "T3")])
    heat = r.choice([(40, 38), (39, 38), (40, 39)])
    pulse = r.choice([(130, 100), (140, 110), (120, 100), (150, 120)])
    oxygen = r.choice([(88, 94), (90, 94), (90, 95), (85, 92)])

    def make(r):
        temperature = r.randint(362, 375) / 10 if r.random() < 0.6 else r.randint(370, 414) / 10
        beats = r.randint(58, 95) if r.random() < 0.6 else w.near_limit(r, 60, 170, *pulse)
        air = r.randint(96, 100) if r.random() < 0.6 else w.near_limit(r, 80, 99, *oxygen)
        fields = {"temperature": f"{temperature:.1f}", "pulse": beats, "oxygen": f"{air}%"}
        fields |= r.choice([{}, {"age": r.randint(20, 90)}, {"patient": w.last(r)}, {"bed": r.randint(1, 40)}])
        bad = temperature > heat[0] or beats > pulse[0] or air < oxygen[0]
        meh = temperature > heat[1] or beats > pulse[1] or air < oxygen[1]
        return record(r, fields), red if bad else yellow if meh else green

    hard, soft = (f"temperature above {heat[n]}, pulse above {pulse[n]} or oxygen below {oxygen[n]}" for n in (0, 1))
    return Task(
        key=(labels, heat, pulse, oxygen), labels=labels, pair=evened(make, labels),
        terse=[f"{red}: {hard}; else {yellow}: {soft}; else {green}", f"any of temp >{heat[0]}, pulse >{pulse[0]}, oxygen <{oxygen[0]}% = "
               f"{red}; any of >{heat[1]}, >{pulse[1]}, <{oxygen[1]}% = {yellow}; else {green}"],
        casual=[f"triage please: {red} with {hard}. otherwise {yellow} with {soft}. {green} if nothing's off",
                f"the worst sign counts. {hard} means {red}. if none of that, {soft} means {yellow}, and the rest is {green}"],
        detailed=[f"Triage a patient by three measurements; other fields are ignored. One value is enough for a level. Return {red} for "
                  f"{hard}. If that does not apply, return {yellow} for {soft}. Otherwise return {green}.",
                  f"Return {options(labels)} for a line of vital signs. The most serious sign decides. {red}: {hard}. {yellow}: no such "
                  f"value, but {soft}. {green}: none of these."])


@family(area="classification", theme=THEME, difficulty="hard")
def first_missing_requirement(r):
    """The first requirement of a job that an applicant does not meet."""
    years, far = r.randint(2, 9), r.choice([20, 30, 40, 50, 60, 80])
    skill = r.choice(["Python", "Spanish", "welding", "Excel", "German", "SQL", "accounting", "first aid", "French", "a forklift licence"])
    checks = [("experience", f"{years}+ years of experience"), ("skill", f"knows {skill}" if "licence" not in skill else f"has {skill}"),
              ("distance", f"lives within {far} km")]
    r.shuffle(checks)
    passed = r.choice(["INVITE", "ok", "pass", "complete", "none"])
    style = r.choice(["{}", "no {}", "{} missing", "FAIL:{}"])
    labels = tuple(style.format(name) for name, _ in checks) + (passed,)
    skills = [s for s in ("Python", "Spanish", "welding", "Excel", "German", "SQL", "accounting", "first aid", "French",
                          "a forklift licence", "Italian", "CAD", "Polish", "Java") if s != skill]

    def make(r):
        had, km, known = w.near_limit(r, 0, years * 2, years), w.near_limit(r, 1, far * 2, far), r.sample(skills, r.randint(1, 3))
        if r.random() < 0.6:
            known.insert(r.randint(0, len(known)), skill)
        met = {"experience": had >= years, "skill": skill in known, "distance": km <= far}
        text = r.choice(["{p}: {y} of experience, skills: {s}, lives {k} km away.",
                         "{p} lives {k} km from here, has {y} of experience. Skills: {s}.",
                         "Skills: {s}. Experience: {y}. Distance: {k} km. Name: {p}",
                         "{p}, aged {a}, {y} in the trade, {k} km from the office. Skills: {s}."])
        text = text.format(p=w.person(r), y=f"{had} year{'s' * (had != 1)}", s=", ".join(known), k=km, a=r.randint(22, 60))
        return text, next((label for label, (name, _) in zip(labels, checks) if not met[name]), passed)

    told = [(label, rule) for label, (_, rule) in zip(labels, checks)]
    ordered = "; ".join(f"{rule} ({label})" for label, rule in told)
    return Task(
        key=(labels, years, far, skill), labels=labels, pair=evened(make, labels),
        terse=[f"first unmet: {ordered}; all met: {passed}", f"print the first failure in order: {ordered}; none fails: {passed}"],
        casual=[f"go through these one by one and stop at the first that the applicant doesn't meet, tell me its tag: {ordered}. if "
                f"everything's met say {passed}", f"our must-haves, tag in brackets: {ordered}. what's the first one that is missing? "
                                                  f"{passed} if they have it all"],
        detailed=[f"Check a job applicant against these requirements in the given order: {ordered}. Return the text in brackets of the "
                  f"first requirement that is not met. If all are met, return {passed}.",
                  "Screen an application. " + " ".join(f"Requirement {n}: {rule}; if it is not fulfilled, return {label} and stop." for n,
                                                       (label, rule) in enumerate(told, 1)) + " If every requirement is fulfilled, "
                  f"return {passed}."])


@family(area="classification", theme=THEME, difficulty="medium")
def smallest_fitting_box(r):
    """The smallest size class that a parcel fits into by its longest side and its weight."""
    names = pick_labels(r, [("S", "M", "L", "TOO BIG"), ("small", "medium", "large", "freight"), ("box 1", "box 2", "box 3", "no box"),
                            ("letter", "packet", "parcel", "refuse"), ("A", "B", "C", "X")])
    sides = r.choice([(20, 40, 80), (25, 50, 100), (30, 60, 120), (35, 60, 90)])
    kilos = r.choice([(1, 3, 10), (2, 5, 20), (1, 5, 25), (2, 10, 30)])

    def make(r):
        longest = w.near_limit(r, 8, sides[2] + 30, *sides)
        dimensions = [longest, r.randint(2, longest), r.randint(2, longest)]
        r.shuffle(dimensions)
        weight = w.near_limit(r, 5, kilos[2] * 12, *(k * 10 for k in kilos)) / 10
        at = next((n for n in range(3) if longest <= sides[n] and weight <= kilos[n]), 3)
        size = r.choice(["{} x {} x {} cm", "{}x{}x{} cm", "{} by {} by {} cm"]).format(*dimensions)
        order = [size, f"{weight:g} kg", r.choice([w.product(r), f"to {w.city(r)}", f"for {w.person(r)}"])]
        r.shuffle(order)
        return ", ".join(order), names[at]

    told = [f"{names[n]} up to {sides[n]} cm and {kilos[n]} kg" for n in range(3)]
    short = ", ".join(f"{names[n]} {sides[n]}cm/{kilos[n]}kg" for n in range(3))
    return Task(
        key=(names, sides, kilos), labels=names, pair=evened(make, names),
        terse=[f"smallest class that fits (longest side/weight at most): {short}; else {names[3]}",
               f"{short}; both limits (longest side, weight) inclusive, take the first that fits, otherwise {names[3]}"],
        casual=[f"which box? {', '.join(told)} - the cm are for the longest side. pick the smallest that works, {names[3]} if none does",
                f"limits (longest side and weight, inclusive): {', '.join(told)}. give me the smallest one the parcel fits in or "
                f"{names[3]}"],
        detailed=[f"Choose the size class of a parcel from its longest side and its weight: {', '.join(told)} (limits inclusive). Both "
                  "limits of a class must be kept; return the smallest such class. If the parcel exceeds even the largest class, return "
                  f"{names[3]}.",
                  "The input gives three dimensions in cm and a weight in kg. Only the longest dimension matters. Classes from small to "
                  f"large: {'; '.join(told)}. Return the first class whose two limits are not exceeded, or {names[3]} if there is none."])
