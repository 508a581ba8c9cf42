"""What `up` says when replay is through, and when it says nothing."""

import pytest

from tests.service.test_screen import part
from wirewatch.service.supervisor.replayed import QUIET_SECONDS, Replayed
from wirewatch.service.supervisor.status import PartCondition

READY = [part("replay", PartCondition.READY), part("pipeline", PartCondition.READY)]
STARTING = [part("replay", PartCondition.READY), part("pipeline", PartCondition.WAITING)]
LATER = QUIET_SECONDS - 1


def looks(*seen):
    """Return the seconds at which something is said, for (second, parts, unsent, articles) each."""
    now = [0.0]
    replayed = Replayed(lambda: now[0])
    said = []
    for second, parts, unsent, articles in seen:
        now[0] = second
        if line := replayed.news(parts, unsent, articles):
            said.append((second, line))
    return said


def test_it_is_said_once():
    ((second, line),) = looks((0, READY, 0, 60), (9, READY, 0, 60), (10, READY, 0, 60), (99, READY, 0, 60))
    assert second == 9
    assert line.startswith("replay has no article left to send; the pipeline is idle (60 articles read, none")


@pytest.mark.parametrize(
    "between",
    [
        pytest.param((LATER, READY, 0, 59), id="the pipeline reads"),
        pytest.param((LATER, READY, 3, 60), id="a file was added"),
        pytest.param((LATER, STARTING, 0, 60), id="a part is away"),
        pytest.param((LATER, READY, None, 60), id="replay does not answer"),
        pytest.param((LATER, READY, 0, None), id="the pipeline does not answer"),
    ],
)
def test_the_time_begins_anew(between):
    again = LATER + 1.5
    assert looks((0, READY, 0, 60), between, (again, READY, 0, 60), (again + LATER, READY, 0, 60)) == []
    assert looks((0, READY, 0, 60), between, (again, READY, 0, 60), (again + QUIET_SECONDS, READY, 0, 60))
