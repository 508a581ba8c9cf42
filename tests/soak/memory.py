"""Whether a part's memory grows once it is warm. Pure.

Warm is one whose caches are full and whose oldest stories are given up: then what comes in goes out. Until
then it grows by design (docs/tune.md says how much). In these runs two weeks of news pass in five minutes.
"""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

MAY_GROW: Final = 1.05
"""From the middle of a life to its end."""
LONG_ENOUGH: Final = 10.0
"""Minutes that a life must have lasted for its second half to be warm."""
BOUNDED: Final = frozenset({"kafka"})
"""Java's heap fills up to its own option, broker.heap."""

Course = Sequence[tuple[float, float]]
"""(seconds since the run began, bytes), of one process."""


def growth(sizes: Sequence[float]) -> float:
    """Return by what factor `sizes` grew from their middle to their end (medians of a tenth each)."""
    middle, tenth = len(sizes) // 2, max(1, len(sizes) // 10)
    return statistics.median(sizes[-tenth:]) / statistics.median(sizes[middle : middle + tenth])


def longest_lives(samples: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, Course]]:
    """Return, by part, how many processes it had and the memory of the one that lived longest."""
    lives: dict[str, dict[int, list[tuple[float, float]]]] = {}
    for sample in samples:
        for part, seen in sample["parts"].items():
            lives.setdefault(part, {}).setdefault(seen["pid"], []).append((sample["elapsed"], seen["rss"]))
    return {part: (len(of), max(of.values(), key=len)) for part, of in sorted(lives.items())}


def minutes(life: Course) -> float:
    """Return how long a process was seen."""
    return (life[-1][0] - life[0][0]) / 60


def growing(lives: Mapping[str, Course]) -> dict[str, float]:
    """Return the parts that grew too much, by what factor, of those that lived long enough to tell."""
    grew = {part: growth([size for _, size in life]) for part, life in lives.items() if is_told(part, life)}
    return {part: by for part, by in grew.items() if by > MAY_GROW}


def is_told(part: str, life: Course) -> bool:
    """Say whether such a life tells if the part grows."""
    return part not in BOUNDED and minutes(life) >= LONG_ENOUGH
