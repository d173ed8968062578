"""Core text processing: people's names, handles, e-mail addresses, phones, addresses and links."""
import re

import words as w
from task import Task, compact_json, core_family, pick_labels

TITLES = ["Mr", "Mrs", "Ms", "Dr", "Prof.", "Sir", "Mr.", "Ms.", "Dr.", "Prof. Dr.", "Capt.", "Judge"]
DEGREES = ["PhD", "MD", "MBA", "Jr.", "Sr.", "III", "MSc", "Esq.", "CPA", "DDS"]
STREETS = """Acacia Alder Baker Beech Bishop Bridge Brook Canal Castle Cedar Chapel Cherry Church College Crown Dock East Elm Farm Ferry
Field Fountain Garden Green Grove Harbour Hazel High Hill King Lake Lime Linden Long Market Meadow Mill Moss North Oak Orchard Park Pine
Poplar Prince Queen River Rose School Shore South Spring Station Stone Tower Valley Walnut West Willow Windmill""".split()
STREET_KINDS = ["Street", "Road", "Avenue", "Lane", "Way", "Court", "Drive", "Square"]
TOPICS = """the invoice,the broken lamp,the rota,last week's order,the parking card,the new lease,the printer,our contract,the class trip,
the missing parcel,the wifi password,the choir,the bicycle,the survey,the summer party,the tax form,the spare key,the road works,
the price list,the return label,the audit,the second floor,the handbook,the coffee machine,the interview,the seat plan,the brochure,
the heating,the guest list,the training""".replace("\n", "").split(",")
WOMEN = """Abigail Alba Alice Anika Astrid Beatriz Bianca Carmen Clara Elena Emma Esther Eva Farah Fiona Grace Hannah Helen Irene Julia
Laura Maria""".split()
MEN = """Aaron Adil Ahmed Alan Anton Ben Bruno Carl Colin Daniel David Diego Emil Erik Fabio Felix Hugo Ian Jack Jonas Karim Lars Marco
Oscar""".split()
NONE = ["none", "N/A", "-", "NONE", "not found", "missing", "n/a", "null", "absent"]


@core_family("easy")
def person_name_layout(r):
    """A full name in another layout."""
    layouts = {"last name, comma, first name (Bell, Ada)": "{l}, {f}", "first initial with dot and last name (A. Bell)": "{i}. {l}",
               "last name in capitals, then first name (BELL Ada)": "{L} {f}",
               "last name, comma, first initial with dot (Bell, A.)": "{l}, {i}.",
               "first and last initial without dots (AB for Ada Bell)": "{i}{j}",
               "first and last initial with dots (A.B. for Ada Bell)": "{i}.{j}.",
               "first name and last initial with dot (Ada B.)": "{f} {j}.", "lower case first.last (ada.bell)": "{g}.{k}",
               "lower case last_first (bell_ada)": "{k}_{g}",
               "first initial plus last name in lower case (abell)": "{h}{k}", "all capitals, first then last (ADA BELL)": "{F} {L}",
               "last name then first name without comma (Bell Ada)": "{l} {f}"}
    name = r.choice(list(layouts))
    source, said = r.choice([("{f} {l}", "first and last name"), ("{l}, {f}", "last name, comma, first name"),
                             ("{f} {l}", "first name, then last name"), ("{L}, {f}", "LAST NAME, comma, first name")])
    if layouts[name] == source:
        name = "all capitals, first then last (ADA BELL)"
    prefix = r.choice(["", "", "#", "Attn: ", "by "])

    def pair(r):
        f, last = w.first(r), w.last(r)
        fill = dict(f=f, l=last, i=f[0], j=last[0], F=f.upper(), L=last.upper(), g=f.lower(), k=last.lower(), h=f[0].lower())
        return source.format(**fill), prefix + layouts[name].format(**fill)

    front = f", with {prefix.strip()!r} {'and a blank ' if prefix.endswith(' ') else 'directly '}before it" if prefix else ""
    return Task(
        key=(name, source, prefix), pair=pair,
        terse=[f"{said} -> {name}{front}", f"rewrite the name as {name}{front}"],
        casual=[f"i have a person as {said} and want {name}{front}", f"reformat this name please: {name}{front}. it comes as {said}"],
        detailed=[f"The input is one person's name written as {said}. Output it as {name}{front}.",
                  f"Change the layout of a name. Input layout: {said}. Wanted layout: {name}{front}. Print only the result."])


@core_family("medium")
def name_without_titles(r):
    """A name freed of titles before it and degrees behind it."""
    parts = r.choice(["titles", "degrees", "both", "both"])
    shape, show = r.choice([("as it is", lambda n: n), ("in capitals", str.upper), ("in lower case", str.lower),
                            ("with underscores for blanks", lambda n: n.replace(" ", "_")), ("in square brackets", lambda n: f"[{n}]"),
                            ("in double quotes", lambda n: f'"{n}"'), ("with a colon behind it", lambda n: n + ":"),
                            ("with Name: in front, as in Name: Ada Bell", lambda n: "Name: " + n),
                            ("as last name, comma, first name and any initial", lambda n: f"{n.split()[-1]}, {' '.join(n.split()[:-1])}")])
    if parts != "both" and "comma" in shape:
        parts = "both"
    drop = {"titles": "titles in front (Mr, Dr, Prof. ...) but keep degrees behind",
            "degrees": "what follows a comma (PhD, Jr. ...) but keep titles in front",
            "both": "titles in front (Mr, Dr, Prof. ...) and everything after a comma (PhD, Jr. ...)"}[parts]

    def pair(r):
        title = r.choice(TITLES) + " " if r.random() < 0.75 else ""
        tail = ", " + r.choice(DEGREES) if r.random() < 0.6 or not title else ""
        name = f"{w.first(r)} {r.choice(['', '', f'{r.choice(w.FIRST)[0]}. '])}{w.last(r)}"
        return f"{title}{name}{tail}", show(("" if parts != "degrees" else title) + name + ("" if parts != "titles" else tail))

    return Task(
        key=(parts, shape), pair=pair,
        terse=[f"strip {drop}; rest {shape}", f"minus {drop}: name {shape}"],
        casual=[f"clean up the name: lose {drop}, then show it {shape}", f"just the person please {shape}. remove {drop}"],
        detailed=[f"Each input is a person's name that may have extras. Remove {drop}. Return what is left {shape}.",
                  f"From the given name delete {drop}. If there is nothing to delete, leave it. Output the remaining text {shape}."])


@core_family("easy")
def name_from_email(r):
    """The person's name that an e-mail address spells."""
    sep, said = r.choice([(".", "a dot"), ("_", "an underscore"), ("-", "a hyphen"), ("+", "a plus sign")])
    swapped = r.random() < 0.4
    order = "last name first, then first name" if swapped else "first name, then last name"
    name, show = r.choice([("First Last", "{f} {l}"), ("Last, First", "{l}, {f}"), ("F. Last", "{i}. {l}"), ("LAST First", "{L} {f}"),
                           ("First only", "{f}"), ("Last only", "{l}"), ("initials like AB (first name's letter first)", "{i}{j}")])
    around = r.choice([("{}", "an address"), ("<{}>", "an address in angle brackets"), ("mailto:{}", "a mailto: link")])

    def pair(r):
        f, last = w.first(r), w.last(r)
        local = sep.join([last, f] if swapped else [f, last]).lower()
        fill = dict(f=f, l=last, i=f[0], j=last[0], L=last.upper())
        return around[0].format(f"{local}@{r.choice(w.DOMAINS)}"), show.format(**fill)

    return Task(
        key=(sep, swapped, name, around), pair=pair,
        terse=[f"{around[1]} -> the person as {name}; before the @: {order}, split by {said}",
               f"e-mail to name: {name}. local part is {order} with {said} between"],
        casual=[f"guess the person from the mail address, give {name} with capitals. it's {order}, {said} between them",
                f"who owns this mailbox? write {name}. the part before @ has {order}, separated by {said}"],
        detailed=[f"The input is {around[1]} whose part before the @ holds the {order}, separated by {said}. Return the person's name as "
                  f"{name}, names capitalised.",
                  f"Read the owner's name from the e-mail address ({order}, joined by {said}, all lower case) and output it in the layout "
                  f"{name} with normal capitals."])


@core_family("medium")
def email_address_pick(r):
    """The e-mail address of a message, or a part of it."""
    part = r.choice(["whole address", "domain (after the @)", "local part (before the @)", "domain without its ending (shop for shop.test)",
                     "address in upper case", "domain with the @ in front"])
    which = r.choice(["first", "last"])
    missing = r.choice(NONE)
    cut = {"whole address": str, "domain (after the @)": lambda a: a.split("@")[1], "local part (before the @)": lambda a: a.split("@")[0],
           "domain without its ending (shop for shop.test)": lambda a: a.split("@")[1].rsplit(".", 1)[0],
           "address in upper case": str.upper, "domain with the @ in front": lambda a: "@" + a.split("@")[1]}[part]

    def pair(r):
        a, b, topic, name, handle = w.email(r), w.email(r), r.choice(TOPICS), w.first(r), f"@{w.first(r).lower()}{r.randint(1, 99)}"
        if r.random() < 0.15:
            return r.choice([f"{name} asks about {topic}, write to {handle} on the chat.",
                             f"Call {w.phone(r)} about {topic}, ask for {name}.", f"No mail from {name} yet; ping {handle} about {topic}.",
                             f"{handle} and {name} will settle {topic} at 10."]), missing
        text = r.choice(["Write to {a} about {t}.", "{n} ({h}) can be reached at {a} for {t}", "For {t} use {a}, not {b}.",
                         "From: {a} | To: {b} | Re: {t}", "{n} moved from {a} to {b}, see {t}", "cc {a} and {b} on {t} please",
                         "Questions on {t}? Mail {a} or ask {h}.", "{a} wrote: {n} still waits for {t}"]).format(a=a, b=b, t=topic, n=name,
                                                                                                                 h=handle)
        found = re.findall(r"[\w.]+@[\w.]*\w", text)
        return text, cut(found[0 if which == "first" else -1])

    return Task(
        key=(part, which, missing), pair=pair,
        terse=[f"{which} e-mail address in the text: {part}; none: {missing}",
               f"give the {part} of the {which} e-mail, {missing} if no e-mail (chat handles do not count)"],
        casual=[f"find the e-mail in here - the {which} one if there are several - and return the {part}. no e-mail at all means {missing}",
                f"i need the {part} from the {which} mail address mentioned, or {missing} when there isn't any"],
        detailed=[f"Look for e-mail addresses in the message. Take the {which} one and return its {part}. If there is no e-mail address, "
                  f"return {missing}. A handle such as @ana is not an address.",
                  f"Extract from the text: {part}, for the {which} e-mail address that occurs. Answer {missing} when the text has none."])


@core_family("medium")
def phone_number_normalised(r):
    """The phone number of a message in one format."""
    missing = r.choice(NONE)
    name, show = r.choice([("digits only", lambda d: d), ("3-3-4 with hyphens", lambda d: f"{d[:3]}-{d[3:6]}-{d[6:]}"),
                           ("3.3.4 with dots", lambda d: f"{d[:3]}.{d[3:6]}.{d[6:]}"),
                           ("(3) 3-4, like (212) 555-0147", lambda d: f"({d[:3]}) {d[3:6]}-{d[6:]}"),
                           ("+1 and the digits without blanks", lambda d: "+1" + d),
                           ("groups 3 3 4 with blanks", lambda d: f"{d[:3]} {d[3:6]} {d[6:]}"), ("last four digits only", lambda d: d[6:]),
                           ("area code only (first three digits)", lambda d: d[:3]),
                           ("tel:+1- and then 3-3-4 with hyphens", lambda d: f"tel:+1-{d[:3]}-{d[3:6]}-{d[6:]}")])

    def pair(r):
        d = f"{r.randint(201, 989)}555{r.randint(0, 9999):04d}"
        number = r.choice(["({0}) {1}-{2}", "{0}-{1}-{2}", "{0} {1} {2}", "{0}.{1}.{2}", "{0}{1}{2}", "+1 {0} {1} {2}", "+1-{0}-{1}-{2}",
                           "1 ({0}) {1} {2}"]).format(d[:3], d[3:6], d[6:])
        topic, n, name = r.choice(TOPICS), r.randint(10, 9999), w.first(r)
        if r.random() < 0.14:
            return r.choice([f"{name} waits in room {n} for news about {topic}.", f"Order {n}: ask {name} about {topic}.",
                             f"Please mail {name} about {topic}, case {n}."]), missing
        return r.choice([f"Call {name} at {number} about {topic}.", f"Order {n}, phone {number}, {topic}",
                         f"{name}: {number} (ask for room {n})", f"My number is {number}, it concerns {topic}, ticket {n}.",
                         f"Ring {number} before {r.randint(2, 9)} pm, {name} handles {topic}"]), show(d)

    return Task(
        key=(name, missing), pair=pair,
        terse=[f"10-digit phone number (drop a leading 1 or +1) -> {name}; no number: {missing}",
               f"phone as {name}, ignoring country code 1; {missing} if there is no phone number"],
        casual=[f"get the phone number out and write it as {name}. numbers have ten digits, a 1 or +1 in front isn't part of them. no "
                f"phone -> {missing}",
                f"normalise the phone in this text to {name} (cut any country code +1 / 1 first), other numbers don't matter. {missing} "
                f"when there is none"],
        detailed=[f"The text may contain a ten-digit phone number in any punctuation, perhaps after the country code 1 or +1, which is not "
                  f"part of the ten digits. Return it as: {name}. If there is no phone number, return {missing}.",
                  f"Extract the phone number, drop a country code of 1 or +1, and format the ten remaining digits as: {name}. Order, room "
                  f"and ticket numbers are not phone numbers. Without a phone, output {missing}."])


@core_family("easy")
def postal_address_part(r):
    """One part of a written postal address."""
    part = r.choice(["city", "postcode", "street name without the number", "house number", "country"])
    case, show = r.choice([("as written", str), ("in capitals", str.upper), ("in lower case", str.lower)])
    if part in ("postcode", "house number"):
        case, show = "as written", str
    missing = r.choice(NONE)
    said = f"{part} {case}"

    def pair(r):
        number, country = str(r.randint(1, 240)), w.country(r)
        code = r.choice([f"{r.randint(10000, 99999)}", f"{r.randint(1000, 9999)} {w.identifier(r, 2, 'ABCDEFGHJK')}"])
        street, city = f"{r.choice(STREETS)} {r.choice(STREET_KINDS)}", w.city(r)
        values = {"city": city, "postcode": code, "street name without the number": street, "house number": number, "country": country}
        if r.random() < 0.15:
            values[part] = ""
        number, code, country, city = values["house number"], values["postcode"], values["country"], values["city"]
        pieces = [r.choice(["", "", w.person(r), w.company(r)]), f"{number} {values['street name without the number']}".strip(),
                  f"{code} {city}".strip(), country]
        return r.choice([", ", ", ", " / ", "; "]).join(piece for piece in pieces if piece), show(values[part]) or missing

    return Task(
        key=(part, case, missing), pair=pair,
        terse=[f"address -> {said}; absent: {missing}", f"{said} of the address, else {missing}"],
        casual=[f"which {part} is in this address? give it {case}, and {missing} if it's left out",
                f"take only the {part} from the address ({case}). not there? {missing}"],
        detailed=[f"The input is a postal address: perhaps a name, then house number and street, postcode and city, country. Return the "
                  f"{part} {case}. If that part is missing, return {missing}.",
                  f"Extract the {part} from the postal address and write it {case}; when the address does not have it, answer {missing}. "
                  f"Some addresses begin with a person or company."])


@core_family("medium")
def link_part_pick(r):
    """One part of a web link inside a message."""
    missing = r.choice(NONE)
    key = r.choice(["ref", "id", "page", "lang", "utm", "q", "tab", "sort"])
    part = r.choice(["host name", "path without host and query", f"value of the query parameter {key}", "last segment of the path",
                     "link without the query", "scheme", "first segment of the path"])

    def pair(r):
        host, scheme = r.choice(["www.", "shop.", "docs.", "api.", ""]) + r.choice(w.DOMAINS), r.choice(["https", "https", "http", "ftp"])
        segments = [r.choice(w.NOUNS) for _ in range(r.randint(1, 3))]
        keys = r.sample(["ref", "id", "page", "lang", "utm", "q", "tab", "sort"], r.randint(1, 3))
        if part.startswith("value") and key not in keys and r.random() < 0.8:
            keys[r.randrange(len(keys))] = key
        values = {k: r.choice([str(r.randint(1, 999)), r.choice(w.COLORS), r.choice(w.ANIMALS)]) for k in keys}
        has_query = part.startswith("value") or r.random() < 0.6
        query = "?" + "&".join(f"{k}={v}" for k, v in values.items()) if has_query else ""
        path = "/" + "/".join(segments)
        text = r.choice(["{n} shared {u} with us", "see {u} for {t}", "{u} - {n}, {t}", "Here is the link about {t}: {u}",
                         "{n} cannot open {u} since Monday"])
        if r.random() < 0.1 and not part.startswith("value"):
            return text.format(n=w.first(r), u="nothing new", t=r.choice(TOPICS)), missing
        answer = {"host name": host, "path without host and query": path, "last segment of the path": segments[-1],
                  "first segment of the path": segments[0], "scheme": scheme,
                  "link without the query": f"{scheme}://{host}{path}"}.get(part) or values.get(key, missing)
        return text.format(n=w.first(r), u=f"{scheme}://{host}{path}{query}", t=r.choice(TOPICS)), answer

    return Task(
        key=(part, missing), pair=pair,
        terse=[f"URL in the text -> {part}; not there: {missing}", f"{part} of the link, {missing} if there is no link or no such part"],
        casual=[f"there's a link in the message. i want the {part}. answer {missing} if that isn't there",
                f"pull out the link's {part} (or {missing} when it has none or there's no link)"],
        detailed=[f"Find the web link in the text and return its {part}, copied exactly. If there is no link, or the link has no such "
                  f"part, return {missing}.",
                  f"A message may contain one URL. Output the {part} of that URL without changes. When it is not present, output "
                  f"{missing}."])


@core_family("medium")
def handles_and_tags_list(r):
    """The @handles or #tags of a post as a list."""
    mark, said = r.choice([("@", "@handles"), ("#", "#hashtags"), ("$", "$tickers")])
    keep, order = r.random() < 0.4, r.choice(["in the order of the text", "in alphabetical order"])
    joiner, joined = r.choice([(",", "comma"), (" ", "blank"), (";", "semicolon"), ("|", "vertical bar"), (", ", "comma and blank")])
    missing = r.choice(NONE)
    with_mark = f"with the {mark}" if keep else f"without the {mark}"

    def pair(r):
        count = 0 if r.random() < 0.15 else r.randint(1, 4)
        tags = r.sample(w.ANIMALS + w.COLORS, count) if mark != "@" else [name.lower() + str(r.randint(1, 9))
                                                                          for name in r.sample(w.FIRST, count)]
        tags = [tag.replace(" ", "").upper() if mark == "$" else tag.replace(" ", "") for tag in tags]
        other = r.choice([m for m in "@#$" if m != mark]) + r.choice(w.NOUNS)
        pieces = [r.choice(["thanks", "great day with", "love", "look", "so", "back in", "new post", "hello", "meet", "more on", "ok"])
                  for _ in range(r.randint(2, 4))] + [w.city(r), other]
        for tag in tags + tags[:1] * (r.random() < 0.2):
            pieces.insert(r.randint(1, len(pieces)), mark + tag)
        text = " ".join(pieces)
        found = list(dict.fromkeys(re.findall(re.escape(mark) + r"(\w+)", text)))
        found = sorted(found) if "alphabetical" in order else found
        return text, joiner.join(mark * keep + tag for tag in found) or missing

    return Task(
        key=(mark, keep, order, joiner, missing), pair=pair,
        terse=[f"all {said} {with_mark}, {order}, each once, joined by {joined}; none: {missing}",
               f"{said} -> list {with_mark}, separator {joined}, {order}, no repeats, {missing} if there are none"],
        casual=[f"list the {said} from the post {with_mark}, {order}, {joined} between them and no doubles. if there are none say "
                f"{missing}", f"which {said} are used? {order}, {with_mark}, each only once, separated by {joined}. {missing} when "
                f"nothing"],
        detailed=[f"Collect all {said} of the post, each one once and {with_mark}. List them {order}, separated by {joined}. If the post "
                  f"has none, return {missing}.",
                  f"Return the distinct {said} found in the text, {with_mark}, {order}. Put {joined} between items. Other marked words are "
                  f"ignored; without any match return {missing}."])


@core_family("medium")
def sign_off_sender(r):
    """Who signed a short letter."""
    missing = r.choice(NONE + ["unsigned", "anonymous"])
    shape, show = r.choice([("name as signed", str), ("name in capitals", str.upper), ("first name only", lambda n: n.split()[0]),
                            ("name in lower case", str.lower), ("last word of the name", lambda n: n.split()[-1]),
                            ("initials without dots", lambda n: "".join(p[0] for p in n.split()))])

    def pair(r):
        to, signer, topic = w.first(r), w.person(r), r.choice(TOPICS)
        body = r.choice(["{o} told me about {t}.", "could you look at {t}? {o} is away.", "thanks for {t}, {o} was happy.",
                         "{o} and I need {t} by {d}.", "please forward {t} to {o}.",
                         "I met {o} on {d} because of {t}."]).format(o=w.first(r), t=topic, d=r.choice(w.WEEKDAYS))
        bye = r.choice(["Best regards,", "Best,", "Kind regards,", "Cheers,", "Thanks,", "Yours,", "Sincerely,", "Many thanks,"])
        hello = r.choice([f"Hi {to},", f"Dear {to},", f"Hello {to},", f"{to},"])
        signed = r.random() > 0.15
        end = f"{bye} {signer}" if signed else r.choice(["See you soon.", "Talk to you tomorrow!", "Have a good day.", "More next week."])
        return f"{hello} {body} {end}", show(signer) if signed else missing

    return Task(
        key=(missing, shape), pair=pair,
        terse=[f"who signed the letter at the end? {shape}; no signature: {missing}",
               f"sender from the closing line, {shape}, else {missing}"],
        casual=[f"who wrote this? look at the sign-off at the end, give the {shape}. nobody signed -> {missing}",
                f"i need the sender, not the people mentioned: {shape}, and {missing} if the note isn't signed"],
        detailed=[f"The input is a short letter. Return the person who signed it after the closing formula: {shape}. People who are "
                  f"addressed or mentioned do not count. An unsigned letter gives {missing}.",
                  f"Identify the signature at the end of the message and output the {shape}. If the message ends without a signature, "
                  f"output {missing}."])


@core_family("hard")
def free_login_name(r):
    """A login name built from a name, avoiding taken ones."""
    name, make = r.choice([("first letter of the first name + last name", lambda f, s: f[0] + s),
                           ("first name + first letter of the last name", lambda f, s: f + s[0]),
                           ("first name, dot, last name", lambda f, s: f"{f}.{s}"),
                           ("last name, underscore, first letter of the first name", lambda f, s: f"{s}_{f[0]}"),
                           ("first three letters of the last name + first name", lambda f, s: s[:3] + f),
                           ("last name + first two letters of the first name", lambda f, s: s + f[:2])])
    start, gap = r.choice([2, 2, 1, 3, 10]), r.choice(["", "", "_", "-"])
    suffix = f"{start}, {start + 1}, {start + 2} ..." if not gap else f"{gap}{start}, {gap}{start + 1}, {gap}{start + 2} ..."

    def pair(r):
        f, last = w.first(r), w.last(r)
        base = make(f.lower(), last.lower())
        busy = r.randint(0, 2)
        taken = [base][:busy] + [f"{base}{gap}{start + i}" for i in range(busy - 1)]
        taken += [make(w.first(r).lower(), w.last(r).lower()) for _ in range(3 - busy)]
        r.shuffle(taken)
        answer, n = base, start
        while answer in taken:
            answer, n = f"{base}{gap}{n}", n + 1
        return f"{f} {last}; taken: {', '.join(taken)}", answer

    return Task(
        key=(name, start, gap), pair=pair,
        terse=[f"login = {name}, lower case; if taken append the first free of {suffix}",
               f"new user name: {name} (lower case); when listed as taken try {suffix}"],
        casual=[f"make a login for this person: {name}, all lower case. if it's in the taken list, stick on {suffix} until it's free",
                f"username please, {name} in lower case - and if someone has it, add the first of {suffix} that nobody has"],
        detailed=[f"The input gives a person and the logins already taken. Build the login from {name}, all in lower case. If that login "
                  f"is taken, append the first free ending of {suffix}",
                  f"Create a unique lower-case login: {name}. Check the taken list; as long as the candidate is taken, use the base with "
                  f"the endings {suffix} in turn. Return the first free one."])


@core_family("easy")
def formal_salutation(r):
    """The salutation of a letter from a small record."""
    male, female, unknown = pick_labels(r, [("Mr", "Ms", "Mx"), ("Mr.", "Mrs.", "Customer"), ("Sir", "Madam", "Friend"),
                                            ("Mister", "Madame", "Client"), ("Senor", "Senora", "Cliente"),
                                            ("Brother", "Sister", "Member")])
    opening, end = r.choice(["Dear", "Hello", "Good morning", "Attn"]), r.choice([",", ":", "!", " -"])
    use = r.choice(["last name", "full name", "last name in capitals"])

    def pair(r):
        kind, last = r.choice("mfu"), w.last(r)
        f = r.choice({"m": MEN, "f": WOMEN}.get(kind, w.FIRST))
        name = {"last name": last, "full name": f"{f} {last}", "last name in capitals": last.upper()}[use]
        fields = [f"first={f}", f"last={last}", f"sex={kind}", f"city={w.city(r)}"]
        r.shuffle(fields)
        return ";".join(fields), f"{opening} {dict(m=male, f=female, u=unknown)[kind]} {name}{end}"

    rule = f"{male} for sex=m, {female} for sex=f, {unknown} for sex=u"
    return Task(
        key=(male, opening, end, use), pair=pair,
        terse=[f"record -> \"{opening} TITLE NAME{end}\"; NAME is the {use}; TITLE: {rule}",
               f"salutation {opening} + title ({rule}) + {use} + {end.strip()!r}{' after a blank' if end[0] == ' ' else ''}"],
        casual=[f"write the greeting line for this customer like \"{opening} TITLE NAME{end}\" where the title is {rule} and the name is "
                f"the {use}", f"make the salutation: it starts with {opening}, then the title ({rule}), then the {use}, and it ends like "
                f"\"NAME{end}\""],
        detailed=[f"The input is a customer record with the fields first, last, sex and city in any order. Output a salutation of the form "
                  f"\"{opening} TITLE NAME{end}\". TITLE is {rule}. NAME is the {use}.",
                  f"Produce the first line of a letter: the word{'s' * (' ' in opening)} {opening}, the title ({rule}), the {use} and the "
                  f"ending as in \"NAME{end}\". Single blanks separate the words."])


@core_family("easy")
def contact_card_json(r):
    """The contact of a sentence as compact JSON."""
    keys = r.choice([("name", "email"), ("name", "phone"), ("email", "name"), ("person", "city"), ("who", "mail", "where"),
                     ("name", "company", "phone"), ("contact", "org"), ("city", "name", "email"), ("full_name", "tel"), ("n", "c", "e")])
    kind = {"name": "name", "person": "name", "who": "name", "contact": "name", "full_name": "name", "n": "name", "email": "email",
            "mail": "email", "e": "email", "phone": "phone", "tel": "phone", "city": "city", "where": "city", "company": "company",
            "org": "company", "c": "company"}
    absent, shown = r.choice([(None, "null"), ("", "an empty string"), ("n/a", "the string n/a"), ("?", "the string ?")])
    listed = ", ".join(f"{key} ({kind[key]})" if key != kind[key] else key for key in keys)

    def pair(r):
        person = w.person(r)
        address = f"{person.lower().replace(' ', r.choice('._'))}@{r.choice(w.DOMAINS)}"
        values = dict(name=person, email=address, phone=w.phone(r), city=w.city(r), company=w.company(r))
        lost = r.choice([k for k in values if k != "name"]) if r.random() < 0.35 else ""
        pieces = dict(email=r.choice(["mail {}", "e-mail {}", "write to {}"]), phone=r.choice(["phone {}", "call {}", "mobile {}"]),
                      city=r.choice(["based in {}", "lives in {}", "from {}"]),
                      company=r.choice(["works for {}", "employed at {}", "is with {}"]))
        order = [k for k in ("email", "phone", "city", "company") if k != lost]
        r.shuffle(order)
        values[lost] = absent
        return f"{values['name']}: " + ", ".join(pieces[k].format(values[k])
                                                 for k in order), compact_json({key: values[kind[key]] for key in keys})

    return Task(
        key=(keys, absent), pair=pair, kind="json",
        terse=[f"contact note -> compact JSON with keys {listed} in this order; missing values: {shown}",
               f"compact JSON, keys in order {listed}; use {shown} for what is not given"],
        casual=[f"turn the contact line into one-line json without spaces between the parts, keys {listed}, in that order. not mentioned = "
                f"{shown}", f"json please (compact): {listed}. keep that order, fill gaps with {shown}"],
        detailed=[f"Extract contact data from the note and return compact JSON (no blanks outside strings) with the keys {listed}, in "
                  f"exactly this order. Values are copied as written. Use {shown} for a value that the note does not give.",
                  f"Return a single compact JSON object. Its keys are, in order: {listed}. Copy each value from the text; if it is not "
                  f"mentioned the value is {shown}."])
