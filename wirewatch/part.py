"""The contract between a part (replay, pipeline, notify, …) and whatever runs it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from wirewatch.settings import Settings


class Health:
    """What /healthz and /readyz answer. Threads may write and read it at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready = False
        self._why = "starting"

    def ready(self) -> None:
        """Say that the part does its work."""
        with self._lock:
            self._ready, self._why = True, "ready"

    def waiting(self, why: str) -> None:
        """Say that the part lives but waits, and for what (`broker at … is away`)."""
        with self._lock:
            self._ready, self._why = False, why

    def state(self) -> tuple[bool, str]:
        """Return (ready, why)."""
        with self._lock:
            return self._ready, self._why


def utc_now() -> datetime:
    """Return the wall clock, aware, in UTC. The only place that reads it; everything else is handed it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class PartContext:
    """What a part is given: settings, directories, health, a stop signal, a clock."""

    settings: Settings
    config_dir: Path
    data_dir: Path
    health: Health = field(default_factory=Health)
    stop: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], datetime] = utc_now


class Part(Protocol):
    """A part's entry: runs until `context.stop` is set, then drains and returns.

    Raises WirewatchError for what a person must mend. A broker that is away is a wait, not an error.
    """

    def __call__(self, context: PartContext) -> None:
        """Run the part."""
