"""Asking a cluster again and again, for so long."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from wirewatch.errors import DependencyMissingError

Answer = TypeVar("Answer")
EVERY_SECONDS: Final = 0.2


def until(
    ask: Callable[[], Answer | None], seconds: float, sleep: Callable[[float], object] = time.sleep
) -> Answer | None:
    """Return the first answer of `ask` that is one; None when there is none in time.

    Who is away is asked again (DependencyMissingError); any other error of `ask` ends the wait. So does
    `sleep` where it returns true, as the `wait` of an event does that is set. Once the time is over it is
    asked a last time: what came meanwhile is seen.
    """
    deadline = time.monotonic() + seconds
    while True:
        late = time.monotonic() >= deadline
        with suppress(DependencyMissingError):
            if answer := ask():
                return answer
        if late or sleep(EVERY_SECONDS):
            return None
