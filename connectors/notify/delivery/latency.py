"""How long news takes from its publication to a receiver, and which stage costs how much of it. Pure."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from wirewatch.alert import AlertKind, AlertStatus
from wirewatch.article import AwareTime

UP_TO: Final = timedelta(days=1)
"""What was older when it was alerted is no news: a replay, an archive. It says nothing of how fast we are."""


class _Times(msgspec.Struct):
    """What of an alert tells its latency; the rest is not decoded."""

    time: AwareTime
    alerted: AwareTime
    kind: AlertKind = "watch"
    status: AlertStatus = "opened"
    fetched: AwareTime | None = None


_TIMES = msgspec.json.Decoder(_Times)


class Stages(NamedTuple):
    """Seconds of each stage, one after the other."""

    fetch: float
    """From publication, as the article says, until it was fetched."""
    understand: float
    """From there until its alert was in Kafka: written, read, tagged, matched."""
    deliver: float
    """From there until the receiver had it, waits that routes.yaml asks for included."""


def stages(alert: bytes, written: float, delivered: float) -> Stages | None:
    """Return the stages of an alert that Kafka took at `written`, delivered at `delivered` (s since 1970).

    None for what is no news: a system alert, an end, an article without a date of its own, an old one.
    """
    times = _TIMES.decode(alert)
    if times.kind != "watch" or times.status == "closed" or times.fetched in {None, times.time}:
        return None
    if times.alerted - times.time > UP_TO:
        return None
    return _between(times.time, times.fetched or times.time, written, delivered)


def _between(published: datetime, fetched: datetime, written: float, delivered: float) -> Stages:
    moments = (published.timestamp(), fetched.timestamp(), written, delivered)
    return Stages(*(max(0.0, after - before) for before, after in pairwise(moments)))
