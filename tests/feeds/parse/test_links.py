"""Links and guids."""

import pytest

from tests.feeds.parse.documents import IMAGE, ONE, atom, jsonfeed, read, rss, sitemap
from wirewatch.article import MAX_URL

LINKS = [
    ("absolute", rss(f"<title>T</title><link>{ONE}</link>"), ONE, None),
    (
        "relative to the channel",
        rss("<title>T</title><link>/1</link>", "<link>https://news.example/</link>"),
        ONE,
        None,
    ),
    ("relative to the document", rss("<title>T</title><link>../1</link>"), ONE, None),
    ("guid is a link", rss(f"<title>T</title><guid>{ONE}</guid>"), ONE, ONE),
    (
        "guid is none",
        rss(f"<title>T</title><link>{ONE}</link><guid isPermaLink='false'>tag:1</guid>"),
        ONE,
        "tag:1",
    ),
    ("guid is none, though nobody says so", rss("<title>T</title><guid>1234</guid>"), None, "1234"),
    (
        "relative, behind a guid",
        rss("<title>T</title><guid>tag:1</guid><link>/1</link>", "<link>https://news.example/</link>"),
        ONE,
        "tag:1",
    ),
    ("neither", rss(), None, None),
    ("to a part of a page", rss(f"<title>T</title><link>{ONE}#p1</link>"), f"{ONE}#p1", None),
    ("with tracking", rss(f"<title>T</title><link>{ONE}?utm_content=1</link>"), f"{ONE}?utm_content=1", None),
    ("javascript", rss("<title>T</title><link>javascript:alert(1)</link>"), None, None),
    ("broken", rss("<title>T</title><link>http://[::1</link>"), None, None),
    ("port of letters", rss("<title>T</title><link>http://news.example:x/</link>"), None, None),
    ("white space", rss(f"<title>T</title><link>\n {ONE}\n</link>"), ONE, None),
    (
        "atom alternate",
        atom(
            '<title>T</title><id>tag:1</id><link rel="self" href="/self"/>'
            f'<link rel="alternate" href="{ONE}"/>'
        ),
        ONE,
        "tag:1",
    ),
    (
        "atom xml:base",
        atom('<title>T</title><link href="1"/>').replace("<feed", '<feed xml:base="https://news.example/"'),
        ONE,
        None,
    ),
    (
        "atom, relative, behind an id",
        atom('<title>T</title><id>tag:1</id><link href="1"/>').replace(
            "<feed", '<feed xml:base="https://news.example/"'
        ),
        ONE,
        "tag:1",
    ),
    ("json", jsonfeed(id="x", title="T", url=ONE), ONE, "x"),
    ("json, external only", jsonfeed(id=7, title="T", external_url=ONE), ONE, "7"),
    ("sitemap", sitemap("<news:news><news:title>T</news:title></news:news>"), ONE, None),
    (
        "sitemap, a picture before the page's own address",
        sitemap("<news:news><news:title>T</news:title></news:news>").replace("<loc>", f"{IMAGE}<loc>"),
        ONE,
        None,
    ),
]


LONG = "https://news.example/" + "x" * 4096


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            rss(f"<title>T</title><link>{LONG}</link><guid isPermaLink='false'>{LONG}</guid>"), id="rss"
        ),
        pytest.param(
            rss(f"<title>T</title><link>{LONG[21:-100]}</link>", channel=f"<link>{LONG[:300]}/</link>"),
            id="only with its base",
        ),
        pytest.param(jsonfeed(id=LONG, title="T", url=LONG), id="json"),
    ],
)
def test_a_link_too_long_is_none(body):
    entry = read(body).entries[0]
    assert entry.url is None
    assert len(entry.guid or "") <= MAX_URL


def test_a_link_too_long_in_a_sitemap_is_not_cut_to_that_of_another_page():
    news = "<news:news><news:title>T</news:title></news:news>"
    assert read(sitemap(news, loc=LONG)).entries == ()


@pytest.mark.parametrize(("body", "url", "guid"), [pytest.param(b, u, g, id=i) for i, b, u, g in LINKS])
def test_link_and_guid(body, url, guid):
    entry = read(body).entries[0]
    assert (entry.url, entry.guid) == (url, guid)
