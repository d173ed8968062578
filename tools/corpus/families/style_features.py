"""Authorship and style: person, voice, register, spelling, boilerplate, hedging, shouting, lengths, readability."""
import words as w
from task import Task, dressed_labels, evened, family
from templates import LETTER_SLOTS, filler

THEME = "authorship and style"
NOUNS = [noun for noun in w.NOUNS if not noun.endswith("s") and noun not in ("coffee", "cotton", "lunch", "paint")]
SLOTS = LETTER_SLOTS | {"n": lambda r: r.choice(NOUNS)}
fill_part, fill = filler(SLOTS), filler(SLOTS, capital=True)
PERSONS = {
    "first": "I {v} the {n} in {c} with some friends.|We {v} our {n} and nobody helped us.|My {p} broke when I was in {c}.|On {d} I told "
             "{f} "
             "about our plans.|It was late when we came home, and our {n} was gone.|{f} never asked me why I left {c}.|"
             "Nothing frightened me more than the {n} that we {v}.|As for myself, I liked the {j} from {c}.|The {j} smiled at us before "
             "we {v} the {n}.|I know that {f} {v} the {n}.",
    "second": "You {v} the {n} in {c} with some friends.|Your {p} broke when you were in {c}.|On {d} you told {f} about your plans.|It is "
              "late when you come home, and your {n} is gone.|{f} never asked you why you left {c}.|Nothing frightens you more "
              "than the {n}.|If you turn left, your way leads to {c}.|The {j} smiled at you before you {v} the {n}.|As for yourself, you "
              "liked the {j} from {c}.|You know that {f} {v} the {n}.",
    "third": "{f} {v} the {n} in {c} with some friends.|They {v} their {n} and nobody helped them.|His {p} broke when he was in {c}.|On "
             "{d} "
             "she told {f} about her plans.|It was late when they came home, and their {n} was gone.|{f} never asked him why he left {c}.|"
             "Nothing frightened her more than the {n} that she {v}.|The {j} from {c} liked {f}.|The {j} smiled at them before they {v} "
             "the {n}.|{f} knows that {f} {v} the {n}.",
}


@family(area="core", theme=THEME, difficulty="easy")
def narrating_person(r):
    """First, second or third person of a text."""
    labels = dressed_labels(r, [("first", "second", "third"), ("1", "2", "3"), ("1st person", "2nd person", "3rd person"),
                                ("I/we", "you", "he/she/they"), ("FIRST", "SECOND", "THIRD"), ("P1", "P2", "P3"),
                                ("speaker", "addressee", "other")], name="style")
    two = r.random() < 0.4

    def pair(r):
        at = r.randrange(3)
        sentences = r.sample(PERSONS[["first", "second", "third"][at]].split("|"), 2 if two else 1)
        return " ".join(fill(r, sentence) for sentence in sentences), labels[at]

    first, second, third = labels
    rules = f"{first} for I or we, {second} for you, {third} for all others"
    return Task(
        key=(labels, two), labels=labels, pair=pair,
        terse=[f"grammatical person of the narration: {rules}", f"who tells it? {rules}"],
        casual=[f"is the text written in the first, second or third person? {rules}",
                f"label the point of view: {rules} (he, she, they, names)"],
        detailed=[f"Determine the point of view of the passage by its pronouns. Return {rules}.",
                  f"Each input is a short passage of prose. If the narrator says I, we, my or our, answer {first}; if the reader is "
                  f"addressed as you, answer {second}; if there is neither, answer {third}."])


ACTIONS = """cleaned cleaned|wrote written|sold sold|painted painted|bought bought|carried carried|sent sent|built built|drew drawn|
stole stolen|broke broken|found found|lost lost|hid hidden|took taken|chose chosen|moved moved|repaired repaired|checked checked|
packed packed|opened opened|closed closed|washed washed|delivered delivered|inspected inspected""".replace("\n", "")
ACTIONS = [action.split() for action in ACTIONS.split("|")]


@family(area="core", theme=THEME, difficulty="medium")
def voice_of_sentence(r):
    """Active or passive."""
    labels = dressed_labels(r, [("active", "passive"), ("ACTIVE", "PASSIVE"), ("A", "P"), ("act", "pass"), ("0", "1"),
                                ("direct", "indirect"), ("doer first", "doer hidden or last"), ("Active", "Passive"), ("ok", "rewrite"),
                                ("fine", "flag")], name="style")
    counted = r.random() < 0.4

    def one(r):
        past, participle = r.choice(ACTIONS)
        passive = r.random() < 0.5
        text = r.choice(["The {n} was @ by {f}.", "The {a} {n} has been @.", "{i} letters were @ in {c}.", "The {p} will be @ on {d}.",
                         "On {d} the {n} was @ by the {j}.", "The {n} had been @ near {c}.", "My {n} is being @ by {k}."] if passive else
                        ["{f} has @ the {n}.", "The {j} ! the {a} {n}.", "On {d} {f} ! it by the river.", "{k} had @ {i} letters.",
                         "The {j} was in {c} and ! the {n}.", "{f} will have @ the {p} by {d}.", "By {d} the {j} ! a {n}."])
        return fill(r, text.replace("@", participle).replace("!", past)), passive

    def pair(r):
        if not counted:
            text, passive = one(r)
            return text, labels[passive]
        found = [one(r) for _ in range(r.randint(2, 4))]
        return " ".join(text for text, _ in found), str(sum(passive for _, passive in found))

    active, passive = labels
    what = "the number of passive sentences, in digits" if counted else f"{active} for the active voice, {passive} for the passive voice"
    return Task(
        key="count" if counted else labels, labels=None if counted else labels, pair=pair,
        terse=[f"grammatical voice: {what}", f"active or passive? {what}"],
        casual=[f"check for passive voice: {what}. the word by alone proves nothing", f"is it 'somebody did it' or 'it was done'? {what}"],
        detailed=[f"Determine the voice of the verb (passive: a form of be with a past participle, with or without by). Return {what}.",
                  f"A style checker for passives. Its output is {what}. Perfect forms with have are active unless been stands before the "
                  f"participle."])


REGISTERS = {
    "formal": "Dear Ms {l}, please find enclosed the invoice for the {p}.|We regret to inform you that your order will be delayed until "
              "{d}.|Dear Sir or Madam, I am writing to enquire about the {p}.|Kindly confirm your attendance at the meeting in {c}.|"
              "We would be obliged if you could return the {n} by {d}.|Yours sincerely, {f} {l}, {k}|In accordance with our agreement, "
              "{k} will deliver the {p} in {m}.|Dear Mr {l}, thank you for your letter of {d}.|"
              "Should you require further information, do not hesitate to contact {k}.|It is with great pleasure that we invite you to "
              "{c}.|With reference to your enquiry of {d}, we confirm receipt of the {p}.|May I respectfully request a reply by {d}?",
    "casual": "hey {f}, got the {p}, looks awesome lol|gonna be late, stuck in {c}, soz|yo {f}, wanna grab a pizza on {d}?|dunno where "
              "the {n} is, ask {f} maybe|thx a lot for the {p}, ur the best!!|hiya, what's up in {c}?|omg {f}, the {n} is sooo cool|"
              "nah can't make it on {d}, sry|btw {f} kinda forgot the {n} again haha|sup guys, anybody up for {c} this weekend?|lemme "
              "know if u need the {n}, cya|yeah no prob, I'll chuck the {p} in the car",
}


@family(area="core", theme=THEME, difficulty="easy")
def register_of_message(r):
    """Formal or casual."""
    labels = dressed_labels(r, [("formal", "casual"), ("FORMAL", "INFORMAL"), ("official", "chatty"), ("F", "C"), ("business", "private"),
                                ("polite_letter", "slang"), ("1", "0"), ("letter", "chat"), ("stiff", "loose")], name="style")

    def pair(r):
        at = r.randrange(2)
        parts = r.sample(REGISTERS[("formal", "casual")[at]].split("|"), r.choice([1, 1, 2]))
        text = (" ", ", ")[at].join(fill_part(r, part) for part in parts)
        return text, labels[at]

    formal, casual = labels
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"register: {formal} for business letter style, {casual} for slang or chat",
               f"{formal} or {casual}? formal letter language versus relaxed chat language"],
        casual=[f"is it written like an official letter ({formal}) or like a chat between friends ({casual})?",
                f"judge the tone only: {formal} if it's formal, {casual} if it's informal"],
        detailed=[f"Classify the register of a message. Return {formal} for formal language with full, polite sentences as in business "
                  f"letters, and {casual} for informal language with slang, abbreviations or chat spelling.",
                  f"Look at how it is said, not at what is said. Formal wording gets {formal}; colloquial wording gets {casual}."])


SPELLINGS = """colour color|favourite favorite|centre center|organise organize|realise realize|travelled traveled|grey gray|
honour honor|theatre theater|catalogue catalog|neighbour neighbor|harbour harbor|behaviour behavior|litre liter|metre meter|
analyse analyze|apologise apologize|cancelled canceled|jewellery jewelry|aeroplane airplane|tyre tire|pyjamas pajamas|labour labor|
humour humor|flavour flavor|fibre fiber|cheque check|defence defense|licence license|mould mold|moustache mustache|plough plow|
sceptical skeptical|programme program|modelling modeling|recognise recognize|rumour rumor|parlour parlor|kerb curb|cosy cozy
""".replace("\n", "")
SPELLINGS = [spelling.split() for spelling in SPELLINGS.split("|")]
FRAMES = ["{f} wrote the word @ in the letter to {c}.", "The sign in {c} says @.", "{f} asked about the word @ on {d}.",
          "In the headline from {c} it said @.", "The text of {k} has the word @ in line {i}.", "We read @ on page {i} of the book by {f}.",
          "The quiz of {d} asked for @.", "{f} gave @ as an answer in the test.", "The poster of {k} shows the word @."]


@family(area="core", theme=THEME, difficulty="medium")
def british_or_american_spelling(r):
    """The spelling that a text uses."""
    labels = dressed_labels(r, [("British", "American", "neither"), ("UK", "US", "NONE"), ("en-GB", "en-US", "en"), ("gb", "us", "-"),
                                ("BrE", "AmE", "?"), ("B", "A", "N"), ("1", "2", "0")], name="style")

    def pair(r):
        at = r.choice([0, 0, 1, 1, 2])
        word = r.choice(SPELLINGS)[at] if at < 2 else r.choice(NEUTRAL)
        while word in DOUBTFUL:
            word = r.choice(SPELLINGS)[at]
        text = r.choice(FRAMES).replace("@", r.choice(["{}", "'{}'", "\"{}\""]).format(word))
        return fill(r, text), labels[at]

    british, american, neither = labels
    rules = f"{british} for British spelling (colour), {american} for American (color), {neither} if no word differs"
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"spelling: {rules}", f"which English? {rules}"],
        casual=[f"tell me from the spelling which English it is: {rules}", f"uk or us spelling? {rules}"],
        detailed=[f"Find the word whose spelling tells British from American English and return {rules}. Names and places say nothing.",
                  f"Detect the spelling variant of a sentence. The answers: {rules}. Only spelling counts, not the vocabulary."])


DOUBTFUL = ("check", "tire", "meter", "program", "license", "airplane", "curb")
NEUTRAL = "window garden letter happy station useful doctor planning paper simple music winter market yellow reading number".split()


BOILERPLATE = ["in today's fast-paced world", "it is important to note", "at the end of the day", "in conclusion", "delve into",
               "a wide range of", "plays a crucial role", "unlock the potential", "game changer", "look no further",
               "without further ado", "seamless experience", "take it to the next level", "needless to say", "as an assistant",
               "a testament to"]
STOCK = {phrase: sentence for phrase, sentence in zip(BOILERPLATE, ["In today's fast-paced world the {n} matters.",
                                                                    "It is important to note that {c} is large.", "At the end of the day "
                                                                        "the {n} counts.", "In conclusion, {k} sells the {p}.",
                                                                    "Let us delve into the {n}.",
         "{k} has a wide range of goods.", "The {n} plays a crucial role in {c}.", "Unlock the potential of the {p}.",
                                                                    "The {p} is a game changer.", "Need a {n}? Look no further.",
                                                                    "Without further ado, here is the {p}.", "{k} stands for a seamless "
                                                                        "experience.",
         "Take it to the next level with {k}.", "Needless to say, {f} likes the {n}.", "As an assistant I like the {n}.",
                                                                    "The {p} is a testament to {k}."])}


@family(area="core", theme=THEME, difficulty="hard")
def boilerplate_by_markers(r):
    """Machine-like or plain, by the number of stock phrases."""
    phrases = r.sample(BOILERPLATE, r.randint(3, 4))
    limit = r.choice([1, 2, 2])
    machine, plain = dressed_labels(r, [("machine", "human"), ("BOILERPLATE", "PLAIN"), ("generated", "written"), ("canned", "own words"),
                                        ("1", "0"), ("bot", "person"), ("edit", "keep")], name="style")

    def pair(r):
        used = r.sample(phrases, limit if r.random() < 0.5 else limit - 1) if r.random() < 0.8 else r.sample(phrases, r.randint(0,
            len(phrases) - 1))
        others = [phrase for phrase in BOILERPLATE if phrase not in phrases]
        parts = [STOCK[phrase] for phrase in used] + [r.choice(["{f} {v} the {n}.", "The {n} is in {c}.",
                                                                "See {f} on {d}."]) for _ in range(r.randint(1,
                                                                    2))] + [STOCK[phrase] for phrase in r.sample(others, r.randint(0, 1))]
        r.shuffle(parts)
        text = " ".join(fill(r, part) for part in parts)
        count = sum(phrase in text.lower() for phrase in phrases)
        return text, machine if count >= limit else plain

    listed = ", ".join(f"'{phrase}'" for phrase in phrases)
    least = "at least one" if limit == 1 else f"at least {limit} different ones"
    return Task(
        key=(tuple(sorted(phrases)), limit, machine, plain), labels=(machine, plain), pair=evened(pair, (machine, plain), tries=15),
        terse=[f"{machine} if the text has {least} of {listed} (any case), else {plain}",
               f"count {listed}, ignoring case: {least} -> {machine}, otherwise {plain}"],
        casual=[f"flag canned text: with {least} of these phrases it is {machine}, otherwise {plain}: {listed}. case doesn't matter",
                f"our marker phrases are {listed}. {least} of them in the text (any case) means {machine}, else {plain}"],
        detailed=[f"Decide by marker phrases alone whether a text is {machine} or {plain}. The markers are {listed}; upper and lower case "
                  f"are the same. If {least} of the markers occur, return {machine}, otherwise {plain}.",
                  f"The markers of machine-like prose are {listed}. Other stock phrases do not count. Return {machine} for a text with "
                  f"{least} of them, in any case of letters, and {plain} for the rest."])


HEDGES = "maybe perhaps possibly probably apparently presumably arguably seemingly".split()
SURE = "certainly definitely clearly obviously undoubtedly surely absolutely plainly".split()


@family(area="core", theme=THEME, difficulty="medium")
def hedged_or_certain(r):
    """More hedges or more words of certainty."""
    hedges, sure = r.sample(HEDGES, 4), r.sample(SURE, 4)
    labels = dressed_labels(r, [("hedged", "certain", "balanced"), ("WEAK", "STRONG", "EVEN"), ("-", "+", "0"), ("unsure", "sure", "tie"),
                                ("soft", "firm", "equal"), ("doubt", "confidence", "neither")], name="style")

    def pair(r):
        a, b = r.choice([(1, 0), (2, 0), (2, 1), (0, 1), (0, 2), (1, 2), (1, 1), (0, 0)])
        used = [r.choice(hedges) for _ in range(a)] + [r.choice(sure) for _ in range(b)]
        parts = [r.choice(["{f} @ {v} the {n}", "the {n} is @ in {c}", "@ the {j} is from {c}", "{k} will @ call on {d}",
                           "the {p} is @ broken"]).replace("@", word) for word in used] + ["{f} {v} the "
                               "{n}"] * (a + b == 0 or r.random() < 0.4)
        r.shuffle(parts)
        return fill(r, r.choice([", and ", "; "]).join(parts) + "."), labels[0 if a > b else 1 if b > a else 2]

    hedged, certain, even = labels
    lists = f"hedges ({', '.join(hedges)}), certainty words ({', '.join(sure)})"
    return Task(
        key=(tuple(hedges), tuple(sure), labels), labels=labels, pair=pair,
        terse=[f"{lists}: more hedges {hedged}, more certainty {certain}, equal {even}",
               f"{hedged} = more hedges, {certain} = more certainty, {even} = same number; {lists}"],
        casual=[f"count {lists}. more hedges means {hedged}, more certainty means {certain}, a draw {even}",
                f"does the writer sound sure? go by {lists}: {hedged} if hedges win, {certain} if certainty wins, {even} if equal"],
        detailed=[f"Count two lists of words: {lists}. Return {hedged} if there are more hedges, {certain} if there are more certainty "
                  f"words and {even} if the counts are equal or both zero.",
                  f"Judge how firm a statement is by {lists}. The longer count decides: {hedged} for hedges, {certain} for certainty. "
                  f"With equal counts, zero included, the answer is {even}."])


@family(area="core", theme=THEME, difficulty="medium")
def shouting_or_calm(r):
    """Capitals and exclamation marks over a limit."""
    loud, calm = dressed_labels(r, [("shouting", "calm"), ("LOUD", "quiet"), ("yes", "no"), ("SHOUT", "OK"), ("1", "0"), ("warn", "pass"),
                                    ("angry style", "normal style")], name="style")
    capitals, marks = r.choice([(1, 3), (2, 3), (2, 4), (3, 4), (3, 3), (2, 2), (3, 5)])
    both = r.random() < 0.3

    def pair(r):
        text = fill(r, r.choice(["where is my {n} from {c}", "{f} took the {p} again", "I want the {n} back on {d}",
                                 "the {j} in {c} lost my {n}", "this {p} is so slow", "call {f} about the {n} now",
                                 "nobody in {c} told me about the {n}"]))
        words = text.split()
        long = [at for at, word in enumerate(words) if len(word) > 1]
        count = r.choice([0, capitals - 1, capitals, capitals, capitals + 1]) if len(long) > capitals else 0
        for at in r.sample(long, min(count, len(long))):
            words[at] = words[at].upper()
        text = " ".join(words) + "!" * r.choice([0, 1, marks - 1, marks, marks + 1])
        upper = sum(len(word.strip("!")) > 1 and word.strip("!").isupper() for word in text.split())
        tests = [upper >= capitals, text.count("!") >= marks]
        return text, loud if (all(tests) if both else any(tests)) else calm

    word = "and" if both else "or"
    rule = f"{capitals} or more words all in capitals (of two letters or more) {word} {marks} or more exclamation marks"
    return Task(
        key=(loud, calm, capitals, marks, both), labels=(loud, calm), pair=evened(pair, (loud, calm), tries=15),
        terse=[f"{loud} if {rule}, else {calm}", f"{rule} -> {loud}; otherwise {calm}"],
        casual=[f"is somebody shouting? {loud} when there are {rule}, {calm} otherwise", f"{calm} by default, but {loud} for {rule}"],
        detailed=[f"Return {loud} if the message has {rule}; in all other cases return {calm}. A single letter such as I does not count "
                  f"as a word in capitals.",
                  f"Judge the form of a message, not its meaning. It is {loud} with {rule}. Everything else is {calm}."])


@family(area="core", theme=THEME, difficulty="hard")
def sentence_lengths(r):
    """The longest, shortest or mean sentence, in words."""
    kind = r.choice(["longest", "shortest", "all", "count over"])
    limit = r.choice([5, 6, 7, 8])
    form = r.choice(["{}", "{} words", "len={}", "n={}", "<{}>", "{}w"]) if kind in ("longest", "shortest") else "{}"
    join, joined = r.choice([(",", "commas without blanks"), (" ", "blanks"), ("-", "hyphens"), ("/", "'/'"), ("+", "'+'")])
    labels = r.choice([None, None, ("long", "short"), ("split", "fine"), ("LONG", "OK"), ("heavy", "light")]) if kind == "longest" else None

    def pair(r):
        sentences = []
        for _ in range(r.randint(2, 4)):
            sentence = fill(r, r.choice(["{f} {v} the {n}.", "The {n} is {a}.", "We {v} it.", "On {d} the {j} {v} a {n} in {c}.",
                                         "Nobody in {c} knew {f}.", "The {j} of {k} {v} {i} letters on {d} and left.", "{f} left.",
                                         "It was late in {c} when {f} came."]))
            sentences.append(sentence)
        lengths = [len(sentence.split()) for sentence in sentences]
        text = " ".join(sentences)
        if kind == "all":
            return text, join.join(map(str, lengths))
        if kind == "count over":
            return text, str(sum(length > limit for length in lengths))
        number = max(lengths) if kind == "longest" else min(lengths)
        return text, form.format(number) if not labels else labels[0] if number > limit + 1 else labels[1]

    what = {"all": f"the number of words of each sentence, joined by {joined}",
            "count over": f"how many sentences have more than {limit} words",
            "longest": f"the number N of words of the longest sentence as {form.format('N')}",
            "shortest": f"the number N of words of the shortest sentence as {form.format('N')}"}[kind]
    if labels:
        what = f"{labels[0]} if the longest sentence has more than {limit + 1} words, else {labels[1]}"
    return Task(
        key=(kind, limit if kind == "count over" or labels else "", form, join if kind == "all" else "", labels), labels=labels,
                pair=evened(pair, labels, tries=15) if labels else pair,
        terse=[f"{what} (sentences end at full stops, words at blanks)", f"sentence length: {what}; split at full stops, words at blanks"],
        casual=[f"measure the sentences of the text and tell me {what}. words are what stands between blanks",
                f"I want {what}. every sentence ends with a full stop"],
        detailed=[f"Split the text into sentences at the full stops and count the words, which are separated by blanks. Return {what}.",
                  f"A measure of style: {what}. Numbers count as words, and each full stop ends a sentence."])


@family(area="core", theme=THEME, difficulty="hard")
def readability_by_long_words(r):
    """Easy or hard, by the number of long words."""
    labels = dressed_labels(r, [("easy", "hard"), ("EASY", "HARD"), ("plain", "heavy"), ("A", "B"), ("1", "2"), ("green", "red"),
                                ("simple", "complex")], name="style")
    letters, limit = r.choice([7, 8, 9, 10]), r.choice([1, 2, 3])
    shape = r.choice([None, None, "{} long", "long={}", "{}", "{} words", "N: {}"])
    long = """information application development organisation environment regulations understanding documentation infrastructure
    requirements consequences responsibility electricity temperature communication independence professionals significance""".split()

    def pair(r):
        words = [r.choice(long) for _ in range(r.choice([limit - 1, limit, limit, limit + 1, 0]))]
        parts = [r.choice(["the {n} needs @", "{f} spoke of @ in {c}", "@ is the topic on {d}", "we read about @ and the {n}"]).replace("@",
            word) for word in words]
        parts += [r.choice(["{f} {v} the {n}", "the {n} is {a}", "we saw {f} on {d}", "call me in {c}"]) for _ in range(max(1,
            3 - len(parts)))]
        r.shuffle(parts)
        text = fill(r, ", ".join(parts[:4]) + ".")
        number = sum(len(word.strip(".,")) >= letters for word in text.split())
        return text, shape.format(number) if shape else labels[number >= limit]

    easy, hard = labels
    what = (f"the number N of long words as '{shape.format('N')}'" if shape != "{}" else "the number of long "
        "words") if shape else f"{hard} with {limit} or more long words, {easy} with fewer"
    return Task(
        key=(letters, shape) if shape else (letters, limit, labels), labels=None if shape else labels,
        pair=pair if shape else evened(pair, labels, tries=15),
        terse=[f"long word = {letters} letters or more; {what}", f"{what} (a word is long from {letters} letters, names too)"],
        casual=[f"readability check: words with at least {letters} letters are long. give me {what}",
                f"count the words of {letters} letters and more, names included. answer: {what}"],
        detailed=[f"A word is long if it has {letters} or more letters, punctuation not counted; names count like other words. Return "
                  f"{what}.", f"Rate how hard a text is to read. Only long words of at least {letters} letters matter, names included. "
                              f"The answer is {what}."])
