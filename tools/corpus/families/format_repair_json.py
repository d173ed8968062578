"""Format repair: broken JSON of several kinds, and notations that should have been JSON."""
import json
import words as w
from task import Task, family

TAGS = "alpha beta gamma delta red blue green old new hot cold left right top low".split()
SPEECH = ["I could not find anything about {}.", "The {} is not in the list, sorry.", "Please ask {} for the data.",
          "No record for {}, try again later.", "{} has nothing to report today.", "Could you repeat that for {}?",
          "There was an error with {}.", "The request for {} took too long."]


def pick(*words):
    """A generator of one of these words."""
    return lambda r: r.choice(words)


def number(low, high):
    """A generator of a whole number."""
    return lambda r: r.randint(low, high)


def flag(r):
    """true or false"""
    return r.random() < 0.5


FIELDS = {
    "name": w.person, "owner": w.first, "city": w.city, "note": w.thing, "item": w.product, "firm": w.company, "email": w.email,
    "title": w.thing, "country": w.country,
    "color": pick(*w.COLORS), "job": pick(*w.JOBS), "day": pick(*w.WEEKDAYS), "month": pick(*w.MONTHS), "food": pick(*w.FOODS),
    "service": pick(*w.SERVICES), "animal": pick(*w.ANIMALS),
    "status": pick("open", "closed", "new", "late"), "unit": pick("kg", "m", "pcs", "box"), "id": number(100, 99999),
    "count": number(0, 99), "age": number(1, 99), "year": number(1990, 2030),
    "floor": number(0, 30), "score": number(0, 100), "price": lambda r: r.randint(1, 4000) / 4, "weight": lambda r: r.randint(1, 400) / 4,
    "active": flag, "paid": flag, "public": flag,
    "tags": lambda r: r.sample(TAGS, r.choice([1, 2])), "levels": lambda r: [r.randint(1, 9) for _ in range(r.choice([1, 2, 3]))]}


def record(r, low=2, high=4, null=True):
    """An object with a few keys, the first of them not null."""
    names = r.sample(sorted(FIELDS), r.randint(low, high))
    return {name: None if null and at and r.random() < 0.15 else FIELDS[name](r) for at, name in enumerate(names)}


class Output:
    """How repaired JSON is written: drawn once a task."""

    def __init__(self, r, none=True):
        self.spaced, self.sorted = r.random() < 0.35, r.random() < 0.4
        self.drop = none and r.random() < 0.4
        self.bad = r.choice(["INVALID", "null", "{}", "error", "not json", "NO_DATA", "broken", "-"])
        self.key = (self.spaced, self.sorted, self.drop, self.bad)
        said = ["JSON with blanks after colons and commas" if self.spaced else "compact JSON"]
        said += ["keys sorted"] if self.sorted else ["keys in given order"] if r.random() < 0.5 else []
        said += ["no null entries"] if self.drop else []
        self.said = ", ".join(said)

    def write(self, data):
        if isinstance(data, dict) and self.drop:
            data = {key: item for key, item in data.items() if item is not None}
        return json.dumps(data, ensure_ascii=False, sort_keys=self.sorted, separators=(", ", ": ") if self.spaced else (",", ":"))

    def speech(self, r):
        """A text without any object, and its answer."""
        return r.choice(SPEECH).format(r.choice([w.person(r), w.thing(r), w.company(r)])), self.bad


def literal(data, quote):
    """The value with this quote around texts, otherwise as JSON."""
    if isinstance(data, str):
        return quote + data + quote
    if isinstance(data, list):
        return "[" + ", ".join(literal(item, quote) for item in data) + "]"
    return json.dumps(data)


@family(area="repair", theme="format repair", difficulty="medium")
def json_with_loose_quotes(r):
    """Objects with bare keys and single or curly quotes."""
    out = Output(r)

    def pair(r):
        if r.random() < 0.12:
            return out.speech(r)
        data, quote = record(r), r.choice(["'", "'", "`", '"'])
        around = r.choice(["", "", quote if quote != '"' else "'"])
        blank = r.choice(["", " "])
        return "{" + ", ".join(f"{around}{key}{around}:{blank}{literal(item, quote)}" for key, item in data.items()) + "}", out.write(data)

    return Task(
        key=out.key, pair=pair,
        terse=[f"fix the quotes of keys and texts -> {out.said}; no object: {out.bad}",
               f"bare or misquoted keys/texts -> {out.said}; {out.bad} if there is no object"],
        casual=[f"somebody typed JSON with bare keys and wrong quotes. give me proper {out.said}, or {out.bad} if it isn't an object at "
                "all",
                f"put double quotes round all keys and texts and hand back {out.said}. plain sentences: {out.bad}"],
        detailed=["The input looks like a JSON object, but keys may be unquoted and quotes may be of the wrong kind. Write it as valid "
                  f"{out.said}. If the input contains no object, write {out.bad}.",
                  "Repair the quoting of an object: every key and every text value needs double quotes; numbers, true, false and null "
                  f"stay bare. Output {out.said}. For an input without an object output {out.bad}."])


@family(area="repair", theme="format repair", difficulty="medium")
def json_without_commas(r):
    """Objects in which commas between entries are missing or doubled."""
    out = Output(r)

    def pair(r):
        if r.random() < 0.12:
            return out.speech(r)
        data = record(r)
        parts = [f"{json.dumps(key)}:{r.choice(['', ' '])}{json.dumps(item, ensure_ascii=False)}" for key, item in data.items()]
        text = parts[0]
        for part in parts[1:]:
            text += r.choice([" ", " ", "\n", ",", ",,", "; ", " , "]) + part
        return "{" + text + "}", out.write(data)

    return Task(
        key=out.key, pair=pair,
        terse=[f"object with missing, doubled or wrong separators -> {out.said}; no object: {out.bad}",
               f"repair the commas of the object, give {out.said}; {out.bad} without an object"],
        casual=[f"the commas in this object are a mess (absent, twice, or semicolons). write it as {out.said}. if there's no object: "
                f"{out.bad}",
                f"between the entries there should be exactly one comma. fix that, {out.said} please, {out.bad} for plain text"],
        detailed=["In the JSON object of the input the commas between the entries may be missing, doubled, or replaced by semicolons. "
                  f"Return the object as {out.said}. If there is no object in the input, return {out.bad}.",
                  f"Read the keys and values and write the object anew as {out.said}; only the separators between entries are wrong. An "
                  f"input that is just a sentence gives {out.bad}."])


@family(area="repair", theme="format repair", difficulty="hard")
def json_cut_off(r):
    """Objects whose end is missing."""
    out = Output(r, none=False)
    keep = r.random() < 0.5
    wrap = r.random() < 0.4
    nested = r.choice(["items", "data", "rows", "result", "list"])

    def pair(r):
        if r.random() < 0.1:
            return out.speech(r)
        data = record(r, 2, 4, null=False)
        data.popitem()
        last = r.choice([name for name in ("name", "note", "item", "firm", "title", "country", "job", "service") if name not in data])
        data[last] = FIELDS[last](r)
        keys = list(data)
        kind = r.choice(["complete", "comma", "string", "key"])
        text = "{" + ",".join(f"{json.dumps(key)}:{json.dumps(data[key], ensure_ascii=False, separators=(',', ':'))}" for key in keys)
        if kind == "comma":
            text += ","
        elif kind in ("string", "key"):
            start = text.rindex(":") + 1
            item = data.pop(last)
            cut = r.randint(1, len(item) - 1)
            text = text[:start]
            if kind == "string":
                text += '"' + item[:cut].rstrip()
            if keep:
                data[last] = item[:cut].rstrip() if kind == "string" else None
        if wrap:
            return f'{{"{nested}":[' + text, out.write({nested: [data]})
        return text, out.write(data)

    rule = "unfinished text ends where it stops, a key without value gets null" if keep else "an unfinished last entry is dropped"
    return Task(
        key=(out.key, keep, wrap, nested if wrap else ""), pair=pair,
        terse=[f"cut-off JSON -> closed {out.said}; {rule}; no JSON: {out.bad}",
               f"close open JSON, {out.said}; {rule}; {out.bad} without object"],
        casual=[f"the JSON was cut off at the end. close it so that it is valid, as {out.said}. {rule}. not JSON at all: {out.bad}",
                f"finish this truncated object: {rule}. write {out.said}, or {out.bad} when the input has no object"],
        detailed=[f"A JSON object lost its end. Return it with all open brackets closed, as {out.said}; {rule}. A comma at the end is "
                  f"removed. An input without an object gives {out.bad}.",
                  f"Complete a truncated JSON document so that it parses. Rules: {rule}; a dangling comma disappears; missing brackets are "
                  f"added. Output {out.said}. If the input is only a sentence, output {out.bad}."])


@family(area="repair", theme="format repair", difficulty="medium")
def python_literal_as_json(r):
    """A printed Python dict as JSON."""
    out = Output(r)
    pack = r.choice(["list", "list", "text"])

    def pair(r):
        if r.random() < 0.12:
            return out.speech(r)
        data = record(r)
        if r.random() < 0.5:
            data[list(data)[-1]] = r.choice([True, False, None])
        shown = {key: tuple(item) if isinstance(item, list) and len(item) > 1 else item for key, item in data.items()}
        if pack == "text":
            data = {key: " ".join(map(str, item)) if isinstance(item, list) else item for key, item in data.items()}
        return r.choice(["{}", "{}", "dict: {}", "data = {}", ">>> {}"]).replace("{}", repr(shown)), out.write(data)

    rule = "lists and tuples become arrays" if pack == "list" else "lists and tuples become one text, joined by blanks"
    return Task(
        key=(out.key, pack), pair=pair,
        terse=[f"Python dict -> {out.said}; {rule}; no dict: {out.bad}", f"{out.said} for the printed dict ({rule}), else {out.bad}"],
        casual=[f"this is what Python printed. I need {out.said}, so True, None and single quotes have to go; {rule}. no dict there? "
                f"{out.bad}", f"translate the dict to {out.said}. {rule}. if the line has no dict: {out.bad}"],
        detailed=[f"The input shows a Python dict. Write it as {out.said}, with true, false, null and double quotes; {rule}. If there is "
                  f"no dict in the input, write {out.bad}.",
                  f"Convert Python's notation to {out.said}: True, False and None become true, false and null, quotes become double "
                  f"quotes, and {rule}. Text without a dict gives {out.bad}."])


@family(area="repair", theme="format repair", difficulty="medium")
def json_with_comments(r):
    """Configuration files with comments and trailing commas."""
    out = Output(r)
    marks = r.choice([["//"], ["#"], ["//", "/*"], ["--"], [";"]])

    def comment(r):
        words = " ".join(w.words(r, 1, 3))
        mark = r.choice(marks)
        return f"/* {words} */" if mark == "/*" else f"{mark} {words}"

    def pair(r):
        if r.random() < 0.1:
            return out.speech(r)
        data = record(r, 2, 3)
        if r.random() < 0.3:
            data["link"] = f"https://{r.choice(w.NOUNS)}.{r.choice(w.DOMAINS)}"
        lines = ["{"]
        for at, (key, item) in enumerate(data.items()):
            comma = "," if at < len(data) - 1 or r.random() < 0.6 else ""
            lines.append(f"  {json.dumps(key)}: {json.dumps(item, ensure_ascii=False)}{comma}" + (f" {comment(r)}" if r.random() < 0.5 else
                ""))
            if r.random() < 0.2:
                lines.append("  " + comment(r))
        return "\n".join(lines + ["}"]), out.write(data)

    shown = " and ".join("/* */" if mark == "/*" else mark for mark in marks)
    return Task(
        key=(out.key, marks), pair=pair,
        terse=[f"strip {shown} comments and trailing commas -> {out.said}; no object: {out.bad}",
               f"drop {shown} comments and a last comma: {out.said}; no object: {out.bad}"],
        casual=[f"my config has comments ({shown}) and sometimes a comma after the last entry. make it {out.said}; {out.bad} if there's no "
                "object in it",
                f"turn this relaxed config into {out.said}: no {shown} comments, no trailing comma. for text without an object say "
                f"{out.bad}"],
        detailed=[f"The input is a configuration object with comments that are written with {shown} and possibly a comma after the last "
                  f"entry. Remove both and return {out.said}. Texts inside quotes stay as they are. "
                  f"If there is no object, return {out.bad}.",
                  f"Write the object as {out.said}. Everything that a comment mark ({shown}) outside quotes introduces is not part of the "
                  f"data, and a trailing comma is to be dropped. No object: {out.bad}."])


@family(area="repair", theme="format repair", difficulty="medium")
def json_inside_chatter(r):
    """The object inside the talk of a chat model."""
    out = Output(r, none=False)
    which = r.choice(["first", "last"])

    def pair(r):
        if r.random() < 0.12:
            return out.speech(r)
        objects = [record(r, 1, 2, null=False) for _ in range(r.choice([1, 1, 2]))]
        shown = [json.dumps(data, ensure_ascii=False, indent=r.choice([None, None, 1])) for data in objects]
        if r.random() < 0.4:
            shown = [f"```json\n{text}\n```" for text in shown]
        opening = r.choice(["Sure! Here is the JSON:", "Of course, {}.", "I looked at {} and got this:", "Result for {}:", "Here you go -",
                            "As requested by {}:"])
        closing = r.choice(["", "", "Let me know if {} needs more.", "Hope that helps!", "(I was not sure about {}.)", "Have a nice day."])
        between = r.choice(["or, if you prefer,", "and then", "the next one is", "compare:"])
        parts = [opening.replace("{}", w.first(r)), shown[0], *([between, shown[1]] if len(shown) > 1 else []),
                 closing.replace("{}", w.first(r))]
        text = r.choice([" ", "\n"]).join(part for part in parts if part)
        return text, out.write(objects[0 if which == "first" else -1])

    return Task(
        key=(out.key, which), pair=pair,
        terse=[f"extract the {which} JSON object of the reply as {out.said}; none: {out.bad}",
               f"reply text -> its {which} object, {out.said}; {out.bad} if it has none"],
        casual=[f"the model talks too much. I only want the {which} JSON object in there, as {out.said}. if there is none: {out.bad}",
                f"drop the chatter and the code fences and give me the {which} object, written as {out.said}; {out.bad} if you see no "
                "object"],
        detailed=["The input is the reply of a chat model with one or more JSON objects in it, perhaps in code fences. Return only the "
                  f"{which} object, as {out.said}. If the reply contains no object, return {out.bad}.",
                  f"Find the {which} JSON object in a text and output it alone: {out.said}, without fences or comments. A text without an "
                  f"object gives {out.bad}."])


@family(area="repair", theme="format repair", difficulty="medium")
def glued_objects_to_array(r):
    """Several objects without a list around them."""
    out = Output(r, none=False)
    limit = r.choice([None, 1, 2])
    shape = r.choice(["array", "lines", "array"])

    def pair(r):
        if r.random() < 0.1:
            return out.speech(r)
        objects = [record(r, 1, 2, null=False) for _ in range(r.choice([1, 2, 2, 3]))]
        joint = r.choice(["", " ", "\n", ",", ", "])
        kept = objects[:limit]
        text = joint.join(json.dumps(data, ensure_ascii=False, separators=r.choice([(",", ":"), (", ", ": ")])) for data in objects)
        return text, out.write(kept) if shape == "array" else "\n".join(out.write(data) for data in kept)

    what = "one array" if shape == "array" else "one object a line"
    first = f"; only the first {limit}" if limit and limit > 1 else "; only the first" if limit else ""
    return Task(
        key=(out.key, limit, shape), pair=pair,
        terse=[f"glued JSON objects -> {what}, {out.said}{first}; no object: {out.bad}",
               f"make {what} of the objects{first}; {out.said}; {out.bad} if none"],
        casual=[f"these objects were written one after the other without brackets. I want {what}, {out.said}{first}. no object in there: "
                f"{out.bad}", f"collect the objects into {what}{first}. format: {out.said}. just a sentence? {out.bad}"],
        detailed=[f"The input holds JSON objects one after another, with or without something between them. Write them as {what} "
                  f"({out.said}){first}. If there is no object, write {out.bad}.",
                  f"Turn a row of JSON objects into {what}, keeping their order{first}. Style: {out.said}. If the input is a sentence "
                  f"without objects, the output is {out.bad}."])
