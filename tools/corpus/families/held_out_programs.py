"""Held out: robots, caches, spreadsheets, rewriting and keyboard editing."""
import words as w
from task import Task, family

THEME = "pseudo-program execution"


@family(area="code", theme=THEME, difficulty="hard")
def robot_on_grid(r):
    """Where does a robot stand after its commands?"""
    go, left, right = r.choice([("F", "L", "R"), ("go", "left", "right"), ("W", "A", "D"), ("step", "ccw", "cw"), ("^", "<", ">")])
    x_first, form = r.random() < 0.6, r.choice(["X,Y", "(X,Y)", "X Y", "x=X y=Y", "X,Y D", "D@X,Y"])
    start = r.choice(["north", "east", "south", "west"])
    down = r.random() < 0.3
    axes = "x grows east, y " + ("south" if down else "north")
    shown = form if x_first else form.replace("X", "#").replace("Y", "X").replace("#", "Y")
    direction = ", D = N, E, S or W (direction)" if "D" in form else ""
    sticky = r.random() < 0.3
    wall = "; steps below 0 are ignored" if sticky else ""

    def pair(r):
        x, y, d = r.randint(0, 9), r.randint(0, 9), ["north", "east", "south", "west"].index(start)
        origin, steps = (x, y), []
        for _ in range(r.randint(2, 4)):
            turn = r.choice([left, left, right, right, None])
            if turn and steps:
                steps.append(turn)
                d = (d + (1 if turn == right else 3)) % 4
            n = r.randint(1, 5)
            steps.append(f"{go} {n}")
            for _ in range(n):
                dx, dy = [(0, 1), (1, 0), (0, -1), (-1, 0)][d]
                nx, ny = x + dx, y + (-dy if down else dy)
                if not sticky or nx >= 0 and ny >= 0:
                    x, y = nx, ny
        out = "".join({"X": str(x), "Y": str(y), "D": "NESW"[d]}.get(c, c) for c in shown)
        return f"at x {origin[0]} y {origin[1]}: {', '.join(steps)}", out

    return Task(
        key=(go, shown, start, down, sticky), pair=pair,
        terse=[f"robot faces {start}; {go} N moves, {left}/{right} turn left/right; {axes}{wall}. `{shown}`{direction}",
               f"final `{shown}`{direction}. Start {start}; {go} N ahead, {left} left, {right} right; {axes}{wall}"],
        casual=[f"where does the robot end? it faces {start} first, {go} N goes N ahead, {left} and {right} turn it left and right. "
                f"{axes}{wall}. write {shown}{direction}",
                f"drive the robot: facing {start}; {go} N = N steps ahead, {left} = turn left, {right} = turn right; {axes}{wall}. answer "
                f"{shown}{direction}"],
        detailed=[f"A robot stands at the place in the input and faces {start}. `{go} N` moves it N fields ahead, `{left}` and `{right}` "
                  f"turn it by 90 degrees to the left and right. Here {axes}{wall}. Return the final place as {shown}{direction}.",
                  f"Follow the commands from left to right ({go} N: N steps ahead; {left}: quarter turn left; {right}: quarter turn right) "
                  f"and return {shown}{direction}. At first the robot faces {start}; {axes}{wall}."])


@family(area="code", theme=THEME, difficulty="hard")
def cache_contents(r):
    """A small cache after a few reads: what is in it, or how many hits?"""
    size, policy = r.choice([2, 2, 3]), r.choice(["least recently used", "oldest inserted"])
    ask = r.choice(["the keys left, next to be thrown out first", "the keys left, alphabetically", "the number of hits",
                    "the keys thrown out, in order"])
    separator, none = r.choice([" ", ",", ", ", "-"]), r.choice(["none", "-", "(nothing)"])
    keys = ask.startswith("the keys")
    shown = "" if not keys else f" ('{separator}' between" + (f", {none} if there are none)" if ask.endswith("out, in order") else ")")
    shown = shown.replace("' '", "blanks")

    def pair(r):
        pool = r.sample("ABCDEFGHKMNPRSTVWXYZ", size + r.choice([1, 2, 2]))
        reads = [r.choice(pool) for _ in range(r.randint(size + 2, size + 6))]
        cache, hits, out = [], 0, []
        for key in reads:
            if key in cache:
                hits += 1
                if policy == "least recently used":
                    cache.remove(key)
                    cache.append(key)
                continue
            if len(cache) == size:
                out.append(cache.pop(0))
            cache.append(key)
        listed = sorted(cache) if ask.endswith("alphabetically") else out if ask.endswith("out, in order") else cache
        text = r.choice(["reads: ", "get ", "", "lookups "]) + r.choice([" ", ", "]).join(reads)
        return text, separator.join(listed) or none if keys else str(hits)

    return Task(
        key=(size, policy, ask, shown), pair=pair,
        terse=[f"cache of {size}, empty; missing keys are loaded, the {policy} goes if full. {ask}{shown}",
               f"cache of {size} keys, {policy} leaves when full; after the reads: {ask}{shown}"],
        casual=[f"simulate a cache of {size} (empty at first). a read key is loaded if missing; if it's full the {policy} key goes first. "
                f"tell me {ask}{shown}",
                f"{size} slots, replacing the {policy} key. run the reads and write {ask}{shown}"],
        detailed=[f"The input is a series of keys read through a cache that holds {size} and is empty at first. A missing key is loaded; "
                  f"if the cache is full, the {policy} key is thrown out before. Return {ask}{shown}.",
                  f"Run the reads from left to right. The cache has {size} places; a read of a key in it is a hit; otherwise the key is "
                  f"loaded, replacing the {policy} one when there is no room. Answer with {ask}{shown}."])


@family(area="code", theme=THEME, difficulty="medium")
def spreadsheet_cell(r):
    """The value of one cell of a small sheet."""
    sign, end = r.choice(["=", "=", ":=", "<-"]), r.choice(["?", "show", "value of", "want"])
    empty, error = r.choice([0, 0, 1]), r.choice(["#ERR", "#REF", "loop", "ERROR"])
    form = r.choice(["N", "CELL=N", "CELL: N", "N in CELL"])
    total, top = r.choice(["SUM", "TOTAL", "ADD"]), r.choice(["MAX", "TOP", "BIGGEST"])
    rule = (f"{total}(A1:A3) adds a range, {top}(A1:A3) takes its largest; empty cells count as {empty}; a cell that needs itself gives "
            f"{error}")

    def pair(r):
        column, other = r.sample("ABCDE", 2)
        numbers = {f"{column}{n}": r.randint(1, 30) for n in (1, 2, 3) if n < 3 or r.random() < 0.75}
        cells = dict(numbers)
        values = [numbers.get(f"{column}{n}", empty) for n in (1, 2, 3)]
        kind = r.randrange(4)
        a, b = r.sample([1, 2, 3], 2)
        formula, value = [(f"{column}{a}+{column}{b}", values[a - 1] + values[b - 1]),
                          (f"{column}{a}-{column}{b}", values[a - 1] - values[b - 1]),
                          (f"{total}({column}1:{column}3)", sum(values)), (f"{top}({column}1:{column}3)", max(values))][kind]
        cells[f"{other}1"] = formula
        n, op = r.randint(1, 9), r.choice("+-*")
        n = 2 if op == "*" else n
        cells[f"{other}2"] = f"{other}1{op}{n}"
        second = {"+": value + n, "-": value - n, "*": value * n}[op]
        if r.random() < 0.12:
            cells[f"{other}1"], value, second = f"{other}2+{n}", None, None
        asked = r.choice([f"{other}1", f"{other}2"])
        result = value if asked.endswith("1") else second
        out = error if result is None else form.replace("CELL", "\0").replace("N", str(result)).replace("\0", asked)
        names = r.sample(sorted(cells), len(cells))
        return "; ".join(f"{name}{sign}{cells[name]}" for name in names) + f"; {end} {asked}", out

    return Task(
        key=(sign, end, empty, error, form, total, top), pair=pair,
        terse=[f"cell asked for by `{end}` as {form}; {rule}", f"sheet -> {form}; cell after `{end}`; {rule}"],
        casual=[f"work out the cell behind `{end}` and write {form}. {rule}",
                f"spreadsheet: {rule}. what's in the cell after {end}? answer {form}"],
        detailed=[f"The input lists cells of a sheet, in any order, and at last `{end}` with a cell. Return its value in the form {form}. "
                  f"{rule[0].upper() + rule[1:]}.",
                  f"Compute the cell that stands after `{end}` and return {form}, N being its value. Cells may refer to others wherever "
                  f"they stand. {rule[0].upper() + rule[1:]}."])


@family(area="code", theme=THEME, difficulty="hard")
def rewrite_symbols(r):
    """Rewriting rules for letters, applied a number of rounds."""
    letters, rounds = r.choice(["ABC", "XYZ", "abc", "pqr", "KLM", "xyo"]), r.choice([1, 1, 2])
    ask = r.choice(["the final text", "the final text", "its length", "how many {} it has".format(letters[0])])

    def rewritten(text):
        for _ in range(rounds):
            text = "".join(rules.get(c, c) for c in text)
        return text
    rules = {}
    while not rules or any(a == b for a, b in rules.items()) or rewritten(letters).count(letters[0]) < 2:
        rules = {c: "".join(r.choice(letters) for _ in range(r.choice([0, 1, 2, 2, 2]))) for c in r.sample(letters, 2)}
    gone = r.choice(["(empty)", "(nothing)", "-", "(none)"])
    table = ", ".join(f"{a} -> {b or 'deleted'}" for a, b in sorted(rules.items()))
    often = "once" if rounds == 1 else "twice (two rounds)"
    end = f", {gone} if no letter is left" if ask == "the final text" else ""

    def pair(r):
        start = "".join(r.choice(letters) for _ in range(r.randint(3, 8 if rounds == 1 else 5)))
        text = rewritten(start)
        out = text or gone if ask == "the final text" else str(len(text)) if ask == "its length" else str(text.count(letters[0]))
        return r.choice(["", "", "start ", "axiom: ", f"{r.choice(w.NOUNS)}: ", "text "]) + start, out

    return Task(
        key=(table, rounds, ask, gone if end else ""), pair=pair,
        terse=[f"last word: replace all letters at once, {often}: {table}, others stay; give {ask}{end}",
               f"{table} (rest unchanged), all letters simultaneously, {often}. Result: {ask}{end}"],
        casual=[f"take the last word and rewrite each letter, {often}: {table}; other letters stay. all letters at the same time. give "
                f"{ask}{end}",
                f"rules {table}. apply them to every letter of the last word at once, {often}, leaving the rest; then write {ask}{end}"],
        detailed=[f"The last word of the input is a text of letters. In a round every letter is replaced at the same time: {table}; "
                  f"letters without a rule stay. Do this {often} and return {ask}{end}.",
                  f"Rewrite the last word {often}. A round replaces all its letters in parallel ({table}; all others are kept). Return "
                  f"{ask}{end}."])


@family(area="code", theme=THEME, difficulty="medium")
def typed_text_after_keys(r):
    """What stands on the screen after typing with editing keys?"""
    back, clear, caps = r.choice([("<", "#", "^"), ("[del]", "[clear]", "[caps]"), ("{bs}", "{wipe}", "{caps}"), ("~", "%", "*")])
    home = r.choice(["|", "[home]", "@", "{home}"])
    used = r.sample(["back", "clear", "caps", "home"], 3)
    meaning = {"back": f"{back} deletes the letter before the cursor", "clear": f"{clear} empties the line",
               "caps": f"{caps} makes the next letter a capital", "home": f"{home} puts the cursor first"}
    table = "; ".join(meaning[name] for name in used)
    empty, show = r.choice(["(empty)", "(nothing)", "-", "none"]), r.choice(["{}", "'{}'", "[{}]", "> {}"])
    shown = "the text" if show == "{}" else f"the text as {show.format('text')}"

    def pair(r):
        word, keys, line, at, capital = r.choice(w.NOUNS + w.COLORS + w.ANIMALS + [c.lower() for c in w.CITIES]), "", [], 0, False
        spots = sorted(r.sample(range(len(word) + 1), min(len(word), r.choice([1, 2, 2, 3]))))
        for n in range(len(word) + 1):
            if n in spots:
                kind = r.choice([name for name in used if name != "clear"]) if r.random() < 0.8 else r.choice(used)
                if n == len(word) and kind == "caps":
                    kind = used[0] if used[0] != "caps" else used[1]
                keys += {"back": back, "clear": clear, "caps": caps, "home": home}[kind]
                if kind == "back" and at:
                    at -= 1
                    del line[at]
                elif kind == "clear":
                    line, at = [], 0
                elif kind == "home":
                    at = 0
                elif kind == "caps":
                    capital = True
            if n < len(word):
                keys += word[n]
                line.insert(at, word[n].upper() if capital else word[n])
                at, capital = at + 1, False
        return keys, show.format("".join(line)) if line else empty

    return Task(
        key=(table, empty, show), pair=pair,
        terse=[f"keys -> {shown}; {table}; empty line: {empty}", f"{table}. Result: {shown}, or {empty}"],
        casual=[f"what's on the line after these keys? {table}. write {shown}, or {empty} if it's blank",
                f"type it key by key: {table}; the others are letters. give {shown} ({empty} when nothing is there)"],
        detailed=[f"The input is a series of keys; letters are inserted at the cursor. {table}. Return {shown} at the end, {empty} if the "
                  "line has no letters. A key without anything to do is ignored.",
                  f"Simulate the typing from left to right, letters going in at the cursor. Special keys: {table}. The answer is {shown}, "
                  f"or {empty} for an empty line."])
