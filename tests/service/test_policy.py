"""When a dead part starts again, and when it counts as failed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.service.supervisor.policy import HEALTHY_SECONDS, LONGEST_DELAY, Deaths, hung


def dying(*deaths):
    record = Deaths()
    for exit_code, ran in deaths:
        record = record.after(exit_code, ran)
    return record


def test_the_waits_double_up_to_a_minute():
    record, waits = Deaths(), []
    for _ in range(10):
        record = record.after(1, 1.0)
        waits.append(record.delay)
    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize(
    ("deaths", "failed"),
    [
        pytest.param([], False, id="never died"),
        pytest.param([(1, 1)] * 3, False, id="three deaths"),
        pytest.param([(1, 1)] * 4, True, id="four deaths in a row"),
        pytest.param([(-9, 1)] * 4, True, id="killed four times in a row"),
        pytest.param([(1, 1)] * 3 + [(1, HEALTHY_SECONDS)], False, id="a healthy minute between"),
        pytest.param([(2, 1)], True, id="config error at once"),
        pytest.param([(3, 1)], True, id="missing dependency at once"),
        pytest.param([(4, 1)], True, id="state refused at once"),
        pytest.param([(5, 1)], True, id="newer record at once"),
        pytest.param([(70, 1)], False, id="unexpected, once"),
    ],
)
def test_failed(deaths, failed):
    assert dying(*deaths).failed is failed


@given(st.lists(st.tuples(st.integers(-15, 70), st.floats(0, 600)), max_size=2000))
def test_a_restart_never_waits_longer_than_the_cap_and_always_waits(deaths):
    record = dying(*deaths)
    assert record.delay <= LONGEST_DELAY
    assert (record.delay > 0) == bool(deaths)


@pytest.mark.parametrize(
    ("ran", "silent", "stuck"),
    [
        pytest.param(3600, 0, False, id="it answers"),
        pytest.param(3600, 59, False, id="busy"),
        pytest.param(3600, 60, True, id="silent for a minute"),
        pytest.param(10, 600, False, id="the silence was the one's before it"),
        pytest.param(60, 600, True, id="it never answered"),
    ],
)
def test_hung(ran, silent, stuck):
    assert hung(ran, silent) is stuck
