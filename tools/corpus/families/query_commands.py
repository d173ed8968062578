"""SQL and regular expressions from English, and commands read back: tool, effect, files written."""
import words as w
from task import Task, family, options, pick_labels

THEME = "natural-language commands"
TABLES = [("orders", "amount weight items", "customer city status"), ("employees", "salary age years", "name office team"),
          ("products", "price stock weight", "name color brand"), ("books", "pages year price", "title author language"),
          ("flights", "delay seats distance", "carrier origin gate"), ("houses", "rooms area price", "street city owner"),
          ("players", "goals age caps", "name club country"), ("servers", "cores memory disks", "host owner region"),
          ("courses", "hours credits places", "title teacher room"), ("cars", "doors mileage price", "model color owner"),
          ("sensors", "height voltage readings", "site kind unit"), ("tickets", "priority votes days", "title owner status")]
TEXT_VALUES = {"city": w.CITIES, "office": w.CITIES, "origin": w.CITIES, "country": w.COUNTRIES, "color": w.COLORS,
               "status": "open closed new paid late".split(),
               "owner": w.FIRST, "author": w.LAST, "teacher": w.LAST, "customer": w.LAST, "name": w.FIRST,
               "region": "north south east west".split()}


@family(area="code", theme=THEME, difficulty="hard")
def sql_select_query(r):
    """A SELECT with one condition, order and limit as asked for."""
    upper, semicolon, space = r.random() < 0.6, r.random() < 0.5, r.choice([" ", ""])
    up, down = r.choice([("ASC", "DESC"), ("", "DESC")])
    top, name_quote = r.random() < 0.25, r.choice(["", "", "``", '""', "[]"])

    def case(text):
        return text if upper else text.lower()

    def quoted(name):
        return name_quote[:1] + name + name_quote[1:]
    column = quoted("COLUMN")
    form = (case("SELECT ") + (case("TOP ") + "N " if top else "") + f"{column}, {column}" + case(" FROM ") + quoted("TABLE")
            + case(" WHERE ") + f"{column}{space}>{space}VALUE"
            + case(" ORDER BY ") + column + (case(" ASC/DESC") if up else case(" [DESC]")) + ("" if top else case(" LIMIT ") + "N")
            + (";" if semicolon else ""))
    rising = f"{case(up)} if rising" if up else "nothing if rising"

    def pair(r):
        table, numbers, texts = r.choice(TABLES)
        numbers, texts = numbers.split(), texts.split()
        columns = r.sample(texts + numbers, r.choice([1, 2]))
        where, order, limit, text = "", "", "", f"{' and '.join(columns)} of {table}"
        kind = r.random()
        if kind < 0.4:
            column, n = r.choice(numbers), r.randint(2, 900)
            op, phrase = r.choice([(">", "over"), ("<", "under"), (">", "more than"), ("<", "less than"), ("=", "exactly")])
            where = case(" WHERE ") + f"{quoted(column)}{space}{op}{space}{n}"
            text += r.choice([f" where {column} is {phrase} {n}", f" with {column} {phrase} {n}"])
        elif kind < 0.75 and any(name in TEXT_VALUES for name in texts):
            column = r.choice([name for name in texts if name in TEXT_VALUES])
            value = r.choice(TEXT_VALUES[column])
            where = case(" WHERE ") + f"{quoted(column)}{space}={space}'{value}'"
            text += r.choice([f" where {column} is {value}", f" with {column} {value}"])
        if r.random() < 0.5:
            column, rising_order = r.choice(numbers), r.random() < 0.5
            order = case(" ORDER BY ") + quoted(column) + (" " + case(up if rising_order else down)).rstrip()
            text += f", {'lowest' if rising_order else 'highest'} {column} first"
        if r.random() < 0.4:
            n = r.randint(2, 50)
            limit, text = case(f"TOP {n} ") if top else case(f" LIMIT {n}"), text + r.choice([f", only {n} rows", f", at most {n} rows"])
        shown = ", ".join(quoted(name) for name in columns)
        out = case("SELECT ") + (limit if top else "") + shown + case(" FROM ") + quoted(table) + where + order + ("" if top else limit)
        return r.choice(["", "show ", "I need ", "list ", "get me "]) + text, out + (";" if semicolon else "")

    return Task(
        key=(upper, semicolon, space, name_quote, up, top), pair=pair,
        terse=[f"`{form}` (or <, =); asked clauses only; text in '...'; {rising}, {case(down)} if falling",
               f"`{form}`, only asked clauses; > may be < =; text in single quotes; {rising}, highest first {case(down)}"],
        casual=[f"write the SQL: {form}. skip clauses nobody asked for, > can be < or =, strings in single quotes, {rising} (lowest "
                f"first), {case(down)} for highest first",
                f"sql for this please, shaped {form}; only the clauses they ask for. = or < or > to compare, text values in '', "
                f"{case(down)} = highest first, {rising}"],
        detailed=[f"Translate the request into SQL of the form `{form}`. Leave out clauses that are not asked for. The comparison is >, < "
                  f"or =; text values stand in single quotes, numbers do not. Sorting: {rising} (lowest first), {case(down)} if falling. "
                  "Columns stand in the order named, separated by a comma and a blank.",
                  f"Return one SQL query, `{form}`, keywords written as shown. WHERE, ORDER BY and the row limit appear only when "
                  f"requested. Compare by =, > or <; quotes '...' for text only. For the order write {rising}, {case(down)} if highest "
                  "first. Several columns: comma and blank."])


@family(area="code", theme=THEME, difficulty="medium")
def sql_insert_query(r):
    """An INSERT from a sentence, columns in the spec's order."""
    table, columns = r.choice([("customers", ["name", "city", "age"]), ("pets", ["name", "animal", "weight"]),
                               ("stock", ["item", "color", "amount"]),
                               ("trips", ["traveller", "destination", "days"]), ("shifts", ["worker", "weekday", "hours"])])
    order = r.sample(columns, 3)
    table = r.choice(["", "my_", "tbl_", "app."]) + table
    upper, semicolon, null = r.random() < 0.6, r.random() < 0.5, r.choice(["NULL", "0", "-1", "DEFAULT"])
    head = f"INSERT INTO {table} ({', '.join(order)}) VALUES"
    head = head if upper else head.replace("INSERT INTO", "insert into").replace("VALUES", "values")
    missing = columns[2]
    form = f"{head} ({', '.join('...' for _ in order)})" + ";" * semicolon

    def pair(r):
        n = r.randint(2, 95) if r.random() < 0.8 else None
        texts = {"name": [w.first(r) if "age" in columns else w.person(r)], "city": [w.city(r)], "animal": [r.choice(w.ANIMALS)],
                 "item": [r.choice(w.NOUNS)],
                 "color": [r.choice(w.COLORS)], "traveller": [w.person(r)], "destination": [w.city(r)], "worker": [w.person(r)],
                 "weekday": [r.choice(w.WEEKDAYS)]}
        a, b = texts[columns[0]][0], texts[columns[1]][0]
        pattern = {"age": ["add customer {a} from {b}{n}", "{a} in {b} is a new customer{n}", "new in {b}: {a}{n}"],
                   "weight": ["add a {b} called {a}{n}", "{a} is a {b}{n}", "new pet, a {b} named {a}{n}"],
                   "amount": ["add {b} {a}{n}", "the item {a} in {b} came in{n}", "put {a} in stock, color {b}{n}"],
                   "days": ["{a} travels to {b}{n}", "a trip of {a} to {b}{n}", "book {b} for {a}{n}"],
                   "hours": ["{a} works on {b}{n}", "on {b} there is {a}{n}", "a {b} shift for {a}{n}"]}[missing]
        tail = {"age": ", {} years old", "weight": ", weighs {} kg", "amount": ", {} pieces", "days": " for {} days",
                "hours": " for {} hours"}[missing]
        text = r.choice(pattern).format(a=a, b=b, n=tail.format(n) if n else "")
        values = {columns[0]: f"'{a}'", columns[1]: f"'{b}'", columns[2]: str(n) if n else null}
        return text, f"{head} ({', '.join(values[name] for name in order)})" + ";" * semicolon

    return Task(
        key=(table, order, upper, semicolon, null), pair=pair,
        terse=[f"sentence -> `{form}`; text in '...'; unknown {missing}: {null}",
               f"`{form}` with the values; single quotes round text; no {missing}: {null}"],
        casual=[f"make an insert: {form}. strings in single quotes, the number bare, and {null} if there's no {missing}",
                f"sql row from the sentence please, {form}, with {null} when {missing} is missing and text in single quotes"],
        detailed=[f"Turn the sentence into the statement `{form}`, with the values in the order of the columns. Text stands in single "
                  f"quotes, numbers without. If the {missing} is not given, write {null} for it.",
                  f"Return `{form}` filled in from the text: quote text values with ', leave the number bare, and use {null} where the "
                  f"sentence does not tell the {missing}."])


@family(area="code", theme=THEME, difficulty="hard")
def regex_from_description(r):
    """A regular expression from a description, with fixed building blocks."""
    blocks = {"digit": r.choice(["\\d", "[0-9]"]), "capital letter": r.choice(["[A-Z]", "\\p{Lu}"]),
              "small letter": r.choice(["[a-z]", "\\p{Ll}"]),
              "blank": r.choice(["\\s", "[ ]", "\\x20"])}
    start, end = r.choice([("^", "$"), ("\\A", "\\Z"), ("", "")])
    one_or_more, optional = r.choice(["+", "{1,}"]), r.choice(["?", "{0,1}"])
    names = r.sample(sorted(blocks), 3)
    table = ", ".join(f"{name} {blocks[name]}" for name in names)
    repeat = f"n times {{n}}, one or more {one_or_more}, optional {optional}"
    anchors = f"whole between {start} and {end}" if start else "no anchors"
    numbers = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}
    literals = {"a dash": "-", "a colon": ":", "a slash": "/", "an underscore": "_", "a comma": ",", "an at sign": "@", "a hash sign": "#"}

    def pair(r):
        words, out = [], ""
        for n in range(r.randint(2, 4)):
            if n % 2 and r.random() < 0.7:
                name = r.choice(sorted(literals))
                words.append(name)
                out += literals[name]
                continue
            name, kind = r.choice(names), r.random()
            if kind < 0.5:
                n = r.choice(sorted(numbers))
                words.append(f"{numbers[n]} {name}s")
                out += f"{blocks[name]}{{{n}}}"
            else:
                words.append({0: f"one {name}", 1: f"one or more {name}s", 2: f"an optional {name}"}[int((kind - 0.5) * 6)])
                out += blocks[name] + ["", one_or_more, optional][int((kind - 0.5) * 6)]
        text = ", then ".join(words) if r.random() < 0.4 else ", ".join(words[:-1]) + (" and " if r.random() < 0.5
            else " and finally ") + words[-1]
        lead = r.choice(["", "it must be ", "match ", "a code made of ", "the field has "])
        return lead + text, start + out + end

    return Task(
        key=(blocks, names, start, one_or_more, optional), pair=pair,
        terse=[f"description -> regex. {table}; {repeat}; signs as they are; {anchors}",
               f"regex from {table}; {repeat}; {anchors}; signs literal"],
        casual=[f"write the regex. {table}; repeats: {repeat}; {anchors}. signs like a dash stand for themselves, one of something gets no "
                "count",
                f"make a regex of this ({anchors}) with {table}; {repeat}. a single one has no count, signs are taken literally"],
        detailed=[f"Translate the description into a regular expression, {anchors}. Classes: {table}. Repetition: {repeat}; a single "
                  "character has none. Signs such as a dash or a comma are written as they are, without escaping.",
                  f"The input describes a string from left to right. Return the regular expression, {anchors}, built of {table} with "
                  f"{repeat} (nothing after a single one); named signs stand for themselves."])


@family(area="code", theme=THEME, difficulty="medium")
def command_to_english(r):
    """A short English phrase for a command, by fixed patterns."""
    forms = [("cp A B", ["copy A to B", "A is copied to B", "make a copy of A at B"]),
             ("mv A B", ["move A to B", "A is moved to B", "rename A as B"]),
             ("rm A", ["delete A", "A is deleted", "remove the file A"]), ("mkdir B",
                                                                           ["create folder B", "a new folder B", "make directory B"]),
             ("cat A", ["print A", "show the text of A", "A on the screen"]), ("head -n N A", ["first N lines of A", "A, only N lines"]),
             ("tail -n N A", ["last N lines of A", "end of A, N lines"]), ("wc -l A", ["count lines of A", "number of lines in A"]),
             ("touch A", ["create empty file A", "A gets a new time"]), ("grep W A", ["lines of A with W", "look for W in A"]),
             ("sort A", ["sort A", "lines of A in order"]), ("kill N", ["stop process N", "end process number N"])]
    chosen = [(command, r.choice(phrases)) for command, phrases in r.sample(forms, r.choice([2, 3, 3]))]
    other = r.choice(["unknown", "other", "uncovered", "unclear", "n/a"])
    table = "; ".join(f"{command}: {phrase}" for command, phrase in chosen)
    capital = r.random() < 0.4
    style = "capitalise the phrase" if capital else "no capitals added"
    end = ", capitalised" if capital else ""

    def pair(r):
        known = r.random() < 0.83
        command = r.choice([c for c, _ in chosen]) if known else r.choice([c for c, _ in forms if c not in [c for c, _ in chosen]])
        stem = r.choice(w.NOUNS) + r.choice(["", f"_{r.randint(1, 99)}", "-" + r.choice(w.COLORS)])
        values = {"A": f"{stem}.{r.choice('txt log csv md py json'.split())}", "B": r.choice(["/srv/", "~/", "/tmp/", "backup/", "./"])
                  + r.choice(w.NOUNS),
                  "N": str(r.randint(2, 4000)), "W": r.choice(["error", "warning", "total", "user", "key", "main"])}

        def fill(text):
            return " ".join(values.get(word, word) for word in text.split())
        extra = r.choice(["", "", "sudo ", "$ "])
        answer = fill(dict(chosen)[command]) if known else other
        return extra + fill(command), answer[0].upper() + answer[1:] if capital and known else answer

    note = "drop a leading sudo or $"
    return Task(
        key=(chosen, other, capital), pair=pair,
        terse=[f"{table}{end}; else {other}; ignore sudo", f"explain{end}: {table}; rest {other}; sudo ignored"],
        casual=[f"say what the command does, exactly like this: {table}; anything else is just {other}. {note}; {style}",
                f"translate commands ({table}), {other} for the rest; {style}, {note}"],
        detailed=[f"Explain the command by these patterns, where A, B, N and W stand for what is in the command: {table}. For any other "
                  f"command answer {other}. Before that, {note}. Also {style} ({other} stays as it is).",
                  f"Return the phrase for the command: {table}. All other commands give {other}. Put the file, folder, number or word in; "
                  f"{note}; {style}."])


TOOLS = [("pack", ["put these {n} files into one archive", "I need a single zip of {x}", "bundle {x} for the customer",
                   "make an archive of {x}"]),
         ("scan", ["check {x} for viruses", "is there malware in {x}?", "look for infected files in {x}"]),
         ("shrink", ["make {x} smaller", "reduce the size of the picture {x}", "the image {x} is too big, compress it"]),
         ("sync", ["keep {x} equal on both machines", "mirror {x} to the other computer", "have the same {x} on my laptop and desktop"]),
         ("mount", ["attach the disk {x}", "make the drive {x} available", "I plugged in the usb drive {x}, open it"]),
         ("ping", ["is the host {x} reachable?", "test whether {x} answers on the network", "check that the machine {x} is up"]),
         ("diff", ["what changed between {x} and {y}?", "compare {x} with {y}", "show the differences of {x} and {y}"]),
         ("tail", ["follow the end of the log {x}", "show new lines of {x} as they come", "watch what is appended to {x}"]),
         ("cron", ["run {x} every night at {n}", "schedule {x} for each {d}", "start {x} once a week on {d}"]),
         ("top", ["which processes use the most memory?", "what eats my cpu on {x}?", "show running programs on {x} by load"]),
         ("chown", ["{x} should belong to {p}", "make {p} the owner of {x}", "change who owns {x} to {p}"]),
         ("df", ["how much free space is left on {x}?", "is the disk {x} full?", "remaining room on {x}?"])]
TOOL_MEANING = {"pack": "make an archive", "scan": "find viruses", "shrink": "compress an image", "sync": "keep folders equal",
                "mount": "attach a disk",
                "ping": "test if a host is up", "diff": "compare two files", "tail": "follow a log", "cron": "run at set times",
                "top": "list busy processes",
                "chown": "change a file's owner", "df": "show free disk space"}


@family(area="code", theme=THEME, difficulty="easy")
def which_tool_for_job(r):
    """Which of the listed tools does what the user wants?"""
    chosen = r.sample(TOOLS, r.randint(4, 5))
    alias = {name: name if r.random() < 0.5 else r.choice(w.ANIMALS) for name, _ in chosen}
    if len(set(alias.values())) < len(alias):
        alias = {name: name for name in alias}
    labels = tuple(alias[name] for name, _ in chosen)
    table = ", ".join(f"{alias[name]} ({TOOL_MEANING[name]})" for name, _ in chosen)

    def pair(r):
        name, texts = r.choice(chosen)
        x = r.choice([r.choice(w.NOUNS), r.choice(w.SERVICES), f"{r.choice(w.NOUNS)}{r.randint(1, 99)}"])
        text = r.choice(texts).format(x=x, y=r.choice(w.NOUNS) + "2", n=r.randint(2, 23), d=r.choice(w.WEEKDAYS), p=w.first(r))
        lead = r.choice(["", "hi, ", "question: ", f"{w.first(r)} asks: ", f"from {w.city(r)}: ", "quick one: ", f"for {w.company(r)}: "])
        return lead + text, alias[name]

    return Task(
        key=(labels, [name for name, _ in chosen]), labels=labels, pair=pair,
        terse=[f"which tool? {table}", f"request -> one of {table}"],
        casual=[f"pick the tool for the job: {table}. just the name", f"our tools are {table}, which one does this person need?"],
        detailed=[f"The input is a wish of a computer user. Return the name of the one tool that serves it: {table}. Only the name.",
                  f"Choose the command that fits the request best. There are {options([alias[n] for n, _ in chosen], 'and')}; their "
                  f"purposes: {table}. Answer with the command's name."])


READING = ["ls -l {d}", "cat {f}", "grep -n {x} {f}", "head -n 5 {f}", "wc -l {f}", "find {d} -name {f}", "git log --oneline -{k}",
           "git status {d}", "git diff {f}",
           "docker ps -n {k}", "docker logs {s}", "kubectl get pods -n {x}", "kubectl describe pod {s}", "df -h {d}", "du -sh {d}",
           "ps -u {u}", "tail -n 20 {f}",
           "systemctl status {s}", "diff {f} {g}", "pip show {x}", "ping -c 3 {h}", "stat {f}", "file {f}", "sort {f}", "cut -d, -f2 {f}",
           "which {x}"]
WRITING = ["rm {f}", "rm -r {d}", "mv {f} {g}", "cp {f} {d}", "mkdir {d}/{x}", "touch {f}", "chmod 600 {f}", "chown {u} {f}",
           "sed -i s/{x}/y/ {f}",
           "git commit -m {x}", "git push origin {x}", "git reset --hard HEAD~{k}", "docker rm {s}", "docker stop {s}",
           "kubectl delete pod {s}", "kubectl scale deploy {s} --replicas=0",
           "pip install {x}", "apt-get remove {x}", "systemctl restart {s}", "kill {n}", "find {d} -name {f} -delete", "sort {f} -o {g}",
           "truncate -s 0 {f}",
           "ln -s {f} {g}", "tar -xf {f}.tar", "echo {x} > {f}", "cat {f} >> {g}", "grep {x} {f} > {g}", "ls {d} > {f}",
           "cat {f} | tee {g}"]


@family(area="code", theme=THEME, difficulty="medium")
def is_read_only_command(r):
    """Does a command change anything?"""
    safe, unsafe = pick_labels(r, [("READ", "WRITE"), ("safe", "changes"), ("read_only", "mutating"), ("allow", "ask"), ("AUTO", "CONFIRM"),
                                   ("view", "modify"),
                                   ("green", "red"), ("ok", "hold"), ("r", "w"), ("harmless", "side_effect"), ("look", "touch"),
                                   ("PASS", "REVIEW"),
                                   ("query", "action"), ("readonly", "readwrite"), ("no", "yes"), ("0", "1"), ("inspect", "alter")])
    redirect, strict = r.random() < 0.6, r.random() < 0.4
    rule = "output to files by >, >> or tee counts as a change" if redirect else "output to files by >, >> or tee is no change"
    rule += f"; anything with sudo is {unsafe}" if strict else "; sudo makes no difference"

    def pair(r):
        values = dict(d=r.choice(["/srv/data", "/etc", "~/docs", "build", "/var/log", "src"]),
                      f=f"{r.choice(w.NOUNS)}.{r.choice(['txt', 'log', 'csv'])}",
                      g=f"{r.choice(w.NOUNS)}2.txt", x=r.choice(w.NOUNS), s=r.choice(w.SERVICES), u=w.first(r).lower(),
                      n=r.randint(100, 9999), h=w.ip(r),
                      k=r.randint(1, 30))
        changing = [c for c in WRITING if not (" > " in c or ">>" in c or "tee" in c)]
        output = [c for c in WRITING if c not in changing]
        bad, start = r.random() < 0.5, r.choice(["", "", "", "$ ", "" if strict else "sudo "])
        pool = r.choice([changing, changing, output] if redirect else [changing]) if bad else r.choice([READING, READING, READING
            if redirect else output])
        if strict and bad and r.random() < 0.4:
            pool, start = r.choice([READING, pool]), "sudo "
        command = r.choice(pool)
        if pool is READING and r.random() < 0.3:
            command += r.choice([" | less", " | head -n 3", " | sort", " | wc -l"])
        return start + command.format(**values), unsafe if bad else safe

    return Task(
        key=(safe, unsafe, redirect, strict), labels=(safe, unsafe), pair=pair,
        terse=[f"{safe}: only reads; {unsafe}: changes anything; {rule}",
               f"{unsafe}: changes files, processes or services; {safe}: only looks; {rule}"],
        casual=[f"does it change anything? {unsafe} if so, {safe} if it only shows something. {rule}",
                f"say {safe} for commands that just look and {unsafe} for those that alter files, packages, processes or services; {rule}"],
        detailed=[f"Decide whether a shell command only reads. Return {options((safe, unsafe))}: {safe} if it just displays information, "
                  f"{unsafe} if it creates, changes, deletes, installs, stops or sends something. Note: {rule}.",
                  f"The answer is {unsafe} when the command alters files, repositories, packages, processes or services, else {safe}. Here "
                  f"{rule}; pipes between reading commands are harmless."])


@family(area="code", theme=THEME, difficulty="medium")
def redirect_target_file(r):
    """Which file does a command line write by redirection?"""
    none = r.choice(["none", "-", "N/A", "NONE", "no file", "stdout"])
    new, add = pick_labels(r, [("new", "append"), ("overwrite", "append"), ("w", "a"), ("replace", "add"), ("TRUNC", "APPEND")])
    form = r.choice(["FILE", "MODE FILE", "FILE MODE", "MODE:FILE", "FILE (MODE)", "FILE,MODE"])
    with_mode = "MODE" in form
    base = r.random() < 0.3
    mode = f"MODE: {new} for >, {add} for >>" if with_mode else "for > and >> alike"
    path = "FILE is the name without folders" if base else "FILE is the path as written"

    def pair(r):
        source = f"{r.choice(['', 'data/', 'logs/'])}{r.choice(w.NOUNS)}.{r.choice(['txt', 'csv', 'log'])}"
        name = f"{r.choice(w.NOUNS)}{r.choice(['', str(r.randint(1, 99))])}.{r.choice(['txt', 'csv', 'log', 'out'])}"
        target = r.choice(["", "", "/tmp/", "out/", "../build/"]) + name
        command = r.choice(["sort {s}", "grep -v {x} {s}", "cut -d, -f{n} {s}", "head -n {n} {s}", "wc -l {s}", "./run.sh {x}",
                            "python {x}.py", "tr a-z A-Z < {s}",
                            "cat {s} | uniq -c", "sort {s} | head -n {n}", "make {x}"]).format(s=source, x=r.choice(w.NOUNS),
                                n=r.randint(1, 9))
        if "<" not in command and "|" not in command and r.random() < 0.15:
            command += f" < {r.choice(w.NOUNS)}.in"
        error = r.choice(["", "", " 2> errors.log", " 2>/dev/null"])
        if r.random() < 0.18:
            return command + error, none
        append = r.random() < 0.4
        out = form.replace("FILE", name if base else target).replace("MODE", add if append else new)
        return f"{command} {'>>' if append else '>'} {target}{error}", out

    return Task(
        key=(none, new, add, form, base), pair=pair,
        terse=[f"file that gets standard output by redirection, as {form}; {mode}; {path}; 2> ignored; else {none}",
               f"> or >> target -> {form}; {mode}; {path}; ignore 2>; {none} if there is none"],
        casual=[f"where does stdout go? answer {form} ({mode}; {path}). 2> doesn't count; {none} if it isn't redirected",
                f"give me the output file of the command like {form}, {mode}, {path}; say {none} if there's only 2> or nothing"],
        detailed=[f"Find the file to which the standard output of the command line is redirected and return {form}; {mode}. {path}. "
                  f"Redirection of errors (2>) and input (<) are ignored. If standard output is not redirected, return {none}.",
                  f"The input is a shell command. Return the target of its > or >> in the form {form}; {mode}; {path}. Without such a "
                  f"target the answer is {none}; neither 2> nor < counts."])
