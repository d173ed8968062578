"""Core text processing: small codes, spelled-out text and letter play."""
import itertools

import words as w
from task import Task, core_family

NATO = """Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra Tango
Uniform Victor Whiskey Xray Yankee Zulu""".split()
MORSE = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..".split()
ABC = "abcdefghijklmnopqrstuvwxyz"
SHORT_NOUNS = [x for x in w.NOUNS + w.ANIMALS + w.ADJECTIVES if len(x) < 7 and " " not in x]


def carried(r, text):
    """The text behind something that must be ignored, and the rule that says where it begins."""
    return f"{r.choice([w.first(r), w.city(r), 'note ' + str(r.randint(2, 999)), w.first(r) + ' in ' + w.city(r)])}: {text}"


CASES = [("in lower case", str.lower), ("in capitals", str.upper), ("with a capital first letter", lambda x: x[:1].upper() + x[1:].lower())]


@core_family("hard")
def alphabet_shift_cipher(r):
    """Letters shifted along the alphabet by a fixed step."""
    step = r.choice([1, 1, 1, 2, 3, 13, 25])
    decode = r.random() < 0.5
    case, show = r.choice(CASES[:2])
    sign = -1 if decode else 1
    edge = "a goes to z" if decode else "z goes to a"
    way = ("back" if decode else "forward") + (f" by 1 in the alphabet ({edge})" if step == 1
                                               else f" by {step} places in the alphabet, wrapping round")

    def shifted(word, by):
        return "".join(ABC[(ABC.index(c) + by) % 26] for c in word)

    def pair(r):
        plain = " ".join(r.choice(SHORT_NOUNS) for _ in range(r.randint(1, 2)))
        coded = " ".join(shifted(word, -sign * step) for word in plain.split()) if decode else plain
        answer = plain if decode else " ".join(shifted(word, step) for word in plain.split())
        return carried(r, coded), show(answer)

    return Task(
        key=(step, decode, case), pair=pair,
        terse=[f"after the colon: move each letter {way}; result {case}", f"shift letters behind the colon {way}, {case}"],
        casual=[f"it's a simple letter code. take what comes after the colon, move every letter {way} and write it {case}",
                f"please shift each letter of the part after the colon {way}; blanks stay, answer {case}"],
        detailed=[f"Take the text after the colon. Replace each letter by the one that results from moving {way}. Keep blanks and return "
                  f"the result {case}.", f"The words behind the colon are to be shifted letter by letter, {way}. Return only those words, "
                  f"{case}."])


@core_family("hard")
def morse_translated(r):
    """Morse code to letters, or back."""
    decode = r.random() < 0.6
    dot, dash, said = r.choice([(".", "-", "dots and hyphens"), ("*", "_", "stars for dots and underscores for dashes"),
                                ("0", "1", "0 for dot and 1 for dash"), ("i", "o", "i for dot and o for dash")])
    gap, gap_said = r.choice([(" ", "blanks"), ("/", "slashes"), ("|", "vertical bars")])
    case, show = r.choice(CASES) if decode else ("as it is", str)

    def pair(r):
        word = r.choice(r.choice([SHORT_NOUNS, [name.lower() for name in w.FIRST if len(name) < 6]]))
        code = gap.join(MORSE[ABC.index(c)].replace(".", "d").replace("-", "D").replace("d", dot).replace("D", dash) for c in word)
        return carried(r, code if decode else word), show(word) if decode else code

    code_said = f"{said}, {gap_said} between letters"
    if decode:
        return Task(
            key=(decode, dot, gap, case), pair=pair,
            terse=[f"Morse after the colon ({code_said}) -> word {case}",
                   f"decode international Morse behind the colon ({code_said}), {case}"],
            casual=[f"what word is the Morse code after the colon? it uses {code_said}. write it {case}",
                    f"read the part after the colon from Morse ({code_said}) and give me the word {case}"],
            detailed=[f"Decode the part after the colon from international Morse code, written with {code_said}. Return only the word "
                      f"{case}.",
                      f"After the colon stands a Morse message ({code_said}). Translate it to letters and return them {case}."])
    return Task(
        key=(decode, dot, gap, case), pair=pair,
        terse=[f"word after the colon -> Morse: {code_said}", f"encode what is behind the colon in international Morse; {code_said}"],
        casual=[f"put the word after the colon into Morse code, {code_said}",
                f"i need Morse for the word behind the colon. use {code_said}"],
        detailed=[f"Encode the word after the colon in international Morse code, with {code_said}. Return only the code.",
                  f"After the colon stands a plain word. Translate it to Morse signs: {code_said}. Nothing else is returned."])


@core_family("medium")
def radio_alphabet_spelled(r):
    """The radio spelling alphabet to letters, or back."""
    decode = r.random() < 0.6
    sep, said = r.choice([(" ", "blanks"), ("-", "hyphens"), (", ", "comma and blank"), (".", "dots")])
    case, show = r.choice(CASES)
    digits = r.random() < 0.5
    names = "zero one two three four five six seven eight nine".split()
    some = f"Alfa, Bravo ...{', digits as English words' if digits else ''}"

    def pair(r):
        text = r.choice([w.identifier(r, r.randint(3, 5), ABC), r.choice(SHORT_NOUNS)[:5]])
        if digits:
            text += w.identifier(r, r.randint(1, 2), "0123456789")
        spelled = sep.join(names[int(c)] if c.isdigit() else NATO[ABC.index(c)] for c in text)
        return carried(r, (spelled if r.random() < 0.7 else spelled.lower()) if decode else text.upper()), show(text if decode else spelled)

    if decode:
        return Task(
            key=(decode, sep, case, digits), pair=pair,
            terse=[f"radio alphabet ({some}) behind the colon -> characters without blanks, {case}",
                   f"un-spell the part after the colon (NATO alphabet: {some}); one run of characters, {case}"],
            casual=[f"somebody spelled a code the radio way ({some}) after the colon. give me the characters without gaps, {case}",
                    f"turn the NATO words after the colon ({some}) back into characters, no gaps, {case}"],
            detailed=[f"The part after the colon is spelled in the international radio alphabet ({some}). Return the plain characters in "
                      f"one run, {case}.",
                      f"Decode the text behind the colon, which uses the NATO alphabet ({some}). Write the result without blanks, {case}."])
    return Task(
        key=(decode, sep, case, digits), pair=pair,
        terse=[f"code behind the colon -> radio alphabet ({some} Juliett, Xray), separated by {said}, {case}",
               f"spell the part after the colon: NATO alphabet ({some} Juliett, Xray), {said} between words, {case}"],
        casual=[f"spell what's after the colon the radio way ({some}; write Juliett and Xray like this), {said} in between, {case}",
                f"turn the characters after the colon into NATO words ({some}, Juliett, Xray), {said} between them, {case}"],
        detailed=[f"The part after the colon is a code. Spell it in the international radio alphabet ({some}; the spellings Juliett and "
                  f"Xray apply). "
                  f"Separate the words by {said}; the result is {case}.",
                  f"Encode the characters behind the colon with the NATO alphabet from Alfa to Zulu ({some}, Juliett, Xray). "
                  f"Put {said} between the words and write them {case}."])


@core_family("easy")
def acrostic_letters_read(r):
    """Letters picked from each word of a line."""
    rule, pick = r.choice([("first letter of each word", lambda x: x[0]), ("last letter of each word", lambda x: x[-1]),
                           ("second letter of each word", lambda x: x[1]), ("first two letters of each word", lambda x: x[:2]),
                           ("last two letters of each word", lambda x: x[-2:])])
    order = r.choice(["in order", "from the last word to the first"])
    case, show = r.choice(CASES[:2])
    sep, said = r.choice([("", "nothing"), ("-", "a hyphen"), (".", "a dot"), (" ", "a blank")])

    def pair(r):
        words = [r.choice(w.NOUNS + w.ADJECTIVES + w.VERBS_PAST) for _ in range(r.randint(3, 7))]
        words[0] = r.choice([words[0], w.city(r), w.first(r)])
        parts = [pick(x) for x in (words if order == "in order" else words[::-1])]
        return " ".join(words), show(sep.join(parts))

    return Task(
        key=(rule, order, case, sep), pair=pair,
        terse=[f"{rule}, {order}, joined by {said}, {case}", f"take the {rule} {order}; {case}; {said} between"],
        casual=[f"read the hidden word: {rule}, {order}, put {said} between them and write it {case}",
                f"give me the {rule} {order} and {case}, with {said} in between"],
        detailed=[f"From the line take the {rule}, {order}, and join the pieces with {said} between them. Return the result {case}.",
                  f"Build a string from the {rule}, going {order}. Put {said} between the pieces and write them {case}."])


@core_family("medium")
def spoken_address_written(r):
    """An e-mail or web address read aloud, written down, or back."""
    kind = r.choice(["e-mail", "web"])
    back = r.random() < 0.35
    dot, at, dash, under = r.choice([("dot", "at", "dash", "underscore"), ("point", "at", "minus", "underline"),
                                     ("DOT", "AT", "DASH", "UNDERSCORE"), ("(dot)", "(at)", "(dash)", "(underscore)")])
    front = r.choice(["", "mailto:", "<"]) if kind == "e-mail" else r.choice(["", "https://", "www."])
    front = "" if back else front
    words = f"{dot} for ., {dash} for -, {under} for _" + (f", {at} for @" if kind == "e-mail" else "")
    extra = {"": "", "<": " in angle brackets"}.get(front, f" with {front} in front")

    def pair(r):
        glue = lambda: r.choice([(".", dot), ("-", dash), ("_", under)])  # noqa: E731
        g, domain = glue(), r.choice(w.DOMAINS)
        first, last = w.first(r).lower(), w.last(r).lower()
        if kind == "e-mail":
            number = str(r.randint(2, 99)) * (r.random() < 0.3)
            plain = f"{first}{g[0]}{last}{number}@{domain}"
            spoken = " ".join([first, g[1], last] + [number] * bool(number) + [at, domain.replace(".", f" {dot} ")])
        else:
            g = r.choice([(".", dot), ("-", dash)])
            a, b = r.choice(w.NOUNS), r.choice(w.NOUNS)
            plain, spoken = f"{a}{g[0]}{b}.{domain}", f"{a} {g[1]} {b} {dot} {domain.replace('.', f' {dot} ')}"
        if back:
            return plain, spoken
        plain = f"<{plain}>" if front == "<" else front + plain
        return spoken, plain

    if back:
        number_rule = ", and a blank before a number" if kind == "e-mail" else ""
        return Task(
            key=(kind, back, dot), pair=pair,
            terse=[f"read the {kind} address aloud: {words}; blanks around these words{number_rule}",
                   f"{kind} address -> spoken form, {words}, each set off by blanks{number_rule}"],
            casual=[f"how do i read this {kind} address out? use {words}, with blanks around them{number_rule}",
                    f"write the address as you'd say it ({words}), blanks around those words{number_rule}"],
            detailed=[f"Convert the {kind} address to its spoken form. Write {words}, with a blank on either side of these "
                      f"words{number_rule}. All other characters stay.",
                      f"Spell out the signs of the {kind} address: {words}. Separate these words from their neighbours by "
                      f"blanks{number_rule}."])
    return Task(
        key=(kind, back, dot, front), pair=pair,
        terse=[f"spoken {kind} address ({words}) -> written without blanks{extra}",
               f"write down the dictated {kind} address{extra}: {words}; no blanks"],
        casual=[f"someone dictated an {kind} address ({words}). write it properly without blanks{extra}".replace("an web", "a web"),
                f"type out this spoken {kind} address{extra}. it uses {words}, and there are no blanks in the real one"],
        detailed=[f"The input is an address as spoken on the phone, with {words}. Return the written {kind} address without blanks{extra}.",
                  f"Convert the dictated {kind} address to its usual form: {words}; remove all blanks. Return it{extra or ' alone'}."])


@core_family("medium")
def runs_of_letters_packed(r):
    """Runs of equal letters counted, or written out again."""
    unpack = r.random() < 0.5
    style, make = r.choice([("letter then count (a3)", "{c}{n}"), ("count then letter (3a)", "{n}{c}"),
                            ("letter, x, count (ax3)", "{c}x{n}"), ("count, star, letter (3*a)", "{n}*{c}")])
    ones = r.random() < 0.5
    sep, said = r.choice([(" ", "a blank"), (",", "a comma"), ("-", "a hyphen"), ("_", "an underscore")])
    alphabet = r.choice(["abcd", "RGB", "XO", "KLMNP", "#.", "wasd"])
    single = "a run of one is just the letter" if ones else "a run of one gets the count 1"

    def pair(r):
        runs, last = [], ""
        for _ in range(r.randint(3, 6)):
            last = r.choice([c for c in alphabet if c != last])
            runs.append((last, r.choice([1, 1, 2, 3, 4, 5, 6, 7])))
        packed = sep.join(c if n == 1 and ones else make.format(c=c, n=n) for c, n in runs)
        plain = "".join(c * n for c, n in runs)
        assert [(k, len(list(g))) for k, g in itertools.groupby(plain)] == runs
        return (packed, plain) if unpack else (plain, packed)

    task = "write out the packed runs" if unpack else "pack the runs of equal signs"
    return Task(
        key=(unpack, style, ones, sep, alphabet), pair=pair,
        terse=[f"{task}; one run is {style}, runs split by {said}; {single}",
               f"run lengths, {style}, {said} between runs, {single}: {'decode' if unpack else 'encode'}"],
        casual=[f"{task} please. each run looks like {style}, {said} between them, and {single}",
                f"run-length {'decoding' if unpack else 'encoding'}: {style} with {said} between runs. {single}"],
        detailed=[f"Your task is to {task}. A run is written as {style}; {single}; runs are separated by {said}."
                  + (" Return the signs without separators." if unpack else ""),
                  f"{'Expand' if unpack else 'Compress'} the line: every run of equal signs has the form {style}, separated by {said}, "
                  f"where {single}."])


@core_family("medium")
def words_turned_around(r):
    """The order of words or letters reversed."""
    kind = r.choice(["words", "letters", "each", "first_last", "halves", "odd"])
    asked = {"words": "reverse the order of the words", "letters": "reverse the whole line letter by letter",
             "each": "reverse the letters of each word but keep the order of the words", "first_last": "swap the first and the last word",
             "halves": "move the first word to the end",
             "odd": "reverse the letters of every second word (2nd, 4th ...) only"}[kind]
    case, show = r.choice([("; keep the case", str), ("; all in lower case", str.lower), ("; all in capitals", str.upper)])
    sep, said = r.choice([(" ", ""), ("-", "; hyphens instead of blanks in the output"),
                          ("_", "; underscores instead of blanks in the output"), ("/", "; slashes instead of blanks in the output")])

    def pair(r):
        words = r.choice([[w.first(r), r.choice(w.VERBS_PAST), r.choice(w.NOUNS)],
                          ["the", r.choice(w.ADJECTIVES), r.choice(w.ANIMALS).replace(" ", "")],
                          [w.city(r), r.choice(w.NOUNS), str(r.randint(10, 99)), r.choice(w.COLORS)],
                          [r.choice(w.ADJECTIVES), r.choice(w.NOUNS), "and", r.choice(w.NOUNS)]])
        result = {"words": words[::-1], "letters": " ".join(words)[::-1].split(), "each": [x[::-1] for x in words],
                  "first_last": words[-1:] + words[1:-1] + words[:1], "halves": words[1:] + words[:1],
                  "odd": [x[::-1] if i % 2 else x for i, x in enumerate(words)]}[kind]
        return " ".join(words), show(sep.join(result))

    return Task(
        key=(kind, case, sep), pair=pair,
        terse=[f"{asked}{case}{said}", f"line -> {asked}{case}{said}"],
        casual=[f"please {asked}{case}{said}", f"i'd like you to {asked}{case}{said}. nothing else changes"],
        detailed=[f"Take the line and {asked}{case}{said}. Return the new line.",
                  f"The output is the input after this one change: {asked}{case}{said}. No words are added or lost."])


@core_family("medium")
def playful_word_code(r):
    """Pig Latin and like codes applied to the words of a phrase."""
    ending = r.choice(["ay", "ay", "o", "us", "ix"])
    vowel = r.choice(["way", "yay", "hay"])
    kind = r.choice(["pig", "insert", "mask", "drop", "double", "tail"])
    sign = r.choice(["*", "_", "-", "."])
    syllable = r.choice(["ub", "op", "egg", "idi"])
    rule, code = {
        "pig": (f"if a word begins with a vowel add {vowel}, otherwise move its first letter to the end and add {ending}",
                lambda x: x + vowel if x[0] in "aeiou" else x[1:] + x[0] + ending),
        "insert": (f"put {syllable} before each vowel (a, e, i, o, u)", lambda x: "".join(syllable + c if c in "aeiou" else c for c in x)),
        "mask": (f"replace each vowel (a, e, i, o, u) by {sign}", lambda x: "".join(sign if c in "aeiou" else c for c in x)),
        "drop": ("leave out every vowel (a, e, i, o, u) except a word's first letter",
                 lambda x: x[0] + "".join(c for c in x[1:] if c not in "aeiou")),
        "double": (f"double every vowel (a, e, i, o, u) and end each word with {sign}",
                   lambda x: "".join(c * 2 if c in "aeiou" else c for c in x) + sign),
        "tail": (f"move the last letter of each word to its front and add {ending} at its end", lambda x: x[-1] + x[:-1] + ending)}[kind]
    case, show = r.choice([("", str), (", in capitals", str.upper)])

    def pair(r):
        phrase = r.choice(["{a} {n}", "the {a} {n}", "{n} and {m}", "{a} {x}", "my {n} in {c}", "{p} {v} the {n}",
                           "{x} near the {n}"]).format(a=r.choice(w.ADJECTIVES), n=r.choice(w.NOUNS), m=r.choice(w.NOUNS),
                                                       x=r.choice(w.ANIMALS).split()[0], c=w.city(r).lower(), p=w.first(r).lower(),
                                                       v=r.choice(w.VERBS_PAST))
        return phrase, show(" ".join(code(x) for x in phrase.split()))

    return Task(
        key=(rule, case), pair=pair,
        terse=[f"each word: {rule}{case}", f"code the phrase so: {rule}{case}"],
        casual=[f"play language: {rule}{case}. do it to every word", f"turn the phrase into our secret language. {rule}{case}"],
        detailed=[f"Apply this rule to every word of the phrase: {rule}. Return the phrase with single blanks{case}.",
                  f"Encode the phrase word by word. The rule: {rule}. Words stay in order, separated by blanks{case}."])


@core_family("hard")
def letters_as_numbers(r):
    """Letters as their places in the alphabet, summed, listed or read back."""
    kind = r.choice(["list", "list", "read", "read", "sum", "largest"])
    sep, said = r.choice([("-", "hyphens"), (" ", "blanks"), (",", "commas"), (".", "dots")])
    zero = r.random() < 0.3
    base = 0 if zero else 1
    scale = f"a = {base}, b = {base + 1}, ... z = {base + 25}"
    case, show = r.choice(CASES) if kind == "read" else ("", str)
    asked = {"list": f"write the word after the colon as numbers separated by {said}",
             "read": f"turn the numbers after the colon (separated by {said}) into a word {case}",
             "sum": "add up the letter values of the word after the colon",
             "largest": "return the largest letter value in the word after the colon"}[kind]

    def pair(r):
        word = r.choice(SHORT_NOUNS)[:5] if kind == "sum" else r.choice(SHORT_NOUNS)
        values = [ABC.index(c) + base for c in word]
        text = sep.join(map(str, values))
        return carried(r, text if kind == "read" else word), {"list": text, "read": show(word), "sum": str(sum(values)),
                                                              "largest": str(max(values))}[kind]

    return Task(
        key=(kind, sep if kind in ("list", "read") else "", base, case), pair=pair,
        terse=[f"{asked}; {scale}", f"with {scale}: {asked}"],
        casual=[f"{asked}, where {scale}", f"letters are numbers here ({scale}). {asked}, and nothing else"],
        detailed=[f"Letters stand for numbers: {scale}. Your task: {asked}. Ignore what is before the colon.",
                  f"Using {scale}, {asked}. The text before the colon does not count, and only the result is returned."])
