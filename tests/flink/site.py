"""A Flink cluster of a test run's own, and both engines, driven by the commands of a user."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import yaml
from confluent_kafka.admin import AdminClient, NewPartitions

from connectors.kafka.clients import open_admin, open_writer
from connectors.kafka.topics import ensure_topics
from pipelines.engines.flink.rest import FlinkRest
from tests.flink.topics import Topics
from tests.offline import PYTHON_PATH
from tests.ports import free_ports
from tests.service.support import PORTS, copy_shipped
from wirewatch.article import Article
from wirewatch.records import ARTICLES
from wirewatch.service.flink.run import running
from wirewatch.service.place import Place, find_place

PATIENCE = 400.0  # tells a hang from a busy machine: a job is sent 200 MB of jars before it starts


def wait_until(condition: Callable[[], object], what: str, timeout: float = PATIENCE) -> None:
    """Wait until `condition` holds; fail when it does not in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not after {timeout:.0f} s"
        time.sleep(0.1)


class FlinkSite:
    """A config, and the cluster that runs on it. Start it before any job, and stop it at the end."""

    def __init__(self, folder: Path, bootstrap: str, **flink: object) -> None:
        self.config, self.data = folder / "config", folder / "data"
        self.config.mkdir(parents=True)
        copy_shipped(self.config, "watches.yaml", "topics.yaml", "actors")
        document = {
            "kafka": {"bootstrap_servers": bootstrap},
            "ports": dict(zip(PORTS, free_ports(len(PORTS)), strict=True)),
            "flink": flink,
        }
        (self.config / "wirewatch.yaml").write_text(yaml.safe_dump(document))

    def start(self) -> None:
        self.command("flink", "up", "--detach", timeout=600)  # may fetch the jars

    def stop(self) -> None:
        self.command("flink", "down", check=False)

    def command(self, *arguments: str, check: bool = True, timeout: float = PATIENCE) -> str:
        """Run a command of wirewatch to its end; return what it printed."""
        done = subprocess.run(
            self.line(*arguments),
            env=_environment(None),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert not check or done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}\n{self.logs()}"
        return done.stdout

    def line(self, *arguments: str, data: Path | None = None) -> list[str]:
        where = ("--config", str(self.config), "--data", str(data or self.data))
        return [sys.executable, "-m", "wirewatch", *arguments, *where]

    def process(self, main: str) -> psutil.Process:
        """Return the cluster's process on whose command line `main` stands, once there is one."""
        parent = running(find_place(self.config, self.data))
        assert parent is not None
        found: list[psutil.Process] = []

        def look() -> bool:
            for child in parent.children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
                    found.extend([child] if main in " ".join(child.cmdline()) else [])
            return bool(found)

        wait_until(look, main)
        return found[0]

    def metrics(self) -> str:
        """Return what Prometheus is told: by the workers of the host, by JobManager and TaskManager."""
        ports = find_place(self.config, self.data).settings.ports
        told = (ports.flink_workers, ports.flink_jobmanager_metrics, ports.flink_taskmanager_metrics)
        return "".join(_get(f"http://127.0.0.1:{port}/metrics") for port in told)

    def logs(self) -> str:
        """Return the end of every log, for a failing test's message."""
        files = sorted((self.data / "logs" / "flink").glob("*.log"))
        return "\n".join(f"--- {file.name}\n{file.read_text()[-2000:]}" for file in files)


class Stream:
    """One run of the pipeline, on topics and under a job name of its own."""

    def __init__(self, site: FlinkSite, *, partitions: int = 1) -> None:
        name = f"t{uuid.uuid4().hex[:10]}"
        self.site = site
        self.data = site.data / name
        self.env = {
            "WIREWATCH_KAFKA__TOPIC_PREFIX": f"{name}.",
            "WIREWATCH_KAFKA__TOPICS__ARTICLES__PARTITIONS": str(partitions),
            "WIREWATCH_FLINK__JOB_NAME": name,
            "WIREWATCH_PORTS__PIPELINE": str(free_ports(1)[0]),
        }
        self.name = name
        self.place = self._place()
        self.topics = Topics(self.place)
        self.make_topics()

    def _place(self) -> Place:
        before = dict(os.environ)
        os.environ.update(self.env)
        try:
            return find_place(self.site.config, self.data)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def make_topics(self) -> None:
        admin = open_admin(self.place)
        try:
            ensure_topics(admin, self.place.settings)
        finally:
            admin.close()

    def add_partitions(self, count: int) -> None:
        """Give `articles` so many partitions."""
        admin = AdminClient({"bootstrap.servers": self.place.settings.bootstrap_servers})
        topic = self.place.settings.kafka.topic("articles")
        admin.create_partitions([NewPartitions(topic, count)])[topic].result(30)

    def produce(self, articles: Iterable[Article]) -> None:
        """Write articles, as the parts do."""
        with self.producer() as write:
            write(articles)

    @contextlib.contextmanager
    def producer(self) -> Iterator[Callable[[Iterable[Article]], None]]:
        """Give a function that writes articles and returns once they are in the log."""
        writer = open_writer(self.place, client="confluent")
        topic = self.place.settings.kafka.topic("articles")

        def write(articles: Iterable[Article]) -> None:
            for article in articles:
                writer.send(topic, key=article.id.encode(), value=ARTICLES.encode(article))
            writer.flush(30)

        try:
            yield write
        finally:
            writer.close()

    def flink(self, *arguments: str, check: bool = True) -> str:
        """Run `wirewatch flink …` on this job."""
        return self._run("flink", *arguments, check=check)

    def submit(self, *arguments: str, **flink: object) -> None:
        """Run `wirewatch pipeline --engine flink --detach`; returns when every task runs."""
        self.env |= {f"WIREWATCH_FLINK__{name.upper()}": str(value) for name, value in flink.items()}
        self._run("pipeline", "--engine", "flink", "--detach", *arguments)

    def submit_cut_off(self) -> None:
        """Run `wirewatch pipeline --engine flink`, ended by Ctrl-C once the job server was given the job."""
        with (self.site.data / f"{self.name}.log").open("wb") as log:
            line = self.site.line("pipeline", "--engine", "flink", data=self.data)
            part = subprocess.Popen(line, env=_environment(self.env), stdout=log, stderr=log)
            wait_until((self.data / "flink" / "submission.json").exists, "the job server's job")
            part.send_signal(signal.SIGINT)
            assert part.wait(PATIENCE) == 0
        assert (self.data / "flink" / "submission.json").exists(), "it had seen its job"

    def upgrade_by(self, program: str) -> tuple[int, str]:
        """Run `wirewatch flink upgrade` of another version of the program; return its exit code and words."""
        done = self._finished(
            sys.executable, "-c", program, *self.site.line("flink", "upgrade", data=self.data)[3:]
        )
        return done.returncode, done.stdout + done.stderr

    def _run(self, *arguments: str, check: bool = True) -> str:
        done = self._finished(*self.site.line(*arguments, data=self.data))
        assert not check or done.returncode == 0, (
            f"{arguments}: {done.stdout}{done.stderr}\n{self.site.logs()}"
        )
        return done.stdout + done.stderr

    def _finished(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            env=_environment(self.env),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @contextlib.contextmanager
    def embedded(self) -> Iterator[None]:
        """Run the embedded engine meanwhile; stop it in order."""
        with (self.site.data / f"{self.name}.log").open("wb") as log:
            part = subprocess.Popen(
                self.site.line("pipeline", data=self.data), env=_environment(self.env), stdout=log, stderr=log
            )
        try:
            yield
        finally:
            part.terminate()
            part.wait(60)

    @property
    def rest(self) -> FlinkRest:
        return FlinkRest(self.place.settings.flink_master)

    def running(self) -> list[str]:
        """Return the ids of this run's jobs that have not ended."""
        return [
            job.id
            for job in self.rest.jobs()
            if job.name.startswith(self.name) and job.state in {"RUNNING", "RESTARTING"}
        ]

    def cancel(self) -> None:
        """End the job however it stands."""
        for job in self.running():
            self.rest.cancel(job)


def _get(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def _environment(more: dict[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": PYTHON_PATH, **(more or {})}
