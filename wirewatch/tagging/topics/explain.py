"""Why an article has not the topics that some of its words speak for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from wirewatch.tagging.search.scan import Match
from wirewatch.tagging.topics.weighing import LEAST, THRESHOLD, Weights, beside, probability


class NotTold(NamedTuple):
    """A topic (index) that was not told: how likely it is, what it weighs, and where its phrases first stand.

    `for_it`, `against`: the spans in the plain text of the phrases that speak so, in order.
    """

    topic: int
    score: float
    weight: float
    for_it: tuple[tuple[int, int], ...]
    against: tuple[tuple[int, int], ...]


class TopicNotTold(NamedTuple):
    """The same as a reader finds it: the words themselves, and the reason (see `TOPIC_REASONS`)."""

    code: str
    name: str
    score: float
    weight: float
    why: str
    phrases: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def because(self) -> str:
        """Return how near it came to being told, why it was not, and the words for it and against."""
        against = f"; against it: {', '.join(self.against)}" if self.against else ""
        why = f"{self.score:.2f}, weight {self.weight}: {TOPIC_REASONS[self.why]}"
        return f"{why}; for it: {', '.join(self.phrases)}{against}"


TOPIC_REASONS = {
    "against": "what speaks against it holds it down",
    "little": f"too little speaks for it: a weight of {LEAST} is the least",
    "outweighed": f"other topics weigh more: from {THRESHOLD:.2f} on it is told",
}
"""What each reason says, for people."""


def not_told(
    totals: Mapping[int, float],
    matches: Iterable[Match],
    weights: Weights,
    company: Sequence[Sequence[int]],
    told: Iterable[int],
) -> list[NotTold]:
    """Return the topics but those `told` that any of the `matches` speaks for, the nearest to it first.

    `totals`: what each topic that has any phrase weighs; `weights`, `company`: as a `Weigher` has them.
    """
    spans: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
    seen: set[int] = set()
    for start, end, item in sorted(matches):
        if item not in seen:
            seen.add(item)
            for topic, weight in weights[item]:
                spans.setdefault(topic, ([], []))[weight < 0].append((start, end))
    heaviest = max(totals.values(), default=0.0)
    everything = sum(max(weight, 0.0) for weight in totals.values())
    found: list[NotTold] = []
    for topic in spans.keys() - set(told):
        for_it, against = map(tuple, spans[topic])
        if for_it:
            weight, near = totals[topic], beside(topic, totals, company)
            p = probability(weight, weight / heaviest, near / heaviest, everything) if weight > 0 else 0.0
            found.append(NotTold(topic, p, weight, for_it, against))
    return sorted(found, key=lambda one: (-one.score, -one.weight, one.topic))


def reason(one: NotTold) -> str:
    """Return which of `TOPIC_REASONS` kept a topic from being told."""
    if one.weight >= LEAST:
        return "outweighed"
    return "against" if one.against else "little"
