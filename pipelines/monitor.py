"""The graph: articles in, tagged articles, alerts and dead letters out. Read it top to bottom.

Up to the watches everything is stateless, works on whole polls, and fuses into one stage. State is keyed by
watch and touched only by articles that met one. Every step has a label: checkpoints are keyed by it.
"""

from pathlib import Path

import apache_beam as beam

from connectors.kafka.protocols import Record
from pipelines.access import KafkaAccess
from pipelines.sinks import StableInput, WriteAlerts, WriteDeadLetters, WriteTagged
from pipelines.steps.dead_letters import DEAD
from pipelines.steps.understand import understand


def monitor(records: beam.PCollection[list[Record]], access: KafkaAccess, config_dir: Path) -> None:
    """Add all that follows the engine's read of `articles`."""
    found = understand(records, config_dir, spacy_model=access.settings.tagging.spacy_model)
    too_large = found.tagged | "write tagged" >> beam.ParDo(WriteTagged(access)).with_outputs(DEAD)
    all_dead = (*found.dead, too_large[DEAD]) | "dead letters" >> beam.Flatten()
    _ = all_dead | "write dead letters" >> beam.ParDo(WriteDeadLetters(access))
    # Resource hints set the alerts' sink apart as a stage of its own: fused with the stateful step it would
    # wait for a checkpoint that waits for it.
    _ = found.alerts | "write alerts" >> StableInput(WriteAlerts(access)).with_resource_hints(min_ram="1MB")
