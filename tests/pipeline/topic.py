"""A topic of the real broker, and records that are told apart."""

import time

from connectors.kafka.protocols import TopicSpec
from pipelines.access import KafkaAccess


def make_topic(access: KafkaAccess, name: str, partitions: int) -> None:
    admin = access.admin()
    admin.create([TopicSpec(name, partitions, {})])
    deadline = time.monotonic() + 60
    while name not in admin.topics([name]) and time.monotonic() < deadline:
        time.sleep(0.05)
    admin.close()


def write(access: KafkaAccess, topic: str, *values: bytes) -> None:
    writer = access.shared_writer()
    for value in values:
        writer.send(topic, key=value, value=value)
    writer.flush(60)


def numbers(start: int, end: int) -> list[bytes]:
    return [b"%04d" % n for n in range(start, end)]
