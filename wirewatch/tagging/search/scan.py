"""What an automaton met in a text, by family of phrases, and the choice of the longest."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias

from wirewatch.tagging.search.patterns import SEVERAL, Family, Look, Tables
from wirewatch.tagging.text.fold import fold

Match: TypeAlias = tuple[int, int, int]
"""Start and end in the plain text, and the family's item met there. A bare tuple: there are hundreds."""
Found: TypeAlias = tuple[int, int, int]
"""What the automaton itself gives: start and end in the folded text, and the number of the text met there."""

_WORDS, _FORM_OR_CAPITALS = int(Look.WORDS), int(Look.FORM_OR_CAPITALS)


class Scan(Protocol):
    """What is met in a text; looked at more closely only when asked for."""

    def of(self, family: Family) -> list[Match]:
        """Return the matches of a family, in no particular order."""

    def items(self, family: Family, written: Sequence[tuple[str, ...] | None]) -> set[int]:
        """Return the items of a family that are met, written as one of those of the item; None for any."""

    def longest(self, family: Family) -> list[Match]:
        """Return the leftmost-longest matches of a family: none overlaps another, equal spans all stay."""


class Scanner:
    """Makes scans of what an automaton over `tables` finds."""

    def __init__(self, tables: Tables) -> None:
        self._of_text = tables.of_text
        self._kinds_of_texts = tables.kinds_of_texts
        self._kinds = tables.kinds
        self._shapes = [tuple(map(int, shape)) for shape in tables.shapes]
        self._shape_of = array("H", tables.shape_of)
        self._items = array("i", tables.items)
        self._written = tables.written
        self._ends = array("I", tables.ends)
        self._forms: dict[int, str] = {}

    def scan(self, found: Iterable[Found], plain: str, folded: bytes) -> Scan:
        """Return what is `found` in a `Text`, by family."""
        met: list[list[Found]] = [[] for _ in range(SEVERAL + 1)]
        add = [matches.append for matches in met]
        kinds = self._kinds_of_texts
        for match in found:
            add[kinds[match[2]]](match)
        for start, end, text in met.pop():
            for number in self._of_text[text]:
                add[self._kinds[number]]((start, end, number))
        return _Scan(self, plain, folded, met)

    def usual(self, matches: Iterable[Found]) -> list[Match]:
        """Return the automaton's `matches` of the usual shape, with the items of their family."""
        items = self._items
        return [(start, end - 2, items[number]) for start, end, number in matches]

    def checked(self, plain: str, folded: bytes, matches: Iterable[Found]) -> list[Match]:
        """Return those of the automaton's other `matches` that count, with the items of their family."""
        found: list[Match] = []
        shapes, shape_of, items, forms = self._shapes, self._shape_of, self._items, self._forms.get
        for start, end, number in matches:
            before, after, goes_on, look = shapes[shape_of[number]]
            start += before  # noqa: PLW2901  (from here on in `plain`)
            end = folded.index(b" ", end) - 1 if goes_on else end - after  # noqa: PLW2901
            if look:
                here, form = plain[start:end], forms(number) or self._form(number)
                if look == _WORDS:
                    here = here[: len(form)]
                    if here.lower() != form and fold(here) != form:
                        continue
                # Most matches end here: `who`, `turkey`, `us`.
                elif here != form and (look != _FORM_OR_CAPITALS or here.islower() or here != form.upper()):
                    continue
            found.append((start, end, items[number]))
        return found

    def _form(self, number: int) -> str:
        """Return how a pattern is written, and keep it: few of many are ever met, those again and again."""
        form = self._forms[number] = self._written[self._ends[number] : self._ends[number + 1]]
        return form


class _Scan:
    __slots__ = ("_folded", "_met", "_plain", "_scanner")

    def __init__(self, scanner: Scanner, plain: str, folded: bytes, met: Sequence[list[Found]]) -> None:
        self._scanner = scanner
        self._plain = plain
        self._folded = folded
        self._met = met

    def of(self, family: Family) -> list[Match]:
        others, usual = self._met[2 * family], self._met[2 * family + 1]
        found = self._scanner.checked(self._plain, self._folded, others) if others else []
        return found + self._scanner.usual(usual) if usual else found

    def items(self, family: Family, written: Sequence[tuple[str, ...] | None]) -> set[int]:
        return {
            item
            for start, _, item in self.of(family)
            if (ways := written[item]) is None or self._plain.startswith(ways, start)
        }

    def longest(self, family: Family) -> list[Match]:
        chosen: list[Match] = []
        begun = until = -1
        for match in sorted(self.of(family)):  # of one start, the longest comes last
            start, end, _ = match
            if start == begun:
                if end > until:
                    while chosen and chosen[-1][0] == start:
                        chosen.pop()
                    until = end
                chosen.append(match)
            elif start >= until:
                begun, until = start, end
                chosen.append(match)
        return chosen
