"""The topic tags of an article: the topics told of its text, and those above them."""

from collections.abc import Mapping, Sequence

from wirewatch.article import Mention, TopicTag
from wirewatch.tagging.fold import Text, fold
from wirewatch.tagging.loops import Loops
from wirewatch.tagging.scan import Scan
from wirewatch.tagging.topics import TopicRules
from wirewatch.tagging.weighing import Told


class TopicScorer:
    """Scores topics from matches. `weights`: by the automaton's item, those for each topic (index)."""

    def __init__(self, rules: TopicRules, weights: Sequence[Mapping[int, float]], loops: Loops) -> None:
        self._topics = rules.topics
        self._weigher = loops.weigher([tuple(by_topic.items()) for by_topic in weights], company_of(rules))
        parents = {topic.code: topic.parent for topic in rules.topics}
        self._names = {topic.code: topic.name for topic in rules.topics}
        self._above = {code: _climb(code, parents) for code in parents}

    def score(self, text: Text, scan: Scan) -> tuple[TopicTag, ...]:
        """Return the topics that are likely enough, best first, then those above them (`via`)."""
        told = self._weigher.told(scan, text.start(1), text.start(2))
        if not told:
            return ()
        direct = self._tags(text, told)
        direct.sort(key=_best_first)
        return (*direct, *self._broader(direct))

    def weights(self, text: Text, scan: Scan) -> dict[int, float]:
        """Return the weight of each topic (index) that has any."""
        return self._weigher.weights(scan, text.start(1), text.start(2))

    def _tags(self, text: Text, told: Sequence[Told]) -> list[TopicTag]:
        made: dict[tuple[int, int], Mention] = {}  # one of a phrase, whatever it speaks for
        tags: list[TopicTag] = []
        for topic, p, spans in told:
            mentions: list[Mention] = []
            for span in spans:
                if (mention := made.get(span)) is None:
                    place, words = text.place(*span)
                    mention = made[span] = Mention(place=place, text=words, kind="phrase", rule="topic")
                mentions.append(mention)
            rule = self._topics[topic]
            tags.append(TopicTag(code=rule.code, name=rule.name, score=round(p, 3), mentions=tuple(mentions)))
        return tags

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


def _climb(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    above = []
    while (parent := parents[code]) is not None:
        above.append(parent)
        code = parent
    return tuple(above)


def _best_first(tag: TopicTag) -> tuple[float, str]:
    return -tag.score, tag.code
