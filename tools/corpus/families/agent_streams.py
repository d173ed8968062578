"""Agent tools and streaming: stored tools, streams of text and events, plans, memory and routes between agents."""
import words as w
from task import Task, compact_json, family, options, pick_labels

LEADS = ["", "", "", "hey, ", "please: ", "next: ", "hi, ", "urgent: ", "one thing: ", "team, ", "sorry, ", "question: "]


def slots(r):
    """Values for the slots of the templates of this file."""
    return dict(noun=r.choice(w.NOUNS), adj=r.choice(w.ADJECTIVES), file=f"{r.choice(w.NOUNS)}{r.choice(['', '_old', '-2', '_v3'])}",
                city=w.city(r), person=w.person(r), n=r.randint(2, 99),
                product=w.product(r), company=w.company(r), day=r.choice(w.WEEKDAYS), month=r.choice(w.MONTHS), amount=w.money(r),
                id=r.randint(10000, 99999), service=r.choice(w.SERVICES))


STORED = {
    "csv": (["csv_to_json", "table_convert", "csv_tools"], ["turn {file}.csv into JSON",
                                                            "I have {file}.csv and need it as a list of objects",
                                                            "convert the table {file}.csv to JSON, keep {noun} as key",
                                                            "{person} wants {file}.csv as JSON", "change the CSV of {company} to JSON"]),
    "image": (["image_resize", "resize_picture", "thumbnail_maker"],
              ["make {file}.png {n} pixels wide", "I need a thumbnail of {file}.jpg", "shrink the photo {file}.jpg to half its size",
                                                                      "the picture of the {noun} is too big, scale it to {n}0 px",
                                                                      "resize all photos from {city}"]),
    "pdf": (["pdf_merge", "join_pdfs", "pdf_combine"], ["put {file}.pdf and {noun}.pdf into one document",
                                                        "combine the {n} PDFs of {company}", "append {noun}.pdf to {file}.pdf",
                                                        "merge all PDF invoices of {month}",
                                                        "join the scanned PDF pages of {person} to a single file"]),
    "diff": (["text_diff", "compare_files", "diff_view"], ["what changed between {file}.txt and {noun}.txt?",
                                                           "show the differences of the two versions of {file}.py",
                                                           "compare {file}.md with its copy of {day}",
                                                           "which lines of {file}.txt are new since {day}?",
                                                           "are {file}.cfg and {noun}.cfg the same?"]),
    "ocr": (["ocr_scan", "image_to_text", "read_scan"], ["read the text in the scan {file}.png",
                                                         "what is written on the photo of the {noun}?",
                                                         "the receipt {file}.jpg is only a picture, get the words out of it",
                                                         "transcribe the scanned letter of {person}",
                                                         "I photographed a page of {company}, type it out"]),
    "chart": (["plot_chart", "draw_graph", "chart_maker"], ["draw a bar chart of the sales in {city}", "plot {file} by month",
                                                            "make a line graph of the {noun} prices", "I want a pie chart for {company}",
                                                            "visualise how many {noun}s we sold since {month}"]),
    "zip": (["zip_folder", "archive_maker", "compress_files"], ["pack the folder {file} into a zip",
                                                                "compress {file} so that it fits in a mail",
                                                                "make an archive of all {noun} files", "zip the {n} reports for {person}",
                                                               "I need {file} as one compressed archive"]),
    "spell": (["spell_check", "typo_finder", "check_spelling"], ["find the typos in {file}.md",
                                                                 "is everything spelled right in the letter to {person}?",
                                                                 "correct the spelling of {file}.txt",
                                                               "check my text about {city} for misspelled words",
                                                               "proofread {file}.md, spelling only"]),
    "calendar": (["ics_export", "calendar_file", "make_ics"], ["write a calendar file for the meeting on {day}",
                                                               "I need an ics of the {noun} workshop",
                                                               "export the appointment with {person} as an .ics",
                                                              "put the trip to {city} into a calendar file",
                                                              "give me a calendar entry file for {month} {n}"]),
    "backup": (["db_backup", "dump_database", "save_db"], ["back up the {noun} database",
                                                           "dump the database of {service} before the update",
                                                           "save a copy of the customer DB every {day}",
                                                         "store a snapshot of the {noun} database in {city}",
                                                         "secure the data of {service} in a database dump"]),
    "qr": (["qr_code", "make_qr", "qr_generator"], ["make a QR code for {file}.example.com",
                                                    "I want guests to scan a code with our {city} address",
                                                    "QR for the menu of {company}, please",
                                                  "turn the link of {person} into a QR code",
                                                  "print a scannable square code for order {id}"]),
}


@family(area="agentic", theme="agent tools and streaming", difficulty="easy")
def stored_tool_to_load(r):
    """Which tool of a store fits a request, or none."""
    kinds = r.sample(sorted(STORED), r.choice([4, 5, 6]))
    style = r.choice([lambda name: name, lambda name: name.replace("_", "-"), lambda name: name + ".py", lambda name: "tools/" + name,
                      lambda name: name.upper()])
    names = {kind: style(r.choice(STORED[kind][0])) for kind in kinds}
    none = r.choice(["none", "NEW", "write_new", "-", "no_tool"])
    others = [kind for kind in sorted(STORED) if kind not in kinds]

    def pair(r):
        fits = r.random() > 0.17
        kind = r.choice(kinds if fits else others)
        return (r.choice(LEADS) + r.choice(STORED[kind][1]).format(**slots(r))), names[kind] if fits else none

    listed = ", ".join(names.values())
    return Task(
        key=(sorted(names.values()), none), labels=(*names.values(), none), pair=pair,
        terse=[f"which stored tool to load: {listed}; {none} if none fits", f"request -> one of {listed} or {none} (nothing fits)"],
        casual=[f"in the toolbox we have {listed}. which one does this job? say {none} when none of them does it",
                f"pick the tool to load for the task from {listed}, otherwise {none}"],
        detailed=[f"An agent keeps a store of tools, named after what they do: {listed}. Return the name of the tool that can do what the "
                  f"request wants. If the store has no such tool, return {none}.",
                  f"Find the stored tool for the job in the input. The store holds {listed}. Answer with exactly that name, or with {none} "
                  "if no tool in it is made for the job."])


TITLES = ["Dr.", "Mr.", "Mrs.", "Prof.", "Ms.", "Sr."]
SHORTS = ["e.g.", "i.e.", "approx.", "vs.", "ca.", "incl."]


@family(area="agentic", theme="agent tools and streaming", difficulty="medium")
def streamed_sentence_complete(r):
    """Is the text streamed so far at the end of a sentence, so that it can be spoken?"""
    yes, no = pick_labels(r, [("SPEAK", "HOLD"), ("complete", "partial"), ("flush", "buffer"), ("ready", "wait"), ("end", "more"),
                              ("1", "0")])
    ends = r.choice([".!?", ".!?", ".?", ".!?:", ".", ".!?;"])
    known = r.sample(TITLES, r.choice([1, 2])) + [r.choice(SHORTS)]

    def pair(r):
        sentences = [w.sentence(r)[:-1] + r.choice([".", ".", ".", "!", "?"]) for _ in range(r.choice([1, 1, 2]))]
        kind = r.choice(["end", "end", "end", "cut", "abbreviation", "mark"])
        last = sentences[-1][:-1] + r.choice(ends)
        if kind == "cut":
            tokens = last.split()
            last = " ".join(tokens[:r.randint(2, len(tokens) - 1)])
        elif kind == "abbreviation":
            short = r.choice(known)
            openings = ["We met {}", "Please ask {}", "The parcel is for {}", "I talked to {f} and {}", "{f} lives near {}",
                        "The {n} from {c} belongs to {}"]
            if short in SHORTS:
                openings = ["There were many tools, {}", "The {n} weighs {}", "{f} likes the {n} {}", "We went to {c} {}",
                            "The {a} {n} in {c} costs {}"]
            last = r.choice(openings).format(short, n=r.choice(w.NOUNS), c=w.city(r), f=w.first(r), a=r.choice(w.ADJECTIVES))
        elif kind == "mark":
            last = last[:-1] + r.choice([",", ";", ":", " -", "!", "?"])
        text = " ".join(sentences[:-1] + [last])
        return text, yes if text[-1] in ends and not any(text.endswith(" " + short) for short in known) else no

    marks, words = " ".join(f'"{mark}"' for mark in ends), " ".join(f'"{short}"' for short in known)
    return Task(
        key=(yes, ends, known), labels=(yes, no), pair=pair,
        terse=[f"{yes} if the text ends with one of {marks} but not with {words}; else {no}",
               f"last character in {marks}, last word none of {words}: {yes}. otherwise {no}"],
        casual=[f"can we speak this streamed text already? {yes} when its last character is one of {marks}, except after {words}. "
                f"otherwise {no}",
                f"{no} until the text stops on one of {marks}. the abbreviations {words} don't count as an end. then {yes}"],
        detailed=[f"A text arrives in a stream. Return {yes} if what has come so far ends a sentence, which means that the last character "
                  f"is one of these: {marks}. If the last word is one "
                  f"of the abbreviations {words}, it is no end. Return {no} in all other cases.",
                  f"Decide whether a text buffer can be sent to speech. {yes}: it ends in one of the marks {marks} and its last word is "
                  f"not one of {words}. {no}: everything else."])


MACHINES = [("door", {"open": "opened", "closed": "closed", "locked": "locked"}),
            ("job", {"queued": "submitted", "running": "started", "paused": "suspended", "done": "completed"}),
            ("parcel", {"stored": "received", "moving": "shipped", "home": "delivered"}),
            ("player", {"playing": "play", "paused": "pause", "stopped": "stop"}),
            ("call", {"ringing": "dialled", "talking": "answered", "held": "put on hold", "over": "hung up"}),
            ("ticket", {"new": "created", "assigned": "taken", "solved": "resolved"}),
            ("lamp", {"on": "switched on", "off": "switched off", "dim": "dimmed"}),
            ("build", {"waiting": "queued", "working": "began", "green": "passed", "red": "failed"})]


@family(area="agentic", theme="agent tools and streaming", difficulty="hard")
def state_of_one_item_after_events(r):
    """The final state of one item of an event stream with several items."""
    kind, machine = r.choice(MACHINES)
    upper = r.random() < 0.3
    states = {state: state.upper() if upper else state for state in machine}
    letter = r.choice("ABCDE")
    item = f"{kind} {letter}"
    unseen = r.choice(["unknown", "no event", "none", "?"])
    joint = r.choice(["\n", "; ", " | ", ", "])

    def pair(r):
        wanted = r.random() > 0.15
        letters = [x for x in "ABCDE" if x != letter]
        events = [(r.choice(letters), r.choice(sorted(machine))) for _ in range(r.randint(2, 5))]
        if wanted:
            for _ in range(r.choice([1, 2, 2])):
                events.insert(r.randint(0, len(events)), (letter, r.choice(sorted(machine))))
        minute, lines = r.randint(0, 30), []
        for who, state in events:
            minute += r.randint(1, 4)
            lines.append(f"{r.choice(['', f'{8 + minute // 60:02d}:{minute % 60:02d} '])}{kind} {who} {machine[state]}")
        final = [state for who, state in events if who == letter]
        return joint.join(lines), states[final[-1]] if final else unseen

    table = ", ".join(f"{machine[state]} = {states[state]}" for state in machine)
    return Task(
        key=(item, upper, unseen, joint), labels=(*states.values(), unseen), pair=pair,
        terse=[f"final state of {item} by its last event: {table}; no event of it: {unseen}",
               f"{item} now? {table}; latest one counts; {unseen} without any"],
        casual=[f"go through the events and tell me how {item} ended up: {table}. if {item} never shows up: {unseen}",
                f"only {item} matters, and only its last event. {table}. not there at all: {unseen}"],
        detailed=[f"The input is a list of events in time order. Find the last event of {item} and return the state it leads to: {table}. "
                  "Events of others do not matter. If there is "
                  f"no event of {item}, return {unseen}.",
                  f"Follow the stream of events and give the state of {item} at its end. Events and states: {table}. Output {unseen} if "
                  f"{item} has no event."])


CHORES = [f"{verb} the {noun}" for verb in "clean paint test pack order check move ship print repair measure label".split() for noun in
          w.NOUNS[::6]]
MARKS = [{"done": "[x]", "open": "[ ]", "active": "[~]"}, {"done": "DONE", "open": w.TO_DO, "active": "DOING"},
         {"done": "+", "open": "-", "active": ">"},
         {"done": "(ok)", "open": "(open)", "active": "(now)"}, {"done": "✓", "open": "○", "active": "…"}]


@family(area="agentic", theme="agent tools and streaming", difficulty="medium")
def plan_step_status(r):
    """The status of the step with a given number in a plan."""
    marks = r.choice(MARKS)
    done, active, open_, absent = pick_labels(r, [("done", "active", "open", "no such step"), ("DONE", "ACTIVE", "PENDING", "NONE"),
                                                  ("finished", "in progress", "not started", "missing"),
                                                  ("closed", "current", "todo", "n/a")])
    number = r.randint(1, 5)
    layout = r.choice(["{n}. {m} {t}", "{m} {n}: {t}", "{n}) {t} {m}", "step {n} {m} {t}"])
    names = {"done": done, "active": active, "open": open_}

    def pair(r):
        count = r.randint(number, 6) if number == 1 or r.random() > 0.17 else r.randint(1, number - 1)
        first_open = r.randint(0, count)
        kinds = [("done" if i < first_open else "active" if i == first_open and r.random() < 0.6 else "open") for i in range(count)]
        if r.random() < 0.6 and count >= number:
            kinds[number - 1] = r.choice(sorted(names))
        lines = [layout.format(n=i + 1, m=marks[kind], t=text) for i, (kind, text) in enumerate(zip(kinds, r.sample(CHORES, count)))]
        return "\n".join(lines), names[kinds[number - 1]] if count >= number else absent

    told = f"{marks['done']} = {done}, {marks['active']} = {active}, {marks['open']} = {open_}"
    return Task(
        key=(told, absent, number, layout), labels=(done, active, open_, absent), pair=pair,
        terse=[f"status of step {number}: {told}; plan has no step {number}: {absent}",
               f"plan -> mark of number {number}: {told}, or {absent} if the plan is shorter"],
        casual=[f"how far is step {number} of the plan? marks: {told}. if there's no step {number} say {absent}",
                f"look up step number {number} and translate its mark ({told}); {absent} when the list ends before it"],
        detailed=[f"The input is a plan with numbered steps and a mark for each. Return the status of step {number}: {told}. If the plan "
                  f"has fewer than {number} steps, return {absent}.",
                  f"Read the mark of step {number} in the plan and write what it stands for: {told}. A plan without that number gives "
                  f"{absent}."])


FACTS = {"birthday": ["when was {p} born?", "on which day do we celebrate {p}?", "I need the birth date of {p}",
                      "how soon is the birthday of {p}?"],
         "phone": ["what is the number to call {p}?", "how do I ring {p}?", "I want to phone {p}, which number?",
                   "give me the phone number of {p}"],
         "address": ["where does {p} live?", "which street is {p} on?", "send a letter to {p}: where to?",
                     "I visit {p} tomorrow, what is the address?"],
         "diet": ["what can't {p} eat?", "is {p} vegetarian?", "does {p} have a food allergy?",
                  "I cook for {p}, anything I must leave out?"],
         "job": ["what does {p} do for a living?", "which profession does {p} have?", "where does {p} work and as what?",
                 "what is {p}'s job?"],
         "size": ["which shirt size does {p} wear?", "I buy a jacket for {p}, what size?", "is {p} an M or an L in clothes?",
                  "what clothing size is right for {p}?"],
         "pet": ["what is the name of {p}'s dog?", "does {p} have a cat?", "which animal lives with {p}?",
                 "who feeds the pet of {p}, and what is it called?"],
         "car": ["what car does {p} drive?", "which license plate has {p}?", "is the blue van {p}'s?", "what color is the car of {p}?"]}


@family(area="agentic", theme="agent tools and streaming", difficulty="medium")
def memory_lookup_key(r):
    """The key of an agent's memory that answers a question about somebody."""
    kinds = r.sample(sorted(FACTS), r.choice([3, 4, 5]))
    shape = r.choice(["{p}.{k}", "{k}/{p}", "people.{p}.{k}", "{p}:{k}", "mem[{p}][{k}]", "{k}_of_{p}"])
    case = r.choice(["first", "first", "last"])
    none = r.choice(["none", "no key", "-", "unknown"])
    others = [kind for kind in sorted(FACTS) if kind not in kinds]

    def pair(r):
        first, last = w.first(r), w.last(r)
        kind = r.choice(kinds) if r.random() > 0.15 else r.choice(others)
        text = r.choice(LEADS) + r.choice(FACTS[kind]).format(p=f"{first} {last}")
        return text, none if kind in others else shape.format(p=(first if case == "first" else last).lower(), k=kind)

    example = shape.format(p="NAME", k="FACT")
    listed = ", ".join(kinds)
    name = f"{case} name in lower case"
    return Task(
        key=(sorted(kinds), shape, case, none), pair=pair,
        terse=[f"question -> memory key {example}; NAME = {name}; FACT = {listed}; other facts: {none}",
               f"{example} for the question (NAME: {name}, FACT: {listed}), else {none}"],
        casual=[f"under which key is the answer stored? keys look like {example}, NAME is the {name}, FACT is one of {listed}. if they ask "
                f"for something else: {none}",
                f"give me the memory key, {example}. we only store {listed} per person ({name}); other questions get {none}"],
        detailed=[f"An agent stores facts about people under keys of the form {example}, where NAME is the person's {name} and FACT is one "
                  f"of {listed}. Return the key that answers "
                  f"the question. If the question is about another fact, return {none}.",
                  f"Turn the question into the key to look up. Form: {example}; NAME: {name}; known facts: {listed}. A question for a fact "
                  f"that is not known gives {none}."])


AGENTS = {
    "billing": (["billing", "money_agent", "FINANCE"], ["I was charged twice for the {product}", "the invoice {id} shows {amount} too much",
                                                        "which card did you debit {amount} from?", "please refund the {amount} of {month}",
                                                        "why is my bill of {month} higher?", "can I pay invoice {id} in two parts?",
                                                        "you took {amount} but I cancelled in {month}"]),
    "shipping": (["shipping", "parcel_agent", "DELIVERY"], ["my {product} has not arrived in {city}", "where is parcel {id}?",
                                                            "the driver left the {product} at a wrong door",
                                                            "can the {product} come on {day} instead?",
                                                           "parcel {id} has been in {city} for {n} days",
                                                           "please deliver to the office in {city}",
                                                           "tracking of {id} has not moved since {day}"]),
    "tech": (["support", "tech_agent", "TECH"], ["the {product} does not switch on", "the app crashes when I open the {noun} page",
                                                 "how do I reset my {product}?", "error {id} when I start the {product}",
                                               "my {product} makes a loud noise", "the {product} does not connect to the wifi",
                                               "the screen of the {product} stays black"]),
    "account": (["account", "login_agent", "IDENTITY"], ["I forgot my password for {company}", "please change my user name to {noun}{n}",
                                                         "my login does not work since {day}", "how do I delete my profile?",
                                                        "I want a new mail address in my profile", "the two-factor code never comes",
                                                        "my account {id} is locked"]),
    "sales": (["sales", "offer_agent", "SALES"], ["do you have the {product} in {adj}?", "what does a {product} cost for {n} people?",
                                                  "is there a discount if I buy {n} {product} units?",
                                                  "which {product} do you recommend for {city}?",
                                                "I'd like an offer for {n} {noun}s", "is the {product} available in {month}?",
                                                "which colors does the {product} come in?"]),
    "jobs": (["hr", "career_agent", "JOBS"], ["are you hiring in {city}?", "where do I send my application as {noun} tester?",
                                              "is the position {id} still open?", "do you offer internships in {month}?",
                                            "I applied on {day}, any news?", "my interview in {city} is on {day}, who do I meet?",
                                            "what salary comes with job {id}?"]),
}


@family(area="agentic", theme="agent tools and streaming", difficulty="easy")
def route_message_to_agent(r):
    """Which agent of a team takes a message."""
    kinds = r.sample(sorted(AGENTS), r.choice([3, 3, 4, 5]))
    upper = r.randint(0, 2)
    names = {kind: AGENTS[kind][0][upper] for kind in kinds}
    does = {"billing": "bills, payments", "shipping": "deliveries", "tech": "faults of products", "account": "logins, profiles",
            "sales": "offers before buying", "jobs": "applications, vacancies"}

    def pair(r):
        kind = r.choice(kinds)
        parts = [r.choice(AGENTS[kind][1])]
        if r.random() < 0.5:
            parts.insert(r.randint(0, 1), r.choice(["I'm {person} from {city}", "this is {person}", "I have been a customer since {month}",
                                                    "I wrote to you on {day} already", "greetings from {city}", "sorry to bother you",
                                                   "I hope you can help", "my colleague {person} told me to ask you"]))
        text = ". ".join(parts) if not parts[0].endswith("?") else " ".join(parts)
        return r.choice(LEADS) + text.format(**slots(r)), names[kind]

    told = ", ".join(f"{names[kind]} ({does[kind]})" for kind in kinds)
    rule = "; ".join(f"{does[kind]} go to {names[kind]}" for kind in kinds)
    return Task(
        key=sorted(names.values()), labels=tuple(names.values()), pair=pair,
        terse=[f"route the message: {told}", f"{rule}. who?"],
        casual=[f"who should take this message? our agents: {told}", f"send the message on. {rule}. just the name please"],
        detailed=[f"A team of agents shares an inbox: {told}. Return the name of the agent that is responsible for the message.",
                  f"Dispatch an incoming message to one of {options(names.values())}. Responsibilities: {rule}. Output only the name."])


@family(area="agentic", theme="agent tools and streaming", difficulty="hard")
def join_streamed_deltas(r):
    """The text of a stream of deltas, with those of one channel only."""
    key = r.choice(["delta", "text", "content", "chunk", "t"])
    channels = r.choice([None, ("say", "think"), ("out", "err"), ("main", "side"), ("final", "draft")])
    end = r.choice(["[DONE]", "<eos>", "END", "{}"])
    none = r.choice(["(empty)", "none", "-", "(nothing)"])

    def pair(r):
        text = r.choice([w.sentence(r), f"{w.person(r)} from {w.city(r)}", " ".join(w.words(r, 3, 6)),
                         f"The {w.thing(r)} is {r.choice(w.ADJECTIVES)}."])
        if len(text) > 48:
            text = text[:48].rsplit(" ", 1)[0]
        cuts = sorted(r.sample(range(1, len(text)), r.randint(1, 3)))
        lines = []
        for a, b in zip([0] + cuts, cuts + [len(text)]):
            lines.append({**({"ch": channels[0]} if channels else {}), key: text[a:b]})
        if channels:
            for _ in range(r.choice([1, 1, 2])):
                lines.insert(r.randint(0, len(lines)), {"ch": channels[1], key: r.choice(w.NOUNS) + r.choice(["", " ", "."])})
            if r.random() < 0.1:
                lines, text = [line for line in lines if line["ch"] == channels[1]], ""
        shown = [compact_json(line) for line in lines] + ([end] if r.random() < 0.5 else [])
        return "\n".join(shown), text or none

    only = f" of lines with ch {channels[0]}" if channels else ""
    empty = f"; no such line: {none}" if channels else ""
    return Task(
        key=(key, channels, end, none if channels else ""), pair=pair,
        terse=[f"join the {key} values{only} without any separator, {end} is the end{empty}",
               f"stream of JSON lines: concatenate {key}{only}, skip {end}{empty}"],
        casual=[f"put the streamed pieces back together: all {key} values{only}, nothing in between, and drop a closing {end}{empty}",
                f"what text did we receive? glue {key}{only} in order, {end} isn't text{empty}"],
        detailed=[f"The input is a stream of JSON lines that may close with {end}. Concatenate the values of {key}{only} in their order "
                  f"and add nothing between them{empty}.",
                  f"Rebuild the text of a stream. Each line is a JSON object; append its {key}{', but only' + only if only else ''}. The "
                  f"line {end} is not part of the text{empty}."])
