"""Reads `config/topics.yaml`, and says what is wrong with it, and where."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from wirewatch.errors import ConfigError
from wirewatch.tagging.topics.event_patterns import CLASSES, EventPattern, event_pattern, listed_pattern
from wirewatch.tagging.topics.phrase_groups import expanded, is_grouped
from wirewatch.tagging.topics.topics import MIN_PREFIX, STRENGTHS, Denials, Topic, TopicRules, stars_over
from wirewatch.yaml_files import compose_yaml

_FIELDS = ("code", "name", "called", "kinds", "parent", "with", "happens", *STRENGTHS, "events")
_CODE = re.compile(r"[\w.-]+:[\w.-]+")
_WANTED = "must hold `topics:` and under it a list of topics"
_ABBREVIATION = re.compile(r"(?<![\w.&'-])(?:eu|uk|un|us)(?![\w.*&])")
NO_EVENT: Final = "no event"
NO_EVENT_AFTER: Final = "no event after"
"""The list of what in a headline says that no event is told there."""
DENIED: Final = {
    "anywhere": "denied",
    "after": "denied after",
    "before": "denied before",
    "clause": "another clause",
    "happened": "happened",
}
"""The lists that tell what is denied, by the field of `Denials`."""
_LOOKED_FOR: Final = {DENIED[field] for field in ("anywhere", "after", "before")}


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
    parts = _parts(path, compose_yaml(path))
    lists = _lists(path, parts.get("lists"))
    entries = list(_entries(path, parts["topics"]))
    codes: dict[str, str] = {}
    seen: dict[str, int] = {}
    for entry in entries:
        code, name = _identity(entry)
        for key in (code, name.casefold()):
            if (first := seen.setdefault(key, entry.line)) != entry.line:
                raise entry.error(f"{key!r} stands in line {first} already; join the two")
        codes[name.casefold()] = code
    topics = tuple(_topic(entry, codes, lists) for entry in entries)
    _refuse_empty_and_circles(entries, topics)
    return TopicRules(
        topics,
        tuple(lists.get(NO_EVENT, ())),
        tuple(lists.get(NO_EVENT_AFTER, ())),
        Denials(**{field: tuple(lists.get(name, ())) for field, name in DENIED.items()}),
    )


def _parts(path: Path, root: yaml.Node | None) -> dict[str, yaml.Node]:
    """Return what stands under `topics`, and under `lists` where the file has any."""
    parts = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    if "topics" not in parts or not parts.keys() <= {"lists", "topics"}:
        raise ConfigError(f"{path}:1: {_WANTED}")
    return parts


def _lists(path: Path, node: yaml.Node | None) -> dict[str, list[EventPattern]]:
    """Return the lists that patterns of events may name; each may name those before it."""
    lists: dict[str, list[EventPattern]] = {}
    if node is None:
        return lists
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{path}:{node.start_mark.line + 1}: lists: write `name: words` below it, for each")
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.value in lists or key.value in CLASSES:
            raise ConfigError(f"{path}:{line}: lists: {key.value} is there already; take another name")
        if not isinstance(value, yaml.ScalarNode):
            raise ConfigError(f"{path}:{line}: {key.value}: write plain text, with commas between")
        try:
            pattern = event_pattern if key.value in _LOOKED_FOR else listed_pattern
            lists[key.value] = [pattern(one, lists) for one in _between_commas(value.value)]
        except ValueError as error:
            raise ConfigError(f"{path}:{line}: {key.value}: {error}") from error
    return lists


def _entries(path: Path, listed: yaml.Node) -> Iterator[_Entry]:
    if not isinstance(listed, yaml.SequenceNode):
        raise ConfigError(f"{path}:{listed.start_mark.line + 1}: {_WANTED}")
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


def _topic(entry: _Entry, codes: Mapping[str, str], lists: Mapping[str, Sequence[EventPattern]]) -> Topic:
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
    for phrase in [*kept]:
        if (dotted := _dotted(phrase)) not in phrases:
            kept[dotted] = kept[phrase]
            groups[dotted] = groups.get(phrase, phrase)
    return Topic(
        code,
        name,
        kept,
        above,
        tuple(beside),
        {text: groups[text] for text in kept if text in groups},
        tuple(_events(entry, lists)),
        _happens(entry),
        tuple(_listed(entry, "called")),
        tuple(_listed(entry, "kinds")),
    )


def _happens(entry: _Entry) -> bool:
    if (said := entry.get("happens")) not in (None, "yes"):
        raise entry.error("happens: write yes, or leave it out", "happens")
    return said is not None


def _events(entry: _Entry, lists: Mapping[str, Sequence[EventPattern]]) -> Iterator[EventPattern]:
    for pattern in _listed(entry, "events"):
        try:
            yield event_pattern(pattern, lists)
        except ValueError as error:
            raise entry.error(f"events: {pattern!r}: {error}", "events") from error


def _listed(entry: _Entry, field: str) -> list[str]:
    """Return the phrases of a list as they are written. Raises ConfigError where there is none."""
    if not (text := entry.get(field)):
        return []
    try:
        return _between_commas(text)
    except ValueError as error:
        raise entry.error(f"{field}: {error}", field) from error


def _between_commas(text: str) -> list[str]:
    listed = [phrase.strip() for phrase in text.split(",")]
    if not all(listed):
        raise ValueError("there is nothing between two commas")
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


def _dotted(phrase: str) -> str:
    """Return `phrase` with dots where half of all papers have them: U.N. sanctions."""
    return _ABBREVIATION.sub(lambda found: "".join(f"{letter}." for letter in found[0]), phrase)


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
        if (
            topic.code not in broader
            and not any(weight > 0 for weight in topic.phrases.values())
            and not topic.events
        ):
            raise entry.error("nothing could ever show it: give it phrases, under strong or weak")
        seen: set[str | None] = {topic.code}
        above = topic.parent
        while above is not None:
            if above in seen:
                raise entry.error("is its own ancestor; change the parent", "parent")
            seen.add(above)
            above = parents[above]
