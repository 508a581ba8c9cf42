"""A receiver in trouble as a system alert: one opened and one closed an incident. Pure.

It carries the receiver's name in its labels, by which routing keeps it from that very receiver.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from connectors.notify.outcomes import Outcome
from wirewatch import ids
from wirewatch.alert import Alert
from wirewatch.text import fit

WATCH = "system/receiver"


class Trouble(StrEnum):
    """What is wrong with a receiver. Values are labels of the alert: add, never rename."""

    FAILING = "failing"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    GONE = "gone"
    """It answered 410 and was disabled."""
    DEAD = "dead"
    """A delivery was tried by the whole schedule, in vain."""
    BACKLOG_FULL = "backlog_full"


_WORDS = {
    Trouble.FAILING: "fails",
    Trouble.UNAUTHORIZED: "refuses the authorization",
    Trouble.NOT_FOUND: "is not found",
    Trouble.GONE: "answered 410 and is disabled: `wirewatch receivers enable` takes it up again",
    Trouble.DEAD: "has missed alerts: `wirewatch deliveries list --dead` shows them",
    Trouble.BACKLOG_FULL: "has too many alerts waiting: the oldest are given up",
}
_AT_ONCE = {
    Outcome.UNAUTHORIZED: Trouble.UNAUTHORIZED,
    Outcome.NOT_FOUND: Trouble.NOT_FOUND,
    Outcome.GONE: Trouble.GONE,
}


def trouble(outcome: Outcome, *, circuit_opened: bool, gave_up: bool) -> Trouble | None:
    """Return what an attempt's end says about its receiver; None when nothing to worry about."""
    if outcome in _AT_ONCE:
        return _AT_ONCE[outcome]
    if circuit_opened:
        return Trouble.FAILING
    if gave_up and outcome is not Outcome.REJECTED:
        return Trouble.DEAD
    return None


def opened(receiver: str, what: Trouble, why: str, now: datetime) -> Alert:
    """Return the alert that opens an incident at `now`."""
    title, _, _ = fit(f"receiver {receiver} {_WORDS[what]}{f': {why}' if why else ''}", ())
    return Alert(
        id=ids.alert_id(_incident(receiver, now), "opened"),
        kind="system",
        watch=WATCH,
        watch_name="A receiver in trouble",
        watch_version="1",
        severity="high",
        labels={"receiver": receiver, "state": what.value},
        title=title,
        time=now,
        alerted=now,
    )


def closed(incident: Alert, now: datetime, *, removed: bool = False) -> Alert:
    """Return the alert that closes `incident`: its receiver is well again, or was `removed`."""
    receiver = incident.labels["receiver"]
    return msgspec.structs.replace(
        incident,
        id=ids.alert_id(_incident(receiver, incident.time), "closed"),
        status="closed",
        step="closed",
        title=f"receiver {receiver} {'is no longer in routes.yaml' if removed else 'takes alerts again'}",
        alerted=now,
    )


def _incident(receiver: str, at: datetime) -> str:
    return ids.digest(WATCH, receiver, at.isoformat())
