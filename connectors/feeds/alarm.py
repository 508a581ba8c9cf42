"""A feed in trouble as a system alert: an incident is opened, told of as it changes, and closed. Pure."""

from datetime import datetime

from connectors.feeds.condition import FeedCondition, FeedHealth
from connectors.feeds.config import Feed
from wirewatch import system_alert
from wirewatch.alert import Alert

WATCH = "system/feed"
_NAMES = {
    FeedCondition.FAILING: "fails",
    FeedCondition.GONE: "is gone",
    FeedCondition.SILENT: "has gone silent",
    FeedCondition.STALE: "sends only old entries",
    FeedCondition.COPIES: "sends only duplicates",
    FeedCondition.NO_FULL_TEXT: "gives no full text",
    FeedCondition.PARTIAL: "is read only in part",
    FeedCondition.JUMP: "sends far more than usual",
}


def next_alert(
    feed: Feed, health: FeedHealth, incident: Alert | None, told: str, now: datetime
) -> Alert | None:
    """Return the alert that `health` calls for, given the open `incident`; None when nothing changes.

    What wavers neither opens nor closes an incident; one kind of trouble that becomes another stays one, and
    is told of anew. `told` is the trouble that was told of last; empty where a version before has told it.
    """
    if incident is None:
        return _opened(feed, health, now) if health.trouble else None
    if health.trouble:
        # What may pass by itself is no news of a feed that fails for a reason: `failing` after `failing:…`.
        known = not told or told.startswith(health.trouble)
        return None if known else _updated(feed, health, incident, now)
    return None if health.condition is FeedCondition.WAVERING else closed(incident, now, "is well again")


def closed(incident: Alert, now: datetime, how: str) -> Alert:
    """Return the alert that closes `incident`."""
    title = f"{incident.source}: feed {how}"
    return system_alert.closed(incident, incident.labels["feed"], now, title=title)


def _opened(feed: Feed, health: FeedHealth, now: datetime) -> Alert:
    return system_alert.opened(
        WATCH,
        feed.url,
        now,
        watch_name="A feed in trouble",
        severity="low",
        labels={"feed": feed.url, "state": health.condition.value},
        title=_title(feed, health),
        url=feed.url,
        source=feed.source,
    )


def _updated(feed: Feed, health: FeedHealth, incident: Alert, now: datetime) -> Alert:
    return system_alert.updated(incident, feed.url, now, step=health.trouble, title=_title(feed, health))


def _title(feed: Feed, health: FeedHealth) -> str:
    return f"{feed.source}: feed {_NAMES[health.condition]}: {health.why}"
