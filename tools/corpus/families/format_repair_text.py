"""Format repair: markup, tables, queries and encodings that came out broken."""
import html
import re
import words as w
from task import Task, family

TAGS = "item name price note title city owner order book user row cell entry part unit".split()


@family(area="repair", theme="format repair", difficulty="hard")
def xml_closing_tags(r):
    """Adds missing closing tags and corrects wrong ones."""
    outer = r.choice(["order", "record", "user", "card", "person", "parcel", "booking", "product"])
    inner = [tag for tag in r.sample(TAGS, 6) if tag != outer][:4]
    joint = r.choice(["", " ", "\n"])
    fine = r.choice(["OK", "valid", "unchanged", None, None])

    def pair(r):
        parts, broken = [], []
        for tag in r.sample(inner, r.choice([1, 2, 3])):
            content = r.choice([w.first(r), w.city(r), str(r.randint(1, 999)), w.thing(r), w.money(r)])
            parts.append(f"<{tag}>{content}</{tag}>")
            kind = r.choice(["good", "missing", "wrong", "slash"]) if fine is None or r.random() < 0.6 else "good"
            broken.append({"good": parts[-1], "missing": f"<{tag}>{content}", "wrong": f"<{tag}>{content}</{w.typo(r, tag)}>",
                           "slash": f"<{tag}>{content}<{tag}>"}[kind])
        closed = r.random() < 0.6
        good = joint.join([f"<{outer}>", *parts, f"</{outer}>"])
        spoiled = joint.join([f"<{outer}>", *broken] + ([f"</{outer}>"] if closed else []))
        return spoiled, fine if fine and spoiled == good else good

    how = {"": "nothing", " ": "one blank", "\n": "a line break"}[joint]
    tail = f"; correct input: {fine}" if fine else ""
    return Task(
        key=(outer, sorted(inner), joint, fine), pair=pair,
        terse=[f"mend the closing tags in <{outer}> (elements not nested, {how} between them){tail}",
               f"<{outer}> with flat elements, {how} between them: add or correct closing tags{tail}"],
        casual=[f"some closing tags in this <{outer}> are absent, misspelled or lack the slash. write the whole thing with proper ones and "
                f"change nothing else{tail}",
                f"close every tag properly. inside <{outer}> no element contains another, and what is between elements ({how}) "
                f"stays{tail}"],
        detailed=[f"The input is a <{outer}> element with flat child elements, separated by {how}. Closing tags may be missing, misspelled "
                  f"or written without a slash; the closing tag of <{outer}> may be missing too. Return "
                  f"the corrected XML with the same content{tail}.",
                  f"Repair XML: every opening tag needs its own closing tag directly after its text, and </{outer}> stands at the end. "
                  f"Between elements there is {how}. Leave texts alone{tail}."])


@family(area="repair", theme="format repair", difficulty="medium")
def double_escaped_entities(r):
    """Text whose HTML entities were escaped more than once."""
    keep = r.choice([None, None, "once"])
    clean = r.choice([None, None, "CLEAN", "ok", "nothing to do"])
    marks = sorted(r.sample(["&", "<", ">", '"', "'"], 3))

    def pair(r):
        a, b = r.choice([w.first(r), w.company(r), w.city(r)]), r.choice([w.last(r), w.product(r), r.choice(w.FOODS)])
        mark = r.choice(marks)
        plain = {"&": f"{a} & {b}", "<": f"{r.choice(w.NOUNS)} < {r.randint(2, 99)} {r.choice(w.NOUNS)}s", ">": f"{a} > {b}",
                 '"': f'{a} said "{r.choice(w.ADJECTIVES)} {b}"', "'": f"{a}'s {b}"}[mark]
        plain = r.choice(["{}", "{}", "from {}", "title: {}", "{} again"]).format(plain)
        escaped = plain
        for _ in range(r.choice([1, 2, 2, 3])):
            escaped = html.escape(escaped)
        if clean and r.random() < 0.2:
            text = w.sentence(r)
            return text, clean
        return escaped, html.escape(plain) if keep else plain

    goal = "leave one level of escaping" if keep else "decode down to plain text"
    names = html.escape("".join(marks)).replace(";", "; ").strip()
    tail = f"; no entity in it: {clean}" if clean else ""
    return Task(
        key=(keep, clean, marks), pair=pair,
        terse=[f"HTML entities escaped several times ({names}): {goal}{tail}", f"repair &amp;amp; and the like: {goal}{tail}"],
        casual=[f"the text was HTML-escaped too often, I see things like &amp;quot;. {goal}{tail}",
                f"these entities ({names}) were escaped again and again. please {goal}{tail}"],
        detailed=["The input was HTML-escaped one or more times, so that an ampersand may show as &amp;amp;. Entities that occur: "
                  f"{names}. Undo the surplus: {goal}{tail}.",
                  f"Undo repeated HTML escaping. What to reach: {goal}. Everything else stays as it is{tail}."])


@family(area="repair", theme="format repair", difficulty="medium")
def csv_field_with_bare_comma(r):
    """A CSV row in which one text field has an unquoted comma."""
    columns = r.sample(["id", "city", "amount", "date", "status", "code", "owner"], r.choice([2, 3]))
    text = r.choice(["note", "name", "address", "title", "remark", "product"])
    at = r.randint(0, len(columns))
    columns.insert(at, text)
    separator = r.choice([",", ",", ";"])
    how = r.choice(["double quotes", "double quotes", "single quotes", "slash", "pipe"])
    mark = {"double quotes": '"', "single quotes": "'"}.get(how)

    def pair(r):
        make = {"id": lambda: str(r.randint(1, 9999)), "city": lambda: w.city(r), "amount": lambda: w.money(r),
                "date": lambda: w.iso(w.date(r)), "status": lambda: r.choice(["open", "paid", "late"]),
                "code": lambda: w.identifier(r, 4), "owner": lambda: w.first(r)}
        count = r.choice([1, 2, 2, 2, 3])
        pieces = [r.choice([w.thing(r), w.last(r), f"{w.last(r)} Street {r.randint(1, 99)}", w.product(r), r.choice(w.NOUNS)]) for _ in
                  range(count)]
        gap = r.choice(["", " "])
        whole = (separator + gap).join(pieces)
        row = [whole if column == text else make[column]() for column in columns]
        fixed = whole if count == 1 else f"{mark}{whole}{mark}" if mark else (" / " if how == "slash" else " | ").join(pieces)
        return separator.join(row), separator.join(fixed if i == at else cell for i, cell in enumerate(row))

    header = separator.join(columns)
    name = "comma" if separator == "," else "semicolon"
    act = f"put {how} around the {text}"
    if not mark:
        act = f"replace each {name} in the {text} (and a blank after it) by \"{' / ' if how == 'slash' else ' | '}\""
    return Task(
        key=(header, how), pair=pair,
        terse=[f"row of {header}; if the {text} contains {name}s, {act}", f"columns {header}: {act} where it holds a {name}"],
        casual=[f"the row should have the columns {header}, but the {text} may contain {name}s. if so {act}, otherwise leave the row as it "
                "is",
                f"my export forgot quoting. columns are {header}; only {text} can have {name}s inside. {act} in that case and keep the "
                "rest"],
        detailed=[f"The input is a row with the columns {header}. Only the column {text} may contain the separator, so a row can have too "
                  f"many fields. In such a row {act}. Rows with the right number of fields are returned unchanged.",
                  f"Repair a row of a table ({header}) whose {text} was written without quotes. When there are more than {len(columns)} "
                  f"fields, the surplus ones belong to the {text}: {act}. Change nothing else."])


@family(area="repair", theme="format repair", difficulty="medium")
def row_to_fixed_columns(r):
    """Rows with too few or too many cells brought to a fixed number."""
    count = r.choice([3, 4, 5])
    separator = r.choice([",", ";", "|", "\t"])
    filler = r.choice(["EMPTY", "NULL", "-", "n/a", "0", "?"])
    surplus = r.choice(["dropped", "joined"])
    glue = r.choice([" ", "+", "_"])
    name = {",": "commas", ";": "semicolons", "|": "pipes", "\t": "tabs"}[separator]

    def pair(r):
        length = count + r.choice([-2, -1, -1, 0, 1, 2])
        cells = [r.choice([w.first(r), w.city(r), str(r.randint(1, 999)), r.choice(w.NOUNS), w.money(r)]) for _ in range(length)]
        fixed = cells + [filler] * (count - len(cells))
        if len(cells) > count:
            fixed = cells[:count] if surplus == "dropped" else cells[:count - 1] + [glue.join(cells[count - 1:])]
        return separator.join(cells), separator.join(fixed)

    glued = "a blank" if glue == " " else glue
    rule = "surplus cells at the end are dropped" if surplus == "dropped" else f"surplus cells go into the last one, joined by {glued}"
    return Task(
        key=(count, separator, filler, surplus, glue if surplus == "joined" else ""), pair=pair,
        terse=[f"make the row ({name}) {count} cells long: fill with {filler}; {rule}",
               f"{count} cells between {name}; missing ones at the end {filler}; {rule}"],
        casual=[f"every row needs exactly {count} cells, separated by {name}. too short? append {filler}. too long? {rule}",
                f"bring the line to {count} cells ({name} between them): {filler} for each absent one at the end, and {rule}"],
        detailed=[f"The input is a row of cells separated by {name}. Return it with exactly {count} cells. If there are fewer, append "
                  f"cells with the text {filler}; if there are more, {rule}.",
                  f"Normalise the number of cells of a row to {count}. The separator, {name}, stays. Short rows get {filler} for every "
                  f"missing cell at the end. In long rows {rule}."])


@family(area="repair", theme="format repair", difficulty="hard")
def yaml_indentation(r):
    """A small YAML block with wrong indentation."""
    parents = r.sample(["server", "client", "database", "logging", "mail", "cache", "theme", "backup", "proxy", "auth"], r.choice([2, 3]))
    step = r.choice([2, 2, 4, 3])
    order = r.random() < 0.3

    def pair(r):
        chosen = r.sample(parents, r.choice([1, 2, 2]))
        good, bad = [], []
        for parent in chosen:
            indent = r.choice([1, 2, 3, 5, 8])
            tab = r.random() < 0.25
            keys = r.sample("host port level path user limit mode color timeout retries size name".split(), r.choice([1, 2]))
            lines = [f"{key}: {r.choice([str(r.randint(1, 9999)), r.choice(w.NOUNS), r.choice(w.SERVICES), 'true', 'false'])}" for key in
                     keys]
            lines = sorted(lines) if order else lines
            good += [parent + ":"] + [" " * step + line for line in lines]
            shown = [("\t" if tab else " " * (indent + r.choice([0, 0, 1]))) + line for line in (r.sample(lines, len(lines)) if order else
                lines)]
            bad += [parent + ":"] + shown
        if r.random() < 0.3:
            bad = [line.strip() for line in bad]
        return "\n".join(bad), "\n".join(good)

    tail = ", keys below a parent in alphabetical order" if order else ""
    listed = ", ".join(parents)
    return Task(
        key=(sorted(parents), step, order), pair=pair,
        terse=[f"fix YAML: {listed} at the margin, all other keys below them indented by {step} blanks{tail}",
               f"indent everything except {listed} by exactly {step} blanks{tail}"],
        casual=[f"the indentation of this YAML is broken. {listed} are top level, all other lines belong to the one above and get {step} "
                f"blanks{tail}", f"please set {step} blanks before each line that isn't one of {listed}; those start at the left{tail}"],
        detailed=[f"The input is YAML with tabs or wrong indentation. The keys {listed} are top-level and start at the left margin. Every "
                  f"other line belongs to the top-level key before it and is indented by exactly {step} blanks{tail}.",
                  f"Return the YAML with clean indentation: no blanks before {listed}, {step} blanks before any other key, no tabs{tail}. "
                  "The contents of the lines stay the same."])


SQL = ["SELECT {a} FROM {t} WHERE {b} = {n}", "SELECT {a}, {b} FROM {t} ORDER BY {a}", "SELECT COUNT(*) FROM {t} GROUP BY {b}",
       "UPDATE {t} SET {a} = {n} WHERE {b} = {m}", "DELETE FROM {t} WHERE {a} < {n}",
       "INSERT INTO {t} ({a}, {b}) VALUES ({n}, {m})", "SELECT {a} FROM {t} LIMIT {n}",
       "SELECT DISTINCT {a} FROM {t} WHERE {b} BETWEEN {m} AND {n}", "SELECT {a} FROM {t} WHERE {b} IS NULL"]
WORDS_SQL = "SELECT FROM WHERE ORDER BY COUNT GROUP UPDATE SET DELETE INSERT INTO VALUES LIMIT DISTINCT BETWEEN AND IS NULL".split()


@family(area="repair", theme="format repair", difficulty="medium")
def sql_keyword_typos(r):
    """SQL with misspelled keywords."""
    case = r.choice(["upper", "upper", "lower"])
    end = r.choice([";", ""])
    fine = r.choice([None, None, "OK", "no typo"])
    tables = r.sample(["users", "orders", "items", "events", "books", "rooms", "cars", "plants"], 4)
    columns = r.sample(["id", "age", "price", "stock", "year", "score", "size", "floor", "weight"], 5)

    def pair(r):
        a, b = r.sample(columns, 2)
        text = r.choice(SQL).format(a=a, b=b, t=r.choice(tables), n=r.randint(2, 999), m=r.randint(2, 999))
        good = re.sub(r"[A-Z]+", lambda m: m[0].lower(), text) if case == "lower" else text
        at = [m.span() for m in re.finditer(r"[A-Z]{4,}", text)]
        bad = good
        if not fine or r.random() > 0.2:
            for start, stop in sorted(r.sample(at, min(len(at), r.choice([1, 1, 2]))), reverse=True):
                typo = good[start:stop]
                while typo.upper() in WORDS_SQL:
                    typo = w.typo(r, typo.lower())
                bad = bad[:start] + (typo.upper() if case == "upper" else typo) + bad[stop:]
        return bad + end, fine if fine and bad == good else good + end

    tail = f"; nothing misspelled: {fine}" if fine else ""
    return Task(
        key=(case, end, fine, sorted(tables), sorted(columns)), pair=pair,
        terse=[f"correct misspelled SQL keywords ({case} case), keep the rest{tail}",
               f"SQL with typos in keywords -> the right query, keywords {case} case{tail}"],
        casual=[f"some SQL keywords are mistyped. fix only those ({case} case), tables and columns are right{tail}",
                f"my query doesn't parse because of typos in the keywords. give me the corrected one, keywords in {case} case{tail}"],
        detailed=["The input is an SQL statement in which keywords such as SELECT or WHERE may be misspelled. Return the statement with "
                  f"correct keywords in {case} case and everything else unchanged{tail}.",
                  f"Repair the keywords of an SQL query. Names of tables ({', '.join(sorted(tables))}) and columns, numbers and "
                  f"punctuation stay as they are; keywords are in {case} case{tail}."])


ACCENTED = """café naïve façade über Zürich São Málaga Kraków Düsseldorf crème brûlée jalapeño piñata señor garçon Noël Curaçao Göteborg
Århus Tromsø Besançon Orléans Münster Nürnberg Gdańsk Łódź résumé déjà cliché fiancée soufflé vis-à-vis Citroën Háček smörgås Köln Güterzug
Straße größe weiß España mañana niño élan forêt hôtel île maïs où rôle tête très""".split()


@family(area="repair", theme="format repair", difficulty="hard")
def mojibake_to_text(r):
    """UTF-8 that was read as Latin-1 or Windows-1252."""
    wrong = r.choice(["latin-1", "cp1252"])
    result = r.choice(["text", "text", "ascii"])
    clean = r.choice([None, "OK", "clean", "unchanged", "fine", "no damage", "-"])
    pool = []
    for word in ACCENTED:
        try:
            shown = word.encode("utf-8").decode(wrong)
        except UnicodeDecodeError:
            continue
        if shown.isprintable():
            pool.append((word, shown))
    bases = str.maketrans("éèêëáàâãåäíîïóôöøõúùûüñçÉÁÅÖÜßńŁłźěčÇ", "eeeeaaaaaaiiiooooouuuuncEAAOUsnLlzecC")

    def pair(r):
        template = r.choice(["{f} ordered {x} in {c}", "parcel {n} from {x} to {y}", "the {a} {o} of {x}", "{f} {l} likes {x}",
                             "sign at the {o}: {x}", "{x}, {y} and {c}", "customer {n}: {x}", "{f} wrote {x} on the {o}",
                             "a {o} called {x}", "no {x} left, take {y}", "{x} {n}", "{n} x {x}, {a}", "label {x} is {a}",
                             "{f} met {l} at {x}", "search: {x} {o}"])
        values = dict(f=w.first(r), l=w.last(r), c=w.city(r), o=r.choice(w.NOUNS), a=r.choice(w.ADJECTIVES), n=r.randint(2, 999))
        if clean and r.random() < 0.2:
            return template.format(x=r.choice(w.NOUNS), y=w.city(r), **values), clean
        (x, bad_x), (y, bad_y) = r.choice(pool), r.choice(pool)
        good = template.format(x=x, y=y, **values)
        return template.format(x=bad_x, y=bad_y, **values), good.translate(bases) if result == "ascii" else good

    goal = "the right letters" if result == "text" else "plain letters without accents (é as e, ß as s)"
    tail = f"; text without such damage: {clean}" if clean else ""
    said = "Latin-1" if wrong == "latin-1" else "Windows-1252"
    return Task(
        key=(wrong, result, clean), pair=pair,
        terse=[f"UTF-8 read as {said} (Ã© for é): write it with {goal}{tail}",
               f"undo mojibake such as Ã¼ ({said} for UTF-8), giving {goal}{tail}"],
        casual=[f"the umlauts and accents are garbled, UTF-8 was taken for {said}. please write the text with {goal}{tail}",
                f"I see Ã¶ where ö should be. restore the text, with {goal}{tail}. it was UTF-8 decoded as {said}"],
        detailed=[f"The input is UTF-8 text that was decoded as {said}, so that é shows as Ã©. Return the intended text with {goal}{tail}.",
                  f"Repair broken encoding: pairs such as Ã¤ stand for one accented letter (UTF-8 bytes shown in {said}). Write the text "
                  f"with {goal}; words that are not damaged stay{tail}."])


@family(area="repair", theme="format repair", difficulty="medium")
def markdown_table_row(r):
    """A Markdown table row with wrong pipes."""
    columns = r.choice([2, 3, 4])
    padded = r.random() < 0.7
    filler = r.choice(["-", "n/a", "?", "none", "0"])
    bold = r.random() < 0.3

    def pair(r):
        length = columns if r.random() < 0.75 else columns - 1
        cells = [r.choice([w.first(r), w.city(r), str(r.randint(1, 999)), w.thing(r), r.choice(w.COLORS)]) for _ in range(length)]
        separators = [r.choice([" | ", "|", "| ", " |", " || ", "  |  "]) for _ in cells[1:]]
        text = cells[0]
        for separator, cell in zip(separators, cells[1:]):
            text += separator + cell
        text = r.choice(["", "", "| ", "|"]) + text + r.choice(["", "", " |", "|"])
        fixed = cells + [filler] * (columns - len(cells))
        if bold:
            fixed[0] = f"**{fixed[0]}**"
        return text, "| " + " | ".join(fixed) + " |" if padded else "|" + "|".join(fixed) + "|"

    blanks = "a blank on both sides of each cell" if padded else "no blanks around the cells"
    more = ", first cell in **bold**" if bold else ""
    return Task(
        key=(columns, padded, filler, bold), pair=pair,
        terse=[f"proper Markdown row of {columns} cells: pipes at both ends and between, {blanks}{more}; missing last cell {filler}",
               f"repair the table row: {columns} cells, single pipes, outer pipes, {blanks}{more}, {filler} for an absent last one"],
        casual=[f"the pipes of this table row are wrong. I need one between cells and one at each end, {blanks}{more}. {columns} cells; if "
                f"the last is missing put {filler}",
                f"clean up the markdown row: {columns} cells, {blanks}{more}, outer pipes too, double pipes become one. too short? "
                f"{filler} as last cell"],
        detailed=["The input is a row of a Markdown table with missing, doubled or unevenly spaced pipes. Write it with one pipe at each "
                  f"end and one between cells, {blanks}{more}. The row must have {columns} cells; if one "
                  f"is missing at the end, use {filler}.",
                  f"Normalise a table row in Markdown. Number of cells: {columns}; a missing last cell becomes {filler}. Pipes: one "
                  f"before, between and after the cells, with {blanks}{more}."])
