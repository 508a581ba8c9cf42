"""Whether the pipeline is ready: several threads each see one thing that may stand in the way."""

import threading

from wirewatch.part import Health


class Readiness:
    """Ready once nothing is in the way: one who is fine again does not speak for the others."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._reasons: dict[str, str] = {}
        self._lock = threading.Lock()

    def waiting(self, what: str, why: str) -> None:
        """Say that `what` (`engine`, `broker`) is in the way, and why."""
        self._tell(what, why)

    def fine(self, what: str) -> None:
        """Say that `what` is not in the way."""
        self._tell(what, None)

    def _tell(self, what: str, why: str | None) -> None:
        with self._lock:
            if why is None:
                self._reasons.pop(what, None)
            else:
                self._reasons[what] = why
            if self._reasons:
                self._health.waiting("; ".join(self._reasons.values()))
            else:
                self._health.ready()
