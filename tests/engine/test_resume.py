"""Stopped and started again, a pipeline neither loses nor repeats anything in its counts."""

import threading

import apache_beam as beam

from pipelines.engines.embedded import EmbeddedRunner, LoopSettings
from tests.engine.graphs import Count, Total, Until, counting, lines


def test_counts_are_exact_across_stops(tmp_path):
    sink = tmp_path / "sunk"
    for limit in (40, 100, 100):
        stop = threading.Event()
        pipeline = beam.Pipeline(runner=EmbeddedRunner(tmp_path / "store.db", LoopSettings(stop=stop)))
        counting(pipeline, partitions="ab", source=Count(limit=limit), step=Total(), sink=sink)
        until = Until(stop, lambda limit=limit: len(lines(sink)) >= 2 * limit)
        pipeline.run()
        assert until.met
    assert sorted(lines(sink)) == sorted(f"{key}:{count}" for key in "ab" for count in range(1, 101))
