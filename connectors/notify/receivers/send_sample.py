"""A made-up telling to a receiver, to see whether it would be told, and what it makes of it."""

import os
from collections.abc import Callable
from datetime import datetime

from connectors.notify.outcomes import Answer, DeliveryOutcome
from connectors.notify.receivers.base import Receiver
from connectors.notify.receivers.samples import Sample, telling
from connectors.notify.receivers.telling import Telling
from connectors.notify.store import Delivery
from wirewatch.trace import new_traceparent


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


async def send_sample(
    receiver: Receiver, now: Callable[[], datetime], sample: Sample = Sample.TEST
) -> Answer:
    """Tell `receiver` of `sample` and return what it answered; of one that is sent twice, the last answer."""
    delivery = only_delivery(receiver, telling(sample, now()))
    try:
        answer = await receiver.attempt(delivery, now)
        if sample is Sample.REPEATED and answer.outcome is DeliveryOutcome.DELIVERED:
            answer = await receiver.attempt(delivery, now)
        return answer
    finally:
        await receiver.close()
