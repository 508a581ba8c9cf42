"""What a run left in Kafka."""

from collections import Counter

import msgspec

from connectors.kafka.clients import open_reader
from connectors.kafka.protocols import Record, TopicPartition
from wirewatch.alert import Alert
from wirewatch.records import ALERTS
from wirewatch.service.place import Place


class Topics:
    """The topics of one run."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def count(self, name: str) -> int:
        """Return how many records a topic holds."""
        reader = self._reader()
        try:
            return sum(end - first for first, end in reader.bounds(self._partitions(name)).values())
        finally:
            reader.close()

    def records(self, name: str, start: int = 0) -> list[Record]:
        """Return the records of a topic from offset `start` of each partition on, partition by partition."""
        reader = self._reader()
        try:
            bounds = reader.bounds(self._partitions(name))
            starts = {place: max(first, start) for place, (first, _) in bounds.items()}
            wanted = sum(max(0, end - starts[place]) for place, (_, end) in bounds.items())
            reader.assign(starts)
            found: list[Record] = []
            while len(found) < wanted:
                found += reader.poll(1.0, 5000)
            return sorted(found, key=lambda record: (record.partition, record.offset))
        finally:
            reader.close()

    def alerts(self) -> list[Alert]:
        """Return every alert, repeats too."""
        return [ALERTS.decode(record.value or b"") for record in self.records("alerts")]

    def told(self) -> list[dict[str, object]]:
        """Return each alert once, without the moment at which it was told: by watch, and a watch's in order.

        State is keyed by watch: which watch of a bundle speaks first hangs on how many articles a bundle has.
        """
        by_id = {alert.id: alert for alert in self.alerts()}
        return [
            {name: value for name, value in msgspec.to_builtins(alert).items() if name != "alerted"}
            for alert in sorted(by_id.values(), key=lambda alert: alert.watch)
        ]

    def tagged(self) -> list[bytes]:
        """Return each tagged article once, in order, as it was written."""
        return list(dict.fromkeys(record.value or b"" for record in self.records("articles.tagged")))

    def opened(self) -> Counter[tuple[str, str]]:
        """Return under how many ids each (watch, title of a story's articles) was opened."""
        ids = {(alert.watch, alert.title, alert.id) for alert in self.alerts() if alert.status == "opened"}
        return Counter((watch, title) for watch, title, _ in ids)

    def _partitions(self, name: str) -> list[TopicPartition]:
        topic = self._place.settings.kafka.topic(name)
        count = self._place.settings.kafka.topics.articles.partitions if name == "articles" else 1
        return [TopicPartition(topic, number) for number in range(count)]

    def _reader(self):
        return open_reader(self._place, client="confluent", group="test")
