"""Articles as they travel on Kafka: `articles` (Article) and `articles.tagged` (TaggedArticle).

All datetimes are aware and in UTC. All places are in Unicode code points, end exclusive.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

ARTICLE_VERSION = 1
TAGGED_VERSION = 1

MAX_TEXT_BYTES = 256 * 1024
"""Largest article text (title + paragraphs, UTF-8) a connector lets through; longer is cut, marked `cut`."""
MAX_URL = 4096
"""Longest `url`, `guid` and `feed`, in characters."""
MAX_NAME = 200
"""Longest `source`, tag and whatever else is a name or a code, in characters."""
MAX_TAGS = 100

AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone (RFC 3339); decoding refuses one without."""

Origin = Literal["replay", "feed"]
TimeSource = Literal["published", "fetched"]


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One article, whole. Made by a connector; `time` is decided there once and for all.

    It is at most 10 minutes after `fetched` (wirewatch.timing), and no field is over its bound (above, and
    wirewatch.text): a record that breaks this is a dead letter.
    """

    id: str
    v: int = ARTICLE_VERSION
    origin: Origin
    source: str
    """Who published it: a domain (`example.com`) or a name."""
    feed: str | None = None
    tier: int | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2 of the source, not of what the article is about."""
    tags: tuple[str, ...] = ()
    url: str | None = None
    guid: str | None = None
    title: str
    paragraphs: tuple[str, ...]
    cut: bool = False
    language: str | None = None
    """ISO 639-1, or None when unknown."""
    published: AwareTime | None = None
    fetched: AwareTime
    time: AwareTime
    time_source: TimeSource
    revision: int = 0
    changed: tuple[str, ...] = ()
    """Fields that this revision changed."""
    text_hash: str


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where something stands: in the title (`paragraph` None) or in a paragraph (0-based)."""

    paragraph: int | None
    start: int
    end: int


class Mention(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One place in the text that names an actor or speaks of a topic, and the rule that said so."""

    place: Place
    text: str
    kind: str
    rule: str


class Salience(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How much an article is about an actor."""

    headline: bool
    lead: bool
    """Met in the first paragraph."""
    count: int
    score: float
    """0 to 1."""


class ActorTag(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An actor an article is about: met directly, or rolled up from others (`via`)."""

    id: str
    name: str
    type: str
    iso2: str | None = None
    """For countries and territories met directly; never on rolled-up ones."""
    via: tuple[str, ...] = ()
    """Ids of the actors this one was rolled up from; empty when met directly."""
    beneath: tuple[str, ...] = ()
    """Of one met directly: ids of others met that stand for it too (Tehran for Iran)."""
    salience: Salience
    mentions: tuple[Mention, ...] = ()


class TopicTag(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An IPTC Media Topic an article is about. `score` is how likely it is, 0 to 1."""

    code: str
    name: str
    score: float
    mentions: tuple[Mention, ...] = ()
    via: tuple[str, ...] = ()
    """Codes of the narrower topics this one was rolled up from; empty when met directly."""


class TaggedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article's head with its tags; no paragraphs."""

    id: str
    v: int = TAGGED_VERSION
    origin: Origin
    source: str
    feed: str | None = None
    tier: int | None = None
    country: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    title: str
    language: str | None = None
    published: AwareTime | None = None
    fetched: AwareTime
    time: AwareTime
    time_source: TimeSource
    revision: int = 0
    text_hash: str
    actors: tuple[ActorTag, ...] = ()
    topics: tuple[TopicTag, ...] = ()
    config_version: str
