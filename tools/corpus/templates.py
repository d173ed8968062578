"""Templates: texts with slots in braces. How a family file lists them, what commonly goes into the slots, and how they are filled.

    fill = filler(SLOTS)
    fill(r, r.choice(phrases("Hello {first}|Greetings from {city}")))  # "Greetings from Oslo"

Trained and held-out families share what stands here: slots and notation, never a template.
"""
from __future__ import annotations

import re

import words as w

# Things that one can carry and own, in the singular.
_PLACES_AND_STUFF = """coffee cotton lunch market bridge harbor river road station kitchen library office garage garden tower tunnel corner
circle signal""".split()
PORTABLE_THINGS = [noun for noun in w.NOUNS if not noun.endswith("s") and noun not in _PLACES_AND_STUFF]

# slot: what draws its text. A file puts slots of its own beside these, or in place of some: SLOTS | {...}
SLOTS = {
    "first": w.first, "person": w.person, "city": w.city, "country": w.country, "company": w.company,
    "noun": lambda r: r.choice(PORTABLE_THINGS), "product": lambda r: r.choice(w.SINGULAR_PRODUCTS), "job": lambda r: r.choice(w.JOBS),
    "adj": lambda r: r.choice(w.ADJECTIVES), "color": lambda r: r.choice(w.COLORS), "n": lambda r: str(r.randint(2, 60)),
    "month": lambda r: r.choice(w.MONTHS), "weekday": lambda r: r.choice(w.WEEKDAYS), "past": lambda r: r.choice(w.VERBS_PAST),
    "verb": lambda r: r.choice("repair clean paint move check pack sell wash open lift measure replace inspect order".split()),
}
# The same for texts that are all slots: one letter each.
LETTER_SLOTS = {
    "f": w.first, "l": w.last, "c": w.city, "k": w.company, "n": lambda r: r.choice(w.NOUNS), "p": lambda r: r.choice(w.SINGULAR_PRODUCTS),
    "a": lambda r: r.choice(w.ADJECTIVES), "j": lambda r: r.choice(w.JOBS), "v": lambda r: r.choice(w.VERBS_PAST),
    "d": lambda r: r.choice(w.WEEKDAYS), "m": lambda r: r.choice(w.MONTHS), "i": lambda r: str(r.randint(2, 60)),
}


def phrases(text):
    """The phrases of a text that has a bar or the end of a line between two of them."""
    return [phrase.strip() for phrase in re.split(r"[|\n]", text) if phrase.strip()]


def by_class(text):
    """{class: its templates} of a text with a paragraph "class: template | template ..." for each."""
    rows = (paragraph.replace("\n", " ").split(": ", 1) for paragraph in text.strip().split("\n\n"))
    return {name: [template.strip() for template in templates.split("|")] for name, templates in rows}


def filler(slots, capital=False):
    """fill(r, template): the template with every {slot} drawn anew, from left to right; with a capital at its beginning if asked for."""
    def fill(r, template):
        text = re.sub(r"\{(\w+)\}", lambda slot: slots[slot[1]](r), template)
        return text[0].upper() + text[1:] if capital else text
    return fill
