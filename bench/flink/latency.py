"""Produce to alert at 50 articles a second by checkpoint interval, and how checkpoints grow meanwhile."""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence

from bench.compare import fill
from bench.flink.cluster import LONGEST, Checkpoint, FlinkRun, cluster
from bench.latency import ALERTING, PER_SECOND, WARM_SECONDS, percentile
from bench.plan import Plan
from bench.report import Table
from bench.traffic import Outlet, Producer
from connectors.kafka.protocols import Record
from wirewatch.records import ALERTS

INTERVALS = (0.5, 1.0, 5.0)
AIM_P99 = 2.0
"""Seconds, at the usual interval of 1 s."""
MONTH = 30 * 86_400
LAST_BUNDLE = 1.0  # seconds in which what was read is surely written


def measure(plan: Plan, servers: str) -> Iterator[Table]:
    """Yield percentiles, then the growth of checkpoints."""
    latency = Table(
        f"Flink: produce to alert at {PER_SECOND} articles/s, parallelism 1",
        ("checkpoint every", "p50 s", "p95 s", "p99 s", "max s", "alerts", "load"),
    )
    growth = Table(
        "Flink: checkpoints", ("", "first KB", "last KB", "seconds", "bytes/s", "GB a month, if it went on")
    )
    verdict = ""
    for interval in INTERVALS:
        load, prefix = os.getloadavg()[0], f"l{interval:g}."
        fill(plan, servers, prefix, [])
        with cluster(plan.folder / prefix, servers, prefix, checkpoint_interval=interval) as run:
            found = _run(plan, run, growth, f"{PER_SECOND}/s, every {interval:g} s")
            if interval == 1.0:
                _rest(plan, run, growth)
                verdict = "met" if percentile(found, 99) <= AIM_P99 else "missed"
            run.stop()
        marks = (f"{percentile(found, p):.2f}" for p in (50, 95, 99, 100))
        latency.rows.append((f"{interval:g} s", *marks, f"{len(found)}", f"{load:.1f}"))
    latency.notes = [
        f"{plan.sizes.latency_seconds} s, {ALERTING.watched:.0%} of the articles open a story of a watch",
        "from the article's time stamp to the broker's of its alert",
        f"aim: p99 at most {AIM_P99:g} s with a checkpoint a second: {verdict}",
    ]
    growth.notes = [
        "at 50/s ten stories a second are opened, which are state that is wanted",
        "idle: nothing is to be added (docs/flink.md, How it reads)",
    ]
    yield latency
    yield growth


def _run(plan: Plan, run: FlinkRun, growth: Table, label: str) -> list[float]:
    """Return the seconds from each article to its alert."""
    warm = PER_SECOND * WARM_SECONDS
    articles = list(plan.newsroom.articles(warm + PER_SECOND * plan.sizes.latency_seconds, ALERTING))
    topic = run.service.settings.kafka.topic
    with contextlib.ExitStack() as stack:
        outlets = [Outlet(run.service, topic(name)) for name in ("alerts", "articles", "articles.tagged")]
        for each in outlets:
            stack.callback(each.close)
        told, sent, tagged = outlets
        producer = stack.enter_context(contextlib.closing(Producer(run.service)))
        run.submit()
        producer.send_paced(articles[:warm], PER_SECOND)
        tagged.wait_for(warm, LONGEST, lambda: None)
        first = run.checkpoint()
        producer.send_paced(articles[warm:], PER_SECOND)
        growth.rows.append(_grown(label, first, run.checkpoint()))
        tagged.wait_for(len(articles), LONGEST, lambda: None)
        time.sleep(run.service.settings.flink.checkpoint_interval + LAST_BUNDLE)
        counted = {article.id for article in articles[warm:]}
        return _seconds(told.records(), sent.records(), counted)


def _rest(plan: Plan, run: FlinkRun, growth: Table) -> None:
    """Let it idle for a while."""
    first = run.checkpoint()
    time.sleep(plan.sizes.idle_seconds)
    growth.rows.append(_grown("idle, every 1 s", first, run.checkpoint()))


def _grown(label: str, first: Checkpoint, last: Checkpoint) -> tuple[str, ...]:
    seconds = max(0.001, (last.at_ms - first.at_ms) / 1000)
    slope = (last.bytes - first.bytes) / seconds
    sizes = (f"{each.bytes / 1000:,.0f}" for each in (first, last))
    return label, *sizes, f"{seconds:.0f}", f"{slope:,.0f}", f"{slope * MONTH / 1e9:.1f}"


def _seconds(alerts: Sequence[Record], articles: Sequence[Record], counted: set[str]) -> list[float]:
    sent = {(record.key or b"").decode(): record.timestamp_ms for record in articles}
    told = [(ALERTS.decode(record.value or b"").article or "", record.timestamp_ms) for record in alerts]
    return [(at - sent[article]) / 1000 for article, at in told if article in counted]
