"""Taking over the routes in force: what no receiver is there for any more comes to its end."""

import asyncio
import contextlib

from connectors.notify.delivery import alarm
from connectors.notify.in_force import Delivering, read_routes
from connectors.notify.store import ReceiverStates
from tests.notify.support import T0, open_outbox
from wirewatch.part import PartContext
from wirewatch.settings import Settings


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
