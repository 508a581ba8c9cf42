"""Manners towards a host: two connections at once, and a pause between requests."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 2
PAUSE = 0.5
"""Seconds from the start, and from the end, of a request to a host to the start of the next."""
MAX_CRAWL_DELAY = 30.0
MAX_HOSTS = 20_000


@dataclass
class _Host:
    slots: asyncio.Semaphore
    pause: float
    free_at: float = 0.0
    """When the next request may start."""
    users: int = 0
    """Requests under way or waiting."""


@dataclass
class Hosts:
    """The hosts we speak to. `clock` counts seconds on a scale that never goes back."""

    pause: float = PAUSE
    clock: Callable[[], float] = time.monotonic
    _hosts: dict[str, _Host] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait for a turn at the host of `url`, and hold it for the block."""
        host = self._host(url)
        host.users += 1
        try:
            async with host.slots:
                while (wait := host.free_at - self.clock()) > 0:  # noqa: ASYNC110  # a time, not an event
                    await asyncio.sleep(wait)  # and look again: another may have been served meanwhile
                host.free_at = self.clock() + host.pause
                try:
                    yield
                finally:
                    host.free_at = max(host.free_at, self.clock() + host.pause)
        finally:
            host.users -= 1

    def slow_down(self, url: str, delay: float) -> None:
        """Keep `delay` seconds between requests to the host of `url`: its robots.txt asks for it."""
        host = self._host(url)
        host.pause = max(self.pause, min(delay, MAX_CRAWL_DELAY))

    def _host(self, url: str) -> _Host:
        name = host_of(url)
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= MAX_HOSTS:
                self._forget()
            host = self._hosts[name] = _Host(asyncio.Semaphore(CONNECTIONS), self.pause)
        return host

    def _forget(self) -> None:
        now = self.clock()
        idle = [n for n, h in self._hosts.items() if h.free_at < now and not h.users]
        for name in idle:
            del self._hosts[name]


def host_of(url: str) -> str:
    """Return the host name of `url`, in lower case; empty when it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
