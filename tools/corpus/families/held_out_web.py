"""Held out: kinds of page, transcript and duplicate tasks that are never trained on."""
import re

import words as w
from task import Task, compact_json, family, options

NOTHING = ["none", "NONE", "n/a", "-", "(nothing)"]
HOURS = "twelve one two three four five six seven eight nine ten eleven".split()


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def spoken_clock_time(r):
    """A time of day said in words, as digits."""
    form = r.choice(["24h HH:MM", "24h HHMM", "24h H.MM", "12h H:MM am/pm"])
    shift = r.choice([0, 0, 0, 30, -15, 60])
    extra = {0: "", 30: ", 30 minutes later", -15: ", 15 minutes earlier", 60: ", one hour later"}[shift]
    shown = {"24h HH:MM": "HH:MM (24 hours)", "24h HHMM": "HHMM (24 hours, four digits)",
             "24h H.MM": "H.MM (24 hours, no leading zero on the hour)", "12h H:MM am/pm": "H:MM am or H:MM pm"}[form]
    minutes = {0: "{h} o'clock", 5: "five past {h}", 10: "ten past {h}", 15: "quarter past {h}", 20: "twenty past {h}",
               25: "twenty-five past {h}", 30: "half past {h}", 35: "twenty-five to {n}", 40: "twenty to {n}", 45: "quarter to {n}",
               50: "ten to {n}", 55: "five to {n}"}

    def pair(r):
        hour = r.choice([5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 18, 19, 20, 21])
        minute = r.randrange(0, 60, 5)
        day = "in the morning" if hour < 12 else "in the afternoon" if hour < 17 else "in the evening"
        said = minutes[minute].format(h=HOURS[hour % 12], n=HOURS[(hour + 1) % 12])
        frame = r.choice(["the call with {p} is at {t} {d}", "{f} arrives in {c} at {t} {d}",
                          "dinner at {t} {d} in {c}" if hour > 16 else "meet {f} at {t} {d}", "we open at {t} {d}, says {p}",
                          "set an alarm for {t} {d} please, {f}"])
        total = hour * 60 + minute + shift
        h, m = total // 60 % 24, total % 60
        text = {"24h HH:MM": f"{h:02d}:{m:02d}", "24h HHMM": f"{h:02d}{m:02d}", "24h H.MM": f"{h}.{m:02d}",
                "12h H:MM am/pm": f"{(h - 1) % 12 + 1}:{m:02d} {'am' if h < 12 else 'pm'}"}[form]
        return frame.format(p=w.person(r), f=w.first(r), c=w.city(r), t=said, d=day), text

    return Task(
        key=(form, shift), pair=pair,
        terse=[f"spoken time of day -> {shown}{extra}",
               f"write the time in the sentence as {shown}{extra}", f"{shown} for the time that is said{extra}"],
        casual=[f"what time do they mean{extra}? write {shown} and nothing else",
                f"pull the spoken time out of the sentence and give it as {shown}{extra}",
                f"i need the time{extra} as {shown}. it is spelled out in words"],
        detailed=[f"The input is a sentence with a time of day in words and morning, afternoon or evening. Return the time{extra} as "
                  f"{shown}.", f"Convert a time that was said in words, such as quarter to seven in the evening. The output is that "
                               f"time{extra} in the form {shown}.",
                               f"Find the time of day in the transcript line. Take it{extra} and write it as {shown}, without any other "
                               f"text."])


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def subtitle_line_breaks(r):
    """A sentence broken into subtitle lines of limited length."""
    limit, mark = r.choice([16, 18, 20, 24, 28]), r.choice([" / ", " | ", "\n"])
    ask = r.choice(["lines", "lines", "count", "last"])
    shown = {" / ": "a slash with a blank on each side", " | ": "a bar (|) with a blank on each side", "\n": "a line break"}[mark]
    what = {"lines": f"the lines joined with {shown}", "count": "the number of lines", "last": "the last line"}[ask]

    def pair(r):
        text = re.sub(r"[^A-Za-z0-9 ]", "", w.sentence(r))
        if max(map(len, text.split())) > limit:
            return pair(r)
        lines = [""]
        for word in text.split():
            if lines[-1] and len(lines[-1]) + 1 + len(word) > limit:
                lines.append("")
            lines[-1] = (lines[-1] + " " + word).strip()
        return text, {"lines": mark.join(lines), "count": str(len(lines)), "last": lines[-1]}[ask]

    return Task(
        key=(limit, mark if ask == "lines" else "", ask), pair=pair,
        terse=[f"break into lines of at most {limit} characters, each as full as possible, never inside a word; give {what}",
               f"greedy wrap at {limit} characters between words: {what}"],
        casual=[f"make subtitles: fill each line with as many words as fit into {limit} characters (blanks count), then start the next. i "
                f"want {what}", f"wrap the sentence, max {limit} characters a line including blanks, words stay whole, lines as long as "
                                f"possible. return {what}"],
        detailed=[f"The input is a sentence. Split it into subtitle lines: put words on a line as long as it has at most {limit} "
                  f"characters including blanks, then begin a new line. Return {what}.",
                  f"Distribute the words of a sentence over lines of no more than {limit} characters. A word goes to the next line only "
                  f"if it does not fit any more. Output {what}."])


@family(area="search", theme="HTML understanding", difficulty="easy")
def breadcrumb_trail(r):
    """The path that a breadcrumb shows."""
    ask, gap, nothing = r.choice(["path", "parent", "depth", "current", "json"]), r.choice([" > ", "/", " » ", " - "]), r.choice(NOTHING)
    home = r.random() < 0.5
    rule = ", without the first entry Home" if home and ask in ("path", "json", "depth") else ""
    what = {"path": f"the entries in order joined with {gap!r}" + rule,
            "parent": f"the entry before the last one, or {nothing} if there is only one", "depth": f"the number of entries{rule}",
            "current": "the last entry", "json": f"the entries as a compact JSON array{rule}"}[ask]

    def pair(r):
        names = ["Home"] + [x.capitalize() for x in r.sample(w.NOUNS + w.COLORS + ["sale", "news", "shop", "men", "women", "kids"],
                                                             r.randint(0 if ask == "parent" and r.random() < 0.7 else 1, 4))]
        style = r.randrange(3)
        if style == 0:
            inner = "".join(f'<li><a href="/{x.lower()}">{x}</a></li>' for x in names[:-1]) + f"<li>{names[-1]}</li>"
            html = f'<ol class="breadcrumb">{inner}</ol>'
        elif style == 1:
            html = '<nav aria-label="breadcrumb">' + " &gt; ".join(f'<a href="/{x.lower()}">{x}</a>' for x in names) + "</nav>"
        else:
            html = "".join(f'<span class="crumb">{x}</span>' for x in names)
        shown = names[1:] if rule else names
        return html, {"path": gap.join(shown), "parent": names[-2] if len(names) > 1 else nothing, "depth": str(len(shown)),
                      "current": names[-1], "json": compact_json(shown)}[ask]

    return Task(
        key=(ask, gap if ask == "path" else "", nothing if ask == "parent" else "", bool(rule)), pair=pair,
        kind="json" if ask == "json" else "text",
        terse=[f"breadcrumb HTML -> {what}", f"from the breadcrumb return {what}", f"{what} of the trail"],
        casual=[f"read the breadcrumb and give me {what}",
                f"where are we on the site? i want {what}, no tags", f"strip the breadcrumb markup and return {what}"],
        detailed=[f"The input is the HTML of a breadcrumb trail. Return {what}. Separators and tags of the markup are not part of the "
                  f"entries.", f"Extract the trail from breadcrumb markup, whatever tags it uses. The output is "
                               f"{what}.", f"A page shows where it lies in the site by a breadcrumb. Ignore links and separators and "
                                           f"output {what}."])


@family(area="search", theme="HTML understanding", difficulty="hard")
def element_nesting(r):
    """Where a word lies in nested elements: depth, path or nearest element."""
    ask, gap = r.choice(["depth", "path", "nearest", "outermost"]), r.choice([" > ", "/", ".", " "])
    head = r.choice(["find", "word", "locate", "text"])
    what = {"depth": "how many elements enclose the word",
            "path": f"the names of the elements around the word, outermost first, joined with "
                    f"{repr(gap) if gap.strip() else 'a blank'}", "nearest": "the name of the innermost element around the word",
            "outermost": "the name of the outermost element around the word"}[ask]
    upper = ask != "depth" and r.random() < 0.3
    case = ", in capitals" if upper else ""

    def pair(r):
        tags = ["div", "section", "article", "ul", "li", "p", "span", "em", "main", "td"]
        words = r.sample(w.NOUNS, 4)
        target = r.randrange(3)
        paths, html = [], ""
        for word in words[:3]:
            path = r.sample(tags, r.randint(1, 4))
            paths.append(path)
            html += "".join(f"<{t}>" for t in path) + word + "".join(f"</{t}>" for t in reversed(path))
        if r.random() < 0.5:
            html, paths = f"<body>{html}</body>", [["body"] + p for p in paths]
        path = paths[target]
        answer = {"depth": str(len(path)), "path": gap.join(path), "nearest": path[-1], "outermost": path[0]}[ask]
        return f"{head} {words[target]}: {html}", answer.upper() if upper else answer

    return Task(
        key=(ask, gap if ask == "path" else "", head, upper), pair=pair,
        terse=[f"word before the colon, HTML after it: {what}{case}", f"locate the named word in the HTML; give {what}{case}"],
        casual=[f"find the word in the html and tell me {what}{case}. closed elements before it don't count",
                f"where does the word sit? i need {what}{case}; only elements that are still open at that point count"],
        detailed=[f"The input names a word ('{head} WORD:') followed by HTML that contains it once. Return {what}{case}. Elements that "
                  f"were closed before the word do not enclose it.",
                  f"Follow the nesting of the tags down to the named word. The answer is {what}{case}. An element encloses the word if it "
                  f"is opened before and closed after it."])


@family(area="search", theme="intent HTML and deduplication", difficulty="hard")
def duplicate_groups(r):
    """Groups of equal lines among numbered lines."""
    noise = r.sample(["case", "punctuation", "word order", "numbers"], r.choice([1, 2, 2]))
    ask, inner, outer = r.choice(["groups", "groups", "keep", "drop"]), r.choice([",", "+", "="]), r.choice([" | ", "; ", " / "])
    nothing = r.choice(NOTHING)
    ignoring = options(noise, "and")
    joiner = {",": "commas", "+": "plus signs", "=": "equals signs"}[inner]
    what = {"groups": f"all line numbers in groups: equal lines joined by {joiner}, groups (by first line) by {outer!r}",
            "keep": "the numbers of the first line of each kind, joined with commas",
            "drop": f"the numbers of the lines that repeat an earlier one, joined with commas, or {nothing}"}[ask]

    def clean(text):
        text = text.lower() if "case" in noise else text
        text = re.sub(r"[.,!?]", "", text) if "punctuation" in noise else text
        text = re.sub(r"\d+", "", text) if "numbers" in noise else text
        return " ".join(sorted(text.split()) if "word order" in noise else text.split())

    def pair(r):
        states = ["broken", "missing", "arrived", "lost", "for sale"]
        bases = [f"{w.thing(r)} {r.choice(states)} {r.randint(1, 9)}" for _ in range(r.randint(2, 3))]
        lines = []
        for _ in range(r.randint(4, 5)):
            text = r.choice(bases)
            kind = r.choice(noise) if r.random() < 0.75 else r.choice(["case", "punctuation", "word order", "numbers"])
            if kind == "case":
                text = r.choice([text.upper(), text.capitalize(), text])
            elif kind == "word order":
                text = " ".join(r.sample(text.split(), len(text.split())))
            elif kind == "numbers":
                text = re.sub(r"\d+", str(r.randint(1, 9)), text)
            else:
                text += r.choice(["!", ".", ""])
            lines.append(text)
        groups = {}
        for i, text in enumerate(lines, 1):
            groups.setdefault(clean(text), []).append(i)
        if ask == "groups":
            answer = outer.join(inner.join(map(str, g)) for g in groups.values())
        elif ask == "keep":
            answer = ",".join(str(g[0]) for g in groups.values())
        else:
            answer = ",".join(map(str, sorted(i for g in groups.values() for i in g[1:]))) or nothing
        return "\n".join(f"{i}. {text}" for i, text in enumerate(lines, 1)), answer

    return Task(
        key=(sorted(noise), ask, (inner, outer) if ask == "groups" else nothing if ask == "drop" else ""), pair=pair,
        terse=[f"lines equal apart from {ignoring}: {what}", f"ignore {ignoring}: {what}"],
        casual=[f"dedupe the numbered lines, {ignoring} don't matter, any other difference does. i want {what}",
                f"which lines say the same once you ignore {ignoring}? write {what}"],
        detailed=[f"The input is a list of numbered lines. Two lines are equal if they differ in nothing but {ignoring}; the line numbers "
                  f"are not part of the text. Return {what}.",
                  f"Group a numbered list by content. Differences in {ignoring} are ignored and all others count. The output is {what}."])
