"""Core text processing: dates, clock times and durations written in sentences."""
import datetime

import words as w
from task import Task, core_family, options, pick_labels

EVENTS = """board meeting,budget review,team lunch,fire drill,dentist visit,product launch,site inspection,job interview,piano lesson,
school play,parents evening,yoga class,boiler service,car inspection,flat viewing,book club,wine tasting,hiking trip,choir practice,
tax appointment,eye test,warehouse audit,security training,kick-off call,design workshop,farewell party,garden sale,blood donation,
software update,power cut,road closure,town hall,pottery course,chess final,photo shoot,charity run,rent payment,passport pickup,
language exam,moving day""".replace("\n", "").split(",")
MISSING = ["none", "N/A", "-", "no date", "NONE", "n/a", "not found", "missing", "unknown"]
SHORT = [month[:3] for month in w.MONTHS]
DATE_FORMATS = {
    "YYYY-MM-DD": lambda y, m, d: f"{y}-{m:02d}-{d:02d}", "DD/MM/YYYY": lambda y, m, d: f"{d:02d}/{m:02d}/{y}",
    "MM/DD/YYYY": lambda y, m, d: f"{m:02d}/{d:02d}/{y}", "DD.MM.YYYY": lambda y, m, d: f"{d:02d}.{m:02d}.{y}",
    "YYYYMMDD": lambda y, m, d: f"{y}{m:02d}{d:02d}", "YYYY/MM/DD": lambda y, m, d: f"{y}/{m:02d}/{d:02d}",
    "MM-DD-YYYY": lambda y, m, d: f"{m:02d}-{d:02d}-{y}", "D Mon YYYY (like 7 Mar 2024)": lambda y, m, d: f"{d} {SHORT[m - 1]} {y}",
    "Month D, YYYY (like March 7, 2024)": lambda y, m, d: f"{w.MONTHS[m - 1]} {d}, {y}",
    "DD-MON-YYYY (like 07-MAR-2024)": lambda y, m, d: f"{d:02d}-{SHORT[m - 1].upper()}-{y}"}


def written_date(r, date):
    y, m, d = date
    month = r.choice([w.MONTHS[m - 1], SHORT[m - 1]])
    return r.choice([f"{d} {month} {y}", f"{month} {d}, {y}", f"{w.ordinal(d)} {month} {y}", f"{month} {w.ordinal(d)}, {y}",
                     f"the {w.ordinal(d)} of {w.MONTHS[m - 1]} {y}",
                     w.iso(date)])


def around_event(r, when):
    """A sentence with the phrase in it, among other numbers."""
    event, person, n = r.choice(EVENTS), w.first(r), r.randint(2, 90)
    return r.choice([
        f"The {event} takes place on {when} in room {n}.", f"{person} moved the {event} to {when}, please tell all {n} guests.",
        f"Reminder: {event}, {when}, bring {n} copies.", f"We have {n} people signed up for the {event} on {when} so far.",
        f"Hi {person}, is {when} still fine for the {event}? Gate {n} is closed.",
        f"{event.capitalize()} in {w.city(r)} confirmed: {when} (ticket {n}).",
        f"As agreed with {person}, the {event} was held {when} and cost {n} euros.",
        f"Due to {n} cancellations the {event} is now set for {when}."])


@core_family("medium")
def date_in_sentence_reformatted(r):
    """The one date of a sentence in the format of the spec."""
    name = r.choice(list(DATE_FORMATS))
    day_first, missing = r.random() < 0.5, r.choice(MISSING)
    numeric = "day first" if day_first else "month first"

    def pair(r):
        if r.random() < 0.15:
            return around_event(r, r.choice(["next week", "a later day", "the usual weekday", "short notice", "Friday",
                                             "the weekend"])), missing
        date = w.date(r)
        y, m, d = date
        when = (f"{d}/{m}/{y}" if day_first else f"{m}/{d}/{y}") if r.random() < 0.3 else written_date(r, date)
        return around_event(r, when), DATE_FORMATS[name](*date)

    return Task(
        key=(name, day_first, missing), pair=pair,
        terse=[f"date in the sentence -> {name}; slash dates are {numeric}; no date: {missing}",
               f"pull the date, write as {name} ({numeric} if slashes), {missing} when absent"],
        casual=[f"grab the date from this sentence and give it to me as {name}. stuff like 4/5/2020 is {numeric}. if there's no full date "
                f"just put {missing}",
                f"there should be one date in here - rewrite it as {name}. dates with slashes are {numeric}. otherwise answer {missing}"],
        detailed=[f"The input is a sentence that may hold one calendar date in any notation. Return that date in the format {name}. Dates "
                  f"written with slashes "
                  f"are {numeric}. If no complete date (day, month and year) is given, return {missing}.",
                  f"Find the full date in the text and normalise it to {name}. Read slash notation {numeric}. Weekdays or vague times do "
                  f"not count; "
                  f"in that case the answer is {missing}. Output nothing but the date."])


@core_family("medium")
def clock_time_restyled(r):
    """A clock time of a sentence from 12 to 24 hours or the other way."""
    to24 = r.random() < 0.5
    missing = r.choice(MISSING[:3] + ["no time", "NONE", "unknown"])
    if to24:
        style, show = r.choice([("HH:MM", "{0:02d}:{1:02d}"), ("HHMM", "{0:02d}{1:02d}"), ("HH.MM", "{0:02d}.{1:02d}"),
                                ("HHhMM (like 09h05)", "{0:02d}h{1:02d}"),
                                ("H:MM (no leading zero)", "{0}:{1:02d}")])
        target = f"24-hour {style}"
    else:
        style, show = r.choice([("h:MM am/pm", "{2}:{1:02d} {3}"), ("h:MM AM/PM", "{2}:{1:02d} {4}"),
                                ("h:MMam/pm without a space", "{2}:{1:02d}{3}"),
                                ("h.MM am/pm with a dot", "{2}.{1:02d} {3}")])
        target = f"12-hour {style}"

    def pair(r):
        if r.random() < 0.14:
            return around_event(r, r.choice(["Monday", "some other day", "the first of June", "a quiet weekday"])), missing
        hour, minute = w.clock(r)
        minute = r.choice([0, 15, 30, 45, minute, minute])
        half, twelve = ("am" if hour < 12 else "pm"), (hour % 12 or 12)
        if to24:
            when = r.choice([f"{twelve}:{minute:02d} {half}", f"{twelve}:{minute:02d}{half}", f"{twelve}:{minute:02d} {half.upper()}",
                             f"{twelve}.{minute:02d} {half}"])
            if not minute and r.random() < 0.5:
                when = f"{twelve} {half}"
        else:
            when = r.choice([f"{hour:02d}:{minute:02d}", f"{hour:02d}:{minute:02d}", f"{hour:02d}.{minute:02d}",
                             f"{hour:02d}h{minute:02d}"])
        return around_event(r, f"{r.choice(w.WEEKDAYS)} at {when}"), show.format(hour, minute, twelve, half, half.upper())

    return Task(
        key=(target, missing), pair=pair,
        terse=[f"clock time in the text -> {target}, or {missing} if there is none",
               f"give the clock time as {target}; without one: {missing}"],
        casual=[f"what time does it say? convert to {target}. no time in there -> {missing}",
                f"please turn the time in the sentence into {target}, only the time. say {missing} when none is mentioned"],
        detailed=[f"Extract the clock time from the sentence and output it in {target} notation, nothing else. When the sentence mentions "
                  f"no clock time, output {missing}.",
                  f"The sentence may state a clock time. Rewrite it in {target} style. Ignore weekdays and other numbers. Return {missing} "
                  f"if no clock time occurs."])


@core_family("hard")
def date_moved_by_days(r):
    """The date of a note moved by a fixed number of days."""
    name = r.choice(list(DATE_FORMATS)[:7])
    step = r.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 20, 21, 28, 30])
    sign = r.choice([1, 1, -1])
    direction = "after" if sign > 0 else "before"
    days = f"{step} day{'s' * (step > 1)}"

    def pair(r):
        y, m, d = w.date(r, 2015, 2029)
        moved = datetime.date(y, m, d) + datetime.timedelta(days=sign * step)
        thing = r.choice(["invoice", "contract", "parcel", "permit", "claim", "order", "quote", "loan", "refund", "booking"])
        text = r.choice([f"{thing} {r.randint(100, 9999)} of {w.iso((y, m, d))}",
                         f"The {thing} for {w.person(r)} is dated {w.iso((y, m, d))}.",
                         f"{w.company(r)} sent the {thing} on {w.iso((y, m, d))}.",
                         f"{w.iso((y, m, d))} | {thing} | {w.city(r)} | {r.randint(1, 400)} pcs",
                         f"On {w.iso((y, m, d))} {w.first(r)} signed the {thing} in {w.city(r)}."])
        return text, DATE_FORMATS[name](moved.year, moved.month, moved.day)

    return Task(
        key=(name, step, sign), pair=pair,
        terse=[f"date {days} {direction} the one in the text, as {name}",
               f"text date (YYYY-MM-DD) {'+' if sign > 0 else '-'} {days} -> {name}"],
        casual=[f"take the YYYY-MM-DD date in there and tell me what's {days} {direction} it, format {name}",
                f"i need the date {days} {direction} the date mentioned. write {name} and nothing else"],
        detailed=[f"Each input contains one date in the form YYYY-MM-DD. Compute the calendar date exactly {days} {direction} it and "
                  f"output the result as {name}.",
                  f"Read the date in the note and {'add' if sign > 0 else 'subtract'} {days}, minding month ends and leap years. Print the "
                  f"new date as {name}, without other words."])


@core_family("hard")
def clock_time_in_other_zone(r):
    """A clock time moved to another zone, with a mark when the day changes."""
    shift = r.choice([60, 120, 180, 240, 300, 330, 345, 420, 480, 540, 570, 600]) * r.choice([1, -1])
    home, away = r.sample(["UTC", "head office", "Lisbon", "Oslo", "the server", "Denver", "Perth", "the ship", "Delhi", "HQ", "the plant",
                           "Quito"], 2)
    after, before = pick_labels(r, [("+1", "-1"), ("(next day)", "(previous day)"), ("next day", "day before"), ("+1d", "-1d"),
                                    ("tomorrow", "yesterday")])
    size = f"{abs(shift) // 60}h{f'{abs(shift) % 60:02d}' if shift % 60 else ''}"
    way = "ahead of" if shift > 0 else "behind"
    mark = after if shift > 0 else before

    def pair(r):
        hour, minute = w.clock(r)
        moment = hour * 60 + minute + shift
        shown = w.hhmm(moment % 1440)
        return r.choice([f"{r.choice(EVENTS)} at {hour:02d}:{minute:02d}, seat {r.randint(1, 60)}",
                         f"{w.first(r)} calls {hour:02d}:{minute:02d} about the {r.choice(EVENTS)}",
                         f"{hour:02d}:{minute:02d} - {r.choice(EVENTS)} with {w.person(r)}",
                         f"The {r.choice(EVENTS)} begins {hour:02d}:{minute:02d} sharp."]
                        ), shown if 0 <= moment < 1440 else f"{shown} {mark}"

    return Task(
        key=(shift, home, away, mark), pair=pair,
        terse=[f"time is {home} time; give {away} time HH:MM ({away} is {size} {way} {home}); append {mark!r} if the day changes",
               f"HH:MM of {home} -> {away}, which is {size} {way} it; add a space and {mark} when the date differs"],
        casual=[f"these times are for {home}. {away} is {size} {way} {home}, so what's the time there (HH:MM)? put {mark} behind it if "
                f"it's another day by then",
                f"convert from {home} to {away} time, 24h HH:MM. {away} runs {size} {way}. when the day changes add a blank and {mark}"],
        detailed=[f"Every input names a 24-hour clock time valid for {home}. The clocks of {away} are {size} {way} those of {home}. Output "
                  f"the time for {away} as HH:MM; "
                  f"if it falls on a different day, append a space and {mark}.",
                  f"Convert the clock time from {home} to {away} ({size} {way} {home}) and write it as HH:MM. Where midnight is crossed, "
                  f"follow the time with a space and {mark}."])


@core_family("medium")
def weekday_after_shift(r):
    """The weekday that results from a weekday and a shift in a sentence."""
    name, show = r.choice([("full English name", lambda i: w.WEEKDAYS[i]), ("three letters like Mon", lambda i: w.WEEKDAYS[i][:3]),
                           ("upper-case three letters like MON", lambda i: w.WEEKDAYS[i][:3].upper()),
                           ("number with Monday = 1 and Sunday = 7", lambda i: str(i + 1)),
                           ("number with Monday = 0 and Sunday = 6", lambda i: str(i)),
                           ("lower-case full name", lambda i: w.WEEKDAYS[i].lower()),
                           ("number with Sunday = 0 and Saturday = 6", lambda i: str((i + 1) % 7)),
                           ("first two letters like Mo", lambda i: w.WEEKDAYS[i][:2])])
    asked = r.choice(["new", "new", "old"])
    which = {"new": "the weekday it ends up on after the move", "old": "the weekday it was on before the move"}[asked]

    def pair(r):
        start, shift, sign = r.randrange(7), r.randint(1, 6), r.choice([1, -1])
        days, event = f"{shift} day{'s' * (shift > 1)}", r.choice(EVENTS)
        later, delayed, after = ("later", "postponed", "after") if sign > 0 else ("earlier", "brought forward", "before")
        text = r.choice([f"The {event} planned for {w.WEEKDAYS[start]} was {delayed} by {days}.",
                         f"{w.first(r)} has the {event} on {w.WEEKDAYS[start]}; please make it {days} {later}.",
                         f"Change of plan in {w.city(r)}: {event} not {w.WEEKDAYS[start]} but {days} {later}.",
                         f"The {event} was on {w.WEEKDAYS[start]}, now it is {days} {after} that."])
        return text, show(start if asked == "old" else (start + sign * shift) % 7)

    return Task(
        key=(name, asked), pair=pair,
        terse=[f"something is moved by days: give {which}; {name}", f"{which}, as {name}"],
        casual=[f"an appointment gets shifted here. tell me {which} - {name}", f"just answer with {which} ({name}), nothing more"],
        detailed=[f"The sentence says that an event is moved from one weekday by a number of days. Return {which}. Output format: {name}.",
                  f"Work out {which}, using the weekday and the shift in the sentence (later means forward in the week, earlier backward, "
                  f"wrapping round). Write it as {name}."])


@core_family("medium")
def month_names_restyled(r):
    """Every month of a sentence rewritten in another style."""
    styles = {"full names (March)": lambda i: w.MONTHS[i], "three letters (Mar)": lambda i: SHORT[i],
              "three capitals (MAR)": lambda i: SHORT[i].upper(),
              "three letters and a dot (Mar.)": lambda i: SHORT[i] + ".", "two-digit numbers (03)": lambda i: f"{i + 1:02d}",
              "lower-case names (march)": lambda i: w.MONTHS[i].lower()}
    source, target = r.sample(list(styles), 2)

    def pair(r):
        a, b = r.sample(range(12), 2)
        y, city, name = r.randint(1999, 2029), w.city(r), w.person(r)
        template = r.choice(["{c} office: open month {a} to {b} {y}", "Sales in {a} {y} beat {b} in {c}",
                             "{n} rented the flat in {c} from {a}/{y} to {b}/{y}",
                             "closed {a} + {b} {y}, {c} branch", "{n} works in {c} until {a} {y}, then from {b} on in the north",
                             "Season {y} for {c}: {a}, {b}",
                             "Delivery month {a} {y}, payment month {b} {y} ({n})", "{n}, {c}: holidays in {a} and {b} {y}"])
        return tuple(template.format(a=styles[style](a), b=styles[style](b), y=y, c=city, n=name) for style in (source, target))

    return Task(
        key=(source, target), pair=pair,
        terse=[f"rewrite months: {source} -> {target}, rest unchanged", f"copy the line, months from {source} to {target}"],
        casual=[f"months here are written as {source}; i want {target}. leave the rest alone",
                f"swap the month style to {target} (now it's {source}) and keep everything else as is"],
        detailed=[f"The input writes its months as {source}. Return the same text with every month written as {target}. All other "
                  f"characters stay as they are.",
                  f"Replace each month in the text, given as {source}, by the style {target}. Do not change years, names or punctuation; "
                  f"output the whole line."])


@core_family("hard")
def date_span_as_interval(r):
    """A span of dates in a sentence as start and end in one notation."""
    name = r.choice([n for n in DATE_FORMATS if "(" not in n])
    joiner, said = r.choice([("/", "a slash"), (" - ", "space hyphen space"), ("..", "two dots"), (" to ", "the word to"),
                             (",", "a comma without space"), (";", "a semicolon"), ("~", "a tilde")])

    def pair(r):
        y, m, a = w.date(r, 2005, 2029)
        a, month = min(a, 27), w.MONTHS[m - 1]
        b = r.randint(a + 1, 28)
        n = min(12, m + r.randint(0, 3))
        other = w.MONTHS[n - 1]
        event, place, guests = r.choice(EVENTS), w.city(r), r.randint(3, 80)
        if n == m:
            span = r.choice([f"from {a} to {b} {month} {y}", f"{month} {a}-{b}, {y}", f"between {month} {a} and {month} {b}, {y}",
                             f"from the {w.ordinal(a)} to the {w.ordinal(b)} of {month} {y}"])
        else:
            span = r.choice([f"from {a} {month} to {b} {other} {y}", f"{month} {a} through {other} {b}, {y}",
                             f"from {w.iso((y, m, a))} until {w.iso((y, n, b))}"])
        show = DATE_FORMATS[name]
        return r.choice([f"The {event} in {place} runs {span} for {guests} guests.", f"{w.first(r)} is away {span} ({event}).",
                         f"{place}: {event}, {span}, hall {guests}.",
                         f"Booked {guests} seats for the {event}, {span}, under {w.person(r)}."]), show(y, m, a) + joiner + show(y, n, b)

    return Task(
        key=(name, joiner), pair=pair,
        terse=[f"start and end date, both {name}, joined by {said}", f"date span -> START{joiner}END with {name} dates"],
        casual=[f"get the first and last day of the period and write them as {name}, with {said} in between",
                f"turn the period into START{joiner}END, each date as {name}. if the year is only said once it's for both"],
        detailed=[f"The sentence names a period. Return its first and last day, each as {name}, separated by {said}. A month or year given "
                  f"once holds for both days.",
                  f"Extract the start date and the end date. Write both in the format {name} and join them with {said}, like "
                  f"START{joiner}END. Shared months and years apply to both ends."])


@core_family("medium")
def event_by_date_order(r):
    """The earliest, latest or second event of a dated list."""
    place = r.choice(["earliest", "latest", "second earliest", "second latest"])
    shown = r.choice(["name", "date", "name in upper case", "name, a colon, a space, then the date",
                      "number of its position in the list (first entry = 1)"])
    day_first = r.random() < 0.5
    style = "day/month/year" if day_first else "YYYY-MM-DD"

    def pair(r):
        count = r.randint(3, 5)
        names = r.sample(EVENTS, count)
        days = r.sample(range(730), count)
        dates = [datetime.date(2023, 1, 1) + datetime.timedelta(days=day) for day in days]
        texts = [f"{d.day:02d}/{d.month:02d}/{d.year}" if day_first else d.isoformat() for d in dates]
        mark = r.choice([(" ", "; "), (": ", ", "), (" on ", ", "), (" = ", " | ")])
        order = sorted(range(count), key=lambda i: dates[i])
        i = order[{"earliest": 0, "latest": -1, "second earliest": 1, "second latest": -2}[place]]
        answer = {"name": names[i], "date": texts[i], "name in upper case": names[i].upper()}.get(shown) or (
            f"{names[i]}: {texts[i]}" if "colon" in shown else str(i + 1))
        return mark[1].join(name + mark[0] + text for name, text in zip(names, texts)), answer

    return Task(
        key=(place, shown, day_first), pair=pair,
        terse=[f"{place} event of the list ({style} dates): give its {shown}",
               f"return the {shown} of the {place} dated entry; dates are {style}"],
        casual=[f"which event is the {place}? dates are {style}. i only want its {shown}",
                f"sort these by date ({style}) in your head and answer with the {shown} of the {place} one"],
        detailed=[f"The input lists several events, each with a date written {style}. Find the {place} event by date and return its "
                  f"{shown}, copied as in the list where it is text.",
                  f"Compare all dates ({style}). The answer is the {shown} of the {place} entry; the order in which entries are written "
                  f"does not matter for choosing it."])


@core_family("medium")
def fiscal_quarter_of_date(r):
    """The quarter that a date falls in, for a year that starts in some month."""
    start = r.choice([1, 1, 2, 4, 4, 6, 7, 7, 9, 10, 10, 11])
    labels = pick_labels(r, [("Q1", "Q2", "Q3", "Q4"), ("q1", "q2", "q3", "q4"), ("first", "second", "third", "fourth"),
                             ("I", "II", "III", "IV"), ("quarter-1", "quarter-2", "quarter-3", "quarter-4")])
    begin = w.MONTHS[start - 1]
    firsts = ", ".join(f"{label} = {SHORT[(start - 1 + 3 * i) % 12]}-{SHORT[(start + 1 + 3 * i) % 12]}" for i, label in enumerate(labels))

    def pair(r):
        date = w.date(r, 2012, 2029)
        return around_event(r, written_date(r, date)), labels[(date[1] - start) % 12 // 3]

    return Task(
        key=(start, labels), pair=pair, labels=labels,
        terse=[f"quarter of the date: {firsts}", f"date -> {options(labels)}; our year starts in {begin}, three months each"],
        casual=[f"which quarter is the date in? our year starts {begin} 1, so {firsts}",
                f"books start in {begin}. put the date into a quarter and say {options(labels)} ({labels[0]} is the first three months)"],
        detailed=[f"Determine the business quarter of the date in the sentence. The quarters are {firsts}. Return one of "
                  f"{options(labels)}.",
                  f"Our business year begins on the first day of {begin} and has four quarters of three months, called "
                  f"{options(labels, 'and')} in that order. Return the quarter that contains the date."])


@core_family("medium")
def time_between_clock_times(r):
    """How long something lasted from its two clock times."""
    name, show = r.choice([("minutes as a plain number", lambda m: f"{m}"), ("H:MM", lambda m: f"{m // 60}:{m % 60:02d}"),
                           ("HH:MM", lambda m: f"{m // 60:02d}:{m % 60:02d}"), ("XhYYm like 2h05m", lambda m: f"{m // 60}h{m % 60:02d}m"),
                           ("minutes with the unit, like 95 min", lambda m: f"{m} min"),
                           ("minutes in brackets, like (95)", lambda m: f"({m})")])
    cross = r.choice(["the end is on the next day", "the answer is " + r.choice(["invalid", "error", "-", "n/a", "ERR"])])

    def pair(r):
        a, b = r.randint(0, 1439), r.randint(0, 1439)
        if a == b or (a > b and r.random() < 0.65):
            a, b = min(a, b), max(a, b) + (a == b)
        if b > 1439:
            a, b = 600, 660
        x, y = w.hhmm(a), w.hhmm(b)
        job = r.choice(EVENTS)
        text = r.choice([f"{job} from {x} to {y}", f"{w.first(r)} came at {x} and left at {y} ({job}).",
                         f"start {x}, end {y}, {job}, {w.city(r)}", f"The {job} in {w.city(r)} ended at {y}; it had started at {x}.",
                         f"{x}-{y} {job}"])
        if b < a and "next day" not in cross:
            return text, cross.rsplit(" ", 1)[1]
        return text, show((b - a) % 1440)

    return Task(
        key=(name, cross), pair=pair,
        terse=[f"time from start to end, as {name}; if the end is earlier than the start, {cross}",
               f"elapsed time -> {name}. End before start: {cross}"],
        casual=[f"how long was it? give {name}. when the end time is smaller than the start time, {cross}",
                f"subtract start from end and write {name} (note: if end < start then {cross})"],
        detailed=[f"The text gives a start and an end as 24-hour clock times. Return the time between them as {name}. If the end is "
                  f"earlier on the clock than the start, {cross}.",
                  f"Compute the length of the activity from its two clock times and print it as {name}. The start is not always named "
                  f"first. Should the end lie before the start, {cross}."])
