"""What wirewatch needs of a Kafka client, whichever library is behind it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes]]


class TopicPartition(NamedTuple):
    """A partition of a topic (name as on the broker)."""

    topic: str
    partition: int


class Record(NamedTuple):
    """One record as read."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int
    """When it was written: the broker's or the producer's clock, ms since 1970."""


def without_nulls(headers: Sequence[tuple[str, bytes | None]]) -> Headers:
    """Return `headers` with empty values for null ones, which Kafka knows and nothing here."""
    return [(name, value or b"") for name, value in headers]


class TopicInfo(NamedTuple):
    """A topic as the broker knows it. `topic_id` changes when it is deleted and made again."""

    name: str
    topic_id: str
    partitions: int


class TopicSpec(NamedTuple):
    """A topic as it should be made."""

    name: str
    partitions: int
    config: Mapping[str, str]


class BrokerAwayError(Exception):
    """The broker cannot be reached or does not answer: wait and try again."""


class RecordTooLargeError(Exception):
    """A record is over the size limit; it was not sent."""


class DeliveryFailedError(Exception):
    """The broker did not take every record of a flush: none of them may be counted as written."""


class Reader(Protocol):
    """Reads partitions from offsets its caller keeps. It never decides where to start (no auto reset)."""

    def assign(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read these partitions, each from its offset and none paused, instead of what was read before."""

    def poll(self, timeout: float, max_records: int) -> list[Record]:
        """Return up to `max_records` records, in offset order within a partition; [] after `timeout` seconds.

        Raises BrokerAwayError, and OffsetOutOfRangeError when an offset is not in the log.
        """

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Stop fetching from these partitions."""

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch from these partitions again."""

    def bounds(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """Return (first offset in the log, offset after the last) of each. Raises BrokerAwayError.

        A transaction that is still open begins after the last.
        """

    def positions(self) -> dict[TopicPartition, int]:
        """Return where it reads on in each assigned partition, which may lie beyond the last record's next.

        Not every offset is a record to read: some mark the end of a transaction, some were in one that was
        aborted, some have been compacted away.
        """

    def close(self) -> None:
        """Give up connections; safe to call twice."""


class OffsetOutOfRangeError(Exception):
    """The log does not hold the offset asked for."""

    def __init__(self, partition: TopicPartition) -> None:
        super().__init__(f"{partition.topic}-{partition.partition}: offset is not in the log")
        self.partition = partition


class Writer(Protocol):
    """Writes records with acks=all and idempotence; nothing counts as written before `flush` returns."""

    def send(self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Queue a record; waits (bounded) while the queue is full.

        Raises RecordTooLargeError at once for a record over the limit, DeliveryFailedError when the queue
        stays full.
        """

    def flush(self, timeout: float) -> None:
        """Wait until the broker has every queued record.

        Raises DeliveryFailedError when one was refused or `timeout` seconds passed; what was queued is then
        dropped, and the caller sends it all again.
        """

    def close(self) -> None:
        """Give up connections without waiting; safe to call twice."""


class Admin(Protocol):
    """Asks about and makes topics."""

    def cluster_id(self) -> str:
        """Return the id of the cluster. Raises BrokerAwayError."""

    def topics(self, names: Iterable[str]) -> dict[str, TopicInfo]:
        """Return those of `names` that exist. Raises BrokerAwayError."""

    def configs(self, names: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return the settings (`retention.ms`, …) of those topics that exist. Raises BrokerAwayError."""

    def set_configs(self, configs: Mapping[str, Mapping[str, str]]) -> None:
        """Set these settings of topics, by their names; their others stay.

        Raises BrokerAwayError, and ConfigError when the broker refuses one.
        """

    def create(self, specs: Iterable[TopicSpec]) -> None:
        """Make these topics; one that exists already stays as it is. Raises BrokerAwayError."""

    def close(self) -> None:
        """Give up connections; safe to call twice."""
