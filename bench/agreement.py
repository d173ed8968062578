#!/usr/bin/env python3
"""`./dev bench agreement FOLDER...`: how often the engines give the greedy output that the fp32 reference gives, on real inputs.

  agreement.py PAW BASE.gguf FOLDER... [--inputs 1000] [--jobs CORES] [--work DIR] [--json]

Each task folder's spec becomes a program by the compiler alone; its inputs are the first of test.jsonl, shared out evenly. Every engine decodes
freely (`paw run --compat`), so that no label set hides a difference. The reference is plain loops on one thread: some seconds an input.
Answers are kept in DIR, so that an interrupted run goes on. Nothing here is timed: as many tasks as there are cores run at once.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ENGINES = ("reference", "native", "llamacpp")
MAX_TOKENS = 24


def wilson(hits, n, z=1.96):
    """The 95 % interval of a share."""
    centre, spread = (hits + z * z / 2) / (n + z * z), z / (n + z * z) * (hits * (n - hits) / n + z * z / 4) ** 0.5
    return max(0.0, centre - spread), min(1.0, centre + spread)


def call(paw, environment, *words):
    done = subprocess.run([paw, *map(str, words)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"bench agreement: paw {words[0]} failed: {done.stderr.strip().splitlines()[-1:]}")


def outputs_of(task, options, work, environment, share):
    """engine -> outputs, in the order of the inputs."""
    program, rows = work / f"{task.name}.paw", work / f"{task.name}.jsonl"
    if not program.exists():
        call(options.paw, environment, "compile", "--spec-file", task / "spec.txt", "-o", program)
    with open(task / "test.jsonl", encoding="utf-8") as file:
        inputs = [json.loads(line)["input"] for line, _ in zip(file, range(share), strict=False)]
    rows.write_text("".join(json.dumps({"input": text}) + "\n" for text in inputs))
    found = {}
    for engine in ENGINES:
        answers = work / f"{task.name}.{engine}.jsonl"
        if not answers.exists() or pathlib.Path(f"{answers}.paw-run").exists():  # not begun, or interrupted
            call(options.paw, environment, "run", program, "--compat", "--engine", engine, "--max-tokens", MAX_TOKENS, "--threads", 1,
                 "--jsonl", rows, answers)
        found[engine] = [json.loads(line).get("output") for line in answers.read_text().splitlines()]
    return found


def count(options, work, environment):
    """The number of inputs, and engine -> how many of its outputs are the reference's."""
    total, same = 0, {"native": 0, "llamacpp": 0}
    share = -(-options.inputs // len(options.folders))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tasks = {pool.submit(outputs_of, task, options, work, environment, share): task.name for task in options.folders}
        for done in concurrent.futures.as_completed(tasks):
            if done.exception() is not None:
                pool.shutdown(wait=False, cancel_futures=True)  # the tasks that have not begun
            found = done.result()
            total += len(found["reference"])
            hits = {name: sum(a == b for a, b in zip(found[name], found["reference"], strict=True)) for name in same}
            same = {name: same[name] + hits[name] for name in same}
            print(f"{tasks[done]}: {len(found['reference'])} inputs, as the reference: native {hits['native']}, llama.cpp {hits['llamacpp']}",
                  file=sys.stderr, flush=True)
    return total, same


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("paw")
    arguments.add_argument("base")
    arguments.add_argument("folders", nargs="+", type=pathlib.Path)
    arguments.add_argument("--inputs", type=int, default=1000)
    arguments.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    arguments.add_argument("--work", type=pathlib.Path)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "PAW_CACHE_DIR": str(work / "cache"), "PAW_OFFLINE": "1", "PAW_QUIET": "1"}
        call(options.paw, environment, "base", "add", options.base)
        total, same = count(options, work, environment)
    for name, hits in same.items():
        low, high = wilson(hits, total)
        line = {"name": f"greedy_as_reference_{name}", "share": round(hits / total, 4), "low": round(low, 4), "high": round(high, 4),
                "inputs": total}
        print(json.dumps(line) if options.json else f"{name}: {hits} of {total} greedy outputs are the reference's "
              f"({line['share']:.1%}, {low:.1%} to {high:.1%})")


if __name__ == "__main__":
    main()
