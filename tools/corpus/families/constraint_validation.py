"""Constraint validation: does a value keep the rules that the spec states, and which one does it break?"""
import words as w
from task import Task, family, pick_labels

SIGNS = "!#$%&*?+="


def word(r, low, high):
    """Lower case letters of one or two nouns, cut to a length."""
    return (r.choice(w.NOUNS) + r.choice(w.ADJECTIVES) + r.choice(w.NOUNS))[:r.randint(low, high)]


@family(area="repair", theme="constraint validation", difficulty="hard")
def password_first_failed_rule(r):
    """The first rule of a policy that a password breaks."""
    minimum = r.choice([6, 8, 8, 10, 12])
    signs = "".join(sorted(r.sample(SIGNS, 4)))
    banned = r.choice(["admin", "pass", "qwerty", "1234", "login", "root"])
    checks = {"length": (f"has {minimum}+ characters", lambda s: len(s) >= minimum),
              "digit": ("has a digit", lambda s: any(c.isdigit() for c in s)),
              "upper": ("has upper case", lambda s: any(c.isupper() for c in s)),
              "sign": (f"has one of {signs}", lambda s: any(c in signs for c in s)),
              "blank": ("has no blank", lambda s: " " not in s),
              "word": (f"lacks {banned}{' (any case)' * banned.isalpha()}", lambda s: banned not in s.lower())}
    chosen = r.sample(sorted(checks), r.choice([3, 3, 4]))
    style = r.choice([str.upper, str.lower, lambda name: "no_" + name, lambda name: "bad " + name,
                      lambda name: f"E{chosen.index(name) + 1}", lambda name: f"rule {chosen.index(name) + 1}"])
    names = {name: style(name) for name in chosen}
    fine = r.choice(["OK", "ok", "valid", "strong", "pass"])

    def pair(r):
        spoil = r.sample(chosen, r.choice([0, 1, 1, 1, 2]))
        while True:
            base = word(r, minimum, minimum + 4) if "length" not in spoil else word(r, 2, minimum - 3)
            parts = list(base)
            if "upper" not in spoil:
                at = r.randint(0, len(parts) - 1)
                parts[at] = parts[at].upper()
            if "digit" not in spoil:
                parts.insert(r.randint(1, len(parts)), str(r.randint(0, 9)))
            if "sign" not in spoil:
                parts.insert(r.randint(1, len(parts)), r.choice(signs))
            if "blank" in spoil:
                parts.insert(r.randint(1, len(parts) - 1), " ")
            if "word" in spoil and "length" not in spoil:
                parts.insert(r.randint(0, len(parts)), r.choice([banned, banned.capitalize()]))
            text = "".join(parts)
            if text[0] != " " and text[-1] != " ":
                break
        failed = [name for name in chosen if not checks[name][1](text)]
        return text, names[failed[0]] if failed else fine

    told = ", ".join(f"{checks[name][0]} ({names[name]})" for name in chosen)
    rule = "; ".join(f"{names[name]} unless it {checks[name][0]}" for name in chosen)
    return Task(
        key=(minimum, signs, banned, sorted(names.items()), fine), labels=(*names.values(), fine), pair=pair,
        terse=[f"first broken rule's code: {told}; none: {fine}", f"password {told}; code of the first unmet, else {fine}"],
        casual=[f"a good password {told}. tell me the code of the first thing that's wrong, {fine} if nothing is",
                f"go through the rules from left to right and stop at the first problem: {rule}. no problem: {fine}"],
        detailed=[f"The input is a password. The policy is, in order and with a code for each rule, that it {told}. Return the code of the "
                  f"first rule that the password breaks, or {fine} if it breaks none.",
                  f"Validate a password by these checks, in this order: {rule}. Output the code of the first failed check. If all checks "
                  f"pass, output {fine}."])


FIELDS = """age,height,body weight,order total,number of guests,room temperature,delivery time,file size,retry count,unit price,
password length,discount rate,stock level,battery charge,queue length,response time,credit limit,tire pressure,word count,storage time,
team size,error rate,parking fee,page number,screen width,tax rate,noise level,water depth,travel distance,
opening hour""".replace("\n", "").split(",")
RELATIONS = {">=": ["must be at least {n}", "may not be less than {n}", "has to be {n} or more", "must not fall below {n}",
                    "needs to be no smaller than {n}"],
             ">": ["must be greater than {n}", "has to exceed {n}", "must be above {n}", "needs to be more than {n}"],
             "<=": ["must be at most {n}", "may not exceed {n}", "has to be {n} or less", "must not be greater than {n}",
                    "is limited to a maximum of {n}"],
             "<": ["must be less than {n}", "has to stay below {n}", "must be smaller than {n}", "needs to be under {n}"],
             "==": ["must be exactly {n}", "has to equal {n}", "must be {n}, nothing else"],
             "!=": ["must not be {n}", "may be anything but {n}", "has to differ from {n}"]}


@family(area="repair", theme="constraint validation", difficulty="medium")
def english_constraint_to_comparison(r):
    """A constraint in English as a comparison."""
    eq, ne = r.choice([("==", "!="), ("=", "<>"), ("===", "!=="), ("=", "!=")])
    link = r.choice(["and", "&&", "AND", "range"])
    case = r.choice(["snake", "camel", "upper", "snake"])
    blank = r.choice([" ", " ", ""])
    prefix = r.choice(["", "", "x.", "data.", "$"])

    def name(field):
        parts = field.split()
        return prefix + ("".join([parts[0]] + [part.capitalize() for part in parts[1:]]) if case == "camel" else "_".join(parts).upper() if
                         case == "upper" else "_".join(parts))

    def pair(r):
        field, n = r.choice(FIELDS), r.choice([r.randint(1, 20), r.randint(1, 500), 10 * r.randint(1, 90)])
        unit = r.choice(["", "", " units", " here"])
        lead = r.choice(["the {f} {r}", "The {f} {r}.", "{f}: {r}", "for every entry the {f} {r}", "rule {k}: the {f} {r}",
                         "please check that the {f} {r}"])
        if r.random() < 0.25:
            high = n + r.randint(1, 200)
            phrase = r.choice([f"must be between {n} and {high}, both included", f"has to lie from {n} to {high} inclusive",
                               f"must be at least {n} and at most {high}", f"may not be less than {n} nor more than {high}"])
            parts = (f"{n}{blank}<={blank}{name(field)}{blank}<={blank}{high}" if link == "range" else f"{name(field)}{blank}>={blank}{n} "
                     f"{link} {name(field)}{blank}<={blank}{high}")
        else:
            sign = r.choice(sorted(RELATIONS))
            phrase = r.choice(RELATIONS[sign]).format(n=f"{n}{unit}")
            parts = f"{name(field)}{blank}{ {'==': eq, '!=': ne}.get(sign, sign) }{blank}{n}"
        return lead.format(f=field, r=phrase, k=r.randint(1, 30)), parts

    example = name("room size")
    both = f"{example}{blank}>={blank}3 {link} {example}{blank}<={blank}9"
    if link == "range":
        both = f"3{blank}<={blank}{example}{blank}<={blank}9"
    return Task(
        key=(eq, ne, link, case, blank, prefix), pair=pair,
        terse=[f"constraint -> comparison such as {example}{blank}<{blank}9, range {both}; equal {eq}, unequal {ne}",
               f"formalise: {example}{blank}>{blank}5, {both}; {eq} and {ne} for (un)equality"],
        casual=[f"write the rule as code: {example}{blank}>={blank}5 for the room size and so on. a range looks like {both}, equality is "
                f"{eq}, inequality {ne}",
                f"turn the sentence into one comparison, field first and spelled like {example}. use >, >=, <, <=, {eq}, {ne}; two limits: "
                f"{both}"],
        detailed=[f"Translate the English constraint into a comparison of the field, written like {example} for room size, with a number. "
                  f"Operators: >, >=, <, <=, {eq}, {ne}. A rule with two limits is written like {both}. Units are left out.",
                  f"The input states a rule for one field. Output it formally, e.g. {example}{blank}<={blank}9, or {both} when a lower and "
                  f"an upper limit are given. Equality is {eq}, inequality {ne}; drop units and other words."])


@family(area="repair", theme="constraint validation", difficulty="medium")
def type_of_example_values(r):
    """The narrowest type of a column from example values."""
    kinds = {"integer": lambda r: str(r.choice([r.randint(-99, 99), r.randint(0, 9999)])),
             "decimal": lambda r: f"{r.randint(0, 99)}.{r.randint(0, 99):02d}", "date": lambda r: w.iso(w.date(r)),
             "boolean": lambda r: r.choice(["true", "false"]), "email": w.email, "time": lambda r: "{:02d}:{:02d}".format(*w.clock(r))}
    chosen = r.sample(sorted(kinds), r.choice([3, 4, 5]))
    spell = r.choice([str.lower, str.upper, str.capitalize, lambda name: name[:3], lambda name: name[0].upper()])
    words = {name: "clock" if name == "time" else name for name in chosen}
    text = spell("text")
    names = {name: spell(word) for name, word in words.items()}
    if len(set([text, *names.values()])) < len(names) + 1:
        names, text = words, "text"
    joint = r.choice([", ", "; ", " | ", "\n"])
    empty = r.choice(["", "NULL", "-"])

    def pair(r):
        kind = r.choice(chosen + ["text"])
        if kind == "text":
            pool = r.choice([w.first, w.city, lambda r: r.choice(w.NOUNS)])
            values = [pool(r) for _ in range(r.choice([2, 3]))]
            if r.random() < 0.5:
                values[r.randint(0, len(values) - 1)] = kinds[r.choice(chosen)](r)
        else:
            values = [kinds[kind](r) for _ in range(r.choice([3, 4, 5]))]
        if empty and r.random() < 0.3:
            values.insert(r.randint(0, len(values)), empty)
        return joint.join(values), text if kind == "text" else names[kind]

    forms = {"integer": "whole numbers", "decimal": "numbers with decimals", "date": "YYYY-MM-DD", "boolean": "true/false",
             "email": "mail addresses", "time": "HH:MM"}
    told = ", ".join(f"{names[name]} ({forms[name]})" for name in chosen)
    rule = "; ".join(f"{forms[name]} {names[name]}" for name in chosen)
    skip = f"; {empty} counts as no value" if empty else ""
    return Task(
        key=(sorted(names.items()), text, joint, empty), labels=(*names.values(), text), pair=pair,
        terse=[f"column type of these values: {told}; anything else or mixed: {text}{skip}",
               f"type if all values are of one kind: {rule}; otherwise {text}{skip}"],
        casual=[f"what type should this column have? {told}. mixed values or others are {text}{skip}",
                f"look at the examples and choose the type: {rule}. it must hold for all, if not {text}{skip}"],
        detailed=[f"The input lists example values of a column. Return its type: {told}. All values must fit the type; if they fit none, "
                  f"or are mixed, return {text}{skip}.",
                  f"Infer a type for the values. Kinds and their types: {rule}. When no kind covers every value, the type is "
                  f"{text}{skip}. Output the type only."])


@family(area="repair", theme="constraint validation", difficulty="medium")
def mail_address_by_stated_rules(r):
    """Is a mail address valid by the rules of the spec?"""
    yes, no = pick_labels(r, [("VALID", "INVALID"), ("ok", "bad"), ("accept", "reject"), ("1", "0"), ("true", "false"), ("pass", "fail")])
    ends = sorted(r.sample(["com", "org", "net", "edu", "info", "shop"], r.choice([2, 3])))
    limit = r.choice([8, 10, 12, 16])
    plus = r.choice([True, False])

    def pair(r):
        local = r.choice([w.first(r).lower(), f"{w.first(r)[0]}.{w.last(r)}".lower(), r.choice(w.NOUNS) + str(r.randint(1, 99)),
                          w.last(r).lower(), f"{r.choice(w.NOUNS)}_{r.choice('abcxyz')}"])[:limit]
        local = local.rstrip("._")
        host, end = r.choice([r.choice(w.NOUNS), r.choice(w.COMPANY_HEADS).lower(), f"mail.{r.choice(w.NOUNS)}"]), r.choice(ends)
        fault = r.choice([None, None, None, None, None, "end", "long", "at", "two", "blank", "plus"])
        if fault == "end":
            end = r.choice([x for x in ["com", "org", "net", "edu", "info", "shop", "xyz", "de"] if x not in ends])
        if fault == "long":
            local = (local + r.choice(w.ADJECTIVES) + r.choice(w.NOUNS) + "mailaddress")[:limit + r.randint(1, 6)]
        if fault == "plus" and len(local) < limit - 2:
            local += "+" + r.choice("abcdexyz")
        text = f"{local}@{host}.{end}"
        if fault == "at":
            text = text.replace("@", r.choice([".", " at ", ""]))
        if fault == "two":
            text = text.replace("@", "@@") if r.random() < 0.5 else text.replace(f".{end}", f"@{end}")
        if fault == "blank":
            text = text.replace("@", " @")
        name = text.split("@")[0]
        good = text.count("@") == 1 and " " not in text and len(name) <= limit and text.rsplit(".", 1)[-1] in ends and (plus or "+" not in
            text)
        return text, yes if good else no

    tail = "" if plus else ", no +"
    listed = " or ".join("." + end for end in ends)
    return Task(
        key=(yes, ends, limit, plus), labels=(yes, no), pair=pair,
        terse=[f"mail address {yes}: one @, no blank{tail}, at most {limit} characters before the @, ends in {listed}; else {no}",
               f"{no} unless exactly one @, no blank{tail}, up to {limit} characters before @, ending {listed}; then {yes}"],
        casual=[f"an address is {yes} for us with exactly one @, no blanks{tail}, {limit} characters at most before the @ and {listed} at "
                f"the end. everything else is {no}",
                f"check the address: needs {listed} at the end, a single @, no more than {limit} characters in front of it, no "
                f"blank{tail}. {yes} or {no}"],
        detailed=[f"Return {yes} if the mail address keeps all of these rules: it has exactly one @, no blank{tail}, no more than {limit} "
                  f"characters before the @, and it ends with {listed}. Return {no} if it breaks one of them.",
                  f"Validate a mail address by our own rules. Ending: {listed}. Part before the @: {limit} characters or fewer. The @ "
                  f"occurs once. Blanks are forbidden{tail}. Answer {yes} when all hold, otherwise {no}."])


@family(area="repair", theme="constraint validation", difficulty="hard")
def number_with_check_digit(r):
    """Is the check digit at the end of a code right?"""
    yes, no = pick_labels(r, [("ok", "wrong"), ("VALID", "INVALID"), ("true", "false"), ("accept", "reject"), ("+", "-")])
    length = r.choice([3, 4, 5])
    modulus = r.choice([10, 10, 7, 9])
    joint = r.choice(["-", "/", "", "."])
    prefix = r.choice(["", "", "DE", "ID", "K", "AB", "NO"])

    def pair(r):
        digits = [r.randint(0, 9) for _ in range(length)]
        right = sum(digits) % modulus
        good = r.random() < 0.5
        last = right if good else r.choice([d for d in range(10) if d != right])
        code = prefix + "".join(map(str, digits)) + joint + str(last)
        text = r.choice(["{}", "code {}", "{p}: {}", "card {} of {p}", "{} ({c})", "member {p}, {}", "parcel {} to {c}", "scan: {}"])
        text = text.replace("{}", code).format(p=w.first(r), c=w.city(r))
        return text, yes if good else no

    place = "the digit after " + joint if joint else "the last digit"
    shape = f"{prefix}{'9' * length}{joint}9"
    return Task(
        key=(yes, length, modulus, joint, prefix), labels=(yes, no), pair=pair,
        terse=[f"code {shape}: {yes} if {place} = sum of the {length} digits before it modulo {modulus}, else {no}",
               f"check digit ({place}) must be the sum of the other {length} digits mod {modulus}: {yes}/{no}"],
        casual=[f"codes look like {shape}. add up the first {length} digits and take the remainder by {modulus}; if {place} is that, "
                f"{yes}, otherwise {no}",
                f"is the check digit right? {place} has to be (sum of the {length} digits before it) mod {modulus}. {yes} or {no}"],
        detailed=[f"The text contains a code of the form {shape}, 9 standing for any digit. Its check digit is {place}. It is right if it "
                  f"equals the sum of the {length} digits before it modulo {modulus}. Return {yes} if it is right, otherwise {no}.",
                  f"Verify a code ({shape}): sum its first {length} digits, divide by {modulus}, and compare the remainder with {place}. "
                  f"Answer {yes} when they agree and {no} when they do not."])


@family(area="repair", theme="constraint validation", difficulty="hard")
def version_in_accepted_range(r):
    """Is a version in the accepted range, outside, or malformed?"""
    inside, outside, bad = pick_labels(r, [("compatible", "incompatible", "malformed"), ("OK", "OUT", "BAD"),
                                           ("accept", "refuse", "no version"), ("yes", "no", "invalid"), ("in", "out", "?")])
    major, minor, patch = r.randint(0, 9), r.randint(0, 12), r.choice([0, 0, r.randint(1, 9)])
    top = r.choice([(major + 1, 0, 0), (major, minor + r.randint(2, 5), 0), (major + 2, 0, 0)])
    low = (major, minor, patch)

    def pair(r):
        kind = r.choice(["in", "in", "low", "high", "bad"])
        while True:
            version = (r.randint(max(0, major - 1), top[0] + 1), r.choice([minor, top[1], r.randint(0, 15)]),
                       r.choice([0, patch, r.randint(0, 12)]))
            if r.random() < 0.1:
                version = r.choice([low, top])
            if kind == "bad" or {"in": low <= version < top, "low": version < low, "high": version >= top}[kind]:
                break
            if kind == "low" and low == (0, 0, 0):
                kind = "high"
        text = ".".join(map(str, version))
        if kind == "bad":
            text = r.choice([f"{version[0]}.{version[1]}", f"{version[0]}.{version[1]}.x", text + ".1", text.replace(".", "-"),
                             f"{version[0]}..{version[2]}"])
        name = r.choice([r.choice(w.SERVICES), r.choice(w.NOUNS) + "-lib", "py" + r.choice(w.NOUNS)])
        answer = bad if kind == "bad" else inside if low <= version < top else outside
        return r.choice(["{n} {v}", "{n}=={v}", "{n} {v}", "{n}: {v}", "{n}@{v}"]).format(n=name, v=text), answer

    a, b = ".".join(map(str, low)), ".".join(map(str, top))
    return Task(
        key=(inside, low, top), labels=(inside, outside, bad), pair=pair,
        terse=[f"version >= {a} and < {b}: {inside}; otherwise {outside}; not three numbers with dots: {bad}",
               f"{bad} if not N.N.N, {inside} from {a} up to but excluding {b}, {outside} else"],
        casual=[f"we take versions from {a} on but not {b} or later: {inside}. others are {outside}. if it isn't three numbers joined by "
                f"dots: {bad}", f"{a} <= version < {b}? {inside} or {outside}. anything that doesn't look like N.N.N is {bad}"],
        detailed=[f"The input names a package and a version. Return {bad} if the version is not three whole numbers joined by dots. "
                  f"Otherwise return {inside} if it is {a} or later and earlier than {b}, and {outside} if not. Numbers are compared part "
                  "by part.",
                  f"Decide about a version: {inside} if {a} <= version < {b}, {outside} if it lies outside, comparing the parts as "
                  f"numbers. A version that is not of the form N.N.N (no letters, exactly two dots) gives {bad}."])
