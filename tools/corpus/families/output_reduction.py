"""Long output cut down to what matters: tracebacks, logs, progress, test runs, diffs, tables."""
import words as w
from task import Task, family

THEME = "output masking and token reduction"
EDGES = ["none", "-", "n/a", "N/A", "NONE", "(nothing)", "(empty)"]
ERRORS = {
    "ValueError": ["invalid literal for int(): '{x}'", "unknown {x}: {n}", "{x} must be positive"], "KeyError": ["'{x}'", "'{x}_{n}'"],
    "TypeError": ["{x} is not callable", "expected str, got int for {x}"], "IndexError": ["list index out of range", "no {x} at {n}"],
    "FileNotFoundError": ["no such file: {x}.csv", "{x}_{n}.json is missing"], "ZeroDivisionError": ["division by zero", "{x} count is 0"],
    "TimeoutError": ["no answer from {s} in {n} s", "{s} took too long"], "PermissionError": ["may not write {x}.log",
        "{x}: access denied"],
    "RuntimeError": ["{s} stopped", "{x} already in use", "too many {x}s: {n}"], "AttributeError": ["no attribute '{x}'", "{x} has no {n}"]}
CALLS = "load save parse run main build merge read write step fetch render split check convert start handle send update apply".split()


def filled(r, template):
    return template.format(x=r.choice(w.NOUNS), n=r.randint(2, 900), s=r.choice(w.SERVICES))


@family(area="safety", theme=THEME, difficulty="hard")
def traceback_to_line(r):
    """A traceback as one line of a fixed pattern."""
    names = {"TYPE": "{t}", "MESSAGE": "{m}", "FILE": "{f}", "LINE": "{l}", "FUNCTION": "{c}"}
    if r.random() < 0.5:
        words = r.choice(["TYPE at FILE:LINE", "FILE:LINE: TYPE: MESSAGE", "TYPE in FUNCTION(): MESSAGE", "MESSAGE (FILE, line LINE)",
                          "[TYPE] MESSAGE", "FUNCTION@FILE:LINE TYPE",
                          "error=TYPE file=FILE line=LINE", "FUNCTION failed: MESSAGE", "TYPE: MESSAGE <- FUNCTION"])
    else:
        words = r.choice([" | ", " - ", "; ", " / ", ", "]).join(r.sample(sorted(names), r.randint(2, 4)))
    pattern = words
    for name, slot in names.items():
        pattern = pattern.replace(name, slot)
    last, base = r.random() < 0.7, r.random() < 0.6

    def pair(r):
        frames = [(f"/{r.choice(['app', 'srv', 'opt', 'home/dev'])}/{r.choice(w.NOUNS)}/{r.choice(w.NOUNS)}.py", r.randint(2, 480), call)
                  for call in r.sample(CALLS, r.randint(2, 3))]
        kind = r.choice(sorted(ERRORS))
        message = filled(r, r.choice(ERRORS[kind]))
        lines = ["Traceback (most recent call last):"]
        for path, number, call in frames:
            lines += [f'  File "{path}", line {number}, in {call}', f"    {r.choice(w.NOUNS)} = {r.choice(CALLS)}({r.choice(w.NOUNS)})"]
        path, number, call = frames[-1 if last else 0]
        return "\n".join(lines + [f"{kind}: {message}"]), pattern.format(t=kind, m=message, l=number, c=call, f=path.rsplit("/", 1)[1]
                                                                         if base else path)

    parts = [part for part in ("TYPE", "MESSAGE", "FILE", "LINE", "FUNCTION") if part in words]
    frame = f"the {'last' if last else 'first'} frame listed"
    files = f"FILE is {'the file name without folders' if base else 'the full path'}; " if "FILE" in parts else ""
    return Task(
        key=(words, last and any(p in words for p in ("FILE", "FUNCTION")), base and "FILE" in words), pair=pair,
        terse=[f"traceback -> {words}. {files}places come from {frame}", f"One line, {words}, using {frame}; "
               f"{files.strip('; ') or 'nothing else'}"],
        casual=[f"squeeze the traceback into one line like {words}. take file, line and function from {frame}, type and message from the "
                f"end. {files}skip the rest",
                f"i only want {words} from this traceback. {files}use {frame} for the place"],
        detailed=[f"The input is a Python traceback. Return one line of the form '{words}', without the quotes. The place (file, line, "
                  f"function) is that of {frame}; TYPE and MESSAGE are those of the "
                  f"exception, before and after its first colon. {files[:-2] + '.' if files else ''}".strip(),
                  f"Distil a traceback to the pattern {words}. The words in capitals are replaced: TYPE and MESSAGE by the exception and "
                  f"its text, the others by the data of {frame}. "
                  f"{files}output nothing else."])


MESSAGES = ["disk {n} full", "{s} started", "cache warm", "retry {n}", "lost {s}", "user {f} in", "slow query", "{x} saved", "no {x} found",
            "port {n} busy", "{s} ready", "bad {x}", "{x} skipped", "queue at {n}", "sync done",
            "{f} logged out", "config reloaded", "{x} expired", "token refreshed", "job {n} queued"]


def message(r):
    return r.choice(MESSAGES).format(x=r.choice(w.NOUNS), n=r.randint(2, 99), s=r.choice(w.SERVICES), f=w.first(r))


@family(area="safety", theme=THEME, difficulty="hard")
def log_digest_line(r):
    """A log as one line: counts of levels and one message."""
    e, i, shown = r.choice([("ERROR", "INFO", ("errors", "warnings")), ("ERR", "INF", ("E", "W")), ("error", "info", ("err", "warn")),
                            ("E", "I", ("bad", "odd"))])
    warn = {"ERROR": "WARN", "ERR": "WRN", "error": "warn", "E": "W"}[e]
    which, mark, sep = r.choice(["last", "first"]), r.choice(["=", ":", " "]), r.choice([", ", " ", "; ", " | "])
    edge, tail = r.choice(EDGES), r.random() < 0.7
    label = r.choice([which, "msg", "top", "see"])

    def pair(r):
        levels = [r.choice([i, i, warn, e]) for _ in range(r.randint(3, 6))]
        if e not in levels and r.random() < 0.5:
            levels[r.randrange(len(levels))] = e
        lines = [(level, message(r)) for level in levels]
        texts = [text for level, text in lines if level == e]
        text = texts[-1 if which == "last" else 0] if texts else edge
        parts = [f"{shown[0]}{mark}{len(texts)}", f"{shown[1]}{mark}{levels.count(warn)}"] + ([f"{label}{mark}{text}"] if tail else [])
        hour, minute = r.randint(0, 23), r.randint(0, 40)
        return "\n".join(f"{hour:02d}:{minute + at:02d} {level} {text}" for at, (level, text) in enumerate(lines)), sep.join(parts)

    form = sep.join([f"{shown[0]}{mark}A", f"{shown[1]}{mark}B"] + ([f"{label}{mark}C"] if tail else []))
    where = f"A counts {e} lines, B counts {warn} lines" + (f", C is the {which} {e} message, {edge} if there is none" if tail else "")
    return Task(
        key=(form, e, which if tail else 0, edge if tail else 0), pair=pair,
        terse=[f"log -> '{form}': {where}", f"{where}. Output {form}"],
        casual=[f"sum the log up as '{form}' where {where}. a message is what follows the level",
                f"{where}. give me exactly {form} on one line, messages without time and level"],
        detailed=[f"The input is a log, one event a line: time, level, message. Return one line of the form '{form}' without quotes. "
                  f"{where}. Write nothing else.",
                  f"Summarise a log in a single fixed line, {form}, filling in the letters: {where}. A message is the text behind the "
                  "level."])


@family(area="safety", theme=THEME, difficulty="medium")
def progress_collapsed(r):
    """Output with its progress lines cut to the last one of each run."""
    joint, mode = r.choice([" | ", " / ", "; ", " > "]), r.choice(["last", "last", "drop", "percent"])
    edge = r.choice(EDGES)
    unit, word = r.choice([("%", "a percent sign"), (" of 200", "'of 200'"), ("/50", "'/50'")])

    def pair(r):
        lines, kept, percent = [], [], None
        for step in range(r.randint(1, 2)):
            if step or r.random() < 0.8:
                text = message(r)
                lines.append(text)
                kept.append(text)
            if r.random() < (0.8 if step == 0 else 0.5):
                top = {"%": 100, " of 200": 200, "/50": 50}[unit]
                values = sorted(r.sample(range(1, top), r.randint(2, 4))) + ([top] if r.random() < 0.5 else [])
                what = r.choice(["copying", "download", "build", "test", "pulling", "indexing", "upload", "sync"]) + " " + r.choice(w.NOUNS)
                run = [f"{what} {value}{unit}" for value in values]
                lines += run
                percent = run[-1].rsplit(" ", 1 if unit != " of 200" else 3)[1]
                if unit == " of 200":
                    percent = str(values[-1])
                kept += run[-1:] if mode == "last" else []
        if not lines or r.random() < 0.9:
            text = message(r)
            lines.append(text)
            kept.append(text)
        if mode == "percent":
            return "\n".join(lines), (percent.split("/")[0].rstrip("%") if percent else edge)
        return "\n".join(lines), joint.join(kept) or edge

    rule = {"last": f"of each run of progress lines keep only the last, keep all other lines, joined by '{joint}'",
            "drop": f"leave out all progress lines, join the rest by '{joint}'; {edge} if nothing is left",
            "percent": f"only the number of the last progress line, the part before '{unit.strip()}'; {edge} if there is none"}[mode]
    return Task(
        key=(mode, joint if mode != "percent" else 0, edge if mode != "last" else 0, unit), pair=pair,
        terse=[f"Progress lines contain {word}: {rule}", f"{rule[0].upper() + rule[1:]} (progress lines have {word})"],
        casual=[f"the output is full of progress lines (those with {word}). {rule}", f"make this output shorter: {rule}. a progress line "
                f"is one with {word}"],
        detailed=[f"The input is the output of a command, several lines long. Lines with {word} report progress. Reduce the output as "
                  f"follows: {rule}. Return the result on one line.",
                  f"Collapse progress reports, that is lines that contain {word}. The rule is: {rule}. The order of the lines stays the "
                  "same."])


@family(area="safety", theme=THEME, difficulty="medium")
def repeated_lines_counted(r):
    """Repeated lines merged, with their number."""
    total, single = r.random() < 0.5, r.random() < 0.5
    form, words = r.choice([("{t} x{n}", "line xN"), ("{n}x {t}", "Nx line"), ("{t} ({n})", "line (N)"), ("[{n}] {t}", "[N] line"),
                            ("{t} *{n}", "line *N"), ("{n}: {t}", "N: line")])
    joint = r.choice([" | ", "; ", " / ", ", "])

    def pair(r):
        pool = list(dict.fromkeys(message(r) for _ in range(r.randint(2, 3))))
        lines = []
        for text in pool:
            lines += [text] * r.choice([1, 1, 2, 3, 4])
        if r.random() < 0.4:
            lines += [r.choice(pool)] * r.randint(1, 2)
        groups = []
        for text in lines:
            at = next((g for g in groups if g[0] == text), None) if total else groups[-1] if groups and groups[-1][0] == text else None
            if at:
                at[1] += 1
            else:
                groups.append([text, 1])
        return "\n".join(lines), joint.join(t if n == 1 and not single else form.format(t=t, n=n) for t, n in groups)

    how = "merge all equal lines, at the place of the first" if total else "merge equal neighbouring lines"
    one = "also for N = 1" if single else "lines that occur once stay bare"
    one = one if total or single else "lines without an equal neighbour stay bare"
    return Task(
        key=(total, single, words, joint), pair=pair,
        terse=[f"{how[0].upper() + how[1:]}, write '{words}' with the count N ({one}), joined by '{joint}'",
               f"'{words}' per group, {one}; {how}; separator '{joint}'"],
        casual=[f"the output repeats itself. {how}, show each group as '{words}' where N is the number ({one}), and put '{joint}' between "
                "them",
                f"dedupe these lines: {how}. every group is '{words}', N being how many there were, {one}. one line, joined by '{joint}'"],
        detailed=[f"The input has several lines, some of them equal. Please {how}. Write every group as '{words}', in which N is how many "
                  f"lines were merged; {one}. Join the groups by '{joint}'.",
                  f"Shorten repetitive output. To do so, {how}. A group is shown as '{words}' (N = number of lines; {one}). The result is "
                  f"one line with '{joint}' between the groups."])


@family(area="safety", theme=THEME, difficulty="medium")
def failing_tests_kept(r):
    """The failing tests of a run, all else left out."""
    style = r.choice(["pytest", "tap", "marks", "go"])
    sep, edge, mode = r.choice([", ", " ", "|", "; "]), r.choice(EDGES + ["all green", "PASS"]), r.choice(["names", "names", "first",
        "ratio"])
    skip = r.choice(["SKIPPED", "ERROR"]) if style == "pytest" else None
    errors = skip == "ERROR" and r.random() < 0.6

    def pair(r):
        verbs = r.sample(CALLS, 5)
        names = [f"test_{verb}_{r.choice(w.NOUNS)}" for verb in verbs[:r.randint(3, 5)]]
        failing = r.random() < 0.92
        lines, failed = [], []
        for at, name in enumerate(names, 1):
            bad = failing and r.random() < 0.4
            odd = not bad and skip and r.random() < 0.25 and (failing or not errors)
            if bad or odd and errors:
                failed.append(name)
            lines.append({"pytest": f"{name} {'FAILED' if bad else skip if odd else 'PASSED'}",
                          "tap": f"{'not ok' if bad else 'ok'} {at} - {name}", "marks": f"{'✗' if bad else '✓'} {name}",
                          "go": f"--- {'FAIL' if bad else 'PASS'}: {name} ({r.randint(0, 9)}.{r.randint(10, 99)}s)"}[style])
        answer = {"names": sep.join(failed), "first": failed[0] if failed else "", "ratio": f"{len(failed)}/{len(names)}"}[mode] or edge
        return "\n".join(lines), answer

    bad = {"pytest": "FAILED" + (" or ERROR" if errors else ""), "tap": "not ok", "marks": "✗", "go": "FAIL"}[style]
    ask = {"names": f"the names of the tests marked {bad}, joined by '{sep}'; {edge} if there are none",
           "first": f"the name of the first test marked {bad}; {edge} if there is none",
           "ratio": f"how many tests are marked {bad}, a slash, how many tests there are (like 1/4)"}[mode]
    return Task(
        key=(style, bad, mode, sep if mode == "names" else 0, edge if mode != "ratio" else 0), pair=pair,
        terse=[f"test run -> {ask}", f"Keep only {ask}"],
        casual=[f"i don't need the whole test output, just {ask}", f"which tests broke? return {ask}. leave out everything else"],
        detailed=[f"The input is the output of a test run with one test a line. Return {ask}. Do not copy anything else.",
                  f"Reduce a test report. What remains is {ask}. Marks other than this one do not count as failures; names are written as "
                  "they appear."])


@family(area="safety", theme=THEME, difficulty="medium")
def diff_line_counts(r):
    """How many lines a diff adds and removes."""
    new, old = r.choice([("added", "removed"), ("new", "gone"), ("plus", "minus"), ("ins", "del"), ("in", "out"), ("more", "less")])
    form, words = r.choice([("+{a} -{d}", "+A -D"), ("{f}: +{a}/-{d}", "FILE: +A/-D"), (f"{{a}} {new}, {{d}} {old}", f"A {new}, D {old}"),
                            ("{f} {a} {d}", "FILE A D"), (f"{old}={{d}} {new}={{a}}", f"{old}=D {new}=A"),
                            ("{f} ({t})", "FILE (SUM)"), ("net {n:+d}", "net DIFF"), ("{f} net {n:+d}", "FILE net DIFF"),
                            (f"{new}:{{a}} {old}:{{d}} {{f}}", f"{new}:A {old}:D FILE"), ("{a}|{d}|{f}", "A|D|FILE")])
    base = r.random() < 0.5
    heads = r.random() < 0.7 or "FILE" in words

    def pair(r):
        path = f"{r.choice(['src', 'lib', 'app', 'docs', 'tests'])}/{r.choice(w.NOUNS)}.{r.choice(['py', 'js', 'c', 'md', 'go'])}"
        body = []
        for _ in range(r.randint(3, 7)):
            body.append(r.choice("+++-- ") + r.choice([f"{r.choice(w.NOUNS)} = {r.randint(1, 99)}", f"return {r.choice(w.NOUNS)}",
                                                       f"{r.choice(CALLS)}({r.choice(w.NOUNS)})"]))
        if all(line[0] == " " for line in body):
            body[0] = "+" + body[0][1:]
        added, removed = (sum(line[0] == sign for line in body) for sign in "+-")
        top = [f"--- a/{path}", f"+++ b/{path}", f"@@ -{r.randint(1, 90)} +{r.randint(1, 90)} @@"] if heads else [f"@@ -{r.randint(1, 90)} "
            f"+{r.randint(1, 90)} @@"]
        return "\n".join(top + body), form.format(a=added, d=removed, t=added + removed, n=added - removed, f=path.rsplit("/", 1)[1]
                                                  if base else path)

    head = "not counting --- and +++ headers" if heads else "not counting the @@ line"
    sums = "; SUM = A + D" if "SUM" in words else "; DIFF = A-D with sign, zero is +0" if "DIFF" in words else ""
    name = (f"; FILE is {'without folders' if base else 'after b/'}" if "FILE" in words else "") + sums
    return Task(
        key=(words, heads, base and "FILE" in words), pair=pair,
        terse=[f"diff -> '{words}': A lines +, D lines -, {head}{name}", f"A = + lines, D = - lines ({head}): '{words}'{name}"],
        casual=[f"boil the diff down to '{words}': A is lines added with +, D is lines removed with -, {head}{name}",
                f"how big is this change? count plus lines as A and minus lines as D, {head}, and print '{words}'{name}"],
        detailed=[f"The input is a unified diff of one file. Return '{words}' without quotes, where A is the number of lines that begin "
                  f"with + and D of those with -; {head}{name}.",
                  f"Give the size of a patch in the form '{words}'. A stands for added lines (+), D for removed ones (-), {head}; "
                  f"context lines are ignored{name}."])


TABLE_KINDS = [("NAME", "STATUS", "AGE"), ("SERVICE", "STATE", "PORT"), ("HOST", "HEALTH", "LOAD"), ("JOB", "RESULT", "TIME"),
               ("POD", "PHASE", "RESTARTS"), ("DISK", "MODE", "USED"), ("BRANCH", "CHECK", "COMMITS")]
CELL_STATES = ["Running", "Failed", "Pending", "Ready", "Stopped", "Unknown", "Active"]


@family(area="safety", theme=THEME, difficulty="medium")
def command_table_filtered(r):
    """Cells of one column of a table, from the rows with a stated value."""
    columns = r.choice(TABLE_KINDS)
    value = r.choice(CELL_STATES)
    others = r.sample([s for s in CELL_STATES if s != value], 3)
    negative, sep, edge, want = r.random() < 0.35, r.choice([", ", " ", "|", ";"]), r.choice(EDGES), r.choice([0, 0, 2])

    def pair(r):
        names = r.sample(w.SERVICES, r.randint(3, 5))
        empty = r.random() < 0.06
        rows = []
        for name in names:
            state = r.choice([value, value, *others]) if not negative else r.choice([value, value, *others[:1]])
            if empty:
                state = value if negative else r.choice(others)
            rows.append((name, state, str(r.randint(1, 900))))
        kept = [row[want] for row in rows if (row[1] == value) != negative]
        widths = [max(len(row[at]) for row in [columns, *rows]) + 2 for at in range(2)]
        text = "\n".join(f"{a:<{widths[0]}}{b:<{widths[1]}}{c}" for a, b, c in [columns, *rows])
        return text, sep.join(kept) or edge

    rows = f"rows whose {columns[1]} is {'not ' if negative else ''}{value}"
    return Task(
        key=(columns, value, negative, sep, edge, want), pair=pair,
        terse=[f"{columns[want]} of the {rows}, joined by '{sep}'; {edge} if none", f"Keep the {columns[want]} cells of {rows} (separator "
               f"'{sep}', no such row: {edge})"],
        casual=[f"from this table i want just the {columns[want]} of {rows}. join them with '{sep}' in table order, say {edge} when there "
                "are no such rows",
                f"find the {rows} and list their {columns[want]} with '{sep}' in between. nothing found: {edge}"],
        detailed=[f"The input is a table with a header line. Return the values of column {columns[want]} from all {rows}, in the order of "
                  f"the table, joined by '{sep}'. If there is no such row, return {edge}.",
                  f"Filter the output of a command: look at {rows}, take the {columns[want]} cell of each and join these cells by '{sep}'. "
                  f"The answer is {edge} if no row fits."])


@family(area="safety", theme=THEME, difficulty="medium")
def own_stack_frames(r):
    """The frames of a stack that belong to one package."""
    company = r.choice(w.COMPANY_HEADS).lower()
    package = r.choice([f"com.{company}", f"org.{company}.app", f"io.{company}", f"net.{company}.core"])
    mode, sep, edge = r.choice(["files", "methods", "first", "count"]), r.choice([", ", " < ", " ", "|"]), r.choice(EDGES)

    def pair(r):
        frames = []
        chance = r.choice([0, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6, 0.6])
        for _ in range(r.randint(3, 5)):
            own = r.random() < chance
            space = package if own else r.choice(["java.util", "org.spring.web", "sun.net", f"{package}x", f"test.{package}", "io.netty",
                                                  "com.fasterxml"])
            name = r.choice(w.NOUNS).capitalize()
            frames.append((own, f"{space}.{name}.{r.choice(CALLS)}", f"{name}.java:{r.randint(2, 900)}"))
        mine = [(path.rsplit(".", 1)[1], place) for own, path, place in frames if own]
        answer = {"files": sep.join(p for _, p in mine), "methods": sep.join(m for m, _ in mine), "first": mine[0][1] if mine else "",
                  "count": str(len(mine))}[mode]
        return "\n".join(f"at {path}({place})" for _, path, place in frames), answer or edge

    ask = {"files": f"the File.java:line of these frames, joined by '{sep}', {edge} if none",
           "methods": f"the method names (after the last dot) of these frames, joined by '{sep}', {edge} if none",
           "first": f"the File.java:line of the first such frame, {edge} if none", "count": "how many such frames there are"}[mode]
    return Task(
        key=(package, mode, sep if mode in ("files", "methods") else 0, edge if mode != "count" else 0), pair=pair,
        terse=[f"Own frames start with {package}. (after 'at'). Give {ask}", f"stack trace, frames of package {package}.* only -> {ask}"],
        casual=[f"our code lives in {package}.*, the other frames are noise. give me {ask}", "ignore every frame that doesn't begin with "
                f"{package}. and return {ask}"],
        detailed=[f"The input is a stack trace. Frames of our own code begin, after 'at', with '{package}.'; all others are library "
                  f"frames. Return {ask}.",
                  f"Strip library frames from a stack trace. Ours have a name that starts exactly with '{package}.', dot included. The "
                  f"output is {ask}."])
