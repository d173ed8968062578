#!/usr/bin/env python3
"""Checks family files: what they draw is well formed, varied and balanced. Prints samples to read.

  check.py                     every family
  check.py FILE... [--show N]  the families of these files (names without .py), N sample tasks of each
"""
import argparse
import collections
import json
import random
import sys

import families
import task as tasks
from deadline import deadline

INPUT_MAX, OUTPUT_MAX, SPEC_MAX = 600, 240, 900  # characters
SECONDS_MAX = 20  # for one family


def faults_of(family, draws=60, pairs=12):
    keys, inputs, outputs, wordings = set(), set(), collections.Counter(), set()
    for seed in range(draws):
        r = random.Random(f"{family.name}/{seed}")
        task = family.draw(r)
        if repr(task.key) != repr(family.draw(random.Random(f"{family.name}/{seed}")).key):
            yield "draws differently from the same seed"
        keys.add(repr(task.key))
        for style in ("terse", "casual", "detailed"):
            texts = getattr(task, style)
            if len(texts) < 2 or len(set(texts)) < 2:
                yield f"{style}: {len(set(texts))} wordings, expected 2 or more"
            for text in texts:
                wordings.add(text)
                if text != text.strip() or not text or len(text) > SPEC_MAX:
                    yield f"{style}: a wording of {len(text)} characters, or with blanks at its ends"
                for label in task.labels or ():
                    if label.lower() not in text.lower():
                        yield f"{style}: label {label!r} is not named: {text!r}"
        seen = {}
        for _ in range(pairs):
            source, output = task.pair(r)
            if not isinstance(source, str) or not isinstance(output, str):
                yield f"pair of types {type(source).__name__}, {type(output).__name__}"
                break
            if source != source.strip() or output != output.strip() or not source or not output:
                yield f"blanks at the ends, or empty: {source!r} -> {output!r}"
            if len(source) > INPUT_MAX or len(output) > OUTPUT_MAX:
                yield f"pair of {len(source)} and {len(output)} characters, at most {INPUT_MAX} and {OUTPUT_MAX}"
            if task.labels and output not in task.labels:
                yield f"output {output!r} is no label of {task.labels}"
            if task.output_kind() == "json":
                json.loads(output)
            if seen.setdefault(source, output) != output:
                yield f"two answers for {source!r}: {seen[source]!r}, {output!r}"
            inputs.add(source)
            outputs[output if not task.labels else task.labels.index(output)] += 1
    if len(keys) < 12:
        yield f"{len(keys)} functions in {draws} draws, expected 12 or more (more parameters)"
    if len(inputs) < draws * pairs * 0.9:
        yield f"{len(inputs)} distinct inputs in {draws * pairs} pairs, expected nine in ten (wider inputs)"
    most = outputs.most_common(1)[0][1] / sum(outputs.values())
    if most > 0.75:
        yield f"one output takes {most:.0%} of all pairs, at most 75 %"
    if len(wordings) < 30:
        yield f"{len(wordings)} distinct wordings in {draws} draws, expected 30 or more"


def show(family, count):
    for seed in range(count):
        r = random.Random(f"show/{family.name}/{seed}")
        task = family.draw(r)
        style = ("terse", "casual", "detailed")[seed % 3]
        print(f"--- {family.name} [{family.area} / {family.theme} / {family.difficulty}] {style}")
        print(r.choice(getattr(task, style)))
        for _ in range(4):
            source, output = task.pair(r)
            print(f"    {source!r} -> {output!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    families.load(arguments.files or None)
    bad = 0
    for family in tasks.families():
        try:
            with deadline(SECONDS_MAX):
                found = list(dict.fromkeys(faults_of(family)))
        except TimeoutError as slow:
            found = [str(slow)]
        bad += bool(found)
        for line in found[:5]:
            print(f"{family.name}: {line}")
        show(family, arguments.show)
    everything = tasks.families()
    areas = collections.Counter(family.area for family in everything)
    held = sum(family.held_out for family in everything)
    print(f"{len(everything)} families ({held} held out), {bad} with faults; " + ", ".join(f"{a} {n}" for a, n in sorted(areas.items())))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
