"""How a job's checkpoints grow in half an hour at rest and at 50 articles a second: `--only flink-growth`."""

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import linear_regression, mean
from typing import NamedTuple

from bench.compare import fill
from bench.flink.cluster import LONGEST, Checkpoint, FlinkRun, cluster
from bench.latency import ALERTING, PER_SECOND
from bench.plan import Plan
from bench.report import Table
from bench.service import broker
from bench.traffic import Outlet, Producer
from wirewatch.watches.match import MAX_STORIES

WARM_ARTICLES = 1_500
PARTS = 3
"""Of the time under load. Two watches open 5 stories a second each and keep 5,000: the last has both full."""
LOOK_SECONDS = 5.0
"""Flink keeps ten checkpoints for who asks: at one a second, none is missed."""
MONTH = 30 * 86_400


class Slope(NamedTuple):
    """Bytes a second by least squares, and their standard error."""

    value: float
    error: float


def measure(plan: Plan) -> Iterator[Table]:
    """Yield size, distance and duration of checkpoints, and the slope of their size."""
    seconds, prefix, load = plan.sizes.growth_seconds, "growth.", os.getloadavg()[0]
    table = Table(
        "Flink: checkpoints over time, parallelism 1",
        ("", "minutes", "checkpoints", "apart s", "most s", "takes ms",
         "first KB", "last KB", "bytes/s", "GB a month, if it went on"),
    )  # fmt: skip
    with broker(plan.folder / "flink") as servers:
        fill(plan, servers, prefix, [])
        with cluster(plan.folder / prefix, servers, prefix) as run, contextlib.ExitStack() as stack:
            topic = run.service.settings.kafka.topic
            tagged = stack.enter_context(contextlib.closing(Outlet(run.service, topic("articles.tagged"))))
            producer = stack.enter_context(contextlib.closing(Producer(run.service)))
            articles = plan.newsroom.articles(WARM_ARTICLES + PER_SECOND * seconds, ALERTING)
            run.submit()
            producer.send_paced((next(articles) for _ in range(WARM_ARTICLES)), PER_SECOND)
            tagged.wait_for(WARM_ARTICLES, LONGEST, lambda: None)
            with _watched(run) as found:
                time.sleep(seconds)
            table.rows.append(_row("idle", found))
            with _watched(run) as found:
                producer.send_paced(articles, PER_SECOND)
            tagged.wait_for(WARM_ARTICLES + PER_SECOND * seconds, LONGEST, lambda: None)
            each = len(found) // PARTS
            for number in range(PARTS):
                part = found[number * each : (number + 1) * each]
                table.rows.append(_row(f"{PER_SECOND}/s, part {number + 1} of {PARTS}", part))
            run.stop()
    table.notes = [
        f"{ALERTING.watched:.0%} of the articles open a story of {' or '.join(ALERTING.subjects)}",
        f"a watch keeps {MAX_STORIES:,} stories at most",
        "slope by least squares, with its standard error as if the checkpoints knew nothing of each other",
        f"load average before and after: {load:.1f}, {os.getloadavg()[0]:.1f}",
    ]
    yield table


@contextlib.contextmanager
def _watched(run: FlinkRun) -> Iterator[list[Checkpoint]]:
    """Gather every checkpoint that is completed meanwhile, in order; the list is whole at the end."""
    kept: dict[int, Checkpoint] = {}
    gathered: list[Checkpoint] = []
    start, stop = run.checkpoint().id, threading.Event()

    def look() -> None:
        while not stop.wait(LOOK_SECONDS):
            kept.update((each.id, each) for each in run.checkpoints() if each.id > start)

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        try:
            yield gathered
        finally:
            stop.set()
        looking.result()
    gathered += [kept[number] for number in sorted(kept)]


def _row(label: str, found: Sequence[Checkpoint]) -> tuple[str, ...]:
    at = [each.at_ms / 1000 for each in found]
    apart = [after - before for before, after in itertools.pairwise(at)]
    slope = slope_of(at, [each.bytes for each in found])
    return (
        label, f"{(at[-1] - at[0]) / 60:.1f}", f"{len(found):,}", f"{mean(apart):.2f}", f"{max(apart):.2f}",
        f"{mean(each.took_ms for each in found):.0f}", f"{found[0].bytes / 1000:,.0f}",
        f"{found[-1].bytes / 1000:,.0f}", f"{slope.value:,.0f} ± {slope.error:,.0f}",
        f"{slope.value * MONTH / 1e9:.2f}",
    )  # fmt: skip


def slope_of(seconds: Sequence[float], sizes: Sequence[int]) -> Slope:
    """Return how fast `sizes`, at least three, grow."""
    middle = mean(seconds)
    slope, intercept = linear_regression(seconds, sizes)
    off = sum((size - intercept - slope * at) ** 2 for at, size in zip(seconds, sizes, strict=True))
    spread = sum((at - middle) ** 2 for at in seconds)
    return Slope(slope, (off / (len(sizes) - 2) / spread) ** 0.5)
