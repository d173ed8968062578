"""Held out: subtitle times, unclosed quotes in commands, color codes, intervals, and two limits made one."""
import words as w
from task import Task, family, pick_labels


@family(area="repair", theme="format repair", difficulty="hard")
def subtitle_time_line(r):
    """A mistyped time line of a subtitle file in the strict form."""
    mark = r.choice([",", ",", "."])
    arrow = r.choice([" --> ", " --> ", " - ", " -> ", "/"])
    hours = r.random() < 0.6
    turned = r.choice(["swap", None])
    none = r.choice(["no time", "bad line", "none", "-"])
    text_after = r.random() < 0.4

    def clock(total):
        seconds, millis = divmod(total, 1000)
        head = f"{seconds // 3600:02d}:" if hours else ""
        return f"{head}{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{millis:03d}"

    def loose(r, total):
        seconds, millis = divmod(total, 1000)
        sep = r.choice([":", ":", ".", "-"]) if not hours else ":"
        head = r.choice([f"{seconds // 3600}:", f"{seconds // 3600:02d}:"]) if hours else ""
        minute = r.choice(["{:02d}", "{}"]).format(seconds // 60 % 60)
        second = r.choice(["{:02d}", "{}"]).format(seconds % 60)
        return f"{head}{minute}{sep}{second}{r.choice(',.;')}{millis:03d}"

    def pair(r):
        words = r.choice(["hello {}", "where is {}?", "no, {}!", "the {n} is gone", "wait for {}", "a {n} and a {n}"]).format(w.first(r),
            n=r.choice(w.NOUNS))
        if r.random() < 0.12:
            return r.choice(["{}", "scene {n}: {}", "[{}]", "- {}"]).format(words, n=r.randint(1, 99)), none
        limit = 3 * 3600 * 1000 if hours else 3500 * 1000
        start = r.randint(0, limit // 10) * 10
        end = start + r.randint(10, 600) * 10
        first, second = (end, start) if turned and r.random() < 0.25 else (start, end)
        source = loose(r, first) + r.choice([" -> ", "->", " --> ", " > ", " => ", " to ", "-->"]) + loose(r, second)
        if text_after:
            source += " " + words
        return source, clock(start) + arrow + clock(end)

    shape = ("HH:" if hours else "") + f"MM:SS{mark}mmm"
    tail = ", the earlier time first" if turned else ""
    more = " and drop the words behind" if text_after else ""
    return Task(
        key=(mark, arrow, hours, turned, none, text_after), pair=pair,
        terse=[f"subtitle times -> START{arrow}END, each {shape}{tail}{more}; no times: {none}",
               f"write START{arrow}END with times as {shape}{tail}{more}, or {none}"],
        casual=[f"the time line of this subtitle is mistyped. make it START{arrow}END, both as {shape} with zeros in front{tail}{more}. a "
                f"line without times: {none}",
                f"fix the times: two digits a part, three for the milliseconds, {shape}, joined as START{arrow}END{tail}{more}. if it's "
                f"only text: {none}"],
        detailed=[f"The input is a line of a subtitle file. If it holds two times, write them as START{arrow}END, each in the form {shape} "
                  f"with leading zeros{tail}{more}. If it holds no times, write {none}.",
                  f"Normalise the times of a subtitle: the form is {shape}, padded with zeros, and between the two stands the separator of "
                  f"START{arrow}END{tail}{more}. A line of speech gives {none}."])


@family(area="repair", theme="format repair", difficulty="easy")
def command_with_open_quote(r):
    """Closes the quote that a command leaves open."""
    quotes = r.choice([['"'], ["'"], ['"', "'"], ["`"]])
    fine = r.choice(["OK", "closed", "unchanged", "balanced", None])
    place = r.choice(["end", "option"])
    flag = r.choice(["--now", "-v", "--force", "--dry-run", "-q"])

    def pair(r):
        quote = r.choice(quotes)
        verb = r.choice(["echo", "grep", "git commit -m", "mail -s", "say", "notify", "print", "find -name", "tag -a"])
        phrase = r.choice([w.thing(r), f"{w.first(r)} was here", f"{r.choice(w.NOUNS)} in {w.city(r)}", w.person(r),
                           f"fix {r.choice(w.NOUNS)}"])
        opening = r.choice(["", "", f"{quote}{r.choice(w.NOUNS)}{quote} "])
        tail = f" {flag}" if place == "option" else ""
        good = f"{verb} {opening}{quote}{phrase}{quote}{tail}"
        if fine and r.random() < 0.25:
            return good, fine
        return f"{verb} {opening}{quote}{phrase}{tail}", good

    listed = " or ".join(quotes)
    where = f"directly before {flag}" if place == "option" else "at the end"
    tail = f"; nothing open: {fine}" if fine else ""
    return Task(
        key=(quotes, fine, place, flag if place == "option" else ""), pair=pair,
        terse=[f"command with an unclosed {listed}: add it {where}{tail}", f"close the open quote ({listed}), {where}{tail}"],
        casual=[f"the shell waits because a {listed} isn't closed. write the command with the missing quote {where}{tail}",
                f"one {listed} is never closed in this line. put its partner {where}, nothing else changes{tail}"],
        detailed=[f"The input is a command in which a quotation mark ({listed}) may be opened and not closed. Return the command with the "
                  f"same mark added {where}{', before the blank' if place == 'option' else ''}{tail}.",
                  f"Repair the quoting of a command. An opening {listed} without a partner gets one "
                  f"{where}{' (the blank stays between them)' if place == 'option' else ''}. Leave the rest as it is{tail}."])


@family(area="repair", theme="constraint validation", difficulty="medium")
def value_in_written_interval(r):
    """Is a number inside an interval with open or closed ends?"""
    yes, no, edge = pick_labels(r, [("in", "out", "edge"), ("INSIDE", "OUTSIDE", "BORDER"), ("yes", "no", "limit"), ("+", "-", "="),
                                    ("allowed", "forbidden", "on the line"), ("true", "false", "bound"),
                                      ("contains", "misses", "touches"), ("hit", "miss", "rim")])
    three = r.random() < 0.3
    style = r.choice(["[a, b)", "[a; b[", "a..b", "a:b"])
    open_left, open_right = ("]", "[") if style == "[a; b[" else ("(", ")")

    def pair(r):
        low = r.randint(-20, 80)
        high = low + r.randint(2, 60)
        value = r.choice([low, high, r.randint(low + 1, high - 1), r.randint(low + 1, high - 1), low - r.randint(1, 20),
                          high + r.randint(1, 20)])
        left, right = r.random() < 0.5, r.random() < 0.5  # closed
        if style == "a..b":
            left, right = True, right
            shown = f"{low}..{'' if right else '<'}{high}"
        elif style == "a:b":
            left, right, shown = True, False, f"{low}:{high}"
        else:
            shown = f"{'[' if left else open_left}{low}{';' if style == '[a; b[' else ','} {high}{']' if right else open_right}"
        text = r.choice(["{v} in {i}", "{i} contains {v}?", "value {v}, range {i}", "range {i} and {v}", "{n}={v} for {i}",
                         "is {v} allowed by {i}?",
                         "{n} must be in {i}, got {v}"]).format(v=value, i=shown, n=r.choice(w.NOUNS))
        inside = (value > low or left and value == low) and (value < high or right and value == high)
        if three and value in (low, high) and inside:
            return text, edge
        return text, yes if inside else no

    rule = {"[a, b)": "[ and ] include the limit, ( and ) exclude it",
            "[a; b[": "[a includes a, ]a excludes it; b] includes b, b[ excludes it",
            "a..b": "a..b includes both limits, a..<b excludes b", "a:b": "a:b includes a and excludes b"}[style]
    labels = (yes, no, edge) if three else (yes, no)
    border = f"; equal to an included limit: {edge}" if three else ""
    return Task(
        key=(labels, style), labels=labels, pair=pair,
        terse=[f"{yes} if the number lies in the interval, else {no}{border}; {rule}",
               f"number and interval ({rule}): {yes}/{no} for inside/outside{border}"],
        casual=[f"is the number in the interval? {yes}, otherwise {no}{border}. notation: {rule}",
                f"{no} unless the value is inside the range, then {yes}{border}. watch the limits: {rule}"],
        detailed=[f"The input contains a number and an interval. Notation: {rule}. Return {yes} if the number belongs to the interval and "
                  f"{no} if it does not{border}.",
                  f"Check whether a value fits a range, where {rule}. Answers: {yes} when it is inside, {no} when it is outside{border}."])


@family(area="repair", theme="constraint validation", difficulty="hard")
def two_limits_made_one(r):
    """Two limits of a variable merged into the stricter one or a range."""
    name = r.choice(["x", "n", "age", "size", "t", "price", "v", "level", "rows", "len"])
    joint = r.choice([" and ", "; ", " && ", ", "])
    clash = r.choice(["impossible", "contradiction", "never", "empty", "conflict"])
    shape = r.choice(["chain", "pair"])

    def pair(r):
        a, b = r.randint(0, 99), r.randint(0, 99)
        while abs(a - b) < 2:
            b = r.randint(0, 99)
        low, high = min(a, b), max(a, b)
        kind = r.choice(["lower", "upper", "range", "range", "clash"])
        left, right = r.choice([">", ">="]), r.choice(["<", "<="])
        if kind == "lower":
            other = r.choice([">", ">="])
            parts, answer = [f"{name} {other} {low}", f"{name} {left} {high}"], f"{name} {left} {high}"
        elif kind == "upper":
            other = r.choice(["<", "<="])
            parts, answer = [f"{name} {right} {low}", f"{name} {other} {high}"], f"{name} {right} {low}"
        elif kind == "range":
            parts = [f"{name} {left} {low}", f"{name} {right} {high}"]
            turned = left.replace(">", "<")
            answer = f"{low} {turned} {name} {right} {high}" if shape == "chain" else " and ".join(parts)
        else:
            parts, answer = [f"{name} {left} {high}", f"{name} {right} {low}"], clash
        r.shuffle(parts)
        return joint.join(parts), answer

    example = f"3 < {name} <= 9" if shape == "chain" else f"{name} > 3 and {name} <= 9"
    return Task(
        key=(name, joint, clash, shape), pair=pair,
        terse=[f"merge both limits of {name}: the stricter one, or a range like {example}; no number fits: {clash}",
               f"two conditions -> one: {example} for a range, else the tighter; {clash} if they exclude each other"],
        casual=[f"make one condition of the two. same direction: keep only the stricter. different directions: write {example}. if nothing "
                f"can satisfy both: {clash}",
                f"simplify the two limits of {name}: stricter one wins, a lower and an upper one become {example}, and limits that can't "
                f"both hold give {clash}"],
        detailed=[f"The input has two conditions on {name} that both must hold. If both are lower limits or both upper limits, return the "
                  f"stricter one unchanged. If one is a lower and one an upper limit, write them like {example}, lower limit "
                  f"first. If no number satisfies both, return {clash}.",
                  f"Combine two comparisons of {name} into one. Of two limits in the same direction only the tighter remains. A lower and "
                  f"an upper limit form a range such as {example}. Limits that leave no number give {clash}."])


@family(area="repair", theme="format repair", difficulty="medium")
def color_code_to_long_hex(r):
    """Color codes in several spellings as one hexadecimal form."""
    upper = r.random() < 0.5
    mark = r.choice(["#", "#", "", "0x", "$"])
    alpha = r.choice(["dropped", "kept"])
    none = r.choice(["invalid", "none", "no color", "-"])

    def pair(r):
        pairs = [w.identifier(r, 2) for _ in range(3)]
        kind = r.choice(["short", "long", "long", "alpha", "bad"])
        if kind == "short":
            digits = w.identifier(r, 3)
            pairs = [digit * 2 for digit in digits]
        elif kind == "alpha":
            pairs.append(w.identifier(r, 2))
            digits = "".join(pairs)
        elif kind == "bad":
            digits = w.identifier(r, r.choice([2, 5, 7])) if r.random() < 0.6 else w.identifier(r, 3) + r.choice("ghkxz") + w.identifier(r,
                2)
        else:
            digits = "".join(pairs)
        shown = r.choice(["#", "#", "", "0x", "# "]) + r.choice([digits, digits.upper()])
        text = r.choice(["{}", "color: {}", "{n} color {}", "background={}", "{n}: {}", "the {n} is {}", "{};", "fill {} for the {n}"])
        text = text.replace("{}", shown).format(n=r.choice(w.NOUNS))
        code = "".join(pairs if alpha == "kept" else pairs[:3])
        return text, none if kind == "bad" else mark + (code.upper() if upper else code)

    case = "upper case" if upper else "lower case"
    start = f"{mark} and " if mark else ""
    eight = "8 digits stay 8" if alpha == "kept" else "of 8 digits only the first 6 stay"
    return Task(
        key=(upper, mark, alpha, none), pair=pair,
        terse=[f"color code -> {start}hex digits in {case}; 3 digits are doubled each, {eight}; other lengths or letters: {none}",
               f"{start}6 hex digits, {case} (abc -> aabbcc; {eight}); not 3, 6 or 8 hex digits: {none}"],
        casual=[f"write the color as {start}hex digits in {case}. short codes double every digit (abc is aabbcc), {eight}. anything "
                f"without 3, 6 or 8 hex digits is {none}",
                f"normalise this color: {case}, {start}no blanks. f0c means ff00cc; {eight}. wrong length or letters after f: {none}"],
        detailed=[f"The input has a color code with 3, 6 or 8 hexadecimal digits, perhaps after # or 0x. Return it as {start}digits in "
                  f"{case}: each of 3 digits is doubled, 6 digits stay, {eight}. "
                  f"A code of another length or with other letters gives {none}.",
                  f"Bring a color to the form {start}hex digits ({case}). Three digits expand to six by doubling each; {eight}. If the "
                  f"code does not consist of 3, 6 or 8 hex digits, output {none}."])
