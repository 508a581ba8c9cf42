"""The clock of groups: sleeps until the next one is due, then has it decided."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime

import structlog

from connectors.notify.grouping.decider import Decider

_LONGEST_NAP = 30.0  # seconds; so a step of the wall clock is noticed
_DISK_PAUSE = 5.0  # seconds until the database is tried again after it failed

log = structlog.get_logger(__name__)


class GroupClock:
    """Drives `decider` by the clock. `told` is called in the event loop when there may be deliveries."""

    def __init__(self, decider: Decider, *, now: Callable[[], datetime], told: Callable[[], None]) -> None:
        self._decider = decider
        self._now = now
        self._told = told
        self._news = asyncio.Event()
        self._was_set_back = False

    def wake(self) -> None:
        """Look at what is due: something came. Call in the event loop."""
        self._news.set()

    def set_back(self) -> None:
        """The wall clock was set back: what is due is found anew. Call in the event loop."""
        self._was_set_back = True
        self._news.set()

    async def run(self) -> None:
        """Drive until cancelled."""
        while True:
            self._news.clear()
            pause = await self._round()
            if pause > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._news.wait()

    async def _round(self) -> float:
        """Look once; return the seconds until the next look, 0 for at once."""
        try:
            if self._was_set_back:
                await asyncio.to_thread(self._decider.again, now=self._now())
                self._was_set_back = False
            looked = await asyncio.to_thread(self._decider.look, self._now())
            if looked:
                self._told()
                return 0.0
            due = await asyncio.to_thread(self._decider.next_due)
        except sqlite3.Error as error:
            log.warning("groups_failed", error=str(error))
            return _DISK_PAUSE
        if due is None:
            return _LONGEST_NAP
        return min(max((due - self._now()).total_seconds(), 0.001), _LONGEST_NAP)
