"""A browser for tests: chromium, headless, driven by chromedriver over the WebDriver protocol. Standard library only; no network but
the loopback. PAW_CHROMIUM and PAW_CHROMEDRIVER name the programs where they are not in /usr/bin.

    with Browser() as browser:
        browser.go("http://127.0.0.1:8000/")
        browser.find("#search").type("triage" + ENTER)
"""
import base64
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

CHROMIUM = os.environ.get("PAW_CHROMIUM", "/usr/bin/chromium")
CHROMEDRIVER = os.environ.get("PAW_CHROMEDRIVER", "/usr/bin/chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name for a reference to an element
TAB, ENTER, ESCAPE, CONTROL, SHIFT, DOWN, RELEASE = "\ue004", "\ue007", "\ue00c", "\ue009", "\ue008", "\ue015", "\ue000"
SECONDS_MAX = 20
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--hide-scrollbars"]


class BrowserError(Exception):
    """What chromedriver refused: `code` is the protocol's, "no such element" for instance."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message.splitlines()[0] if message else ''}")
        self.code = code


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_until(condition, what, seconds=SECONDS_MAX):
    """The first true value of `condition()`; a stale or missing element counts as not yet."""
    end = time.monotonic() + seconds
    while True:
        try:
            value = condition()
            if value:
                return value
        except BrowserError as error:
            if error.code not in ("no such element", "stale element reference"):
                raise
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


class Element:
    def __init__(self, browser, reference):
        self.browser, self.reference = browser, reference

    def _call(self, method, path, body=None):
        return self.browser.call(method, f"/element/{self.reference}{path}", body)

    def click(self):
        self.browser.run("arguments[0].scrollIntoView({block: 'center'})", self)
        self._call("POST", "/click", {})

    def type(self, keys):
        self._call("POST", "/value", {"text": keys})

    def fill(self, text):
        self._call("POST", "/clear", {})
        self.type(text)

    @property
    def text(self):
        return self._call("GET", "/text")

    @property
    def shown(self):
        return self._call("GET", "/displayed")

    def attribute(self, name):
        return self._call("GET", f"/attribute/{name}")

    def property(self, name):
        return self._call("GET", f"/property/{name}")

    def css(self, name):
        return self._call("GET", f"/css/{name}")


class Browser:
    """One browser with a fresh profile. Thread rule: one thread."""

    def __init__(self, width=1280, height=900):
        self.profile = tempfile.mkdtemp(prefix="paw-page-")
        self.port = free_port()
        self.session = None
        command = [CHROMEDRIVER, f"--port={self.port}", "--log-level=OFF"]
        self.driver = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._wait_for_driver()
            flags = FLAGS + [f"--user-data-dir={self.profile}", f"--window-size={width},{height}"]
            options = {"binary": CHROMIUM, "args": flags}
            wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
            self.session = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
            self.resize(width, height)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.session is not None:
            try:
                self.call("DELETE", "")
            except (OSError, BrowserError, http.client.HTTPException):
                pass
        self.driver.terminate()
        try:
            self.driver.wait(10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
            self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _wait_for_driver(self):
        def up():
            if self.driver.poll() is not None:
                raise AssertionError(f"{CHROMEDRIVER} ended with {self.driver.returncode}")
            try:
                return self._send("GET", "/status")["ready"]
            except OSError:
                return False
        wait_until(up, "chromedriver to start")

    def _send(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value and "stacktrace" in value:
            raise BrowserError(value["error"], value["message"])
        return value

    def call(self, method, path, body=None):
        return self._send(method, f"/session/{self.session}{path}", body)

    def cdp(self, command, **parameters):
        """A command of the Chrome DevTools protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    # Pages

    def go(self, url):
        self.call("POST", "/url", {"url": url})

    def back(self):
        self.call("POST", "/back", {})

    def forward(self):
        self.call("POST", "/forward", {})

    @property
    def url(self):
        return self.call("GET", "/url")

    @property
    def title(self):
        return self.call("GET", "/title")

    # Elements

    def find(self, selector):
        return Element(self, self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT])

    def find_all(self, selector):
        return [Element(self, found[ELEMENT]) for found in self.call("POST", "/elements", {"using": "css selector", "value": selector})]

    def wait_for(self, selector, seconds=SECONDS_MAX):
        return wait_until(lambda: self.find(selector), f"an element {selector}", seconds)

    def by_text(self, selector, text):
        """The first element of the selector that is shown and whose text holds `text`."""
        def look():
            return next((found for found in self.find_all(selector) if text in found.text and found.shown), None)
        return wait_until(look, f"an element {selector} with {text!r}")

    @property
    def focused(self):
        return Element(self, self.call("GET", "/element/active")[ELEMENT])

    # Keys go to what has the focus

    def press(self, *keys):
        """The keys one after the other; CONTROL and SHIFT are held until the end."""
        held = [key for key in keys if key in (CONTROL, SHIFT)]
        actions = []
        for key in keys:
            actions.append({"type": "keyDown", "value": key})
            if key not in held:
                actions.append({"type": "keyUp", "value": key})
        actions += [{"type": "keyUp", "value": key} for key in reversed(held)]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def run(self, script, *arguments):
        """The value of a function body in the page; elements may be arguments."""
        sent = [{ELEMENT: one.reference} if isinstance(one, Element) else one for one in arguments]
        return self.call("POST", "/execute/sync", {"script": script, "args": sent})

    # How it looks

    def resize(self, width, height):
        """The size of the page itself, also below the window's least width."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, **features):
        """prefer(color_scheme="dark", reduced_motion="reduce"); without arguments as the system has it."""
        listed = [{"name": f"prefers-{name.replace('_', '-')}", "value": value} for name, value in features.items()]
        self.cdp("Emulation.setEmulatedMedia", features=listed)

    def screenshot(self, path, whole=False):
        """What is shown, or with `whole` the page from top to bottom, as a PNG."""
        taken = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        pathlib.Path(path).write_bytes(base64.b64decode(taken["data"]))

    # What happened since the last question

    def console_errors(self):
        entries = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def requested_urls(self):
        entries = self.call("POST", "/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
