"""Core text classification by detail: deadlines, types of answers, languages, marked entities and pronouns."""
import words as w
from task import Task, family, options, pick_labels
from templates import PORTABLE_THINGS, SLOTS, by_class, filler

MEN = """Aaron Carl Colin Daniel David Diego Edgar Erik Hugo Ivan Jack Jonas Karim Mark Mohamed Nils Oscar Pablo Rafael Robert
Sven Tomas Victor Yusuf Henrik Gabriel Fabio Bruno Ben Anton Ahmed""".split()
WOMEN = """Abigail Alice Amara Bianca Camila Carmen Chloe Clara Elena Emma Esther Eva Fiona Freya Grace Hannah Helen Ines Ingrid Irene Julia
Laura Lucia Maria Marta Naomi Nora Olga Paula Rosa Ruth Sara Selma Silvia""".split()
STYLES = [str.lower, str.upper, str.capitalize, lambda text: text.lower().replace(" ", "_"), lambda text: text.upper().replace(" ", "_")]
fill = filler(SLOTS | {"man": lambda r: r.choice(MEN), "woman": lambda r: r.choice(WOMEN)}, capital=True)


@family(area="core", theme="core text classification", difficulty="medium")
def request_urgency_by_deadline(r):
    """How urgent a request is, from the days that it leaves."""
    labels = pick_labels(r, [("high", "medium", "low", "none"), ("URGENT", "SOON", "LATER", "NO DATE"), ("P1", "P2", "P3", "P4"),
                             ("now", "this_week", "backlog", "no_deadline"), ("red", "amber", "green", "gray"), ("H", "M", "L", "N"), ("1",
                             "2", "3", "0")])
    soon, late = r.choice([0, 1, 2, 3]), r.choice([5, 6, 7, 10, 14, 21])
    phrases = [(0, "today"), (0, "before the end of today"), (1, "by tomorrow"), (1, "tomorrow"), (7, "within a week"), (14,
    "within two weeks"),
               (14, "in two weeks"), (28, "within four weeks"), (7, "in a week")]
    works = ["replace the {noun} in room {n}", "send the {n} invoices to {company}", "call {person} back", "repair the {adj} {noun}",
             "order {n} new chairs for the office in {city}", "print {n} copies of the contract", "check the bill from {company}",
             "paint the {noun} {color}",
             "book {n} seats to {city}", "reset the password of {person}", "translate page {n} of the manual",
             "pack the {noun} for {first}"]

    def pair(r):
        kind = r.randrange(4)
        if kind == 3:
            when = r.choice(["whenever you find the time", "there is no deadline", "it has no fixed date", "no rush, no date"])
            return fill(r, f"{r.choice(['Please', 'Can you', 'We need you to'])} {r.choice(works)}, {when}."), labels[3]
        low, high = [(0, soon), (soon + 1, late), (late + 1, 60)][kind]
        near = [(days, phrase) for days, phrase in phrases if low <= days <= high]
        if near and r.random() < 0.5 or high < 2:
            days, when = r.choice(near)
        else:
            days = r.randint(max(low, 2), high)
            when = r.choice(["in {} days", "within {} days", "{} days from now", "in no more than {} days"]).format(days)
        work, start = r.choice(works), r.choice(["Please", "Can you", "We need you to", "{first} asks you to"])
        text = r.choice([f"{start} {work} {when}.", f"{start} {work}. It has to be done {when}.", f"Due {when}: {work}."])
        return fill(r, text), labels[0 if days <= soon else 1 if days <= late else 2]

    first = "today only" if soon == 0 else f"{soon} day{'s' * (soon > 1)} left or fewer"
    rules = f"{labels[0]} = {first}, {labels[1]} = up to {late} days, {labels[2]} = more, {labels[3]} = no deadline"
    return Task(
        key=(labels, soon, late), labels=labels, pair=pair,
        terse=[f"urgency by deadline (today is 0 days, a week 7): {rules}", f"{rules} (today 0, tomorrow 1, week 7)"],
        casual=[f"how much time does the request leave? {rules}. tomorrow counts as 1 day, a week as 7",
                f"sort requests by the deadline they state: {rules} (tomorrow = 1 day, one week = 7 days)"],
        detailed=[f"Read the deadline in the request and count the days that are left; today is 0, tomorrow 1, a week 7. Answer "
                  f"{labels[0]} for "
                  f"{first}, {labels[1]} for more but at most {late} days, {labels[2]} beyond {late} days and {labels[3]} if no deadline "
                  f"is given.",
                  f"Grade the urgency of a task. The grades by days left are: {rules}. Weeks count 7 days each, today counts 0 and "
                  f"tomorrow 1. "
                  "Other numbers in the text do not matter. Return the grade."])


QUESTIONS = by_class("""person/PERSON: Who {past} the {noun} in {city}? | Whose {noun} is standing in front of {company}? | Which engineer
of {company} {past} the {noun}? | Who was the founder of {company}? | By whom was the {adj} {noun} {past}? | To whom did {first} send the
{noun}? | What is the name of the mayor of {city}? | Who will travel to {city} in {month}? | Which actor lives in {city}? | Who did
{first} meet on {weekday}?

place/LOCATION: Where is the {adj} {noun}? | In which city did {first} grow up? | What country is {city} in? | Where did {person} buy the
{noun}? | Which room is the {noun} in? | Where can I find the office of {company}? | From which town does {person} come? | At which
address does {first} live? | Where does the train from {city} go to? | In what building is {company}?

time/TIME: When does the train to {city} leave? | What time does {company} open on {weekday}? | On which day was {person} born? | In what
year was {company} founded? | Since when has {first} lived in {city}? | When was the {noun} {past}? | Until when is the {noun} on sale? |
What is the date of the fair in {city}? | In which month does {first} fly to {country}? | At what hour does {first} get up?

number/NUMBER: How many people live in {city}? | How much does the {product} cost? | How old is {person}? | How far is it from {city} to
{city}? | What is the price of the {adj} {noun}? | How many offices does {company} have? | What percentage of the {noun} stock was sold? |
How heavy is the {product}? | How tall is the tower of {city}? | What is the number of employees of {company}?

reason/REASON: Why did {first} sell the {noun}? | What made {person} move to {city}? | For what reason was the {noun} {past}? | How come
the {product} is so cheap? | Why is {company} leaving {country}? | What is the cause of the delay in {city}? | Why has the {noun} been
{past}? | What is the reason for closing the {noun} factory? | Why does {first} avoid {city}? | What led to the strike at {company}?

yes_no/BOOLEAN: Is {city} the capital of {country}? | Did {first} sell the {noun}? | Can the {product} be washed? | Has {person} ever been
to {city}? | Does {company} sell a {noun}? | Will the shop open on {weekday}? | Are there {n} seats in the bus to {city}? | Was the {noun}
{past} in {month}? | Do you know {person}? | Should I buy the {product}?

method/PROCEDURE: How do I {verb} the {noun}? | In what way can I {verb} a {product}? | How can {first} {verb} the {adj} {noun} safely? |
What are the steps to {verb} a {noun}? | How should we {verb} the {product}? | How does one {verb} a {noun} in {city}? | By what method do
they {verb} the {noun}? | What is the best way to {verb} the {product}? | How would you {verb} a {color} {noun}? | Which steps do I follow
to {verb} the {noun}?""")


@family(area="core", theme="core text classification", difficulty="easy")
def expected_answer_type(r):
    """The type of answer that a question asks for."""
    keys = r.sample(list(QUESTIONS), r.randint(3, 6))
    upper, rest = r.random() < 0.5, r.choice(["other", "OTHER", "none", None, None])
    labels = [key.split("/")[upper] for key in keys] + [rest] * bool(rest)
    if not rest and r.random() < 0.3:
        labels = [label[:3] for label in labels]
    meanings = {"person": "a person", "place": "a place", "time": "a time or date", "number": "a number or amount", "reason": "a reason",
                "yes_no": "yes or no",
                "method": "how to do it"}
    if not any(key.startswith("time/") for key in keys):
        meanings["number"] = "a count or amount, no date or time"
    shown = ", ".join(f"{label} ({meanings[key.split('/')[0]]})" for key, label in zip(keys, labels))
    shown += f", {rest} (anything else)" if rest else ""
    outside = [key for key in QUESTIONS if key not in keys]

    def pair(r):
        at = r.randrange(len(labels))
        text = fill(r, r.choice(QUESTIONS[keys[at] if at < len(keys) else r.choice(outside)]))
        start = r.choice(["", "", "Tell me: ", "I wonder: ", "Question from {first}: ", "Quick one. ", "Quiz question {n}: "])
        return fill(r, start) + text if start else text, labels[at]

    return Task(
        key=tuple(labels), labels=tuple(labels), pair=pair,
        terse=[f"question -> type of the answer: {shown}", f"what would answer it? {shown}"],
        casual=[f"what sort of answer is the question after? {shown}", f"don't answer the question, just name what it asks for: {shown}"],
        detailed=[f"Classify a question by the kind of answer it expects. The kinds are {shown}. Return the kind, not an answer.",
                  f"For question routing, decide what a correct answer would consist of. Choose among {shown}. Output the label alone."])


LANGUAGES = {  # subjects, verbs with objects, places or times
    "English/en": ("the woman|my brother|our neighbour|the old man|the child|my friend",
                   "buys a red bicycle|reads a long book|eats an apple with cheese|sees the small dog|"
                   "writes a letter|drinks cold water|looks for the key|sings a beautiful song",
                   "in the garden|every morning|at the station|with the family|near the river|on Sunday"),
    "German/de": ("die Frau|mein Bruder|unser Nachbar|der alte Mann|das Kind|meine Freundin",
                  "kauft ein rotes Fahrrad|liest ein langes Buch|isst einen Apfel mit Käse|sieht den kleinen "
                  "Hund|schreibt einen Brief|trinkt kaltes Wasser|sucht den Schlüssel|singt ein schönes Lied",
                  "im Garten|jeden Morgen|am Bahnhof|mit der Familie|in der Nähe vom Fluss|am Sonntag"),
    "French/fr": ("la femme|mon frère|notre voisin|le vieil homme|l'enfant|mon amie",
                  "achète un vélo rouge|lit un long livre|mange une pomme avec du fromage|voit le petit chien|écrit une "
                  "lettre|boit de l'eau froide|cherche la clé|chante une belle chanson",
                  "dans le jardin|chaque matin|à la gare|avec la famille|près de la rivière|le dimanche"),
    "Spanish/es": ("la mujer|mi hermano|nuestro vecino|el viejo|el niño|mi amiga",
                   "compra una bicicleta roja|lee un libro largo|come una manzana con queso|ve al perro pequeño|escribe una "
                   "carta|bebe agua fría|busca la llave|canta una canción hermosa",
                   "en el jardín|cada mañana|en la estación|con la familia|cerca del río|el domingo"),
    "Italian/it": ("la donna|mio fratello|il nostro vicino|il vecchio|il bambino|la mia amica",
                   "compra una bicicletta rossa|legge un libro lungo|mangia una mela con il formaggio|vede il "
                   "piccolo cane|scrive una lettera|beve acqua fredda|cerca la chiave|canta una bella canzone",
                   "nel giardino|ogni mattina|alla stazione|con la famiglia|vicino al fiume|la domenica"),
    "Dutch/nl": ("de vrouw|mijn broer|onze buurman|de oude man|het kind|mijn vriendin",
                 "koopt een rode fiets|leest een lang boek|eet een appel met kaas|ziet de kleine hond|schrijft een "
                 "brief|drinkt koud water|zoekt de sleutel|zingt een mooi lied",
                 "in de tuin|elke ochtend|op het station|met het gezin|bij de rivier|op zondag"),
    "Portuguese/pt": ("a mulher|meu irmão|o nosso vizinho|o velho|a criança|minha amiga",
                      "compra uma bicicleta vermelha|lê um livro comprido|come uma maçã com queijo|vê o cachorro "
                      "pequeno|escreve uma carta|bebe água fria|procura a chave|canta uma canção bonita",
                      "no jardim|todas as manhãs|na estação|com a família|perto do rio|no domingo"),
    "Swedish/sv": ("kvinnan|min bror|vår granne|den gamle mannen|barnet|min vän",
                   "köper en röd cykel|läser en lång bok|äter ett äpple med ost|ser den lilla hunden|skriver ett brev|dricker "
                   "kallt vatten|letar efter nyckeln|sjunger en vacker sång",
                   "i trädgården|varje morgon|på stationen|med familjen|nära floden|på söndag"),
    "Polish/pl": ("kobieta|mój brat|nasz sąsiad|stary człowiek|dziecko|moja przyjaciółka",
                  "kupuje czerwony rower|czyta długą książkę|je jabłko z serem|widzi małego psa|pisze list|pije "
                  "zimną wodę|szuka klucza|śpiewa piękną piosenkę",
                  "w ogrodzie|każdego ranka|na dworcu|z rodziną|blisko rzeki|w niedzielę"),
    "Finnish/fi": ("nainen|veljeni|naapurimme|vanha mies|lapsi|ystäväni",
                   "ostaa punaisen polkupyörän|lukee pitkää kirjaa|syö omenaa ja juustoa|näkee pienen koiran|kirjoittaa kirjeen|juo "
                   "kylmää vettä|etsii avainta|laulaa kaunista laulua",
                   "puutarhassa|joka aamu|asemalla|perheen kanssa|joen lähellä|sunnuntaina"),
}
ALSO = {"en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "nl": "en", "pt": "e", "sv": "och", "pl": "i", "fi": "ja"}


@family(area="core", theme="core text classification", difficulty="easy")
def language_of_sentence(r):
    """The language that a short sentence is written in."""
    keys = r.sample(list(LANGUAGES), r.randint(3, 6))
    style = r.choice([lambda key: key.split("/")[0], lambda key: key.split("/")[1], lambda key: key.split("/")[1].upper(),
                      lambda key: key.split("/")[0].lower()])
    rest = r.choice([None, "other", "unknown", "??"])
    labels = [style(key) for key in keys] + [rest] * bool(rest)
    shown = options(labels) + (f" ({rest}: any other language)" if rest else "")

    def pair(r):
        at = r.randrange(len(labels))
        key = keys[at] if at < len(keys) else r.choice([key for key in LANGUAGES if key not in keys])
        subjects, verbs, places = (part.split("|") for part in LANGUAGES[key])
        join = ALSO[key.split("/")[1]]
        text = r.choice([f"{r.choice(subjects)} {r.choice(verbs)} {r.choice(places)}",
                         f"{r.choice(subjects)} {r.choice(verbs)} {join} {r.choice(verbs)}",
                         f"{w.first(r)} {r.choice(verbs)} {r.choice(places)}",
                         f"{w.first(r)} {join} {w.first(r)}: {r.choice(subjects)} {r.choice(verbs)}"])
        return text[0].upper() + text[1:] + ".", labels[at]

    return Task(
        key=tuple(labels), labels=tuple(labels), pair=pair,
        terse=[f"language of the text: {shown}", f"detect language -> {shown}"],
        casual=[f"which language is this? answer {shown}", f"tell me the language the sentence is in. possible answers: {shown}"],
        detailed=[f"Identify the language of the sentence. Return exactly one of {shown}. People's names say nothing about the language.",
                  f"The input is a sentence in some European language. Output the language as {shown}, and nothing else."])


MARKED = {  # type: (generator, sentences)
    "person": (lambda r: r.choice([w.person, w.first])(r),
               "The {noun} belongs to {}.|We met {} in {city}.|{} works for {company}.|On {weekday} {} called the {job}.|The prize went "
               "to {} from {country}.|"
               "{company} thanked {} for the {noun}."),
    "company": (w.company, "{person} works for {}.|The {noun} was made by {}.|{} opened an office in {city}.|On {weekday} {} hired {n} "
                           "people.|{first} bought {n} shares of {}.|In {month} {} will "
                "move to {country}."),
    "city": (w.city, "{first} lives in {}.|The train to {} leaves on {weekday}.|{company} moved from {} to {country}.|In {month} {person} "
                     "flew to {}.|{} is {n} kilometres away.|The {noun} factory near {} "
             "closed."),
    "country": (w.country, "{first} was born in {}.|{company} sells {n} tons a year to {}.|{} exports a lot of cotton.|The president of "
                           "{} visited {city}.|In {month} {person} crossed {} by bike."),
    "date": (lambda r: r.choice([f"{r.randint(1, 28)} {r.choice(w.MONTHS)} {r.randint(1990, 2030)}", w.iso(w.date(r)),
                                 f"{r.choice(w.MONTHS)} {r.randint(1, 28)}"]),
             "{first} arrived on {}.|The contract with {company} ends on {}.|Since {} the {noun} has been in {city}.|On {} {n} people "
             "came.|{person} was born on {}."),
    "money": (lambda r: r.choice([f"${w.money(r)}", f"{r.randint(2, 900)} euros", f"EUR {w.money(r)}", f"{r.randint(2, 90)} dollars"]),
              "{first} paid {} for the {noun}.|The {noun} costs {} in {city}.|{company} lost {} in {month}.|A ticket to {city} is {}.|{} "
              "was stolen from {person}."),
    "product": (lambda r: r.choice(w.SINGULAR_PRODUCTS),
                "{first} ordered the {} on {weekday}.|The {} from {company} is broken.|We sell the {} in {city}.|{person} returned the {} "
                "in {month}.|I need a new {} for {n} euros."),
    "job": (lambda r: r.choice(w.JOBS), "{first} became a {} in {city}.|The {} repaired the {noun}.|{company} is looking for a {} in "
                                        "{month}.|On {weekday} the {} met {person}.|We paid the {} {n} euros."),
}
TYPE_SETS = [{}, {"person": "PER", "company": "ORG", "city": "CITY", "country": "GPE", "date": "DATE", "money": "MONEY", "product": "PROD",
                  "job": "TITLE"},
             {"person": "who", "company": "firm", "city": "town", "country": "nation", "date": "when", "money": "amount", "product": "item",
              "job": "occupation"}]


@family(area="core", theme="core text classification", difficulty="easy")
def type_of_marked_entity(r):
    """The type of the entity that is marked in a sentence."""
    keys = r.sample(list(MARKED), r.randint(3, 6))
    names, rest = r.choice(TYPE_SETS), r.choice([None, "other", "OTHER", "misc"])
    style = r.choice(STYLES) if not names else str
    labels = [style(names.get(key, key)) for key in keys] + [rest] * bool(rest)
    shown = ", ".join(f"{label} ({key})" if label.lower() != key else label for key, label in zip(keys, labels))
    shown += f", {rest} (any other type)" if rest else ""
    left, right = r.choice([("[", "]"), ("<", ">"), ("**", "**"), ("{{", "}}"), ("«", "»"), ("_", "_")])

    def pair(r):
        at = r.randrange(len(labels))
        key = keys[at] if at < len(keys) else r.choice([key for key in MARKED if key not in keys])
        entity, sentences = MARKED[key]
        marked = left + entity(r) + right
        return fill(r, r.choice(sentences.split("|")).replace("{}", "@")).replace("@", marked), labels[at]

    mark = f"{left}...{right}"
    return Task(
        key=(tuple(labels), left), labels=tuple(labels), pair=pair,
        terse=[f"type of the words in {mark}: {shown}", f"{mark} marks an entity; its type: {shown}"],
        casual=[f"what is the thing between {left} and {right}? say {shown}",
                f"one entity is marked like {mark}, give its type out of {shown}"],
        detailed=[f"In the sentence one entity is marked with {left} and {right}. Return the type of the marked entity: {shown}. Entities "
                  f"that are not marked do not matter.",
                  f"Entity typing: only the span written as {mark} counts. Possible types are {shown}. Output the type of that span."])


@family(area="core", theme="core text classification", difficulty="hard")
def referent_of_pronoun(r):
    """Whom or what the pronoun of the second sentence stands for."""
    joiner, whole, upper = r.choice([" and ", " & ", ", ", "+", "/"]), r.random() < 0.5, r.choice([str, str, str.upper, str.lower])
    asked = r.sample(["he", "she", "it", "they"], r.choice([3, 4, 4]))
    asked = [pronoun for pronoun in ("he", "she", "it", "they") if pronoun in asked]
    firsts = ["{man} met {woman} in {city} and talked about the {thing}.", "{woman} lent {man} the {thing}.",
              "{man} and {woman} looked at the {thing} in {city}.", "The {thing} was shown to {woman} by {man}.",
              "On {weekday} {woman} and {man} carried the {thing} home.", "{man} asked {woman} for the {thing}.",
              "Near {city} {woman} helped {man} with the {thing}.", "{woman} found the {thing} that {man} had lost."]
    one = ["{P} is a {job} from {city}.", "Later {p} went to {city} alone.", "Afterwards {p} drank a cup of tea.",
           "{P} works at {company}.", "On {weekday} {p} will fly to {country}.", "{P} smiled and said goodbye."]
    some = {"it": ["{P} was made in {country}.", "{P} cost {n} euros.", "Sadly {p} had a scratch.", "In {month} {p} was sold to a museum.",
                   "{P} weighed {n} kilos."],
            "they": ["{P} have been friends for {n} years.", "Then {p} went to {city} together.", "{P} both work at {company}.",
                     "In {month} {p} got married."]}

    def pair(r):
        man, woman, adjective, noun = r.choice(MEN), r.choice(WOMEN), r.choice(w.ADJECTIVES), r.choice(PORTABLE_THINGS)
        first = r.choice(firsts)
        pronoun = r.choice(asked)
        second = r.choice(some.get(pronoun, one)).replace("{P}", pronoun.capitalize()).replace("{p}", pronoun)
        text = first.replace("{man}", man).replace("{woman}", woman).replace("{thing}", f"{adjective} {noun}") + " " + second
        people = [man, woman] if first.index("{man}") < first.index("{woman}") else [woman, man]
        thing = f"{adjective} {noun}" if whole else noun
        return fill(r, text), upper({"he": man, "she": woman, "it": thing, "they": joiner.join(people)}[pronoun])

    case = {str.upper: " in capitals", str.lower: " in lower case"}.get(upper, "")
    persons = "/".join(one for one in ("he", "she") if one in asked)
    parts = [f"the name for {persons}"] * bool(persons) + [f"both names joined by '{joiner}' for they"] * ("they" in asked)
    parts += ["adjective and noun for it" if whole else "the bare noun for it"] * ("it" in asked)
    rule = options(parts) + case
    pronouns = "/".join(asked)
    return Task(
        key=(joiner, whole, case, tuple(asked)), pair=pair,
        terse=[f"resolve {pronouns} in sentence 2: {rule}", f"referent of the pronoun in the second sentence -> {rule}"],
        casual=[f"who or what does the {pronouns} in the second sentence mean? give {rule}",
                f"resolve the pronoun of sentence two ({pronouns}); write {rule}"],
        detailed=[f"The second sentence holds one pronoun ({pronouns}) that points back to the first sentence. Return what it stands for: "
                  f"{rule}.",
                  f"Coreference: find the pronoun {options(asked)} in the second sentence and name its antecedent from the first. Write "
                  f"{rule}. Nothing else."])
