"""A real Prometheus on the rules that are shipped, scraping a service; and a thread that notes what fires."""

import json
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tests.acceptance.harness import ROOT
from tests.ports import free_port

RULES = ROOT / "config" / "prometheus" / "rules"
INTERVAL = "5s"
LOOK = 2.0
"""Seconds between looks at what fires."""


def program() -> str:
    """Return Prometheus; skips where it is not installed."""
    found = shutil.which("prometheus")
    if found is None:
        pytest.skip("there is no Prometheus on this machine")
    return found


class Prometheus:
    """Scrapes `parts` (name → port) under the job name of the shipped config."""

    def __init__(self, folder: Path, parts: dict[str, int]) -> None:
        folder.mkdir(parents=True)
        targets = [
            {"targets": [f"127.0.0.1:{port}"], "labels": {"part": part}} for part, port in parts.items()
        ]
        config = {
            "global": {"scrape_interval": INTERVAL, "evaluation_interval": INTERVAL},
            "rule_files": [str(path) for path in sorted(RULES.glob("*.yml"))],
            "scrape_configs": [{"job_name": "wirewatch", "honor_labels": True, "static_configs": targets}],
        }
        assert config["rule_files"], f"no rules in {RULES}"
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with (folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    program(),
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'tsdb'}",
                    f"--web.listen-address=127.0.0.1:{port}",
                ],
                stdout=log,
                stderr=log,
            )

    def get(self, path: str) -> Any:
        """Return the data of an answer of its API. Raises OSError while it does not answer."""
        with urlopen(f"{self.url}/api/v1/{path}", timeout=5) as answer:
            return json.load(answer)["data"]

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


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
            firing = frozenset(_named(alert["labels"]) for alert in alerts if alert["state"] == "firing")
            self.seen.append((time.monotonic() - self._began, firing))

    def stop(self) -> None:
        self._halt.set()
        self.join(20)


def _named(labels: dict[str, str]) -> tuple[str, str]:
    shown = {name: value for name, value in labels.items() if name not in {"alertname", "severity", "job"}}
    return labels["alertname"], ", ".join(f"{name}={value}" for name, value in sorted(shown.items()))
