"""Auto-completion of command lines, paths, brackets, queries and code from what the input and the spec give."""
import words as w
from task import Task, family

THEME = "auto-completion"
NO_MATCH = ["none", "-", "no match", "(nothing)", "NOT FOUND", "?"]


def common_prefix(names):
    """The longest prefix that all names share."""
    size = 0
    while size < min(map(len, names)) and len({name[size] for name in names}) == 1:
        size += 1
    return names[0][:size]


def entries(r, count):
    """Distinct names of a folder that share beginnings now and then."""
    stem = r.choice(w.NOUNS)
    pool = [stem + r.choice(["_", "-", ""]) + x for x in r.sample(["old", "new", "2023", "2024", "final", "draft", "a", "b", "main"], 3)]
    pool += r.sample(w.NOUNS, 6)
    names = [name + r.choice([".txt", ".csv", ".py", "/", ".md", ".log", ""]) for name in dict.fromkeys(pool)]
    return r.sample(names, min(count, len(names)))


@family(area="code", theme=THEME, difficulty="medium")
def complete_path_from_listing(r):
    """The typed beginning of a path is completed from a listing if exactly one entry fits."""
    none, many = r.choice([("none", "ambiguous"), ("-", "?"), ("NO_MATCH", "MULTIPLE"), ("no match", "several"), ("0", "2+"),
                           ("nil", "many")])
    count = r.random() < 0.3
    many_rule = "the number of matches" if count else many
    whole, case, between, mark = r.random() < 0.6, r.random() < 0.3, r.choice([" ", ", "]), r.choice("|>")
    output = "the whole path" if whole else "only the missing rest"
    fold = f"case is ignored{' (write the name as in the listing)' * whole}" if case else "case matters"

    def pair(r):
        names, folder = entries(r, r.randint(4, 7)), r.choice(["", "src/", "data/", "/srv/www/", "~/docs/", "../lib/"])
        kind, name = r.random(), r.choice(names)
        typed = name[:r.randint(2, max(2, len(name) - 2))]
        if kind < 0.15:
            typed = r.choice(w.ANIMALS)[:3] + r.choice(["x", "q", "zz"])
        if case and r.random() < 0.5:
            typed = typed.capitalize()
        found = [name for name in names if name.lower().startswith(typed.lower()) and (case or name.startswith(typed))]
        out = none if not found else (str(len(found)) if count
                                      else many) if len(found) > 1 else folder + found[0] if whole else found[0][len(typed):]
        shell = r.choice(["cat", "cd", "vim", "less", "rm", "open"])
        return f"{between.join(names)} {mark} {shell} {folder}{typed}", out

    return Task(
        key=(none, many, count, whole, case, between, mark), pair=pair,
        terse=[f"complete the path after {mark} from the names before it: {output}; no match {none}; several: {many_rule}; {fold}",
               f"listing {mark} command line: {output} if one entry fits, {none} if no entry, {many_rule} if several; {fold}"],
        casual=[f"tab completion: the listing stands before {mark}, the line after it. give {output} if exactly one name fits the "
                f"beginning, {none} if no name does, {many_rule} if several do. {fold}",
                f"finish the last path of the line from the listing ({fold}). answer is {output}; for no match {none}, for more than one "
                f"{many_rule}"],
        detailed=[f"The input is a listing of a folder, then {mark} and an unfinished command line. Its last path ends with the beginning "
                  f"of a name. If exactly one name of the listing begins so, return {output} "
                  f"{'with the folder as typed' if whole else 'of the name'}; if none, {none}; if several, {many_rule}. Here {fold}.",
                  f"Complete the path at the end of the line from the names before {mark}. One fitting name: {output}. No fitting name: "
                  f"{none}. More: {many_rule}. Comparing, {fold}."])


@family(area="code", theme=THEME, difficulty="medium")
def tab_to_common_prefix(r):
    """Extend what is typed to the longest beginning that all matching candidates share."""
    ring, none = r.choice(["", "", "...", "*", "+", "~"]), r.choice(NO_MATCH)
    separator = r.choice([", ", " ", "; ", " / "])
    done = r.choice(["", "", ";", "!", "#"])
    rule = f"if only one fits, write it in full{' and add ' + done if done else ''}"
    partial = f"followed by {ring}" if ring else "and nothing more"

    def pair(r):
        stem = r.choice(w.NOUNS + w.ANIMALS)
        tails = r.sample(["_a1", "_a2", "_b", "-main", "-map", "s", "er", "_list", "_line", "_limit", "x9", "_total", "_top"], 3)
        names = list(dict.fromkeys([stem + tail for tail in tails] + r.sample(w.NOUNS, 2)))
        r.shuffle(names)
        typed = r.choice([stem[:2], stem[:3], stem, stem + tails[0][:2], r.choice(names)[:3], "zq" + stem[0]])
        found = [name for name in names if name.startswith(typed)]
        out = none if not found else found[0] + done if len(found) == 1 else common_prefix(found) + ring
        return f"{separator.join(names)} <- {typed}", out

    return Task(
        key=(ring, none, separator, done), pair=pair,
        terse=[f"longest common beginning of names that start with the text after <-, {partial}; {rule}; no name: {none}",
               f"names <- typed: extend typed as far as fitting names agree, {partial}; {rule}; no fit: {none}"],
        casual=[f"do what tab does: extend the text after <- as far as all names that begin with it agree, {partial}. {rule}; {none} if no "
                "name fits",
                f"typed text stands after <-. answer with the longest beginning shared by every name that starts so, {partial}; {rule}. "
                f"nothing fits: {none}"],
        detailed=["The input is a list of names, <- and what has been typed. Take the names that begin with the typed text. Return the "
                  f"longest beginning that all of them share, {partial}; {rule}. If no name begins so, return {none}.",
                  f"Extend the typed text (after <-) to the longest common beginning of the names that start with it, {partial}. But "
                  f"{rule}. Return {none} when there is no such name."])


HISTORY = ["git pull", "make", "make test", "git status", "ls", "cd ..", "docker ps", "npm test", "git push", "pytest", "vim app.py",
           "git commit", "cargo build", "cargo run", "top",
           "df -h", "git fetch", "ssh web1", "exit", "tail log", "cat notes", "htop", "kubectl get pods", "python app.py", "black .",
           "go build", "clear", "ping db1"]


@family(area="code", theme=THEME, difficulty="medium")
def next_command_from_history(r):
    """Which command followed the current one before?"""
    mode = r.choice(["the last time", "most often", "the first time"])
    separator, none = r.choice([" ; ", " > ", ", ", " | ", "\n"]), r.choice(NO_MATCH)
    shown = "one a line" if separator == "\n" else f"separated by '{separator.strip()}'"
    tie = " (tie: the latest)" if mode == "most often" else ""
    skip = r.random() < 0.4
    repeat = "itself may follow" if not skip else "itself as follower is ignored"

    def pair(r):
        pool = r.sample(HISTORY, r.randint(3, 4))
        lines = [r.choice(pool) for _ in range(r.randint(5, 9))]
        current = r.choice(lines[:-2]) if r.random() < 0.9 else r.choice([c for c in HISTORY if c not in pool])
        lines.append(current)
        after = [(b, n) for n, (a, b) in enumerate(zip(lines, lines[1:])) if a == current and not (skip and b == current)]
        if not after:
            return separator.join(lines), none
        if mode == "most often":
            best = max(after, key=lambda item: (sum(item[0] == b for b, _ in after), item[1]))
        else:
            best = after[-1 if mode == "the last time" else 0]
        return separator.join(lines), best[0]

    return Task(
        key=(mode, separator, none, skip), pair=pair,
        terse=[f"history {shown}: which command followed the final one {mode} before{tie}? {repeat}; never: {none}",
               f"what came after the final command {mode} in the history ({shown}){tie}; {repeat}; else {none}"],
        casual=[f"guess my next command: look what came right after the final command {mode} earlier in the history ({shown}){tie}. "
                f"{repeat}. if nothing did, {none}",
                f"history, {shown}. the final command was just typed; return what followed it {mode} before{tie}, {none} if it is new. "
                f"{repeat}"],
        detailed=[f"The input is a shell history, {shown}, oldest first; the final command was typed just now. Return the command that "
                  f"followed the same command {mode} earlier{tie}; {repeat}. If there is no follower, return {none}.",
                  f"Find earlier uses of the final command in the history ({shown}) and return the command right after it {mode}{tie}. "
                  f"Note: {repeat}. Without any, answer {none}."])


OPTIONS = ("env region force verbose output format limit user token dry-run timeout branch image port label retries filter quiet depth "
           "config since until color wait").split()
TOOLS = ["deploy", "report", "sync", "backup", "scan", "export", "tunnel", "render", "migrate", "publish", "fetchx", "stage"]


@family(area="code", theme=THEME, difficulty="easy")
def complete_option_name(r):
    """The unfinished last word of a command line is completed from the options of the spec."""
    tool, options = r.choice(TOOLS), r.sample(OPTIONS, r.randint(5, 7))
    dash, none = r.choice(["--", "-", "/", "+"]), r.choice(NO_MATCH)
    line = r.random() < 0.4
    several = r.choice(["the first in this list", "the shortest", "the alphabetically first"])
    output = "the whole line" if line else "the option"
    table = " ".join(options)

    def choose(found):
        if several == "the shortest":
            return min(found, key=lambda name: (len(name), options.index(name)))
        return found[0] if several == "the first in this list" else min(found)

    def pair(r):
        name = r.choice(options)
        typed = name[:r.randint(1, min(4, len(name) - 1))] if r.random() < 0.85 else r.choice(["x", "z", "ko", "my", "ju", "wx"])
        found = [option for option in options if option.startswith(typed)]
        other = r.choice([f"{dash}{r.choice([o for o in options if o != name])} {r.choice(w.NOUNS)} ", f"{r.randint(1, 99)} ",
                          f"{r.choice(w.NOUNS)} ", f"{w.city(r).lower()} {r.randint(1, 99)} "])
        start = f"{tool} {other}"
        return f"{start}{dash}{typed}", (start if line else "") + dash + choose(found) if found else none

    tie = f"several fit: {several}" + (" (ties: list order)" if several == "the shortest" else "")
    return Task(
        key=(tool, options, dash, none, line, several), pair=pair,
        terse=[f"complete the last {dash}word of the {tool} line from: {table}. Return {output}; {tie}; no fit: {none}",
               f"{tool} options {table}, written with {dash}: finish the last word, return {output}; {tie}; no fit {none}"],
        casual=[f"finish the option at the end. {tool} has {table}, each after {dash}. give me {output}; {tie}; {none} if nothing starts "
                "like that",
                f"option completion for {tool} ({dash} in front): {table}. answer with {output}, {tie}, {none} when no option fits"],
        detailed=[f"The input is an unfinished command line of {tool}; its last word is the beginning of an option. The options are "
                  f"{table}, each with {dash} in front. Return {output} with the option completed. If {tie}. If none fits, return {none}.",
                  f"Complete the last word of the line to an option of {tool}. Options, written after {dash}: {table}. Answer with "
                  f"{output}. When {tie}; when no option begins so: {none}."])


PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}


@family(area="code", theme=THEME, difficulty="hard")
def close_open_brackets(r):
    """What must be appended so that all brackets are closed?"""
    kinds = r.choice(["([{", "([", "({", "([{<", "[{", "(<", "{<", "[<", "([<", "(", "{", "["])
    none, strings = r.choice(["ok", "none", "-", "closed", "(nothing)", "balanced"]), r.random() < 0.5
    full, join = r.random() < 0.2, r.choice(["", "", " ", "\n"])
    output = "the completed text" if full else "only the closing brackets"
    spaced = {"": "without blanks between", " ": "with a blank between", "\n": "one a line"}[join]
    ignore = "brackets inside \"...\" don't count" if strings else "quotes have no meaning"
    named = " ".join(kind + PAIRS[kind] for kind in kinds)
    if full:
        join, spaced = "", "appended directly"

    def pair(r):
        text, open_ = "", []
        for _ in range(r.randint(2, 4)):
            word = r.choice(w.NOUNS) + r.choice(["", f"_{r.randint(1, 9)}"])
            if r.random() < 0.65:
                kind = r.choice(kinds)
                text += word + kind
                open_.append(kind)
            elif open_ and r.random() < 0.7:
                text += word + PAIRS[open_.pop()]
            else:
                text += f"{word}, "
            if r.random() < 0.25:
                inner = r.choice(kinds)
                text += f'"{r.choice(w.COLORS)} {inner} {r.choice(w.COLORS)}" '
                if not strings:
                    open_.append(inner)
        text += r.choice(w.NOUNS)
        if r.random() < 0.08:
            text, open_ = text + "".join(PAIRS[kind] for kind in reversed(open_)), []
        rest = [PAIRS[kind] for kind in reversed(open_)]
        return text, none if not rest else text + "".join(rest) if full else join.join(rest)

    return Task(
        key=(kinds, none, strings, full, join), pair=pair,
        terse=[f"close the open brackets ({named}): {output}, {spaced}; nothing open: {none}; {ignore}",
               f"{named}: what is still open? {output}, {spaced}; {none} if all closed; {ignore}"],
        casual=[f"close what is open, innermost first. kinds: {named}. give {output}, {spaced}, or {none} if nothing is open. {ignore}",
                f"finish the code by its missing closing brackets ({named}, inner ones first), {spaced}. return {output}; {none} when all "
                f"are closed; {ignore}"],
        detailed=[f"The input is unfinished code. Find the brackets {named} that are open at the end and return {output}, innermost first, "
                  f"{spaced}. If none is open, return {none}. Note that {ignore}.",
                  f"Which closing brackets does the text lack? Consider {named} only; {ignore}. Return {output}, the last opened bracket "
                  f"first, {spaced}; answer {none} if nothing is open."])


TAGS = "div span ul li p table tr td section article header footer main form label b i em strong a h1 h2 nav aside ol".split()
VOID = "br img hr input meta link".split()


@family(area="code", theme=THEME, difficulty="medium")
def close_markup_element(r):
    """Which end tags does a piece of markup still need?"""
    left, right = r.choice([("<", ">"), ("[", "]"), ("{{", "}}"), ("<:", ">"), ("(:", ":)")])
    amount = r.choice(["the next end tag only", "all missing end tags", "the number of open elements"])
    none = r.choice(["none", "-", "done", "complete", "0"]) if amount != "the number of open elements" else "0"
    void = r.sample(VOID, 2)
    example = f"{left}b{right}x{left}/b{right}"
    asked = amount + (", innermost first, without blanks" if amount == "all missing end tags" else "")

    def pair(r):
        text, open_ = "", []
        for n in range(r.randint(2, 5)):
            chance = r.random() if n else r.random() * 0.6
            if chance < 0.55:
                tag = r.choice(TAGS)
                open_.append(tag)
                text += f"{left}{tag}{right}"
            elif chance < 0.68 and open_:
                text += f"{r.choice(w.NOUNS)}{left}/{open_.pop()}{right}"
            else:
                text += f"{r.choice(w.ADJECTIVES)} {left}{r.choice(void)}{right}"
        text += r.choice(w.NOUNS)
        if r.random() < 0.12:
            text, open_ = text + "".join(f"{left}/{tag}{right}" for tag in reversed(open_)), []
        ends = [f"{left}/{tag}{right}" for tag in reversed(open_)]
        return (text, none if not ends else ends[0] if amount.startswith("the next") else str(len(ends)) if amount.startswith("the number")
                else "".join(ends))

    return Task(
        key=(left, amount, none, void), pair=pair,
        terse=[f"markup like {example}: {asked}; {void[0]} and {void[1]} never close; nothing open: {none}",
               f"unclosed markup ({example} is closed): give {asked}. No end tags for {void[0]}, {void[1]}. All closed: {none}"],
        casual=[f"what's missing at the end? {asked}. elements look like {example}; {void[0]} and {void[1]} have no end "
                f"tag. {none} if nothing is open",
                f"complete the markup (form {example}): return {asked}; {none} if all is closed. ignore {void[0]} and {void[1]}, they "
                "stay open"],
        detailed=[f"The input is markup whose elements look like {example} and may still be open. Return {asked}. "
                  f"The elements {void[0]} and {void[1]} have no end tag. If nothing is open, return {none}.",
                  f"Find the elements that are not closed yet (a closed one looks like {example}) and return {asked}. "
                  f"Note that {void[0]} and {void[1]} never need an end tag. For complete markup answer {none}."])


SCHEMAS = [("users", ["name", "email", "city", "created_at", "is_admin", "score", "notes"]),
           ("orders", ["id", "amount", "status", "shipped_at", "customer_id", "coupon", "note_text"]),
           ("books", ["title", "author", "pages", "price", "isbn", "added_on", "publisher"]),
           ("events", ["kind", "place", "starts_at", "ends_at", "owner", "seats", "price_max"]),
           ("cars", ["model", "brand", "color", "doors", "mileage", "bought_on", "dealer"]),
           ("songs", ["title", "artist", "album", "length", "year", "tempo", "added_at"]),
           ("plants", ["kind", "height", "light", "water", "planted_on", "place", "label"]),
           ("trips", ["start", "target", "days", "costs", "driver", "distance", "stopover"])]


@family(area="code", theme=THEME, difficulty="medium")
def complete_sql_column(r):
    """The unfinished column of a query is completed from the schema of the right table."""
    several, none = r.choice(["list all with commas", "the first in the schema", "the last in the schema"]), r.choice(NO_MATCH)
    qualified, mark = r.random() < 0.5, r.choice([">", "|", "=>"])
    output = "as table.column" if qualified else "as the bare column"
    tie = {"list all with commas": "all of them, comma between, schema order"}.get(several, several)

    def pair(r):
        (one, columns), (two, others) = r.sample(SCHEMAS, 2)
        columns, others = r.sample(columns, 5), r.sample(others, 5)
        shown = [f"{one}({','.join(columns)})", f"{two}({','.join(others)})"]
        typed = r.choice(columns)[:r.randint(1, 3)] if r.random() < 0.85 else r.choice(["z", "x", "q", r.choice(others)[:3]])
        found = [column for column in columns if column.startswith(typed)]
        query = r.choice([f"SELECT {r.choice(columns)} FROM {one} WHERE {typed}", f"SELECT * FROM {one} ORDER BY {typed}",
                          f"DELETE FROM {one} WHERE {typed}",
                          f"UPDATE {one} SET {typed}", f"SELECT {r.choice(columns)}, {r.choice(columns)} FROM {one} GROUP BY {typed}",
                          f"SELECT COUNT(*) FROM {one} WHERE NOT {typed}"])
        text = " ".join(r.sample(shown, 2)) + f" {mark} " + query
        if not found:
            return text, none
        picked = found if several.startswith("list") else found[:1] if several.startswith("the first") else found[-1:]
        return text, ",".join(f"{one}.{column}" if qualified else column for column in picked)

    return Task(
        key=(several, none, qualified, mark), pair=pair,
        terse=[f"complete the last word of the query with a column of its table, {output}; several: {tie}; no fit: {none}",
               f"schema {mark} query: finish the last column ({output}) from the query's table; more than one fits: {tie}; no fit: {none}"],
        casual=[f"the tables stand before {mark}, the query after. finish its last word with a column of the table it uses, {output}. "
                f"several fit? {tie}. no column fits: {none}",
                f"column completion: which column of the queried table begins like the last word? {output}; if several, {tie}; if no such "
                f"column, {none}"],
        detailed=[f"Before {mark} stand two tables with columns, after it an unfinished query. Complete its last word to a column of the "
                  f"table that the query uses, {output}. If several columns fit: {tie}. If no column of that table fits, return {none}.",
                  f"Return the column that the last word of the query is the beginning of, {output}; only columns of the queried table "
                  f"count. Several fitting: {tie}. No such column: {none}."])


METHODS = {"str": ["upper", "lower", "split", "strip", "replace", "startswith", "join", "find", "title"],
           "list": ["append", "pop", "sort", "reverse", "insert", "extend", "clear", "remove"],
           "dict": ["keys", "values", "items", "get", "update", "pop", "clear", "setdefault"],
           "set": ["add", "union", "remove", "discard", "difference", "update"],
           "file": ["read", "write", "close", "seek", "flush", "readline"],
           "date": ["year", "month", "day", "isoformat", "weekday", "replace"]}
LITERALS = {"str": ['"{n}"'], "list": ["[1, 2]", '["{n}"]'], "dict": ['{{"{n}": 1}}', "dict()"], "set": ["set()", "{{1, 2}}"],
            "file": ['open("{n}.txt")'], "date": ["date.today()"]}


@family(area="code", theme=THEME, difficulty="hard")
def method_for_variable_type(r):
    """Complete a method name by the type that the variable has in the code."""
    types = r.sample(sorted(METHODS), 3)
    methods = {name: r.sample(METHODS[name], 3) for name in types}
    none, call = r.choice(NO_MATCH), r.choice(["name", "call"])
    table = "; ".join(f"{name}: {' '.join(methods[name])}" for name in types)
    output = "the method name" if call == "name" else "variable.method()"
    first = r.choice(["first of the list", "last of the list"])

    def pair(r):
        names = r.sample("data text lines items table value names path input total cache result row word".split(), 3)
        of = dict(zip(names, r.sample(types, 3)))
        lines = [f"{name} = {r.choice(LITERALS[of[name]]).format(n=r.choice(w.NOUNS))}" for name in names]
        name = r.choice(names)
        typed = r.choice(methods[of[name]]) if r.random() < 0.85 else r.choice(methods[r.choice(types)])
        typed = typed[:r.randint(1, 2)]
        found = [method for method in methods[of[name]] if method.startswith(typed)]
        best = found and (found[0] if first.startswith("first") else found[-1])
        text = "\n".join(r.sample(lines, 3) + [f"{name}.{typed}"])
        return text, none if not found else best if call == "name" else f"{name}.{best}()"

    return Task(
        key=(methods, none, call, first), pair=pair,
        terse=[f"complete the method by type ({table}); answer {output}; several: {first}; no fit: {none}",
               f"{table}. Finish the method: {output}, {first} if several, {none} if no fit"],
        casual=[f"which method is being typed? look what type the variable got: {table}. answer with {output}, the {first} if several fit "
                f"and {none} if no method does",
                f"method completion by type. {table}. give {output}; several fit -> {first}; nothing fits -> {none}"],
        detailed=["The last line of the code is an unfinished method call. Find the type of the variable from its assignment and complete "
                  f"the method from the type's list: {table}. Return {output}. If several fit, take the {first}; if none, return {none}.",
                  f"Known methods are {table}. The variable in the last line was assigned above; only methods of its type count. Return "
                  f"{output}, the {first} when several begin as typed, {none} when no method does."])
