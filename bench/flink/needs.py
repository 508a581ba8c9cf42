"""What a job needs at rest and at a steady pace, by kind of process: docs/sizing.md counts with it."""

import contextlib
import itertools
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psutil

from bench.articles import Mix
from bench.compare import USUAL, fill
from bench.flink.cluster import LONGEST, OTHERS, PROCESSES, WORKERS, FlinkRun, cluster
from bench.plan import Plan
from bench.report import Table
from bench.traffic import Outlet, Producer
from wirewatch.article import Article

PACES = (0, 50, 100)
"""Articles a second, one after the other."""
WARM_ARTICLES = 5_000
"""So many come first: the catalogue is loaded then, and the JVM has compiled what it runs often."""
SETTLE_SECONDS = 10.0
MIX = Mix(watched=USUAL.watched, seed=17)
READERS, SINKS = "Python worker of the articles", "Python worker of the alerts' sink"


@dataclass(frozen=True)
class _Held:
    """What processes hold, MiB; shared pages are split between those that share them."""

    rss: float
    pss: float


def measure(plan: Plan, servers: str) -> Iterator[Table]:
    """Yield processor time and memory of a job with parallelism 1."""
    seconds, prefix = plan.sizes.loaded_seconds, "needs."
    fill(plan, servers, prefix, [])
    articles = plan.newsroom.articles(WARM_ARTICLES + sum(PACES) * seconds, MIX)
    load = os.getloadavg()[0]
    with cluster(plan.folder / prefix, servers, prefix) as run, contextlib.ExitStack() as stack:
        topic = run.service.settings.kafka.topic
        tagged = stack.enter_context(contextlib.closing(Outlet(run.service, topic("articles.tagged"))))
        producer = stack.enter_context(contextlib.closing(Producer(run.service)))
        run.submit()
        producer.send(itertools.islice(articles, WARM_ARTICLES))
        tagged.wait_for(WARM_ARTICLES, LONGEST, lambda: None)
        time.sleep(SETTLE_SECONDS)
        cores = []
        for pace in PACES:
            batch = list(itertools.islice(articles, pace * seconds))
            cores.append(_cores(run, producer, batch, pace, seconds))
        held = _held(run)
        run.stop()
    columns = ("", "RSS MiB", "PSS MiB", *(f"core at {pace}/s" for pace in PACES))
    table = Table("Flink, parallelism 1: what it needs", columns)
    for kind in (READERS, SINKS, *tuple(PROCESSES.values())[1:], OTHERS):
        memory = held[kind]
        shares = (f"{each[kind]:.1%}" for each in cores)
        table.rows.append((kind, f"{memory.rss:.0f}", f"{memory.pss:.0f}", *shares))
    table.notes = [
        f"after {WARM_ARTICLES:,} articles; {seconds} s each; {MIX.watched:.0%} open a story of a watch",
        f"load average before: {load:.1f}",
    ]
    yield table


def _cores(
    run: FlinkRun, producer: Producer, articles: Sequence[Article], pace: int, seconds: float
) -> dict[str, float]:
    """Return the share of a core of each kind while `articles` came at `pace`, or none for `seconds`."""
    before, began = _used(run), time.monotonic()
    if articles:
        producer.send_paced(articles, pace)
    else:
        time.sleep(seconds)
    took = time.monotonic() - began
    return {kind: (spent - before[kind]) / took for kind, spent in _used(run).items()}


def _used(run: FlinkRun) -> dict[str, float]:
    """Return the processor seconds of each kind so far."""
    found: dict[str, float] = defaultdict(float)
    for kind, process in _kinds(run):
        times = process.cpu_times()
        found[kind] += times.user + times.system
    return found


def _held(run: FlinkRun) -> dict[str, _Held]:
    found: dict[str, _Held] = defaultdict(lambda: _Held(0.0, 0.0))
    for kind, process in _kinds(run):
        memory = process.memory_full_info()
        before = found[kind]
        found[kind] = _Held(before.rss + memory.rss / 2**20, before.pss + memory.pss / 2**20)
    return found


def _kinds(run: FlinkRun) -> Iterator[tuple[str, psutil.Process]]:
    """Yield every process with its kind, the two kinds of workers told apart: one has no catalogue."""
    workers = []
    for kind, process in run.processes():
        if kind == WORKERS:
            workers.append(process)
        else:
            yield kind, process
    workers.sort(key=lambda worker: worker.memory_info().rss, reverse=True)
    yield from zip((READERS, SINKS), workers, strict=True)
