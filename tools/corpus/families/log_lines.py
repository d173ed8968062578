"""Log monitoring: single lines of logs, sorted by level, cause, owner, time or measured value."""
import words as w
from task import Task, evened, family, options, pick_labels
from templates import phrases

THEME = "log monitoring"


def clock(r, minute=None):
    """A time of day, of the given minute of the day or any."""
    minute = r.randrange(1440) if minute is None else minute
    return f"{w.hhmm(minute)}:{r.randint(0, 59):02d}"


def head(r, level=None, service=None, minute=None):
    """The beginning of a log line: time, perhaps host, level, service, in one of several layouts."""
    day, time, service = w.iso(w.date(r, 2021, 2027)), clock(r, minute), service or r.choice(w.SERVICES)
    level = level or r.choice(["INFO", "WARN", "ERROR", "DEBUG"])
    return r.choice(["{d} {t} {l} {s}:", "{d}T{t}Z {l} [{s}]", "[{t}] {s} {l}", "{d} {t} [{l}] {s} -", "{t} {s}[{n}] {l}:",
                     "level={l} time={d}T{t} svc={s} msg=", "{l} {d} {t} ({s})"]).format(
        d=day, t=time, l=level, s=service, n=r.randint(100, 9999))


# class: description, messages
FAULTS = {
    "network": ("connections, timeouts, DNS", phrases("""connection to {i} refused|connect to {h} timed out after {n} s|no route to host {i}
        could not resolve host {h}|DNS lookup of {h} failed|socket closed by peer {i}|connection reset by {i}
        TLS handshake with {h} timed out|upstream {h} unreachable|broken pipe while writing to {i}|lost connection to {h}, reconnecting
        network is down on eth{e}""")),
    "disk": ("disk and file storage", phrases("""no space left on /var/{f}|disk sd{a} is {p}% full|read error on sector {n}{n} of sd{a}
        cannot write /data/{f}: read-only file system|volume {f} could not be mounted|I/O error on device sd{a}
        inode table of /srv/{f} is full|RAID array md{e} is degraded|quota exceeded for /home/{f}|checksum mismatch in block {n}{n} on sd{a}
        bad blocks found on sd{a}|file system /{f} needs fsck""")),
    "auth": ("logins, tokens, permissions", phrases("""login failed for user {u}|invalid password for {u}|token of {u} has expired
        permission denied for {u} on /{f}|user {u} is locked after {n} attempts|unknown API key ending in {n}
        signature of the token is invalid|{u} is not in the sudoers file|two-factor code rejected for {u}
        access to /{f} forbidden for role {u}|session of {u} was revoked|certificate of {u} is not trusted for login""")),
    "memory": ("memory and the heap", phrases("""out of memory: killed process {n}{n}|java heap space exhausted|cannot allocate {n} MB
        memory limit of {n} MB exceeded by the container|process {n} killed by the OOM killer|swap is {p}% used, heap keeps growing
        memory leak suspected, heap at {n} MB|malloc of {n}{n} bytes failed|garbage collector overhead limit exceeded
        RSS grew to {n} MB, restarting to free memory|heap of worker {e} is exhausted|heap dump written after allocation failure""")),
    "database": ("queries, tables, transactions", phrases("""deadlock found in transaction {n}{n}|duplicate key in table {f}
        relation {f} does not exist|query on {f} is slow: {n} s|too many rows returned by SELECT on {f}|syntax error in SQL near '{f}'
        foreign key violated on table {f}|transaction {n} rolled back|column {f} may not be null|migration {n} of table {f} failed
        index on {f} is corrupt|lock wait exceeded for rows of {f}""")),
    "config": ("settings and config files", phrases("""missing setting {f}.url in config|cannot parse config line {n}|unknown option --{f}
        environment variable {f}_KEY is not set|invalid value '{f}' for setting port|config file {f}.yaml not found
        deprecated setting {f}.size ignored|option {f} needs a number|no default for required setting {f}
        config version {e} is not supported|duplicate key {f} in settings file|feature flag {f} has no value""")),
}


def fault(r, kind):
    return r.choice(FAULTS[kind][1]).format(i=w.ip(r), h=f"{r.choice(w.SERVICES)}.{r.choice(['internal', 'test', 'lan'])}",
                                            n=r.randint(2, 99), e=r.randint(0, 3), f=r.choice(w.NOUNS), a=r.choice("abcd"),
                                            p=r.randint(88, 100), u=w.first(r).lower())


@family(area="classification", theme=THEME, difficulty="medium")
def fault_class_of_line(r):
    """The class of fault that a log line reports."""
    kinds = r.sample(sorted(FAULTS), r.choice([2, 3, 3, 4]))
    rest = [kind for kind in sorted(FAULTS) if kind not in kinds]
    other = r.choice(["other", "unknown", "rest", "misc"])
    change = r.choice([str, str.upper, str.title, lambda s: s + "_error", lambda s: s[:3].upper(),
                       lambda s: "E-" + s[:3].upper()])
    labels = tuple(change(k) for k in kinds) + (change(other),)
    told = list(zip(labels, (FAULTS[k][0] for k in kinds)))

    def pair(r):
        at = r.randrange(len(labels))
        return f"{head(r, r.choice(['ERROR', 'WARN', 'FATAL']))} {fault(r, kinds[at] if at < len(kinds) else r.choice(rest))}", labels[at]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=["fault class of a log line: " + ", ".join(f"{a} ({m})" for a, m in told) + f", else {labels[-1]}",
               "; ".join(f"{m} -> {a}" for a, m in told) + f"; other trouble -> {labels[-1]}"],
        casual=["what kind of trouble is this log line about? " + "; ".join(f"{a} = {m}" for a, m in told) + f". use {labels[-1]} for all "
                "other things", "bucket log errors please: " + ", ".join(f"{m} into {a}" for a, m in told) + " and whatever remains into "
                f"{labels[-1]}"],
        detailed=["Assign a log line to a class of fault. The classes: " + "; ".join(f"{a} - {m}" for a, m in told)
                  + f". If the fault belongs to none of them, return {labels[-1]}. Judge by the message, not by the name of the service.",
                  f"The input is one error line of a server log. Return {options(labels)}. "
                  + " ".join(f"{a} stands for problems with {m}." for a, m in told) + f" {labels[-1]} stands for problems of any other "
                  "kind."])


@family(area="classification", theme=THEME, difficulty="easy")
def level_to_reaction(r):
    """What to do with a line by its level field, whatever the message says."""
    labels = loud, mild, none = pick_labels(r, [("PAGE", "TICKET", "IGNORE"), ("alert", "watch", "quiet"), ("wake", "mail", "drop"),
                                                ("red", "yellow", "gray"), ("act", "note", "skip"), ("2", "1", "0")])
    levels = ["DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "FATAL"]
    cuts = sorted(r.sample(range(1, 6), 2))
    groups = [levels[cuts[1]:], levels[cuts[0]:cuts[1]], levels[:cuts[0]]]
    lines = phrases("""{n} errors found in {f}|no error in the last {n} runs|user {u} saw a warning page|debug mode is off
        fatal accident report of {c} uploaded|info page for {c} rendered|retry {n} of job {f}|{f} done in {n} ms|cache of {f} rebuilt
        error budget at {n}%|notice sent to {u}|warning lights of {f} tested|queue {f} holds {n} jobs|started worker {n}""")

    def pair(r):
        at = r.randrange(3)
        text = r.choice(lines).format(n=r.randint(2, 99), f=r.choice(w.NOUNS), u=w.first(r).lower(), c=w.city(r))
        return f"{head(r, r.choice(groups[at]))} {text}", labels[at]

    names = [options(group) for group in groups]
    return Task(
        key=(labels, cuts), labels=labels, pair=pair,
        terse=[f"level of the log line: {names[0]} -> {loud}; {names[1]} -> {mild}; {names[2]} -> {none}",
               "; ".join(f"{a} = {'/'.join(g)}" for a, g in zip(labels, groups)) + " (the line's level)"],
        casual=[f"go by the level only. {loud} if it's {names[0]}, {mild} if it's {names[1]}, {none} if it's {names[2]}",
                f"{loud}, {mild} or {none}? the level decides and not the text: {names[0]} is the first, {names[1]} the second, "
                f"{names[2]} the third"],
        detailed=[f"Read the level field of a log line and return the reaction: {loud} for {names[0]}, {mild} for {names[1]}, {none} for "
                  f"{names[2]}. Words such as 'error' or 'warning' inside the message do not count.",
                  f"Every log line has one level in capital letters. Map it as follows. {', '.join(groups[0])}: {loud}. "
                  f"{', '.join(groups[1])}: {mild}. {', '.join(groups[2])}: {none}. Return only the mapped word."])


@family(area="classification", theme=THEME, difficulty="medium")
def team_of_failing_service(r):
    """The team that owns the service which fails, by the table of the spec."""
    size = r.randint(3, 5)
    services = r.sample(w.SERVICES, size)
    teams = r.sample(["core", "web", "data", "payments", "platform", "search", "mobile", "infra", "growth", "identity", "storage", "edge"],
                     r.randint(2, 3))
    change = r.choice([str, str.upper, lambda s: "team-" + s, lambda s: "@" + s, lambda s: s + " squad"])
    owners = [teams[n % len(teams)] for n in range(size)]
    other = r.choice(["ops", "triage", "nobody", "on-call"])
    labels = tuple(change(t) for t in teams) + (change(other),)

    def make(r):
        failing = r.choice(services) if r.random() < 0.8 else r.choice([s for s in w.SERVICES if s not in services])
        caller = r.choice([s for s in w.SERVICES if s != failing])
        what = r.choice(["call to {f} failed with {n}", "no answer from {f} after {k} ms", "{f} returned {n}", "got {n} from {f}",
                         "{f} is not responding", "circuit breaker for {f} is open", "giving up on {f} after {k} tries",
                         "health check of {f} failed"])
        what = what.format(f=failing, n=r.choice([500, 502, 503, 504]), k=r.randint(3, 900))
        text = head(r, r.choice(["ERROR", "WARN"]), caller) + " " + what
        return text, change(dict(zip(services, owners)).get(failing, other))

    rows = ", ".join(f"{s} {change(o)}" for s, o in zip(services, owners))
    each = "; ".join(f"{s} belongs to {change(o)}" for s, o in zip(services, owners))
    return Task(
        key=(services, labels, owners), labels=labels, pair=evened(make, labels),
        terse=[f"owner of the service that failed (not the one logging): {rows}, others {labels[-1]}",
               f"line reports a failing dependency; its team: {rows}; not listed: {labels[-1]}"],
        casual=[f"a service complains in its log about another one that's down. which team has to fix the one that's down? {rows}. if "
                f"it's not in this list, {labels[-1]}", "find the service that does not work (not the one writing the log) and give me "
                                                        f"its owner. {rows}, everything else {labels[-1]}"],
        detailed=["In the log line a service reports that another service failed. Return the team that owns the failing service, not the "
                  f"reporting one. Ownership: {each}. Services that are not listed belong to {labels[-1]}.",
                  "Route an incident. Step 1: find the service in the message that does not work; the service at the head of the line "
                  f"only reports it. Step 2: look up its owner: {rows}. If the table does not have it, return {labels[-1]}."])


@family(area="classification", theme=THEME, difficulty="easy")
def status_group_of_request(r):
    """The group of the HTTP status in an access log line, with one status treated apart."""
    labels = fine, move, client, server, apart = pick_labels(r, [("ok", "redirect", "client error", "server error", "special"),
                                                                 ("2xx", "3xx", "4xx", "5xx", "own"),
                                                                 ("FINE", "MOVED", "CALLER", "US", "SKIP"),
                                                                 ("good", "elsewhere", "their fault", "our fault", "ignore"),
                                                                 ("G", "R", "C", "S", "X")])
    odd = r.choice([304, 401, 404, 429, 503, 204, 301, 403])
    codes = [[200, 201, 202, 204, 206], [301, 302, 303, 304, 307, 308], [400, 401, 403, 404, 405, 409, 410, 413, 422, 429],
             [500, 501, 502, 503, 504]]

    def pair(r):
        at = r.randrange(5)
        code = odd if at == 4 else r.choice([c for c in codes[at] if c != odd])
        size = r.choice([r.randint(100, 599), r.randint(20, 90000)])
        ms = r.choice([r.randint(1, 90), r.randint(200, 504)])
        path = f"/{r.choice(w.NOUNS)}/{r.choice([r.randint(1, 99), r.randint(200, 503)])}"
        year, month, day = w.date(r, 2021, 2027)
        method, time = r.choice(["GET", "POST", "PUT", "DELETE"]), clock(r)
        text = r.choice(['{i} - - [{d}:{t}] "{m} {p} HTTP/1.1" {c} {s}', "{t} {m} {p} status={c} bytes={s} ms={k}",
                         '{t} {i} "{m} {p}" {c} {s} {k}ms', "{m} {p} -> {c} ({s} bytes, {k} ms)", "time={t} path={p} took={k}ms code={c}"])
        return text.format(i=w.ip(r), d=f"{day:02d}/{w.MONTHS[month - 1][:3]}/{year}", t=time, m=method, p=path, c=code, s=size,
                           k=ms), labels[at]

    return Task(
        key=(labels, odd), labels=labels, pair=pair,
        terse=[f"HTTP status: {odd} {apart}; other 2xx {fine}, 3xx {move}, 4xx {client}, 5xx {server}",
               f"status code group: 200-299 {fine}, 300-399 {move}, 400-499 {client}, 500-599 {server}, but {odd} is {apart}"],
        casual=[f"look at the status code: 2xx is {fine}, 3xx {move}, 4xx {client}, 5xx {server}. only {odd} is different, that's {apart}",
                f"{apart} when the request ended with {odd}. for the rest the first digit decides: 2 {fine}, 3 {move}, 4 {client}, 5 "
                f"{server}"],
        detailed=[f"Find the HTTP status code in an access log line and return its group. The status {odd} always gives {apart}. Apart "
                  f"from that, 200 to 299 gives {fine}, 300 to 399 {move}, 400 to 499 {client} and 500 to 599 {server}. Sizes, times and "
                  "paths are no status codes.",
                  f"Label requests with {options(labels)}. Use {apart} for status {odd}. Use {fine} for any other 2xx status, {move} for "
                  f"other 3xx, {client} for other 4xx and {server} for other 5xx."])


@family(area="classification", theme=THEME, difficulty="medium")
def usage_percent_tier(r):
    """How full a disk or memory is, by two thresholds, one mount having its own."""
    labels = high, middle, low = pick_labels(r, [("CRITICAL", "WARNING", "OK"), ("crit", "warn", "ok"), ("red", "yellow", "green"),
                                                 ("page", "ticket", "none"), ("full", "filling", "roomy"), ("2", "1", "0")])
    warn, crit = r.choice([(70, 85), (75, 90), (80, 90), (80, 95), (85, 95), (60, 80)])
    mounts = ["/", "/var", "/home", "/data", "/srv", "/tmp", "/boot", "/opt"]
    special, own = r.choice(mounts), r.choice([50, 55, 97, 98])

    def make(r):
        mount = special if r.random() < 0.3 else r.choice(mounts)
        used = w.near_limit(r, 20, 100, *([own] if mount == special else [warn, crit]))
        size = r.randint(1, 40) * 50
        text = r.choice(["/dev/sd{a}{n} {s}G {g}G {f}G {u}% {m}", "host {h}: {m} is {u}% full ({g} of {s} GB)",
                         "{m} used={u}% free={v}% host={h}", "disk usage on {h} {m}: {u}%, {f} GB left", "{t} {h} df {m} {u}% of {s} GB"])
        done = size * used // 100
        text = text.format(a=r.choice("abc"), n=r.randint(1, 4), s=size, g=done, f=size - done, u=used, v=100 - used, m=mount,
                           h=f"{r.choice(w.SERVICES)}-{r.randint(1, 9)}", t=clock(r))
        if mount == special:
            return text, high if used >= own else low
        return text, high if used >= crit else middle if used >= warn else low

    return Task(
        key=(labels, warn, crit, special, own), labels=labels, pair=evened(make, labels),
        terse=[f"disk use: >= {crit}% {high}, >= {warn}% {middle}, else {low}; mount {special}: >= {own}% {high}, else {low}",
               f"{special}: {high} from {own}%, below {low}. other mounts: {high} from {crit}%, {middle} from {warn}%, below {low}"],
        casual=[f"how bad is the disk? {crit}% used or more is {high}, {warn}% or more is {middle}, less is {low}. {special} has its own "
                f"rule: {high} from {own}% on, otherwise {low}",
                f"read the used percent. for {special} there's only {high} ({own}% and up) and {low}. for the others {high} ({crit}% and "
                f"up), {middle} ({warn}% and up) or {low}"],
        detailed=[f"Rate the usage of a disk. Generally, return {high} if the used share is {crit}% or more, {middle} if it is at least "
                  f"{warn}% but below {crit}%, and {low} if it is below {warn}%. The mount point {special} is different: there {own}% or "
                  f"more is {high} and everything below is {low}.",
                  f"The line names a mount point and how much of it is used. Return {options(labels)}. If the mount point is {special}: "
                  f"{high} from {own}% on, {low} below. For each other mount point: {high} from {crit}%, {middle} from {warn}%, {low} "
                  "below."])


@family(area="classification", theme=THEME, difficulty="medium")
def inside_maintenance_window(r):
    """Is an event inside a daily maintenance window (which may cross midnight) of one service or all?"""
    labels = mute, page = pick_labels(r, [("MUTE", "PAGE"), ("suppress", "alert"), ("planned", "unplanned"), ("quiet", "loud"),
                                          ("maintenance", "incident"), ("no", "yes")])
    start = r.randrange(0, 1440, 30)
    length = r.choice([60, 90, 120, 180, 240, 300])
    end = (start + length) % 1440
    service = r.choice(w.SERVICES) if r.random() < 0.5 else None
    a, b = w.hhmm(start), w.hhmm(end)

    def make(r):
        kind = r.random()
        minute = r.randrange(1440) if kind < 0.3 else (start + r.randrange(length)) % 1440 if kind < 0.7 else (start
            + r.choice([-2, -1, 0, 1, length - 2, length - 1, length, length + 1])) % 1440
        name = service if service and r.random() < 0.6 else r.choice(w.SERVICES)
        inside = (minute - start) % 1440 < length
        line = f"{head(r, r.choice(['ERROR', 'WARN', 'FATAL']), name, minute)} {fault(r, r.choice(sorted(FAULTS)))}"
        return line, mute if inside and (service is None or name == service) else page

    who = f"{service} lines" if service else "a line"
    only = f" and comes from {service}" if service else ""
    short = f" and service {service}" if service else ""
    return Task(
        key=(labels, start, length, service), labels=labels, pair=evened(make, labels),
        terse=[f"{mute} if time is in [{a}, {b}){short}, else {page}",
               f"{mute} for {who} from {a} up to but not including {b}; otherwise {page}"],
        casual=[f"we have maintenance daily from {a} until {b} (end not included). say {mute} if the line falls in there{only}, {page} if "
                "not", f"{page} unless the line was written between {a} (included) and {b} (not included){only}. then it's {mute}"],
        detailed=[f"There is a daily maintenance window from {a} to {b}; {a} belongs to it, {b} does not"
                  + (", and it crosses midnight" if start + length > 1440 else "") + f". Return {mute} if the log line was written in the "
                  f"window{only}. Return {page} in every other case.",
                  f"Compare the time of day of a log line with the window {a}-{b} (start inclusive, end exclusive, any date). The answer "
                  f"is {mute} when the time is inside the window{only}, otherwise {page}."])


@family(area="classification", theme=THEME, difficulty="hard")
def who_is_paged(r):
    """Whom a line goes to, by its level and by office hours."""
    people = r.sample(w.FIRST, 2)
    labels = tuple(pick_labels(r, [("DAY", "NIGHT", "NOBODY"), ("office", "on-call", "none"), ("team", "standby", "nobody"),
                                   (people[0], people[1], "no one"), ("desk", "pager", "log only")]))
    day, night, none = labels
    opens, closes = r.choice([7, 8, 9]), r.choice([16, 17, 18, 20])
    ring = r.choice([["ERROR", "FATAL"], ["FATAL"], ["ERROR", "FATAL"], ["WARN", "ERROR", "FATAL"]])
    all_levels = ["INFO", "WARN", "ERROR", "FATAL"]

    def make(r):
        level = r.choice(ring) if r.random() < 0.7 else r.choice(all_levels)
        minute = r.randrange(1440) if r.random() < 0.6 else r.choice([opens, closes]) * 60 + r.choice([-1, 0, 1, -20, 20])
        line = f"{head(r, level, None, minute)} {fault(r, r.choice(sorted(FAULTS)))}"
        return line, none if level not in ring else day if opens * 60 <= minute < closes * 60 else night

    rung, calm = options(ring), options([level for level in all_levels if level not in ring])
    a, b = f"{opens:02d}:00", f"{closes:02d}:00"
    return Task(
        key=(labels, opens, closes, ring), labels=labels, pair=evened(make, labels),
        terse=[f"{rung}: {day} from {a} to before {b}, else {night}; {calm}: {none}",
               f"level {calm} -> {none}; {rung} -> {day} if {a} <= time < {b}, otherwise {night}"],
        casual=[f"who gets this log line? {calm} goes to {none}. {rung} goes to {day} between {a} and {b} and to {night} at other times "
                f"({b} sharp is {night} already)", f"paging: only {rung} counts, anything else is {none}. by day, {a} until just before "
                                                   f"{b}, it's {day}, otherwise {night}"],
        detailed=[f"Decide who is paged for a log line. Lines with level {calm} give {none}. Lines with level {rung} give {day} if the "
                  f"time is at or after {a} and before {b}, and {night} outside these hours. The date plays no role.",
                  f"Return {options(labels)}. First look at the level: if it is not {rung}, the answer is {none}. If it is, look at the "
                  f"time of day: from {a} (inclusive) to {b} (exclusive) the answer is {day}; at any other time it is {night}."])


@family(area="classification", theme=THEME, difficulty="medium")
def error_rate_alarm(r):
    """Share of failed requests against a limit, with a minimum of traffic."""
    labels = bad, fine, few = pick_labels(r, [("ALARM", "OK", "TOO FEW"), ("high", "normal", "no data"), ("alert", "quiet", "skip"),
                                              ("breach", "within", "ignored"), ("bad", "good", "unclear")])
    percent, least = r.choice([1, 2, 5, 10, 20, 25]), r.choice([20, 50, 100, 200, 500])

    def make(r):
        total = r.randint(2, least - 1) if r.random() < 0.35 else r.choice([least, least * 2, least * 4, least * 5, least * 10, 1000,
            2000]) if r.random() < 0.8 else r.randint(least, least * 9) // 10 * 10
        edge = total * percent // 100
        failed = min(total, max(0, edge + r.choice([0, 1, -1, edge, edge // 2, -(edge // 2), edge * 2, -edge])))
        style = r.choice(["{s}: {t} requests, {f} failed", "requests={t} errors={f} svc={s}", "{c} {s} errors {f} of {t}",
                          "last {m} min on {s}: total {t}, failed {f}", "{s} | failed: {f} | total: {t} | {c}",
                          "{f} out of {t} calls to {s} ended in an error"])
        text = style.format(s=r.choice(w.SERVICES), t=total, f=failed, c=clock(r), m=r.choice([1, 5, 10, 15]))
        return text, few if total < least else bad if failed * 100 > percent * total else fine

    return Task(
        key=(labels, percent, least), labels=labels, pair=evened(make, labels),
        terse=[f"under {least} requests {few}; errors over {percent}% {bad}; else {fine}",
               f"{bad} if failed/total > {percent}%, else {fine}; total < {least}: {few}"],
        casual=[f"error rate check: more than {percent}% failed is {bad}, otherwise {fine}. with fewer than {least} requests just say "
                f"{few}", f"say {few} when there were less than {least} requests at all. if not, {bad} above {percent} percent errors and "
                          f"{fine} up to that"],
        detailed=[f"The line gives a total number of requests and how many of them failed. If the total is below {least}, return {few}. "
                  f"Otherwise return {bad} if more than {percent}% of the requests failed and {fine} if {percent}% or less failed.",
                  f"Judge an error rate with {options(labels)}. Fewer than {least} requests are not judged: {few}. With {least} or more "
                  f"requests, a share of failures greater than {percent} percent is {bad}; a smaller or equal share is {fine}."])


@family(area="classification", theme=THEME, difficulty="medium")
def slowest_stage_of_request(r):
    """The stage that took longest, in one line of timings."""
    stages = r.sample(["parse", "auth", "db", "cache", "render", "queue", "network", "compress", "validate", "log", "sort", "template",
                       "lookup", "encode"], r.randint(3, 5))
    limit, fine = r.choice([0, 50, 100, 150, 200]), r.choice(["ok", "none", "-", "FAST", "no problem"])
    with_time = r.random() < 0.4
    show = r.choice(["{}={}", "{} {}", "{}:{}", "{} ({})"]) if with_time else "{}"

    def pair(r):
        top = max(limit, 40)
        times = r.sample(range(1, top + 1 if limit and r.random() < 0.2 else top * 4), len(stages))
        order = list(zip(stages, times))
        r.shuffle(order)
        name, worst = max(order, key=lambda item: item[1])
        style, between = r.choice([("{}={}ms", " "), ("{}: {} ms", ", "), ("{} took {} ms", "; "), ("{} {}ms", " | ")])
        text = between.join(style.format(*item) for item in order)
        lead = r.choice(["", f"{clock(r)} {r.choice(w.SERVICES)} ", f"GET /{r.choice(w.NOUNS)}/{r.randint(1, 999)} ",
                         f"request {w.identifier(r, 6)} "])
        return lead + text, show.format(name, worst) if worst > limit else fine

    example = show.format(stages[0], 123)
    what = f"its name and ms like {example}" if with_time else "its name"
    edge = f"; {fine} if none is above {limit} ms" if limit else ""
    said = f"If no stage took more than {limit} ms, return {fine}." if limit else "Two stages never take equally long."
    return Task(
        key=(stages, limit, fine, show), pair=pair,
        terse=[f"slowest stage of {', '.join(stages)}: {what}{edge}", f"stage with most ms ({'/'.join(stages)}) -> {what}{edge}"],
        casual=[f"which stage took the longest? give me {what}" + (f", but say {fine} if they all stayed at {limit} ms or less" if limit
                                                                   else ""), f"find the biggest time in the line and print {what}"
                + (f". if even that's not over {limit} ms print {fine}" if limit else "")],
        detailed=[f"A log line lists how many milliseconds each stage of a request took ({', '.join(stages)}, in any order). Return the "
                  f"slowest stage: {what}. {said}", f"Find the stage with the longest duration among {options(stages, 'and')}. The answer "
                                                    f"is {what}. {said} Nothing else is printed."])
