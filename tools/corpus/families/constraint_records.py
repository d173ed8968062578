"""Constraint validation of records, forms, files and codes."""
import string
import words as w
from task import Task, family, pick_labels


@family(area="repair", theme="constraint validation", difficulty="hard")
def first_invalid_field_of_record(r):
    """The first field of a record that breaks its rule."""
    low, high = r.choice([(0, 100), (1, 10), (18, 99), (1, 50), (5, 60)])
    colors = sorted(r.sample(w.COLORS, 3))
    size = r.choice([3, 4, 5])
    table = {"age": (f"{low} to {high}", lambda r: str(r.randint(low, high)),
                     lambda r: str(r.choice([high + r.randint(1, 50), low - r.randint(1, 9)]))),
             "color": ("/".join(colors), lambda r: r.choice(colors), lambda r: r.choice([c for c in w.COLORS if c not in colors])),
             "code": (f"{size} digits", lambda r: w.identifier(r, size, string.digits),
                      lambda r: w.identifier(r, size + r.choice([-1, 1]), string.digits)),
             "name": ("not empty", lambda r: w.first(r), lambda r: ""),
             "ok": ("true or false", lambda r: r.choice(["true", "false"]), lambda r: r.choice(["yes", "no", "1", "maybe"])),
             "mail": ("contains @", w.email, lambda r: w.email(r).replace("@", "."))}
    names = r.sample(sorted(table), r.choice([3, 3, 4]))
    alias = {name: r.choice({"age": ["age", "level", "qty", "score"], "color": ["color", "paint", "tone"], "code": ["code", "pin", "zip"],
                             "name": ["name", "owner", "user"], "ok": ["active", "paid", "ok"],
                             "mail": ["mail", "email", "contact"]}[name]) for name in names}
    fine = r.choice(["none", "OK", "valid", "-"])
    joint, equals = r.choice([("; ", "="), (", ", ": "), ("\n", ": "), (" | ", "="), ("&", "=")])

    def pair(r):
        bad = r.sample(names, r.choice([0, 1, 1, 1, 2, 1, 2]))
        row = [(name, table[name][2 if name in bad else 1](r)) for name in names]
        if r.random() < 0.4:
            r.shuffle(row)
        text = joint.join(f"{alias[name]}{equals}{value}".rstrip() for name, value in row)
        failed = [alias[name] for name in names if name in bad]
        return text, failed[0] if failed else fine

    rule = ", ".join(f"{alias[name]} {table[name][0]}" for name in names)
    return Task(
        key=(rule, fine, joint), labels=(*alias.values(), fine), pair=pair,
        terse=[f"rules {rule}: first field (in this order) that breaks its rule; else {fine}",
               f"name the first wrong field by this list: {rule}; all right: {fine}"],
        casual=[f"check the record: {rule}. give me the first field in that list that's wrong, whatever its place in the input, or {fine}",
                f"{rule}. walk through them in this order and tell me which one fails first, {fine} if none does"],
        detailed=[f"The input is a record of fields in any order. The rules are: {rule}. Check the fields in the order of the rules and "
                  f"return the name of the first that breaks its rule. If none does, return {fine}.",
                  "Validate the record and output the name of a single field: the first, in the order given here, whose value is not "
                  f"allowed ({rule}). Output {fine} for a record without faults."])


@family(area="repair", theme="constraint validation", difficulty="hard")
def form_message_with_numbers(r):
    """The message that a form shows for a text field."""
    low, high = r.choice([(2, 5), (3, 6), (3, 8), (4, 8), (4, 10), (5, 9)])
    short, long, fine = pick_labels(r, [("{} too short", "{} too long", "ok"), ("add {}", "remove {}", "fine"),
                                        ("missing {}", "surplus {}", "accepted"), ("-{}", "+{}", "0"),
                                        ("short by {}", "long by {}", "good"),
                                        ("{} more please", "{} too many", "thank you")])
    digits = r.random() < 0.5
    wrong = r.choice(["only digits", "digits only", "no letters", "not a number"]) if digits else r.choice(["only letters", "letters only",
        "no digits", "not a word"])
    what = "digits" if digits else "letters"

    def pair(r):
        length = r.choice([r.randint(low, high), r.randint(low, high), r.randint(1, low - 1), r.randint(high + 1, high + 5)])
        value = w.identifier(r, length, string.digits) if digits else word_of(r, length)
        if r.random() < 0.15:
            at = r.randint(0, length - 1)
            value = value[:at] + (r.choice("xkqm") if digits else str(r.randint(0, 9))) + value[at + 1:]
            answer = wrong
        else:
            answer = short.format(low - length) if length < low else long.format(length - high) if length > high else fine
        label = r.choice(w.NOUNS) if r.random() < 0.8 else r.choice(w.ADJECTIVES)
        return r.choice(["{}: {}", "{} = {}", "field {} has {}", "{} -> {}"]).format(label, value), answer

    few, many = short.format("N"), long.format("N")
    return Task(
        key=(low, high, short, wrong), pair=pair,
        terse=[f"value must be {low}-{high} {what}. other characters: {wrong}; otherwise {few} or {many} (N characters missing or "
               f"surplus), else {fine}",
               f"{low} to {high} {what} -> {fine}; first {wrong} (bad character), then {few} (too short by N) or {many} (too long by N)"],
        casual=[f"the field takes {low} to {high} {what}. other characters in it: {wrong}. N too few: {few}. N too many: {many}. all "
                f"right: {fine}", f"write the form's message: {wrong} first of all, then {few} or {many} with the difference N to "
                f"{low}..{high} {what}, else {fine}"],
        detailed=[f"The input is a field and its value. The value must consist of {low} to {high} {what}. If it contains anything but "
                  f"{what}, return {wrong}. If it is N characters too short return {few}, if N too long {many}. Otherwise return {fine}.",
                  f"Produce the validation message for a value. First check: only {what}, or the message is {wrong}. Second check: at "
                  f"least {low} and at most {high} characters; the messages are {few} and {many}, N being the number missing "
                  f"or surplus. No problem: {fine}."])


def word_of(r, length):
    """Lower case letters, as many as wanted."""
    return "".join(w.words(r, 4, 5) + w.words(r, 1, 2, w.ADJECTIVES))[:length]


SIGN_NAMES = {"_": "underscores", "-": "hyphens", ".": "dots", ":": "colons"}


@family(area="repair", theme="constraint validation", difficulty="medium")
def first_illegal_character(r):
    """The first character that a name may not contain, or its place."""
    extra = "".join(r.sample("_-.:", r.choice([0, 1, 1, 2])))
    upper, digit = r.random() < 0.5, r.random() < 0.6
    allowed = string.ascii_lowercase + (string.ascii_uppercase if upper else "") + (string.digits if digit else "") + extra
    give = r.choice(["character", "character", "position"])
    fine = r.choice(["none", "OK", "valid", "clean"])

    def pair(r):
        parts = [r.choice([r.choice(w.NOUNS), r.choice(w.ADJECTIVES), w.first(r).lower()]) for _ in range(r.choice([1, 2]))]
        text = (r.choice(extra) if extra else "").join(parts)
        if digit and r.random() < 0.4:
            text += str(r.randint(0, 99))
        if upper and r.random() < 0.4:
            text = text[0].upper() + text[1:]
        illegal = [c for c in "_-.:#$%&/!?@+*=~3479AKQZ" if c not in allowed]
        for _ in range(r.choice([0, 1, 1, 1, 2])):
            at = r.randint(0, min(len(text), 8))
            text = text[:at] + r.choice(illegal) + text[at:]
        bad = [(i, c) for i, c in enumerate(text, 1) if c not in allowed]
        return text, fine if not bad else bad[0][1] if give == "character" else str(bad[0][0])

    said = "lower-case letters" + (", upper-case letters" if upper else "") + (", digits" if digit else "")
    said += "".join(f" and {SIGN_NAMES[sign]}" for sign in extra)
    want = "the first character that is not allowed"
    if give == "position":
        want = "the position (from 1) of " + want
    return Task(
        key=(sorted(extra), upper, digit, give, fine), pair=pair,
        terse=[f"allowed: {said}. give {want}; else {fine}", f"name check, {said} only: {want}, or {fine}"],
        casual=[f"user names may only have {said}. tell me {want}, {fine} if the name is all right",
                f"what's wrong with this name? we accept {said}. I need {want}; nothing wrong: {fine}"],
        detailed=[f"A name may contain only these characters: {said}. Return {want}. If all characters are allowed, return {fine}.",
                  f"Check the name from left to right. Permitted are {said}. Output {want}, and {fine} when there is none."])


@family(area="repair", theme="constraint validation", difficulty="medium")
def upload_refusal_reason(r):
    """Why an uploaded file is refused, or that it is accepted."""
    kind, size, name, fine = pick_labels(r, [("type", "size", "name", "ok"), ("BAD_TYPE", "TOO_BIG", "BAD_NAME", "ACCEPT"),
                                             ("wrong format", "too large", "bad name", "accepted"), ("415", "413", "400", "200"),
                                             ("format", "limit", "blank", "upload")])
    ends = r.sample(["pdf", "png", "jpg", "docx", "csv", "txt", "zip", "mp3"], r.choice([2, 3]))
    limit = r.choice([1, 2, 5, 10, 20])
    order = r.choice([("kind", "size", "name"), ("size", "kind", "name"), ("name", "kind", "size"), ("name", "size", "kind")])
    label = {"kind": kind, "size": size, "name": name}

    def pair(r):
        bad = r.choice([[], [], ["kind"], ["size"], ["name"], ["kind", "size"], ["size", "name"], ["kind", "name"]])
        end = r.choice([e for e in ["pdf", "png", "jpg", "docx", "csv", "txt", "zip", "mp3", "exe", "svg"] if (e not in ends) == ("kind" in
            bad)])
        tenths = r.randint(limit * 10 + 1, limit * 30) if "size" in bad else r.randint(1, limit * 10)
        joint = r.choice([" ", " of "] if "name" in bad else ["_", "-"])
        file = r.choice(w.NOUNS) + joint + r.choice(w.NOUNS) + r.choice(["", str(r.randint(1, 99))])
        shown = f"{tenths / 10:.1f} MB" if tenths >= 10 or r.random() < 0.5 else f"{tenths * 100} KB"
        text = r.choice(["{f} ({s})", "{f}, {s}", "{s} {f}", "file {f} size {s}", "{p} uploads {f}, {s}", '"{f}" {s}']).format(f=
            f"{file}.{end}", s=shown, p=w.first(r))
        return text, next((label[check] for check in order if check in bad), fine)

    rules = {"kind": f"ending not {', '.join(ends)}: {kind}", "size": f"over {limit} MB: {size}", "name": f"blank in the file name: {name}"}
    told = "; ".join(rules[check] for check in order)
    return Task(
        key=(kind, sorted(ends), limit, order), labels=(kind, size, name, fine), pair=pair,
        terse=[f"upload check, first that applies: {told}; else {fine}", f"{told}; the earliest counts; without fault {fine}"],
        casual=[f"may this file be uploaded? first matching reason wins: {told}. no reason to refuse: {fine}",
                f"give me one word for the upload. check in this order: {told}. otherwise {fine}. 1000 KB are 1 MB"],
        detailed=["The input names a file and its size. Go through these checks in order and return the result of the first that applies: "
                  f"{told}. If none applies, return {fine}.",
                  f"Decide about an upload. Checks, the first hit counts: {told}. A file that passes all checks gets {fine}. 1 MB is 1000 "
                  "KB."])


@family(area="repair", theme="constraint validation", difficulty="hard")
def rule_between_fields_broken(r):
    """Which rule between fields of a booking is broken."""
    names = {"time": r.choice(["start", "from", "begin"]), "end": r.choice(["end", "to", "until"])}
    dates, places, total, fine = pick_labels(r, [("dates", "seats", "total", "ok"), ("R1", "R2", "R3", "OK"),
                                                 ("bad dates", "too many guests", "wrong total", "valid"),
                                                 ("order", "capacity", "sum", "none"), ("D", "C", "S", "-")])
    shape = r.choice(["{k}={v}", "{k}: {v}", "{k} {v}"])
    joint = r.choice([", ", "; ", "\n", " | "])
    equal = r.random() < 0.5
    rules = {dates: f"{names['end']} before {names['time']}" if equal else f"{names['end']} not after {names['time']}",
             places: "guests greater than seats", total: "total not price times guests"}
    order = r.sample(sorted(rules), 3)

    def pair(r):
        broken = r.choice([[], [], [dates], [places], [total], [dates, places], [places, total], [dates, total]])
        month, day = r.randint(1, 12), r.randint(2, 27)
        start, end = f"2025-{month:02d}-{day:02d}", f"2025-{month:02d}-{r.randint(day if equal else day + 1, 28):02d}"
        if dates in broken:
            end = f"2025-{month:02d}-{r.randint(1, day - 1 if equal else day):02d}"
        guests = r.randint(2, 9)
        seats = r.randint(1, guests - 1) if places in broken else r.randint(guests, guests + 6)
        price = r.choice([5, 10, 20, 25, 30, 50, 100])
        amount = price * guests + (r.choice([-price, price, 1, 5, -2]) if total in broken else 0)
        fields = [(names["time"], start), (names["end"], end), ("guests", guests), ("seats", seats), ("price", price), ("total", amount)]
        text = joint.join(shape.format(k=key, v=value) for key, value in fields)
        return text, next((label for label in order if label in broken), fine)

    told = "; ".join(f"{rules[label]}: {label}" for label in order)
    asked = ", ".join(f"{label} if {rules[label]}" for label in order)
    return Task(
        key=(names["time"], names["end"], dates, shape, joint, equal, order), labels=(dates, places, total, fine), pair=pair,
        terse=[f"booking, first rule that applies: {told}; else {fine}", f"{asked}; the earliest counts; otherwise {fine}"],
        casual=[f"do the fields of the booking fit together? first problem in this order: {told}. no problem: {fine}",
                f"check the booking and stop at the first fault: {asked}. {fine} if it is sound"],
        detailed=[f"The input is a booking. Test these conditions in this order and return the label of the first that is true: {told}. If "
                  f"none is true, return {fine}.",
                  f"Find a contradiction between the fields of a booking. Labels, to be tested in this order: {asked}. A booking without "
                  f"contradiction gets {fine}."])


@family(area="repair", theme="constraint validation", difficulty="hard")
def code_matches_mask(r):
    """Does a code match a mask of letters, digits and signs?"""
    yes, no = pick_labels(r, [("match", "no match"), ("VALID", "INVALID"), ("true", "false"), ("yes", "no"), ("ok", "format error"),
                              ("1", "0")])
    letter, digit = r.choice([("A", "9"), ("L", "D"), ("X", "0"), ("@", "#"), ("a", "n")])
    any_case = r.random() < 0.4
    mask = []
    for _ in range(r.choice([2, 3])):
        mask += [r.choice([letter, digit])] * r.choice([1, 2, 3]) + [r.choice("-/. ") if r.random() < 0.7 else ""]
    mask = "".join(mask).strip("-/. ")
    while len(mask) < 4:
        mask += digit
    if letter not in mask:
        mask = letter + mask
    if digit not in mask:
        mask += digit * 2

    def pair(r):
        text = "".join(r.choice(string.ascii_uppercase) if c == letter else r.choice(string.digits) if c == digit else c for c in mask)
        if any_case and r.random() < 0.4:
            text = text.lower()
        if r.random() < 0.5:
            at = r.randint(0, len(text) - 1)
            kind = r.choice(["swap", "drop", "add", "lower" if not any_case else "swap"])
            if kind == "swap":
                new = r.choice(string.digits) if mask[at] == letter else r.choice(string.ascii_uppercase)
                text = text[:at] + new + text[at + 1:]
            elif kind == "drop":
                text = text[:at] + text[at + 1:]
            elif kind == "add":
                text = text[:at] + r.choice(string.digits + string.ascii_uppercase) + text[at:]
            else:
                text = text.lower()
            text = text.strip()
        letters = string.ascii_letters if any_case else string.ascii_uppercase
        good = len(text) == len(mask) and all(c in letters if m == letter else c in string.digits if m == digit else c == m for c,
                                              m in zip(text, mask))
        return text, yes if good else no

    kind = "letter of any case" if any_case else "upper-case letter"
    return Task(
        key=(yes, mask, any_case), labels=(yes, no), pair=pair,
        terse=[f"{yes} if the code fits {mask} ({letter} = {kind}, {digit} = digit, other signs literal), else {no}",
               f"mask {mask}: {letter} any {kind}, {digit} any digit, the rest as is. {yes}/{no}"],
        casual=[f"our codes look like {mask}, where {letter} is a {kind} and {digit} a digit, everything else stands for itself. {yes} if "
                f"the input is one, otherwise {no}",
                f"does the whole input follow {mask}? {letter}: {kind}. {digit}: digit. signs and blanks must be the same. answer {yes} or "
                f"{no}"],
        detailed=[f"Compare the input with the mask {mask}. In the mask {letter} stands for one {kind}, {digit} for one digit, and any "
                  f"other sign for itself. Return {yes} if the whole input matches, {no} if it does not.",
                  f"A code is valid if it has the form {mask} from beginning to end: {kind} for each {letter}, digit for each {digit}, and "
                  f"the same signs in between. Output {yes} for valid codes and {no} for others."])
