"""What a receiver would be sent: rendered as for delivery, and sent nowhere."""

from datetime import datetime

from connectors.notify.receivers import Receiver, Request, Telling
from connectors.notify.receivers.send_sample import only_delivery


def preview(receiver: Receiver, telling: Telling, now: datetime) -> Request:
    """Return the request by which `receiver` would be told at the aware `now`."""
    return receiver.request(only_delivery(receiver, telling), now)
