"""What a running service costs: memory, processor, files, and the pipeline's own metrics."""

import json
import math
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
from prometheus_client.parser import text_string_to_metric_families

INTERVAL = 10.0
_LATENCY = "wirewatch_produce_to_alert_seconds"
_GAUGES = {
    "wirewatch_stories_open": "stories",
    "wirewatch_lag_records": "lag",
    "wirewatch_state_rows": "state_rows",
    "wirewatch_articles_read_total": "articles",
    "wirewatch_articles_matched_total": "matched",
    "wirewatch_epochs_total": "epochs",
    "wirewatch_epoch_failures_total": "epoch_failures",
}


def part_processes(supervisor: int) -> dict[str, psutil.Process]:
    """Return the processes of a running `wirewatch up`, by part; Kafka itself is `kafka`."""
    top = psutil.Process(supervisor)
    found = {"supervisor": top}
    for process in top.children(recursive=True):
        command = process.cmdline()
        if "wirewatch" in command:
            found[command[command.index("wirewatch") + 1]] = process
        elif "kafka.Kafka" in command:
            found["kafka"] = process
    return found


def size_of(*paths: Path) -> int:
    """Return the bytes the files in (or at) `paths` take on disk."""
    return sum(_blocks(file) for path in paths for file in [path, *path.rglob("*")])


def _blocks(file: Path) -> int:
    try:
        return file.stat().st_blocks * 512
    except FileNotFoundError:  # removed since it was listed
        return 0


def read_metrics(port: int) -> dict[str, Any]:
    """Return the pipeline's gauges and counters (summed over labels) and its latency buckets."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    found: dict[str, Any] = dict.fromkeys(_GAUGES.values(), 0.0)
    buckets: dict[float, float] = {}
    for sample in (sample for family in families for sample in family.samples):
        if name := _GAUGES.get(sample.name):
            found[name] += sample.value
        elif sample.name == f"{_LATENCY}_bucket":
            bound = float(sample.labels["le"])
            buckets[bound] = buckets.get(bound, 0.0) + sample.value
    found["latency"] = sorted((b if math.isfinite(b) else 1e9, n) for b, n in buckets.items())
    return found


class Sampler(threading.Thread):
    """Appends one JSON line to `file` every INTERVAL seconds, so that a run cut short still tells."""

    def __init__(self, file: Path, *, supervisor: int, data_dir: Path, pipeline_port: int) -> None:
        super().__init__(name="sampler", daemon=True)
        self._file = file
        self._processes = part_processes(supervisor)
        self._data = data_dir
        self._port = pipeline_port
        self._began = time.monotonic()
        self._halt = threading.Event()
        self.failures = 0

    def run(self) -> None:
        self._file.write_text("")
        while not self._halt.is_set():
            due = time.monotonic() + INTERVAL
            try:
                line = json.dumps(self._sample())
            except (psutil.Error, OSError):
                self.failures += 1  # a part is gone, or too busy to answer: the run's own checks say so
            else:
                with self._file.open("a") as file:
                    file.write(line + "\n")
            self._halt.wait(max(0.0, due - time.monotonic()))

    def stop(self) -> None:
        """End after the sample under way."""
        self._halt.set()
        self.join(60)

    def _sample(self) -> dict[str, Any]:
        return {
            "at": time.time(),
            "elapsed": time.monotonic() - self._began,
            "load": os.getloadavg()[0],
            "parts": {name: _cost(process) for name, process in self._processes.items()},
            "disk": {name: size_of(*paths) for name, paths in self._places().items()},
            "pipeline": read_metrics(self._port),
        }

    def _places(self) -> dict[str, Iterable[Path]]:
        data = self._data
        return {
            "checkpoint": [*data.glob("pipeline*")],
            "outbox": [*data.glob("notify*")],
            "kafka log": [data / "broker" / "kafka"],
            "logs of the parts": [data / "logs", data / "broker" / "logs"],
        }


def _cost(process: psutil.Process) -> dict[str, float]:
    with process.oneshot():
        memory, cpu = process.memory_full_info(), process.cpu_times()
        return {
            "rss": memory.rss,
            "pss": memory.pss,
            "cpu": cpu.user + cpu.system,
            "threads": process.num_threads(),
            "files": process.num_fds(),
        }
