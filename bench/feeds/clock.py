"""A clock that runs faster than the wall's; server and reader share it by its three numbers."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """`speed` virtual seconds pass in one: virtual time is `origin` + speed * (now - `started`)."""

    started: float
    """Wall time, seconds since 1970."""
    speed: float
    origin: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the virtual time."""
        return self.at(time.time())

    def at(self, wall: float) -> datetime:
        """Return the virtual time at a wall time."""
        return self.origin + timedelta(seconds=(wall - self.started) * self.speed)
