"""Time intervals, as Alertmanager writes them: a route is muted or active by the clock of a place. Pure."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
DAY = 24 * 60
"""Minutes."""
HORIZON = timedelta(days=32)
"""How far ahead a change is looked for; an interval without one is looked at again then."""
UTC_ZONE = ZoneInfo("UTC")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_MINUTE = timedelta(minutes=1)

Range = tuple[int, int]
"""First and last, both included."""


@dataclass(frozen=True, slots=True)
class Interval:
    """When each of its parts holds, read off a clock in `zone`; an empty part always holds."""

    times: tuple[Range, ...] = ()
    """Minutes of the day, the last excluded."""
    weekdays: tuple[Range, ...] = ()
    """0 is Sunday."""
    days_of_month: tuple[Range, ...] = ()
    """Negative ones count from the month's end."""
    months: tuple[Range, ...] = ()
    years: tuple[Range, ...] = ()
    zone: ZoneInfo = UTC_ZONE

    def contains(self, moment: datetime) -> bool:
        """Return whether the aware `moment` lies within."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return (
            (not self.times or any(first <= minute < end for first, end in self.times))
            and _in(self.weekdays, local.isoweekday() % 7)
            and _in(self.months, local.month)
            and _in(self.years, local.year)
            and (not self.days_of_month or _on_day(self.days_of_month, local))
        )


@dataclass(frozen=True, slots=True)
class Hours:
    """When a route may tell: never in one of `muted`, and only in one of `active` if it has any."""

    muted: tuple[tuple[str, tuple[Interval, ...]], ...] = ()
    """Each with its name."""
    active: tuple[tuple[str, tuple[Interval, ...]], ...] = ()

    def closed(self, moment: datetime) -> str | None:
        """Return why nothing is told at the aware `moment`; None when it is."""
        for name, intervals in self.muted:
            if _any(intervals, moment):
                return f"muted by {name}"
        if self.active and not any(_any(intervals, moment) for _, intervals in self.active):
            return f"not within {' or '.join(name for name, _ in self.active)}"
        return None

    def opens(self, moment: datetime) -> datetime:
        """Return the first minute from `moment` on in which something may be told.

        HORIZON later when there is none by then: whoever waits looks again.
        """
        return moment if self.closed(moment) is None else _opens(self, _whole_minute(moment))

    def bounds(self) -> frozenset[int]:
        """Return the minutes of a quarter of an hour at which one of the intervals may begin or end.

        Clocks are changed, and zones differ, by whole quarters (every zone since 1972).
        """
        named = (intervals for _, intervals in (*self.muted, *self.active))
        return frozenset(
            minute % 15 for intervals in named for each in intervals for pair in each.times for minute in pair
        ) | {0}


ALWAYS = Hours()


@lru_cache(256)  # all that waits for the same hour asks the same
def _opens(hours: Hours, moment: datetime) -> datetime:
    end, at, bounds = moment + HORIZON, moment, hours.bounds()
    while at < end:
        at += _MINUTE
        if at.minute % 15 in bounds and hours.closed(at) is None:
            return at
    return end


def parse_clock(value: object) -> int:
    """Return minutes of the day from `HH:MM` (24:00 is its end). Raises ValueError.

    An unquoted 17:30 reaches us as 1050: YAML 1.1 reads it as a number to the base of 60.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= DAY:
        return value
    if not isinstance(value, str) or _CLOCK.fullmatch(value) is None:
        raise ValueError(f"{value!r} is no time of day: write HH:MM")
    return int(value[:2]) * 60 + int(value[3:])


def parse_range(value: object, names: Sequence[str] = (), *, base: int = 0) -> Range:
    """Return the range that `value` writes: `5`, `1:5`, `-3:-1`, or by `names` (the first of them is `base`).

    Raises ValueError.
    """
    ends = [_number(part.strip().lower(), names, base) for part in str(value).split(":")]
    if len(ends) > 2:
        raise ValueError(f"{value!r} is no range: write one value, or FIRST:LAST")
    return ends[0], ends[-1]


def _number(text: str, names: Sequence[str], base: int) -> int:
    if text in names:
        return names.index(text) + base
    if re.fullmatch(r"-?\d{1,4}", text) and not (names and base == 0):  # weekdays have no numbers
        return int(text)
    raise ValueError(f"{text!r} is not known here" + (f": write one of {', '.join(names)}" if names else ""))


def _in(ranges: Iterable[Range], value: int) -> bool:
    return not ranges or any(first <= value <= last for first, last in ranges)


def _on_day(ranges: Iterable[Range], local: datetime) -> bool:
    length = calendar.monthrange(local.year, local.month)[1]
    for first, last in ranges:
        begin = first if first > 0 else max(1, length + first + 1)
        end = min(last, length) if last > 0 else length + last + 1
        if begin <= local.day <= end:
            return True
    return False


def _any(intervals: Iterable[Interval], moment: datetime) -> bool:
    return any(interval.contains(moment) for interval in intervals)


def _whole_minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
