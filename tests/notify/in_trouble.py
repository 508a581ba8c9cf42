"""A notify.db with receivers in every kind of trouble, for the commands that tell of them."""

import contextlib
from datetime import timedelta

from connectors.notify import alarm
from connectors.notify.store import DATABASE, Quiet, ReceiverStates, open_database
from tests.notify.support import Outbox, arrival

NAMES = ("well", "away", "chat", "hook")
ROUTES = "receivers:\n" + "".join(f"  - {{name: {name}, stdout: {{}}}}\n" for name in NAMES)


def write(data, now):
    """Have `away` disabled, `chat` quiet, `hook` fail and owed an alert; `gone` is in routes.yaml no more."""
    with contextlib.closing(Outbox(open_database(data / DATABASE))) as outbox:
        states = ReceiverStates(outbox.shared)
        for name in ("away", "gone"):
            states.disable(name, why="moves\nhouse", now=now)
        states.keep_quiet("chat", Quiet(now, now + timedelta(hours=1)))
        states.keep_quiet("well", Quiet(now - timedelta(hours=2), now - timedelta(hours=1)))
        incident = alarm.opened("hook", alarm.Trouble.FAILING, "connection refused", now)
        states.open_incident("hook", incident, now=now)
        outbox.take_in("alerts", [arrival(receivers=("well", "hook"), written=now)], {0: 1}, now=now)


def lines(now):
    """Return what is told of them."""
    return [
        f"receiver away is disabled since {now:%Y-%m-%d %H:%M:%S}Z: moves house",
        f"receiver chat is quiet until {now + timedelta(hours=1):%Y-%m-%d %H:%M:%S}Z, as it asked",
        "receiver hook fails: connection refused (1 pending)",
    ]
