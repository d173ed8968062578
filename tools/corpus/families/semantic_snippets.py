"""Semantic search, the result side: relevance of snippets, which one answers, what belongs to a category."""
import words as w
from task import Task, family, options, pick_labels

SAFE_CITIES = [c for c in w.CITIES if c not in ("Nice", "Cork")]
TOPICS = {  # what a query calls it: sentences about it in other words, with {c} for a city
    "piano lessons": ["A patient teacher in {c} shows beginners how to play Chopin and scales on the keys.",
                      "Our {c} music school takes pupils of any age who want to learn the grand keyboard."],
    "dentist": ["The {c} practice cleans teeth, fills cavities and fits crowns.",
                "Toothache? Our clinic in {c} sees patients the same day."],
    "used cars": ["Second-hand sedans and vans with low mileage are parked in our {c} yard.",
                  "This {c} dealer sells vehicles that had one owner before."],
    "bike repair": ["A workshop in {c} mends punctures, chains and brakes while you wait.",
                    "Bent rim? The {c} mechanic gets your two wheels rolling again."],
    "vegan restaurant": ["The {c} kitchen cooks without meat, milk or eggs.",
                         "Plant-based dinners are served every evening at this {c} bistro."],
    "moving company": ["Strong helpers carry your boxes and sofa to the new home in {c}.",
                       "Relocating? A {c} crew packs, loads and drives your household."],
    "language course": ["Evening classes in {c} teach Spanish and Polish from zero.",
                        "Learn to speak Japanese with tutors at the {c} academy."],
    "wedding photographer": ["She takes pictures of brides and grooms all over {c}.", "Couples in {c} trust his camera on their big day."],
    "dog grooming": ["A salon in {c} washes, trims and brushes your poodle.",
                     "Nail clipping and baths for four-legged friends at our {c} parlour."],
    "swimming pool": ["Lanes, slides and a diving board await you in {c}; bring a towel.", "Water is kept at 28 degrees in the {c} baths."],
    "tax advisor": ["An expert in {c} prepares your yearly return and talks to the revenue office.",
                    "The {c} office helps freelancers deduct expenses."],
    "yoga class": ["Stretch and breathe on the mat with our teacher in {c}.",
                   "Sun salutation at seven: the {c} studio welcomes beginners."],
    "house cleaning": ["Tidy-up service in {c}: floors, windows and bathrooms spotless.",
                       "Two helpers with mops come to your {c} apartment every week."],
    "locksmith": ["Shut out without a key? A specialist in {c} opens your door in minutes.",
                  "We change cylinders and open jammed doors across {c}."],
    "flower delivery": ["Roses and tulips brought to any door in {c} before noon.", "A {c} shop sends bouquets by courier."],
    "skating rink": ["Glide over the ice in {c}; boots with blades can be hired.", "The frozen arena of {c} opens in November."],
    "computer repair": ["Slow notebook? Technicians in {c} replace disks and remove viruses.",
                        "The {c} workshop rescues data from broken laptops."],
    "hair salon": ["Cuts, colour and curls by a stylist in the heart of {c}.", "The {c} stylist trims fringes and dyes strands."],
    "book club": ["Readers in {c} meet monthly to discuss a novel.", "A {c} circle talks about one new novel every four weeks."],
    "solar panels": ["Modules on your roof in {c} turn sunshine into electricity.", "A {c} fitter mounts photovoltaic modules."],
    "car wash": ["Foam, brushes and wax for your dirty vehicle in {c}.", "The {c} tunnel makes your automobile shine in ten minutes."],
    "tailor": ["Trousers shortened and suits sewn to measure in {c}.", "Her needle in {c} takes in jackets and hems dresses."],
    "climbing gym": ["Ropes, holds and boulder walls under one roof in {c}.",
                     "The {c} hall has walls of 18 metres and harnesses for rent."],
    "pizza delivery": ["Hot margherita from a stone oven, brought to your {c} home.",
                       "A {c} driver brings calzone and quattro formaggi in half an hour."],
}


@family(area="search", theme="semantic search", difficulty="medium")
def snippet_relevance_level(r):
    """Does a snippet fit the topic and the city of a query, one of them, or none?"""
    style = r.choice([str, str, str.upper, str.capitalize])
    full, part, none = map(style, pick_labels(r, [("high", "partial", "none"), ("relevant", "half", "off"), ("full", "some", "zero"),
                                                  ("good", "medium", "bad"), ("3", "2", "1"), ("strong", "weak", "miss"),
                                                  ("yes", "maybe", "no")]))
    gap, either = r.choice([" | ", " || ", " -> ", " // "]), r.random() < 0.35
    names = ["query", "snippet"] if r.random() < 0.7 else ["q", "doc"]
    labels = (full, none) if either else (full, part, none)

    def pair(r):
        topics, cities = r.sample(list(TOPICS), 2), r.sample(SAFE_CITIES, 2)
        match = r.choice(["both", "both", "topic", "city", "neither",
                          "neither"]) if not either else r.choice(["both", "both", "topic", "city", "neither"])
        topic = topics[match in ("city", "neither")]
        city = cities[match in ("topic", "neither")]
        query = r.choice(["{t} in {c}", "{t} {c}", "{c} {t}", "good {t} in {c}", "{t} {c} address", "{t} near {c} center",
                          "cheap {t} around {c}"]).format(t=topics[0], c=cities[0])
        snippet = r.choice(TOPICS[topic]).format(c=city)
        label = full if match == "both" else none if match == "neither" or either else part
        return f"{names[0]}: {r.choice([query, query.lower()])}{gap}{names[1]}: {snippet}", label

    if either:
        terse = [f"{full} if the snippet is about the query's topic and city, otherwise {none}",
                 f"topic and city of the query both met by the snippet? {full}, else {none}"]
        casual = [f"does the text help the searcher? only {full} if it's about the thing they look for and the same city; any miss is "
                  f"{none}", f"{none} unless the snippet is on the same subject and in the same city as the query, then {full}"]
        detailed = [f"The input has a query (what and which city) and a snippet separated by '{gap.strip()}'. The snippet may use other "
                    f"words for the same thing. Return {full} if both the subject and the city agree, otherwise {none}.",
                    f"Judge a search result. If it offers what the query looks for, in the city that the query names, answer {full}. If "
                    f"the subject or the city is another one, answer {none}."]
    else:
        terse = [f"snippet fits the query's topic and city: {full}; only one of the two: {part}; neither: {none}",
                 f"{full} = topic and city agree, {part} = one agrees, {none} = nothing agrees"]
        casual = [f"grade the result: right subject and right city is {full}, just one of them is {part}, wrong on both is {none}",
                  f"how well does the snippet fit? {part} when only the city or only the subject is right, {full} when both are, {none} "
                  f"when neither is"]
        detailed = [f"The input has a query (what and which city) and a snippet separated by '{gap.strip()}'. The snippet may use other "
                    f"words for the same thing. Return {full} if subject and city agree, {part} if exactly one agrees, {none} if neither "
                    f"does.",
                    f"Judge a search result by two criteria: is it about what the query looks for, and is it in the city of the query? "
                    f"Both met: {full}. One met: {part}. None met: {none}."]
    return Task(key=(labels, gap, names), labels=labels, pair=pair, terse=terse, casual=casual, detailed=detailed)


FACTS = {  # the kind of fact: (questions, snippets); {s} is the subject
    "time": (["when does {s} start", "when is {s}", "on which date is {s}"],
             ["{s} starts on {d}.", "Come on {d} to see {s}.", "The date of {s} is {d}."]),
    "place": (["where is {s} held", "where does {s} take place", "what is the venue of {s}"],
              ["{s} takes place in {c}.", "You find {s} in the old hall of {c}.", "The venue of {s} is the library in {c}."]),
    "person": (["who organizes {s}", "who is in charge of {s}", "who runs {s}"],
               ["{s} is organized by {p}.", "{p} runs {s}.", "{p} is in charge of {s}."]),
    "price": (["how much is a ticket for {s}", "what does entry to {s} cost", "what is the price of {s}"],
              ["Entry to {s} costs {n} euros.", "You pay {n} euros for {s}.", "A ticket for {s} is {n} euros."]),
    "length": (["how long does {s} last", "what is the duration of {s}", "how many hours does {s} take"],
               ["{s} lasts {k} hours.", "Plan {k} hours for {s}.", "After {k} hours {s} is over."]),
    "bring": (["what should i bring to {s}", "what do i need to take along to {s}", "which things must visitors of {s} bring"],
              ["Bring a {t} to {s}.", "Visitors of {s} must bring a {t}.", "For {s} you need to take along a {t}."]),
}
EVENTS = """book fair,spring concert,chess open,pottery workshop,night market,river race,jazz evening,science day,flea market,
film festival,harvest party,coding camp,street parade,cooking class,poetry slam,garden show,city marathon,wine tasting,toy exhibition,
kite festival,drawing course,museum night,bread seminar,sailing trip""".replace("\n", "").split(",")


@family(area="search", theme="semantic search", difficulty="hard")
def snippet_that_answers(r):
    """Which of several snippets answers the question?"""
    count, nothing = r.choice([3, 3, 4]), r.choice(["none", "NONE", "0", "X", "no answer", "-"])
    marks = r.choice(["ABCD", "1234", "abcd", ["S1", "S2", "S3", "S4"], ["first", "second", "third", "fourth"]])[:count]
    shape = r.choice(["({}) {}", "{}: {}", "[{}] {}"])
    listed = options(marks)

    def pair(r):
        subjects = [f"the {x}" for x in r.sample(EVENTS, 2)]
        kinds = r.sample(list(FACTS), count + 1)
        snippets = []
        for kind in kinds[:count]:
            text = r.choice(FACTS[kind][1]).format(s=subjects[0], d=f"{r.randint(1, 28)} {r.choice(w.MONTHS)}", c=w.city(r), p=w.person(r),
                                                   n=r.randint(2, 60), k=r.randint(2, 9), t=r.choice(w.NOUNS))
            snippets.append(text[0].upper() + text[1:])
        at = r.randrange(count) if r.random() < 0.83 else -1
        question = r.choice(FACTS[kinds[at]][0]).format(s=subjects[0])
        if at == -1 and r.random() < 0.5:
            question = r.choice(FACTS[kinds[0]][0]).format(s=subjects[1])
        text = " ".join(shape.format(m, x) for m, x in zip(marks, snippets))
        return f"{question}? {text}", marks[at] if at >= 0 else nothing

    return Task(
        key=(marks, nothing, shape), labels=tuple(marks) + (nothing,), pair=pair,
        terse=[f"which snippet answers the question: {listed}? {nothing} if none does",
               f"{listed}: mark of the snippet holding the answer, otherwise {nothing}"],
        casual=[f"a question, then {count} snippets marked {listed}. which one has the answer? say {nothing} if it's in none of them or "
                f"they are about something else",
                f"pick the snippet that really answers what is asked ({listed}). same topic alone isn't enough; {nothing} when nobody "
                f"answers it"],
        detailed=[f"The input is a question and {count} snippets marked {options(marks, 'and')}. Exactly one or none of them contains the "
                  f"information asked for, about the same event. Return its mark, or {nothing} if no snippet answers the question.",
                  f"Decide which of the marked snippets answers the question. It has to give the fact that is asked for, about the event "
                  f"that is named. Output one of {listed}; output {nothing} if the answer is in none of them."])


KINDS = {
    "animals": "ant bat bear bee camel cat crow deer dog dolphin eagle elephant fox frog goat hamster hedgehog horse koala lion lizard "
               "monkey otter owl panda parrot penguin rabbit shark snake spider squirrel tiger whale wolf zebra".split(),
    "fruits": "banana cherry grape kiwi mango melon peach pear plum strawberry apricot raspberry blueberry pineapple lemon".split(),
    "clothes": "shirt trousers jacket skirt sweater sock scarf blouse dress hat coat glove jeans pullover sandal".split(),
    "furniture": "chair sofa bookshelf wardrobe desk armchair bench cupboard stool dresser nightstand".split(),
    "musical instruments": "guitar violin trumpet flute drum harp clarinet cello saxophone piano accordion banjo".split(),
    "vehicles": "truck bicycle tractor scooter motorcycle bus tram helicopter ambulance canoe ferry taxi".split(),
    "tools": "hammer screwdriver wrench pliers chisel drill axe shovel rake crowbar saw".split(),
    "professions": "accountant baker butcher carpenter dentist electrician farmer gardener lawyer librarian nurse pilot plumber surgeon "
                   "teacher translator".split(),
    "countries": "Argentina Australia Austria Belgium Brazil Canada Croatia Denmark Egypt Finland France Germany Iceland Italy Japan "
                 "Kenya Mexico Norway Poland Portugal Spain Sweden Thailand".split(),
    "sports": "tennis football swimming boxing judo volleyball hockey badminton fencing rowing cricket".split(),
    "weather": "rain snow thunderstorm fog drizzle hail blizzard hurricane sleet".split(),
    "body parts": "elbow knee shoulder ankle wrist nose ear stomach thumb eyebrow chin".split(),
    "family members": "mother uncle cousin grandfather niece sister nephew aunt brother daughter".split(),
    "vegetables": "carrot broccoli cabbage spinach onion leek zucchini cauliflower lettuce celery".split(),
}


@family(area="search", theme="semantic search", difficulty="medium")
def category_members_of_list(r):
    """The words of a list that belong to a category."""
    kind, count, gap = r.choice(list(KINDS)), r.choice([4, 5, 6]), r.choice([", ", "; ", " / "])
    ask, nothing = r.choice(["first", "all", "count", "position", "others"]), r.choice(["none", "NONE", "-", "n/a"])
    nothing = "0" if ask == "count" else nothing
    what = {"first": f"the one word that belongs to the category {kind}",
            "all": f"all words of the category {kind} in their order, joined with '{gap.strip()}' and a blank",
            "count": f"how many words belong to the category {kind}",
            "position": f"the position (from 1) of the one word of the category {kind}",
            "others": f"the words that do not belong to the category {kind}, in their order, joined with '{gap.strip()}' and a blank"}[ask]
    if gap == " / ":
        what = what.replace("'/' and a blank", "' / '")
    tail = "" if ask == "others" else f"; {nothing} if no word belongs"

    def pair(r):
        inside = r.choice([0, 1, 1, 2, 3]) if ask in ("all", "count") else r.choice([1, 2]) if ask == "others" else int(r.random() < 0.83)
        members = r.sample(KINDS[kind], min(inside, count - 1))
        while True:
            rest = [r.choice(KINDS[r.choice([k for k in KINDS if k != kind])]) for _ in range(count - len(members))]
            if len(set(rest)) == len(rest):
                break
        words = members + rest
        r.shuffle(words)
        found = [x for x in words if x in members]
        if ask == "others":
            return gap.join(words), gap.join(x for x in words if x not in members)
        if ask == "count" or not found:
            return gap.join(words), str(len(found)) if ask == "count" else nothing
        return gap.join(words), str(words.index(found[0]) + 1) if ask == "position" else gap.join(found)

    return Task(
        key=(kind, count, gap, ask, nothing), pair=pair,
        terse=[f"list of words -> {what}{tail}", f"output {what}{tail}"],
        casual=[f"look through the {count} words and give me {what}{tail}",
                f"i'm searching for {kind} in this little list. return {what}{tail}"],
        detailed=[f"The input is a list of {count} words separated by '{gap.strip()}'. Using their ordinary meaning, return {what}{tail}.",
                  f"Sort the listed words by what they mean: some may be {kind}, the rest come from other categories. Your output is "
                  f"{what}{tail}. Spell words as in the list."])
