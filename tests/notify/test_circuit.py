"""A receiver that fails in a row is only probed; its trouble is told, once, to the others."""

import asyncio
import contextlib
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from connectors.notify import metrics
from connectors.notify.delivery import alarm
from connectors.notify.delivery.circuit import FAILURES_TO_OPEN, NO_ACCIDENT, PROBE_AFTER, Circuit
from connectors.notify.desk.local import LocalDesk
from connectors.notify.outcomes import Outcome
from connectors.notify.receivers import CONCURRENCY
from connectors.notify.routing.labels import labels_of
from connectors.notify.routing.policy import compile_policy
from connectors.notify.store import Owed, ReceiverStates, Shared, open_database
from tests.notify.rig import rig
from tests.notify.support import T0, Clock, arrival, eventually, http, open_outbox, status, webhook

BAD = Outcome.SERVER_ERROR


def test_it_opens_after_failures_in_a_row_and_closes_at_a_success():
    circuit = Circuit()
    for outcome in (*[BAD] * (FAILURES_TO_OPEN - 1), Outcome.DELIVERED, *[BAD] * (FAILURES_TO_OPEN - 1)):
        circuit.told(outcome, 0)
        assert not circuit.is_open
    circuit.told(BAD, 0)
    assert circuit.is_open
    assert circuit.wait(0) == PROBE_AFTER[0]
    circuit.told(BAD, 1)  # was under way
    assert circuit.wait(1) == PROBE_AFTER[0] - 1
    now = 0.0
    for pause in PROBE_AFTER[1:]:
        now += circuit.wait(now)
        circuit.told(BAD, now)
        assert circuit.wait(now) == pause
    now += PROBE_AFTER[-1]
    circuit.told(BAD, now)
    assert circuit.wait(now) == PROBE_AFTER[-1]
    circuit.told(Outcome.DELIVERED, now)
    assert not circuit.is_open
    assert circuit.wait(now) == 0


def test_it_fails_once_a_delivery_was_tried_for_minutes_with_nothing_taken_between():
    circuit = Circuit()
    for _ in range(NO_ACCIDENT):
        assert not circuit.is_failing(NO_ACCIDENT)
        circuit.told(BAD, 0)
    assert circuit.is_failing(NO_ACCIDENT)
    assert not circuit.is_failing(NO_ACCIDENT - 1)  # a burst that met a restart
    circuit.told(Outcome.DELIVERED, 0)
    assert not circuit.is_failing(NO_ACCIDENT)  # it is that delivery, not the receiver


def test_a_refused_body_and_a_fault_of_ours_do_not_count():
    circuit = Circuit()
    for _ in range(20):
        circuit.told(Outcome.REJECTED, 0)
        circuit.told(Outcome.INTERNAL_ERROR, 0)
    assert not circuit.is_open


TROUBLE = {
    "401": (Outcome.UNAUTHORIZED, False, False, 0, alarm.Trouble.UNAUTHORIZED),
    "404": (Outcome.NOT_FOUND, False, False, 0, alarm.Trouble.NOT_FOUND),
    "410": (Outcome.GONE, False, True, 0, alarm.Trouble.GONE),
    "failing": (BAD, True, False, 0, alarm.Trouble.FAILING),
    "dead": (BAD, False, True, 0, alarm.Trouble.DEAD),
    "rejected": (Outcome.REJECTED, False, True, alarm.REFUSALS - 1, None),
    "rejected again and again": (Outcome.REJECTED, False, True, alarm.REFUSALS, alarm.Trouble.REFUSING),
    "one failure": (BAD, False, False, alarm.REFUSALS, None),
    "delivered": (Outcome.DELIVERED, False, False, 0, None),
}


@pytest.mark.parametrize(
    ("outcome", "failing", "gave_up", "refusals", "expected"), TROUBLE.values(), ids=TROUBLE.keys()
)
def test_what_is_trouble(outcome, failing, gave_up, refusals, expected):
    found = alarm.trouble(outcome, failing=failing, gave_up=gave_up, refusals=refusals)
    assert found is expected


def test_the_alert_about_a_receiver_never_goes_to_it():
    told = alarm.opened("r1", alarm.Trouble.FAILING, "HTTP 500", T0)
    routed = compile_policy(None, (), (), ("r1", "r2")).routes(told, labels_of(told))
    assert [route.terms.receiver for route in routed] == ["r2"]
    end = alarm.closed(told, T0)
    assert (end.status, end.labels, end.id != told.id) == ("closed", told.labels, True)


def announced(r):
    return [(a.labels["state"], a.status) for a in ReceiverStates(r.outbox.shared).announcements()]


def test_a_dead_receiver_is_probed_and_what_waited_comes_when_it_is_back(tmp_path):
    healthy = False

    async def answer(request, n):
        return web.Response(status=204 if healthy else 500)

    async def scenario():
        nonlocal healthy
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell(*(f"a{n}" for n in range(60)))
            await eventually(lambda: announced(r) == [("failing", "opened")])
            await eventually(lambda: not r.underway())
            tried = len(server.requests)
            assert tried <= FAILURES_TO_OPEN + 8
            r.skip(seconds=PROBE_AFTER[0] + 0.5)
            await eventually(lambda: len(server.requests) == tried + 1)
            await r.idle()
            assert len(server.requests) == tried + 1
            healthy = True
            r.skip(seconds=PROBE_AFTER[1] + 0.5)
            await eventually(
                lambda: len({q.headers["webhook-id"] for q in server.requests[tried + 1 :]}) >= 47
            )
            await eventually(lambda: announced(r) == [("failing", "opened"), ("failing", "closed")])
            r.skip(minutes=7)
            await eventually(lambda: r.outbox.open_counts() == {})

    asyncio.run(scenario())


def test_a_lone_alert_that_fails_for_minutes_is_told_and_comes_with_the_next_one_taken(tmp_path):
    healthy = False

    async def answer(request, n):
        return web.Response(status=204 if healthy else 500)

    async def scenario():
        nonlocal healthy
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            for n in range(1, NO_ACCIDENT + 1):
                await eventually(lambda n=n: r.state().attempts == n and not r.underway())
                assert announced(r) == ([("failing", "opened")] if n == NO_ACCIDENT else [])
                if n < NO_ACCIDENT:
                    r.skip(minutes=6)
            healthy = True
            await r.idle()
            assert r.state().status == "pending"  # its own next try is half an hour away
            r.skip(minutes=6)
            r.tell("a2")
            await eventually(lambda: r.outbox.open_counts() == {})
            await eventually(lambda: announced(r) == [("failing", "opened"), ("failing", "closed")])

    asyncio.run(scenario())


def bad_get(code):
    """Return who answers `code` to deliveries whose id begins with bad, and takes all others."""

    async def answer(request, n):
        return web.Response(status=code if request.headers["webhook-id"].startswith("bad") else 204)

    return answer


def test_an_alert_that_alone_is_answered_500_is_not_hurried_through_its_tries(tmp_path):
    async def scenario():
        async with http(bad_get(500)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("bad")
            await eventually(lambda: r.state("bad").attempts == 1)
            for n in range(10):
                r.tell(f"a{n}")
                await eventually(lambda n=n: r.state(f"a{n}").status == "delivered")
                await r.idle()
            assert (r.state("bad").attempts, announced(r)) == (1, [])

    asyncio.run(scenario())


def test_alerts_that_are_answered_500_keep_hours_of_tries_while_others_are_taken(tmp_path):
    async def scenario():
        async with http(bad_get(500)) as server, rig(tmp_path, webhook(server.url)) as r:
            bad = ("bad1", "bad2", "bad3")
            r.tell(*bad)
            for n in range(10):
                await eventually(lambda: not r.underway())
                r.tell(f"a{n}")
                await eventually(lambda n=n: r.state(f"a{n}").status == "delivered")
                r.skip(minutes=6)
            await r.idle()
            after_an_hour = [r.state(name) for name in bad]
            assert {state.status for state in after_an_hour} == {"pending"}
            assert max(state.attempts for state in after_an_hour) <= 5

    asyncio.run(scenario())


def test_what_was_throttled_waits_though_others_are_taken(tmp_path):
    async def scenario():
        async with http(bad_get(429)) as server, rig(tmp_path, webhook(server.url)) as r:
            bad = ("bad1", "bad2", "bad3")
            r.tell(*bad)
            await eventually(lambda: [r.state(name).attempts for name in bad] == [1, 1, 1])
            r.skip(seconds=7)
            await eventually(lambda: [r.state(name).attempts for name in bad] == [2, 2, 2])
            r.skip(minutes=3)
            for n in range(3):
                r.tell(f"a{n}")
                await eventually(lambda n=n: r.state(f"a{n}").status == "delivered")
            await r.idle()
            assert [r.state(name).attempts for name in bad] == [2, 2, 2]

    asyncio.run(scenario())


def test_a_burst_that_is_slowed_down_is_no_trouble(tmp_path):
    all_there = asyncio.Event()

    async def answer(request, n):
        if n > CONCURRENCY:
            return web.Response(status=204)
        if n == CONCURRENCY:
            all_there.set()
        await all_there.wait()
        return web.Response(status=429, headers={"Retry-After": "60" if n == 1 else "1"})

    async def scenario():
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            names = [f"a{n}" for n in range(CONCURRENCY)]
            r.tell(*names)
            await eventually(lambda: all(r.state(name).attempts == 1 for name in names))
            await eventually(lambda: not r.underway())
            r.skip(seconds=10)  # what was asked for longest holds
            await r.idle()
            assert len(server.requests) == CONCURRENCY
            r.skip(seconds=51)
            await eventually(lambda: r.outbox.open_counts() == {})
            assert announced(r) == []

    asyncio.run(scenario())


def test_one_that_only_ever_puts_off_is_trouble(tmp_path):
    async def scenario():
        async with (
            http(status(503, Retry_After="60")) as server,
            rig(tmp_path, webhook(server.url)) as r,
        ):
            r.tell("a1")
            for n in range(1, NO_ACCIDENT + 1):
                await eventually(lambda n=n: r.state().attempts == n)
                assert announced(r) == [] or n == NO_ACCIDENT
                r.skip(hours=11)
            await eventually(lambda: announced(r) == [("failing", "opened")])

    asyncio.run(scenario())


def test_410_disables_until_somebody_enables(tmp_path):
    async def scenario():
        async with http(status(410)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            await eventually(lambda: r.state().status == "dead")
            states = ReceiverStates(r.outbox.shared)
            await eventually(lambda: "r1" in states.all() and states.all()["r1"].disabled)
            r.tell("a2")
            await r.idle()
            assert r.state("a2").attempts == 0
            await eventually(lambda: announced(r) == [("gone", "opened")])
        async with http(status(204)) as server, rig(tmp_path, webhook(server.url)) as r:  # after a restart
            await r.idle()
            assert server.requests == []
            other = Shared(open_database(tmp_path / "notify.db"))  # as the command line does
            ReceiverStates(other).enable("r1", now=T0)
            other.close()
            await eventually(lambda: r.state("a2").status == "delivered")

    asyncio.run(scenario())


def test_whoever_enables_it_ends_the_incident_of_410(tmp_path):
    """Else it would count as in trouble, and page somebody, until the next alert comes for it."""

    async def scenario():
        async with http(status(410)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            await eventually(lambda: announced(r) == [("gone", "opened")])
            await eventually(lambda: not r.underway())
            assert trouble_since().keys() == {("r1", "gone")}
            with contextlib.closing(LocalDesk(Shared(open_database(tmp_path / "notify.db")))) as desk:
                desk.enable("r1")
                assert [known.trouble for known in desk.receivers()] == [None]
            await eventually(lambda: trouble_since() == {})
            assert announced(r) == [("gone", "opened"), ("gone", "closed")]

    asyncio.run(scenario())


def trouble_since():
    """What /metrics says of receivers in trouble: (receiver, state) → timestamp."""
    (metric,) = metrics.TROUBLE.collect()
    return {(s.labels["receiver"], s.labels["state"]): s.value for s in metric.samples}


def test_since_when_a_receiver_is_in_trouble_outlives_a_restart(tmp_path):
    healthy, clock = False, Clock()

    async def answer(request, n):
        return web.Response(status=204 if healthy else 500)

    async def scenario():
        nonlocal healthy
        async with http(answer) as server:
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                r.tell(*(f"a{n}" for n in range(FAILURES_TO_OPEN)))
                await eventually(lambda: announced(r) == [("failing", "opened")])
                began = trouble_since()
            assert began.keys() == {("r1", "failing")}
            assert trouble_since() == {}
            clock.skip(minutes=2)
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                await eventually(lambda: trouble_since() == began)
                await eventually(lambda: not r.underway())
                healthy = True
                r.skip(minutes=40)
                await eventually(lambda: trouble_since() == {})

    asyncio.run(scenario())


def test_410_is_told_also_while_another_incident_is_open(tmp_path):
    async def scenario():
        with contextlib.closing(open_outbox(tmp_path)) as outbox:
            failing = alarm.opened("r1", alarm.Trouble.FAILING, "HTTP 500", T0)
            ReceiverStates(outbox.shared).open_incident("r1", failing, now=T0)
        async with http(status(410)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell(*(f"a{n}" for n in range(8)))
            expected = [("failing", "opened"), ("failing", "closed"), ("gone", "opened")]
            await eventually(lambda: announced(r) == expected)
            await eventually(lambda: not r.underway())
            assert announced(r) == expected  # once, though eight were answered so at a time
            states = ReceiverStates(r.outbox.shared)
            assert states.all()["r1"].incident.labels["state"] == "gone"
            assert states.all()["r1"].disabled
            assert "is disabled" in states.announcements()[1].title

    asyncio.run(scenario())


def test_who_answers_410_stays_disabled_whatever_came_of_what_was_under_way(tmp_path):
    disabled = asyncio.Event()

    async def answer(request, n):
        if n == 1:
            return web.Response(status=410)
        await disabled.wait()
        return web.Response(status=204)

    async def scenario():
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            names = [f"a{n}" for n in range(5)]
            r.tell(*names)
            await eventually(lambda: len(server.requests) == len(names))
            await eventually(lambda: announced(r) == [("gone", "opened")])
            disabled.set()
            await eventually(lambda: r.outbox.open_counts() == {("r1", "dead"): 1})
            await eventually(lambda: not r.underway())
            assert announced(r) == [("gone", "opened")]

    asyncio.run(scenario())


def test_410_that_cannot_be_stored_is_told_when_it_comes_again(tmp_path):
    failed = threading.Event()

    def fail():
        failed.set()
        raise OSError("the disk")

    async def scenario():
        async with http(status(410)) as server, rig(tmp_path, webhook(server.url)) as r:
            states = ReceiverStates(r.outbox.shared)
            with r.outbox.shared.writing() as db:
                db.create_function("fail", 0, fail)
                db.execute("CREATE TEMP TRIGGER broken BEFORE UPDATE ON receivers BEGIN SELECT fail(); END")
            r.tell("a1")
            await eventually(failed.is_set)
            with r.outbox.shared.writing() as db:
                db.execute("DROP TRIGGER broken")
            assert "r1" not in states.all()  # not by half either
            r.tell("a2")
            await eventually(lambda: announced(r) == [("gone", "opened")])
            assert states.all()["r1"].disabled

    asyncio.run(scenario())


def test_too_much_that_waits_is_told_once_though_alerts_are_taken_meanwhile(tmp_path):
    takes = asyncio.Semaphore(0)

    async def slowly(request, n):
        await takes.acquire()
        return web.Response(status=204)

    async def scenario():
        async with (
            http(slowly) as server,
            rig(tmp_path, webhook(server.url, timeout=600), max_waiting=20) as r,
        ):
            for round_ in range(3):
                r.tell(*(f"a{round_}{n:02}" for n in range(30)))
                await r.dispatcher._tend_once()
                assert r.outbox.open_counts()["r1", "pending"] == 20
                assert announced(r) == [("backlog_full", "opened")]
                takes.release()
                await eventually(lambda n=round_: delivered(r) == n + 1)
            for _ in range(1000):
                takes.release()
            await eventually(lambda: ("r1", "pending") not in r.outbox.open_counts())
            await r.dispatcher._tend_once()
            assert announced(r) == [("backlog_full", "opened"), ("backlog_full", "closed")]

    asyncio.run(scenario())


def delivered(r):
    with r.outbox.shared.reading() as db:
        return db.execute("SELECT count(*) FROM deliveries WHERE status = 'delivered'").fetchone()[0]


def test_a_receiver_that_refuses_everything_is_told_once_until_it_takes_one(tmp_path):
    healthy = False

    async def answer(request, n):
        return web.Response(status=204 if healthy else 422)

    async def scenario():
        nonlocal healthy
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            names = [f"a{n}" for n in range(alarm.REFUSALS - 1)]
            r.tell(*names)
            await eventually(lambda: all(r.state(name).status == "dead" for name in names))
            await eventually(lambda: not r.underway())
            assert announced(r) == []
            r.tell("b1", "b2", "b3")
            await eventually(lambda: r.state("b3").status == "dead")
            await eventually(lambda: announced(r) == [("refusing", "opened")])
            healthy = True
            r.tell("c1")
            await eventually(lambda: announced(r) == [("refusing", "opened"), ("refusing", "closed")])

    asyncio.run(scenario())


def test_a_clock_set_back_an_hour_delays_no_retry(tmp_path):
    async def flaky(request, n):
        return web.Response(status=500 if n == 1 else 204)

    async def scenario():
        heard = []
        options = {"set_back": lambda: heard.append(1)}
        async with http(flaky) as server, rig(tmp_path, webhook(server.url), **options) as r:
            r.tell("a1")
            await eventually(lambda: r.state().attempts == 1)
            r.clock.set_back(hours=1)
            await eventually(lambda: r.state().next_at - r.clock() < timedelta(seconds=6))
            await eventually(lambda: bool(heard))
            r.skip(seconds=6)
            await eventually(lambda: r.state().status == "delivered")

    asyncio.run(scenario())


def test_a_clock_set_back_while_nobody_ran_delays_no_retry(tmp_path):
    async def scenario():
        async with http(status(500)) as server:
            async with rig(tmp_path, webhook(server.url)) as r:
                r.tell("a1")
                await eventually(lambda: r.state().attempts == 1)
                clock = r.clock
            clock.set_back(hours=1)
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                await eventually(lambda: r.state().next_at - clock() < timedelta(seconds=6))

    asyncio.run(scenario())


def test_a_group_is_told_in_order_also_when_one_fails(tmp_path):
    async def flaky(request, n):
        return web.Response(status=500 if n == 1 else 204)

    async def scenario():
        async with http(flaky) as server, rig(tmp_path, webhook(server.url)) as r:
            names = [f"a{n}" for n in range(5)]
            bodies = [arrival(name) for name in names]
            owed = [replace(a, owed=(Owed("r1", a.id, a.body, "story"),)) for a in bodies]
            r.outbox.take_in("alerts", owed, {0: 1}, now=r.clock())
            r.dispatcher.wake()
            await eventually(lambda: r.state("a0").attempts == 1)
            r.skip(seconds=6)
            await eventually(lambda: r.state("a4").status == "delivered")
            assert [q.headers["webhook-id"] for q in server.requests] == ["a0", *names]

    asyncio.run(scenario())
