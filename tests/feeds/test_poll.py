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
from tests.feeds.fetch.support import Names, raw
from tests.feeds.server import item, rss
from tests.feeds.world import START, link
from wirewatch import ids

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
        [item("A", link(0), "g")],
        [item("B", link(0), "g"), item("A", link(0), "g")],
        [("B", 0)],
        id="a link and a guid that become another's too",
    ),
    pytest.param(
        [item("B", link(0), "g"), item("A", link(0), "g")],
        [item("B", link(0), "g")],
        [],
        id="a link and a guid that were shared",
    ),
    pytest.param(
        [item("B", link(0), "g2"), item("A", link(0), "g1")],
        [item("B", link(0), "g2")],
        [],
        id="a link that was shared",
    ),
    pytest.param(
        [item("A", link(0), "g1")],
        [item("A", link(0), "g2"), item("A", link(0), "g1")],
        [("A", 0)],
        id="a link and a headline that become another's too",
    ),
    pytest.param(
        [item("A", link(1)), item("A", link(1))], [item("A", link(1))], [], id="twice in one document"
    ),
    pytest.param(
        [item("A", link(1) + "?utm_term=a", link(1) + "?utm_term=a"), item("A", link(1), link(1))],
        [item("A", link(1))],
        [],
        id="twice in one document, with tracking",
    ),
    pytest.param(
        [item("A", link(0) + "#p1", "g1")],
        [item("B", link(0) + "#p2", "g2"), item("A", link(0) + "#p1", "g1")],
        [("B", 0)],
        id="a live page that goes on",
    ),
    pytest.param(
        [item("A", link(0) + "#p1", "g1"), item("B", link(0) + "#p2", "g2")],
        [item("C", link(0) + "#p2", "g2"), item("A", link(0) + "#p1", "g1")],
        [("C", 1)],
        id="a live page with a new headline",
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


def test_guids_that_are_positions_make_no_article_another(world, server):
    """Whatever the window holds when it is read: entries move down in it by one, by two, by all."""
    titles = "ABCDEFGHIJ"
    for last in (3, 4, 4, 5, 6, 8, 10, 10):
        window = reversed(titles[last - 3 : last])
        server.pages["/rss"] = rss(*(item(t, link(t), f"{n}", body=t * 3) for n, t in enumerate(window)))
        world.poll(server.url("/rss"))
    assert sorted(world.sent()) == [(title, 0) for title in titles]


def test_a_guid_that_is_always_the_same_makes_no_article_another(world, server):
    for n in (1, 2, 3):
        server.pages["/rss"] = rss(item(f"{n}", link(n), "1"))
        world.poll(*[server.url("/rss")] * 2)
    assert world.sent() == [("1", 0), ("2", 0), ("3", 0)]


def test_a_url_that_another_entry_takes_over_settles(world, server):
    server.pages["/rss"] = rss(item("A", link(1), "g1"))
    world.poll(server.url("/rss"))
    after = [item("B", link(1), "g2"), item("A", link(2), "g1")]
    for entries in (after, after, after[::-1], after[::-1]):
        server.pages["/rss"] = rss(*entries)
        world.poll(server.url("/rss"))
    assert world.sent() == [("A", 0), ("B", 1), ("A", 0)]


def test_a_guid_is_a_name_within_its_feed_only(world, server):
    """Each feed of a site counts for itself; what has the very words is the same all the same."""
    server.pages |= {
        "/world": rss(item("World", link("world/7"), "7")),
        "/sport": rss(item("Sport", link("sport/7"), "7")),
        "/copy": rss(item("Sport", link("copy/7"), "7")),
    }
    world.poll(*map(server.url, ("/world", "/sport", "/copy") * 2))
    assert world.sent() == [("World", 0), ("Sport", 0)]


def test_guids_that_are_positions_and_a_text_that_is_always_the_same(world, server):
    for last in (4, 8, 12):
        entries = [item(f"{n}", link(n), f"{n % 4}", body="All the news.") for n in range(last - 4, last)]
        server.pages["/rss"] = rss(*entries)
        world.poll(*[server.url("/rss")] * 2)
    assert world.sent() == [(f"{n}", 0) for n in range(12)]


@pytest.mark.parametrize("others", [0, 5], ids=["alone", "beside others"])
@pytest.mark.parametrize("path", ["/#w{}", "/live#w{}", "/", "/?utm_content={}"])
def test_posts_of_one_page_that_come_and_go_alone(world, server, path, others):
    """No document shows that they share a link."""
    beside = [item(f"Beside {n}", link(n)) for n in range(others)]
    server.pages["/rss"] = rss(*beside)
    world.poll(server.url("/rss"))
    world.sent()

    def post(n, title, body):
        return item(title, f"https://news.example{path.format(n)}", f"g{n}", body=body)

    for entries in (
        [post(1, "Storm", "s")],
        [post(2, "Flood", "f")],
        [post(3, "Frost", "c")],
        [post(3, "Frost, and snow", "c")],
        [post(3, "Snow", "Much of it.")],
        [post(2, "Flood", "f"), post(3, "Snow", "Much of it.")],
        [post(2, "Flood", "f")],
    ):
        server.pages["/rss"] = rss(*entries, *beside)
        world.poll(*[server.url("/rss")] * 2)
    sent = world.articles()
    assert [(article.title, article.revision) for article in sent] == [
        ("Storm", 0),
        ("Flood", 0),
        ("Frost", 0),
        ("Frost, and snow", 1),
        ("Snow", 2),
    ]
    assert len({article.id for article in sent}) == 3
    assert len({article.id for article in sent[2:]}) == 1


def test_a_revision_with_a_new_guid_is_one_where_the_page_is_its_own(world, server):
    for n, title in enumerate(("Talks begin", "Talks end")):
        server.pages["/rss"] = rss(item(title, link(1), f"{link(1)}#{n}", body=title))
        world.poll(server.url("/rss"))
    assert world.sent() == [("Talks begin", 0), ("Talks end", 1)]


PARTS = ["/live#p{}", "/?utm_content={}", "/live?xtor=RSS-{}"]


@pytest.mark.parametrize("path", PARTS, ids=["fragment", "tracking", "xtor"])
@pytest.mark.parametrize("guid", ["g{}", "https://news.example/live#{}", ""], ids=["guid", "link", "none"])
def test_entries_of_one_page_are_an_article_each(world, server, path, guid):
    entries = [item(f"{n}", f"https://news.example{path.format(n)}", guid.format(n)) for n in range(5)]
    server.pages["/rss"] = rss(*entries)
    world.poll(*[server.url("/rss")] * 2)
    sent = world.articles()
    assert [(article.title, article.revision) for article in sent] == [(f"{n}", 0) for n in range(5)]
    assert len({article.id for article in sent}) == 5


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
