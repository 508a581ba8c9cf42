"""Which topics an article has: its phrases weighed by where they stand, and the weight made a probability."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from wirewatch.article import Mention, TopicTag
from wirewatch.tagging.automaton import Match, longest
from wirewatch.tagging.fold import Text, fold
from wirewatch.tagging.topics import TopicRules

HEADLINE_FACTOR: Final = 2.0
LEAD_FACTOR: Final = 1.5
BODY_FACTOR: Final = 0.7
"""By a phrase's first place: what headline and lead leave out, an article mentions rather than is about."""
AGAIN: Final = 0.15
"""What each doubling of the times a phrase is said adds to its factor."""
INTERCEPT: Final = -4.2
OF_WEIGHT: Final = 3.2
OF_SHARE: Final = 2.2
OF_COMPANY: Final = 2.0
OF_ALL: Final = -1.3
"""Logistic regression on ln(1 + weight), on the share of the heaviest topic's weight, on that of the
heaviest of those it often goes with, and on ln(1 + what all weigh): a phrase says more in a short text.
`evaluation.topics` fits and checks it."""
THRESHOLD: Final = 0.4
"""Lowest score worth telling: about half the F1 that is reached, where F1 is highest (Lipton, Elkan and
Naryanaswamy, Optimal Thresholding of Classifiers to Maximize F1 Measure, 2014)."""
LEAST: Final = 4.5
"""Lowest weight worth telling, however little else there is: a strong phrase in the lead, two weak ones."""
MAX_MENTIONS: Final = 20
"""Phrases told of a topic, each at its first place: a long article would have hundreds."""


class TopicScorer:
    """Scores topics from matches. `weights`: by the automaton's item, those for each topic (index)."""

    def __init__(self, rules: TopicRules, weights: Sequence[Mapping[int, float]]) -> None:
        self._topics = rules.topics
        self._weights = [tuple(by_topic.items()) for by_topic in weights]
        self._company = company_of(rules)
        parents = {topic.code: topic.parent for topic in rules.topics}
        self._names = {topic.code: topic.name for topic in rules.topics}
        self._above = {code: _climb(code, parents) for code in parents}

    def score(self, text: Text, matches: Sequence[Match]) -> tuple[TopicTag, ...]:
        """Return the topics scored `THRESHOLD` or more, best first, then those above them (`via`).

        A phrase counts once, where it weighs most; said again, it weighs a little more.
        """
        totals, first = self._weigh(text, matches)
        told = likely(totals, self._company)
        if not told:
            return ()
        direct = self._tags(text, told, first)
        direct.sort(key=_best_first)
        return (*direct, *self._broader(direct))

    def weights(self, text: Text, matches: Sequence[Match]) -> dict[int, float]:
        """Return the weight of each topic (index) that has any."""
        return self._weigh(text, matches)[0]

    def _weigh(self, text: Text, matches: Sequence[Match]) -> tuple[dict[int, float], dict[int, Match]]:
        """Return the weight of each topic that has any, and the first match of each phrase, in order."""
        totals: defaultdict[int, float] = defaultdict(float)
        first: dict[int, Match] = {}
        again: dict[int, int] = {}
        weights = self._weights
        lead, body = text.start(1), text.start(2)
        for match in longest(matches):
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

    def _tags(self, text: Text, told: Mapping[int, float], first: Mapping[int, Match]) -> list[TopicTag]:
        """Return the tags of the topics `told`, with the first place of each phrase that speaks for them."""
        mentions: dict[int, list[Mention]] = {topic: [] for topic in told}
        for item, (start, end, _) in first.items():
            mention = None  # one, whatever it speaks for
            for topic, weight in self._weights[item]:
                if topic in mentions and weight > 0 and len(mentions[topic]) < MAX_MENTIONS:
                    if mention is None:
                        place, words = text.place(start, end)
                        mention = Mention(place=place, text=words, kind="phrase", rule="topic")
                    mentions[topic].append(mention)
        rules = self._topics
        return [
            TopicTag(code=rules[topic].code, name=rules[topic].name, score=round(p, 3), mentions=tuple(met))
            for (topic, p), met in zip(told.items(), mentions.values(), strict=True)
        ]

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


def weights_by_phrase(rules: TopicRules) -> dict[str, dict[int, float]]:
    """Return by folded phrase the topics (index) that it speaks for or against, and its weight for each."""
    weights: dict[str, dict[int, float]] = {}
    for n, topic in enumerate(rules.topics):
        for phrase, weight in topic.phrases.items():
            weights.setdefault(fold(phrase), {})[n] = weight
    return weights


def company_of(rules: TopicRules) -> list[tuple[int, ...]]:
    """Return by topic (index) those that it often goes with."""
    numbers = {topic.code: n for n, topic in enumerate(rules.topics)}
    return [tuple(numbers[code] for code in topic.company) for topic in rules.topics]


def likely(totals: Mapping[int, float], company: Sequence[Sequence[int]]) -> dict[int, float]:
    """Return the topics as likely as `THRESHOLD` or more, each with how likely, from the weight of each."""
    heaviest = max(totals.values(), default=0.0)
    if heaviest < LEAST:
        return {}
    everything = sum([weight for weight in totals.values() if weight > 0])
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


def _climb(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    above = []
    while (parent := parents[code]) is not None:
        above.append(parent)
        code = parent
    return tuple(above)


def _best_first(tag: TopicTag) -> tuple[float, str]:
    return -tag.score, tag.code
