"""A line of an article as patterns read it: folded, its actors as letters of their class."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.catalogue.offices import lately
from wirewatch.tagging.text.fold import fold
from wirewatch.tagging.topics.event_patterns import CLASSES

_CLASS_OF: Final[Mapping[str, str]] = {"country": "state", "territory": "state", "armed_group": "group"}
"""The class by an actor's type, where it is not called the same."""
_PERSON_OF: Final[Mapping[str, str]] = {"armed_group": "commander", "company": "executive"}
"""The class of a person by the type of whom the last office is."""


class Named(Protocol):
    """An actor accepted in the text (`names.found.Found`)."""

    @property
    def start(self) -> int:
        """Return where its name starts in the plain text."""

    @property
    def end(self) -> int:
        """Return where it ends."""

    @property
    def actor(self) -> Actor:
        """Return who it is."""

    @property
    def kind(self) -> str:
        """Return what its name is: `title` for an office."""


class AsClasses:
    """Writes actors as their class."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._actors = catalogue.actors

    def written(self, plain: str, begin: int, end: int, found: Sequence[Named]) -> str:
        """Return `plain` from `begin` to `end` folded, after a space, each actor as letters of its class.

        `found`: the accepted actors of the text, in order.
        """
        line = f" {fold(plain[begin:end])}"
        for one in found:
            start, until = one.start, one.end
            if start >= end:
                break
            if start >= begin and one.kind != "title":  # `Iran's president`: the words say more
                letters = self._letter(one) * (until - start)
                line = f"{line[: start - begin + 1]}{letters}{line[until - begin + 1 :]}"
        return line

    def _letter(self, one: Named) -> str:
        actor = one.actor
        if actor.type == "place" and one.kind == "capital":
            return CLASSES["capital"]
        if actor.type != "person":
            return CLASSES[_CLASS_OF.get(actor.type, actor.type)]
        last = max(actor.roles, key=lately, default=None)
        return CLASSES[_PERSON_OF.get(self._actors[last.of].type, "leader") if last else "leader"]
