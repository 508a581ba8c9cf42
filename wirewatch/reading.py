"""What a trained model reads of an article, and what it finds there: names outside the catalogue, and deeds.

Plain records, made without spaCy: `wirewatch.tagging.trained` reads, alerts carry what it found.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from wirewatch.article import ActorTag, Article, Mention, Place

MAX_TEXT: Final = 20_000
"""Code points of an article that are read: a model's time and memory grow with them (some 3,300 words)."""
MAX_NAMES: Final = 20
"""Of an alert, as of the next three: with the last it bounds what a reading adds to one, to some 30 KB."""
MAX_MENTIONS: Final = 3
MAX_DEEDS: Final = 10
MAX_SENTENCE: Final = 300

NameType = Literal["person", "organisation"]


class Passage(msgspec.Struct, frozen=True, gc=False):
    """The title (`paragraph` None) or a paragraph, and where it names actors of the catalogue."""

    paragraph: int | None
    text: str
    named: tuple[tuple[int, int, str], ...] = ()
    """Start, end and actor id of each mention."""


class Readable(msgspec.Struct, frozen=True):
    """All that a model is given of an article. Crosses stages of the pipeline with the article's matches."""

    parts: tuple[Passage, ...]
    names: dict[str, str]
    """The names of the actors, by id."""
    language: str | None = None
    cut: bool = False
    """The article is longer than what is read."""

    @classmethod
    def of(cls, article: Article, actors: Iterable[ActorTag], language: str | None) -> "Readable":
        """Return what is to be read of `article`, with the actors and the language it was tagged with."""
        named: dict[int | None, list[tuple[int, int, str]]] = {}
        names = {}
        for actor in actors:
            if actor.mentions:
                names[actor.id] = actor.name
            for mention in actor.mentions:
                place = mention.place
                named.setdefault(place.paragraph, []).append((place.start, place.end, actor.id))
        parts = tuple(
            Passage(paragraph, text, tuple(span for span in named.get(paragraph, ()) if span[1] <= len(text)))
            for paragraph, text in _beginning(article)
        )
        length = len(article.title) + sum(map(len, article.paragraphs))
        return cls(parts, names, language, cut=length > MAX_TEXT)


def _beginning(article: Article) -> Iterator[tuple[int | None, str]]:
    left = MAX_TEXT
    for paragraph, text in ((None, article.title), *enumerate(article.paragraphs)):
        if left <= 0:
            return
        if text.strip():
            yield paragraph, text[:left]
        left -= len(text)


class OutsideName(msgspec.Struct, frozen=True, kw_only=True):
    """A person or organisation that the model found and that is not in the catalogue."""

    name: str
    type: NameType
    mentions: tuple[Mention, ...]
    """Of kind `model`; the rule is the model's label."""


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to whom: `source` and `target` are ids of catalogue actors that the article names."""

    source: str
    source_name: str
    action: str
    """The verb and what leads from it to the target: `impose sanctions on`."""
    target: str
    target_name: str
    sentence: str
    place: Place
    """Of the sentence."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a trained model found in an article, in reading order."""

    model: str
    """Its name and version: `en_core_web_sm 3.8.0`."""
    names: tuple[OutsideName, ...] = ()
    deeds: tuple[Deed, ...] = ()
    cut: bool = False
    """The article goes on after what was read."""

    def brief(self) -> "Reading":
        """Return what an alert carries of it: the first names, mentions and deeds, no long sentence."""
        return replace(
            self,
            names=tuple(replace(one, mentions=one.mentions[:MAX_MENTIONS]) for one in self.names[:MAX_NAMES]),
            deeds=tuple(replace(one, sentence=one.sentence[:MAX_SENTENCE]) for one in self.deeds[:MAX_DEEDS]),
        )
