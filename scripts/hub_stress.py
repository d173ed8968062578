#!/usr/bin/env python3
"""`./dev stress`: many clients at a `paw serve`. Each mode prints one JSON line of figures; the last line is `N passed, N failed`.

  hub_stress.py PAW BASE.gguf mixed [--seconds 600] [--clients 64] [--llama-server FILE]
      calls of 20 programs by many clients, while one publishes and deletes and one compiles: every answer is held against that of one client alone,
      no 5xx but 503, memory's slope in the second half, p50, p99 and calls a second; with --llama-server the same calls there, same base and adapters
  hub_stress.py PAW BASE.gguf slow [--connections 1000] [--seconds 60] [--untimed]
      eight healthy clients, alone and then beside connections that send a byte now and then: p99 of both
"""
import argparse
import http.client
import json
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from hub_kill import under_id
from hub_server import HubServer

THINGS = ["the printer", "the exporter", "payment", "the login page", "my invoice", "the backup job", "a customer", "the API", "the parcel", "our report"]
STATES = ["is down for everybody", "works again", "needs a new badge", "was charged twice", "is slow since noon", "asks for a refund", "fails with error 502",
          "should be renewed next month", "smells of smoke", "has a typo in the title"]
QUESTIONS = ["urgent", "about money", "about software", "a complaint", "polite", "about a person", "good news", "a request", "about hardware", "a report"]


def specs():
    """Twenty programs: ten questions, each with two sets of answers."""
    return [f"Is the message {question}? Return one of: {labels}." for question in QUESTIONS for labels in ("yes, no", "likely, unlikely, unclear")]


def inputs(count, draw):
    return [f"{draw.choice(THINGS)} {draw.choice(STATES)}, and {draw.choice(THINGS)} {draw.choice(STATES)} ({number})" for number in range(count)]


class Connection:
    """One kept connection that asks and reads JSON."""

    def __init__(self, port, key=None):
        self.port, self.key, self.link = port, key, None

    def ask(self, method, path, body=None):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        for attempt in (1, 2):
            try:
                if self.link is None:
                    self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
                self.link.request(method, path, data, {"Content-Type": "application/json", **({"X-API-Key": self.key} if self.key else {})})
                reply = self.link.getresponse()
                text = reply.read()
                return reply.status, json.loads(text) if text[:1] in (b"{", b"[") else text
            except (http.client.HTTPException, OSError):
                self.link = None
                if attempt == 2:
                    raise


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def memory_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0


def slope(points):
    """MiB a minute, least squares over (seconds, MiB)."""
    if len(points) < 3:
        return 0.0
    mean_x, mean_y = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return 60 * sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def load(seconds, clients, call, watch=None):
    """`call(client, draw)` over and over by as many threads; (latencies, seconds)."""
    latencies, lock, until = [], threading.Lock(), time.time() + seconds

    def work(number):
        draw, mine = random.Random(number), []
        while time.time() < until:
            begin = time.perf_counter()
            call(number, draw)
            mine.append(time.perf_counter() - begin)
        with lock:
            latencies.extend(mine)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    begin = time.time()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(1)
        if watch:
            watch(time.time() - begin)
    return latencies, time.time() - begin


def figures(latencies, seconds):
    return {"calls": len(latencies), "per_second": round(len(latencies) / seconds, 1), "p50_ms": round(1000 * percentile(latencies, 0.5), 1),
            "p99_ms": round(1000 * percentile(latencies, 0.99), 1)}


class Disturbers:
    """One client that publishes and deletes, one that compiles, until stopped."""

    def __init__(self, port, key, archive):
        self.stopped, self.counts, self.problems = False, {"published": 0, "deleted": 0, "compiled": 0}, []
        self.threads = [threading.Thread(target=self.publish, args=(Connection(port, key), archive)), threading.Thread(target=self.compile, args=(Connection(port, key),))]
        for thread in self.threads:
            thread.start()

    def expect(self, wanted, status, body):
        if status not in (wanted, 503):
            self.problems.append(f"{status}: {str(body)[:200]}")
        return status == wanted

    def publish(self, link, archive):
        draw = random.Random(7)
        while not self.stopped:
            program = "".join(draw.choice("0123456789abcdef") for _ in range(20))
            if self.expect(201, *link.ask("POST", "/api/v1/programs?slug=churn", under_id(archive, program))):
                self.counts["published"] += 1
                self.counts["deleted"] += self.expect(200, *link.ask("DELETE", f"/api/v1/programs/{program}"))
            time.sleep(0.5)

    def compile(self, link):
        number = 0
        while not self.stopped:
            number += 1
            self.counts["compiled"] += self.expect(202, *link.ask("POST", "/api/v1/compile", {"spec": f"Is the text about item {number}? Return one of: yes, no."}))
            time.sleep(5)

    def stop(self):
        self.stopped = True
        for thread in self.threads:
            thread.join()


def seeded(hub, key):
    """The ids of twenty compiled programs."""
    programs = []
    for number, spec in enumerate(specs()):
        status, body = hub.request("POST", "/api/v1/compile", {"spec": spec, "slug": f"mix-{number}"}, key)
        if status != 202:
            sys.exit(f"stress: compiling: {status} {body}")
        programs.append(body["program_id"])
    return programs


def mixed(arguments, hub, key):
    programs, texts = seeded(hub, key), inputs(40, random.Random(1))
    alone, oracle = Connection(hub.port), {}
    for program in programs:
        for text in texts:
            status, body = alone.ask("POST", "/api/v1/infer", {"program_id": program, "input": text})
            assert status == 200, body
            oracle[program, text] = (body["output"], body["probability"])
    links = [Connection(hub.port) for _ in range(arguments.clients)]
    wrong, refused, memory = [], [], []

    def call(client, draw):
        program, text = draw.choice(programs), draw.choice(texts)
        status, body = links[client].ask("POST", "/api/v1/infer", {"program_id": program, "input": text})
        if status == 503:
            refused.append(1)
        elif status != 200 or (body["output"], body["probability"]) != oracle[program, text]:
            wrong.append(f"{status} {body}")

    baseline = llama_server(arguments, hub, programs, texts) if arguments.llama_server else None
    quiet = figures(*load(min(60, arguments.seconds), arguments.clients, call)) if arguments.llama_server else None
    _, archive = hub.request("GET", f"/api/v1/programs/{programs[0]}/download?exact=1", key=key)
    disturbers = Disturbers(hub.port, key, archive)
    latencies, seconds = load(arguments.seconds, arguments.clients, call, lambda now: memory.append((now, memory_mib(hub.process.pid))))
    disturbers.stop()
    half = [point for point in memory if point[0] > seconds / 2]
    result = {"mode": "mixed", "clients": arguments.clients, "programs": len(programs), "seconds": round(seconds), **figures(latencies, seconds), "wrong": len(wrong),
              "refused_503": len(refused), "beside": disturbers.counts, "memory_mib": round(half[-1][1], 1) if half else None, "memory_slope_mib_per_minute": round(slope(half), 2),
              "without_publishing": quiet, "llama_server": baseline, "ratio_per_second": round(quiet["per_second"] / baseline["per_second"], 2) if baseline else None}
    print(json.dumps(result))
    for problem in (wrong + disturbers.problems)[:5]:
        print(f"  {problem[:300]}", file=sys.stderr)
    return [not wrong, not disturbers.problems] + ([result["ratio_per_second"] >= 4] if baseline else [])


def llama_server(arguments, hub, programs, texts):
    """The same calls at llama.cpp's server: one process, all adapters loaded, one named by each request, decoded freely to at most 4 tokens."""
    folder = pathlib.Path(hub.folder) / "llama"
    folder.mkdir()
    templates, command = {}, [arguments.llama_server, "-m", arguments.base, "--port", "18765", "-t", "2", "-np", "16", "-c", str(16 * 512), "--lora-init-without-apply"]
    for number, program in enumerate(programs):
        _, adapter = hub.request("GET", f"/api/v1/programs/{program}/asset/adapter.gguf")
        (folder / f"{number}.gguf").write_bytes(adapter)
        command += ["--lora", str(folder / f"{number}.gguf")]
        _, template = hub.request("GET", f"/api/v1/programs/{program}/asset/prompt_template.txt")
        templates[number] = template.decode()
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(120):
            try:
                if urllib.request.urlopen("http://127.0.0.1:18765/health", timeout=2).status == 200:
                    break
            except OSError:
                time.sleep(1)
        links = [Connection(18765) for _ in range(arguments.clients)]

        def call(client, draw):
            number, text = draw.randrange(len(programs)), draw.choice(texts)
            status, body = links[client].ask("POST", "/completion", {"prompt": templates[number].replace("{INPUT_PLACEHOLDER}", text), "n_predict": 4, "temperature": 0,
                                                                   "cache_prompt": True, "lora": [{"id": number, "scale": 1.0}]})
            assert status == 200, body

        load(5, arguments.clients, call)  # warm
        return figures(*load(min(60, arguments.seconds), arguments.clients, call))
    finally:
        server.kill()
        server.wait()


def slow(arguments, hub, key):
    programs, texts = seeded(hub, key), inputs(40, random.Random(1))
    links, problems = [Connection(hub.port) for _ in range(8)], []

    def call(client, draw):
        status, body = links[client].ask("POST", "/api/v1/infer", {"program_id": draw.choice(programs), "input": draw.choice(texts)})
        if status != 200:
            problems.append(body)

    load(5, 8, call)
    before = figures(*load(arguments.seconds, 8, call))
    stopped, opened, dropped = threading.Event(), [], [0]

    def crawl():
        sockets = []
        while not stopped.is_set():
            while len(sockets) < arguments.connections:
                try:
                    link = socket.create_connection(("127.0.0.1", hub.port), timeout=5)
                    link.send(b"POST /api/v1/infer HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
                    sockets.append(link)
                except OSError:
                    break
            opened.append(len(sockets))
            alive = []
            for link in sockets:
                try:
                    link.send(b"a")
                    alive.append(link)
                except OSError:
                    dropped[0] += 1
            sockets = alive
            stopped.wait(2)

    crawler = threading.Thread(target=crawl)
    crawler.start()
    time.sleep(3)
    beside = figures(*load(arguments.seconds, 8, call))
    stopped.set()
    crawler.join()
    ratio = beside["p99_ms"] / before["p99_ms"]
    print(json.dumps({"mode": "slow", "connections": max(opened), "dropped_by_the_server": dropped[0], "alone": before, "beside": beside, "ratio_p99": round(ratio, 2)}))
    return [not problems, max(opened) >= arguments.connections, arguments.untimed or ratio <= 2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("paw")
    parser.add_argument("base")
    parser.add_argument("mode", choices=["mixed", "slow"])
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--llama-server")
    parser.add_argument("--untimed", action="store_true", help="slow: no bound on the ratio of the times")
    arguments = parser.parse_args()
    arguments.seconds = arguments.seconds or (600 if arguments.mode == "mixed" else 60)
    with tempfile.TemporaryDirectory() as folder:
        with HubServer(pathlib.Path(arguments.paw).resolve(), arguments.base, folder, ["--compiles-per-hour", "0", "--visitor-compiles-per-hour", "0", "--no-log"]) as hub:
            checks = {"mixed": mixed, "slow": slow}[arguments.mode](arguments, hub, hub.user("ana"))
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    sys.exit(0 if all(checks) else 1)


if __name__ == "__main__":
    main()
