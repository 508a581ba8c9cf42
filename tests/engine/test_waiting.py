"""What a part waits for is said, once, and a person's patience ends."""

import pytest
from structlog.testing import capture_logs

from pipelines.part.waiting import Waiting
from wirewatch.errors import WirewatchError
from wirewatch.part import Health


def test_it_is_said_when_it_changes():
    health = Health()
    waiting = Waiting(health)
    with capture_logs() as logs:
        for why in ("the broker is away", "the broker is away", "no slots", "no slots"):
            waiting(why)
            assert health.state() == (False, why)
        waiting.over()
        waiting("no slots")
    assert [entry["why"] for entry in logs] == ["the broker is away", "no slots", "no slots"]


def test_with_a_bound_it_ends_so_long_after_it_began():
    clock = iter([10.0, 14.9, 100.0, 105.0])
    waiting = Waiting(Health(), 5.0, clock=lambda: next(clock))
    waiting("no slots")
    waiting("no slots")
    waiting.over()
    waiting("the broker is away")
    with pytest.raises(WirewatchError, match="gave up waiting after 5 s: the broker is away"):
        waiting("the broker is away")
