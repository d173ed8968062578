"""Spec-based classification: tables, tariffs and policies with exceptions that the spec states, applied to a case."""
import datetime

import words as w
from task import Task, evened, family, pick_labels
from templates import phrases

THEME = "grounded questions and spec-based classification"


@family(area="classification", theme=THEME, difficulty="hard")
def tiered_price_of_amount(r):
    """A bill whose first units cost one price and the rest another."""
    unit, first, rest = r.choice([5, 10, 20, 50, 100]), r.choice([2, 3, 4, 5, 6]), r.choice([1, 2, 3])
    rest = rest if rest < first else 1
    fee = r.choice([0, 0, 5, 10, 20])
    thing = r.choice(["GB", "copies", "km", "minutes", "kWh", "messages", "cubic meters", "pages", "hours"])
    money = r.choice(["{}", "{} EUR", "${}", "{}.00", "total {}"])

    def pair(r):
        used = w.near_limit(r, 1, unit * 3, unit)
        total = fee + min(used, unit) * first + max(0, used - unit) * rest
        text = r.choice(["{p} used {n} {t} in {m}.", "{m}: {n} {t} ({p})", "usage {n} {t}, customer {c}", "{c}, contract {k}, {n} {t}",
                         "Bill for {p}, {a}: {n} {t}", "{n} {t} by {c} in {m}", "meter {k} shows {n} {t} for {m}"])
        return text.format(p=w.person(r), n=used, t=thing, m=r.choice(w.MONTHS), c=w.company(r), k=f"K{r.randint(100, 999)}",
                           a=w.city(r)), money.format(total)

    plus = f", plus a basic fee of {fee}" if fee else ""
    shape = f"like '{money.format(42)}'" if money != "{}" else "as a plain number"
    return Task(
        key=(unit, first, rest, fee, thing, money), pair=pair,
        terse=[f"bill {shape}: first {unit} {thing} at {first} each, further ones at {rest}{plus}",
               f"{first} per unit up to {unit} {thing}, {rest} per unit beyond{plus}; print the sum {shape}"],
        casual=[f"what do they pay? the first {unit} {thing} are {first} each, everything above that {rest} each{plus}. write the total "
                f"{shape}", f"work out the bill {shape}. {unit} {thing} at {first}, the ones after that at {rest}{plus}"],
        detailed=[f"Compute the price for the amount of {thing} in the input. The first {unit} {thing} cost {first} each and all beyond "
                  f"them {rest} each{plus}. Return the total {shape}.",
                  f"A tariff has two steps: {first} per unit for up to {unit} {thing}, and {rest} per unit for the part above "
                  f"{unit}{plus}. Apply it to the usage in the text and return the amount {shape}."])


@family(area="classification", theme=THEME, difficulty="medium")
def shipping_price_from_table(r):
    """A price from a table of zones and weights."""
    home, near_by = r.sample(w.COUNTRIES, 2)
    limits = r.choice([(1, 5), (2, 10), (2, 5), (5, 20)])
    base = sorted(r.sample(range(3, 40), 9))
    table = [base[0:3], base[3:6], base[6:9]] if r.random() < 0.5 else [base[0::3], base[1::3], base[2::3]]
    refuse = r.choice(["refused", "too heavy", "n/a", "-"])
    most = limits[1] * 3
    cell = r.choice(["{}", "{} EUR", "${}", "price {}"])

    def pair(r):
        land = r.choice([home, home, near_by, near_by, *(c for c in r.sample(w.COUNTRIES, 4) if c not in (home, near_by))])
        kilos = w.near_limit(r, 1, most + most // 4 + 1, *limits, most)
        text = r.choice(["{k} kg to {l}", "parcel for {p}, {l}, {k} kg", "{l} | {k} kg | {g}", "{g} ({k} kg), ship to {l}",
                         "{p} sends {k} kg to {l}", "to: {p}, {l}; weight: {k} kg; content: {g}"]).format(k=kilos, l=land, p=w.person(r),
                             g=w.product(r))
        zone = 0 if land == home else 1 if land == near_by else 2
        step = 0 if kilos <= limits[0] else 1 if kilos <= limits[1] else 2
        return text, refuse if kilos > most else cell.format(table[zone][step])

    steps = f"up to {limits[0]}/{limits[1]}/{most} kg"
    rows = "; ".join(f"{zone} {'/'.join(map(str, row))}" for zone, row in zip([home, near_by, "other"], table))
    shape = f" like '{cell.format(7)}'" if cell != "{}" else ""
    return Task(
        key=(home, near_by, limits, table, refuse, cell), pair=pair,
        terse=[f"postage{shape}; {steps}: {rows}; heavier: {refuse}", f"{rows} ({steps}); above {most} kg {refuse}; print the "
               f"price{shape}"],
        casual=[f"price of a parcel by country and weight. columns are {steps}. {rows}. over {most} kg it's {refuse}. write "
                f"it{shape or ' as a number'}", f"look it up: {rows} - the three prices are for {steps}. if it's heavier than {most} kg "
                                                f"say {refuse}. output{shape or ' just the number'}"],
        detailed=[f"Look up the postage. The columns of the table are {steps} (limits inclusive). Rows: {rows}; 'other' is every other "
                  f"country. Above {most} kg return {refuse}. Return the price{shape or ' as a number'}.",
                  f"The price depends on the country and the weight. For each row three prices are given for {steps}: {rows} (all "
                  f"remaining countries). A parcel of more than {most} kg is not taken: {refuse}. Output: the price{shape}."])


@family(area="classification", theme=THEME, difficulty="hard")
def grade_with_late_penalty(r):
    """A grade from points, after points off for each day of delay."""
    letters = pick_labels(r, [("A", "B", "C", "F"), ("1", "2", "3", "5"), ("excellent", "good", "pass", "fail"),
                              ("gold", "silver", "bronze", "none"), ("HIGH", "MEDIUM", "LOW", "NONE")])
    cuts = r.choice([(90, 75, 50), (85, 70, 50), (80, 65, 50), (90, 80, 60), (88, 70, 45)])
    off, free = r.choice([2, 3, 5, 10]), r.choice([0, 0, 1, 2])

    def make(r):
        points, late = w.near_limit(r, 30, 100, *cuts), r.choice([0, 0, 0, 1, 1, 2, 3, 4])
        final = points - off * max(0, late - free)
        when = "on time" if not late else f"{late} day{'s' * (late > 1)} late"
        text = r.choice(["{p}: {n} points, {w}", "{w}, {n} points, {p}", "{p} got {n} points for the {t} essay and handed it in {w}.",
                         "essay on {t} | {n}/100 | {w}", "Handed in {w}. Points: {n}. Student: {p}"]).format(p=w.person(r), n=points,
                             w=when, t=r.choice(w.ANIMALS))
        return text[0].upper() + text[1:], next((letter for letter, cut in zip(letters, cuts) if final >= cut), letters[3])

    scale = ", ".join(f"{letter} from {cut}" for letter, cut in zip(letters, cuts)) + f", {letters[3]} below"
    penalty = f"{off} points off per day late" + (f" after the first {f'{free} days' if free > 1 else 'day'}" if free else "")
    return Task(
        key=(letters, cuts, off, free), labels=letters, pair=evened(make, letters),
        terse=[f"grade after {penalty}: {scale}", f"{penalty}; then {scale}"],
        casual=[f"grade the essay: {scale}. but first take {penalty}", f"first {penalty}, then the scale: {scale}. what's the grade?"],
        detailed=[f"Find the grade of an essay. Late essays lose points: {penalty}. With the remaining points the grade is {scale}. "
                  "Return the grade only.", "The text gives the points of an essay and whether it was late. Apply the penalty "
                                            f"({penalty}) and then this scale: {scale}. Output the resulting grade."])


@family(area="classification", theme=THEME, difficulty="hard")
def leave_days_of_employee(r):
    """Days of leave by years of service, with an extra for some and half for part time."""
    base, step, big = r.choice([20, 22, 24, 26]), r.choice([3, 5, 8, 10]), r.choice([2, 4, 6])
    extra_for, extra = r.choice(["night shift", "disability", "three or more children", "hazard work", "union office"]), r.choice([1, 2, 3,
        5])
    part = r.random() < 0.5
    shape = r.choice(["{}", "{} days", "{}d", "days={}"])

    def pair(r):
        years, has, half = w.near_limit(r, 0, step * 3, step), r.random() < 0.35, r.random() < 0.35
        total = base + (big if years >= step else 0)
        if part and half:
            total //= 2
        total += extra if has else 0
        other = r.choice(["a driving licence", "a company car", "a desk by the window", "two languages"])
        facts = [f"{years} year{'s' * (years != 1)} of service", "part time" if half else "full time"] + ([extra_for] if has else [other]
            if r.random() < 0.5 else [])
        r.shuffle(facts)
        return w.person(r) + r.choice([": ", ", ", " - "]) + ", ".join(facts) + r.choice(["", f" ({w.city(r)})",
            f", {r.choice(w.JOBS)}"]), shape.format(total)

    rule = f"{base} days, {base + big} from {step} years of service on" + ("; part time gets half of that" if part
        else "; part time makes no difference")
    plus = f"{extra_for}: {extra} day{'s' * (extra > 1)} more" + (" (not halved)" if part else "")
    form = f"'{shape.format(12)}'" if shape != "{}" else "a number"
    return Task(
        key=(base, step, big, extra_for, extra, part, shape), pair=pair,
        terse=[f"leave as {form}: {rule}; {plus}", f"{rule}. {plus}. print {form}"],
        casual=[f"how many days off does this person get? {rule}. {plus}. answer as {form}",
                f"work out the leave ({form}): {rule}. and {plus}"],
        detailed=[f"Compute the yearly leave of an employee. Basic rule: {rule}. Supplement: {plus}. Return it as {form}; other facts do "
                  "not matter.", f"Our leave policy: {rule}; {plus}. Apply it to the employee in the input and return the days as {form}."])


@family(area="classification", theme=THEME, difficulty="medium")
def fare_by_age_and_card(r):
    """A fare by age group, with a discount card and a free group."""
    child, young, senior = r.choice([4, 5, 6]), r.choice([14, 16, 18]), r.choice([60, 63, 65, 67])
    half, old, full = sorted(r.sample(range(2, 20), 3))
    prices = (half, full, r.choice([half, old]))
    card, off = r.choice(["city pass", "student card", "rail card", "museum pass", "club card"]), r.choice([1, 1, 2])
    free = r.choice(["0", "free", "FREE", "none"])
    shape = r.choice(["{}", "{} EUR", "${}", "{}.00"])

    def pair(r):
        age, has = w.near_limit(r, 1, 85, child - 1, young, senior), r.random() < 0.35
        price = 0 if age < child else prices[0] if age < young else prices[2] if age >= senior else prices[1]
        price = max(0, price - off) if has else price
        card_text = card if has else r.choice(["no " + card, "no card", "library card", "no discount"])
        text = r.choice(["{p}, age {n}, {c}", "{c}, {n} years old, {p}", "one ticket for {p} ({n}), {c}", "age={n}; extras={c}; to={t}",
                         "{p} is {n} and shows: {c}", "To {t}: {n} years, {c}"]).format(p=w.person(r), n=age, c=card_text, t=w.city(r))
        return text[0].upper() + text[1:], free if price <= 0 else shape.format(price)

    rule = f"under {child} {free}, {child} to {young - 1} {prices[0]}, {young} to {senior - 1} {prices[1]}, from {senior} {prices[2]}"
    less = f"a {card} takes {off} off"
    form = f" like '{shape.format(3)}'" if shape != "{}" else ""
    return Task(
        key=(child, young, senior, prices, card, off, free, shape), pair=pair,
        terse=[f"fare: {rule}; {less}; print{form or ' a number'}, zero as {free}", f"{rule} ({less}, zero: {free}); print price{form}"],
        casual=[f"ticket price please{form}. ages: {rule}. {less}, and if that makes it zero say {free}",
                f"what does the ticket cost? {rule}. with {card} it's {off} less. write it{form or ' as a number'}, or {free} if there's "
                "nothing to pay"],
        detailed=[f"Return the price of a ticket{form}. By age in years: {rule}. In addition {less} the price; other cards give nothing. "
                  f"If the price is zero, return {free}.", f"Our fares depend on age: {rule}. Holders of a {card} pay {off} less than "
                                                           f"that. Compute the price for the person in the text and return it{form}, or "
                                                           f"{free} if nothing is to be paid."])


@family(area="classification", theme=THEME, difficulty="medium")
def open_at_that_time(r):
    """Is a shop open at a day and time, by the hours of the spec with a closing day and a break?"""
    yes, no = labels = pick_labels(r, [("open", "closed"), ("OPEN", "CLOSED"), ("yes", "no"), ("come in", "come back later"), ("1", "0")])
    start, stop = r.choice([7, 8, 9, 10]), r.choice([17, 18, 19, 20])
    shut, short = r.sample(w.WEEKDAYS, 2)
    short_stop = r.choice([12, 13, 14])
    lunch = r.random() < 0.5

    def make(r):
        day = r.choice(w.WEEKDAYS) if r.random() < 0.6 else r.choice([shut, short])
        minute = w.near_limit(r, 300, 1410, start * 60, stop * 60, short_stop * 60, 720, 780)
        minute = minute if r.random() < 0.4 else minute // 15 * 15
        good = day != shut and start * 60 <= minute < (short_stop if day == short else stop) * 60 and not (lunch and 720 <= minute < 780)
        time = w.hhmm(minute)
        text = r.choice(["{d} {t}", "Can I come on {d} at {t}?", "{p} wants to pick up the {g} on {d}, {t}", "{t} on a {d}",
                         "Visit of {p}: {d} at {t}", "{d}, {t}, {p}", "At {t} on {d} {p} rang the bell."]).format(d=day, t=time,
                             p=w.person(r), g=w.product(r))
        return text, yes if good else no

    hours = f"{start:02d}:00-{stop:02d}:00, {short} only till {short_stop:02d}:00, {shut} closed" + (", daily break 12:00-13:00" if lunch
        else "")
    return Task(
        key=(labels, start, stop, shut, short, short_stop, lunch), labels=labels, pair=evened(make, labels),
        terse=[f"hours {hours} (end times excluded): {yes} or {no}?", f"{yes} if within {hours}; end exclusive; else {no}"],
        casual=[f"we're open {hours}. is that time fine? {yes} or {no} (at the closing time itself it's {no}, after a break it's {yes} "
                "again at the full hour)", f"opening hours: {hours}. tell me {yes} or {no} for the given day and time; the end of a "
                                           "period doesn't count as inside"],
        detailed=[f"The shop has these hours on all weekdays: {hours}. A start time belongs to its period, an end time does not. Return "
                  f"{yes} if the shop is open at the day and time of the text, otherwise {no}.",
                  f"Decide whether somebody finds the shop open. Hours: {hours}. Start times are included, end times are not. Output "
                  f"{yes} or {no}."])


@family(area="classification", theme=THEME, difficulty="hard")
def late_fee_with_cap(r):
    """A fee per day late, after days of grace, up to a maximum."""
    grace, daily, cap = r.choice([0, 1, 2, 3, 5]), r.choice([1, 2, 3, 5]), r.choice([10, 15, 20, 25, 30])
    thing = r.choice(["book", "film", "bike", "tool", "costume", "game", "key", "car seat"])
    none, shape = r.choice(["0", "none", "no fee", "-"]), r.choice(["{}", "{} EUR", "${}", "fee: {}"])

    def pair(r):
        due = datetime.date(*w.date(r, 2021, 2027)[:2], r.randint(1, 14))
        late = r.choice([r.randint(-5, 0), r.randint(1, grace + 1), grace + r.randint(1, 9), grace + r.randint(1, 14)])
        late = min(late, 14)
        back = due + datetime.timedelta(days=late)
        fee = min(cap, daily * max(0, late - grace))
        a, b = (f"{w.MONTHS[d.month - 1]} {d.day}" for d in (due, back))
        text = r.choice(["{t} of {p}: due {a}, returned {b}", "due {a}, back {b} ({t}, {p})",
                         "{p} returned the {t} on {b}. It was due on {a}.", "returned: {b} / due: {a} / {t} no. {n}",
                         "The {t} was due on {a} and came back on {b}, {p}."]).format(t=thing, p=w.person(r), a=a, b=b,
                             n=r.randint(10, 999))
        return text[0].upper() + text[1:], shape.format(fee) if fee else none

    rule = f"{daily} per day late" + (f", the first {f'{grace} late days' if grace > 1 else 'late day'} free" if grace
                                      else "") + f", at most {cap}"
    form = f" like '{shape.format(4)}'" if shape != "{}" else " as a number"
    return Task(
        key=(grace, daily, cap, thing, none, shape), pair=pair,
        terse=[f"late fee{form}: {rule}; nothing to pay: {none}", f"days after due date -> {rule}; output{form}, or {none}"],
        casual=[f"how much is the late fee for the {thing}? {rule}. write it{form}, or {none} if there's none",
                f"compare the two dates. {rule}. give me the fee{form} and {none} when nothing is due"],
        detailed=[f"Compute the fee for a {thing} that was returned late. Count the days from the due date to the return. The fee is "
                  f"{rule}. Return it{form}; return {none} if no fee is due.",
                  f"Our rule for late returns: {rule}. The text has the due date and the day of return (same month, or early). Return the "
                  f"fee{form}, or {none} if there is nothing to pay."])


@family(area="classification", theme=THEME, difficulty="hard")
def best_single_discount(r):
    """The best of several discounts that do not add up."""
    count, much = r.choice([3, 5, 10, 12]), r.choice([50, 80, 100, 150, 200])
    a, b, c = r.sample([5, 8, 10, 12, 15, 20, 25], 3)
    code = r.choice(["SPRING", "WELCOME", "VIP", "THANKS", "SAVE", "HELLO", "BONUS"]) + str(r.choice(["", 5, 24, 30]))
    none, shape = r.choice(["0%", "none", "no discount", "-"]), r.choice(["{}%", "-{}%", "{} percent", "{}"])

    def pair(r):
        n, total = (r.randint(limit, limit * 2) if r.random() < 0.35 else r.randint(limit // 2, limit) for limit in (count, much))
        used = r.choice([code, code, None, None, r.choice(["SUMMER", "FRIEND", "LUCKY", "AUTUMN"]) + str(r.randint(1, 40))])
        best = max([a] * (n >= count) + [b] * (total >= much) + [c] * (used == code), default=0)
        facts = [f"{n} item{'s' * (n != 1)}", f"total {total}", f"code {used}" if used else "no code"]
        r.shuffle(facts)
        return r.choice(["{f}", "Order of {p}: {f}", "{p} ({c}): {f}", "cart {k}: {f}"]).format(f=", ".join(facts), p=w.person(r),
            c=w.city(r), k=r.randint(100, 9999)), shape.format(best) if best else none

    rules = [f"{count} items or more {a}%", f"total of {much} or more {b}%", f"code {code} {c}%"]
    form = f"like '{shape.format(7)}'"
    return Task(
        key=(count, much, a, b, c, code, none, shape), pair=pair,
        terse=[f"highest discount only, {form}: {', '.join(rules)}; nothing: {none}",
               f"{'; '.join(rules)}; not added, the best one counts; print it {form}, else {none}"],
        casual=[f"which discount do they get? {', '.join(rules)}. only the best one counts. write it {form}, {none} if there isn't any",
                f"check the cart: {'; '.join(rules)}. they can't be combined so take the biggest, {form}. without any say {none}"],
        detailed=[f"Determine the discount of an order. Possible discounts: {'; '.join(rules)}. Discounts are not added; the highest one "
                  f"that applies is given. Return it {form}. If none applies, return {none}.",
                  f"An order may qualify for several discounts ({', '.join(rules)}), but only the largest is granted. Output it {form}; "
                  f"output {none} if no condition is met. Other codes are worthless."])


@family(area="classification", theme=THEME, difficulty="medium")
def meaning_of_code_range(r):
    """The meaning of a number by ranges, with single numbers that are exceptions."""
    size = r.choice([10, 100, 100, 1000])
    words = r.sample(phrases("""sensor|network|storage|user|power|motor|display|license|update|cooling|door|payment|print|battery|heating
        valve"""), 4)
    change = r.choice([str, str.upper, str.title, lambda s: s + "_error", lambda s: s[:3].upper()])
    labels = tuple(change(x) for x in words) + (r.choice(["unknown", "other", "n/a", "UNDEFINED"]),)
    odd = r.choice([1, 2, 3]) * size + r.randint(1, size - 1)
    letter = r.choice(["E", "", "#", "F-", "code "])

    def make(r):
        n = odd if r.random() < 0.2 else r.randint(size, size * 5 - 1) if r.random() < 0.8 else r.randint(size * 5, size * 9)
        at = 3 if n == odd else n // size - 1 if n < size * 4 else 4
        text = r.choice(["{s} reports {n}", "{n} on {s}", "display shows {n}, room {k}", "{p} called: {n} again", "{d}: {n} ({s})",
                         "{s} stopped with {n} after {k} minutes"]).format(s=r.choice(w.SERVICES
                             + ["the lift", "the pump", "the boiler", "unit B", "the gate"]).replace("-01", "").replace("-3", ""),
                                 n=f"{letter}{n}", k=r.randint(2, 9), p=w.first(r), d=r.choice(w.WEEKDAYS))
        return text, labels[at]

    ranges = [f"{letter}{size * k} to {letter}{size * (k + 1) - 1} {labels[k - 1]}" for k in (1, 2, 3)]
    return Task(
        key=(labels, size, odd, letter), labels=labels, pair=evened(make, labels),
        terse=[f"{'; '.join(ranges)}; but {letter}{odd} {labels[3]}; rest {labels[4]}",
               f"error code: {letter}{odd} -> {labels[3]}, otherwise {', '.join(ranges)}, else {labels[4]}"],
        casual=[f"what does the code mean? {', '.join(ranges)}. only {letter}{odd} is different, that's {labels[3]}. anything outside is "
                f"{labels[4]}", f"find the code and translate it: {letter}{odd} means {labels[3]}; the others go by range, "
                                f"{'; '.join(ranges)}; {labels[4]} if out of range"],
        detailed=[f"The text contains an error code. The exception {letter}{odd} means {labels[3]}. For all other codes: "
                  f"{'; '.join(ranges)}. Codes outside these ranges are {labels[4]}. Return the meaning only.",
                  f"Translate an error code. Ranges (both ends included): {'; '.join(ranges)}. Inside them there is one exception, "
                  f"{letter}{odd}, which is {labels[3]}. Return {labels[4]} for any code out of these ranges."])


@family(area="classification", theme=THEME, difficulty="hard")
def two_of_three_conditions(r):
    """Eligible with at least two of three conditions, with one that bars everything."""
    yes, no = labels = pick_labels(r, [("eligible", "not eligible"), ("GRANT", "DENY"), ("yes", "no"), ("approved", "refused"),
                                       ("accept", "reject"), ("1", "0")])
    income, years, grade = r.choice([1500, 2000, 2500, 3000]), r.choice([2, 3, 5, 10]), r.choice([60, 70, 75, 80])
    bar = r.choice(["open debts", "a criminal record", "a second grant", "false statements", "missing papers"])
    need = r.choice([2, 2, 1])

    def make(r):
        money, lived = w.near_limit(r, 8, 40, income // 100) * 100, w.near_limit(r, 0, years * 3, years)
        score, barred = w.near_limit(r, 40, 100, grade), r.random() < 0.2
        met = (money < income) + (lived >= years) + (score >= grade)
        facts = [f"income {money}", f"{lived} year{'s' * (lived != 1)} in town", f"score {score}",
                 bar if barred else r.choice([f"no {bar.removeprefix('a ')}", r.choice(w.JOBS), f"{r.randint(1, 4)} pets"])]
        r.shuffle(facts)
        return w.person(r) + r.choice([": ", " | ", " - "]) + r.choice([", ", "; "]).join(facts), yes if met >= need and not barred else no

    rules = f"income below {income}, {years}+ years in town, score {grade}+"
    least = "at least two" if need == 2 else "at least one"
    return Task(
        key=(labels, income, years, grade, bar, need), labels=labels, pair=evened(make, labels),
        terse=[f"{yes} if {least} of: {rules}; {no} otherwise, and always {no} with {bar}",
               f"{bar} -> {no}. else {yes} when {least} of these hold: {rules}; else {no}"],
        casual=[f"can this person get the grant? {yes} with {least} of these: {rules}. but {bar} means {no}, whatever else. if not enough "
                f"hold it's {no}", f"count how many hold: {rules}. {least} gives {yes}, fewer {no}. anybody with {bar} gets {no} anyway"],
        detailed=[f"Decide on a grant. Three conditions: {rules}. Return {yes} if {least} of the three is met and nothing bars the "
                  f"person; otherwise {no}. A person with {bar} is barred.",
                  f"Return {no} for every applicant with {bar}. For the others count the conditions that are met: {rules}. The result is "
                  f"{yes} if {least} of them holds and {no} if not."])


@family(area="classification", theme=THEME, difficulty="medium")
def approver_of_purchase(r):
    """Who must approve a purchase, by amount and by a kind of goods that has its own approver."""
    labels = pick_labels(r, [("nobody", "team lead", "director", "board", "IT"), ("AUTO", "LEAD", "HEAD", "CFO", "SPECIAL"),
                             ("level 0", "level 1", "level 2", "level 3", "level X"), ("none", "manager", "finance", "ceo", "security")])
    cuts = r.choice([(100, 1000, 5000), (50, 500, 2000), (200, 1000, 10000), (250, 2500, 20000)])
    kinds = {"software": phrases("""antivirus licence|photo editor licence|design app|cloud storage plan
        password manager"""), "furniture": phrases("""
            office chair|standing desk|bookshelf|sofa|meeting table"""), "travel": phrases("""
            flight to {c}|train to {c}|hotel in {c}|rental car in {c}|taxi in {c}"""),
             "food": phrases("""lunch for the team|coffee beans|fruit baskets|birthday cake|drinks for {c} guests"""), "tools": phrases("""
                     cordless drill|hammer set|toolbox|ladder|saw""")}
    special = r.choice(sorted(kinds))
    floor = r.choice([0, 0, cuts[0]])

    def make(r):
        kind = special if r.random() < 0.35 else r.choice(sorted(kinds))
        top = r.choice([cuts[0], cuts[1], cuts[2], cuts[2] * 2])
        amount = r.choice([r.randint(top // 10, top), r.randint(top // 2, top), top, top + 1])
        text = r.choice(["{g}, {n} EUR, {p}", "{p} wants to buy: {g} for {n} EUR", "{n} EUR for {g}", "request {k}: {g} ({n} EUR)",
                         "{g} | {n} EUR | {p} | no. {k}"]).format(g=r.choice(kinds[kind]).format(c=w.city(r)), n=amount, p=w.person(r),
                                                                  k=r.randint(100, 999))
        own = kind == special and amount > floor
        return text[0].upper() + text[1:], labels[4] if own else labels[sum(amount > cut for cut in cuts)]

    steps = f"up to {cuts[0]} {labels[0]}, up to {cuts[1]} {labels[1]}, up to {cuts[2]} {labels[2]}, above {labels[3]}"
    own = f"{special}" + (f" over {floor} EUR" if floor else " of any price")
    return Task(
        key=(labels, cuts, special, floor), labels=labels, pair=evened(make, labels),
        terse=[f"approver: {own} {labels[4]}; else {steps}", f"EUR amount: {steps}; exception: {own} -> {labels[4]}"],
        casual=[f"who has to sign this purchase? {steps} (EUR). but {own} always goes to {labels[4]}",
                f"{own} needs {labels[4]}. everything else depends on the EUR amount: {steps}"],
        detailed=[f"Return who approves a purchase. Amounts in EUR, limits included: {steps}. Exception: {own} is approved by {labels[4]} "
                  "instead.", f"First decide whether the goods are {own}; if so, the answer is {labels[4]}. Otherwise the amount in EUR "
                              f"decides: {steps}. The limit itself still belongs to the lower step."])


@family(area="classification", theme=THEME, difficulty="hard")
def warranty_still_valid(r):
    """Is a product under warranty, by months per kind, an extension and a kind of damage that is never covered?"""
    yes, no = labels = pick_labels(r, [("covered", "not covered"), ("REPAIR", "PAY"), ("yes", "no"), ("valid", "void"), ("free", "charge")])
    goods = r.sample(["phone", "laptop", "kettle", "drill", "camera", "bike", "chair", "printer", "watch", "toaster", "speaker", "tent"], 3)
    months = [r.choice([6, 12, 18, 24, 36]) for _ in goods]
    plus = r.choice([6, 12, 24])
    never = r.choice(["water damage", "a cracked screen", "scratches", "battery wear", "damage by pets", "a lost part"])
    flaws = phrases("does not start|makes a loud noise|gets too hot|stops after a minute|smells burnt|shuts off|is stuck|has a loose screw")

    def make(r):
        at = r.randrange(3)
        age, extended, hurt = w.near_limit(r, 1, months[at] + plus + 12, months[at], months[at] + plus), r.random() < 0.35, r.random() < 0.2
        fault = never if hurt else r.choice(flaws)
        text = r.choice(["{g}, bought {n} months ago, {e}, problem: {f}", "{p}: {g} ({n} months old), {f}, {e}",
                         "{e}; {g}; {n} months; {f}", "{g} of {p}, age {n} months, {e}. Problem: {f}"]).format(g=goods[at], n=age,
                             e="with extension" if extended else r.choice(["no extension", "without extension"]), f=fault, p=w.person(r))
        good = age <= months[at] + (plus if extended else 0) and not hurt
        return (text[0].upper() + text[1:]).replace(" 1 months", " 1 month"), yes if good else no

    table = ", ".join(f"{g} {m}" for g, m in zip(goods, months))
    return Task(
        key=(labels, goods, months, plus, never), labels=labels, pair=evened(make, labels),
        terse=[f"warranty in months: {table}; with extension +{plus}; {never} never covered. age within -> {yes}, else {no}",
               f"{yes} if age <= limit ({table}; extension adds {plus}) and problem is not {never}; otherwise {no}"],
        casual=[f"is it still under warranty? months: {table}. an extension gives {plus} more (last month included). {never} is never "
                f"covered. {yes} or {no}", f"say {yes} when the age is within the warranty ({table} months, {plus} more with extension) "
                                           f"and it isn't {never}. if not, {no}"],
        detailed=[f"Apply our warranty. Duration in months by product: {table}. With an extension, {plus} months are added. The last "
                  f"month is included. {never.capitalize()} is excluded in any case. Return {yes} if the case is under warranty and {no} "
                  "if not.", f"Return {yes} or {no}. {yes} needs two things: the age in months does not exceed the limit of the product "
                             f"({table}, plus {plus} if there is an extension), and the problem is not {never}. In all other cases return "
                             f"{no}."])
