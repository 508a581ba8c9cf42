"""What a receiver would be sent for an alert: rendered as for delivery, and sent nowhere."""

from datetime import datetime

from connectors.notify.receivers import Receiver, Request, Telling
from connectors.notify.receivers.trial import only_delivery
from connectors.notify.routing.labels import subject_of
from wirewatch.alert import Alert


def preview(receiver: Receiver, alert: Alert, raw: bytes, now: datetime) -> Request:
    """Return the request that would tell `receiver` of `alert` alone (`raw`: its JSON) at the aware `now`."""
    telling = Telling(alert.id, (alert,), (raw,), now, group={"story": subject_of(alert)})
    return receiver.request(only_delivery(receiver, telling), now)
