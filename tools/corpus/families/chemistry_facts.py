"""Chemistry on paper: formulas, SMILES, elements, reactions, acids, states and salts."""
import math
import re

import words as w
from task import Task, family, options, pick_labels

THEME = "chemistry and domain commonsense"
ELEMENTS = [("hydrogen", "H", 1), ("helium", "He", 2), ("lithium", "Li", 3), ("beryllium", "Be", 4), ("boron", "B", 5), ("carbon", "C", 6),
            ("nitrogen", "N", 7), ("oxygen", "O", 8), ("fluorine", "F", 9), ("neon", "Ne", 10),
            ("sodium", "Na", 11), ("magnesium", "Mg", 12), ("aluminium", "Al", 13), ("silicon", "Si", 14), ("phosphorus", "P", 15),
            ("sulfur", "S", 16), ("chlorine", "Cl", 17), ("argon", "Ar", 18), ("potassium", "K", 19),
            ("calcium", "Ca", 20), ("titanium", "Ti", 22), ("chromium", "Cr", 24), ("manganese", "Mn", 25), ("iron", "Fe", 26),
            ("cobalt", "Co", 27), ("nickel", "Ni", 28), ("copper", "Cu", 29), ("zinc", "Zn", 30),
            ("arsenic", "As", 33), ("bromine", "Br", 35), ("krypton", "Kr", 36), ("silver", "Ag", 47), ("tin", "Sn", 50),
            ("iodine", "I", 53), ("xenon", "Xe", 54), ("barium", "Ba", 56), ("tungsten", "W", 74),
            ("platinum", "Pt", 78), ("gold", "Au", 79), ("mercury", "Hg", 80), ("lead", "Pb", 82), ("uranium", "U", 92)]
CATIONS = [("Na", 1), ("K", 1), ("Li", 1), ("Ag", 1), ("NH4", 1), ("Mg", 2), ("Ca", 2), ("Ba", 2), ("Zn", 2), ("Cu", 2), ("Fe", 2),
           ("Fe", 3), ("Al", 3), ("Cr", 3), ("Pb", 2), ("Ni", 2), ("Co", 2), ("Mn", 2), ("Sr", 2), ("Rb", 1)]
ANIONS = [("Cl", 1), ("Br", 1), ("F", 1), ("I", 1), ("OH", 1), ("NO3", 1), ("O", 2), ("S", 2), ("SO4", 2), ("CO3", 2), ("PO4", 3), ("N", 3),
          ("CN", 1), ("ClO3", 1), ("SO3", 2), ("NO2", 1), ("CrO4", 2), ("MnO4", 1)]


def group(ion, count):
    if count == 1:
        return ion
    return f"({ion}){count}" if sum(c.isupper() for c in ion) > 1 or ion[-1].isdigit() else f"{ion}{count}"


def salt(cation, anion):
    (positive, p), (negative, n) = cation, anion
    common = math.gcd(p, n)
    return group(positive, n // common) + group(negative, p // common)


def organic(r):
    carbon = r.randint(1, 12)
    out = "C" + (str(carbon) if carbon > 1 else "") + f"H{r.randint(max(2, carbon - 2), 2 * carbon + 2)}"
    for symbol, chance in (("Br", 0.1), ("Cl", 0.15), ("N", 0.3), ("O", 0.6), ("S", 0.15)):
        if r.random() < chance:
            count = r.randint(1, 6 if symbol == "O" else 3)
            out += symbol + (str(count) if count > 1 else "")
    return out


def a_formula(r):
    return organic(r) if r.random() < 0.55 else salt(r.choice(CATIONS), r.choice(ANIONS))


def atoms(formula):
    """{symbol: count} of a formula with at most one level of brackets"""
    counts = {}
    for inner, times, symbol, count in re.findall(r"\(([^)]*)\)(\d*)|([A-Z][a-z]?)(\d*)", formula):
        if inner:
            for name, number in atoms(inner).items():
                counts[name] = counts.get(name, 0) + number * int(times or 1)
        else:
            counts[symbol] = counts.get(symbol, 0) + int(count or 1)
    return counts


LABELLED = ["{f}", "sample {l}: {f}", "the bottle says {f}", "{f} from {c}", "{n} ordered {f}", "label: {f}", "we weighed some {f}",
            "{f}, store dry", "solid {f} in the {x}", "what about {f}?", "{n} asks about {f}", "compound {l}, {f}"]


def labelled(r, formula):
    return r.choice(LABELLED).format(f=formula, l=r.choice("abcdefgh"), c=w.city(r), n=w.first(r).lower(), x=r.choice(w.NOUNS))


@family(area="safety", theme=THEME, difficulty="medium")
def formula_atom_count(r):
    """Atoms in a formula: of an element, in all, or of which kinds."""
    mode, element = r.choice(["one", "one", "one", "all", "kinds", "list"]), r.choice(["H", "H", "O", "O", "C", "N", "S", "Cl"])
    sep, zero = r.choice([", ", " ", "-", "/"]), r.choice(["0", "none", "-", "absent"])

    def pair(r):
        for _ in range(8):
            formula = a_formula(r)
            counts = atoms(formula)
            if mode != "one" or element in counts or r.random() < 0.15:
                break
        answer = {"one": counts.get(element, zero), "all": sum(counts.values()), "kinds": len(counts), "list": sep.join(counts)}[mode]
        return labelled(r, formula), str(answer)

    name = next(n for n, s, _ in ELEMENTS if s == element)
    ask = {"one": f"the number of {name} atoms ({element}) in the formula, {zero} if it has none",
           "all": "the total number of atoms in the formula", "kinds": "the number of different elements in the formula",
           "list": f"the element symbols of the formula, each once, in order of appearance, joined by '{sep}'"}[mode]
    rule = "a number behind a bracket multiplies everything inside"
    return Task(
        key=(mode, (element, zero) if mode == "one" else 0, sep if mode == "list" else 0), pair=pair,
        terse=[f"Give {ask}", f"chemical formula -> {ask}"],
        casual=[f"find the chemical formula and tell me {ask}; {rule}", f"what is {ask}? mind that {rule}"],
        detailed=[f"The input contains one chemical formula, such as Ca(OH)2. Return {ask}. Note that {rule}.",
                  f"Read the formula in the text. Subscripts are written as plain digits, and {rule}. The output is {ask}."])


def smiles(r):
    """A small molecule: a chain with branches, sometimes on a ring."""
    chain = ["C"]
    for _ in range(r.randint(1, 5)):
        piece = r.choice(["C", "C", "C", "O", "N", "C(C)", "C(Cl)", "C(=O)", "C(F)", "C(O)", "C(Br)", "C=C", "C#C", "S", "C(N)"])
        if chain[-1][0] in "ONS" and piece[0] in "ONS":
            piece = "C"
        chain.append(piece)
    ring = r.choice(["", "", "", "c1ccccc1", "C1CCCCC1", "C1CCCC1", "c1ccncc1", "C1CC1", "C1CCOCC1", "c1ccc(Cl)cc1"])
    tail = r.choice(["", "", "O", "N", "Cl", "Br", "F", "I", "C#N", "C(=O)O", "CCl"])
    if tail in ("O", "N", "Cl", "Br", "F", "I") and chain[-1][0] in "ONS":
        tail = "C" + tail
    text = ring + "".join(chain) + tail
    if ring and not tail and r.random() < 0.5:
        text += "C1CCC1"
    return text


@family(area="safety", theme=THEME, difficulty="medium")
def smiles_feature(r):
    """A count or a property of a simple SMILES string."""
    facts = {
        "carbon": (r"C(?!l)|c", "carbon atoms (C or c, but not the C of Cl)"), "oxygen": (r"O", "oxygen atoms (O)"),
        "nitrogen": (r"N|n", "nitrogen atoms (N or n)"), "halogen": (r"Cl|Br|F|I", "halogen atoms (F, Cl, Br, I)"),
        "double": (r"=", "double bonds (=)"), "branch": (r"\(", "branches (pairs of brackets)"),
        "ring": (r"1", "rings (each opened and closed by a digit 1)"), "triple": (r"#", "triple bonds (#)"),
        "hetero": (r"[ONSn]", "atoms O, N, n and S together")}
    fact = r.choice(sorted(facts))
    pattern, name = re.compile(facts[fact][0]), facts[fact][1]
    verdict, least = fact not in ("carbon", "hetero") and r.random() < 0.5 or fact == "triple", 1
    if fact == "carbon" and r.random() < 0.5:
        verdict, least = True, r.choice([5, 6, 7])
    yes, no = pick_labels(r, [("yes", "no"), ("TRUE", "FALSE"), ("has", "lacks"), ("1", "0"), ("hit", "miss"), ("keep", "skip")])

    def pair(r):
        wanted = r.random() < 0.5
        for _ in range(40):
            text = smiles(r)
            count = len(pattern.findall(text)) // (2 if fact == "ring" else 1)
            if verdict and (count >= least) == wanted or not verdict and (count or r.random() < 0.3):
                break
        shown = text if r.random() < 0.4 else r.choice([f"SMILES {text}", f"{text} (batch {r.choice('ABCDE')}{r.randint(2, 99)})",
                                                        f"{w.first(r)} drew {text}", f"mol_{r.randint(2, 999)} {text}"])
        return shown, (yes if count >= least else no) if verdict else str(count)

    ask = (f"{yes} if the molecule has {'at least ' + str(least) if least > 1 else 'any'} {name}, else {no}" if verdict
           else f"the number of {name}")
    return Task(
        key=(fact, verdict, (yes, least) if verdict else 0), labels=(yes, no) if verdict else None, pair=pair,
        terse=[f"SMILES -> {ask}", f"Molecule: {ask}"],
        casual=[f"there's a smiles string in here, give me {ask}", f"look at the structure string and answer: {ask}. names and batch codes "
                "around it don't count"],
        detailed=["The input contains a molecule as a SMILES string, in which every atom is written by its symbol (small letters in "
                  f"aromatic rings). Return {ask}.",
                  f"Inspect a SMILES string; hydrogen is not written in it. Ignore the words around it. The output is {ask}."])


ELEMENT_LINES = ["The alloy contains {e}.", "A trace of {e} was found in the {x}.", "{f} bought some {e} in {c}.",
                 "This compound of {e} is stable.", "Tank {n} holds {e}.", "{c} has a museum about {e}.", "Who discovered {e}, asks {f}.",
                 "The {x} is coated with {e}.",
                 "An atom of {e} hit the {x}.", "{f} wrote an essay on {e}.", "We ordered {n} kg of {e}.", "The price of {e} rose in {c}.",
                 "Element of the day: {e}!", "Spectrum {n} shows {e}.", "Is there {e} in the {x}?", "Shelf {n}: {e}, handle with care."]


@family(area="safety", theme=THEME, difficulty="easy")
def element_lookup(r):
    """Symbol, number or name of the element in a sentence."""
    mode, edge, end = r.choice(["symbol", "number", "name", "both"]), r.choice(["none", "-", "N/A", "no element", "?"]), r.choice(["plain",
        "upper"])
    glue = r.choice(["-", " ", "=", ":", "/"])

    def pair(r):
        name, symbol, number = r.choice(ELEMENTS if mode != "name" else [e for e in ELEMENTS if e[1] not in ("He", "Be", "As", "I")])
        line = r.choice(ELEMENT_LINES)
        empty = r.random() < 0.15
        word = r.choice(["water", "plastic", "wood", "paper", "glass", "cotton", "rubber", "wool", "paint", "sugar", "flour", "concrete",
                         "brick", "leather"]) if empty else symbol if mode == "name" else name
        text = line.format(e=word, x=r.choice([n for n in w.NOUNS if n not in ("iron", "tin", "lead")]), f=w.first(r), c=w.city(r),
                           n=r.randint(2, 400))
        answer = {"symbol": symbol, "number": str(number), "name": name.upper() if end == "upper" else name,
                  "both": f"{symbol}{glue}{number}"}[mode]
        return text, edge if empty else answer

    ask = {"symbol": "the symbol of the chemical element that is named", "number": "the atomic number of the chemical element that is "
           "named", "both": f"symbol and atomic number of the chemical element that is named, as in Fe{glue}26",
           "name": f"the English name in {'capital letters' if end == 'upper' else 'lower case'} of the chemical element whose symbol "
           "appears (aluminium, sulfur spelt so)"}[mode]
    return Task(
        key=(mode, edge, end if mode == "name" else 0, glue if mode == "both" else 0), pair=pair,
        terse=[f"Give {ask}; {edge} if there is no element", f"sentence -> {ask} (none mentioned: {edge})"],
        casual=[f"which element is it? i need {ask}. if the sentence has no element in it say {edge}",
                f"tell me {ask}, or {edge} when no element is mentioned"],
        detailed=[f"The input is a sentence that may mention one chemical element. Return {ask}. If no element is mentioned, only some "
                  f"other material, return {edge}.",
                  f"Find the chemical element in the sentence. The output is {ask}. Mixtures and everyday materials such as wood are no "
                  f"elements; in that case output {edge}."])


REACTIONS = """2 H2 + O2 > 2 H2O;N2 + 3 H2 > 2 NH3;CH4 + 2 O2 > CO2 + 2 H2O;2 Na + Cl2 > 2 NaCl;CaCO3 > CaO + CO2;
2 Mg + O2 > 2 MgO;Fe + S > FeS;4 Fe + 3 O2 > 2 Fe2O3;Zn + 2 HCl > ZnCl2 + H2;HCl + NaOH > NaCl + H2O;C3H8 + 5 O2 > 3 CO2 + 4 H2O;
2 KClO3 > 2 KCl + 3 O2;2 H2O2 > 2 H2O + O2;C + O2 > CO2;2 CO + O2 > 2 CO2;SO3 + H2O > H2SO4;2 SO2 + O2 > 2 SO3;CaO + H2O > Ca(OH)2;
2 Al + 3 Cl2 > 2 AlCl3;H2SO4 + 2 NaOH > Na2SO4 + 2 H2O;Fe2O3 + 3 CO > 2 Fe + 3 CO2;CuO + H2 > Cu + H2O;2 K + 2 H2O > 2 KOH + H2;
AgNO3 + NaCl > AgCl + NaNO3;C2H4 + 3 O2 > 2 CO2 + 2 H2O;P4 + 5 O2 > P4O10;Mg + 2 HCl > MgCl2 + H2;N2 + O2 > 2 NO;
4 NH3 + 5 O2 > 4 NO + 6 H2O;2 Al + Fe2O3 > Al2O3 + 2 Fe;C6H12O6 + 6 O2 > 6 CO2 + 6 H2O;Ca(OH)2 + CO2 > CaCO3 + H2O;
BaCl2 + Na2SO4 > BaSO4 + 2 NaCl;2 HgO > 2 Hg + O2;NaHCO3 + HCl > NaCl + H2O + CO2;Cl2 + 2 KBr > 2 KCl + Br2;2 C2H6 + 7 O2 > 4 CO2 + 6 H2O;
CS2 + 3 O2 > CO2 + 2 SO2;Si + 2 Cl2 > SiCl4;
2 Li + 2 H2O > 2 LiOH + H2;ZnS + 2 O2 > ZnSO4;TiCl4 + 2 Mg > Ti + 2 MgCl2""".replace("\n", "").split(";")
REACTIONS = [[[(int(term.split(" ")[0]), term.split(" ")[1]) if " " in term else (1, term) for term in side.split(" + ")]
              for side in line.split(" > ")] for line in REACTIONS]
ARROWS = [" -> ", " = ", " => ", " → ", " --> "]


def written(r, sides, arrow):
    return arrow.join(" + ".join((f"{n} " if n > 1 else "") + f for n, f in side) for side in sides)


def state(r, formula):
    if formula in ("H2", "O2", "N2", "Cl2", "CO2", "CO", "CH4", "NH3", "NO", "SO2", "C3H8", "C2H4", "C2H6"):
        return "(g)"
    return r.choice(["(l)", "(g)"]) if formula in ("H2O", "H2O2", "SO3", "CS2", "Br2") else r.choice(["(s)", "(aq)"])


@family(area="safety", theme=THEME, difficulty="hard")
def reaction_is_balanced(r):
    """Does a reaction have the same atoms on both sides?"""
    ok, bad = pick_labels(r, [("balanced", "unbalanced"), ("OK", "WRONG"), ("yes", "no"), ("valid", "invalid"), ("true", "false"),
                              ("even", "uneven"), ("1", "0"), ("keeps mass", "breaks mass")])
    mode, edge = r.choice(["verdict", "verdict", "element"]), r.choice(["none", "balanced", "-", "ok"])
    note = r.choice(["combustion in {c}", "exercise {n}", "{f} wrote", "board {n}", "lab {c}", "page {n}", "slide {n}"])

    def pair(r):
        wanted = r.random() < (0.5 if mode == "verdict" else 0.2)
        while True:
            times = r.choice([1, 1, 2, 3])
            sides = [[(n * times, f) for n, f in r.sample(side, len(side))] for side in r.choice(REACTIONS)]
            if not wanted:
                side = r.choice(sides)
                at = r.randrange(len(side))
                side[at] = (r.choice([n for n in (side[at][0] - 1, side[at][0] + 1, side[at][0] + 2) if n > 0]), side[at][1])
            counts = []
            for side in sides:
                total = {}
                for n, f in side:
                    for symbol, count in atoms(f).items():
                        total[symbol] = total.get(symbol, 0) + n * count
                counts.append(total)
            off = [symbol for symbol in counts[0] if counts[0][symbol] != counts[1].get(symbol)]
            if bool(off) != wanted:
                break
        text = written(r, sides, r.choice(ARROWS))
        if r.random() < 0.5:
            text = note.format(c=w.city(r), n=r.randint(1, 99), f=w.first(r)) + ": " + text
        return text, (bad if off else ok) if mode == "verdict" else off[0] if off else edge

    ask = f"{ok} if every element has as many atoms left as right, {bad} otherwise" if mode == "verdict" else \
        f"the first element, as its symbol appears on the left side, whose atom numbers differ left and right; {edge} if none"
    return Task(
        key=(mode, ok if mode == "verdict" else edge, note), labels=(ok, bad) if mode == "verdict" else None, pair=pair,
        terse=[f"reaction equation -> {ask}", f"Count the atoms: {ask}"],
        casual=[f"check this equation with its coefficients and tell me {ask}", f"is mass conserved? give me {ask}. numbers in front "
                "multiply the whole formula"],
        detailed=["The input contains a chemical equation. Coefficients stand in front of the formulas, no coefficient means 1. Return "
                  f"{ask}.",
                  "Verify a chemical equation by counting atoms on both sides, coefficients times the numbers in the formulas. The output "
                  f"is {ask}."])


@family(area="safety", theme=THEME, difficulty="medium")
def reaction_side_list(r):
    """The substances of one side of a reaction."""
    side = r.choice(["reactants", "products"])
    mode, sep = r.choice(["bare", "bare", "with", "count", "biggest"]), r.choice([", ", " ", "; ", "|", " and "])
    states = r.random() < 0.5
    lower = mode == "bare" and r.random() < 0.2

    def pair(r):
        sides = [r.sample(s, len(s)) for s in r.choice(REACTIONS)]
        times = r.choice([1, 1, 1, 2, 3])
        sides = [[(n * times, f) for n, f in s] for s in sides]
        shown = [[(n, f + (state(r, f) if states else "")) for n, f in s] for s in sides]
        chosen = sides[0 if side == "reactants" else 1]
        top = max(n for n, _ in chosen)
        answer = {"bare": sep.join(f for _, f in chosen), "with": sep.join((f"{n} " if n > 1 else "") + f for n, f in chosen),
                  "count": str(len(chosen)),
                  "biggest": next(f for n, f in chosen if n == top)}[mode]
        text = written(r, shown, r.choice(ARROWS))
        head = r.choice(["", f"step {r.randint(1, 30)}: ", f"{w.first(r)}: ", f"in {w.city(r)}, ", f"vessel {r.choice('ABCDEF')}: ",
                         f"[{r.randint(10, 90)} °C] "])
        return head + text, answer.lower() if lower else answer

    where = "left of the arrow or equals sign" if side == "reactants" else "right of the arrow or equals sign"
    strip = ", without the state in brackets" if states else ""
    ask = {"bare": f"the {side} ({where}), no coefficients{strip}, joined by '{sep}'" + (", in lower case" if lower else ""),
           "with": f"the {side} ({where}) with their coefficients{strip}, joined by '{sep}'",
           "count": f"how many different {side} there are ({where})", "biggest": f"of the {side} ({where}) the one with the greatest "
           f"coefficient (first if tied), bare{strip}"}[mode]
    return Task(
        key=(side, mode, sep if mode in ("bare", "with") else 0, states, lower), pair=pair,
        terse=[f"equation -> {ask}", f"Give {ask}"],
        casual=[f"from the reaction i need {ask}", f"look at the chemical equation and return {ask}. keep the order"],
        detailed=[f"The input contains a chemical equation. Return {ask}. The order is that of the equation.",
                  f"Read a chemical equation; a missing coefficient counts as 1. The output is {ask}, nothing else."])


LIQUIDS = ("milk,pool water,rain water,vinegar,soap water,sea water,the buffer,tap water,tomato juice,the cleaning agent,lake water,the "
           "dye bath,wine,the soil extract,coffee,the brine,bleach,the nutrient solution,apple juice,the coolant,tank water,the "
           "eluate,saliva,the sludge,beer".split(","))


@family(area="safety", theme=THEME, difficulty="easy")
def ph_reading_class(r):
    """Acidic, neutral or basic, by the limits of the spec."""
    acid, neutral, base = pick_labels(r, [("acidic", "neutral", "basic"), ("ACID", "NEUTRAL", "BASE"), ("sour", "balanced", "alkaline"),
                                          ("A", "N", "B"), ("red", "green", "blue"), ("add base", "leave", "add acid")])
    low, high = r.choice([(6.5, 7.5), (6.8, 7.2), (6.0, 8.0), (6.9, 7.1), (6.6, 7.4), (5.5, 7.0), (7.0, 7.6)])

    def pair(r):
        wanted = r.randint(0, 2)
        value = [r.randint(5, int(low * 10) - 1), r.randint(round(low * 10), round(high * 10)),
                 r.randint(round(high * 10) + 1, 135)][wanted] / 10
        line = r.choice(["{l} has pH {p} at {t} °C", "pH {p} in {l}, {t} °C", "{f} measured pH {p} for {l} on day {n}",
                         "sample {n} ({l}): pH={p}", "{l}, {t} °C, {n} ml, pH: {p}", "the meter shows {p} for {l}",
                         "{n} liters of {l} with a pH of {p}",
                         "pH of {l} from {c}: {p}", "after {n} minutes {l} reached pH {p}"])
        return line.format(l=r.choice(LIQUIDS), p=f"{value:.1f}" if r.random() < 0.8 else f"{value:g}", t=r.randint(4, 60), f=w.first(r),
                           n=r.randint(2, 90), c=w.city(r)), (acid, neutral, base)[wanted]

    return Task(
        key=(acid, low, high), labels=(acid, neutral, base), pair=pair,
        terse=[f"pH below {low}: {acid}; {low} to {high}: {neutral}; above {high}: {base}",
               f"{neutral} for pH {low}-{high} (ends included), {acid} under it, {base} over it"],
        casual=[f"find the ph value. less than {low} is {acid}, more than {high} is {base}, and {neutral} for anything from {low} to "
                f"{high}",
                f"sort the measurement by its ph: {acid} (< {low}), {neutral} ({low} up to and with {high}), {base} (> {high})"],
        detailed=[f"The input reports a pH measurement, maybe with other numbers such as a temperature. Return {acid} if the pH is below "
                  f"{low}, {base} if it is above {high}, and {neutral} if it lies between, both limits included.",
                  f"Classify a liquid by its pH and nothing else: {options((acid, neutral, base))}. Values from {low} to {high} inclusive "
                  f"are {neutral}, smaller ones {acid}, greater ones {base}."])


SUBSTANCES = [("water", 0, 100), ("ethanol", -114, 78), ("mercury", -39, 357), ("iron", 1538, 2862), ("gold", 1064, 2856),
              ("sodium", 98, 883), ("sulfur", 115, 445), ("bromine", -7, 59), ("lead", 327, 1749), ("acetone", -95, 56),
              ("benzene", 6, 80), ("gallium", 30, 2400), ("tin", 232, 2602), ("ammonia", -78, -33), ("oxygen", -219, -183),
              ("methanol", -98, 65), ("zinc", 420, 907), ("chlorine", -102, -34), ("glycerol", 18, 290), ("copper", 1085, 2562),
              ("nitrogen", -210, -196), ("potassium", 63, 759), ("aluminium", 660, 2470), ("butane", -138, -1), ("phenol", 41, 182)]


@family(area="safety", theme=THEME, difficulty="medium")
def state_at_temperature(r):
    """Solid, liquid or gas, by the melting and boiling points of the spec."""
    solid, liquid, gas = pick_labels(r, [("solid", "liquid", "gas"), ("SOLID", "LIQUID", "GAS"), ("s", "l", "g"),
                                         ("frozen", "fluid", "vapor"), ("Solid", "Liquid", "Gas"), ("1", "2", "3")])
    table = r.sample(SUBSTANCES, 3)

    def pair(r):
        name, melt, boil = r.choice(table)
        wanted = r.randint(0, 2)
        span = (boil - melt) // 2
        value = [melt - r.randint(1, 60), r.randint(melt + 1, boil - 1) if span > 2 else melt + 2, boil + r.randint(1, 60 + span)][wanted]
        if value < -270:
            value = melt - 2
        other = r.choice([n for n, _, _ in table if n != name] + w.NOUNS)
        line = r.choice(["{s} at {t} °C", "{t} °C, {s}", "what is {s} like at {t} °C?", "{f} heats the {s} to {t} °C",
                         "a tank of {s} in {c} is kept at {t} °C", "vessel {n}: {s}, {t} °C", "the {s} sits beside the {o} at {t} °C",
                         "{s} ({n} g) cooled to {t} °C"])
        return line.format(s=name, t=value, f=w.first(r), c=w.city(r), n=r.randint(2, 90), o=r.choice(w.NOUNS)
                           if other in [n for n, _, _ in table] else other), (solid, liquid, gas)[wanted]

    rows = ", ".join(f"{n} {m}/{b}" for n, m, b in table)
    return Task(
        key=(solid, sorted(rows)), labels=(solid, liquid, gas), pair=pair,
        terse=[f"melts/boils at °C: {rows}. Below melting {solid}, between {liquid}, above boiling {gas}",
               f"{solid}, {liquid} or {gas} by melting/boiling point in °C: {rows}"],
        casual=[f"melting and boiling points (°C): {rows}. tell me if the stuff is {solid} (colder than melting), {liquid} (in between) or "
                f"{gas} (hotter than boiling)",
                f"state at the given temperature: {solid} under the first number, {gas} over the second, else {liquid}. table: {rows} °C"],
        detailed=[f"The input names a substance and a temperature. The melting and boiling points in °C are: {rows}. Return {solid} below "
                  f"the melting point, {liquid} between melting and boiling point, and {gas} above the boiling point.",
                  f"Use this table of substances (melting/boiling point in °C): {rows}. Decide for the temperature in the text whether the "
                  f"substance is {solid}, that is under its melting point, {gas}, that is over its boiling point, "
                  f"or {liquid}."])


@family(area="safety", theme=THEME, difficulty="hard")
def formula_mass(r):
    """Mass of a formula with the rounded weights of the spec."""
    weights = {"H": 1, "C": 12, "N": 14, "O": 16}
    extra = r.choice([("S", 32), ("Cl", 35), ("Na", 23), ("Br", 80), ("P", 31), ("Ca", 40), ("K", 39), ("F", 19), ("Mg", 24), ("Si", 28)])
    weights[extra[0]] = extra[1]
    unit, limit = r.choice(["", "", " g/mol", " u", " Da"]), r.choice([60, 70, 80, 90, 100])
    light, heavy = pick_labels(r, [("light", "heavy"), ("LOW", "HIGH"), ("small", "big"), ("A", "B"), ("under", "over")])
    verdict = r.random() < 0.4

    def pair(r):
        wanted = r.random() < 0.5
        while True:
            metal = extra[0] in ("Na", "Ca", "K", "Mg")
            parts = [(extra[0], r.randint(1, 2))] if metal or r.random() < 0.4 else []
            parts = [("C", r.randint(1, 6)), ("H", r.randint(1, 9))] * (not metal or r.random() < 0.5) + (parts if not metal else [])
            parts = ([(extra[0], r.randint(1, 2))] if metal else []) + parts + [(s, r.randint(1, 3)) for s in ("N", "O")
                                                                                if r.random() < 0.5]
            if len(parts) < 2:
                continue
            mass = sum(weights[s] * n for s, n in parts)
            if not verdict or (mass > limit) == wanted:
                break
        formula = "".join(s + (str(n) if n > 1 else "") for s, n in parts)
        return labelled(r, formula), (heavy if mass > limit else light) if verdict else f"{mass}{unit}"

    table = ", ".join(f"{s}={n}" for s, n in weights.items())
    ask = (f"{heavy} if the mass of the formula is above {limit}, else {light}" if verdict
           else f"the mass of the formula as a whole number{f', a blank and {unit.strip()!r}' if unit else ''}")
    return Task(
        key=(extra, verdict, (light, limit) if verdict else unit), labels=(light, heavy) if verdict else None, pair=pair,
        terse=[f"With {table}: {ask}", f"formula -> {ask}. Weights: {table}"],
        casual=[f"add up the atoms with these weights: {table}. i need {ask}", f"find the formula in the text. using {table}, what is it? "
                f"answer: {ask}"],
        detailed=[f"The input contains a chemical formula. Use these rounded atomic weights: {table}. Return {ask}.",
                  "Sum the atomic weights of the formula in the text, each multiplied by the digit behind its symbol (1 if there is "
                  f"none). The weights are {table}. The output is {ask}."])


@family(area="safety", theme=THEME, difficulty="hard")
def ionic_formula(r):
    """The neutral formula of a cation and an anion, or the number of each."""
    mode = r.choice(["formula", "formula", "ratio", "total"])
    glue = r.choice([":", " to ", "/", "-", " "])
    style = r.choice(["sign last", "sign first"])
    reverse = r.random() < 0.4
    joint = r.choice([" and ", " + ", ", ", " with "])

    def charge(ion, size, sign):
        return f"{ion}({size}{sign})" if style == "sign last" else f"{ion}({sign}{size})"

    def pair(r):
        (p, a), (n, b) = r.choice(CATIONS), r.choice(ANIONS)
        common = math.gcd(a, b)
        answer = {"formula": salt((p, a), (n, b)), "ratio": f"{b // common}{glue}{a // common}", "total": str((a + b) // common)}[mode]
        ions = [charge(p, a, "+"), charge(n, b, "-")]
        if reverse:
            ions.reverse()
        text = joint.join(ions)
        return r.choice(["{t}", "combine {t}", "salt of {t}", "{f}: {t}", "no. {k}: {t}", "in {c} they mix {t}", "{t}, dried",
                         "beaker {k} has {t}"]).format(t=text, f=w.first(r), k=r.randint(1, 99), c=w.city(r)), answer

    ask = {"formula": "the neutral formula in lowest numbers, cation first, no 1s; an ion of several atoms gets brackets if taken more "
           "than once", "ratio": f"the lowest numbers of cations and anions for zero charge, written like 2{glue}3",
           "total": "how many ions, cations plus anions, the smallest neutral unit has"}[mode]
    shown = "Ca(2+) is a charge" if style == "sign last" else "Ca(+2) is a charge"
    return Task(
        key=(mode, glue if mode == "ratio" else 0, style, reverse, joint), pair=pair,
        terse=[f"two ions ({shown}) -> {ask}", f"Give {ask}. {shown} of 2"],
        casual=[f"put the two ions together so the charges cancel and give me {ask}. ({shown} of two plus)",
                f"from these ions ({shown}) i want {ask}"],
        detailed=[f"The input has a cation and an anion with their charges in brackets; {shown} of plus two. The charges must sum to zero. "
                  f"Return {ask}.",
                  f"Build the smallest neutral compound of two ions. A charge stands in brackets behind the ion ({shown} of two plus). The "
                  f"output is {ask}."])
