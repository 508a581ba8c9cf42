"""A receiver that fails and comes back: what waited is tried again, soon enough and seldom enough."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from aiohttp import web

from connectors.notify.delivery.circuit import FAILURES_TO_OPEN, NO_ACCIDENT, PROBE_AFTER
from connectors.notify.receivers import CONCURRENCY
from connectors.notify.store import Owed
from tests.notify.rig import rig
from tests.notify.support import Mends, StillClock, arrival, eventually, http, status, webhook


def test_a_dead_receiver_is_probed_and_what_waited_comes_when_it_is_back(tmp_path):
    answer = Mends(500)

    async def scenario():
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell(*(f"a{n}" for n in range(60)))
            await eventually(lambda: r.announced() == [("failing", "opened")])
            await eventually(lambda: not r.underway())
            tried = len(server.requests)
            assert tried <= FAILURES_TO_OPEN + 8
            r.skip(seconds=PROBE_AFTER[0] + 0.5)
            await eventually(lambda: len(server.requests) == tried + 1)
            await r.idle()
            assert len(server.requests) == tried + 1
            answer.mended = True
            r.skip(seconds=PROBE_AFTER[1] + 0.5)
            await eventually(
                lambda: len({q.headers["webhook-id"] for q in server.requests[tried + 1 :]}) >= 47
            )
            await eventually(lambda: r.announced() == [("failing", "opened"), ("failing", "closed")])
            r.skip(minutes=7)
            await eventually(lambda: r.outbox.open_counts() == {})

    asyncio.run(scenario())


def test_a_lone_alert_that_fails_for_minutes_is_told_and_comes_with_the_next_one_taken(tmp_path):
    answer = Mends(500)

    async def scenario():
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            for n in range(1, NO_ACCIDENT + 1):
                await eventually(lambda n=n: r.state().attempts == n and not r.underway())
                assert r.announced() == ([("failing", "opened")] if n == NO_ACCIDENT else [])
                if n < NO_ACCIDENT:
                    r.skip(minutes=6)
            answer.mended = True
            await r.idle()
            assert r.state().status == "pending"  # its own next try is half an hour away
            r.skip(minutes=6)
            r.tell("a2")
            await eventually(lambda: r.outbox.open_counts() == {})
            await eventually(lambda: r.announced() == [("failing", "opened"), ("failing", "closed")])

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
            assert (r.state("bad").attempts, r.announced()) == (1, [])

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


def test_what_an_outage_answered_with_503_comes_again_as_others_are_taken(tmp_path):
    async def scenario():
        async with http(bad_get(503)) as server, rig(tmp_path, webhook(server.url), clock=StillClock()) as r:
            bad = ("bad1", "bad2", "bad3")
            r.tell(*bad)
            await eventually(lambda: [r.state(name).attempts for name in bad] == [1, 1, 1])
            r.skip(seconds=7)
            await eventually(lambda: [r.state(name).attempts for name in bad] == [2, 2, 2])
            r.skip(minutes=3)  # of the five
            r.tell("a1")
            await eventually(lambda: [r.state(name).attempts for name in bad] == [3, 3, 3])

    asyncio.run(scenario())


def test_a_rate_limit_climbs_no_step(tmp_path):
    answers = [(500, None), *[(429, "3")] * 2, (500, None)]

    async def answer(request, n):
        code, wait = answers[n - 1] if n <= len(answers) else (204, None)
        return web.Response(status=code, headers={} if wait is None else {"Retry-After": wait})

    async def scenario():
        async with http(answer) as server, rig(tmp_path, webhook(server.url), clock=StillClock()) as r:
            r.tell("a1")
            waits = []
            for n in range(1, len(answers) + 1):
                await eventually(lambda n=n: r.state().attempts == n)
                waits.append(round((r.state().next_at - r.state().changed).total_seconds()))
                r.skip(seconds=waits[-1] + 1)
            assert waits == [5, 3, 3, 300]
            await eventually(lambda: r.state().status == "delivered")
            assert r.announced() == []

    asyncio.run(scenario())


def test_what_is_always_put_off_ends_but_not_by_our_own_absence(tmp_path):
    async def scenario():
        clock = StillClock()
        async with http(status(429, Retry_After="36000")) as server:
            for n in range(1, 3):  # down for two days between
                async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                    if n == 1:
                        r.tell("a1")
                    await eventually(lambda n=n, r=r: r.state().attempts == n)
                    assert r.state().status == "pending"
                clock.skip(days=2)
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                await eventually(lambda: r.state().attempts == 3)
                assert r.state().status == "pending"
                r.skip(hours=10, seconds=1)
                await eventually(lambda: r.state().status == "dead")
                assert len(server.requests) == 4

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
            assert r.announced() == []

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
                assert r.announced() == [] or n == NO_ACCIDENT
                r.skip(hours=11)
            await eventually(lambda: r.announced() == [("failing", "opened")])

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
