"""The first step: what the bytes of a record say."""

import time
from collections.abc import Iterator

import apache_beam as beam

from connectors.kafka.protocols import Record
from pipelines import metrics
from pipelines.elements import DecodedArticle
from pipelines.steps.dead_letters import Dead, dead_letter
from wirewatch.errors import NewerRecordError, RefusedArticleError
from wirewatch.reasons import Reason
from wirewatch.records import read_article


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
