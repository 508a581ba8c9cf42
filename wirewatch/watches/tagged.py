"""What watches need of tagging: shapes only, so that neither room waits for the other."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from wirewatch.article import ActorTag, Place, TopicTag


class PhraseText(NamedTuple):
    """A phrase that some watch looks for; its number in `WatchSet.phrases` is the id its hits carry."""

    text: str
    exact: bool
    """Case and diacritics count."""
    prefix: bool
    """The last word may go on."""


class PhraseHit(Protocol):
    """A place where the phrase of this number stands."""

    @property
    def phrase(self) -> int: ...  # noqa: D102  # a field of a record
    @property
    def place(self) -> Place: ...  # noqa: D102  # a field of a record


class Tags(Protocol):
    """Who and what an article is about, and the watch phrases it has."""

    @property
    def actors(self) -> Sequence[ActorTag]: ...  # noqa: D102  # a field of a record
    @property
    def topics(self) -> Sequence[TopicTag]: ...  # noqa: D102  # a field of a record
    @property
    def phrases(self) -> Sequence[PhraseHit]: ...  # noqa: D102  # a field of a record


class Actor(Protocol):
    """An actor of the catalogue."""

    @property
    def id(self) -> str: ...  # noqa: D102  # a field of a record
    @property
    def name(self) -> str: ...  # noqa: D102  # a field of a record
    @property
    def type(self) -> str: ...  # noqa: D102  # a field of a record


class Topic(Protocol):
    """A topic of the rules."""

    @property
    def code(self) -> str: ...  # noqa: D102  # a field of a record
    @property
    def name(self) -> str: ...  # noqa: D102  # a field of a record


class Actors(Protocol):
    """All actors."""

    def find(self, name: str, /) -> Sequence[Actor]:
        """Return those with this id, else name, else alias."""

    def nearest(self, name: str, /) -> Sequence[str]:
        """Return a few known names like this one."""


class Topics(Protocol):
    """All topics."""

    def find(self, name: str, /) -> Sequence[Topic]:
        """Return those with this code or name."""

    def nearest(self, name: str, /) -> Sequence[str]:
        """Return a few known names like this one."""
