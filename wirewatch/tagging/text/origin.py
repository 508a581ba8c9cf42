"""Where in an article that stands which was found in its text."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from wirewatch.article import Mention, Place
from wirewatch.tagging.text import in_c


class OriginInPython:
    """Leads back from spans of an article's text to its `parts`, which stand there with a code point between.

    `offsets`: where each code point of the text came from, and its end; None where each came from its place.
    """

    __slots__ = ("_offsets", "_parts", "_starts")

    def __init__(self, parts: tuple[str, ...], offsets: Sequence[int] | None = None) -> None:
        self._parts = parts
        self._offsets = offsets
        starts = [0]
        for part in parts:
            starts.append(starts[-1] + len(part) + 1)
        self._starts = starts

    def start(self, part: int) -> int:
        """Return where a part (0: the title) begins in the text; of one beyond the last, its end and one."""
        start = self._starts[min(part, len(self._parts))]
        return start if self._offsets is None else bisect_left(self._offsets, start)

    def place(self, start: int, end: int) -> tuple[Place, str]:
        """Return where `start`:`end` of the text stands in the article, and the words there as written."""
        if self._offsets is not None:
            start, end = self._offsets[start], self._offsets[end]
        n = bisect_right(self._starts, start) - 1
        start, end = start - self._starts[n], end - self._starts[n]
        return Place(n - 1 if n else None, start, end), self._parts[n][start:end]

    def mention(self, start: int, end: int, kind: str, rule: str) -> Mention:
        """Return the mention of what stands at `start`:`end` of the text."""
        place, words = self.place(start, end)
        return Mention(place=place, text=words, kind=kind, rule=rule)


Origin: type[OriginInPython] = in_c.Origin if in_c else OriginInPython
"""The same, in C where that is compiled."""
