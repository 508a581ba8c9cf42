"""The checkpoint by itself: cells, rows, merging, shrinking, refusing."""

import sqlite3

import pytest
from apache_beam.coders import VarIntCoder
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from hypothesis import given
from hypothesis import strategies as st

from pipelines.engines.embedded.errors import fatal_cause
from pipelines.engines.embedded.progress import Held, Progress, Residual
from pipelines.engines.embedded.state import CROWDED, KeyedState, rows_to_merge
from pipelines.engines.embedded.store import Store
from wirewatch.errors import AlreadyRunningError, DependencyMissingError, NewerRecordError, StateRefusedError

CODER = VarIntCoder().get_impl()


def cell(key=b"k", state="s"):
    return fn_api.StateKey(
        bag_user_state=fn_api.StateKey.BagUserState(
            transform_id="t", user_state_id=state, key=key, window=b""
        )
    )


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "store.db") as store:
        yield store


@pytest.fixture
def state(store):
    return KeyedState(store.rows_of)


OPERATIONS = st.lists(
    st.tuples(st.sampled_from([b"x", b"y"]), st.sampled_from(["add", "clear", "commit", "forget", "read"])),
    max_size=60,
)


@given(OPERATIONS)
def test_state_is_what_a_dictionary_would_hold(operations):
    committed, current = {}, {}
    with Store(None) as store:
        state = KeyedState(store.rows_of)
        for number, (key, operation) in enumerate(operations):
            if operation == "add":
                state.extend(cell(key), CODER, [number, number])
                current[key] = [*current.get(key, []), number, number]
            elif operation == "clear":
                state.clear(cell(key))
                current.pop(key, None)
            elif operation == "commit":
                store.commit(state, Progress())
                committed = dict(current)
            elif operation == "forget":
                state.forget()
                current = dict(committed)
            assert state.blocking_get(cell(key), CODER) == current.get(key, [])
        store.commit(state, Progress())
        counted = store.stats.state_cells, store.stats.state_rows, store.stats.state_bytes
        store.load()  # measures anew
        assert counted == (store.stats.state_cells, store.stats.state_rows, store.stats.state_bytes)
        assert store.stats.state_cells == len(current)


@given(st.lists(st.integers(0, 1 << 20), min_size=1, max_size=300))
def test_merging_leaves_few_rows_and_spares_the_heavy_ones(sizes):
    start = rows_to_merge(sizes)
    left = sizes[:start] + ([sum(sizes[start:])] if start < len(sizes) else [])
    assert sum(left) == sum(sizes)
    assert len(left) <= 22  # 2 + log2 of 1 MiB
    assert all(size > sum(sizes[index + 1 :]) for index, size in enumerate(sizes[:start]))


def test_a_crowded_cell_is_merged_once_read(store, state):
    for number in range(CROWDED + 1):
        state.extend(cell(), CODER, [number])
        store.commit(state, Progress())
    assert store.stats.state_rows == CROWDED + 1
    assert state.blocking_get(cell(), CODER) == list(range(CROWDED + 1))
    state.extend(cell(), CODER, [1000])
    store.commit(state, Progress())
    assert store.stats.state_rows <= 2
    assert state.blocking_get(cell(), CODER) == [*range(CROWDED + 1), 1000]


def test_a_dropped_cell_leaves_nothing_and_the_file_shrinks(tmp_path):
    path = tmp_path / "store.db"
    with Store(path) as store:
        state = KeyedState(store.rows_of)
        for key in range(200):
            state.extend(cell(b"%d" % key), CODER, range(20_000))
        store.commit(state, Progress())
        for key in range(200):
            state.clear(cell(b"%d" % key))
        for _ in range(300):
            store.commit(state, Progress())
        assert (store.stats.state_cells, store.stats.state_rows, store.stats.state_bytes) == (0, 0, 0)
    assert path.stat().st_size < 200_000


def test_a_commit_that_fails_writes_nothing(store, state):
    state.extend(cell(), CODER, [1])
    progress = Progress(residuals=[Residual("source", b"here")], holding=[Held("sink", None)])
    with pytest.raises(sqlite3.IntegrityError):
        store.commit(state, progress)
    assert store.rows_of(("t", "s", b"k", b"")) == []
    assert store.load() == Progress()


def test_an_unchanged_position_is_no_change():
    progress = Progress(residuals=[Residual("source", b"at 5", row=1), Residual("source", b"at 7", row=2)])
    progress.replace(
        progress.take_due(1.0), [Residual("source", b"at 7", 2.0), Residual("source", b"at 5", 2.0)]
    )
    assert not progress.changed()
    progress.replace(progress.take_due(3.0), [Residual("source", b"at 5"), Residual("source", b"at 8")])
    assert progress.changed()
    assert progress.spent_residuals == [2]


def test_a_checkpoint_has_one_user(tmp_path):
    with Store(tmp_path / "store.db"), pytest.raises(AlreadyRunningError, match="in use"):
        Store(tmp_path / "store.db")
    Store(tmp_path / "store.db").close()


def test_what_is_not_a_checkpoint_is_refused(tmp_path):
    path = tmp_path / "store.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StateRefusedError, match="can't be read as a checkpoint"):
        Store(path)
    assert path.read_bytes().startswith(b"no database")


def test_what_stands_around_a_checkpoint_is_no_reason_to_reset_it(tmp_path):
    path = tmp_path / "store.db"
    path.mkdir()
    with pytest.raises(DependencyMissingError, match="let the user that runs this write"):
        Store(path)


def test_a_newer_checkpoint_is_refused(tmp_path):
    path = tmp_path / "store.db"
    Store(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(
        StateRefusedError, match=r"schema 9, this wirewatch knows up to 1.*state reset.*alert stories again"
    ):
        Store(path)


def _tagged(copy, original):
    copy._tagged_with_step = True
    copy.__context__ = original
    return copy


ORIGINAL = NewerRecordError("v 9")
CAUSES = {
    "itself": (ORIGINAL, ORIGINAL),
    "Beam's copy": (_tagged(NewerRecordError("v 9 [while running 'x']"), ORIGINAL), ORIGINAL),
    "Beam's copy of another kind": (_tagged(RuntimeError("NewerRecordError: v 9"), ORIGINAL), ORIGINAL),
    "copy of a copy": (_tagged(RuntimeError("a"), _tagged(NewerRecordError("b"), ORIGINAL)), ORIGINAL),
    "none": (_tagged(RuntimeError("a"), ValueError("b")), None),
    "plain": (ValueError("b"), None),
}


@pytest.mark.parametrize(("error", "cause"), CAUSES.values(), ids=CAUSES)
def test_the_error_a_person_must_mend_is_found_as_it_was_raised(error, cause):
    assert fatal_cause(error) is cause
