"""Core text processing, held out: filing, fitting, cutting and balancing tasks of other kinds."""
import words as w
from task import Task, core_family, options, pick_labels

TITLE_HEADS = """garden,river,clock,letter,lantern,captain,winter,harbour,mirror,orchard,island,summer,bridge,night,kitchen,forest,
stranger,wedding,journey,queen,doctor,island,photograph,uncle,village,tailor,ocean,elephant,umbrella,yellow house,zoo,apple,balloon,
desert,end,valley,postman,kingdom,jungle,teacher""".replace("\n", "").split(",")
RECIPE = ["flour", "sugar", "butter", "milk", "rice", "lentils", "cream", "cheese", "potatoes", "carrots", "oats", "honey", "spinach",
          "beans", "noodles", "mushrooms", "tomatoes", "stock", "peas", "yogurt", "almonds", "raisins", "leeks", "pumpkin"]
STOCK = """apples,pens,tickets,chairs,coins,stamps,bottles,eggs,cards,books,keys,plates,candles,balloons,bricks,lamps,shirts,towels,
marbles,cookies,masks,batteries,lemons,forks,ropes,tapes,buttons,badges,cups,bags""".replace("\n", "").split(",")


@core_family("medium")
def filing_drawer_for_entry(r):
    """The drawer of an alphabetical file that an entry belongs in."""
    cuts = r.choice([("F", "M", "S"), ("H", "P"), ("D", "K", "R"), ("G", "N"), ("E", "L", "T"), ("C", "I", "P")])
    labels = pick_labels(r, [("1", "2", "3", "4"), ("red", "blue", "green", "white"), ("north", "east", "south", "west"),
                             ("TOP", "UPPER", "LOWER", "BASE"), ("box-a", "box-b", "box-c", "box-d")])[:len(cuts) + 1]
    by = r.choice(["title", "last", "title"])
    bounds = ("A",) + tuple(chr(ord(c) + 1) for c in cuts)
    ends = cuts + ("Z",)
    table = ", ".join(f"{a}-{b} {label}" for a, b, label in zip(bounds, ends, labels))
    skip = r.random() < 0.7
    key_said = ("the first word of the title" + (", ignoring a leading The, A or An" if skip
                                                 else ", even if it is The, A or An")) if by == "title" else "the last name"

    def pair(r):
        if by == "last":
            text = r.choice(["{f} {l}", "{f} {l}, {c}", "{f} {l} ({n})", "{f} {l}, born {n}"])
            last = w.last(r)
            return text.format(f=w.first(r), l=last, c=w.city(r), n=r.randint(1930, 2010)), labels[sum(last[0] > c for c in cuts)]
        article, head = r.choice(["The ", "A ", "", "", "The "]), r.choice(TITLE_HEADS + w.NOUNS)
        if article == "A " and head[0] in "aeiou":
            article = "An "
        title = article + head.capitalize() + r.choice([f" of {w.city(r)}", f" and the {r.choice(TITLE_HEADS).capitalize()}",
                                                        f" in {r.choice(w.MONTHS)}", f" without a {r.choice(w.NOUNS).capitalize()}",
                                                        f", by {w.person(r)}"])
        letter = head[0].upper() if skip or not article else article[0]
        return title, labels[sum(letter > c for c in cuts)]

    return Task(
        key=(cuts, labels, by, skip if by == "title" else ""), pair=pair, labels=tuple(labels),
        terse=[f"file by {key_said}: {table}", f"drawer by first letter of {key_said}; {table}"],
        casual=[f"where does this go? look at the first letter of {key_said}: {table}", f"sort it into a drawer by {key_said} - {table}"],
        detailed=[f"Entries are filed by the first letter of {key_said}. The drawers are {table} (both letters included). Return the "
                  f"drawer's name only.", f"Name the drawer for the entry: {options(labels)}. What counts is the first letter of "
                  f"{key_said}, and the ranges are {table}."])


@core_family("hard")
def word_fitting_a_pattern(r):
    """The word of a list that fits a pattern with gaps."""
    gap = r.choice(["_", "?", ".", "*", "-"])
    missing = r.choice(["none", "no match", "N/A", "NONE", "-" if gap != "-" else "none"])
    case, show = r.choice([("as written", str), ("in capitals", str.upper), ("as its position in the list, from 1", None),
                           ("backwards", lambda x: x[::-1])])
    where = r.choice(["before", "after"])

    def fits(word, pattern):
        return len(word) == len(pattern) and all(p in (gap, c) for c, p in zip(word, pattern))

    def pair(r):
        while True:
            goal = r.choice([x for x in w.NOUNS + w.ADJECTIVES if 4 <= len(x) <= 7])
            hidden = r.sample(range(len(goal)), len(goal) - 2)
            pattern = "".join(gap if i in hidden else c for i, c in enumerate(goal))
            near = [x for x in w.NOUNS + w.ADJECTIVES if x != goal and not fits(x, pattern) and (len(x) == len(goal) or x[0] == goal[0])]
            listed = r.sample(near, 4)
            if r.random() > 0.16:
                listed[r.randrange(4)] = goal
            found = [x for x in listed if fits(x, pattern)]
            if len(found) < 2:
                break
        answer = missing if not found else str(listed.index(found[0]) + 1) if show is None else show(found[0])
        return f"{pattern}: {', '.join(listed)}" if where == "before" else f"{', '.join(listed)}; pattern {pattern}", answer

    place = "before the colon" if where == "before" else "at the end"
    return Task(
        key=(gap, missing, case, where), pair=pair,
        terse=[f"pattern {place}, {gap} = exactly one letter: the listed word that fits, {case}; no word: {missing}",
               f"which word matches the pattern ({place}; {gap} is any one letter)? {case}, else {missing}"],
        casual=[f"crossword help: the pattern is {place}, each {gap} is one unknown letter. which word of the list fits? give it {case}, "
                f"{missing} if none does", f"find the word that fits the pattern {place} ({gap} stands for any single letter) and write it "
                f"{case}. none fits -> {missing}"],
        detailed=[f"The input has a pattern {place} and a list of words. In the pattern {gap} stands for exactly one letter. Return the "
                  f"word that fits in length and letters, {case}. If no word fits, return {missing}.",
                  f"Match the words of the list with the pattern {place}, where each {gap} is one arbitrary letter. Output the fitting "
                  f"word {case}, or {missing}."])


@core_family("medium")
def text_cut_to_fit(r):
    """A text cut at a word boundary to a number of words or characters."""
    unit = r.choice(["words", "characters"])
    limit = r.randint(4, 8) if unit == "words" else r.choice([16, 18, 20, 24, 25, 28, 30])
    tail, said = r.choice([("...", "three dots directly after it"), (" [...]", "a blank and [...] after it"),
                           (" >>", "a blank and >> after it"), (" (more)", "a blank and (more) after it"),
                           ("~", "a tilde directly after it"), ("", "no mark of it")])
    side = r.choice(["start", "start", "end"])
    if side == "end":
        tail, said = {"...": ("...", "three dots directly before it"), "~": ("~", "a tilde directly before it"),
                      "": ("", "no mark of it")}.get(tail, (tail.strip() + " ", f"{tail.strip()} and a blank before it"))
    rule = f"the first {limit} words"
    if unit == "characters":
        rule = f"as many whole words from the start as fit in {limit} characters (blanks count, the addition does not)"
    if side == "end":
        rule = rule.replace("first", "last").replace("from the start", "from the end")

    def pair(r):
        words = " ".join(r.choice(["{p} found the {a} {n} near {c}", "please send the {n} to {c} before noon", "the {n} is {a} again",
                                   "our {j} lost {k} {n} tickets in {c}", "nobody in {c} knows {p}", "{p} and {q} repaired the {a} {n}",
                                   "on {d} the {n} moves to {c}"]).format(
            p=w.first(r), q=w.first(r), a=r.choice(w.ADJECTIVES), n=r.choice(w.NOUNS), c=w.city(r), j=r.choice(w.JOBS), k=r.randint(2, 90),
            d=r.choice(w.WEEKDAYS)) for _ in range(r.choice([1, 1, 2]))).split()
        if r.random() < 0.15:
            words = words[:3]
        kept, step = [], -1 if side == "end" else 1
        for word in words[::step]:
            if (len(kept) == limit) if unit == "words" else len(" ".join(kept + [word])) > limit:
                break
            kept.append(word)
        text = " ".join(kept[::step])
        if len(kept) == len(words):
            return " ".join(words), text
        return " ".join(words), text + tail if side == "start" else tail + text

    return Task(
        key=(unit, limit, tail, side), pair=pair,
        terse=[f"keep {rule}; if anything is cut: {said}", f"cut to {rule}, {said} when cut, otherwise unchanged"],
        casual=[f"shorten it: {rule}. if you cut something, {said}; if it all fits leave it alone",
                f"i only have room for {rule}. when shortened, {said}. short texts stay"],
        detailed=[f"Reduce the text to {rule}. If something was cut off, there is {said}. A text that fits is returned unchanged.",
                  f"Return {rule}. Words are never split. Only when words are left out is there {said}."])


@core_family("medium")
def broken_lines_joined(r):
    """Words broken with a hyphen at the end of a line joined again."""
    mark, said = r.choice([("\n", "line breaks"), (" / ", "' / ' for a line break"), (" | ", "' | ' for a line break"),
                           ("<br>", "<br> for a line break"), ("\\n", "\\n for a line break")])
    want = r.choice(["text", "text", "words", "count", "numbered"])
    missing = r.choice(["none", "N/A", "-", "(nothing)"])
    asked = {"text": "the text as one line", "words": f"only the words that were broken, joined again and separated by commas without "
             f"blanks, or {missing} if none was broken", "count": "the number of words that were broken at a line end",
             "numbered": "the text as one line with a star directly before each word that was broken"}[want]

    brief = {"text": "the text on one line", "words": f"only the rejoined words, separated by commas, no blanks; {missing} if none",
             "count": "how many words were split", "numbered": "one line, a star before each rejoined word"}[want]

    def pair(r):
        text = r.choice(["{p} brought the {a} {n} to the {m} in {c}", "the {j} wants another {n} and a {a} {m}",
                         "our {n} stands between the {m} and the {a} {x}", "please return the {n} of {p} to {c} before {d}",
                         "yesterday {p} repaired the {a} {n} without any {m}"]).format(
            p=w.first(r), a=r.choice(w.ADJECTIVES), n=r.choice(w.NOUNS), m=r.choice(w.NOUNS), x=r.choice(w.NOUNS), c=w.city(r),
            j=r.choice(w.JOBS), d=r.choice(w.WEEKDAYS)).split()
        long = [i for i, x in enumerate(text) if len(x) > 5 and x.islower()]
        broken = r.sample(long, min(len(long), 0 if r.random() < 0.15 else r.randint(1, 2)))
        plain = r.sample([i for i in range(1, len(text)) if i not in broken and i - 1 not in broken], 1)
        out = ""
        for i, word in enumerate(text):
            cut = r.randint(2, len(word) - 2) if i in broken else 0
            piece = f"{word[:cut]}-{mark}{word[cut:]}" if cut else word
            out += ("" if not i else mark if i in plain else " ") + piece
        found = [text[i] for i in sorted(broken)]
        return out, {"text": " ".join(text), "words": ",".join(found) or missing, "count": str(len(found)),
                     "numbered": " ".join("*" * (i in broken) + x for i, x in enumerate(text))}[want]

    return Task(
        key=(mark, want, missing if want == "words" else ""), pair=pair,
        terse=[f"unwrap ({said}; hyphen + break = split word): {brief}",
               f"undo breaks ({said}), rejoin words hyphenated there; give {brief}"],
        casual=[f"the text was wrapped ({said}), and a hyphen right before a break means the word goes on. give me {asked}",
                f"unwrap this. {said}; words cut with a hyphen belong together, other breaks are blanks. i want {asked}"],
        detailed=[f"The text was broken into lines ({said}). A hyphen right before a break belongs to a split word and vanishes with the "
                  f"break; any other break becomes a blank. Return {asked}.",
                  f"Restore wrapped text ({said}): join words split by a hyphen at a line end, turn other breaks into single blanks. "
                  f"Output {asked}."])


@core_family("hard")
def recipe_for_more_people(r):
    """The quantities of a recipe for another number of people."""
    base, factor = r.choice([(2, 2), (2, 3), (4, 2), (2, 4), (3, 2), (4, 3), (6, 2), (3, 3), (1, 4), (1, 6), (5, 2), (2, 5)])
    halve = r.random() < 0.35
    source, target = (base * factor, base) if halve else (base, base * factor)
    want = r.choice(["all", "all", "one"])
    asked_for = r.choice(RECIPE)
    missing = r.choice(["none", "N/A", "-", "not in it"])
    sep, said = r.choice([(", ", "a comma and a blank"), ("; ", "a semicolon and a blank"), (" + ", "' + '")])
    asked = f"only the new amount of {asked_for} with its unit, or {missing} if the recipe has none"
    if want == "all":
        asked = f"the new list, same form, separated by {said}"

    def pair(r):
        others = r.sample([x for x in RECIPE if x != asked_for], r.randint(2, 3))
        if want == "one" and r.random() > 0.15:
            others[r.randrange(len(others))] = asked_for
        units = r.sample(["g", "ml", "cups", "spoons", "g", "tins"], len(others))
        amounts = [r.randint(2, 9) * (25 if unit in ("g", "ml") else 1) for unit in units]
        old, new = ([n * (factor if many else 1) for n in amounts] for many in (halve, not halve))
        row = lambda numbers: sep.join(f"{n} {u} {x}" for n, u, x in zip(numbers, units, others))  # noqa: E731
        text = r.choice([f"{row(old)}", f"{r.choice(['Soup', 'Stew', 'Bake', 'Pie', 'Salad'])} of {w.first(r)}: {row(old)}",
                         f"{w.city(r)} style: {row(old)}"])
        if want == "all":
            return text, row(new)
        return text, next((f"{n} {u}" for n, u, x in zip(new, units, others) if x == asked_for), missing)

    return Task(
        key=(source, target, asked, sep), pair=pair,
        terse=[f"recipe is for {source}; amounts for {target} people: {asked}", f"scale from {source} to {target} people; {asked}"],
        casual=[f"this is for {source} people, i cook for {target}. give me {asked}. no recipe name",
                f"convert the amounts from {source} to {target} persons and return {asked}, without any title"],
        detailed=[f"The input lists ingredients for {source} people, perhaps after a title and a colon. Compute the amounts for {target} "
                  f"people and return {asked}. The title is dropped.",
                  f"Scale every amount of the recipe from {source} to {target} people. Output {asked}; units and ingredients keep their "
                  f"wording, a title before a colon is left out."])


@core_family("hard")
def stock_after_events(r):
    """How many things are left after what happens in a story."""
    want = r.choice(["left", "left", "in", "out", "sold out"])
    label = r.choice(["{}", "{} left", "= {}", "[{}]", "n={}"]) if want != "sold out" else "{}"
    low = r.choice([10, 12, 14, 15, 16, 18])
    yes, no = pick_labels(r, [("REORDER", "OK"), ("buy", "wait"), ("low", "fine"), ("ALERT", "quiet")])
    asked = {"left": f"how many are there at the end, as {label.format('N')}",
             "in": f"how many came in during the story in total (the starting number is not counted), as {label.format('N')}",
             "out": f"how many went out in total, as {label.format('N')}",
             "sold out": f"{yes} if fewer than {low} are there at the end, else {no}"}[want]

    def pair(r):
        thing, who = r.choice(STOCK), r.choice([w.first(r), f"the {r.choice(w.JOBS)}", "the shop", "our school", "the kiosk"])
        have = r.randint(5, 40)
        parts, came, went, now = [f"{who[0].upper() + who[1:]} has {have} {thing}"], 0, 0, have
        for _ in range(r.randint(1, 3)):
            if r.random() < 0.45 or now < 3:
                n = r.randint(2, 20)
                came, now = came + n, now + n
                parts.append(r.choice(["{n} more arrive", "{p} brings {n}", "{n} are added", "{n} come back from {c}",
                                       "{p} returns {n}"]).format(n=n, p=w.first(r), c=w.city(r)))
            else:
                n = r.randint(2, now) if r.random() < 0.6 else r.randint(max(2, now - low), now)
                went, now = went + n, now - n
                parts.append(r.choice(["{n} are sold", "{n} get lost", "{p} takes {n}", "{n} are sent to {c}", "{n} break",
                                       "{n} are given away"]).format(n=n, p=w.first(r), c=w.city(r)))
        if r.random() < 0.3:
            parts.append(f"{w.first(r)} is {r.randint(20, 70)} years old")
        if want == "sold out":
            answer = yes if now < low else no
        else:
            answer = label.format({"left": now, "in": came, "out": went}[want])
        return r.choice([". ", ", then ", "; "]).join(parts) + ".", answer

    return Task(
        key=(want, label, (low, yes) if want == "sold out" else ""), pair=pair, labels=(yes, no) if want == "sold out" else None,
        terse=[f"things come and go: {asked}", f"follow the stock; return {asked}"],
        casual=[f"someone has a number of things, some arrive and some leave. tell me {asked}",
                f"read the little stock story and answer: {asked}"],
        detailed=[f"The story gives a starting number of things and what arrives or leaves (sold, lost, taken, broken, given or sent away "
                  f"means leaving). Return {asked}.", f"Keep count of the things in the story; ages of people do not matter. Output "
                  f"{asked}, nothing more."])


@core_family("medium")
def code_difference_positions(r):
    """Where or how often two codes of equal length differ."""
    want = r.choice(["count", "places", "marked", "label", "places"])
    sep, said = r.choice([(",", "commas"), (" ", "blanks"), ("-", "hyphens"), ("+", "plus signs")])
    equal = r.choice(["equal", "none", "same", "-", "OK"])
    sign = r.choice(["^", "*", "x", "#"])
    few, many = pick_labels(r, [("close", "far"), ("TYPO", "OTHER"), ("similar", "different"), ("near", "distant")])
    limit = r.choice([1, 2])
    asked = {"count": "the number of places where they differ",
             "places": f"the places where they differ, counted from 1 and separated by {said}, or {equal} if there are none",
             "marked": f"the first code with {sign} in every place where they differ",
             "label": f"{few} if they differ in at most {limit} place{'s' * (limit > 1)}, else {many}"}[want]

    def pair(r):
        size = r.randint(4, 8)
        alphabet = r.choice(["ABCDEFGHKLMNPRSTUVW", "0123456789", "ACGT", "abcdef0123456789"])
        first = w.identifier(r, size, alphabet)
        places = sorted(r.sample(range(size), r.choice([0, 1, 1, 2, 2, 3, 4]) if want != "label" or r.random() < 0.5
                                 else r.choice([limit, limit + 1])))
        second = "".join(r.choice([c for c in alphabet if c != x]) if i in places else x for i, x in enumerate(first))
        shape = (r.choice(["{a} {b}", "{a} vs {b}", "stored {a}, typed {b}", "{a} / {b}", "{a} -> {b}", "label {a}, scan {b} ({c})",
                           "{p}: {a} | {b}"]))
        text = shape.format(a=first, b=second, p=w.first(r), c=w.city(r))
        return text, {"count": str(len(places)), "places": sep.join(str(i + 1) for i in places) or equal,
                      "marked": "".join(sign if i in places else x for i, x in enumerate(first)),
                      "label": few if len(places) <= limit else many}[want]

    return Task(
        key=(want, sep if want == "places" else "", equal if want == "places" else "", sign if want == "marked" else "",
             (few, limit) if want == "label" else ""), pair=pair, labels=(few, many) if want == "label" else None,
        terse=[f"two codes of equal length, compared place by place: {asked}", f"compare the codes character by character; {asked}"],
        casual=[f"two codes, same length. check them place by place and give me {asked}", f"how do the two codes differ? i want {asked}"],
        detailed=[f"The input names two codes of equal length. Compare them place by place and return {asked}. Other words do not matter.",
                  f"Line up the two codes of the text. Output {asked}. Characters match only if they are identical."])
