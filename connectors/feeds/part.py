"""The part `feeds`: its store, its Kafka client, a thread that publishes and a loop that reads."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta

from connectors.feeds.fetch.access import secret_reader
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.loop import AT_ONCE, FeedLoop
from connectors.feeds.pages import PageReader
from connectors.feeds.parser import ParserPool
from connectors.feeds.poll import Poller
from connectors.feeds.publish import Publisher
from connectors.feeds.store import DATABASE, FeedStore, open_database
from connectors.feeds.websub.subscriber import CallbackServer, Subscriber
from connectors.kafka.part_writer import open_part_writer
from wirewatch.errors import ConfigError, DependencyMissingError
from wirewatch.part import PartContext


def run(context: PartContext) -> None:
    """Read feeds until `context.stop` is set (see Part).

    Raises ConfigError for a feeds.yaml that is wrong at the start, StateRefusedError for feeds.db.
    """
    _run(context, FeedLoop.run)


def run_once(context: PartContext) -> None:
    """Poll every enabled feed once, write what is new to Kafka, and return.

    Raises as `run` does, and DependencyMissingError when the broker does not take it: feeds.db keeps it.
    """
    if left := _run(context, FeedLoop.once):
        raise DependencyMissingError(
            f"the broker at {context.settings.bootstrap_servers} is away: {left} records are kept in "
            f"{context.data_dir / DATABASE} and go out when feeds runs again"
        )


def _run(context: PartContext, read: Callable[[FeedLoop], Coroutine[None, None, None]]) -> int:
    """Run `read` beside a publisher; return how many records Kafka does not have at the end.

    Raises what either of them died of.
    """
    store = FeedStore(open_database(context.data_dir / DATABASE))
    publisher = Publisher(context, store, lambda: open_part_writer(context, "feeds"))
    try:
        with ThreadPoolExecutor(1, "publish") as thread:
            publishing = thread.submit(publisher.run)
            # It ends before it is told to only when it cannot go on: to read on would help nobody.
            publishing.add_done_callback(lambda _: context.stop.set())
            try:
                asyncio.run(_read(context, store, publisher, read))
            finally:
                publisher.end()
            publishing.result()
        return store.backlog()
    finally:
        store.close()


async def _read(
    context: PartContext,
    store: FeedStore,
    publisher: Publisher,
    read: Callable[[FeedLoop], Coroutine[None, None, None]],
) -> None:
    settings = context.settings.feeds
    # Threads wait for the disk, and are as many as polls may be: what waits together is written together.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE, "feeds"))
    parser, page_parser = ParserPool(), ParserPool(1)
    async with Fetcher(user_agent(settings.contact), context.now) as fetcher:
        held = store.held_hosts(context.now())
        secret = secret_reader(context.config_dir, context.data_dir)
        asker = Asker(fetcher, Robots(fetcher), store, context.now, secret, held)
        poller = Poller(
            asker,
            parser,
            PageReader(asker, page_parser),
            store,
            context.now,
            shortest=timedelta(minutes=settings.shortest_minutes),
            longest=timedelta(minutes=settings.longest_minutes),
            keep=timedelta(days=settings.keep_days),
            oldest=timedelta(days=settings.oldest_days),
            incidents=store.incidents(),
        )
        loop = FeedLoop(context, poller, publisher.wake.set)
        poller.is_read = loop.table.is_read
        try:
            async with _pushed_to(context, asker, store, loop) as poller.subscriber:
                await read(loop)
        finally:
            await loop.cancel()
            await parser.close()
            await page_parser.close()


@asynccontextmanager
async def _pushed_to(
    context: PartContext, asker: Asker, store: FeedStore, loop: FeedLoop
) -> AsyncIterator[Subscriber | None]:
    """Give the subscriber, its callback reachable, when there is a public URL of it. Raises ConfigError."""
    settings = context.settings
    if settings.feeds.websub_callback is None:
        yield None
        return
    callback = settings.feeds.websub_callback.rstrip("/")
    subscriber = Subscriber(callback, asker, store, context.now, known=store.subscriptions())
    server = CallbackServer(subscriber, loop.table.is_read, loop.push, loop.push_missed)
    try:
        await server.start(settings.bind, settings.ports.websub)
    except OSError as error:
        await server.close()
        raise ConfigError(
            f"{settings.bind}:{settings.ports.websub}: cannot listen for hubs: {error.strerror}; "
            "ports.websub in wirewatch.yaml"
        ) from error
    try:
        yield subscriber
    finally:
        await server.close()
        await subscriber.close()
