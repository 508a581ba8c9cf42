"""Polls that leave alone whom robots.txt and Retry-After want left alone."""

import asyncio
import threading
import time
from datetime import timedelta

import pytest
from aiohttp import web
from protego import Protego

from connectors.feeds.condition import condition
from connectors.feeds.config import Feed
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.robots import Robots
from tests.feeds.fetch.support import Names
from tests.feeds.server import item, rss
from tests.feeds.world import link


def test_robots_txt_is_followed(world, server):
    server.pages |= {"/rss": rss(item("A", link(1))), "/robots.txt": b"User-agent: *\nDisallow: /rss"}
    state = world.poll(server.url("/rss"))
    assert (state.outcome, world.sent(), server.paths()) == ("robots", [], ["/robots.txt"])
    server.pages["/robots.txt"] = b"User-agent: wirewatch\nAllow: /\nUser-agent: *\nDisallow: /"
    world.poll(server.url("/rss"))
    assert world.sent() == [("A", 0)]


def test_robots_txt_is_read_by_the_name_that_we_call_ourselves(world, server):
    server.pages |= {
        "/rss": rss(item("A", link(1))),
        "/robots.txt": b"User-agent: Desk\nAllow: /\nUser-agent: *\nDisallow: /",
    }
    assert world.poll(server.url("/rss")).outcome == "robots"
    assert world.poll(server.url("/rss"), user_agent="Desk/1.0 (+https://desk.example)").outcome == "read"
    server.pages["/robots.txt"] = b"User-agent: Desk\nDisallow: /"
    assert world.poll(server.url("/rss"), user_agent="Desk/1.0").outcome == "robots"
    assert world.poll(server.url("/rss")).outcome == "read"


def test_a_robots_txt_that_fails_is_a_no_for_now(world, server):
    async def broken(_):
        return web.Response(status=500)

    server.pages |= {"/rss": rss(item("A", link(1))), "/robots.txt": broken}
    assert world.poll(server.url("/rss")).outcome == "server_error"
    assert "/rss" not in server.paths()


def test_a_redirect_into_what_robots_txt_forbids(world, server):
    async def moved(_):
        return web.Response(status=302, headers={"Location": "/private/rss"})

    server.pages |= {
        "/rss": moved,
        "/private/rss": rss(),
        "/robots.txt": b"User-agent: *\nDisallow: /private",
    }
    assert world.poll(server.url("/rss")).outcome == "robots"
    assert "/private/rss" not in server.paths()


def test_retry_after_holds_for_the_whole_host_and_over_a_restart(world, server):
    async def busy(_):
        return web.Response(status=429, headers={"Retry-After": "3600"})

    server.pages |= {"/a": busy, "/b": rss(item("B", link(1)))}
    state = world.poll(server.url("/a"))
    assert state.next_at - world.now == timedelta(hours=1)
    state = world.poll(server.url("/b"))
    assert (state.outcome, "/b" in server.paths()) == ("busy", False)
    assert state.next_at - world.now == timedelta(minutes=55)
    world.poll(server.url("/b"), after=timedelta(hours=1))
    assert world.sent() == [("B", 0)]


def test_retry_after_of_one_feed_is_no_failure_of_the_others(world, server):
    async def busy(_):
        return web.Response(status=429, headers={"Retry-After": "3600"})

    server.pages |= {"/a": busy, "/b": rss(item("B", link(1)))}
    assert world.poll(server.url("/b")).failures == 0
    assert world.poll(server.url("/a")).failures == 1
    state = world.poll(*[server.url("/b")] * 4)
    assert (state.failures, condition(state, world.now).condition, world.alerts()) == (0, "ok", [])
    assert state.why == "its host asked for a pause (Retry-After)"
    assert condition(world.poll(server.url("/c")), world.now).condition == "new"
    assert "/c" not in server.paths()


def test_retry_after_holds_for_what_was_already_waiting_for_its_turn(world, server):
    async def busy(_):
        return web.Response(status=429, headers={"Retry-After": "3600"})

    server.pages |= {f"/{n}": busy for n in range(5)}

    feed = Feed(server.url("/"), source="news.example", enabled=True, allow_private=True)
    hosts = Hosts(pause=0.05)

    async def go():
        async with Fetcher(user_agent(None), lambda: world.now, hosts) as fetcher:
            asker = Asker(fetcher, Robots(fetcher), world.store, lambda: world.now, world.secret)
            await asker.ask(feed, server.url("/robots-first"))
            first = time.monotonic() + hosts.pause  # and no pause is over before it is answered
            hosts.clock = lambda: time.monotonic() + hosts.pause if asker.held else first
            return await asyncio.gather(*(asker.ask(feed, server.url(f"/{n}")) for n in range(5)))

    found = world.runner.run(go())
    assert [answer.outcome for answer in found] == ["busy"] * 5
    assert len([path for path in server.paths() if path[1:].isdigit()]) == 1


def test_a_robots_txt_that_says_retry_after_holds_its_host(world, server):
    async def busy(_):
        return web.Response(status=503, headers={"Retry-After": "3600"})

    server.pages |= {"/a": rss(item("A", link(1))), "/robots.txt": busy}
    state = world.poll(server.url("/a"))
    assert (state.outcome, state.next_at - world.now) == ("busy", timedelta(hours=1))
    world.poll(server.url("/a"), after=timedelta(minutes=50))
    assert server.paths() == ["/robots.txt"]
    del server.pages["/robots.txt"]
    world.poll(server.url("/a"), after=timedelta(minutes=11))
    assert world.sent() == [("A", 0)]


def test_robots_txt_fills_no_memory(world, server):
    """Each host name is a site of its own; a publisher has as many as it likes."""
    text = b"User-agent: *\nDisallow: /admin\n" + b"#" * 1000
    server.pages["/robots.txt"] = text

    async def go():
        names = Names(**{f"h{n}": "127.0.0.1" for n in range(20)})
        async with Fetcher(user_agent(None), lambda: world.now, Hosts(pause=0), resolver=names) as fetcher:
            robots = Robots(fetcher, max_bytes=5 * len(text))
            for n in range(20):
                site = f"http://h{n}.example:{server.port}"
                assert await robots.refusal(f"{site}/", allow_private=True) is None
                assert (await robots.refusal(f"{site}/admin", allow_private=True)).outcome == "robots"
            assert (len(robots._sites), robots._bytes) == (5, 5 * len(text))

    world.runner.run(go())
    assert server.paths() == ["/robots.txt"] * 20


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
def test_a_robots_txt_is_read_once_and_a_long_one_off_the_loop(world, server, monkeypatch, long):
    """At half a megabyte it is a tenth of a second and more: not for each request, and not on the loop."""
    rules = "Disallow: /*?print={}\n"
    text = "User-agent: *\n" + "".join(rules.format(n) for n in range(20_000 if long else 2))
    server.pages["/robots.txt"] = text.encode()
    threads, real = [], Protego.parse

    def parse(content):
        threads.append(threading.current_thread())
        return real(content)

    monkeypatch.setattr(Protego, "parse", parse)

    async def go():
        async with Fetcher(user_agent(None), lambda: world.now, Hosts(pause=0)) as fetcher:
            asked = Robots(fetcher)
            for _ in range(3):
                assert await asked.refusal(server.url("/1"), allow_private=True) is None
                refused = await asked.refusal(server.url("/1?print=1"), allow_private=True)
                assert refused.outcome == "robots"
            too_much = await asked.refusal(server.url("/" + "x" * 8000), allow_private=True)
            return too_much.detail if too_much else None

    detail = world.runner.run(go())
    assert [thread is threading.main_thread() for thread in threads] == [not long]
    assert (detail is not None and "too long" in detail) == long


def test_rules_that_were_read_fill_no_memory(world, server, monkeypatch):
    async def text(request):
        return web.Response(text=f"User-agent: *\nDisallow: /{request.host}\n")

    server.pages["/robots.txt"] = text

    async def go():
        names = Names(**{f"h{n}": "127.0.0.1" for n in range(10, 30)})
        async with Fetcher(user_agent(None), lambda: world.now, Hosts(pause=0), resolver=names) as fetcher:
            asked = Robots(fetcher)
            for n in (*range(10, 30), 29):
                site = f"http://h{n}.example:{server.port}"
                assert await asked.refusal(f"{site}/", allow_private=True) is None
            return asked._read, asked._read_bytes

    size = len(f"User-agent: *\nDisallow: /h10.example:{server.port}\n")
    monkeypatch.setattr("connectors.feeds.fetch.robots.MAX_READ_BYTES", 5 * size)
    read, total = world.runner.run(go())
    assert (len(read), total) == (5, sum(map(len, read))) == (5, 5 * size)


def test_a_crawl_delay_is_kept(world, server):
    server.pages |= {"/rss": rss(), "/robots.txt": b"User-agent: *\nCrawl-delay: 7"}
    hosts = Hosts(pause=0)

    async def go():
        async with Fetcher(user_agent(None), lambda: world.now, hosts) as fetcher:
            assert await Robots(fetcher).refusal(server.url("/rss"), allow_private=True) is None

    world.runner.run(go())
    assert hosts._hosts["127.0.0.1"].pause == 7


def test_robots_txt_is_asked_once_by_all_who_want_to_know(world, server):
    async def slow(_):
        await asyncio.sleep(0.1)
        return web.Response(text="User-agent: *\nDisallow: /3")

    server.pages |= {"/robots.txt": slow, **{f"/{n}": rss() for n in range(4)}}

    feed = Feed(server.url("/"), source="news.example", enabled=True, allow_private=True)

    async def go():
        async with Fetcher(user_agent(None), lambda: world.now, Hosts(pause=0)) as fetcher:
            asker = Asker(fetcher, Robots(fetcher), world.store, lambda: world.now, world.secret)
            return await asyncio.gather(*(asker.ask(feed, server.url(f"/{n}")) for n in range(4)))

    assert [answer.outcome for answer in world.runner.run(go())] == ["read"] * 3 + ["robots"]
    assert server.paths().count("/robots.txt") == 1
