"""Core text processing, held out: dictation, corrections, versions, dialogue and sentence work of other kinds."""
import re

import words as w
from task import Task, core_family

NONE = ["none", "N/A", "-", "NONE", "unchanged", "n/a", "(nothing)", "no change"]
PLACES = "office,garden,kitchen,station,library,harbour,market,museum,garage,cellar,school,hotel,theatre,warehouse,clinic,gym".split(",")


@core_family("medium")
def dictated_marks_written(r):
    """Dictated punctuation words turned into signs."""
    stop, question = r.choice([("full stop", "question mark"), ("period", "question mark"), ("stop", "query"), ("point", "question sign"),
                               ("dot", "question mark")])
    comma, colon, shout = "comma", "colon", r.choice(["exclamation mark", "bang", "exclamation point"])
    capital = r.random() < 0.6
    upper = r.choice(["", ", but caps lamp becomes LAMP (any word)"])
    case = "begin each sentence with a capital" if capital else "keep letters as they are"
    brief = f"comma=, {stop}=. {question}=? {shout}=! colon=:"
    table = f"{comma} is \",\", {stop} is \".\", {question} is \"?\", {shout} is \"!\", {colon} is \":\""

    def pair(r):
        name, thing = w.first(r), r.choice(w.NOUNS)
        spoken, signs = [], {comma: ",", stop: ".", question: "?", shout: "!", colon: ":"}
        for _ in range(r.randint(1, 2)):
            body, mark = r.choice([("hello {p} {comma} the {a} {n} is here", stop), ("where is the {n} {comma} {p}", question),
                                   ("bring three things {colon} a {n} {comma} a lamp and some {f}", stop),
                                   ("thanks for the {n} {comma} {p}", shout), ("did {p} find the {a} {n} in {c}", question),
                                   ("the {n} is {a} {comma} not {b}", stop), ("watch the {a} {n}", shout),
                                   ("note for {p} {colon} the {n} goes to {c}", stop), ("yes {comma} {p} likes {f}", stop),
                                   ("stay calm {comma} {p} {comma} we have the {n}", shout)])
            body = body.format(p=name, a=r.choice(w.ADJECTIVES), b=r.choice(w.ADJECTIVES), n=thing, c=w.city(r), f=r.choice(w.FOODS),
                               comma=comma, colon=colon)
            if upper and r.random() < 0.6:
                body = body.replace(f" {thing}", f" caps {thing}", 1)
            spoken.append(f"{body} {mark}")
            name, thing = w.first(r), r.choice(w.NOUNS)
        done = []
        for sentence in spoken:
            text = re.sub(r"\bcaps (\w+)", lambda m: m[1].upper(), sentence)
            for word, sign in signs.items():
                text = re.sub(rf" {word}(?= |$)", sign, text)
            done.append(text[0].upper() + text[1:] if capital else text)
        return " ".join(spoken), " ".join(done)

    return Task(
        key=(stop, question, shout, capital, upper), pair=pair,
        terse=[f"dictation to text: {brief}; {case}{upper}", f"spoken marks to signs, {brief}, no blank before; {case}{upper}"],
        casual=[f"this was dictated. {table}. put the signs in (no blank in front) and {case}{upper}",
                f"replace the spoken punctuation: {table}, stuck to the word before. {case}{upper}"],
        detailed=[f"The input is dictated text in which punctuation is spoken. Replace the words by signs without a blank before them: "
                  f"{table}. Further, {case}{upper}. Return the written text.",
                  f"Write up a dictation. Spoken marks and their signs: {table}. A sign follows the preceding word directly. Also "
                  f"{case}{upper}. All other words stay."])


@core_family("medium")
def final_value_after_correction(r):
    """What counts in the end when a speaker corrects himself."""
    want = r.choice(["final", "final", "withdrawn", "both"])
    arrow = r.choice([" -> ", "=>", " > ", "/", " instead of "])
    kind, pool = r.choice([("place", w.CITIES), ("weekday", w.WEEKDAYS), ("colour", w.COLORS), ("person", w.FIRST),
                           ("number", [str(n) for n in range(2, 90)])])
    case, show = r.choice([("as written", str), ("in capitals", str.upper), ("in square brackets", lambda x: f"[{x}]")])
    missing = r.choice(["none", "N/A", "-", "no correction", "NONE"])
    shown = "FINAL instead of OLD" if "instead" in arrow else f"OLD{arrow}FINAL"
    asked = {"final": f"the {kind} that finally counts, {case}",
             "withdrawn": f"the {kind} that was withdrawn, {case}, or {missing} if nothing is corrected",
             "both": f"{shown} with the withdrawn and the final {kind}, or the one {kind} alone if nothing is corrected, all {case}"}[want]

    def pair(r):
        a, b = r.sample(pool, 2)
        fixed = r.random() < 0.82
        start = {"place": "Send the {n} to {a}", "weekday": "The {n} comes on {a}", "colour": "Paint the {n} {a}",
                 "person": "Give the {n} to {a}", "number": "Order pack {a} of the {n}"}[kind]
        start = r.choice([start, start + " please", "Ok, " + start[0].lower() + start[1:]]).format(n=r.choice(w.NOUNS), a=a)
        change = r.choice([", no wait, {b}.", " - sorry, I mean {b}.", ", er, make that {b}.", ". Actually no, {b} it is.",
                           ", or rather {b}.", ". Scratch that, {b}!", ", correction: {b}.", ", oh no, {b}."])
        if not fixed:
            change = r.choice([".", ", that is final.", ", thank you.", ". No changes, please.", ", as agreed."])
        text = start + change.format(b=b)
        if want == "both":
            result = show(a) if not fixed else f"{show(b)} instead of {show(a)}" if "instead" in arrow else f"{show(a)}{arrow}{show(b)}"
            return text, result
        return text, show(b if fixed else a) if want == "final" else show(a) if fixed else missing

    return Task(
        key=(want, arrow if want == "both" else "", kind, case, missing if want == "withdrawn" else ""), pair=pair,
        terse=[f"speaker may correct himself; return {asked}", f"self-correction: give {asked}"],
        casual=[f"people change their mind mid-sentence here. give me {asked}",
                f"listen for corrections like no wait or I mean, and tell me {asked}"],
        detailed=[f"The input is an instruction that may be corrected by the speaker in the same breath. Return {asked}. Add nothing else.",
                  f"Mind self-corrections such as \"no wait\" or \"scratch that\". The output is {asked}."])


@core_family("medium")
def statement_turned_into_question(r):
    """A statement with an auxiliary as a question or a denial."""
    mode = r.choice(["question", "negative", "negative question"])
    short = r.random() < 0.5 if mode == "negative" else mode == "negative question"
    end = "?" if "question" in mode else r.choice([".", "!", ""])
    case, show = r.choice([("", str), (", all in lower case", str.lower), (", all in capitals", str.upper)])
    shorts = {"is": "isn't", "was": "wasn't", "has": "hasn't", "will": "won't", "should": "shouldn't", "could": "couldn't",
              "must": "mustn't"}

    def pair(r):
        who = r.choice([w.person(r), w.first(r), f"the {r.choice(w.JOBS)}", f"our {r.choice(w.ADJECTIVES)} {r.choice(w.ANIMALS)}",
                        w.company(r), f"the {r.choice(w.NOUNS)} of {w.first(r)}"])
        aux = r.choice(list(shorts))
        rest = {"is": ["in {c}", "near the {n}", "late on {d}"], "was": ["in {c}", "behind the {n}", "seen in {c}"],
                "has": ["left {c}", "found the {n}", "moved the {n}"]}.get(aux, ["go to {c}", "wait in {c}", "bring the {n}",
                                                                                 "stay until {d}", "see the {n} again"])
        rest = r.choice(rest).format(c=w.city(r), n=r.choice(w.NOUNS), d=r.choice(w.WEEKDAYS))
        subject = who[0].upper() + who[1:]
        negated = shorts[aux] if short else f"{aux} not"
        answer = {"question": f"{aux.capitalize()} {who} {rest}{end}", "negative": f"{subject} {negated} {rest}{end}",
                  "negative question": f"{shorts[aux].capitalize()} {who} {rest}{end}"}[mode]
        return f"{subject} {aux} {rest}.", show(answer)

    example = {"question": f"The cat is in Rome. -> Is the cat in Rome{end}",
               "negative": f"The cat is in Rome. -> The cat {'isn' + chr(39) + 't' if short else 'is not'} in Rome{end}",
               "negative question": f"The cat is in Rome. -> Isn't the cat in Rome{end}"}[mode]
    task = {"question": "a yes/no question", "negative": f"a denial with "
            f"{'the short form (n' + chr(39) + 't, will becomes won' + chr(39) + 't)' if short else 'the word not'}",
            "negative question": "a negative question starting with the short form (n't, will becomes won't)"}[mode]
    return Task(
        key=(mode, short, end, case), pair=pair,
        terse=[f"{task}{case}, as in: {example}", f"make {task}{case}; like {example}"],
        casual=[f"turn the statement into {task}{case}. example before any change of case: {example}",
                f"make {task} out of it{case}, the way this goes: {example}"],
        detailed=[f"The input is a statement with a helping verb (is, was, has, will, should, could, must). Rewrite it as {task}{case}. "
                  f"Example without regard to case: {example}",
                  f"Change the statement into {task}{case}, and keep its other words and the end mark of this example: {example}"])


@core_family("medium")
def changed_word_between_versions(r):
    """The word that differs between two versions of a sentence."""
    shape, show = r.choice([("old word, blank, arrow ->, blank, new word", "{o} -> {n}"), ("new word only", "{n}"),
                            ("old word only", "{o}"), ("position of the word, counted from 1", "{i}"),
                            ("old=...;new=... with the two words", "old={o};new={n}"),
                            ("[-old-]{+new+} with the two words", "[-{o}-]{{+{n}+}}"), ("position, colon, blank, new word", "{i}: {n}")])
    names, said = r.choice([(("A:", "B:"), "A is the old and B the new version"), (("old:", "new:"), "old and new are named"),
                            (("", "=>"), "the old version stands before =>"), (("", "|"), "the old version stands before the bar"),
                            (("v1", "v2"), "v1 is old and v2 new")])
    missing = r.choice(NONE)

    def pair(r):
        words = r.choice(["{p} put the {a} {n} in the {q}", "the {j} from {c} has {k} {n} tickets", "please meet {p} at the {q} on {d}",
                          "the {a} {n} of {p} costs {k} euros", "on {d} {p} leaves {c} by bus {k}",
                          "{p} will paint the {q} of {c} {l}"]).format(
            p=w.first(r), a=r.choice(w.ADJECTIVES), n=r.choice(w.NOUNS), q=r.choice(PLACES),
            j=r.choice([x for x in w.JOBS if " " not in x]), c=w.city(r), k=r.randint(10, 99), d=r.choice(w.WEEKDAYS),
            l=r.choice(w.COLORS)).split()
        other = list(words)
        same = r.random() < 0.15
        pools = (w.FIRST, w.ADJECTIVES, PLACES, w.CITIES, w.WEEKDAYS, w.COLORS, w.NOUNS, [x for x in w.JOBS if " " not in x],
                 [str(n) for n in range(10, 99)])
        i = r.choice([i for i, x in enumerate(words) if any(x in pool for pool in pools)])
        if not same:
            other[i] = r.choice([x for x in next(pool for pool in pools if words[i] in pool) if x not in words])
        text = " ".join(f"{names[0]} {' '.join(words)} {names[1]} {' '.join(other)}".split())
        return text, missing if same else show.format(o=words[i], n=other[i], i=i + 1)

    return Task(
        key=(shape, said, missing), pair=pair,
        terse=[f"two versions ({said}) differ in one word: {shape}; identical: {missing}",
               f"what changed? {shape}; {said}; {missing} if nothing did"],
        casual=[f"compare the two versions ({said}), one word may be different. write {shape}, or {missing} if they're the same",
                f"spot the changed word; {said}. answer with {shape}, {missing} when nothing changed"],
        detailed=[f"The input holds two versions of one sentence; {said}. At most one word differs. Return the {shape}. If both are "
                  f"identical, return {missing}.", f"Find the word that was exchanged between the versions ({said}) and output the "
                  f"{shape}. For equal versions output {missing}."])


@core_family("medium")
def numbered_fragments_in_order(r):
    """Pieces of a sentence put in the order of their marks."""
    mark, said = r.choice([("[{}]", "numbers in square brackets"), ("({})", "numbers in round brackets"), ("{}.", "numbers with a dot"),
                           ("#{}", "numbers after #"), ("<{}>", "numbers in angle brackets"), ("{})", "numbers with a closing bracket")])
    letters = r.random() < 0.35
    if letters:
        said = said.replace("numbers", "letters a, b, c ...")
    down = r.random() < 0.3
    end = r.choice(["", ".", "!"])
    drop = r.choice([0, 0, 1])
    rule = ("from the highest mark down" if down else "in ascending mark order") + (", minus the first in that order" if drop
                                                                                    else "")
    ending = f", with {end} at the end" if end else ""

    def pair(r):
        pieces = r.choice([[w.first(r), r.choice(w.VERBS_PAST), f"the {r.choice(w.ADJECTIVES)} {r.choice(w.NOUNS)}", f"in {w.city(r)}"],
                           [f"on {r.choice(w.WEEKDAYS)}", w.person(r), r.choice(w.VERBS_PAST), f"the {r.choice(w.NOUNS)}", "again"],
                           ["the", r.choice(w.JOBS), f"from {w.city(r)}", "lost", f"a {r.choice(w.NOUNS)}"],
                           [f"my {r.choice(w.NOUNS)}", "is under", f"the {r.choice(w.ADJECTIVES)}", r.choice(w.NOUNS)]])
        labels = [chr(97 + i) for i in range(len(pieces))] if letters else sorted(r.sample(range(1, 10), len(pieces)))
        order = pieces[::-1] if down else pieces
        marked = [f"{mark.format(label)} {piece}" for label, piece in zip(labels, pieces)]
        r.shuffle(marked)
        return " ".join(marked), " ".join(order[drop:]) + end

    return Task(
        key=(mark, letters, down, end, drop), pair=pair,
        terse=[f"join fragments {rule}, no marks ({said}){ending}", f"marks are {said}: text {rule}{ending}, marks removed"],
        casual=[f"the bits are marked with {said}. put them together {rule}, drop the marks{ending}",
                f"sort the pieces by their marks ({said}) and write them as one line {rule}{ending}, no marks"],
        detailed=[f"The input is a line of fragments, each after a mark ({said}). Write the fragments {rule}, separated by blanks and "
                  f"without marks{ending}.", f"Every fragment follows its mark; the marks are {said}. Output the fragments {rule}{ending}. "
                  f"The marks themselves disappear."])


@core_family("hard")
def comparison_chain_solved(r):
    """Who is first, last or in the middle after pairwise comparisons."""
    high, low, best, worst = r.choice([("taller", "shorter", "tallest", "shortest"), ("older", "younger", "oldest", "youngest"),
                                       ("faster", "slower", "fastest", "slowest"), ("richer", "poorer", "richest", "poorest"),
                                       ("stronger", "weaker", "strongest", "weakest")])
    count = r.choice([3, 3, 4])
    want = r.choice(["best", "worst", "second", "order", "reverse"])
    case, show = r.choice([("as written", str), ("in lower case", str.lower), ("in capitals", str.upper)])
    joiner, joined = r.choice([(" > ", "' > '"), (", ", "a comma and a blank"), ("-", "a hyphen")])
    asked = {"best": f"the {best} person", "worst": f"the {worst} person", "second": f"the second {best} person",
             "order": f"all {count} names from {best} to {worst}, joined by {joined}",
             "reverse": f"all {count} names from {worst} to {best}, joined by {joined}"}[want] + f", {case}"

    def pair(r):
        names = r.sample(w.FIRST, count)
        facts = [f"{a} is {high} than {b}" if r.random() < 0.5 else f"{b} is {low} than {a}" for a, b in zip(names, names[1:])]
        r.shuffle(facts)
        if r.random() < 0.4:
            facts.insert(r.randint(0, len(facts)), f"all of them live in {w.city(r)}")
        text = "; ".join(facts) if r.random() < 0.5 else ". ".join(fact[0].upper() + fact[1:] for fact in facts) + "."
        answer = {"best": names[0], "worst": names[-1], "second": names[1], "order": joiner.join(names),
                  "reverse": joiner.join(names[::-1])}[want]
        return text, show(answer)

    return Task(
        key=(best, count, want, case, joiner if "order" in want or want == "reverse" else ""), pair=pair,
        terse=[f"from the comparisons work out {asked}", f"{high}/{low} puzzle: give {asked}"],
        casual=[f"put these people in order from what's said and tell me {asked}",
                f"little logic puzzle about who is {high} or {low}. i want {asked}"],
        detailed=[f"The sentences compare {count} people with the words {high} and {low}. Conclude the order and return {asked}.",
                  f"Combine the comparisons ({high}, {low}) into one order of the {count} people. Output {asked}, and no reasoning."])


@core_family("medium")
def speaker_turn_pick(r):
    """What a speaker of a dialogue says."""
    want = r.choice(["first", "last", "count", "reply", "names", "final"])
    gap, gap_said = r.choice([(" / ", "slashes"), ("\n", "line breaks"), (" | ", "vertical bars"), (" -- ", "double hyphens")])
    hero = r.choice(["Agent", "Customer", "Doctor", "Teacher", "Driver", "Chef", "Clerk", "Guest"])
    case, show = r.choice([("as written", str), ("in capitals", str.upper), ("in double quotes", lambda x: f'"{x}"')])
    missing = r.choice(["none", "N/A", "-", "silent", "NONE"])
    asked = {"first": f"the first remark of {hero} {case}, or {missing} if {hero} does not speak",
             "last": f"the last remark of {hero} {case}, or {missing} if {hero} does not speak",
             "count": f"the number of remarks by {hero} (0 if none)",
             "reply": f"the remark that directly follows the first one of {hero} {case}, or {missing} if there is none",
             "names": "the different speakers in order of their first remark, joined by commas without blanks",
             "final": f"the speaker of the last remark {case}"}[want]
    remarks = ["where is the {n}", "I need a {a} {n}", "it is {a}", "come back on {d}", "in {c}", "the {n} is {a}", "thank you",
               "who has the {n}", "not today", "we met in {c}", "take the {n}", "{k} euros please", "see you on {d}"]

    def pair(r):
        others = r.sample([x for x in ("Agent", "Customer", "Doctor", "Teacher", "Driver", "Chef", "Clerk", "Guest") if x != hero], 2)
        cast = others if want in ("first", "last", "count", "reply") and r.random() < 0.15 else [hero] + others[:r.randint(1, 2)]
        lines, said = [], []
        for _ in range(r.randint(3, 5)):
            speaker = r.choice([x for x in cast if not lines or x != lines[-1]])
            lines.append(speaker)
            said.append(r.choice(remarks).format(n=r.choice(w.NOUNS), a=r.choice(w.ADJECTIVES), d=r.choice(w.WEEKDAYS), c=w.city(r),
                                                 k=r.randint(2, 99)))
        at = [i for i, x in enumerate(lines) if x == hero]
        answer = {"count": str(len(at)), "names": ",".join(dict.fromkeys(lines)), "final": show(lines[-1])}.get(want)
        if answer is None:
            found = {"first": said[at[0]] if at else "", "last": said[at[-1]] if at else "",
                     "reply": said[at[0] + 1] if at and at[0] + 1 < len(said) else ""}[want]
            answer = show(found) if found else missing
        return gap.join(f"{x}: {y}" for x, y in zip(lines, said)), answer

    return Task(
        key=(want, gap, hero if want not in ("names", "final") else "", case if want not in ("count", "names") else "",
             missing if want in ("first", "last", "reply") else ""), pair=pair,
        terse=[f"dialogue, remarks split by {gap_said}: {asked}", f"return {asked} (NAME: text, split by {gap_said})"],
        casual=[f"in this chat ({gap_said} between remarks) find {asked}. leave out the name before the colon when you quote",
                f"i need {asked}. it's a dialogue with {gap_said} between the remarks; no speaker prefix in quotes"],
        detailed=[f"The input is a dialogue; each remark is a speaker's name, a colon and the text, and {gap_said} separate remarks. "
                  f"Return {asked}. Quoted remarks come without the name.",
                  f"Read the conversation (remarks separated by {gap_said}, speaker before the colon). Output {asked}, without any name in "
                  f"front of a remark."])
