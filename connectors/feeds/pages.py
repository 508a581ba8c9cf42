"""Full text: the page behind an entry, fetched under the same rules as the feed; else the summary serves."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
import structlog

from connectors.feeds import metrics
from connectors.feeds.config import Feed
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.fetcher import ACCEPT_PAGE
from connectors.feeds.fetch.outcomes import FetchOutcome
from connectors.feeds.parse.page import Page
from connectors.feeds.parser import ParseError, ParserPool
from wirewatch import ids
from wirewatch.article import Article
from wirewatch.bounds import fit
from wirewatch.timing import article_time

MAX_PAGES = 30
"""Pages fetched for one poll, those of the latest entries; a feed that is first read may hold hundreds."""
AT_ONCE = 4
"""Pages of a poll under way at once."""
SECONDS = 120.0
"""For all pages of a poll."""
LEAST_CHARS = 200
"""A page with less text than this is a wall: cookies, payment, a robot check."""

log = structlog.get_logger(__name__)


class Miss(StrEnum):
    """Why a summary had to serve, beside a fetch's outcome. Values are metric labels: add, never rename."""

    NO_LINK = "no_link"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    TOO_LITTLE = "too_little"
    SHORTER = "shorter"
    """Than what the feed itself gives."""


@dataclass(frozen=True, slots=True)
class FullTexts:
    """Articles in the order they came, and how many got no page, by reason."""

    articles: tuple[Article, ...]
    misses: Counter[FetchOutcome | Miss]


@dataclass
class PageReader:
    """Replaces summaries by what the pages say."""

    asker: Asker
    parser: ParserPool

    async def full_texts(self, feed: Feed, articles: Sequence[Article]) -> FullTexts:
        """Return `articles` with their pages' text where there is one. No page makes it raise."""
        latest = sorted(articles, key=lambda article: article.time, reverse=True)[:MAX_PAGES]
        chosen = {article.id for article in latest}
        deadline = asyncio.get_running_loop().time() + SECONDS
        slots = asyncio.Semaphore(AT_ONCE)
        found = await asyncio.gather(
            *(self._one(feed, a, slots, deadline) if a.id in chosen else _left_out() for a in articles)
        )
        misses = Counter(each for each in found if not isinstance(each, Article))
        metrics.PAGES.labels(result="read").inc(len(articles) - misses.total())
        for why, number in misses.items():
            metrics.PAGES.labels(result=why.value).inc(number)
        whole = (new if isinstance(new, Article) else old for old, new in zip(articles, found, strict=True))
        return FullTexts(tuple(whole), misses)

    async def _one(
        self, feed: Feed, article: Article, slots: asyncio.Semaphore, deadline: float
    ) -> Article | FetchOutcome | Miss:
        if article.url is None:
            return Miss.NO_LINK
        try:
            async with asyncio.timeout_at(deadline), slots:
                answer = await self.asker.ask(feed, article.url, accept=ACCEPT_PAGE)
                if answer.outcome is not FetchOutcome.READ:
                    log.info("full_text_missing", url=article.url, why=answer.detail or answer.outcome.value)
                    return answer.outcome
                page = await self.parser.read_page(answer.body, url=answer.url)
        except TimeoutError:
            return FetchOutcome.TIMEOUT
        except ParseError:
            return Miss.UNREADABLE
        return with_page(article, page)


async def _left_out() -> Miss:
    return Miss.TOO_MANY


def with_page(article: Article, page: Page) -> Article | Miss:
    """Return `article` as its page tells it, or why the summary must serve. Pure.

    The id stays that of the feed's link: it must not hang on whether a page could be had. The page's date
    counts when the feed gives none; only a day counts when it is over, so that old pages are not news.
    """
    paragraphs = page.paragraphs
    if paragraphs and ids.text_hash(paragraphs[0], ()) == ids.text_hash(article.title, ()):
        paragraphs = paragraphs[1:]
    length = sum(map(len, paragraphs))
    if length < LEAST_CHARS:
        return Miss.TOO_LITTLE
    if length < sum(map(len, article.paragraphs)):
        return Miss.SHORTER
    title, paragraphs, cut = fit(article.title, paragraphs)
    published = article.published or _believed(page, article.fetched)
    time, time_source = article_time(published, article.fetched)
    return msgspec.structs.replace(
        article,
        paragraphs=paragraphs,
        cut=cut,
        url=page.url or article.url,
        published=published,
        time=time,
        time_source=time_source,
        text_hash=ids.text_hash(title, paragraphs),
    )


def _believed(page: Page, fetched: datetime) -> datetime | None:
    if page.published is not None and page.day_only and page.published.date() >= fetched.date():
        return None
    return page.published
