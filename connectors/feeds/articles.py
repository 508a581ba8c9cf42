"""From a document's entries to articles: identity, time, and what is new or changed. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from urllib.parse import urlsplit

from connectors.feeds.config import Feed
from connectors.feeds.parse.document import Document, Entry
from connectors.feeds.store.feeds import KnownEntry
from wirewatch import ids
from wirewatch.article import Article
from wirewatch.timing import article_time

_Page = Callable[[str | None], str | None]

SEEN_STEP = timedelta(hours=6)
"""How stale `last_seen` may get: a feed's entries are not written at every poll."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with its identity: the id it would have, and the name that finds it under another URL."""

    entry: Entry
    id: str
    others: tuple[str, ...]
    """Ids it had while others shared its link, or did not yet."""
    name: str | None
    title_hash: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a document means for the store and for Kafka."""

    articles: tuple[Article, ...] = ()
    """New and changed ones, oldest first."""
    entries: tuple[KnownEntry, ...] = ()
    """To be written: new, changed, or not seen for a while."""
    new: int = 0
    revised: int = 0
    known: int = 0
    old: int = 0
    """New to us, and published too long ago to be sent."""
    elsewhere: int = 0
    """Of the known ones: those that another feed brought first."""
    came_out: tuple[datetime, ...] = ()
    """When the entries that are new to us came out."""


def candidates(feed: Feed, document: Document) -> list[Candidate]:
    """Return the document's entries with their identities, each id once: the first one counts.

    A link or guid that different entries share names none of them: a link to the front page or to a part of
    a live page, a guid that is always the same.
    """
    page = cache(_page)  # a link is looked at three times
    distinct = _distinct(document, page)
    links = _links(distinct, page)
    guids = Counter(entry.guid for entry in distinct)
    found: dict[str, Candidate] = {}
    for entry in document.entries:
        guid = entry.guid if guids[entry.guid] < 2 else None
        by = partial(ids.article_id, source=feed.source, title=entry.title, published=entry.published)
        possible = by(url=entry.url, guid=entry.guid), by(url=None, guid=entry.guid), by(url=None, guid=None)
        identity = possible[0 if entry.url and links[page(entry.url)] < 2 else 1 if guid else 2]
        candidate = Candidate(
            entry,
            identity,
            tuple(other for other in dict.fromkeys(possible) if other != identity),
            ids.digest("guid", feed.source, guid) if guid else None,
            ids.text_hash(entry.title, ()),
            ids.text_hash("", entry.paragraphs),
        )
        found.setdefault(identity, candidate)
    return list(found.values())


def sharing_links(document: Document) -> int:
    """Return how many different entries have a link that names none of them, since others have it too."""
    page = cache(_page)
    shared = _links(_distinct(document, page), page)
    return sum(times for link, times in shared.items() if link and times > 1)


def _distinct(document: Document, page: _Page) -> list[Entry]:
    """Return the entries without those that are there twice, for all that tracking may make of them."""
    found = {(page(e.url), page(e.guid), _part(e.guid), e.title): e for e in document.entries}
    return list(found.values())


def _links(entries: Iterable[Entry], page: _Page) -> Counter[str | None]:
    return Counter(page(entry.url) for entry in entries)


def _page(link: str | None) -> str | None:
    """Return what a link names, without fragment and tracking; what is none as it is."""
    try:
        return ids.canonical_url(link) if link else None
    except ValueError:
        return link


def _part(link: str | None) -> str:
    part = (link or "").partition("#")[2]
    return "" if ids.is_tracking(part) else part


def compare(
    feed: Feed,
    document: Document,
    found: Sequence[Candidate],
    known: Iterable[KnownEntry],
    *,
    fetched: datetime,
    oldest: datetime,
    is_read: Callable[[str], bool] = lambda _: True,
) -> Findings:
    """Return what is new and what has changed in `found`, given what is `known` of it.

    Only the feed that an entry came from first revises it: another feed's shorter summary is no change.
    What was published before `oldest` is remembered and not sent: a feed may hold entries of many years.
    `is_read` tells whether a URL is (still) one of the feeds that are read.
    """
    before_now = _Known(feed, found, known)
    articles: list[Article] = []
    entries: list[KnownEntry] = []
    came_out: list[datetime] = []
    counts = Counter[str]()
    for each in found:
        candidate, before = before_now.take(each)
        now, changed = _remember(feed, candidate, before, fetched, is_read)
        kind = _kind(candidate.entry, oldest, is_new=before is None, is_changed=bool(changed))
        counts[kind] += 1
        counts["elsewhere"] += now.feed != feed.url
        if before is None:
            came_out.append(article_time(candidate.entry.published, fetched)[0])
        if kind in {"new", "revised"}:
            articles.append(_article(feed, document.language, candidate.entry, now, changed))
        if before is None or changed or fetched - before.last_seen > SEEN_STEP:
            entries.append(now)
    articles.sort(key=lambda article: article.time)
    return Findings(tuple(articles), tuple(entries), came_out=tuple(came_out), **counts)


class _Known:
    """What is known of a document's entries; what is found under another id than its own is found once."""

    def __init__(self, feed: Feed, found: Sequence[Candidate], known: Iterable[KnownEntry]) -> None:
        self._feed = feed.url
        self._by_id = {entry.id: entry for entry in known}
        self._by_name: dict[str | None, list[KnownEntry]] = defaultdict(list)
        for entry in self._by_id.values():
            self._by_name[entry.name].append(entry)
        self._held = {candidate.id for candidate in found}
        """Ids that entries of the document have by themselves."""
        self._taken: set[str] = set()
        both: list[Candidate | KnownEntry] = [*found, *self._by_id.values()]
        self._titles = Counter(each.title_hash for each in both)
        self._texts = Counter(each.body_hash for each in both)

    def take(self, candidate: Candidate) -> tuple[Candidate, KnownEntry | None]:
        """Return an entry with the id it has in the end, and what is known of it.

        Under an id that was another's too, only what has its very words: a link that tells entries apart in
        one document is shared in the next.
        """
        own, renamed = self._by_id.get(candidate.id), list(self._renamed(candidate))
        is_next_post = own is not None and self._is_next_post(own, candidate)
        if is_next_post:
            own = None
            candidate = replace(candidate, id=candidate.others[0])  # that of its guid
        sure = [*([own] if own else ()), *self._moved(candidate)]
        if is_next_post:
            sure += [known for known in renamed if known.name == candidate.name]
        same = (each for each in (*sure, *renamed) if _has_words(each, candidate))
        known = next(same, sure[0] if sure else None)
        if known is not None:
            self._taken.add(known.id)
        return candidate, known

    def _moved(self, candidate: Candidate) -> Iterator[KnownEntry]:
        """Yield what the entry's guid names and was under another URL.

        Some publishers number entries by their place in the document, or in each of their feeds: a guid alone
        proves nothing. So some of its words must be as they were, all of them when another feed brought it.
        """
        for known in self._by_name[candidate.name] if candidate.name else ():
            if known.id in self._held or known.id in self._taken:
                continue
            enough = self._has_telling_words if known.feed == self._feed else _has_words
            if enough(known, candidate):
                yield known

    def _is_next_post(self, known: KnownEntry, candidate: Candidate) -> bool:
        """Tell whether an entry is another than the one that is `known` by its link.

        Warnings, the posts of a live page: each has the link of the page that they are all on, and comes and
        goes alone, so that no document shows that they share it. Its guid is its own, and no word that tells
        anything is as it was. A link to a page of its own is believed whatever the guid: some publishers give
        a revision a new one.
        """
        if known.name is None or candidate.name in {None, known.name}:
            return False
        if _has_words(known, candidate) or self._has_telling_words(known, candidate):
            return False
        return bool(_part(candidate.entry.url)) or _is_front_page(candidate.entry.url)

    def _has_telling_words(self, known: KnownEntry, candidate: Candidate) -> bool:
        """Tell whether title or text is as it was, and no other entry's: some have a standing one."""
        title, body = candidate.title_hash, candidate.body_hash
        same_text = bool(candidate.entry.paragraphs) and known.body_hash == body and self._texts[body] == 2
        return same_text or (known.title_hash == title and self._titles[title] == 2)

    def _renamed(self, candidate: Candidate) -> Iterator[KnownEntry]:
        """Yield what has an id that the entry had while others shared its link, or did not yet."""
        name = candidate.name
        for other in candidate.others:
            known = self._by_id.get(other)
            if known and known.id not in self._taken and (not name or known.name in {None, name}):
                yield known


def _has_words(known: KnownEntry, candidate: Candidate) -> bool:
    return (known.title_hash, known.body_hash) == (candidate.title_hash, candidate.body_hash)


def _is_front_page(link: str | None) -> bool:
    parts = urlsplit(_page(link) or "")
    return parts.path == "/" and not parts.query


def _kind(entry: Entry, oldest: datetime, *, is_new: bool, is_changed: bool) -> str:
    if not is_new and not is_changed:
        return "known"
    if entry.published is not None and entry.published < oldest:
        return "old" if is_new else "known"
    return "new" if is_new else "revised"


def _remember(
    feed: Feed,
    candidate: Candidate,
    before: KnownEntry | None,
    fetched: datetime,
    is_read: Callable[[str], bool],
) -> tuple[KnownEntry, tuple[str, ...]]:
    """Return what to remember of an entry from now on, and the fields that changed."""
    title, body = candidate.title_hash, candidate.body_hash
    if before is None:
        return KnownEntry(candidate.id, feed.url, candidate.name, title, body, 0, fetched), ()
    if before.feed != feed.url and is_read(before.feed):
        return replace(before, last_seen=fetched), ()
    changed = tuple(
        name
        for name, old, new in (("title", before.title_hash, title), ("paragraphs", before.body_hash, body))
        if old != new
    )
    return replace(
        before,
        feed=feed.url,
        name=before.name or candidate.name,
        title_hash=title,
        body_hash=body,
        revision=before.revision + bool(changed),
        last_seen=fetched,
    ), changed


def _article(
    feed: Feed, language: str | None, entry: Entry, known: KnownEntry, changed: tuple[str, ...]
) -> Article:
    fetched = known.last_seen
    time, time_source = article_time(entry.published, fetched)
    return Article(
        id=known.id,
        origin="feed",
        source=feed.source,
        feed=feed.url,
        tier=feed.tier,
        country=feed.country,
        tags=feed.tags,
        url=entry.url,
        guid=entry.guid,
        title=entry.title,
        paragraphs=entry.paragraphs,
        cut=entry.cut,
        language=feed.language or entry.language or language,
        published=entry.published,
        fetched=fetched,
        time=time,
        time_source=time_source,
        revision=known.revision,
        changed=changed,
        text_hash=ids.text_hash(entry.title, entry.paragraphs),
    )
