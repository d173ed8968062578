#!/usr/bin/env python3
"""Writes which closed set of answers each spec of a corpus file states: the rows that `paw` learns to read specs from.

  answer_sets.py corpus/train.jsonl --out rows.jsonl [--per-family 14] [--seed 1]

A row's input is a spec without its examples. The output is its labels in the order in which the spec names them, joined by " | ", or
"open" where the outputs are no closed set. Specs that do not show a label letter for letter, and very long ones, are left out.
"""
import argparse
import collections
import json
import os
import pathlib
import random

import specs

SPEC_BYTES_MAX = 1200
OUTPUT_BYTES_MAX = 300
OPEN = "open"
JOINER = " | "


def answers_of(row, body):
    """What the row's output is, or None where it makes no good row."""
    labels = row["labels"] if row["kind"] == "label" else None
    if not labels:
        return OPEN
    if any(label not in body or "|" in label or "\n" in label or label == OPEN for label in labels):
        return None
    return JOINER.join(sorted(labels, key=body.find))


def read_rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = row["spec"].split("\n\nInput: ")[0].strip()
        output = answers_of(row, body)
        if output is not None and len(body.encode()) <= SPEC_BYTES_MAX and len(output.encode()) <= OUTPUT_BYTES_MAX:
            yield row["family"], {"input": body, "output": output}


def chosen(path, per_family, seed):
    families = collections.defaultdict(list)
    for family, row in read_rows(path):
        families[family].append(row)
    rows = {}
    for family in sorted(families):
        random.Random(specs.digest("answers", seed, family)).shuffle(families[family])
        for row in families[family][:per_family]:
            rows[row["input"]] = row
    return sorted(rows.values(), key=lambda row: specs.digest("order", seed, row["input"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--per-family", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = chosen(arguments.file, arguments.per_family, arguments.seed)
    temporary = arguments.out.with_suffix(".part")
    temporary.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    os.replace(temporary, arguments.out)
    print(f"{len(rows)} rows, {sum(row['output'] == OPEN for row in rows)} of them open")


if __name__ == "__main__":
    main()
