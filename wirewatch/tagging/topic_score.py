"""Which topics an article has: its phrases weighed by where they stand, and the weight made a probability."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from wirewatch.article import Mention, TopicTag
from wirewatch.tagging.automaton import Match, longest
from wirewatch.tagging.fold import Text
from wirewatch.tagging.topics import TopicRules

HEADLINE_FACTOR: Final = 2.0
LEAD_FACTOR: Final = 1.5
BODY_FACTOR: Final = 0.7
"""By a phrase's first place: what headline and lead leave out, an article mentions rather than is about."""
AGAIN: Final = 0.15
"""What each doubling of the times a phrase is said adds to its factor."""
INTERCEPT: Final = -6.7
OF_WEIGHT: Final = 2.6
OF_SHARE: Final = 2.5
"""Logistic regression on ln(1 + weight) and on the share of the heaviest topic's weight; `evaluation.topics`
fits and checks it."""
THRESHOLD: Final = 0.5
"""Lowest score worth telling: more likely right than wrong."""
_LEAST = math.expm1((math.log(THRESHOLD / (1 - THRESHOLD)) - INTERCEPT - OF_SHARE) / OF_WEIGHT)
"""Weight below which no topic gets there, whatever its share."""
MAX_MENTIONS: Final = 20
"""Phrases told of a topic, each at its first place: a long article would have hundreds."""


class TopicScorer:
    """Scores topics from matches. `weights`: by the automaton's item, those for each topic (index)."""

    def __init__(self, rules: TopicRules, weights: Sequence[Mapping[int, float]]) -> None:
        self._topics = rules.topics
        self._weights = [tuple(by_topic.items()) for by_topic in weights]
        self._speaking: list[set[int]] = [set() for _ in rules.topics]
        for item, by_topic in enumerate(weights):
            for topic, weight in by_topic.items():
                if weight > 0:
                    self._speaking[topic].add(item)
        parents = {topic.code: topic.parent for topic in rules.topics}
        self._names = {topic.code: topic.name for topic in rules.topics}
        self._above = {code: _climb(code, parents) for code in parents}

    def score(self, text: Text, matches: Sequence[Match]) -> tuple[TopicTag, ...]:
        """Return the topics scored `THRESHOLD` or more, best first, then those above them (`via`).

        A phrase counts once, where it weighs most; said again, it weighs a little more.
        """
        met = _by_phrase(matches)
        told = likely(self._totals(text, met))
        if not told:
            return ()
        direct = [self._tag(text, topic, p, met.first) for topic, p in told.items()]
        direct.sort(key=_best_first)
        return (*direct, *self._broader(direct))

    def weights(self, text: Text, matches: Sequence[Match]) -> dict[int, float]:
        """Return the weight of each topic (index) that has any."""
        return self._totals(text, _by_phrase(matches))

    def _totals(self, text: Text, met: "_Met") -> dict[int, float]:
        totals: dict[int, float] = {}
        weights, lead, body = self._weights, text.start(1), text.start(2)
        first, again = met
        for item, (start, _, _) in first.items():
            factor = HEADLINE_FACTOR if start < lead else LEAD_FACTOR if start < body else BODY_FACTOR
            if item in again:
                factor += AGAIN * math.log2(again[item])
            for topic, weight in weights[item]:
                totals[topic] = totals.get(topic, 0.0) + factor * weight
        return totals

    def _tag(self, text: Text, topic: int, p: float, first: Mapping[int, Match]) -> TopicTag:
        """Return the tag of `topic`, with the first place of each phrase that speaks for it."""
        mentions: list[Mention] = []
        for start, end, _ in sorted([first[i] for i in self._speaking[topic].intersection(first)])[
            :MAX_MENTIONS
        ]:
            place, words = text.place(start, end)
            mentions.append(Mention(place=place, text=words, kind="phrase", rule="topic"))
        rule = self._topics[topic]
        return TopicTag(code=rule.code, name=rule.name, score=round(p, 3), mentions=tuple(mentions))

    def _broader(self, direct: Sequence[TopicTag]) -> list[TopicTag]:
        via: dict[str, list[TopicTag]] = {}
        met = {tag.code for tag in direct}
        for tag in direct:
            for code in self._above[tag.code]:
                if code not in met:
                    via.setdefault(code, []).append(tag)
        tags = [
            TopicTag(
                code=code,
                name=self._names[code],
                score=max(tag.score for tag in tags),
                via=tuple(tag.code for tag in tags),
            )
            for code, tags in via.items()
        ]
        return sorted(tags, key=_best_first)


class _Met(NamedTuple):
    """The phrases that stand in an article."""

    first: Mapping[int, Match]
    """The first match of each, in the order of the text."""
    again: Mapping[int, int]
    """How often each is said that is said more than once."""


def _by_phrase(matches: Sequence[Match]) -> _Met:
    first: dict[int, Match] = {}
    again: dict[int, int] = {}
    for match in longest(matches):
        item = match[2]
        if item in first:
            again[item] = again.get(item, 1) + 1
        else:
            first[item] = match
    return _Met(first, again)


def likely(totals: Mapping[int, float]) -> dict[int, float]:
    """Return the topics as likely as `THRESHOLD` or more, each with how likely, from the weight of each."""
    heaviest = max(totals.values(), default=0.0)
    if heaviest < _LEAST:
        return {}
    told: dict[int, float] = {}
    for topic, weight in totals.items():
        if weight >= _LEAST and (p := probability(weight, weight / heaviest)) >= THRESHOLD:
            told[topic] = p
    return told


def probability(weight: float, share: float) -> float:
    """Return how likely a topic is, of a weight (0 or more) that is `share` of the heaviest one's."""
    return 1 / (1 + math.exp(-(INTERCEPT + OF_WEIGHT * math.log1p(weight) + OF_SHARE * share)))


def _climb(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    above = []
    while (parent := parents[code]) is not None:
        above.append(parent)
        code = parent
    return tuple(above)


def _best_first(tag: TopicTag) -> tuple[float, str]:
    return -tag.score, tag.code
