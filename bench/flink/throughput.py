"""Articles a second on Flink beside the embedded engine and a plain loop, and what an article costs where."""

import os
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.compare import USUAL, fill
from bench.flink.cluster import LONGEST, OTHERS, PROCESSES, FlinkRun, cluster
from bench.plan import Plan
from bench.report import Table, load_note, span
from bench.throughput import CONFLUENT, CONTENDERS, ENGINE, Entry, alternate, rate
from bench.traffic import Outlet

ONE, MANY = "flink.", "flink8."
MANY_PARTITIONS = 8
AIM = 0.8
MOST_UNSEEN = 0.5
"""Share of the articles that may be through when the first is seen; of fewer, costs would say nothing."""
LOCAL = tuple(one for one in CONTENDERS if one.client == CONFLUENT and not one.guest)


@dataclass
class _Engine:
    """All runs of an engine; of those on Flink also µs of processor time an article, by process and stage."""

    rates: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    processes: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    stages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def measure(plan: Plan, servers: str) -> Iterator[Table]:
    """Yield rates, then costs."""
    count = plan.sizes.flink_articles
    for prefix, partitions in ((ONE, 1), (MANY, MANY_PARTITIONS)):
        fill(plan, servers, prefix, plan.newsroom.articles(count, USUAL), partitions=partitions)
    engines: dict[str, _Engine] = defaultdict(_Engine)
    for number in range(plan.sizes.rounds):
        entries = [Entry(one, one.name, ONE, count) for one in LOCAL]
        for result in alternate(entries, plan.folder, servers, rounds=1, guest_python=plan.guest_python):
            engines[result.entry.label].rates.append(result.rate)
            engines[result.entry.label].loads.append(result.runs[0].load)
        for parallelism, prefix in ((1, ONE), (2, MANY)):
            engine = engines[_label(parallelism)]
            engine.loads.append(os.getloadavg()[0])
            flink = {"parallelism": parallelism, "workers": parallelism}
            with cluster(plan.folder / f"{prefix}{number}", servers, prefix, **flink) as run:
                _measure(run, count, engine)
    yield _rates(plan, engines)
    yield _costs(engines[_label(1)])


def _label(parallelism: int) -> str:
    return f"Flink, parallelism {parallelism}"


def _measure(run: FlinkRun, count: int, engine: _Engine) -> None:
    """Let the job work through `count` articles."""
    tagged = Outlet(run.service, run.service.settings.kafka.topic("articles.tagged"))
    try:
        run.submit()
        tagged.wait_for(1, LONGEST, lambda: None)
        begun, before, spent = tagged.count(), run.cpu(), run.stages()
        tagged.wait_for(count, LONGEST, lambda: None)
        if begun <= count * MOST_UNSEEN:
            each = 1e6 / (count - begun)
            for kind, seconds in run.cpu().items():
                engine.processes[kind].append((seconds - before.get(kind, 0.0)) * each)
            for stage, seconds in run.stages().items():
                engine.stages[stage].append((seconds - spent.get(stage, 0.0)) * each)
        engine.rates.append(rate(sorted(record.timestamp_ms for record in tagged.records())))
    finally:
        tagged.close()


def _rates(plan: Plan, engines: dict[str, _Engine]) -> Table:
    table = Table("Flink: articles/s, Kafka to Kafka", ("", "articles/s", "min-max", "of embedded", "load"))
    embedded = engines[ENGINE].rates
    ratios = {
        label: statistics.median(a / b for a, b in zip(engine.rates, embedded, strict=True))
        for label, engine in engines.items()
    }
    for label, engine in engines.items():
        middle, loads = f"{statistics.median(engine.rates):,.0f}", span(engine.loads, ".1f")
        table.rows.append((label, middle, span(engine.rates, ",.0f"), f"{ratios[label]:.2f}", loads))
    verdict = "met" if ratios[_label(1)] >= AIM else "missed"
    sizes = plan.sizes
    table.notes = [
        f"{sizes.flink_articles:,} articles, {sizes.rounds} rounds",
        f"one partition; {MANY_PARTITIONS} at parallelism 2",
        "one machine: JobManager, TaskManager, job server, workers and broker share its cores",
        f"aim: at parallelism 1 at least {AIM} of the embedded engine: {verdict}",
        load_note(),
    ]
    return table


def _costs(engine: _Engine) -> Table:
    table = Table("Flink, parallelism 1: where the time goes", ("", "µs an article"))
    for kind in (*PROCESSES.values(), OTHERS):
        spent = engine.processes[kind]
        table.rows.append((kind, f"{statistics.median(spent):.0f}" if spent else "too few articles"))
    for stage, spent in engine.stages.items():
        table.rows.append((f"in the worker: {stage}", f"{statistics.median(spent):.0f}"))
    table.notes = [
        "processor time by process, between the first and the last tagged article",
        "stages: elapsed time of the domain's own work, from the workers' metrics",
        "the rest of a worker is Beam, gRPC and the Kafka client",
    ]
    return table
