"""The feeds part under load, as a process: its own loop, store, parsers and publisher, on a faster clock.

`python -m bench.feeds.reader CONFIG DATA STARTED SPEED PORT SECONDS` reads for SECONDS (wall) and prints its
figures as JSON. Only the clock and the resolver differ from `wirewatch feeds`: every name is on loopback.
"""

import json
import resource
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import psutil
from aiohttp.abc import AbstractResolver, ResolveResult

from bench.feeds.clock import Clock
from connectors.feeds import metrics, part
from connectors.feeds.fetch.fetcher import Fetcher
from connectors.feeds.fetch.hosts import Hosts, Turn
from connectors.feeds.store import DATABASE
from connectors.feeds.urls import host_of
from wirewatch.part import PartContext
from wirewatch.service.logging import configure_logging
from wirewatch.settings import load_settings

SAMPLE_SECONDS = 2.0


class Loopback(AbstractResolver):
    """Every name is 127.0.0.1."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        family = socket.AF_INET  # whatever was asked for
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


class Sent(Hosts):
    """The hosts, and the shortest time between two requests that were sent to one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.shortest = float("inf")
        self._latest: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[Turn]:
        async with super().turn(url) as turn:
            pause_begins = turn.sent

            def sent() -> None:
                now, name = time.monotonic(), host_of(url)
                self.shortest = min(self.shortest, now - self._latest.get(name, float("-inf")))
                self._latest[name] = now
                pause_begins()

            turn.sent = sent  # type: ignore[method-assign]
            try:
                yield turn
            finally:
                # What the end of a turn says is no request, of a cancelled one neither.
                turn.sent = pause_begins  # type: ignore[method-assign]


def main() -> None:
    config, data, started, speed, seconds = sys.argv[1:]
    settings = load_settings(Path(config))
    configure_logging(settings.logging, part="feeds")
    clock = Clock(float(started), float(speed))
    context = PartContext(settings, Path(config), Path(data), now=clock.now)
    hosts = Sent()

    def fetcher(agent: str, now: Callable[[], datetime]) -> Fetcher:
        return Fetcher(agent, now, hosts, resolver=Loopback())

    setattr(part, "Fetcher", fetcher)  # noqa: B010  # where the part finds it
    latest: dict[str, float] = {"memory": 0, "late": 0, "backlog": 0}
    watcher = threading.Thread(target=_watch, args=(context, float(seconds), latest))
    watcher.start()
    began = time.monotonic()
    part.run(context)
    watcher.join()
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "wall_s": time.monotonic() - began,
                "virtual_s": (time.monotonic() - began) * clock.speed,
                "cpu_s": own.ru_utime + own.ru_stime,
                "parsers_cpu_s": children.ru_utime + children.ru_stime,
                "memory_mb": latest["memory"] / 2**20,
                "most_late_s": latest["late"],
                "most_backlog": latest["backlog"],
                "shortest_pause_s": hosts.shortest,
                "store_mb": (Path(data) / DATABASE).stat().st_size / 2**20,
            }
        )
    )


def _watch(context: PartContext, seconds: float, latest: dict[str, float]) -> None:
    """Keep the highest figures; stop the part when its time is over."""
    process = psutil.Process()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(SAMPLE_SECONDS)
        family = [process, *process.children()]
        latest["memory"] = max(latest["memory"], sum(_memory(each) for each in family))
        latest["backlog"] = max(latest["backlog"], metrics.BACKLOG._value.get())
        if time.monotonic() > deadline - seconds / 2:  # the start is a queue of its own
            latest["late"] = max(latest["late"], metrics.LATE._value.get())
    context.stop.set()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


if __name__ == "__main__":
    main()
