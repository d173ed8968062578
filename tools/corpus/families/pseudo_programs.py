"""Pseudo-programs on numbers: small imperative languages, loops, branches, stacks and jumps."""
import words as w
from task import Task, family

THEME = "pseudo-program execution"


@family(area="code", theme=THEME, difficulty="medium")
def run_small_language(r):
    """Run statements of a language whose words the spec defines."""
    real = {"set": ["let", "set", "put"], "add": ["add", "inc", "plus"], "sub": ["sub", "dec", "minus"],
            "double": ["dbl", "twice", "double"], "copy": ["mov", "copy", "load"],
            "zero": ["clr", "zero", "wipe"]}
    chosen = ["set"] + r.sample(["add", "sub", "double", "copy", "zero"], 3)
    words = dict(zip(chosen, r.sample(w.MADE_UP, 4))) if r.random() < 0.4 else {name: r.choice(real[name]) for name in chosen}
    meaning = {"set": "V N: V becomes N", "add": "V N: V grows by N", "sub": "V N: V shrinks by N", "double": "V: V is doubled",
               "copy": "V U: V becomes U's value", "zero": "V: V becomes 0"}
    table = "; ".join(f"{words[name]} {meaning[name]}" for name in chosen)
    brief = {"set": "V N (V=N)", "add": "V N (V+=N)", "sub": "V N (V-=N)", "double": "V (V*=2)", "copy": "V U (V=U)", "zero": "V (V=0)"}
    short = ", ".join(f"{words[name]} {brief[name]}" for name in chosen)
    end, join = r.choice(["show", "print", "?", "out", "get"]), r.choice(["; ", "\n", " / ", ", "])
    output = r.choice(["N", "V=N", "V is N", "V: N"])

    def pair(r):
        values, lines = {}, []
        names = r.sample("abcdkmnpqxyz", 2)
        for name in names:
            values[name] = r.randint(0, 20)
            lines.append(f"{words['set']} {name} {values[name]}")
        for _ in range(r.randint(1, 3)):
            kind, name, n = r.choice(chosen), r.choice(names), r.randint(1, 9)
            other = names[1 - names.index(name)]
            values[name] = {"set": n, "add": values[name] + n, "sub": values[name] - n, "double": values[name] * 2, "copy": values[other],
                            "zero": 0}[kind]
            lines.append(f"{words[kind]} {name}" + (f" {other}" if kind == "copy" else "" if kind in ("double", "zero") else f" {n}"))
        name = r.choice(names)
        return join.join(lines + [f"{end} {name}"]), output.replace("V", name).replace("N", str(values[name]))

    return Task(
        key=(words, end, join, output), pair=pair,
        terse=[f"run: {short}. `{end} V` asks for V, answer {output}", f"{short}. At `{end} V` give {output} (N the value)"],
        casual=[f"run this little program. {table}. what does `{end} V` give at the end? write {output} (N is the value)",
                f"language: {table}. the last statement, {end} V, prints {output} with the value as N; what is it?"],
        detailed=[f"The input is a program. Its statements are executed in order: {table}. V and U are variables, N a number. The last "
                  f"statement is `{end} V`: return {output}, where N is the value of V then.",
                  f"Execute the statements from the first to the last and return what `{end} V` prints, as {output} (N: the value of V). "
                  f"The language: {table}."])


@family(area="code", theme=THEME, difficulty="medium")
def trace_variable_values(r):
    """All values that one variable takes, in order."""
    separator = r.choice([", ", " ", "->", " > ", ";", "|"])
    only_last, changes = r.choice([0, 0, 2]), r.random() < 0.5
    rule = "a value equal to the one before is left out" if changes else "repeated values are listed too"
    what = "the last two values" if only_last else "all values"
    mark = r.choice(["trace", "watch", "follow", "#", "values of"])
    shown = "a blank" if separator == " " else f"'{separator}'"

    def pair(r):
        a, b = r.sample("abcdfghkmnpqstuvwxyz", 2)
        values, lines, seen = {a: r.randint(1, 12), b: r.randint(1, 12)}, [], []
        lines += [f"{a} = {values[a]}", f"{b} = {values[b]}"]
        seen.append(values[a])
        for _ in range(r.randint(2, 4)):
            name = a if r.random() < 0.7 else b
            other, n, op = (b if name == a else a), r.randint(1, 9), r.choice(["+", "-", "*", "copy", "mix", "const"])
            if op == "copy":
                lines.append(f"{name} = {other}")
                values[name] = values[other]
            elif op == "mix":
                lines.append(f"{name} = {name} + {other}")
                values[name] += values[other]
            elif op == "const":
                lines.append(f"{name} = {n}")
                values[name] = n
            else:
                n = 2 if op == "*" else n
                lines.append(f"{name} = {name} {op} {n}")
                values[name] = {"+": values[name] + n, "-": values[name] - n, "*": values[name] * n}[op]
            if name == a:
                seen.append(values[a])
        if changes:
            seen = [v for n, v in enumerate(seen) if not n or v != seen[n - 1]]
        return "\n".join(lines + [f"{mark} {a}"]), separator.join(map(str, seen[-2:] if only_last else seen))

    two = " (or the only one)" if only_last else ""
    return Task(
        key=(separator, only_last, changes, mark), pair=pair,
        terse=[f"{what} that the variable after `{mark}` gets{two}, separator {shown}; {rule}",
               f"list {what} of the variable named by `{mark}`{two}, {shown} between; {rule}"],
        casual=[f"which values does the variable get? it's named in the last line after {mark}. give {what}{two} with {shown} between; "
                f"{rule}",
                f"step through the assignments and write down {what}{two} of the variable behind `{mark}`, {shown} in between, {rule}"],
        detailed=[f"The lines are assignments that run from top to bottom; the last line, `{mark} V`, names a variable. Return {what}{two} "
                  f"that V is given, in order of time, with {shown} between; {rule}.",
                  f"Trace the variable that the last line names after `{mark}`. Return {what}{two} assigned to it, first to last, "
                  f"separated by {shown}; {rule}."])


@family(area="code", theme=THEME, difficulty="medium")
def count_loop_rounds(r):
    """How often does the body of a loop run?"""
    unit = r.choice(["", " rounds", "x", " times", " runs"])
    never = r.choice(["0", "never", "none", "skipped", "not once"])
    endless = r.choice(["endless", "forever", "infinite", "never ends", "oo"])
    never_rule = f"no round: {never}" if never != "0" else "no round: 0"

    def pair(r):
        v, step, rounds = r.choice("abcijkmnpqstuvxyz"), r.randint(1, 9), r.randint(1, 9)
        kind = r.random()
        up = r.random() < 0.5
        start = r.randint(0, 15) if up else r.randint(40, 80)
        edge = r.randint(0, step - 1)
        end = start + step * rounds - edge if up else start - step * rounds + edge
        op = "<" if up else ">"
        out = f"{rounds}{unit}"
        if kind < 0.12:
            end, out = start - r.randint(0, 9) if up else start + r.randint(0, 9), never
        elif kind < 0.24:
            text = f"{v} = {start}\nwhile {v} {op} {end}: {v} = {v} {'-' if up else '+'} {step}"
            return text, endless if (start < end if up else start > end) else never
        if r.random() < 0.35 and edge == 0 and kind >= 0.24:
            op, end = op + "=", end - step if up else end + step
        action = r.choice(["", f"print({v}); ", f"total = total + {v}; ", "beep(); "])
        sign = "+" if up else "-"
        return f"{v} = {start}\nwhile {v} {op} {end}: {action}{v} = {v} {sign} {step}", out

    return Task(
        key=(unit, never, endless), pair=pair,
        terse=[f"rounds of the while loop as N{unit}; {never_rule}; no end: {endless}",
               f"how often does the body run? N{unit}; {never_rule}; loop without end: {endless}"],
        casual=[f"count how many times the loop body is run, write N{unit}; {never_rule}; if it would never stop write {endless}",
                f"N{unit}: how many rounds does this while do? {never_rule}, and {endless} if the condition stays true"],
        detailed=[f"The input is a variable and a while loop. Return how many times the body is executed, as N{unit}; {never_rule}. If the "
                  f"condition stays true for ever, return {endless}. The condition is checked before each round.",
                  f"Count the rounds of the loop and answer N{unit}, N being the number; {never_rule}. A loop whose variable runs away "
                  f"from the limit gives {endless}."])


@family(area="code", theme=THEME, difficulty="medium")
def stack_machine_result(r):
    """The stack after a few instructions of a stack machine."""
    real = {"add": ["add", "+", "sum"], "sub": ["sub", "-", "minus"], "dup": ["dup", "copy", "twin"], "swap": ["swap", "flip", "exch"],
            "drop": ["drop", "pop", "del"],
            "neg": ["neg", "chs", "~"], "max": ["max", "hi", "big"]}
    chosen = r.sample(sorted(real), 3)
    words = dict(zip(chosen, r.sample(w.MADE_UP, 3))) if r.random() < 0.35 else {name: r.choice(real[name]) for name in chosen}
    meaning = {"add": "top two become their sum", "sub": "top two become second minus top", "dup": "copy the top",
               "swap": "exchange the top two", "drop": "remove the top",
               "neg": "negate the top", "max": "top two become the larger"}
    effect = {"add": "a b -> a+b", "sub": "a b -> a-b", "dup": "a -> a a", "swap": "a b -> b a", "drop": "a -> nothing", "neg": "a -> -a",
              "max": "a b -> max(a,b)"}
    short = ", ".join(f"{words[name]}: {effect[name]}" for name in chosen)
    table = ", ".join(f"{words[name]}: {meaning[name]}" for name in chosen)
    what, error = r.choice(["the top", "all values, bottom first", "all values, top first"]), r.choice(["error", "underflow", "ERR",
        "too few", "-"])
    push = r.choice(["", "push ", "p", "#"])
    example = f"{push}5"

    def pair(r):
        stack, code, broken = [], [], False
        for n in range(r.randint(4, 7)):
            if n < 2 or len(stack) < 2 and r.random() < 0.85 or r.random() < 0.35:
                stack.append(r.randint(1, 12))
                code.append(f"{push}{stack[-1]}")
                continue
            name = r.choice(chosen)
            code.append(words[name])
            need = 1 if name in ("dup", "drop", "neg") else 2
            if len(stack) < need:
                broken = True
                break
            b = stack.pop()
            if name in ("add", "sub", "max"):
                a = stack.pop()
                stack.append({"add": a + b, "sub": a - b, "max": max(a, b)}[name])
            elif name == "swap":
                stack.insert(len(stack) - 1, b)
            else:
                stack += {"dup": [b, b], "drop": [], "neg": [-b]}[name]
        if not broken and not stack:
            stack, code = [3], code + [f"{push}3"]
        order = stack[::-1] if what.endswith("top first") else stack
        return (", ".join(code) if push == "push " else " ".join(code), error if broken else str(stack[-1]) if what == "the top"
                else " ".join(map(str, order)))

    many = "" if what == "the top" else ", blanks between"
    return Task(
        key=(words, what, error, push), pair=pair,
        terse=[f"stack, top right: {example} pushes; {short}. Give {what}; too few: {error}",
               f"{example} pushes 5; {short} (top right). {what}; {error} if values lack"],
        casual=[f"run it on an empty stack. {example} pushes 5; {table}. tell me {what} at the end{many}, or {error} when an instruction "
                "lacks values",
                f"stack code: {example} puts 5 on top; {table}. what's {what} afterwards{many}? {error} if it runs out of values"],
        detailed=[f"The input is a program for a stack machine that begins with an empty stack. {example} pushes the number 5; {table}. "
                  f"Return {what} at the end{many}. If an instruction finds too few values, return {error}.",
                  f"Execute the instructions from left to right: {example} pushes 5, {table}. The answer is {what} after the last "
                  f"one{many}, or {error} if a value is missing on the way."])


@family(area="code", theme=THEME, difficulty="medium")
def steps_on_number(r):
    """Steps in English, applied to a number."""
    form = r.choice(["N", "= N", "result: N", "N.", "[N]", "-> N", "<N>"])
    floor = r.random() < 0.5
    division = "halves are rounded down" if floor else "halves are rounded up"
    low, high = r.choice([(None, None), (0, 100), (0, 50), (0, 60), (10, 90)])
    clamp = f"; below {low} becomes {low} and above {high} becomes {high} after every step" if high else ""
    undo = r.random() < 0.5
    rule = "\"undo\" cancels the step before" if undo else "\"again\" repeats the step before"

    def pair(r):
        value = r.randint(max(2, low or 2), high or 40)
        steps, before, last = [], value, None
        first = value
        for n in range(r.randint(2, 4)):
            kind, k = r.choice(["add", "subtract", "double", "halve", "add", "subtract"]), r.randint(1, 20)
            if n and r.random() < 0.3 and last:
                steps.append("undo" if undo else "again")
                if undo:
                    value, last = before, None
                    continue
            else:
                steps.append({"add": r.choice([f"add {k}", f"plus {k}", f"increase by {k}"]),
                              "subtract": r.choice([f"subtract {k}", f"take away {k}", f"minus {k}"]),
                              "double": r.choice(["double it", "times two"]), "halve": r.choice(["halve it", "divide by two"])}[kind])
                last = kind, k
            before = value
            kind, k = last
            value = {"add": value + k, "subtract": value - k, "double": value * 2, "halve": value // 2 if floor else -(-value // 2)}[kind]
            value = min(high, max(low, value)) if high else value
        text = r.choice(["start with {}, ", "take {}, ", "begin at {}: ", "the number is {}; "]).format(first) + r.choice([", ",
            ", then "]).join(steps)
        return text, form.replace("N", str(value))

    return Task(
        key=(form, floor, low, high, undo), pair=pair,
        terse=[f"apply the steps, answer `{form}`; {division}; {rule}{clamp}", f"final number as {form}; {rule}; {division}{clamp}"],
        casual=[f"what number comes out? write {form}. {division}, {rule}{clamp}",
                f"do the steps one after another and give {form}; note {rule}, {division}{clamp}"],
        detailed=[f"The input names a number and steps. Apply the steps in order and return the final number as `{form}`. Here {division}; "
                  f"{rule}{clamp}.",
                  f"Carry out the instructions from left to right and return {form} with the final number as N. Rules: {division}; "
                  f"{rule}{clamp}."])


@family(area="code", theme=THEME, difficulty="medium")
def branch_taken(r):
    """Which branch of an if/elif/else chain runs?"""
    form = r.choice(["RESULT", "line L", "L:RESULT", "branch K", "RESULT (K)", "K RESULT", "L", "#K", "RESULT@L", "L,K", "K=RESULT"])
    parts = []
    if "RESULT" in form:
        parts.append("RESULT is the word that is set")
    if "K" in form:
        parts.append("K counts branches from 1, else is last")
    if "L" in form.replace("RESULT", ""):
        parts.append("L is the line of the chosen assignment, from 1")
    rule = "; ".join(parts)
    none = r.choice(["none", "-", "no branch", "(nothing)", "unset", "N/A", "no effect"])
    other_if = r.choice(["elif", "else if", "elsif"])

    def pair(r):
        x, y = r.sample("abdhkmpqstvwxy", 2)
        vx, vy = r.randint(0, 30), r.randint(0, 30)
        lines, chosen, name = [f"{x} = {vx}", f"{y} = {vy}"], None, r.choice(["color", "out", "mode", "word", "tag"])
        count = r.randint(2, 3)
        words = r.sample(w.COLORS + w.ANIMALS, count + 1)
        for n in range(count):
            op, n_ = r.choice(["<", ">", "==", ">="]), r.randint(0, 30)
            n_ = r.choice([n_, vx, vx + 1, vx - 1])
            second = r.random() < 0.35
            left, value = (x, vx) if not second else (y, vy)
            right, other = (str(n_), n_) if r.random() < 0.75 else ((y, vy) if not second else (x, vx))
            holds = {"<": value < other, ">": value > other, "==": value == other, ">=": value >= other}[op]
            if n == 0 and holds and r.random() < 0.5:
                op, holds = {"<": ">", ">": "<", "==": ">", ">=": "<"}[op], False
            lines.append(f"{'if' if n == 0 else other_if} {left} {op} {right}: {name} = {words[n]}")
            if holds and chosen is None:
                chosen = n + 1, len(lines), words[n]
        if r.random() < 0.65 or chosen is None and r.random() < 0.4:
            lines.append(f"else: {name} = {words[count]}")
            chosen = chosen or (count + 1, len(lines), words[count])
        text = "\n".join(lines)
        if chosen is None:
            return text, none
        out = form.replace("RESULT", "\0").replace("L", str(chosen[1])).replace("K", str(chosen[0])).replace("\0", chosen[2])
        return text, out

    return Task(
        key=(form, none, other_if), pair=pair,
        terse=[f"which branch runs? `{form}`; {rule}; no branch: {none}", f"if chain -> `{form}` ({rule}); {none} if no branch runs"],
        casual=[f"run the if chain and answer {form}: {rule}. if no branch is taken, {none}",
                f"only the first true branch counts. give {form}, where {rule}, or {none} when nothing runs"],
        detailed=[f"The input sets two variables and has a chain of if, {other_if} and perhaps else. Return `{form}` for the branch that "
                  f"is executed; {rule}. If no branch is executed, return {none}.",
                  f"Find the first branch whose condition holds (else if none does) and return {form}. Here {rule}. Answer {none} when "
                  "there is no such branch."])


@family(area="code", theme=THEME, difficulty="medium")
def nested_function_calls(r):
    """Evaluate nested calls of functions that the spec defines."""
    names = r.choice([("f", "g", "h"), ("zig", "zag", "zog"), ("up", "mix", "low"), ("p", "q", "s"), ("tick", "tock", "tuck"),
                      ("A", "B", "C")])
    bodies = [("x + {n}", lambda x, n: x + n), ("x - {n}", lambda x, n: x - n), ("2 * x", lambda x, n: 2 * x),
              ("{n} - x", lambda x, n: n - x), ("x * x", lambda x, n: x * x),
              ("10 * x", lambda x, n: 10 * x), ("2 * x + {n}", lambda x, n: 2 * x + n), ("the last digit of x", lambda x, n: abs(x) % 10)]
    chosen = r.sample(bodies, 3)
    numbers = [r.randint(1, 9) for _ in names]
    table = ", ".join(f"{name}(x) = {body.format(n=n)}" for name, (body, _), n in zip(names, chosen, numbers))
    call = {name: (lambda x, f=f, n=n: f(x, n)) for name, (_, f), n in zip(names, chosen, numbers)}
    form = r.choice(["N", "= N", "CALL = N", "N (CALL)"])

    def pair(r):
        while True:
            text = value = r.randint(1, 99)
            for _ in range(r.choice([1, 2, 2, 3])):
                name = r.choice(names)
                text, value = f"{name}({text})", call[name](value)
            if r.random() < 0.6:
                other, name, op = r.randint(1, 40), r.choice(names), r.choice("+-")
                text, value = f"{text} {op} {name}({other})", value + call[name](other) if op == "+" else value - call[name](other)
            if abs(value) < 500:
                return text, form.replace("N", str(value)).replace("CALL", text) if "CALL" not in form else form.replace("N",
                    "\0").replace("CALL", text).replace("\0", str(value))

    return Task(
        key=(table, form), pair=pair,
        terse=[f"{table}; evaluate, answer `{form}`", f"value of the expression as `{form}` with {table}"],
        casual=[f"if {table}, what does this give? answer {form}, N is the number" + (" and CALL the expression" if "CALL" in form else ""),
                f"compute it. our functions: {table}. write {form}"],
        detailed=[f"Functions are defined by {table}. Evaluate the expression, inner calls first, and return `{form}`, N being the value"
                  + (" and CALL the expression as given." if "CALL" in form else "."),
                  f"The input is an expression with calls. Given {table}, return its value in the form `{form}`"
                  + (", CALL being the input." if "CALL" in form else ".")])


@family(area="code", theme=THEME, difficulty="hard")
def jump_program_result(r):
    """A program with numbered lines and a conditional jump."""
    inc, dec, jump, stop = r.sample(w.MADE_UP, 4) if r.random() < 0.5 else r.choice([("inc", "dec", "jnz", "end"),
                                                                                     ("up", "down", "loop", "stop"),
                                                                                     ("+", "-", "goto", "halt"),
                                                                                     ("more", "less", "back", "done")])
    table = f"`{inc} V N` adds N, `{dec} V N` subtracts, `{jump} V L` goes to L if V > 0, `{stop}` ends"
    form = r.choice(["the value of R", "R=N", "all variables as R=3 C=0, alphabetically", "how many statements ran"])
    start = r.choice(["Variables begin at 0", "Variables begin at 1", "Variables begin at 0"])
    base = 1 if start.endswith("1") else 0

    def pair(r):
        counter, total, other = r.sample("abcdkmnpqxyz", 3)
        rounds, step, first = r.randint(1, 4), r.randint(1, 6), r.randint(1, 9)
        lines = [f"{inc} {counter} {rounds}"]
        if r.random() < 0.5:
            lines.append(f"{inc} {total} {first}")
        back = len(lines) + 1
        lines.append(f"{r.choice([inc, inc, dec])} {total} {step}")
        if r.random() < 0.3:
            lines.append(f"{inc} {other} 1")
        lines += [f"{dec} {counter} 1", f"{jump} {counter} {back}", stop]
        values, at, ran = {}, 1, 0
        while True:
            word, *arguments = lines[at - 1].split()
            ran += 1
            if word == stop:
                break
            name, n = arguments[0], int(arguments[1])
            values.setdefault(name, base)
            if word == jump:
                at = n if values[name] > 0 else at + 1
                continue
            values[name] += n if word == inc else -n
            at += 1
        text = "\n".join(f"{n} {line}" for n, line in enumerate(lines, 1)) + f"\nR is {total}"
        out = {"t": str(values[total]), "R": f"{total}={values[total]}", "a": " ".join(f"{k}={v}" for k, v in sorted(values.items())),
               "h": str(ran)}[form[0]]
        return text, out

    ask = {"h": f"{form}, {stop} too", "R": f"{form} (R's name and value)"}.get(form[0], form)
    return Task(
        key=(inc, form, start), pair=pair,
        terse=[f"{table}. All begin at {base}. Give {ask}", f"{table}; variables {base} first. Result: {ask}"],
        casual=[f"run it from line 1. {table}. {start.lower()}; R is named in the last line. answer with {ask}",
                f"numbered program: {table}. {start.lower()}. what's {ask} at the end (R: see last line)?"],
        detailed=[f"Execute the numbered lines from line 1. {table}. {start}; the line after the program names the variable R. When the "
                  f"program has ended, return {ask}.",
                  f"The input is a program with line numbers. Its statements: {table}. {start}. Return {ask}, R being the variable that "
                  "the last line names; L is a line number and V a variable."])


@family(area="code", theme=THEME, difficulty="easy")
def loop_printout(r):
    """What does a counting loop print?"""
    separator = r.choice([" ", ",", ", ", "\n", "-", ";"])
    inclusive, skip = r.random() < 0.5, r.choice([None, "even", "odd"])
    nothing = r.choice(["(nothing)", "-", "(empty)", "no output"])
    bounds = "A..B includes B" if inclusive else "A..B stops before B"
    rule = bounds + (f"; {skip} values of the variable are skipped" if skip else "") + "; \"a\" + 1 is a1"
    shown = {" ": "a blank", "\n": "line breaks"}.get(separator, f"'{separator}'")

    def pair(r):
        a, n, v = r.randint(0, 30), r.randint(1, 5), r.choice("ijkntxy")
        b = a + n if r.random() < 0.9 else a - r.randint(1, 3)
        kind, k = r.choice(["plain", "times", "plus", "minus", "word"]), r.randint(2, 5)
        word = r.choice(w.NOUNS)
        shown = {"plain": v, "times": f"{v} * {k}", "plus": f"{v} + {k}", "minus": f"{k + 40} - {v}", "word": f"\"{word}\" + {v}"}[kind]
        numbers = [i for i in range(a, b + 1 if inclusive else b) if not skip or (i % 2 == 0) != (skip == "even")]
        values = [{"plain": i, "times": i * k, "plus": i + k, "minus": k + 40 - i, "word": f"{word}{i}"}[kind] for i in numbers]
        head = r.choice(["for {v} in {a}..{b}: print {s}", "for {v} in {a}..{b} {{ print({s}) }}", "repeat {v} in {a}..{b}: say {s}",
                         "loop {v} over {a}..{b}\n  print {s}"])
        return head.format(v=v, a=a, b=b, s=shown), separator.join(map(str, values)) or nothing

    return Task(
        key=(separator, inclusive, skip, nothing), pair=pair,
        terse=[f"what does the loop print? {rule}; separator {shown}; no output: {nothing}",
               f"output of the loop, {shown} between values; {rule}; {nothing} if it prints none"],
        casual=[f"write what the loop prints, {shown} between the values. {rule}. nothing printed: {nothing}",
                f"run the loop: {rule}. put {shown} between outputs and write {nothing} if there are none"],
        detailed=[f"The input is a counting loop. {rule[0].upper() + rule[1:]}. Return everything that it prints, separated by {shown}; if "
                  f"it prints nothing, return {nothing}.",
                  f"Return the output of the loop, one value after another with {shown} between. Rules: {rule}. A loop without any output "
                  f"gives {nothing}."])
