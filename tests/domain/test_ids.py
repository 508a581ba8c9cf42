"""Which URLs name one article."""

import pytest

from wirewatch.ids import canonical_url

PAGE = "https://news.example/world/a-story"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        pytest.param("HTTPS://News.Example:443/world/a-story/#top", PAGE, id="case, port, slash, fragment"),
        pytest.param("http://news.example/world/a-story", PAGE, id="http"),
        pytest.param(
            PAGE + "?utm_source=rss&at_medium=RSS&ns_campaign=x&fbclid=1&CMP=y", PAGE, id="tracking"
        ),
        pytest.param(PAGE + "?smid=x&xtor=RSS-1&gclid=1&msclkid=2&igsh=3&_ga=4", PAGE, id="more tracking"),
        pytest.param(PAGE + "?id=2&b=1&id=1", PAGE + "?b=1&id=1&id=2", id="parameters that count, sorted"),
        pytest.param(PAGE + "?q=&smiddle=1", PAGE + "?q=&smiddle=1", id="like tracking, and is none"),
        pytest.param("https://www.news.example/world/a-story", PAGE, id="www"),
        pytest.param("https://m.news.example/world/a-story", PAGE, id="mobile"),
        pytest.param("https://www.m.news.example/world/a-story", PAGE, id="www and mobile"),
        pytest.param(
            "https://en.m.encyclopedia.example/x", "https://en.encyclopedia.example/x", id="m inside"
        ),
        pytest.param("https://amp.news.example/world/a-story", PAGE, id="a host for AMP"),
        pytest.param(PAGE + "/amp/", PAGE, id="AMP behind"),
        pytest.param("https://news.example/amp/world/a-story", PAGE, id="AMP in front"),
        pytest.param(PAGE + ".amp.html", PAGE + ".html", id="AMP as a suffix"),
        pytest.param(PAGE + ".amp", PAGE, id="AMP as the suffix"),
        pytest.param(PAGE + "?amp=1&outputType=amp&amp", PAGE, id="AMP as a parameter"),
        pytest.param(
            "https://www.google.com/amp/s/www.news.example/world/a-story/amp", PAGE, id="AMP viewer"
        ),
        pytest.param(
            "https://www-news-example.cdn.ampproject.org/c/s/news.example/world/a-story", PAGE, id="AMP cache"
        ),
        pytest.param("https://m.example/x", "https://m.example/x", id="a name that is only like it"),
        pytest.param("https://news.example/amplifier", "https://news.example/amplifier", id="no AMP page"),
        pytest.param("https://news.example/amp", "https://news.example/amp", id="a page on AMP"),
        pytest.param("https://www.example", "https://www.example/", id="nothing behind www"),
    ],
)
def test_one_page_has_one_name(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize("url", ["", "news.example/1", "ftp://news.example/", "https:///x", "tag:1"])
def test_what_is_no_web_address(url):
    with pytest.raises(ValueError, match="not an absolute"):
        canonical_url(url)
