"""Killed at any moment, a pipeline loses nothing, and what it says twice it says in the same bytes."""

import multiprocessing
import os
import random
import signal
import time

import apache_beam as beam
import pytest

from pipelines.engines.embedded import EmbeddedRunner, EngineHooks, LoopSettings
from tests.engine.graphs import AppendLines, Count, First, StableParDo, Total, bundles, counting, lines

PROCESS = multiprocessing.get_context("fork")  # a process of its own, without importing Beam anew


def child(build, store, hooks=None):
    """A process that runs a pipeline until it is killed or ends."""

    def run():
        os.closerange(0, 3)  # Beam's log is not ours
        os.open(os.devnull, os.O_RDWR), os.dup(0), os.dup(0)
        pipeline = beam.Pipeline(runner=EmbeddedRunner(store, LoopSettings(hooks=hooks or EngineHooks())))
        build(pipeline)
        pipeline.run()
        os._exit(0)

    process = PROCESS.Process(target=run, daemon=True)
    process.start()
    return process


def test_killed_at_random_moments_it_loses_nothing(engine):
    limit, kills, chance = 3000, 8, random.Random(7)

    def build(pipeline):
        pairs = (
            pipeline
            | "partitions" >> beam.Create(["a", "b", "a"], reshuffle=False)  # "a" twice: half of it is known
            | "count" >> beam.ParDo(Count(limit=limit, ends=True)).with_output_types(tuple[str, int])
            | "key"
            >> beam.Map(lambda pair: (f"{pair[0]}{pair[1]}", pair[0])).with_output_types(tuple[str, str])
            | "first" >> beam.ParDo(First()).with_output_types(tuple[str, str])
        )
        by_partition = pairs | "back" >> beam.Map(lambda pair: (pair[1], 0)).with_output_types(
            tuple[str, int]
        )
        counted = by_partition | "total" >> beam.ParDo(Total()).with_output_types(str)
        counted | "sink" >> StableParDo(AppendLines(engine.sink))

    for _ in range(kills):
        running = child(build, engine.store)
        before = len(bundles(engine.sink))
        deadline = time.monotonic() + 60
        while len(bundles(engine.sink)) == before and running.is_alive() and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.12))
        assert running.is_alive(), "too fast to be killed: raise the limit"
        running.kill()
        running.join()
    last = child(build, engine.store)
    last.join(60)
    assert last.exitcode == 0
    expected = [f"{key}:{count}" for key in "ab" for count in range(1, limit + 1)]
    assert sorted(lines(engine.sink)) == sorted(expected)


class Opens(beam.DoFn):
    """The first article of a watch opens a story, under the article's name; later ones join it."""

    OPENED = First.SEEN

    def process(self, pair, opened=beam.DoFn.StateParam(OPENED)):
        if not list(opened.read()):
            opened.add(1)
            yield f"opened by {pair[1]}"


class Unequal(Count):
    """Lets one partition wait: another order of the same records."""

    def __init__(self, late):
        super().__init__(limit=3, ends=True)
        self.late, self.held_back = late, set()

    def available(self, partition):
        if partition == self.late and partition not in self.held_back:
            self.held_back.add(partition)
            return 0
        return 3

    @beam.DoFn.unbounded_per_element()
    def process(self, partition, tracker=Count.process.__defaults__[0]):
        if self.available(partition):
            yield from super().process(partition, tracker)
        else:
            tracker.defer_remainder(beam.utils.timestamp.Duration(micros=100_000))


class DiesOnCommit(EngineHooks):
    """Kills its process right after a commit which holds input for the sink: before the sink sees it."""

    def on_commit(self, stats, seconds):
        if stats.held:
            os.kill(os.getpid(), signal.SIGKILL)


class DiesOnBundle(EngineHooks):
    """Kills its process once a bundle of the sink has succeeded, before that is committed."""

    def on_bundle(self, transforms, seconds):
        if "sink" in transforms:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("dies", "told"),
    [
        pytest.param(DiesOnCommit, 1, id="killed between commit and sink"),
        pytest.param(DiesOnBundle, 2, id="killed between sink and commit"),
    ],
)
def test_read_in_another_order_after_a_kill_a_story_keeps_its_id(engine, dies, told):
    def build(pipeline, late):
        articles = (
            pipeline
            | "partitions" >> beam.Create(["a", "b"], reshuffle=False)
            | "count" >> beam.ParDo(Unequal(late)).with_output_types(tuple[str, int])
            | "watch"
            >> beam.MapTuple(lambda key, at: ("watch", f"{key}{at}")).with_output_types(tuple[str, str])
        )
        opened = articles | "story" >> beam.ParDo(Opens()).with_output_types(str)
        opened | "sink" >> StableParDo(AppendLines(engine.sink))

    killed = child(lambda pipeline: build(pipeline, late="b"), engine.store, dies())
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    child(lambda pipeline: build(pipeline, late="a"), engine.store).join(60)
    assert bundles(engine.sink) == [("opened by a0",)] * told


def test_a_kill_before_the_commit_leaves_no_trace(engine):
    """The counterpart: nothing was promised yet, so the other order may open the story."""

    class Dies(EngineHooks):
        def on_bundle(self, transforms, seconds):
            if "step" in transforms:
                os.kill(os.getpid(), signal.SIGKILL)

    def build(pipeline):
        counting(pipeline, source=Count(limit=5, ends=True), step=Total(), sink=engine.sink)

    killed = child(build, engine.store, Dies())
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    assert not engine.sink.exists()
    child(build, engine.store).join(60)
    assert lines(engine.sink) == [f"a:{count}" for count in range(1, 6)]
