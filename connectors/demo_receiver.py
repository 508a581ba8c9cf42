"""The webhook receiver of the demo: checks signatures, shows alerts, keeps a list of what arrived."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog
from aiohttp import web

from connectors.notify.signing import signature
from wirewatch.alert import Alert
from wirewatch.errors import NewerRecordError, WirewatchError
from wirewatch.part import PartContext
from wirewatch.records import ALERTS, GROUPS, UndecodableError

RECEIVED_FILE = "receiver/received.jsonl"
"""Where, within the data folder, each request that was taken is listed."""
MAX_BODY_BYTES: Final = 2 << 20
MAX_LOG_BYTES: Final = 8 << 20
REMEMBERED: Final = 50_000

log = structlog.get_logger(__name__)


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook that was rightly signed; one line of received.jsonl."""

    id: str
    """The webhook-id."""
    at: datetime
    repeat: bool
    """Whether this id arrived before."""
    watch: str | None = None
    severity: str | None = None
    title: str | None = None
    article: str | None = None
    traceparent: str | None = None


OnAlert = Callable[[Received, Alert], None]


class _Kind(msgspec.Struct):
    kind: str = ""


def alerts_in(body: bytes) -> tuple[Alert, ...]:
    """Return the alerts that a webhook's body tells of: one, or those of a group.

    Raises UndecodableError for what is neither, NewerRecordError for a version this program does not know.
    """
    try:
        if msgspec.json.decode(body, type=_Kind).kind == "group":
            return GROUPS.decode(body).alerts
    except (msgspec.DecodeError, RecursionError) as error:
        raise UndecodableError(str(error)) from error
    return (ALERTS.decode(body),)


class Seen:
    """The ids that arrived, the latest 50,000 of them."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, id: str) -> bool:  # noqa: A002  # the standard's own word
        """Remember `id`; return whether it is new."""
        new = id not in self._ids
        self._ids[id] = None
        self._ids.move_to_end(id)
        if len(self._ids) > REMEMBERED:
            self._ids.popitem(last=False)
        return new


class ReceivedLog:
    """received.jsonl: append only; at 8 MiB it becomes received.jsonl.1, which the next one replaces."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._older = path.with_name(path.name + ".1")
        path.parent.mkdir(parents=True, exist_ok=True)

    def read(self) -> Iterator[Received]:
        """Yield what it holds, oldest first; a line cut short by a crash is passed over."""
        for path in (self._older, self._path):
            if not path.exists():
                continue
            with path.open("rb") as lines:
                for line in lines:
                    with contextlib.suppress(msgspec.DecodeError):
                        yield msgspec.json.decode(line, type=Received)

    def append(self, received: Received) -> None:
        """Add one line."""
        if self._path.exists() and self._path.stat().st_size > MAX_LOG_BYTES:
            self._path.replace(self._older)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(received) + b"\n")


@contextlib.asynccontextmanager
async def serve(
    host: str,
    port: int,
    secrets: Callable[[], Sequence[str]],
    on_alert: OnAlert,
    *,
    now: Callable[[], datetime],
    seen: Seen | None = None,
) -> AsyncIterator[str]:
    """Receive webhooks signed with one of `secrets` within the block; yields the URL (port 0: any free one).

    `on_alert` is called in the event loop for each alert of what is rightly signed, repeats too. Answers
    204; 401 for a bad signature, 400 for a body that is no alert. Raises OSError when the port is taken.
    """
    known = seen if seen is not None else Seen()

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            webhook_id = signature.verify(secrets(), body, request.headers)
        except signature.BadSignatureError as error:
            log.warning("webhook_refused", why=str(error), peer=request.remote)
            return web.json_response({"error": str(error)}, status=401)
        try:
            alerts = alerts_in(body)
        except (UndecodableError, NewerRecordError) as error:
            log.warning("webhook_without_alert", why=str(error), id=webhook_id)
            return web.json_response({"error": str(error)}, status=400)
        repeat = not known.add(webhook_id)
        for alert in alerts:
            on_alert(
                Received(
                    id=webhook_id,
                    at=now(),
                    repeat=repeat,
                    watch=alert.watch,
                    severity=alert.severity,
                    title=alert.title,
                    article=alert.article,
                    traceparent=request.headers.get("traceparent"),
                ),
                alert,
            )
        return web.Response(status=204)

    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_post("/{path:.*}", receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        yield f"http://{bound[0]}:{bound[1]}/"
    finally:
        await runner.cleanup()


def receive_until_stopped(
    context: PartContext,
    *,
    port: int,
    secrets: Callable[[], Sequence[str]],
    show: Callable[[Alert], None],
) -> None:
    """Receive on 127.0.0.1:`port`, list what arrives in received.jsonl and show each alert once.

    Raises WirewatchError when the port is taken.
    """
    received_log = ReceivedLog(context.data_dir / RECEIVED_FILE)
    seen = Seen()
    for earlier in received_log.read():
        seen.add(earlier.id)

    def on_alert(received: Received, alert: Alert) -> None:
        received_log.append(received)
        log.info("webhook_received", id=received.id, repeat=received.repeat, trace=received.traceparent)
        if not received.repeat:
            show(alert)

    async def listen() -> None:
        async with serve("127.0.0.1", port, secrets, on_alert, now=context.now, seen=seen) as url:
            log.info("receiver_listening", url=url)
            context.health.ready()
            try:
                await asyncio.to_thread(context.stop.wait)
            finally:
                context.stop.set()  # also ends the thread that waits for it

    try:
        asyncio.run(listen())
    except OSError as error:
        raise WirewatchError(
            f"port {port} cannot be listened on: {error.strerror}; set ports.receiver to another"
        ) from error
