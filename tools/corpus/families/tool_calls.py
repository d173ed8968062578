"""Tool use: from a request in words to a call of a tool and its arguments."""
import re
import words as w
from task import Task, compact_json, family

LANGUAGES = "Spanish French German Italian Portuguese Dutch Swedish Polish Czech Greek Turkish Finnish Danish Japanese Korean".split()
BANDS = [f"The {a} {b}" for a in "Copper Velvet Paper Silent Northern Electric Wooden Midnight".split()
         for b in "Foxes Rivers Lanterns Sparrows Engines Harbors".split()]
RARE = """aberrant abstruse acumen alacrity amenable arcane banal bellicose brevity cajole candor capricious caustic cogent copious deft
deluge dormant eclectic elusive ephemeral erratic fallow fervent frugal furtive gaunt glib gregarious hapless impetuous inept jovial kindle
laconic lucid mundane nebulous obtuse opulent paltry pensive placid quaint rancid sage serene tacit terse ubiquitous vapid wary
zealous""".split()
TOPICS = """late delivery,meeting notes,parking permit,budget review,lost badge,server outage,holiday plans,new contract,broken printer,
spare keys,team lunch,travel costs,price list,missing invoice,office move,safety training,board minutes,software license,summer party,
product launch,interview slots,sick leave,refund request,press release,data export,locker code,visitor list,floor plan,desk booking,
annual report""".replace("\n", "").split(",")
ROOMS = "kitchen,bedroom,living room,hallway,bathroom,garage,office,attic,basement,dining room,guest room,porch".split(",")
PLACES = [f"{a} {b}" for a in ("Blue Olive", "Casa Lima", "Golden Fork", "Little Harbor", "Old Mill", "Red Lotus", "Stone Oven",
                               "Villa Rosa")
          for b in ("Grill", "Kitchen", "Bistro", "Diner")]
CURRENCIES = "USD EUR GBP JPY CHF SEK NOK CAD AUD INR BRL PLN".split()
SLOTS = {
    "city": w.city, "city2": w.city, "person": w.person, "email": w.email, "food": lambda r: r.choice(w.FOODS),
    "lang": lambda r: r.choice(LANGUAGES), "band": lambda r: r.choice(BANDS), "rare": lambda r: r.choice(RARE),
    "noun": lambda r: r.choice(w.NOUNS),
    "topic": lambda r: r.choice(TOPICS), "room": lambda r: r.choice(ROOMS), "place": lambda r: r.choice(PLACES),
    "level": lambda r: r.randint(1, 99),
    "minutes": lambda r: r.randint(2, 90), "guests": lambda r: r.randint(2, 12), "amount": lambda r: r.randint(2, 5000),
    "cur": lambda r: r.choice(CURRENCIES), "cur2": lambda r: r.choice(CURRENCIES),
    "flight": lambda r: w.identifier(r, 2, "ABDFKLQS") + str(r.randint(100, 999)),
    "ticker": lambda r: w.identifier(r, r.choice([3, 4]), "ABCDFGKLMNPRSTVX"),
    "parcel": lambda r: w.identifier(r, 2, "RXCLP") + w.identifier(r, 7, "0123456789"),
    "day": lambda r: r.choice(w.WEEKDAYS), "nights": lambda r: r.randint(2, 14),
    "time": lambda r: f"{r.randint(7, 20)}:{r.choice(['00', '15', '30', '45'])}",
    "product": w.product, "count": lambda r: r.randint(2, 60), "seat": lambda r: r.choice(["window", "aisle", "middle"]),
    "size": lambda r: r.choice(["small", "medium", "large"]),
    "car": lambda r: r.choice(["compact", "estate", "van", "convertible", "electric"]),
    "color": lambda r: r.choice(w.COLORS), "level3": lambda r: r.choice(["low", "normal", "high", "urgent"]),
    "street": lambda r: f"{r.randint(1, 99)} {r.choice(w.LAST)} Street",
}
# what a tool does: (its names, its arguments as (slot, names), requests for it)
CALLS = {
    "weather": (["get_weather", "weather", "forecast"], [("city", ["city", "location", "place"])], [
        "what's the weather like in {city}?", "do I need an umbrella in {city}?", "is it going to rain in {city}?",
        "how cold does it get in {city} tonight?",
        "check if it will snow in {city}", "tell me how hot it is in {city}", "I fly to {city} soon, will it be sunny there?"]),
    "timer": (["set_timer", "start_timer", "countdown"], [("minutes", ["minutes", "mins", "duration_min"])], [
        "set a timer for {minutes} minutes", "count down {minutes} minutes for the pasta", "start a {minutes} minute timer",
        "beep when {minutes} minutes are over",
        "the cake needs {minutes} minutes, time it", "give me {minutes} minutes on the clock"]),
    "email": (["send_email", "mail", "compose_mail"], [("email", ["to", "recipient", "address"]), ("topic", ["subject", "title", "about"])],
              [
        "email {email} about {topic}", "write to {email}, subject {topic}", "send {email} a mail with the subject {topic}",
        "drop {email} a mail about {topic}",
        "mail about {topic} to {email}"]),
    "currency": (["convert_currency", "exchange", "fx"],
                 [("amount", ["amount", "value"]), ("cur", ["from", "source"]), ("cur2", ["to", "target"])], [
        "how much is {amount} {cur} in {cur2}?", "convert {amount} {cur} to {cur2}", "I have {amount} {cur}, what is that in {cur2}?",
        "change {amount} {cur} into {cur2}", "what do I get in {cur2} for {amount} {cur}?"]),
    "call": (["call_contact", "dial", "phone_call"], [("person", ["name", "contact", "person"])], [
        "call {person}", "ring {person} for me", "get {person} on the phone", "I want to talk to {person}, phone them", "dial {person}",
        "give {person} a call"]),
    "music": (["play_music", "play_artist", "start_playback"], [("band", ["artist", "band", "by"])], [
        "play something by {band}", "put on {band}", "I want to hear {band}", "some {band} in the background would be nice",
        "start the latest album of {band}",
        "shuffle songs of {band}"]),
    "translate": (["translate", "translate_word", "lookup_translation"],
                  [("noun", ["text", "word", "term"]), ("lang", ["language", "target", "into"])], [
        "how do you say {noun} in {lang}?", "translate {noun} into {lang}", "what is {noun} in {lang}?",
        "the {lang} word for {noun}, what is it?",
        "I need {noun} translated to {lang}"]),
    "shopping": (["add_to_list", "shopping_add", "grocery_add"], [("food", ["item", "product", "entry"])], [
        "add {food} to my shopping list", "put {food} on the grocery list", "we ran out of {food}, add it to the list",
        "don't let me forget to buy {food}, list it",
        "shopping list: one more thing, {food}", "I need to buy {food}, write it down"]),
    "lights": (["set_light", "dim_lights", "light_level"],
               [("room", ["room", "area", "zone"]), ("level", ["level", "percent", "brightness"])], [
        "dim the {room} lights to {level} percent", "set the lamp in the {room} to {level}%", "lights in the {room} at {level} percent",
        "make it brighter in the {room}, {level} percent", "bring the {room} light to {level}%"]),
    "route": (["get_directions", "route", "plan_trip"], [("city", ["from", "start", "origin"]), ("city2", ["to", "end", "destination"])], [
        "how do I drive from {city} to {city2}?", "directions from {city} to {city2}", "I'm in {city} and must get to {city2}, which way?",
        "fastest way to {city2} from {city}?", "show the route to {city2}, I start in {city}"]),
    "stock": (["stock_price", "get_quote", "ticker_quote"], [("ticker", ["symbol", "ticker", "stock"])], [
        "how is {ticker} trading?", "what's the share price of {ticker}?", "did {ticker} shares go up today?",
        "quote for the stock {ticker}",
        "check where the stock {ticker} stands", "is the stock {ticker} down?"]),
    "flight": (["flight_status", "track_flight", "flight_info"], [("flight", ["flight", "flight_no", "number"])], [
        "is flight {flight} on time?", "when does {flight} land?", "has flight {flight} taken off?", "which gate does {flight} leave from?",
        "check flight {flight} for delays", "I pick up a friend from flight {flight}, is it late?"]),
    "table": (["book_table", "reserve_table", "restaurant_booking"],
              [("place", ["restaurant", "venue", "where"]), ("guests", ["guests", "people", "seats"])], [
        "book a table for {guests} at {place}", "we are {guests} and want to eat at {place}, reserve",
        "get us a table at {place}, {guests} people",
        "dinner for {guests} at {place}, please book", "reserve {place} for a party of {guests}"]),
    "parcel": (["track_parcel", "shipment_status", "where_is_parcel"], [("parcel", ["tracking_id", "parcel", "code"])], [
        "where is my parcel {parcel}?", "track {parcel}", "has the package {parcel} been delivered?", "when will shipment {parcel} arrive?",
        "my delivery {parcel} is not here yet, look it up", "status of parcel {parcel}?"]),
    "define": (["define_word", "dictionary", "word_meaning"], [("rare", ["word", "term", "entry"])], [
        "what does {rare} mean?", "define {rare}", "I don't know the word {rare}, explain it", "look up {rare} in the dictionary",
        "what is the meaning of {rare}?",
        "my teacher said {rare}, what is that?"]),
}
LEADS = ["", "", "", "hey, ", "hi there, ", "quick one: ", "um, ", "one more thing: ", "I'm in a hurry. ", "ok, next: ",
         "sorry to bother you, ", "hello! "]
TAILS = ["", "", "", "Thanks!", "Thank you.", "No rush.", "Cheers", "That would help a lot.", "I'd appreciate it."]
# a tool with several arguments: (its names, the opening of a request, argument: (slot, clauses))
FORMS = {
    "flight": (["book_flight", "find_flight"],
               ["I need a flight", "please book me a flight", "get me on a plane", "looking for a plane ticket"], {
        "from": ("city", ["from {}", "leaving {}", "starting in {}"]), "to": ("city2", ["to {}", "landing in {}", "headed for {}"]),
        "day": ("day", ["on {}", "this coming {}"]), "seat": ("seat", ["with a {} seat", "{} seat if possible"])}),
    "hotel": (["book_hotel", "reserve_room"], ["I need a hotel room", "book a room", "please find me a hotel", "a hotel booking"], {
        "city": ("city", ["in {}", "somewhere in {}"]), "nights": ("nights", ["for {} nights", "staying {} nights"]),
        "guests": ("guests", ["for {} guests", "we are {} people"]), "day": ("day", ["from {} on", "arriving {}"])}),
    "meeting": (["schedule_meeting", "create_event"],
                ["set up a meeting", "schedule a call", "put a meeting in the calendar", "I'd like to arrange a meeting"], {
        "with": ("person", ["with {}", "together with {}"]), "day": ("day", ["on {}", "next {}"]),
        "time": ("time", ["at {}", "starting at {}"]),
        "topic": ("topic", ["about {}", "regarding {}"])}),
    "car": (["rent_car", "car_rental"], ["I want to rent a car", "get me a rental car", "looking for a hire car", "reserve a car"], {
        "city": ("city", ["in {}", "pick up in {}"]), "days": ("nights", ["for {} days", "keeping it {} days"]),
        "type": ("car", ["class {}", "type {}"]),
        "driver": ("person", ["driver is {}", "driven by {}"])}),
    "order": (["place_order", "order_item"], ["I want to place an order", "order something for me", "new order", "please order"], {
        "item": ("product", ["item: {}", "the product is the {}"]), "color": ("color", ["in {}", "color {}"]),
        "count": ("count", ["quantity {}", "{} pieces"]),
        "address": ("street", ["deliver to {}", "shipped to {}"])}),
    "ticket": (["open_ticket", "create_ticket"], ["open a support ticket", "please file a ticket", "I need a new ticket", "log an issue"], {
        "product": ("product", ["for the {}", "concerning the {}"]), "priority": ("level3", ["with {} priority", "priority {}"]),
        "owner": ("person", ["assigned to {}", "give it to {}"]), "due": ("day", ["due {}", "to be done by {}"])}),
    "pizza": (["order_pizza", "pizza_order"], ["I'd like a pizza", "one pizza please", "order a pizza", "time for pizza"], {
        "size": ("size", ["size {}", "a {} one"]), "topping": ("food", ["with {} on top", "topped with {}"]),
        "street": ("street", ["deliver it to {}", "send it to {}"]),
        "time": ("time", ["at {}", "around {}"])}),
}


def polite(r, text):
    """The request with an opening and a closing."""
    tail = r.choice(TAILS)
    text = r.choice(LEADS) + text
    if tail:
        text += " " + tail if text.endswith("?") else (". " + tail)
    return text[0].upper() + text[1:] if r.random() < 0.5 else text


def request(r, tool):
    """A request for the tool and the values of its arguments."""
    _, arguments, templates = CALLS[tool]
    values = {slot: SLOTS[slot](r) for slot, _ in arguments}
    while len(set(map(str, values.values()))) < len(values):
        values = {slot: SLOTS[slot](r) for slot, _ in arguments}
    return polite(r, r.choice(templates).format(**values)), list(values.values())


def form_request(r, form, leave_out):
    """A request for a tool with several arguments, some left out: the text and the values given."""
    _, openings, fields = FORMS[form]
    values = {name: SLOTS[slot](r) for name, (slot, _) in fields.items() if name not in leave_out}
    while len(set(map(str, values.values()))) < len(values):
        values = {name: SLOTS[slot](r) for name, (slot, _) in fields.items() if name not in leave_out}
    clauses = [r.choice(fields[name][1]).format(value) for name, value in values.items()]
    r.shuffle(clauses)
    return polite(r, ", ".join([r.choice(openings)] + clauses)), values


@family(area="agentic", theme="tool use", difficulty="hard")
def tool_call_from_request(r):
    """The call of one of three listed tools, with its arguments."""
    tools = r.sample(sorted(CALLS), 3)
    names = {tool: r.choice(CALLS[tool][0]) for tool in tools}
    arguments = {tool: [r.choice(variants) for _, variants in CALLS[tool][1]] for tool in tools}
    style = r.choice(["json", "json", "call", "line"])
    tool_key, arguments_key = r.choice([("tool", "args"), ("name", "arguments"), ("function", "parameters"), ("action", "input"),
                                        ("call", "with")])
    shape, nothing = {
        "json": (f'compact JSON {{"{tool_key}":NAME,"{arguments_key}":{{ARG:VALUE}}}}', f'{{"{tool_key}":null}}'),
        "call": ('NAME(ARG="text",ARG=number)', r.choice(["none()", "no_tool()", "pass()"])),
        "line": ("NAME | VALUE | VALUE", r.choice(["none", "no tool", "-"]))}[style]
    others = [tool for tool in sorted(CALLS) if tool not in tools]

    def pair(r):
        if r.random() < 0.15:
            return request(r, r.choice(others))[0], nothing
        tool = r.choice(tools)
        text, values = request(r, tool)
        if style == "json":
            return text, compact_json({tool_key: names[tool], arguments_key: dict(zip(arguments[tool], values))})
        if style == "call":
            inside = ",".join(f"{a}={v}" if isinstance(v, int) else f'{a}="{v}"' for a, v in zip(arguments[tool], values))
            return text, f"{names[tool]}({inside})"
        return text, " | ".join([names[tool], *map(str, values)])

    listed = " ".join(f"{names[tool]}({','.join(arguments[tool])})" for tool in tools)
    return Task(
        key=(listed, shape, nothing), pair=pair, kind="json" if style == "json" else "text",
        terse=[f"request -> {shape}; tools: {listed}; none fits: {nothing}",
               f"tools {listed}. write the call the user wants as {shape}, else {nothing}"],
        casual=[f"you can use {listed}. turn what the user says into a call like {shape}, numbers bare, text as they wrote it. if no tool "
                f"does the job: {nothing}",
                f"pick the right tool and fill it in: {listed}. I want {shape} (digits stay numbers), or {nothing} when it's something "
                "else entirely"],
        detailed=[f"The assistant has these tools: {listed}. Write the call that serves the user's request in the form {shape}, arguments "
                  "in the listed order, "
                  "texts exactly as in the request and numbers without quotes. If none of the tools can serve the request, write "
                  f"{nothing}.",
                  f"Translate a user request into one tool call. Available: {listed}. Output format: {shape}. Keep the order of the "
                  "arguments, copy their "
                  f"values from the request, leave numbers unquoted. Requests that no tool covers give {nothing}."])


@family(area="agentic", theme="tool use", difficulty="medium")
def tool_arguments_as_pairs(r):
    """The arguments of one tool from a request with its clauses in any order."""
    form = r.choice(sorted(FORMS))
    fields = list(FORMS[form][2])
    wanted = r.sample(fields, r.choice([2, 3, 3, 4]))
    filler = r.choice(["?", "none", "null", "unset", "-"])
    joint, equals = r.choice([("; ", "="), (" | ", "="), (", ", ": "), ("; ", ": "), ("&", "="), (" / ", "=")])
    name = r.choice(FORMS[form][0])
    shape = joint.join(f"{field}{equals}..." for field in wanted)

    def pair(r):
        out = [field for field in fields if r.random() < 0.2]
        text, values = form_request(r, form, out if len(out) < len(fields) else out[1:])
        return text, joint.join(f"{field}{equals}{values.get(field, filler)}" for field in wanted)

    return Task(
        key=(form, name, wanted, filler, joint, equals), pair=pair,
        terse=[f"{name} arguments from the request: {shape} ({filler} where not said)", f"fill {shape} for {name}, unknown ones {filler}"],
        casual=[f"read the user's wish and give me the {name} arguments like this: {shape}. whatever they didn't mention is {filler}",
                f"I need {shape} out of a request for {name}; copy the values as written and put {filler} for a thing nobody said"],
        detailed=[f"Extract the arguments for the tool {name} from the user's request. Write them as {shape}, in this order and with the "
                  "values as they stand "
                  f"in the request. An argument that the user does not mention gets the value {filler}. Other details are ignored.",
                  f"The input asks for something that {name} does. Return one line of the form {shape}. Copy each value from the request; "
                  f"use {filler} for "
                  f"every value that is missing there."])


UNITS = {"seconds": 1, "minutes": 60}
FRACTIONS = [("half an hour", 1800), ("a quarter of an hour", 900), ("three quarters of an hour", 2700), ("an hour and a half", 5400),
             ("two and a half hours", 9000), ("an hour", 3600), ("a minute", 60), ("half a minute", 30), ("two and a half minutes", 150),
             ("a minute and a half", 90)]
SMALL = "two three four five six seven eight nine ten eleven twelve".split()


def duration(r):
    """A duration in words and its seconds."""
    kind = r.randint(0, 5)
    if kind == 0:
        return r.choice(FRACTIONS)
    if kind == 1:
        n = r.randint(2, 12)
        unit = r.choice(["minutes", "hours"])
        return f"{SMALL[n - 2]} {unit}", n * (60 if unit == "minutes" else 3600)
    if kind == 2:
        hours, minutes = r.randint(1, 5), 5 * r.randint(1, 11)
        said = r.choice([f"{hours} h {minutes} min", f"{hours}h{minutes:02d}m", f"{hours} hour{'s' * (hours > 1)} and {minutes} minutes"])
        return said, hours * 3600 + minutes * 60
    if kind == 3:
        minutes, seconds = r.randint(2, 12), 15 * r.randint(1, 3)
        said = r.choice([f"{minutes} min {seconds} s", f"{minutes} minutes and {seconds} seconds", f"{minutes}m{seconds}s"])
        return said, minutes * 60 + seconds
    n = r.randint(2, 90)
    unit = r.choice(["seconds", "s", "minutes", "min", "min"])
    return f"{n} {unit}", n * (1 if unit[0] == "s" else 60)


@family(area="agentic", theme="tool use", difficulty="hard")
def duration_argument_of_timer(r):
    """The duration of a request as a number of seconds or minutes for a tool."""
    unit = r.choice(sorted(UNITS))
    name, key = r.choice(["set_timer", "sleep", "snooze", "pause", "start_countdown", "schedule", "wait"]), r.choice([unit, "duration", "t",
        "value", unit[:3], "for"])
    shape = r.choice(["{}({})", "{}({}={})", '{{"{}":{}}}', "{} {}"])
    nothing = r.choice(["ask", "unknown", "no duration", "-", "missing"])
    if shape.startswith("{{"):
        def write(n): return shape.format(key, n)
    elif shape.count("{}") == 3:
        def write(n): return shape.format(name, key, n)
    else:
        def write(n): return shape.format(name, n)
    templates = ["wake me in {}", "set a timer for {}", "the {food} needs {}", "let the {noun} rest for {}, then beep",
                 "{first} is back in {}, remind me then", "hold it for {}",
                 "count down {}", "stop the {noun} after {}", "check the {noun} again in {}", "I'll be away for {}",
                 "tell {first} to come in {}"]
    bare = ["wake me later", "set a timer for the {food}", "remind {first} in a while", "beep when the {noun} is done", "hold on a bit",
            "stop the {noun} after some time",
            "tell {first} to come soon", "check the {noun} now and then"]

    def pair(r):
        missing = r.random() < 0.12
        said, seconds = duration(r)
        while seconds % UNITS[unit]:
            said, seconds = duration(r)
        text = r.choice(bare if missing else templates).format(said, food=r.choice(w.FOODS), noun=r.choice(w.NOUNS), first=w.first(r))
        return polite(r, text), nothing if missing else write(seconds // UNITS[unit])

    example = write("N")
    return Task(
        key=(unit, name, key, shape, nothing), pair=pair,
        terse=[f"requested duration in whole {unit} as {example}; none said: {nothing}",
               f"{example}, N = {unit} the user asks for; no time span named -> {nothing}"],
        casual=[f"how long does the user mean? give me {example} with N counted in {unit}. if they never say how long: {nothing}",
                f"turn the time span in the message into {unit} and write {example}, or {nothing} when no span is named"],
        detailed=[f"Read the time span that the user names, convert it to {unit}, and write the call as {example}, where N is the total "
                  f"number of {unit}. "
                  f"If the message does not say how long, answer {nothing}.",
                  f"The tool takes its duration in {unit}. Output {example} with N being the whole duration of the request (hours, minutes "
                  "and seconds added up). "
                  f"A request without a duration gives {nothing}."])


@family(area="agentic", theme="tool use", difficulty="medium")
def one_call_for_each_item(r):
    """One request for several things: a call for each, in order."""
    tool = r.choice(["city", "person", "food", "ticker", "flight", "country"])
    name = r.choice({"city": ["weather", "get_forecast", "air_quality"], "person": ["lookup", "find_contact", "invite"],
                     "food": ["price", "add_item", "calories"],
                     "ticker": ["quote", "stock_price", "watch"], "flight": ["status", "track_flight", "gate"],
                     "country": ["population", "visa_rules", "flag"]}[tool])
    make = w.country if tool == "country" else SLOTS[tool]
    limit = r.choice([2, 3, 4])
    joint = r.choice(["; ", " ", "\n", " + ", " && "])
    call = r.choice(["{}({})", "{}:{}", "{}[{}]"])
    frames = ["I need it for {}", "please check {}", "how about {}?", "do {} for me", "what do we have for {}?",
              "could you run this for {}?", "{} please",
              "{first} wants to know about {}", "we are interested in {}", "compare {}", "{first} asked for {}"]

    def pair(r):
        items = []
        while len(items) < r.choice([1, 2, 3, 4, 5]):
            item = make(r)
            if item not in items:
                items.append(item)
        said = items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
        text = r.choice(frames).replace("{first}", r.choice(["my boss", "the team", "a client", "our guest"])).format(said)
        return polite(r, text) if not text.startswith(items[0]) else text, joint.join(call.format(name, item) for item in items[:limit])

    shape = call.format(name, "X")
    split = "a line break" if joint == "\n" else repr(joint) if joint != " " else "one blank"
    return Task(
        key=(tool, name, limit, joint, call), pair=pair,
        terse=[f"{shape} for each {tool} asked about, in order, joined by {split}, at most {limit}",
               f"every {tool} in the request -> {shape}; first {limit} only; between calls: {split}"],
        casual=[f"write a {shape} call for each {tool} they mention, same order, with {split} between the calls. never more than {limit}, "
                "drop the rest",
                f"one {shape} per {tool} please! keep their order, put {split} between them and stop after {limit}"],
        detailed=[f"The user asks about one or more items of kind {tool}. Write one call of the form {shape} for each of them, in the "
                  "order of the request, "
                  f"separated by {split}. At most {limit} calls may be made: ignore every item after that.",
                  f"Fan the request out into single calls. Each {tool} that is named becomes {shape}, spelled as in the request. Separate "
                  f"calls with {split}; "
                  f"output only the first {limit} if there are more."])


SEARCH = {"limit": ("n", [5, 10, 20, 50], ["only {} of them", "show {} results", "the first {} hits"]),
          "sort": ("w", ["date", "price", "name", "rating"], ["sorted by {}", "order them by {}", "in order of {}"]),
          "lang": ("w", ["en", "de", "fr", "es"], ["in {english}", "{english} only", "pages in {english}"]),
          "page": ("n", [1, 2, 3], ["page {} please", "take me to page {}", "results page {}"]),
          "safe": ("w", ["on", "off"], ["safe search {}", "with the safe filter {}", "turn safe mode {}"])}
ENGLISH = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


@family(area="agentic", theme="tool use", difficulty="hard")
def fill_default_arguments(r):
    """All arguments of a search call: those of the request, the others from the defaults of the spec."""
    chosen = r.sample(sorted(SEARCH), r.choice([2, 3]))
    defaults = {name: r.choice(SEARCH[name][1]) for name in chosen}
    query_key = r.choice(["q", "query", "text", "find"])
    style = r.choice(["call", "url", "json"])

    def write(query, values):
        if style == "json":
            return compact_json({query_key: query, **values})
        if style == "url":
            return "&".join(f"{k}={v}" for k, v in {query_key: query.replace(" ", "+"), **values}.items())
        return ", ".join(f"{k}={v}" for k, v in {query_key: query, **values}.items())

    def pair(r):
        query = w.thing(r) if r.random() < 0.5 else w.product(r)
        values, clauses = dict(defaults), []
        for name in r.sample(chosen, r.randint(0, len(chosen))):
            values[name] = r.choice([v for v in SEARCH[name][1] if v != defaults[name]] if name != "limit" else [2, 3, 7, 12, 15, 25, 30,
                40])
            clauses.append(r.choice(SEARCH[name][2]).format(values[name], english=ENGLISH.get(values[name])))
        text = ", ".join([r.choice(["search for {}", "find {}", "look up {}", "I want to see {}", "any {}"]).format(query)] + clauses)
        return polite(r, text), write(query, values)

    said = ", ".join(f"{name}={value}" for name, value in defaults.items())
    shape = write("WORDS", {name: "..." for name in chosen})
    plus = " (blanks become +)" if style == "url" else " (numbers bare)" if style == "json" else ""
    codes = " (en, de, fr or es)" if "lang" in chosen else ""
    return Task(
        key=(chosen, tuple(defaults.values()), query_key, style), pair=pair, kind="json" if style == "json" else "text",
        terse=[f"search request -> {shape}{plus}; defaults {said}{codes}",
               f"write {shape}{plus} for the request; unmentioned: {said}{codes}"],
        casual=[f"make the search arguments {shape}{plus}, where WORDS is the thing they look for. stuff they don't mention: {said}{codes}",
                f"fill in {shape}{plus} from the message, WORDS being what's searched, and fall back to {said}{codes}"],
        detailed=[f"Turn the user's request into the arguments of a search: {shape}{plus}. WORDS is the thing looked for, without any "
                  "option. An option that the "
                  f"user does not mention has its default: {said}{codes}. Keep the order of the keys.",
                  f"Complete a search call from a request. The format is {shape}{plus}, with WORDS for the searched thing as the user "
                  "writes it. Take options from the "
                  f"request and otherwise use these defaults: {said}{codes}."])


SERVICES = {
    "file": {
        "read": ["show me what is in {f}", "open {f} and print it", "what does {f} say?", "I'd like to see the contents of {f}",
                 "display {f}, please", "let me look inside {f}"],
        "create": ["make a new empty {f}", "start a fresh {f} for the {noun} list", "I need a {f} that does not exist yet",
                   "add a new {f} to the project", "set up a blank {f}"],
        "delete": ["get rid of {f}", "{f} can go, erase it", "remove {f} for good", "I no longer need {f}, bin it",
                   "wipe {f} from the disk", "throw {f} away"],
        "rename": ["{f} should be called {g} from now on", "change the name of {f} to {g}", "give {f} the new name {g}",
                   "call {f} {g} instead", "the name {f} is wrong, make it {g}"],
        "copy": ["make a duplicate of {f} named {g}", "keep {f} and also have it as {g}", "clone {f} to {g}",
                 "I want a second {f} under {g}", "back up {f} as {g}"]},
    "event": {
        "create": ["put a {topic} meeting with {p} on {d}", "book {d} for the {topic} talk", "new appointment: {topic}, {d}",
                   "set up {topic} with {p} for {d}", "schedule {topic} on {d}"],
        "cancel": ["call off the {topic} meeting on {d}", "{d} with {p} is not happening, drop it", "scrap the {topic} meeting",
                   "take the {topic} talk off my calendar", "we won't meet {p} on {d}, remove it"],
        "move": ["push the {topic} meeting to {d}", "the talk with {p} should be on {d} instead", "shift {topic} from {d} to the day after",
                 "postpone {topic} until {d}", "reschedule the meeting with {p} to {d}"],
        "list": ["what do I have on {d}?", "am I free on {d}?", "which meetings are there on {d}?", "read me my agenda for {d}",
                 "show everything planned with {p}"],
        "invite": ["add {p} to the {topic} meeting", "{p} should join us on {d}, send an invitation", "ask {p} to come to the {topic} talk",
                   "include {p} as a guest for {d}",
                   "let {p} attend the {topic} meeting too"]},
    "order": {
        "track": ["where is my {x} right now?", "when will order {n} get here?", "has the {x} shipped yet?", "how far is order {n}?",
                  "is the {x} still on its way?"],
        "cancel": ["I changed my mind, don't send the {x}", "stop order {n} before it ships", "please cancel the {x}", "call off order {n}",
                   "I don't want the {x} any more, it has not shipped"],
        "return": ["the {x} doesn't fit, I want to send it back", "how do I give the {x} from order {n} back?",
                   "I got the {x} and want to return it", "send back order {n}, it arrived broken",
                   "the {x} came in the wrong color, take it back"],
        "reorder": ["same {x} again, please", "buy the {x} once more", "order {n} again, exactly as before",
                    "I'd like another {x} like last time", "repeat order {n}"],
        "invoice": ["I need the bill for order {n}", "send me a receipt for the {x}", "download the invoice for order {n}",
                    "my tax office wants a receipt for the {x}", "where's the bill for the {x}?"]},
    "record": {
        "insert": ["put a new row for {p} into customers", "add {p} as a customer", "customer {p} is new, store them",
                   "create an entry for {p} in the {noun} table", "register {p} in the table"],
        "update": ["{p} moved, change the city to {c}", "set the city of {p} to {c}", "the row of {p} has the wrong city, make it {c}",
                   "correct the address of {p} to {c}", "edit the entry of {p}: now in {c}"],
        "delete": ["drop the row of {p}", "{p} asked us to erase their entry", "remove customer {p} from the table",
                   "take {p} out of the database", "the entry of {p} must go"],
        "count": ["how many customers live in {c}?", "number of rows with city {c}?", "how often does {c} show up in the table?",
                  "tell me how many entries we have for {c}", "how many people from {c} are stored?"],
        "export": ["save all customers of {c} to a spreadsheet", "give me the {c} rows as a CSV file", "dump the {noun} table into a file",
                   "I need the {c} customers as a download",
                   "write the entries from {c} to a CSV"]},
    "song": {
        "play": ["put on {s}", "I want to hear {s} by {b}", "start {s}", "let's listen to {s}", "can you play {s}?",
                 "begin with {s} by {b}"],
        "pause": ["hold the music for a moment", "stop {s} until I'm back, {p} is calling", "freeze the playback, {p} is at the door",
                  "quiet for a second, I'll resume {s} later",
                  "interrupt {s} while I talk to {p}"],
        "skip": ["not {s} again, next track", "I don't like {s}, move on to the following song", "jump over {s}",
                 "next one please, {s} is boring", "go past {s} to the track after it"],
        "like": ["I love {s}, mark it as a favorite", "give {s} a heart", "save {s} to my favorites", "thumbs up for {s} by {b}",
                 "remember that {s} is one of my favorites"],
        "share": ["send {s} to {p}", "let {p} know about {s}", "post a link to {s} for {p}", "{p} should hear this, forward {s} to them",
                  "text {p} the link of {s}"]},
}
STYLES = [lambda a, b: f"{a}_{b}", lambda a, b: a + b.capitalize(), lambda a, b: f"{b}.{a}", lambda a, b: f"{a}-{b}", lambda a,
          b: f"{a}_{b}".upper(),
          lambda a, b: a.capitalize() + b.capitalize()]


@family(area="agentic", theme="tool use", difficulty="medium")
def tool_choice_within_service(r):
    """Which operation of one service a request asks for."""
    service = r.choice(sorted(SERVICES))
    actions = r.sample(sorted(SERVICES[service]), r.choice([3, 3, 4]))
    style = r.choice(STYLES)
    names = {action: style(action, service) for action in actions}
    other = r.choice(["other", "none", "no_tool", "OTHER"]) if r.random() < 0.5 else None
    rest = [action for action in sorted(SERVICES[service]) if action not in actions]

    def pair(r):
        none = other and r.random() < 0.15
        action = r.choice(rest if none else actions)
        def name(): return f"{r.choice(w.NOUNS)}{r.choice('_-')}{r.choice(w.ADJECTIVES)}.{r.choice(['txt', 'md', 'csv', 'py', 'log'])}"
        text = r.choice(SERVICES[service][action]).format(f=name(), g=name(), noun=r.choice(w.NOUNS), p=w.person(r), d=r.choice(w.WEEKDAYS),
                                                          topic=r.choice(TOPICS), x=w.product(r),
                                                          n=r.randint(1000, 99999), c=w.city(r), b=r.choice(BANDS),
                                                          s=f"{r.choice(w.ADJECTIVES)} {r.choice(w.NOUNS)}".title())
        return polite(r, text) if re.match(r"[a-z]+ ", text) else text, other if none else names[action]

    listed = ", ".join(names[action] for action in actions)
    tail = f"; anything else: {other}" if other else ""
    return Task(
        key=(listed, other), labels=(*(names[action] for action in actions), *([other] if other else [])), pair=pair,
        terse=[f"which tool does the user need: {listed}{tail}", f"{listed} - name the one to call{tail}"],
        casual=[f"our {service} service can do {listed}. say which one the message is asking for{tail}",
                f"match the request with one of these calls and give only its name: {listed}{tail}"],
        detailed=[f"A user writes to an assistant that looks after things of kind {service}. Its tools are {listed}. Return the name of "
                  "the one tool "
                  f"that does what the user wants, exactly as it is written here{tail}.",
                  f"Choose the tool for the request. The choices, named after what they do to the {service}, are {listed}. Output just the "
                  f"name{tail}."])
