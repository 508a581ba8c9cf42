"""A receiver in trouble as a system alert: one opened and one closed an incident. Pure.

It carries the receiver's name in its labels, by which routing keeps it from that very receiver.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeGuard

from connectors.notify.outcomes import DeliveryOutcome
from wirewatch import system_alert
from wirewatch.alert import Alert

WATCH = "system/receiver"
REFUSALS = 3
"""In a row: fewer may be the fault of the alert; by then it is the receiver, or how it is told."""


class Trouble(StrEnum):
    """What is wrong with a receiver. Values are labels of the alert: add, never rename."""

    FAILING = "failing"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    GONE = "gone"
    """It answered 410 and was disabled."""
    DEAD = "dead"
    """A delivery was tried by the whole schedule, in vain."""
    REFUSING = "refusing"
    """It takes requests and refuses for good what is in them, several in a row."""
    BACKLOG_FULL = "backlog_full"


_WORDS = {
    Trouble.FAILING: "fails",
    Trouble.UNAUTHORIZED: "refuses the authorization",
    Trouble.NOT_FOUND: "is not found",
    Trouble.GONE: "answered 410 and is disabled: `wirewatch receivers enable` enables it again",
    Trouble.DEAD: "has missed alerts: `wirewatch deliveries list --dead` shows them",
    Trouble.REFUSING: "refuses alert after alert: `wirewatch deliveries list --dead` shows them",
    Trouble.BACKLOG_FULL: "has too many alerts waiting: the oldest are given up",
}
_AT_ONCE = {
    DeliveryOutcome.UNAUTHORIZED: Trouble.UNAUTHORIZED,
    DeliveryOutcome.NOT_FOUND: Trouble.NOT_FOUND,
    DeliveryOutcome.GONE: Trouble.GONE,
}


def trouble(outcome: DeliveryOutcome, *, failing: bool, gave_up: bool, refusals: int) -> Trouble | None:
    """Return what an attempt's end says about its receiver; None when nothing to worry about.

    `failing`: it takes nothing, as its circuit sees it. `refusals`: how many alerts it has refused since it
    last took one, this one included.
    """
    if outcome in _AT_ONCE:
        return _AT_ONCE[outcome]
    if failing:
        return Trouble.FAILING
    if outcome is DeliveryOutcome.REJECTED:
        return Trouble.REFUSING if refusals >= REFUSALS else None
    return Trouble.DEAD if gave_up else None


def shows(incident: Alert | None, what: Trouble) -> TypeGuard[Alert]:
    """Return whether there is an incident, and it is of this trouble."""
    return incident is not None and incident.labels["state"] == what


def opened(receiver: str, what: Trouble, why: str, now: datetime) -> Alert:
    """Return the alert that opens an incident at `now`."""
    return system_alert.opened(
        WATCH,
        receiver,
        now,
        watch_name="A receiver in trouble",
        severity="high",
        labels={"receiver": receiver, "state": what.value},
        title=f"receiver {receiver} {_WORDS[what]}{f': {why}' if why else ''}",
    )


def closed(incident: Alert, now: datetime, how: str = "accepts alerts again") -> Alert:
    """Return the alert that closes `incident`; `how` says why it is over."""
    receiver = incident.labels["receiver"]
    return system_alert.closed(incident, receiver, now, title=f"receiver {receiver} {how}")
