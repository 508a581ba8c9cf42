"""What each phrase of the catalogue may mean, ready to be tested."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from wirewatch.tagging.catalogue.actors import Actor, Alias
from wirewatch.tagging.catalogue.catalogue import Catalogue
from wirewatch.tagging.catalogue.forms import forms_of, forms_of_decoy
from wirewatch.tagging.catalogue.offices import heads_a_body, heads_a_state, of_one, words_for
from wirewatch.tagging.names.firm import is_firm
from wirewatch.tagging.names.local import LocalRule, rules_for
from wirewatch.tagging.names.sense import Held, Sense
from wirewatch.tagging.names.state import is_group, is_seat, is_state, is_who
from wirewatch.tagging.search.patterns import Spelling
from wirewatch.tagging.text import words
from wirewatch.tagging.text.fold import fold, unaccented

_TOLD_BY: Mapping[str, LocalRule] = {
    "country": is_state,
    "company": is_firm,
    "place": is_seat,
    "armed_group": is_group,
}
_TOLD_BY_NAME: Mapping[str, LocalRule] = {"WHO": is_who}
"""Rules for one name alone, whatever its kind."""
_TOLD = frozenset({"name", "demonym", "capital"})
Bearer: TypeAlias = tuple[int, int]
"""An actor, by its place in the catalogue, and which of its aliases; those beyond them are its decoys."""


def bearers_by_phrase(catalogue: Catalogue) -> dict[str, list[Bearer]]:
    """Return every folded phrase of the catalogue with those whose alias or decoy it is."""
    table: dict[str, list[Bearer]] = {}
    for place, actor in enumerate(catalogue.actors.values()):
        aliases = actor.spelled()
        for n, alias in enumerate(aliases):
            text = fold(alias.text)
            table.setdefault(text, []).append((place, n))
            if not text.isascii() and (bare := fold(unaccented(alias.text))) != text:
                table.setdefault(bare, []).append((place, n))
        for n, decoy in enumerate(actor.decoys, len(aliases)):
            table.setdefault(fold(decoy), []).append((place, n))
    return table


def context_words(catalogue: Catalogue) -> list[str]:
    """Return the context words of all aliases, each once; the place of one is its number."""
    words: dict[str, None] = {}
    for actor in catalogue.actors.values():
        for alias in actor.aliases:
            if not isinstance(alias, str):
                words |= dict.fromkeys((*alias.needs, *alias.unless))
    return list(words)


class Senses:
    """What the phrases of a catalogue may mean.

    A phrase's senses are made when it is first met in a text: most of a big catalogue never is.
    """

    def __init__(self, catalogue: Catalogue, contexts: Sequence[str]) -> None:
        self._actors = catalogue.actors
        self._by_place = tuple(catalogue.actors.values())
        self._context = {word: number for number, word in enumerate(contexts)}

    def of(self, bearers: Iterable[Bearer]) -> tuple[Sense, ...]:
        """Return the senses of a phrase, in the order they are tried."""
        return _in_order([self._of(*bearer) for bearer in bearers])

    def spelling(self, phrase: str, bearers: Iterable[Bearer]) -> Spelling | None:
        """Return how a folded phrase must be written to mean anything; None when any spelling counts."""
        forms: dict[str, None] = {}
        for place, n in bearers:
            counting = self._forms(self._by_place[place], n)
            if counting is None:
                return None
            # A build is the same whichever process makes it.
            forms |= {form: None for form in sorted(counting) if fold(form) == phrase}
        capitals = [form for form in forms if form.isupper()]
        written = [form for form in forms if not form.isupper()] or capitals[:1]
        return Spelling(tuple(written), capitals=bool(capitals))

    def _of(self, place: int, n: int) -> Sense:
        actor = self._by_place[place]
        forms = self._forms(actor, n)
        if n >= len(actor.aliases):
            return Sense(actor=None, kind="decoy", forms=forms)
        alias = actor.spelled()[n]
        surname = alias.kind == "surname"
        common = surname and alias.text in words.WORDS_TOO
        offices = _offices(actor, self._actors) if surname else ()
        return Sense(
            actor=actor,
            kind=alias.kind,
            forms=forms,
            needs=self._numbers(alias.needs),
            unless=self._numbers(alias.unless),
            contextual=bool(alias.needs or alias.unless),
            local=rules_for(actor, alias),
            titles=_titles(actor) if surname else (),
            offices=_at_the_top(actor, self._actors) if common else offices,
            all_offices=offices,
            common=common,
            told_by=_told_by(actor, alias) if alias.needs else None,
        )

    def _numbers(self, of: Sequence[str]) -> frozenset[int]:
        return frozenset(map(self._context.__getitem__, of)) if of else frozenset()

    @staticmethod
    def _forms(actor: Actor, n: int) -> frozenset[str] | None:
        decoy = n - len(actor.aliases)
        return forms_of(actor.aliases[n]) if decoy < 0 else forms_of_decoy(actor.decoys[decoy])


def _in_order(senses: list[Sense]) -> tuple[Sense, ...]:
    """Decoys first, then what asks for a verb, then for context; last what asks for nothing."""
    if len(senses) == 1:
        return tuple(senses)
    if any(sense.unless and not sense.needs for sense in senses):
        # `Congo's army`, of two: it is that of the bigger, which says what speaks for the other (`unless`).
        senses = [sense.but(told_by=None) for sense in senses]
    city = any(sense.actor and sense.kind != "metonym" for sense in senses)
    marked = (s.but(by_verb=True) if city and s.kind == "metonym" else s for s in senses)
    return tuple(sorted(marked, key=_turn))


def _turn(sense: Sense) -> tuple[int, str]:
    """Two of one turn go by their ids, whatever the order of the files."""
    if sense.actor is None:
        return 0, ""
    return 1 if sense.by_verb else 2 if sense.contextual else 3, sense.actor.id


def _titles(actor: Actor) -> tuple[str, ...]:
    said = {word.lower() for role in actor.roles if of_one(role.title) for word in words_for(role.title)}
    return tuple(sorted(f"{t} " for word in said for t in {word, word.replace(" ", "-")}))


def _offices(person: Actor, actors: Mapping[str, Actor]) -> tuple[Held, ...]:
    return tuple((role, frozenset({role.of, *actors[role.of].parents})) for role in person.roles)


def _told_by(actor: Actor, alias: Alias) -> LocalRule | None:
    of_kind = _TOLD_BY.get(actor.type) if alias.kind in _TOLD else None
    return _TOLD_BY_NAME.get(alias.text, of_kind)


def _at_the_top(person: Actor, actors: Mapping[str, Actor]) -> tuple[Held, ...]:
    """Return the offices of a person that head something: a state, or a body as its own."""
    return tuple(
        (role, frozenset({role.of, *actors[role.of].parents} if heads_a_state(role) else {role.of}))
        for role in person.roles
        if heads_a_state(role) or heads_a_body(role, actors[role.of])
    )
