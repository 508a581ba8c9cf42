"""System alerts: a part opens one on what it sees in trouble, and closes it once that is over. Pure.

Ids come from the watch, the subject and when it began, so that a repeat has the same.
"""

from datetime import datetime

import msgspec

from wirewatch import ids
from wirewatch.alert import Alert, Severity
from wirewatch.bounds import fit

PREFIX = "system/"
"""What the ids of their watches begin with, which no watch of a config does."""


def opened(
    watch: str,
    subject: str,
    now: datetime,
    *,
    watch_name: str,
    severity: Severity,
    labels: dict[str, str],
    title: str,
    url: str | None = None,
    source: str | None = None,
) -> Alert:
    """Return the alert that opens an incident of `subject` at `now`; a long title is cut."""
    return Alert(
        id=_id(watch, subject, now, "opened"),
        kind="system",
        watch=watch,
        watch_name=watch_name,
        watch_version="1",
        severity=severity,
        labels=labels,
        title=fit(title, ())[0],
        url=url,
        source=source,
        time=now,
        alerted=now,
    )


def updated(incident: Alert, subject: str, now: datetime, *, step: str, title: str) -> Alert:
    """Return the alert that tells of `incident`, which is of `subject`, what it is at `now`.

    Its labels and when it began stay: by them a later one is known to be of the same incident.
    """
    return msgspec.structs.replace(
        incident,
        id=_id(incident.watch, subject, incident.time, f"{step} {now.isoformat()}"),
        status="updated",
        step=step,
        title=fit(title, ())[0],
        alerted=now,
    )


def closed(incident: Alert, subject: str, now: datetime, *, title: str) -> Alert:
    """Return the alert that closes `incident`, which is of `subject`, at `now`."""
    return msgspec.structs.replace(
        incident,
        id=_id(incident.watch, subject, incident.time, "closed"),
        status="closed",
        step="closed",
        title=title,
        alerted=now,
    )


def _id(watch: str, subject: str, began: datetime, step: str) -> str:
    return ids.alert_id(ids.digest(watch, subject, began.isoformat()), step)
