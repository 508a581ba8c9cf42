"""Seed files on disk: finding them, reading them within bounds, and their order of publication."""

import os.path
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.seeds.parse import (
    MAX_SEED_BYTES,
    SeedDraft,
    SeedReason,
    SeedRejectedError,
    parse_seed,
    to_article,
)
from wirewatch import ids
from wirewatch.article import Article
from wirewatch.errors import ConfigError

SUFFIX = ".txt"
MAX_FILES = 100_000
"""Most seed files one folder may hold: they are kept in memory."""


@dataclass(frozen=True)
class Seed:
    """A seed file that was read. `digest` is of its name and text: a changed file is another seed."""

    path: Path
    digest: str
    draft: SeedDraft


@dataclass(frozen=True)
class RejectedFile:
    """A file that is no seed article, and why (`detail` in words)."""

    path: Path
    reason: SeedReason
    detail: str


@dataclass(frozen=True)
class Timed:
    """A seed with the moment it counts as published: its own date, else that of the file before it."""

    time: datetime
    seed: Seed


@dataclass(frozen=True)
class ArticlesRead:
    """What a set of paths holds: articles in order of publication, and files that are none."""

    articles: tuple[Article, ...]
    rejected: tuple[RejectedFile, ...]
    warnings: tuple[tuple[Path, str], ...] = ()


def seed_files(folder: Path) -> list[Path]:
    """Return the seed files of `folder` by name: visible regular `*.txt` files, not of its subfolders.

    Raises OSError when it cannot be listed, ConfigError when it holds more than MAX_FILES.
    """
    files = []
    for path in folder.iterdir():
        if path.suffix.lower() == SUFFIX and not path.name.startswith(".") and path.is_file():
            files.append(path)
        if len(files) > MAX_FILES:
            raise ConfigError(f"{folder}: more than {MAX_FILES} seed files; split the folder")
    return sorted(files, key=lambda path: path.name)


def read_seed(path: Path) -> Seed:
    """Return the seed in the file at `path`, reading at most MAX_SEED_BYTES. Raises SeedRejectedError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SEED_BYTES + 1)
    except OSError as error:
        raise SeedRejectedError(SeedReason.UNREADABLE, error.strerror or str(error)) from error
    draft = parse_seed(data)
    name = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")  # any bytes
    return Seed(path, ids.digest("seed", name, data.decode()), draft)


def in_order(seeds: Iterable[Seed], *, undated: datetime) -> list[Timed]:
    """Return `seeds` (in order of name) in order of publication; ties keep their order.

    A seed without a date counts as published with the one before it, the first ones with the first that
    has a date; `undated` (aware) is for when none has.
    """
    seeds = list(seeds)
    clock = next((seed.draft.published for seed in seeds if seed.draft.published), undated)
    timed = []
    for seed in seeds:
        clock = seed.draft.published or clock
        timed.append(Timed(clock, seed))
    return sorted(timed, key=lambda item: item.time)


def read_articles(paths: Sequence[Path], *, undated: datetime) -> ArticlesRead:
    """Return the articles in `paths`, files (of any name) and folders (their `*.txt`).

    `undated` (aware, UTC) is the time of articles when none of them has a date. Raises ConfigError for a
    path that is not there or a folder without seed files.
    """
    seeds: list[Seed] = []
    rejected: list[RejectedFile] = []
    for path in _files(paths):
        try:
            seeds.append(read_seed(path))
        except SeedRejectedError as error:
            rejected.append(RejectedFile(path, error.reason, str(error)))
    return ArticlesRead(
        articles=tuple(
            to_article(item.seed.draft, fetched=item.time) for item in in_order(seeds, undated=undated)
        ),
        rejected=tuple(rejected),
        warnings=tuple((seed.path, warning) for seed in seeds for warning in seed.draft.warnings),
    )


def each_article(paths: Sequence[Path], *, undated: datetime) -> Iterator[Article | RejectedFile]:
    """Yield the article in each file of `paths`, one in memory at a time; as named, not in order of time.

    `undated` is the time of an article without a date. Raises ConfigError as `read_articles` does.
    """
    for path in _files(paths):
        try:
            draft = read_seed(path).draft
        except SeedRejectedError as error:
            yield RejectedFile(path, error.reason, str(error))
        else:
            yield to_article(draft, fetched=draft.published or undated)


def _files(paths: Sequence[Path]) -> list[Path]:
    files: dict[Path, None] = {}  # ordered, and each only once
    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110  # Path's raises for what is too long for a name
            raise ConfigError(f"{path}: no such file or folder")
        found = seed_files(path) if path.is_dir() else [path]
        if not found:
            raise ConfigError(f"{path}: no {SUFFIX} files in this folder")
        files.update(dict.fromkeys(found))
    return list(files)
