"""Decides which actor, if any, each phrase found in an article names.

In order: case, longest (a decoy that holds an alias hides it), local context, context anywhere in the
article; for surnames a title, held by the article's date, or the full name.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import msgspec

from wirewatch.tagging import words
from wirewatch.tagging.actors import Actor, Alias
from wirewatch.tagging.automaton import Match, longest
from wirewatch.tagging.catalogue import Catalogue
from wirewatch.tagging.fold import fold, plain, unaccented
from wirewatch.tagging.local import Beside, LocalRule, beside, person, rules_for

_ALL_CAPS_FROM = 4  # letters: shorter names in capitals are too often something else
_TITLE_WINDOW = 40  # code points: longer than any title


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
    titles: tuple[str, ...] = ()
    """Titles that may stand before a surname, in lower case, with the space."""

    contextual: bool = False
    """Whether words elsewhere in the article decide: it has `needs` or `unless`."""


class Found(msgspec.Struct, frozen=True, gc=False):
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
        contextual=bool(alias.needs or alias.unless),
        local=rules_for(actor, alias),
        titles=_titles(actor) if alias.kind == "surname" else (),
    )


def _titles(actor: Actor) -> tuple[str, ...]:
    titles = {role.title.lower() for role in actor.roles if not role.title.startswith("head of")}
    return tuple(sorted(f"{t} " for title in titles for t in {title, title.replace(" ", "-")}))


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
        self._forms = [_all_forms(s) for s in senses]

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
            document.found.sort(key=attrgetter("start"))
        return document.found

    def _spelled(self, text: str, matches: Iterable[Match]) -> list[_Waiting]:
        """Return the longest of the matches whose words meet the case rule of a sense, with those senses."""
        forms, senses = self._forms, self._senses
        fitting = [m for m in matches if (f := forms[m[2]]) is None or text[m[0] : m[1]] in f]
        return [
            (match, known if len(known := senses[match[2]]) == 1 else _fitting(known, text, match))
            for match in longest(fitting)
        ]


def _fitting(senses: Sequence[Sense], text: str, match: Match) -> Sequence[Sense]:
    spelled = text[match[0] : match[1]]
    return [sense for sense in senses if sense.forms is None or spelled in sense.forms]


def _all_forms(senses: Sequence[Sense]) -> frozenset[str] | None:
    if any(sense.forms is None for sense in senses):
        return None
    return frozenset().union(*(sense.forms or () for sense in senses))


class _Document:
    """What is known so far of the article being resolved."""

    __slots__ = ("_beside", "_context", "_day", "_named", "_persons", "_rejected", "_text", "found")

    def __init__(
        self, text: str, context: AbstractSet[int], day: date, rejected: list[Rejected] | None
    ) -> None:
        self.found: list[Found] = []
        self._text = text
        self._context = context
        self._day = day
        self._rejected = rejected
        self._persons: set[int] = set()
        self._beside: dict[int, Beside] = {}
        self._named: dict[str, int] = {}

    def note_person(self, match: Match, senses: Sequence[Sense]) -> None:
        """Remember that `Michael Jordan` stands here: it speaks against Jordan the country elsewhere."""
        start, end, item = match
        for sense in senses:
            if person in sense.local:
                mention = self._beside[start] = beside(self._text, start, end)
                if person(mention):
                    self._persons.add(item)
                return

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
            introduced = self._introduced(match, senses)
            if introduced is not None:
                self.found.append(Found(match[0], match[1], introduced, "surname", "titled"))
            else:
                alone.append((match, senses))
        if not alone:
            return
        self._named = {f.actor.id: f.start for f in self.found if f.actor.type == "person"}
        for match, senses in alone:
            if len(senses) > 1:
                senses = sorted(senses, key=self._last_named, reverse=True)  # noqa: PLW2901
            self.decide(match, senses)

    def _last_named(self, sense: Sense) -> int:
        """Two people may share a surname: the one named last in full comes first."""
        return self._named.get(sense.actor.id, -1) if sense.actor else len(self._text)

    def _verdict(self, match: Match, sense: Sense) -> tuple[bool, str]:
        start, end, item = match
        if sense.actor is None:
            return False, "decoy"
        if sense.local:
            mention = self._beside.get(start) or beside(self._text, start, end)
            for rule in sense.local:
                if rule(mention):
                    return False, rule.__name__
        if sense.kind == "surname":
            return (True, "full_name") if sense.actor.id in self._named else (False, "surname_alone")
        if sense.contextual:
            return self._in_context(item, sense)
        return True, "alias"

    def _in_context(self, item: int, sense: Sense) -> tuple[bool, str]:
        against = len(sense.unless & self._context) + (item in self._persons)
        if not sense.needs:
            return not against, "ruled_out" if against else "alias"
        support = len(sense.needs & self._context)
        return support > against, "context" if support > against else "no_context"

    def _introduced(self, match: Match, senses: Sequence[Sense]) -> Actor | None:
        """`President Trump`, `the Trump administration`: by date, who held the office then or before."""
        start, end, _ = match
        before = self._text[max(0, start - _TITLE_WINDOW) : start].lower()
        cabinet = self._text.startswith(words.CABINETS, end)
        for sense in senses:
            actor = sense.actor
            if actor is None or not sense.titles or not (cabinet or before.endswith(sense.titles)):
                continue
            if any(role.begun(self._day) for role in actor.roles):
                return actor
        return None
