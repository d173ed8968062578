"""Noise on a specification: eight axes, three strengths, a function of (text, axis, strength, seed) and nothing else.

  typos        slips of the fingers in words
  grammar      articles lost, verb endings wrong
  ambiguity    exact words replaced by vague ones
  formatting   drifting blanks, capitals, punctuation, bullets
  all          the four above, each at the strength
  terse, casual, paraphrase   another wording; heavy only: terse cuts what is not needed, casual chats, paraphrase swaps phrases

What the function is must survive: words of `keep` (labels), words with digits, quoted text, JSON and code are never touched. noisy.py takes
every axis, and these rules for each (not the other wordings that a family has). build.py draws the mechanical axes alone, and not strictly:
see `strict` of apply().
"""
from __future__ import annotations

import dataclasses
import random
import re

from words import typo

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

# Quoted text, JSON and code. An apostrophe inside a word opens and closes nothing; braces and brackets may hold one pair of their own.
_PROTECTED = r"\"[^\"]*\"|(?<!\w)'(?:[^']|(?<=\w)'(?=\w))+'(?!\w)|`[^`]*`|\{(?:[^{}]|\{[^{}]*\})*\}|\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_PROTECTED_AS_DRAWN = r"\"[^\"]*\"|'[^' ][^']*'|'[^'A-Za-z]{1,5}'|`[^`]*`|\{[^}]*\}|\[[^\]]*\]"
_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]+(?![A-Za-z0-9_])")  # part_of_a_name and v2 are none
_WORD_AS_DRAWN = re.compile(r"[A-Za-z]+")


@dataclasses.dataclass(frozen=True)
class _Noise:
    r: random.Random
    share: float  # of the words that an axis may touch
    keep: frozenset
    protected: re.Pattern
    strict: bool

    def hits(self, times=1):
        return self.r.random() < self.share * times

    def touches(self, word):
        return word.isalpha() and word.islower() and len(word) > 3 and word not in self.keep and self.hits()

    def outside(self, text, change):
        """change(piece) over what is not protected."""
        return "".join(piece if at % 2 else change(piece) for at, piece in enumerate(self.protected.split(text)))

    def words(self, text, change):
        """change(word) over the words of the text; blanks and signs stay, and what a quotation mark or bracket without its partner touches."""
        word = _WORD if self.strict else _WORD_AS_DRAWN

        def piecewise(piece):
            return "".join(part if part[:1] in tuple("\"'`{[") else word.sub(lambda match: change(match.group(0)), part)
                           for part in re.split(r"(\s+)", piece))
        return self.outside(text, piecewise)


def _typos(noise, text):
    return noise.words(text, lambda word: typo(noise.r, word, _KEYS) if noise.touches(word) else word)


def _grammar(noise, text):
    def change(word):
        if word.lower() in ("the", "a", "an") and not (noise.strict and word in noise.keep) and noise.hits(3):
            return "\0"
        if not noise.touches(word):
            return word
        if word.endswith("s") and not word.endswith("ss"):
            return word[:-1]
        return word[:-2] if word.endswith("ed") and len(word) > 5 else word + "s"
    return re.sub(r"\0 ?", "", noise.words(text, change))


def _ambiguity(noise, text):
    def change(word):
        vague = _VAGUE.get(word.lower())
        if vague is None or word in noise.keep or not noise.hits(3):
            return word
        return vague.capitalize() if word[0].isupper() else vague
    return noise.words(text, change)


def _formatting(noise, text):
    def capitals(word):
        if not noise.touches(word):
            return word
        return word.upper() if noise.r.random() < 0.5 else word.capitalize()

    def blanks(piece):
        return re.sub(" ", lambda _: noise.r.choice(["  ", " "]) if noise.hits() else " ", piece)

    def sentences(piece):
        return re.sub(r"\. (?=[A-Z])", lambda _: noise.r.choice(["\n- ", ".\n", " ; ", ". "]) if noise.hits(2) else ". ", piece)
    text = noise.outside(noise.words(text, capitals), blanks)
    text = noise.outside(text, sentences) if noise.strict else sentences(text)
    return text.rstrip(".") if noise.hits(2) else text


def _terse(noise, text):
    def change(word):
        return "\0" if word.lower() in _FILLERS and word not in noise.keep and noise.hits(3) else word
    return re.sub(r"\0 ?", "", noise.words(text, change)).strip()


def _casual(noise, text):
    text = _paraphrase(noise, text)
    opening = noise.r.choice(["hey, can you ", "i need this: ", "ok so basically ", "could you "])
    first = re.match(r"[A-Z][a-z]+", text)
    if first and first.group(0) not in noise.keep:
        text = text[0].lower() + text[1:]
    return opening + text.rstrip(".") + noise.r.choice([" thx", " pls", ", that's it", ""])


def _paraphrase(noise, text):
    for old, new in _PHRASES:
        if any(old in word.lower() for word in noise.keep) or not noise.hits(3):
            continue
        for phrase, other in ((old, new), (old.capitalize(), new.capitalize())):
            text = noise.outside(text, lambda piece: re.sub(rf"\b{phrase}\b", other, piece))
    return text


_RULES = {"typos": _typos, "grammar": _grammar, "ambiguity": _ambiguity, "formatting": _formatting, "terse": _terse, "casual": _casual,
          "paraphrase": _paraphrase}


def apply(text: str, axis: str, strength: str, seed: int, keep=(), strict=True) -> str:
    """The text with noise of one axis. `keep`: words that stay as they are (labels).

    Not strict is how the corpus is drawn: there an apostrophe opens a quotation ("it's X if they don't Y"), so that the quoted text after it
    may be touched, a sentence may be broken inside quoted text, parts of names (min_rating) count as words, and a label may be lost that is
    spelt like an article or come out with two blanks. To draw strictly changes 319 of the 72,212 specs that mappers were trained on.
    """
    assert axis in AXES and strength in STRENGTHS, (axis, strength)
    kept = set(_FALLBACKS) | {part for label in keep for part in re.findall(r"[A-Za-z]+", str(label))}
    whole = [re.escape(label) for label in sorted(keep, key=len, reverse=True) if " " in label]
    protected = re.compile(f"({'|'.join([*whole, _PROTECTED]) if strict else _PROTECTED_AS_DRAWN})")
    noise = _Noise(random.Random(f"{seed}/{axis}/{strength}"), _SHARE[strength], frozenset(kept), protected, strict)
    for rule in MECHANICAL[:4] if axis == "all" else (axis,):
        text = _RULES[rule](noise, text)
    return text.strip()
