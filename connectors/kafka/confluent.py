"""The Protocols by confluent-kafka (librdkafka): for the pipeline's bulk path."""

import logging
import time
from collections.abc import Iterable, Mapping
from typing import Any

import confluent_kafka as library
from confluent_kafka import KafkaError, KafkaException

from connectors.kafka.limits import MAX_RECORD_BYTES, record_size, refuse_too_large
from connectors.kafka.protocols import (
    BrokerAwayError,
    DeliveryFailedError,
    Headers,
    OffsetOutOfRangeError,
    Record,
    TopicPartition,
    without_nulls,
)

REQUEST_SECONDS = 5.0
PROBE_SECONDS = 0.2
DELIVERY_MS = 30_000
QUEUE_FULL_SECONDS = 30.0

_READER = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",
    # Its own position goes by records alone; this tells where it came to the end of a log.
    "enable.partition.eof": True,
    "check.crcs": True,
    "max.partition.fetch.bytes": 4 << 20,
    "fetch.max.bytes": 16 << 20,
    "queued.max.messages.kbytes": 32 << 10,
    # How long until a full queue is looked at again; at the default, 1 s, a fast reader starves.
    "fetch.queue.backoff.ms": 5,
    "fetch.error.backoff.ms": 100,
}
_WRITER = {
    "acks": "all",
    "enable.idempotence": True,
    "batch.size": 256 * 1024,
    "linger.ms": 5,
    "message.max.bytes": MAX_RECORD_BYTES,
    "queue.buffering.max.kbytes": 64 << 10,
    "queue.buffering.max.messages": 100_000,
    "delivery.timeout.ms": DELIVERY_MS,
    "delivery.report.only.error": True,
    # A topic that is not there fails its records after this; 30 s by default.
    "topic.metadata.propagation.max.ms": 3_000,
    # As kafka-python and the Java client do, so that a key has one partition whoever writes it.
    "partitioner": "murmur2_random",
}
_OUT_OF_RANGE = (KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET)
_AWAY = (KafkaError._ALL_BROKERS_DOWN, KafkaError._AUTHENTICATION)
# The library goes on by itself after these.
_PASSING = (KafkaError._TRANSPORT, KafkaError._TIMED_OUT, *_AWAY)
# A partition that was just made, or whose leader changes, answers so for a moment.
_MOVING = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE)
_LOG = logging.getLogger("librdkafka")


class _Trouble:
    """What the library last said went wrong between it and the brokers."""

    def __init__(self) -> None:
        self.away = False
        self.why = ""

    def note(self, error: KafkaError) -> None:
        """Take an error from the library (its error_cb)."""
        self.away = self.away or error.code() in _AWAY
        if error.code() != KafkaError._ALL_BROKERS_DOWN or not self.why:  # it says only how many
            self.why = error.str()

    def over(self) -> None:
        """Forget it: the broker answers."""
        self.away, self.why = False, ""


class ConfluentReader:
    """A Reader (see protocols)."""

    def __init__(self, options: dict[str, Any], *, group: str) -> None:
        self._trouble = _Trouble()
        self._failure: Exception | None = None
        self._consumer = library.Consumer(
            {**options, **_READER, "group.id": group, "error_cb": self._trouble.note}, logger=_LOG
        )
        # Kept here: for a moment after an assignment the library's own still tells of the one before.
        self._positions: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()
        self._closed = False

    def assign(self, offsets: Mapping[TopicPartition, int]) -> None:
        """See Reader.assign."""
        self._failure = None
        self._positions = dict(offsets)
        self.resume(list(self._paused))  # the library would have them paused in the new assignment too
        self._consumer.assign([library.TopicPartition(*p, offset) for p, offset in offsets.items()])

    def poll(self, timeout: float, max_records: int) -> list[Record]:
        """See Reader.poll."""
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        deadline = time.monotonic() + timeout
        messages = self._consumed(timeout, max_records)
        while messages and all(self._is_end(m) for m in messages):
            messages = self._consumed(max(0.0, deadline - time.monotonic()), max_records)
        records = []
        for m in messages:
            error = m.error()
            if error is None:
                record = Record(
                    m.topic(),
                    m.partition(),
                    m.offset(),
                    m.key(),
                    m.value(),
                    without_nulls(m.headers() or ()),
                    m.timestamp()[1],
                )
                records.append(record)
                self._positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
            elif not self._is_end(m):
                self._note(m, error)
        if records:
            self._trouble.over()
        else:
            self._raise_if_away()
        return records

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """See Reader.pause."""
        partitions = list(partitions)
        self._paused.update(partitions)
        self._consumer.pause(_native(partitions))

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """See Reader.resume."""
        partitions = list(partitions)
        self._paused.difference_update(partitions)
        self._consumer.resume(_native(partitions))

    def bounds(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """See Reader.bounds."""
        return {p: self._bounds(p) for p in partitions}

    def positions(self) -> dict[TopicPartition, int]:
        """See Reader.positions."""
        return dict(self._positions)

    def close(self) -> None:
        """See Reader.close."""
        if not self._closed:
            self._closed = True
            self._consumer.close()

    def _consumed(self, timeout: float, most: int) -> list[Any]:
        # consume() waits until it has all it may return: take what is there, else wait for one, then again.
        messages: list[Any] = self._consumer.consume(most, 0)
        if not messages and (one := self._consumer.poll(timeout)) is not None:
            messages = [one, *self._consumer.consume(most - 1, 0)] if most > 1 else [one]
        return messages

    def _is_end(self, message: Any) -> bool:  # noqa: ANN401  # the library has no types
        """Say whether it only tells that the end of a log was reached, and note where."""
        error = message.error()
        if error is None or error.code() != KafkaError._PARTITION_EOF:
            return False
        partition = TopicPartition(message.topic(), message.partition())
        self._positions[partition] = message.offset()
        return True

    def _bounds(self, partition: TopicPartition) -> tuple[int, int]:
        deadline = time.monotonic() + REQUEST_SECONDS
        while True:
            try:
                first, last = self._consumer.get_watermark_offsets(
                    library.TopicPartition(*partition), timeout=REQUEST_SECONDS
                )
            except KafkaException as error:
                reason = error.args[0]
                if reason.code() not in _MOVING or time.monotonic() > deadline:
                    raise BrokerAwayError(f"{partition.topic}: {reason.str()}") from error
                time.sleep(0.05)
            else:
                return first, last

    def _note(self, message: Any, error: KafkaError) -> None:  # noqa: ANN401  # the library has no types
        code = error.code()
        if code in _OUT_OF_RANGE:
            self._failure = OffsetOutOfRangeError(TopicPartition(message.topic(), message.partition()))
        elif code not in _PASSING:
            self._failure = BrokerAwayError(f"{message.topic()}: {error.str()}")

    def _raise_if_away(self) -> None:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        if not self._trouble.away:
            return
        try:  # it may be back, with nothing new in the log to tell
            self._consumer.list_topics("", timeout=PROBE_SECONDS)
        except KafkaException:
            raise BrokerAwayError(self._trouble.why) from None
        self._trouble.over()


def _native(partitions: Iterable[TopicPartition]) -> list[Any]:
    return [library.TopicPartition(*partition) for partition in partitions]


class ConfluentWriter:
    """A Writer (see protocols)."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._trouble = _Trouble()
        self._options = {
            **options,
            **_WRITER,
            "on_delivery": self._on_delivery,
            "error_cb": self._trouble.note,
        }
        self._failed = 0
        self._first: KafkaError | None = None
        # At once: its handshake for idempotence takes half a second, which the first flush would wait for.
        self._producer: Any = self._open()

    def send(self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """See Writer.send."""
        refuse_too_large(topic, record_size(key, value, headers))
        producer = self._producer = self._producer or self._open()
        try:
            producer.produce(topic, value, key, headers=list(headers))
        except BufferError:
            self._send_when_room(producer, topic, key, value, headers)
        except KafkaException as error:
            self._abandon()
            raise DeliveryFailedError(f"{topic}: {error.args[0].str()}") from error

    def flush(self, timeout: float) -> None:
        """See Writer.flush."""
        if self._producer is None:
            return
        left = self._producer.flush(timeout)
        failed, first = self._failed, self._first
        if not left and not failed:
            self._trouble.over()
            return
        self._abandon()
        why = self._trouble.why or (first.str() if first else f"no answer within {timeout:g} s")
        raise DeliveryFailedError(f"{left + failed} records not delivered: {why}")

    def close(self) -> None:
        """See Writer.close."""
        self._abandon()

    def _open(self) -> Any:  # noqa: ANN401  # the library has no types
        return library.Producer(self._options, logger=_LOG)

    def _send_when_room(
        self,
        producer: Any,  # noqa: ANN401  # the library has no types
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
    ) -> None:
        deadline = time.monotonic() + QUEUE_FULL_SECONDS
        while time.monotonic() < deadline:
            producer.poll(0.01)
            try:
                producer.produce(topic, value, key, headers=list(headers))
            except BufferError:
                continue
            return
        self._abandon()
        raise DeliveryFailedError(f"{topic}: the queue stayed full for {QUEUE_FULL_SECONDS:g} s")

    def _on_delivery(self, error: KafkaError | None, _message: object) -> None:
        if error is not None:
            self._failed += 1
            self._first = self._first or error

    def _abandon(self) -> None:
        """Drop the producer with all it holds: after a failure nobody knows where its sequence stands."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.purge(in_queue=True, in_flight=True, blocking=False)
            producer.flush(0)
        self._failed, self._first = 0, None
