"""Core text processing: markup, quotes, fields, tables, templates and boilerplate."""
import re

import words as w
from task import Task, compact_json, core_family

NONE = ["none", "N/A", "-", "NONE", "not found", "missing", "n/a", "null", "(nothing)"]
SAYINGS = """see you soon,all sold out,back at noon,please wait here,no entry,mind the gap,out of order,handle with care,best before May,
push to open,this way up,thank you all,do not bend,keep refrigerated,free parking,wet paint,staff only,half price today,ring the bell,
order here,closed on Monday,fresh eggs,low bridge ahead,no refunds,new owner,two for one,cash only,quiet please,lift not working,
ask inside""".replace("\n", "").split(",")
FIELDS = "owner city color size status model phone code floor team price shift".split()
PEOPLE_WORK = ["needs", "likes", "forgot", "ordered", "returned", "found", "painted", "wants"]


def field_value(r, key):
    return {"owner": w.first(r), "city": w.city(r), "color": r.choice(w.COLORS), "size": r.choice(["S", "M", "L", "XL", "12", "40"]),
            "status": r.choice(["open", "closed", "paid", "late", "new"]), "model": w.identifier(r, 2, "ABCDEFG") + str(r.randint(10, 99)),
            "phone": str(r.randint(100000, 999999)), "code": w.identifier(r, 5, "0123456789ABCDEF"), "floor": str(r.randint(1, 30)),
            "team": r.choice(w.ANIMALS), "price": str(r.randint(2, 900)), "shift": r.choice(["early", "late", "night", "split"])}[key]


@core_family("easy")
def quoted_text_pick(r):
    """The quoted part of a sentence."""
    marks = {"double quotes": '""', "single quotes": "''", "round brackets": "()", "square brackets": "[]", "curly brackets": "{}",
             "angle brackets": "<>", "asterisks": "**", "underscores": "__", "backticks": "``"}
    name = r.choice(list(marks))
    which = r.choice(["first", "last"])
    case, show = r.choice([("as it stands", str), ("in capitals", str.upper), ("with its marks", None),
                           ("as its number of words", lambda x: str(len(x.split())))])
    missing = r.choice(NONE)
    a, b = marks[name]

    def pair(r):
        c, d = marks[r.choice([n for n in marks if n not in (name, "single quotes")])]
        inside = r.sample(SAYINGS, 2)
        count = 0 if r.random() < 0.15 else r.choice([1, 1, 2])
        pieces = [f"{a}{x}{b}" for x in inside[:count]]
        text = r.choice(["{p} in {c} put up a sign", "The {j} from {c} made a card", "On the {n} is a sticker",
                         "{p} read out the note of the {j}", "A new label on the {n}"]).format(p=w.first(r), c=w.city(r),
                                                                                               j=r.choice(w.JOBS), n=r.choice(w.NOUNS))
        text += f" {c}{r.choice(w.COLORS)}{d}" * (r.random() < 0.6)
        for i, piece in enumerate(pieces):
            text += f" {r.choice(['and', 'and then', 'plus']) if i else 'with the words'} {piece}"
        text += r.choice(["", f" for {w.first(r)}", f" near the {r.choice(w.NOUNS)}"])
        answer = (inside[0] if which == "first" else inside[count - 1]) if count else missing
        return text, answer if not count else f"{a}{answer}{b}" if show is None else show(answer)

    return Task(
        key=(name, which, case, missing), pair=pair,
        terse=[f"{which} text in {name}, {case}; none: {missing}", f"return what the {which} {name} hold, {case}, else {missing}"],
        casual=[f"what's written inside the {which} {name}? give it {case}, or {missing} when there are none",
                f"only the bit between {name} ({which} one) {case}. if nothing is marked like that: {missing}"],
        detailed=[f"Find the {which} passage enclosed in {name} and return it {case}. Other kinds of marks do not matter. If there are no "
                  f"{name}, return {missing}.", f"Output the text that stands between the {which} pair of {name}, {case}. A text without "
                  f"{name} gives {missing}."])


@core_family("medium")
def markup_removed(r):
    """A line without its markup, or only what is marked."""
    kind, wrap = r.choice([("HTML tags", lambda r, x: "<{0}>{1}</{0}>".format(r.choice(["b", "i", "em", "span", "u", "strong"]), x)),
                           ("Markdown stars", lambda r, x: r.choice(["*{}*", "**{}**"]).format(x)),
                           ("BBCode tags like [b] and [/b]", lambda r, x: "[{0}]{1}[/{0}]".format(r.choice("biu"), x)),
                           ("wiki links like [[this]]", lambda r, x: f"[[{x}]]"), ("backticks", lambda r, x: f"`{x}`"),
                           ("tildes", lambda r, x: f"~~{x}~~"), ("curly-brace marks like {{this}}", lambda r, x: "{{" + x + "}}"),
                           ("underscores", lambda r, x: f"__{x}__")])
    want = r.choice(["plain", "plain", "marked", "upper", "cut", "square"])
    missing = r.choice(NONE)
    asked = {"plain": f"remove the {kind} and keep the text",
             "marked": f"return only the words marked by {kind}, joined by commas without blanks, or {missing}",
             "upper": f"remove the {kind} and write what they marked in capitals",
             "cut": f"remove the {kind} together with the words they mark, leaving single blanks",
             "square": f"replace the {kind} by single square brackets around the same words"}[want]

    def pair(r):
        words = [w.first(r), r.choice(PEOPLE_WORK), "the", r.choice(w.ADJECTIVES), r.choice(w.NOUNS), r.choice(["in", "near", "from"]),
                 w.city(r),
                 r.choice(["with", "without", "and"]), "the", r.choice(w.COLORS), r.choice(w.ANIMALS).replace(" ", "")]
        marked = sorted(r.sample(range(1, len(words)), 0 if want == "marked" and r.random() < 0.15 else r.randint(1, 3)))
        text = " ".join(wrap(r, x) if i in marked else x for i, x in enumerate(words))
        return text, {"plain": " ".join(words), "marked": ",".join(words[i] for i in marked) or missing,
                      "upper": " ".join(x.upper() if i in marked else x for i, x in enumerate(words)),
                      "cut": " ".join(x for i, x in enumerate(words) if i not in marked),
                      "square": " ".join(f"[{x}]" if i in marked else x for i, x in enumerate(words))}[want]

    return Task(
        key=(kind, want, missing if want == "marked" else ""), pair=pair,
        terse=[asked, f"{kind} in a line: {asked.replace(f'the {kind}', 'them')}"],
        casual=[f"please {asked}. change nothing else", f"this line has {kind}. {asked.replace(f'the {kind}', 'them')}, that's all"],
        detailed=[f"The input is one line that uses {kind} for single words. Your task: {asked}. Nothing else is changed or added.",
                  f"Process the {kind} of the line as follows: {asked}. Order and spelling of words stay the same."])


@core_family("easy")
def emoticons_handled(r):
    """Emoji of a message removed, named or listed."""
    names = {"😀": "smile", "😢": "sad", "❤": "heart", "🔥": "fire", "👍": "thumbs up", "🎉": "party", "🚀": "rocket", "☕": "coffee", "🐶": "dog",
             "🌧": "rain", "⭐": "star", "🍕": "pizza"}
    chosen = r.sample(list(names), r.randint(3, 5))
    want = r.choice(["remove", "name", "list", "count", "first"])
    open_mark, close_mark = r.choice([(":", ":"), ("(", ")"), ("[", "]"), ("<", ">"), ("", "")])
    missing = r.choice(NONE)
    table = ", ".join(f"{e} {open_mark}{names[e]}{close_mark}" for e in chosen)
    asked = {"remove": "delete all emoji and leave single blanks", "name": f"replace each emoji by its name: {table}",
             "list": f"return only the emoji in order, without blanks, or {missing} if there are none",
             "count": "return how many emoji there are, as a digit (0 if none)",
             "first": f"return the name of the first emoji ({table}), or {missing} if there is none"}[want]

    def pair(r):
        words = [r.choice(["ok", "hey", "well", "thanks", "so"]), w.first(r), r.choice(PEOPLE_WORK), "the", r.choice(w.ADJECTIVES),
                 r.choice(w.NOUNS),
                 "in", w.city(r), r.choice(["today", "now", "again", "finally"])]
        signs = [r.choice(chosen) for _ in range(0 if want in ("list", "count", "first") and r.random() < 0.15 else r.randint(1, 3))]
        pieces = list(words)
        for sign in signs:
            pieces.insert(r.randint(1, len(pieces)), sign)
        signs = [x for x in pieces if x in names]
        mapped = [f"{open_mark}{names[x]}{close_mark}" if x in names else x for x in pieces]
        answer = {"remove": " ".join(words), "name": " ".join(mapped), "list": "".join(signs) or missing, "count": str(len(signs)),
                  "first": f"{open_mark}{names[signs[0]]}{close_mark}" if signs else missing}[want]
        return " ".join(pieces), answer

    return Task(
        key=(want, table if want in ("name", "first") else "", missing if want in ("list", "first") else "",
             chosen if want in ("remove", "count") else ""), pair=pair,
        terse=[asked, f"chat message: {asked}"],
        casual=[f"{asked} - the message itself is short chat text", f"for this chat message please {asked}"],
        detailed=[f"The input is a chat message with emoji among its words. Do this: {asked}. Output nothing else.",
                  f"Treat the emoji of the message so: {asked}. The words are not changed."])


@core_family("easy")
def key_value_field_pick(r):
    """The value of one key of a line of pairs."""
    key = r.choice(FIELDS)
    link, said = r.choice([("=", "key=value"), (":", "key:value"), (" = ", "key = value"), (": ", "key: value"), ("->", "key->value"),
                           (" is ", "key is value")])
    sep = r.choice(["; ", ", ", " | ", ";", " / "])
    shape, show = r.choice([("value", "{v}"), ("key and value as KEY:VALUE, both in capitals", ""), ("value in double quotes", '"{v}"'),
                            ("value in capitals", "upper"), ("value, a blank and the key in brackets", "{v} ({k})")])
    missing = r.choice(NONE)
    shouted = r.random() < 0.25

    def pair(r):
        others = [k for k in FIELDS if k != key]
        keys = r.sample(others, r.randint(2, 4)) + [key] * (r.random() > 0.15)
        r.shuffle(keys)
        values = {k: field_value(r, k) for k in keys}
        v = values.get(key)
        text = sep.join(f"{k.upper() if shouted else k}{link}{values[k]}" for k in keys)
        if v is None:
            return text, missing
        return text, f"{key}:{v}".upper() if not show else v.upper() if show == "upper" else show.format(v=v, k=key)

    name = key.upper() if shouted else key
    return Task(
        key=(key, link, sep, shape, missing), pair=pair,
        terse=[f"{said} pairs: {shape} of {name}; no such key: {missing}",
               f"look up {name} in the {said} line -> {shape}, {missing} if absent"],
        casual=[f"find {name} in the line of {said} pairs and give me the {shape}. {missing} if it isn't there",
                f"what does it say for {name}? i want the {shape} (or {missing})"],
        detailed=[f"The input consists of {said} pairs. Return the {shape} for the key {name}. If the key does not occur, return "
                  f"{missing}.", f"Search the pairs ({said}) for {name} and output the {shape}. When there is no {name}, output "
                  f"{missing}."])


@core_family("medium")
def pairs_line_to_json(r):
    """A line of pairs as compact JSON with chosen keys."""
    keys = r.sample(FIELDS, r.randint(2, 3))
    link, said = r.choice([("=", "key=value"), (":", "key:value"), (" = ", "key = value")])
    missing, shown = r.choice([(None, "null"), ("", "an empty string"), ("-", "the string -"), (False, "false")])
    rename = r.random() < 0.35
    names = [k[:1] for k in keys] if rename and len(dict.fromkeys(k[0] for k in keys)) == len(keys) else keys
    listed = ", ".join(f"{n} (from {k})" if n != k else k for n, k in zip(names, keys))

    def pair(r):
        present = [k for k in keys if r.random() > 0.2] + r.sample([k for k in FIELDS if k not in keys], r.randint(1, 3))
        r.shuffle(present)
        values = {k: field_value(r, k) for k in present}
        return r.choice([" ", "; ", ", "]).join(f"{k}{link}{values[k]}".replace(" ", "_") if link != " = "
                                                else f"{k} = {values[k].replace(' ', '_')}" for k in present), compact_json(
            {n: values[k].replace(" ", "_") if k in values else missing for n, k in zip(names, keys)})

    return Task(
        key=(keys, names, link, missing), pair=pair, kind="json",
        terse=[f"{said} line -> compact JSON, keys {listed} in this order, all values strings; absent: {shown}",
               f"compact JSON of {listed} (string values, this order), {shown} if absent"],
        casual=[f"make one-line json without spaces from the pairs, only {listed}, in that order, values as strings. if one is missing put "
                f"{shown}", f"json (compact) with {listed} please - keep the order, strings only, {shown} for whatever is missing"],
        detailed=[f"From the {said} pairs build compact JSON with exactly these keys in this order: {listed}. Values are strings as "
                  f"written; a missing one becomes {shown}. Other pairs are dropped.",
                  f"Return a compact JSON object without blanks. Keys, in order: {listed}. Copy values as strings and use {shown} where "
                  f"the line has no such pair."])


@core_family("hard")
def small_table_cell(r):
    """A cell of a small table in one text."""
    sep, said = r.choice([(",", "commas"), ("|", "vertical bars"), (";", "semicolons"), ("\t", "tabs")])
    columns = ["name"] + r.sample([f for f in FIELDS if f not in ("owner",)], r.randint(2, 3))
    column = r.choice(columns[1:])
    how = r.choice(["row", "row", "max", "count"])
    number_column = next((c for c in columns if c in ("price", "floor", "phone")), None)
    if how == "max" and not number_column:
        how = "row"
    k = r.randint(1, 3)
    spoken = ["first", "second", "third"][k - 1]
    missing = r.choice(NONE)

    def pair(r):
        names = r.sample(w.FIRST, 4)
        size = 4 if how == "count" else 3 if how != "row" or k < 3 or r.random() < 0.75 else 2
        rows = [[name] + [field_value(r, c) for c in columns[1:]] for name in names[:size]]
        for row in rows[1:]:
            if how == "count" and r.random() < 0.5:
                row[columns.index(column)] = rows[0][columns.index(column)]
        lines = [sep.join(columns)] + [sep.join(row) for row in rows]
        at = columns.index(column)
        if how == "row":
            answer = rows[k - 1][at] if k <= size else missing
        elif how == "max":
            j = columns.index(number_column)
            answer = max(rows, key=lambda row: int(row[j]))[0]
        else:
            wanted = rows[0][at]
            answer = str(sum(row[at] == wanted for row in rows))
        return "\n".join(lines), answer

    asked = {"row": f"the {column} of the {spoken} data row (the header does not count), or {missing} if there is no such row",
             "max": f"the name in the row with the highest {number_column} (the first of equals)",
             "count": f"how many data rows, the first included, have the same {column} as the first data row"}[how]
    return Task(
        key=(sep, columns, how, column, k if how == "row" else 0, missing if how == "row" and k == 3 else ""), pair=pair,
        terse=[f"table with header, cells split by {said}: {asked}", f"return {asked}; columns are split by {said}"],
        casual=[f"small table, columns separated by {said}, header on top. tell me {asked}",
                f"from this table (cells separated by {said}) i need {asked}"],
        detailed=[f"The input is a table: a header line and data rows, with cells separated by {said}. Return {asked}.",
                  f"Read the table whose cells are separated by {said} and whose first line names the columns. Output {asked}."])


@core_family("medium")
def template_merge_fields(r):
    """A template filled with the values of its record."""
    a, b = r.choice([("{", "}"), ("{{", "}}"), ("<", ">"), ("%", "%"), ("[", "]"), ("$", ""), ("#", "#")])
    keep = r.random() < 0.5
    default = r.choice(["???", "n/a", "(unknown)", "-", "TBD"])
    slot = f"{a}name{b}"
    rule = "leave placeholders without a value as they are" if keep else f"write {default} for placeholders without a value"
    order = r.choice(["template first", "record first"])
    join = r.choice([" || ", "\n", " ### "])
    join = "\n" if a == "#" else join
    split = {" || ": "||", "\n": "a line break", " ### ": "###"}[join]

    def pair(r):
        keys = r.sample(FIELDS, 3)
        values = {k: field_value(r, k) for k in keys}
        unknown = r.choice([k for k in FIELDS if k not in keys])
        use = r.sample(keys, 2)
        if r.random() < 0.3:
            use[1] = unknown
        template = r.choice(["The {n} has {x} and {y} on its card.", "{n}: {x} / {y}", "Please note {x}, then {y} for the {n}.",
                             "{p} asks: is it {x} or {y}?", "{n} ({x}) goes to {p} with {y}", "Label: {x} - {y} - {n}"])
        rest = dict(n=r.choice(w.NOUNS), p=w.first(r))
        filled = [values.get(k, f"{a}{k}{b}" if keep else default) for k in use]
        record = "; ".join(f"{k}={v}" for k, v in values.items())
        text = template.format(x=f"{a}{use[0]}{b}", y=f"{a}{use[1]}{b}", **rest)
        return join.join([text, record] if order == "template first" else [record, text]), template.format(x=filled[0], y=filled[1], **rest)

    return Task(
        key=(a, b, keep, default if not keep else "", order, join), pair=pair,
        terse=[f"fill placeholders like {slot} from the key=value record ({order}, split by {split}); {rule}",
               f"mail merge: {slot} style template and record ({order}, {split} between); {rule}"],
        casual=[f"there's a template with things like {slot} and a record of key=value ({order}, {split} in between). fill it in; {rule}",
                f"replace every {slot} style placeholder by the record's value and return just the text. {order}, separator {split}; "
                f"{rule}"],
        detailed=[f"The input has a template and a record of key=value pairs ({order}), separated by {split}. Replace each placeholder "
                  f"such as {slot} by the value of that key and return the filled template only; {rule}.",
                  f"Merge the record into the template ({order}, {split} between them). Placeholders look like {slot}. Return the finished "
                  f"text; {rule}."])


@core_family("medium")
def courtesy_removed_from_message(r):
    """A message without its greeting and closing."""
    parts = r.choice(["greeting", "closing", "both", "both"])
    shape, show = r.choice([("as written", str), ("in lower case", str.lower), ("in capitals", str.upper),
                            ("without its final mark", lambda x: x[:-1]), ("in double quotes", lambda x: f'"{x}"'),
                            ("after the word Request and a colon", lambda x: f"Request: {x}"), ("in square brackets", lambda x: f"[{x}]")])
    what = {"greeting": "the greeting at the start (Hi, Dear ... with the name)",
            "closing": "the closing at the end (Thanks, Best regards ... with the name)",
            "both": "the greeting at the start and the closing at the end"}[parts]

    def pair(r):
        body = r.choice(["please send the {a} {n} to {c}.", "the {n} in {c} is {a} again!", "can you check the {a} {n}?",
                         "I lost the {n} near {c}.", "our {j} needs a new {n}.", "where is the {n} for {c}?",
                         "thanks to {p} the {n} works.", "tell {p} that the {n} is {a}."])
        body = body.format(a=r.choice(w.ADJECTIVES), n=r.choice(w.NOUNS), c=w.city(r), j=r.choice(w.JOBS), p=w.first(r))
        body = body[0].upper() + body[1:]
        hello = r.choice(["Hi {p},", "Hello {p},", "Dear {p},", "Good morning {p},", "Hey {p}!", "Dear team,", "Hi all,",
                          "Good evening,"]).format(p=w.first(r)) if r.random() < 0.85 else ""
        bye = r.choice(["Thanks, {p}", "Best regards, {p}", "Cheers, {p}", "Kind regards, {p}", "Many thanks!", "Bye, {p}", "Yours, {p}",
                        "Best wishes, {p}"]).format(p=w.first(r)) if r.random() < 0.85 or not hello else ""
        if "final mark" in shape and parts == "greeting" and bye[-1:] not in ("", "!"):
            bye = "Many thanks!"
        whole = " ".join(x for x in (hello, body, bye) if x)
        left = {"both": body, "greeting": " ".join(x for x in (body, bye) if x), "closing": " ".join(x for x in (hello, body) if x)}[parts]
        return whole, show(left)

    return Task(
        key=(parts, shape), pair=pair,
        terse=[f"remove {what}; rest {shape}", f"message minus {what}, {shape}"],
        casual=[f"take out {what} and give me what's left, {shape}", f"i don't need {what}. return the rest {shape}"],
        detailed=[f"The input is a short message. Delete {what}, if there is one, and return the remaining text {shape}.",
                  f"Return the message without {what}, where present. Write the remaining text {shape} and change nothing else."])


@core_family("easy")
def spacing_and_marks_tidied(r):
    """Untidy blanks and repeated marks cleaned up."""
    jobs = {"blanks": "reduce runs of blanks to one", "marks": "reduce repeated ! or ? to one",
            "comma": "no blank before commas, one after", "dots": "replace ... by one full stop",
            "underscores": "turn underscores into blanks", "caps": "capitalise the first letter"}
    chosen = sorted(r.sample(list(jobs), r.randint(2, 3)))
    asked = "; ".join(jobs[k] for k in chosen)

    def pair(r):
        head = [r.choice(["hello", "well", "sorry", "listen", "ok", "today"]), r.choice(["the", "this", "our"]), r.choice(w.ADJECTIVES),
                r.choice(w.NOUNS), r.choice(["is", "was", "stays"]), r.choice(["late", "here", "gone", "broken", "fine", "ready"]),
                r.choice(["in", "near", "for"]), w.city(r)]
        faulty = {k: r.random() < 0.75 for k in chosen}

        def blank():
            if faulty.get("blanks") and r.random() < 0.4:
                return " " * r.randint(2, 3)
            return "_" if faulty.get("underscores") and r.random() < 0.3 else " "

        comma = r.choice([" , ", " ,", ","]) if faulty.get("comma") else ", "
        mark = r.choice("!?") * r.randint(2, 4) if faulty.get("marks") else "..." if faulty.get("dots") else r.choice(".!?")
        text = head[0] + comma + head[1] + "".join(blank() + x for x in head[2:]) + mark
        result = text
        if "underscores" in chosen:
            result = result.replace("_", " ")
        if "blanks" in chosen:
            result = re.sub(" +", " ", result)
        if "comma" in chosen:
            result = re.sub(" *, *", ", ", result)
        if "marks" in chosen:
            result = re.sub(r"([!?])\1+", r"\1", result)
        if "dots" in chosen:
            result = result.replace("...", ".")
        if "caps" in chosen:
            result = result[0].upper() + result[1:]
        return text, result

    return Task(
        key=chosen, pair=pair,
        terse=[f"tidy: {asked}", f"{asked}; nothing else"],
        casual=[f"clean this up for me: {asked}. leave the rest", f"please tidy the line. {asked}. that's all, don't touch other things"],
        detailed=[f"Tidy up the text with these rules and no others: {asked}. Return the corrected line.",
                  f"Return the line after the following clean-up: {asked}. Everything the rules do not name remains, even if it looks "
                  f"wrong."])


@core_family("medium")
def config_line_setting(r):
    """The value of a settings line, minding comments and quotes."""
    comment, said = r.choice([("#", "# starts a comment"), (";", "; starts a comment"), ("//", "// starts a comment"),
                              ("--", "-- starts a comment")])
    link = r.choice(["=", ":", " ", "=>"])
    link_said = {"=": "an equals sign", ":": "a colon", " ": "a blank", "=>": "an arrow =>"}[link]
    want = r.choice(["value", "value", "name", "comment"])
    off, missing = r.choice(["disabled", "OFF", "commented out", "inactive", "skip"]), r.choice(NONE)
    asked = {"value": f"the value without quotes; {off} if the whole line is a comment",
             "name": f"the setting's name in lower case; {off} if the whole line is a comment",
             "comment": f"the comment text without the comment sign, or {missing} if there is no comment"}[want]

    def pair(r):
        name = "_".join(r.sample(["max", "min", "cache", "log", "user", "file", "port", "retry", "queue", "mail", "theme", "font", "path",
                                  "sync"], 2))
        name = name.upper() if r.random() < 0.4 else name
        value = r.choice([str(r.randint(1, 9000)), r.choice(["true", "false", "on", "auto"]), r.choice(w.COLORS), r.choice(w.NOUNS),
                          f"/{r.choice(w.NOUNS)}/{r.choice(w.NOUNS)}"])
        shown = f'"{value}"' if r.random() < 0.35 else value
        pad = " " if link != " " and r.random() < 0.5 else ""
        remark = r.choice(["set by {p}", "see {c} office", "was {n} before", "ask {p} first", "do not change", "default is {n}",
                           "for the {x}", "only in {c}"]).format(p=w.first(r), c=w.city(r), n=r.randint(2, 99), x=r.choice(w.NOUNS))
        line = f"{name}{pad}{link}{pad}{shown}"
        dead = r.random() < 0.18 and want != "comment"
        noted = r.random() < (0.82 if want == "comment" else 0.5)
        text = f"{comment} " * dead + line + f" {comment} {remark}" * noted
        if dead:
            return text, off
        return text, {"value": value, "name": name.lower(), "comment": remark if noted else missing}[want]

    return Task(
        key=(comment, link, want, off if want != "comment" else missing), pair=pair,
        terse=[f"settings line (name, {link_said}, value; {said}) -> {asked}",
               f"{said}; name and value split by {link_said}: return {asked}"],
        casual=[f"one line of a config file, {link_said} between name and value, {said}. give me {asked}",
                f"read this settings line ({said}, {link_said} as separator) and tell me {asked}"],
        detailed=[f"The input is one line of a configuration file: name, {link_said}, value, the value perhaps in double quotes; {said}. "
                  f"Return {asked}.", f"Parse the settings line. Name and value are separated by {link_said} and {said}. Output {asked}."])


@core_family("medium")
def bracket_notes_rewritten(r):
    """Notes in brackets of a line removed or moved."""
    a, b, name = r.choice([("(", ")", "round brackets"), ("[", "]", "square brackets"), ("{", "}", "curly brackets"),
                           ("<", ">", "angle brackets")])
    want, asked = r.choice([("drop", f"remove the notes in {name} with the brackets, leaving single blanks"),
                            ("end", f"move the note in {name} to the end of the line after a blank, a hyphen and a blank, without "
                             f"brackets"), ("front", f"move the note in {name} to the start, followed by a colon and a blank, without "
                                            f"brackets"), ("swap", f"turn the {name} into double quotes"),
                            ("comma", f"remove the {name} but keep the note between two commas: word, note, word"),
                            ("dash", f"remove the {name} and put the note between double hyphens: word --note-- word")])
    none = r.choice(["", " (no note: unchanged)"])

    def pair(r):
        note = r.choice([w.city(r), f"{r.randint(2, 90)} pcs", r.choice(w.COLORS), f"for {w.first(r)}", f"old {r.choice(w.NOUNS)}",
                         r.choice(w.WEEKDAYS), f"see {w.first(r)}", "urgent", "new"])
        left = f"{w.first(r)} {r.choice(PEOPLE_WORK)} the {r.choice(w.NOUNS)}"
        right = f"{r.choice(['at', 'near', 'before', 'without'])} the {r.choice(w.ADJECTIVES)} {r.choice(w.NOUNS)}"
        if none and r.random() < 0.2:
            return f"{left} {right}", f"{left} {right}"
        return f"{left} {a}{note}{b} {right}", {"drop": f"{left} {right}", "end": f"{left} {right} - {note}",
                                                "front": f"{note}: {left} {right}", "swap": f'{left} "{note}" {right}',
                                                "comma": f"{left}, {note}, {right}", "dash": f"{left} --{note}-- {right}"}[want]

    return Task(
        key=(name, want, none), pair=pair,
        terse=[f"{asked}{none}", f"rewrite the line: {asked}{none}"],
        casual=[f"please {asked}{none}", f"there's a note in the line. {asked}{none}, nothing more"],
        detailed=[f"The line may contain a note in {name}. Your task is this: {asked}{none}. All other text stays.",
                  f"Return the line after this change: {asked}{none}. Do not alter other words."])
