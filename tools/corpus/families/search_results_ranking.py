"""Smart search pipeline, result side: reranking, facets, boolean matches, paging, highlights, scores."""
import words as w
from task import Task, compact_json, family, pick_labels

MATCH = [("match", "no match"), ("HIT", "MISS"), ("yes", "no"), ("keep", "drop"), ("true", "false"), ("IN", "OUT"), ("found", "skipped")]


@family(area="search", theme="smart search pipeline", difficulty="hard")
def rerank_by_rules(r):
    """The order of results under two stated rules."""
    first, second = r.choice([
        ("in stock before sold out", "higher rating"), ("ads last", "higher score"), ("newer year", "higher score"),
        ("higher rating", "lower price"),
                              ("free shipping before paid", "lower price"), ("shorter distance", "higher rating"),
                              ("exact before fuzzy", "newer year")])
    gap, count, ask = r.choice([",", " > ", " ", "-"]), r.choice([3, 3, 4]), r.choice(["all", "all", "best", "last"])
    what = {"all": f"all ids, best first, joined with {repr(gap) if gap.strip() else 'a blank'}", "best": "the id of the best result",
            "last": "the id of the last result"}[ask]
    flags = {"in stock before sold out": ("in stock", "sold out"), "ads last": ("organic", "ad"),
             "free shipping before paid": ("free shipping", "paid shipping"), "exact before fuzzy": ("exact", "fuzzy")}
    numbers = {"higher rating": (1, "rating {}", [x / 10 for x in range(25, 50)]), "higher score": (1, "score {}", range(10, 99)),
               "newer year": (1, "year {}", range(2012, 2026)),
               "lower price": (-1, "price {}", range(5, 300)), "shorter distance": (-1, "{} km", range(1, 40))}

    def pair(r):
        ids = r.sample("ABCDEFGHKMPRT", count)
        pools = []
        for rule in (first, second):
            if rule in flags:
                pools.append([(r.randrange(2), None) for _ in ids])
            else:
                sign, _, values = numbers[rule]
                chosen = r.sample(list(values), count)
                if rule == first and r.random() < 0.7:
                    chosen[1] = chosen[0]
                pools.append([(-sign * value, value) for value in chosen])
        rows = []
        for i, name in enumerate(ids):
            shown = [flags[rule][pools[k][i][0]] if rule in flags else numbers[rule][1].format(pools[k][i][1]) for k,
                     rule in enumerate((first, second))]
            rows.append((pools[0][i][0], pools[1][i][0], name, f"{name}: {', '.join(shown)}"))
        text = r.choice(["; ", " | "]).join(row[3] for row in r.sample(rows, count))
        order = [row[2] for row in sorted(rows)]
        return text, {"all": gap.join(order), "best": order[0], "last": order[-1]}[ask]

    return Task(
        key=(first, second, gap if ask == "all" else "", count, ask), pair=pair,
        terse=[f"rank results: {first}, then {second}; output {what}", f"sort key 1: {first}; key 2: {second}. give {what}"],
        casual=[f"rerank these {count} results: {first}, and where that is equal {second}. i want {what}",
                f"order them by '{first}' and break ties by '{second}', then tell me {what}"],
        detailed=[f"The input lists {count} search results, each with an id letter and two properties. Rank them by this rule: {first}; "
                  f"among equals, {second}. Return {what}.",
                  f"Rerank results in two steps. The main criterion is '{first}'. Results that are equal in it are ordered by '{second}'. "
                  f"Output {what}, nothing else."])


@family(area="search", theme="smart search pipeline", difficulty="medium")
def facet_counts(r):
    """How often the values of a facet occur in a list of results."""
    facet, form = r.choice(["color", "brand", "city"]), r.choice(["json", "colon", "times"])
    order, least = r.choice(["first seen", "alphabetical", "most frequent"]), r.choice([1, 1, 2])
    form_text = {"json": "as compact JSON", "colon": "as value:count joined with commas",
                 "times": "like red x2, blank between"}[form]
    order_text = {"first seen": "in order of first appearance", "alphabetical": "in alphabetical order",
                  "most frequent": "highest count first, equal counts alphabetically"}[order]
    filter_text = "" if least == 1 else f", only values seen {least}+ times"

    def pair(r):
        pools = {"color": r.sample(w.COLORS, 3), "brand": r.sample(w.COMPANY_HEADS, 3), "city": r.sample(w.CITIES, 3)}
        rows = [(r.choice(w.NOUNS), {k: r.choice(v) for k, v in pools.items()}) for _ in range(r.randint(4, 6))]
        values = [v[facet] for _, v in rows]
        counts = {v: values.count(v) for v in values if values.count(v) >= least}
        if not counts:
            return pair(r)
        names = sorted(counts, key={"first seen": values.index, "alphabetical": str, "most frequent": lambda v: (-counts[v], v)}[order])
        text = "; ".join(f"{noun} ({v['color']}, {v['brand']}, {v['city']})" for noun, v in rows)
        found = {n: counts[n] for n in names}
        if form == "json":
            return text, compact_json(found)
        return text, ",".join(f"{n}:{c}" for n, c in found.items()) if form == "colon" else " ".join(f"{n} x{c}" for n, c in found.items())

    return Task(
        key=(facet, form, order, least), pair=pair, kind="json" if form == "json" else "text",
        terse=[f"item (color, brand, city): count each {facet}{filter_text}, {form_text}, {order_text}",
               f"facet {facet}: counts {form_text}, {order_text}{filter_text}"],
        casual=[f"each result is item (color, brand, city). how often does each {facet} occur{filter_text}? write it {form_text}, "
                f"{order_text}", f"build the {facet} facet for the sidebar: counts {form_text}, {order_text}{filter_text}"],
        detailed=[f"The input lists results separated by semicolons, each as item (color, brand, city). Count how often every {facet} "
                  f"occurs{filter_text}. Return the counts {form_text}, {order_text}.",
                  f"Compute the facet '{facet}' of a result list; the parentheses hold color, brand and city in this order. Output value "
                  f"and count {form_text}, {order_text}{filter_text}. Spell the values as in the input."])


@family(area="search", theme="smart search pipeline", difficulty="hard")
def boolean_query_match(r):
    """Does a document match a query with AND, OR and NOT?"""
    yes, no = pick_labels(r, MATCH)
    style = r.choice([("AND", "OR", "NOT"), ("&", "|", "!"), ("and", "or", "not"), ("+", "/", "-")])
    gap, sides = r.choice([" >> ", " || ", " => ", " :: "]), r.choice(["query first", "document first"])
    land, lor, lnot = style
    signs = f"{land} = both, {lor} = at least one, {lnot} before a word = must be absent"

    def pair(r):
        a, b, c, d, e, f = r.sample(w.NOUNS, 6)
        neg = f"{lnot} " if lnot.isalpha() else lnot
        shape = r.choice(["and", "or", "and not", "paren or", "paren not", "three"])
        query, test = {
            "and": (f"{a} {land} {b}", lambda t: a in t and b in t), "or": (f"{a} {lor} {b}", lambda t: a in t or b in t),
            "and not": (f"{a} {land} {neg}{b}", lambda t: a in t and b not in t),
            "paren or": (f"({a} {lor} {b}) {land} {c}", lambda t: (a in t or b in t) and c in t),
            "paren not": (f"({a} {lor} {b}) {land} {neg}{c}", lambda t: (a in t or b in t) and c not in t),
            "three": (f"{a} {land} {b} {land} {neg}{c}", lambda t: a in t and b in t and c not in t),
        }[shape]
        want = r.random() < 0.5
        while True:
            text = [x for x in (a, b, c) if r.random() < 0.55] + [d] + [x for x in (e, f) if r.random() < 0.5]
            if test(text) == want:
                break
        r.shuffle(text)
        document = " ".join(f"{r.choice(w.ADJECTIVES)} {x}" if r.random() < 0.4 else x for x in text)
        if any(x in document.split() and x not in text for x in (a, b, c)):
            return pair(r)
        parts = [query, document]
        return gap.join(parts if sides == "query first" else parts[::-1]), yes if want else no

    return Task(
        key=(yes, no, style, gap, sides), labels=(yes, no), pair=pair,
        terse=[f"boolean query and document ({sides}): {signs}; parentheses first. {yes} / {no}",
               f"does the document match ({signs})? {yes} or {no}"],
        casual=[f"{sides}, split by '{gap.strip()}'. does the document satisfy the query? {signs}. {yes} if it does, {no} if it doesn't",
                f"evaluate the search expression on the words of the document - {signs} - and say {yes} or {no}"],
        detailed=[f"The input holds a boolean query and a document, {sides}, separated by '{gap.strip()}'. Operators: {signs}; "
                  f"parentheses group. Return {yes} if the document's words satisfy the query and {no} if not.",
                  f"Check a document against a search expression ({sides}). In it {signs}, and what stands in parentheses is evaluated "
                  f"first. Words are compared as a whole. Answer {yes} for a hit, {no} otherwise."])


@family(area="search", theme="smart search pipeline", difficulty="medium")
def result_page_range(r):
    """Which results a page shows."""
    size, nothing = r.choice([5, 10, 12, 20, 25, 50]), r.choice(["(empty)", "none", "NONE", "no results", "-"])
    form = r.choice(["{a}-{b}", "{a}-{b} of {t}", "{a} to {b}", "{a}..{b}", "{a}-{b}/{t}", "results {a}-{b}"])
    shown = form.format(a="FIRST", b="LAST", t="TOTAL")
    lead = r.choice(["total {t}, page {p}", "page {p} of a list with {t} hits", "{t} hits, showing page {p}", "page={p} total={t}",
                     "{q}: {t} results, page {p}"])

    def pair(r):
        total, page = r.randint(1, size * 9), r.randint(1, 9)
        if r.random() < 0.75:
            page = r.randint(1, -(-total // size))
        start = (page - 1) * size + 1
        text = lead.format(t=total, p=page,
                           q=w.product(r)) + r.choice(["", f" for {w.thing(r)}", f" in {w.city(r)}", f" ({w.identifier(r, 4)})"])
        return text, nothing if start > total else form.format(a=start, b=min(total, start + size - 1), t=total)

    return Task(
        key=(size, nothing, form, lead), pair=pair,
        terse=[f"{size} results a page: which are shown? as {shown}; {nothing} if the page lies past the end",
               f"page and total -> {shown} with page size {size}, numbering from 1; beyond the last page {nothing}"],
        casual=[f"a page holds {size} results, counted from 1. write which ones the page shows as {shown}. past the end? {nothing}",
                f"give me the range of results on that page ({size} each), like {shown}; the last page may be shorter and a page after it "
                f"gives {nothing}"],
        detailed=[f"The input names the total number of results and a page number. Each page shows {size} results, numbered from 1. "
                  f"Return the first and last result shown on the page as {shown}; the last page may hold fewer. Return {nothing} if the "
                  f"page is beyond the last one.",
                  f"Compute the result numbers for a page of size {size}. The format is {shown}, where LAST never exceeds the total. For "
                  f"a page number that is too high for the total the answer is {nothing}."])


@family(area="search", theme="smart search pipeline", difficulty="easy")
def highlight_query_terms(r):
    """The text with the query's words marked."""
    left, right = r.choice([
        ("**", "**"), ("<b>", "</b>"), ("<em>", "</em>"), ("[", "]"), ("<mark>", "</mark>"), ("{", "}"), ("__", "__"), (">>", "<<")])
    gap, upper = r.choice([" | ", " => ", " :: "]), r.random() < 0.3
    only_first, nothing = r.random() < 0.35, r.choice(["no hit", "NONE", "none", "-", "unchanged"])
    scope = "only the first occurrence of any query word" if only_first else "every query word"
    case = ", the marked words in capitals" if upper else ""

    def pair(r):
        pool = r.sample([x for x in w.NOUNS if x[-1] not in "sxhy"], 6)
        query = pool[:r.choice([1, 2, 2])]
        hit = r.random() < 0.84
        text = r.choice(["the {0} and the {1} stand next to some {2}", "{f} put the {1} on the {0}", "{a} {2} near the {0} in {c}",
                         "{f} sold one {0}, two {1}s and one "
                         "{2}", "no {1} without {0}, says {f}", "the {0} of {f} is {a}", "{c} has one {1}, one {0} and the {a} {2}"])
        names = ([query[0]] if hit else [pool[5]]) + r.sample((query[1:] if hit else []) + pool[2:5], 2)
        text = text.format(*names, f=w.first(r), a=r.choice(w.ADJECTIVES), c=w.city(r))
        out, done = [], False
        for word in text.split():
            core = word.rstrip(",")
            if core in query and not (only_first and done):
                done = True
                word = left + (core.upper() if upper else core) + right + word[len(core):]
            out.append(word)
        return f"{' '.join(query)}{gap}{text}", " ".join(out) if done else nothing

    return Task(
        key=(left, gap, upper, only_first, nothing), pair=pair,
        terse=[f"mark {scope} in the text as {left}word{right}{case}; whole words only; {nothing} if there is none",
               f"text with {scope} wrapped in {left} {right}{case}, exact whole words; else {nothing}"],
        casual=[f"query words come before '{gap.strip()}', the text after it. give me the text with {scope} written as "
                f"{left}word{right}{case}. whole words, plural doesn't count; no hit at all -> {nothing}",
                f"highlight {scope}: put {left} before and {right} after it{case}. only exact whole words. if nothing is found say "
                f"{nothing}"],
        detailed=[f"The input is a query and a text separated by '{gap.strip()}'. Return the text with {scope} wrapped as "
                  f"{left}word{right}{case}. Only whole words that are exactly equal count. If the text contains no query word, return "
                  f"{nothing}.",
                  f"Produce a highlighted snippet: copy the text after '{gap.strip()}' and enclose {scope} in {left} and {right}{case}; "
                  f"parts of longer words are not marked. The output is {nothing} when no word of the query occurs."])


@family(area="search", theme="smart search pipeline", difficulty="hard")
def field_weight_score(r):
    """A document's score by weights for title, body and tag hits."""
    fields = r.sample(["title", "body", "tags", "author"], r.choice([2, 3]))
    weights = r.sample([1, 2, 3, 4, 5, 10], len(fields))
    bonus = r.choice([0, 0, 5, 10])
    listed = ", ".join(f"{f} {n}" for f, n in zip(fields, weights))
    extra = f"; plus {bonus} if found in every field" if bonus else ""
    gap = r.choice([" | ", " ; ", " // "])

    def pair(r):
        term = r.choice(w.NOUNS)
        pool = [x for x in w.NOUNS + w.ADJECTIVES if term not in x and x not in term]
        total, hits, parts = 0, [], []
        for field, weight in zip(fields, weights):
            count = r.choice([0, 1, 1, 2])
            words = [term] * count + r.sample(pool, r.randint(1, 3))
            r.shuffle(words)
            parts.append(f"{field}: {' '.join(words)}")
            total, hits = total + weight * count, hits + [count]
        return f"term: {term}{gap}{gap.join(parts)}", str(total + bonus * all(hits))

    return Task(
        key=(fields, weights, bonus, gap), pair=pair,
        terse=[f"score = sum over hits of the term, weights per hit: {listed}{extra}",
               f"add for each occurrence of the term: {listed}{extra}; output the sum"],
        casual=[f"score the document for the term: each occurrence counts {listed} points depending on the field{extra}. number only",
                f"how many points? per occurrence of the term: {listed}{extra}"],
        detailed=[f"The input names a search term and the fields of a document. Every occurrence of the term gives points by field: "
                  f"{listed}{extra}. Return the total as a number, 0 if the term does not occur.",
                  f"Compute a relevance score. Count the term in each field and multiply by the weight of the field ({listed}){extra}. "
                  f"The answer is the sum."])
