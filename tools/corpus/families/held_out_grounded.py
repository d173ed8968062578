"""Held out: grounded questions of kinds that no trained family has - next step, relations, disagreement."""
import words as w
from task import Task, family, options
from templates import phrases

THEME = "grounded questions and spec-based classification"
STEPS = phrases("""wash the {a}|peel the {a}|heat the {b}|open the {b}|fill the {b}|check the {b}|close the {b}|count the {a}s|cut the {a}
    dry the {b}|weigh the {a}|label the {b}|clean the {b}|shake the {a}|turn the {b}|cover the {a}|press the {a}|empty the {b}""")


@family(area="classification", theme=THEME, difficulty="hard")
def neighbour_step_in_procedure(r):
    """The step that comes right before or after a named step, in a text that does not tell them in order."""
    after = r.random() < 0.5
    none, layout = r.choice(["none", "-", "END", "(nothing)"]), r.choice(["{q}? {t}", "{t} Question: {q}", "[{q}] {t}", "{t}\n? {q}"])
    change = r.choice([str, str.upper, lambda s: s[0].upper() + s[1:], lambda s: s.replace(" ", "_")])

    def pair(r):
        pool = []
        for template in r.sample(STEPS, 4):
            pool.append(template.format(a=r.choice(w.NOUNS), b=r.choice(w.NOUNS)))
        size = r.choice([3, 4])
        steps = pool[:size]
        lines = [f"First {steps[0]}."] if r.random() < 0.5 else [f"Begin: {steps[0]}."]
        lines += [r.choice(["After you {a}, {b}.", "Before you {b}, {a}.", "When you have done '{a}', {b}.",
                            "'{b}' comes right after '{a}'."]).format(a=a, b=b) for a, b in zip(steps, steps[1:])]
        r.shuffle(lines)
        text = " ".join(line[0].upper() + line[1:] if not line.startswith("'") else line for line in lines)
        edge = r.random() < 0.2
        at = (size - 1 if after else 0) if edge else r.randrange(size - 1) if after else r.randrange(1, size)
        answer = none if edge else change(steps[at + 1 if after else at - 1])
        return layout.format(q=steps[at], t=text), answer

    way = "right after" if after else "right before"
    end = "last" if after else "first"
    form = f"written like '{change('wash the cup')}'"
    return Task(
        key=(after, none, layout, change("wash the cup")), pair=pair,
        terse=[f"which step comes {way} the one asked about? {form}; {none} if it is the {end}",
               f"procedure (sentences not in order) + a step -> the step {way} it, {form}, or {none}"],
        casual=[f"there's a procedure and one of its steps as the question. tell me what is done {way} that step, {form}. {none} if it's "
                f"the {end} one", f"what do i do {way} the given step? work out the order from the text. {form}; for the {end} step say "
                                  f"{none}"],
        detailed=["The input has a procedure, told in no particular order, and asks about one of its steps. Return the step that is done "
                  f"{way} it, {form}. If the step asked about is the {end} one, return {none}.",
                  f"Work out the order of the steps from words like first, before and after. Then return the step {way} the one in "
                  f"question, {form}. Return {none} when there is no such step."])


@family(area="classification", theme=THEME, difficulty="medium")
def winner_by_stated_relation(r):
    """Who wins a duel by a 'beats' relation that the spec invents."""
    items = r.sample(phrases("""stone|river|fire|wind|cloud|lion|mouse|tree|moon|sword|shield|frog|ice|rope|mirror|wolf|salt|drum|key
        crown"""), r.choice([3, 3, 5]))
    size = len(items)
    beats = {(items[n], items[(n + k) % size]) for n in range(size) for k in range(1, size // 2 + 1)}
    draw, want = r.choice(["draw", "tie", "nobody", "0", "="]), r.choice(["player", "player", "item", "number"])

    def pair(r):
        a, b = r.sample(w.FIRST, 2)
        x, y = r.choice(items), r.choice(items)
        if x == y and r.random() < 0.5:
            y = r.choice([item for item in items if item != x])
        text = r.choice(["{a} plays {x}, {b} plays {y}", "{a}: {x} / {b}: {y}", "{x} ({a}) against {y} ({b})",
                         "round {n}: {a} {x}, {b} {y}", "{a} shows {x} and {b} shows {y} in {c}"]).format(a=a, b=b, x=x, y=y,
                             n=r.randint(2, 90), c=w.city(r))
        if x == y:
            return text, draw
        first = (x, y) in beats
        return text, {"player": a if first else b, "item": x if first else y, "number": "1" if first else "2"}[want]

    rules = ", ".join(f"{items[n]} beats " + options([items[(n + k) % size] for k in range(1, size // 2 + 1)], "and") for n in range(size))
    short = ", ".join(f"{items[n]} beats " + "/".join(items[(n + k) % size] for k in range(1, size // 2 + 1)) for n in range(size))
    what = {"player": "the name of the winner", "item": "the item that wins",
            "number": "1 if the first player wins, 2 if the second does"}[want]
    if draw == "0" and want != "number":
        draw = "draw"
    return Task(
        key=(items, draw, want), pair=pair,
        terse=[f"{short}. output {what}; equal: {draw}", f"{short} -> {what}, {draw} if equal"],
        casual=[f"new game: {short}. two people play, give me {what}. {draw} if both have the same",
                f"{short}. who wins this round? print {what}, or {draw} when they show the same thing"],
        detailed=[f"In our game the following holds: {rules}. Two players show one item each. Return {what}. If both show the same item, "
                  f"return {draw}.", f"Referee a round of a game with these rules: {rules}. Equal items give {draw}. In all other rounds "
                                     f"output {what}."])


@family(area="classification", theme=THEME, difficulty="hard")
def fact_two_reports_disagree_on(r):
    """The one fact in which two reports of the same event differ."""
    facts = {"place": (w.city, phrases("""It happened in {v}.|The place was {v}.
        It took place in {v}.""")), "day": (lambda r: r.choice(w.WEEKDAYS), phrases("""
            It was a {v}.|On {v} it began.|The day was {v}.""")), "people": (lambda r: str(r.randint(3, 900)), phrases("""
            {v} people came.|There were {v} people.|It drew {v} people.""")),
             "leader": (w.person, phrases("""{v} was in charge.|The leader was {v}.
                 It was led by {v}.""")), "cost": (lambda r: f"{r.randint(100, 9000)} euros", phrases("""
                     It cost {v}.|The price was {v}.|{v} were spent."""))}
    chosen = r.sample(sorted(facts), r.randint(3, 4))
    change = r.choice([str, str.upper, str.title])
    none = r.choice(["none", "agree", "-", "no difference"])
    labels = tuple(change(f) for f in chosen) + (none,)
    layout = r.choice(["A: {a} B: {b}", "Report 1: {a}\nReport 2: {b}", "{a} || {b}", "<1> {a} <2> {b}"])

    def pair(r):
        at = r.randrange(len(labels))
        known = [f for f in chosen if r.random() < 0.75 or labels[at] == change(f)] or chosen[:1]
        values = {f: facts[f][0](r) for f in known}
        texts = []
        for second in (False, True):
            lines = []
            for f in known:
                value = values[f]
                while second and labels[at] == change(f) and value == values[f]:
                    value = facts[f][0](r)
                lines.append(r.choice(facts[f][1]).format(v=value))
            r.shuffle(lines)
            texts.append(" ".join(lines))
        return layout.format(a=texts[0], b=texts[1]), labels[at]

    return Task(
        key=(labels, layout), labels=labels, pair=pair,
        terse=[f"two reports: which fact differs? {options(labels[:-1])}; {none} if they agree",
               f"disagreement of the two texts, one of {', '.join(labels[:-1])}, or {none}"],
        casual=[f"these two reports should say the same. where do they differ: {options(labels[:-1])}? say {none} if they don't",
                f"compare both reports (facts: {', '.join(labels[:-1])}) and name the one that doesn't match, {none} when everything fits"],
        detailed=["The input holds two reports on one event, in different words and order. At most one fact differs. Return which: "
                  f"{options(labels[:-1])}. If the reports agree, return {none}.",
                  f"Check two accounts for a contradiction. The facts are {', '.join(labels[:-1])}. Output the name of the fact for which "
                  f"the accounts give different values, or {none} if all values are the same."])
