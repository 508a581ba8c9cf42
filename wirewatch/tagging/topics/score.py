"""The topic tags of an article: the topics told of its text, and those above them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from wirewatch.article import TopicTag
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.search.patterns import Family
from wirewatch.tagging.search.scan import Match, Scan
from wirewatch.tagging.text.fold import Text, fold
from wirewatch.tagging.topics import weighing
from wirewatch.tagging.topics.classes import AsClasses, Named
from wirewatch.tagging.topics.denials import DenialReader
from wirewatch.tagging.topics.events import EventReader
from wirewatch.tagging.topics.explain import TopicNotTold, not_told, reason
from wirewatch.tagging.topics.topics import MIN_PREFIX, PLAYED, STRENGTHS, TopicRules, stars_over
from wirewatch.tagging.topics.weighing import HEADLINE_FACTOR, ButDenied, Told, Weigher

_TOPIC = Family.TOPIC
_AT_PLAY = 3.0
"""What a topic that is played weighs more than where a text is about it: one weak phrase in the headline is
no game (`hits`, of baseball)."""
_TOLD = HEADLINE_FACTOR * STRENGTHS["strong"]
"""What a topic weighs at least whose event need not be told beside its phrases: it would push others out."""

_THOUGH_DENIED = 6.0
"""Lowest weight worth telling of what happens where the headline denies any: more than a strong phrase in the
lead, which may be what is denied."""


class TopicScorer:
    """Scores topics from matches. `weights`: by the automaton's item, those for each topic (index)."""

    def __init__(
        self,
        rules: TopicRules,
        catalogue: Catalogue,
        weights: Sequence[Mapping[int, float]],
        weigher: type[Weigher],
    ) -> None:
        self._topics = rules.topics
        as_classes = AsClasses(catalogue)
        self._events = EventReader(rules, as_classes)
        self._denials = DenialReader(rules.denials, as_classes)
        self._first_event = len(weights)
        self._weights = [
            *(tuple(by_topic.items()) for by_topic in weights),
            *(((n, STRENGTHS["strong"]),) for n in range(len(rules.topics))),
        ]
        self._company = company_of(rules)
        self._weigher = weigher(self._weights, self._company)
        self._names = {topic.code: topic.name for topic in rules.topics}
        self._above = rules.above()
        self._played = self._under(PLAYED)
        self._happens = self._under({topic.code for topic in rules.topics if topic.happens})
        self._of_denied = ButDenied(self._weights, self._happens)
        self._but_denied = weighing.Weigher(self._of_denied, self._company)

    def score(self, text: Text, scan: Scan, found: Sequence[Named]) -> tuple[TopicTag, ...]:
        """Return the topics that are likely enough, best first, then those above them (`via`).

        `found`: the accepted actors, in order.
        """
        lead, body = text.origin.start(1), text.origin.start(2)
        told = self._weigher.told(scan, lead, body, self._told_events(text, scan, found))
        happens = [topic for topic, _, _ in told if topic in self._happens]
        if happens and (read := self._but_what_is_denied(text, scan, found)):
            weights = self._but_denied.weights_of(read, lead, body)
            told = [
                one
                for one in self._but_denied.told_of(read, lead, body)
                if one[0] not in self._happens or weights[one[0]] >= _THOUGH_DENIED
            ]
        if not told:
            return ()
        direct = _best_first([(-tag.score, tag.code, tag) for tag in self._tags(text, told)])
        return (*direct, *self._broader(direct))

    def weights(self, text: Text, scan: Scan, found: Sequence[Named]) -> dict[int, float]:
        """Return the weight of each topic (index) that has any."""
        return self._weights_of(text, self._read(text, scan, found))

    def not_told(
        self, text: Text, scan: Scan, found: Sequence[Named], told: Sequence[TopicTag]
    ) -> tuple[TopicNotTold, ...]:
        """Return the topics that some words speak for, but those `told`: the nearest to being told first."""
        numbers = {topic.code: n for n, topic in enumerate(self._topics)}
        read = self._read(text, scan, found)
        near = not_told(
            self._weights_of(text, read),
            read,
            self._of_denied,
            self._company,
            [numbers[tag.code] for tag in told if not tag.via],
        )
        return tuple(
            TopicNotTold(
                code=self._topics[one.topic].code,
                name=self._topics[one.topic].name,
                score=round(one.score, 3),
                weight=round(one.weight, 1),
                why=reason(one),
                phrases=tuple(text.origin.place(*span)[1] for span in one.for_it),
                against=tuple(text.origin.place(*span)[1] for span in one.against),
                denied=tuple(text.origin.place(*span)[1] for span in one.denied),
            )
            for one in near
        )

    def _read(self, text: Text, scan: Scan, found: Sequence[Named]) -> list[Match]:
        """Return all that tells of topics, ~item of what is denied."""
        read = self._but_what_is_denied(text, scan, found)
        return read or [*self._told_events(text, scan, found), *scan.longest(_TOPIC)]

    def _told_events(self, text: Text, scan: Scan, found: Sequence[Named]) -> list[Match]:
        """Return the events of the headline that phrases have not told already, each with its item.

        None where words tell of sport or the arts.
        """
        events = self._all_events(text, found)
        return self._worth_telling(events, self._weights_with(text, scan, ())) if events else events

    def _all_events(self, text: Text, found: Sequence[Named]) -> list[Match]:
        return [
            (start, end, self._first_event + topic) for start, end, topic in self._events.read(text, found)
        ]

    def _worth_telling(self, events: Sequence[Match], weights: Mapping[int, float]) -> list[Match]:
        if any(weights.get(topic, 0.0) > _AT_PLAY for topic in self._played):
            return []
        topics = [event[2] - self._first_event for event in events]
        heavy = {topic for topic in topics if weights.get(topic, 0.0) >= _TOLD}
        if heavy:  # `Iran summons envoy over oil`: one word of diplomacy, among more of trade
            heavy &= weighing.likely(weights, self._company).keys()
        return [event for event, topic in zip(events, topics, strict=True) if topic not in heavy]

    def _but_what_is_denied(self, text: Text, scan: Scan, found: Sequence[Named]) -> list[Match]:
        """Return the matches, ~item of those that are denied; [] where the headline denies none."""
        if not self._denials.may_deny(text):
            return []
        events, matches = self._all_events(text, found), scan.longest(_TOPIC)
        body = text.origin.start(2)
        telling = [
            match
            for match in (*events, *matches)
            if match[0] < body and self._of_denied.tells_what_happens(match[2])
        ]
        denied = self._denials.read(text, found, telling)
        if not denied:
            return []
        read = [(start, end, ~item if (start, end, item) in denied else item) for start, end, item in matches]
        weights = self._weights_of(text, read)
        told = self._worth_telling([event for event in events if event not in denied], weights)
        return [*told, *read]

    def _under(self, codes: AbstractSet[str]) -> frozenset[int]:
        """Return the topics (index) that have any of `codes`, or stand under one."""
        return frozenset(
            n
            for n, topic in enumerate(self._topics)
            if not codes.isdisjoint((topic.code, *self._above[topic.code]))
        )

    def _weights_of(self, text: Text, read: Sequence[Match]) -> dict[int, float]:
        return self._but_denied.weights_of(read, text.origin.start(1), text.origin.start(2))

    def _weights_with(self, text: Text, scan: Scan, events: Sequence[Match]) -> dict[int, float]:
        return self._weigher.weights(scan, text.origin.start(1), text.origin.start(2), events)

    def _tags(self, text: Text, told: Sequence[Told]) -> list[TopicTag]:
        origin = text.origin
        tags: list[TopicTag] = []
        for topic, p, spans in told:
            rule = self._topics[topic]
            score = round(1000 * p) / 1000  # round(p, 3) takes a microsecond
            mentions = tuple([origin.mention(start, end, "phrase", "topic") for start, end in spans])
            tags.append(TopicTag(code=rule.code, name=rule.name, score=score, mentions=mentions))
        return tags

    def _broader(self, direct: Sequence[TopicTag]) -> list[TopicTag]:
        via: dict[str, list[TopicTag]] = {}
        met = {tag.code for tag in direct}
        for tag in direct:
            for code in self._above[tag.code]:
                if code not in met:
                    via.setdefault(code, []).append(tag)
        broader = []
        for code, tags in via.items():
            score = tags[0].score  # the best come first
            codes = tuple([tag.code for tag in tags])
            broader.append(
                (-score, code, TopicTag(code=code, name=self._names[code], score=score, via=codes))
            )
        return _best_first(broader)


def weights_by_phrase(rules: TopicRules) -> dict[str, dict[int, float]]:
    """Return by folded phrase the topics (index) that it speaks for or against, and its weight for each.

    What speaks only against a topic hides no other's words, though the longest phrase counts: `stock market
    crash` is no accident, and still says `stock market`.
    """
    weights: dict[str, dict[int, float]] = {}
    for n, topic in enumerate(rules.topics):
        for phrase, weight in _beside_stars(topic.phrases).items():
            weights.setdefault(fold(phrase), {})[n] = weight
    against = [phrase for phrase, by_topic in weights.items() if max(by_topic.values()) < 0]
    hidden = {phrase: _hidden(phrase, weights) for phrase in against}
    return weights | {phrase: other | weights[phrase] for phrase, other in hidden.items()}


def _beside_stars(phrases: Mapping[str, float]) -> dict[str, float]:
    """Return the weight by phrase less what phrases with a `*` add to it, which meet the same words.

    So `tariff` weighs what its list says, though `tariff*` counts there too.
    """
    return {
        phrase: weight - next((phrases[star] for star in stars_over(phrase) if star in phrases), 0.0)
        for phrase, weight in phrases.items()
    }


def _hidden(phrase: str, weights: Mapping[str, Mapping[int, float]]) -> dict[int, float]:
    """Return what the phrases within `phrase` weigh for topics, but those that are what it speaks against."""
    own = weights[phrase]
    total: defaultdict[int, float] = defaultdict(float)
    for within in _within(phrase, weights):
        if not any(weights[within].get(topic, 0.0) > 0 for topic in own):
            for topic, weight in weights[within].items():
                total[topic] += weight
    return total


def _within(phrase: str, weights: Mapping[str, object]) -> Iterator[str]:
    """Yield the phrases within `phrase`: from the left the longest, and the next one after its end."""
    words = phrase.split(" ")
    begin = 0
    while begin < len(words):
        ends = range(len(words), begin, -1)
        known = ((_known(words[begin:end], weights), end) for end in ends)
        found = ((within, end) for within, end in known if within not in (None, phrase))
        within, begin = next(found, (None, begin + 1))
        if within is not None:
            yield within


def _known(words: Sequence[str], weights: Mapping[str, object]) -> str | None:
    """Return the phrase that `words` are, or the longest with a `*` that they begin with."""
    text = " ".join(words)
    if text in weights:
        return text
    shortest = len(text) - len(words[-1]) + MIN_PREFIX
    starred = (f"{text[:end]}*" for end in range(len(text.rstrip("*")), shortest - 1, -1))
    return next((phrase for phrase in starred if phrase in weights), None)


def company_of(rules: TopicRules) -> list[tuple[int, ...]]:
    """Return by topic (index) those that it often goes with."""
    numbers = {topic.code: n for n, topic in enumerate(rules.topics)}
    return [tuple(numbers[code] for code in topic.company) for topic in rules.topics]


def _best_first(ranked: list[tuple[float, str, TopicTag]]) -> list[TopicTag]:
    """Return tags ranked by less than their score, then by their code, which no two have."""
    ranked.sort()
    return [tag for _, _, tag in ranked]
