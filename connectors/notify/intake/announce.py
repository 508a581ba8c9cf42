"""notify's own system alerts go to Kafka and come back as any alert does: one way in, whoever reads."""

from connectors.kafka.protocols import Writer
from connectors.notify.store import ReceiverStates
from wirewatch.records import ALERTS

_FLUSH = 10.0


def announce(states: ReceiverStates, writer: Writer, topic: str) -> int:
    """Write what is to be announced to `topic`; return how many. Each is written until it is on the broker.

    Raises DeliveryFailedError and sqlite3.Error; what was not forgotten then is written again under its id.
    """
    alerts = states.announcements()
    if not alerts:
        return 0
    for alert in alerts:
        writer.send(topic, key=alert.watch.encode(), value=ALERTS.encode(alert))
    writer.flush(_FLUSH)
    states.announced([alert.id for alert in alerts])
    return len(alerts)
