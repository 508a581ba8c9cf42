"""Headlines and paragraphs, as publishers write them and as they must come out."""

import pytest

from tests.feeds.parse.documents import (
    CAPTION,
    IMAGE,
    SUMMARY,
    atom,
    captioned,
    cdata,
    described,
    jsonfeed,
    media,
    rdf,
    read,
    rss,
    sitemap,
)

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


CONTENT = "<content:encoded>The whole text.</content:encoded>"
FULL = [
    ("content alone", rss(f"<title>T</title>{CONTENT}"), True),
    ("content first", rss(f"<title>T</title>{CONTENT}<description>Short.</description>"), True),
    ("content last", rss(f"<title>T</title><description>Short.</description>{CONTENT}"), True),
    (
        "a summary that says as much",
        rss(f"<title>T</title><description>The whole text.</description>{CONTENT}"),
        True,
    ),
    ("a longer summary", rss(f"<title>T</title><description>{'Long. ' * 9}</description>{CONTENT}"), False),
    ("a summary alone", rss(f"<title>T</title>{SUMMARY}"), False),
    ("a caption alone", captioned(media(CAPTION)), False),
    ("neither", rss(), False),
    ("atom content alone", atom("<title>T</title><content>The whole text.</content>"), True),
    ("atom content elsewhere", atom("<title>T</title><content src='https://news.example/1'/>"), False),
    ("atom summary alone", atom("<title>T</title><summary>Short.</summary>"), False),
    ("json content", jsonfeed(id="1", title="T", content_text="The whole text."), True),
    ("json summary", jsonfeed(id="1", title="T", summary="Short."), False),
    ("sitemap", sitemap("<news:news><news:title>T</news:title></news:news>"), False),
]


@pytest.mark.parametrize(("body", "full"), [pytest.param(b, f, id=i) for i, b, f in FULL])
def test_whether_an_entry_carries_its_full_text(body, full):
    assert read(body).entries[0].full is full
