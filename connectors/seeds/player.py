"""Playing seed files into the topic `articles`, in order of publication, once each a round."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from connectors.kafka.part_writer import PartWriter, TracedRecord
from connectors.kafka.protocols import RecordTooLargeError, Writer
from connectors.seeds import metrics
from connectors.seeds.folder import Seed, Timed, in_order
from connectors.seeds.pace import Pace
from connectors.seeds.parse import to_article
from connectors.seeds.position import POSITION_FILE, Position, PositionFile
from connectors.seeds.watched import WatchedFolder
from wirewatch.article import Article
from wirewatch.errors import ConfigError, WirewatchError
from wirewatch.part import PartContext
from wirewatch.records import ARTICLES
from wirewatch.trace import new_traceparent
from wirewatch.watches.model import MAX_WINDOW

POLL_SECONDS = 2.0
FLUSH_SECONDS = 5.0
LOOP_GAP = MAX_WINDOW + timedelta(days=1)
"""Between two rounds of a loop: the longest window a watch may have and a day, so that no story, volume or
spike spans two, and each round alerts as the first one did."""
LOOP_END = datetime(9000, 1, 1, tzinfo=UTC)
"""Where a loop ends: its dates would soon be beyond what a datetime holds."""

log = structlog.get_logger(__name__)


@dataclass
class Player:
    """Sends what is due, and keeps the position. `clock` counts seconds, on any scale that never goes back.

    Nothing counts as sent before the broker has it and the position is on disk, so a crash repeats up to one
    batch under the same ids and skips nothing. Raises StateRefusedError for a position it cannot read.
    """

    context: PartContext
    folder: Path
    open_writer: Callable[[], Writer]
    clock: Callable[[], float] = time.monotonic
    random_bytes: Callable[[int], bytes] = os.urandom
    _pending: list[Timed] = field(default_factory=list)
    _looked: float | None = None

    def __post_init__(self) -> None:
        settings = self.context.settings
        self._writer = PartWriter(self.open_writer, _left_out, FLUSH_SECONDS)
        self._topic = settings.kafka.topic("articles")
        self._loop = settings.replay.loop
        self._pace = Pace(None if settings.replay.speed == "max" else settings.replay.speed)
        self._file = PositionFile(self.context.data_dir / POSITION_FILE)
        self._position = self._file.load(self.folder)
        self._watched = WatchedFolder(self.folder)
        self._undated = self.context.now()

    def run(self) -> None:
        """Replay until `context.stop` is set."""
        try:
            while not self.context.stop.is_set():
                self.context.stop.wait(self.step())
        finally:
            self._writer.close()

    def step(self) -> float:
        """Do what is due now; return the seconds until there may be more, at most POLL_SECONDS."""
        self._look()
        if not self._pending and self._loop and self._watched.seeds:
            self._next_round()
        due = self._pace.due(self._pending, self.clock())
        if due.batch:
            self._send(due.batch)
        elif not self._pending:
            self._pace.rest()
            self.context.health.ready()
        if not self._pending and self._loop and self._watched.seeds:
            return 0
        return POLL_SECONDS if due.wait is None else min(due.wait, POLL_SECONDS)

    def _look(self) -> None:
        now = self.clock()
        if self._looked is not None and now - self._looked < POLL_SECONDS:
            return
        self._looked = now
        before = self._watched.seeds
        try:
            rejected = self._watched.refresh()
        except OSError as error:
            raise ConfigError(f"{self.folder}: the seeds cannot be read: {error.strerror}") from error
        for file in rejected:
            metrics.REJECTED.labels(reason=file.reason).inc()
            log.warning("seed_rejected", path=str(file.path), reason=file.reason, detail=file.detail)
        if self._watched.seeds != before:
            self._warn(before)
            self._plan()

    def _warn(self, before: Sequence[Seed]) -> None:
        known = {seed.digest for seed in before}
        for seed in self._watched.seeds:
            for warning in seed.draft.warnings if seed.digest not in known else ():
                log.warning("seed_doubtful", path=str(seed.path), detail=warning)

    def _plan(self) -> None:
        sent = set(self._position.sent)
        timed = in_order(self._watched.seeds, undated=self._undated)
        self._pending = [item for item in timed if item.seed.digest not in sent]
        metrics.PENDING.set(len(self._pending))

    def _next_round(self) -> None:
        timed = in_order(self._watched.seeds, undated=self._undated)
        step = timed[-1].time - timed[0].time + LOOP_GAP
        shift = timedelta(seconds=self._position.shift) + step
        metrics.ROUNDS.inc()
        if shift > LOOP_END - timed[-1].time:
            log.warning(
                "loop_ended", rounds=self._position.round + 1, detail=f"dates have reached {LOOP_END}"
            )
            self._loop = False
            return
        self._keep(
            Position(seeds=self._position.seeds, round=self._position.round + 1, shift=shift.total_seconds())
        )
        self._pace.rest()
        self._plan()

    def _send(self, batch: Sequence[Timed]) -> None:
        records = [self._record(self._article(item)) for item in batch]
        tries = 1
        while (failure := self._writer.deliver(records)) is not None:
            self._say_away(failure)
            if self.context.stop.wait(self._writer.retry_seconds):
                return
            tries += 1
        self.context.health.ready()
        log.info("articles_sent", articles=len(batch), round=self._position.round, tries=tries)
        metrics.ARTICLES.inc(len(batch))
        self._pending = self._pending[len(batch) :]
        metrics.PENDING.set(len(self._pending))
        present = {seed.digest for seed in self._watched.seeds}
        sent = [digest for digest in self._position.sent if digest in present]
        self._keep(self._position.with_sent([*sent, *(item.seed.digest for item in batch)]))

    def _article(self, item: Timed) -> Article:
        shift = timedelta(seconds=self._position.shift)
        salt = str(self._position.round) if self._position.round else ""
        return to_article(item.seed.draft.shifted(shift), fetched=item.time + shift, salt=salt)

    def _record(self, article: Article) -> TracedRecord:
        trace = new_traceparent(self.random_bytes)
        log.debug("article", article=article.id, title=article.title, traceparent=trace)
        return TracedRecord(self._topic, article.id, ARTICLES.encode(article), trace)

    def _say_away(self, failure: Exception) -> None:
        servers = self.context.settings.bootstrap_servers
        metrics.FLUSH_FAILURES.inc()
        self.context.health.waiting(f"the broker at {servers} is away: {failure}")
        if self._writer.failures == 1:  # once an outage, not once a try
            log.warning("broker_away", servers=servers, error=str(failure))

    def _keep(self, position: Position) -> None:
        try:
            self._file.save(position)
        except OSError as error:
            raise WirewatchError(
                f"{self._file.path}: the position cannot be written: {error.strerror}; what was sent since "
                "then is sent again under the same ids"
            ) from error
        self._position = position


def _left_out(record: TracedRecord, error: RecordTooLargeError) -> None:
    metrics.REJECTED.labels(reason="too_large").inc()
    log.warning("record_too_large", topic=record.topic, key=record.key, detail=str(error))
