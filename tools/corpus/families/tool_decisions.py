"""Tool use: decisions about a call: whether one is needed, is valid, may run, and what its result asks for."""
import words as w
from task import Task, compact_json, family, options, pick_labels

SERVICES_SHORT = [name for name in w.SERVICES if "-" in name]
# what a request is about: (the words of the spec, requests)
NEEDS = {
    "live": ("current facts (weather, prices, traffic)", [
        "what's the temperature in {city} right now?", "is it raining in {city} at the moment?",
        "how much does a {product} cost in shops today?",
        "how bad is the traffic around {city} right now?", "what is the {company} share price this minute?",
        "any delays at {city} airport today?",
        "who is winning the match in {city} at the moment?", "what's the exchange rate of the dollar today?",
        "are there road works in {city} today?",
        "is the {product} in stock at {company} today?"]),
    "own": ("the user's own data (mails, files, calendar)", [
        "what did {person} write to me last {day}?", "when is my next meeting with {person}?",
        "how many unread mails do I have from {company}?",
        "find the {noun} report in my documents", "what's on my calendar for {day}?", "which of my files mention {company}?",
        "did I already answer the mail of {person}?", "what is the phone number of {person} in my contacts?",
        "how big is my {noun} folder?",
        "which appointments do I have on {day}?"]),
    "act": ("actions (send, book, switch, order)", [
        "send {person} a message that I'm late", "book a train to {city} for {day}", "turn off the lamp next to the {noun}",
        "order a {product} for me",
        "reserve a hotel in {city}", "call {person}", "lock the door and switch on the alarm", "set an alarm for {n} minutes from now",
        "forward the invoice to {company}", "buy two tickets to {city}"]),
    "know": ("general knowledge that does not change", [
        "what is a {noun} used for?", "which continent is {country} on?", "why do leaves turn yellow?", "how does a {product} work?",
        "explain what a {job} does", "is a {animal} a mammal?", "what color do you get from blue and yellow?",
        "what is the capital of {country}?",
        "why is {city} a well known city?", "what do {animal}s eat?"]),
    "write": ("help with writing", [
        "write a short poem about a {noun}", "make this sound nicer: {sentence}", "fix the grammar: {sentence}",
        "give me a slogan for {company}",
        "suggest a title for a story about a {animal}", "draft a birthday wish for {person}", "rewrite as a question: {sentence}",
        "shorten this: {sentence}", "find a friendlier word for {adj}", "put this in the future tense: {sentence}"]),
    "calc": ("arithmetic", [
        "what is {n} times {m}?", "add {n}, {m} and 7", "how much is {n} percent of {m}00?", "divide {m}0 by {n}", "what's {n} squared?",
        "{n} plus {m}?", "half of {m}8 is what?", "subtract {n} from {m}00", "the average of {n} and {m}?", "is {n} + {m} more than 90?"]),
    "chat": ("small talk", [
        "hi, how are you?", "good morning! lovely day, isn't it?", "you are a great help, {first} says so too",
        "my name is {first}, nice to meet you",
        "thanks, that was all for {day}", "haha, {first} told me the same joke", "I'm {first} and I'm bored", "see you on {day}!",
        "do you like {animal}s?", "happy {day}, my friend"]),
}


def slots(r):
    """Values for the slots of the templates of this file."""
    return dict(city=w.city(r), product=w.product(r), company=w.company(r), person=w.person(r), day=r.choice(w.WEEKDAYS),
                noun=r.choice(w.NOUNS),
                country=w.country(r), job=r.choice(w.JOBS), animal=r.choice(w.ANIMALS), sentence=w.sentence(r), adj=r.choice(w.ADJECTIVES),
                first=w.first(r),
                n=r.randint(2, 99), m=r.randint(2, 99), service=r.choice(SERVICES_SHORT), id=w.identifier(r, 6),
                time=f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}")


LEADS = ["", "", "", "hey, ", "ok: ", "quick question - ", "next one: ", "so, ", "well, ", "I was wondering: ", "assistant, ",
         "one thing: ", "by the way, "]


@family(area="agentic", theme="tool use", difficulty="easy")
def request_needs_tool(r):
    """Does a request need a tool or can it be answered directly?"""
    yes, no = pick_labels(r, [("TOOL", "DIRECT"), ("tool", "answer"), ("call", "reply"), ("needs_tool", "no_tool"), ("T", "D"),
                              ("external", "internal")])
    with_tool = r.sample(["live", "own", "act", "calc"], r.choice([1, 2, 2]))
    without = r.sample([kind for kind in ("know", "write", "chat", "calc") if kind not in with_tool], r.choice([1, 2, 2]))

    def pair(r):
        tool = r.random() < 0.5
        text = r.choice(LEADS) + r.choice(NEEDS[r.choice(with_tool if tool else without)][1]).format(**slots(r))
        return text, yes if tool else no

    a, b = (", ".join(NEEDS[kind][0] for kind in side) for side in (with_tool, without))
    return Task(
        key=(yes, no, sorted(with_tool), sorted(without)), labels=(yes, no), pair=pair,
        terse=[f"{yes} = {a}; {no} = {b}", f"request about {a} -> {yes}; {b} -> {no}"],
        casual=[f"should the bot call a tool? {yes} if the user asks about {a}. {no} if it's {b}",
                f"say {no} when the message is about {b}, and {yes} when it is about {a}"],
        detailed=[f"An assistant gets a request. It has tools for the following only: {a}. Return {yes} for such a request. It answers "
                  f"these by itself: {b}. Return {no} for them.",
                  f"Decide whether the request must go through a tool. Answer {yes} if it concerns {a}; answer {no} if it concerns {b}. "
                  "Output only the word."])


KINDS = {"text": ["free text", "some text", "a string"], "whole": ["a whole number", "an integer", "a number without decimals"],
         "decimal": ["a decimal number", "a number with decimals", "a decimal amount"],
         "flag": ["yes or no", "true or false", "a flag that is true or false"],
         "list": ["a list of texts", "several texts", "a list of strings"]}
TYPE_NAMES = [("string", "integer", "number", "boolean", "array"), ("str", "int", "float", "bool", "list"),
              ("text", "whole", "decimal", "flag", "list"),
              ("TEXT", "INT", "REAL", "BOOL", "LIST"), ("s", "i", "f", "b", "l"), ("String", "Integer", "Double", "Boolean", "String[]")]
FIELD_NAMES = """account address age amount archived author branch budget category city code color comment count country currency customer
deadline depth description draft email enabled folder format height invoice keywords language length level limit message mode month name
notes number offset order owner page password path phone priority product public quantity query radius rating reason recipient region room
score sender size source start status street subject tags target team temperature title token unit urgent user verbose version weight width
year zone""".split()
TOOL_VERBS = """add archive book cancel check close copy create delete export fetch filter find get import list merge move open pay post
print refund rename search send set sync update""".split()


@family(area="agentic", theme="tool use", difficulty="hard")
def argument_schema_from_prose(r):
    """The types of a tool's arguments from a description in words."""
    types = dict(zip(KINDS, r.choice(TYPE_NAMES)))
    mark = r.choice(["?", "?", None, "~", "*"])
    style = r.choice(["json", "json", "colon", "typed", "pipe"])
    shape = {"json": 'compact JSON {"NAME":"TYPE"}', "colon": "NAME: TYPE, NAME: TYPE", "typed": "TYPE NAME; TYPE NAME",
             "pipe": "NAME=TYPE|NAME=TYPE"}[style]

    def pair(r):
        names, parts, schema = r.sample(FIELD_NAMES, r.choice([1, 2, 3, 3])), [], {}
        for name in names:
            kind = r.choice(sorted(KINDS))
            optional = r.random() < 0.3
            said = r.choice(KINDS[kind])
            parts.append(r.choice(["{} ({}{})", "{}, {}{}", "{} which is {}{}"]).format(name, said, ", optional" if optional else ""))
            schema[name] = types[kind] + (mark if optional and mark else "")
        tool = f"{r.choice(TOOL_VERBS)}_{r.choice(w.NOUNS)}"
        text = r.choice(["{t} takes {p}.", "The tool {t} has these arguments: {p}.", "To call {t} you give {p}.", "{t} expects {p}.",
                         "Arguments of {t}: {p}."])
        text = text.format(t=tool, p="; ".join(parts))
        if style == "json":
            return text, compact_json(schema)
        if style == "pipe":
            return text, "|".join(f"{name}={kind}" for name, kind in schema.items())
        if style == "colon":
            return text, ", ".join(f"{name}: {kind}" for name, kind in schema.items())
        return text, "; ".join(f"{kind} {name}" for name, kind in schema.items())

    said = {"text": "text", "whole": "whole number", "decimal": "decimal", "flag": "yes/no", "list": "list of texts"}
    table = ", ".join(f"{said[kind]} {types[kind]}" for kind in KINDS)
    rule = f"optional: type plus {mark}" if mark else "optional arguments look the same"
    return Task(
        key=(types, mark, style), pair=pair, kind="json" if style == "json" else "text",
        terse=[f"{shape} of the arguments; {table}; {rule}", f"argument types as {shape}: {table}; {rule}"],
        casual=[f"read what the tool takes and give me {shape}, in that order. types: {table}. {rule}",
                f"write the argument schema as {shape}. use {table}; {rule}"],
        detailed=[f"The input describes the arguments of a tool. Write its schema as {shape}, with the arguments in the order of the text. "
                  f"Type names: {table}. {rule.capitalize()}.",
                  f"Generate the argument schema of the tool that is described. Format: {shape}. Map the kinds like this: {table}. "
                  f"{rule.capitalize()}. Leave out the name of the tool."])


@family(area="agentic", theme="tool use", difficulty="hard")
def tool_call_fault(r):
    """Is a JSON tool call valid for the signatures of the spec, and if not, why?"""
    good, unknown, missing, extra, kind = pick_labels(r, [
        ("ok", "unknown_tool", "missing_argument", "extra_argument", "wrong_type"), ("VALID", "NO_SUCH_TOOL", "MISSING", "EXTRA", "TYPE"),
        ("pass", "bad name", "incomplete", "too much", "bad type"), ("E0", "E1", "E2", "E3", "E4"),
        ("fine", "tool?", "needs more", "surplus", "type error")])
    names = r.sample([f"{verb}_{noun}" for verb in TOOL_VERBS[:20] for noun in ("order", "user", "file", "page", "ticket", "event")], 2)
    signatures = {name: [(field, r.choice(["int", "text"])) for field in r.sample(FIELD_NAMES, r.choice([1, 2]))] for name in names}
    tool_key, arguments_key = r.choice([("tool", "args"), ("name", "arguments"), ("call", "with")])

    def value(r, kind):
        if kind == "int":
            return r.randint(1, 9999)
        return r.choice([w.first(r), w.city(r), w.thing(r), str(r.randint(10, 999))])

    def pair(r):
        name = r.choice(names)
        arguments = {field: value(r, kind) for field, kind in signatures[name]}
        fault = r.choice([good, good, unknown, missing, extra, kind])
        if fault == unknown:
            verb, noun = name.split("_")
            while name in names:
                name = r.choice([f"{r.choice(TOOL_VERBS)}_{noun}", f"{verb}_{r.choice(w.NOUNS)}", noun, f"{verb}{noun.capitalize()}",
                                 f"{verb}_{noun}s"])
        elif fault == missing:
            del arguments[r.choice(sorted(arguments))]
        elif fault == extra:
            arguments[r.choice([field for field in FIELD_NAMES if field not in arguments])] = value(r, r.choice(["int", "text"]))
        elif fault == kind:
            field, wanted = r.choice(signatures[name])
            arguments[field] = str(arguments[field]) if wanted == "int" else r.randint(1, 9999)
        items = list(arguments.items())
        r.shuffle(items)
        return compact_json({tool_key: name, arguments_key: dict(items)}), fault

    listed = " ".join(f"{name}({','.join(f'{field}:{kind}' for field, kind in fields)})" for name, fields in signatures.items())
    return Task(
        key=(listed, good, tool_key), labels=(good, unknown, missing, extra, kind), pair=pair,
        terse=[f"check call against {listed}: {unknown} (other tool), {missing} (lacks argument), {extra} (unlisted one), {kind} (wrong "
               f"type; text is quoted, int is not), else {good}",
               f"{listed}: unlisted tool {unknown}, absent argument {missing}, surplus one {extra}, int quoted or text unquoted {kind}, "
               f"correct {good}"],
        casual=[f"our tools: {listed}. a call to any other tool is {unknown}, a lacking argument {missing}, an additional one {extra}, a "
                f"quoted int or a bare number for text {kind}; "
                f"otherwise {good}",
                f"validate the call, tools are {listed}. say {good}, or {unknown} for another tool, {missing} for a lacking argument, "
                f"{extra} for one too many, {kind} when int "
                f"is quoted or text isn't"],
        detailed=[f"The input is a tool call in JSON. Valid tools and arguments: {listed}; all arguments are required, int is a bare "
                  f"number and text is quoted. Return {unknown} "
                  f"for a tool that is not listed, {missing} if an argument is missing, {extra} if there is one that is not listed, {kind} "
                  "if a "
                  f"value has the wrong type, and {good} otherwise.",
                  f"Check the call in the input against these signatures: {listed}. Answers: {good} for a correct call; {unknown} for an "
                  f"unlisted tool name; {missing} when a listed "
                  f"argument is absent; {extra} when an unlisted argument is present; {kind} when an int comes as a quoted string or a "
                  "text as a bare number."])


@family(area="agentic", theme="tool use", difficulty="medium")
def call_needs_approval(r):
    """May a call run at once, must somebody approve it, or is it forbidden?"""
    run, ask, block = pick_labels(r, [("RUN", "ASK", "BLOCK"), ("allow", "confirm", "deny"), ("auto", "human", "never"),
                                      ("go", "wait", "stop"), ("1", "2", "3"),
                                      ("execute", "needs_approval", "forbidden")])
    verbs = r.sample(["read", "list", "search", "create", "update", "send", "delete", "pay", "refund", "deploy", "export", "restart",
                      "copy", "rename"], 5)
    free, guarded, banned = verbs[:2], verbs[2:4], verbs[4:]
    limit = r.choice([20, 50, 100, 200, 250, 500, 1000])
    field = r.choice(["amount", "count", "rows", "total", "cost", "items"])

    def pair(r):
        verb = r.choice(free + guarded + guarded + guarded + banned + banned)
        n = r.randint(limit + 1, limit * 5) if r.random() < 0.5 else r.randint(1, limit)
        target = r.choice([w.email(r), r.choice(w.NOUNS), w.last(r).lower(), w.identifier(r, 6), r.choice(w.SERVICES)])
        style = r.choice(["{v}(target={t}, {f}={n})", "{v} {t} --{f} {n}", '{{"action":"{v}","on":"{t}","{f}":{n}}}',
                          "call {v} on {t} with {f}={n}", "{v}({f}={n}, to={t})"])
        verdict = run if verb in free or verb in guarded and n <= limit else ask if verb in guarded else block
        return style.format(v=verb, t=target, f=field, n=n), verdict

    a, b, c = " and ".join(free), " and ".join(guarded), banned[0]
    return Task(
        key=(run, sorted(free), sorted(guarded), banned, limit, field), labels=(run, ask, block), pair=pair,
        terse=[f"{a}: {run}. {b}: {run} up to {field} {limit}, above {ask}. {c}: {block}",
               f"{block} for {c}; {ask} for {b} if {field} > {limit}; {run} for those up to {limit}, and for {a}"],
        casual=[f"can the agent do this call? {a} always {run}. {b} are {run} as long as {field} is at most {limit}, otherwise {ask}. {c} "
                f"is always {block}",
                f"{c}? {block}. {b}? {ask} once {field} goes over {limit}, {run} below or exactly at it. {a}? just {run}"],
        detailed=[f"Decide whether a tool call may run. Calls of {a} always get {run}, whatever the {field}. Calls of {b} get {run} if "
                  f"{field} is {limit} or less and {ask} if it "
                  f"is more. Calls of {c} always get {block}.",
                  f"Apply the approval policy to the call: {block} for every {c}; {ask} for {b} with a {field} greater than {limit}; {run} "
                  f"in all other cases, that is for {b} with "
                  f"{field} up to {limit} and for {a} with any {field}."])


RESULTS = {
    "success": ("success", ["200 OK, {n} rows returned", "done: {noun} {id} created", '{{"status":"ok","id":"{id}"}}',
                            "sent to {person} at {time}", "wrote {n} bytes to {noun}.txt",
                            "found {n} matches for {noun}", "booking {id} confirmed for {person}", "{service} answered: saved"]),
    "temporary": ("a passing fault (timeout, overload)", ["{service}: timeout after {n} s", "503 service {service} unavailable, try later",
                                                          "rate limit reached, {n} requests left in queue",
                                                          "connection reset by {service}", "{service} is overloaded at {time}",
                                                          "gateway timeout while asking {service}",
                                                          "429 too many requests, wait {n} s", "{service} is restarting, back in {n} s"]),
    "argument": ("a wrong argument", ["invalid value '{noun}' for argument count", "unknown argument {noun}",
                                      "date '{n}/{m}/x' cannot be parsed", "expected a number for size, got '{adj}'",
                                      "argument city must not be empty (call {id})", "value {m}{n}{m} of limit is out of range",
                                      "'{adj}' is no allowed color", "required argument {noun} is missing"]),
    "rights": ("missing rights", ["403 forbidden: {person} may not open {noun}", "permission denied for /{noun}/{id}",
                                  "token {id} lacks the scope write", "{service}: access denied",
                                  "401 not logged in at {service}", "only admins can change {noun}",
                                  "{person} is not in the group that may edit {noun}", "your role does not allow this on {service}"]),
    "empty": ("an empty result", ["0 rows for {noun}", "no matches for '{adj} {noun}'", '{{"results":[],"took_ms":{n}}}',
                                  "nothing found in {service} for {person}", "search for {id} gave no hits",
                                  "the list of {noun}s is empty", "0 of {n} documents match", "no entry called {noun}"]),
}
MOVES = {"success": [("continue", "CONTINUE"), ("next", "NEXT"), ("use_it", "USE")],
         "temporary": [("retry", "RETRY"), ("wait", "WAIT"), ("again", "AGAIN")],
         "argument": [("fix", "FIX"), ("correct_call", "CORRECT"), ("repair", "REPAIR")],
         "rights": [("ask_user", "ASK"), ("escalate", "ESCALATE"), ("stop", "STOP")],
         "empty": [("broaden", "BROADEN"), ("rephrase", "REPHRASE"), ("say_none", "NONE")]}


@family(area="agentic", theme="tool use", difficulty="easy")
def move_after_tool_result(r):
    """What to do after the result of a tool."""
    kinds = r.sample(sorted(RESULTS), r.choice([3, 4, 4, 5]))
    upper = r.choice([0, 1])
    moves = {kind: r.choice(MOVES[kind])[upper] for kind in kinds}

    def pair(r):
        kind = r.choice(kinds)
        lead = r.choice(["", "", "tool result: ", "{service} -> ", "[{time}] ", "result of call {m}: ", "#{id} "])
        return (lead + r.choice(RESULTS[kind][1])).format(**slots(r)), moves[kind]

    listed = "; ".join(f"{RESULTS[kind][0]} -> {moves[kind]}" for kind in kinds)
    told = ", ".join(f"{moves[kind]} after {RESULTS[kind][0]}" for kind in kinds)
    return Task(
        key=sorted(moves.items()), labels=tuple(moves.values()), pair=pair,
        terse=[f"tool result: {listed}", f"next move by result: {told}"],
        casual=[f"a tool came back with this. what should the agent do? {listed}",
                f"choose the agent's next move from the tool's message: {told}"],
        detailed=[f"The input is what a tool returned to an agent. Choose the agent's next move by the kind of result: {listed}. Return "
                  "only the move.",
                  f"Look at the result of a tool call and return one of {options(moves.values())}: {told}."])
