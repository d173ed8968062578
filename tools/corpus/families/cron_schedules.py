"""Cron expressions: into words, out of words, matches, next runs, counts, expanded fields and faults."""
import words as w
from task import Task, evened, family, pick_labels

THEME = "filtering, diffs, cron and resumes"
DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
JOBS = "backup,report,cleanup,sync,export,digest,rotate,invoice run,import,index rebuild,health check,newsletter,mirror,audit".split(",")


def noon_clock(hour, minute):
    return f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"


def day_clock(hour, minute):
    return f"{hour:02d}:{minute:02d}"


@family(area="core", theme=THEME, difficulty="medium")
def cron_into_words(r):
    """A cron expression in words, by the given phrases."""
    clock, shown = r.choice([(day_clock, "HH:MM"), (noon_clock, "h:MM am/pm")])
    sets = {"day": ["every day at T", "daily at T", "T daily", "each day, T"], "week": ["every D at T", "D at T", "T on D",
                                                                                        "weekly on D at T"],
            "month": ["on day N of every month at T", "monthly, day N, T", "day N of the month at T", "T on the N. of each month"],
            "step": ["every N minutes", "each N min", "N-minute interval", "repeats every N minutes"],
            "hour": ["every hour at minute N", "hourly at minute N", "N minutes past every hour", "each hour, minute N"]}
    kinds = r.sample(list(sets), 3)
    phrases = {kind: r.choice(sets[kind]) for kind in kinds}

    def pair(r):
        kind, (hour, minute), day, number = r.choice(kinds), w.clock(r), r.randrange(7), r.randint(1, 28)
        step = r.choice([2, 3, 4, 5, 6, 10, 12, 15, 20, 30])
        text = {"day": f"{minute} {hour} * * *", "week": f"{minute} {hour} * * {day}", "month": f"{minute} {hour} {number} * *",
                "step": f"*/{step} * * * *",
                "hour": f"{minute} * * * *"}[kind]
        count = {"month": number, "step": step, "hour": minute}.get(kind)
        words = phrases[kind].replace("T", clock(hour, minute)).replace("N", str(count)) if kind != "week" else phrases[kind].replace("T",
        clock(hour, minute)).replace("D", DAYS[day])
        name = r.choice(JOBS).replace(" ", "-")
        return r.choice([text, f"{text} /opt/{name}.sh", f"{text} {name}", f"{text} {r.choice(w.SERVICES)} {name}",
                         f"{text} /srv/{name}/{r.choice(w.NOUNS)}"]), words

    patterns = {"day": "daily", "week": "weekly", "month": "monthly", "step": "*/N", "hour": "hourly"}
    rules = ", ".join(f"{patterns[kind]} '{phrases[kind]}'" for kind in kinds)
    timing = ", ".join([f"T as {shown}"] * bool(set(kinds) - {"step", "hour"}) + ["D the English weekday (0 = Sunday)"] * ("week" in kinds))
    return Task(
        key=(shown, tuple(phrases.items())), pair=pair,
        terse=[f"cron to words: {rules}; {timing}", f"say the cron schedule: {rules} ({timing})"],
        casual=[f"when does the cron line run? use these phrases: {rules}. {timing}. ignore a command at the end",
                f"translate the cron entry, phrases are {rules}, with {timing}; drop the command"],
        detailed=[f"The input is a crontab entry, with or without a command. Describe its schedule with exactly one of these phrases: "
                  f"{rules}. "
                  f"Here N is a number from the fields, {timing}. The command is not mentioned.",
                  f"Put the five cron fields into words. The phrase depends on the kind of schedule: {rules}. Fill in N, the number, and "
                  f"{timing}. "
                  "Whatever follows the five fields is ignored."])


@family(area="core", theme=THEME, difficulty="medium")
def words_into_cron(r):
    """A schedule in words as a cron expression."""
    named, kinds = r.random() < 0.5, ["day", "week", "month", "step", "hour", "workdays"]
    kinds = r.sample(kinds, r.randint(3, 6))
    suffix = r.choice(["", "", " run", " /opt/job.sh", " backup", " task", " ./go", " cmd"])

    def pair(r):
        kind, (hour, minute), day, number = r.choice(kinds), w.clock(r), r.randrange(7), r.randint(1, 28)
        step, time = r.choice([2, 3, 4, 5, 6, 10, 12, 15, 20, 30]), r.choice([noon_clock, day_clock])(hour, minute)
        job, name = r.choice(JOBS), DAYS[day]
        text = {
            "day": [f"every day at {time}", f"daily, {time}", f"at {time} each day"],
            "week": [f"every {name} at {time}", f"{name}s at {time}", f"at {time} on {name}s", f"once a week, {name}, {time}"],
            "month": [f"on day {number} of every month at {time}", f"monthly on day {number}, {time}",
                      f"at {time} on day {number} of each month"],
            "step": [f"every {step} minutes", f"each {step} minutes, all day", f"every {step} min"],
            "hour": [f"every hour at minute {minute}", f"hourly, {minute} minutes past the hour", f"at minute {minute} of each hour"],
            "workdays": [f"Monday to Friday at {time}", f"on weekdays at {time}", f"at {time} from Monday to Friday"],
        }[kind]
        sunday = name[:3].upper() if named else str(day)
        cron = {"day": f"{minute} {hour} * * *", "week": f"{minute} {hour} * * {sunday}", "month": f"{minute} {hour} {number} * *",
                "step": f"*/{step} * * * *", "hour": f"{minute} * * * *",
                "workdays": f"{minute} {hour} * * {'MON-FRI' if named else '1-5'}"}[kind]
        text = r.choice(text)
        return r.choice([text, f"run the {job} {text}", f"{job}: {text}", f"the {job} should start {text}",
                         f"schedule the {job} of {w.company(r)} {text}"]), cron + suffix

    weekday = "weekdays as SUN, MON ... and MON-FRI" if named else "weekdays as digits, 0 = Sunday, Monday to Friday as 1-5"
    tail = f", then '{suffix.strip()}'" if suffix else ""
    plain = "numbers without leading zeros, every N minutes as */N, all other fields *"
    return Task(
        key=(named, tuple(kinds), suffix), pair=pair,
        terse=[f"schedule -> cron (minute hour day month weekday){tail}; {weekday}; {plain}",
               f"cron entry for the words, 5 fields{tail}; {plain}; {weekday}"],
        casual=[f"write the schedule as a five-field cron expression{tail}. {weekday}; {plain}",
                f"I need the crontab fields for this sentence{tail}: {plain}, {weekday}"],
        detailed=[f"Convert the schedule to a cron expression with the fields minute, hour, day of month, month, weekday, separated by "
                  f"blanks{tail}. Use {plain}; {weekday}.",
                  f"The input tells when a job runs, in 12-hour or 24-hour time. Return the cron line{tail}: {weekday}; {plain}. Return "
                  f"nothing else."])


@family(area="core", theme=THEME, difficulty="hard")
def cron_matches_moment(r):
    """Does a cron job run at a given moment?"""
    yes, no = pick_labels(r, [("yes", "no"), ("RUN", "SKIP"), ("match", "no match"), ("1", "0"), ("true", "false"), ("fires", "idle"), ("Y",
    "N"), ("due", "not due"), ("START", "WAIT"), ("on", "off"), ("hit", "miss")])
    layout = r.choice(["{cron} | {day} {time}", "{day} {time} ? {cron}", "now={day} {time}; cron={cron}", "{cron} at {time} on {day}"])
    long = r.random() < 0.5

    def pair(r):
        hour, minute = w.clock(r)
        day = r.randrange(7)
        step = r.choice([5, 10, 15, 20, 30])
        minutes = r.choice([str(minute), f"*/{step}", "*"])
        hours = r.choice([str(hour), "*", f"{max(hour - 2, 0)}-{min(hour + 3, 23)}"])
        days = r.choice(["*", str(day), "1-5"])
        if r.random() < 0.6:
            which = r.randrange(3)
            minutes = str((minute + r.randint(1, 58)) % 60) if which == 0 else minutes
            hours = str((hour + r.randint(1, 22)) % 24) if which == 1 else hours
            days = str((day + r.randint(1, 5)) % 7) if which == 2 else days
        elif minutes.startswith("*/"):
            minute -= minute % step
        fits = {"*": True}.get(minutes, minute % step == 0 if minutes.startswith("*/") else minutes == str(minute))
        low, _, high = hours.partition("-")
        fits = fits and (hours == "*" or int(low) <= hour <= int(high or low))
        fits = fits and (days == "*" or (1 <= day <= 5 if days == "1-5" else days == str(day)))
        name = DAYS[day] if long else DAYS[day][:3]
        return layout.format(cron=f"{minutes} {hours} * * {days}", day=name, time=day_clock(hour, minute)), yes if fits else no

    shape = layout.format(cron="CRON", day="weekday", time="HH:MM")
    return Task(
        key=(yes, no, layout, long), labels=(yes, no), pair=evened(pair, (yes, no), tries=15),
        terse=[f"'{shape}': does the job run in that minute? {yes} or {no} (0 = Sunday)",
               f"{yes} if the cron fields match the moment, else {no}; input {shape}, Sunday is 0"],
        casual=[f"given cron expression and moment ({shape}), is it due right then? {yes} if all fields match, else {no}. Sunday = 0",
                f"would the job fire at that weekday and time? {yes} / {no}, input looks like {shape}, 0 is Sunday"],
        detailed=[f"The input has the form {shape}. Return {yes} if minute, hour and weekday of the moment all match the cron fields (*, "
                  f"numbers, ranges a-b, steps */n; weekday 0 is Sunday), otherwise {no}.",
                  f"Check a moment against a cron expression; the form is {shape}. Day of month and month are always *. If any other "
                  f"field does not match, the answer is {no}; if all match, {yes}. Weekdays count from Sunday = 0."])


@family(area="core", theme=THEME, difficulty="hard")
def next_cron_run(r):
    """The time of the next run after now."""
    later = r.choice([" tomorrow", " +1d", " (next day)", " next day", "+1"])
    clock, shown = r.choice([(day_clock, "HH:MM"), (noon_clock, "h:MM am/pm")])
    layout = r.choice(["{cron} | now {now}", "now {now}: {cron}", "cron={cron} now={now}", "{now} / {cron}"])

    def pair(r):
        (hour, minute), kind = w.clock(r), r.randrange(3)
        if kind == 0:
            at = w.clock(r)
            cron, times = f"{at[1]} {at[0]} * * *", [at]
        elif kind == 1:
            past = r.randrange(60)
            cron, times = f"{past} * * * *", [(h, past) for h in range(24)]
        else:
            step = r.choice([5, 10, 15, 20, 30])
            cron, times = f"*/{step} * * * *", [(h, m) for h in range(24) for m in range(0, 60, step)]
        found = next((time for time in times if time > (hour, minute)), None)
        return layout.format(cron=cron, now=day_clock(hour, minute)), clock(*(found or times[0])) + (later if not found else "")

    shape = layout.format(cron="CRON", now="HH:MM")
    return Task(
        key=(later, shown, layout), pair=pair,
        terse=[f"'{shape}' -> next run strictly after now as {shown}; if only tomorrow, append '{later}'",
               f"next run time ({shown}) after now; add '{later}' if it falls on the next day. input: {shape}"],
        casual=[f"when does the job run next? {shape} comes in, write the time as {shown} and put '{later}' behind it if it's not today. "
                f"a run at this very minute doesn't count",
                f"give the first run after now, {shown}, plus '{later}' for the day after. input form {shape}, now itself is too late"],
        detailed=[f"The input {shape} gives a daily, hourly or every-N-minutes cron expression and the present time. Return the next run "
                  f"strictly later than now as {shown}. If there is none left today, return the first run of the next day followed by "
                  f"'{later}'.",
                  f"Compute the next start of the job in {shape}. A run at exactly the present minute is already over. Write the time as "
                  f"{shown}; when it is on the following day, '{later}' is appended."])


def field(r, low, high):
    """A cron field and its values."""
    kind = r.choice(["list", "range", "step", "range step", "one"])
    if kind == "list":
        values = sorted(r.sample(range(low, high + 1), r.randint(2, 4)))
        return ",".join(map(str, values)), values
    if kind == "step":
        step = r.choice([n for n in (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30) if n * 2 <= high + 1])
        return f"*/{step}", list(range(low, high + 1, step))
    if kind == "one":
        value = r.randint(low, high)
        return str(value), [value]
    start = r.randint(low, high - 4)
    end, step = r.randint(start + 2, min(high, start + 12)), r.choice([2, 3, 4]) if kind == "range step" else 1
    return f"{start}-{end}" + f"/{step}" * (step > 1), list(range(start, end + 1, step))


@family(area="core", theme=THEME, difficulty="hard")
def runs_per_day_of_cron(r):
    """How many times a day a cron job starts."""
    form = r.choice(["{n}", "{n}x", "{n} runs", "{n}/day", "runs={n}", "{n} times a day", "{n} per day"])
    limit = r.choice([None, None, 6, 10, 12, 24, 48])
    often = r.choice(["TOO OFTEN", "too many", "frequent", "!", "over limit"])

    def pair(r):
        (minutes, a), (hours, b) = field(r, 0, 59), field(r, 0, 23)
        if r.random() < 0.3:
            hours, b = "*", range(24)
        if r.random() < 0.5:
            minutes, a = str(r.randrange(60)), [0]
        number = len(a) * len(b)
        name = r.choice(JOBS).replace(" ", "_")
        return r.choice([f"{minutes} {hours} * * *", f"{minutes} {hours} * * * {name}",
                         f"{name}: {minutes} {hours} * * *"]), often if limit and number > limit else form.format(n=number)

    shape = form.replace("{n}", "N")
    tail = f"; more than {limit}: {often}" if limit else ""
    return Task(
        key=(form, limit, often if limit else ""), pair=pair,
        terse=[f"number N of runs per day of the cron job, as {shape}{tail}",
               f"cron -> how many starts a day: {shape} (N is the number){tail}"],
        casual=[f"how many times a day does this cron line start? write {shape} with N the count{tail}",
                f"count the daily runs: minutes times hours. format {shape}{tail}"],
        detailed=[f"The input is a cron job that runs every day. Multiply the number of minutes by the number of hours that the fields "
                  f"allow (*/n, a-b, a-b/n, lists) and return the number N of runs a day as {shape}{tail}.",
                  f"Work out how often the cron job starts within one day. A * in the hour field stands for 24 hours. Answer in the form "
                  f"{shape}, N being the number of starts{tail}. The name of the job is irrelevant."])


@family(area="core", theme=THEME, difficulty="medium")
def expanded_cron_field(r):
    """The values that one field of a cron expression stands for."""
    asked = r.choice(["minute", "hour", "day of month", "month"])
    at = ["minute", "hour", "day of month", "month"].index(asked)
    join, joined = r.choice([(",", "commas without blanks"), (" ", "blanks"), (", ", "', '"), ("|", "'|'"), ("-", "hyphens"), (";", "';'")])
    every, most = r.choice(["all", "any", "every", "*"]), r.choice([4, 5, 6, 8])
    more = r.choice(["...", " etc", " and more", "+"])

    def pair(r):
        fields, values = ["*"] * 5, None
        for index, (a, b) in enumerate([(0, 59), (0, 23), (1, 28), (1, 12), (0, 6)]):
            if index == at or r.random() < 0.5:
                text, found = field(r, a, b) if index != at or r.random() < 0.85 else ("*", None)
                while found and "*/" in text and a == 1:
                    text, found = field(r, a, b)
                fields[index] = text
                values = found if index == at else values
        if values is None:
            return " ".join(fields), every
        return " ".join(fields), join.join(map(str, values[:most])) + more * (len(values) > most)

    rule = f"ascending, joined by {joined}, at most {most} of them, then '{more}' if there are more; a bare * -> {every}"
    return Task(
        key=(asked, join, every, most, more), pair=pair,
        terse=[f"expand the {asked} field of the cron line: {rule}", f"{asked} values of the cron expression, {rule}"],
        casual=[f"which values does the {asked} field allow? {rule}", f"write out the {asked} part of the cron line: {rule}"],
        detailed=[f"The input is a cron expression (minute, hour, day of month, month, weekday). Expand its {asked} field, where a-b is a "
                  f"range, a-b/n and */n take every n-th value. List the values {rule}.",
                  f"Only the {asked} field of the five cron fields is of interest. Turn lists, ranges and steps into the plain numbers, "
                  f"{rule}."])


@family(area="core", theme=THEME, difficulty="medium")
def faulty_cron_field(r):
    """Which field of a cron expression is out of range."""
    labels = pick_labels(r, [("minute", "hour", "day", "month", "weekday", "ok"), ("MIN", "HOUR", "DOM", "MON", "DOW", "VALID"), ("1", "2",
    "3", "4", "5", "0"), ("field 1", "field 2", "field 3", "field 4", "field 5", "fine"),
                             ("bad minute", "bad hour", "bad day", "bad month", "bad weekday", "no fault"), ("E_MIN", "E_HOUR", "E_DAY",
                             "E_MONTH", "E_WDAY", "OK"), ("m", "h", "d", "M", "w", "-")])
    seven, command = r.random() < 0.5, r.random() < 0.5
    ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7 if seven else 6)]

    def pair(r):
        fields = [r.choice(["*", str(r.randint(low, high)), f"{low + r.randint(0, 2)}-{high - r.randint(0, 2)}"]) for low, high in ranges]
        at = r.randrange(6)
        if at < 5:
            low, high = ranges[at]
            wrong = 0 if low == 1 and r.random() < 0.3 else r.randint(high + 1, high + 40)
            fields[at] = f"{low}-{wrong}" if wrong and r.random() < 0.3 else str(wrong)
        text = " ".join(fields)
        return text + (f" /usr/bin/{r.choice(w.NOUNS)} {r.randint(1, 99)}" if command else ""), labels[at]

    names = ["minute 0-59", "hour 0-23", "day 1-31", "month 1-12", f"weekday 0-{ranges[4][1]}"]
    rules = ", ".join(f"{label} ({name})" for label, name in zip(labels, names)) + f", {labels[5]} (no fault)"
    tail = " Numbers in the command do not count." if command else ""
    return Task(
        key=(labels, seven, command), labels=labels, pair=pair,
        terse=[f"cron field out of range: {rules}", f"validate cron, which field is bad? {rules}"],
        casual=[f"check the cron line, at most one field is out of its range. tell me which: {rules}.{tail.lower()}",
                f"lint the crontab entry and answer {rules}, the range is in brackets"],
        detailed=[f"The input is a cron line with five fields and at most one value out of range. Return the label of the faulty field, "
                  f"allowed ranges in brackets: {rules}.{tail}",
                  f"Find the illegal field of a cron expression. The labels with their legal ranges are {rules}. Ranges such as a-b are "
                  f"illegal if an end is.{tail} Output one label."])
