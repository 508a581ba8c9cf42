"""The stateful step: matches of a watch → alerts, one a story. State is keyed by watch.

A watch's stories are a log in 64 bags (`wirewatch.watches.stories.entries`): appended to, or dropped whole.
Its incidents are a log in one (`wirewatch.watches.incidents`), appended to, or written anew. The decoded
state is kept between bundles, for as long as the generation stored with the key says that nobody else
wrote: not an abandoned bundle, and not another instance of this DoFn on another thread.
"""

import inspect
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import apache_beam as beam
import msgspec
import structlog
from apache_beam.coders import BytesCoder, VarIntCoder
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.userstate import BagStateSpec

from connectors.kafka.dead_letters import dead_letter
from connectors.kafka.limits import record_size, refuse_too_large
from connectors.kafka.protocols import Record, RecordTooLargeError
from pipelines import metrics
from pipelines.elements import MATCHES, PACK, Joined, Matched, OutgoingAlert, OutgoingLetter
from pipelines.steps.reading import ModelReader, trained_model
from pipelines.steps.transforms import DEAD, Dead
from wirewatch.alert import Alert
from wirewatch.errors import WirewatchError
from wirewatch.part import utc_now
from wirewatch.reasons import Reason
from wirewatch.records import ALERTS
from wirewatch.watches.state import Decision, WatchState
from wirewatch.watches.stories.entries import CELLS

log = structlog.get_logger(__name__)

JOINED = "joined"
ToldJoined: TypeAlias = TaggedOutput[Literal["joined"], Joined]
"""What leaves the step on its `joined` output; Beam reads this from the annotations."""

WIDEST_EVERY: Final = 10.0
"""Seconds between looks at all stories of a watch, of which there may be 5,000."""
KEPT_SECONDS: Final = 3600.0
"""How long a watch that meets nothing stays decoded: then it is read from the store again. Else one that was
taken out of the config, which nobody tells this step, would hold its 10 MB a thousand stories for good."""
GENERATION: Final = "generation"
"""The state that every watch has which something is kept of."""
CELL_NAMES: Final = tuple(f"cell-{n:02}" for n in range(CELLS))
"""The states that hold the entries of its stories."""
_GENERATION: Final = BagStateSpec(GENERATION, VarIntCoder())
_INCIDENTS: Final = BagStateSpec("incidents", BytesCoder())
_CELLS: Final = tuple(BagStateSpec(name, BytesCoder()) for name in CELL_NAMES)


class _Known(NamedTuple):
    """The decoded state of a watch."""

    generation: int
    state: WatchState
    used: float
    """When, by the step's clock."""


@dataclass
class _Pending:
    """What a batch changes in the bags, in the order it must happen: drop, then append."""

    dropped: set[int] = field(default_factory=set)
    appended: dict[int, list[bytes]] = field(default_factory=dict)
    log_dropped: bool = False
    log: list[bytes] = field(default_factory=list)

    def take(self, decision: Decision) -> None:
        """Note the changes of one decision."""
        for cell in decision.stories.drops:
            self.dropped.add(cell)
            self.appended.pop(cell, None)
        for cell, entry in decision.stories.appends:
            self.appended.setdefault(cell, []).append(entry)
        if decision.incidents.rewrites:
            self.log_dropped = True
            self.log.clear()
        self.log.extend(decision.incidents.appends)

    def __bool__(self) -> bool:
        return bool(self.dropped or self.appended or self.log)


@dataclass
class _Bags:
    """The bags of one watch, as Beam hands them in."""

    generation: Any
    incidents: Any
    cells: tuple[Any, ...]

    def stored_generation(self) -> int:
        """Return the number of times this key was written; 0 for a watch without stories."""
        return max(self.generation.read(), default=0)

    def write(self, pending: _Pending, generation: int) -> None:
        """Apply what a batch changed."""
        for cell in sorted(pending.dropped):
            self.cells[cell].clear()
        for cell, entries in sorted(pending.appended.items()):
            for entry in entries:
                self.cells[cell].add(entry)
        if pending.log_dropped:
            self.incidents.clear()
        for entry in pending.log:
            self.incidents.add(entry)
        self.generation.clear()
        self.generation.add(generation)

    def load(self) -> WatchState:
        """Return the state that is stored. Raises StateRefusedError."""
        return WatchState.load((entry for cell in self.cells for entry in cell.read()), self.incidents.read())


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
        stored = _Bags(bags[0], bags[1], bags[2:])
        generation, state = self._state(watch, stored)
        # A batch that fails half-way leaves no state behind that knows more than the bags.
        self._known.pop(watch, None)
        pending = _Pending()
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
                pending, state = _Pending(), stored.load()
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
        metrics.STORIES.labels(watch=watch).set(len(state.stories))
        if now - self._measured.get(watch, -math.inf) >= WIDEST_EVERY:
            self._measured[watch] = now
            metrics.WIDEST.labels(watch=watch).set(state.stories.widest())

    def _state(self, watch: str, stored: _Bags) -> tuple[int, WatchState]:
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


def _process_signature(bags: Iterable[BagStateSpec]) -> inspect.Signature:
    """Return `process`'s signature, one state parameter a bag: Beam reads it, and nobody types 66."""
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [
            inspect.Parameter("self", positional),
            inspect.Parameter("batch", positional),
            *(
                inspect.Parameter(
                    f"bag_{n}",
                    positional,
                    default=beam.DoFn.StateParam(spec),
                )
                for n, spec in enumerate(bags)
            ),
        ],
        return_annotation=Iterator[bytes | Dead | ToldJoined],
    )


DecideStories.process.__signature__ = _process_signature(  # type: ignore[attr-defined]
    (_GENERATION, _INCIDENTS, *_CELLS)
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
    letter = dead_letter(record, stage="stories", reason=reason, error=str(error))
    return TaggedOutput(DEAD, OutgoingLetter(letter, "stories", reason.value))
