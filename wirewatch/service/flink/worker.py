"""A Python worker: `python -m wirewatch.service.flink.worker CONTROL ID CONFIG DATA [UP]`.

It keeps the config up to date as every part does, so that a changed watch is in force on all workers within
seconds, and then runs what the TaskManager sends. The pool that starts it may be of a version before: a word
that comes to this line goes last, and may be missing.
"""

import os
import sys
import threading
from pathlib import Path

from apache_beam.runners.worker.sdk_worker import SdkHarness

from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.config import keep_up_once_asked, loaded
from pipelines.news.tallies import NEWS
from pipelines.part.measuring import keep_measuring
from pipelines.source.lag import Lag
from wirewatch.part import PartContext
from wirewatch.service import garbage
from wirewatch.service.logging import configure_logging
from wirewatch.settings import load_settings

BUFFER_MS = 0
"""Outputs leave with their bundle. Beam's flush by time runs on a thread that may cut an element in two,
which the JVM then cannot read (seen with 10: EOFException in StringUtf8Coder)."""
STATE_CACHE_MB = 0
"""Steps keep their own decoded state; the SDK's cache would weigh every object it holds."""


def main(control: str, worker: str, config_dir: Path, data_dir: Path, up: int | None = None) -> None:
    """Run until the TaskManager hangs up; write to the file descriptor `up` once it has been called."""
    garbage.look_seldom()
    _end_with_parent()
    settings = load_settings(config_dir)
    configure_logging(settings.logging, part="workers")
    context = PartContext(settings, config_dir, data_dir)
    keep_up_once_asked(context)
    metrics.start_at_zero()
    _measure(context)
    harness = SdkHarness(
        control,
        worker_id=worker,
        state_cache_size=STATE_CACHE_MB << 20,
        data_buffer_time_limit_ms=BUFFER_MS,
    )
    if up is not None:
        os.write(up, b"1")
        os.close(up)
    harness.run()


def _measure(context: PartContext) -> None:
    """Measure what this worker reads and counts; of several workers each has partitions of its own."""

    def count_news() -> None:
        if (snapshot := loaded(context.config_dir)) is not None:
            NEWS.refresh(snapshot.watches.watches)

    lag = Lag(KafkaAccess(context.settings, context.config_dir, context.data_dir), context.now)
    threading.Thread(
        target=keep_measuring, args=(context.stop, count_news, lag.measure), name="measuring", daemon=True
    ).start()


def _end_with_parent(every: float = 1.0) -> None:
    """End when the pool is gone: its successor starts workers of its own."""
    parent = os.getppid()

    def watch() -> None:
        wait = threading.Event().wait
        while os.getppid() == parent:
            wait(every)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), *map(int, sys.argv[5:6]))
