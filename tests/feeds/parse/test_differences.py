"""Where we differ from feedparser."""

from io import BytesIO

import feedparser
import pytest

from tests.feeds.parse.documents import ONE, cdata, dated, jsonfeed, read, rss, sitemap


def feedparser_alone(body):
    """What feedparser makes of `body` as it comes: (title, link, has a date, summary) of its first entry."""
    entries = feedparser.parse(BytesIO(body.encode())).entries
    if not entries:
        return None
    entry = entries[0]
    date = entry.get("published_parsed") is not None
    return (entry.get("title"), entry.get("link"), date, entry.get("summary"))


def ours(body):
    entry = read(body).entries[0]
    return (entry.title, entry.url, entry.published is not None, " ".join(entry.paragraphs) or None)


DIFFERENCES = [
    (
        "escaped twice",
        rss("<title>Q&amp;amp;A</title>"),
        ("Q&amp;A", None, False, None),
        ("Q&A", None, False, None),
    ),
    (
        "a guid that is no link",
        rss("<title>T</title><guid>1234</guid>"),
        ("T", "1234", False, None),
        ("T", None, False, None),
    ),
    (
        "a script for a link",
        rss("<title>T</title><link>javascript:alert(1)</link>"),
        ("T", "javascript:alert(1)", False, None),
        ("T", None, False, None),
    ),
    (
        "a link relative to the document",
        rss("<title>T</title><link>/1</link>"),
        ("T", "/1", False, None),
        ("T", ONE, False, None),
    ),
    ("the epoch", dated("Thu, 01 Jan 1970 00:00:00 GMT"), ("T", None, True, None), ("T", None, False, None)),
    (
        "no title",
        rss("<description>First. Second.</description>"),
        (None, None, False, "First. Second."),
        ("First.", None, False, "First. Second."),
    ),
    (
        "markup in a summary",
        cdata("<p>One &amp; two</p><p>Continue reading…</p>"),
        ("T", None, False, "<p>One &amp; two</p><p>Continue reading…</p>"),
        ("T", None, False, "One & two"),
    ),
    ("JSON Feed", jsonfeed(id="1", title="J"), None, ("J", None, False, None)),
    (
        "a news sitemap",
        sitemap("<news:news><news:title>S</news:title></news:news>"),
        None,
        ("S", ONE, False, None),
    ),
]


@pytest.mark.parametrize(
    ("body", "theirs", "expected"), [pytest.param(b, t, e, id=i) for i, b, t, e in DIFFERENCES]
)
def test_where_we_differ_from_feedparser(body, theirs, expected):
    assert (feedparser_alone(body), ours(body)) == (theirs, expected)
