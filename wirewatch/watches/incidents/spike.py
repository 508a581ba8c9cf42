"""So many times as many articles as usual."""

from collections.abc import Mapping
from typing import Final

from wirewatch.watches.incidents.level import UNKNOWN, Level
from wirewatch.watches.match import SpikePolicy

WINDOW_SLOTS: Final = 24
"""A spike is seen in a window of 24 slots: a day by hours, or an hour by 150 s."""
LEARNED: Final = 3
"""Windows before it that must have been counted: with fewer nobody knows what is usual."""
FEWEST: Final = 5
"""Articles a spike has at least: three are no spike where one a week is usual."""
DAYS_FROM: Final = 4 * 86_400
"""Seconds looked back at from which on days are compared; below, hours are."""
MAX_SLOTS: Final = 2 * DAYS_FROM // 150
"""Slots kept: twice the most that any spike looks back at."""
_SECOND: Final = 1_000_000  # µs


class SpikeCounts:
    """Articles by slot of time."""

    def __init__(self) -> None:
        self.since: int | None = None
        """The earliest slot that was counted."""
        self.counts: dict[int, int] = {}

    def add(self, slot: int) -> None:
        """Count an article of a slot."""
        lone = len(self.counts) == 1  # what began the counting may have been dated far ahead
        self.counts[slot] = self.counts.get(slot, 0) + 1
        if self.since is None or (slot < self.since and (lone or self.since - slot <= MAX_SLOTS // 2)):
            self.since = slot  # one article of long ago does not make us know what was usual since

    def trim(self) -> None:
        """Give up the oldest slots beyond those that are needed."""
        while len(self.counts) > MAX_SLOTS:
            oldest = min(self.counts)
            del self.counts[oldest]
            self.since = max(oldest + 1, self.since or 0)

    def level(self, time: int, policy: SpikePolicy) -> Level:
        """Return the fullest level among the windows that hold `time` and end where articles are.

        The window's count against the average of the windows before it, as far back as `over` reaches.
        """
        slot = slot_of(time, policy)
        later = (end for end in range(slot + 1, slot + WINDOW_SLOTS) if end in self.counts)
        levels = [self._level(end, policy) for end in (slot, *later)]
        return max(levels, key=lambda level: level.reached / level.threshold)

    def _level(self, end: int, policy: SpikePolicy) -> Level:
        width = _width(policy)
        begin = end - WINDOW_SLOTS + 1
        count = _sum(self.counts, begin, end + 1)
        before = max(self.since or begin, begin - int(policy.over * _SECOND) // width)
        windows = (begin - before) / WINDOW_SLOTS
        if windows < LEARNED:
            return Level(count, UNKNOWN, begin * width, (end + 1) * width - 1)
        baseline = _sum(self.counts, before, begin) / windows
        return Level(
            count,
            max(FEWEST, policy.times * baseline),
            begin * width,
            (end + 1) * width - 1,
            baseline=baseline,
        )


def slot_of(time: int, policy: SpikePolicy) -> int:
    """Return the slot of a time in µs since 1970."""
    return time // _width(policy)


def window_seconds(policy: SpikePolicy) -> float:
    """Return the length of the window that is compared with those before it."""
    return WINDOW_SLOTS * _width(policy) / _SECOND


def _width(policy: SpikePolicy) -> int:
    return (3_600 if policy.over >= DAYS_FROM else 150) * _SECOND


def _sum(counts: Mapping[int, int], begin: int, end: int) -> int:
    return sum([counts.get(slot, 0) for slot in range(begin, end)])
