"""The contract between a part (replay, pipeline, notify, …) and whatever runs it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from wirewatch.settings import Settings


class ConfigState(NamedTuple):
    """A config that a part reads again when it changes."""

    version: str
    """Of what is in force."""
    error: str | None
    """Why the files as they are now are not, with file and line; None when they are."""


class Health:
    """What /healthz and /readyz answer. Threads may write and read it at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready = False
        self._why = "starting"
        self._configs: dict[str, ConfigState] = {}

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

    def config(self, name: str, version: str, *, error: str | None) -> None:
        """Say which version of a config is in force, and what is wrong with the files if it is not theirs."""
        with self._lock:
            self._configs[name] = ConfigState(version, error)

    def configs(self) -> dict[str, ConfigState]:
        """Return the configs of the part, by name."""
        with self._lock:
            return dict(self._configs)


class ReloadRequests:
    """How often a person has asked this part to read its config again (SIGHUP)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def ask(self) -> None:
        """Ask for it; whoever keeps a config does it soon."""
        with self._lock:
            self._count += 1

    def count(self) -> int:
        """Return how often it was asked: a number that grew is news."""
        with self._lock:
            return self._count


def utc_now() -> datetime:
    """Return the wall clock, aware, in UTC. The only place that reads it; what decides by it is handed it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class PartContext:
    """What a part is given: settings, directories, health, a stop signal, requests to reload, a clock."""

    settings: Settings
    config_dir: Path
    data_dir: Path
    health: Health = field(default_factory=Health)
    stop: threading.Event = field(default_factory=threading.Event)
    reloads: ReloadRequests = field(default_factory=ReloadRequests)
    now: Callable[[], datetime] = utc_now


class Part(Protocol):
    """A part's entry: runs until `context.stop` is set, then drains and returns.

    Raises WirewatchError for what a person must mend. A broker that is away is a wait, not an error.
    """

    def __call__(self, context: PartContext) -> None:
        """Run the part."""
