"""Runs the graph on the embedded engine as part of the service: store, metrics, health, stop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.checkpoint.removed import forget_removed
from pipelines.config import snapshot
from pipelines.engines.embedded import EmbeddedRunner, EngineHooks, EngineStats, LoopSettings, wake
from pipelines.engines.embedded.admin import CHECKPOINT, checkpoint_files
from pipelines.engines.pipeline import new_pipeline
from pipelines.monitor import monitor
from pipelines.news.tallies import NEWS
from pipelines.part.measuring import keep_measuring
from pipelines.part.readiness import Readiness
from pipelines.part.until_stopped import run_until_stopped
from pipelines.source.lag import Lag
from pipelines.source.pool import FetcherPool
from pipelines.source.reads import ReadPolicy
from pipelines.source.splittable import read_splittable
from wirewatch.part import PartContext

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 3.0  # for sending what is held, once told to stop
STOP_SECONDS = 5.0  # for all of stopping
IDLE_DELAY = 1.0  # a read without data comes back after this at the latest; data wakes it at once


class _Hooks(EngineHooks):
    """Turns what the engine tells into metrics and health."""

    _begun = False

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def on_bundle(self, transforms: str, seconds: float) -> None:  # noqa: ARG002
        if not self._begun:  # the graph was accepted, and its sources run
            self._begun = True
            self._readiness.fine("engine")

    def on_commit(self, stats: EngineStats, seconds: float) -> None:
        metrics.EPOCHS.inc()
        metrics.COMMIT_SECONDS.observe(seconds)
        metrics.STATE_ROWS.set(stats.state_rows)
        metrics.STATE_BYTES.set(stats.state_bytes)

    def on_failure(self, error: Exception, attempt: int) -> None:
        metrics.EPOCH_FAILURES.inc()
        self._readiness.waiting("engine", f"trying again after failure {attempt}: {error}")

    def on_recovery(self) -> None:
        self._readiness.fine("engine")


def run_embedded(context: PartContext, access: KafkaAccess) -> None:
    """Run until `context.stop` is set. Raises what the engine raises."""
    settings = context.settings.pipeline
    store = context.data_dir / CHECKPOINT
    store.parent.mkdir(parents=True, exist_ok=True)
    watches = snapshot(context.config_dir).watches.watches
    forget_removed(store, [watch.id for watch in watches], context.now())
    FetcherPool.on_data = staticmethod(wake)
    readiness = Readiness(context.health)
    readiness.waiting("engine", "starting")
    loop = LoopSettings(
        stop=context.stop,
        commit_interval=settings.commit_interval,
        drain_seconds=DRAIN_SECONDS,
        hooks=_Hooks(readiness),
    )
    pipeline = new_pipeline(EmbeddedRunner(store, loop), PipelineOptions([], streaming=True))
    policy = ReadPolicy(max_records=settings.max_poll_records, idle_delay=IDLE_DELAY)
    monitor(read_splittable(pipeline, access, policy), access, context.config_dir)
    metrics.start_at_zero()

    def run() -> None:
        with _measuring(context, access, readiness, store):
            try:
                pipeline.run()
            finally:
                context.stop.set()
                FetcherPool.close()
                KafkaAccess.close_writers()

    if not run_until_stopped(run, context.stop, within=STOP_SECONDS):
        log.warning("stop_cut_short", after_s=STOP_SECONDS, hint="what was not committed is done again")


@contextmanager
def _measuring(
    context: PartContext, access: KafkaAccess, readiness: Readiness, store: Path
) -> Iterator[None]:
    """Measure what is to be seen of the pipeline until `context.stop` is set, by the end of the block."""
    lag = Lag(access, context.now)
    steps = (
        lambda: NEWS.refresh(snapshot(context.config_dir).watches.watches),
        lambda: _measure_checkpoint(store),
        lambda: _say(readiness, away=lag.measure()),
    )
    thread = threading.Thread(
        target=keep_measuring, args=(context.stop, *steps), name="measuring", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        thread.join()
        lag.close()


def _measure_checkpoint(store: Path) -> None:
    files = checkpoint_files(store)
    metrics.CHECKPOINT_BYTES.set(sum(file.stat().st_size for file in files if file.exists()))


def _say(readiness: Readiness, *, away: str | None) -> None:
    if away is None:
        readiness.fine("broker")
    else:
        readiness.waiting("broker", f"broker is away: {away}")
