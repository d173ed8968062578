"""Core text processing: lists in a line, sorted, cleaned, cut, joined and rewritten."""
import words as w
from task import Task, compact_json, core_family

SEPARATORS = {"a comma": ",", "a comma and a blank": ", ", "a semicolon": ";", "a semicolon and a blank": "; ", "a vertical bar": "|",
              "a blank": " ", "a slash": "/", "' / '": " / ", "a plus sign": "+", "' | '": " | "}
POOLS = [w.NOUNS, w.ANIMALS, w.COLORS, w.CITIES, w.FIRST, w.COUNTRIES, w.ADJECTIVES]
LOWER_POOLS = [w.NOUNS, w.ANIMALS, w.COLORS, w.ADJECTIVES, w.FOODS]
NONE = ["none", "N/A", "-", "NONE", "(nothing)", "(none)", "n/a", "missing"]
SPOKEN = ["first", "second", "third", "fourth", "fifth"]


def single_words(r, low, high, pools=POOLS):
    pool = [x for x in r.choice(pools) if " " not in x]
    return r.sample(pool, r.randint(low, high))


def separators(r, count=1):
    return [(name, SEPARATORS[name]) for name in r.sample(list(SEPARATORS), count)]


@core_family("medium")
def sorted_list_line(r):
    """A list sorted by the order of the spec."""
    order, key, back = r.choice([("alphabetically from a to z", str.lower, False), ("alphabetically from z to a", str.lower, True),
                                 ("by length, shortest first (equal lengths keep their order)", len, False),
                                 ("by length, longest first (equal lengths keep their order)", lambda x: -len(x), False),
                                 ("by the last letter from a to z (equal ones keep their order)", lambda x: x[-1], False),
                                 ("as numbers, smallest first", int, False), ("as numbers, largest first", int, True)])
    (a, sep_in), (b, sep_out) = separators(r, 2)
    case = r.choice(["", "", " in capitals"]) if "numbers" not in order else ""

    def pair(r):
        items = [str(n) for n in r.sample(range(1, 1200), r.randint(3, 6))] if "numbers" in order else single_words(r, 3, 6)
        result = sep_out.join(sorted(items, key=key, reverse=back))
        return sep_in.join(items), result.upper() if case else result

    return Task(
        key=(order, a, b, case), pair=pair,
        terse=[f"sort {order}; output separator: {b}{case and ', in capitals'}",
               f"items separated by {a} -> sorted {order}{case}, joined with {b}"],
        casual=[f"please sort this list {order} and put {b} between the items{case and ', all in capitals'}",
                f"order the things here {order}. write them{case} with {b} as separator instead of {a}"],
        detailed=[f"The input is a list with {a} between the items. Sort the items {order} and return them{case}, separated by {b}.",
                  f"Return the same items sorted {order}. In the output use {b} between "
                  f"items{' and write them in capitals' if case else ''}. No item is lost."])


@core_family("medium")
def list_without_duplicates(r):
    """A list with repeated items removed."""
    (a, sep_in), (b, sep_out) = separators(r, 2)
    keep = r.choice(["first", "last"])
    fold = r.random() < 0.5
    show = r.choice(["list", "list", "removed"])
    missing = r.choice(NONE)
    same = "case is ignored but the kept item stays as written" if fold else "Lamp and lamp are different items"

    def pair(r):
        items = single_words(r, 3, 5, LOWER_POOLS)
        if r.random() < 0.85:
            for x in [r.choice(items) for _ in range(r.randint(1, 3))]:
                items.insert(r.randint(0, len(items)), r.choice([x, x, x.capitalize()]))
        kept, seen = [], []
        for x in items if keep == "first" else items[::-1]:
            k = x.lower() if fold else x
            if k not in seen:
                seen.append(k)
                kept.append(x)
        if keep == "last":
            kept.reverse()
        removed = len(items) - len(kept)
        return sep_in.join(items), sep_out.join(kept) if show == "list" else str(removed) if removed else missing

    asked = f"the rest in order, joined with {b}" if show == "list" else f"only how many were removed, or {missing}"
    return Task(
        key=(a, b, keep, fold, show, missing if show != "list" else ""), pair=pair,
        terse=[f"dedupe, {keep} of each stays ({same}); output {asked}", f"remove doubles, keep the {keep}; {same}; {asked}"],
        casual=[f"remove the doubles from this list, keep the {keep} one each time. {same}. give me {asked}",
                f"every item only once please: the {keep} occurrence stays, {same}. return {asked}"],
        detailed=[f"The input is a list separated by {a}. Remove duplicates so that of equal items only the {keep} remains; {same}. Return "
                  f"{asked}.", f"Deduplicate the list. Of each group of equal items keep the {keep} one ({same}). The output is {asked}."])


@core_family("easy")
def list_separator_changed(r):
    """A list with another separator, quotes or numbering."""
    (a, sep_in), (b, sep_out) = separators(r, 2)
    wrap, said = r.choice([("{x}", ""), ("'{x}'", ", each item in single quotes"), ('"{x}"', ", each item in double quotes"),
                           ("{i}. {x}", ", numbered like 1. lamp"), ("({x})", ", each item in round brackets"),
                           ("{i}){x}", ", numbered like 1)lamp"), ("#{x}", ", each item with # in front"),
                           ("<{x}>", ", each item in angle brackets")])
    trim = r.choice(["", " and drop the first item", " and drop the last item", ", in reverse order"])
    if trim and "{i}" in wrap:
        said = f"{trim}, the result{said[1:]}"
    else:
        said += trim

    def pair(r):
        items = single_words(r, 3, 7)
        used = {" and drop the first item": items[1:], " and drop the last item": items[:-1],
                ", in reverse order": items[::-1]}.get(trim, items)
        return sep_in.join(items), sep_out.join(wrap.format(i=i + 1, x=x) for i, x in enumerate(used))

    return Task(
        key=(a, b, wrap, trim), pair=pair,
        terse=[f"list with {a} -> separator {b}{said}", f"rejoin items with {b} (now {a}){said}"],
        casual=[f"the items are separated by {a}; i want {b} instead{said}", f"change the separator from {a} to {b}{said}"],
        detailed=[f"Split the input at {a} and join the items again with {b}{said}.",
                  f"Rewrite the list: the old separator is {a}, the new one is {b}{said}. Items stay as they are otherwise."])


@core_family("easy")
def items_into_sentence_list(r):
    """Bullets or a bare list as an enumeration in a sentence."""
    mark, said = r.choice([("- ", "hyphen bullets"), ("* ", "star bullets"), ("• ", "round bullets"), ("{i}. ", "numbers like 1."),
                           ("", "line breaks"), ("[ ] ", "empty check boxes"), ("+ ", "plus bullets")])
    word, oxford = r.choice(["and", "or", "and", "plus"]), r.random() < 0.4
    front = r.choice(["", "We need ", "Bring ", "Contents: ", "Please order ", "There are "])
    end = r.choice([".", "", "!"])
    rule = f"commas between items, {'a comma and ' if oxford else ''}the word {word} before the last"
    brief = f"commas, {'a comma and ' if oxford else ''}the word {word} before the last"
    two = f" (two items: A {word} B)" if oxford else ""
    whole = f"{'; begin with ' + repr(front.strip()) if front else ''}{'; end with ' + repr(end) if end else '; no end mark'}"

    def pair(r):
        items = single_words(r, 1, 5, [w.NOUNS, w.ANIMALS, w.FOODS]) if r.random() < 0.5 else [w.thing(r) for _ in range(r.randint(2, 4))]
        joined = (items[0] if len(items) == 1 else f"{items[0]} {word} {items[1]}" if len(items) == 2
                  else f"{', '.join(items[:-1])}{',' * oxford} {word} {items[-1]}")
        return "\n".join(mark.format(i=i + 1) + x for i, x in enumerate(items)), f"{front}{joined}{end}"

    return Task(
        key=(mark, word, oxford, front, end), pair=pair,
        terse=[f"{said} to one line, {brief}{two}{whole}", f"join lines: {brief}{two}{whole}"],
        casual=[f"turn this list ({said}) into running text: {rule}{two}{whole}",
                f"one sentence instead of the list please. {rule}{two}{whole}. the {said} go away"],
        detailed=[f"The input is a list with one item per line and {said}. Write the items on one line with {rule}{two}{whole}.",
                  f"Convert the lines into a single line of text without the {said}: {rule}{two}{whole}. A lone item stands by itself."])


@core_family("medium")
def number_ranges_expanded(r):
    """A list of numbers and ranges written out, or packed into ranges."""
    pack = r.random() < 0.5
    dash, dash_said = r.choice([("-", "hyphen"), ("..", "two dots"), (" to ", "the word to"), (":", "colon")])
    name, sep = r.choice([(n, s) for n, s in SEPARATORS.items()
                          if n in ("a comma", "a comma and a blank", "a semicolon", "a blank", "a slash")])
    if dash == " to " and sep == " ":
        name, sep = "a comma", ","
    shortest = r.choice([2, 3])

    def pair(r):
        numbers, at = [], r.randint(1, 60)
        for _ in range(r.randint(2, 4)):
            size = r.choice([1, 1, 2, 3, 4, 5])
            numbers.append(list(range(at, at + size)))
            at += size + r.randint(1, 20)
        runs = []
        for run in numbers:
            runs += [f"{run[0]}{dash}{run[-1]}"] if len(run) >= shortest else map(str, run)
        short, long = sep.join(runs), sep.join(str(n) for run in numbers for n in run)
        return (long, short) if pack else (short, long)

    need = f"at least {shortest} consecutive numbers"
    if pack:
        return Task(
            key=(pack, dash, name, shortest), pair=pair,
            terse=[f"pack {need} into FIRST{dash}LAST, keep others, separator {name}",
                   f"numbers -> ranges with {dash_said} for {need}; separator {name}"],
            casual=[f"shorten the number list: write {need} as a range like 4{dash}9, leave the rest, {name} between entries",
                    f"collapse runs. {need} become 4{dash}9 style, everything else stays single, separated by {name}"],
            detailed=[f"The input is an ascending list of numbers. Replace every run of {need} by its first and last number joined by "
                      f"{dash_said}, like 4{dash}9. Other numbers stay. Separate the entries by {name}.",
                      f"Compress the list: each maximal run of {need} becomes FIRST{dash}LAST; shorter runs remain single numbers. Entries "
                      f"are separated by {name}."])
    return Task(
        key=(pack, dash, name, 0), pair=pair,
        terse=[f"write out ranges like 4{dash}7 as single numbers, separator {name}",
               f"expand {dash_said} ranges; all numbers separated by {name}"],
        casual=[f"4{dash}7 means 4, 5, 6 and 7. write out all numbers of the list with {name} between them",
                f"please list every number in these ranges ({dash_said} = from-to), using {name} as separator"],
        detailed=[f"The input has numbers and ranges like 4{dash}7, separated by {name}. Expand each range to all its numbers, both ends "
                  f"included, and keep the order and the separator.",
                  f"Replace every range FIRST{dash}LAST by the full series of whole numbers from first to last. Separate all numbers by "
                  f"{name}."])


@core_family("medium")
def two_lists_combined(r):
    """What two lists share, or how they differ."""
    rule, combine = r.choice([("items in both lists, in the order of the first", lambda a, b: [x for x in a if x in b]),
                              ("items that are only in the first list", lambda a, b: [x for x in a if x not in b]),
                              ("items that are only in the second list", lambda a, b: [x for x in b if x not in a]),
                              ("all items of both lists, each once, first list first", lambda a, b: list(dict.fromkeys(a + b))),
                              ("items in exactly one of the lists, first list first", lambda a,
                               b: [x for x in a if x not in b] + [x for x in b if x not in a]),
                              ("items taken in turns from the first and the second list, the rest of the longer one at the end", lambda a,
                               b: [x for i in range(max(len(a), len(b))) for x in a[i:i + 1] + b[i:i + 1]])])
    (name, sep), = separators(r, 1)
    count = r.random() < 0.2 and "turns" not in rule
    missing = r.choice(NONE)
    join_said = "only their number (0 if none)" if count else f"joined with {name}" + ("" if "all items" in rule or "turns" in rule
                                                                                        else f", {missing} if there are none")

    def pair(r):
        pool = single_words(r, 6, 8)
        a = pool[:r.randint(2, 4)]
        b = pool[4:4 + r.randint(2, 4)] + r.sample(a, r.choice([0, 1, 1, 2]) if len(a) > 1 else 0)
        if "turns" in rule:
            b = [x for x in b if x not in a]
        elif r.random() < 0.15:
            b = list(a)
        r.shuffle(b)
        found = combine(a, b)
        text = r.choice(["A: {a} B: {b}", "first: {a}; second: {b}", "{a} | {b}", "{a} -- {b}", "have {a}; want {b}",
                         "old = {a} / new = {b}"]).format(a=", ".join(a), b=", ".join(b))
        return text, str(len(found)) if count else sep.join(found) or missing

    return Task(
        key=(rule, name, count, missing), pair=pair,
        terse=[f"two lists -> {rule}; {join_said}", f"{rule}: {join_said}"],
        casual=[f"compare the two comma-separated lists and give me the {rule} - {join_said}",
                f"i have two lists here. {rule}, {join_said}"],
        detailed=[f"The input holds two comma-separated lists. Determine the {rule}. Output {join_said}.",
                  f"From the first and the second list build this: {rule}. Write {join_said if count else 'the result ' + join_said}."])


@core_family("medium")
def list_edited_by_position(r):
    """One item of a list inserted, removed, replaced or moved by position."""
    k = r.randint(1, 3)
    back = r.random() < 0.35
    place = f"{SPOKEN[k - 1]} item" + (" from the end" if back else "")
    new = r.choice(w.FOODS + w.NOUNS)
    op = r.choice(["remove", "replace", "insert", "front", "end", "double", "upper", "keep"])
    (name, sep), = separators(r, 1)
    task = {"remove": f"remove the {place}", "replace": f"replace the {place} by {new}", "insert": f"insert {new} right before the {place}",
            "front": f"move the {place} to the front", "end": f"move the {place} to the end",
            "double": f"write the {place} twice in a row", "upper": f"put the {place} in capitals",
            "keep": f"keep everything up to and including the {place} and drop the rest"}[op]

    def pair(r):
        items = single_words(r, 4, 6)
        text, i = sep.join(items), (len(items) - k if back else k - 1)
        x = items[i]
        result = {"remove": items[:i] + items[i + 1:], "replace": items[:i] + [new] + items[i + 1:],
                  "insert": items[:i] + [new] + items[i:], "front": [x] + items[:i] + items[i + 1:], "end": items[:i] + items[i + 1:] + [x],
                  "double": items[:i] + [x, x] + items[i + 1:], "upper": items[:i] + [x.upper()] + items[i + 1:], "keep": items[:i + 1]}[op]
        return text, sep.join(result)

    return Task(
        key=(task, name), pair=pair,
        terse=[f"list with {name}: {task}, same separator", f"{task}; keep {name} as separator"],
        casual=[f"take this list and {task}. it's separated by {name}, keep that",
                f"please {task} and give me the list back the same way ({name} between items)"],
        detailed=[f"The input is a list separated by {name}. Your edit: {task}. Return the whole list with the same separator.",
                  f"Edit the list as follows: {task}. All else remains, and items stay separated by {name}."])


@core_family("medium")
def list_filtered_by_test(r):
    """The items of a priced or sized list over or under a limit."""
    limit, over = r.choice(range(10, 100, 5)), r.random() < 0.5
    shape = r.choice(["names", "entries", "count"])
    (name, sep), = separators(r, 1)
    missing = r.choice(NONE)
    test = f"{'more' if over else 'less'} than {limit}"
    asked = {"names": f"their names joined with {name}, or {missing} if there are none",
             "entries": f"their entries as written joined with {name}, or {missing} if there are none",
             "count": "only how many there are (0 if none)"}[shape]

    def pair(r):
        names = single_words(r, 3, 5)
        hard = r.random() < 0.12
        values = [r.choice([r.randint(1, limit - 1), r.randint(limit + 1, 2 * limit), limit]) for _ in names]
        if hard:
            values = [r.randint(1, limit) if over else r.randint(limit, 2 * limit) for _ in names]
        style, gap = r.choice(["{x} {v}", "{x}={v}", "{x}: {v}", "{x} ({v})"]), r.choice([", ", "; "])
        entries = [style.format(x=x, v=v) for x, v in zip(names, values)]
        good = [i for i, v in enumerate(values) if (v > limit if over else v < limit)]
        if shape == "count":
            return gap.join(entries), str(len(good))
        return gap.join(entries), sep.join((names if shape == "names" else entries)[i] for i in good) or missing

    return Task(
        key=(limit, over, shape, name, missing), pair=pair,
        terse=[f"items with a number {test}: {asked}", f"filter for values {test} and return {asked}"],
        casual=[f"which items have {test}? give me {asked}", f"keep the ones with {test} ({limit} itself doesn't count). i want {asked}"],
        detailed=[f"Every item of the list has a number. Select the items whose number is {test}; {limit} itself does not qualify. Return "
                  f"{asked}, in list order.", f"Go through the list and take all items with {test}. The output is {asked}. Order stays as "
                  f"in the list."])


@core_family("medium")
def missing_number_of_series(r):
    """The number that a series leaves out."""
    step = r.choice([1, 1, 2, 3, 5, 10])
    label, said = r.choice([("{n}", "the number alone"), ("missing {n}", "the word missing, a blank and the number"),
                            ("#{n}", "# and the number"), ("no. {n}", "no., a blank and the number"),
                            ("<{n}>", "the number in angle brackets")])
    complete = r.choice(["complete", "none", "OK", "full", "-", "all there"])
    falling = r.random() < 0.25
    kind = f"{'counts down' if falling else 'goes up'} in steps of {step}"

    def pair(r):
        start, size = r.randint(1, 300), r.randint(5, 9)
        numbers = [start + step * i for i in range(size)]
        if falling:
            numbers.reverse()
        answer = complete
        if r.random() < 0.8:
            answer = label.format(n=numbers.pop(r.randint(1, size - 2)))
        return (f"{r.choice(['seats', 'pages', 'rooms', 'invoices', 'tickets', 'lockers', 'rows', 'boxes', 'cards'])} "
                f"{r.choice([', ', ' ', '; ']).join(map(str, numbers))}", answer)

    return Task(
        key=(step, label, complete, falling), pair=pair,
        terse=[f"series {kind}; give the one left out as {said}; nothing left out: {complete}",
               f"which number is missing ({kind})? {said}, or {complete} if none"],
        casual=[f"the numbers should be a series that {kind}. tell me which is missing, as {said}, or say {complete}",
                f"find the gap in the series ({kind}) and write {said}. no gap = {complete}"],
        detailed=[f"The list of numbers {kind}, but one number between the ends may be left out. Return that number as {said}. If there is "
                  f"no gap, return {complete}.", f"Check a series that {kind}. Should an inner number be missing, output {said}; otherwise "
                  f"output {complete}."])


@core_family("hard")
def items_grouped_as_json(r):
    """Items of a list grouped by something, as compact JSON."""
    by = r.choice(["first letter", "length", "color", "tag"])
    count = r.random() < 0.5
    content = "the number of its items" if count else "the array of its items in list order"
    order = r.choice(["in order of first appearance", "sorted as text"])
    key_of = {"first letter": "the first letter", "length": "the number of letters (as a string)",
              "color": "the colour word before the item", "tag": "the word after the slash behind the item"}[by]

    def pair(r):
        if by in ("color", "tag"):
            tags = r.sample(w.COLORS if by == "color" else ["new", "old", "sold", "open", "lost", "spare", "home", "work", "east", "west"],
                            r.randint(2, 3))
            pairs = [(r.choice(tags), noun) for noun in r.sample(w.NOUNS, r.randint(3, 6))]
            texts = [f"{t} {n}" if by == "color" else f"{n}/{t}" for t, n in pairs]
        else:
            keep = r.sample("bcdfglmprst" if by == "first letter" else (3, 4, 5, 6, 7), r.randint(2, 3))
            pool = [x for x in w.NOUNS if (x[0] if by == "first letter" else len(x)) in keep]
            nouns = r.sample(pool, min(len(pool), r.randint(3, 6)))
            pairs = [(n[0] if by == "first letter" else str(len(n)), n) for n in nouns]
            texts = nouns
        groups = {}
        for k, n in pairs:
            groups.setdefault(k, []).append(n)
        keys = list(groups) if "appearance" in order else sorted(groups)
        return ", ".join(texts), compact_json({k: len(groups[k]) if count else groups[k] for k in keys})

    return Task(
        key=(by, count, order), pair=pair, kind="json",
        terse=[f"compact JSON, key: {key_of}, value: {content}, keys {order}",
               f"group by {key_of}; compact JSON of {content}, keys {order}"],
        casual=[f"group this list by {key_of} and give me json without spaces, keys {order}, the value is {content}",
                f"json please (compact): for each group, where the group is {key_of}, show {content}. keys {order}"],
        detailed=[f"Group the comma-separated items by {key_of}. Return compact JSON without blanks: one key per group, {order}, whose "
                  f"value is {content}.", f"Build a compact JSON object from the list. Each key is {key_of}; its value is {content}. The "
                  f"keys stand {order}."])


@core_family("easy")
def list_item_neighbour(r):
    """The item before or after a marked one in a circular or plain list."""
    side = r.choice(["after", "before"])
    circular = r.random() < 0.5
    missing = r.choice(NONE)
    mark, said = r.choice([("*{x}", "a star in front"), ("[{x}]", "square brackets"), ("{x}!", "an exclamation mark"),
                           (">{x}<", "angle signs around it"), ("{x} (here)", "the note (here)"), ("={x}=", "equals signs around it")])
    edge = "the list wraps around" if circular else f"if there is none, {missing}"
    case, show = r.choice([("as it is", str), ("in capitals", str.upper), ("with an arrow -> in front", lambda x: f"-> {x}"),
                           ("in lower case", str.lower)])

    def pair(r):
        items = single_words(r, 4, 7)
        at = r.randrange(len(items))
        to = at + (1 if side == "after" else -1)
        texts = [mark.format(x=x) if i == at else x for i, x in enumerate(items)]
        inside = 0 <= to < len(items)
        return r.choice([", ", " / ", " > ", "; "]).join(texts), show(items[to % len(items)]) if circular or inside else missing

    return Task(
        key=(side, circular, mark, case, missing if not circular else ""), pair=pair,
        terse=[f"item {side} the marked one ({said}), {case}; {edge}",
               f"the mark is {said}: return the item right {side} it {case}; {edge}"],
        casual=[f"one item is marked with {said}. which one comes right {side} it? write it {case}; {edge}",
                f"give me the item directly {side} the one with {said}, {case}. {edge}"],
        detailed=[f"In the list one item is marked by {said}. Return the item directly {side} it, {case}; {edge}.",
                  f"Find the item that has {said} and output its neighbour directly {side} it, {case}. Rule for the edge of the list: "
                  f"{edge}."])
