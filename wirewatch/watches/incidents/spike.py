"""So many times as many articles as usual."""

from bisect import bisect_right
from collections.abc import Mapping
from operator import itemgetter
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
HOURLY_SLOT: Final = 3_600
SHORT_SLOT: Final = 150
MAX_SLOTS: Final = 2 * DAYS_FROM // SHORT_SLOT
"""Slots kept: twice the most that any spike looks back at."""
SHORTEST_ABSENCE: Final = 86_400
"""Seconds: a night without an article is usual."""
LONGER: Final = 3
"""Times as long as any silence before it is one that is no silence of the news."""
_SECOND: Final = 1_000_000  # µs


class _Absences:
    """Silences in which the watch was away, rather than the news silent.

    Longer than `shortest` and than thrice any silence before, where the news had been counted for as long as
    it takes to learn. The first may come before that: what began the counting may have been an old article.
    """

    def __init__(self, since: int, shortest: int) -> None:
        self.found: list[tuple[int, int]] = []
        """The first slot of each, and the slot in which articles came again."""
        self._last = since
        self._known = 1  # slots up to the last, from the last absence on
        self._shortest = shortest
        self._longest = 0

    def all_of(self, slots: list[int]) -> None:
        """Take in slots, rising; those before the first that counts are passed over."""
        for slot in slots:
            self.goes_on(slot)

    def goes_on(self, slot: int) -> bool:
        """Take in the next slot that has articles; False for an earlier one, which changes what was seen."""
        silent = slot - self._last
        if silent < 0:
            return False
        learned = self._known >= LEARNED * WINDOW_SLOTS
        if silent > max(self._shortest, LONGER * self._longest) and (learned or not self.found):
            self.found.append((self._last + 1, slot))
            self._known = 1  # one after the other would be how the news are now
        else:
            self._longest = max(self._longest, silent)
            self._known += silent
        self._last = slot
        return True


class SpikeCounts:
    """Articles by slot of time."""

    def __init__(self) -> None:
        self.since: int | None = None
        """The earliest slot that was counted."""
        self.counts: dict[int, int] = {}
        self._absences: _Absences | None = None
        """None when they have to be looked for."""

    def restore(self, since: int, counts: Mapping[int, int]) -> None:
        """Take over what was counted."""
        self.since, self.counts, self._absences = since, dict(counts), None

    def add(self, slot: int) -> None:
        """Count an article of a slot."""
        lone = len(self.counts) == 1  # what began the counting may have been dated far ahead
        # In a slot that has articles already, one more changes no silence.
        if slot not in self.counts and self._absences is not None and not self._absences.goes_on(slot):
            self._absences = None
        self.counts[slot] = self.counts.get(slot, 0) + 1
        # A late article does not make us know what was usual since.
        if self.since is None or (lone and self.since - slot > MAX_SLOTS // 2):
            self.since, self._absences = slot, None

    def trim(self) -> None:
        """Give up the oldest slots beyond those that are needed."""
        while len(self.counts) > MAX_SLOTS:
            oldest = min(self.counts)
            del self.counts[oldest]
            self.since, self._absences = max(oldest + 1, self.since or 0), None

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
        articles, windows = self._before(begin, end, policy)
        if windows < LEARNED:
            return Level(count, UNKNOWN, begin * width, (end + 1) * width - 1)
        baseline = articles / windows
        return Level(
            count,
            max(FEWEST, policy.times * baseline),
            begin * width,
            (end + 1) * width - 1,
            baseline=baseline,
        )

    def _before(self, begin: int, end: int, policy: SpikePolicy) -> tuple[int, float]:
        """Return the articles before `begin` as far back as `over` reaches, and in how many windows.

        The watch's absences are left out, as if they had not been.
        """
        if self.since is None:
            return 0, 0.0
        slots = left = int(policy.over * _SECOND) // _width(policy)
        articles, until = 0, begin
        for silent, back in (*reversed(self._absent(end, policy)), (self.since, self.since)):
            first = min(max(back, until - left), until)
            articles += _sum(self.counts, first, until)
            left -= until - first
            until = min(silent, until)
        return articles, (slots - left) / WINDOW_SLOTS

    def _absent(self, end: int, policy: SpikePolicy) -> list[tuple[int, int]]:
        """Return the absences that were over by `end`."""
        if self._absences is None:
            shortest = max(LEARNED * WINDOW_SLOTS, SHORTEST_ABSENCE // slot_seconds(policy))
            self._absences = _Absences(self.since or 0, shortest)
            self._absences.all_of(sorted(self.counts))
        found = self._absences.found
        return found[: bisect_right(found, end, key=itemgetter(1))]


def slot_seconds(policy: SpikePolicy | None) -> int:
    """Return the length of a slot; 0 without a spike."""
    if policy is None:
        return 0
    return HOURLY_SLOT if policy.over >= DAYS_FROM else SHORT_SLOT


def stored_slot_seconds(time: int, slot: int) -> int:
    """Return the length of a slot by an article's time (µs since 1970) and the slot it was counted in."""
    return next((one for one in (HOURLY_SLOT, SHORT_SLOT) if time // (one * _SECOND) == slot), 0)


def slot_of(time: int, policy: SpikePolicy) -> int:
    """Return the slot of a time in µs since 1970."""
    return time // _width(policy)


def window_seconds(policy: SpikePolicy) -> float:
    """Return the length of the window that is compared with those before it."""
    return WINDOW_SLOTS * _width(policy) / _SECOND


def _width(policy: SpikePolicy) -> int:
    return slot_seconds(policy) * _SECOND


def _sum(counts: Mapping[int, int], begin: int, end: int) -> int:
    return sum([counts.get(slot, 0) for slot in range(begin, end)])
