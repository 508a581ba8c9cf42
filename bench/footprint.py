"""How long each part takes to be ready, and what it needs idle and at 50 articles a second."""

import contextlib
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import psutil

from bench.articles import Mix
from bench.plan import Plan
from bench.processes import wait_until
from bench.receiver import Receiver
from bench.report import Table, span
from bench.service import PARTS, Service
from bench.traffic import Producer

PER_SECOND = 50
SETTLE_SECONDS = 10
START_SECONDS = 120
IDLE_MIB, IDLE_CORE = 1024, 0.10
"""What the whole service may need while nothing happens."""
SUPERVISOR = "supervisor"
# At the original pace the replay of the seeds lasts for weeks: it is there, and rests.
SETTINGS: dict[str, Any] = {"replay": {"enabled": True, "speed": 1}}


def starts(plan: Plan) -> Iterator[Table]:
    """Yield the seconds from each part's cold start to its /readyz."""
    found: dict[str, list[float]] = {part: [] for part in ("broker", "pipeline", "notify", "replay")}
    for number in range(plan.sizes.starts):
        service = Service(plan.folder / f"start-{number}", None, **SETTINGS)
        with contextlib.closing(service):
            for part, seconds in found.items():
                started = time.monotonic()
                service.start(part)
                wait_until(partial(service.ready, part), START_SECONDS, f"{part} ready")
                seconds.append(time.monotonic() - started)
    table = Table("Start-up: process to /readyz", ("part", "s", "min-max"))
    for part, seconds in found.items():
        table.rows.append((part, f"{statistics.median(seconds):.1f}", span(seconds, ".1f")))
    table.notes = [
        f"{plan.sizes.starts} starts, one part after the other, new data folder, jars fetched before",
        f"load average at the end: {os.getloadavg()[0]:.1f}",
    ]
    yield table


@dataclass(frozen=True)
class _Need:
    """What the processes of a part hold and use."""

    rss: float
    pss: float
    """MiB; shared pages are split between those that share them."""
    core: float
    """Share of one core."""


def needs(plan: Plan) -> Iterator[Table]:
    """Yield memory and processor time of each part of `wirewatch up`, idle and loaded."""
    sizes = plan.sizes
    articles = list(plan.newsroom.articles(PER_SECOND * sizes.loaded_seconds, Mix(watched=0.05, seed=13)))
    with contextlib.ExitStack() as stack:
        receiver = stack.enter_context(contextlib.closing(Receiver()))
        service = Service(plan.folder / "needs", None, receiver.url, **SETTINGS)
        stack.callback(service.close)
        root = psutil.Process(service.start("up").pid)
        wait_until(lambda: all(service.ready(part) for part in PARTS), START_SECONDS, "all parts ready")
        time.sleep(SETTLE_SECONDS)
        load = os.getloadavg()[0]
        with _Meter(root) as idle:
            time.sleep(sizes.idle_seconds)
        producer = stack.enter_context(contextlib.closing(Producer(service)))
        with _Meter(root) as loaded:
            producer.send_paced(articles, PER_SECOND)
    columns = ("part", "RSS MiB", "PSS MiB", "core", "RSS MiB, loaded", "PSS MiB, loaded", "core, loaded")
    table = Table("Memory and processor", columns)
    for part in (*idle.needs, "whole service"):
        table.rows.append((part, *_cells(idle, part), *_cells(loaded, part)))
    whole = idle.total()
    met = whole.pss < IDLE_MIB and whole.core < IDLE_CORE
    table.notes = [
        f"idle for {sizes.idle_seconds} s, then {PER_SECOND} articles/s for {sizes.loaded_seconds} s",
        f"aim: the whole service idle under {IDLE_MIB} MiB (PSS) and {IDLE_CORE:.0%} of a core: "
        + ("met" if met else "missed"),
        f"load average before: {load:.1f}",
    ]
    yield table


def _cells(meter: "_Meter", part: str) -> tuple[str, str, str]:
    need = meter.needs.get(part) or meter.total()
    return f"{need.rss:.0f}", f"{need.pss:.0f}", f"{need.core:.1%}"


class _Meter:
    """Measures the service's processes over a block."""

    def __init__(self, root: psutil.Process) -> None:
        self._root = root
        self.needs: dict[str, _Need] = {}

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._cpu = self._used()
        return self

    def __exit__(self, *_: object) -> None:
        seconds = time.monotonic() - self._began
        used = self._used()
        for name, processes in self._parts().items():
            memory = [process.memory_full_info() for process in processes]
            cpu = sum(used[p.pid] - self._cpu.get(p.pid, 0.0) for p in processes if p.pid in used)
            self.needs[name] = _Need(
                sum(m.rss for m in memory) / 2**20, sum(m.pss for m in memory) / 2**20, cpu / seconds
            )

    def total(self) -> _Need:
        """Return what all parts need together."""
        needs = self.needs.values()
        return _Need(sum(n.rss for n in needs), sum(n.pss for n in needs), sum(n.core for n in needs))

    def _used(self) -> dict[int, float]:
        processes = (process for group in self._parts().values() for process in group)
        return {p.pid: (times := p.cpu_times()).user + times.system for p in processes}

    def _parts(self) -> dict[str, list[psutil.Process]]:
        """Return the supervisor and its parts, each with the processes below it (the broker's Java)."""
        parts = {SUPERVISOR: [self._root]}
        for child in self._root.children():
            name = next((word for word in child.cmdline() if word in PARTS), "other")
            parts.setdefault(name, []).extend((child, *child.children(recursive=True)))
        return parts
