"""The tests that watches bring along: each an article made or read, held against its watch."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wirewatch.article import Article
from wirewatch.ids import digest, text_hash
from wirewatch.text import one_line
from wirewatch.watches.compile import Judgement
from wirewatch.watches.model import Watch, WatchTest

Judge = Callable[[str, Article], Judgement]
"""Holds an article against the watch with an id."""
ReadArticle = Callable[[Path], Article]
"""Returns the article of a file. Raises ValueError, saying what is wrong with it."""


@dataclass(frozen=True)
class WatchTestResult:
    """What became of one test."""

    watch: Watch
    number: int
    """From 1."""
    test: WatchTest
    judgement: Judgement | None
    """None when its article could not be read."""
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether it came out as expected."""
        return self.judgement is not None and self.judgement.met == (self.test.expect == "alert")

    @property
    def failure(self) -> str:
        """What is wrong with it, if something is."""
        if self.judgement is None:
            return self.error
        expected, met = self.test.expect == "alert", self.judgement.met
        if expected == met:
            return ""
        return "expected an alert, and there is none" if expected else "expected none, and there is one"

    @property
    def name(self) -> str:
        """What to call it: its own name, else its first words."""
        said = self.test.name or self.test.article or " ".join((self.test.text or "").split())
        return said if len(said) <= 70 else f"{said[:69]}…"


def run_tests(
    watches: Iterable[Watch], judge: Judge, read: ReadArticle, *, folder: Path, now: datetime
) -> Iterator[WatchTestResult]:
    """Yield the outcome of each test of `watches`; `folder` is where their files are named from.

    A text is an article of `now` unless it says when it was published; what else it does not say of itself is
    what the watch's `only` asks for.
    """
    for watch in watches:
        for number, test in enumerate(watch.tests, 1):
            try:
                article = read(folder / test.article) if test.article else written(test, watch, now)
            except ValueError as error:
                yield WatchTestResult(watch, number, test, None, str(error))
            else:
                yield WatchTestResult(watch, number, test, judge(watch.id, article))


def written(test: WatchTest, watch: Watch, now: datetime) -> Article:
    """Return the article that the text of `test` is: its first line is the title, one alone the text too."""
    lines = [line for line in map(one_line, (test.text or "").splitlines()) if line]
    title, paragraphs = lines[0] if lines else "", tuple(lines[1:] or lines)
    only, day = watch.only, test.published
    when = now if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    wanted = [name for name in only.sources if not name.startswith("-")]
    return Article(
        id=digest("test", watch.id, test.text or ""),
        origin="replay",
        source=test.source or next(iter(wanted), "test"),
        tier=test.tier if test.tier is not None else next(iter(only.tiers), None),
        country=test.country,
        tags=test.tags,
        title=title,
        paragraphs=paragraphs,
        language=test.language or next(iter(only.languages), "en"),
        published=when,
        fetched=when,
        time=when,
        time_source="published",
        text_hash=text_hash(title, paragraphs),
    )
