#!/usr/bin/env python3
"""The examples of docs/rest_api.md, word for word, against a fresh `paw serve`: curl_test.py PAW BASE.gguf. Last line: `N passed, N failed`.

Each ```sh block runs in bash and must succeed. Where a ```json block follows, the reply must have its keys, with values of the same type, and the
same value where that is a text without "…", a truth or null. (Numbers and lists are shown as examples; a list's first element is compared.)
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from hub_server import HubServer  # noqa: E402

BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:^```json\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def difference(shown, found, path="reply"):
    """What of `shown` is not in `found`; None: all is."""
    if isinstance(shown, dict):
        if not isinstance(found, dict):
            return f"{path}: {found!r} is no object"
        return next((why for key, value in shown.items() for why in [f"{path}: no {key}" if key not in found else difference(value, found[key], f"{path}.{key}")] if why), None)
    if isinstance(shown, list):
        if not isinstance(found, list):
            return f"{path}: {found!r} is no list"
        return difference(shown[0], found[0], f"{path}[0]") if shown and found else None
    if isinstance(shown, bool) or shown is None or (isinstance(shown, str) and shown != "…"):
        return None if shown == found else f"{path}: {found!r}, not {shown!r}"
    number = (int, float)
    same = isinstance(found, number) if isinstance(shown, number) else isinstance(found, type(shown))
    return None if same else f"{path}: {found!r} is of another type than {shown!r}"


def problem_of(commands, shown, environment, folder):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], env=environment, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"exit {done.returncode}: {done.stdout[-200:]} {done.stderr[-200:]}"
    if not done.stdout.strip():
        return "said nothing"
    if not shown:
        return '"error"' in done.stdout and done.stdout[:300] or None
    return difference(json.loads(shown), json.loads(done.stdout))


def main():
    blocks = BLOCK.findall((ROOT / "docs" / "rest_api.md").read_text())
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder, HubServer(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], folder) as hub:
        environment = {**hub.environment, "HUB": hub.url, "PAW_API_KEY": hub.user("ana"), "no_proxy": "127.0.0.1"}
        for commands, shown in blocks:
            problem = problem_of(commands, shown, environment, folder)
            passed, failed = passed + (not problem), failed + bool(problem)
            print(f"{'FAIL' if problem else 'ok  '} {commands.splitlines()[0][:110]}{': ' + problem if problem else ''}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not blocks else 0)


if __name__ == "__main__":
    main()
