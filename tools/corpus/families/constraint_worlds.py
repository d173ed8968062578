"""Constraints in small worlds: formulas, orders, rooms, seats, loads and rows."""
import words as w
from task import Task, family, options, pick_labels

THEME = "constraint satisfaction"
EDGES = ["none", "-", "n/a", "N/A", "NONE", "fine", "ok", "clear", "no fault"]
VERDICTS = [("valid", "invalid"), ("OK", "FAIL"), ("pass", "fail"), ("yes", "no"), ("accepted", "rejected"), ("good", "broken"), ("1", "0"),
            ("CONSISTENT", "VIOLATED"), ("holds", "does_not_hold")]
FLAGS = """vip paid expired trial admin locked signed urgent remote insured fragile member guest frozen empty open late verified archived
public shared muted heated sealed tested""".split()
STEPS = """sand paint pack ship weld drill print bind wash dry iron fold bake cool slice test build deploy scan sign review merge plan wire
plaster tile polish label stack fill seal load unload measure mark clamp glue trim inspect tune""".split()
MEETINGS = """standup budget design retro hiring sales demo review planning sync interview workshop board training audit kickoff yoga
lunch legal support roadmap payroll security pricing onboarding press research logistics press-call town-hall""".split()
CARGO = """crate barrel sack drum pallet chest bale bucket reel carton trunk case box basket keg bundle coil tank cabinet roll""".split()


def formula(r, names, glyphs, leaves):
    """(text, function of an assignment), fully parenthesised"""
    if leaves == 1:
        name = names.pop()
        if r.random() < 0.35:
            return f"{glyphs['not']}{name}", lambda a: not a[name]
        return name, lambda a: a[name]
    left, right = formula(r, names, glyphs, leaves // 2), formula(r, names, glyphs, leaves - leaves // 2)
    kind = r.choice([k for k in glyphs if k != "not"])
    value = {"and": lambda a: left[1](a) and right[1](a), "or": lambda a: left[1](a) or right[1](a),
             "xor": lambda a: left[1](a) != right[1](a)}[kind]
    return f"({left[0]} {glyphs[kind]} {right[0]})", value


@family(area="safety", theme=THEME, difficulty="hard")
def boolean_formula_value(r):
    """Value of a small formula under the assignment that comes with it."""
    yes, no = pick_labels(r, [("true", "false"), ("1", "0"), ("T", "F"), ("holds", "fails"), ("yes", "no"), ("ON", "OFF"),
                              ("sat", "unsat")])
    glyphs, legend = r.choice([
        ({"and": "AND", "or": "OR", "not": "NOT "}, "AND, OR, NOT"), ({"and": "&", "or": "|", "not": "!"}, "& and, | or, ! not"),
        ({"and": "&&", "or": "||", "not": "!"}, "&& and, || or, ! not"), ({"and": "and", "or": "or", "xor": "xor", "not": "not "},
                                                                          "and, or, xor, not"),
        ({"and": "*", "or": "+", "not": "~"}, "* and, + or, ~ not"), ({"and": "&", "or": "|", "xor": "^", "not": "~"},
                                                                      "& and, | or, ^ xor, ~ not")])
    default = r.choice([True, False])
    style = r.choice(["short", "list"])

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            pool = r.sample(FLAGS, 5) if r.random() < 0.6 else r.sample("abcdpqrsxyz", 5)
            used = r.sample(pool, r.randint(2, 4))
            text, value = formula(r, list(used), glyphs, len(used))
            known = {name: r.random() < 0.5 for name in used if r.random() < 0.8} or {used[0]: True}
            if bool(value({name: known.get(name, default) for name in used})) == wanted:
                break
        if text.startswith("("):
            text = text[1:-1]
        if style == "short":
            facts = ", ".join(f"{name}={int(known[name])}" for name in sorted(known))
        else:
            facts = ", ".join(name for name in sorted(known) if known[name]) or "nothing"
            off = ", ".join(name for name in sorted(known) if not known[name])
            facts = f"true: {facts}" + (f"; false: {off}" if off else "")
        return f"{text} | {facts}", yes if wanted else no

    rest = "true" if default else "false"
    given = "1 is true, 0 is false" if style == "short" else "true and false names are listed"
    return Task(
        key=(yes, no, legend, default, style), labels=(yes, no), pair=pair,
        terse=[f"Formula ({legend}), then facts ({given}): {yes} if it is true, {no} if false. Unlisted names are {rest}.",
               f"{yes}/{no}: is the formula true? operators {legend}; {given}; names not given count as {rest}"],
        casual=[f"work out the boolean formula left of the bar with the facts right of it ({given}). operators: {legend}. a name without a "
                "fact is "
                f"{rest}. say {yes} when it comes out true, {no} when not",
                f"{given} after the bar; plug that in before the bar ({legend}) and tell me {yes} for true or {no} for false. anything "
                f"unlisted: {rest}"],
        detailed=[f"The input has a boolean formula, a bar and the known facts ({given}). The operators are: {legend}; a negation covers "
                  "only the name "
                  f"after it. Every name that the facts leave out is {rest}. Return {yes} if the whole formula is true and {no} if it is "
                  "false.",
                  f"Evaluate a condition. Operators: {legend}. After the bar stand the facts: {given}. Names missing there are taken as "
                  f"{rest}. "
                  f"Output only {options((yes, no))}: {yes} means the condition is true, {no} that it is false."])


@family(area="safety", theme=THEME, difficulty="hard")
def install_order_fault(r):
    """The first item of an order that comes before something it needs."""
    verdict = r.random() < 0.4
    ok, bad = pick_labels(r, VERDICTS)
    edge = r.choice(EDGES)
    relation, meaning = r.choice([("{a} needs {b}", "'a needs b' means b must come before a"),
                                  ("{b} before {a}", "'b before a' means b must precede a"),
                                  ("{a} <- {b}", "'a <- b' means b must come before a"),
                                  ("{a} after {b}", "'a after b' means b goes first")])
    pool = r.choice([STEPS, w.SERVICES])

    def pair(r):
        want = r.random() < (0.5 if verdict else 0.78)
        while True:
            items = r.sample(pool, r.randint(3, 5))
            needs = sorted({tuple(sorted(r.sample(range(len(items)), 2))) for _ in range(r.randint(2, 4))})
            order = items[:]
            if r.random() < (0.5 if verdict else 0.8):
                r.shuffle(order)
            place = {item: at for at, item in enumerate(order)}
            broken = [items[b] for a, b in needs if place[items[b]] < place[items[a]]]
            first = min(broken, key=place.get) if broken else None
            if bool(first) == want:
                break
        r.shuffle(needs)
        rules = "; ".join(relation.format(a=items[b], b=items[a]) for a, b in needs)
        line = f"{rules}. Order: {', '.join(order)}"
        return line, (bad if first else ok) if verdict else first or edge

    if verdict:
        ask, long = (f"{ok} if the order keeps every rule, else {bad}", f"Return {ok} if the order respects all of the rules, and {bad} if "
                     "it breaks one or more")
    else:
        ask = f"first item in the order that comes too early; {edge} if every rule is kept"
        long = f"Return the first item of the order that stands before something that must precede it. If no rule is broken, return {edge}"
    return Task(
        key=(verdict, (ok, bad) if verdict else edge, relation, pool is STEPS), labels=(ok, bad) if verdict else None, pair=pair,
        terse=[f"{meaning}. {ask}", f"rules ({meaning}), then an order: {ask}"],
        casual=[f"there are some ordering rules and then a proposed order. {meaning}. i need: {ask}",
                f"does the order at the end work? {meaning}. give me {ask}"],
        detailed=[f"The input lists ordering rules and then an order. {meaning[0].upper() + meaning[1:]}. {long}.",
                  f"Validate a sequence against its dependencies. In the rules, {meaning}; the sequence follows after 'Order:'. {long}. "
                  "Give nothing else."])


@family(area="safety", theme=THEME, difficulty="hard")
def unblocked_tasks(r):
    """Which tasks can start now, given what is done."""
    edge, sep = r.choice(["none", "-", "blocked", "(nothing)", "n/a", "NONE"]), r.choice([", ", " ", "|", "; ", " + "])
    mode = r.choice(["list", "count", "first"])
    done_word, after = r.choice(["done", "finished", "complete", "closed"]), r.choice(["after", "needs", "waits for"])

    def pair(r):
        for _ in range(20):
            items = r.sample(STEPS, r.randint(3, 5))
            needs = [r.sample(items[:at], min(at, r.choice([0, 1, 1, 1, 2]))) for at in range(len(items))]
            done = []
            for item, need in zip(items, needs):
                if all(n in done for n in need) and r.random() < 0.6:
                    done.append(item)
            shown = list(zip(items, needs))
            r.shuffle(shown)
            ready = [item for item, need in shown if item not in done and all(n in done for n in need)]
            if ready or r.random() < 0.7:
                break
        listing = ", ".join(item + (f" ({after} {' and '.join(need)})" if need else "") for item, need in shown)
        line = f"{listing}. {done_word}: {', '.join(done) or 'nothing'}"
        if mode == "count":
            return line, str(len(ready))
        return line, (sep.join(ready) if mode == "list" else ready[0]) if ready else edge

    what = {"list": f"every task that can start, as listed, joined by '{sep}'; {edge} if there is none",
            "count": "how many tasks can start (0 if none)",
            "first": f"the first listed task that can start; {edge} if there is none"}[mode]
    return Task(
        key=(mode, edge if mode != "count" else "", sep if mode == "list" else "", done_word, after), pair=pair,
        terse=[f"Give {what}. Startable: not in the {done_word} list, all its prerequisites (in brackets) are.",
               f"{what}. Startable: not {done_word}, but everything in its brackets is"],
        casual=[f"brackets show what a task waits for, the end shows what is {done_word}. a task can start when it isn't {done_word} but "
                "all it waits for "
                f"is. tell me {what}",
                f"from the task list i want {what}. (ready to start = not yet {done_word}, and everything in its brackets is {done_word}, "
                "or no brackets)"],
        detailed=[f"The input lists tasks; the brackets behind a task name its prerequisites. After '{done_word}:' stand the tasks that "
                  f"are {done_word}. "
                  f"A task can start if it is not {done_word} itself and all of its prerequisites are. Return {what}.",
                  f"Find the work that is not blocked. Tasks come with their prerequisites in brackets, then the ones already {done_word}. "
                  "Something can "
                  f"start when it is still open and each of its prerequisites, if any, is {done_word}. Output {what}."])


@family(area="safety", theme=THEME, difficulty="medium")
def booking_conflict(r):
    """Does a new booking overlap one of those that exist, and which?"""
    verdict = r.random() < 0.4
    clash, free = pick_labels(r, [("conflict", "free"), ("CLASH", "OK"), ("taken", "available"), ("overlap", "clear"), ("no", "yes"),
                                  ("reject", "book")])
    edge, touch = r.choice(["none", "free", "-", "no conflict", "N/A"]), r.random() < 0.4
    new_word = r.choice(["new", "request", "wanted", "add"])

    def pair(r):
        want = r.random() < (0.5 if verdict else 0.78)
        while True:
            at, taken = r.randint(16, 20) * 30, []
            for name in r.sample(MEETINGS, r.randint(2, 4)):
                end = at + r.choice([30, 45, 60, 75, 90])
                taken.append((name, at, end))
                at = end + r.choice([0, 15, 30, 45, 60, 90])
            start = r.randrange(taken[0][1] - 90, at + 45, 15)
            if r.random() < 0.3:
                start = r.choice(taken)[2]
            end = start + r.choice([15, 30, 30, 45, 60])
            hits = [n for n, a, b in taken if (start <= b and end >= a if touch else start < b and end > a)]
            if len(hits) == want:
                break
        r.shuffle(taken)
        line = ", ".join(f"{n} {w.hhmm(a)}-{w.hhmm(b)}" for n, a, b in taken) + f" | {new_word} {w.hhmm(start)}-{w.hhmm(end)}"
        return line, (clash if hits else free) if verdict else hits[0] if hits else edge

    edges = "bookings that only touch also collide" if touch else "touching ends do not collide"
    ask = f"{clash} if it overlaps a booking, else {free}" if verdict else f"name of the booking it overlaps, {edge} if it overlaps none"
    return Task(
        key=(verdict, (clash, free) if verdict else edge, touch, new_word), labels=(clash, free) if verdict else None, pair=pair,
        terse=[f"bookings, then '{new_word}' slot: {ask}; {edges}", f"{new_word} time vs existing bookings -> {ask} ({edges})"],
        casual=[f"someone wants the slot after '{new_word}'. check it against the room's bookings and give me {ask}. by the way, {edges}",
                f"does the last slot collide with a booking in front of the bar? answer: {ask}. {edges}"],
        detailed=[f"The input lists the bookings of a room, a bar and one slot marked '{new_word}'. Compare the slot with each booking; "
                  f"{edges}. Return {ask}.",
                  f"Check a room for double booking. Before the bar stand names with start and end times, behind it the '{new_word}' time "
                  "span. "
                  f"Note that {edges}. The output is the {'label ' if verdict else ''}{ask}."])


@family(area="safety", theme=THEME, difficulty="medium")
def seating_rules_kept(r):
    """Are the wishes of guests kept by a seating order?"""
    verdict = r.random() < 0.5
    ok, bad = pick_labels(r, VERDICTS)
    circle, arrow = r.random() < 0.5, r.choice([", ", " - ", " / "])
    near, far = r.choice([("next to", "not next to"), ("beside", "away from"), ("with", "not with")])

    def pair(r):
        want = r.random() < 0.5
        while True:
            names = r.sample(w.FIRST, r.randint(4, 6))
            rules = []
            for _ in range(r.randint(2, 3)):
                a, b = r.sample(range(len(names)), 2)
                gap = abs(a - b)
                rules.append((names[a], names[b], r.random() < 0.5, gap == 1 or circle and gap == len(names) - 1))
            if len({frozenset(rule[:2]) for rule in rules}) < len(rules):
                continue
            broken = sum(wish != is_near for _, _, wish, is_near in rules)
            if not verdict or (broken > 0) == want:
                break
        line = arrow.join(names) + ". " + "; ".join(f"{a} {near if wish else far} {b}" for a, b, wish, _ in rules)
        return line, (bad if broken else ok) if verdict else str(broken)

    shape = "round table (last sits beside first)" if circle else "row (its ends are not neighbours)"
    ask = f"{ok} if all wishes are kept, {bad} otherwise" if verdict else "number of broken wishes (0 if all are kept)"
    words = f"'{near}' = must be neighbours, '{far}' = must not be"
    return Task(
        key=(verdict, (ok, bad) if verdict else 0, circle, arrow, near), labels=(ok, bad) if verdict else None, pair=pair,
        terse=[f"{shape}, wishes: {words}. Output {ask}", f"{shape}; {words} -> {ask}"],
        casual=[f"guests sit in the order given in a {shape}, the wishes come after the full stop: {words}. i want {ask}",
                f"check the seating wishes: {words}. the order is a {shape}. answer with {ask}"],
        detailed=[f"The input gives the guests in the order in which they sit in a {shape}, and then their wishes. In a wish, {words}. "
                  f"Return {ask}.",
                  f"Verify a seating plan. First comes the order of the guests, a {shape}; then the wishes, in which {words}. Two guests "
                  "are neighbours "
                  f"when no one sits between them. Output {ask}."])


@family(area="safety", theme=THEME, difficulty="hard")
def cargo_load_limits(r):
    """Does a load keep the limits on total weight and number of pieces?"""
    ok, heavy, many = pick_labels(r, [("ok", "too_heavy", "too_many"), ("LOAD", "OVERWEIGHT", "OVERCOUNT"), ("accept", "weight", "count"),
                                      ("fits", "heavy", "crowded"), ("go", "stop: weight", "stop: pieces"), ("A", "W", "C")])
    pieces, unit = r.randint(2, 5), r.choice(["kg", "lb", "t"])
    limit = r.choice([40, 50, 60, 80, 100, 120, 150, 200])
    weight_first = r.random() < 0.5

    def pair(r):
        wanted = r.choice([ok, heavy, many])
        while True:
            count = r.randint(2, min(6, pieces)) if wanted == ok else r.randint(2, 6)
            weights = [r.randint(2, max(6, limit // count + limit // 6)) for _ in range(count)]
            is_heavy, is_many = sum(weights) > limit, count > pieces
            result = (heavy if is_heavy and (weight_first or not is_many) else many) if is_heavy or is_many else ok
            if result == wanted:
                break
        return ", ".join(f"{r.choice(CARGO)} {weight} {unit}" for weight in weights), result

    first, second = (heavy, many) if weight_first else (many, heavy)
    rule = {heavy: f"total above {limit} {unit}", many: f"more than {pieces} pieces"}
    return Task(
        key=(ok, heavy, pieces, limit, unit, weight_first), labels=(ok, heavy, many), pair=pair,
        terse=[f"{first} if {rule[first]}; else {second} if {rule[second]}; else {ok}", f"load list: {rule[first]} -> {first}, otherwise "
               f"{rule[second]} -> {second}, otherwise {ok}"],
        casual=[f"add up the load. {rule[first]}? then {first}. if not, {rule[second]} gives {second}. everything within limits is {ok}",
                f"can we take this load? {ok} if yes. when it has {rule[first]} say {first} (that wins), when it has {rule[second]} say "
                f"{second}"],
        detailed=[f"The input lists pieces of cargo with their weights in {unit}. Return {first} for {rule[first]}. If that is not the "
                  f"case, return {second} "
                  f"for {rule[second]}. If both limits are kept, return {ok}. A load exactly at a limit is allowed.",
                  f"Check a load against two limits: {rule[heavy]} is the fault {heavy}, {rule[many]} is the fault {many}. If a load has "
                  "both faults, "
                  f"report {first}. A load without a fault is {ok}. Answer with the word alone."])


@family(area="safety", theme=THEME, difficulty="medium")
def number_row_gap(r):
    """The number that a puzzle row lacks, unless a number is there twice."""
    size, blank = r.randint(4, 9), r.choice(["_", "?", ".", "*", "x"])
    edge, sep = r.choice(["duplicate", "invalid", "DUP", "repeat", "error", "bad row", "X"]), r.choice([" ", ",", " | ", "-"])
    base = r.choice([0, 1, 1, 1])
    prefix = r.random() < 0.4

    def pair(r):
        while True:
            row = list(range(base, base + size))
            r.shuffle(row)
            at = r.randrange(size)
            missing, shown = row[at], [str(n) for n in row]
            shown[at] = blank
            twice = r.random() < 0.22
            if twice:
                to, source = r.sample([n for n in range(size) if n != at], 2)
                shown[to] = shown[source]
            if size > 4 or r.random() < 0.9:
                break
        text = sep.join(shown)
        if prefix or size < 7:
            text = (f"{r.choice(['row', 'line', 'column', 'r', 'block'])} {r.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}{r.choice(w.COLORS)[0]}: "
                    f"{text}")
        return text, edge if twice else str(missing)

    top = base + size - 1
    return Task(
        key=(size, blank, edge, sep, base), pair=pair,
        terse=[f"row holds {base}-{top} once each, '{blank}' is a blank: the missing number; {edge} if a number repeats",
               f"which of {base} to {top} is missing at '{blank}'? repeated number: {edge}"],
        casual=[f"every row should have {base} to {top} exactly once, one cell is blank ({blank}). what belongs there? if some number is "
                f"in there twice say {edge}",
                f"fill the '{blank}': it is the one number from {base} to {top} not in the row. but rows with a double number get {edge}"],
        detailed=[f"A puzzle row contains the numbers {base} to {top}, each exactly once; one cell is blank and shown as '{blank}'. Return "
                  "the number that "
                  f"belongs in the blank. If some number occurs twice in the row, return {edge} instead.",
                  f"Find the missing number of a row. Allowed numbers are {base} through {top}, without repetition, and '{blank}' marks "
                  "the empty cell. "
                  f"Output that number alone, or {edge} when the row already breaks the rule because a number appears two times."])


@family(area="safety", theme=THEME, difficulty="medium")
def budget_shares_sum(r):
    """Do the parts of a plan add up to its stated total?"""
    ok, over, under = pick_labels(r, [("exact", "over", "under"), ("MATCH", "TOO_MUCH", "TOO_LITTLE"), ("balanced", "excess", "gap"),
                                      ("=", ">", "<"),
                                      ("equal", "above", "below"), ("sums_up", "surplus", "shortfall")])
    number, total_word = r.random() < 0.4, r.choice(["total", "budget", "target", "limit"])
    edge = r.choice(["ok", "exact", "0", "balanced", "even"])
    parts = w.NOUNS + "rent travel food wages tools fuel printing hosting legal ads".split()

    def pair(r):
        values = [r.randint(2, 60) for _ in range(r.randint(2, 4))]
        shift = r.choice([0, r.randint(1, 12), -r.randint(1, 12)] if not number else [0, *[r.randint(1, 15) * r.choice([1, -1])
            for _ in range(4)]])
        total = sum(values) + shift if sum(values) + shift > 0 else sum(values)
        line = f"{total_word} {total}: " + ", ".join(f"{name} {value}" for name, value in zip(r.sample(parts, len(values)), values))
        gap = sum(values) - total
        return line, (f"{gap:+d}" if gap else edge) if number else ok if not gap else over if gap > 0 else under

    if number:
        ask = f"sum of the parts minus the {total_word}, with sign (+3, -2); {edge} if the difference is zero"
    else:
        ask = f"{ok} if the parts sum to the {total_word}, {over} if they are more, {under} if less"
    return Task(
        key=(number, edge if number else ok, total_word), labels=None if number else (ok, over, under), pair=pair,
        terse=[f"{total_word} then parts -> {ask}", f"Add the parts up: {ask}"],
        casual=[f"the first number is the {total_word}, the rest are the parts. give me {ask}", f"do the parts add up? i want {ask}"],
        detailed=[f"The input states a {total_word} and, after the colon, named parts with their values. Add the parts. Return {ask}.",
                  f"Verify a plan: the {total_word} comes first, the values of the parts follow the colon. The output is {ask}. Nothing "
                  "else is printed."])
