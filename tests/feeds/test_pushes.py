"""How many pushes are taken at once, and for how long."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import aiohttp
import msgspec
import pytest
from aiohttp import web

from connectors.feeds.websub.subscriber import PUSHES, CallbackServer, Subscriber
from tests.feeds.hub import counted, sign, subscription
from tests.feeds.server import item, rss
from tests.feeds.site import until
from tests.ports import free_port

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_few_pushes_are_in_hand_at_once_and_one_of_a_feed(site):
    """Each may be as large as a feed, and is held while it waits."""
    known = {f"f{n}": subscription(feed=f"f{n}", token=f"{n:032x}") for n in range(PUSHES + 1)}
    subscriber = Subscriber("http://x", None, site.store, lambda: NOW, known=known)
    port = free_port()

    async def go():
        released, waiting, missed = asyncio.Event(), [], []

        async def take(feed, *_):
            waiting.append(feed)
            await released.wait()
            return True

        async def push(feed):
            url = f"http://127.0.0.1:{port}/{known[feed].token}"
            headers = {"X-Hub-Signature": sign(b"x")}
            async with (
                aiohttp.ClientSession() as session,
                session.post(url, data=b"x", headers=headers) as got,
            ):
                return got.status

        server = CallbackServer(subscriber, lambda _: True, take, missed.append)
        await server.start("127.0.0.1", port)
        try:
            first, *others, last = known
            held = [asyncio.create_task(push(first))]
            await until(lambda: waiting == [first])
            assert await push(first) == 503
            held += [asyncio.create_task(push(feed)) for feed in others]
            await until(lambda: len(waiting) == PUSHES)
            assert await push(last) == 503
            released.set()
            assert await asyncio.gather(*held) == [204] * PUSHES
            assert await push(last) == 204
            assert missed == [first, last]
        finally:
            await server.close()

    asyncio.run(go())


async def half_a_push(port, token):
    """Send a push but for its end; return the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST /{token} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx".encode())
    return reader, writer


async def whole_push(port, token):
    """Send a push in one piece; return its status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /{token} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n"
    writer.write(f"{head}X-Hub-Signature: {sign(b'x')}\r\n\r\nx".encode())
    status = (await reader.readline()).split()[1]
    writer.close()
    return int(status)


async def took(*_):
    return True


def test_pushes_that_never_end_give_their_places_back(site):
    """Who writes a feed chooses its hub: four such hubs would keep all others out."""
    known = {f"f{n}": subscription(feed=f"f{n}", token=f"{n:032x}") for n in range(PUSHES + 1)}
    *slow, last = (each.token for each in known.values())
    subscriber = Subscriber("http://x", None, site.store, lambda: NOW, known=known)
    port = free_port()

    async def go():
        server = CallbackServer(subscriber, lambda _: True, took, body_seconds=0.5)
        await server.start("127.0.0.1", port)
        try:
            held = [await half_a_push(port, token) for token in slow]
            async with asyncio.timeout(60):
                ends = [(await reader.readline()).split()[1] for reader, _ in held]
            assert ends == [b"408"] * PUSHES
            assert await whole_push(port, last) == 204
            for _, writer in held:
                writer.close()
        finally:
            await server.close()

    asyncio.run(go())


def test_a_push_that_hangs_up_is_no_failure_of_ours(site, caplog):
    known = {"f": subscription()}
    subscriber = Subscriber("http://x", None, site.store, lambda: NOW, known=known)
    port = free_port()

    async def go():
        server = CallbackServer(subscriber, lambda _: True, took)
        await server.start("127.0.0.1", port)
        try:
            before = counted("cut_short")
            _, writer = await half_a_push(port, "0" * 32)
            await until(lambda: server._in_hand)
            writer.close()
            await until(lambda: not server._in_hand)
            assert counted("cut_short") == before + 1
            assert await whole_push(port, "0" * 32) == 204
        finally:
            await server.close()

    asyncio.run(go())
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("under_way", [False, True], ids=["at rest", "being polled"])
def test_a_feed_whose_push_was_turned_away_is_polled_soon(site, server, under_way):
    """Not before its shortest interval is over."""
    released, url = threading.Event(), server.url("/a")

    async def slow(_):
        await asyncio.to_thread(released.wait, 60)
        hour = "<title>Test</title><ttl>60</ttl>"
        return web.Response(body=rss(item("A", "https://test.example/1"), channel=hour))

    server.pages["/a"] = slow
    feed = f"{{url: '{url}', allow_private: true, min_minutes: 30}}"
    site.write(text=f"sources: [{{name: test.example, feeds: [{feed}]}}]")

    async def go():
        async with site.running():
            await until(lambda: "/a" in server.paths())
            loop = site.loop
            if under_way:
                loop.push_missed(url)
            released.set()
            await until(lambda: loop.table.states[url].outcome == "read" and not loop._running)
            if not under_way:
                loop.push_missed(url)
            state = loop.table.states[url]
            assert (state.next_at, state.why) == (
                state.last_try + timedelta(minutes=30),
                "a push of it was turned away",
            )
            loop.table.states[url] = msgspec.structs.replace(state, last_try=site.now() - timedelta(hours=1))
            loop.push_missed(url)
            await until(lambda: server.paths().count("/a") == 2)

    try:
        asyncio.run(go())
    finally:
        released.set()
