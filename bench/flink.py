"""The same graph on Flink beside the embedded engine: articles a second, and latency at 50 a second."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bench.articles import Mix
from bench.latency import ALERTING, PER_SECOND, percentile
from bench.plan import Plan
from bench.processes import ROOT, free_ports
from bench.report import Table
from bench.service import Service, broker
from bench.traffic import Outlet, Producer, make_topics
from connectors.kafka.protocols import Record
from wirewatch.records import ALERTS
from wirewatch.settings import Ports

LONGEST = 300.0
WARM = 0.2  # the share of a run that counts as warming up: a worker loads its catalogue in it
USUAL = Mix(watched=0.05)
INTERVALS = (0.5, 1.0, 5.0)


def measure(plan: Plan) -> Iterator[Table]:
    """Yield articles a second at parallelism 1 and 2, then latency by checkpoint interval."""
    with broker(plan.folder / "flink") as servers:
        yield _throughput(plan, servers)
        yield _latency(plan, servers)


def _throughput(plan: Plan, servers: str) -> Table:
    table = Table("Flink: articles/s, Kafka to Kafka", ("", "articles/s", "of embedded", "load"))
    articles = list(plan.newsroom.articles(plan.sizes.articles, USUAL))
    rates: list[float] = []
    for label, parallelism in (
        ("embedded engine", 0),
        ("Flink, parallelism 1", 1),
        ("Flink, parallelism 2", 2),
    ):
        load = os.getloadavg()[0]
        name, flink = f"f{parallelism}", {"parallelism": max(1, parallelism), "workers": max(1, parallelism)}
        partitions = 8 if parallelism == 2 else 1
        with _service(plan, servers, name, partitions, flink) as (service, producer):
            producer.send(articles)
            tagged = Outlet(service, service.settings.kafka.topic("articles.tagged"))
            if parallelism:
                _command(service, "pipeline", "--engine", "flink", "--detach")
            else:
                service.start("pipeline")
            tagged.wait_for(len(articles), LONGEST, lambda: None)
            rates.append(_rate(tagged.records()))
            tagged.close()
        table.rows.append((label, f"{rates[-1]:,.0f}", f"{rates[-1] / rates[0]:.2f}", f"{load:.1f}"))
    table.notes = [
        f"{len(articles):,} articles waiting, one partition (parallelism 2: eight)",
        f"the first {WARM:.0%} not counted",
        "one machine: JobManager, TaskManager, job server, workers and broker share its cores",
    ]
    return table


def _latency(plan: Plan, servers: str) -> Table:
    table = Table(
        f"Flink: produce to alert at {PER_SECOND} articles/s, parallelism 1",
        ("checkpoint every", "p50 s", "p95 s", "p99 s", "max s", "alerts", "load"),
    )
    warm = PER_SECOND * 5
    articles = list(plan.newsroom.articles(warm + PER_SECOND * plan.sizes.latency_seconds, ALERTING))
    for interval in INTERVALS:
        load = os.getloadavg()[0]
        flink = {"checkpoint_interval": interval}
        with _service(plan, servers, f"l{interval:g}", 1, flink) as (service, producer):
            _command(service, "pipeline", "--engine", "flink", "--detach")
            producer.send_paced(articles[:warm], PER_SECOND)
            told = Outlet(service, service.settings.kafka.topic("alerts"))
            producer.send_paced(articles[warm:], PER_SECOND)
            _command(service, "flink", "stop")  # which sends what is held
            came = told.records()
            told.close()
            sent = _sent(service)
        found = _seconds(came, sent)
        marks = (percentile(found, p) for p in (50, 95, 99, 100))
        table.rows.append(
            (f"{interval:g} s", *(f"{mark:.2f}" for mark in marks), f"{len(found)}", f"{load:.1f}")
        )
    table.notes = ["from the article's time stamp to the broker's of its alert"]
    return table


def _sent(service: Service) -> dict[str, int]:
    """Return when each article was written, by its id."""
    outlet = Outlet(service, service.settings.kafka.topic("articles"), whole=True)
    try:
        return {(record.key or b"").decode(): record.timestamp_ms for record in outlet.records()}
    finally:
        outlet.close()


def _seconds(alerts: Sequence[Record], sent: dict[str, int]) -> list[float]:
    return [
        (record.timestamp_ms - sent[ALERTS.decode(record.value or b"").article]) / 1000 for record in alerts
    ]


def _rate(records: Sequence[Record]) -> float:
    stamps = sorted(record.timestamp_ms for record in records)
    first = int(len(stamps) * WARM)
    return (len(stamps) - first) / max(0.001, (stamps[-1] - stamps[first]) / 1000)


@contextlib.contextmanager
def _service(
    plan: Plan, servers: str, name: str, partitions: int, flink: dict[str, Any]
) -> Iterator[tuple[Service, Producer]]:
    """Run a cluster for one measurement; give it and something to write articles with."""
    names = [field for field in Ports.model_fields if field not in {"receiver", "receiver_health"}]
    service = Service(
        plan.folder / name,
        servers,
        kafka={"topic_prefix": f"{name}.", "topics": {"articles": {"partitions": partitions}}},
        ports=dict(zip(names, free_ports(len(names)), strict=True)),
        flink=flink,
    )
    make_topics(service)
    producer = Producer(service)
    on_flink = name != "f0"
    try:
        if on_flink:
            _command(service, "flink", "up", "--detach")
        yield service, producer
    finally:
        producer.close()
        service.close()
        if on_flink:
            _command(service, "flink", "down")


def _command(service: Service, *arguments: str) -> None:
    where = ("--config", str(service.config_dir), "--data", str(service.data_dir))
    done = subprocess.run(
        [sys.executable, "-m", "wirewatch", *arguments, *where],
        cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"bench: {' '.join(arguments)}: {done.stdout}{done.stderr}")
