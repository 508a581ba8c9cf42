"""What the publishers saw: how often they were asked, and whether anybody was rude. From their log alone."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from connectors.feeds.fetch.hosts import CONNECTIONS, PAUSE

ALLOWANCE = 0.1
"""Seconds by which two requests may come in closer than they were sent, on a busy machine."""


class Asked(NamedTuple):
    """A request; wall seconds."""

    start: float
    end: float
    host: str
    path: str
    status: int
    conditional: bool


@dataclass(frozen=True)
class Manners:
    """Over all hosts."""

    polls: int
    not_modified: float
    """Share of 304 among the good answers."""
    conditional: float
    """Share of requests for feeds that carried a validator."""
    robots: int
    """Requests for a robots.txt; one a host is right."""
    most_at_once: int
    shortest_pause: float
    violations: tuple[str, ...]


def read_log(path: Path) -> list[Asked]:
    """Return the requests in the order they came in."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted(Asked(*json.loads(line)) for line in lines)


def judge(log: Iterable[Asked], *, speed: float) -> Manners:
    """Return what the log says; `speed` is the clock's, for Retry-After is kept in virtual time."""
    by_host = defaultdict(list)
    for asked in log:
        by_host[asked.host].append(asked)
    feeds = [a for each in by_host.values() for a in each if a.path != "/robots.txt"]
    good = [a for a in feeds if a.status in {200, 304}]
    pauses = [b.start - a.start for each in by_host.values() for a, b in pairwise(each)]
    at_once = {name: _most_at_once(each) for name, each in by_host.items()}
    violations = [f"{name}: {n} requests at once" for name, n in at_once.items() if n > CONNECTIONS]
    violations += [f"a pause of {pause:.2f} s" for pause in pauses if pause < PAUSE - ALLOWANCE]
    violations += [line for name, each in by_host.items() for line in _hasty(name, each, speed)]
    return Manners(
        polls=len(feeds),
        not_modified=sum(a.status == 304 for a in good) / max(1, len(good)),
        conditional=sum(a.conditional for a in feeds) / max(1, len(feeds)),
        robots=sum(a.path == "/robots.txt" for each in by_host.values() for a in each),
        most_at_once=max(at_once.values()),
        shortest_pause=min(pauses),
        violations=tuple(violations),
    )


def _most_at_once(requests: list[Asked]) -> int:
    events = sorted([(a.start, 1) for a in requests] + [(a.end, -1) for a in requests])
    running = most = 0
    for _, change in events:
        running += change
        most = max(most, running)
    return most


def _hasty(name: str, requests: list[Asked], speed: float) -> Iterable[str]:
    """Yield a line for each request that came between a Retry-After and its end, less a second for clocks."""
    since = until = 0.0
    for asked in requests:
        if since < asked.start < until:
            yield f"{name}: asked {(until - asked.start) * speed:.0f} s before its Retry-After was over"
        if asked.status == 429:
            until = asked.end + 1800 / speed - 1.0
            since = asked.end
