"""`PYTHONPATH=. python -m bench.feeds [--feeds 100 1000 5000] [--speed 60 20 8] [--minutes 60] [--out DIR]`.

Each size starts from an empty store and reads for one virtual hour against simulated publishers, with a real
broker. Writes a table, and a plot of the cost against the number of feeds. `--join FILE` keeps the figures of
each size there and reports on all it holds, so that sizes can be run one by one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import yaml

from bench.feeds.clock import Clock
from bench.feeds.manners import Manners, judge, read_log
from bench.feeds.publishers import host
from bench.machine import describe
from bench.processes import ROOT, running, stop
from bench.report import Table
from bench.service import Service, broker
from connectors.kafka.clients import open_reader
from connectors.kafka.protocols import TopicPartition
from wirewatch.records import ARTICLES

HOSTS = 500


@dataclass(frozen=True)
class Run:
    """What one size came to. Latencies in seconds, (p50, p95)."""

    feeds: int
    speed: float
    reader: dict[str, float]
    manners: Manners
    articles: int
    published_to_kafka: tuple[float, float]
    """Virtual: what a publisher's reader would see."""
    fetched_to_kafka: tuple[float, float]
    """Real: what is ours, without the wait for the next poll."""
    load: tuple[float, float]
    """Of the machine, over a minute, before and after: this run's own is in the second."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.feeds")
    parser.add_argument("--feeds", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--speed", type=float, nargs="+", default=[60.0, 20.0, 8.0], help="one a size")
    parser.add_argument("--minutes", type=float, default=60.0, help="virtual")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "reports")
    parser.add_argument("--join", type=Path, help="a file of figures")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-feeds-") as name:
        folder = Path(name)
        (folder / "broker").mkdir()
        with broker(folder / "broker") as servers:
            runs = [
                measure(folder / str(feeds), servers, feeds, speed, given.minutes * 60 / speed)
                for feeds, speed in zip(given.feeds, given.speed, strict=False)
            ]
    if given.join:
        runs = join(runs, given.join)
    given.out.mkdir(parents=True, exist_ok=True)
    write(runs, given.out, minutes=given.minutes)
    if rude := [line for run in runs for line in run.manners.violations]:
        raise SystemExit(f"bench.feeds: {len(rude)} violations of manners: {rude[:5]}")


def measure(folder: Path, servers: str, feeds: int, speed: float, seconds: float) -> Run:
    """Read `feeds` feeds for `seconds` (wall)."""
    before = os.getloadavg()[0]
    service = Service(
        folder,
        servers,
        kafka={"topic_prefix": f"feeds{feeds}."},
        feeds={"enabled": True},
        logging={"level": "warning"},
    )
    clock = Clock(time.time(), speed)
    publishers = [str(each) for each in (clock.started, speed, folder / "log.jsonl")]
    output = folder / "publishers.txt"
    with running([sys.executable, "-m", "bench.feeds.publishers", *publishers], output) as server:
        while not output.exists() or not output.read_text().endswith("\n"):
            time.sleep(0.1)
        write_feeds(service, feeds, int(output.read_text()))
        where = (str(service.config_dir), str(service.data_dir))
        done = subprocess.run(
            [sys.executable, "-m", "bench.feeds.reader", *where, *publishers[:2], str(seconds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
            timeout=seconds * 2 + 120,
        )
        stop(server)
    articles, to_kafka, own = latencies(service, clock)
    run = Run(
        feeds,
        speed,
        json.loads(done.stdout.splitlines()[-1]),
        judge(read_log(folder / "log.jsonl"), speed=speed),
        articles,
        to_kafka,
        own,
        (before, os.getloadavg()[0]),
    )
    print(run, flush=True)
    return run


def join(runs: list[Run], path: Path) -> list[Run]:
    """Return `runs` with those that `path` holds of other sizes, and keep them all there."""
    kept = msgspec.json.decode(path.read_bytes(), type=list[Run]) if path.exists() else []
    sizes = {run.feeds: run for run in [*kept, *runs]}
    joined = [sizes[feeds] for feeds in sorted(sizes)]
    path.write_bytes(msgspec.json.encode(joined))
    return joined


def write_feeds(service: Service, feeds: int, port: int) -> None:
    """Write feeds.yaml: a source for each host."""
    by_host: dict[str, list[dict[str, object]]] = {}
    for feed in range(feeds):
        name = host(feed, HOSTS)
        url = f"http://{name}:{port}/feed/{feed}"
        by_host.setdefault(name, []).append({"url": url, "allow_private": True})
    sources = [{"name": name, "feeds": own} for name, own in by_host.items()]
    (service.config_dir / "feeds.yaml").write_text(yaml.safe_dump({"sources": sources}))


def latencies(service: Service, clock: Clock) -> tuple[int, tuple[float, float], tuple[float, float]]:
    """Return how many articles there are, and two latencies of those that came out during the run."""
    reader = open_reader(service, client="kafka-python", group="bench")
    partition = TopicPartition(service.settings.kafka.topic("articles"), 0)
    published, fetched, count = [], [], 0
    try:
        start, end = reader.bounds([partition])[partition]
        reader.assign({partition: start})
        while count < end - start:
            for record in reader.poll(1.0, 1000):
                count += 1
                article = ARTICLES.decode(record.value or b"")
                written = clock.at(record.timestamp_ms / 1000)
                if article.published is not None and article.published >= clock.origin:
                    published.append((written - article.published).total_seconds())
                    fetched.append((written - article.fetched).total_seconds() / clock.speed)
    finally:
        reader.close()
    return count, _percentiles(published), _percentiles(fetched)


def _percentiles(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values) or [float("nan")]
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def write(runs: list[Run], out: Path, *, minutes: float) -> None:
    """Write the report and the plot."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    table = Table(
        f"{minutes:.0f} virtual minutes, {HOSTS} host names at most",
        ("", *(f"{run.feeds:,} feeds" for run in runs)),
        [(name, *map(show, runs)) for name, show in _ROWS],
    )
    table.show()
    plot(runs, out / f"feeds-load-{day}.png")
    machine = [f"- {name}: {value}" for name, value in describe(ROOT / ".venv-bench/bin/python")]
    text = [f"# Load on the feeds part, {day}", "", *machine, "", table.markdown(), "", _NOTES]
    text += [f"![Cost against the number of feeds](feeds-load-{day}.png)", ""]
    (out / f"feeds-load-{day}.md").write_text("\n".join(text), encoding="utf-8")


_ROWS = (
    ("speed of the clock", lambda r: f"{r.speed:.0f}"),
    ("load of the machine before / after", lambda r: _pair(r.load, 1)),
    ("polls", lambda r: f"{r.manners.polls:,}"),
    ("polls/s, virtual", lambda r: f"{r.manners.polls / r.reader['virtual_s']:.2f}"),
    ("polls/s, real", lambda r: f"{r.manners.polls / r.reader['wall_s']:.1f}"),
    ("share of 304", lambda r: f"{r.manners.not_modified:.0%}"),
    ("conditional requests", lambda r: f"{r.manners.conditional:.0%}"),
    ("articles", lambda r: f"{r.articles:,}"),
    ("CPU of the part, s", lambda r: f"{r.reader['cpu_s']:.0f}"),
    ("CPU of its parsers, s", lambda r: f"{r.reader['parsers_cpu_s']:.0f}"),
    ("CPU, ms a poll", lambda r: f"{_cpu(r) / max(1, r.manners.polls) * 1000:.1f}"),
    ("share of a core in real time", lambda r: f"{_cpu(r) / r.reader['virtual_s']:.1%}"),
    ("memory with its parsers, MB", lambda r: f"{r.reader['memory_mb']:.0f}"),
    ("feeds.db, MB", lambda r: f"{r.reader['store_mb']:.1f}"),
    ("most overdue poll, second half, virtual s", lambda r: f"{r.reader['most_late_s']:.0f}"),
    ("published → articles p50 / p95, virtual min", lambda r: _pair(r.published_to_kafka, 60)),
    ("fetched → articles p50 / p95, real s", lambda r: _pair(r.fetched_to_kafka, 1)),
    ("requests for robots.txt", lambda r: f"{r.manners.robots:,}"),
    ("most connections to a host", lambda r: f"{r.manners.most_at_once}"),
    ("shortest pause at a host, as sent, real s", lambda r: f"{r.reader['shortest_pause_s']:.2f}"),
    ("the same as it came in", lambda r: f"{r.manners.shortest_pause:.2f}"),
    ("violations of manners", lambda r: f"{len(r.manners.violations)}"),
)
_NOTES = """\
Each size starts from an empty store, so the hour holds the first reading of every feed (30 entries each).
Rhythms: 10 % of feeds an entry in 10 min, 30 % one an hour, 40 % one in 6 h, 20 % one a day. 70 % answer with
an ETag, half with Last-Modified, 20 % with max-age=300; 2 % are 404, 1 % 500, 1 % 429 with Retry-After.

Only the schedule's clock is scaled. The pause and the connections at a host are kept in real time, so they
are judged at `speed` times the load; Retry-After in virtual time. Manners are judged from the publishers' own
log.
Publication to `articles` is the wait for the next poll, above all.
"""


def _cpu(run: Run) -> float:
    return run.reader["cpu_s"] + run.reader["parsers_cpu_s"]


def _pair(values: tuple[float, float], unit: float) -> str:
    return f"{values[0] / unit:.1f} / {values[1] / unit:.1f}"


def plot(runs: list[Run], path: Path) -> None:
    """Draw cost against the number of feeds."""
    import matplotlib as mpl  # noqa: PLC0415  # takes a second

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    feeds = [run.feeds for run in runs]
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.6), constrained_layout=True)
    left.plot(feeds, [_cpu(run) / run.reader["virtual_s"] * 100 for run in runs], "o-")
    left.set(title="Processor, % of a core", xlabel="feeds")
    middle.plot(feeds, [run.reader["memory_mb"] for run in runs], "o-")
    middle.set(title="Memory with parsers, MB", xlabel="feeds")
    right.plot(feeds, [run.manners.polls for run in runs], "o-")
    right.set(title="Polls in the hour", xlabel="feeds")
    for axes in (left, middle, right):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
