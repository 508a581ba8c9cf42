"""Taking over the routes in force: what no receiver is there for any more comes to its end."""

import asyncio
import contextlib
import json

from connectors.notify import alarm
from connectors.notify.delivering import Delivering
from connectors.notify.delivery.courier import cancel
from connectors.notify.routes import read_routes
from connectors.notify.store import ReceiverStates
from tests.notify.support import T0, arrival, eventually, open_outbox
from wirewatch.part import PartContext
from wirewatch.settings import Settings


def test_routes_are_taken_once_alerts_are_told_by_them(tmp_path):
    """Who waits for a version, to send what only that one knows, must not send it to the one before."""
    file = tmp_path / "routes.yaml"
    file.write_text("receivers: [{name: one, file: {path: one.jsonl}}]\n")
    context = PartContext(Settings(), tmp_path, tmp_path)

    async def scenario(outbox):
        delivering = Delivering(context, outbox, read_routes(context, tmp_path))
        delivering.begin()
        running = asyncio.create_task(delivering.run())
        for name in ("two", "three"):
            file.write_text(f"receivers: [{{name: {name}, file: {{path: {name}.jsonl}}}}]\n")
            async with asyncio.timeout(60):
                await delivering.take(read_routes(context, tmp_path))
            arrivals = [arrival(f"for {name}", written=context.now()).arrival()]
            assert delivering.decider.take_in("alerts", arrivals, {0: 1}, now=context.now())
            delivering.wake()
            await eventually(lambda name=name: told(tmp_path / f"{name}.jsonl") == [f"for {name}"])
        await cancel([running])
        await delivering.close()

    with contextlib.closing(open_outbox(tmp_path)) as outbox:
        asyncio.run(scenario(outbox))
    assert not (tmp_path / "one.jsonl").exists()


def told(file):
    return [json.loads(line)["id"] for line in file.read_text().splitlines()] if file.exists() else []


def test_the_incident_of_a_receiver_that_was_removed_is_over(tmp_path):
    (tmp_path / "routes.yaml").write_text("receivers: [{name: kept, stdout: {}}]\n")
    context = PartContext(Settings(), tmp_path, tmp_path, now=lambda: T0)

    async def begin(outbox):
        delivering = Delivering(context, outbox, read_routes(context, tmp_path))
        delivering.begin()
        delivering.begin()  # a restart says nothing new
        await delivering.close()

    with contextlib.closing(open_outbox(tmp_path)) as outbox:
        states = ReceiverStates(outbox.shared)
        for name in ("kept", "gone"):
            states.open_incident(name, alarm.opened(name, alarm.Trouble.FAILING, "", T0), now=T0)
        asyncio.run(begin(outbox))
        told = [(each.labels["receiver"], each.status) for each in states.announcements()]
        assert told == [("kept", "opened"), ("gone", "opened"), ("gone", "closed")]
        assert states.announcements()[-1].title == "receiver gone is no longer in routes.yaml"
        assert states.all()["gone"].incident is None
        assert states.all()["kept"].incident is not None
