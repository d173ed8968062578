"""Format repair: numbers, phone numbers, addresses of the web, settings and log lines in one agreed form."""
import words as w
from task import Task, family


@family(area="repair", theme="format repair", difficulty="medium")
def number_with_local_separators(r):
    """Numbers with foreign decimal and thousands separators as plain numbers."""
    mark, group = r.choice([(",", "."), (",", " "), (",", "'"), (".", ","), (".", "'"), (",", "_")])
    form = r.choice(["plain", "plain", "two", "whole"])
    none = r.choice(["NaN", "none", "no number", "-"])
    signs = r.random() < 0.4

    def pair(r):
        lead = r.choice(["total: {}", "{} EUR", "price {}", "amount={}", "{}", "{} units of {n}", "we paid {} for the {n}", "{n} costs {}",
                         "sum {} ({f})", "balance {}"])
        if r.random() < 0.13:
            return lead.replace("{}", r.choice(["unknown", "free", "to follow", "open", "on request"])).format(n=r.choice(w.NOUNS),
                f=w.first(r)), none
        whole = r.choice([r.randint(0, 999), r.randint(1000, 99999), r.randint(100000, 9999999)])
        cents = r.choice([None, r.randint(0, 99)])
        shown = f"{whole:,}".replace(",", group) + (f"{mark}{cents:02d}" if cents is not None else "")
        minus = signs and r.random() < 0.3 and whole
        text = lead.replace("{}", ("-" if minus else "") + shown).format(n=r.choice(w.NOUNS), f=w.first(r))
        value = f"{whole}" if form == "whole" or form == "plain" and cents is None else f"{whole}.{cents or 0:02d}"
        return text, ("-" if minus else "") + value

    groups = "a blank" if group == " " else group
    how = {"plain": "a point before the decimals, if there are any", "two": "always two decimals after a point",
           "whole": "decimals cut off, not rounded"}[form]
    return Task(
        key=(mark, group, form, none, signs), pair=pair,
        terse=[f"number ({mark} decimal, {groups} thousands) without thousands separators, {how}; none: {none}",
               f"plain number: {how}; input has {groups} for thousands, {mark} for decimals; no number: {none}"],
        casual=[f"numbers come with {mark} before the decimals and {groups} between thousands. write the number without grouping, {how}. "
                f"no number: {none}",
                f"normalise the amount in the text. {groups} groups thousands, {mark} starts the decimals; I want no grouping and {how}, "
                f"or {none} if no amount is given"],
        detailed=[f"The text contains a number in which {groups} separates thousands and {mark} separates decimals. Return only the "
                  f"number, without grouping, with {how}. A minus sign is kept. If there is no number, return {none}.",
                  f"Extract the number and write it in plain form: no separators between thousands, {how}, minus sign kept. In the input "
                  f"the thousands separator is {groups} and the decimal mark is {mark}. Without a number answer {none}."])


@family(area="repair", theme="format repair", difficulty="hard")
def phone_to_international(r):
    """Phone numbers in one international form."""
    country, code = r.choice([("Germany", "49"), ("France", "33"), ("Italy", "39"), ("Spain", "34"), ("Sweden", "46"), ("Austria", "43"),
                              ("Poland", "48"), ("India", "91")])
    gap = r.choice(["", "", " ", "-"])
    none = r.choice(["invalid", "none", "no number", "?"])
    digits = r.choice([8, 9])

    def pair(r):
        number = str(r.randint(1, 9)) + w.identifier(r, digits - 1, "0123456789")
        other = r.random() < 0.15
        kind = r.choice(["national", "plus", "zeros", "national"])
        cut = r.randint(2, 4)
        a, b = number[:cut], number[cut:]
        b = r.choice([b, b[:3] + " " + b[3:], b[:2] + "-" + b[2:]])
        if other:
            a, b = number[:cut], number[cut:digits - r.randint(2, 3)]
        shown = {"national": r.choice([f"0{a} {b}", f"0{a}/{b}", f"(0{a}) {b}", f"0{a}-{b}"]),
                 "plus": r.choice([f"+{code} {a} {b}", f"+{code}-{a}-{b}", f"+{code} (0){a} {b}"]),
                 "zeros": r.choice([f"00{code} {a} {b}", f"00{code}{a}{b}"])}[kind]
        text = r.choice(["{}", "tel {}", "call {p}: {}", "{p}, {}", "phone={}", "{} ({c})", "{c} office {}"])
        text = text.replace("{}", shown).format(p=w.person(r), c=w.city(r))
        return text, none if other else f"+{code}{gap}{number}"

    shape = f"+{code}{gap}NUMBER"
    return Task(
        key=(code, gap, none, digits), pair=pair,
        terse=[f"phone -> {shape}, NUMBER = {digits} digits without leading 0; +{code}, 00{code} or nothing may precede; otherwise {none}",
               f"{shape} from any spelling (national 0..., 00{code}, +{code}); not {digits} digits: {none}"],
        casual=[f"make it {shape}, where NUMBER are the {digits} digits after the 0, +{code} or 00{code}, with nothing between them; a (0) "
                f"is dropped. another number of digits: {none}",
                f"bring the phone number to {shape}. drop blanks, signs and the national 0. NUMBER must have {digits} digits or it's "
                f"{none}"],
        detailed=[f"Phone numbers from {country} come as 0..., +{code}..., or 00{code}..., with blanks, slashes, hyphens and brackets. "
                  f"Return {shape}, where NUMBER is the rest without the national 0. If NUMBER does not have {digits} digits, "
                  f"return {none}.",
                  f"Normalise a phone number to {shape}. Remove everything that is no digit, the international prefix (+{code} or "
                  f"00{code}) and the national 0, also as (0). If the remaining number has not exactly {digits} digits, output {none}."])


@family(area="repair", theme="format repair", difficulty="medium")
def broken_web_address(r):
    """Web addresses with slips in the scheme, the slashes, the dots and the blanks."""
    scheme = r.choice(["https", "https", "http"])
    space = r.choice(["-", "%20", "_", "+"])
    slash = r.choice(["", "/"])
    lower = r.random() < 0.5
    none = r.choice(["no url", "none", "-", "invalid"])

    def pair(r):
        if r.random() < 0.1:
            return w.sentence(r), none
        host = r.choice(["www.", "", "shop.", "api."]) + r.choice([r.choice(w.NOUNS), r.choice(w.COMPANY_HEADS).lower()])
        host += "." + r.choice(w.DOMAINS)
        parts = [r.choice([[r.choice(w.NOUNS)], w.thing(r).split(), [str(r.randint(1, 999))]]) for _ in range(r.choice([1, 2]))]
        good = f"{scheme}://{host}/" + "/".join(space.join(part) for part in parts) + slash
        shown_host = r.choice([host, host, host.upper() if lower else host, host.replace(".", ",", 1), host.replace(".", "..", 1)])
        start = r.choice([f"{scheme}:/", f"{scheme}//", f"{scheme}:///", f"{scheme[1:]}://", f"{scheme}:\\\\", f"{scheme}: //", "",
                          f"{scheme}://"])
        path = r.choice(["/", "//", "\\", "/"]) + r.choice(["/", "\\", "//"]).join(" ".join(part) for part in parts)
        return start + shown_host + path + r.choice(["", "/"]), good

    case = ", host in lower case" if lower else ""
    end = "with a final slash" if slash else "without a final slash"
    return Task(
        key=(scheme, space, slash, lower, none), pair=pair,
        terse=[f"repair the url: {scheme}://, single forward slashes, single dots in the host{case}, {space} for blanks, {end}; no url: "
               f"{none}", f"clean url, {scheme}://host/path {end}, blanks as {space}, no doubled or wrong marks{case}; else {none}"],
        casual=[f"the links are mistyped. make them {scheme}://host/path {end}: one slash between parts, a single dot where there's a "
                f"comma or two dots in the host, {space} instead of blanks{case}. no link: {none}",
                f"fix this address. start {scheme}://, forward slashes once each, {end}, single dots in the host{case}, and {space} for "
                f"each blank. a normal sentence gets {none}"],
        detailed=[f"The input is a mistyped web address. Return it as {scheme}://host/path {end}. Backslashes and doubled slashes become "
                  f"one slash; a comma or a double dot in the host becomes one dot; each blank in the path becomes {space}{case}. "
                  f"If it is no address at all, return {none}.",
                  f"Write the address correctly: scheme {scheme}://, host with single dots{case}, parts of the path separated by one "
                  f"slash, {space} in place of blanks, {end}. A missing or damaged scheme is replaced. An ordinary sentence gives {none}."])


@family(area="repair", theme="format repair", difficulty="medium")
def settings_line_to_pairs(r):
    """Loose key-value settings in one strict form."""
    equals, joint = r.choice([("=", " "), ("=", ";"), (": ", ", "), ("=", "&"), (":", "|"), ("=", "\n"), (" = ", "; ")])
    lower = r.random() < 0.5
    order = r.choice(["given", "sorted"])
    empty = r.choice(["null", "none", "-", "unset"])
    names = "host port user path mode level limit color size theme retry format region owner queue".split()

    def pair(r):
        keys = r.sample(names, r.choice([2, 3, 3, 4]))
        pairs = [(key, "" if r.random() < 0.15 else r.choice([str(r.randint(1, 9999)), r.choice(w.NOUNS), r.choice(w.SERVICES),
                                                              w.first(r).lower()])) for key in keys]
        shown = []
        for key, value in pairs:
            key = r.choice([key, key.upper(), key.capitalize()]) if lower else key
            shown.append(f"{key}{r.choice([' = ', '=', ': ', ' => ', ':= ', ':'])}{value}".rstrip())
        text = r.choice(["; ", " ;", ", ", " , ", " | ", "\n"]).join(shown)
        if order == "sorted":
            pairs.sort()
        return text.strip(), joint.join(f"{key}{equals}{value or empty}" for key, value in pairs)

    example = joint.join(f"{key}{equals}{value}" for key, value in (("a", "1"), ("b", "2"))).replace("\n", "\\n")
    said = f"{example}, where \\n is a line break" if joint == "\n" else example
    tail = (", keys in lower case" if lower else "") + (", sorted by key" if order == "sorted" else ", in the given order")
    return Task(
        key=(equals, joint, lower, order, empty), pair=pair,
        terse=[f"settings in the form {said}{tail}; empty value: {empty}", f"loose pairs -> {said}{tail}, {empty} for no value"],
        casual=[f"the settings come with all kinds of signs (=>, :=, commas ...). write them like {said}{tail}. a key with nothing behind "
                f"it gets {empty}", f"make this {said}{tail}. put {empty} where the value is missing"],
        detailed=["The input lists settings as keys and values with various signs between them. Write them in exactly this form: "
                  f"{said}{tail}. If a value is missing, write {empty}.",
                  "Normalise a line of settings. Signs such as =, :, => or := separate key and value; semicolons, commas, bars or line "
                  f"breaks separate settings. Output form: {said}{tail}; a missing value becomes {empty}."])


LEVELS = {"debug": ["DEBUG", "dbg", "D"], "info": ["INFO", "information", "I"], "warn": ["WARN", "warning", "W"],
          "error": ["ERROR", "err", "E"]}


@family(area="repair", theme="format repair", difficulty="hard")
def log_line_fields_in_order(r):
    """Log lines of several programs as one line with fixed fields."""
    fields = r.choice([r.sample(["time", "level", "service", "message"], 4), r.sample(["time", "level", "message"], 3),
                       r.sample(["level", "service", "message"], 3)])
    joint = r.choice([" | ", "\t", " - ", ";", " :: "])
    upper = r.random() < 0.5
    none = r.choice(["-", "?", "n/a"])
    seconds = r.random() < 0.5

    def pair(r):
        hour, minute, second = r.randint(0, 23), r.randint(0, 59), r.randint(0, 59)
        level = r.choice(sorted(LEVELS)) if r.random() > 0.15 else None
        service = r.choice(w.SERVICES)
        message = r.choice(["{n} not found", "read {n} in 3 steps", "{a} {n} closed", "cannot open {n}", "started with {n} table",
                            "user {f} joined", "{f} left the {n} room", "cache of {n} is {a}"])
        message = message.format(n=r.choice(w.NOUNS), a=r.choice(w.ADJECTIVES), f=w.first(r))
        time = f"{hour:02d}:{minute:02d}:{second:02d}"
        said = r.choice(LEVELS[level]) if level else None
        shape = r.choice(["{t} {l} {s}: {m}", "[{l}] {t} {s}: {m}", "{s}[{p}] {t} <{l}> {m}", "{t} {s} {l}: {m}", "({s}) {t} {l} - {m}"])
        text = shape.format(t=time, l=said or "", s=service, m=message, p=r.randint(100, 999))
        for bad, good in ((" []", ""), ("[] ", ""), (" <>", ""), ("  ", " "), (" :", ":")):
            text = text.replace(bad, good)
        values = {"time": time if seconds else time[:5], "level": (level.upper() if upper else level) if level else none,
                  "service": service, "message": message}
        return text.strip(), joint.join(values[field] for field in fields)

    shown = joint.replace("\t", "TAB").join(fields)
    levels = ", ".join(level.upper() if upper else level for level in LEVELS)
    clock = "HH:MM:SS" if seconds else "HH:MM"
    rule = "; ".join([f"time as {clock}"] * ("time" in fields) + [f"level as {levels}, or {none} if absent"] * ("level" in fields))
    return Task(
        key=(fields, joint, upper, none, seconds), pair=pair,
        terse=[f"log line -> {shown}; {rule}", f"{shown} of the log line ({rule})"],
        casual=[f"rewrite the log line as {shown}. {rule}. abbreviations such as W or err mean the full level, and process ids can go",
                f"every program logs differently, I want {shown}. {rule}"],
        detailed=[f"Rewrite the log line as {shown}; {rule}. Levels may be abbreviated in the line. Numbers in brackets after the service "
                  "are dropped.",
                  f"Parse a log line and output its fields in this order and form: {shown}. Rules: {rule}. Abbreviated levels such as E, "
                  "dbg or warning occur; process ids are ignored."])
