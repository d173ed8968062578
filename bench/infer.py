#!/usr/bin/env python3
"""`./dev bench infer`: calls of programs, ours beside the official way (llama-cpp-python, the official SDK), in turns in one run, as ratios.

  infer.py BUILD BASE.gguf --label PROGRAM.paw CASES.jsonl --json-program PROGRAM.paw CASES.jsonl --python PYTHON_WITH_THE_SDK
           [--repeats 5] [--rows 1000] [--only NAME,...] [--json]

  label_call        one warm label call on a 60-token input (rows are joined until they are that long); medians over all repeats
  label_bulk        --rows inputs as they come
  resident1000      a call of one program against calls of 1,000 open ones drawn at random; switch_ms is the difference
  memory_100        peak memory with 100 programs open and called, over base and adapters
  json_constrained  tokens a second with the JSON rules against free decoding, same program, same inputs
  neighbours        beside two spinning processes: rows a processor second, against one thread alone on a quiet machine
  start_ms          from the start of a process to its first answer, 10-token input, files in the page cache; the SDK's beside it

Each line is {"name", "ratio", ...}: above 1 is better for ours, except memory_100 (memory over what must be there) and start_ms (a time).
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from in_turns import last_json

HERE = pathlib.Path(__file__).resolve().parent
CALL_CHARACTERS = 270  # about 60 tokens of English
SHORT_INPUT = "my card was charged twice for one order"  # 10 tokens with its line ends
BASE_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def long_inputs(rows, count):
    """Texts of about 60 tokens, made of whole rows."""
    texts, current = [], ""
    for row in rows:
        current = (current + " " + row).strip()
        if len(current) >= CALL_CHARACTERS:
            texts.append(current[:CALL_CHARACTERS])
            current = ""
        if len(texts) == count:
            break
    return texts


def inputs_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line)["input"] for line in file if line.strip()]


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, pathlib.Path(folder)
        self.bench = pathlib.Path(options.build) / "bench"
        self.panels = str(self.folder / "base.panels")
        self.rows = inputs_of(options.label[1])

    def write(self, name, texts):
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(texts))
        return str(path)

    def ours(self, program, inputs, *words):
        return last_json("infer", [str(self.bench / "paw_bench_infer"), self.options.base, program, inputs, "--panels", self.panels, *words])

    def theirs(self, program, inputs, *words):
        return last_json("infer", [self.options.python, str(HERE / "official_infer.py"), self.options.base, program, inputs, *words])

    def label_call(self):
        inputs = self.write("call", long_inputs(self.rows * 10, self.options.calls))
        mine, other = [], []
        for _ in range(self.options.repeats):
            words = [self.options.label[0], inputs, "--calls", str(self.options.calls)]
            mine += self.ours(*words)["call_ms"]
            other += self.theirs(*words)["call_ms"]
        a, b = statistics.median(mine), statistics.median(other)
        return {"ratio": b / a, "ours_ms": a, "official_ms": b}

    def label_bulk(self):
        count = self.options.rows
        inputs = self.write("bulk", (self.rows * (count // len(self.rows) + 1))[:count])
        mine = self.ours(self.options.label[0], inputs, "--calls", "0")
        other = self.theirs(self.options.label[0], inputs, "--calls", "0")
        same = sum(x == y for x, y in zip(mine["outputs"], other["outputs"], strict=True)) / count
        return {"ratio": other["bulk_seconds"] / mine["bulk_seconds"], "ours_s": mine["bulk_seconds"], "official_s": other["bulk_seconds"],
                "rows": count, "same_output": same}

    def residents(self, programs, calls):
        with tempfile.TemporaryDirectory(dir=self.folder) as cache:
            return last_json("infer", [str(self.bench / "paw_bench_residents"), self.options.base, "--cache", cache, "--programs",
                                       str(programs), "--calls", str(calls), "--panels", self.panels])

    def resident1000(self):
        return self.residents(1000, 300)

    def memory_100(self):
        found = self.residents(100, 100)
        return {"ratio": found["memory_ratio"], "peak_mib": found["peak_mib"], "base_mib": found["base_mib"], "adapters_mib": found["adapters_mib"]}

    def json_constrained(self):
        program, cases = self.options.json_program
        inputs = self.write("json", inputs_of(cases)[: self.options.calls])
        speeds = {"0": [], "1": []}
        for _ in range(self.options.repeats):
            for free, found in speeds.items():
                line = self.ours(program, inputs, "--calls", str(self.options.calls), "--free", free)
                found.append(sum(line["call_tokens"]) / sum(line["call_ms"]) * 1000)
        constrained, free = (statistics.median(found) for found in speeds.values())
        return {"ratio": constrained / free, "constrained_tokens_per_second": constrained, "free_tokens_per_second": free}

    def neighbours(self):
        inputs = self.write("neighbours", self.rows[:200])

        def rows_per_second(threads):
            line = self.ours(self.options.label[0], inputs, "--calls", "0", "--threads", str(threads))
            return 200 / line["bulk_processor_seconds"], 200 / line["bulk_seconds"]

        found = {"alone": [], "busy_one": [], "busy": []}
        for _ in range(self.options.repeats):
            found["alone"].append(rows_per_second(1))
            spinning = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(2)]
            found["busy_one"].append(rows_per_second(1))
            found["busy"].append(rows_per_second(0))
            for process in spinning:
                process.kill()
                process.wait()
        alone, busy_one, busy = ([statistics.median(side) for side in zip(*found[name], strict=True)] for name in ("alone", "busy_one", "busy"))
        return {"ratio": busy[0] / alone[0], "rows_per_processor_second": busy[0], "one_thread_alone": alone[0],
                "one_thread_beside": busy_one[0], "rows_per_second_over_one_thread_beside": busy[1] / busy_one[1]}

    def start_ms(self):
        cache = self.folder / "cache"
        ours = {**os.environ, "PAW_CACHE_DIR": str(cache), "PAW_OFFLINE": "1", "PAW_QUIET": "1"}
        paw = str(pathlib.Path(self.options.build) / "paw")
        subprocess.run([paw, "base", "add", self.options.base], env=ours, check=True, capture_output=True)
        theirs = {**ours, "PAW_CACHE_DIR": str(self.folder / "sdk"), "HOME": str(self.folder)}
        models = self.folder / "sdk" / "base_models"
        models.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.options.base, models / BASE_FILE)
        program = self.options.label[0]
        sdk = ("import programasweights, sys\n"
               "with programasweights.function(sys.argv[1], offline=True, n_gpu_layers=0) as f: print(f(sys.argv[2]))")
        commands = {"ours": ([paw, "run", program, SHORT_INPUT], ours),
                    "official": ([self.options.python, "-c", sdk, os.path.abspath(program), SHORT_INPUT], theirs)}
        times = {name: [] for name in commands}
        for turn in range(self.options.repeats + 2):
            for name, (command, environment) in commands.items():
                begin = time.perf_counter()
                done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
                if done.returncode != 0:
                    sys.exit(f"bench infer: {command[0]} failed: {done.stderr.strip().splitlines()[-1:]}")
                if turn >= 2:  # the first two warm the caches up
                    times[name].append((time.perf_counter() - begin) * 1000)
        a, b = (statistics.median(times[name]) for name in commands)
        return {"ratio": b / a, "ours_ms": a, "official_ms": b}


FIGURES = ("label_call", "label_bulk", "resident1000", "memory_100", "json_constrained", "neighbours", "start_ms")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("build")
    arguments.add_argument("base")
    arguments.add_argument("--label", nargs=2, required=True, metavar=("PROGRAM", "CASES"))
    arguments.add_argument("--json-program", nargs=2, required=True, metavar=("PROGRAM", "CASES"))
    arguments.add_argument("--python", required=True)
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--rows", type=int, default=1000)
    arguments.add_argument("--calls", type=int, default=20)
    arguments.add_argument("--only", default=",".join(FIGURES))
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(FIGURES):
        arguments.error(f"found the figures {sorted(unknown)}, expected some of {', '.join(FIGURES)}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        for name in wanted:
            found = {key: round(value, 4) if isinstance(value, float) else value for key, value in getattr(bench, name)().items()}
            print(json.dumps({"name": name, **found}) if options.json else
                  f"{name}: ratio {found['ratio']:.2f}  " + ", ".join(f"{key} {value}" for key, value in found.items() if key != "ratio"),
                  flush=True)


if __name__ == "__main__":
    main()
