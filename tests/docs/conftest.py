"""A shell in which the commands of a page run."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.ports import free_ports
from tests.service.support import PORTS, ROOT, environment


@pytest.fixture
def shell(tmp_path):
    """Return a function that runs a line as a user types it, in a copy of what the pages speak of."""
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    script = bin_dir / "wirewatch"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m wirewatch "$@"\n')
    script.chmod(0o755)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    names = (*PORTS, "receiver", "receiver_health")
    ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
    env = {
        **environment(),
        "PATH": f"{bin_dir}{os.pathsep}{os.environ['PATH']}",
        "WIREWATCH_DATA": str(tmp_path / "data"),
        **{f"WIREWATCH_PORTS__{name.upper()}": port for name, port in ports.items()},
    }

    def run(line, timeout=110):
        return subprocess.run(
            line,
            shell=True,
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
