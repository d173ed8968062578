"""Held out: references between calls, claims against logs, retry delays, budgets, arrow keys, seeking, and who is addressed."""
import words as w
from task import Task, family, pick_labels

VERBS = "get find list create update read open fetch load search".split()
THINGS = "order user file page ticket event room car course device parcel payment".split()


@family(area="agentic", theme="tool use", difficulty="hard")
def resolve_references_to_steps(r):
    """Replaces the references of a planned call by the results of earlier steps."""
    mark = r.choice(["$N", "{N}", "<N>", "%N", "@N", "#N"])
    joint = r.choice(["\n", "; ", " | "])
    failed = r.choice(["ERROR", "unresolved", "cannot run", "none"])

    def pair(r):
        count = r.choice([2, 3])
        results = [r.choice([str(r.randint(10, 9999)), w.identifier(r, 5), w.city(r), r.choice(w.NOUNS), w.email(r)]) for _ in range(count)]
        lines = [f"{i + 1}: {r.choice(VERBS)}_{r.choice(THINGS)} = {result}" for i, result in enumerate(results)]
        used = r.sample(range(1, count + 1), r.choice([1, 1, 2]))
        bad = r.random() < 0.15
        if bad:
            used[-1] = count + r.randint(1, 3)
        parts = [mark.replace("N", str(n)) for n in used] + [r.choice(w.NOUNS)] * (len(used) == 1 and r.random() < 0.6)
        r.shuffle(parts)
        call = f"{r.choice(VERBS)}_{r.choice(THINGS)}({', '.join(parts)})"
        answer = call
        for n in used:
            if n <= count:
                answer = answer.replace(mark.replace("N", str(n)), results[n - 1])
        return joint.join(lines + ["next: " + call]), failed if bad else answer

    return Task(
        key=(mark, joint, failed), pair=pair,
        terse=[f"write the call after next: with each {mark} replaced by the result of step N; unknown step: {failed}",
               f"{mark} = result of step N. fill in the next: call, or {failed} if a step does not exist"],
        casual=[f"put the results into the call that stands after next: - {mark} means what step N returned. if there's no such step, "
                f"{failed}", f"swap every {mark} in the next call for step N's result and give me the call. missing step? {failed}"],
        detailed=["The input lists finished steps with their results and, after next:, a call that refers to them. Return that call with "
                  f"every reference {mark} replaced by the result of step N. "
                  f"If it refers to a step that is not in the list, return {failed}.",
                  f"Substitute results into a planned call. A reference looks like {mark}, where N is the number of a step. Output the "
                  "call with the results in place, without the word next; "
                  f"output {failed} if one reference has no step."])


CLAIMS = [("all tests pass", "{n} passed, 0 failed", "{n} passed, {m} failed"),
          ("the build works", "build finished: ok", "build finished: {m} errors"),
          ("the file {f} was saved", "wrote {f} ({n} bytes)", "cannot write {f}: disk full"),
          ("{s} is running again", "{s}: started, healthy", "{s}: start failed"),
          ("the mail to {e} went out", "mail to {e}: delivered", "mail to {e}: rejected"),
          ("{f} is deleted", "removed {f}", "remove {f}: permission denied"),
          ("I pushed the branch {b}", "push {b}: done", "push {b}: refused by server"),
          ("{f} has no typos", "{f}: 0 spelling errors", "{f}: {m} spelling errors"),
          ("the backup is complete", "backup: {n} of {n} files", "backup: {m} of {n} files"),
          ("the download of {f} is done", "download of {f}: 100 %", "download of {f}: {m} %"),
          ("{s} was updated", "update of {s}: installed", "update of {s}: skipped"),
          ("the table {b} is empty", "table {b}: 0 rows", "table {b}: {n} rows")]


def claim_values(r):
    """Values for the slots of one claim and its log entries."""
    return dict(n=r.randint(61, 400), m=r.randint(2, 60), f=f"{r.choice(w.NOUNS)}.{r.choice(['txt', 'csv', 'md'])}", s=r.choice(w.SERVICES),
                e=w.email(r), b=f"{r.choice(w.ADJECTIVES)}_{r.choice(w.NOUNS)}")


@family(area="agentic", theme="agent watchdog", difficulty="medium")
def claim_backed_by_log(r):
    """Does the log back what the agent claims, contradict it, or not mention it?"""
    yes, no, open_ = pick_labels(r, [("BACKED", "CONTRADICTED", "UNKNOWN"), ("true", "false", "unverified"),
                                     ("supported", "refuted", "no evidence"), ("confirmed", "wrong", "not in log"), ("+", "-", "?"),
                                     ("honest", "misleading", "unproven")])
    heads = r.choice([("claim: ", "log: "), ("AGENT: ", "LOG: "), ("says: ", "shows: "), ("Statement - ", "Output - ")])
    joint = r.choice(["; ", " | ", ", "])

    def pair(r):
        verdict = r.choice([yes, no, open_])
        chosen = r.sample(CLAIMS, r.choice([2, 3]))
        values = [claim_values(r) for _ in chosen]
        (claim, good, bad), others = chosen[0], chosen[1:]
        lines = [r.choice(other[1:]).format(**value) for other, value in zip(others, values[1:])]
        if verdict != open_:
            lines.append((good if verdict == yes else bad).format(**values[0]))
        r.shuffle(lines)
        return f"{heads[0]}{claim.format(**values[0])}\n{heads[1]}{joint.join(lines)}", verdict

    return Task(
        key=(yes, heads, joint), labels=(yes, no, open_), pair=pair,
        terse=[f"{yes} if the log shows the claim, {no} if it shows the opposite, {open_} if it says nothing about it",
               f"claim against log: agrees {yes}, disagrees {no}, not mentioned {open_}"],
        casual=[f"an agent claims something and the log is below. does the log agree ({yes}), disagree ({no}) or not talk about it "
                f"({open_})?",
                f"{open_} if the log has nothing on the claim. otherwise {yes} when it fits, {no} when it shows the contrary"],
        detailed=[f"The first line is an agent's claim, the second line is a log. Return {yes} if an entry of the log shows that the claim "
                  f"holds, {no} if an entry shows that it does not hold, "
                  f"and {open_} if no entry is about the matter.",
                  f"Verify what an agent says by the log below it. Answers: {yes}, the log proves it; {no}, the log contradicts it; "
                  f"{open_}, the log only has entries about other matters."])


@family(area="agentic", theme="agent tools and streaming", difficulty="hard")
def newest_messages_in_budget(r):
    """How many of the newest messages fit into a token budget."""
    budget = r.choice([20, 30, 40, 50, 60, 100])
    newest = r.choice(["last", "first"])
    want = r.choice(["count", "names", "sum"])
    none = r.choice(["none", "(empty)", "(nothing)", "-"])
    joint = r.choice([", ", "; ", " | ", "\n"])

    def pair(r):
        names = r.sample("abcdefghijklmnopqrstuvwxyz", r.choice([3, 4, 5]))
        step = 10 if budget >= 60 else 5
        sizes = [step * r.randint(1, max(2, budget // step // 2)) for _ in names]
        if r.random() < 0.15:
            sizes[-1 if newest == "last" else 0] = budget + step * r.randint(1, 4)
        kept, total = [], 0
        for name, size in (zip(names[::-1], sizes[::-1]) if newest == "last" else zip(names, sizes)):
            if total + size > budget:
                break
            kept.append(name)
            total += size
        answer = {"count": str(len(kept)), "names": " ".join(sorted(kept, key=names.index)), "sum": str(total)}[want]
        return joint.join(f"{name}={size}" for name, size in zip(names, sizes)), answer if kept else none

    give = {"count": "how many are kept", "names": "the kept names in list order, blanks between",
            "sum": "the total size kept"}[want]
    return Task(
        key=(budget, newest, want, none, joint), pair=pair,
        terse=[f"message sizes, newest {newest}: keep from the newest while the total is at most {budget}; {give}; {none} if none fits",
               f"budget {budget}, newest message is {newest}; stop at the first that overflows; {give}, or {none}"],
        casual=[f"the list has messages with their tokens, the newest {newest}. take them from the newest on until the next one would go "
                f"over {budget}. tell me {give}, {none} if not even the newest fits",
                f"which messages fit in {budget} tokens if we start with the newest (it's {newest}) and stop at the first that is too "
                f"much? I want {give}, or {none}"],
        detailed=[f"The input lists messages with their sizes in tokens; the newest one stands {newest}. Starting with the newest, keep "
                  f"messages as long as their total is {budget} or less, and stop at "
                  f"the first one that would exceed it. Return {give}. If nothing is kept, return {none}.",
                  f"A context window holds {budget} tokens. Fill it with messages from the newest ({newest} in the list) to the oldest and "
                  f"stop as soon as one does not fit. Output {give}; output "
                  f"{none} if the newest does not fit."])


@family(area="agentic", theme="intent to navigation", difficulty="medium")
def arrow_keys_between_cells(r):
    """The arrow keys that move a focus from one cell to another."""
    names = r.choice([("up", "down", "left", "right"), ("UP", "DOWN", "LEFT", "RIGHT"), ("U", "D", "L", "R"), ("↑", "↓", "←", "→"),
                      ("k", "j", "h", "l"), ("north", "south", "west", "east")])
    press = r.choice(["", " ENTER", " OK", " select", " go"])
    order = r.choice(["rows", "columns"])
    joint = r.choice([" ", ",", "-"])
    same = r.choice(["stay", "none", "here", "no move"])

    def pair(r):
        a, b = (r.randint(1, 4), r.randint(1, 4)), (r.randint(1, 4), r.randint(1, 4))
        if r.random() < 0.1:
            b = a
        vertical = [names[1] if b[0] > a[0] else names[0]] * abs(b[0] - a[0])
        horizontal = [names[3] if b[1] > a[1] else names[2]] * abs(b[1] - a[1])
        text = r.choice(["from row {a} column {b} to row {c} column {d}", "focus is at row {a}, column {b}; go to row {c}, column {d}",
                         "r{a} c{b} -> r{c} c{d}", "{x} is at row {c} column {d}, we are at row {a} column {b}",
                         "open {x} (row {c}, column {d}); cursor: row {a}, column {b}",
                         "{p} wants {x} in row {c} column {d}, focus now row {a} column {b}"])
        text = text.format(a=a[0], b=a[1], c=b[0], d=b[1], x=r.choice(w.NOUNS) + " " + r.choice(["tile", "icon", "app", "film"]),
                           p=w.first(r))
        r_id = r.choice(["", f"screen {r.randint(1, 99)}: ", f"TV {r.choice(w.NOUNS)}: ", f"[{w.clock(r)[0]:02d}:{r.randint(0, 59):02d}] ",
                         f"{r.choice(w.NOUNS)} menu: "])
        keys = joint.join(vertical + horizontal if order == "rows" else horizontal + vertical)
        return r_id + text, (keys + press) if keys else same

    first, second = (names[:2], names[2:]) if order == "rows" else (names[2:], names[:2])
    up, down, left, right = names
    example = joint.join([first[0], first[0], second[0]]) + press
    moves = f"{up}/{down} change the row (1 is on top), {left}/{right} the column (1 is left)"
    ends = f", then{press}" if press else ""
    return Task(
        key=(names, press, order, joint, same), pair=pair,
        terse=[f"keys to the target, {order} first, like {example}; {moves}; same cell: {same}",
               f"{moves}. presses like {example}, {order} first; {same} if there already"],
        casual=[f"which keys bring the focus to the target? one word per press, {order} first{ends}, written like {example}. {moves}. "
                f"already there: {same}",
                f"move the focus with the remote: {moves}. do the {order} first{ends}; format as in {example}. no move needed: {same}"],
        detailed=["The input gives the cell with the focus and a target cell. Write the key presses that lead there, first all for the "
                  f"{order}{ends}, in the format of {example}. "
                  f"{moves[0].upper() + moves[1:]}. If the focus is at the target, write {same}.",
                  f"Produce a key sequence from the current cell to the target cell in a grid: {moves}. Change {order} before the other "
                  f"direction{ends}. Example of the format: {example}. "
                  f"For identical cells output {same} only."])


@family(area="agentic", theme="agent tools and streaming", difficulty="easy")
def message_addresses_assistant(r):
    """Is a message of a group chat addressed to the assistant or does it only mention it?"""
    yes, no = pick_labels(r, [("ANSWER", "IGNORE"), ("for_me", "not_for_me"), ("respond", "silent"), ("yes", "no"), ("wake", "sleep"),
                              ("listen", "skip")])
    name = r.choice("Orla Juno Pixel Robo Nova Milo Echo Sage Zed Atlas Bolt Kiko Luma Tess Vik".split())
    rule = r.choice(["start", "start", "end", "either"])
    where = {"start": f"starts with {name} and a comma", "end": f"ends with a comma and {name}",
             "either": f"starts or ends with {name}, set off by a comma"}[rule]

    def pair(r):
        wish = r.choice([f"order the {w.product(r)}", f"what did {w.first(r)} say about the {r.choice(w.NOUNS)}?",
                         f"send the {w.thing(r)} list to {w.person(r)}", f"when is the meeting in {w.city(r)}?",
                         f"who moved the {w.thing(r)}?",
                         f"remind {w.first(r)} of the {r.choice(w.NOUNS)}", f"book a room in {w.city(r)}", f"how old is the {w.thing(r)}?"])
        bare = wish.rstrip("?")
        end = "?" if wish.endswith("?") else ""
        mention = r.choice([f"{w.first(r)} asked {name} about the {w.thing(r)}", f"I think {name} is wrong about {w.city(r)}",
                            f"yesterday {name} ordered the {w.product(r)}", f"did {name} answer {w.first(r)} in {w.city(r)}?",
                            f"{name} told {w.first(r)} to {r.choice(['move', 'buy', 'paint'])} the {r.choice(w.NOUNS)}"])
        kind = r.choice(["start", "end", "mention", "other"])
        text = {"start": f"{name}, {wish}", "end": f"{bare}, {name}{end}", "mention": mention,
                "other": f"{w.first(r)}, {wish}" if r.random() < 0.5 else wish}[kind]
        addressed = kind == "start" and rule in ("start", "either") or kind == "end" and rule in ("end", "either")
        if not addressed and rule != "either" and kind == {"start": "other", "end": "mention"}[rule] and r.random() < 0.7:
            return (f"{name}, {wish}" if rule == "start" else f"{bare}, {name}{end}"), yes
        return text, yes if addressed else no

    mark = "; a question mark after the name is fine" if rule != "start" else ""
    return Task(
        key=(yes, name, rule), labels=(yes, no), pair=pair,
        terse=[f"{yes} if the message {where}{mark}; else {no}",
               f"message {where}{mark}: {yes}. any other message, even one with {name}: {no}"],
        casual=[f"is the chat message meant for {name}? only if it {where}{mark}. then {yes}, otherwise {no}",
                f"{no} unless the message {where}{mark}. just talking about {name} doesn't count. if it does: {yes}"],
        detailed=[f"{name} is an assistant in a group chat. A message is addressed to it only if it {where}{mark}. Return {yes} for such a "
                  f"message and {no} for all others.",
                  f"Decide whether {name} has to react. A message that {where} calls for a reaction{mark}: {yes}. Messages that merely "
                  f"speak about {name}, or to other people, get {no}."])


@family(area="agentic", theme="agent watchdog", difficulty="hard")
def retry_delay_after_failures(r):
    """How long to wait before the next try, with a delay that doubles."""
    base, top, tries = r.choice([1, 2, 3, 5, 10]), r.choice([20, 30, 60]), r.choice([4, 5, 6])
    growth = r.choice(["doubles", "doubles", "grows"])
    shape = r.choice(["{} s", "{}", "wait {}", "sleep {}", "{}s"])
    stop = r.choice(["give up", "STOP", "abort", "no retry", "fail"])

    def pair(r):
        count = r.choice([1, 2, 3, tries - 1, tries, tries + 1])
        text = r.choice(["{s}: attempt {n} failed", "{n} failure(s) of {s} in a row", "try no. {n} for {s} ended in {e}",
                         "attempt #{n} ({s}): {e}",
                         "{e} at {s}, failed attempts so far: {n}", "{s} failed {n} times ({e})"])
        error = r.choice(["timeout", "refused", "broken pipe", "no answer", "reset", "busy", f"error {r.randint(500, 599)}"])
        wait = base * 2 ** (count - 1) if growth == "doubles" else base * count
        place = f"{r.choice(w.SERVICES)}{r.choice(['', '', ' in ' + w.city(r)])}"
        return text.format(s=place, n=count, e=error), stop if count >= tries else shape.format(min(wait, top))

    rule = f"{base} s times the number of failures"
    if growth == "doubles":
        rule = f"{base} s after failure 1, twice as long after each further one"
    example = shape.format("N")
    return Task(
        key=(base, top, tries, growth, shape, stop), pair=pair,
        terse=[f"delay {example} (N seconds): {rule}, at most {top} s; {tries} or more failures: {stop}",
               f"{stop} from failure {tries} on, otherwise {example}, N seconds: {rule}, never over {top}"],
        casual=[f"how long do we wait now? {rule}, but no longer than {top} s; write {example}. once it failed {tries} times or more, "
                f"{stop}", f"look at the number of failures. {tries} or more means {stop}. below that give {example}: {rule}, capped at "
                f"{top}"],
        detailed=[f"The input says how many attempts have failed. If there are {tries} or more, return {stop}. Otherwise return the delay "
                  f"in seconds as {example}: {rule}, limited to {top} s.",
                  f"Compute the pause before the next attempt: {rule}. The pause is never longer than {top} s and is written as {example}. "
                  f"With {tries} or more failures there is no further attempt: {stop}."])


@family(area="agentic", theme="intent to navigation", difficulty="hard")
def playback_position_after_wish(r):
    """The position in a film or track after a wish to jump."""
    step = r.choice([5, 10, 15, 30])
    ends = r.choice(["clamp", "refuse"])
    refuse = r.choice(["not possible", "out of range", "error", "-"])
    style = r.choice(["{m}:{s:02d}", "{t} s", "{m:02d}:{s:02d}", "{t}"])

    def at(t): return f"{t // 60}:{t % 60:02d}"

    def pair(r):
        length = 30 * r.randint(6, 40)
        now = r.randint(0, length // 5) * 5
        kind = r.choice(["step", "seconds", "to", "restart", "seconds"])
        if kind == "step":
            forward = r.random() < 0.5
            target, wish = now + (step if forward else -step), r.choice(["a bit forward", "skip a bit"]) if forward else r.choice(["a bit "
                "back", "rewind a bit"])
        elif kind == "seconds":
            n = 5 * r.randint(1, 24)
            forward = r.random() < 0.5
            target, wish = now + (n if forward else -n), r.choice([f"{n} seconds forward", f"jump ahead {n} s"] if forward else [f"{n} "
                "seconds back", f"go back {n} s"])
        elif kind == "to":
            target = 5 * r.randint(0, length // 5 + 10)
            wish = r.choice([f"go to {at(target)}", f"jump to {at(target)}", f"continue at {at(target)}"])
        else:
            target, wish = 0, r.choice(["start over", "from the beginning", "play it again from the start"])
        wish = r.choice(["{}", "{} please", "{}, I missed the {n}", "{p} says: {}"]).replace("{}", wish).format(n=r.choice(w.NOUNS),
            p=w.first(r))
        text = f"{at(now)} of {at(length)}: {wish}"
        if not 0 <= target <= length and ends == "refuse":
            return text, refuse
        target = min(max(target, 0), length)
        return text, style.format(m=target // 60, s=target % 60, t=target)

    shape = {"{m}:{s:02d}": "M:SS", "{t} s": "seconds like 95 s", "{m:02d}:{s:02d}": "MM:SS", "{t}": "seconds, digits only"}[style]
    over = f"a target before 0:00 or after the end: {refuse}" if ends == "refuse" else "stop at 0:00 or at the end if the jump goes beyond"
    return Task(
        key=(step, ends, refuse if ends == "refuse" else "", style), pair=pair,
        terse=[f"position/length and wish -> new position as {shape}; a bit = {step} s; {over}",
               f"new playback position ({shape}) after the wish; a bit means {step} s; {over}"],
        casual=[f"where does the player go? the line has position, length and what the user wants. answer in {shape}. a bit is {step} "
                f"seconds; {over}", f"give me the new position as {shape}. count {step} s for a bit, and {over}"],
        detailed=["The input gives the current position and the length of a recording, and what the user says. Return the position to go "
                  f"to, as {shape}. A bit means {step} seconds. Rule for the ends: {over}.",
                  f"Compute where playback continues after the user's wish, starting from the position in the input. Format: {shape}. "
                  f"Unclear jumps (a bit) are {step} seconds. At the limits: {over}."])
