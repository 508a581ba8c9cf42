"""Fetching from a server that misbehaves: each behaviour, and what it comes to."""

import asyncio
import gzip
import socket
import ssl
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import brotli
import pytest
import zstandard
from aiohttp import web
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDict

from connectors import guard
from connectors.feeds.fetch.access import Access
from connectors.feeds.fetch.fetcher import Fetcher, Limits, user_agent
from connectors.feeds.fetch.hosts import CONNECTIONS, Hosts
from connectors.feeds.fetch.outcomes import Outcome
from tests.feeds.server import FeedServer, item, rss

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = rss(item("Title", "https://test.example/1"))
ZEROS = b"\0" * (4 << 20)


def fetch(url, *, private=True, **options):
    async def go():
        limits = Limits(connect=1, total=1.5, size=1 << 20)
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0), limits) as fetcher:
            return await fetcher.fetch(url, access=Access(private), **options)

    return asyncio.run(go())


def answer(status=200, body=FEED, **headers):
    async def handle(_):
        return web.Response(
            status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    return handle


def raw(text):
    """Write these bytes to the connection, as no proper server would, and hang up."""

    async def handle(request):
        request.transport.write(text)
        await asyncio.sleep(0.05)
        request.transport.close()
        return web.Response()

    return handle


async def drip(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(100):
        await response.write(b" ")
        await asyncio.sleep(0.1)
    return response


async def endless(request):
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65536)


async def silent(_):
    await asyncio.sleep(30)
    return web.Response()


def redirect(location, status=301):
    return answer(status, b"", Location=location)


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        pytest.param(answer(), Outcome.READ, id="plain"),
        pytest.param(answer(410), Outcome.GONE, id="gone"),
        pytest.param(answer(404), Outcome.CLIENT_ERROR, id="not found"),
        pytest.param(answer(401), Outcome.CLIENT_ERROR, id="needs a password"),
        pytest.param(answer(500), Outcome.SERVER_ERROR, id="server error"),
        pytest.param(answer(503), Outcome.SERVER_ERROR, id="unavailable, not saying until when"),
        pytest.param(answer(503, Retry_After="60"), Outcome.BUSY, id="unavailable for a minute"),
        pytest.param(answer(429), Outcome.BUSY, id="too many requests"),
        pytest.param(drip, Outcome.TIMEOUT, id="drips a byte at a time"),
        pytest.param(silent, Outcome.TIMEOUT, id="accepts and says nothing"),
        pytest.param(endless, Outcome.TOO_LARGE, id="never ends"),
        pytest.param(answer(body=FEED + b" " * (1 << 20)), Outcome.TOO_LARGE, id="over the bound"),
        pytest.param(redirect("/same"), Outcome.REDIRECTS, id="redirects to itself"),
        pytest.param(redirect(""), Outcome.REDIRECTS, id="redirects to nowhere"),
        pytest.param(redirect("http://[::1"), Outcome.REDIRECTS, id="redirects to no URL"),
        pytest.param(redirect("ftp://test.example/"), Outcome.REFUSED, id="redirects to another scheme"),
        pytest.param(redirect("http://169.254.169.254/"), Outcome.REFUSED, id="redirects to cloud metadata"),
        pytest.param(redirect("http://u:p@127.0.0.1/"), Outcome.REFUSED, id="redirects to credentials"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>"),
            Outcome.BROKEN_BODY,
            id="hangs up early",
        ),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), Outcome.BROKEN_BODY, id="length below 0"
        ),
        pytest.param(raw(b"SSH-2.0-OpenSSH\r\n"), Outcome.BROKEN_BODY, id="speaks something else"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000), Outcome.BROKEN_BODY, id="endless header"
        ),
        pytest.param(answer(body=gzip.compress(FEED), Content_Encoding="gzip"), Outcome.READ, id="gzip"),
        pytest.param(
            answer(body=zlib.compress(FEED), Content_Encoding="deflate"), Outcome.READ, id="deflate"
        ),
        pytest.param(
            answer(body=zlib.compress(FEED)[2:-4], Content_Encoding="deflate"),
            Outcome.READ,
            id="deflate, raw",
        ),
        pytest.param(answer(body=brotli.compress(FEED), Content_Encoding="br"), Outcome.READ, id="br"),
        pytest.param(answer(body=zstandard.compress(FEED), Content_Encoding="zstd"), Outcome.READ, id="zstd"),
        pytest.param(
            answer(body=gzip.compress(brotli.compress(FEED)), Content_Encoding="br, gzip"),
            Outcome.READ,
            id="both",
        ),
        pytest.param(answer(body=gzip.compress(FEED)), Outcome.READ, id="a gzip file"),
        pytest.param(answer(Content_Encoding="gzip"), Outcome.READ, id="says gzip, is plain"),
        pytest.param(answer(Content_Encoding="br"), Outcome.READ, id="says br, is plain"),
        pytest.param(
            answer(body=gzip.compress(FEED)[:-20], Content_Encoding="gzip"),
            Outcome.BROKEN_BODY,
            id="gzip cut short",
        ),
        pytest.param(
            answer(body=brotli.compress(FEED)[:-9], Content_Encoding="br"),
            Outcome.BROKEN_BODY,
            id="br cut short",
        ),
        pytest.param(
            answer(body=zstandard.compress(FEED)[:-9], Content_Encoding="zstd"),
            Outcome.BROKEN_BODY,
            id="zstd cut short",
        ),
        pytest.param(answer(Content_Encoding="lzma"), Outcome.BROKEN_BODY, id="an encoding not asked for"),
        pytest.param(
            answer(body=gzip.compress(ZEROS), Content_Encoding="gzip"), Outcome.TOO_LARGE, id="gzip bomb"
        ),
        pytest.param(
            answer(body=brotli.compress(ZEROS), Content_Encoding="br"), Outcome.TOO_LARGE, id="br bomb"
        ),
        pytest.param(
            answer(body=zstandard.compress(ZEROS), Content_Encoding="zstd"), Outcome.TOO_LARGE, id="zstd bomb"
        ),
        pytest.param(
            answer(body=gzip.compress(gzip.compress(ZEROS)), Content_Encoding="gzip, gzip"),
            Outcome.TOO_LARGE,
            id="a bomb in a wrapper",
        ),
        pytest.param(answer(304), Outcome.SERVER_ERROR, id="304 though nothing was there before"),
    ],
)
def test_behaviour(server, page, outcome):
    server.pages["/same"] = page
    started = time.monotonic()
    found = fetch(server.url("/same"))
    assert (found.outcome, found.body) == (outcome, FEED if outcome is Outcome.READ else b""), found.detail
    assert time.monotonic() - started < 8


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        pytest.param("http://127.0.0.1/", "loopback", id="loopback"),
        pytest.param("http://localhost/", "loopback", id="a name of it"),
        pytest.param("http://[::ffff:127.0.0.1]/", "loopback", id="mapped into IPv6"),
        pytest.param("http://2130706433/", "not a URL", id="as one number"),
        pytest.param("http://10.0.0.1/", "private", id="private"),
        pytest.param("http://[64:ff9b::a00:1]/", "NAT64", id="NAT64"),
        pytest.param("http://192.0.2.1:22/", "port 22", id="another port"),
        pytest.param("file:///etc/passwd", "only http", id="a file"),
        pytest.param("http://user:secret@192.0.2.1/", "credentials", id="credentials"),
    ],
)
def test_what_is_not_public_is_refused(url, detail):
    found = fetch(url, private=False)
    assert found.outcome is Outcome.REFUSED, found
    assert detail in found.detail


def test_a_redirect_does_not_get_around_the_guard(server):
    """A feed that is allowed nothing private, behind a public name, leads to loopback: the socket refuses."""
    server.pages["/rss"] = FEED
    found = fetch(server.url("/rss").replace(str(server.port), "80"), private=False)
    assert found.outcome is Outcome.REFUSED
    assert server.seen == []


def test_a_redirect_from_a_public_address_to_loopback_is_refused(monkeypatch):
    """127.0.0.2 stands in for a public address, which no test may reach."""
    monkeypatch.setattr(guard, "_PRIVATE_TABLE", guard._table({"loopback": ("127.0.0.1/32",)}))
    monkeypatch.setattr(guard, "_NEVER_TABLE", ())
    server = FeedServer(hosts=("127.0.0.1", "127.0.0.2"))
    monkeypatch.setattr("connectors.feeds.fetch.urls.PORTS", {server.port})
    monkeypatch.setattr("ipaddress.IPv4Address.is_global", True)
    public = f"http://127.0.0.2:{server.port}"
    try:
        server.pages |= {"/plain": FEED, "/loop": redirect(server.url("/loop")), "/rss": redirect("/loop")}
        assert fetch(f"{public}/plain", private=False).outcome is Outcome.READ
        found = fetch(f"{public}/rss", private=False)
    finally:
        server.close()
    assert (found.outcome, found.detail) == (Outcome.REFUSED, "127.0.0.1 is loopback")
    assert [seen.headers["Host"].partition(":")[0] for seen in server.seen] == ["127.0.0.2"] * 3


def test_a_certificate_nobody_vouches_for():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "tls" / "self_signed.pem")
    server = FeedServer({"/rss": FEED}, tls=context)
    try:
        found = fetch(f"https://localhost:{server.port}/rss")
    finally:
        server.close()
    assert (found.outcome, server.seen) == (Outcome.TLS_FAILED, [])
    assert "certificate" in found.detail


class Names(AbstractResolver):
    """A resolver that knows no name, or one that leads to a private address."""

    def __init__(self, **known):
        self.known = known

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.known.get(host.partition(".")[0])
        if address is None:
            raise OSError(None, "no such name")
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
        ]

    async def close(self):
        pass


def test_slow_hosts_make_no_other_time_out(server):
    async def slow(_):
        await asyncio.sleep(1.5)
        return web.Response(body=FEED)

    server.pages["/rss"] = slow
    names = Names(**{f"h{n}": "127.0.0.1" for n in range(200)})

    async def go():
        limits = Limits(connect=1, total=30)
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0), limits, names) as fetcher:
            urls = (f"http://h{n}.example:{server.port}/rss" for n in range(200))
            return await asyncio.gather(
                *(fetcher.fetch(url, access=Access(allow_private=True)) for url in urls)
            )

    assert {(found.outcome, found.detail) for found in asyncio.run(go())} == {(Outcome.READ, "")}


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        pytest.param("http://nobody.example/", Outcome.NO_ADDRESS, id="no such name"),
        pytest.param("http://inside.example/", Outcome.REFUSED, id="a public name with a private address"),
        pytest.param("http://mapped.example/", Outcome.REFUSED, id="a metadata service"),
    ],
)
def test_what_names_lead_to(url, outcome):
    names = Names(inside="10.1.2.3", mapped="169.254.169.254")

    async def go():
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0), resolver=names) as fetcher:
            return await fetcher.fetch(url)

    assert asyncio.run(go()).outcome is outcome


def test_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert found.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Cache_Control": "public, max-age=600"}, 600, id="max-age"),
        pytest.param({"Cache_Control": "no-cache, max-age=600"}, None, id="no-cache"),
        pytest.param({"Cache_Control": "max-age=0"}, None, id="stale at once"),
        pytest.param({"Cache_Control": "max-age=nonsense"}, None, id="nonsense"),
        pytest.param(
            {
                "Expires": format_datetime(NOW + timedelta(hours=1), usegmt=True),
                "Date": format_datetime(NOW, usegmt=True),
            },
            3600,
            id="Expires",
        ),
        pytest.param({"Expires": "0"}, None, id="Expires long ago"),
    ],
)
def test_how_long_an_answer_is_fresh(server, headers, seconds):
    server.pages["/rss"] = answer(**headers)
    assert fetch(server.url("/rss")).max_age == seconds


def test_conditional_get_sends_back_what_came(server):
    async def page(request):
        if request.headers.get("If-None-Match") == 'W/"odd' and "If-Modified-Since" in request.headers:
            return web.Response(status=304)
        return web.Response(body=FEED, headers={"ETag": 'W/"odd', "Last-Modified": "yesterday"})

    server.pages["/rss"] = page
    first = fetch(server.url("/rss"))
    second = fetch(server.url("/rss"), etag=first.etag, modified=first.modified)
    assert (first.etag, first.modified, second.outcome) == ('W/"odd', "yesterday", Outcome.NOT_MODIFIED)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param(format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300, id="a date"),
        pytest.param(format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0, id="a date gone by"),
        pytest.param("999999999999999999999", 86_400, id="for ever"),
        pytest.param("soon", None, id="no time at all"),
        pytest.param("-5", None, id="below 0"),
    ],
)
def test_retry_after(server, value, seconds):
    server.pages["/rss"] = answer(429, Retry_After=value)
    assert fetch(server.url("/rss")).retry_after == seconds


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        pytest.param((301, 308), True, id="permanent all the way"),
        pytest.param((301, 302), False, id="one of them for now"),
        pytest.param((307, 303), False, id="for now"),
    ],
)
def test_only_permanent_redirects_are_a_move(server, statuses, moved):
    server.pages |= {
        "/a": redirect("/b", statuses[0]),
        "/b": redirect(server.url("/c#part"), statuses[1]),
        "/c": FEED,
    }
    found = fetch(server.url("/a"))
    assert (found.outcome, found.moved_to) == (Outcome.READ, server.url("/c") if moved else None)


def test_no_cookies_and_a_name(server):
    server.pages["/rss"] = answer(Set_Cookie="id=1")

    async def twice():
        async with Fetcher(user_agent("desk@example.com"), lambda: NOW, Hosts(pause=0)) as fetcher:
            for _ in range(2):
                await fetcher.fetch(server.url("/rss"), access=Access(allow_private=True))

    asyncio.run(twice())
    headers = server.seen[1].headers
    assert "Cookie" not in headers
    assert headers["User-Agent"].startswith("wirewatch/")
    assert "desk@example.com" in headers["User-Agent"]


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
            fetching = asyncio.create_task(fetcher.fetch(server.url("/rss"), access=Access(True)))
            async with asyncio.timeout(30):
                await asked.wait()
                while hosts._hosts["127.0.0.1"].gate.locked():  # noqa: ASYNC110  # nobody tells
                    await asyncio.sleep(0.01)
            answered.set()
            return await fetching

    assert asyncio.run(go()).outcome is Outcome.READ


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

    assert asyncio.run(go()) == ({Outcome.TIMEOUT}, "a thread is free")
    silent.set()


def test_a_hub_among_many_link_headers(server):
    async def page(_):
        links = ("<https://news.example/>; rel=self", "<https://hub.example/>; rel=hub")
        return web.Response(body=FEED, headers=CIMultiDict([("Link", link) for link in links]))

    server.pages["/rss"] = page
    found = fetch(server.url("/rss"))
    assert (found.hub, found.topic) == ("https://hub.example/", "https://news.example/")
