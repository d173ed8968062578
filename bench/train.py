#!/usr/bin/env python3
"""`./dev bench train`: training tokens a second, ours against PyTorch, in turns on the same rows, as a ratio.

  train.py BENCH_PROGRAM BASE.gguf TRAIN.jsonl --python PYTHON_WITH_TORCH [--repeats 3] [--rows 320] [--json]

Prints two lines: {"name":"train","ratio":...} with the medians of both sides and the share of the machine's measured bf16 peak, and
{"name":"train_examples",...}: examples a second as paw compile trains on them, with every trick on, against the same rows plain.
"""
import argparse
import json
import os
import statistics
import tempfile

from in_turns import last_json


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("base")
    arguments.add_argument("train")
    arguments.add_argument("--python", required=True)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--rows", type=int, default=320)
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()

    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as folder:
        workload = os.path.join(folder, "workload.json")
        ours_command = [options.program, options.base, options.train, "--rows", str(options.rows), "--workload", workload,
                        "--threads", str(options.threads)]
        torch_command = [options.python, os.path.join(here, "torch_train.py"), options.base, workload, "--threads", str(options.threads)]
        ours, torch = [], []
        for _ in range(options.repeats):
            ours.append(last_json("train", ours_command))
            torch.append(last_json("train", torch_command))
    ours_speed = statistics.median(line["tokens_per_second"] for line in ours)
    torch_speed = statistics.median(line["tokens_per_second"] for line in torch)
    line = {"name": "train", "ratio": round(ours_speed / torch_speed, 3), "ours_tokens_per_second": round(ours_speed, 1),
            "pytorch_tokens_per_second": round(torch_speed, 1), "repeats": options.repeats,
            "bf16_peak_share": ours[-1].get("bf16_peak_share")}
    tricks = statistics.median(line["tricks_examples_per_second"] for line in ours)
    plain = statistics.median(line["examples_per_second"] for line in ours)
    examples = {"name": "train_examples", "examples_per_second": round(tricks, 1), "plain_examples_per_second": round(plain, 1),
                "ratio_to_plain": round(tricks / plain, 3)}
    if options.json:
        print(json.dumps(line))
        print(json.dumps(examples))
    else:
        print(f"train examples: {tricks:.1f} a second with every trick on, {plain:.1f} plain")
        print(f"train: ours {ours_speed:.0f} tokens/s, PyTorch {torch_speed:.0f} tokens/s, ratio {line['ratio']:.2f}")


if __name__ == "__main__":
    main()
