#!/usr/bin/env python3
"""The page of `paw serve` in a browser, against any server that follows docs/rest_api.md:

    page_test.py BASE_URL API_KEY

The tests compile two small programs under the key's account and delete them at the end; they change nothing else. They run in one order,
later ones with what earlier ones made. Each prints one line, `ok NAME, N s` or `FAIL NAME: why`; the last line is `N passed, N failed`.
Standard library only.
"""
import json
import sys
import time
import urllib.parse
import urllib.request

from driver import CONTROL, DOWN, ENTER, SHIFT, TAB, Browser, BrowserError, wait_until

COMPILE_SECONDS_MAX = 600
SLUG = f"page-test-{int(time.time())}"
NAME = f"Page test {SLUG.rsplit('-', 1)[1]}"
SPEC = "Say which animal speaks. Return exactly one of: cat, cow, dog\n\n- cat: meows and purrs\n- cow: moos\n- dog: barks and growls"
SOUNDS = {"cat": ["meow", "purr", "hiss", "miaow"], "cow": ["moo", "mooo", "low", "moo-oo"], "dog": ["woof", "bark", "growl", "arf"]}
ROWS = [{"input": f"{sound} says the {word} one", "output": label} for word in ("old", "young", "small", "tired", "loud")
        for label, sounds in SOUNDS.items() for sound in sounds]
PAGES = ["/", f"/p/{SLUG}", "/compile", "/jobs", "/settings", "/no/such/page"]  # and the job's own


def check(condition, why):
    if not condition:
        raise AssertionError(why)


def equal(got, wanted, what):
    check(got == wanted, f"{what}: {got!r}, not {wanted!r}")


class Page:
    """The browser, and what the tests do more than once."""

    def __init__(self, browser, base, key):
        self.browser, self.base, self.key = browser, base.rstrip("/"), key
        self.job_path = None

    def open(self, path):
        self.browser.go(self.base + path)
        self.settled()

    def settled(self):
        wait_until(lambda: self.browser.run("return !!document.querySelector('main h1') && !document.querySelector('main[aria-busy]')"),
                   "the view to be shown")

    @property
    def path(self):
        return urllib.parse.urlsplit(self.browser.url).path

    @property
    def heading(self):
        return self.browser.find("h1").text

    def goes_to(self, path):
        wait_until(lambda: self.path == path, f"{path} in place of {self.path}")
        self.settled()

    def api(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def sign_in(self):
        self.open("/settings")
        if not self.browser.find_all("#sign-out"):
            self.browser.find("#key").fill(self.key)
            self.browser.find("#key").type(ENTER)
            self.browser.wait_for("#sign-out")

    def sign_out(self):
        self.open("/settings")
        if not self.browser.find_all("#key"):
            self.browser.find("#sign-out").click()
            self.browser.wait_for("#key")

    def send_form(self):
        """Sends the form as it is filled in; gives the path of the job."""
        self.browser.find("main button[type=submit]").click()
        wait_until(lambda: self.path.startswith("/jobs/"), "the job's page")
        self.settled()
        return self.path

    def wait_for_ready(self):
        ended = ("Ready", "Failed", "Cancelled")
        wait_until(lambda: self.heading.startswith(ended), "the compile to end", COMPILE_SECONDS_MAX)
        check(self.heading.startswith("Ready"), f"the compile ended as {self.heading!r}: {self.browser.find('main').text[:300]}")

    def wait_for_cards_of(self, name):
        """The list has cards of this name and no others; each version of a program has one."""
        def all_fit():
            cards = self.browser.find_all(".card h2")
            return cards and all(name in card.text for card in cards)
        wait_until(all_fit, f"only cards of {name}")

    def tab_to(self, what, script, most=150):
        """Presses Tab until the element in focus fits the JavaScript condition on `e`."""
        for _ in range(most):
            self.browser.press(TAB)
            if self.browser.run(f"const e = document.activeElement; return Boolean({script})"):
                return
        raise AssertionError(f"{most} times Tab did not reach {what}")


def test_sign_in_and_out(page):
    page.sign_out()
    page.browser.find("#key").fill("paw_sk_wrong")
    page.browser.find("#key").type(ENTER)
    error = page.browser.wait_for("[role=alert]")
    check("request " in error.attribute("title"), f"the error has no request id: {error.text!r}")
    page.browser.find("#key").fill(page.key)
    page.browser.find("#key").type(ENTER)
    page.browser.wait_for("#sign-out")
    equal(page.browser.run("return document.cookie"), "", "the cookie as scripts see it")
    page.open("/compile")
    page.browser.find("#spec").type("What one account writes")
    page.open("/settings")
    page.browser.find("#sign-out").click()
    page.browser.wait_for("#key")
    page.open("/compile")
    equal(page.browser.find("#spec").property("value"), "", "the draft after signing out")
    page.sign_in()


def test_compile_from_the_page_to_an_answer(page):
    page.sign_in()
    page.open("/compile")
    browser = page.browser
    browser.find("#spec").type("short")
    check("5 of 10" in browser.find(".counter").text, f"the counter says {browser.find('.counter').text!r}")
    browser.find("#spec").fill(SPEC)
    paste = browser.find(".sources textarea")
    browser.run("arguments[0].value = arguments[1]", paste, "not json\n" + json.dumps(ROWS[0]))
    browser.by_text("button", "Add these rows").click()
    check("a header with input and output" in browser.find(".problems").text, f"a broken text is reported as {browser.find('.problems').text!r}")
    broken = json.dumps(ROWS[0]) + "\n{\"input\": 3}\n"
    browser.run("arguments[0].value = arguments[1]", paste, broken)
    browser.by_text("button", "Add these rows").click()
    check("Line 2" in browser.find(".problems").text, f"a broken line is reported as {browser.find('.problems').text!r}")
    table = "Text,Category\n" + "".join(f"{row['input']},{row['output']}\n" for row in ROWS)
    browser.run("arguments[0].value = arguments[1]", paste, table)  # and not added: sending the form does that
    browser.find("#name").fill(NAME)
    browser.find("#name").type(ENTER)
    equal(page.path, "/compile", "the address after Enter in a line of the form")
    browser.find("#slug").fill(SLUG)
    browser.by_text("summary", "More options").click()
    browser.find("#" + browser.by_text("label", "Steps").attribute("for")).fill("2")
    page.job_path = page.send_form()
    page.wait_for_ready()
    check(f"{len(ROWS)} examples" in browser.find("main").text, "the rows were not sent")
    browser.back()
    wait_until(lambda: page.path == "/compile", "the form")
    equal(browser.wait_for("#spec").property("value"), SPEC, "the specification after going back")
    browser.forward()
    wait_until(lambda: page.path == page.job_path, "the job")
    browser.by_text("a", "Open the program").click()
    wait_until(lambda: page.path.startswith("/p/"), "the program's page")
    page.settled()
    equal(page.heading, NAME, "the program's heading")


def test_try_it(page):
    page.open(f"/p/{SLUG}")
    browser = page.browser
    browser.find("#try-input").type("moo says the old one")
    browser.press(CONTROL, ENTER)
    answer = browser.wait_for(".output").text
    check(answer in SOUNDS, f"the answer is {answer!r}")
    bars = browser.find_all(".bars li")
    equal(len(bars), len(SOUNDS), "bars")
    check(all("%" in bar.text for bar in bars), "a bar has no percentage")
    check(" ms" in browser.find(".answer").text or " s" in browser.find(".answer").text, "the answer has no latency")


def test_fix_a_wrong_row_and_compile_again(page):
    page.open(page.job_path)
    browser = page.browser
    browser.find("#test-inputs").type("a quite new sound")
    browser.by_text("button", "Run them").click()
    choice = browser.wait_for(".texts tbody select")
    wanted = browser.find(".texts tbody option:nth-child(3)").text
    choice.type(DOWN + DOWN + TAB)  # "This should be …" stands before the labels
    browser.press(ENTER)
    browser.by_text(".fixed", wanted)
    answer = page.api("POST", "/infer", {"program_id": SLUG, "input": ROWS[0]["input"]})["output"]
    other = next(label for label in SOUNDS if label != answer)
    browser.run("arguments[0].value = arguments[1]", browser.find("#test-inputs"), f"{ROWS[0]['input']}\t{other}")
    browser.by_text("button", "Run them").click()
    browser.by_text(".texts tbody button", f"This should be {other}").click()
    browser.by_text(".fixed", other)
    browser.by_text(".tray", "2 corrections")
    browser.by_text("button", "Compile again").click()
    page.goes_to("/compile")
    equal(browser.find("#spec").property("value"), SPEC, "the specification")
    check(f"{len(ROWS) + 1} examples" in browser.find("main").text, "not one row more and one in the place of another")
    page.send_form()
    page.wait_for_ready()


def test_search(page):
    page.open("/")
    browser = page.browser
    browser.find("#search").type(NAME)
    page.wait_for_cards_of(NAME)
    wait_until(lambda: "q=" in browser.url, "the address to hold the search")
    browser.find(".card h2 a").click()
    wait_until(lambda: page.path.startswith("/p/"), "the program's page")
    browser.back()
    page.goes_to("/")
    equal(browser.find("#search").property("value"), NAME, "the search after going back")
    browser.find("#search").fill("no program has these words qqq")
    wait_until(lambda: "No program fits" in browser.find("main").text, "the line for nothing found")
    browser.find("#mine").click()
    wait_until(lambda: "mine=true" in browser.url, "the address to say mine")


def test_navigation(page):
    page.open("/")
    browser = page.browser
    titles = set()
    for name, path in (("Compile", "/compile"), ("Jobs", "/jobs"), ("Settings", "/settings"), ("Programs", "/")):
        browser.by_text("nav a", name).click()
        page.goes_to(path)
        wait_until(lambda: browser.run("return document.activeElement.tagName === 'H1'"), f"the focus on the heading of {path}")
        equal(browser.find("nav a[aria-current=page]").text.split()[0], name, "the page marked as current")
        titles.add(browser.title)
    equal(len(titles), 4, "different titles")
    browser.back()
    page.goes_to("/settings")
    browser.forward()
    page.goes_to("/")
    page.open("/p/no-such-program-here")
    check("not found" in browser.find("main").text.lower(), "a program that is not there")
    page.open("/no/such/page")
    check("not found" in browser.find("main").text.lower(), "a page that is not there")


def test_keyboard(page):
    page.open("/")
    browser = page.browser
    browser.press(TAB)
    check("Skip" in browser.focused.text, f"the first Tab reaches {browser.focused.text!r}")
    browser.press(ENTER)
    equal(browser.run("return document.activeElement.id"), "main", "after the skip link")
    page.tab_to("the search", "e.id === 'search'")
    outline = browser.focused.css("outline-style")
    check(outline != "none", "the focus is not visible")
    browser.focused.type(NAME)
    page.wait_for_cards_of(NAME)
    page.tab_to("the card", "e.closest('.card')")
    browser.press(ENTER)
    wait_until(lambda: page.path.startswith("/p/"), "Enter to open the card")
    page.settled()
    page.tab_to("the input", "e.id === 'try-input'")
    browser.focused.type("purr says the loud one")
    page.tab_to("Run", "e.textContent === 'Run'")
    browser.press(ENTER)
    browser.wait_for(".output")
    browser.press(SHIFT, TAB)
    equal(browser.run("return document.activeElement.id"), "try-input", "Shift and Tab")
    page.tab_to("Delete", "e.textContent === 'Delete the program'")
    browser.press(ENTER)
    browser.wait_for("dialog[open]")
    equal(browser.focused.text, "Cancel", "the button in focus of the dialog")
    browser.press(ENTER)
    wait_until(lambda: not browser.find_all("dialog"), "Cancel to close the dialog")
    check("Delete" in browser.focused.text, "the focus did not come back")
    page.open("/compile")
    page.tab_to("Compile", "e.type === 'submit'", 60)


def test_every_control_has_a_name(page):
    for path in [*PAGES, page.job_path]:
        page.open(path)
        nameless = page.browser.run("""
            const shown = (e) => e.checkVisibility();
            const named = (e) => e.getAttribute('aria-label') || e.labels?.length > 0 || e.textContent.trim() && e.tagName !== 'TEXTAREA';
            return [...document.querySelectorAll('button, a[href], input, select, textarea')].filter((e) => shown(e) && !named(e))
              .map((e) => e.outerHTML.slice(0, 100))""")
        equal(nameless, [], f"controls without a name on {path}")
        equal(len(page.browser.find_all("h1")), 1, f"headings of the first level on {path}")


def test_phone_width(page):
    page.browser.resize(360, 740)
    try:
        for path in [*PAGES, page.job_path]:
            page.open(path)
            wide = page.browser.run("return document.documentElement.scrollWidth")
            check(wide <= 360, f"{path} is {wide} pixels wide on a screen of 360")
    finally:
        page.browser.resize(1280, 900)


# Luminance and contrast as WCAG 2.2 defines them, of the text that is shown on the background that is behind it.
CONTRAST = """
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const over = (back, color) => {
    canvas.fillStyle = `rgb(${back})`; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const behind = (e) => {
    const list = [];
    for (; e; e = e.parentElement) list.unshift(getComputedStyle(e).backgroundColor);
    return list.reduce(over, [255, 255, 255]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ownText = (e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const exempt = (e) => e.closest(':disabled, .unseen, svg title');
  const ink = (e) => getComputedStyle(e)[e.namespaceURI.endsWith('svg') ? 'fill' : 'color'];
  const worst = { ratio: 100, text: '' };
  for (const e of document.querySelectorAll('body *')) {
    if (!ownText(e) || !e.checkVisibility() || exempt(e)) continue;
    const back = behind(e);
    const [a, b] = [light(back), light(over(back, ink(e)))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const text = `${e.tagName} ${e.getAttribute('class')} "${e.textContent.trim().slice(0, 40)}"`;
    if (ratio < worst.ratio) Object.assign(worst, { ratio, text });
  }
  return worst;
"""


def test_contrast_in_both_themes(page):
    for scheme in ("light", "dark"):
        page.browser.prefer(color_scheme=scheme)
        for path in [*PAGES, page.job_path]:
            page.open(path)
            worst = page.browser.run(CONTRAST)
            check(worst["ratio"] >= 4.5, f"{path}, {scheme}: {worst['ratio']:.2f} of {worst['text']}")
    page.browser.prefer()


def test_nothing_jumps(page):
    for path in [*PAGES, page.job_path]:
        page.open(path)
        shift = page.browser.run("""
            return new Promise((done) => {
              let sum = 0;
              new PerformanceObserver((list) => list.getEntries().forEach((e) => { if (!e.hadRecentInput) sum += e.value; }))
                .observe({ type: 'layout-shift', buffered: true });
              setTimeout(() => done(sum), 600);
            })""")
        check(shift <= 0.1, f"{path}: the layout shifts by {shift:.3f}")


def test_theme_choice(page):
    browser = page.browser
    page.open("/settings")
    background = lambda: browser.run("return getComputedStyle(document.body).backgroundColor")
    browser.by_text(".choice label", "Dark").click()
    dark = background()
    browser.by_text(".choice label", "Light").click()
    check(background() != dark, "light and dark look the same")
    page.open("/")
    check(background() != dark, "the choice is not kept")
    page.open("/settings")
    browser.by_text(".choice label", "As the system").click()


def test_signed_out(page):
    page.sign_out()
    browser = page.browser
    page.open(f"/p/{SLUG}")
    check("Sign in" in browser.find("main").text, "no way to sign in")
    check("Delete the program" not in browser.find("main").text, "a stranger is offered to delete")
    browser.find(".votes button").click()
    error = browser.wait_for(".votes [role=alert]")
    check("request " in error.attribute("title"), f"the error has no request id: {error.text!r}")
    page.open("/compile")
    check(browser.find("#slug").property("disabled"), "a stranger may choose a slug")
    page.sign_in()


def test_strangers_text_is_text(page):
    page.open(f"/p/{SLUG}")
    browser = page.browser
    evil = "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>"
    page.api("PATCH", f"/programs/{SLUG}", {"name": evil[:100]})
    try:
        page.open(f"/p/{SLUG}")
        equal(page.heading, evil[:100], "the heading")
        equal(browser.find_all("main img"), [], "images")
        check("caught" != browser.title, "a script of a stranger ran")
    finally:
        page.api("PATCH", f"/programs/{SLUG}", {"name": NAME})


def test_delete(page):
    """Also cleans up: the first version under its id, the second one from the page."""
    versions = page.api("GET", f"/programs/{SLUG}")["versions"]
    for version in versions:
        if not version["is_main"]:
            page.api("DELETE", f"/programs/{version['program_id']}")
    page.open(f"/p/{SLUG}")
    page.browser.by_text("button", "Delete the program").click()
    page.browser.by_text("dialog button", "Delete").click()
    page.goes_to("/")
    page.open(f"/p/{SLUG}")
    check("not found" in page.browser.find("main").text.lower(), "the program is still there")


TESTS = [test_sign_in_and_out, test_compile_from_the_page_to_an_answer, test_try_it, test_fix_a_wrong_row_and_compile_again, test_search,
         test_navigation, test_keyboard, test_every_control_has_a_name, test_phone_width, test_contrast_in_both_themes, test_nothing_jumps,
         test_theme_choice, test_signed_out, test_strangers_text_is_text, test_delete]


def console_is_quiet(browser):
    """Chromium logs each refused request as an error; the tests make such requests on purpose, so those lines do not count."""
    errors = [line for line in browser.console_errors() if "Failed to load resource" not in line]
    equal(errors, [], "errors in the console")


def stays_at_home(browser, base):
    origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(base))
    inside = ("about:", "data:", "chrome:", "devtools:", origin + "/")
    equal([url for url in browser.requested_urls() if not url.startswith(inside)], [], "requests to other places")


def run(name, test):
    began = time.monotonic()
    try:
        test()
    except (AssertionError, BrowserError, OSError) as error:
        print(f"FAIL {name}: {error}", flush=True)
        return False
    print(f"ok {name}, {time.monotonic() - began:.1f} s", flush=True)
    return True


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    base, key = arguments
    with Browser() as browser:
        page = Page(browser, base, key)
        chosen = [(test.__name__[5:], lambda test=test: test(page)) for test in TESTS]
        chosen.append(("console_is_quiet", lambda: console_is_quiet(browser)))
        chosen.append(("no_request_leaves_the_origin", lambda: stays_at_home(browser, base)))
        results = [run(name, test) for name, test in chosen]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
