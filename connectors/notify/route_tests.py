"""The tests in routes.yaml: an alert made up, and whether what follows is what was expected. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.notify.forecast import Forecast, forecast
from connectors.notify.routing.config import TestConfig, parse_duration
from connectors.notify.routing.policy import Policy
from wirewatch.alert import Alert

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
"""When an alert of a test comes that does not say: a Monday."""


def made_up(fields: Mapping[str, Any], now: datetime) -> Alert:
    """Return an alert with `fields`, the rest made up.

    Short forms: `actors: [NATO]`, `topics: [sport]`, `also: {war: critical}`. Raises ValueError.
    """
    given = dict(fields)
    if isinstance(given.get("also"), Mapping):
        given["also"] = [{"watch": watch, "severity": rank} for watch, rank in given["also"].items()]
    given["actors"] = [
        {"id": each, "name": each, "type": "other"} if isinstance(each, str) else each
        for each in given.get("actors", ())
    ]
    given["topics"] = [
        {"code": each, "name": each, "score": 1.0} if isinstance(each, str) else each
        for each in given.get("topics", ())
    ]
    watch = given.get("watch", "test")
    usual = {
        "id": "test",
        "watch": watch,
        "watch_name": watch,
        "watch_version": "test",
        "severity": "medium",
        "title": "An alert of a test",
        "time": now,
        "alerted": now,
    }
    unknown = sorted(given.keys() - set(Alert.__struct_fields__))
    if unknown:
        raise ValueError(f"an alert has no {', '.join(unknown)}")
    try:
        return msgspec.convert(usual | given, Alert)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def failed_tests(policy: Policy, tests: Iterable[TestConfig]) -> list[str]:
    """Return a line for each fault that `tests` find: the test's name, and what is not as it expects."""
    return [f"{test.name}: {fault}" for test in tests for fault in failures(policy, test)]


def failures(policy: Policy, test: TestConfig) -> Iterator[str]:
    """Yield what is not as `test` expects; nothing when all is."""
    now = test.at or NOON
    try:
        alert = made_up(test.alert, now)
        expected = {name: _expected(value, now) for name, value in test.expect.items()}
    except ValueError as error:
        yield str(error)
        return
    found = {each.receiver: each for each in forecast(policy, alert, (), now)}
    for receiver in sorted(expected.keys() | found.keys()):
        fault = _fault(expected.get(receiver, _NOBODY), found.get(receiver), now)
        if fault is not None:
            yield f"{receiver}: {fault}"


_NOBODY = "not told"
_INHIBITED = "inhibited"


def _expected(value: str | datetime, now: datetime) -> datetime | str:
    """Return the moment that is meant, or the word. Raises ValueError."""
    if value == _INHIBITED:
        return _INHIBITED
    if value == "now":
        return now
    moment = value
    if isinstance(value, str):
        try:
            return now + parse_duration(value)
        except ValueError:
            pass
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(
                f"{value!r}: write now, inhibited, a duration such as 30s, or a time with its zone"
            ) from None
    assert isinstance(moment, datetime)
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()}: give the zone too, as in 2026-03-29T07:30:00+02:00")
    return moment


def _fault(expected: datetime | str, found: Forecast | None, now: datetime) -> str | None:
    if found is None:
        return None if expected == _NOBODY else "no route leads there"
    told = _INHIBITED if found.at is None else found.at
    if told == expected:
        return None
    return f"expected {_words(expected, now)}, but {_words(told, now)} ({found.why})"


def _words(moment: datetime | str, now: datetime) -> str:
    if isinstance(moment, str):
        return moment
    after = moment - now
    return "now" if after == timedelta() else f"{moment.isoformat()} ({after} later)"
