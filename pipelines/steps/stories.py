"""The stateful step: matches of a watch → alerts, one a story. State is keyed by watch.

The decoded state is kept between bundles, for as long as the generation stored with the key says that nobody
else wrote: not an abandoned bundle, and not another instance of this DoFn on another thread.
"""

import math
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import apache_beam as beam
import msgspec
import structlog
from apache_beam.pvalue import TaggedOutput

from connectors.kafka.limits import record_size, refuse_too_large
from connectors.kafka.protocols import Record, RecordTooLargeError
from pipelines import metrics
from pipelines.elements import MATCHES, PACK, Joined, Matched, OutgoingAlert
from pipelines.news.tallies import NEWS
from pipelines.steps.bags import Bags, Pending, process_signature
from pipelines.steps.dead_letters import Dead, set_aside
from pipelines.steps.reading import ModelReader, trained_model
from wirewatch.alert import Alert
from wirewatch.errors import WirewatchError
from wirewatch.part import utc_now
from wirewatch.reasons import Reason
from wirewatch.records import ALERTS
from wirewatch.watches.state import Decision, WatchState

log = structlog.get_logger(__name__)

JOINED = "joined"
ToldJoined: TypeAlias = TaggedOutput[Literal["joined"], Joined]
"""What leaves the step on its `joined` output; Beam reads this from the annotations."""

WIDEST_EVERY: Final = 10.0
"""Seconds between looks at all stories of a watch, of which there may be 5,000."""
KEPT_SECONDS: Final = 3600.0
"""How long a watch that meets nothing stays decoded: then it is read from the store again. Else one that was
taken out of the config, which nobody tells this step, would hold its 10 MB a thousand stories for good."""


class _Known(NamedTuple):
    """The decoded state of a watch."""

    generation: int
    state: WatchState
    used: float
    """When, by the step's clock."""


class DecideStories(beam.DoFn):
    """(watch id, packed matches) → packed alerts; with `joined`, also which story counts each article."""

    def __init__(
        self,
        *,
        joined: bool = False,
        spacy_model: str | None = None,
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`clock` measures what a bundle takes, `now` is when an alert is decided."""
        self._joined = joined
        self._spacy_model = spacy_model
        self._clock = clock
        self._now = now

    def setup(self) -> None:
        """Begin without any state decoded. Raises DependencyMissingError for a model that is not there."""
        self._known: dict[str, _Known] = {}
        """By watch, the one that was used longest ago first."""
        self._measured: dict[str, float] = {}
        self._reader = ModelReader(trained_model(self._spacy_model)) if self._spacy_model else None

    def start_bundle(self) -> None:
        """Begin with all of a bundle's time for reading."""
        if self._reader is not None:
            self._reader.begin()

    def process(self, batch: tuple[str, bytes], *bags: Any) -> Iterator[bytes | Dead | ToldJoined]:  # noqa: ANN401
        """Decide on each match in turn; yield alerts, and a pointer to each article that made it raise."""
        started = self._clock()
        watch, packed = batch
        stored = Bags(bags[0], bags[1], bags[2:])
        generation, state = self._state(watch, stored)
        # A batch that fails half-way leaves no state behind that knows more than the bags.
        self._known.pop(watch, None)
        pending = Pending()
        for matched in MATCHES.decode(packed):
            try:
                decision = state.apply(matched.match, self._now())
                told = None if decision.alert is None else self._told(decision.alert, matched)
            except WirewatchError:
                raise
            except Exception as error:
                log.exception("story_failed", watch=watch, article=matched.match.article.id)
                yield _dead_letter(matched, error)
                generation += 1
                stored.write(pending, generation)
                pending, state = Pending(), stored.load()
                continue
            pending.take(decision)
            _count_evicted(watch, decision)
            if told is not None:
                yield told
            if self._joined and decision.stories.story is not None:
                counted = Joined(watch, decision.stories.story, matched.match.article)
                yield TaggedOutput(JOINED, counted)
        if pending:
            generation += 1
            stored.write(pending, generation)
        self._known[watch] = _Known(generation, state, started)
        self._forget_idle(started)
        self._measure(watch, state, started)
        metrics.STAGE_SECONDS.labels(stage="stories").observe(self._clock() - started)

    def _told(self, alert: Alert, matched: Matched) -> bytes:
        """Return `alert` as the sink takes it, with what the model finds in its article.

        Here its bytes are fixed; the sink's input is stable: an id goes out with one reading, of one model.
        """
        if self._reader is not None and matched.readable is not None and alert.status != "closed":
            alert = msgspec.structs.replace(alert, reading=self._reader.read(matched.readable, alert.article))
        return _outgoing(alert, matched)

    def _measure(self, watch: str, state: WatchState, now: float) -> None:
        """Say how many stories there are, and now and then how wide the widest is: that looks at each."""
        widest = None
        if now - self._measured.get(watch, -math.inf) >= WIDEST_EVERY:
            self._measured[watch] = now
            widest = state.stories.widest()
        NEWS.follow(watch, len(state.stories), widest)

    def _state(self, watch: str, stored: Bags) -> tuple[int, WatchState]:
        generation = stored.stored_generation()
        known = self._known.get(watch)
        if known is not None and known.generation == generation:
            return generation, known.state
        return generation, stored.load() if generation else WatchState()

    def _forget_idle(self, now: float) -> None:
        while (idle := next(iter(self._known.items())))[1].used < now - KEPT_SECONDS:
            del self._known[idle[0]]


def _count_evicted(watch: str, decision: Decision) -> None:
    if decision.stories.evicted:
        metrics.EVICTIONS.labels(watch=watch).inc(decision.stories.evicted)
    if decision.incidents.evicted:
        metrics.UNCOUNTED.labels(watch=watch).inc(decision.incidents.evicted)


DecideStories.process.__signature__ = process_signature(  # type: ignore[attr-defined]
    Iterator[bytes | Dead | ToldJoined]
)


def _outgoing(alert: Alert, matched: Matched) -> bytes:
    """Return `alert` as the sink takes it.

    Raises RecordTooLargeError: here, since a sink with stable input could only fail for ever.
    """
    outgoing = OutgoingAlert(
        watch=alert.watch,
        severity=alert.severity,
        status=alert.status,
        value=ALERTS.encode(alert),
        traceparent=matched.match.traceparent,
        produced_ms=matched.produced_ms,
    )
    refuse_too_large("alerts", record_size(outgoing.key, outgoing.value, outgoing.headers))
    return PACK.encode(outgoing)


def _dead_letter(matched: Matched, error: Exception) -> Dead:
    """Return a dead letter that points to the article's record: its bytes did not travel this far."""
    record = Record(
        topic=matched.topic,
        partition=matched.partition,
        offset=matched.offset,
        key=None,
        value=None,
        headers=(),
        timestamp_ms=matched.produced_ms,
    )
    reason = Reason.TOO_LARGE if isinstance(error, RecordTooLargeError) else Reason.STORY_FAILED
    return set_aside(record, stage="stories", reason=reason, error=error)
