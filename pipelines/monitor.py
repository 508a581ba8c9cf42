"""The graph: articles in, tagged articles, alerts and dead letters out. Read it top to bottom.

Up to the watches everything is stateless, works on whole polls, and fuses into one stage. State is keyed by
watch and touched only by articles that met one. Every step has a label: checkpoints are keyed by it.
"""

from pathlib import Path
from typing import Any

import apache_beam as beam

from pipelines.access import KafkaAccess
from pipelines.partitions import FindPartitions
from pipelines.sinks import StableInput, WriteAlerts, WriteDeadLetters, WriteTagged
from pipelines.source import ReadArticles, ReadPolicy
from pipelines.stories import DecideStories
from pipelines.transforms import DEAD, Decode, MatchWatches, Tag


def monitor(pipeline: beam.Pipeline, access: KafkaAccess, config_dir: Path, policy: ReadPolicy) -> None:
    """Add the whole of wirewatch's graph to `pipeline`."""
    records = (
        pipeline
        | "topic" >> beam.Create([access.settings.kafka.topic("articles")], reshuffle=False)
        | "partitions" >> beam.ParDo(FindPartitions(access))
        | "read" >> beam.ParDo(ReadArticles(access, policy))
    )
    tagged, alerts, dead = understand(records, config_dir)
    too_large = tagged | "write tagged" >> beam.ParDo(WriteTagged(access)).with_outputs(DEAD)
    all_dead = (*dead, too_large[DEAD]) | "dead letters" >> beam.Flatten()
    _ = all_dead | "write dead letters" >> beam.ParDo(WriteDeadLetters(access))
    # Resource hints set the alerts' sink apart as a stage of its own: fused with the stateful step it would
    # wait for a checkpoint that waits for it.
    _ = alerts | "write alerts" >> StableInput(WriteAlerts(access)).with_resource_hints(min_ram="1MB")


def understand(records: Any, config_dir: Path) -> tuple[Any, Any, tuple[Any, ...]]:  # noqa: ANN401  # PCollections
    """Records → (tagged articles, alerts, dead letters). The part that `scan` shares."""
    decoded = records | "decode" >> beam.ParDo(Decode()).with_outputs(DEAD, main="articles")
    tagged = decoded.articles | "tag" >> beam.ParDo(Tag(config_dir)).with_outputs(DEAD, main="articles")
    matched = tagged.articles | "match" >> beam.ParDo(MatchWatches()).with_outputs(DEAD, main="matches")
    stories = matched.matches | "stories" >> beam.ParDo(DecideStories()).with_outputs(DEAD, main="alerts")
    return tagged.articles, stories.alerts, (decoded[DEAD], tagged[DEAD], matched[DEAD], stories[DEAD])
