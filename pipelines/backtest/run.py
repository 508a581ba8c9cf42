"""The same steps over articles of the past: no broker, no Java, nothing kept.

Articles are read a batch a bundle, and what they tell goes to whoever asked as it comes: memory holds a batch
and what the watches keep of their stories, however many articles there are.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol
from uuid import uuid4

import apache_beam as beam

from connectors.kafka.dead_letters import ERROR, OFFSET
from connectors.kafka.protocols import Record
from pipelines.config import in_force
from pipelines.elements import OUTGOING_ALERT, Joined, OutgoingLetter
from pipelines.engines.embedded import EmbeddedRunner, EngineHooks, LoopSettings
from pipelines.engines.pipeline import new_pipeline
from pipelines.source.offsets import ENDLESS, TRACKER, WATERMARK
from pipelines.steps.understand import understand
from wirewatch.alert import Alert
from wirewatch.article import Article
from wirewatch.records import ALERTS, ARTICLES
from wirewatch.snapshot import Snapshot

BATCH = 500  # articles that go through the steps at once


class Failure(NamedTuple):
    """An article that a step could not take."""

    article: str
    """Its id."""
    stage: str
    reason: str
    """A `wirewatch.reasons.Reason`."""
    error: str


class Audience(Protocol):
    """Whom a backtest tells as it goes, on the thread of the caller. What a method raises ends the run."""

    def read(self, article: Article) -> None:
        """Take note of an article that is about to be looked at."""

    def alert(self, alert: Alert) -> None:
        """Take an alert. Those of one watch come in the order of its articles."""

    def joined(self, joined: Joined) -> None:
        """Take note that a story counts an article, told or not."""

    def failed(self, failure: Failure) -> None:
        """Take note of an article that a step could not take; the others go on."""


def backtest(snapshot: Snapshot, articles: Iterable[Article], audience: Audience) -> None:
    """Tell `audience` what `articles`, read once and taken as they come, would have told with `snapshot`.

    Raises what reading `articles` raises, and the audience.
    """
    name = uuid4().hex
    config = Path("backtest") / name
    run = _Step.runs[name] = _Run(articles, audience)
    first = _FirstFailure()
    try:
        with in_force(config, snapshot):
            pipeline = new_pipeline(EmbeddedRunner(settings=LoopSettings(first.stop, hooks=first)))
            _build(pipeline, name, config)
            pipeline.run()
    finally:
        del _Step.runs[name]
        run.close()
    if first.error is not None:
        raise first.error


class _FirstFailure(EngineHooks):
    """Ends the engine when a bundle fails: the articles of an abandoned bundle cannot be read again."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.error: Exception | None = None

    def on_failure(self, error: Exception, attempt: int) -> None:  # noqa: ARG002  # the hook's signature
        self.error = self.error or error
        self.stop.set()


class _Run:
    """Where the steps of one run, all in this process, find its articles and whom they tell."""

    def __init__(self, articles: Iterable[Article], audience: Audience) -> None:
        self._left = iter(articles)
        self._audience = audience
        self._batch: list[Article] = []
        self._first = 0
        """The number of the batch's first article."""

    def next_batch(self) -> list[Record]:
        """Return the next articles as the live read has them; none at the end."""
        self._first += len(self._batch)
        self._batch = list(itertools.islice(self._left, BATCH))
        for article in self._batch:
            self._audience.read(article)
        return [_record(article, self._first + n) for n, article in enumerate(self._batch)]

    def alert(self, packed: bytes) -> None:
        self._audience.alert(ALERTS.decode(OUTGOING_ALERT.decode(packed).value))

    def joined(self, joined: Joined) -> None:
        self._audience.joined(joined)

    def dead(self, letter: OutgoingLetter) -> None:
        headers = dict(letter.record.headers)
        article = self._batch[int(headers[OFFSET]) - self._first]
        error = headers[ERROR].decode(errors="replace")
        self._audience.failed(Failure(article.id, letter.stage, letter.reason, error))

    def close(self) -> None:
        """Let a generator of articles end what it has open."""
        close = getattr(self._left, "close", None)
        if close is not None:
            close()


class _Step(beam.DoFn):
    """Does one thing of a run, which is found by its name."""

    runs: ClassVar[dict[str, _Run]] = {}

    def __init__(self, run: str, do: Callable[[_Run, Any], None]) -> None:
        self._run = run
        self._do = do

    def process(self, element: Any) -> None:  # noqa: ANN401  # of any step
        self._do(self.runs[self._run], element)


class _Read(beam.DoFn):
    """The name of a run → its articles as records, a batch a bundle: memory holds all that one makes."""

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        run: str,
        tracker: Any = TRACKER,  # noqa: ANN401  # Beam reads the default and hands in a tracker
        _watermark: Any = WATERMARK,  # noqa: ANN401
    ) -> Iterator[list[Record]]:
        records = _Step.runs[run].next_batch()
        if not records:
            tracker.try_claim(ENDLESS)
            return
        tracker.try_claim(records[-1].offset)
        yield records
        tracker.defer_remainder()


def _build(pipeline: beam.Pipeline, run: str, config: Path) -> None:
    def step(do: Callable[[_Run, Any], None]) -> beam.ParDo:
        return beam.ParDo(_Step(run, do))

    records = pipeline | "run" >> beam.Create([run], reshuffle=False) | "read" >> beam.ParDo(_Read())
    found = understand(records, config, joined=True)
    _ = found.alerts | "tell alerts" >> step(_Run.alert)
    _ = found.joined | "tell joined" >> step(_Run.joined)
    _ = found.dead | "dead letters" >> beam.Flatten() | "tell dead letters" >> step(_Run.dead)


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
