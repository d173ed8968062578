#!/usr/bin/env python3
"""`./dev bench compile FOLDER`: the paper's compiler at its true shapes with random weights, from the command line.

  compile_true.py PAW BENCH_FOLDER FOLDER [--python PYTHON_WITH_LLAMA_CPP] [--threads 2]

FOLDER is filled first where it is empty (13 GB): a LoRA compiler of the 4B shape (bf16), its mapper (fp32), an interpreter of the 0.6B shape
(Q8_0) and a language model of the 4B shape (Q4_0). Random weights write no pseudo-program, so that one is given and the language model is
timed alone, beside llama-cpp-python on the same file. Each line has its seconds and the peak resident memory of its process.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

PSEUDO = """[PSEUDO_PROGRAM]
Task: Read an alert and name the team that has to look at it, by the first word that says what is broken.

Examples:
Input: replica two hours behind
Output: database

Input: packet loss in zone b
Output: network
[END_PSEUDO_PROGRAM]"""
PSEUDO_TOKENS = 250  # what the paper allows a pseudo-program
MIDDLE = 1600        # tokens before the timed ones: ours asks with 1,400 (one a byte) and writes 512
LLAMA = """
import sys, time
from llama_cpp import Llama
llm = Llama(model_path=sys.argv[1], n_ctx=2048, n_threads=int(sys.argv[2]), n_threads_batch=int(sys.argv[2]), verbose=False)
llm.eval([3 + i % 200 for i in range(int(sys.argv[4]))])
begin = time.time()
for _ in range(int(sys.argv[3])):
    llm.eval([llm.sample(temp=0)])
print(int(sys.argv[3]) / (time.time() - begin))
"""


def say(text):
    print(f"bench compile: {text}", file=sys.stderr, flush=True)


class Ran:
    """A finished command: its streams, wall seconds, peak resident GiB, and when each line of stderr came."""

    def __init__(self, command, environment):
        begin = time.time()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=err, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds, self.gib, self.code = time.time() - begin, usage.ru_maxrss / 2**20, process.returncode
            out.seek(0), err.seek(0)
            self.out, self.err = out.read(), err.read()

    def events(self, stage):
        lines = [json.loads(line) for line in self.err.splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("stage") == stage]


def fill(folder, bench):
    """Each part where it is absent."""
    compiler = folder / "compiler"
    parts = [(compiler / "config.json", [bench / "paw_bench_encode", compiler]),
             (compiler / "lora_mapper.safetensors", [bench / "paw_bench_map", compiler / "lora_mapper.safetensors", "--runs", 1]),
             (folder / "interpreter.gguf", [bench / "paw_bench_model", "qwen3-0.6b", folder / "interpreter.gguf"]),
             (folder / "writer.gguf", [bench / "paw_bench_model", "qwen3-4b", folder / "writer.gguf"])]
    for place, command in parts:
        if not place.exists():
            say(f"writing {place}")
            subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
    shutil.copy("tests/fixtures/compiler/tokenizer.json", compiler / "tokenizer.json")
    return compiler


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("paw", type=os.path.abspath)
    arguments.add_argument("bench", type=pathlib.Path)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--python")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--steps", type=int, default=100)
    options = arguments.parse_args()
    folder = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    compiler = fill(folder, options.bench.absolute())
    environment = {**os.environ, "PAW_CACHE_DIR": str(folder / "cache"), "PAW_OFFLINE": "1"}

    def paw(*words, code=0):
        done = Ran([options.paw, *words], environment)
        if done.code != code:
            sys.exit(f"bench compile: paw {words[0]}: exit {done.code}: {done.err.strip().splitlines()[-1:]}")
        return done

    spec, pseudo = folder / "spec.txt", folder / "pseudo.txt"
    spec.write_text(pathlib.Path("examples/triage/spec.txt").read_text()[:450])
    pseudo.write_text(PSEUDO)
    if "true4b" not in paw("compiler", "list", "--json").out:
        paw("base", "add", folder / "interpreter.gguf", "--name", "true06")
        paw("compiler", "add", compiler, "--interpreter", "true06", "--name", "true4b", "--pseudo-lm", folder / "writer.gguf")
    common = ["compile", "--spec-file", spec, "--profile", "true4b", "--style", "qwen3", "--threads", options.threads, "--json", "--no-stage-cache"]
    rows = []
    mapped = None
    for _ in range(2):  # the first run fills the page cache
        mapped = paw(*common, "--pseudo-file", pseudo, "-o", folder / "mapped.paw")
    timings = json.loads(mapped.out)["timings"]
    rows.append(("spec to program, pseudo-program given", f"{mapped.seconds:.1f} s", mapped))
    rows.append(("  of it: encode, map", f"{timings['map']:.1f} s", None))
    rows.append(("  of it: Q4_0 and the bundle", f"{timings['bundle']:.2f} s", None))
    asked = paw(*common, code=3)
    steps = [event for event in asked.events("pseudo") if event.get("step", 0) > 0]
    rate = (steps[-1]["step"] - steps[0]["step"]) / (steps[-1]["seconds"] - steps[0]["seconds"])
    rows.append(("pseudo-program, tokens/s", f"{rate:.2f}", asked))
    if options.python:
        done = subprocess.run([options.python, "-c", LLAMA, str(folder / "writer.gguf"), str(options.threads), "128", str(MIDDLE)], capture_output=True, text=True, check=True)
        theirs = float(done.stdout.strip().splitlines()[-1])
        rows.append(("  llama-cpp-python, same file and threads, tokens/s", f"{theirs:.2f} (ours x{rate / theirs:.2f})", None))
    rows.append((f"a whole compile with {PSEUDO_TOKENS} tokens of pseudo-program", f"{mapped.seconds + steps[0]['seconds'] + PSEUDO_TOKENS / rate:.0f} s", None))
    trained = paw(*common, "--pseudo-file", pseudo, "--examples", "examples/triage/train.jsonl", "--steps", options.steps, "-o", folder / "trained.paw")
    report = json.loads(trained.out)
    training = report["training"]
    start = "the mapper" if "mapper" in training else "zero: a random mapper does not help"
    rows.append((f"{options.steps} steps on the interpreter, {training['tokens']} tokens (start: {start})",
                 f"{training['tokens'] / report['timings']['train']:.0f} tokens/s, {trained.seconds:.0f} s in all", trained))
    print("| | | peak resident memory |\n|---|---|---|")
    for what, figure, run in rows:
        print(f"| {what} | {figure} | {f'{run.gib:.2f} GiB' if run else ''} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
