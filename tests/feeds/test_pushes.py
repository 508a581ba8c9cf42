"""How many pushes are taken at once, and for how long."""

import asyncio
from datetime import UTC, datetime

import aiohttp

from connectors.feeds.websub.subscriber import PUSHES, CallbackServer, Subscriber
from tests.feeds.hub import counted, sign, subscription
from tests.feeds.site import until
from tests.ports import free_port

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_few_pushes_are_in_hand_at_once_and_one_of_a_feed(site):
    """Each may be as large as a feed, and is held while it waits."""
    known = {f"f{n}": subscription(feed=f"f{n}", token=f"{n:032x}") for n in range(PUSHES + 1)}
    subscriber = Subscriber("http://x", None, site.store, lambda: NOW, known=known)
    port = free_port()

    async def go():
        released, waiting = asyncio.Event(), []

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

        server = CallbackServer(subscriber, lambda _: True, take)
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
