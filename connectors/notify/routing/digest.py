"""Digests: what came since the last one is told together, at fixed times of a place's day. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.notify.routing.intervals import Range

_DAYS = 8  # any weekday comes round in them


@dataclass(frozen=True, slots=True)
class Digest:
    """`times` are minutes of the day in `zone`; `weekdays` (0 is Sunday), when given, the only days."""

    times: tuple[int, ...]
    zone: ZoneInfo
    weekdays: tuple[Range, ...] = ()

    def next(self, after: datetime) -> datetime:
        """Return the first of its moments later than the aware `after`, in UTC.

        Where the clock is put forward over it, the moment is as long after the change as it would have been
        after the hour that is missing (02:30 becomes 03:30, RFC 5545); where the clock is put back over it,
        the first of the two.
        """
        day = after.astimezone(self.zone).date() - timedelta(days=1)  # a change may move it past midnight
        for ahead in range(_DAYS + 2):
            date = day + timedelta(days=ahead)
            if self.weekdays and not any(a <= date.isoweekday() % 7 <= b for a, b in self.weekdays):
                continue
            midnight = datetime(date.year, date.month, date.day, tzinfo=self.zone)
            for minute in self.times:
                moment = (midnight + timedelta(minutes=minute)).replace(fold=0).astimezone(UTC)
                if moment > after:
                    return moment
        raise AssertionError("a digest has a weekday and a time")
