"""A cluster on this machine starts only where it is alone."""

import shutil
import socket
import subprocess

import pytest

from tests.flink.site import PATIENCE, FlinkSite
from wirewatch.errors import ConfigError
from wirewatch.service.place import find_place

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("detach", [[], ["--detach"]], ids=["in front", "in the background"])
def test_one_whose_ports_another_has_does_not_start(tmp_path, detach):
    """Or its TaskManager would join that one, and put out the one of its name that works there."""
    for command in ("java", "mvn"):
        if shutil.which(command) is None:
            pytest.skip(f"needs {command} for a Flink cluster")
    own = FlinkSite(tmp_path, "127.0.0.1:1")
    ports = find_place(own.config, own.data).settings.ports
    with socket.create_server(("127.0.0.1", ports.flink_rpc)):
        done = subprocess.run(
            own.line("flink", "up", *detach),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == ConfigError.exit_code
    assert f"port {ports.flink_rpc} is taken by " in done.stderr
    assert "ports.flink_rpc in wirewatch.yaml" in done.stderr
    assert not list((own.data / "logs" / "flink").glob("taskmanager*"))
