"""Runs the graph on the embedded engine as part of the service: store, metrics, health, stop."""

import threading
import time

import apache_beam as beam
import structlog
from apache_beam.options.pipeline_options import PipelineOptions

from connectors.kafka.protocols import BrokerAwayError, TopicPartition
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.engines.embedded import EmbeddedRunner, EngineHooks, EngineStats, LoopSettings, wake
from pipelines.engines.embedded.admin import CHECKPOINT
from pipelines.monitor import monitor
from pipelines.source import FetcherPool, ReadPolicy
from wirewatch.part import Health, PartContext

log = structlog.get_logger()

LAG_SECONDS = 5.0  # between readings of the lag: each asks the broker once
IDLE_DELAY = 1.0  # a read without data comes back after this at the latest; data wakes it at once


class _Hooks(EngineHooks):
    """Turns what the engine tells into metrics and health."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def on_commit(self, stats: EngineStats, seconds: float) -> None:
        metrics.EPOCHS.inc()
        metrics.COMMIT_SECONDS.observe(seconds)
        metrics.STATE_ROWS.set(stats.state_rows)
        metrics.STATE_BYTES.set(stats.state_bytes)

    def on_failure(self, error: Exception, attempt: int) -> None:
        metrics.EPOCH_FAILURES.inc()
        self._health.waiting(f"trying again after failure {attempt}: {error}")

    def on_recovery(self) -> None:
        self._health.ready()


def run_embedded(context: PartContext, access: KafkaAccess) -> None:
    """Run until `context.stop` is set. Raises what the engine raises."""
    settings = context.settings.pipeline
    store = context.data_dir / CHECKPOINT
    store.parent.mkdir(parents=True, exist_ok=True)
    FetcherPool.on_data = staticmethod(wake)
    loop = LoopSettings(
        stop=context.stop, commit_interval=settings.commit_interval, hooks=_Hooks(context.health)
    )
    pipeline = beam.Pipeline(runner=EmbeddedRunner(store, loop), options=PipelineOptions([], streaming=True))
    policy = ReadPolicy(
        max_records=settings.max_poll_records,
        bundle_records=4 * settings.max_poll_records,
        wait=0.0,
        idle_delay=IDLE_DELAY,
    )
    monitor(pipeline, access, context.config_dir, policy)
    lag = threading.Thread(target=_watch_lag, args=(context, access), name="lag", daemon=True)
    lag.start()
    context.health.ready()
    try:
        pipeline.run()
    finally:
        context.stop.set()
        lag.join(timeout=LAG_SECONDS)
        FetcherPool.close()
        KafkaAccess.close_writers()


def _watch_lag(context: PartContext, access: KafkaAccess) -> None:
    """Say every few seconds how far behind the log the reads are, and whether the broker is there."""
    reader = access.reader()
    try:
        while not context.stop.wait(LAG_SECONDS):
            away = FetcherPool.away()
            if away:
                context.health.waiting(f"broker is away: {away}")
                continue
            positions = FetcherPool.positions()
            try:
                bounds = reader.bounds(positions)
            except BrokerAwayError as error:
                context.health.waiting(f"broker is away: {error}")
                continue
            _set_lag({place: end for place, (_, end) in bounds.items()}, positions)
            context.health.ready()
    finally:
        reader.close()


def _set_lag(ends: dict[TopicPartition, int], positions: dict[TopicPartition, tuple[int, int]]) -> None:
    for place, (offset, timestamp_ms) in positions.items():
        behind = max(0, ends[place] - offset)
        age = time.time() - timestamp_ms / 1000 if behind and timestamp_ms else 0.0
        metrics.LAG_RECORDS.labels(partition=str(place.partition)).set(behind)
        metrics.LAG_SECONDS.labels(partition=str(place.partition)).set(max(0.0, age))
