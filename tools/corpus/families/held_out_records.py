"""Held out: kinds of record tasks that are never trained on (linked records, applying a diff, gaps in a career)."""
import words as w
from task import Task, family

THEME = "filtering, diffs, cron and resumes"


@family(area="core", theme=THEME, difficulty="hard")
def linked_records_followed(r):
    """Follows a chain of records, such as the boss of the boss."""
    link, top = r.choice([("boss", "chief"), ("parent", "root"), ("next", "end"), ("owner", "self"), ("replaced by", "current"),
                          ("depends on", "nothing"), ("reports to", "nobody")])
    steps = r.choice([1, 2, 2, 3, "last"])
    none, upper = r.choice(["none", "-", "end of chain", "n/a"]), r.random() < 0.2
    sign, length = r.choice([" -> ", ": ", " = ", ", ", " | "]), r.random() < 0.25 and steps == "last"

    def pair(r):
        names = r.sample(w.FIRST if link in ("boss", "reports to", "owner", "parent") else w.NOUNS, 6)
        chain = names[:r.randint(3, 5)]
        rows = list(zip(chain, chain[1:] + [top])) + [(name, r.choice(chain[1:])) for name in names[len(chain):]]
        r.shuffle(rows)
        table = dict(rows)
        asked = r.choice(names[:1] * 3 + names)
        found, count = asked, 0
        while (steps == "last" or count < steps) and table.get(found, top) != top:
            found, count = table[found], count + 1
        text = "\n".join(f"{name}{sign}{value}" for name, value in rows) + f"\n? {asked}"
        if length:
            return text, str(count)
        if (steps == "last" and count == 0) or (steps != "last" and count < steps):
            return text, none
        return text, found.upper() if upper else found

    many = {1: f"one step ({link} of it)", 2: f"two steps ({link} of the {link})", 3: f"three steps ({link} again and again)"}.get(steps,
        f"to the last name before '{top}'")
    case = ", in capitals" if upper else ""
    what = f"follow the chain from the last line's name {many} and give that name{case}"
    what = f"how many steps there are from the last line's name to the last name before '{top}'" if length else what
    gone = f"{none} if its own entry is '{top}'" if steps == "last" else f"{none} if '{top}' is reached before"
    gone = "0 if it has none" if length else gone
    return Task(
        key=(link, steps, "" if length else (none, upper), sign, length), pair=pair,
        terse=[f"lines 'name{sign}{link}': {what}; {gone}", f"{what} (table: name{sign}{link}); {gone}"],
        casual=[f"each line says name{sign}{link}, the last one asks about a name. {what}; {gone}",
                f"'{top}' ends a chain. {what}. {gone}. lines are name{sign}{link}"],
        detailed=[f"The input is a table of lines 'name{sign}{link}' and at the end a query '? name'. The value '{top}' ends a chain. "
                  f"Your task: {what}; {gone}.",
                  f"Linked records: every line gives a name and its {link}, as 'name{sign}{link}', where '{top}' means that there is no "
                  f"further one. The line with the question mark names the start. Task: {what}; {gone}."])


@family(area="core", theme=THEME, difficulty="hard")
def hunk_applied(r):
    """The text after, or before, a hunk of a diff."""
    after = r.random() < 0.6
    join, joined = r.choice([(" / ", "' / '"), (" | ", "' | '"), ("; ", "'; '"), (", ", "', '"), ("\n", "line breaks"), (" > ", "' > '")])
    numbered, limit = r.random() < 0.3, r.choice([None, None, 2, 3])
    empty = r.choice(["(empty)", "none", "-", "EMPTY"])

    def pair(r):
        lines = []
        only = r.random() < 0.12
        for at in range(r.randint(3, 6)):
            sign = ("-" if after else "+") if only else r.choice([" ", " ", "-", "+"])
            lines.append(sign + r.choice([f"{r.choice(w.NOUNS)} {r.randint(1, 99)}", w.thing(r),
                                          f"{r.choice(w.NOUNS)}: {r.choice(w.COLORS)}"]))
        if all(line[0] == " " for line in lines):
            lines[-1] = "+" + lines[-1][1:]
        kept = [line[1:] for line in lines if line[0] in (" +" if after else " -")]
        shown = [f"{at}. {line}" for at, line in enumerate(kept, 1)] if numbered else kept
        old, new = (sum(line[0] in signs for line in lines) for signs in (" -", " +"))
        start = r.randint(1, 90)
        return f"@@ -{start},{old} +{start},{new} @@\n" + "\n".join(lines), join.join(shown[:limit]) or empty

    side = "after the change" if after else "before the change"
    take = f"the first {limit} lines" if limit else "the lines"
    form = f"{'numbered 1. 2. ..., ' if numbered else ''}joined by {joined}, without the signs; {empty} if there are none"
    rule = "context and + lines" if after else "context and - lines"
    return Task(
        key=(after, join, numbered, limit, empty), pair=pair,
        terse=[f"diff hunk: {take} as they are {side} ({rule}), {form}", f"{rule} of the hunk: {take}, {form}"],
        casual=[f"what does the text look like {side}? give {take}, {form}",
                f"work out the text {side} from the hunk ({rule}) and write {take}, {form}"],
        detailed=[f"The input is a hunk of a unified diff. Reconstruct the text {side}, which consists of the {rule}, and return {take}, "
                  f"{form}.", f"Undo or apply the patch: wanted is the state {side}. Return {take} of it, {form}. The @@ line is not part "
                              f"of the text."])


@family(area="core", theme=THEME, difficulty="hard")
def gap_in_career(r):
    """The longest time between two jobs."""
    form = r.choice(["{a}-{b}", "{n}", "{n} years", "{a}-{b} ({n})", "after {e}", "{a} to {b}", "{n}y"])
    least, none = r.choice([1, 1, 2]), r.choice(["no gap", "none", "-", "0", "OK"])
    layout = r.choice(["{a}-{b} {e}", "{e}: {a}-{b}", "{e} ({a} to {b})", "{a}/{b} {e}", "{e}, {a} - {b}"])

    def pair(r):
        while True:
            year, jobs = r.randint(1985, 2004), []
            clear = r.random() < 0.2
            for _ in range(r.randint(2, 4)):
                end = year + r.randint(1, 5)
                jobs.append((year, end, w.company(r)))
                year = end + (0 if clear else r.choice([0, 0, 1, 2, 3, 4]))
            gaps = [(later[0] - sooner[1], sooner[1], later[0], sooner[2]) for sooner, later in zip(jobs, jobs[1:])]
            longest = max(gap[0] for gap in gaps)
            if sum(gap[0] == longest for gap in gaps) == 1 or longest < least:
                break
        if r.random() < 0.5:
            jobs.reverse()
        text = f"{w.person(r)}\n" + "\n".join(layout.format(a=a, b=b, e=employer) for a, b, employer in jobs)
        if longest < least:
            return text, none
        n, a, b, employer = next(gap for gap in gaps if gap[0] == longest)
        return text, form.format(n=n, a=a, b=b, e=employer)

    shape = form.replace("{n}", "YEARS").replace("{a}", "FROM").replace("{b}", "TO").replace("{e}", "EMPLOYER")
    said = f"of {least} year{'s' * (least > 1)} or more"
    meaning = " (FROM = end of one job, TO = start of the next)" if "{a}" in form else " (start of a job minus end of the job before)"
    meaning = " (the employer before the gap)" if "{e}" in form else meaning
    return Task(
        key=(form, least, none, layout), pair=pair,
        terse=[f"longest gap between jobs as {shape}{meaning}; no gap {said}: {none}",
               f"career gap: longest one, {shape}{meaning}, if {said}; else {none}"],
        casual=[f"when was this person without a job for longest? write {shape}{meaning}; {none} if there is no gap {said}",
                f"find the biggest hole in the career and give {shape}{meaning}. nothing {said}? then {none}"],
        detailed=[f"The resume lists jobs with their years, upwards or downwards in time. Find the longest gap between one job and the "
                  f"next and return {shape}{meaning}. Without a gap {said} return {none}.",
                  f"Compare the end of each job with the start of the following one. For the largest difference output {shape}{meaning}, "
                  f"provided that it is {said}; otherwise output {none}."])
