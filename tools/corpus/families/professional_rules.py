"""Rules of trades: medicine, law, tax, sports, music, chess, geology, astronomy."""
import datetime

import words as w
from task import Task, family, options, pick_labels

THEME = "domain knowledge and counterfactuals"
PATIENTS = ["child", "boy", "girl", "pupil", "patient", "young patient", "small boy", "schoolgirl", "visitor", "young athlete"]


@family(area="safety", theme=THEME, difficulty="medium")
def dose_by_weight(r):
    """A dose by body weight, with a maximum and a lowest weight."""
    per_kg, least = r.choice([2, 5, 10, 15, 20, 25]), r.choice([4, 5, 6, 8, 10])
    most, unit = per_kg * r.choice([15, 20, 25, 30]), r.choice([" mg", "mg", "", " milligrams"])
    edge = r.choice(["refer", "no dose", "ask doctor", "N/A", "STOP", "none"])

    def pair(r):
        kind = r.random()
        kilos = r.randint(1, least - 1) if kind < 0.18 else r.randint(least, most // per_kg) if kind < 0.75 else r.randint(most // per_kg,
            most // per_kg * 3)
        line = r.choice(["{p} of {k} kg, {a} years", "{f}, {k} kg, temperature {t}.{a}", "weight {k} kg; room {n}",
                         "bed {n}: {f} weighs {k} kg", "{p} {f} from {c} weighs {k} kg", "{k} kg {p}, {t}.{a} °C",
                         "chart {n}, {p}: {k} kg", "the {p} in room {n} is {a} years old and weighs {k} kg"])
        text = line.format(p=r.choice(PATIENTS), k=kilos, a=r.randint(2, 9), f=w.first(r), t=r.randint(37, 39), n=r.randint(2, 400),
                           c=w.city(r))
        return text, edge if kilos < least else f"{min(kilos * per_kg, most)}{unit}"

    form = f"written like '100{unit}'" if unit else "the bare number in mg"
    return Task(
        key=(per_kg, least, most, unit, edge), pair=pair,
        terse=[f"dose: {per_kg} mg per kg, at most {most} mg; below {least} kg: {edge}. {form[0].upper() + form[1:]}",
               f"{edge} under {least} kg, else {per_kg} mg/kg capped at {most} mg, {form}"],
        casual=[f"work out the dose from the weight: {per_kg} mg for each kg but never over {most} mg, {form}. lighter than {least} kg "
                f"gets {edge}",
                f"how much may they get? {per_kg} mg per kg up to {most} mg, {form}; patients under {least} kg: {edge}"],
        detailed=[f"The input describes a patient. The dose is {per_kg} mg for each kg of body weight, but not more than {most} mg; return "
                  f"it {form}. For a body weight below {least} kg return {edge}.",
                  f"Apply a dosing rule to the body weight in the text and ignore the other numbers. Below {least} kg the answer is "
                  f"{edge}. From {least} kg on it is {per_kg} mg times the kilograms, "
                  f"with a maximum of {most} mg, {form}."])


@family(area="safety", theme=THEME, difficulty="hard")
def filing_deadline(r):
    """Was something filed within a number of days, or what is the last day?"""
    ontime, late = pick_labels(r, [("in time", "late"), ("TIMELY", "LATE"), ("admissible", "inadmissible"), ("accept", "reject"),
                                   ("yes", "no"), ("ok", "expired"), ("1", "0")])
    days, mode = r.choice([5, 7, 10, 14, 15, 20, 21, 28, 30]), r.choice(["verdict", "verdict", "last", "over"])
    start, act = r.choice([("notice", "appeal"), ("decision", "objection"), ("invoice", "complaint"), ("delivery", "return"),
                           ("judgment", "petition"), ("offer", "reply"), ("dismissal", "claim")])
    edge = r.choice(["0", "none", "in time", "-"])

    def pair(r):
        first = datetime.date(*w.date(r, 2018, 2026))
        wanted = r.random() < 0.5 if mode != "over" else r.random() < 0.2
        gap = r.choice([days, r.randint(1, days), r.randint(max(1, days - 3), days)]) if wanted else days + r.choice([1, r.randint(1, 4),
            r.randint(1, 25)])
        second = first + datetime.timedelta(days=gap)
        who = r.choice([w.person(r), w.company(r)])
        if mode == "last":
            line = r.choice(["{s} of {a}, {w}", "{w}: {s} dated {a}", "{s} reached {w} on {a}", "{a}: {s} for {w}",
                             "the {s} came to {w} on {a}"])
            return line.format(s=start, a=first, w=who), str(first + datetime.timedelta(days=days))
        line = r.choice(["{s} {a}, {t} {b} ({w})", "{w}: {s} on {a}, {t} on {b}", "{t} filed {b} against the {s} of {a}",
                         "{s} served {a}; {w} filed the {t} {b}", "{w} sent the {t} on {b}, the {s} was of {a}"])
        return line.format(s=start, a=first, b=second, t=act, w=who), {"verdict": ontime if wanted else late, "over": str(gap - days)
                                                                       if gap > days else edge}[mode]

    ask = {"verdict": f"{ontime} if the {act} comes on that day or before, {late} if after it", "last": "that day as YYYY-MM-DD",
           "over": f"by how many days the {act} misses it; {edge} if it does not"}[mode]
    return Task(
        key=(mode, days, start, {"verdict": ontime, "last": 0, "over": edge}[mode]), labels=(ontime, late) if mode == "verdict" else None,
        pair=pair,
        terse=[f"Last day for the {act}: {days} days after the date of the {start}. Give {ask}",
               f"{start} date + {days} days is the last day for the {act} -> {ask}"],
        casual=[f"the {act} has to come within {days} days, so the last day is the {start} date plus {days}. tell me {ask}",
                f"count {days} calendar days from the {start}, that is the last day for the {act}. i need {ask}"],
        detailed=[f"The input gives the date of {'an' if start[0] in 'io' else 'a'} {start}. The last day for the {act} is {days} calendar "
                  f"days after that date; weekends count like other days. Return {ask}.",
                  f"Apply a time limit of {days} days: add {days} to the date of the {start} to get the last day on which the {act} is "
                  f"possible. The output is {ask}."])


@family(area="safety", theme=THEME, difficulty="hard")
def income_tax_bracket(r):
    """The rate of the bracket of an income, or the tax itself."""
    low, high = r.choice([(10000, 40000), (8000, 30000), (12000, 50000), (15000, 45000), (20000, 60000), (5000, 25000)])
    rates = r.choice([(0, 20, 40), (0, 10, 30), (10, 20, 30), (5, 15, 25), (0, 25, 50), (10, 25, 40)])
    mode, sign = r.choice(["rate", "rate", "tax", "name"]), r.choice(["%", " %", " percent", ""])
    names = r.choice([("low", "middle", "high"), ("A", "B", "C"), ("LOW", "MID", "TOP"), ("basic", "standard", "upper"), ("1", "2", "3"),
                      ("band 1", "band 2", "band 3")])
    labels = tuple(f"{rate}{sign}" for rate in rates) if mode == "rate" else names

    def pair(r):
        wanted = r.randint(0, 2)
        income = [r.randint(1, low // 500), r.randint(low // 500 + 1, high // 500), r.randint(high // 500 + 1, high // 250)][wanted] * 500
        if r.random() < 0.15:
            income, wanted = r.choice([(low, 0), (high, 1)])
        if mode == "tax":
            income = income // 1000 * 1000 or 1000
            tax = (min(income, low) * rates[0] + max(0, min(income, high) - low) * rates[1] + max(0, income - high) * rates[2]) // 100
        line = r.choice(["{f} earned {i} in {y}", "income {i}, {c}", "{y}: {i} for {f}", "{f} ({j}, {c}) made {i}",
                         "tax form {n}: income {i}", "a {j} with {i} a year", "{i} from work as a {j} in {c}",
                         "{f}, number {n}, declares an income of {i}"])
        shown = f"{income:,}" if r.random() < 0.4 else str(income)
        text = line.format(f=w.first(r), i=shown, y=r.randint(2010, 2025), c=w.city(r), j=r.choice(w.JOBS), n=r.randint(2, 999))
        return text, str(tax) if mode == "tax" else labels[wanted]

    slices = f"up to {low} {rates[0]}%, to {high} {rates[1]}%, above {rates[2]}%"
    names_rule = f"{labels[0]} up to {low}, {labels[1]} up to {high}, {labels[2]} above"
    ask = "the tax as a whole number, each rate only for the income within its bracket" if mode == "tax" else f"{options(labels)} by income"
    rule = slices if mode == "tax" else names_rule
    return Task(
        key=(mode, low, rates if mode != "name" else names, sign if mode == "rate" else 0), labels=None if mode == "tax" else labels,
        pair=pair,
        terse=[f"{rule}. Give {ask}" if mode == "tax" else f"bracket of the income: {rule}", f"income -> {ask}: {rule}"],
        casual=[f"which tax bracket? {rule}, a limit itself belongs to the lower one" if mode != "tax"
                else f"compute the income tax with these brackets: {rule}. i want {ask}",
                f"look for the income and give me {ask}. {rule}, limits included"],
        detailed=[f"The input states a yearly income, maybe with a comma between thousands. The brackets are: {rule}. A limit belongs to "
                  f"the bracket below it. Return {ask}.",
                  f"Determine {ask}. The brackets, upper limits included, are {rule}. Years and other numbers in the text do not matter. "
                  "Output nothing else."])


@family(area="safety", theme=THEME, difficulty="medium")
def match_outcome(r):
    """Winner, points or difference of a match from its score."""
    mode, edge, glue = r.choice(["winner", "loser", "points", "gap", "outcome"]), r.choice(["draw", "tie", "none", "-",
        "DRAW"]), r.choice(["-", ":", " to "])
    win, draw = r.choice([(3, 1), (2, 1), (4, 2), (5, 2), (10, 5)])
    home, tied, away = pick_labels(r, [("home", "draw", "away"), ("1", "X", "2"), ("H", "D", "A"), ("first", "nobody", "second"),
                                       ("HOME", "TIE", "AWAY")])
    sport = r.choice(["football", "handball", "hockey", "water polo", "rugby"])
    top = {"football": 5, "hockey": 7, "handball": 36, "water polo": 15, "rugby": 45}[sport]

    def pair(r):
        a, b = r.sample(w.CITIES, 2)
        x = r.randint(0, top)
        y = x if r.random() < 0.2 else r.randint(0, top)
        line = r.choice(["{a} - {b} {s}", "{a} vs {b}: {s}", "{s} between {a} and {b}", "{a} against {b} ended {s} before {n} fans",
                         "round {k}: {a} {s} {b}", "{d}, {a} - {b}, {s}", "{a} hosted {b}, final score {s}",
                         "{a} {s} {b} ({f} scored late)"])
        text = line.format(a=a, b=b, s=f"{x}{glue}{y}", n=r.randint(20, 900) * 100, k=r.randint(1, 38), d=r.choice(w.WEEKDAYS), f=w.last(r))
        at = (x < y) - (x > y) + 1
        points = [(win, 0), (draw, draw), (0, win)][at]
        return text, {"winner": [a, edge, b][at], "loser": [b, edge, a][at], "points": f"{points[0]}{glue}{points[1]}",
                      "gap": str(abs(x - y)), "outcome": (home, tied, away)[at]}[mode]

    ask = {"winner": f"the team that won; {edge} if the score is level", "loser": f"the team that lost; {edge} if the score is level",
           "points": f"table points of both teams in order, like {win}{glue}0 (win {win}, level {draw} each, loss 0)",
           "gap": "the goal or point difference without a sign", "outcome": f"{home} if the first team won, {away} if the second did, "
           f"{tied} if level"}[mode]
    return Task(
        key=(mode, sport, glue, {"points": win, "gap": 0, "outcome": home}.get(mode, edge)), labels=(home, tied, away) if mode == "outcome"
        else None, pair=pair,
        terse=[f"{sport} result, first team's score first -> {ask}", f"{sport}: {ask}. Scores stand in the order of the teams"],
        casual=[f"{sport} result, the first number belongs to the team named first. give me {ask}",
                f"how did the {sport} match end? i want {ask} (scores in team order)"],
        detailed=[f"The input reports a {sport} match with two teams and the score; the first number belongs to the team named first. "
                  f"Return {ask}.", f"Read the result of a {sport} match. Scores are in the order in which the teams are named. The output "
                  f"is {ask}."])


SHARPS, FLATS = "C C# D D# E F F# G G# A A# B".split(), "C Db D Eb E F Gb G Ab A Bb B".split()


@family(area="safety", theme=THEME, difficulty="hard")
def notes_transposed(r):
    """Notes moved by semitones, or the semitones between two notes."""
    names = r.choice([SHARPS, FLATS])
    step, mode = r.choice([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7]), r.choice(["move", "move", "move", "gap"])
    sep = r.choice([" ", "-", ", ", "/"])

    def pair(r):
        if mode == "gap":
            a, b = r.sample(range(12), 2)
            line = r.choice(["{a} up to {b}", "from {a} to {b}", "{a} then {b} above", "{f} sings {a} and {b}", "{a} -> {b}",
                             "bar {n}: {a} {b}", "interval {a} {b}, {f}", "piece {n}, voice of {f}: {a} to {b}"])
            return line.format(a=names[a], b=names[b], f=w.first(r), n=r.randint(2, 300)), str((b - a) % 12)
        notes = [r.randrange(12) for _ in range(r.randint(2, 5))]
        text = sep.join(names[n] for n in notes)
        head = r.choice(["", "", f"bar {r.randint(2, 99)}: ", f"{w.first(r)} plays ", "melody: "])
        return head + text, sep.join(names[(n + step) % 12] for n in notes)

    spell = "sharps (C C# D D# E F F# G G# A A# B)" if names is SHARPS else "flats (C Db D Eb E F Gb G Ab A Bb B)"
    way = f"{abs(step)} semitone{'s' * (abs(step) > 1)} {'up' if step > 0 else 'down'}"
    ask = f"only the notes, moved {way}, same separator" if mode == "move" else "the semitones from the first note up to the second (1-11)"
    return Task(
        key=(mode, names[1], step if mode == "move" else 0, sep if mode == "move" else 0), pair=pair,
        terse=[f"Notes with {spell}. Give {ask}", f"Output {ask}; names with {spell}"],
        casual=[f"i need {ask}. note names use {spell}", f"music thing: {ask}. spell with {spell}; after B it goes on with C"],
        detailed=[f"The input has notes, named with {spell}; the twelve steps are one semitone apart and start again after B. Return "
                  f"{ask}.", f"Work on a circle of twelve notes spelt with {spell}, one semitone each. The output is {ask}, no other "
                  "words."])


@family(area="safety", theme=THEME, difficulty="medium")
def chess_square_facts(r):
    """Color of a chess square, or whether two squares share it."""
    mode = r.choice(["color", "same", "mirror"])
    dark, light = pick_labels(r, [("dark", "light"), ("black", "white"), ("DARK", "LIGHT"), ("D", "L"), ("0", "1")])
    yes, no = pick_labels(r, [("same", "different"), ("yes", "no"), ("equal", "unequal"), ("TRUE", "FALSE"), ("1", "0")])
    axis = r.choice(["left-right (a and h swap)", "top-bottom (1 and 8 swap)", "both ways (a1 and h8 swap)"])
    pieces = "bishop queen rook king knight pawn".split()

    def pair(r):
        (x, y), (u, v) = ((r.randrange(8), r.randrange(8)) for _ in range(2))
        if mode == "same":
            want = r.random() < 0.5
            while (x + y + u + v) % 2 != (not want) or (x, y) == (u, v):
                u, v = r.randrange(8), r.randrange(8)
        one, two = ("abcdefgh"[a] + str(b + 1) for a, b in ((x, y), (u, v)))
        if mode == "same":
            line = r.choice(["{a} and {b}", "{f} has {p}s on {a} and {b}", "compare {a} with {b}", "{p} {a}, {q} {b}",
                             "game {n}: {a}, {b}"])
        else:
            line = r.choice(["{p} on {a}", "{f} moves the {p} to {a}", "square {a}, game {n}", "move {n}: {p} {a}",
                             "the {p} of {f} stands on {a}", "{a} is empty, says {f}", "{f} looks at {a} in game {n}"])
        text = line.format(a=one, b=two, f=w.first(r), p=r.choice(pieces), q=r.choice(pieces), n=r.randint(10, 99))
        image = "abcdefgh"[x if axis[0] == "t" else 7 - x] + str((y if axis[0] == "l" else 7 - y) + 1)
        return text, {"color": light if (x + y) % 2 else dark, "same": yes if (x + y + u + v) % 2 == 0 else no, "mirror": image}[mode]

    ask = {"color": f"{dark} or {light}, the color of the square", "same": f"{yes} if both squares have the same color, {no} if not",
           "mirror": f"the square it becomes when the board is mirrored {axis}"}[mode]
    rule = "a1 is dark and neighbours alternate" if mode != "mirror" else "columns a-h, rows 1-8"
    if mode == "color" and dark != "dark":
        rule = f"a1 is {dark} and neighbours alternate"
    return Task(
        key=(mode, {"color": dark, "same": yes, "mirror": axis}[mode]), labels={"color": (dark, light), "same": (yes, no),
                                                                                "mirror": None}[mode], pair=pair,
        terse=[f"chess: {ask}; {rule}", f"Output {ask} (chess board, {rule})"],
        casual=[f"on a chess board {rule}. for what the text names give me {ask}", f"tell me {ask}. remember {rule}; the pieces don't "
                "matter"],
        detailed=[f"The input mentions chess squares such as e4. On the board {rule}. Return {ask}.",
                  f"Read the chess notation in the text: a letter for the column and a digit for the row; {rule}. The output is {ask}."])


@family(area="safety", theme=THEME, difficulty="medium")
def chess_move_shape(r):
    """Could a piece make a move on an empty board?"""
    ok, bad = pick_labels(r, [("legal", "illegal"), ("yes", "no"), ("OK", "BAD"), ("possible", "impossible"), ("valid", "invalid"),
                              ("can", "cannot"), ("1", "0")])
    rules = {"rook": ("any distance along a row or column", lambda a, b: a == 0 or b == 0), "bishop": ("any distance diagonally", lambda a,
        b: a == b), "knight": ("two squares one way and one square across", lambda a, b: {a, b} == {1, 2}),
             "king": ("one square in any direction", lambda a, b: max(a, b) == 1), "queen": ("any distance along rows, columns or "
                 "diagonals", lambda a, b: a == 0 or b == 0 or a == b)}
    used = sorted(r.sample(sorted(rules), 2))
    style = r.choice(["-", " to ", " > ", "x"])

    def pair(r):
        wanted, piece = r.random() < 0.5, r.choice(used)
        while True:
            x, y, u, v = (r.randrange(8) for _ in range(4))
            if not wanted and r.random() < 0.5:
                u, v = min(7, max(0, x + r.randint(-2, 2))), min(7, max(0, y + r.randint(-2, 2)))
            a, b = abs(x - u), abs(y - v)
            if (a or b) and rules[piece][1](a, b) == wanted:
                break
        move = f"{'abcdefgh'[x]}{y + 1}{style}{'abcdefgh'[u]}{v + 1}"
        return r.choice(["{p} {m}", "{f}: {p} {m}", "{m} with the {p}", "move {n}: {p} {m}", "{f} wants {p} {m}",
                         "{p} of {f}, {m}"]).format(p=piece, m=move, f=w.first(r), n=r.randint(2, 80)), ok if wanted else bad

    legend = "; ".join(f"{p}: {rules[p][0]}" for p in used)
    return Task(
        key=(ok, used, style), labels=(ok, bad), pair=pair,
        terse=[f"chess move, empty board: {ok} or {bad}. {legend}", f"{ok} if the piece can go there, else {bad}. {legend}"],
        casual=[f"can the chess piece do that on an empty board? {legend}. say {ok} or, if it can't, {bad}",
                f"check the move: {legend}. {ok} when it fits, {bad} when it doesn't"],
        detailed=[f"The input is a chess move from one square to another on an empty board. The pieces move as follows: {legend}. Return "
                  f"{ok} if the piece can make the move, {bad} if it cannot.",
                  f"Judge whether a move has the right shape for its piece ({legend}); no other pieces stand on the board. The answer is "
                  f"{options((ok, bad))}, the former for moves that obey the rule."])


MINERALS = {"talc": 1, "gypsum": 2, "calcite": 3, "fluorite": 4, "apatite": 5, "feldspar": 6, "quartz": 7, "topaz": 8, "corundum": 9,
            "diamond": 10, "halite": 2, "galena": 3, "pyrite": 6, "garnet": 7, "beryl": 8, "graphite": 1}


@family(area="safety", theme=THEME, difficulty="medium")
def mineral_scratched(r):
    """Which of two minerals gets scratched, by the hardness table of the spec?"""
    table = r.sample(sorted(MINERALS), 5)
    changed = r.random() < 0.4
    hardness = {m: r.randint(1, 10) if changed else MINERALS[m] for m in table}
    mode, edge = r.choice(["softer", "softer", "harder", "gap"]), r.choice(["neither", "none", "equal", "-"])

    def pair(r):
        a, b = r.sample(table, 2)
        line = r.choice(["{a} rubs on {b}", "{a} against {b}", "{f} drags {a} over {b}", "test {n}: {a}, {b}", "{a} and {b} in one bag",
                         "{b} from {c} meets {a}", "a piece of {a} falls on {b} in {c}", "box {n} holds {a} beside {b}"])
        soft, hard = (a, b) if hardness[a] < hardness[b] else (b, a)
        text = line.format(a=a, b=b, f=w.first(r), n=r.randint(2, 99), c=w.city(r))
        gap = hardness[hard] - hardness[soft]
        return text, str(gap) if mode == "gap" else edge if gap == 0 else soft if mode == "softer" else hard

    rows = ", ".join(f"{m} {hardness[m]}" for m in table)
    what = {"softer": f"the mineral that gets scratched (lower hardness); {edge} if both are equal",
            "harder": f"the mineral that scratches (higher hardness); {edge} if both are equal",
            "gap": "the difference of the two hardness values"}[mode]
    return Task(
        key=(sorted(hardness.items()), mode, edge if mode != "gap" else 0), pair=pair,
        terse=[f"hardness: {rows}. Give {what}", f"two minerals -> {what}. {rows}"],
        casual=[f"use this hardness list and no other: {rows}. tell me {what}", f"by hardness ({rows}), what is {what}?"],
        detailed=[f"The input names two minerals. Their hardness on our scale: {rows}. Return {what}.",
                  f"Compare two minerals by this table, even if you know other values: {rows}. The output is {what}. It does not matter "
                  "which one is named first."])


BODIES = ("Mercury Venus Mars Jupiter Saturn Uranus Neptune Ceres Titan Europa Ganymede Callisto Io Triton Pluto Eris Vesta Rhea Dione "
          "Sedna".split())


@family(area="safety", theme=THEME, difficulty="medium")
def sky_table_question(r):
    """A comparison of two bodies by the table of the spec."""
    names = r.sample(BODIES, 4)
    values = r.sample(range(2, 99), 4)
    field, more, less = r.choice([("known craters", "more", "fewer"), ("orbit in years", "longer", "shorter"),
                                  ("distance in light minutes", "farther", "nearer"), ("visits by probes", "more", "fewer"),
                                  ("survey score", "higher", "lower"),
                                  ("rotation in hours", "slower", "faster"), ("radius in pixels", "larger", "smaller")])
    yes, no = pick_labels(r, [("yes", "no"), ("TRUE", "FALSE"), ("right", "wrong"), ("1", "0"), ("Y", "N")])
    mode = r.choice(["pick", "pick", "verdict", "gap"])
    table = dict(zip(names, values))

    def pair(r):
        a, b = r.sample(names, 2)
        word = r.choice([more, less])
        top = max(a, b, key=table.get) if word == more else min(a, b, key=table.get)
        if mode == "pick":
            line = r.choice(["{w}: {a} or {b}?", "which is {w}, {a} or {b}?", "{f} asks which one is {w}: {a} or {b}",
                             "between {a} and {b}, the {w} one", "quiz {n}: {a} or {b}, {w}?", "{c} school, {a} or {b}, which {w}?"])
        elif mode == "verdict":
            line = r.choice(["{a} is {w} than {b}", "{f} says {a} is {w} than {b}", "claim {n}: {a} {w} than {b}", "is {a} {w} than {b}?",
                             "{f} from {c}: {a}, {w} than {b}", "it is said in {c} that {a} is {w} than {b}"])
        else:
            line = r.choice(["{a} and {b}", "{f} compares {a} with {b}", "from {a} to {b}", "{a}, {b}, for {f}", "pair {n}: {a} {b}",
                             "difference of {b} and {a} for {c}", "{f} in {c}: {a} against {b}"])
        text = line.format(w=word, a=a, b=b, f=w.first(r), n=r.randint(2, 99), c=w.city(r))
        return text, {"pick": top, "verdict": yes if top == a else no, "gap": str(abs(table[a] - table[b]))}[mode]

    rows = ", ".join(f"{n} {v}" for n, v in table.items())
    words = f"{more} = greater, {less} = smaller number"
    ask = {"pick": "the body that the question asks for", "verdict": f"{yes} if the claim is true, else {no}",
           "gap": "the difference of the two values, without sign"}[mode]
    note = "" if mode == "gap" else f" ({words})"
    return Task(
        key=(rows, field, mode, yes if mode == "verdict" else 0), labels=(yes, no) if mode == "verdict" else None, pair=pair,
        terse=[f"{field}: {rows}. Give {ask}{note}", f"{field}: {rows} -> {ask}{note}"],
        casual=[f"this is our table of {field}: {rows}. go by it alone and give me {ask}{note}", f"{field} are {rows}. i want {ask}{note}"],
        detailed=[f"The input mentions two bodies of the solar system. Use only this table of {field}: {rows}. Return {ask}{note}.",
                  f"Answer from a table, not from memory. The {field}: {rows}. The output is {ask}{note}."])
