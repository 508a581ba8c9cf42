"""Fixtures every room uses: a real broker, shared by all workers of a run, or one of a test's own.

A test that needs Kafka fails when Java or Maven is missing; it is never skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import psutil
import pytest
import structlog
from filelock import FileLock
from hypothesis import settings

from tests.broker_host import broker_settings, start_broker, wait_until_answers
from tests.offline import GUARD, PYTHON_PATH, sitecustomize  # noqa: F401  # the guard holds once it is imported
from tests.processes import alive
from wirewatch.part import PartContext
from wirewatch.resources import default_config_dir
from wirewatch.settings import Settings

_RUN_DIR = "PYTEST_RUN_DIR"  # set by the pytest that was started; its xdist workers inherit it
_START_TIMEOUT = 300.0  # the first run on a machine fetches the broker's jars
_ROOT = Path(__file__).parent.parent

# The same examples on each run, however loaded the machine is.
settings.register_profile("wirewatch", deadline=None, derandomize=True)
settings.load_profile("wirewatch")


def pytest_configure(config: pytest.Config) -> None:
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (GUARD, os.environ.get("PYTHONPATH"))))
    # Where it is set, each of hundreds of starts of Python would compile all of its modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup parts ignore it; some tests reload by it
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="wirewatch-tests-"))
        os.environ[_RUN_DIR] = str(folder)
        os.environ["XDG_CACHE_HOME"] = str(_make_cache(folder / "cache"))


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or _RUN_DIR not in os.environ:
        return
    folder = Path(os.environ.pop(_RUN_DIR))
    _end_host(folder / "pid")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """Undo what a command or part that ran within the test set for the logs of the whole process."""
    yield
    structlog.reset_defaults()


@dataclass(frozen=True)
class KafkaForTest:
    """A broker, and settings under which this test shares no topic or group with any other."""

    bootstrap: str
    prefix: str
    config_dir: Path
    data_dir: Path

    def settings(self, **overrides: Any) -> Settings:
        """Return settings that use the broker; `overrides` are sections: `kafka={"create_topics": False}`."""
        base = {
            "kafka": {
                "bootstrap_servers": self.bootstrap,
                "topic_prefix": self.prefix,
                "group_prefix": self.prefix.rstrip("."),
            }
        }
        return Settings(**_merged(base, overrides))

    def context(self, **overrides: Any) -> PartContext:
        """Return what a part is given, or whoever opens clients."""
        return PartContext(self.settings(**overrides), self.config_dir, self.data_dir)


@pytest.fixture(scope="session")
def broker_address() -> str:
    """host:port of the run's one broker, started by the first test that asks."""
    folder = Path(os.environ[_RUN_DIR])
    with FileLock(folder / "lock", timeout=_START_TIMEOUT):
        if not (folder / "pid").exists():
            _start_host(folder)
        return _address(folder)


@pytest.fixture
def kafka(broker_address: str, tmp_path: Path) -> KafkaForTest:
    """The run's broker, with a topic prefix of this test's own. Topics are not made."""
    return kafka_for(broker_address, tmp_path)


@pytest.fixture
def access(kafka: KafkaForTest) -> Iterator[Any]:
    """What the pipeline's steps read and write this test's topics by (KafkaAccess)."""
    from pipelines.access import KafkaAccess  # noqa: PLC0415  # imports Beam, which most tests do without
    from pipelines.source.pool import FetcherPool  # noqa: PLC0415

    yield KafkaAccess(kafka.settings(), kafka.config_dir, kafka.data_dir)
    FetcherPool.close()
    KafkaAccess.close_writers()


def kafka_for(bootstrap: str, data_dir: Path) -> KafkaForTest:
    """Return what the fixture `kafka` gives; for fixtures of a wider scope, on `broker_address`."""
    return KafkaForTest(bootstrap, f"t{uuid.uuid4().hex[:10]}.", default_config_dir(), data_dir)


class OwnBroker:
    """A broker of a test's own, to be killed and started at will; same ports, same data.

    Has everything of KafkaForTest but the prefix.
    """

    def __init__(self, folder: Path) -> None:
        self._settings = broker_settings()
        self._folder = folder
        self.broker = start_broker(self._settings, folder)
        kafka = kafka_for(self.broker.bootstrap, folder)
        self.bootstrap, self.config_dir, self.data_dir = kafka.bootstrap, kafka.config_dir, kafka.data_dir
        self.settings, self.context = kafka.settings, kafka.context

    def start(self) -> None:
        """Start it again and wait until it answers."""
        self.broker.start()
        wait_until_answers(self.broker, self._settings, self._folder)

    def stop(self) -> None:
        """Stop it cleanly."""
        self.broker.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.broker.kill()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[OwnBroker]:
    """A broker that only this test uses."""
    own = OwnBroker(tmp_path / "own-broker")
    try:
        yield own
    finally:
        own.kill()


@pytest.fixture
def eventually() -> Callable[..., None]:
    """`eventually(lambda: condition, timeout=60)`: wait until it holds, fail when it does not in time."""

    def wait(condition: Callable[[], object], timeout: float = 60.0, what: str = "condition") -> None:
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, f"{what} does not hold after {timeout} s"
            time.sleep(0.02)

    return wait


def _make_cache(folder: Path) -> Path:
    """Make and return the cache folder of a run: all is the user's, but the taggers' builds are the run's."""
    folder.mkdir()
    users = platformdirs.user_cache_path()
    for one in users.iterdir() if users.is_dir() else ():
        if one.name != "wirewatch":
            (folder / one.name).symlink_to(one)
    return folder


def _start_host(folder: Path) -> None:
    runner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    with (folder / "output").open("wb") as output:
        host = subprocess.Popen(
            [sys.executable, "-m", "tests.broker_host", str(folder), str(runner)],
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": PYTHON_PATH},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    (folder / "pid").write_text(str(host.pid), encoding="ascii")


def _address(folder: Path) -> str:
    deadline = time.monotonic() + _START_TIMEOUT
    host = int((folder / "pid").read_text(encoding="ascii"))
    while not (folder / "bootstrap").exists():
        if not alive(host) or time.monotonic() > deadline:
            lines = (folder / "output").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            pytest.fail(
                f"the tests' broker did not start: {lines[-1] if lines else 'no output'}", pytrace=False
            )
        time.sleep(0.05)
    return (folder / "bootstrap").read_text(encoding="ascii")


def _end_host(pid_file: Path) -> None:
    try:
        host = psutil.Process(int(pid_file.read_text(encoding="ascii")))
        host.terminate()
        host.wait(60)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for name, value in over.items():
        old = result.get(name)
        result[name] = (
            _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
        )
    return result
