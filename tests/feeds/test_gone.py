"""Feeds that are gone: for good, taken out of feeds.yaml, or switched off and on again."""

import asyncio
from datetime import timedelta

from aiohttp import web

from connectors.feeds.loop import FeedLoop
from connectors.feeds.state import FeedState
from tests.feeds.server import item, rss
from tests.feeds.site import until
from wirewatch.part import PartContext, utc_now
from wirewatch.records import ALERTS


def test_an_incident_ends_when_its_feed_is_not_read_any_more(site, server):
    server.pages["/page"] = b"<html>"

    async def go():
        site.write(server.url("/page"))
        async with site.running():
            await until(site.store.incidents)
            site.write()
            await until(lambda: not site.store.incidents())

    asyncio.run(go())
    told = [ALERTS.decode(r.body) for r in site.store.unsent(10, max_bytes=1 << 20)]
    assert [alert.status for alert in told] == ["opened", "closed"]
    assert told[1].title == "test.example: feed is not read any more"


def test_feeds_that_have_long_been_gone_are_forgotten(site, server):
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    url = server.url("/a")

    async def go():
        site.write(url)
        async with site.running():
            await until(lambda: site.loop.table.feeds and site.loop.table.states[url].last_try)
            site.write()
            await site.loop.load()
            site.loop.context = PartContext(
                site.context.settings,
                site.folder,
                site.folder,
                stop=site.context.stop,
                now=lambda: utc_now() + timedelta(days=31),
            )
            await until(lambda: not site.store.states())

    asyncio.run(go())


def test_what_was_switched_off_because_it_is_gone_is_asked_again_after_a_restart(site, server):
    url = server.url("/a")
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    site.store.record(url, FeedState(next_at=utc_now(), last_try=utc_now(), gone=True))

    async def go():
        async with site.running(FeedLoop.once) as task:
            await task

    site.write(text=f"sources: [{{name: t, feeds: [{{url: '{url}', enabled: false, allow_private: true}}]}}]")
    asyncio.run(go())
    assert server.seen == []
    site.context.stop.clear()
    site.write(url)
    asyncio.run(go())
    assert "/a" in server.paths()


def test_what_is_gone_is_told_of_again_when_it_is_taken_out_and_back(site, server):
    async def gone(_):
        return web.Response(status=410)

    server.pages |= {"/a": gone, "/b": rss()}
    a, b = server.url("/a"), server.url("/b")

    async def go():
        site.write(a, b)
        async with site.running():
            await until(site.store.incidents)
            site.write(b)
            await until(lambda: not site.store.incidents())
            site.write(a, b)
            await until(site.store.incidents)

    asyncio.run(go())
    told = [ALERTS.decode(r.body) for r in site.store.unsent(10, max_bytes=1 << 20)]
    assert [(alert.status, alert.labels["state"]) for alert in told] == [
        ("opened", "gone"),
        ("closed", "gone"),
        ("opened", "gone"),
    ]
    assert server.paths().count("/a") == 2


def test_what_is_gone_is_asked_for_no_more(site, server):
    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/b": rss()}
    long_ago = utc_now() - timedelta(days=2)
    site.store.record(server.url("/a"), FeedState(next_at=long_ago + timedelta(days=1)))
    site.store.record(server.url("/b"), FeedState(next_at=long_ago, last_try=long_ago, gone=True))
    site.write(server.url("/a"), server.url("/b"))

    async def go():
        async with site.running():
            await until(lambda: "/a" in server.paths())  # /b would have come first

    asyncio.run(go())
    assert "/b" not in server.paths()
