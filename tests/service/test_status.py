"""What `status` makes of what the supervisor and the part say."""

import pytest

from wirewatch.service.supervisor.probe import Probe
from wirewatch.service.supervisor.status import describe
from wirewatch.service.supervisor.supervisor import PartState, PartView
from wirewatch.settings import Settings


def view(state=PartState.RUNNING, pid=7, wait=None):
    return PartView("notify", state, pid=pid, restarts=0, exit_code=None, wait=wait, last_lines=())


@pytest.mark.parametrize(
    ("part", "probe", "condition", "why"),
    [
        pytest.param(view(), Probe(), "waiting", "starting", id="does not answer yet"),
        pytest.param(view(), Probe(True, True, "ready", pid=7), "ready", "", id="ready"),
        pytest.param(view(), Probe(True, False, "for rain", pid=7), "waiting", "for rain", id="waits"),
        pytest.param(
            view(),
            Probe(True, True, "ready", pid=8),
            "waiting",
            "another process (pid 8) answers on its port",
            id="another service's part answers",
        ),
        pytest.param(
            view(PartState.RESTARTING, pid=None, wait=2.0),
            Probe(True, True, "ready", pid=8),
            "restarting",
            "exit code None (next start in 2 s)",
            id="dead, and another's answers",
        ),
    ],
)
def test_condition(part, probe, condition, why):
    found = describe(part, probe, Settings())
    assert (found.condition, found.why) == (condition, why)
