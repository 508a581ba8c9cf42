"""A seed article file, parsed: headline, date, optional fields, paragraphs, blank lines between.

    Allies agree a longer mission

    9 January 2020
    Source: courier.example
    URL: https://courier.example/allies
    Language: en

    First paragraph.

    Second paragraph.

Date and fields may be missing and may come in any order, each on a line of its own.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from connectors.dates import looks_like_date, parse_date
from wirewatch import ids
from wirewatch.article import MAX_NAME, MAX_TEXT_BYTES, MAX_URL, Article
from wirewatch.bounds import fit
from wirewatch.text import one_line
from wirewatch.timing import article_time

MAX_SEED_BYTES = 4 * MAX_TEXT_BYTES
"""Largest file that is read at all; between MAX_TEXT_BYTES and this the text is cut."""

UNKNOWN_SOURCE = "unknown"

_FIELD = re.compile(r"(source|url|language):\s*(.*)", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


class SeedReason(StrEnum):
    """Why a seed file was rejected. Values are metric labels: add, never rename."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_TEXT = "not_text"
    """It holds NUL: a picture, an archive, or UTF-16."""
    UNREADABLE = "unreadable"
    """The file system would not give it."""


class SeedRejectedError(ValueError):
    """A file is no seed article; the message says why in words."""

    def __init__(self, reason: SeedReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class SeedDraft:
    """What a seed file says, before it is an article. `published` is aware, in UTC."""

    title: str
    paragraphs: tuple[str, ...] = ()
    published: datetime | None = None
    source: str = UNKNOWN_SOURCE
    url: str | None = None
    guid: str | None = None
    """What stood at `URL:` when it is no web address: it still names the article."""
    language: str | None = None
    cut: bool = False
    warnings: tuple[str, ...] = ()
    """What was not understood or is too long a field; nothing was guessed or left out of the text."""

    def shifted(self, by: timedelta) -> "SeedDraft":
        """Return the draft published `by` later. Raises OverflowError beyond the year 9999."""
        return replace(self, published=self.published + by) if self.published else self


def parse_seed(data: bytes) -> SeedDraft:
    """Return the draft in the bytes of a seed file. Raises SeedRejectedError, never anything else."""
    if len(data) > MAX_SEED_BYTES:
        raise SeedRejectedError(SeedReason.TOO_LARGE, f"more than {MAX_SEED_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise SeedRejectedError(SeedReason.NOT_UTF8, f"not UTF-8 ({where}): save it as UTF-8") from error
    if (nul := text.find("\0")) >= 0:
        where = f"character {nul}"
        raise SeedRejectedError(
            SeedReason.NOT_TEXT, f"contains NUL ({where}): not a text file, or not in UTF-8"
        )
    lines = [one_line(line) for line in text.splitlines()]
    start = next((n for n, line in enumerate(lines) if line), None)
    if start is None:
        raise SeedRejectedError(SeedReason.EMPTY, "no text in it")
    head = _read_head(lines[start + 1 :])
    beneath = _paragraphs(lines[start + 1 + head.length :])
    title, paragraphs, cut = fit(lines[start], [head.doubtful, *beneath] if head.doubtful else beneath)
    return _draft(head, title, paragraphs, cut=cut)


def to_article(draft: SeedDraft, *, fetched: datetime, salt: str = "") -> Article:
    """Return the article of `draft`, met at `fetched` (aware, UTC); `salt` tells rounds of a loop apart."""
    time, time_source = article_time(draft.published, fetched)
    return Article(
        id=ids.article_id(
            url=draft.url,
            source=draft.source,
            guid=draft.guid,
            title=draft.title,
            published=draft.published,
            salt=salt,
        ),
        origin="replay",
        source=draft.source,
        url=draft.url,
        guid=draft.guid,
        title=draft.title,
        paragraphs=draft.paragraphs,
        cut=draft.cut,
        language=draft.language,
        published=draft.published,
        fetched=fetched,
        time=time,
        time_source=time_source,
        text_hash=ids.text_hash(draft.title, draft.paragraphs),
    )


@dataclass
class _Head:
    length: int = 0
    """Lines after the headline that are not text."""
    published: datetime | None = None
    doubtful: str | None = None
    """A line that was perhaps meant as a date. It is text, but fields may follow it."""
    fields: dict[str, str] = field(default_factory=dict)


def _read_head(lines: list[str]) -> _Head:
    head = _Head()
    for n, line in enumerate(lines):
        if line and not _take(head, line):
            break
        head.length = n + 1
    return head


def _take(head: _Head, line: str) -> bool:
    found = _FIELD.fullmatch(line)
    if found is not None:
        name, value = found[1].lower(), found[2].strip()
        return head.fields.setdefault(name, value) == value
    if head.published is not None:
        return False
    head.published = parse_date(line)
    if head.published is None and head.doubtful is None and looks_like_date(line):
        head.doubtful = line
        return True
    return head.published is not None


def _paragraphs(lines: list[str]) -> list[str]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [" ".join(paragraph) for paragraph in paragraphs if paragraph]


def _draft(head: _Head, title: str, paragraphs: tuple[str, ...], *, cut: bool) -> SeedDraft:
    warnings = []
    if head.doubtful and head.published is None:
        warnings.append(f"not a valid date: {head.doubtful!r} is kept as text (write it as 9 January 2020)")
    url = _within(MAX_URL, "URL", head, warnings)
    web = url if url and _is_web(url) else None
    if url and not web:
        warnings.append(f"not a web address: {url[:200]!r}")
    source = _within(MAX_NAME, "source", head, warnings)
    language = head.fields.get("language") or None
    code = _LANGUAGE.fullmatch(language) if language else None
    if language and not code:
        warnings.append(f"not a language code such as en: {language[:40]!r}")
    return SeedDraft(
        title=title,
        paragraphs=paragraphs,
        published=head.published,
        source=source or _host(web) or UNKNOWN_SOURCE,
        url=web,
        guid=url if not web else None,
        language=code[1].lower() if code else None,
        cut=cut,
        warnings=tuple(warnings),
    )


def _within(most: int, name: str, head: _Head, warnings: list[str]) -> str | None:
    """Return the field `name` of the head; None, with a warning, when it has more than `most` characters."""
    value = head.fields.get(name.lower()) or None
    if value is None or len(value) <= most:
        return value
    warnings.append(f"its {name} has {len(value):,} characters, at most {most:,} are read: left out")
    return None


def _is_web(url: str) -> bool:
    try:
        ids.canonical_url(url)
    except ValueError:
        return False
    return True


def _host(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    return host if host and len(host) <= MAX_NAME else None
