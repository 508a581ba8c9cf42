"""What is kept of a watch that is in no config any more, in a real checkpoint."""

import contextlib
import sqlite3
import uuid
from datetime import timedelta

import apache_beam as beam
import msgspec
import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.checkpoint.removed import forget_removed
from pipelines.elements import OUTGOING_ALERT, PACK, Matched
from pipelines.engines.embedded import EmbeddedRunner
from pipelines.steps.dead_letters import DEAD
from pipelines.steps.stories import DecideStories
from tests.pipeline.steps import Keep
from tests.watches.test_incidents import match, volume
from tests.watches.world import START
from wirewatch.records import ALERTS

NOW = START + timedelta(days=365)


def edit(path, statement):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        return db.execute(statement).rowcount


def run(path, *matches):
    """Decide on matches against the checkpoint at `path`; return (watch, status) of the alerts."""
    run = uuid.uuid4().hex
    if path.exists():
        edit(path, "DELETE FROM fired")  # so that what is given is read
    batches = [(one.watch, PACK.encode([Matched(one, "articles", 0, n, 0)])) for n, one in enumerate(matches)]
    pipeline = beam.Pipeline(runner=EmbeddedRunner(path), options=PipelineOptions([]))
    made = pipeline | "matches" >> beam.Create(batches, reshuffle=False).with_output_types(tuple[str, bytes])
    stories = made | "stories" >> beam.ParDo(DecideStories()).with_outputs(DEAD, main="alerts")
    _ = stories.alerts | "keep" >> beam.ParDo(Keep(run, "alerts"))
    pipeline.run()
    told = [ALERTS.decode(OUTGOING_ALERT.decode(one).value) for one in Keep.kept.pop(f"{run}:alerts")]
    return [(alert.watch, alert.status) for alert in told]


def of(watch, n, days, policy=None):
    item = match(n, 24 * days, policy=policy)
    plain = msgspec.structs.replace(item.policy, volume=None) if policy is None else policy
    return msgspec.structs.replace(item, watch=watch, policy=plain)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.db"


CASES = {
    "too old to matter": (["stays"], 15, ["gone"]),
    "not yet": (["stays"], 13, []),
    "in the config": (["stays", "gone"], 15, []),
    "all removed": ([], 15, ["gone"]),
}


@pytest.mark.parametrize(("watches", "days", "forgotten"), CASES.values(), ids=CASES)
def test_it_goes_when_it_is_too_old(path, watches, days, forgotten):
    run(path, of("gone", 1, 0), of("gone", 2, 0), of("stays", 3, days))
    assert forget_removed(path, watches, NOW) == forgotten
    again = run(path, of("gone", 1, 0), of("stays", 3, days))
    assert again == [("gone", "opened")] * len(forgotten), "the rest is known still"


def test_an_article_dated_ahead_makes_nothing_old(path):
    run(path, of("gone", 1, 0), of("stays", 3, 9999))
    assert forget_removed(path, ["stays"], START + timedelta(days=1)) == []


def test_there_is_nothing_to_forget_before_the_first_start(path):
    assert forget_removed(path, [], NOW) == []


def test_a_volume_goes_on_after_a_restart(path):
    assert run(path, of("w", 1, 0, volume()), of("w", 2, 0, volume())) == []
    assert run(path, of("w", 3, 0, volume())) == [("w", "opened")]
    assert run(path, of("w", 4, 0.01, volume())) == []
    assert run(path, of("w", 5, 1, volume())) == [("w", "closed")]


def test_a_checkpoint_from_before_incidents_opens(path):
    run(path, of("w", 1, 0))
    # As that version wrote it.
    assert edit(path, "DELETE FROM slots WHERE slot = 'state:incidents'") == 1
    assert run(path, of("w", 1, 0), of("w", 2, 0)) == [("w", "opened")]
