"""A feed in trouble as a system alert: an incident is opened, told of as it changes, and closed. Pure."""

from datetime import datetime

from connectors.feeds.condition import Condition, Finding
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
    Condition.PARTIAL: "is read only in part",
    Condition.JUMP: "sends far more than usual",
}


def next_alert(
    feed: Feed, finding: Finding, incident: Alert | None, told: str, now: datetime
) -> Alert | None:
    """Return the alert that `finding` calls for, given the open `incident`; None when nothing changes.

    What wavers neither opens nor closes an incident; one kind of trouble that becomes another stays one, and
    is told of anew. `told` is the trouble that was told of last; empty where a version before has told it.
    """
    if incident is None:
        return _opened(feed, finding, now) if finding.trouble else None
    if finding.trouble:
        # What may pass by itself is no news of a feed that fails for a reason: `failing` after `failing:…`.
        known = not told or told.startswith(finding.trouble)
        return None if known else _updated(feed, finding, incident, now)
    return None if finding.condition is Condition.WAVERING else closed(incident, now, "is well again")


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
        title=_title(feed, finding),
        url=feed.url,
        source=feed.source,
    )


def _updated(feed: Feed, finding: Finding, incident: Alert, now: datetime) -> Alert:
    return system_alert.updated(incident, feed.url, now, step=finding.trouble, title=_title(feed, finding))


def _title(feed: Feed, finding: Finding) -> str:
    return f"{feed.source}: feed {_NAMES[finding.condition]}: {finding.why}"
