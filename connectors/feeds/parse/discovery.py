"""What a document is that is no feed, and the feeds that a web page names.

https://www.rssboard.org/rss-autodiscovery
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from connectors.feeds.parse.document import NotAFeedError
from connectors.feeds.parse.feed import web_link

_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
MAX_NAMED = 5
_SNIFFED = 2048
# Atomic, so that a page of nothing but comments takes no more than one look at each.
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s+|<\?[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


def no_feed(body: bytes, url: str, why: str) -> NotAFeedError:
    """Return what `body`, read from `url`, is instead, and which feeds it names, for somebody to raise.

    `why`: what to say of it where it is no web page.
    """
    if not body.strip():
        return NotAFeedError("the document is empty")
    if not _PAGE.match(body[:_SNIFFED]):
        return NotAFeedError(why)
    feeds = tuple(dict.fromkeys(_named(body, url)))[:MAX_NAMED]
    names = f"; it names {', '.join(feeds)}" if feeds else ""
    return NotAFeedError(f"an HTML page, not a feed{names}", feeds)


def _named(body: bytes, url: str) -> Iterator[str]:
    page = LexborHTMLParser(body.decode("utf-8", "replace"))
    base = page.css_first("base[href]")
    base_url = (web_link(base.attributes["href"], url) if base is not None else None) or url
    for node in page.css("link[rel~='alternate' i][href]"):
        kind = (node.attributes.get("type") or "").partition(";")[0].strip().lower()
        if kind in _TYPES and (link := web_link(node.attributes["href"], base_url)):
            yield link
