"""Polls by hand: one poller on one store, a real server, and a clock that the test moves."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.config import Feed
from connectors.feeds.fetch.access import secret_reader
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.fetch.uplink import Uplink
from connectors.feeds.pages import PageReader
from connectors.feeds.parser import ParserPool
from connectors.feeds.poll import Poller
from connectors.feeds.state import FeedState
from connectors.feeds.store import FeedStore, open_database
from wirewatch.records import ALERTS, ARTICLES

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def link(n):
    return f"https://news.example/{n}"


class World:
    """One poller on one store; each `poll` is one poll of one feed."""

    def __init__(self, path, runner, parser):
        self.runner, self.parser = runner, parser
        self.now = START
        self.path = path
        self.states = {}
        self.store = FeedStore(open_database(path))
        self.uplink = Uplink()
        self.secret = secret_reader(path.parent, path.parent)

    def poll(self, *urls, after=timedelta(minutes=5), resolver=None, **fields):
        """Poll each of `urls`, `after` apart, and return the last record."""

        async def go():
            clock, hosts = (lambda: self.now), Hosts(pause=0)
            async with Fetcher(user_agent(None), clock, hosts, resolver=resolver) as fetcher:
                held, robots = self.store.held_hosts(self.now), Robots(fetcher)
                asker = Asker(fetcher, robots, self.store, clock, self.secret, held, self.uplink)
                poller = Poller(
                    asker,
                    self.parser,
                    PageReader(asker, self.parser),
                    self.store,
                    lambda: self.now,
                    incidents=self.store.incidents(),
                )
                for url in urls:
                    self.now += after
                    feed = Feed(url=url, source="news.example", enabled=True, allow_private=True, **fields)
                    state = self.states.get(url) or FeedState(next_at=self.now)
                    self.states[url] = await poller.poll(feed, state)
            return self.states[urls[-1]]

        return self.runner.run(go())

    def sent(self):
        """Take what is in the outbox: (title, revision) of articles."""
        return [(article.title, article.revision) for article in self.articles()]

    def articles(self):
        records = self.store.unsent(10_000, max_bytes=1 << 30)
        self.store.sent(records)
        return [ARTICLES.decode(record.body) for record in records if record.topic == "articles"]

    def alerts(self):
        records = self.store.unsent(10_000, max_bytes=1 << 30)
        self.store.sent(records)
        return [ALERTS.decode(record.body) for record in records if record.topic == "alerts"]


@pytest.fixture(scope="session")
def parsing():
    """An event loop and a parsing process for all polls: starting them costs most of a test."""
    parser = ParserPool(1)
    with asyncio.Runner() as runner:
        yield runner, parser
        runner.run(parser.close())


@pytest.fixture
def world(tmp_path, parsing):
    world = World(tmp_path / "feeds.db", *parsing)
    yield world
    world.store.close()
