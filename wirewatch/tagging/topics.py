"""Topics: the IPTC Media Topics of `config/topics.yaml`, and the phrases that show them."""

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import yaml

from wirewatch.errors import ConfigError
from wirewatch.tagging.phrase_groups import expanded, is_grouped
from wirewatch.yaml_files import compose_yaml

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
_MISSPELT: Final = 0.9
"""How alike (difflib's ratio) a topic's name is that was meant: econmic sanction."""
_OWN: Final = 0.15
_OWN_BUT_WEAK: Final = 0.25
"""The share of a topic's phrases with a word that is its own: `coup` stands in a fifth of those of coup
d'etat, `strike` in half of those of labor dispute, `oil` in a tenth of those of energy and resource. More
is asked of a word that is a weak phrase, as `protests` is."""
_FAR_MORE: Final = 1.5
_FIELDS = ("code", "name", "parent", "with", *STRENGTHS)
_SINGULAR = re.compile(r"(?<=\w{2}[^\Wsiu])s$")
_CODE = re.compile(r"[\w.-]+:[\w.-]+")


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
        keys = _forms(words)
        strong = [topic for topic in self.topics if _weight(topic, keys) == STRENGTHS["strong"]]
        if len(words.split()) > 1:
            return strong[0] if len(strong) == 1 else None
        return self._owner(words, keys)

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


@dataclass(frozen=True)
class _Entry:
    """One topic of the file: text and line (from 1) of each field."""

    path: Path
    line: int
    fields: Mapping[str, tuple[str, int]]

    def get(self, field: str) -> str | None:
        found = self.fields.get(field)
        return found[0] if found else None

    def error(self, what: str, field: str | None = None) -> ConfigError:
        line = self.fields[field][1] if field else self.line
        name = self.get("name") or self.get("code") or "this topic"
        return ConfigError(f"{self.path}:{line}: {name}: {what}")


def load_topics(path: Path) -> TopicRules:
    """Read `config/topics.yaml`. Raises ConfigError naming the file, the line, what is wrong and the fix."""
    entries = list(_entries(path, compose_yaml(path)))
    codes: dict[str, str] = {}
    seen: dict[str, int] = {}
    for entry in entries:
        code, name = _identity(entry)
        for key in (code, name.casefold()):
            if (first := seen.setdefault(key, entry.line)) != entry.line:
                raise entry.error(f"{key!r} stands in line {first} already; join the two")
        codes[name.casefold()] = code
    topics = tuple(_topic(entry, codes) for entry in entries)
    _refuse_empty_and_circles(entries, topics)
    return TopicRules(topics)


def _entries(path: Path, root: yaml.Node | None) -> Iterator[_Entry]:
    wanted = "must hold `topics:` and under it a list of topics"
    if not isinstance(root, yaml.MappingNode) or [key.value for key, _ in root.value] != ["topics"]:
        raise ConfigError(f"{path}:1: {wanted}")
    ((_, listed),) = root.value
    if not isinstance(listed, yaml.SequenceNode):
        raise ConfigError(f"{path}:{listed.start_mark.line + 1}: {wanted}")
    for node in listed.value:
        yield _entry(path, node)


def _entry(path: Path, node: yaml.Node) -> _Entry:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{path}:{line}: a topic has fields: {', '.join(_FIELDS)}")
    fields: dict[str, tuple[str, int]] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if key.value not in _FIELDS:
            close = difflib.get_close_matches(str(key.value), _FIELDS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(_FIELDS)}"
            raise ConfigError(f"{path}:{at}: a topic has no field {key.value!r}; {hint}")
        if key.value in fields:
            raise ConfigError(f"{path}:{at}: {key.value} stands twice; join the two")
        if not isinstance(value, yaml.ScalarNode):
            raise ConfigError(f"{path}:{at}: {key.value}: write plain text, phrases with commas between them")
        fields[key.value] = (value.value.strip(), at)
    return _Entry(path, line, fields)


def _identity(entry: _Entry) -> tuple[str, str]:
    code, name = entry.get("code"), entry.get("name")
    if not code or not name:
        raise entry.error("a topic needs a code and a name")
    if not _CODE.fullmatch(code):
        raise entry.error(f"{code!r} is no code: write medtop:20000056, or own:name for one of yours", "code")
    return code, name


def _topic(entry: _Entry, codes: Mapping[str, str]) -> Topic:
    code, name = _identity(entry)
    parent = entry.get("parent")
    above = _known(entry, "parent", parent, codes) if parent is not None else None
    beside = [
        _known(entry, "with", name.strip(), codes) for name in (entry.get("with") or "").split(",") if name
    ]
    if code in beside:
        raise entry.error("goes with itself; take it out", "with")
    written = _written(entry)
    phrases, groups = _with_grouped(entry, written)
    _refuse_covered(entry, written, phrases)
    kept = {
        phrase: weight
        for phrase, weight in phrases.items()
        if phrase in written or _covering(phrase, phrases) is None
    }
    return Topic(
        code, name, kept, above, tuple(beside), {text: groups[text] for text in kept if text in groups}
    )


def _listed(entry: _Entry, field: str) -> list[str]:
    """Return the phrases of a list as they are written. Raises ConfigError where there is none."""
    if not (text := entry.get(field)):
        return []
    listed = [phrase.strip() for phrase in text.split(",")]
    if not all(listed):
        raise entry.error(f"{field}: there is nothing between two commas", field)
    return listed


def _written(entry: _Entry) -> dict[str, float]:
    """Return the weight by phrase of those that are written out."""
    phrases: dict[str, float] = {}
    for field, weight in STRENGTHS.items():
        for phrase in _listed(entry, field):
            if is_grouped(phrase):
                continue
            text = _checked_phrase(entry, field, phrase)
            if text in phrases:
                raise entry.error(f"{field}: {text!r} stands twice in this topic; keep one", field)
            phrases[text] = weight
    return phrases


def _with_grouped(entry: _Entry, written: Mapping[str, float]) -> tuple[dict[str, float], dict[str, str]]:
    """Return `written` and what the groups stand for, and by phrase its group.

    What is written out counts as it is there.
    """
    phrases: dict[str, float] = dict(written)
    groups: dict[str, str] = {}
    for field, weight in STRENGTHS.items():
        for group in _listed(entry, field):
            for text in _made_of(entry, field, group):
                if text in written:
                    continue
                if phrases.setdefault(text, weight) != weight:
                    what = f"{text!r} is made by a group of another list too; write it out in one"
                    raise entry.error(f"{field}: {what}", field)
                groups[text] = group
    return phrases, groups


def _made_of(entry: _Entry, field: str, phrase: str) -> list[str]:
    """Return what a group stands for; [] for a phrase that is none."""
    if not is_grouped(phrase):
        return []
    try:
        return [_checked_phrase(entry, field, text) for text in expanded(phrase)]
    except ValueError as error:
        raise entry.error(f"{field}: {phrase!r}: {error}", field) from error


def _refuse_covered(entry: _Entry, written: Mapping[str, float], phrases: Mapping[str, float]) -> None:
    """Refuse a phrase written out where one with a `*` meets its words and weighs as much: both count."""
    fields = {weight: field for field, weight in STRENGTHS.items()}
    for phrase, weight in written.items():
        if (starred := _covering(phrase, phrases)) is not None:
            raise entry.error(
                f"{fields[weight]}: {phrase!r} is met by {starred!r} of this topic too, and would count"
                f" twice; take {phrase!r} out",
                fields[weight],
            )


def _covering(phrase: str, phrases: Mapping[str, float]) -> str | None:
    """Return the phrase with a `*` that meets all that `phrase` does and weighs as much; None without one.

    One that weighs more than that one, or speaks the other way, is there to say so.
    """
    weight = phrases[phrase]
    for starred in stars_over(phrase):
        other = phrases.get(starred, 0.0)
        if weight * other > 0 and abs(other) >= abs(weight):
            return starred
    return None


def stars_over(phrase: str) -> Iterator[str]:
    """Yield all phrases with a `*` that meet what `phrase` meets, the longest first, but itself."""
    words = phrase.removesuffix("*")
    for end in range(len(words) - phrase.endswith("*"), 0, -1):
        if end < len(words) and not words[end].isalnum():
            break  # where the word begins: a `*` matches no further than its end
        yield f"{words[:end]}*"


def _known(entry: _Entry, field: str, name: str, codes: Mapping[str, str]) -> str:
    """Return the code of the topic that a field names."""
    if (code := codes.get(name.casefold())) is not None:
        return code
    close = difflib.get_close_matches(name.casefold(), codes, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"add it, or leave {field} out"
    raise entry.error(f"no topic has the name {name!r}; {hint}", field)


def _checked_phrase(entry: _Entry, field: str, phrase: str) -> str:
    words = phrase.removesuffix("*")
    if not any(character.isalnum() for character in words):
        raise entry.error(f"{field}: {phrase!r} has no letter or digit to look for", field)
    if "*" in words:
        raise entry.error(f"{field}: {phrase!r}: a * stands at the end only", field)
    if phrase != words and len(words.split()[-1]) < MIN_PREFIX:
        raise entry.error(f"{field}: {phrase!r}: before the * go at least {MIN_PREFIX} letters", field)
    return phrase


def _refuse_empty_and_circles(entries: Sequence[_Entry], topics: Sequence[Topic]) -> None:
    parents = {topic.code: topic.parent for topic in topics}
    broader = set(parents.values())
    for entry, topic in zip(entries, topics, strict=True):
        if topic.code not in broader and not any(weight > 0 for weight in topic.phrases.values()):
            raise entry.error("nothing could ever show it: give it phrases, under strong or weak")
        seen: set[str | None] = {topic.code}
        above = topic.parent
        while above is not None:
            if above in seen:
                raise entry.error("is its own ancestor; change the parent", "parent")
            seen.add(above)
            above = parents[above]
