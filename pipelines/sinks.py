"""Writing to Kafka. A bundle counts only when the broker has everything it wrote: flush in finish_bundle."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.portability import common_urns

from connectors.kafka.dead_letters import trace_headers
from connectors.kafka.protocols import RecordTooLargeError, Writer
from pipelines import metrics
from pipelines.access import KafkaAccess
from pipelines.elements import OUTGOING_ALERT, OutgoingAlert, OutgoingLetter, TaggedBatch
from pipelines.steps.dead_letters import Dead, dead_letter
from wirewatch.part import utc_now
from wirewatch.reasons import Reason
from wirewatch.records import TAGGED
from wirewatch.tagging.record import tagged_article
from wirewatch.trace import exemplar

FLUSH_SECONDS = 30  # a broker that restarts is back within this; else the bundle fails and is run again


class StableInput(beam.ParDo):
    """A ParDo that the runner must feed the very same input again after a failure.

    Beam's model has this (`requires_stable_input`, beam_runner_api.proto) but its Python SDK offers no way to
    ask for it.
    """

    def to_runner_api_parameter(self, context: Any, **extra: Any) -> Any:  # noqa: ANN401  # Beam's signature
        """Add the requirement to what Beam's ParDo says of itself."""
        urn, payload = super().to_runner_api_parameter(context, **extra)
        payload.requires_stable_input = True
        context.add_requirement(common_urns.requirements.REQUIRES_STABLE_INPUT.urn)
        return urn, payload


class _Sink(beam.DoFn):
    """What the sinks share: the thread's writer, and the flush that ends a bundle."""

    def __init__(self, access: KafkaAccess) -> None:
        self._access = access

    def setup(self) -> None:
        """Open the writer here and not at the first record: its first handshake takes half a second."""
        self._access.shared_writer()

    def start_bundle(self) -> None:
        """Begin with nothing sent, on the writer of the thread that runs this bundle."""
        self._writer: Writer = self._access.shared_writer()
        self._sent = 0

    def finish_bundle(self) -> None:
        """Wait for the broker. Raises DeliveryFailedError, which fails the bundle."""
        if self._sent:
            self._writer.flush(FLUSH_SECONDS)


class WriteTagged(_Sink):
    """Tagged articles → `articles.tagged`."""

    def __init__(self, access: KafkaAccess) -> None:
        super().__init__(access)
        self._topic = access.settings.kafka.topic("articles.tagged")

    def process(self, batch: TaggedBatch) -> Iterator[Dead]:
        """Write the head and tags of each; yield a dead letter for one that grew too large for the topic."""
        started = time.perf_counter()
        version = batch.snapshot.version
        send = self._writer.send
        for record, article, tags in batch.articles:
            tagged = tagged_article(article, tags, version)
            try:
                send(
                    self._topic,
                    key=record.key,
                    value=TAGGED.encode(tagged),
                    headers=trace_headers(record.headers),
                )
            except RecordTooLargeError as error:
                yield dead_letter(record, stage="write_tagged", reason=Reason.TOO_LARGE, error=error)
        self._sent += len(batch.articles)
        metrics.STAGE_SECONDS.labels(stage="write_tagged").observe(time.perf_counter() - started)


class WriteDeadLetters(_Sink):
    """Dead letters → `dead-letters`."""

    def __init__(self, access: KafkaAccess) -> None:
        super().__init__(access)
        self._topic = access.settings.kafka.topic("dead-letters")
        self._unflushed: list[tuple[str, str]] = []

    def start_bundle(self) -> None:
        """Begin with nothing sent."""
        super().start_bundle()
        self._unflushed = []

    def process(self, letter: OutgoingLetter) -> None:
        """Write it."""
        self._writer.send(
            self._topic,
            key=letter.record.key,
            value=letter.record.value,
            headers=letter.record.headers,
        )
        self._sent += 1
        self._unflushed.append((letter.stage, letter.reason))

    def finish_bundle(self) -> None:
        """Wait for the broker, then count: a bundle that is run again sends its letters again."""
        super().finish_bundle()
        for stage, reason in self._unflushed:
            metrics.DEAD.labels(stage=stage, reason=reason).inc()
        self._unflushed = []


class WriteAlerts(_Sink):
    """Alerts → `alerts`, keyed by watch.

    Needs stable input: a replay may read two partitions in another order, another article would then open
    the story, and the story would go out under a second id.
    """

    def __init__(self, access: KafkaAccess) -> None:
        super().__init__(access)
        self._topic = access.settings.kafka.topic("alerts")
        self._unflushed: list[OutgoingAlert] = []

    def start_bundle(self) -> None:
        """Begin with nothing sent."""
        super().start_bundle()
        self._unflushed = []

    def process(self, packed: bytes) -> None:
        """Write one."""
        alert = OUTGOING_ALERT.decode(packed)
        self._writer.send(self._topic, key=alert.key, value=alert.value, headers=alert.headers)
        self._unflushed.append(alert)
        self._sent += 1

    def finish_bundle(self) -> None:
        """Wait for the broker, then count: an alert that is not in Kafka did not happen."""
        super().finish_bundle()
        _count(self._unflushed, utc_now().timestamp())
        self._unflushed = []


def _count(alerts: Iterable[OutgoingAlert], now: float) -> None:
    for alert in alerts:
        metrics.ALERTS.labels(watch=alert.watch, severity=alert.severity, status=alert.status).inc()
        took = max(0.0, now - alert.produced_ms / 1000)
        metrics.ALERT_LATENCY.observe(took, exemplar(alert.traceparent))
