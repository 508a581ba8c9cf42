"""The sitemaps that a sitemap index names: those that changed since it was last read."""

from datetime import datetime, timedelta

import msgspec

from connectors.feeds.ask import Asker
from connectors.feeds.outcomes import Outcome
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
    index: Document, *, asker: Asker, parser: ParserPool, last_read: datetime | None, allow_private: bool
) -> Document:
    """Return a sitemap index with the entries of the sitemaps that are due, at most MAX_ENTRIES in all."""
    entries, problems = list(index.entries), list(index.problems)
    for url in due(index.children, last_read):
        answer = await asker.ask(url, allow_private=allow_private)
        if answer.outcome is not Outcome.READ:
            problems.append(f"{url}: {answer.outcome}: {answer.detail}")
            continue
        try:
            child = await parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
        except ParseError as error:
            problems.append(f"{url}: {error}")
            continue
        if child.children:
            problems.append(f"{url}: an index within an index, not followed")
        entries += child.entries
    if len(entries) > MAX_ENTRIES:
        problems.append(f"{len(entries)} entries, only the first {MAX_ENTRIES} are read")
    return msgspec.structs.replace(index, entries=tuple(entries[:MAX_ENTRIES]), problems=tuple(problems))
