"""Keeps the parts running; one `tick` at a time, with the clock passed in."""

import time
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from wirewatch.service.supervisor.child import Child
from wirewatch.service.supervisor.logfile import LogFile
from wirewatch.service.supervisor.policy import HEALTHY_SECONDS, HUNG_SECONDS, Deaths, hung

# Seconds each part may take to stop, in the order of stopping: sources first, the broker last.
# Together 9.5 s: the whole stop stays under 10. Parts on one row stop side by side.
STOP_ORDER: tuple[tuple[frozenset[str], float], ...] = (
    (frozenset({"replay", "feeds"}), 1.0),
    (frozenset({"pipeline"}), 5.0),
    (frozenset({"notify"}), 1.0),
    (frozenset({"receiver"}), 0.5),
    (frozenset({"broker"}), 2.0),
)
_POLL_SECONDS = 0.02
CANNOT_START = 126
"""Exit code shown for a process that could not be made (a shell's, for what it cannot run)."""


class PartState(StrEnum):
    """How a part's process is; whether it is ready is for its own /readyz to say."""

    RUNNING = "running"
    RESTARTING = "restarting"
    FAILED = "failed"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True)
class PartSpec:
    """A part to run. One that `may_finish` and ends with exit code 0 is done, not dead."""

    name: str
    command: tuple[str, ...]
    may_finish: bool = False


@dataclass(frozen=True)
class PartView:
    """How a part is at a moment. `wait` is the seconds until its next start, when it is not running.

    `last_lines` is what it said before it last died; of one that never did, what it said last.
    """

    name: str
    state: PartState
    pid: int | None
    restarts: int
    exit_code: int | None
    wait: float | None
    last_lines: tuple[str, ...]


class _Supervised:
    def __init__(self, spec: PartSpec, log: LogFile) -> None:
        self.spec = spec
        self.log = log
        self.child: Child | None = None
        self.deaths = Deaths()
        self.starts = 0
        self.started = 0.0
        self.next_start = 0.0
        self.over: PartState | None = None
        self.last_words: tuple[str, ...] = ()

    def start(self, now: float) -> None:
        self.started = now
        self.starts += 1
        try:
            self.child = Child(self.spec.command, self.log)
        except OSError as error:  # no memory or no process to be had: the other parts go on
            self.log.note(f"cannot be started: {error.strerror}")
            self._died(CANNOT_START, now)

    def tick(self, now: float, silent: float) -> None:
        if self.over:
            return
        if self.child is None:
            if now >= self.next_start:
                self.start(now)
            return
        code = self.child.exit_code()
        if code is None:
            if hung(now - self.started, silent):
                self.log.note(f"did not answer for {HUNG_SECONDS:.0f} s: killed")
                self.child.kill()
            return
        self.child = None
        if code == 0 and self.spec.may_finish:
            self.over = PartState.FINISHED
            return
        self._died(code, now)

    def _died(self, code: int, now: float) -> None:
        self.last_words = tuple(self.log.tail())
        self.deaths = self.deaths.after(code, now - self.started)
        self.next_start = now + self.deaths.delay

    def view(self, now: float) -> PartView:
        return PartView(
            name=self.spec.name,
            state=self._state(now),
            pid=self.child.pid if self.child else None,
            restarts=max(0, self.starts - 1),
            exit_code=self.deaths.exit_code,
            wait=None if self.child or self.over else max(0.0, self.next_start - now),
            last_lines=self.last_words or tuple(self.log.tail()),
        )

    def _state(self, now: float) -> PartState:
        if self.over:
            return self.over
        if self.deaths.failed and not (self.child and now - self.started >= HEALTHY_SECONDS):
            return PartState.FAILED
        return PartState.RUNNING if self.child else PartState.RESTARTING


class Supervisor:
    """Starts `specs` in order and restarts what dies; everything from one thread, which must outlive them."""

    def __init__(
        self, specs: Sequence[PartSpec], log_dir: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._parts = [_Supervised(spec, LogFile(log_dir / f"{spec.name}.log")) for spec in specs]

    def tick(self, silent_for: Callable[[str], float] = lambda _: 0.0) -> None:
        """Start what is due, notice what died, kill what hangs.

        `silent_for` tells for how many seconds the part of that name has answered nobody.
        """
        now = self._clock()
        for part in self._parts:
            part.tick(now, silent_for(part.spec.name))

    def views(self) -> list[PartView]:
        """Return how each part is, in the order of starting."""
        now = self._clock()
        return [part.view(now) for part in self._parts]

    def reload(self, names: AbstractSet[str], answers: Callable[[str], bool]) -> set[str]:
        """Ask those parts of `names` that answer to read their config again; return who was asked.

        One that is only starting would die of the signal: it can be asked once it answers.
        """
        asked = set()
        for part in self._parts:
            if part.child and part.spec.name in names and answers(part.spec.name):
                part.child.ask_to_reload()
                asked.add(part.spec.name)
        return asked

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Stop every part in order, each with SIGTERM and, when its seconds are over, SIGKILL.

        As soon as `hurry` returns True what is left is killed.
        """
        for names, seconds in _steps(part.spec.name for part in self._parts):
            group = [part for part in self._parts if part.spec.name in names]
            _stop_together([part.child for part in group if part.child], seconds, hurry)
            for part in group:
                part.child, part.over = None, part.over or PartState.STOPPED
                part.log.close()


def _steps(names: Iterable[str]) -> list[tuple[frozenset[str], float]]:
    """Return the rows of STOP_ORDER; parts it does not name stop first."""
    others = frozenset(names) - frozenset().union(*(row for row, _ in STOP_ORDER))
    return [(others, 1.0), *STOP_ORDER] if others else list(STOP_ORDER)


def _stop_together(children: Sequence[Child], seconds: float, hurry: Callable[[], bool]) -> None:
    for child in children:
        child.ask_to_stop()
    if not _ended(children, seconds, hurry):
        for child in children:
            child.kill()
        _ended(children, 1.0, lambda: False)  # SIGKILL is not refused, it only needs a moment


def _ended(children: Sequence[Child], seconds: float, hurry: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while any(child.exit_code() is None for child in children):
        if hurry() or time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
