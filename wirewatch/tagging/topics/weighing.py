"""Which topics a text has: its phrases weighed by where they stand, and the weight made a probability."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from wirewatch.tagging.search.patterns import Family
from wirewatch.tagging.search.scan import Match, Scan

HEADLINE_FACTOR: Final = 2.0
LEAD_FACTOR: Final = 1.5
BODY_FACTOR: Final = 0.7
"""By a phrase's first place: what headline and lead leave out, an article mentions rather than is about."""
AGAIN: Final = 0.15
"""What each doubling of the times a phrase is said adds to its factor."""
INTERCEPT: Final = -4.8
OF_WEIGHT: Final = 3.7
OF_SHARE: Final = 3.1
OF_COMPANY: Final = 2.2
OF_ALL: Final = -1.55
"""Logistic regression on ln(1 + weight), on the share of the heaviest topic's weight, on that of the
heaviest of those it often goes with, and on ln(1 + what all weigh): a phrase says more in a short text.
`evaluation.topics` fits and checks it."""
THRESHOLD: Final = 0.45
"""Lowest score worth telling: about half the F1 that is reached, where F1 is highest (Lipton, Elkan and
Naryanaswamy, Optimal Thresholding of Classifiers to Maximize F1 Measure, 2014)."""
LEAST: Final = 4.5
"""Lowest weight worth telling, however little else there is: a strong phrase in the lead, two weak ones."""
MAX_MENTIONS: Final = 20
"""Phrases told of a topic, each at its first place: a long article would have hundreds."""

OfPhrase: TypeAlias = Sequence[tuple[int, float]]
"""Each topic (index) that a phrase speaks for or against, and its weight for it."""
Weights: TypeAlias = Sequence[OfPhrase]
"""That by the automaton's item."""
Told: TypeAlias = tuple[int, float, list[tuple[int, int]]]
"""A topic (index), how likely it is, and where in the plain text phrases that speak for it first stand."""


class ButDenied:
    """The weights of items, and of ~item what a phrase weighs that is denied: nothing for what `happens`."""

    def __init__(self, weights: Weights, happens: AbstractSet[int]) -> None:
        self._weights = weights
        self._happens = happens

    def __getitem__(self, item: int) -> OfPhrase:
        """Return what an item weighs for each topic."""
        if item >= 0:
            return self._weights[item]
        denied = self.denied(item)
        return [(topic, weight) for topic, weight in self._weights[~item] if topic not in denied]

    def denied(self, item: int) -> list[int]:
        """Return the topics that an item would speak for if it was not denied."""
        if item >= 0:
            return []
        return [topic for topic, weight in self._weights[~item] if weight > 0 and topic in self._happens]

    def tells_what_happens(self, item: int) -> bool:
        """Tell whether an item speaks for what happens more than for anything else: `ceasefire` does not."""
        most = max(weight for _, weight in self._weights[item])
        return any(
            weight == most and topic in self._happens for topic, weight in self._weights[item] if weight > 0
        )


class Weigher:
    """Weighs topics. `company`: by topic (index) those that it often goes with."""

    def __init__(self, weights: "Weights | ButDenied", company: Sequence[Sequence[int]]) -> None:
        self._weights = weights
        self._company = company

    def told(self, scan: Scan, lead: int, body: int, events: Sequence[Match] = ()) -> list[Told]:
        """Return the topics as likely as `THRESHOLD` or more.

        `lead`, `body`: where in the plain text the first paragraph begins, and the second. `events`: what is
        found beside phrases, each with an item of its own; it hides none of them.
        """
        return self.told_of([*events, *scan.longest(Family.TOPIC)], lead, body)

    def weights(self, scan: Scan, lead: int, body: int, events: Sequence[Match] = ()) -> dict[int, float]:
        """Return the weight of each topic (index) that has any."""
        return self.weights_of([*events, *scan.longest(Family.TOPIC)], lead, body)

    def told_of(self, matches: Iterable[Match], lead: int, body: int) -> list[Told]:
        """Return the topics as likely as `THRESHOLD` or more, of these matches."""
        totals, first = self._weigh(matches, lead, body)
        told = likely(totals, self._company)
        spans: dict[int, list[tuple[int, int]]] = {topic: [] for topic in told}
        if spans:
            for item, (start, end, _) in first.items():
                for topic, weight in self._weights[item]:
                    if weight > 0 and topic in spans and len(spans[topic]) < MAX_MENTIONS:
                        spans[topic].append((start, end))
        return [(topic, p, spans[topic]) for topic, p in told.items()]

    def weights_of(self, matches: Iterable[Match], lead: int, body: int) -> dict[int, float]:
        """Return the weight of each topic (index) that has any, of these matches."""
        return dict(self._weigh(matches, lead, body)[0])

    def _weigh(
        self, matches: Iterable[Match], lead: int, body: int
    ) -> tuple[dict[int, float], dict[int, Match]]:
        """Return the weight of each topic that has any; events, and the first match of each phrase, in order.

        A phrase counts once, where it weighs most; said again, it weighs a little more.
        """
        totals: defaultdict[int, float] = defaultdict(float)
        first: dict[int, Match] = {}
        again: dict[int, int] = {}
        weights = self._weights
        for match in matches:
            start, _, item = match
            if item in first:
                again[item] = again.get(item, 1) + 1
                continue
            first[item] = match
            factor = BODY_FACTOR if start >= body else LEAD_FACTOR if start >= lead else HEADLINE_FACTOR
            for topic, weight in weights[item]:
                totals[topic] += factor * weight
        for item, times in again.items():
            factor = AGAIN * math.log2(times)
            for topic, weight in weights[item]:
                totals[topic] += factor * weight
        return totals, first


def likely(totals: Mapping[int, float], company: Sequence[Sequence[int]]) -> dict[int, float]:
    """Return the topics as likely as `THRESHOLD` or more, each with how likely, from the weight of each."""
    heaviest = max(totals.values(), default=0.0)
    if heaviest < LEAST:
        return {}
    everything = 0.0
    for weight in totals.values():  # not by sum(), which rounds otherwise from Python 3.12 on
        if weight > 0:
            everything += weight
    told: dict[int, float] = {}
    for topic, weight in totals.items():
        # In the best company there is: most are dropped here, before theirs is looked for.
        if weight >= LEAST and probability(weight, weight / heaviest, 1.0, everything) >= THRESHOLD:
            near = beside(topic, totals, company) / heaviest
            if (p := probability(weight, weight / heaviest, near, everything)) >= THRESHOLD:
                told[topic] = p
    return told


def beside(topic: int, totals: Mapping[int, float], company: Sequence[Sequence[int]]) -> float:
    """Return the weight of the heaviest of those that `topic` often goes with; 0 when none has any."""
    return max([0.0, *[totals.get(other, 0.0) for other in company[topic]]])


def probability(weight: float, share: float, company: float, everything: float) -> float:
    """Return how likely a topic is, of a weight (0 or more) that is `share` of the heaviest one's.

    `company`: the share of the heaviest of those it often goes with, 0 or more; `everything`: what all weigh.
    """
    z = INTERCEPT + OF_WEIGHT * math.log1p(weight) + OF_SHARE * share + OF_COMPANY * company
    return 1 / (1 + math.exp(-z - OF_ALL * math.log1p(everything)))
