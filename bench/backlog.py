"""A backlog that an outage left: how fast notify drains it, who waits meanwhile, how much memory that takes.

notify, the broker and the receiver are processes of their own.
"""

import contextlib
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen

import psutil

from bench.latency import percentile
from bench.outbox import RECEIVER, alert, fill
from bench.plan import Plan
from bench.processes import cpu_seconds, wait_until
from bench.report import Table
from bench.service import Service, broker
from bench.traffic import FLUSH_SECONDS, make_topics
from connectors.kafka.clients import open_writer
from connectors.kafka.protocols import Writer
from connectors.notify.store import DATABASE, Outbox, open_database
from wirewatch.alert import Severity
from wirewatch.records import ALERTS

PAUSE = 0.5
"""Seconds between looks; at each the new alerts below come in."""
NEW, CRITICAL = 5, 1
SETTLE_SECONDS = 10
AIM = 500
"""Alerts a second."""


def measure(plan: Plan) -> Iterator[Table]:
    """Yield how a backlog drains while new alerts and new critical ones come in."""
    count = plan.sizes.backlog
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(_receiver())
        servers = stack.enter_context(broker(plan.folder / "backlog"))
        service = Service(plan.folder / "backlog-service", servers, url)
        stack.callback(service.close)
        path = service.data_dir / DATABASE
        with contextlib.closing(Outbox(open_database(path))) as outbox:
            fill(outbox, 0, count)
        make_topics(service)
        writer = stack.enter_context(contextlib.closing(open_writer(service, client="confluent")))
        yield _drain(service, writer, path, count)


def _drain(service: Service, writer: Writer, path: Path, count: int) -> Table:
    topic, load, new = service.settings.kafka.topic("alerts"), os.getloadavg()[0], 0
    notify = psutil.Process(service.start("notify").pid)
    wait_until(lambda: service.ready("notify"), 60, "ready")
    memory = [notify.memory_info().rss]
    with contextlib.closing(open_database(path, read_only=True)) as db:
        began, cpu, told = time.monotonic(), cpu_seconds(notify.pid), _count(db, "delivered")
        while _is_waiting(db):
            time.sleep(PAUSE)
            for n in range(new, new + NEW):
                _send(writer, topic, f"new{n:07}", "high")
            for n in range(new, new + CRITICAL):
                _send(writer, topic, f"urgent{n:07}", "critical")
            writer.flush(FLUSH_SECONDS)
            new += NEW
            memory.append(notify.memory_info().rss)
            if new > count:
                raise SystemExit("bench: the backlog does not drain")
        took, cpu = time.monotonic() - began, cpu_seconds(notify.pid) - cpu
        told = _count(db, "delivered") - told
        time.sleep(SETTLE_SECONDS)
        after = notify.memory_info().rss
        waits = {what: _waits(db, what) for what in ("new", "urgent")}
        if dead := _count(db, "dead"):
            raise SystemExit(f"bench: {dead} alerts were given up")
    rate = told / took
    per_second = (f"{NEW / PAUSE:.0f}", f"{CRITICAL / PAUSE:.0f}")
    table = Table(
        f"{count:,} alerts waiting, {per_second[0]} new and {per_second[1]} critical a second meanwhile",
        ("", "value"),
    )
    table.rows = [
        ("drained, alerts/s", f"{rate:,.0f}"),
        ("CPU of notify, ms an alert", f"{1000 * cpu / told:.2f}"),
        ("new: Kafka to answered, p50 / p95 / p99 / max ms", quantiles(waits["new"])),
        ("critical, the same", quantiles(waits["urgent"])),
        (
            f"RSS of notify, MiB: when ready / most of {len(memory)} looks / {SETTLE_SECONDS} s after",
            " / ".join(f"{size / 2**20:.0f}" for size in (memory[0], max(memory), after)),
        ),
    ]
    table.notes = [
        f"aim: {AIM} alerts/s: {'met' if rate >= AIM else 'missed'}",
        f"load average at the start: {load:.1f}",
    ]
    return table


@contextlib.contextmanager
def _receiver() -> Iterator[str]:
    """Run a receiver that answers 204; yields its URL."""
    process = Popen([sys.executable, "-m", "bench.outbox_receiver"], stdout=PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def _send(writer: Writer, topic: str, name: str, severity: Severity) -> None:
    told = alert(name, severity, datetime.now(UTC))
    writer.send(topic, key=told.watch.encode(), value=ALERTS.encode(told))


def _is_waiting(db: sqlite3.Connection) -> bool:
    """Return whether any of the backlog is still to be delivered: a look at few rows, not at all of them."""
    row = db.execute(
        "SELECT id FROM deliveries WHERE receiver = ? AND status = 'pending' ORDER BY seq LIMIT 1",
        (RECEIVER,),
    ).fetchone()
    return row is not None and row["id"].startswith("a")


def _count(db: sqlite3.Connection, status: str) -> int:
    return int(db.execute("SELECT count(*) FROM deliveries WHERE status = ?", (status,)).fetchone()[0])


def _waits(db: sqlite3.Connection, prefix: str) -> list[float]:
    """Return the milliseconds from the broker's stamp to the answer, of alerts whose ids begin so."""
    rows = db.execute(
        "SELECT t.at - a.written AS wait FROM deliveries d JOIN alerts a ON a.seq = d.alert "
        "JOIN attempts t ON t.delivery = d.seq WHERE d.id >= ? AND d.id < ?",
        (prefix, prefix + "~"),
    ).fetchall()
    return [row["wait"] for row in rows]


def quantiles(values: Sequence[float]) -> str:
    """Return p50, p95, p99 and the most of `values`, each one of them, and how many there are."""
    if not values:
        return "-"
    marks = " / ".join(f"{percentile(values, p):.0f}" for p in (50, 95, 99, 100))
    return f"{marks} (n {len(values):,})"
