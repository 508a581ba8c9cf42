"""How DoFns reach Kafka: a small picklable description, opened once a process."""

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.protocols import Admin, Reader, Writer
from wirewatch.settings import Settings


@dataclass(frozen=True)
class KafkaAccess:
    """Everything a DoFn needs to open Kafka clients; travels inside the pickled graph, holds no secrets."""

    settings: Settings
    config_dir: Path
    data_dir: Path

    _writers: ClassVar[dict[tuple[str, threading.Thread], Writer]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    @cached_property
    def key(self) -> str:
        """What tells these settings from others, for what a process has once for each."""
        return self.settings.model_dump_json()

    def reader(self) -> Reader:
        """Open a bulk reader."""
        return open_reader(self, client=self.settings.kafka.pipeline_client, group="pipeline")

    def admin(self) -> Admin:
        """Open an admin client."""
        return open_admin(self)

    def shared_writer(self) -> Writer:
        """Return this thread's one bulk writer for these settings, opened at the first call.

        Sinks of one stage share it: one connection, and one flush that finds nothing left when a sink before
        it in the same bundle has flushed already. Threads do not: an engine may run several bundles at once,
        and a flush tells of what failed only once, to whichever of them asks first.
        """
        mine = self.key, threading.current_thread()
        with self._lock:
            for ended in [each for each in self._writers if not each[1].is_alive()]:
                self._writers.pop(ended).close()
            if mine not in self._writers:
                self._writers[mine] = open_writer(
                    self, client=self.settings.kafka.pipeline_client, group="pipeline"
                )
            return self._writers[mine]

    @classmethod
    def close_writers(cls) -> None:
        """Close every shared writer of this process."""
        with cls._lock:
            while cls._writers:
                cls._writers.popitem()[1].close()
