"""Noise on a specification: eight axes, three strengths, a function of (text, axis, strength, seed) and nothing else.

  typos        slips of the fingers in words
  grammar      articles lost, verb endings wrong
  ambiguity    exact words replaced by vague ones
  formatting   drifting blanks, capitals, punctuation, bullets
  all          the four above, each at the strength
  terse, casual, paraphrase   another wording; heavy only: terse cuts what is not needed, casual chats, paraphrase swaps phrases
                              where a family has wordings of its own, the benchmark takes those in place of these rules

What the function is must survive: words of `keep` (labels), words with digits, quoted text and JSON are never touched.
"""
from __future__ import annotations

import random
import re

STRENGTHS = ("light", "medium", "heavy")
MECHANICAL = ("typos", "grammar", "ambiguity", "formatting", "all")
REWORDING = ("terse", "casual", "paraphrase")
AXES = MECHANICAL + REWORDING
_SHARE = {"light": 0.05, "medium": 0.12, "heavy": 0.25}  # of the words that an axis may touch

_VAGUE = {
    "exactly": "about", "only": "mostly", "each": "the", "every": "the", "first": "early", "always": "usually", "must": "should",
    "return": "give", "greater": "bigger", "less": "smaller", "whole": "big", "following": "usual", "single": "small", "strictly": "rather",
    "otherwise": "else", "contains": "has", "exact": "right", "entire": "full", "specified": "wanted",
}
_PHRASES = [
    ("return only", "answer with nothing but"), ("return", "give back"), ("the input is", "you get"), ("answer with", "reply with"),
    ("decide whether", "tell if"), ("if there is none", "when there isn't any"), ("extract", "pull out"), ("find", "look for"),
    ("convert", "turn"), ("otherwise", "in all other cases"), ("classify", "sort"), ("output", "result"), ("replace", "swap"),
    ("remove", "drop"), ("contains", "has"), ("exactly", "precisely"), ("each", "every"), ("list", "enumerate"), ("label", "tag"),
]
_FILLERS = {"please", "the", "a", "an", "that", "which", "is", "are", "of", "then", "just", "given", "also", "very"}
_FALLBACKS = "none null nothing empty missing unknown unchanged absent invalid error impossible".split()  # what specs name as an answer
_KEYS = "qwertyuiopasdfghjklzxcvbnm"


def _touchable(word, keep):
    return word.isalpha() and word.islower() and len(word) > 3 and word not in keep


def _slip(r, word):
    at = r.randint(1, len(word) - 2)
    kind = r.randint(0, 3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    if kind == 1:
        return word[:at] + word[at + 1:]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + r.choice(_KEYS) + word[at + 1:]


def _each_word(text, change):
    """change(word, quoted) over the words of the text; blanks and signs stay. Quoted text, JSON and code are passed over."""
    pieces = re.split(r"(\"[^\"]*\"|'[^' ][^']*'|'[^'A-Za-z]{1,5}'|`[^`]*`|\{[^}]*\}|\[[^\]]*\]|\s+)", text)
    return "".join(piece if not piece or piece.isspace() or piece[0] in "\"'`{[" else re.sub(r"[A-Za-z]+", change, piece) for piece in pieces)


def _typos(r, text, share, keep):
    def change(match):
        word = match.group(0)
        return _slip(r, word) if _touchable(word, keep) and r.random() < share else word
    return _each_word(text, change)


def _grammar(r, text, share, keep):
    def change(match):
        word = match.group(0)
        if word.lower() in ("the", "a", "an") and r.random() < share * 3:
            return "\0"
        if not _touchable(word, keep) or r.random() >= share:
            return word
        if word.endswith("s") and not word.endswith("ss"):
            return word[:-1]
        return word[:-2] if word.endswith("ed") and len(word) > 5 else word + "s"
    return re.sub(r"\0 ?", "", _each_word(text, change))


def _ambiguity(r, text, share, keep):
    def change(match):
        word = match.group(0)
        vague = _VAGUE.get(word.lower())
        if vague is None or word in keep or r.random() >= share * 3:
            return word
        return vague.capitalize() if word[0].isupper() else vague
    return _each_word(text, change)


def _formatting(r, text, share, keep):
    def change(match):
        word = match.group(0)
        if not _touchable(word, keep) or r.random() >= share:
            return word
        return word.upper() if r.random() < 0.5 else word.capitalize()
    text = _each_word(text, change)
    text = "".join(piece if at % 2 else re.sub(" ", lambda _: r.choice(["  ", " "]) if r.random() < share else " ", piece)
                   for at, piece in enumerate(re.split(r"(\"[^\"]*\"|'[^' ][^']*'|'[^'A-Za-z]{1,5}'|`[^`]*`|\{[^}]*\}|\[[^\]]*\])", text)))
    text = re.sub(r"\. (?=[A-Z])", lambda _: r.choice(["\n- ", ".\n", " ; ", ". "]) if r.random() < share * 2 else ". ", text)
    return text.rstrip(".") if r.random() < share * 2 else text


def _terse(r, text, share, keep):
    def change(match):
        word = match.group(0)
        return "\0" if word.lower() in _FILLERS and word not in keep and r.random() < share * 3 else word
    return re.sub(r"\0 ?", "", _each_word(text, change)).strip()


def _casual(r, text, share, keep):
    text = _paraphrase(r, text, share, keep)
    opening = r.choice(["hey, can you ", "i need this: ", "ok so basically ", "could you "])
    first = text[:1].lower() if text[1:2].islower() else text[:1]
    return opening + first + text[1:].rstrip(".") + r.choice([" thx", " pls", ", that's it", ""])


def _paraphrase(r, text, share, keep):
    for old, new in _PHRASES:
        if any(old in label.lower() for label in keep) or r.random() >= share * 3:
            continue
        text = re.sub(rf"\b{old}\b", new, text)
        text = re.sub(rf"\b{old.capitalize()}\b", new.capitalize(), text)
    return text


_RULES = {"typos": _typos, "grammar": _grammar, "ambiguity": _ambiguity, "formatting": _formatting, "terse": _terse, "casual": _casual,
          "paraphrase": _paraphrase}


def apply(text: str, axis: str, strength: str, seed: int, keep=()) -> str:
    """The text with noise of one axis. `keep`: words that stay as they are (labels)."""
    assert axis in AXES and strength in STRENGTHS, (axis, strength)
    r = random.Random(f"{seed}/{axis}/{strength}")
    kept = set(_FALLBACKS) | {part for label in keep for part in re.findall(r"[A-Za-z]+", str(label))}
    share = _SHARE[strength]
    for rule in MECHANICAL[:4] if axis == "all" else (axis,):
        text = _RULES[rule](r, text, share, kept)
    return text.strip()
