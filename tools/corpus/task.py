"""Task: one function of a family, drawn: its wordings, its labels and a generator of input/output pairs.

A family is a Python function of a random.Random that draws parameters and returns a Task:

    @family(area="classification", theme="log monitoring", difficulty="easy")
    def retry_or_not(r):
        yes, no = pick_labels(r, [("RETRY", "STOP"), ("retry", "give_up")])
        codes = sorted(r.sample(RETRIABLE, 4))
        def pair(r):
            ...
            return text, yes if code in codes else no
        return Task(key=(yes, no, codes), labels=(yes, no), pair=pair, terse=[...], casual=[...], detailed=[...])

The pair's output must follow from the wording alone: each wording states the labels or the format and every rule that is needed.
Everything is drawn from the `r` that is passed in, so that a seed gives the same corpus on every machine.
"""
from __future__ import annotations

import dataclasses
import functools
import json
from typing import Callable

AREAS = ("core", "search", "classification", "code", "safety", "agentic", "repair")
DIFFICULTIES = ("easy", "medium", "hard")


@dataclasses.dataclass(frozen=True)
class Task:
    key: object  # the drawn parameters: two tasks of a family with equal keys are the same function
    pair: Callable  # random.Random -> (input, output); both without blanks at their ends, neither empty
    terse: list  # wordings: telegraphic, still complete
    casual: list  # wordings: as a colleague would type it
    detailed: list  # wordings: full sentences, format and edge cases
    labels: tuple | None = None  # the closed set of outputs, where there is one
    kind: str = ""  # "label", "json" or "text"; empty: "label" where there are labels, else "text"

    def output_kind(self):
        return self.kind or ("label" if self.labels else "text")


@dataclasses.dataclass(frozen=True)
class Family:
    name: str
    area: str
    theme: str
    difficulty: str
    draw: Callable  # random.Random -> Task
    held_out: bool


_registry: dict[str, Family] = {}


def family(area: str, theme: str, difficulty: str):
    """Registers a family. Families of a file whose name begins with "held_out_" are never trained on."""
    assert area in AREAS and difficulty in DIFFICULTIES, (area, difficulty)

    def register(function):
        name = function.__name__
        assert name not in _registry, f"two families are called {name}"
        held_out = function.__module__.rsplit(".", 1)[-1].startswith("held_out_")
        _registry[name] = Family(name, area, theme, difficulty, function, held_out)
        return function

    return register


core_family = functools.partial(family, "core", "core text processing")


def families() -> list[Family]:
    return sorted(_registry.values(), key=lambda family: family.name)


# Helpers for families.


def pick_labels(r, sets):
    """One of several label sets that mean the same, in the same order."""
    return r.choice(list(sets))


def styled_labels(r, labels):
    """The labels in one of several styles: as they are, in capitals, with _ for blanks and so on."""
    change = r.choice([str, str.upper, str.title, lambda s: s.replace(" ", "_"), lambda s: s.replace(" ", "-"),
                       lambda s: s.upper().replace(" ", "_")])
    return tuple(change(label) for label in labels)


def dressed_labels(r, sets, name="label"):
    """One of several label sets, now and then dressed up: [A], #A, label=A or <A>."""
    dress = r.choice(["{}", "{}", "{}", "[{}]", "#{}", name + "={}", "<{}>"])
    return tuple(dress.format(label) for label in pick_labels(r, sets))


def evened(pair, labels, tries=40):
    """The pair function, drawn again until the output is a label picked beforehand (at most so many times): labels come out even."""
    def drawn(r):
        wanted = r.choice(labels)
        for _ in range(tries):
            found = pair(r)
            if found[1] == wanted:
                break
        return found
    return drawn


def options(labels, last="or"):
    """A, B or C"""
    labels = list(labels)
    return f"{', '.join(labels[:-1])} {last} {labels[-1]}" if len(labels) > 1 else labels[0]


def compact_json(value):
    """JSON as every family writes it: no blanks, keys in the order given, text as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
