"""Smart search pipeline, query side: terms, stop words, filters, prices, sort order, operators, addresses."""
import re

import words as w
from task import Task, compact_json, family, options

NOTHING = ["none", "NONE", "-", "n/a"]
STOPS = ["the", "a", "an", "of", "for", "in", "with", "and", "to", "on", "my", "is", "at", "from", "near", "by"]


@family(area="search", theme="smart search pipeline", difficulty="easy")
def remove_stop_words(r):
    """The query without the stop words of the spec."""
    stops = r.sample(STOPS, r.choice([4, 5, 6]))
    gap, case = r.choice([" ", " ", ",", "+", "|", "_"]), r.choice(["keep", "lower", "upper"])
    listed = ", ".join(stops)
    glue = {" ": "blanks", ",": "commas without blanks", "+": "plus signs", "|": "vertical bars", "_": "underscores"}[gap]
    cased = {"keep": "case as typed", "lower": "in lower case", "upper": "in capitals"}[case]

    def pair(r):
        terms = r.sample(w.NOUNS + w.ADJECTIVES, r.randint(2, 5)) + [r.choice([w.city(r), w.first(r), w.company(r).split()[0]])]
        r.shuffle(terms)
        for _ in range(r.randint(2, 4)):
            terms.insert(r.randint(0, len(terms)), r.choice(STOPS if r.random() < 0.35 else stops))
        terms = [r.choice([x, x, x, x.capitalize()]) for x in terms]
        kept = [x for x in terms if x.lower() not in stops]
        answer = gap.join(kept)
        return " ".join(terms), answer.lower() if case == "lower" else answer.upper() if case == "upper" else answer

    return Task(
        key=(stops, gap, case), pair=pair,
        terse=[f"drop the words {listed} (any case), join the rest with {glue}, {cased}",
               f"stop words {listed}: remove in any case; others joined by {glue}, {cased}"],
        casual=[f"strip {listed} from the query, however they're capitalised. leave everything else in order, joined by {glue}, {cased}",
                f"query terms please: {cased}, separated with {glue}, and without {listed} - no other words removed"],
        detailed=[f"The input is a search query. Remove every occurrence of the words {listed}, regardless of case; other small words "
                  f"stay. Output the remaining words in order, {cased}, joined with {glue}.",
                  f"Prepare a query for indexing. The stop list is exactly: {listed} (matched in any case). Delete these words and write "
                  f"what is left in the same order, {cased}, with {glue} between the words."])


@family(area="search", theme="smart search pipeline", difficulty="medium")
def most_frequent_term(r):
    """The word that a text uses most often, leaving out stop words."""
    stops, form = r.sample(["the", "a", "and", "of", "in", "to", "is"], 4), r.choice(["word", "word:count", "count word", "word xN"])
    tie = r.choice(["the one met first in the text", "the one first in the alphabet"])
    listed = options(stops, "and")
    shown = {"word": "the word only", "word:count": "word:count", "count word": "the count, a blank, the word",
             "word xN": "as in lamp x3"}[form]

    def pair(r):
        pool = r.sample(w.NOUNS, 6)
        top = r.randint(2, 4)
        text = [pool[0]] * top + [pool[1]] * r.randint(1, top) + pool[2:r.randint(3, 6)] + [r.choice(stops) for _ in range(r.randint(2, 6))]
        r.shuffle(text)
        words = [x for x in text if x not in stops]
        most = max(map(words.count, words))
        best = [x for x in words if words.count(x) == most]
        word = best[0] if "text" in tie else min(best)
        return " ".join(text), {"word": word, "word:count": f"{word}:{most}", "count word": f"{most} {word}",
                                "word xN": f"{word} x{most}"}[form]

    return Task(
        key=(sorted(stops), form, tie), pair=pair,
        terse=[f"most frequent word except {listed}; tie: {tie}; output {shown}",
               f"top term ({listed} do not count), on equal counts {tie}. format: {shown}"],
        casual=[f"which word occurs most often if you skip {listed}? if two are equal take {tie}. give me {shown}",
                f"find the top keyword, never {listed}. ties go to {tie}. answer as: {shown}"],
        detailed=[f"Count the words of the text, leaving out {listed}. Find the most frequent one; if several are equally frequent, take "
                  f"{tie}. Return {shown}.",
                  f"The keyword of a text is its most frequent word that is none of {options(stops)}. When there is a tie, it is {tie}. "
                  f"The output format is: {shown}."])


FILTER_ITEMS = """jacket,backpack,desk lamp,office chair,sofa,coffee grinder,running shoes,rug,curtain,suitcase,phone case,
bike helmet,tent,water bottle,watch,sweater,bookshelf,mirror,umbrella,tea set""".replace("\n", "").split(",")
SHOP_COLORS = "red green blue purple pink brown black white gray teal navy beige yellow".split()
BRANDS = w.COMPANY_HEADS


@family(area="search", theme="smart search pipeline", difficulty="hard")
def shop_query_to_filters(r):
    """A shop query as a JSON object of filters."""
    slots = r.sample(["color", "brand", "max_price", "min_rating", "size"], r.choice([2, 3, 3]))
    product, keep_null = r.choice(["product", "item", "q"]), r.random() < 0.4
    names = {"color": r.choice(["color", "colour"]), "brand": r.choice(["brand", "maker"]),
             "max_price": r.choice(["max_price", "price_max", "upTo"]),
             "min_rating": r.choice(["min_rating", "stars"]), "size": "size"}
    meaning = {"color": "color", "brand": "brand", "max_price": "highest price, number", "min_rating": "least stars, number",
               "size": "size letter"}
    keys = ", ".join([f"{product} (thing searched)"] + [f"{names[s]} ({meaning[s]})" for s in slots])
    absent = "absent filters null" if keep_null else "absent filters left out"

    def pair(r):
        value = {"color": r.choice(SHOP_COLORS), "brand": r.choice(BRANDS), "max_price": r.randint(2, 60) * 5,
                 "min_rating": r.choice([2, 3, 4]), "size": r.choice(["S", "M", "L", "XL"])}
        given = [s for s in slots if r.random() < 0.7]
        item = r.choice(FILTER_ITEMS)
        text = " ".join(([value["color"]] if "color" in given else []) + [item])
        tail = []
        if "brand" in given:
            tail.append(r.choice(["by {}", "from {}", "made by {}"]).format(value["brand"]))
        if "max_price" in given:
            tail.append(r.choice(["under {} euros", "for at most {} dollars", "up to ${}", "not more than {} euros",
                                  "max {} dollars"]).format(value["max_price"]))
        if "min_rating" in given:
            tail.append(r.choice(["rated {} stars or better", "with at least {} stars", "{} stars and up"]).format(value["min_rating"]))
        if "size" in given:
            tail.append(r.choice(["in size {}", "size {}"]).format(value["size"]))
        r.shuffle(tail)
        found = {product: item} | {names[s]: value[s] if s in given else None for s in slots if s in given or keep_null}
        start = r.choice(["", "show me ", "i need ", "looking for ", "find ",
                          "any "] if tail else ["show me any ", "i am looking for ", "can you find "])
        return start + " ".join([text] + tail), compact_json(found)

    return Task(
        key=(slots, product, keep_null, sorted(names.items())), pair=pair, kind="json",
        terse=[f"query -> compact JSON, keys in order: {keys}; {absent}", f"compact JSON with {keys}; {absent}"],
        casual=[f"turn the shop search into compact JSON with these keys in this order: {keys}; {absent}",
                f"what filters does the query set? compact json please - {keys} - in that order, {absent}"],
        detailed=[f"The input is a shop search. Return compact JSON without blanks, with the keys in this order: {keys}. The product is "
                  f"written without its color. What the query does not mention: {absent}.",
                  f"Parse a shopping query into filters. Output one JSON object, no blanks outside strings, keys in the given order: "
                  f"{keys}. Values are copied as written; numbers are numbers. Rule: {absent}."])


@family(area="search", theme="smart search pipeline", difficulty="medium")
def price_range_of_query(r):
    """The price range that a query sets."""
    nothing, open_mark = r.choice(["none", "any", "NONE", "-", "no price"]), r.choice(["*", "", "inf", "?"])
    gap = r.choice(["..", "-", ":", " to "]) if open_mark else r.choice(["..", ":"])
    zero = r.random() < 0.4
    low_open, high_open = ("0" if zero else open_mark), open_mark
    missing = f"{'0' if zero else open_mark or 'nothing'} for no lower and {open_mark or 'nothing'} for no upper limit"
    form = f"LOW{gap}HIGH"
    both = ["{p} between {a} and {b} euros", "{p} from {a} to {b} dollars", "{p}, {a} to {b} euros, {c}",
            "{p} costing at least {a} but at most {b} dollars", "{p} in {c} priced {a} up to {b} euros"]
    upper = ["{p} up to {b} euros", "{p} for at most {b} dollars", "{p} not over {b} euros in {c}", "my budget is {b} dollars for a {p}",
             "{p} max {b} euros", "i can spend {b} dollars at most on a {p}"]
    lower = ["{p} from {a} dollars upward", "{p} for at least {a} euros", "{p} that costs {a} dollars or more",
             "{p} minimum {a} euros in {c}", "no cheap {p}, {a} dollars and up"]
    never = ["{p} with {n} parts in {c}", "{p} model {n}", "set of {n} {p}", "{p} less than {n} kg", "{p} for {n} people near {c}",
             "{p} with at least {n} stars"]

    def pair(r):
        kind = r.choice(["both"] * 3 + ["upper"] * 3 + ["lower"] * 3 + ["never"] * 2)
        a = r.randint(1, 60) * 5
        b = a + r.randint(1, 60) * 5
        text = r.choice({"both": both, "upper": upper, "lower": lower,
                         "never": never}[kind]).format(p=w.product(r), a=a, b=b, c=w.city(r), n=r.randint(3, 40))
        if kind == "never":
            return text, nothing
        return text, f"{low_open if kind == 'upper' else a}{gap}{high_open if kind == 'lower' else b}"

    return Task(
        key=(nothing, open_mark, gap, zero), pair=pair,
        terse=[f"price range as {form}; {missing}; {nothing} if no price is named",
               f"query's price limits -> {form} ({missing}), else {nothing}"],
        casual=[f"what price range do they want? write {form}, {missing}. other numbers are not prices; no price at all -> {nothing}",
                f"get the price limits out of the search, as {form} with {missing}. if it sets none, {nothing}"],
        detailed=[f"The input is a shop search. Return the price range as {form} with the bare numbers, {missing}. Numbers that are not "
                  f"prices are ignored. If no price is given, return {nothing}.",
                  f"Extract the lowest and highest acceptable price. The format is {form}, without currency; write {missing}. A query "
                  f"that sets no price limit, even if it holds other numbers, gives {nothing}."])


@family(area="search", theme="smart search pipeline", difficulty="easy")
def sort_order_of_query(r):
    """The sort order that a request asks for."""
    forms = {
        "cheap": ["cheapest first", "sort by price, lowest on top", "lowest price first please", "start with the least expensive",
                  "from cheap to expensive"],
        "dear": ["most expensive first", "sort by price from high to "
                                         "low", "priciest on top", "highest price first", "start with the dearest"],
        "new": ["newest first", "latest arrivals on top", "most recent first", "sort by date, new to old",
                "start with the ones just added"],
        "old": ["oldest first", "sort by date, old to new", "earliest ones first", "start with the oldest", "longest listed on top"],
        "best": ["best rated first", "sort by stars, highest on top", "top reviews first", "start with the best reviewed",
                 "highest rating first"],
        "near": ["closest first", "sort by distance, nearest on "
                                  "top", "nearest ones first", "shortest way first", "start with the ones close by"],
    }
    names = {"cheap": ["price_asc", "PRICE_UP", "cheapest", "price+", "p1"],
             "dear": ["price_desc", "PRICE_DOWN", "most_expensive", "price-", "p2"],
             "new": ["date_desc", "DATE_DOWN", "newest", "date-", "d2"],
             "old": ["date_asc", "DATE_UP", "oldest", "date+", "d1"], "best": ["rating_desc", "RATING_DOWN", "best_rated", "rating-", "r2"],
             "near": ["distance_asc", "DISTANCE_UP", "nearest", "distance+", "k1"]}
    meaning = {"cheap": "low price first", "dear": "high price first", "new": "newest first", "old": "oldest first",
               "best": "best rating first", "near": "nearest first"}
    style, kinds = r.randrange(5), r.sample(list(forms), r.choice([3, 4, 4]))
    default = r.choice(["default", "none", "relevance", "NONE"])
    labels = tuple(names[k][style] for k in kinds)
    listed = ", ".join(f"{x} ({meaning[k]})" for x, k in zip(labels, kinds))

    def pair(r):
        kind = r.choice(kinds + kinds + ["default"])
        item = r.choice([w.product(r), w.company(r) + " " + r.choice(GOODS), r.choice(w.COLORS) + " " + r.choice(GOODS)])
        item = r.choice(["all kinds of {}", "show {}", "{} in {c}", "i want to see {}", "list all {} near {c}",
                         "{} under {n} dollars"]).format(item, c=w.city(r), n=r.randint(2, 90) * 5)
        if kind == "default":
            return item + r.choice(["", " please", ", thanks", ", only in stock", ", with pictures"]), default
        wish = r.choice(forms[kind])
        return r.choice([f"{item}, {wish}", f"{wish}: {item}", f"{item} - {wish}"]), labels[kinds.index(kind)]

    return Task(
        key=(labels, default), labels=labels + (default,), pair=pair,
        terse=[f"requested sort order: {listed}; {default} if none is requested", f"{listed}, {default} without any wish for an order"],
        casual=[f"how should the results be sorted? {listed}. if they don't say, {default}",
                f"map the wish about the order to one of {listed}, and use {default} when there is no such wish"],
        detailed=[f"The input is a shop search that may ask for an order of the results. Return one label: {listed}. If no order is asked "
                  f"for, return {default}.",
                  f"Find out in which order the user wants to see the results. Labels are {listed}, and {default} for a query that says "
                  f"nothing about the order. Return the label only."])


GOODS = """lamps chairs boots tents sofas kettles mirrors rugs bikes watches jackets desks helmets mugs curtains pillows
clocks routers cameras shelves""".split()


@family(area="search", theme="smart search pipeline", difficulty="medium")
def search_operator_value(r):
    """One part of a query with operators such as site: or -word."""
    ask = r.choice(["site", "filetype", "excluded", "phrase", "plain"])
    nothing = r.choice(NOTHING)
    what = {"site": "the domain after site:", "filetype": "the extension after filetype:",
            "excluded": "the words with a leading minus, without the minus, joined with commas",
            "phrase": "the text inside double quotes, without the quotes",
            "plain": "the plain words that belong to no operator, quote or minus, joined with blanks"}[ask]
    upper = r.random() < 0.3
    case = " in capitals" if upper else ""

    def pair(r):
        plain = r.sample(w.NOUNS, r.randint(1, 3))
        parts = {"site": f"site:{r.choice(w.DOMAINS)}", "filetype": f"filetype:{r.choice(['pdf', 'csv', 'xlsx', 'txt', 'doc'])}",
                 "excluded": " ".join("-" + x for x in r.sample(w.ADJECTIVES, r.randint(1, 2))), "phrase": f'"{w.thing(r)}"'}
        used = [p for p in parts if r.random() < (0.83 if p == ask else 0.6)]
        chunks = [parts[p] for p in used] + ([" ".join(plain)] if ask != "plain" or r.random() < 0.85 else [])
        if not chunks:
            return pair(r)
        r.shuffle(chunks)
        text = " ".join(chunks)
        quoted = re.findall(r'"([^"]*)"', text)
        rest = re.sub(r'"[^"]*"', " ", text).split()
        found = {"site": [x[5:] for x in rest if x.startswith("site:")], "filetype": [x[9:] for x in rest if x.startswith("filetype:")],
                 "excluded": [",".join(x[1:] for x in rest if x[0] == "-")], "phrase": quoted,
                 "plain": [" ".join(x for x in rest if ":" not in x and x[0] != "-")]}[ask]
        answer = found[0] if found and found[0] else ""
        return text, (answer.upper() if upper else answer) or nothing

    return Task(
        key=(ask, nothing, upper), pair=pair,
        terse=[f"from the query return {what}{case}; {nothing} if absent", f"{what}{case}, otherwise {nothing}"],
        casual=[f"the query may use site:, filetype:, -word and \"quotes\". i only need {what}{case}. {nothing} if there is nothing like "
                f"that", f"parse the search operators and give me {what}{case}, or {nothing}"],
        detailed=[f"The input is a query that may contain site:DOMAIN, filetype:EXT, words excluded with a minus, and a phrase in double "
                  f"quotes. Return {what}{case}, in the order of the query. If there is no such part, return {nothing}.",
                  f"Split a search query with operators (site:, filetype:, minus, double quotes) and output only {what}{case}. Keep the "
                  f"order. The answer is {nothing} if the query lacks that part."])


@family(area="search", theme="smart search pipeline", difficulty="medium")
def search_address(r):
    """The address of a result page for a query."""
    base = r.choice(["", f"https://{r.choice(w.DOMAINS)}"]) + r.choice(["/search", "/find", "/s", "/results"])
    key, page, blank = r.choice(["q", "query", "term"]), r.choice(["page", "p", "start"]), r.choice(["+", "%20", "-"])
    first, lower = r.choice(["is left out", "is written too"]), r.random() < 0.5
    size = r.choice([10, 20, 25, 50])
    paging = f"{page}=N, N = (page number - 1) x {size}" if page == "start" else f"{page}= and the page number"
    case = "lower case" if lower else "case as typed"

    def pair(r):
        words = r.sample(w.NOUNS + w.ADJECTIVES, r.randint(1, 3)) + ([w.city(r)] if r.random() < 0.6 else [])
        number = r.choice([1, 1, r.randint(2, 12)])
        text = " ".join(words)
        asked = f"{text}, page {number}" if number > 1 or r.random() < 0.5 else text
        term = (text.lower() if lower else text).replace(" ", blank)
        address = f"{base}?{key}={term}"
        if number > 1 or "written" in first:
            address += f"&{page}={(number - 1) * size if page == 'start' else number}"
        return r.choice(["search ", "find ", "look up ", "query: "]) + asked, address

    return Task(
        key=(base, key, page, blank, first, lower, size if page == "start" else 0), pair=pair,
        terse=[f"{base}?{key}=WORDS&{paging}; page 1 (also if unstated) {first}; blanks become {blank}; {case}",
               f"URL: {base}?{key}= words joined by {blank} ({case}), then &{paging}; page 1 or none given: {first}"],
        casual=[f"build the url {base}?{key}=... from the search words, {case}, {blank} instead of blanks, then &{paging}. for page 1, or "
                f"no page given, that part {first}",
                f"i need the link for this search: {base}?{key}= plus the words ({case}) with {blank} between, after it &{paging}. no "
                f"page means page 1, and for page 1 the page part {first}"],
        detailed=[f"The input is a command with search words and perhaps a page number after a comma. Return {base}?{key}=WORDS, with the "
                  f"words in {case} joined by {blank}, followed by &{paging}. A missing page number means page 1; for page 1 the page "
                  f"part {first}.",
                  f"Turn the request into an address: {base}, a question mark, {key}= and the words to search for ({case}, blanks "
                  f"replaced by {blank}). Append &{paging}. Without a stated page it is page 1, for which the page part {first}. The "
                  f"leading command word and the comma are not part of the words."])
