"""The part `feeds`: its store, its Kafka client, a thread that publishes and a loop that reads."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import timedelta

from connectors.feeds.fetch import Fetcher, user_agent
from connectors.feeds.loop import FeedLoop
from connectors.feeds.parser import ParserPool
from connectors.feeds.poll import Poller
from connectors.feeds.publish import Publisher
from connectors.feeds.robots import Robots
from connectors.feeds.store import DATABASE, FeedStore, open_database
from connectors.kafka.clients import open_admin, open_writer
from connectors.kafka.protocols import Writer
from connectors.kafka.topics import ensure_topics
from wirewatch.part import PartContext


def run(context: PartContext) -> None:
    """Read feeds until `context.stop` is set (see Part).

    Raises ConfigError for a feeds.yaml that is wrong at the start, StateRefusedError for feeds.db.
    """
    _run(context, FeedLoop.run)


def run_once(context: PartContext) -> None:
    """Poll every enabled feed once, write what is new to Kafka, and return. Raises as `run` does."""
    _run(context, FeedLoop.once)


def _run(context: PartContext, read: Callable[[FeedLoop], Coroutine[None, None, None]]) -> None:
    store = FeedStore(open_database(context.data_dir / DATABASE))
    publisher = Publisher(context, store, lambda: _open_writer(context))
    thread = threading.Thread(target=publisher.run, name="publish")
    thread.start()
    try:
        asyncio.run(_read(context, store, publisher, read))
    finally:
        publisher.end()
        thread.join()
        store.close()


async def _read(
    context: PartContext,
    store: FeedStore,
    publisher: Publisher,
    read: Callable[[FeedLoop], Coroutine[None, None, None]],
) -> None:
    settings = context.settings.feeds
    parser = ParserPool()
    async with Fetcher(user_agent(settings.contact), context.now) as fetcher:
        poller = Poller(
            fetcher,
            Robots(fetcher),
            parser,
            store,
            context.now,
            shortest=timedelta(minutes=settings.shortest_minutes),
            keep=timedelta(days=settings.keep_days),
            incidents=store.incidents(),
            held=store.held_hosts(context.now()),
        )
        loop = FeedLoop(context, poller, publisher.wake.set)
        poller.is_read = loop.is_read
        try:
            await read(loop)
        finally:
            await loop.cancel()
            await parser.close()


def _open_writer(context: PartContext) -> Writer:
    settings, config_dir, data_dir = context.settings, context.config_dir, context.data_dir
    admin = open_admin(settings, config_dir=config_dir, data_dir=data_dir)
    try:
        ensure_topics(admin, settings)
    finally:
        admin.close()
    return open_writer(
        settings, config_dir=config_dir, data_dir=data_dir, client="kafka-python", group="feeds"
    )
