"""Small languages that the spec defines: filters, devices, alert rules, drawing and tests."""
import words as w
from task import Task, family

THEME = "DSL and code cleanup"
RECORDS = [("houses", ["price", "rooms", "area"], {"city": w.CITIES, "heating": ["gas", "oil", "wood"]}),
           ("shirts", ["price", "size"], {"color": w.COLORS, "fit": ["slim", "wide"]}),
           ("books", ["pages", "year"], {"language": ["Czech", "Dutch", "Greek", "Hindi", "Korean"], "author": w.LAST}),
           ("jobs", ["salary", "hours"], {"city": w.CITIES, "field": w.JOBS[:20]}),
           ("cars", ["price", "doors", "year"], {"color": w.COLORS, "fuel": ["petrol", "diesel", "electric"]}),
           ("flights", ["price", "stops"], {"destination": w.CITIES, "airline": w.COMPANY_HEADS}),
           ("pets", ["age", "weight"], {"kind": w.ANIMALS, "name": w.FIRST}),
           ("tickets", ["priority", "age"], {"owner": w.FIRST, "status": ["open", "closed", "waiting"]}),
           ("wines", ["year", "price"], {"country": w.COUNTRIES, "type": ["red", "white", "rose"]}),
           ("recipes", ["minutes", "servings"], {"course": ["starter", "main", "dessert"], "ingredient": w.FOODS[:30]})]


@family(area="code", theme=THEME, difficulty="medium")
def filter_expression(r):
    """A search wish becomes a filter expression."""
    things, numbers, texts = r.choice(RECORDS)
    above, below, equal = r.choice([(">", "<", "="), (":gt:", ":lt:", ":eq:"), (" gt ", " lt ", " eq "), (">", "<", ":"),
                                    (" over ", " under ", " is "), (" > ", " < ", " == ")])
    conjunction = r.choice([" & ", " AND ", "&", ", ", " and ", ";", " && "])
    lower, negation = r.random() < 0.4, r.choice(["!", "not ", "-", "NOT "])
    shown = f"field{above}n (more), field{below}n (less), field{equal}value, {negation}field{equal}value (not)"
    case = "values in lower case" if lower else "values as written"

    def pair(r):
        texts_asked = r.sample(sorted(texts), r.choice([0, 1, 1, 2]))
        numbers_asked = r.sample(numbers, r.choice([1, 1, 2] if not texts_asked else [0, 1, 1]))
        parts = []
        for name in texts_asked:
            value, no = r.choice(texts[name]), r.random() < 0.25
            phrase = (f"whose {name} is {'not ' if no else ''}{value}" if r.random() < 0.6
                      else f"with {'any ' + name + ' but' if no else name} {value}")
            parts.append((phrase, f"{negation if no else ''}{name}{equal}{value.lower() if lower else value}"))
        for name in numbers_asked:
            n, more = r.randint(2, 900), r.random() < 0.5
            phrase = r.choice(["with {} over {}", "whose {} is above {}", "with more than {1} {0}"] if more
                              else ["with {} under {}", "whose {} is below {}", "with less than {1} {0}"])
            parts.append((phrase.format(name, n), f"{name}{above if more else below}{n}"))
        r.shuffle(parts)
        text = r.choice(["{}", "show {}", "I am looking for {}", "find me {}", "list all {}"]).format(things) + " " + " and ".join(phrase
            for phrase, _ in parts)
        return text, conjunction.join(out for _, out in parts)

    return Task(
        key=(things, above, equal, conjunction, lower, negation), pair=pair,
        terse=[f"wish -> filter: {shown}; joined by '{conjunction}' in order; {case}",
               f"{shown}. Several: '{conjunction}' between, order of the text; {case}"],
        casual=[f"make a filter for our {things}: {shown}. put '{conjunction}' between conditions, keep their order, {case}",
                f"{things} search to filter syntax please. {shown}; '{conjunction}' between them in the order they come; {case}"],
        detailed=[f"Translate the wish into our filter language. A condition is one of {shown}. Conditions stand in the order of the text, "
                  f"with '{conjunction}' between; {case}. Fields are {', '.join(numbers + sorted(texts))}.",
                  f"The input looks for {things}. Return the filter: each condition is written as {shown}, fields being "
                  f"{', '.join(numbers + sorted(texts))}, {case}, and '{conjunction}' joins them in the order in which they are "
                  "mentioned."])


ROOMS = ("kitchen,bedroom,garage,office,attic,hall,bathroom,cellar,garden,nursery,studio,porch,pantry,library,living room,guest "
         "room,laundry room,dining room").split(",")
DEVICES = "lamp fan heater blind speaker radio door window curtain camera kettle tv".split()


@family(area="code", theme=THEME, difficulty="medium")
def home_device_command(r):
    """A spoken wish becomes a device command."""
    join = r.choice("_-")
    form = r.choice(["ROOM.DEVICE=VALUE", "set DEVICE@ROOM VALUE", "DEVICE(ROOM,VALUE)", "ROOM/DEVICE:VALUE", "VALUE > DEVICE in ROOM",
                     "home ROOM DEVICE VALUE",
                     '{"room":"ROOM","device":"DEVICE","value":"VALUE"}', "ROOM::DEVICE(VALUE)"])
    on, off = r.choice([("on", "off"), ("1", "0"), ("ON", "OFF"), ("true", "false"), ("start", "stop")])
    everywhere = r.choice(["all", "*", "any", "house", "ALL"])
    percent = r.choice(["N", "N%", "Npct", "level-N"])

    def pair(r):
        device, room, n = r.choice(DEVICES), r.choice(ROOMS) if r.random() < 0.8 else None, r.randint(1, 99)
        kind = r.randrange(3)
        where = f" in the {room}" if room else ""
        if kind == 0:
            text, value = r.choice([f"turn on the {device}{where}", f"{device}{where} on please", f"switch the {device}{where} on",
                                    f"could you start the {device}{where}?"]), on
        elif kind == 1:
            text, value = r.choice([f"turn off the {device}{where}", f"{device}{where} off please", f"switch the {device}{where} off",
                                    f"stop the {device}{where}"]), off
        else:
            text, value = r.choice([f"set the {device}{where} to {n} percent", f"{device}{where} at {n}%",
                                    f"I want the {device}{where} at {n} percent"]), percent.replace("N", str(n))
        lead = r.choice(["", "", "ok, ", f"{w.first(r)} here, ", f"it is {r.randint(1, 12)} o'clock, ", f"{w.first(r)} is tired, "])
        out = form.replace("ROOM", room.replace(" ", join) if room else everywhere).replace("DEVICE", device).replace("VALUE", value)
        return lead + text, out

    return Task(
        key=(form, join, on, everywhere, percent), pair=pair, kind="json" if form.startswith("{") else "text",
        terse=[f"wish -> {form}; VALUE {on}, {off} or {percent} (N percent); no room: {everywhere}; room blanks to {join}",
               f"{form}, where VALUE is {on} (on), {off} (off), {percent} (percent); ROOM {everywhere} if unnamed; living{join}room style"],
        casual=[f"smart home command please: {form}. VALUE is {on} or {off}, or {percent} for N percent. no room means {everywhere}, and "
                f"two-word rooms get a {join}",
                f"make it {form} with {on}/{off} for on/off and {percent} for percentages; rooms like living{join}room, {everywhere} when "
                "none is named"],
        detailed=[f"Translate the wish into a home automation command of the form {form}. VALUE is {on} to turn on or start, {off} to turn "
                  f"off or stop, {percent} for N percent. In room names {join} replaces the blank. If no room is named, ROOM is "
                  f"{everywhere}.",
                  f"Return {form}. ROOM is the room as one word (living{join}room), or {everywhere} if the user names none; VALUE is {on}, "
                  f"{off} or {percent}, N being the percentage. Ignore small talk."])


METRICS = ["cpu", "memory", "disk", "latency", "queue length", "error rate", "temperature", "humidity", "load", "traffic", "battery",
           "pressure", "login failures", "open files"]


@family(area="code", theme=THEME, difficulty="hard")
def alert_rule(r):
    """An alert wish becomes a rule with metric, limit, time and action."""
    form = r.choice(["IF METRIC OP N THEN ACTION", "when(METRIC OP N) do ACTION", "METRIC OP N => ACTION", "rule METRIC OP N : ACTION",
                     "ACTION if METRIC OP N", "ALERT ACTION ON METRIC OP N",
                     "METRIC OP N -> ACTION"])
    duration = r.choice(["FOR Tm", "for T min", "[Tm]", "T'", "DURING T"])
    over, under = r.choice([(">", "<"), ("above", "below"), ("gt", "lt"), ("over", "under"), ("UP", "DOWN")])
    calls = r.choice([{"mail": "mail", "page": "page", "restart": "restart"},
                      {"mail": "send_mail", "page": "call_oncall", "restart": "restart_service"},
                      {"mail": "M", "page": "P", "restart": "R"}, {"mail": "notify.mail", "page": "notify.pager",
                                                                   "restart": "svc.restart"}])
    join = r.choice("_-.")
    form = form.replace("ACTION", "ACTION(WHO)")
    table = f"mail {calls['mail']}, page {calls['page']}, restart {calls['restart']}"

    def pair(r):
        metric, n, more, t = r.choice(METRICS), r.randint(5, 950), r.random() < 0.5, r.randint(2, 60)
        act, long = r.choice(sorted(calls)), r.random() < 0.5
        who = r.choice(w.SERVICES) if act == "restart" else w.first(r)
        verb = {"mail": ["mail {}", "send a mail to {}", "write {} an e-mail"], "page": ["page {}", "wake {} by pager", "send {} a page"],
                "restart": ["restart {}", "{} must be restarted"]}
        phrase = r.choice(["goes over", "is above", "is more than"] if more else ["falls under", "is below", "is less than"])
        condition = f"{metric} {phrase} {n}" + (r.choice([" for {} minutes", " for at least {} minutes"]).format(t) if long else "")
        action = r.choice(verb[act]).format(who)
        text = r.choice(["if {c}, {a}", "{a} when {c}", "as soon as {c}: {a}", "{a} if {c}"]).format(c=condition, a=action)
        limit = f"{n} {duration.replace('T', str(t))}" if long else str(n)
        out = form.replace("METRIC", metric.replace(" ", join)).replace("OP", over if more else under).replace("(WHO)",
            f"({who})").replace("ACTION", calls[act])
        return text, out.replace(" N", f" {limit}", 1)

    return Task(
        key=(form, duration, over, calls, join), pair=pair,
        terse=[f"`{form}`; OP {over}/{under}; N then ` {duration}` if T minutes; {table}; '{join}' for blanks in METRIC",
               f"alert wish -> `{form}`, OP {over} or {under}, {table}; T minutes: N {duration}; METRIC joined by '{join}'"],
        casual=[f"write the rule as {form}. OP is {over} or {under}; actions: {table}; if it must last T minutes add {duration} behind N; "
                f"metric words joined by '{join}'",
                f"alert rule please, {form}, with {over}/{under} as OP, {table} as ACTION, WHO in brackets. time goes behind N as "
                f"{duration}, metric has '{join}' for blanks"],
        detailed=[f"Translate the wish into a rule `{form}`. OP is {over} for more and {under} for less. ACTION: {table}; WHO is the "
                  f"person or service. If the condition must hold for T minutes, a blank and `{duration}` follow N. In METRIC '{join}' "
                  "replaces blanks.",
                  f"Return the alert rule in the form `{form}` (OP {over} or {under}; ACTION {table}). A duration of T minutes is written "
                  f"after N as ` {duration}`, otherwise nothing is. The words of METRIC are joined by '{join}'; WHO is copied."])


@family(area="code", theme=THEME, difficulty="medium")
def drawing_command(r):
    """A described shape becomes a drawing command."""
    forms = {"circle": r.choice(["circle(X,Y,R,COLOR)", "circ COLOR X Y R", "o(X,Y)r=R:COLOR"]),
             "square": r.choice(["square(X,Y,R,COLOR)", "sq COLOR X Y R", "box(X,Y)a=R:COLOR"]),
             "text": r.choice(["text(X,Y,\"T\",COLOR)", "txt COLOR X Y \"T\"", "label(X,Y)\"T\":COLOR"])}
    default = r.choice(["black", "white", "gray", "none", "ink"])
    y_first = r.random() < 0.3
    if y_first:
        forms = {name: form.replace("X", "#").replace("Y", "X").replace("#", "Y") for name, form in forms.items()}
    table = "; ".join(f"{name}: {form}" for name, form in forms.items())
    meaning = "X,Y position" if not y_first else "X,Y position (X first in the text)"

    def pair(r):
        kind, color = r.choice(sorted(forms)), r.choice([c for c in w.COLORS if c != default]) if r.random() < 0.75 else None
        x, y, size, word = r.randint(0, 400), r.randint(0, 300), r.randint(2, 90), r.choice([w.city(r), w.first(r), r.choice(w.NOUNS)])
        place = r.choice([f"at {x},{y}", f"at x {x} y {y}", f"at position {x} {y}"])
        paint = f"{color} " if color else ""
        if kind == "text":
            text = r.choice([f"write {word} in {color} {place}" if color else f"write {word} {place}",
                             f"put the {paint}word {word} {place}"])
        else:
            measure = "radius" if kind == "circle" else "side"
            text = r.choice([f"draw a {paint}{kind} with {measure} {size} {place}", f"{place} a {paint}{kind}, {measure} {size}",
                             f"a {paint}{kind} of {measure} {size} {place}"])
        values = {"X": str(x), "Y": str(y), "R": str(size), "T": word, "#": color or default}
        return text, "".join(values.get(c, c) for c in forms[kind].replace("COLOR", "#"))

    return Task(
        key=(forms, default), pair=pair,
        terse=[f"shape -> {table}; {meaning}, R radius or side; no color: {default}",
               f"{table}. R = radius/side, {meaning}, COLOR {default} if unnamed"],
        casual=[f"make the drawing command: {table}. {meaning}; R is the radius or side, T the word; color is {default} if they don't say",
                f"our drawing language has {table} ({meaning}, R radius or side). translate this, with {default} for a missing color"],
        detailed=[f"Translate the description into one drawing command: {table}. {meaning}, R is the radius of the circle or the side of "
                  f"the square, T the word to write. If no color is named, COLOR is {default}.",
                  f"Return the command for the described item. Commands: {table}. {meaning}, R stands for radius or side, T for the "
                  f"written word and COLOR for the color, {default} when none is given."])


@family(area="code", theme=THEME, difficulty="medium")
def assertion_from_sentence(r):
    """A sentence about expected behaviour becomes an assertion."""
    style, equal, true, raises = r.choice([
        ("pytest", "assert F(A) == B", "assert F(A)", "with raises(E): F(A)"),
        ("unittest", "self.assertEqual(F(A), B)", "self.assertTrue(F(A))", "self.assertRaises(E, F, A)"),
        ("Jest", "expect(F(A)).toBe(B)", "expect(F(A)).toBeTruthy()", "expect(() => F(A)).toThrow(E)"),
        ("RSpec", "expect(F(A)).to eq(B)", "expect(F(A)).to be", "expect { F(A) }.to raise_error(E)"),
        ("our check tool", "F A -> B", "F A -> ok", "F A -> !E"), ("the table test", "{F, A, B}", "{F, A, true}", "{F, A, err E}")])
    join, quote, prefix = r.choice(["_", ""]), r.choice("'\""), r.choice(["", "lib.", "m.", "text_", "my."])
    example = f"{prefix}count{'_' if join else ''}{'words' if join else 'Words'}"
    table = f"equal `{equal}`, true `{true}`, error `{raises}`"

    def pair(r):
        verb, noun = (r.choice("count find check parse make split join read test sort trim pick swap".split()),
                      r.choice("words name size path lines code text date key number color".split()))
        name = prefix + (f"{verb}_{noun}" if join else verb + noun.capitalize())
        kind = r.randrange(3)

        def value():
            return str(r.randint(0, 99)) if r.random() < 0.4 else f"{quote}{r.choice(w.NOUNS)}{quote}"
        a, b, e = value(), value(), r.choice(["ValueError", "KeyError", "TypeError", "RangeError", "EmptyError", "ParseError"])
        if kind == 0:
            text = r.choice(["{v} {n} of {a} should be {b}", "{v} {n} with {a} must give {b}", "for {a}, {v} {n} returns {b}"])
            form = equal
        elif kind == 1:
            text = r.choice(["{v} {n} of {a} should be true", "{v} {n} accepts {a}, that is, it is true", "for {a}, {v} {n} must be true"])
            form = true
        else:
            text = r.choice(["{v} {n} of {a} should fail with {e}", "{v} {n} with {a} must raise {e}", "for {a}, {v} {n} throws {e}"])
            form = raises
        values = {"F": name, "A": a, "B": b, "E": e}
        plain = text.format(v=verb, n=noun, a=a.strip(quote), b=b.strip(quote), e=e)
        return plain, fill(form, values)

    def fill(form, values):
        out, last = "", " "
        for n, c in enumerate(form):
            alone = not last.isalpha() and not form[n + 1:n + 2].isalpha()
            out, last = out + (values[c] if c in values and alone else c), c
        return out

    return Task(
        key=(style, join, quote, prefix), pair=pair,
        terse=[f"sentence -> {table}; F like {example}; words in {quote} quotes, numbers bare",
               f"{table}. F written as {example}; text arguments in {quote}"],
        casual=[f"write the test for {style}: {table}. function names look like {example}; put words in {quote} quotes, numbers not",
                f"turn it into a check, {table}, F like {example}, A and B in {quote} quotes unless they are numbers"],
        detailed=[f"Translate the expectation into one line for {style}: {table}. F is the function's name from its two words, like "
                  f"{example}; A is the argument, B the result, E the error. Words stand in {quote} quotes, numbers without.",
                  f"Return a line for {style} that checks the sentence. Expected value: `{equal}`; expected truth: `{true}`; expected "
                  f"error: `{raises}`. F is spelt like {example}; A and B are in {quote} quotes if they are words."])
