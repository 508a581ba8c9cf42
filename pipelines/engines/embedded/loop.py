"""The epoch loop: run bundles until nothing is ready, commit, send what was held; again."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from apache_beam.runners.common import ENCODED_IMPULSE_VALUE

from pipelines.engines.embedded.errors import fatal_cause
from pipelines.engines.embedded.graph import Graph, Stage
from pipelines.engines.embedded.hooks import EngineHooks
from pipelines.engines.embedded.progress import Held, Residual
from pipelines.engines.embedded.state import KeyedState
from pipelines.engines.embedded.store import Store
from pipelines.engines.embedded.wakeup import WAKEUP, Wakeup
from pipelines.engines.embedded.worker import BundleResult, Workers

log = structlog.get_logger(__name__)

STOP_CHECK_S = 0.2
"""The longest sleep: how late the stop signal may be noticed."""
TOGETHER_S = 0.002
"""Sources due this soon after one another share a bundle: many partitions cost little more than one."""
MAX_BACKOFF_S = 30.0

Work = dict[int, dict[str, list[bytes]]]
"""Encoded input by stage and input."""


@dataclass(frozen=True)
class LoopSettings:
    """How the loop waits, and whom it tells. Times in seconds; `clock` is monotonic."""

    stop: threading.Event = field(default_factory=threading.Event)
    commit_interval: float = 0.05
    drain_seconds: float = 5.0
    hooks: EngineHooks = field(default_factory=EngineHooks)
    wakeup: Wakeup = WAKEUP
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] | None = None  # between attempts; default: until stopped


class EpochLoop:
    """Runs a graph on a store until it has finished or is told to stop.

    An epoch's changes (state, positions of the sources, held inputs) reach the disk together or not at all.
    A bundle that fails abandons the epoch: all goes back to the last commit and is tried again, ever later.
    """

    def __init__(self, graph: Graph, store: Store, settings: LoopSettings) -> None:
        self._graph = graph
        self._store = store
        self._settings = settings
        self._state = KeyedState(store.rows_of)
        self._workers = Workers(graph, self._state)
        self._targets = graph.stable_targets()
        self._sources = {
            name: (stage, port) for stage in graph.stages for name, port in stage.sources.items()
        }
        self._failures = 0  # in a row
        self._reads = 0  # turns that had a source to read
        self._reads_committed = 0
        self._recovered_at = 0
        self._last_commit = -math.inf
        self._restore()

    def run(self) -> None:
        """Run until every source has ended or the stop event is set; then drain and commit.

        Raises the WirewatchError that a DoFn raised: no retry mends it, and nothing of its epoch is kept.
        """
        try:
            while not self._settings.stop.is_set() and not self._finished():
                self._attempt(self._turn)
            self._attempt(self._drain)
        finally:
            self._workers.close()

    def _finished(self) -> bool:
        return not self._changed() and self._progress.next_due() == math.inf and not self._impulses()

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - a DoFn may raise anything; all of it is retried
            if fatal := fatal_cause(error):
                raise fatal from None
            self._abandon(error)
        else:
            self._recover()

    def _recover(self) -> None:
        """Call a failure overcome once as many reads went through as the abandoned epoch had."""
        if self._failures and self._reads >= self._recovered_at:
            self._failures = 0
            self._settings.hooks.on_recovery()

    def _turn(self) -> None:
        rings = self._settings.wakeup.rings()
        # Held input goes first: when its sink fails, no source has run in vain.
        self._send_held()
        if self._commit_due(or_when=self._failures > 0):
            self._commit()  # a source that goes on failing must not have it sent each time
        self._read_sources()
        if self._commit_due(or_when=self._failures > 0 or self._progress.next_due() == math.inf):
            self._commit()
        self._rest(rings)

    def _drain(self) -> None:
        """Commit, and send what is held, for as long as the drain may take."""
        deadline = self._settings.clock() + self._settings.drain_seconds
        while self._changed() or self._progress.held:
            if self._changed():
                self._commit()
            if self._settings.clock() >= deadline:
                return
            self._send_held()

    def _send_held(self) -> None:
        work: Work = {}
        for held in self._progress.take_held():
            target = self._targets[held.transform]
            work.setdefault(target.stage, {}).setdefault(target.transform, []).append(held.data)
        self._progress.replace((), self._sweep(work))

    def _read_sources(self) -> None:
        work: Work = {}
        fired = self._impulses()
        for stage, impulse in fired:
            work.setdefault(stage.index, {})[impulse] = [ENCODED_IMPULSE_VALUE]
        taken = self._progress.take_due(self._settings.clock() + TOGETHER_S)
        for residual in taken:
            stage, port = self._sources[residual.transform]
            work.setdefault(stage.index, {}).setdefault(port, []).append(residual.element)
        self._reads += bool(work)
        remainders = self._sweep(work)
        self._progress.fire(impulse for _, impulse in fired)
        self._progress.replace(taken, remainders)

    def _impulses(self) -> list[tuple[Stage, str]]:
        done = {*self._progress.fired, *self._progress.newly_fired}
        return [(stage, name) for stage in self._graph.stages for name in stage.impulses if name not in done]

    def _sweep(self, work: Work) -> list[Residual]:
        """Run all that is ready, and what it feeds: one pass, since the stages stand in order."""
        left: list[Residual] = []
        for stage in self._graph.stages if work else ():
            if inputs := work.pop(stage.index, None):
                result = self._run_bundle(stage, inputs)
                self._hand_on(stage, result.outputs, work)
                now = self._settings.clock()
                left += [Residual(r.transform, r.element, due=now + r.delay) for r in result.remainders]
        return left

    def _run_bundle(self, stage: Stage, inputs: dict[str, list[bytes]]) -> BundleResult:
        started = time.perf_counter()
        result = self._workers.run(stage.index, inputs)
        self._store.stats.bundles += 1
        self._settings.hooks.on_bundle(stage.label, time.perf_counter() - started)
        return result

    def _hand_on(self, stage: Stage, outputs: dict[str, bytes], work: Work) -> None:
        for output, data in outputs.items():
            for target in stage.outputs[output]:
                if stable := self._graph.stages[target.stage].stable:
                    self._progress.holding.append(Held(stable, data))
                else:
                    work.setdefault(target.stage, {}).setdefault(target.transform, []).append(data)

    def _changed(self) -> bool:
        return bool(self._state.changes) or self._progress.changed()

    def _commit_due(self, *, or_when: bool) -> bool:
        waited = self._settings.clock() - self._last_commit
        return self._changed() and (or_when or waited >= self._settings.commit_interval)

    def _commit(self) -> None:
        started = time.perf_counter()
        self._store.commit(self._state, self._progress)
        seconds = time.perf_counter() - started
        self._workers.committed()
        self._reads_committed = self._reads
        self._last_commit = self._settings.clock()
        self._settings.hooks.on_commit(self._store.stats, seconds)

    def _rest(self, rings: int) -> None:
        """Sleep until something is due; when the bell has rung since `rings`, everything deferred is."""
        until = self._progress.next_due()
        if self._changed():
            until = min(until, self._last_commit + self._settings.commit_interval)
        pause = 0.0 if self._finished() else until - self._settings.clock()
        if self._settings.wakeup.wait(rings, min(max(pause, 0.0), STOP_CHECK_S)):
            self._progress.hurry()

    def _abandon(self, error: Exception) -> None:
        self._failures += 1
        self._recovered_at = self._reads + (self._reads - self._reads_committed)
        self._reads_committed = self._reads
        pause = min(2.0 ** (self._failures - 1), MAX_BACKOFF_S)
        log.warning("epoch_abandoned", error=str(error), attempt=self._failures, retry_in_s=pause)
        self._settings.hooks.on_failure(error, self._failures)
        self._workers.drop_touched()
        self._state.forget()
        self._restore()
        (self._settings.sleep or self._settings.stop.wait)(pause)

    def _restore(self) -> None:
        self._progress = self._store.load()
        if self._progress.held:
            self._settings.hooks.on_replay(len(self._progress.held))
