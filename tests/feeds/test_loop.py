"""When the loop asks: starts, clocks that jump, a network that was away."""

import asyncio
import threading
import time
from datetime import timedelta

import msgspec
import pytest
from aiohttp import web

from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.fetch.uplink import Uplink
from connectors.feeds.loop import FeedLoop
from connectors.feeds.state import FeedState
from connectors.feeds.timetable import START_GAP
from tests.feeds.server import item, rss
from tests.feeds.site import until
from wirewatch.part import utc_now


def test_who_gave_no_answer_is_asked_at_once_when_somebody_answers_again(site, server):
    """Three hosts without an answer are enough for who reads fewer than ten. robots.txt is asked for anew."""

    async def hang_up(request):
        request.transport.close()
        return web.Response()

    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/robots.txt": hang_up}
    url, later = server.url("/a"), utc_now() + timedelta(hours=1)
    site.store.record(url, FeedState(next_at=later, outcome="timeout", last_try=utc_now()))
    site.write(url)

    async def go():
        async with site.running():
            await until(lambda: site.loop.table.feeds)
            uplink, robots = site.loop.poller.asker.uplink, site.loop.poller.asker.robots
            assert (await robots.refusal(url, allow_private=True)).outcome is FetchOutcome.UNREACHABLE
            del server.pages["/robots.txt"]
            for n in range(3):
                assert not uplink.down
                uplink.heard(FetchResult(FetchOutcome.TIMEOUT, f"https://away{n}.example/"))
            assert uplink.down
            await until(lambda: site.loop._was_down)
            assert site.loop.table.states[url].next_at == later
            uplink.heard(FetchResult(FetchOutcome.READ, "https://here.example/", 200))
            await until(lambda: "/a" in server.paths())

    asyncio.run(go())


def test_who_is_being_asked_when_somebody_answers_again_is_not_asked_twice(site, server):
    released = threading.Event()

    async def slow(_):
        await asyncio.to_thread(released.wait, 60)
        return web.Response(body=rss(item("A", "https://test.example/1")))

    url = server.url("/a")
    server.pages["/a"] = slow
    site.store.record(url, FeedState(next_at=utc_now(), outcome="timeout", last_try=utc_now()))
    feed = f"{{url: '{url}', allow_private: true, min_minutes: 60}}"
    site.write(text=f"sources: [{{name: test.example, feeds: [{feed}]}}]")

    async def go():
        async with site.running():
            await until(lambda: "/a" in server.paths())
            uplink = site.loop.poller.asker.uplink
            for n in range(3):
                uplink.heard(FetchResult(FetchOutcome.TIMEOUT, f"https://away{n}.example/"))
            await until(lambda: site.loop._was_down)
            uplink.heard(FetchResult(FetchOutcome.READ, "https://here.example/", 200))
            await until(lambda: not site.loop._was_down)
            released.set()
            await until(lambda: site.loop.table.states[url].outcome == "read" and not site.loop._running)
            assert site.loop.table.states[url].why != "others answer again"
            assert server.paths().count("/a") == 1

    try:
        asyncio.run(go())
    finally:
        released.set()


@pytest.mark.parametrize(("hosts", "enough"), [(0, 3), (1, 3), (5, 5), (10, 10), (5000, 10)])
def test_how_many_hosts_must_be_silent(hosts, enough):
    uplink = Uplink()
    uplink.among(hosts)
    assert uplink.enough == enough


def test_a_restart_is_no_stampede(site, server):
    """As the publisher sees it: a busy machine only makes a feed's turn later."""
    server.pages |= {f"/{n}": rss() for n in range(8)}
    urls = [server.url(f"/{n}") for n in range(8)]
    began = time.monotonic()

    async def go():
        site.write(*urls)
        async with site.running():
            await until(lambda: len({path for path in server.paths() if path != "/robots.txt"}) == 8)

    asyncio.run(go())
    first = {}
    for seen in server.seen:
        first.setdefault(seen.path, seen.at - began)
    del first["/robots.txt"]
    assert all(at >= place * START_GAP.total_seconds() for place, at in enumerate(sorted(first.values())))


def test_a_clock_that_was_wrong_keeps_no_feed_waiting_for_years(site, server):
    server.pages["/a"] = rss(item("A", "https://test.example/1"))
    ahead = utc_now() + timedelta(days=4000)
    site.store.record(server.url("/a"), FeedState(next_at=ahead, last_try=ahead))

    async def go():
        site.write(server.url("/a"))
        async with site.running():
            await until(lambda: "/a" in server.paths())

    asyncio.run(go())


def test_once_reads_every_feed_but_those_that_are_gone(site, server):
    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/b": rss()}
    later = utc_now() + timedelta(hours=1)
    site.store.record(server.url("/a"), FeedState(next_at=later, last_try=utc_now()))
    site.store.record(server.url("/b"), FeedState(next_at=later, last_try=utc_now(), gone=True))
    site.write(server.url("/a"), server.url("/b"))

    async def go():
        async with site.running(FeedLoop.once) as task:
            await task

    asyncio.run(go())
    assert [path for path in server.paths() if path != "/robots.txt"] == ["/a"]


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forward"])
def test_a_clock_that_is_set_while_it_runs_stops_no_reading_and_no_reload(site, server, off):
    """Each page is new at every poll, so that it is polled at the shortest interval."""
    server.pages |= {"/a": rss(item("A", "https://test.example/1")), "/b": rss()}

    def polls(path="/a"):
        return server.paths().count(path)

    async def go():
        site.write(server.url("/a"))
        async with site.running():
            await until(lambda: polls() > 0 and not site.loop._running)
            url, state = server.url("/a"), site.loop.table.states[server.url("/a")]
            site.loop.table.put(
                url, msgspec.structs.replace(state, next_at=site.now() + timedelta(seconds=1))
            )
            before, site.off = polls(), off
            await until(lambda: polls() > before)
            site.write(server.url("/a"), server.url("/b"))
            await until(lambda: polls("/b") > 0)

    asyncio.run(go())
