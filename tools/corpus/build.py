#!/usr/bin/env python3
"""Builds the corpus: specs of many task families with input/output pairs, one JSON line a spec.

  build.py --out DIR [--specs 66000] [--seed 1] [--pack DATA_DIR] [--jobs N]

DIR gets train.jsonl, valid.jsonl, test.jsonl, families_valid.jsonl, families_test.jsonl and corpus.json (counts, coverage, digests).
The same arguments give the same bytes. Families and their rules: task.py; splits: specs.py; noise: noise.py; the data pack: pack.py.
"""
import argparse
import collections
import hashlib
import json
import multiprocessing
import os
import pathlib
import sys
import time

import families
import pack
import specs
import task as tasks
from deadline import deadline

FAMILY_SECONDS_MAX = 240  # one family takes a second or two
INDICES_PER_SPEC = 3  # draws tried for each spec wanted: some repeat a spec, some have too few inputs


def rows_of(family, count, seed):
    rows, texts = [], set()
    for index in range(count * INDICES_PER_SPEC):
        row = specs.draw_spec(family, seed, index)
        if row is None or row["spec"] in texts:
            continue
        texts.add(row["spec"])
        rows.append(row)
        if len(rows) == count:
            break
    return rows


def draw_family(job):
    """The rows of one family, given (name, count, seed). Runs in a process that has loaded the families."""
    name, count, seed = job
    family = {family.name: family for family in tasks.families()}[name]
    try:
        with deadline(FAMILY_SECONDS_MAX):
            return rows_of(family, count, seed)
    except TimeoutError as slow:
        raise TimeoutError(f"corpus: family {name}: {slow}") from None


def without_near_copies(rows):
    """Rows of other splits whose wording a train row of their family has too (letters only) go. Returns (rows, dropped)."""
    def normal(row):
        return row["family"], "".join(c for c in row["wording"].lower() if c.isalnum())
    trained = {normal(row) for row in rows if row["split"] == "train"}
    kept = [row for row in rows if row["split"] == "train" or normal(row) not in trained]
    return kept, len(rows) - len(kept)


def show_progress(done, total, begin):
    if sys.stderr.isatty():
        width = 30 * done // total
        print(f"\r[{'#' * width}{'.' * (30 - width)}] {done}/{total} families, {time.monotonic() - begin:.0f} s", end="", file=sys.stderr)


def draw_all(count, seed, jobs):
    names = [family.name for family in tasks.families()]
    per_family = -(-count // len(names))
    rows, begin = [], time.monotonic()
    with multiprocessing.Pool(jobs, initializer=families.load) as pool:
        for done, found in enumerate(pool.imap(draw_family, [(name, per_family, seed) for name in names], chunksize=1), 1):
            rows.extend(found)
            show_progress(done, len(names), begin)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return rows


def check_disjoint(rows):
    """Fails loudly where two splits share a spec or an input."""
    owners = {}
    for row in rows:
        for text in [row["spec"]] + [" ".join(source.lower().split()) for source, _ in row["pairs"]]:
            other = owners.setdefault(text, row["split"])
            if other != row["split"]:
                raise SystemExit(f"corpus: {text!r} is in {other} and in {row['split']}")


def write(rows, out):
    """One file a split, rows shuffled by their digest. Returns {file: facts}."""
    facts = {}
    for split in specs.SPLITS:
        chosen = sorted((row for row in rows if row["split"] == split), key=lambda row: specs.digest("order", row["id"]))
        text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in chosen).encode()
        temporary = out / f"{split}.jsonl.part"
        temporary.write_bytes(text)
        os.replace(temporary, out / f"{split}.jsonl")
        facts[f"{split}.jsonl"] = {
            "specs": len(chosen), "pairs": sum(len(row["pairs"]) for row in chosen),
            "families": len({row["family"] for row in chosen}), "sha256": hashlib.sha256(text).hexdigest(),
        }
    return facts


def coverage(rows):
    """Per theme: families and specs."""
    table = {}
    for row in rows:
        entry = table.setdefault((row["area"], row["theme"]), (set(), [0]))
        entry[0].add(row["family"])
        entry[1][0] += 1
    return [{"area": area, "theme": theme, "families": len(names), "specs": count[0]} for (area, theme), (names, count) in sorted(table.items())]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--specs", type=int, default=66000, help="how many to draw from the families (default 66000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pack", type=pathlib.Path, help="a folder of task folders to add (train parts of those that allow it)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    begin = time.monotonic()
    families.load()
    rows = draw_all(arguments.specs, arguments.seed, arguments.jobs)
    if arguments.pack:
        rows += pack.draw(arguments.pack, arguments.seed)
    rows, dropped = without_near_copies(rows)
    check_disjoint(rows)
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = write(rows, arguments.out)
    summary = {
        "seed": arguments.seed, "families": len({row["family"] for row in rows}), "specs": len({row["spec"] for row in rows}),
        "near_copies_dropped": dropped, "files": files, "coverage": coverage(rows),
        "kinds": dict(sorted(collections.Counter(row["kind"] for row in rows).items())),
    }
    (arguments.out / "corpus.json").write_text(json.dumps(summary, indent=1) + "\n")
    print(f"{summary['families']} families, {summary['specs']} specs, {sum(f['pairs'] for f in files.values())} pairs, {dropped} near copies "
          f"dropped, {time.monotonic() - begin:.0f} s")
    for name, facts in files.items():
        print(f"  {name}: {facts['specs']} specs of {facts['families']} families")


if __name__ == "__main__":
    main()
