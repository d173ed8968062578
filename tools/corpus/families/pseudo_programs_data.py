"""Pseudo-programs on text, lists, queues, flags, maps and states; English to expressions."""
import words as w
from task import Task, compact_json, family

THEME = "pseudo-program execution"


@family(area="code", theme=THEME, difficulty="medium")
def run_text_program(r):
    """Operations on a word, one after another."""
    pool = {"upper": ("upper case", str.upper), "first": ("first 3 letters only", lambda s: s[:3]),
            "cut": ("first letter removed", lambda s: s[1:]), "chop": ("last letter removed", lambda s: s[:-1]),
            "rev": ("reversed", lambda s: s[::-1]), "bang": ("! added at the end", lambda s: s + "!"),
            "twice": ("written twice", lambda s: s + s), "under": ("_ put in front", lambda s: "_" + s),
            "cap": ("first letter as capital", lambda s: s[:1].upper() + s[1:]),
            "nov": ("vowels aeiou removed", lambda s: "".join(c for c in s if c.lower() not in "aeiou") or "?"),
            "len": ("its length added at the end", lambda s: s + str(len(s))),
            "swap": ("first and last letter swapped", lambda s: s[-1] + s[1:-1] + s[0] if len(s) > 1 else s),
            "dash": ("- between all letters", lambda s: "-".join(s))}
    chosen = r.sample([name for name in sorted(pool)], 3)
    names = dict(zip(chosen, r.sample(w.MADE_UP, 3))) if r.random() < 0.4 else {name: name for name in chosen}
    pipe, show = r.choice([" | ", " > ", ".", " -> ", ", "]), r.choice(["{}", "'{}'", "[{}]"])
    vowels = " (? if none left)" if "nov" in chosen else ""
    table = ", ".join(f"{names[name]}: {pool[name][0]}{vowels if name == 'nov' else ''}" for name in chosen)
    form = "the word" if show == "{}" else f"the word as {show.format('word')}"

    def pair(r):
        while True:
            word = r.choice([r.choice(w.NOUNS), r.choice(w.ANIMALS), r.choice(w.COLORS), r.choice(w.CITIES).lower()])
            steps = [r.choice(chosen) for _ in range(r.randint(1, 3))]
            value = word
            for step in steps:
                value = pool[step][1](value)
            if value.strip() and len(value) <= 30 and "?" not in value[1:]:
                return pipe.join([word] + [names[step] for step in steps]), show.format(value)

    return Task(
        key=(chosen, names, pipe, show), pair=pair,
        terse=[f"apply to the word in order: {table}; return {form}", f"{table}. Run the steps after the word; result {form}"],
        casual=[f"word, then operations separated by '{pipe.strip()}': {table}. what comes out? give {form}",
                f"do the operations in order ({table}) and write {form}"],
        detailed=[f"The input is a word and operations, separated by '{pipe.strip()}'. Apply them from left to right and return {form}. "
                  f"Operations: {table}. Characters count as letters.",
                  f"Run a small text program: the word goes through the operations that follow it, {table}. Return {form}, the result of "
                  "the last one; any character counts as a letter."])


@family(area="code", theme=THEME, difficulty="medium")
def flags_after_switching(r):
    """Which flags are on after set, clear and toggle?"""
    on, off, flip = r.choice([("set", "clear", "toggle"), ("on", "off", "flip"), ("+", "-", "~"), ("enable", "disable", "switch"),
                              tuple(r.sample(w.MADE_UP, 3)), ("raise", "lower", "invert")])
    reset = r.choice(["reset", "none", "clean", "zero"])
    what = r.choice(["the flags that are on, in alphabetical order", "the flags that are off, in alphabetical order",
                     "one bit per flag, in alphabetical order of the flags, 1 for on", "the number of flags that are on"])
    separator, none = r.choice([" ", ",", ", ", "+", "|"]), r.choice(["none", "-", "(nothing)", "no flag"])
    initial = r.choice(["off", "off", "on"])
    detail = f", separated by '{separator}', or {none}" if what.startswith("the flags") else ""
    brief = f"{on}=on, {off}=off, {flip}=toggle, {reset}=all off, initially {initial}"
    language = f"{on}/{off}/{flip} a flag turns it on/off/over, {reset} turns all off; all are {initial} at first"

    def pair(r):
        flags = sorted(r.sample("cache debug log mail retry sound dark proxy sync beta trace backup".split(), r.randint(3, 4)))
        state = {name: initial == "on" for name in flags}
        steps, lonely = [], r.random() < 0.12
        for _ in range(r.randint(3, 5)):
            kind, name = r.choice([on, on, off, flip, flip]), r.choice(flags)
            if r.random() < 0.08:
                steps.append(reset)
                state = dict.fromkeys(state, False)
                continue
            steps.append(f"{kind} {name}")
            state[name] = True if kind == on else False if kind == off else not state[name]
        if lonely:
            steps.append(reset)
            state = dict.fromkeys(state, False)
        up = [name for name in flags if state[name]]
        down = [name for name in flags if not state[name]]
        if what.startswith("one bit"):
            out = "".join(str(int(state[name])) for name in flags)
        else:
            out = str(len(up)) if what.startswith("the number") else separator.join(up if what.endswith("on, in alphabetical order")
                                                                                    else down) or none
        shuffled = r.sample(flags, len(flags))
        return f"flags {', '.join(shuffled)}: {'; '.join(steps)}", out

    return Task(
        key=(on, reset, what, separator if detail else "", none if detail else "", initial), pair=pair,
        terse=[f"{brief}. Give {what}{detail}", f"afterwards {what}{detail}. {brief}"],
        casual=[f"run the switches: {language}. tell me {what}{detail}", f"what's the state at the end? {what}{detail}. {language}"],
        detailed=[f"The input names flags and steps. Here {language}. Return {what}{detail}, after the last step.",
                  f"Execute the steps from left to right ({language}). The answer is {what}{detail}."])


MACHINES = [("door", ["closed", "open", "locked"], ["push", "pull", "turn", "knock"]),
            ("order", ["new", "paid", "sent"], ["pay", "ship", "cancel", "ask"]),
            ("lamp", ["dark", "dim", "bright"], ["tap", "hold", "shake", "wait"]),
            ("player", ["idle", "playing", "paused"], ["play", "stop", "skip", "mute"]),
            ("ticket", ["open", "waiting", "done"], ["reply", "close", "assign", "vote"]),
            ("robot", ["rest", "walk", "charge"], ["go", "halt", "plug", "beep"]),
            ("gate", ["A", "B", "C"], ["x", "y", "z", "k"]), ("traffic light", ["red", "green", "yellow"],
                                                              ["tick", "tock", "fault", "noise"])]


@family(area="code", theme=THEME, difficulty="medium")
def state_machine_run(r):
    """Where does a state machine of the spec end?"""
    thing, states, events = r.choice(MACHINES)
    events = r.sample(events, 3)
    edges = {}
    for state in states:
        for event in r.sample(events, r.choice([1, 2, 2, 2])):
            edges[state, event] = r.choice([s for s in states if s != state])
    start = states[0]
    mode = r.choice(["the final state", "the final state", "all states visited, start included", "the number of state changes"])
    table = ", ".join(f"{a}+{event}={b}" for (a, event), b in edges.items())
    join, between = r.choice([", ", " ", "; ", " > "]), r.choice([" ", ",", "-", ">"])
    visited = (f", '{between}' between" if mode.startswith("all") and between != " " else ", blanks between" if mode.startswith("all")
               else "")

    def pair(r):
        state, path, changes, given = start, [start], 0, []
        for _ in range(r.randint(3, 7) if not mode.startswith("all") else r.randint(2, 5)):
            event = r.choice(events) if r.random() < 0.9 else r.choice(["blink", "sing", "rain"])
            given.append(event)
            if (state, event) in edges:
                state = edges[state, event]
                path.append(state)
                changes += 1
        lead = r.choice(["", "", "events: ", f"{w.first(r)}: ", f"{thing} {r.randint(1, 99)}: "])
        return (lead + join.join(given), state if mode.startswith("the final") else between.join(path) if mode.startswith("all")
                else str(changes))

    return Task(
        key=(thing, table, mode, join, visited), pair=pair,
        terse=[f"{thing} starts {start}; state+event=next: {table}; other events: no change. Give {mode}{visited}",
               f"{table} (else unchanged), start {start}: {mode}{visited} after the events"],
        casual=[f"a {thing} is {start} at first. {table} (state+event=new state), everything else changes nothing. tell me {mode}{visited}",
                f"run the events through {table}; start is {start}, events without an entry are ignored. answer: {mode}{visited}"],
        detailed=[f"The input is a list of events for a {thing} whose first state is {start}. Transitions, written state+event=new state: "
                  f"{table}. An event without a transition changes nothing. Return {mode}{visited}.",
                  f"Simulate the state machine of a {thing}. It begins in {start}; {table} are its transitions (state+event=new state), "
                  f"all other events are ignored. The answer is {mode}{visited}."])


@family(area="code", theme=THEME, difficulty="hard")
def run_list_program(r):
    """A list after a few list operations."""
    words = {"end": r.choice(["add", "push", "append"]), "front": r.choice(["front", "first", "prepend"]),
             "pop": r.choice(["pop", "cut", "droplast"]), "shift": r.choice(["shift", "next", "dropfirst"]),
             "reverse": r.choice(["reverse", "flip", "turn"]), "sort": r.choice(["sort", "order", "arrange"]),
             "double": r.choice(["dup", "again", "twice"])}
    meaning = {"end": "X puts X at the end", "front": "X puts X in front", "pop": "removes the last item",
               "shift": "removes the first item", "reverse": "turns the list round",
               "sort": "sorts alphabetically", "double": "repeats the last item"}
    brief = {"end": "X at end", "front": "X in front", "pop": "removes last", "shift": "removes first", "reverse": "reverses",
             "sort": "A to Z", "double": "repeats last item"}
    chosen = ["end"] + r.sample([name for name in words if name != "end"], 3)
    table = ", ".join(f"{words[name]} {meaning[name]}" for name in chosen)
    short = ", ".join(f"{words[name]} {brief[name]}" if brief[name][0] == "X" else f"{words[name]}: {brief[name]}" for name in chosen)
    ask = r.choice(["the list", "the list", "the first item", "the last item", "its length"])
    separator, empty = r.choice([",", " ", ", ", "-", "json"]), r.choice(["(empty)", "none", "-", "nil"])
    separator = separator if ask == "the list" else ","
    form = {"json": "as a compact JSON array", " ": "with blanks between"}.get(separator,
                                                                               f"with '{separator}' between") if ask == "the list" else ""
    end = "" if ask == "its length" or separator == "json" else f", {empty} if it is empty"
    ask_form = (ask + " " + form).strip() + end

    def pair(r):
        pool = w.ANIMALS + w.COLORS
        items = r.sample(pool, r.randint(0, 3)) if r.random() < 0.85 else []
        text, steps = "[" + " ".join(items) + "]", []
        for _ in range(r.randint(2, 4)):
            name = r.choice(chosen) if items else r.choice([name for name in chosen if name in ("end", "front", "reverse", "sort")])
            item = r.choice([x for x in pool if x not in items])
            steps.append(f"{words[name]} {item}" if name in ("end", "front") else words[name])
            items = {"end": items + [item], "front": [item] + items, "pop": items[:-1], "shift": items[1:], "reverse": items[::-1],
                     "sort": sorted(items), "double": items + items[-1:]}[name]
        if ask == "its length":
            out = str(len(items))
        elif separator == "json":
            out = compact_json(items)
        else:
            out = empty if not items else separator.join(items) if ask == "the list" else items[0 if ask == "the first item" else -1]
        return f"{text} {'; '.join(steps)}", out

    return Task(
        key=(words, chosen, ask_form), pair=pair, kind="json" if separator == "json" else "text",
        terse=[f"list, then steps: {short}. Give {ask_form}", f"{short}. After all steps: {ask_form}"],
        casual=[f"the list stands in [], then what is done with it: {table}. write {ask_form}",
                f"do the list steps ({table}) and give me {ask_form}"],
        detailed=[f"The input is a list in brackets and then operations. Execute them in order: {table}. Return {ask_form}.",
                  f"Apply the operations to the list from left to right and return {ask_form}. The operations: {table}."])


@family(area="code", theme=THEME, difficulty="medium")
def find_shuffled_cup(r):
    """Under which cup is the ball after the swaps?"""
    labels = r.choice(["ABC", "ABCD", "123", "1234", "LMR", "XYZ", "WXYZ", "12345"])
    rotate = r.choice(["right", "left"])
    word, form = r.choice(["rot", "turn", "roll", "shift"]), r.choice(["P", "cup P", "P!", "at P", "position P"])
    two = r.random() < 0.4
    moves = f"XY swaps what is at X and Y; {word} moves every ball one place {rotate}, round the end"
    order = " ".join(labels)
    short = f"XY swaps X and Y; {word}: all one place {rotate}, cyclic"

    def pair(r):
        balls = r.sample(labels, 2 if two else 1)
        first, steps = list(balls), []
        for _ in range(r.randint(2, 5)):
            if r.random() < 0.25:
                steps.append(word)
                balls = [labels[(labels.index(b) + (1 if rotate == "right" else -1)) % len(labels)] for b in balls]
                continue
            x, y = r.sample(labels, 2)
            steps.append(x + y)
            balls = [y if b == x else x if b == y else b for b in balls]
        shown = f"red {first[0]}, blue {first[1]}" if two else f"ball {first[0]}"
        lead = r.choice(["", "", "start: ", f"{w.first(r)}: "])
        places = [form.replace("P", ball) for ball in balls]
        return f"{lead}{shown}; {', '.join(steps)}", f"red {places[0]}, blue {places[1]}" if two else places[0]

    answer = f"`red {form}, blue {form}`" if two else f"`{form}`"
    what = "both balls" if two else "the ball"
    return Task(
        key=(labels, rotate, word, form, two), pair=pair,
        terse=[f"places {order}. {short}. Final place: {answer}", f"{answer}: final place of {what} in {order}; {short}"],
        casual=[f"cup game with places {order} in a row. {moves}. where's {what} at the end? write {answer}",
                f"follow {what}: {moves} (places {order}). answer like {answer}"],
        detailed=[f"Places {order} stand in a row. The input tells the start and the moves: {moves}. Return the final place P of {what} as "
                  f"{answer}.",
                  f"Track {what} over the places {order}, from left to right. {moves[0].upper() + moves[1:]}. After all moves answer "
                  f"{answer}, P being the place."])


@family(area="code", theme=THEME, difficulty="hard")
def update_stock_map(r):
    """A map of names to counts after changes."""
    sort = r.choice(["alphabetically", "in the order of first mention", "by count, highest first (ties alphabetically)"])
    form = r.choice(["K=N", "K:N", "N K", "K N", "json"])
    separator = r.choice([", ", " ", "; ", ","])
    empty, below = r.choice(["(empty)", "none", "-", "sold out"]), r.choice(["dropped", "kept as 0"])
    words = r.choice([("+", "-", "del"), ("in", "out", "drop"), ("buy", "sell", "scrap"), ("add", "take", "remove")])
    rule = f"at 0 or less a name is {below}"
    shown = (f"as a compact JSON object, keys {sort}" if form == "json"
             else f"as {form}, {sort}, '{separator}' between".replace("' ' between", "blanks between"))
    end = "" if form == "json" else f", or {empty}"
    brief = f"{words[0]}/{words[1]}/{words[2]} = add/subtract/delete"
    moves = f"`{words[0]} K N` adds, `{words[1]} K N` takes away, `{words[2]} K` deletes K"

    def pair(r):
        pool = r.sample(w.FOODS[:40], 3)
        pool = [name.split()[-1] for name in pool]
        counts, steps = {}, []
        order = []
        for _ in range(r.randint(3, 5)):
            name, k = r.choice(pool), r.randint(1, 9)
            if name not in order:
                order.append(name)
            kind = 0 if name not in counts else r.choice([0, 1, 1, 2])
            steps.append(f"{words[kind]} {name}" + (f" {k}" if kind < 2 else ""))
            counts[name] = counts.get(name, 0) + (k if kind == 0 else -k)
            if kind == 2 or counts[name] <= 0 and below == "dropped":
                del counts[name]
            elif counts[name] < 0:
                counts[name] = 0
        names = {"a": sorted(counts), "i": [name for name in order if name in counts],
                 "b": sorted(counts, key=lambda name: (-counts[name], name))}[sort[0]]
        if form == "json":
            return "; ".join(steps), compact_json({name: counts[name] for name in names})
        return "; ".join(steps), separator.join(form.replace("K", "\0").replace("N", str(counts[name])).replace("\0", name)
                                                for name in names) or empty

    return Task(
        key=(sort, form, separator, empty, below, words), pair=pair, kind="json" if form == "json" else "text",
        terse=[f"{brief}; {rule}. Final counts {shown}{end}", f"final counts {shown}{end}. {brief}; {rule}"],
        casual=[f"keep count: {moves}; {rule}. what's left? write it {shown}{end}",
                f"run the changes ({moves}; {rule}) and give the counts {shown}{end}"],
        detailed=[f"The input is a list of changes to counts that are empty at first. {moves}; {rule} right then. Return the final counts "
                  f"{shown}{end}.",
                  f"Execute the changes from left to right, beginning with nothing: {moves}; {rule}. The answer is the remaining counts, "
                  f"{shown}{end}."])


EXPRESSIONS = [("length", "the {l} of {a}", {"Python": "len(A)", "JavaScript": "A.length", "Ruby": "A.size"}),
               ("last item", "the {l} of {a}", {"Python": "A[-1]", "JavaScript": "A.at(-1)", "Ruby": "A.last"}),
               ("first N", "the first {n} of {a}", {"Python": "A[:N]", "JavaScript": "A.slice(0, N)", "Ruby": "A.first(N)"}),
               ("upper case", "{a} in {l}", {"Python": "A.upper()", "JavaScript": "A.toUpperCase()", "Ruby": "A.upcase"}),
               ("contains", "whether {a} {l} {b}", {"Python": "B in A", "JavaScript": "A.includes(B)", "Ruby": "A.include?(B)"}),
               ("sum", "the {l} of {a} and {b}", {"Python": "A + B", "JavaScript": "A + B", "Ruby": "A + B"}),
               ("rounded", "{a} {l}", {"Python": "round(A)", "JavaScript": "Math.round(A)", "Ruby": "A.round"}),
               ("reversed", "{a} {l}", {"Python": "A[::-1]", "JavaScript": "A.reverse()", "Ruby": "A.reverse"}),
               ("joined by commas", "{a} {l}", {"Python": "','.join(A)", "JavaScript": "A.join(',')", "Ruby": "A.join(',')"}),
               ("largest", "the {l} of {a} and {b}", {"Python": "max(A, B)", "JavaScript": "Math.max(A, B)", "Ruby": "[A, B].max"}),
               ("remainder by N", "the remainder of {a} divided by {n}", {"Python": "A % N", "JavaScript": "A % N", "Ruby": "A % N"}),
               ("as text", "{a} {l}", {"Python": "str(A)", "JavaScript": "String(A)", "Ruby": "A.to_s"})]


@family(area="code", theme=THEME, difficulty="medium")
def expression_from_english(r):
    """An expression of a programming language for a phrase."""
    language = r.choice(["Python", "JavaScript", "Ruby"])
    chosen = r.sample(EXPRESSIONS, 4)
    case = r.choice(["snake_case", "camelCase"]) if language == "JavaScript" else "snake_case"
    example = "user_name" if case == "snake_case" else "userName"
    frame = r.choice(["E", "E", "x = E", "return E", "print(E)", "check(E)"])
    table = ", ".join(f"{label} {forms[language]}" for label, _, forms in chosen)
    form = "the bare expression" if frame == "E" else f"`{frame}`"

    def pair(r):
        label, phrase, forms = r.choice(chosen)
        firsts, seconds = r.sample("user order item price city line file page row word text score".split(),
                                   2), r.sample("name list count total path title key value index label".split(), 2)
        names = [f"{x} {y}" if r.random() < 0.7 else x for x, y in zip(firsts, seconds)]
        variables = [name.replace(" ", "_") if case == "snake_case" else name.split()[0]
                     + "".join(x.capitalize() for x in name.split()[1:]) for name in names]
        n = r.randint(2, 20)
        text = phrase.format(l=label, a=names[0], b=names[1], n=n)
        values = {"A": variables[0], "B": variables[1], "N": str(n)}
        pieces, source = [], forms[language]
        for i, c in enumerate(source):
            alone = not source[i - 1:i].isalpha() and not source[i + 1:i + 2].isalpha()
            pieces.append(values[c] if c in values and alone else c)
        lead = r.choice(["", "", "I need ", "give me ", "compute ", "what is ", "next: "])
        return lead + text, frame.replace("E", "".join(pieces))

    return Task(
        key=(language, [label for label, _, _ in chosen], case, frame), pair=pair,
        terse=[f"{language}, {form}; {table}; names like {example}", f"phrase -> {language} ({form}): {table}; variables {example} style"],
        casual=[f"write it in {language} as {form}. {table}. A, B are variables, words joined like {example}",
                f"{language} please, {form}: {table}; the names look like {example}"],
        detailed=[f"Translate the phrase into {language} and return {form}, E being the expression. Forms: {table}. A and B are the "
                  f"variables in the order named, written like {example}; N is a number.",
                  f"Return {form} in {language} for the phrase. Use these forms only: {table}. The variables A and B are named in the "
                  f"phrase (user name becomes {example}), N is its number."])


@family(area="code", theme=THEME, difficulty="medium")
def queue_at_counter(r):
    """A waiting queue with joining, serving, leaving and priority."""
    join, serve, leave, urgent = r.choice([("joins", "served", "leaves", "urgent"), ("+", "next", "-", "!"), ("in", "call", "out", "vip"),
                                           ("comes", "serve", "quits", "front")])
    ask = r.choice(["who is still waiting, front first", "who was served, in order", "who is at the front", "how many are waiting",
                    "who is at the back"])
    many = ask.endswith("first") or ask.endswith("order")
    separator, none = r.choice([", ", " ", " < ", "; ", "json"]) if many else "", r.choice(["nobody", "none", "-", "no one"])
    between = "blanks between" if separator == " " else f"'{separator}' between"
    shown = f", else {none}" + (f", {between}" if many else "")
    if ask.startswith("how") or separator == "json":
        shown = ", as a compact JSON array" if separator == "json" else ""
    brief = f"`N {join}` to back, `N {urgent}` to front, `{serve}` takes first, `N {leave}` removes N"
    rule = f"`N {join}` goes to the back, `N {urgent}` to the front, `{serve}` takes the first away, `N {leave}` removes N"

    def pair(r):
        queue, served, steps = [], [], []
        for _ in range(r.randint(4, 7)):
            kind = r.choice(["join", "join", "serve", "leave", "urgent", "serve"]) if queue else r.choice(["join", "join", "urgent"])
            if kind == "serve":
                served.append(queue.pop(0))
                steps.append(serve)
                continue
            name = r.choice(queue) if kind == "leave" else r.choice([x for x in w.FIRST if x not in queue and x not in served])
            queue = {"join": queue + [name], "urgent": [name] + queue, "leave": [x for x in queue if x != name]}[kind]
            steps.append(f"{name} {({'join': join, 'urgent': urgent, 'leave': leave})[kind]}")
        if many:
            found = queue if ask.endswith("first") else served
            out = compact_json(found) if separator == "json" else separator.join(found) or none
        else:
            out = str(len(queue)) if ask.startswith("how") else (queue[0 if ask.endswith("front") else -1] if queue else none)
        return ", ".join(steps), out

    return Task(
        key=(join, ask, shown), pair=pair, kind="json" if separator == "json" else "text",
        terse=[f"queue: {brief}. Finally: {ask}{shown}", f"{ask}{shown}? {brief}"],
        casual=[f"there's an empty queue: {rule}. afterwards tell me {ask}{shown}",
                f"follow the line at the counter ({rule}). {ask}{shown}?"],
        detailed=[f"A queue is empty at first. {rule[0].upper() + rule[1:]}. Execute the events in order and return {ask}{shown}.",
                  f"Simulate the waiting line of the input: {rule}. The answer is {ask}{shown}, after the last event."])
