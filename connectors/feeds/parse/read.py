"""Which parser a document is for."""

import re

from connectors.feeds.parse.discovery import no_feed
from connectors.feeds.parse.document import Document, NotAFeedError
from connectors.feeds.parse.feed import parse_feed
from connectors.feeds.parse.json_feed import parse_json_feed
from connectors.feeds.parse.sitemap import parse_sitemap

_SITEMAP = re.compile(rb"<(?:[a-z0-9]+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_SNIFFED = 4096


def parse(body: bytes, *, url: str, content_type: str) -> Document:
    """Return the document in `body`, by what it looks like and not by what it is called.

    Raises NotAFeedError, and whatever a parser runs into on hostile input: the caller is a process that may
    fail.
    """
    head = body[:_SNIFFED].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{"):
        return parse_json_feed(body, url=url)
    if _SITEMAP.search(head):
        return parse_sitemap(body, url=url)
    try:
        return parse_feed(body, url=url, content_type=content_type)
    except NotAFeedError as error:
        raise no_feed(body, url, str(error)) from error
