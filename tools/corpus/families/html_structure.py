"""HTML understanding: counting, regions, advertising, images, markup faults."""
import words as w
from task import Task, family, options

REMARKS = ["I agree!", "Not convinced.", "Great post, thanks.", "Same here.", "Could you add photos?", "This did not work for me.",
           "Wow, nice!"]
NOTHING = ["none", "NONE", "N/A", "-", "OK"]
WORDS = [x.capitalize() for x in w.NOUNS + w.FOODS if " " not in x]


@family(area="search", theme="HTML understanding", difficulty="medium")
def count_html_elements(r):
    """How many elements a fragment has of a tag or a class, or in one list."""
    tag = r.choice(["li", "p", "a", "img", "span", "td"])
    css = r.choice(["done", "new", "sale", "active", "hot"])
    ask = r.choice(["tag", "class", "first list", "last list", "commented", "longer list"])
    what = {"tag": f"the number of {tag} elements", "class": f"the number of elements whose class list contains {css}",
            "first list": "the number of li elements in the first ul", "last list": "the number of li elements in the last ul",
            "commented": f"the number of {tag} elements, leaving out those inside <!-- comments "
                         f"-->", "longer list": "the number of li elements in the longest ul"}[ask]

    def one(r, name):
        classes = r.sample(["done", "new", "sale", "active", "hot", "big", "old"], r.choice([0, 1, 1, 2]))
        attribute = f' class="{" ".join(classes)}"' if classes else ""
        return (f"<{name}{attribute}>" + ("" if name == "img" else f"{r.choice(WORDS)}</{name}>")), classes

    def pair(r):
        if "list" in ask:
            sizes = [r.randint(1, 5) for _ in range(r.randint(2, 3))]
            text = f"<p>{r.choice(WORDS)}</p>".join("<ul>" + "".join(one(r, "li")[0] for _ in range(n)) + "</ul>" for n in sizes)
            return text, str({"first list": sizes[0], "last list": sizes[-1], "longer list": max(sizes)}[ask])
        items, count = [], 0
        for _ in range(r.randint(4, 8)):
            name = r.choice([tag, r.choice(["li", "p", "a", "img", "span", "td"])])
            text, classes = one(r, name)
            if ask == "commented" and r.random() < 0.3:
                items.append(f"<!-- {text} -->")
                continue
            items.append(text)
            count += css in classes if ask == "class" else name == tag
        return "".join(items), str(count)

    return Task(
        key=(ask, tag if ask in ("tag", "commented") else css if ask == "class" else ""), pair=pair,
        terse=[f"HTML -> {what}", f"count: {what}", f"{what}, as digits"],
        casual=[f"how many? i need {what} in this html", f"count for me {what}. only the number"],
        detailed=[f"The input is an HTML fragment. Return {what} as a number.",
                  f"Inspect the markup and output {what}. A class attribute may hold several classes separated by blanks. The answer is a "
                  f"bare number."])


@family(area="search", theme="HTML understanding", difficulty="medium")
def page_region_of_block(r):
    """Is a block of HTML navigation, content, footer or advertising?"""
    names = {"nav": ["nav", "navigation", "menu"], "content": ["content", "main", "article"], "footer": ["footer", "legal", "bottom"],
             "ad": ["ad", "advert", "promotion"], "comments": ["comments", "replies", "discussion"]}
    kinds = r.sample(list(names), r.choice([3, 4, 5]))
    style, at = r.choice([str, str, str.upper, str.capitalize]), r.randrange(3)
    labels = tuple(style(names[k][at]) for k in kinds)
    meaning = {"nav": "links to parts of the site", "content": "the text of an article", "footer": "imprint, copyright and legal links",
               "ad": "advertising", "comments": "remarks by readers"}
    listed = ", ".join(f"{x} ({meaning[k]})" for x, k in zip(labels, kinds))
    plain = r.random() < 0.5

    def block(r, kind):
        tag = "div" if plain else {"nav": "nav", "content": "article", "footer": "footer", "ad": "aside", "comments": "section"}[kind]
        mark = r.choice(["", "", f' class="{w.identifier(r, 3, "abcdefgh")}"', f' id="b{r.randint(1, 99)}"'])
        links = r.sample(["Home", "Shop", "Blog", "Pricing", "Docs", "Team", "Events", "Gallery", "News", "Support", "Sports", "Culture"],
                         4)
        inside = {
            "nav": lambda: r.choice(["{}", "<ul>{}</ul>"]).format("".join(f'<a href="/{x.lower()}">{x}</a>' for x in links)),
            "content": lambda: f"<h2>{w.thing(r).capitalize()}</h2><p>{w.sentence(r)} {w.sentence(r)} {w.sentence(r)}</p>",
            "footer": lambda: r.choice([f"&copy; {r.randint(2015, 2026)} {w.company(r)} <a href='/imprint'>Imprint</a> <a "
                                        f"href='/privacy'>Privacy</a>",
                                        f"<p>Copyright {r.randint(2015, 2026)} by {w.company(r)}. All rights reserved.</p><a "
                                        f"href='/terms'>Terms of use</a>",
                                        f"<a href='/privacy'>Privacy policy</a> <a href='/imprint'>Imprint</a> {w.company(r)}, "
                                        f"{w.city(r)}"]),
            "ad": lambda: r.choice([f"<b>Sponsored</b> {w.product(r)} now {r.randint(20, 70)} % off! <a "
                                    f"href='https://{r.choice(w.DOMAINS)}'>Buy now</a>",
                                    f"Advertisement: {w.company(r)}, the best {w.product(r)} in {w.city(r)}. <a href='/deal'>Get the "
                                    f"deal</a>",
                                    f"<p>Promoted</p><a href='/offer'>{w.product(r)} for only {w.money(r)} euros, order today!</a>"]),
            "comments": lambda: "".join(f"<p><b>{w.first(r)}</b>, {r.randint(2, 50)} minutes ago: {r.choice(REMARKS)} "
                                        f"<a>Reply</a></p>" for _ in range(2)),
        }[kind]()
        return f"<{tag}{mark}>{inside}</{tag}>"

    def pair(r):
        kind = r.choice(kinds)
        return block(r, kind), labels[kinds.index(kind)]

    return Task(
        key=labels, labels=labels, pair=pair,
        terse=[f"HTML block -> {listed}", f"part of the page: {listed}?"],
        casual=[f"what part of a page is this block? {listed}",
                f"sort the html block into one of these: {listed}. go by what it holds, the tag name may be generic"],
        detailed=[f"The input is one block of a web page. Return the label of the part it belongs to: {listed}. Judge by its content.",
                  f"Segment a web page. For the given block of HTML choose among {listed}, and output the label only."])


@family(area="search", theme="HTML understanding", difficulty="hard")
def advertising_blocks(r):
    """Which blocks of a page are advertising by the rules of the spec?"""
    rules = r.sample(["class", "data", "rel", "label", "path"], 2)
    texts = {"class": "a class ad or ad-...", "data": "a data-sponsor attribute", "rel": 'a link with rel="sponsored"',
             "label": "text beginning with Anzeige or Sponsored", "path": "a link to /out/..."}
    ask, nothing = r.choice(["ids", "count", "clean"]), r.choice(["none", "NONE", "-"])
    nothing = "0" if ask == "count" else nothing
    listed = options([texts[x] for x in rules])
    what = {"ids": "the ids of the ad blocks joined with commas", "count": "the number of ad blocks",
            "clean": "the ids of the blocks that are no ads, joined with commas"}[ask]
    short = {"ids": "ad ids joined by commas", "count": "number of ads", "clean": "ids of non-ads joined by commas"}[ask]

    def pair(r):
        ids = r.sample([f"b{i}" for i in range(1, 30)], r.randint(3, 4))
        blocks, ads = [], []
        for name in ids:
            marks = [x for x in texts if r.random() < 0.2]
            css = r.choice(["ad", "ad-top", "ad-side"]) if "class" in marks else r.choice(["card", "adapter", "header", "lead", "box"])
            data = f' data-sponsor="{r.choice(w.COMPANY_HEADS)}"' if "data" in marks else ""
            rel = ' rel="sponsored"' if "rel" in marks else r.choice(["", ' rel="nofollow"'])
            path = f"/out/{r.choice(w.NOUNS)}" if "path" in marks else f"/{r.choice(['go', 'item', 'router'])}/{r.choice(w.NOUNS)}"
            text = (r.choice(["Anzeige: ", "Sponsored: "]) if "label" in marks else "") + w.product(r)
            link = f'<a href="{path}"{rel}>{r.choice(["more", "open", "see"])}</a>'
            blocks.append(f'<div id="{name}" class="{css}"{data}>{text} {link}</div>')
            if any(x in marks for x in rules):
                ads.append(name)
        chosen = ads if ask != "clean" else [x for x in ids if x not in ads]
        return "".join(blocks), (str(len(ads)) if ask == "count" else ",".join(chosen)) or nothing

    return Task(
        key=(sorted(rules), ask, nothing), pair=pair,
        terse=[f"ad = div with {listed}; return {short}, {nothing} if none", f"{short}, where ads are divs with {listed}; else {nothing}"],
        casual=[f"a div counts as an ad if it has {listed}, nothing else matters. return {what}, or {nothing}",
                f"find the ads: {listed}. i want {what}, in page order; {nothing} when there are none"],
        detailed=[f"The input is a row of div blocks with ids. A block is advertising if it has {listed}; other hints do not count. "
                  f"Return {what}, in page order, or {nothing} if there are none.",
                  f"Apply an ad blocker rule to HTML blocks: {listed} marks a block as advertising. The output is {what} in page order; "
                  f"it is {nothing} when no block qualifies."])


@family(area="search", theme="HTML understanding", difficulty="easy")
def images_without_alt_text(r):
    """The images that lack a useful alt text."""
    empty, nothing = r.random() < 0.5, r.choice(NOTHING)
    ask = r.choice(["files", "first", "count"])
    nothing = "0" if ask == "count" else nothing
    gap = r.choice([",", " ", ";"])
    rule = 'without alt or with alt=""' if empty else 'without an alt attribute (alt="" is fine)'
    what = {"files": f"the src of all images {rule}, joined with {'a blank' if gap == ' ' else gap}",
            "first": f"the src of the first image {rule}", "count": f"the number of images {rule}"}[ask]
    folder = r.choice(["", "/img/", "img/", "/static/"])

    def pair(r):
        tags, bad = [], []
        for name in r.sample(w.NOUNS, r.randint(3, 5)):
            src = f"{folder}{name}.{r.choice(['png', 'jpg', 'webp'])}"
            alt = r.choice(["none", "empty", "text", "text", "text", "text"])
            parts = [f'src="{src}"'] + {"none": [], "empty": ['alt=""'], "text": [f'alt="{w.thing(r)}"']}[alt]
            parts += [f'width="{r.randint(20, 800)}"'] if r.random() < 0.4 else []
            r.shuffle(parts)
            tags.append(f"<img {' '.join(parts)}>")
            if alt == "none" or alt == "empty" and empty:
                bad.append(src)
        return "".join(tags), str(len(bad)) if ask == "count" else nothing if not bad else bad[0] if ask == "first" else gap.join(bad)

    return Task(
        key=(empty, nothing, ask, gap if ask == "files" else "", folder), pair=pair,
        terse=[f"{what}; {nothing} if there is none", f"check img tags: give {what}, {nothing} if all are fine"],
        casual=[f"accessibility check: {what} please, in page order. all good? {nothing}",
                f"look at the img tags and return {what}, or {nothing} when there's nothing to report"],
        detailed=[f"The input is a row of img tags. Return {what}, in page order. If there is no such image, return {nothing}.",
                  f"Audit images for missing alternative text. The output is {what}; the order follows the page. Return {nothing} if no "
                  f"image is concerned."])


@family(area="search", theme="HTML understanding", difficulty="hard")
def unbalanced_tag(r):
    """The tag that is not closed, or closed without being open."""
    good, style = r.choice(["balanced", "OK", "valid", "none", "fine"]), r.choice(["{}", "<{}>", "{} tag"])
    ask = r.choice(["unclosed", "both"])
    stray = r.choice(["stray {}", "extra {}", "/{}"]) if ask == "both" else ""
    what = f"the tag that is opened but never closed, as {style.format('NAME')}"
    also = f"; a closing tag without opening tag as {stray.format(style.format('NAME'))}" if stray else ""

    def pair(r):
        names = r.sample(["div", "p", "ul", "li", "span", "section", "b", "em", "table", "td", "h2", "article"], r.randint(3, 5))
        kind = r.choice(["good", "open", "open", "open"] if ask == "unclosed" else ["good", "open", "open", "close", "close"])
        at = r.randrange(len(names))
        cut = r.randint(1, len(names) - 1)
        out = []
        for group in (range(cut), range(cut, len(names))):
            start = "".join(f"<{names[i]}>" for i in group if not (kind == "close" and i == at))
            end = "".join(f"</{names[i]}>" for i in reversed(group) if not (kind == "open" and i == at))
            out.append(start + r.choice([w.thing(r), w.person(r), w.city(r), w.product(r)]) + end)
        name = style.format(names[at])
        return "".join(out), good if kind == "good" else name if kind == "open" else stray.format(name)

    return Task(
        key=(good, style, stray), pair=pair,
        terse=[f"{what}{also}; {good} if all tags pair up", f"check tag pairs: {what}{also}, otherwise {good}"],
        casual=[f"one tag may be broken in this html. tell me {what}{also}. everything closed properly? {good}",
                f"find the fault: {what}{also}. say {good} if there isn't one"],
        detailed=[f"The input is an HTML fragment in which every element needs an opening and a closing tag. Return {what}{also}. If all "
                  f"tags are balanced, return {good}. There is at most one fault.",
                  f"Check that each tag of the fragment has its partner. For the single possible fault, return {what}{also}; return "
                  f"{good} when there is none."])
