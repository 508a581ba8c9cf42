"""WebSub: subscribing, verification, leases, signed pushes; polling that slows meanwhile."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import msgspec
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.headers import link
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.schedule import PUSHED, next_poll
from connectors.feeds.state import FeedState
from connectors.feeds.subscription import LEASE, LEAST_LEASE, MOST_LEASE
from connectors.feeds.websub.subscriber import CallbackServer, Subscriber
from tests.feeds.hub import Hub, counted, sign, subscription
from tests.feeds.server import item, rss
from tests.feeds.site import until
from tests.ports import free_port
from wirewatch.records import ARTICLES

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = subscription().after_asking(NOW, "")
LEASED = ASKED.verified("86400", NOW)


@pytest.mark.parametrize(
    ("known", "after", "due"),
    [
        pytest.param(subscription(), 0 * HOUR, True, id="never asked"),
        pytest.param(ASKED, timedelta(minutes=9), False, id="asked, and waiting"),
        pytest.param(ASKED, timedelta(minutes=10), True, id="asked, and no answer"),
        pytest.param(ASKED.after_asking(NOW, "").after_asking(NOW, ""), 39 / 60 * HOUR, False, id="seldomer"),
        pytest.param(LEASED, 17 * HOUR, False, id="leased"),
        pytest.param(LEASED, 18 * HOUR, True, id="time to renew"),
        pytest.param(LEASED.after_asking(NOW + 18 * HOUR, ""), 18.1 * HOUR, False, id="renewal asked for"),
        pytest.param(LEASED.refused("no", NOW), 6 * DAY, False, id="denied"),
        pytest.param(LEASED.refused("no", NOW), 7 * DAY, True, id="denied a week ago"),
    ],
)
def test_when_a_hub_is_asked(known, after, due):
    assert known.due(NOW + after) is due


@pytest.mark.parametrize(
    ("said", "lease"),
    [
        pytest.param("86400", DAY, id="a day"),
        pytest.param(None, LEASE, id="nothing said"),
        pytest.param("soon", LEASE, id="nonsense"),
        pytest.param("1", LEAST_LEASE, id="too short"),
        pytest.param("9" * 40, MOST_LEASE, id="too long"),
    ],
)
def test_leases(said, lease):
    known = ASKED.verified(said, NOW)
    assert (known.runs(NOW + lease - DAY / 86_400), known.runs(NOW + lease)) == (True, False)


def test_a_hub_that_has_fallen_silent_is_not_relied_on():
    known = ASKED.verified("86400", NOW)
    once = known.heard(pushed=False)
    twice = once.heard(pushed=False)
    assert [each.runs(NOW) for each in (known, once, twice)] == [True, True, False]
    assert twice.heard(pushed=True).runs(NOW)
    assert twice.heard(pushed=False) == twice  # nothing more to write down


@pytest.mark.parametrize(
    ("header", "believed"),
    [
        *(pytest.param(sign(b"x", name), True, id=name) for name in ("sha1", "sha256", "sha384", "sha512")),
        pytest.param(sign(b"x").upper().replace("SHA256", "sha256"), True, id="in capitals"),
        pytest.param(sign(b"y"), False, id="another body"),
        pytest.param(sign(b"x", secret="other"), False, id="another secret"),
        pytest.param(sign(b"x", "md5"), False, id="a hash that is not one"),
        pytest.param("sha256=", False, id="no signature"),
        pytest.param("sha256=ü", False, id="no hex"),
        pytest.param("sha256=\udce9", False, id="a byte that is no text"),
        pytest.param(None, False, id="no header"),
    ],
)
def test_whom_we_believe(header, believed):
    assert subscription().believes(header, b"x") is believed


@pytest.mark.parametrize(
    ("header", "hub"),
    [
        pytest.param(
            '<https://hub.example/>; rel="hub", <https://x/>; rel="self"', "https://hub.example/", id="two"
        ),
        pytest.param("<https://x/>; rel=self", None, id="another relation"),
        pytest.param(
            '<https://hub.example/>; title="a"; rel="preload hub"', "https://hub.example/", id="many"
        ),
        pytest.param("<<<;;;rel=hub", None, id="nonsense"),
        pytest.param("", None, id="none"),
    ],
)
def test_a_hub_in_a_link_header(header, hub):
    assert link([header], "hub") == hub


def test_polling_slows_while_a_hub_pushes():
    times = tuple(NOW - timedelta(minutes=n) for n in range(20, 0, -1))
    state, answer = FeedState(next_at=NOW, times=times), FetchResult(FetchOutcome.NOT_MODIFIED, "u")
    usual = next_poll(state, answer, NOW, jitter=0)
    slowed = next_poll(state, answer, NOW, jitter=0, pushed=True)
    assert (usual.at - NOW < timedelta(minutes=3), slowed.at - NOW) == (True, PUSHED)
    failed = next_poll(state, FetchResult(FetchOutcome.TIMEOUT, "u"), NOW, jitter=0, pushed=True)
    assert failed.at - NOW == timedelta(minutes=5)


def document(server, *items):
    links = f"<a:link rel='hub' href='{server.url('/hub')}'/><a:link rel='self' href='{server.url('/rss')}'/>"
    return rss(*items, channel=links).replace(b"<rss ", b"<rss xmlns:a='http://www.w3.org/2005/Atom' ")


def titles(site):
    return [ARTICLES.decode(r.body).title for r in site.store.unsent(10, max_bytes=1 << 20)]


def subscribed(site, server, go):
    """Run `go(hub, subscriber)` beside a loop whose feed names a hub, with a callback that is reached."""
    hub = Hub(server)
    server.pages["/rss"] = document(server, item("Before", "https://test.example/1"))
    site.write(server.url("/rss"))
    port = free_port()

    async def run():
        async with site.running():
            poller = site.loop.poller
            subscriber = Subscriber(
                f"http://127.0.0.1:{port}/websub",
                poller.asker,
                site.store,
                poller.now,
                known=site.store.subscriptions(),
            )
            callback = CallbackServer(subscriber, site.loop.table.is_read, site.loop.push)
            await callback.start("127.0.0.1", port)
            poller.subscriber = subscriber
            try:
                await until(lambda: subscriber.pushes(server.url("/rss")))
                await until(lambda: hasattr(hub, "verified"))
                await go(hub, subscriber)
            finally:
                await callback.close()
                await subscriber.close()

    asyncio.run(run())


def test_from_a_hub_to_the_store(site, server):
    async def go(hub, subscriber):
        (asked,) = hub.requests
        assert hub.verified == (200, "c123")
        assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", server.url("/rss"))
        assert urlsplit(asked["hub.callback"]).path.startswith("/websub/")
        polls = server.paths().count("/rss")
        pushed = document(server, item("Pushed", "https://test.example/2"))
        assert await hub.push(pushed) == 204
        assert titles(site) == ["Before", "Pushed"]
        assert await hub.push(pushed) == 204  # a hub may send twice
        assert await hub.push(document(server, item("Forged", "https://x/")), secret="guess") == 202
        assert titles(site) == ["Before", "Pushed"]
        assert server.paths().count("/rss") == polls
        known = site.store.subscriptions()[server.url("/rss")]
        assert (known.asks, known.lease_until is not None) == (0, True)
        poller, feed = site.loop.poller, site.loop.table.feeds[server.url("/rss")]
        for n in (3, 4):  # the hub says nothing any more
            server.pages["/rss"] = document(server, item(f"Polled {n}", f"https://test.example/{n}"))
            assert subscriber.pushes(feed.url)
            await poller.poll(feed, site.loop.table.states[feed.url])
        assert not subscriber.pushes(feed.url)
        assert await hub.push(document(server, item("Back", "https://test.example/5"))) == 204
        assert subscriber.pushes(feed.url)

    subscribed(site, server, go)


def test_a_push_that_is_no_feed_is_no_failure_of_the_feed(site, server):
    """The hub's mistake: the publisher is asked instead, and soon."""

    async def go(hub, _):
        loop, url = site.loop, server.url("/rss")
        await until(lambda: not loop._running)
        before, stored = loop.table.states[url], site.store.states()[url]
        assert (before.next_at > loop.context.now() + HOUR / 12, before.outcome) == (True, "read")
        after = await loop.poller.push(loop.table.feeds[url], before, b"<html>what?", "text/html")
        assert after.next_at <= loop.context.now() + timedelta(seconds=1)
        assert msgspec.structs.replace(after, next_at=before.next_at, why=before.why) == before
        assert site.store.states()[url] == stored
        polls, others = server.paths().count("/rss"), counted("not_a_feed")
        server.pages["/rss"] = document(server, item("Polled", "https://test.example/2"))
        assert await hub.push(b"") == 204
        assert counted("not_a_feed") == others + 1
        await until(lambda: server.paths().count("/rss") > polls and "Polled" in titles(site))
        assert loop.table.states[url].failures == 0

    subscribed(site, server, go)


def test_what_a_callback_does_not_take(site, server):
    async def go(hub, subscriber):
        url = hub.requests[0]["hub.callback"]
        known = subscriber.known[server.url("/rss")]
        good = {"hub.mode": "subscribe", "hub.topic": known.topic, "hub.challenge": "c"}
        async with aiohttp.ClientSession() as session:

            async def status(target, **query):
                async with session.get(target, params=query) as got:
                    return got.status

            assert await status(url, **good) == 404  # nothing was asked for
            subscriber.known[known.feed] = known.after_asking(NOW, "")
            assert await status(url, **{**good, "hub.topic": "http://other.example/"}) == 404
            assert await status(url, **{**good, "hub.mode": "unsubscribe"}) == 404
            assert await status(url[:-32] + "f" * 32, **good) == 404
            assert await status(url, **good) == 200
            async with session.post(url, data=b"x" * (11 << 20)) as got:
                assert got.status == 413
            denied = {**good, "hub.mode": "denied", "hub.reason": "no more"}
            assert await status(url, **denied) == 200
            assert not subscriber.pushes(known.feed)
            site.loop.table.feeds.clear()
            assert await status(url, **good) == 410
        assert "no more" in site.store.subscriptions()[known.feed].why

    subscribed(site, server, go)


def test_a_hub_that_fails_is_asked_again_later(site, server):
    async def broken(_):
        return web.Response(status=500)

    async def run():
        server.pages |= {"/hub": broken, "/rss": document(server, item("A", "https://test.example/1"))}
        site.write(server.url("/rss"))
        async with site.running():
            poller = site.loop.poller
            poller.subscriber = Subscriber("http://127.0.0.1:9/x", poller.asker, site.store, poller.now)
            await until(lambda: any(s.why for s in site.store.subscriptions().values()))
            known = site.store.subscriptions()[server.url("/rss")]
            assert "HTTP 500" in known.why
            assert not poller.subscriber.pushes(known.feed)
            await poller.subscriber.close()

    asyncio.run(run())
    assert server.paths().count("/hub") == 1


def test_a_subscription_that_cannot_be_stored_is_said(site, monkeypatch):
    """Nobody waits for what a hub answers: it was asyncio's own last words, if anything."""

    class Refusing:
        async def post(self, url, form, *, allow_private):
            return FetchResult(FetchOutcome.SERVER_ERROR, url)

    def full(_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(site.store, "subscribe", full)
    subscriber = Subscriber("http://x", Refusing(), site.store, lambda: NOW, known={"f": subscription()})
    feed = type("F", (), {"url": "f", "allow_private": False, "enabled": True})

    async def go():
        subscriber.start_due({"f": feed})
        await until(lambda: not subscriber._asking)

    with capture_logs() as logs:
        asyncio.run(go())
    (said,) = [each for each in logs if each["log_level"] == "warning"]
    assert said["error"] == "database or disk is full"
    assert not subscriber.known["f"].due(NOW)


def test_retry_after_of_a_hub_holds_its_host(site, server):
    async def busy(_):
        return web.Response(status=429, headers={"Retry-After": "3600"})

    async def run():
        server.pages |= {"/hub": busy, "/rss": document(server, item("A", "https://test.example/1"))}
        site.write(server.url("/rss"))
        async with site.running():
            poller, url = site.loop.poller, server.url("/hub")
            subscriber = poller.subscriber = Subscriber("http://x", poller.asker, site.store, poller.now)
            await until(lambda: any(s.why for s in site.store.subscriptions().values()))
            assert site.store.held_hosts(poller.now()).keys() == {"127.0.0.1"}
            assert (await poller.asker.post(url, {}, allow_private=True)).held
            await subscriber.close()

    asyncio.run(run())
    assert server.paths().count("/hub") == 1


def test_a_push_with_bytes_that_are_no_text_in_its_headers(site, server):
    async def go(hub, _):
        where = urlsplit(hub.requests[0]["hub.callback"])
        head = f"POST {where.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n".encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", where.port)
        writer.write(head + b"X-Hub-Signature: sha256=\xe9\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"202"
        writer.close()

    subscribed(site, server, go)


def test_a_push_puts_no_poll_off(site, server):
    """A hub that passes on a part of it is found out by polls alone."""

    async def go(_, __):
        loop, url = site.loop, server.url("/rss")
        await until(lambda: not loop._running)
        soon = loop.context.now() + timedelta(minutes=9)
        state = msgspec.structs.replace(loop.table.states[url], next_at=soon)
        body = document(server, item("Pushed", "https://test.example/2"))
        assert (await loop.poller.push(loop.table.feeds[url], state, body, "text/xml")).next_at == soon
        late = msgspec.structs.replace(state, next_at=soon + 20 * HOUR)
        body = document(server, item("Another", "https://test.example/3"))
        after = await loop.poller.push(loop.table.feeds[url], late, body, "text/xml")
        assert after.next_at < soon + 2 * HOUR

    subscribed(site, server, go)


def test_a_push_says_nothing_of_where_its_feed_has_moved(site, server):
    async def go(_, __):
        loop, url = site.loop, server.url("/rss")
        await until(lambda: not loop._running)
        moved = {"moved_to": server.url("/new"), "moved": 3}
        state = msgspec.structs.replace(loop.table.states[url], **moved)
        body = document(server, item("Pushed", "https://test.example/2"))
        after = await loop.poller.push(loop.table.feeds[url], state, body, "text/xml")
        assert (after.moved_to, after.moved) == (server.url("/new"), 3)
        assert "Pushed" in titles(site)

    subscribed(site, server, go)


def test_a_hub_on_a_private_address_is_not_asked(site, server):
    """`allow_private` is the feed's: a hub behind a public feed must not lead into one's own network."""
    subscriber = Subscriber("http://x", None, site.store, lambda: NOW)
    feed = type("F", (), {"url": "http://news.example/rss", "allow_private": False})
    asyncio.run(subscriber.notice(feed, "http://127.0.0.1:2375/", None))
    asyncio.run(subscriber.notice(feed, "ftp://hub.example/", None))
    assert subscriber.known == {}

    async def ask():
        async with Fetcher(user_agent(None), lambda: NOW, Hosts(pause=0)) as fetcher:
            return await fetcher.post(server.url("/hub").replace(str(server.port), "80"), {})

    assert asyncio.run(ask()).outcome is FetchOutcome.REFUSED
