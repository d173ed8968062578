"""Held out: kinds of classification that no trained family has - status, haggling, trend, circles, roots, patterns, precedence."""
import words as w
from task import Task, evened, family, options, pick_labels
from templates import phrases


@family(area="classification", theme="custom classification", difficulty="medium")
def event_past_planned_or_off(r):
    """Whether an event is over, still planned, called off, or only imagined."""
    all_labels = {"done": ("it has happened", ("done", "PAST", "happened")),
                  "planned": ("it will happen", ("planned", "FUTURE", "scheduled")),
                  "off": ("it was called off", ("off", "DROPPED", "cancelled")),
                  "idea": ("it is only an idea", ("idea", "IMAGINED", "wish"))}
    kinds = r.sample(sorted(all_labels), r.choice([3, 4]))
    style = r.randrange(3)
    labels = tuple(all_labels[k][1][style] for k in kinds)
    event = r.choice(["move", "trip", "party", "concert", "wedding", "sale", "race", "dinner", "show", "meeting", "course", "game",
                      "picnic", "exhibition"])
    lines = {
        "done": phrases("""The {e} in {c} was a great success.|{n} came home from the {e} yesterday.|At the {e} last {d}, {k} guests danced.
            Thanks to all who came to the {e} in {c}!|The photos of the {e} are online now, {n} took them.
            It rained during the whole {e} in {c}.|{n} told us how the {e} went.|The {e} of {m} is behind us."""),
        "planned": phrases("""The {e} in {c} starts next {d}.|{n} is looking forward to tomorrow's {e}.
            We'll hold the {e} in {m}, {k} guests have said yes.|Tickets for next week's {e} in {c} are sold out.
            Don't forget: the {e} is this coming {d}!|The date of the {e} is fixed now, {n} will open it.
            {n} is packing for the {e}, which begins tonight.|In {k} days the {e} in {c} will begin."""),
        "off": phrases("""The {e} in {c} has been cancelled.|{n} called off the {e} for good.|Sadly there will be no {e} in {m} after all.
            We had to drop the {e}, too few people signed up.|The {e} that {n} had planned for {d} won't take place.
            The {e} fell through, everybody got the money back.|Rain put an end to our plans for the {e}, it is off.
            {k} people had signed up, yet the {e} was scrapped."""),
        "idea": phrases("""If I had money, I would have a {e} in {c}.|{n} dreams of a {e} in {c} one day.
            Wouldn't a {e} with {k} people be nice?|Imagine a {e} in {c}, just the two of us!|Perhaps some day somebody suggests a {e}.
            I wish we could have a {e} like {n}.|What would a {e} in {c} cost, just out of curiosity?
            It is only a thought: a {e} with {n}."""),
    }

    def pair(r):
        at = r.randrange(len(kinds))
        text = r.choice(lines[kinds[at]]).format(e=event, c=w.city(r), n=w.first(r), d=r.choice(w.WEEKDAYS), k=r.randint(3, 90),
                                                 m=r.choice(w.MONTHS)).replace("a exhibition", "an exhibition")
        return r.choice(["", "", f"{w.first(r)}: ", f"Hi {w.first(r)}, news from us. ", f"Dear {w.person(r)}, "]) + text, labels[at]

    told = [(label, all_labels[k][0]) for label, k in zip(labels, kinds)]
    return Task(
        key=(labels, event), labels=labels, pair=pair,
        terse=[f"state of the {event}: " + "; ".join(f"{a} = {m}" for a, m in told),
               f"{event}: " + ", ".join(f"{m} -> {a}" for a, m in told)],
        casual=[f"what's the state of the {event} in this message? " + ", ".join(f"{a} when {m}" for a, m in told),
                f"messages about a {event}. ".replace("a ex", "an ex") + "; ".join(f"say {a} if {m}" for a, m in told)],
        detailed=[f"The input is a message that mentions a certain event: {event}. Return its state. "
                  + " ".join(f"{a}: {m}." for a, m in told) + " Return one label.",
                  f"Decide from the message how real the event ({event}) is at the time of writing and answer {options(labels)}. "
                  + " ".join(f"{a} means that {m}." for a, m in told)])


@family(area="classification", theme="custom classification", difficulty="hard")
def price_agreed_by_haggling(r):
    """The price that two people agree on in a short negotiation, if they do."""
    none, shape = r.choice(["no deal", "none", "-", "FAILED", "0"]), r.choice(["{}", "{} EUR", "${}", "deal at {}", "{} euros"])
    layout, between = r.choice([("{s}: {t}", "\n"), ("{s}: {t}", " "), ("<{s}> {t}", "\n"), ("[{s}] {t}", " / ")])

    def pair(r):
        buyer, seller = r.sample(w.FIRST, 2)
        high, low = r.randint(60, 300), r.randint(10, 40)
        turns = [(seller, r.choice(["The {p} is {x}.", "I want {x} for the {p}.", "{x} for the {p}, it is like new.",
                                    "My {p} costs {x}."]).format(p=r.choice([p for p in w.PRODUCTS if not p.endswith("s")]), x=high))]
        offer, asked = low, high
        for _ in range(r.randint(1, 2)):
            turns.append((buyer, r.choice(["Too much. I can give you {x}.", "How about {x}?", "I'd pay {x}.",
                                           "{x}, not more."]).format(x=offer)))
            asked = r.randint(offer + 5, asked - 1) if asked - offer > 8 else asked
            turns.append((seller, r.choice(["Not enough, make it {x}.", "I could go down to {x}.", "No, but {x} would be fine.",
                                            "Let's say {x}."]).format(x=asked)))
            offer = r.randint(offer + 1, max(offer + 1, asked - 2))
        end = r.choice(["buyer", "buyer", "seller", "seller", "off"])
        if end == "buyer":
            turns.append((buyer, r.choice(["Deal!", "All right, I take it.", "OK, agreed.", "Fine, that's settled."])))
        else:
            turns.append((buyer, r.choice(["My last word is {x}.", "I have {x} in my pocket, that's all.",
                                           "{x} and I take it now."]).format(x=offer)))
            turns.append((seller, r.choice(["Deal!", "Sold.", "All right, it is yours.", "Agreed."]) if end == "seller"
                          else r.choice(["No, sorry, goodbye.", "Then I keep it.", "No way.", "I'd rather keep it."])))
        return between.join(layout.format(s=s, t=t) for s, t in turns), none if end == "off" else shape.format(asked if end == "buyer"
            else offer)

    form = f"like '{shape.format(50)}'" if shape != "{}" else "the number only"
    return Task(
        key=(none, shape, layout, between), pair=pair,
        terse=[f"haggling -> price both agree on, {form}; no agreement: {none}",
               f"the price of the deal ({form}), or {none} if they don't agree"],
        casual=[f"two people haggle. at which price do they agree in the end? {form}. if there's no agreement {none}",
                f"read the negotiation and give me the final price, {form}. earlier offers don't count. {none} when the sale falls "
                "through"],
        detailed=[f"The input is a negotiation between a buyer and a seller. Return the price on which they finally agree, {form}: it is "
                  f"the last price named before somebody accepts. If nobody accepts, return {none}.",
                  f"Find out whether the two people come to an agreement and at which price. Output the agreed price, {form}; offers that "
                  f"were turned down are not wanted. Output {none} if they part without a deal."])


@family(area="classification", theme="log monitoring", difficulty="medium")
def trend_of_metric(r):
    """Whether a row of readings rises, falls or stays, by first and last value and a percentage."""
    labels = up, down, flat = pick_labels(r, [("RISING", "FALLING", "STEADY"), ("up", "down", "flat"), ("growing", "shrinking", "stable"),
                                              ("+", "-", "="), ("more", "less", "same")])
    percent = r.choice([5, 10, 20, 25, 50])
    metric = r.choice(["cpu", "queue length", "memory MB", "open sockets", "requests", "latency ms", "disk GB", "sessions"])

    def make(r):
        start = r.choice([20, 40, 60, 80, 100, 200, 400, 500, 1000])
        edge = start * percent // 100
        end = start + r.choice([edge, -edge, edge + 1, -edge - 1, r.randint(-edge, edge), r.randint(edge, edge * 3),
                                -r.randint(edge, min(start, edge * 3))])
        middle = [r.randint(min(start, end) - start // 20, max(start, end) + start // 10) for _ in range(r.randint(1, 5))]
        shown = r.choice([" ", ", ", " -> ", "; "]).join(map(str, [start, *middle, end]))
        text = r.choice(["{s} {m}: {v}", "{m} of {s} {v}", "{v} ({m}, {s})",
                         "[{s}] {m} = {v}"]).format(s=r.choice(w.SERVICES).replace("-01", "").replace("-3", ""), m=metric, v=shown)
        change = end - start
        return text, up if change * 100 > percent * start else down if -change * 100 > percent * start else flat

    return Task(
        key=(labels, percent, metric), labels=labels, pair=evened(make, labels),
        terse=[f"{metric}: last vs first reading: more than {percent}% higher {up}, more than {percent}% lower {down}, else {flat}",
               f"trend by first and last value only; over +{percent}% {up}, under -{percent}% {down}, otherwise {flat}"],
        casual=[f"where's it going? only compare the last number to the first: more than {percent}% above is {up}, more than {percent}% "
                f"below is {down}, anything else {flat}", f"{flat} if the last {metric} reading is within {percent}% of the first one. if "
                                                          f"it's higher than that {up}, if it's lower {down}"],
        detailed=[f"The input shows readings of {metric} in order of time. Compare the last reading with the first and ignore those "
                  f"between. Return {up} if it is more than {percent}% larger, {down} if it is more than {percent}% smaller, and {flat} "
                  "otherwise.", f"Determine the trend of a metric as {options(labels)}. The change from the first to the last reading, "
                                f"relative to the first, decides: above {percent}% {up}; below minus {percent}% {down}; in between "
                                f"(limits included) {flat}."])


@family(area="classification", theme="log monitoring", difficulty="hard")
def waiting_in_a_circle(r):
    """Do 'waits for' lines form a circle?"""
    labels = bad, fine = pick_labels(r, [("DEADLOCK", "OK"), ("cycle", "no cycle"), ("stuck", "fine"), ("yes", "no"), ("1", "0")])
    verb = r.choice(["waits for", "is blocked by", "needs", "->", "holds on for", "depends on"])
    names = r.choice([[f"T{n}" for n in range(1, 30)], list("ABCDEFGH"), w.SERVICES, w.FIRST, [f"job{n}" for n in range(1, 40)]])
    sep = r.choice(["\n", "; ", ", ", ". "])

    def make(r):
        size = r.randint(3, 5)
        nodes = r.sample(names, size)
        wait = {nodes[n]: nodes[n + 1] for n in range(size - 1)}
        if r.random() < 0.5:
            wait[nodes[-1]] = r.choice(nodes[:-1])
        elif r.random() < 0.5 and size > 3:
            del wait[nodes[r.randint(0, size - 3)]]
        lines = [f"{a} {verb} {b}" for a, b in wait.items()]
        r.shuffle(lines)
        circle = False
        for node in wait:
            seen = node
            for _ in range(size):
                seen = wait.get(seen)
                circle |= seen == node
        return sep.join(lines), bad if circle else fine

    return Task(
        key=(labels, verb, names[0], sep), labels=labels, pair=evened(make, labels),
        terse=[f"{bad} if the '{verb}' relations form a circle, else {fine}",
               f"any chain of '{verb}' that returns to its start: {bad}; none: {fine}"],
        casual=[f"do they block each other in a circle? read '{verb}' as an arrow. {bad} if you can come back to where you started, "
                f"{fine} if not", f"follow the '{verb}' lines: if some chain ends up at its own beginning say {bad}, otherwise {fine}"],
        detailed=[f"The input lists who '{verb}' whom. Return {bad} if following these relations from some participant leads back to the "
                  f"same participant. Return {fine} if there is no such circle.",
                  f"Detect circular waiting. Each entry 'X {verb} Y' is an arrow from X to Y. The answer is {bad} when the arrows contain "
                  f"a circle of any length, and {fine} when every chain comes to an end."])


@family(area="classification", theme="log monitoring", difficulty="hard")
def root_of_failing_services(r):
    """The failing service that explains the others, by the dependencies of the spec."""
    names = r.sample(w.SERVICES, r.choice([4, 5]))
    needs = {names[n]: names[n + 1] for n in range(len(names) - 2)}
    needs[names[-1]] = r.choice(names[1:-1])  # a second branch
    verb = r.choice(["needs", "calls", "depends on"])
    none, several = r.choice(["none", "all fine", "-", "OK"]), r.choice(["several", "unclear", "multiple", "mixed"])

    def pair(r):
        calm, double = r.random() < 0.12, r.random() < 0.25
        bad = set() if calm else {r.choice(names)}
        if double:
            bad |= {r.choice(names)} if bad else set()
        for _ in names:  # whatever needs a failing service may fail with it
            bad |= {a for a in names if needs.get(a) in bad and r.random() < 0.6}
        roots = [a for a in names if a in bad and needs.get(a) not in bad]
        shown = r.sample(names, len(names))
        form, between = r.choice([("{} {}", "\n"), ("{}: {}", ", "), ("{}={}", " "), ("{} is {}", "; ")])
        words = r.choice([("down", "up"), ("FAIL", "OK"), ("red", "green"), ("failing", "healthy")])
        text = between.join(form.format(a, words[a not in bad]) for a in shown)
        lead = r.choice(["", f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d} ", f"check {r.randint(1, 999)}: ", f"{w.city(r)}: "])
        return lead + text, none if not roots else roots[0] if len(roots) == 1 else several

    graph = ", ".join(f"{a} {verb} {b}" for a, b in needs.items())
    return Task(
        key=(names, needs, verb, none, several), pair=pair,
        terse=[f"{graph}. failing service whose own dependency is fine; more than one: {several}; nothing fails: {none}",
               f"root cause by: {graph}. {several} if not unique, {none} if nothing fails"],
        casual=[f"{graph}. which failing service is the root, i.e. what it {verb} is not failing? {several} if there are two or more, "
                f"{none} if all work", f"find the culprit: a failing service counts as root if nothing it {verb} fails. {graph}. two or "
                                       f"more roots: {several}. no failures: {none}"],
        detailed=[f"Dependencies: {graph}. The input gives the state of each service. A failing service is a root if it has no failing "
                  f"dependency. Return the name of the only root, {several} if there is more than one, {none} if no service fails.",
                  f"A service may fail only because the service that it {verb} fails. Given that {graph}, return the failing service "
                  f"which cannot be explained that way. If there are several such services, return {several}; if everything works, return "
                  f"{none}."])


@family(area="classification", theme="file and code semantics", difficulty="hard")
def ignored_by_patterns(r):
    """Is a path ignored by a list of patterns with one exception?"""
    labels = skip, keep = pick_labels(r, [("ignored", "tracked"), ("IGNORE", "KEEP"), ("yes", "no"), ("skip", "take"),
                                          ("excluded", "included")])
    ends = r.sample(["log", "tmp", "bak", "pyc", "o", "zip", "cache", "swp"], 2)
    folder = r.choice(["build", "dist", "node_modules", "target", "out", "coverage"])
    start = r.choice(["temp", "draft", "old", "local", "private"])
    kept = r.choice(["keep", "important", "README", "sample", "final"]) + "." + ends[0]
    tops = ["src", "lib", "app", "docs", "data", "web", "tools"]

    def make(r):
        parts = [r.choice(tops)] if r.random() < 0.8 else []
        if r.random() < 0.3:
            parts.insert(r.randint(0, len(parts)), r.choice([folder, folder, folder + "s", "my" + folder]))
        if r.random() < 0.4:
            parts.append(r.choice(tops + w.NOUNS))
        name = kept if r.random() < 0.2 else (start + r.choice(["_", "-", ""]) if r.random() < 0.2
                                              else r.choice(["", "", "my_" + start])) + r.choice(w.NOUNS) + "." + (r.choice(ends)
                                                  if r.random() < 0.4 else r.choice(["py", "md", "txt", "js", "json", "csv", "go", "html"]))
        ignored = folder in parts or name.startswith(start) or name.endswith(tuple("." + e for e in ends))
        return "/".join([*parts, name]), keep if name == kept or not ignored else skip

    rules = f"*.{ends[0]}, *.{ends[1]}, {folder}/, {start}*"
    return Task(
        key=(labels, ends, folder, start, kept), labels=labels, pair=evened(make, labels),
        terse=[f"{skip} if path matches {rules} (folder at any depth, file name otherwise), but {kept} is always {keep}; else {keep}",
               f"patterns {rules}; exception !{kept} ({keep} everywhere). match: {skip}, no match: {keep}"],
        casual=[f"our ignore list is {rules} and !{kept}. files called {kept} are always {keep}. other paths are {skip} if a folder in "
                f"them is {folder} or the file name matches a pattern, else {keep}",
                f"is this path ignored? {skip} for endings .{ends[0]} and .{ends[1]}, anything inside a folder {folder}, file names that "
                f"start with {start}. {keep} for the rest and for every {kept}"],
        detailed=[f"Decide whether a path is ignored. Patterns: {rules}. '{folder}/' matches a folder of exactly that name anywhere in "
                  f"the path; the others are matched against the file name. A file named {kept} is never ignored. Return {skip} or "
                  f"{keep}.", f"Return {keep} for any file called {kept}. Otherwise return {skip} if the file name ends in .{ends[0]} or "
                              f".{ends[1]}, if it begins with {start}, or if one of its folders is named {folder}. In all other cases "
                              f"return {keep}."])


@family(area="classification", theme="file and code semantics", difficulty="medium")
def port_taken_twice(r):
    """Two services of a config that share a port (or which port it is)."""
    none, want = r.choice(["none", "ok", "-", "no conflict"]), r.choice(["port", "names", "second"])
    sep = r.choice([",", " and ", " / ", "+", " & "])
    layout, between = r.choice([("{s}: {p}", "\n"), ("{s}={p}", " "), ("{s} listens on {p}", ", "), ("port {p} -> {s}", "\n"),
                                ("{s} {p}/tcp", "; ")])

    def pair(r):
        size = r.randint(3, 6)
        names, ports = r.sample(w.SERVICES, size), r.sample([80, 443, 3000, 5000, 5432, 6379, 8000, 8080, 8081, 8443, 9000, 9090, 9200,
                                                             27017, 5672, 1883], size)
        clash = r.random() < 0.8
        if clash:
            a, b = sorted(r.sample(range(size), 2))
            ports[b] = ports[a]
        text = between.join(layout.format(s=s, p=p) for s, p in zip(names, ports))
        return text, none if not clash else {"port": str(ports[a]), "names": f"{names[a]}{sep}{names[b]}", "second": names[b]}[want]

    what = {"port": "the port number", "names": f"both services in order of appearance, joined by '{sep}'",
            "second": "the service that is listed later"}[want]
    return Task(
        key=(none, want, sep if want == "names" else "", layout), pair=pair,
        terse=[f"two services on one port? print {what}; otherwise {none}", f"port conflict -> {what}; no conflict -> {none}"],
        casual=[f"check if a port is used twice. if it is give me {what}, if not say {none}",
                f"find the clash in this port list and answer with {what}. {none} when all ports differ"],
        detailed=[f"The input lists services and their ports. If two services have the same port, return {what}. If all ports are "
                  f"different, return {none}. There is never more than one conflict.",
                  f"Look for a port that is assigned to two services. Output {what} for such a conflict, and {none} if there is no "
                  "conflict."])


@family(area="classification", theme="file and code semantics", difficulty="medium")
def setting_by_precedence(r):
    """The effective value of a setting that several sources set, by an order of precedence."""
    sources = r.sample(["flag", "env", "file", "default", "profile", "project"], r.choice([3, 4]))
    setting = r.choice(["port", "level", "timeout", "region", "theme", "retries", "user", "mode"])
    others = [s for s in ["port", "level", "timeout", "region", "theme", "retries", "user", "mode"] if s != setting]
    none, want = r.choice(["unset", "none", "-", "undefined"]), r.choice(["value", "value", "source"])

    def value(r, name):
        numbers = name in ("port", "timeout", "retries")
        return str(r.randint(1, 9000)) if numbers else r.choice(w.NOUNS)

    def pair(r):
        entries = []
        holding = [] if r.random() < 0.15 else [s for s in sources if r.random() < 0.6] or [r.choice(sources)]
        values = {s: value(r, setting) for s in holding}
        for s in sources:
            names = r.sample(others, r.randint(0 if s in holding else 1, 1)) + ([setting] if s in holding else [])
            r.shuffle(names)
            entries += [(s, name, values[s] if name == setting else value(r, name)) for name in names]
        r.shuffle(entries)
        form, between = r.choice([("{0}: {1}={2}", "\n"), ("{1}={2} ({0})", ", "), ("[{0}] {1} {2}", " "), ("{0}.{1} = {2}", "; ")])
        text = between.join(form.format(*entry) for entry in entries)
        winner = next((s for s in sources if s in holding), None)
        return text, none if winner is None else values[winner] if want == "value" else winner

    order = " over ".join(sources)
    what = f"the value of {setting}" if want == "value" else f"the source whose {setting} counts"
    return Task(
        key=(sources, setting, none, want), pair=pair,
        terse=[f"{what}, precedence {order}; not set: {none}", f"{order}: print {what}, or {none} if nobody sets it"],
        casual=[f"several sources set things. {order} is the order. give me {what}, {none} if it isn't set anywhere",
                f"which one wins for {setting}? {order}. print {what} and {none} if there's no {setting}"],
        detailed=[f"The input lists settings with their sources in any order. For the setting {setting} the precedence is {order}. Return "
                  f"{what}; return {none} if no source sets {setting}. Other settings do not matter.",
                  f"Resolve a layered configuration. A source beats all that come after it in this order: {', '.join(sources)}. Output "
                  f"{what}. If {setting} is not set at all, output {none}."])
