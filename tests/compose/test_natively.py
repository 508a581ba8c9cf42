"""The command lines and health checks of docker-compose.yml, as they stand, with paths and ports mapped."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from urllib.request import urlopen

import pytest

from tests.compose.conftest import ROOT
from tests.flink.job_manager import Cluster
from tests.ports import free_ports
from tests.service.support import PORTS, copy_shipped, environment
from wirewatch.settings import Ports

pytestmark = [pytest.mark.xdist_group("compose"), pytest.mark.timeout(900)]
PATIENCE = 90.0


@contextlib.contextmanager
def running(command, log, **options):
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def healthy(check, log, process, what, environ=None):
    """Wait until the health check `check` of a service ends with 0."""
    deadline = time.monotonic() + PATIENCE
    while subprocess.run(check, env=environ, capture_output=True, timeout=30, check=False).returncode:
        assert process.poll() is None, f"{what} ended: {log.read_text()[-2000:]}"
        assert time.monotonic() < deadline, f"{what} is not healthy: {log.read_text()[-2000:]}"
        time.sleep(0.3)


@pytest.mark.kafka
def test_our_parts_run_and_their_health_checks_see_it(project, kafka, tmp_path):
    """With a config folder that is read-only, and state in a folder of its own, as in their containers."""
    config, data = tmp_path / "etc", tmp_path / "var"
    config.mkdir()
    for name in ("wirewatch.yaml", "routes.yaml"):
        shutil.copy(ROOT / "config" / name, config)
    copy_shipped(config, "watches.yaml", "topics.yaml", "actors")
    (config / "feeds.yaml").write_text("sources: []\n")
    ports = dict(zip((*PORTS, "receiver", "receiver_health"), free_ports(len(PORTS) + 2), strict=True))
    mapped = {f"WIREWATCH_PORTS__{name.upper()}": str(port) for name, port in ports.items()}
    paths = {"WIREWATCH_CONFIG": str(config), "WIREWATCH_DATA": str(data)}
    settings = kafka.settings()
    topics = {"WIREWATCH_KAFKA__TOPIC_PREFIX": settings.kafka.topic_prefix}
    config.chmod(0o555)
    with contextlib.ExitStack() as stack:
        for name in ("feeds", "pipeline", "notify", "receiver", "replay", "workers"):
            service = project["services"][name]
            given = {**service["environment"], "WIREWATCH_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap}
            environ = {**environment(), **given, **paths, **mapped, **topics}
            log = tmp_path / f"{name}.log"
            command = [sys.executable, "-m", "wirewatch", *service["command"]]
            process = stack.enter_context(running(command, log, env=environ, cwd=tmp_path))
            check = on_port(
                service["healthcheck"]["test"], Ports().health(name), ports[Ports().health_setting(name)]
            )
            healthy(check, log, process, name, environ)


def test_the_job_is_looked_after_as_the_page_types_it(project, tmp_path):
    """In `workers`, with its environment; another JobManager answers for Flink's."""
    page = (ROOT / "docs" / "flink.md").read_text()
    typed = re.findall(r"^docker compose --profile flink exec (\S+) wirewatch ([^#\n]+)", page, re.MULTILINE)
    assert ("workers", "flink stop") in typed
    with contextlib.closing(Cluster()) as cluster:
        cluster.states = {"one": "RUNNING"}
        for name, command in typed:
            given = project["services"][name]["environment"]
            there = {**given, "WIREWATCH_FLINK__MASTER": f"127.0.0.1:{cluster.port}"}
            assert given["WIREWATCH_FLINK__MASTER"] == "jobmanager:8081"
            paths = {"WIREWATCH_CONFIG": str(ROOT / "config"), "WIREWATCH_DATA": str(tmp_path)}
            done = subprocess.run(
                [sys.executable, "-m", "wirewatch", *command.split()],
                env={**environment(), **there, **paths},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        assert cluster.states == {"one": "FINISHED"}


def on_port(test, default, port):
    """Return a health check as a command of this machine, which asks `port` instead of `default`."""
    kind, *words = test
    assert kind == "CMD"
    assert any(f":{default}/" in word for word in words)
    words = [word.replace(f":{default}/", f":{port}/") for word in words]
    return [sys.executable, *words[1:]] if words[0] == "python" else words


@pytest.mark.parametrize(("name", "port"), [("prometheus", 9090), ("alertmanager", 9093)])
def test_prometheus_and_alertmanager_run(project, tmp_path, name, port):
    """Of their images' versions Debian's may differ; the flags and the files are those of the containers."""
    program = shutil.which(f"prometheus-{name}") or shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed on this machine")
    service = project["services"][name]
    (own,) = free_ports(1)
    mounts = {volume["target"]: volume["source"] for volume in service["volumes"] if volume["type"] == "bind"}
    (stored,) = (volume["target"] for volume in service["volumes"] if volume["type"] == "volume")
    command = []
    for word in service["command"]:
        flag, _, value = word.partition("=")
        for target, source in {**mounts, stored: str(tmp_path / "data")}.items():
            if value.startswith(target):
                value = source + value.removeprefix(target)
        command.append(f"{flag}={value}")
    extra = ["--cluster.listen-address="] if name == "alertmanager" else []  # no gossip on this machine
    log = tmp_path / "log"
    arguments = [program, *command, *extra, f"--web.listen-address=127.0.0.1:{own}"]
    with running(arguments, log, cwd=tmp_path, env={"PATH": os.environ["PATH"]}) as process:
        deadline = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{own}/-/ready"):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.2)
    assert service["healthcheck"]["test"][-1] == f"http://127.0.0.1:{port}/-/ready"


def answers(url):
    try:
        with urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False
