"""Saying what a part waits for, and no longer waiting than who typed its command would."""

import time
from collections.abc import Callable
from typing import Final

import structlog

from wirewatch.errors import WirewatchError
from wirewatch.part import Health, PartContext

DETACH_SECONDS: Final = 300.0
"""How long each wait of a part may take that is to end once its job runs: somebody sits before it. A Flink
worker takes some of it to build the graph and load the catalogue."""

log = structlog.get_logger(__name__)


class Waiting:
    """Told again and again what is waited for: says it at /readyz, and in the log when it changes.

    With `seconds`, a wait of that long ends in WirewatchError.
    """

    def __init__(
        self, health: Health, seconds: float | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._health = health
        self._seconds = seconds
        self._clock = clock
        self._began: float | None = None
        self._said = ""

    def __call__(self, why: str) -> None:
        """Say `why`."""
        now = self._clock()
        if self._began is None:
            self._began = now
        if why != self._said:
            log.info("waiting", why=why)
            self._said = why
        self._health.waiting(why)
        if self._seconds is not None and now - self._began >= self._seconds:
            raise WirewatchError(f"gave up waiting after {self._seconds:g} s: {why}")

    def over(self) -> None:
        """Say that the wait is over; the next begins anew."""
        self._began, self._said = None, ""


def waiting_of(context: PartContext) -> Waiting:
    """Return a wait of this part: one that is to end once its job runs has a person before it."""
    detaches = context.settings.pipeline.engine == "flink" and context.settings.flink.detach
    return Waiting(context.health, DETACH_SECONDS if detaches else None)
