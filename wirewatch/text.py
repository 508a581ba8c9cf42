"""Bounds on an article's text, shared by every connector."""

import re
import unicodedata
from collections.abc import Iterable

from wirewatch.article import MAX_TEXT_BYTES

MAX_TITLE_BYTES = 2048
"""Longest headline, UTF-8: it travels on into every alert and webhook."""
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


def _cut(text: str, limit: int) -> str:
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[:limit].decode(errors="ignore").rstrip()
