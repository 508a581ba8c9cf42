"""What a person has delivered again, or at once: under its id, its count begun anew."""

from datetime import timedelta

import pytest

from connectors.notify.desk import LocalDesk
from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.store import Result, Selection, Shared, open_database
from tests.notify.support import T0, Outbox, arrival
from wirewatch.errors import WirewatchError


def test_redelivery_keeps_id_and_body(tmp_path):
    shared = Shared(open_database(tmp_path / "n.db"))
    desk = LocalDesk(shared, now=lambda: T0)
    outbox = Outbox.__new__(Outbox)
    outbox.shared = shared
    outbox.take_in("alerts", [arrival("a1"), arrival("a2")], {0: 2}, now=T0)
    first, second = outbox.due("r1", now=T0, limit=9)
    outbox.record([Result(first.seq, Answer(DeliveryOutcome.GONE, 410), NextStep("dead"), T0)])
    outbox.record([Result(second.seq, Answer(DeliveryOutcome.DELIVERED, 204), NextStep("delivered"), T0)])
    with pytest.raises(WirewatchError, match="choose what"):
        desk.redeliver(Selection())
    assert desk.redeliver(Selection(ids=("a1", "a2"))).receivers == {"r1": 1}
    (again,) = outbox.due("r1", now=T0, limit=9)
    assert (again.id, again.body, again.attempts) == (first.id, first.body, 0)
    assert desk.redeliver(Selection(ids=("a2",), receiver="r1")).redelivered == 1
    (record,) = desk.delivery("a1")
    assert [attempt.outcome for attempt in record.attempts] == ["gone"]
    shared.close()


HURRIED = {
    "redeliver by receiver": lambda desk: desk.redeliver(Selection(receiver="r1")),
    "redeliver by id": lambda desk: desk.redeliver(Selection(ids=("a1",))),
    "redeliver by id and receiver": lambda desk: desk.redeliver(Selection(ids=("a1",), receiver="r1")),
    "redeliver what is pending": lambda desk: desk.redeliver(Selection(status="pending")),
    "enable": lambda desk: desk.enable("r1"),
}


@pytest.mark.parametrize("hurry", HURRIED.values(), ids=HURRIED.keys())
def test_what_waits_for_a_retry_goes_now_when_its_receiver_is_mended(tmp_path, hurry):
    outbox = Outbox(open_database(tmp_path / "n.db"))
    desk = LocalDesk(outbox.shared, now=lambda: T0)
    outbox.take_in("alerts", [arrival("a1")], {0: 1}, now=T0)
    (owed,) = outbox.due("r1", now=T0, limit=9)
    later = NextStep("pending", T0 + timedelta(hours=10))
    outbox.record([Result(owed.seq, Answer(DeliveryOutcome.UNREACHABLE), later, T0)])
    assert desk.redeliver(Selection(status="dead")).redelivered == 0
    assert desk.redeliver(Selection(since=T0)).redelivered == 0
    assert outbox.due("r1", now=T0, limit=9) == []
    done = hurry(desk)
    assert done is None or done.receivers == {"r1": 1}
    (again,) = outbox.due("r1", now=T0, limit=9)
    assert (again.id, again.attempts) == ("a1", 0)  # a person's word begins the schedule anew
    outbox.close()


@pytest.mark.parametrize("hurry", HURRIED.values(), ids=HURRIED.keys())
@pytest.mark.parametrize(
    ("outcome", "step", "status"),
    [
        (DeliveryOutcome.TIMEOUT, NextStep("pending", T0 + timedelta(hours=10)), "pending"),
        (DeliveryOutcome.TIMEOUT, NextStep("dead"), "pending"),
        (DeliveryOutcome.GONE, NextStep("dead"), "dead"),
        (DeliveryOutcome.DELIVERED, NextStep("delivered"), "delivered"),
    ],
)
def test_a_try_that_was_under_way_as_the_count_began_anew_is_the_first(
    tmp_path, hurry, outcome, step, status
):
    outbox = Outbox(open_database(tmp_path / "n.db"))
    desk = LocalDesk(outbox.shared, now=lambda: T0)
    outbox.take_in("alerts", [arrival("a1")], {0: 1}, now=T0)
    (owed,) = outbox.due("r1", now=T0, limit=9)
    outbox.record([Result(owed.seq, Answer(DeliveryOutcome.TIMEOUT), NextStep("pending", T0), T0)] * 7)
    (underway,) = outbox.due("r1", now=T0, limit=9)
    hurry(desk)
    outbox.record([Result(underway.seq, Answer(outcome), step, T0, attempts=underway.attempts)])
    (told,) = desk.deliveries(Selection(ids=("a1",)))
    assert (told.status, told.attempts) == (status, 1)
    again = outbox.due("r1", now=T0, limit=9)
    assert [one.attempts for one in again] == ([1] if status == "pending" else [])
    outbox.close()


def test_of_ever_so_many_attempts_the_latest_are_shown(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.notify.store.listing.MAX_ATTEMPTS", 3)
    outbox = Outbox(open_database(tmp_path / "n.db"))
    outbox.take_in("alerts", [arrival("a1")], {0: 1}, now=T0)
    (owed,) = outbox.due("r1", now=T0, limit=9)
    for status in range(500, 505):
        answer = Answer(DeliveryOutcome.SERVER_ERROR, status)
        outbox.record([Result(owed.seq, answer, NextStep("pending", T0), T0)])
    (record,) = LocalDesk(outbox.shared).delivery("a1")
    assert [attempt.http_status for attempt in record.attempts] == [502, 503, 504]
    outbox.close()
