"""Topics: IPTC Media Topics found by weighted phrases (`config/topics.yaml`)."""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from wirewatch.article import Mention, TopicTag
from wirewatch.errors import ConfigError
from wirewatch.tagging.automaton import Match, longest
from wirewatch.tagging.fold import Text

HEADLINE_FACTOR = 2.0
LEAD_FACTOR = 1.5
BODY_FACTOR = 0.7
"""What headline and lead leave out, an article mentions rather than is about."""
_FACTORS = (HEADLINE_FACTOR, LEAD_FACTOR, BODY_FACTOR)  # the earlier, the more: a phrase's first place counts
ENOUGH = 4.0
"""Weight at which a topic scores 1 - 1/e = 0.63."""
THRESHOLD = 0.5
"""Lowest score worth telling: one strong phrase in the headline and a weak one, or several in the body."""


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An IPTC Media Topic. `phrases`: weight by phrase; one ending in `*` matches at the start of a word."""

    code: str
    name: str
    phrases: dict[str, float]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class TopicRules:
    """All topics, in the file's order."""

    topics: tuple[Topic, ...]

    def find(self, code_or_name: str) -> list[Topic]:
        """Return the topics meant: by code (with or without `medtop:`) or by name; [] when unknown."""
        key = code_or_name.strip().casefold()
        return [t for t in self.topics if key in (t.code, t.code.removeprefix("medtop:"), t.name.casefold())]

    def nearest(self, name: str) -> list[str]:
        """Return up to three known names close to `name`, for error messages."""
        return difflib.get_close_matches(name.strip().casefold(), [t.name for t in self.topics], n=3)


def load_topics(path: Path) -> TopicRules:
    """Read `config/topics.yaml`. Raises ConfigError naming the file and what is wrong with it."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    try:
        topics = msgspec.convert(data, _File).topics
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
    seen: set[str] = set()
    for topic in topics:
        if topic.code in seen:
            raise ConfigError(f"{path}: topic {topic.code} stands twice; join the two")
        seen.add(topic.code)
        for phrase, weight in topic.phrases.items():
            if not phrase.rstrip("*").strip() or weight <= 0:
                raise ConfigError(
                    f"{path}: topic {topic.code}: {phrase!r}: {weight}: needs words and a weight > 0"
                )
    return TopicRules(topics)


@dataclass(frozen=True)
class TopicScorer:
    """Scores topics from matches. `weights`: by the automaton's item, those for each topic (index)."""

    rules: TopicRules
    weights: Sequence[Mapping[int, float]]

    def score(self, text: Text, matches: Sequence[Match]) -> tuple[TopicTag, ...]:
        """Return the topics scored `THRESHOLD` or more, best first.

        A phrase counts once, where it weighs most; repeats add nothing, so length does not make a topic.
        """
        by_item: dict[int, list[Match]] = {}
        for match in longest(matches):
            by_item.setdefault(match[2], []).append(match)
        totals: dict[int, float] = {}
        for item, found in by_item.items():
            factor = _FACTORS[min(text.part(found[0][0]), 2)]
            for topic, weight in self.weights[item].items():
                totals[topic] = totals.get(topic, 0.0) + factor * weight
        scores = [(topic, _score(total)) for topic, total in totals.items()]
        tags = [self._tag(text, topic, score, by_item) for topic, score in scores if score >= THRESHOLD]
        tags.sort(key=lambda tag: (-tag.score, tag.code))
        return tuple(tags)

    def _tag(self, text: Text, topic: int, score: float, by_item: Mapping[int, list[Match]]) -> TopicTag:
        mentions: list[Mention] = []
        for item, found in by_item.items():
            if topic in self.weights[item]:
                for start, end, _ in found:
                    place, words = text.place(start, end)
                    mentions.append(Mention(place=place, text=words, kind="phrase", rule="topic"))
        rule = self.rules.topics[topic]
        return TopicTag(code=rule.code, name=rule.name, score=score, mentions=tuple(mentions))


def _score(weight: float) -> float:
    return round(1.0 - math.exp(-weight / ENOUGH), 3)
