"""The deciding half of routes.yaml as written: routes, time intervals, inhibition, tests.

Durations are a number and a unit (ms, s, m, h, d, w), several in a row: 30s, 1h30m.
"""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from connectors.notify.routing.digest import Digest
from connectors.notify.routing.intervals import (
    DAY,
    MONTHS,
    UTC_ZONE,
    WEEKDAYS,
    Interval,
    Range,
    parse_clock,
    parse_range,
)
from connectors.notify.routing.matchers import Matcher, parse_matcher

_DURATION = re.compile(r"(?:\d+(?:ms|[smhdw]))+")
_PART = re.compile(r"(\d+)(ms|[smhdw])")
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
MAX_DURATION = timedelta(days=366)


def parse_duration(value: object) -> timedelta:
    """Return the duration that `value` writes. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    text = "0s" if value == 0 else value
    if not isinstance(text, str) or _DURATION.fullmatch(text) is None:
        raise ValueError("write a duration as a number and a unit: 30s, 5m, 4h, 1h30m")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if seconds > MAX_DURATION.total_seconds():
        raise ValueError("must be a year at most")
    return timedelta(seconds=seconds)


def parse_zone(value: object) -> ZoneInfo:
    """Return the time zone of an IANA name. Raises ValueError."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        if isinstance(value, str):
            return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of the database
        pass
    raise ValueError(f"{value!r} is no time zone: write an IANA name such as Europe/Brussels")


def _matcher(value: object) -> Matcher:
    if isinstance(value, Matcher):
        return value
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004  # what pydantic takes for a wrong value
            "write a matcher as text, such as 'severity=~\"high|critical\"'"
        )
    return parse_matcher(value)


def _weekdays(value: object) -> Range:
    first, last = value if isinstance(value, tuple) else parse_range(value, WEEKDAYS)
    if first > last:
        raise ValueError(f"{value!r}: a week begins on Sunday; write two ranges")
    return first, last


def _months(value: object) -> Range:
    return _ordered(value, parse_range(value, MONTHS, base=1), 1, 12)


def _years(value: object) -> Range:
    return _ordered(value, parse_range(value), 1970, 9999)


def _days(value: object) -> Range:
    first, last = parse_range(value)
    if 0 in {first, last} or max(abs(first), abs(last)) > 31:
        raise ValueError(f"{value!r}: days of a month are 1 to 31, or -1 (the last) to -31")
    if (first < 0) != (last < 0):
        raise ValueError(f"{value!r}: count both ends from the same side of the month")
    return _ordered(value, (first, last), -31, 31)


def _ordered(value: object, found: Range, low: int, high: int) -> Range:
    first, last = found
    if not low <= first <= last <= high:
        raise ValueError(f"{value!r}: must be within {low} and {high}, the lower end first")
    return found


Duration = Annotated[timedelta, BeforeValidator(parse_duration), Field(ge=timedelta())]
Zone = Annotated[ZoneInfo, BeforeValidator(parse_zone)]
MatcherText = Annotated[Matcher, BeforeValidator(_matcher)]
Matchers = Annotated[tuple[MatcherText, ...], Field(max_length=100)]
Clock = Annotated[int, BeforeValidator(parse_clock)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class TimeRangeConfig(_Model):
    """From `start_time` until just before `end_time`."""

    start_time: Clock
    end_time: Clock

    @model_validator(mode="after")
    def _in_order(self) -> "TimeRangeConfig":
        if self.start_time >= self.end_time:
            raise ValueError("must end after it starts; for a night write two: up to 24:00, and from 00:00")
        return self


class IntervalConfig(_Model):
    """One of the intervals under a name."""

    times: tuple[TimeRangeConfig, ...] = ()
    weekdays: tuple[Annotated[Range, BeforeValidator(_weekdays)], ...] = ()
    days_of_month: tuple[Annotated[Range, BeforeValidator(_days)], ...] = ()
    months: tuple[Annotated[Range, BeforeValidator(_months)], ...] = ()
    years: tuple[Annotated[Range, BeforeValidator(_years)], ...] = ()
    location: Zone = UTC_ZONE

    def compiled(self) -> Interval:
        """Return what it means."""
        return Interval(
            tuple((each.start_time, each.end_time) for each in self.times),
            self.weekdays,
            self.days_of_month,
            self.months,
            self.years,
            self.location,
        )


class NamedIntervals(_Model):
    """`time_intervals:` of the file: intervals under the name by which routes call them."""

    name: Name
    time_intervals: Annotated[tuple[IntervalConfig, ...], Field(min_length=1, max_length=100)]


class DigestConfig(_Model):
    """`digest:` of a route."""

    times: Annotated[tuple[Annotated[Clock, Field(lt=DAY)], ...], Field(min_length=1, max_length=48)]
    weekdays: tuple[Annotated[Range, BeforeValidator(_weekdays)], ...] = ()
    location: Zone = UTC_ZONE

    def compiled(self) -> Digest:
        """Return what it means."""
        return Digest(tuple(sorted(set(self.times))), self.location, self.weekdays)


class RouteConfig(_Model):
    """A node of the tree. What is not given comes from the node above, but for times: see routing.tree."""

    receiver: str | None = None
    matchers: Matchers = ()
    continue_: Annotated[bool, Field(alias="continue")] = False
    group_by: Annotated[tuple[Name, ...], Field(max_length=20)] | None = None
    group_wait: Duration | None = None
    group_interval: Annotated[Duration, Field(ge=timedelta(seconds=1))] | None = None
    repeat_interval: Annotated[Duration, Field(ge=timedelta(seconds=1))] | None = None
    mute_time_intervals: tuple[str, ...] = ()
    active_time_intervals: tuple[str, ...] = ()
    digest: DigestConfig | None = None
    routes: Annotated[tuple["RouteConfig", ...], Field(max_length=1000)] = ()

    @model_validator(mode="after")
    def _a_digest_is_told_once(self) -> "RouteConfig":
        if self.digest is not None and (self.group_wait, self.group_interval, self.repeat_interval) != (
            None,
            None,
            None,
        ):
            raise ValueError(
                "a digest has times of its own: leave out group_wait, group_interval, repeat_interval"
            )
        if self.group_by is not None and "..." in self.group_by and len(self.group_by) > 1:
            raise ValueError("group_by: '...' (each alert alone) stands alone")
        return self


class InhibitRuleConfig(_Model):
    """An alert that `target_matchers` fit is not told when its article also met a watch that sources fit."""

    name: Name
    target_matchers: Matchers = ()
    source_matchers: Matchers = ()
    """On `watch` and `severity` of the other watch."""
    only_higher: bool = True
    """Whether the other watch must be of a higher severity."""

    @model_validator(mode="after")
    def _sources_are_known(self) -> "InhibitRuleConfig":
        odd = sorted({m.name for m in self.source_matchers} - {"watch", "severity"})
        if odd:
            raise ValueError(f"source_matchers can look at watch and severity only, not at {', '.join(odd)}")
        if not (self.only_higher or self.source_matchers):
            raise ValueError("needs source_matchers, or only_higher: true")
        return self


class TestConfig(_Model):
    """One of `tests:`: an alert, when it comes, and who is told of it when."""

    __test__ = False  # pytest: not one of yours

    name: Name
    alert: dict[str, Any] = {}
    """Fields of an alert; what is not given is made up."""
    at: datetime | None = None
    expect: dict[str, str | datetime] = {}
    """By receiver: `now`, a duration from then, a moment, `inhibited`; a receiver not named is not told."""

    @model_validator(mode="after")
    def _at_has_a_zone(self) -> "TestConfig":
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("at: give the zone too, as in 2026-03-29T07:30:00+02:00")
        return self


class RoutingConfig(_Model):
    """The deciding half of the file."""

    route: RouteConfig | None = None
    inhibit_rules: Annotated[tuple[InhibitRuleConfig, ...], Field(max_length=1000)] = ()
    time_intervals: Annotated[tuple[NamedIntervals, ...], Field(max_length=1000)] = ()
    tests: Annotated[tuple[TestConfig, ...], Field(max_length=10_000)] = ()
