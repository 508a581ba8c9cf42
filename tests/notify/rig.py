"""Couriers that run over an outbox."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from connectors.notify.delivery.courier import Courier
from connectors.notify.delivery.dispatcher import Dispatcher
from connectors.notify.receivers import Receiver
from connectors.notify.store import History, ReceiverStates
from tests.notify.support import Clock, Outbox, arrival, eventually, open_outbox


@dataclass
class Rig:
    """A dispatcher that runs over an outbox in `folder`."""

    outbox: Outbox
    dispatcher: Dispatcher
    clock: Clock
    folder: Path
    looks: Counter[str] = field(default_factory=Counter)
    """How often each courier has looked for what is due."""

    def __post_init__(self) -> None:
        for courier in self.dispatcher._couriers:
            courier._round = self._counted(courier)

    def _counted(self, courier: Courier) -> Callable[[], Awaitable[float]]:
        look = courier._round

        async def counted() -> float:
            pause = await look()
            self.looks[courier.name] += 1
            return pause

        return counted

    async def idle(self) -> None:
        """Wait until every courier has looked from now on, and tried whatever it found."""
        for _ in range(2):  # a look that is under way may have begun before
            before = Counter(self.looks)
            self.dispatcher.wake()
            await eventually(
                lambda before=before: (
                    not self.underway()
                    and all(self.looks[one.name] > before[one.name] for one in self.dispatcher._couriers)
                )
            )

    def tell(self, *names: str, receivers: tuple[str, ...] = ("r1",)) -> None:
        self.outbox.take_in(
            "alerts", [arrival(n, receivers=receivers) for n in names], {0: 1}, now=self.clock()
        )
        self.dispatcher.wake()

    def skip(self, **how: float) -> None:
        self.clock.skip(**how)
        self.dispatcher.wake()

    def underway(self) -> bool:
        """Return whether anything is being attempted or recorded."""
        return any(courier._underway for courier in self.dispatcher._couriers)

    def announced(self) -> list[tuple[str, str]]:
        """Return (state, status) of what is to be told of receivers."""
        waiting = ReceiverStates(self.outbox.shared).announcements()
        return [(alert.labels["state"], alert.status) for alert in waiting]

    def state(self, name: str = "a1", receiver: str = "r1"):
        with History.open(self.folder / "notify.db") as history:
            return next(d for d in history.get_alert(name).deliveries if d.receiver == receiver)


@contextlib.asynccontextmanager
async def rig(
    folder: Path, *receivers: Receiver, clock: Clock | None = None, **options
) -> AsyncIterator[Rig]:
    outbox = open_outbox(folder)
    clock = clock or Clock()
    times = {"now": clock, "monotonic": clock.monotonic, "chance": lambda: 0.5}
    dispatcher = Dispatcher(receivers, outbox, **times, **options)
    made = Rig(outbox, dispatcher, clock, folder)
    running = asyncio.create_task(dispatcher.run())
    try:
        yield made
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await dispatcher.close(grace=0.2)
        outbox.close()
