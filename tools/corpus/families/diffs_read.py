"""Reading unified diffs: which file, what changed, where, and of what kind."""
import words as w
from task import Task, compact_json, family

THEME = "filtering, diffs, cron and resumes"
FOLDERS = "src,lib,app,docs,tests,config,tools,api,core,web,scripts,server,client,build,data".split(",")
ENDINGS = "py,js,go,rs,md,txt,yaml,json,toml,sh,c,java,css,sql,html".split(",")
STEMS = [noun for noun in w.NOUNS if len(noun) < 8] + "main utils parser router model config index schema auth cache queue worker".split()
SETTINGS = "timeout retries port max_size log_level batch workers ttl limit interval depth region mode threads buffer rate pool".split()
CHOICES = {"log_level": "debug info warn error fatal", "region": "east west north south central", "mode": "fast safe strict local remote"}


def path(r, ending=None):
    folders = [r.choice(FOLDERS) for _ in range(r.randint(0, 2))]
    return "/".join(folders + [f"{r.choice(STEMS)}.{ending or r.choice(ENDINGS)}"])


def code(r):
    a, b, c = r.choice(STEMS), r.choice(STEMS), r.randint(1, 99)
    return r.choice([f"{a} = {c}", f"return {a} + {c}", f"if {a} > {c}:", f"{a}.{b}()", f"# {a} {b}", f"print({a})", f"{a} = load({b})",
                     f"for {b[0]} in {a}:", f"log({c}, {a})"])


def body(r, removed, added, kept):
    """Lines of a hunk: some kept ones around removed and added lines."""
    before = r.randint(0, kept)
    return [" " + code(r) for _ in range(before)] + ["-" + code(r) for _ in range(removed)] + ["+" + code(r) for _ in range(added)] + [" "
    "" + code(r) for _ in range(kept - before)]


def hunk(r, lines, start=None):
    start = start or r.randint(1, 300)
    old, new = (sum(line[0] in signs for line in lines) for signs in (" -", " +"))
    return "\n".join([f"@@ -{start},{old} +{start},{new} @@"] + lines)


def header(name):
    return f"--- a/{name}\n+++ b/{name}"


@family(area="core", theme=THEME, difficulty="easy")
def files_touched_by_diff(r):
    """The files that a diff changes."""
    form = r.choice(["path", "base", "ending", "folder"])
    join, joined = r.choice([(", ", "', '"), (" ", "a blank"), (",", "a comma without blanks"), ("|", "'|'"), (";", "';'")])
    none, top = r.choice([".", "root", "-", "none"]), r.random() < 0.3
    what = {"path": "full path without a/ or b/", "base": "file name without folders", "ending": "file ending without the dot",
            "folder": f"first folder, or {none} for a file in no folder"}[form]

    def pair(r):
        names = []
        while len(names) < r.choice([1, 2, 2, 3]):
            name = path(r)
            if name not in names:
                names.append(name)
        text = "\n".join(header(name) + "\n" + hunk(r, body(r, r.randint(0, 1), 1, 1)) for name in names)
        shown = [{"path": name, "base": name.split("/")[-1], "ending": name.split(".")[-1],
                  "folder": name.split("/")[0] if "/" in name else none}[form] for name in names]
        return text, shown[0] if top else join.join(shown)

    which = "the first file" if top else "every changed file"
    tail = "" if top else f", in diff order, joined by {joined}"
    return Task(
        key=(form, join * (not top), none if form == "folder" else "", top), pair=pair,
        terse=[f"diff -> {what} of {which}{tail}", f"unified diff: {which}, {what}{tail}"],
        casual=[f"which file does this patch touch? for {which} give the {what}{tail}",
                f"read the diff headers and write the {what} of {which}{tail}"],
        detailed=[f"The input is a unified diff. For {which} return the {what}{tail}. The content of the hunks does not matter.",
                  f"Look at the --- and +++ lines of the patch. Output, for {which}, the {what}{tail}; a file listed twice cannot "
                  f"occur." if not top else
                  f"Look at the --- and +++ lines of the patch. Output the {what} of {which}, whatever follows."])


@family(area="core", theme=THEME, difficulty="easy")
def changed_setting_of_config_diff(r):
    """Old and new value of the one setting that a diff changes."""
    form = r.choice(["{k}: {o} -> {n}", "{o} -> {n}", "{k}", "{n}", "{o}", "{k}={n}", "{k} {o} {n}", "json"])
    sign, name = r.choice([": ", "=", " = "]), {"k": "key", "o": "old", "n": "new"}
    shown = '{"key":key,"old":old,"new":new}' if form == "json" else form.format(**name)
    names = {"k": "key for the setting", "o": "old for the value before", "n": "new for the value after"}
    meaning = "key, old and new value (all strings)" if form == "json" else ", ".join(said for letter,
        said in names.items() if f"{{{letter}}}" in form)

    def value(r, key):
        if key in CHOICES:
            return r.choice(CHOICES[key].split())
        return str(r.choice([r.randint(1, 20), r.randint(1, 100) * 10]))

    def pair(r):
        keys = r.sample(SETTINGS, r.randint(2, 4))
        at, changed = r.randrange(len(keys)), None
        lines = []
        for index, key in enumerate(keys):
            old = value(r, key)
            if index == at:
                new = value(r, key)
                while new == old:
                    new = value(r, key)
                changed = dict(k=key, o=old, n=new)
                lines += [f"-{key}{sign}{old}", f"+{key}{sign}{new}"]
            else:
                lines.append(f" {key}{sign}{old}")
        text = f"{header(path(r, r.choice(['yaml', 'toml', 'ini', 'conf'])))}\n{hunk(r, lines)}"
        return text, compact_json({"key": changed["k"], "old": changed["o"],
                                   "new": changed["n"]}) if form == "json" else form.format(**changed)

    shape = "compact JSON " + shown if form == "json" else f"'{shown}'" if len(form) > 3 else f"the {shown}"
    return Task(
        key=(form, sign), pair=pair, kind="json" if form == "json" else "text",
        terse=[f"config diff, one setting changes: {shape}; {meaning}", f"changed setting as {shape} ({meaning})"],
        casual=[f"what setting did the patch change? answer as {shape}, that is {meaning}",
                f"find the value that changed in the config diff and write {shape} ({meaning})"],
        detailed=[f"The diff changes the value of one setting in a configuration file. Report the change as {shape}: {meaning}. Unchanged "
                  f"context lines do not count.",
                  f"One key of the config gets a new value in this patch. Output {shape} where the words stand for {meaning}."])


@family(area="core", theme=THEME, difficulty="medium")
def kind_of_file_change(r):
    """Is the file of a diff new, deleted, renamed or modified?"""
    labels = r.choice([("added", "deleted", "renamed", "modified"), ("A", "D", "R", "M"), ("NEW", "GONE", "MOVED", "EDITED"), ("create",
    "remove", "move", "edit"), ("new file", "deleted file", "moved file", "changed file"),
                       ("+", "-", ">", "~"), ("Added", "Deleted", "Renamed", "Modified"), ("1", "2", "3", "4")])
    with_path = r.random() < 0.5
    order = r.choice(["{kind} {path}", "{path} {kind}", "{path}: {kind}", "{kind}: {path}"]) if with_path else "{kind}"

    def pair(r):
        at, name, other = r.randrange(4), path(r), path(r)
        while other == name:
            other = path(r)
        lines = [("+" if at == 0 else "-") + code(r) for _ in range(r.randint(1, 4))]
        hunks = hunk(r, body(r, r.randint(0, 2), r.randint(1, 2), r.randint(1, 2)))
        text = [f"--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n" + "\n".join(lines),
                f"--- a/{name}\n+++ /dev/null\n@@ -1,{len(lines)} +0,0 @@\n" + "\n".join(lines),
                f"--- a/{other}\n+++ b/{name}\n{hunks}", f"{header(name)}\n{hunks}"][at]
        return text, order.format(kind=labels[at], path=name)

    rules = ", ".join(f"{label} ({meaning})" for label, meaning in zip(labels, ["--- /dev/null", "+++ /dev/null", "two paths",
        "same path"]))
    shape = order.replace("{kind}", "KIND").replace("{path}", "PATH")
    tail = f"; form '{shape}', PATH = new (or deleted) path without a/, b/" if with_path else ""
    return Task(
        key=(labels, order), labels=None if with_path else labels, pair=pair,
        terse=[f"kind of file change: {rules}{tail}", f"--- and +++ decide: {rules}{tail}"],
        casual=[f"what happens to the file in this diff? {rules}{tail}", f"one of {rules}, judged by the --- and +++ lines{tail}"],
        detailed=[f"The input is the diff of one file. Determine the kind of change from its two header lines: {rules}{tail}.",
                  f"Classify the patch by what it does to the file. The kinds are {rules}{tail}. The lines of the hunk do not influence "
                  f"the answer."])


@family(area="core", theme=THEME, difficulty="hard")
def line_number_of_first_change(r):
    """The number of the first added or removed line in the new or old file."""
    side = r.choice(["added", "removed"])
    form = r.choice(["{n}", "line {n}", "L{n}", "{f}:{n}", "{f} {n}", "{f}#L{n}", "@{n}", "{f}, line {n}"])
    none = r.choice(["none", "-", "0", "n/a", "no line"])
    file, sign, other = ("new", "+", "-") if side == "added" else ("old", "-", "+")

    def pair(r):
        start, shift = r.randint(1, 200), r.choice([0, 0, r.randint(1, 9)])
        marks = other * r.randint(1, 2) if r.random() < 0.18 else r.choice([sign, "-+", sign * 2, other + sign])
        lines = [" " + code(r) for _ in range(r.randint(0, 3))] + [mark + code(r) for mark in marks]
        lines += [" " + code(r) for _ in range(r.randint(1, 2))]
        old, new = (sum(line[0] in signs for line in lines) for signs in (" -", " +"))
        begin = {"-": start, "+": start + shift}
        name = path(r)
        text = f"{header(name)}\n@@ -{begin['-']},{old} +{begin['+']},{new} @@\n" + "\n".join(lines)
        number = begin[sign]
        for line in lines:
            if line[0] == sign:
                return text, form.format(n=number, f=name)
            number += line[0] == " "
        return text, none

    shape = form.replace("{n}", "N").replace("{f}", "PATH")
    tail = f"'{shape}'" + (" (PATH without a/ or b/)" if "{f}" in form else "")
    base = f"the number after {sign} in the @@ line is the first line of the hunk in the {file} file"
    return Task(
        key=(side, form, none), pair=pair,
        terse=[f"line number N in the {file} file of the first {side} line, as {tail}; nothing {side}: {none}",
               f"first {sign} line -> its line N in the {file} file, as {tail}; else {none}"],
        casual=[f"at which line of the {file} file is the first {side} line? write {tail}, or {none} if nothing is {side}. {base}",
                f"count from the @@ header to the first {sign} line ({file} file numbering) and give {tail}; {none} without such a line"],
        detailed=[f"Find the first {side} line of the hunk and its line number N in the {file} file: {base}, and only context and {sign} "
                  f"lines move on. Return {tail}. If no line is {side}, return {none}.",
                  f"Compute where the first line marked {sign} stands in the {file} version of the file. Start at {sign} of the @@ "
                  f"header. Output {tail}, or {none} when the hunk has no such line."])


@family(area="core", theme=THEME, difficulty="medium")
def text_of_changed_lines(r):
    """The text of the added or removed lines."""
    side, sign = r.choice([("added", "+"), ("removed", "-")])
    join, joined = r.choice([(" | ", "' | '"), ("; ", "'; '"), (" / ", "' / '"), (" && ", "' && '"), ("\n", "line breaks")])
    none, only = r.choice(["none", "-", "NOTHING", "n/a", "(no lines)"]), r.choice(["all", "all", "first", "last"])

    def pair(r):
        chosen = r.choice([0, 1, 1, 2, 2, 3])
        other = r.randint(chosen == 0, 2)
        removed, added = (other, chosen) if sign == "+" else (chosen, other)
        lines = body(r, removed, added, r.randint(1, 3))
        found = [line[1:] for line in lines if line[0] == sign]
        text = hunk(r, lines)
        return text, none if not found else join.join(found) if only == "all" else found[0 if only == "first" else -1]

    which = f"the {only} {side} line" if only != "all" else f"all {side} lines, in order, joined by {joined}"
    return Task(
        key=(side, join * (only == "all"), none, only), pair=pair,
        terse=[f"hunk -> text without the sign of {which}; nothing {side}: {none}", f"print {which}, without {sign}; else {none}"],
        casual=[f"from the patch give me {which}, without the leading {sign}, or {none} if nothing was {side}",
                f"what does the hunk show as {side}? write {which}; drop the {sign}, and {none} if there are none"],
        detailed=[f"The input is a hunk of a unified diff. Return {which}, without the {sign} at the start. If the hunk has no {side} "
                  f"line, return {none}.",
                  f"Extract from the hunk {which}. The sign {sign} itself is not part of the output. Context lines and the @@ line are "
                  f"ignored; {none} if there is no such line."])
