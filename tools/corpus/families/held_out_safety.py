"""Held out: approvals, sensitivity of mixtures, map colors, terminal codes, JSON shapes."""
import words as w
from task import Task, compact_json, family, options, pick_labels

CONSTRAINTS, OPERATIONS, MASKING = "constraint satisfaction", "operation safety and secrets", "output masking and token reduction"


@family(area="safety", theme=OPERATIONS, difficulty="hard")
def change_approved_by_others(r):
    """Has a change enough approvals of different people other than its author?"""
    go, wait, veto = pick_labels(r, [("merge", "wait", "blocked"), ("APPROVED", "PENDING", "VETOED"), ("deploy", "hold", "stop"),
                                     ("green", "yellow", "red"), ("yes", "not yet", "no"), ("2", "1", "0")])
    need, mode = r.choice([1, 2, 2, 3]), r.choice(["verdict", "verdict", "count"])
    plus, minus = r.choice([("approves", "objects"), ("+1", "-1"), ("ok", "veto"), ("LGTM", "NACK"), ("yes", "no")])

    def pair(r):
        wanted = r.randint(0, 2)
        while True:
            author, *others = r.sample(w.FIRST, 5)
            votes = [(r.choice(others[:need + 1] + [author]), minus if wanted == 2 and r.random() < 0.35 else plus)
                     for _ in range(r.randint(1, need + 2))]
            if any((name, minus) in votes and (name, plus) in votes for name, _ in votes) or (author, minus) in votes:
                continue
            count = len({name for name, vote in votes if vote == plus and name != author})
            level = 2 if any(vote == minus for _, vote in votes) else 0 if count >= need else 1
            if level == wanted:
                break
        head = r.choice(["change {n} by {a}", "author {a}, #{n}", "{a} wrote patch {n}", "request {n} from {a}",
                         "{a}: fix for {x}"]).format(n=r.randint(2, 9999), a=author, x=r.choice(w.NOUNS))
        return f"{head}; " + ", ".join(f"{name} {vote}" for name, vote in votes), str(count) if mode == "count" else (go, wait, veto)[level]

    count = f"different people, not the author, who say '{plus}'"
    if mode == "count":
        ask = f"the number of {count}"
    else:
        ask = f"{veto} if anybody says '{minus}'; otherwise {go} with {need} or more {count}; otherwise {wait}"
    return Task(
        key=(mode, plus, (go, need) if mode == "verdict" else 0), labels=(go, wait, veto) if mode == "verdict" else None, pair=pair,
        terse=[f"votes on a change -> {ask}", f"Return {ask}"],
        casual=[f"check the review of a change: {ask}. nobody counts twice", f"can this change go in? i need {ask}"],
        detailed=[f"The input names the author of a change and the votes on it. Return {ask}. A person who votes twice counts once.",
                  "Apply our review rule. The author is named first, the votes follow after the semicolon, repeated votes of a person are "
                  f"one. The output is {ask}."])


CONTENTS = """salaries|passwords|medical notes|price list|opening hours|press text|org chart|meeting minutes|customer names|
source code|floor plan|menu|job ads|roadmap|bank details|event photos|holiday plan|test results|supplier contracts|tax numbers|
home addresses|brochure|logo|product photos|support manual|sales figures|incident report|door codes|audit findings|newsletter|parking map|
staff phone list""".replace("\n", "").split("|")


@family(area="safety", theme=OPERATIONS, difficulty="medium")
def mixture_sensitivity(r):
    """The highest sensitivity among the contents of a document."""
    low, mid, high = pick_labels(r, [("public", "internal", "secret"), ("PUBLIC", "INTERNAL", "RESTRICTED"), ("C0", "C1", "C2"),
                                     ("white", "amber", "red"), ("open", "team", "board"), ("1", "2", "3")])
    items = r.sample(CONTENTS, 6)
    top, middle = items[:3], items[3:]
    kind = r.choice(["file", "mail", "folder", "slide deck", "report", "wiki page"])

    def pair(r):
        wanted = r.randint(0, 2)
        rest = [c for c in CONTENTS if c not in items]
        parts = r.sample(rest, r.randint(1, 2)) + [r.choice(pool) for pool, on in ((middle, wanted == 1 or wanted == 2
                                                                                    and r.random() < 0.5), (top, wanted == 2)) if on]
        if wanted == 0 and len(parts) < 2:
            parts += r.sample([c for c in rest if c not in parts], 1)
        r.shuffle(parts)
        line = r.choice(["{k} with {p}", "{f} sends a {k}: {p}", "{k} {n} contains {p}", "{p} in one {k} for {f}", "{k} of {f} ({p})",
                         "the {k} has {p}"])
        return line.format(k=kind, p=options(parts, "and"), f=w.person(r), n=r.randint(2, 99)), (low, mid, high)[wanted]

    rule = f"{high}: {', '.join(top)}; {mid}: {', '.join(middle)}; {low}: all else"
    return Task(
        key=(low, sorted(top), sorted(middle), kind), labels=(low, mid, high), pair=pair,
        terse=[f"highest class in the {kind}. {rule}", f"{rule}. The strictest part decides"],
        casual=[f"classify the {kind} by its most sensitive part: {rule}", f"what class does the {kind} get? {rule}, and the highest one "
                "found wins"],
        detailed=[f"The input lists what a {kind} contains. The classes from strict to lax are: {rule}. Return the strictest class that "
                  "any part has.",
                  f"A mixture is as sensitive as its most sensitive part. With the classes {rule}, return that of the {kind} in the "
                  "input."])


@family(area="safety", theme=CONSTRAINTS, difficulty="medium")
def map_coloring_clash(r):
    """The neighbours of a map that have the same color."""
    verdict, edge = r.random() < 0.45, r.choice(["none", "ok", "-", "valid", "N/A"])
    good, bad = pick_labels(r, [("valid", "invalid"), ("OK", "CLASH"), ("yes", "no"), ("fine", "repaint"), ("1", "0")])
    link, glue = r.choice([("-", " with "), ("~", "+"), ("/", "/"), (" touches ", " and "), ("|", "-")])

    def pair(r):
        clash = r.random() < (0.5 if verdict else 0.8)
        while True:
            lands = r.sample(w.COUNTRIES if r.random() < 0.5 else "ABCDEFGHJKLMN", r.randint(3, 4))
            borders = r.sample([(a, b) for at, a in enumerate(lands) for b in lands[at + 1:]], r.randint(2, 4 if len(lands) == 4 else 3))
            palette = r.sample(w.COLORS, r.choice([2, 3]))
            color = {land: r.choice(palette) for land in lands}
            wrong = [border for border in borders if color[border[0]] == color[border[1]]]
            if bool(wrong) == clash:
                break
        paint = list(color.items())
        r.shuffle(paint)
        text = ", ".join(link.join(border) for border in borders) + "; " + ", ".join(f"{land} {tone}" for land, tone in paint)
        return text, (bad if wrong else good) if verdict else glue.join(wrong[0]) if wrong else edge

    ask = (f"{good} if no two neighbours share a color, {bad} if some do" if verdict else "the first pair of neighbours listed that share "
           f"a color, as X{glue}Y; {edge} if there is none")
    return Task(
        key=(verdict, link, good if verdict else (edge, glue)), labels=(good, bad) if verdict else None, pair=pair,
        terse=[f"neighbours (A{link}B), then colors -> {ask}", f"Map coloring check, 'A{link}B' = neighbours: {ask}"],
        casual=[f"first come the neighbours like A{link}B, then the color of each. tell me {ask}",
                f"is the map colored properly? A{link}B are neighbours. i need {ask}"],
        detailed=[f"The input lists pairs of neighbours in the form A{link}B and, after the semicolon, the color of every region. Return "
                  f"{ask}.", f"Check the coloring of a map. A{link}B says that A and B have a border. The output is {ask}."])


CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "bold": "1", "underline": "4"}
TERMINAL_WORDS = ("error warning done failed passed ready build disk cache server test line port user file retry skipped module token "
                  "queue".split())


@family(area="safety", theme=MASKING, difficulty="medium")
def terminal_codes_removed(r):
    """Terminal output without its escape codes, or only what one code marks."""
    escape, shown = r.choice([("\\x1b[", "\\x1b[...m"), ("\\033[", "\\033[...m"), ("\\e[", "\\e[...m"), ("^[[", "^[[...m"),
                              ("ESC[", "ESC[...m")])
    mode, name, edge = r.choice(["strip", "strip", "marked", "tags"]), r.choice(sorted(CODES)), r.choice(["none", "-", "n/a"])
    begin, end = r.choice([("<", "/>"), ("*", "*"), ("[", "]"), ("_", "_"), ("<<", ">>")])

    def pair(r):
        parts, plain, marked, tagged = [], [], [], []
        size = r.randint(2, 4)
        place = r.randrange(size) if r.random() < 0.75 else None
        for at in range(size):
            text = r.choice([f"{r.choice(TERMINAL_WORDS)} {r.choice(w.NOUNS)}", f"{r.choice(TERMINAL_WORDS)} {r.randint(2, 99)}",
                             r.choice(w.SERVICES), r.choice(TERMINAL_WORDS)])
            used = name if at == place else r.choice([None, *[n for n in r.sample(sorted(CODES), 3) if n != name]])
            parts.append(f"{escape}{CODES[used]}m{text}{escape}0m" if used else text)
            plain.append(text)
            marked += [text] if used == name else []
            tagged.append(f"{begin}{text}{end}" if used else text)
        if not any(escape in part for part in parts):
            parts[0], tagged[0] = f"{escape}{CODES[name]}m{plain[0]}{escape}0m", f"{begin}{plain[0]}{end}"
            marked = [plain[0]]
        return " ".join(parts), {"strip": " ".join(plain), "marked": marked[0] if marked else edge, "tags": " ".join(tagged)}[mode]

    what = {"strip": f"the text without the codes {shown}", "marked": f"only the text between the code {escape}{CODES[name]}m ({name}) and "
            f"the next {escape}0m; {edge} if that code is absent",
            "tags": f"the text with each part from a code {shown} to {escape}0m put between {begin} and {end}, the codes removed"}[mode]
    return Task(
        key=(mode, escape, (name, edge) if mode == "marked" else (begin, end) if mode == "tags" else 0), pair=pair,
        terse=[f"terminal output -> {what}", f"Return {what}"],
        casual=[f"this terminal output is full of escape codes. give me {what}", f"clean that up: i want {what}"],
        detailed=[f"The input is a line from a terminal, in which {shown} are escape codes and {escape}0m resets them. Return {what}.",
                  f"Process terminal output with escape codes written as {shown}, where {escape}0m ends a style. The output is {what}."])


@family(area="safety", theme=MASKING, difficulty="medium")
def json_values_to_types(r):
    """A JSON object whose values are replaced by the names of their types."""
    names = r.choice([("string", "number", "boolean"), ("str", "num", "bool"), ("S", "N", "B"), ("text", "int", "flag"),
                      ("<s>", "<n>", "<b>"), ("STRING", "NUMBER", "BOOL"), ("a", "0", "t")])
    lists, nested, null = r.choice(["first", "length"]), r.random() < 0.5, r.choice(["null", "nil", "empty", None])
    keys = "name age city owner active tags price size count label id paid email steps color stock score open".split()

    def value(r, depth):
        kind = r.choice(["s", "n", "b", "s", "n", "list"] + (["null"] if null else []) + (["object"] if nested and depth == 0 else []))
        if kind == "object":
            pairs = [(key, *value(r, 1)) for key in r.sample(keys, 2)]
            return {k: a for k, a, _ in pairs}, {k: b for k, _, b in pairs}
        if kind == "list":
            number = r.random() < 0.5
            items = [r.randint(1, 99) if number else r.choice(w.COLORS) for _ in range(r.randint(1, 3))]
            kind_name = names[1] if number else names[0]
            return items, [kind_name] if lists == "first" else f"{kind_name} x{len(items)}"
        return {"s": (r.choice([w.first(r), w.city(r), w.thing(r)]), names[0]), "n": (r.randint(1, 9999), names[1]),
                "b": (r.random() < 0.5, names[2]), "null": (None, null)}[kind]

    def pair(r):
        entries = [(key, *value(r, 0)) for key in r.sample(keys, r.randint(2, 4))]
        return compact_json({k: a for k, a, _ in entries}), compact_json({k: b for k, _, b in entries})

    types = f"texts by \"{names[0]}\", numbers by \"{names[1]}\", true/false by \"{names[2]}\"" + (f", null by \"{null}\"" if null else "")
    array = "a list by its item type in a list" if lists == "first" else f"a list by item type and length like \"{names[1]} x3\""
    inner = ", also in inner objects" if nested else ""
    return Task(
        key=(names, lists, nested, null), kind="json", pair=pair,
        terse=[f"compact JSON, values replaced: {types}, {array}{inner}", f"compact JSON, same keys: {types}; {array}{inner}"],
        casual=[f"don't show me the data, only its shape: replace {types} and {array}{inner}. keep the keys in order, compact json",
                f"mask the json: {types}, {array}{inner}. same keys and order, no blanks"],
        detailed=["The input is a JSON object. Return it as compact JSON (no blanks) with the same keys in the same order, but with the "
                  f"values replaced: {types}, and {array}{inner}.",
                  f"Reduce a JSON object to its shape. Keys stay as they are and in their order. Of the values, replace {types}; replace "
                  f"{array}{inner}. Output compact JSON without blanks."])
