"""Outcomes and the retry schedule: pure tables."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.notify.outcomes import (
    LONGEST_PUT_OFF,
    MAX_RETRY_AFTER,
    RETRY_SCHEDULE,
    Answer,
    DeliveryOutcome,
    NextStep,
    decide,
    of_status,
    retry_after_seconds,
)
from tests.notify.support import T0

STATUS = {
    200: DeliveryOutcome.DELIVERED,
    204: DeliveryOutcome.DELIVERED,
    299: DeliveryOutcome.DELIVERED,
    301: DeliveryOutcome.REDIRECTED,
    304: DeliveryOutcome.REDIRECTED,
    400: DeliveryOutcome.REJECTED,
    401: DeliveryOutcome.UNAUTHORIZED,
    403: DeliveryOutcome.UNAUTHORIZED,
    404: DeliveryOutcome.NOT_FOUND,
    409: DeliveryOutcome.CLIENT_ERROR,
    410: DeliveryOutcome.GONE,
    413: DeliveryOutcome.REJECTED,
    422: DeliveryOutcome.REJECTED,
    429: DeliveryOutcome.THROTTLED,
    500: DeliveryOutcome.SERVER_ERROR,
    503: DeliveryOutcome.THROTTLED,
    100: DeliveryOutcome.BROKEN_ANSWER,
    799: DeliveryOutcome.BROKEN_ANSWER,
}


@pytest.mark.parametrize(("code", "outcome"), STATUS.items())
def test_status(code, outcome):
    assert of_status(code) is outcome


RETRY_AFTER = {
    "none": (None, None),
    "seconds": ("120", 120.0),
    "zero": ("0", 0.0),
    "blanks": (" 7 ", 7.0),
    "capped": ("999999999999999999999", MAX_RETRY_AFTER),
    "http date": ("Mon, 05 Jan 2026 12:01:30 GMT", 90.0),
    "date of another zone": ("Mon, 05 Jan 2026 13:01:30 +0100", 90.0),
    "date without zone": ("Mon Jan  5 12:01:30 2026", 90.0),
    "date in the past": ("Mon, 05 Jan 2026 11:00:00 GMT", 0.0),
    "date far ahead": ("Mon, 05 Jan 2099 11:00:00 GMT", MAX_RETRY_AFTER),
    "negative": ("-5", None),
    "float": ("1.5", None),
    "garbage": ("soon", None),
    "empty": ("", None),
    "arabic digits": ("٣", None),
}


@pytest.mark.parametrize(("value", "seconds"), RETRY_AFTER.values(), ids=RETRY_AFTER.keys())
def test_retry_after(value, seconds):
    assert retry_after_seconds(value, T0) == seconds


@given(st.text(max_size=60))
def test_retry_after_never_raises(value):
    seconds = retry_after_seconds(value, T0)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER


def next_step(outcome, attempts, chance=0.5, retry_after=None):
    return decide(Answer(outcome, retry_after=retry_after), attempts=attempts, now=T0, chance=lambda: chance)


def test_the_schedule_is_27_hours_and_a_half():
    waits = []
    for attempts in range(1, 8):
        said = next_step(DeliveryOutcome.TIMEOUT, attempts)
        assert said.status == "pending"
        waits.append((said.next_at - T0).total_seconds())
    assert waits == list(RETRY_SCHEDULE)
    assert sum(waits) == 27 * 3600 + 35 * 60 + 5
    assert next_step(DeliveryOutcome.TIMEOUT, 8).status == "dead"


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 7))
def test_jitter_is_a_fifth(chance, attempts):
    wait = (next_step(DeliveryOutcome.TIMEOUT, attempts, chance).next_at - T0).total_seconds()
    assert 0.8 * RETRY_SCHEDULE[attempts - 1] <= wait <= 1.2 * RETRY_SCHEDULE[attempts - 1]


@pytest.mark.parametrize("outcome", list(DeliveryOutcome))
def test_what_follows_the_first_attempt(outcome):
    expected = {
        DeliveryOutcome.DELIVERED: "delivered",
        DeliveryOutcome.REJECTED: "dead",
        DeliveryOutcome.GONE: "dead",
    }.get(outcome, "pending")
    said = next_step(outcome, 1)
    assert said.status == expected
    assert (said.next_at is not None) == (expected == "pending")


@pytest.mark.parametrize("attempts", [1, 2, 8])
@pytest.mark.parametrize("seconds", [1, 60, MAX_RETRY_AFTER])
def test_retry_after_is_the_wait_whatever_the_schedule_says(attempts, seconds):
    found = next_step(DeliveryOutcome.THROTTLED, attempts, retry_after=seconds)
    assert found == NextStep("pending", T0 + timedelta(seconds=seconds), timedelta())


@pytest.mark.parametrize("said", [None, 0])
def test_without_a_time_to_come_again_the_schedule_holds(said):
    found = next_step(DeliveryOutcome.THROTTLED, 2, retry_after=said)
    assert found == NextStep("pending", T0 + timedelta(minutes=5))
    assert next_step(DeliveryOutcome.THROTTLED, 8, retry_after=said).status == "dead"


def test_a_retry_after_of_what_is_no_rate_limit_says_nothing():
    assert next_step(DeliveryOutcome.SERVER_ERROR, 2, retry_after=1).next_at == T0 + timedelta(minutes=5)


def test_one_that_is_put_off_again_and_again_waits_longer():
    answer = Answer(DeliveryOutcome.THROTTLED, 429, retry_after=1)

    def wait(put_off):
        step = decide(answer, attempts=1, put_off=put_off, now=T0, chance=lambda: 0.5)
        return step.next_at - T0

    assert wait(timedelta(seconds=9)) == timedelta(seconds=1)
    assert wait(timedelta(minutes=10)) == timedelta(minutes=1)
    assert wait(timedelta(hours=10)) == timedelta(minutes=5)  # it may be well again
    tries, put_off = 0, timedelta()
    while put_off < LONGEST_PUT_OFF:
        tries, put_off = tries + 1, put_off + wait(put_off)
    assert tries < 400


def test_what_is_put_off_for_as_long_as_the_schedule_is_given_up():
    def after(put_off):
        answer = Answer(DeliveryOutcome.THROTTLED, retry_after=60)
        return decide(answer, attempts=1, put_off=put_off, now=T0, chance=lambda: 0.5).status

    end = timedelta(hours=27, minutes=35, seconds=5)
    assert (after(end - timedelta(seconds=1)), after(end)) == ("pending", "dead")
