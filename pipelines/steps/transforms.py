"""The stateless steps: decode, tag, match. Each takes and gives lists, one list a poll.

A record that cannot be read, or that makes a step raise, leaves as a dead letter; the others go on.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import apache_beam as beam
import structlog
from apache_beam.pvalue import TaggedOutput

from connectors.kafka.dead_letters import dead_letter as make_dead_letter
from connectors.kafka.dead_letters import trace_headers
from connectors.kafka.protocols import Record
from pipelines import metrics
from pipelines.config import snapshot
from pipelines.elements import PACK, DecodedArticle, Matched, OutgoingLetter, TaggedBatch, TaggedRecord
from pipelines.news.news import NEWS
from wirewatch.errors import NewerRecordError, RefusedArticleError
from wirewatch.reading import Readable
from wirewatch.reasons import Reason
from wirewatch.records import read_article
from wirewatch.trace import HEADER, parse_traceparent
from wirewatch.watches.match import Match

log = structlog.get_logger(__name__)

DEAD = "dead"
Dead: TypeAlias = TaggedOutput[Literal["dead"], OutgoingLetter]
"""What leaves a step on its `dead` output; Beam reads this from the annotations."""


def dead_letter(record: Record, *, stage: str, reason: Reason, error: Exception) -> Dead:
    """Return `record` as a dead letter on the `dead` output, and log why."""
    log.warning(
        "dead_letter",
        stage=stage,
        reason=reason.value,
        error=str(error),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
    letter = make_dead_letter(record, stage=stage, reason=reason, error=str(error))
    return TaggedOutput(DEAD, OutgoingLetter(letter, stage, reason.value))


class Decode(beam.DoFn):
    """Records → articles."""

    def process(self, records: list[Record]) -> Iterator[list[DecodedArticle] | Dead]:
        """Yield the dead letters, then the articles. Raises NewerRecordError: that is for a person."""
        started = time.perf_counter()
        decoded = []
        for record in records:
            try:
                decoded.append(DecodedArticle(record, read_article(record.value)))
            except NewerRecordError:
                raise
            except RefusedArticleError as error:
                yield dead_letter(record, stage="decode", reason=error.reason, error=error)
            except Exception as error:  # noqa: BLE001 - its bytes are anybody's
                yield dead_letter(record, stage="decode", reason=Reason.UNDECODABLE, error=error)
        metrics.count_origins(item.article.origin for item in decoded)
        metrics.STAGE_SECONDS.labels(stage="decode").observe(time.perf_counter() - started)
        if decoded:
            yield decoded


class Tag(beam.DoFn):
    """Articles → articles with their actors and topics.

    Here a batch takes the config that is in force; it may be swapped at any time.
    """

    def __init__(self, config_dir: Path) -> None:
        self._config_dir = config_dir

    def process(self, articles: list[DecodedArticle]) -> Iterator[TaggedBatch | Dead]:
        """Yield the dead letters, then the tagged articles."""
        started = time.perf_counter()
        loaded = snapshot(self._config_dir)
        tag = loaded.tagger.tag
        tagged = []
        for record, article in articles:
            try:
                tagged.append(TaggedRecord(record, article, tag(article)))
            except Exception as error:
                log.exception("tag_failed", article=article.id)
                yield dead_letter(record, stage="tag", reason=Reason.TAG_FAILED, error=error)
        metrics.TAGGED.inc(len(tagged))
        metrics.count_languages(item.tags.language for item in tagged)
        NEWS.count(tagged, loaded)
        metrics.STAGE_SECONDS.labels(stage="tag").observe(time.perf_counter() - started)
        if tagged:
            yield TaggedBatch(loaded, tagged)


class MatchWatches(beam.DoFn):
    """Tagged articles → (watch id, the batch's matches of that watch, packed).

    One element a watch and batch rather than one a match: the state step then pays its state calls once. With
    `to_be_read` a match takes along what a model is to read, should the article alert.
    """

    def __init__(self, *, to_be_read: bool = False) -> None:
        self._to_be_read = to_be_read

    def process(self, batch: TaggedBatch) -> Iterator[tuple[str, bytes] | Dead]:
        """Yield the dead letters, then each watch's matches in the order of the articles."""
        started = time.perf_counter()
        watches = batch.snapshot.watches
        by_watch: dict[str, list[Matched]] = defaultdict(list)
        matched = 0
        for record, article, tags in batch.articles:
            try:
                matches = watches.match(article, tags, partial(_traceparent, record))
            except Exception as error:
                log.exception("match_failed", article=article.id)
                yield dead_letter(record, stage="match", reason=Reason.MATCH_FAILED, error=error)
                continue
            matched += bool(matches)
            readable = None
            if matches and self._to_be_read:
                readable = Readable.of(article, tags.actors, tags.language)
            for match in matches:
                by_watch[match.watch].append(_matched(match, record, readable))
        metrics.MATCHED.inc(matched)
        metrics.STAGE_SECONDS.labels(stage="match").observe(time.perf_counter() - started)
        for watch, found in by_watch.items():
            metrics.MATCHES.labels(watch=watch).inc(len(found))
            yield watch, PACK.encode(found)


def _traceparent(record: Record) -> str | None:
    """Return the record's traceparent if it is one: what stands in a header travels on with an alert."""
    found = dict(trace_headers(record.headers)).get(HEADER)
    return found.decode("ascii", "replace") if found is not None and parse_traceparent(found) else None


def _matched(match: Match, record: Record, readable: Readable | None) -> Matched:
    return Matched(match, record.topic, record.partition, record.offset, record.timestamp_ms, readable)
