#!/usr/bin/env python3
"""Makes examples/orders: messages to the order desk of a made-up coffee supplier, each with what the desk types into its system.

  make_orders.py [--seed 21]        writes spec.txt, train.jsonl (560 rows) and test.jsonl (150 rows) beside itself, in orders/

A message names an action and perhaps an order number, an item and a quantity, in any order, with numbers that mean something else in
between (prices, phones, dates). Some items and phrasings occur in the test rows only. Everything here is invented.
"""
import argparse
import json
import pathlib
import random

ITEMS = [
    "oat milk", "barista oat milk", "espresso beans", "house blend", "decaf ground coffee", "paper cups 8oz", "paper cups 12oz", "cup lids",
    "cup sleeves", "wooden stirrers", "brown sugar sachets", "vanilla syrup", "hazelnut syrup", "sugar free caramel syrup", "chai concentrate",
    "matcha powder", "drinking chocolate", "earl grey teabags", "peppermint teabags", "green tea loose leaf", "portafilter gasket", "group head brush",
    "milk jug 600ml", "milk thermometer", "knock box", "water filter cartridge", "descaling tablets", "grinder burrs", "steam wand tips",
    "espresso machine cleaner", "takeaway bags", "napkins", "almond biscotti", "gluten free brownies", "ceramic espresso cups", "saucers",
    "cold brew bottles", "ethiopia sidamo", "colombia huila", "guatemala antigua", "soy milk", "lactose free milk", "paper straws", "glass carafes",
    "tamper 58mm", "filter papers v60", "aeropress filters", "digital scale", "bean hopper", "drip tray",
]
NEW_ITEMS = ["coconut milk", "kenya aa", "cinnamon sticks", "bamboo cutlery", "pour over kettle", "rooibos teabags", "compostable lids", "tamping mat"]

NAMES = ["Ines", "Tom", "Café Luna", "Marek", "The Corner Cup", "Aoife", "Bar Sport", "Lotte", "Hamid", "Old Mill Bakery", "Priya", "Jonas"]
WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 12: "a dozen", 20: "twenty", 24: "two dozen",
         30: "thirty", 40: "forty", 50: "fifty", 1: "one"}
PACKS = ["boxes of", "cases of", "cartons of", "packs of", "bags of", "x", "pcs", "units of", "", "", ""]

# {q} is the quantity with its packaging word, {i} the item, {o} the order number. The last of each list are for test rows only.
HELD_OUT = 3
MESSAGES = {
    "order": [
        "please send {q} {i}", "need {q} {i} by friday", "can we get {q} {i} with the next delivery", "put us down for {q} {i}", "hi, we are out of {i}. {q} please",
        "{i} - {q}", "order: {q} {i}", "we'd like to buy {q} {i} at the price from last time", "{q} {i}, same address as always",
        "could you add a new order, {q} {i}, invoice to the shop", "running low!! {q} {i} asap", "want to try the {i}, {q} to start with",
        "pls deliver {q} {i} tomorrow before 10", "restock {i}: {q}", "the usual, which is {q} {i}", "hello, how soon could {q} {i} be here? consider it ordered",
        "for the fair in may we take {q} {i}", "my boss says to get {q} {i}", "new order for the kiosk: {i}, {q}", "send over some {i}",
        "I would like to order {i}", "we need more {i}, you know how we like it",
        "book me in for {q} {i} on the tuesday van", "kindly arrange {q} {i} for our second site", "gonna need {q} {i} here",
    ],
    "cancel": [
        "cancel {o} please", "please cancel order {o}, we ordered twice", "I want to cancel the {i} from {o}", "stop {o}, wrong address", "no longer need {q} {i}, order {o}, cancel",
        "kill {o}, sorry", "can you still cancel {o}? it was a mistake", "cancel my order of {q} {i}", "scrap the {i} we ordered yesterday",
        "we found {i} elsewhere so drop {o}", "{o} is to be cancelled, {q} {i} is far too much", "don't send {o}", "forget the {i}, cancel it", "cancel everything in {o}",
        "not needed any more: {o}", "please take back our order {o} before it ships", "cancel",
        "call off {o}", "we changed our minds about {q} {i} ({o}), please annul", "leave {o} off the van, cancelled on our side",
    ],
    "change": [
        "change {o} to {q} {i}", "make it {q} {i} instead, order {o}", "{o}: please {q} {i}, not what I wrote before", "can I update {o}? should be {q} {i}",
        "we said the wrong number, {q} {i} on {o}", "swap the item in {o} for {i}", "add {q} {i} to {o}", "please raise {o} to {q} {i}", "lower the {i} in {o} to {q}",
        "could {o} go to the other shop instead", "change delivery of {o} to monday", "amend {o}, it is {i} we want", "correction for {o}: {i}, {q}",
        "the {i} on our open order should be {q}", "please edit {o} - {q} {i} is right", "one more thing for {o}, put in {q} {i}",
        "kindly adjust {o} so that it says {q} {i}", "bump {o} up to {q} {i}", "{o} again: not the old item, {i} please",
    ],
    "return": [
        "we want to return {q} {i} from {o}", "{q} {i} arrived broken, how do we send them back ({o})", "returning {i}, order {o}", "wrong item in {o}, got {i}, please collect",
        "please pick up {q} {i}, we don't want them", "{o} came with {q} {i} damaged, we'd like to send them back", "the {i} taste stale, take them back please",
        "refund for {o} please, {i} goes back today", "sending back {q} {i}", "return label for {o}?", "collect the {i} from {o}, past its date",
        "half of {o} was soaked. {q} {i} to return", "can the {i} be returned? unopened", "we'd like our money back for {q} {i}",
        "{i} from {o} does not fit our machine, it goes back", "please arrange the collection of {q} faulty {i}", "sent you back {q} {i} with the driver, {o}",
    ],
    "status": [
        "where is {o}", "any news on {o}? we expected it on tuesday", "has {o} shipped", "when will the {i} arrive, {o}", "status of {o} pls", "still waiting for {q} {i}",
        "tracking for {o}?", "is our {i} on its way", "{o} is late again", "did you get our order for {q} {i}", "which day is {o} coming", "hello? nothing has arrived ({o})",
        "driver did not show up with {o}", "need an eta for {i}, customers ask", "can you check {o} for me", "what happened to the {q} {i}",
        "what's the latest with {o}", "would be nice to know when {q} {i} get here", "{o}, gone missing?",
    ],
    "other": [
        "what are your opening hours over christmas", "please send the invoice for {o} again", "is {i} vegan", "how much is {i} per box", "my new phone number is 0151 2{n} 4{n}",
        "thank you, the {i} was lovely", "do you have a price list", "our vat id is DE2{n}1{n}4", "who do I talk to about the contract", "are you hiring",
        "the invoice for {o} shows the wrong name", "can you recommend a grinder under {n}0 euros", "do you deliver to Bruges", "please take us off the mailing list",
        "what is the shelf life of {i}", "payment for {o} went out today, {n}4.90 eur",
        "could we visit the roastery on the {d}th", "does {i} contain nuts", "who signed for {o}? our bookkeeper asks for the slip",
    ],
}

BEFORE = ["hi", "hello", "hey", "good morning,", "Dear team,", "hi there,", "moin,", "Hello {name},", "morning!", "URGENT", "ok so", "Hi it's {name} here,", "", "", "", "", "", ""]
AFTER = ["thanks", "thx", "cheers {name}", "many thanks, {name}", "best regards\n{name}", "call me on 0170 {n}88 {n}1 if anything", "budget is {n}0 euros", "we close at {h}",
         "our customer number is C{n}04", "ty!!", "-- {name}, sent from my phone", "invoice no. {n}17 is paid btw", "need it before the {d}th", "pls confirm", ".", "", "", "", "", "", "", ""]


def order_number(draw):
    number = draw.randint(10_000, 99_999)
    written = draw.choice([f"HL-{number}", f"HL-{number}", f"hl-{number}", f"HL{number}", f"hl {number}", f"#HL-{number}", f"#{number}", f"order {number}", f"no. HL-{number}",
                           f"order HL {number}"])
    return f"HL-{number}", written


def quantity(draw):
    value = draw.choice([1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10, 10, 12, 12, 15, 16, 18, 20, 24, 24, 25, 30, 36, 40, 48, 50, 60, 75, 100, 120, 150, 200, 250, 500])
    pack = draw.choice(PACKS)
    if value in WORDS and draw.random() < 0.35:
        text = WORDS[value]
        if value == 6 and draw.random() < 0.4:
            text = "half a dozen"
        return value, f"{text} {pack}".strip() if pack not in ("x", "pcs") else text
    if pack == "x":
        return value, draw.choice([f"{value}x", f"{value} x"])
    return value, f"{value} {pack}".strip()


def slip(draw, text, keep):
    """One slip of the hand outside the words that the answer copies."""
    words = text.split(" ")
    places = [k for k, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.lower() not in keep]
    if not places:
        return text
    k = draw.choice(places)
    word = words[k]
    i = draw.randint(1, len(word) - 3)
    words[k] = draw.choice([word[:i] + word[i + 1] + word[i] + word[i + 2:], word[:i] + word[i + 1:], word[:i] + word[i] + word[i:]])
    return " ".join(words)


def row(draw, action, template, items):
    number, written = order_number(draw)
    count, counted = quantity(draw)
    item = draw.choice(items)
    filler = {"name": draw.choice(NAMES), "n": draw.randint(12, 98), "h": draw.choice(["5", "18:30", "half past six"]), "d": draw.randint(4, 28)}
    shown = item if draw.random() < 0.8 else draw.choice([item.upper(), item.capitalize(), item.title()])
    if written.startswith("order") and "order {o}" in template:
        written = number
    if "{q} {i}" not in template:
        counted = counted.removesuffix(" of")
    text = template.format(o=written, q=counted, i=shown, **filler)
    keep = set(f"{item} {counted} order cancel change return status".lower().split())
    if draw.random() < 0.25:
        text = slip(draw, text, keep)
    greeted = text.lower().startswith(("hi", "hello"))
    text = " ".join(part for part in ("" if greeted else draw.choice(BEFORE).format(**filler), text) if part)
    end = draw.choice(AFTER).format(**filler)
    if end:
        text += end if end == "." else draw.choice([" ", ", ", ". ", "\n"]) + end
    if draw.random() < 0.06:
        text = text.upper()
    if draw.random() < 0.06:
        text = text.replace(" ", "  ", 2)
    answer = {"order": number if "{o}" in template else None, "item": item if "{i}" in template else None,
              "quantity": count if "{q}" in template else None, "action": action}
    return {"input": text, "output": json.dumps(answer, ensure_ascii=False, separators=(",", ":"))}


def make(draw, counts, messages, items, used):
    rows = []
    for action, count in counts.items():
        deck = []
        made = 0
        while made < count:
            if not deck:
                deck = list(messages[action])
                draw.shuffle(deck)
            candidate = row(draw, action, deck.pop(), items)
            key = " ".join(candidate["input"].lower().split())
            if key in used:
                continue
            used.add(key)
            rows.append(candidate)
            made += 1
    draw.shuffle(rows)
    return rows


SPEC = """Read a message to the order desk of a coffee supplier and return what it asks for, as one JSON object with exactly these keys in this order:
{"order":...,"item":...,"quantity":...,"action":...}

- order: the order number as HL- and five digits, however it is written; null if there is none
- item: the goods as the customer names them, in lower case, without quantity and packaging words; null if none is named
- quantity: how many, as a number (a dozen is 12); null if it is not said. Prices, phone numbers, dates and customer numbers are no quantities
- action: order, cancel, change, return, status, or other for everything else

"""


def write(path, rows):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seed", type=int, default=21)
    draw = random.Random(arguments.parse_args().seed)
    folder = pathlib.Path(__file__).resolve().parent / "orders"
    train_counts = {"order": 150, "cancel": 88, "change": 96, "return": 84, "status": 84, "other": 58}
    test_counts = {"order": 40, "cancel": 23, "change": 26, "return": 23, "status": 22, "other": 16}
    seen = {action: messages[:-HELD_OUT] for action, messages in MESSAGES.items()}
    used = set()
    train = make(draw, train_counts, seen, ITEMS, used)
    test = make(draw, test_counts, MESSAGES, ITEMS + NEW_ITEMS, used)
    shown = []
    for action in ("order", "change", "status", "return", "other"):
        shown.append(next(r for r in train if f'"action":"{action}"' in r["output"] and "\n" not in r["input"] and len(r["input"]) < 100))
    examples = "\n\n".join(f"Input: {r['input']}\nOutput: {r['output']}" for r in shown)
    folder.mkdir(exist_ok=True)
    (folder / "spec.txt").write_text(SPEC + examples + "\n", encoding="utf-8")
    write(folder / "train.jsonl", train)
    write(folder / "test.jsonl", test)


if __name__ == "__main__":
    main()
