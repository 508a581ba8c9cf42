"""What systemd is told while `up` runs: that the service is ready, what it waits for, that it is alive."""

import os
import time
from collections.abc import Callable, MutableMapping, Sequence

import sd_notify
import structlog

from wirewatch.service.supervisor.status import PartCondition, PartStatus, settled

READY_SECONDS = 60.0
"""Ready is said after this at the latest: a part that waits for a broker elsewhere is no failed start."""

log = structlog.get_logger(__name__)


class ServiceManager:
    """Speaks sd_notify(3) to who started us with $NOTIFY_SOCKET; without one it says nothing to nobody.

    The variables are taken out of `environ`, so that no part answers in our name.
    """

    def __init__(
        self,
        environ: MutableMapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._notifier = _notifier(environ.pop("NOTIFY_SOCKET", ""))
        self._every = _watchdog(environ.pop("WATCHDOG_USEC", ""), environ.pop("WATCHDOG_PID", ""))
        self._began = clock()
        self._next = self._began
        self._ready = False
        self._status = ""

    def tell(self, parts: Sequence[PartStatus]) -> None:
        """Say that the service is alive and how its parts are; call it more often than the watchdog bites."""
        if self._notifier is None:
            return
        now = self._clock()
        try:
            self._tell(self._notifier, parts, now)
        except OSError as error:  # its socket is gone: the service goes on
            log.warning("service_manager_away", error=error.strerror)

    def _tell(self, notifier: sd_notify.Notifier, parts: Sequence[PartStatus], now: float) -> None:
        if self._every and now >= self._next:
            notifier.notify()
            self._next = now + self._every
        if (status := in_words(parts)) != self._status:
            notifier.status(status)
            self._status = status
        if not self._ready and (settled(parts) or now - self._began >= READY_SECONDS):
            notifier.ready()
            self._ready = True


def in_words(parts: Sequence[PartStatus]) -> str:
    """Return how the parts are in one line, as `systemctl status` shows it."""
    fine = {PartCondition.READY, PartCondition.FINISHED}
    wrong = [f"{part.name} {part.condition} ({part.why})" for part in parts if part.condition not in fine]
    return "; ".join(wrong).replace("\n", " ") or f"{len(parts)} parts ready"


def _notifier(address: str) -> sd_notify.Notifier | None:
    if not address:
        return None
    # A socket without a file (unix(7), abstract) is written with @ and spoken to with a null byte.
    return sd_notify.Notifier(addr="\0" + address[1:] if address.startswith("@") else address)


def _watchdog(microseconds: str, pid: str) -> float:
    """Return the seconds between signs of life: half of what is asked, or 0 (sd_watchdog_enabled(3))."""
    if not microseconds.isdigit() or (pid and pid != str(os.getpid())):
        return 0.0
    return int(microseconds) / 2e6
