"""Grammar in small: subject, verb and object, roles, noun phrases, lemmas, compounds, word classes, inflection, attributes."""
import words as w
from task import Task, compact_json, family, pick_labels
from templates import LETTER_SLOTS, filler

THEME = "custom NLP"
VERBS = """clean cleans cleaned cleaned cleaning|write writes wrote written writing|sell sells sold sold selling|
paint paints painted painted painting|buy buys bought bought buying|carry carries carried carried carrying|
send sends sent sent sending|build builds built built building|draw draws drew drawn drawing|steal steals stole stolen stealing|
break breaks broke broken breaking|find finds found found finding|lose loses lost lost losing|bring brings brought brought bringing|
hide hides hid hidden hiding|take takes took taken taking|choose chooses chose chosen choosing|throw throws threw thrown throwing|
catch catches caught caught catching|keep keeps kept kept keeping|push pushes pushed pushed pushing|
drop drops dropped dropped dropping|fry fries fried fried frying|drive drives drove driven driving|wash washes washed washed washing|
give gives gave given giving|hold holds held held holding|forget forgets forgot forgotten forgetting|wear wears wore worn wearing|
copy copies copied copied copying|begin begins began begun beginning|swim swims swam swum swimming|
freeze freezes froze frozen freezing|teach teaches taught taught teaching|tear tears tore torn tearing|
shake shakes shook shaken shaking|try tries tried tried trying|plan plans planned planned planning|eat eats ate eaten eating|
speak speaks spoke spoken speaking|move moves moved moved moving|lift lifts lifted lifted lifting|see sees saw seen seeing|
ride rides rode ridden riding""".replace("\n", "")
VERBS = [dict(zip(("base", "third", "past", "participle", "ing"), verb.split())) for verb in VERBS.split("|")]
USUAL = "clean sell paint buy carry send steal break find lose bring hide take choose keep push drop wash hold forget move lift see".split()
TRANSITIVE = [verb for verb in VERBS if verb["base"] in USUAL]
PLURALS = """child children|mouse mice|foot feet|tooth teeth|goose geese|man men|woman women|knife knives|leaf leaves|wolf wolves|
box boxes|city cities|baby babies|potato potatoes|bus buses|dish dishes|story stories|shelf shelves|tomato tomatoes|key keys|boy boys|
photo photos|church churches|lady ladies|half halves|loaf loaves|bench benches|fox foxes|country countries|glass glasses|hero heroes|
lamp lamps|chair chairs|window windows|book books|bridge bridges|letter letters|cup cups|horse horses|tree trees|fly flies|ox oxen|
wife wives|thief thieves|party parties|witch witches|echo echoes|toy toys|monkey monkeys|roof roofs|library libraries|match matches|
address addresses|day days""".replace("\n", "")
PLURALS = [pair.split() for pair in PLURALS.split("|")]
COMPARED = """good better best|bad worse worst|big bigger biggest|happy happier happiest|thin thinner thinnest|large larger largest|
old older oldest|busy busier busiest|hot hotter hottest|nice nicer nicest|fast faster fastest|easy easier easiest|wide wider widest|
sad sadder saddest|heavy heavier heaviest|cheap cheaper cheapest|dry drier driest|strong stronger strongest
""".replace("\n", "")
COMPARED = [triple.split() for triple in COMPARED.split("|")]
LARGE = """coffee cotton lunch paint drill hammer switch filter bridge harbor river road station kitchen library office market garage
garden tower tunnel corner circle signal ramp""".split()
ADJECTIVES = [word for word in w.ADJECTIVES if word not in ("metal", "plastic", "steel", "square", "silver", "orange", "light", "plain")]
NOUNS = [noun for noun in w.NOUNS if not noun.endswith("s") and noun not in LARGE]
PAST_TAILS = ["", " yesterday", " in {c}", " on {d}", " near the {n}", " after work", " with {f}", " for {k}"]
fill = filler(LETTER_SLOTS | {"n": lambda r: r.choice(NOUNS)})


def casing(r):
    return r.choice([(str, ""), (str, ""), (str.upper, ", in capitals"), (str.lower, ", in lower case")])


@family(area="core", theme=THEME, difficulty="medium")
def subject_verb_object(r):
    """Subject, verb or object of an active sentence."""
    parts = r.choice([["subject"], ["verb"], ["object"], ["subject", "verb", "object"], ["verb", "object"], ["subject", "verb"], ["object",
        "verb", "subject"], ["subject", "object"]])
    join, joined = r.choice([(" | ", "' | '"), ("; ", "'; '"), (", ", "', '"), (" / ", "' / '"), (" -> ", "' -> '")])
    as_json, (case, cased) = len(parts) > 1 and r.random() < 0.3, casing(r)
    heads = r.random() < 0.5

    def pair(r):
        verb = r.choice(TRANSITIVE)
        noun = r.choice(NOUNS)
        job = r.choice([job for job in w.JOBS if " " not in job])
        subject, shown = r.choice([(w.first(r),) * 2, (f"the {r.choice(w.ADJECTIVES)} {job}", job), (w.company(r),) * 2, (f"the {job}",
            job)])
        thing = f"the {r.choice(w.ADJECTIVES)} {noun}"
        front = r.choice(["", "", "", "yesterday ", "on {d} ", "in {c} ", "after lunch "])
        text = fill(r, f"{front}{subject} {verb['past']} {thing}{r.choice(PAST_TAILS) if not front else ''}.")
        found = {"subject": shown if heads else subject, "verb": verb["past"], "object": noun if heads else thing}
        values = [case(found[part]) for part in parts]
        return text[0].upper() + text[1:], compact_json(dict(zip(parts, values))) if as_json else join.join(values)

    listed = ", ".join(parts)
    whole = "noun phrases from 'the' to the noun, 'the' as inside a sentence"
    rule = "noun phrases shortened to the noun (names stay whole)" if heads else whole
    rule = "" if parts == ["verb"] else f"; {rule}"
    form = "as compact JSON with these keys" if as_json else f"joined by {joined}" if len(parts) > 1 else "alone"
    said = f"; {'all values' if as_json else 'the whole answer'}{cased[1:]}" if cased else ""
    rule = f"{form}{rule}{'; verb form as it stands' * ('verb' in parts)}{said}"
    return Task(
        key=(tuple(parts), join if len(parts) > 1 and not as_json else "", as_json, cased, heads if parts != ["verb"] else ""), pair=pair,
                kind="json" if as_json else "text",
        terse=[f"{listed} of the sentence, {rule}", f"parse the sentence: {listed}, {rule}"],
        casual=[f"give me the {listed} of this sentence, {rule}", f"which words are the {listed} here? write them {rule}"],
        detailed=[f"The input is an active sentence. Return its {listed}, {rule}. Times, places and companions are not part of them.",
                  f"Grammatical analysis: output the {listed}{' in this order' * (len(parts) > 1)}, {rule}. Leave out everything else."])


@family(area="core", theme=THEME, difficulty="hard")
def doer_and_receiver(r):
    """Who does it and who undergoes it, in active and passive sentences."""
    roles = r.choice([("agent",), ("patient",), ("agent", "patient"), ("patient", "agent")])
    none = r.choice(["unknown", "-", "nobody", "none", "n/a"])
    join = r.choice([" > ", " -> ", "; ", " | "]) if len(roles) > 1 else ""
    case, cased = casing(r)
    verbs = "helped called invited followed thanked blamed greeted visited warned praised hired interviewed ignored rescued".split()

    def pair(r):
        a, b = r.sample(w.FIRST, 2)
        a, b = r.choice([(a, b), (f"{a} {w.last(r)}", f"{b} {w.last(r)}"), (a, f"{b} {w.last(r)}")])
        verb, kind = r.choice(verbs), r.random()
        forms = ["{a} {v} {b}{t}.", "It was {a} who {v} {b}{t}.",
                 "{b} was the one whom {a} {v}{t}."] if kind < 0.4 else ["{b} was {v} by {a}{t}.", "{b} has been {v} by {a}.",
                                                                         "It was {b} who was {v} by {a}{t}."]
        if kind > 0.84:
            forms = ["{b} was {v}{t}.", "{b} has been {v}."]
        text = fill(r, r.choice(forms).format(a=a, b=b, v=verb, t=r.choice(["", " yesterday", " in {c}", " on {d}", " near the {n}"])))
        return text, join.join({"agent": none if kind > 0.84 else case(a), "patient": case(b)}[role] for role in roles)

    meaning = {"agent": f"who did it ({none} if not said)", "patient": "to whom it was done"}
    order = f", in this order with '{join}' between" if join else ""
    plain = " and ".join(meaning[role] for role in roles) + order + cased
    return Task(
        key=(roles, none if "agent" in roles else "", join, cased), pair=pair,
        terse=[f"{plain}; active or passive sentence", f"semantic roles, also in the passive: {plain}"],
        casual=[f"mind the passive: tell me {plain}, full name as written", f"two people and an action; I need {plain}"],
        detailed=[f"The sentence is active or passive and reports what a person did to another one. Return {plain}. Copy the names as "
                  f"they are given.",
                  f"Find the semantic roles, not the grammatical ones. Output {plain}. In a passive sentence the doer follows 'by' or is "
                  f"left out."])


@family(area="core", theme=THEME, difficulty="hard")
def noun_phrases_of_sentence(r):
    """The adjective-noun phrases of a sentence."""
    form = r.choice(["adjective and noun", "adjective and noun", "noun only", "adjective only"])
    join, joined = r.choice([(", ", "', '"), ("; ", "'; '"), ("|", "'|'"), (" + ", "' + '"), ("/", "'/'")])
    none, only = r.choice(["none", "-", "no phrase", "NONE"]), r.choice(["all", "all", "first", "last"])
    verbs = "is behind|was put on|fell off|stands beside|leans against|was hit by|looks like|covers|was sold with|belongs to".split("|")

    def pair(r):
        nouns, adjectives = r.sample(NOUNS, 3), r.sample(w.ADJECTIVES, 3)
        bare = r.random() < 0.15
        flags = [not bare and r.random() < 0.7 for _ in range(3)]
        said = [f"{r.choice(['the', 'my', 'this', 'our'])} {adjective + ' ' if flag else ''}{noun}" for adjective, noun,
                flag in zip(adjectives, nouns, flags)]
        count = r.choice([2, 3])
        text = f"{said[0]} {r.choice(verbs)} {said[1]}" + (f", and {w.first(r)} sees {said[2]}" if count == 3 else r.choice(["",
            f" in {w.city(r)}", f", says {w.person(r)}"]))
        shown = {"adjective and noun": "{} {}", "noun only": "{1}", "adjective only": "{0}"}[form]
        found = [shown.format(adjective, noun) for adjective, noun, flag in list(zip(adjectives, nouns, flags))[:count] if flag]
        found = found if only == "all" else found[:1] if only == "first" else found[-1:]
        return text[0].upper() + text[1:] + ".", join.join(found) or none

    what = {"adjective and noun": "adjective plus noun", "noun only": "only the noun of it",
            "adjective only": "only the adjective of it"}[form]
    which = f"the {only} noun phrase with an adjective"
    which = f"every noun phrase with an adjective, in order, joined by {joined}" if only == "all" else which
    return Task(
        key=(form, join if only == "all" else "", none, only), pair=pair,
        terse=[f"{which}; write {what}; {none} if no noun has an adjective",
               f"noun phrases with adjective -> {which}, {what}; else {none}"],
        casual=[f"find {which} and write {what} (no the, my, this), {none} if there isn't one",
                f"look for nouns that have an adjective before them: {which}. write {what}. no such noun? {none}"],
        detailed=[f"Return {which}. Write {what}, without articles or words such as my and this. Nouns without an adjective are skipped; "
                  f"if no noun has one, return {none}.",
                  f"A noun phrase counts here if an adjective stands before its noun. Output {which}: {what}. Answer {none} for a "
                  f"sentence without such phrases. Names are not nouns here."])


@family(area="core", theme=THEME, difficulty="medium")
def lemma_of_marked_word(r):
    """The dictionary form of a marked word."""
    left, right = r.choice([("[", "]"), ("<", ">"), ("*", "*"), ("_", "_"), ("«", "»"), ("{", "}"), ("**", "**")])
    upper, tagged = r.choice([str, str, str.upper]), r.random() < 0.4
    tags = r.choice([("verb", "noun", "adjective"), ("V", "N", "A"), ("VERB", "NOUN", "ADJ"), ("v.", "n.", "adj.")])
    join = r.choice(["/", " ", ":", " - "])

    def pair(r):
        kind = r.randrange(3)
        if kind == 0:
            verb = r.choice(VERBS)
            form = r.choice(["third", "past", "participle", "ing"])
            text = {"third": "{f} @ every day in {c}", "past": "on {d} {f} @ again", "participle": "{f} has @ near {c}",
                    "ing": "{f} and {f} are @ in {c}"}[form]
            word, lemma = verb[form], verb["base"]
        elif kind == 1:
            lemma, word = r.choice(PLURALS)
            text = r.choice(["the @ in {c} are old", "{f} saw two @ on {d}", "{k} bought some @", "many @ were lost in {c}"])
        else:
            lemma, comparative, superlative = r.choice(COMPARED)
            word, text = r.choice([(comparative, "my {n} is @ than that of {f}"), (superlative, "that was the @ {n} in {c}"), (comparative,
                "this {n} looks @ than the one in {c}"), (superlative, "{f} wants the @ {n}")])
        text = fill(r, text)
        text = text[0].upper() + text[1:] + "."
        return text.replace("@", left + word + right), upper(lemma) + (join + tags[kind] if tagged else "")

    mark, case = f"{left}...{right}", ", in capitals" if upper is str.upper else ""
    tail = f", then '{join}' and the class: {tags[0]} (verb), {tags[1]} (noun) or {tags[2]} (adjective)" if tagged else ""
    rule = "verbs in the infinitive without to, nouns in the singular, adjectives uncompared"
    return Task(
        key=(left, case, tagged, (tags, join) if tagged else ""), pair=pair,
        terse=[f"lemma of the word in {mark} ({rule}){case}{tail}", f"{mark} -> dictionary form{case}: {rule}{tail}"],
        casual=[f"what's the base form of the marked word {mark}? {rule}{case}{tail}",
                f"lemmatise only the word in {mark}{case}, {rule}{tail}"],
        detailed=[f"One word of the sentence is marked as {mark}. Return its dictionary form{case}: {rule}{tail}. No other words.",
                  f"Lemmatisation of a single word: the one written as {mark}. Base forms are {rule}{case}{tail}."])


COMPOUNDS = """book+shelf tooth+brush sun+flower rain+coat fire+place snow+man bed+room key+board bath+tub foot+ball air+port
hand+bag tea+pot door+bell news+paper rain+bow sea+shell sand+castle wheel+chair water+fall fish+bone class+room play+ground
suit+case pan+cake lip+stick birth+day corn+field blue+berry black+bird arm+chair back+pack bee+hive cup+cake ear+ring finger+nail
goal+keeper hair+cut jelly+fish lap+top light+house mail+box match+box note+book over+coat rail+road sail+boat shoe+lace steam+boat
stop+watch table+cloth thumb+nail trap+door walk+way war+ship wind+mill wrist+watch time+table thunder+storm star+fish side+walk
sauce+pan bath+room tree+house head+band sun+hat book+case post+card flash+light hay+stack horse+shoe pocket+knife fire+fly bull+dog
cow+bell door+step tug+boat row+boat gold+fish milk+shake cheese+cake drum+stick bird+house clothes+line
""".split()
COMPOUNDS = [compound.split("+") for compound in COMPOUNDS]


@family(area="core", theme=THEME, difficulty="hard")
def parts_of_compounds(r):
    """Splits the compound word of a sentence."""
    join, joined = r.choice([("+", "'+'"), ("-", "a hyphen"), (" ", "a blank"), ("|", "'|'"), ("·", "'·'"), (" + ", "' + '"), ("_",
        "an underscore"), ("/", "'/'")])
    form = r.choice(["both", "both", "both", "first", "second", "sentence"])
    none, upper = r.choice(["none", "-", "no compound", "0"]), r.random() < 0.25
    texts = ["The {} belongs to {f}.", "{f} lost the {} in {c}.", "We saw one {} near {c}.", "Is that {} from {c}?",
             "{f} wrote about one {} on {d}.", "No {} was sold in {c}.", "My old {} is with {f}.", "{f} and {f} made this {} in {c}."]
    plain = "lamp table window garden pencil orange button sweater butter candle ladder mirror ribbon tunnel basket".split()

    def pair(r):
        template = fill(r, r.choice([text.replace("{}", "@") for text in texts]))
        if r.random() < 0.13:
            text = template.replace("@", r.choice(plain))
            return text, text if form == "sentence" else none
        first, second = r.choice(COMPOUNDS)
        parts = (first.upper(), second.upper()) if upper else (first, second)
        shown = {"both": join.join(parts), "first": parts[0], "second": parts[1], "sentence": template.replace("@", join.join(parts))}[form]
        return template.replace("@", first + second), shown

    case = ", in capitals" if upper else ""
    what = {"both": f"the two parts of the compound joined by {joined}{case}", "first": f"the first part of the compound{case}",
            "second": f"the second part of the compound{case}",
            "sentence": f"the sentence with the compound split by {joined}{case and ', the parts in capitals'}"}[form]
    gone = "if there is none, the sentence as it is" if form == "sentence" else f"{none} if there is no compound"
    gone += "; names do not count"
    example = "a compound is an English word written as one but made of two, like sun and flower"
    return Task(
        key=(form, join if form in ("both", "sentence") else "", none if form != "sentence" else "", upper), pair=pair,
        terse=[f"{what}; {gone} (compound: one word made of two)", f"split the word made of two words: {what}; {gone}"],
        casual=[f"there's a word in here that is made of two words, give me {what}. {gone}",
                f"compound splitting: {what}; {gone}"],
        detailed=[f"Find the compound in the sentence ({example}) and return {what}; {gone}.",
                  f"The sentence holds at most one compound; {example}. Output {what}; {gone}."])


@family(area="core", theme=THEME, difficulty="medium")
def word_class_of_marked_word(r):
    """Noun, verb, adjective or adverb, for a marked word."""
    labels = pick_labels(r, [("noun", "verb", "adjective", "adverb"), ("NOUN", "VERB", "ADJ", "ADV"), ("n", "v", "a", "r"), ("N", "V", "J",
        "R"), ("1", "2", "3", "4"), ("thing", "action", "quality", "manner")])
    left, right = r.choice([("[", "]"), ("<", ">"), ("*", "*"), ("_", "_"), ("«", "»")])
    both = "paint drill hammer ship plant brush stamp lock copy file mask book train hook nail label rope".split()
    quick = "fast hard early late".split()

    def pair(r):
        at, word = r.randrange(4), None
        if at == 0:
            word, text = r.choice(both), r.choice(["the @ of {f} is in {c}", "{f} saw an old @ in {c}", "we talked about the {a} @",
                                                   "her @ was better than that of {f}"])
        elif at == 1:
            word, text = r.choice(both), r.choice(["they will @ it in {c}", "{f} wants to @ it with {f}",
                                                   "{f} and {f} often @ things in {c}", "please do not @ this, {f}"])
        elif at == 2:
            word, text = r.choice([(r.choice(quick), "that was the @ train of {f} to {c}"), (r.choice(ADJECTIVES),
                "the @ {n} belongs to {f}"), (r.choice(ADJECTIVES), "the {n} of {f} looks @"), (r.choice(quick),
                    "{f} talked about the @ start in {c}")])
        else:
            word, text = r.choice([(r.choice(["fast", "hard", "early", "late"]), "{f} worked @ in {c}"),
                                   (r.choice("quickly slowly badly carefully gently neatly quietly softly".split()),
                                    "{f} @ opened the {n}"),
                                   (r.choice("quickly slowly badly carefully gently neatly quietly softly".split()),
                                    "the {j} closed the {n} @"), (r.choice(["often", "soon", "never", "again", "seldom"]),
                                                                  "@ {f} goes to {c}")])
        text = fill(r, text)
        word = word.capitalize() if text[0] == "@" else word
        text = text.replace("@", left + word + right)
        return text[0].upper() + text[1:] + ".", labels[at]

    noun, verb, adjective, adverb = labels
    rules = f"{noun} (noun), {verb} (verb), {adjective} (adjective), {adverb} (adverb)"
    rules = "noun, verb, adjective, adverb" if noun == "noun" else rules
    mark = f"{left}...{right}"
    return Task(
        key=(labels, left), labels=labels, pair=pair,
        terse=[f"word class of {mark} in this sentence: {rules}", f"part of speech of the marked word {mark} -> {rules}"],
        casual=[f"what word class is the word in {mark} here? {rules}. the same word may be something else elsewhere",
                f"tag only the marked word {mark} by its use in the sentence: {rules}"],
        detailed=[f"One word is marked with {mark}. Decide from its use in this sentence which part of speech it is and return one of: "
                  f"{rules}.", f"Part-of-speech tagging of a single word, the one written as {mark}. The tags are {rules}. Many English "
                               f"words can be several of these; only this sentence counts."])


@family(area="core", theme=THEME, difficulty="medium")
def inflected_form(r):
    """Puts a base form into the form asked for."""
    asked = r.choice(["past", "participle", "third", "ing", "plural", "comparative", "superlative", "number"])
    lead = r.choice(["", "word: ", "lemma=", "- ", "> "])
    many, upper = r.random() < 0.5, r.random() < 0.25
    join, joined = r.choice([(", ", "', '"), (" ", "a blank"), ("; ", "'; '"), ("/", "'/'"), ("|", "'|'")])
    said = {"past": "simple past (wrote)", "participle": "past participle (written)", "third": "third person singular present (writes)",
            "ing": "-ing form (writing)", "plural": "plural (mice)",
            "comparative": "comparative (older)", "superlative": "superlative without the (oldest)",
            "number": "plural if a number above 1 stands before it, else singular"}[asked]

    def one(r):
        if asked in ("plural", "number"):
            single, plural = r.choice(PLURALS)
            if asked == "plural":
                return single, plural
            number = r.choice([1, 1, r.randint(2, 30)])
            return f"{number} {single}", f"{number} {plural if number > 1 else single}"
        if asked in ("comparative", "superlative"):
            base, comparative, superlative = r.choice(COMPARED)
            return base, comparative if asked == "comparative" else superlative
        verb = r.choice(VERBS)
        return verb["base"], verb[asked]

    def pair(r):
        found = {}
        while len(found) < (r.choice([3, 4, 4]) if many else r.choice([2, 3, 3])):
            source, form = one(r)
            found[source] = form
        text, answer = join.join(found), join.join(found.values())
        return lead + text, answer.upper() if upper else answer

    case = ", in capitals" if upper else ""
    numbers = ", the number stays" if asked == "number" else ""
    head = f" The input starts with '{lead.strip()}', which is left out." if lead else ""
    return Task(
        key=(asked, lead, many, upper, join), pair=pair,
        terse=[f"each word -> {said}{numbers}{case}; list joined by {joined}{', without ' + repr(lead.strip()) if lead else ''}",
               f"list ({joined} between): {said}{numbers}{case}, same order, same separator.{head}"],
        casual=[f"put every word of the list into this form: {said}{numbers}{case}. keep order and separator ({joined}).{head}",
                f"I need the {said} of each entry{numbers}, in the same order, joined by {joined}{case}.{head}"],
        detailed=[f"The input is a list of English base forms joined by {joined}. Replace each by this form: {said}{numbers}{case}. Order "
                  f"and separator stay the same.{head}", f"Inflect every entry of the list: {said}{numbers}. The answer is joined by "
                                                         f"{joined} like the input{case}.{head}"])


@family(area="core", theme=THEME, difficulty="medium")
def adjective_of_named_noun(r):
    """Which adjective describes the noun asked for."""
    pool = r.sample(NOUNS, 40)
    noun = next(noun for noun in pool if noun[0] not in "aeiou")
    none, absent = r.choice([("none", "absent"), ("-", "?"), ("plain", "missing"), ("no adjective", "no noun"), ("NONE", "NOT FOUND"), ("0",
        "-1"), ("bare", "not there")])
    upper, form = r.random() < 0.25, r.choice(["{}", "{}", "it is {}", "({})", "{}!", "adj={}"])

    def pair(r):
        others, kind = r.sample([one for one in pool if one != noun], 3), r.random()
        named = r.sample(w.ADJECTIVES, 4)
        nouns = others[:2] + [noun] if kind < 0.85 else others
        r.shuffle(nouns)
        phrases, answer = [], absent
        for adjective, one in zip(named, nouns):
            flag = r.random() < 0.75
            if one == noun:
                flag = kind < 0.7
                answer = (form.format(adjective.upper() if upper else adjective)) if flag else none
            phrases.append(f"the {adjective} {one}" if flag else f"the {one}")
        a, b, c = phrases
        text = r.choice([f"{w.first(r)} put {a} and {b} beside {c}.", f"{a}, {b} and {c} were sold in {w.city(r)}.",
                         f"{a} is behind {b}, not behind {c}.", f"{w.person(r)} asked for {a}, {b} and {c}.",
                         f"in {w.city(r)} {a} fell on {b} near {c}."])
        return text[0].upper() + text[1:], answer

    shape = form.replace("{}", "ADJECTIVE") if form != "{}" else "the adjective alone"
    case = ", in capitals" if upper else ""
    return Task(
        key=(noun, none, absent, upper, form), pair=pair,
        terse=[f"adjective right before '{noun}', as {shape}{case}; {none} if it has none, {absent} if no {noun} occurs",
               f"what is the {noun} like? {shape}{case}; no adjective: {none}; no {noun}: {absent}"],
        casual=[f"how is the {noun} described? give me {shape}{case}. {none} if nothing describes it and {absent} if there's no {noun} at "
                f"all", f"look for {noun} and tell me its adjective ({shape}{case}); {none} = no adjective, {absent} = not mentioned"],
        detailed=[f"Find the noun {noun} in the sentence and return the adjective in front of it as {shape}{case}. If the {noun} has no "
                  f"adjective return {none}; if the sentence does not mention a {noun} return {absent}.",
                  f"Attributes of one noun: {noun}. The output is {shape}{case}. Adjectives of other nouns do not count. Answer {none} "
                  f"for a {noun} without adjective, {absent} without a {noun}."])
