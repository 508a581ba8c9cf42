"""What is measured every few seconds beside the work."""

import threading
from collections.abc import Callable
from typing import Final

import structlog

log = structlog.get_logger(__name__)

SECONDS: Final = 5.0
"""Between rounds: most steps ask the broker or the disk once."""


def keep_measuring(stop: threading.Event, *steps: Callable[[], object], every: float = SECONDS) -> None:
    """Run `steps`, one after the other, every few seconds until `stop` is set: for a thread of its own."""
    while not stop.wait(every):
        for step in steps:
            try:
                step()
            except Exception:  # whatever it is: gauges that stand still are worse than lines in the log
                log.exception("measuring_failed")
