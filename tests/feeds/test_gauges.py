"""What /metrics says of all feeds together, and of those in trouble."""

import asyncio
from datetime import timedelta

import pytest
import yaml
from prometheus_client import REGISTRY

from connectors.feeds.config import Feed
from connectors.feeds.gauges import EVERY, FeedGauges
from connectors.feeds.state import FeedState
from connectors.feeds.timetable import Timetable
from tests.feeds.site import until
from wirewatch.part import utc_now


def test_feeds_that_never_had_an_entry_are_silent_since_they_are_read(site, server):
    """Not since 1970: the alert on silence would fire at every first start."""
    server.pages["/a"] = b"<html>"
    name, began = "wirewatch_feeds_last_entry_timestamp_seconds", site.now().timestamp()

    async def go():
        site.write(server.url("/a"))
        async with site.running():
            await until(lambda: site.loop is not None and site.loop.gauges.shown)
            first = REGISTRY.get_sample_value(name)
            assert began <= first <= site.now().timestamp()
            site.off = timedelta(hours=3)
            seen = site.loop.gauges.shown
            await until(lambda: site.loop.gauges.shown > seen)
            assert REGISTRY.get_sample_value(name) == first

    asyncio.run(go())


def test_the_last_entry_is_of_the_feeds_that_are_switched_on(site):
    """A feed that was switched off would hide for days that the others are silent."""
    now = utc_now()
    on, off = "https://on.example/rss", "https://off.example/rss"
    for url, ago in ((on, timedelta(days=2)), (off, timedelta(0))):
        site.store.record(url, FeedState(next_at=now + timedelta(hours=1), last_new=now - ago))
    feeds = [{"url": on}, {"url": off, "enabled": False}]
    site.write(text=yaml.safe_dump({"sources": [{"name": "test.example", "feeds": feeds}]}))

    async def go():
        async with site.running():
            await until(lambda: site.loop.gauges.shown)
            told = REGISTRY.get_sample_value("wirewatch_feeds_last_entry_timestamp_seconds")
            assert told == pytest.approx((now - timedelta(days=2)).timestamp())

    asyncio.run(go())


def test_feeds_in_trouble_are_named_those_longest_without_an_answer_first(monkeypatch):
    monkeypatch.setattr("connectors.feeds.gauges.NAMED", 1)
    now, gauges, table = utc_now(), FeedGauges(), Timetable(lambda _: None)
    answered = {"https://a.example/": now, "https://b.example/": now - timedelta(days=2)}
    table.feeds = {url: Feed(url, "test.example", enabled=True, allow_private=False) for url in answered}
    table.states = {
        url: FeedState(next_at=now, last_try=now, last_ok=at, failures=9, outcome="timeout")
        for url, at in answered.items()
    }
    gauges.show(table, now)

    def named(url):
        labels = {"feed": url, "source": "test.example", "state": "failing"}
        return REGISTRY.get_sample_value("wirewatch_feed_trouble", labels)

    assert [named(url) for url in answered] == [None, 1]
    table.feeds = {}
    gauges.show(table, now + EVERY)
    assert [named(url) for url in answered] == [None, None]
