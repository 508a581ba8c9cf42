"""The tables of throughput: who against whom, and how it ends."""

import contextlib
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bench.articles import Mix
from bench.plan import Plan
from bench.report import Table, load_note, span
from bench.service import Service, broker
from bench.throughput import CONFLUENT, CONTENDERS, ENGINE, KAFKA_PYTHON, Entry, Result, alternate
from bench.traffic import Producer, make_topics
from wirewatch.article import Article

USUAL = Mix(watched=0.05)
HOT = Mix(watched=0.5, subjects=("NATO",), tellings=2)
"""One watch that half of all traffic meets; every other article of it opens a story."""
OPENERS = Mix(watched=1.0, subjects=("NATO",), seed=8)
"""Each opens a story of that watch."""


@dataclass(frozen=True)
class _Aim:
    mine: str
    other: str
    least: float
    what: str


def usual(plan: Plan) -> Iterator[Table]:
    """Yield the engine's rate beside a loop's and other frameworks', and the ratios."""
    sizes = plan.sizes
    with broker(plan.folder / "usual") as servers:
        fill(plan, servers, "usual.", plan.newsroom.articles(sizes.articles, USUAL))
        entries = [Entry(contender, contender.label, "usual.", sizes.articles) for contender in CONTENDERS]
        results = alternate(
            entries, plan.folder, servers, rounds=sizes.rounds, guest_python=plan.guest_python
        )
    table = _rates("Kafka to Kafka", results)
    table.notes = [
        f"{sizes.articles:,} articles, one partition, {sizes.rounds} rounds in turns",
        "all call the same domain functions; rates from the broker's time stamps of articles.tagged",
        "the loops and Quix Streams commit offsets every 0.5 s, the engine its whole state, Bytewax nothing",
        load_note(),
    ]
    yield table
    engine = f"{ENGINE}, "
    yield _ratios(
        "The engine beside the others",
        results,
        (
            _Aim(engine + CONFLUENT, f"plain loop, {CONFLUENT}", 0.8, "plain loop, same client"),
            _Aim(engine + KAFKA_PYTHON, f"plain loop, {KAFKA_PYTHON}", 0.8, "plain loop, same client"),
            _Aim(engine + CONFLUENT, f"Quix Streams, {CONFLUENT}", 1.0, "Quix Streams"),
            _Aim(engine + CONFLUENT, f"Bytewax, {CONFLUENT}", 0.9, "Bytewax"),
        ),
    )


def hot(plan: Plan) -> Iterator[Table]:
    """Yield the engine's rate with a watch that half of all traffic meets, beside its usual one."""
    sizes = plan.sizes
    total = sizes.hot_warm + sizes.hot_articles
    engine, loop = CONTENDERS[0], CONTENDERS[1]
    with broker(plan.folder / "hot") as servers:
        fill(plan, servers, "usual.", plan.newsroom.articles(sizes.articles, USUAL))
        openers = plan.newsroom.articles(sizes.hot_warm, OPENERS)
        after = plan.newsroom.articles(sizes.hot_articles, HOT, first=sizes.hot_warm)
        fill(plan, servers, "hot.", chain(openers, after))
        entries = [
            Entry(engine, "engine, usual", "usual.", sizes.articles),
            Entry(engine, "engine, hot watch", "hot.", total, sizes.hot_warm),
            Entry(loop, "plain loop, hot watch", "hot.", total, sizes.hot_warm),
        ]
        results = alternate(
            entries, plan.folder, servers, rounds=sizes.hot_rounds, guest_python=plan.guest_python
        )
    table = _rates("A watch that half of all traffic meets", results)
    table.notes = [
        f"{sizes.hot_warm:,} stories open, then {sizes.hot_articles:,} articles measured; {CONFLUENT}",
        f"one in {HOT.tellings} of its matches opens a story and raises an alert",
        load_note(),
    ]
    yield table
    yield _ratios(
        "The hot watch beside the usual traffic",
        results,
        (
            _Aim("engine, hot watch", "engine, usual", 0.6, "itself with the usual traffic"),
            _Aim("engine, hot watch", "plain loop, hot watch", 0.0, "plain loop, hot watch"),
        ),
    )


def fill(plan: Plan, servers: str, prefix: str, articles: Iterable[Article], *, partitions: int = 1) -> None:
    """Write articles into the topics of a prefix, made for it."""
    kafka = {"topic_prefix": prefix, "topics": {"articles": {"partitions": partitions}}}
    service = Service(plan.folder / f"fill-{prefix}{servers[-5:]}", servers, kafka=kafka)
    make_topics(service)
    with contextlib.closing(Producer(service)) as producer:
        producer.send(articles)


def _rates(title: str, results: Sequence[Result]) -> Table:
    table = Table(title, ("", "articles/s", "min-max", "µs CPU an article", "alerts", "load"))
    for result in results:
        runs = result.runs
        table.rows.append(
            (
                result.entry.label,
                f"{result.rate:,.0f}",
                span([run.rate for run in runs], ",.0f"),
                f"{statistics.median(run.cpu_us for run in runs):,.0f}",
                " ".join(sorted({f"{run.alerts:,}" for run in runs})),
                span([run.load for run in runs], ".1f"),
            )
        )
    return table


def _ratios(title: str, results: Sequence[Result], aims: Sequence[_Aim]) -> Table:
    by_label = {result.entry.label: result for result in results}
    table = Table(title, ("", "ratio", "min-max", "aim", ""))
    for aim in aims:
        ratios = by_label[aim.mine].ratios(by_label[aim.other])
        median = statistics.median(ratios)
        verdict = ("met" if median >= aim.least else "missed") if aim.least else ""
        table.rows.append(
            (
                f"{aim.mine} / {aim.what}",
                f"{median:.2f}",
                span(ratios),
                f"≥ {aim.least}" if aim.least else "",
                verdict,
            )
        )
    return table
