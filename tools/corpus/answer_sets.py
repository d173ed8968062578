#!/usr/bin/env python3
"""Writes which closed set of answers each spec of a corpus file states: the rows that `paw` learns to read specs from.

  answer_sets.py corpus/train.jsonl --out rows.jsonl [--per-family 14] [--seed 1]
  answer_sets.py examples/workday.jsonl --out rows.jsonl

A row's input is a spec without its examples. The output is its labels in the order in which the spec names them, joined by " | ", or
"open" where the outputs are no closed set. Specs that do not show a label letter for letter, as a word or words of its own, and very
long ones are left out.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re

import specs

SPEC_BYTES_MAX = 1200
OUTPUT_BYTES_MAX = 300
OPEN = "open"
JOINER = " | "


def first_places(labels, body):
    """Where each label stands first as words of its own; inside a longer label or another word does not count."""
    longest_first = sorted(labels, key=lambda label: (-len(label), label))
    bounded = (("(?<![^\\W_])" if label[0].isalnum() else "") + re.escape(label) + ("(?![^\\W_])" if label[-1].isalnum() else "")
               for label in longest_first)
    places = {}
    for found in re.finditer("|".join(bounded), body):
        places.setdefault(found.group(), found.start())
    return places


def answers_of(row, body):
    """What the row's output is, or None where it makes no good row."""
    labels = row["labels"] if row["kind"] == "label" else None
    if not labels:
        return OPEN
    if len(labels) < 2 or any(label != label.strip() or not label or "|" in label or "\n" in label for label in labels):
        return None
    places = first_places(labels, body)
    return JOINER.join(sorted(places, key=places.get)) if len(places) == len(labels) else None


def with_kind(row, body):
    """A row of examples/ with its kind: the labels are the outputs of its cases where all of them stand in the spec."""
    if "kind" in row:
        return row
    labels = sorted({case["output"] for case in row["cases"]})
    is_label = len(first_places(labels, body)) == len(labels)
    return {"family": row["name"], "kind": "label" if is_label else "text", "labels": labels if is_label else None}


def read_rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = row["spec"].split("\n\nInput: ")[0].strip()
        row = with_kind(row, body)
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
