"""Core text processing: counting in a text and picking words or sentences of it."""
import collections
import re

import words as w
from task import Task, core_family, options, pick_labels

ORDINALS = ["first", "second", "third", "fourth", "fifth"]
NONE = ["none", "N/A", "-", "NONE", "not found", "missing", "(nothing)", "?"]
QUESTIONS = ["Did you see the {a} {n}?", "Where is the {n}?", "Who took the {a} {n}?", "Is the {n} still {a}?", "Why was {p} in {c}?",
             "When does {p} leave?", "Can {p} bring the {n}?", "How much is the {n}?"]
STATEMENTS = ["The {n} is {a}.", "{p} went to {c}.", "We lost the {a} {n}.", "Nobody called {p}.", "It rained in {c}.",
              "{p} likes the {n}.", "The {n} came from {c}.", "There is one {a} {n} here."]
EXCLAMATIONS = ["How {a} the {n} is!", "Stop that {n}!", "{p} won in {c}!", "Look at the {n}!", "Happy birthday, {p}!", "The {n} is gone!",
                "Do not touch the {n}!", "See you in {c}!"]
PALINDROMES = """level,radar,civic,kayak,rotor,refer,noon,madam,stats,tenet,deed,peep,racecar,solos,minim,sagas,redder,rotator,deified,
reviver,wow,eve,pop,toot,hannah,otto,anna,bob,civic,kook,tot,pip,dad,mum,bib,gag,sis,poop,repaper,murdrum""".replace("\n", "").split(",")


def fill(r, template):
    return template.format(a=r.choice(w.ADJECTIVES), n=r.choice(w.NOUNS), p=w.first(r), c=w.city(r))


@core_family("easy")
def kind_of_sentence_count(r):
    """How many questions, statements or exclamations a text has."""
    kind = r.choice(["questions", "statements", "exclamations", "sentences that are not questions", "sentences"])
    style, show = r.choice([("a digit", str), ("a number word (zero, one, two ...)",
                                               lambda n: ["zero", "one", "two", "three", "four", "five", "six"][n]),
                            ("a digit in brackets like (2)", lambda n: f"({n})"), ("count= and a digit", lambda n: f"count={n}"),
                            ("that many x letters, or 0 if there are none", lambda n: "x" * n or "0")])

    def pair(r):
        pieces = [fill(r, r.choice(r.choice([QUESTIONS, STATEMENTS, EXCLAMATIONS]))) for _ in range(r.randint(2, 6))]
        ends = collections.Counter(piece[-1] for piece in pieces)
        counts = {"questions": ends["?"], "statements": ends["."], "exclamations": ends["!"], "sentences": len(pieces),
                  "sentences that are not questions": len(pieces) - ends["?"]}
        return " ".join(pieces), show(counts[kind])

    marks = "(questions end with ?, exclamations with !, statements with a full stop)"
    return Task(
        key=(kind, style), pair=pair,
        terse=[f"number of {kind} {marks}, as {style}", f"count {kind}; answer as {style} {marks}"],
        casual=[f"how many {kind} are there? write it as {style} {marks}", f"just count the {kind} for me {marks} and answer with {style}"],
        detailed=[f"Count the {kind} in the text {marks}. Return the count as {style}.",
                  f"The input has several sentences {marks}. Return how many {kind} it contains, written as {style}."])


@core_family("medium")
def nth_word_of_text(r):
    """The nth word from either end, of the text or of a sentence of it."""
    scope, from_end = r.choice(["text", "text", "first sentence", "last sentence"]), r.random() < 0.4
    n = r.randint(1 if from_end else 2, 5 if scope == "text" else 3)
    case, show = r.choice([("as written without punctuation", str), ("in lower case without punctuation", str.lower),
                           ("in capitals without punctuation", str.upper),
                           ("spelled backwards in lower case without punctuation", lambda x: x.lower()[::-1]),
                           ("followed by its number of letters, like lamp 4, without punctuation", lambda x: f"{x} {len(x)}")])
    missing = r.choice(NONE)
    position = f"{ORDINALS[n - 1]} word from the end" if from_end and n > 1 else "last word" if from_end else f"{ORDINALS[n - 1]} word"

    def pair(r):
        if r.random() < 0.17 and n > 2:
            pieces = [" ".join([r.choice(["Stop", "Look", "Listen", "Wait", "Hello"]), w.first(r), r.choice(w.NOUNS),
                                r.choice(w.ADJECTIVES)][:r.randint(2, n - 1)]) + r.choice(".!") for _ in range(1 if scope == "text" else 2)]
        else:
            pieces = [fill(r, r.choice(STATEMENTS + QUESTIONS + EXCLAMATIONS)) for _ in range(r.randint(2, 3))]
        if scope == "text":
            used = pieces
        else:
            used = pieces[:1] if scope == "first sentence" else pieces[-1:]
        words = re.findall(r"[\w']+", " ".join(used))
        return " ".join(pieces), show(words[-n if from_end else n - 1]) if len(words) >= n else missing

    return Task(
        key=(n, from_end, case, scope, missing), pair=pair,
        terse=[f"{position} of the {scope}, {case}; too short: {missing}",
               f"return the {scope}'s {position} {case}, or {missing} if there are fewer words"],
        casual=[f"give me the {position} in the {scope}, {case}. not enough words? then {missing}",
                f"what's the {position} of the {scope}? write it {case} - or {missing} if it has too few words"],
        detailed=[f"Return the {position} of the {scope}, {case}. If the {scope} has too few words, return {missing}.",
                  f"Split the {scope} into words and output the {position}, {case}. When it does not exist, output {missing}."])


@core_family("easy")
def nth_sentence_of_text(r):
    """The nth sentence, first question and the like."""
    which = r.choice(["second sentence", "last sentence", "first sentence", "first question", "last question", "first exclamation",
                      "longest sentence by words (the first of equals)", "shortest sentence by words (the first of equals)"])
    case, show = r.choice([("as written", str), ("without its end mark", lambda s: s[:-1]), ("in lower case", str.lower),
                           ("in capitals", str.upper), ("in double quotes", lambda s: f'"{s}"'),
                           ("with each blank replaced by an underscore", lambda s: s.replace(" ", "_"))])
    missing = r.choice(NONE)

    def pair(r):
        pieces = [fill(r, r.choice(r.choice([QUESTIONS, STATEMENTS, EXCLAMATIONS, STATEMENTS])))
                  for _ in range(r.randint(2, 4) if which != "second sentence" or r.random() < 0.85 else 1)]
        needed = QUESTIONS if "question" in which else EXCLAMATIONS if "exclamation" in which else None
        if needed and r.random() < 0.7:
            pieces[r.randrange(len(pieces))] = fill(r, r.choice(needed))
        questions, loud = [p for p in pieces if p[-1] == "?"], [p for p in pieces if p[-1] == "!"]
        sizes = [len(p.split()) for p in pieces]
        found = {"second sentence": pieces[1:2], "last sentence": pieces[-1:], "first sentence": pieces[:1],
                 "first question": questions[:1], "last question": questions[-1:], "first exclamation": loud[:1]}.get(which)
        if found is None:
            found = [pieces[sizes.index(max(sizes) if which.startswith("longest") else min(sizes))]]
        return " ".join(pieces), show(found[0]) if found else missing

    return Task(
        key=(which, case, missing), pair=pair,
        terse=[f"{which}, {case}; none: {missing}", f"return the {which} {case}, {missing} if it does not exist"],
        casual=[f"copy out the {which} {case}. if there isn't one say {missing}",
                f"i only need the {which}, {case} ({missing} when there is none)"],
        detailed=[f"From the text return the {which}, {case}. Questions end with a question mark, exclamations with an exclamation mark. "
                  f"If there is no such sentence, return {missing}.",
                  f"Select the {which} of the text and output it {case}. When the text has none, the answer is {missing}."])


@core_family("medium")
def words_with_property_counted(r):
    """How many words of a list meet a condition, or which."""
    letter, size = r.choice("abcdeflmprstw"), r.randint(4, 6)
    rule, test = r.choice([(f"begin with {letter}", lambda x: x[0] == letter),
                           (f"end with {letter if letter in 'dlrtep' else 'e'}",
                            lambda x: x[-1] == (letter if letter in "dlrtep" else "e")),
                           (f"have more than {size} letters", lambda x: len(x) > size),
                           (f"have fewer than {size} letters", lambda x: len(x) < size),
                           (f"have exactly {size} letters", lambda x: len(x) == size),
                           (f"contain the letter {letter}", lambda x: letter in x),
                           ("begin with a vowel (a, e, i, o, u)", lambda x: x[0] in "aeiou"),
                           ("contain a double letter such as tt or ee", lambda x: bool(re.search(r"(.)\1", x)))])
    want = r.choice(["count", "count", "list", "first"])
    missing = r.choice(NONE)
    sep, said = r.choice([(", ", "comma and blank"), (" ", "blanks"), ("/", "slashes")])
    asked = {"count": f"the number of words that {rule} (0 if none)",
             "list": f"the words that {rule}, in order, separated by {said}, or {missing} if there are none",
             "first": f"the first word in the list that has this property: words that {rule}; {missing} if there is none"}[want]

    def pair(r):
        words = r.sample(w.NOUNS + w.ADJECTIVES, r.randint(4, 8))
        good = [word for word in w.NOUNS if test(word) and word not in words]
        if r.random() < 0.7 and good:
            words[r.randrange(len(words))] = r.choice(good)
        found = [word for word in words if test(word)]
        text = r.choice([", ", " ", "; "]).join(words)
        return text, str(len(found)) if want == "count" else missing if not found else sep.join(found) if want == "list" else found[0]

    return Task(
        key=(rule, want, sep, missing if want != "count" else ""), pair=pair,
        terse=[f"word list -> {asked}", f"return {asked}"],
        casual=[f"from this list of words i want {asked}", f"look through the words and tell me {asked}"],
        detailed=[f"The input is a list of lower-case words. Return {asked}. Add nothing else.",
                  f"Check every word in the list. The answer is {asked}."])


@core_family("medium")
def letters_of_word_counted(r):
    """Vowels, consonants, a letter or all letters of one marked word."""
    letter = r.choice("aeotrnslcp")
    what, count = r.choice([("vowels (a, e, i, o, u)", lambda x: sum(c in "aeiou" for c in x)),
                            ("consonants (letters other than a, e, i, o, u)", lambda x: sum(c not in "aeiou" for c in x)),
                            (f"letters {letter}", lambda x: x.count(letter)), ("letters", len),
                            ("different letters (each counted once)", lambda x: len(dict.fromkeys(x)))])
    where, mark = r.choice([("last word", "{t} {x}"), ("word in square brackets", "{t} [{x}] {u}"), ("first word", "{x} {t}"),
                            ("word in asterisks", "{t} *{x}* {u}"), ("word after the colon", "{t}: {x}")])
    shape, show = r.choice([("a digit", "{n}"), ("the word, a colon and the digit, like lamp:4", "{x}:{n}"),
                            ("the word, an equals sign and the digit, like lamp=4", "{x}={n}"), ("n= and the digit", "n={n}")])

    def pair(r):
        word, wanted = r.choice(w.NOUNS + w.ADJECTIVES), r.choice([0, 1, 1, 2, 2])
        while what == f"letters {letter}" and word.count(letter) != wanted:
            word = r.choice(w.NOUNS + w.ADJECTIVES)
        text = mark.format(t=" ".join(w.words(r, 2, 5)), u=r.choice(w.NOUNS), x=word)
        return text, show.format(x=word, n=count(word))

    return Task(
        key=(what, where, shape), pair=pair,
        terse=[f"count the {what} in the {where}; answer: {shape}", f"how many {what} has the {where}? {shape}"],
        casual=[f"only look at the {where} and count its {what}. reply as {shape}", f"number of {what} in the {where} please, as {shape}"],
        detailed=[f"Take the {where} of the input and count the {what} in it. Return {shape}; the other words do not matter.",
                  f"Return the number of {what} that the {where} has. The output is {shape}."])


@core_family("medium")
def extreme_word_pick(r):
    """The longest, shortest or alphabetically outermost word."""
    rule, choose = r.choice([("longest word", lambda x: max(x, key=len)), ("shortest word", lambda x: min(x, key=len)),
                             ("word that comes first in the alphabet", min), ("word that comes last in the alphabet", max),
                             ("word with the most letters e", lambda x: max(x, key=lambda y: y.count("e"))),
                            ("word with the most vowels (a, e, i, o, u)", lambda x: max(x, key=lambda y: sum(c in "aeiou" for c in y)))])
    tie = r.choice(["first", "last"])
    shape, show = r.choice([("as it is", str), ("in capitals", str.upper), ("with its length after a blank", lambda x: f"{x} {len(x)}"),
                            ("backwards", lambda x: x[::-1]), ("in square brackets", lambda x: f"[{x}]"),
                            ("without its first letter", lambda x: x[1:]), ("twice with a hyphen between", lambda x: f"{x}-{x}")])

    def pair(r):
        words = r.sample(w.NOUNS + w.ADJECTIVES + w.COLORS, r.randint(4, 8))
        words = list(dict.fromkeys(words))
        return r.choice([" ", ", ", " / "]).join(words), show(choose(words if tie == "first" else words[::-1]))

    return Task(
        key=(rule, tie, shape), pair=pair,
        terse=[f"{rule} of the list, {shape}; ties: {tie} one", f"return the {rule} {shape} ({tie} in the list wins ties)"],
        casual=[f"which is the {rule}? write it {shape}. if several tie take the {tie} of them",
                f"pick the {rule} from the list and write it {shape}, the {tie} one on a tie"],
        detailed=[f"The input is a list of words. Return the {rule}, {shape}. If several words qualify equally, take the one that stands "
                  f"{tie} in the list.", f"Find the {rule} and print it {shape}. On equal terms the {tie} of them in list order counts."])


@core_family("easy")
def palindrome_or_not(r):
    """Does a word or number read the same backwards?"""
    yes, no = pick_labels(r, [("palindrome", "normal"), ("YES", "NO"), ("mirror", "plain"), ("same", "different"), ("true", "false"),
                              ("P", "N")])
    where, mark = r.choice([("last word", "{t} {x}"), ("word in brackets", "{t} ({x}) {u}"), ("word after the colon", "{t}: {x}"),
                            ("word in double quotes", '{t} "{x}" {u}')])

    def pair(r):
        half = w.identifier(r, r.randint(2, 3), "0123456789")
        if r.random() < 0.5:
            word = r.choice(PALINDROMES) if r.random() < 0.6 else half + r.choice(["", str(r.randint(0, 9))]) + half[::-1]
        else:
            word = r.choice([r.choice(w.NOUNS), r.choice(w.ADJECTIVES), r.choice(PALINDROMES) + r.choice("stn"),
                             half + w.identifier(r, 3, "0123456789")])
        text = mark.format(t=" ".join(r.choice(w.NOUNS) for _ in range(r.randint(2, 4))), x=word, u=r.choice(w.NOUNS))
        return text, yes if word == word[::-1] else no

    return Task(
        key=(yes, no, where), pair=pair, labels=(yes, no),
        terse=[f"{yes} if the {where} is the same backwards, else {no}", f"palindrome test on the {where}: {yes} / {no}"],
        casual=[f"does the {where} read the same from behind? {yes} or {no} (could be a number)",
                f"say {yes} when the {where} is a palindrome and {no} when it isn't"],
        detailed=[f"Look only at the {where}, which may be a number. Return {yes} if it reads the same forwards and backwards, otherwise "
                  f"{no}.", f"Decide whether the {where} is a palindrome, character by character. Answer {options((yes, no))} ({yes} means "
                  f"it is one)."])


@core_family("easy")
def text_length_limit(r):
    """Is a text within a limit of words?"""
    unit = r.choice(["words", "sentences", "commas"])
    low, high = {"words": (r.randint(5, 8), r.randint(12, 18)), "sentences": (2, r.choice([3, 4])),
                 "commas": (r.choice([1, 2]), r.choice([3, 4]))}[unit]
    short, good, long = pick_labels(r, [("too short", "ok", "too long"), ("SHORT", "FINE", "LONG"), ("under", "within", "over"),
                                        ("LOW", "MID", "HIGH"), ("few", "right", "many"), ("add", "keep", "cut")])

    def pair(r):
        aim = r.choice([-1, 0, 1])
        for _ in range(12):
            n = r.randint(1, 6) if unit != "words" else r.randint(1, 4)
            pieces = [fill(r, r.choice(STATEMENTS + QUESTIONS + EXCLAMATIONS)) for _ in range(n)]
            if unit == "commas":
                names = r.sample(w.NOUNS, r.randint(1, 6))
                pieces = [f"{w.first(r)} in {w.city(r)} has " + ", ".join(names) + "."]
            text = " ".join(pieces)
            size = {"words": len(text.split()), "sentences": n, "commas": text.count(",")}[unit]
            state = -1 if size < low else 1 if size > high else 0
            if state == aim:
                break
        return text, (short, good, long)[state + 1]

    return Task(
        key=(unit, low, high, good), pair=pair, labels=(short, good, long),
        terse=[f"{unit} in the text: below {low} {short}, {low} to {high} {good}, above {high} {long}",
               f"count {unit}; <{low} {short}, >{high} {long}, otherwise {good}"],
        casual=[f"check the number of {unit}: fewer than {low} is {short}, more than {high} is {long}, and anything from {low} to {high} "
                f"is {good}", f"is this {short}, {good} or {long}? i allow {low} to {high} {unit} (both fine)"],
        detailed=[f"Count the {unit} of the text. Return {short} if there are fewer than {low}, {long} if there are more than {high}, and "
                  f"{good} if the number is from {low} to {high}.",
                  f"The allowed range is {low} to {high} {unit}, ends included. Label the text {good} inside the range, {short} below it "
                  f"and {long} above it."])
