"""Topics: the IPTC Media Topics of `config/topics.yaml`, and the phrases that show them."""

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from wirewatch.tagging.topics.event_patterns import EventPattern

STRENGTHS: Final[Mapping[str, float]] = {"strong": 3.0, "weak": 1.5, "against": -3.0}
"""What a phrase of each list weighs."""
PLAYED: Final = frozenset({"medtop:15000000", "medtop:20000002"})
"""Sport; arts and entertainment: others win, attack and are called by surnames there."""
MIN_PREFIX: Final = 3
"""Letters before a `*`; with fewer it stands for half a dictionary."""

BRITISH: Final[Mapping[str, str]] = {
    "archaeology": "archeology",
    "behaviour": "behavior",
    "centre": "center",
    "defence": "defense",
    "honour": "honor",
    "labour": "labor",
    "licence": "license",
    "neighbour": "neighbor",
    "organisation": "organization",
    "organised": "organized",
    "programme": "program",
    "theatre": "theater",
}
"""Words as they may be asked for, and as IPTC's names have them."""

_MANY = 5
"""Phrases with a word in them, from which on it says something of their topic: trade in economic policy."""
_SHARED: Final = 0.5
"""Of a topic's phrases with a word, so many in another make it a word of that too: strike, armed conflict."""
_SINGULAR = re.compile(r"(?<=\w{2}[^\Wsiu])s$")


class Topic(msgspec.Struct, frozen=True):
    """A topic. `parent` is the code of the broader one; `phrases` the weight by phrase (see `STRENGTHS`);
    `company` the codes of those that it often goes with; `groups`: the one that made a phrase; `events`:
    patterns of what is told in a headline, each as good as a strong phrase; `happens`: whether it and those
    under it are not told of what is denied; `called`: what else it is called by who asks for it;
    `kinds`: words for sorts of it, with other senses.
    """

    code: str
    name: str
    phrases: dict[str, float] = {}
    parent: str | None = None
    company: tuple[str, ...] = ()
    groups: dict[str, str] = {}
    events: tuple[EventPattern, ...] = ()
    happens: bool = False
    called: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def written(self, phrases: Iterable[str]) -> int:
        """Return as how many the file has these phrases: `(fires|launches) missile*` is one."""
        return len({self.groups.get(phrase, phrase) for phrase in phrases})

    def is_called(self, word: str) -> bool:
        """Tell whether `word` stands in the topic's name, in the plural or not."""
        return _standing(_forms(word)).search(self.name.casefold()) is not None


class Denials(msgspec.Struct, frozen=True):
    """What says that something has not happened: all of a sentence (`anywhere`), what begins right `after`
    it, to the end of the clause, or what ends right `before` it. `clause`: what another one begins with;
    `happened`: what in a lead says that it has happened all the same.
    """

    anywhere: tuple[EventPattern, ...] = ()
    after: tuple[EventPattern, ...] = ()
    before: tuple[EventPattern, ...] = ()
    clause: tuple[EventPattern, ...] = ()
    happened: tuple[EventPattern, ...] = ()


NOTHING_DENIED: Final = Denials()


@dataclass(frozen=True)
class TopicRules:
    """All topics, in the file's order. `no_event`: what in a headline says that no event is told there;
    `no_event_after`: what says so of events that end after it; `denials`: of phrases of what happens.
    """

    topics: tuple[Topic, ...]
    no_event: tuple[EventPattern, ...] = ()
    no_event_after: tuple[EventPattern, ...] = ()
    denials: Denials = NOTHING_DENIED

    def above(self) -> dict[str, tuple[str, ...]]:
        """Return by code the codes of all topics above each, the nearest first."""
        parents = {topic.code: topic.parent for topic in self.topics}
        return {code: _climb(code, parents) for code in parents}

    def find(self, code_or_name: str) -> list[Topic]:
        """Return the topics meant: by code (with or without `medtop:`) or by name; [] when unknown.

        A name may be spelled as the British do.
        """
        keys = _spellings(code_or_name)
        return [t for t in self.topics if keys & {t.code, t.code.removeprefix("medtop:"), t.name.casefold()}]

    def speaking(self, words: str) -> list[tuple[Topic, list[str]]]:
        """Return the topics that `words` stand in the name of, or in phrases that speak for them, and those.

        First the topics with the very words as a strong phrase or a name, then those with most phrases.
        """
        if not words.strip():
            return []
        keys = _forms(words)
        stands = _standing(keys)
        found = [
            (
                topic,
                [phrase for phrase, weight in topic.phrases.items() if weight > 0 and stands.search(phrase)],
            )
            for topic in self.topics
        ]
        spoken = [
            (topic, phrases) for topic, phrases in found if phrases or stands.search(topic.name.casefold())
        ]
        return sorted(spoken, key=lambda one: (not _means(one[0], keys), -one[0].written(one[1])))

    def named(self, words: str) -> list[Topic]:
        """Return the topics that have `words` in their name, in the plural or not: `human right`."""
        stands = _standing(_forms(words))
        return [topic for topic in self.topics if words.strip() and stands.search(topic.name.casefold())]

    def meant(self, words: str) -> Topic | None:
        """Return the only topic that has `words` in its name and as a strong phrase; None without one."""
        keys = _forms(words)
        found = [topic for topic in self.named(words) if _means(topic, keys)]
        return found[0] if len(found) == 1 else None

    def are(self, words: str, told: Container[str] = ()) -> list[Topic]:
        """Return the topics, any of which `words` alone speak of; [] for none, or if it could be another.

        They are what it is called; or (of several words, or a word of its name that is `told` of it) no other
        has them as a strong phrase.
        """
        if called := self.called(words):
            return called
        if len(named := self.find(words)) == 1 and _weight(named[0], _forms(words)) >= 0:
            return named
        if (meant := self.meant(words)) is not None and meant.code in told:
            return [meant]
        strong = self.having(words) if len(words.split()) > 1 else []
        return strong if len(strong) == 1 else []

    def called(self, words: str) -> list[Topic]:
        """Return the topics that list `words` as what they are called too."""
        keys = _forms(words)
        return [topic for topic in self.topics if not keys.isdisjoint(topic.called)]

    def as_wide(self, words: str, topic: Topic) -> bool:
        """Tell whether `words`, which speak of `topic`, are as wide as it: one word, or what it is called.

        `steel tariffs` are a phrase of manufacturing and engineering, and one sort of it.
        """
        named = topic.name.casefold() in _forms(words)
        return named or len(words.split()) == 1 or topic in self.called(words)

    def within(self, topics: Iterable[Topic], wider: Iterable[Topic]) -> bool:
        """Tell whether each of `topics` is one of `wider`, or stands below one."""
        above, codes = self.above(), {topic.code for topic in wider}
        return all(not codes.isdisjoint((topic.code, *above[topic.code])) for topic in topics)

    def with_kind(self, word: str) -> list[Topic]:
        """Return the topics that list `word` as one kind of theirs."""
        keys = _forms(word)
        return [topic for topic in self.topics if not keys.isdisjoint(topic.kinds)]

    def deny(self, text: str, words: str, topic: Topic) -> bool:
        """Tell whether `text` has `words` in a phrase against `topic`: a protest vote is no demonstration."""
        text, stands = text.casefold(), _standing(_forms(words))
        against = (phrase for phrase, weight in topic.phrases.items() if weight < 0)
        return any(stands.search(phrase) and _occurs(phrase, text) for phrase in against)

    def shared(self, word: str, topics: Sequence[Topic]) -> bool:
        """Tell whether a topic of another branch than `topics` has `word` in half as many phrases or more."""
        above = self.above()
        branches = {code for topic in topics for code in (topic.code, *above[topic.code])}
        spoken = [(topic, topic.written(phrases)) for topic, phrases in self.speaking(word)]
        own = max((written for topic, written in spoken if topic in topics), default=0)
        return any(
            written and written >= own * _SHARED
            for topic, written in spoken
            if branches.isdisjoint((topic.code, *above[topic.code]))
        )

    def having(self, words: str) -> list[Topic]:
        """Return the topics that have the very `words` as a strong phrase."""
        keys = _forms(words)
        return [topic for topic in self.topics if _weight(topic, keys) == STRENGTHS["strong"]]

    def nearest(self, name: str, *, cutoff: float = 0.6) -> list[str]:
        """Return up to three known names near `name`, of topics called so too, or with it as a strong phrase,
        in their own name, or in many a phrase, and of those as close (difflib's ratio).
        """
        keys, speaking = _forms(name), self.speaking(name)
        called = [topic.name for topic in self.called(name)]
        meant = [topic.name for topic, _ in speaking if _means(topic, keys)]
        named = [topic.name for topic in self.named(name)]
        often = [topic.name for topic, phrases in speaking if topic.written(phrases) >= _MANY]
        return list(dict.fromkeys([*called, *meant, *named, *often, *self.alike(name, cutoff)]))[:3]

    def alike(self, name: str, cutoff: float) -> list[str]:
        """Return up to three known names as alike `name` (difflib's ratio) as `cutoff` or more."""
        names = [topic.name for topic in self.topics]
        return difflib.get_close_matches(name.strip().casefold(), names, n=3, cutoff=cutoff)


def _climb(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    above = []
    while (parent := parents[code]) is not None:
        above.append(parent)
        code = parent
    return tuple(above)


def _spellings(words: str) -> set[str]:
    """Return `words` as they are asked for, and as IPTC spells them."""
    key = words.strip().casefold()
    return {key, re.sub(r"\w+", lambda found: BRITISH.get(found[0], found[0]), key)}


def _forms(words: str) -> set[str]:
    """Return the spellings of `words`, each in the singular and in the plural."""
    keys = _spellings(words)
    one = {_SINGULAR.sub("", key) for key in keys} | {f"{key[:-3]}y" for key in keys if key.endswith("ies")}
    return keys | one | {f"{key}s" for key in keys}


def _standing(keys: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(keys)))})(?!\w)")


def _occurs(phrase: str, text: str) -> bool:
    end = "" if phrase.endswith("*") else r"s?(?!\w)"
    return re.search(rf"(?<!\w){re.escape(phrase.removesuffix('*'))}{end}", text) is not None


def _weight(topic: Topic, keys: Iterable[str]) -> float:
    """Return what any of `keys`, as a phrase of its own, weighs for `topic`: 0 for none."""
    found = (topic.phrases.get(key, topic.phrases.get(f"{key}*")) for key in keys)
    return max((weight for weight in found if weight is not None), default=0.0)


def _means(topic: Topic, keys: set[str]) -> bool:
    strong = STRENGTHS["strong"]
    return topic.name.casefold() in keys or any(
        strong in (topic.phrases.get(key), topic.phrases.get(f"{key}*")) for key in keys
    )


def stars_over(phrase: str) -> Iterator[str]:
    """Yield all phrases with a `*` that meet what `phrase` meets, the longest first, but itself."""
    words = phrase.removesuffix("*")
    for end in range(len(words) - phrase.endswith("*"), 0, -1):
        if end < len(words) and not words[end].isalnum():
            break  # where the word begins: a `*` matches no further than its end
        yield f"{words[:end]}*"
