"""Shell commands: a request in English becomes the one command line that the spec describes."""
import words as w
from task import Task, family

THEME = "natural-language commands"
DIRS = """/var/log /etc/nginx /srv/data /opt/app /home/ana/docs /home/leo/music ~/projects ~/Downloads ~/reports ./src ./build ./assets
/tmp/export
/mnt/backup /data/raw /data/clean /usr/local/share ~/photos ~/archive ./tests ./docs /srv/www /var/spool /opt/tools ~/notes ./logs
/data/2023 /data/2024
~/Desktop /media/usb /srv/mail ./config""".split()
STEMS = """report notes budget invoice backup access error users orders sales draft photo index readme config summary plan letter data
export results
schedule recipe diary customers products inventory log archive song lecture trailer minutes agenda contract""".split()
EXTENSIONS = "log txt csv json md py xml yaml html pdf jpg png conf sql tmp bak".split()
HOSTS = ("web1 web2 db1 build-box mail.test files.lab.test staging.corp.test pi4 nas backup.corp.test gw.shop.test render7 node3 "
         "cloud9").split()
USERS = "ana leo root deploy admin maria backup www ci tester".split()


def file_name(r, extensions=EXTENSIONS):
    return r.choice(STEMS) + r.choice(["", "", f"_{r.randint(1, 99)}", f"-{w.city(r).lower()}",
                                       f"_{r.choice(w.NOUNS)}"]) + "." + r.choice(extensions)


FLAG_TOOLS = [
    ("ls lst dirx show".split(), "folder", ["list {}", "show me what is in {}", "I want to see what's inside {}", "contents of {}",
                                            "please list everything in {}"],
     ["hidden files", "long format", "newest first", "readable sizes", "reverse order", "all subfolders", "one per line", "file owners"]),
    ("bk pack snap savedir".split(), "folder", ["back up {}", "make a backup of {}", "save {} to the backup disk", "{} needs a backup",
                                                "archive {} now"],
     ["compression", "verbose output", "dry run", "encryption", "checksums", "symbolic links", "file permissions", "old versions"]),
    ("lp prt printx".split(), "file", ["print {}", "send {} to the printer", "I need {} on paper", "put {} on the printer queue",
                                       "please print {}"],
     ["both sides", "colour", "landscape", "staples", "draft quality", "large type", "page numbers", "cover sheet"]),
]


@family(area="code", theme=THEME, difficulty="medium")
def flags_from_request(r):
    """Which flags of a small tool does a request ask for?"""
    tools, kind, openings, features = r.choice(FLAG_TOOLS)
    tool = r.choice(tools)
    chosen = r.sample(features, r.randint(3, 4))
    letters = r.sample("abcdefghiklmnopqrstuvwxz", len(chosen))
    if r.random() < 0.5 and len({name[0] for name in chosen}) == len(chosen):
        letters = [name[0] for name in chosen]
    joined, sort = r.random() < 0.5, r.random() < 0.5
    table = ", ".join(f"-{letter} {name}" for letter, name in zip(letters, chosen))
    order = "alphabetically" if sort else "in this order"
    form = "joined (-xy)" if joined else "separate (-x -y)"

    def pair(r):
        asked = [name for name in chosen if r.random() < 0.45]
        rest = [name for name in chosen if name not in asked]
        target = r.choice(DIRS) if kind == "folder" else file_name(r)
        shown = r.sample(asked, len(asked))
        text = r.choice(openings).format(target)
        text += "".join(r.choice([", with {}", ", {} please", ", and I want {}", ", use {}"]).format(name) for name in shown)
        if rest and r.random() < 0.4:
            text += r.choice([", no {}", ", but without {}", ", I do not need {}"]).format(r.choice(rest))
        flags = [letter for letter, name in zip(letters, chosen) if name in asked]
        flags = sorted(flags) if sort else flags
        flat = ["-" + "".join(flags)] if joined and flags else ["-" + letter for letter in flags]
        return text, " ".join([tool] + flat + [target])

    return Task(
        key=(tool, chosen, letters, joined, sort), pair=pair,
        terse=[f"request -> `{tool} FLAGS {kind}`; {table}; {form}, {order}; only wanted ones",
               f"write the {tool} call: {table}. Wanted flags {order}, {form}, then the {kind}"],
        casual=[f"make a {tool} command from what they ask. flags: {table}, {order}, {form}. {kind} comes last; declined things get no "
                f"flag, without flags it's just {tool} and the {kind}",
                f"which {tool} flags does this request need? {table}. put the wanted ones {order}, {form}, then the {kind}, nothing else"],
        detailed=[f"Translate the request into one {tool} command line: the word {tool}, the flags that are asked for, then the {kind} as "
                  f"it is written. Flags: {table}. Write them {order} and {form}. Something that the user declines gets no flag; with no "
                  f"flags write only {tool} and the {kind}.",
                  f"Our tool {tool} knows these flags: {table}. Return the command for the request in the form `{tool} FLAGS {kind}`, "
                  f"flags {order} and {form}. Leave out flags that are not wanted, and the whole part if there are none."])


@family(area="code", theme=THEME, difficulty="medium")
def find_files_command(r):
    """A find command with name, size and age."""
    depth = r.choice(["", "-xdev ", "-mount "])
    quote, type_f, name_flag = r.choice("'\""), r.random() < 0.5, r.choice(["-name", "-iname"])
    unit, letter = r.choice([("MB", "M"), ("kB", "k"), ("GB", "G")])
    size_first = r.random() < 0.5
    base = f"find DIR {depth}{'-type f ' if type_f else ''}{name_flag} {quote}*.EXT{quote}"
    size, age = (f"-size +N{letter} (over N {unit}) or -size -N{letter} (under)",
                 "-mtime -N (changed in the last N days) or -mtime +N (older)")
    tests = f"{size}, then {age}" if size_first else f"{age}, then {size}"
    brief = f"-size +N{letter} / -N{letter} (over/under N {unit})", "-mtime -N / +N (last N days/older)"
    short = "; ".join(brief if size_first else brief[::-1])

    def pair(r):
        d, extension, n, days = r.choice(DIRS), r.choice(EXTENSIONS), r.randint(1, 900), r.randint(2, 90)
        parts = {}
        if r.random() < 0.65:
            big = r.random() < 0.6
            phrase = r.choice(["bigger than {} {}", "larger than {} {}", "over {} {}"] if big
                              else ["smaller than {} {}", "under {} {}", "below {} {}"])
            parts["size"] = phrase.format(n, unit), f"-size {'+' if big else '-'}{n}{letter}"
        if r.random() < 0.65:
            new = r.random() < 0.6
            phrase = r.choice(["changed in the last {} days", "modified within the last {} days"] if new
                              else ["older than {} days", "last changed more than {} days ago"])
            parts["age"] = phrase.format(days), f"-mtime {'-' if new else '+'}{days}"
        start = r.choice(["find all .{e} files in {d}", "which {e} files under {d} are there", "look for {e} files in {d}",
                          "I need every .{e} file below {d}",
                          "search {d} for .{e} files"]).format(e=extension, d=d)
        shown = r.sample(sorted(parts), len(parts))
        text = start + (" that are " if shown else "") + " and ".join(parts[name][0] for name in shown)
        out = [base.replace("DIR", d).replace("EXT", extension)]
        out += [parts[name][1] for name in (("size", "age") if size_first else ("age", "size")) if name in parts]
        return text, " ".join(out)

    return Task(
        key=(depth, quote, type_f, name_flag, unit, size_first), pair=pair,
        terse=[f"`{base}`, plus if asked {short}", f"write `{base}`; append when mentioned: {short}"],
        casual=[f"turn it into a find command: {base} and, only if they mention it, {tests}",
                f"give me the find line for this. always {base}; after that, if asked for, {tests}. nothing else"],
        detailed=[f"Translate the request into a find command. It begins with `{base}`, where DIR is the folder and EXT the extension "
                  f"without the dot. Then come the tests that the request mentions, in this order: {tests}. Tests that are not mentioned "
                  "are left out.",
                  f"The input asks for files. Return one command: `{base}`, followed by {tests}. Add a test only if the request contains "
                  "it; take folder, extension and numbers from the request."])


@family(area="code", theme=THEME, difficulty="medium")
def grep_anchored_command(r):
    """A grep command whose pattern is anchored as the request says."""
    tool, quote = r.choice(["grep", "egrep", "rg", "grep -E", "zgrep", "ug", "git grep"]), r.choice("'\"")
    invert, count = r.choice(["-v", "--invert-match"]), r.choice(["-c", "--count"])
    words_table = "starting with W: ^W; ending with W: W$; exactly W: ^W$; containing W: W"

    def pair(r):
        word = r.choice([r.choice(w.NOUNS), r.choice(w.SERVICES), r.choice(["ERROR", "WARN", "INFO", "DEBUG", "FATAL", w.TO_DO]),
                         w.first(r), w.city(r)])
        place, negated, counted = r.randrange(4), r.random() < 0.35, r.random() < 0.35
        pattern = [f"^{word}", f"{word}$", f"^{word}$", word][place]
        yes = [["start with", "begin with"], ["end with", "end in"], ["are exactly", "consist only of"], ["contain", "have"]][place]
        no = ["do not start with", "do not end with", "are not exactly", "do not contain"][place]
        how = no if negated else r.choice(yes)
        name = r.choice(["", "", "/var/log/", "logs/", "data/"]) + file_name(r, ["log", "txt", "csv", "conf", "md", "out"])
        if counted:
            text = r.choice(["how many lines of {f} {h} {x}?", "count the lines in {f} that {h} {x}",
                             "number of lines that {h} {x} in {f}"])
        else:
            text = r.choice(["show the lines of {f} that {h} {x}", "which lines in {f} {h} {x}?", "print all lines that {h} {x} from {f}",
                             "I want to see lines in {f} that {h} {x}"])
        flags = [invert] * negated + [count] * counted
        return text.format(f=name, h=how, x=word), " ".join([tool] + flags + [f"{quote}{pattern}{quote}", name])

    return Task(
        key=(tool, quote, invert, count), pair=pair,
        terse=[f"request -> `{tool} [{invert}] [{count}] {quote}PATTERN{quote} FILE`; {words_table}; {invert} for not, {count} for how "
               "many",
               f"{tool}, {invert} if negated, {count} for a count, pattern in {quote}{quote} ({words_table}), file"],
        casual=[f"write the {tool} call. pattern in {quote}{quote}: {words_table}. add {invert} if the lines should NOT match, {count} if "
                "they want a number (in that order), file last",
                f"{tool}, then {invert} for negated requests, then {count} when a count is wanted, then the pattern in {quote} quotes "
                f"({words_table}) and the file"],
        detailed=[f"Translate the request about the lines of a file into one command: {tool}, options, the pattern in {quote} quotes, the "
                  f"file. The pattern for lines {words_table}. Option {invert} is for lines that do not match, {count} for the number of "
                  f"lines; {invert} stands before {count}. No option otherwise.",
                  f"Return a {tool} command line. Options first: {invert} if the condition is negated, then {count} if the user wants to "
                  f"know how many. Then the pattern between {quote} signs ({words_table}), then the file name as written."])


@family(area="code", theme=THEME, difficulty="easy")
def file_operation_command(r):
    """Copy, move, rename, delete or create by a table of commands."""
    copy, move = r.choice(["cp", "cp -v", "cp -i", "cp -n", "copy"]), r.choice(["mv", "mv -v", "mv -i", "mv -n", "move"])
    delete, make = r.choice(["rm", "rm -f", "rm -i", "trash", "unlink", "del"]), r.choice(["mkdir", "mkdir -p", "md", "install -d"])
    slash = r.random() < 0.5
    end = "/" if slash else ""
    table = f"{copy} FILE DIR{end}, {move} FILE DIR{end}, {move} OLD NEW, {delete} FILE, {make} DIR"

    def pair(r):
        name, d, fresh = file_name(r), r.choice(DIRS), file_name(r)
        kind = r.randrange(5)
        if kind == 0:
            text = r.choice(["copy {f} to {d}", "put a copy of {f} into {d}", "I need {f} in {d} as well, keep the original",
                             "duplicate {f} into {d}"])
            out = f"{copy} {name} {d}{end}"
        elif kind == 1:
            text = r.choice(["move {f} to {d}", "{f} belongs in {d}, move it there", "please move {f} into {d}",
                             "{d} is where {f} should be moved"])
            out = f"{move} {name} {d}{end}"
        elif kind == 2:
            text = r.choice(["rename {f} to {n}", "{f} should be called {n} from now on", "give {f} the new name {n}",
                             "change the name of {f} to {n}"])
            out = f"{move} {name} {fresh}"
        elif kind == 3:
            text = r.choice(["delete {f}", "get rid of {f}", "{f} can be removed", "please remove {f}, nobody needs it", "throw away {f}"])
            out = f"{delete} {name}"
        else:
            d += "/" + r.choice(w.NOUNS)
            text = r.choice(["create the folder {d}", "make a new directory {d}", "I want an empty folder {d}",
                             "set up a directory called {d}"])
            out = f"{make} {d}"
        return r.choice(["", "", "hey, ", "next: ", "and then "]) + text.format(f=name, d=d, n=fresh), out

    slashed = f"folders after {copy} or {move} end with /" if slash else "folders without a final /"
    return Task(
        key=(copy, move, delete, make, slash), pair=pair,
        terse=[f"request -> copy, move, rename, delete or new folder command: {table}",
               f"one of, in order copy/move/rename/delete/create: {table}"],
        casual=[f"give me the command: copy is `{copy} FILE DIR{end}`, move `{move} FILE DIR{end}`, rename `{move} OLD NEW`, delete "
                f"`{delete} FILE`, new folder `{make} DIR`",
                f"file chores to commands please ({table} for copy, move, rename, delete, make folder), {slashed}"],
        detailed=[f"Translate a request about a file into one command. Copying: {copy} FILE DIR{end}. Moving to a folder: {move} FILE "
                  f"DIR{end}. Renaming: {move} OLD NEW. Deleting: {delete} FILE. Creating a folder: {make} DIR. Copy names and paths "
                  f"exactly; {slashed}.",
                  f"Return the command line that does what the user asks: use `{copy} FILE DIR{end}` to copy, `{move} FILE DIR{end}` to "
                  f"move, `{move} OLD NEW` to rename, `{delete} FILE` to delete, `{make} DIR` to create a directory. Only the command."])


@family(area="code", theme=THEME, difficulty="medium")
def sed_edit_command(r):
    """A sed command: replace or delete on some lines."""
    tool, d, flag, quote = r.choice(["sed", "sed -E", "gsed"]), r.choice("/|#,@:"), r.choice(["", "-i ", "-i.bak "]), "'"
    scope = r.choice(["g", ""])
    every = f"{d}g" if scope else d
    base = f"{tool} {flag}{quote}RANGEs{d}OLD{d}NEW{every}{quote} FILE"
    drop = f"{tool} {flag}{quote}RANGEd{quote} FILE"

    def pair(r):
        old, new = r.sample(w.NOUNS + w.COLORS, 2)
        name, a = file_name(r, ["txt", "csv", "md", "conf", "yaml", "py"]), r.randint(1, 60)
        b = a + r.randint(1, 40)
        kind = r.randrange(4)
        span, where = [("", ""), (str(a), f" on line {a}"), (f"{a},{b}", f" on lines {a} to {b}"),
                       (f"{a},$", f" from line {a} to the end")][kind]
        if kind and r.random() < 0.4:
            lines = [None, f"line {a}", f"lines {a} to {b}", f"everything from line {a} to the end"][kind]
            text = r.choice(["delete {} of {}", "remove {} from {}", "drop {} in {}", "cut {} out of {}"]).format(lines, name)
            return text, drop.replace("RANGE", span).replace("FILE", name)
        text = r.choice(["replace {o} with {n} in {f}{x}", "change {o} to {n}{x} in {f}", "in {f}, {o} should become {n}{x}",
                         "swap {o} for {n} in {f}{x}"])
        out = base.replace("RANGE", span).replace("OLD", old).replace("NEW", new).replace("FILE", name)
        return text.format(o=old, n=new, f=name, x=where), out

    ranges = "RANGE is 5 (line 5), 5,9 (lines 5 to 9), 5,$ (line 5 to the end) or empty (whole file)"
    short = "RANGE: 5; 5,9; 5,$ (to the end); nothing for the whole file"
    return Task(
        key=(tool, d, flag, scope), pair=pair,
        terse=[f"replace: `{base}`; delete lines: `{drop}`; {short}", f"request -> sed. `{base}` or, for deleting, `{drop}`. {short}"],
        casual=[f"make a sed line: {base} for replacing, {drop} for deleting lines. {ranges}",
                f"sed command please. deleting lines = {drop}, replacing = {base}, and {ranges}"],
        detailed=[f"Translate the request into a sed command. To replace text write `{base}`; to delete lines write `{drop}`. {ranges}. "
                  "Copy words, numbers and the file name as they are in the request.",
                  f"The user wants to edit a file. Return `{base}` when OLD is to become NEW and `{drop}` when lines are to be removed. "
                  f"{ranges}."])


COLUMN_SETS = [["name", "city", "age", "salary"], ["product", "price", "stock", "colour"], ["host", "status", "uptime", "load"],
               ["team", "wins", "losses"],
               ["title", "author", "pages", "year"], ["order", "customer", "amount", "weight"], ["station", "wind", "rain", "height"],
               ["train", "delay", "track", "seats"]]
NUMERIC = "age salary price stock uptime load wins losses pages year amount weight wind rain height delay seats".split()


@family(area="code", theme=THEME, difficulty="hard")
def awk_column_command(r):
    """An awk command with columns by name."""
    columns = r.choice(COLUMN_SETS)
    columns = r.sample(columns, len(columns))
    separator = r.choice([",", ";", ":", "|"])
    sep = f"-F'{separator}'" if separator in ";|" else f"-F{separator}"
    space = r.choice([" ", ""])
    table = ", ".join(f"${n} {name}" for n, name in enumerate(columns, 1))
    numeric = [name for name in columns if name in NUMERIC]
    form = f"awk {sep} '$N{space}>{space}5 {{print $M}}' FILE"

    def pair(r):
        test, shown = r.choice(numeric), r.sample(columns, r.choice([1, 1, 2]))
        op, phrases = r.choice([(">", ["is over", "is more than", "is greater than"]), ("<", ["is under", "is less than", "is below"]),
                                ("==", ["equals", "is exactly"])])
        n, name = r.randint(2, 500), file_name(r, ["csv", "txt", "dat"])
        text = r.choice(["print the {s} where {t} {p} {n} in {f}", "from {f} I need the {s} of rows whose {t} {p} {n}",
                         "in {f}, show {s} for every row where the {t} {p} {n}", "{f}: list the {s} if {t} {p} {n}"])
        number = {name: f"${i}" for i, name in enumerate(columns, 1)}
        out = f"awk {sep} '{number[test]}{space}{op}{space}{n} {{print {', '.join(number[name] for name in shown)}}}' {name}"
        return text.format(s=" and ".join(shown), t=test, p=r.choice(phrases), n=n, f=name), out

    two = "for two {print $M, $K} as asked"
    return Task(
        key=(columns, separator, space), pair=pair,
        terse=[f"`{form}`; columns {table}; > < or ==; {two}", f"awk one-liner `{form}` (or < or ==); {table}; {two}"],
        casual=[f"write the awk command, like {form}, where > can also be < or ==. the columns are {table}; {two}",
                f"columns of our file: {table}. make {form} out of the request, with > or < or == for the test, {two}"],
        detailed=[f"Translate the request into an awk command of the form `{form}`. The file's columns are {table}. The test is > for "
                  f"more, < for less, == for equal. With {two}. Keep blanks exactly as in the form.",
                  f"Return `{form}`, where $N is the column that is tested (by >, < or ==) and $M is the column to print ({two}). Column "
                  f"numbers: {table}."])


PIPE_STEPS = [
    ("sort", ["sort it", "sort the lines", "put the lines in order"], ["sort", "sort -f", "sort -b"]),
    ("drop repeats", ["drop repeated lines", "remove the duplicates", "keep each line once"], ["uniq", "uniq -i", "awk '!s[$0]++'"]),
    ("first N", ["take the first {n}", "keep only the first {n} lines", "show the top {n}"], ["head -n N", "head -N", "sed Nq"]),
    ("last N", ["take the last {n}", "keep only the last {n} lines", "show the bottom {n}"], ["tail -n N", "tail -N"]),
    ("count", ["count the lines", "say how many lines there are", "give the number of lines"], ["wc -l", "grep -c ''"]),
    ("with W", ["keep lines with {x}", "only lines that contain {x}", "filter for {x}"], ["grep W", "grep -i W", "grep -F W"]),
    ("without W", ["drop lines with {x}", "skip lines that contain {x}", "leave out {x} lines"], ["grep -v W", "grep -vi W"]),
    ("upper case", ["make it upper case", "turn it into capitals"], ["tr a-z A-Z", "tr [:lower:] [:upper:]"]),
    ("reverse", ["reverse the order of lines", "flip the line order"], ["tac", "tail -r"])]


@family(area="code", theme=THEME, difficulty="medium")
def pipeline_from_steps(r):
    """A pipeline from steps in English, by a table."""
    steps = r.sample(PIPE_STEPS, 4)
    commands = {name: r.choice(forms) for name, _, forms in steps}
    start = r.choice(["cat FILE", "zcat FILE", "bzcat FILE"])
    bar = r.choice([" | ", "|"])
    table = "; ".join(f"{name}: {command}" for name, command in commands.items())
    bars = "joined by |" + (" with blanks around" if bar == " | " else " without blanks")

    def pair(r):
        chosen = r.sample([step for step in steps if step[0] != "count"], r.randint(1, 3))
        chosen += [step for step in steps if step[0] == "count" and r.random() < 0.3]
        name, text, out = file_name(r, ["txt.gz", "log.gz", "csv.bz2", "txt", "log"]), [], []
        for step, phrases, _ in chosen:
            n, word = r.randint(2, 60), r.choice(w.NOUNS)
            text.append(r.choice(phrases).format(n=n, x=word))
            out.append(commands[step].replace("N", str(n)) if step.endswith("N") else commands[step].replace("W", word))
        steps_text = r.choice([", then ", "; then ", " and then "]).join(text)
        return r.choice(["{f}: {s}", "read {f}, {s}", "with {f}: {s}"]).format(f=name,
                                                                               s=steps_text), bar.join([start.replace("FILE", name)] + out)

    return Task(
        key=(commands, start, bar), pair=pair,
        terse=[f"`{start}`, then a command per step, {bars}. {table}", f"steps -> pipeline, {bars}: {start} first; {table}"],
        casual=[f"make it a pipeline, {bars}. begin with {start}, then the steps as they come: {table}",
                f"shell pipeline for these steps please: {start}, then for each step its command ({table}), {bars}"],
        detailed=[f"Write the steps as one shell pipeline. It begins with `{start}`; each step adds one command, in the order of the text: "
                  f"{table}. The parts are {bars}. N is the number and W the word of the step.",
                  f"Return a single pipeline for the request. Read the file by `{start}` and translate each step with this table: {table}. "
                  f"Parts are {bars}; fill in numbers (N) and words (W) as given."])


@family(area="code", theme=THEME, difficulty="medium")
def remote_copy_command(r):
    """scp or rsync in either direction."""
    tool, port_flag = r.choice([("scp", "-P"), ("scp -C", "-P"), ("scp -r", "-P"), ("rcopy", "--port"), ("xfer", "-p")])
    user, port = r.choice(USERS), r.choice([22, 2222, 8022, 2200])
    up, down = f"{tool} FILE USER@HOST:DIR", f"{tool} USER@HOST:FILE DIR"

    def pair(r):
        name, d, host = file_name(r), r.choice([d for d in DIRS if d[0] in "/~"]), r.choice(HOSTS)
        who = r.choice(USERS) if r.random() < 0.5 else None
        number = r.choice([None, r.randint(1024, 9999), r.randint(1024, 9999), port])
        remote = f"{who or user}@{host}"
        extra = f" as {who}" * bool(who) + f" on port {number}" * bool(number)
        head = tool + (f" {port_flag} {number}" if number and number != port else "")
        if r.random() < 0.5:
            text = r.choice(["upload {f} to {d} on {h}{x}", "send {f} to {h}, folder {d}{x}", "put {f} into {d} on {h}{x}"])
            out = f"{head} {name} {remote}:{d}"
        else:
            folder = r.choice(["/srv/data", "/var/log", "/home/ana", "/opt/app", "/data/raw"])
            text = r.choice(["download {p} from {h} to {d}{x}", "get {p} from {h} into {d}{x}", "fetch {p} off {h} and store it in {d}{x}"])
            out = f"{head} {remote}:{folder}/{name} {d}"
            return text.format(p=f"{folder}/{name}", d=d, h=host, x=extra), out
        return text.format(f=name, d=d, h=host, x=extra), out

    return Task(
        key=(tool, user, port), pair=pair,
        terse=[f"upload: `{up}`; download: `{down}`; no user named: {user}; `{port_flag} N` after {tool} unless port {port} or unstated",
               f"`{up}` to send, `{down}` to fetch. Default user {user}. Port other than {port}: {tool} {port_flag} N"],
        casual=[f"write the {tool} command. sending is {up}, fetching {down}. user is {user} if they don't say; a port that isn't {port} "
                f"goes right after {tool} as {port_flag} N",
                f"{tool} line please, {up} or, for downloads, {down}; USER defaults to {user}, and put {port_flag} N after {tool} if a "
                f"port besides {port} is named"],
        detailed=[f"Translate the request into a copy command. Uploads: `{up}`. Downloads: `{down}`. If no user is named, USER is {user}. "
                  f"If a port is named and it is not {port}, insert `{port_flag} N` right after `{tool}`; otherwise write no port.",
                  f"The input asks to copy a file to or from another machine. Answer `{up}` (to it) or `{down}` (from it) with user {user} "
                  f"unless another one is named. A port that differs from {port} is given as `{port_flag} N` directly behind `{tool}`."])


@family(area="code", theme=THEME, difficulty="medium")
def media_clip_command(r):
    """ffmpeg with start, length, height and sound, in a fixed order."""
    mute, overwrite = r.choice(["-an", "-af volume=0"]), r.choice(["", "-y ", "-n ", "-hide_banner "])
    scale = r.choice(["-vf scale=-2:H", "-vf scale=-1:H", "-s hdH"])
    order = r.sample(["cut", "size", "sound"], 3)
    parts = {"cut": "-ss START -t SECONDS", "size": scale, "sound": mute}
    names = {"cut": "a cut", "size": "height H", "sound": "no sound"}
    table = ", ".join(f"{parts[name]} ({names[name]})" for name in order)
    base = f"ffmpeg {overwrite}-i IN OPTIONS OUT"

    def pair(r):
        source = r.choice(STEMS) + f"{r.randint(1, 99)}." + r.choice(["mov", "avi", "mkv", "mp4"])
        target = r.choice(STEMS) + r.choice(["_small", "_web", "_clip", "_v2", ""]) + r.choice([".mp4", ".webm"])
        begin, seconds, height = f"{r.randint(0, 9):02d}:{r.randint(0, 59):02d}", r.randint(3, 90), r.choice([240, 360, 480, 720, 1080])
        wanted = [name for name in order if r.random() < 0.55]
        phrases = {"cut": r.choice([f"{seconds} seconds from {begin}", f"start at {begin} and take {seconds} seconds"]),
                   "size": r.choice([f"{height} pixels high", f"at height {height}"]),
                   "sound": r.choice(["without sound", "mute it", "no audio"])}
        text = r.choice(["convert {a} to {b}", "make {b} out of {a}", "turn {a} into {b}"])
        text = text.format(a=source, b=target) + "".join(", " + phrases[name] for name in r.sample(wanted, len(wanted)))
        values = {"cut": f"-ss {begin} -t {seconds}", "size": scale.replace("H", str(height)), "sound": mute}
        flat = " ".join([f"ffmpeg {overwrite}-i {source}"] + [values[name] for name in wanted] + [target])
        return text, flat

    return Task(
        key=(mute, overwrite, scale, order), pair=pair,
        terse=[f"request -> `{base}`; options asked for, in this order: {table}", f"`{base}` with, as wanted and in this order, {table}"],
        casual=[f"ffmpeg command please: {base}. options only if they ask, always in this order: {table}",
                f"write {base} for this. the options, kept in this order, are {table}; skip what isn't asked"],
        detailed=[f"Translate the request into `{base}`. OPTIONS are those that the request asks for, in this fixed order: {table}. START "
                  "is copied as mm:ss. If nothing is asked for, there are no options.",
                  f"The user wants a video converted. Return `{base}`, with IN and OUT as named. Possible options, to be written in this "
                  f"order: {table}. Leave out options that the text does not mention."])
