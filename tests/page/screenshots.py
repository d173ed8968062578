#!/usr/bin/env python3
"""The pictures of docs/screenshots, from a real server with programs of examples/: screenshots.py PAW BASE.gguf [FOLDER]."""
import json
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from driver import Browser, wait_until  # noqa: E402
from hub_server import HubServer  # noqa: E402

SMALL = [("urgency", "Urgency", "Is the message urgent? Return ONLY one of: urgent, normal.", ["support"]),
         ("json-fixer", "JSON fixer", "Fix malformed JSON: repair missing quotes and trailing commas. Return the JSON object.", ["repair", "json"]),
         ("language", "Language of a line", "Say in which language the line is written. Return ONLY one of: English, German, French, Spanish, other.", ["routing"]),
         ("pii", "Personal data", "Does the text hold personal data? Return ONLY one of: yes, no.", ["safety", "support"])]
WIDE, PHONE = (1280, 900), (390, 844)


def seed(hub, key):
    for slug, name, spec, tags in SMALL:
        hub.request("POST", "/api/v1/compile", {"spec": spec, "slug": slug, "name": name, "tags": tags}, key)
    rows = [json.loads(line) for line in (ROOT / "examples/triage/train.jsonl").read_text().splitlines()]
    status, body = hub.request("POST", "/api/v1/compile", {"spec": (ROOT / "examples/triage/spec.txt").read_text(), "examples": rows, "slug": "triage", "minutes": 1,
                                                           "name": "Triage of alerts", "tags": ["routing", "ops"]}, key, timeout=600)
    assert status == 202, body
    hub.request("POST", "/api/v1/programs/triage/vote", {"vote": 1}, key)
    hub.request("POST", "/api/v1/programs/triage/cases", {"type": "success", "description": "Tells a full disk from a full memory."}, key)
    for word in ("the exporter ran out of inodes", "login loops after the password reset", "replica lag is two hours"):
        hub.request("POST", "/api/v1/infer", {"program_id": "ana/triage", "input": word})


def main():
    folder = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else ROOT / "docs/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, HubServer(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], work) as hub, Browser() as browser:
        key = hub.user("ana")
        seed(hub, key)

        def shoot(name, path, size=WIDE, dark=False, whole=False, before=None):
            browser.resize(*size)
            browser.prefer(color_scheme="dark" if dark else "light")
            browser.go(hub.url + path)
            wait_until(lambda: browser.run("return !!document.querySelector('main h1') && !document.querySelector('main[aria-busy]')"), "the view")
            if before:
                before()
            time.sleep(0.5)
            browser.screenshot(str(folder / f"{name}.png"), whole=whole)

        def try_it():
            browser.find("textarea").fill("no space left on device while writing the journal of db-03")
            browser.by_text("button", "Run").click()
            time.sleep(2)

        def each_form(name, path, before=None):
            shoot(name, path, whole=name == "program", before=before)
            shoot(f"{name}_dark", path, dark=True, before=before)
            shoot(f"{name}_phone", path, PHONE, before=before)

        each_form("hub", "/")
        each_form("program", "/p/ana/triage", before=try_it)
        browser.go(hub.url + "/settings")
        wait_until(lambda: browser.run("return !!document.querySelector('main input')"), "the form")
        browser.run("return fetch('/api/v1/auth/session', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({key: arguments[0]})})", key)
        jobs = hub.request("GET", "/api/v1/compile", key=key)[1]["jobs"]
        each_form("compile", "/compile")
        each_form("job", f"/jobs/{jobs[0]['job_id']}")
        each_form("jobs", "/jobs")
        each_form("settings", "/settings")


if __name__ == "__main__":
    main()
