"""Safety of operations: commands, queries, paths, hosts, rules of a firewall, sign-ins."""
import posixpath

import words as w
from task import Task, family, options, pick_labels

THEME = "operation safety and secrets"
ALLOW_DENY = [("allow", "deny"), ("ALLOW", "BLOCK"), ("permit", "refuse"), ("yes", "no"), ("pass", "drop"), ("ok", "denied"),
              ("safe", "unsafe"), ("1", "0")]


def path(r):
    return "/".join(["", r.choice("home srv var opt data tmp mnt".split()), *w.words(r, 1, 2)]) + r.choice(["", ".txt", ".log", ".csv",
        ".bak"])


COMMANDS = {
    "rm": lambda r: f"rm {r.choice(['', '-r ', '-rf ', '-f '])}{path(r)}", "dd": lambda r: f"dd if={path(r)} of=/dev/sd{r.choice('abcd')} "
    f"bs={r.randint(1, 9)}M",
    "mkfs": lambda r: f"mkfs -t ext4 /dev/sd{r.choice('abcd')}{r.randint(1, 9)}", "shred": lambda r: f"shred -u {path(r)}",
    "truncate": lambda r: f"truncate -s {r.randint(0, 40)} {path(r)}", "shutdown": lambda r: f"shutdown -h +{r.randint(1, 200)} "
    f"{r.choice(w.NOUNS)} check",
    "fdisk": lambda r: f"fdisk {r.choice(['-l ', ''])}/dev/sd{r.choice('abcd')} --label {r.choice(w.NOUNS)}",
    "wipefs": lambda r: f"wipefs -a /dev/sd{r.choice('abcd')}{r.randint(1, 99)}",
    "mv": lambda r: f"mv {path(r)} {path(r)}", "chmod": lambda r: f"chmod {r.choice(['755', '600', '+x', 'g-w', '777'])} {path(r)}",
    "chown": lambda r: f"chown {w.first(r).lower()} {path(r)}", "kill": lambda r: "kill "
    f"{r.choice(['', '-9 ', '-15 '])}{r.randint(200, 32000)}",
    "ln": lambda r: f"ln -s {path(r)} {path(r)}", "crontab": lambda r: f"crontab {path(r)}",
    "systemctl": lambda r: f"systemctl restart {r.choice(w.SERVICES)}",
    "mount": lambda r: f"mount /dev/sd{r.choice('abcd')}{r.randint(1, 9)} {path(r)}", "tee": lambda r: f"tee -a {path(r)}",
    "useradd": lambda r: f"useradd -m {w.first(r).lower()}{r.randint(1, 99)}",
    "ls": lambda r: f"ls -l {path(r)}", "cat": lambda r: f"cat {path(r)}", "head": lambda r: f"head -n {r.randint(1, 90)} {path(r)}",
    "du": lambda r: f"du -sh {path(r)}",
    "stat": lambda r: f"stat {path(r)}", "wc": lambda r: f"wc -l {path(r)}", "ping": lambda r: f"ping -c {r.randint(1, 9)} "
    f"{r.choice(w.SERVICES)}", "diff": lambda r: f"diff {path(r)} {path(r)}"}
GRAVE, RISKY = ("rm dd mkfs shred truncate shutdown fdisk wipefs".split(), "mv chmod chown kill ln crontab systemctl mount tee "
                "useradd".split())


@family(area="safety", theme=THEME, difficulty="medium")
def shell_command_risk(r):
    """Risk level of a shell command by its program, sudo counted or not."""
    low, mid, high = pick_labels(r, [("low", "medium", "high"), ("LOW", "MEDIUM", "HIGH"), ("green", "yellow", "red"),
                                     ("run", "ask", "block"), ("R0", "R1", "R2"),
                                     ("safe", "careful", "dangerous"), ("minor", "major", "critical")])
    grave, risky = r.sample(GRAVE, 3), r.sample(RISKY, 3)
    lifts = r.random() < 0.5
    levels = (low, mid, high)

    def pair(r):
        wanted, sudo = r.randint(0, 2), r.random() < 0.35
        base = max(0, wanted - 1) if sudo and lifts and wanted < 2 else wanted if not (sudo and lifts) else r.choice([1, 2])
        program = r.choice([risky, grave][base - 1]) if base else r.choice([name for name in sorted(COMMANDS) if name not in grave + risky])
        level = min(2, base + 1) if sudo and lifts else base
        if base == 0 and r.random() < 0.35:
            text = r.choice(["echo {q}{p} the {t}{q}", "grep {q}{p} {t}{q} {f}", "man {p} # {t}", "which {p} && echo {t}",
                             "git commit -m {q}document {p} for {t}{q}", "history | grep {p} # {t}"])
            text = text.format(p=r.choice(grave + risky), t=r.choice(w.NOUNS), q=r.choice("'\""), f=path(r))
        else:
            text = COMMANDS[program](r)
        return ("sudo " if sudo else "") + text, levels[level]

    sudo = f"sudo lifts the level by one ({high} stays {high})" if lifts else "sudo changes nothing"
    rule = f"{high}: {', '.join(grave)}; {mid}: {', '.join(risky)}; {low}: all else"
    return Task(
        key=(levels, sorted(grave), sorted(risky), lifts), labels=levels, pair=pair,
        terse=[f"risk by first program: {rule}. {sudo[0].upper() + sudo[1:]}", f"{rule} (first program, after any sudo; {sudo})"],
        casual=[f"rate the shell command by the program it starts: {rule}. {sudo}. names inside arguments don't matter",
                f"how risky is it? {rule}. only the program at the start (behind sudo, if there) counts, and {sudo}"],
        detailed=["The input is a shell command line. Only the program that is called first counts, not words in arguments, strings or "
                  "comments. The levels are: "
                  f"{rule}. Note that {sudo}. Return the level.",
                  f"Rate a command before an agent runs it. The levels are {rule}. Look at the first program of the line (after sudo, if "
                  "there is one); "
                  f"{sudo}. Output the level only."])


@family(area="safety", theme=THEME, difficulty="medium")
def file_mode_rights(r):
    """Who may do what, read from the mode string of a listing."""
    who, right = r.choice(["owner", "group", "others"]), r.choice(["read", "write", "execute"])
    listing, sep, edge = r.random() < 0.4, r.choice([", ", " ", "+", "/"]), r.choice(["none", "nobody", "-", "NONE"])
    yes, no = pick_labels(r, [("yes", "no"), ("allowed", "denied"), ("TRUE", "FALSE"), ("can", "cannot"), ("1", "0"), ("Y", "N")])
    names = r.choice([("owner", "group", "others"), ("u", "g", "o"), ("USER", "GROUP", "WORLD")])

    def pair(r):
        while True:
            bits = [[flag if r.random() < chance else "-" for flag in "rwx"] for chance in (0.8, 0.5, 0.4)]
            holders = [name for name, triple in zip(names, bits) if "rwx"["read write execute".split().index(right)] in triple]
            if holders or r.random() < 0.6:
                break
        if not listing:
            at = ["owner", "group", "others"].index(who)
            slot = ["read", "write", "execute"].index(right)
            bits[at][slot] = "rwx"[slot] if r.random() < 0.5 else "-"
            answer = yes if bits[at][slot] != "-" else no
        else:
            answer = sep.join(holders) or edge
        mode = r.choice("-d") + "".join("".join(triple) for triple in bits)
        return (f"{mode} {w.first(r).lower()} {r.choice(['staff', 'users', 'dev', 'www', 'ops'])} {r.randint(10, 90000)} "
                f"{r.choice(w.NOUNS)}{r.choice(['.sh', '.txt', '', '.py'])}", answer)

    if listing:
        ask = f"who may {right}: {', '.join(names)} (owner, group, others), in this order, joined by '{sep}'; {edge} if no one"
    else:
        ask = f"{yes} if {'the ' if who != 'others' else ''}{who} may {right}, else {no}"
    return Task(
        key=(listing, (right, names, sep, edge) if listing else (who, right, yes)), labels=None if listing else (yes, no), pair=pair,
        terse=[f"line of ls -l -> {ask}", f"Read the mode string: {ask}"],
        casual=[f"from the permissions in this listing line (type, then rwx for owner, group, others) tell me {ask}",
                f"the first word is the mode, after the type come three rwx triples: owner, group, others. answer {ask}"],
        detailed=["The input is one line of a long directory listing. Its first word has a type character and then the rwx triples of "
                  "owner, group and others. "
                  f"Return {ask}.",
                  "Read the permissions of a file: characters 2-4 of the mode belong to its owner, 5-7 to its group, 8-10 to others, and "
                  "a dash means that the "
                  f"right is missing. Output {ask}."])


COLUMNS = "status price name city total created owner stock level email score note color weight".split()
TABLES = "orders users invoices sessions tickets payments items events carts logs suppliers shipments reviews accounts contracts".split()


@family(area="safety", theme=THEME, difficulty="medium")
def sql_statement_risk(r):
    """Is an SQL statement destructive, an ordinary write or a read?"""
    bad, write, read = pick_labels(r, [("destructive", "write", "read"), ("DANGER", "WRITE", "READ"), ("block", "confirm", "run"),
                                       ("red", "amber", "green"),
                                       ("high", "medium", "low"), ("D", "W", "R")])
    two, strict = r.random() < 0.4, r.random() < 0.4
    safe = r.choice(["safe", "fine", "OK", "harmless"])
    heads = r.sample(["DROP", "TRUNCATE", "ALTER"], 2)

    def pair(r):
        kind = r.choice(["head", "bare", "where", "insert", "select", "select"] + (["head", "bare", "bare"] if two else ["bare", "where"]))
        table, column, other = r.choice(TABLES), *r.sample(COLUMNS, 2)
        value = r.choice([str(r.randint(1, 900)), f"'{r.choice(w.COLORS)}'", f"'{w.first(r)}'",
                          f"'{r.choice(['drop', 'delete', 'update'])} {r.choice(w.NOUNS)}'"])
        where = f" WHERE {column} {r.choice(['=', '<>', '>'])} {value}"
        text = {"head": f"{r.choice(heads)} TABLE {table}", "insert": f"INSERT INTO {table} ({column}, {other}) VALUES ({value}, "
                f"{r.randint(1, 99)})",
                "select": f"SELECT {other} FROM "
                f"{table}{where}{r.choice(['', f' ORDER BY {column}', f' LIMIT {r.randint(1, 90)}'])}"}.get(kind)
        if kind == "head":
            text += {"A": f" DROP COLUMN {column}", "D": r.choice(["", " CASCADE"]), "T": ""}[text[0]]
            text = text.replace(f"TABLE {table}", f"TABLE {r.choice(['', 'old_', 'tmp_'])}{table}_{r.randint(1, 99)}")
        if kind in ("bare", "where"):
            start = r.choice([f"DELETE FROM {table}", f"UPDATE {table} SET {other} = {value}"])
            text = start + (where if kind == "where" else r.choice(["", f" -- clean up {r.choice(w.NOUNS)}"]))
        level = bad if kind in ("head", "bare") or strict and text.startswith("DELETE") else read if kind == "select" else write
        if r.random() < 0.3:
            text = text.lower()
        return text + r.choice(["", ";"]), level if not two or level == bad else safe

    deletes = "any DELETE, UPDATE without WHERE" if strict else "DELETE or UPDATE without WHERE"
    labels = (bad, safe) if two else (bad, write, read)
    rest = f"{safe}: everything else" if two else f"{write}: other changes; {read}: SELECT"
    rule = f"{bad}: {' TABLE, '.join(heads)} TABLE, {deletes}; {rest}"
    return Task(
        key=(labels, strict, heads), labels=labels, pair=pair,
        terse=[f"SQL -> {rule}", f"Rate the statement. {rule}"],
        casual=[f"how bad is this query? {rule}. words inside quotes don't count, upper or lower case is the same",
                f"classify the sql. {rule}. ignore case and whatever stands in string literals"],
        detailed=[f"The input is one SQL statement in upper or lower case. Return its class: {rule}. Words inside quoted strings have no "
                  "effect.",
                  f"An agent wants to run a statement on our database. Rate it with these rules: {rule}. Case does not matter; comments "
                  "and string values are not "
                  f"part of the command. Output only {options(labels)}."])


@family(area="safety", theme=THEME, difficulty="hard")
def path_within_folders(r):
    """Does a path, dots resolved, lie inside an allowed folder?"""
    inside, outside = pick_labels(r, ALLOW_DENY + [("inside", "outside"), ("in", "out")])
    roots = [f"/{r.choice('home srv var opt data mnt'.split())}/{r.choice(w.NOUNS)}" for _ in range(r.choice([1, 2, 2]))]
    readonly = r.choice([None, ".key", ".pem", ".env", ".secret"])

    def pair(r):
        wanted, root = r.random() < 0.5, r.choice(roots)
        while True:
            tail = w.words(r, 1, 3)
            start = root if r.random() < 0.75 else r.choice([root + r.choice(["-old", "2", "_bak", "s"]), path(r).split(".")[0], "/tmp"
                                                             + root])
            for _ in range(r.choice([0, 0, 1, 1, 2, 3])):
                tail.insert(r.randint(0, len(tail)), r.choice(["..", "..", "."]))
            text = "/".join([start, *tail]) + r.choice([".txt", ".csv", ".log", ".json", ".key", ".pem", ".env", ".secret"] if readonly
                                                       else [".txt", ".csv", ".log", ".json", ""])
            real = posixpath.normpath(text) if not text.endswith(("...txt", "./.txt")) else ""
            if tail[-1] in (".", "..") or not real:
                continue
            fine = any(real.startswith(root + "/") for root in roots) and not (readonly and real.endswith(readonly))
            if fine == wanted:
                return r.choice(["", "", "read ", "open "]) + text, inside if fine else outside

    where, extra = options(roots), f", but never for a name ending in {readonly}" if readonly else ""
    return Task(
        key=(inside, roots, readonly), labels=(inside, outside), pair=pair,
        terse=[f"{inside} if the path, '.' and '..' resolved, lies below {where}{extra}; else {outside}",
               f"below {where} after resolving dots -> {inside}{extra}; otherwise {outside}"],
        casual=[f"the agent may only touch files below {where}. resolve . and .. and say {inside} if it stays there{extra}; anything else "
                f"is {outside}",
                f"say {outside} if this path ends up outside of {where} (work out the .. parts, folder names must match fully), say "
                f"{inside} otherwise{extra}"],
        detailed=[f"The input is a file path. Resolve the parts '.' and '..' first. Return {inside} if the result lies below "
                  f"{where}{extra}. Return {outside} in all "
                  f"other cases. A folder whose name merely begins alike is another folder.",
                  f"Decide if a path stays within bounds. After '.' and '..' have been worked out it must be below {where}; whole folder "
                  "names count. Such paths get "
                  f"{inside}{extra}. All the rest get {outside}."])


HOST_WORDS = "shop docs api login mail cdn blog news status files pay help static img cloud".split()


@family(area="safety", theme=THEME, difficulty="medium")
def url_host_allowed(r):
    """Is the host of an address on the list of the spec, with or without its subdomains?"""
    yes, no = pick_labels(r, ALLOW_DENY)
    hosts = [f"{r.choice(w.COMPANY_HEADS).lower()}.{r.choice(['com', 'org', 'io', 'dev', 'test', 'net'])}" for _ in range(2)]
    hosts = hosts if hosts[0] != hosts[1] else hosts[:1]
    subs, secure = r.random() < 0.55, r.random() < 0.4

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            host, other = r.choice(hosts), f"{r.choice(w.COMPANY_HEADS).lower()}{r.choice(HOST_WORDS)}.{r.choice(['com', 'org', 'net'])}"
            scheme = "https" if r.random() < 0.75 else "http"
            sub = r.choice(HOST_WORDS)
            real = r.choice([host, host, f"{sub}.{host}", other, f"{host}.{other}", f"{sub}-{host}", host.replace(".", "-") + ".com"])
            user = r.choice(["", "", "", f"{host}@", f"{w.first(r).lower()}@"])
            good = (real in hosts or subs and any(real.endswith("." + h) for h in hosts)) and (scheme == "https" or not secure)
            if good == wanted:
                break
        tail = r.choice([f"/{r.choice(w.NOUNS)}/{r.randint(1, 999)}", f"/?next={r.choice([host, other])}&id={r.randint(1, 999)}",
                         f"/{r.choice([host, other])}/{r.choice(w.NOUNS)}", f"/{r.choice(w.NOUNS)}.html"])
        return f"{scheme}://{user}{real}{r.choice(['', '', ':443', ':8080'])}{tail}", yes if good else no

    where = " or ".join(hosts) + (", subdomains too" if subs else ", no subdomains")
    plain = f"; plain http is {no}" if secure else "; the scheme is irrelevant"
    return Task(
        key=(yes, hosts, subs, secure), labels=(yes, no), pair=pair,
        terse=[f"URL host is {where} -> {yes}, else {no}{plain}", f"{yes} when the host is {where}; any other {no}{plain}"],
        casual=[f"look only at the real host of the url: {where} gets {yes}, everything else {no}{plain}. what stands before an @, in the "
                "path or query is no host",
                f"allowlist: {where}. say {yes} for a url on it, {no} for the rest{plain}"],
        detailed=[f"The input is a URL. Its host is what follows '://' and an optional 'user@', up to a port or slash. Return {yes} if the "
                  f"host is {where}; "
                  f"return {no} otherwise{plain}.",
                  f"Check an address before it is fetched. Allowed host: {where}. A user name in front of @, the path and the query do not "
                  "matter. "
                  f"The answer is {yes} if it is allowed and {no} if not{plain}."])


@family(area="safety", theme=THEME, difficulty="hard")
def firewall_first_match(r):
    """The action of the first rule that fits a connection."""
    allow, deny = pick_labels(r, [("allow", "deny"), ("ACCEPT", "DROP"), ("pass", "block"), ("permit", "reject"), ("open", "closed")])
    net = f"{r.choice(['10', '172', '192'])}.{r.randint(1, 250)}."
    ports = r.sample([22, 25, 53, 80, 123, 443, 3306, 5432, 6379, 8080, 9090], 2)
    first, second = r.choice([(allow, deny), (deny, allow)])
    default = r.choice([allow, deny])
    proto = r.choice(["tcp", "udp"])
    rules = r.choice([
        [(f"from {net}* to port {ports[0]}", lambda s, p, k: s.startswith(net) and p == ports[0], first),
         (f"any to port {ports[0]}", lambda s, p, k: p == ports[0], second)],
        [(f"any {proto} to port {ports[0]}", lambda s, p, k: p == ports[0] and k == proto, first),
         (f"from {net}*", lambda s, p, k: s.startswith(net), second)],
        [(f"from {net}*", lambda s, p, k: s.startswith(net), first), (f"any to port {ports[0]} or {ports[1]}", lambda s, p, k: p in ports,
                                                                      second)]])

    def pair(r):
        wanted = r.choice([allow, deny])
        while True:
            source = f"{net}{r.randint(0, 255)}.{r.randint(1, 254)}" if r.random() < 0.5 else w.ip(r)
            port, kind = r.choice(ports * 2 + [r.randint(1024, 60000), 443, 22]), r.choice(["tcp", "udp"])
            if next((action for _, fits, action in rules if fits(source, port, kind)), default) == wanted:
                break
        line = r.choice(["{k} {s} -> port {p}", "src={s} dport={p} proto={k}", "{s} opens {k}/{p} on {h}",
                         "{h}: {k} from {s}:{q} to port {p}"])
        return line.format(k=kind, s=source, p=port, h=r.choice(w.SERVICES), q=r.randint(30000, 60000)), wanted

    steps = "; ".join(f"{at}. {text}: {action}" for at, (text, _, action) in enumerate(rules, 1)) + f"; else {default}"
    return Task(
        key=(steps,), labels=(allow, deny), pair=pair,
        terse=[f"first matching rule wins: {steps}. Output {allow} or {deny}", f"{allow}/{deny}, top rule first: {steps}"],
        casual=[f"run the connection through the rules from the top, the first one that fits decides: {steps}. give me {allow} or {deny}",
                f"{allow} or {deny}? these rules in order, stop at the first hit: {steps}"],
        detailed=[f"The input describes a network connection. Apply the rules in order and stop at the first one that fits: {steps}. A "
                  "star stands for any rest of "
                  f"an address. Return {allow} or {deny}.",
                  f"Act as a packet filter with these rules: {steps}. The number gives the priority: the first fitting rule decides, later "
                  "ones are not looked at. "
                  f"Answer {options((allow, deny))}."])


@family(area="safety", theme=THEME, difficulty="hard")
def sign_in_lockout(r):
    """Does a run of failed sign-ins lock the account?"""
    lock, free = pick_labels(r, [("LOCK", "KEEP"), ("locked", "open"), ("yes", "no"), ("block", "allow"), ("frozen", "active"), ("1", "0")])
    bad, good = r.choice([("fail", "ok"), ("F", "S"), ("wrong", "right"), ("0", "1"), ("denied", "granted")])
    limit, mode = r.choice([2, 3, 3, 4]), r.choice(["verdict", "verdict", "longest"])
    total = r.random() < 0.4 and mode == "verdict"

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            tries = [bad if r.random() < (0.35 if total else 0.6) else good for _ in range(r.randint(4, 9))]
            run = longest = 0
            for attempt in tries:
                run = run + 1 if attempt == bad else 0
                longest = max(longest, run)
            locked = (tries.count(bad) if total else longest) >= limit
            if mode == "longest" or locked == wanted:
                break
        head = r.choice(["{f}: ", "user {f} ", "account {n}: ", "{e} -> ", "{f} from {c}: "]).format(f=w.first(r).lower(),
            n=r.randint(100, 9999), e=w.email(r), c=w.city(r))
        return head + r.choice([" ", ", "]).join(tries), str(longest) if mode == "longest" else lock if locked else free

    run = f"{limit} or more '{bad}' in {'all' if total else 'a row'}"
    ask = (f"the length of the longest run of '{bad}' without a break" if mode == "longest"
           else f"{lock} if there are {run}, otherwise {free}")
    reset = "" if total else f", a '{good}' between them breaks the run"
    return Task(
        key=(mode, bad, (lock, limit, total) if mode == "verdict" else 0), labels=(lock, free) if mode == "verdict" else None, pair=pair,
        terse=[f"sign-in attempts -> {ask}", f"{bad}/{good} attempts: {ask}"],
        casual=[f"these are sign-in attempts in order{reset}. give me {ask}", f"look at the {bad} and {good} marks and answer with "
                f"{ask}{reset}"],
        detailed=[f"The input lists a user's sign-in attempts in order, each '{bad}' or '{good}'{reset}. Return {ask}.",
                  f"Apply the lockout rule to the attempts of a user, where '{bad}' is a failed one and '{good}' a successful one{reset}. "
                  f"The output is {ask}."])
