#!/usr/bin/env python3
"""`./dev stress kill`: kill -9 of a `paw serve` while it publishes, compiles, names and deletes. The last line is `N passed, N failed`.

  hub_kill.py PAW BASE.gguf [--n 300] [--seed 1]

A client does one thing after another and notes what was acknowledged. The server is killed at a random moment and started again (--verify: every
bundle is read); then each compile job that was acknowledged must end, ready or failed with a reason, each acknowledged program must be there with its
bytes, each that was deleted must be gone, each slug must lead to what was acknowledged last. What was under way when the kill came may have happened
or not, but nothing in between.
"""
import argparse
import hashlib
import io
import json
import pathlib
import random
import sys
import tempfile
import threading
import time
import zipfile

from hub_server import HubServer

HELD_MAX = 12  # programs at once: a bundle has some megabytes
KINDS = ["publish", "publish", "publish", "compile", "job", "slug", "slug", "delete"]


def under_id(archive, program_id):
    """The same program under another id."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "meta.json":
                data = json.dumps({**json.loads(data), "program_id": program_id}).encode()
            target.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


class Client:
    """Does things and knows what the server must know."""

    def __init__(self, hub, key, archive, draw):
        self.hub, self.key, self.archive, self.draw = hub, key, archive, draw
        self.there = {}     # id -> digest, acknowledged
        self.gone = set()   # ids whose deletion was acknowledged
        self.slugs = {}     # slug -> id
        self.jobs = set()   # ids of compile jobs that were acknowledged and are not known to have ended
        self.doubtful = {}  # what was under way at the kill: ("program", id) or ("slug", slug) -> what it may be
        self.counts = {"publish": 0, "compile": 0, "job": 0, "slug": 0, "delete": 0}
        self.ended = {"ready": 0, "failed": 0}  # acknowledged jobs, by how they ended after a kill
        self.stopped = False

    def ask(self, *words, **more):
        return self.hub.request(*words, key=self.key, timeout=30, **more)

    def publish(self):
        program = "".join(self.draw.choice("0123456789abcdef") for _ in range(20))
        slug = f"p-{self.draw.randrange(6)}"
        data = under_id(self.archive, program)
        self.doubtful = {("program", program): hashlib.sha256(data).hexdigest(), ("slug", slug): program}
        status, body = self.ask("POST", f"/api/v1/programs?slug={slug}", data)
        assert status == 201, (status, body)
        self.there[program], self.slugs[slug] = body["digest"], program

    def compile(self):
        spec = f"Is the text about number {self.draw.randrange(10**9)}? Return one of: yes, no."
        slug = f"c-{self.draw.randrange(3)}"
        self.doubtful = {("compile", spec): None, ("slug", slug): "any"}
        status, body = self.ask("POST", "/api/v1/compile", {"spec": spec, "slug": slug})
        assert status == 202, (status, body)
        self.there[body["program_id"]], self.slugs[slug] = body["digest"], body["program_id"]

    def job(self):
        self.doubtful = {}
        status, body = self.ask("POST", "/api/v1/compile/async", {"spec": f"Is the text about place {self.draw.randrange(10**9)}? Return one of: yes, no."})
        assert status == 202, (status, body)
        self.jobs.add(body["job_id"])

    def slug(self):
        program, slug = self.draw.choice(sorted(self.there)), f"s-{self.draw.randrange(4)}"
        self.doubtful = {("slug", slug): program}
        status, body = self.ask("POST", f"/api/v1/programs/{program}/alias", {"slug": slug})
        assert status == 200, (status, body)
        self.slugs[slug] = program

    def delete(self):
        program = self.draw.choice(sorted(self.there))
        named = [slug for slug, target in self.slugs.items() if target == program]
        self.doubtful = {("deletion", program): None, **{("slug", slug): "any" for slug in named}}
        status, body = self.ask("DELETE", f"/api/v1/programs/{program}")
        assert status == 200, (status, body)
        del self.there[program]
        self.gone.add(program)
        for slug in named:  # an older version may have become the main one
            self.slugs.pop(slug)

    def work(self):
        try:
            while not self.stopped:
                what = self.draw.choice(KINDS if len(self.there) < HELD_MAX else ["delete", "slug"])
                if what in ("slug", "delete") and not self.there:
                    continue
                getattr(self, what)()
                self.doubtful = {}
                self.counts[what] += 1
        except AssertionError as error:
            self.problem = str(error)
        except Exception:
            pass  # the kill

    problem = None

    def check(self):
        """What is not as it was acknowledged; then the doubtful things are taken as they are."""
        problems = self.ended_jobs()
        for program, digest in self.there.items():
            status, body = self.ask("GET", f"/api/v1/programs/{program}/download?exact=1")
            whole = status == 200 and hashlib.sha256(body).hexdigest() == digest
            if not whole and not (status == 404 and ("deletion", program) in self.doubtful):
                problems.append(f"program {program}: {status}")
        for program in self.gone:
            if self.ask("GET", f"/api/v1/programs/{program}")[0] != 404:
                problems.append(f"deleted program {program} is there")
        for slug, program in self.slugs.items():
            status, body = self.ask("GET", f"/api/v1/programs/resolve/ana%2F{slug}")
            may = self.doubtful.get(("slug", slug))
            if not (status == 200 and body["program_id"] in (program, may)) and may != "any":
                problems.append(f"slug {slug}: {status} {body}, not {program}")
        self.settle()
        return problems

    def ended_jobs(self, patience_s=120):
        """Waits for the jobs that the kill left; what is wrong with those that were acknowledged. Nothing is under way after it."""
        until = time.time() + patience_s
        problems = []
        while True:
            status, body = self.ask("GET", "/api/v1/compile")
            assert status == 200, (status, body)
            if not any(job["status"] in ("queued", "compiling") for job in body["jobs"]):
                break
            if time.time() > until:
                return [f"jobs that do not end: {body['jobs']}"]
            time.sleep(0.05)
        for job in self.jobs:
            status, body = self.ask("GET", f"/api/v1/compile/{job}")
            known = status == 200 and (body["status"] == "ready" and body["program_id"] or body["status"] == "failed" and body["error"])
            if known:
                self.ended[body["status"]] += 1
            else:
                problems.append(f"job {job}: {status} {body}")
        self.jobs = set()
        return problems

    def settle(self):
        """The state after the kill is the one to go on from."""
        listed = {}
        status, body = self.ask("GET", "/api/v1/programs?mine=true&per_page=100")
        assert status == 200, (status, body)
        for card in body["programs"]:
            listed[card["id"]] = card["digest"]
        self.there, self.doubtful = listed, {}
        for kind in ("p", "c", "s"):
            for number in range(6):
                slug = f"{kind}-{number}"
                status, body = self.ask("GET", f"/api/v1/programs/resolve/ana%2F{slug}")
                if status == 200:
                    self.slugs[slug] = body["program_id"]
                else:
                    self.slugs.pop(slug, None)
        self.gone -= set(listed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("paw")
    parser.add_argument("base")
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    passed = failed = 0
    begin = time.time()
    with tempfile.TemporaryDirectory() as folder:
        hub = HubServer(pathlib.Path(arguments.paw).resolve(), arguments.base, folder, ["--verify", "--compiles-per-hour", "0", "--no-log"]).start()
        key = hub.user("ana")
        status, body = hub.request("POST", "/api/v1/compile", {"spec": "Is the message urgent? Return one of: urgent, normal."}, key)
        assert status == 202, body
        _, archive = hub.request("GET", f"/api/v1/programs/{body['program_id']}/download?exact=1", key=key)
        client = Client(hub, key, archive, draw)
        for kill in range(1, arguments.n + 1):
            client.stopped = False
            worker = threading.Thread(target=client.work)
            worker.start()
            time.sleep(draw.uniform(0.02, 1.0) if draw.random() < 0.8 else draw.uniform(1, 5))  # a compile alone takes some seconds
            hub.kill()
            client.stopped = True
            worker.join()
            hub.start()
            problems = client.check() + ([client.problem] if client.problem else [])
            damaged = "missing or damaged" in hub.log.read_text()
            good = not problems and not damaged
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f"FAIL kill {kill}: {'; '.join(problems)[:500]}{' a bundle is damaged' if damaged else ''}", flush=True)
                client.problem = None
                hub.log.write_text("")
            if kill % 25 == 0:
                print(f"{kill} kills in {time.time() - begin:.0f} s, acknowledged: {client.counts}", file=sys.stderr, flush=True)
        hub.stop()
    print(f"acknowledged: {client.counts}; jobs ended after a kill: {client.ended}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
