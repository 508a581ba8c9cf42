"""RSS, Atom and RDF, by feedparser with its own sanitiser and resolver off (they are quadratic)."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import unescape

import feedparser
import feedparser.api
import feedparser.mixin
import feedparser.sanitizer

from connectors.feeds.parse.document import MAX_ENTRIES, Document, Entry, NotAFeedError
from connectors.feeds.parse.references import NO_CHARACTER, code_of, mended
from connectors.feeds.parse.text import to_line, to_paragraphs
from connectors.feeds.parse.times import published
from wirewatch.article import MAX_URL
from wirewatch.bounds import fit
from wirewatch.text import one_line

_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MAX_TTL = 86_400
"""Seconds. More is no wish that anybody follows, and some are no numbers for a clock."""
_ENTRY_START = re.compile(rb"<(?:item|entry)[\s>]")
_ENTRY_ENDS = (b"</item>", b"</entry>")
_AMPERSAND = re.compile(r"&#(?:0*38|[xX]0*26);")

# feedparser's own begin with `^\s*`, which takes quadratic time in blank lines: 150,000 of them, minutes.
feedparser.sanitizer.RE_ENTITY_PATTERN = re.compile(rb"^[^\S\n]*+<!ENTITY([^>]{0,4096}?)>", re.MULTILINE)
feedparser.sanitizer.RE_DOCTYPE_PATTERN = re.compile(rb"^[^\S\n]*+<!DOCTYPE([^>]{0,4096}?)>", re.MULTILINE)


def _keep_apart(name: str) -> None:
    """Keep the element `name` under its own name in an entry."""

    def start(parser: Any, _: object) -> None:  # noqa: ANN401  # feedparser has no types
        parser.push(name, 1)

    def end(parser: Any) -> None:  # noqa: ANN401
        parser.pop(name)

    setattr(feedparser.mixin._FeedParserMixin, f"_start_{name}", start)
    setattr(feedparser.mixin._FeedParserMixin, f"_end_{name}", end)


_TRIPPED: list[str] = []
"""What raised in the document that is being read, each an element."""


def _forgive(name: str) -> None:
    """Let an element that feedparser trips over (a link where it expects none) cost itself alone."""
    handle = getattr(feedparser.mixin._FeedParserMixin, name)

    def forgiving(parser: Any, *element: Any) -> None:  # noqa: ANN401
        try:
            handle(parser, *element)
        except MemoryError:
            raise  # this process's end, not this element's
        except Exception as error:  # noqa: BLE001  # all kinds, by what the element is within
            _TRIPPED.append(f"<{element[0]}>: {type(error).__name__}")

    setattr(feedparser.mixin._FeedParserMixin, name, forgiving)


for _name in ("unknown_starttag", "unknown_endtag"):
    _forgive(_name)


def _character(parser: Any, reference: str) -> None:  # noqa: ANN401
    """Take a reference to a character, `x1f600` or `128512`, in a document that is not well-formed.

    feedparser's own raises on what is none, which would cost all entries: one that was not mended, in UTF-16.
    """
    if not parser.elementstack:
        return
    code = code_of(reference)
    if 0xD800 <= code <= 0xDFFF:
        code = NO_CHARACTER
    # Markup is read later.
    parser.elementstack[-1][2].append(f"&#{code};" if chr(code) in "\"&'<>" else chr(code))


feedparser.mixin._FeedParserMixin.handle_charref = _character

# feedparser takes them for the description or, beside one, for the whole text: a photo's caption is neither.
_MEDIA_TEXTS = ("itunes_summary", "media_description")
for _name in _MEDIA_TEXTS:
    _keep_apart(_name)


def parse_feed(body: bytes, *, url: str, content_type: str) -> Document:
    """Return the document in `body`, read from `url`. Raises NotAFeedError."""
    body, number = _within_bound(body)
    body, problems = mended(body)
    _TRIPPED.clear()
    try:
        parsed = _parsed(body, content_type)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # its strict parser and its look at the encoding raise many
        # With a line before it, nobody looks for an encoding in its declaration: that may be what was wrong.
        parsed = _loosely(b"\n" + body, content_type)
        parsed.bozo, parsed.bozo_exception = True, error
    kind = _format(parsed.get("version", ""))
    if kind is None and not parsed.entries:
        raise NotAFeedError("neither RSS, Atom, RDF, JSON Feed nor a sitemap")
    feed = parsed.feed
    if _is_loose(parsed):
        _resolve_names(parsed.entries)
    entries = tuple(_entries(parsed.entries[:MAX_ENTRIES], feed.get("link") or url, url))
    if parsed.bozo and parsed.get("bozo_exception") is not None:
        broken = one_line(str(parsed.bozo_exception))[:200]
        if not entries and _is_loose(parsed):  # cut off before the first: empty for ever, and never said
            raise NotAFeedError(f"not well-formed, and no entry can be read: {broken}")
        problems.append(f"not well-formed: {broken}")
    if _TRIPPED:
        problems.append(one_line(f"{len(_TRIPPED)} elements cannot be read: {_TRIPPED[0]}")[:200])
    if (number := max(number, len(parsed.entries))) > MAX_ENTRIES:
        problems.append(f"{number} entries, only the first {MAX_ENTRIES} are read")
    if len(entries) < min(len(parsed.entries), MAX_ENTRIES):
        problems.append(
            f"{min(len(parsed.entries), MAX_ENTRIES) - len(entries)} entries without title and text"
        )
    return Document(
        format=kind or "rss",
        title=to_line(feed.get("title") or ""),
        language=language_code(feed.get("language")),
        ttl=_ttl(feed),
        hub=_related(feed, "hub", url),
        topic=_related(feed, "self", url),
        entries=entries,
        problems=tuple(problems),
    )


def _parsed(body: bytes, content_type: str) -> Any:  # noqa: ANN401
    return feedparser.parse(
        BytesIO(body),  # a string would be opened as a path or a URL
        # No content-location: guids would be resolved against it, and change when the feed moves.
        response_headers={"content-type": content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _loosely(body: bytes, content_type: str) -> Any:  # noqa: ANN401
    """Parse without the strict parser: feedparser itself turns to this when XML is not well-formed."""
    feedparser.api._XML_AVAILABLE = False
    try:
        return _parsed(body, content_type)
    finally:
        feedparser.api._XML_AVAILABLE = True


def _is_loose(parsed: Mapping[str, Any]) -> bool:
    """Tell whether the strict parser gave up: what it takes exception to is otherwise only said."""
    said = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    return bool(parsed["bozo"]) and not isinstance(parsed.get("bozo_exception"), said)


def _resolve_names(raw: list[Any]) -> None:
    """Resolve what references the loose parser leaves in guids and links, where the strict one leaves none.

    One bare `&` in one title would otherwise give each entry another name, and so tell all of them again.
    """
    for item in raw:
        for name in ("id", "link", "feedburner_origlink"):
            if isinstance(text := item.get(name), str):
                item[name] = unescape(_AMPERSAND.sub("&amp;", text), {"&quot;": '"', "&apos;": "'"})


def _within_bound(body: bytes) -> tuple[bytes, int]:
    """Return `body` without the entries beyond the bound (feedparser would read them all), and their number.

    What stands behind the last entry stays, so that the document is as well-formed as it was.
    """
    starts = [found.start() for found in _ENTRY_START.finditer(body)]
    if len(starts) <= MAX_ENTRIES:
        return body, len(starts)
    cut = starts[MAX_ENTRIES]
    behind = max(body.rfind(end, cut) + len(end) for end in _ENTRY_ENDS)
    return body[:cut] + (body[behind:] if behind > cut else b""), len(starts)


def _related(feed: Mapping[str, Any], relation: str, url: str) -> str | None:
    links = feed.get("links", ())
    return next((web_link(link.get("href"), url) for link in links if link.get("rel") == relation), None)


def language_code(value: object) -> str | None:
    """Return the ISO 639-1 code a language tag (RFC 5646) starts with."""
    code = value.strip().replace("_", "-").partition("-")[0].lower() if isinstance(value, str) else ""
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def make_entry(
    *,
    title: str,
    paragraphs: tuple[str, ...],
    **fields: Any,  # noqa: ANN401  # the fields of Entry, checked by its constructor's caller
) -> Entry | None:
    """Return the entry within the bounds on text; None when there is neither title nor text."""
    if not title:
        if not paragraphs:
            return None
        title = _headline(paragraphs[0])
    title, paragraphs, cut = fit(title, paragraphs)
    return Entry(title=title, paragraphs=paragraphs, cut=cut, **fields)


def web_link(link: object, base: str) -> str | None:
    """Return `link` absolute, when it is one of the web; None otherwise."""
    if not isinstance(link, str) or not link.strip() or len(link) > MAX_URL:
        return None
    try:
        absolute = urljoin(base, link.strip())
        parts = urlsplit(absolute)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(absolute) > MAX_URL:
        return None
    return absolute


def _entries(raw: list[Any], base: str, url: str) -> Iterator[Entry]:
    base = web_link(base, url) or url
    for item in raw:
        entry = _entry(item, base)
        if entry is not None:
            yield entry


def _entry(item: Mapping[str, Any], base: str) -> Entry | None:
    content = _content(item)
    summary = to_paragraphs(item.get("summary") or "")
    if not content and not summary:  # a video or an episode has no other text
        summary = to_paragraphs(next((text for name in _MEDIA_TEXTS if (text := item.get(name))), ""))
    title = to_line(item.get("title") or "")
    # Where there is no summary, feedparser gives the content as one.
    full = bool(content) and len("".join(content)) >= len("".join(summary))
    return make_entry(
        title=title,
        paragraphs=content if full else summary,
        url=_link(item, base),
        guid=one_line(str(item.get("id") or ""))[:MAX_URL] or None,
        published=_published(item),
        language=language_code((item.get("title_detail") or {}).get("language")),
        full=full,
    )


def _content(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the longest of the entry's contents as paragraphs."""
    values = [part.get("value") or "" for part in item.get("content") or ()]
    return to_paragraphs(max(values, key=len)) if values else ()


def _link(item: Mapping[str, Any], base: str) -> str | None:
    # feedparser takes a lone guid for a link, as the RSS specification has it, whatever it looks like. It
    # says so too of one that a link follows.
    own_base = "" if item.get("guidislink") and item.get("link") == item.get("id") else base
    for link, from_ in ((item.get("feedburner_origlink"), base), (item.get("link"), own_base)):
        if found := web_link(link, from_):
            return found
    return web_link(item.get("id"), "")


def _published(item: Mapping[str, Any]) -> datetime | None:
    for name in ("published", "created", "updated"):
        # feedparser answers `updated` with `published` when it is missing: ask the mapping itself.
        if not dict.__contains__(item, name) and not dict.__contains__(item, f"{name}_parsed"):
            continue
        moment = published(item.get(name), item.get(f"{name}_parsed"))
        if moment is not None:
            return moment
    return None


def _headline(paragraph: str) -> str:
    """Return the first sentence of a paragraph, at most 120 characters: a headline for what has none."""
    head = paragraph[:120]
    for mark in (". ", "! ", "? ", "。"):
        if mark in head:
            head = head[: head.index(mark) + 1]
    return head if len(head) < 120 else head.rpartition(" ")[0] or head


def _ttl(feed: Mapping[str, Any]) -> int | None:
    try:
        if feed.get("ttl"):
            return int(min(max(0.0, float(feed["ttl"]) * 60), _MAX_TTL)) or None
        period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
        if period:
            return int(min(period / max(1, int(feed.get("sy_updatefrequency") or 1)), _MAX_TTL))
    except (ValueError, OverflowError):
        pass
    return None


def _format(version: str) -> str | None:
    if version.startswith("atom"):
        return "atom"
    if version in {"rss10", "rss090"}:
        return "rdf"
    return "rss" if version else None
