"""The graph as a cluster is sent it, and the fingerprint of what it keeps there."""

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineRunner

from pipelines.access import KafkaAccess
from pipelines.engines.flink.fit import fingerprint
from pipelines.engines.pipeline import new_pipeline
from pipelines.monitor import monitor
from pipelines.source.ticks import read_on_ticks


def graph(
    access: KafkaAccess, options: PipelineOptions, runner: PipelineRunner | None = None
) -> beam.Pipeline:
    """Return the graph as a cluster is sent it."""
    pipeline = new_pipeline(runner, options)
    monitor(read_on_ticks(pipeline, access), access, access.config_dir)
    return pipeline


def state_fingerprint(access: KafkaAccess) -> str:
    """Return the fingerprint of the graph as it would be submitted."""
    return fingerprint(graph(access, PipelineOptions([], streaming=True)))
