"""Each delivery counts once: in time, or late as soon as it cannot be in time any more."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from connectors.notify.delivery.objective import Objective
from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.store import Result
from tests.notify.support import T0, arrival, open_outbox

SECOND = timedelta(seconds=1)


class Rig:
    """An outbox that owes one receiver, and what the objective has counted since."""

    def __init__(self, folder, receiver):
        self.outbox = open_outbox(folder)
        self.receiver = receiver
        self.objective = Objective(self.outbox.shared)
        self._before = self._counts()

    def _counts(self):
        return {
            result: REGISTRY.get_sample_value(
                "wirewatch_delivery_objective_total", {"receiver": self.receiver, "result": result}
            )
            or 0
            for result in ("in_time", "late")
        }

    def counted(self):
        """(in time, late)"""
        now = self._counts()
        return now["in_time"] - self._before["in_time"], now["late"] - self._before["late"]

    def owe(self, name, *, at, written=None):
        coming = arrival(name, receivers=(self.receiver,), written=written or at)
        self.outbox.take_in("alerts", [coming], {0: 1}, now=at)
        (delivery,) = [d for d in self.outbox.due(self.receiver, now=at, limit=99) if d.id == name]
        return delivery

    def settle(self, delivery, status, at):
        next_at = at + 5 * SECOND if status == "pending" else None
        answer = Answer(DeliveryOutcome.DELIVERED if status == "delivered" else DeliveryOutcome.SERVER_ERROR)
        self.outbox.record([Result(delivery.seq, answer, NextStep(status, next_at), at)])
        self.objective.settled(delivery, status, at)


@pytest.fixture
def rig(tmp_path, request):
    rig = Rig(tmp_path, request.node.name)
    yield rig
    rig.outbox.close()


def test_what_arrives_within_the_minute_is_in_time(rig):
    rig.settle(rig.owe("a", at=T0), "delivered", T0 + 59 * SECOND)
    assert rig.counted() == (1, 0)


def test_a_minute_in_kafka_is_late_however_soon_it_arrives_then(rig):
    rig.settle(rig.owe("a", at=T0, written=T0 - 61 * SECOND), "delivered", T0 + SECOND)
    assert rig.counted() == (0, 1)


def test_what_is_pending_is_late_after_a_minute_and_counts_no_more_when_it_arrives(rig):
    delivery = rig.owe("a", at=T0)
    rig.settle(delivery, "pending", T0 + SECOND)
    rig.objective.sweep(T0 + 59 * SECOND)
    assert rig.counted() == (0, 0)
    rig.objective.sweep(T0 + 61 * SECOND)
    assert rig.counted() == (0, 1)
    rig.objective.sweep(T0 + 66 * SECOND)
    rig.settle(delivery, "delivered", T0 + 300 * SECOND)
    assert rig.counted() == (0, 1)


def test_what_is_refused_is_late_at_once(rig):
    rig.settle(rig.owe("a", at=T0), "dead", T0 + SECOND)
    rig.objective.sweep(T0 + 90 * SECOND)
    assert rig.counted() == (0, 1)


def test_a_new_process_counts_nothing_that_the_one_before_it_did(rig):
    late = rig.owe("late", at=T0)
    rig.settle(late, "pending", T0 + SECOND)
    rig.objective.sweep(T0 + 65 * SECOND)
    rig.settle(late, "pending", T0 + 300 * SECOND)
    rig.objective = Objective(rig.outbox.shared)
    rig.objective.sweep(T0 + 400 * SECOND)
    rig.settle(late, "delivered", T0 + 500 * SECOND)
    assert rig.counted() == (0, 1)


def test_what_became_late_while_nobody_ran_is_counted_at_the_start(rig):
    rig.owe("a", at=T0)
    rig.objective = Objective(rig.outbox.shared)
    rig.objective.sweep(T0 + 3600 * SECOND)
    assert rig.counted() == (0, 1)
