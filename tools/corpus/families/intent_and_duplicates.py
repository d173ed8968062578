"""Intent HTML and deduplication: elements for an intent, purposes of forms and links, duplicates of texts, tickets, events, addresses."""
import words as w
from task import Task, family, options, pick_labels

NOTHING = ["none", "NONE", "N/A", "-", "no element"]
SAME = [("SAME", "DIFFERENT"), ("same", "different"), ("duplicate", "unique"), ("yes", "no"), ("DUP", "NEW"), ("merge", "keep"), ("1", "0")]
GAPS = [" | ", " || ", " // ", " <> "]
FIELDS = {  # the markup of an element with the id {i}: what users want to do with it
    "email": ('<input type="email" id="{i}">', ["type my mail address", "enter the address where they can write to me",
                                                "put in {f}@example.com"]),
    "password": ('<input type="password" id="{i}">', ["type my secret code", "enter my password", "fill in the password for this account"]),
    "file": ('<input type="file" id="{i}">', ["upload a photo of the {n}", "attach the pdf of the invoice",
                                              "choose a document from my disk"]),
    "date": ('<input type="date" id="{i}">', ["pick the day of arrival", "set the delivery day to 3 May", "choose my birthday"]),
    "checkbox": ('<input type="checkbox" id="{i}">', ["tick that i accept the terms", "check the box for the newsletter",
                                                      "untick gift wrapping"]),
    "select": ('<select id="{i}"><option>{a}</option><option>{b}</option></select>',
               ["choose {a} from the drop-down list", "pick {b} in the list of options", "select {a} in the menu of choices"]),
    "textarea": ('<textarea id="{i}"></textarea>', ["write a long message to the "
                                                    "seller", "leave three paragraphs of feedback",
                                                    "describe the problem in several lines"]),
    "range": ('<input type="range" id="{i}">', ["move the volume slider", "drag the slider to 70", "slide the price limit up"]),
    "color": ('<input type="color" id="{i}">', ["pick a color for the {n}", "open the color picker", "choose the exact shade of blue"]),
    "tel": ('<input type="tel" id="{i}">', ["enter my phone number", "type the number they can call me on", "give my mobile number"]),
    "search": ('<input type="search" id="{i}">', ["look for a {n}", "type {n} into the site search", "search the shop for a {n}"]),
    "video": ('<video id="{i}" controls></video>', ["watch the clip about the {n}", "play the film", "pause the video"]),
    "submit": ('<button type="submit" id="{i}"></button>', ["send the form off", "submit what i filled in", "hand in the completed form"]),
}
FIELD_CLASHES = [{"textarea", "email"}, {"color", "select"}, {"file", "video"}, {"textarea", "submit"}, {"file", "submit"},
                 {"select", "search"}, {"range", "video"}]


@family(area="search", theme="intent HTML and deduplication", difficulty="hard")
def element_id_for_intent(r):
    """Which element of a form a user's wish needs, by its type."""
    nothing, count = r.choice(NOTHING), r.choice([3, 4])
    prefix = r.choice(["e", "f", "x", "el-", "field_", "q"])
    form = r.choice(["{}", "{}", "#{}", "id={}"])
    shown = {"{}": "its id", "#{}": "# and its id", "id={}": "id= and its id"}[form]

    def pair(r):
        while True:
            kinds = r.sample(list(FIELDS), count + 1)
            if not any(clash <= set(kinds) for clash in FIELD_CLASHES):
                break
        wanted = kinds[0]
        kinds = kinds[:count] if r.random() < 0.84 else kinds[1:]
        kinds = r.sample(kinds, count)
        ids = [f"{prefix}{n}" for n in r.sample(range(1, 60), count)]
        a, b = r.sample(w.COUNTRIES, 2)
        noun = r.choice(w.NOUNS)
        wish = r.choice(FIELDS[wanted][1]).format(f=w.first(r).lower(), n=noun, a=a, b=b)
        html = "".join(FIELDS[k][0].format(i=i, a=a, b=b) for k, i in zip(kinds, ids))
        text = f"{r.choice(['i want to ', 'please ', 'next: ', ''])}{wish}{r.choice([chr(10), ' => '])}{html}"
        return text, form.format(ids[kinds.index(wanted)]) if wanted in kinds else nothing

    return Task(
        key=(nothing, count, prefix, form), pair=pair,
        terse=[f"which element serves the wish? give {shown}; {nothing} if none",
               f"wish + HTML -> {shown} of the element to use, else {nothing}"],
        casual=[f"the user wants something, then comes the html. which element do they need? answer with {shown}, {nothing} if there "
                f"isn't one", f"pick the form element by its type for this wish and return {shown}; no suitable one -> {nothing}"],
        detailed=[f"The input is a user's wish followed by {count} HTML elements. Decide from the types of the elements which one the "
                  f"user has to use and return {shown}. If none is suitable, return {nothing}.",
                  f"A browser agent gets a wish and the elements of a page. Output {shown} for the one element that fulfils the wish. "
                  f"When the page has no such element, output {nothing}."])


PURPOSES = {
    "login": [["email", "password"], ["username", "password"], ["user", "password", "remember_me"],
              ["login", "password", "stay_signed_in"]],
    "signup": [["username", "password", "password_again"], ["email", "new_password", "confirm_password"],
               ["name", "email", "password", "repeat_password", "accept_terms"]],
    "search": [["q"], ["query", "category"], ["keywords", "sort_by"], ["search_term"], ["q", "price_from", "price_to"]],
    "newsletter": [["email", "weekly_news"], ["subscriber_email", "frequency"], ["newsletter_email"], ["email", "receive_newsletter"]],
    "payment": [["card_number", "expiry", "cvc"], ["iban", "account_holder"], ["cardholder", "card_number", "security_code"],
                ["card_number", "valid_until", "cvc", "billing_zip"]],
    "contact": [["name", "email", "message"], ["subject", "message"], ["your_name", "phone", "your_question"],
                ["email", "subject", "message"]],
    "shipping": [["street", "zip", "city"], ["recipient", "street", "house_number", "city"],
                 ["street", "zip", "city", "country", "delivery_note"]],
}


@family(area="search", theme="intent HTML and deduplication", difficulty="medium")
def purpose_of_form(r):
    """What a form is for, by its fields."""
    kinds = r.sample(list(PURPOSES), r.choice([3, 4, 5]))
    style = r.choice([str, str, str.upper, str.capitalize])
    names = {"login": ["login", "sign_in"], "signup": ["signup", "register"], "search": ["search", "find"],
             "newsletter": ["newsletter", "subscribe"], "payment": ["payment", "pay"], "contact": ["contact", "message"],
             "shipping": ["shipping", "address"]}
    at = r.randrange(2)
    labels = tuple(style(names[k][at]) for k in kinds)
    meaning = {"login": "enter an existing account", "signup": "create an account", "search": "find something",
               "newsletter": "get mails regularly", "payment": "pay", "contact": "write to the owner", "shipping": "say where to deliver"}
    listed = ", ".join(f"{x} ({meaning[k]})" for x, k in zip(labels, kinds))
    button = r.choice(["OK", "Go", "Send", "Continue", "Next"])

    def pair(r):
        kind = r.choice(kinds)
        extras = ["", " required", f" tabindex={r.randint(1, 9)}"]
        fields = "".join(f'<input name="{name}"{r.choice(extras)}>' for name in r.choice(PURPOSES[kind]))
        hidden = r.choice(["", f'<input type="hidden" name="token" value="{w.identifier(r, 5)}">',
                           f'<input type="hidden" name="lang" value="{r.choice(["en", "de", "fr", "es"])}">'])
        css = r.choice(["", f' class="{r.choice(w.COLORS)}"', f' id="f{r.randint(1, 99)}"'])
        return f'<form{css} action="/{w.identifier(r, 4)}">{hidden}{fields}<button>{button}</button></form>', labels[kinds.index(kind)]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"form's purpose by its fields: {listed}", f"what is the form for? {listed}"],
        casual=[f"tell me what this form is for, going by the field names: {listed}",
                f"form html in, one of these out: {listed}. hidden fields say nothing"],
        detailed=[f"The input is an HTML form. Judge by the names of its visible fields what it is for and return one label: {listed}.",
                  f"Classify a form. Possible purposes are {listed}. Address, button text and hidden fields give no hint. Answer with the "
                  f"label."])


@family(area="search", theme="intent HTML and deduplication", difficulty="medium")
def kind_of_link(r):
    """What happens with a link, by its href."""
    all_kinds = {"mail": "mailto:", "call": "tel:", "jump": "#", "file": ".pdf .zip .csv at the end", "external": "http, host not {site}",
                 "internal": "rest"}
    names = {"mail": ["mail", "email", "M"], "call": ["call", "phone", "T"], "jump": ["jump", "anchor", "A"],
             "file": ["file", "download", "D"], "external": ["external", "offsite", "E"], "internal": ["internal", "onsite", "I"]}
    at, site = r.randrange(3), r.choice(w.DOMAINS)
    kinds = [k for k in all_kinds if k == "internal" or k in r.sample(["mail", "call", "jump", "file", "external"], 3)]
    kinds = [k for k in list(all_kinds) if k in kinds]
    labels = tuple(names[k][at] for k in kinds)
    listed = ", ".join(f"{x} ({all_kinds[k].format(site=site)})" for x, k in zip(labels, kinds))

    def pair(r):
        kind = r.choice(kinds)
        noun = r.choice(w.NOUNS)
        other = r.choice([d for d in w.DOMAINS if d != site])
        href = {"mail": f"mailto:{w.email(r)}", "call": f"tel:+{r.randint(1, 99)}{r.randint(100000, 999999)}", "jump": f"#{noun}",
                "file": r.choice([f"/{noun}.", f"/files/{noun}-{r.randint(1, 99)}.",
                                  f"https://{site}/{noun}."]) + r.choice(["pdf", "zip", "csv"]),
                "external": f"https://{other}/{noun}",
                "internal": r.choice([f"/{noun}", f"/{noun}/{r.randint(1, 99)}", f"{noun}.html", f"https://{site}/{noun}"])}[kind]
        text = r.choice([w.email(r), w.phone(r), w.thing(r), f"{noun} pdf", other, f"jump to {noun}", f"call {w.first(r)}", w.company(r)])
        css = r.choice(["", f' class="{r.choice(w.COLORS)}"', f' id="a{r.randint(1, 99)}"'])
        return f'<a{css} href="{href}">{text}</a>', labels[kinds.index(kind)]

    return Task(
        key=(labels, site if "external" in kinds else ""), labels=labels, pair=pair,
        terse=[f"link kind by beginning (or ending) of href: {listed}", f"label by start or end of href, first fit: {listed}"],
        casual=[f"what kind of link is it? only the start (or end) of the href counts, the first that fits wins: {listed}",
                f"sort links by what the href starts or ends with (text is irrelevant), in this order: {listed}"],
        detailed=[f"The input is an a element. Look only at its href and apply these rules in order: {listed}. Return the label of the "
                  f"first rule that applies.", f"Decide the kind of a link from its href; the link text may be misleading. Rules, the "
                                               f"first match counts: {listed}. Output the label."])


ACTS = "repaired sold painted ordered found cleaned packed tested bought lost moved".split()


@family(area="search", theme="intent HTML and deduplication", difficulty="hard")
def paraphrase_by_roles(r):
    """Do two sentences state the same fact in different order?"""
    yes, no = pick_labels(r, SAME + [("equivalent", "not equivalent")])
    gap, strict = r.choice(GAPS), r.choice(["time", "place"])
    note = {"time": "a weekday in only one of them does not matter", "place": "a city in only one of them does not matter"}[strict]

    def pair(r):
        act = r.choice(ACTS)
        who, other = r.sample(w.FIRST, 2)
        what, where, day = r.choice(w.NOUNS), w.city(r), r.choice(w.WEEKDAYS)
        role = r.choice(["for", "with", "before"])
        facts = {"act": act, "who": who, "other": other, "what": what, "where": where, "day": day}
        changed = dict(facts)
        same = r.random() < 0.5
        if not same:
            key = r.choice(["act", "what", "who", "swap", "where" if strict == "time" else "day"])
            if key == "swap":
                changed["who"], changed["other"] = other, who
            else:
                pool = {"act": ACTS, "what": w.NOUNS, "who": w.FIRST, "where": w.CITIES, "day": w.WEEKDAYS}[key]
                changed[key] = r.choice([x for x in pool if x not in facts.values()])

        def write(f, form):
            who, done, what, whom = f["who"], f["act"], f["what"], f"{role} {f['other']}"
            text = {"active": f"{who} {done} the {what} {whom}", "passive": f"The {what} was {done} by {who} {whom}",
                    "cleft": f"It was {who} who {done} the {what} {whom}"}[form]
            kept, loose = (f"in {f['where']}", f"on {f['day']}") if strict == "time" else (f"on {f['day']}", f"in {f['where']}")
            ending = r.choice([[kept], [kept, loose], [loose, kept]])
            return f"{text} {' '.join(ending)}."

        forms = r.sample(["active", "passive", "cleft"], 2)
        return f"{write(facts, forms[0])}{gap}{write(changed, forms[1])}", yes if same else no

    return Task(
        key=(yes, no, gap, strict), labels=(yes, no), pair=pair,
        terse=[f"two sentences: {yes} if they state the same fact, {no} if who, what, whom, place or day differs; {note}",
               f"{yes} for equal content in other words, otherwise {no}; {note}"],
        casual=[f"do both sentences say the same thing? word order and active/passive don't matter, {note}. {yes} or {no}",
                f"check whether the second sentence repeats the first. roles must not be swapped, {note}. {yes} if so, else {no}"],
        detailed=[f"The input holds two sentences separated by '{gap.strip()}'. Return {yes} if they report the same action by the same "
                  f"person on the same thing with the same other person, and {no} otherwise. Active or passive makes no difference; "
                  f"{note}, but two different ones do.",
                  f"Decide if two sentences are paraphrases. Compare who acts, what is done, to which thing, with or for whom, where and "
                  f"when; {note}. Answer {yes} when everything agrees and {no} when something differs."])


PROBLEMS = {
    "login": ["i can't sign in to {p}", "{p} rejects my password", "logging in to {p} fails every time",
              "{p} says my credentials are wrong"],
    "slow": ["{p} takes a minute to load", "pages in {p} are very slow", "{p} crawls since {d}", "waiting forever for {p} to respond"],
    "crash": ["{p} closes by itself", "{p} crashes when i open it", "the {p} window disappears suddenly", "{p} quits without warning"],
    "bill": ["i was charged twice for {p}", "the {p} invoice has the wrong amount", "you billed me too much for {p}",
             "my card was debited two times for {p}"],
    "print": ["{p} does not print", "printing from {p} gives blank pages", "nothing comes out of the printer when i use {p}",
              "paper stays empty when {p} prints"],
    "mail": ["{p} sends no confirmation mail", "the mail from {p} never arrives", "i get no e-mails from {p}",
             "messages from {p} do not reach my inbox"],
    "language": ["{p} shows everything in French", "{p} switched to a foreign language", "the texts in {p} are not in English any more",
                 "how do i get {p} back to English"],
}


@family(area="search", theme="intent HTML and deduplication", difficulty="medium")
def duplicate_ticket_pair(r):
    """Are two tickets duplicates, related or unrelated?"""
    labels = pick_labels(r, [("duplicate", "related", "unrelated"), ("DUP", "REL", "NEW"), ("same", "similar", "different"),
                             ("merge", "link", "keep"), ("A", "B", "C")])
    related, gap = r.choice(["product", "problem"]), r.choice(GAPS)
    binary = r.random() < 0.3
    if binary:
        labels = labels[0], labels[2]
    one, rest = labels[0], labels[-1]
    apps = [f"{x}{y}" for x in w.COMPANY_HEADS for y in ("Mail", "Desk", "Notes", "Pay", "Board")]

    def pair(r):
        a, b = r.sample(apps, 2)
        x, y = r.sample(list(PROBLEMS), 2)
        match = r.choice(["both", "both", "product", "problem", "neither"])
        second = a if match in ("both", "product") else b
        lines = r.sample(PROBLEMS[x], 2)
        other = lines[1] if match in ("both", "problem") else r.choice(PROBLEMS[y])
        texts = [lines[0].format(p=a, d=r.choice(w.WEEKDAYS)), other.format(p=second, d=r.choice(w.WEEKDAYS))]
        texts = [r.choice(["", "hello, ", "hi team, ",
                           "urgent: "]) + t + r.choice(["", "", f". {w.first(r)}", ", please help",
                                                        f" ({w.city(r)} office)"]) for t in texts]
        label = one if match == "both" else rest if binary or match != related else labels[1]
        return f"#{r.randint(100, 999)} {texts[0]}{gap}#{r.randint(100, 999)} {texts[1]}", label

    middle = f"; {labels[1]}: same {related} only" if not binary else ""
    return Task(
        key=(labels, related if not binary else "", gap), labels=tuple(labels), pair=pair,
        terse=[f"{one}: same product and same problem{middle}; everything else {rest}",
               f"two tickets -> {one} if product and problem agree{middle}; otherwise {rest}"],
        casual=[f"are these tickets about the same thing? {one} if it's the same product with the same kind of problem{middle}. otherwise "
                f"{rest}", f"compare both tickets by product and kind of problem, wording doesn't matter. both agree: {one}{middle}; else "
                           f"{rest}"],
        detailed=[f"The input has two support tickets separated by '{gap.strip()}'. Compare the product and the kind of problem, not the "
                  f"wording. Return {one} if both agree{middle}. Return {rest} in all other cases.",
                  f"Find duplicate tickets. Two tickets are {one} when they report one and the same kind of problem with the same "
                  f"product{middle}. All other pairs are {rest}; names, offices and greetings play no role."])


@family(area="search", theme="intent HTML and deduplication", difficulty="hard")
def same_event_announcement(r):
    """Do two announcements in different formats mean one event?"""
    yes, no = pick_labels(r, SAME)
    gap, needs_time = r.choice(GAPS), r.random() < 0.5
    rule = "date, start time and city" if needs_time else "date and city"
    spare = "" if needs_time else "; the start time may differ"
    events = ["book fair", "spring concert", "chess open", "pottery workshop", "night market", "river race", "jazz evening", "science day",
              "flea market", "film night", "harvest party", "coding camp", "poetry slam", "garden show", "toy fair"]

    def clock(r, hour, minute):
        late = hour >= 12
        return r.choice([f"{hour:02d}:{minute:02d}", f"{(hour - 1) % 12 + 1}:{minute:02d} {'pm' if late else 'am'}",
                         f"{hour}h{minute:02d}"])

    def write(r, event, date, time, city):
        y, m, d = date
        day = r.choice([w.iso(date), f"{d} {w.MONTHS[m - 1]} {y}", f"{w.MONTHS[m - 1][:3]} {d}, {y}", f"{d:02d}.{m:02d}.{y}"])
        at = clock(r, *time)
        return r.choice([f"{event.capitalize()} in {city}, {day}, {at}", f"{day} {at}: {event}, {city}",
                         f"{city}: the {event} starts {day} at {at}", f"Come to the {event} ({city}) on {day}, {at}"])

    def pair(r):
        facts = [r.choice(events), w.date(r, 2024, 2027), (r.randint(8, 21), r.choice([0, 15, 30, 45])), w.city(r)]
        other = list(facts)
        kind = r.choice(["same"] * 4 + ["date"] * 3 + ["city"] * 2 + ["time"])
        if kind == "date":
            y, m, d = facts[1]
            other[1] = r.choice([(y, m, d % 28 + 1), (y, m % 12 + 1, d), (y + 1, m, d)])
        elif kind == "city":
            other[3] = r.choice([c for c in w.CITIES if c != facts[3]])
        elif kind == "time":
            hour, minute = facts[2]
            other[2] = r.choice([((hour + 12) % 24, minute), (hour, (minute + 15) % 60), (hour % 22 + 1, minute)])
        equal = facts[1] == other[1] and facts[3] == other[3] and (facts[2] == other[2] or not needs_time)
        return f"{write(r, *facts)}{gap}{write(r, *other)}", yes if equal else no

    return Task(
        key=(yes, no, gap, needs_time), labels=(yes, no), pair=pair,
        terse=[f"{yes} if both announcements agree in {rule}, whatever the format, else {no}{spare}",
               f"one event? equal {rule} -> {yes}, otherwise {no}{spare}. dates like 03.05.2025 are DD.MM"],
        casual=[f"two announcements in different formats. same event if {rule} are the same -> {yes}, if not {no}{spare}. dots in dates "
                f"mean DD.MM.YYYY", f"do they announce one event? compare {rule}{spare}. {yes} for one event, {no} for two"],
        detailed=[f"The input holds two announcements separated by '{gap.strip()}', with dates and times in various formats (dotted dates "
                  f"are DD.MM.YYYY). Return {yes} if {rule} are equal and {no} if not{spare}.",
                  f"Decide whether two announcements mean the same event. Normalise the dates (with dots: day first) and times first, "
                  f"then compare {rule}{spare}. Output {yes} or {no}."])


@family(area="search", theme="intent HTML and deduplication", difficulty="medium")
def near_duplicate_headlines(r):
    """Do two headlines differ in at most so many words?"""
    yes, no = pick_labels(r, SAME + [("near-duplicate", "distinct")])
    limit, gap = r.choice([0, 1, 1, 2]), r.choice(GAPS)
    stops = r.sample(["the", "a", "in", "of", "by", "at", "for"], r.choice([2, 3]))
    listed = options(stops, "and")
    allowed = {0: "no replaced word", 1: "at most one replaced word", 2: "at most two replaced words"}[limit]
    frames = ["{co} opens the {a} {n} factory in {c}", "{j} finds a {a} {n} at {c} station", "{c} bans the {a} {n} for a year",
              "{p} wins the {c} prize for a {a} {n}", "new {n} by {co} sold out in {c}", "{a} {n} of {c} stolen by {j}"]

    def pair(r):
        words = r.choice(frames).format(co=w.company(r), a=r.choice(w.ADJECTIVES), n=r.choice(w.NOUNS), c=w.city(r), j=r.choice(w.JOBS),
                                        p=w.person(r)).split()
        other = list(words)
        places = [i for i, x in enumerate(words) if x not in ("the", "a", "in", "of", "by", "at", "for")]
        for i in r.sample(places, r.choice([0, limit, limit, limit + 1, limit + 1, limit + 2])):
            other[i] = r.choice(w.NOUNS + w.ADJECTIVES)
        other = [x for x in other if x not in stops or r.random() < 0.6]
        core = [[x.lower() for x in side if x.lower() not in stops] for side in (words, other)]
        differ = sum(x != y for x, y in zip(*core))
        first, second = " ".join(words), " ".join(other)
        second = r.choice([str, str.upper, str.title])(second) + r.choice(["", "!", ".", "?"])
        return f"{first[0].upper()}{first[1:]}{gap}{second}", yes if differ <= limit else no

    return Task(
        key=(yes, no, limit, gap, sorted(stops)), labels=(yes, no), pair=pair,
        terse=[f"headlines with {allowed} (skip {listed}, case, final marks): {yes}, else {no}",
               f"ignore {listed}, case and final punctuation; {allowed} -> {yes}, otherwise {no}"],
        casual=[f"compare the two headlines word by word without {listed}, ignoring case and the mark at the end. {allowed} different "
                f"means {yes}, more means {no}", f"same story again? {yes} for {allowed} once you drop {listed}, case and end "
                                                 f"marks. otherwise {no}"],
        detailed=[f"The input has two headlines separated by '{gap.strip()}'. Drop the words {listed} on both sides and ignore case and "
                  f"punctuation at the end. Return {yes} if the second has {allowed}, compared by position, otherwise {no}.",
                  f"Detect near-duplicate headlines. After removing {listed}, lowering case and cutting the final mark, compare the words "
                  f"by position. With {allowed} the answer is {yes}; with more it is {no}."])


@family(area="search", theme="intent HTML and deduplication", difficulty="hard")
def canonical_page_address(r):
    """An address without what does not change the page."""
    tracking = r.sample(["utm_source", "utm_medium", "fbclid", "gclid", "ref", "session", "campaign"], 3)
    www, slash, fragment, scheme = r.random() < 0.5, r.random() < 0.5, r.random() < 0.6, r.random() < 0.5
    order = r.random() < 0.4
    rules = [(f"drop the parameters {options(tracking, 'and')}", f"without {', '.join(tracking)}")]
    rules += [("drop www.", "no www.")] * www + [("drop a slash at the end of the path", "no slash after the path")] * slash
    rules += [("drop # and what follows", "no #...")] * fragment + [("drop http:// or https://", "no http(s)://")] * scheme
    rules += [("sort the other parameters by name", "parameters sorted")] * order
    short = "; ".join(x for _, x in rules)
    listed = "; ".join(x for x, _ in rules)

    def pair(r):
        host = r.choice(["www.", ""]) + r.choice(w.DOMAINS)
        path = "/" + "/".join(r.sample(w.NOUNS, r.randint(1, 2))) + r.choice(["/", ""])
        keep = [(k, str(r.randint(1, 99))) for k in r.sample(["id", "page", "color", "size", "q"], r.choice([0, 1, 2, 2]))]
        drop = [(k, w.identifier(r, 3)) for k in r.sample(tracking + ["lang"], r.choice([0, 1, 2]))]
        params = keep + drop
        r.shuffle(params)
        tail = r.choice(["", "", f"#{r.choice(w.NOUNS)}"])
        prefix = r.choice(["https://", "https://", "http://"])
        query = lambda pairs: "?" + "&".join(f"{k}={v}" for k, v in pairs) if pairs else ""
        kept = [p for p in params if p[0] not in tracking]
        address = ("" if scheme else prefix) + (host.removeprefix("www.") if www else host) + (path.rstrip("/") if slash else path)
        address += query(sorted(kept) if order else kept) + ("" if fragment else tail)
        return f"{prefix}{host}{path}{query(params)}{tail}", address

    return Task(
        key=(sorted(tracking), www, slash, fragment, scheme, order), pair=pair,
        terse=[f"URL: {short}; rest unchanged", f"clean address: {short}", f"{short}; keep the rest of the URL"],
        casual=[f"normalise the url so i can dedupe: {listed}. leave everything else alone, no dangling ? or &",
                f"canonical form of the link please. {listed}. the rest stays as it is"],
        detailed=[f"The input is a web address. Bring it to one form: {listed}. Everything else stays unchanged; if no parameter remains, "
                  f"the question mark goes too.", f"Make the address comparable for deduplication by these rules: {listed}. Do not change "
                                                  f"anything else, and leave no ? without parameters."])
