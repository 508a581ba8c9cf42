"""What any engine must do with our graphs: exact counts, repeats only of the same bytes, refusal to go on."""

import apache_beam as beam
import pytest

from tests.engine.graphs import AppendLines, Count, First, StableParDo, Total, bundles, counting, lines
from wirewatch.errors import NewerRecordError


class Fails(beam.DoFn):
    """Fails at an element the first `times` times, then lets it through."""

    left = 0

    def __init__(self, at, error=RuntimeError):
        self.at, self.error = at, error

    def process(self, element):
        if element == self.at and Fails.left > 0:
            Fails.left -= 1
            raise self.error(f"no {element}")
        yield element


class Remember(beam.DoFn):
    """Keeps what it has decoded of a key, valid while the key's generation matches."""

    SEEN = First.SEEN
    GENERATION = Total.TOTAL
    set_up = 0

    def setup(self):
        Remember.set_up += 1
        self.known = {}

    def process(self, pair, seen=beam.DoFn.StateParam(SEEN), total=beam.DoFn.StateParam(GENERATION)):
        key, at = pair
        generation, values = self.known.get(key, (None, []))
        if generation != (total.read() or 0):
            generation, values = total.read() or 0, list(seen.read())
        seen.add(at)
        total.write(generation + 1)
        self.known[key] = generation + 1, [*values, at]
        yield f"{key}:" + ",".join(map(str, self.known[key][1]))


def test_counts_are_exact_across_stops(engine):
    for limit in (40, 100, 100):
        engine.run(
            lambda pipeline, limit=limit: counting(
                pipeline, partitions="ab", source=Count(limit=limit), step=Total(), sink=engine.sink
            ),
            until=engine.sunk(2 * limit),
        )
    assert sorted(lines(engine.sink)) == sorted(f"{key}:{count}" for key in "ab" for count in range(1, 101))


def test_a_failed_bundle_is_rerun_from_the_commit_before(engine):
    def build(pipeline):
        counted = counting(pipeline, source=Count(limit=60), step=Total())
        counted | "fails" >> beam.ParDo(Fails("a:25")) | "sink" >> StableParDo(AppendLines(engine.sink))

    Fails.left = 3
    said = engine.run(build, until=engine.sunk(60))
    assert [attempt for _, attempt in said.failures] == [1, 2, 3]
    assert said.recoveries == 1
    assert lines(engine.sink) == [f"a:{count}" for count in range(1, 61)]
    assert len(bundles(engine.sink)) <= len(set(bundles(engine.sink))) + 1  # not once for each attempt


def test_what_a_dofn_remembered_of_an_abandoned_epoch_is_forgotten(engine):
    def build(pipeline):
        counted = counting(pipeline, source=Count(limit=6, batch=1), step=Remember())
        counted | "fails" >> beam.ParDo(Fails("a:0,1,2")) | "sink" >> StableParDo(AppendLines(engine.sink))

    Fails.left, Remember.set_up = 2, 0
    engine.run(build, until=engine.sunk(6))
    assert lines(engine.sink) == ["a:" + ",".join(map(str, range(end))) for end in range(1, 7)]
    assert Remember.set_up == 3


def test_an_error_no_retry_mends_stops_the_engine_where_it_stands(engine):
    def build(pipeline):
        counted = counting(pipeline, source=Count(limit=60), step=Total())
        (
            counted
            | "fails" >> beam.ParDo(Fails("a:25", NewerRecordError))
            | "sink" >> StableParDo(AppendLines(engine.sink))
        )

    Fails.left = 1
    with pytest.raises(NewerRecordError, match=r"^no a:25$"):
        engine.run(build)
    assert "a:25" not in lines(engine.sink)
    engine.run(build, until=engine.sunk(60))
    assert lines(engine.sink) == [f"a:{count}" for count in range(1, 61)]


@pytest.mark.parametrize("store", [True, False], ids=["on disk", "in memory"])
def test_a_pipeline_whose_sources_end_returns(engine, store):
    engine.run(
        lambda pipeline: counting(
            pipeline, partitions="ab", source=Count(limit=25, ends=True), step=Total(), sink=engine.sink
        ),
        store=store,
    )
    assert sorted(lines(engine.sink)) == sorted(f"{key}:{count}" for key in "ab" for count in range(1, 26))


def test_a_bounded_pipeline_with_tagged_outputs_and_flatten(engine):
    def split(number):
        yield beam.pvalue.TaggedOutput("odd" if number % 2 else "even", str(number))

    def build(pipeline):
        numbers = pipeline | "numbers" >> beam.Create(range(10), reshuffle=False)
        parts = numbers | "split" >> beam.FlatMap(split).with_outputs("odd", "even")
        odd = parts.odd | "mark" >> beam.Map(lambda text: f"odd {text}").with_output_types(str)
        (odd, parts.even) | "both" >> beam.Flatten() | "sink" >> StableParDo(AppendLines(engine.sink))

    engine.run(build, store=False)
    assert sorted(lines(engine.sink)) == sorted(
        f"odd {number}" if number % 2 else f"{number}" for number in range(10)
    )
