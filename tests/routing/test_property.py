"""Whatever happens, each alert ends for each receiver: told, silent, muted or dead, and the ledger says why.

Any sequence of alerts, silences, faults in the middle of a transaction, restarts, reloads (also while an
attempt is under way), full backlogs, old age and answers of receivers; then time passes until nothing waits.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.notify.outcomes import DeliveryOutcome
from tests.routing.world import ROUTES, World

alerts = st.fixed_dictionaries(
    {
        "watch": st.sampled_from(("nato", "iran", "oil")),
        "severity": st.sampled_from(("low", "medium", "high", "critical")),
        "story": st.sampled_from(("s1", "s2", "s3", "s4")),
        "status": st.sampled_from(("opened", "updated", "closed")),
        "expires": st.integers(-3600, 86_400),
        "also": st.sampled_from(({}, {}, {"war": "critical"})),
    }
)
answers = st.lists(
    st.sampled_from(
        (
            DeliveryOutcome.DELIVERED,
            DeliveryOutcome.SERVER_ERROR,
            DeliveryOutcome.REJECTED,
            DeliveryOutcome.GONE,
        )
    ),
    min_size=1,
    max_size=5,
)
actions = st.one_of(
    st.tuples(st.just("arrive"), st.lists(alerts, min_size=1, max_size=4)),
    st.tuples(st.just("pass"), st.sampled_from((1, 29, 31, 119, 301, 3599, 7200, 40_000))),
    st.tuples(st.just("silence"), st.sampled_from(("watch=nato", "severity=low", "watch=~n.*|i.*"))),
    st.tuples(st.just("fault"), st.integers(0, 3)),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("set_back"), st.sampled_from((3, 3600))),
    st.tuples(st.just("routes"), st.integers(0, len(ROUTES) - 1)),
    st.tuples(st.just("answer"), answers),
    st.tuples(st.just("begin"), st.integers(1, 4)),
    st.tuples(st.just("end"), answers),
    st.tuples(st.just("enable"), st.none()),
    st.tuples(st.just("cap"), st.integers(0, 3)),
    st.tuples(st.just("expire"), st.sampled_from((timedelta(hours=1), timedelta(days=1)))),
    st.tuples(st.just("redeliver"), st.none()),
)


@settings(max_examples=60)
@given(st.lists(actions, max_size=25))
def test_nothing_is_ever_missing(steps):
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            for action, value in steps:
                world.step(action, value)
            world.finish()
            world.check()
        finally:
            world.t.shared.close()


LOW = {"watch": "nato", "severity": "low", "expires": 60, "status": "opened"}
ONE, OTHER = (("arrive", [{**LOW, "story": story}]) for story in ("s1", "s2"))
WITHOUT_DESK = ("routes", 1)
ENDS = {
    "taken": ([ONE], ("delivered", "delivered")),
    "410": ([ONE, ("answer", [DeliveryOutcome.GONE])], ("dead", "gone")),
    "too many wait": ([ONE, ("cap", 0)], ("dead", "backlog_full")),
    "too old": ([ONE, ("pass", 7200), ("expire", timedelta(hours=1))], ("dead", "expired")),
    "disabled for good": (
        [ONE, ("answer", [DeliveryOutcome.SERVER_ERROR]), OTHER, ("answer", [DeliveryOutcome.GONE])],
        ("dead", "expired"),
    ),
    "disabled, enabled": (
        [ONE, ("begin", 1), OTHER, ("answer", [DeliveryOutcome.GONE]), ("enable", None)],
        ("delivered", "delivered"),
    ),
    "given up, told again": ([ONE, ("cap", 0), ("redeliver", None)], ("delivered", "delivered")),
    "under way, removed, took it": (
        [ONE, ("begin", 1), WITHOUT_DESK, ("end", 2 * [DeliveryOutcome.DELIVERED])],
        ("delivered", "delivered"),
    ),
    "under way, removed, failed": (
        [ONE, ("begin", 1), WITHOUT_DESK, ("end", 2 * [DeliveryOutcome.SERVER_ERROR])],
        ("dead", "receiver_removed"),
    ),
    "under way, removed, killed": (
        [ONE, ("begin", 1), WITHOUT_DESK, ("restart", None)],
        ("dead", "receiver_removed"),
    ),
}


@pytest.mark.parametrize(("steps", "expected"), ENDS.values(), ids=ENDS)
def test_how_the_first_alert_ends_for_the_desk(tmp_path, steps, expected):
    world = World(tmp_path)
    for action, value in steps:
        world.step(action, value)
    world.finish()
    world.check()
    ((status, outcome),) = [end for alert, name, *end in world.ends() if (alert, name) == ("a1", "desk")]
    assert (status, outcome) == expected
    world.t.shared.close()


def test_a_world_that_loses_something_is_found_out(tmp_path):
    world = World(tmp_path)
    world.do_routes(1)
    world.step(*ONE)
    with world.t.shared.writing() as db:
        db.execute("DELETE FROM decisions")
    world.finish()
    try:
        world.check()
    except AssertionError as error:
        assert "forgotten" in str(error)
    else:
        raise AssertionError("it was not noticed")
    world.t.shared.close()
