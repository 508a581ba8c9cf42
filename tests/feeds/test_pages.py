"""Full text: what a page gives, when a summary must serve instead, and what becomes of the article."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from connectors.feeds.condition import PAGES_MISSED
from connectors.feeds.pages import Miss, with_page
from connectors.feeds.parse.page import Page, parse_page
from tests.feeds.server import item, rss
from tests.feeds.world import START
from wirewatch import ids
from wirewatch.article import Article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://news.example/world/1"
WORDS = "The ministers met in Brussels on Sunday and agreed on a plan that had long been in the making. "
TEXT = tuple(f"{n}. {WORDS * 2}".strip() for n in range(4))


def page(head="", text=TEXT, more=""):
    paragraphs = "".join(f"<p>{line}</p>" for line in text)
    return (
        f"<html><head><title>T</title>{head}</head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>A plan</h1>{paragraphs}{more}</article><footer>Imprint</footer></body></html>"
    ).encode()


def ld(**fields):
    return f"<script type='application/ld+json'>{json.dumps(fields)}</script>"


def test_the_text_without_what_is_around_it():
    found = parse_page(page(more="<script>track()</script><aside>Subscribe now</aside>"), url=URL)
    assert tuple(line for line in found.paragraphs if line != "A plan") == TEXT


@pytest.mark.parametrize(
    ("head", "published", "day_only"),
    [
        pytest.param("", None, True, id="none"),
        pytest.param(
            "<meta property='article:published_time' content='2026-03-01T10:30:00+01:00'>",
            "2026-03-01T09:30:00+00:00",
            False,
            id="Open Graph",
        ),
        pytest.param(
            ld(**{"@type": "NewsArticle", "datePublished": "2026-02-28T23:00:00Z"}),
            "2026-02-28T23:00:00+00:00",
            False,
            id="schema.org",
        ),
        pytest.param(
            ld(**{"@graph": [{"@type": "WebSite"}, {"datePublished": "2026-02-28T23:00:00Z"}]}),
            "2026-02-28T23:00:00+00:00",
            False,
            id="schema.org, a graph",
        ),
        pytest.param(
            "<script type='application/ld+json'>{broken</script>"
            "<meta name='pubdate' content='2026-02-27 08:00:00'>",
            "2026-02-27T08:00:00+00:00",
            False,
            id="broken schema.org, an old name",
        ),
        pytest.param(
            "<meta name='dc.date' content='2026-02-27'>", "2026-02-27T00:00:00+00:00", True, id="a day"
        ),
        pytest.param(
            "<meta name='dc.date' content='2026-02-27'>" + ld(datePublished="2026-02-27T05:00:00Z"),
            "2026-02-27T05:00:00+00:00",
            False,
            id="the exact one wins",
        ),
        pytest.param(ld(datePublished="0001-01-01T00:00:00Z"), None, True, id="the year 1"),
    ],
)
def test_when_it_came_out(head, published, day_only):
    found = parse_page(page(head), url=URL)
    assert (found.published.isoformat() if found.published else None, found.day_only) == (published, day_only)


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        pytest.param("", None, id="none"),
        pytest.param(
            "https://www.news.example/world/a-plan", "https://www.news.example/world/a-plan", id="given"
        ),
        pytest.param("/world/a-plan", "https://news.example/world/a-plan", id="relative"),
        pytest.param("https://news.example/", None, id="the front page"),
        pytest.param("javascript:alert(1)", None, id="no web address"),
    ],
)
def test_its_canonical_url(href, canonical):
    found = parse_page(page(f"<link rel='canonical' href='{href}'>"), url=URL).url
    assert found == canonical


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(100), id="a picture"),
        pytest.param(b"%PDF-1.7 " + bytes(100), id="a PDF"),
        pytest.param(b"<html><body>" + b"<div>" * 300, id="only tags"),
    ],
)
def test_what_is_no_page_has_no_text(body):
    assert parse_page(body, url=URL).paragraphs == ()


def article(**fields):
    given = {
        "id": "x",
        "origin": "feed",
        "source": "news.example",
        "title": "A plan",
        "paragraphs": ("Short.",),
        "url": URL,
        "fetched": NOW,
        "time": NOW,
        "time_source": "fetched",
        "text_hash": ids.text_hash("A plan", ("Short.",)),
    }
    return Article(**{**given, **fields})


def test_the_article_as_its_page_tells_it():
    found = with_page(
        article(), Page(paragraphs=("A Plan", *TEXT), url=URL + "-a-plan", published=NOW - timedelta(1))
    )
    assert (found.paragraphs, found.url, found.id) == (TEXT, URL + "-a-plan", "x")
    assert (found.time, found.time_source) == (NOW - timedelta(1), "published")
    assert found.text_hash == ids.text_hash("A plan", TEXT)


@pytest.mark.parametrize(
    ("given", "page", "time"),
    [
        pytest.param(NOW - timedelta(hours=1), NOW - timedelta(2), NOW - timedelta(hours=1), id="the feed's"),
        pytest.param(None, NOW - timedelta(2), NOW - timedelta(2), id="the page's"),
        pytest.param(None, NOW + timedelta(2), NOW, id="in the future"),
        pytest.param(None, None, NOW, id="none"),
    ],
)
def test_whose_date_counts(given, page, time):
    before = article(published=given, time=given or NOW, time_source="published" if given else "fetched")
    assert with_page(before, Page(paragraphs=TEXT, published=page)).time == time


@pytest.mark.parametrize(
    ("day", "source"), [pytest.param(0, "fetched", id="today"), pytest.param(3, "published", id="days ago")]
)
def test_a_day_counts_when_it_is_over(day, source):
    midnight = NOW.replace(hour=0) - timedelta(days=day)
    found = with_page(article(), Page(paragraphs=TEXT, published=midnight, day_only=True))
    assert found.time_source == source


@pytest.mark.parametrize(
    ("before", "page", "why"),
    [
        pytest.param(article(), Page(), Miss.TOO_LITTLE, id="nothing"),
        pytest.param(article(), Page(paragraphs=("A plan", "Please accept.")), Miss.TOO_LITTLE, id="a wall"),
        pytest.param(
            article(paragraphs=TEXT * 2), Page(paragraphs=TEXT), Miss.SHORTER, id="less than the feed's"
        ),
    ],
)
def test_when_the_summary_serves(before, page, why):
    assert with_page(before, page) is why


def counted(result):
    return REGISTRY.get_sample_value("wirewatch_feeds_pages_total", {"result": result}) or 0


def test_full_text_of_a_feed(world, server):
    async def broken(_):
        return web.Response(status=500)

    async def to_metadata(_):
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/"})

    def entry(n, path):
        date = (START - timedelta(hours=n)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return item(f"T{n}", server.url(path), date=date, body="Summary.")

    server.pages |= {
        "/rss": rss(
            entry(1, "/good"),
            entry(2, "/broken"),
            entry(3, "/missing"),
            entry(4, "/to-metadata"),
            entry(5, "/private/x"),
            item("T6", guid="6", body="Summary."),
        ),
        "/good": page(),
        "/broken": broken,
        "/to-metadata": to_metadata,
        "/private/x": page(),
        "/robots.txt": b"User-agent: *\nDisallow: /private/",
    }
    before = {why: counted(why) for why in ("read", "server_error", "refused", "robots", "no_link")}
    state = world.poll(server.url("/rss"), full_text=True)
    found = {a.title: a.paragraphs for a in world.articles()}
    assert found.pop("T1")[-4:] == TEXT
    assert set(found.values()) == {("Summary.",)}
    assert len(found) == 5
    assert {why: counted(why) - n for why, n in before.items()} == dict.fromkeys(before, 1)
    assert "/private/x" not in server.paths()
    wanted = {seen.path: seen.headers["Accept"].partition(",")[0] for seen in server.seen}
    assert (wanted["/rss"], wanted["/good"]) == ("application/atom+xml", "text/html")
    assert state.pages_missed == 0
    world.poll(server.url("/rss"), full_text=True)
    assert (world.articles(), server.paths().count("/good")) == ([], 1)  # nothing new: no page again


def test_pages_that_never_give_text_are_trouble(world, server):
    for n in range(PAGES_MISSED + 2):
        server.pages["/rss"] = rss(item(f"T{n}", server.url(f"/{n}")))
        server.pages[f"/{n}"] = b"<html><body><p>Please accept our cookies."
        world.poll(server.url("/rss"), full_text=True)
    (alert,) = world.alerts()
    assert (alert.labels["state"], "too little" in alert.title) == ("no_full_text", True)


def test_no_more_pages_for_a_poll_than_is_polite(world, server):
    entries = [
        item(
            f"T{n}", server.url(f"/{n}"), date=(START - timedelta(hours=n)).strftime("%a, %d %b %Y %H:%M GMT")
        )
        for n in range(40)
    ]
    server.pages["/rss"] = rss(*entries)
    server.pages |= {f"/{n}": page() for n in range(40)}
    world.poll(server.url("/rss"), full_text=True)
    asked = {path for path in server.paths() if path[1:].isdigit()}
    assert asked == {f"/{n}" for n in range(30)}  # the latest
    assert len(world.articles()) == 40
