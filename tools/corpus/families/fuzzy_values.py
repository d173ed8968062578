"""Fuzzy matching of values: quantities in several units, mail addresses."""
import words as w
from task import Task, family, pick_labels

SAME = [("SAME", "DIFFERENT"), ("same", "different"), ("match", "no match"), ("yes", "no"), ("DUP", "NEW"), ("linked", "separate"),
        ("MERGE", "KEEP")]
GAPS = [" | ", " / ", " ; ", " vs ", " || "]
UNITS = {"weight": [("kg", 1000), ("g", 1)], "length": [("m", 100), ("cm", 1)], "volume": [("l", 1000), ("ml", 1)],
         "time": [("h", 60), ("min", 1)],
         "distance": [("km", 1000), ("m", 1)], "data": [("GB", 1000), ("MB", 1)], "packs": [("dozen", 12), ("pcs", 1)]}


@family(area="search", theme="fuzzy matching", difficulty="hard")
def same_quantity_in_units(r):
    """Do two products state one quantity in different units?"""
    less, equal, more = pick_labels(r, [("less", "equal", "more"), ("LEFT", "SAME", "RIGHT"), ("smaller", "same", "bigger"),
                                        ("under", "even", "over"), ("<", "=", ">")])
    if less == "LEFT":
        less, more = more, less
    kind, gap = r.choice(list(UNITS)), r.choice(GAPS)
    (big, factor), (small, _) = UNITS[kind]
    table = f"1 {big} = {factor} {small}"

    def write(r, size):
        whole = size % factor == 0 or factor in (100, 1000) and (size * 10) % factor == 0
        if r.random() < 0.5 and whole:
            value = size / factor
            return f"{value:g} {big}"
        return f"{size} {small}"

    def pair(r):
        step = {1000: 100, 100: 10, 60: 30, 12: 6}[factor]
        a = step * r.randint(2, 60)
        b = r.choice([a, a + step * r.randint(1, 9), max(step, a - step * r.randint(1, 9))])
        product = r.choice(w.NOUNS + w.FOODS)
        left, right = f"{product} {write(r, a)}", f"{product} {write(r, b)}"
        return f"{left}{gap}{right}", equal if a == b else less if a < b else more

    return Task(
        key=(less, kind, gap), labels=(less, equal, more), pair=pair,
        terse=[f"{table}. first quantity smaller {less}, equal {equal}, larger {more}",
               f"compare left quantity with right ({table}): {less} if less, {equal} if the same, {more} if greater"],
        casual=[f"two offers with amounts; {table}. say {equal} if it's the same amount, {less} if the first is smaller, {more} if the "
                f"first is larger",
                f"is the left amount below, the same as or above the right one? answer {less}, {equal} or {more} in that order of cases. "
                f"remember {table}"],
        detailed=[f"The input names a product twice with a quantity, separated by '{gap.strip()}'. Convert with {table} and compare. "
                  f"Return {less} if the left quantity is smaller, {equal} if both are the same, {more} if the left one is larger.",
                  f"Compare two quantities given in {big} or {small}, where {table}. The answer is {equal} for the same quantity, {less} "
                  f"when the left one is lower than the right one, and {more} when it is higher."])


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
