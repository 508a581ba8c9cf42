"""A receiver's trouble is told, once, to the others, and is over when it is."""

import asyncio
import contextlib
import threading

from aiohttp import web

from connectors.notify import alarm, metrics
from connectors.notify.delivery.circuit import FAILURES_TO_OPEN
from connectors.notify.desk.local import LocalDesk
from connectors.notify.outcomes import RETRY_SCHEDULE
from connectors.notify.store import ReceiverStates, Shared, open_database
from tests.notify.rig import rig
from tests.notify.support import T0, Clock, Mends, arrival, eventually, http, open_outbox, status, webhook


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
            await eventually(lambda: r.announced() == [("gone", "opened")])
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
            await eventually(lambda: r.announced() == [("gone", "opened")])
            await eventually(lambda: not r.underway())
            assert trouble_since().keys() == {("r1", "gone")}
            with contextlib.closing(LocalDesk(Shared(open_database(tmp_path / "notify.db")))) as desk:
                desk.enable("r1")
                assert [known.trouble for known in desk.receivers()] == [None]
            await eventually(lambda: trouble_since() == {})
            assert r.announced() == [("gone", "opened"), ("gone", "closed")]

    asyncio.run(scenario())


def test_whoever_enables_it_as_it_answers_410_ends_that_incident_too(tmp_path):
    with contextlib.closing(open_outbox(tmp_path)) as outbox:
        states = ReceiverStates(outbox.shared)

        def answers_410():
            gone = alarm.opened("r1", alarm.Trouble.GONE, "", T0)
            states.give_up("r1", gone, ends=None, why="it answered 410", now=T0)
            return T0

        desk = LocalDesk(Shared(open_database(tmp_path / "notify.db")), now=answers_410)
        with contextlib.closing(desk):
            desk.enable("r1")
        stored = states.all()["r1"]
        assert (stored.disabled, stored.incident) == (False, None)
        assert [alert.status for alert in states.announcements()] == ["opened", "closed"]


def test_who_enables_a_receiver_during_the_last_try_hears_of_no_missed_alert(tmp_path):
    clock = Clock()
    with contextlib.closing(open_outbox(tmp_path)) as outbox:
        outbox.take_in("alerts", [arrival("a1")], {0: 1}, now=clock())
        with outbox.shared.writing() as db:
            db.execute("UPDATE deliveries SET attempts = ?", (len(RETRY_SCHEDULE),))

    async def scenario():
        async def answer(request, n):
            if n > 1:
                return web.Response()
            ReceiverStates(r.outbox.shared).enable("r1", now=r.clock())
            return web.Response(status=500)

        async with http(answer) as server, rig(tmp_path, webhook(server.url), clock=clock) as r:
            await eventually(lambda: r.state().status == "delivered" and not r.underway())
            assert len(server.requests) == 2
            assert r.announced() == []

    asyncio.run(scenario())


def test_who_enables_a_receiver_ends_no_other_trouble(tmp_path):
    with contextlib.closing(open_outbox(tmp_path)) as outbox:
        states = ReceiverStates(outbox.shared)
        failing = alarm.opened("r1", alarm.Trouble.FAILING, "HTTP 500", T0)
        states.open_incident("r1", failing, now=T0)
        states.enable("r1", now=T0)
        assert states.all()["r1"].incident == failing


def trouble_since():
    """What /metrics says of receivers in trouble: (receiver, state) → timestamp."""
    (metric,) = metrics.TROUBLE.collect()
    return {(s.labels["receiver"], s.labels["state"]): s.value for s in metric.samples}


def test_since_when_a_receiver_is_in_trouble_outlives_a_restart(tmp_path):
    answer, clock = Mends(500), Clock()

    async def scenario():
        async with http(answer) as server:
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                r.tell(*(f"a{n}" for n in range(FAILURES_TO_OPEN)))
                await eventually(lambda: r.announced() == [("failing", "opened")])
                began = trouble_since()
            assert began.keys() == {("r1", "failing")}
            assert trouble_since() == {}
            clock.skip(minutes=2)
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                await eventually(lambda: trouble_since() == began)
                await eventually(lambda: not r.underway())
                answer.mended = True
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
            await eventually(lambda: r.announced() == expected)
            await eventually(lambda: not r.underway())
            assert r.announced() == expected  # once, though eight were answered so at a time
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
            await eventually(lambda: r.announced() == [("gone", "opened")])
            disabled.set()
            await eventually(lambda: r.outbox.open_counts() == {("r1", "dead"): 1})
            await eventually(lambda: not r.underway())
            assert r.announced() == [("gone", "opened")]

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
            await eventually(lambda: r.announced() == [("gone", "opened")])
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
                assert r.announced() == [("backlog_full", "opened")]
                takes.release()
                await eventually(lambda n=round_: delivered(r) == n + 1)
            for _ in range(1000):
                takes.release()
            await eventually(lambda: ("r1", "pending") not in r.outbox.open_counts())
            await r.dispatcher._tend_once()
            assert r.announced() == [("backlog_full", "opened"), ("backlog_full", "closed")]

    asyncio.run(scenario())


def delivered(r):
    with r.outbox.shared.reading() as db:
        return db.execute("SELECT count(*) FROM deliveries WHERE status = 'delivered'").fetchone()[0]


def test_a_receiver_that_refuses_everything_is_told_once_until_it_takes_one(tmp_path):
    answer = Mends(422)

    async def scenario():
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            names = [f"a{n}" for n in range(alarm.REFUSALS - 1)]
            r.tell(*names)
            await eventually(lambda: all(r.state(name).status == "dead" for name in names))
            await eventually(lambda: not r.underway())
            assert r.announced() == []
            r.tell("b1", "b2", "b3")
            await eventually(lambda: r.state("b3").status == "dead")
            await eventually(lambda: r.announced() == [("refusing", "opened")])
            answer.mended = True
            r.tell("c1")
            await eventually(lambda: r.announced() == [("refusing", "opened"), ("refusing", "closed")])

    asyncio.run(scenario())
