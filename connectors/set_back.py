"""Noticing that the wall clock was set back: what was planned by it would otherwise wait as long again."""

from collections.abc import Callable
from datetime import datetime, timedelta

NOTICED = timedelta(seconds=2)
"""A wall clock that falls so far behind the monotonic one was set; less is how clocks are kept right."""


class SetBack:
    """Compares the wall clock `now` with `monotonic`, which only goes forward (seconds).

    A clock set forward is no matter of ours: what is planned is early, as after a machine slept.
    """

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._now = now
        self._monotonic = monotonic
        self._ahead = self._offset()

    def look(self) -> timedelta:
        """Return by how much the wall clock was set back since the last look; 0 when it was not."""
        before, self._ahead = self._ahead, self._offset()
        back = before - self._ahead
        return back if back > NOTICED else timedelta()

    def _offset(self) -> timedelta:
        return timedelta(seconds=self._now().timestamp() - self._monotonic())
