"""Results on their way to disk: whatever fails there, whoever waits hears of it."""

import asyncio
import sqlite3
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from aiohttp import web

from connectors.notify.delivery import courier
from connectors.notify.delivery.async_outbox import AsyncOutbox
from connectors.notify.outcomes import Answer, DeliveryOutcome, NextStep
from connectors.notify.receivers import CONCURRENCY
from connectors.notify.store import Delivery, Owed, ReceiverStates, Result
from tests.notify.rig import rig
from tests.notify.support import T0, TRACE, Outbox, arrival, eventually, http, open_outbox, status, webhook

RESULT = Result(1, Answer(DeliveryOutcome.DELIVERED, 204), NextStep("delivered"), T0)
OF = Delivery(1, "a1", "r1", b"{}", 0, 0, TRACE)


class Breaking(Outbox):
    """An outbox whose `record` fails for as long as `error` is set."""

    error: Exception | None = None
    tries = 0

    def record(self, results):
        self.tries += 1
        if self.error is not None:
            raise self.error
        return super().record(results)


def breaking(outbox, error):
    outbox.__class__ = Breaking
    outbox.error = error
    return outbox


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk full"), OverflowError("too large")])
def test_all_that_wait_hear_of_a_failure(tmp_path, error):
    async def scenario():
        outbox = open_outbox(tmp_path)
        outbox.take_in("alerts", [arrival("a1")], {0: 1}, now=T0)
        broken = breaking(outbox, error)
        awaited = AsyncOutbox(broken)
        async with asyncio.timeout(60):
            told = await asyncio.gather(
                *(awaited.record(RESULT, OF) for _ in range(3)), return_exceptions=True
            )
            assert told == [error] * 3
            broken.error = None
            await awaited.record(RESULT, OF)
        await awaited.close()
        awaited.sync.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk full"), OverflowError("too large")])
def test_what_cannot_be_recorded_is_tried_again_but_not_in_a_tight_loop(tmp_path, monkeypatch, error):
    monkeypatch.setattr(courier, "_PAUSE", 0.5)

    came = []

    async def note(request, n):
        came.append(time.monotonic())
        return web.Response(status=204)

    async def scenario():
        async with http(note) as server, rig(tmp_path, webhook(server.url)) as r:
            outbox = breaking(r.outbox, error)
            r.tell("a1")
            await eventually(lambda: outbox.tries >= 2)
            outbox.error = None
            await eventually(lambda: r.state("a1").status == "delivered")
            assert {q.headers["webhook-id"] for q in server.requests} == {"a1"}
            assert all(after - before >= 0.5 for before, after in pairwise(came))

    asyncio.run(scenario())


def test_a_critical_one_passes_what_was_fetched_before_it_came(tmp_path):
    first, go = asyncio.Event(), asyncio.Event()

    async def held_up(request, n):
        first.set()
        await go.wait()
        return web.Response(status=204)

    async def scenario():
        async with http(held_up) as server, rig(tmp_path, webhook(server.url, timeout=600)) as r:
            r.tell(*(f"a{n:02}" for n in range(60)))
            await first.wait()
            coming = arrival("critical")
            critical = replace(coming, owed=(Owed("r1", "critical", coming.body, critical=True),))
            r.outbox.take_in("alerts", [critical], {0: 2}, now=r.clock())
            r.dispatcher.wake()
            go.set()
            await eventually(lambda: len(server.requests) == 61)
            told = [request.headers["webhook-id"] for request in server.requests]
            assert told.index("critical") < 2 * CONCURRENCY

    asyncio.run(scenario())


def test_trouble_that_cannot_be_written_down_is_told_once_it_can(tmp_path, monkeypatch):
    monkeypatch.setattr(courier, "_PAUSE", 0.1)

    async def scenario():
        async with http(status(404)) as server, rig(tmp_path, webhook(server.url)) as r:
            states = ReceiverStates(r.outbox.shared)
            tries = []
            with r.outbox.shared.writing() as db:
                db.create_function("tried", 0, lambda: tries.append(1))
                db.execute(
                    "CREATE TRIGGER broken BEFORE INSERT ON announcements "
                    "BEGIN SELECT tried(); SELECT raise(ABORT, 'broken'); END"
                )
            r.tell("a1")
            await eventually(lambda: bool(tries))
            assert r.state("a1").attempts == 1
            await r.idle()
            assert states.announcements() == []
            with r.outbox.shared.writing() as db:
                db.execute("DROP TRIGGER broken")
            r.tell("a2")
            await eventually(lambda: len(states.announcements()) == 1)

    asyncio.run(scenario())
