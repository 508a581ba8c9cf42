"""What a receiver would be sent for an alert: rendered as for delivery, and sent nowhere."""

import os
from datetime import datetime

from connectors.notify.receivers import Receiver, Request, Telling
from connectors.notify.routing.labels import subject_of
from connectors.notify.store import Delivery
from wirewatch.alert import Alert
from wirewatch.trace import new_traceparent


def preview(receiver: Receiver, alert: Alert, raw: bytes, now: datetime) -> Request:
    """Return the request that would tell `receiver` of `alert` alone (`raw`: its JSON) at the aware `now`."""
    telling = Telling(alert.id, (alert,), (raw,), now, group={"story": subject_of(alert)})
    delivery = Delivery(
        seq=0,
        id=telling.id,
        receiver=receiver.name,
        body=receiver.render(telling),
        attempts=0,
        written_ms=0,
        traceparent=new_traceparent(os.urandom),
    )
    return receiver.request(delivery, now)
