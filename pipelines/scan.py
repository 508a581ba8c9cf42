"""The same steps over files: no broker, no Java, nothing kept. Prints what those articles would raise."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import apache_beam as beam

from connectors.kafka.protocols import Record
from pipelines.elements import OUTGOING_ALERT, DeadLetter
from pipelines.engines.embedded import EmbeddedRunner
from pipelines.monitor import understand
from wirewatch.alert import Alert
from wirewatch.article import Article
from wirewatch.errors import WirewatchError
from wirewatch.records import ALERTS, ARTICLES

BATCH = 500  # articles an element, as the live read has up to 1,000 a poll


class _Collect(beam.DoFn):
    """Keeps what arrives where the caller of `scan` finds it: the embedded engine runs in its process."""

    kept: ClassVar[dict[str, list[bytes | DeadLetter]]] = {}

    def __init__(self, run: str) -> None:
        self._run = run

    def process(self, element: bytes | DeadLetter) -> None:
        self.kept[self._run].append(element)


def scan(config_dir: Path, articles: Iterable[Article]) -> list[Alert]:
    """Return the alerts that `articles` would raise, in order of their time, with this config.

    Raises ConfigError for a config that makes no sense, WirewatchError for an article no step could take.
    """
    run = uuid4().hex
    _Collect.kept[run] = []
    try:
        pipeline = beam.Pipeline(runner=EmbeddedRunner())
        records = pipeline | "articles" >> beam.Create(list(_batches(articles)), reshuffle=False)
        _, alerts, dead = understand(records, config_dir)
        _ = alerts | "keep alerts" >> beam.ParDo(_Collect(run))
        _ = dead | "dead letters" >> beam.Flatten() | "keep dead letters" >> beam.ParDo(_Collect(run))
        pipeline.run()
        return sorted(_read(_Collect.kept[run]), key=lambda alert: (alert.time, alert.watch, alert.step))
    finally:
        del _Collect.kept[run]


def _batches(articles: Iterable[Article]) -> Iterator[list[Record]]:
    ordered = iter(sorted(articles, key=lambda article: (article.time, article.id)))
    offsets = itertools.count()
    while batch := list(itertools.islice(ordered, BATCH)):
        yield [_record(article, next(offsets)) for article in batch]


def _record(article: Article, offset: int) -> Record:
    return Record(
        topic="scan",
        partition=0,
        offset=offset,
        key=article.id.encode(),
        value=ARTICLES.encode(article),
        headers=(),
        timestamp_ms=int(article.fetched.timestamp() * 1000),
    )


def _read(kept: Iterable[bytes | DeadLetter]) -> Iterator[Alert]:
    for element in kept:
        if isinstance(element, DeadLetter):
            headers = dict(element.record.headers)
            raise WirewatchError(
                f"an article could not be processed: {element.reason} in {element.stage}: "
                f"{headers.get('error', b'').decode(errors='replace')}"
            )
        yield ALERTS.decode(OUTGOING_ALERT.decode(element).value)
