"""A config of a test's own, and wirewatch as a user runs it: another process."""

import contextlib
import io
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
import yaml

from tests.offline import PYTHON_PATH
from tests.ports import free_ports
from wirewatch.resources import default_config_dir
from wirewatch.service.cli import main
from wirewatch.service.place import find_running
from wirewatch.service.supervisor.daemon import statuses
from wirewatch.service.supervisor.record import read_record
from wirewatch.service.supervisor.status import PartCondition
from wirewatch.settings import Ports

ROOT = Path(__file__).parent.parent.parent
PORTS = tuple(name for name in Ports.model_fields if name not in {"receiver", "receiver_health"})
PATIENCE = 60.0  # the machine may be busy


@dataclass(frozen=True)
class Site:
    """A config folder and a data folder."""

    config: Path
    data: Path

    @property
    def where(self):
        return ["--config", str(self.config), "--data", str(self.data)]

    def command(self, *arguments):
        return [sys.executable, "-m", "wirewatch", *arguments, *self.where]

    def run(self, *arguments, **options):
        """Run a command to its end and return it."""
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment(),
            timeout=PATIENCE * 2,
            check=False,
            **options,
        )

    def call(self, *arguments):
        """Run a command in this process, for what it says and ends with; return it as `run` does.

        A start of Python costs up to 4 s of processor time, hundreds of times: only tests about processes
        pay for it.
        """
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with logging_as_before(), pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() - environment().keys():
                patch.delenv(name)
            patch.chdir(ROOT)
            patch.setattr(sys, "argv", ["wirewatch", *arguments, *self.where])
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as end:
                main()
        said = (stream.buffer.getvalue().decode() for stream in (out, err))
        return subprocess.CompletedProcess(sys.argv, end.value.code or 0, *said)

    def start(self, *arguments, **options):
        """Start a command and return its process."""
        return subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**environment(), **options.pop("env", {})},
            start_new_session=True,
            **options,
        )

    def parts(self):
        """Return the running parts by name, as `status` has them; for polling: it starts no process."""
        place = find_running(self.config, self.data, environ={})
        record = read_record(place)
        found = statuses(record) if record else ()
        return {part.name: part for part in found}

    def ready(self, part):
        """Return whether a part is ready."""
        found = self.parts().get(part)
        return found is not None and found.condition == PartCondition.READY

    def status(self):
        """Return (exit code, the parts by name), of the command."""
        done = self.call("status", "--json")
        return done.returncode, {part["name"]: part for part in map(json.loads, done.stdout.splitlines())}


@contextlib.contextmanager
def logging_as_before():
    """Undo at the end of the block whatever it does to this process's logging."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
        structlog.reset_defaults()


def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH_")}
    return {**kept, "PYTHONPATH": PYTHON_PATH}


def make_site(folder, *, routes="receivers: []\n", **settings):
    """Return a site with ports of its own, whose broker is one that nobody runs."""
    ports = dict(zip((*PORTS, "receiver", "receiver_health"), free_ports(len(PORTS) + 2), strict=True))
    base = {"ports": ports, "kafka": {"bootstrap_servers": f"127.0.0.1:{free_ports(1)[0]}"}}
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "wirewatch.yaml").write_text(yaml.safe_dump({**base, **settings}), encoding="utf-8")
    (config / "routes.yaml").write_text(routes, encoding="utf-8")
    copy_shipped(config, "watches.yaml", "topics.yaml", "actors")
    return Site(config, folder / "data")


def copy_shipped(config, *names):
    """Copy files and folders of the config that comes along: a link would let a test write into it."""
    for name in names:
        shipped = default_config_dir() / name
        (shutil.copytree if shipped.is_dir() else shutil.copyfile)(shipped, config / name)


def write_texts(folder, texts):
    """Write articles as text files, by their names; return `folder`."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def wait_until(holds, what="it", patience=PATIENCE):
    """Wait until `holds()` is true and return what it returned."""
    deadline = time.monotonic() + patience
    while not (found := holds()):
        assert time.monotonic() < deadline, f"waited {patience} s in vain for {what}"
        time.sleep(0.05)
    return found
