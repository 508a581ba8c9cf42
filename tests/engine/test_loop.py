"""How the loop waits, commits, backs off, wakes and stops."""

import gc
import threading
import time
import tracemalloc

import apache_beam as beam
import pytest

from pipelines.engines.embedded import EmbeddedRunner, LoopSettings
from pipelines.engines.embedded.graph import build_graph
from pipelines.engines.embedded.wakeup import Wakeup
from pipelines.engines.pipeline import new_pipeline
from tests.engine.conftest import Watcher
from tests.engine.graphs import AppendLines, Count, StableParDo, Total, bundles, counting, lines


def test_each_stable_sink_starts_a_stage_of_its_own():
    pipeline = new_pipeline()
    text = counting(pipeline, step=Total())
    loud = text | "loud" >> beam.Map(str.upper).with_output_types(str)
    (text, loud) | "both" >> beam.Flatten() | "one sink" >> StableParDo(AppendLines("x"))
    text | "other sink" >> StableParDo(AppendLines("y"))
    graph = build_graph(*EmbeddedRunner().create_stages(pipeline.to_runner_api()))
    labels = [stage.label for stage in graph.stages]
    assert [label for label in labels if "sink" in label] == sorted(
        ["one sink", "other sink"], key=labels.index
    )
    assert {stage.stable for stage in graph.stages if stage.stable} == {"one sink", "other sink"}
    assert any("count/Process" in label and "step" in label and "loud" in label for label in labels)
    assert all(
        target.stage > stage.index
        for stage in graph.stages
        for targets in stage.outputs.values()
        for target in targets
    )


def test_an_idle_engine_commits_nothing(engine):
    class Idle(Watcher):
        idle_bundles, commits = 0, []

        def on_bundle(self, transforms, seconds):
            if self.stats and not self.stats.held and len(bundles(engine.sink)):
                self.idle_bundles += 1
                self.commits.append(self.stats.commits)

    said = Idle()
    engine.run(
        lambda pipeline: counting(pipeline, source=Count(limit=5, delay=0.001), sink=engine.sink),
        until=lambda: said.idle_bundles > 150,
        hooks=said,
    )
    assert len(set(said.commits[50:])) == 1


def test_the_bell_runs_a_deferred_source_at_once(engine):
    bell = Wakeup()
    started = time.monotonic()

    def ring():
        bell.ring()
        return len(lines(engine.sink)) >= 50

    engine.run(
        lambda pipeline: counting(pipeline, source=Count(limit=50, delay=300), sink=engine.sink),
        until=ring,
        wakeup=bell,
    )
    assert time.monotonic() - started < 60


def test_a_ring_before_the_sleep_is_not_lost():
    bell = Wakeup()
    seen = bell.rings()
    bell.ring()
    assert bell.wait(seen, 0.0)
    assert not bell.wait(bell.rings(), 0.0)


class FailingSink(AppendLines):
    times = 0

    def finish_bundle(self):
        if FailingSink.times > 0:
            FailingSink.times -= 1
            raise ConnectionError("broker away")
        super().finish_bundle()


class SetUps(Count):
    count = 0

    def setup(self):
        SetUps.count += 1


def test_a_failing_sink_is_retried_ever_later_and_the_source_left_alone(engine):
    FailingSink.times, SetUps.count, pauses = 7, 0, []

    def build(pipeline):
        text = counting(pipeline, source=SetUps(limit=10))
        text | "sink" >> StableParDo(FailingSink(engine.sink))

    said = engine.run(build, until=engine.sunk(10), sleep=pauses.append)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert [str(error) for error, _ in said.failures] == ["broker away [while running 'sink']"] * 7
    assert SetUps.count == 1
    assert said.recoveries == 1
    assert said.replayed == 7
    assert bundles(engine.sink) == [tuple(f"a{at}" for at in range(10))]


class BadTearDown(beam.DoFn):
    torn_down = 0

    def process(self, element):
        yield element

    def teardown(self):
        BadTearDown.torn_down += 1
        raise OSError("already closed")


class BadSetUp(beam.DoFn):
    times = 0

    def setup(self):
        if BadSetUp.times > 0:
            BadSetUp.times -= 1
            raise OSError("no licence")

    def process(self, element):
        yield element


def test_a_set_up_that_fails_is_undone_and_tried_again(engine):
    def build(pipeline):
        text = counting(pipeline, source=Count(limit=10, ends=True))
        fine = text | "bad set-up" >> beam.ParDo(BadSetUp()) | "bad tear-down" >> beam.ParDo(BadTearDown())
        fine | "sink" >> beam.ParDo(AppendLines(engine.sink))

    BadSetUp.times, BadTearDown.torn_down = 2, 0
    said = engine.run(build)
    assert len(said.failures) == 2
    assert BadTearDown.torn_down == 3
    assert lines(engine.sink) == [f"a{at}" for at in range(10)]


def test_stopped_the_engine_sends_what_it_holds_and_goes(engine):
    said = engine.run(
        lambda pipeline: counting(pipeline, source=Count(delay=0), step=Total(), sink=engine.sink),
        until=engine.sunk(300),
        commit_interval=0.2,
    )
    assert said.stats.held == 0
    sunk = lines(engine.sink)
    assert sunk == [f"a:{count}" for count in range(1, len(sunk) + 1)]
    assert said.bundles >= len(sunk) // 10


def test_a_drain_has_an_end(engine):
    class Clock:
        now = 0.0

        def __call__(self):
            Clock.now += 1.0  # each look at the clock is a second later
            return Clock.now

    said = engine.run(
        lambda pipeline: counting(pipeline, source=Count(delay=0), sink=engine.sink),
        until=engine.sunk(100),
        clock=Clock(),
        drain_seconds=0.0,
    )
    assert said.stats.held > 0  # committed; sent at the next start
    engine.run(
        lambda pipeline: counting(pipeline, sink=engine.sink), until=engine.sunk(len(lines(engine.sink)) + 1)
    )
    sunk = lines(engine.sink)
    assert sunk == [f"a{at}" for at in range(len(sunk))]


def test_stop_is_heard_during_a_back_off(engine):
    FailingSink.times = 1000
    stop = threading.Event()

    class Stops(Watcher):
        def on_failure(self, error, attempt):
            super().on_failure(error, attempt)
            if attempt == 3:
                stop.set()

    said = Stops()
    pauses = []
    runner = EmbeddedRunner(engine.store, LoopSettings(stop=stop, hooks=said, sleep=pauses.append))
    pipeline = beam.Pipeline(runner=runner)
    counting(pipeline, source=Count(limit=10)) | "sink" >> StableParDo(FailingSink(engine.sink))
    pipeline.run()
    FailingSink.times = 0
    assert 3 <= len(said.failures) <= 4  # the drain may try once more
    engine.run(
        lambda again: (
            counting(again, source=Count(limit=10)) | "sink" >> StableParDo(FailingSink(engine.sink))
        ),
        until=engine.sunk(10),
    )


@pytest.mark.parametrize("store", [True, False], ids=["on disk", "in memory"])
def test_nothing_grows_with_the_bundles(engine, store):
    class Measures(Watcher):
        objects, kept = [], []

        def on_bundle(self, transforms, seconds):
            self.bundles += 1
            if self.bundles in {1000, 9000}:
                gc.collect()
                self.objects.append(len(gc.get_objects()))
                self.kept.append(tracemalloc.get_traced_memory()[0])

    said = Measures()
    said.objects, said.kept = [], []

    def build(pipeline):
        counted = counting(pipeline, source=Count(batch=1, delay=0), step=Total())
        counted | "sink" >> StableParDo(beam.Map(lambda text: None).fn)

    tracemalloc.start()
    try:
        engine.run(build, until=lambda: len(said.objects) == 2, hooks=said, store=store)
    finally:
        tracemalloc.stop()
    # Of 8,000 bundles: an object or 500 bytes kept of each is a leak, less is what else lives here.
    assert said.objects[1] - said.objects[0] < 4_000
    assert said.kept[1] - said.kept[0] < 4_000_000
