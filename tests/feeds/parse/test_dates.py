"""Dates, as publishers write them."""

import time
from io import BytesIO

import feedparser
import pytest

from tests.feeds.parse.documents import VIDEO, atom, dated, jsonfeed, rdf, read, rss, sitemap

NOON = "2026-03-01T12:00:00+00:00"

DATES = [
    ("rfc 822", dated("Sun, 01 Mar 2026 12:00:00 GMT"), NOON),
    ("rfc 822, offset", dated("Sun, 01 Mar 2026 13:00:00 +0100"), NOON),
    ("rfc 822, EST", dated("Sun, 01 Mar 2026 07:00:00 EST"), NOON),
    ("the wrong weekday", dated("Fri, 01 Mar 2026 12:00:00 GMT"), NOON),
    ("no weekday, two digits", dated("1 Mar 26 12:00 GMT"), NOON),
    ("iso in rss", dated("2026-03-01T12:00:00Z"), NOON),
    ("iso with a blank", dated("2026-03-01 12:00:00"), NOON),
    ("day and month in words", dated("1 March 2026 12:00"), NOON),
    ("dc:date", dated("2026-03-01T12:00:00Z", "dc:date"), NOON),
    ("Ruby's own form", dated("2026-03-01 12:00:00 UTC"), NOON),
    ("slashes, the year first", dated("2026/03/01 12:00:00"), NOON),
    ("iso, closely written", dated("20260301T120000Z"), NOON),
    (
        "iso, an offset without a colon",
        dated("2026-03-01T17:30:00.5+0530"),
        "2026-03-01T12:00:00.500000+00:00",
    ),
    ("rfc 822, an offset with a colon", dated("Sun, 01 Mar 2026 17:30:00 +05:30"), NOON),
    ("rfc 822, CET", dated("Sun, 01 Mar 2026 13:00:00 CET"), NOON),
    ("rfc 822, JST", dated("Sun, 01 Mar 2026 21:00:00 JST"), NOON),
    ("rfc 822, GMT+2", dated("Sun, 01 Mar 2026 14:00:00 GMT+2"), NOON),
    ("rfc 822, letters nobody knows", dated("Sun, 01 Mar 2026 12:00:00 XYZ"), NOON),
    ("half a day", dated("Sun, 01 Mar 2026 11:00 PM"), "2026-03-01T23:00:00+00:00"),
    ("half a day, EST", dated("Sun, 01 Mar 2026 07:00:00 AM EST"), NOON),
    ("a month in French", dated("1 mars 2026 12:00"), NOON),
    ("in Korean", dated("2026년 03월 01일  21:00:00"), None),
    ("a year alone", dated("2026"), None),
    ("midnight as 24:00", dated("2026-02-28T24:00:00Z"), "2026-03-01T00:00:00+00:00"),
    ("in the future", dated("Sun, 01 Mar 2099 12:00:00 GMT"), "2099-03-01T12:00:00+00:00"),
    ("the epoch", dated("Thu, 01 Jan 1970 00:00:00 GMT"), None),
    ("the year 1", dated("0001-01-01T00:00:00Z"), None),
    ("nonsense", dated("yesterday"), None),
    ("31 february", dated("31 Feb 2026 12:00"), None),
    ("none", rss(), None),
    (
        "atom published",
        atom(f"<title>T</title><published>{NOON}</published><updated>2026-03-02T00:00:00Z</updated>"),
        NOON,
    ),
    ("atom updated only", atom(f"<title>T</title><updated>{NOON}</updated>"), NOON),
    ("rdf", rdf(f"<title>T</title><dc:date>{NOON}</dc:date>"), NOON),
    ("json", jsonfeed(id="1", title="T", date_published="2026-03-01T12:00:00Z"), NOON),
    ("json, a number", jsonfeed(id="1", title="T", date_published=1), None),
    (
        "sitemap",
        sitemap(
            f"<news:news><news:title>T</news:title><news:publication_date>{NOON}</news:publication_date></news:news>"
        ),
        NOON,
    ),
    (
        "sitemap, a video first",
        sitemap(
            f"{VIDEO}<news:news><news:title>T</news:title><news:publication_date>{NOON}</news:publication_date></news:news>"
        ),
        NOON,
    ),
    ("sitemap, a video only", sitemap(f"{VIDEO}<news:news><news:title>T</news:title></news:news>"), None),
]


@pytest.mark.parametrize(("body", "moment"), [pytest.param(b, m, id=i) for i, b, m in DATES])
def test_published(body, moment):
    published = read(body).entries[0].published
    assert (published.isoformat() if published else None) == moment


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        pytest.param("2026-03-01 12:00:00 UTC", "2026-03-01T00:00:00", id="drops the time"),
        pytest.param("2026-03-01T17:30:00.5+0530", "2026-03-01T12:30:00", id="drops half an hour"),
        pytest.param("Sun, 01 Mar 2026 12:00:00 CET", "2026-03-01T12:00:00", id="drops the zone"),
        pytest.param("Sun, 01 Mar 2026 11:00 PM", "2026-03-01T11:00:00", id="drops half a day"),
    ],
)
def test_the_dates_that_feedparser_gets_wrong(text, theirs):
    """When it no longer does, what we do ourselves can go."""
    parsed = feedparser.parse(BytesIO(dated(text).encode())).entries[0].published_parsed
    assert time.strftime("%Y-%m-%dT%H:%M:%S", parsed) == theirs
    assert read(dated(text)).entries[0].published.replace(tzinfo=None).isoformat() != theirs
