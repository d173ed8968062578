"""Custom classification: what a review says on one aspect."""
import re

import words as w
from task import Task, family, options, pick_labels
from templates import phrases

THEME = "custom classification"
ASPECTS = {
    "hotel": {"room": ("the room was spotless|our room had a great view|the room was huge|we loved the cosy room",
                       "the room was filthy|our room smelled of smoke|the room was tiny and dark|the room was freezing"),
              "staff": ("the staff were so kind|the people at the desk helped us right away|the receptionist was charming",
                        "the staff were rude|nobody at reception cared about us|the receptionist shouted at us"),
              "breakfast": ("breakfast was delicious|the breakfast buffet was superb|I still dream of the breakfast",
                            "breakfast was stale|the breakfast buffet was a sad affair|breakfast was cold and dull"),
              "wifi": ("the wifi was fast|the wifi worked perfectly|wifi was quick everywhere",
                       "the wifi was useless|the wifi dropped every minute|wifi was painfully slow"),
              "parking": ("parking was easy and free|there was plenty of parking|parking was right at the door",
                          "parking was a nightmare|parking cost a fortune|we never found parking")},
    "restaurant": {"food": ("the food was delicious|every dish tasted great|the food was fresh and full of flavour",
                            "the food was bland|the food was cold and salty|the food made me sick"),
                   "service": ("the service was quick and friendly|our waiter was a star|service was excellent",
                               "the service was terribly slow|our waiter ignored us|service was rude"),
                   "prices": ("prices are fair|it was a bargain|great value for the money",
                              "it was far too expensive|prices are a rip-off|I paid way too much"),
                   "music": ("the music was lovely|the live music was a treat|I enjoyed the music",
                             "the music was awful|the music was so loud it hurt|the music drove us mad"),
                   "seating": ("the chairs were comfy|our table was nice and spacious|the seats were very comfortable",
                               "the chairs were a torture|our table was wobbly and cramped|the seats were horribly hard")},
    "phone": {"battery": ("the battery lasts for days|battery life is amazing|the battery charges in no time",
                          "the battery dies by noon|battery life is a disaster|the battery gets dangerously hot"),
              "screen": ("the screen is gorgeous|the display is crisp and bright|I love the screen",
                         "the screen is dim and blurry|the display flickers|the screen cracked on day one"),
              "camera": ("the camera takes stunning pictures|the photos come out beautifully|the camera is superb",
                         "the camera is a joke|photos come out blurry|the camera is terrible at night"),
              "speaker": ("the speaker sounds rich|sound is excellent|the speaker is loud and clear",
                          "the speaker crackles|sound is tinny and weak|the speaker is awful"),
              "delivery": ("it was delivered in a day|delivery was super fast|it arrived early",
                           "it arrived weeks late|delivery took forever|the courier lost it twice")},
    "online shop": {"website": ("the website is a pleasure to use|the site is quick and clear|ordering on the website was easy",
                                "the website is a mess|the site kept crashing|the website is slow and ugly"),
                    "quality": ("the quality is outstanding|it is very well made|it feels solid and well crafted",
                                "the quality is poor|it fell apart at once|it feels cheap and badly made"),
                    "delivery": ("it came the next day|delivery was fast|the parcel was on time",
                                 "the parcel came weeks late|delivery was painfully slow|the courier lost my parcel"),
                    "support": ("support answered within minutes|customer service was very helpful|support was great",
                                "support never replied|customer service was hopeless|support was rude to me"),
                    "packaging": ("it was beautifully wrapped|the packaging was neat and safe|I liked the packaging",
                                  "the box was crushed|the packaging was a wasteful mess|the wrapping was torn and wet")},
}
OPENERS = phrases("""My verdict of {month}:|Written with {name}.|My {n}. review here.|A friend from {city} told me about it.
    Review by {name}:|Review no. {n}.|First review from me.|Honest opinion after {n} weeks.|Short review:|Written on {day}.
    For context, I live in {city}.""")


def opener(r):
    return r.choice(OPENERS).format(month=r.choice(w.MONTHS), name=w.first(r), n=r.randint(2, 12), city=w.city(r), day=r.choice(w.WEEKDAYS))


def joined(r, clauses):
    text = clauses[0] + "".join(r.choice([", ", ". ", "; ", " and ", ". Also, "]) + clause for clause in clauses[1:])
    return re.sub(r"(^|\. )([a-z])", lambda m: m[1] + m[2].upper(), text) + r.choice([".", "!", "."])


@family(area="classification", theme=THEME, difficulty="medium")
def aspect_verdict(r):
    """What a review says on one aspect: good, bad or nothing."""
    domain = r.choice(sorted(ASPECTS))
    aspect = r.choice(sorted(ASPECTS[domain]))
    good, bad, silent = labels = pick_labels(r, [("positive", "negative", "not mentioned"), ("good", "bad", "none"), ("+", "-", "0"),
                                                 ("LIKED", "DISLIKED", "ABSENT"), ("pro", "con", "n/a"),
                                                 ("praised", "criticised", "silent"), ("POS", "NEG", "NA")])

    def pair(r):
        state = r.choice(labels)
        others = r.sample([a for a in sorted(ASPECTS[domain]) if a != aspect], r.randint(1, 3))
        clauses = [r.choice(ASPECTS[domain][a][r.random() < 0.5].split("|")) for a in others]
        if state != silent:
            clauses.insert(r.randint(0, len(clauses)), r.choice(ASPECTS[domain][aspect][state == bad].split("|")))
        return (opener(r) + " " if r.random() < 0.8 else "") + joined(r, clauses), state

    return Task(
        key=(domain, aspect, labels), labels=labels, pair=pair,
        terse=[f"{domain} review, aspect '{aspect}': {good} if praised, {bad} if criticised, {silent} if not discussed",
               f"what does the review say about {aspect}? {good} (likes it) / {bad} (dislikes it) / {silent} (says nothing)"],
        casual=[f"i only care about what {domain} reviews say on {aspect}. {good} if they like it, {bad} if they complain, {silent} if it "
                "doesn't come up", f"{aspect} in this {domain} review - {good} when it's praised, {bad} when it's a complaint and "
                                   f"{silent} when they don't talk about it. ignore the rest"],
        detailed=[f"Read the review of a {domain} and report its opinion on one aspect only: {aspect}. Return {good} for a favourable "
                  f"opinion, {bad} for an unfavourable one and {silent} if the review does not talk about this aspect. Opinions on other "
                  "aspects must not influence the answer.",
                  f"Aspect-based sentiment. Domain: {domain}. Aspect: {aspect}. The output is {options(labels)}: {good} means that the "
                  f"reviewer is content with the {aspect}, {bad} that the reviewer is not, {silent} that the {aspect} is not touched "
                  "upon."])
