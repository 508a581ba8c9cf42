"""How high the count stands at an article, and how high it must stand."""

import math
from typing import Final, NamedTuple

UNKNOWN: Final = math.inf
"""The threshold while nobody knows what is usual."""


class Level(NamedTuple):
    """The fullest window that holds an article. Times in µs since 1970."""

    reached: int
    threshold: float
    """From which on it is an incident."""
    first: int
    """The window's first article, or where a spike's window begins."""
    last: int
    baseline: float | None = None
    """Articles that are usual in such a window."""

    @property
    def crossed(self) -> bool:
        """Whether it is an incident."""
        return self.reached >= self.threshold
