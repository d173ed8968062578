"""From a family to rows of the corpus: a spec (wording, style, examples in it or none) with its pairs, in one split.

Splits leak nothing by construction:
  function   all specs of a family whose parameters are equal are in one split, by the digest of family and parameters
  input      every input belongs to one split by its own digest; a pair whose input belongs elsewhere is drawn again
  family     families of held-out files are in splits of their own: "families_valid" and "families_test"
"""
from __future__ import annotations

import hashlib
import json
import random

import noise

STYLES = ("terse", "casual", "detailed")
SPLITS = ("train", "valid", "test", "families_valid", "families_test")
PAIRS = 8
DRAWS_MAX = 800  # of pairs for one spec before it is given up
SHARES = {"train": 90, "valid": 5, "test": 5}  # of the functions of a trained family, percent
HELD_OUT_VALID = 30  # percent of the held-out families that choices may be made on
INPUT_SHARES = {"train": 68, "valid": 6, "test": 6, "families_valid": 8, "families_test": 12}  # of all inputs, percent
LINE = "\n"


def digest(*parts) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()[:8], "big")


def split_of_function(family, key) -> str:
    if family.held_out:
        return "families_valid" if digest("family", family.name) % 100 < HELD_OUT_VALID else "families_test"
    at = digest("function", family.name, repr(key)) % 100
    for split, share in SHARES.items():
        if at < share:
            return split
        at -= share
    raise AssertionError


def split_of_input(text: str) -> str:
    at = digest("input", " ".join(text.lower().split())) % 100
    for split, share in INPUT_SHARES.items():
        if at < share:
            return split
        at -= share
    raise AssertionError


def draw_pairs(task, split, r, count):
    """So many pairs of this split with distinct inputs; fewer where the task has not enough."""
    pairs, seen = [], set()
    for _ in range(DRAWS_MAX):
        source, output = task.pair(r)
        normal = " ".join(source.lower().split())
        if normal in seen or split_of_input(source) != split:
            continue
        seen.add(normal)
        pairs.append([source, output])
        if len(pairs) == count:
            break
    return pairs


def varied(r, pairs, count):
    """So many pairs, of different outputs first."""
    order = list(pairs)
    r.shuffle(order)
    seen, first, rest = set(), [], []
    for pair in order:
        (rest if pair[1] in seen else first).append(pair)
        seen.add(pair[1])
    return (first + rest)[:count]


def with_examples(text, examples):
    blocks = [f"Input: {source}{LINE}Output: {output}" for source, output in examples]
    return text + LINE * 2 + (LINE * 2).join(blocks)


def kind_of(task, pairs):
    """What the task says; "json" where it says nothing and every output is a JSON object or list."""
    kind = task.output_kind()
    if kind == "text" and all(output[:1] in "{[" and _is_json(output) for _, output in pairs):
        return "json"
    return kind


def _is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def draw_spec(family, seed, index):
    """A row of the corpus, or None where this draw gave no whole one."""
    r = random.Random(digest(seed, family.name, index))
    task = family.draw(r)
    split = split_of_function(family, task.key)
    style = r.choice(STYLES)
    text = r.choice(getattr(task, style))
    shown = r.randint(2, 6) if r.random() < 0.5 else 0
    pairs = draw_pairs(task, split, r, PAIRS + shown)
    if len(pairs) < PAIRS + min(shown, 2):
        return None
    examples = varied(r, pairs, min(shown, len(pairs) - PAIRS)) if shown else []
    chosen = {source for source, _ in examples}
    pairs = [pair for pair in pairs if pair[0] not in chosen][:PAIRS]
    plain = text
    noised = None
    if r.random() < NOISED_SHARE:
        noised = (r.choice(noise.MECHANICAL), r.choice(noise.STRENGTHS))
        text = noise.apply(text, *noised, seed=digest(seed, family.name, index, "noise"), keep=task.labels or (), strict=False)
    return {
        "id": f"{family.name}/{index}", "family": family.name, "area": family.area, "theme": family.theme, "difficulty": family.difficulty,
        "split": split, "style": style, "examples": len(examples), "noise": "/".join(noised) if noised else "",
        "kind": kind_of(task, pairs + examples), "labels": list(task.labels) if task.labels else None, "wording": plain,
        "spec": with_examples(text, examples) if examples else text, "pairs": pairs,
    }


NOISED_SHARE = 0.1  # of all specs: users' specs have slips too
