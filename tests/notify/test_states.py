"""What is stored of a receiver holds over restarts, and is told."""

import asyncio

import pytest
from aiohttp import web

from connectors.notify import alarm, metrics
from connectors.notify.delivery.circuit import FAILURES_TO_OPEN
from connectors.notify.store import ReceiverStates
from tests.notify.rig import rig
from tests.notify.support import Clock, Mends, StillClock, eventually, http, status, webhook

QUIET_ENDS = {
    "it is over": lambda r: r.skip(minutes=61),
    "the receiver is enabled by hand": lambda r: ReceiverStates(r.outbox.shared).enable("r1", now=r.clock()),
}


@pytest.mark.parametrize("end", QUIET_ENDS.values(), ids=QUIET_ENDS.keys())
def test_a_quiet_that_was_asked_for_outlives_a_restart_and_a_reload(tmp_path, end):
    async def throttle(request, n):
        return web.Response(status=429, headers={"Retry-After": "3600"}) if n == 1 else web.Response()

    def asked(r):
        state = ReceiverStates(r.outbox.shared).all().get("r1")
        return state is not None and state.quiet is not None

    async def scenario():
        clock = Clock()
        async with http(throttle) as server:
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                r.tell("a1")
                await eventually(lambda: asked(r))
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                r.tell("a2")
                await r.idle()
                assert [q.headers["webhook-id"] for q in server.requests] == ["a1"]
                r.skip(seconds=1)
                end(r)
                await r.dispatcher._take_states()  # as when another process has written
                r.dispatcher.wake()
                await eventually(lambda: r.state("a1").status == r.state("a2").status == "delivered")

    asyncio.run(scenario())


def test_who_is_enabled_by_hand_is_tried_at_once_and_not_by_probes(tmp_path):
    async def scenario():
        answer = Mends(500)
        async with http(answer) as server, rig(tmp_path, webhook(server.url), clock=StillClock()) as r:
            names = [f"a{n}" for n in range(FAILURES_TO_OPEN)]
            r.tell(*names)
            courier = r.dispatcher._couriers[0]
            await eventually(lambda: courier._circuit.is_open and not r.underway())
            answer.mended = True
            r.tell("b")
            await r.idle()
            assert r.state("b").attempts == 0
            ReceiverStates(r.outbox.shared).enable("r1", now=r.clock())
            await r.dispatcher._take_states()  # as when another process has written
            r.dispatcher.wake()
            assert not courier._circuit.is_open
            await eventually(lambda: r.outbox.open_counts() == {})
            # Another word of another process later is no second one.
            answer.mended = False
            r.tell(*(f"c{n}" for n in range(FAILURES_TO_OPEN)))
            await eventually(lambda: courier._circuit.is_open)
            await r.dispatcher._take_states()
            assert courier._circuit.is_open

    asyncio.run(scenario())


def test_what_a_disabled_receiver_misses_for_good_is_told(tmp_path):
    async def scenario():
        async with http(status(204)) as server, rig(tmp_path, webhook(server.url)) as r:
            states = ReceiverStates(r.outbox.shared)
            states.disable("r1", why="by hand", now=r.clock())
            await r.dispatcher._take_states()
            r.tell("a1")
            r.skip(days=31)
            await r.dispatcher._tend_once()
            assert (r.state().status, r.state().outcome, server.requests) == ("dead", "expired", [])
            (told,) = states.announcements()
            assert told.labels == {"receiver": "r1", "state": "dead"}

    asyncio.run(scenario())


def test_an_incident_that_ends_while_states_are_read_is_not_taken_up_again(tmp_path):
    async def scenario():
        async with http(status(204)) as server, rig(tmp_path, webhook(server.url)) as r:
            courier = r.dispatcher._couriers[0]
            await courier.report(alarm.Trouble.FAILING, "HTTP 500", r.clock())
            reading = asyncio.create_task(r.dispatcher._take_states())  # as when another process has written
            await asyncio.sleep(0)
            await courier._well(r.clock())
            await reading
            assert shown("r1", metrics.TROUBLE) == []
            assert r.announced() == [("failing", "opened"), ("failing", "closed")]

    asyncio.run(scenario())


OF_RECEIVERS = (
    metrics.TROUBLE,
    metrics.RECEIVER_DISABLED,
    metrics.CIRCUIT_OPEN,
    metrics.OUTBOX,
    metrics.OLDEST,
)


def shown(receiver, *gauges):
    """Return the names of the series that /metrics has of `receiver`."""
    families = [family for gauge in gauges for family in gauge.collect()]
    samples = [sample for family in families for sample in family.samples]
    return sorted({sample.name for sample in samples if sample.labels["receiver"] == receiver})


def test_a_receiver_that_nothing_is_sent_to_is_shown_all_the_same(tmp_path):
    async def scenario():
        async with rig(tmp_path, webhook("http://127.0.0.1:1")) as r:
            ReceiverStates(r.outbox.shared).disable("r1", why="by hand", now=r.clock())
        assert shown("r1", metrics.CIRCUIT_OPEN) == []
        async with rig(tmp_path, webhook("http://127.0.0.1:1")) as r:
            await r.idle()
            assert shown("r1", metrics.CIRCUIT_OPEN, metrics.RECEIVER_DISABLED) == [
                "wirewatch_receiver_circuit_open",
                "wirewatch_receiver_disabled",
            ]

    asyncio.run(scenario())


def test_a_receiver_that_is_removed_leaves_nothing_in_the_metrics(tmp_path):
    """Else QueueOld and ReceiverDisabled would fire until the next restart."""

    async def scenario():
        receiver = webhook("http://127.0.0.1:1", "old")
        async with rig(tmp_path, receiver) as r:
            r.tell("a1", receivers=("old",))
            await eventually(lambda: r.state("a1", "old").attempts == 1 and not r.underway())
            await r.dispatcher._couriers[0].report(alarm.Trouble.GONE, "", r.clock())
            await r.dispatcher._tend_once()
            assert len(shown("old", *OF_RECEIVERS)) == len(OF_RECEIVERS)
        assert shown("old", *OF_RECEIVERS) == []

    asyncio.run(scenario())
