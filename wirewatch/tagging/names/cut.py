"""States that share one word of their names: `North and South Korea`."""

import re
from collections.abc import Iterable, Sequence

from wirewatch.tagging.catalogue.actors import Actor
from wirewatch.tagging.names.found import Found

_OTHER = {"north": "south", "south": "north"}
_LONGEST = len("Global South and ")
_BEFORE = re.compile(r"(?<!Global )\b(?:North|South|NORTH|SOUTH)(?=(?: and|,| AND) $)")


class CutNames:
    """Finds the one of two states whose name is cut short: `North and South Korea` are both."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        called = {
            alias.text.lower(): (actor, alias.kind)
            for actor in actors
            if actor.type == "country"
            for alias in actor.spelled()
            if alias.text.lower().startswith(tuple(f"{side} " for side in _OTHER))
        }
        self._others = {
            name: called[other]
            for name in called
            if (other := f"{_OTHER[name[:5]]}{name[5:]}") in called
            and called[other][0] is not called[name][0]
        }
        """By the name of one, in lower case, the other and of which kind its name is."""
        self._paired = frozenset(called[name][0].id for name in self._others)

    def resolve(self, text: str, found: Sequence[Found]) -> list[Found]:
        """Return a mention for each such state: at `North`, for the rest stands in `found` already."""
        cut = []
        for one in found:
            if one.actor.id not in self._paired:
                continue
            other = self._others.get(text[one.start : one.end].lower())
            before = _BEFORE.search(text, max(0, one.start - _LONGEST), one.start) if other else None
            if other and before and before[0].lower() != text[one.start : one.start + 5].lower():
                cut.append(Found(before.start(), before.end(), *other, "alias"))
        return cut
