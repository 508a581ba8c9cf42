"""A circuit breaker: after failures in a row a receiver is left alone but for a probe now and then. Pure."""

from enum import Enum, auto

from connectors.notify.outcomes import Outcome

FAILURES_TO_OPEN = 5
PROBE_AFTER = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds from one probe to the next, the last one for good: a dead receiver costs a request a minute."""

_SAYS_NOTHING = frozenset({Outcome.INTERNAL_ERROR})
_ALIVE = frozenset({Outcome.DELIVERED, Outcome.REJECTED})
"""A receiver that refuses this one body is there for the next."""


class Change(Enum):
    """What an outcome did to the circuit."""

    NONE = auto()
    OPENED = auto()
    CLOSED = auto()


class Circuit:
    """Whether a receiver may be tried, by a monotonic clock in seconds that is passed in."""

    def __init__(self) -> None:
        self._failures = 0
        self._probes = 0
        self._probe_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether only probes go through."""
        return self._probe_at is not None

    def wait(self, now: float) -> float:
        """Return for how many seconds nothing may be tried; 0 for now."""
        return 0.0 if self._probe_at is None else max(0.0, self._probe_at - now)

    def told(self, outcome: Outcome, now: float) -> Change:
        """Take in how an attempt ended at `now`."""
        if outcome in _SAYS_NOTHING:
            return Change.NONE
        if outcome in _ALIVE:
            was_open = self.is_open
            self._failures, self._probes, self._probe_at = 0, 0, None
            return Change.CLOSED if was_open else Change.NONE
        self._failures += 1
        if self._probe_at is not None:
            if now >= self._probe_at:  # not one that was under way when it opened
                self._probes = min(self._probes + 1, len(PROBE_AFTER) - 1)
                self._probe_at = now + PROBE_AFTER[self._probes]
            return Change.NONE
        if self._failures < FAILURES_TO_OPEN:
            return Change.NONE
        self._probe_at = now + PROBE_AFTER[0]
        return Change.OPENED
