"""Log monitoring: what a log line asks of the people on call."""
import words as w
from task import Task, family, options, pick_labels


def stamp(r):
    hour, minute = w.clock(r)
    return f"{w.iso(w.date(r, 2020, 2026))} {hour:02d}:{minute:02d}:{r.randint(0, 59):02d}"


@family(area="classification", theme="log monitoring", difficulty="easy")
def latency_over_limit(r):
    """Is the duration in a log line over the limit of the spec?"""
    over, under = pick_labels(r, [("SLOW", "OK"), ("slow", "fast"), ("breach", "within"), ("alert", "quiet"), ("yes", "no")])
    limit = r.choice([50, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000])

    def pair(r):
        slow = r.random() < 0.5
        taken = r.randint(limit + 1, limit * 4) if slow else r.randint(max(1, limit // 10), limit)
        verb = r.choice(["GET", "POST", "PUT"])
        line = f"{stamp(r)} {r.choice(w.SERVICES)} {verb} /{r.choice(w.NOUNS)}/{r.randint(1, 999)} took {taken} ms"
        return line, over if slow else under

    return Task(
        key=(over, under, limit), labels=(over, under), pair=pair,
        terse=[f"log line -> {over} if it took more than {limit} ms, else {under}", f"{over}/{under}: request duration above {limit} ms?"],
        casual=[f"look at how many ms the request took. more than {limit}? say {over}, otherwise just {under}",
                f"tell me {over} when the request needed over {limit} ms and {under} when it did not"],
        detailed=[f"The input is one line of a web service's log that ends with the duration in milliseconds. Return {options((over, under))}: "
                  f"{over} if the duration is greater than {limit} ms, {under} if it is {limit} ms or less.",
                  f"Decide whether a request was too slow. Read the duration in ms from the log line. Answer {over} for anything above {limit} ms; "
                  f"answer {under} for {limit} ms and below. Return only that word."])
