"""The outbox: at most once in, nothing lost, opened again after anything."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.store import AmbiguousIdError, History, Result, open_database
from connectors.sqlite import Schema, unopened
from tests.notify.support import T0, arrival, open_outbox
from wirewatch.errors import DependencyMissingError, StateRefusedError


@pytest.fixture
def outbox(tmp_path):
    box = open_outbox(tmp_path)
    yield box
    box.close()


def ids(deliveries):
    return [delivery.id for delivery in deliveries]


def delivered(delivery, status="delivered", next_at=None, outcome=DeliveryOutcome.DELIVERED):
    return Result(delivery.seq, Answer(outcome, 204), NextStep(status, next_at), T0)


def test_alerts_and_offsets_come_in_together(outbox):
    fresh = outbox.take_in("alerts", [arrival("a"), arrival("b")], {0: 2, 1: 7}, now=T0)
    assert [a.id for a in fresh] == ["a", "b"]
    assert outbox.offsets("alerts") == {0: 2, 1: 7}
    assert ids(outbox.due("r1", now=T0, limit=10)) == ["a", "b"]


def test_nothing_comes_in_when_one_row_is_refused(outbox):
    with pytest.raises(sqlite3.Error):
        outbox.take_in("alerts", [arrival("a"), arrival("b", receivers=("r", "r"))], {0: 2}, now=T0)
    assert outbox.offsets("alerts") == {}
    assert outbox.due("r1", now=T0, limit=10) == []


def test_a_repeat_owes_nothing(outbox):
    outbox.take_in("alerts", [arrival("a")], {0: 1}, now=T0)
    (first,) = outbox.due("r1", now=T0, limit=10)
    outbox.record([delivered(first)])
    assert outbox.take_in("alerts", [arrival("a", offset=9, receivers=("r1", "r2"))], {0: 10}, now=T0) == []
    assert outbox.due("r1", now=T0, limit=10) == []
    assert outbox.due("r2", now=T0, limit=10) == []
    assert outbox.offsets("alerts") == {0: 10}


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=8))
def test_any_order_of_repeats_owes_each_id_once(batches):
    with TemporaryDirectory() as folder:
        outbox = open_outbox(Path(folder))
        check_repeats(outbox, batches)
        outbox.close()


def check_repeats(outbox, batches):
    offset = 0
    for batch in batches:
        outbox.take_in(
            "alerts",
            [arrival(name, receivers=("r1", "r2"), offset=offset + n) for n, name in enumerate(batch)],
            {0: offset + len(batch)},
            now=T0,
        )
        offset += len(batch)
    expected = list(dict.fromkeys(name for batch in batches for name in batch))
    for receiver in ("r1", "r2"):
        assert ids(outbox.due(receiver, now=T0, limit=99)) == expected


def test_due_respects_time_receiver_limit_and_skip(outbox):
    outbox.take_in("alerts", [arrival(i, receivers=("r1", "r2")) for i in "abc"], {0: 3}, now=T0)
    a, b, c = outbox.due("r1", now=T0, limit=10)
    assert ids(outbox.due("r1", now=T0, limit=1, skip={a.seq})) == ["b"]
    later = T0 + timedelta(seconds=5)
    outbox.record([delivered(a, "pending", later, DeliveryOutcome.TIMEOUT), delivered(b)])
    assert ids(outbox.due("r1", now=T0, limit=10)) == ["c"]
    assert outbox.next_due("r1", after=T0) == later
    (again,) = outbox.due("r1", now=later, limit=10, skip={c.seq})
    assert (again.id, again.attempts, again.body) == ("a", 1, a.body)
    assert outbox.next_due("r2", after=T0) is None
    assert len(outbox.due("r2", now=T0, limit=10)) == 3


def test_the_counts_of_what_is_open(outbox):
    outbox.take_in("alerts", [arrival(i) for i in "abc"], {0: 3}, now=T0)
    a, b, _ = outbox.due("r1", now=T0, limit=10)
    outbox.record([delivered(a), delivered(b, "dead", None, DeliveryOutcome.GONE)])
    assert outbox.open_counts() == {("r1", "pending"): 1, ("r1", "dead"): 1}


def test_what_a_removed_receiver_was_owed_is_dead_with_a_reason(outbox, tmp_path):
    outbox.take_in("alerts", [arrival("a", receivers=("kept", "removed"))], {0: 1}, now=T0)
    assert outbox.give_up_removed(["kept"], now=T0) == 1
    with History.open(tmp_path / "notify.db") as history:
        kept, removed = history.get_alert("a").deliveries
    assert (kept.status, removed.status, removed.outcome) == ("pending", "dead", "receiver_removed")


@pytest.mark.parametrize(
    ("next_step", "status", "outcome"),
    [
        (NextStep("pending", T0), "dead", "receiver_removed"),
        (NextStep("dead"), "dead", "timeout"),
        (NextStep("delivered"), "delivered", "timeout"),
    ],
    ids=["failed", "failed for good", "arrived"],
)
def test_an_attempt_that_was_under_way_revives_nothing_given_up(outbox, tmp_path, next_step, status, outcome):
    outbox.take_in("alerts", [arrival("a")], {0: 1}, now=T0)
    (underway,) = outbox.due("r1", now=T0, limit=1)
    outbox.give_up_removed([], now=T0)
    outbox.record([Result(underway.seq, Answer(DeliveryOutcome.TIMEOUT), next_step, T0)])
    with History.open(tmp_path / "notify.db") as history:
        (found,) = history.get_alert("a").deliveries
    assert (found.status, found.outcome) == (status, outcome)
    assert outbox.due("r1", now=T0, limit=1) == []


def test_offsets_of_a_topic_made_anew_are_forgotten(outbox):
    assert outbox.bind_topic("alerts", cluster_id="c", topic_id="t1")
    outbox.take_in("alerts", [], {0: 5}, now=T0)
    assert outbox.bind_topic("alerts", cluster_id="c", topic_id="t1")
    assert outbox.offsets("alerts") == {0: 5}
    assert not outbox.bind_topic("alerts", cluster_id="c", topic_id="t2")
    assert outbox.offsets("alerts") == {}
    assert outbox.bind_topic("alerts", cluster_id="c", topic_id="t2")


def test_pruning_is_bounded_and_keeps_what_is_owed(outbox):
    old = T0 - timedelta(days=40)
    outbox.take_in("alerts", [arrival(i, written=old) for i in "abcd"], {0: 4}, now=old)
    outbox.take_in("alerts", [arrival("new")], {0: 5}, now=T0)
    outbox.record([delivered(d) for d in outbox.due("r1", now=old, limit=3)])
    before = T0 - timedelta(days=30)
    assert [outbox.prune(before=before, limit=2) for _ in range(3)] == [2, 1, 0]
    assert ids(outbox.due("r1", now=T0, limit=10)) == ["d", "new"]


def test_a_full_disk_takes_nothing_and_is_survived(outbox):
    with outbox.shared.reading() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")
    many = [arrival(f"a{n}") for n in range(200)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        outbox.take_in("alerts", many, {0: 200}, now=T0)
    assert outbox.offsets("alerts") == {}
    with outbox.shared.reading() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    assert len(outbox.take_in("alerts", many, {0: 200}, now=T0)) == 200


def test_a_newer_schema_is_refused(tmp_path):
    connection = open_database(tmp_path / "n.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StateRefusedError, match="upgrade wirewatch"):
        open_database(tmp_path / "n.db")


def test_reading_leaves_a_file_that_holds_nothing_as_it_is(tmp_path):
    path = tmp_path / "n.db"
    path.touch()
    with pytest.raises(FileNotFoundError):
        open_database(path, read_only=True)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b""


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "n.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StateRefusedError, match=r"n\.db: cannot be opened"):
        open_database(tmp_path / "n.db")


@pytest.mark.parametrize(
    ("code", "raised", "said"),
    [
        (sqlite3.SQLITE_FULL, DependencyMissingError, "free space"),
        (sqlite3.SQLITE_IOERR_WRITE, DependencyMissingError, "free space"),
        (sqlite3.SQLITE_READONLY_DBMOVED, DependencyMissingError, "let the user that runs this write"),
        (sqlite3.SQLITE_BUSY, DependencyMissingError, "end what else has it open"),
        (sqlite3.SQLITE_CORRUPT, StateRefusedError, "move it away"),
        (sqlite3.SQLITE_ERROR, StateRefusedError, "move it away"),
    ],
)
def test_only_a_damaged_file_is_to_be_moved_away(code, raised, said):
    error = sqlite3.OperationalError("so it is")
    error.sqlite_errorcode = code
    told = unopened(Path("n.db"), error, Schema("a.package", damaged="move it away"))
    assert isinstance(told, raised)
    assert f"n.db: cannot be opened: so it is; {said}" in str(told)


def test_every_commit_is_on_disk(tmp_path):
    connection = open_database(tmp_path / "n.db")
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()


def test_history(outbox, tmp_path):
    with pytest.raises(FileNotFoundError):
        History.open(tmp_path / "none.db")
    with History.open(tmp_path / "notify.db") as history:
        assert history.list_alerts() == []
        assert history.last_seq() == 0
        outbox.take_in("alerts", [arrival(i) for i in ("aa1", "aa2", "b")], {0: 3}, now=T0)
        assert [s.alert.id for s in history.list_alerts(2)] == ["b", "aa2"]
        assert [s.alert.id for s in history.list_alerts(9, before=history.list_alerts(1)[0].seq)] == [
            "aa2",
            "aa1",
        ]
        assert history.list_alerts(watch="none") == []
        assert [s.alert.id for s in history.alerts_since(1)] == ["aa2", "b"]
        assert history.get_alert("b").deliveries[0].status == "pending"
        assert history.get_alert("aa1").alert.watch == "nato"
        with pytest.raises(AmbiguousIdError):
            history.get_alert("aa")
        assert history.get_alert("") is None
        assert history.get_alert("zz") is None
        with pytest.raises(sqlite3.OperationalError):
            history._db.execute("DELETE FROM alerts")
