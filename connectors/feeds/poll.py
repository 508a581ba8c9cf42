"""One poll of one feed: robots, fetch, parse, compare, store. What it read is then in the store."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus

import msgspec
import structlog

from connectors.feeds import metrics
from connectors.feeds.alarm import closed, next_alert
from connectors.feeds.articles import Findings, candidates, compare
from connectors.feeds.condition import condition
from connectors.feeds.config import Feed
from connectors.feeds.fetch.ask import Asker
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult, kind
from connectors.feeds.fetch.uplink import UNANSWERED
from connectors.feeds.pages import PageReader
from connectors.feeds.parse.document import Document
from connectors.feeds.parser import ParseError, ParserPool
from connectors.feeds.schedule import (
    LONGEST,
    SHORTEST,
    Bounds,
    Plan,
    address,
    after_answer,
    held,
    in_vain,
    next_poll,
    offline,
    sooner,
    unstored,
)
from connectors.feeds.sitemaps import due, with_children
from connectors.feeds.state import KEPT_TIMES, FeedState
from connectors.feeds.store import FeedStore
from connectors.feeds.store.feeds import NewRecord
from connectors.feeds.websub.subscriber import Subscriber
from wirewatch.alert import Alert
from wirewatch.article import Article
from wirewatch.records import ARTICLES
from wirewatch.trace import new_traceparent

JUMP_AT_LEAST = 30
JUMP_TIMES = 10
"""New entries at once that are remarkable: this many, and so many times the usual."""
COPIES_AT_LEAST = 3
"""Entries that a document must hold to tell that all of them are another feed's."""

GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
"""What is said of a sitemap that is none any more; one behind a wall is missed."""
MAX_TITLE = 200
"""Characters of a feed's title that are kept: it is written at each poll."""

log = structlog.get_logger(__name__)


@dataclass
class Poller:
    """Polls feeds. `is_read` tells whether a URL is one of the feeds that are read now."""

    asker: Asker
    parser: ParserPool
    pages: PageReader
    store: FeedStore
    now: Callable[[], datetime]
    shortest: timedelta = SHORTEST
    longest: timedelta = LONGEST
    keep: timedelta = timedelta(days=30)
    oldest: timedelta = timedelta(days=14)
    """Entries that were published longer ago are not sent."""
    is_read: Callable[[str], bool] = lambda _: True
    random_bytes: Callable[[int], bytes] = os.urandom
    subscriber: Subscriber | None = None
    """None: no callback, so no hub is asked."""
    incidents: dict[str, Alert] = field(default_factory=dict)
    """The alerts that told of trouble which is not over, by feed."""

    async def poll(self, feed: Feed, state: FeedState, plan: Plan | None = None) -> FeedState:
        """Poll `feed` and store what came of it; return its new record.

        `plan` is when it would be polled had nobody asked for it by hand.

        Raises sqlite3.Error when the disk fails: nothing of the poll is then stored. Whatever else goes wrong
        is this feed's: it is asked again later.
        """
        try:
            return await self._poll(feed, state, plan)
        except sqlite3.Error:
            raise
        except Exception as error:
            log.exception("poll_failed", feed=feed.url)
            return unstored(state, type(error).__name__, self.now())

    async def _poll(self, feed: Feed, state: FeedState, plan: Plan | None) -> FeedState:
        answer = await self.asker.ask(
            feed,
            address(feed.url, state),
            etag=state.etag,
            modified=state.modified,
        )
        if answer.outcome in UNANSWERED and self.asker.uplink.down:
            return await self._unjudged(feed, offline(state, answer, self.now()), answer)
        if answer.held:
            return await self._unjudged(feed, held(state, answer, self.now()), answer)
        return await self._taken(feed, state, answer, plan)

    async def _unjudged(self, feed: Feed, state: FeedState, answer: FetchResult) -> FeedState:
        """Store the record of a poll that says nothing of how the feed does."""
        state = await self._store(feed, state, Findings(), self.now())
        _count(feed, answer, Findings())
        return state

    async def push(self, feed: Feed, state: FeedState, body: bytes, content_type: str) -> FeedState:
        """Store what a hub sent for `feed` as if it had been read, and return as `poll` does.

        What gives no document says nothing of the feed: its record stays, and it is soon polled instead.
        """
        answer = FetchResult(
            FetchOutcome.READ,
            address(feed.url, state),
            body=body,
            content_type=content_type,
            etag=state.etag,
            modified=state.modified,
        )
        try:
            answer, document = await self._parse(feed, state, answer)
            if document is not None:
                state = await self._take(feed, state, answer, document, pushed=True)
                metrics.PUSHES.labels(outcome="taken").inc()
                return state
        except sqlite3.Error:
            raise
        except Exception as error:
            log.exception("push_failed", feed=feed.url)
            answer = replace(answer, detail=f"{type(error).__name__}")
        metrics.PUSHES.labels(outcome=FetchOutcome.NOT_A_FEED.value).inc()
        log.warning("push_unreadable", feed=feed.url, detail=answer.detail)
        return self.soon(feed, state, "its hub pushed what is no feed")

    def soon(self, feed: Feed, state: FeedState, why: str) -> FeedState:
        """Return the record with its next poll as soon as the feed's bounds and its host allow."""
        now = self.now()
        at = max(now, (state.last_try or now) + self._bounds(feed).shortest)
        return sooner(state, at, why, held_until=self.asker.held_until(address(feed.url, state)))

    async def _taken(self, feed: Feed, state: FeedState, answer: FetchResult, plan: Plan | None) -> FeedState:
        """Take `answer`; what it trips over is this feed's failure, and no other's."""
        try:
            document = None
            if answer.outcome is FetchOutcome.READ:
                answer, document = await self._parse(feed, state, answer)
            if answer.held:
                return await self._unjudged(feed, held(state, answer, self.now()), answer)
            return await self._take(feed, state, answer, document, plan=plan)
        except sqlite3.Error:
            raise
        except Exception as error:
            log.exception("answer_not_taken", feed=feed.url)
            why = f"cannot be read: {type(error).__name__}"
            # Without its validators, so that it is asked for whole again.
            failed = FetchResult(FetchOutcome.NOT_A_FEED, answer.url, answer.status, detail=why)
            return await self._take(feed, state, failed, None, plan=plan)

    async def _take(
        self,
        feed: Feed,
        state: FeedState,
        answer: FetchResult,
        document: Document | None,
        *,
        plan: Plan | None = None,
        pushed: bool = False,
    ) -> FeedState:
        now = self.now()
        if plan is not None and plan.at > now and kind(answer.outcome) not in {"good", "gone"}:
            return await self._unjudged(feed, in_vain(state, answer, now, plan), answer)
        before, state = state, after_answer(state, answer, now)
        if pushed:  # nobody was asked at the feed's own address
            state = msgspec.structs.replace(state, moved_to=before.moved_to, moved=before.moved)
        findings = Findings()
        if document is not None:
            findings = await self._compare(feed, document, now)
            state = _with_document(state, document, findings, now)
            if feed.full_text and findings.articles:
                state, findings = await self._with_pages(feed, state, findings)
            if self.subscriber is not None:
                await self.subscriber.notice(feed, answer.hub or document.hub, answer.topic or document.topic)
                if findings.new:
                    await self.subscriber.heard(feed.url, pushed=pushed)
        following = next_poll(
            state,
            answer,
            now,
            jitter=jitter(feed.url),
            bounds=self._bounds(feed),
            pushed=self.subscriber is not None and self.subscriber.pushes(feed.url),
        )
        if pushed and before.next_at < following.at:  # a poll finds what was not pushed: no push puts it off
            following = Plan(before.next_at, before.why)
        state = msgspec.structs.replace(state, next_at=following.at, why=following.why)
        state = await self._store(feed, state, findings, now)
        _count(feed, answer, findings)
        return state

    async def end_incident(self, url: str) -> None:
        """Close the incident of a feed that is not read any more. Raises sqlite3.Error."""
        alert = closed(self.incidents[url], self.now(), "is not read any more")
        await asyncio.to_thread(self.store.tell, alert, new_traceparent(self.random_bytes))
        self._remember(alert)

    async def _parse(
        self, feed: Feed, state: FeedState, answer: FetchResult
    ) -> tuple[FetchResult, Document | None]:
        try:
            document = await self.parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
        except ParseError as error:
            return replace(answer, outcome=FetchOutcome.NOT_A_FEED, detail=str(error)), None
        if document.children:
            return await self._read_through(feed, state, answer, document)
        return answer, document

    async def _read_through(
        self, feed: Feed, state: FeedState, answer: FetchResult, index: Document
    ) -> tuple[FetchResult, Document | None]:
        """Return a sitemap index with what its sitemaps hold."""
        asked = due(index.children, state.last_read)
        document, missed = await with_children(index, asked, feed=feed, asker=self.asker, parser=self.parser)
        if not missed:
            return answer, document
        why = f"{missed[0].url}: {missed[0].detail}"
        log.warning("sitemaps_missed", feed=feed.url, number=len(missed), why=why)
        none_read = len(missed) == len(asked)
        if none_read and all(each.held for each in missed):  # nobody was asked
            return replace(min(missed, key=lambda each: each.retry_after or 0), detail=why), None
        gone = all(each.status in GONE for each in missed)
        if none_read and not (gone and len(asked) < len(index.children)):
            outcome = (
                FetchOutcome.CLIENT_ERROR if missed[0].outcome is FetchOutcome.GONE else missed[0].outcome
            )
            return replace(answer, outcome=outcome, detail=why), None
        # Without validators: an index that has not changed must be read again for what was missed. And as if
        # it had not been read, for a sitemap is not that changed before the last reading; unless what was
        # missed is gone for good, or all of them would be read at every poll.
        may_pass = any(kind(each.outcome) in {"soft", "dns"} for each in missed)
        if may_pass:
            document = msgspec.structs.replace(document, whole=False, missed=why)
        return replace(answer, etag=None, modified=None), document

    async def _compare(self, feed: Feed, document: Document, now: datetime) -> Findings:
        found = candidates(feed, document)
        known = await asyncio.to_thread(
            self.store.known,
            [each for c in found for each in (c.id, *c.others)],
            [c.name for c in found if c.name],
        )
        return compare(
            feed, document, found, known, fetched=now, oldest=now - self.oldest, is_read=self.is_read
        )

    async def _with_pages(
        self, feed: Feed, state: FeedState, findings: Findings
    ) -> tuple[FeedState, Findings]:
        read = await self.pages.full_texts(feed, findings.articles)
        missed = read.misses.total()
        worst = ", ".join(why.value.replace("_", " ") for why, _ in read.misses.most_common(2))
        state = msgspec.structs.replace(
            state,
            pages_missed=state.pages_missed + missed if missed == len(read.articles) else 0,
            pages_why=worst or state.pages_why,
        )
        return state, replace(findings, articles=read.articles)

    async def _store(self, feed: Feed, state: FeedState, findings: Findings, now: datetime) -> FeedState:
        """Store what a poll came to, and what is to be told of it; return the record as it is then."""
        health = condition(state, now)
        alert = next_alert(feed, health, self.incidents.get(feed.url), state.told, now)
        if alert is not None or not state.told:
            state = msgspec.structs.replace(state, told=health.trouble)
        await asyncio.to_thread(
            self.store.record,
            feed.url,
            state,
            entries=findings.entries,
            records=[self._record(article) for article in findings.articles],
            alert=alert,
            traceparent=new_traceparent(self.random_bytes),
        )
        if findings.new or findings.old:
            await asyncio.to_thread(self.store.forget, feed.url, before=now - self.keep)
        if alert is not None:
            self._remember(alert)
        return state

    def _remember(self, alert: Alert) -> None:
        url = alert.labels["feed"]
        metrics.ALERTS.labels(step=alert.status).inc()
        log.warning("feed_alert", feed=url, step=alert.step, title=alert.title)
        if alert.status == "closed":
            self.incidents.pop(url, None)
        else:
            self.incidents[url] = alert

    def _bounds(self, feed: Feed) -> Bounds:
        shortest = self.shortest
        if feed.min_minutes is not None:
            shortest = max(shortest, timedelta(minutes=feed.min_minutes))
        longest = self.longest if feed.max_minutes is None else timedelta(minutes=feed.max_minutes)
        return Bounds(shortest, max(shortest, longest))

    def _record(self, article: Article) -> NewRecord:
        trace = new_traceparent(self.random_bytes)
        log.debug("article", article=article.id, title=article.title, traceparent=trace)
        return NewRecord("articles", article.id, ARTICLES.encode(article), trace)


def jitter(url: str) -> float:
    """Return a number from -1 to 1 that is always the same for `url`."""
    return int.from_bytes(blake2b(url.encode(), digest_size=4).digest()) / 0x7FFFFFFF - 1


def _with_document(state: FeedState, document: Document, findings: Findings, now: datetime) -> FeedState:
    # One dated far ahead would hide for years that nothing new comes.
    dates = [e.published for e in document.entries if e.published is not None and e.published <= now]
    return msgspec.structs.replace(
        state,
        last_read=now if document.whole else state.last_read,
        partial=state.partial + 1 if document.missed else 0,
        partial_why=document.missed,
        last_new=now if findings.new else state.last_new,
        newest=max(dates, default=state.newest),
        jump=_is_jump(state, findings.new, now),
        copies_since=(state.copies_since or now) if _only_copies(findings) else None,
        times=tuple(sorted((*state.times, *findings.came_out)))[-KEPT_TIMES:],
        ttl=document.ttl,
        title=document.title[:MAX_TITLE],
        format=document.format,
        language=document.language,
    )


def _only_copies(findings: Findings) -> bool:
    entries = findings.new + findings.old + findings.revised + findings.known
    return findings.elsewhere == entries >= COPIES_AT_LEAST


def _is_jump(state: FeedState, new: int, now: datetime) -> bool:
    """Tell whether `new` entries at once are far more than the time since the last document accounts for."""
    gap = state.usual_gap(now)
    if state.last_read is None or gap is None or new < JUMP_AT_LEAST:
        return False
    return new * gap > JUMP_TIMES * max(now - state.last_read, gap)


def _count(feed: Feed, answer: FetchResult, findings: Findings) -> None:
    metrics.POLLS.labels(outcome=answer.outcome.value).inc()
    metrics.BYTES.inc(answer.wire_bytes)
    for each in ("new", "revised", "known", "old"):
        metrics.ENTRIES.labels(kind=each).inc(getattr(findings, each))
    log.log(
        logging.DEBUG if answer.outcome is FetchOutcome.NOT_MODIFIED else logging.INFO,
        "feed_polled",
        feed=feed.url,
        outcome=answer.outcome.value,
        new=findings.new,
        revised=findings.revised,
        **({"detail": answer.detail} if answer.detail else {}),
    )
