"""How far behind the log the reads of this process are, measured every few seconds."""

import threading
from collections.abc import Callable
from typing import Final

import structlog

from connectors.kafka.protocols import BrokerAwayError, Reader, TopicPartition
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.source import FetcherPool
from wirewatch.part import utc_now

log = structlog.get_logger(__name__)

SECONDS: Final = 5.0
"""Between measurements: each asks the broker once."""


def watch_lag(
    stop: threading.Event,
    access: KafkaAccess,
    look: Callable[[], None],
    said: Callable[[str | None], None] = lambda _: None,
    every: float = SECONDS,
) -> None:
    """Set the gauges of the lag until `stop` is set.

    `said` is told why the broker does not answer, None when it does; `look` looks at what else is to be
    looked at every few seconds.
    """
    reader: Reader | None = None
    try:
        while not stop.wait(every):
            try:
                look()
                reader = reader or access.reader()
                said(_measure(reader))
            except Exception:  # whatever it is: unseen lag is worse than a line in the log every few seconds
                log.exception("lag_unknown")
    finally:
        if reader is not None:
            reader.close()


def _measure(reader: Reader) -> str | None:
    """Measure the lag; return why the broker does not answer, None when it does."""
    positions = FetcherPool.positions()
    if (away := FetcherPool.away()) is not None:
        return away
    try:
        bounds = reader.bounds(positions)
    except BrokerAwayError as error:
        return str(error)
    _set({place: end for place, (_, end) in bounds.items()}, positions)
    return None


def _set(ends: dict[TopicPartition, int], positions: dict[TopicPartition, tuple[int, int]]) -> None:
    for place, (offset, timestamp_ms) in positions.items():
        behind = max(0, ends[place] - offset)
        age = utc_now().timestamp() - timestamp_ms / 1000 if behind and timestamp_ms else 0.0
        metrics.LAG_RECORDS.labels(partition=str(place.partition)).set(behind)
        metrics.LAG_SECONDS.labels(partition=str(place.partition)).set(max(0.0, age))
