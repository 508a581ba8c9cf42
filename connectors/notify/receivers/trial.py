"""A made-up alert to a receiver, to see whether it would be told."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.notify.outcomes import Answer
from connectors.notify.receivers.base import Receiver
from connectors.notify.receivers.telling import Telling
from connectors.notify.store import Delivery
from wirewatch import ids
from wirewatch.alert import Alert
from wirewatch.records import ALERTS
from wirewatch.trace import new_traceparent

_LASTS = timedelta(minutes=5)
"""After which an Alertmanager takes it for over: not a day, as of what has no end."""


def trial_alert(now: datetime) -> Alert:
    """Return an alert that says what it is."""
    return Alert(
        id=ids.digest("trial", now.isoformat()),
        kind="system",
        watch="system/test",
        watch_name="A test",
        watch_version="1",
        severity="info",
        title="wirewatch can reach you: this is a test, nothing happened",
        time=now,
        alerted=now,
        expires_at=now + _LASTS,
    )


def only_delivery(receiver: Receiver, telling: Telling) -> Delivery:
    """Return a delivery of `telling` that no outbox knows."""
    return Delivery(
        seq=0,
        id=telling.id,
        receiver=receiver.name,
        body=receiver.render(telling),
        attempts=0,
        written_ms=0,
        traceparent=new_traceparent(os.urandom),
    )


async def send_trial(receiver: Receiver, now: Callable[[], datetime]) -> Answer:
    """Tell `receiver` once and return what it answered."""
    alert = trial_alert(now())
    telling = Telling(alert.id, (alert,), (ALERTS.encode(alert),), alert.alerted)
    delivery = only_delivery(receiver, telling)
    try:
        return await receiver.attempt(delivery, now)
    finally:
        await receiver.close()
