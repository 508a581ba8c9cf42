"""Bounds on an article's text and fields: every connector keeps them, and what breaks them is not read."""

import re
import unicodedata
from collections.abc import Iterable

from wirewatch.article import MAX_NAME, MAX_TAGS, MAX_TEXT_BYTES, MAX_URL, Article
from wirewatch.errors import RefusedArticleError
from wirewatch.reasons import Reason

MAX_TITLE_BYTES = 2048
"""Longest headline, UTF-8: it travels on into every alert and webhook."""
_BOUNDS = (
    ("title", MAX_TITLE_BYTES),
    *((field, MAX_URL) for field in ("url", "guid", "feed")),
    *((field, MAX_NAME) for field in ("id", "source", "country", "language", "text_hash")),
)
"""In characters, so that a title within its bytes is within these."""
_LISTS = ("tags", "changed")
_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs"})
_SPACE = re.compile(r"\s+")


def clean_line(line: str) -> str:
    """Return `line` without control characters (tabs become blanks) and without blanks around it.

    Articles end up on terminals; an escape sequence in a headline must not.
    """
    if line.isascii() and line.isprintable():
        return line.strip()
    return "".join(
        " " if c == "\t" else c for c in line if c == "\t" or unicodedata.category(c) != "Cc"
    ).strip()


def printable(text: str, *, keep: str = "") -> str:
    """Return `text` without control, format and surrogate characters, but those of `keep`: for what shows it.

    Format characters turn text round or hide it; in an article's own text they stay: some scripts need them.
    """
    if text.isprintable():
        return text
    return "".join(c for c in text if c in keep or unicodedata.category(c) not in _NEVER_SHOWN)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one blank, and no control characters.

    Nor soft hyphens and blanks of no width: they are there for typesetting, and would part a name or phrase.
    """
    return clean_line(_SPACE.sub(" ", text.replace("\u00ad", "").replace("\u200b", "")))


def fit(
    title: str, paragraphs: Iterable[str], *, limit: int = MAX_TEXT_BYTES
) -> tuple[str, tuple[str, ...], bool]:
    """Return (title, paragraphs, cut): the text within `limit` bytes of UTF-8, cut at a character.

    `cut` says that something is missing. The title is cut to MAX_TITLE_BYTES in any case.
    """
    head = _cut(title, min(limit, MAX_TITLE_BYTES))
    cut = head != title
    left = limit - len(head.encode())
    kept: list[str] = []
    for paragraph in paragraphs:
        piece = _cut(paragraph, left)
        if piece:
            kept.append(piece)
        if piece != paragraph:
            cut = True
            break
        left -= len(piece.encode())
    return head, tuple(kept), cut


class FieldTooLongError(RefusedArticleError):
    """A field of an article is over its bound."""

    reason = Reason.FIELD_TOO_LONG


def refuse_long(article: Article) -> None:
    """Raise FieldTooLongError for a field over its bound: it would travel on into every alert and webhook.

    The paragraphs are not measured: the topic's size limit bounds them.
    """
    for field, most in _BOUNDS:
        value = getattr(article, field)
        if value and len(value) > most:
            raise FieldTooLongError(f"`{field}` has {len(value):,} characters; at most {most:,} are read")
    for field in _LISTS:
        names = getattr(article, field)
        if names and (len(names) > MAX_TAGS or max(map(len, names)) > MAX_NAME):
            raise FieldTooLongError(
                f"`{field}` has {len(names):,} items, the longest of {max(map(len, names)):,} characters; "
                f"at most {MAX_TAGS} of {MAX_NAME} are read"
            )


def _cut(text: str, limit: int) -> str:
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[:limit].decode(errors="ignore").rstrip()
