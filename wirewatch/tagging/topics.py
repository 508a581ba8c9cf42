"""Topics: the IPTC Media Topics of `config/topics.yaml`, and the phrases that show them."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

STRENGTHS: Final[Mapping[str, float]] = {"strong": 3.0, "weak": 1.5, "against": -3.0}
"""What a phrase of each list weighs."""
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
_SINGULAR = re.compile(r"(?<=\w{2}[^\Wsiu])s$")


class Topic(msgspec.Struct, frozen=True):
    """A topic. `parent` is the code of the broader one; `phrases` the weight by phrase (see `STRENGTHS`);
    `company` the codes of those that it often goes with; `groups`: the one that made a phrase.
    """

    code: str
    name: str
    phrases: dict[str, float] = {}
    parent: str | None = None
    company: tuple[str, ...] = ()
    groups: dict[str, str] = {}

    def written(self, phrases: Iterable[str]) -> int:
        """Return as how many the file has these phrases: `(fires|launches) missile*` is one."""
        return len({self.groups.get(phrase, phrase) for phrase in phrases})


@dataclass(frozen=True)
class TopicRules:
    """All topics, in the file's order."""

    topics: tuple[Topic, ...]

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
