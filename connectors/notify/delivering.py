"""Groups and deliveries by the routes in force, others of which are taken over while alerts come and go."""

import asyncio
import sqlite3
from collections.abc import Collection
from datetime import timedelta

import structlog

from connectors.notify import alarm
from connectors.notify.delivery.courier import cancel
from connectors.notify.delivery.dispatcher import Dispatcher
from connectors.notify.grouping.clock import GroupClock
from connectors.notify.grouping.decider import Decider
from connectors.notify.routes import Routes
from connectors.notify.store import Outbox, ReceiverStates
from wirewatch.part import PartContext

STOP_GRACE = 1.0
"""Seconds that attempts under way get at a stop or a change; the rest stay pending."""
_DISK_PAUSE = 5.0

log = structlog.get_logger(__name__)


class Delivering:
    """Decides and delivers. Runs in one event loop."""

    def __init__(self, context: PartContext, outbox: Outbox, routes: Routes) -> None:
        self._context = context
        self._outbox = outbox
        self._routes = routes
        self.decider = Decider(outbox.shared, routes.policy, routes.by_name)
        self._clock = GroupClock(self.decider, now=context.now, told=self._told)
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._dispatcher = self._make_dispatcher()

    def _make_dispatcher(self) -> Dispatcher:
        keep = timedelta(days=self._context.settings.notify.keep_days)
        return Dispatcher(
            self._routes.receivers,
            self._outbox,
            now=self._context.now,
            keep=keep,
            set_back=self._clock.set_back,
        )

    def begin(self) -> None:
        """Fit what the outbox holds to the routes in force. Raises sqlite3.Error, nothing being changed."""
        now, routes = self._context.now(), self._routes
        self.decider.use(routes.policy, routes.by_name, now=now)
        names = [receiver.name for receiver in routes.receivers]
        removed = self._outbox.give_up_removed(names, now=now)
        self._close_removed(names)
        log.info("routes_loaded", receivers=names, version=routes.version, given_up=removed)

    def _close_removed(self, names: Collection[str]) -> None:
        """End the incidents of receivers that are no more: nobody else ever would."""
        states = ReceiverStates(self._outbox.shared)
        for state in states.all().values():
            if state.incident is not None and state.name not in names:
                end = alarm.closed(state.incident, self._context.now(), "is no longer in routes.yaml")
                states.close_incident(state.name, end)

    def wake(self) -> None:
        """Look for work now: something came. Call in the event loop."""
        self._dispatcher.wake()
        self._clock.wake()

    def _told(self) -> None:
        self._dispatcher.wake()

    async def take(self, routes: Routes) -> None:
        """Deliver by `routes`, which are in force when it returns. One call at a time, in the event loop."""
        self._routes = routes
        self._taken.clear()
        self._changed.set()
        await self._taken.wait()

    async def run(self) -> None:
        """Decide by the clock and deliver until cancelled. Raises what a courier dies of."""
        clock = asyncio.create_task(self._clock.run())
        try:
            while True:
                await self._until_changed(clock)
                await self._dispatcher.close(STOP_GRACE)
                self._dispatcher = self._make_dispatcher()
                self._taken.set()
        finally:
            await cancel([clock])

    async def _until_changed(self, clock: asyncio.Task[None]) -> None:
        """Deliver by one set of routes until another is taken."""
        delivering = asyncio.create_task(self._dispatcher.run())
        changed = asyncio.create_task(self._changed.wait())
        try:
            ended, _ = await asyncio.wait({clock, delivering, changed}, return_when=asyncio.FIRST_COMPLETED)
            for task in ended - {changed}:
                task.result()
            await self._begin_again()
        finally:
            changed.cancel()
            await cancel([delivering])

    async def _begin_again(self) -> None:
        self._changed.clear()
        while True:
            try:
                return await asyncio.to_thread(self.begin)
            except sqlite3.Error as error:
                log.warning("outbox_failed", error=str(error))
                await asyncio.sleep(_DISK_PAUSE)

    async def close(self) -> None:
        """Give attempts under way a little time, then give up connections."""
        await self._dispatcher.close(STOP_GRACE)
