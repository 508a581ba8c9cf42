"""Manners towards a host, and many hosts at once."""

import asyncio
import socket
import threading
import time
from itertools import pairwise

import pytest
from aiohttp import web

from connectors.feeds.fetch.fetcher import Fetcher, Limits, user_agent
from connectors.feeds.fetch.hosts import CONNECTIONS, Hosts, NoTurnError
from connectors.feeds.fetch.outcomes import FetchOutcome
from tests.feeds.fetch.support import FEED, NOW, Names, private


def test_slow_hosts_make_no_other_time_out(server):
    """None answers before all were asked: who had to wait for another's connection would never be."""
    hosts = 200
    asked = asyncio.Barrier(hosts)

    async def slow(_):
        await asked.wait()
        return web.Response(body=FEED)

    server.pages["/rss"] = slow
    names = Names(**{f"h{n}": "127.0.0.1" for n in range(hosts)})

    async def go():
        limits = Limits(connect=60, total=60)
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0), limits, names) as fetcher:
            urls = (f"http://h{n}.example:{server.port}/rss" for n in range(hosts))
            return await asyncio.gather(*(fetcher.fetch(url, access=private(url)) for url in urls))

    assert {(found.outcome, found.detail) for found in asyncio.run(go())} == {(FetchOutcome.READ, "")}


def test_two_connections_a_host_and_a_pause():
    """Where requests are sent: how close they come in at the host is the network's matter too."""
    hosts, turns = Hosts(pause=0.03), []

    async def turn(n):
        async with hosts.turn("http://test.example/") as turn:
            start = time.monotonic()
            turn.sent()
            await asyncio.sleep(n % 3 * 0.02)
            turns.append((start, time.monotonic()))

    async def many():
        await asyncio.gather(*(turn(n) for n in range(9)))

    asyncio.run(many())
    turns.sort()
    assert all(b - a >= hosts.pause for (a, _), (b, _) in pairwise(turns))
    for start, _ in turns:
        assert all(start - end >= hosts.pause for _, end in turns if end <= start)
        assert sum(other <= start < end for other, end in turns) <= CONNECTIONS


def test_the_pause_begins_when_a_request_is_sent():
    """Connecting takes up to seconds: what was let go meanwhile would come in right behind it."""
    hosts, order = Hosts(pause=0.03), []

    async def second():
        async with hosts.turn("http://test.example/"):
            order.append("second")

    async def go():
        async with hosts.turn("http://test.example/") as first:
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.1)
            order.append("first")
            first.sent()
            await waiting  # it does not wait for the answer, too

    asyncio.run(go())
    assert order == ["first", "second"]


def test_who_would_wait_too_long_for_a_turn_is_told_so_at_once():
    """Each has a place among the polls under way: a host that is slow must not have all of them."""
    hosts = Hosts(pause=10, patience=15)

    async def go():
        async with hosts.turn("http://test.example/"):
            second = asyncio.create_task(hosts.turn("http://test.example/").__aenter__())
            await asyncio.sleep(0)
            with pytest.raises(NoTurnError) as told:
                async with hosts.turn("http://test.example/"):
                    pass
            async with hosts.turn("http://other.example/"):
                second.cancel()
            return told.value.seconds

    assert asyncio.run(go()) == 20


def test_nobody_waits_longer_for_a_turn_than_there_is_patience():
    hosts = Hosts(pause=0, patience=0.05)

    async def turn(during):
        async with hosts.turn("http://test.example/") as turn:
            turn.sent()
            await during()

    async def times_out():
        raise TimeoutError("its own")

    async def go():
        held = asyncio.Event()
        holding = [asyncio.create_task(turn(held.wait)) for _ in range(CONNECTIONS)]
        await asyncio.sleep(0)
        with pytest.raises(NoTurnError):
            await turn(times_out)
        await asyncio.sleep(0.1)  # who has a turn is not hurried
        held.set()
        await asyncio.gather(*holding)
        with pytest.raises(TimeoutError, match="its own"):
            await turn(times_out)

    asyncio.run(go())


def test_a_fetch_that_gets_no_turn_is_no_failure(server):
    hosts, url = Hosts(pause=0, patience=0.05), server.url("/rss")

    async def go():
        async with Fetcher(user_agent(None), lambda: NOW, hosts) as fetcher, hosts.turn(url) as turn:
            turn.sent()
            async with hosts.turn(url):
                return await fetcher.fetch(url, access=private(url))

    found = asyncio.run(go())
    assert (found.held, found.detail, found.retry_after) == (True, "too many wait for 127.0.0.1", 300)
    assert server.seen == []


def test_a_fetch_says_when_its_request_is_sent(server):
    asked, hosts = asyncio.Event(), Hosts(pause=0)

    async def go():
        loop = asyncio.get_running_loop()
        answered = asyncio.Event()

        async def page(_):
            loop.call_soon_threadsafe(asked.set)
            while not answered.is_set():  # noqa: ASYNC110  # of another thread's loop
                await asyncio.sleep(0.01)
            return web.Response(body=FEED)

        server.pages["/rss"] = page
        async with Fetcher(user_agent(None), lambda: NOW, hosts) as fetcher:
            fetching = asyncio.create_task(
                fetcher.fetch(server.url("/rss"), access=private(server.url("/rss")))
            )
            async with asyncio.timeout(30):
                await asked.wait()
                while hosts._hosts["127.0.0.1"].gate.locked():  # noqa: ASYNC110  # nobody tells
                    await asyncio.sleep(0.01)
            answered.set()
            return await fetching

    assert asyncio.run(go()).outcome is FetchOutcome.READ


def test_a_name_server_that_is_silent_holds_up_neither_the_store_nor_the_end(monkeypatch):
    """Look-ups in pool threads would take those that the store needs, and be waited for at the end."""
    silent = threading.Event()

    def look_up(*_, **__):
        silent.wait(60)
        raise OSError("the name server was silent")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def go():
        limits = Limits(connect=0.2, total=1)
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0), limits) as fetcher:
            found = await asyncio.gather(*(fetcher.fetch(f"http://silent{n}.example/") for n in range(100)))
            return {answer.outcome for answer in found}, await asyncio.to_thread(lambda: "a thread is free")

    assert asyncio.run(go()) == ({FetchOutcome.TIMEOUT}, "a thread is free")
    silent.set()
