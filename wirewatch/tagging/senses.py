"""What each phrase of the catalogue may mean, ready to be tested."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from wirewatch.tagging import words
from wirewatch.tagging.actors import Actor, Alias, Role
from wirewatch.tagging.automaton import Spelling
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.fold import fold, plain, unaccented
from wirewatch.tagging.local import LocalRule, rules_for
from wirewatch.tagging.offices import of_one, words_for

_ALL_CAPS_FROM = 4  # letters: shorter names in capitals are too often something else


class Sense(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One meaning of a phrase: an alias of an actor, or a decoy (`actor` None)."""

    actor: Actor | None
    kind: str
    forms: frozenset[str] | None
    """Spellings that count; None for any."""
    needs: frozenset[int] = frozenset()
    unless: frozenset[int] = frozenset()
    local: tuple[LocalRule, ...] = ()
    titles: tuple[str, ...] = ()
    """Titles that may stand before a surname, in lower case, with the space."""
    offices: tuple[tuple[Role, AbstractSet[str]], ...] = ()
    """Of a surname that is no common word: offices, each with the actors whose office it is."""
    contextual: bool = False
    """Whether words elsewhere in the article decide: it has `needs` or `unless`."""
    by_verb: bool = False
    """Of a metonym that is a city's name too: what the city does tells whether it is the government."""


_NONE: frozenset[int] = frozenset()
Intern: TypeAlias = Callable[[str], int]
"""Registers a context word; returns its number."""


def senses_by_phrase(catalogue: Catalogue, intern: Intern) -> dict[str, tuple[Sense, ...]]:
    """Return every folded phrase of the catalogue with its senses, in the order they are tried."""
    table: dict[str, list[Sense]] = {}
    for actor in catalogue.actors.values():
        for alias in actor.spelled():
            sense = _sense(actor, alias, catalogue.actors, intern)
            text = fold(alias.text)
            table.setdefault(text, []).append(sense)
            if not text.isascii() and (bare := fold(unaccented(alias.text))) != text:
                table.setdefault(bare, []).append(sense)
        for decoy in actor.decoys:
            table.setdefault(fold(decoy), []).append(Sense(None, "decoy", _forms(decoy)))
    return {text: _in_order(senses) for text, senses in table.items()}


def spelling_of(phrase: str, senses: Sequence[Sense]) -> Spelling | None:
    """Return how a folded phrase must be written for any of `senses`; None when any spelling counts."""
    forms: dict[str, None] = {}
    for sense in senses:
        if sense.forms is None:
            return None
        forms |= {form: None for form in sense.forms if fold(form) == phrase}
    capitals = [form for form in forms if form.isupper()]
    written = [form for form in forms if not form.isupper()] or capitals[:1]
    return Spelling(tuple(written), capitals=bool(capitals))


def _in_order(senses: list[Sense]) -> tuple[Sense, ...]:
    """Decoys first, then what asks for a verb, then for context; last what asks for nothing."""
    if len(senses) == 1:
        return tuple(senses)
    city = any(sense.actor and sense.kind != "metonym" for sense in senses)
    marked = (replace(s, by_verb=True) if city and s.kind == "metonym" else s for s in senses)
    return tuple(sorted(marked, key=_turn))


def _turn(sense: Sense) -> tuple[int, str]:
    """Two of one turn go by their ids, whatever the order of the files."""
    if sense.actor is None:
        return 0, ""
    return 1 if sense.by_verb else 2 if sense.contextual else 3, sense.actor.id


def _sense(actor: Actor, alias: Alias, actors: Mapping[str, Actor], intern: Intern) -> Sense:
    surname = alias.kind == "surname"
    return Sense(
        actor=actor,
        kind=alias.kind,
        forms=None if alias.case == "any" else _forms(alias.text, upper_only=alias.case == "upper"),
        needs=frozenset(map(intern, alias.needs)) if alias.needs else _NONE,
        unless=frozenset(map(intern, alias.unless)) if alias.unless else _NONE,
        contextual=bool(alias.needs or alias.unless),
        local=rules_for(actor, alias),
        titles=_titles(actor) if surname else (),
        offices=_offices(actor, actors) if surname and alias.text not in words.WORDS_TOO else (),
    )


def _titles(actor: Actor) -> tuple[str, ...]:
    said = {word.lower() for role in actor.roles if of_one(role.title) for word in words_for(role.title)}
    return tuple(sorted(f"{t} " for word in said for t in {word, word.replace(" ", "-")}))


def _offices(person: Actor, actors: Mapping[str, Actor]) -> tuple[tuple[Role, AbstractSet[str]], ...]:
    return tuple((role, frozenset({role.of, *actors[role.of].parents})) for role in person.roles)


def _forms(text: str, *, upper_only: bool = False) -> frozenset[str]:
    written = plain(text)
    spelled = {written} if written.isascii() else {written, unaccented(written)}
    if upper_only:
        return frozenset([s.upper() for s in spelled])
    if len(text) > 99 or sum(map(str.isalpha, text)) >= _ALL_CAPS_FROM:
        spelled |= {s.upper() for s in spelled}
    return frozenset(spelled)
