"""Bounds on an article's text and fields: every connector keeps them, and what breaks them is not read."""

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
