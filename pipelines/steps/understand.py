"""The middle of the graph, which needs no Kafka: what becomes of records, wherever they come from."""

from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam

from pipelines.steps.dead_letters import DEAD
from pipelines.steps.decode import Decode
from pipelines.steps.match import MatchWatches
from pipelines.steps.stories import JOINED, DecideStories
from pipelines.steps.tag import Tag


class Understood(NamedTuple):
    """What comes of the records, each a PCollection."""

    tagged: Any
    alerts: Any
    dead: tuple[Any, ...]
    joined: Any | None
    """Which story counts which article, when that was asked for."""


def understand(
    records: Any,  # noqa: ANN401  # a PCollection
    config_dir: Path,
    *,
    joined: bool = False,
    spacy_model: str | None = None,
) -> Understood:
    """Records → tagged articles, alerts, dead letters. The part that `scan` and `backtest` share.

    These name no `spacy_model`: it decides on no alert, and would make them a hundred times as long.
    """
    decoded = records | "decode" >> beam.ParDo(Decode()).with_outputs(DEAD, main="articles")
    tagged = decoded.articles | "tag" >> beam.ParDo(Tag(config_dir)).with_outputs(DEAD, main="articles")
    match = MatchWatches(to_be_read=spacy_model is not None)
    matched = tagged.articles | "match" >> beam.ParDo(match).with_outputs(DEAD, main="matches")
    decide = beam.ParDo(DecideStories(joined=joined, spacy_model=spacy_model))
    outputs = (DEAD, JOINED) if joined else (DEAD,)
    stories = matched.matches | "stories" >> decide.with_outputs(*outputs, main="alerts")
    return Understood(
        tagged=tagged.articles,
        alerts=stories.alerts,
        dead=(decoded[DEAD], tagged[DEAD], matched[DEAD], stories[DEAD]),
        joined=stories[JOINED] if joined else None,
    )
