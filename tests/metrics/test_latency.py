"""How long news takes, by stage."""

from datetime import timedelta

import pytest

from connectors.notify.delivery.latency import Stages, stages
from tests.notify.support import T0, alert
from wirewatch.records import ALERTS

AT = T0.timestamp()


def of(**changes):
    fields = {"fetched": T0 + timedelta(seconds=30), "alerted": T0 + timedelta(seconds=31)} | changes
    return stages(ALERTS.encode(alert(**fields)), AT + 31.2, AT + 31.7)


def test_each_stage_and_no_gap_between_them():
    took = of()
    assert took == pytest.approx(Stages(fetch=30, understand=1.2, deliver=0.5))
    assert sum(took) == pytest.approx(31.7)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"kind": "system"}, id="a system alert"),
        pytest.param({"status": "closed"}, id="an end"),
        pytest.param({"fetched": None}, id="fetched nowhere"),
        pytest.param({"fetched": T0}, id="no date of its own, or replayed"),
        pytest.param({"alerted": T0 + timedelta(days=2)}, id="old news"),
    ],
)
def test_what_is_no_news_tells_nothing(changes):
    assert of(**changes) is None


def test_clocks_that_differ_make_no_negative_time():
    assert stages(ALERTS.encode(alert(fetched=T0 - timedelta(seconds=5))), AT - 6, AT - 7) == Stages(0, 0, 0)
