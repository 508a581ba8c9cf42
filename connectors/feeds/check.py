"""`feeds check`: what would be read from a URL, without storing anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.feeds.articles import sharing_links
from connectors.feeds.config import Feed
from connectors.feeds.fetch.access import ReadSecret, access_of
from connectors.feeds.fetch.fetcher import Fetcher, user_agent
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.fetch.robots import Robots
from connectors.feeds.parse.document import Document
from connectors.feeds.parser import ParseError, ParserPool
from connectors.feeds.schedule import in_words, next_poll
from connectors.feeds.state import KEPT_TIMES, FeedState
from connectors.feeds.urls import site_of, url_refusal
from connectors.guard import OPENABLE

_HINTS = {
    410: "its publisher says that it will not come back: look for another address",
    401: "in feeds.yaml a feed takes username and password_file, or token_file",
    403: "some servers turn away programs they do not know; in feeds.yaml: user_agent",
}


@dataclass(frozen=True, slots=True)
class Check:
    """What a URL gives: the answer, after robots.txt's; the document of a feed; problems."""

    url: str
    answer: FetchResult
    document: Document | None
    rhythm: str
    problems: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    """Of a web page: the feeds it names."""

    @property
    def robots(self) -> str | None:
        """Why robots.txt keeps us from reading it; None when it does not."""
        return self.answer.detail if self.answer.outcome is FetchOutcome.ROBOTS else None

    @property
    def ok(self) -> bool:
        """Whether it would be read."""
        return self.document is not None


async def check(feed: Feed, *, now: Callable[[], datetime], contact: str | None, secret: ReadSecret) -> Check:
    """Fetch and parse `feed` once, as the part does. Raises ConfigError when its secret cannot be read."""
    problems: list[str] = []
    document: Document | None = None
    feeds: tuple[str, ...] = ()
    async with Fetcher(user_agent(contact), now) as fetcher:
        answer = await _ask(fetcher, feed, secret)
    if answer.outcome is FetchOutcome.READ:
        try:
            document = await _parse(answer)
        except ParseError as error:
            problems.append(str(error))
            feeds = error.feeds
    else:
        problems += _what_failed(feed, answer)
    if document is not None:
        problems += _problems(answer, document, now())
    return Check(feed.url, answer, document, _rhythm(answer, document, now()), tuple(problems), feeds)


async def _ask(fetcher: Fetcher, feed: Feed, secret: ReadSecret) -> FetchResult:
    if (why := url_refusal(feed.url, allow_private=feed.allow_private)) is not None:
        return FetchResult(FetchOutcome.REFUSED, feed.url, detail=why)
    access, robots = access_of(feed, secret), Robots(fetcher)

    async def refuse(hop: str) -> FetchResult | None:
        return await robots.refusal(hop, allow_private=access.opens(hop), agent=feed.user_agent)

    return await refuse(feed.url) or await fetcher.fetch(feed.url, access=access, refuse_hop=refuse)


def _what_failed(feed: Feed, answer: FetchResult) -> Iterator[str]:
    is_plain = answer.outcome is FetchOutcome.ROBOTS
    yield answer.detail if is_plain else f"{answer.outcome.value.replace('_', ' ')}: {answer.detail}"
    if answer.status in _HINTS:
        yield _HINTS[answer.status]
    if answer.outcome is FetchOutcome.REFUSED and _opens(answer):
        yield (
            f"allow_private counts for {site_of(feed.url)} alone: a redirect leads away from there"
            if feed.allow_private
            else "--allow-private looks at it all the same; in feeds.yaml: allow_private: true"
        )


def _opens(refused: FetchResult) -> bool:
    """Tell whether `allow_private` would make the difference."""
    if url_refusal(refused.url, allow_private=True) is not None:
        return False
    return url_refusal(refused.url) is not None or refused.detail.partition(" is ")[2] in OPENABLE


async def _parse(answer: FetchResult) -> Document:
    parser = ParserPool(1)
    try:
        return await parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
    finally:
        await parser.close()


def _rhythm(answer: FetchResult, document: Document | None, now: datetime) -> str:
    if document is None:
        return ""
    times = tuple(sorted(e.published for e in document.entries if e.published and e.published <= now))
    state = FeedState(next_at=now, times=times[-KEPT_TIMES:], ttl=document.ttl)
    plan = next_poll(state, answer, now, jitter=0)
    return f"every {in_words(plan.at - now)}: {plan.why}"


def _problems(answer: FetchResult, document: Document, now: datetime) -> list[str]:
    entries = document.entries
    found = list(document.problems)
    if not entries and not document.children:
        found.append("no entries")
    if answer.etag is None and answer.modified is None:
        found.append("no ETag and no Last-Modified: the whole document is sent at every poll")
    if undated := sum(entry.published is None for entry in entries):
        found.append(f"{undated} of {len(entries)} entries have no date we understand")
    if ahead := sum(e.published is not None and e.published - now > timedelta(minutes=10) for e in entries):
        found.append(f"{ahead} of {len(entries)} entries are dated in the future")
    if nameless := sum(entry.url is None and entry.guid is None for entry in entries):
        found.append(f"{nameless} entries have neither link nor guid: title and date must name them")
    guids = [entry.guid for entry in entries if entry.guid]
    if len(set(guids)) < len(guids):
        found.append(f"{len(guids) - len(set(guids))} of {len(entries)} entries have another's guid")
    if sharing := sharing_links(document):
        found.append(
            f"{sharing} of {len(entries)} entries have a link that others have too (but for fragment and "
            "tracking): guid, or title and date, must name them"
        )
    if answer.moved_to:
        found.append(f"moved for good to {answer.moved_to}")
    return found
