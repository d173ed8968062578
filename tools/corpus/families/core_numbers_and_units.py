"""Core text processing: numbers, quantities, prices and measures in a text."""
import words as w
from task import Task, core_family, pick_labels

ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
GOODS = """chairs,bricks,tiles,bolts,pens,bottles,tickets,boxes,letters,lamps,forms,stamps,bags,plates,towels,cables,screws,candles,
pillows,folders,masks,batteries,apples,eggs,bulbs,badges,ladders,mugs,notebooks,seats""".replace("\n", "").split(",")
NONE = ["none", "N/A", "-", "NONE", "not found", "missing", "n/a", "null"]
ROMAN = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"),
         (4, "IV"), (1, "I")]


def in_words(n, hyphen="-", joiner=" and "):
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10 - 2] + (hyphen + ONES[n % 10] if n % 10 else "")
    if n < 1000:
        return f"{ONES[n // 100]} hundred" + (joiner + in_words(n % 100, hyphen, joiner) if n % 100 else "")
    return f"{in_words(n // 1000, hyphen, joiner)} thousand" + (f"{' ' if n % 1000 >= 100 else joiner}{in_words(n % 1000, hyphen, joiner)}"
                                                                if n % 1000 else "")


def roman(n):
    out = ""
    for value, sign in ROMAN:
        while n >= value:
            out, n = out + sign, n - value
    return out


@core_family("medium")
def number_words_to_digits(r):
    """A number in words as digits, alone or inside its sentence."""
    top = r.choice([99, 999, 9999])
    shape = r.choice(["only the number", "the whole sentence with digits in place of the words", "the number and the noun after it",
                      "the number with a # in front", "the number in brackets, like (42)"])
    style, grouped = r.choice([("plain digits", False), ("digits with a comma for thousands", True)]) if top == 9999 else ("plain digits",
                                                                                                                           False)
    more = r.choice([("", 0), ("", 0), (" plus 1", 1), (" doubled", 2), (" minus 1", -1)])
    if "whole" in shape:
        more = ("", 0)

    def pair(r):
        n = r.randint(2, top) if r.random() < 0.8 else r.randint(2, 30)
        noun = r.choice(GOODS)
        template = r.choice(["{p} ordered {n} {g} for the office in {c}.", "We counted {n} {g} on {d}.", "There are {n} {g} left in {c}.",
                             "On {d} {p} sold {n} {g}.", "{c} needs {n} {g} before {d}.", "Please send {n} {g} to {p}.",
                             "{p} lost {n} {g} between {c} and home.", "About {n} {g} arrived with {p}."])
        rest = dict(p=w.first(r), c=w.city(r), d=r.choice(w.WEEKDAYS), g=noun)
        value = {0: n, 1: n + 1, 2: n * 2, -1: n - 1}[more[1]]
        digits = f"{value:,}" if grouped else str(value)
        answer = {"only the number": digits, "the number and the noun after it": f"{digits} {noun}",
                  "the number with a # in front": "#" + digits,
                  "the number in brackets, like (42)": f"({digits})"}.get(shape) or template.format(n=digits, **rest)
        return template.format(n=in_words(n, r.choice(["-", "-", " "]), r.choice([" and ", " "])), **rest), answer

    return Task(
        key=(top, shape, style, more), pair=pair,
        terse=[f"number words{more[0]} -> {style}; return {shape}",
               f"find the spelled-out number{more[0] and ', take it' + more[0]}; give {shape} ({style})"],
        casual=[f"the sentence has a number in words. convert it to {style}{more[0] and ', take it' + more[0]}, and return {shape}",
                f"words to digits please ({style}{more[0] and ', value' + more[0]}). i want {shape}"],
        detailed=[f"A number up to {top} is written out in English words in the sentence. Convert it to "
                  f"{style}{more[0] and ' (the value' + more[0] + ')'} and return {shape}.",
                  f"Read the spelled-out number{more[0] and ', take it' + more[0]}, and write {style}. The output is {shape}. There is "
                  f"exactly one number."])


@core_family("medium")
def digits_to_number_words(r):
    """The digits of a sentence in words."""
    top = r.choice([99, 999, 999])
    hyphen, joiner = r.choice("- "), r.choice([" and ", " "]) if top == 999 else " "
    like = f"like {in_words(321 if top == 999 else 21, hyphen, joiner)}"
    shape = r.choice(["only the number", "whole sentence", "the number and its noun"])
    case, show = r.choice([("in lower case", str), ("in capitals", str.upper),
                           ("with a capital first letter",
                            lambda x: x[0].upper() + x[1:])]) if shape != "whole sentence" else ("with the number in lower case", str)

    def pair(r):
        n, noun = r.choice([r.randint(0, 30), r.randint(20, top), r.randint(20, top)]), r.choice(GOODS)
        template = r.choice(["{p} has {n} {g} in {c}.", "We packed {n} {g} on {d}.", "Only {n} {g} reached {c}.",
                             "{d}: {p} returns {n} {g}.", "There were {n} {g} near {p}.", "{c} wants {n} {g} by {d}.",
                             "It takes {n} {g} to fill the room of {p}."])
        rest = dict(p=w.first(r), c=w.city(r), d=r.choice(w.WEEKDAYS), g=noun)
        spelled = in_words(n, hyphen, joiner)
        whole = template.format(n=spelled, **rest)
        return (template.format(n=n, **rest), whole if shape == "whole sentence"
                else show(spelled if shape == "only the number" else f"{spelled} {noun}"))

    return Task(
        key=(top, hyphen, joiner, shape, case), pair=pair,
        terse=[f"digits -> English words {like}; return {shape}, {case}", f"spell out the number {like}; give {shape} {case}"],
        casual=[f"write the number in words, {like}. i need {shape}, {case}", f"spell the digits out ({like}) and return {shape} {case}"],
        detailed=[f"The sentence contains one number in digits. Write it in English words {like}. Return {shape}, {case}.",
                  f"Replace the digits by number words of this style: {like}. Output {shape}, {case}. Watch where hyphens and the word and "
                  f"belong."])


@core_family("easy")
def ordinal_forms(r):
    """Cardinal numbers as ordinals, or back."""
    words = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    kind = r.choice(["number to suffix", "suffix to number", "word to suffix", "suffix to word"])
    front = r.choice(["", "", "the ", "no. ", "rank ", "pos="])
    tail = r.choice(["", "", " place", " floor", " try", "!"])
    said = {"number to suffix": "the number as an ordinal like 21st", "suffix to number": "the ordinal as a plain number like 21",
            "word to suffix": "the ordinal word as digits with suffix, like 3rd",
            "suffix to word": "the ordinal as a word like third"}[kind]
    around = [f"put in front: {front.strip()!r}{' and a blank' if front.endswith(' ') else ''}"] * bool(front)
    around = "; ".join(around + [f"append: {tail.strip()!r}{' after a blank' if tail.startswith(' ') else ''}"] * bool(tail))
    around = f" ({around})" if around else ""

    def pair(r):
        n = r.randint(1, 12) if "word" in kind else r.choice([r.randint(1, 30), r.randint(1, 140)])
        source, answer = {"number to suffix": (str(n), w.ordinal(n)), "suffix to number": (w.ordinal(n), str(n)),
                          "word to suffix": (words[min(n, 12) - 1], w.ordinal(n)),
                          "suffix to word": (w.ordinal(n), words[min(n, 12) - 1])}[kind]
        text = r.choice(["{p} came in {n} at the {c} run", "result for {p}: {n} in {c}", "{p} from {c} is {n} in line",
                         "{c} was {n} on the list of {p}", "ticket {n}, {p}, {c}", "{p} finished {n} in {c}"]).format(p=w.person(r),
                                                                                                                      c=w.city(r), n=source)
        return text, f"{front}{answer}{tail}"

    return Task(
        key=(kind, front, tail), pair=pair,
        terse=[f"return {said}{around}", f"pick the position in the text: {said}{around}"],
        casual=[f"i just want {said}{around}", f"take the position out of the sentence and give {said}{around}"],
        detailed=[f"The sentence contains one position or number. Return {said}{around} and nothing else.",
                  f"Find the number or ordinal in the text and output {said}{around}. Leave out all other words."])


@core_family("hard")
def roman_numerals_converted(r):
    """A Roman numeral of a title as a number, or back."""
    back = r.random() < 0.45
    whole = r.random() < 0.5
    form, show = r.choice([("as is", str), ("in square brackets", lambda x: f"[{x}]"),
                           ("with 'part' and a blank directly before it", lambda x: f"part {x}")]) if not whole else ("as is", str)
    lower = r.random() < 0.3
    case = "lower case" if lower else "upper case"
    step = r.choice([0, 0, 0, 1])
    step_said = " of the next number" if step else ""

    def pair(r):
        n = r.choice([r.randint(1, 20), r.randint(1, 49), r.randint(1, 120)])
        letters = roman(n).lower() if lower else roman(n)
        title = r.choice(["Volume {n}: the {a} {x}", "Chapter {n}, {c}", "Act {n} with {p}", "Report {n} about the {x}",
                          "Lesson {n} - {a} {x}", "King {p} {n} of {c}", "Section {n} ({c})", "Season {n}, a story of {p}"])
        rest = dict(a=r.choice(w.ADJECTIVES), x=r.choice(w.NOUNS), c=w.city(r), p=w.first(r))
        following = roman(n + step).lower() if lower else roman(n + step)
        source, answer = (str(n), following) if back else (letters, str(n + step))
        return title.format(n=source, **rest), title.format(n=answer, **rest) if whole else show(answer)

    direction = (f"number to Roman numeral{step_said} ({case})" if back
                 else f"Roman numeral ({case}) to ordinary number{step_said and ' plus 1'}")
    out = "whole title with it replaced" if whole else f"result only, {form}"
    return Task(
        key=(back, whole, form, lower, step), pair=pair,
        terse=[f"{direction}; output: {out}", f"title: convert {direction} -> {out}"],
        casual=[f"convert the {direction}, give me the {out}", f"there's a numeral in this title. {direction}. return the {out}"],
        detailed=[f"The title contains one numeral. Conversion: {direction}. Return the {out}.",
                  f"Do this conversion in the title: {direction}. The output is the {out}; nothing is added."])


@core_family("medium")
def quantity_with_unit_pick(r):
    """The quantity with a certain unit among several."""
    kinds = {"weight": (["kg", "g", "lb", "t"], 1), "length": (["cm", "m", "mm", "km"], 1), "volume": (["ml", "l", "cl"], 1),
             "temperature": (["°C", "°F"], 1), "power": (["W", "kW"], 1), "voltage": (["V", "kV", "mV"], 1)}
    kind = r.choice(list(kinds))
    shape, show = r.choice([("number and unit as written", "{n} {u}"), ("number only", "{n}"),
                            ("number and unit without a blank", "{n}{u}"), ("unit, equals sign, number", "{u}={n}"), ("unit only", "{u}"),
                            ("unit in brackets after the number, like 5 [kg]", "{n} [{u}]"), ("{\"kind\"}", "")])
    if not show:
        shape, show = f"{kind}, colon, blank, number, blank, unit", f"{kind}: {{n}} {{u}}"
    missing = r.choice(NONE)

    def pair(r):
        others = r.sample([k for k in kinds if k != kind], r.randint(1, 2))
        chosen = others + [kind] * (r.random() > 0.15)
        r.shuffle(chosen)
        pieces, answer = [], missing
        for k in chosen:
            unit, n = r.choice(kinds[k][0]), r.choice([str(r.randint(2, 950)), f"{r.randint(1, 90)}.{r.randint(1, 9)}"])
            pieces.append(f"{n} {unit}")
            if k == kind:
                answer = show.format(n=n, u=unit)
        return r.choice(["{x} ({q})", "{x}, {q}", "{q} for the {x}", "The label of the {x} from {c} says {q}", "{c} order: {x}, {q}",
                         "{p} notes {q} next to the {x}"]).format(x=w.product(r), q=r.choice([", ", " / ", ", "]).join(pieces), c=w.city(r),
                                                                  p=w.first(r)), answer

    return Task(
        key=(kind, shape, missing), pair=pair,
        terse=[f"{kind} in the text: {shape}; none: {missing}", f"give the {kind} ({shape}), {missing} if absent"],
        casual=[f"what {kind} is given? write {shape}, or {missing} when no {kind} is stated",
                f"pick out just the {kind} from the specs, {shape}. not there -> {missing}"],
        detailed=[f"The text has measures of several kinds with their units. Return the {kind}: {shape}. If there is no {kind}, return "
                  f"{missing}.", f"Among the measures find the one that is a {kind}. Output {shape}. When none is a {kind}, answer "
                  f"{missing}."])


@core_family("medium")
def unit_converted(r):
    """A measure in another metric or time unit."""
    small, big, factor = r.choice([("mm", "cm", 10), ("cm", "m", 100), ("m", "km", 1000), ("g", "kg", 1000), ("ml", "l", 1000),
                                   ("mg", "g", 1000), ("cl", "l", 100), ("s", "min", 60), ("min", "h", 60), ("kB", "MB", 1000),
                                   ("W", "kW", 1000), ("days", "weeks", 7)])
    down = r.random() < 0.6 or factor in (60, 7)
    source, target = (big, small) if down else (small, big)
    shape = r.choice(["number and unit", "number only", "number and unit without a blank", "whole line",
                      "both with an equals sign, like 2 x = 20 y"])
    rule = f"1 {big} = {factor} {small}"

    def pair(r):
        n = r.randint(1, 90)
        value = n * factor if down else n
        shown = str(n) if down else str(n * factor)
        if not down:
            extra = r.choice([0, 0, 5, 2])
            shown = str(n * factor + extra * factor // 10)
            value = f"{n}.{extra}" if extra else n
        elif factor >= 100 and r.random() < 0.3:
            tenth = r.randint(1, 9)
            shown, value = f"{n}.{tenth}", n * factor + tenth * factor // 10
        line = r.choice(["the {x} has {q} at the gate in {c}", "{x}: {q} ({c})", "{p} measured {q} on the {x}",
                         "need {q} for the {x} of {p}", "label of the {x} says {q}", "{q} per {x}, {c}"])
        rest = dict(x=r.choice(w.NOUNS), c=w.city(r), p=w.first(r))
        result = f"{value} {target}"
        answer = {"number and unit": result, "number only": str(value), "number and unit without a blank": f"{value}{target}",
                  "whole line": line.format(q=result, **rest)}.get(shape) or f"{shown} {source} = {result}"
        return line.format(q=f"{shown} {source}", **rest), answer

    return Task(
        key=(small, big, down, shape), pair=pair,
        terse=[f"{source} -> {target} ({rule}); return {shape}", f"convert the {source} value to {target}, {rule}; output {shape}"],
        casual=[f"turn the {source} into {target} ({rule}) and give me {shape}",
                f"how much is that in {target}? {rule}. answer with {shape}"],
        detailed=[f"Convert the quantity given in {source} to {target} ({rule}). Return {shape}, without needless zeros after the point.",
                  f"The text has one quantity in {source}. Express it in {target}, where {rule}, and output {shape}. Do not round and add "
                  f"no trailing zeros."])


@core_family("hard")
def order_total_price(r):
    """The total of an order line, perhaps with shipping or a discount."""
    sign, said = r.choice([("{} EUR", "like 120 EUR"), ("${}", "like $120"), ("{}", "as a bare number"), ("€{}", "like €120"),
                           ("{} USD", "like 120 USD"), ("total={}", "like total=120")])
    rule = r.choice(["none", "fee", "free", "discount"])
    fee, limit, off = r.choice([3, 4, 5, 6, 8, 10]), r.choice([50, 60, 80, 100, 120, 150]), r.choice([5, 10, 12, 15, 20])
    text = {"none": "no other costs", "fee": f"add {fee} for shipping",
            "free": f"add {fee} for shipping if the goods cost less than {limit}",
            "discount": f"subtract {off} if the goods cost {limit} or more"}[rule]

    def pair(r):
        lines = [(r.randint(2, 9), r.choice(GOODS), r.randint(2, 30)) for _ in range(r.randint(1, 3))]
        names = r.sample(GOODS, len(lines))
        goods = sum(n * price for n, _, price in lines)
        total = goods + {"none": 0, "fee": fee, "free": fee if goods < limit else 0, "discount": -off if goods >= limit else 0}[rule]
        style = r.choice(["{n} {x} at {p} each", "{n} x {x} @ {p}", "{x}: {n} pcs, {p} per piece", "{n} {x} for {p} apiece"])
        return r.choice(["{l}", "{who} orders {l}", "Order for {city}: {l}"]).format(l=" + ".join(style.format(n=n, x=name, p=p)
                                                                                                  for (n, _, p), name in zip(lines, names)),
                                                                                     who=w.person(r), city=w.city(r)), sign.format(total)

    return Task(
        key=(sign, rule, fee if rule in ("fee", "free") else 0, limit if rule in ("free", "discount") else 0,
             off if rule == "discount" else 0), pair=pair,
        terse=[f"total = sum of count x unit price, {text}; {said}", f"add up the order ({text}), answer {said}"],
        casual=[f"what's the total? multiply each count by the price of one and add up, {text}. answer {said}",
                f"work out what this order costs ({text}) and write it {said}"],
        detailed=[f"Compute the price of the order: for each entry multiply the count by the unit price and add the results; {text}. "
                  f"Return the total {said}.", f"Sum up all entries of the order (count times price per piece). Then: {text}. Print only "
                  f"the total, {said}."])


@core_family("medium")
def money_amount_normalised(r):
    """A sum of money in one notation."""
    name, show = r.choice([("amount with two decimals, blank, currency code (1234.50 USD)", "{a:.2f} {c}"),
                           ("currency code, blank, amount with two decimals (USD 1234.50)", "{c} {a:.2f}"),
                           ("amount only, two decimals", "{a:.2f}"), ("amount in cents, digits only", "{z}"), ("currency code only", "{c}"),
                           ("amount with comma for thousands and two decimals, then the code (1,234.50 USD)", "{a:,.2f} {c}"),
                           ("amount without decimals (cut off), then the code (1234 USD)", "{i} {c}"),
                           ("lower-case code, colon, cents (usd:123450)", "{l}:{z}")])
    signs = {"$": "USD", "€": "EUR", "£": "GBP"}
    missing = r.choice(NONE)

    def pair(r):
        cents = r.choice([r.randint(100, 99999), r.randint(100000, 990000), r.randint(1, 900) * 100])
        amount = cents / 100
        sign, code = r.choice(list(signs.items()))
        number = r.choice([f"{amount:,.2f}", f"{amount:.2f}", f"{amount:,.2f}"])
        if cents % 100 == 0 and r.random() < 0.6:
            number = str(cents // 100)
        written = r.choice([f"{sign}{number}", f"{number} {sign}", f"{sign} {number}", f"{number} {code}", f"{code} {number}"])
        n, who, thing = r.randint(2, 60), w.first(r), w.product(r)
        if r.random() < 0.14:
            return f"{who} {r.choice(['returned', 'wants', 'ordered', 'sold'])} {n} units of the {thing}.", missing
        return r.choice([f"{who} paid {written} for the {thing}.", f"Invoice {n}: {thing}, {written}",
                         f"Price of the {thing} until {r.choice(w.WEEKDAYS)}: {written}.",
                         f"{written} was refunded to {who} after {n} days.", f"Please send {written} for {n} x {thing}."]
                        ), show.format(a=amount, c=code, l=code.lower(), z=cents, i=cents // 100)

    return Task(
        key=(name, missing), pair=pair,
        terse=[f"money in the text ($ USD, € EUR, £ GBP) -> {name}; none: {missing}",
               f"sum of money as {name}; codes: $ USD, € EUR, £ GBP; {missing} if no money"],
        casual=[f"find the amount of money and write {name}. $ is USD, € is EUR, £ is GBP. no price there -> {missing}",
                f"normalise the price: {name} ($ = USD, € = EUR, £ = GBP). {missing} when there isn't one"],
        detailed=[f"Extract the sum of money and write it as: {name}. The signs mean $ USD, € EUR and £ GBP; commas group thousands. If no "
                  f"money is mentioned, return {missing}.",
                  f"The sentence may state a price such as $1,200.50. Output it in this notation: {name}, with $ = USD, € = EUR, £ = GBP. "
                  f"Otherwise output {missing}."])


@core_family("medium")
def number_notation_changed(r):
    """The numbers of a line from one decimal notation to another."""
    styles = {"1,234.50 (comma groups, point decimals)": (",", "."), "1.234,50 (point groups, comma decimals)": (".", ","),
              "1 234,50 (blank groups, comma decimals)": (" ", ","), "1234.50 (no groups, point decimals)": ("", "."),
              "1'234.50 (apostrophe groups, point decimals)": ("'", "."), "1234,50 (no groups, comma decimals)": ("", ",")}
    source, target = r.sample(list(styles), 2)
    only = r.random() < 0.4

    def write(cents, style):
        group, point = styles[style]
        return f"{cents // 100:,}".replace(",", group) + point + f"{cents % 100:02d}"

    def pair(r):
        a, b = (r.choice([r.randint(100, 99999), r.randint(100000, 99999999)]) for _ in range(2))
        line = r.choice(["{x} {a}; fee {b}", "total of {p}: {a}", "{c} sales {a} and costs {b}", "from {a} to {b} for the {x}",
                         "{p} paid {a} in {c}", "{x}={a} {y}={b}", "balance {a}, limit {b} ({p})"])
        if only:
            line = r.choice(["total of {p}: {a}", "{p} paid {a} in {c}", "{x}={a}", "the {x} in {c} costs {a}", "balance {a} ({p})"])
        rest = dict(x=r.choice(w.NOUNS), y=r.choice(w.NOUNS), p=w.first(r), c=w.city(r))
        text = line.format(a=write(a, source), b=write(b, source), **rest)
        return text, write(a, target) if only else line.format(a=write(a, target), b=write(b, target), **rest)

    asked = "return only the number" if only else "return the whole line"
    return Task(
        key=(source, target, only), pair=pair,
        terse=[f"numbers like {source} -> {target}; {asked}", f"{asked}, number format {target} instead of {source}"],
        casual=[f"numbers here look like {source}, change them to {target} and {asked}",
                f"please {asked} with {target} (it comes as {source})"],
        detailed=[f"The numbers in the text are written like {source}. Rewrite them like {target} and {asked}. Values and two decimals "
                  f"stay.", f"Change the notation of every number from {source} to {target}; {asked}. Other text is untouched."])


@core_family("medium")
def largest_number_in_text(r):
    """The largest, smallest or summed number of a text."""
    rule, pick = r.choice([("largest", max), ("smallest", min), ("first", lambda x: x[0]), ("last", lambda x: x[-1]),
                           ("second", lambda x: x[1]), ("sum of all", sum), ("count of", len),
                           ("difference of the largest and the smallest", lambda x: max(x) - min(x)),
                           ("second largest", lambda x: sorted(x)[-2])])
    label = r.choice(["{}", "= {}", "<{}>", "n:{}", "{} pts", "({})", "result {}"])
    what = {"sum of all": "sum of all numbers", "count of": "count of the numbers",
            "difference of the largest and the smallest": "difference of the largest and the smallest number"}.get(rule, f"{rule} number")

    def pair(r):
        n = r.randint(2, 4)
        numbers = r.sample(range(1, 200), n)
        parts = [r.choice(["{} {g}", "{} {g}", "room {}", "bus {}", "{} people", "page {}", "{} {g}"]).format(x, g=r.choice(GOODS))
                 for x in numbers]
        start = (r.choice([f"{w.first(r)} noted", f"In {w.city(r)} there were", "We saw", f"The list of {w.first(r)} says", "Left over:",
                           "Today:"]))
        return f"{start} {', '.join(parts[:-1])} and {parts[-1]}.", label.format(pick(numbers))

    shown = label.format("N")
    return Task(
        key=(rule, label), pair=pair,
        terse=[f"{what} in the text, as {shown}", f"{shown} where N is the {what}"],
        casual=[f"what's the {what} mentioned here? write {shown}", f"look at all the numbers and give me {shown}, N being the {what}"],
        detailed=[f"Consider every number written in digits in the sentence, whatever it refers to. Return the {what} in the form {shown}.",
                  f"Return {shown}, with the {what} of the text for N. All digit numbers count, room or page numbers too."])


@core_family("hard")
def two_quantities_compared(r):
    """Which of two quantities in different units is the larger?"""
    big, small, factor = r.choice([("m", "cm", 100), ("kg", "g", 1000), ("km", "m", 1000), ("l", "ml", 1000), ("h", "min", 60),
                                   ("min", "s", 60), ("weeks", "days", 7), ("years", "months", 12), ("days", "hours", 24),
                                   ("cm", "mm", 10)])
    first, second, same = pick_labels(r, [("first", "second", "equal"), ("A", "B", "SAME"), ("left", "right", "tie"), ("1", "2", "0"),
                                          ("former", "latter", "even")])
    goal = r.choice(["larger", "smaller"])

    def pair(r):
        n = r.randint(1, 9)
        m = n * factor + r.choice([0, 0, 1, -1]) * r.randint(1, max(2, factor // 2))
        if r.random() < 0.35:
            m = max(1, r.randint(1, 10 * factor))
        x, y = ((size, f"{count} {unit[:-1] if count == 1 and len(unit) > 2 else unit}") for size, count,
                unit in ((n * factor, n, big), (m, m, small)))
        if r.random() < 0.5:
            x, y = y, x
        text = r.choice(["{a} {g} vs {b} {h}", "{g} {a}, {h} {b}", "{p} has {a}, {q} has {b}", "the {g} needs {a} and the {h} {b}",
                         "{g}: {a} | {h}: {b}", "either {a} of {g} or {b} of {h}"]).format(a=x[1], b=y[1], g=r.choice(w.NOUNS[:80]),
                                                                                           h=r.choice(w.NOUNS[80:]), p=w.first(r),
                                                                                           q=w.last(r))
        return text, same if x[0] == y[0] else first if (x[0] > y[0]) == (goal == "larger") else second

    rule = f"1 {big[:-1] if big in ('weeks', 'years', 'days') else big} = {factor} {small}"
    return Task(
        key=(big, small, first, goal), pair=pair, labels=(first, second, same),
        terse=[f"the {goal} quantity: {first} if named first, {second} if named second, {same} when equal ({rule})",
               f"{goal} amount? {first} / {second} by position, {same} if alike; {rule}"],
        casual=[f"two amounts, which is {goal}? {first} for the one named first, {second} for the other one, {same} if they're the same "
                f"({rule})", f"compare them ({rule}). say {first} when the first one is {goal}, {second} when the second is, else {same}"],
        detailed=[f"The text names two quantities in {big} and {small} ({rule}). Return {first} if the first one is {goal}, {second} if "
                  f"the second one is {goal}, and {same} if both are equal.",
                  f"Bring both quantities to one unit ({rule}) and decide which is {goal}: {first} (named first), {second} (named second) "
                  f"or {same} (no difference)."])
