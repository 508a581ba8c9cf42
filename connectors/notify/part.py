"""The notify part: alerts from Kafka into the outbox, from there to the receivers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import structlog

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.notify.api import ensure_token, serve_api
from connectors.notify.consume import AlertConsumer, Broker
from connectors.notify.delivery import Dispatcher
from connectors.notify.desk import LocalDesk
from connectors.notify.receivers import Receiver
from connectors.notify.routes import Router, load_routes, make_receivers
from connectors.notify.secrets import DEMO_SECRET, ensure_demo_secret
from connectors.notify.store import DATABASE, Outbox, check_integrity, open_database
from wirewatch.part import PartContext
from wirewatch.settings import resolve_path

STOP_GRACE = 1.0
"""Seconds that attempts under way get at a stop; the rest stay pending."""

log = structlog.get_logger(__name__)


def run(context: PartContext) -> None:
    """Take in and deliver alerts until `context.stop` is set.

    Raises ConfigError for routes.yaml and its secrets, StateRefusedError for notify.db, NewerRecordError
    for an alert of a version this program does not know.
    """
    if context.settings.demo.receiver:
        ensure_demo_secret(context.data_dir / DEMO_SECRET)
    receivers = make_receivers(
        load_routes(context.config_dir),
        config_dir=context.config_dir,
        data_dir=context.data_dir,
        attempt_timeout=context.settings.notify.attempt_timeout,
    )
    path = context.data_dir / DATABASE
    outbox = Outbox(open_database(path))
    try:
        with outbox.shared.reading() as db:
            check_integrity(db, path)
        names = [receiver.name for receiver in receivers]
        removed = outbox.give_up_removed(names, now=context.now())
        log.info("notify.started", receivers=names, given_up=removed)
        asyncio.run(_serve(context, receivers, outbox))
    finally:
        outbox.close()


async def _serve(context: PartContext, receivers: tuple[Receiver, ...], outbox: Outbox) -> None:
    loop = asyncio.get_running_loop()
    dispatcher = Dispatcher(
        receivers,
        outbox,
        now=context.now,
        keep=timedelta(days=context.settings.notify.keep_days),
    )

    def wake() -> None:
        loop.call_soon_threadsafe(dispatcher.wake)

    consumer = AlertConsumer(
        context,
        open_broker=partial(_open_broker, context),
        outbox=outbox,
        router=Router(receivers),
        wake=wake,
    )
    async with _api(context):
        await _run_both(context, consumer, dispatcher)


async def _run_both(context: PartContext, consumer: AlertConsumer, dispatcher: Dispatcher) -> None:
    """Consume and deliver until one of the two ends. Raises what either died of."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="consume") as thread:
        consuming = loop.run_in_executor(thread, consumer.run)
        delivering = asyncio.create_task(dispatcher.run())
        try:
            # The consumer ends at the stop signal, or with the error that ends the part.
            await asyncio.wait({consuming, delivering}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            context.stop.set()
            delivering.cancel()
            ends = await asyncio.gather(consuming, delivering, return_exceptions=True)
            await dispatcher.close(STOP_GRACE)
    for end in ends:
        if isinstance(end, Exception):
            raise end


@contextlib.asynccontextmanager
async def _api(context: PartContext) -> AsyncIterator[None]:
    """Answer the HTTP API meanwhile, where it is enabled. Raises ConfigError."""
    api = context.settings.notify.api
    if not api.enabled:
        yield
        return
    path = resolve_path(api.token_file, config_dir=context.config_dir, data_dir=context.data_dir)
    desk = LocalDesk.open(context.data_dir)  # a connection of its own: a long question holds up no delivery
    try:
        token = ensure_token(path)
        bind, port = context.settings.bind, context.settings.ports.api
        async with serve_api(desk, token, bind=bind, port=port) as bound:
            log.info("api.listening", url=f"http://{bind}:{bound}", token_file=str(path))
            yield
    finally:
        desk.close()


@contextlib.contextmanager
def _open_broker(context: PartContext) -> Iterator[Broker]:
    where = {"config_dir": context.config_dir, "data_dir": context.data_dir}
    reader = open_reader(context.settings, client="kafka-python", group="notify", **where)
    writer = open_writer(context.settings, client="kafka-python", group="notify", **where)
    admin = open_admin(context.settings, **where)
    try:
        yield Broker(reader, admin, writer)
    finally:
        for client in (reader, writer, admin):
            try:
                client.close()
            except Exception as error:  # noqa: BLE001  # whatever a client dies of, its end is no end of ours
                log.warning("client.close_failed", client=type(client).__name__, error=str(error))
