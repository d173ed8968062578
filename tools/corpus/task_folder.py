#!/usr/bin/env python3
"""Writes functions of the corpus as task folders for `paw bench quality`: many rows of one function in place of the corpus's eight.

  task_folder.py OUT [FAMILY...] [--train 128] [--test 200] [--seed 1]

Without names: the first five held-out families (split families_test, by their digests) that have rows enough. OUT/FAMILY gets spec.txt,
train.jsonl, test.jsonl and task.json. The spec is the family's first detailed wording without examples; train and test share no input.
"""
import argparse
import json
import os
import pathlib
import random

import families
import specs
import task as tasks

FAMILIES = 5
INDICES = 20  # functions tried of a family
METRICS = {"label": "exact", "json": "json_equal", "text": "exact"}


def distinct_pairs(task, r, count):
    """So many pairs with distinct inputs, or None where the task has not enough."""
    pairs, seen = [], set()
    for _ in range(count * 20):
        source, output = task.pair(r)
        normal = " ".join(source.lower().split())
        if normal not in seen:
            seen.add(normal)
            pairs.append({"input": source, "output": output})
        if len(pairs) == count:
            return pairs
    return None


def draw_function(family, seed, count):
    """The first function of the family with so many distinct inputs, as (task, pairs); None where there is none."""
    for index in range(INDICES):
        r = random.Random(specs.digest("folder", seed, family.name, index))
        task = family.draw(r)
        pairs = distinct_pairs(task, r, count)
        if pairs:
            return task, pairs
    return None


def write(path, text):
    temporary = path.with_suffix(".part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def write_folder(folder, name, task, train, test):
    folder.mkdir(parents=True, exist_ok=True)
    kind = specs.kind_of(task, [(row["input"], row["output"]) for row in train + test])
    write(folder / "spec.txt", task.detailed[0] + "\n")
    for part, rows in (("train", train), ("test", test)):
        write(folder / f"{part}.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    facts = {"name": name, "kind": kind, "labels": list(task.labels) if task.labels else None, "metric": METRICS[kind],
             "n_train": len(train), "n_test": len(test), "use": "train+eval"}
    write(folder / "task.json", json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def chosen_families(names):
    """The families called so, one after the other; held-out ones in the order of their digests where no name is given."""
    known = {family.name: family for family in tasks.families()}
    missing = [name for name in names if name not in known]
    if missing:
        raise SystemExit(f"task_folder: no family is called {missing[0]!r}")
    if names:
        return [known[name] for name in names]
    held_out = [family for family in known.values() if family.held_out and specs.split_of_function(family, None) == "families_test"]
    return sorted(held_out, key=lambda family: specs.digest("folder", family.name))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("family", nargs="*")
    parser.add_argument("--train", type=int, default=128)
    parser.add_argument("--test", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    families.load()
    written = 0
    for family in chosen_families(arguments.family):
        found = draw_function(family, arguments.seed, arguments.train + arguments.test)
        if found is None:
            if arguments.family:
                raise SystemExit(f"task_folder: {family.name}: fewer than {arguments.train + arguments.test} distinct inputs")
            continue
        task, pairs = found
        write_folder(arguments.out / family.name, family.name, task, pairs[:arguments.train], pairs[arguments.train:])
        print(f"{family.name}: {arguments.train} rows to train on, {arguments.test} to test")
        written += 1
        if not arguments.family and written == FAMILIES:
            break


if __name__ == "__main__":
    main()
