"""Held out: permissions, undo commands, braces, directories, merge conflicts, builds, versions and keypads."""
import words as w
from task import Task, family

COMMANDS = "natural-language commands"
CLEANUP = "DSL and code cleanup"
COMPLETION = "auto-completion"


@family(area="code", theme=COMMANDS, difficulty="medium")
def permission_digits(r):
    """File permissions in English as digits or letters."""
    who = r.choice([("owner", "group", "others"), ("user", "team", "world"), ("author", "staff", "everyone else")])
    letters = r.random() < 0.4
    form = r.choice(["{}", "chmod {} FILE", "mode={}", "0{}", "FILE {}"]) if not letters else r.choice(["{}", "-{}", "FILE {}", "FILE: {}"])
    reverse = r.random() < 0.2
    order = f"{who[2]}, {who[1]}, {who[0]}" if reverse else ", ".join(who)
    code = "rwx letters, - for a missing right" if letters else "read 4, write 2, run 1 added up"

    def pair(r):
        name = r.choice(w.NOUNS) + r.choice([".sh", ".txt", ".py", ".log", ""])
        bits = [r.choice([7, 6, 6, 5, 4]), r.choice([7, 6, 5, 4, 4, 0]), r.choice([5, 4, 1, 0, 0])]
        words = {7: ["read, write and run", "do everything with"], 6: ["read and write"], 5: ["read and run"], 4: ["only read", "read"],
                 1: ["only run"], 0: ["do nothing with"]}
        said = [f"{person} may {r.choice(words[n])} {'it' if i else name}" for i, (person, n) in enumerate(zip(who, bits))]
        if r.random() < 0.3 and bits[1] == bits[2]:
            said = [said[0], f"{who[1]} and {who[2]} may {r.choice(words[bits[1]])} it"]
        shown = bits[::-1] if reverse else bits
        text = "".join(("r" if n & 4 else "-") + ("w" if n & 2 else "-") + ("x" if n & 1 else "-")
                       for n in shown) if letters else "".join(map(str, shown))
        return ", ".join(said), form.format(text).replace("FILE", name)

    example = form.format("rwxr-x---" if letters else "750")
    return Task(
        key=(who, letters, form, reverse), pair=pair,
        terse=[f"permissions -> like {example}; {code}; order {order}", f"{order}: {code}. Answer in the form {example}"],
        casual=[f"turn the rights into {example} style. {code}, one group of rights each for {order}",
                f"write the permissions like {example}; parts for {order}; {code}"],
        detailed=[f"The input says what {', '.join(who[:2])} and {who[2]} may do with a file. Return the permissions in the form "
                  f"{example}, in the order {order}: {code}. FILE, if present, is the file's name.",
                  f"Encode the rights for {order}, in this order, by {code}, and answer in the form {example} (FILE being the name, where "
                  "the form has it)."])


@family(area="code", theme=COMMANDS, difficulty="medium")
def undo_command(r):
    """The command that takes back a given one."""
    pool = [("mkdir A", "rmdir A"), ("mv A B", "mv B A"), ("git add A", "git restore --staged A"), ("chmod +x A", "chmod -x A"),
            ("gzip A", "gunzip A.gz"), ("systemctl start A", "systemctl stop A"),
            ("useradd A", "userdel A"), ("ln -s A B", "rm B"), ("mount A B", "umount B"), ("docker start A", "docker stop A"),
            ("pip install A", "pip uninstall A"), ("touch A", "rm A"),
            ("git stash", "git stash pop"), ("export A=B", "unset A"), ("cp A B", "rm B"), ("apt install A", "apt remove A"),
            ("git branch A", "git branch -d A"), ("pushd A", "popd")]
    chosen = r.sample(pool, r.choice([2, 3]))
    none, sudo = r.choice(["cannot", "no undo", "none", "final", "-"]), r.random() < 0.5
    table = "; ".join(f"{a} -> {b}" for a, b in chosen)
    rule = "keep a leading sudo" if sudo else "drop a leading sudo"

    def pair(r):
        known = r.random() < 0.84
        rest = [("rm A", ""), ("dd if=A", ""), ("kill A", "")] + [item for item in pool if item not in chosen]
        form, back = r.choice(chosen) if known else r.choice(rest)
        a, b = r.sample(w.NOUNS + w.ANIMALS, 2)
        extra = r.choice(["", "", f"_{r.randint(1, 99)}", f"-{w.city(r).lower()}"])
        values = {"A": a + extra, "B": b, "A.gz": a + extra + ".gz", "A=B": f"{a.upper()}={b}", "if=A": f"if={a}"}
        if "A=B" in form:
            values["A"] = a.upper()
        start = r.choice(["", "", "sudo "])
        text = " ".join(values.get(word, word) for word in form.split())
        out = " ".join(values.get(word, word) for word in back.split())
        return start + text, (start if sudo else "") + out if known else none

    return Task(
        key=([a for a, _ in chosen], none, sudo), pair=pair,
        terse=[f"undo: {table}; else {none}; {rule}", f"{table}. Any other command: {none}. {rule}"],
        casual=[f"how do I take this back? {table}; {rule}. for anything else say {none}",
                f"give me the reverse command by this table: {table}. not in it: {none}. {rule}"],
        detailed=[f"Return the command that undoes the given one. Table, A and B being names: {table}. {rule.capitalize()} in the answer. "
                  f"For a command that the table lacks, return {none}.",
                  f"The input is a shell command. Its opposite follows from: {table}. Fill in the names; {rule}. Commands of any other "
                  f"form give {none}."])


@family(area="code", theme=CLEANUP, difficulty="medium")
def resolve_conflict_block(r):
    """Resolve a merge conflict by the rule of the spec."""
    rule, choose = r.choice([
        ("keep the upper side", lambda a, b: [a]), ("keep the lower side", lambda a, b: [b]),
        ("keep both, upper first", lambda a, b: [a, b]), ("keep both, lower first", lambda a, b: [b, a]),
        ("keep the longer side (upper if equal)", lambda a, b: [a if len(a) >= len(b) else b]),
        ("keep the side with the larger number", lambda a, b: [max(a, b, key=lambda s: int(s.split()[-1]))]),
        ("keep the side with the smaller number", lambda a, b: [min(a, b, key=lambda s: int(s.split()[-1]))])])
    join, marks = r.choice(["\n", "; ", " | "]), r.choice([("<<<<<<<", "=======", ">>>>>>>"), ("<<<", "===", ">>>"), ("[[", "--", "]]")])
    shown = {"\n": "one line each", "; ": "lines joined by '; '", " | ": "lines joined by ' | '"}[join]
    clean = r.choice(["no conflict", "clean", "-", "none"])

    def pair(r):
        name = r.choice(w.NOUNS)
        a, b = r.sample(range(1, 999), 2)
        same = r.random() < 0.5
        one, two = f"{name} = {a}", f"{name if same else r.choice(w.ADJECTIVES) + '_' + name} = {b}"
        before = [f"{r.choice(w.COLORS)} = {r.randint(1, 99)}"] if r.random() < 0.5 else []
        after = [f"{r.choice(w.ANIMALS)} = {r.randint(1, 99)}"] if r.random() < 0.5 or not before else []
        if r.random() < 0.12:
            return "\n".join(before + [one] + after), clean
        block = [f"{marks[0]} {r.choice(['HEAD', 'main', 'ours'])}", one, marks[1], two,
                 f"{marks[2]} {r.choice(['feature', 'theirs', 'dev'])}"]
        return "\n".join(before + block + after), join.join(before + choose(one, two) + after)

    return Task(
        key=(rule, join, marks, clean), pair=pair,
        terse=[f"resolve the {marks[0]} {marks[1]} {marks[2]} block: {rule}; other lines stay; {shown}; no block: {clean}",
               f"{rule} of the conflict ({marks[0]} upper {marks[1]} lower {marks[2]}), rest unchanged, {shown}; {clean} without one"],
        casual=[f"merge conflict: {rule} ({marks[0]} upper {marks[1]} lower {marks[2]}), lines around it stay, marks go. {shown}; if "
                f"there's no conflict say {clean}",
                f"clean this up, please: {rule}. sides are separated by {marks[1]}, lines outside stay. write {shown}, or {clean} if there "
                "is nothing to merge"],
        detailed=[f"The input may have a conflict block: {marks[0]}, the upper side, {marks[1]}, the lower side, {marks[2]}. Remove the "
                  f"marks and {rule}; lines outside the block stay in place. Return the result, {shown}; if there is no block, return "
                  f"{clean}.",
                  f"Resolve the conflict: {rule}. The upper side stands between {marks[0]} and {marks[1]}, the lower between {marks[1]} "
                  f"and {marks[2]}. Return all remaining lines, {shown}. Text without a conflict gives {clean}."])


KEYS = {c: str(n) for n, group in zip(range(2, 10), ["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"]) for c in group}


@family(area="code", theme=COMPLETION, difficulty="hard")
def keypad_word(r):
    """Digits of a phone keypad pick a word of a list."""
    mode = r.choice(["whole word", "beginning"])
    none, tie = r.choice(["none", "-", "?", "no word"]), r.choice(["the first in the list", "the shortest (then the first)",
                                                                   "the last in the list"])
    mark, upper = r.choice(["keys", "<-", "#", "dial"]), r.random() < 0.3
    layout = "2abc 3def 4ghi 5jkl 6mno 7pqrs 8tuv 9wxyz"
    case = "in capitals" if upper else "as in the list"
    what = "spell the whole word" if mode == "whole word" else "spell its beginning"

    def pair(r):
        words = r.sample(w.ANIMALS + w.COLORS + w.NOUNS[:80], r.randint(4, 6))
        words = list(dict.fromkeys(words))
        codes = ["".join(KEYS[c] for c in word) for word in words]
        n = r.randrange(len(words))
        typed = codes[n] if mode == "whole word" else codes[n][:r.randint(2, min(4, len(codes[n])))]
        if r.random() < 0.15:
            typed = "".join(r.choice("23456789") for _ in range(len(typed)))
        found = [word for word, code in zip(words, codes) if (code == typed if mode == "whole word" else code.startswith(typed))]
        if not found:
            return f"{', '.join(words)} {mark} {typed}", none
        best = found[0] if tie.startswith("the first") else found[-1] if tie.startswith("the last") else min(found, key=len)
        return f"{', '.join(words)} {mark} {typed}", best.upper() if upper else best

    return Task(
        key=(mode, none, tie, mark, upper), pair=pair,
        terse=[f"keypad {layout}: the word, {case}, if digits {what}; several: {tie}; no fit: {none}",
               f"digits after {mark} {what} ({layout}). Which? {case}; tie {tie}; else {none}"],
        casual=[f"phone keypad ({layout}). which listed word do the digits after {mark} mean, if they {what}? write it {case}; several: "
                f"{tie}; no word: {none}",
                f"old phone typing: {layout}. the digits {what}; pick the listed word, {case}, {tie} if several fit, {none} if none does"],
        detailed=[f"The input is a list of words, {mark} and digits typed on a phone keypad ({layout}). The digits {what}. Return the "
                  f"fitting word {case}; if several fit, {tie}; if none fits, {none}.",
                  f"Find the word of the list that the digits after {mark} stand for: they {what} by {layout}. Return it {case}, taking "
                  f"{tie} if there are several, or {none}."])


@family(area="code", theme=COMMANDS, difficulty="medium")
def brace_expansion(r):
    """What a word with braces expands to."""
    left, right = r.choice([("{", "}"), ("<", ">"), ("[", "]"), ("(", ")")])
    dots, bar = r.choice(["..", "-", ":"]), r.choice([",", "|"])
    ask = r.choice(["all words", "all words", "the last word", "how many words"])
    separator, none = r.choice([" ", ", ", ";", " + "]), r.choice(["none", "-", "plain", "no group"])
    slow = r.choice(["first", "second"])
    shown = "" if ask != "all words" else " with blanks between" if separator == " " else f" with '{separator}' between"
    rule = f"{left}a{bar}b{right} gives a and b, {left}1{dots}3{right} gives 1 to 3; two groups: all pairs, the {slow} changing slowest"

    def group(r):
        """(text, values)"""
        if r.random() < 0.5:
            first = r.randint(1, 40)
            numbers = [str(n) for n in range(first, first + r.randint(2, 5))]
            return f"{left}{numbers[0]}{dots}{numbers[-1]}{right}", numbers
        values = r.sample(["a", "b", "x", "old", "new", "left", "right", "en", "de", "up", "low", "big", "tiny", "raw"], r.randint(2, 3))
        return left + bar.join(values) + right, values

    def pair(r):
        stem, end = r.choice(w.NOUNS), r.choice([".txt", ".png", "/", ".csv", "", ".log"])
        if r.random() < 0.1:
            return f"{stem}_{r.choice(w.COLORS)}{end or '.md'}", none
        one, values = group(r)
        text, words = f"{stem}{one}{end}", [stem + value + end for value in values]
        if r.random() < 0.3:
            (one, values), (two, others) = [(text, values[:2]) if bar in text
                                            else (f"{left}{values[0]}{dots}{values[1]}{right}", values[:2])
                                            for text, values in (group(r), group(r))]
            one, two = [left + bar.join(values) + right if bar in text else text for text, values in ((one, values), (two, others))]
            text = f"{stem}{one}_{two}{end}"
            pairs = [(a, b) for a in values for b in others] if slow == "first" else [(a, b) for b in others for a in values]
            words = [f"{stem}{a}_{b}{end}" for a, b in pairs]
        return text, separator.join(words) if ask == "all words" else words[-1] if ask == "the last word" else str(len(words))

    return Task(
        key=(left, dots, bar, ask, separator if shown else "", none, slow), pair=pair,
        terse=[f"expand: {rule}. Give {ask}{shown}; no group: {none}", f"{ask}{shown} after expansion ({rule}), else {none}"],
        casual=[f"what does the shell make of it? {rule}. give me {ask}{shown}, or {none} if there's no group",
                f"expand the groups ({rule}) and write {ask}{shown}; {none} when there is nothing to expand"],
        detailed=[f"The input is a word that may have groups. {left}...{right} is expanded: {rule}. Return {ask}{shown}; a word without a "
                  f"group gives {none}.",
                  f"Expand the groups of the word and return {ask}{shown}. Rules: {rule}. If the word contains no group, return {none}."])


@family(area="code", theme=COMMANDS, difficulty="medium")
def directory_after_cd(r):
    """In which directory is the shell after a few cd commands?"""
    home, back = r.choice(["/home/ana", "/home/leo", "/root", "/users/kim", "/srv/me", "/Users/tom"]), r.choice(["-", "back", "prev"])
    go, up = r.choice(["cd", "cd", "go", "chdir"]), r.choice(["..", "..", "up"])
    form = r.choice(["the full path", "the full path", "the full path with / at the end", "the last name of the path"])
    join = r.choice(["; ", " && ", "\n", ", "])
    rule = f"`{go} {up}` goes up (never above /), `{go} {back}` to the directory before, `{go}` alone to {home}"

    def pair(r):
        names = w.NOUNS[:90]
        here = [r.choice(["srv", "opt", "data", "var"])] + [r.choice(names) for _ in range(r.randint(0, 2))]
        text, before = "/" + "/".join(here), None
        for _ in range(r.randint(1, 4)):
            kind = r.choice(["down", "down", "up", "absolute", "home", "back", "up down"])
            if kind == "back" and before is None or kind == "up down" and up != "..":
                kind = "down"
            name, old = r.choice(names), here
            target = {"down": name, "up": up, "absolute": f"/{r.choice(['tmp', 'etc', 'mnt'])}/{name}", "home": "", "back": back,
                      "up down": f"../{name}"}[kind]
            here = {"down": here + [name], "up": here[:-1], "absolute": target.split("/")[1:], "home": home.split("/")[1:], "back": before,
                    "up down": here[:-1] + [name]}[kind]
            before = old
            text += f"{join if ' $ ' in text else ' $ '}{go} {target}".rstrip()
        path = "/" + "/".join(here)
        if form.startswith("the last"):
            return text, here[-1] if here else "/"
        return text, path.rstrip("/") + "/" if form.endswith("end") else path

    end = " (/ for the root)" if form.startswith("the last") else ""
    return Task(
        key=(home, back, go, up, form, join), pair=pair,
        terse=[f"directory $ commands; {rule}. Answer {form}{end}", f"where does it end? {form}{end}; {rule}"],
        casual=[f"before $ is the directory, then come commands. where am I at the end? give {form}{end}. {rule}",
                f"follow the {go} commands from the directory before $: {rule}. write {form}{end}"],
        detailed=[f"The input is a directory, $ and commands. Follow them from left to right: {rule}; paths that begin with / are "
                  f"absolute, others start from the current directory. Return {form}{end}.",
                  f"Return {form}{end} of the directory in which the commands after $ end; they start in the one before it. "
                  f"{rule[0].upper() + rule[1:]}. Other paths are relative unless they begin with /."])


@family(area="code", theme=CLEANUP, difficulty="hard")
def rebuilt_targets(r):
    """Which targets must be built again after a file has changed?"""
    arrow, mark = r.choice([(": ", "changed"), (" <- ", "touch"), (" = ", "new"), (" needs ", "edited"), (" : ", "->")])
    ask = r.choice(["all targets to build again, alphabetically", "all targets to build again, alphabetically",
                    "the number of targets to build again"])
    separator, none = r.choice([" ", ", ", ";", "+"]), r.choice(["none", "-", "up to date", "(nothing)"])
    number = ask.startswith("the number")
    shown = ", 0 if none" if number else f", {'blanks' if separator == ' ' else repr(separator)} between, or {none}"
    example = f"app{arrow}a.o"

    def pair(r):
        stems = r.sample(["main", "util", "net", "gui", "log", "math", "text", "disk"], 3)
        program, other = r.sample(["app", "tool", "site", "demo", "kit"], 2)
        header = r.choice(["common.h", "types.h", "base.h"])
        rules = {f"{stem}.o": [f"{stem}.c"] + [header] * (r.random() < 0.4) for stem in stems}
        rules[program] = [f"{stem}.o" for stem in r.sample(stems, r.choice([1, 2]))]
        if r.random() < 0.5:
            rules[other] = [program] if r.random() < 0.5 else [f"{r.choice(stems)}.o"]
        sources = sorted({need for needs in rules.values() for need in needs if need not in rules})
        changed = r.choice(sources) if r.random() < 0.87 else r.choice(["notes.txt", "old.c", "readme.md"])
        dirty, grown = {changed}, True
        while grown:
            more = {target for target, needs in rules.items() if dirty & set(needs)} - dirty
            dirty, grown = dirty | more, bool(more)
        again = sorted(dirty - {changed})
        lines = r.sample(sorted(rules), len(rules))
        return "; ".join(f"{target}{arrow}{' '.join(rules[target])}"
                         for target in lines) + f"; {mark} {changed}", str(len(again)) if number else separator.join(again) or none

    return Task(
        key=(arrow, mark, ask, shown), pair=pair,
        terse=[f"rules like `{example}` (app needs a.o); file after `{mark}` changed. {ask}{shown}",
               f"`{example}`: app is built from a.o. After `{mark} FILE`: {ask}{shown}"],
        casual=[f"build rules like {example} say what a target needs. the file after {mark} was changed. tell me {ask}, also indirect "
                f"ones{shown}",
                f"what has to be rebuilt? {example} means app depends on a.o; the last part, {mark} FILE, names the changed file. give "
                f"{ask}{shown}, counting indirect ones"],
        detailed=[f"The input lists build rules such as `{example}` (app is built from a.o), then `{mark}` and a changed file. A target is "
                  f"built again if something that it needs has changed or is built again. Return {ask}{shown}.",
                  f"Find out what a change causes. Rules have the form `{example}`, target first; the changed file follows `{mark}`. "
                  f"Targets that depend on it, directly or through others, are built again. Return {ask}{shown}."])


@family(area="code", theme=CLEANUP, difficulty="hard")
def version_for_constraint(r):
    """Which of the listed versions satisfies a version constraint?"""
    signs = r.choice([("^", "~", ">="), ("major ", "minor ", "from "), ("^", "~>", "=>"), ("compatible ", "patch ", "min ")])
    ask = r.choice(["the highest fitting version", "the lowest fitting version", "all fitting versions as listed",
                    "the number of fitting versions"])
    separator, none = r.choice([" ", ", ", ";"]), r.choice(["none", "-", "no version", "conflict"])
    shown = ("" if ask.startswith("the number") else f", else {none}" if not ask.startswith("all")
             else f", {'blanks' if separator == ' ' else repr(separator)} between, else {none}")
    a, b, c = signs
    rule = (f"{a}1.2.3 fits 1.2.3 and above with the same first number, {b}1.2.3 also needs the same second number, {c}1.2.3 any from "
            "1.2.3 on")
    short = f"{a}X: X or above, same first number; {b}X: same second too; {c}X: X or above"

    def pair(r):
        low = (r.randint(0, 4), r.randint(0, 9), r.randint(0, 9))
        sign = r.choice(signs)
        near = [(low[0] + r.choice([-1, 0, 0, 0, 1]), low[1] + r.choice([-1, 0, 0, 1, 4]), low[2] + r.choice([-2, -1, 0, 1, 3, 12]))
                for _ in range(r.randint(4, 5))]
        versions = list(dict.fromkeys(tuple(max(0, n) for n in version) for version in near))
        same = {a: 1, b: 2, c: 0}[sign]
        fit = [version for version in versions if version >= low and version[:same] == low[:same]]
        texts = [".".join(map(str, version)) for version in fit]
        listed = " ".join(".".join(map(str, version)) for version in versions)
        if ask.startswith(("all", "the number")):
            out = str(len(fit)) if ask.startswith("the") else separator.join(texts) or none
        else:
            out = ".".join(map(str, (max if "highest" in ask else min)(fit))) if fit else none
        return f"{r.choice(w.NOUNS)} {sign}{'.'.join(map(str, low))} | {listed}", out

    return Task(
        key=(signs, ask, shown), pair=pair,
        terse=[f"constraint | versions: {ask}{shown}. {short}", f"{short}. Behind |: {ask}{shown}"],
        casual=[f"which version can be taken? the constraint stands before |. {rule}. give {ask}{shown}",
                f"versions after | against the constraint: {rule}. I need {ask}{shown}"],
        detailed=[f"The input is a package with a constraint, then | and the versions on offer. {rule}. Numbers are compared one after "
                  f"another, as numbers. Return {ask}{shown}.",
                  f"Return {ask} for the constraint{shown}. Constraints: {rule}. Versions are compared number by number (1.10.0 is above "
                  "1.9.0)."])
