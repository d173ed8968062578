"""Intent to navigation: from a wish of the user to a page, a menu, a link or a key."""
import words as w
from task import Task, family, options

LEADS = ["", "", "", "hey, ", "please, ", "ok, ", "I'm lost: ", "hi! ", "one question: ", "um, ", "so ", "quickly: ", "sorry, "]


def slots(r):
    """Values for the slots of the templates of this file."""
    return dict(product=w.product(r), person=w.person(r), city=w.city(r), noun=r.choice(w.NOUNS), adj=r.choice(w.ADJECTIVES),
                day=r.choice(w.WEEKDAYS), month=r.choice(w.MONTHS), n=r.randint(2, 98),
                company=w.company(r), id=r.randint(1000, 99999))


PAGES = {
    "cart": (["/cart", "/basket", "/shop/cart"], ["what did I put in my basket so far?", "show the things I picked, like the {product}",
                                                  "remove the {product} from my cart", "I want to change the number of {noun}s in my cart",
                                                  "is the {product} still in my basket?"]),
    "orders": (["/orders", "/account/orders", "/my-orders"], ["which things did I buy in {month}?", "where is the {product} I ordered?",
                                                              "has order {id} been shipped?", "list my past purchases",
                                                              "I ordered a {product} on {day}, show me that order"]),
    "profile": (["/profile", "/account", "/me"], ["change my name to {person}", "I moved to {city}, update my address",
                                                  "upload a new photo of me", "my birthday in your records is wrong",
                                                  "edit my personal data"]),
    "help": (["/help", "/support", "/faq"], ["how does the {product} warranty work, is there an answer somewhere?",
                                             "I need an explanation of how returns work", "where are the frequently asked questions?",
                                             "talk to somebody from support about the {noun}",
                                             "I don't understand how to use the {noun} page, help"]),
    "stores": (["/stores", "/locations", "/shops"], ["is there a branch of yours in {city}?",
                                                     "what are your opening hours in {city} on {day}?", "where can I visit you in {city}?",
                                                     "the nearest shop to {city}?",
                                                     "which of your shops is open on {day}?"]),
    "jobs": (["/jobs", "/careers", "/work-with-us"], ["are you hiring a {noun} expert?", "I'd like to apply for a position in {city}",
                                                      "any internships in {month}?", "how can I become an employee of yours?",
                                                     "open vacancies in {city}, please"]),
    "deals": (["/deals", "/sale", "/offers"], ["what is on sale this {day}?", "any discounts on a {product}?",
                                               "is the {product} reduced at the moment?", "show the bargains of {month}",
                                               "I'm looking for special offers on {noun}s"]),
    "press": (["/press", "/news", "/newsroom"], ["I write for {company} and need your press release of {month}",
                                                 "latest company news, please", "is there an announcement about {city}?",
                                                 "I'm a journalist and look for your media contact",
                                                 "what did the company announce in {month}?"]),
    "privacy": (["/privacy", "/data-protection", "/legal/privacy"], ["what do you do with my personal data?",
                                                                     "do you sell my data to {company}?",
                                                                     "how long do you keep my data after {month}?",
                                                                     "which cookies do you set?", "read the privacy policy"]),
    "wishlist": (["/wishlist", "/favorites", "/saved"], ["save the {product} for later", "which items did I mark as favorites?",
                                                         "put the {adj} {product} on my wish list", "show what I wished for in {month}",
                                                         "remove the {product} from my favorites"]),
}


@family(area="agentic", theme="intent to navigation", difficulty="easy")
def page_path_for_wish(r):
    """The path of the page that serves a visitor's wish."""
    kinds = r.sample(sorted(PAGES), r.choice([4, 5]))
    base = r.choice(["", "", "/en", "/app", "/site"])
    paths = {kind: base + r.choice(PAGES[kind][0]) for kind in kinds}
    home = r.choice(["/", "/home", "/404", "/search", "/index"])
    others = [kind for kind in sorted(PAGES) if kind not in kinds]

    def pair(r):
        fits = r.random() > 0.15
        kind = r.choice(kinds if fits else others)
        wish = r.choice(LEADS) + r.choice(PAGES[kind][1])
        more = ["", "", " Thanks, {person}", " My name is {person}.", " Greetings from {city}.", " I have looked for {n} minutes."]
        return (wish + ("" if wish.endswith("?") else ".") + r.choice(more)).format(**slots(r)), paths[kind] if fits else home

    listed = " ".join(paths.values())
    return Task(
        key=(sorted(paths.values()), home), labels=(*paths.values(), home), pair=pair,
        terse=[f"visitor's wish -> page: {listed}; none of these: {home}", f"{listed} - which one? else {home}"],
        casual=[f"where on the site does the visitor have to go? we have {listed}. anything else goes to {home}",
                f"send the user to the right page: {listed}. if no page is about that, {home}"],
        detailed=[f"A web shop has these pages: {listed}. Return the path of the page that a visitor with this wish should see. If none of "
                  f"them is about it, return {home}.",
                  f"Turn what the visitor says into a path. Choose from {listed}, whose names tell what they are for. Use {home} for "
                  "wishes that belong to none of them."])


SETTINGS = {
    "brightness": ("Display > Brightness", ["the screen is too dark in the {noun} room", "my eyes hurt, make the screen less bright",
                                            "I can't read anything in the sun of {city}"]),
    "textsize": ("Display > Text size",
                 ["the letters are too small for {person}", "make the font bigger", "I need larger text to read mails from {company}"]),
    "wifi": ("Network > Wi-Fi", ["connect to the wireless network of {company}", "the WLAN password at {person}'s place is new",
                                 "I want to join the cafe's wireless network in {city}"]),
    "flight": ("Network > Airplane mode", ["we take off to {city}, turn all radios off", "the plane to {city} is about to start",
                                           "the crew asks me to switch off every connection"]),
    "ringtone": ("Sound > Ringtone", ["I want another melody when {person} calls", "my phone should ring with a {adj} tune",
                                      "change the song that plays for calls"]),
    "volume": ("Sound > Volume",
               ["music on my phone is too loud", "I hardly hear the video about {city}", "turn the sound down, {person} is asleep"]),
    "pin": ("Security > Screen lock",
            ["I want a new PIN to unlock the phone", "{person} knows my unlock code, change it", "set a pattern for unlocking the screen"]),
    "finger": ("Security > Fingerprint", ["add my left thumb for unlocking", "{person}'s finger should open the phone too",
                                          "the sensor does not know my index finger"]),
    "battery": ("Power > Battery saver",
                ["make the battery last until {day}", "only {n} percent charge left, save power", "the battery drains too fast in {city}"]),
    "storage": ("System > Storage",
                ["how much space do my photos of {city} take?", "the phone says its memory is full", "free {n} MB for the video"]),
    "update": ("System > Update", ["is there a newer version of the software?", "install the release of {month} on the phone",
                                   "my system is from {month}, bring it up to date"]),
    "language": ("System > Language", ["the menus should be in French for {person}", "switch the phone to Spanish",
                                       "I moved to {city} and want the menus in German"]),
    "location": ("Privacy > Location",
                 ["apps must not know that I'm in {city}", "stop {company} from tracking where I am", "turn off GPS for the map app"]),
    "camera": ("Privacy > Camera access", ["which apps may take pictures with the camera?", "the app of {company} must not film me",
                                           "let the scanner app use the lens"]),
}


@family(area="agentic", theme="intent to navigation", difficulty="medium")
def settings_entry_for_problem(r):
    """The settings entry for something a phone user wants."""
    kinds = r.sample(sorted(SETTINGS), r.choice([4, 5]))
    shape = r.choice([" > ", "/", " -> ", ": ", "."])
    level = r.choice(["both", "both", "last", "first"])
    parts = {kind: SETTINGS[kind][0].split(" > ") for kind in kinds}
    names = {kind: shape.join(part) if level == "both" else part[1] if level == "last" else part[0] for kind, part in parts.items()}

    def pair(r):
        kind = r.choice(kinds)
        more = r.choice(["", "", " Where do I find that?", " I have tried for {n} minutes.", " Can you open the right setting?",
                         " Thanks, {person}", " I bought the phone in {month}."])
        text = r.choice(SETTINGS[kind][1])
        return (r.choice(LEADS) + text + ("" if text.endswith("?") else ".") + more).format(**slots(r)), names[kind]

    labels = list(dict.fromkeys(names.values()))
    listed = "; ".join(shape.join(part) for part in parts.values())
    mark = shape.strip()
    what = {"both": "", "last": f" Only the part after {mark}", "first": f" Only the part before {mark}"}[level]
    return Task(
        key=(sorted(names.values()), level, shape), labels=tuple(labels), pair=pair,
        terse=[f"which phone setting: {listed}?{what}", f"entries {listed}. pick the one for the wish.{what}"],
        casual=[f"what must the user open in the settings? {listed}.{what}", f"find the entry for the problem, one of {listed}.{what}"],
        detailed=[f"A phone has these settings: {listed}. Return the one with which the user gets what the input asks for.{what}",
                  "Read what the user wants from the phone and name the entry of the settings that does it. The entries are "
                  f"{listed}.{what}"])


MENUS = [("File", ["New", "Open", "Save as", "Print", "Export"]), ("Edit", ["Undo", "Copy", "Paste", "Find", "Replace"]),
         ("View", ["Zoom", "Full screen", "Ruler", "Grid"]),
         ("Insert", ["Image", "Table", "Link", "Comment", "Page break"]), ("Format", ["Bold", "Font", "Paragraph", "Columns"]),
         ("Tools", ["Spelling", "Word count", "Macros", "Compare"])]
MENU_WISHES = {
    "New": ["start a blank document for {person}", "I want an empty page to write to {company}"],
    "Open": ["load the letter that I wrote on {day}", "get the saved {noun} report back on the screen"],
    "Save as": ["store this under the name {noun}_{n}", "keep a copy with another name for {person}"],
    "Print": ["I need this on paper for {person}", "put {n} copies on paper"],
    "Export": ["I need a PDF of this for {company}", "turn the document into a PDF"],
    "Undo": ["oops, take back my last change to the {noun} line", "I deleted the {noun} paragraph by mistake, reverse that"],
    "Copy": ["put the marked {noun} line on the clipboard", "take the selected words to the clipboard"],
    "Paste": ["drop the clipboard in after the {noun} line", "put what is on the clipboard here"],
    "Find": ["where in the text does {noun} occur?", "look for the word {adj} in the document"],
    "Replace": ["swap every {noun} for {adj}", "change all {city} to another city at once"],
    "Zoom": ["make the page look bigger, {n} percent", "I want to see the page at half its size"],
    "Full screen": ["hide everything but the text, on the entire monitor", "let the document fill the entire screen for {person}"],
    "Ruler": ["show the scale with centimeters at the top", "I want to see the bar with inches above the page"],
    "Grid": ["show helper lines in squares behind the page", "display the pattern of squares to align the {noun}"],
    "Image": ["put the photo of the {noun} here", "add a picture of {city}"],
    "Table": ["I need {n} rows with three cells each here", "add rows and cells for the {noun} prices"],
    "Link": ["make the word {noun} clickable so that it leads to {company}", "add a web address to the word {adj}"],
    "Comment": ["leave a remark for {person} at this line", "add a note in the margin about the {noun}"],
    "Page break": ["the next chapter about {city} must begin on a fresh page", "force a new page before the {noun} part"],
    "Bold": ["make the word {noun} heavier", "print the name {person} in thick letters"],
    "Font": ["use another typeface for the {noun} part", "switch the typeface from serif to sans"],
    "Paragraph": ["set the line spacing of this part to double", "indent the {noun} part"],
    "Columns": ["lay out the text side by side in two strips, as in a newspaper", "split the {noun} text in three strips like a magazine"],
    "Spelling": ["are there typing errors in my letter to {person}?", "check the {noun} text for misspelled words"],
    "Word count": ["how many words did I write about {city}?", "is the text shorter than {n}00 words?"],
    "Macros": ["run the recorded script for {noun}", "record my steps so that I can repeat them on {day}"],
    "Compare": ["what differs between my text and the version of {person}?", "show the differences to the copy of {day}"],
}


@family(area="agentic", theme="intent to navigation", difficulty="hard")
def menu_path_for_wish(r):
    """The menu path for a wish, from a map of the menus in the spec."""
    menus = [(menu, r.sample(items, r.choice([2, 3]))) for menu, items in r.sample(MENUS, 2)]
    joint = r.choice([" > ", " / ", " -> ", " | ", ":", "."])
    close = r.choice([None, "(nothing)", "not in the menu", "none"])
    listed = "; ".join(f"{menu}: {', '.join(items)}" for menu, items in menus)
    places = {item: joint.join([menu, item]) for menu, items in menus for item in items}
    others = [item for item in MENU_WISHES if item not in places]

    def pair(r):
        fits = not close or r.random() > 0.15
        item = r.choice(sorted(places) if fits else others)
        more = r.choice(["", "", ", please", ", how do I do that?", ", it is for {company}", ", and be quick", ", my {noun} needs it"])
        return (r.choice(LEADS) + r.choice(MENU_WISHES[item]).rstrip("?") + more).format(**slots(r)), places[item] if fits else close

    example = joint.join(["Menu", "Item"])
    tail = f", or {close} if no item does that" if close else ""
    return Task(
        key=(listed, joint, close), pair=pair,
        terse=[f"{example} for the wish{tail}. {listed}", f"menus {listed}. answer as {example}{tail}"],
        casual=[f"where do I click in the word processor? write it as {example}{tail}. the menus: {listed}",
                f"the editor has {listed}. give me the path to the fitting item as {example}{tail}"],
        detailed=[f"A word processor has these menus and items: {listed}. Return the path of the item that does what the user wants, in "
                  f"the form {example}{tail}.",
                  f"Find the menu item for the user's wish. Menus with items: {listed}. Output the menu and the item as {example}{tail}."])


VIEWS = {"order": ["items", "status", "returns"], "user": ["profile", "rights", "history"], "project": ["tasks", "files", "team"],
         "ticket": ["notes", "log", "contact"], "invoice": ["lines", "payments", "reminders"],
         "car": ["service", "trips", "costs"], "course": ["lessons", "grades", "forum"], "device": ["alerts", "firmware", "usage"]}


@family(area="agentic", theme="intent to navigation", difficulty="medium")
def deep_link_with_parameters(r):
    """A deep link with the kind, the number and the view that a request names."""
    scheme = r.choice(["app://", "myapp://", "crm://", "/", "https://go.example.com/", "desk://", "x-shop://"])
    shape = r.choice(["{k}/{n}?tab={v}", "{k}s/{n}/{v}", "{k}?id={n}&view={v}", "open/{k}-{n}#{v}", "{v}/{k}/{n}", "{k}:{n}:{v}"])
    kinds = r.sample(sorted(VIEWS), r.choice([2, 3]))
    default = {kind: r.choice(VIEWS[kind]) for kind in kinds}

    def pair(r):
        kind, number = r.choice(kinds), r.randint(1, 99999)
        view = r.choice(VIEWS[kind])
        said = r.random() < 0.75
        texts = ["open the {v} of {k} {n}", "show me {k} {n}, {v}", "I want to see {v} for {k} number {n}",
                 "take me to {k} #{n}, the {v} tab", "{k} {n} please, straight to {v}", "jump to {v} in {k} {n}"]
        plain = ["open {k} {n}", "show me {k} #{n}", "take me to {k} number {n}", "I need {k} {n} on the screen", "{k} {n}, please",
                 "where is {k} {n}?", "go to {k} {n}"]
        why = r.choice(["", "", " because {person} asked", " before {day}", ", {company} is waiting", ", it's for {person}", " - thanks"])
        text = r.choice(texts if said else plain).format(v=view, k=kind, n=number) + why.format(**slots(r))
        return r.choice(LEADS) + text, scheme + shape.format(k=kind, n=number, v=view if said else default[kind])

    example = scheme + shape.format(k="KIND", n="NUMBER", v="VIEW")
    views = "; ".join(f"{kind}: {', '.join(VIEWS[kind])} (default {default[kind]})" for kind in kinds)
    return Task(
        key=(scheme, shape, sorted(default.items())), pair=pair,
        terse=[f"request -> {example}; views, default if none is named: {views}", f"{example}; KIND and its views: {views}"],
        casual=[f"make the link {example} out of the request. kinds with views: {views}. the default is for when no view is said",
                f"build {example}. possible: {views} if they don't name a view"],
        detailed=[f"Write the deep link {example} for the request. KIND and VIEW come from this list: {views}. The default is used if the "
                  "request names no view. NUMBER is copied.",
                  f"The app opens links of the form {example}. Fill in the kind, the number and the view from the request. Kinds and their "
                  f"views: {views}, for requests without a view."])


KEYS = {"save": ("S", ["keep my changes on disk", "don't let me lose the {noun} text, store it", "write the file before {person} comes"]),
        "undo": ("Z", ["take back what I just did", "oops, reverse my last step at the {noun}", "go one step back, I broke the {noun} "
                       "line"]),
        "find": ("F", ["where does {noun} appear in this text?", "look for {person} on this page", "search this page for {city}"]),
        "print": ("P", ["put this on paper", "I need a hard copy for {person}", "bring the {noun} page to paper"]),
        "newtab": ("T", ["open another browser tab", "I want an additional tab for {company}", "give me a fresh tab next to this one"]),
        "closetab": ("W", ["this tab can go", "shut the current tab about {city}", "get rid of the tab of {company}"]),
        "copy": ("C", ["put the marked words on the clipboard", "duplicate the selected {noun} to the clipboard",
                       "take the selection to the clipboard, leave the original"]),
        "paste": ("V", ["insert what is on the clipboard", "drop the clipboard here, after {noun}",
                        "put the clipboard content into the {noun} field"]),
        "all": ("A", ["mark the complete text", "select everything in the {noun} field", "highlight the whole document about {city}"]),
        "reload": ("R", ["load the page of {company} anew", "refresh this page", "the {noun} page looks outdated, fetch it again"])}


@family(area="agentic", theme="intent to navigation", difficulty="medium")
def shortcut_for_action(r):
    """The keyboard shortcut for an action, from the keys of the spec."""
    chosen = r.sample(sorted(KEYS), r.choice([4, 5, 6]))
    remap = r.random() < 0.5
    letters = r.sample("BDEGHIJKLMNOQUXY", len(chosen)) if remap else [KEYS[action][0] for action in chosen]
    style = r.choice(["Ctrl+{}", "Cmd+{}", "<C-{}>", "ctrl-{}", "Alt+{}", "⌘{}", "M-{}"])
    keys = {action: style.format(letter.lower() if style[0] in "c<M" else letter) for action, letter in zip(chosen, letters)}
    none = r.choice(["none", "no shortcut", "mouse", "-"])
    others = [action for action in sorted(KEYS) if action not in chosen]

    def pair(r):
        fits = r.random() > 0.15
        action = r.choice(chosen if fits else others)
        more = r.choice(["", "", ", please", ", and quick", ". Which keys?", ", without the mouse", ". I'm in a hurry",
                         " (asked by {person})", ", says {person}"])
        text = r.choice(KEYS[action][1])
        return (r.choice(LEADS) + text + (more if not text.endswith("?") else "")).format(**slots(r)), keys[action] if fits else none

    said = {"newtab": "new tab", "closetab": "close tab", "all": "select all"}
    listed = ", ".join(f"{said.get(action, action)} {key}" for action, key in keys.items())
    told = "; ".join(f"{key} = {said.get(action, action)}" for action, key in keys.items())
    return Task(
        key=(listed, none), labels=(*keys.values(), none), pair=pair,
        terse=[f"which keys? {listed}; other wishes {none}", f"{told}; {none} for anything else"],
        casual=[f"tell the user which shortcut does it: {listed}. not in there? {none}",
                f"our keys are {told}. give me the one they need, {none} if there is no key for it"],
        detailed=[f"Return the keyboard shortcut for what the user wants to do. Shortcuts: {listed}. If none of them does it, return "
                  f"{none}.",
                  f"The program knows these keys: {told}. Read the wish and output the keys exactly as written; output {none} when no "
                  "listed action fits."])


TABS = {"Overview": ["summary", "total"], "Orders": ["order", "purchase"], "Customers": ["customer", "buyer"],
        "Invoices": ["invoice", "bill"], "Stock": ["stock", "inventory"], "Team": ["colleague", "employee"],
        "Reports": ["report", "statistics"], "Calendar": ["appointment", "date"]}


@family(area="agentic", theme="intent to navigation", difficulty="medium")
def list_filter_query(r):
    """A query string with the filters that a request names."""
    page = r.choice(["orders", "invoices", "tickets", "bookings", "payments", "claims", "loans"])
    states = r.sample(["open", "closed", "paid", "late", "new", "refused", "archived", "draft"], 3)
    keys = r.choice([("status", "min", "city"), ("state", "over", "place"), ("s", "gt", "c"), ("filter", "from_amount", "location"),
                     ("st", "amount_min", "town")])
    start = r.choice(["/{}?", "/list/{}?", "/{}/search?", "/v1/{}?"]).format(page)
    shown = r.sample([0, 1, 2], r.choice([2, 3]))
    none = start[:-1]

    def pair(r):
        count = r.choice([0] + [1, 2, 3] * 2)
        used = sorted(r.sample(range(3), count))
        state, amount, city = r.choice(states), r.choice([10, 20, 50, 100, 200, 250, 500, 1000, r.randint(5, 999)]), w.city(r)
        phrase = f"{r.choice(['all', 'the', 'my', 'any'])} {state + ' ' if 0 in used else ''}{page}"
        extra = ([r.choice([f"above {amount}", f"over {amount} euros", f"of more than {amount}"])] if 1 in used else []) + ([r.choice([
            f"from {city}", f"in {city}"])] if 2 in used else [])
        r.shuffle(extra)
        more = r.choice(["", "", ", please", " - thanks", " for {person}", ", {person} needs them", " right away"]).format(**slots(r))
        text = r.choice(LEADS) + r.choice(["show {}", "I need {}", "list {}", "bring up {}", "give me {}", "which are {}?", "can I see "
                                           "{}?"]).format(" ".join([phrase] + extra))
        values = [state, str(amount), city]
        query = "&".join(f"{keys[i]}={values[i]}" for i in shown if i in used)
        return text + ("" if text.endswith("?") else more), start + query if query else none

    what = {0: f"{keys[0]} = {', '.join(states)}", 1: f"{keys[1]} = the amount to exceed", 2: f"{keys[2]} = city"}
    told = "; ".join(what[i] for i in shown)
    example = start + "&".join(f"{keys[i]}=..." for i in shown)
    return Task(
        key=(start, sorted(states), keys, shown), pair=pair,
        terse=[f"{example}, only what the request names, in this order ({told}); no filter: {none}",
               f"request -> {example}; {told}; leave out unnamed keys, without any: {none}"],
        casual=[f"turn it into {example}. {told}. drop keys nobody mentions, keep the order; if none is left just {none}",
                f"write the list url: {example}, where {told}. unmentioned keys are left out, {none} if all are"],
        detailed=[f"Write the address of the list that the user wants to see: {example}. Meaning: {told}. Keep this order and leave out "
                  f"keys that the request says nothing about. If no key remains, write {none}.",
                  f"Filters in the request become query parameters of {none}. Known parameters, in order: {told}. The form is {example}; "
                  f"parameters without a value in the request are omitted, and without any parameter the result is {none}."])


OPENINGS = ["open {x}", "show {x}", "I want to see {x}", "where do I find {x}?", "look at {x}, please", "take me to {x}",
            "is {x} correct? let me see", "check {x} for {person}", "I need {x} since 2022", "find {x}"]


@family(area="agentic", theme="intent to navigation", difficulty="hard")
def tab_for_admin_wish(r):
    """Which tab of an admin page fits: the subject decides, but a named period goes to another tab."""
    tabs = r.sample(sorted(TABS), r.choice([3, 4]))
    special = r.choice([tab for tab in ("History", "Archive", "Export", "Trash", "Settings")])
    cause = {"History": ("says who changed something", ["who changed {x}?", "which user edited {x}?", "who was the last to touch {x}?",
                                                        "show all edits of {x} by {person}"]),
             "Archive": ("is about a year before 2020",
                         ["show {x} of {old}", "I need {x} from {old}", "look up {x} as of {old}", "in {old}, what did {x} look like?"]),
             "Export": ("wants a file", ["send me {x} as a CSV file", "download {x} as a file", "I need a spreadsheet file with {x}",
                                         "save {x} to a file"]),
             "Trash": ("is about something deleted", ["restore {x}, it was deleted", "I deleted {x} by mistake",
                                                      "bring back {x} after it was deleted", "{x} was deleted on {day}, where is it?"]),
             "Settings": ("wants to rename a column",
                          ["rename a column of {x}", "give a column of {x} another name",
                           "the column name in {x} is wrong, rename it"])}[special]

    def pair(r):
        tab = r.choice(tabs)
        word = r.choice(TABS[tab])
        x = r.choice([f"the {word} {{noun}}-{{n}}", f"the {word} of {{person}}", f"the {word} for {{company}}", f"the {word} in {{city}}"])
        other = r.random() < 0.3
        template = r.choice(cause[1] if other else OPENINGS)
        text = template.replace("{x}", x).format(old=r.randint(2001, 2019), **slots(r))
        return r.choice(LEADS) + text, special if other else tab

    listed = ", ".join(f"{tab} ({'/'.join(TABS[tab])})" for tab in tabs)
    return Task(
        key=(listed, special), labels=(*tabs, special), pair=pair,
        terse=[f"tab by subject: {listed}; but {special} if the wish {cause[0]}",
               f"{special} when the user's wish {cause[0]}, otherwise {listed}"],
        casual=[f"which tab should open? it goes by what they talk about: {listed}. exception: if the wish {cause[0]}, it is {special}",
                f"if the wish {cause[0]}: {special}. if not, take the tab of its subject, {listed}"],
        detailed=[f"An admin page has the tabs {options([*tabs, special], 'and')}. Return {special} if the wish {cause[0]}, whatever its "
                  f"subject. Otherwise the subject decides: {listed}.",
                  f"Choose the tab for the wish. First rule: a wish that {cause[0]} belongs to {special}. Second rule: any other wish "
                  f"belongs to the tab of its subject, {listed}."])
