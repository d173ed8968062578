"""Log monitoring: several lines or events together - counts, loops, gaps, causes and what came first."""
import re

import words as w
from task import Task, compact_json, evened, family, options, pick_labels
from templates import phrases

THEME = "log monitoring"


def hhmmss(second):
    return f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


WORK = phrases("""saved {n} rows|sent {n} mails|user {u} signed in|cache {n}% full|job {n} done|no answer from {u}|file {n}.csv read
    {n} retries left|error page shown to {u}|queue holds {n}|report for {u} built|port {n} closed|warning mail sent|timeout set to {n} s
    page {n} rendered""")
TROUBLE = phrases("""cannot reach {u}|retry {n} failed|lost connection {n}|login of {u} rejected|disk {n} is slow|file {n}.csv is missing
    bad line {n} in input|timeout after {n} s|info page not found|queue {n} is full|token of {u} expired|debug port {n} in use
    no answer from {u}|job {n} aborted|row {n} is broken|user {u} unknown""")


def message(r, level="INFO"):
    """What a line of the level may say; now and then the words do not suit the level."""
    trouble = (level in ("WARN", "ERROR", "FATAL")) != (r.random() < 0.1)
    return r.choice(TROUBLE if trouble else WORK).format(n=r.randint(2, 99), u=w.first(r).lower())


@family(area="classification", theme=THEME, difficulty="medium")
def count_lines_at_level(r):
    """How many of a few log lines have a level (and perhaps come from one service)."""
    level = r.choice([["ERROR"], ["WARN"], ["INFO"], ["DEBUG"], ["ERROR", "FATAL"], ["WARN", "ERROR"]])
    service = r.choice(w.SERVICES) if r.random() < 0.5 else None
    zero = r.choice(["0", "none", "-", "zero"])
    layout = r.choice(["{t} {l} {s}: {m}", "{l} [{s}] {m}", "[{t}] {s} {l} {m}", "{s} {l}: {m}"])

    def pair(r):
        lines, count = [], 0
        for _ in range(r.randint(3, 6)):
            kind = r.choice(level if r.random() < 0.45 else ["ERROR", "WARN", "INFO", "DEBUG", "FATAL"])
            name = service if service and r.random() < 0.65 else r.choice([s for s in w.SERVICES if s != service])
            count += kind in level and name == (service or name)
            lines.append(layout.format(t=hhmmss(r.randrange(86400)), l=kind, s=name, m=message(r, kind)))
        return "\n".join(lines), str(count) if count else zero

    what = f"{options(level)} lines" + (f" of {service}" if service else "")
    other = f", {zero} if there are none" if zero != "0" else ", 0 if there are none"
    return Task(
        key=(level, service, zero, layout), pair=pair,
        terse=[f"number of {what} in the log{other}", f"count {what}{other}; the level field counts, not the message"],
        casual=[f"how many {what} are in here? just the number{other}",
                f"count the {what} for me please. words in the message text don't matter, only the "
                f"level{' and the service' if service else ''}{other}"],
        detailed=[f"The input is a short log, one entry per line. Return the number of {what} as digits{other}. Only the level field "
                  "decides; words like 'error' in the message are not counted.",
                  f"Count how many entries of the log have the level {options(level)}"
                  + (f" and come from the service {service}" if service else "") + f". Print the count in digits{other}."])


@family(area="classification", theme=THEME, difficulty="hard")
def restart_loop_in_window(r):
    """Do any N starts of a service lie within M minutes?"""
    loop, fine = labels = pick_labels(r, [("LOOP", "STABLE"), ("crash loop", "normal"), ("alarm", "ok"), ("yes", "no"),
                                          ("restarting", "healthy")])
    count, span = r.choice([3, 3, 4, 5]), r.choice([5, 10, 15, 20, 30, 60])

    def make(r):
        size, start = r.randint(count, count + 3), r.randint(0, 600)
        wide = span * 4
        times = sorted(start + t for t in (r.sample(range(wide), size) if r.random() < 0.5
                                           else [r.randrange(wide), *(r.randrange(1, wide) for _ in range(size - 1))]))
        times = sorted(set(times))
        hit = any(times[n + count - 1] - times[n] <= span for n in range(len(times) - count + 1))
        name = r.choice(w.SERVICES)
        shown = ", ".join(map(w.hhmm, times))
        return r.choice([f"{name} started at {shown}", f"starts of {name}: {shown}", f"{name} restarts -> {shown}",
                         f"pod {name}-{w.identifier(r, 4)} came up at {shown}"]), loop if hit else fine

    return Task(
        key=(labels, count, span), labels=labels, pair=evened(make, labels),
        terse=[f"{loop} if some {count} starts lie within {span} minutes (first to last at most {span}), else {fine}",
               f"any {count} start times spanning <= {span} min: {loop}; otherwise {fine}"],
        casual=[f"is the service in a restart loop? {loop} if it came up {count} times within {span} minutes at any point ({span} exactly "
                f"counts), otherwise {fine}",
                f"look at the start times. if {count} of them in a row fit in {span} minutes or less say {loop}, else {fine}"],
        detailed=[f"The input lists the times at which a service started, in ascending order on one day. Return {loop} if there are "
                  f"{count} consecutive starts where the last is at most {span} minutes after the first. Return {fine} otherwise.",
                  f"Detect restart loops. {loop} means that {count} starts happened within {span} minutes, i.e. the difference between "
                  f"the first and the {count}{'rd' if count == 3 else 'th'} of them is {span} minutes or less. If no such group exists, "
                  f"the answer is {fine}."])


@family(area="classification", theme=THEME, difficulty="medium")
def flapping_or_last_state(r):
    """A row of states: flapping if it changes often, else the last state."""
    up, down = r.choice([("up", "down"), ("UP", "DOWN"), ("ok", "fail"), ("1", "0"), ("online", "offline"), ("green", "red"), ("+", "-")])
    flap, good, bad = labels = pick_labels(r, [("FLAPPING", "UP", "DOWN"), ("unstable", "healthy", "broken"), ("flap", "fine", "dead"),
                                               ("F", "G", "B"), ("noise", "recovered", "outage")])
    limit = r.choice([3, 4, 5])
    sep = r.choice([" ", ", ", " > ", " -> "])

    def make(r):
        turn = r.choice([0.1, 0.3, 0.5, 0.8])
        states = [r.choice([up, down])]
        for _ in range(r.randint(limit + 1, limit + 6)):
            states.append((down if states[-1] == up else up) if r.random() < turn else states[-1])
        changes = sum(a != b for a, b in zip(states, states[1:]))
        text = r.choice(["{s}: {l}", "{s} {l}", "state of {s}: {l}", "{t} {s} {l}", "probe {n} ({s}): {l}"]).format(s=r.choice(w.SERVICES),
            l=sep.join(states), t=w.hhmm(r.randrange(1440)), n=r.randint(1, 99))
        return text, flap if changes >= limit else good if states[-1] == up else bad

    return Task(
        key=(up, down, labels, limit, sep), labels=labels, pair=evened(make, labels),
        terse=[f"{limit}+ changes between {up} and {down}: {flap}; else last state {up} {good}, {down} {bad}",
               f"state row: {flap} if it switches at least {limit} times, otherwise {good} if it ends with {up}, {bad} if with {down}"],
        casual=[f"states are {up} and {down}, oldest first. if it flips {limit} times or more it's {flap}. if not, tell me {good} when "
                f"the last one is {up} and {bad} when it's {down}",
                f"is it flapping? at least {limit} switches between neighbours means {flap}. otherwise go by the final state: {up} = "
                f"{good}, {down} = {bad}"],
        detailed=[f"The input is a row of check results ({up} or {down}) from oldest to newest. Count how often a result differs from the "
                  f"one before. With {limit} or more such changes return {flap}. With fewer, return {good} if the last result is {up} and "
                  f"{bad} if it is {down}.",
                  f"Classify a service by its history as {options(labels)}. A change is a step from {up} to {down} or back. {limit} "
                  f"changes or more: {flap}. Fewer changes: the newest (last) state decides, {up} gives {good} and {down} gives {bad}."])


@family(area="classification", theme=THEME, difficulty="medium")
def failures_in_a_row(r):
    """The longest run of failed checks against a limit, or the length of that run."""
    good, bad = r.choice([("ok", "fail"), ("pass", "FAIL"), ("200", "500"), ("y", "n"), ("success", "timeout"), (".", "x"),
                          ("reply", "lost")])
    limit = r.choice([2, 3, 4, 5])
    now = r.random() < 0.4
    labels = alarm, calm = pick_labels(r, [("ALARM", "OK"), ("escalate", "wait"), ("down", "alive"), ("open", "closed"), ("1", "0"),
                                           ("page", "ignore")])

    def make(r):
        states = [r.choice([good, bad, bad] if r.random() < 0.7 else [good]) for _ in range(r.randint(limit + 1, limit + 7))]
        if now and r.random() < 0.4:
            states += [bad] * r.randint(limit - 1, limit)
        runs = [len(run) for run in re.findall("b+", "".join("b" if s == bad else "g" for s in states))] or [0]
        run = (runs[-1] if states[-1] == bad else 0) if now else max(runs)
        text = r.choice(["{s} {l}", "checks of {s}: {l}", "{s} probe every {n} s: {l}", "[{t}] {s} {l}"]).format(s=r.choice(w.SERVICES),
            l=" ".join(states), n=r.choice([5, 10, 30, 60]), t=w.hhmm(r.randrange(1440)))
        return text, alarm if run >= limit else calm

    where = f"the last {limit} results are all {bad}" if now else f"{bad} occurs {limit} or more times in a row anywhere"
    short = f"the row ends with {limit} or more {bad}" if now else f"{limit}+ {bad} in a row somewhere"
    return Task(
        key=(good, bad, limit, now, labels), labels=labels, pair=evened(make, labels),
        terse=[f"{alarm} if {where}, else {calm}", f"check results ({good}/{bad}): {short} -> {alarm}, otherwise {calm}"],
        casual=[f"tell me {alarm} when {where}. if that's not the case, {calm}",
                f"one bad check is no problem. only if {short} i want {alarm}; else {calm}"],
        detailed=[f"The input shows the results of a health check from oldest to newest, each {good} or {bad}. Return {alarm} if {where}. "
                  f"Return {calm} otherwise.", f"Raise an alarm only for repeated failures. The answer is {alarm} when {where} (results "
                                               f"are in order of time, newest last); in any other case it is {calm}."])


@family(area="classification", theme=THEME, difficulty="medium")
def silent_since_heartbeat(r):
    """Seconds between the last sign of life and now, put into three states."""
    labels = dead, late, alive = pick_labels(r, [("DEAD", "LATE", "ALIVE"), ("lost", "delayed", "fresh"), ("offline", "stale", "online"),
                                                 ("red", "amber", "green"), ("gone", "slow", "here")])
    soft = r.choice([15, 30, 45, 60, 90, 120])
    hard = soft * r.choice([2, 3, 5])

    def make(r):
        now = r.randint(hard * 4, 86399)
        gap = r.choice([r.randint(0, soft), r.randint(soft + 1, hard), r.randint(hard + 1, hard * 3), soft, soft + 1, hard, hard + 1])
        a, b = hhmmss(now - gap), hhmmss(now)
        text = r.choice(["{s} last seen {a}, now {b}", "now={b} agent={s} last_beat={a}", "It is {b}. {s} sent its last heartbeat at {a}.",
                         "{s}-{n}: heartbeat {a} (checked {b})", "checked at {b}: newest message of {s} is from {a}",
                         "{c} node {n}, last ping {a}, clock {b}"])
        return text.format(s=r.choice(w.SERVICES), a=a, b=b, n=r.randint(1, 50),
                           c=w.city(r)), dead if gap > hard else late if gap > soft else alive

    return Task(
        key=(labels, soft, hard), labels=labels, pair=evened(make, labels),
        terse=[f"seconds since the last heartbeat: up to {soft} {alive}, up to {hard} {late}, more {dead}",
               f"now minus last sign of life > {hard} s {dead}; > {soft} s {late}; else {alive}"],
        casual=[f"how long has it been silent? up to {soft} seconds is {alive}, up to {hard} is {late} and anything longer {dead}",
                f"subtract the last beat from the current time: over {hard} seconds means {dead}, over {soft} means {late}, otherwise "
                f"{alive}"],
        detailed=[f"The line contains the current time and the time of the last heartbeat of a component on the same day. Return {alive} "
                  f"if at most {soft} seconds have passed, {late} if more than {soft} but at most {hard} seconds have passed, and {dead} "
                  f"if it is more than {hard} seconds.",
                  f"State of an agent: {options(labels)}. Compute the time since its last sign of life. Longer than {hard} seconds is "
                  f"{dead}. Otherwise longer than {soft} seconds is {late}. Everything else is {alive}."])


EXCEPTIONS = phrases("""TimeoutError|ConnectionRefused|KeyError|ValueError|NullPointerException|FileNotFoundError|PermissionDenied
    OutOfMemoryError|ParseError|IndexOutOfBounds|DivisionByZero|SSLHandshakeError|DeadlockException|DiskFullError|InvalidTokenException
    DecodeError|SchemaMismatch|QuotaExceeded|StackOverflow|UnknownHost|TypeMismatch|LockTimeout|BrokenPipe|MissingField""")
WRAPPERS = phrases("""ServiceException|RequestFailed|JobError|HandlerException|RepositoryError|TaskFailed|RuntimeException|WorkerError
    DispatchError|BatchFailed|ControllerException|ApiError""")


@family(area="classification", theme=THEME, difficulty="medium")
def root_cause_of_trace(r):
    """The exception at the root of a chained stack trace (or the outermost one, or its line)."""
    want = r.choice(["root", "root", "outer", "count", "place"])
    python = r.random() < 0.5
    none = r.choice(["none", "-", "no cause"])
    link = "The above exception was the direct cause of the following exception:" if python else "Caused by:"

    def frame(r):
        noun, verb = r.choice(w.NOUNS), r.choice(["load", "save", "send", "parse", "open", "run", "merge", "check"])
        return (f"{noun}.py:{r.randint(5, 400)} in {verb}",
                f"{noun}.py:{{}}") if python else (f"at {noun.title()}.{verb}({noun.title()}.java:{r.randint(5, 400)})", "")

    def pair(r):
        depth = 0 if r.random() < 0.15 else r.choice([1, 1, 2])
        chain = [r.choice(EXCEPTIONS)] + r.sample(WRAPPERS, depth)  # root first
        places = [frame(r)[0] for _ in chain]
        said = [f"{name}: {r.choice(TROUBLE).format(n=r.randint(2, 99), u=w.first(r).lower())}" for name in chain]
        blocks = [f"{place}\n{text}" if python else f"{text}\n  {place}" for place, text in zip(places, said)]
        text = f"\n{link}\n".join(blocks) if python else f"\n{link} ".join(reversed(blocks))
        if r.random() < 0.4:
            text = f"{hhmmss(r.randrange(86400))} ERROR {r.choice(w.SERVICES)} failed\n" + text
        answers = {"root": chain[0], "outer": chain[-1], "count": str(len(chain)),
                   "place": re.search(r"\w+\.(?:py|java):\d+", places[0])[0]}
        return text, none if want != "count" and depth == 0 else answers[want]

    mark = "'direct cause' line" if python else "'Caused by:'"
    order = f"the first exception is the original, each {mark} leads to the next"
    order = order if python else f"each {mark} names the cause of the exception above"
    asked = {"root": "class name of the root cause (original exception)", "outer": "class name of the outermost (last thrown) exception",
             "count": "number of exceptions in the chain",
             "place": "file:line where the root cause (original exception) was raised"}[want]
    edge = f"; {none} if there is no {mark}" if want != "count" else "; 1 if nothing is chained"
    return Task(
        key=(want, python, none), pair=pair,
        terse=[f"stack trace -> {asked}{edge}", f"{mark} chain: {asked}{edge}"],
        casual=[f"from this trace i need the {asked}. {order}{edge}", f"read the trace, {order}. print the {asked}{edge}"],
        detailed=[f"The input is a stack trace of chained exceptions; {order}. Return the {asked}{edge}. Print nothing else.",
                  f"Analyse an error report. In the trace {order}. Output the {asked}, without messages or other text{edge}."])


@family(area="classification", theme=THEME, difficulty="hard")
def same_event_or_not(r):
    """Are two log lines the same event once times and numbers are ignored?"""
    labels = same, other = pick_labels(r, [("SAME", "DIFFERENT"), ("duplicate", "new"), ("yes", "no"), ("1", "0"), ("equal", "distinct"),
                                           ("merge", "keep")])
    counted = r.choice([["message"], ["service", "message"], ["level", "message"], ["level", "service", "message"]])
    layout = r.choice(["{t} {l} {s}: {m}", "[{t}] {s} {l} {m}", "{l} {s} - {m} - {t}", "{s} | {l} | {m} | {t}"])
    parts = phrases("""job # failed|user # logged out|disk # is slow|order # paid|batch # started|worker # stopped|file # uploaded
        cache # cleared|lease # expired|node # joined|node # left|mail # bounced|page # rendered|call # dropped|key # rotated|shard # moved
        test # passed|test # failed|link # is down|link # is up|rule # matched|port # opened|port # closed""")
    tails = ["", " after # s", " in region #", " (try #)", " with code #", " on host #", " for tenant #"]

    def make(r):
        one = {"message": r.choice(parts) + r.choice(tails), "service": r.choice(w.SERVICES), "level": r.choice(["INFO", "WARN", "ERROR"])}
        two = dict(one)
        if r.random() < 0.7:
            change = r.choice(["message", "message", "service", "level"])
            two[change] = r.choice({"message": [r.choice(parts) + r.choice(tails),
                                                one["message"].split("#")[0] + "#" + r.choice(parts).split("#")[1]], "service": w.SERVICES,
                                    "level": ["INFO", "WARN", "ERROR"]}[change])
        lines = [layout.format(t=hhmmss(r.randrange(86400)), l=x["level"], s=x["service"],
                               m=re.sub("#", lambda _: str(r.randint(2, 999)), x["message"])) for x in (one, two)]
        return "\n".join(lines), same if all(one[k] == two[k] for k in counted) else other

    rule = options(counted, "and")
    free = options([k for k in ("level", "service") if k not in counted] or ["nothing else"], "and")
    return Task(
        key=(labels, counted, layout), labels=labels, pair=evened(make, labels),
        terse=[f"two log lines: {same} if equal in {rule} once times and numbers are ignored, else {other}",
               f"ignoring timestamps and numbers in the message, same {rule}? {same}, otherwise {other}"],
        casual=[f"are these two lines the same event? compare {rule} only; times and numbers in the message don't matter. {same} or "
                f"{other}", f"dedupe logs: {same} when both lines agree in {rule} after you drop the time and the numbers in the text, "
                            f"{other} when not"],
        detailed=[f"Compare two log lines. Ignore the time and every number in the message text; {free} may differ. Return {same} if the "
                  f"lines agree in {rule}, {other} if not.",
                  f"Two lines count as one event if their {rule} agree word for word after numbers in the text and times have been "
                  f"blanked out. Output {same} for one event and {other} for two different events."])


@family(area="classification", theme=THEME, difficulty="hard")
def first_service_to_fail(r):
    """The service with the earliest (or latest) line of a level, in lines that are not in order."""
    level, early = r.choice(["ERROR", "FATAL", "WARN"]), r.random() < 0.7
    none, want = r.choice(["none", "N/A", "-", "all well"]), r.choice(["service", "service", "time", "both"])
    layout = r.choice(["{t} {s} {l} {m}", "[{t}] {l} {s}: {m}", "{l} {t} {s} - {m}", "{s} | {t} | {l} | {m}"])
    sep = r.choice([" ", " at ", ",", "@"])

    def pair(r):
        size = r.randint(3, 5)
        times, names = r.sample(range(86400), size), r.sample(w.SERVICES, size)
        if r.random() < 0.5:
            start = r.randint(0, 80000)
            times = r.sample(range(start, start + 300), size)
        calm = r.random() < 0.15
        levels = [r.choice(["INFO", "DEBUG"] if calm or r.random() < 0.4 else [level]) for _ in range(size)]
        hits = [(t, s) for t, s, l in zip(times, names, levels) if l == level]
        text = "\n".join(layout.format(t=hhmmss(t), s=s, l=l, m=message(r, l)) for t, s, l in zip(times, names, levels))
        if not hits:
            return text, none
        time, name = (min if early else max)(hits)
        return text, {"service": name, "time": hhmmss(time), "both": f"{name}{sep}{hhmmss(time)}"}[want]

    when = "earliest" if early else "latest"
    what = {"service": "the service", "time": "the time", "both": f"service and time joined like auth-api{sep}08:15:00"}[want]
    return Task(
        key=(level, early, none, want, layout, sep if want == "both" else ""), pair=pair,
        terse=[f"{when} {level} line by time (lines are shuffled): {what}; no {level}: {none}",
               f"unsorted log; {what} of the {when} {level}, or {none}"],
        casual=[f"these lines aren't in order. find the {when} {level} by its time and give me {what}, or {none} if there's no {level} at "
                "all", f"which {level} came {'first' if early else 'last'}? answer with {what}. if no line has {level} say {none}"],
        detailed=[f"The input holds log lines of one day in random order. Among the lines with level {level} take the one with the {when} "
                  f"time and return {what}. If no line has this level, return {none}.",
                  f"Find where trouble {'began' if early else 'ended'}: look only at {level} lines, compare their times of day and output "
                  f"{what} of the {when} one. Output {none} if there is no {level} line."])


@family(area="classification", theme=THEME, difficulty="hard")
def noisiest_source(r):
    """The service (or host) with the most lines of a level; a tie has its own answer."""
    level = r.choice(["ERROR", "WARN", "FATAL", None])
    tie, none = r.choice(["tie", "several", "=", "draw"]), r.choice(["none", "-", "N/A", "nobody"])
    counted = r.random() < 0.4
    mark = r.choice([":", " x", " ", "="])

    def pair(r):
        names = r.sample(w.SERVICES, r.choice([2, 3]))
        lines, counts = [], dict.fromkeys(names, 0)
        favourite, calm = r.choice(names), level and r.random() < 0.12
        for _ in range(r.randint(4, 7)):
            name = favourite if r.random() < 0.4 else r.choice(names)
            kind = "INFO" if calm else (level if level and r.random() < 0.65 else r.choice(["INFO", "DEBUG", "NOTICE"]))
            counts[name] += kind == level or level is None
            lines.append(f"{name} {kind} {message(r, kind)}")
        most = max(counts.values())
        top = [name for name in names if counts[name] == most]
        answer = none if not most else tie if len(top) > 1 else top[0] + (f"{mark}{most}" if counted else "")
        return "\n".join(lines), answer

    what = f"{level} lines" if level else "lines"
    form = f", written like nginx{mark}3 with its count" if counted else ""
    empty = f"; no {level} at all: {none}" if level else ""
    return Task(
        key=(level, tie, none if level else "", counted and mark), pair=pair,
        terse=[f"service with the most {what}{form}; shared first place: {tie}{empty}",
               f"who logs most {what}? name of the service{form}; {tie} if equal{empty}"],
        casual=[f"which service has the most {what} here{form}? if two share the top spot say {tie}{empty}",
                f"count {what} per service and give me the winner{form}. {tie} when there's no single winner{empty}"],
        detailed=[f"Count the {what} of each service (the first word of a line). Return the service with the highest count{form}. If "
                  f"several services share the highest count, return {tie}{empty}.",
                  f"Find the noisiest service of the log: the one with the largest number of {what}{form}. A draw at the top gives "
                  f"{tie}{empty}."])


@family(area="classification", theme=THEME, difficulty="hard")
def jobs_without_an_end(r):
    """Jobs that a log starts and never ends."""
    start, end = r.choice([("start", "end"), ("begin", "done"), ("opened", "closed"), ("acquire", "release"), ("START", "STOP"),
                           ("enter", "leave")])
    sep, none = r.choice([",", ", ", " ", "+", ";"]), r.choice(["none", "all done", "-", "OK", "[]"])
    as_json = r.random() < 0.2
    if as_json:
        none = "[]"
    kind = r.choice(["job", "task", "lock", "session", "batch", "request"])

    def pair(r):
        names = [r.choice([f"{kind}{n}", f"{kind}{n}"]) for n in r.sample(range(1, 99), r.randint(2, 4))]
        open_ = [] if r.random() < 0.2 else r.sample(names, r.randint(1, min(2, len(names))))
        events = [(r.random(), name, start) for name in names]
        events += [(at + r.random(), name, end) for at, name, _ in events if name not in open_]
        second, lines, begun = r.randrange(80000), [], []
        for _, name, what in sorted(events):
            second += r.randint(1, 40)
            lines.append(f"{hhmmss(second)} {what} {name}" + (r.choice(["", f" by {w.first(r).lower()}", f" on {r.choice(w.SERVICES)}"])))
            begun += [name] if what == start else []
        left = [name for name in begun if name in open_]
        return "\n".join(lines), compact_json(left) if as_json else sep.join(left) or none

    shape = "as a compact JSON array of strings, [] if there is none" if as_json else f"joined by '{sep}', or {none} if every {kind} ended"
    return Task(
        key=(start, end, sep, none, as_json, kind), pair=pair, kind="json" if as_json else "",
        terse=[f"each {kind} with '{start}' but no '{end}', in order of {start}, {shape}",
               f"unfinished: '{start}' lacking '{end}' -> names in order of their '{start}', {shape}"],
        casual=[f"which {kind} names come up with '{start}' but never with '{end}'? list them in the order of their '{start}' lines, "
                f"{shape}", f"find what's still open: {start} without {end}. names only, in order of the {start} lines, {shape}"],
        detailed=[f"The log has a line '{start}' and normally a line '{end}' for every {kind}. Return the names of those without '{end}', "
                  f"in the order of their '{start}' lines, {shape}.",
                  f"Match '{start}' and '{end}' lines by name. Whatever was begun but not finished is the result: names ordered by their "
                  f"'{start}' line, {shape}."])
