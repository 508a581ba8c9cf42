"""A thread that notes which alerts of Prometheus fire, but for the one that always does."""

import threading
import time

from tests.prometheus import Prometheus

LOOK = 2.0
"""Seconds between looks at what fires."""
_ALWAYS = ("Watchdog", "")


class Lookout(threading.Thread):
    """Notes every LOOK seconds what fires: (seconds since it began, {(alert, its labels)})."""

    def __init__(self, prometheus: Prometheus) -> None:
        super().__init__(name="lookout", daemon=True)
        self._prometheus = prometheus
        self._halt = threading.Event()
        self._began = time.monotonic()
        self.seen: list[tuple[float, frozenset[tuple[str, str]]]] = []
        self.failures = 0

    def run(self) -> None:
        while not self._halt.wait(LOOK):
            try:
                alerts = self._prometheus.get("alerts")["alerts"]
            except OSError:
                self.failures += 1
                continue
            firing = {_named(alert["labels"]) for alert in alerts if alert["state"] == "firing"}
            self.seen.append((time.monotonic() - self._began, frozenset(firing - {_ALWAYS})))

    def stop(self) -> None:
        self._halt.set()
        self.join(20)


def _named(labels: dict[str, str]) -> tuple[str, str]:
    shown = {name: value for name, value in labels.items() if name not in {"alertname", "severity", "job"}}
    return labels["alertname"], ", ".join(f"{name}={value}" for name, value in sorted(shown.items()))
