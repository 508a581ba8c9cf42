"""When the next seeds are due: pure, on any clock that counts seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.seeds.folder import Timed

MAX_BATCH = 200
"""Articles a flush: what is sent again when it fails. At most 200 x 256 KiB of text = 50 MiB."""


@dataclass(frozen=True)
class Due:
    """What to send now, in order, and the seconds until more is due (0: at once; None: nothing is left)."""

    batch: tuple[Timed, ...]
    wait: float | None


class Pace:
    """Maps times of publication to a clock: `speed` 1 is the original pace, None as fast as it goes.

    The first seed asked about is due at once, and again so after `rest`.
    """

    def __init__(self, speed: float | None) -> None:
        self._speed = speed
        self._anchor: tuple[datetime, float] | None = None

    def rest(self) -> None:
        """Forget the pace: whatever comes next is due at once."""
        self._anchor = None

    def due(self, pending: Sequence[Timed], now: float) -> Due:
        """Return what of `pending`, in order of publication, is due at `now` (seconds)."""
        if not pending:
            return Due((), None)
        if self._anchor is None:
            self._anchor = (pending[0].time, now)
        batch: list[Timed] = []
        for item in pending[:MAX_BATCH]:
            if (wait := self._seconds_until(item.time, now)) > 0:
                return Due(tuple(batch), wait)
            batch.append(item)
        return Due(tuple(batch), 0 if len(pending) > len(batch) else None)

    def _seconds_until(self, time: datetime, now: float) -> float:
        if self._speed is None or self._anchor is None:
            return 0
        start, at = self._anchor
        return at + (time - start).total_seconds() / self._speed - now
