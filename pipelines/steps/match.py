"""The third step: which watches an article meets."""

import time
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

import apache_beam as beam
import structlog

from connectors.kafka.dead_letters import trace_headers
from connectors.kafka.protocols import Record
from pipelines import metrics
from pipelines.elements import PACK, Matched, TaggedBatch
from pipelines.steps.dead_letters import Dead, dead_letter
from wirewatch.reading import Readable
from wirewatch.reasons import Reason
from wirewatch.trace import HEADER, parse_traceparent
from wirewatch.watches.match import Match

log = structlog.get_logger(__name__)


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
