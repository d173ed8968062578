"""Custom classification: mails, dates, votes, dishes and expenses, sorted as an office does it."""
import datetime
import re

import words as w
from task import Task, evened, family, options, pick_labels, styled_labels
from templates import phrases

THEME = "custom classification"


def written(r, day, style):
    return [day.isoformat(), f"{day.day} {w.MONTHS[day.month - 1]} {day.year}", f"{w.MONTHS[day.month - 1][:3]} {day.day}, {day.year}",
            f"{day:%Y/%m/%d}"][style]


@family(area="classification", theme=THEME, difficulty="medium")
def delivered_early_or_late(r):
    """A delivery against its promised date, with days of grace."""
    labels = early, fine, late = pick_labels(r, [("EARLY", "ON TIME", "LATE"), ("early", "punctual", "late"), ("ahead", "kept", "missed"),
                                                 ("bonus", "ok", "penalty"), ("-", "=", "+"), ("too soon", "as promised", "too late")])
    grace = r.choice([0, 1, 2, 3, 5, 7])
    style = r.randrange(4)
    slack = f"up to {grace} day{'s' * (grace > 1)} after the promised date" if grace else "on the promised date exactly"
    short = f"0 to {grace} days after" if grace else "same day"

    def make(r):
        promised = datetime.date(*w.date(r, 2021, 2027))
        delivered = promised + datetime.timedelta(days=r.choice([-1, 0, grace, grace + 1, r.randint(-12, 20)]))
        a, b = written(r, promised, style), written(r, delivered, style)
        text = r.choice(["promised {a}, delivered {b}, {p}", "{p}: delivered {b}, promised {a}",
                         "Order {n} was promised for {a} and reached {c} on {b}.", "It came on {b}, although {a} was promised to {q}.",
                         "due={a}; arrived={b}; item={p}",
                         "{q} got the {p} on {b}; the promised date was {a}."])
        text = text.format(a=a, b=b, p=w.product(r), n=r.randint(1000, 9999), c=w.city(r), q=w.first(r))
        return text, early if delivered < promised else late if (delivered - promised).days > grace else fine

    return Task(
        key=(labels, grace, style), labels=labels, pair=evened(make, labels),
        terse=[f"delivery vs promised date: before = {early}; {short} = {fine}; later = {late}",
               f"{early} if delivered before the promised date, {fine} if {slack}, otherwise {late}"],
        casual=[f"did the parcel come when we said? {fine} means {slack}, anything before the promised day is {early}, anything later "
                f"{late}", f"compare the two dates: delivered before promised -> {early}; {slack} -> {fine}; later than that -> {late}"],
        detailed=[f"The text contains the promised date and the actual date of a delivery. Return {early} if the delivery was before the "
                  f"promised date, {fine} if it was {slack}, and {late} if it was later than that.",
                  f"Rate the punctuality of a delivery with one of {options(labels)}. {fine}: delivered {slack}. {early}: delivered at "
                  f"least one day before the promise. {late}: everything later."])


@family(area="classification", theme=THEME, difficulty="medium")
def vote_outcome_with_quorum(r):
    """The outcome of a vote: enough voters, and more yes than no."""
    labels = won, lost, tie, void = pick_labels(r, [("passed", "rejected", "tie", "no quorum"), ("ACCEPT", "REJECT", "DRAW", "VOID"),
                                                    ("yes", "no", "even", "invalid"), ("carried", "failed", "split", "too few"),
                                                    ("approve", "decline", "chair decides", "repeat")])
    quorum = r.choice([3, 4, 5, 6])
    words = r.choice([("yes", "no", "abstain"), ("+1", "-1", "0"), ("for", "against", "abstain"), ("aye", "nay", "pass"),
                      ("agree", "disagree", "blank")])

    def make(r):
        votes = [r.choice(words[:2] if r.random() < 0.8 else words[2:]) for _ in range(r.randint(max(2, quorum - 2), quorum + 4))]
        names = r.sample(w.FIRST, len(votes))
        text = r.choice([", ", "; ", " | "]).join(f"{a}: {b}" for a, b in zip(names, votes))
        if r.random() < 0.4:
            text = r.choice([f"Motion {r.randint(1, 99)} ({w.city(r)}) - ", f"{w.product(r)} budget - ", "Votes - "]) + text
        ayes, noes = votes.count(words[0]), votes.count(words[1])
        return text, void if ayes + noes < quorum else won if ayes > noes else lost if ayes < noes else tie

    yes, no, none = words
    return Task(
        key=(labels, quorum, words), labels=labels, pair=evened(make, labels),
        terse=[f"votes {yes}/{no}/{none}: fewer than {quorum} without {none} = {void}; more {yes} {won}; more {no} {lost}; equal {tie}",
               f"count {yes} and {no} ({none} ignored). sum < {quorum}: {void}. else {yes} wins {won}, {no} wins {lost}, equal {tie}"],
        casual=[f"how did the vote end? '{none}' doesn't count. with fewer than {quorum} real votes it's {void}, otherwise {won} if {yes} "
                f"leads, {lost} if {no} leads and {tie} if it's level",
                f"we need at least {quorum} votes that are {yes} or {no}, else say {void}. then the majority: {yes} -> {won}, {no} -> "
                f"{lost}, same number -> {tie}"],
        detailed=[f"The input lists votes: {yes}, {no} or {none}. Votes '{none}' are not counted. If fewer than {quorum} votes remain, "
                  f"return {void}. Otherwise return {won} if there are more '{yes}' than '{no}', {lost} if there are fewer, and {tie} if "
                  "both are equal.",
                  f"Decide a vote and return {options(labels)}. The vote is {void} when the number of {yes} and {no} together is below "
                  f"{quorum}; {none} adds nothing. A valid vote is {won} with a majority of {yes}, {lost} with a majority of {no} and "
                  f"{tie} otherwise."])


PLANTS = phrases("""rice|lentils|tofu|chickpeas|spinach|potatoes|tomatoes|carrots|black beans|mushrooms|noodles without egg|olive oil
    peanuts|avocado|corn|cucumber|cabbage|couscous|garlic|pumpkin|apples|walnuts|oats|zucchini|peppers|broccoli|bulgur|kidney beans
    coconut flakes|soy sauce""")
DAIRY = phrases("mozzarella|butter|an egg|cheddar|cream|yogurt|honey|parmesan|scrambled eggs|feta|milk|sour cream")
MEATS = phrases("bacon|chicken|beef|ham|turkey|lamb|pork|salami|duck|veal|minced beef|sausage")
FISHES = phrases("tuna|salmon|shrimp|cod|anchovies|mussels|crab|herring|squid|trout")


@family(area="classification", theme=THEME, difficulty="medium")
def diet_of_a_dish(r):
    """The diet that a list of ingredients suits, or whether it suits one diet: the least suitable ingredient decides."""
    mode, bees = r.choice(["split", "three", "fits", "fits"]), r.random() < 0.5
    sure = "milk products, egg or honey" if bees else "milk products or egg"
    plants = "only plants" if bees else "only plants or honey"
    diet = r.choice(["vegan", "vegetarian", "pescetarian"])
    if mode == "fits":
        worst = {"vegan": 0, "vegetarian": 1, "pescetarian": 2}[diet]
        may = {"vegan": plants, "vegetarian": f"{plants}, or {sure} too, but no fish or meat", "pescetarian": "anything but meat"}[diet]
        labels = pick_labels(r, [("yes", "no"), ("OK", "NO"), ("serve", "skip"), ("fits", "does not fit"), ("1", "0"),
                                 ("suitable", "unsuitable")])
        told = [(labels[0], may), (labels[1], "anything else")]
    else:
        base = ["vegan", "vegetarian", "fish", "meat"] if mode == "split" else ["vegan", "vegetarian", "neither"]
        labels = styled_labels(r, base) if r.random() < 0.5 else pick_labels(
            r, [("V+", "V", "F", "M"), ("0", "1", "2", "3"), ("green", "yellow", "blue", "red"), ("A", "B", "C", "D")])[:len(base)]
        told = list(zip(labels, [plants, f"{sure}, no fish or meat"] + (["fish or seafood, no meat", "any meat"] if mode == "split"
            else ["any fish or meat"])))

    def make(r):
        level = r.randrange(4)  # 0 plants, 1 milk or egg, 2 fish, 3 meat
        parts = r.sample(PLANTS, r.randint(2, 4))
        if level == 1 or (level > 1 and r.random() < 0.4):
            parts.append(r.choice([item for item in DAIRY if item != "honey"]))
        if r.random() < 0.15:
            parts.append("honey")
            level = max(level, 1) if bees else level
        if level >= 2:
            parts.append(r.choice(FISHES if level == 2 else MEATS))
        r.shuffle(parts)
        text = r.choice(["{c} {d}: {p}", "{d} with {p}", "{n}'s {d} ({p})", "Today: {d} of {p}", "{d} - ingredients: {p}",
                         "{d} {c} style with {p}, {m} euros"]).format(
            c=w.city(r), d=r.choice(["salad", "soup", "stew", "bowl", "wrap", "curry", "pie", "bake", "plate", "stir-fry"]), n=w.first(r),
                             p=", ".join(parts), m=r.randint(6, 24))
        return text, labels[level > worst] if mode == "fits" else labels[min(level, len(labels) - 1)]

    return Task(
        key=(labels, bees, mode == "fits" and diet), labels=labels, pair=evened(make, labels),
        terse=["dish by ingredients: " + "; ".join(f"{a} = {m}" for a, m in told), "; ".join(f"{m} -> {a}" for a, m in told)],
        casual=["what diet is this dish ok for? " + "; ".join(f"{a}: {m}" for a, m in told) if mode != "fits"
                else f"can a {diet} guest eat this? {labels[0]} if it has {may}, {labels[1]} otherwise",
                "label the menu by what's in the dish. " + ", ".join(f"{a} for {m}" for a, m in told)],
        detailed=["Classify a dish by its ingredients. " + " ".join(f"{a}: {m}." for a, m in told) + " The whole list of ingredients "
                  "counts, not the name of the dish. Return one label.",
                  "For the menu, return " + options(labels) + " for each dish. Meaning: " + "; ".join(f"{a} - {m}" for a, m in told)
                  + ". One ingredient is enough to change the label."])


EXPENSES = {
    "travel": phrases("""train ticket to {c}|flight {c} - {d}|taxi from the airport|airport shuttle {c}|rental car, 2 days in {c}
        bus ticket to {c}|ferry to {c}|subway day pass {c}|ride to the station|plane seat reservation to {c}"""),
    "lodging": phrases("""hotel in {c}, 2 nights|guest house {c}|hostel bed, {c}|one night at the inn in {c}|apartment for a week in {c}
        bed and breakfast {c}|motel room near {c}|hotel room for {n}"""),
    "meals": phrases("""lunch with {n}|dinner at a bistro in {c}|coffee and cake with {n}|pizza for the team|breakfast at the cafe
        sandwiches for the {n} meeting|sushi evening with {n}|burger and fries, {c}"""),
    "office supplies": phrases("""printer paper, 5 packs|pens and markers|toner cartridge|envelopes and stamps|sticky notes|binders for {n}
        a box of staples|whiteboard cleaner|desk calendar|file folders"""),
    "software": phrases("""yearly licence for a photo editor|antivirus renewal|cloud storage, 2 TB|design tool, 3 seats|domain name renewal
        web hosting plan|video call app, pro plan|password manager for the team|operating system upgrade licence"""),
    "training": phrases("""Excel course in {c}|language class for {n}|conference ticket {c}|first aid course|textbook on statistics
        exam fee for {n}|workshop on public speaking|online seminar on tax law|coaching lesson with {n}"""),
    "utilities": phrases("""electricity bill {m}|water bill {m}|gas for heating, {m}|phone line, {m}|office internet, {m}
        garbage collection {m}|district heating {m}|power bill of the {c} office"""),
}


@family(area="classification", theme=THEME, difficulty="easy")
def expense_to_account(r):
    """The account of an expense line."""
    chosen = r.sample(sorted(EXPENSES), r.randint(2, 5))
    rest = [name for name in sorted(EXPENSES) if name not in chosen]
    other = r.choice(["other", "misc", "sundry", "unsorted"])
    codes = r.random() < 0.4
    labels = tuple(str(n) for n in r.sample(range(4100, 4990, 10), len(chosen) + 1)) if codes else styled_labels(r, chosen + [other])
    styles = ["{a}, {x}", "{d} {x} {a}", "{x} | {a} | {d}", "{n}: {x}, {a}", "{x} ({a}, paid by {n})", "{d};{x};{a}"]

    def pair(r):
        at = r.randrange(len(labels))
        line = r.choice(EXPENSES[chosen[at] if at < len(chosen) else r.choice(rest)])
        line = line.format(c=w.city(r), d=w.city(r), n=w.first(r), m=r.choice(w.MONTHS))
        text = r.choice(styles).format(a=r.choice(["{} EUR", "${}", "{}", "{} GBP"]).format(w.money(r, 3, 900)), x=line,
                                       d=w.iso(w.date(r, 2021, 2027)), n=w.first(r))
        return text[0].upper() + text[1:], labels[at]

    told = [f"{name} {label}" if codes else label for name, label in zip(chosen, labels)]
    return Task(
        key=(labels, chosen), labels=labels, pair=pair,
        terse=[f"book expense line: {', '.join(told)}; anything else {labels[-1]}",
               f"expense account? {' / '.join(told)} / {labels[-1]} for the rest"],
        casual=[f"which account does this expense go on? {', '.join(told)} or {labels[-1]} if none of those",
                f"sort my receipts: {'; '.join(told)}. everything that doesn't fit is {labels[-1]}"],
        detailed=[f"Book an expense. The accounts are: {', '.join(told)}. Decide by what was bought. If no account fits, use "
                  f"{labels[-1]}. Return {'the number' if codes else 'the account name'} only.",
                  "The input is one line of an expense report with an amount and sometimes a date or a name. Choose the matching "
                  f"category ({'; '.join(told)}) and print its {'number' if codes else 'name'}; print {labels[-1]} when nothing matches."])


@family(area="classification", theme=THEME, difficulty="medium")
def inbox_rule_action(r):
    """What a mail filter does: rules on sender, subject and text, the first that holds."""
    domain = r.choice(w.DOMAINS)
    labels = reply, archive, trash, read = pick_labels(r, [("REPLY", "ARCHIVE", "TRASH", "READ"), ("answer", "file", "delete", "skim"),
                                                           ("inbox", "news", "spam", "later"), ("A", "B", "C", "D"),
                                                           ("today", "folder", "bin", "queue")])
    word = r.choice(["unsubscribe", "newsletter", "no-reply", "weekly digest"])
    bad = r.choice(["lottery", "crypto", "casino", "miracle", "free gift"])
    rules = [(f"it contains '{bad}'", trash), (f"it contains '{word}'", archive), (f"it is from @{domain} and has a question mark", reply)]
    order = r.choice([[0, 1, 2], [1, 0, 2], [2, 0, 1], [0, 2, 1]])
    rules = [rules[n] for n in order]

    def make(r):
        sender = f"{w.first(r).lower()}@{domain if r.random() < 0.5 else r.choice(w.DOMAINS)}"
        subject = r.choice(["{p} offer", "Meeting in {c}", "{n}'s {p}", "Minutes of {d}", "Can you come to {c}?", "Invoice {k}",
                            "Did you see the {p}?", "News from {c}", "Trip on {d}?"])
        body = r.choice(["The {p} went to {c}.", "Are you free on {d}?", "{n} will bring the {p}.", "See the notes of {d}.",
                         "Could {n} order the {p}?", "All went well in {c}.", "What does {n} think?"])
        text = f"From: {sender} Subject: {subject} Text: {body}".format(p=w.product(r), c=w.city(r), n=w.first(r), d=r.choice(w.WEEKDAYS),
            k=r.randint(100, 999))
        if r.random() < 0.3:
            text += r.choice([f" Click here: {word}.", f" ({word})", f" You get this {word} mail from us."])
        if r.random() < 0.3:
            text += r.choice([f" Win big with our {bad}!", f" PS: {bad} inside", f" Your {bad} is waiting."])
        met = {trash: bad in text, archive: word in text, reply: f"@{domain}" in text and "?" in text}
        return text, next((label for _, label in rules if met[label]), read)

    return Task(
        key=(domain, labels, word, bad, order), labels=labels, pair=evened(make, labels),
        terse=[f"mail, first rule that holds: {'; '.join(f'{rule} -> {label}' for rule, label in rules)}; else {read}",
               f"{'. '.join(f'{label} if {rule}' for rule, label in rules)}. none: {read}. first match wins"],
        casual=[f"sort my mail, top rule wins: {', then '.join(f'{label} if {rule}' for rule, label in rules)}. all other mail is {read}",
                f"mail filter, checked in this order: {'; '.join(f'{rule}: {label}' for rule, label in rules)}. if nothing applies {read}"],
        detailed=["Apply these mail rules in order and stop at the first that holds. "
                  + " ".join(f"{n}. If {rule}, return {label}." for n, (rule, label) in enumerate(rules, 1))
                  + f" If none holds, return {read}.",
                  f"The input is an e-mail with sender, subject and text; a rule looks at all of it. Return {options(labels)}. "
                  + " Otherwise, ".join(f"{label} if {rule}." for rule, label in rules) + f" In all remaining cases return {read}."])


@family(area="classification", theme=THEME, difficulty="hard")
def deadline_bucket(r):
    """How close a deadline is, counted from the day that the text calls today."""
    labels = gone, soon, later = pick_labels(r, [("OVERDUE", "SOON", "LATER"), ("overdue", "due soon", "no rush"),
                                                 ("missed", "hurry", "relax"), ("red", "orange", "green"), ("past", "close", "far"),
                                                 ("0", "1", "2")])
    days, style = r.choice([2, 3, 5, 7, 10, 14, 21, 30]), r.randrange(3)

    def make(r):
        today = datetime.date(*w.date(r, 2021, 2027))
        due = today + datetime.timedelta(days=r.choice([-1, 0, days, days + 1, r.randint(-20, -1), r.randint(0, days),
                                                        r.randint(days + 1, days * 3)]))
        a, b = written(r, today, style), written(r, due, style)
        text = r.choice(["today {a}, deadline {b}: {t}", "{t} (due {b}, today is {a})", "due={b} today={a} task={t}",
                         "{n} must {t} by {b}. Today is {a}.", "It is {a}. Until {b} {n} has to {t}.", "deadline {b} | {t} | today {a}"])
        job = r.choice(["send the {p}", "call {c}", "pay {n}", "file the {c} report", "book the {p}", "answer {n}", "clean the {p}",
                        "visit {c}"]).format(p=w.product(r), c=w.city(r), n=w.first(r))
        return text.format(a=a, b=b, t=job, n=w.first(r)), gone if due < today else soon if (due - today).days <= days else later

    return Task(
        key=(labels, days, style), labels=labels, pair=evened(make, labels),
        terse=[f"days from today to the deadline: negative {gone}, 0 to {days} {soon}, more {later}",
               f"{gone} if the due date is past, {soon} if at most {days} days ahead, else {later}"],
        casual=[f"how urgent is it? deadline already over: {gone}. within the next {days} days (today counts): {soon}. further away: "
                f"{later}", f"look at today's date and the due date in the text. {later} if there are more than {days} days left, {soon} "
                            f"if {days} or fewer, {gone} if it's over"],
        detailed=[f"The text states today's date and a deadline. Return {gone} if the deadline lies before today. Return {soon} if it is "
                  f"today or at most {days} days after today. Return {later} if it is more than {days} days away.",
                  f"Sort tasks by deadline with the labels {options(labels, 'and')}. Compute the number of days from today until the due "
                  f"date. Below zero means {gone}, zero up to and including {days} means {soon}, everything above means {later}."])


@family(area="classification", theme=THEME, difficulty="hard")
def first_posting_rule_broken(r):
    """Moderation by countable rules: the first that a post breaks."""
    marks, tags, size = r.choice([1, 2, 3]), r.choice([1, 2, 3]), r.choice([4, 5, 6])
    rules = {"link": "has a web link", "phone": "has a phone number", "marks": f"has over {marks} exclamation mark{'s' * (marks > 1)}",
             "caps": f"has a word of {size}+ capitals", "tags": f"has over {tags} hashtag{'s' * (tags > 1)}"}
    order = r.sample(sorted(rules), r.choice([2, 3, 3]))
    fine = r.choice(["OK", "clean", "pass", "allowed", "none"])
    style = r.choice(["words", "upper", "codes"])
    names = {"link": "advert", "phone": "contact data", "marks": "shouting", "caps": "yelling", "tags": "tag flood"}
    labels = tuple({"words": names[k], "upper": names[k].upper().replace(" ", "_"), "codes": f"rule {n}"}[style] for n,
                   k in enumerate(order, 1)) + (fine,)

    def make(r):
        parts = [w.sentence(r) for _ in range(r.randint(1, 2))]
        for _ in range(r.choice([0, 1, 1, 2])):
            kind = r.choice(sorted(rules))
            site = f"{r.choice(w.NOUNS)}-{r.choice(w.NOUNS)}.{r.choice(['test', 'example'])}"
            parts.append({"link": f"See {r.choice(['http://', 'https://', 'www.'])}{site}",
                          "phone": f"{r.choice(['Call', 'Ring me:', 'Phone'])} +{r.randint(11, 98)} 555 {r.randint(1000, 9999)}",
                          "marks": r.choice(["So nice", "Look at this", "Great"]) + "!" * r.randint(1, 5),
                          "caps": r.choice(["WOW", "BUY", "STOP", "NEVER", "PLEASE", "AMAZING", "NEWS", "TODAY", "THANKS", "USA"]) + " "
                          + r.choice(["again", "from me", "and so on"]),
                          "tags": " ".join("#" + r.choice(w.NOUNS) for _ in range(r.randint(1, 5)))}[kind])
        r.shuffle(parts)
        text = " ".join(parts)
        broken = {"link": "http" in text or "www." in text, "phone": "555" in text, "marks": text.count("!") > marks,
                  "caps": bool(re.search(rf"\b[A-Z]{{{size},}}\b", text)), "tags": text.count("#") > tags}
        return text, next((label for label, k in zip(labels, order) if broken[k]), fine)

    told = [(label, rules[k]) for label, k in zip(labels, order)]
    return Task(
        key=(labels, order, marks, tags, size), labels=labels, pair=evened(make, labels),
        terse=["post, first hit wins: " + "; ".join(f"{m[4:]} = {a}" for a, m in told) + f"; else {fine}",
               "moderate in order: " + ", ".join(f"{a} = {m[4:]}" for a, m in told) + f"; {fine} otherwise"],
        casual=["check a post against our rules, in this order: " + ", ".join(f"{a} when it {m}" for a, m in told)
                + f". say {fine} if it breaks none", "which rule does the post break first? " + "; ".join(f"{a}: {m}" for a, m in told)
                + f". {fine} when there's nothing to complain about"],
        detailed=["Moderate a post by the following rules, checked in this order; the first one that applies gives the answer. "
                  + " ".join(f"{a}: the post {m}." for a, m in told) + f" If no rule applies, return {fine}. Other properties of the post "
                  "do not matter.",
                  f"Return {options(labels)} for a post in our forum. "
                  + " ".join(f"{'Otherwise r' if n else 'R'}eturn {a} if the post {m}." for n, (a, m) in enumerate(told))
                  + f" Return {fine} if none of this is true."])


@family(area="classification", theme=THEME, difficulty="medium")
def both_facts_must_hold(r):
    """A yes/no answer from two facts on a person, joined by and, or, or but not."""
    yes, no = labels = pick_labels(r, [("yes", "no"), ("ELIGIBLE", "NOT ELIGIBLE"), ("admit", "turn away"), ("true", "false"),
                                       ("member", "guest"), ("1", "0")])
    age, kids = r.choice([16, 18, 21, 25, 30, 40, 60, 65]), r.choice([1, 2, 3])
    first, (more, second) = r.choice(["is {} or older", "is younger than {}"]), r.choice([("kids",
        f"has at least {kids} child{'ren' * (kids > 1)}"), ("city", "lives in {}"), ("job", "works as {}"), ("card", "has a member card")])
    place, job = w.city(r), r.choice(w.JOBS)
    first, second = first.format(age), second.format(place if more == "city" else ("an " if job[0] in "aeiou" else "a ") + job)
    joint = r.choice(["and", "and", "or", "but not"])
    rule = f"{first} {joint} {second}" if joint != "but not" else f"{first}, unless the person {second}"

    def make(r):
        years, children, card = r.randint(14, 80), r.randint(0, 4), r.random() < 0.5
        town = place if more == "city" and r.random() < 0.5 else w.city(r)
        work = job if more == "job" and r.random() < 0.5 else r.choice(w.JOBS)
        if r.random() < 0.3:
            years = age + r.choice([-1, 0, 1])
        one = years >= age if "older" in first else years < age
        two = {"kids": children >= kids, "city": town == place, "job": work == job, "card": card}[more]
        facts = [f"aged {years}", f"{work}", f"living in {town}", ["no children", "one child", "two children", "three children",
                                                                   "four children"][children], "member card" if card else "no member card"]
        r.shuffle(facts)
        text = w.person(r) + r.choice([", ", ": ", " - "]) + ", ".join(facts)
        return text, yes if {"and": one and two, "or": one or two, "but not": one and not two}[joint] else no

    return Task(
        key=(labels, rule), labels=labels, pair=evened(make, labels),
        terse=[f"{yes} if the person {rule}; else {no}", f"person {rule}? {yes}/{no}"],
        casual=[f"say {yes} if this person {rule}, and {no} in any other case",
                f"i need a check: {yes} for everyone who {rule.replace('the person ', 'he or she ')}. the others get {no}"],
        detailed=[f"Decide from the description whether the person {rule}. If so, return {yes}; if not, return {no}. All other details "
                  "are irrelevant.", f"The input lists facts about a person. The condition is: the person {rule}. Output {yes} when the "
                                     f"condition is met and {no} when it is not met."])
