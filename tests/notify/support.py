"""Test tools of notify: alerts, a database, HTTP receivers that behave and misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from connectors.notify.receivers.http import HttpReceiver
from connectors.notify.receivers.webhook import Webhook, WebhookConfig
from connectors.notify.secrets import new_secret
from connectors.notify.store import Arrival, Outbox, Owed, open_database
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


def arrival(
    name: str = "a1", *, receivers: tuple[str, ...] = ("r1",), offset: int = 0, partition: int = 0, written=T0
) -> Arrival:
    body = ALERTS.encode(alert(name))
    return Arrival(
        id=name,
        watch="nato",
        severity="high",
        body=body,
        partition=partition,
        offset=offset,
        written_ms=int(written.timestamp() * 1000),
        traceparent=TRACE,
        owed=tuple(Owed(receiver, name, body) for receiver in receivers),
    )


def open_outbox(folder: Path) -> Outbox:
    return Outbox(open_database(folder / "notify.db"))


def webhook(url: str, name: str = "r1", *, timeout: float = 2.0, allow_private: bool = True):
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


async def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until `condition` holds; fail after `seconds`."""
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not so within {seconds} s")


class Clock:
    """The real clock (the signature's library reads that one), plus what a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def skip(self, **how: float) -> None:
        self.ahead += timedelta(**how)
