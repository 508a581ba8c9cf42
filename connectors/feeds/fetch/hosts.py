"""Manners towards a host: two connections at once, and a pause between requests."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.feeds.urls import host_of

CONNECTIONS = 2
PAUSE = 0.5
"""Seconds from when a request is sent, and from its end, until the next one to the host is sent."""
MAX_CRAWL_DELAY = 30.0
PATIENCE = 120.0
"""Seconds that a request waits for its turn: behind it waits a poll, of which only so many are under way."""
MAX_HOSTS = 20_000


@dataclass
class _Host:
    pause: float
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held until a request is on its way: connecting takes up to seconds, and a second request that did not
    wait for that would come in right behind the first."""
    free_at: float = 0.0
    """When the next request may be sent."""
    users: int = 0
    """Requests under way or waiting."""


@dataclass
class Turn:
    """Leave to send one request to a host."""

    _host: _Host
    _clock: Callable[[], float]
    _holds_gate: bool = True

    def sent(self) -> None:
        """Say that the request is on its way: the pause begins now. Also said when the turn ends."""
        self._host.free_at = self._clock() + self._host.pause
        if self._holds_gate:
            self._holds_gate = False
            self._host.gate.release()


class NoTurnError(Exception):
    """So many wait for the host that no turn would come in time; `seconds` until it has served them."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no turn within {seconds:.0f} s")
        self.seconds = seconds


@dataclass
class Hosts:
    """The hosts we speak to. `clock` counts seconds on a scale that never goes back."""

    pause: float = PAUSE
    patience: float = PATIENCE
    clock: Callable[[], float] = time.monotonic
    _hosts: dict[str, _Host] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[Turn]:
        """Wait for a turn at the host of `url`, and hold it for the block. Raises NoTurnError."""
        host = self._host(url)
        ahead = host.users * host.pause
        if ahead > self.patience:
            raise NoTurnError(ahead)
        host.users += 1
        try:
            async with _within(self.patience) as waiting, host.slots:
                await host.gate.acquire()
                turn = Turn(host, self.clock)
                try:
                    while (wait := host.free_at - self.clock()) > 0:  # noqa: ASYNC110  # a time, not an event
                        await asyncio.sleep(wait)  # and look again: the other may have ended meanwhile
                    waiting.reschedule(None)
                    yield turn
                finally:
                    turn.sent()
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
            host = self._hosts[name] = _Host(self.pause)
        return host

    def _forget(self) -> None:
        now = self.clock()
        idle = [n for n, h in self._hosts.items() if h.free_at < now and not h.users]
        for name in idle:
            del self._hosts[name]


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """Bound the wait for a turn. Raises NoTurnError when it is over; what the block raises goes through."""
    bound = asyncio.timeout(seconds)
    try:
        async with bound:
            yield bound
    except TimeoutError:
        if bound.expired():
            raise NoTurnError(seconds) from None
        raise
