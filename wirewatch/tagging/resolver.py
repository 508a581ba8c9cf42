"""Decides which actor, if any, each phrase found in an article names.

In order: decoy, case, longest, local context, document context, support for surnames, date of office.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from wirewatch.tagging import words
from wirewatch.tagging.actors import Actor, Alias, Role
from wirewatch.tagging.automaton import Match, longest
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.fold import fold, plain, unaccented
from wirewatch.tagging.local import LocalRule, person, rules_for, word_after, word_before

_ALL_CAPS_FROM = 4  # letters: shorter names in capitals are too often something else


@dataclass(frozen=True, slots=True, eq=False)
class Sense:
    """One meaning of a phrase: an alias of an actor, or a decoy (`actor` None), ready to be tested."""

    actor: Actor | None
    kind: str
    forms: frozenset[str] | None
    """Spellings that count; None for any."""
    needs: frozenset[int] = frozenset()
    unless: frozenset[int] = frozenset()
    local: tuple[LocalRule, ...] = ()
    titles: frozenset[str] = frozenset()
    """Last words of the titles that may stand before a surname, in lower case."""
    role: Role | None = None
    """The office a title speaks of: it must be held at the article's time."""

    @property
    def contextual(self) -> bool:
        """Whether words elsewhere in the article decide."""
        return bool(self.needs or self.unless)


class Found(NamedTuple):
    """A mention that was accepted."""

    start: int
    end: int
    actor: Actor
    kind: str
    rule: str


class Rejected(NamedTuple):
    """A mention that was not, and the rule that said so."""

    start: int
    end: int
    actor: str
    kind: str
    rule: str


_Waiting: TypeAlias = tuple[Match, Sequence["Sense"]]

Intern: TypeAlias = Callable[[str], int]
"""Registers a context word; returns its number."""


def senses_by_phrase(catalogue: Catalogue, intern: Intern) -> dict[str, tuple[Sense, ...]]:
    """Return every folded phrase of the catalogue with its senses: those that need context first."""
    table: dict[str, list[Sense]] = {}
    for actor in catalogue.actors.values():
        for alias in actor.spelled():
            sense = _sense(actor, alias, intern)
            for text in {fold(alias.text), fold(unaccented(alias.text))}:
                table.setdefault(text, []).append(sense)
        for decoy in actor.decoys:
            table.setdefault(fold(decoy), []).append(Sense(None, "decoy", _forms(decoy)))
    return {text: tuple(sorted(senses, key=_default_last)) for text, senses in table.items()}


def _default_last(sense: Sense) -> bool:
    return sense.actor is not None and not sense.contextual


def _sense(actor: Actor, alias: Alias, intern: Intern) -> Sense:
    return Sense(
        actor=actor,
        kind=alias.kind,
        forms=None if alias.case == "any" else _forms(alias.text, upper_only=alias.case == "upper"),
        needs=frozenset(map(intern, alias.needs)),
        unless=frozenset(map(intern, alias.unless)),
        local=rules_for(actor, alias),
        titles=frozenset(role.title.split()[-1].lower() for role in actor.roles if role.title)
        if alias.kind == "surname"
        else frozenset(),
    )


def _forms(text: str, *, upper_only: bool = False) -> frozenset[str]:
    spelled = {plain(text), unaccented(plain(text))}
    if upper_only:
        return frozenset(s.upper() for s in spelled)
    if sum(c.isalpha() for c in text) >= _ALL_CAPS_FROM:
        spelled |= {s.upper() for s in spelled}
    return frozenset(spelled)


def phase(senses: Sequence[Sense]) -> int:
    """Return when a phrase can be decided: 0 at once, 1 once all persons are known, 2 once all names are."""
    if any(sense.kind == "surname" for sense in senses):
        return 2
    return 1 if any(sense.contextual for sense in senses) else 0


class Resolver:
    """Holds the senses of every phrase, by the automaton's item number. Keeps nothing between articles."""

    def __init__(self, senses: Sequence[tuple[Sense, ...]]) -> None:
        self._senses = senses
        self._phases = [phase(s) for s in senses]

    def resolve(
        self,
        text: str,
        matches: Sequence[Match],
        context: AbstractSet[int],
        day: date,
        rejected: list[Rejected] | None = None,
    ) -> list[Found]:
        """Return the accepted mentions in `text` (plain), in order.

        `context` holds the context words met anywhere in the article, `day` is the article's. What is not
        accepted is appended to `rejected` when given.
        """
        document = _Document(text, context, day, rejected)
        later: tuple[list[_Waiting], list[_Waiting]] = ([], [])
        for match, senses in self._spelled(text, matches):
            if when := self._phases[match[2]]:
                later[when - 1].append((match, senses))
            else:
                document.decide(match, senses)
        for match, senses in later[0]:
            document.note_person(match, senses)
        for match, senses in later[0]:
            document.decide(match, senses)
        document.decide_surnames(later[1])
        if later[0] or later[1]:
            document.found.sort(key=_position)
        return document.found

    def _spelled(self, text: str, matches: Iterable[Match]) -> list[_Waiting]:
        """Return the longest of the matches whose words meet the case rule of a sense, with those senses."""
        fitting: dict[Match, Sequence[Sense]] = {}
        for match in matches:
            start, end, item = match
            spelled = text[start:end]
            senses = self._senses[item]
            if len(senses) > 1:
                senses = tuple(s for s in senses if s.forms is None or spelled in s.forms)
            elif (forms := senses[0].forms) is not None and spelled not in forms:
                continue
            if senses:
                fitting[match] = senses
        return [(match, fitting[match]) for match in longest(fitting)]


class _Document:
    """What is known so far of the article being resolved."""

    __slots__ = ("_context", "_day", "_named", "_persons", "_rejected", "_text", "found")

    def __init__(
        self, text: str, context: AbstractSet[int], day: date, rejected: list[Rejected] | None
    ) -> None:
        self.found: list[Found] = []
        self._text = text
        self._context = context
        self._day = day
        self._rejected = rejected
        self._persons: set[int] = set()
        self._named: set[str] = set()

    def note_person(self, match: Match, senses: Sequence[Sense]) -> None:
        """Remember that `Michael Jordan` stands here: it speaks against Jordan the country elsewhere."""
        start, end, item = match
        if any(person in sense.local for sense in senses) and person(self._text, start, end):
            self._persons.add(item)

    def decide(self, match: Match, senses: Sequence[Sense]) -> None:
        """Accept the first sense that passes its tests, if any."""
        for sense in senses:
            accepted, rule = self._verdict(match, sense)
            if accepted and sense.actor is not None:
                self.found.append(Found(match[0], match[1], sense.actor, sense.kind, rule))
                return
            if self._rejected is not None:
                actor = sense.actor.id if sense.actor else ""
                self._rejected.append(Rejected(match[0], match[1], actor, sense.kind, rule))

    def decide_surnames(self, waiting: Sequence[_Waiting]) -> None:
        """Accept surnames that a title introduces, then those of whoever is named in full anywhere."""
        alone: list[_Waiting] = []
        for match, senses in waiting:
            introduced = next((s for s in senses if s.kind == "surname" and self._titled(match, s)), None)
            if introduced is not None and introduced.actor is not None:
                self.found.append(Found(match[0], match[1], introduced.actor, "surname", "titled"))
            else:
                alone.append((match, senses))
        self._named = {f.actor.id for f in self.found}
        for match, senses in alone:
            self.decide(match, senses)

    def _verdict(self, match: Match, sense: Sense) -> tuple[bool, str]:
        start, end, item = match
        if sense.actor is None:
            return False, "decoy"
        for rule in sense.local:
            if reason := rule(self._text, start, end):
                return False, reason
        if sense.kind == "surname":
            return (True, "full_name") if sense.actor.id in self._named else (False, "surname_alone")
        if sense.role is not None and not sense.role.held(self._day):
            return False, "not_in_office"
        if sense.contextual:
            return self._in_context(item, sense)
        return True, "alias"

    def _in_context(self, item: int, sense: Sense) -> tuple[bool, str]:
        against = len(sense.unless & self._context) + (item in self._persons)
        if not sense.needs:
            return not against, "ruled_out" if against else "alias"
        support = len(sense.needs & self._context)
        return support > against, "context" if support > against else "no_context"

    def _titled(self, match: Match, sense: Sense) -> bool:
        """`President Trump`, `the Trump administration`: by date, who held the office then or before."""
        start, end, _ = match
        actor = sense.actor
        if actor is None or not any(r.start is None or r.start <= self._day for r in actor.roles):
            return False
        if word_before(self._text, start).lower() in sense.titles:
            return True
        return bool(sense.titles) and word_after(self._text, end) in words.CABINETS


def _position(found: Found) -> int:
    return found.start
