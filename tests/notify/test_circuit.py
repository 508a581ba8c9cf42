"""When a receiver that fails in a row is only probed, and what is trouble with one."""

import pytest

from connectors.notify import alarm
from connectors.notify.delivery.circuit import (
    FAILURES_TO_OPEN,
    NO_ACCIDENT,
    NO_RATE_LIMIT,
    PROBE_AFTER,
    RATE_LIMIT,
    Circuit,
)
from connectors.notify.outcomes import DeliveryOutcome
from connectors.notify.routing.labels import labels_of
from connectors.notify.routing.policy import compile_policy
from tests.notify.support import T0

BAD = DeliveryOutcome.SERVER_ERROR


def test_it_opens_after_failures_in_a_row_and_closes_at_a_success():
    circuit = Circuit()
    for outcome in (
        *[BAD] * (FAILURES_TO_OPEN - 1),
        DeliveryOutcome.DELIVERED,
        *[BAD] * (FAILURES_TO_OPEN - 1),
    ):
        circuit.told(outcome, 0)
        assert not circuit.is_open
    circuit.told(BAD, 0)
    assert circuit.is_open
    assert circuit.wait(0) == PROBE_AFTER[0]
    circuit.told(BAD, 1)  # was under way
    assert circuit.wait(1) == PROBE_AFTER[0] - 1
    now = 0.0
    for pause in PROBE_AFTER[1:]:
        now += circuit.wait(now)
        circuit.told(BAD, now)
        assert circuit.wait(now) == pause
    now += PROBE_AFTER[-1]
    circuit.told(BAD, now)
    assert circuit.wait(now) == PROBE_AFTER[-1]
    circuit.told(DeliveryOutcome.DELIVERED, now)
    assert not circuit.is_open
    assert circuit.wait(now) == 0


def test_it_fails_once_a_delivery_was_tried_for_minutes_with_nothing_taken_between():
    circuit = Circuit()
    for _ in range(NO_ACCIDENT):
        assert not circuit.is_failing(NO_ACCIDENT, 0)
        circuit.told(BAD, 0)
    assert circuit.is_failing(NO_ACCIDENT, 0)
    assert not circuit.is_failing(NO_ACCIDENT - 1, 0)  # a burst that met a restart
    circuit.told(DeliveryOutcome.DELIVERED, 0)
    assert not circuit.is_failing(NO_ACCIDENT, 0)  # it is that delivery, not the receiver


def test_a_rate_limit_is_trouble_only_after_minutes_with_nothing_taken():
    circuit = Circuit()
    circuit.told(DeliveryOutcome.THROTTLED, 0)
    circuit.told(DeliveryOutcome.DELIVERED, 0)
    for second in range(FAILURES_TO_OPEN):
        circuit.told(DeliveryOutcome.THROTTLED, 10 + second)
    assert circuit.is_open
    assert not circuit.is_failing(1, 9 + NO_RATE_LIMIT, put_off=60)
    assert circuit.is_failing(1, 10 + NO_RATE_LIMIT, put_off=60)  # tried for the first time, say
    circuit.told(DeliveryOutcome.DELIVERED, 10 + NO_RATE_LIMIT)
    assert not circuit.is_failing(1, 10 + NO_RATE_LIMIT, put_off=60)  # others are taken


def test_who_asks_for_more_than_any_rate_limit_is_trouble_at_once():
    circuit = Circuit()
    circuit.told(DeliveryOutcome.THROTTLED, 0)
    assert not circuit.is_failing(1, 0, put_off=RATE_LIMIT)
    assert circuit.is_failing(1, 0, put_off=RATE_LIMIT + 1)


def test_a_refused_body_and_a_fault_of_ours_do_not_count():
    circuit = Circuit()
    for _ in range(20):
        circuit.told(DeliveryOutcome.REJECTED, 0)
        circuit.told(DeliveryOutcome.INTERNAL_ERROR, 0)
    assert not circuit.is_open


TROUBLE = {
    "401": (DeliveryOutcome.UNAUTHORIZED, False, False, 0, alarm.Trouble.UNAUTHORIZED),
    "404": (DeliveryOutcome.NOT_FOUND, False, False, 0, alarm.Trouble.NOT_FOUND),
    "410": (DeliveryOutcome.GONE, False, True, 0, alarm.Trouble.GONE),
    "failing": (BAD, True, False, 0, alarm.Trouble.FAILING),
    "dead": (BAD, False, True, 0, alarm.Trouble.DEAD),
    "rejected": (DeliveryOutcome.REJECTED, False, True, alarm.REFUSALS - 1, None),
    "rejected again and again": (
        DeliveryOutcome.REJECTED,
        False,
        True,
        alarm.REFUSALS,
        alarm.Trouble.REFUSING,
    ),
    "one failure": (BAD, False, False, alarm.REFUSALS, None),
    "delivered": (DeliveryOutcome.DELIVERED, False, False, 0, None),
}


@pytest.mark.parametrize(
    ("outcome", "failing", "gave_up", "refusals", "expected"), TROUBLE.values(), ids=TROUBLE.keys()
)
def test_what_is_trouble(outcome, failing, gave_up, refusals, expected):
    found = alarm.trouble(outcome, failing=failing, gave_up=gave_up, refusals=refusals)
    assert found is expected


def test_the_alert_about_a_receiver_never_goes_to_it():
    told = alarm.opened("r1", alarm.Trouble.FAILING, "HTTP 500", T0)
    routed = compile_policy(None, (), (), ("r1", "r2")).routes(told, labels_of(told))
    assert [route.terms.receiver for route in routed] == ["r2"]
    end = alarm.closed(told, T0)
    assert (end.status, end.labels, end.id != told.id) == ("closed", told.labels, True)
