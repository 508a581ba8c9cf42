"""Which of endlessly many names have a series of their own: those always kept, and the most frequent."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

OTHER: Final = "other"
"""What the rest counts under."""
CANDIDATES: Final = 20
"""Names whose frequency is known, for each that can have a series."""
HALF_LIFE: Final = 6 * 3600.0
"""Seconds after which an article counts half: yesterday's names make room for today's."""
_AGE_EVERY: Final = 600.0
_LEAD: Final = 2.0
"""How many times as frequent a name must be to take another's place: series come and go at a cost."""
_FORGOTTEN: Final = 0.01


class Counted(NamedTuple):
    """A tally under names that may have a series."""

    tally: dict[str, int]
    dropped: tuple[str, ...]
    """Names that lost their series to others."""


class TopNames:
    """The `limit` most frequent names of late. The clock is passed in, in seconds; nothing grows for ever."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._scores: dict[str, float] = {}
        self._named: set[str] = set()
        self._aged: float | None = None

    def count(self, tally: Mapping[str, int], now: float, *, always: Collection[str] = ()) -> Counted:
        """Return `tally` with all names that have no series as `other`; those in `always` have one."""
        self._age(now)
        for name, number in tally.items():
            if name not in always:
                self._scores[name] = self._score(name) + number
        dropped = self._promote([name for name in tally if name not in always and name not in self._named])
        counted: dict[str, int] = {}
        for name, number in tally.items():
            label = name if name in always or name in self._named else OTHER
            counted[label] = counted.get(label, 0) + number
        self._crowded()
        return Counted(counted, dropped)

    def _promote(self, candidates: list[str]) -> tuple[str, ...]:
        """Give the most frequent of `candidates` a series where it is due; return who lost theirs for it."""
        dropped = []
        for name in sorted(candidates, key=self._score, reverse=True):
            if len(self._named) >= self._limit:
                least = min(self._named, key=self._score)
                if self._score(name) <= _LEAD * self._score(least):
                    break
                self._named.remove(least)
                dropped.append(least)
            self._named.add(name)
        return tuple(dropped)

    def _score(self, name: str) -> float:
        return self._scores.get(name, 0.0)

    def _age(self, now: float) -> None:
        if self._aged is None:
            self._aged = now
        if now - self._aged < _AGE_EVERY:
            return
        factor = 0.5 ** ((now - self._aged) / HALF_LIFE)
        self._aged = now
        aged = ((name, score * factor) for name, score in self._scores.items())
        self._scores = {name: score for name, score in aged if score >= _FORGOTTEN}

    def _crowded(self) -> None:
        """Forget the less frequent half of those without a series, when there are too many."""
        if len(self._scores) <= self._limit * CANDIDATES:
            return
        unnamed = sorted((n for n in self._scores if n not in self._named), key=self._score)
        for name in unnamed[: len(unnamed) // 2]:
            del self._scores[name]
