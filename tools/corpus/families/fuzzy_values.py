"""Fuzzy matching of values: mail addresses."""
import words as w
from task import Task, family, pick_labels

SAME = [("SAME", "DIFFERENT"), ("same", "different"), ("match", "no match"), ("yes", "no"), ("DUP", "NEW"), ("linked", "separate"),
        ("MERGE", "KEEP")]


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
