"""When next, and why: decided from the record, the answer and the time alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.condition import FeedCondition, condition
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.schedule import SHORTEST, Bounds, address, after_answer, next_poll
from connectors.feeds.state import FeedState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URL = "http://test.example/rss"


def state(**fields):
    return FeedState(next_at=NOW, **fields)


def every(gap, count=20, until=NOW):
    """Publication times `gap` apart, the last one at `until`."""
    return tuple(until - gap * n for n in reversed(range(count)))


def answer(outcome=FetchOutcome.READ, **fields):
    return FetchResult(outcome, URL, **fields)


@pytest.mark.parametrize(
    ("state", "answer", "wait"),
    [
        pytest.param(state(), answer(), 15 * MIN, id="rhythm not known"),
        pytest.param(state(times=every(30 * MIN)), answer(), 9.5 * MIN, id="two an hour"),
        pytest.param(state(times=every(MIN)), answer(), 2 * MIN, id="a flood: the shortest"),
        pytest.param(state(times=every(DAY)), answer(), 4 * HOUR, id="one a day: the longest"),
        pytest.param(
            state(times=every(MIN, until=NOW - HOUR)), answer(), 79 / 60 * MIN, id="slower in silence"
        ),
        pytest.param(state(times=every(MIN), ttl=1200), answer(), 20 * MIN, id="ttl"),
        pytest.param(state(times=every(MIN), ttl=86_400), answer(), HOUR, id="ttl within bounds"),
        pytest.param(state(times=every(MIN), ttl=10**15), answer(), HOUR, id="a ttl that no clock holds"),
        pytest.param(state(times=every(DAY), ttl=60), answer(), 4 * HOUR, id="a short ttl hastens nothing"),
        pytest.param(state(times=every(MIN)), answer(max_age=600), 10 * MIN, id="max-age"),
        pytest.param(state(times=every(MIN)), answer(FetchOutcome.NOT_MODIFIED), 2 * MIN, id="304"),
        pytest.param(state(failures=1), answer(FetchOutcome.TIMEOUT), 5 * MIN, id="soft"),
        pytest.param(
            state(failures=4), answer(FetchOutcome.SERVER_ERROR), 40 * MIN, id="soft, again and again"
        ),
        pytest.param(state(failures=99), answer(FetchOutcome.TIMEOUT), DAY, id="soft, for ever"),
        pytest.param(state(failures=1), answer(FetchOutcome.CLIENT_ERROR), HOUR, id="hard"),
        pytest.param(state(failures=2), answer(FetchOutcome.NO_ADDRESS), 30 * MIN, id="dns"),
        pytest.param(
            state(failures=1), answer(FetchOutcome.BUSY, retry_after=7200), 2 * HOUR, id="Retry-After"
        ),
        pytest.param(
            state(failures=9), answer(FetchOutcome.BUSY, retry_after=5), 1280 * MIN, id="a hasty Retry-After"
        ),
    ],
)
def test_when(state, answer, wait):
    plan = next_poll(state, answer, NOW, jitter=0, bounds=Bounds(MIN if wait < 2 * MIN else SHORTEST))
    assert abs(plan.at - NOW - wait) < timedelta(seconds=61), plan
    assert plan.why


@pytest.mark.parametrize(
    ("state", "bounds", "wait"),
    [
        pytest.param(state(times=every(DAY)), Bounds(SHORTEST, 20 * MIN), 20 * MIN, id="rare, and urgent"),
        pytest.param(state(times=every(DAY), ttl=3600), Bounds(SHORTEST, 20 * MIN), 20 * MIN, id="its ttl"),
        pytest.param(state(times=every(30 * DAY)), Bounds(SHORTEST, DAY), DAY, id="rare, and no matter"),
        pytest.param(state(times=every(MIN)), Bounds(HOUR, HOUR), HOUR, id="a flood, and no matter"),
        pytest.param(state(), Bounds(SHORTEST, 5 * MIN), 5 * MIN, id="before its rhythm is known"),
    ],
)
def test_bounds_of_a_feed(state, bounds, wait):
    plan = next_poll(state, answer(), NOW, jitter=0, bounds=bounds)
    assert plan.at - NOW == wait, plan


def test_bounds_hasten_neither_a_failure_nor_retry_after():
    bounds = Bounds(SHORTEST, SHORTEST)
    failed = next_poll(state(failures=4), answer(FetchOutcome.TIMEOUT), NOW, jitter=0, bounds=bounds)
    busy = next_poll(
        state(failures=1), answer(FetchOutcome.BUSY, retry_after=7200), NOW, jitter=0, bounds=bounds
    )
    assert (failed.at - NOW, busy.at - NOW) == (40 * MIN, 2 * HOUR)
    pushed = next_poll(state(), answer(), NOW, jitter=0, bounds=bounds, pushed=True)
    assert pushed.at - NOW == SHORTEST


@given(
    outcome=st.sampled_from(FetchOutcome),
    failures=st.integers(0, 1000),
    jitter=st.floats(-1, 1),
    ttl=st.none() | st.integers(0, 10**9),
    max_age=st.none() | st.integers(0, 10**9),
    retry_after=st.none() | st.floats(0, 86_400),
    gaps=st.lists(st.integers(-(10**6), 10**8), max_size=20),
)
def test_never_hastier_than_allowed_nor_later_than_a_day_or_so(
    outcome, failures, jitter, ttl, max_age, retry_after, gaps
):
    times = tuple(sorted(NOW - timedelta(seconds=gap) for gap in gaps))
    plan = next_poll(
        state(failures=failures, ttl=ttl, times=times),
        answer(outcome, max_age=max_age, retry_after=retry_after),
        NOW,
        jitter=jitter,
    )
    least = max(SHORTEST, timedelta(seconds=retry_after or 0))
    assert least <= plan.at - NOW <= DAY * 1.1


def test_a_move_is_believed_after_three_times_and_taken_back_when_it_fails():
    there = "https://new.example/rss"
    record = state()
    for _ in range(3):
        assert address(URL, record) == URL
        record = after_answer(record, answer(moved_to=there), NOW)
    assert address(URL, record) == there
    record = after_answer(record, FetchResult(FetchOutcome.NOT_MODIFIED, there), NOW)
    assert address(URL, record) == there
    record = after_answer(record, FetchResult(FetchOutcome.GONE, there), NOW)
    assert (address(URL, record), record.gone) == (URL, False)


def test_a_new_address_that_does_not_answer_is_doubted_too():
    there = "https://new.example/rss"
    record = state(moved_to=there, moved=3)
    for _ in range(2):
        record = after_answer(record, FetchResult(FetchOutcome.UNREACHABLE, there), NOW)
        assert address(URL, record) == there
    record = after_answer(record, FetchResult(FetchOutcome.UNREACHABLE, there), NOW)
    assert address(URL, record) == URL


def test_a_304_keeps_the_validators_and_a_new_document_replaces_them():
    record = after_answer(state(), answer(etag='"a"', modified="m"), NOW)
    record = after_answer(record, answer(FetchOutcome.NOT_MODIFIED), NOW)
    assert (record.etag, record.modified) == ('"a"', "m")
    record = after_answer(record, answer(FetchOutcome.TIMEOUT), NOW)
    assert (record.etag, record.failures) == ('"a"', 1)
    record = after_answer(record, answer(), NOW)
    assert (record.etag, record.modified, record.failures) == (None, None, 0)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(state(), FeedCondition.NEW, id="never polled"),
        pytest.param(state(last_try=NOW), FeedCondition.OK, id="fine"),
        pytest.param(
            state(last_try=NOW, failures=2, outcome="timeout"), FeedCondition.WAVERING, id="a hiccup"
        ),
        pytest.param(state(last_try=NOW, failures=3, outcome="timeout"), FeedCondition.FAILING, id="failing"),
        pytest.param(
            state(last_try=NOW, failures=1, outcome="not_a_feed"), FeedCondition.FAILING, id="never a feed"
        ),
        pytest.param(
            state(last_try=NOW, last_ok=NOW - HOUR, failures=1, outcome="not_a_feed"),
            FeedCondition.WAVERING,
            id="a page of maintenance work for once",
        ),
        pytest.param(state(last_try=NOW, gone=True), FeedCondition.GONE, id="gone"),
        pytest.param(
            state(last_try=NOW, last_new=NOW - 2 * DAY, times=every(HOUR, until=NOW - 2 * DAY)),
            FeedCondition.SILENT,
            id="hourly, silent for two days",
        ),
        pytest.param(
            state(last_try=NOW, last_new=NOW - 12 * HOUR, times=every(MIN, until=NOW - 12 * HOUR)),
            FeedCondition.OK,
            id="a night",
        ),
        pytest.param(
            state(last_try=NOW, last_new=NOW - 6 * DAY, times=every(DAY, until=NOW - 6 * DAY)),
            FeedCondition.OK,
            id="daily, a long weekend",
        ),
        pytest.param(state(last_try=NOW, newest=NOW - 90 * DAY), FeedCondition.STALE, id="only old entries"),
        pytest.param(state(last_try=NOW, jump=True), FeedCondition.JUMP, id="a jump"),
    ],
)
def test_condition(state, expected):
    assert condition(state, NOW).condition is expected


def test_what_is_switched_off_is_off():
    assert condition(state(gone=True), NOW, enabled=False).condition is FeedCondition.OFF
