"""Auto-completion of text: series, file names, contacts, snippets, recent searches and initials."""
import words as w
from task import Task, family

THEME = "auto-completion"


@family(area="code", theme=THEME, difficulty="medium")
def next_series_item(r):
    """Continue a series of numbers, letters, weekdays, months or numbered names."""
    separator = r.choice([", ", " ", " -> ", "; ", " | ", "/"])
    count, kinds = r.choice([1, 1, 2]), ["number", "name"] + r.sample(["letter", "weekday", "month"], r.choice([1, 2]))
    output = "the next item" if count == 1 else f"the next two items, separated by '{separator.strip() or 'a blank'}'"
    broken = r.choice(["irregular", "none", "?", "no rule", "-"])
    shown = {"number": "numbers", "letter": "letters", "weekday": "weekdays", "month": "months", "name": "numbered names"}
    about = ", ".join(shown[kind] for kind in kinds)
    wrap = "starting over after the last " + " or ".join(kind for kind in kinds if kind in ("letter", "weekday", "month"))

    def pair(r):
        kind, length = r.choice(kinds + ["number", "name", "name"]), r.randint(3, 5)
        step = r.choice([1, 1, 2, 3]) if kind != "number" else r.choice([-7, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20,
                                                                         25])
        at = r.randint(100, 400) if kind == "number" else r.randint(0, 900)
        positions = [at + step * n for n in range(length + count)]
        bad = kind in ("number", "name") and r.random() < 0.2
        if bad:
            positions[r.randint(1, length - 2)] += r.choice([-1, 1])
        stem, digits = r.choice(w.NOUNS) + r.choice(["_", "-", ""]), r.choice([0, 2, 3])
        items = {"number": lambda p: str(p), "letter": lambda p: chr(97 + p % 26), "weekday": lambda p: w.WEEKDAYS[p % 7][:3],
                 "month": lambda p: w.MONTHS[p % 12][:3],
                 "name": lambda p: f"{stem}{p:0{digits}d}"}[kind]
        shown = [items(p) for p in positions]
        return separator.join(shown[:length]), broken if bad else separator.join(shown[length:])

    return Task(
        key=(separator, count, broken, kinds), pair=pair,
        terse=[f"series of {about} -> {output}; equal steps; {wrap}; steps differ: {broken}",
               f"continue with {output} ({about}; {wrap}); {broken} if the step is not constant"],
        casual=[f"how does it go on? {output} please. it can be {about}, the step stays the same, {wrap}; if the step isn't constant say "
                f"{broken}",
                f"complete the series ({about}) with {output}. {wrap}. {broken} when the steps are not equal"],
        detailed=[f"The input is a series with a constant step: {about}. Return {output} in the same style; {wrap}. If the step is not "
                  f"constant, return {broken}.",
                  f"Find the constant step of the series ({about}) and return {output}, written like the others. Note: {wrap}. A series "
                  f"with unequal steps gives {broken}."])


@family(area="code", theme=THEME, difficulty="medium")
def next_free_file_name(r):
    """The next numbered file name for a stem that the spec or the request gives."""
    gaps = r.random() < 0.5
    width, join = r.choice([0, 2, 3, 4]), r.choice(["_", "-", "", ".", "_v"])
    start = r.choice([0, 1])
    first = f"report{join}{start:0{width}d}.txt"
    rule = "the lowest free number" if gaps else "the highest used number plus 1"
    mark = r.choice(["+", "new:", "want", "save", ">"])

    def pair(r):
        stem, other = r.sample(w.NOUNS, 2)
        extension = r.choice(["txt", "csv", "log", "png", "md"])
        high = r.choice([start, start + 2, start + 3, r.randint(start + 2, 12), r.randint(start + 2, 25)])
        used = sorted({start + n for n in range(3) if r.random() < 0.7} | {high}) if r.random() < 0.85 else []
        names = [f"{stem}{join}{n:0{width}d}.{extension}" for n in used]
        extra = [f"{other}{join}{r.randint(0, 30):0{width}d}.{extension}" for _ in range(r.randint(0, 2))] or [f"{other}.{extension}"]
        n = next(n for n in range(start, 99) if n not in used) if gaps or not used else used[-1] + 1
        shown = names + extra
        return f"{' '.join(r.sample(shown, len(shown)))} {mark} {stem}.{extension}", f"{stem}{join}{n:0{width}d}.{extension}"

    digits = f"{width} digits" if width else "no leading zeros"
    return Task(
        key=(gaps, width, join, start, mark), pair=pair,
        terse=[f"existing names, {mark}, wanted name -> numbered like {first}, {rule} for that name; start at {start}; {digits}",
               f"number the name after {mark}: {rule} among its files; first {first}; {digits}"],
        casual=[f"files, then {mark}, then the name I want. give me the numbered name like {first}, with {rule} for this name ({digits}, "
                f"first one is {start})",
                f"what will the new file be called? take the name after {mark}, {rule}, start with {start}, {digits}, in the style "
                f"{first}"],
        detailed=[f"The input lists the files of a folder, then {mark} and a name. Return the name with a number, in the form of {first} "
                  f"({digits}). Use {rule} among the files of this name; other names do not count; numbering starts at {start}.",
                  f"Complete the wanted name, which follows {mark}, by a number as in {first}: {rule} of that name, beginning with "
                  f"{start}, {digits}. Ignore files with another name."])


@family(area="code", theme=THEME, difficulty="medium")
def complete_contact_address(r):
    """The e-mail address of the contact that the typed letters mean."""
    by = r.choice(["the first name", "the last name", "the first or last name", "the address"])
    form = r.choice(["ADDRESS", "NAME <ADDRESS>", "<ADDRESS>", "to:ADDRESS", "NAME (ADDRESS)", "mailto:ADDRESS", "NAME, ADDRESS"])
    none, tie = r.choice(["none", "-", "unknown", "no contact", "?"]), r.choice(["the first in the list", "the last in the list"])
    mark = r.choice(["to:", "@", ">>", "typed:", "send"])

    def pair(r):
        people = []
        for _ in range(r.randint(3, 5)):
            a, b = w.first(r), w.last(r)
            if r.random() < 0.25 and people:
                a = people[-1][0]
            address = r.choice([f"{a.lower()}.{b.lower()}", f"{a[0].lower()}{b.lower()}",
                                f"{b.lower()}{r.randint(1, 99)}"]) + "@" + r.choice(w.DOMAINS)
            people.append((a, b, address))
        a, b, address = r.choice(people)
        source = {"the first name": a, "the last name": b, "the first or last name": r.choice([a, b]), "the address": address}[by]
        typed = source[:r.randint(2, min(4, len(source)))].lower() if r.random() < 0.82 else r.choice(["xq", "zz", "qu", "wy", "ux", "vr",
            "yt"])

        def fits(person):
            first, last, mail = (x.lower().startswith(typed) for x in person)
            return {"the first name": first, "the last name": last, "the first or last name": first or last, "the address": mail}[by]
        found = [person for person in people if fits(person)]
        best = found and found[0 if tie.startswith("the first") else -1]
        contacts = "; ".join(f"{a} {b} {address}" for a, b, address in people)
        return f"{contacts} {mark} {typed}", form.replace("NAME", f"{best[0]} {best[1]}").replace("ADDRESS", best[2]) if found else none

    return Task(
        key=(by, form, none, tie, mark), pair=pair,
        terse=[f"contacts, {mark}, typed letters -> {form} of the contact where {by} begins so; several: {tie}; none fits: {none}",
               f"who is meant by the letters after {mark} (beginning of {by})? {form}; several: {tie}; no one: {none}"],
        casual=[f"complete the address: letters after {mark} are the beginning of {by}. answer like {form}; if several contacts fit, "
                f"{tie}; if no one does, {none}",
                f"contacts stand before {mark}. find the one whose entry begins with the typed letters in {by} and give {form} ({tie} if "
                f"several, {none} if nobody)"],
        detailed=[f"The input has contacts, then {mark} and a few typed letters. Find the contact where {by} begins with the letters, "
                  f"whatever the case, and return {form}. If several fit, take {tie}; if none fits, return {none}.",
                  f"Complete a recipient. The letters after {mark} are compared with the beginning of {by} of each contact, ignoring case. "
                  f"Return {form} for {tie} of those that fit, or {none}."])


@family(area="code", theme=THEME, difficulty="easy")
def expand_text_snippets(r):
    """Snippets of the spec are expanded inside of a text."""
    mark = r.choice([";", ":", "/", "!", "\\", "%"])
    pool = [("br", ["Best regards", "Kind wishes"]), ("ty", ["thank you", "many thanks"]), ("addr", ["12 Mill Lane", "5 Harbor Road"]),
            ("ph", ["555-0142", "555-0177"]),
            ("sig", ["the support team", "your service desk"]), ("eod", ["by the end of the day", "before 6 pm"]),
            ("fyi", ["for your information", "just so you know"]),
            ("asap", ["as soon as possible", "at once"]), ("inv", ["the invoice", "the enclosed bill"]),
            ("mtg", ["the meeting", "our next meeting"]), ("web", ["www.shop.test", "www.lab.test"]),
            ("omw", ["on my way", "already coming"]), ("cust", ["the customer", "our client"]), ("ord", ["your order", "the last order"])]
    chosen = [(key, r.choice(texts)) for key, texts in r.sample(pool, 3)]
    unknown = r.choice(["stay as they are", "are dropped", "become ???"])
    table = ", ".join(f"{mark}{key} = {text}" for key, text in chosen)
    known = dict(chosen)

    def pair(r):
        words = r.choice(["please call {x} about {y} {z}", "{x} wrote that {y} is late {z}", "I will send {y} to {x} {z}",
                          "{x} asks for {y} {z}", "we need {y} from {x} {z}",
                          "tell {x} that {y} arrived {z}", "{y} is with {x} {z}", "{x} will bring {y} on {d} {z}"]).format(
            x=w.first(r), y="the " + w.thing(r), z=r.choice(w.ADVERBS), d=r.choice(w.WEEKDAYS)).split()
        keys = r.sample(sorted(known), r.choice([1, 1, 2]))
        if r.random() < 0.25:
            keys.append(r.choice([key for key, _ in pool if key not in known]))
        for key in keys:
            words.insert(r.randint(1, len(words)), mark + key)
        if r.random() < 0.3:
            words.insert(r.randint(0, len(words)), r.choice(sorted(known)))
        done = []
        for word in words:
            key = word[1:] if word.startswith(mark) else None
            if key is None or key in known:
                done.append(known.get(key, word))
            elif unknown != "are dropped":
                done.append(word if unknown.startswith("stay") else "???")
        return " ".join(words), " ".join(done)

    return Task(
        key=(mark, chosen, unknown), pair=pair,
        terse=[f"expand {table}; other {mark}words {unknown}; the rest unchanged",
               f"text with {table} put in; unknown {mark} snippets {unknown}"],
        casual=[f"expand my snippets: {table}. other words with {mark} in front {unknown}, everything else stays",
                f"write the text out ({table}); unknown ones that begin with {mark} {unknown}; words without {mark} are never touched"],
        detailed=[f"Replace the snippets in the text: {table}. Other words that begin with {mark} {unknown}. Words without {mark} in front "
                  "are left alone, even if they look like a snippet.",
                  f"The input is a typed text with snippets. Return it with {table}. Unknown snippets, that is other words beginning with "
                  f"{mark}, {unknown}; nothing else changes."])


@family(area="code", theme=THEME, difficulty="medium")
def suggest_recent_search(r):
    """Which former query should a search box suggest?"""
    how = r.choice(["the query begins", "any word of the query begins", "the query contains"])
    pick = r.choice(["the most recent", "the most frequent", "the longest", "the oldest"])
    none, mark = r.choice(["none", "-", "no idea", "no suggestion", "?"]), r.choice(["=>", ">>", "typed:", "::"])
    order = r.choice(["newest first", "oldest first"])
    tie = {"the most frequent": " (tie: the more recent)", "the longest": " (most letters; tie: the more recent)"}.get(pick, "")
    rule = {"the query begins": "begins with them", "any word of the query begins": "has a word that begins with them",
            "the query contains": "contains them anywhere"}[how]

    def pair(r):
        words = r.sample(w.NOUNS, 4)
        queries = [f"{r.choice(w.ADJECTIVES + w.COLORS)} {r.choice(words)}" if r.random() < 0.5
                   else f"{r.choice(words)} {r.choice(w.COLORS + ['repair', 'price', 'size', 'shop', 'parts'])}"
                   for _ in range(r.randint(3, 4))]
        queries += [r.choice(queries) for _ in range(r.randint(0, 2))]
        r.shuffle(queries)
        base = r.choice(queries)
        typed = base[:3] if how.startswith("the query begins") else r.choice(base.split())[:3]
        typed = typed.strip() if r.random() < 0.85 else r.choice(["xyl", "zeb", "quu", "jux", "vex"])

        def fits(query):
            return (query.startswith(typed) if how == "the query begins" else typed in query if how == "the query contains"
                    else any(x.startswith(typed) for x in query.split()))
        recent = queries if order == "newest first" else queries[::-1]
        found = [query for query in recent if fits(query)]
        best = found and {"the most recent": found[0], "the oldest": found[-1], "the most frequent": max(found, key=found.count),
                          "the longest": max(found, key=len)}[pick]
        return f"{', '.join(queries)} {mark} {typed}", best or none

    return Task(
        key=(how, pick, none, mark, order), pair=pair,
        terse=[f"queries ({order}), {mark}, letters: suggest {pick} query that {rule}{tie}; else {none}",
               f"after {mark} the typed letters. {pick} query ({order}) that {rule}{tie}, or {none}"],
        casual=[f"search box: old queries, {order}, then {mark} and what is typed. suggest {pick} one that {rule}{tie}, {none} if there is "
                "none",
                f"which old query to offer? {pick} among those that "
                f"{'contain the letters' if how.endswith('contains') else 'fit: one that ' + rule}{tie}; list is {order}; {none} without a "
                "fit"],
        detailed=[f"The input is a list of earlier queries, {order}, then {mark} and typed letters. Return {pick} query that {rule}{tie}. "
                  f"If no query does, return {none}.",
                  f"Complete the letters after {mark} to an earlier query. A query fits if it {rule}; of those return {pick}{tie}. The "
                  f"list is {order}. Without a fit return {none}."])


@family(area="code", theme=THEME, difficulty="hard")
def command_from_initials(r):
    """An abbreviation of initials picks a command from the list of the spec."""
    mode = r.choice(["initials", "subsequence", "pieces"])
    none, tie = r.choice(["none", "-", "no command", "?"]), r.choice(["the first in the list", "the last in the list"])
    rule = {"initials": "the first letters of its words are exactly the typed letters",
            "subsequence": "it contains the typed letters in order, others between allowed",
            "pieces": "its words begin, one by one, with the pieces typed (split at dots)"}[mode]
    mark, separator = r.choice([">", "|", "<-", "::"]), r.choice(["; ", ", ", " / "])
    verbs = "open close save find move delete show hide print copy rename sort".split()
    nouns = "file window tab folder line page image table note group".split()

    def fits(command, typed):
        words = command.split()
        if mode == "pieces":
            parts = typed.split(".")
            return len(parts) == len(words) and all(word.startswith(part) for word, part in zip(words, parts))
        if mode == "initials":
            return "".join(word[0] for word in words) == typed
        rest = iter(command.replace(" ", ""))
        return all(c in rest for c in typed)

    def pair(r):
        verb, noun = r.sample(verbs, 3), r.sample(nouns, 3)
        commands = r.sample([f"{a} {x}{b}" for a in verb for b in noun for x in ("", "new ", "last ", "all ")], r.randint(4, 5))
        command = r.choice(commands)
        words = command.split()
        if mode == "pieces":
            typed = ".".join(word[:r.randint(1, 3)] for word in words)
        elif mode == "initials":
            typed = "".join(word[0] for word in words)
        else:
            letters = command.replace(" ", "")
            typed = "".join(letters[n] for n in sorted(r.sample(range(len(letters)), r.randint(3, 4))))
        if r.random() < 0.2:
            typed = typed[:-1] + r.choice("xzqj")
        found = [command for command in commands if fits(command, typed)]
        return f"{separator.join(commands)} {mark} {typed}", found[0 if tie.startswith("the first") else -1] if found else none

    return Task(
        key=(mode, none, tie, mark, separator), pair=pair,
        terse=[f"commands, {mark}, typed text: pick the command if {rule}; several fit: {tie}; no fit: {none}",
               f"which command before {mark} is meant? {rule}; several: {tie}; none fits: {none}"],
        casual=[f"a palette: commands, then {mark}, then what was typed. a command fits when {rule}. give me {tie} of those, or {none}",
                f"find the command for the abbreviation after {mark}; it fits if {rule}. several fit, {tie}; nothing fits, {none}"],
        detailed=[f"The input is a list of commands, {mark} and a typed abbreviation. A command fits if {rule}; blanks do not count. "
                  f"Return the command that fits, {tie} if several do, {none} if no command does.",
                  f"Resolve the abbreviation after {mark} to one of the commands in front of it. The rule: {rule}. If more than one fits, "
                  f"return {tie}; if none, return {none}."])
