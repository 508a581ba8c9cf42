"""Runs steps of the graph on the embedded engine, in memory, over given elements; keeps what comes out."""

import uuid
from typing import Any, ClassVar

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from connectors.kafka.protocols import Record
from pipelines.engines.embedded import EmbeddedRunner, LoopSettings
from pipelines.steps.understand import understand
from tests.acceptance.generated import START, article
from wirewatch.records import ARTICLES


class Keep(beam.DoFn):
    """Keeps elements where the test finds them: the engine runs in its process."""

    kept: ClassVar[dict[str, list[Any]]] = {}

    def __init__(self, run, name):
        self.to = f"{run}:{name}"
        self.kept[self.to] = []

    def process(self, element):
        self.kept[self.to].append(element)


def understood(batches, config_dir, *, hooks=None, spacy_model=None):
    """Decode, tag, match and decide; return (tagged articles, packed alerts, dead letters)."""
    run = uuid.uuid4().hex
    settings = LoopSettings(sleep=lambda _: None, **({"hooks": hooks} if hooks else {}))
    pipeline = beam.Pipeline(runner=EmbeddedRunner(None, settings), options=PipelineOptions([]))
    records = pipeline | "records" >> beam.Create(batches, reshuffle=False)
    tagged, alerts, dead, _ = understand(records, config_dir, spacy_model=spacy_model)
    _ = tagged | "keep tagged" >> beam.ParDo(Keep(run, "tagged"))
    _ = alerts | "keep alerts" >> beam.ParDo(Keep(run, "alerts"))
    _ = dead | "all dead" >> beam.Flatten() | "keep dead" >> beam.ParDo(Keep(run, "dead"))
    pipeline.run()
    tagged, alerts, dead = (Keep.kept.pop(f"{run}:{name}") for name in ("tagged", "alerts", "dead"))
    return [item for batch in tagged for item in batch.articles], alerts, dead


def news(number, title):
    """An article of its own, unlike every other."""
    return article(
        title=f"{title} gathers gamma{number}q in delta{number}r",
        paragraphs=[f"Delegates from item{number} met alpha{number}x and beta{number}y."],
        source="wire.example",
        url=f"https://wire.example/{number}",
        time=START,
    )


def record(offset, value, headers=()):
    """A record as the reader gives it; `value` an article or bytes."""
    data = value if isinstance(value, bytes | None) else ARTICLES.encode(value)
    return Record("articles", 0, offset, b"key", data, headers, 1_700_000_000_000)
