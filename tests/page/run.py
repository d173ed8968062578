#!/usr/bin/env python3
"""The tests of `paw serve` as a whole, on the base in PAW_TEST_BASE: run.py page|rest_api|serve_kill|serve_slow PAW. Exit 77: no base here.

  page        the web page in headless Chromium
  rest_api    the examples of docs/rest_api.md, word for word
  serve_kill  a few kill -9 (./dev stress kill has the figure)
  serve_slow  slow connections, a few seconds (./dev stress slow has the figure); only that healthy clients are answered is asked for here
"""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = HERE.parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))
from hub_server import HubServer  # noqa: E402


def python(*words):
    return subprocess.run([sys.executable, "-B", *map(str, words)], check=False).returncode


def main():
    name, paw = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    base = os.environ.get("PAW_TEST_BASE")
    if not base:
        print("no base model here (PAW_TEST_BASE): skipped")
        return 77
    if name == "rest_api":
        return python(HERE / "curl_test.py", paw, base)
    if name == "serve_kill":
        return python(SCRIPTS / "hub_kill.py", paw, base, "--n", 12)
    if name == "serve_slow":
        return python(SCRIPTS / "hub_stress.py", paw, base, "slow", "--seconds", 3, "--connections", 200, "--untimed")
    with tempfile.TemporaryDirectory() as folder, HubServer(paw, base, folder, ["--compiles-per-hour", "0"]) as hub:
        return python(HERE / "page_test.py", hub.url, hub.user("ana"))


if __name__ == "__main__":
    sys.exit(main())
