from datetime import UTC, datetime, timedelta

import pytest

from wirewatch.timing import article_time

NOON = datetime(2020, 1, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        pytest.param(None, (NOON, "fetched"), id="no date: fetched"),
        pytest.param(NOON - timedelta(days=900), (NOON - timedelta(days=900), "published"), id="old is fine"),
        pytest.param(NOON, (NOON, "published"), id="now"),
        pytest.param(
            NOON + timedelta(minutes=10), (NOON + timedelta(minutes=10), "published"), id="10 min ahead"
        ),
        pytest.param(NOON + timedelta(minutes=10, microseconds=1), (NOON, "fetched"), id="further ahead"),
        pytest.param(datetime.max.replace(tzinfo=UTC), (NOON, "fetched"), id="the last moment there is"),
    ],
)
def test_time_is_published_unless_that_lies_ahead(published, expected):
    assert article_time(published, NOON) == expected


def test_the_last_moment_as_fetch_time_does_not_overflow():
    last = datetime.max.replace(tzinfo=UTC)
    assert article_time(last, last) == (last, "published")
