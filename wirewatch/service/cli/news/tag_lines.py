"""The evaluation lines that `wirewatch tag --jsonl` reads, as articles."""

import codecs
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from wirewatch.article import Article
from wirewatch.errors import WirewatchError
from wirewatch.ids import text_hash
from wirewatch.service.cli.common import UsageError, moment

MAX_LINE_BYTES = 4 << 20
_PARAGRAPH = re.compile(r"\n\s*\n")


class EvaluationLine(msgspec.Struct):
    """A line of an evaluation set: other fields are passed over."""

    id: str | int
    text: str
    title: str = ""
    time: str | None = None
    """RFC 3339, or a day: when the article is of."""


class FileUnreadableError(WirewatchError):
    """The file of evaluation lines cannot be read."""

    exit_code = 2


@dataclass(frozen=True)
class BadLine:
    """A line of the file that is no evaluation line, counted from 1, and why."""

    number: int
    why: str


def articles_in(path: Path, undated: datetime) -> Iterator[Article | BadLine]:
    """Yield the article in each line of `path` (`-`: standard input), or what is wrong with the line.

    `undated` (aware, UTC) is the time of a line without one. Blank lines are passed over. Raises
    FileUnreadableError.
    """
    decoder = msgspec.json.Decoder(EvaluationLine)
    try:
        source = nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise FileUnreadableError(f"{path}: cannot be read: {error.strerror}") from error
    with source as lines:
        for number, line in enumerate(_bounded(lines), 1):
            if line is None:
                yield BadLine(number, f"longer than {MAX_LINE_BYTES >> 20} MiB")
                continue
            text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if not text.strip():
                continue
            try:
                yield _article(decoder.decode(text), undated)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield BadLine(number, f'must be {{"id": …, "text": …}}: {error}')
            except UsageError as error:
                yield BadLine(number, str(error))


def _bounded(lines: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line, None for one that is too long, which is never in memory whole."""
    while line := lines.readline(MAX_LINE_BYTES + 1):
        if len(line) <= MAX_LINE_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = lines.readline(MAX_LINE_BYTES)
        yield None


def _article(line: EvaluationLine, undated: datetime) -> Article:
    """Return an evaluation text as an article: paragraphs apart by blank lines."""
    paragraphs = tuple(part.strip() for part in _PARAGRAPH.split(line.text) if part.strip())
    published = None if line.time is None else moment("time", line.time)
    return Article(
        id=str(line.id),
        origin="replay",
        source="evaluation",
        title=line.title,
        paragraphs=paragraphs,
        published=published,
        fetched=published or undated,
        time=published or undated,
        time_source="published" if published else "fetched",
        text_hash=text_hash(line.title, paragraphs),
    )
