"""Polls as a timeline: a feed on a real server, a real store, a clock that is moved by hand."""

import asyncio
import threading
from datetime import timedelta
from email.utils import format_datetime

import msgspec
import pytest
from aiohttp import web
from protego import Protego

from connectors.feeds import poll
from connectors.feeds.condition import condition
from connectors.feeds.config import Feed
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.fetch.uplink import HOSTS
from connectors.feeds.schedule import OFFLINE
from connectors.feeds.store import FeedStore, open_database
from tests.feeds.server import item, rss
from tests.feeds.test_fetch import Names
from tests.feeds.world import START
from wirewatch import ids


def link(n):
    return f"https://news.example/{n}"


CHANGES = [
    pytest.param([item("A", link(1))], [item("A", link(1))], [], id="nothing"),
    pytest.param([item("A", link(1))], [item("A", link(1) + "?utm_source=x#top")], [], id="tracking"),
    pytest.param([item("A", link(1))], [item("A", "http://news.example/1/")], [], id="http and a slash"),
    pytest.param([item("A", link(1))], [item("B", link(1))], [("B", 1)], id="a new headline"),
    pytest.param([item("A", link(1), body="x")], [item("A", link(1), body="y")], [("A", 1)], id="a new text"),
    pytest.param([item("A", link(1), body="x")], [item("A", link(1), body=" X ")], [], id="case and blanks"),
    pytest.param([item("A", link(1), "g")], [item("A", link(2), "g")], [], id="a new URL, the same guid"),
    pytest.param([item("A", guid="g")], [item("B", guid="g")], [("B", 1)], id="known by its guid"),
    pytest.param([item("A")], [item("A"), item("B")], [("B", 0)], id="no link, no guid: by its title"),
    pytest.param(
        [item("A", link(0), "g"), item("B", link(0), "g")],
        [item("A", link(0), "g"), item("B", link(0), "g")],
        [],
        id="one link and one guid for all: no flapping",
    ),
    pytest.param(
        [item("A", link(1)), item("A", link(1))], [item("A", link(1))], [], id="twice in one document"
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES)
def test_what_counts_as_new(world, server, before, after, expected):
    server.pages["/rss"] = rss(*before)
    world.poll(server.url("/rss"))
    assert world.sent()
    server.pages["/rss"] = rss(*after)
    world.poll(server.url("/rss"))
    assert world.sent() == expected
    world.poll(server.url("/rss"))
    assert world.sent() == []


def test_another_feed_with_a_shorter_text_revises_nothing(world, server):
    server.pages["/full"] = rss(item("A", link(1), body="The whole text."))
    server.pages["/short"] = rss(item("A", link(1), body="The…"), item("B", link(2)))
    world.poll(server.url("/full"))
    world.poll(server.url("/short"), server.url("/full"), server.url("/short"))
    assert world.sent() == [("A", 0), ("B", 0)]


def test_an_article_as_it_goes_out(world, server):
    published = START - timedelta(hours=1)
    entry = item("A", link(1), "g", format_datetime(published), "&lt;p&gt;x&lt;/p&gt;")
    server.pages["/rss"] = rss(entry, channel="<language>fr-FR</language>")
    world.poll(server.url("/rss"), tier=2, country="FR", tags=("wire",))
    (article,) = world.articles()
    assert (article.origin, article.source, article.feed) == ("feed", "news.example", server.url("/rss"))
    assert (article.tier, article.country, article.tags, article.language) == (2, "FR", ("wire",), "fr")
    assert (article.time, article.time_source, article.fetched) == (published, "published", world.now)
    assert (article.url, article.guid, article.paragraphs) == (link(1), "g", ("x",))


def test_a_date_in_the_future_is_not_believed(world, server):
    server.pages["/rss"] = rss(item("A", link(1), date=format_datetime(START + timedelta(days=1))))
    world.poll(server.url("/rss"))
    (article,) = world.articles()
    assert (article.time, article.time_source) == (world.now, "fetched")


def remembered(world):
    rows = world.store.known([article_id_of(n) for n in (1, 10, 11, 12)], [])
    return {row.id for row in rows}


def article_id_of(n):
    return ids.article_id(url=link(n), source="", guid=None, title="", published=None)


def test_what_the_feed_still_holds_is_remembered_and_the_rest_forgotten(world, server):
    for n in range(3):
        server.pages["/rss"] = rss(item("A", link(1)), item(f"New {n}", link(n + 10)))
        world.poll(server.url("/rss"), after=timedelta(days=40))
    assert world.sent() == [("A", 0), ("New 0", 0), ("New 1", 0), ("New 2", 0)]
    # A record is written at most every six hours, so what went out at the last poll but one is still there.
    assert remembered(world) == {article_id_of(1), article_id_of(12)}


def test_what_is_old_when_first_seen_is_remembered_and_not_sent(world, server):
    url = server.url("/rss")
    dates = [format_datetime(START - timedelta(days=days)) for days in (400, 20, 1)]
    entries = [item(f"{n}", link(n), date=date) for n, date in enumerate(dates)]
    server.pages["/rss"] = rss(*entries)
    state = world.poll(url)
    assert world.sent() == [("2", 0)]
    assert len(state.times) == 3  # its rhythm is known all the same
    server.pages["/rss"] = rss(entries[0].replace("<title>0", "<title>Mended"), *entries[1:])
    world.poll(url)
    assert world.sent() == []


def test_a_feed_whose_entries_all_came_from_another_adds_nothing(world, server):
    both = [item(f"{n}", link(n)) for n in range(4)]
    first, second = server.url("/first"), server.url("/second")
    server.pages |= {"/first": rss(*both), "/second": rss(*both)}
    world.poll(first, second, first)
    assert condition(world.states[second], world.now).condition == "ok"
    world.poll(second, after=timedelta(hours=25))
    assert [(a.labels["feed"], a.labels["state"]) for a in world.alerts()] == [(second, "copies")]
    server.pages["/second"] = rss(*both, item("Its own", link(9)))
    world.poll(second)
    assert [a.status for a in world.alerts()] == ["closed"]


def test_robots_txt_is_followed(world, server):
    server.pages |= {"/rss": rss(item("A", link(1))), "/robots.txt": b"User-agent: *\nDisallow: /rss"}
    state = world.poll(server.url("/rss"))
    assert (state.outcome, world.sent(), server.paths()) == ("robots", [], ["/robots.txt"])
    server.pages["/robots.txt"] = b"User-agent: wirewatch\nAllow: /\nUser-agent: *\nDisallow: /"
    world.poll(server.url("/rss"))
    assert world.sent() == [("A", 0)]


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


def test_retry_after_holds_for_what_was_already_waiting_for_its_turn(world, server):
    async def busy(_):
        await asyncio.sleep(0.1)
        return web.Response(status=429, headers={"Retry-After": "3600"})

    server.pages |= {f"/{n}": busy for n in range(5)}

    feed = Feed(server.url("/"), source="news.example", enabled=True, allow_private=True)

    async def go():
        async with Fetcher(user_agent(None), lambda: world.now, Hosts(pause=0.15)) as fetcher:
            asker = Asker(fetcher, Robots(fetcher), world.store, lambda: world.now, world.secret)
            await asker.ask(feed, server.url("/robots-first"))
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


def test_gone_is_gone(world, server):
    async def gone(_):
        return web.Response(status=410)

    server.pages["/rss"] = gone
    assert world.poll(server.url("/rss")).gone
    assert [alert.labels["state"] for alert in world.alerts()] == ["gone"]


def test_a_move_is_remembered(world, server):
    async def moved(_):
        return web.Response(status=301, headers={"Location": "/new"})

    server.pages |= {"/old": moved, "/new": rss(item("A", link(1)))}
    for _ in range(5):
        world.poll(server.url("/old"))
    assert [path for path in server.paths() if path == "/old"] == ["/old"] * 3


def test_a_sitemap_index_is_read_through(world, server):
    news = "<news:news><news:title>S</news:title></news:news>"
    child = f"<sitemap><loc>{server.url('/s.xml')}</loc></sitemap>"
    server.pages |= {
        "/index.xml": f"<sitemapindex>{child}</sitemapindex>".encode(),
        "/s.xml": f'<urlset xmlns:news="x"><url><loc>{link(1)}</loc>{news}</url></urlset>'.encode(),
    }
    world.poll(server.url("/index.xml"))
    assert world.sent() == [("S", 0)]


def test_a_sitemap_that_could_not_be_had_is_asked_for_again(world, server):
    """The index says 304 from then on: only we know that something is missing."""
    news = "<news:news><news:title>{}</news:title></news:news>"
    urls = "".join(f"<sitemap><loc>{server.url(path)}</loc></sitemap>" for path in ("/a.xml", "/b.xml"))

    async def index(request):
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(text=f"<sitemapindex>{urls}</sitemapindex>", headers={"ETag": '"1"'})

    def child(n, title):
        return f'<urlset xmlns:news="x"><url><loc>{link(n)}</loc>{news.format(title)}</url></urlset>'.encode()

    async def gone(_):
        return web.Response(status=410)  # of one sitemap, not of the feed

    url = server.url("/index.xml")
    server.pages |= {"/index.xml": index, "/a.xml": gone}
    assert (world.poll(url).outcome, world.poll(url).failures) == ("client_error", 2)
    server.pages |= {"/a.xml": child(1, "A")}
    assert (world.poll(url).outcome, world.sent()) == ("read", [("A", 0)])
    server.pages |= {"/b.xml": child(2, "B")}
    assert (world.poll(url).outcome, world.sent()) == ("read", [("B", 0)])
    assert world.poll(url).outcome == "not_modified"


def test_an_incident_is_told_once_and_closed_once(world, server):
    url = server.url("/rss")
    world.poll(*[url] * 6)
    (opened,) = world.alerts()
    assert (opened.kind, opened.watch) == ("system", "system/feed")
    assert opened.labels == {"feed": url, "state": "failing"}
    assert "HTTP 404" in opened.title
    server.pages["/rss"] = rss(item("A", link(1)))
    world.poll(url, url)
    (closed,) = world.alerts()
    assert (closed.status, closed.watch) == ("closed", opened.watch)
    assert closed.id != opened.id


def test_a_jump_in_volume(world, server):
    url = server.url("/rss")
    old = [item(f"{n}", link(n), date=format_datetime(START - timedelta(hours=n))) for n in range(20)]
    server.pages["/rss"] = rss(*old)
    world.poll(url)
    server.pages["/rss"] = rss(*(item(f"New {n}", link(1000 + n)) for n in range(200)))
    state = world.poll(url)
    assert condition(state, world.now).condition == "jump"
    assert world.sent()[20:]


def test_silence_is_noticed(world, server):
    url = server.url("/rss")
    hourly = [item(f"{n}", link(n), date=format_datetime(START - timedelta(hours=n))) for n in range(20)]
    server.pages["/rss"] = rss(*hourly)
    world.poll(url)
    world.sent()
    world.poll(url, after=timedelta(days=2))
    assert [alert.labels["state"] for alert in world.alerts()] == ["silent"]


def test_a_record_survives_in_the_store(world, server):
    server.pages["/rss"] = rss(item("A", link(1)))
    state = world.poll(server.url("/rss"))
    again = FeedStore(open_database(world.path)).states()
    assert again == {server.url("/rss"): msgspec.structs.replace(state)}


def test_a_document_that_nobody_foresaw_stops_no_other_feed(world, server, monkeypatch):
    def trips(*_):
        raise RuntimeError("what is this?")

    url = server.url("/rss")
    server.pages["/rss"] = rss(item("A", link(1)))
    with monkeypatch.context() as patched:
        patched.setattr(poll, "candidates", trips)
        state = world.poll(url)
    assert (state.outcome, state.failures, state.detail) == ("not_a_feed", 1, "cannot be read: RuntimeError")
    assert world.sent() == []
    assert world.poll(url).failures == 0
    assert world.sent() == [("A", 0)]


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


def test_when_nobody_answers_no_feed_is_to_blame(world, server):
    """An uplink that is down for hours is no reason for an alert a feed, nor for hours of backoff after."""
    names = Names(known="127.0.0.1")
    feeds = [f"http://away{n}.example/rss" for n in range(HOSTS + 5)]
    for _ in range(6):
        world.poll(*feeds, after=timedelta(minutes=1), resolver=names)
    late = world.states[feeds[-1]]
    assert (late.failures, late.why, late.outcome) == (0, OFFLINE, "no_address")
    assert all(world.states[url].failures <= 1 for url in feeds)
    assert world.alerts() == []
    server.pages["/rss"] = rss(item("A", link(1)))
    here = f"http://known.example:{server.port}/rss"
    assert world.poll(here, resolver=names).failures == 0
    state = world.poll(feeds[0], resolver=names)  # somebody answers: now it is this feed's own
    assert state.failures >= 1
    assert state.why != OFFLINE
