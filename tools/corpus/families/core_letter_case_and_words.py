"""Core text processing: casing, acronyms, abbreviations and word forms."""
import re

import words as w
from task import Task, core_family, options

SMALL = ["a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"]
HEADS = """guide,manual,report,history,review,index,map,atlas,catalogue,survey,album,diary,report,journal,story,garden,house,river,
theatre,kitchen,archive,museum,workshop,letters,secrets,rules,sounds,colours,roads,tools""".replace("\n", "").split(",")
ABBREVIATIONS = {"appt": "appointment", "dept": "department", "qty": "quantity", "mgr": "manager", "acct": "account", "addr": "address",
                 "pkg": "package", "mtg": "meeting", "govt": "government", "msg": "message", "ref": "reference", "req": "request",
                 "sched": "schedule", "bldg": "building", "cust": "customer", "del": "delivery", "est": "estimate", "ext": "extension",
                 "info": "information", "inv": "invoice", "pymt": "payment", "amt": "amount", "avg": "average", "cert": "certificate",
                 "doc": "document", "eqpt": "equipment", "lic": "licence", "mfr": "manufacturer", "rcpt": "receipt", "svc": "service",
                 "std": "standard", "subj": "subject", "trans": "transfer", "wty": "warranty", "vac": "vacancy"}
SPELLING_KINDS = {
    "noun": {"colour": "color", "flavour": "flavor", "harbour": "harbor", "neighbour": "neighbor", "centre": "center", "theatre": "theater",
             "fibre": "fiber", "tyre": "tire", "plough": "plow", "catalogue": "catalog", "dialogue": "dialog", "jewellery": "jewelry",
             "licence": "license", "programme": "program", "rumour": "rumor", "armour": "armor", "kerb": "curb", "saviour": "savior",
             "parlour": "parlor"},
    "kind": {"grey": "gray", "cosy": "cozy", "favourite": "favorite", "aluminium": "aluminum", "sceptical": "skeptical", "mouldy": "moldy",
             "colourful": "colorful"},
    "verb": {"organise": "organize", "recognise": "recognize", "analyse": "analyze", "modernise": "modernize", "catalogue": "catalog",
             "apologise for": "apologize for", "criticise": "criticize"},
    "past": {"cancelled": "canceled", "modelled": "modeled", "labelled": "labeled", "organised": "organized", "analysed": "analyzed",
             "recognised": "recognized", "honoured": "honored"}}
PRESENT = {"bought": "buys", "borrowed": "borrows", "broke": "breaks", "carried": "carries", "checked": "checks", "cleaned": "cleans",
           "closed": "closes", "collected": "collects", "counted": "counts", "delivered": "delivers", "designed": "designs",
           "dropped": "drops",
           "emptied": "empties", "filled": "fills", "found": "finds", "gave": "gives", "kept": "keeps", "lost": "loses", "moved": "moves",
           "opened": "opens", "packed": "packs", "painted": "paints", "pulled": "pulls", "pushed": "pushes", "sold": "sells",
           "sent": "sends", "took": "takes", "washed": "washes", "wrote": "writes", "drew": "draws", "saw": "sees", "made": "makes",
           "brought": "brings", "threw": "throws", "caught": "catches", "forgot": "forgets", "stole": "steals", "won": "wins"}
IRREGULAR = {"knife": "knives", "shelf": "shelves", "loaf": "loaves", "leaf": "leaves", "wolf": "wolves", "child": "children", "man": "men",
             "woman": "women", "mouse": "mice", "goose": "geese", "tooth": "teeth", "foot": "feet", "person": "people", "thief": "thieves"}
REGULAR = """box,brush,bus,dish,glass,watch,bench,dress,church,fox,match,peach,city,baby,story,berry,country,lorry,puppy,factory,battery,
day,key,toy,tray,monkey,lamp,chair,bottle,ticket,letter,orange,spoon,cable,horse,house,bag,ring,cup,window,towel,pencil,basket,ladder,
photo,piano,radio,zoo""".replace("\n", "").split(",")
TIMES = """in the morning,after lunch,before noon,at night,near the station,in the park,by mistake,for a friend,at the market,
without help,in a hurry,on the way home""".replace("\n", "").split(",")


_SOUND_CLEAR = [x for x in w.NOUNS + w.ADJECTIVES + w.ANIMALS + w.JOBS if not re.match(r"(u|eu|o[nu]|ho)", x)
                and x not in ("scissors", "paint", "cotton")]
VOWEL_WORDS, OTHER_WORDS = [x for x in _SOUND_CLEAR if x[0] in "aeio"], [x for x in _SOUND_CLEAR if x[0] not in "aeio"]
WOMEN = """Abigail Ada Alba Alice Anika Astrid Ava Beatriz Bianca Camila Carmen Chloe Clara Ebba Elena Emma Esther Eva Farah Fiona Freya
Grace Hannah Helen Ingrid Irene Julia Laura Maria Olga Paula Rosa Sofia""".split()
MEN = """Aaron Adil Ahmed Alan Anton Arjun Ben Bruno Carl Colin Daniel David Diego Dmitri Edgar Emil Erik Fabio Felix Hugo Ian Isaac Jack
Jonas Karim Lars Leo Marco Oscar Pablo Robert Simon Victor""".split()


def plural(noun):
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if re.search(r"(s|x|ch|sh)$", noun):
        return noun + "es"
    return noun[:-1] + "ies" if re.search(r"[^aeiou]y$", noun) else noun + "s"


@core_family("medium")
def url_slug(r):
    """A title as a slug."""
    sep, said = r.choice([("-", "hyphens"), ("_", "underscores"), (".", "dots"), ("+", "plus signs")])
    drop = sorted(r.sample(SMALL, r.randint(3, 6))) if r.random() < 0.5 else []
    limit = r.choice([0, 0, 3, 4, 5])
    upper = r.random() < 0.15
    case = "upper case" if upper else "lower case"
    extra = (f", leave out {', '.join(drop)}" if drop else "") + (f", then keep only the first {limit} words" if limit else "")

    def pair(r):
        pieces = [r.choice(["The", "A", "My", "Our"]), r.choice(w.ADJECTIVES), r.choice(HEADS), r.choice(["of", "for", "to", "on", "in"]),
                  r.choice(["the", w.city(r)]), r.choice(w.NOUNS), r.choice(["and", "&", "or"]),
                  r.choice(w.NOUNS)][r.randint(0, 1):r.choice([6, 8])]
        if r.random() < 0.5:
            pieces.append(str(r.randint(2, 2030)))
        title = " ".join(pieces)
        title = r.choice([title, title.title(), f"{title}!", f"{w.city(r)}: {title}", f"{title} ({r.choice(w.COLORS)})",
                          f"{title}, {w.first(r)}?"])
        found = [word.lower() for word in re.findall(r"[A-Za-z0-9]+", title)]
        found = [word for word in found if word not in drop]
        slug = sep.join(found[:limit or None])
        return title, slug.upper() if upper else slug

    return Task(
        key=(sep, drop, limit, upper), pair=pair,
        terse=[f"slug: {case} words joined by {said}, no punctuation or &{extra}",
               f"title -> {case} slug with {said}; only letters and digits stay{extra}"],
        casual=[f"make a slug out of the title. {case}, {said} between the words, throw away all punctuation (& too){extra}",
                f"i need the slug for this headline: {case}, {said}, letters and digits only{extra}"],
        detailed=[f"Turn the title into a slug: write it in {case}, remove every character that is not a letter, digit or blank, and join "
                  f"the words with {said}{extra}.",
                  f"Build a URL slug from the title. Words consist of letters and digits; signs such as & or ! disappear. Join them with "
                  f"{said} in {case}{extra}."])


@core_family("medium")
def headline_title_case(r):
    """A line in title case with small words kept low."""
    small = sorted(r.sample(SMALL, r.randint(4, 8)))
    always = r.choice(["the first word", "the first and the last word"])
    source = r.choice(["lower", "upper", "lower"])

    def pair(r):
        n, a = r.choice(HEADS), r.choice(w.ADJECTIVES)
        line = r.choice([f"the {a} {n} of {r.choice(w.NOUNS)} and {r.choice(w.NOUNS)}", f"a {n} for the {a} {r.choice(w.JOBS)}",
                         f"in the {n} with a {a} {r.choice(w.ANIMALS)}", f"{n} on the {r.choice(w.NOUNS)} by the {r.choice(w.NOUNS)}",
                         f"how to {r.choice(['fix', 'find', 'paint', 'sell', 'clean'])} a {a} {r.choice(w.NOUNS)} in {r.randint(2, 30)} "
                         f"days", f"what the {r.choice(w.JOBS)} was looking for", f"to the {n} or to the {r.choice(w.NOUNS)}",
                         f"{a} {plural(r.choice(REGULAR))} at the {r.choice(w.NOUNS)} and what they stand for"])
        words = line.split()
        last = len(words) - 1
        result = [word if word in small and i != 0 and not (i == last and "last" in always) else word.capitalize() for i,
                  word in enumerate(words)]
        return line.upper() if source == "upper" else line, " ".join(result)

    return Task(
        key=(small, always, source), pair=pair,
        terse=[f"title case; keep {', '.join(small)} lower, but always capitalise {always}",
               f"capitalise words (rest of each lower) except {', '.join(small)}; {always} always"],
        casual=[f"make it a headline: capital at the start of each word and the rest small, but {', '.join(small)} stay all lower case - "
                f"unless it's {always}", f"title-case this. small words ({', '.join(small)}) stay lower, though {always} always gets a "
                f"capital"],
        detailed=[f"Convert the line to title case: each word gets a capital first letter and lower-case rest. The words "
                  f"{', '.join(small)} stay in lower case, except that {always} is always capitalised.",
                  f"Rewrite the headline with every word capitalised (other letters small), leaving these in lower case: "
                  f"{', '.join(small)}. "
                  f"Whatever it is, capitalise {always}."])


@core_family("medium")
def shouting_to_sentence_case(r):
    """Text in capitals as normal sentences, some words kept as given."""
    keep = sorted(r.sample(["NASA", "USB", "VAT", "PDF", "IT", "HR", "UK", "TV", "GPS", "CEO", "QR", "ID"], r.randint(2, 4)))
    keep = [k for k in keep if k != "IT"] or ["USB", "VAT"]
    end = r.choice(["keep the marks at the end", "end each sentence with a full stop instead of an exclamation mark",
                    "drop the mark at the very end of the text"])

    def pair(r):
        noun = lambda: r.choice(w.NOUNS)  # noqa: E731
        lines = [r.choice([f"the {noun()} is {r.choice(w.ADJECTIVES)}", f"send the {r.choice(keep)} {noun()} today",
                           f"nobody checked the {noun()} near the {noun()}", f"this {r.choice(keep)} form is {r.choice(w.ADJECTIVES)}",
                           f"please bring {r.randint(2, 20)} {r.choice(w.ADJECTIVES)} {plural(r.choice(REGULAR))}",
                           f"our {r.choice(w.JOBS)} needs the {r.choice(keep)} {noun()}"]) for _ in range(r.randint(1, 2))]
        marks = [r.choice("!.!") for _ in lines]
        words = [[x if x in keep else x.lower() for x in line.split()] for line in lines]
        result = []
        for line, mark in zip(words, marks):
            text = " ".join(line)
            result.append(text[0].upper() + text[1:] + ("." if "full stop" in end else mark))
        answer = " ".join(result)
        return " ".join(line.upper() + mark for line, mark in zip(lines, marks)), answer[:-1] if "drop" in end else answer

    return Task(
        key=(keep, end), pair=pair,
        terse=[f"sentence case; {options(keep, 'and')} stay in capitals; {end}",
               f"capitals -> normal sentences, except {', '.join(keep)}; {end}"],
        casual=[f"stop the shouting: normal sentence case, only {options(keep, 'and')} remain upper case. {end}",
                f"make this lower case with a capital to begin each sentence. leave {', '.join(keep)} in capitals, and {end}"],
        detailed=[f"The text is all in capitals. Rewrite it in sentence case: the first letter of each sentence is a capital and the rest "
                  f"lower case, but {options(keep, 'and')} stay in capitals. Also {end}.",
                  f"Convert upper-case text to sentence case. Exceptions that remain in capitals: {', '.join(keep)}. As to punctuation, "
                  f"{end}. Change nothing else."])


@core_family("medium")
def acronym_from_phrase(r):
    """The acronym of a phrase."""
    skip = sorted(r.sample(["of", "and", "for", "the", "in", "on"], r.randint(2, 6))) if r.random() < 0.75 else []
    case, show = r.choice([("capitals", str.upper), ("lower case", str.lower)])
    dots, joined = r.choice([("", "without dots"), (".", "with a dot after each letter"), ("-", "with hyphens between the letters")])
    letters = r.choice([1, 1, 1, 2])
    take = "first letter" if letters == 1 else "first two letters"

    def pair(r):
        noun = lambda: r.choice(HEADS + ["bureau", "union", "society", "agency", "league", "council", "institute", "board", "office",
                                         "fund"]).capitalize()  # noqa: E731
        phrase = r.choice([f"{w.city(r)} {noun()} of {r.choice(w.ADJECTIVES).capitalize()} {noun()}",
                           f"{noun()} for the {noun()} of {w.country(r)}",
                           f"{r.choice(w.ADJECTIVES).capitalize()} {noun()} and {noun()} {noun()}",
                           f"{noun()} on {r.choice(w.NOUNS).capitalize()} in {w.city(r)}",
                           f"{w.country(r)} {r.choice(w.NOUNS).capitalize()} {noun()}",
                           f"{noun()} of the {r.choice(w.JOBS).title()} for {noun()}"])
        parts = [show(word[:letters]) for word in phrase.split() if word.lower() not in skip]
        return phrase, "".join(part + dots for part in parts) if dots == "." else dots.join(parts)

    skipped = f"skipping the words {' / '.join(skip)}" if skip else "small words included"
    dots_said = joined if letters == 1 else joined.replace("letters", "parts").replace("letter", "part")
    return Task(
        key=(skip, case, dots, letters), pair=pair,
        terse=[f"acronym: {take} of each word in {case}, {skipped}, {dots_said}", f"{take} per word ({skipped}) -> {case}, {dots_said}"],
        casual=[f"make the short form: take the {take} of every word, {skipped}, and write it in {case} {dots_said}",
                f"abbreviate this name please - {take} of each word, {skipped}, in {case}, {dots_said}"],
        detailed=[f"Form an acronym from the phrase. Use the {take} of every word, {skipped}. Write the result in {case} {dots_said}.",
                  f"Return the acronym of the name: {case}, {dots_said}, made of the {take} of each word, {skipped}."])


@core_family("medium")
def abbreviations_expanded(r):
    """Short forms of a note replaced by the table of the spec, or the other way."""
    chosen = sorted(r.sample(list(ABBREVIATIONS), r.randint(3, 5)))
    table = ", ".join(f"{a} = {ABBREVIATIONS[a]}" for a in chosen)
    back = r.random() < 0.4
    others = [a for a in ABBREVIATIONS if a not in chosen]

    def pair(r):
        a, b, c = (r.sample(chosen, 3) if back or r.random() < 0.6 else r.sample(chosen, 2) + [r.choice(others)])
        noun = r.choice([x for x in w.NOUNS[:80] if x not in ABBREVIATIONS.values()])
        template = r.choice(["{p} sent {a} and {b} on {d}", "check {a} with {p}, then {b}", "{a} for {noun} not ok, ask {p}",
                             "need {a} + {b} for the {noun} by {d}",
                             "{n} x {noun}, see {a} / {b}", "no {a} yet, {p} looks at {b} and {c}", "{p}: new {a}, old {b}, {n} in all",
                             "{a} moved to {d} because of {b}",
                             "{b} of the {noun}: {n}, {c} open", "call {p} re {a}, {c} later", "{d}: {a}, {b}, {c} with {p}",
                             "the {noun} needs {a} before {d}"])
        rest = dict(noun=noun, p=w.first(r), d=r.choice(w.WEEKDAYS), n=r.randint(2, 99))
        short = template.format(a=a, b=b, c=c, **rest)
        long = template.format(**{key: ABBREVIATIONS[x] if x in chosen else x for key, x in zip("abc", (a, b, c))}, **rest)
        return (long, short) if back else (short, long)

    asked = "replace the long words by their short forms" if back else "write out these short forms"
    rest = "leave all other words alone" if back else "leave all other words, other short forms too, as they are"
    return Task(
        key=(chosen, back), pair=pair,
        terse=[f"{asked}, nothing else: {table}", f"{table}: {asked}, change nothing else"],
        casual=[f"{asked} in this note ({table}), {rest}", f"here's my list: {table}. please {asked} and {rest}"],
        detailed=[f"The table is: {table}. In the note, {asked}, and {rest}. Return the whole note.",
                  f"Rewrite the note. Using the table {table}, {asked}. Otherwise {rest}, in the same order."])


@core_family("medium")
def spelling_variety_converted(r):
    """British spelling to American, or back."""
    source, target = r.choice([("British", "American"), ("American", "British")])
    what = r.choice(["the whole text", "only the changed words, in order, separated by commas",
                     "only the changed words, in order, separated by blanks", "only the last changed word", "only the first changed word",
                     "the whole text in lower case", "the number of changed words", "the whole text in capitals"])

    def pair(r):
        template = r.choice(["{p} painted the {kind} {noun} in {c}.", "We {past} the {noun} near the {x} {o}.",
                             "They want to {verb} the {kind} {noun}.", "The {x} {noun} was {past} on {d}.",
                             "{p} wrote about the {noun} and the {other}.", "My {kind} {o} is behind the {noun}.",
                             "Please {verb} the {x} {o} on {d}.", "The {noun} in {c} was {past} by {p}.", "{p} saw the {kind} {o} on {d}.",
                             "Nobody in {c} could {verb} the {other} of the {noun}."])
        noun, other = r.sample(list(SPELLING_KINDS["noun"]), 2)
        chosen = {"noun": noun, "other": other} | {kind: r.choice(list(SPELLING_KINDS[kind])) for kind in ("kind", "verb", "past")}
        rest = dict(p=w.first(r), c=w.city(r), x=r.choice(["small", "old", "new", "heavy", "clean", "broken"]),
                    o=r.choice(["door", "lamp", "table", "ticket", "window", "basket", "ladder"]), d=r.choice(w.WEEKDAYS))
        american = {slot: SPELLING_KINDS["noun" if slot == "other" else slot][word] for slot, word in chosen.items()}
        left, right = (chosen, american) if source == "British" else (american, chosen)
        text, result = template.format(**left, **rest), template.format(**right, **rest)
        changed = [right[slot].split()[0] for slot in re.findall(r"{(noun|other|kind|verb|past)}", template)]
        return text, {"the whole text": result, "the whole text in lower case": result.lower(),
                      "the whole text in capitals": result.upper(), "only the last changed word": changed[-1],
                      "only the first changed word": changed[0],
                      "the number of changed words": str(len(changed))}.get(what) or (", " if "commas" in what else " ").join(changed)

    return Task(
        key=(source, target, what), pair=pair,
        terse=[f"{source} to {target} spelling; return {what}", f"respell for {target} readers (text is {source}); output {what}"],
        casual=[f"this is {source} spelling, make it {target} and give me {what}",
                f"change {source} spellings to {target}. i want {what} back"],
        detailed=[f"The text uses {source} spelling. Convert it to {target} spelling and return {what}, in the new spelling. Word order "
                  f"stays.", f"Find every word spelled the {source} way and replace it by its {target} form. Output: {what}"
                  + ("." if "number" in what else ", spelled the new way.")])


@core_family("easy")
def count_with_right_plural(r):
    """A count and a noun with the right grammatical number."""
    shape = r.choice(["{n} {x}", "{n} x {x}", "{x}: {n}", "{x} ({n})", "{n} {x} left", "no. of {x} = {n}", "[{n} {x}]", "{n} {x} in stock",
                      "{x}={n}", "there {v} {n} {x}", "{n} {x} found", "we have {n} {x}"])
    zero = r.choice(["0", "no", "zero"])
    shown = shape.replace("{n}", "N").replace("{x}", "NOUN").replace("{v}", "is/are")

    def pair(r):
        noun, n = r.choice(REGULAR + list(IRREGULAR)), r.choice([0, 1, 1, 1, 2, 3, r.randint(4, 400), r.randint(4, 90)])
        text = r.choice(["{c} | {x} | {n}", "{c}: item {x}, count {n}", "{n} of: {x} at {c}", "count={n} item={x} place={c}",
                         "{x} * {n} ({c})", "{c}, {n}, {x}"]).format(n=n, x=noun, c=w.city(r))
        return text, shape.format(n=n or zero, x=noun if n == 1 else plural(noun), v="is" if n == 1 else "are")

    return Task(
        key=(shape, zero), pair=pair,
        terse=[f"count + noun (ignore the place) -> {shown!r}; noun plural unless 1; write 0 as {zero}",
               f"fill {shown!r} (place left out) with correct plural (singular only for 1), 0 becomes {zero}"],
        casual=[f"write it like {shown!r} with the noun in the right form - singular just for 1, otherwise plural. 0 is written {zero}, "
                f"the place goes", f"make {shown!r} from the count and the word. plural if it isn't exactly 1, and {zero} for 0. drop the "
                f"place"],
        detailed=[f"The input holds a singular noun, a count and a place. Output them in the form {shown!r}. Use the correct English "
                  f"plural for every count but 1. Write the count 0 as {zero}.",
                  f"Ignore the place and produce {shown!r}, where N is the count and NOUN the noun in its proper number: singular for 1 "
                  f"and plural for all other counts. A count of 0 is shown as {zero}."])


@core_family("medium")
def article_a_or_an(r):
    """The article put in where a gap is."""
    gap = r.choice(["_", "(a)", "[?]", "a(n)", "***", "a/an", "<art>"])
    capital = r.random() < 0.3
    only = r.choice(["whole line", "whole line", "articles in order, separated by blanks",
                     "articles in order, separated by commas without blanks", "number of times an is needed",
                     "number of times a is needed"])
    if "whole" not in only:
        capital = False
    case = " and make the first letter of the line a capital" if capital else ""

    def pair(r):
        words = [r.choice(VOWEL_WORDS if r.random() < 0.5 else OTHER_WORDS) for _ in range(r.randint(2, 3))]
        words = [f"{word} {r.choice(w.ANIMALS)}" if word in w.ADJECTIVES else word for word in words]
        start = r.choice(["we saw", "they need", w.first(r) + " has", "bring", "there was", "it looks like", w.first(r) + " drew"])
        text = start + " " + r.choice([", ", " and ", " near ", " or ", " beside "]).join(f"{gap} {word}" for word in words)
        articles = ["an" if word[0] in "aeio" else "a" for word in words]
        if "number" in only:
            return text, str(articles.count("an" if "an is" in only else "a"))
        if "articles" in only:
            return text, (" " if "blanks" in only and "without" not in only else ",").join(articles)
        result = text
        for article in articles:
            result = result.replace(gap, article, 1) if gap not in ("a(n)", "a/an") else re.sub(re.escape(gap), article, result, count=1)
        return text, result[0].upper() + result[1:] if capital else result

    return Task(
        key=(gap, capital, only), pair=pair,
        terse=[f"replace each {gap} by a or an as English wants; output the {only}{case}",
               f"{gap} marks a missing a/an; give the {only}{case}"],
        casual=[f"every {gap} should be a or an. return the {only}{case}",
                f"put in the right article (a or an) where it says {gap}; i want the {only}{case}"],
        detailed=[f"In the line each {gap} stands for an indefinite article. Choose a or an by the sound of the next word and return the "
                  f"{only}{case}.", f"Decide for every {gap} between a and an. Return the {only}{case}, and no explanation."])


@core_family("medium")
def past_to_present_tense(r):
    """The verb of a sentence from the past to the present, or back."""
    to_past = r.random() < 0.4
    source, target = ("present", "past") if to_past else ("past", "present")
    what = r.choice(["the sentence", "the sentence", "only the new verb", "old verb, arrow ->, new verb (like a -> b)",
                     "the new verb in capitals", "the sentence with the new verb in capitals",
                     "the sentence with the new verb in square brackets"])
    mark = r.choice([".", "", "!"])

    def pair(r):
        past, now = r.choice(list(PRESENT.items()))
        old, new = (now, past) if to_past else (past, now)
        who = r.choice([w.first(r), f"The {r.choice(w.JOBS)}",
                        f"My {r.choice(['sister', 'brother', 'uncle', 'neighbour', 'boss', 'cousin'])}",
                        f"The {r.choice(w.ADJECTIVES)} {r.choice(w.JOBS)}", w.person(r)])
        line = (f"{who} {r.choice(['', '', 'often ', 'never ', 'always '])}{{}} the {r.choice(w.ADJECTIVES)} {r.choice(w.NOUNS)} "
                f"{r.choice(TIMES)}{mark}")
        shown = {"the sentence with the new verb in capitals": new.upper(),
                 "the sentence with the new verb in square brackets": f"[{new}]"}.get(what, new)
        return line.format(old), {"only the new verb": new,
                                  "the new verb in capitals": new.upper()}.get(what) or (f"{old} -> {new}" if "arrow" in what
                                                                                         else line.format(shown))

    return Task(
        key=(to_past, what, mark), pair=pair,
        terse=[f"verb from {source} to {target} tense; return {what}", f"{source} -> {target} (simple tenses), output {what}"],
        casual=[f"put the verb into the simple {target} and give me {what}",
                f"this is in the {source} tense, i need {target}. reply with {what}"],
        detailed=[f"The sentence is in the simple {source}. Change its verb to the simple {target}, third person singular, and return "
                  f"{what}. All other words stay.", f"Rewrite the verb of the sentence in the simple {target} tense instead of the "
                  f"{source}. Output {what}."])


@core_family("medium")
def first_person_to_reported(r):
    """A first-person note turned into the third person."""
    who, subject, possessive, reflexive, objective = r.choice([("a woman", "she", "her", "herself", "her"),
                                                               ("a man", "he", "his", "himself", "him")])
    first_name = r.random() < 0.5
    opening = "the name before the colon" if first_name else f"the word {subject.capitalize()}"
    end = r.choice(["", ".", " (reported)", " [3rd person]", ";", " -- noted", "..."])
    ending = f" and add {end.strip()!r}{' after a blank' if end[:1] == ' ' else ''} at the end" if end else ""

    def pair(r):
        name = r.choice(WOMEN if subject == "she" else MEN)
        verb, noun, other = r.choice(list(PRESENT)[:30]), r.choice(w.NOUNS), r.choice(w.NOUNS)
        line = r.choice(["I {v} my {n} and I lost my {o}", "I {v} the {n} myself", "I {v} my {n} because {p} asked me",
                         "I told {p} that I {v} my {n}", "I {v} the {n} and {p} helped me", "I hurt myself when I {v} my {n}",
                         "I {v} my {n} before {p} gave me the {o}"]).format(v=verb, n=noun, o=other, p=w.city(r) + " office")
        table = {"I": subject, "my": possessive, "me": objective, "myself": reflexive}
        words = [table.get(word, word) for word in line.split()]
        words[0] = name if first_name else subject.capitalize()
        return f"{name}: {line}" if first_name else line, " ".join(words) + end

    brief = f"I>{subject}, my>{possessive}, me>{objective}, myself>{reflexive}"
    table = f"I becomes {subject}, my becomes {possessive}, me becomes {objective}, myself becomes {reflexive}"
    return Task(
        key=(who, first_name, end), pair=pair,
        terse=[f"third person ({brief}); the opening I becomes {opening}{ending}", f"retell: {brief}, but start with {opening}{ending}"],
        casual=[f"{who} wrote this, tell it in third person. {table}, only the very first I becomes {opening}{ending}",
                f"switch from I to {subject} ({table}) and begin with {opening}{ending}"],
        detailed=[f"The note is written by {who}. Rewrite it in the third person: {table}. The I that opens the note is replaced by "
                  f"{opening}. Drop any name and colon in front{ending}.",
                  f"Turn the first-person note of {who} into the third person. The first word becomes {opening}; later words change so: "
                  f"{table}. A name with a colon in front goes away{ending}."])


@core_family("medium")
def active_from_passive(r):
    """A passive sentence in the active voice, or back."""
    to_passive = r.random() < 0.5
    what = r.choice(["sentence", "sentence", "sentence in lower case", "sentence in capitals", "doer only", "thing only",
                     "sentence without the full stop"])
    tense = r.choice(["was", "was", "has been"])
    verbs = [v for v in PRESENT if v in ("borrowed", "carried", "checked", "cleaned", "closed", "collected", "counted", "delivered",
                                         "designed", "dropped", "emptied", "filled", "found", "kept", "lost", "moved", "opened", "packed",
                                         "painted", "pulled", "pushed", "sold", "sent", "washed", "made", "brought", "caught", "bought",
                                         "won")]

    def pair(r):
        verb, who = r.choice(verbs), r.choice([w.person(r), w.first(r), w.company(r), f"{w.first(r)} {w.last(r)}"])
        thing, tail = f"{r.choice(w.ADJECTIVES)} {r.choice(w.NOUNS)}", r.choice(["", "", f" in {w.city(r)}", f" on {r.choice(w.WEEKDAYS)}"])
        active = f"{who} {'has ' if tense == 'has been' else ''}{verb} the {thing}{tail}."
        passive = f"The {thing} {tense} {verb} by {who}{tail}."
        source, result = (active, passive) if to_passive else (passive, active)
        return source, {"sentence": result, "sentence in lower case": result.lower(), "sentence in capitals": result.upper(),
                        "doer only": who, "sentence without the full stop": result[:-1]}.get(what, f"the {thing}")

    source, target = ("active", "passive") if to_passive else ("passive", "active")
    direct, turned = ("Ana sold the lamp.", "The lamp was sold by Ana.") if tense == "was" else ("Ana has sold the lamp.",
                                                                                                 "The lamp has been sold by Ana.")
    example = f"{direct} -> {turned}" if to_passive else f"{turned} -> {direct}"
    asked = f"return the {target} {what} ({example})"
    if "only" in what:
        asked = f"return only {'who did it, as written' if 'doer' in what else 'the thing it was done to, as the NOUN in lower case'}"
    return Task(
        key=(to_passive, what, tense), pair=pair,
        terse=[f"{source} sentence: {asked}", f"from this {source} sentence {asked}"],
        casual=[f"it's a {source} sentence; {asked}, places and days stay at the end",
                f"please {asked}. input is {source}. leave place or day where it is, at the end"],
        detailed=[f"The input is a sentence in the {source} voice. From it, {asked}. A place or day keeps its position at the end of a "
                  f"sentence.", f"Read the {source} sentence and {asked}. Names and other words are copied exactly; if the output is a "
                  f"sentence, a place or day stays last."])
