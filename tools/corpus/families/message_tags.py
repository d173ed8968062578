"""Core text classification by tags: tense, junk mail, symptoms, sentence kinds, preferences, ordered rules."""
import words as w
from task import Task, dressed_labels, family, pick_labels
from templates import SLOTS, by_class, filler

fill = filler(SLOTS, capital=True)
VERBS = """clean cleans cleaned cleaning|move moves moved moving|sell sells sold selling|paint paints painted painting|
buy buys bought buying|carry carries carried carrying|send sends sent sending|fix fixes fixed fixing|hide hides hid hiding|
take takes took taking|pack packs packed packing|open opens opened opening|wash washes washed washing|lift lifts lifted lifting|
steal steals stole stealing|break breaks broke breaking|find finds found finding|check checks checked checking|lose loses lost losing|
bring brings brought bringing"""
VERBS = [verb.split() for verb in VERBS.replace("\n", "").split("|")]


@family(area="core", theme="core text classification", difficulty="easy")
def tense_of_sentence(r):
    """Past, present or future, by the verb."""
    labels = dressed_labels(r, [("past", "present", "future"), ("PAST", "PRESENT", "FUTURE"), ("yesterday", "now", "later"),
                                ("-1", "0", "+1"), ("PST", "PRS", "FUT"), ("before", "today", "after"), ("Past", "Present", "Future"),
                                ("done", "ongoing", "planned"), ("A", "B", "C"), ("t_past", "t_pres", "t_fut"), ("1", "2", "3"),
                                ("then", "currently", "soon")])
    noise = ["for tomorrow's meeting", "from last year's fair", "of the {month} party", "near {city}", "for {company}",
             "for next week's trip", "from yesterday's list", "of the future museum", ""]
    forms = [["{s} {past} the {o}", "{s} did not {base} the {o}", "{s} was {ing} the {o}", "did {s} {base} the {o}"],
             ["{s} {third} the {o}", "{s} does not {base} the {o}", "{s} is {ing} the {o}", "does {s} {base} the {o}"],
             ["{s} will {base} the {o}", "{s} will not {base} the {o}", "{s} is going to {base} the {o}", "will {s} {base} the {o}"]]

    def pair(r):
        at, (base, third, past, ing) = r.randrange(3), r.choice(VERBS)
        form = r.choice(forms[at])
        subject = r.choice([w.first(r), "the " + r.choice(w.JOBS), w.person(r), w.company(r)])
        thing = f"{w.thing(r)} {fill(r, ' ' + r.choice(noise)).strip()}".strip()
        text = form.format(s=subject, o=thing, base=base, third=third, past=past, ing=ing)
        return text[0].upper() + text[1:] + ("?" if form[:3] in ("did", "doe") or form.startswith("will") else "."), labels[at]

    past, present, future = labels
    rules = f"{past} = past, {present} = present, {future} = future"
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"tense of the main verb: {rules}", f"{rules} (by the verb, not by time words)"],
        casual=[f"what tense is the sentence in? {rules}. words like tomorrow's do not count, only the verb",
                f"look at the verb and tell me its tense: {rules}"],
        detailed=[f"Determine the tense of the verb in the sentence. Answer {past} for the past tense, {present} for the present tense "
                  f"and {future} for the future with will or going to. "
                  "Time words elsewhere in the sentence are a distraction.",
                  f"Each input is a sentence or a question. Report when the action takes place according to its verb form: {rules}. "
                  f"Return only the label."])


MAILS = by_class("""spam: Congratulations {first}, you won {n} thousand dollars, click here to claim your prize! | Lose {n} kilos in {n}
days with this miracle pill, order now! | URGENT: your {company} account is locked, confirm your password at this link. | Hot singles in
{city} are waiting for you, click now! | Dear friend, I am a prince from {country} and need your bank details to move {n} million dollars. |
Buy cheap pills without prescription, {n} percent off today only! | Make {n} hundred euros a day from home, no experience needed! | You have
been selected for a free {product}, just pay {n} euros shipping now! | FINAL NOTICE: claim your free lottery ticket before {weekday}! |
Double your bitcoin in {n} hours, guaranteed profit! | Your parcel is held in {city}, pay {n} euros here to release it, link below. | Get
rich fast with the secret of {person}, sign up free! | Work from your sofa and earn {n} thousand a month, act now! | Exclusive casino
bonus: {n} free spins, no deposit, click! | Dear customer, your mailbox is full, enter your password here within {n} hours. | Replica
watches from {n} dollars, best price guaranteed, buy now!

ham: Hi {first}, are we still meeting in {city} on {weekday}? | Dear {first}, the minutes of the {weekday} meeting are attached. | The
invoice {n} for the {product} you ordered at our shop in {month} is attached, thanks, {person}. | {first}, can you click through my slides
before {weekday} and tell me what you think? | Mum won the chess match in {city}, she is so proud! | I have {n} free seats in my car to
{city}, do you want to come along? | The doctor in {city} says I should take the pills for {n} days. | Could you send me the {noun}
drawings for {company} again? | I forgot the password of my old laptop, can we look at it on {weekday}? | Happy birthday {first}, see you
in {city}! | The bank in {city} opens at nine, shall we go together on {weekday}? | Our team won {n} to one, what a match, {first}! |
Thanks for the {product}, {first}, the kids love it. | I paid the {n} euros for the gift of {first} back to your account. | Lunch on
{weekday}? I am free after one, {first}. | Hello {first}, the parcel for {company} came to our office by mistake, I will bring it on
{weekday}.""")


@family(area="core", theme="core text classification", difficulty="easy")
def junk_or_wanted_mail(r):
    """Is a mail spam or from somebody the reader knows?"""
    spam, ham = dressed_labels(r, [("spam", "ham"), ("SPAM", "OK"), ("junk", "inbox"), ("1", "0"), ("block", "deliver"),
                                   ("unwanted", "wanted"), ("JUNK", "KEEP"), ("bad", "good"), ("yes", "no"), ("reject", "accept"),
                                   ("trash", "personal"), ("TRUE", "FALSE"), ("Spam", "Not spam")])

    def pair(r):
        junk = r.random() < 0.5
        return fill(r, r.choice(MAILS["spam" if junk else "ham"])), spam if junk else ham

    return Task(
        key=(spam, ham), labels=(spam, ham), pair=pair,
        terse=[f"mail -> {spam} if spam or scam, {ham} if a normal mail", f"spam filter: {spam} for junk, {ham} for the rest"],
        casual=[f"is the mail junk? {spam} for ads and scams, {ham} for real mail from people or shops you know",
                f"{spam} when somebody wants to sell or trick, {ham} when it is an ordinary message"],
        detailed=[f"Act as a spam filter. Return {spam} for mass advertising, lotteries, miracle offers and attempts to steal money or "
                  f"passwords; return {ham} for ordinary private or business mail.",
                  f"The input is the text of a mail. Unsolicited offers and fraud get {spam}. Messages between people who know each "
                  f"other, invoices for real orders and office mail get {ham}. "
                  "Single words like free or win prove nothing."])


SYMPTOMS = """fever,cough,headache,nausea,dizziness,back pain,chest pain,sore throat,vomiting,diarrhea,fatigue,shortness of breath,
joint pain,blurred vision,insomnia,itching,swelling,numbness,chills,palpitations,ear pain,loss of appetite""".replace("\n", "").split(",")


@family(area="core", theme="core text classification", difficulty="medium")
def symptom_in_note(r):
    """Whether a patient has the symptom asked for, by a doctor's note."""
    labels = pick_labels(r, [("present", "absent", "not mentioned"), ("YES", "NO", "UNKNOWN"), ("pos", "neg", "n/a"), ("+", "-", "?"),
                             ("has_it", "denies_it", "no_info"), ("1", "0", "9"), ("true", "false", "null")])
    asked = r.choice(SYMPTOMS)
    yes = ["reports {}", "complains of {}", "{} since {d}", "came in because of {}", "{} for {n} days", "presents with {}"]
    no = ["denies {}", "no {}", "{} ruled out", "no sign of {}", "never had {}", "without {}"]

    def pair(r):
        others = r.sample([symptom for symptom in SYMPTOMS if symptom != asked], r.randint(2, 3))
        status = r.randrange(3)
        found = others if status == 2 else others[:-1] + [asked]
        r.shuffle(found)
        clauses = [r.choice((yes, no)[status if symptom == asked else r.randrange(2)]).replace("{}", symptom).replace("{d}",
        r.choice(w.WEEKDAYS)).replace("{n}", str(r.randint(2, 20)))
                   for symptom in found]
        start = r.choice([f"{w.person(r)}, {r.randint(18, 90)}:", f"Patient {r.randint(100, 999)}:",
                          f"Visit {w.iso(w.date(r, 2018, 2026))}:", f"{r.choice(['Male', 'Female'])}, {r.randint(18, 90)}:"])
        return f"{start} {r.choice(['; ', ', ']).join(clauses)}.", labels[status]

    yes_label, no_label, none = labels
    return Task(
        key=(labels, asked), labels=labels, pair=pair,
        terse=[f"{asked} in the note: {yes_label} if reported, {no_label} if denied, {none} if not mentioned",
               f"{asked}? {yes_label} = patient has it, {no_label} = ruled out, {none} = no word of it"],
        casual=[f"does the patient have {asked}? {yes_label} if so, {no_label} if the note says there is none, {none} when it isn't "
                f"mentioned at all",
                f"check the note for {asked}: {yes_label}, {no_label} (denied) or {none} (nothing said)"],
        detailed=[f"The input is a short clinical note. Report the status of {asked}: {yes_label} if the patient has or reports it, "
                  f"{no_label} if the note denies it, and {none} if the note does not mention it.",
                  f"Only one symptom matters here: {asked}. Return {yes_label} when the note affirms it, {no_label} when it negates it, "
                  f"{none} when it is not in the note. Ignore all other symptoms."])


MOODS = by_class("""statement: {first} will {verb} the {noun} on {weekday} | you can {verb} the {noun} in {city} | I wonder about the price
of the {product} | the {job} {past} the {adj} {noun} | what {first} did in {city} surprised us | {company} is going to {verb} the {noun} |
you {past} the {noun} in {month} | there is a {color} {noun} in {city} | where I live is {n} minutes from {city} | do it yourself shops in
{city} sell this {noun} | when it rains the {job} stays in {city} | nobody wants to {verb} the {product} | opening the {noun} took {n}
minutes | my {product} is from {company} | please is the word {first} likes most

question: will {first} {verb} the {noun} on {weekday} | can you tell me the way to {city} | what is the price of the {product} | who
{past} the {adj} {noun} | did {first} go to {city} in {month} | is {company} going to {verb} the {noun} | have you {past} the {noun} yet |
are there {n} seats left to {city} | where do you live in {city} | does the shop in {city} sell this {noun} | when does the {job} come |
why do you want to {verb} the {product} | how long does it take to {verb} the {noun} | whose {product} is this | which {job} moved to
{city}

command: {verb} the {noun} on {weekday} | tell {first} the way to {city} | please {verb} the {product} | do not {verb} the {adj} {noun} |
go to {city} and ask for {first} | let {company} {verb} the {noun} | give {first} the {color} {noun} | bring {n} chairs to the office in
{city} | stay in {city} until {weekday} | never {verb} this {noun} without {first} | don't forget to {verb} the {noun} | be in {city} by
{weekday} | ask {first} when the train leaves | take the {noun} off the table | stop at the {color} house in {city}""")


@family(area="core", theme="core text classification", difficulty="easy")
def sentence_kind_without_punctuation(r):
    """Statement, question or command, without the help of punctuation."""
    labels = dressed_labels(r, [("statement", "question", "command"), ("S", "Q", "C"), ("declarative", "interrogative", "imperative"),
                                (".", "?", "!"), ("TELL", "ASK", "ORDER"), ("STATEMENT", "QUESTION", "COMMAND"),
                                ("info", "query", "instruction"), ("1", "2", "3"), ("says", "asks", "orders"), ("D", "Q", "I"),
                                ("Statement", "Question", "Request"), ("st", "qu", "co")])
    lower = r.random() < 0.5

    def pair(r):
        at = r.randrange(3)
        text = fill(r, r.choice(list(MOODS.values())[at]))
        return text.lower() if lower else text, labels[at]

    statement, question, command = labels
    rules = f"{statement} for a statement, {question} for a question, {command} for a command or request to do something"
    short = f"{statement} = statement, {question} = question, {command} = command"
    return Task(
        key=(labels, lower), labels=labels, pair=pair,
        terse=[f"sentence without punctuation: {short}", f"kind of sentence by word order: {short}"],
        casual=[f"the final mark is missing, is it a statement, a question or a command? {rules}", f"which kind of sentence: {rules}"],
        detailed=[f"The input is a sentence{' in lower case' * lower} from a speech recogniser, so that punctuation is missing. Return "
                  f"{rules}.",
                  f"Decide from the wording alone what kind of sentence it is. The answers are: {short}. A request that begins with the "
                  f"verb counts as a command."])


@family(area="core", theme="core text classification", difficulty="medium")
def preferred_of_two(r):
    """Which of two things the writer likes better."""
    tie, upper = r.choice(["tie", "equal", "none", "no preference", "-", "BOTH"]), r.choice([str, str.upper, str.lower])
    lists = {"company": w.company, "city": w.city, "person": w.person, "product": lambda r: "the " + r.choice(w.SINGULAR_PRODUCTS)}
    kind = r.choice(list(lists))
    firsts = ["I prefer {a} to {b}.", "{a} is much better than {b}.", "Between {a} and {b} I would pick {a} any day.",
              "Give me {a} rather than {b}.", "{a} beats {b} in my opinion.", "I like {a} more than {b}.",
              "If I had to choose, {a} over {b}, no doubt.", "{a} suits me better than {b} does."]
    seconds = ["{a} is worse than {b}.", "I like {a} less than {b}.", "{a} cannot compete with {b}.",
               "I would swap {a} for {b} at once, {b} is better.", "{a} used to be my favourite, but now I prefer {b}.",
               "Compared with {b}, {a} is a disappointment.", "Not {a} but {b} is my choice.", "{a} is fine, yet {b} is clearly better."]
    ties = ["{a} and {b} are equally good.", "I like {a} just as much as {b}.", "I cannot choose between {a} and {b}, both are fine.",
            "{a} is neither better nor worse than {b}.", "It makes no difference to me, {a} or {b}."]

    def pair(r):
        a, b = lists[kind](r), lists[kind](r)
        while a == b:
            b = lists[kind](r)
        winner = r.choice([a, a, b, b, None])
        text = r.choice(firsts if winner == a else seconds if winner == b else ties).replace("{a}", a).replace("{b}", b)
        text = text[0].upper() + text[1:]
        return text, upper(winner.removeprefix("the ")) if winner else tie

    case = {str.upper: " in capitals", str.lower: " in lower case"}.get(upper, " as written")
    the = " without 'the'" if kind == "product" else ""
    name = {"company": "company", "city": "city", "person": "person's full name", "product": "product"}[kind]
    return Task(
        key=(tie, case, kind), pair=pair,
        terse=[f"which {kind} does the writer like better? name{the}{case}; '{tie}' if equal",
               f"preferred {kind} -> {name}{case}{the}, no preference -> {tie}"],
        casual=[f"two of them are compared, give me the {name} the writer prefers{case}{the}, or {tie} if both are rated the same",
                f"who or what wins for the writer? write the {name}{the}{case}; {tie} when there is no winner"],
        detailed=[f"The sentence compares two entries of the kind {kind}. Return the {name} that the writer likes better,{the}{case}. If "
                  f"the writer rates them equally, return {tie}.",
                  f"Find the preference of the writer. Output the {name} that comes off better{the}{case}, whichever is named first. "
                  f"Answer {tie} if neither is preferred."])


@family(area="core", theme="core text classification", difficulty="hard")
def ordered_keyword_rules(r):
    """The first rule whose word is in the message decides."""
    stock = {"refund": "BILLING", "invoice": "FINANCE", "password": "SECURITY", "delivery": "SHIPPING", "broken": "REPAIR",
             "cancel": "RETENTION", "upgrade": "SALES", "address": "ACCOUNTS", "warranty": "LEGAL", "manual": "DOCS"}
    words = r.sample(list(stock), r.randint(3, 4))
    style = r.choice([lambda at, word: stock[word], lambda at, word: stock[word].lower(), lambda at, word: f"team{at + 1}", lambda at,
                      word: "ABCD"[at], lambda at, word: f"Q{at + 1}"])
    labels = [style(at, word) for at, word in enumerate(words)] + [r.choice(["OTHER", "general", "none", "desk"])]
    clauses = {
        "refund": ["when do I get my refund", "I asked for a refund"],
        "invoice": ["the invoice shows {n} euros", "I need a copy of invoice {n}"],
        "password": ["my password does not work", "I changed my password"],
        "delivery": ["the delivery is {n} days late", "who took the delivery"],
        "broken": ["the {noun} is broken", "the {product} came broken"],
        "cancel": ["I want to cancel order {n}", "please cancel my plan"],
        "upgrade": ["can I upgrade to a bigger plan", "the upgrade failed"],
        "address": ["my address has changed", "you have the wrong address"],
        "warranty": ["is it under warranty", "the warranty ended in {month}"],
        "manual": ["the manual is missing", "page {n} of the manual is blank"],
    }
    others = ["{first} told me to write to you", "I am in {city} this week", "I bought it in {month}", "please call me on {weekday}",
              "I have been a customer for {n} years"]

    def pair(r):
        if r.random() < 0.18:
            used = r.sample([word for word in stock if word not in words], r.randint(0, 2))
        else:
            used = r.sample(words, r.randint(1, 3))
        parts = [r.choice(clauses[word]) for word in used] + r.sample(others, r.randint(1, 2) if used else 3)
        r.shuffle(parts)
        text = fill(r, r.choice([", and ", "; ", ". "]).join(parts) + ".")
        return text, next((label for word, label in zip(words, labels) if word in text), labels[-1])

    rules = ", else ".join(f"{word} -> {label}" for word, label in zip(words, labels)) + f", else {labels[-1]}"
    first = words[0]
    return Task(
        key=(tuple(words), tuple(labels)), labels=tuple(labels), pair=pair,
        terse=[f"first rule whose word is in the text: {rules}", f"route by word, checked in this order: {rules}"],
        casual=[f"check for these words in this order and stop at the first one the message contains: {rules}",
                f"routing, top rule wins even if a later word comes first in the text: {rules}"],
        detailed=[f"Apply the rules from left to right; a rule fires if its word occurs in the message: {rules}. So a message with "
                  f"{first} always gets {labels[0]}, whatever else it says. Return the label.",
                  f"The input is a customer's message. Rules in order of priority: {rules}. The position of a word in the message does "
                  f"not matter, only the order of the rules. Output one label."])
