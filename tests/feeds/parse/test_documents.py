"""Whole documents: charsets, what is broken, what is no feed, what the feed says of itself."""

import json
import re

import pytest

from connectors.feeds.parse.document import MAX_ENTRIES, NotAFeedError
from tests.feeds.parse.documents import IMAGE, atom, jsonfeed, read, rss, sitemap

CYRILLIC = "<title>Новости</title>"

CHARSETS = [
    (
        "declared",
        f'<?xml version="1.0" encoding="windows-1251"?>{rss(CYRILLIC)}'.encode("cp1251"),
        "application/xml",
    ),
    ("only in the header", rss(CYRILLIC).encode("cp1251"), "application/xml; charset=windows-1251"),
    (
        "header lies, declaration is right",
        f'<?xml version="1.0" encoding="utf-8"?>{rss(CYRILLIC)}'.encode(),
        "text/xml; charset=iso-8859-1",
    ),
    (
        "declaration lies",
        f'<?xml version="1.0" encoding="us-ascii"?>{rss(CYRILLIC)}'.encode(),
        "application/xml",
    ),
    ("utf-8 with a mark", b"\xef\xbb\xbf" + rss(CYRILLIC).encode(), "text/plain"),
    ("utf-16", f'<?xml version="1.0" encoding="utf-16"?>{rss(CYRILLIC)}'.encode("utf-16"), "application/xml"),
    ("called html", rss(CYRILLIC).encode(), "text/html"),
]


@pytest.mark.parametrize(("body", "content_type"), [pytest.param(b, c, id=i) for i, b, c in CHARSETS])
def test_charset(body, content_type):
    assert read(body, content_type).entries[0].title == "Новости"


ODD = [
    ("an emoji as a pair", "A &#55357;&#56832;", "A \U0001f600"),
    ("a pair in hexadecimal", "A &#xD83D;&#xDE00;", "A \U0001f600"),
    ("half a pair", "A &#55357; B", "A \ufffd B"),
    ("the other half", "A &#56832; B", "A \ufffd B"),
    ("a pair the wrong way round", "A &#56832;&#55357;", "A \ufffd\ufffd"),
    ("beyond Unicode", "A &#1114112;", "A \ufffd"),
    ("far beyond", "A &#xFFFFFFFF;", "A \ufffd"),
    ("no end of digits", f"A &#{'9' * 5000};", "A \ufffd"),
    ("markup beside it", "A &#38;&#60; &#55357;", "A &< \ufffd"),
]


@pytest.mark.parametrize("form", [rss, atom])
@pytest.mark.parametrize(("title", "plain"), [pytest.param(t, p, id=i) for i, t, p in ODD])
def test_a_character_that_is_none_costs_no_entry(form, title, plain):
    document = read(form(f"<title>{title}</title><summary>S</summary>"))
    assert [entry.title for entry in document.entries] == [plain]
    assert "not well-formed" in document.problems[0]


ESCAPED = "https://n.example/?a=x&amp;p=1&#38;q=2&#038;r=3&#x26;s=4"
NAMES = f"<guid isPermaLink='false'>{ESCAPED}&amp;amp;5</guid>"


@pytest.mark.parametrize(
    ("form", "names"),
    [
        pytest.param(rss, NAMES, id="a guid"),
        pytest.param(rss, NAMES.replace(" isPermaLink='false'", ""), id="a guid that is the link"),
        pytest.param(rss, "<guid><![CDATA[https://n.example/?a=x&p=1&amp;2]]></guid>", id="CDATA"),
        pytest.param(rss, f"<link>{ESCAPED}</link>", id="a link"),
        pytest.param(atom, f"<id>{ESCAPED}&amp;amp;5</id><link href='{ESCAPED}'/>", id="atom"),
    ],
)
@pytest.mark.parametrize(
    "title", ["A &#55357;&#56832;", "A &#55357;", "A &#8;", "A & B", "A &nope; B", "A \x0b"]
)
def test_a_character_that_is_none_changes_no_name(form, names, title):
    right, odd = read(form(f"<title>A</title>{names}")), read(form(f"<title>{title}</title>{names}"))
    assert [(entry.guid, entry.url) for entry in odd.entries] == [(e.guid, e.url) for e in right.entries]
    assert (right.problems, "not well-formed" in odd.problems[0]) == ((), True)


def test_a_character_that_is_none_ends_no_sitemap():
    news = "<news:news><news:title>{}</news:title></news:news>"
    more = f"{news.format('A &#55357;')}</url><url><loc>https://news.example/2</loc>{news.format('B')}"
    document = read(sitemap(more))
    assert [entry.title for entry in document.entries] == ["A \ufffd", "B"]
    assert "not well-formed" in document.problems[0]


def test_control_characters_go():
    assert read(rss("<title>A&#11;B&#2;C &#xFFFF;</title>")).entries[0].title == "A BC \ufffd"


def test_a_character_that_is_none_in_utf_16():
    body = f'<?xml version="1.0" encoding="utf-16"?>{rss("<title>A &#55357;</title>")}'
    assert read(body.encode("utf-16")).entries[0].title == "A \ufffd"


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        pytest.param(rb"A \ud83d", "A \ufffd", id="half an emoji"),
        pytest.param(rb"A \ud83d\ude00", "A \U0001f600", id="an emoji"),
        pytest.param(b"A caf\xe9", "A caf\ufffd", id="a byte that is no UTF-8"),
        pytest.param(b"A\tB", "A B", id="a tab"),
    ],
)
def test_a_json_feed_that_is_not_quite_json(said, plain):
    document = read(jsonfeed({"id": 1, "title": "X"}, {"id": 2, "title": "B"}).encode().replace(b"X", said))
    assert [entry.title for entry in document.entries] == [plain, "B"]
    assert len(document.problems) == (0 if "\U0001f600" in plain else 1)


def test_a_document_that_fills_the_memory_is_not_parsed_again(monkeypatch):
    """The process that reads it ends then, and another reads on."""
    titles = []

    def full(*_):
        titles.append(1)
        raise MemoryError

    monkeypatch.setattr("feedparser.mixin._FeedParserMixin._start_title", full)
    with pytest.raises(MemoryError):
        read(rss())
    assert len(titles) == 1


BROKEN = [
    ("cut short", rss("<title>A</title></item><item><title>B</title>")[:-20], 2),
    ("bare ampersand", rss("<title>A & B</title>"), 1),
    ("stray bytes", rss("<title>A</title>").encode() + b"\xff\xfe\x00", 1),
    ("an encoding that is no text", b"<?xml version='1.0' encoding='us-\xf7'?>" + rss().encode(), 1),
    ("a namespace of two lines", rss("<a:b xmlns:a='x&#13; y'/><title>A</title>"), 1),
    ("blank lines first", "\n\n" + rss(), 1),
    ("blank lines without end", b"<?xml version='1.0'?>" + b"\n" * 150_000 + rss().encode(), 1),
    ("unknown namespace", rss("<title>A</title><x:y>z</x:y>"), 1),
    (
        "unclosed item",
        "<rss version='2.0'><channel><item><title>A</title><item><title>B</title></channel></rss>",
        2,
    ),
    ("an item of nothing", rss("<title>A</title></item><item>"), 1),
    ("doctype with entities", f'<!DOCTYPE rss [<!ENTITY a "b">]>{rss("<title>A</title>")}', 1),
    (
        "external entity",
        f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>{rss("<title>&a;A</title>")}',
        1,
    ),
    (
        "json, items of all kinds",
        json.dumps(
            {"version": "https://jsonfeed.org/version/1", "items": [1, None, {}, {"id": 1, "title": "A"}]}
        ),
        1,
    ),
    ("sitemap, a page without news", sitemap(""), 0),
    ("sitemap, a page with a picture", sitemap(IMAGE), 0),
    ("no items", "<rss version='2.0'><channel><title>x</title></channel></rss>", 0),
    (
        "no items, and an odd character",
        "<rss version='2.0'><channel><title>&#55357;</title></channel></rss>",
        0,
    ),
    (
        "no items, in another charset than is said",
        (
            b"<?xml version='1.0' encoding='us-ascii'?>"
            b"<rss version='2.0'><channel><title>caf\xc3\xa9</title></channel></rss>"
        ),
        0,
    ),
    ("cut short in the first title", "<rss version='2.0'><channel><item><title>half of a</title>", 1),
    (
        "one megabyte on one line",
        rss("<title>A</title><description>" + "word " * 200_000 + "</description>"),
        1,
    ),
    (
        "too many entries",
        "<rss version='2.0'><channel>"
        + "<item><title>A</title></item>" * (MAX_ENTRIES + 9)
        + "</channel></rss>",
        MAX_ENTRIES,
    ),
]


@pytest.mark.parametrize(("body", "count"), [pytest.param(b, n, id=i) for i, b, n in BROKEN])
def test_broken_documents_give_what_can_be_read(body, count):
    entries = read(body).entries
    assert len(entries) == count
    assert all("root:" not in entry.title for entry in entries)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss("<title>A</title></item><item>" * 2100 + "<title>A</title>"), id="rss"),
        pytest.param(atom("<title>A</title></entry><entry>" * 2100 + "<title>A</title>"), id="atom"),
        pytest.param(jsonfeed(*[{"title": "A"}] * 2101), id="json"),
        pytest.param(sitemap("</url><url>" * 2100), id="sitemap"),
    ],
)
def test_what_is_beyond_the_bound_is_left_out_and_said(body):
    document = read(body)
    assert len(document.entries) <= MAX_ENTRIES
    assert re.match("2101 .*, only the first 2000 are read", document.problems[0])


def test_what_is_left_out_leaves_the_document_well_formed():
    items = "".join(f"<item><title>{n}</title></item>" for n in range(MAX_ENTRIES + 3))
    document = read(f"<rss version='2.0'><channel>{items}<title>Behind</title></channel></rss>")
    assert [document.title, document.entries[-1].title] == ["Behind", str(MAX_ENTRIES - 1)]
    assert len(document.problems) == 1


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("<!DOCTYPE html><html><body>x", "HTML", id="html"),
        pytest.param(
            "<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/rss'>"
            "<link rel='alternate' hreflang='de' href='/de'></head><body>x",
            r"it names https://news\.example/rss$",
            id="html that names a feed",
        ),
        pytest.param(
            "\ufeff<?xml version='1.0'?>\n<!-- A --><!DOCTYPE html><html><head><base href='/eu/'>"
            "<link rel=Alternate type='Application/Atom+XML; charset=utf-8' href=atom>",
            r"it names https://news\.example/eu/atom$",
            id="xhtml with a base",
        ),
        pytest.param(
            b"<html><link rel=alternate type=application/rss+xml href='/a\xf7'>",
            r"it names https://news\.example/a\ufffd$",
            id="html with bytes that are no text",
        ),
        pytest.param("<!---->" * 300, "neither", id="comments without end"),
        pytest.param('{"a": 1}', "no JSON Feed", id="json"),
        pytest.param('{"a": ', "JSON", id="broken json"),
        pytest.param('{"version": "https://jsonfeed.org/version/1"}', "items", id="json feed of nothing"),
        pytest.param(b"\x89PNG\r\n", "neither", id="a picture"),
        pytest.param("<urlset><url><loc>x", "well-formed", id="broken sitemap"),
        pytest.param("<rss><channel><item><title>half of a", "no entry can be read", id="rss cut off"),
        pytest.param(
            "<rss version='2.0'><channel><title>x", "not well-formed", id="rss cut off above its items"
        ),
        pytest.param(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry>", "not well-formed", id="atom cut off"
        ),
        pytest.param(
            '<!DOCTYPE u [<!ENTITY a "b">]><urlset><url/></urlset>', "entities", id="sitemap with entities"
        ),
    ],
)
def test_what_is_no_feed_says_what_it_is(body, what):
    with pytest.raises(NotAFeedError, match=what):
        read(body)


def test_the_feed_itself():
    document = read(
        rss(
            channel="<title>News &amp;amp; more</title><language>en-GB</language><ttl>30</ttl>"
            "<atom:link rel='hub' href='https://hub.example/'/>"
        )
    )
    assert (document.format, document.title, document.language) == ("rss", "News & more", "en")
    assert (document.ttl, document.hub) == (1800, "https://hub.example/")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1e300", 86_400), ("9" * 20, 86_400), ("inf", 86_400), ("nan", None), ("-5", None), ("0.5", 30)],
)
def test_a_ttl_that_is_no_time(text, seconds):
    assert read(rss(channel=f"<ttl>{text}</ttl>")).ttl == seconds


def test_syn_update():
    channel = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    assert read(rss(channel=channel)).ttl == 21_600


def test_a_sitemap_index_names_the_latest():
    days = "".join(
        f"<sitemap><loc>https://news.example/{day}.xml</loc><lastmod>2026-03-0{day}</lastmod></sitemap>"
        for day in range(1, 9)
    )
    document = read(f"<sitemapindex>{days}</sitemapindex>")
    assert tuple(child.url for child in document.children) == tuple(
        f"https://news.example/{day}.xml" for day in (8, 7, 6, 5, 4)
    )
    assert document.problems == ()


@pytest.mark.parametrize(("number", "says"), [(5, None), (40, "40 of 40 sitemaps do not say when")])
def test_a_sitemap_index_that_does_not_say_what_changed_is_a_problem_when_it_is_long(number, says):
    maps = "".join(f"<sitemap><loc>https://news.example/{n}.xml</loc></sitemap>" for n in range(number))
    document = read(f"<sitemapindex>{maps}</sitemapindex>")
    assert len(document.children) == 5
    assert [problem.startswith(says) for problem in document.problems] == ([True] if says else [])
