"""Which places stand near each other: words counted between the nearest ends, within one paragraph."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from wirewatch.article import Place
from wirewatch.watches.language.tree import Link
from wirewatch.watches.scripts import EACH

# Words as Unicode's UAX #29 has them: an apostrophe or a point may stand within one, a comma within a number;
# Han and kana, written without spaces, count a character each.
_WORD: Final = re.compile(
    rf"[{EACH}]|[^\W{EACH}]+(?:(?:['’.]|(?<=\d),(?=\d))[^\W{EACH}]+)*"  # noqa: RUF001  # as typeset
)


class _Spot(NamedTuple):
    """A place counted in words: `before` of them start before it does, `until` before it ends."""

    before: int
    until: int
    place: Place


def word_starts(text: str) -> list[int]:
    """Return where each word of `text` begins."""
    return [found.start() for found in _WORD.finditer(text)]


def chains(
    parts: Sequence[Iterable[Place]],
    links: Sequence[Link],
    starts: Callable[[int | None], Sequence[int]],
) -> list[tuple[Place, ...]]:
    """Return a row of places for each paragraph (or title) in which every part is near the next one.

    `parts` are the places of each, `links` what holds each to the next; `starts` gives where the words of a
    paragraph begin. Takes n log n of the number of places.
    """
    by_part = [_by_paragraph(part) for part in parts]
    shared = set(by_part[0]).intersection(*by_part[1:])
    rows = (
        _chain([_spots(part[paragraph], starts(paragraph)) for part in by_part], links)
        for paragraph in sorted(shared, key=lambda number: -1 if number is None else number)
    )
    return [row for row in rows if row]


def fewest_between(
    first: Iterable[Place], second: Iterable[Place], starts: Callable[[int | None], Sequence[int]]
) -> int | None:
    """Return how many words stand between the nearest of both; None when no paragraph has both."""
    one, other = _by_paragraph(first), _by_paragraph(second)
    gaps = []
    for paragraph in one.keys() & other.keys():
        spots = [
            *_tagged(one[paragraph], starts(paragraph), 0),
            *_tagged(other[paragraph], starts(paragraph), 1),
        ]
        spots.sort()
        gaps += [max(0, b[0] - a[1]) for a, b in pairwise(spots) if a[2] != b[2]]
    return min(gaps, default=None)


def _tagged(places: Iterable[Place], starts: Sequence[int], part: int) -> list[tuple[int, int, int]]:
    return [(spot.before, spot.until, part) for spot in _spots(places, starts)]


def _by_paragraph(places: Iterable[Place]) -> dict[int | None, list[Place]]:
    found: dict[int | None, list[Place]] = {}
    for place in places:
        found.setdefault(place.paragraph, []).append(place)
    return found


def _spots(places: Iterable[Place], starts: Sequence[int]) -> list[_Spot]:
    return sorted(
        _Spot(bisect_left(starts, place.start), bisect_left(starts, place.end), place) for place in places
    )


def _chain(parts: list[list[_Spot]], links: Sequence[Link]) -> tuple[Place, ...]:
    """Return the first row in which each is near the next; nothing when there is none."""
    # Keep of each part what leads on to the last; then any way forward from the first ends there.
    for n in range(len(links) - 1, -1, -1):
        parts[n] = _leading(parts[n], parts[n + 1], links[n])
    row: list[_Spot] = []
    for n, part in enumerate(parts):
        found = part if n == 0 else [spot for spot in part if _linked(row[-1], spot, links[n - 1])]
        if not found:
            return ()
        row.append(found[0])
    return tuple(spot.place for spot in row)


def _leading(spots: list[_Spot], following: list[_Spot], link: Link) -> list[_Spot]:
    """Return those of `spots` that are near one of `following`."""
    if link.ordered:
        begins = sorted((spot.place.start, spot.before) for spot in following)
        kept = []
        for spot in spots:
            at = bisect_left(begins, (spot.place.end, -1))
            if at < len(begins) and begins[at][1] - spot.until <= link.words:
                kept.append(spot)
        return kept
    # Near is one that begins early enough and ends late enough: of those the one that ends last tells.
    befores = [spot.before for spot in following]
    latest = list(accumulate((spot.until for spot in following), max))
    kept = []
    for spot in spots:
        until = bisect_right(befores, spot.until + link.words)
        if until and latest[until - 1] >= spot.before - link.words:
            kept.append(spot)
    return kept


def _linked(one: _Spot, other: _Spot, link: Link) -> bool:
    if link.ordered:
        return one.place.end <= other.place.start and other.before - one.until <= link.words
    return other.before - one.until <= link.words and one.before - other.until <= link.words
