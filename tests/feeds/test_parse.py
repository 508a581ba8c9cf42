"""Documents written for the purpose, formats and defects, and the entries that must come out."""

import json
import time
from io import BytesIO

import feedparser
import pytest

from connectors.feeds.parse.document import MAX_ENTRIES, NotAFeedError
from connectors.feeds.parse.read import parse

URL = "https://news.example/feeds/rss"


def read(body, content_type="application/xml"):
    body = body.encode() if isinstance(body, str) else body
    return parse(body, url=URL, content_type=content_type)


def rss(item="<title>T</title>", channel=""):
    return f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>{channel}<item>{item}</item></channel></rss>'  # noqa: E501


def atom(entry="<title>T</title>", feed=""):
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{feed}<entry>{entry}</entry></feed>'


def rdf(item):
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item>{item}</item></rdf:RDF>'
    )


def jsonfeed(**item):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [item]})


def sitemap(inner, loc="https://news.example/1"):
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
        'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">'
        f"<url><loc>{loc}</loc>{inner}</url></urlset>"
    )


IMAGE = "<image:image><image:loc>https://i.example/</image:loc><image:title>A cat</image:title></image:image>"
VIDEO = "<video:video><video:publication_date>2020-01-01</video:publication_date></video:video>"


TITLES = [
    ("plain", rss("<title>A headline</title>"), "A headline"),
    ("entities", rss("<title>Q&amp;A: B &lt; C</title>"), "Q&A: B < C"),
    ("escaped twice", rss("<title>Q&amp;amp;A &amp;#8211; x</title>"), "Q&A \u2013 x"),
    ("html escaped", rss("<title>&lt;b&gt;Bold&lt;/b&gt; move</title>"), "Bold move"),
    ("cdata with html", rss("<title><![CDATA[<em>One</em> &amp; two]]></title>"), "One & two"),
    ("break", rss("<title><![CDATA[One<br/>two]]></title>"), "One two"),
    ("white space", rss("<title>\n  spread\t\nout  </title>"), "spread out"),
    ("control characters", rss("<title>a&#x85;&#x7f;31mb</title>"), "a…31mb"),
    ("named entity of html", rss("<title>Caf&eacute; &nbsp;x</title>"), "Café x"),
    ("soft hyphen", rss("<title>long\u00adword</title>"), "longword"),
    ("comparison is no tag", rss("<title>GDP &lt;2% and &gt;1%</title>"), "GDP <2% and >1%"),
    ("no title: the first sentence", rss("<description>First. Second.</description>"), "First."),
    ("atom text", atom("<title>T &amp; T</title>"), "T & T"),
    ("atom html", atom('<title type="html">&lt;i&gt;T&lt;/i&gt; &amp;amp; T</title>'), "T & T"),
    (
        "atom xhtml",
        atom('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>T</b> t</div></title>'),
        "T t",
    ),
    ("rdf", rdf("<title>R</title><link>https://news.example/r</link>"), "R"),
    ("json", jsonfeed(id="1", title="J &amp; J"), "J & J"),
    ("json without a title", jsonfeed(id="1", content_text="One. Two."), "One."),
    ("sitemap", sitemap("<news:news><news:title>S &amp; S</news:title></news:news>"), "S & S"),
    (
        "sitemap, a picture first",
        sitemap(f"{IMAGE}<news:news><news:title>S</news:title></news:news>"),
        "S",
    ),
    (
        "sitemap, a picture after",
        sitemap(f"<news:news><news:title>S</news:title></news:news>{IMAGE}"),
        "S",
    ),
    ("arabic", rss("<title>عنوان</title>"), "عنوان"),
    ("emoji", rss("<title>🚀 up</title>"), "🚀 up"),
    ("2 KB and more", rss(f"<title>{'x' * 5000}</title>"), "x" * 2048),
]


@pytest.mark.parametrize(("body", "title"), [pytest.param(b, t, id=i) for i, b, t in TITLES])
def test_title(body, title):
    assert [entry.title for entry in read(body).entries] == [title]


def described(text):
    return rss(f"<title>T</title><description>{text}</description>")


def cdata(text):
    return described(f"<![CDATA[{text}]]>")


SUMMARY = "<description>Leaders met.</description>"


def captioned(*parts):
    return rss("<title>T</title>" + "".join(parts))


def media(text, attributes=""):
    described = f"<media:description{attributes}>{text}</media:description>"
    return f"<media:content url='i.jpg'>{described}</media:content>"


CAPTION = "The president at a podium, on Monday, with a guest."
TEXTS = [
    ("plain", described("One two."), ("One two.",)),
    ("paragraphs", cdata("<p>One.</p><p>Two <b>bold</b>.</p>"), ("One.", "Two bold.")),
    ("escaped html", described("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;"), ("One.", "Two.")),
    ("escaped twice", described("&amp;lt;p&amp;gt;One.&amp;lt;/p&amp;gt;"), ("One.",)),
    ("breaks", cdata("One.<br><br/>Two."), ("One.", "Two.")),
    ("script", cdata("<p>One.</p><script>alert('x')</script>"), ("One.",)),
    ("script, unclosed", cdata("<p>One.</p><script>alert('x')"), ("One.",)),
    ("style", cdata("<style>p{}</style><p>One.</p>"), ("One.",)),
    ("iframe", cdata("<iframe src='https://x'>no</iframe><p>One.</p>"), ("One.",)),
    ("tracking pixel", cdata("<p>One.<img src='https://t.example/p.gif' width=1></p>"), ("One.",)),
    ("comment", cdata("<p>One<!-- not this -->.</p>"), ("One.",)),
    ("attributes with brackets", cdata('<a title="a > b" href="x">One</a>.'), ("One.",)),
    ("entities", cdata("<p>A &amp; B &lt; C &mdash; D</p>"), ("A & B < C — D",)),
    ("list", cdata("<ul><li>One<li>Two</ul>"), ("One", "Two")),
    ("unclosed tags", cdata("<div><p>One.<p>Two."), ("One.", "Two.")),
    ("appeared first on", cdata("<p>One.</p><p>The post T appeared first on Example News.</p>"), ("One.",)),
    ("continue reading", cdata("<p>One.</p><p><a href='x'>Continue reading…</a></p>"), ("One.",)),
    ("teaser mark", cdata("<p>One two [&#8230;]</p>"), ("One two",)),
    ("blank lines", described("One.\n\nTwo."), ("One.", "Two.")),
    ("deep nesting", cdata("<div>" * 3000 + "One." + "</div>" * 3000), ("One.",)),
    (
        "content wins over summary",
        rss(
            "<title>T</title><description>Short</description>"
            "<content:encoded><![CDATA[<p>Long one</p>]]></content:encoded>"
        ),
        ("Long one",),
    ),
    (
        "a longer summary wins",
        rss("<title>T</title><description>A long one</description><content:encoded>x</content:encoded>"),
        ("A long one",),
    ),
    ("atom html", atom('<title>T</title><content type="html">&lt;p&gt;One&lt;/p&gt;</content>'), ("One",)),
    (
        "atom xhtml",
        atom(
            '<title>T</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div></content>'
        ),
        ("One", "Two"),
    ),
    ("atom summary", atom("<title>T</title><summary>One</summary>"), ("One",)),
    ("json html", jsonfeed(id="1", title="T", content_html="<p>One</p><p>Two</p>"), ("One", "Two")),
    ("json text", jsonfeed(id="1", title="T", content_text="One\nTwo"), ("One", "Two")),
    ("json summary", jsonfeed(id="1", title="T", summary="One"), ("One",)),
    ("javascript link", cdata("<a href='javascript:alert(1)'>One</a>"), ("One",)),
    ("svg with script", cdata("<svg><script>x</script><text>no</text></svg><p>One</p>"), ("One",)),
    ("no text", described(""), ()),
    ("a longer caption after", captioned(SUMMARY, media(CAPTION)), ("Leaders met.",)),
    ("a longer caption before", captioned(media(CAPTION), SUMMARY), ("Leaders met.",)),
    ("a shorter caption after", captioned(SUMMARY, media("AP")), ("Leaders met.",)),
    ("a shorter caption before", captioned(media("AP"), SUMMARY), ("Leaders met.",)),
    ("a caption with a type", captioned(SUMMARY, media(CAPTION, " type='plain'")), ("Leaders met.",)),
    (
        "a caption outside its picture",
        captioned(SUMMARY, f"<media:description>{CAPTION}</media:description>"),
        ("Leaders met.",),
    ),
    (
        "a caption and the whole text",
        captioned(media(CAPTION), SUMMARY, "<content:encoded>Leaders met in Rome.</content:encoded>"),
        ("Leaders met in Rome.",),
    ),
    (
        "a longer summary for players after",
        captioned(SUMMARY, f"<itunes:summary>{CAPTION}</itunes:summary>"),
        ("Leaders met.",),
    ),
    (
        "a longer summary for players before",
        captioned(f"<itunes:summary>{CAPTION}</itunes:summary>", SUMMARY),
        ("Leaders met.",),
    ),
    ("an episode", captioned("<itunes:summary>Whom we met.</itunes:summary>"), ("Whom we met.",)),
    ("a video", captioned("<media:group>", media("Whom we met."), "</media:group>"), ("Whom we met.",)),
]


@pytest.mark.parametrize(("body", "paragraphs"), [pytest.param(b, p, id=i) for i, b, p in TEXTS])
def test_text(body, paragraphs):
    assert read(body).entries[0].paragraphs == paragraphs


def dated(text, tag="pubDate"):
    return rss(f"<title>T</title><{tag}>{text}</{tag}>")


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


ONE = "https://news.example/1"
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
    ("neither", rss(), None, None),
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


@pytest.mark.parametrize(("body", "url", "guid"), [pytest.param(b, u, g, id=i) for i, b, u, g in LINKS])
def test_link_and_guid(body, url, guid):
    entry = read(body).entries[0]
    assert (entry.url, entry.guid) == (url, guid)


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


BROKEN = [
    ("cut short", rss("<title>A</title></item><item><title>B</title>")[:-20], 2),
    ("bare ampersand", rss("<title>A & B</title>"), 1),
    ("stray bytes", rss("<title>A</title>").encode() + b"\xff\xfe\x00", 1),
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
        pytest.param('{"a": 1}', "no JSON Feed", id="json"),
        pytest.param('{"a": ', "JSON", id="broken json"),
        pytest.param('{"version": "https://jsonfeed.org/version/1"}', "items", id="json feed of nothing"),
        pytest.param(b"\x89PNG\r\n", "neither", id="a picture"),
        pytest.param("<urlset><url><loc>x", "well-formed", id="broken sitemap"),
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


def plain(body):
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


@pytest.mark.parametrize(
    ("body", "theirs", "expected"), [pytest.param(b, t, e, id=i) for i, b, t, e in DIFFERENCES]
)
def test_where_we_differ_from_feedparser(body, theirs, expected):
    assert (plain(body), ours(body)) == (theirs, expected)
