"""What notify's outbox costs as it grows."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from matplotlib.figure import Figure

from bench.plan import Plan
from bench.report import Table, load_note
from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.store import Arrival, Outbox, Owed, Result, insert_delivery, open_database
from connectors.notify.store.arrivals import add_alert
from connectors.notify.store.database import to_ms
from wirewatch.alert import Alert, Clause, Evidence, Severity
from wirewatch.article import Place
from wirewatch.records import ALERTS

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
RECEIVER = "bench"
BATCH = 500
STORY = 5
"""Alerts of one story, which keep their order."""


def fill(outbox: Outbox, first: int, count: int, *, prefix: str = "a") -> None:
    """Put alerts into the outbox, owed to one receiver, in batches as they come from Kafka."""
    for start in range(first, first + count, BATCH):
        now = datetime.now(UTC)
        with outbox.shared.writing() as db:
            for n in range(start, min(start + BATCH, first + count)):
                told = alert(f"{prefix}{n:07}", "high", now)
                body = ALERTS.encode(told)
                seq = add_alert(db, Arrival(told, body, 0, n, to_ms(now), TRACE), now=now)
                assert seq is not None
                owed = Owed(RECEIVER, told.id, body, f"{prefix}{n // STORY}")
                insert_delivery(db, owed, ((seq, body),), to_ms(now))


def alert(name: str, severity: Severity, now: datetime) -> Alert:
    """Return an alert of the usual size, about 1 KB."""
    text = "Ministers of the alliance met on Tuesday to speak about the blockade of the strait."
    evidence = Evidence(place=Place(0, 0, 9), text="Ministers", context=text, offset=0)
    return Alert(
        id=name,
        watch="bench",
        watch_name="Bench",
        watch_version="1",
        severity=severity,
        title=f"Headline of {name}",
        url=f"https://example.com/{name}",
        why=tuple(Clause(clause=f"phrase: {n}", evidence=(evidence,)) for n in range(3)),
        time=now,
        alerted=now,
    )


def growth(plan: Plan) -> Iterator[Table]:
    """What taking in, picking and recording cost as delivered rows pile up."""
    path = plan.folder / "growth.db"
    outbox = Outbox(open_database(path))
    table = Table("Outbox as it grows, ms for 100 alerts", ("rows", "take in", "pick", "record", "file MB"))
    points: list[tuple[int, float, float, float]] = []
    rows = 0
    for target in _targets(plan.sizes.outbox_rows):
        _pile_up(outbox, rows, target - rows)
        rows = target
        cost = [
            statistics.median(values)
            for values in zip(*(_cost(outbox, rows, n) for n in range(7)), strict=True)
        ]
        rows += 700
        points.append((target, *cost))
        size = path.stat().st_size / 1e6
        table.rows.append((f"{target:,}", *(f"{1000 * value:.1f}" for value in cost), f"{size:,.0f}"))
    began = time.monotonic()
    with outbox.shared.reading() as db:
        assert db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    table.rows.append(("check at start, s", f"{time.monotonic() - began:.1f}", "", "", ""))
    outbox.close()
    plan.reports.mkdir(parents=True, exist_ok=True)
    picture = plan.reports / f"outbox-growth-{datetime.now(UTC):%Y-%m-%d}.png"
    _plot(points, picture)
    table.notes = [f"drawn in {picture.name}", load_note()]
    yield table


def _targets(most: int) -> list[int]:
    return [most * step // 10 for step in range(11)]


def _pile_up(outbox: Outbox, first: int, count: int) -> None:
    """Add alerts that were delivered at once; without waiting for the disk, which is not measured here."""
    if not count:
        return
    with outbox.shared.reading() as db:
        db.execute("PRAGMA synchronous = OFF")
    for start in range(first, first + count, 5_000):
        fill(outbox, start, min(5_000, first + count - start), prefix="p")
        _deliver_all(outbox)
    with outbox.shared.reading() as db:
        db.execute("PRAGMA synchronous = FULL")


def _deliver_all(outbox: Outbox) -> None:
    now = datetime.now(UTC)
    while due := outbox.due(RECEIVER, now=now, limit=1000):
        done = Answer(DeliveryOutcome.DELIVERED, 204)
        outbox.record(
            [Result(d.seq, done, NextStep("delivered"), now, timedelta(milliseconds=5)) for d in due]
        )


def _cost(outbox: Outbox, rows: int, round_: int) -> tuple[float, float, float]:
    began = time.perf_counter()
    fill(outbox, rows + round_ * 100, 100, prefix="c")
    taken = time.perf_counter()
    due = outbox.due(RECEIVER, now=datetime.now(UTC), limit=100)
    picked = time.perf_counter()
    now = datetime.now(UTC)
    outbox.record(
        [Result(d.seq, Answer(DeliveryOutcome.DELIVERED, 204), NextStep("delivered"), now) for d in due]
    )
    recorded = time.perf_counter()
    _deliver_all(outbox)
    return taken - began, picked - taken, recorded - picked


def _plot(points: list[tuple[int, float, float, float]], path: Path) -> None:
    figure = Figure(figsize=(7, 4))
    axes = figure.subplots()
    for column, what in ((1, "take in"), (2, "pick"), (3, "record")):
        axes.plot([p[0] for p in points], [1000 * p[column] for p in points], marker="o", label=what)
    axes.set_xlabel("deliveries in notify.db")
    axes.set_ylabel("ms for 100 alerts, median of 7")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)
