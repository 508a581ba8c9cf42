"""The part as a whole, in this process, without a broker: what ends it, and what it says."""

import asyncio
import sqlite3
import threading

import pytest

from connectors.feeds import part
from connectors.feeds.store import FeedStore
from connectors.kafka.protocols import BrokerAwayError
from tests.feeds.server import item, rss
from tests.feeds.support import listed
from wirewatch.errors import ConfigError
from wirewatch.part import PartContext
from wirewatch.settings import Settings


@pytest.fixture
def context(tmp_path, monkeypatch):
    def nobody(*_):
        raise BrokerAwayError("nobody listens")

    monkeypatch.setattr(part, "open_part_writer", nobody)
    return PartContext(Settings(), config_dir=tmp_path, data_dir=tmp_path)


@pytest.mark.parametrize("run", [part.run, part.run_once])
def test_what_the_publisher_dies_of_ends_the_part(run, context, server, monkeypatch):
    """It would read on for ever, and Kafka would get nothing."""

    def may_not(*_):
        raise ConfigError("topics are missing and may not be made")

    monkeypatch.setattr(part, "open_part_writer", may_not)
    server.pages["/rss"] = rss(item("A", "https://test.example/1"))
    (context.config_dir / "feeds.yaml").write_text(listed(server.url("/rss")))
    with pytest.raises(ConfigError, match="may not be made"):
        run(context)


def test_a_store_that_fails_in_the_publisher_ends_the_part(context, monkeypatch):
    (context.config_dir / "feeds.yaml").write_text("sources: []\n")

    def full(*_, **__):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(FeedStore, "unsent", full)
    with pytest.raises(sqlite3.OperationalError):
        part.run(context)


def test_once_ends_when_it_is_told_to(context, server):
    """Thirty feeds whose server says nothing are minutes: a signal must not wait for them."""
    asked = threading.Event()

    async def never(_):
        asked.set()
        await asyncio.sleep(120)

    server.pages |= {"/robots.txt": b"", "/rss": never}
    (context.config_dir / "feeds.yaml").write_text(listed(server.url("/rss")))
    thread = threading.Thread(target=part.run_once, args=(context,))
    thread.start()
    assert asked.wait(30)
    context.stop.set()
    thread.join(60)
    assert not thread.is_alive()
