"""How far behind the log the reads of this process are."""

from collections.abc import Callable
from datetime import datetime

from connectors.kafka.protocols import BrokerAwayError, Reader, TopicPartition
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.source.pool import FetcherPool


class Lag:
    """Sets the gauges of the lag, by a reader of its own. Used by one thread."""

    def __init__(self, access: KafkaAccess, now: Callable[[], datetime]) -> None:
        self._access = access
        self._now = now
        self._reader: Reader | None = None

    def measure(self) -> str | None:
        """Ask the broker once; return why it does not answer, None when it does."""
        self._reader = self._reader or self._access.reader()
        positions = FetcherPool.positions()
        if (away := FetcherPool.away()) is not None:
            return away
        try:
            bounds = self._reader.bounds(positions)
        except BrokerAwayError as error:
            return str(error)
        self._set({place: end for place, (_, end) in bounds.items()}, positions)
        return None

    def close(self) -> None:
        """Close the reader."""
        if self._reader is not None:
            self._reader.close()

    def _set(self, ends: dict[TopicPartition, int], positions: dict[TopicPartition, tuple[int, int]]) -> None:
        for place, (offset, timestamp_ms) in positions.items():
            behind = max(0, ends[place] - offset)
            age = self._now().timestamp() - timestamp_ms / 1000 if behind and timestamp_ms else 0.0
            metrics.LAG_RECORDS.labels(partition=str(place.partition)).set(behind)
            metrics.LAG_SECONDS.labels(partition=str(place.partition)).set(max(0.0, age))
