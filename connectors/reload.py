"""Config that is read again when its files change, in every part in the same way.

A new config is taken whole or not at all. While the files are broken the last good one stays in force, and
the log, /readyz (so `status`) and the metrics say so.
"""

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Generic, TypeVar

import structlog
from prometheus_client import Gauge, Info

from connectors.watched import Stamp, stamps
from wirewatch.errors import WirewatchError
from wirewatch.part import PartContext

LOOK_SECONDS: Final = 1.0
"""Between looks at the files. A change is read at the second look that finds them alike, so that none is read
half written: 2 s at most, and then what making it takes."""

SUCCESSFUL = Gauge(
    "wirewatch_config_last_reload_successful",
    "1 when these files as they are now are in force, 0 while the last good ones stay.",
    ["config"],
    multiprocess_mode="livemin",
)
SUCCESS_TIME = Gauge(
    "wirewatch_config_last_reload_success_timestamp_seconds",
    "When these files were last taken.",
    ["config"],
    multiprocess_mode="livemin",
)
INFO = Info("wirewatch_config", "The version in force.", ["config"])

log = structlog.get_logger("config")

T = TypeVar("T")


class Reloader(Generic[T]):
    """What `make` makes of some files, kept up to date.

    `look` when it suits, from one thread; or let `watch` do it. `current` may be read from any thread, and is
    swapped as a whole.
    """

    def __init__(
        self,
        context: PartContext,
        name: str,
        *,
        files: Callable[[], Iterable[Path]],
        make: Callable[[], T],
        version: Callable[[T], str],
    ) -> None:
        """Read the files for the first time; raises what `make` raises.

        `name` is what people call this config (`watches`, `routes`). `files` returns all that `make` reads,
        `version` a hash of what decides: an edit that leaves it the same changes nothing.
        """
        self._context = context
        self._name = name
        self._files = files
        self._make = make
        self._version = version
        self._seen = self._taken = stamps(files())
        self._asked = context.reloads.count()
        self.current: T = make()
        self.version: str = version(self.current)
        self._good()

    def look(self) -> bool:
        """Look at the files; return whether another config is in force for it. Raises nothing.

        They are read when they have changed and then stood still since the look before, and at once when
        somebody has asked for it.
        """
        now, asked = stamps(self._files()), self._context.reloads.count()
        stood_still = now == self._seen
        self._seen = now
        if asked == self._asked and (now == self._taken or not stood_still):
            return False
        self._asked = asked
        return self._read(now)

    def watch(self, then: Callable[[T], object] = lambda _: None) -> threading.Thread:
        """Look every second until the part stops, from a thread that is returned running.

        `then` is called there with each new config, after it has become the current one.
        """
        thread = threading.Thread(target=self._watch, args=(then,), name=f"reload-{self._name}", daemon=True)
        thread.start()
        return thread

    def _watch(self, then: Callable[[T], object]) -> None:
        while not self._context.stop.wait(LOOK_SECONDS):
            if self.look():
                then(self.current)

    def _read(self, before: dict[Path, Stamp]) -> bool:
        error: str | None = None
        try:
            made = self._make()
            version = self._version(made)
        except WirewatchError as wrong:
            error = str(wrong)
        except Exception as wrong:  # whatever a file can provoke, the part goes on as before
            log.exception("config_unexpected_failure", config=self._name)
            error = f"{type(wrong).__name__}: {wrong}"
        if stamps(self._files()) != before:
            return False  # edited meanwhile: read again when it stands still
        self._taken = before
        if error is not None:
            self._broken(error)
            return False
        changed = version != self.version
        self.current, self.version = made, version
        self._good()
        log.info("config_reloaded" if changed else "config_unchanged", config=self._name, version=version)
        return changed

    def _good(self) -> None:
        SUCCESSFUL.labels(config=self._name).set(1)
        SUCCESS_TIME.labels(config=self._name).set(time.time())
        INFO.labels(config=self._name).info({"version": self.version})
        self._context.health.config(self._name, self.version, error=None)

    def _broken(self, error: str) -> None:
        SUCCESSFUL.labels(config=self._name).set(0)
        self._context.health.config(self._name, self.version, error=error)
        log.error("config_broken", config=self._name, error=error, kept=self.version)
