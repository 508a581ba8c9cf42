"""Incidents end by the clock when the pipeline has nothing more to say of them."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from connectors.notify.store import ReceiverStates, close_expired
from connectors.notify.store.arrivals import Arrival, add_alert
from connectors.notify.store.incidents import note_incident
from tests.notify.support import T0, TRACE, alert, eventually, http, open_outbox, status
from tests.notify.test_part import Notify
from wirewatch.alert import Incident, Story
from wirewatch.ids import alert_id
from wirewatch.part import utc_now
from wirewatch.records import ALERTS


def incident(story="s1", *, step="opened", expires=T0, **changes):
    what = Incident(kind="volume", count=3, distinct="sources", within=7200.0, threshold=3.0)
    return alert(
        alert_id(story, step),
        status=step,
        step=step,
        story=Story(id=story, first=T0, last=T0, articles=3, sources=3),
        expires_at=expires,
        **{"incident": what, **changes},
    )


@pytest.fixture
def outbox(tmp_path):
    outbox = open_outbox(tmp_path)
    yield outbox
    outbox.close()


def take(outbox, *alerts):
    with outbox.shared.writing() as db:
        for offset, one in enumerate(alerts):
            arrival = Arrival(one, ALERTS.encode(one), 0, offset, 0, TRACE)
            seq = add_alert(db, arrival, now=T0)
            if seq is not None:
                note_incident(db, seq, one)


def announced(outbox):
    return ReceiverStates(outbox.shared).announcements()


HOUR = timedelta(hours=1)
CASES = {
    "expired": ([incident()], T0, ["s1"]),
    "not yet": ([incident(expires=T0 + HOUR)], T0, []),
    "closed by the pipeline": ([incident(), incident(step="closed")], T0 + HOUR, []),
    "no incident": ([incident(incident=None)], T0 + HOUR, []),
    "each": ([incident("s1"), incident("s2", expires=T0 + HOUR), incident("s3")], T0, ["s1", "s3"]),
}


@pytest.mark.parametrize(("alerts", "now", "closed"), CASES.values(), ids=CASES)
def test_which_are_closed(outbox, alerts, now, closed):
    take(outbox, *alerts)
    assert close_expired(outbox.shared, now=now) == len(closed)
    assert [(one.id, one.status, one.alerted) for one in announced(outbox)] == [
        (alert_id(story, "closed"), "closed", now) for story in closed
    ]
    assert close_expired(outbox.shared, now=now) == 0


def test_it_is_the_opened_one_that_is_closed(outbox):
    opened = incident()
    take(outbox, opened, opened)
    close_expired(outbox.shared, now=T0)
    (closed,) = announced(outbox)
    same = msgspec.structs.replace(
        closed, id=opened.id, status="opened", step="opened", alerted=opened.alerted
    )
    assert same == opened


@pytest.mark.kafka
def test_the_part_says_that_it_is_over(kafka, tmp_path):
    async def run():
        async with http(status(204)) as hook:
            notify = Notify(kafka.settings(), tmp_path, {"r1": hook.url})
            notify.make_topics()
            notify.write(ALERTS.encode(incident(expires=utc_now() + timedelta(seconds=2))))
            with notify.running():
                await eventually(lambda: len(hook.requests) == 2, 60)
            assert [msgspec.json.decode(request.body)["status"] for request in hook.requests] == [
                "opened",
                "closed",
            ]

    asyncio.run(run())
