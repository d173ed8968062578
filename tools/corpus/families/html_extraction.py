"""HTML understanding: titles, links, text, attributes, meta tags, tables, forms."""
import words as w
from task import Task, compact_json, family, options

NOTHING = ["none", "NONE", "N/A", "-", "null", "(empty)"]
THINGS = [x.capitalize() for x in w.NOUNS]


def heading(r):
    text = r.choice([f"{w.thing(r)} guide", f"visit {w.city(r)}", f"{w.product(r)} review", f"contact {w.company(r)}",
                     f"news from {w.city(r)}",
                     f"{w.last(r)} {r.choice(w.NOUNS)} collection", f"how to fix a {r.choice(w.NOUNS)}"])
    return text[0].upper() + text[1:]


@family(area="search", theme="HTML understanding", difficulty="easy")
def html_page_title(r):
    """The title or the main heading of a page."""
    ask, nothing = r.choice(["title", "h1", "title without the site"]), r.choice(NOTHING)
    bar = r.choice([" | ", " - ", " :: "])
    case = r.choice(["as written", "as written", "in lower case", "in capitals"])
    change = {"as written": str, "in lower case": str.lower, "in capitals": str.upper}[case]
    what = {"title": "the text of the title element", "h1": "the text of the h1 element",
            "title without the site": f"the title element's text up to '{bar.strip()}'"}[ask]

    def pair(r):
        title, top, sub, site = heading(r), heading(r), heading(r), w.company(r)
        missing = r.random() < 0.15
        head = r.choice(['<meta charset="utf-8">', f'<link rel="icon" href="/{w.identifier(r, 4)}.ico">', ""])
        if not (missing and ask != "h1"):
            parts = [f"<title>{title}{bar}{site}</title>", head]
            head = "".join(parts if r.random() < 0.5 else parts[::-1])
        css = r.choice(["", "", ' class="big"', ' class="hero"', ' id="top"'])
        body = "" if missing and ask == "h1" else f"<h1{css}>{top}</h1>"
        body += r.choice([f"<h2>{sub}</h2>", f"<p>{w.sentence(r)}</p>", f"<h2>{sub}</h2><p>{w.sentence(r)}</p>"])
        answer = nothing if missing else change({"title": f"{title}{bar}{site}", "h1": top, "title without the site": title}[ask])
        return f"<html><head>{head}</head><body>{body}</body></html>", answer

    return Task(
        key=(ask, nothing, bar if "site" in ask else "", case), pair=pair,
        terse=[f"HTML -> {what}, {case}; {nothing} if there is no such element", f"{what} ({case}), else {nothing}"],
        casual=[f"get {what} out of this page, {case}. no such element? {nothing}",
                f"i only want {what}, {case}, no tags. return {nothing} when the element isn't there"],
        detailed=[f"The input is an HTML page. Return {what}, {case}, without tags. If the page has no such element, return {nothing}.",
                  f"Read the markup and output {what}. Letters are {case}. When the element is missing, the answer is {nothing}."])


@family(area="search", theme="HTML understanding", difficulty="easy")
def link_target_by_text(r):
    """The href of the link with a certain text, or the text for a target."""
    ask, nothing = r.choice(["href", "href", "text", "path"]), r.choice(NOTHING)
    head = r.choice(["find", "link", "want", "target"])
    what = {"href": "the href of the link with that text", "text": "the text of the link with that href",
            "path": "the last part of the href (after the last slash) of the link with that text"}[ask]
    attributes = r.choice([["class", "href"], ["href", "class"], ["href"], ["id", "href"], ["href", "title"]])
    labels = """Home,About us,Pricing,Contact,Careers,Blog,Sign in,Help center,Cart,Orders,Privacy,Terms,Press,Partners,Support,Downloads,
Gallery,Events,Team,Shop,Docs,Imprint,Status,Forum""".replace("\n", "").split(",")

    def pair(r):
        count = r.randint(3, 4)
        names = r.sample(labels, count)
        bases = r.sample(w.NOUNS, count)
        targets = [r.choice([f"/{x}", f"/{r.choice(['en', 'shop', 'p'])}/{x}", f"https://{r.choice(w.DOMAINS)}/{x}",
                             f"/{x}-{r.randint(1, 99)}"]) for x in bases]
        values = {"class": lambda: r.choice(["nav", "btn", "item", "small"]), "id": lambda: f"l{r.randint(1, 99)}",
                  "title": lambda: r.choice(["go", "open", "new"])}
        page = "".join("<a " + " ".join(f'{a}="{t if a == "href" else values[a]()}"' for a in attributes) + f">{n}</a>" for n,
                       t in zip(names, targets))
        page = r.choice(["<nav>{}</nav>", "<div>{}</div>", "<footer>{}</footer>", "<p>{}</p>"]).format(page)
        at = r.randrange(count)
        if r.random() < 0.16:
            wanted = r.choice([x for x in labels if x not in names])
            wanted = f"/{r.choice([x for x in w.NOUNS if x not in bases])}" if ask == "text" else wanted
            return f"{head}: {wanted}\n{page}", nothing
        wanted = targets[at] if ask == "text" else names[at]
        return f"{head}: {wanted}\n{page}", {"href": targets[at], "text": names[at], "path": targets[at].split("/")[-1]}[ask]

    return Task(
        key=(ask, nothing, head, attributes), pair=pair,
        terse=[f"first line '{head}: ...', then HTML: {what}; {nothing} if no link matches", f"{what} named after '{head}:', or {nothing}"],
        casual=[f"after '{head}:' comes what i look for, below it some html. give me {what}, {nothing} if it's not there",
                f"look through the links for the one named in the first line and return {what}. no match -> {nothing}"],
        detailed=[f"The first line of the input is '{head}: ' and a value, the rest is HTML with links. Return {what}, exactly as "
                  f"written. If no link matches, return {nothing}.",
                  f"Match the value after '{head}:' exactly against the links of the HTML. Output {what}. The answer is {nothing} when "
                  f"there is no such link."])


ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


@family(area="search", theme="HTML understanding", difficulty="medium")
def visible_text_of_html(r):
    """The text of a fragment without tags, with entities decoded or not, with or without some elements."""
    decode, drop = r.random() < 0.6, r.sample(["script", "style", "noscript", "button", "small", "del"], 2)
    breaks = r.choice([" ", " / ", " | "])
    glue = {" ": "a blank", " / ": "' / '", " | ": "' | '"}[breaks]
    entities = "decode &amp; &lt; &gt; &quot; &#39;" if decode else "leave entities such as &amp; as they are"
    gone = options(drop, "and")

    def pair(r):
        blocks = []
        for _ in range(r.randint(2, 3)):
            words = r.choice([w.thing(r), w.company(r), w.product(r), f"{w.first(r)} & {w.first(r)}", f'"{w.thing(r)}"',
                              f"{r.randint(1, 9)} < {r.randint(10, 99)}", f"{w.last(r)}'s {r.choice(w.NOUNS)}", f"{w.company(r)} & sons"])
            source = "".join(ENTITIES.get(c, c) for c in words)
            shown = words if decode else source
            tag = r.choice(["p", "div", "li", "h2", "td"])
            inline = r.choice(["{}", "<b>{}</b>", "<em>{}</em>", '<a href="/x">{}</a>', "<span>{}</span>"])
            blocks.append((f"<{tag}>{inline.format(source)}</{tag}>", shown))
        if r.random() < 0.7:
            tag = r.choice(drop)
            content = {"script": "var a = 1;", "style": "p {color: red}"}.get(tag, r.choice(w.NOUNS))
            blocks.insert(r.randint(0, len(blocks)), (f"<{tag}>{content}</{tag}>", None))
        if r.random() < 0.3 and (tag := r.choice(["button", "small"])) not in drop:
            word = r.choice(w.NOUNS)
            blocks.append((f"<{tag}>{word}</{tag}>", word))
        return "".join(b for b, _ in blocks), breaks.join(t for _, t in blocks if t)

    return Task(
        key=(decode, sorted(drop), breaks), pair=pair,
        terse=[f"strip tags, texts joined by {glue}; drop {gone} with content; {entities}",
               f"text only: remove {gone} elements whole, other tags only; {entities}; join pieces with {glue}"],
        casual=[f"give me the text of this html, pieces of separate elements joined by {glue}. {gone} go away including what's in them. "
                f"{entities}", f"plain text please: no tags, {glue} between the elements, {entities}, nothing from {gone}"],
        detailed=[f"The input is a row of HTML elements. Remove the elements {gone} together with their content and all other tags "
                  f"without their content. Join the texts of the remaining elements with {glue}; {entities}.",
                  f"Extract readable text from a fragment. Elements {gone} contribute nothing. From the others take the text without "
                  f"tags, in order, separated by {glue}; {entities}."])


@family(area="search", theme="HTML understanding", difficulty="medium")
def attribute_of_element(r):
    """The value of an attribute of the element that the spec selects."""
    attribute = r.choice(["src", "alt", "data-id", "title", "data-price", "width", "lang"])
    by = r.choice(["id", "class", "tag"])
    value = r.choice(["main", "hero", "cover", "item", "logo", "teaser", "first"])
    tags = ["img", "div", "span", "section", "figure"]
    tag = r.choice(tags)
    nothing = r.choice(NOTHING)
    chosen = {"id": f'the element with id="{value}"', "class": f'the element with class="{value}"', "tag": f"the {tag} element"}[by]
    mode = r.choice(["value", "value", "name=value"])
    form = "the bare value" if mode == "value" else f"{attribute}=VALUE"

    def pair(r):
        def content():
            return {"src": f"/{r.choice(w.NOUNS)}.{r.choice(['png', 'jpg', 'svg'])}", "alt": w.thing(r),
                    "data-id": str(r.randint(100, 9999)), "title": w.thing(r), "data-price": w.money(r), "width": str(r.randint(20, 990)),
                    "lang": r.choice(["en", "de", "fr", "es", "it", "nl", "sv"])}[attribute]
        others = [x for x in ["main", "hero", "cover", "item", "logo", "teaser", "first"] if x != value]
        rows, answer = [], nothing
        count = r.randint(3, 4)
        at = r.randrange(count)
        for i in range(count):
            name = r.choice([x for x in tags if x != tag]) if by == "tag" and i != at else tag if by == "tag" else r.choice(tags)
            pairs = [("id", value if by == "id" and i == at else r.choice(others)),
                     ("class", value if by == "class" and i == at else r.choice(others if by != "id" else others + [value]))]
            pairs = [p for p in pairs if p[0] == by or r.random() < 0.5]
            if r.random() < 0.85:
                pairs.append((attribute, content()))
                answer = pairs[-1][1] if i == at else answer
            r.shuffle(pairs)
            inside = "" if name == "img" else f"{r.choice(THINGS)}</{name}>"
            rows.append(f"<{name}" + "".join(f' {k}="{v}"' for k, v in pairs) + ">" + inside)
        return "".join(rows), answer if answer == nothing or mode == "value" else f"{attribute}={answer}"

    return Task(
        key=(attribute, by, value if by != "tag" else tag, nothing, mode), pair=pair,
        terse=[f"{attribute} of {chosen}, as {form}; {nothing} if it has none",
               f"HTML: take {chosen}, print its {attribute} as {form}, {nothing} if absent"],
        casual=[f"find {chosen} and give me its {attribute} attribute as {form}. if it hasn't got one, {nothing}",
                f"what's the {attribute} on {chosen}? write {form}, or {nothing} without that attribute"],
        detailed=[f"The input is a row of HTML elements. Select {chosen} and return its attribute {attribute} as {form}. If that element "
                  f"lacks the attribute, return {nothing}, even if other elements have it.",
                  f"Read one attribute from HTML: {attribute}, from {chosen} only. The output is {form}; it is {nothing} when the "
                  f"attribute is not set there."])


@family(area="search", theme="HTML understanding", difficulty="medium")
def meta_tag_content(r):
    """The content of one meta tag."""
    names = {"description": ("name", lambda r: w.sentence(r)), "author": ("name", w.person),
             "robots": ("name", lambda r: r.choice(["index,follow", "noindex", "nofollow", "noindex,nofollow", "all"])),
             "keywords": ("name", lambda r: ", ".join(r.sample(w.NOUNS, 3))), "og:title": ("property", heading),
             "og:site_name": ("property", w.company), "og:locale": ("property", lambda r: r.choice(["en_US", "de_DE", "fr_FR", "es_ES"])),
             "article:author": ("property", w.person), "geo.placename": ("name", w.city),
             "generator": ("name", lambda r: f"{r.choice(w.COMPANY_HEADS)} {r.randint(1, 9)}.{r.randint(0, 9)}")}
    first, second = r.sample(list(names), 2)
    nothing, fallback = r.choice(NOTHING), r.random() < 0.4
    spare = f"; if missing take {second}" if fallback else ""

    def pair(r):
        chosen = r.sample([n for n in names if n not in (first, second)], r.randint(2, 3))
        chosen += [first] * (r.random() < (0.55 if fallback else 0.82)) + [second] * (r.random() < (0.7 if fallback else 0.5))
        values = {n: names[n][1](r) for n in chosen}
        r.shuffle(chosen)
        swap = r.random() < 0.3
        tags = []
        for n in chosen:
            pair_ = [f'{names[n][0]}="{n}"', f'content="{values[n]}"']
            tags.append(f"<meta {' '.join(pair_[::-1] if swap else pair_)}>")
        answer = values.get(first) or (values.get(second) if fallback else None) or nothing
        return "".join(tags), answer

    return Task(
        key=(first, second if fallback else "", nothing), pair=pair,
        terse=[f"content of the meta tag {first}{spare}; {nothing} if absent",
               f"meta {first}: return its content{spare}, otherwise {nothing}"],
        casual=[f"what does the meta tag {first} say{spare}? nothing there -> {nothing}",
                f"grab the content attribute of meta {first} from the head{spare}, or {nothing}"],
        detailed=[f"The input consists of HTML meta tags. Return the content of the tag whose name or property is {first}{spare}. If "
                  f"there is none, return {nothing}.", f"Look up the meta tag {first} among the tags given and output its content "
                                                       f"unchanged{spare}. Output {nothing} if nothing is found."])


@family(area="search", theme="HTML understanding", difficulty="hard")
def table_cell_by_headers(r):
    """The cell of an HTML table in a row and a column, or a fact about a column."""
    ask = r.choice(["cell", "cell", "row of highest", "row of lowest", "sum"])
    columns = r.sample(["Price", "Stock", "Weight", "Sold", "Rating", "Age", "Floor"], 3)
    column, first = r.choice(columns), r.choice(["Item", "Name", "City"])
    nothing = r.choice(NOTHING)
    tags = r.random() < 0.6
    what = {"cell": f"the {column} of the row named in the first line", "row of highest": f"the {first} with the highest {column}",
            "row of lowest": f"the {first} with the lowest {column}", "sum": f"the sum of the {column} column"}[ask]
    tail = f"; {nothing} if there is no such row" if ask == "cell" else ""

    def pair(r):
        pool = {"Item": THINGS, "Name": w.FIRST, "City": w.CITIES}[first]
        rows = r.sample(pool, 3)
        numbers = {c: r.sample(range(1, 99), 3) for c in columns}
        head = "".join(f"<th>{c}</th>" if tags else f"<td>{c}</td>" for c in [first] + columns)
        body = "".join(f"<tr><td>{name}</td>" + "".join(f"<td>{numbers[c][i]}</td>" for c in columns) + "</tr>" for i,
                       name in enumerate(rows))
        table = f"<table><tr>{head}</tr>{body}</table>"
        values = numbers[column]
        if ask == "cell":
            at = r.randrange(3)
            if r.random() < 0.15:
                return f"row: {r.choice([x for x in pool if x not in rows])}\n{table}", nothing
            return f"row: {rows[at]}\n{table}", str(values[at])
        return table, {"row of highest": rows[values.index(max(values))], "row of lowest": rows[values.index(min(values))],
                       "sum": str(sum(values))}[ask]

    return Task(
        key=(ask, column, first, nothing if ask == "cell" else ""), pair=pair,
        terse=[f"HTML table -> {what}{tail}", f"from the table give {what}{tail}"],
        casual=[f"read the table and tell me {what}{tail}", f"i need {what}{tail}. just the value, no tags"],
        detailed=[f"The input is an HTML table whose first row holds the column "
                  f"names{' (after a first line row: NAME)' if ask == 'cell' else ''}. Return {what}{tail}. Output the bare value.",
                  f"Parse the rows and cells of the HTML table; the header row names the columns. The answer is {what}{tail}."])


@family(area="search", theme="HTML understanding", difficulty="medium")
def form_field_names(r):
    """The fields of a form that have a certain property."""
    prop = r.choice(["required", "disabled", "type email or tel", "type checkbox", "hidden", "a value"])
    ask, nothing = r.choice(["names", "names", "count", "json"]), r.choice(NOTHING)
    gap = r.choice([",", ", ", " ", "|"])
    nothing = {"count": "0", "json": "[]"}.get(ask, nothing)
    which = {"required": "with the attribute required", "disabled": "with the attribute disabled",
             "type email or tel": "of type email or tel", "type checkbox": "of type checkbox", "hidden": "of type hidden",
             "a value": "with a value attribute"}[prop]
    joined = {",": "a comma", ", ": "comma and blank", " ": "a blank", "|": "a vertical bar"}[gap]
    what = {"names": f"the names of all inputs {which}, joined with {joined}", "count": f"how many inputs there are {which}",
            "json": f"a compact JSON array of the names of all inputs {which}"}[ask]
    fields = {"email": "email", "phone": "tel", "terms": "checkbox", "news": "checkbox", "token": "hidden", "ref": "hidden", "name": "text",
              "city": "text", "age": "number", "street": "text", "zip": "text", "password": "password",
              "mobile": "tel", "gift": "checkbox", "contact": "email", "company": "text", "country": "text", "quantity": "number"}

    def pair(r):
        names = r.sample(list(fields), r.randint(3, 5))
        tags, found = [], []
        for name in names:
            kind = fields[name]
            extra = [x for x in ("required", "disabled") if r.random() < 0.35]
            value = f'value="{r.choice(w.NOUNS)}"' if r.random() < 0.35 else ""
            attributes = [f'type="{kind}"', f'name="{name}"'] + ([value] if value else []) + extra
            tags.append(f"<input {' '.join(attributes)}>")
            if {"required": "required" in extra, "disabled": "disabled" in extra, "type email or tel": kind in ("email", "tel"),
                "type checkbox": kind == "checkbox", "hidden": kind == "hidden", "a value": bool(value)}[prop]:
                found.append(name)
        text = f'<form action="/{r.choice(w.NOUNS)}">{"".join(tags)}</form>'
        return text, {"names": gap.join(found), "count": str(len(found)), "json": compact_json(found)}[ask] or nothing

    return Task(
        key=(prop, ask, gap if ask == "names" else "", nothing), pair=pair, kind="json" if ask == "json" else "text",
        terse=[f"form HTML -> {what}, in order; {nothing} if there are none", f"give {what} (page order), else {nothing}"],
        casual=[f"look at this form: i want {what}, in page order, {nothing} if no input is like that",
                f"tell me {what}. keep their order, and return {nothing} when there isn't any"],
        detailed=[f"The input is an HTML form with input elements. Return {what}, in the order of the form. If no input qualifies, return "
                  f"{nothing}.", f"Inspect the input elements of the form. Output {what}; the order is that of the page. The answer is "
                                 f"{nothing} if there is none."])
