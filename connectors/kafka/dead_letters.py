"""Dead letters: what a record that was given up carries, and how it is listed and sent again.

The topic is append-only, so "this one was replayed" is a record of its own (a marker): no key, no bytes,
header `replayed` naming the letters as `partition:offset,…`. Any machine that sees the topic sees the same.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from connectors.kafka.bounded import read_to_end, read_within
from connectors.kafka.limits import MAX_RECORD_BYTES
from connectors.kafka.protocols import Headers, Reader, Record, TopicPartition, Writer
from wirewatch.reasons import Reason

TOPIC = "topic"
PARTITION = "partition"
OFFSET = "offset"
STAGE = "stage"
REASON = "reason"
ERROR = "error"
REPLAYS = "replays"
REPLAYED = "replayed"
POINTER = "pointer"
NOTHING = b""
"""The value of a pointer or a marker: a client may refuse a record with neither key nor value."""
_REQUIRED = (TOPIC, PARTITION, OFFSET, STAGE, REASON)
_CARRIED = ("traceparent", "tracestate")

MAX_REPLAYS = 3
"""A letter that came back this often is parked: shown, never replayed again."""
MAX_LETTER_BYTES = MAX_RECORD_BYTES - 16_384  # less headers and batch overhead
MAX_ERROR_CHARS = 500
MAX_TRACE_BYTES = 512
MARKER_LETTERS = 500
"""Letters one marker names."""
_FLUSH_SECONDS = 30.0

LetterId = tuple[int, int]
"""(partition, offset) within the dead-letters topic."""


class Outgoing(NamedTuple):
    """A record ready to be sent."""

    key: bytes | None
    value: bytes | None
    headers: Headers


def dead_letter_headers(record: Record, *, stage: str, reason: Reason, error: str) -> Headers:
    """Return the headers of the dead letter of `record`, which `stage` gave up for `reason`.

    `error` is cut to one line of 500 characters; trace headers and the count of replays travel on.
    """
    line = " ".join(error.split())[:MAX_ERROR_CHARS]
    return [
        *trace_headers(record.headers),
        (TOPIC, record.topic.encode()),
        (PARTITION, str(record.partition).encode()),
        (OFFSET, str(record.offset).encode()),
        (STAGE, stage.encode()),
        (REASON, reason.value.encode()),
        (ERROR, line.encode("utf-8", "replace")),
        (REPLAYS, str(replays_of(record.headers)).encode()),
    ]


def dead_letter(record: Record, *, stage: str, reason: Reason, error: str) -> Outgoing:
    """Return the dead letter of `record`: its bytes, or not: over the limit, or not known.

    Without them it is a pointer: its headers say where the original stands.
    """
    headers = dead_letter_headers(record, stage=stage, reason=reason, error=error)
    known = record.key is not None or record.value is not None
    if known and len(record.key or b"") + len(record.value or b"") <= MAX_LETTER_BYTES:
        return Outgoing(record.key, record.value, headers)
    return Outgoing(None, NOTHING, pointer_only(headers))


def pointer_only(headers: Headers) -> Headers:
    """Return the headers of a dead letter that is sent without the original's key and value."""
    return [*(pair for pair in headers if pair[0] != POINTER), (POINTER, b"1")]


def replays_of(headers: Headers) -> int:
    """Return how often the record with these headers was replayed; 0 when they do not say."""
    return _number(dict(headers).get(REPLAYS)) or 0


def trace_headers(headers: Headers) -> list[tuple[str, bytes]]:
    """Return those of `headers` that name the trace, for a record made from the one that has them.

    One of each name, the last: whatever a record brings, the one made from it stays within its own limit.
    """
    carried = {n: value for n, value in headers if n in _CARRIED and len(value) <= MAX_TRACE_BYTES}
    return list(carried.items())


def _number(value: bytes | None) -> int | None:
    return int(value) if value is not None and len(value) <= 19 and value.isdigit() else None


@dataclass(frozen=True)
class DeadLetter:
    """A letter as read back: its own place, where the original stood, and why it was given up."""

    partition: int
    offset: int
    topic: str
    origin: LetterId
    stage: str
    reason: str
    error: str
    replays: int
    written: datetime
    key: bytes | None
    value: bytes | None
    trace: Headers
    pointer: bool = False
    replayed: bool = False

    @property
    def id(self) -> LetterId:
        """Its place in the dead-letters topic."""
        return self.partition, self.offset

    @property
    def parked(self) -> bool:
        """Whether it came back too often to be replayed."""
        return self.replays >= MAX_REPLAYS

    def again(self) -> Outgoing:
        """Return the original record as it goes back to its topic, counted."""
        return Outgoing(self.key, self.value, [*self.trace, (REPLAYS, str(self.replays + 1).encode())])


def parse_letter(record: Record, *, replayed: Collection[LetterId] = ()) -> DeadLetter | None:
    """Return the dead letter in `record`; None for a marker or a record nobody here wrote."""
    headers = dict(record.headers)
    if any(name not in headers for name in _REQUIRED):
        return None
    partition, offset = _number(headers[PARTITION]), _number(headers[OFFSET])
    if partition is None or offset is None:
        return None
    return DeadLetter(
        partition=record.partition,
        offset=record.offset,
        topic=_text(headers[TOPIC]),
        origin=(partition, offset),
        stage=_text(headers[STAGE]),
        reason=_text(headers[REASON]),
        error=_text(headers.get(ERROR, b"")),
        replays=replays_of(record.headers),
        written=datetime.fromtimestamp(record.timestamp_ms / 1000, UTC),
        key=record.key,
        value=record.value,
        trace=trace_headers(record.headers),
        pointer=POINTER in headers,
        replayed=(record.partition, record.offset) in replayed,
    )


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def replayed_letters(records: Iterable[Record]) -> set[LetterId]:
    """Return the letters that the markers among `records` name."""
    found: set[LetterId] = set()
    for record in records:
        for pair in _text(dict(record.headers).get(REPLAYED, b"")).split(","):
            partition, _, offset = pair.partition(":")
            if partition.isdigit() and offset.isdigit():
                found.add((int(partition), int(offset)))
    return found


def letters(reader: Reader, partitions: Sequence[TopicPartition]) -> Iterator[DeadLetter]:
    """Yield the dead letters, oldest first within a partition, one record in memory at a time.

    The topic is read twice: a marker stands behind the letters it names.
    """
    replayed = replayed_letters(read_to_end(reader, partitions))
    for record in read_to_end(reader, partitions):
        letter = parse_letter(record, replayed=replayed)
        if letter is not None:
            yield letter


def why_not(letter: DeadLetter) -> str | None:
    """Return why `letter` is not to be replayed; None when it is."""
    if letter.replayed:
        return "replayed already"
    if letter.parked:
        return f"parked: came back {letter.replays} times"
    if letter.pointer and letter.reason == Reason.TOO_LARGE:
        place = f"{letter.topic} {letter.origin[0]}:{letter.origin[1]}"
        return f"too large to be kept: the original stands at {place}"
    return None


def with_original(reader: Reader, letter: DeadLetter) -> DeadLetter | None:
    """Return `letter`, if it is a pointer with what it points to; None when the log no longer holds that.

    Raises BrokerAwayError.
    """
    if not letter.pointer:
        return letter
    at = TopicPartition(letter.topic, letter.origin[0])
    first, end = reader.bounds([at])[at]
    if not first <= letter.origin[1] < end:
        return None
    record = next(read_within(reader, {at: (letter.origin[1], letter.origin[1] + 1)}), None)
    if record is None:
        return None
    return replace(letter, key=record.key, value=record.value, trace=trace_headers(record.headers))


def replay(
    chosen: Iterable[DeadLetter],
    writer: Writer,
    topic: str,
    told: Callable[[DeadLetter], None] = lambda _: None,
) -> int:
    """Send each of `chosen` back to the topic it came from, then mark it in `topic`; return how many.

    Killed between the two, letters are sent twice under the same ids, which changes nothing downstream.
    Raises DeliveryFailedError when the broker refuses; what was marked stays marked.
    """
    sent: list[DeadLetter] = []
    total = 0
    for letter in chosen:
        again = letter.again()
        writer.send(letter.topic, key=again.key, value=again.value, headers=again.headers)
        sent.append(letter)
        if len(sent) >= MARKER_LETTERS:
            total += _mark(sent, writer, topic, told)
            sent = []
    return total + _mark(sent, writer, topic, told)


def _mark(sent: Sequence[DeadLetter], writer: Writer, topic: str, told: Callable[[DeadLetter], None]) -> int:
    if not sent:
        return 0
    writer.flush(_FLUSH_SECONDS)
    names = ",".join(f"{letter.partition}:{letter.offset}" for letter in sent)
    writer.send(topic, key=None, value=NOTHING, headers=[(REPLAYED, names.encode())])
    writer.flush(_FLUSH_SECONDS)
    for letter in sent:
        told(letter)
    return len(sent)
