"""The data pack's share of the corpus: the train parts of the task folders that allow training, each cut into many specs.

Refused: a folder whose task.json does not say that training is allowed ("use": "train+eval"), and the five held-out tasks, entirely. A test
part is never opened. A task's specs and inputs are split like those of a family (specs.py).
"""
from __future__ import annotations

import json
import random
import re

import specs
from task import options

ALLOWED = "train+eval"  # what task.json says under "use"; the other value is "eval_only"
HELD_OUT = ("banking77", "clinc150", "snips_slots", "em_dblp_acm", "json_repair")
AREAS = {"custom classification": "classification", "fuzzy matching": "search", "tool use": "agentic", "natural-language commands": "code",
         "grounded questions and spec-based classification": "classification", "core text processing": "core"}
INPUT_MAX, OUTPUT_MAX, SPEC_MAX = 700, 240, 1200  # characters

_INTENTS = {
    "AddToPlaylist": ("put a song, album or artist on a playlist", "add to playlist"),
    "BookRestaurant": ("reserve a table", "book restaurant"),
    "GetWeather": ("ask about the weather at a place or time", "get weather"),
    "PlayMusic": ("start playing music", "play music"),
    "RateBook": ("give a book a score", "rate book"),
    "SearchCreativeWork": ("find a named work such as a film, game, album or book", "search creative work"),
    "SearchScreeningEvent": ("ask where or when films are shown", "search screening event"),
}
_SAME = [("match", "no_match"), ("same", "different"), ("yes", "no"), ("duplicate", "distinct"), ("SAME", "OTHER"), ("1", "0")]
_SHOPS = {"em_abt_buy": "consumer electronics", "em_amazon_google": "software products"}


def _rows(folder):
    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(row["input"], row["output"]) for row in rows if len(row["input"]) <= INPUT_MAX and len(row["output"]) <= OUTPUT_MAX]


def _label_styles(r, name):
    words = _INTENTS[name][1]
    return {"camel": name, "snake": words.replace(" ", "_"), "words": words, "upper": words.replace(" ", "_").upper()}[r]


def _snips_intent(r, rows):
    names = r.sample(sorted(_INTENTS), r.randint(2, 7))
    style = r.choice(["camel", "snake", "words", "upper", "letters"])
    labels = {name: chr(65 + i) if style == "letters" else _label_styles(style, name) for i, name in enumerate(names)}
    meanings = "; ".join(f"{labels[name]}: {_INTENTS[name][0]}" for name in names)
    listed = options(labels.values())
    wording = r.choice([
        f"What does the command to a voice assistant ask for? Answer {listed}. {meanings}.",
        f"Intent of a spoken command ({listed}). {meanings}",
        f"Classify a command that somebody says to a voice assistant. Return only one of {', '.join(labels.values())}, where {meanings}.",
        f"somebody talks to their speaker, tell me which one it is: {meanings}. only say {listed}",
    ])
    return wording, tuple(labels.values()), [(source, labels[output]) for source, output in rows if output in labels]


def _matching(thing):
    def cut(r, rows):
        same, other = r.choice(_SAME)
        wording = r.choice([
            f"Two records of {thing} from two shops. Answer {same} when they are the same product, otherwise {other}.",
            f"Do Record A and Record B describe one and the same product ({thing})? Return {same} or {other}; another model is {other}.",
            f"{same}/{other}: are these two {thing} listings the same item?",
            f"check if the two {thing} records mean the same thing, say {same} if so and {other} if not. model numbers matter most",
        ])
        pairs = [(source, same if output == "match" else other) for source, output in rows]
        r.shuffle(pairs)
        by = {answer: [pair for pair in pairs if pair[1] == answer] for answer in (same, other)}
        least = min(len(by[same]), len(by[other]))
        pairs = by[same][:least] + by[other][:least]
        r.shuffle(pairs)
        return wording, (same, other), pairs
    return cut


def _commonsense(r, rows):
    whole = r.random() < 0.5
    pairs = []
    for source, output in rows:
        choices = dict(re.findall(r"\(([A-E])\)(.*?)(?= \([A-E]\)|$)", source.splitlines()[-1]))
        if output in choices:
            pairs.append((source, choices[output].strip() if whole else output))
    answer = "the text of the best option, without its letter" if whole else "the letter of the best option: A, B, C, D or E"
    wording = r.choice([
        f"A multiple-choice question about everyday life. Return {answer}.",
        f"Answer the question with common sense; five options (A) to (E) follow it. Output {answer}.",
        f"pick what fits best in real life and give me {answer}",
    ])
    return wording, None if whole else ("A", "B", "C", "D", "E"), pairs


def _as_written(folder, wordings):
    """The folder's own description, its first paragraph or whole, or one of some wordings."""
    text = (folder / "spec.txt").read_text(encoding="utf-8").split("\n\nExamples:")[0].strip()
    own = [text, text.split("\n\nInput:")[0]] + list(wordings)

    def cut(r, rows):
        fitting = [wording for wording in own if len(wording) <= SPEC_MAX]
        return r.choice(fitting), None, rows
    return cut


def _paraphrases(data, task):
    for line in (data / "spec_paraphrases.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["source_folder"] == task:
            return row["descriptions"]
    return []


def _cuts(data):
    """(folder name, theme, how many specs, cut, kind)"""
    yield "snips_intent", "custom classification", 500, _snips_intent, "label"
    for name, thing in _SHOPS.items():
        yield name, "fuzzy matching", 120, _matching(thing), "label"
    yield "sni_task073_commonsenseqa", "grounded questions and spec-based classification", 120, _commonsense, ""
    for name, count, kind, theme in (
        ("recognizers_date", 60, "json", "core text processing"), ("recognizers_number", 40, "json", "core text processing"),
        ("recognizers_phone_url_email", 60, "json", "core text processing"), ("recognizers_unit", 40, "json", "core text processing"),
        ("regex_from_text", 120, "text", "natural-language commands"), ("regex_from_text_kb13", 40, "text", "natural-language commands"),
        ("bfcl_simple", 40, "json", "tool use"), ("bfcl_multiple", 20, "json", "tool use"), ("bfcl_irrelevance", 20, "text", "tool use"),
        ("sni_task639_multiwoz", 10, "text", "core text processing"),
    ):
        yield name, theme, count, _as_written(data / name, ()), kind
    for name, source in (("sni_task1729_personachat", "lol_1729"), ("sni_task1590_diplomacy", "lol_1590")):
        yield name, "core text processing", 30, _as_written(data / name, _paraphrases(data, source)), "text"


def _one(name, theme, cut, kind, rows, splits, seed, index):
    r = random.Random(specs.digest(seed, "pack", name, index))
    wording, labels, pairs = cut(r, rows)
    at = specs.digest("pack", name, wording) % 100
    split = "train" if at < 90 else "valid" if at < 95 else "test"
    shown = r.randint(2, 4) if r.random() < 0.5 else 0
    pairs = [list(pair) for pair in pairs if splits[pair[0]] == split]
    if len(pairs) < specs.PAIRS + shown:
        return None
    pairs = r.sample(pairs, specs.PAIRS + shown)
    examples = pairs[specs.PAIRS:]
    text = specs.with_examples(wording, examples) if examples else wording
    if len(text) > SPEC_MAX:
        return None
    kind = kind or ("label" if labels else "text")
    return {
        "id": f"pack_{name}/{index}", "family": f"pack_{name}", "area": AREAS[theme], "theme": theme, "difficulty": "hard", "split": split,
        "style": "detailed", "examples": len(examples), "noise": "", "kind": kind, "labels": list(labels) if labels else None,
        "wording": wording, "spec": text, "pairs": pairs[:specs.PAIRS],
    }


def draw(data, seed):
    """Rows of the corpus from the task folders under `data`."""
    found = []
    for name, theme, count, cut, kind in _cuts(data):
        use = json.loads((data / name / "task.json").read_text(encoding="utf-8")).get("use")
        if name in HELD_OUT:
            raise SystemExit(f"corpus: {name} is held out and must not be trained on")
        if use != ALLOWED:
            raise SystemExit(f"corpus: {name} must not be trained on: its task.json says use {use!r}, expected {ALLOWED!r}")
        rows, texts = _rows(data / name), set()
        splits = {source: specs.split_of_input(source) for source, _ in rows}
        for index in range(count):
            row = _one(name, theme, cut, kind, rows, splits, seed, index)
            if row is not None and row["spec"] not in texts:
                texts.add(row["spec"])
                found.append(row)
    return found
