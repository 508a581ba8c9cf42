"""What headers say, and what we say in ours."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from multidict import CIMultiDict

from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.hosts import Hosts
from connectors.feeds.fetch.outcomes import FetchOutcome
from tests.feeds.fetch.support import FEED, NOW, answer, fetch, private, raw, redirect


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
    assert (first.etag, first.modified, second.outcome) == ('W/"odd', "yesterday", FetchOutcome.NOT_MODIFIED)


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
    assert (found.outcome, found.moved_to) == (FetchOutcome.READ, server.url("/c") if moved else None)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        pytest.param(b"301 M\r\nLocation: /x?q=caf\xe9", ["/x?q=caf%E9"], id="Location"),
        pytest.param("301 M\r\nLocation: /x?q=café".encode(), ["/x?q=café"], id="Location, in UTF-8"),
        pytest.param(
            b"200 K\r\nContent-Type: text/xml; charset=\xe9", ["text/xml; charset=\ufffd"], id="type"
        ),
        pytest.param(b"200 K\r\nContent-Encoding: \xe9", [], id="encoding"),
        pytest.param(
            b"200 K\r\nLink: <https://h.example/\xe9>; rel=hub", ["https://h.example/%E9"], id="Link"
        ),
        pytest.param(b'200 K\r\nETag: "\xe9"', [], id="ETag"),
        pytest.param(b"2\xe90 K", [], id="the status line"),
    ],
)
def test_a_byte_in_a_header_that_is_no_text_goes_no_further(server, head, found):
    server.pages |= {
        "/rss": raw(b"HTTP/1.1 " + head + b"\r\nContent-Length: 0\r\n\r\n"),
        "/x": answer(),
    }
    said = fetch(server.url("/rss"))
    texts = [value for name in said.__slots__ if isinstance(value := getattr(said, name), str)]
    assert "".join(texts).encode()
    assert all(any(words in text for text in texts) for words in found), texts
    assert said.etag is None


def test_no_cookies_and_a_name(server):
    server.pages["/rss"] = answer(Set_Cookie="id=1")

    async def twice():
        async with Fetcher(user_agent("desk@example.com"), lambda: NOW, Hosts(pause=0)) as fetcher:
            for _ in range(2):
                await fetcher.fetch(server.url("/rss"), access=private(server.url("/rss")))

    asyncio.run(twice())
    headers = server.seen[1].headers
    assert "Cookie" not in headers
    assert headers["User-Agent"].startswith("wirewatch/")
    assert "desk@example.com" in headers["User-Agent"]


def test_a_hub_among_many_link_headers(server):
    async def page(_):
        links = ("<https://news.example/>; rel=self", "<https://hub.example/>; rel=hub")
        return web.Response(body=FEED, headers=CIMultiDict([("Link", link) for link in links]))

    server.pages["/rss"] = page
    found = fetch(server.url("/rss"))
    assert (found.hub, found.topic) == ("https://hub.example/", "https://news.example/")
