"""The notify part: alerts from Kafka into the outbox, from there to the receivers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial

import structlog

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.notify import metrics
from connectors.notify.api import ensure_token, serve_api
from connectors.notify.delivering import Delivering
from connectors.notify.desk import LocalDesk
from connectors.notify.intake.consume import AlertConsumer, Clients
from connectors.notify.routes import Routes, keep_routes
from connectors.notify.signing.secrets import DEMO_SECRET, ensure_demo_secret
from connectors.notify.store import DATABASE, Outbox, check_integrity, open_database
from connectors.notify.store.figures import last_alerts
from connectors.reload import Reloader
from wirewatch.part import PartContext
from wirewatch.settings import resolve_path

log = structlog.get_logger(__name__)


def run(context: PartContext) -> None:
    """Take in and deliver alerts until `context.stop` is set.

    Raises ConfigError for routes.yaml and its secrets, StateRefusedError for notify.db, NewerRecordError
    for an alert of a version this program does not know.
    """
    if context.settings.demo.receiver:
        ensure_demo_secret(context.data_dir / DEMO_SECRET)
    routes = keep_routes(context)
    path = context.data_dir / DATABASE
    outbox = Outbox(open_database(path))
    try:
        with outbox.shared.reading() as db:
            check_integrity(db, path)
            for watch, at in last_alerts(db).items():
                metrics.LAST_ALERT.labels(watch).set(at / 1000)
        asyncio.run(_serve(context, routes, outbox))
    finally:
        outbox.close()


async def _serve(context: PartContext, routes: Reloader[Routes], outbox: Outbox) -> None:
    loop = asyncio.get_running_loop()
    delivering = Delivering(context, outbox, routes.current)
    delivering.begin()

    def wake() -> None:
        loop.call_soon_threadsafe(delivering.wake)

    def take(fresh: Routes) -> None:
        with contextlib.suppress(CancelledError):  # the part ends meanwhile
            asyncio.run_coroutine_threadsafe(delivering.take(fresh), loop).result()

    routes.watch(take)
    consumer = AlertConsumer(
        context,
        open_clients=partial(_open_clients, context),
        outbox=outbox,
        decider=delivering.decider,
        wake=wake,
    )
    async with _api(context, routes):
        await _run_both(context, consumer, delivering)


async def _run_both(context: PartContext, consumer: AlertConsumer, delivering: Delivering) -> None:
    """Consume and deliver until one of them ends. Raises what it died of."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="consume") as thread:
        consuming = loop.run_in_executor(thread, consumer.run)
        telling = asyncio.create_task(delivering.run())
        try:
            # The consumer ends at the stop signal, or with the error that ends the part.
            await asyncio.wait({consuming, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            context.stop.set()
            telling.cancel()
            ends = await asyncio.gather(consuming, telling, return_exceptions=True)
            await delivering.close()
    for end in ends:
        if isinstance(end, Exception):
            raise end


@contextlib.asynccontextmanager
async def _api(context: PartContext, routes: Reloader[Routes]) -> AsyncIterator[None]:
    """Answer the HTTP API meanwhile, where it is enabled. Raises ConfigError."""
    api = context.settings.notify.api
    if not api.enabled:
        yield
        return
    path = resolve_path(api.token_file, config_dir=context.config_dir, data_dir=context.data_dir)
    # A connection of its own: a long question holds up no delivery.
    desk = LocalDesk.open(context.data_dir, now=context.now, configured=lambda: routes.current.by_name)
    try:
        token = ensure_token(path)
        bind, port = context.settings.bind, context.settings.ports.api
        async with serve_api(desk, token, bind=bind, port=port, now=context.now) as bound:
            log.info("api_listening", url=f"http://{bind}:{bound}", token_file=str(path))
            yield
    finally:
        desk.close()


@contextlib.contextmanager
def _open_clients(context: PartContext) -> Iterator[Clients]:
    reader = open_reader(context, client="kafka-python", group="notify")
    writer = open_writer(context, client="kafka-python", group="notify")
    admin = open_admin(context)
    try:
        yield Clients(reader, admin, writer)
    finally:
        for client in (reader, writer, admin):
            try:
                client.close()
            except Exception as error:  # noqa: BLE001  # whatever a client dies of, its end is no end of ours
                log.warning("client_not_closed", client=type(client).__name__, error=str(error))
