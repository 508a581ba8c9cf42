"""Delivery: a courier for each receiver, so that a slow one delays nobody else; chores of the outbox."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from connectors.gauges import ExactGauge
from connectors.notify import alarm, metrics
from connectors.notify.delivery.async_outbox import AsyncOutbox
from connectors.notify.delivery.courier import Courier, cancel
from connectors.notify.outcomes import DeliveryOutcome
from connectors.notify.receivers import Receiver
from connectors.notify.store import Outbox, Verdicts
from connectors.notify.store.database import to_ms
from connectors.notify.store.figures import active_silences, oldest_pending
from connectors.set_back import NOTICED, SetBack

MAX_WAITING = 100_000
"""Deliveries that may wait for one receiver; beyond it the oldest die."""
_LOOK = 0.5  # seconds between looks at what another process (the command line) has written
_TEND = 5.0  # seconds between looks at caps, ages and counts

log = structlog.get_logger(__name__)


class Dispatcher:
    """All couriers together."""

    def __init__(
        self,
        receivers: tuple[Receiver, ...],
        outbox: Outbox,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        keep: timedelta = timedelta(days=30),
        max_waiting: int = MAX_WAITING,
        set_back: Callable[[], None] = lambda: None,
    ) -> None:
        """`set_back` is called in the event loop when the wall clock was: others go by it as well."""
        self._outbox = outbox
        self._now = now
        self._monotonic = monotonic
        self._keep = keep
        self._max_waiting = max_waiting
        self._set_back = set_back
        self._awaited = AsyncOutbox(outbox)
        self._couriers = [
            Courier(r, self._awaited, now=now, monotonic=monotonic, chance=chance) for r in receivers
        ]
        metrics.start_at_zero(courier.name for courier in self._couriers)
        self._verdicts = Verdicts(outbox.shared)
        self._deliveries = ExactGauge(metrics.OUTBOX)
        self._oldest = ExactGauge(metrics.OLDEST)
        self._judged: set[str] = set()

    def wake(self) -> None:
        """Look for work now. Call in the event loop."""
        for courier in self._couriers:
            courier.wake()

    async def run(self) -> None:
        """Deliver until cancelled. Raises what a courier dies of."""
        await self._awaited.call(self._mend_schedule)
        await self._take_states()
        tasks = [asyncio.create_task(courier.run()) for courier in self._couriers]
        tasks += [asyncio.create_task(self._watch()), asyncio.create_task(self._tend())]
        try:
            await asyncio.gather(*tasks)
        finally:
            await cancel(tasks)

    def _mend_schedule(self) -> None:
        """A clock that was set back while nobody ran would hold up every retry by as much."""
        latest, now = self._outbox.last_change(), self._now()
        if latest is not None and latest - now > NOTICED:
            self._shift(now - latest)

    def _shift(self, by: timedelta) -> None:
        moved = self._outbox.shift_schedule(by)
        log.warning("clock_set_back", seconds=by.total_seconds(), retries_moved=moved)

    async def _take_states(self) -> None:
        """Have couriers take in what is stored; read again where one changes meanwhile, being ahead of it."""
        while True:
            changes = [courier.changes for courier in self._couriers]
            states = await self._awaited.call(self._awaited.states.all)
            if changes == [courier.changes for courier in self._couriers]:
                break
        for courier in self._couriers:
            courier.take_state(states.get(courier.name))

    async def _watch(self) -> None:
        """Notice a clock that is set, and what the command line does to the outbox."""
        clock, version = (
            SetBack(self._now, self._monotonic),
            await self._awaited.call(self._outbox.data_version),
        )
        while True:
            await asyncio.sleep(_LOOK)
            back = clock.look()
            try:
                if back:
                    await self._awaited.call(lambda by=-back: self._shift(by))  # type: ignore[misc]
                    self._set_back()
                    self.wake()
                if (found := await self._awaited.call(self._outbox.data_version)) != version:
                    version = found
                    await self._take_states()
                    self.wake()
            except sqlite3.Error as error:
                log.warning("outbox_failed", error=str(error))

    async def _tend(self) -> None:
        while True:
            try:
                await self._tend_once()
            except sqlite3.Error as error:  # a full disk is reported where something would be written
                log.debug("outbox_not_tended", error=str(error))
            await asyncio.sleep(_TEND)

    async def _tend_once(self) -> None:
        now = self._now()
        expired = await self._awaited.call(lambda: self._outbox.expire(before=now - self._keep, now=now))
        if expired:
            log.warning("deliveries_expired", count=sum(expired.values()))
        for courier in self._couriers:
            if missed := expired.get(courier.name, 0):
                metrics.DELIVERIES.labels(courier.name, DeliveryOutcome.EXPIRED.value).inc(missed)
                await courier.report(alarm.Trouble.DEAD, f"{missed} waited for as long as any is kept", now)
            given_up = await self._awaited.call(
                lambda name=courier.name: self._outbox.cap(name, most=self._max_waiting, now=now)  # type: ignore[misc]
            )
            if given_up:
                metrics.DELIVERIES.labels(courier.name, DeliveryOutcome.BACKLOG_FULL.value).inc(given_up)
                await courier.report(alarm.Trouble.BACKLOG_FULL, f"{given_up} given up", now)
        counts = await self._awaited.call(self._outbox.open_counts)
        for courier in self._couriers:
            # Not as soon as it is under the cap, where one that is slow stays for hours.
            if counts.get((courier.name, "pending"), 0) <= self._max_waiting // 2:
                await courier.caught_up(now)
        known = {(courier.name, status) for courier in self._couriers for status in ("pending", "dead")}
        self._deliveries.set({labels: counts.get(labels, 0) for labels in known | counts.keys()})
        await self._awaited.call(lambda: self._awaited.objective.sweep(now))
        await self._awaited.call(lambda: self._measure(now))
        await self._count_verdicts()

    def _measure(self, now: datetime) -> None:
        with self._outbox.shared.reading() as db:
            metrics.SILENCES.set(active_silences(db, to_ms(now)))
            since = {(courier.name,): oldest_pending(db, courier.name) for courier in self._couriers}
        self._oldest.set(
            {name: 0 if at is None else max(0.0, now.timestamp() - at / 1000) for name, at in since.items()}
        )

    async def _count_verdicts(self) -> None:
        judged = {each.watch: each for each in await self._awaited.call(self._verdicts.precision)}
        self._judged |= judged.keys()  # a watch whose every verdict was taken back goes to 0
        for watch in self._judged:
            found = judged.get(watch)
            metrics.WATCH_VERDICTS.labels(watch, "true").set(found.true if found else 0)
            metrics.WATCH_VERDICTS.labels(watch, "false").set(found.false if found else 0)

    async def close(self, grace: float) -> None:
        """Give attempts under way `grace` seconds, then give up connections."""
        await asyncio.gather(*(courier.settle(grace) for courier in self._couriers))
        await self._awaited.close()
        await asyncio.gather(*(courier.close() for courier in self._couriers))
        self._deliveries.set({})
        self._oldest.set({})
