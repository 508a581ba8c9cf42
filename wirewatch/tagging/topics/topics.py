"""Topics: the IPTC Media Topics of `config/topics.yaml`, and the phrases that show them."""

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
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
_MISSPELT: Final = 0.9
"""How alike (difflib's ratio) a topic's name is that was meant: econmic sanction."""
_OWN: Final = 0.15
_OWN_BUT_WEAK: Final = 0.25
"""The share of a topic's phrases with a word that is its own: `coup` stands in a fifth of those of coup
d'etat, `strike` in half of those of labor dispute, `oil` in a tenth of those of energy and resource. More
is asked of a word that is a weak phrase, as `protests` is."""
_FAR_MORE: Final = 1.5
_SINGULAR = re.compile(r"(?<=\w{2}[^\Wsiu])s$")


class Topic(msgspec.Struct, frozen=True):
    """A topic. `parent` is the code of the broader one; `phrases` the weight by phrase (see `STRENGTHS`);
    `company` the codes of those that it often goes with; `groups`: the one that made a phrase; `events`:
    patterns of what is told in a headline, each as good as a strong phrase; `happens`: whether it and those
    under it are not told of what is denied.
    """

    code: str
    name: str
    phrases: dict[str, float] = {}
    parent: str | None = None
    company: tuple[str, ...] = ()
    groups: dict[str, str] = {}
    events: tuple[EventPattern, ...] = ()
    happens: bool = False

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

    def are(self, words: str, told: Container[str] = ()) -> Topic | None:
        """Return the topic that `words` alone speak of; None where there is none, or it could be another.

        It is called so; or (of several words, or a word of its name that is `told` of it) no other has
        them as a strong phrase; or they are its phrase, and a good part of its phrases hold them: `coup`.
        """
        if len(called := self.find(words)) == 1 and _weight(called[0], _forms(words)) >= 0:
            return called[0]
        if near := self.alike(words, _MISSPELT):
            return self.find(near[0])[0]
        if (meant := self.meant(words)) is not None and meant.code in told:
            return meant
        if len(words.split()) > 1:
            strong = self.having(words)
            return strong[0] if len(strong) == 1 else None
        return self._owner(words, _forms(words))

    def as_wide(self, words: str, topic: Topic) -> bool:
        """Tell whether `words`, which speak of `topic`, are as wide as it: one word, or with one of its name.

        `steel tariffs` are a phrase of manufacturing and engineering, and one sort of it.
        """
        several = words.split()
        return len(several) == 1 or bool(self.alike(words, _MISSPELT)) or any(map(topic.is_called, several))

    def having(self, words: str) -> list[Topic]:
        """Return the topics that have the very `words` as a strong phrase."""
        keys = _forms(words)
        return [topic for topic in self.topics if _weight(topic, keys) == STRENGTHS["strong"]]

    def _owner(self, words: str, keys: set[str]) -> Topic | None:
        """Return the topic with `words` as a phrase, and in far more others than any that has it too."""
        having = [(topic, phrases) for topic, phrases in self.speaking(words) if _weight(topic, keys) > 0]
        strongest = max((_weight(topic, keys) for topic, _ in having), default=0.0)
        shares = sorted(
            ((topic.written(phrases) / topic.written(_for(topic)), topic) for topic, phrases in having),
            key=lambda one: -one[0],
        )
        if (
            not shares
            or len(self.named(words)) > 1
            or any(_FAR_MORE * other > shares[0][0] for other, _ in shares[1:])
        ):
            return None
        share, topic = shares[0]
        enough = _OWN if strongest == STRENGTHS["strong"] else _OWN_BUT_WEAK
        return topic if share >= enough and _weight(topic, keys) == strongest else None

    def nearest(self, name: str, *, cutoff: float = 0.6) -> list[str]:
        """Return up to three known names near `name`, of topics that have it as a strong phrase, in their own
        name, or in many a phrase, and of those as close (difflib's ratio).
        """
        keys, speaking = _forms(name), self.speaking(name)
        meant = [topic.name for topic, _ in speaking if _means(topic, keys)]
        named = [topic.name for topic in self.named(name)]
        often = [topic.name for topic, phrases in speaking if topic.written(phrases) >= _MANY]
        return list(dict.fromkeys([*meant, *named, *often, *self.alike(name, cutoff)]))[:3]

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
    return keys | {_SINGULAR.sub("", key) for key in keys} | {f"{key}s" for key in keys}


def _standing(keys: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(keys)))})(?!\w)")


def _for(topic: Topic) -> list[str]:
    """Return the phrases that speak for `topic`."""
    return [phrase for phrase, weight in topic.phrases.items() if weight > 0]


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
