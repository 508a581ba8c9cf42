"""Runs a local cluster: in the foreground, or in the background until told to end."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil

from pipelines.engines.flink.rest import FlinkRest
from wirewatch.errors import AlreadyRunningError, WirewatchError, of_ended
from wirewatch.resources import config_file
from wirewatch.service.flink.cluster import Cluster
from wirewatch.service.flink.conf import parse, render
from wirewatch.service.flink.jars import FLINK, NEED
from wirewatch.service.flink.jobs import listening
from wirewatch.service.jars import prepare_jars
from wirewatch.service.java import find_java
from wirewatch.service.place import Place
from wirewatch.service.supervisor.ports import wait_until_free
from wirewatch.service.supervisor.processes import Supervisor
from wirewatch.service.supervisor.record import own_start, start_of

READY_SECONDS = 300.0
"""How long `up --detach` waits: a first start fetches the jars."""
STOP_SECONDS = 20.0
_TEMPLATE = "flink/small.yaml"
_POLL_SECONDS = 0.2


class _Record(msgspec.Struct):
    pid: int
    process_started: str


def make_cluster(place: Place, progress: Callable[[str], None]) -> Cluster:
    """Return the cluster of `place`, not started, with all it needs in place.

    Raises DependencyMissingError when Java or Maven is missing.
    """
    template = config_file(place.config_dir, _TEMPLATE)
    return Cluster(
        settings=place.settings,
        config_dir=place.config_dir,
        data_dir=place.data_dir,
        java=find_java(NEED),
        jars=prepare_jars(FLINK, progress, config_dir=place.config_dir),
        options=parse(template.read_text(encoding="utf-8"), str(template)),
    )


def run_cluster(place: Place, stop: threading.Event, progress: Callable[[str], None]) -> None:
    """Run the cluster until `stop` is set.

    A process that dies is started again. Call it with the lock of `flink` held, from a thread that lives on.
    Raises ConfigError for a port that is taken: a TaskManager would join whatever cluster has it, and put out
    the one of its name that works there.
    """
    cluster = make_cluster(place, progress)
    wait_until_free(cluster.listeners(), stop, progress)
    for name, options in cluster.confs().items():
        conf = cluster.conf_dir(name)
        conf.mkdir(parents=True, exist_ok=True)
        (cluster.folder / "tmp" / name).mkdir(parents=True, exist_ok=True)
        (conf / "flink-conf.yaml").write_text(render(options), encoding="utf-8")
    if place.settings.flink.zookeeper:
        conf = cluster.conf_dir("zookeeper")
        conf.mkdir(parents=True, exist_ok=True)
        lines = (f"{name}={value}\n" for name, value in cluster.zookeeper_conf().items())
        # As java.util.Properties reads it: with UTF-8 an umlaut would be two letters of another folder.
        (conf / "zoo.cfg").write_text("".join(lines), encoding="latin-1", errors="backslashreplace")
    record = _record_file(place)
    record.write_bytes(msgspec.json.encode(_Record(os.getpid(), own_start())))
    supervisor = Supervisor(cluster.specs(), place.log_dir / "flink")
    try:
        supervisor.tick()
        while not stop.wait(_POLL_SECONDS):
            supervisor.tick()
    finally:
        supervisor.stop()
        record.unlink(missing_ok=True)


def start_detached(place: Place, *, wait: float = READY_SECONDS) -> None:
    """Start `flink up` in the background; return once every slot is there.

    Raises WirewatchError with what kept it from starting.
    """
    place.make_folders()
    if running(place) is not None:
        raise AlreadyRunningError(
            f"a Flink cluster already runs on {place.data_dir}: `wirewatch flink down` ends it"
        )
    output = place.log_dir / "flink" / "up.log"
    output.parent.mkdir(parents=True, exist_ok=True)
    where = ("--config", str(place.config_dir), "--data", str(place.data_dir))
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "wirewatch", "flink", "up", *where],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wait_until_ready(place, lambda: _refuse_ended(process, output), wait=wait)


def wait_until_ready(place: Place, check: Callable[[], None], *, wait: float = READY_SECONDS) -> None:
    """Wait until all TaskManagers have joined and the job server listens.

    Raises WirewatchError when they have not in time, and what `check` raises.
    """
    flink = place.settings.flink
    wanted = flink.task_managers * flink.slots
    rest = FlinkRest(f"127.0.0.1:{place.settings.ports.flink_rest}")
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        check()
        ours = running(place) is not None  # else who answers at these ports is somebody else
        if (
            ours
            and rest.slots() >= wanted
            and listening(f"127.0.0.1:{place.settings.ports.flink_job_server}")
        ):
            return
        time.sleep(_POLL_SECONDS)
    raise WirewatchError(
        f"the Flink cluster is not ready after {wait:.0f} s: its logs are in {place.log_dir / 'flink'}"
    )


def stop_running(place: Place, *, wait: float = STOP_SECONDS) -> bool:
    """End the cluster of this data folder; return False when none runs."""
    process = running(place)
    if process is None:
        return False
    process.terminate()
    try:
        process.wait(wait)
    except psutil.TimeoutExpired:
        process.kill()  # its children die with it
        process.wait(5)
    return True


def running(place: Place) -> psutil.Process | None:
    """Return the process that runs this data folder's cluster, if one does."""
    try:
        record = msgspec.json.decode(_record_file(place).read_bytes(), type=_Record)
        same = start_of(record.pid) == record.process_started
        return psutil.Process(record.pid) if same else None
    except (FileNotFoundError, msgspec.DecodeError, psutil.Error):
        return None


def _record_file(place: Place) -> Path:
    return place.run_dir / "flink.json"


def _refuse_ended(process: "subprocess.Popen[bytes]", output: Path) -> None:
    if (code := process.poll()) is not None:
        raise of_ended(output.read_text(encoding="utf-8", errors="replace"), code)
