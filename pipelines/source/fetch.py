"""Fetching ahead: one consumer a process, one thread, a bounded queue a partition.

Polling partitions one after another made every partition wait for all the others (p50 0.87 s with 16); here a
thread fetches from all of them at once and a DoFn only takes what is there.
"""

import threading
from collections.abc import Callable

import structlog

from connectors.kafka.protocols import (
    BrokerAwayError,
    OffsetOutOfRangeError,
    Reader,
    Record,
    TopicPartition,
)
from pipelines.source.stream import Stream, share_of

log = structlog.get_logger(__name__)

POLL_RECORDS = 1000  # at once: so many over its bound may a queue be
POLL_SECONDS = 0.1  # how long a poll may keep a change of assignment waiting
RETRY_SECONDS = 0.5  # between polls while the broker is away


class Fetcher:
    """Owns a Reader; only its thread touches it. Callers open streams and take records from them."""

    def __init__(self, open_reader: Callable[[], Reader], on_data: Callable[[], None]) -> None:
        self._open_reader = open_reader
        self._on_data = on_data
        self._streams: dict[TopicPartition, Stream] = {}
        self._changed = False
        self._away: str | None = None
        self._failure: Exception | None = None
        self._stopping = False
        self._condition = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="kafka-fetch", daemon=True)
        self._thread.start()

    def position(self, partition: TopicPartition) -> int | None:
        """Return where the taker of `partition` stands.

        None without a stream, and at the end of one that fell out of the log: it must be opened again.
        """
        with self._condition:
            stream = self._streams.get(partition)
            return None if stream is None or stream.ended else stream.position

    def open(self, partition: TopicPartition, offset: int, *, position: int | None = None) -> None:
        """Read `partition` from `offset` on, dropping what was fetched of it before.

        `position` is where the taker's checkpoint stands, when that is not `offset`.
        """
        with self._condition:
            position = offset if position is None else position
            self._streams[partition] = Stream(position=position, fetched=offset)
            self._changed = True
            self._condition.notify_all()

    def take(self, partition: TopicPartition, max_records: int, max_bytes: int, *, at: int) -> list[Record]:
        """Return what is queued of `partition`, in order, within both limits (but at least one record).

        Nothing to a taker who stands `at` another position: after a failure a bundle may be run again while
        its first run has not ended, and what that took would be missed by the second. Never waits. Raises
        what ended the fetching thread, if anything did.
        """
        with self._condition:
            if self._failure is not None:
                raise self._failure
            stream = self._streams[partition]
            if stream.position != at:
                return []
            taken = stream.take(max_records, max_bytes)
            if taken and stream.waiting and stream.half_empty(self._share()):
                self._condition.notify_all()
            return taken

    def busy(self) -> int:
        """Return how many partitions have records waiting."""
        with self._condition:
            return sum(bool(stream.records) for stream in self._streams.values())

    def positions(self) -> dict[TopicPartition, tuple[int, int]]:
        """Return from where on records are yet to be taken, and the Kafka timestamp (ms) of the last taken.

        That lies beyond the taker's checkpoint where what follows it is no record. The timestamp is 0 before
        the first.
        """
        with self._condition:
            return {p: (s.untaken, s.taken_at_ms) for p, s in self._streams.items()}

    @property
    def away(self) -> str | None:
        """Why the broker cannot be read right now, or None."""
        with self._condition:
            return self._away

    def close(self) -> None:
        """End the thread and its reader."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        self._thread.join(timeout=10)

    def _share(self) -> int:
        """Bytes that one partition may have waiting."""
        return share_of(len(self._streams))

    def _run(self) -> None:
        reader: Reader | None = None
        try:
            while not self._stopping:
                if not self._wait_for_streams():
                    continue
                try:
                    reader = reader or self._open_reader()
                    live = self._apply_changes(reader)
                    if self._has_room(live):
                        self._balance(reader, live)
                        self._deliver(reader.poll(POLL_SECONDS, POLL_RECORDS), reader.positions())
                except BrokerAwayError as error:
                    self._broker_away(error)
                except OffsetOutOfRangeError as error:
                    self._mark_out_of_range(error.partition)
        except Exception as error:
            # Handed to the taker, which is the one that can fail the bundle and so the part.
            log.exception("fetching_failed")
            with self._condition:
                self._failure = error
            self._on_data()
        finally:
            if reader is not None:
                reader.close()

    def _wait_for_streams(self) -> bool:
        with self._condition:
            self._condition.wait_for(lambda: self._stopping or bool(self._streams), timeout=1)
            return bool(self._streams) and not self._stopping

    def _apply_changes(self, reader: Reader) -> dict[TopicPartition, Stream]:
        """Have the reader read what is asked for; return those streams."""
        with self._condition:
            live = {p: s for p, s in self._streams.items() if not s.out_of_range}
            if self._changed:
                self._changed = False
                for stream in live.values():
                    stream.paused = False
                assignment = {p: s.fetched for p, s in live.items()}
            else:
                assignment = None
        if assignment is not None:
            reader.assign(assignment)
        return live

    def _has_room(self, live: dict[TopicPartition, Stream]) -> bool:
        """Say whether to poll; when every stream is full, wait for one that is half empty, or a while."""
        with self._condition:
            share = self._share()
            for stream in live.values():
                stream.weigh(share)
            room = any(not stream.waiting for stream in live.values())
            if not room and not self._changed and not self._stopping:
                self._condition.wait(POLL_SECONDS)
            return room

    def _balance(self, reader: Reader, live: dict[TopicPartition, Stream]) -> None:
        """Pause what is full while others are not.

        Only then: a client drops what it has fetched ahead of a partition that it pauses (librdkafka up to
        32 MB), and asks for it again. Where all are full, not to poll is enough: its own queue is bounded.
        """
        pause = [p for p, s in live.items() if s.waiting and not s.paused]
        resume = [p for p, s in live.items() if s.paused and not s.waiting]
        if pause:
            reader.pause(pause)
        if resume:
            reader.resume(resume)
        for stream in live.values():
            stream.paused = stream.waiting

    def _deliver(self, records: list[Record], positions: dict[TopicPartition, int]) -> None:
        with self._condition:
            self._away = None
            delivered = False
            for record in records:
                stream = self._streams.get(TopicPartition(record.topic, record.partition))
                # Fetched before a seek took effect: not what the stream asks for.
                if stream is None or record.offset < stream.fetched or self._changed:
                    continue
                stream.put(record)
                delivered = True
            for partition, position in positions.items():
                if not self._changed and (stream := self._streams.get(partition)) is not None:
                    stream.fetched = max(stream.fetched, position)
        if delivered:
            self._on_data()

    def _broker_away(self, error: BrokerAwayError) -> None:
        with self._condition:
            if self._away is None:
                log.warning("broker_away", error=str(error))
            self._away = str(error) or "the broker does not answer"
            self._changed = True  # an assignment may have been cut short
            self._condition.wait_for(lambda: self._stopping, timeout=RETRY_SECONDS)

    def _mark_out_of_range(self, partition: TopicPartition) -> None:
        with self._condition:
            if partition in self._streams:
                self._streams[partition].out_of_range = True
                self._changed = True
        self._on_data()
