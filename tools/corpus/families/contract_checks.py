"""Contracts: calls, records, responses, roles, ranges and states that must match what a spec states."""
import json

import words as w
from task import Task, compact_json, family, options, pick_labels

THEME = "constraint satisfaction"
EDGES = ["none", "-", "n/a", "N/A", "NONE", "fine", "ok", "all good", "clean"]
VERDICTS = [("valid", "invalid"), ("OK", "FAIL"), ("pass", "fail"), ("yes", "no"), ("accepted", "rejected"), ("good", "bad"), ("1", "0"),
            ("CONFORMS", "VIOLATES"), ("match", "mismatch"), ("fits", "does_not_fit")]
PARAMETERS = """name path title count width height depth retries timeout rate price ratio weight enabled urgent dry_run
verbose tags items ids label user limit offset factor score active force colors sizes port host key mode page""".split()
FUNCTIONS = """send resize create_user fetch schedule render upload notify move open_ticket scale backup export parse ship
book index restart deploy charge refund mail rotate merge sync archive tag publish""".split()


def literal(r, kind, python):
    if kind == "str":
        return f'"{r.choice([*w.NOUNS, str(r.randint(1, 99)), *w.COLORS, "true", "None"])}"'
    if kind == "int":
        return str(r.randint(0, 500))
    if kind == "float":
        return f"{r.randint(0, 40)}.{r.randint(1, 99)}"
    if kind == "bool":
        return r.choice(["True", "False"] if python else ["true", "false"])
    return "[" + ", ".join(str(r.randint(1, 9)) for _ in range(r.randint(1, 3))) + "]"


@family(area="safety", theme=THEME, difficulty="hard")
def call_argument_types(r):
    """Which arguments of a call do not have the declared type?"""
    mode, python = r.choice(["verdict", "first", "all", "count"]), r.random() < 0.5
    ok, bad = pick_labels(r, VERDICTS)
    edge, sep, arrow = r.choice(EDGES), r.choice([", ", " ", "|", "; "]), r.choice([" ; ", " <- ", " | call: ", " // "])
    kinds = ["str", "int", "float", "bool", "list"] if python else ["str", "int", "bool", "list"]
    shown = {k: k for k in kinds} if python else {"str": "string", "int": "number", "bool": "boolean", "list": "number[]"}

    def pair(r):
        names = r.sample(PARAMETERS, r.randint(2, 4))
        types = [r.choice(kinds) for _ in names]
        wrong = [] if r.random() < (0.5 if mode == "verdict" else 0.22) else sorted(r.sample(range(len(names)), r.choice([1, 1, 2])))
        given = list(types)
        for at in wrong:
            # an int is never handed over for a float, nor a bool for an int or a float: that would be a matter of the language
            given[at] = r.choice([k for k in kinds if k != types[at] and not (types[at] in ("int", "float")
                                                                              and k in ("int", "float", "bool"))])
        name = r.choice(FUNCTIONS)
        declared = ", ".join(f"{n}: {shown[t]}" for n, t in zip(names, types))
        line = f"{name}({declared}){arrow}{name}({', '.join(literal(r, g, python) for g in given)})"
        found = [names[at] for at in wrong]
        answer = {"verdict": bad if found else ok, "first": found[0] if found else edge, "all": sep.join(found) or edge,
                  "count": str(len(found))}
        return line, answer[mode]

    ask = {"verdict": f"{ok} if every argument has the declared type, else {bad}", "count": "the number of arguments of a wrong type (0 if "
           "none)",
           "first": f"the name of the first parameter whose argument has a wrong type, {edge} if all fit",
           "all": f"the names of all parameters that got a wrong type, joined by '{sep}', or {edge} if all fit"}[mode]
    rule = "quoted values are always strings"
    return Task(
        key=(mode, python, {"verdict": ok, "count": 0}.get(mode, edge), sep if mode == "all" else "", arrow),
        labels=(ok, bad) if mode == "verdict" else None, pair=pair,
        terse=[f"signature, then call -> {ask}", f"Type-check the call: {ask}"],
        casual=[f"here's a signature and then a call of it, arguments in order. {rule}. i want {ask}",
                f"compare each value with the type of its parameter ({rule}) and give me {ask}"],
        detailed=["The input shows a function's signature with parameter types, followed by a call with literal arguments in the same "
                  "order. "
                  f"Note that {rule}. Return {ask}.",
                  f"Check the literals of a call against the signature in front of it, position by position; {rule}, even if digits stand "
                  "inside. "
                  f"The output is {ask}."])


@family(area="safety", theme=THEME, difficulty="medium")
def api_response_contract(r):
    """Does a response have the status and the field that the contract asks for?"""
    ok, status, body = pick_labels(r, [("ok", "bad_status", "bad_body"), ("PASS", "STATUS", "FIELD"),
                                       ("conform", "wrong code", "missing field"),
                                       ("green", "red", "amber"), ("0", "1", "2"), ("fine", "status_error", "body_error")])
    field = r.choice("id status token version created_at request_id name total items cursor hash state".split())
    methods = r.sample([("GET", 200), ("POST", 201), ("PUT", 200), ("PATCH", 204), ("POST", 202), ("PUT", 204), ("DELETE", 202),
                        ("GET", 206)], 3)
    while len({m for m, _ in methods}) < 2 or len({m for m, _ in methods}) < len(methods):
        methods.pop()
        if len(methods) == 1:
            methods.append(("HEAD", 200))
    codes = dict(methods)
    near = [f"{field}s", f"old_{field}", f"{field}_ref", field.upper() + "2"]

    def pair(r):
        wanted = r.choice([ok, ok, status, status, body, body])
        method = r.choice(sorted(codes))
        code = codes[method] if wanted != status else r.choice([c for c in (200, 201, 202, 204, 206, 301, 404, 409, 500)
                                                                if c != codes[method]])
        data = {r.choice(w.NOUNS): r.choice([r.randint(1, 99), r.choice(w.COLORS), True])}
        value = r.choice([r.randint(1, 999), w.identifier(r, 5)])
        if wanted == body or wanted == status and r.random() < 0.3:
            data[r.choice(near)] = value
            if r.random() < 0.3:
                data["data"] = {field: value}
        else:
            data[field] = value
        entries = list(data.items())
        r.shuffle(entries)
        return f"{method} /{r.choice(w.NOUNS)}s{r.choice(['', f'/{r.randint(1, 99)}'])} -> {code} {compact_json(dict(entries))}", wanted

    rule = ", ".join(f"{m} {codes[m]}" for m in sorted(codes))
    return Task(
        key=(ok, status, field, rule), labels=(ok, status, body), pair=pair,
        terse=[f"expected codes: {rule}. Other code: {status}; else no top-level key '{field}': {body}; else {ok}",
               f"contract {rule} plus top-level '{field}' -> {ok}; {status} if the code is wrong (first check), {body} if the key is "
               "missing"],
        casual=[f"our contract: {rule} and the body has a top-level {field}. wrong code is {status}, right code but no {field} is {body}, "
                f"all fine is {ok}",
                f"first check the code ({rule}), say {status} if it differs. then look for '{field}' at the top of the json, {body} if "
                f"absent. otherwise {ok}"],
        detailed=[f"The input is a request with its response. The status code must be as follows: {rule}. If it is another one, return "
                  f"{status}. "
                  f"If the code is right but the JSON object has no key {field} at its top level, return {body}. Otherwise return {ok}.",
                  f"Check a response against a contract. Expected status codes: {rule}. The body must have the exact top-level key "
                  f"'{field}'. "
                  f"Answer {ok} if both hold, {status} if the code is wrong (whatever the body), and {body} if only the key is missing."])


@family(area="safety", theme=THEME, difficulty="medium")
def role_permission_check(r):
    """May a role do an action, by the matrix of the spec?"""
    allow, deny = pick_labels(r, [("allow", "deny"), ("ALLOWED", "FORBIDDEN"), ("permit", "refuse"), ("yes", "no"), ("200", "403"),
                                  ("granted", "denied")])
    low, mid, top = r.choice([("viewer", "editor", "admin"), ("guest", "member", "owner"), ("reader", "author", "chief"),
                              ("intern", "analyst", "lead"),
                              ("customer", "agent", "supervisor"), ("trainee", "operator", "engineer")])
    actions = r.sample("read comment edit publish delete invite export archive rename share print tag approve lock restore assign".split(),
                       7)
    first, second = actions[:2], actions[2:4]
    inherits = r.random() < 0.6
    may = {low: first, mid: first + second if inherits else second, top: actions}
    things = "report invoice page ticket album folder draft order contract photo memo chart recipe survey".split()

    def pair(r):
        wanted = r.random() < 0.5
        role = r.choice([low, mid, mid, top] if wanted else [low, mid])
        action = r.choice([a for a in actions if (a in may[role]) == wanted])
        who, other, thing = w.first(r), w.person(r), f"{r.choice(things)} {r.randint(1, 400)}"
        line = r.choice([f"{who} ({role}) wants to {action} {thing}", f"{role} {who}: {action} {thing}",
                         f"{action} {thing} by {who}, {role}",
                         f"user={who.lower()} role={role} action={action} target={thing}", f"can {who}, who is {role}, {action} {thing} of "
                         f"{other}?",
                         f"{who} is {role} and tries to {action} the {thing}, owner {other}"])
        return line, allow if wanted else deny

    also = "these and " if inherits else "only "
    matrix = f"{low}: {' '.join(first)}; {mid}: {also}{' '.join(second)}; {top}: everything"
    return Task(
        key=(allow, low, actions, inherits), labels=(allow, deny), pair=pair,
        terse=[f"{matrix}. Action allowed for the role? {allow} or {deny}", f"{allow}/{deny} by role. {matrix}"],
        casual=[f"check the permission: {matrix}. tell me {allow} if the role covers the action and {deny} if not",
                f"does the user's role permit it? {allow} if so, {deny} if not. the roles are {matrix}"],
        detailed=[f"The input says who wants to do what, with the user's role. The permissions are: {matrix}. Return {allow} if the role "
                  "includes the "
                  f"action, otherwise {deny}.",
                  f"Decide on a request by the role of the user and nothing else. The matrix of roles and actions: {matrix}. The answer is "
                  f"{allow} when "
                  f"the action belongs to the role, {deny} when it does not."])


FIELD_KINDS = {"string": lambda r: r.choice(w.NOUNS + w.COLORS + ["12", "true"]), "number": lambda r: r.choice([r.randint(0, 900),
    r.randint(1, 99) + 0.5]),
               "boolean": lambda r: r.random() < 0.5, "array": lambda r: [r.randint(1, 9) for _ in range(r.randint(0, 3))]}
FIELDS = "name age price active tags email stock city weight public scores owner size visible codes title year paid steps color".split()


@family(area="safety", theme=THEME, difficulty="medium")
def record_schema_fault(r):
    """The first required field of a JSON record that is missing or of a wrong type."""
    keys = r.sample(FIELDS, 3)
    kinds = [r.choice(sorted(FIELD_KINDS)) for _ in keys]
    edge, style = r.choice(["valid", "ok", "none", "-", "OK", "conforms"]), r.choice(["key", "reason", "verdict"])
    missing, typed = r.choice([("missing", "type"), ("absent", "wrong type"), ("MISSING", "TYPE"), ("lost", "mismatch")])
    bad = r.choice(["invalid", "broken", "FAULT", "reject"])
    mark = r.choice([":", " ", "=", " - "])

    def pair(r):
        data, fault = {key: FIELD_KINDS[kind](r) for key, kind in zip(keys, kinds)}, None
        data.update({key: r.choice(w.COLORS) for key in r.sample([f for f in FIELDS if f not in keys], r.randint(0, 2))})
        faulty = [] if r.random() < (0.5 if style == "verdict" else 0.22) else sorted(r.sample(range(3), r.choice([1, 1, 2])))
        for at in faulty:
            if r.random() < 0.5:
                del data[keys[at]]
            else:
                data[keys[at]] = FIELD_KINDS[r.choice([k for k in sorted(FIELD_KINDS) if k != kinds[at]])](r)
            fault = fault or (keys[at], typed if keys[at] in data else missing)
        entries = list(data.items())
        r.shuffle(entries)
        text = compact_json(dict(entries)) if r.random() < 0.5 else json.dumps(dict(entries))
        return (f"record {r.randint(1, 999)}: " if r.random() < 0.4 else "") + text, edge if not fault else {
            "key": fault[0], "reason": mark.join(fault), "verdict": bad}[style]

    schema = ", ".join(f"{key} {kind}" for key, kind in zip(keys, kinds))
    ask = {"key": f"the first of these keys that is missing or of another type; {edge} if none",
           "verdict": f"{edge} if all three fit, {bad} if not",
           "reason": f"the first faulty key as 'key{mark}{missing}' if absent or 'key{mark}{typed}' if the type differs; {edge} if "
           "none"}[style]
    return Task(
        key=(schema, edge, style, {"key": 0, "verdict": bad, "reason": (missing, mark)}[style]), labels=(edge, bad) if style == "verdict"
        else None, pair=pair,
        terse=[f"Schema: {schema}. Give {ask}", f"{schema} -> {ask}"],
        casual=[f"each record needs {schema} (more keys are fine). give me {ask}",
                f"check the json: it must have {schema}, extra keys don't matter. output: {ask}"],
        detailed=[f"The input is a JSON record. It must have these keys with these types, in any order: {schema}. Other keys are allowed "
                  "and are ignored. "
                  f"Return {ask}. The order that counts is the one given here.",
                  f"Validate a JSON object against this schema: {schema}. Quoted values are strings, and surplus keys do no harm. Going "
                  "through the schema "
                  f"in the order given, return {ask}."])


UNITS = {"length": "km m cm mm miles inches feet yards".split(), "mass": "kg g mg tonnes pounds".split(),
         "time": "seconds minutes hours days weeks ms".split(),
         "volume": "liters ml gallons pints cups".split(), "temperature": ["°C", "°F", "kelvin"], "area": "m2 km2 hectares acres".split(),
         "data": "bytes KB MB GB TB".split(), "money": "euros dollars yen pesos francs".split()}


@family(area="safety", theme=THEME, difficulty="easy")
def quantities_addable(r):
    """Do two quantities measure the same thing?"""
    verdict = r.random() < 0.5
    ok, bad = pick_labels(r, [("compatible", "incompatible"), ("yes", "no"), ("SAME", "DIFFERENT"), ("addable", "not_addable"),
                              ("ok", "unit error")])
    edge, used = r.choice(["mixed", "none", "-", "N/A", "MISMATCH"]), sorted(r.sample(sorted(UNITS), 5))
    upper = r.random() < 0.3

    def pair(r):
        same = r.random() < (0.5 if verdict else 0.8)
        first = r.choice(used)
        second = first if same else r.choice([k for k in used if k != first])
        a, b = (f"{r.choice([r.randint(2, 900), r.randint(1, 40) + 0.5])} {r.choice(UNITS[kind])}" for kind in (first, second))
        line = r.choice(["{a} + {b}", "add {a} to {b}", "{p}: {a} and then {b}", "sum of {a} and {b}", "{a} minus {b}",
                         "is {a} more than {b}?",
                         "{p} needs {a}, {q} needs {b}; total?", "{p}={a}, {q}={b}", "compare {a} with {b} for the {p}"])
        p, q = r.sample([n for n in w.NOUNS if n not in ("scale", "meter", "watch", "clock")], 2)
        return line.format(a=a, b=b, p=p, q=q), (ok if same else bad) if verdict else (first.upper() if upper else first) if same else edge

    names = [k.upper() for k in used] if upper else used
    if verdict:
        ask = f"{ok} if both measure the same thing (say, length or mass), {bad} if they do not"
    else:
        ask = f"{options(names)}: what both measure; {edge} if they measure different things"
    return Task(
        key=(verdict, (ok, used) if verdict else (edge, names)), labels=(ok, bad) if verdict else (*names, edge), pair=pair,
        terse=[f"two quantities -> {ask}", f"Look at the two units: {ask}"],
        casual=[f"can these two be added after conversion? give me {ask}", f"don't calculate, only look at the units. answer {ask}"],
        detailed=["The input mentions two quantities with their units. Different units of one kind, such as km and miles, belong "
                  f"together. Return {ask}.",
                  "Check the dimensions of two quantities; no sum is needed and units of the same kind can always be converted. The "
                  f"output is {ask}."])


SENSORS = """temp humidity pressure voltage current rpm flow level ph speed torque load noise light co2 dust strain
frequency gain altitude pulse""".split()


@family(area="safety", theme=THEME, difficulty="medium")
def readings_out_of_range(r):
    """Which readings lie outside the ranges of the spec?"""
    names = r.sample(SENSORS, 3)
    ranges = {name: (low := r.choice([0, 5, 10, 20, 50, 100]), low + r.choice([10, 25, 30, 50, 80, 200])) for name in names}
    mode, edge, sep = r.choice(["names", "sides", "count", "verdict"]), r.choice(EDGES), r.choice([", ", " ", "|", ";"])
    good, alarm = pick_labels(r, VERDICTS)
    low_word, high_word = r.choice([("low", "high"), ("LO", "HI"), ("under", "over"), ("-", "+")])

    def pair(r):
        chosen = r.sample(names, r.randint(2, 3))
        off = [] if r.random() < (0.5 if mode == "verdict" else 0.22) else r.sample(chosen, r.choice([1, 1, 2]))
        shown, found = [], []
        for name in chosen:
            low, high = ranges[name]
            value = r.choice([low, high, r.randint(low, high), r.randint(low, high)])
            if name in off:
                value = r.choice([high + r.randint(1, 40), max(0, low - r.randint(1, 20))])
            shown.append(f"{name}{r.choice(['=', ' ', ': '])}{value}")
            if not low <= value <= high:
                found.append((name, low_word if value < low else high_word))
        head = r.choice(["", f"unit {r.randint(1, 99)}: ", f"{w.city(r)}: ", f"line {r.choice('ABCDEF')}, "])
        answer = {"names": sep.join(n for n, _ in found), "sides": sep.join(f"{n}:{s}" for n, s in found), "count": str(len(found)),
                  "verdict": alarm if found else good}
        return head + ", ".join(shown), answer[mode] or edge

    limits = ", ".join(f"{name} {low}-{high}" for name, (low, high) in ranges.items())
    ask = {"names": f"names of the readings outside, as ordered in the input, joined by '{sep}'; {edge} if none",
           "count": "how many readings lie outside (0 if none)",
           "sides": f"each reading outside as name:{low_word} or name:{high_word} (below/above), joined by '{sep}'; {edge} if none",
           "verdict": f"{good} if all are inside, else {alarm}"}[mode]
    return Task(
        key=(limits, mode, {"count": 0, "verdict": good}.get(mode, (edge, sep)), low_word if mode == "sides" else 0),
        labels=(good, alarm) if mode == "verdict" else None, pair=pair,
        terse=[f"Allowed, ends included: {limits}. Give {ask}", f"{limits} (limits are allowed) -> {ask}"],
        casual=[f"allowed values are {limits}, the limits themselves are ok. from the readings i need {ask}",
                f"compare with {limits}; a value equal to a limit is fine. output {ask}"],
        detailed=[f"The input lists sensor readings. The permitted ranges are {limits}, both ends included. Return {ask}.",
                  f"Check measured values against ranges: {limits}. A value that equals a bound is inside. A sensor that is not reported "
                  "is not judged. "
                  f"Output {ask}."])


STATE_SETS = [("new", "open", "waiting", "closed"), ("draft", "review", "approved", "published"), ("queued", "running", "paused", "done"),
              ("idle", "armed", "fired", "reset"), ("cart", "paid", "packed", "shipped"), ("off", "starting", "on", "stopping"),
              ("red", "amber", "green", "dark"), ("egg", "larva", "pupa", "adult"), ("todo", "doing", "blocked", "finished")]


@family(area="safety", theme=THEME, difficulty="hard")
def state_path_fault(r):
    """The first step of a history that the transitions of the spec forbid."""
    states = r.choice(STATE_SETS)
    allowed = sorted({(states[0], states[1]), (states[1], states[2]), (states[2], states[3]),
                      *(tuple(r.sample(states, 2)) for _ in range(2))})
    verdict, edge = r.random() < 0.45, r.choice(EDGES)
    ok, bad = pick_labels(r, VERDICTS)
    arrow = r.choice([">", "->", "/", " to "])

    def pair(r):
        lawful = r.random() < (0.5 if verdict else 0.22)
        while True:
            path = [r.choice(states[:3])]
            for _ in range(r.randint(1, 4)):
                onward = [b for a, b in allowed if a == path[-1]]
                path.append(r.choice(onward) if onward and r.random() < 0.75 else r.choice([s for s in states if s != path[-1]]))
            wrong = next((step for step in zip(path, path[1:]) if step not in allowed), None)
            if (wrong is None) == lawful:
                break
        head = r.choice(["#{n}: {p}", "{s} {n}: {p}", "item {n} went {p}", "history of {s}-{n}: {p}"])
        text = head.format(n=r.randint(1, 9999), s=r.choice(w.NOUNS), p=r.choice([" > ", ", ", " -> "]).join(path))
        return text, (bad if wrong else ok) if verdict else arrow.join(wrong) if wrong else edge

    steps = ", ".join(f"{a}>{b}" for a, b in allowed)
    ask = f"{ok} if every step is allowed, else {bad}" if verdict else f"the first step not allowed, as from{arrow}to; {edge} if all are"
    if not verdict and arrow == " to ":
        ask = f"the first step not allowed, written like 'a to b'; {edge} if all are"
    return Task(
        key=(steps, verdict, ok if verdict else (edge, arrow)), labels=(ok, bad) if verdict else None, pair=pair,
        terse=[f"Allowed steps: {steps}. Give {ask}", f"history -> {ask}; allowed: {steps}"],
        casual=[f"only these moves are legal: {steps}. look at each pair of neighbours in the history and give me {ask}",
                f"check the states one after the other; allowed moves {steps}, nothing else. output: {ask}"],
        detailed=[f"The input is the history of an item as a list of states. The transitions that are allowed are {steps}. Return {ask}.",
                  f"Verify a state history step by step. A step from one state to the next is allowed only if it is one of these: {steps}. "
                  f"The output is {ask}."])
