"""From the HTML that publishers put into feeds to plain lines and paragraphs."""

import html
import re
from collections.abc import Iterable

import nh3

from wirewatch.text import one_line

MAX_HTML_CHARS = 1 << 20
"""HTML of one entry that is looked at; the text that comes out is bounded anyway (256 KiB)."""
MAX_DEPTH = 200
"""Elements open at once. HTML tree builders take quadratic time in it (20,000 deep: seconds)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _words(
    "address article aside blockquote br dd div dl dt figure h1 h2 h3 h4 h5 h6 hr li main ol p pre section "
    "table tbody td th thead tr ul"
)
_DROPPED = _words(
    "script style noscript template iframe object svg math form button select textarea nav footer "
    "figcaption audio video canvas title head"
)
_NEVER_NESTS = _words("br hr img input p li td tr th dd dt option meta link wbr source area col")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_BLOCK_TAG = re.compile(r"</?(?:" + "|".join(sorted(_BLOCKS)) + r")\b[^<>]*>")
_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|mark|p|q|s|small|span|strong|sub|sup|u|"
    r"wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"<p\b[^<>]{0,200}\bwp-caption-text\b[^<>]{0,200}>(?:[^<]|<(?!/?p\b)){0,2000}+</p>", re.IGNORECASE
)
"""A picture's, as WordPress sets it: elsewhere it is a figcaption."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"(?:the post .{1,300} (?:appeared first on|first appeared on) .{1,200}"
    r"|(?:continue reading|read more|read the full (?:story|article)|weiterlesen|lire la suite)\b.{0,80}"
    r"|\[?(?:…|\.\.\.)\]?|share this:?|advertisement)",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"\s*(?:\[(?:…|\.\.\.)\]|(?:continue reading|read more)(?:\s*(?:…|\.\.\.|»|→))+)\s*$", re.IGNORECASE
)


def to_line(text: str, *, is_html: bool = True) -> str:
    """Return a headline as one plain line: no tags, entities resolved (twice escaped ones too)."""
    text = text[:MAX_HTML_CHARS]
    if is_html and _TITLE_TAG.search(text):
        text = _TITLE_TAG.sub(lambda tag: " " if _breaks(tag[0]) else "", text)
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
        text = _TITLE_TAG.sub("", text)
    return one_line(text)


def to_paragraphs(markup: str) -> tuple[str, ...]:
    """Return the paragraphs of an HTML fragment (or plain text) without markup, scripts and boilerplate."""
    markup = markup[:MAX_HTML_CHARS]
    if "<" not in markup:
        markup = html.unescape(markup)  # escaped twice, or plain text: both read well so
    if "<" not in markup:
        return _kept(re.split(r"\n\s*\n", markup))
    if _depth(markup) > MAX_DEPTH:
        return _kept(html.unescape(piece) for piece in _TAG.split(markup)[::3])
    clean = nh3.clean(
        _CAPTION.sub("", markup),
        tags=set(_BLOCKS),
        clean_content_tags=set(_DROPPED),
        attributes={},
        link_rel=None,
    )
    return _kept(html.unescape(piece) for piece in _BLOCK_TAG.split(clean))


def _kept(pieces: Iterable[str]) -> tuple[str, ...]:
    lines = (_TEASER.sub("", one_line(piece)) for piece in pieces)
    return tuple(line for line in lines if line and not _BOILERPLATE.fullmatch(line))


def _breaks(tag: str) -> bool:
    return tag.lower().startswith(("<br", "<p", "</p", "<div", "</div"))


def _depth(markup: str) -> int:
    """Return how many elements are open at once at most, counting those that nobody closes."""
    depth = deepest = 0
    for found in _TAG.finditer(markup):
        if found[2].lower() in _NEVER_NESTS:
            continue
        depth = max(0, depth - 1) if found[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest
