"""How a record that cannot be read, or makes a step raise, leaves the graph; the others go on."""

from typing import Literal, TypeAlias

import structlog
from apache_beam.pvalue import TaggedOutput

from connectors.kafka.dead_letters import dead_letter as make_dead_letter
from connectors.kafka.protocols import Record
from pipelines.elements import OutgoingLetter
from wirewatch.reasons import Reason

log = structlog.get_logger(__name__)

DEAD = "dead"
Dead: TypeAlias = TaggedOutput[Literal["dead"], OutgoingLetter]
"""What leaves a step on its `dead` output; Beam reads this from the annotations."""


def dead_letter(record: Record, *, stage: str, reason: Reason, error: Exception) -> Dead:
    """Return `record` as a dead letter on the `dead` output, and log why."""
    log.warning(
        "dead_letter",
        stage=stage,
        reason=reason.value,
        error=str(error),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
    return set_aside(record, stage=stage, reason=reason, error=error)


def set_aside(record: Record, *, stage: str, reason: Reason, error: Exception) -> Dead:
    """Return `record` as a dead letter on the `dead` output, of which the log tells already."""
    letter = make_dead_letter(record, stage=stage, reason=reason, error=str(error))
    return TaggedOutput(DEAD, OutgoingLetter(letter, stage, reason.value))
