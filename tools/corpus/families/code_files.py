"""File and code semantics: paths, imports, configs, commits, branches, versions and licences."""
import json
import re

import words as w
from task import Task, evened, family, options, pick_labels, styled_labels
from templates import phrases

THEME = "file and code semantics"
CODE = phrases("py|go|rs|ts|js|java|c|cpp|rb|kt|php|swift|cs|scala")
NAMES = phrases("""parser|invoice|router|cache|session|upload|mailer|report|search|index|worker|queue|token|config|client|server|schema
    metrics|render|billing|profile|cart|login|export|import|sync|logger|crypto|storage|events|geo|feed""")
DIRS = phrases("src|lib|core|app|internal|pkg|services|backend|web|api|common|engine")


@family(area="classification", theme=THEME, difficulty="medium")
def path_to_category(r):
    """The category of a file path by rules on folders and endings, the first that holds."""
    rules = {"tests": ("folder tests", lambda p: "/tests/" in "/" + p), "docs": ("ending .md/.rst", lambda p: p.endswith((".md", ".rst"))),
             "config": ("ending .yaml/.toml/.ini", lambda p: p.endswith((".yaml", ".toml", ".ini"))),
             "images": ("ending .png/.svg", lambda p: p.endswith((".png", ".svg"))),
             "vendor": ("folder vendor", lambda p: "/vendor/" in "/" + p), "scripts": ("ending .sh", lambda p: p.endswith(".sh")),
             "data": ("ending .csv/.json", lambda p: p.endswith((".csv", ".json")))}
    chosen = r.sample(sorted(rules), r.choice([2, 3, 3, 4]))
    other = r.choice(["source", "other", "code", "rest"])
    labels = styled_labels(r, chosen + [other]) if r.random() < 0.7 else tuple(f"C{n}" for n in range(1, len(chosen) + 2))

    def make(r):
        folders = [r.choice(DIRS + ["tests", "vendor", "docs", "testdata", "vendors", "scripts", "images", "latest"])
                   for _ in range(r.randint(1, 3))]
        folders += r.choice([[], [], ["tests"], ["vendor"]])
        end = r.choice(CODE) if r.random() < 0.35 else r.choice(["md", "rst", "yaml", "toml", "ini", "png", "svg", "sh", "csv", "json"])
        name = r.choice(["{}", "test_{}", "{}_config", "{}_data", "docs_{}", "{}.test", "{}-{}"]).format(r.choice(NAMES), r.choice(NAMES))
        path = "/".join(folders) + f"/{name}.{end}"
        return path, next((label for label, kind in zip(labels, chosen) if rules[kind][1](path)), labels[-1])

    told = [(label, rules[kind][0]) for label, kind in zip(labels, chosen)]
    return Task(
        key=(labels, chosen), labels=labels, pair=evened(make, labels),
        terse=["path category, first rule that holds: " + "; ".join(f"{m} -> {a}" for a, m in told) + f"; else {labels[-1]}",
               "; ".join(f"{a} = {m}" for a, m in told) + f"; otherwise {labels[-1]}. check in this order"],
        casual=["sort file paths, top rule wins: " + ", ".join(f"{a} if it has {m}" for a, m in told)
                + f". everything else is {labels[-1]}", "what kind of file is it? go through in order: "
                + ", ".join(f"{m} means {a}" for a, m in told) + f", none of these means {labels[-1]}"],
        detailed=["Assign a file path to a category. Check the rules in this order and take the first that holds. "
                  + " ".join(f"{n}. The path has {m}: {a}." for n, (a, m) in enumerate(told, 1)) + f" If none holds: {labels[-1]}. Folder "
                  "names must match exactly.",
                  f"Return {options(labels)} for a file path. " + " Otherwise, ".join(f"{a} applies to a path with {m}." for a, m in told)
                  + f" Any path that is left is {labels[-1]}. A folder name counts only as a whole."])


@family(area="classification", theme=THEME, difficulty="hard")
def reviewer_by_path_rules(r):
    """The reviewer of a changed file by a list of path rules in which the last match wins."""
    people = r.sample(w.FIRST, 4)
    mark = r.choice(["@", "", "team-"])
    people = [mark + (p.lower() if mark else p) for p in people]
    top, sub = r.sample(DIRS, 2), r.sample(NAMES, 2)
    end = r.choice(CODE)
    rules = [("*", people[0]), (f"{top[0]}/", people[1]), (f"*.{end}", people[2]), (f"{top[0]}/{sub[0]}/", people[3])]
    if r.random() < 0.5:
        rules[1], rules[2] = rules[2], rules[1]
    if r.random() < 0.4:
        rules[3] = (f"{top[1]}/", people[3])
    last = r.random() < 0.7
    rules = rules if last else rules[::-1]

    def make(r):
        parts = [r.choice([top[0], top[0], top[1], r.choice(DIRS)])]
        parts += [r.choice([sub[0], sub[0], sub[1], r.choice(NAMES)])] if r.random() < 0.7 else []
        path = "/".join(parts) + f"/{r.choice(NAMES)}{r.choice(['', '_' + r.choice(NAMES)])}.{end if r.random() < 0.5 else r.choice(CODE)}"
        hits = [who for rule, who in rules if rule == "*" or (path.endswith(rule[1:]) if rule[0] == "*" else path.startswith(rule))]
        return path, hits[-1 if last else 0]

    listed = "; ".join(f"{rule} {who}" for rule, who in rules)
    way = "the last matching rule wins" if last else "the first matching rule wins"
    return Task(
        key=(rules, last), labels=tuple(people), pair=evened(make, people),
        terse=[f"owner of a path; {way}: {listed}", f"rules: {listed}. {way}; print the name"],
        casual=[f"who reviews this file? {listed} - a rule ending in / is a folder at the start of the path, *.x an ending, * everything. "
                f"{way}", f"code owners: {listed}. if several match, {way}. give me just the name"],
        detailed=[f"Find the reviewer of a changed file. The rules are, in this order: {listed}. A rule 'name/' matches paths that begin "
                  f"with that folder, '*.x' matches an ending and '*' matches every path. If several rules match, {way}. Return the "
                  "reviewer.",
                  f"The input is a path. Compare it with these rules from the top: {listed}. Rules with a slash at the end are prefixes, "
                  f"rules such as *.ext match the file ending, a lone * matches all. Since {way}, return the name of that rule."])


STANDARD = {"Python": phrases("""os|sys|json|re|math|random|datetime|pathlib|collections|itertools|logging|csv|sqlite3|argparse|subprocess
    threading"""), "Go": phrases("""
        fmt|os|net/http|strings|time|encoding/json|errors|context|sync|io|bufio|sort|strconv|bytes"""),
            "Node": phrases("fs|path|http|https|crypto|util|stream|url|os|events|zlib|child_process|net|readline")}
OUTSIDE = {"Python": phrases("""requests|numpy|pandas|flask|django|yaml|pytest|sqlalchemy|boto3|redis|click|pydantic|scipy
    celery"""), "Go": phrases("""
        github.com/gin-gonic/gin|github.com/spf13/cobra|go.uber.org/zap|github.com/lib/pq|github.com/google/uuid|gorm.io/gorm
        github.com/redis/go-redis|golang.org/x/text|github.com/stretchr/testify"""),
           "Node": phrases("express|react|lodash|axios|moment|webpack|chalk|mongoose|jest|next|vue|redux|dotenv|uuid")}


@family(area="classification", theme=THEME, difficulty="medium")
def import_origin(r):
    """Where an import comes from: the standard library, a third party or the own code."""
    language = r.choice(sorted(STANDARD))
    own = r.choice(NAMES) + r.choice(["kit", "hub", "base", "flow", "works"])
    labels = std, third, ours = pick_labels(r, [("stdlib", "third-party", "own"), ("standard", "external", "internal"),
                                                ("STD", "DEP", "OWN"), ("builtin", "package", "local"), ("1", "2", "3")])

    def pair(r):
        origin = r.choice(labels)
        part, other = r.sample(NAMES, 2)
        name = r.choice(STANDARD[language]) if origin == std else r.choice(OUTSIDE[language]) if origin == third else ""
        if language == "Python":
            name = name or own + r.choice(["", "." + part, f".{part}.{other}"])
            thing = r.choice(["load", "Client", "parse", "run", "Config", part.title(), "helper"])
            line = r.choice([f"import {name}", f"import {name} as {part[:2]}", f"from {name} import {thing}",
                             f"from {name} import {thing}  # {other}", f"from {name} import {thing} as {other}_{part}",
                             f"import {name}  # {r.choice(w.NOUNS)}"])
        elif language == "Go":
            name = name or f"{own}.test/{part}" + r.choice(["", f"/{other}"])
            line = r.choice([f'import "{name}"', f'import {part[:3]} "{name}"', f'import {other}{part} "{name}"',
                             f'import _ "{name}" // {r.choice(w.NOUNS)}', f'"{name}" // {r.choice(w.NOUNS)}'])
        else:
            name = name or r.choice([f"./{part}", f"../{part}/{other}", f"@{own}/{part}"])
            line = r.choice([f"import {part} from '{name}';", f"const {part} = require('{name}');",
                             f"import {{ {part}, {other} }} from '{name}';", f"import * as {part} from \"{name}\";",
                             f"let {{ {part} }} = require('{name}'); // {r.choice(w.NOUNS)}"])
        return line, origin

    whose = {"Python": f"modules of our package {own}", "Go": f"paths beginning with {own}.test/",
             "Node": f"relative paths and @{own}/ packages"}[language]
    return Task(
        key=(language, own, labels), labels=labels, pair=pair,
        terse=[f"{language} import: {std} = standard library, {ours} = {whose}, {third} = any other",
               f"origin of a {language} import: {ours} ({whose}), {std} (comes with {language}), {third} (other packages)"],
        casual=[f"where's this {language} import from? {std} if it ships with {language}, {ours} for {whose}, {third} if it has to be "
                "installed", f"label {language} import lines. our own code ({whose}) is {ours}, the standard library is {std}, the rest "
                             f"is {third}"],
        detailed=[f"Classify one {language} import line by the origin of what it imports. {std}: part of the {language} standard library. "
                  f"{ours}: {whose}. {third}: every other package, which must be installed. Return only the label.",
                  f"The input is an import line of a {language} program. Our own code is recognised as follows: {whose}; label it {ours}. "
                  f"Modules of the standard library are {std}. Packages of others are {third}. Answer {options(labels)}."])


@family(area="classification", theme=THEME, difficulty="easy")
def config_format_of_snippet(r):
    """The format of a short configuration snippet."""
    kinds = r.sample(["JSON", "YAML", "TOML", "INI", "XML", "ENV"], r.choice([3, 4, 4, 5]))
    if {"TOML", "INI"} <= set(kinds):
        kinds.remove("INI")
    change = r.choice([str, str.lower, str.title, lambda s: "." + s.lower(), lambda s: s + " file"])
    labels = tuple(change(k) for k in kinds)
    told = {"ENV": "NAME=value lines, no sections", "INI": "[section] and key=value", "TOML": "[section] and key = \"value\"",
            "XML": "tags", "JSON": "braces and quotes", "YAML": "key: value, indentation"}

    def pair(r):
        kind = r.choice(kinds)
        top, other = r.choice(NAMES), r.choice(NAMES)
        keys = r.sample(["port", "host", "timeout", "user", "level", "retries", "path", "debug", "size", "name", "mode", "region"],
                        r.randint(2, 3))
        values = [r.choice([r.randint(1, 9000), r.choice(w.SERVICES), r.choice(w.CITIES).lower(), "true", f"/var/{other}"]) for _ in keys]
        quoted = [v if isinstance(v, int) or v == "true" else f'"{v}"' for v in values]
        if kind == "JSON":
            inner = {k: True if v == "true" else v for k, v in zip(keys, values)}
            text = json.dumps(r.choice([inner, {top: inner}]), indent=r.choice([None, None, 2]))
        elif kind == "YAML":
            text = f"{top}:\n" + "\n".join(f"  {k}: {v}" for k, v in zip(keys, values)) if r.random() < 0.6 else "\n".join(f"{k}: {v}"
                for k, v in zip(keys, values)) + f"\n{top}s:\n  - {other}\n  - {r.choice(NAMES)}"
        elif kind == "TOML":
            text = f"[{top}]\n" + "\n".join(f"{k} = {v}" for k, v in zip(keys, quoted)) + f"\ntags = [\"{other}\", \"{r.choice(NAMES)}\"]"
        elif kind == "INI":
            text = r.choice(["", f"; {other}\n"]) + f"[{top}]\n" + "\n".join(f"{k}={v}" for k, v in zip(keys, values))
        elif kind == "XML":
            text = f"<{top}>" + "".join(f"<{k}>{v}</{k}>" for k, v in zip(keys,
                values)) + f"</{top}>" if r.random() < 0.5 else f"<{top} " + " ".join(f'{k}="{v}"' for k, v in zip(keys, values)) + "/>"
        else:
            text = r.choice(["", f"# {other}\n"]) + "\n".join(f"{top.upper()}_{k.upper()}={v}" for k, v in zip(keys, values))
        return text, labels[kinds.index(kind)]

    pairs = [(label, told[kind]) for label, kind in zip(labels, kinds)]
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"config snippet format: {' / '.join(labels)}", "which format? " + "; ".join(f"{a} ({m})" for a, m in pairs)],
        casual=[f"what format is this config written in? one of {', '.join(labels)}",
                "guess the config format: " + ", ".join(f"{a} has {m}" for a, m in pairs)],
        detailed=[f"Identify the format of a configuration snippet and return {options(labels)}. Hints: "
                  + "; ".join(f"{a} - {m}" for a, m in pairs) + ".", "The input is part of a configuration file. Exactly one of these "
                                                                     f"formats fits its syntax: {', '.join(labels)}. Print that name as "
                                                                     "written here."])


COMMITS = {
    "fix": ("bug corrected", phrases("""stop {m} from crashing on empty input|correct the off-by-one in {m}
        {m}: handle a missing {n} instead of failing|avoid the endless loop in {m}|repair broken {n} totals
        don't lose the {n} when {m} restarts|{m} no longer returns the wrong {n}|prevent a null pointer in {m}
        resolve the race between {m} and {o}|{n} was shown twice, show it once|correct wrong time zone in {m}
        close the leak of handles in {m}|make {m} cope with blank {n} names""")),
    "feature": ("new for users", phrases("""let users export the {n}|add a dark theme to {m}|introduce {n} search|support uploads to {m}
        new page for the {n} history|allow {n} filters in {m}|add {n} alerts by mail|offer sign-in with a {n} code
        first version of the {n} dashboard|users can now rename a {n}|add bulk delete for {n}s|new {m} command for {n}s
        show a preview of each {n}""")),
    "docs": ("only docs or comments", phrases("""explain the {m} settings in the README|fix a typo in the {m} guide
        update the install instructions|describe {n} limits in the handbook|add a comment on how {m} works|document the {m} options
        mention {n} in the changelog|clarify the {m} tutorial|README: link to the {n} page|translate the {m} manual
        add examples to the {m} documentation|spell {n} correctly in the docs""")),
    "tests": ("only tests", phrases("""add unit tests for {m}|cover the empty {n} case in tests|raise test coverage of {m}
        fix flaky {m} test|test {m} with two {n}s|add a fixture for {n}s|mock {o} in the {m} tests|speed up the {m} test suite
        integration test for {m} and {o}|remove a duplicate {n} test|assert the {n} count in test_{m}
        split the {m} tests into two files""")),
    "refactor": ("rearranged code, same behaviour", phrases("""rename {m} helper, no behaviour change|split {m} into two modules
        move {n} code out of {m}|simplify the loop in {m}, same results|extract a {n} class from {m}|inline the one-line {m} wrapper
        remove dead code from {m}|merge the two {n} helpers into one|tidy up {m} without changing what it does
        replace nested ifs in {m} by early returns|use one {n} type in {m} and {o}|reorder the methods of {m}""")),
    "build": ("build, CI, dependencies", phrases("""bump {l} to {v}|run CI on every push|pin {l} at {v}|update the Dockerfile base image
        cache packages in the CI pipeline|upgrade {l} from {v} to {x}|drop {l} from the dependencies|add a Makefile target for releases
        publish the {m} image nightly|switch the build to {l}|set up the release workflow|sign the packages in CI""")),
}


@family(area="classification", theme=THEME, difficulty="medium")
def commit_message_type(r):
    """The type of a commit by its plain message."""
    kinds = r.sample(sorted(COMMITS), r.choice([3, 4, 4]))
    names = {"fix": "fix", "feature": "feat", "docs": "docs", "tests": "test", "refactor": "refactor", "build": "build"}
    labels = tuple(names[k] for k in kinds) if r.random() < 0.4 else styled_labels(
        r, [k if k != "fix" else "bug fix" for k in kinds]) if r.random() < 0.6 else tuple("type " + "ABCDE"[n] for n in range(len(kinds)))
    told = [(label, COMMITS[k][0]) for label, k in zip(labels, kinds)]

    def pair(r):
        at = r.randrange(len(kinds))
        text = r.choice(COMMITS[kinds[at]][1]).format(m=r.choice(NAMES), o=r.choice(NAMES), n=r.choice(w.NOUNS), l=r.choice(phrases("""
            webpack|numpy|gradle|eslint|cmake|poetry|rustc|node|openssl
            protobuf""")), v=f"{r.randint(1, 4)}.{r.randint(0, 20)}", x=f"{r.randint(5, 9)}.{r.randint(0, 9)}")
        text = text[0].upper() + text[1:] if r.random() < 0.5 else text
        return text + r.choice(["", "", f" (#{r.randint(10, 999)})", f" - {w.first(r)}", "."]), labels[at]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=["commit type: " + "; ".join(f"{a} = {m}" for a, m in told), "; ".join(f"{m} -> {a}" for a, m in told)],
        casual=["what sort of commit is that? " + ", ".join(f"{a} for {m}" for a, m in told),
                "tag commits by their message, one of " + "; ".join(f"{a} ({m})" for a, m in told)],
        detailed=["Read a commit message and return the type of the change. " + " ".join(f"{a}: {m}." for a, m in told)
                  + " Return the type only.", "Classify commits as " + options(labels) + ". Meaning of the types: "
                  + "; ".join(f"{a} - {m}" for a, m in told) + ". One type per message, nothing else."])


@family(area="classification", theme=THEME, difficulty="hard")
def next_version_of_commits(r):
    """The version bump (or the new version) that a list of commit messages asks for."""
    new = r.random() < 0.6
    labels = major, minor, patch, none = pick_labels(r, [("major", "minor", "patch", "none"), ("MAJOR", "MINOR", "PATCH", "NONE"),
                                                         ("X", "Y", "Z", "-"), ("breaking", "feature", "fix", "no release")])
    mark, small = r.choice(["!", "BREAKING"]), r.choice([["fix"], ["fix"], ["fix", "perf"], ["fix", "docs"], ["fix", "perf", "revert"]])
    same = r.choice(["none", "no release", "same", "-"])
    verbs = phrases("add {n} {m}|rename {m} {n}|speed up {m}|drop {n} support|check {n} in {m}|use {n} in {m}|allow empty {n}"
                    "|sort {n} list")

    def make(r):
        kinds = [r.choice(["fix", "docs", "chore", "test", "perf"] if r.random() < 0.75 else ["feat"]) for _ in range(r.randint(1, 4))]
        kinds = ["revert" if k == "fix" and r.random() < 0.2 else k for k in kinds]
        lines = [f"{k}{r.choice(['', '', '(' + r.choice(NAMES) + ')'])}: "
                 f"{r.choice(verbs).format(n=r.choice(w.NOUNS), m=r.choice(NAMES))}" for k in kinds]
        broken = r.random() < 0.25
        if broken:
            at = r.randrange(len(lines))
            lines[at] = lines[at].replace(":", "!:", 1) if mark == "!" else lines[at] + " BREAKING"
        at = 0 if broken else 1 if "feat" in kinds else 2 if set(small) & set(kinds) else 3
        version = [r.randint(0, 9) + 1, r.randint(0, 20), r.randint(0, 30)]
        text = r.choice(["; ", "\n", " | "]).join(lines)
        if not new:
            return text, labels[at]
        after = [[version[0] + 1, 0, 0], [version[0], version[1] + 1, 0], [version[0], version[1], version[2] + 1], None][at]
        return ".".join(map(str, version)) + "\n" + text, ".".join(map(str, after)) if after else same

    def pair(r):
        return (make if new else evened(make, labels))(r)

    less = options(small)
    sign = "a type followed by !" if mark == "!" else "the word BREAKING"
    if new:
        short = f"{sign}: X+1.0.0; else a feat: X.Y+1.0; else a {less}: X.Y.Z+1; else {same}"
        full = (f"If any commit has {sign}, raise X and set Y and Z to 0. Otherwise, if there is a feat, raise Y and set Z to 0. "
                f"Otherwise, if there is a {less}, raise Z. Otherwise the answer is {same}")
        return Task(
            key=(new, mark, same, small), pair=pair,
            terse=[f"version X.Y.Z, then commits -> next version. {short}", f"next release number: {short}"],
            casual=[f"first line is the version X.Y.Z, then come the commits. what's the next version? {short}",
                    f"bump the version by the commits: {short}. print the new number only"],
            detailed=[f"The input is a version X.Y.Z followed by commit messages of the form 'type: text'. {full}. Return the new "
                      "version.", "Compute the next version number from the current one (X.Y.Z, first line) and the commits below it. "
                                  f"{full}."])
    short = f"{sign} -> {major}; else a feat -> {minor}; else a {less} -> {patch}; else {none}"
    full = (f"Return {major} if any commit has {sign}; otherwise {minor} if there is a feat; otherwise {patch} if there is a {less}; "
            f"otherwise {none}")
    return Task(
        key=(labels, mark, small), labels=labels, pair=pair,
        terse=[f"commits -> version bump: {short}", f"highest wins: {short}"],
        casual=[f"which part of the version goes up with these commits? {short}", f"what bump do i need? {short}. one word please"],
        detailed=[f"The input is a list of commit messages of the form 'type: text'. {full}.",
                  f"Decide how the version number must be raised. {full}. Types that are not named here do not matter unless there is "
                  f"{sign}."])


@family(area="classification", theme=THEME, difficulty="medium")
def branch_name_check(r):
    """Does a branch name keep the rule, and if not, what is wrong first?"""
    types = r.sample(["feature", "fix", "hotfix", "docs", "chore", "release", "test", "spike"], r.randint(2, 4))
    prefix, size = r.choice(["", "", "ABC-", "T-", "GH-"]), r.choice([20, 25, 30, 40])
    labels = fine, kind, number, length = pick_labels(r, [("ok", "bad type", "no ticket", "too long"),
                                                          ("VALID", "TYPE", "TICKET", "LENGTH"), ("0", "1", "2", "3"),
                                                          ("pass", "type", "number", "length")])

    def make(r):
        first = r.choice(types) if r.random() < 0.75 else r.choice(["feat", "bug", "wip", "Feature", "update", "my", "temp"])
        ticket = f"{prefix}{r.randint(1, 9999)}-" if r.random() < 0.75 else r.choice(["", "x-", f"{r.choice(NAMES)}-"])
        name = f"{first}/{ticket}{'-'.join(r.choice(NAMES + w.NOUNS) for _ in range(r.randint(1, 5)))}"
        good = re.fullmatch(rf"{re.escape(prefix)}\d+-.*", name.split("/", 1)[1])
        return name, kind if first not in types else number if not good else length if len(name) > size else fine

    shape = f"{prefix}<digits>-"
    return Task(
        key=(types, prefix, size, labels), labels=labels, pair=evened(make, labels),
        terse=[f"branch type/{shape}words: type not {options(types)} -> {kind}; no '{shape}' after the slash -> {number}; over {size} "
               f"characters -> {length}; else {fine}", f"check in order: before the slash {options(types)} (else {kind}), then {shape} "
                                                       f"(else {number}), at most {size} characters (else {length}); good: {fine}"],
        casual=[f"branches look like {types[0]}/{prefix}12-some-words. say {kind} if the part before the slash isn't {options(types)}, "
                f"{number} if {shape} doesn't follow, {length} if the whole name has more than {size} characters, {fine} if all is well. "
                "first problem only",
                f"is the branch name alright ({fine})? it must start with {options(types)} and a slash ({kind} if not), go on with "
                f"{shape} ({number} if not) and have {size} characters at most ({length} if not). report the first problem"],
        detailed=[f"Check a branch name and report the first problem. 1. The part before the slash must be {options(types)}, otherwise "
                  f"{kind}. 2. After the slash there must be '{shape}', otherwise {number}. 3. The whole name may have at most {size} "
                  f"characters, otherwise {length}. If there is no problem, return {fine}.",
                  f"A valid branch name has the form <type>/{shape}<text>, where <type> is {options(types)}, and is no longer than {size} "
                  f"characters. Return {fine} for a valid name. Otherwise return, in this order of checks, {kind} for another type, "
                  f"{number} if the ticket part is missing, {length} if it is too long."])


@family(area="classification", theme=THEME, difficulty="medium")
def diff_size_label(r):
    """The size label of a change by its added and deleted lines, leaving one kind of file out."""
    labels = pick_labels(r, [("XS", "S", "M", "L"), ("tiny", "small", "medium", "large"), ("size/1", "size/2", "size/3", "size/4"),
                             ("trivial", "easy", "normal", "big")])
    cuts = r.choice([(10, 50, 200), (5, 30, 100), (10, 100, 500), (20, 60, 250)])
    skip = r.choice(["lock", "svg", "snap", "min.js", "csv"])

    def make(r):
        want = r.choice([r.randint(1, cuts[0]), r.randint(cuts[0], cuts[1]), r.randint(cuts[1], cuts[2]), r.randint(cuts[2], cuts[2] * 3),
                         r.choice(cuts), r.choice(cuts) + 1])
        files, total = [], 0
        for n in range(r.randint(1, 3)):
            share = max(0, want - total) if n == 0 else r.randint(0, 9)
            plus = r.randint(0, share)
            total += share
            files.append(f"{r.choice(NAMES)}.{r.choice(CODE)} +{plus} -{share - plus}")
        if r.random() < 0.5:
            files.append(f"{r.choice(NAMES)}.{skip} +{r.randint(1, 900)} -{r.randint(0, 400)}")
        r.shuffle(files)
        return r.choice(["\n", ", ", "; "]).join(files), labels[sum(total > cut for cut in cuts)]

    told = ", ".join(f"{label} up to {cut}" for label, cut in zip(labels, cuts)) + f", {labels[3]} above"
    return Task(
        key=(labels, cuts, skip), labels=labels, pair=evened(make, labels),
        terse=[f"sum of all + and - lines, .{skip} files left out: {told}",
               f"diff size without .{skip} files (added plus deleted): {told}"],
        casual=[f"how big is the change? add up plus and minus lines but ignore .{skip} files. {told}",
                f"size label for a PR: added + deleted lines over all files that aren't .{skip}. {told}"],
        detailed=["The input lists changed files with added (+) and deleted (-) lines. Add up all these numbers, but leave out files "
                  f"that end in .{skip}. The total gives the label: {told}.",
                  f"Label a change by size. Files with the ending .{skip} are ignored. For the others sum the added and the deleted "
                  f"lines. Labels by total number of lines: {told}. Return the label."])


LICENCES = {
    "MIT": phrases("Permission is hereby granted, free of charge, to any person obtaining a copy of this software to deal in it without "
                "restriction.|Licensed under the MIT license, see LICENSE.|SPDX-License-Identifier: MIT|This file is released under the "
                "MIT licence.|MIT License. The software is provided \"as is\"."),
    "Apache": phrases("""Licensed under the Apache License, Version 2.0.|SPDX-License-Identifier: Apache-2.0
        You may not use this file except in compliance with the Apache License.|Distributed under the terms of Apache 2.0.
        This code is under the Apache License 2.0, see NOTICE."""),
    "GPL": phrases("""This program is free software under the GNU General Public License, version 3.
        SPDX-License-Identifier: GPL-3.0-or-later|You can redistribute it under the terms of the GNU GPL.
        Licensed under the GPL v2, see COPYING.|Released under the GNU General Public License."""),
    "BSD": phrases("""Redistribution and use in source and binary forms are permitted under the BSD license.
        SPDX-License-Identifier: BSD-3-Clause|Use of this source code is governed by a BSD-style license.
        Licensed under the 2-clause BSD licence.|BSD license, see the LICENSE file."""),
    "proprietary": phrases("""All rights reserved. Copying of this file is prohibited.|Confidential. Do not distribute outside the company.
        Proprietary code, no use without written permission.|Internal use only, unauthorized copying is forbidden.
        This source is the secret property of its owner and may not be shared."""),
    "none": phrases("""Helpers for the {m} module.|Written by {p} in {y}.|See the wiki for details on {m}.|Reads {n} data and sorts it.
        Version {y}.{d}, last change by {p}.|Do not edit, made by the {m} generator."""),
}


@family(area="classification", theme=THEME, difficulty="easy")
def licence_of_header(r):
    """The licence that the header comment of a file states."""
    kinds = r.sample([k for k in LICENCES if k != "none"], r.choice([3, 4])) + ["none"]
    none = r.choice(["none", "unknown", "no licence", "-"])
    change = r.choice([str, str.lower, str.upper])
    labels = tuple(change(k) for k in kinds[:-1]) + (none,)

    def pair(r):
        at = r.randrange(len(kinds))
        who, year = r.choice([w.company, w.person])(r), r.randint(2001, 2027)
        line = r.choice(LICENCES[kinds[at]])
        if kinds[at] == "none":
            line = line.format(m=r.choice(NAMES), p=w.person(r), y=r.randint(2001, 2027), n=r.choice(w.NOUNS), d=r.randint(0, 9))
        lines = [r.choice([f"Copyright {year} {who}", f"(c) {who}, {year}",
                           f"Copyright (c) {year} {who}."])] if r.random() < 0.8 else [f"{r.choice(NAMES)}.{r.choice(CODE)} - "
                               f"{r.choice(NAMES)} {r.choice(NAMES)}"]
        lines.append(line)
        start, between, end = r.choice([("# ", "\n# ", ""), ("// ", "\n// ", ""), ("/* ", "\n * ", " */"), ("-- ", "\n-- ", "")])
        return start + between.join(lines) + end, labels[at]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"licence of the file header: {', '.join(labels[:-1])}, or {none} if it states no licence",
               f"header comment -> {options(labels)} ({none} = no licence mentioned)"],
        casual=[f"which licence does the header mention? {', '.join(labels[:-1])}; if it doesn't name any say {none}",
                f"sort source files by licence: {', '.join(labels)}. a plain copyright line without terms counts as {none}"],
        detailed=[f"Read the comment at the top of a source file and return its licence: {options(labels)}. Versions and variants of a "
                  f"licence count as that licence. Return {none} if the header gives no terms of use; a copyright notice alone is no "
                  "licence.",
                  f"The input is a file header. Output the kind of licence it states, one of {', '.join(labels[:-1])}. If there are no "
                  f"licence terms in it, output {none}."])


@family(area="classification", theme=THEME, difficulty="medium")
def dependency_pin_kind(r):
    """How strictly a requirement line ties a version."""
    python, four = r.random() < 0.5, r.random() < 0.5
    labels = exact, bounded, open_, near = pick_labels(r, [("pinned", "ranged", "open", "compatible"), ("EXACT", "RANGE", "ANY", "CLOSE"),
                                                           ("strict", "bounded", "loose", "similar"), ("A", "B", "C", "D"),
                                                           ("locked", "limited", "free", "soft")])
    labels = labels if four else labels[:3]
    close = {True: ["~={}"], False: ["^{}", "~{}"]}[python]

    def pair(r):
        kind = r.choice(labels)
        name = r.choice(OUTSIDE["Python" if python else "Node"])
        a, b = f"{r.randint(0, 9)}.{r.randint(0, 30)}.{r.randint(0, 9)}", f"{r.randint(10, 19)}.{r.randint(0, 9)}"
        marks = {exact: ["=={}"], bounded: [">={},<" + b, "<" + b, ">{},<=" + b], open_: ["", ">={}", ">{}", "!={}"],
                 near: close} if python else {
            exact: ["{}", "={}"], bounded: [">={} <" + b + ".0", "<" + b + ".0", ">{} <=" + b + ".0"],
                     open_: ["*", ">={}", "latest", ">{}"], near: close}
        mark = r.choice(marks[kind] + (close if kind == bounded and not four else [])).format(a)
        if python:
            return f"{name}{mark}" + r.choice(["", "", f"  # for {r.choice(NAMES)}", f" # used by {r.choice(NAMES)}"]), kind
        return f'"{name}": "{mark}"' + r.choice(["", ","]), kind

    signs = "~=" if python else "^ or ~"
    what = "one version (==)" if python else "one version (bare or =)"
    upper = "upper limit (< or <=)" if four else f"upper limit (<, <= or {signs})"
    loose = "no upper limit (bare, >=, >, !=)" if python else "no upper limit (*, latest, >= or >)"
    file = "requirements.txt" if python else "package.json"
    told = [(exact, what), (bounded, upper), (open_, loose)] + ([(near, signs)] if four else [])
    return Task(
        key=(python, labels), labels=labels, pair=pair,
        terse=[f"{file} line: " + "; ".join(f"{a} = {m}" for a, m in told), "version tie: " + ", ".join(f"{a} means {m}" for a, m in told)],
        casual=[f"how tight is this dependency from {file}? " + ", ".join(f"{a} for {m}" for a, m in told),
                f"{file} check: " + ", ".join(f"{a} when there's {m}" for a, m in told)],
        detailed=[f"The input is one dependency line of a {file}. Return " + ", ".join(f"{a} if it has {m}" for a, m in told)
                  + ". Comments do not matter.",
                  f"Classify how tightly a dependency is tied: {options(labels)}. " + " ".join(f"{a}: {m}." for a, m in told)
                  + f" The line comes from {file}."])
