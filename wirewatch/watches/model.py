"""A watch as its author wrote it, checked: what to watch for, and how often to speak of one story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from wirewatch.alert import Severity
from wirewatch.ids import digest

DEFAULT_WINDOW = timedelta(hours=72)
MAX_WINDOW = timedelta(days=14)  # a story's whole life; see wirewatch.watches.stories
MAX_SOURCES = 500
"""Distinct sources a story tells apart; more count as no new one. The highest step `update_at` may have."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something an article either has or has not: `actor: NATO`, `topic: …`, `phrase: …`."""

    kind: str
    value: str

    def __str__(self) -> str:
        value = f'"{self.value}"' if self.kind == "phrase" else self.value
        return f"{self.kind}: {value}"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Met when every part is."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Met when one part is."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Met when its part is not."""

    part: "Node"


Node = Term | AllOf | AnyOf | Not


class Placed(NamedTuple):
    """A term and where it stands."""

    term: Term
    place: tuple[str | int, ...]
    wanted: bool
    """Whether having it speaks for the watch, not against it."""


def terms(node: Node, place: tuple[str | int, ...] = (), *, wanted: bool = True) -> Iterator[Placed]:
    """Yield every term of `node`, which stands at `place`, in the order written."""
    match node:
        case Term(kind):
            yield Placed(node, (*place, kind), wanted)
        case Not(part):
            yield from terms(part, (*place, "not"), wanted=not wanted)
        case AllOf(parts):
            for n, part in enumerate(parts):
                yield from terms(part, (*place, "all", n), wanted=wanted)
        case AnyOf(parts):
            for n, part in enumerate(parts):
                yield from terms(part, (*place, "any", n), wanted=wanted)


def needs_something(node: Node) -> bool:
    """Return whether an article that has no term at all is certain not to meet `node`."""
    match node:
        case Term():
            return True
        case Not():
            return False
        case AllOf(parts):
            return any(needs_something(part) for part in parts)
        case AnyOf(parts):
            return all(needs_something(part) for part in parts)


def as_data(node: Node) -> Any:  # noqa: ANN401  # nested lists and dicts, as the file has them
    """Return `node` in the shape of the file, for hashing and printing."""
    match node:
        case Term(kind, value):
            return {kind: value}
        case Not(part):
            return {"not": as_data(part)}
        case AllOf(parts):
            return {"all": [as_data(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [as_data(part) for part in parts]}


@dataclass(frozen=True, slots=True)
class PerStory:
    """One alert a story; `update_at` are the numbers of distinct sources at which it is told again."""

    window: timedelta = DEFAULT_WINDOW
    update_at: tuple[int, ...] = (3, 10)


@dataclass(frozen=True, slots=True)
class Watch:
    """What a user watches for."""

    id: str
    name: str
    severity: Severity
    labels: tuple[tuple[str, str], ...]
    when: Node
    per_story: PerStory

    @property
    def version(self) -> str:
        """The hash of what decides alerts: `when, only, volume, per_story`. A new name is no new version."""
        decides = {
            "when": as_data(self.when),
            "per_story": [self.per_story.window.total_seconds(), *self.per_story.update_at],
        }
        return digest("watch", msgspec.json.encode(decides, order="sorted").decode())
