"""Grounded questions: answers that a short passage gives, or that it does not state them."""
import re

import words as w
from task import Task, family, options
from templates import phrases

THEME = "grounded questions and spec-based classification"


def number(low, high):
    return lambda r: str(r.randint(low, high))


GOODS = [noun + "s" for noun in w.NOUNS if noun[-1] in "klmnprtg" and noun not in ("cotton", "kitchen", "garden", "market", "closet")]
EVENTS = phrases("marathon|book fair|jazz festival|chess cup|food market|science day|film week|garden show|boat race|choir contest")
SIDES, SITES = phrases("old|new|royal|central|north|south"), phrases("harbor|market|garage|station|library|park|stadium|castle")
MODELS, DEVICES = phrases("X|Pro|Mini|Max|One"), phrases("lamp|kettle|drill|camera|radio|scale|heater|vacuum|printer|speaker")
# domain: how it is called, the name, then fact: (question, value, sentences with {x} = the name and {v} = the value)
DOMAINS = {
    "company": (lambda r: w.company(r), {
        "year": ("In which year was {x} founded?", number(1890, 2020), phrases("""{x} was founded in {v}.|The history of {x} began in {v}.
            {x} has existed since {v}.|In {v}, {x} opened its doors.""")),
        "city": ("In which city is {x} based?", w.city, phrases("""{x} is based in {v}.|The head office of {x} is in {v}.
            {x} has its seat in {v}.|From its home in {v}, {x} serves its customers.""")),
        "boss": ("Who leads {x}?", w.person, phrases("""{x} is led by {v}.|{v} leads {x}.|The chief of {x} is {v}.
            {v} has been running {x} for some years.""")),
        "staff": ("How many employees does {x} have?", number(12, 9800), phrases("""{x} has {v} employees.|{v} people work for {x}.
            {x} employs {v} people.|The staff of {x} counts {v} people.""")),
        "goods": ("What does {x} make?", lambda r: r.choice(GOODS), phrases("""{x} makes {v}.|{x} is known for its {v}.
            The main products of {x} are {v}.|{x} manufactures {v}.""")),
    }),
    "person": (w.person, {
        "age": ("How old is {x}?", number(21, 79), phrases("""{x} is {v} years old.|{x} turned {v} this year.
            At {v}, {x} still enjoys sports.|{x}, aged {v}, likes to read.""")),
        "home": ("In which city does {x} live?", w.city, phrases("""{x} lives in {v}.|The home of {x} is in {v}.
            {x} has a flat in {v} and lives there.|{v} is where {x} lives.""")),
        "job": ("What is the job of {x}?", lambda r: r.choice(w.JOBS), phrases("""{x} works as a {v}.|By profession {x} is a {v}.
            {x} earns a living as a {v}.|{x} became a {v} and still is one.""")),
        "pet": ("Which animal does {x} keep as a pet?", lambda r: r.choice(w.ANIMALS), phrases("""{x} keeps a {v} as a pet.
            The pet of {x} is a {v}.|{x} shares the house with a pet {v}.|{x} owns a {v}.""")),
        "dish": ("What is the favourite food of {x}?", lambda r: r.choice(w.FOODS), phrases("""The favourite food of {x} is {v}.
            {x} likes {v} more than any other food.|Nothing tastes better to {x} than {v}.|{x} loves to eat {v} most of all.""")),
    }),
    "event": (lambda r: f"the {w.city(r)} {r.choice(EVENTS)}", {
        "day": ("On which weekday does {x} begin?", lambda r: r.choice(w.WEEKDAYS), phrases("""{x} begins on {v}.|{x} starts on a {v}.
            On {v} the gates open for {x}.|{v} is the first day of {x}.""")),
        "guests": ("How many visitors does {x} expect?", lambda r: str(r.randint(2, 99) * 100), phrases("""
            {x} expects {v} visitors.|{v} visitors are expected at {x}.|For {x}, the town counts on {v} visitors.""")),
        "price": ("How much is a ticket for {x}?", lambda r: f"{r.randint(3, 90)} euros", phrases("""A ticket for {x} is {v}.
            {x} costs {v} per ticket.|Entry to {x} is {v}.|Tickets for {x} sell at {v}.""")),
        "place": ("Where does {x} take place?", lambda r: f"the {r.choice(SIDES)} {r.choice(SITES)}", phrases("""
            {x} takes place at {v}.|The site of {x} is {v}.|{x} will be held at {v}.""")),
        "host": ("Who organises {x}?", w.person, phrases("{x} is organised by {v}.|{v} organises {x}.|The organiser of {x} is {v}.")),
    }),
    "product": (lambda r: f"the {r.choice(w.COMPANY_HEADS)} {r.choice(MODELS)} {r.choice(DEVICES)}", {
        "cost": ("What does {x} cost?", lambda r: f"{r.randint(9, 900)} dollars", phrases("""{x} costs {v}.|The price of {x} is {v}.
            {x} sells for {v}.|You can have {x} for {v}.""")),
        "mass": ("How much does {x} weigh?", lambda r: f"{r.randint(1, 30)}.{r.randint(1, 9)} kg", phrases("""
            {x} weighs {v}.|The weight of {x} is {v}.|{x} brings {v} to the scale.""")),
        "color": ("In which color does {x} come?", lambda r: r.choice(w.COLORS), phrases("""{x} comes in {v} only.|The color of {x} is {v}.
            {x} is only made in {v}.""")),
        "guarantee": ("How long is the guarantee of {x}?", lambda r: f"{r.randint(2, 10)} years", phrases("""
            {x} has a guarantee of {v}.|The guarantee of {x} lasts {v}.|{x} is guaranteed for {v}.""")),
        "origin": ("In which country is {x} made?", w.country, phrases("""{x} is made in {v}.|{x} comes from a factory in {v}.
            The makers of {x} sit in {v}, where it is produced.""")),
    }),
}
SIDE = phrases("""Many people have heard of {x}.|Little else is known about {x}.|The local newspaper wrote about {x} last week.
    {x} is well liked.|There is a long article on {x} in the library.|Friends speak highly of {x}.|It is not the first text about {x}.""")


def upper(text):
    return text[0].upper() + text[1:]


def with_article(line):
    return upper(re.sub(r"\ba ([aeio])", r"an \1", line))


def passage(r, facts, name, known):
    """Sentences on the known facts of the name: the text, and the value of each fact."""
    values = {fact: facts[fact][1](r) for fact in known}
    lines = [r.choice(facts[fact][2]).format(x=name, v=values[fact]) for fact in known]
    if r.random() < 0.4 or not lines:
        lines.insert(r.randint(0, len(lines)), r.choice(SIDE).format(x=name))
    return list(map(with_article, lines)), values


@family(area="classification", theme=THEME, difficulty="medium")
def answer_from_passage(r):
    """A fact that a passage states (asked in the spec or in the input), or that it does not state it."""
    none = r.choice(["not stated", "unknown", "N/A", "NOT IN TEXT", "no answer", "-", "?", "not mentioned"])
    asked = r.random() < 0.5
    domain = r.choice(sorted(DOMAINS))
    fact = r.choice(sorted(DOMAINS[domain][1]))
    layout = r.choice(["{p} Question: {q}", "Q: {q} Text: {p}", "{q}\n{p}", "Text: {p}\nQuestion: {q}"])

    def pair(r):
        kind = r.choice(sorted(DOMAINS)) if asked else domain
        namer, facts = DOMAINS[kind]
        want = r.choice(sorted(facts)) if asked else fact
        name, others = namer(r), [f for f in sorted(facts) if f != want]
        known = r.sample(others, r.randint(1, 2 if asked else 3))
        stated = r.random() < 0.8
        if stated:
            known.insert(r.randint(0, len(known)), want)
        lines, values = passage(r, facts, name, known)
        if asked and r.random() < 0.4:  # another of its kind, of which the question does not ask
            other = namer(r)
            fact_of_other = r.choice(sorted(facts))
            if other != name:
                lines.insert(r.randint(0, len(lines)), with_article(r.choice(facts[fact_of_other][2]).format(x=other,
                    v=facts[fact_of_other][1](r))))
        text = " ".join(lines)
        if asked:
            text = layout.format(p=text, q=facts[want][0].format(x=name))
        return text, values[want] if stated else none

    if asked:
        return Task(
            key=(none, layout), pair=pair,
            terse=[f"answer the question with words of the text; if it isn't there: {none}",
                   f"passage + question -> shortest answer copied from the passage, else {none}"],
            casual=[f"there's a short text and a question. copy the answer from the text, nothing around it. {none} if the text doesn't "
                    "say", f"answer the question from the text alone, as short as it can be. when it's not in there write {none}"],
            detailed=["The input has a short passage and a question on it. Answer with the exact words of the passage, only the piece "
                      f"asked for and no full sentence. If the passage does not contain the answer, return {none}.",
                      "Extractive question answering. Return the shortest piece of the text that answers the question, with its unit if "
                      f"it has one. Do not use knowledge from elsewhere: return {none} if the answer is not stated."])
    question = DOMAINS[domain][1][fact][0].format(x={"company": "the company", "person": "the person", "event": "the event",
                                                     "product": "the product"}[domain])
    return Task(
        key=(domain, fact, none), pair=pair,
        terse=[f"{question} copy the answer from the text, or {none}",
               f"text about one {domain} -> {question} shortest answer in the text's words; not stated: {none}"],
        casual=[f"read the text: {question[0].lower() + question[1:]} just the answer as it's written there, {none} if it isn't said",
                f"from each text i need one thing: {question[0].lower() + question[1:]} if it doesn't tell, write {none}"],
        detailed=[f"The input is a short text about one {domain}. Answer this question with the words of the text and without a full "
                  f"sentence: {question} If the text does not say it, return {none}.",
                  f"{question} Return only the piece of the input text that answers this (with its unit if it has one). If the answer "
                  f"cannot be found in the text, return {none}; do not guess."])


@family(area="classification", theme=THEME, difficulty="hard")
def who_has_the_most(r):
    """Which of several persons has the largest or smallest number, told in a passage."""
    topic = r.choice([("age", 20, 80, phrases("""{x} is {v} years old.|{x} turned {v} in {m}.
        {x}, now {v}, lives in {c}."""), "oldest", "youngest"), ("points", 3, 90, phrases("""
            {x} scored {v} points.|With {v} points, {x} went home.
            {v} points went to {x} from {c}."""), "best by points", "worst by points"),
                      ("books", 2, 60, phrases("""{x} read {v} books.|{v} books were read by {x}.
                          In {m}, {x} finished book number {v}, the last one."""), "reader of the most books",
                       "reader of the fewest books"),
                      ("distance", 3, 42, phrases("""{x} ran {v} km.|{x} from {c} gave up after {v} km.
                          After {v} km, {x} stopped running."""), "one who ran farthest", "one who ran the shortest way"),
                      ("minutes", 12, 95, phrases("""{x} needed {v} minutes.|After {v} minutes, {x} was done.
                          It took {x} {v} minutes."""), "slowest", "fastest"), ("price", 5, 300, phrases("""
                              {x} paid {v} euros.|{v} euros is what {x} spent in {c}.
                              {x} gave {v} euros."""), "one who spent most", "one who spent least")])
    high = r.random() < 0.5
    tie, form = r.choice(["tie", "several", "=", "shared"]), r.choice(["name", "name", "both"])
    mark = r.choice([" ", ":", " (", ", "])
    close = ")" if mark == " (" else ""

    def pair(r):
        names = r.sample(w.FIRST, r.choice([3, 3, 4]))
        values = r.sample(range(topic[1], topic[2]), len(names))
        if r.random() < 0.18:
            best = (max if high else min)(values)
            values[next(n for n, v in enumerate(values) if v != best)] = best
        lines = [upper(r.choice(topic[3]).format(x=x, v=v, m=r.choice(w.MONTHS), c=w.city(r))) for x, v in zip(names, values)]
        if r.random() < 0.4:
            lines.insert(r.randint(0, len(lines)), f"The list was made in {w.city(r)} on {r.choice(w.WEEKDAYS)}.")
        best = (max if high else min)(values)
        top = [x for x, v in zip(names, values) if v == best]
        return " ".join(lines), tie if len(top) > 1 else top[0] if form == "name" else f"{top[0]}{mark}{best}{close}"

    what = topic[4] if high else topic[5]
    shape = "the name" if form == "name" else f"name and number like Anna{mark}12{close}"
    return Task(
        key=(topic[0], high, tie, form == "both" and mark), pair=pair,
        terse=[f"who is the {what}? {shape}; {tie} if two share it", f"{what} in the text -> {shape}; more than one: {tie}"],
        casual=[f"read the text and tell me the {what}, {shape} please. if two are equal say {tie}",
                f"who's the {what} here? answer with {shape}. {tie} if there isn't a single one"],
        detailed=[f"The text tells a number for each of several people. Return the {what}: {shape}, nothing else. If two or more people "
                  f"share that place, return {tie}.", f"Compare the people in the text and find the {what}. The output is {shape}. Return "
                                                      f"{tie} when it is not a single person."])


@family(area="classification", theme=THEME, difficulty="hard")
def sum_or_difference_question(r):
    """A number that follows from two or three numbers of a passage."""
    good = r.choice(["apples", "chairs", "tickets", "boxes", "books", "lamps", "letters", "cakes", "bottles", "keys", "stamps", "bricks"])
    mode = r.choice(["total", "total", "left", "difference"])
    other = r.choice(["pears", "tables", "coins", "bags", "maps", "plates", "cards", "pies", "cans", "locks", "pens", "tiles"])
    unit = r.choice(["", f" {good}"])

    def pair(r):
        a, b = r.sample(w.FIRST, 2)
        x, y, z = r.randint(12, 60), r.randint(2, 11), r.randint(2, 40)
        day, town = r.choice(w.WEEKDAYS), w.city(r)
        noise = r.choice(["", f" There were also {z} {other}.", f" {b} saw {z} {other} in {town}.",
                          f" {upper(other)} were sold out on {day}."])
        if mode == "left":
            text = r.choice([f"{a} had {x} {good} and gave {y} of them to {b}.",
                             f"On {day} there were {x} {good} in the store; {y} {good} were sold.",
                             f"Of the {x} {good} from {town}, {y} got lost.", f"{a} made {x} {good}. {b} took {y} of these {good}."])
            return text + noise, f"{x - y}{unit}"
        text = r.choice([f"{a} has {x} {good} and {b} has {y} {good}.", f"{a} brought {x} {good}.{noise} {b} brought {y} {good}.",
                         f"In {town}, {b} found {y} {good}, {a} found {x} {good}.", f"{y} {good} belong to {b}. {x} {good} belong to {a}."])
        text = text if noise and noise in text else text + noise
        return text, f"{x + y if mode == 'total' else x - y}{unit}"

    what = {"total": f"how many {good} there are in all", "left": f"how many {good} are left",
            "difference": f"how many more {good} one person has than the other"}[mode]
    shape = f"a number followed by '{unit.strip()}', like '12{unit}'" if unit else "the number only"
    return Task(
        key=(good, mode, other, unit), pair=pair,
        terse=[f"{what}? {shape}; ignore other things", f"compute from the text {what} -> {shape}"],
        casual=[f"work out {what}. i want {shape}; things that aren't {good} don't count",
                f"little story, little sum: {what}? give me {shape}, and leave everything that isn't {good} out"],
        detailed=[f"The text mentions numbers of {good} and perhaps of other things, which do not count. Work out {what} and return "
                  f"{shape}.", f"Answer the question '{what}?' from the passage. A small calculation is needed. Only {good} matter. The "
                               f"answer is {shape}."])


@family(area="classification", theme=THEME, difficulty="hard")
def year_by_relative_time(r):
    """The year of an event that a passage dates relative to another."""
    what = r.choice(["the school", "the bridge", "the library", "the mill", "the station", "the museum", "the theatre", "the harbor",
                     "the tower", "the market hall"])
    fact = r.choice(["extended", "closed", "renovated", "sold", "painted", "flooded", "moved"])
    none, form = r.choice(["unknown", "not stated", "N/A", "?"]), r.choice(["{}", "year {}", "({})", "in {}", "AD {}"])
    firsts = ["repaired", "insured", "measured", "mapped", "cleaned", "drawn"]

    def pair(r):
        start, gap, extra = r.randint(1820, 1990), r.randint(2, 19), r.randint(20, 30)
        first = r.choice(firsts)
        later = r.random() < 0.7
        words = r.choice([str(gap), {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
                                     10: "ten"}.get(gap, str(gap))])
        kind = r.choice(["relative", "relative", "relative", "absolute", "missing"])
        lines = [r.choice([f"{what} in {w.city(r)} was {first} in {start}.", f"in {start}, {what} was {first} by {w.person(r)}."])]
        if kind == "relative":
            lines.append(r.choice([f"{words} years {'later' if later else 'earlier'} it was {fact}.",
                                   f"it was {fact} {words} years {'after' if later else 'before'} that."]))
        elif kind == "absolute":
            lines.append(r.choice([f"it was {fact} in {start + gap}.", f"in {start + gap} it was {fact}."]))
        if r.random() < 0.5 or kind == "missing":
            lines.append(r.choice([f"{w.person(r)} was born there in {start + extra}.", f"a book on it came out in {start + extra}.",
                                   f"it was photographed in {start + extra}."]))
        year = start + (gap if later or kind == "absolute" else -gap)
        return " ".join(map(upper, lines)), none if kind == "missing" else form.format(year)

    shape = f"'{form.format('YYYY')}'" if form != "{}" else "four digits"
    return Task(
        key=(what, fact, none, form), pair=pair,
        terse=[f"year in which {what} was {fact} (work it out if it's relative), as {shape}; not told: {none}",
               f"when was {what} {fact}? {shape}, or {none}"],
        casual=[f"in what year was {what} {fact}? you may have to add or subtract years. write it as {shape}; if the text doesn't tell, "
                f"{none}", f"give me the year {what} was {fact}, as {shape}. sometimes the text only says x years after or before "
                           f"something. {none} if it's not in there"],
        detailed=[f"Read the passage and return the year in which {what} was {fact}, as {shape}. The passage may give the year directly "
                  f"or as a number of years before or after another event. If it cannot be known, return {none}.",
                  f"Question: in which year was {what} {fact}? Compute the year where the text states it relative to another year. Output "
                  f"format: {shape}. Output {none} if the text says nothing about it."])


CAUSES = {
    "weather": ("storm, snow, rain, heat and the like", phrases("""heavy snow|a thunderstorm|thick fog|the flood|ice on the rails
        strong wind|a hail shower|extreme heat|a sandstorm|black ice on the road""")),
    "technical": ("machines, software or power that fail", phrases("""a broken engine|a power cut|a software error|a burst pipe
        a defective brake|a faulty sensor|a server crash|a blown fuse|a leaking pump|a damaged cable""")),
    "staff": ("people who are missing, ill or on strike", phrases("""a strike|a sick driver|a shortage of nurses|the illness of the singer
        too few cooks on duty|a missing pilot|the resignation of the trainer|a conductor who overslept|a lack of guards
        a walkout of the crew""")),
    "money": ("lack of funds or unpaid bills", phrases("""unpaid bills|a lack of funds|a cut in the budget|high rents
        the bankruptcy of the sponsor|a missing payment|rising costs|an empty bank account|a withdrawn grant|debts of the owner""")),
    "law": ("permits, courts, police or rules", phrases("""a missing permit|a court order|a police order|a new safety rule
        an expired licence|a ban by the city|a pending lawsuit|customs rules|a violation of the fire code
        a decision of the mayor's office""")),
}


@family(area="classification", theme=THEME, difficulty="medium")
def stated_cause(r):
    """The kind of cause that a passage gives for what happened."""
    kinds = r.sample(sorted(CAUSES), r.choice([3, 3, 4]))
    none = r.choice(["not stated", "unknown", "none given", "-"])
    change = r.choice([str, str.upper, str.title, lambda s: s[0].upper()])
    labels = tuple(change(k) for k in kinds) + (none,)

    def pair(r):
        at = r.randrange(len(labels))
        thing = r.choice(["train to {c}", "concert in {c}", "flight from {c}", "football game in {c}", "ferry to {c}",
                          "opening of the {c} hall", "course of {p}", "delivery to {c}", "{c} exhibition", "bus tour of {p}",
                          "meeting in {c}", "play in {c}"])
        thing = thing.format(c=w.city(r), p=w.person(r))
        what = r.choice(["was cancelled", "was delayed", "had to stop", "was put off to " + r.choice(w.WEEKDAYS), "did not take place",
                         "was cut short", "began two hours late"])
        others = [k for k in sorted(CAUSES) if at == len(kinds) or k != kinds[at]]
        wrong = r.choice(CAUSES[r.choice(others)][1])
        if at < len(kinds):
            right = r.choice(CAUSES[kinds[at]][1])
            text = r.choice([f"The {thing} {what} because of {right}.", f"Due to {right}, the {thing} {what}.",
                             f"The reason why the {thing} {what} was {right}.", f"The {thing} {what}; the cause was {right}.",
                             f"The {thing} {what}. As the organisers said, {right} was to blame."])
            extra = ["", f" It had nothing to do with {wrong}.", f" Rumours about {wrong} were wrong.",
                     f" Last year the reason was {wrong}."]
        else:
            text = r.choice([f"The {thing} {what}.", f"Nobody could say why the {thing} {what}.",
                             f"The {thing} {what}, and no reason was given."])
            extra = ["", f" It had nothing to do with {wrong}.", f" Rumours about {wrong} were wrong.",
                     f" About {r.randint(20, 900)} people were affected."]
        return text + r.choice(extra) + r.choice(["", f" {w.first(r)} went home.", f" {w.person(r)} was disappointed."]), labels[at]

    told = [(label, CAUSES[k][0]) for label, k in zip(labels, kinds)]
    brief = {"weather": "weather", "technical": "technical fault", "staff": "staff problem", "money": "money", "law": "law or permits"}
    short = [(label, brief[k]) for label, k in zip(labels, kinds)]
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=["cause that the text gives: " + "; ".join(f"{a} = {m}" for a, m in short) + f"; no cause given: {none}",
               "why did it happen? " + ", ".join(f"{m} -> {a}" for a, m in short) + f", no reason told -> {none}"],
        casual=["what was the reason according to the text? " + ", ".join(f"{a} for {m}" for a, m in told)
                + f". {none} if it doesn't give one", "sort by cause: " + "; ".join(f"{m}: {a}" for a, m in told)
                + f". a cause that is denied doesn't count. no cause: {none}"],
        detailed=["A short report tells that something was cancelled, delayed or stopped. Return the kind of cause it names: "
                  + "; ".join(f"{a} ({m})" for a, m in told) + ". Causes that are denied or belong to other times do not count. If no "
                                                               f"cause is named, return {none}.",
                  "Classify the reason stated in the text as " + options(labels) + ". " + " ".join(f"{a} covers {m}." for a, m in told)
                  + f" Use {none} when the text gives no reason or only rules one out."])


@family(area="classification", theme=THEME, difficulty="medium")
def number_of_answering_sentence(r):
    """The number of the sentence that answers a question."""
    none = r.choice(["0", "none", "-", "no answer"])
    shape = r.choice(["{}", "S{}", "[{}]", "sentence {}", "#{}"])
    numbered = r.random() < 0.5
    facts = {"Who": ("Who {v} the {t}?", "{p} {v} the {t}."), "When": ("When was the {t} {v}?", "The {t} was {v} in {m} {y}."),
             "Where": ("Where was the {t} {v}?", "The {t} was {v} in {c}."),
             "Why": ("Why was the {t} {v}?", "The {t} was {v} because it {z}."),
             "How much": ("How much did the {t} cost?", "The {t} cost {n} euros.")}

    def pair(r):
        thing, other = w.thing(r), w.thing(r)
        while other == thing:
            other = w.thing(r)
        verb = r.choice(["repaired", "sold", "cleaned", "painted", "moved", "tested", "ordered", "packed"])

        def line(kind, t):
            return facts[kind][1].format(p=w.person(r), v=verb, t=t, m=r.choice(w.MONTHS), y=r.randint(1990, 2025), c=w.city(r),
                                         n=r.randint(5, 900), z=r.choice(["was too old", "made a noise", "looked dull", "was in the way",
                                             "had a crack", "was no longer needed"]))

        asked = r.choice(sorted(facts))
        lines = [line(kind, thing) for kind in r.sample([k for k in sorted(facts) if k != asked], r.randint(1, 3))] + ([line(asked, other)]
            if r.random() < 0.6 else [])
        there = r.random() < 0.82
        right = line(asked, thing)
        lines += [right] if there else []
        r.shuffle(lines)
        text = " ".join(f"({n}) {s}" if numbered else s for n, s in enumerate(lines, 1))
        question = facts[asked][0].format(v=verb, t=thing)
        return f"{question} {text}", shape.format(lines.index(right) + 1) if there else none

    form = f"like {shape.format(2)}" if shape != "{}" else "as a digit"
    return Task(
        key=(none, shape, numbered), pair=pair,
        terse=[f"question, then sentences (first = 1): which sentence answers it? {form}; none does: {none}",
               f"number of the answering sentence {form}, or {none}"],
        casual=[f"first comes a question, then a text. tell me the number of the sentence with the answer, {form}, counting from 1 after "
                f"the question. if there's no such sentence {none}", "which sentence of the text answers the question at the start? "
                                                                     f"{form} (first after the question is 1), {none} if it's not "
                                                                     "answered"],
        detailed=["The input begins with a question, followed by several sentences. Return the number of the sentence that answers the "
                  f"question, {form}; the first sentence after the question is number 1. If no sentence answers it, return {none}.",
                  "Find the evidence for a question. Count the sentences that follow the question from 1 and return the number of the "
                  f"one that contains the answer, written {form}. Return {none} if the answer is missing."])
