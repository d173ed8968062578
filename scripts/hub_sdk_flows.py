#!/usr/bin/env python3
"""Part of `./dev parity`: what the official SDK and its CLI do with a hub, against a `paw serve`. Last line: `N passed, N failed`.

  hub_sdk_flows.py PAW BASE.gguf --python PYTHON

PYTHON has the unmodified SDK from PyPI. This file runs twice: once to start an empty server, and inside PYTHON with its address to be the client.
The SDK's cache is fresh, so that bundles, the runtime's manifest and the base come from the server.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

SPEC = "Is the message urgent? Return one of: urgent, normal."
INPUTS = ["The site is down for every customer", "Please renew my badge next month", "", "Ünïcode, \"quotes\"\nand a second line"]
OFFLINE = """
import socket
def blocked(*words, **more):
    raise OSError("no network")
socket.socket.connect = socket.getaddrinfo = blocked
import programasweights as paw
print(paw.function({slug!r})({text!r}))
"""


class Tally:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def flow(self, name):
        """Runs the function at once and notes how it went."""
        def run(function):
            try:
                function()
                self.passed += 1
                print(f"ok   {name}", flush=True)
            except Exception:  # a flow that fails must not end the others
                self.failed += 1
                print(f"FAIL {name}\n{traceback.format_exc(limit=-2)}", flush=True)
        return run


def refused(status, call):
    """The call must fail with that status."""
    try:
        value = call()
    except Exception as error:
        found = getattr(getattr(error, "response", None), "status_code", None)
        assert found == status, f"found {found} ({error}), expected {status}"
        return error
    raise AssertionError(f"answered {value!r}, expected {status}")


def cli(*words, key=None, expect=0):
    """The official CLI's reply, JSON."""
    done = subprocess.run([sys.executable, "-m", "programasweights.cli", *(["--api-key", key] if key else []), *words, "--json"], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (expect == 0), f"exit {done.returncode}: {done.stdout} {done.stderr}"
    return json.loads(done.stdout) if expect == 0 else done.stdout + done.stderr


def library_flows(tally, url, key, answers):
    import httpx
    import programasweights as paw
    from programasweights.client import PAWClient
    mine = PAWClient(url, key)
    known = {}

    @tally.flow("compile with a slug, a name and tags")
    def _():
        program = paw.compile(SPEC, slug="urgency", name="Urgency", tags=["support"])
        assert program.status == "ready" and program.slug == "ana/urgency" and program.version == 1, program
        known["id"] = program.id

    @tally.flow("the same spec again is the same program")
    def _():
        assert paw.compile(SPEC).id == known["id"]

    for reference in ("ana/urgency", "ana/urgency@v1", "id"):
        @tally.flow(f"function({reference!r}): downloaded, run locally, the answers of paw run")
        def _():
            function = paw.function(known["id"] if reference == "id" else reference)
            found = [function(text) for text in INPUTS]
            assert found == answers, f"found {found}, expected {answers}"

    @tally.flow("function(remote=True): the hub computes the same answers")
    def _():
        function = paw.function("ana/urgency", remote=True)
        found = [function(text) for text in INPUTS]
        assert found == answers, f"found {found}, expected {answers}"

    @tally.flow("a new process without network")
    def _():
        done = subprocess.run([sys.executable, "-c", OFFLINE.format(slug="ana/urgency", text=INPUTS[0])], capture_output=True, text=True, check=False)
        assert done.stdout.strip() == answers[0], done.stdout + done.stderr

    @tally.flow("compile_and_load")
    def _():
        assert paw.compile_and_load("Is the text a question? Return one of: yes, no.")("Is it?") in ("yes", "no")

    @tally.flow("precheck: cached for a spec that was compiled, not for another")
    def _():
        assert mine.precheck_compile(SPEC)["cached"] and not mine.precheck_compile("Is it about cats? Return one of: yes, no.")["cached"]

    @tally.flow("an asynchronous compile, followed to its end")
    def _():
        import time
        job = mine.compile_async("Is the text about the weather? Return one of: yes, no.", compiler=mine.list_compilers()[0]["name"])
        for _ in range(600):
            state = mine.get_compile_status(job["job_id"])
            if state["status"] not in ("queued", "compiling"):
                break
            time.sleep(0.1)
        assert state["status"] == "ready" and state["program_id"], state
        refused(409, lambda: mine.cancel_compile(job["job_id"]))

    @tally.flow("a new version of a slug; the old one by @v1; list_slug_versions")
    def _():
        second = paw.compile("Is the message urgent for us? Return one of: urgent, normal.", slug="urgency")
        assert second.version == 2 and mine.resolve_slug("ana/urgency") == second.id and mine.resolve_slug("ana/urgency@v1") == known["id"]
        versions = mine.list_slug_versions("ana/urgency")
        assert sorted(one["version"] for one in versions["versions"]) == [1, 2], versions

    @tally.flow("get_program_meta and the runtime's manifest")
    def _():
        meta = mine.get_program_meta(known["id"])
        assert meta["id"] == known["id"] and meta["spec"] == SPEC, meta
        assert mine.get_runtime_manifest(paw.compile(SPEC).runtime_id)["runtime_id"], meta

    @tally.flow("list_programs")
    def _():
        assert known["id"] in [one["id"] for one in paw.list_programs()["programs"]]

    @tally.flow("a private program is 404 to others, and the owner's own runs")
    def _():
        hidden = paw.compile("Count the vowels of a word. Return the number.", public=False)
        assert httpx.get(f"{url}/api/v1/programs/{hidden.id}").status_code == 404
        assert mine.get_program_meta(hidden.id)["id"] == hidden.id
        assert isinstance(paw.function(hidden.id)("paw"), str)

    @tally.flow("errors: a spec that is too short, an unknown program, a slug that is none, a key that is none")
    def _():
        refused(422, lambda: paw.compile("hi"))
        refused(404, lambda: mine.get_program_meta("ffffffffffffffffffff"))
        refused(422, lambda: paw.compile(SPEC, slug="BAD SLUG!"))
        refused(401, lambda: PAWClient(url, "paw_sk_none").compile(SPEC, slug="urgency"))
    return known


def cli_flows(tally, key, known, answers):
    @tally.flow("CLI: compile, info, run, run --remote")
    def _():
        made = cli("compile", "--spec", SPEC)
        assert made["program_id"] == known["id"] and made["status"] == "ready", made
        assert cli("info", known["id"])["id"] == known["id"]
        for more in ([], ["--remote"]):
            assert cli("run", "--program", known["id"], "--input", INPUTS[0], *more)["output"] == answers[0]

    @tally.flow("CLI: rename, and the new name runs")
    def _():
        assert cli("rename", known["id"], "how-urgent", key=key)["slug"] == "ana/how-urgent"
        assert cli("run", "--program", "ana/how-urgent", "--input", INPUTS[0])["output"] == answers[0]

    @tally.flow("CLI: compile --private, info of an unknown program")
    def _():
        assert cli("compile", "--spec", "Return the text in capitals.", "--private", key=key)["program_id"]
        cli("info", "ffffffffffffffffffff", expect=1)


def flows(url, key, answers):
    tally = Tally()
    known = library_flows(tally, url, key, answers)
    cli_flows(tally, key, known, answers)
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "--flows":
        flows(sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
    parser = argparse.ArgumentParser()
    parser.add_argument("paw")
    parser.add_argument("base")
    parser.add_argument("--python", required=True)
    arguments = parser.parse_args()
    from hub_server import HubServer
    with tempfile.TemporaryDirectory() as folder, HubServer(pathlib.Path(arguments.paw).resolve(), arguments.base, pathlib.Path(folder) / "server") as hub:
        key = hub.user("ana")
        hub.call("compile", SPEC, "--name", "urgency")
        answers = [hub.call("run", "urgency", "--compat", "--engine", "llamacpp", text) for text in INPUTS]
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8", "PAW_API_URL": hub.url, "PAW_API_KEY": key,
                       "PAW_CACHE_DIR": str(pathlib.Path(folder) / "sdk-cache"), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        done = subprocess.run([arguments.python, str(pathlib.Path(__file__).resolve()), "--flows", hub.url, key, json.dumps(answers)], env=environment, check=False,
                              stderr=subprocess.DEVNULL)  # progress of downloads
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
