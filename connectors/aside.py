"""What may block for ever, on daemon threads: it holds up nobody, nor the end of the process."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def aside(function: Callable[[], T], *, name: str) -> T:
    """Return what `function` returns, run on a daemon thread of its own, or raise what it raises.

    Not on a pool: its few threads are everybody's, and the end of a process waits for them. Whoever stops
    waiting leaves the thread to itself.
    """
    answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    threading.Thread(target=_run, args=(function, answer), name=name, daemon=True).start()
    return await answer


def _run(function: Callable[[], T], answer: "asyncio.Future[T]") -> None:
    try:
        found = function()
    except Exception as error:  # noqa: BLE001  # whatever it is, it belongs to whoever waits
        _tell(answer, answer.set_exception, error)
    else:
        _tell(answer, answer.set_result, found)


def _tell(answer: "asyncio.Future[T]", say: Callable[..., None], what: object) -> None:
    def tell() -> None:
        if not answer.done():  # else nobody waits any more
            say(what)

    with contextlib.suppress(RuntimeError):  # the loop was closed
        answer.get_loop().call_soon_threadsafe(tell)


class Lane:
    """Calls aside, one at a time: one that never returns costs a thread and not one a try."""

    def __init__(self, name: str, *, timeout: float) -> None:
        """`timeout`: seconds for a call, its wait for the one before included."""
        self._name = name
        self._timeout = timeout
        self._free = asyncio.Semaphore(1)

    async def call(self, function: Callable[[], T]) -> T:
        """Return what `function` returns, or raise what it raises.

        Raises TimeoutError when that takes too long: what it was doing then goes on, and until it has ended
        nothing else is begun.
        """
        async with asyncio.timeout(self._timeout):
            await self._free.acquire()
            return await asyncio.shield(asyncio.create_task(self._run(function)))

    async def _run(self, function: Callable[[], T]) -> T:
        try:
            return await aside(function, name=self._name)
        finally:
            self._free.release()
