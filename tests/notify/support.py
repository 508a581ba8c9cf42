"""Test tools of notify: alerts, a database, HTTP receivers that behave and misbehave."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from connectors.notify import store
from connectors.notify.receivers.http import HttpReceiver
from connectors.notify.receivers.webhook import Webhook, WebhookConfig
from connectors.notify.signing.secrets import new_secret
from connectors.notify.store import Arrival, Owed, insert_delivery, open_database
from connectors.notify.store.arrivals import add_alert, set_offsets
from connectors.notify.store.database import to_ms
from wirewatch.alert import Alert, Clause, Evidence
from wirewatch.article import Place
from wirewatch.records import ALERTS

T0 = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SECRET = new_secret()
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def alert(name: str = "a1", **changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "watch": "nato",
        "watch_name": "NATO",
        "watch_version": "v1",
        "severity": "high",
        "title": "NATO ministers meet in Brussels",
        "time": T0,
        "alerted": T0,
        "why": (
            Clause(
                clause="actor:nato",
                evidence=(
                    Evidence(place=Place(None, 0, 4), text="NATO", context="NATO ministers meet", offset=0),
                ),
            ),
        ),
    }
    return Alert(id=name, **(fields | changes))


@dataclass(frozen=True)
class Coming:
    """An alert from Kafka, and what a test has it owe."""

    id: str
    body: bytes
    partition: int
    offset: int
    written: datetime
    owed: tuple[Owed, ...]

    def arrival(self) -> Arrival:
        ms = int(self.written.timestamp() * 1000)
        return Arrival(alert(self.id), self.body, self.partition, self.offset, ms, TRACE)


def arrival(
    name: str = "a1",
    *,
    receivers: tuple[str, ...] = ("r1",),
    offset: int = 0,
    partition: int = 0,
    written=T0,
    **changes: Any,
) -> Coming:
    body = ALERTS.encode(alert(name, **changes))
    return Coming(
        id=name,
        body=body,
        partition=partition,
        offset=offset,
        written=written,
        owed=tuple(Owed(receiver, name, body) for receiver in receivers),
    )


class Outbox(store.Outbox):
    """The outbox, with a way in that owes what a test says: deciding it is tested elsewhere."""

    def take_in(
        self, topic: str, coming: Iterable[Coming], offsets: Mapping[int, int], *, now: datetime
    ) -> list[Coming]:
        fresh = []
        with self.shared.writing() as db:
            for each in coming:
                seq = add_alert(db, each.arrival(), now=now)
                if seq is not None:
                    fresh.append(each)
                    for owed in each.owed:
                        insert_delivery(db, owed, ((seq, each.body),), to_ms(now))
            set_offsets(db, topic, offsets)
        return fresh


def open_outbox(folder: Path) -> Outbox:
    return Outbox(open_database(folder / "notify.db"))


def webhook(url: str, name: str = "r1", *, timeout: float = 30.0, allow_private: bool = True):
    # Not validated: the guard at the socket is under test, not the one at load.
    config = WebhookConfig.model_construct(url=url, secret_file="-", allow_private=allow_private)
    return HttpReceiver(name, Webhook(name, config, secrets=lambda: (SECRET,)), timeout=timeout)


@dataclass
class Request:
    """A request as a test's receiver saw it."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Http:
    """A running HTTP receiver: `requests` fills, `answer` says what each gets."""

    url: str
    requests: list[Request] = field(default_factory=list)


Answer = Callable[[web.Request, int], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def http(answer: Answer, port: int = 0) -> AsyncIterator[Http]:
    """Run an HTTP server; `answer(request, n)` answers the n-th request (1 is the first)."""
    server = Http("")

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        server.requests.append(Request({k.lower(): v for k, v in request.headers.items()}, body))
        return await answer(request, len(server.requests))

    app = web.Application(client_max_size=4 << 20)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield server
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def raw_tcp(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]):
    """Run a TCP server that speaks whatever `talk` writes; yields its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


def status(code: int, **headers: str) -> Answer:
    async def answer(request: web.Request, n: int) -> web.StreamResponse:
        return web.Response(status=code, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


class Mends:
    """Answers every request with `failing` until it is `mended`, and takes all after that."""

    def __init__(self, failing: int) -> None:
        self.failing = failing
        self.mended = False

    async def __call__(self, request: web.Request, n: int) -> web.StreamResponse:
        return web.Response(status=204 if self.mended else self.failing)


async def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until `condition` holds; fail after `seconds`: that tells a hang, not a busy machine."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        await asyncio.sleep(0.01)


class Clock:
    """The real clock (the signature's library reads that one), plus what a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.skipped = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped.total_seconds()

    def skip(self, **how: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**how)
        self.skipped += timedelta(**how)

    def set_back(self, **how: float) -> None:
        """Set the wall clock back."""
        self.ahead -= timedelta(**how)


class StillClock(Clock):
    """A clock that stands still but for what a test adds: nothing comes due by itself on a busy machine."""

    def __init__(self) -> None:
        super().__init__()
        self.began = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.began + self.ahead

    def monotonic(self) -> float:
        return self.skipped.total_seconds()
