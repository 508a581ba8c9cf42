"""What the pipeline wrote to `alerts`: at least once, and always the same bytes under one id."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from connectors.kafka.clients import open_admin, open_reader
from connectors.kafka.protocols import Record, TopicPartition
from tests.acceptance.harness import Service
from wirewatch.records import ALERTS


@dataclass
class Written:
    """Counts of the topic, and the ids that stand for more than one content."""

    records: int = 0
    alerts: int = 0
    differing: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return it as the report reads it."""
        return asdict(self)


def alerts_written(service: Service) -> Written:
    """Read the whole topic."""
    written = Written()
    first: dict[str, bytes] = {}
    for record in records_of(service, "alerts"):
        value = record.value or b""
        id_ = ALERTS.decode(value).id
        written.records += 1
        if first.setdefault(id_, value) != value:
            written.differing.append(id_)
    written.alerts = len(first)
    return written


def records_of(service: Service, name: Literal["articles", "alerts"]) -> list[Record]:
    """Read all that the topic called `name` holds."""
    settings = service.settings
    topic = settings.kafka.topic(name)
    admin = open_admin(service)
    reader = open_reader(service, client="kafka-python", group="soak")
    try:
        count = admin.topics([topic])[topic].partitions
        bounds = reader.bounds([TopicPartition(topic, number) for number in range(count)])
        reader.assign({partition: first for partition, (first, _) in bounds.items()})
        records: list[Record] = []
        while len(records) < sum(end - first for first, end in bounds.values()):
            found = reader.poll(10, 1000)
            assert found, "the topic ends before its end"
            records += found
    finally:
        reader.close()
        admin.close()
    return records
