"""Why an article has not the topics that some of its words speak for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from wirewatch.tagging.search.scan import Match
from wirewatch.tagging.topics.weighing import LEAST, THRESHOLD, ButDenied, beside, probability


class NotTold(NamedTuple):
    """A topic (index) that was not told: how likely it is, what it weighs, and where its phrases first stand.

    `for_it`, `against`, `denied`: the spans in the plain text of the phrases that speak so, in order.
    """

    topic: int
    score: float
    weight: float
    for_it: tuple[tuple[int, int], ...]
    against: tuple[tuple[int, int], ...]
    denied: tuple[tuple[int, int], ...]


class _Spans:
    """What speaks for a topic, against it, or would if it was not denied."""

    def __init__(self) -> None:
        self.for_it: list[tuple[int, int]] = []
        self.against: list[tuple[int, int]] = []
        self.denied: list[tuple[int, int]] = []


class TopicNotTold(NamedTuple):
    """The same as a reader finds it: the words themselves, and the reason (see `TOPIC_REASONS`)."""

    code: str
    name: str
    score: float
    weight: float
    why: str
    phrases: tuple[str, ...]
    against: tuple[str, ...]
    denied: tuple[str, ...]

    @property
    def because(self) -> str:
        """Return how near it came to being told, why it was not, and the words for it and against."""
        words = {"for it": self.phrases, "against it": self.against, "denied": self.denied}
        why = f"{self.score:.2f}, weight {self.weight}: {TOPIC_REASONS[self.why]}"
        return "; ".join([why, *(f"{how}: {', '.join(these)}" for how, these in words.items() if these)])


TOPIC_REASONS = {
    "denied": "the headline denies it, imagines it or only remembers it",
    "against": "what speaks against it holds it down",
    "little": f"too little speaks for it: a weight of {LEAST} is the least",
    "outweighed": f"other topics weigh more: from {THRESHOLD:.2f} on it is told",
}
"""What each reason says, for people."""


def not_told(
    totals: Mapping[int, float],
    matches: Iterable[Match],
    weights: ButDenied,
    company: Sequence[Sequence[int]],
    told: Iterable[int],
) -> list[NotTold]:
    """Return the topics but those `told` that any of the `matches` speaks for, the nearest to it first.

    `totals`: what each topic that has any phrase weighs; `weights`, `company`: as a `Weigher` has them.
    """
    spans: defaultdict[int, _Spans] = defaultdict(_Spans)
    seen: set[int] = set()
    for start, end, item in sorted(matches):
        if item not in seen:
            seen.add(item)
            for topic, weight in weights[item]:
                (spans[topic].against if weight < 0 else spans[topic].for_it).append((start, end))
            for topic in weights.denied(item):
                spans[topic].denied.append((start, end))
    heaviest = max(totals.values(), default=0.0)
    everything = sum(max(weight, 0.0) for weight in totals.values())
    found: list[NotTold] = []
    for topic in spans.keys() - set(told):
        of = spans[topic]
        if of.for_it or of.denied:
            weight, near = totals.get(topic, 0.0), beside(topic, totals, company)
            p = probability(weight, weight / heaviest, near / heaviest, everything) if weight > 0 else 0.0
            found.append(NotTold(topic, p, weight, tuple(of.for_it), tuple(of.against), tuple(of.denied)))
    return sorted(found, key=lambda one: (-one.score, -one.weight, one.topic))


def reason(one: NotTold) -> str:
    """Return which of `TOPIC_REASONS` kept a topic from being told."""
    if one.denied:
        return "denied"
    if one.weight >= LEAST:
        return "outweighed"
    return "against" if one.against else "little"
