"""Polls as a timeline: a feed on a real server, a real store, a clock that is moved by hand."""

from datetime import timedelta
from email.utils import format_datetime

import msgspec
import pytest
from aiohttp import web

from connectors.feeds import poll
from connectors.feeds.condition import condition
from connectors.feeds.fetch.uplink import HOSTS
from connectors.feeds.schedule import OFFLINE
from connectors.feeds.store import FeedStore, open_database
from connectors.notify.routing.labels import subject_of
from tests.feeds.fetch.support import Names, answer, raw
from tests.feeds.server import item, rss
from tests.feeds.world import START, link
from wirewatch import ids
from wirewatch.records import ALERTS


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


def test_a_move_to_an_address_with_a_byte_that_is_no_text(world, server):
    """Only the answer of a known feed gets so far: what is read goes through the parser first."""

    async def feed(request):
        if "If-None-Match" in request.headers:
            return await raw(b"HTTP/1.1 301 M\r\nLocation: /new?q=caf\xe9\r\n\r\n")(request)
        return web.Response(body=rss(item("A", link(1))), headers={"ETag": '"1"'})

    async def new(_):
        return web.Response(status=304)

    server.pages |= {"/rss": feed, "/new": new}
    world.poll(*[server.url("/rss")] * 2)
    again = world.store.states()[server.url("/rss")]
    assert (again.outcome, again.moved_to) == ("not_modified", server.url("/new?q=caf%E9"))


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


def sitemaps(server, **days):
    """Return a sitemap index: the day in February that each of `days` changed."""
    url = "<sitemap><loc>{}</loc><lastmod>2026-02-{}</lastmod></sitemap>"
    urls = "".join(url.format(server.url(f"/{name}.xml"), day) for name, day in days.items())
    return f"<sitemapindex>{urls}</sitemapindex>".encode()


def urlset(name):
    title = f"<news:news><news:title>{name}</news:title></news:news>"
    return f'<urlset xmlns:news="x"><url><loc>{link(name)}</loc>{title}</url></urlset>'.encode()


def test_a_sitemap_that_failed_is_read_though_it_changed_long_before(world, server):
    async def broken(_):
        return web.Response(status=500)

    url = server.url("/index.xml")
    server.pages |= {"/index.xml": sitemaps(server, a=20, b=28), "/a.xml": broken, "/b.xml": urlset("b")}
    world.poll(url)
    assert world.sent() == [("b", 0)]
    server.pages["/a.xml"] = urlset("a")
    world.poll(url)
    assert world.sent() == [("a", 0)]
    world.poll(url, after=timedelta(hours=1))
    assert server.paths().count("/a.xml") == 2  # and not again


def etagged(body):
    async def page(request):
        headers = {"ETag": '"1"'}
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers, content_type="application/xml")

    return page


@pytest.mark.parametrize("page", [bytes, etagged], ids=["sent each time", "not modified"])
def test_a_sitemap_that_breaks_off_is_told_of_when_it_goes_on(world, server, page):
    """What stands before the end is read; what should come behind is missed without a word else."""
    url = server.url("/news.xml")
    body = urlset("a").replace(b"</urlset>", b"<url><loc>https://news.example/b</loc><news:ne")
    server.pages["/news.xml"] = page(body)
    found = [condition(world.poll(url), world.now) for _ in range(3)]
    assert [each.condition for each in found] == ["wavering", "wavering", "partial"]
    assert "not well-formed" in found[0].why
    sent = world.store.unsent(10, max_bytes=1 << 20)
    assert [record.topic for record in sent] == ["articles", "alerts"]
    assert ALERTS.decode(sent[1].body).labels["state"] == "partial"
    world.store.sent(sent)
    server.pages["/news.xml"] = urlset("b")
    assert condition(world.poll(url), world.now).condition == "ok"
    assert [alert.status for alert in world.alerts()] == ["closed"]


def test_a_sitemap_of_an_index_that_breaks_off_is_named(world, server):
    url = server.url("/index.xml")
    server.pages |= {"/index.xml": sitemaps(server, a=20, b=28), "/a.xml": urlset("a")}
    server.pages["/b.xml"] = urlset("b")[:-3]
    found = condition(world.poll(url), world.now)
    assert (found.condition, found.why.startswith(server.url("/b.xml"))) == ("wavering", True)
    assert sorted(world.sent()) == [("a", 0), ("b", 0)]


def test_an_index_whose_sitemaps_go_on_being_missed_is_told_of(world, server):
    url = server.url("/index.xml")
    server.pages |= {"/index.xml": sitemaps(server, a=20, b=28), "/a.xml": answer(500), "/b.xml": urlset("b")}
    found = [condition(world.poll(url), world.now) for _ in range(3)][-1]
    assert (found.condition, "/a.xml: HTTP 500" in found.why) == ("partial", True)


def test_a_sitemap_that_is_gone_for_good_does_not_have_the_others_read_for_ever(world, server):
    url = server.url("/index.xml")
    server.pages |= {"/index.xml": sitemaps(server, gone=19, a=20, b=21)}
    server.pages |= {f"/{name}.xml": urlset(name) for name in "ab"}
    world.poll(*[url] * 4, after=timedelta(hours=30))
    assert sorted(world.sent()) == [("a", 0), ("b", 0)]
    assert [server.paths().count(f"/{name}.xml") for name in ("gone", "a", "b")] == [1, 1, 1]


def test_sitemaps_that_were_not_asked_for_are_no_failure(world, server):
    child = "<sitemap><loc>https://held.example/1.xml</loc></sitemap>"
    server.pages["/index.xml"] = f"<sitemapindex>{child}</sitemapindex>".encode()
    until = world.now + timedelta(hours=2)
    world.store.hold_host("held.example", until, now=world.now)
    state = world.poll(server.url("/index.xml"))
    assert (state.outcome, state.failures, state.next_at) == ("busy", 0, until)
    assert "https://held.example/1.xml: its host asked for a pause" in state.why


def test_a_sitemap_that_is_gone_for_good_is_no_failure_while_it_alone_is_due(world, server):
    url = server.url("/index.xml")
    server.pages |= {"/index.xml": sitemaps(server, gone="28T18:00:00Z", a=20), "/a.xml": urlset("a")}
    states = [world.poll(url) for _ in range(3)]
    assert [(state.outcome, state.failures) for state in states] == [("read", 0)] * 3
    world.poll(url, after=timedelta(hours=30))
    world.poll(url)
    assert [server.paths().count(f"/{name}.xml") for name in ("gone", "a")] == [4, 1]


@pytest.mark.parametrize("status", [401, 403, 451, 200])
def test_a_sitemap_behind_a_wall_is_a_failure_though_it_alone_is_due(world, server, status):
    async def wall(_request):
        return web.Response(status=status, text="<html>Just a moment...</html>", content_type="text/html")

    url = server.url("/index.xml")
    server.pages |= {"/index.xml": sitemaps(server, news="28T18:00:00Z", a=20), "/a.xml": urlset("a")}
    server.pages["/news.xml"] = urlset("news")
    assert world.poll(url).outcome == "read"
    server.pages["/news.xml"] = wall
    assert [world.poll(url, after=timedelta(hours=2)).failures for _ in range(2)] == [1, 2]


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


def test_another_trouble_is_told_of_the_same_incident(world, server):
    """404, then the page of a portal, then what passes by itself, then 410."""
    url = server.url("/rss")
    world.poll(*[url] * 3)
    server.pages["/rss"] = b"<!DOCTYPE html><p>Welcome"
    world.poll(url, url)
    server.pages["/rss"] = answer(500)
    world.poll(url, url)
    server.pages["/rss"] = answer(410)
    world.poll(url)
    server.pages["/rss"] = rss(item("A", link(1)))
    world.poll(url)
    told = world.alerts()
    assert [(alert.status, alert.step) for alert in told] == [
        ("opened", "opened"),
        ("updated", "failing:not_a_feed"),
        ("updated", "gone"),
        ("closed", "closed"),
    ]
    assert "HTTP 404" in told[0].title
    assert "not a feed" in told[1].title
    assert "is gone" in told[2].title
    assert {(alert.time, subject_of(alert)) for alert in told} == {(told[0].time, subject_of(told[0]))}
    assert len({alert.id for alert in told}) == 4
    assert told[0].alerted < told[1].alerted < told[2].alerted


def test_trouble_that_passes_by_itself_is_news_once_it_does_not(world, server):
    url = server.url("/rss")
    server.pages["/rss"] = answer(500)
    world.poll(*[url] * 3)
    del server.pages["/rss"]
    world.poll(url, url)
    assert [alert.step for alert in world.alerts()] == ["opened", "failing:client_error"]


def test_an_incident_that_an_older_version_told_of_is_not_told_again(world, server):
    url = server.url("/rss")
    world.poll(*[url] * 3)
    world.states[url] = msgspec.structs.replace(world.states[url], told="")
    world.poll(url)
    server.pages["/rss"] = answer(410)
    world.poll(url)
    assert [alert.step for alert in world.alerts()] == ["opened", "gone"]


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


def test_a_date_far_ahead_hides_no_silence_and_a_title_has_bounds(world, server):
    dates = [START - timedelta(days=40), START + timedelta(days=9999)]
    entries = [item(f"{n}", link(n), date=format_datetime(date)) for n, date in enumerate(dates)]
    server.pages["/rss"] = rss(*entries, channel=f"<title>{'T' * 10_000}</title>")
    state = world.poll(server.url("/rss"))
    assert (condition(state, world.now).condition, len(state.title)) == ("stale", 200)


def test_a_record_survives_in_the_store(world, server):
    server.pages["/rss"] = rss(item("A", link(1)))
    state = world.poll(server.url("/rss"))
    again = FeedStore(open_database(world.path)).states()
    assert again == {server.url("/rss"): msgspec.structs.replace(state)}


def trips(*_):
    raise RuntimeError("what is this?")


def test_a_document_that_nobody_foresaw_stops_no_other_feed(world, server, monkeypatch):
    url = server.url("/rss")
    server.pages["/rss"] = rss(item("A", link(1)))
    with monkeypatch.context() as patched:
        patched.setattr(poll, "candidates", trips)
        state = world.poll(url)
    assert (state.outcome, state.failures, state.detail) == ("not_a_feed", 1, "cannot be read: RuntimeError")
    assert world.sent() == []
    assert world.poll(url).failures == 0
    assert world.sent() == [("A", 0)]


def test_what_cannot_even_be_stored_ends_one_poll_and_not_the_part(world, server, monkeypatch):
    url = server.url("/rss")
    server.pages["/rss"] = rss(item("A", link(1)))
    with monkeypatch.context() as patched:
        patched.setattr(poll, "next_alert", trips)
        state = world.poll(url)
    assert (state.failures, state.next_at - world.now) == (1, timedelta(hours=1))
    assert state.why == "its last poll could not be stored: RuntimeError"
    assert world.store.states() == {}
    assert world.poll(url).failures == 0
    assert world.sent() == [("A", 0)]


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


def test_a_feed_cut_off_before_its_first_entry_is_trouble_until_it_is_whole(world, server):
    url = server.url("/rss")
    server.pages["/rss"] = b"<rss><channel><item><title>half of a"
    state = world.poll(url)
    assert condition(state, world.now).condition == "failing"
    assert "not well-formed, and no entry can be read" in condition(state, world.now).why
    server.pages["/rss"] = b"<rss version='2.0'><channel><title>N</title></channel></rss>"
    state = world.poll(url, after=timedelta(days=1))
    assert condition(state, world.now).condition == "ok"
