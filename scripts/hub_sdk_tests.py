#!/usr/bin/env python3
"""`./dev parity --sdk-tests FOLDER`: the official SDK's own tests, unmodified, against a `paw serve`. Last line: `N passed, N failed`.

  hub_sdk_tests.py PAW BASE.gguf TESTS --python PYTHON [--markdown FILE]

TESTS is the folder tests/ of the official SDK's repository (programasweights/programasweights-python); nothing of it is copied. PYTHON has
the SDK and pytest. The server begins empty; the programs that the tests name are compiled first, one of them published under the id that
they know. The SDK's cache is fresh: bundles, manifest and base come from the server.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from hub_kill import under_id
from hub_server import HubServer

KNOWN_ID = "94f4ca7b5b7973f5b407"
OFFICIAL = {"email-triage": "Decide whether a message needs attention at once. Return one of: immediate, wait.",
            "json-fixer": "Fix malformed JSON: repair missing quotes and trailing commas. Return the JSON.",
            "log-triage": "Decide from log lines whether someone should be alerted. Return one of: ALERT, QUIET.",
            "fuzzy-search-ml": "Decide whether a text is about machine learning. Return one of: yes, no."}


def say(text):
    print(f"sdk tests: {text}", file=sys.stderr, flush=True)


def compiled(hub, key, spec, slug):
    status, body = hub.request("POST", "/api/v1/compile", {"spec": spec, "slug": slug}, key)
    if status != 202:
        sys.exit(f"sdk tests: compiling {slug}: {status} {body}")
    return body


def seed(hub):
    official, other = hub.user("programasweights"), hub.user("da03")
    for slug, spec in OFFICIAL.items():
        first = compiled(hub, official, spec, slug)
    compiled(hub, other, "Count the verbs in a sentence. Return just the number.", "verb-counter")
    _, archive = hub.request("GET", f"/api/v1/programs/{first['program_id']}/download?exact=1")
    status, body = hub.request("POST", "/api/v1/programs?name=known", under_id(archive, KNOWN_ID), official)
    if status != 201:
        sys.exit(f"sdk tests: publishing {KNOWN_ID}: {status} {body}")


def run_pytest(python, tests, environment, work):
    report = work / "report.xml"
    subprocess.run([python, "-m", "pytest", str(tests / "test_sdk.py"), "-q", "-p", "no:cacheprovider", f"--junitxml={report}"], env=environment, cwd=work,
                   stdout=sys.stderr, check=False)
    rows = []
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        problem = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        verdict = "passed" if problem is None else {"skipped": "skipped"}.get(problem.tag, "failed")
        rows.append((f"{case.get('classname', '').split('.')[-1]}.{case.get('name')}", verdict, "" if problem is None else (problem.get("message") or "").split("\n")[0][:120]))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("paw")
    parser.add_argument("base")
    parser.add_argument("tests", type=pathlib.Path)
    parser.add_argument("--python", required=True)
    parser.add_argument("--markdown")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        with HubServer(pathlib.Path(arguments.paw).resolve(), arguments.base, work / "server") as hub:
            seed(hub)
            key = hub.user("tester")
            say(f"the server at {hub.url} has what the tests name")
            environment = {"PATH": os.environ["PATH"], "HOME": str(work), "PAW_API_URL": hub.url, "PAW_API_KEY": key, "PAW_CACHE_DIR": str(work / "sdk-cache"),
                           "LANG": "C.UTF-8", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
            rows = run_pytest(arguments.python, arguments.tests.resolve(), environment, work)
            environment["PAW_CACHE_DIR"] = str(work / "sdk-cache-offline")
            done = subprocess.run([arguments.python, str(arguments.tests.resolve() / "test_offline_cache.py")], env=environment, cwd=work, capture_output=True, text=True, check=False)
            rows.append(("test_offline_cache.py", "passed" if done.returncode == 0 else "failed", "" if done.returncode == 0 else done.stdout.strip()[-120:]))
    table = "| test | verdict | why |\n|---|---|---|\n" + "".join(f"| `{name}` | {verdict} | {why} |\n" for name, verdict, why in rows)
    if arguments.markdown:
        pathlib.Path(arguments.markdown).write_text(table)
    else:
        print(table)
    failed = sum(verdict == "failed" for _, verdict, _ in rows)
    skipped = sum(verdict == "skipped" for _, verdict, _ in rows)
    say(f"{skipped} skipped by the tests themselves")
    print(f"{len(rows) - failed - skipped} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
