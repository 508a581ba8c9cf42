"""The sitemaps that a sitemap index names: those that changed since it was last read."""

from datetime import datetime, timedelta

import msgspec

from connectors.feeds.config import Feed
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.parse.document import MAX_ENTRIES, Child, Document
from connectors.feeds.parser import ParseError, ParserPool

MARGIN = timedelta(days=1)
"""A `lastmod` is often only a date, and in the publisher's own time zone."""


def due(children: tuple[Child, ...], last_read: datetime | None) -> list[str]:
    """Return which sitemaps to read: those changed since `last_read`, or not saying when. Pure."""
    return [
        child.url
        for child in children
        if last_read is None or child.changed is None or child.changed >= last_read - MARGIN
    ]


async def with_children(
    index: Document, urls: list[str], *, feed: Feed, asker: Asker, parser: ParserPool
) -> tuple[Document, list[FetchResult]]:
    """Return a sitemap index with the entries of the sitemaps at `urls`, at most MAX_ENTRIES in all.

    It misses what one of them does. Behind it the answers of those that could not be read.
    """
    entries, missed, cut = list(index.entries), [], index.missed
    for url in urls:
        answer = await asker.ask(feed, url)
        if answer.outcome is FetchOutcome.READ:
            try:
                child = await parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
            except ParseError as error:
                answer = FetchResult(FetchOutcome.NOT_A_FEED, answer.url, answer.status, detail=str(error))
            else:
                entries += child.entries  # an index within an index has none: it is not followed
                cut = cut or (child.missed and f"{url}: {child.missed}")
        if answer.outcome is not FetchOutcome.READ:
            missed.append(answer)
    return msgspec.structs.replace(index, entries=tuple(entries[:MAX_ENTRIES]), missed=cut), missed
