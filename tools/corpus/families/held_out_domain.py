"""Held out: hazard codes, dilutions, turns on a changed compass, blood groups, card tricks, DNA strands."""
import words as w
from task import Task, family, pick_labels

CHEMISTRY, KNOWLEDGE = "chemistry and domain commonsense", "domain knowledge and counterfactuals"


@family(area="safety", theme=CHEMISTRY, difficulty="easy")
def hazard_code_groups(r):
    """The groups of the hazard codes on a label."""
    groups = r.choice([("physical", "health", "environment"), ("FIRE", "BODY", "NATURE"), ("P", "H", "E"), ("flame", "person", "tree"),
                       ("phys", "tox", "eco")])
    mode, sep, edge = r.choice(["list", "list", "count", "top"]), r.choice([", ", " ", "+", "/"]), r.choice(["none", "-", "harmless",
        "no hazard"])
    target = r.randint(0, 2)
    digits = r.choice(["234", "234", "357", "123"])
    bottles = ("cleaner thinner glue paint varnish solvent acid bleach polish fuel resin degreaser ink adhesive primer descaler sealant "
               "wax spray".split())

    def pair(r):
        present = sorted(r.sample(range(3), r.choice([0, 1, 1, 2, 2, 3])))
        codes = [f"H{digits[at]}{r.randint(0, 9)}{r.randint(0, 9)}" for at in present
                 for _ in range(r.randint(1, 2))] + [f"P{r.choice('1234')}{r.randint(10, 99)}" for _ in range(r.randint(0, 2))]
        r.shuffle(codes)
        named = r.choice([f"{r.choice(w.COLORS)} {r.choice(bottles)}", f"{w.company(r)} {r.choice(bottles)}",
                          f"{r.choice(bottles)} no. {r.randint(2, 99)}"])
        hits = [f"H{digits[at]}" for at in range(3)]
        text = f"{named}: {', '.join(codes)}" if codes else f"{named}: no codes"
        found = [groups[at] for at in present]
        counted = sum(code.startswith(hits[target]) for code in codes)
        return text, {"list": sep.join(found) or edge, "top": found[0] if found else edge, "count": str(counted)}[mode]

    legend = ", ".join(f"H{d}xx {g}" for d, g in zip(digits, groups))
    ask = {"list": f"the groups present, in this order, once each, joined by '{sep}', {edge} if none",
           "top": f"the group present that stands first in this list, {edge} if none",
           "count": f"how many codes belong to {groups[target]}"}[mode]
    return Task(
        key=(groups, digits, mode, {"list": (edge, sep), "top": edge, "count": target}[mode]), labels=(*groups, edge) if mode == "top"
        else None, pair=pair,
        terse=[f"hazard codes: {legend}. Give {ask}; P codes are ignored", f"{legend} (skip P codes) -> {ask}"],
        casual=[f"the codes mean {legend}, the P ones don't matter. tell me {ask}", f"read the codes on the label ({legend}; forget about "
                f"P...) and give me {ask}"],
        detailed=[f"The input is a product with its codes. Codes of hazards are: {legend}. Codes that begin with P are advice and are "
                  f"ignored. Return {ask}.", f"Sort the H codes of a label by their first digit: {legend}. P codes do not count. The "
                  f"output is {ask}."])


@family(area="safety", theme=CHEMISTRY, difficulty="hard")
def dilution_amounts(r):
    """Final volume, water to add or stock to take for a dilution."""
    mode, unit = r.choice(["water", "total", "stock"]), r.choice(["ml", "l", "cl"])
    strength, form = r.choice(["%", "g/l", "mmol"]), r.choice(["{n} {u}", "{n}{u}", "{n}"])
    stuffs = ("vinegar,bleach,syrup,alcohol,acid,salt "
              "water,dye,cleaner,juice,fertilizer,ammonia,glycerol,buffer,antifreeze,detergent,sugar water,brine,paint,ink,soap".split(","))

    def pair(r):
        low, factor = r.randint(1, 10), r.choice([2, 3, 4, 5, 6, 8, 10])
        start = r.choice([10, 20, 25, 30, 40, 50, 100, 120, 200, 250, 500])
        values = {"s": r.choice(stuffs), "a": low * factor, "b": low, "f": w.first(r), "c": w.city(r), "x": r.choice(w.NOUNS),
                  "k": strength, "u": unit, "v": start * factor if mode == "stock" else start}
        if mode == "stock":
            line = r.choice(["{v} {u} of {b} {k} {s} from {a} {k} stock", "{f} needs {v} {u} of {b} {k} {s}, stock has {a} {k}",
                             "stock {s} {a} {k}, wanted: {v} {u} at {b} {k}", "for the {x}: {v} {u} of {s} at {b} {k}, we have {a} {k}"])
            return line.format(**values), form.format(n=start, u=unit)
        line = r.choice(["{v} {u} of {a} {k} {s} to {b} {k}", "{f} thins {v} {u} of {s} from {a} {k} to {b} {k}",
                         "dilute {v} {u} {s}, {a} {k}, down to {b} {k}", "{s} for the {x}: {v} {u} at {a} {k}, wanted {b} {k}",
                         "in {c} they have {v} {u} of {a} {k} {s} and want {b} {k}"])
        return line.format(**values), form.format(n=start * (factor - 1 if mode == "water" else factor), u=unit)

    ask = {"water": f"how many {unit} of water to add", "total": f"the final volume in {unit}",
           "stock": f"how many {unit} of the stock to take"}[mode]
    shape = f"written like {form.format(n=90, u=unit)}"
    law = "strength times volume stays the same"
    return Task(
        key=(mode, unit, strength, form), pair=pair,
        terse=[f"dilution with water ({law}): {ask}, {shape}", f"{law} when water is added. Give {ask}, {shape}"],
        casual=[f"we thin something with water, so {law}. tell me {ask}, {shape}", f"work out {ask} for this dilution ({law}) and give it "
                f"{shape}"],
        detailed=[f"The input describes a dilution with water from a strong to a weak solution, strengths in {strength}. In a dilution "
                  f"{law}. Return {ask}, {shape}.", f"Compute a dilution: {law}, and volumes simply add. The output is {ask}, {shape}."])


@family(area="safety", theme=KNOWLEDGE, difficulty="hard")
def changed_turns_heading(r):
    """The heading after some turns whose words have other meanings."""
    names = r.choice([("north", "east", "south", "west"), ("N", "E", "S", "W"), ("NORTH", "EAST", "SOUTH", "WEST"),
                      ("up", "right side", "down", "left side"), ("12", "3", "6", "9")])
    words = r.sample(["left", "right", "back", "hop", "bend", "flip"], 3)
    turns = r.sample([(1, "a quarter turn clockwise"), (3, "a quarter turn counterclockwise"), (2, "a half turn"), (0, "no turn")], 3)
    if "left" in words and turns[words.index("left")][0] == 3:
        turns = [turns[1], turns[2], turns[0]]
    meaning = {word: turn for word, turn in zip(words, turns)}
    most = r.choice([2, 3, 3])

    def pair(r):
        at = r.randrange(4)
        start = names[at]
        moves = [r.choice(words) for _ in range(r.randint(1, most))]
        for move in moves:
            at = (at + meaning[move][0]) % 4
        line = r.choice(["{f} faces {s}: {m}", "start {s}, then {m}", "robot {n} looks {s}; {m}", "from {s} the {x} goes {m}",
                         "{s}; {m} ({f})", "heading {s}, orders to {f}: {m}"])
        return line.format(f=w.first(r), s=start, m=", ".join(moves), n=r.randint(2, 99), x=r.choice(w.ANIMALS)), names[at]

    rule = ", ".join(f"'{word}' is {turn}" for word, (_, turn) in meaning.items())
    circle = f"clockwise order {', '.join(names)}"
    return Task(
        key=(names, sorted((word, step) for word, (step, _) in meaning.items()), most), labels=names, pair=pair,
        terse=[f"Suppose {rule}. Final heading ({circle})?", f"heading after the moves; {rule}; {circle}"],
        casual=[f"in this game {rule}. where does it look at the end? headings in {circle}",
                f"pretend {rule}. start with the given heading, {circle}, and tell me the last one"],
        detailed=[f"The input gives a heading and a list of moves. Suppose that {rule}. Headings have the {circle}. Return the heading "
                  "after all moves.", f"Words for turns have new meanings: {rule}. Apply the moves one after the other to the first "
                  f"heading ({circle}) and output the heading that results."])


GROUPS = {"O": "", "A": "A", "B": "B", "AB": "AB"}


@family(area="safety", theme=KNOWLEDGE, difficulty="hard")
def blood_donor_fits(r):
    """May blood of one group be given to a person of another?"""
    ok, bad = pick_labels(r, [("compatible", "incompatible"), ("YES", "NO"), ("give", "refuse"), ("match", "mismatch"), ("fits", "wrong"),
                              ("ok", "danger"), ("1", "0")])
    rhesus, plasma = r.random() < 0.6, r.random() < 0.25
    rhesus = rhesus and not plasma
    order = r.choice(["donor first", "recipient first", "named"])

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            donor, taker = r.choice(sorted(GROUPS)), r.choice(sorted(GROUPS))
            signs = [r.choice("+-"), r.choice("+-")]
            source, target = (taker, donor) if plasma else (donor, taker)
            fits = set(GROUPS[source]) <= set(GROUPS[target]) and (not rhesus or signs == ["+", "+"] or signs[0] == "-")
            if fits == wanted:
                break
        d, t = donor + signs[0], taker + signs[1]
        if order == "named":
            line = r.choice(["donor {d}, recipient {t}", "recipient {t}, donor {d}", "{f} (donor) {d}, {g} (recipient) {t}",
                             "bag {n} from donor {d} for recipient {t}", "recipient {g} has {t}, donor {f} has {d}",
                             "room {n}, recipient {t}: donor {d} in {c}"])
        else:
            a, b = ("{d}", "{t}") if order == "donor first" else ("{t}", "{d}")
            line = r.choice([f"{a} and {b}, bag {{n}}", f"{{f}} {a}, {{g}} {b}", f"case {{n}}: {a} / {b}", f"{a} with {b} in {{c}}",
                             f"{{c}}, room {{n}}: {a}, {b}"])
        p, q = r.sample(w.FIRST, 2)
        return line.format(d=d, t=t, f=p, g=q, n=r.randint(2, 999), c=w.city(r)), ok if wanted else bad

    if plasma:
        rule = "plasma: each A, B of the recipient's group must be in the donor's (O has none); ignore + and -"
    else:
        rule = "each A, B of the donor's group must be in the recipient's (O has none)" + (", + goes only to +" if rhesus
            else "; ignore + and -")
    who = {"donor first": "first group donor, second recipient", "recipient first": "first group recipient, second donor",
           "named": "donor and recipient are named"}[order]
    return Task(
        key=(ok, rhesus, plasma, order), labels=(ok, bad), pair=pair,
        terse=[f"{ok} or {bad}: {rule} ({who})", f"{who}. {rule} -> {ok}, else {bad}"],
        casual=[f"can the donor give to the recipient? {rule}. {who}. answer {ok} or {bad}", f"check blood groups: {rule}. {who}; say {ok} "
                f"if that holds, {bad} if not"],
        detailed=[f"The input has two blood groups; {who}. The rule is: {rule}. Return {ok} if the rule is kept and {bad} if it is broken.",
                  f"Decide whether a donation is allowed by this rule: {rule}. As to the roles, {who}. Output {ok} when it is allowed and "
                  f"{bad} when not."])


SUITS = ["spades", "hearts", "diamonds", "clubs"]


@family(area="safety", theme=KNOWLEDGE, difficulty="hard")
def card_trick_winner(r):
    """Who wins a trick of cards with a stated trump."""
    short = r.random() < 0.6
    marks = dict(zip(SUITS, "SHDC")) if short else {suit: f" of {suit}" for suit in SUITS}
    trump, lowest = r.choice([*SUITS, None]), r.random() < 0.3
    mode = r.choice(["card", "player", "player"])
    ranks = r.choice([list("6789") + ["10", "J", "Q", "K", "A"], ["A"] + list("6789") + ["10", "J", "Q", "K"], list("6789")
                      + ["J", "Q", "K", "10", "A"]])

    def pair(r):
        count = r.choice([3, 3, 4])
        suits = r.sample(SUITS, r.choice([2, 2, 3]))
        deck = [(rank, suit) for suit in suits for rank in ranks]
        cards = r.sample(deck, count)
        players = r.sample(w.FIRST, count)
        pool = [c for c in cards if c[1] == trump] or [c for c in cards if c[1] == cards[0][1]]
        best = (min if lowest else max)(pool, key=lambda card: ranks.index(card[0]))
        shown = [rank + marks[suit] for rank, suit in cards]
        text = ", ".join(f"{p} {c}" if short else f"{p}: {c}" for p, c in zip(players, shown))
        at = cards.index(best)
        return text, shown[at] if mode == "card" else players[at]

    order = " ".join(ranks)
    rule = f"{trump} are trump" if trump else "there is no trump"
    end = "lowest" if lowest else "highest"
    first = f"the {end} card of the first card's suit wins"
    if trump:
        first = f"the {end} trump wins, else the {end} of the first card's suit"
    ask = "the winning card" if mode == "card" else "the winning player"
    return Task(
        key=(short, trump, lowest, mode, order), pair=pair,
        terse=[f"{rule}: {first}; rising {order}. Output {ask}", f"trick -> {ask}; {rule}, {first}; {order}"],
        casual=[f"who takes the trick? {rule}, {first}. ranks from low to high: {order}. i want {ask}",
                f"cards in the order played. {rule}, {first}; low to high {order}. give me {ask}"],
        detailed=[f"The input lists the cards of a trick in the order played{', suits as S, H, D, C' if short else ''}. In this game "
                  f"{rule}: {first}. The ranks from low to high are {order}. Return {ask}.",
                  f"Decide a card trick in which {rule}. The rule: {first}. From low to high the ranks are {order}; the players act in the "
                  f"order of the text. The output is {ask}."])


@family(area="safety", theme=KNOWLEDGE, difficulty="medium")
def dna_strand_rewritten(r):
    """A DNA strand complemented, reversed, transcribed or counted."""
    mode = r.choice(["complement", "reverse complement", "rna", "gc", "codons", "motif"])
    motif = r.choice(["ATG", "TATA", "GAT", "CCG", "TAA", "GGC", "ACG", "CAT"])
    yes, no = pick_labels(r, [("yes", "no"), ("found", "absent"), ("TRUE", "FALSE"), ("hit", "miss"), ("1", "0")])
    lower, sep = r.random() < 0.35, r.choice(["-", " ", ".", "|"])
    turned = str.maketrans("ACGT", "TGCA")

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            strand = "".join(r.choice("ACGT") for _ in range(3 * r.randint(2, 4) if mode == "codons" else r.randint(5, 12)))
            if mode == "motif" and wanted and r.random() < 0.7:
                at = r.randint(0, len(strand))
                strand = strand[:at] + motif + strand[at:]
            if mode != "motif" or (motif in strand) == wanted:
                break
        flipped = strand.translate(turned)
        answer = {"complement": flipped, "reverse complement": flipped[::-1], "rna": strand.replace("T", "U"),
                  "gc": str(strand.count("G") + strand.count("C")), "motif": yes if wanted else no,
                  "codons": sep.join(strand[at:at + 3] for at in range(0, len(strand), 3))}[mode]
        line = r.choice(["{s}", "strand {s}", "{s} (sample {n})", "{f} read {s}", "gene {n}: {s}", "5' {s} 3'"])
        shown = strand.lower() if lower else strand
        return line.format(s=shown, n=r.randint(2, 99), f=w.first(r)), answer.lower() if lower and mode not in ("motif", "gc") else answer

    ask = {"complement": "its complement, letter by letter (A-T, C-G swapped)", "reverse complement": "its reverse complement: swap A-T "
           "and C-G, then read backward", "rna": "it as RNA, every T replaced by U", "gc": "how many of its letters are G or C",
           "codons": f"it cut in groups of three, joined by '{sep}'", "motif": f"{yes} if it contains {motif.lower() if lower else motif} "
           f"without gaps, {no} if not"}[mode]
    case = ", letters in " + ("lower" if lower else "upper") + " case as in the input" if mode not in ("gc", "motif") else ""
    return Task(
        key=(mode, lower, {"motif": (motif, yes), "codons": sep}.get(mode, 0)), labels=(yes, no) if mode == "motif" else None, pair=pair,
        terse=[f"DNA strand -> {ask}{case}", f"Find the DNA strand and give {ask}{case}"],
        casual=[f"there's a dna strand in here. i need {ask}{case}", "take the letters of the strand, nothing around them, and give me "
                f"{ask}{case}"],
        detailed=[f"The input contains a DNA strand of the letters A, C, G and T, maybe with a label. Return {ask}{case}.",
                  f"Read the strand in the text; names and numbers around it are no part of it. The output is {ask}{case}."])
