"""Filtering of small tables: rows by threshold, by two conditions, best rows, duplicates, counts, column values."""
import words as w
from task import Task, compact_json, family

DEPARTMENTS = "sales,finance,support,legal,research,design,security,marketing,logistics,training".split(",")
STATUSES = "open,closed,pending,failed,active,paused,new,done".split(",")
NUMBERS = ["amount", "age", "score", "qty", "price", "hours", "points", "stock"]
SEPARATORS = [(",", "commas"), (";", "semicolons"), ("|", "bars"), ("\t", "tabs")]
NONES = ["none", "N/A", "-", "NONE", "no match", "empty"]
JOINS = [(", ", "', '"), (",", "commas without blanks"), (" ", "blanks"), ("|", "'|'"), (" / ", "' / '"), (";", "';'")]
TESTS = [("above {}", lambda a, b: a > b), ("of at least {}", lambda a, b: a >= b), ("below {}", lambda a, b: a < b), ("of at most {}",
lambda a, b: a <= b)]


def names(r, count):
    return r.sample(w.FIRST, count)


def near(r, limit):
    """A number that is as often below the limit as above it, and at times the limit."""
    return r.choice([limit, r.randint(1, limit - 1), r.randint(1, limit - 1), r.randint(limit + 1, 99), r.randint(limit + 1, 99)])



@family(area="core", theme="filtering, diffs, cron and resumes", difficulty="medium")
def rows_past_threshold(r):
    """Names of the rows whose number passes a test."""
    (separator, separators), (join, joined), none = r.choice(SEPARATORS), r.choice(JOINS), r.choice(NONES)
    column, (phrase, test), limit = r.choice(NUMBERS), r.choice(TESTS), r.choice([10, 20, 25, 30, 40, 50, 60, 75, 80])
    phrase = phrase.format(limit)

    def pair(r):
        empty = r.random() < 0.18
        rows = []
        for name in names(r, r.randint(3, 6)):
            value = near(r, limit)
            while empty and test(value, limit):
                value = near(r, limit)
            rows.append((name, r.choice(DEPARTMENTS), value))
        text = "\n".join([separator.join(["name", "team", column])] + [separator.join(map(str, row)) for row in rows])
        return text, join.join(name for name, _, value in rows if test(value, limit)) or none

    return Task(
        key=(separator, join, none, column, phrase), pair=pair,
        terse=[f"table ({separators}): names with {column} {phrase}, joined by {joined}; if none: {none}",
               f"keep rows with {column} {phrase}; output their names joined by {joined}, or {none}"],
        casual=[f"which people have a {column} {phrase}? list the names in row order, joined by {joined}, {none} if nobody does",
                f"filter the little table: {column} {phrase}. give me the name column joined by {joined}; {none} when no row is left"],
        detailed=[f"The input is a table with a header line and columns separated by {separators}. Keep the rows with a {column} {phrase} "
                  f"and return their names in the original order, "
                  f"joined by {joined}. If no row qualifies, return {none}.",
                  f"Select rows by the column {column}: only values {phrase} pass. Output the first column of these rows, top to bottom, "
                  f"joined by {joined}. With no row left output {none}."])


@family(area="core", theme="filtering, diffs, cron and resumes", difficulty="hard")
def ids_matching_two_conditions(r):
    """Ids of the records that meet both conditions, or either."""
    (join, joined), none = r.choice(JOINS), r.choice(NONES)
    column, (phrase, test), limit, status = r.choice(NUMBERS), r.choice(TESTS), r.choice([20, 30, 40, 50, 60, 70]), r.choice(STATUSES)
    both, prefix = r.random() < 0.65, r.choice(["T", "ID", "#", "A-", "R"])
    phrase = phrase.format(limit)

    def pair(r):
        records = []
        for number in r.sample(range(10, 99), r.randint(3, 5)):
            records.append((f"{prefix}{number}", status if r.random() < 0.5 else r.choice(STATUSES),
                            near(r, limit)))
        if r.random() < 0.15:
            records = [(key, r.choice([other for other in STATUSES if other != status]) if (not both or test(value, limit)) else state,
                        value) for key, state, value in records]
        text = "\n".join(f"id={key} status={state} {column}={value}" for key, state, value in records)
        found = [key for key, state, value in records if (state == status and test(value, limit) if both else state == status or test(value,
        limit))]
        return text, join.join(found) or none

    word = "and" if both else "or"
    rule = f"status {status} {word} {column} {phrase}"
    how = "both hold" if both else "one or both hold"
    return Task(
        key=(join, none, rule, prefix), pair=pair,
        terse=[f"ids with {rule}, joined by {joined}; none left: {none}",
               f"filter records by {rule}; print ids joined by {joined} or {none}"],
        casual=[f"give me the ids of the records with {rule}, joined by {joined}, and {none} if there are none",
                f"which ids fit? {rule}. join them with {joined}; write {none} if nothing fits"],
        detailed=[f"Every line is a record with id, status and {column}. Return the ids of the records with {rule} ({how}), in the order "
                  f"of the input and joined by {joined}. If there are none, return {none}.",
                  f"Filter the key=value records. A record passes with {rule}, that is if {how}. Output the ids that pass from top to "
                  f"bottom, joined by {joined}; output {none} when the result is empty."])


@family(area="core", theme="filtering, diffs, cron and resumes", difficulty="hard")
def best_rows_by_number(r):
    """The names of the k rows with the largest or smallest number."""
    count, largest = r.randint(1, 3), r.random() < 0.5
    column, (join, joined) = r.choice(NUMBERS), r.choice(JOINS)
    with_value = r.random() < 0.4
    separator, separators = r.choice(SEPARATORS[:3] + [(": ", "a colon")])

    def pair(r):
        people = names(r, r.randint(count + 1, 6))
        values = r.sample(range(1, 200), len(people))
        rows = sorted(zip(values, people), reverse=largest)[:count]
        text = "\n".join(f"{name}{separator}{value}" for name, value in zip(people, values))
        return text, join.join(f"{name}={value}" if with_value else name for value, name in rows)

    which, form = "largest" if largest else "smallest", "name=value" if with_value else "the name only"
    top = f"the {count} rows with the {which} {column}" if count > 1 else f"the row with the {which} {column}"
    tail = f", {which} first, joined by {joined}" if count > 1 else ""
    return Task(
        key=(count, which, column, separator, form, join if count > 1 else ""), pair=pair,
        terse=[f"name{separator.strip()}{column} lines: {top}, as {form}{tail}", f"find {top}; write {form}{tail}"],
        casual=[f"from lines of name and {column} take {top} and write {form}{tail}",
                f"who is {'on top' if largest else 'at the bottom'}? {top}, {form}{tail}"],
        detailed=[f"Each line gives a name and its {column}, separated by {separators}. Return {top}{tail}. For each one write {form}.",
                  f"Rank the lines by {column}. The result is {top}{tail}, each written as {form}. There are no ties."])


@family(area="core", theme="filtering, diffs, cron and resumes", difficulty="hard")
def count_rows_of_group(r):
    """How many rows belong to a group."""
    key = r.choice(["team", "status", "city"])
    values = {"team": DEPARTMENTS, "status": STATUSES, "city": w.CITIES}[key]
    asked, zero = r.choice(values), r.choice(["0", "none", "zero rows", "-"])
    form = r.choice(["{n}", "count={n}", "{n} rows", "n: {n}", "total {n}"])
    negate = r.random() < 0.25

    def pair(r):
        others = [value for value in r.sample(values, min(len(values), 6)) if value != asked][:3]
        rows = [(w.first(r), asked if r.random() < (0.6 if negate else 0.5) else r.choice(others)) for _ in range(r.randint(4, 8))]
        if r.random() < 0.12:
            rows = [(name, asked if negate else value if value != asked else r.choice(others)) for name, value in rows]
        number = sum((value == asked) != negate for _, value in rows)
        return "\n".join(f"{at + 1}. {name} - {value}" for at, (name, value) in enumerate(rows)), form.format(n=number) if number else zero

    test = f"whose {key} is {'not ' * negate}{asked}"
    shape = form.replace("{n}", "N")
    return Task(
        key=(key, asked, zero, form, negate), pair=pair,
        terse=[f"count lines {test}; answer as {shape}, if there are none: {zero}",
               f"number N of rows {test}, written {shape} ({zero} instead of 0)"],
        casual=[f"how many lines are there {test}? write it as {shape}, or {zero} if there isn't one",
                f"count the people {test}. format {shape}, N is the number; {zero} for nobody"],
        detailed=[f"The numbered list gives a name and a {key} on each line. Count the lines {test} and return the number N as {shape}. "
                  f"If there are none, return {zero}.",
                  f"Go through the list and count every entry {test}. The same name may occur twice, each line counts. Output: {shape}, "
                  f"with N the number, but {zero} if nothing is counted."])


@family(area="core", theme="filtering, diffs, cron and resumes", difficulty="hard")
def drop_repeated_keys(r):
    """Keeps one line for each key."""
    last, join, sort = r.random() < 0.5, r.choice([" ", ", ", "|", ";"]), r.random() < 0.3
    sign = r.choice(["=", ":", "->"])

    def pair(r):
        keys = r.sample(w.NOUNS, r.randint(2, 4))
        lines = keys + [r.choice(keys) for _ in range(r.randint(1, 3))]
        r.shuffle(lines)
        lines = [(key, r.randint(1, 99)) for key in lines]
        kept = {}
        for key, value in lines:
            if last:
                kept.pop(key, None)
                kept[key] = value
            else:
                kept.setdefault(key, value)
        result = sorted(kept.items()) if sort else kept.items()
        return "\n".join(f"{key}{sign}{value}" for key, value in lines), join.join(f"{key}{sign}{value}" for key, value in result)

    which, order = "last" if last else "first", "sorted by key" if sort else "in input order"
    name = {" ": "a blank", ", ": "a comma and a blank"}.get(join, f"'{join}'")
    return Task(
        key=(which, join, sort, sign), pair=pair,
        terse=[f"keep only the {which} line of each key, {order}, joined by {name}",
               f"dedupe key{sign}value lines, {which} wins; {order}, one line joined by {name}"],
        casual=[f"some keys occur twice, keep the {which} line of every key and put the rest on one line joined by {name}, {order}",
                f"remove repeated keys from the list: the {which} one stays. {order}, joined with {name}"],
        detailed=[f"The input has lines of the form key{sign}value, and keys may repeat. Keep the {which} line of each key and drop the "
                  f"others. Return the lines that remain {order} "
                  f"on a single line, joined by {name}.",
                  f"Deduplicate by key: of the lines with the same key only the {which} survives, at its own place. Write the survivors "
                  f"{order}, joined by {name}, each as key{sign}value."])


@family(area="core", theme="filtering, diffs, cron and resumes", difficulty="medium")
def sum_of_matching_rows(r):
    """The sum of a number over the rows of one kind."""
    status, column = r.choice(STATUSES), r.choice(["amount", "qty", "hours", "points"])
    form = r.choice(["{n}", "sum={n}", "{n} in total", "total: {n}"])
    zero = r.choice(["0", "none", "n/a", "(nothing)"])

    def pair(r):
        others = [other for other in STATUSES if other != status]
        rows = [(f"{r.choice('ABCDEFGH')}{r.randint(10, 99)}", status if r.random() < 0.55 else r.choice(others), r.randint(1,
        30)) for _ in range(r.randint(3, 5))]
        if r.random() < 0.12:
            rows = [(key, r.choice(others), value) for key, _, value in rows]
        total = sum(value for _, state, value in rows if state == status)
        return "\n".join([f"id,status,{column}"] + [f"{key},{state},{value}" for key, state,
                                                    value in rows]), form.format(n=total) if total else zero

    shape = form.replace("{n}", "N")
    return Task(
        key=(status, column, form, zero), pair=pair,
        terse=[f"sum of {column} over rows with status {status}, as {shape}; no such row: {zero}",
               f"CSV: add up {column} where status={status} -> {shape} or {zero}"],
        casual=[f"add up the {column} of all {status} rows and write {shape} (N is the sum), or {zero} if there is no {status} row",
                f"what's the total {column} of the {status} ones? format {shape}, {zero} when there are none"],
        detailed=[f"The input is CSV with the columns id, status and {column}. Sum the {column} of the rows whose status is {status} and "
                  f"return it as {shape}. If no row has this status, return {zero}.",
                  f"Filter the rows to status {status} first, then add their {column} values. The answer has the form {shape} with N the "
                  f"sum; it is {zero} when the filter leaves nothing."])


@family(area="core", theme="filtering, diffs, cron and resumes", difficulty="medium")
def reorder_or_select_columns(r):
    """One record with only the columns asked for, in the order asked for."""
    columns = r.sample(["id", "name", "city", "team", "price", "date", "status"], 5)
    wanted = r.sample(columns, r.randint(2, 3))
    (source, sources), (target, targets) = r.choice(SEPARATORS[:3]), r.choice(JOINS)
    as_json = r.random() < 0.3
    blank = r.choice(["-", "n/a", "?", "null", "missing"])

    def pair(r):
        made = {"id": str(r.randint(100, 9999)), "name": w.first(r), "city": w.city(r), "team": r.choice(DEPARTMENTS), "price": w.money(r),
                "date": w.iso(w.date(r)), "status": r.choice(STATUSES)}
        for column in columns:
            if r.random() < 0.12:
                made[column] = ""
        if not made[columns[0]] and not any(made[column] for column in columns):
            made[columns[0]] = "0"
        text = source.join(columns) + "\n" + source.join(made[column] for column in columns)
        chosen = {column: made[column] or blank for column in wanted}
        return text, compact_json(chosen) if as_json else target.join(chosen.values())

    listed = ", ".join(wanted)
    form = "compact JSON with string values" if as_json else f"one line joined by {targets}"
    return Task(
        key=(tuple(columns), tuple(wanted), source, target, as_json, blank), pair=pair, kind="json" if as_json else "text",
        terse=[f"header + row ({sources}): {listed} in this order as {form}; empty -> {blank}",
               f"select columns {listed} -> {form}; write {blank} for empty cells"],
        casual=[f"take {listed} (in that order) from the row and write {form}. empty cells become {blank}",
                f"cut the record down to {listed}, as {form}; put {blank} where a cell is empty"],
        detailed=[f"The first line names the columns, the second is the record, both separated by {sources}. Return only the columns "
                  f"{listed}, in this order, as {form}. An empty cell is written as {blank}.",
                  f"Project the record onto these columns: {listed}. Keep this order even if the header has another one. Output {form}, "
                  f"with {blank} in place of empty values."])
