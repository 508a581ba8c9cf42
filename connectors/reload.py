"""Config that is read again when its files change, in every part in the same way.

A new config is taken whole or not at all. While the files are broken the last good one stays in force, over a
restart too (see kept), and the log, /readyz (so `status`) and the metrics say so.
"""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Generic, TypeVar

import structlog
from prometheus_client import Gauge, Info

from connectors.kept import Kept
from connectors.watched import Stamp, stamps
from wirewatch.errors import WirewatchError
from wirewatch.part import PartContext

LOOK_SECONDS: Final = 1.0
"""Between looks at the files. A change is read at the second look that finds them alike, so that none is read
half written: 2 s at most, and then what making and keeping it takes."""
RETRY_LOOKS: Final = 10
"""Looks after which broken files are read again though nobody edited them: what they name, a secret, may have
been made meanwhile."""

SUCCESSFUL = Gauge(
    "wirewatch_config_last_reload_successful",
    "1 if these files are in force as saved, 0 while the last good version is used, even after a restart.",
    ["config"],
    multiprocess_mode="livemin",
)
SUCCESS_TIME = Gauge(
    "wirewatch_config_last_reload_success_timestamp_seconds",
    "When these files last took effect.",
    ["config"],
    multiprocess_mode="livemin",
)
INFO = Info("wirewatch_config", "The version in force.", ["config"])

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Reloader(Generic[T]):
    """What `make` makes of some files, kept up to date.

    `look` when it suits, from one thread, and say `in_force` of what that found; or let `watch` do both.
    `current` may be read from any thread, and is swapped as a whole.
    """

    def __init__(
        self,
        context: PartContext,
        name: str,
        *,
        files: Callable[[], Iterable[Path]],
        make: Callable[[Path], T],
        version: Callable[[T], str],
    ) -> None:
        """Read the files for the first time; raises what `make` raises where no good ones were ever kept.

        `name` is what people call this config (`watches`, `routes`). `make` is given the folder to read them
        from, `files` returns all that it reads of the config folder. `version` is a hash of what decides: an
        edit that leaves it the same changes nothing.
        """
        self._context = context
        self._name = name
        self._files = files
        self._make = make
        self._version = version
        self._seen = self._taken = stamps(files())
        self._asked = context.reloads.count()
        self._error: str | None = None
        self._began_by = ""
        self._looks = 0
        self._kept = Kept(name, config_dir=context.config_dir, data_dir=context.data_dir)
        self.current: T
        self.version: str
        try:
            self.current, self.version = self._read_files()
        except Exception as wrong:  # as in _read: whatever a file can provoke
            if not self._begin_by_kept(wrong):
                raise
        else:
            self._keep(self._taken, self.version)
            self._good()

    def look(self) -> bool:
        """Look at the files; return whether `current` is another config for it. Raises nothing.

        It is in force once the caller goes by it and has called `in_force`; only then look again. The files
        are read when they have changed and then stood still since the look before, at once when somebody has
        asked for it, and now and then while they are broken.
        """
        try:
            return self._look()
        except OSError as error:  # they cannot even be listed: no handle is left, a network folder is away
            self._broken(error)
            return False

    def in_force(self) -> None:
        """Say that `current` is in force, which the last look found.

        Not before it is: who waits for a version sends what only that one knows.
        """
        self._good()
        log.info("config_reloaded", config=self._name, version=self.version)

    def watch(self, then: Callable[[T], object] = lambda _: None) -> threading.Thread:
        """Look every second until the part stops, from a thread that is returned running.

        `then` is called there with each new config, which is in force when it returns.
        """
        thread = threading.Thread(target=self._watch, args=(then,), name=f"reload-{self._name}", daemon=True)
        thread.start()
        return thread

    def _watch(self, then: Callable[[T], object]) -> None:
        while not self._context.stop.wait(LOOK_SECONDS):
            if self.look():
                then(self.current)
                if not self._context.stop.is_set():  # a stop may have cut `then` short
                    self.in_force()

    def _look(self) -> bool:
        now, asked = stamps(self._files()), self._context.reloads.count()
        stood_still = now == self._seen
        self._seen = now
        self._looks += 1
        again = asked != self._asked or (self._error is not None and self._looks >= RETRY_LOOKS)
        if not again and (now == self._taken or not stood_still):
            return False
        self._asked, self._looks = asked, 0
        return self._read(now)

    def _read_files(self) -> tuple[T, str]:
        made = self._make(self._context.config_dir)
        return made, self._version(made)

    def _begin_by_kept(self, wrong: Exception) -> bool:
        """Start by what was kept, for the files are `wrong`; return False when that cannot be."""
        copy = self._kept.last()
        if copy is None:
            return False
        try:
            self.current = copy.read(self._make, self._version)
        except WirewatchError as error:
            log.warning("config_kept_unusable", config=self._name, error=str(error))
            return False
        self.version = copy.version
        self._in_force_since(copy.since.timestamp())
        self._began_by = f" (started by {copy})"
        self._broken(wrong)
        return True

    def _read(self, before: dict[Path, Stamp]) -> bool:
        wrong: Exception | None = None
        try:
            made, version = self._read_files()
        except Exception as error:  # noqa: BLE001  # whatever a file can provoke, the part goes on as before
            wrong = error
        if not self._unchanged(before) or (wrong is None and not self._keep(before, version)):
            return False  # edited meanwhile: read again when it stands still
        self._taken = before
        if wrong is not None:
            self._broken(wrong)
            return False
        changed = version != self.version
        self.current, self.version = made, version
        if not changed:
            self._good()
            log.info("config_unchanged", config=self._name, version=version)
        return changed

    def _unchanged(self, before: dict[Path, Stamp]) -> bool:
        return stamps(self._files()) == before

    def _keep(self, files: dict[Path, Stamp], version: str) -> bool:
        """Keep what `version` was read from; return False when that was edited meanwhile.

        Before anybody goes by it: a version that was in force is what a start by broken files begins with.
        """
        try:
            return self._kept.keep(files, version, unchanged=lambda: self._unchanged(files))
        except OSError as error:  # the part runs all the same; a broken file at its next start would end it
            log.warning("config_not_kept", config=self._name, error=str(error))
            return True

    def _good(self) -> None:
        self._error, self._began_by = None, ""
        SUCCESSFUL.labels(config=self._name).set(1)
        self._in_force_since(self._context.now().timestamp())
        self._context.health.config(self._name, self.version, error=None)

    def _in_force_since(self, since: float) -> None:
        SUCCESS_TIME.labels(config=self._name).set(since)
        INFO.labels(config=self._name).info({"version": self.version})

    def _broken(self, wrong: Exception) -> None:
        error = _in_words(wrong) + self._began_by
        SUCCESSFUL.labels(config=self._name).set(0)
        self._context.health.config(self._name, self.version, error=error)
        if error != self._error:
            if not isinstance(wrong, WirewatchError):
                log.error("config_unexpected_failure", config=self._name, exc_info=wrong)
            log.error("config_broken", config=self._name, error=error, kept=self.version)
        self._error = error


def _in_words(wrong: Exception) -> str:
    return str(wrong) if isinstance(wrong, WirewatchError) else f"{type(wrong).__name__}: {wrong}"
