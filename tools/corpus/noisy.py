#!/usr/bin/env python3
"""Writes the specs of a corpus file with noise: every axis at every strength it has, for `paw bench fuzzy`.

  noisy.py test.jsonl --out noisy.jsonl [--specs 150] [--axes typos,terse,...]

terse, casual and paraphrase are whole rewordings and have the strength heavy alone. The specs' own pairs stay as they are.
"""
import argparse
import json
import os
import pathlib

import noise
import specs


def keys_of(value):
    """All keys of a JSON value."""
    if isinstance(value, dict):
        yield from value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_of(part)


def kept_of(row):
    """The words that the answers hang on: the labels, and the keys of JSON answers."""
    keys = {key for _, output in row["pairs"] for key in keys_of(json.loads(output))} if row["kind"] == "json" else ()
    return [*(row["labels"] or ()), *keys]


def versions(row, axes):
    """The row itself and its noisy versions."""
    yield dict(row, noise="")
    kept = kept_of(row)
    shown = row["spec"][len(row["wording"]):]
    for axis in axes:
        for strength in noise.STRENGTHS if axis in noise.MECHANICAL else ("heavy",):
            text = noise.apply(row["wording"], axis, strength, specs.digest("noisy", row["id"]), kept)
            yield dict(row, noise=f"{axis}/{strength}", spec=text + shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--specs", type=int, default=150)
    parser.add_argument("--axes", default=",".join(noise.AXES))
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.file.read_text(encoding="utf-8").splitlines()]
    clean = [row for row in rows if not row["noise"] and row["spec"].startswith(row["wording"])][:arguments.specs]
    lines = [json.dumps(version, ensure_ascii=False, separators=(",", ":")) + "\n"
             for row in clean for version in versions(row, arguments.axes.split(","))]
    temporary = arguments.out.with_suffix(".part")
    temporary.write_text("".join(lines), encoding="utf-8")
    os.replace(temporary, arguments.out)
    print(f"{len(clean)} specs, {len(lines)} lines")


if __name__ == "__main__":
    main()
