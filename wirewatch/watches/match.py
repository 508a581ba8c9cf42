"""What the match step sends to the state step: all that it takes to decide on a story and write an alert.

Nothing else is looked up there, so that one bundle never mixes two versions of the config.
"""

from datetime import datetime

import msgspec

from wirewatch.alert import ActorRef, AlsoMet, Clause, ClauseTree, Severity, TopicRef
from wirewatch.article import Origin
from wirewatch.watches.fingerprint import Fingerprint
from wirewatch.watches.model import Watch

MAX_STORIES = 5000


class StoryPolicy(msgspec.Struct, frozen=True, gc=False):
    """How the watch tells stories."""

    window: float
    """Seconds after its last article in which a story goes on."""
    update_at: tuple[int, ...] = ()
    """Numbers of distinct sources, rising, at which an open story is told again."""
    max_stories: int = MAX_STORIES

    @classmethod
    def of(cls, watch: Watch) -> "StoryPolicy":
        """Return how `watch` asks to be told."""
        story = watch.per_story
        return cls(window=story.window.total_seconds(), update_at=story.update_at)


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
