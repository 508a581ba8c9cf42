"""`allow_private` is a feed's own: what its entries, sitemaps, redirects and hub name is others' word."""

import asyncio

import pytest

from connectors.feeds.config import Feed
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.outcomes import FetchOutcome
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.websub.subscriber import Subscriber
from tests.feeds.fetch.support import redirect
from tests.feeds.server import FeedServer, item, rss
from tests.feeds.world import START


def page(about):
    lines = (
        f"<p>{n}. {about} is told at length, and what it means for those who live here.</p>" for n in range(9)
    )
    return (
        f"<html><head><title>T</title></head><body><article>{''.join(lines)}</article></body></html>".encode()
    )


@pytest.fixture
def admin():
    """A service on this machine that nobody means to show."""
    server = FeedServer({"/admin": page("The key"), "/rss": rss(item("Secret", "https://news.example/s"))})
    yield server
    server.close()


def test_a_page_that_an_entry_names(world, server, admin):
    server.pages |= {
        "/rss": rss(item("Theirs", admin.url("/admin")), item("Ours", server.url("/page"))),
        "/page": page("The news"),
    }
    world.poll(server.url("/rss"), full_text=True)
    texts = {article.title: " ".join(article.paragraphs) for article in world.articles()}
    assert ("key" in texts["Theirs"], "news" in texts["Ours"]) == (False, True)
    assert admin.seen == []


def test_a_redirect(world, server, admin):
    server.pages["/rss"] = redirect(admin.url("/rss"))
    assert world.poll(server.url("/rss")).outcome == FetchOutcome.REFUSED
    assert admin.seen == []


def test_a_sitemap_of_an_index(world, server, admin):
    child = f"<sitemap><loc>{admin.url('/rss')}</loc></sitemap>"
    server.pages["/index.xml"] = f"<sitemapindex>{child}</sitemapindex>".encode()
    assert world.poll(server.url("/index.xml")).outcome == FetchOutcome.REFUSED
    assert admin.seen == []


def test_a_hub(world, server, admin):
    feed = Feed(server.url("/rss"), source="x", enabled=True, allow_private=True)
    subscriber = Subscriber("http://x", None, world.store, lambda: START)
    asyncio.run(subscriber.notice(feed, admin.url("/hub"), None))
    assert subscriber.known == {}
    asyncio.run(subscriber.notice(feed, server.url("/hub"), None))
    assert subscriber.known.keys() == {feed.url}


def test_what_was_refused_is_looked_at_anew_by_who_may(world, server):
    """robots.txt is kept for a day, for all feeds of a site: a refusal is of the feed that asked."""
    server.pages["/rss"] = rss()

    async def go():
        async with Fetcher(user_agent(None), lambda: world.now, Hosts(pause=0)) as fetcher:
            robots = Robots(fetcher)
            url = server.url("/rss")
            refused = await robots.refusal(url)
            return refused.outcome, await robots.refusal(url, allow_private=True)

    assert world.runner.run(go()) == (FetchOutcome.REFUSED, None)


def test_a_robots_txt_that_leads_to_another_port_shuts_out_no_feed(world, server, admin):
    """It is none then, as one that leads to nowhere; and is not asked for again at each request."""
    server.pages |= {"/robots.txt": redirect(admin.url("/rss")), "/rss": rss(item("A"))}
    world.poll(*[server.url("/rss")] * 2)
    assert (world.sent(), admin.seen) == ([("A", 0)], [])


def test_a_robots_txt_that_leads_to_another_port_is_asked_for_once(world, server, admin):
    server.pages["/robots.txt"] = redirect(admin.url("/rss"))

    async def go():
        async with Fetcher(user_agent(None), lambda: world.now, Hosts(pause=0)) as fetcher:
            robots = Robots(fetcher)
            return [await robots.refusal(server.url(f"/{n}"), allow_private=True) for n in range(3)]

    assert world.runner.run(go()) == [None] * 3
    assert server.paths() == ["/robots.txt"]
