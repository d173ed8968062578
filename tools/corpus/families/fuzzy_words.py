"""Fuzzy matching of words and codes: slips of the fingers, sounds, look-alikes."""
import re

import words as w
from task import Task, family, pick_labels

VOCABULARY = [x for x in w.NOUNS + w.ADJECTIVES + w.FOODS + w.ANIMALS + [x.lower() for x in w.CITIES] if len(x) > 4 and " " not in x]
PLAIN_NAMES = [x for x in w.FIRST + w.LAST if len(x) > 3]
SAME = [("SAME", "DIFFERENT"), ("same", "different"), ("match", "no match"), ("yes", "no"), ("DUP", "NEW"), ("true", "false"),
        ("equal", "distinct")]
GAPS = [" | ", " / ", " ; ", " vs ", " <> "]
COUNT = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def edits(a, b):
    """Letters to insert, delete or replace, and neighbours to swap, between two words."""
    before, row = [], list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def slips(r, word, count):
    for _ in range(count):
        word = w.typo(r, word)
    return word


@family(area="search", theme="fuzzy matching", difficulty="medium")
def typo_of_word(r):
    """Are two words the same up to a number of slips?"""
    yes, no = pick_labels(r, SAME + [("typo", "other word"), ("TYPO", "OTHER")])
    limit, gap = r.choice([1, 1, 2, 3]), r.choice(GAPS)
    edit = f"{COUNT[limit]} edit" + "s" * (limit > 1)

    def pair(r):
        a = r.choice(VOCABULARY)
        kind = r.random()
        b = slips(r, a, r.randint(1, limit)) if kind < 0.5 else slips(r, a, limit + 2) if kind < 0.75 else r.choice(VOCABULARY)
        a, b = (a, b) if r.random() < 0.5 else (b, a)
        lead = r.choice(["", "", "query: ", "words: ", "check "])
        return f"{lead}{a}{gap}{b}", yes if edits(a, b) <= limit else no

    return Task(
        key=(yes, no, limit, gap), labels=(yes, no), pair=pair,
        terse=[f"two words: {yes} if at most {edit} apart (insert, delete, replace a letter, swap neighbours), otherwise {no}",
               f"{yes}/{no}: can {edit} or fewer (letter added, dropped, changed, or neighbours swapped) turn one word into the other?"],
        casual=[f"here are two words with '{gap.strip()}' between. if you can get from one to the other with {edit} or less (add, drop or "
                f"change a letter, swap two neighbours) say {yes}, if not {no}",
                f"typo check: {yes} when the words are identical or differ by no more than {edit}; an edit adds, removes or changes one "
                f"letter or swaps two adjacent ones. otherwise {no}"],
        detailed=[f"The input holds two words separated by '{gap.strip()}'. An edit inserts, deletes or replaces one letter, or exchanges "
                  f"two neighbouring letters. Return {yes} if the words are equal or at most {edit} apart and {no} if more edits are "
                  f"needed.",
                  f"Decide whether the second word may be a mistyping of the first. Allowed are up to {edit}: a letter too many, a letter "
                  f"missing, a wrong letter, or two adjacent letters swapped. Answer {yes} within that limit, else {no}. Any label before "
                  f"the words is ignored."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def closest_candidate_of_list(r):
    """The candidate that a mistyped query meant."""
    limit, nothing = r.choice([1, 2]), r.choice(["none", "NONE", "no match", "-", "N/A", "unknown"])
    kind, pool = r.choice([("city", [x for x in w.CITIES if len(x) > 4]), ("first name", [x for x in w.FIRST if len(x) > 4]),
                           ("last name", [x for x in w.LAST if len(x) > 4]), ("word", [x for x in VOCABULARY if len(x) > 5]),
                           ("service", [x for x in w.SERVICES if len(x) > 6])])
    count, as_number, gap = r.randint(3, 6), r.random() < 0.35, r.choice([", ", "; ", " / "])
    what = "its number in the list, counting from 1" if as_number else "it exactly as listed"
    edit = f"{COUNT[limit]} edit" + "s" * (limit > 1)

    def pair(r):
        while True:
            candidates = r.sample(pool, count)
            hit = r.random() < 0.83
            meant = r.choice(candidates if hit else pool)
            query = slips(r, meant, r.randint(1, limit) if hit else 1).lower()
            distances = sorted((edits(query, c.lower()), i) for i, c in enumerate(candidates))
            nearest, at = distances[0]
            if (hit and nearest <= limit and distances[1][0] > limit + 1) or (not hit and nearest > limit + 1):
                break
        answer = nothing if not hit else str(at + 1) if as_number else candidates[at]
        before, after = r.choice(["query", "typed", "input"]), r.choice(["list", "candidates", "known"])
        return f"{before}: {query} | {after}: {gap.join(candidates)}", answer

    return Task(
        key=(limit, nothing, kind, count, as_number, gap), pair=pair,
        terse=[f"pick the listed {kind} within {edit} of the typed text (ignore case), output {what}; if there is none: {nothing}",
               f"mistyped {kind}: find the candidate at most {edit} away, case ignored, print {what}; {nothing} if all are farther"],
        casual=[f"someone mistyped a {kind}. find it in the list, case doesn't matter, up to {edit} off is ok (letter added, lost, wrong, "
                f"or two swapped). give me {what}, or {nothing} if nothing is that close",
                f"the bit before the bar may have typos, after it come {count} candidates. find the one that's no more than {edit} away "
                f"(case aside) and return {what}; if nothing qualifies return {nothing}"],
        detailed=[f"The input gives a possibly mistyped {kind} and a list of {count} candidates. Find the candidate that differs from the "
                  f"query by at most {edit} (insertion, deletion, replacement of a letter, or swap of two neighbours), ignoring case. "
                  f"Return {what}. If no candidate is that close, return {nothing}.",
                  f"Match the typed {kind} against the list, without regard to upper and lower case. A candidate matches if {edit} or "
                  f"fewer separate the two spellings; one edit is an added, missing or wrong letter or two swapped neighbours. Output "
                  f"{what}, or {nothing} when there is no match."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def phonetic_key(r):
    """A name's key: first letter, then the consonants, squeezed and cut."""
    dropped = r.choice(["aeiou", "aeiouy", "aeiouh", "aeiouhw", "aeiouyhw"])
    length, lower, gap = r.choice([3, 4, 5, 6]), r.random() < 0.4, r.choice(["-", " ", ".", "_", "/"])
    which = r.choice(["first name", "last name", "every word"])
    case, letters = "lower case" if lower else "capitals", ", ".join(dropped)
    scope = f"each word, keys joined with '{gap}'" if which == "every word" and gap != " " else \
        "each word, keys joined with a blank" if which == "every word" else f"the {which}"

    def key_of(name):
        name = name.lower()
        name = name[0] + "".join(c for c in name[1:] if c not in dropped)
        name = re.sub(r"(.)\1+", r"\1", name)[:length]
        return name if lower else name.upper()

    def pair(r):
        name = w.person(r)
        first, last = name.split()
        return name, {"first name": key_of(first), "last name": key_of(last), "every word": key_of(first) + gap + key_of(last)}[which]

    return Task(
        key=(dropped, length, lower, which, gap if which == "every word" else ""), pair=pair,
        terse=[f"phonetic key of {scope}: drop {letters} after the first letter, squeeze repeats, keep first {length}, {case}",
               f"{scope}: first letter + remaining letters without {letters}; merge adjacent equals; max {length}; {case}"],
        casual=[f"make a sound key for {scope}. keep the first letter, throw out {letters} from the rest, then collapse equal letters in "
                f"a row, cut at {length} letters, {case}",
                f"for {scope}: first letter stays, later {letters} go, doubles next to each other become one, nothing longer than "
                f"{length} letters, write in {case}"],
        detailed=[f"The input is a person's first and last name. Build a phonetic key of {scope}: keep the first letter, delete {letters} "
                  f"among the other letters, then reduce any run of the same letter to one letter, and keep at most the first {length} "
                  f"letters. Write the key in {case}.",
                  f"Compute a simplified sound code of {scope} of the name given. Step 1: remove every {letters} except at the first "
                  f"position. Step 2: merge equal adjacent letters. Step 3: truncate to {length} letters. Output in {case}."])


SOUND_RULES = [("ph", "f"), ("ck", "k"), ("z", "s"), ("y", "i"), ("th", "t"), ("v", "w"), ("sch", "sh"), ("ks", "x"), ("j", "g"),
               ("c", "k")]


@family(area="search", theme="fuzzy matching", difficulty="hard")
def spellings_sound_alike(r):
    """Do two spellings of a name agree under the replacements of the spec?"""
    yes, no = pick_labels(r, SAME + [("ALIKE", "UNLIKE"), ("sounds_same", "sounds_different")])
    rules = r.sample(SOUND_RULES, 3)
    rules.sort(key=SOUND_RULES.index)
    gap, doubles = r.choice(GAPS), r.random() < 0.6
    table = ", ".join(f"{a}={b}" for a, b in rules)
    tail = ", double letters count as one" if doubles else ""

    def sound(name, early=False):
        name = re.sub(r"(.)\1+", r"\1", name.lower()) if doubles and early else name.lower()
        for a, b in rules:
            name = name.replace(a, b)
        return re.sub(r"(.)\1+", r"\1", name) if doubles else name

    def respell(r, name):
        """Two spellings that the rules, or rules that are not in force, make equal."""
        name = name.lower()
        for a, b in r.sample(rules, 3) + ([] if r.random() < 0.65 else r.sample(SOUND_RULES, 4)):
            name = name.replace(a, b, 1) if r.random() < 0.5 else name.replace(b, a, 1)
        if r.random() < (0.3 if doubles else 0.1):
            at = r.randrange(1, len(name))
            name = name[:at] + name[at - 1] + name[at:]
        return name.capitalize()

    def pair(r):
        while True:
            base = r.choice(PLAIN_NAMES)
            other = respell(r, base)
            if r.random() < 0.2:
                at = r.randrange(1, len(other))
                other = other[:at] + r.choice("aeioulmnr") + other[at + 1:]
            alike = sound(base) == sound(other)
            if other != base and alike == (sound(base, True) == sound(other, True)):
                break
        a, b = (base, other) if r.random() < 0.5 else (other, base)
        rest = r.choice(["", f" {w.last(r)}", f" {w.last(r)}"])
        return f"{a}{rest}{gap}{b}{rest}", yes if alike else no

    return Task(
        key=(yes, no, rules, gap, doubles), labels=(yes, no), pair=pair,
        terse=[f"{yes} if the two names agree after {table} in this order{tail}, ignoring case; else {no}",
               f"sound match (replace {table} one after another{tail}; ignore case; nothing else): equal {yes}, unequal {no}"],
        casual=[f"do these two names sound the same? treat {table} as equal (left one first){tail}, ignore case, no other changes "
                f"allowed. {yes} if they come out identical, {no} if not",
                f"replace {table} in both names, in that order{tail}, forget upper/lower case. identical now? {yes}. still different? "
                f"{no}"],
        detailed=[f"The input holds two spellings separated by '{gap.strip()}'. They sound alike when they are equal after these "
                  f"replacements, in this order: {table}{tail}; case is ignored. Return {yes} if they then agree letter for letter, {no} "
                  f"otherwise.",
                  f"Compare two names by sound with a fixed table only: {table}{tail}. Apply the table from left to right to both in "
                  f"lower case. Answer {yes} for equal results and {no} for unequal ones. Similar sounds that the table does not mention "
                  f"count as different."])


LOOKALIKES = [("O", "0"), ("I", "1"), ("S", "5"), ("B", "8"), ("Z", "2"), ("G", "6"), ("T", "7"), ("L", "1"), ("Q", "0"), ("A", "4")]


@family(area="search", theme="fuzzy matching", difficulty="medium")
def canonical_scanned_code(r):
    """A code read by a scanner, with look-alike letters turned into digits."""
    table = r.sample(LOOKALIKES, r.choice([3, 4]))
    prefix, letters = r.choice([0, 0, 2]), ", ".join(f"{a}={b}" for a, b in table)
    marks, group = r.choice(["hyphens", "blanks", "dots"]), r.choice([0, 0, 3, 4])
    mark = {"hyphens": "-", "blanks": " ", "dots": "."}[marks]
    keep = f", not in the first {prefix} characters" if prefix else ""
    out = f", then put a hyphen after every {COUNT[group]} characters (none at the end)" if group else ""
    nouns = ["asset", "ticket", "shelf", "parcel", "part", "badge", "tag"]

    def pair(r):
        length = r.randint(8, 11)
        code = w.identifier(r, length, "0123456789" + "".join(a for a, _ in table) * 2 + "HKX")
        text = "".join(c + (mark if r.random() < 0.25 and i < length - 1 else "") for i, c in enumerate(code))
        text = f"{r.choice(nouns)} code: {text if r.random() < 0.6 else text.lower()}"
        for a, b in table:
            code = code[:prefix] + code[prefix:].replace(a, b)
        return text, "-".join(code[i:i + group] for i in range(0, length, group)) if group else code

    return Task(
        key=(table, prefix, marks, group), pair=pair,
        terse=[f"clean code: uppercase, no {marks}, {letters}{keep}{out}",
               f"only the code, capitals, {marks} removed, {letters}{keep}{out}"],
        casual=[f"the scanner mixes up letters. give me just the code: capitals, drop {marks}, swap {letters}{keep}{out}",
                f"normalise the code after the colon - first upper case and remove {marks}, next read {letters}{keep}{out}. other "
                f"characters stay"],
        detailed=[f"The input is a scanned code after a colon. Write it in upper case, remove all {marks}, and replace look-alikes: "
                  f"{letters}{keep}{out}. Keep all other characters. Return only the code.",
                  f"Bring the code that follows the colon to one form. Lower-case letters become capitals and {marks} disappear. After "
                  f"that replace {letters}{keep}{out}. Nothing but the resulting code is returned."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def shared_prefix_of_names(r):
    """The beginning that two or three identifiers share."""
    nothing, least = r.choice(["none", "NONE", "-", "no prefix", "n/a"]), r.choice([2, 3, 4])
    count, lower = r.choice([2, 3]), r.random() < 0.5
    every = "both names" if count == 2 else "all three names"
    gap = r.choice([" ", ", ", " | "])
    ignoring = "ignoring case, written in lower case" if lower else "case matters"

    def pair(r):
        size = r.randint(0, 1) if r.random() < 0.2 else r.randint(2, 9)
        stem = (r.choice(w.SERVICES) if r.random() < 0.5 else r.choice(VOCABULARY) + r.choice("-_.") + r.choice(VOCABULARY))[:size]
        names = [stem + r.choice(VOCABULARY)[:r.randint(3, 7)] + r.choice(["", str(r.randint(1, 99))]) for _ in range(count)]
        if lower and r.random() < 0.6:
            names = [r.choice([str.upper, str.lower, str.capitalize])(name) for name in names]
        compare = [name.lower() for name in names] if lower else names
        length = 0
        while length < min(map(len, compare)) and len({name[length] for name in compare}) == 1:
            length += 1
        return gap.join(names), compare[0][:length].rstrip() if length >= least else nothing

    return Task(
        key=(nothing, least, count, lower, gap), pair=pair,
        terse=[f"longest common prefix of the {count} names, {ignoring}; {nothing} if shorter than {least} characters",
               f"shared beginning of {every} ({ignoring}), at least {least} characters, else {nothing}"],
        casual=[f"what do these {count} names start with in common? {ignoring}. if it's fewer than {least} characters say {nothing}",
                f"give me the longest start that {every} share - {ignoring} - but only from {least} characters up; below "
                f"that answer {nothing}"],
        detailed=[f"The input lists {count} identifiers. Return the longest string with which all of them begin ({ignoring}); digits and "
                  f"punctuation count as characters. If that common beginning has fewer than {least} characters, return {nothing}.",
                  f"Compare the {COUNT[count]} names from the left until they differ and output the part that they share; {ignoring}. A "
                  f"shared part of less than {least} characters does not count: then the answer is {nothing}."])
