"""What flows between the steps of the graph. Within a fused stage these are plain objects, never encoded."""

from typing import NamedTuple

import msgspec
from apache_beam import coders

from connectors.kafka.dead_letters import Outgoing
from connectors.kafka.protocols import Headers, Record
from wirewatch.article import Article
from wirewatch.reading import Readable
from wirewatch.snapshot import Snapshot
from wirewatch.tagging.tagger import Tags
from wirewatch.trace import HEADER
from wirewatch.watches.match import ArticleHead, Match


class DecodedArticle(NamedTuple):
    """A record and the article in it."""

    record: Record
    article: Article


class TaggedRecord(NamedTuple):
    """A record, its article, and what the article is about."""

    record: Record
    article: Article
    tags: Tags


class TaggedBatch(NamedTuple):
    """Tagged articles, with the config they were tagged with: what comes after goes by the same."""

    snapshot: Snapshot
    articles: list[TaggedRecord]


class _NeverLeaves(coders.Coder):
    """For what never leaves its stage: Beam's counters sample sizes, and would pickle a catalogue for it."""

    def encode(self, value: object) -> bytes:
        """Refuse: the steps around must have been torn apart."""
        raise TypeError(f"{type(value).__name__} never leaves its stage")

    decode = encode

    def estimate_size(self, value: object) -> int:  # noqa: ARG002  # Beam's signature
        """Return nothing, as nothing of it is sent."""
        return 0

    def is_deterministic(self) -> bool:
        """Say that it is: as no key, it does not matter."""
        return True


coders.registry.register_coder(TaggedBatch, _NeverLeaves)


class OutgoingLetter(NamedTuple):
    """A record set aside, as it will be written."""

    record: Outgoing
    stage: str
    reason: str


class Matched(msgspec.Struct, frozen=True):
    """An article that met a watch, with where its record stands in Kafka. Crosses a stage boundary."""

    match: Match
    topic: str
    partition: int
    offset: int
    produced_ms: int
    readable: Readable | None = None
    """For the model that reads what alerts, where one is set."""


class Joined(NamedTuple):
    """An article that a story counts, told or not."""

    watch: str
    story: str
    article: ArticleHead


class OutgoingAlert(msgspec.Struct, frozen=True):
    """An alert as it will be written: fixed bytes, so that a repeat is the same. Crosses a stage boundary."""

    watch: str
    severity: str
    status: str
    value: bytes
    traceparent: str | None
    produced_ms: int

    @property
    def key(self) -> bytes:
        """Its record's key: one watch's alerts stay in order."""
        return self.watch.encode()

    @property
    def headers(self) -> Headers:
        """Its record's headers."""
        return [(HEADER, self.traceparent.encode())] if self.traceparent else []


MATCHES = msgspec.msgpack.Decoder(list[Matched])
OUTGOING_ALERT = msgspec.msgpack.Decoder(OutgoingAlert)
PACK = msgspec.msgpack.Encoder()
