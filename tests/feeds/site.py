"""The loop over feeds, in this process: a real server and store, no Kafka."""

import asyncio
import contextlib
from datetime import timedelta

import yaml
from prometheus_client import REGISTRY

from connectors.feeds.fetch.access import secret_reader
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.loop import FeedLoop
from connectors.feeds.pages import PageReader
from connectors.feeds.parser import ParserPool
from connectors.feeds.poll import Poller
from connectors.feeds.store import DATABASE, FeedStore, open_database
from wirewatch.part import PartContext, utc_now
from wirewatch.settings import Settings


class Site:
    """A config folder, a store, and a loop that runs while the test looks on."""

    def __init__(self, folder):
        self.folder = folder
        self.store = FeedStore(open_database(folder / DATABASE))
        settings = Settings(feeds={"enabled": True, "shortest_minutes": 0.01})
        self.context = PartContext(settings, config_dir=folder, data_dir=folder, now=self.now)
        self.loop = None
        self.off = timedelta()

    def now(self):
        return utc_now() + self.off

    def write(self, *urls, text=None):
        feeds = [{"url": url, "allow_private": True} for url in urls]
        document = yaml.safe_dump({"sources": [{"name": "test.example", "feeds": feeds}]})
        (self.folder / "feeds.yaml").write_text(text if text is not None else document)

    @contextlib.asynccontextmanager
    async def running(self, read=FeedLoop.run):
        parser = ParserPool(1)
        async with Fetcher(user_agent(None), utc_now, Hosts(pause=0)) as fetcher:
            asker = Asker(
                fetcher,
                Robots(fetcher),
                self.store,
                utc_now,
                secret_reader(self.folder, self.folder),
                self.store.held_hosts(self.now()),
            )
            poller = Poller(
                asker,
                parser,
                PageReader(asker, parser),
                self.store,
                self.now,
                shortest=timedelta(seconds=0.5),
                incidents=self.store.incidents(),
            )
            self.loop = FeedLoop(self.context, poller, lambda: None)
            poller.is_read = self.loop.table.is_read
            task = asyncio.create_task(read(self.loop))
            try:
                yield task
            finally:
                self.context.stop.set()
                await asyncio.gather(task, return_exceptions=True)
                await parser.close()


async def until(condition, seconds=60):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what it waits for is in a thread or on disk
            await asyncio.sleep(0.02)


def in_force():
    return REGISTRY.get_sample_value("wirewatch_config_last_reload_successful", {"config": "feeds"})
