"""The middle of the graph, which needs no Kafka: what becomes of records, wherever they come from."""

from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam

from pipelines.stories import JOINED, DecideStories
from pipelines.transforms import DEAD, Decode, MatchWatches, Tag


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
