"""The Protocols by kafka-python: for small volumes, and for administration."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import kafka
import kafka.errors as library
from kafka.admin import KafkaAdminClient, NewTopic

from connectors.kafka.limits import MAX_RECORD_BYTES, record_size, refuse_too_large
from connectors.kafka.protocols import (
    BrokerAwayError,
    DeliveryFailedError,
    Headers,
    OffsetOutOfRangeError,
    Record,
    TopicInfo,
    TopicPartition,
    TopicSpec,
)
from wirewatch.errors import ConfigError

CONNECT_MS = 2_000
REQUEST_MS = 10_000
BLOCK_MS = 5_000
DELIVERY_MS = 30_000
BATCH_BYTES = 256 * 1024
QUEUE_BYTES = 32 << 20
"""The library's queue has no bound of its own: past this, `send` waits until it is empty."""
PROBE_SECONDS = 1.0
"""An idle reader asks this often whether the broker is still there: the library does not tell."""

_AWAY = (library.KafkaError, OSError)


@contextlib.contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (library.KafkaConfigurationError, library.IllegalStateError):
        raise  # ours to mend, not to wait for
    except _AWAY as error:
        raise BrokerAwayError(_reason(error)) from error


def _reason(error: BaseException) -> str:
    return str(error) if isinstance(error, library.KafkaError) else f"{type(error).__name__}: {error}"


class KafkaPythonReader:
    """A Reader (see protocols).

    Pausing is done by assigning the other partitions anew. The library's own pause() parks what is already
    fetched and, in 3.0.12, may never look at it again: `fetched_records` restores it only while
    `_next_partition_records` is None, and after the first fetch that is an empty object instead.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._consumer: Any = None
        self._next: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()
        self._probe_at = 0.0

    def assign(self, offsets: Mapping[TopicPartition, int]) -> None:
        """See Reader.assign."""
        self._next = dict(offsets)
        self._paused.clear()
        self._position()

    def poll(self, timeout: float, max_records: int) -> list[Record]:
        """See Reader.poll."""
        deadline = time.monotonic() + timeout
        with _away():
            consumer = self._connected()
            wait = max(0, int(1000 * (deadline - time.monotonic())))
            try:
                found = consumer.poll(timeout_ms=wait, max_records=max_records)
            except library.OffsetOutOfRangeError as error:
                raise OffsetOutOfRangeError(TopicPartition(*next(iter(error.args[0])))) from error
            if not found:
                self._probe()
        for partition, records in found.items():
            self._next[TopicPartition(*partition)] = records[-1].offset + 1
        return [
            Record(r.topic, r.partition, r.offset, r.key, r.value, r.headers, r.timestamp)
            for records in found.values()
            for r in records
        ]

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """See Reader.pause."""
        self._paused.update(partitions)
        self._position()

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """See Reader.resume."""
        self._paused.difference_update(partitions)
        self._position()

    def bounds(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """See Reader.bounds."""
        partitions = list(partitions)
        with _away():
            consumer = self._connected()
            first = consumer.beginning_offsets(_native(partitions), timeout_ms=REQUEST_MS)
            last = consumer.end_offsets(_native(partitions), timeout_ms=REQUEST_MS)
        return {p: (first[kafka.TopicPartition(*p)], last[kafka.TopicPartition(*p)]) for p in partitions}

    def close(self) -> None:
        """See Reader.close."""
        if self._consumer is not None:
            self._consumer.close(autocommit=False, timeout_ms=1_000)
            self._consumer = None

    def _connected(self) -> Any:  # noqa: ANN401  # the library has no types
        if self._consumer is None:
            self._consumer = kafka.KafkaConsumer(
                **self._options,
                enable_auto_commit=False,
                auto_offset_reset="none",
                allow_auto_create_topics=False,
                bootstrap_timeout_ms=CONNECT_MS,
                request_timeout_ms=REQUEST_MS,
                fetch_max_bytes=16 << 20,
                max_partition_fetch_bytes=4 << 20,
                metrics_enabled=False,
            )
            self._position()
        return self._consumer

    def _position(self) -> None:
        if self._consumer is None:
            return
        active = [partition for partition in self._next if partition not in self._paused]
        self._consumer.assign(_native(active))
        for partition in active:
            self._consumer.seek(kafka.TopicPartition(*partition), self._next[partition])

    def _probe(self) -> None:
        if not self._next or time.monotonic() < self._probe_at:
            return
        partition = next(iter(self._next))
        try:
            self._consumer.end_offsets(_native([partition]), timeout_ms=CONNECT_MS)
        except library.KafkaTimeoutError as error:
            raise BrokerAwayError(f"{partition.topic}: no answer about its end") from error
        self._probe_at = time.monotonic() + PROBE_SECONDS


def _native(partitions: Iterable[TopicPartition]) -> list[Any]:
    return [kafka.TopicPartition(*partition) for partition in partitions]


class KafkaPythonWriter:
    """A Writer (see protocols)."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._producer: Any = None
        self._queued = 0
        self._failures: list[BaseException] = []

    def send(self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """See Writer.send."""
        size = record_size(key, value, headers)
        refuse_too_large(topic, size)
        if self._queued + size > QUEUE_BYTES:
            self.flush(DELIVERY_MS / 1000)
        try:
            future = self._connected().send(topic, value=value, key=key, headers=list(headers))
        except _AWAY as error:
            self._abandon()
            raise DeliveryFailedError(f"{topic}: {_reason(error)}") from error
        self._queued += size
        future.add_errback(self._failures.append)

    def flush(self, timeout: float) -> None:
        """See Writer.flush."""
        if self._producer is None:
            return
        try:
            self._producer.flush(timeout)
        except _AWAY as error:
            self._abandon()
            raise DeliveryFailedError(f"not delivered within {timeout:g} s: {_reason(error)}") from error
        self._queued = 0
        if self._failures:
            first, count = self._failures[0], len(self._failures)
            self._abandon()
            raise DeliveryFailedError(f"{count} records not delivered: {_reason(first)}") from first

    def close(self) -> None:
        """See Writer.close."""
        self._abandon()

    def _connected(self) -> Any:  # noqa: ANN401  # the library has no types
        if self._producer is None:
            self._producer = kafka.KafkaProducer(
                **self._options,
                acks="all",
                enable_idempotence=True,
                allow_auto_create_topics=False,
                batch_size=BATCH_BYTES,
                linger_ms=5,
                max_request_size=MAX_RECORD_BYTES,
                max_block_ms=BLOCK_MS,
                request_timeout_ms=REQUEST_MS,
                delivery_timeout_ms=DELIVERY_MS,
                bootstrap_timeout_ms=CONNECT_MS,
                metrics_enabled=False,
            )
        return self._producer

    def _abandon(self) -> None:
        """Drop the producer with all it holds: after a failure nobody knows where its sequence stands."""
        producer, self._producer = self._producer, None
        self._queued, self._failures = 0, []
        if producer is None:
            return
        try:
            producer.close(timeout=0)
        except library.KafkaTimeoutError:  # its close flushes first, and gives up before it comes to closing
            producer._sender.force_close()


class KafkaPythonAdmin:
    """An Admin (see protocols)."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._client: Any = None

    def cluster_id(self) -> str:
        """See Admin.cluster_id."""
        with _away():
            return str(self._connected().describe_cluster()["cluster_id"])

    def topics(self, names: Iterable[str]) -> dict[str, TopicInfo]:
        """See Admin.topics."""
        names = list(names)
        if not names:
            return {}
        with _away():
            found = self._connected().describe_topics(names)
        return {
            topic["name"]: TopicInfo(topic["name"], str(topic["topic_id"]), len(topic["partitions"]))
            for topic in found
            if topic["error_code"] == 0
        }

    def create(self, specs: Iterable[TopicSpec]) -> None:
        """See Admin.create. Raises ConfigError when the broker refuses a topic for good."""
        new = [NewTopic(s.name, num_partitions=s.partitions, topic_configs=dict(s.config)) for s in specs]
        if not new:
            return
        with _away():
            answer = self._connected().create_topics(new, raise_errors=False)
        for topic in answer["topics"]:
            error = library.for_code(topic["error_code"])
            if error in (library.NoError, library.TopicAlreadyExistsError):
                continue
            what = f"{topic['name']}: {error.__name__}: {topic.get('error_message')}"
            if issubclass(error, library.RetriableError):
                raise BrokerAwayError(what)
            raise ConfigError(f"the broker refuses to make topic {what}")

    def close(self) -> None:
        """See Admin.close."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _connected(self) -> Any:  # noqa: ANN401  # the library has no types
        if self._client is None:
            self._client = KafkaAdminClient(
                **self._options,
                bootstrap_timeout_ms=CONNECT_MS,
                request_timeout_ms=REQUEST_MS,
            )
        return self._client
