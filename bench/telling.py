"""From an alert in Kafka to its POST at a receiver: at 50 alerts a second, each told alone."""

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.latency import percentile
from bench.outbox import alert
from bench.plan import Plan
from bench.processes import wait_until
from bench.receiver import Receiver
from bench.report import Table
from bench.service import Service, broker
from bench.traffic import FLUSH_SECONDS, Outlet, make_topics
from connectors.kafka.clients import open_writer
from wirewatch.records import ALERTS

PER_SECOND = 50
WARM_SECONDS = 5
AIMS_MS = {50: 50, 99: 250}
"""Milliseconds, by percentile."""


def measure(plan: Plan) -> Iterator[Table]:
    """Yield percentiles from the broker's time stamp of an alert to the arrival of its POST."""
    seconds = plan.sizes.latency_seconds
    load = os.getloadavg()[0]
    with broker(plan.folder / "telling") as servers:
        waits = _run(plan, servers, seconds)
    marks = {p: 1000 * percentile(waits, p) for p in (50, 95, 99, 100)}
    met = all(marks[p] <= most for p, most in AIMS_MS.items())
    table = Table(
        f"An alert in Kafka to its POST, {PER_SECOND} alerts/s",
        ("", *("max" if p == 100 else f"p{p}" for p in marks), "alerts", "load"),
    )
    table.rows.append(("ms", *(f"{mark:.0f}" for mark in marks.values()), f"{len(waits)}", f"{load:.1f}"))
    aims = ", ".join(f"p{p} at most {most} ms" for p, most in AIMS_MS.items())
    table.notes = [
        f"{seconds} s after {WARM_SECONDS} s to warm up; notify and the broker are processes of their own",
        "one receiver, no grouping; every alert is in the outbox and on disk before its POST",
        f"aims: {aims}: {'met' if met else 'missed'}",
    ]
    yield table


def _run(plan: Plan, servers: str, seconds: int) -> list[float]:
    """Return the seconds from Kafka to the receiver of every alert after the first few."""
    with contextlib.ExitStack() as stack:
        receiver = stack.enter_context(contextlib.closing(Receiver()))
        service = Service(plan.folder / "telling-service", servers, receiver.url)
        stack.callback(service.close)
        make_topics(service)
        topic = service.settings.kafka.topic("alerts")
        written = stack.enter_context(contextlib.closing(Outlet(service, topic)))
        service.start("notify")
        wait_until(lambda: service.ready("notify"), 60, "ready")
        writer = stack.enter_context(contextlib.closing(open_writer(service, client="confluent")))
        count = PER_SECOND * (WARM_SECONDS + seconds)
        begun = time.monotonic()
        for n in range(count):
            time.sleep(max(0.0, begun + n / PER_SECOND - time.monotonic()))
            told = alert(f"t{n:07}", "high", datetime.now(UTC))
            writer.send(topic, key=told.watch.encode(), value=ALERTS.encode(told))
            writer.flush(FLUSH_SECONDS)
        wait_until(lambda: len(receiver.arrived) == count, 60, "all webhooks")
        at = {ALERTS.decode(record.value or b"").id: record.timestamp_ms for record in written.records()}
    warm = {f"t{n:07}" for n in range(PER_SECOND * WARM_SECONDS)}
    return [receiver.arrived[id_] - ms / 1000 for id_, ms in at.items() if id_ not in warm]
