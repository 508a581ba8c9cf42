"""One poll of one feed: robots, fetch, parse, compare, store. What it read is then in the store."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec
import structlog

from connectors.feeds import metrics
from connectors.feeds.alarm import next_alert
from connectors.feeds.articles import Findings, candidates, compare
from connectors.feeds.condition import condition
from connectors.feeds.config import Feed
from connectors.feeds.fetch import Fetcher
from connectors.feeds.hosts import host_of
from connectors.feeds.outcomes import Answer, Outcome
from connectors.feeds.parse.document import Document
from connectors.feeds.parser import ParseError, ParserPool
from connectors.feeds.robots import Robots
from connectors.feeds.schedule import SHORTEST, address, after_answer, next_poll
from connectors.feeds.state import KEPT_TIMES, FeedState
from connectors.feeds.store import FeedStore
from connectors.feeds.store.feeds import NewRecord
from wirewatch.alert import Alert
from wirewatch.article import Article
from wirewatch.records import ARTICLES
from wirewatch.trace import new_traceparent

JUMP_AT_LEAST = 30
JUMP_TIMES = 10
"""New entries at once that are remarkable: this many, and so many times the usual."""

log = structlog.get_logger("feeds")


@dataclass
class Poller:
    """Polls feeds. `is_read` tells whether a URL is one of the feeds that are read now."""

    fetcher: Fetcher
    robots: Robots
    parser: ParserPool
    store: FeedStore
    now: Callable[[], datetime]
    shortest: timedelta = SHORTEST
    keep: timedelta = timedelta(days=30)
    is_read: Callable[[str], bool] = lambda _: True
    random_bytes: Callable[[int], bytes] = os.urandom
    incidents: dict[str, Alert] = field(default_factory=dict)
    """The alerts that told of trouble which is not over, by feed."""
    held: dict[str, datetime] = field(default_factory=dict)
    """Hosts that asked to be left alone, and until when."""

    async def poll(self, feed: Feed, state: FeedState) -> FeedState:
        """Poll `feed` and store what came of it; return its new record.

        Raises sqlite3.Error when the disk fails: nothing of the poll is then stored.
        """
        answer = await self.read(feed, state)
        document = None
        if answer.outcome is Outcome.READ:
            answer, document = await self._parse(feed, answer)
        now = self.now()
        state = after_answer(state, answer, now)
        findings = Findings()
        if document is not None:
            findings = await self._compare(feed, document, now)
            state = _with_document(state, document, findings, now)
        if answer.retry_after is not None and answer.outcome is Outcome.BUSY:
            await self._hold(answer.url, now + timedelta(seconds=answer.retry_after))
        plan = next_poll(state, answer, now, jitter=jitter(feed.url), shortest=self._shortest(feed))
        state = msgspec.structs.replace(state, next_at=plan.at, why=plan.why)
        alert = next_alert(feed, condition(state, now), self.incidents.get(feed.url), now)
        await asyncio.to_thread(
            self.store.record,
            feed.url,
            state,
            entries=findings.entries,
            records=[self._record(article) for article in findings.articles],
            alert=alert,
            traceparent=new_traceparent(self.random_bytes),
        )
        if document is not None and findings.new:
            await asyncio.to_thread(self.store.forget, feed.url, before=now - self.keep)
        self._remember(feed, alert)
        _count(feed, answer, findings)
        return state

    async def read(self, feed: Feed, state: FeedState) -> Answer:
        """Return the answer to a conditional GET of `feed`, when its host and robots.txt let us ask."""
        url = address(feed.url, state)
        until = self.held.get(host_of(url))
        if until is not None and until > self.now():
            wait = (until - self.now()).total_seconds()
            return Answer(Outcome.BUSY, url, detail="its host asked to be left alone", retry_after=wait)

        async def refuse(hop: str) -> Answer | None:
            return await self.robots.refusal(hop, allow_private=feed.allow_private)

        refused = await refuse(url)
        if refused is not None:
            return refused
        return await self.fetcher.fetch(
            url,
            etag=state.etag,
            modified=state.modified,
            allow_private=feed.allow_private,
            refuse_hop=refuse,
        )

    async def _parse(self, feed: Feed, answer: Answer) -> tuple[Answer, Document | None]:
        try:
            document = await self.parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
        except ParseError as error:
            return replace(answer, outcome=Outcome.NOT_A_FEED, detail=str(error)), None
        if document.children:
            document = await self._with_children(feed, document)
        return answer, document

    async def _with_children(self, feed: Feed, index: Document) -> Document:
        """Return a sitemap index with the entries of its latest sitemaps."""
        entries, problems = list(index.entries), list(index.problems)
        for url in index.children:
            refused = await self.robots.refusal(url, allow_private=feed.allow_private)
            answer = refused or await self.fetcher.fetch(url, allow_private=feed.allow_private)
            if answer.outcome is not Outcome.READ:
                problems.append(f"{url}: {answer.outcome}: {answer.detail}")
                continue
            try:
                child = await self.parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
            except ParseError as error:
                problems.append(f"{url}: {error}")
                continue
            entries += child.entries
        return msgspec.structs.replace(index, entries=tuple(entries), problems=tuple(problems))

    async def _compare(self, feed: Feed, document: Document, now: datetime) -> Findings:
        found = candidates(feed, document)
        known = await asyncio.to_thread(
            self.store.known, [c.id for c in found], [c.name for c in found if c.name]
        )
        return compare(feed, document, found, known, fetched=now, is_read=self.is_read)

    async def _hold(self, url: str, until: datetime) -> None:
        host = host_of(url)
        if until > self.held.get(host, self.now()):
            self.held[host] = until
            await asyncio.to_thread(self.store.hold_host, host, until)

    def _remember(self, feed: Feed, alert: Alert | None) -> None:
        if alert is None:
            return
        metrics.ALERTS.labels(step=alert.step).inc()
        log.warning("feed alert", feed=feed.url, step=alert.step, title=alert.title)
        if alert.status == "closed":
            self.incidents.pop(feed.url, None)
        else:
            self.incidents[feed.url] = alert

    def _shortest(self, feed: Feed) -> timedelta:
        own = timedelta(minutes=feed.min_minutes) if feed.min_minutes else self.shortest
        return max(own, self.shortest)

    def _record(self, article: Article) -> NewRecord:
        trace = new_traceparent(self.random_bytes)
        log.debug("article", article=article.id, title=article.title, traceparent=trace)
        return NewRecord("articles", article.id, ARTICLES.encode(article), trace)


def jitter(url: str) -> float:
    """Return a number from -1 to 1 that is always the same for `url`."""
    return int.from_bytes(blake2b(url.encode(), digest_size=4).digest()) / 0x7FFFFFFF - 1


def _with_document(state: FeedState, document: Document, findings: Findings, now: datetime) -> FeedState:
    fresh = [article.time for article in findings.articles if article.revision == 0]
    dates = [entry.published for entry in document.entries if entry.published is not None]
    return msgspec.structs.replace(
        state,
        last_read=now,
        last_new=now if findings.new else state.last_new,
        newest=max(dates, default=state.newest),
        jump=_is_jump(state, findings.new, now),
        times=tuple(sorted((*state.times, *fresh)))[-KEPT_TIMES:],
        ttl=document.ttl,
        title=document.title,
        format=document.format,
        language=document.language,
    )


def _is_jump(state: FeedState, new: int, now: datetime) -> bool:
    """Tell whether `new` entries at once are far more than the time since the last document accounts for."""
    gap = state.usual_gap(now)
    if state.last_read is None or gap is None or new < JUMP_AT_LEAST:
        return False
    return new * gap > JUMP_TIMES * max(now - state.last_read, gap)


def _count(feed: Feed, answer: Answer, findings: Findings) -> None:
    metrics.POLLS.labels(outcome=answer.outcome.value).inc()
    metrics.BYTES.inc(answer.wire_bytes)
    for kind, number in (("new", findings.new), ("revised", findings.revised), ("known", findings.known)):
        metrics.ENTRIES.labels(kind=kind).inc(number)
    log.log(
        10 if answer.outcome is Outcome.NOT_MODIFIED else 20,
        "polled",
        feed=feed.url,
        outcome=answer.outcome.value,
        new=findings.new,
        revised=findings.revised,
        **({"detail": answer.detail} if answer.detail else {}),
    )
