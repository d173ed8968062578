"""File and code semantics: what a few lines of code are, do or say."""
import words as w
from task import Task, family, options, pick_labels, styled_labels
from templates import phrases

THEME = "file and code semantics"
NAMES = phrases("""orders|users|rows|items|prices|names|events|points|files|scores|lines|records|parts|nodes|words|values|tickets|invoices
    sensors|routes|cities|weights|pages|blocks|stars|tags|ranks|levels|shops|trips""")
KEYS = phrases("price|name|age|size|date|score|city|weight|rank|color|owner|height|total|year|state|level|count|width|speed|grade")


def camel(*parts):
    return parts[0] + "".join(part.title() for part in parts[1:])


LANGUAGES = {
    "Python": ["def {f}({a}):\n    return [{x}.{k} for {x} in {a}]", "for {x} in {a}:\n    print({x}['{k}'])",
               "if not {a}:\n    raise ValueError('{k}')", "with open('{a}.txt') as f:\n    {x} = f.read()",
               "{a} = {{{x}: len({x}) for {x} in {f}()}}",
               "class {C}:\n    def __init__(self, {k}):\n        self.{k} = {k}", "try:\n    {f}({a})\nexcept KeyError:\n    {x} = None",
               "{x} = lambda {k}: {k} * {n}"],
    "JavaScript": ["const {f} = ({a}) => {a}.map({x} => {x}.{k});", "let {x} = {a}.filter(v => v.{k} === {n});",
                   "document.getElementById('{a}').innerHTML = {x};", "console.log(`{k}: ${{{x}}}`);",
                   "function {f}({a}) {{\n  return {a}.length === {n};\n}}",
                   "export default {{ {k}: {n}, {x}: null }};", "await fetch('/{a}').then(res => res.json());",
                   "{a}.forEach(({x}) => console.log({x}.{k}));"],
    "Go": ["func {f}({a} []int) (int, error) {{\n\treturn len({a}), nil\n}}", "{x} := make(map[string]int, {n})",
           "if err != nil {{\n\treturn fmt.Errorf(\"{k}: %w\", err)\n}}", "for _, {x} := range {a} {{\n\tfmt.Println({x}.{K})\n}}",
           "type {C} struct {{\n\t{K} string\n}}",
           "go func() {{ {x} <- {n} }}()", "defer {x}.Close()", "{x}, err := {f}({n})\nif err != nil {{ panic(err) }}"],
    "Rust": ["fn {f}({a}: &[i32]) -> Option<i32> {{\n    {a}.iter().max().copied()\n}}", "let mut {x} = Vec::new();\n{x}.push({n});",
             "match {x} {{\n    Some({k}) => {k},\n    None => {n},\n}}", "impl {C} {{\n    pub fn {k}(&self) -> u32 {{ self.{k} }}\n}}",
             "println!(\"{{}}\", {x}.unwrap());", "let {x}: HashMap<String, u64> = HashMap::new();",
             "#[derive(Debug)]\nstruct {C} {{ {k}: u8 }}", "use std::fs;\nlet {x} = fs::read_to_string(\"{a}\")?;"],
    "Java": ["public int {f}(List<String> {a}) {{\n    return {a}.size();\n}}", "System.out.println({x}.get{K}());",
             "private final String {k};", "for (String {x} : {a}) {{\n    {f}({x});\n}}", "public class {C} extends Base {{ }}",
             "Map<String, Integer> {x} = new HashMap<>();",
             "@Override\npublic String toString() {{ return {k}; }}", "try {{ {f}(); }} catch (IOException e) {{ e.printStackTrace(); }}"],
    "SQL": ["SELECT {k} FROM {a} WHERE {k} > {n};", "INSERT INTO {a} ({k}) VALUES ({n});", "UPDATE {a} SET {k} = {n} WHERE id = {n};",
            "CREATE TABLE {a} ({k} INTEGER NOT NULL);", "SELECT {k}, COUNT(*) FROM {a} GROUP BY {k};", "DELETE FROM {a} WHERE {k} IS NULL;",
            "ALTER TABLE {a} ADD COLUMN {k} TEXT;", "SELECT * FROM {a} ORDER BY {k} DESC LIMIT {n};"],
    "shell": ["for f in {a}/*.txt; do\n  wc -l \"$f\"\ndone", "grep -c '{k}' {a}.log | sort -n",
              "if [ -z \"${K}\" ]; then\n  exit {n}\nfi", "export {K}={n}", "#!/bin/sh\necho \"{k} is $1\"",
              "cat {a}.csv | cut -d, -f{n} > {x}.txt", "mkdir -p /tmp/{a} && cd /tmp/{a}", "find . -name '*.{k}' | xargs rm -f"],
    "HTML": ["<div class=\"{k}\">\n  <p>{x}</p>\n</div>", "<a href=\"/{a}\">{k}</a>", "<ul><li>{k}</li><li>{x}</li></ul>",
             "<input type=\"text\" name=\"{k}\">", "<img src=\"{a}.png\" alt=\"{k}\">", "<h{d}>{a} by {k}</h{d}>",
             "<table><tr><td>{n}</td></tr></table>", "<!DOCTYPE html>\n<title>{a}</title>"],
    "CSS": [".{a} {{\n  width: {n}px;\n}}", "#{k} {{ color: red; margin: {n}px; }}", "body {{\n  font-size: {n}px;\n}}",
            ".{a} > .{k}:hover {{ opacity: 0.{d}; }}", "@media (max-width: {n}00px) {{ .{k} {{ display: none; }} }}",
            "a.{k} {{ text-decoration: none; }}", "ul.{a} li {{ padding: {n}px; }}",
            ".{k}::before {{ content: '{x}'; }}"],
    "C": ["#include <stdio.h>\nint main(void) {{\n    printf(\"%d\\n\", {n});\n    return 0;\n}}",
          "char *{x} = malloc({n} * sizeof(char));", "struct {k} {{\n    int {x};\n    struct {k} *next;\n}};", "#define {K} {n}",
          "for (int i = 0; i < {n}; i++)\n    printf(\"%d \", {a}[i]);", "free({x});\n{x} = NULL;",
          "if (fread({x}, 1, {n}, fp) != {n})\n    perror(\"{k}\");", "static int {f}(const char *{k}) {{\n    return strlen({k});\n}}"],
}


@family(area="classification", theme=THEME, difficulty="easy")
def language_of_snippet(r):
    """The programming language of a few lines."""
    kinds = r.sample(sorted(LANGUAGES), r.randint(3, 6))
    short = {"Python": "py", "JavaScript": "js", "Go": "go", "Rust": "rs", "Java": "java", "SQL": "sql", "shell": "sh", "HTML": "html",
             "CSS": "css", "C": "c"}
    change = r.choice([str, str.lower, str.upper, short.get, lambda k: "." + short[k]])
    labels = tuple(change(k) for k in kinds)

    def pair(r):
        at = r.randrange(len(kinds))
        a, x, k = r.choice(NAMES), r.choice(KEYS) + r.choice(["", "s", "2", "_x"]), r.choice(KEYS)
        text = r.choice(LANGUAGES[kinds[at]]).format(a=a, x=x, k=k, f=r.choice([f"get_{k}", f"load_{a}", camel("get", k),
            camel("load", a)]), C=k.title() + a.title(), K=k.title() if kinds[at] in ("Go", "Java") else k.upper(), n=r.randint(2, 99),
                                                     d=r.randint(1, 6))
        return text, labels[at]

    hint = f" The labels are {'file endings' if 'rs' in change('Rust') else 'names'} of languages."
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"language of the code: {' / '.join(labels)}", f"programming language? one of {', '.join(labels)}"],
        casual=[f"which language is that snippet in? answer {options(labels)}",
                f"i paste some code, you tell me the language: {', '.join(labels)}. just the label"],
        detailed=[f"Identify the language in which a code snippet is written. Possible answers: {', '.join(labels)}.{hint} Return only "
                  "the answer.", f"The input consists of one or more lines of code. Return {options(labels)}, whichever stands for the "
                                 f"language of the code.{hint}"])


PURPOSES = {
    "sort": ("sorts items", ["{a}.sort(key=lambda x: x['{k}'])", "return sorted({a}, key=lambda x: -x.{k})",
                             "out = sorted({a}, reverse=True)", "{a}.sort(); return {a}",
                             "for i in range(len({a})):\n    for j in range(i):\n        if {a}[j] > {a}[i]:\n            {a}[i], {a}[j] "
                             "= {a}[j], {a}[i]", "heapq.heapify({a})\nreturn [heapq.heappop({a}) for _ in range(len({a}))]"]),
    "filter": ("drops unwanted items", ["return [x for x in {a} if x.{k} > {n}]",
                                        "out = []\nfor x in {a}:\n    if x['{k}']:\n        out.append(x)",
                                        "return list(filter(lambda x: x != {n}, {a}))", "{a} = [x for x in {a} if x is not None]",
                                        "return [x for x in {a} if '{k}' in x]", "return {{x for x in {a} if x.{k} < {n}}}"]),
    "sum": ("adds numbers up", ["return sum(x.{k} for x in {a})", "total = 0\nfor x in {a}:\n    total += x['{k}']\nreturn total",
                                "{k} = sum({a})", "t = 0\nwhile {a}:\n    t += {a}.pop()\nreturn t",
                                "return functools.reduce(lambda s, x: s + x, {a}, 0)", "return sum({a}) + {n}"]),
    "validate": ("rejects bad input", ["if not {a}:\n    raise ValueError('{a} is empty')",
                                       "if {k} < {n}:\n    raise ValueError('{k} too small')",
                                       "assert isinstance({k}, int), '{k} must be int'", "if '@' not in {k}:\n    raise BadInput({k})",
                                       "if len({a}) > {n}:\n    raise ValueError('too many')",
                                       "if {k} not in ALLOWED:\n    raise KeyError({k})"]),
    "parse": ("turns text into data", ["return json.loads({k})", "a, b = line.split('{s}')\nreturn int(a), b",
                                       "{k} = datetime.strptime(text, '%Y-%m-%d')",
                                       "m = re.match(r'(\\d+)-(\\w+)', {k})\nreturn m.groups()",
                                       "return [int(x) for x in {k}.split('{s}')]",
                                       "return dict(p.split('=') for p in line.split('{s}'))"]),
    "save": ("writes to file or database", ["with open('{a}.txt', 'w') as f:\n    f.write({k})", "json.dump({a}, open('{k}.json', 'w'))",
                                            "db.execute('INSERT INTO {a} VALUES (?)', ({k},))\ndb.commit()",
                                            "Path('{a}.csv').write_text({k})", "with open(path, 'a') as f:\n    f.write(f'{{{k}}}\\n')",
                                            "csv.writer(f).writerows({a})\nf.close()"]),
    "download": ("fetches over the network", ["return requests.get(f'https://api.test/{a}').json()",
                                              "r = requests.get(url, timeout={n})\nreturn r.text",
                                              "with urlopen('http://{k}.test/{a}') as f:\n    return f.read()",
                                              "resp = client.get('/{a}', params={{'{k}': {n}}})\nreturn resp.content",
                                              "ftp.retrbinary('RETR {a}.zip', out.append)",
                                              "async with session.get(url) as r:\n    {k} = await r.text()"]),
    "count": ("counts occurrences", ["return Counter(x.{k} for x in {a})", "n = collections.Counter({a})\nreturn n.most_common({n})",
                                     "seen = {{}}\nfor x in {a}:\n    seen[x] = seen.get(x, 0) + 1\nreturn seen",
                                     "return {a}.count('{k}')", "return len([x for x in {a} if x == '{k}'])",
                                     "hits = defaultdict(int)\nfor x in {a}:\n    hits[x.{k}] += 1"]),
}


@family(area="classification", theme=THEME, difficulty="medium")
def purpose_of_python_code(r):
    """What a few lines of Python are for, under neutral or misleading function names."""
    kinds = r.sample(sorted(PURPOSES), r.choice([3, 4, 4]))
    if {"filter", "count"} <= set(kinds):
        kinds.remove("filter")
    labels = styled_labels(r, kinds) if r.random() < 0.7 else tuple(
        f"{k}ing".replace("eing", "ing").replace("suming", "summing") for k in kinds) if r.random() < 0.5 else tuple("ABCDE"[:len(kinds)])
    told = [(label, PURPOSES[k][0]) for label, k in zip(labels, kinds)]

    def pair(r):
        at = r.randrange(len(kinds))
        a, k = r.choice(NAMES), r.choice(KEYS)
        body = r.choice(PURPOSES[kinds[at]][1]).format(a=a, k=k, n=r.randint(2, 90), s=r.choice([";", ":", "|", "\\t"]))
        if r.random() < 0.6:
            name = r.choice(["handle", "step", "do", "process", "run", "work_on"])
            body = f"def {name}_{r.choice([a, k])}({a}, {k}):\n    " + body.replace("\n", "\n    ")
        return body, labels[at]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=["what the Python code does: " + "; ".join(f"{a} = {m}" for a, m in told),
               "code purpose: " + ", ".join(f"{m} -> {a}" for a, m in told)],
        casual=["what is this bit of python for? " + ", ".join(f"{a} if it {m}" for a, m in told),
                "tag python snippets by purpose, " + "; ".join(f"{a}: {m}" for a, m in told)],
        detailed=["Read a short piece of Python and return its purpose. " + " ".join(f"{a}: it {m}." for a, m in told)
                  + " Go by what the code does, not by its names.", "Classify Python code as " + options(labels) + ". The labels mean: "
                  + "; ".join(f"{a} - {m}" for a, m in told) + ". Return one label."])


BODIES = {  # (direction, medium): what a function may do
    ("pure", "pure"): ["return {a} * {n} + {k}", "return [x for x in {a} if x > {k}]", "out = sorted({a})\nreturn out[:{n}]",
                       "return '{k}'.join({a})", "if {k} > {n}:\n    return {a}\nreturn None",
                       "total = 0\nfor x in {a}:\n    total += x\nreturn total / {n}", "return {{{k}: len({a})}}",
                       "return {a}.upper().strip()", "text = f'{{{k}}} written to file'\nreturn text", "return max({a}, key=len)",
                       "message = 'print({a})'\nreturn message", "{k} = [n * {n} for n in {a}]\nreturn {k}"],
    ("read", "file"): ["return open({k}).read()", "with open('{a}.txt') as f:\n    return f.readlines()",
                       "return json.load(open('{a}.json'))", "return Path({k}).read_text()",
                       "rows = list(csv.reader(open({k})))\nreturn rows[:{n}]"],
    ("read", "network"): ["return requests.get({k}).json()", "return urlopen('http://{a}.test/{k}').read()",
                          "page = client.get('https://{k}.test')\nreturn page.text", "return sock.recv({n}00)",
                          "return http.get('/{a}', timeout={n}).body"],
    ("read", "console"): ["return input('{k}? ')", "return sys.stdin.readline().strip()",
                          "answer = input('{a} [{n}]: ')\nreturn answer or {n}", "return [line for line in sys.stdin]",
                          "{k} = getpass('{k}: ')\nreturn {k}"],
    ("write", "file"): ["with open('{a}.txt', 'w') as f:\n    f.write({k})", "Path('{a}').write_text(str({k}))",
                        "json.dump({a}, open({k}, 'w'))", "with open({k}, 'a') as f:\n    f.write('{a}')", "Path({k}).write_bytes({a})"],
    ("write", "network"): ["requests.post('http://{a}.test', json={k})", "sock.sendall({k})",
                           "requests.delete(f'https://{a}.test/{{{k}}}')", "client.put('https://{k}.test/{a}', data={a})",
                           "smtp.send_message({k})"],
    ("write", "console"): ["print({a}, {k})", "sys.stdout.write({k})", "for x in {a}:\n    print(x, {n})", "print(f'{k}: {{{k}}}')",
                           "sys.stderr.write('{a} {n}')"],
}


@family(area="classification", theme=THEME, difficulty="medium")
def touches_the_outside(r):
    """Does a function only compute, or does it read or write, and through which medium?"""
    mode = r.choice(["direction", "medium", "any"])
    groups = {"direction": [("pure", "only computes"), ("read", "reads file, network or console"),
                            ("write", "writes to file, network or console")],
              "medium": [("pure", "only computes"), ("file", "reads or writes a file"), ("network", "uses the network"),
                         ("console", "uses the console")],
              "any": [("pure", "only computes"), ("io", "uses file, network or console")]}[mode]
    labels = pick_labels(r, {"direction": [("pure", "reads", "writes"), ("PURE", "INPUT", "OUTPUT"), ("none", "in", "out"),
                                           ("P", "R", "W"), ("no I/O", "read I/O", "write I/O"), ("clean", "source", "sink"),
                                           ("silent", "listens", "talks"), ("0", "r", "w"), ("NEITHER", "LOADS", "STORES")],
                             "medium": [("none", "file", "network", "console"), ("PURE", "DISK", "NET", "TERMINAL"), ("0", "1", "2", "3"),
                                        ("compute", "files", "web", "screen"), ("-", "F", "N", "C"),
                                        ("no_io", "file_io", "net_io", "console_io"), ("PURE", "FS", "HTTP", "TTY"),
                                        ("nothing", "disk", "internet", "user")],
                             "any": [("pure", "impure"), ("no", "yes"), ("CLEAN", "IO"), ("0", "1"), ("without I/O", "with I/O"),
                                     ("unit test", "integration test"), ("safe", "effect"), ("A", "B"), ("FALSE", "TRUE")]}[mode])

    def pair(r):
        at = r.randrange(len(groups))
        group = groups[at][0]
        fit = [key for key in BODIES if group in key or (group == "io" and key[0] != "pure")]
        a, k = r.choice(NAMES), r.choice(KEYS)
        name = r.choice(["handle", "step", "load", "save", "write", "read", "get", "make", "print", "fetch", "send", "open"])
        body = r.choice(BODIES[r.choice(fit)]).format(a=a, k=k, n=r.randint(2, 90))
        return f"def {name}_{r.choice([a, k])}({a}, {k}):\n    " + body.replace("\n", "\n    "), labels[at]

    told = [(label, meaning) for label, (_, meaning) in zip(labels, groups)]
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=["Python function: " + "; ".join(f"{a} = {m}" for a, m in told),
               "what the body does: " + ", ".join(f"{m} -> {a}" for a, m in told)],
        casual=["does this function touch the outside world? " + ", ".join(f"{a} if it {m}" for a, m in told),
                "check the body, not the name: " + "; ".join(f"{a} when the function {m}" for a, m in told)],
        detailed=["The input is a Python function. " + " ".join(f"Return {a} if it {m}." for a, m in told) + " The name of the function "
                  "may be misleading and does not count.",
                  "Classify a function by its side effects as " + options(labels) + ". "
                  + " ".join(f"{a}: the function {m}." for a, m in told) + " Look at the calls in its body."])


@family(area="classification", theme=THEME, difficulty="medium")
def kind_of_comment(r):
    """What sort of comment a line is."""
    lines = {
        "todo": ("work left to do", phrases("""{todo}: handle empty {a}|this should be cached one day|{fixme} wrong for negative {k}
            still missing: check of {k}|later: move {a} to its own module|{xxx} replace this by a real {k} lookup
            we need to sort {a} here, not done yet|remove this hack when {a} are migrated|must be rewritten before release {n}
            to do: test with {n} {a}""")),
        "dead code": ("commented-out code", phrases("""{a} = load_{a}({k})|if {k} > {n}: return None|return {a}[{n}]|print({k}, {a})
            for x in {a}: total += x.{k}|{k} = {k} * {n}|self.{k} = None|import os, {a}|{a}.append({k})|assert {k} == {n}
            x = {a}.get('{k}', {n})""")),
        "explanation": ("how or why code works", phrases("""{a} are sorted by {k}, so bisect works|the {k} is in cents to avoid rounding
            we skip the first row because it holds the header|{n} is the limit of the vendor's API|sums up the {k} of all {a}
            the lock protects {a} against two writers|an empty {k} means no limit|cheaper than comparing all {a}
            needed since {a} may be None for guests|the order of {a} matters to the client""")),
        "licence": ("copyright or licence terms", phrases("""Copyright {y} {c}|Licensed under the MIT license
            (c) {y} {p}, all rights reserved|SPDX-License-Identifier: Apache-2.0|This file is part of {c} {a}, GPL version 3
            Copyright (c) {y} by {p}|Released under the BSD licence, {y} {c}|All rights reserved, {c} {y}""")),
        "directive": ("tool instruction", phrases("""noqa: E{n}0{d}|type: ignore[{k}]|pylint: disable=bad-{k}
            eslint-disable-next-line no-{k}|pragma: no cover {n}|clang-format off {n}|fmt: off {k}|mypy: disallow-untyped-{a}
            NOLINT(bad-{k}-{a})|coding: utf-{n}|isort: skip_file {n}|nosec B{n}{d}""")),
    }
    kinds = r.sample(sorted(lines), r.choice([2, 3, 3, 4]))
    labels = styled_labels(r, kinds) if r.random() < 0.7 else tuple(r.sample(["K1", "K2", "K3", "K4", "K5"], len(kinds)))
    told = [(label, lines[k][0]) for label, k in zip(labels, kinds)]
    mark = r.choice(["# ", "// ", "-- ", "/* "])

    def pair(r):
        at = r.randrange(len(kinds))
        text = r.choice(lines[kinds[at]][1]).format(a=r.choice(NAMES), k=r.choice(KEYS), n=r.randint(2, 99), d=r.randint(0, 9),
                                                    y=r.randint(1999, 2027), c=w.company(r), p=w.person(r),
                                                    todo=w.TO_DO, fixme=w.FIX_ME, xxx=w.TRIPLE_X)
        text += r.choice(["", f" ({w.first(r)})", f" - see #{r.randint(2, 999)}"]) if kinds[at] in ("todo", "explanation") else ""
        return mark + text + (" */" if mark == "/* " else ""), labels[at]

    return Task(
        key=(labels, kinds, mark), labels=labels, pair=pair,
        terse=["kind of code comment: " + "; ".join(f"{a} = {m}" for a, m in told),
               "comment line: " + ", ".join(f"{m} -> {a}" for a, m in told)],
        casual=["what sort of comment is this? " + ", ".join(f"{a} for {m}" for a, m in told),
                "sort the comments of our code base: " + "; ".join(f"{m} is {a}" for a, m in told)],
        detailed=["Classify one comment from source code. " + " ".join(f"{a}: {m}." for a, m in told) + " Return the label only.",
                  "The input is a comment taken from a program. Return " + options(labels) + " depending on its content: "
                  + "; ".join(f"{a} stands for {m}" for a, m in told) + "."])


@family(area="classification", theme=THEME, difficulty="medium")
def verdict_of_test_run(r):
    """The verdict on the summary line of a test run."""
    labels = green, yellow, red, empty = pick_labels(r, [("GREEN", "YELLOW", "RED", "EMPTY"), ("pass", "unstable", "fail", "no tests"),
                                                         ("ok", "warn", "broken", "nothing"), ("merge", "review", "block", "rerun"),
                                                         ("0", "1", "2", "3")])
    limit = r.choice([0, 1, 2, 3, 5, 10])

    def pair(r):
        verdict = r.choice([green, green, yellow, yellow, red, red, red, empty])
        failed = 0 if verdict != red else r.choice([1, 1, 2, r.randint(1, 30)])
        errors = r.choice([0, 0, 1, 2]) if verdict == red else 0
        if verdict == red and r.random() < 0.3:
            failed, errors = 0, r.randint(1, 4)
        skipped = r.randint(0, limit) if verdict == green else limit + r.choice([1, 1,
            r.randint(1, 20)]) if verdict == yellow else r.randint(0, limit + 9)
        passed = 0 if verdict == empty else r.randint(1, 400)
        if verdict == empty:
            skipped = 0
        parts = [("passed", passed), ("failed", failed), ("skipped", skipped), ("errors", errors)]
        style = r.randrange(4)
        if style == 0:
            shown = ", ".join(f"{n} {name}" for name, n in parts if n) or "0 passed"
            text = f"==== {shown} in {r.randint(0, 90)}.{r.randint(0, 99):02d}s ===="
        elif style == 1:
            text = f"Tests run: {passed + failed + skipped + errors}, Failures: {failed}, Errors: {errors}, Skipped: {skipped}"
        elif style == 2:
            r.shuffle(parts)
            text = f"{r.choice(NAMES)}_suite " + " ".join(f"{name}={n}" for name, n in parts)
        else:
            taken = r.randint(100, 9000)
            text = f"[{r.choice(w.SERVICES)}] ok {passed} | not ok {failed} | errors {errors} | skipped {skipped} | {taken} ms"
        return text, verdict

    some = f"more than {limit} skipped" if limit else "any skipped test"
    few = f"at most {limit} skipped" if limit else "none skipped"
    return Task(
        key=(labels, limit), labels=labels, pair=pair,
        terse=[f"test summary: no tests at all {empty}; any failure or error {red}; else {some} {yellow}; else {green}",
               f"{red} if something failed or errored, {yellow} for {some}, {green} otherwise; zero tests: {empty}"],
        casual=[f"look at the test run. {empty} if nothing ran, {red} if there's a failure or an error, {yellow} for {some}, {green} if "
                f"all is well ({few})", f"summary line -> {green}, {yellow}, {red} or {empty}: failures or errors give {red}, otherwise "
                                        f"{some} gives {yellow}; a run of 0 tests is {empty}"],
        detailed=[f"The input is the summary of a test run. Return {empty} if all its counts are zero. Otherwise return {red} if at least "
                  f"one test failed or had an error, {yellow} if none did but the run has {some}, and {green} in the remaining case. A "
                  "count that is not shown is zero.",
                  f"Judge a test run by its counts of passed, failed, skipped tests and errors (missing counts are 0): {red} for any "
                  f"failure or error; without these, {yellow} for {some} and {green} for {few}. A run with no tests at all is {empty}."])


@family(area="classification", theme=THEME, difficulty="hard")
def variable_never_used(r):
    """The variable of a short script that is assigned and never read."""
    none, style, place = r.choice(["none", "-", "all used", "clean", "OK"]), r.randrange(4), r.random() < 0.3
    assign, end, show, name = [("{} = {}", "", "print({})", "Python"), ("let {} = {}", ";", "console.log({})", "JavaScript"),
                               ("{} := {}", "", "fmt.Println({})", "Go"), ("int {} = {}", ";", "print({})", "C-like")][style]
    pool = phrases("""total|count|price|width|height|speed|limit|offset|rate|size|depth|level|score|weight|age|index|step|start|stop|ratio
        bonus|tax|fee|sum1|left|right|first|last|low|high""")

    def pair(r):
        size = r.randint(3, 5)
        names = r.sample(pool, size)
        lost = r.randrange(size) if r.random() < 0.8 else None
        lines, open_ = [], []
        for n, x in enumerate(names):
            value = str(r.randint(2, 99))
            if open_ and r.random() < 0.6:
                value = f"{open_.pop(r.randrange(len(open_)))} {r.choice('+-*')} {value}"
            lines.append(assign.format(x, value) + end)
            if n != lost:
                open_.append(x)
        lines.append(show.format(", ".join(open_ or ["1"])) + end)
        return "\n".join(lines), none if lost is None else str(lost + 1) if place else names[lost]

    what = "the number of the line that assigns it (first = 1)" if place else "its name"
    return Task(
        key=(none, style, place), pair=pair,
        terse=[f"{name} snippet: one variable gets a value but is never read; print {what}; {none} if all are read",
               f"unused variable of the {name} code -> {what}, or {none}"],
        casual=[f"which variable in this {name} code is set and then never used? give me {what}, {none} if there isn't one",
                f"find the useless variable (assigned, not read anywhere later) in the {name} snippet. just {what}, or {none}"],
        detailed=[f"The input is a short piece of {name} code. At most one variable is assigned a value that is never read afterwards. "
                  f"Return {what}. If every variable is read at least once, return {none}.",
                  f"Check {name} code for an unused variable. A variable is used if it occurs on the right side of an assignment or in "
                  f"the call at the end. For the unused one output {what}; if there is none, output {none}."])
