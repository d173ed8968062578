"""Fuzzy matching of records, lists and values: people, companies, addresses of houses and of mail."""
import words as w
from task import Task, family, options, pick_labels

SAME = [("SAME", "DIFFERENT"), ("same", "different"), ("match", "no match"), ("yes", "no"), ("DUP", "NEW"), ("linked", "separate"),
        ("MERGE", "KEEP")]
GAPS = [" | ", " / ", " ; ", " vs ", " || "]
NICKNAMES = [("Bob", "Robert"), ("Liz", "Elizabeth"), ("Bill", "William"), ("Peggy", "Margaret"), ("Dick", "Richard"), ("Jack", "John"),
             ("Kate", "Catherine"),
             ("Mike", "Michael"), ("Tony", "Anthony"), ("Sandy", "Alexandra"), ("Ted", "Edward"), ("Molly", "Mary"), ("Hank", "Henry"),
             ("Gus", "August"),
             ("Dot", "Dorothy"), ("Chuck", "Charles"), ("Nell", "Eleanor"), ("Fritz", "Friedrich"), ("Pepe", "Jose"), ("Gigi", "Luigia")]


@family(area="search", theme="fuzzy matching", difficulty="medium")
def same_person_by_nickname(r):
    """Do two names fit one person, given a nickname table?"""
    yes, no = pick_labels(r, SAME)
    table, gap, surname = r.sample(NICKNAMES, 4), r.choice(GAPS), r.random() < 0.7
    listed = ", ".join(f"{a}={b}" for a, b in table)
    last_rule = "last names must be equal" if surname else "last names may differ by case only"

    def pair(r):
        last = w.last(r)
        short, formal = r.choice(table)
        kind = r.random()
        if kind < 0.42:
            names = r.choice([[short, formal], [short, formal], [formal, formal], [short, short]])
        elif kind < 0.65:
            names = r.choice(r.choice([x for x in NICKNAMES if x not in table])), formal
            names = r.choice([names, r.choice([x for x in NICKNAMES if x not in table])])
        elif kind < 0.8:
            names = short, r.choice([b for _, b in table])
        else:
            names = short, formal
        other = r.choice([x for x in w.LAST if x != last]) if kind >= 0.8 else last
        if not surname and r.random() < 0.4:
            other = other.upper()
        names = list(names)
        r.shuffle(names)
        equal = names[0] == names[1] or tuple(names) in table or tuple(names[::-1]) in table
        return f"{names[0]} {last}{gap}{names[1]} {other}", yes if equal and last.lower() == other.lower() else no

    return Task(
        key=(yes, no, table, gap, surname), labels=(yes, no), pair=pair,
        terse=[f"{yes} if both names can be one person: first names equal or paired in {listed}; {last_rule}. Otherwise {no}",
               f"one person? only these nicknames count: {listed}; {last_rule}. {yes} / {no}"],
        casual=[f"two full names, could it be the same person? first names are equal or form one of these pairs: {listed} (no other "
                f"nicknames). {last_rule}. say {yes} or else {no}",
                f"nickname check. i only accept {listed}, and of course identical first names; {last_rule}. answer {yes} when it fits, "
                f"{no} when it doesn't"],
        detailed=[f"The input contains two full names separated by '{gap.strip()}'. They belong to one person if the first names are "
                  f"identical or are a pair of this table, in either order: {listed}. Other nicknames do not count, and {last_rule}. "
                  f"Return {yes} for one person and {no} otherwise.",
                  f"Compare the two names. The table of accepted nicknames is {listed}. First names agree when they are equal or when the "
                  f"table pairs them; {last_rule}. If both first and last names agree return {yes}, if not return {no}."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def company_normal_form(r):
    """A company name without its legal form, in one spelling."""
    forms = r.sample(["Inc", "Ltd", "LLC", "GmbH", "Corp", "AG", "SA", "BV", "Oy", "AB", "SpA", "PLC"], 3)
    others = r.sample([x for x in ["Inc", "Ltd", "LLC", "GmbH", "Corp", "AG", "PLC"] if x not in forms], 2)
    case, joint = r.choice(["lower case", "capitals"]), r.choice(["a blank", "an underscore", "a hyphen"])
    amp, the = r.choice(["and", "+", ""]), r.random() < 0.5
    glue = {"a blank": " ", "an underscore": "_", "a hyphen": "-"}[joint]
    amp_rule = f"& becomes {amp}" if amp else "& is dropped"
    the_rule = ", a leading The is dropped" if the else ""

    def pair(r):
        heads = r.sample(w.COMPANY_HEADS, 2)
        name = r.choice([[heads[0], r.choice(w.COMPANY_TAILS)], [heads[0], "&", heads[1]], [heads[0], heads[1], r.choice(w.COMPANY_TAILS)],
                         [heads[0], "&", heads[1], r.choice(w.COMPANY_TAILS)], [w.last(r), "&", w.last(r)],
                         [w.city(r), r.choice(w.COMPANY_TAILS)]])
        name = ["The"] * (r.random() < 0.25) + name
        legal = r.choice(forms + forms + others + [""])
        key = name[1:] if the and name[0] == "The" else name
        key = [amp if x == "&" else x for x in key] + [legal] * (legal not in forms)
        key = glue.join(x for x in key if x)
        text = " ".join(name) + (r.choice([" ", ", ", " "]) + legal + r.choice(["", ".", ""]) if legal else "")
        return r.choice([str, str, str.upper, str.lower])(text), key.lower() if case == "lower case" else key.upper()

    return Task(
        key=(forms, case, joint, amp, the), pair=pair,
        terse=[f"company name in {case}: drop final {options(forms)}, commas and dots; {amp_rule}{the_rule}; words joined by {joint}",
               f"normalise: strip trailing {'/'.join(forms)} and .,; {amp_rule}{the_rule}; {case}; {joint} between words"],
        casual=[f"clean up this company name: {case}, no commas or dots, {amp_rule}{the_rule}, cut {options(forms)} off the end (other "
                f"legal forms stay), {joint} between the words",
                f"make a match key from the company: remove dots and commas, remove {options(forms)} if it's the last word but nothing "
                f"else, {amp_rule}{the_rule}. {case}, {joint} as separator"],
        detailed=[f"The input is a company name. Remove commas and dots. If the last word is {options(forms)} (in any case), remove it; "
                  f"other legal forms are kept. {amp_rule}{the_rule}. Write the words in {case} with {joint} between them.",
                  f"Normalise the name of a firm for matching. The result is in {case}, its words are joined by {joint}, and it has no "
                  f"dots or commas. Legal forms {options(forms, 'and')} are cut when they end the name, no others. {amp_rule}{the_rule}."])


@family(area="search", theme="fuzzy matching", difficulty="hard")
def record_resolution(r):
    """Are two customer records one entity, by the number of agreeing fields?"""
    one, ask, two = pick_labels(r, [("MATCH", "REVIEW", "DISTINCT"), ("same", "maybe", "different"), ("merge", "check", "keep"),
                                    ("A", "B", "C"),
                                    ("duplicate", "possible_duplicate", "unique")])
    fields = r.sample(["name", "email", "phone", "city", "company"], r.choice([3, 4, 4]))
    high = r.randint(2, len(fields) - 1) if len(fields) > 3 else r.choice([2, 3])
    low, empty, gap = r.randint(1, high - 1), r.choice(["-", "?", "n/a"]), r.choice([" || ", " <> ", " // "])
    make = {"name": w.person, "email": w.email, "phone": w.phone, "city": w.city, "company": w.company}
    listed = ", ".join(fields)
    middle = f"exactly {low}" if low == high - 1 else f"{low} to {high - 1}"

    def pair(r):
        a = [make[f](r) for f in fields]
        want = r.choice([r.randint(high, len(fields)), r.randint(low, high - 1), r.randint(0, low - 1)])
        same = r.sample(range(len(fields)), want)
        b = [a[i] if i in same else make[f](r) for i, f in enumerate(fields)]
        b = [r.choice([x, x, x.upper(), x.lower()]) for x in b]
        for side in (a, b):
            for i in range(len(fields)):
                if i not in same and r.random() < 0.2:
                    side[i] = empty
        agree = sum(x.lower() == y.lower() and x != empty for x, y in zip(a, b))
        answer = one if agree >= high else ask if agree >= low else two
        return f"{'; '.join(a)}{gap}{'; '.join(b)}", answer

    return Task(
        key=(one, fields, high, low, empty), labels=(one, ask, two), pair=pair,
        terse=[f"records ({listed}): {high}+ equal fields {one}, {middle} {ask}, fewer {two}; case ignored, {empty} never equal",
               f"count equal fields ({empty} = missing, never counts; ignore case): {high} or more {one}, {middle} {ask}, else {two}"],
        casual=[f"two records with {listed}. count the fields that agree, case aside; {empty} means missing and doesn't count. {high} or "
                f"more -> {one}, {middle} -> {ask}, less -> {two}",
                f"same customer? compare {listed} one by one ignoring case, skip fields that are {empty}. {one} from {high} agreeing "
                f"fields on, {ask} for {middle}, below that {two}"],
        detailed=[f"The input has two records separated by '{gap.strip()}', each with the fields {listed} in this order, separated by "
                  f"semicolons. Count the fields that are equal ignoring case; a field with {empty} is missing and never counts. Return "
                  f"{one} for {high} or more, {ask} for {middle}, and {two} for fewer.",
                  f"Decide whether two records describe one entity. Fields are {listed}; {empty} stands for a missing value, which agrees "
                  f"with nothing. With at least {high} equal fields (upper and lower case are alike) answer {one}; with {middle} answer "
                  f"{ask}; otherwise {two}."])


STREET_WORDS = [("St", "Street"), ("Ave", "Avenue"), ("Rd", "Road"), ("Blvd", "Boulevard"), ("Ln", "Lane"), ("Dr", "Drive"),
                ("Sq", "Square"), ("Ct", "Court")]
STREET_NAMES = ["Oak", "Mill", "Church", "Station", "Park", "Lake", "Hill", "River", "King", "Queen", "Market", "Bridge", "Garden",
                "Castle", "Harbor", "School",
                "North", "South", "Maple", "Cedar", "Elm", "Pine", "Spring", "Forest", "Meadow", "Orchard", "Valley", "Tower", "Abbey",
                "Canal", "Rose", "Bell"]


@family(area="search", theme="fuzzy matching", difficulty="medium")
def street_address_match(r):
    """Are two street addresses one place, given the abbreviations?"""
    yes, no = pick_labels(r, SAME)
    table, unit, gap = r.sample(STREET_WORDS, 4), r.random() < 0.5, r.choice(GAPS)
    listed = ", ".join(f"{a}={b}" for a, b in table)
    unit_rule = "the unit must be equal too" if unit else "the unit is ignored"

    def write(r, number, name, kind, suite, city):
        text = f"{number} {name} {r.choice([kind[0], kind[0] + '.', kind[1]])}"
        text += f"{r.choice([', ', ' '])}unit {suite}" if suite else ""
        text += f", {city}"
        return r.choice([text, text, text.lower(), text.upper()])

    def pair(r):
        a = [r.randint(1, 280), r.choice(STREET_NAMES), r.choice(table), r.choice([0, r.randint(1, 20)]), w.city(r)]
        b = list(a)
        if r.random() < 0.6:
            at = r.randrange(5)
            b[at] = [a[0] + r.choice([1, 2, 10]), r.choice(STREET_NAMES), r.choice(table), r.choice([0, r.randint(1, 20)]), w.city(r)][at]
        equal = all(x == y for i, (x, y) in enumerate(zip(a, b)) if i != 3 or unit)
        return f"{write(r, *a)}{gap}{write(r, *b)}", yes if equal else no

    return Task(
        key=(yes, no, table, unit, gap), labels=(yes, no), pair=pair,
        terse=[f"same address -> {yes}, else {no}. {listed}; case, dots, commas do not matter; {unit_rule}",
               f"{yes} when number, street and city agree ({listed}; ignore case and punctuation; {unit_rule}), {no} when not"],
        casual=[f"are those two addresses the same place? {listed}, ignore case, dots and commas. {unit_rule}. {yes} if everything else "
                f"agrees, {no} if anything is different",
                f"address check: number, street name, street type and city have to agree, where {listed}. upper/lower case and "
                f"punctuation are noise, {unit_rule}. {yes} or {no}"],
        detailed=[f"The input gives two addresses separated by '{gap.strip()}'. Treat the abbreviations {listed} as equal and ignore "
                  f"case, dots and commas. House number, street, street type and city must agree; {unit_rule}. Return {yes} if the "
                  f"addresses agree and {no} if they do not.",
                  f"Compare two street addresses. After spelling out {listed} and dropping punctuation and case, the number, the street "
                  f"with its type, and the city have to be equal; {unit_rule}. A unit that only one address has counts as a difference "
                  f"where units matter. Output {yes} or {no}."])


@family(area="search", theme="fuzzy matching", difficulty="easy")
def same_words_any_order(r):
    """Do two phrases consist of the same words?"""
    yes, no = pick_labels(r, SAME)
    small, gap = r.sample(["the", "a", "of", "for", "with", "in", "and"], r.choice([2, 3])), r.choice(GAPS)
    listed = options(small, "and")

    def pair(r):
        words = r.sample(w.ADJECTIVES, 3) + r.sample(w.NOUNS, 4)
        a = r.sample(words[1:-1], r.randint(3, 5))
        b = r.sample(a, len(a))
        kind = r.random()
        if kind < 0.3:
            b[r.randrange(len(b))] = r.choice([words[0], words[-1]])
        elif kind < 0.5:
            b = b[:-1] if r.random() < 0.5 else b + [words[-1]]
        sides = []
        for side in (list(a), list(b)):
            for _ in range(r.randint(0, 2)):
                side.insert(r.randint(0, len(side)), r.choice(small))
            text = r.choice([" ", " ", ", "]).join(side)
            sides.append(r.choice([text, text.title(), text.capitalize()]))
        return gap.join(sides), yes if sorted(a) == sorted(b) else no

    return Task(
        key=(yes, no, small, gap), labels=(yes, no), pair=pair,
        terse=[f"{yes} if both phrases have the same words in any order (skip {listed}; ignore case, commas), else "
               f"{no}", f"word order free, {listed} ignored, case and commas too: equal {yes}, unequal {no}"],
        casual=[f"do the two phrases use exactly the same words? order, case and commas don't matter and {listed} can be skipped. {yes} "
                f"or {no}",
                f"sort of bag of words compare: drop {listed} and commas, lower everything. same words left on both sides -> {yes}, any "
                f"word extra or missing -> {no}"],
        detailed=[f"The input holds two phrases separated by '{gap.strip()}'. Ignore case, commas, word order and the words {listed}. "
                  f"Return {yes} if the same words remain on both sides, each as often, and {no} if any word differs, is missing or is "
                  f"added.",
                  f"Test whether the second phrase is a reordering of the first. The words {listed} may appear anywhere and are not "
                  f"compared; neither are commas nor case. Answer {yes} when all the other words agree, otherwise {no}."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def shared_word_level(r):
    """How strongly two phrases overlap, by the number of shared words."""
    labels = pick_labels(r, [("strong", "weak", "none"), ("HIGH", "LOW", "ZERO"), ("near", "partial", "unrelated"),
                             ("close match", "loose match", "no match"), ("A", "B", "C")])
    small, gap = r.sample(["the", "a", "of", "for", "with", "in", "my", "near"], 3), r.choice(GAPS)
    high, low = r.choice([(2, 1), (3, 1), (3, 2), (4, 2)])
    listed, middle = ", ".join(small), f"{low}" if low == high - 1 else f"{low} to {high - 1}"

    def pair(r):
        common = r.choice([r.randint(high, 4), r.randint(low, high - 1), r.randint(0, low - 1)])
        pool = r.sample(w.NOUNS, 6) + r.sample(w.ADJECTIVES, 6)
        r.shuffle(pool)
        shared = pool[:common]
        sides = []
        for rest in (pool[4:7], pool[7:10]):
            side = shared + rest[:r.randint(1, 3)] + r.sample(small, r.randint(1, 2))
            r.shuffle(side)
            sides.append(" ".join(side))
        count = len(set(sides[0].split()) & set(sides[1].split()) - set(small))
        return gap.join(sides), labels[0 if count >= high else 1 if count >= low else 2]

    a, b, c = labels
    return Task(
        key=(labels, small, gap, high, low), labels=labels, pair=pair,
        terse=[f"shared words without {listed}: {high}+ {a}, {middle} {b}, fewer {c}",
               f"count the words found on both sides (not {listed}); {a} for {high} or more, {b} for {middle}, {c} below"],
        casual=[f"how many words do the two phrases have in common? don't count {listed}. {high} or more is {a}, {middle} is {b}, "
                f"anything less {c}",
                f"overlap level please: {a} if at least {high} words occur in both, {b} if it's {middle}, else {c}. the words {listed} "
                f"never count"],
        detailed=[f"The input has two phrases separated by '{gap.strip()}'. Count the words that occur in both, leaving out {listed}. "
                  f"Return {a} for {high} or more shared words, {b} for {middle}, and {c} for fewer.",
                  f"Grade how much two phrases overlap. Words to leave out: {listed}. Let n be the number of other words that appear in "
                  f"both phrases: n of at least {high} gives {a}, n of {middle} gives {b}, a smaller n gives {c}."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def initials_compatible(r):
    """Can a short form with initials stand for a full name?"""
    yes, no = pick_labels(r, SAME + [("fits", "clash"), ("COMPATIBLE", "CONFLICT")])
    gap, strict = r.choice(GAPS), r.random() < 0.5
    rule = "the number of given names must agree" if strict else "the short form may leave out the middle name"

    def pair(r):
        given, last = r.sample(w.FIRST, r.choice([1, 2, 2])), w.last(r)
        short = list(given)
        if len(given) == 2 and r.random() < 0.4:
            short = short[:1]
        kind = r.random()
        if kind < 0.25:
            short[r.randrange(len(short))] = w.first(r)
        wrong = w.last(r) if 0.25 < kind < 0.4 else last
        forms = [x if len(short) > 1 and i == 0 and r.random() < 0.25 else x[0] + "." for i, x in enumerate(short)]
        good = wrong == last and all(f == g or f == g[0] + "." for f, g in zip(forms, given)) and (len(forms) == len(given) or not strict)
        return f"{' '.join(forms)} {wrong}{gap}{' '.join(given)} {last}", yes if good else no

    return Task(
        key=(yes, no, gap, strict), labels=(yes, no), pair=pair,
        terse=[f"short name left, full name right: {yes} if initials or names and last name agree ({rule}), else "
               f"{no}", f"{yes} when the left name can abbreviate the right one; {rule}; last names equal; otherwise {no}"],
        casual=[f"could the left name be short for the right one? every initial or name has to fit in order, last name equal, and {rule}. "
                f"{yes}, otherwise {no}",
                f"left side uses initials. {yes} if it agrees with the full name on the right (same last name, letters in order; {rule}), "
                f"{no} if it can't be"],
        detailed=[f"The input shows a short name and a full name separated by '{gap.strip()}'. An initial fits a given name that begins "
                  f"with it, a written name fits only itself, in order; {rule}. Last names must be equal. Return {yes} if the short name "
                  f"fits, else {no}.",
                  f"Decide whether the short name may stand for the full name. Compare the given names from left to right: an initial "
                  f"with a dot must be the first letter, a full given name must be identical; {rule}. The family name has to be "
                  f"identical. Answer {yes} or {no}."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def same_email_inbox(r):
    """Do two addresses reach one inbox under the rules of the spec?"""
    yes, no = pick_labels(r, SAME)
    rules = r.sample(["dots", "plus", "case"], r.choice([1, 2, 2, 3]))
    texts = {"dots": "dots before the @ do not matter", "plus": "+ and all up to the @ are dropped",
             "case": "upper and lower case are alike"}
    listed, gap = "; ".join(texts[x] for x in rules), r.choice([" | ", " ; ", " <> ", " and "])

    def inbox(address):
        name, domain = address.split("@")
        name = name.split("+")[0] if "plus" in rules else name
        name = name.replace(".", "") if "dots" in rules else name
        return (name + "@" + domain).lower() if "case" in rules else name + "@" + domain

    def vary(r, name, kinds):
        if "dots" in kinds:
            at = r.randint(1, len(name) - 1)
            name = name[:at].rstrip(".") + "." + name[at:].lstrip(".") if r.random() < 0.6 else name.replace(".", "")
        if "plus" in kinds:
            name += "+" + r.choice(["news", "shop", "spam", "work", "bills", str(r.randint(1, 99))])
        return name.title() if "case" in kinds else name

    def pair(r):
        name, domain = w.email(r).split("@")
        other = vary(r, name, [x for x in rules if r.random() < 0.6])
        kind = r.random()
        strict = [x for x in ("dots", "plus", "case") if x not in rules]
        if kind < 0.3:
            other = vary(r, name, [r.choice(strict)]) if strict else w.typo(r, name)
        elif kind < 0.4:
            other = w.email(r).split("@")[0]
        elif kind < 0.5:
            other_domain = r.choice([x for x in w.DOMAINS if x != domain])
            return f"{name}@{domain}{gap}{other}@{other_domain}", no
        sides = [f"{name}@{domain}", f"{other}@{domain}"]
        r.shuffle(sides)
        return gap.join(sides), yes if inbox(sides[0]) == inbox(sides[1]) else no

    return Task(
        key=(yes, no, sorted(rules), gap), labels=(yes, no), pair=pair,
        terse=[f"same inbox? {listed}; rest identical. {yes} / {no}", f"{yes} for equal addresses ({listed}), otherwise {no}"],
        casual=[f"do both mail addresses end up in the same inbox? {listed}, nothing else is forgiven. {yes} if they do, {no} if they "
                f"don't",
                f"compare two emails with this in mind: {listed}. identical after that? then {yes}, else {no}"],
        detailed=[f"The input contains two e-mail addresses separated by '{gap.strip()}'. They are the same inbox if they are identical "
                  f"under these rules only: {listed}. Return {yes} for the same inbox, {no} otherwise.",
                  f"Decide if the two addresses are one mailbox. What may be disregarded: {listed}. Every other difference, such as "
                  f"another domain, makes them different. Answer {yes} if they are one mailbox and {no} if not."])
