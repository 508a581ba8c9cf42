"""A circuit breaker: after failures in a row a receiver is left alone but for a probe now and then. Pure."""

from connectors.notify.outcomes import DeliveryOutcome

FAILURES_TO_OPEN = 5
NO_ACCIDENT = 3
"""Failures in a row: where news is rare, the next ones are half an hour and hours away."""
NO_RATE_LIMIT = 300.0
"""Seconds: who takes nothing for so long, always saying when to come again, does not only slow us down."""
RATE_LIMIT = 3600.0
"""Seconds: limits go by the second, the minute or the hour. Who asks for longer has another reason."""
PROBE_AFTER = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds from one probe to the next, the last one for good: a dead receiver costs a request a minute."""

_SAYS_NOTHING = frozenset({DeliveryOutcome.INTERNAL_ERROR})
_ALIVE = frozenset({DeliveryOutcome.DELIVERED, DeliveryOutcome.REJECTED})
"""A receiver that refuses this one body is there for the next."""


class Circuit:
    """Whether a receiver may be tried, by a monotonic clock in seconds that is passed in."""

    def __init__(self) -> None:
        self._failures = 0
        self._since = 0.0
        """When the first of them was."""
        self._probes = 0
        self._probe_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether only probes go through."""
        return self._probe_at is not None

    @property
    def is_down(self) -> bool:
        """Whether the last few attempts failed, with nothing taken between them."""
        return self._failures >= NO_ACCIDENT

    def is_failing(self, attempt: int, now: float, *, put_off: float | None = None) -> bool:
        """Tell whether people should hear of it, now that the `attempt`-th of a delivery has ended.

        Three failures may be a burst that met a restart; one at its third attempt has waited for minutes.
        `put_off`: in how many seconds the receiver said to come again.
        """
        if put_off is not None:
            return put_off > RATE_LIMIT or (self.is_down and now - self._since >= NO_RATE_LIMIT)
        return self.is_open or (self.is_down and attempt >= NO_ACCIDENT)

    def wait(self, now: float) -> float:
        """Return for how many seconds nothing may be tried; 0 for now."""
        return 0.0 if self._probe_at is None else max(0.0, self._probe_at - now)

    def told(self, outcome: DeliveryOutcome, now: float) -> None:
        """Take in how an attempt ended at `now`."""
        if outcome in _SAYS_NOTHING:
            return
        if outcome in _ALIVE:
            self._failures, self._probes, self._probe_at = 0, 0, None
            return
        if not self._failures:
            self._since = now
        self._failures += 1
        if self._probe_at is None:
            if self._failures >= FAILURES_TO_OPEN:
                self._probe_at = now + PROBE_AFTER[0]
        elif now >= self._probe_at:  # not one that was under way when it opened
            self._probes = min(self._probes + 1, len(PROBE_AFTER) - 1)
            self._probe_at = now + PROBE_AFTER[self._probes]
