"""The fetchers of this process, which all reads in it share."""

import threading
from collections.abc import Callable
from typing import ClassVar

from connectors.kafka.protocols import TopicPartition
from pipelines.access import KafkaAccess
from pipelines.source.fetch import Fetcher


class FetcherPool:
    """The process's one Fetcher, shared by every read in it. `on_data` lets an engine be woken."""

    on_data: ClassVar[Callable[[], None]] = staticmethod(lambda: None)
    _fetchers: ClassVar[dict[str, Fetcher]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def get(cls, access: KafkaAccess) -> Fetcher:
        """Return the fetcher for `access`, started at the first call."""
        with cls._lock:
            if access.key not in cls._fetchers:
                cls._fetchers[access.key] = Fetcher(access.reader, lambda: cls.on_data())  # noqa: PLW0108  # set later
            return cls._fetchers[access.key]

    @classmethod
    def discard(cls, fetcher: Fetcher) -> None:
        """Close a fetcher that failed, so that the next read starts a new one."""
        with cls._lock:
            for key in [k for k, f in cls._fetchers.items() if f is fetcher]:
                del cls._fetchers[key]
        fetcher.close()

    @classmethod
    def away(cls) -> str | None:
        """Why the broker cannot be read right now, or None."""
        with cls._lock:
            return next((f.away for f in cls._fetchers.values() if f.away), None)

    @classmethod
    def positions(cls) -> dict[TopicPartition, tuple[int, int]]:
        """Return every read partition with its position and the Kafka timestamp of the last record taken."""
        with cls._lock:
            return {p: at for f in cls._fetchers.values() for p, at in f.positions().items()}

    @classmethod
    def close(cls) -> None:
        """End every fetcher of this process."""
        with cls._lock:
            while cls._fetchers:
                cls._fetchers.popitem()[1].close()
