"""From an article in Kafka to its alert in Kafka, and to its webhook: at 50 articles a second."""

import contextlib
import math
import os
from collections.abc import Iterator, Sequence

from bench.articles import Mix
from bench.plan import Plan
from bench.processes import wait_until
from bench.receiver import Receiver
from bench.report import Table
from bench.service import Service, broker
from bench.traffic import Outlet, Producer, make_topics
from wirewatch.records import ALERTS

PER_SECOND = 50
WARM_SECONDS = 5
ALERTING = Mix(watched=0.2, seed=11)
AIMS = {50: 0.3, 99: 1.5}
"""Seconds, by percentile: for either way."""
QUIET_SECONDS = 60.0


def measure(plan: Plan) -> Iterator[Table]:
    """Yield percentiles for one partition and for eight."""
    seconds = plan.sizes.latency_seconds
    table = Table(
        f"Latency at {PER_SECOND} articles/s", ("", "p50 s", "p95 s", "p99 s", "max s", "alerts", "load")
    )
    met = True
    with broker(plan.folder / "latency") as servers:
        for partitions in (1, 8):
            load = os.getloadavg()[0]
            to_alert, to_webhook = _run(plan, servers, partitions)
            for name, found in (("alert", to_alert), ("webhook", to_webhook)):
                met &= all(percentile(found, p) <= most for p, most in AIMS.items())
                marks = [percentile(found, p) for p in (50, 95, 99, 100)]
                label = f"produce to {name}, {partitions} partition{'s' if partitions > 1 else ''}"
                table.rows.append((label, *(f"{mark:.3f}" for mark in marks), f"{len(found)}", f"{load:.1f}"))
    verdict = "met" if met else "missed"
    table.notes = [
        f"{seconds} s, {ALERTING.watched:.0%} of the articles open a story of a watch; real processes",
        "from the article's time stamp to the broker's of its alert, and to the arrival of its POST",
        "aims: " + ", ".join(f"p{p} at most {most} s" for p, most in AIMS.items()) + f": {verdict}",
    ]
    yield table


def percentile(values: Sequence[float], p: float) -> float:
    """Return the p-th percentile by nearest rank."""
    return sorted(values)[max(0, math.ceil(len(values) * p / 100) - 1)]


def _run(plan: Plan, servers: str, partitions: int) -> tuple[list[float], list[float]]:
    """Return the seconds to each alert, and to each webhook."""
    kafka = {"topic_prefix": f"p{partitions}.", "topics": {"articles": {"partitions": partitions}}}
    warm = PER_SECOND * WARM_SECONDS
    articles = list(plan.newsroom.articles(warm + PER_SECOND * plan.sizes.latency_seconds, ALERTING))
    with contextlib.ExitStack() as stack:
        receiver = stack.enter_context(contextlib.closing(Receiver()))
        service = Service(plan.folder / f"latency-{partitions}", servers, receiver.url, kafka=kafka)
        stack.callback(service.close)
        make_topics(service)
        topic = service.settings.kafka.topic
        alerts = stack.enter_context(contextlib.closing(Outlet(service, topic("alerts"))))
        produced = stack.enter_context(contextlib.closing(Outlet(service, topic("articles"))))
        tagged = stack.enter_context(contextlib.closing(Outlet(service, topic("articles.tagged"))))
        for part in ("pipeline", "notify"):
            service.start(part)
        wait_until(lambda: service.ready("pipeline") and service.ready("notify"), 60, "ready")
        producer = stack.enter_context(contextlib.closing(Producer(service)))
        producer.send_paced(articles, PER_SECOND)
        wait_until(lambda: tagged.count() >= len(articles), QUIET_SECONDS, "all articles tagged")
        wait_until(lambda: len(receiver.arrived) >= alerts.count(), QUIET_SECONDS, "all webhooks")
        counted = {article.id for article in articles[warm:]}
        sent = {r.key.decode(): r.timestamp_ms for r in produced.records() if r.key}
        told = [(ALERTS.decode(record.value or b""), record.timestamp_ms) for record in alerts.records()]
        told = [(alert, at) for alert, at in told if alert.article in counted]
        to_alert = [(at - sent[alert.article or ""]) / 1000 for alert, at in told]
        to_webhook = [receiver.arrived[alert.id] - sent[alert.article or ""] / 1000 for alert, _ in told]
    return to_alert, to_webhook
