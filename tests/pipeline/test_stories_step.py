"""The stateful step keeps an index between bundles; it must never know more, or less, than the state does."""

from datetime import UTC, datetime

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.config import snapshot
from pipelines.elements import OUTGOING_ALERT, PACK, Matched
from pipelines.engines.embedded import EmbeddedRunner, LoopSettings
from pipelines.steps.dead_letters import DEAD
from pipelines.steps.stories import KEPT_SECONDS, DecideStories
from tests.acceptance.generated import SUBJECTS
from tests.engine.conftest import Watcher
from tests.pipeline.steps import Keep, news
from wirewatch.errors import StateRefusedError
from wirewatch.records import ALERTS
from wirewatch.resources import default_config_dir
from wirewatch.watches.state import WatchState
from wirewatch.watches.stories.entries import CELLS


class Bag(list):
    """A bag as Beam hands it in."""

    def read(self):
        return iter(list(self))

    add = list.append


class Step:
    """One DoFn instance on the state of any number of watches."""

    def __init__(self):
        self.bags = {}
        self.now = 0.0
        self.fresh()

    def fresh(self):
        """Another instance, as after a restart or on another thread."""
        self.dofn = DecideStories(clock=lambda: self.now)
        self.dofn.setup()
        return self.dofn

    def give(self, *numbers, watch="nato", dofn=None):
        """Decide on these articles; return the numbers of those that opened a story."""
        bags = self.bags.setdefault(watch, [Bag() for _ in range(CELLS + 2)])
        out = (dofn or self.dofn).process((watch, matches(*numbers, watch=watch)), *bags)
        return [number_of(told) for told in out if isinstance(told, bytes)]


def matches(*numbers, watch="nato"):
    loaded = snapshot(default_config_dir())
    packed = []
    for number in numbers:
        article = news(number, SUBJECTS[watch])
        (match,) = (m for m in loaded.watches.match(article, loaded.tagger.tag(article)) if m.watch == watch)
        packed.append(Matched(match, "articles", 0, number, 0))
    return PACK.encode(packed)


def number_of(told):
    return int(ALERTS.decode(OUTGOING_ALERT.decode(told).value).url.rpartition("/")[2])


def test_an_alert_has_the_time_at_which_it_was_decided():
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    dofn = DecideStories(now=lambda: at)
    dofn.setup()
    [told] = dofn.process(("nato", matches(1)), *[Bag() for _ in range(CELLS + 2)])
    assert ALERTS.decode(OUTGOING_ALERT.decode(told).value).alerted == at


def test_a_story_told_is_not_told_again():
    step = Step()
    assert step.give(1, 2, 1) == [1, 2]
    assert step.give(2, 3) == [3]


def test_the_index_is_decoded_once_while_nobody_else_writes(monkeypatch):
    step, loads = Step(), []
    load = WatchState.load
    monkeypatch.setattr(WatchState, "load", lambda *stored: loads.append(1) or load(*stored))
    step.give(0)
    step.fresh()
    for number in range(5):
        step.give(number)
    assert len(loads) == 1


def test_the_index_of_a_watch_that_meets_nothing_any_more_is_given_up(monkeypatch):
    """One that was taken out of the config would hold its memory for as long as the part runs."""
    step, loads = Step(), []
    load = WatchState.load
    monkeypatch.setattr(WatchState, "load", lambda *stored: loads.append(1) or load(*stored))
    step.give(1)
    step.give(1, watch="iran")
    step.now = KEPT_SECONDS - 1
    assert (step.give(1), loads) == ([], [])  # used: it stays
    step.now = KEPT_SECONDS + 1
    step.give(2)
    assert step.give(1, watch="iran") == []
    assert len(loads) == 1
    assert (step.give(2), len(loads)) == ([], 1)


def test_what_another_instance_wrote_is_known():
    step = Step()
    first = step.dofn
    assert step.give(1, dofn=first) == [1]
    second = step.fresh()
    assert step.give(1, 2, dofn=second) == [2]
    assert step.give(2, 3, dofn=first) == [3]
    assert step.give(3, dofn=second) == []


def test_what_was_abandoned_is_forgotten():
    step = Step()
    assert step.give(1) == [1]
    before = [Bag(bag) for bag in step.bags["nato"]]
    assert step.give(2) == [2]
    step.bags["nato"] = before  # the engine went back to the last commit
    assert step.give(2, 1) == [2]


def test_a_batch_left_half_way_leaves_no_index_behind():
    step = Step()
    step.give(1)
    out = step.dofn.process(("nato", matches(2, 3)), *step.bags["nato"])
    assert number_of(next(out)) == 2
    out.close()  # type: ignore[attr-defined]  # a generator, to Beam an iterator
    assert step.give(2, 3) == [2, 3]


def test_an_article_that_makes_it_raise_costs_no_other_its_story(monkeypatch):
    step = Step()
    works = WatchState.apply

    def fails(self, match, now):
        outcome = works(self, match, now)  # the worst moment: the index knows, the state does not
        if "gamma3q" in match.article.title:
            raise ZeroDivisionError
        return outcome

    monkeypatch.setattr(WatchState, "apply", fails)
    assert step.give(1, 2, 3, 4) == [1, 2, 4]
    monkeypatch.setattr(WatchState, "apply", works)
    assert step.give(1, 2, 3, 4) == [3]
    step.fresh()
    assert step.give(1, 2, 3, 4) == []


def test_state_that_cannot_be_read_is_refused_and_not_set_aside():
    step = Step()
    step.give(1)
    next(bag for bag in step.bags["nato"][2:] if bag).append(b"\xc1")
    step.fresh()
    with pytest.raises(StateRefusedError, match="state reset"):
        step.give(2)


class FailsOnce(beam.DoFn):
    """Fails its bundle at the first alert it sees, after the stateful step has done its work."""

    left = 0

    def process(self, told):
        if FailsOnce.left:
            FailsOnce.left -= 1
            raise ConnectionError("broker away")
        yield told


def test_an_abandoned_bundle_is_decided_as_if_it_had_never_been():
    FailsOnce.left = 3
    run, said = "abandoned", Watcher()
    settings = LoopSettings(hooks=said, sleep=lambda _: None)
    pipeline = beam.Pipeline(runner=EmbeddedRunner(None, settings), options=PipelineOptions([]))
    batches = pipeline | "matches" >> beam.Create(
        [("nato", matches(1, 2)), ("nato", matches(2, 3))], reshuffle=False
    ).with_output_types(tuple[str, bytes])
    stories = batches | "stories" >> beam.ParDo(DecideStories()).with_outputs(DEAD, main="alerts")
    _ = stories.alerts | "fails" >> beam.ParDo(FailsOnce()) | "keep" >> beam.ParDo(Keep(run, "alerts"))
    pipeline.run()
    assert len(said.failures) == 3
    assert [number_of(told) for told in Keep.kept.pop(f"{run}:alerts")] == [1, 2, 3]
