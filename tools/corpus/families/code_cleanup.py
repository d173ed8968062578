"""Code cleanup: comments, names, spacing, constants and other small edits of a line or a few lines of code."""
import re

import words as w
from task import Task, family

THEME = "DSL and code cleanup"
VARIABLES = """count total index limit offset width height speed price amount score level retries timeout delay size length depth rate
weight
volume angle step budget balance pages rows columns items users orders max_height min_age port workers""".split()
FUNCTIONS = """load save parse render update delete fetch send check build merge split count_rows open_file close_all get_user set_level
add_item find_path send_page read_line write_log start stop refresh sort_items make_key draw clear_cache""".split()
NOTES = """keep this small,to be checked,see ticket {n},set by {p},in seconds,in pixels,old value was {n},do not change,asked for by
{p},temporary,
for tests only,default,must be positive,from the config,as agreed in {c},may be {n} later,the usual case,starts at {n}""".replace("\n",
"").split(",")


def statement(r):
    """A plain assignment or call without strings."""
    a, b = r.sample(VARIABLES, 2)
    return r.choice([f"{a} = {r.randint(0, 999)}", f"{a} = {b} + {r.randint(1, 99)}", f"{r.choice(FUNCTIONS)}({a})",
                     f"{a} = {r.choice(FUNCTIONS)}({b})",
                     f"{a} = {b} * {r.randint(2, 9)}", f"{r.choice(FUNCTIONS)}({a}, {r.randint(1, 50)})", f"return {a} * {b}",
                     f"{a} = max({b}, {r.randint(1, 99)})"])


def note(r):
    return r.choice(NOTES).format(n=r.randint(1, 400), p=w.first(r), c=w.city(r))


@family(area="code", theme=THEME, difficulty="medium")
def strip_line_comment(r):
    """Cut the comment off a line of code; marks inside of strings stay."""
    language, mark = r.choice([("Python", "#"), ("C++", "//"), ("Lua", "--"), ("Java", "//"), ("Octave", "%"), ("Ruby", "#"), ("Go", "//"),
                               ("Fortran", "!"),
                               ("R", "#"), ("Rust", "//"), ("Julia", "#"), ("Ada", "--")])
    empty, tag = r.choice(["none", "-", "EMPTY", "(no code)", "blank"]), r.choice([w.TO_DO, w.FIX_ME, "NOTE", w.HACKED])
    keep = r.random() < 0.5
    rule = f"{tag} comments stay" if keep else f"{tag} comments go too"

    def pair(r):
        code, marked = statement(r), r.random() < 0.3
        if r.random() < 0.45:
            code = r.choice(['{v} = "{x} {m} {y}"', '{f}("{x}{m}{y}")', '{f}("{m} {x}", {v})', '{v} = "{m}{x}"', '{v} = "{x} {y}"']).format(
                v=r.choice(VARIABLES), f=r.choice(FUNCTIONS), m=mark, x=r.choice(w.NOUNS), y=r.choice(w.NOUNS))
        comment = f"{mark} {tag + ' ' if marked else ''}{note(r)}"
        kind = r.random()
        if kind < 0.15:
            return comment, comment if marked and keep else empty
        if kind < 0.3:
            return code, code
        line = f"{code}{r.choice(['  ', ' '])}{comment}"
        return line, line if marked and keep else code

    return Task(
        key=(language, empty, keep, tag), pair=pair,
        terse=[f"strip the {mark} comment from the {language} line; {mark} in strings stays; {rule}; no code left: {empty}",
               f"{language} line without its {mark} comment ({rule}), strings untouched; {empty} if nothing is left"],
        casual=[f"drop the comment ({mark} ...) from this {language} line, but not a {mark} inside quotes. {rule}. if no code is left say "
                f"{empty}",
                f"clean the line: everything from {mark} on goes, except inside strings; {rule}; answer {empty} when there was only a "
                "comment"],
        detailed=[f"The input is a line of {language}. Remove the comment, which begins at {mark}, and the blanks before it. A {mark} "
                  f"inside a string is no comment; {rule} (the line is then unchanged). If nothing remains, return {empty}.",
                  f"Return the line without its comment. Comments run from {mark} to the end of the line; a {mark} between quotes belongs "
                  f"to the string. {rule}: those lines are returned {'as they are' if keep else 'without them'}. The answer for a line "
                  f"that was only a removed comment is {empty}."])


@family(area="code", theme=THEME, difficulty="medium")
def rename_identifier(r):
    """Rename a variable in a few statements, whole names only."""
    old = r.choice(VARIABLES[:30])
    new = r.choice([f"{r.choice(w.NOUNS)}_{old}", f"max_{old}", f"{old}_now", f"{r.choice(w.ANIMALS)}", f"_{old}", f"{old[0]}", f"{old}2",
                    f"self.{old}"])
    strings = r.random() < 0.4
    unchanged = r.choice(["no change", "unchanged", "-", "NOT FOUND", "not used"])
    rule = "also inside strings" if strings else "not inside strings"

    def pair(r):
        other = r.choice([name for name in VARIABLES if name != old])
        near = r.choice([f"{old}_{r.choice(w.NOUNS)}", f"{r.choice(w.NOUNS)}_{old}", f"{old}s", f"my{old}"])
        absent = r.random() < 0.2
        use = near if absent else old
        parts = [f"{use} = {r.randint(1, 99)}", f"{other} = {use} + {r.randint(1, 9)}", f"{r.choice(FUNCTIONS)}({use}, {other})",
                 f"return {use}",
                 f"if {use} > {r.randint(1, 50)}: {r.choice(FUNCTIONS)}({near})", f"{near} = {use} * {other}"]
        if not (absent and strings):
            parts += [f'{r.choice(FUNCTIONS)}("the {old}", {use})', f'{use} = "{old} {r.choice(w.NOUNS)}"',
                      f'{use} = input("{r.choice(w.NOUNS)} {old}?")']
        text = "; ".join(r.sample(parts, r.choice([1, 2, 2])))
        pieces = re.split(r'("[^"]*")', text)
        done = "".join(piece if piece.startswith('"') and not strings else re.sub(rf"\b{old}\b", lambda match: new, piece)
                       for piece in pieces)
        return text, unchanged if done == text else done

    return Task(
        key=(old, new, strings, unchanged), pair=pair,
        terse=[f"rename {old} to {new}, whole names only, {rule}; nothing renamed: {unchanged}",
               f"code with {old} -> {new} ({rule}; longer names containing it stay); {unchanged} if it is not there"],
        casual=[f"please rename {old} to {new} in this code, {rule}. names that just contain it stay. if there is nothing to rename write "
                f"{unchanged}",
                f"{old} is called {new} from now on, whole names only and {rule}; answer {unchanged} if it doesn't occur"],
        detailed=[f"Return the code with the name {old} replaced by {new} everywhere, {rule}. Only the whole name counts: longer names "
                  f"that contain {old} are left alone. If nothing is replaced, return {unchanged}.",
                  f"The variable {old} is to be renamed {new}. Replace it as a complete identifier only, {rule}, and change nothing else. "
                  f"Answer {unchanged} for code without it."])


STYLES = {"snake_case": lambda p: "_".join(p), "camelCase": lambda p: p[0] + "".join(x.capitalize() for x in p[1:]),
          "PascalCase": lambda p: "".join(x.capitalize() for x in p), "kebab-case": lambda p: "-".join(p),
          "SCREAMING_CASE": lambda p: "_".join(p).upper(),
          "dot.case": lambda p: ".".join(p), "Train-Case": lambda p: "-".join(x.capitalize() for x in p),
          "path/case": lambda p: "/".join(p),
          "Title Case": lambda p: " ".join(x.capitalize() for x in p), "colon::case": lambda p: "::".join(p)}


@family(area="code", theme=THEME, difficulty="easy")
def convert_identifier_case(r):
    """Write an identifier of any style in the style of the spec."""
    style = r.choice(sorted(STYLES))
    example = STYLES[style](["max", "row", "count"])
    dropped = r.choice(["get", "set", "is", "my", "tmp", "old", None, None])
    suffix = r.choice(["id", "v2", "list", "ref", None, None])
    rules = ([f"drop a first word {dropped}"] if dropped else []) + ([f"add {suffix} as the last word"] if suffix else [])
    extra = "; ".join(rules)
    tail = f"; {extra}" if rules else ""

    def pair(r):
        parts = [r.choice(w.ADJECTIVES + w.COLORS), r.choice(w.NOUNS),
                 r.choice("count size name path file index value type state node".split())]
        parts = parts[r.randint(0, 1):]
        lead = r.choice([dropped, dropped, "get", "new", "max", None, None])
        if lead:
            parts = [lead] + parts
        source = r.choice([name for name in ("snake_case", "camelCase", "PascalCase", "kebab-case", "SCREAMING_CASE", "Title Case")
                           if name != style])
        kept = parts[1:] if parts[0] == dropped else parts
        return STYLES[source](parts), STYLES[style](kept + [suffix] * bool(suffix))

    return Task(
        key=(style, dropped, suffix), pair=pair,
        terse=[f"identifier -> {style}, like {example}{tail}", f"rewrite the name the way {example} is written ({style}){tail}"],
        casual=[f"give me this name in {style}, so maxRowCount or max_row_count would be {example}{tail}",
                f"our names look like {example}. write this one that way ({style}){tail}"],
        detailed=[f"The input is an identifier in some style (camel, snake, kebab, capitals, words). Return it in {style}: the words max, "
                  f"row, count give {example}.{' Also: ' + extra + '.' if rules else ''}",
                  f"Convert the name to {style}. Split it into words at case changes, _, - or blanks and join them like "
                  f"{example}.{' ' + extra.capitalize() + '.' if rules else ''}"])


CONSTANTS = [(60, "MINUTE"), (3600, "HOUR"), (86400, "DAY"), (1024, "KB"), (404, "NOT_FOUND"), (200, "OK"), (500, "SERVER_ERROR"),
             (80, "HTTP_PORT"), (443, "TLS_PORT"),
             (255, "BYTE_MAX"), (16, "TAB_STOP"), (12, "MONTHS"), (7, "WEEK"), (365, "YEAR"), (100, "PERCENT"), (8080, "DEV_PORT"),
             (32, "BLANK"), (5432, "DB_PORT")]


@family(area="code", theme=THEME, difficulty="medium")
def replace_magic_number(r):
    """Replace numbers by the constants of the spec."""
    table = dict(r.sample(CONSTANTS, 3))
    prefix = r.choice(["", "", "C_", "k_", "Const.", "cfg."])
    names = {str(n): prefix + name for n, name in table.items()}
    shown = ", ".join(f"{n} is {name}" for n, name in names.items())
    none = r.choice(["no change", "(nothing)", "-", "unchanged", "CLEAN"])

    def pair(r):
        hit = r.random() < 0.8
        n = r.choice(sorted(names)) if hit else str(r.choice([int(x) for x in sorted(names)]) * 10 + r.randint(1, 9))
        other = r.choice([r.randint(2, 6), int(r.choice(sorted(names))) * 10 + r.randint(1, 9)])
        a, b = r.sample(VARIABLES, 2)
        text = r.choice([f"{a} = {b} * {n}", f"if {a} > {n}: {r.choice(FUNCTIONS)}({other})", f"{r.choice(FUNCTIONS)}({a}, {n})",
                         f"{a} = {n} + {other}",
                         f"{a} = {b} // {n}", f"return {n} - {a}", f"while {a} < {n}: {a} += {other}",
                         f'{r.choice(FUNCTIONS)}("{r.choice(sorted(names))} {a}", {n})',
                         f"{a}{r.choice(sorted(names))} = {n}", f"{a} == {n} and {b} == {other}"])
        pieces = re.split(r'("[^"]*")', text)
        done = "".join(piece if piece.startswith('"') else re.sub(r"\b\d+\b", lambda m: names.get(m[0], m[0]), piece) for piece in pieces)
        return text, none if done == text else done

    return Task(
        key=(names, none), pair=pair,
        terse=[f"replace whole numbers by constants: {shown}; not in strings or names; nothing replaced: {none}",
               f"{shown}: put the names in the code (no strings, no parts of numbers or names); {none} if none fits"],
        casual=[f"no magic numbers please: {shown}. only whole numbers, leave strings and names alone, and say {none} if there's nothing "
                "to replace",
                f"swap the numbers for our constants ({shown}), not within strings, names or longer numbers. nothing to do? {none}"],
        detailed=[f"Return the code with these numbers replaced by constants: {shown}. Numbers inside strings, names or longer numbers are "
                  f"left as they are. If nothing is replaced, return {none}.",
                  f"The code contains literal numbers. Use the constants instead ({shown}), everywhere except in string literals and in "
                  f"parts of names or of longer numbers. Answer {none} if the code stays the same."])


REWRITES = [("{x} == True", "{x}", "x == True becomes x"), ("{x} == False", "not {x}", "x == False becomes not x"),
            ("len({x}) == 0", "not {x}", "len(x) == 0 becomes not x"), ("len({x}) > 0", "{x}", "len(x) > 0 becomes x"),
            ("{x} != None", "{x} is not None", "x != None becomes x is not None"),
            ("{x} == None", "{x} is None", "x == None becomes x is None"),
            ("not {x} == {y}", "{x} != {y}", "not x == y becomes x != y"), ("not {x} in {y}", "{x} not in {y}",
                                                                            "not x in y becomes x not in y"),
            ("{x} >= {y} and {x} <= {z}", "{y} <= {x} <= {z}", "x >= y and x <= z becomes y <= x <= z"),
            ("{x} == {y} or {x} == {z}", "{x} in ({y}, {z})", "x == y or x == z becomes x in (y, z)")]


@family(area="code", theme=THEME, difficulty="medium")
def simplify_condition(r):
    """Simplify a condition by the rewrite rules of the spec."""
    chosen = r.sample(REWRITES, 3)
    chosen = chosen[:2] if sum(len(rule.split()) for _, _, rule in chosen) > 21 else chosen
    others = [rule for rule in REWRITES if rule not in chosen] + [("{x} > {y}", "", ""), ("{x} < 5 and {y} > 1", "", "")]
    table = "; ".join(rule for _, _, rule in chosen)
    same = r.choice([None, "ok", "fine", "keep", "-"])
    rest = f"otherwise answer {same}" if same else "anything else stays as it is"

    def pair(r):
        hit = r.random() < 0.8
        before, after, _ = r.choice(chosen if hit else others)
        x, y, z = r.sample(VARIABLES + w.NOUNS[:60], 3)
        before, after = before.format(x=x, y=y, z=z), after.format(x=x, y=y, z=z)
        frame = r.choice(["if {}:", "while {}:", "return {}", "assert {}", "done = {}", "elif {}:"])
        text = frame.format(before)
        return text, frame.format(after) if hit else same or text

    return Task(
        key=([rule for _, _, rule in chosen], same), pair=pair,
        terse=[f"rewrite: {table}; {rest}", f"{table}. {rest}"],
        casual=[f"tidy the condition: {table}, {rest}. keep the rest of the line",
                f"simplify the line with these rules only: {table}; {rest}"],
        detailed=[f"The input is a line of Python with a condition. Apply the rule that fits: {table}. Here x, y and z are names. The rest "
                  f"of the line is kept; {rest}.",
                  f"Return the line with its condition rewritten. Rules, x, y, z being any names: {table}. No other rewriting is wanted: "
                  f"{rest}."])


@family(area="code", theme=THEME, difficulty="medium")
def modern_string_format(r):
    """Old string formatting becomes interpolation in the syntax of the spec."""
    sources = r.sample(["percent", "format", "plus"], 2)
    target, example = r.choice([("f\"...\"", "f\"Hi {name}!\""), ("`...`", "`Hi ${name}!`"), ("\"#{}\"", "\"Hi #{name}!\""),
                                ("\"$name\"", "\"Hi $name!\""),
                                ("\"\\(name)\"", "\"Hi \\(name)!\""), ("$\"...\"", "$\"Hi {name}!\""), ("s\"${}\"", "s\"Hi ${name}!\"")])
    call = r.choice(["print", "log", "show", "say", "emit", "write"])
    named = {"percent": "%s with % (...)", "format": "{} with .format(...)", "plus": "+"}
    how = " and ".join(named[name] for name in sources)

    def pair(r):
        a, b = r.sample(VARIABLES, 2)
        x, y, z = r.choice(w.NOUNS), r.choice(w.NOUNS), r.choice(["", ".", "!", " now", " in all"])
        two, kind = r.random() < 0.55, r.choice(sources)
        texts = [f"{x.capitalize()} ", f", {y}: ", z] if two else [f"{x.capitalize()} {r.choice(['is', 'has', 'costs', 'was'])} ",
                                                                   f" {y}{z}"]
        names = [a, b][:len(texts) - 1]
        if kind == "plus":
            source = "".join(f'"{text}" + {name} + ' for text, name in zip(texts, names)) + (f'"{texts[-1]}"' if texts[-1] else "")
            source = source[:-3] if source.endswith(" + ") else source
        else:
            hole = "%s" if kind == "percent" else "{}"
            source = '"' + hole.join(texts) + '"' + (f".format({', '.join(names)})" if kind == "format" else f" % ({', '.join(names)})"
                                                     if two else f" % {a}")
        head, name_start = example.split("Hi ")[0], example.split("Hi ")[1].split("name")[0]
        name_end, quote = example.split("name")[1].split("!")[0], example[-1]
        done = head + texts[0] + "".join(f"{name_start}{name}{name_end}{text}" for name, text in zip(names, texts[1:])) + quote
        frame = r.choice(["{}", f"{call}({{}})", f"{r.choice(w.NOUNS)} = {{}}"])
        return frame.replace("{}", source, 1) if frame != "{}" else source, frame.replace("{}", done, 1) if frame != "{}" else done

    return Task(
        key=(sources, target, call), pair=pair,
        terse=[f"turn {how} into interpolation like {example}; keep the rest",
               f"string building by {how} -> {example} style, code around it unchanged"],
        casual=[f"rewrite the string so it looks like {example} instead of using {how}; leave code around it, such as {call}(...), alone",
                f"we don't use {how} any more, write it like {example} and keep what is around it"],
        detailed=[f"The input is code that builds a string by {how}. Rewrite the string in the interpolated form of {example}, with the "
                  f"variables in place and the text unchanged. Code around the string, for instance {call}(...), is kept.",
                  f"Replace string building by {how} with interpolation. Example of the target form: {example}. One string must result; "
                  "everything outside of it stays."])


@family(area="code", theme=THEME, difficulty="medium")
def operator_spacing(r):
    """Uniform blanks around operators, after commas and inside brackets."""
    tight = r.sample(["*", "/", "+", "-", "="], r.choice([0, 1, 1, 2, 2]))
    spaced = [op for op in ["=", "+", "-", "*", "/"] if op not in tight]
    comma, bracket = r.choice([", ", ","]), r.choice(["", "", " "])
    rule = f"one blank on both sides of {' '.join(spaced)}" + (f", none around {' '.join(tight)}" if tight else "")
    rule += (f", {'one' if comma == ', ' else 'no'} blank after a comma and none before, {'one blank' if bracket else 'none'} just inside "
             "brackets")

    def pair(r):
        names = VARIABLES[:30] + [str(n) for n in range(2, 40)]
        tokens = [r.choice(VARIABLES), "=", r.choice(names)]
        for _ in range(r.randint(1, 2)):
            tokens += [r.choice("+-*/"), r.choice(names)]
        if r.random() < 0.6:
            tokens += [r.choice("+-*/"), r.choice(FUNCTIONS), "(", r.choice(names)] + ([",", r.choice(names)] if r.random() < 0.6
                else []) + [")"]
        source, done = "", ""
        for n, token in enumerate(tokens):
            source += ("" if n == 0 or token == "(" else r.choice(["", "", " ", "  "])) + token
            if token in spaced:
                done += f" {token} "
            else:
                done += {",": comma, "(": "(" + bracket, ")": bracket + ")"}.get(token, token)
        return source, done

    return Task(
        key=(tight, comma, bracket), pair=pair,
        terse=[f"fix blanks: {rule}", f"respace the code; {rule}"],
        casual=[f"clean up the blanks in this line: {rule}", f"format it our way please. {rule}, otherwise no blanks"],
        detailed=[f"The input is a line of code with irregular blanks. Return it with {rule}. There are no other blanks; names, numbers "
                  "and order stay.",
                  f"Normalise the blanks of the statement and nothing else: {rule}. Everywhere else there is no blank."])


DEBUG = ["print(", "console.log(", "logger.debug(", "dump(", "echo ", "trace(", "puts ", "dbg(", "log.info(", "System.out.println(",
         "fmt.Println(", "var_dump("]


@family(area="code", theme=THEME, difficulty="easy")
def drop_debug_statements(r):
    """Remove debugging statements from a few lines."""
    marks = r.sample(DEBUG, r.choice([1, 2]))
    names = " or ".join(f"`{mark.strip()}`" for mark in marks)
    join = r.choice(["\n", "; ", " | "])
    joined = {"\n": "keep one statement a line", "; ": "join the rest by '; '", " | ": "join the rest by ' | '"}[join]
    empty = r.choice(["(empty)", "nothing left", "none", "-", "pass"])

    def debug(r, mark):
        inside = r.choice([f'"{r.choice(w.NOUNS)} {r.choice(VARIABLES)}"', r.choice(VARIABLES)])
        return f"{mark}{inside})" if mark.endswith("(") else f"{mark}{inside}"

    def pair(r):
        lines, kind = [], r.random()
        for _ in range(r.randint(1, 2) if kind < 0.2 else r.randint(2, 4)):
            chance = r.random()
            if kind < 0.2 or chance < 0.35:
                lines.append(debug(r, r.choice(marks)))
            elif chance < 0.55:
                lines.append(r.choice([f'{r.choice(VARIABLES)} = "{r.choice(marks).strip()} {r.choice(w.NOUNS)}"',
                                       debug(r, r.choice([m for m in DEBUG if m not in marks]))]))
            else:
                lines.append(statement(r))
        kept = [line for line in lines if not line.startswith(tuple(mark.strip() for mark in marks))]
        return "\n".join(lines), join.join(kept) or empty

    return Task(
        key=(marks, join, empty), pair=pair,
        terse=[f"drop lines that start with {names}; {joined}; all gone: {empty}",
               f"code without statements beginning {names}, {joined}; {empty} if none is left"],
        casual=[f"remove my debug output (lines starting with {names}), {joined}, and write {empty} if nothing remains",
                f"throw out lines that begin with {names}. {joined}. {empty} when all of them go"],
        detailed=[f"The input is a piece of code, one statement a line. Delete the lines that start with {names}; those words inside other "
                  f"lines do not matter. Then {joined}. If no line is left, return {empty}.",
                  f"Return the code without debugging lines. A debugging line begins with {names}. Keep the others in order; {joined}; "
                  f"answer {empty} if none remains."])
