"""What articles are searched for on behalf of watches: terms whose names are looked up, with their places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wirewatch.article import Article, Place
from wirewatch.tagging.tagger import Tags
from wirewatch.tagging.text.fold import fold
from wirewatch.watches.language.regex import compiled
from wirewatch.watches.language.tree import Scope


@dataclass(frozen=True, slots=True)
class ActorAtom:
    """Any of some actors."""

    ids: frozenset[str]
    direct: bool
    scope: Scope

    def places(self, article: Article, tags: Tags) -> Iterable[Place]:  # noqa: ARG002  # as the others
        """Return the places of the actors met and, unless only they are meant, of those beneath them."""
        standing: set[str] = set()
        for actor in tags.actors:
            if actor.id in self.ids:
                standing.add(actor.id)
                if not self.direct:
                    standing.update(actor.via, actor.beneath)
        return (
            one.place
            for actor in tags.actors
            if actor.id in standing
            for one in actor.mentions
            if in_scope(self.scope, one.place)
        )


@dataclass(frozen=True, slots=True)
class TopicAtom:
    """A topic, with the codes of the narrower ones that speak of it too."""

    code: str
    codes: frozenset[str]
    scope: Scope

    def places(self, article: Article, tags: Tags) -> Iterator[Place]:
        """Yield where phrases speak of it, in reading order: a tag has the first place of each alone."""
        mentions = [one for topic in tags.topics if topic.code in self.codes for one in topic.mentions]
        phrases = {fold(mention.text) for mention in mentions}
        for number, text in ((None, article.title), *enumerate(article.paragraphs)):
            if not in_scope(self.scope, Place(number, 0, 0)):
                continue
            folded = fold(text)
            spans = {(one.place.start, one.place.end) for one in mentions if one.place.paragraph == number}
            spans.update(span for phrase in phrases for span in _standing(phrase, folded))
            yield from (Place(number, *span) for span in sorted(spans))


@dataclass(frozen=True, slots=True)
class TextAtom:
    """Words, which the tagger looks for under a number."""

    phrase: int
    scope: Scope

    def places(self, article: Article, tags: Tags) -> Iterable[Place]:  # noqa: ARG002
        """Return where they stand."""
        return (
            hit.place for hit in tags.phrases if hit.phrase == self.phrase and in_scope(self.scope, hit.place)
        )


@dataclass(frozen=True, slots=True)
class RegexAtom:
    """A regular expression, behind words of which the tagger knows whether they are there at all."""

    phrase: int
    pattern: str
    exact: bool
    scope: Scope

    def places(self, article: Article, tags: Tags) -> Iterable[Place]:
        """Return what it matches in the paragraphs that hold its literal."""
        search = compiled(self.pattern, exact=self.exact).finditer
        held = {hit.place.paragraph for hit in tags.phrases if hit.phrase == self.phrase}
        for paragraph in sorted(held, key=lambda number: -1 if number is None else number):
            text = article.title if paragraph is None else article.paragraphs[paragraph]
            # Half a character has no UTF-8 form; as a question mark it is as long.
            for found in search(text.encode("utf-8", "replace").decode()):
                place = Place(paragraph, *found.span())
                if place.end > place.start and in_scope(self.scope, place):
                    yield place


@dataclass(frozen=True, slots=True)
class FieldAtom:
    """Something about the article as a whole: it stands nowhere."""

    kind: str
    value: str

    def places(self, article: Article, tags: Tags) -> Iterable[Place]:  # noqa: ARG002
        """Return nothing."""
        return ()


Atom: TypeAlias = ActorAtom | TopicAtom | TextAtom | RegexAtom | FieldAtom


def _standing(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where `words` stand in `text` (both folded) and are no part of longer ones."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end
        start = text.find(words, start + 1)


def in_scope(scope: Scope, place: Place) -> bool:
    """Tell whether `place` is in that part of the article."""
    return not scope or place.paragraph == (None if scope == "title" else 0)
