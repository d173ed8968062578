"""Semantic search, the query side: what a query asks for, excludes and compares."""
import words as w
from task import Task, compact_json, family, options, pick_labels

NOTHING = ["none", "NONE", "-", "n/a", "(nothing)"]
GADGETS = [p for p in w.PRODUCTS if not p.endswith("s")]


@family(area="search", theme="semantic search", difficulty="medium")
def search_intent_type(r):
    """Does a query look for a site, for knowledge, or for something to buy?"""
    style = r.choice([str, str, str.upper, str.capitalize])
    site, learn, buy = map(style, (r.choice(["navigational", "site", "visit", "go", "website"]),
                                   r.choice(["informational", "learn", "know", "answer"]),
                                   r.choice(["transactional", "buy", "shop", "order", "purchase"])))
    brand, item = (lambda r: r.choice([w.company(r), w.company(r).lower()])), (lambda r: r.choice(GADGETS))
    forms = {
        site: ["{b} official website", "{b} login", "{b} homepage", "open the {b} site", "{b} customer portal sign in", "{b} account page",
               "{b} dot com", "take me to {b}",
               "{b} contact page", "{b} web page", "{b} careers page", "go to {b} website", "{b} {i} support page", "{b} help center site",
               "{b} press room page", "www {b}"],
        learn: ["how does a {i} work", "what is a {i} made of", "why is my {i} so loud", "how to clean a {i}", "history of the {i}",
                "who invented the {i}", "what does {b} do",
                "when was {b} founded", "is a {i} bad for the environment", "difference between a {i} and a {j}",
                "how long does a {i} last", "how heavy is a {i}",
                "meaning of the {b} logo", "who founded {b}", "{i} safety explained", "tips for repairing a {i}"],
        buy: ["buy {i} online", "{i} with free shipping", "order a {b} {i}", "{b} {i} for sale", "cheap {i} deals", "{i} discount code",
              "purchase {i} from {b}",
              "best price {b} {i}", "{i} on sale today", "where can i buy a {i}", "{b} {i} coupon", "add {i} to cart",
              "order {i} next day delivery", "{i} under {n} dollars shop",
              "buy used {i}", "get a {i} delivered to {c}"],
    }

    def pair(r):
        label = r.choice(list(forms))
        text = r.choice(forms[label]).format(b=brand(r), i=item(r), j=item(r), n=r.randint(2, 40) * 10, c=w.city(r))
        return text + r.choice(["", "", "?", " please", f" {r.randint(2021, 2026)}"]), label

    return Task(
        key=(site, learn, buy), labels=(site, learn, buy), pair=pair,
        terse=[f"query type: {site} = wants a particular website, {learn} = wants to find something out, {buy} = wants to buy or order",
               f"label the query {options((site, learn, buy))}: reach a known company's page, get information, or make a purchase",
               f"{buy} if the searcher wants to buy, {learn} to know something, {site} to reach a certain site or page"],
        casual=[f"what's this searcher after? {site} if they just want to get to a company's page, {learn} if they want to know "
                f"something, {buy} if they want to buy it",
                f"sort the query: somebody shopping -> {buy}, somebody with a question or curious -> {learn}, somebody heading for one "
                f"specific site -> {site}"],
        detailed=[f"Classify a web search query by intent. Return {site} if the user wants to get to the website or page of a certain "
                  f"company, {learn} if the user wants to find out or understand something, and {buy} if the user wants to buy or order a "
                  f"product.",
                  f"The input is what somebody typed into a search engine. There are three kinds: reaching a particular site ({site}), "
                  f"gaining knowledge ({learn}), and buying something ({buy}). Answer with the matching label only."])


SYNONYMS = [("sofa", "couch"), ("phone", "mobile"), ("laptop", "notebook"), ("cheap", "affordable"), ("kids", "children"),
            ("bike", "bicycle"), ("car", "automobile"), ("film", "movie"),
            ("shop", "store"), ("trash", "garbage"), ("picture", "photo"), ("rug", "carpet"), ("flat", "apartment"),
            ("doctor", "physician"), ("job", "vacancy"), ("trip", "journey"),
            ("repair", "fix"), ("quick", "fast"), ("tv", "television"), ("plane", "aircraft"), ("shoes", "footwear"), ("big", "large"),
            ("quiet", "silent"), ("gift", "present")]
QUERY_FILL = ["red", "near me", "second hand", "in {c}", "for two", "with warranty", "review", "today", "{y}", "delivery", "new", "wooden",
              "for sale", "weekend", "open late", "rental"]


@family(area="search", theme="semantic search", difficulty="easy")
def synonym_expansion(r):
    """The query with the synonyms of the spec's table added or put in place."""
    table = r.sample(SYNONYMS, r.choice([3, 4]))
    style = r.choice(["or", "pipe", "replace", "append"])
    listed = ", ".join(f"{a}={b}" for a, b in table)
    rule = {"or": "write word W with synonym S as (W OR S)", "pipe": "write word W with synonym S as W|S",
            "replace": "replace each table word by its synonym",
            "append": "add the synonym of each table word at the end of the query, in order"}[style]
    both = r.random() < 0.4
    way = "works both ways" if both else "left words only"
    lookup = dict(table) | ({b: a for a, b in table} if both else {})

    def pair(r):
        terms = [r.choice(QUERY_FILL).format(c=w.city(r).lower(), y=r.randint(2020, 2026))]
        for a, b in r.sample(table, r.choice([0, 1, 1, 1, 2, 2])):
            terms.append(r.choice([a, a, b]))
        terms += r.sample(w.NOUNS, r.choice([1, 1, 2]))
        if r.random() < 0.4:
            terms.append(r.choice(r.choice([pair for pair in SYNONYMS if pair not in table])))
        terms = list(dict.fromkeys(terms))
        r.shuffle(terms)
        query = " ".join(terms).split()
        added = [lookup[x] for x in query if x in lookup]
        form = {"or": lambda x: f"({x} OR {lookup[x]})", "pipe": lambda x: f"{x}|{lookup[x]}", "replace": lambda x: lookup[x],
                "append": lambda x: x}[style]
        return " ".join(query), " ".join([form(x) if x in lookup else x for x in query] + (added if style == "append" else []))

    return Task(
        key=(table, style, both), pair=pair,
        terse=[f"expand by {listed} ({way}): {rule}; the rest stays", f"synonyms {listed} ({way}): {rule}"],
        casual=[f"expand the search with this table ({way}): {listed}. {rule}. leave every other word alone",
                f"rewrite the query please: {rule}. my table, {way}: {listed}. everything not in it stays as it is"],
        detailed=[f"The input is a search query in lower case. Synonym table ({way}): {listed}. To expand the query, {rule}. All other "
                  f"words stay unchanged and in order.",
                  f"Apply a synonym table to a query. For every word found in the table ({listed}; {way}) do this: {rule}. Words without "
                  f"an entry are copied. Return the resulting query."])


DISHES = "curry salad soup pizza pasta stew sandwich risotto omelette casserole burger wrap pie lasagna paella quiche ramen taco".split()
INGREDIENTS = """garlic onion cheese mushroom bacon chicken tofu spinach carrot celery pepper tomato egg cream butter ginger
peanut shrimp beef pork rice potato lentil avocado olive basil leek corn pumpkin broccoli chickpea salmon tuna walnut honey mustard
fennel kale zucchini""".split()


@family(area="search", theme="semantic search", difficulty="medium")
def negated_ingredients(r):
    """What a recipe query excludes, or what it asks for."""
    ask, nothing = r.choice(["excluded", "excluded", "wanted"]), r.choice(NOTHING)
    style = r.choice(["comma", "minus", "json", "caps"])
    if style == "json":
        nothing = "[]"
    if style == "minus" and ask == "wanted":
        style = "caps"
    what = "the ingredients the cook does not want" if ask == "excluded" else "the ingredients the cook wants in the dish"
    form = {"comma": "joined with comma and blank", "minus": "each with a leading minus, separated by blanks",
            "json": "as a compact JSON array of strings",
            "caps": "in capitals, joined with a slash"}[style]
    with_both = ["{d} with {p} without {x}", "{d} recipe, no {x}, {p} required", "{p} {d} but no {x}",
                 "{d} that has {p} and leaves out {x}",
                 "i can't eat {x}, show me {d} with {p}",
                 "{d} minus the {x}, extra {p}", "{d} with {p}, skip the {x}", "{d} made from {p}, hold the {x}",
                 "want {p} in my {d}, never {x}", "{d} with {p} instead of {x}"]
    only_out = ["{d} without {x}", "{d} no {x} please", "anything like {d} but not with {x}", "allergic to {x}, which {d} can i cook",
                "quick {d}, {x} excluded"]
    only_in = ["{d} with {p}", "{d} with lots of {p}", "quick {d} using {p}", "can't get enough {p}, give me {d} ideas with it",
               "{d} with {p}, no oven needed", "not too spicy {d} with {p}",
               "{d} with {p} that does not take long", "{d} recipe without fuss, with {p}"]

    def pair(r):
        names = r.sample(INGREDIENTS, 4)
        wanted, out = names[:r.choice([1, 1, 2])], names[2:2 + r.choice([1, 1, 2])]
        empty = r.random() < 0.2
        forms = (only_in if ask == "excluded" else only_out) if empty else with_both * 2 + (only_out if ask == "excluded" else only_in)
        text = r.choice(forms).format(d=r.choice(DISHES), p=" and ".join(wanted), x=r.choice([" or ", " and "]).join(out))
        found = [] if empty else out if ask == "excluded" else wanted
        answer = {"comma": ", ".join(found), "minus": " ".join("-" + x for x in found), "json": compact_json(found),
                  "caps": "/".join(found).upper()}[style]
        text = r.choice(["", "", "find ",
                         "search: "]) + text + r.choice(["", "", f" for {r.randint(2, 9)} people", " for tonight", " this weekend"])
        return text, answer or nothing

    return Task(
        key=(ask, style, nothing), pair=pair, kind="json" if style == "json" else "text",
        terse=[f"recipe query -> {what}, {form}, in query order; {nothing} if there are none",
               f"list {what} ({form}, query order), otherwise {nothing}"],
        casual=[f"read the recipe search and give me {what}, {form}, same order as in the query. none at all? {nothing}",
                f"i need {what} - {form}, in the order they are named. return {nothing} when the query names none"],
        detailed=[f"The input is a search for a recipe. Extract {what}, exactly as spelled, in the order of the query, {form}. If there "
                  f"are none, return {nothing}.",
                  f"A user describes a dish that should contain some ingredients and lack others. Output {what}, {form}, keeping the "
                  f"order in which they appear. The answer for no such ingredient is {nothing}."])


@family(area="search", theme="semantic search", difficulty="medium")
def dish_fits_query(r):
    """Does a dish obey the wishes and exclusions of a query?"""
    yes, no = pick_labels(r, [("FITS", "REJECT"), ("keep", "drop"), ("show", "hide"), ("yes", "no"), ("relevant", "irrelevant"),
                              ("OK", "BAD")])
    gap, order = r.choice([" | ", " || ", " -> ", " // "]), r.choice(["query first", "dish first"])
    head = ("query", "dish") if order == "query first" else ("dish", "query")

    def pair(r):
        names = r.sample(INGREDIENTS, 8)
        wanted, out, rest = names[:r.choice([0, 1, 1])], names[1:1 + r.choice([1, 1, 2])], names[3:3 + r.randint(1, 3)]
        parts = wanted + rest
        good = r.random() < 0.5
        if not good:
            if wanted and r.random() < 0.4:
                parts.remove(wanted[0])
            else:
                parts.append(r.choice(out))
        r.shuffle(parts)
        dish = r.choice(DISHES)
        avoid = " or ".join(out)
        query = r.choice([f"{dish}{{}} without {avoid}", f"{dish}{{}}, no {avoid}", f"i want {dish}{{}} but hate {avoid}",
                          f"{dish}{{}} that leaves out {avoid}"])
        query = query.format(f" with {wanted[0]}" if wanted else "")
        served = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
        item = r.choice([f"{dish} made with {served}", f"{w.first(r)}'s {dish}: {served}", f"{dish} ({served})",
                         f"{w.city(r)} style {dish} with {served}"])
        sides = [f"query: {query}", f"dish: {item}"]
        return gap.join(sides if order == "query first" else sides[::-1]), yes if good else no

    return Task(
        key=(yes, no, gap, order), labels=(yes, no), pair=pair,
        terse=[f"{yes} if the dish has every wanted ingredient and no unwanted one, else {no}",
               f"check the dish against the query's with/without: {yes} obeys both, {no} breaks one"],
        casual=[f"does the dish match what they searched for? it must contain what they asked for and nothing they ruled out. {yes} or "
                f"{no}",
                f"filter results: {no} if the dish contains something the query rules out or misses something it wants, otherwise {yes}. "
                f"other ingredients don't matter"],
        detailed=[f"The input has a {head[0]} and a {head[1]} separated by '{gap.strip()}'. Return {yes} if the dish contains all "
                  f"ingredients that the query asks for and none that it excludes. Return {no} if a wanted one is missing or an excluded "
                  f"one is present.",
                  f"A recipe query may name an ingredient to include and names one or two to avoid (any of them disqualifies). Compare it "
                  f"with the dish. The answer is {yes} for a dish that respects the query and {no} for one that does not."])


@family(area="search", theme="semantic search", difficulty="hard")
def follow_up_query_rewrite(r):
    """The complete query meant by a short follow-up."""
    sign = r.choice([">>", "||", "->", "//"])
    layout = r.choice(["{0} in {1} {2}", "{1}: {0} {2}", "{0} | {1} | {2}", "{0} {2}, {1}", "{1} / {0} / {2}", "[{0}] [{1}] [{2}]"])
    unchanged, upper = r.choice(["SAME", "same query", "unchanged", "no change"]), r.random() < 0.3
    form = layout.format("TYPE", "CITY", "EXTRA") + (" in capitals" if upper else "")
    kinds = ["hotel", "flat", "coworking space", "parking garage", "restaurant", "campsite", "hostel", "gym", "bakery",
             "swimming pool", "barber shop", "language school", "bike rental", "dentist"]
    extras = ["with parking", "with wifi", "open on sunday", "with a garden", "near the station", "with good reviews", "for families",
              "for students", "by the river", "with a terrace"]
    thanks = ["thanks, that helps", "ok great", "perfect, thank you", "nice, got it", "hm let me think", "cool, thanks a lot"]

    def pair(r):
        kind, city, extra = r.choice(kinds), w.city(r).lower(), r.choice(extras)
        at = r.choice(["kind", "city", "extra", "none", "city", "kind", "extra"])
        first = f"{kind} in {city} {extra}"
        if at == "none":
            follow = r.choice(thanks)
        elif at == "kind":
            kind = r.choice([x for x in kinds if x != kind])
            follow = r.choice(["i meant a {} instead", "what about a {}?", "and a {}?", "sorry, {} not that",
                               "make that a {}"]).format(kind)
        elif at == "city":
            city = w.city(r).lower()
            follow = r.choice(["what about in {}?", "and in {}?", "same thing in {}", "i mean in {}", "now for {} please"]).format(city)
        else:
            extra = r.choice([x for x in extras if x != extra])
            follow = r.choice(["rather {}", "but {} instead", "{} would be better", "how about {}?", "no, {}"]).format(extra)
        if at == "none":
            return f"{first} {sign} {follow}", unchanged
        full = layout.format(kind, city, extra)
        return f"{first} {sign} {follow}", full.upper() if upper else full

    return Task(
        key=(layout, sign, unchanged, upper), pair=pair,
        terse=[f"query {sign} follow-up: follow-up's type, city or extra replaces the old one. write {form}; {unchanged} if nothing "
               f"changes",
               f"full query after the follow-up, written {form} (type of place, city, extra wish); {unchanged} if the follow-up changes "
               f"none"],
        casual=[f"a search like 'TYPE in CITY EXTRA' and a follow-up after {sign}. swap in whatever the follow-up names, keep the rest, "
                f"and write it as {form}. just {unchanged} if it changes nothing",
                f"merge the follow-up into the first query (it may bring another place type, city or extra) and give me {form}. only "
                f"thanks or chatter? {unchanged}"],
        detailed=[f"The input is a query 'TYPE in CITY EXTRA' (type of place, city, extra wish), then {sign}, then a follow-up message. "
                  f"What the follow-up names replaces the part of the same kind; the other parts stay. Write the result as {form}. If the "
                  f"follow-up requests no change, return {unchanged}.",
                  f"Resolve a conversational search. The message after {sign} changes at most one part of the first query: the type of "
                  f"place, the city or the extra wish. Return the new query in the form {form}, or {unchanged} when the message asks for "
                  f"nothing new."])


@family(area="search", theme="semantic search", difficulty="easy")
def query_location_intent(r):
    """Is a query about the searcher's surroundings, a named place, or no place?"""
    style = r.choice([str, str, str.upper, str.capitalize])
    here, named, nowhere = map(style, (r.choice(["near_me", "nearby", "local", "gps", "around_user"]),
                                       r.choice(["named_place", "city", "geo", "there", "elsewhere"]),
                                       r.choice(["no_place", "none", "global", "plain", "general"])))
    forms = {here: ["{p} near me", "closest {p}", "{p} around here", "nearest {p} open now", "{p} within walking distance",
                    "{p} in my area", "where is the next {p} from here", "{p} close by", "{p} close to my location",
                    "any {p} in this neighbourhood", "nearby {p} with parking"],
             named: ["{p} in {c}", "{c} {p}", "best {p} {c}", "{p} close to {c} station", "{p} near {c} airport", "cheap {p} around {c}",
                     "good {p} in the center of {c}", "{p} {c} opening hours", "moving to {c}, need a {p}",
                     "which {p} in {c} is open now", "nearest {p} to {c} cathedral"],
             nowhere: ["how to open a {p}", "what does a {p} earn", "history of the {p}", "{p} logo ideas", "{p} jokes",
                       "how big is a typical {p}", "names for a new {p}", "{p} software for windows", "{p} drawing easy",
                       "how to run a {p}",
                       "{p} business plan template"]}
    places = """bakery,pharmacy,gym,hotel,dentist,car wash,library,pizza place,gas station,bike shop,hair salon,supermarket,
cinema,museum,vet,coffee shop,campsite,bookshop,florist,bank,sushi bar,
playground,swimming pool,hardware store,laundromat""".replace("\n", "").split(",")

    def pair(r):
        label, place = r.choice(list(forms)), w.city(r)
        text = r.choice(forms[label]).format(p=r.choice(places), c=place if place in ("Nice", "Cork") else r.choice([place, place.lower()]))
        return text + r.choice(["", "", "?", " thanks", " 2025", " for beginners" if label == nowhere else " on sunday", " please"]), label

    labels = (here, named, nowhere)
    order = r.sample(labels, 3)
    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"query's place: {here} = around the searcher, {named} = names a city, {nowhere} = no location matters",
               f"{options(order)}? surroundings of the user {here}, a stated city {named}, otherwise {nowhere}"],
        casual=[f"does the search need a location? {here} if it's about what is around the user, {named} if a city is given, {nowhere} if "
                f"it isn't about a place at all",
                f"i route queries by location. user's own position -> {here}; a city in the text -> {named}; no location involved -> "
                f"{nowhere}"],
        detailed=[f"Classify the location intent of a query. Return {here} if it asks for something close to the user without naming a "
                  f"city, {named} if it names a city, and {nowhere} if it has nothing to do with a location.",
                  f"Labels: {options(order, 'and')}. A query that mentions a city gets {named}, even with words such as near or closest. "
                  f"One that refers to the user's own surroundings gets {here}. Any other query gets {nowhere}."])


@family(area="search", theme="semantic search", difficulty="medium")
def compared_pair(r):
    """The two things that a comparison query compares."""
    nothing, order, gap = r.choice(NOTHING), r.choice(["query", "alphabet"]), r.choice([" | ", " / ", ", ", " <> ", " & "])
    style = r.choice(["names", "names", "json", "capitals"])
    if style == "json":
        nothing = "null"
    how = {"names": f"joined with '{gap}'", "json": "as a compact JSON array",
           "capitals": f"in capitals, joined with '{gap}'"}[style]
    where = "in the order of the query" if order == "query" else "in alphabetical order"
    versus = ["{a} vs {b}", "is a {a} better than a {b}", "should i get a {a} or a {b}", "difference between {a} and {b}",
              "compare {a} with {b}", "{a} or {b} for a small flat", "what lasts longer, {a} or {b}",
              "{a} versus {b} which is cheaper", "pros and cons of {a} compared to {b}", "which uses less power: {a} or {b}",
              "is {a} quieter than {b}", "{a} against {b} test"]
    single = ["best {a} for beginners", "is a {a} worth the money", "how to clean a {a} and keep it dry", "{a} with {b} as a gift set",
              "where to buy a {a} in {c}", "cheap {a} or free shipping codes", "{a} for a shelf in the {n}",
              "why is my {a} louder than before"]

    def pair(r):
        a, b = r.sample(GADGETS, 2)
        compare = r.random() < 0.8
        text = r.choice(versus if compare else single).format(a=a, b=b, c=w.city(r),
                                                              n=r.choice(["kitchen", "office", "garage", "bathroom"]))
        if not compare:
            return text, nothing
        found = sorted([a, b]) if order == "alphabet" else [a, b]
        answer = compact_json(found) if style == "json" else gap.join(found)
        text += r.choice(["", "", "?", f" {r.randint(2021, 2026)}", " reddit", " review"])
        return text, answer.upper() if style == "capitals" else answer

    return Task(
        key=(nothing, order, gap if style != "json" else "", style), pair=pair, kind="json" if style == "json" else "text",
        terse=[f"comparison query -> the two products compared, {where}, {how}; {nothing} if nothing is compared",
               f"two compared products {how}, {where}; else {nothing}"],
        casual=[f"if the query weighs two products against each other give me both {how}, {where}, without articles. if it doesn't "
                f"compare two products: {nothing}", f"pull out the pair being compared - {where}, {how}, no a or the. {nothing} for "
                                                    f"queries that compare nothing"],
        detailed=[f"The input is a search query. If the user compares two products, return their names without articles, {where}, {how}. "
                  f"If two products are not compared, return {nothing}.",
                  f"Find the products between which a searcher chooses or asks for a difference. Write them {where} and {how}, leaving "
                  f"out articles and all other words. A query without such a comparison gives {nothing}."])
