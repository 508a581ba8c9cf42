"""What the match step sends to the state step: all that it takes to decide on a story and write an alert.

Nothing else is looked up there, so that one bundle never mixes two versions of the config.
"""

from datetime import datetime
from typing import Literal

import msgspec

from wirewatch.alert import ActorRef, AlsoMet, Clause, ClauseTree, Severity, TopicRef
from wirewatch.article import Article, Origin
from wirewatch.watches.likeness.fingerprint import Fingerprint
from wirewatch.watches.model import Watch

MAX_STORIES = 5000


class VolumePolicy(msgspec.Struct, frozen=True, gc=False):
    """The watch speaks when so many came within `within` seconds."""

    at_least: int
    distinct: Literal["sources", "articles"]
    within: float


class SpikePolicy(msgspec.Struct, frozen=True, gc=False):
    """The watch speaks when `times` as many came as on average over the `over` seconds before."""

    times: float
    over: float


class StoryPolicy(msgspec.Struct, frozen=True, gc=False):
    """How the watch tells stories."""

    window: float
    """Seconds after its last article in which a story goes on."""
    update_at: tuple[int, ...] = ()
    """Numbers of distinct sources, rising, at which an open story is told again."""
    max_stories: int = MAX_STORIES
    volume: VolumePolicy | None = None
    spike: SpikePolicy | None = None
    """With one of these the watch tells of incidents, not of stories."""
    basis: str = ""
    """Hash of what decides which articles meet the watch; another one starts counting anew."""

    @property
    def tells_stories(self) -> bool:
        """Whether it does not tell of incidents."""
        return self.volume is None and self.spike is None

    @classmethod
    def of(cls, watch: Watch) -> "StoryPolicy":
        """Return how `watch` asks to be told."""
        story, volume, spike = watch.per_story, watch.volume, watch.spike
        return cls(
            window=story.window.total_seconds(),
            update_at=story.update_at,
            volume=None
            if volume is None
            else VolumePolicy(volume.at_least, volume.distinct, volume.within.total_seconds()),
            spike=None if spike is None else SpikePolicy(spike.times, spike.over.total_seconds()),
            basis=watch.basis,
        )


class ArticleHead(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The article, without its text."""

    id: str
    title: str
    url: str | None
    source: str
    origin: Origin
    time: datetime
    fetched: datetime
    published: datetime | None
    revision: int

    @classmethod
    def of(cls, article: Article) -> "ArticleHead":
        """Return the head of `article`."""
        return cls(
            id=article.id,
            title=article.title,
            url=article.url,
            source=article.source,
            origin=article.origin,
            time=article.time,
            fetched=article.fetched,
            published=article.published,
            revision=article.revision,
        )


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """An article met a watch."""

    watch: str
    watch_name: str
    watch_version: str
    severity: Severity
    labels: dict[str, str]
    policy: StoryPolicy
    article: ArticleHead
    actors: tuple[ActorRef, ...] = ()
    topics: tuple[TopicRef, ...] = ()
    why: tuple[Clause, ...] = ()
    tree: ClauseTree | None = None
    also: tuple[AlsoMet, ...] = ()
    fingerprint: Fingerprint
    traceparent: str | None = None
