"""A Flink cluster for one measurement, driven by the commands of a user."""

import contextlib
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import psutil

from bench.processes import ROOT, free_ports, wait_until
from bench.service import Service
from pipelines.engines.flink.rest import FlinkRest, running_job
from wirewatch.service.flink.run import running
from wirewatch.service.place import find_place
from wirewatch.service.supervisor.probe import samples
from wirewatch.settings import Ports

LONGEST = 300.0
WORKERS = "Python workers"
PROCESSES = {
    "wirewatch.service.flink.worker ": WORKERS,
    "TaskManagerRunner": "TaskManager (JVM)",
    "StandaloneSessionClusterEntrypoint": "JobManager (JVM)",
}
OTHERS = "job server, worker pool, supervisor"
STAGES = "wirewatch_stage_duration_seconds_sum"


class Checkpoint(NamedTuple):
    """One that was completed."""

    id: int
    at_ms: int
    """When it was asked for, since 1970."""
    took_ms: int
    bytes: int


class FlinkRun:
    """A cluster that runs, and its job once it is submitted."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._rest = FlinkRest(service.settings.flink_master)

    def submit(self) -> None:
        """Submit the job; returns when every task runs."""
        self.command("pipeline", "--engine", "flink", "--detach")

    def stop(self) -> None:
        """Stop the job with a savepoint."""
        self.command("flink", "stop")

    def cpu(self) -> dict[str, float]:
        """Return the processor seconds of each kind of process so far, those that have ended left out."""
        found: dict[str, float] = defaultdict(float)
        for kind, process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                found[kind] += times.user + times.system
        return found

    def processes(self) -> Iterator[tuple[str, psutil.Process]]:
        """Yield every process of the cluster with its kind."""
        parent = running(find_place(self.service.config_dir, self.service.data_dir))
        for process in [parent, *parent.children(recursive=True)] if parent else []:
            with contextlib.suppress(psutil.NoSuchProcess):
                line = " ".join(process.cmdline())
                yield next((kind for mark, kind in PROCESSES.items() if mark in line), OTHERS), process

    def stages(self) -> dict[str, float]:
        """Return the seconds that the workers have spent in each stage."""
        url = f"http://127.0.0.1:{self.service.settings.ports.flink_workers}/metrics"
        with urlopen(url, timeout=10) as answer:
            found = samples(answer.read().decode(), STAGES)
        return {labels["stage"]: seconds for labels, seconds in found}

    def checkpoint(self) -> Checkpoint:
        """Return the latest checkpoint; waits for the first."""
        wait_until(lambda: bool(self.checkpoints()), LONGEST, "a checkpoint")
        return max(self.checkpoints())

    def checkpoints(self) -> list[Checkpoint]:
        """Return those that were completed of the latest ten."""
        job = running_job(self._rest, self.service.settings.flink.job_name)
        if job is None:
            raise SystemExit("bench: the Flink job has ended")
        return [
            Checkpoint(each["id"], each["trigger_timestamp"], each["end_to_end_duration"], each["state_size"])
            for each in self._rest.checkpoints(job.id)["history"]
            if each["status"] == "COMPLETED"
        ]

    def command(self, *arguments: str) -> None:
        """Run a command of wirewatch to its end."""
        where = ("--config", str(self.service.config_dir), "--data", str(self.service.data_dir))
        done = subprocess.run(
            [sys.executable, "-m", "wirewatch", *arguments, *where],
            cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"bench: {' '.join(arguments)}: {done.stdout}{done.stderr}")


@contextlib.contextmanager
def cluster(folder: Path, servers: str, prefix: str, **flink: Any) -> Iterator[FlinkRun]:
    """Run a cluster whose job reads topics of `prefix`."""
    names = [name for name in Ports.model_fields if name not in {"receiver", "receiver_health"}]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    service = Service(folder, servers, kafka={"topic_prefix": prefix}, ports=ports, flink=flink)
    run = FlinkRun(service)
    run.command("flink", "up", "--detach")
    try:
        yield run
    finally:
        run.command("flink", "down")
