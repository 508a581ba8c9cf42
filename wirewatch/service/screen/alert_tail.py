"""New alerts, as they arrive in notify's history and are delivered."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.notify.store import History
from wirewatch.errors import NewerRecordError, StateRefusedError
from wirewatch.records import UndecodableError
from wirewatch.service.screen.base import Screen
from wirewatch.service.screen.deliveries import stored_alert_text

if TYPE_CHECKING:
    from connectors.notify.store import StoredAlert

HOLD_SECONDS = 2.0
"""How long a new alert waits to be shown together with its delivery."""
MAX_HELD = 100
_RETRY_SECONDS = 1.0


class AlertTail:
    """Shows the alerts that arrive after it was made, from the database at `path` (which may come later)."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._history: History | None = None
        self._next_try = 0.0
        self._held: dict[int, float] = {}
        self._seq = 0
        self._open()
        if self._history is not None:
            self._seq = self._history.last_seq()

    def tell(self, screen: Screen) -> None:
        """Show what is new: each alert once, as soon as it is delivered or has waited long enough."""
        now = self._clock()
        if self._history is None and now >= self._next_try:
            self._open()
        if self._history is None:
            return
        first = min(self._held, default=self._seq + 1) - 1
        try:
            for stored in self._history.alerts_since(first, MAX_HELD):
                self._consider(stored, now, screen)
        except (sqlite3.Error, UndecodableError, NewerRecordError):
            # notify made the file anew, or holds it, or an older wirewatch reads it: look again in a moment
            self._history.close()
            self._history, self._next_try = None, now + _RETRY_SECONDS

    def _consider(self, stored: "StoredAlert", now: float, screen: Screen) -> None:
        if stored.seq > self._seq:
            self._seq = stored.seq
            self._held[stored.seq] = now
        if stored.seq not in self._held:
            return
        done = stored.deliveries and all(d.status == "delivered" for d in stored.deliveries)
        if done or now - self._held[stored.seq] >= HOLD_SECONDS:
            del self._held[stored.seq]
            screen.alert(stored_alert_text(stored))

    def _open(self) -> None:
        self._next_try = self._clock() + _RETRY_SECONDS
        try:
            self._history = History.open(self._path)
        except (FileNotFoundError, StateRefusedError):  # not there yet, or notify will say what is wrong
            self._history = None
