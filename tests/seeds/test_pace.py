from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.seeds.folder import Seed, Timed
from connectors.seeds.pace import MAX_BATCH, Due, Pace
from connectors.seeds.parse import SeedDraft

START = datetime(2020, 1, 9, tzinfo=UTC)


def seeds(*hours: float) -> list[Timed]:
    return [
        Timed(START + timedelta(hours=hour), Seed(Path(f"{hour}"), f"{hour}", SeedDraft("T")))
        for hour in hours
    ]


HOURLY = seeds(0, 1, 1, 3)


def test_nothing_pending_is_nothing_due():
    assert Pace(None).due([], 5) == Due((), None)


def test_max_sends_in_batches_without_waiting():
    many = seeds(*range(MAX_BATCH + 1))
    pace = Pace(None)
    assert pace.due(many, 0) == Due(tuple(many[:MAX_BATCH]), 0)
    assert pace.due(many[MAX_BATCH:], 0) == Due(tuple(many[MAX_BATCH:]), None)


@pytest.mark.parametrize(
    ("speed", "after", "sent", "wait"),
    [
        pytest.param(1, 0, 1, 3600, id="the first at once"),
        pytest.param(1, 3599, 1, 1, id="not a second early"),
        pytest.param(1, 3600, 3, 7200, id="ties go together"),
        pytest.param(3600, 0, 1, 1, id="an hour a second"),
        pytest.param(3600, 1, 3, 2, id="an hour a second, one later"),
        pytest.param(3600, 60, 4, None, id="late: all at once"),
        pytest.param(0.5, 0, 1, 7200, id="half the pace"),
    ],
)
def test_pace(speed, after, sent, wait):
    pace = Pace(speed)
    pace.due(HOURLY, 100)
    assert pace.due(HOURLY, 100 + after) == Due(tuple(HOURLY[:sent]), wait)


def test_pace_is_kept_from_the_start_and_does_not_drift():
    pace = Pace(3600)
    pace.due(HOURLY, 0)
    assert pace.due(HOURLY[3:], 2.9).wait == pytest.approx(0.1)


def test_after_a_rest_the_next_is_due_at_once():
    pace = Pace(1)
    pace.due(HOURLY, 0)
    pace.rest()
    assert pace.due(HOURLY[3:], 0) == Due(tuple(HOURLY[3:]), None)


def test_what_comes_in_with_an_earlier_date_is_due_at_once():
    pace = Pace(1)
    pace.due(HOURLY, 0)
    assert pace.due(seeds(-5, 3), 0).batch == tuple(seeds(-5))
