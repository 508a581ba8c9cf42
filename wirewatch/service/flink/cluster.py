"""The processes of a local cluster: their command lines, in one place. Pure.

The same lines run a cluster by other means: see docs/flink.md.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipelines.engines.flink.location import address_of, folder_of
from wirewatch.service.flink.conf import size
from wirewatch.service.supervisor.ports import Listener
from wirewatch.service.supervisor.processes import PartSpec
from wirewatch.settings import Settings

JOB_MANAGER: Final = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
TASK_MANAGER: Final = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
ZOOKEEPER: Final = "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer"
JOB_SERVER: Final = "org.apache.beam.runners.flink.FlinkJobServerDriver"
REPORTER: Final = "org.apache.flink.metrics.prometheus.PrometheusReporterFactory"
HERE: Final = "127.0.0.1"

# Flink and Beam's runner reach into these by reflection: Java 17 asks for it to be said.
_OPENED: Final = (
    "java.lang", "java.lang.reflect", "java.util", "java.util.concurrent", "java.util.concurrent.atomic",
    "java.nio", "java.text", "java.time", "java.net", "java.io",
)  # fmt: skip
_JAVA: Final = (
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
)


@dataclass(frozen=True)
class Cluster:
    """A cluster of these settings in `folder`, on 127.0.0.1. Nothing here starts or writes anything."""

    settings: Settings
    config_dir: Path
    data_dir: Path
    java: str
    jars: Path
    options: Mapping[str, Any]
    """Those of the template (see conf)."""

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.data_dir / "flink"

    @property
    def rest(self) -> str:
        """host:port of the JobManager's REST API."""
        return f"{HERE}:{self.settings.ports.flink_rest}"

    def conf_dir(self, name: str) -> Path:
        """Return the folder of the flink-conf.yaml of the process `name`."""
        return self.folder / "conf" / name

    def confs(self) -> dict[str, dict[str, Any]]:
        """Return each Flink process's options, by the process's name."""
        ports = self.settings.ports
        first = ports.flink_taskmanager_metrics
        reporters = {name: first + number for number, name in enumerate(self.task_managers())}
        reporters["jobmanager"] = ports.flink_jobmanager_metrics
        return {name: self._conf(name, port) for name, port in reporters.items()}

    def task_managers(self) -> list[str]:
        """Return the names of the TaskManagers."""
        return [f"taskmanager-{number}" for number in range(1, self.settings.flink.task_managers + 1)]

    def listeners(self) -> list[Listener]:
        """Return every address that its processes will listen on, but for those the system picks."""
        ports, bind = self.settings.ports, self.settings.bind
        every = "0.0.0.0"  # noqa: S104  # these know no other
        hosts = {
            "flink_worker_pool": self.settings.flink_worker_pool_host,
            "flink_workers": bind,
            "flink_rest": HERE,
            "flink_rpc": HERE,
            "flink_blob": HERE,
            "flink_job_server": every,
            "flink_artifacts": every,
            "flink_expansion": every,
            "flink_jobmanager_metrics": every,
            **({"flink_zookeeper": HERE} if self.settings.flink.zookeeper else {}),
        }
        found = [Listener(name, host, getattr(ports, name)) for name, host in hosts.items()]
        first = ports.flink_taskmanager_metrics
        for number, _ in enumerate(self.task_managers()):
            found.append(Listener("flink_taskmanager_metrics", every, first + number))
        return found

    def specs(self) -> list[PartSpec]:
        """Return the processes in the order they start."""
        return [
            self._worker_pool(),
            *([self._zookeeper()] if self.settings.flink.zookeeper else []),
            self._flink("jobmanager", JOB_MANAGER, self._job_manager_memory()),
            *(self._flink(name, TASK_MANAGER, self._task_manager_memory()) for name in self.task_managers()),
            job_server(self.settings, java=self.java, jars=self.jars, folder=self.folder, master=self.rest),
        ]

    def _conf(self, name: str, reporter: int) -> dict[str, Any]:
        ports = self.settings.ports
        storage = storage_uri(self.settings, self.data_dir)
        return {
            "jobmanager.rpc.address": HERE,
            "jobmanager.rpc.port": ports.flink_rpc,
            "jobmanager.bind-host": HERE,
            "rest.address": HERE,
            "rest.bind-address": HERE,
            "rest.port": ports.flink_rest,
            "blob.server.port": ports.flink_blob,
            "taskmanager.host": HERE,
            "taskmanager.bind-host": HERE,
            "taskmanager.resource-id": name,
            "taskmanager.numberOfTaskSlots": self.settings.flink.slots,
            "state.checkpoints.dir": f"{storage}/checkpoints",
            "state.savepoints.dir": f"{storage}/savepoints",
            "io.tmp.dirs": str(self.folder / "tmp" / name),
            "metrics.reporters": "prom",
            "metrics.reporter.prom.factory.class": REPORTER,
            "metrics.reporter.prom.port": reporter,
            **(self._high_availability() if self.settings.flink.zookeeper else {}),
            **self.options,
        }

    def _high_availability(self) -> dict[str, Any]:
        return {
            "high-availability.type": "zookeeper",
            "high-availability.zookeeper.quorum": f"{HERE}:{self.settings.ports.flink_zookeeper}",
            "high-availability.storageDir": f"{storage_uri(self.settings, self.data_dir)}/ha",
            "high-availability.jobmanager.port": self.settings.ports.flink_rpc,
            # Until it misses the JobManager that died, the new one does not lead, and no alert leaves. Unset,
            # 60 s are asked for, of which this ZooKeeper allows 20.
            "high-availability.zookeeper.client.session-timeout": 10_000,
        }

    def zookeeper_conf(self) -> dict[str, Any]:
        """Return the options of a ZooKeeper with one server."""
        return {
            "tickTime": 1000,
            "initLimit": 10,
            "syncLimit": 5,
            "dataDir": self.folder / "zookeeper",
            "clientPort": self.settings.ports.flink_zookeeper,
            "clientPortAddress": HERE,
            "admin.enableServer": "false",
            "server.1": f"{HERE}:2888:3888",  # alone it opens neither
        }

    def _job_manager_memory(self) -> list[str]:
        heap = size(self.options, "jobmanager.memory.heap.size")
        return [f"-Xmx{heap}", f"-Xms{heap // 4}"]

    def _task_manager_memory(self) -> list[str]:
        def of(*names: str) -> int:
            return sum(size(self.options, f"taskmanager.memory.{name}") for name in names)

        heap = of("framework.heap.size", "task.heap.size")
        direct = of("framework.off-heap.size", "task.off-heap.size", "network.max")
        metaspace = of("jvm-metaspace.size")
        return [
            f"-Xmx{heap}",
            f"-Xms{heap // 2}",
            f"-XX:MaxDirectMemorySize={direct}",
            f"-XX:MaxMetaspaceSize={metaspace}",
        ]

    def _flink(self, name: str, main: str, memory: list[str]) -> PartSpec:
        conf = str(self.conf_dir(name))
        return PartSpec(name, (self.java, *memory, *_JAVA, "-cp", f"{self.jars}/*", main, "-c", conf))

    def _zookeeper(self) -> PartSpec:
        conf = str(self.conf_dir("zookeeper") / "zoo.cfg")
        arguments = ("--zkConfigFile", conf, "--peerId", "1")
        return PartSpec(
            "zookeeper", (self.java, "-Xmx64m", *_JAVA, "-cp", f"{self.jars}/*", ZOOKEEPER, *arguments)
        )

    def _worker_pool(self) -> PartSpec:
        where = ("--config", str(self.config_dir), "--data", str(self.data_dir))
        return PartSpec("workers", (sys.executable, "-m", "wirewatch", "flink", "worker-pool", *where))


def job_server(settings: Settings, *, java: str, jars: Path, folder: Path, master: str) -> PartSpec:
    """Return Beam's job server for the cluster whose REST API is at `master`."""
    ports = settings.ports
    return PartSpec(
        "jobserver",
        (
            java,
            "-Xmx256m",
            *_JAVA,
            "-cp",
            f"{jars}/*",
            JOB_SERVER,
            f"--flink-master={master}",
            f"--job-host={HERE}",
            f"--job-port={ports.flink_job_server}",
            f"--artifact-port={ports.flink_artifacts}",
            f"--expansion-port={ports.flink_expansion}",
            "--artifacts-dir",  # as two words: with a = it takes no space
            str(folder / "artifacts"),
        ),
    )


def storage_uri(settings: Settings, data_dir: Path) -> str:
    """Return the address below which checkpoints and savepoints are kept."""
    folder = folder_of(settings.flink.storage, data_dir)
    return (address_of(folder) if folder else str(settings.flink.storage)).rstrip("/")
