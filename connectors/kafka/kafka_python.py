"""The Protocols by kafka-python: for small volumes, and for administration."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import kafka
import kafka.errors as library
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.net.compat import KafkaNetClient

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
    without_nulls,
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

_READER = {
    "enable_auto_commit": False,
    "isolation_level": "read_committed",  # as librdkafka's default is
    "auto_offset_reset": "none",
    "allow_auto_create_topics": False,
    "bootstrap_timeout_ms": CONNECT_MS,
    "request_timeout_ms": REQUEST_MS,
    "fetch_max_bytes": 16 << 20,
    "max_partition_fetch_bytes": 4 << 20,
    "metrics_enabled": False,
}
_WRITER = {
    "acks": "all",
    "enable_idempotence": True,
    "allow_auto_create_topics": False,
    "batch_size": BATCH_BYTES,
    "linger_ms": 5,
    "max_request_size": MAX_RECORD_BYTES,
    "max_block_ms": BLOCK_MS,
    "request_timeout_ms": REQUEST_MS,
    "delivery_timeout_ms": DELIVERY_MS,
    "bootstrap_timeout_ms": CONNECT_MS,
    "metrics_enabled": False,
}
_ADMIN = {"bootstrap_timeout_ms": CONNECT_MS, "request_timeout_ms": REQUEST_MS}
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
    if isinstance(error, library.KafkaError | BrokerAwayError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _opened(kind: Callable[..., Any], options: dict[str, Any]) -> Any:  # noqa: ANN401  # the library has no types
    """Return a connected client.

    The constructors connect, and leave a thread and sockets behind when they fail: with a broker that is
    away for an hour, thousands. So what they made is closed here.
    """
    inner: list[KafkaNetClient] = []

    def make(**configs: Any) -> Any:  # noqa: ANN401
        inner.append(KafkaNetClient(**configs))
        return inner[-1]

    try:
        return kind(**options, kafka_client=make)
    except BaseException as error:
        for client in inner:
            client.close()
        if isinstance(error, library.KafkaTimeoutError):  # the library keeps the reason to itself
            secured = options.get("security_protocol", "PLAINTEXT") != "PLAINTEXT"
            why = "nobody answers, or TLS or the authentication is refused" if secured else "nobody answers"
            raise BrokerAwayError(why) from error
        raise


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
            for partition in self._active():
                position = consumer.position(kafka.TopicPartition(*partition), timeout_ms=0)
                self._next[partition] = self._next[partition] if position is None else position
        return [
            Record(r.topic, r.partition, r.offset, r.key, r.value, without_nulls(r.headers), r.timestamp)
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

    def positions(self) -> dict[TopicPartition, int]:
        """See Reader.positions."""
        return dict(self._next)

    def close(self) -> None:
        """See Reader.close."""
        if self._consumer is not None:
            self._consumer.close(autocommit=False, timeout_ms=1_000)
            self._consumer = None

    def _connected(self) -> Any:  # noqa: ANN401  # the library has no types
        if self._consumer is None:
            self._consumer = _opened(kafka.KafkaConsumer, {**self._options, **_READER})
            self._position()
        return self._consumer

    def _position(self) -> None:
        if self._consumer is None:
            return
        active = self._active()
        self._consumer.assign(_native(active))
        for partition in active:
            self._consumer.seek(kafka.TopicPartition(*partition), self._next[partition])

    def _active(self) -> list[TopicPartition]:
        return [partition for partition in self._next if partition not in self._paused]

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
        except (*_AWAY, BrokerAwayError) as error:
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
            self._producer = _opened(kafka.KafkaProducer, {**self._options, **_WRITER})
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
        return str(self._ask(lambda client: client.describe_cluster()["cluster_id"]))

    def topics(self, names: Iterable[str]) -> dict[str, TopicInfo]:
        """See Admin.topics."""
        names = list(names)
        if not names:
            return {}
        found = self._ask(lambda client: client.describe_topics(names))
        return {
            topic["name"]: TopicInfo(topic["name"], str(topic["topic_id"]), len(topic["partitions"]))
            for topic in found
            if topic["error_code"] == 0
        }

    def configs(self, names: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """See Admin.configs."""
        wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in self.topics(names)]
        if not wanted:
            return {}
        found = self._ask(lambda client: client.describe_configs(wanted, config_filter="all"))
        return {
            name: {key: str(entry["value"]) for key, entry in entries.items()}
            for of_type in found.values()
            for name, entries in of_type.items()
        }

    def set_configs(self, configs: Mapping[str, Mapping[str, str]]) -> None:
        """See Admin.set_configs."""
        wanted = [
            ConfigResource(ConfigResourceType.TOPIC, name, dict(settings))
            for name, settings in configs.items()
        ]
        if not wanted:
            return
        done = self._ask(lambda client: client.alter_configs(wanted, incremental=True))
        for name, said in (one for of_type in done.values() for one in of_type.items()):
            if said != "OK":  # the library has no other sign
                raise ConfigError(f"the broker refuses the settings of topic {name}: {said}")

    def create(self, specs: Iterable[TopicSpec]) -> None:
        """See Admin.create. Raises ConfigError when the broker refuses a topic for good."""
        new = [NewTopic(s.name, num_partitions=s.partitions, topic_configs=dict(s.config)) for s in specs]
        if not new:
            return
        answer = self._ask(lambda client: client.create_topics(new, raise_errors=False))
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

    def _ask(self, question: Callable[[Any], Any]) -> Any:  # noqa: ANN401  # the library has no types
        """Ask over the connection there is, and if that fails once more over a new one.

        The library's own does not come back after the only broker was away ("No node_id provided").
        """
        if self._client is not None:
            try:
                return question(self._client)
            except _AWAY:
                self.close()
        with _away():
            self._client = _opened(KafkaAdminClient, {**self._options, **_ADMIN})
            return question(self._client)
