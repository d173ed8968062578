#!/usr/bin/env python3
"""`./dev bench infer`: label calls, ours against the official way (llama-cpp-python), in turns in one run, as ratios.

  infer.py BENCH_PROGRAM BASE.gguf PROGRAM.paw CASES.jsonl --python PYTHON_WITH_LLAMA_CPP [--repeats 5] [--rows 1000] [--json]

label_call: one warm call on a 60-token input (rows are joined until they are that long). label_bulk: --rows inputs as they come.
Each line is {"name", "ratio", ...}; medians over the repeats. Also printed: the share of rows on which both give the same output.
"""
import argparse
import json
import os
import statistics
import tempfile

from in_turns import last_json

CALL_CHARACTERS = 270  # about 60 tokens of English


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


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("program", "base", "bundle", "cases"):
        arguments.add_argument(name)
    arguments.add_argument("--python", required=True)
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--rows", type=int, default=1000)
    arguments.add_argument("--calls", type=int, default=20)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()

    here = os.path.dirname(os.path.abspath(__file__))
    with open(options.cases) as file:
        rows = [json.loads(line)["input"] for line in file if line.strip()]
    bulk_rows = (rows * (options.rows // len(rows) + 1))[: options.rows]
    with tempfile.TemporaryDirectory() as folder:
        paths = {"call": os.path.join(folder, "call.json"), "bulk": os.path.join(folder, "bulk.json")}
        for name, texts in (("call", long_inputs(rows * 10, options.calls)), ("bulk", bulk_rows)):
            with open(paths[name], "w") as file:
                json.dump(texts, file)
        ours = [options.program, options.base, options.bundle]
        theirs = [options.python, os.path.join(here, "official_infer.py"), options.base, options.bundle]
        measured = {"call": ([], []), "bulk": ([], [])}
        same = None
        for repeat in range(options.repeats):
            for name in ("call", "bulk"):
                if name == "bulk" and repeat > 0:
                    continue  # one pass over --rows inputs is long enough to be its own repeat
                calls = options.calls if name == "call" else 0
                a = last_json("infer", ours + [paths[name], "--calls", str(calls)])
                b = last_json("infer", theirs + [paths[name], "--calls", str(calls)])
                key = "call_ms" if name == "call" else "bulk_seconds"
                measured[name][0].extend(a[key] if name == "call" else [a[key]])
                measured[name][1].extend(b[key] if name == "call" else [b[key]])
                if name == "bulk":
                    same = sum(x == y for x, y in zip(a["outputs"], b["outputs"])) / len(bulk_rows)
    for name, unit in (("call", "ms"), ("bulk", "s")):
        ours_value, theirs_value = (statistics.median(side) for side in measured[name])
        line = {"name": "label_" + name, "ratio": round(theirs_value / ours_value, 3), "ours_" + unit: round(ours_value, 3),
                "official_" + unit: round(theirs_value, 3), "same_output": round(same, 4)}
        print(json.dumps(line) if options.json else f"label_{name}: ours {ours_value:.1f} {unit}, official {theirs_value:.1f} {unit}, "
              f"ratio {line['ratio']:.2f}, same output {same:.1%}")


if __name__ == "__main__":
    main()
