"""Custom entity recognition: entities as JSON, lists, inline tags, BIO tags, word spans, pseudonyms, triples, events, slots, measures."""
import re

import words as w
from task import Task, compact_json, family

THEME = "custom NLP"
NAMES = [name for name in w.FIRST if name not in w.CITIES]


def spoken_date(r):
    year, month, day = w.date(r)
    return r.choice([f"{day} {w.MONTHS[month - 1]} {year}", f"{w.MONTHS[month - 1]} {day}, {year}", w.iso((year, month, day))])


def amount(r):
    return r.choice([f"${w.money(r)}", f"{r.randint(2, 999)} euros", f"{r.randint(2, 90)} million dollars", f"EUR {r.randint(10, 9000)}"])


KINDS = {"person": w.person, "company": w.company, "city": w.city, "date": spoken_date, "money": amount,
         "product": lambda r: r.choice(w.SINGULAR_PRODUCTS), "country": w.country, "email": w.email}
SENTENCES = """On {date} {person} of {company} paid {money} in {city}.|{person} sold the {product} to {person} for {money}.|
{company} will open a shop in {city} on {date}.|Please send the {product} to {person} in {city}.|
{person} moved from {city} to {city} and works for {company} now.|The {product} from {company} costs {money}.|
Ask {person} about the fair in {city}.|{company} and {company} met in {city} on {date}.|The {noun} was found in {city}, says {person}.|
Since {date} {person} has been the head of {company}.|{person} wrote to {email} that the {product} is late.|
The office of {company} in {city}, {country}, was sold for {money}.|Nobody in {country} knew that {person} had bought {company}.|
{person}, {person} and {person} flew to {city}.|The {noun} was lost on {date} in {country}.|
We got {money} from {email} for the {product}.|In {city} it rained when {company} showed the {product}.|
The {noun} of {person} was stolen on {date}.""".replace("\n", "").split("|")


def segments(r, template=None):
    """A sentence as (text, kind or None) pieces; no value occurs twice."""
    found, seen = [], set()
    for piece in re.split(r"(\{\w+\})", template or r.choice(SENTENCES)):
        kind = piece.strip("{}") if piece.startswith("{") else None
        if kind == "noun":
            piece, kind = r.choice(w.NOUNS[:90]), None
        elif kind:
            piece = KINDS[kind](r)
            while piece in seen:
                piece = KINDS[kind](r)
            seen.add(piece)
        if piece:
            found.append((piece, kind))
    return found


def text_of(pieces):
    return "".join(text for text, _ in pieces)


def having(r, kinds, long=True):
    """A sentence, or two, that has one of the kinds in six of seven cases."""
    wanted = r.random() < 0.86
    while True:
        pieces = segments(r)
        if long and r.random() < 0.35:
            pieces = pieces + [(" ", None)] + segments(r)
        texts = [text for text, kind in pieces if kind]
        if len(set(texts)) == len(texts) and wanted == any(kind in kinds for _, kind in pieces):
            return pieces


@family(area="core", theme=THEME, difficulty="hard")
def entities_into_json(r):
    """The first entity of each kind, as a JSON object."""
    kinds = r.sample(list(KINDS), r.randint(2, 3))
    names = {"person": ["person", "who", "PER"], "company": ["company", "org", "ORG"], "city": ["city", "place", "CITY"], "date": ["date",
        "when", "DATE"], "money": ["money", "amount", "MONEY"],
             "product": ["product", "item", "PROD"], "country": ["country", "nation", "COUNTRY"], "email": ["email", "mail", "MAIL"]}
    at = r.randrange(3)
    keys = [names[kind][at] for kind in kinds]
    lists, blank = r.random() < 0.4, r.choice(["null", "", "none", "-"])

    def pair(r):
        pieces = having(r, kinds)
        answer = {}
        for kind, key in zip(kinds, keys):
            values = [text for text, found in pieces if found == kind]
            answer[key] = values if lists else values[0] if values else None if blank == "null" else blank
        return text_of(pieces), compact_json(answer)

    listed = ", ".join(key if key == kind else f"{key} ({kind})" for key, kind in zip(keys, kinds))
    gone = {"null": "null", "": "an empty string"}.get(blank, f'"{blank}"')
    rule = f"each the first mention, {gone} if there is none"
    rule = "each a list of all mentions in text order, [] if there are none" if lists else rule
    return Task(
        key=(tuple(keys), lists, gone * (not lists)), pair=pair, kind="json",
        terse=[f"compact JSON, keys in this order: {listed}; {rule}", f"NER -> compact JSON with {listed} (this order), {rule}"],
        casual=[f"pull {listed} out of the text as compact json, in that key order, {rule}",
                f"I need a small json (no blanks) with the keys {listed} in order; {rule}. copy the text as it is"],
        detailed=[f"Extract entities from the text into a compact JSON object with these keys in this order: {listed}. The values: "
                  f"{rule}. Copy entities verbatim, without articles.",
                  f"Return one line of JSON without blanks between the parts. Keys, in order: {listed}; {rule}. Persons are given with "
                  f"first and last name. No other keys."])


@family(area="core", theme=THEME, difficulty="medium")
def mentions_of_one_kind(r):
    """All entities of one kind, in a list."""
    kind = r.choice(list(KINDS))
    join, joined = r.choice([(", ", "', '"), ("; ", "'; '"), ("|", "'|'"), (" / ", "' / '"), (" + ", "' + '")])
    none, upper = r.choice(["none", "-", "N/A", "NONE", "nobody" if kind == "person" else "(nothing)"]), r.random() < 0.3
    count = r.random() < 0.15

    def pair(r):
        pieces = having(r, [kind])
        values = [text for text, found in pieces if found == kind]
        if count:
            return text_of(pieces), str(len(values))
        return text_of(pieces), (join.join(values).upper() if upper else join.join(values)) or none

    plural = {"person": "persons (first and last name)", "company": "companies", "city": "cities (not countries)", "date": "full dates",
              "money": "sums of money", "product": "products for sale",
              "country": "countries (not cities)", "email": "mail addresses"}[kind]
    case = ", in capitals" * upper
    rule = "how many there are (0 if none)" if count else f"joined by {joined} in text order{case}; {none} if there are none"
    return Task(
        key=(kind, count, "" if count else (join, none, upper)), pair=pair,
        terse=[f"all {plural} in the text: {rule}", f"{plural} -> {rule}"],
        casual=[f"which {plural} does the text mention? {rule}", f"find the {plural}, nothing else. output: {rule}"],
        detailed=[f"Find all {plural} that the text mentions. Output: {rule}. Entities of other kinds are left out.",
                  f"From the text take only the {plural}, copied as they stand, and give {rule}."])


@family(area="core", theme=THEME, difficulty="hard")
def entities_tagged_in_text(r):
    """The text with tags around some kinds of entities."""
    kinds = r.sample(["person", "company", "city", "date", "money", "country"], r.randint(1, 3))
    form = r.choice(["<{t}>{x}</{t}>", "[{x}]({t})", "[{t} {x}]", "{x}/{t}", "{{{x}|{t}}}", "[{t}: {x}]"])
    names = r.choice([str, str.upper, lambda kind: {"person": "PER", "company": "ORG", "city": "LOC", "date": "TIME", "money": "SUM",
                                                    "country": "NAT"}[kind], lambda kind: kind[0]])
    if names("city") == "c":
        names = str.capitalize
    mask = r.random() < 0.3
    form = r.choice(["[{t}]", "<{t}>", "{{{t}}}", "__{t}__"]) if mask else form

    def pair(r):
        pieces = having(r, kinds, long=False)
        return text_of(pieces), "".join(form.format(t=names(kind), x=text) if kind in kinds else text for text, kind in pieces)

    tags = ", ".join(f"{kind} = {names(kind)}" for kind in kinds)
    shape = form.format(t="TAG", x="TEXT")
    what = f"replaced by {shape}" if mask else f"written as {shape}"
    return Task(
        key=(tuple(kinds), form, names("city"), names("person")), pair=pair,
        terse=[f"repeat the sentence with entities {what}; {tags}; the rest unchanged",
               f"{tags}: every such entity {what}, other text as it is"],
        casual=[f"give me the sentence back, each entity {what}. tags: {tags}. leave everything else alone",
                f"annotate the text: {tags}; entities are {what}, all other words stay"],
        detailed=[f"Copy the sentence, but with every entity of these kinds {what}, where TAG is given by: {tags}. All other words, "
                  f"numbers and signs stay the same.",
                  f"Inline annotation. Kinds and tags: {tags}. Each mention is {what}; a person is the whole name. If there is no such "
                  f"entity, return the sentence unchanged."])


@family(area="core", theme=THEME, difficulty="hard")
def bio_tags_of_tokens(r):
    """One tag a token: inside, outside or at the beginning of an entity."""
    scheme = r.choice(["BIO", "IO", "BIOES"])
    types = {"person": "PER", "company": "ORG", "city": "LOC"}
    kinds = r.sample(list(types), r.randint(1, 3))
    names = types if r.random() < 0.6 else {"person": "P", "company": "C", "city": "L"}
    outside, join = r.choice(["O", "O", "-", "_"]), r.choice([" ", " ", ",", "|"])
    sentences = ["{person} works for {company}", "{first} left {city}", "{company} hired {person}", "we met {person} in {city}",
                 "{city} welcomes {company}", "{company} moved to {city}", "{first} called {first} yesterday",
                 "the boss of {company} is {person}", "{person} sold {company}", "{first} and {person} live here", "nobody lives in {city}",
                 "{company} has {n} shops in {city}", "{person} met {first} twice"]

    def pair(r):
        tokens, tags = [], []
        while not tokens or not (r.random() < 0.15 or any(tag != outside for tag in tags)):
            tokens, tags = [], []
            for piece in r.choice(sentences).split():
                kind = {"first": "person"}.get(piece.strip("{}"), piece.strip("{}")) if piece[0] == "{" else None
                part = piece if not kind else str(r.randint(2,
                                                            90)) if kind == "n" else (w.first(r) if piece == "{first}" else KINDS[kind](r))
                part = part.split()
                tokens += part
                for at in range(len(part)):
                    if kind not in kinds:
                        tags.append(outside)
                        continue
                    letter = "I" if scheme == "IO" or at else "B"
                    if scheme == "BIOES" and at == len(part) - 1:
                        letter = "E" if at else "S"
                    tags.append(f"{letter}-{names[kind]}")
        return " ".join(tokens), join.join(tags)

    listed = ", ".join(f"{names[kind]} ({kind})" for kind in kinds)
    rule = {"BIO": "B- for the first word, I- for the following ones", "IO": "I- for every word of an entity",
            "BIOES": "B- first, I- inside, E- last word, S- for a single word"}[scheme]
    joined = {" ": "blanks", ",": "commas", "|": "'|'"}[join]
    return Task(
        key=(scheme, tuple(kinds), tuple(names.values()), outside, join), pair=pair,
        terse=[f"tag each word: {listed}; {rule}; other words {outside}; joined by {joined}",
               f"{scheme} tags, one per word, joined by {joined}: {listed}, {rule}, {outside} elsewhere"],
        casual=[f"one tag per word please, joined by {joined}. entities are {listed}: {rule}. everything else is {outside}",
                f"label the words with {scheme} tags ({rule}) for {listed}; {outside} for the rest, {joined} between the tags"],
        detailed=[f"The input is split into words by blanks. Write one tag for each word, joined by {joined}. Entities are {listed}: "
                  f"{rule}. Words outside of these entities get {outside}.",
                  f"Sequence labelling with the scheme {scheme}: {rule}. Entity types are {listed}; all other words, other entities too, "
                  f"are tagged {outside}. As many tags as words, separated by {joined}."])


@family(area="core", theme=THEME, difficulty="hard")
def word_span_of_entity(r):
    """The position of the first entity of a kind, counted in words."""
    kind = r.choice(["person", "company", "city", "date", "money"])
    base, form = r.choice([0, 1]), r.choice(["{a}-{b}", "{a}:{b}", "[{a},{b}]", "{a} {b}", "{a}..{b}", "{a}", "({a}, {b})"])
    end = r.choice(["inclusive", "exclusive"]) if "{b}" in form else "inclusive"
    none = r.choice(["none", "-1", "-", "not found", "null"])

    def pair(r):
        pieces = having(r, [kind], long=False)
        at = base
        for index, (text, found) in enumerate(pieces):
            if found == kind:
                last = at + len(text.split()) - 1 + (end == "exclusive")
                return text_of(pieces), form.format(a=at, b=last)
            at += len(text.split()) - (index > 0 and not text.startswith(" ") and not pieces[index - 1][0].endswith(" "))
        return text_of(pieces), none

    shape = form.format(a="FIRST", b="LAST")
    what = {"person": "person", "company": "company", "city": "city", "date": "full date", "money": "sum of money"}[kind]
    last = "LAST is the last word of it" if end == "inclusive" else "LAST is one past its last word"
    rule = f"words are split at blanks and counted from {base}" + (f", {last}" if "{b}" in form else "")
    return Task(
        key=(kind, base, form, end, none), pair=pair,
        terse=[f"word span of the first {what} as {shape}; {rule}; no {what}: {none}",
               f"where is the first {what}? {shape} ({rule}), else {none}"],
        casual=[f"give me the word positions of the first {what}, written {shape}; {rule}. {none} if there is no {what}",
                f"at which words does the first {what} stand? {shape}, {rule}, or {none}"],
        detailed=[f"Locate the first {what} in the sentence and return its position as {shape}, where {rule}. Punctuation belongs to the "
                  f"word before it. If there is no {what}, return {none}.",
                  f"Return the span of the first {what} in words: {shape}. FIRST is the number of its first word; {rule}. Answer {none} "
                  f"when the sentence contains no {what}."])


@family(area="core", theme=THEME, difficulty="hard")
def people_as_pseudonyms(r):
    """Replaces people by numbered names; the same person keeps the number."""
    form = r.choice(["P{n}", "[PERSON_{n}]", "<p{n}>", "Person{n}", "X{n}", "{{{n}}}", "#{n}", "USER{n}"])
    letters, start = r.random() < 0.25, r.choice([0, 1])
    sentences = ["{0} called {1} because {0} was late.", "{0} met {1} in {c}. Later {1} paid for the {n}.",
                 "{1} says that {0} is the boss of {1}.", "{0} and {1} argued until {2} arrived. {0} left.",
                 "{2} thanked {0}, {1} and again {0}.",
                 "{0} lives in {c}.", "{0} sent {1} a {n}. {1} gave it to {2}.", "In {c} {1} saw {0}, but {0} did not see {1}.",
                 "{0} works for {k} and knows {1}.", "{2} told {1}: {0} sold the {n} to {1}.", "The {n} of {1} is older than that of {0}."]

    def pair(r):
        people = r.sample(NAMES, 3)
        template = r.choice(sentences).replace("{c}", w.city(r)).replace("{k}", w.company(r)).replace("{n}", r.choice(w.NOUNS))
        order = list(dict.fromkeys(re.findall(r"\{(\d)\}", template)))
        shown = {digit: form.format(n="ABC"[index] if letters else index + start) for index, digit in enumerate(order)}
        fill = lambda values: re.sub(r"\{(\d)\}", lambda match: values[match[1]], template)
        return fill({digit: people[int(digit)] for digit in order}), fill(shown)

    firsts = [form.format(n="ABC"[index] if letters else index + start) for index in range(2)]
    number = "letters from A" if letters else f"numbers from {start}"
    return Task(
        key=(form, letters, start), pair=pair,
        terse=[f"replace people by {firsts[0]}, {firsts[1]} ... in order of appearance, same person same tag; rest unchanged",
               f"pseudonyms for first names ({firsts[0]}, {firsts[1]}, ...), {number}, consistent; keep other text"],
        casual=[f"swap every first name for {firsts[0]}, {firsts[1]} and so on, {number} by first appearance. same name, same tag. cities "
                f"and companies stay",
                f"hide who is who: {firsts[0]} for the first person that occurs, {firsts[1]} for the next ..., the same tag each time "
                f"they come up again"],
        detailed=[f"Pseudonymise the text. Each person gets a tag in order of first mention ({firsts[0]}, {firsts[1]}, ...; {number}), "
                  f"and all mentions of one person get the same tag. Everything else stays as it is.",
                  f"Replace the names of people, and only those, by tags with {number}: the first new name becomes {firsts[0]}, the "
                  f"second {firsts[1]}. Return the whole text."])


RELATIONS = {
    "works_for": ["{a} works for {b}.", "{a} is employed by {b}.", "{b} employs {a}.", "{a} has a job at {b}.",
                  "{a} is on the staff of {b}."],
    "born_in": ["{a} was born in {c}.", "{c} is the birthplace of {a}.", "{a} came into the world in {c}.",
                "{a} was born and raised in {c}."],
    "married_to": ["{a} is married to {p}.", "{a} is the spouse of {p}.", "{a} wed {p} last year.",
                   "{a} has been married to {p} for {n} years."],
    "founded": ["{a} founded {b}.", "{b} was founded by {a}.", "The founder of {b} is {a}.", "{b} was started by {a} {n} years ago."],
    "located_in": ["{b} is located in {c}.", "The offices of {b} are in {c}.", "{c} is home to {b}.", "You find {b} in {c}."],
    "owns": ["{a} owns the {x}.", "The {x} belongs to {a}.", "The owner of the {x} is {a}.", "{a} is the owner of the {x}."],
}


@family(area="core", theme=THEME, difficulty="hard")
def relation_as_triple(r):
    """The relation of a sentence as subject, relation, object."""
    keys = r.sample(list(RELATIONS), r.randint(3, 5))
    style = r.choice([str, str.upper, lambda key: key.replace("_", " "), lambda key: "".join(part.capitalize() for part in key.split("_")),
                      lambda key: key.replace("_", "-")])
    form = r.choice(["({s}; {r}; {o})", "{s} | {r} | {o}", "{r}({s}, {o})", "<{s}> <{r}> <{o}>", "{s} -{r}-> {o}", "json"])
    none = r.choice(["none", "NO_RELATION", "-", "n/a"])
    roles = {"works_for": "person, company", "born_in": "person, city", "married_to": "person named first, other person",
             "founded": "person, company", "located_in": "company, city", "owns": "person, thing without article"}

    def pair(r):
        key = r.choice(keys) if r.random() < 0.85 else r.choice([key for key in RELATIONS if key not in keys])
        a, b, c, x, p = w.person(r), w.company(r), w.city(r), w.thing(r), w.person(r)
        text = r.choice(RELATIONS[key]).format(a=a, b=b, c=c, x=x, p=p, n=r.randint(2, 40))
        subject, other = {"works_for": (a, b), "born_in": (a, c), "married_to": (a, p), "founded": (a, b), "located_in": (b, c), "owns": (a,
            x)}[key]
        if key not in keys:
            return text, compact_json({}) if form == "json" else none
        name = style(key)
        return text, compact_json({"subject": subject, "relation": name, "object": other}) if form == "json" else form.format(s=subject,
            r=name, o=other)

    listed = "; ".join(f"{style(key)} ({roles[key]})" for key in keys)
    shape = 'compact JSON with subject, relation, object' if form == "json" else form.format(s="SUBJECT", r="RELATION", o="OBJECT")
    gone = "{}" if form == "json" else none
    return Task(
        key=(tuple(keys), style("works_for"), form, none if form != "json" else ""), pair=pair, kind="json" if form == "json" else "text",
        terse=[f"relation in the sentence as {shape}: {listed}; any other: {gone}",
               f"{shape} with {listed} as (subject, object); else {gone}"],
        casual=[f"turn the sentence into {shape}. the relations are {listed}; for another relation write {gone}",
                f"extract one triple, {shape}, with subject and object as in: {listed}. none of them? {gone}"],
        detailed=[f"Each sentence states one relation. Known relations with their subject and object: {listed}. Return {shape}; for a "
                  f"relation that is not listed return {gone}. Use full names as in the text.",
                  f"Relation extraction. Format: {shape}. The relations, with (subject, object) in brackets: {listed}. The sentence may "
                  f"be passive or turned around, the roles stay. Otherwise answer {gone}."])


@family(area="core", theme=THEME, difficulty="hard")
def arguments_of_purchase(r):
    """Who buys what from whom at which price, in JSON or in a line."""
    roles = {"buyer": "who buys", "seller": "who sells", "item": "no article", "price": "as written"}
    keys = r.sample(list(roles), r.randint(2, 4))
    as_json, blank = r.random() < 0.6, r.choice(["-", "unknown", "none", "null", "?"])
    join = r.choice([" | ", "; ", " / ", ", "])
    templates = ["{b} bought the {i} from {s} for {p}.", "{s} sold the {i} to {b} for {p}.",
                 "The {i} was sold to {b} by {s}, the price was {p}.", "For {p} {b} acquired the {i} of {s}.", "{b} bought the {i}.",
                 "{s} sold the {i} for {p}.",
                 "The {i} was bought by {b} for {p}.", "{s} sold {b} the {i}.", "{b} got the {i} from {s}, who asked {p} for it.",
                 "The {i} changed hands: {s} was paid {p} by {b}.", "{b} paid {p} for the {i}."]

    def pair(r):
        make = r.choice([w.company, w.person, w.first])
        values = {"buyer": make(r), "seller": make(r), "item": w.thing(r), "price": amount(r)}
        while values["seller"] == values["buyer"]:
            values["seller"] = make(r)
        template = r.choice(templates)
        text = template.format(b=values["buyer"], s=values["seller"], i=values["item"], p=values["price"])
        text += r.choice(["", f" It happened in {w.city(r)}.", f" {w.person(r)} was there as a witness."])
        found = [values[key] if "{" + key[0] + "}" in template else None if as_json and blank == "null" else blank for key in keys]
        return text, compact_json(dict(zip(keys, found))) if as_json else join.join(found)

    listed = ", ".join(f"{key} ({roles[key]})" for key in keys)
    form = "compact JSON of strings" if as_json else f"one line joined by '{join}'"
    return Task(
        key=(tuple(keys), as_json, blank, join * (not as_json)), pair=pair, kind="json" if as_json else "text",
        terse=[f"sale in the text: {listed}, in this order, as {form}; not stated: {blank}",
               f"{form} with {listed} (this order); missing -> {blank}"],
        casual=[f"somebody sells something: give me {listed} in that order as {form}, {blank} for what isn't said",
                f"fill in {listed}. {form}, order as listed, {blank} if unknown"],
        detailed=[f"The text reports one sale. Return {listed} in this order as {form}. Use {blank} for an argument that the text does "
                  f"not state. Witnesses and places do not matter.",
                  f"Event extraction for purchases: find {listed}. The wording may be active or passive. Output {form} in the order "
                  f"given, and {blank} for anything that is missing."])


@family(area="core", theme=THEME, difficulty="hard")
def slots_of_trip_request(r):
    """Slots of a booking request: from, to, day, people, class."""
    slots = {"from": "city of departure", "to": "destination", "day": "weekday", "people": "number of travellers as digits",
             "by": "means of transport"}
    keys = r.sample(list(slots), r.randint(2, 4))
    as_json, blank = r.random() < 0.5, r.choice(["?", "-", "none", "null", "any"])
    numbers = dict(zip("two three four five six seven eight nine".split(), range(2, 10)))
    pieces = {"from": ["from {}", "starting in {}", "leaving {}"], "to": ["to {}", "with destination {}", "arriving in {}"],
              "day": ["on {}", "next {}", "this {}"], "people": ["for {} people", "for {} persons", "for a group of {}"],
              "by": ["by {}", "travelling by {}"]}

    def pair(r):
        start, end = r.sample(w.CITIES, 2)
        people = r.choice(list(numbers))
        values = {"from": start, "to": end, "day": r.choice(w.WEEKDAYS), "people": str(numbers[people]), "by": r.choice(["train", "bus",
            "plane", "ferry", "car"])}
        said = [key for key in slots if key == "to" or r.random() < 0.7]
        r.shuffle(said)
        parts = [r.choice(pieces[key]).format(r.choice([people, values[key]]) if key == "people" else values[key]) for key in said]
        start = r.choice(["I need a trip", "Please book a journey", "We want to travel", "Can you find a connection",
                          "Looking for tickets"])
        text = f"{start} {' '.join(parts)}{r.choice(['.', ', please.', ', thanks.'])}"
        found = [values[key] if key in said else None if as_json and blank == "null" else blank for key in keys]
        return text, compact_json(dict(zip(keys, found))) if as_json else " ".join(f"{key}={value}" for key, value in zip(keys, found))

    listed = ", ".join(f"{key} ({slots[key]})" for key in keys)
    form = "compact JSON of strings" if as_json else "key=value pairs joined by blanks"
    return Task(
        key=(tuple(keys), as_json, blank), pair=pair, kind="json" if as_json else "text",
        terse=[f"travel request -> {listed} as {form}, this order; not given: {blank}",
               f"{form}: {listed}, in this order, {blank} for missing slots"],
        casual=[f"fill the slots {listed} from the request, as {form} in that order. {blank} where nothing is said",
                f"what does the traveller want? {form} with {listed}, missing ones are {blank}"],
        detailed=[f"Fill the slots of a travel request: {listed}. Return {form} in this order. A slot that is not mentioned gets {blank}.",
                  f"The user asks for a journey. Output {form} for {listed}; keep the order. Where the request is silent the value is "
                  f"{blank}."])


UNITS = {"kg": ["{} kg", "{} kilos"], "m": ["{} m", "{} metres"], "l": ["{} l", "{} litres"], "min": ["{} min", "{} minutes"],
         "km": ["{} km", "{} kilometres"], "g": ["{} g", "{} grams"], "h": ["{} h", "{} hours"]}
THINGS = {"kg": "a parcel", "m": "a rope", "l": "a tank", "min": "a break", "km": "a ride", "g": "a letter", "h": "a shift"}


@family(area="core", theme=THEME, difficulty="medium")
def measures_in_unit(r):
    """The numbers of a text that stand with one unit."""
    unit, reduce = r.choice(list(UNITS)), r.choice(["all", "all", "sum", "max", "first"])
    join, none, suffix = r.choice([", ", " ", ";", "|"]), r.choice(["none", "-", "n/a", "0 found"]), r.random() < 0.4
    texts = ["{p} noted {}, {} and {} in {c}.", "{k} boxes, {} and {}: that is all for {c}.", "On day {k} {p} ordered {}; {}; {}.",
             "First {}, then {}, says {p}.",
             "The list of {p} has {k} entries, such as {} or {}.", "{} and {} were too much for {p}.", "In {c} we counted {}."]

    def pair(r):
        template = r.choice(texts)
        found, others = [], [other for other in UNITS if other != unit]
        chance = r.choice([0.1, 0.6, 0.8])
        for _ in range(template.count("{}")):
            number, chosen = r.randint(2, 200), unit if r.random() < chance else r.choice(others)
            template = template.replace("{}", f"{THINGS[chosen]} of {r.choice(UNITS[chosen]).format(number)}", 1)
            found += [number] * (chosen == unit)
        text = template.replace("{p}", w.first(r)).replace("{c}", w.city(r)).replace("{k}", str(r.randint(2, 99)))
        text = text[0].upper() + text[1:]
        if not found:
            return text, none
        shown = found if reduce == "all" else [{"sum": sum(found), "max": max(found), "first": found[0]}[reduce]]
        return text, join.join(f"{number} {unit}" if suffix else str(number) for number in shown)

    long = UNITS[unit][1].split()[1]
    name = {" ": "a blank", ", ": "', '"}.get(join, f"'{join}'")
    what = {"all": f"all amounts in text order, joined by {name}", "sum": "the sum of the amounts", "max": "the largest amount",
            "first": "the first amount"}[reduce]
    form = f"each as 'N {unit}'" if suffix and reduce == "all" else f"as 'N {unit}'" if suffix else "number only"
    return Task(
        key=(unit, reduce, join if reduce == "all" else "", none, suffix), pair=pair,
        terse=[f"amounts in {unit} or {long}: {what}, {form}; else {none}",
               f"{what} given in {long} ({unit}), {form}; {none} if there is no such amount"],
        casual=[f"look only at amounts in {unit} / {long} and give {what}, {form}; {none} if there aren't any",
                f"from the text: {what} in {long} (or {unit}), {form}. other units don't count. nothing there? {none}"],
        detailed=[f"Find the amounts that are given in {unit} or {long} and return {what}, {form}. Other units and plain numbers are "
                  f"ignored. If there is no such amount, return {none}.",
                  f"Only one unit is of interest, {long} (also written {unit}). Return {what}, {form}, and {none} when the text has no "
                  f"amount in this unit."])
