"""notify.db for the event loop: calls run on one thread, results that come together share a commit."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from connectors.notify.delivery.objective import Objective
from connectors.notify.outcomes import Status
from connectors.notify.store import Delivery, Outbox, ReceiverStates, Result

T = TypeVar("T")


class AsyncOutbox:
    """The outbox, awaited; `sync` is the one that blocks."""

    def __init__(self, outbox: Outbox) -> None:
        self.sync = outbox
        self.states = ReceiverStates(outbox.shared)
        self.objective = Objective(outbox.shared)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._waiting: list[tuple[Result, Delivery, asyncio.Future[Status]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def call(self, function: Callable[[], T]) -> T:
        """Return what `function` returns, run on the database thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def record(self, result: Result, of: Delivery) -> Status:
        """Return how a delivery stands, once what became `of` it is on disk.

        Raises sqlite3.Error, or what else failed, when it is not.
        """
        done: asyncio.Future[Status] = asyncio.get_running_loop().create_future()
        self._waiting.append((result, of, done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        return await done

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            results = [(result, of) for result, of, _ in batch]
            try:
                stand = await self.call(lambda results=results: self._store(results))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001  # whoever waits is told, whatever it is
                for *_, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for (*_, done), status in zip(batch, stand, strict=True):
                    if not done.done():
                        done.set_result(status)

    def _store(self, results: Sequence[tuple[Result, Delivery]]) -> list[Status]:
        stand = self.sync.record([result for result, _ in results])
        for result, delivery in results:
            self.objective.settled(delivery, stand[result.seq], result.at)
        return [stand[result.seq] for result, _ in results]

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        if self._flushing is not None:
            await self._flushing
        self._thread.shutdown()
