"""Matching page elements to requests; cleaning and reading transcripts."""

import words as w
from task import Task, compact_json, family

NOTHING = ["none", "NONE", "-", "n/a", "no match"]
ACTIONS = {  # the label of a button: requests that want it
    "Save": ["keep my changes", "store what i typed", "don't lose this draft", "write it to disk"],
    "Delete": ["get rid of this file", "erase the entry", "remove it for good", "throw this record away"],
    "Log out": ["end my session", "sign me off", "leave my account on this computer", "i want to sign out"],
    "Print": ["put this on paper", "send the page to the printer", "i need a paper copy", "make a hard copy"],
    "Share": ["send this to a friend", "let my colleague see it too", "pass this on to others", "give others access"],
    "Download": ["get the file onto my laptop", "fetch the pdf to my disk", "save a local copy of the attachment",
                 "pull the file to my machine"],
    "Upload": ["add a file from my computer", "send my photo to the site", "attach a local document", "put my pdf on the server"],
    "Cancel": ["never mind, stop this", "abort without doing anything", "i changed my mind, back out", "call the whole thing off"],
    "Search": ["look for an article", "find something on this site", "let me look something up", "query the catalog"],
    "Checkout": ["pay for my cart", "finish my purchase", "i'm done shopping, let me pay", "place the order now"],
    "Help": ["i don't know how this works", "show me the manual", "i need assistance", "explain this page to me"],
    "Settings": ["change my preferences", "configure the app", "adjust the options", "tweak how the app behaves"],
    "Undo": ["take back my last step", "revert what i just did", "go back one change", "reverse the last edit"],
    "Zoom in": ["make the map bigger", "enlarge the picture", "get closer to the map", "magnify this"],
    "Mute": ["turn the sound off", "make it silent", "stop the noise", "no audio please"],
    "Play": ["start the video", "begin the song", "run the clip", "let the movie start"],
    "Refresh": ["load the page again", "get the newest data", "reload this view", "update what is shown"],
    "Edit": ["change the text of this entry", "correct a typo in my post", "modify this record", "rewrite the title"],
    "Copy": ["duplicate the text to the clipboard", "put the link on the clipboard", "take the text to the clipboard",
             "clipboard this line"], "Rename": ["give the file another name", "call the folder something else",
                                                "change the name of this folder", "new file name please"],
    "Filter": ["show only the red ones", "narrow down the list", "hide items that don't fit", "limit the results to Oslo"],
    "Sort": ["put the list in order of price", "order the rows by date", "arrange them alphabetically", "cheapest ones to the top"],
    "Close": ["shut this window", "make the popup go away", "dismiss this dialog", "shut the dialog"],
    "Subscribe": ["get the newsletter", "mail me every new post", "receive weekly updates", "sign me up for the newsletter"],
}
CLASHES = [{"Save", "Download"}, {"Save", "Copy"}, {"Delete", "Undo"}, {"Share", "Upload"}, {"Cancel", "Close"}, {"Cancel", "Undo"},
           {"Search", "Filter"}, {"Filter", "Sort"}, {"Mute", "Settings"}, {"Edit", "Rename"},
           {"Cancel", "Log out"}, {"Download", "Refresh"}, {"Copy", "Print"}, {"Edit", "Settings"}, {"Play", "Refresh"},
           {"Close", "Delete"}, {"Share", "Subscribe"}, {"Help", "Search"}, {"Copy", "Share"},
           {"Edit", "Refresh"}, {"Save", "Upload"}, {"Edit", "Undo"}]


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def button_for_request(r):
    """Which of the listed buttons serves a request?"""
    count, nothing, style = r.choice([3, 4, 5]), r.choice(NOTHING + ["0"]), r.choice(["label", "number", "letter"])
    mark = {"label": lambda i: "", "number": lambda i: f"{i + 1}. ", "letter": lambda i: f"{'abcde'[i]}) "}[style]
    what = {"label": "its label as written", "number": "its number", "letter": "its letter"}[style]
    gap = r.choice([" | ", "; ", " / "])
    names = ["request", "buttons"] if r.random() < 0.6 else ["user", "page"]

    def pair(r):
        while True:
            labels = r.sample(list(ACTIONS), count + 1)
            if not any(clash <= set(labels) for clash in CLASHES):
                break
        wanted, labels = labels[0], labels[:count] if r.random() < 0.83 else labels[1:]
        labels = r.sample(labels, len(labels))
        request = r.choice(ACTIONS[wanted])
        request = r.choice(["{}", "please {}", "{}, thanks", "hey, {}", "{} now", "ok, {}"]).format(request)
        if r.random() < 0.5:
            request += r.choice([f", says {w.first(r)}", f" ({w.product(r)})", f" - {w.city(r)} office", f" for {w.first(r)}"])
        text = f"{names[0]}: {request}{gap}{names[1]}: {gap.join(mark(i) + x for i, x in enumerate(labels))}"
        if wanted not in labels:
            return text, nothing
        at = labels.index(wanted)
        return text, {"label": wanted, "number": str(at + 1), "letter": "abcde"[at]}[style]

    return Task(
        key=(count, nothing, style, gap, names), pair=pair,
        terse=[f"which button does what the user wants? give {what}; {nothing} if none does",
               f"request + buttons -> {what} of the fitting button, else {nothing}"],
        casual=[f"someone says what they want, then come the buttons of the page. which one should be clicked? {what} please, {nothing} "
                f"if no button fits", f"match the wish to a button and return {what}. if none of them does that, {nothing}"],
        detailed=[f"The input contains a user's request ('{names[0]}') and the buttons of a page ('{names[1]}'). Choose the button whose "
                  f"action fulfils the request and return {what}. Return {nothing} if no button does.",
                  f"You control a browser. Decide from the meaning of the request which listed button has to be pressed; output {what}. "
                  f"The answer is {nothing} when the page offers no button for it."])


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def element_by_position(r):
    """The label of the n-th element of a kind, counted from the start or the end."""
    kinds, nothing = r.sample(["button", "link", "field", "checkbox", "tab", "menu"], 3), r.choice(NOTHING)
    shape = r.choice(["[{k}] {x}", "<{k}: {x}>", "{k} '{x}'", "({k}) {x}"])
    lower = r.random() < 0.4
    case = "in lower case" if lower else "as written"
    labels = list(ACTIONS) + ["Name", "Email", "Phone", "City", "Street", "Terms", "Privacy", "Home", "Cart", "Blog", "Careers", "Contact",
                              "Pricing", "News", "Orders", "Profile", "Billing"]

    def pair(r):
        page = [(r.choice(kinds), x) for x in r.sample(labels, r.randint(5, 7))]
        kind = r.choice(kinds)
        found = [x for k, x in page if k == kind]
        at = r.randint(1, 3)
        if found and r.random() < 0.75:
            at = r.randint(1, min(3, len(found)))
        ending = r.random() < 0.35
        order = found[::-1] if ending else found
        which = {True: ["last", "second to last", "third from the end"], False: ["first", "second", "third"]}[ending][at - 1]
        verb = {"button": "press", "link": "open", "field": "fill in", "checkbox": "tick", "tab": "switch to", "menu": "open"}[kind]
        text = " ".join(shape.format(k=k, x=x) for k, x in page)
        answer = order[at - 1] if at <= len(order) else nothing
        return f"{verb} the {which} {kind}: {text}", answer.lower() if lower and answer != nothing else answer

    return Task(
        key=(sorted(kinds), nothing, shape, lower), pair=pair,
        terse=[f"label ({case}) of the element meant by the command, counting only its kind; {nothing} if missing",
               f"find e.g. the second {kinds[0]} in the list, print its label {case}; {nothing} if there are too few"],
        casual=[f"the command says which element, like the third {kinds[1]}. count only elements of that kind and give me its label "
                f"{case}, or {nothing} if there aren't that many",
                f"page elements follow the command. tell me the label ({case}) of the one it means, in reading order; {nothing} when it "
                f"doesn't exist"],
        detailed=[f"The input is a command that names an element by its kind and position, then a colon and the elements of the page as "
                  f"{shape.format(k='kind', x='label')}. Count only elements of that kind. Return the label {case}; if there are too few "
                  f"elements, return {nothing}.",
                  f"Resolve a command such as 'the last {kinds[2]}'. Positions refer to elements of the named kind in page order. Output "
                  f"the label of the element {case}, or {nothing} if the page lacks it."])


FILLERS = ["um", "uh", "like", "you know", "i mean", "sort of", "basically", "er", "well", "actually", "right", "hmm"]
COUNTED = [x for x in w.NOUNS if x[-1] not in "sxhyef"]
SPOKEN = ["we need to move the {n} to {c}", "the {t} is still missing", "{f} will call the {j} on {d}", "i think the {n} costs {m} dollars",
          "they sold the {t} in {c}", "please send {f} the {n}", "the meeting about the {n} starts at nine",
          "our {j} found a {t}", "nobody told {f} about the {n}", "we tested {m} of them on {d}", "the client in {c} wants a {t}",
          "let us order the {n} before {d}"]


def spoken(r):
    return r.choice(SPOKEN).format(n=r.choice(w.NOUNS), t=w.thing(r), c=w.city(r), f=w.first(r), j=r.choice(w.JOBS), d=r.choice(w.WEEKDAYS),
                                   m=r.randint(2, 90))


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def remove_spoken_fillers(r):
    """An utterance without the filler words of the spec."""
    fillers = r.sample(FILLERS, r.choice([3, 4, 5]))
    capital, stop = r.random() < 0.5, r.random() < 0.5
    finish = (" Start with a capital." if capital else "") + (" End with a period." if stop else "")
    listed = ", ".join(fillers)
    finish_short = (", first letter capital" if capital else "") + (", period at the end" if stop else "")

    def pair(r):
        words = spoken(r).split()
        for _ in range(r.randint(1, 4)):
            words.insert(r.randint(0, len(words)), r.choice(fillers) if r.random() < 0.8 else r.choice(FILLERS))
        text, clean = " ".join(words), " ".join(x for x in words if x not in fillers)
        if capital:
            clean = clean[0].upper() + clean[1:]
        return text, clean + ("." if stop else "")

    return Task(
        key=(sorted(fillers), capital, stop), pair=pair,
        terse=[f"delete the fillers {listed}; keep all else{finish_short}", f"utterance without {listed} (only these){finish_short}"],
        casual=[f"clean up the transcript line: drop every {listed}, touch nothing else{finish_short}",
                f"my list of filler words is {listed}. take them out wherever they occur, other words stay as they are{finish_short}"],
        detailed=[f"The input is one spoken sentence without punctuation. Remove all occurrences of these fillers: {listed}. Keep the "
                  f"other words, also fillers that are not in the list, in order, with single blanks.{finish}",
                  f"Edit a transcript. Words to remove are exactly {listed}. What remains is returned unchanged and separated by single "
                  f"blanks.{finish}"])


@family(area="search", theme="matching, transcripts and translation", difficulty="easy")
def collapse_stutter(r):
    """A transcript line without words that are said twice in a row."""
    mark = r.choice(["", "", "..."])
    ask = r.choice(["text", "text", "count", "repeated"])
    nothing = r.choice(NOTHING + ["clean"])
    what = {"text": "the line with each run of the same word cut to one",
            "count": "the number of words dropped when each run of the same word is cut to one",
            "repeated": "the words that are said twice or more in a row, each once, joined with commas"}[ask]
    nothing_rule = f"; {nothing} if there are none" if ask == "repeated" else ""
    upper = ask != "count" and r.random() < 0.3
    case = ", in capitals" if upper else ""

    def pair(r):
        words = []
        for word in spoken(r).split() + (spoken(r).split()[:3] if r.random() < 0.4 else []):
            words += [word] * (r.choice([2, 2, 3]) if r.random() < 0.2 else 1)
        clean = [x for i, x in enumerate(words) if i == 0 or x.lower() != words[i - 1].lower()]
        doubled = list(dict.fromkeys(x for i, x in enumerate(words) if i and x.lower() == words[i - 1].lower()))
        text = " ".join(x + (mark if mark and i + 1 < len(words) and words[i + 1] == x else "") for i, x in enumerate(words))
        answer = {"text": " ".join(clean), "count": str(len(words) - len(clean)), "repeated": ",".join(doubled)}[ask]
        return text, (answer.upper() if upper else answer) or nothing

    dots = "; the dots between repetitions go too" if mark and ask == "text" else "; dots do not matter" if mark else ""
    return Task(
        key=(mark, ask, nothing if ask == "repeated" else "", upper), pair=pair,
        terse=[f"stutter: {what}{case}{nothing_rule}{dots}", f"give {what}{case}{nothing_rule}{dots}"],
        casual=[f"the speaker repeats words. i want {what}{case}{nothing_rule}{dots}",
                f"clean transcript helper: return {what}{case}{nothing_rule}{dots}"],
        detailed=[f"The input is a transcript line in which words may be repeated directly one after another. Return "
                  f"{what}{case}{nothing_rule}{dots}. Words that occur again later in the line are no repetition.",
                  f"Look only at equal words that stand side by side. The output is {what}{case}{nothing_rule}{dots}. The order of the "
                  f"words is kept."])


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def transcript_line_format(r):
    """A raw transcript line in the format of the spec."""
    raw = r.choice(["[{h:02d}:{m:02d}:{s:02d}] {S}: {t}", "{h:02d}:{m:02d}:{s:02d} - {S} - {t}", "{S} ({h:02d}:{m:02d}:{s:02d}): {t}",
                    "<{S}> {t} [{h:02d}:{m:02d}:{s:02d}]"])
    target, shown = r.choice([
        ("{t}", "TEXT"), ("{S}: {t}", "SPEAKER: TEXT"), ("{t} ({S})", "TEXT (SPEAKER)"), ("{sec}s {S}: {t}", "SECONDSs SPEAKER: TEXT"),
        ("{sec}|{t}", "SECONDS|TEXT"), ("{S}|{sec}", "SPEAKER|SECONDS"),
                              ("{min} min: {t}", "MINUTES min: TEXT"), ("- {S}, {t}", "- SPEAKER, TEXT")])
    speaker = r.choice(["as written", "in capitals", "in lower case"])
    change = {"as written": str, "in capitals": str.upper, "in lower case": str.lower}[speaker]
    parts = [f"SPEAKER {speaker}"] if "SPEAKER" in shown else []
    parts += ["SECONDS = whole time stamp in seconds"] if "SECONDS" in shown else []
    parts += ["MINUTES = full minutes of the time stamp, hours included, seconds dropped"] if "MINUTES" in shown else []
    rule = f" ({'; '.join(parts)})" if parts else ""
    layout = raw.replace("{h:02d}:{m:02d}:{s:02d}", "HH:MM:SS").replace("{S}", "SPEAKER").replace("{t}", "TEXT")

    def pair(r):
        h, m, s = r.choice([0, 0, 0, 1, 2]), r.randint(0, 59), r.randint(0, 59)
        name = r.choice([w.first(r), w.first(r), w.person(r), f"Speaker {r.randint(1, 4)}"])
        text = spoken(r)
        return raw.format(h=h, m=m, s=s, S=name, t=text), target.format(S=change(name), t=text, sec=h * 3600 + m * 60 + s, min=h * 60 + m)

    return Task(
        key=(raw, target, speaker if "SPEAKER" in shown else ""), pair=pair,
        terse=[f"{layout} -> {shown}{rule}", f"rewrite each line as {shown}{rule}; source: {layout}"],
        casual=[f"lines look like {layout}. give them back as {shown}{rule}",
                f"reformat the transcript please, from {layout} to {shown}{rule}, spoken text untouched"],
        detailed=[f"The input is a transcript line in the form {layout}. Return it in the form {shown}{rule}. The spoken text stays as it "
                  f"is, and parts that the new form lacks are dropped.",
                  f"Convert a line of a recording. Old layout: {layout}. New layout: {shown}{rule}. Do not change the TEXT."])


@family(area="search", theme="matching, transcripts and translation", difficulty="hard")
def promised_task_of_meeting(r):
    """Who promised what in a short meeting."""
    form, nothing = r.choice(["name", "name: task", "json", "task", "task @name"]), r.choice(NOTHING)
    shown = {"name": "the name of that speaker", "name: task": "NAME: TASK", "json": "compact JSON with the keys owner and task",
             "task": "the task", "task @name": "TASK @NAME"}[form]
    tasks = ["send the {n} report", "call the {j}", "order {m} {n}s", "book a room in {c}", "update the {n} list", "write to {b}",
             "check the {n} prices", "pick up the {n}", "prepare the {c} slides", "test the {n} again", "translate the {n} manual",
             "visit {b}"]
    vows = ["I will {t}", "I'll {t} today", "I promise to {t}", "Fine, I am going to {t}", "Let me {t}, no problem", "Okay, I take it: {t}"]
    others = ["Somebody should {t}", "Who can {t}?", "We could {t} some day", "I did not {t}", "I will not {t}", "Why should I {t}?",
              "It is too late to {t}", "I have no time to {t}", "Nice weather in {c}", "The {n} looks fine to me"]

    def fill(r, text):
        return text.format(n=r.choice(COUNTED), j=r.choice(w.JOBS), m=r.randint(2, 20), c=w.city(r), b=w.company(r))

    def pair(r):
        names = r.sample(w.FIRST, 3)
        task, at = fill(r, r.choice(tasks)), r.randrange(3)
        promised = r.random() < 0.83
        lines = []
        for i, name in enumerate(names):
            text = r.choice(vows).format(t=task) if promised and i == at else fill(r, r.choice(others).replace("{t}", r.choice(tasks)))
            lines.append(f"{name}: {text}" + ("" if text[-1] == "?" else "."))
        owner = names[at]
        answer = {"name": owner, "name: task": f"{owner}: {task}", "json": compact_json({"owner": owner, "task": task}), "task": task,
                  "task @name": f"{task} @{owner}"}[form]
        empty = "{}" if form == "json" else nothing
        return " ".join(lines), answer if promised else empty

    empty = "{}" if form == "json" else nothing
    rule = "TASK from its verb on, without today or no problem"
    rule = rule if form in ("name: task", "task @name") else rule.replace("TASK", "the task") if "task" in form or form == "json" else ""
    rule = f" ({rule})" if rule else ""
    return Task(
        key=(form, empty), pair=pair, kind="json" if form == "json" else "text",
        terse=[f"who commits to doing something? {shown}{rule}; {empty} if nobody",
               f"the one promise in the talk -> {shown}{rule}; {empty} without one"],
        casual=[f"find the person who agrees to do a job themselves and give me {shown}{rule}. ideas, refusals and questions don't count; "
                f"nobody -> {empty}", f"action item please: {shown}{rule}. only a real promise counts, otherwise {empty}"],
        detailed=[f"The input is a short talk of three people. At most one of them commits to doing something. Return {shown}{rule}. "
                  f"Suggestions, questions and refusals are no commitment. If nobody commits, return {empty}.",
                  f"Extract the action item of a meeting: the speaker who says that he or she is going to do something. The output is "
                  f"{shown}{rule}. Return {empty} if no speaker promises anything."])
