"""The notify part: alerts from Kafka into the outbox, from there to the receivers."""

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import structlog

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.notify.clock import GroupClock
from connectors.notify.consume import AlertConsumer, Broker
from connectors.notify.delivery import Dispatcher
from connectors.notify.grouping.decider import Decider
from connectors.notify.receivers import Receiver
from connectors.notify.routes import load_routes, make_receivers
from connectors.notify.routing.policy import Policy
from connectors.notify.secrets import DEMO_SECRET, ensure_demo_secret
from connectors.notify.store import DATABASE, Outbox, check_integrity, open_database
from wirewatch.part import PartContext

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
    routes = load_routes(context.config_dir)
    receivers = make_receivers(
        routes,
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
        asyncio.run(_serve(context, routes.policy(), receivers, outbox))
    finally:
        outbox.close()


async def _serve(
    context: PartContext, policy: Policy, receivers: tuple[Receiver, ...], outbox: Outbox
) -> None:
    loop = asyncio.get_running_loop()
    dispatcher = Dispatcher(
        receivers,
        outbox,
        now=context.now,
        keep=timedelta(days=context.settings.notify.keep_days),
    )
    by_name = {receiver.name: receiver for receiver in receivers}
    decider = Decider(outbox.shared, policy, by_name)
    decider.use(policy, by_name, now=context.now())
    clock = GroupClock(decider, now=context.now, told=dispatcher.wake)

    def wake() -> None:
        loop.call_soon_threadsafe(dispatcher.wake)
        loop.call_soon_threadsafe(clock.wake)

    consumer = AlertConsumer(
        context,
        open_broker=partial(_open_broker, context),
        outbox=outbox,
        decider=decider,
        wake=wake,
    )
    with ThreadPoolExecutor(1, thread_name_prefix="consume") as thread:
        consuming = loop.run_in_executor(thread, consumer.run)
        others = [asyncio.create_task(each) for each in (dispatcher.run(), clock.run())]
        try:
            # The consumer ends at the stop signal, or with the error that ends the part.
            await asyncio.wait({consuming, *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            context.stop.set()
            for task in others:
                task.cancel()
            ends = await asyncio.gather(consuming, *others, return_exceptions=True)
            await dispatcher.close(STOP_GRACE)
    for end in ends:
        if isinstance(end, Exception):
            raise end


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
