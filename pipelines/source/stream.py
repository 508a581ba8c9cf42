"""The queue of one partition: what was fetched of it and not yet taken, and how much more it may hold."""

from collections import deque
from dataclasses import dataclass, field

from connectors.kafka.protocols import Record

TOTAL_QUEUED_BYTES = 64 << 20  # shared by the partitions, however many
MAX_QUEUED_BYTES = 16 << 20  # a partition; 16 MiB is about 4,000 articles of 4 KB
MIN_QUEUED_BYTES = 256 << 10
MAX_QUEUED_RECORDS = 4000


@dataclass
class Stream:
    """One partition's queue.

    `position` is where its taker's checkpoint stands; the first record may lie above it, when the log lost
    its head. `fetched` is where fetching goes on.
    """

    position: int
    fetched: int
    records: deque[Record] = field(default_factory=deque)
    queued_bytes: int = 0
    taken_at_ms: int = 0
    """Kafka timestamp of the last record taken."""
    waiting: bool = False
    """Full, and not yet half empty since."""
    paused: bool = False
    out_of_range: bool = False

    @property
    def untaken(self) -> int:
        """The first offset that may be of a record not yet taken."""
        return self.records[0].offset if self.records else self.fetched

    @property
    def ended(self) -> bool:
        """Whether it fell out of the log, and nothing of it is left to take."""
        return self.out_of_range and not self.records

    def put(self, record: Record) -> None:
        """Queue what was fetched."""
        self.records.append(record)
        self.queued_bytes += _size(record)
        self.fetched = record.offset + 1

    def take(self, max_records: int, max_bytes: int) -> list[Record]:
        """Return what is queued, in order, within both limits (but at least one record)."""
        taken: list[Record] = []
        size = 0
        while self.records and len(taken) < max_records:
            record_bytes = _size(self.records[0])
            if taken and size + record_bytes > max_bytes:
                break
            size += record_bytes
            taken.append(self.records.popleft())
        if taken:
            self.position = taken[-1].offset + 1
            self.taken_at_ms = taken[-1].timestamp_ms
            self.queued_bytes -= size
        return taken

    def weigh(self, share: int) -> None:
        """Say whether it is to wait, with so many bytes to hold."""
        self.waiting = not self.half_empty(share) if self.waiting else self._full(share)

    def half_empty(self, share: int) -> bool:
        """Return whether at most half of its bounds is used."""
        return self.queued_bytes <= share // 2 and len(self.records) <= MAX_QUEUED_RECORDS // 2

    def _full(self, share: int) -> bool:
        return self.queued_bytes >= share or len(self.records) >= MAX_QUEUED_RECORDS


def share_of(streams: int) -> int:
    """Return the bytes that each of so many streams may hold."""
    return max(MIN_QUEUED_BYTES, min(MAX_QUEUED_BYTES, TOTAL_QUEUED_BYTES // max(1, streams)))


def _size(record: Record) -> int:
    return len(record.value or b"") + len(record.key or b"") + 64
