"""What speaks against an article, part by part: how near it comes to meeting a condition."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from wirewatch.article import Article, Place
from wirewatch.tagging.names.found import Rejected
from wirewatch.tagging.text.bare import BareText, bare
from wirewatch.tagging.text.fold import Text, fold
from wirewatch.tagging.topics.explain import TopicNotTold
from wirewatch.watches.atoms import ActorAtom, TopicAtom
from wirewatch.watches.condition import Number
from wirewatch.watches.explain import Explained
from wirewatch.watches.facts import Facts
from wirewatch.watches.language import Near, Not, Term
from wirewatch.watches.near import fewest_between
from wirewatch.watches.scripts import written_together

_SHOWN = 3
"""Of what stands for each other, or was refused, as many are named."""


class Miss(NamedTuple):
    """A part that would have to turn out otherwise."""

    clause: str
    hint: str
    """What there is of it; empty when nothing is."""


class Looker:
    """Says what an article has of the parts that it does not meet."""

    def __init__(
        self, facts: Facts, number: Number, rejected: Sequence[Rejected], not_told: Sequence[TopicNotTold]
    ) -> None:
        self._facts = facts
        self._number = number
        self._rejected = rejected
        self._not_told = not_told

    def miss(self, explained: Explained) -> Miss:
        """Return what there is to say of a part that came out against the article."""
        return Miss(str(explained.node), "; ".join(self._hints(explained)))

    def _hints(self, explained: Explained) -> Iterator[str]:
        match explained.node:
            case Not():
                yield from self._there(explained.parts[0])
            case Near() as near:
                yield from self._apart(near)
            case Term() as term:
                yield from self._term(term)

    def _there(self, inner: Explained) -> Iterator[str]:
        shown = dict.fromkeys(self._words(place) for place in _all_places(inner))
        if shown:
            yield f"it has {', '.join(map(_quoted, list(shown)[:_SHOWN]))}"

    def _apart(self, near: Near) -> Iterator[str]:
        parts = [[place for term in part for place in self._places(term)] for part in near.parts]
        for part, places in zip(near.parts, parts, strict=True):
            if not places:
                yield f"{_alternatives(part)} does not occur"
        if not all(parts):
            return
        for n, link in enumerate(near.links):
            words = fewest_between(parts[n], parts[n + 1], self._facts.word_starts)
            if words is None:
                yield "they do not occur in the same paragraph"
            elif words > link.words:
                yield f"the nearest have {words} words between them, more than {link.words}"
            elif link.ordered:
                yield "they occur in the other order"

    def _term(self, term: Term) -> Iterator[str]:
        article = self._facts.article
        match term.kind:
            case "actor":
                yield from self._actor(term)
            case "text":
                yield from _text(article, term)
            case "source":
                yield f"its source is {article.source}"
            case "lang":
                yield f"its language is {self._facts.tags.language or 'unknown'}"
            case "country":
                yield f"its source's country is {article.country or 'unknown'}"
            case "tag":
                yield f"its tags are {', '.join(article.tags)}" if article.tags else "it has no tags"
            case "topic":
                yield from self._topic(term)
            case _:
                return

    def _actor(self, term: Term) -> Iterator[str]:
        atom = self._facts.atom(self._number(term))
        assert isinstance(atom, ActorAtom)
        met = [actor for actor in self._facts.tags.actors if actor.id in atom.ids]
        if term.direct and met and all(actor.via for actor in met):
            yield f"only through what belongs to it: {', '.join(name for actor in met for name in actor.via)}"
        elif met:
            yield from self._elsewhere(term)
        text = Text.of(self._facts.article)
        refused = {
            f"{_quoted(text.origin.place(one.start, one.end)[1])} is not taken for it ({one.rule})": None
            for one in self._rejected
            if one.actor in atom.ids
        }
        yield from list(refused)[:_SHOWN]

    def _topic(self, term: Term) -> Iterator[str]:
        atom = self._facts.atom(self._number(term))
        assert isinstance(atom, TopicAtom)
        yield from self._elsewhere(term)
        if not any(topic.code in atom.codes for topic in self._facts.tags.topics):
            near = [one for one in self._not_told if one.code in atom.codes][:1]  # the nearest comes first
            yield from (one.because for one in near)

    def _elsewhere(self, term: Term) -> Iterator[str]:
        atom = self._facts.atom(self._number(term))
        assert isinstance(atom, (ActorAtom, TopicAtom))
        anywhere = replace(atom, scope="").places(self._facts.article, self._facts.tags)
        yield from _elsewhere(term, tuple(anywhere))

    def _places(self, term: Term) -> Sequence[Place]:
        return self._facts.places(self._number(term))

    def _words(self, place: Place) -> str:
        return _part(self._facts.article, place.paragraph)[place.start : place.end]


def _alternatives(part: Sequence[Term]) -> str:
    """Return what may stand at one place of a NEAR; of many, which the clause has in full, the first."""
    first = " OR ".join(map(str, part[:_SHOWN]))
    return first if len(part) <= _SHOWN else f"({first} OR …, {len(part)} in all)"


def _all_places(explained: Explained) -> Iterator[Place]:
    yield from explained.places
    for part in explained.parts:
        if part.met:
            yield from _all_places(part)


def _text(article: Article, term: Term) -> Iterator[str]:
    found = list(_standing(article, term.value, term.prefix))
    if found and term.scope:
        yield from _elsewhere(term, found)
    elif found and term.exact:
        written = {_part(article, place.paragraph)[place.start : place.end] for place in found}
        yield f"it is written {', '.join(map(_quoted, sorted(written)[:_SHOWN]))}"
    words = term.value.split()
    if not found and len(words) > 1:
        missing = [word for word in words if not any(_standing(article, word, prefix=False))]
        if not missing:
            yield f"of its words, {', '.join(map(_quoted, words))} are not next to each other"
        elif len(missing) < len(words):
            yield f"of its words, {', '.join(map(_quoted, missing))} {_DO[len(missing) > 1]} not occur"


_DO = {False: "does", True: "do"}


def _standing(article: Article, words: str, prefix: bool) -> Iterator[Place]:  # noqa: FBT001
    inside = written_together(words)
    begin, end = "" if inside else r"(?<!\w)", "" if inside else r"\w*" if prefix else r"(?!\w)"
    text = Text.of(article)
    spelled = BareText.of(text)
    for found in re.finditer(f"{begin}{re.escape(bare(words))}{end}", fold((spelled or text).plain)):
        yield text.origin.place(*(spelled.span(*found.span()) if spelled else found.span()))[0]


def _elsewhere(term: Term, places: Sequence[Place]) -> Iterator[str]:
    if term.scope and places:
        place = places[0]
        where = "the title" if place.paragraph is None else f"paragraph {place.paragraph + 1}"
        yield f"it occurs in {where}"


def _part(article: Article, paragraph: int | None) -> str:
    return article.title if paragraph is None else article.paragraphs[paragraph]


def _quoted(text: str) -> str:
    return f'"{text}"'
