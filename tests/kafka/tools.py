"""What the Kafka tests share: a reader and a writer of one library on topics of their own."""

import time

from kafka.admin import KafkaAdminClient

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.protocols import BrokerAwayError, TopicPartition
from connectors.kafka.topics import ensure_topics

CLIENTS = ("confluent", "kafka-python")


class Desk:
    """The four topics of one test, with a reader and a writer of one library.

    `kafka` is what the fixture `kafka` or `own_broker` gives.
    """

    def __init__(self, kafka, client, *, partitions=1):
        where = kafka.context(kafka={"topics": {"articles": {"partitions": partitions}}})
        self.settings = where.settings
        self.topic = self.settings.kafka.topic("articles")
        self.partitions = [TopicPartition(self.topic, n) for n in range(partitions)]
        self.first = self.partitions[0]
        self.admin = open_admin(where)
        self.reader = open_reader(where, client=client, group="test")
        self.writer = open_writer(where, client=client)

    def make_topics(self):
        return ensure_topics(self.admin, self.settings)

    def write(self, *values, timeout=60.0, topic=None, key=None, headers=()):
        """Send `values` to `articles` and flush."""
        for value in values:
            self.writer.send(topic or self.topic, key=key, value=value, headers=headers)
        self.writer.flush(timeout)

    def write_keys(self, count):
        """Spread `count` records over the partitions by their keys."""
        for n in range(count):
            self.writer.send(self.topic, key=b"key-%d" % n, value=b"x")
        self.writer.flush(60)

    def read(self, count, *, timeout=60.0, most=1000):
        """Return at least `count` records as they come, waiting through a broker that is away."""
        deadline, found = time.monotonic() + timeout, []
        while len(found) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} records after {timeout} s"
            try:
                got = self.reader.poll(0.2, most)
            except BrokerAwayError:
                continue
            assert len(got) <= most
            found += got
        return found

    def poll_until_away(self, timeout=60.0):
        """Poll an idle reader until it says that the broker is away."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                assert self.reader.poll(0.2, 1000) == []
            except BrokerAwayError:
                return
        raise AssertionError(f"no BrokerAwayError after {timeout} s")

    def close(self):
        for each in (self.reader, self.writer, self.admin):
            each.close()
            each.close()


def delete_topic(settings, topic):
    """Delete a topic: wirewatch itself never does."""
    admin = KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    try:
        admin.delete_topics([topic])
    finally:
        admin.close()
