#!/usr/bin/env python3
"""`./dev bench mapper-step`: examples a second of one step of mapper training, ours against PyTorch, in turns on the same batches.

  mapper_step.py BENCH_PROGRAM BASE.gguf CORPUS.jsonl --python PYTHON_WITH_TORCH [--repeats 3] [--steps 6] [--json]

Prints the medians of both sides and their ratio; with --json one line {"name":"mapper_step","ratio":...}.
"""
import argparse
import json
import os
import statistics
import tempfile

from in_turns import last_json


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("base")
    parser.add_argument("corpus")
    parser.add_argument("--python", required=True)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    ours, torch = [], []
    with tempfile.TemporaryDirectory() as folder:
        workload = os.path.join(folder, "workload.json")
        ours_command = [options.program, options.base, options.corpus, "--steps", str(options.steps), "--workload", workload,
                        "--threads", str(options.threads)]
        torch_command = [options.python, os.path.join(here, "torch_mapper_step.py"), options.base, workload, "--threads", str(options.threads)]
        for _ in range(options.repeats):
            ours.append(last_json("mapper-step", ours_command)["examples_per_second"])
            torch.append(last_json("mapper-step", torch_command)["examples_per_second"])
    mine, theirs = statistics.median(ours), statistics.median(torch)
    line = {"name": "mapper_step", "ratio": round(mine / theirs, 3), "ours_examples_per_second": round(mine, 2),
            "pytorch_examples_per_second": round(theirs, 2), "repeats": options.repeats}
    print(json.dumps(line) if options.json else
          f"mapper step: ours {mine:.1f} examples/s, PyTorch {theirs:.1f} examples/s, ratio {line['ratio']:.2f}")


if __name__ == "__main__":
    main()
