"""Who goes next: order within a group, critical ones first, fresh ones beside a backlog, a cap."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.notify import part
from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.store import DATABASE, History, Owed, Result, Verdicts, check_integrity, open_database
from connectors.notify.store.database import to_ms
from connectors.notify.store.deliveries import revive
from tests.notify.support import T0, alert, arrival, open_outbox
from wirewatch.errors import StateRefusedError
from wirewatch.part import PartContext
from wirewatch.settings import Settings

HOUR = timedelta(hours=1)


@pytest.fixture
def outbox(tmp_path):
    box = open_outbox(tmp_path)
    yield box
    box.close()


def take_in(outbox, *names, group="", critical=False, now=T0, receiver="r1"):
    base = [arrival(name) for name in names]
    replaced = [replace(a, owed=(Owed(receiver, a.id, a.body, group, critical),)) for a in base]
    outbox.take_in("alerts", replaced, {}, now=now)


def due(outbox, now=T0, limit=10, skip=()):
    return [d.id for d in outbox.due("r1", now=now, limit=limit, skip=skip)]


def end(outbox, name, status="delivered", next_at=None, now=T0):
    (found,) = [d for d in outbox.due("r1", now=now, limit=1000) if d.id == name]
    outcome = DeliveryOutcome.DELIVERED if status == "delivered" else DeliveryOutcome.SERVER_ERROR
    outbox.record([Result(found.seq, Answer(outcome), NextStep(status, next_at), now)])


def test_one_after_the_other_within_a_group(outbox):
    take_in(outbox, "a1", "a2", "a3", group="story")
    take_in(outbox, "b1")
    assert due(outbox) == ["a1", "b1"]
    end(outbox, "a1", "pending", T0 + HOUR)
    assert due(outbox) == ["b1"]  # a2 waits for its elder's retry
    end(outbox, "a1", "dead", now=T0 + HOUR)
    assert set(due(outbox)) == {"b1", "a2"}
    end(outbox, "a2")
    assert set(due(outbox)) == {"b1", "a3"}


def test_what_is_told_again_waits_for_its_turn(outbox):
    take_in(outbox, "a1", "a2", "a3", group="story")
    end(outbox, "a1", "dead")
    with outbox.shared.writing() as db:
        revive(db, "id = ?", ("a1",), 0, without=())
    assert due(outbox) == ["a2"]
    end(outbox, "a2")
    assert due(outbox) == ["a1"]
    end(outbox, "a1")
    assert due(outbox) == ["a3"]


def test_critical_ones_pass_and_fresh_ones_are_not_starved(outbox):
    take_in(outbox, *(f"old{n}" for n in range(50)), now=T0 - HOUR)
    take_in(outbox, "new1", "new2")
    take_in(outbox, "critical", critical=True)
    assert due(outbox, limit=5) == ["critical", "old0", "new2", "old1", "new1"]


def test_over_the_cap_the_oldest_go(outbox, tmp_path):
    take_in(outbox, *(f"a{n}" for n in range(10)), group="g")
    take_in(outbox, "other", receiver="r2")
    assert outbox.cap("r1", most=10, now=T0) == 0
    assert outbox.cap("r1", most=4, now=T0) == 6
    assert due(outbox) == ["a6"]
    assert outbox.open_counts() == {("r1", "pending"): 4, ("r1", "dead"): 6, ("r2", "pending"): 1}
    with History.open(tmp_path / "notify.db") as history:
        (state,) = history.get_alert("a0").deliveries
    assert (state.status, state.outcome) == ("dead", "backlog_full")
    assert "more waited" in state.detail


def test_what_waits_for_as_long_as_alerts_are_kept_expires(outbox):
    take_in(outbox, "old", now=T0 - 30 * 24 * HOUR)
    take_in(outbox, "new")
    assert outbox.expire(before=T0 - HOUR, now=T0) == {"r1": 1}
    assert due(outbox) == ["new"]


def test_what_is_told_again_after_that_time_gets_its_tries(outbox):
    take_in(outbox, "old", now=T0 - 31 * 24 * HOUR)
    end(outbox, "old", "dead")
    with outbox.shared.writing() as db:
        revive(db, "id = ?", ("old",), to_ms(T0), without=())
    assert outbox.expire(before=T0 - 30 * 24 * HOUR, now=T0) == {}
    assert due(outbox) == ["old"]


def test_a_jump_of_the_clock_moves_the_schedule(outbox):
    take_in(outbox, "a1")
    end(outbox, "a1", "pending", T0 + timedelta(minutes=5))
    outbox.shift_schedule(-HOUR)
    assert outbox.next_due("r1", after=T0 - HOUR) == T0 - HOUR + timedelta(minutes=5)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happens_a_group_has_one_to_go_and_keeps_its_order(tmp_path_factory, data):
    outbox = open_outbox(tmp_path_factory.mktemp("db"))
    told: dict[str, list[str]] = {"g": [], "h": []}
    for n in range(data.draw(st.integers(1, 30))):
        if data.draw(st.booleans()):
            take_in(outbox, f"{data.draw(st.sampled_from('gh'))}{n:03}", group="x")
            continue
        ready = due(outbox, limit=1000)
        assert len(ready) <= 1
        if ready:
            end(outbox, ready[0], data.draw(st.sampled_from(["delivered", "dead"])))
            told["g"].append(ready[0][1:])
    assert told["g"] == sorted(told["g"])
    outbox.close()


def test_a_database_of_the_first_schema_is_brought_up_to_date(tmp_path):
    path = tmp_path / "notify.db"
    folder = files("connectors.notify.store") / "migrations"
    old = sqlite3.connect(path)
    old.executescript((folder / "001_outbox.sql").read_text())
    old.execute("PRAGMA user_version = 1")
    body = arrival("a1").body
    old.execute(
        "INSERT INTO alerts VALUES (7, 'a1', 'nato', 'critical', ?, 0, 0, 1000, 2000, 'trace')", (body,)
    )
    for receiver, status, next_at, sent in (("r1", "pending", 2000, body), ("r2", "dead", None, b"other")):
        old.execute(
            "INSERT INTO deliveries (alert, receiver, id, body, status, next_at, changed, attempts) "
            "VALUES (7, ?, 'a1', ?, ?, ?, 3000, 2)",
            (receiver, sent, status, next_at),
        )
    old.commit()
    old.close()
    with pytest.raises(StateRefusedError, match="restart the service"):
        History.open(path)
    outbox = open_outbox(tmp_path)
    (found,) = outbox.due("r1", now=T0, limit=9)
    assert (found.id, found.body, found.attempts) == ("a1", body, 2)
    with History.open(path) as history:
        assert [(d.receiver, d.status, d.attempts) for d in history.get_alert("a1").deliveries] == [
            ("r1", "pending", 2),
            ("r2", "dead", 2),
        ]
    outbox.close()


def test_a_delivery_is_found_by_its_id_without_reading_them_all(outbox):
    with outbox.shared.reading() as db:
        for where in ("id = 'a'", "id >= 'a' AND id < 'b'", "id IN (SELECT value FROM json_each('[]'))"):
            plan = db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM deliveries WHERE {where}").fetchall()
            assert "deliveries_id" in plan[0]["detail"], where


@pytest.fixture
def damaged(tmp_path):
    """The data folder of a notify whose database opens, and has a hole."""
    folder = tmp_path / DATABASE
    folder.parent.mkdir(parents=True)
    outbox = open_outbox(folder.parent)
    take_in(outbox, *(f"a{n}" for n in range(400)))
    outbox.close()
    data = bytearray(folder.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 5000] = b"\xff" * 5000
    folder.write_bytes(data)
    return tmp_path


def test_damage_is_found(damaged):
    path = damaged / DATABASE
    connection = open_database(path)
    with pytest.raises(StateRefusedError, match="is damaged"):
        check_integrity(connection, path)
    connection.close()


def test_the_part_does_not_start_on_damage(damaged):
    (damaged / "routes.yaml").write_text("receivers: []\n")
    with pytest.raises(StateRefusedError, match="is damaged"):
        part.run(PartContext(Settings(), damaged, damaged))


def test_verdicts(outbox):
    verdicts = Verdicts(outbox.shared)
    for name, right in (("a1", True), ("a2", False), ("a3", True), ("a3", False), ("b1", True)):
        verdicts.mark(alert(name, watch="nato" if name[0] == "a" else "un"), is_true=right, now=T0, note=name)
    assert [(p.watch, p.true, p.false, round(p.share, 2)) for p in verdicts.precision()] == [
        ("nato", 1, 2, 0.33),
        ("un", 1, 0, 1.0),
    ]
    assert [v.alert for v in verdicts.list(watch="un")] == ["b1"]
    assert verdicts.get("a3").is_true is False
    assert verdicts.unmark("a3")
    assert verdicts.get("a3") is None
    assert not verdicts.unmark("a3")
