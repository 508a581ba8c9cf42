"""How the conformance tests run a pipeline: on the embedded engine; another need only offer `run`."""

import threading

import apache_beam as beam
import pytest

from pipelines.engines.embedded import EmbeddedRunner, EngineHooks, LoopSettings
from tests.engine.graphs import Until, lines


class Watcher(EngineHooks):
    """Keeps what the engine said."""

    def __init__(self):
        self.stats = None
        self.failures = []
        self.recoveries = 0
        self.replayed = 0
        self.bundles = 0

    def on_bundle(self, transforms, seconds):
        self.bundles += 1

    def on_commit(self, stats, seconds):
        self.stats = stats

    def on_failure(self, error, attempt):
        self.failures.append((error, attempt))

    def on_recovery(self):
        self.recoveries += 1

    def on_replay(self, inputs):
        self.replayed += inputs


class Engine:
    """One checkpoint and one sink file, and any number of runs on them."""

    def __init__(self, folder):
        self.store = folder / "store.db"
        self.sink = folder / "sunk"

    def run(self, build, *, until=None, hooks=None, store=True, **settings):
        """Build and run a pipeline until it ends or `until()` holds; return what the engine said."""
        stop, watcher = threading.Event(), hooks or Watcher()
        runner = EmbeddedRunner(
            self.store if store else None,
            LoopSettings(stop=stop, hooks=watcher, **{"sleep": lambda seconds: None, **settings}),
        )
        pipeline = beam.Pipeline(runner=runner)
        build(pipeline)
        waiting = Until(stop, until) if until else None
        try:
            pipeline.run()
        finally:
            stop.set()
            if waiting:
                waiting.join()
        assert waiting is None or waiting.met, "the pipeline ended before what was waited for"
        return watcher

    def sunk(self, count):
        """A condition: so many lines have reached the sink."""
        return lambda: len(lines(self.sink)) >= count


@pytest.fixture
def engine(tmp_path):
    threads = set(threading.enumerate())
    yield Engine(tmp_path)
    assert set(threading.enumerate()) <= threads, "a thread was left behind"
