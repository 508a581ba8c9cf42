"""`watches backtest` over what Kafka retains: rate and memory, beside the live pipeline's rate."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.articles import Mix
from bench.compare import USUAL, fill
from bench.plan import Plan
from bench.processes import ROOT
from bench.report import Table
from bench.service import Service, broker
from bench.throughput import CONFLUENT, CONTENDERS, Entry, alternate

BUSY = Mix(watched=0.5, tellings=3)
"""Half of all articles meet a watch, and are told three times on average."""
LONGEST = 900.0  # seconds a backtest may take
LOOK = 0.05  # seconds between two looks at its memory


@dataclass(frozen=True)
class _Backtest:
    """One run of the command."""

    seconds: float
    """From its start, imports and config included."""
    peak: float
    """The most memory it was seen to hold, MiB."""
    articles: int
    alerts: int


def measure(plan: Plan) -> Iterator[Table]:
    """Yield the table: some articles and ten times as many, few and many of them watched."""
    many = plan.sizes.retained
    table = Table(
        "Backtests of what Kafka retains", ("", "articles/s", "s in all", "peak MiB", "alerts", "load")
    )
    with broker(plan.folder / "backtest") as servers:
        for name, mix in (("5 % watched", USUAL), ("50 % watched", BUSY)):
            live = f"live{mix.watched:g}."
            fill(plan, servers, live, plan.newsroom.articles(plan.sizes.articles, mix))
            entry = Entry(CONTENDERS[0], f"live pipeline, {name}", live, plan.sizes.articles)
            (result,) = alternate([entry], plan.folder, servers, rounds=1, guest_python=plan.guest_python)
            (run,) = result.runs
            table.rows.append((entry.label, f"{run.rate:,.0f}", "", "", f"{run.alerts:,}", f"{run.load:.1f}"))
            for count in (many // 10, many):
                prefix = f"past{mix.watched:g}-{count}."
                fill(plan, servers, prefix, plan.newsroom.articles(count, mix))
                load = os.getloadavg()[0]
                past = _run(plan.folder / prefix, servers, prefix)
                table.rows.append(
                    (
                        f"backtest of {past.articles:,}, {name}",
                        f"{past.articles / past.seconds:,.0f}",
                        f"{past.seconds:.1f}",
                        f"{past.peak:,.0f}",
                        f"{past.alerts:,}",
                        f"{load:.1f}",
                    )
                )
    table.notes = [
        "the backtest's rate has its start in it (imports, config); the live one is the broker's, once warm",
        f"`wirewatch watches backtest --source kafka --json`, {CONFLUENT}, output into a file",
        f"memory: the largest resident set seen, looked at every {LOOK:g} s",
    ]
    yield table


def _run(folder: Path, servers: str, prefix: str) -> _Backtest:
    service = Service(folder, servers, kafka={"topic_prefix": prefix})
    output = service.output("backtest")
    where = ("--config", str(service.config_dir), "--data", str(service.data_dir))
    command = [
        sys.executable,
        "-m",
        "wirewatch",
        "watches",
        "backtest",
        "--source",
        "kafka",
        "--json",
        *where,
    ]
    started = time.monotonic()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with output.open("wb") as file, subprocess.Popen(command, stdout=file, cwd=ROOT, env=env) as process:
        peak = 0
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                peak = max(peak, watched.memory_info().rss)
            if time.monotonic() - started > LONGEST:
                process.kill()
                raise SystemExit(f"bench: a backtest took more than {LONGEST:g} s")
            time.sleep(LOOK)
    seconds = time.monotonic() - started
    if process.returncode:
        raise SystemExit(f"bench: the backtest ended with {process.returncode}")
    with output.open("rb") as lines:
        for line in lines:
            last = line
    told = json.loads(last)
    return _Backtest(seconds, peak / 2**20, told["articles"], told["alerts"])
