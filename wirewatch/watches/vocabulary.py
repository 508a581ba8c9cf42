"""The terms that watches name, each with a number; and which of them an article has."""

from typing import Final, NamedTuple

from wirewatch.article import ActorTag, Article
from wirewatch.tagging import Catalogue, TopicRules
from wirewatch.tagging.build import Phrase
from wirewatch.tagging.tagger import Tags
from wirewatch.watches.atoms import (
    ActorAtom,
    Atom,
    FieldAtom,
    RegexAtom,
    TextAtom,
    TopicAtom,
    in_scope,
)
from wirewatch.watches.language.regex import required_literal
from wirewatch.watches.language.tree import Scope, Term
from wirewatch.watches.names import Names
from wirewatch.watches.scripts import written_together
from wirewatch.watches.sources import domains

_COST: Final = {
    "text": 1,
    "regex": 1,
    "actor": 4,
    "source": 8,
    "tag": 20,
    "topic": 20,
    "country": 200,
    "lang": 1000,
}
"""How often a term is met, roughly: the rarer, the better to look watches up by."""


class _Actor(NamedTuple):
    number: int
    direct: bool
    scope: Scope


class _Placed(NamedTuple):
    number: int
    scope: Scope


class Vocabulary:
    """Numbers for terms. Filled while watches are compiled, then only read."""

    def __init__(self, catalogue: Catalogue, topics: TopicRules) -> None:
        self._names = Names(catalogue, topics)
        self.atoms: list[Atom] = []
        self.costs: list[int] = []
        """By number: what it costs to look watches up by it."""
        self._numbers: dict[Atom, int] = {}
        self._phrases: dict[Phrase, int] = {}
        self._actors: dict[str, list[_Actor]] = {}
        self._topics: dict[str, list[tuple[int, TopicAtom]]] = {}
        self._texts: list[list[_Placed]] = []
        self._fields: dict[str, dict[str, int]] = {}

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """What the tagger has to look for."""
        return tuple(
            Phrase(n, one.text, one.case, one.prefix, one.inside) for one, n in self._phrases.items()
        )

    @property
    def actor_names(self) -> frozenset[str]:
        """Names of the actors that its terms mean."""
        return frozenset(self._names.actor_name(id_) for id_ in self._actors)

    def number(self, term: Term) -> int:
        """Return the number of `term`; terms that mean the same have one.

        Raises ValueError, saying what to write instead, for a term that no article could ever have.
        """
        atom = self._atom(term)
        if (number := self._numbers.get(atom)) is None:
            number = self._numbers[atom] = len(self.atoms)
            self.atoms.append(atom)
            self.costs.append(_COST[term.kind])
            self._register(atom, number)
        return number

    def has(self, article: Article, tags: Tags) -> set[int]:
        """Return the numbers of the terms an article has; a regular expression has its literal there."""
        has: set[int] = set()
        for actor in tags.actors:
            if (atoms := self._actors.get(actor.id)) is not None:
                has.update(atom.number for atom in atoms if _has_actor(actor, atom, tags))
        for topic in tags.topics:
            if (spoken_of := self._topics.get(topic.code)) is not None:
                has.update(n for n, atom in spoken_of if not atom.scope or any(atom.places(article, tags)))
        for hit in tags.phrases:
            for number, scope in self._texts[hit.phrase]:
                if not scope or in_scope(scope, hit.place):
                    has.add(number)
        if self._fields:
            self._add_fields(has, article, tags.language)
        return has

    def _add_fields(self, has: set[int], article: Article, language: str | None) -> None:
        for kind, numbers in self._fields.items():
            values = (numbers.get(value) for value in _values(kind, article, language))
            has.update(number for number in values if number is not None)

    def _atom(self, term: Term) -> Atom:
        match term.kind:
            case "actor":
                return ActorAtom(
                    self._names.actors(term.value, members=term.members), term.direct, term.scope
                )
            case "topic":
                code = self._names.topic(term.value)
                return TopicAtom(code, self._names.narrower(code), term.scope)
            case "text":
                inside = written_together(term.value)
                prefix = term.prefix and not inside
                phrase = Phrase(0, term.value, "exact" if term.exact else "any", prefix, inside)
                return TextAtom(self._phrase(phrase), term.scope)
            case "regex":
                literal = Phrase(0, required_literal(term.value), inside=True)
                return RegexAtom(self._phrase(literal), term.value, term.exact, term.scope)
            case _:
                return FieldAtom(term.kind, self._names.field(term.kind, term.value))

    def _phrase(self, phrase: Phrase) -> int:
        if phrase not in self._phrases:
            self._phrases[phrase] = len(self._phrases)
            self._texts.append([])
        return self._phrases[phrase]

    def _register(self, atom: Atom, number: int) -> None:
        match atom:
            case ActorAtom(ids, direct, scope):
                for actor in ids:
                    self._actors.setdefault(actor, []).append(_Actor(number, direct, scope))
            case TopicAtom(code):
                self._topics.setdefault(code, []).append((number, atom))
            case TextAtom(phrase, scope):
                self._texts[phrase].append(_Placed(number, scope))
            case RegexAtom(phrase):
                # Its literal may stand elsewhere than its match begins: the scope is for `places` to see to.
                self._texts[phrase].append(_Placed(number, ""))
            case FieldAtom(kind, value):
                self._fields.setdefault(kind, {})[value] = number


def _has_actor(actor: ActorTag, atom: _Actor, tags: Tags) -> bool:
    if atom.direct and actor.via:
        return False
    if not atom.scope or _stands(actor, atom.scope):
        return True
    beneath = () if atom.direct else actor.beneath
    return any(_stands(other, atom.scope) for other in tags.actors if other.id in beneath)


def _stands(actor: ActorTag, scope: Scope) -> bool:
    return actor.salience.headline if scope == "title" else actor.salience.lead


def _values(kind: str, article: Article, language: str | None) -> tuple[str, ...]:
    match kind:
        case "source":
            return tuple(domains(article.source))
        case "lang":
            return (language.lower(),) if language else ()
        case "country":
            return (article.country.upper(),) if article.country else ()
        case _:
            return tuple(tag.casefold() for tag in article.tags)
