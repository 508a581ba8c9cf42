"""An article's own page: its text by trafilatura, where it lives, and when it came out."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser

from connectors.feeds.parse.feed import web_link
from connectors.feeds.parse.times import from_text
from wirewatch.text import one_line

_DATED = (
    "meta[property='article:published_time'], meta[name='article:published_time'], "
    "meta[itemprop='datePublished'], meta[name='parsely-pub-date'], meta[name='pubdate'], "
    "meta[name='publish-date'], meta[name='dc.date'], meta[name='dcterms.created'], "
    "time[itemprop='datePublished'], article time[datetime]"
)
_LD_JSON = "script[type='application/ld+json']"
_FRONT = frozenset({"", "/"})
_MAX_LD_CHARS = 200_000


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a page gives: plain text, an absolute URL, a time aware in UTC."""

    paragraphs: tuple[str, ...] = ()
    url: str | None = None
    """Its canonical URL, as it says."""
    published: datetime | None = None
    day_only: bool = False
    """`published` is midnight of the day it names."""


@cache
def load() -> None:
    """Load what reads pages, once a process; it takes seconds, and pages are few."""
    import trafilatura  # noqa: F401, PLC0415
    from htmldate.extractors import get_external_parser, month_words  # noqa: PLC0415

    # At their first need otherwise: 2 s, charged to a page that may take 2 in all.
    month_words()
    get_external_parser().get_date_data("0 of no language")  # so that each language is tried, and compiled


def parse_page(body: bytes, *, url: str) -> Page:
    """Return the page in `body`, read from `url`. Raises whatever the libraries run into."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    found: Any = bare_extraction(body, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return Page()
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))  # it raises over an attribute that is no text
    published, day_only = _published(tree, found.date)
    return Page(
        paragraphs=tuple(line for line in map(one_line, (found.text or "").splitlines()) if line),
        url=_canonical(tree, url),
        published=published,
        day_only=day_only,
    )


def _canonical(tree: LexborHTMLParser, url: str) -> str | None:
    """Return the canonical URL a page claims; None for a front page that every article names."""
    for selector, name in (("link[rel='canonical']", "href"), ("meta[property='og:url']", "content")):
        node = tree.css_first(selector)
        link = web_link(node.attributes.get(name), url) if node else None
        if link and (urlsplit(link).path not in _FRONT or urlsplit(url).path in _FRONT):
            return link
    return None


def _published(tree: LexborHTMLParser, found: object) -> tuple[datetime | None, bool]:
    """Return when the page came out, and whether that is only a day: exact times first."""
    texts = [*_times(tree), found]
    exact = (t for t in texts if isinstance(t, str) and ":" in t)
    if moment := next(filter(None, map(from_text, exact)), None):
        return moment, False
    return next(filter(None, map(from_text, texts)), None), True


def _times(tree: LexborHTMLParser) -> Iterator[str]:
    for script in tree.css(_LD_JSON):
        text = script.text()[:_MAX_LD_CHARS]
        try:
            yield from _dates_in(json.loads(text), 0)
        except (ValueError, RecursionError):
            continue
    for node in tree.css(_DATED):
        for name in ("content", "datetime"):
            if value := node.attributes.get(name):
                yield value


def _dates_in(data: object, depth: int) -> Iterator[str]:
    """Yield each `datePublished` of a JSON-LD value (https://schema.org/datePublished)."""
    if depth > 5:
        return
    if isinstance(data, list):
        for each in data:
            yield from _dates_in(each, depth + 1)
    elif isinstance(data, dict):
        if isinstance(data.get("datePublished"), str):
            yield data["datePublished"]
        yield from _dates_in(data.get("@graph"), depth + 1)
