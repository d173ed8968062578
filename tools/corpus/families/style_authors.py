"""Authorship: who wrote it by habits, contractions, sign-offs and numbers of marks."""
import words as w
from task import Task, evened, family, pick_labels
from templates import LETTER_SLOTS, filler

THEME = "authorship and style"
fill = filler(LETTER_SLOTS, capital=True)
HABITS = {
    "never uses capital letters": lambda text: text.lower(),
    "ends with two exclamation marks": lambda text: text[:-1] + "!!",
    "begins with 'Well,'": lambda text: "Well, " + (text[0].lower() + text[1:] if text.startswith(("The ", "We ")) else text),
    "puts a dash ' - ' in the middle": lambda text: text.replace(" and ", " - ", 1),
    "uses a semicolon": lambda text: text.replace(" and ", "; ", 1),
    "ends with three dots": lambda text: text[:-1] + "...",
    "writes & instead of and": lambda text: text.replace(" and ", " & "),
    "ends with ':)'": lambda text: text[:-1] + " :)",
    "writes everything in capitals": lambda text: text.upper(),
    "signs with the initial 'K.'": lambda text: text + " K.",
}


@family(area="core", theme=THEME, difficulty="hard")
def author_by_habit(r):
    """Which of the authors wrote a line, by their stated habits."""
    habits = r.sample(list(HABITS), r.randint(2, 4))
    authors = r.choice([r.sample(w.FIRST, len(habits)), [f"author {n}" for n in range(1, len(habits) + 1)], list("ABCD"[:len(habits)]),
                        [name.upper() for name in r.sample(w.LAST, len(habits))]])
    nobody = r.choice(["unknown", "nobody", "none", "?", "other"])

    def pair(r):
        text = fill(r, r.choice(["{f} {v} the {n} and went to {c}.", "I saw {f} on {d} and gave back the {n}.",
                                 "The {n} is here and the {a} {n} is in {c}.", "We met the {j} and talked about the {n}.",
                                 "The train was late and {f} took a bus to {c}."]))
        at = r.randrange(len(habits) + 1)
        return HABITS[habits[at]](text) if at < len(habits) else text, authors[at] if at < len(habits) else nobody

    told = "; ".join(f"{author} {habit}" for author, habit in zip(authors, habits))
    return Task(
        key=(tuple(habits), tuple(authors), nobody), labels=tuple(authors) + (nobody,), pair=pair,
        terse=[f"who wrote it? {told}; no habit seen: {nobody}", f"author by habit ({told}), else {nobody}"],
        casual=[f"guess the writer. {told}. if no habit shows, say {nobody}",
                f"our writers: {told}. whose line is this? {nobody} if none of the habits fits"],
        detailed=[f"Attribute the line to its author by writing habits: {told}. At most one habit shows in a line. Return the author as "
                  f"named here, or {nobody} if no habit shows.",
                  f"Each writer can be told by one habit: {told}. Output who wrote the input, and {nobody} for a line without any of "
                  f"these habits. The content gives no hint."])


CONTRACTIONS = """do not|don't,is not|isn't,cannot|can't,will not|won't,did not|didn't,I am|I'm,we are|we're,they are|they're,
I have|I've,it is|it's,does not|doesn't,was not|wasn't,you are|you're,would not|wouldn't,we will|we'll,has not|hasn't
""".replace("\n", "").split(",")
CONTRACTIONS = dict(pair.split("|") for pair in CONTRACTIONS)
CLAUSES = {"do not": "we @ know {f}", "is not": "the {n} @ in {c}", "cannot": "{f} @ come on {d}", "will not": "{f} @ sell the {n}",
           "did not": "{f} @ call the {j}", "I am": "@ in {c} on {d}", "we are": "@ late for {f}",
           "they are": "@ friends of {f}", "I have": "@ seen the {n}", "it is": "@ {a} in {c}", "does not": "{f} @ like the {n}",
           "was not": "the {j} @ there on {d}", "you are": "@ from {c}, says {f}", "would not": "{f} @ wait for the {j}",
           "we will": "@ ask {f} on {d}", "has not": "{f} @ paid for the {n}"}


def inside(sentence):
    """The sentence as it stands after a comma: names and I keep their capital."""
    return sentence if sentence[:2] in ("I ", "I'", "I’") or sentence.split()[0] in w.FIRST else sentence[0].lower() + sentence[1:]


@family(area="core", theme=THEME, difficulty="medium")
def contractions_in_text(r):
    """Expands, shortens, counts or lists contractions."""
    job = r.choice(["expand", "shorten", "count", "list", "expand"])
    join, joined = r.choice([(", ", "', '"), (" ", "blanks"), ("|", "'|'"), ("; ", "'; '")])
    none, prefix = r.choice(["none", "-", "no contraction", "NONE", "0 found"]), r.choice(["", "", "> ", "text: ", "* "])
    mark = r.choice(["'", "'", "’"])

    def pair(r):
        used = r.sample(list(CLAUSES), r.randint(1, 3))
        short = [r.random() < 0.65 for _ in used]
        texts = [fill(r, CLAUSES[full].replace("@", "@@")) for full in used]
        split = r.choice([". ", "; ", ", but "])

        def made(shown):
            parts = [text.replace("@@", word) for text, word in zip(texts, shown)]
            parts = [part if at == 0 or split == ". " else inside(part) for at, part in enumerate(parts)]
            return split.join(part[0].upper() + part[1:] if part == parts[0] or split == ". " else part for part in parts) + "."

        given = [CONTRACTIONS[full].replace("'", mark) if flag or job == "shorten" and r.random() < 0.2 else full for full,
                 flag in zip(used, [flag and job != "shorten" for flag in short])]
        text = made(given)
        found = [word for word, full in zip(given, used) if word != full]
        if job == "expand":
            return text, prefix + made(used)
        if job == "shorten":
            return text, prefix + made([CONTRACTIONS[full].replace("'", mark) for full in used])
        if job == "count":
            return text, str(len(found))
        return text, join.join(word if word.startswith("I") else word.lower() for word in found) or none

    apostrophe = f" with the apostrophe {mark}" if job == "shorten" else ""
    head = f", with '{prefix.strip()}' and a blank before it" if prefix and job in ("expand", "shorten") else ""
    what = {"expand": f"the text with every contraction written out (don't: do not, can't: cannot, won't: will not){head}",
            "count": "the number of contractions such as don't or we're",
            "shorten": f"the text with not contracted onto the verb and am, are, is, have, will onto the pronoun{apostrophe} (do not: "
                       f"don{mark}t, cannot: can{mark}t){head}",
            "list": f"all contractions such as don't, in text order, in lower case except I, joined by {joined}; {none} if there are "
                    f"none"}[job]
    return Task(
        key=(job, join if job == "list" else "", none if job == "list" else "", prefix if job in ("expand", "shorten") else "", mark),
                pair=pair,
        terse=[f"return {what}", f"contractions: give {what}"],
        casual=[f"I need {what}. nothing else changes" if job in ("expand", "shorten") else f"I need {what}",
                f"go through the text for contractions and send back {what}"],
        detailed=[f"The input is English prose. Return {what}." + (" All other words and the punctuation stay as they "
                                                                   "are." if job in ("expand", "shorten") else ""), f"A tool for style "
                                                                       f"editors: its output is {what}."])


MARKS = {"commas": ",", "question marks": "?", "exclamation marks": "!", "semicolons": ";", "dashes (-)": "-", "colons": ":"}


LINES = ["{f}, {f} and {f} left{e}", "is it {d}, {f}{e}", "the {n} - a {a} one - is here{e}", "my list: {n}, {n}, {n}{e}",
         "we {v} it; {f} did not{e}",
         "no{e}", "{c}, {c}, {c}: all lost{e}", "look{e}", "{f} came; {f} left{e}", "{c} - never again{e}"]


@family(area="core", theme=THEME, difficulty="medium")
def punctuation_profile(r):
    """Counts of punctuation marks, as a fingerprint of style."""
    names = r.sample(list(MARKS), r.randint(1, 3))
    form = r.choice(["plain", "signs", "label"])
    least = r.choice([1, 2]) if len(names) == 1 else r.choice([2, 3, 4])
    many, few = pick_labels(r, [("heavy", "light"), ("MANY", "FEW"), ("baroque", "plain"), ("over", "under"), ("1", "0")])
    join, joined = r.choice([(" ", "blanks"), ("|", "'|'"), (" / ", "' / '"), ("_", "underscores")])

    def pair(r):
        parts = []
        for _ in range(r.randint(2, 3)):
            pool = [line for line in LINES if any(MARKS[name] in line for name in names)] if form == "label" and r.random() < 0.5 else LINES
            parts.append(fill(r, r.choice(pool or LINES).replace("{e}", r.choice(["!", "?", ".", "!!", "?!", "..."]))))
        text = " ".join(parts)
        counts = [text.count(MARKS[name]) for name in names]
        if form == "label":
            return text, many if sum(counts) >= least else few
        return text, join.join(f"{MARKS[name]}{count}" if form == "signs" else str(count) for name, count in zip(names, counts))

    listed = ", ".join(names)
    what = {"plain": f"the counts joined by {joined}" if len(names) > 1 else "the count",
            "signs": "each sign followed by its count" + (f", joined by {joined}" if len(names) > 1 else ""),
            "label": f"{many} if there {'is' if least == 1 else 'are'} at least {least} of them together, else {few}"}[form]
    return Task(
        key=(tuple(names), form, (many, least) if form == "label" else join * (len(names) > 1)), labels=(many,
            few) if form == "label" else None, pair=evened(pair, (many, few), tries=15) if form == "label" else pair,
        terse=[f"count {listed} in this order: {what}", f"{listed}: {what}"],
        casual=[f"how does the writer punctuate? count {listed} (in this order) and give {what}",
                f"I need {what}, for {listed} in that order"],
        detailed=[f"Count every occurrence of these marks: {listed}. Return {what}; the order is that of the list. Other marks are not "
                  f"counted.", f"A fingerprint of punctuation. The marks are {listed}, in this order. Output {what}."])
