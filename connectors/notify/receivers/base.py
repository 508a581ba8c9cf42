"""What every receiver looks like to grouping and delivery."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from connectors.notify.outcomes import Answer
from connectors.notify.receivers.telling import Request, Telling
from connectors.notify.store import Delivery

CONCURRENCY = 8
"""Attempts at a time to one receiver."""


class Receiver(Protocol):
    """One configured receiver, of whatever kind."""

    @property
    def name(self) -> str:
        """Its name in routes.yaml."""

    def render(self, telling: Telling) -> bytes:
        """Return the exact body that tells of `telling`; stored, and the same at every attempt. Pure."""

    def request(self, delivery: Delivery, at: datetime) -> Request:
        """Return what an attempt at `at` would send, secrets hidden. Pure."""

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:
        """Try once; every trouble of the outside is an Answer. Ends within the attempt timeout."""

    async def close(self) -> None:
        """Give up connections."""
