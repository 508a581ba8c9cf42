"""The same steps over articles of the past: no broker, no Java, nothing kept.

Articles go in one at a time; what is kept of them is what met a watch.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import apache_beam as beam

from connectors.kafka.protocols import Record
from pipelines.config import in_force
from pipelines.elements import OUTGOING_ALERT, DeadLetter, Joined
from pipelines.engines.embedded import EmbeddedRunner
from pipelines.understand import understand
from wirewatch.alert import Alert
from wirewatch.article import Article
from wirewatch.errors import WirewatchError
from wirewatch.records import ALERTS, ARTICLES
from wirewatch.snapshot import Snapshot
from wirewatch.watches.tally import StoryCount, Told

BATCH = 500  # articles an element, as the live read has up to 1,000 a poll


@dataclass
class _Run:
    """Where the steps of one run, all in this process, find its articles and leave what they find."""

    articles: Iterable[Article]
    read: int = 0
    alerts: list[Alert] = field(default_factory=list)
    stories: dict[tuple[str, str], StoryCount] = field(default_factory=dict)

    def batches(self) -> Iterator[list[Record]]:
        left = iter(self.articles)
        while batch := list(itertools.islice(left, BATCH)):
            yield [_record(article, self.read + n) for n, article in enumerate(batch)]
            self.read += len(batch)

    def alert(self, packed: bytes) -> None:
        self.alerts.append(ALERTS.decode(OUTGOING_ALERT.decode(packed).value))

    def joined(self, joined: Joined) -> None:
        key = joined.watch, joined.story
        count = self.stories.get(key)
        if count is None:
            count = self.stories[key] = StoryCount(joined.watch, joined.story, joined.article.title)
        count.add(joined.article.time, joined.article.source)

    def dead(self, letter: DeadLetter) -> None:
        headers = dict(letter.record.headers)
        raise WirewatchError(
            f"an article could not be processed: {letter.reason} in {letter.stage}: "
            f"{headers.get('error', b'').decode(errors='replace')}"
        )


class _Step(beam.DoFn):
    """Does one thing of a run, which is found by its name."""

    runs: ClassVar[dict[str, _Run]] = {}

    def __init__(self, run: str, do: Callable[[_Run, Any], Iterable[Any] | None]) -> None:
        self._run = run
        self._do = do

    def process(self, element: Any) -> Iterable[Any] | None:  # noqa: ANN401  # of any step
        return self._do(self.runs[self._run], element)


def backtest(snapshot: Snapshot, articles: Iterable[Article]) -> Told:
    """Return what `articles`, read once and taken as they come, would have told with `snapshot`.

    Raises WirewatchError for an article no step could take, and what reading `articles` raises.
    """
    name = uuid4().hex
    config = Path("backtest") / name
    run = _Step.runs[name] = _Run(articles)
    try:
        with in_force(config, snapshot):
            pipeline = beam.Pipeline(runner=EmbeddedRunner())
            _build(pipeline, name, config)
            pipeline.run()
    finally:
        del _Step.runs[name]
    return Told(
        articles=run.read,
        alerts=sorted(run.alerts, key=lambda alert: (alert.time, alert.watch, alert.step)),
        stories=list(run.stories.values()),
    )


def _build(pipeline: beam.Pipeline, run: str, config: Path) -> None:
    def step(do: Callable[[_Run, Any], Iterable[Any] | None]) -> beam.ParDo:
        return beam.ParDo(_Step(run, do))

    once = pipeline | "once" >> beam.Create([run], reshuffle=False)
    records = once | "articles" >> step(_batches)
    found = understand(records, config, joined=True)
    _ = found.alerts | "keep alerts" >> step(_Run.alert)
    _ = found.joined | "keep joined" >> step(_Run.joined)
    _ = found.dead | "dead letters" >> beam.Flatten() | "refuse dead letters" >> step(_Run.dead)


def _batches(run: _Run, _: str) -> Iterator[list[Record]]:
    return run.batches()


def _record(article: Article, offset: int) -> Record:
    return Record(
        topic="backtest",
        partition=0,
        offset=offset,
        key=article.id.encode(),
        value=ARTICLES.encode(article),
        headers=(),
        timestamp_ms=int(article.fetched.timestamp() * 1000),
    )
