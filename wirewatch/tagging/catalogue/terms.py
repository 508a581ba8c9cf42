"""Terms of office that stand in one another's way: two holders of one office at a time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import TypeAlias

from wirewatch.errors import ConfigError
from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.catalogue.line import Line
from wirewatch.tagging.catalogue.offices import of_one, words_for
from wirewatch.tagging.text.fold import fold

_A_YEAR = timedelta(days=365)
_Term: TypeAlias = tuple[date, date, Line]
"""First and last day of an office, and who held it."""


def overlaps(lines: Sequence[Line], actors: Sequence[Actor]) -> Iterator[ConfigError]:
    """An office of one holder has one at a time; they may change within a day."""
    for (of, title), held in _terms(lines, actors).items():
        for (_, end, first), (start, _, second) in pairwise(held):
            if start < end:
                yield second.error(
                    f"is {title} of {of} from {start}, while {first.actor.id} ({first.place})"
                    f" is until {'now' if end == date.max else end}; give one an end or another title"
                )


def known_until(actors: Iterable[Actor]) -> date | None:
    """Return the last day on which somebody took up an office; None without offices.

    Ends say less: many are those of terms that go on.
    """
    return max((role.start for actor in actors for role in actor.roles if role.start), default=None)


def lately_ended(actors: Sequence[Actor], today: date) -> list[tuple[date, str]]:
    """Return the offices of one holder that ended in the year before `today` and that nobody is known to
    have taken up since: the last day, and what it is, as in `president of Colombia (Gustavo Petro)`.
    """
    names = {actor.id: actor.name for actor in actors}
    last: dict[tuple[str, str], tuple[date, str]] = {}
    for actor in actors:
        for role in filter(lambda role: of_one(role.title), actor.roles):
            term = role.end or date.max, f"{role.title} of {names[role.of]} ({actor.name})"
            last[role.of, fold(role.title)] = max(term, last.get((role.of, fold(role.title)), term))
    return sorted(term for term in last.values() if today - _A_YEAR <= term[0] < today)


def alike(lines: Sequence[Line], actors: Sequence[Actor]) -> Iterator[str]:
    """Offices of two holders at a time that the same words may mean: rightly two, or one written twice."""
    offices: dict[str, list[tuple[str, list[_Term]]]] = {}
    for (of, title), held in _terms(lines, actors).items():
        offices.setdefault(of, []).append((title, held))
    for of, named in offices.items():
        for (title, held), (other, also) in combinations(named, 2):
            words = {fold(word) for word in words_for(title)} & {fold(word) for word in words_for(other)}
            if words and (pair := _at_once(held, also)):
                first, second = pair
                yield second.about(
                    f"is {other} of {of} while"
                    f" {first.actor.id} ({first.place}) is {title}; {_quoted(words)} may mean"
                    " either: give one an end if they are the same office"
                )


def _terms(lines: Sequence[Line], actors: Sequence[Actor]) -> dict[tuple[str, str], list[_Term]]:
    """Return the terms of offices of one holder, first come first, by the actor of which and the title."""
    terms: dict[tuple[str, str], list[_Term]] = {}
    for line, actor in zip(lines, actors, strict=True):
        for role in actor.roles:
            if of_one(role.title):
                term = (role.start or date.min, role.end or date.max, line)
                terms.setdefault((role.of, fold(role.title)), []).append(term)
    for held in terms.values():
        held.sort(key=lambda term: term[:2])
    return terms


def _at_once(held: Sequence[_Term], also: Sequence[_Term]) -> tuple[Line, Line] | None:
    """Return the first two people who held the one and the other at a time."""
    for start, end, first in held:
        for begin, until, second in also:
            if first.actor.id != second.actor.id and start < until and begin < end:
                return first, second
    return None


def _quoted(words: Iterable[str]) -> str:
    return " and ".join(map(repr, sorted(words)))
