"""Held out: kinds of search and matching tasks that are never trained on."""
import words as w
from task import Task, family, pick_labels

NOTHING = ["none", "NONE", "n/a", "-", "no match"]


@family(area="search", theme="smart search pipeline", difficulty="medium")
def ranking_quality_number(r):
    """A quality figure of a ranking, given the relevant ids."""
    ask, k = r.choice(["hits", "first", "share", "missed"]), r.choice([2, 3, 4, 5])
    gap, never = r.choice([" ", ", ", " > "]), r.choice(["none", "0", "never", "-"])
    what = {"hits": f"how many of the first {k} results are relevant",
            "first": f"the rank of the first relevant result (from 1), or {never} if there is none",
            "share": f"the relevant results among the first {k} as a fraction n/{k}",
            "missed": "how many relevant ids the ranking does not contain"}[ask]
    names = r.choice([("relevant", "ranking"), ("good", "results"), ("truth", "returned")])

    def pair(r):
        ids = r.sample([f"{c}{n}" for c in "abd" for n in range(1, 10)], 10)
        ranking = ids[:r.randint(5, 7)]
        relevant = r.sample(ranking, r.randint(0, 3)) + ids[7:7 + r.randint(1, 2)]
        r.shuffle(relevant)
        top = sum(x in relevant for x in ranking[:k])
        ranks = [i + 1 for i, x in enumerate(ranking) if x in relevant]
        answer = {"hits": str(top), "first": str(ranks[0]) if ranks else never, "share": f"{top}/{k}",
                  "missed": str(sum(x not in ranking for x in relevant))}[ask]
        return f"{names[0]}: {gap.join(relevant) if '>' not in gap else ' '.join(relevant)}\n{names[1]}: {gap.join(ranking)}", answer

    return Task(
        key=(ask, k if ask in ("hits", "share") else 0, gap, never if ask == "first" else "", names), pair=pair,
        terse=[f"'{names[0]}' lists relevant ids, '{names[1]}' the ranked ones: {what}",
               f"evaluate the ranking: {what}; relevant ids stand after '{names[0]}'"],
        casual=[f"first line: the ids that count as relevant. second line: what the search returned, best first. tell me {what}",
                f"i want to judge a search run. give me {what}; the relevant ones are in the '{names[0]}' line"],
        detailed=[f"The line '{names[0]}' holds the ids of the relevant documents, the line '{names[1]}' the ids returned by the search "
                  f"engine, best first. Return {what}.",
                  f"Compute a figure for search quality. Compare the returned ids ('{names[1]}', in rank order) with the relevant ids "
                  f"('{names[0]}'). The answer is {what}."])


@family(area="search", theme="smart search pipeline", difficulty="hard")
def interleave_two_rankings(r):
    """One list from two rankings, alternately, without repeats."""
    start, gap, limit = r.choice(["first", "second"]), r.choice([",", " ", "-", ">"]), r.choice([4, 5, 0])
    joined = {",": "commas without blanks", " ": "blanks", "-": "hyphens", ">": "the sign >"}[gap]
    cut = f"; stop after {limit} ids" if limit else ""
    split = r.choice([" | ", " / ", " ; "])

    def pair(r):
        pool = r.sample("ABCDEFGHKLMNP", 6)
        a, b = r.sample(pool, r.choice([3, 4])), r.sample(pool, r.choice([3, 4]))
        queues, out, turn = [list(a), list(b)], [], 0 if start == "first" else 1
        while any(queues):
            queue = queues[turn]
            while queue and queue[0] in out:
                queue.pop(0)
            if queue:
                out.append(queue.pop(0))
            turn = 1 - turn
        return f"{' '.join(a)}{split}{' '.join(b)}", gap.join(out[:limit] if limit else out)

    return Task(
        key=(start, gap, limit, split), pair=pair,
        terse=[f"merge two rankings: take turns, {start} list begins, each turn its next id not yet used{cut}; join with {joined}",
               f"interleave both lists, {start} one starts, skip used ids{cut}; output with {joined}"],
        casual=[f"two ranked lists split by '{split.strip()}'. pick alternately, the {start} list begins, always the next id that isn't "
                f"in the result yet{cut}. join by {joined}; an empty list just passes",
                f"zip the rankings together beginning with the {start} one. skip ids that were already taken and go on when a list runs "
                f"out{cut}. separate with {joined}"],
        detailed=[f"The input holds two ranked lists of ids separated by '{split.strip()}'. Build one list by taking turns, beginning "
                  f"with the {start} list: each turn takes the list's next id that is not yet in the result; a list without such an id "
                  f"passes{cut}. Join the ids with {joined}.",
                  f"Interleave two rankings. The {start} list has the first turn and the lists alternate. On its turn a list gives its "
                  f"best id that has not been used; if it has none, the turn is lost{cut}. Output the ids with {joined} between them."])


@family(area="search", theme="semantic search", difficulty="medium")
def missing_booking_detail(r):
    """Which detail a booking request still lacks."""
    slots = r.sample(["date", "city", "guests", "budget"], 3)
    names = {"date": ["date", "DATE", "when", "ask_date"], "city": ["city", "CITY", "where", "ask_city"],
             "guests": ["guests", "GUESTS", "how_many", "ask_guests"], "budget": ["budget", "BUDGET", "price", "ask_budget"]}
    style, complete = r.randrange(4), r.choice(["complete", "OK", "nothing", "ready"])
    labels = tuple(names[s][style] for s in slots)
    meaning = {"date": "day of arrival", "city": "destination", "guests": "number of people", "budget": "price limit"}
    listed = ", ".join(f"{x} ({meaning[s]})" for x, s in zip(labels, slots))

    def pair(r):
        missing = r.choice(slots + [None])
        parts = {"date": r.choice(["on {d} {m}", "from {m} {d} on", "arriving {d} {m}"]).format(d=r.randint(1, 28), m=r.choice(w.MONTHS)),
                 "city": r.choice(["in {c}", "somewhere in {c}", "near {c} station"]).format(c=w.city(r)),
                 "guests": r.choice(["for {n} people", "for me and my wife", "for a family of {n}",
                                     "just for myself"]).format(n=r.randint(2, 6)),
                 "budget": r.choice(["up to {e} euros a night", "under {e} dollars",
                                     "not more than {e} euros"]).format(e=r.randint(4, 30) * 10)}
        used = [parts[s] for s in slots if s != missing]
        r.shuffle(used)
        text = r.choice(["i need a room", "book me a hotel", "looking for a quiet place to stay", "{f} here, i want a double room",
                         "please find us a guest house", "hi, we are searching for an apartment"]).format(f=w.first(r))
        extra = r.choice(["", "", ", breakfast would be nice", ", with parking", ", no smoking", ", dogs allowed"])
        return f"{text} {', '.join(used)}{extra}", labels[slots.index(missing)] if missing else complete

    return Task(
        key=(labels, complete), labels=labels + (complete,), pair=pair,
        terse=[f"which detail is missing: {listed}? {complete} if all are given",
               f"request -> missing detail out of {listed}, else {complete}"],
        casual=[f"a booking request should have {listed}. one may be missing, tell me which; {complete} if nothing is",
                f"what do we still have to ask the guest? {listed}. everything there -> {complete}"],
        detailed=[f"The input is a request for a place to stay. It needs these details: {listed}. At most one of them is missing. Return "
                  f"the label of the missing detail, or {complete} if all are given.",
                  f"A booking assistant must ask for what a request lacks. Possible labels: {listed}. Output the one that the text does "
                  f"not state; output {complete} when it states all of them."])


@family(area="search", theme="semantic search", difficulty="medium")
def query_change_in_session(r):
    """How a searcher's second query relates to the first."""
    more, less, same, new = pick_labels(r, [("narrower", "broader", "reordered", "new"), ("REFINE", "RELAX", "REPEAT", "SWITCH"),
                                            ("specialized", "generalized", "equal", "changed"), ("+", "-", "=", "x"), ("A", "B", "C", "D")])
    gap = r.choice([" -> ", " | ", " then ", " >> "])
    labels = (more, less, same, new)

    def pair(r):
        words = r.sample(w.NOUNS, 3) + r.sample(w.ADJECTIVES, 2) + [w.city(r).lower()]
        words = r.sample(list(dict.fromkeys(words)), 5)
        a = words[:r.randint(2, 3)]
        label = r.choice(labels)
        if label == more:
            b = a + words[3:3 + r.randint(1, 2)]
        elif label == less:
            a, b = words[:3 + r.randint(0, 1)], words[:r.randint(1, 2)]
        elif label == same:
            b = a
        else:
            b = (a[:-1] + [words[3]]) if r.random() < 0.5 else words[3:]
        return f"{' '.join(a)}{gap}{' '.join(r.sample(b, len(b)))}", label

    return Task(
        key=(more, gap), labels=labels, pair=pair,
        terse=[f"second query vs first: words added only {more}, removed only {less}, same words in any order {same}, a word exchanged "
               f"{new}", f"{more} = keeps all words and adds, {less} = only drops words, {same} = same words, {new} = anything else"],
        casual=[f"what did the user do with the query? {more} if they only added words, {less} if they only left some out, {same} if it's "
                f"the same words in whatever order, {new} if words were replaced",
                f"compare the two queries as sets of words: superset now -> {more}, subset now -> {less}, equal -> {same}, neither -> "
                f"{new}"],
        detailed=[f"The input shows two successive queries separated by '{gap.strip()}'. Word order does not matter. Return {more} if the "
                  f"second has all words of the first and more, {less} if it has only some of them and no others, {same} if the words are "
                  f"the same, and {new} otherwise.",
                  f"Classify the change between two queries of a session by their words. Only additions: {more}. Only omissions: {less}. "
                  f"No change apart from the order: {same}. At least one word gone and another one added: {new}."])


ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split()
SPELLED = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty""".split()


@family(area="search", theme="fuzzy matching", difficulty="hard")
def numbered_title_match(r):
    """Do two titles name one volume, with numbers in several notations?"""
    yes, no = pick_labels(r, [("SAME", "OTHER"), ("yes", "no"), ("match", "mismatch"), ("1", "0"), ("equal", "unequal"), ("HIT", "MISS")])
    kind = r.choice(["volume", "chapter", "part", "season", "episode"])
    gap, year = r.choice([" | ", " = ", " // ", " ~ "]), r.random() < 0.4
    short = {"volume": "vol.", "chapter": "ch.", "part": "pt.", "season": "s.", "episode": "ep."}[kind]
    rule = "a year in parentheses must agree" if year else "a year in parentheses is ignored"

    def write(r, title, n, y):
        number = r.choice([str(n), ROMAN[n - 1], SPELLED[n - 1]])
        text = r.choice([f"{title}, {r.choice([kind, short])} {number}", f"{kind.capitalize()} {number}: {title}",
                         f"{title} - {kind} {number}"])
        return r.choice([text, text, text.lower() if number not in ROMAN else text]) + f" ({y})"

    def pair(r):
        title, n, y = f"The {w.thing(r)}", r.randint(1, 20), r.randint(1980, 2025)
        other = [title, n, y]
        change = r.choice(["same"] * 4 + ["title", "number", "number", "year"])
        if change == "title":
            other[0] = f"The {w.thing(r)}"
        elif change == "number":
            other[1] = r.choice([x for x in range(max(1, n - 3), min(20, n + 3) + 1) if x != n])
        elif change == "year":
            other[2] = y + r.choice([-1, 1, 2])
        equal = other[:2] == [title, n] and (other[2] == y or not year)
        return f"{write(r, title, n, y)}{gap}{write(r, *other)}", yes if equal else no

    return Task(
        key=(yes, no, kind, gap, year), labels=(yes, no), pair=pair,
        terse=[f"{yes} if title and {kind} number agree (digits, Roman or words; {short} = {kind}), else {no}; {rule}",
               f"same {kind}? IV = 4 = four, {short} = {kind}, case ignored, {rule}: {yes}, otherwise {no}"],
        casual=[f"do both entries name the same {kind}? numbers may be digits, roman or spelled out, {short} means {kind}, {rule}. {yes} "
                f"or {no}", f"match titles with {kind} numbers: XII is 12 is twelve. title and number must agree, {rule}. {yes} if so, "
                            f"{no} if not"],
        detailed=[f"The input has two titles separated by '{gap.strip()}', each with a {kind} number as digits, Roman numeral or word "
                  f"({short} is short for {kind}). Return {yes} if title and number are the same and {no} otherwise. Case and order do "
                  f"not matter; {rule}.",
                  f"Decide whether two catalogue entries are the same {kind}. Bring the numbers to one notation and ignore case and "
                  f"layout ({short} = {kind}); {rule}. Answer {yes} for the same entry and {no} for another one."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def anagram_of_candidate(r):
    """The candidate whose letters were shuffled."""
    nothing, as_number, gap = r.choice(NOTHING), r.random() < 0.35, r.choice([", ", " / ", "; "])
    count, extra = r.choice([3, 4, 5]), r.random() < 0.3
    pool = [x for x in w.NOUNS + w.FOODS + w.ANIMALS if 4 <= len(x) <= 8 and x.isalpha()]
    what = "its number, counting from 1" if as_number else "the word"
    rule = "all its letters plus one extra letter" if extra else "exactly its letters"

    def pair(r):
        words = r.sample(pool, count)
        at = r.randrange(count)
        found = r.random() < 0.83
        source = words[at] if found else r.choice([x for x in pool if x not in words])
        letters = list(source) + ([r.choice("abcdefghijklmnoprstuvwxyz")] if extra else [])
        r.shuffle(letters)
        fits = []
        for i, word in enumerate(words):
            left = list(letters)
            if all(c in left and not left.remove(c) for c in word) and len(left) == int(extra):
                fits.append(i)
        if len(fits) > 1:
            return pair(r)
        answer = nothing if not fits else str(fits[0] + 1) if as_number else words[fits[0]]
        return f"{''.join(letters)}: {gap.join(words)}", answer

    return Task(
        key=(nothing, as_number, gap, count, extra), pair=pair,
        terse=[f"jumbled letters: which listed word has {rule} in the jumble? {what}; {nothing} if none",
               f"find the listed word so that the letters before the colon are {rule}, any order; give {what} or {nothing}"],
        casual=[f"letters got shuffled. the jumble holds {rule} for one listed word, in any order. give me {what}, {nothing} if no word "
                f"fits", f"unscramble: pick the candidate for which the jumble consists of {rule}, and return {what}. none of them? "
                         f"{nothing}"],
        detailed=[f"The input is a jumble of letters, a colon and {count} candidate words. A candidate fits if the jumble consists of "
                  f"{rule}, in any order. Return {what} of the fitting candidate, or {nothing} if there is "
                  f"none.".replace("the word of the fitting candidate", "the fitting candidate"),
                  f"Solve an anagram. For which of the candidates does the jumble contain {rule}? Output {what}; output {nothing} when "
                  f"none of the {count} candidates fits."])


@family(area="search", theme="fuzzy matching", difficulty="medium")
def digit_slip_kind(r):
    """What kind of slip separates two numbers."""
    swap, wrong, lost, other, equal = pick_labels(r, [("swapped", "wrong digit", "missing digit", "other", "equal"),
                                                      ("SWAP", "TYPO", "GAP", "OTHER", "OK"),
                                                      ("transposed", "replaced", "omitted", "unrelated", "identical"),
                                                      ("S", "R", "O", "X", "E"), ("code1", "code2", "code3", "code4", "code0")])
    gap, noun = r.choice([" vs ", " / ", " | ", " => "]), r.choice(["order", "invoice", "account", "meter", "parcel", "member"])
    length = r.choice([5, 6, 7, 8])

    def pair(r):
        a = w.identifier(r, length, "0123456789")
        label = r.choice([swap, swap, wrong, wrong, lost, lost, other, equal])
        b = list(a)
        i = r.randrange(length - 1)
        if label == swap:
            if b[i] == b[i + 1]:
                return pair(r)
            b[i], b[i + 1] = b[i + 1], b[i]
        elif label == wrong:
            b[i] = r.choice([c for c in "0123456789" if c != b[i]])
        elif label == lost:
            del b[i]
        elif label == other:
            b = list(w.identifier(r, length, "0123456789"))
            if sum(x != y for x, y in zip(a, b)) < 3:
                return pair(r)
        return f"{noun} {a}{gap}{''.join(b)}", label

    labels = (swap, wrong, lost, other, equal)
    return Task(
        key=(swap, gap, noun, length), labels=labels, pair=pair,
        terse=[f"second number compared with first: {equal} if same, {swap} two neighbours exchanged, {wrong} one digit differs, {lost} "
               f"one digit dropped, else {other}", f"slip kind: {swap} (adjacent digits), {wrong} (one changed), {lost} (one left out), "
                                                   f"{equal} (none), {other} (more)"],
        casual=[f"how does the copy on the right differ from the number on the left? neighbours exchanged: {swap}. one digit changed: "
                f"{wrong}. one left out: {lost}. no difference: {equal}. anything worse: {other}",
                f"someone copied a number. tell me {equal}, {swap} (two adjacent digits exchanged), {wrong} (a single digit is "
                f"different), {lost} (one digit is gone) or {other} for all the rest"],
        detailed=[f"The input holds a number and its copy separated by '{gap.strip()}'. Return {equal} if both agree, {swap} if exactly "
                  f"two adjacent digits are exchanged, {wrong} if exactly one digit was changed, {lost} if exactly one digit is left out, "
                  f"and {other} otherwise.",
                  f"Find the kind of copying error. No error gives {equal}; a missing digit gives {lost}; a single different digit gives "
                  f"{wrong}; two neighbouring digits in reverse order give {swap}; every other difference gives {other}."])
