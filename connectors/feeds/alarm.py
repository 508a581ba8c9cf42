"""A feed in trouble as a system alert: one opened and one closed an incident. Pure."""

from datetime import datetime

import msgspec

from connectors.feeds.condition import TROUBLE, Condition, Finding
from connectors.feeds.config import Feed
from wirewatch import ids
from wirewatch.alert import Alert
from wirewatch.text import fit

WATCH = "system/feed"
_NAMES = {
    Condition.FAILING: "fails",
    Condition.GONE: "is gone",
    Condition.SILENT: "has gone silent",
    Condition.STALE: "sends only old entries",
    Condition.COPIES: "sends only duplicates",
    Condition.NO_FULL_TEXT: "gives no full text",
    Condition.JUMP: "sends far more than usual",
}


def next_alert(feed: Feed, finding: Finding, incident: Alert | None, now: datetime) -> Alert | None:
    """Return the alert that `finding` calls for, given the open `incident`; None when nothing changes.

    What wavers neither opens nor closes an incident; one kind of trouble that becomes another stays one.
    """
    if incident is None:
        return _opened(feed, finding, now) if finding.condition in TROUBLE else None
    if finding.condition in TROUBLE or finding.condition is Condition.WAVERING:
        return None
    return closed(incident, now, "is well again")


def closed(incident: Alert, now: datetime, how: str) -> Alert:
    """Return the alert that closes `incident`."""
    return msgspec.structs.replace(
        incident,
        id=ids.alert_id(_story(incident.labels["feed"], incident.time), "closed"),
        status="closed",
        step="closed",
        title=f"{incident.source}: feed {how}",
        alerted=now,
    )


def _opened(feed: Feed, finding: Finding, now: datetime) -> Alert:
    title, _, _ = fit(f"{feed.source}: feed {_NAMES[finding.condition]}: {finding.why}", ())
    return Alert(
        id=ids.alert_id(_story(feed.url, now), "opened"),
        kind="system",
        watch=WATCH,
        watch_name="A feed in trouble",
        watch_version="1",
        severity="low",
        labels={"feed": feed.url, "state": finding.condition.value},
        title=title,
        url=feed.url,
        source=feed.source,
        time=now,
        alerted=now,
    )


def _story(url: str, opened: datetime) -> str:
    return ids.digest(WATCH, url, opened.isoformat())
