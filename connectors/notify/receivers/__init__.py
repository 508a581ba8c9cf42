"""Receivers: who can be told. One file a kind; all of them look like `Receiver`."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from connectors.notify.outcomes import Answer
from connectors.notify.store import Delivery, Owed
from wirewatch.alert import Alert

CONCURRENCY = 8
"""Attempts at a time to one receiver."""


class Receiver(Protocol):
    """One configured receiver, of whatever kind."""

    @property
    def name(self) -> str:
        """Its name in routes.yaml."""

    def owed(self, alert: Alert, raw: bytes) -> Owed:
        """Return the delivery that tells of `alert` (`raw`: its JSON as read): id and exact body, no I/O."""

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:
        """Try once; every trouble of the outside is an Answer. Ends within the attempt timeout."""

    async def close(self) -> None:
        """Give up connections."""
