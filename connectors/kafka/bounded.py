"""Reading what a topic holds at one moment, and no further."""

from collections.abc import Iterable, Iterator, Mapping

from connectors.kafka.protocols import BrokerAwayError, OffsetOutOfRangeError, Reader, Record, TopicPartition
from wirewatch.article import Article
from wirewatch.errors import RefusedArticleError, WirewatchError
from wirewatch.records import UndecodableError, read_article

Bounds = Mapping[TopicPartition, tuple[int, int]]
"""Of each partition the first offset, and the one after the last."""
_STALLED_POLLS = 30
_POLL_SECONDS = 1.0
_POLL_RECORDS = 200


def read_to_end(reader: Reader, partitions: Iterable[TopicPartition]) -> Iterator[Record]:
    """Yield every record the log holds now, from its first, up to the end offsets of this moment.

    Raises BrokerAwayError when it stops answering before the end.
    """
    yield from read_within(reader, reader.bounds(partitions))


def read_within(reader: Reader, bounds: Bounds) -> Iterator[Record]:
    """Yield every record within `bounds`, in offset order within a partition.

    Raises BrokerAwayError when it stops answering before the end, OffsetOutOfRangeError when the log holds
    the first of them no more.
    """
    held = {at: b for at, b in bounds.items() if b[0] < b[1]}
    if not held:
        return
    reader.assign({at: first for at, (first, _) in held.items()})
    waiting = {at: end for at, (_, end) in held.items()}
    stalled = 0
    while waiting:
        records = reader.poll(_POLL_SECONDS, _POLL_RECORDS)
        stalled = 0 if records else stalled + 1
        if stalled >= _STALLED_POLLS:
            raise BrokerAwayError(f"no answer for {_STALLED_POLLS * _POLL_SECONDS:.0f} s while reading")
        for record in records:
            end = waiting.get(TopicPartition(record.topic, record.partition))
            if end is not None and record.offset < end:
                yield record
        # Not by the last record's offset: what is at the end of a log need not be a record.
        for at, position in reader.positions().items():
            if position >= waiting.get(at, position + 1):
                del waiting[at]


class RetainedArticles:
    """The articles a topic held when this was made; each iteration reads them anew, in the order they came.

    `unreadable` counts the records of the latest iteration that the pipeline would set aside at once.
    Iterating raises BrokerAwayError, NewerRecordError, and WirewatchError when the log lost its beginning
    between two times.
    """

    def __init__(self, reader: Reader, partitions: Iterable[TopicPartition]) -> None:
        self._reader = reader
        self._bounds = reader.bounds(partitions)
        self.unreadable = 0

    def __iter__(self) -> Iterator[Article]:
        """Yield them, one poll in memory at a time."""
        self.unreadable = 0
        try:
            for record in read_within(self._reader, self._bounds):
                try:
                    article = read_article(record.value)
                except (UndecodableError, RefusedArticleError):
                    self.unreadable += 1
                else:
                    yield article
        except OffsetOutOfRangeError as error:
            raise WirewatchError(
                f"{error} any more: Kafka gave up old articles meanwhile; try again"
            ) from error
