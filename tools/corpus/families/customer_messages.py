"""Custom classification: messages of customers, guests and colleagues, sorted by meaning."""
import words as w
from task import Task, family, options, pick_labels, styled_labels
from templates import SLOTS, filler, phrases

THEME = "custom classification"
FEATURES = phrases("""export dialog|calendar view|search bar|dark mode|receipt scanner|mobile menu|file upload|user list|weekly report
    chat window|map view|road planner|dashboard|comment box|photo gallery|settings page|notification center|time tracker|print preview
    quick bar|team page|tag editor|contact form|video player|import wizard|price filter|order history|wish list|booking form|archive folder
    address book|timeline""")
GREETINGS = phrases("Hi,|Hello,|Hi there,|Good morning,|Hello team,|Hey,|Dear support,|Good evening,|Hi all,|Dear team,")
CLOSINGS = phrases("""Thanks.|Best, {name}|Regards, {person}|{name}|Kind regards|Cheers, {name}|Sent from my phone.|Thank you, {name}
    /{name}|{person}, {city}""")
fill = filler(SLOTS | {
    "name": w.first, "feature": lambda r: r.choice(FEATURES), "day": lambda r: r.choice(w.WEEKDAYS), "n": lambda r: str(r.randint(2, 12)),
    "money": lambda r: w.money(r, 5, 400), "hour": lambda r: f"{r.randint(8, 18)}:{r.choice(['00', '15', '30', '45'])}",
    "order": lambda r: r.choice(["order #{}", "order {}", "order no. {}"]).format(r.randint(10000, 99999)),
})


def letter(r, *sentences):
    """The sentences as a message, with a greeting or a closing now and then."""
    parts = [fill(r, sentence) for sentence in sentences]
    if r.random() < 0.4:
        parts.insert(0, r.choice(GREETINGS))
    if r.random() < 0.4:
        parts.append(fill(r, r.choice(CLOSINGS)))
    return " ".join(parts)


# topic: what the spec calls it, team names, a harmless mention, messages
TEAMS = {
    "billing": ("charges, invoices and payments", ("billing", "finance", "accounts"), "My payments were all fine so far.", phrases("""
        I was charged twice for {order}.|The invoice for {month} shows {money} but we agreed on less.
        Why is there a fee of {money} on my card?|Please send me a corrected invoice with our tax number.
        My card was declined although there is money on it.|The discount is missing on my bill.
        I paid {money} by bank transfer and it still says unpaid.|Can you change my payment method to direct debit?
        You took {money} from my account in {month}.|Our accountant needs the invoice of {month} as a PDF.
        I got a payment reminder for a bill that I settled on {day}.|How do I pay by invoice?
        The total on my bill does not match the price on your site.|Please split the {money} into {n} monthly payments.
        The VAT on the invoice is wrong.""")),
    "access": ("login and passwords", ("access", "identity", "account help"), "Logging in works without trouble.", phrases("""
        I forgot my password and the reset mail never comes.|My account is locked after {n} attempts.
        The login page says my user name is unknown.|I have a new phone and cannot pass the two-factor prompt.
        Please unlock the user {person}.|The password reset link has expired.|I cannot sign in since {day}.
        My colleague {name} needs a new password.|It rejects my password although I typed it correctly.
        The code for signing in is sent to my old number.|Signing in with my company account fails.|I am logged out and can't get back in.
        My user name changed and now I can't log in.|How can I reset the password of a locked user?
        The captcha on the sign-in page won't let me through.""")),
    "delivery": ("parcels and their delivery", ("delivery", "shipping", "logistics"), "The parcel itself came on time.", phrases("""
        My parcel has not arrived yet.|Where is {order}? It should have come on {day}.
        The courier left my package with a neighbour I don't know.|Tracking has not moved for {n} days.
        Can you deliver to {city} instead of to my office?|The package was sent to my old address.
        The driver did not ring and took the parcel away again.|When will the {product} be shipped?
        My shipment is stuck in {city} since {day}.|Please hold my delivery until {day}.|The tracking number for {order} does not exist.
        Half of my shipment is still on its way somewhere.|Can the courier come after {hour}?
        It says delivered but there is no parcel at my door.|I need {order} delivered before {day}.""")),
    "app": ("crashes and errors in the app", ("app support", "engineering", "tech support"), "The app runs fine on my phone.", phrases("""
        The app crashes as soon as I open the {feature}.|The {feature} shows a white screen.
        After the update the app freezes for {n} minutes.|I get error {n}04 when I tap on the {feature}.
        The {feature} keeps loading forever.|Your app drains my battery and then closes itself.|The app quits without a message.
        The button in the {feature} does nothing on my tablet.|Since version {n}.1 the {feature} is garbled.
        The app hangs when I turn my phone.|An error pops up every time I use the {feature}.
        The {feature} displays yesterday's numbers and won't refresh.|The app does not start any more on my phone.
        Scrolling in the {feature} makes the app crash.|Texts overlap in the {feature} on small screens.""")),
    "advice": ("advice and offers before buying", ("sales", "presales", "advisors"), "I am happy with what I bought.", phrases("""
        Which {product} would you recommend for a beginner?|Do you also sell the {product} in {color}?
        Is the {product} suitable for children?|I am thinking of buying a {product}, how big is it?
        Will the {product} be back in stock soon?|What is the difference between your {n} models of {product}?
        Before I order: how heavy is the {product}?|Could we get a quote for {n}0 pieces of the {product}?
        Does the {product} come with a manual in English?|Can I try the {product} in your shop in {city} before I buy it?
        Which size of {product} should I choose?|Is the {product} made of wood?|I would like to buy a present for {name}, maybe a {product}?
        Is there a cheaper {product} than the one from {company}?|How loud is the {product}?""")),
    "privacy": ("personal data and its deletion", ("privacy", "data protection", "legal"), "I have read your privacy notice.", phrases("""
        Please delete all my personal data.|Which personal data do you store about me?|I want a copy of all the data you hold on me.
        Who do you share my personal data with?|I withdraw my consent to the use of my data.|Please erase my profile and all data in it.
        Is my personal data kept in {city}?|How long do you keep personal data of former customers?
        I object to the use of my data for advertising.|Please confirm that my data was erased on {day}.
        My date of birth is stored wrongly, I ask you to correct my personal data.|Why does {company} have my personal data from you?
        I request deletion of my data under the privacy law.|Remove my personal details from your database.
        Who is your data protection officer?|I never agreed that you keep my personal data, please wipe it.""")),
    "damage": ("broken or faulty goods", ("repairs", "warranty", "returns desk"), "The {product} itself works well.", phrases("""
        The {product} stopped working after {n} days.|There is a crack in my {product}.|The {product} does not switch on any more.
        One leg of the {product} is bent.|My {product} makes a grinding noise and smells burnt.|The zip of the {product} broke on {day}.
        The {product} leaks at the bottom.|A screw is missing and the {product} falls apart.|The handle of the {product} came off.
        The {product} came out of the box with scratches all over.|The glass of the {product} is shattered.
        My {product} is dead again after the repair.|The seam of the {product} is torn.|The {product} has a dent and wobbles.
        After {n} weeks the {product} is defective.""")),
}


@family(area="classification", theme=THEME, difficulty="medium")
def ticket_to_team(r):
    """The team of the spec that a customer message belongs to."""
    topics = r.sample(sorted(TEAMS), r.choice([2, 3, 3]))
    style = r.randrange(3)
    names = [r.choice(TEAMS[t][1]) for t in topics] + [r.choice(["other", "general", "front desk"])]
    labels = styled_labels(r, names) if style else tuple(map(r.choice(["T{}", "Q{}"]).format, range(1, len(names) + 1)))
    if len(set(labels)) < len(labels):
        labels = tuple(f"queue-{n}" for n in range(1, len(names) + 1))
    meanings = [TEAMS[t][0] for t in topics]
    rest = [t for t in sorted(TEAMS) if t not in topics]

    def pair(r):
        at = r.randrange(len(labels))
        topic = topics[at] if at < len(topics) else r.choice(rest)
        said = [r.choice(TEAMS[topic][3])]
        if r.random() < 0.35:
            said.insert(r.randint(0, 1), TEAMS[r.choice([t for t in sorted(TEAMS) if t != topic
                                                         and {t, topic} != {"damage", "advice"}])][2])
        return letter(r, *said), labels[at]

    pairs = list(zip(labels, meanings))
    return Task(
        key=(labels, topics), labels=labels, pair=pair,
        terse=["route message: " + "; ".join(f"{a} = {m}" for a, m in pairs) + f"; {labels[-1]} = anything else",
               "; ".join(f"{m} -> {a}" for a, m in pairs) + f"; rest -> {labels[-1]}"],
        casual=["which team gets this customer mail? " + ", ".join(f"{a} does {m}" for a, m in pairs) + ". if it's about something else, "
                f"{labels[-1]}",
                "sort support mails by what the person wants help with: " + ", ".join(f"{m} go to {a}" for a, m in pairs)
                + f". all the others go to {labels[-1]}"],
        detailed=["Read a customer's message and name the team that should handle the request. "
                  + " ".join(f"{a} handles {m}." for a, m in pairs)
                  + f" Every other request goes to {labels[-1]}. A topic that is only mentioned as being fine does not count. Output the "
                    "team name only.",
                  "You route support tickets. The possible destinations are " + options(labels, "and") + ". "
                  + " ".join(f"Choose {a} for {m}." for a, m in pairs)
                  + f" Choose {labels[-1]} if none of these is what the customer needs. Print exactly one destination."])


KINDS = {
    "bug": ("bug", phrases("""The {feature} is empty since {day} although it has {n} entries.|When I click on the {feature} nothing happens.
        The {feature} shows the wrong date for {city}.|Saving in the {feature} loses my last line.
        I get a red error in the {feature} every time.|The {feature} counts every entry twice.|Since the update the {feature} is broken.
        The {feature} crashes with more than {n} entries.|The {feature} says 'done' but nothing was stored.
        Sorting in the {feature} puts 10 before 2, which is wrong.|The {feature} freezes on my phone.
        The link in the {feature} leads to a page that does not exist.|Deleted items come back in the {feature} after a reload.
        The {feature} prints half of the page only, the rest is cut off.|My changes in the {feature} vanish after I log out.
        The {feature} no longer opens.""")),
    "idea": ("feature request", phrases("""It would be great if the {feature} had a shortcut.|Please add an undo button to the {feature}.
        I wish the {feature} could be sorted by color.|Could you build a version of the {feature} for tablets some day?
        We need the {feature} in Spanish too, please add it.|A {feature} with bigger letters would be lovely.
        My suggestion: let the {feature} remember the last {n} entries.|I'd love to see a copy function in the {feature}.
        Please make it possible to hide the {feature}.|It would help us a lot if the {feature} could export to Excel.
        You should offer a {feature} for whole teams.|Would be nice to have {n} themes for the {feature}.
        Feature idea: a timer inside the {feature}.|The {feature} should support drag and drop in the future.
        Our team would like an option to lock the {feature}.|Adding a filter to the {feature} would save me hours.""")),
    "question": ("question", phrases("""How do I open the {feature}?|Where do I find the {feature} on my phone?
        What does the star in the {feature} mean?|Who in my team can see the {feature}?|Is the {feature} part of the free plan?
        How many entries can the {feature} hold?|Can I use the {feature} without an account?|Which file types does the {feature} accept?
        How often is the {feature} updated?|What is the difference between the {feature} and the inbox?|Do I have to pay for the {feature}?
        Where can I read about the {feature}?|How long are entries in the {feature} kept?|Does the {feature} work offline?
        Can you explain to me how the {feature} works?|Since when does the {feature} exist?""")),
    "praise": ("praise", phrases("""I love the {feature}, it is so quick.|The new {feature} is wonderful, well done!
        Great job on the {feature}!|The {feature} saves me {n} hours a week, thank you.|Best {feature} I have ever used.
        Your {feature} made my week.|Everyone in our office adores the {feature}.|The {feature} is a joy to use.
        Compliments to {name} who built the {feature}!|I am really impressed by the {feature}.|The {feature} is simply perfect, keep it up.
        What a beautiful {feature}!|Five stars for the {feature}.|Just wanted to say that the {feature} is fantastic.
        Finally a {feature} that I enjoy, thanks a lot!""")),
}
BY_THE_WAY = phrases("""I have been a user for {n} years.|We are a team of {n} people.|I work in {city}.|I use it every {day}.
    My colleague {name} told me to write to you.|We are on the yearly plan.|I use the browser version.|I am new here.|I work for {company}.
    I have the latest version.""")


@family(area="classification", theme=THEME, difficulty="medium")
def bug_idea_or_question(r):
    """Whether feedback on a product is a bug, a feature request, a question or praise."""
    chosen = r.sample(sorted(KINDS), r.choice([3, 3, 4]))
    labels = styled_labels(r, [KINDS[k][0] for k in chosen]) if r.random() < 0.7 else tuple(k[0].upper() for k in chosen)
    says = {"bug": "something that does not work", "idea": "a wish for something new", "question": "wanting to know something",
            "praise": "pure compliments"}
    told = list(zip(labels, (says[k] for k in chosen)))

    def pair(r):
        at = r.randrange(len(chosen))
        said = [r.choice(KINDS[chosen[at]][1])]
        if r.random() < 0.5:
            said.insert(r.randint(0, 1), r.choice(BY_THE_WAY))
        return letter(r, *said), labels[at]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=["feedback type: " + ", ".join(f"{a} ({m})" for a, m in told), "classify: " + "; ".join(f"{m} = {a}" for a, m in told)],
        casual=["what sort of feedback is it? " + ", ".join(f"{a} if it's about {m}" for a, m in told),
                "users write us things. i need one of " + options(labels) + " per message (" + "; ".join(f"{a}: {m}" for a, m in told)
                + ")"],
        detailed=["Classify a user's message about our product as " + options(labels) + ". " + " ".join(f"{a} means: {m}." for a, m in told)
                  + " Remarks about who is writing do not matter. Answer with the label alone.",
                  "The input is feedback from a user. Assign exactly one label according to this list: "
                  + "; ".join(f"{a} - {m}" for a, m in told)
                  + ". Return only the label, written as in the list."])


MEETINGS = {
    "new": ("asks for a meeting", ("schedule", "new"), phrases("""Could we meet on {day} to talk about {company}?
        Do you have half an hour for me on {day}?|Let's find a slot next week to discuss the {feature}.
        I'd like to set up a call with you and {name}.|Can we book a room for {day} at {hour} and go through the budget?
        Are you free at {hour} on {day} for a first chat?|I would love to get together in {city} in {month}.
        Shall we have a coffee on {day} and talk it over?|Please find a date for a kick-off with {company}.
        When could you see me for an hour in {month}?|Would {day} at {hour} suit you for a short call?
        We should sit down some time next week about the {product} deal.|I propose a meeting with {person} on {day}, does that work?
        Any chance to talk by phone on {day}?|Can I come by your office on {day} at {hour}?""")),
    "move": ("moves a meeting", ("reschedule", "move"), phrases("""Can we push our {day} meeting to {hour}?
        I have to shift our call from {day} to {day} of the week after.|Something came up, could we do our {hour} meeting an hour later?
        Let's move the {company} review to {month}.|Would it be possible to have the {day} call a day earlier?
        I can't make {hour}, is {day} afternoon fine for our meeting instead?|Please put our talk off by {n} days.
        {name} is ill, so we need a later date for the workshop.|Our meeting in {city} must be postponed to {month}.
        Could we swap our {hour} slot for the one in the evening?|I'd rather have our {day} call next week, is that ok?
        Sorry, running late, can we start our {hour} meeting {n} minutes later?|The {feature} demo has to be delayed until {day}.
        New time for the board meeting please: {day}, {hour}.|Instead of {day} I suggest {month} for our workshop.""")),
    "drop": ("calls a meeting off", ("cancel", "drop"), phrases("""I have to cancel our meeting on {day}.
        Let's call off the {hour} call, it is no longer needed.|Sorry, I won't be able to see you on {day}, please take it off the calendar.
        We can skip our talk, {name} answered everything.|The workshop in {city} will not take place.
        Please delete the {day} appointment, the deal with {company} is dead.|No need to meet on {day} any more.
        I am calling off the {feature} demo for good.|Our {hour} appointment is off, sorry.|Forget about the meeting on {day}, we solved it.
        Kindly remove me and {name} from the {day} call, it's cancelled.|The {month} review is cancelled without replacement.
        We're dropping the call at {hour}.|I must withdraw from our appointment on {day}, let us leave it at that.
        The customer backed out, so there is no meeting on {day}.""")),
    "keep": ("confirms a meeting", ("confirm", "keep"), phrases("""{day} at {hour} works for me, see you then.
        Just confirming our call on {day}.|Yes, I'll be there at {hour}.|The meeting in {city} is in my calendar, looking forward to it.
        Confirmed: {day}, {hour}, with {name}.|All set for our {day} workshop.|Perfect, {hour} it is.|I accept the invitation for {day}.
        Thanks for the invite, I will attend on {day}.|See you on {day} at {hour} as agreed.
        {name} and I will join your {hour} call as planned.|Our appointment in {month} stands.
        Great, the time you proposed on {day} suits me.|I can make it at {hour}, thanks.|Everything stays as planned for {day}.""")),
}


@family(area="classification", theme=THEME, difficulty="medium")
def meeting_mail_intent(r):
    """What a mail does with a meeting: asks for one, moves it, cancels it or confirms it."""
    chosen = r.sample(sorted(MEETINGS), r.choice([2, 3, 3, 4, 4]))
    labels = styled_labels(r, [r.choice(MEETINGS[c][1]) for c in chosen]) if r.random() < 0.8 else tuple(
        f"M{n}" for n in range(len(chosen)))
    told = [(label, MEETINGS[c][0]) for label, c in zip(labels, chosen)]

    def pair(r):
        at = r.randrange(len(chosen))
        return letter(r, r.choice(MEETINGS[chosen[at]][2])), labels[at]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=["mail about a meeting: " + ", ".join(f"{m} = {a}" for a, m in told),
               "intent: " + "; ".join(f"{a} if it {m}" for a, m in told)],
        casual=["my inbox is full of meeting mails. " + ", ".join(f"say {a} when it {m}" for a, m in told),
                "what does the writer want with the meeting? " + options(labels) + ": " + "; ".join(f"{a} = {m}" for a, m in told)],
        detailed=["The input is an e-mail concerning a meeting, call or workshop. Return " + options(labels) + ". "
                  + " ".join(f"Use {a} if the mail {m}." for a, m in told)
                  + " Output one label.",
                  "Sort meeting mails for a calendar robot. " + " ".join(f"A mail that {m} gets the label {a}." for a, m in told)
                  + " Exactly one label fits; print it as it is."])


@family(area="classification", theme=THEME, difficulty="hard")
def rsvp_with_headcount(r):
    """A reply to an invitation, as a status and the number of people who come."""
    yes, no, maybe = pick_labels(r, [("yes", "no", "maybe"), ("COMING", "DECLINED", "UNSURE"), ("accepted", "declined", "tentative"),
                                     ("in", "out", "open"), ("Y", "N", "?"), ("going", "not going", "undecided")])
    sep = r.choice([" ", ":", ",", "/", " x", " - "])
    coming = [(1, phrases("""Count me in, I'll come alone.|I'd love to come, just me this time.
        Yes, see you on {day}! {name} has to work, so I come by myself.|Great, I will be there on my own.""")),
              (2, phrases("""{name} and I will be there!|Yes, I'm coming and I bring {name}.|Happy to come with my wife.
                  My husband and I accept with pleasure.|Sure, me plus one.""")),
              (3, phrases("""We will come: {name}, {name} and me.|Yes! I'll bring both my daughters, nobody else.|Count on me plus two.
                  My parents and I are looking forward to it.""")),
              (0, phrases("""Sure, there will be # of us.|Please put us down for # people.|We are coming, # in total.
                  Yes, # seats for us please.|A party of # from our side, see you on {day}.|We'd love to, # persons."""))]
    declines = phrases("""Sorry, I can't make it on {day}.|Unfortunately {name} and I are in {city} that week.
        I have to pass, but have fun all of you!|We won't be able to come, all # of us have the flu.|Thanks for asking, but no.
        I'm afraid that {day} is impossible for me.|Too bad, I'm working that night.|{name} would have loved it, but we must decline.
        Not this time, sorry.|We are away in {month}, so it's a no from us.""")
    open_ = phrases("""I might come, I'll know on {day}.|Not sure yet, depends on {name}.|Perhaps, let me check with my boss.
        Can I tell you on {day}? I don't know my plans yet.|It could work, but I can't promise.
        We may drop by with # friends, or not, we'll see.|Still waiting for a babysitter, so I can't say yet.
        Fifty-fifty, I'll get back to you.|Maybe! {name} has to look at the train times first.|No idea yet if # of us get the day off.""")

    def pair(r):
        status, count = r.choice([yes, yes, yes, no, maybe]), 0
        line = r.choice(declines if status == no else open_)
        number = r.randint(4, 12)
        if status == yes:
            count, lines = r.choice(coming)
            line = r.choice(lines)
            count = count or number
        line = fill(r, line.replace("#", r.choice([str(number), {4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}.get(number,
            str(number))])))
        before = fill(r, r.choice(["", "Dear {name}, ", "Hi {name}! ", "Thanks for the invitation. ", "What a nice idea! ",
                                   "Hello {name}, ", "Got your card from {city}. ", "Hi from {city}! "]))
        after = fill(r, r.choice(["", "", " - {person}", " Best, {person}", " ({person}, {city})", " Greetings from {city}, {person}"]))
        return before + line + after, f"{status}{sep}{count}"

    return Task(
        key=(yes, no, maybe, sep), pair=pair,
        terse=[f"RSVP -> '{yes}{sep}N' with N = people coming, writer included; '{no}{sep}0' if declined; '{maybe}{sep}0' if undecided",
               f"reply to status{sep}headcount; status {yes}/{no}/{maybe}; headcount 0 unless they come; count the writer"],
        casual=[f"guest replies! give me {yes}{sep}3 if three people come (the writer counts as well), {no}{sep}0 if they don't come, "
                f"{maybe}{sep}0 if they don't know yet",
                f"turn the answer to our invitation into status and number, like {yes}{sep}2: {yes} = they come (number incl. the "
                f"sender), {no} = they don't, {maybe} = open. with {no} and {maybe} the number is 0"],
        detailed=[f"The input is somebody's reply to an invitation. Output the status, then '{sep}', then the number of people who will "
                  f"come, for instance '{yes}{sep}2'. The status is {yes} (they come), {no} (they do not) or {maybe} (not decided). The "
                  f"person who writes is counted too. For {no} and {maybe} the number is 0.",
                  f"Extract status and headcount from an RSVP in the form <status>{sep}<number>. Use {yes} when the invitation is "
                  f"accepted, with all persons who come including the sender; use {no}{sep}0 for a refusal and {maybe}{sep}0 when the "
                  "sender has not decided yet."])


THEMES = {
    "price": phrases("It is too expensive for me.|Why did the price go up in {month}?|{money} is a lot for this.|Cheaper elsewhere, by the "
                     "way."),
    "delivery": phrases("The parcel came {n} days late.|The courier was very nice.|Shipping to {city} took ages."
                        "|It was delivered on {day}."),
    "staff": phrases("""{name} at the counter helped me a lot.|Your clerk in {city} was grumpy.|The lady in the shop knew everything.
        The salesman {name} rolled his eyes."""),
    "website": phrases("""Your website is hard to read.|The site crashed at checkout.|I ordered on your homepage without a hitch.
        The online form has {n} pages."""),
    "packaging": phrases("So much plastic wrap!|The box was dented.|I liked the pretty wrapping paper.|The carton was far too big."),
    "warranty": phrases("""Is there still a guarantee on it?|The warranty ended in {month}.|Do I have {n} years of warranty?
        Please repair it under warranty."""),
    "store hours": phrases("Are you open on {day}?|You close far too early.|When do you open in the morning?|The shop was shut at {hour}."),
}
NEUTRAL = phrases("""I bought a {product} for {name}.|My {product} is {color}.|I have known {company} for {n} years.|I live in {city}.
    It was a present from {name}.|It is about {order}.|I own two of these.|My sister has a {color} one.""")


@family(area="classification", theme=THEME, difficulty="hard")
def feedback_topic_list(r):
    """All the topics that a message touches, in the order of the spec."""
    topics = r.sample(sorted(THEMES), r.randint(3, 5))
    names = styled_labels(r, topics)
    sep, none = r.choice([", ", ",", ";", " | ", "+", "/", " "]), r.choice(["none", "N/A", "-", "other", "(nothing)"])
    if sep == " ":
        names = tuple(name.replace(" ", "_") for name in names)
    example = sep.join(names[:2])

    def pair(r):
        count = r.choice([0, 1, 1, 2, 2, 2, 3])
        found = r.sample(range(len(topics)), min(count, len(topics)))
        said = [r.choice(THEMES[topics[at]]) for at in found] + r.sample(NEUTRAL, r.randint(0 if found else 2, 2))
        r.shuffle(said)
        return letter(r, *said), sep.join(names[at] for at in sorted(found)) or none

    return Task(
        key=(names, sep, none), pair=pair,
        terse=[f"topics touched, in this order, joined by '{sep}': {', '.join(names)}; no topic: {none}",
               f"tag feedback with all that apply of {', '.join(names)} (keep this order, separator '{sep}'), else {none}"],
        casual=[f"which of these come up in the message: {', '.join(names)}? list them in that order like {example}, and write {none} if "
                "nothing fits",
                f"multi-label please. tags are {', '.join(names)}, put '{sep}' between them and keep my order. {none} if the message has "
                "none of them"],
        detailed=[f"Mark every topic that the customer's message mentions, favourably or not. The topics are {options(names, 'and')}. "
                  f"Write them in this order, joined by '{sep}' (for instance {example}). If the message mentions none of them, write "
                  f"{none}.",
                  f"Multi-label tagging of feedback. Possible tags: {', '.join(names)}. Output all tags whose subject is mentioned, in "
                  f"the order given here, with '{sep}' between two tags. A message without any of these subjects gets {none}."])


@family(area="classification", theme=THEME, difficulty="medium")
def asks_me_to_act(r):
    """Does a chat message ask the person named in the spec to do something?"""
    me = w.first(r)
    yes, no = labels = pick_labels(r, [("yes", "no"), ("ACTION", "FYI"), ("todo", "ignore"), ("mine", "not mine"), ("1", "0"),
                                       ("notify", "mute")])
    tasks = phrases("""send the {company} contract|book the room for {day}|call {person} back|review the {feature} draft
        order a new {product}|update the {feature}|check the numbers for {month}|pick up the {product}|reply to {company}
        print {n} copies of the agenda|invite {person}|renew the {city} lease|test the {feature}|prepare slides for {day}|ship {order}
        fix the {feature}""")
    done = phrases("""sent the {company} contract|booked the room for {day}|called {person} back|reviewed the {feature} draft
        ordered a new {product}|checked the numbers for {month}|invited {person}|shipped {order}|fixed the {feature}""")
    asks = phrases("""{who}, can you please {task}?|@{who} please {task}|Could {who} {task}? Thanks|{who}: please {task} today.
        We still need {who} to {task}.|{who}, would you {task} before {hour}?|Hey {who}, don't forget to {task}!""")
    tells = phrases("""{who} has already {done}.|Thanks {who}, glad you {done}!|{other} {done}, says {who}.|FYI: {who} {done} on {day}.
        I {done}, no action needed, {who}.|{who} and {other} {done} in {month}.|{who} is on holiday until {day}.
        Welcome {who}, nice to have you in {city}!""")

    def pair(r):
        other = r.choice([name for name in w.FIRST if name != me])
        answer = r.choice(labels)
        kind = 0 if answer == yes else r.choice([1, 1, 2])
        line = r.choice(tells if kind == 1 else asks).replace("{who}", other if kind == 2 else me).replace("{other}", other)
        line = fill(r, line.replace("{task}", r.choice(tasks)).replace("{done}", r.choice(done)))
        if kind == 2 and r.random() < 0.7:
            line += " " + r.choice(["I talked to {} about it.", "{} is informed.", "{} will be pleased.",
                                    "{} did the last one."]).format(me)
        return (f"[{fill(r, '{hour}')}] " if r.random() < 0.3 else "") + line, answer

    return Task(
        key=(me, labels), labels=labels, pair=pair,
        terse=[f"{yes} if the message asks {me} to do something, otherwise {no}",
               f"task for {me}? {yes}/{no} ({no} too for tasks of others and mere news)"],
        casual=[f"i'm {me}. tell me {yes} if someone wants me to do something, {no} if it's just info or meant for somebody else",
                f"does {me} have to act on this chat message? {yes} when {me} is the one being asked, {no} in all other cases"],
        detailed=[f"Decide whether a chat message contains a request to {me}. Return {yes} if {me} is asked to do something. Return {no} "
                  f"if {me} is merely mentioned, thanked or informed, or if the request goes to another person.",
                  f"The function filters notifications for {me}. Output {yes} for a message that gives {me} a task that is still to be "
                  f"done and {no} for every other message, including tasks addressed to somebody else."])
