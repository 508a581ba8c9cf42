"""A feed in trouble as a system alert: one opened and one closed an incident. Pure."""

from datetime import datetime

from connectors.feeds.condition import TROUBLE, Condition, Finding
from connectors.feeds.config import Feed
from wirewatch import system_alert
from wirewatch.alert import Alert

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
    title = f"{incident.source}: feed {how}"
    return system_alert.closed(incident, incident.labels["feed"], now, title=title)


def _opened(feed: Feed, finding: Finding, now: datetime) -> Alert:
    return system_alert.opened(
        WATCH,
        feed.url,
        now,
        watch_name="A feed in trouble",
        severity="low",
        labels={"feed": feed.url, "state": finding.condition.value},
        title=f"{feed.source}: feed {_NAMES[finding.condition]}: {finding.why}",
        url=feed.url,
        source=feed.source,
    )
