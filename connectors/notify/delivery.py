"""Delivery: a courier for each receiver, so that a slow one delays nobody else."""

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from connectors.notify import metrics
from connectors.notify.outcomes import Answer, Outcome, decide
from connectors.notify.receivers import CONCURRENCY, Receiver
from connectors.notify.store import Delivery, Outbox, Result

T = TypeVar("T")

_LOOK_AHEAD = 32  # deliveries fetched at a time; their bodies are in memory
_LONGEST_NAP = 30.0  # seconds; so a step of the wall clock is noticed
_DISK_PAUSE = 5.0  # seconds until the database is tried again after it failed

log = structlog.get_logger(__name__)


class Ledger:
    """The outbox for the event loop: calls run on one thread, results that come together share a commit."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._waiting: list[tuple[Result, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def call(self, function: Callable[[], T]) -> T:
        """Return what `function` returns, run on the database thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def record(self, result: Result) -> None:
        """Return once `result` is on disk. Raises sqlite3.Error when it is not."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((result, done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            results = [result for result, _ in batch]
            try:
                await self.call(lambda results=results: self.outbox.record(results))  # type: ignore[misc]
            except sqlite3.Error as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        if self._flushing is not None:
            await self._flushing
        self._thread.shutdown()


class Courier:
    """Brings one receiver what it is owed: due first, a few at a time, results on disk before the next."""

    def __init__(
        self,
        receiver: Receiver,
        ledger: Ledger,
        *,
        now: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._receiver = receiver
        self._ledger = ledger
        self._now = now
        self._chance = chance
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._underway: dict[int, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._quiet: tuple[datetime, datetime] | None = None  # a throttling receiver asked for silence

    def wake(self) -> None:
        """Look for work now. Call in the event loop."""
        self._news.set()

    async def run(self) -> None:
        """Deliver until cancelled. Attempts under way then go on; `settle` waits for them."""
        while True:
            self._news.clear()
            try:
                pause = await self._round()
            except sqlite3.Error as error:
                log.warning("outbox.failed", receiver=self._receiver.name, error=str(error))
                pause = _DISK_PAUSE
            if pause > 0:
                # Not wait_for: before 3.12 it can swallow a cancellation that meets the wake-up.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._news.wait()

    async def _round(self) -> float:
        """Start what is due; return the seconds until there may be more, 0 for at once."""
        now = self._now()
        if (silence := self._silence(now)) > 0:
            return min(silence, _LONGEST_NAP)
        outbox, name, busy = self._ledger.outbox, self._receiver.name, set(self._underway)
        due = await self._ledger.call(lambda: outbox.due(name, now=now, limit=_LOOK_AHEAD, skip=busy))
        for delivery in due:
            await self._slots.acquire()
            if self._silence(self._now()) > 0:
                self._slots.release()
                return 0
            self._underway[delivery.seq] = asyncio.create_task(self._deliver(delivery))
        if due:
            return 0
        soonest = await self._ledger.call(lambda: outbox.next_due(name, after=now))
        if soonest is None:
            return _LONGEST_NAP
        return min(max((soonest - self._now()).total_seconds(), 0.001), _LONGEST_NAP)

    def _silence(self, now: datetime) -> float:
        """Return for how many more seconds the receiver wants to be left alone; a clock set back ends it."""
        if self._quiet is None or not self._quiet[0] <= now < self._quiet[1]:
            return 0.0
        return (self._quiet[1] - now).total_seconds()

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            answer = await self._attempt(delivery)
            await self._settle(delivery, answer)
        except sqlite3.Error as error:
            # Not recorded: it stays pending and goes out again under the same id, but not in a tight loop.
            log.warning("outbox.failed", receiver=self._receiver.name, error=str(error))
            await asyncio.sleep(_DISK_PAUSE)
        finally:
            del self._underway[delivery.seq]
            self._slots.release()

    async def _attempt(self, delivery: Delivery) -> Answer:
        began = time.perf_counter()
        try:
            return await self._receiver.attempt(delivery, self._now)
        except Exception as error:  # a fault of ours must not end the courier
            log.exception("delivery.fault", receiver=self._receiver.name, id=delivery.id)
            return Answer(Outcome.INTERNAL_ERROR, detail=type(error).__name__)
        finally:
            metrics.ATTEMPT_SECONDS.labels(self._receiver.name).observe(time.perf_counter() - began)

    async def _settle(self, delivery: Delivery, answer: Answer) -> None:
        now, attempt = self._now(), delivery.attempts + 1
        verdict = decide(answer, attempts=attempt, now=now, chance=self._chance)
        if answer.outcome is Outcome.THROTTLED and answer.retry_after:
            self._quiet = now, now + timedelta(seconds=answer.retry_after)
        await self._ledger.record(Result(delivery.seq, answer, verdict, now))
        name = self._receiver.name
        metrics.DELIVERIES.labels(name, answer.outcome.value).inc()
        if answer.outcome is Outcome.DELIVERED and attempt == 1:
            metrics.LATENCY.observe(max(0.0, now.timestamp() - delivery.written_ms / 1000))
        write = log.info if verdict.status == "delivered" else log.warning
        write(
            "delivery.attempted",
            receiver=name,
            id=delivery.id,
            attempt=attempt,
            outcome=answer.outcome.value,
            status=verdict.status,
            next_at=verdict.next_at.isoformat() if verdict.next_at else None,
            detail=answer.detail or None,
            trace=delivery.traceparent,
        )
        if verdict.status == "pending":
            self.wake()  # its new time may be sooner than the one slept for

    async def settle(self, grace: float) -> None:
        """Give attempts under way `grace` seconds to end; the rest stay pending under their ids."""
        tasks = list(self._underway.values())
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
        await _cancel(tasks)


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Dispatcher:
    """All couriers together."""

    def __init__(
        self,
        receivers: tuple[Receiver, ...],
        outbox: Outbox,
        *,
        now: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._receivers = receivers
        self._ledger = Ledger(outbox)
        self._couriers = [Courier(r, self._ledger, now=now, chance=chance) for r in receivers]

    def wake(self) -> None:
        """Look for work now. Call in the event loop."""
        for courier in self._couriers:
            courier.wake()

    async def run(self) -> None:
        """Deliver until cancelled. Raises what a courier dies of."""
        tasks = [asyncio.create_task(courier.run()) for courier in self._couriers]
        try:
            if tasks:
                await asyncio.gather(*tasks)
            else:
                await asyncio.Event().wait()  # nobody is told: alerts are only kept
        finally:
            await _cancel(tasks)

    async def close(self, grace: float) -> None:
        """Give attempts under way `grace` seconds, then give up connections."""
        await asyncio.gather(*(courier.settle(grace) for courier in self._couriers))
        await self._ledger.close()
        await asyncio.gather(*(receiver.close() for receiver in self._receivers))
