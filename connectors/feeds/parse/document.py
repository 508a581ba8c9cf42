"""What a feed document holds, whatever its format; sent from the parsing process as MessagePack."""

from datetime import datetime

import msgspec

MAX_ENTRIES = 2000
"""Entries taken from one document; the first ones, as feeds are newest first."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the document gives it: plain text, absolute links, times aware in UTC."""

    title: str
    paragraphs: tuple[str, ...] = ()
    url: str | None = None
    guid: str | None = None
    published: datetime | None = None
    language: str | None = None
    """ISO 639-1."""
    full: bool = False
    """The document carries the content, not only a summary."""
    cut: bool = False


class Child(msgspec.Struct, frozen=True):
    """A sitemap that an index names, and when it changed."""

    url: str
    changed: datetime | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A feed document, read. `ttl` is the publisher's wish, in seconds between two polls."""

    format: str
    """rss, atom, rdf, json, sitemap or sitemap-index."""
    title: str = ""
    language: str | None = None
    ttl: int | None = None
    hub: str | None = None
    topic: str | None = None
    """Its own address, as it names it."""
    entries: tuple[Entry, ...] = ()
    children: tuple[Child, ...] = ()
    """Of a sitemap index: the sitemaps that changed last, latest first."""
    whole: bool = True
    """False when some of an index's sitemaps could not be read this time, and may be the next."""
    missed: str = ""
    """Why some of a sitemap, or of an index's, could not be read this time; empty: all of it was."""
    problems: tuple[str, ...] = ()
    """What was not as it should be, for people."""


class NotAFeedError(ValueError):
    """The bytes are no feed; the message says what they look like, `feeds` what feeds they name."""

    def __init__(self, message: str, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.feeds = feeds
