"""The newest articles of a watch, by time."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from wirewatch.watches.incidents.log import Counted

_AFTER_ALL = 1 << 64
"""Larger than any article's hash."""


class CountedArticles:
    """Articles in the order of their time, each once."""

    def __init__(self) -> None:
        self._times: list[tuple[int, int]] = []
        """(time, article), rising."""
        self._counted: dict[int, Counted] = {}

    def __len__(self) -> int:
        return len(self._times)

    def __contains__(self, article: int) -> bool:
        return article in self._counted

    def __iter__(self) -> Iterator[Counted]:
        return (self._counted[article] for _, article in self._times)

    def add(self, counted: Counted) -> None:
        """Take in an article that is not there yet."""
        self._counted[counted.article] = counted
        insort(self._times, (counted.time, counted.article))

    def trim(self, most: int) -> int:
        """Give up the oldest beyond `most`; return how many."""
        too_many = max(0, len(self._times) - most)
        for _, article in self._times[:too_many]:
            del self._counted[article]
        del self._times[:too_many]
        return too_many

    def place(self, counted: Counted) -> int | None:
        """Return the place of an article; None when it was given up."""
        at = bisect_left(self._times, (counted.time, counted.article))
        there = at < len(self._times) and self._times[at] == (counted.time, counted.article)
        return at if there else None

    def after(self, time: int) -> int:
        """Return the place of the first article later than `time`, or the end."""
        return bisect_right(self._times, (time, _AFTER_ALL))

    def time(self, at: int) -> int:
        """Return the time of the article at a place."""
        return self._times[at][0]

    def source(self, at: int) -> int:
        """Return the source of the article at a place, hashed."""
        return self._counted[self._times[at][1]].source

    def between(self, first: int, last: int) -> list[Counted]:
        """Return the articles from time `first` to `last`, newest first."""
        low, high = bisect_left(self._times, (first, -1)), self.after(last)
        return [self._counted[article] for _, article in reversed(self._times[low:high])]
