"""The command line for the pipeline's checkpoint."""

import io
import json
import sys

import pytest

from pipelines.engines.embedded.admin import CHECKPOINT
from pipelines.engines.embedded.progress import Progress
from pipelines.engines.embedded.state import CellKey, KeyedState
from pipelines.engines.embedded.store import Store
from tests.service.support import make_site


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path)


@pytest.fixture
def state(site):
    """`state(*arguments)`: what `wirewatch state …` says of a checkpoint with something in it."""
    path = site.data / CHECKPOINT
    path.parent.mkdir(parents=True)
    with Store(path) as store:
        kept = KeyedState(store.rows_of)
        for key, rows in {(b"nato", "cell-01"): [b"12"], (b"iran", "cell-63"): [b"1", b"2"]}.items():
            for row in rows:
                kept._change(CellKey("stories", key[1], key[0], b"")).appended.append(row)
                store.commit(kept, Progress())
        kept._change(CellKey("stories", "generation", b"nato", b"")).appended.append(b"1")
        store.commit(kept, Progress())

    def run(*arguments):
        return site.call("state", *arguments).stdout.splitlines()

    return run


def test_the_cells_of_a_ring_are_shown_as_one(state):
    assert state("show") == [
        "stories  state:cells  3 rows  4 bytes",
        "stories  state:generation  1 row  1 byte",
    ]
    assert [json.loads(line)["rows"] for line in state("show", "--json")] == [3, 1]


def test_a_step_is_renamed_then_dropped(state):
    assert state("migrate", "--rename", "stories=tell") == ["stories is now tell"]
    assert state("show")[0].startswith("tell  state:cells")
    assert state("migrate", "--drop", "tell") == ["dropped the state of tell"]
    assert state("show") == []


def test_reset_keeps_the_old_one_beside_it(state, tmp_path):
    [said] = state("reset", "--yes")
    assert said.startswith("the old checkpoint is ")
    assert len(list((tmp_path / "data").rglob("checkpoint.db.old-1"))) == 1
    assert state("reset", "--yes")[0].startswith("there was no checkpoint at ")


def test_reset_says_that_stories_may_be_told_again_before_it_does_anything(site, state, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    done = site.call("state", "reset")
    assert "Stories may be alerted again" in done.stdout
    assert done.returncode == 2
    assert len(state("show")) == 2


def test_reset_that_nobody_answers_changes_nothing_and_names_the_way(site, state, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    done = site.call("state", "reset")
    assert "nothing was changed; --yes does it without asking" in done.stderr
    assert done.returncode == 2
    assert len(state("show")) == 2
