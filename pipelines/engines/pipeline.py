"""A Beam pipeline to build a graph in, whatever engine it is for."""

import shutil

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineRunner


def new_pipeline(
    runner: PipelineRunner | None = None, options: PipelineOptions | None = None
) -> beam.Pipeline:
    """Return a pipeline that leaves no folder behind.

    Beam makes one in the system's temporary folder for each, for Java transforms, and takes it away when
    `run` returns: one that is killed, or built for its looks, would leave it for good. We have no such
    transforms.
    """
    pipeline = beam.Pipeline(runner=runner, options=options)
    shutil.rmtree(pipeline.local_tempdir)
    return pipeline
