"""The server: who may ask, how errors look, and where the routes lead."""

import asyncio
import contextlib
import hmac
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from connectors.notify.api import atom
from connectors.notify.api.document import PATH, Problem, document
from connectors.notify.api.endpoint import Endpoint
from connectors.notify.api.endpoints import ENDPOINTS
from connectors.notify.desk import Desk
from connectors.notify.store import StoredAlert
from wirewatch.errors import ConfigError, WirewatchError
from wirewatch.part import utc_now

MAX_BODY = 64 * 1024
_THREADS = 4  # questions at a time; their own, so that long ones hold up nothing else

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def problem(status: int, detail: str, excerpt: str = "", **headers: str) -> web.Response:
    """Return an error as RFC 9457 has it."""
    body = msgspec.json.encode(Problem(status, detail, excerpt))
    return web.Response(status=status, body=body, content_type="application/problem+json", headers=headers)


def _make_app(desk: Desk, token: str, threads: Executor, now: Callable[[], datetime]) -> web.Application:
    """Return the application over `desk`, asked on `threads`; only who knows `token` is answered."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_guarded(token)])
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, _handler(endpoint, desk, threads))
    openapi = msgspec.json.encode(document())

    async def describe(request: web.Request) -> web.Response:  # noqa: ARG001  # the signature is aiohttp's
        return web.Response(body=openapi, content_type="application/json")

    app.router.add_route("GET", PATH, describe)
    for path, limit, feed in (
        ("/v1/alerts.atom", atom.ENTRIES, atom.latest),
        ("/v1/stories.atom", atom.LOOKED_AT, atom.widest),
    ):
        answer = partial(_feed, desk, limit, feed, now)
        app.router.add_route("GET", path, _feed_handler(threads, answer))
    return app


def _feed(
    desk: Desk,
    limit: int,
    feed: Callable[[Sequence[StoredAlert], datetime], bytes],
    now: Callable[[], datetime],
) -> bytes:
    return feed(desk.alerts(limit=limit), now())


def _feed_handler(threads: Executor, answer: Callable[[], bytes]) -> Handler:
    async def handle(request: web.Request) -> web.Response:  # noqa: ARG001  # the signature is aiohttp's
        body = await asyncio.get_running_loop().run_in_executor(threads, answer)
        return web.Response(body=body, content_type=atom.TYPE)

    return handle


def _guarded(token: str) -> Middleware:
    expected = f"Bearer {token}".encode()

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return problem(401, "the bearer token is missing or wrong", **{"WWW-Authenticate": "Bearer"})
        try:
            return await handler(request)
        except web.HTTPException as error:
            allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return problem(error.status, error.reason or "no", **allow)
        except WirewatchError as error:
            return problem(400, str(error), error.excerpt)
        except sqlite3.Error as error:
            log.warning("outbox_failed", error=str(error))
            return problem(503, "the database cannot be read or written now", **{"Retry-After": "5"})

    return guarded


def _handler(endpoint: Endpoint[Any, Any], desk: Desk, threads: Executor) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        id_, query = request.match_info.get("id", ""), list(request.query.items())
        body = await request.read()
        answer = await asyncio.get_running_loop().run_in_executor(
            threads, endpoint.ask, desk, id_, query, body
        )
        if answer is None:
            return problem(404, "there is no such thing")
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    return handle


@contextlib.asynccontextmanager
async def serve_api(
    desk: Desk, token: str, *, bind: str, port: int, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[int]:
    """Answer on `bind`:`port` (0: a free one) within the block; yields the port. Raises ConfigError."""
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="api")
    runner = web.AppRunner(_make_app(desk, token, threads, now), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, bind, port).start()
        except OSError as error:
            raise ConfigError(
                f"the API cannot listen on {bind}:{port}: {error.strerror}; "
                "set ports.api to another, or notify.api.enabled to false"
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
        threads.shutdown()
