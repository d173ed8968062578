"""Held out: kinds of language tasks that are never trained on: idioms, nonsense, scales, analogies, acronyms, moves, titles and others."""
import re

import words as w
from task import Task, compact_json, family, options, pick_labels
from templates import LETTER_SLOTS, filler

CORE, NLP, STYLE = "core text classification", "custom NLP", "authorship and style"
fill_part, fill = filler(LETTER_SLOTS), filler(LETTER_SLOTS, capital=True)
IDIOMS = [  # as a saying, word by word
    ("{f} kicked the bucket at the age of ninety, the whole of {c} came to the funeral.",
     "The cow kicked the bucket and the milk ran over the floor of {f}."),
    ("{f} spilled the beans, now all of {c} knows about the secret wedding.",
     "The bag tore and {f} spilled the beans all over the kitchen."),
    ("{f} broke the ice with a joke when the guests from {c} stood about in silence.",
     "The ship broke the ice near {c} to open a way for {f}."),
    ("Tired from the trip to {c}, {f} hit the sack at nine.",
     "The boxer {f} hit the sack with both fists in the gym in {c}."),
    ("{f} is in hot water with the boss since the mistake in {c}.",
     "The eggs of {f} are in hot water for five minutes."),
    ("The exam in {c} was a piece of cake for {f}.",
     "In {c} {f} ate a piece of cake with cream."),
    ("{f} felt under the weather and stayed in bed in {c}.",
     "Under the weather map of {c} {f} wrote the temperatures."),
    ("{f} was joking and just pulled my leg with the story of {c}.",
     "The surgeon {f} in {c} pulled my leg to set the bone."),
    ("{f} bit the bullet and paid the high rent in {c}.",
     "The dog of {f} bit the bullet that lay on the ground in {c}."),
    ("{f} let the cat out of the bag, so the surprise party in {c} was none.",
     "At the vet in {c} {f} opened the zip and let the cat out of the bag."),
    ("The third broken promise was the last straw, {f} left {c} for good.",
     "In the cafe in {c} {f} took the last straw for the lemonade."),
    ("With another late report {f} is on thin ice with the manager in {c}.",
     "The skaters near {c} are on thin ice and {f} calls them back."),
    ("The flat in {c} cost {f} an arm and a leg, but the savings were enough.",
     "The shark attack near {c} cost {f} an arm and a leg."),
    ("After ten lost games {f} threw in the towel and gave up the club in {c}.",
     "At the laundry in {c} {f} opened the machine and threw in the towel."),
    ("{f} was over the moon about the job in {c}.",
     "The telescope in {c} showed {f} a satellite over the moon."),
    ("{f} and the mayor of {c} see eye to eye on taxes.",
     "The giraffe bends down to see eye to eye with {f}, says the zoo of {c}."),
    ("The lost money is the tip of the iceberg, says {f}, much more is wrong in {c}.",
     "From the ship {f} photographed the tip of the iceberg north of {c}."),
]


@family(area="core", theme=CORE, difficulty="hard")
def idiom_or_literal(r):
    """Is a phrase meant as an idiom, or word by word?"""
    idiom, literal = pick_labels(r, [("idiom", "literal"), ("FIGURATIVE", "LITERAL"), ("figure", "fact"), ("I", "L"), ("saying", "real"),
                                     ("1", "0"), ("metaphor", "plain"), ("yes", "no"), ("F", "W"),
                                     ("fig", "lit"), ("non-literal", "word by word"), ("image", "thing")])
    lower = r.random() < 0.3

    def pair(r):
        at = r.randrange(2)
        text = fill(r, r.choice(IDIOMS)[at])
        return text.lower() if lower else text, (idiom, literal)[at]

    rules = f"{idiom} for a saying with a meaning of its own, {literal} if everything is meant word by word"
    return Task(
        key=(idiom, literal, lower), labels=(idiom, literal), pair=pair,
        terse=[f"idiom or literal use? {rules}", f"the sentence holds a well-known phrase: {rules}"],
        casual=[f"is the saying in here used as a saying? {rules}", f"english idioms can also be meant literally. which is it: {rules}"],
        detailed=[f"Each sentence contains words that form an English idiom. Decide from the context how they are used: {rules}.",
                  f"Detect figurative language. Return {rules}. The same words can be either, only the context tells."])


EATERS = "dog cat horse cow child baker nurse teacher rabbit goat sheep".split()
DEAD = "lamp hammer pencil bottle mirror ladder chair spoon bucket wallet ruler pillow".split()
ABLE = """ate the bread|fell asleep in {c}|drank some water|felt hungry on {d}|ran after {f}|was afraid of {f}|listened to {f}|
heard a noise in {c}""".replace("\n", "").split("|")
BOTH = """was heavier than {f}|was photographed in {c}|stood beside {f}|was in {c} on {d}|was painted by {f}|fell off a truck near {c}
""".replace("\n", "").split("|")


@family(area="core", theme=CORE, difficulty="medium")
def possible_or_absurd(r):
    """Can it happen, or is it nonsense?"""
    good, bad = pick_labels(r, [("possible", "absurd"), ("OK", "NONSENSE"), ("plausible", "impossible"), ("1", "0"), ("keep", "drop"),
                                ("yes", "no"), ("sane", "silly"), ("real", "surreal")])
    form = r.choice(["{}", "{}", "[{}]", "label: {}", "<{}>"])
    good, bad = form.format(good), form.format(bad)

    def pair(r):
        absurd = r.random() < 0.5
        subject = r.choice(DEAD) if absurd or r.random() < 0.4 else r.choice(EATERS)
        action = r.choice(ABLE) if absurd else r.choice(BOTH if subject in DEAD else ABLE + BOTH)
        text = fill(r, r.choice(["the {a} ", "the ", "that {a} "]) + subject + " of {f} " + action + r.choice([".", ", says {f}.",
            " again."]))
        return text, bad if absurd else good

    rules = f"{good} if it could happen, {bad} if a lifeless thing does what only living beings can"
    return Task(
        key=(good, bad), labels=(good, bad), pair=pair,
        terse=[f"does it make sense in the real world? {rules}", f"{rules}; odd adjectives do not matter"],
        casual=[f"could this really happen? {rules}", f"common sense check of a sentence: {rules}. strange adjectives don't count"],
        detailed=[f"Judge by everyday knowledge whether the sentence can be true. Return {rules}. Unusual adjectives are not a fault.",
                  f"A generator makes sentences, some of them nonsense. Label each one: {rules}. Read literally, no fairy tales."])


SCALES = [("never", "rarely", "sometimes", "often", "always"), ("nobody", "few people", "half of the people", "most people", "everybody"),
          ("impossible", "unlikely", "possible", "likely", "certain"),
          ("freezing", "cold", "mild", "warm", "hot"), ("terrible", "poor", "fair", "good", "excellent"), ("tiny", "small", "medium",
              "large", "huge")]


@family(area="core", theme=CORE, difficulty="hard")
def higher_on_the_scale(r):
    """Which of two statements is higher on a scale of the spec?"""
    scale = r.choice(SCALES)
    first, second, same = pick_labels(r, [("first", "second", "same"), ("A", "B", "equal"), ("1", "2", "0"), ("left", "right", "tie"), (">",
        "<", "="), ("former", "latter", "neither")])
    lowest = r.random() < 0.4
    join = r.choice([" / ", " | ", " vs. ", " || ", " -- "])
    texts = {"never": ["{f} is @ late on {d}", "{f} @ visits {c}"], "nobody": ["@ in {c} drank tea", "@ at {k} knew {f}"],
             "impossible": ["a strike at {k} is @", "a win of {f} in {c} is @"],
             "freezing": ["the water in {c} was @", "the hall of {k} is @"], "terrible": ["the food in {c} is @", "the work of {f} is @"],
             "tiny": ["{f} bought a @ {j} doll", "the office of {k} is @"]}[scale[0]]

    def pair(r):
        at = r.sample(range(5), 2) if r.random() < 0.75 else [r.randrange(5)] * 2
        text = join.join(fill(r, r.choice(texts).replace("@", scale[index])) for index in at)
        a, b = at if not lowest else [-index for index in at]
        return text, first if a > b else second if b > a else same

    order, what = " < ".join(scale), "lower" if lowest else "higher"
    rules = f"{first} if the first is {what}, {second} if the second is, {same} if equal"
    return Task(
        key=(scale[0], (first, second, same), lowest, join), labels=(first, second, same), pair=pair,
        terse=[f"two statements ('{join.strip()}' between), scale {order}: {rules}", f"{order}: {rules}"],
        casual=[f"compare the two statements on the scale {order} and say {rules}", f"which one is {what}? the scale is {order}. {rules}"],
        detailed=[f"Two statements are separated by '{join.strip()}'. Each holds one step of the scale {order}. Return {rules}.",
                  f"Order two statements by the scale {order}. The answer is {rules}. Who and where does not matter."])


ANALOGIES = {
    "capital": "France Paris|Italy Rome|Spain Madrid|Germany Berlin|Japan Tokyo|Egypt Cairo|Norway Oslo|Poland Warsaw|Greece "
               "Athens|Portugal Lisbon|Austria Vienna|Kenya Nairobi|Peru Lima|Cuba Havana|Ireland Dublin|Finland Helsinki",
    "young animal": "dog puppy|cat kitten|cow calf|sheep lamb|horse foal|duck duckling|hen chick|goat kid|bear cub|kangaroo joey|swan "
                    "cygnet|frog tadpole|goose gosling|deer fawn",
    "opposite": "hot cold|big small|fast slow|old new|open closed|empty full|early late|rich poor|wet dry|high low|strong weak|left "
                "right|day night|loud quiet",
    "plural": "mouse mice|child children|foot feet|goose geese|knife knives|city cities|box boxes|tooth teeth|wolf wolves|leaf "
              "leaves|hero heroes|woman women|baby babies|ox oxen",
    "past tense": "go went|see saw|buy bought|write wrote|take took|run ran|eat ate|give gave|find found|sing sang|fly flew|think "
                  "thought|bring brought|fall fell",
    "female form": "king queen|actor actress|prince princess|uncle aunt|brother sister|father mother|son daughter|nephew niece|waiter "
                   "waitress|husband wife|grandfather grandmother|man woman",
    "place of work": "teacher school|nurse hospital|chef kitchen|farmer farm|judge court|actor theatre|librarian library|pilot "
                     "cockpit|baker bakery|sailor ship",
}


@family(area="core", theme=CORE, difficulty="medium")
def completed_analogy(r):
    """a is to b as c is to what?"""
    kinds = r.sample(list(ANALOGIES), r.randint(3, 6))
    layout = r.choice(["{a} : {b} = {c} : ?", "{a} is to {b} as {c} is to ?", "{a}->{b}, {c}->?", "{a}/{b} {c}/?", "({a}, {b}) ({c}, ?)",
                       "{b}:{a} = ?:{c}"])
    form = r.choice(["{d}", "{d}", "{c}-{d}", "{d} ({kind})", "{kind}: {d}", "{d}!"])
    case, cased = r.choice([(str, ""), (str, ""), (str.upper, ", in capitals"), (str.lower, ", in lower case")])

    def pair(r):
        kind = r.choice(kinds)
        (a, b), (c, d) = (item.split() for item in r.sample(ANALOGIES[kind].split("|"), 2))
        note = r.choice(["", "", f"{w.first(r)} asks: ", f"No. {r.randint(1, 99)}: ", f"Q{r.randint(1, 99)} "])
        return note + layout.format(a=a, b=b, c=c), case(form.format(c=c, d=d, kind=kind))

    listed = ", ".join(kinds)
    shape = form.replace("{d}", "ANSWER").replace("{c}", "C").replace("{kind}", "RELATION")
    pattern = "'" + layout.format(a="A", b="B", c="C") + "'"
    relation = f"; RELATION is one of {listed}" if "{kind}" in form else f" (relations: {listed})"
    return Task(
        key=(tuple(kinds), layout, form, cased), pair=pair,
        terse=[f"analogy {pattern}: write {shape}{cased}{relation}", f"solve {pattern}, answer as {shape}{cased}{relation}"],
        casual=[f"what belongs at the question mark in {pattern}? write {shape}{cased}{relation}",
                f"A and B have the same relation as C and the answer ({pattern}). give {shape}{cased}{relation}"],
        detailed=[f"Complete the analogy {pattern}, in which the two pairs stand in the same relation{relation}. Return {shape}{cased}.",
                  f"The input has the form {pattern}. Work out how A and B are related, find the word with the same relation to C and "
                  f"return {shape}{cased}{relation}."])


ACRONYM_WORDS = """Advanced Annual Basic Business Central City Common Data Digital Early Energy European Federal Field General Global
Health Image Industrial Joint Local Marine Medical Mobile National Network Open Public Rapid Regional Research Safety Science Service
Social Standard System Technical Transport United Urban Water Youth""".split()


@family(area="core", theme=NLP, difficulty="hard")
def long_form_of_acronym(r):
    """The long form that a text gives for an acronym, or the other way."""
    back, none = r.random() < 0.35, r.choice(["none", "unknown", "-", "not defined", "?"])
    shape = r.choice(["{}", "{}", "{}", "<{}>", "({})", "= {}"])
    case, cased = r.choice([(str, ""), (str, ""), (str.lower, ", in lower case"), (str.upper, ", in capitals")]) if not back else (str, "")

    def pair(r):
        def made():
            words = r.sample(ACRONYM_WORDS, r.randint(2, 4))
            return " ".join(words), "".join(word[0] for word in words)

        (long, short), (long2, short2) = made(), made()
        while short2 == short:
            long2, short2 = made()
        given = r.random() < 0.84
        first = r.choice([f"The {long} ({short}) met in {w.city(r)}.", f"The {short} ({long}) met in {w.city(r)}.",
                          f"{short} stands for {long}.", f"{short}, short for {long}, was named by {w.person(r)}."])
        if not given:
            first = fill(r, "{f} talked about the " + (long if back else short) + " in {c}.")
        second = r.choice([f"The {long2} ({short2}) paid for it.", f"{short2} means {long2}.", fill(r, "{f} {v} the {n}.")])
        sentences = [first, second]
        r.shuffle(sentences)
        asked, answer = (long, short) if back else (short, long)
        return f"{' '.join(sentences)} [{asked}]", shape.format(case(answer)) if given else none

    form = shape.format("ANSWER") if shape != "{}" else "the answer alone"
    what = "short form that the text gives for the name" if back else "long form that the text gives for the acronym"
    return Task(
        key=(back, none, shape, cased), pair=pair,
        terse=[f"{what} in [] at the end, as {form}{cased}; not explained: {none}", f"[...] asks for a {what}: {form}{cased}, or {none}"],
        casual=[f"find the {what} in square brackets; write {form}{cased}. if the text doesn't explain it: {none}",
                f"look up in the text what is asked in the brackets: the {what}. {form}{cased}, {none} if it's missing"],
        detailed=[f"The text ends with a query in square brackets. Return the {what} in the brackets, as {form}{cased}. Other definitions "
                  f"do not matter; if the text gives none for the query, return {none}.",
                  f"Answer the query in [] from the text alone. Wanted is the {what}. Format: {form}{cased}. Without such a definition in "
                  f"the text answer {none}."])


@family(area="core", theme=NLP, difficulty="hard")
def place_of_thing_after_moves(r):
    """Where a thing, or a person, is after several moves."""
    places = r.sample("kitchen bedroom office garage cellar attic hallway bathroom garden library shed pantry".split(), 5)
    form = r.choice(["{}", "the {}", "in the {}", "-> {}", "[{}]", "{}!"])
    none, upper = r.choice(["unknown", "?", "nowhere", "not said"]), r.random() < 0.25
    history = r.random() < 0.3

    def pair(r):
        thing, decoy = r.sample([noun for noun in NOUNS_SMALL], 2)
        people = r.sample(w.FIRST, 2)
        steps, where, seen = [], None, []
        for _ in range(r.randint(2, 3)):
            place = r.choice([place for place in places if place != where])
            where = place
            seen.append(place)
            steps.append(r.choice(["{p} carried the {x} to the {o}.", "{p} put the {x} in the {o}.", "Then the {x} was brought to the {o}.",
                                   "{p} took the {x} along to the {o}."]).format(p=r.choice(people), x=thing, o=place))
            if r.random() < 0.6:
                steps.append(r.choice(["{p} put the {y} in the {o}.", "{p} went to the {o} alone.", "The {y} is in the {o}.",
                                       "{p} looked for the {x} in the {o} in vain."]).format(
                    p=r.choice(people), x=decoy, y=decoy, o=r.choice(places)))
        asked = thing
        if r.random() < 0.13:
            asked = r.choice([noun for noun in NOUNS_SMALL if noun not in (thing, decoy)])
            return f"{' '.join(steps)} Where is the {asked}?", none
        answer = ", ".join(seen) if history else form.format(where)
        return f"{' '.join(steps)} Where is the {asked}?", answer.upper() if upper else answer

    shape = f"its last place as {form.format('PLACE')}" if form != "{}" else "its last place, one word"
    shape = "all its places in order, joined by ', '," if history else shape
    case = " in capitals" if upper else ""
    return Task(
        key=(tuple(sorted(places)), form if not history else "", none, upper, history), pair=pair,
        terse=[f"track the thing asked for at the end: {shape}{case}; never mentioned before: {none}",
               f"where is it? {shape}{case}, or {none} if the story does not say"],
        casual=[f"things get carried around; answer the question at the end with {shape}{case}. {none} if the story doesn't mention the "
                f"thing", f"follow the object in the last question through the story and give {shape}{case}; {none} for a thing that "
                          f"isn't in it"],
        detailed=[f"The story moves things between rooms and ends with a question. Return {shape}{case}. People who walk alone and other "
                  f"things do not matter. If the thing of the question does not occur in the story, return {none}.",
                  f"Keep track of the thing in the question through all sentences. The output is {shape}{case}. Answer {none} when the "
                  f"story says nothing about it."])


NOUNS_SMALL = """apple basket battery bottle bucket button camera candle clock compass envelope flag guitar hammer jacket lamp
lantern letter magnet mirror mug notebook parcel pencil pillow radio ruler scarf spoon teapot ticket umbrella vase wallet watch wrench
""".split()


@family(area="core", theme=STYLE, difficulty="easy")
def comma_before_last_item(r):
    """The serial comma: used, left out, or no list of three."""
    labels = pick_labels(r, [("serial comma", "no serial comma", "no list"), ("YES", "NO", "N/A"), ("oxford", "plain", "none"), ("1", "0",
        "-"), ("comma", "bare", "short"), ("keep", "fix", "skip")])
    joins = r.choice([["and"], ["and", "or"], ["or", "and"]])

    def pair(r):
        at = r.choice([0, 0, 1, 1, 2])
        make = r.choice([lambda r: r.sample(w.NOUNS, 4), lambda r: r.sample(w.FIRST, 4), lambda r: r.sample(w.CITIES, 4),
                         lambda r: r.sample(w.COLORS, 4)])
        items, word = make(r)[:r.choice([3, 3, 4])], r.choice(joins)
        listed = ", ".join(items[:-1]) + ("," if at == 0 else "") + f" {word} {items[-1]}" if at < 2 else f"{items[0]} {word} {items[1]}"
        text = r.choice(["{f} wrote down @.", "On {d} we spoke of @ in {c}.", "The card of {f} says @.", "I can remember @, said {f}.",
                         "In {c} the teacher read out @.", "@ are the words of {d}."])
        text = fill(r, text).replace("@", listed)
        return text[0].upper() + text[1:], labels[at]

    comma, bare, none = labels
    word = " or ".join(f"'{one}'" for one in joins)
    rules = f"{comma} with a comma before {word}, {bare} without it, {none} if fewer than three items are listed"
    return Task(
        key=(labels, word), labels=labels, pair=pair,
        terse=[f"list of three or more items: {rules}", f"serial comma check: {rules}"],
        casual=[f"does the writer put a comma before the last item of a list? {rules}", f"oxford comma habit, please: {rules}"],
        detailed=[f"Look at the list in the sentence. Return {rules}.",
                  f"Style check of lists with three or more items, where the last one follows {word}. The answer: {rules}."])


@family(area="core", theme=STYLE, difficulty="medium")
def repeated_sentence_openings(r):
    """Do sentences begin with the same word?"""
    kind = r.choice(["all", "word", "count"])
    yes, no = pick_labels(r, [("repeated", "varied"), ("YES", "NO"), ("anaphora", "none"), ("monotonous", "fine"), ("1", "0")])
    none, upper, form = r.choice(["none", "-", "all different", "n/a"]), r.random() < 0.3, r.choice(["{}", "{} different", "n={}",
        "{} openings"])

    def pair(r):
        opening = r.choice(["We", "The", "Now", "Every", "Then", "Nobody", "Here", "Today", "Some", "It"])
        ends = {"We": "{v} the {n}", "The": "{n} is {a}", "Now": "{f} is in {c}", "Every": "{j} knows {f}", "Then": "{f} left {c}",
                "Nobody": "{v} the {n}", "Here": "{f} found the {n}", "Today": "{c} is {a}", "Some": "{j} {v} it", "It": "was {d} in {c}"}
        count = r.randint(3, 4)
        others = r.sample([word for word in ends if word != opening], count)
        same = r.choice([count, count, 1, 2]) if kind == "all" else r.choice([1, 2, 2, 3])
        words = [opening] * min(same, count) + others[:count - min(same, count)]
        r.shuffle(words)
        text = " ".join(f"{word} {fill_part(r, ends[word])}." for word in words)
        most = max(words.count(word) for word in words)
        if kind == "all":
            return text, yes if most == count else no
        if kind == "count":
            return text, form.format(len(set(words)))
        return text, none if most == 1 else opening.upper() if upper else opening.lower()

    what = {"all": f"{yes} if all sentences begin with the same word, else {no}",
            "count": f"the number N of different first words, as '{form.format('N')}'",
            "word": f"the first word that two or more sentences share{', in capitals' if upper else ', in lower case'}; {none} if all "
                    f"first words differ"}[kind]
    return Task(
        key=(kind, (yes, no) if kind == "all" else (none, upper) if kind == "word" else form), labels=(yes, no) if kind == "all" else None,
                pair=pair,
        terse=[f"first words of the sentences: {what}", f"sentence openings -> {what}"],
        casual=[f"how do the sentences begin? {what}", f"check the openings of the sentences and give me "
                                                       f"{what}" if kind != "all" else f"check the openings: {what}"],
        detailed=[f"Compare the first words of all sentences of the text. Return {what}. Sentences end at full stops.",
                  f"A check for repeated openings. Its output: {what}. Only the very first word of each sentence counts."])


@family(area="core", theme=STYLE, difficulty="easy")
def capitals_of_heading(r):
    """Title case, sentence case, all capitals or lower case."""
    labels = pick_labels(r, [("title", "sentence", "upper", "lower"), ("Title Case", "Sentence case", "ALL CAPS", "no caps"), ("T", "S",
        "U", "L"), ("1", "2", "3", "4"), ("headline", "plain", "shout", "flat")])
    as_json = r.random() < 0.3
    key = r.choice(["case", "style", "heading", "format"])

    def pair(r):
        words = r.choice(["how to {v2} your {n} in ten minutes", "{i} reasons why the {n} is {a}", "new {n} shop near the {m}",
                          "what every {j} needs to know", "the {a} {n} and the {a} {m}", "lost {n} found behind a {m}",
                          "why we {v} the {a} {n}"])
        values = {"v2": r.choice(["clean", "repair", "paint", "pack", "sell"]), "n": r.choice(w.NOUNS), "m": r.choice(w.NOUNS),
                  "i": "seven", "a": r.choice(w.ADJECTIVES), "j": r.choice(w.JOBS), "v": r.choice(w.VERBS_PAST)}
        text = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], words)
        at = r.randrange(4)
        text = [text.title(), text[0].upper() + text[1:], text.upper(), text][at]
        return text, compact_json({key: labels[at]}) if as_json else labels[at]

    title, sentence, upper, lower = labels
    rules = f"{title} = every word capitalised, {sentence} = only the first one, {upper} = all letters capitals, {lower} = no capitals"
    form = f' as compact JSON {{"{key}":LABEL}}' if as_json else ""
    return Task(
        key=(labels, key if as_json else ""), labels=None if as_json else labels, pair=pair, kind="json" if as_json else "label",
        terse=[f"heading case{form}: {rules}", f"capitals of the heading{form}, {rules}"],
        casual=[f"look at the capitals of the heading and answer{form}: {rules}", f"which capitalisation is it? answer{form}, {rules}"],
        detailed=[f"The input is a heading. Classify its use of capital letters{form}: {rules}.",
                  f"Return the case style of a heading{form}. The labels are {options(labels)}: {rules}."])
