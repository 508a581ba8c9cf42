"""A graph that can't read what is stored is refused, with the command that mends it; one that can is not."""

import re

import apache_beam as beam
import pytest
from apache_beam.coders import BytesCoder, VarIntCoder
from apache_beam.transforms.userstate import BagStateSpec

from pipelines.engines.embedded.admin import describe, drop, rename, reset
from pipelines.engines.embedded.errors import UnsupportedGraphError
from pipelines.engines.embedded.versions import require_beam
from tests.engine.graphs import AppendLines, Count, First, StableParDo, Total, lines
from wirewatch.errors import AlreadyRunningError, ConfigError, DependencyMissingError, StateRefusedError


class FirstBytes(First):
    SEEN = BagStateSpec("seen", BytesCoder())

    def process(self, pair, seen=beam.DoFn.StateParam(SEEN)):
        yield pair


class FirstRenamed(First):
    SEEN = BagStateSpec("known", VarIntCoder())

    def process(self, pair, seen=beam.DoFn.StateParam(SEEN)):
        yield pair


def graph(engine, *, first="first", step=First, key_type=str, sink=StableParDo, count="count", extra=False):
    def build(pipeline):
        pairs = (
            pipeline
            | "partitions" >> beam.Create(["a"], reshuffle=False)
            | count >> beam.ParDo(Count(limit=20)).with_output_types(tuple[str, int])
        )
        if extra:
            pairs = pairs | "extra" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, int])
        keyed = pairs | "key" >> beam.Map(lambda pair: pair).with_output_types(tuple[key_type, int])
        kept = keyed | first >> beam.ParDo(step()).with_output_types(tuple[key_type, int])
        text = kept | "text" >> beam.Map(str).with_output_types(str)
        text | "sink" >> sink(AppendLines(engine.sink))

    return build


REFUSED = {
    "state's transform is gone": (
        {"first": "once"},
        "state:seen of transform 'first'.*no longer has such a transform",
    ),
    "state's coder changed": ({"step": FirstBytes}, r"bag_spec\(.* -> varint:v1\), now .* -> bytes:v1"),
    "state's name changed": ({"step": FirstRenamed}, "state:seen"),
    "key's coder changed": ({"key_type": int}, "state:seen"),
    "source is gone": ({"count": "read"}, "source of transform 'count/Process'"),
}


@pytest.mark.parametrize(("change", "why"), REFUSED.values(), ids=REFUSED)
def test_a_changed_graph_is_refused(engine, change, why):
    engine.run(graph(engine), until=engine.sunk(1))
    with pytest.raises(StateRefusedError, match=why) as refused:
        engine.run(graph(engine, **change))
    # What to do stands before the coders, which are long: a screen cuts the line.
    assert re.search(r"^[^(]*wirewatch state migrate[^(]*wirewatch state reset`", str(refused.value))
    engine.run(graph(engine), until=engine.sunk(1))  # what was refused has changed nothing


def test_held_input_needs_its_transform(engine):
    class StopsBeforeTheSink(beam.DoFn):
        def process(self, element):
            raise StateRefusedError("stop here")

    def build(pipeline, sink):
        numbers = pipeline | "numbers" >> beam.Create([1], reshuffle=False)
        numbers | "sink" >> sink(StopsBeforeTheSink())

    with pytest.raises(StateRefusedError, match="stop here"):
        engine.run(lambda pipeline: build(pipeline, StableParDo))
    assert [kept.slot for kept in describe(engine.store).kept] == ["held"]
    with pytest.raises(StateRefusedError, match="held of transform 'sink'"):
        engine.run(lambda pipeline: build(pipeline, beam.ParDo))


def test_a_transform_without_state_may_come_and_go(engine):
    engine.run(graph(engine), until=engine.sunk(1))
    engine.run(graph(engine, extra=True), until=engine.sunk(1))
    engine.run(graph(engine), until=engine.sunk(1))


def test_a_checkpoint_is_described_while_it_is_in_use(engine):
    seen = []

    def in_use():
        seen.append(describe(engine.store))
        return seen[-1].positions and seen[-1].positions[0].restriction.start == 20

    engine.run(graph(engine), until=lambda: engine.store.exists() and engine.sunk(1)() and in_use())
    last = describe(engine.store)
    assert last.positions[0].element == "a"
    assert last.positions[0].restriction.start == 20
    assert {(kept.transform, kept.slot): kept.cells for kept in last.kept} == {
        ("count/Process", "source"): 1,
        ("first", "state:seen"): 1,
    }


def test_what_a_transform_keeps_can_be_renamed(engine):
    engine.run(graph(engine), until=engine.sunk(1))
    rename(engine.store, "first", "once")
    engine.run(graph(engine, first="once"), until=engine.sunk(1))
    assert lines(engine.sink) == ["('a', 0)"]  # the state was read: nothing passed as new


def test_what_a_transform_keeps_can_be_dropped(engine):
    engine.run(graph(engine), until=engine.sunk(1))
    drop(engine.store, "first")
    engine.run(graph(engine, step=FirstBytes, first="once"), until=engine.sunk(1))


def test_reset_starts_from_nothing(engine):
    engine.run(graph(engine), until=engine.sunk(1))
    reset(engine.store)
    assert not engine.store.exists()
    engine.sink.unlink()
    engine.run(graph(engine), until=engine.sunk(1))


def test_migrating_names_what_there_is(engine):
    engine.run(graph(engine), until=engine.sunk(1))
    with pytest.raises(
        ConfigError, match="'none' keeps nothing; these do: count/Process, first, partitions/Impulse"
    ):
        drop(engine.store, "none")
    with pytest.raises(ConfigError, match="already keeps something"):
        rename(engine.store, "first", "count/Process")
    with pytest.raises(StateRefusedError, match="no checkpoint there"):
        drop(engine.store.with_name("other"), "first")
    with pytest.raises(StateRefusedError, match="no checkpoint there"):
        describe(engine.store.with_name("other"))


def test_a_checkpoint_in_use_is_left_alone(engine):
    def build(pipeline):
        def try_others(number):
            for use in (lambda: reset(engine.store), lambda: drop(engine.store, "x")):
                with pytest.raises(AlreadyRunningError, match="in use by another process"):
                    use()
            yield number

        pipeline | "numbers" >> beam.Create([1], reshuffle=False) | "try" >> beam.FlatMap(try_others)

    engine.run(build)


class Timed(beam.DoFn):
    TIMER = beam.transforms.userstate.TimerSpec("timer", beam.TimeDomain.WATERMARK)

    def process(self, pair, timer=beam.DoFn.TimerParam(TIMER)):
        yield pair

    @beam.transforms.userstate.on_timer(TIMER)
    def ring(self):
        yield 1


class Combining(beam.DoFn):
    SUM = beam.transforms.userstate.CombiningValueStateSpec("sum", VarIntCoder(), sum)

    def process(self, pair, total=beam.DoFn.StateParam(SUM)):
        yield pair


class Finalizing(beam.DoFn):
    def process(self, pair, finalizer=beam.DoFn.BundleFinalizerParam):
        yield pair


UNSUPPORTED = {
    "GroupByKey": (lambda pairs: pairs | "group" >> beam.GroupByKey(), "'group'.*group_by_key"),
    "Reshuffle": (lambda pairs: pairs | "mix" >> beam.Reshuffle(), "reshuffle=False"),
    "side input": (
        lambda pairs: pairs | "side" >> beam.Map(lambda pair, side: pair, beam.pvalue.AsList(pairs)),
        "'side': .* side inputs",
    ),
    "timers": (lambda pairs: pairs | "timed" >> beam.ParDo(Timed()), "'timed': .* timers"),
    "combining state": (lambda pairs: pairs | "sum" >> beam.ParDo(Combining()), "'sum': .* state 'sum'"),
    "bundle finalizer": (lambda pairs: pairs | "final" >> beam.ParDo(Finalizing()), "bundle finalizers"),
    "windows": (
        lambda pairs: pairs | "hour" >> beam.WindowInto(beam.window.FixedWindows(3600)),
        "'hour': .*window",
    ),
}


@pytest.mark.parametrize(("step", "why"), UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_what_the_engine_does_not_run_is_refused_at_submission(engine, step, why):
    def build(pipeline):
        step(pipeline | beam.Create([("a", 1)], reshuffle=False).with_output_types(tuple[str, int]))

    with pytest.raises(UnsupportedGraphError, match=why):
        engine.run(build)
    assert not engine.store.exists()


def test_another_beam_is_refused():
    with pytest.raises(
        DependencyMissingError, match=r"apache-beam 2\.77\.0 exactly, found 2\.78\.0: pip install"
    ):
        require_beam("2.78.0")


def test_total_is_kept_by_the_name_of_its_transform(engine):
    """Adding a transform before it shifts Beam's own ids, and must not shift what is kept."""

    def build(pipeline, extra):
        pairs = (
            pipeline
            | "partitions" >> beam.Create(["a"], reshuffle=False)
            | "count" >> beam.ParDo(Count(limit=10 + 10 * extra)).with_output_types(tuple[str, int])
        )
        for number in range(3 * extra):
            pairs = pairs | f"extra {number}" >> beam.Map(lambda pair: pair).with_output_types(
                tuple[str, int]
            )
        counted = pairs | "total" >> beam.ParDo(Total()).with_output_types(str)
        counted | "sink" >> StableParDo(AppendLines(engine.sink))

    engine.run(lambda pipeline: build(pipeline, extra=0), until=engine.sunk(10))
    engine.run(lambda pipeline: build(pipeline, extra=1), until=engine.sunk(20))
    assert lines(engine.sink) == [f"a:{count}" for count in range(1, 21)]
