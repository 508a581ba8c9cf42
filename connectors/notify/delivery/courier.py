"""A courier brings one receiver what it is owed."""

import asyncio
import contextlib
import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from connectors.gauges import ExactGauge
from connectors.notify import alarm, metrics
from connectors.notify.delivery.async_outbox import AsyncOutbox
from connectors.notify.delivery.circuit import Circuit
from connectors.notify.delivery.latency import stages
from connectors.notify.outcomes import Answer, DeliveryOutcome, decide
from connectors.notify.receivers import CONCURRENCY, Receiver
from connectors.notify.store import Delivery, Quiet, ReceiverState, Result
from wirewatch.trace import exemplar

if TYPE_CHECKING:
    from wirewatch.alert import Alert

_LOOK_AHEAD = 4 * CONCURRENCY  # fetched at a time; what is left of them is fetched anew when something comes
_LONGEST_NAP = 30.0  # seconds; whoever has news wakes it
_PAUSE = 5.0  # seconds until it is tried again after the database, or we ourselves, failed

log = structlog.get_logger(__name__)


class Courier:
    """Due first, a few at a time, results on disk before the next; a receiver that is dead is only probed."""

    def __init__(
        self,
        receiver: Receiver,
        outbox: AsyncOutbox,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = receiver.name
        self._receiver = receiver
        self._outbox = outbox
        self._now = now
        self._monotonic = monotonic
        self._chance = chance
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._open = asyncio.Semaphore(2 * CONCURRENCY)  # being attempted or recorded
        self._underway: dict[int, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._outdated = False  # something came since what is due was fetched
        self._quiet: Quiet | None = None  # a throttling receiver asked for silence
        self._circuit = Circuit()
        self._refusals = 0  # since it last took an alert
        self._disabled = False
        self._incident: Alert | None = None
        self._trouble = ExactGauge(metrics.TROUBLE)
        self._shows_disabled = ExactGauge(metrics.RECEIVER_DISABLED)
        self._shows_open = ExactGauge(metrics.CIRCUIT_OPEN)
        self.changes = 0
        """Of how the receiver is taken to be: what was read before the last one may be out of date."""

    def wake(self) -> None:
        """Look for work now. Call in the event loop."""
        self._outdated = True
        self._news.set()

    def take_state(self, state: ReceiverState | None) -> None:
        """Take in what is stored of the receiver, at the start and when somebody changed it."""
        if state is None:
            self._remember(None, disabled=False)
        else:
            self._remember(state.incident, disabled=state.disabled)
            if state.quiet is not None and (self._quiet is None or self._quiet.asked < state.quiet.asked):
                self._quiet = state.quiet
                if not state.quiet.holds(state.quiet.asked):  # enabled by hand: whoever did has mended it
                    self._circuit = Circuit()
        self._show_circuit()  # from the start: who is disabled is sent nothing that would

    async def run(self) -> None:
        """Deliver until cancelled. Attempts under way then go on; `settle` waits for them."""
        while True:
            self._news.clear()
            try:
                pause = await self._round()
            except sqlite3.Error as error:
                log.warning("outbox_failed", receiver=self.name, error=str(error))
                pause = _PAUSE
            if pause > 0:
                # Not wait_for: before 3.12 it can swallow a cancellation that meets the wake-up.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._news.wait()

    async def _round(self) -> float:
        """Start what is due; return the seconds until there may be more, 0 for at once."""
        now = self._now()
        if (pause := self._held_back(now)) > 0:
            return min(pause, _LONGEST_NAP)
        outbox, busy = self._outbox.sync, set(self._underway)
        self._outdated = False
        limit = 1 if self._circuit.is_open else _LOOK_AHEAD
        due = await self._outbox.call(lambda: outbox.due(self.name, now=now, limit=limit, skip=busy))
        for started, delivery in enumerate(due):
            await self._open.acquire()
            await self._slots.acquire()
            if self._held_back(self._now()) > 0 or (started and self._outdated):
                self._slots.release()
                self._open.release()
                return 0
            self._underway[delivery.seq] = asyncio.create_task(self._deliver(delivery))
        if due:
            return 0
        soonest = await self._outbox.call(lambda: outbox.next_due(self.name, after=now))
        if soonest is None:
            return _LONGEST_NAP
        return min(max((soonest - self._now()).total_seconds(), 0.001), _LONGEST_NAP)

    def _held_back(self, now: datetime) -> float:
        """Return for how many more seconds nothing is sent; whatever ends it sooner wakes the courier."""
        if self._disabled or (self._circuit.is_open and self._underway):
            return _LONGEST_NAP
        return max(self._silence(now), self._circuit.wait(self._monotonic()))

    def _silence(self, now: datetime) -> float:
        """Return for how many more seconds the receiver wants to be left alone; a clock set back ends it."""
        if self._quiet is None or not self._quiet.holds(now):
            return 0.0
        return (self._quiet.until - now).total_seconds()

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            began = time.monotonic()
            try:
                answer = await self._attempt(delivery)
            finally:
                self._slots.release()  # the disk may take its time meanwhile
            await self._settle(delivery, answer, timedelta(seconds=time.monotonic() - began))
        # Not recorded: it stays pending and goes out again under the same id, but not in a tight loop.
        except sqlite3.Error as error:
            log.warning("outbox_failed", receiver=self.name, error=str(error))
            await asyncio.sleep(_PAUSE)
        except Exception:  # a fault of ours
            log.exception("delivery_faulted", receiver=self.name, id=delivery.id)
            await asyncio.sleep(_PAUSE)
        finally:
            del self._underway[delivery.seq]
            self._open.release()
            self._news.set()  # a probe may have ended, or the next of its group be due

    async def _attempt(self, delivery: Delivery) -> Answer:
        began = time.perf_counter()
        try:
            return await self._receiver.attempt(delivery, self._now)
        except Exception as error:  # a fault of ours must not end the courier
            log.exception("delivery_faulted", receiver=self.name, id=delivery.id)
            return Answer(DeliveryOutcome.INTERNAL_ERROR, detail=type(error).__name__)
        finally:
            metrics.ATTEMPT_SECONDS.labels(self.name).observe(time.perf_counter() - began)

    async def _settle(self, delivery: Delivery, answer: Answer, took: timedelta) -> None:
        now, attempt = self._now(), delivery.attempts + 1
        next_step = decide(
            answer,
            attempts=attempt - delivery.put_off,
            put_off=delivery.put_off_by(now),
            now=now,
            chance=self._chance,
        )
        quiet_before = self._quiet
        was_down = self._circuit.is_down
        self._hear(answer, now)
        quiet = self._quiet
        self._show_circuit()
        if answer.outcome in {DeliveryOutcome.DELIVERED, DeliveryOutcome.REJECTED}:
            self._refusals = 0 if answer.outcome is DeliveryOutcome.DELIVERED else self._refusals + 1
        status = await self._outbox.record(
            Result(delivery.seq, answer, next_step, now, took, delivery.attempts), delivery
        )
        if quiet is not None and quiet is not quiet_before:
            await self._outbox.call(lambda: self._outbox.states.keep_quiet(self.name, quiet))
        if was_down and answer.outcome is DeliveryOutcome.DELIVERED:
            await self._outbox.call(lambda: self._outbox.states.retry_sooner(self.name, now=now))
        self._count(delivery, answer.outcome, now)
        log.log(
            logging.INFO if status == "delivered" else logging.WARNING,
            "delivery_attempted",
            receiver=self.name,
            id=delivery.id,
            attempt=attempt,
            outcome=answer.outcome.value,
            status=status,
            next_at=next_step.next_at.isoformat() if next_step.next_at else None,
            detail=answer.detail or None,
            trace=delivery.traceparent,
        )
        what = alarm.trouble(
            answer.outcome,
            failing=self._circuit.is_failing(
                attempt - delivery.put_off,
                self._monotonic(),
                put_off=None if next_step.put_off is None else answer.retry_after,
            ),
            gave_up=next_step.status == status == "dead",  # nobody had its tries begin anew meanwhile
            refusals=self._refusals,
        )
        if what is not None:
            await self.report(what, answer.detail, now)
        elif answer.outcome is DeliveryOutcome.DELIVERED:
            await self._well(now)

    def _hear(self, answer: Answer, now: datetime) -> None:
        """Take in what an answer says about the receiver itself."""
        if answer.outcome is DeliveryOutcome.THROTTLED and answer.retry_after:
            asked_before = self._silence(now)
            self._quiet = Quiet(now, now + timedelta(seconds=max(asked_before, answer.retry_after)))
            if asked_before:  # a burst that a chat slows down is one failure, not as many as were under way
                return
        self._circuit.told(answer.outcome, self._monotonic())

    def _count(self, delivery: Delivery, outcome: DeliveryOutcome, now: datetime) -> None:
        """Count an attempt, and how long what arrived took."""
        metrics.DELIVERIES.labels(self.name, outcome.value).inc()
        if delivery.attempts:
            metrics.RETRIES.labels(self.name).inc()
        if outcome is not DeliveryOutcome.DELIVERED:
            return
        written, trace = delivery.written_ms / 1000, exemplar(delivery.traceparent)
        metrics.LATENCY.labels(self.name).observe(max(0.0, now.timestamp() - written), trace)
        if (took := stages(delivery.newest, written, now.timestamp())) is not None:
            metrics.NEWS_LATENCY.observe(sum(took), trace)
            for stage, seconds in took._asdict().items():
                metrics.NEWS_STAGES.labels(stage).observe(seconds, trace)

    async def report(self, what: alarm.Trouble, why: str, now: datetime) -> None:
        """Say that the receiver is in trouble, once an incident.

        One that is gone is disabled: that is an incident of its own, whatever else was the matter.
        """
        if what is alarm.Trouble.GONE and not self._disabled:
            await self._give_up(why, now)
        elif self._incident is None:
            log.warning("receiver_in_trouble", receiver=self.name, state=what.value, why=why)
            opened = alarm.opened(self.name, what, why, now)
            with self._remembered(opened):
                await self._outbox.call(lambda: self._outbox.states.open_incident(self.name, opened, now=now))

    async def _give_up(self, why: str, now: datetime) -> None:
        log.warning("receiver_in_trouble", receiver=self.name, state=alarm.Trouble.GONE.value, why=why)
        said = "it answered 410"
        opened = alarm.opened(self.name, alarm.Trouble.GONE, why, now)
        ends = None if self._incident is None else alarm.closed(self._incident, now, f"is disabled: {said}")
        with self._remembered(opened, disabled=True):
            await self._outbox.call(
                lambda: self._outbox.states.give_up(self.name, opened, ends=ends, why=said, now=now)
            )

    async def caught_up(self, now: datetime) -> None:
        """Say that no more waits for the receiver than should, where that was its trouble."""
        if alarm.shows(self._incident, alarm.Trouble.BACKLOG_FULL):
            await self._close(self._incident, now)

    async def _well(self, now: datetime) -> None:
        # What was under way when it answered 410 says nothing; and who takes alerts may be given too many.
        given_too_many = alarm.shows(self._incident, alarm.Trouble.BACKLOG_FULL)
        if self._incident is not None and not (self._disabled or given_too_many):
            await self._close(self._incident, now)

    async def _close(self, incident: "Alert", now: datetime) -> None:
        log.info("receiver_well_again", receiver=self.name)
        end = alarm.closed(incident, now)
        with self._remembered(None):
            await self._outbox.call(lambda: self._outbox.states.close_incident(self.name, end))

    @contextlib.contextmanager
    def _remembered(self, incident: "Alert | None", *, disabled: bool = False) -> Iterator[None]:
        """Remember `incident` before the block writes it, taken back when that fails.

        Before anything is awaited: other attempts end meanwhile and have the same to say.
        """
        before, was_disabled = self._incident, self._disabled
        self._remember(incident, disabled=disabled or was_disabled)
        try:
            yield
        except BaseException:
            self._remember(before, disabled=was_disabled)
            raise

    def _remember(self, incident: "Alert | None", *, disabled: bool) -> None:
        """Take this for how the receiver is, and show it: since when is stored, and outlives a restart."""
        self._incident, self._disabled = incident, disabled
        self.changes += 1
        self._shows_disabled.set({(self.name,): disabled})
        self._trouble.set(
            {(self.name, incident.labels["state"]): incident.time.timestamp()} if incident is not None else {}
        )

    def _show_circuit(self) -> None:
        self._shows_open.set({(self.name,): self._circuit.is_open})

    async def settle(self, grace: float) -> None:
        """Give attempts under way `grace` seconds to end; the rest stay pending under their ids."""
        tasks = list(self._underway.values())
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
        await cancel(tasks)

    async def close(self) -> None:
        """Give up connections; the one after it, if any, says how the receiver is."""
        for gauge in (self._trouble, self._shows_disabled, self._shows_open):
            gauge.set({})
        await self._receiver.close()


async def cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    """End `tasks`, whatever they come to."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
