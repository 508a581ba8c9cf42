"""The graph: articles in, tagged articles, alerts and dead letters out. Read it top to bottom.

Up to the watches everything is stateless, works on whole polls, and fuses into one stage. State is keyed by
watch and touched only by articles that met one. Every step has a label: checkpoints are keyed by it.
"""

from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam

from pipelines.access import KafkaAccess
from pipelines.partitions import FindPartitions
from pipelines.sinks import StableInput, WriteAlerts, WriteDeadLetters, WriteTagged
from pipelines.source import ReadArticles, ReadPolicy
from pipelines.stories import JOINED, DecideStories
from pipelines.transforms import DEAD, Decode, MatchWatches, Tag


def monitor(pipeline: beam.Pipeline, access: KafkaAccess, config_dir: Path, policy: ReadPolicy) -> None:
    """Add the whole of wirewatch's graph to `pipeline`."""
    records = (
        pipeline
        | "topic" >> beam.Create([access.settings.kafka.topic("articles")], reshuffle=False)
        | "partitions" >> beam.ParDo(FindPartitions(access))
        | "read" >> beam.ParDo(ReadArticles(access, policy))
    )
    found = understand(records, config_dir)
    too_large = found.tagged | "write tagged" >> beam.ParDo(WriteTagged(access)).with_outputs(DEAD)
    all_dead = (*found.dead, too_large[DEAD]) | "dead letters" >> beam.Flatten()
    _ = all_dead | "write dead letters" >> beam.ParDo(WriteDeadLetters(access))
    # Resource hints set the alerts' sink apart as a stage of its own: fused with the stateful step it would
    # wait for a checkpoint that waits for it.
    _ = found.alerts | "write alerts" >> StableInput(WriteAlerts(access)).with_resource_hints(min_ram="1MB")


class Understood(NamedTuple):
    """What comes of the records, each a PCollection."""

    tagged: Any
    alerts: Any
    dead: tuple[Any, ...]
    joined: Any | None
    """Which story counts which article, when that was asked for."""


def understand(records: Any, config_dir: Path, *, joined: bool = False) -> Understood:  # noqa: ANN401  # a PCollection
    """Records → tagged articles, alerts, dead letters. The part that `scan` and `backtest` share."""
    decoded = records | "decode" >> beam.ParDo(Decode()).with_outputs(DEAD, main="articles")
    tagged = decoded.articles | "tag" >> beam.ParDo(Tag(config_dir)).with_outputs(DEAD, main="articles")
    matched = tagged.articles | "match" >> beam.ParDo(MatchWatches()).with_outputs(DEAD, main="matches")
    decide = beam.ParDo(DecideStories(joined=joined))
    outputs = (DEAD, JOINED) if joined else (DEAD,)
    stories = matched.matches | "stories" >> decide.with_outputs(*outputs, main="alerts")
    return Understood(
        tagged=tagged.articles,
        alerts=stories.alerts,
        dead=(decoded[DEAD], tagged[DEAD], matched[DEAD], stories[DEAD]),
        joined=stories[JOINED] if joined else None,
    )
