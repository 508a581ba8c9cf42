"""A bell that a source's own thread rings when data has come, so that a deferred read runs at once."""

import threading


class Wakeup:
    """A counter of rings that a sleeper can wait on. Any number of threads may ring it, and wait on it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rings = 0

    def ring(self) -> None:
        """Wake every engine that sleeps on this bell; one that is awake will not fall asleep."""
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def rings(self) -> int:
        """Return how often it has rung: what `wait` compares with."""
        return self._rings

    def wait(self, seen: int, timeout: float) -> bool:
        """Sleep until it rings for the (seen + 1)th time or `timeout` seconds pass; True if it rang."""
        with self._condition:
            return self._condition.wait_for(lambda: self._rings != seen, timeout)


WAKEUP = Wakeup()
"""The process's own bell: a DoFn is pickled, so it can't be handed one."""


def wake() -> None:
    """Ring the process's bell."""
    WAKEUP.ring()
