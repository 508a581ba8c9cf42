"""The second step: who and what an article is about."""

import time
from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam
import structlog

from pipelines import metrics
from pipelines.config import snapshot
from pipelines.elements import DecodedArticle, TaggedBatch, TaggedRecord
from pipelines.news.tallies import NEWS
from pipelines.steps.dead_letters import Dead, dead_letter
from wirewatch.reasons import Reason

log = structlog.get_logger(__name__)


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
