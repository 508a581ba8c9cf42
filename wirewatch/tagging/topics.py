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
        hits: dict[int, dict[int, list[Match]]] = {}
        for match in longest(matches):
            for topic in self.weights[match[2]]:
                hits.setdefault(topic, {}).setdefault(match[2], []).append(match)
        tags = [
            self._tag(text, topic, by_item) for topic, by_item in hits.items() if self._may(topic, by_item)
        ]
        return tuple(sorted((t for t in tags if t.score >= THRESHOLD), key=lambda t: (-t.score, t.code)))

    def _may(self, topic: int, by_item: Mapping[int, list[Match]]) -> bool:
        """Tell whether the topic would pass if all its phrases stood in the headline; most would not."""
        return _score(HEADLINE_FACTOR * sum(self.weights[item][topic] for item in by_item)) >= THRESHOLD

    def _tag(self, text: Text, topic: int, by_item: Mapping[int, list[Match]]) -> TopicTag:
        total = 0.0
        mentions: list[Mention] = []
        for item, matches in by_item.items():
            factor = 0.0
            for start, end, _ in matches:
                place, words = text.place(start, end)
                mentions.append(Mention(place=place, text=words, kind="phrase", rule="topic"))
                factor = max(factor, _factor(place.paragraph))
            total += factor * self.weights[item][topic]
        rule = self.rules.topics[topic]
        return TopicTag(
            code=rule.code, name=rule.name, score=round(_score(total), 3), mentions=tuple(mentions)
        )


def _score(weight: float) -> float:
    return 1.0 - math.exp(-weight / ENOUGH)


def _factor(paragraph: int | None) -> float:
    if paragraph is None:
        return HEADLINE_FACTOR
    return LEAD_FACTOR if paragraph == 0 else BODY_FACTOR
