"""Agent watchdog: what state a process or an agent is in, from the last thing that it printed."""
import words as w
from task import Task, family, options, pick_labels

FILES = [f"{noun}{end}" for noun in w.NOUNS[:120] for end in (".py", ".log", ".csv", ".md", ".json", ".zip")]
PACKAGES = """alembic arrow bento brotli cairo celery click colorama dask dotenv falcon fiona flask fonttools gensim gunicorn httpie jinja
kombu lxml marko mistune moto nltk pandas pillow pyyaml requests rich scipy seaborn shapely tabulate toolz tornado tqdm uvloop websockets
xlrd""".split()


def slots(r):
    """Values for the slots of the templates of this file."""
    n = r.randint(2, 98)
    return dict(file=r.choice(FILES), file2=r.choice(FILES), service=r.choice(w.SERVICES), package=r.choice(PACKAGES), person=w.person(r),
                noun=r.choice(w.NOUNS),
                adj=r.choice(w.ADJECTIVES), n=n, m=r.randint(n + 1, n + 300), p=r.randint(1, 99),
                version=f"{r.randint(0, 9)}.{r.randint(0, 30)}", city=w.city(r),
                id=w.identifier(r, 6), time=f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}", s=r.randint(2, 59))


STATES = {
    "waiting": ("asks for input", ["Overwrite {file}? [y/N]", "Password for {service}:",
                                      "Continue with the upgrade of {package} to {version}? (yes/no)", "Press ENTER to go on with {file}",
                                      "Select a region for {service} (1-4):", "Enter the name of the new {noun}:",
                                      "{file} already exists. Replace it? [Y/n]",
                                      "Type the ticket number to confirm the removal of {service}:", "Which {noun} do you want to keep? >",
                                      "Are you sure you want to delete {m} rows? (y/n)",
                                      "Login as {person}? [yes]:", "Please choose an editor for {file}:",
                                      "Proceed ([y]/n)? {package} {version} will be installed", "PIN for key {id}:"]),
    "running": ("still working", ["Downloading {package}-{version} ... {p}%", "compiled {n} of {m} files",
                                           "[{n}/{m}] linking {file}", "copying {file} to {service} ...",
                                           "still indexing, {n} of {m} documents", "epoch {n}/{m} loss 0.{p}",
                                           "uploading {file}: {p}% eta 00:{s:02d}", "Collecting {package}>={version} ...",
                                           "testing {noun}_{adj} ... ", "transferred {n} MB of {m} MB",
                                           "Resolving dependencies of {package}...", "scanning {file}, {n} done, {m} to go",
                                           "migrating table {noun} ({n} of {m})", "building image {service}: step {n}/{m}"]),
    "finished": ("ended well", ["Successfully installed {package}-{version}", "{m} passed in {n}.{p}s", "All done. {m} files written.",
                                   "build of {service} finished in {s} s",
                                   "backup complete: {file} ({m} MB)", "Process exited with code 0 after {s} s",
                                   "upload of {file} complete", "Migration {id} applied, nothing left to do",
                                   "Deployed {service} {version} to {city}. Bye.", "finished: {n} of {n} jobs succeeded",
                                   "Exported {m} rows to {file}. Done.", "everything up to date in {service}",
                                   "100% - {file} saved, closing", "checks passed for {file}, exit status 0"]),
    "failed": ("ended with an error", ["ModuleNotFoundError: No module named '{package}'",
                                          "error: cannot open {file}: permission denied", "Process exited with code {n} after {s} s",
                                          "FATAL: {service} refused the connection, giving up", "build of {service} failed at step {n}",
                                          "make: *** [{noun}] Error {n}",
                                          "npm ERR! missing script: {noun}", "{n} failed, {m} passed in {s}.{p}s",
                                          "Segmentation fault (core dumped) in {noun}",
                                          "Traceback: KeyError '{noun}' in {file}, aborted", "deploy of {service} aborted: disk full",
                                          "fatal: not a git repository: {noun}",
                                          "killed: out of memory while reading {file}", "upload of {file} failed after {n} attempts"])}
STATE_NAMES = {"waiting": ["WAITING", "waiting", "needs_input", "input", "prompt", "W"],
               "running": ["RUNNING", "running", "busy", "in progress", "working", "R"],
               "finished": ["FINISHED", "finished", "done", "success", "complete", "F"],
               "failed": ["FAILED", "failed", "error", "failure", "broken", "X"]}
EARLIER = ["$ start {service}", "reading {file}", "warning: {package} {version} is old", "[{time}] {service} started", "using cache {id}",
           "loaded {m} settings", "note: {noun} is {adj}",
           "found {n} files", "hello {person}", "connected to {service}"]


@family(area="agentic", theme="agent watchdog", difficulty="medium")
def terminal_state_of_process(r):
    """Waiting, running, finished or failed, from the end of a terminal's output."""
    states = r.choice([list(STATES), r.sample(sorted(STATES), 2), r.sample(sorted(STATES), 3),
                       r.sample(sorted(STATES), 3)])
    style = r.randint(0, 5)
    names = {state: STATE_NAMES[state][style] for state in states}

    def pair(r):
        state = r.choice(states)
        lines = [r.choice(EARLIER) for _ in range(r.choice([0, 0, 1, 2]))] + [r.choice(STATES[state][1])]
        return "\n".join(line.format(**slots(r)) for line in lines).strip(), names[state]

    told = ", ".join(f"{names[state]} ({STATES[state][0]})" for state in states)
    rule = "; ".join(f"{names[state]}: {STATES[state][0]}" for state in states)
    return Task(
        key=sorted(names.items()), labels=tuple(names.values()), pair=pair,
        terse=[f"process state by the last output line: {told}", f"terminal output, last line decides: {rule}"],
        casual=[f"what is this program doing right now? go by the last line: {rule}",
                f"look at the end of the terminal and tell me {options(names.values())}. {rule}"],
        detailed=[f"The input is the latest output of a process. Only its last line decides. States: {rule}. Output nothing but the state.",
                  f"A supervisor watches a terminal. From the last line printed, classify the process as one of {told}. Earlier lines may "
                  "be ignored."])


@family(area="agentic", theme="agent watchdog", difficulty="hard")
def interrupt_or_keep_waiting(r):
    """Interrupt a process or keep waiting, by its silence, its run time and its load."""
    stop, wait = pick_labels(r, [("INTERRUPT", "WAIT"), ("kill", "wait"), ("stop", "continue"), ("cancel", "keep"), ("ctrl-c", "nothing"),
                                 ("abort", "leave")])
    quiet, total = r.choice([30, 45, 60, 90, 120]), r.choice([300, 600, 900, 1200])
    load = r.choice([None, None, 2, 5, 10])

    def pair(r):
        cause = r.choice(["none", "busy", "total", "quiet"] if load else ["none", "none", "total", "quiet"])
        silent = r.randint(quiet + 1, quiet * 3) if cause in ("quiet", "busy") else r.randint(1, quiet)
        ran = r.randint(total + 1, total * 2) if cause == "total" else r.randint(min(silent + 1, total), total)
        cpu = r.randint(load, 99) if cause == "busy" else r.randint(0, load - 1) if cause == "quiet" and load else r.randint(0, 99)
        text = r.choice(["{job}: running {ran} s, last output {silent} s ago, cpu {cpu}%",
                         "{job} pid={pid} elapsed={ran}s silent={silent}s cpu={cpu}%",
                         "no output from {job} for {silent} s; started {ran} s ago; load {cpu}%",
                         "job {job}, cpu {cpu} %, quiet since {silent} s, total {ran} s",
                         "{job} has used {ran} s so far, at {cpu}% cpu, and wrote its last line {silent} s ago"])
        text = text.format(job=r.choice([r.choice(w.SERVICES), f"{r.choice(w.NOUNS)}.py", f"build {r.choice(w.NOUNS)}"]),
                           pid=r.randint(100, 9999), ran=ran, silent=silent, cpu=cpu)
        return text, stop if ran > total or silent > quiet and (not load or cpu < load) else wait

    cond = f"no output for more than {quiet} s" + (f" with cpu below {load}%" if load else "")
    return Task(
        key=(stop, quiet, total, load), labels=(stop, wait), pair=pair,
        terse=[f"{stop} on {cond}, or over {total} s run time; else {wait}",
               f"{wait} unless {cond} or total time above {total} s: then {stop}"],
        casual=[f"tell me {stop} when the job had {cond}, and also when it runs for more than {total} s. otherwise {wait}",
                f"should we cut it off? yes ({stop}) if there's {cond}, yes too if it has been going for over {total} s, else {wait}"],
        detailed=[f"The input describes a running job. Return {stop} if at least one of these holds: {cond}; run time greater than {total} "
                  f"s. Return {wait} in all other cases.",
                  f"Decide about a running job. First limit: its run time may be {total} s at most. Second limit: {cond} is not tolerated. "
                  f"If a limit is broken answer {stop}, "
                  f"otherwise {wait}."])


SAID = ["I changed {file} as you asked.", "{service} now answers on port {m}.", "I looked through {file} and {file2}.",
        "There were {n} tests, all green.", "I added {package} {version} to the list.",
        "The {noun} was {adj}, so I replaced it.", "I wrote the summary into {file}.", "I moved {file} to the {noun} folder.",
        "The first part is in place.", "I read the notes of {person}."]


@family(area="agentic", theme="agent watchdog", difficulty="easy")
def agent_end_marker(r):
    """Does an agent's message end with the marker that says it is finished?"""
    done, more = pick_labels(r, [("DONE", "MORE"), ("finished", "unfinished"), ("stop", "go on"), ("end_turn", "continue"), ("yes", "no"),
                                 ("complete", "open")])
    marker = r.choice(["TASK COMPLETE", "<end>", "[finished]", "##DONE##", "-- over --", "<<EOT>>", "ALL SET", "STOP HERE", "=END=",
                       "(fin)"])
    place = r.choice(["last", "last", "first"])

    def pair(r):
        body = [sentence.format(**slots(r)) for sentence in r.sample(SAID, r.randint(1, 3))]
        finished = r.random() < 0.5
        if finished:
            body.insert(len(body) if place == "last" else 0, marker)
        else:
            wrong = r.choice([None, None, marker.lower() if marker != marker.lower() else marker.upper(), f"I will write {marker} later.",
                              f"This is not {marker} yet."])
            if wrong:
                body.insert(r.randint(0, len(body)), wrong)
        return r.choice([" ", "\n"]).join(body), done if finished else more

    where = f"{'ends' if place == 'last' else 'begins'} with"
    end = "at its very end" if place == "last" else "at its very start"
    return Task(
        key=(done, marker, place), labels=(done, more), pair=pair,
        terse=[f"{done} if the message {where} {marker} exactly, else {more}",
               f"message {where} {marker} (case counts)? {done}, otherwise {more}"],
        casual=[f"the agent writes {marker} {end} when it is through. give me {done} then, and {more} if it's anywhere else, spelled "
                "differently or not there",
                f"say {more} unless the message {where} exactly {marker}, same case; in that case {done}"],
        detailed=[f"An agent signals that its task is finished by putting {marker} {end} of a message. Return {done} if the message "
                  f"{where} this marker in the same case, and {more} "
                  f"in every other case, also when the marker is mentioned elsewhere.",
                  f"Check an agent's message for the marker {marker}. It counts only {end}, spelled exactly so. Output {done} if it "
                  f"counts, {more} if it does not."])


STEPS = ["open {file}", "run tests", "edit {file}", "search {noun}", "ls {noun}", "read {file}", "call {service}", "git status",
         "install {package}", "wait {s} s", "click {noun}", "fetch {id}"]


@family(area="agentic", theme="agent watchdog", difficulty="hard")
def agent_stuck_in_loop(r):
    """Is an agent repeating itself, by its last actions?"""
    stuck, fine = pick_labels(r, [("STUCK", "OK"), ("loop", "progress"), ("looping", "moving"), ("yes", "no"), ("repeat", "fine"),
                                  ("intervene", "let_go")])
    times, row = r.choice([2, 3, 3, 4]), r.choice([True, True, False])
    joint = r.choice(["\n", "; ", " -> ", " | "])

    def pair(r):
        values = slots(r)
        pool = [step.format(**values) for step in r.sample(STEPS, 6)]
        loop = r.random() < 0.5
        count = r.randint(times, times + 1) if loop else times - 1
        chosen, others = pool[0], pool[1:r.choice([4, 5, 6])]
        if row:
            actions = others[:]
            at = r.randint(0, len(actions))
            actions[at:at] = [chosen] * count
            if not loop and times > 1 and at > 0:
                actions.insert(0, chosen)
        else:
            actions = others + [chosen] * count
            r.shuffle(actions)
        runs = [1]
        for before, after in zip(actions, actions[1:]):
            runs.append(runs[-1] + 1 if before == after else 1)
        is_stuck = max(runs) >= times if row else max(map(actions.count, actions)) >= times
        return joint.join(actions), stuck if is_stuck else fine

    rule = f"one action occurs {times} or more times, in a row or not"
    if row:
        rule = f"the same action stands {times} or more times directly in a row"
    return Task(
        key=(stuck, times, row, joint), labels=(stuck, fine), pair=pair,
        terse=[f"action list: {stuck} if {rule}, else {fine}", f"{fine} for an agent's actions, but {stuck} once {rule}"],
        casual=[f"these are the last things the agent did. if {rule}, say {stuck}. otherwise {fine}",
                f"is it going in circles? {stuck} means {rule}; anything else is {fine}"],
        detailed=[f"The input lists the actions of an agent in order. Return {stuck} if {rule}. Two actions are the same only if their "
                  f"texts are identical. Otherwise return {fine}.",
                  f"Look for repetition among an agent's actions. Answer {stuck} when {rule}, comparing whole actions with their file or "
                  f"argument; answer {fine} when that is not so."])


QUESTIONS = {
    "confirm": ("a yes/no question", ["Shall I delete {file} now?", "May I push this to {service}?",
                                                     "Should I go ahead and install {package} {version}?",
                                                     "Is it ok if I overwrite {file}?",
                                                    "Do you want me to restart {service}?", "Can I remove the {adj} {noun} from {file}?",
                                                    "Am I allowed to change {file2}?",
                                                    "Ready for me to deploy {service} to {city}?",
                                                    "Would it be fine to drop the table {noun}?",
                                                    "Do I have your permission to email {person}?"]),
    "choice": ("a choice of options", ["Should the {noun} go into {file} or into {file2}?",
                                                  "Do you prefer {package} or the standard library?", "Which one: {file} or {file2}?",
                                                 "Deploy to {city} first, or to {service}?", "Tabs or spaces for {file}?",
                                                 "Shall I fix {noun} first or {adj} {noun}s first?",
                                                 "A: keep {file}. B: rename it to {file2}. A or B?",
                                                 "Version {version} or the newest of {package}?",
                                                 "Would you rather have a list or a table in {file}?"]),
    "open": ("an open question", ["What is the name of the new {noun}?", "Where did you store {file}?",
                                                  "Which port does {service} use?", "Who owns {service}?",
                                                 "How should I call the {adj} {noun}?", "What does {person} expect from {file}?",
                                                 "When is the release of {package}?",
                                                 "Can you tell me the password of {service}?", "How many {noun}s do you need?",
                                                 "Why is {file} empty?"]),
    "none": ("no question", ["I deleted {file}.", "Now I install {package} {version}.", "{service} is deployed to {city}.",
                             "I will rename {file} to {file2} next.", "All {n} tests pass.",
                             "Permission to change {file} was given by {person}.", "You asked whether {file} is empty: it is not.",
                             "I chose {package} over the standard library.",
                             "The question of {person} is answered in {file}.", "Done, the {noun} is {adj} again."])}


@family(area="agentic", theme="agent watchdog", difficulty="easy")
def agent_asks_for_what(r):
    """Does an agent's message ask for permission, a choice, information, or nothing?"""
    kinds = r.choice([list(QUESTIONS), ["confirm", "none"], ["confirm", "open", "none"], ["confirm", "choice", "open"], ["confirm", "open"],
                      ["open", "none"], ["choice", "none"]])
    sets = {"confirm": ["CONFIRM", "permission", "ask_yes_no", "P", "approval", "yes/no"],
            "choice": ["CHOICE", "option", "ask_choice", "C", "select", "either/or"],
            "open": ["QUESTION", "information", "ask_open", "Q", "details", "open"],
            "none": ["STATEMENT", "nothing", "no_ask", "N", "silent", "none"]}
    style = r.randint(0, 5)
    names = {kind: sets[kind][style] for kind in kinds}

    def pair(r):
        kind = r.choice(kinds)
        before = [r.choice(SAID) for _ in range(r.choice([0, 1, 1, 2]))]
        return " ".join(part.format(**slots(r)) for part in before + [r.choice(QUESTIONS[kind][1])]), names[kind]

    told = "; ".join(f"{names[kind]} = {QUESTIONS[kind][0]}" for kind in kinds)
    by_end = ", ".join(f"{names[kind]} for {QUESTIONS[kind][0]}" for kind in kinds)
    return Task(
        key=sorted(names.items()), labels=tuple(names.values()), pair=pair,
        terse=[f"end of the agent's message: {told}", f"agent's message: {by_end}"],
        casual=[f"what does the agent want from me at the end of its message? {told}",
                f"sort the agent's message by its last sentence: {by_end}"],
        detailed=[f"The input is the latest message of an agent. Its last sentence decides: {told}. Return only the label.",
                  f"Classify what an agent asks for in the last sentence of its message. Use {by_end}. Earlier sentences do not count."])


PROMPTS = {
    "install": ("install or update questions", ["Install {package} {version}? [Y/n]", "Proceed with the update of {package}? (y/n)",
                                                "{n} packages will be installed. Continue? [Y/n]",
                                                "Upgrade {package} to {version} now? y/n",
                                                "Need to install {package}@{version}. Ok to proceed? (y)"]),
    "destroy": ("delete or overwrite questions", ["Overwrite {file}? [y/N]", "Really delete {m} files in {noun}? (y/n)",
                                                  "{file} exists, replace it? [Y/n]", "Drop table {noun}? y/n",
                                                  "Remove {service} and all its data? [y/N]"]),
    "key": ("press-a-key prompts", ["Press ENTER to continue with {file}", "-- more -- ({p}%) of {file}, hit a key",
                                    "Press any key to close {service}", "Hit return to start {service}",
                                    "Press ENTER to see the license of {package}"]),
    "secret": ("password prompts", ["Password for {person}:", "[sudo] password for {service}:", "Enter passphrase for key {id}:",
                                    "PIN of card {id}:", "Passphrase for {file}:"]),
    "host": ("unknown host questions", ["The authenticity of host {service} can't be established. Continue connecting (yes/no)?",
                                        "Unknown host {service}.{city}, trust it? (yes/no)",
                                        "Host key of {service} is new ({id}). Accept? (yes/no)",
                                        "First connection to {service}. Trust this host? (yes/no)"]),
    "report": ("questions about sending usage data",
               ["Help us improve {package}: send usage data? (y/n)", "Share anonymous statistics of {service}? [Y/n]",
                                                     "May {package} {version} collect usage data? y/N",
                                                     "Send a crash report of {service} to its makers? (y/n)"])}


@family(area="agentic", theme="agent watchdog", difficulty="medium")
def reply_to_terminal_prompt(r):
    """What to type at a prompt under a policy."""
    kinds = r.sample(sorted(PROMPTS), r.choice([3, 4]))
    replies = {"install": ["y", "yes", "n"], "destroy": ["n", "no", "y"], "key": ["ENTER", "<enter>", "RETURN"],
               "secret": ["ASK_USER", "<abort>", "CTRL-C"], "host": ["yes", "no"],
               "report": ["n", "no", "N"]}
    answers = {kind: r.choice(replies[kind]) for kind in kinds}
    while len(set(answers.values())) < 2:
        answers = {kind: r.choice(replies[kind]) for kind in kinds}

    def pair(r):
        kind = r.choice(kinds)
        lines = [r.choice(EARLIER) for _ in range(r.choice([0, 0, 1]))] + [r.choice(PROMPTS[kind][1])]
        return "\n".join(line.format(**slots(r)) for line in lines), answers[kind]

    told = ", ".join(f"{PROMPTS[kind][0]}: {answers[kind]}" for kind in kinds)
    rule = "; ".join(f"{answers[kind]} at {PROMPTS[kind][0]}" for kind in kinds)
    return Task(
        key=sorted(answers.items()), labels=tuple(dict.fromkeys(answers.values())), pair=pair,
        terse=[f"what to type at the prompt. {told}", f"reply to the prompt: {rule}"],
        casual=[f"the terminal is waiting. pick the reply, whatever the default in brackets: {told}",
                f"answer the prompt for me like this: {rule}. ignore its default"],
        detailed=[f"A program waits for input. Return what should be typed. The policy by kind of prompt: {told}. The default that the "
                  "prompt shows does not matter.",
                  "The last line of the input is a prompt. Output the reply that the policy gives for it, exactly as written here: "
                  f"{rule}. Defaults in brackets do not count."])


DEEDS = [("rename {a} to {b}", "renamed {a} to {b}"), ("copy {a} into {b}", "copied {a} into {b}"), ("delete {a}", "deleted {a}"),
         ("add a test for {a}", "added a test for {a}"),
         ("upgrade {p} to {v}", "upgraded {p} to {v}"), ("restart {s}", "restarted {s}"),
         ("email {e} the report", "emailed {e} the report"), ("fix the typo in {a}", "fixed the typo in {a}"),
         ("translate {a} into French", "translated {a} into French"), ("deploy {s} to {c}", "deployed {s} to {c}"),
         ("compress {a}", "compressed {a}"), ("print {a}", "printed {a}")]


@family(area="agentic", theme="agent watchdog", difficulty="hard")
def agent_did_what_was_asked(r):
    """Compares what was asked with what an agent reports."""
    full, part, other = pick_labels(r, [("MATCH", "PARTIAL", "MISMATCH"), ("all", "some", "wrong"), ("done", "half", "off"),
                                        ("yes", "partly", "no"), ("2/2", "1/2", "0/2"),
                                        ("complete", "incomplete", "different")])
    heads = r.choice([("Asked: ", "Did: "), ("USER: ", "AGENT: "), ("request: ", "report: "), ("Task - ", "Result - "),
                      ("wanted: ", "reported: ")])
    joint = r.choice([" and ", ", then ", "; also "])

    def pair(r):
        def fill(text, values): return text.format(**values)
        def draw(r): return dict(a=r.choice(FILES), b=r.choice(FILES), p=r.choice(PACKAGES), v=f"{r.randint(1, 9)}.{r.randint(0, 9)}",
                                 s=r.choice(w.SERVICES), e=w.email(r), c=w.city(r))
        verdict = r.choice([full, part, other])
        (ask1, did1), (ask2, did2) = r.sample(DEEDS, 2)
        values1, values2 = draw(r), draw(r)
        asked = fill(ask1, values1) + joint + fill(ask2, values2)
        right = [fill(did1, values1), fill(did2, values2)]
        if verdict == full:
            told = right if r.random() < 0.6 else right[::-1]
        elif verdict == part:
            told = [r.choice(right)]
        else:
            wrong = []
            for did, values in ((did1, values1), (did2, values2)):
                changed = fill(did, draw(r))
                while changed in right:
                    changed = fill(did, draw(r))
                wrong.append(changed)
            told = r.choice([wrong, [r.choice(wrong)]])
        return f"{heads[0]}{asked}\n{heads[1]}{joint.join(told)}", verdict

    return Task(
        key=(full, heads, joint), labels=(full, part, other), pair=pair,
        terse=[f"two things asked: {full} if both are reported done, {part} if only one, {other} if neither (other file or target counts "
               "as not done)",
               f"{full}/{part}/{other}: agent did both, one, none of the two asked things, details identical"],
        casual=[f"compare the task with the report. both parts done exactly: {full}. just one of them: {part}. none, say because it took "
                f"another file: {other}",
                f"did the agent obey? {full} when both jobs were done to the right things, {part} when one was, {other} when neither was"],
        detailed=["The first line asks for two things, the second line reports what an agent did. A thing is done only if the report "
                  "names the same action with the same file, target "
                  f"or version. Return {full} if both are done in any order, {part} if exactly one is, {other} if neither is.",
                  f"Check a report (second line) against a task of two parts (first line). Output {full} for both parts done, {part} for "
                  f"one, {other} for none. A part that was done "
                  f"with another file, service, address, place or version is not done."])


THINGS = """files rows pages images tests jobs parcels records mails tiles lines users orders videos chunks blocks packets tables objects
keys songs photos letters frames nodes routes cells shards tickets books""".split()


@family(area="agentic", theme="agent watchdog", difficulty="medium")
def items_left_from_progress(r):
    """How many items are left, from a progress line."""
    ready = r.choice(["done", "0", "complete", "finished", "none"])
    shape = r.choice(["{}", "{} left", "left: {}", "{} to go", "remaining={}"])
    top = r.choice([20, 50, 100, 200])

    def pair(r):
        total = r.randint(3, top)
        now = total if r.random() < 0.15 else r.randint(0, total - 1)
        text = r.choice(["{job}: {now}/{total}", "{now} of {total} {things} processed by {job}", "[{bar}] {now}/{total} {things}",
                         "{job} {time} {total} {things} in all, {now} done",
                         "processed {now} out of {total} {things} in {s} s", "{job}: {total} {things}, finished {now}",
                         "{time} {job} handled {now} of {total} {things}"])
        filled = now * 10 // total
        return text.format(job=r.choice(w.SERVICES), now=now, total=total, things=r.choice(THINGS),
                           time=f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}", s=r.randint(2, 900),
                           bar="#" * filled + "." * (10 - filled)), ready if now == total else shape.format(total - now)

    example = shape.format("N")
    return Task(
        key=(ready, shape, top), pair=pair,
        terse=[f"progress line -> {example}, N = total minus done; nothing left: {ready}",
               f"{example} with N = items still open, {ready} if none is"],
        casual=[f"how many are still to do? write {example}, or {ready} if all of them are through",
                f"subtract what's done from the total and give me {example}. if that's zero: {ready}"],
        detailed=[f"The input is a progress line with a number of items done and a total. Return {example}, where N is the total minus the "
                  f"number done. If no item is left, return {ready}.",
                  f"Compute how many items of the job are still open. Write it as {example}; when every item is done write {ready} "
                  "instead. Times and other numbers do not matter."])


EXITS = [(0, ["ok", "success", "clean"]), (1, ["error", "general_error", "failed"]), (2, ["usage", "bad_arguments", "misuse"]),
         (124, ["timeout", "timed_out", "too_slow"]),
         (126, ["not_executable", "no_exec", "permission"]), (127, ["not_found", "no_command", "missing"]),
         (130, ["interrupted", "ctrl_c", "user_stop"]),
         (137, ["killed", "oom", "sigkill"]), (139, ["segfault", "crash", "memory_fault"]), (143, ["terminated", "sigterm", "shutdown"])]


@family(area="agentic", theme="agent watchdog", difficulty="easy")
def exit_status_meaning(r):
    """The meaning of an exit status by the table of the spec."""
    chosen = sorted(r.sample(EXITS, r.choice([3, 4, 5])))
    upper = r.random() < 0.3
    meaning = {code: r.choice(names).upper() if upper else r.choice(names) for code, names in chosen}
    other = r.choice(["unknown", "other", "?", "unlisted"])

    def pair(r):
        code = r.choice(sorted(meaning))
        if r.random() < 0.18:
            code = r.choice([n for n in range(256) if n not in meaning])
        text = r.choice(["{job} exited with code {code} after {s} s", "[{time}] {job}: exit status {code}",
                         "process {pid} ({job}) returned {code}", "{job} (pid {pid}) ended, rc={code}, {s} s",
                         "exit code {code}: {job} on {noun}-{n}", "step {n} of {job} finished with status {code}",
                         "{time} {job} stopped, code {code}, {n} restarts so far"])
        values = dict(job=r.choice(w.SERVICES), code=code, s=r.randint(1, 300), time=f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}",
                      pid=r.randint(300, 9999), noun=r.choice(w.NOUNS), n=r.randint(1, 9))
        return text.format(**values), meaning.get(code, other)

    table = ", ".join(f"{code} {name}" for code, name in meaning.items())
    words = "; ".join(f"{name} for {code}" for code, name in meaning.items())
    return Task(
        key=(table, other), labels=(*meaning.values(), other), pair=pair,
        terse=[f"exit code to word: {table}, rest {other}", f"{words}; any other exit status {other}"],
        casual=[f"what does the exit code say? {table}. if it's none of these: {other}",
                f"find the exit status in the line and answer {words}. everything else is {other}"],
        detailed=[f"The input says how a process ended. Look only at its exit code and return its meaning from this table: {table}. For a "
                  f"code that is not in the table return {other}.",
                  f"Translate the exit status in the line: {words}. Other numbers in the line, such as times or process ids, do not "
                  f"matter. An unlisted status gives {other}."])
