"""Kafka to Kafka: articles a second of the engine, a plain loop, Quix Streams and Bytewax, side by side."""

import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.processes import cpu_seconds, last_lines, running
from bench.service import Service
from bench.traffic import Outlet

if TYPE_CHECKING:
    import subprocess

LONGEST = 300.0  # seconds a contender may take
SETTLE = 0.1  # the share of a run's time that counts as warming up
ENGINE = "embedded engine"


@dataclass(frozen=True)
class Contender:
    """One way to do the work."""

    name: str
    client: str
    module: str | None = None
    """None: the real part `wirewatch pipeline`."""
    guest: bool = False
    """Lives in the environment of frameworks."""

    @property
    def label(self) -> str:
        """Its name in tables."""
        return f"{self.name}, {self.client}"


CONFLUENT, KAFKA_PYTHON = "confluent-kafka", "kafka-python"
CONTENDERS = (
    Contender(ENGINE, CONFLUENT),
    Contender("plain loop", CONFLUENT, "loop_confluent"),
    Contender("Quix Streams", CONFLUENT, "quix", guest=True),
    Contender("Bytewax", CONFLUENT, "bytewax_flow", guest=True),
    Contender(ENGINE, KAFKA_PYTHON),
    Contender("plain loop", KAFKA_PYTHON, "loop_kafka_python"),
)


@dataclass(frozen=True)
class Run:
    """What one run of a contender gave."""

    rate: float
    """Articles a second."""
    cpu_us: float
    """Processor time of its process, µs an article."""
    alerts: int
    load: float
    """The machine's load average before it."""


@dataclass(frozen=True)
class Entry:
    """A contender and what it works through: `articles` of a prefix, the first `warm` of them uncounted."""

    contender: Contender
    label: str
    prefix: str
    articles: int
    warm: int = 0


@dataclass
class Result:
    """All runs of an entry."""

    entry: Entry
    runs: list[Run] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median rate."""
        return statistics.median(run.rate for run in self.runs)

    def ratios(self, other: "Result") -> list[float]:
        """Return the ratio to `other` of each round."""
        return [a.rate / b.rate for a, b in zip(self.runs, other.runs, strict=True)]


def alternate(
    entries: Sequence[Entry], folder: Path, servers: str, *, rounds: int, guest_python: Path
) -> list[Result]:
    """Run each entry `rounds` times, in turns."""
    results = [Result(entry) for entry in entries]
    for number in range(rounds):
        # Every other round backwards, so that none always runs after the same one.
        for result in results[:: 1 if number % 2 == 0 else -1]:
            with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
                run = _Race(result.entry, Path(place), servers, guest_python).run()
            result.runs.append(run)
            print(
                f"  round {number + 1}  {result.entry.label:<32} {run.rate:8,.0f}/s  "
                f"{run.cpu_us:5.0f} µs CPU  {run.alerts:6} alerts  load {run.load:.1f}",
                flush=True,
            )
    return results


class _Race:
    """One run of one entry."""

    def __init__(self, entry: Entry, folder: Path, servers: str, guest_python: Path) -> None:
        self._entry = entry
        self._contender = entry.contender
        client = "kafka-python" if entry.contender.client == KAFKA_PYTHON else "confluent"
        kafka = {"topic_prefix": entry.prefix, "pipeline_client": client}
        self._service = Service(folder / "service", servers, kafka=kafka)
        self._python = str(guest_python) if entry.contender.guest else sys.executable

    def run(self) -> Run:
        """Let it work through all articles."""
        articles, warm = self._entry.articles, self._entry.warm
        load = os.getloadavg()[0]
        kafka = self._service.settings.kafka
        tagged = Outlet(self._service, kafka.topic("articles.tagged"))
        alerts = Outlet(self._service, kafka.topic("alerts"))
        try:
            with self._process() as process:
                tagged.wait_for(1, LONGEST, lambda: self._check(process))
                before, cpu = tagged.count(), cpu_seconds(process.pid)
                tagged.wait_for(articles, LONGEST, lambda: self._check(process))
                cpu = cpu_seconds(process.pid) - cpu
                time.sleep(0.3)  # its last alerts
            stamps = sorted(record.timestamp_ms for record in tagged.records())
            return Run(rate(stamps, warm), cpu / max(1, articles - before) * 1e6, alerts.count(), load)
        finally:
            tagged.close()
            alerts.close()

    @contextlib.contextmanager
    def _process(self) -> "Iterator[subprocess.Popen[bytes]]":
        if self._contender.module is None:
            try:
                yield self._service.start("pipeline")
            finally:
                self._service.close()
            return
        settings = self._service.settings
        prefix = settings.kafka.topic_prefix
        module = f"bench.contenders.{self._contender.module}"
        task = (
            settings.bootstrap_servers,
            prefix,
            f"{prefix}{time.time_ns()}",
            str(self._service.config_dir),
        )
        with running([self._python, "-m", module, *task], self._service.output("pipeline")) as process:
            yield process

    def _check(self, process: "subprocess.Popen[bytes]") -> None:
        if process.poll() is not None:
            words = last_lines(self._service.output("pipeline"))
            raise SystemExit(f"bench: {self._contender.label} ended by itself\n{words}")


def rate(stamps: list[int], warm: int = 0) -> float:
    """Return articles a second from the times (ms) at which the broker got them, in order.

    Counts from the last one that came while warming up to the last of all. Engines write in bursts, a batch
    at a time: counting from the very first would give them the work on their first batch for nothing.
    """
    first, last = stamps[warm], stamps[-1]
    warmed = first + SETTLE * (last - first)
    begin = max(n for n, stamp in enumerate(stamps) if stamp <= warmed)
    return (len(stamps) - 1 - begin) / ((last - stamps[begin]) / 1000)
