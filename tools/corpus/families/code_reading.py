"""Reading code and tool output: build errors, imports, signatures, doc comments, dialogue and literals."""

import words as w
from task import Task, compact_json, family, options, pick_labels

THEME = "DSL and code cleanup"
STEMS = ("main app utils parser server client router config store cart invoice user auth session search cache export report queue worker "
         "mailer image").split()
FOLDERS = ["src/", "lib/", "app/", "core/", "", "tests/", "src/net/", "pkg/api/", "cmd/"]
NAMES = ("count total index user_id file_name load_page send_mail max_size cfg buffer parse_row token cursor items limit result cache_key "
         "row conn").split()
TYPES = ["int", "string", "bool", "float", "list", "Map", "User", "Order"]
UNDEFINED = {"gcc": "error: '{x}' undeclared", "tsc": "error TS2304: Cannot find name '{x}'.", "go": "undefined: {x}",
             "javac": "error: cannot find symbol {x}",
             "rustc": "error[E0425]: cannot find value `{x}` in this scope", "python": "NameError: name '{x}' is not defined"}
SYNTAX = {"gcc": "error: expected ';' before '{x}'", "tsc": "error TS1005: ')' expected.",
          "go": "syntax error: unexpected {x}, expected }}",
          "javac": "error: ';' expected", "rustc": "error: expected `;`, found `{x}`", "python": "SyntaxError: invalid syntax near '{x}'"}
MISMATCH = {"gcc": "error: incompatible types when assigning to type '{t}' from type '{u}'",
            "tsc": "error TS2322: Type '{t}' is not assignable to type '{u}'.",
            "go": "cannot use {x} (variable of type {t}) as {u} value in assignment",
            "javac": "error: incompatible types: {t} cannot be converted to {u}",
            "rustc": "error[E0308]: mismatched types: expected `{t}`, found `{u}`",
            "python": "TypeError: unsupported operand types for +: '{t}' and '{u}'"}
MISSING = {"gcc": "fatal error: {x}.h: No such file or directory", "tsc": "error TS2307: Cannot find module './{x}'.",
           "go": "no required module provides package {x}",
           "javac": "error: package org.{x} does not exist", "rustc": "error[E0432]: unresolved import `{x}`",
           "python": "ModuleNotFoundError: No module named '{x}'"}
UNUSED = {"gcc": "warning: unused variable '{x}'", "tsc": "warning TS6133: '{x}' is declared but its value is never read.",
          "go": "declared and not used: {x}",
          "javac": "warning: variable {x} is never used", "rustc": "warning: unused variable: `{x}`",
          "python": "warning: local variable '{x}' is assigned but never used"}
KINDS = [("undefined name", UNDEFINED), ("syntax", SYNTAX), ("type mismatch", MISMATCH), ("missing module", MISSING),
         ("unused variable", UNUSED)]
ENDINGS = {"gcc": "c", "tsc": "ts", "go": "go", "javac": "java", "rustc": "rs", "python": "py"}


def build_line(r, compiler, messages):
    """(file, line, column, text); Java and Python give no column."""
    file = r.choice(FOLDERS) + r.choice(STEMS) + r.choice(["", "", str(r.randint(2, 9)), "_" + r.choice(STEMS)]) + "." + ENDINGS[compiler]
    line, column = r.randint(1, 900), r.randint(1, 80)
    t, u = r.sample(TYPES, 2)
    message = messages[compiler].format(x=r.choice(NAMES), t=t, u=u)
    text = {"gcc": f"{file}:{line}:{column}: {message}", "tsc": f"{file}({line},{column}): {message}",
            "go": f"./{file}:{line}:{column}: {message}",
            "javac": f"{file}:{line}: {message}", "rustc": f"{message} --> {file}:{line}:{column}",
            "python": f"File \"{file}\", line {line}: {message}"}[compiler]
    return file, line, column, text


@family(area="code", theme=THEME, difficulty="medium")
def build_error_place(r):
    """File, line and severity of a compiler message, in the format of the spec."""
    form = r.choice(["FILE:LINE", "LINE FILE", "FILE line LINE", "FILE:LINE LEVEL", "LEVEL FILE:LINE", "FILE,LINE,LEVEL", "LINE in FILE",
                     "LEVEL at LINE", "FILE#LLINE",
                     '{"file":"FILE","line":LINE}', '{"level":"LEVEL","line":LINE}', "open FILE +LINE", "LEVEL|FILE|LINE"])
    base = r.random() < 0.4 and "FILE" in form
    error, warning = pick_labels(r, [("error", "warning"), ("E", "W"), ("ERR", "WARN"), ("fail", "note")])
    path = "FILE without folders" if base else "FILE with its folders, no leading ./"
    rules = "; ".join([path] * ("FILE" in form) + [f"LEVEL {warning} if it says warning, else {error}"] * ("LEVEL" in form))

    def pair(r):
        file, line, _, text = build_line(r, r.choice(sorted(ENDINGS)), r.choice(KINDS)[1])
        name = file.rsplit("/", 1)[-1] if base else file
        level = warning if "warning" in text else error
        noise = r.choice(["", "", f"[{r.randint(1, 40)}/40] ", "make: ", "   ", f"{w.clock(r)[0]:02d}:{w.clock(r)[1]:02d} "])
        out = form.replace("#LLINE", f"#L{line}").replace("LINE", str(line)).replace("FILE", name).replace("LEVEL", level)
        return (noise + text).strip(), out

    kind = "json" if form.startswith("{") else "text"
    if "#L" in form:
        rules = f"LLINE is L and the line number; {rules}"
    return Task(
        key=(form, base, error), pair=pair, kind=kind,
        terse=[f"compiler message -> `{form}`; {rules}", f"pull `{form}` out of the build output; {rules}"],
        casual=[f"where is the problem? answer {form}, the place that the compiler names. {rules}",
                f"give me {form} for this build message please; {rules}. the column isn't needed"],
        detailed=[f"The input is a message of a compiler or interpreter. Return `{form}` with its place in the source ({rules}). LINE is "
                  "the line number; the column is ignored.",
                  f"Read the build message and answer in the form `{form}`. Here LINE is the number of the line, not of the column; "
                  f"{rules}. Nothing else is returned."])


@family(area="code", theme=THEME, difficulty="medium")
def build_error_kind(r):
    """What kind of problem does a compiler message report?"""
    sets = [["UNDEFINED", "SYNTAX", "TYPE", "MODULE", "UNUSED"], ["undefined_name", "syntax", "type_mismatch", "missing_module",
                                                                  "unused_variable"],
            ["unknown name", "grammar", "wrong type", "no such module", "unused"], ["E1", "E2", "E3", "E4", "W1"],
            ["name", "parse", "types", "import", "lint"]]
    labels = r.choice(sets)
    chosen = sorted(r.sample(range(5), r.choice([3, 4, 4])))
    other = r.choice(["other", "rest", "else", "misc", "unclassified"])
    meaning = ["unknown name or symbol", "broken syntax", "types do not fit", "module, package or header missing", "variable never used"]
    table = ", ".join(f"{labels[n]} ({meaning[n]})" for n in chosen)
    names = tuple(labels[n] for n in chosen) + (other,)

    def pair(r):
        n = r.choice(chosen + [r.choice([n for n in range(5) if n not in chosen])])
        text = build_line(r, r.choice(sorted(ENDINGS)), KINDS[n][1])[3]
        return text, labels[n] if n in chosen else other

    return Task(
        key=(labels[0], chosen, other), labels=names, pair=pair,
        terse=[f"build message -> {table}, {other} (anything else)", f"kind of compiler complaint: {table}; otherwise {other}"],
        casual=[f"what sort of build problem is it? {table}. all others are {other}",
                f"sort compiler messages into {table} and {other} for the rest"],
        detailed=[f"Classify the message of a compiler or interpreter (several languages occur). The classes are {table}; any other "
                  f"problem is {other}. Return only the class.",
                  f"Return {options(names)} for the build message. Meaning: {table}; {other} covers everything else."])


MODULES = ("os sys re json math time random csv glob shutil logging socket string heapq bisect copy uuid hashlib zlib gzip pathlib queue "
           "numpy pandas flask yaml").split()
MEMBERS = {"os": "path", "math": "sqrt", "time": "sleep", "random": "choice", "json": "dumps", "re": "sub", "copy": "deepcopy",
           "pathlib": "Path", "queue": "Queue",
           "shutil": "copyfile", "heapq": "heappush", "csv": "reader", "glob": "iglob", "uuid": "uuid4", "string": "digits",
           "bisect": "insort"}


@family(area="code", theme=THEME, difficulty="hard")
def unused_import_names(r):
    """Imported names that the code below does not use."""
    separator, none = r.choice([", ", ",", " ", "; ", "|"]), r.choice(["none", "-", "all used", "OK", "clean"])
    order = r.choice(["in alphabetical order", "in the order of the imports"])
    alias = r.random() < 0.5
    rule = "the name after `as` if any" if alias else "the last name of the line"

    def pair(r):
        wanted, lines, names, used = r.choice([0, 1, 1, 1, 2]), [], [], []
        for n, module in enumerate(r.sample(sorted(MEMBERS), r.randint(max(2, wanted), 4))):
            if r.random() < 0.35:
                name = MEMBERS[module]
                lines.append(f"from {module} import {name}")
            else:
                name = module[:2] + "2" if alias and r.random() < 0.5 else module
                lines.append(f"import {module}" + (f" as {name}" if name != module else ""))
            names.append(name)
            if n >= wanted:
                whole = lines[-1].startswith("import ")
                used.append(f"{r.choice(NAMES)} = {name}{'.' + MEMBERS[module] if whole else ''}({r.choice(NAMES)})")
        free = names[:wanted]
        if free and r.random() < 0.3:
            used.append(f"# {r.choice(['about', 'see', 'no'])} {r.choice(free)} here")
        shuffled = r.sample(lines, len(lines))
        listed = [names[lines.index(line)] for line in shuffled if names[lines.index(line)] in free]
        listed = sorted(listed, key=str.lower) if order.startswith("in alpha") else listed
        return "\n".join(shuffled + r.sample(used, len(used))), separator.join(listed) or none

    shown = {", ": "comma and blank", ",": "a comma", " ": "a blank", "; ": "semicolon and blank", "|": "|"}[separator]
    return Task(
        key=(separator, none, order, alias), pair=pair,
        terse=[f"unused imported names, {order}, separated by {shown}; {rule}; comments don't count; else {none}",
               f"unused imports ({rule}; comments are no use) {order}, joined by {shown}; {none} if all used"],
        casual=[f"which imports are unused? list the names {order} with {shown} between ({rule}). being mentioned in a comment isn't use. "
                f"{none} if every one is needed",
                f"find imported names that no code line uses, {order}, separator {shown}, {rule}, comments ignored; say {none} if there "
                "are none"],
        detailed=[f"The input is Python code that begins with imports. Return the imported names that the code does not use, {order}, "
                  f"separated by {shown} ({rule}). Comments do not count as use. If all are used, return {none}.",
                  f"List the unused imports by the name they bind ({rule}; for `from a import b` it is b), {order}, with {shown} in "
                  f"between. A name in a comment is not used. Answer {none} when nothing is unused."])


@family(area="code", theme=THEME, difficulty="hard")
def sort_import_lines(r):
    """Sort import statements and drop repeated ones."""
    join, first, once = r.choice(["\n", "; ", " | ", " && "]), r.choice(["import", "from", None]), r.random() < 0.6
    reverse = r.random() < 0.25
    direction = "Z to A" if reverse else "A to Z"
    shown = {"\n": "one a line", "; ": "joined by '; '", " | ": "joined by ' | '", " && ": "joined by ' && '"}[join]
    repeats = "repeated lines once" if once else "repeated lines stay"
    group = {"import": "`import` lines before `from` lines, each group", "from": "`from` lines before `import` lines, each group",
             None: "all lines together"}[first]
    only = r.random() < 0.35
    what = "module names only" if only else "whole lines"

    def pair(r):
        modules = r.sample(MODULES, r.randint(3, 5))
        lines = [f"from {m} import {MEMBERS[m]}" if m in MEMBERS and r.random() < 0.45 else f"import {m}" for m in modules]
        if r.random() < 0.35:
            lines.append(r.choice(lines))
        lines = r.sample(lines, len(lines))
        module = {line: line.split()[1] for line in lines}
        done = sorted(dict.fromkeys(lines) if once else lines, key=lambda line: module[line], reverse=reverse)
        if first:
            done = [line for line in done if line.startswith(first)] + [line for line in done if not line.startswith(first)]
        return "\n".join(lines), join.join(module[line] if only else line for line in done)

    return Task(
        key=(join, first, once, reverse, only), pair=pair,
        terse=[f"sort imports by module {direction}, {group}; {repeats}; output {what}, {shown}",
               f"{group} sorted by module {direction}, {repeats}; {what} {shown}"],
        casual=[f"sort these imports: {group}, by module {direction}. {repeats}. give me {what}, {shown}",
                f"tidy up the imports, {what} {shown}. order: {group} by module name {direction}; {repeats}"],
        detailed=[f"The input is a list of Python imports. Sort them by module name from {direction}: {group}. {repeats.capitalize()}. "
                  f"Return {what}, {shown}.",
                  f"Return the imports in order, {what}, {shown}. The order: {group}, alphabetically by module ({direction}); {repeats}."])


DOC_VERBS = ["Returns", "Loads", "Computes", "Removes", "Sends", "Checks", "Builds", "Closes", "Counts", "Prints", "Writes", "Finds",
             "Updates", "Opens"]


@family(area="code", theme=THEME, difficulty="medium")
def doc_comment_summary(r):
    """The first sentence of a doc comment, without the marks."""
    period, imperative, lower, prefix = r.choice([(True, True, False, ""), (False, True, True, ""), (False, False, True, "# "),
                                                  (True, False, False, "// "),
                                                  (False, True, False, "-- "), (True, True, False, "% "), (False, False, False, "* "),
                                                  (True, False, True, "")])
    none = r.choice(["no doc", "none", "undocumented", "-", "MISSING", "(empty)"])
    rule = ", ".join([("with" if period else "without") + " its period"] + ["first letter small"] * lower
                     + ["verb without s (Loads -> Load)"] * imperative + [f"after \"{prefix}\""] * bool(prefix))

    def pair(r):
        verb = r.choice(DOC_VERBS)
        rest = (f"{r.choice(['the', 'a', 'every'])} {r.choice(w.ADJECTIVES)} "
                f"{r.choice(w.NOUNS)}{r.choice(['', ' of the user', ' from disk', ' in order', ' by name', ' once'])}")
        more = r.choice(["", f" The {r.choice(w.NOUNS)} is not changed.", f" Raises an error if the {r.choice(w.NOUNS)} is missing.",
                         f" See {r.choice(NAMES)}."])
        text, name = f"{verb} {rest}.{more}", r.choice(NAMES)
        source = r.choice(['def {n}():\n    """{t}"""', "/** {t} */\nfunction {n}()", "/// {t}\nfn {n}()", "# {t}\ndef {n}",
                           "/**\n * {t}\n */\nvoid {n}()"])
        if r.random() < 0.12:
            return r.choice(["def {n}():\n    return {x}", "function {n}() {{ return {x}; }}", "fn {n}() {{ {x}() }}",
                             "void {n}() {{ {x}(); }}"]).format(
                n=name, x=r.choice(NAMES + w.NOUNS)), none
        sentence = f"{verb[:-1] if imperative else verb} {rest}"
        sentence = sentence[0].lower() + sentence[1:] if lower else sentence
        return source.format(n=name, t=text), prefix + sentence + "." * period

    return Task(
        key=(period, imperative, lower, prefix, none), pair=pair,
        terse=[f"first sentence of the doc comment, no marks, {rule}; no comment: {none}",
               f"doc summary: first sentence only, {rule}; {none} without a comment"],
        casual=[f"what's the summary of this function? just the first sentence of its comment, {rule}; {none} if it has no comment",
                f"take the first sentence out of the doc comment, {rule}. marks go, the rest goes too. {none} for undocumented code"],
        detailed=[f"The input is a function with a documentation comment. Return the comment's first sentence on one line, {rule}. Comment "
                  f"marks and quotes are removed. If there is no comment, return {none}.",
                  f"Return the summary of the function: the first sentence of the comment, {rule}, without comment marks. Answer {none} if "
                  "the code has no comment."])


@family(area="code", theme=THEME, difficulty="medium")
def signature_parameters(r):
    """Which parameters of a signature are required, optional, or of a type?"""
    kind = r.choice(["required", "optional", "typed", "all"])
    of_type = r.choice(["int", "str", "bool", "float"])
    separator, none = r.choice([", ", ",", " ", "|", "/"]), r.choice(["none", "-", "()", "(nothing)"])
    as_json = r.random() < 0.25
    what = {"required": "parameters without a default value", "optional": "parameters with a default value",
            "typed": f"parameters of type {of_type}",
            "all": "all parameters"}[kind]
    skip = r.random() < 0.5
    self_rule = "self is left out" if skip else "self counts too" if kind in ("required", "all") else "self is left out"
    form = ("as a compact JSON array of strings, [] if there are none" if as_json
            else f"separated by '{separator}', or {none} if there are none")

    def pair(r):
        out, shown = [], []
        if r.random() < 0.4:
            shown.append("self")
            out += ["self"] * (self_rule == "self counts too")
        count = 0 if r.random() < 0.05 else r.randint(1, 4)
        default_from = r.randint(0, count)
        if count and r.random() < 0.85:  # mostly there is something to list
            default_from = r.randint(1, count) if kind == "required" else r.randint(0, count - 1)
        sure = r.randrange(count) if count and r.random() < 0.7 else None
        for n, name in enumerate(r.sample([x for x in NAMES if "(" not in x]
                                          + ["name", "path", "mode", "size", "color", "speed", "retries"], count)):
            type_ = of_type if n == sure else r.choice(["int", "str", "bool", "float"])
            default = n >= default_from
            value = {"int": r.randint(0, 99), "str": f"\"{r.choice(w.COLORS)}\"", "bool": r.choice(["True", "False"]),
                     "float": f"{r.randint(0, 9)}.5"}[type_]
            shown.append(f"{name}: {type_}" + (f" = {value}" if default else ""))
            if kind == "all" or (kind == "required" and not default) or (kind == "optional" and default) or (kind == "typed"
                and type_ == of_type):
                out.append(name)
        text = f"def {r.choice(NAMES)}_{r.choice(w.NOUNS)}({', '.join(shown)})" + r.choice([":", " -> int:", " -> None:", " -> str:"])
        return text, compact_json(out) if as_json else separator.join(out) or none

    return Task(
        key=(kind, of_type if kind == "typed" else "", separator, none, as_json, self_rule), pair=pair, kind="json" if as_json else "text",
        terse=[f"signature -> names of {what}, {form}; {self_rule}", f"names of {what} in the def line; {form}; {self_rule}"],
        casual=[f"which are the {what} here? just names, in order, {form}. {self_rule}",
                f"list the names of {what} of this function {form}; {self_rule}"],
        detailed=[f"The input is the first line of a Python function. Return the names of {what} in their order, {form}. Note that "
                  f"{self_rule}; types and defaults are not repeated.",
                  f"Read the signature and list {what} by name only, {form}. The order is that of the signature, and {self_rule}."])


SPEECH = ["I will be back before {d}", "the {t} is broken", "we need {n} more {x}s", "nobody told me about the {x}",
          "please wait near the {x}", "that {x} belongs to {p}",
          "it is too late for the train to {c}", "leave the {x} where it is", "my sister lives in {c}", "you forgot the {t}",
          "there is no {x} left",
          "let us meet in {c} on {d}", "the {x} costs {n} coins", "someone has opened the {x}", "I have never seen {c}",
          "{p} knows the way"]
SAID = ["said", "whispered", "shouted", "asked", "answered", "murmured", "replied", "called"]


@family(area="code", theme=THEME, difficulty="medium")
def dialogue_to_script(r):
    """Who says what in a line of a story."""
    form = r.choice(["NAME: TEXT", "NAME - TEXT", "[NAME] TEXT", "TEXT (NAME)", "NAME> TEXT", "<NAME>TEXT</NAME>", "TEXT", "NAME",
                     "NAME|TEXT"])
    upper, none = r.random() < 0.4 and "NAME" in form, r.choice(["no speech", "none", "-", "NARRATION", "(narrator)"])
    mark = r.random() < 0.5
    rules = (["NAME in capitals"] * upper
             + [f"TEXT {'ends with a period' if mark else 'has no comma or period at its end'}"] * ("TEXT" in form))
    rule = "; ".join(rules) if rules else "NAME as written"

    def pair(r):
        speaker, other = r.sample(w.FIRST, 2)
        line = r.choice(SPEECH).format(d=r.choice(w.WEEKDAYS), t=w.thing(r), n=r.randint(2, 90), x=r.choice(w.NOUNS), p=other, c=w.city(r))
        line = line[0].upper() + line[1:]
        verb, tail = r.choice(SAID), r.choice(["", f" to {other}", f" and looked at the {r.choice(w.NOUNS)}",
                                               f" while {other} was {r.choice(['reading', 'asleep', 'cooking'])}"])
        if r.random() < 0.15:
            return r.choice([f"{speaker} looked at the {w.thing(r)} and said nothing{tail}.", w.sentence(r),
                             f"{speaker} told {other} about the {w.thing(r)}."]), none
        text = r.choice([f'"{line}," {verb} {speaker}{tail}.', f'"{line}," {speaker} {verb}{tail}.', f'{speaker} {verb}{tail}: "{line}."',
                         f'{speaker} took the {r.choice(w.NOUNS)} and {verb}{tail}: "{line}."'])
        return text, form.replace("NAME", speaker.upper() if upper else speaker).replace("TEXT", line + "." * mark)

    return Task(
        key=(form, upper, none, mark if "TEXT" in form else None), pair=pair,
        terse=[f"who says what? `{form}`; {rule}; no quoted speech: {none}",
               f"story line -> `{form}` (speaker, quoted words); {rule}; {none} if nobody speaks in quotes"],
        casual=[f"turn the line of the story into {form}, NAME being the speaker and TEXT the quoted words. {rule}. if nothing is quoted "
                f"write {none}",
                f"pull the dialogue out like {form} (speaker and what is said); {rule}; {none} for plain narration"],
        detailed=[f"The input is a sentence of a story. If somebody speaks in quotation marks, return `{form}`, where NAME is the speaker "
                  f"and TEXT the words without quotes; {rule}. If there is no quoted speech, return {none}.",
                  f"Extract the dialogue in the form `{form}`. NAME is the person who speaks, not the one spoken to or about; TEXT is the "
                  f"quotation. Also: {rule}. A line without quotation marks gives {none}."])


@family(area="code", theme=THEME, difficulty="medium")
def literal_between_languages(r):
    """A dictionary literal of one language written in the syntax of another."""
    names = {"Python": ("True", "False", "None", ": ", ", ", "{", "}", "'", "'"),
             "JSON": ("true", "false", "null", ":", ",", "{", "}", '"', '"'),
             "Ruby": ("true", "false", "nil", " => ", ", ", "{", "}", '"', '"'),
             "PHP": ("true", "false", "null", " => ", ", ", "[", "]", "'", "'"),
             "Lua": ("true", "false", "nil", " = ", ", ", "{", "}", '"', ""),
             "JavaScript": ("true", "false", "null", ": ", ", ", "{", "}", '"', ""),
             "Perl": ("1", "0", "undef", " => ", ", ", "{", "}", "'", "")}
    source = r.choice([name for name in names if name != "Perl"])
    target = r.choice([name for name in names if name != source])
    tail = r.random() < 0.2 and target != "JSON"
    end = ", with a comma after the last entry" if tail else ""

    def write(entries, language, last=""):
        true, false, null, colon, comma, left, right, quote, key_quote = names[language]
        words = [f"{key_quote}{key}{key_quote}{colon}" + (null if value is None else true if value is True else false if value is False
                                                         else str(value) if isinstance(value, int) else f"{quote}{value}{quote}") for key,
                                                         value in entries]
        return left + comma.join(words) + last + right
    example = write([("a", True), ("b", None), ("c", "x"), ("d", False)], target, "," if tail else "")

    def pair(r):
        keys = r.sample("name city age color active done owner level size parent next title count open".split(), r.randint(2, 3))
        entries = [(key, r.choice([True, False, None, r.randint(0, 99), r.choice(w.COLORS), w.city(r), r.choice(w.NOUNS)])) for key in keys]
        return write(entries, source), write(entries, target, "," if tail else "")

    return Task(
        key=(source, target, tail), pair=pair, kind="json" if target == "JSON" else "text",
        terse=[f"{source} literal -> {target}, written like {example}{end}", f"rewrite for {target} (from {source}): form {example}{end}"],
        casual=[f"translate this {source} value to {target}. it should look like {example}, same keys and order{end}",
                f"I need it in {target} instead of {source}, formatted as {example}{end}"],
        detailed=[f"The input is a dictionary in the syntax of {source}. Return it in the syntax of {target}, formatted exactly like "
                  f"{example} (which has true, null, text and false){end}. Keys, values and their order are kept; numbers stay.",
                  f"Convert the {source} literal to {target}. Model for quotes, blanks, true, null and false, in the order true, null, "
                  f"text, false: {example}{end}."])
