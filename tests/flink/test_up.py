"""A cluster on this machine starts only where it is alone."""

import contextlib
import shutil
import socket
import subprocess

import pytest

from tests.flink.site import PATIENCE, FlinkSite
from wirewatch.errors import ConfigError
from wirewatch.service.place import find_place

pytestmark = pytest.mark.timeout(900)


def test_one_whose_ports_another_has_does_not_start(tmp_path):
    """Or its TaskManager would join that one, and put out the one of its name that works there.

    In front and in the background side by side: each waits ten seconds for the port.
    """
    for command in ("java", "mvn"):
        if shutil.which(command) is None:
            pytest.skip(f"needs {command} for a Flink cluster")
    with contextlib.ExitStack() as held:
        sites = {detach: FlinkSite(tmp_path / name, "127.0.0.1:1") for name, detach in WAYS.items()}
        starts = {detach: held.enter_context(refused(own, *detach)) for detach, own in sites.items()}
        for detach, (process, port) in starts.items():
            _, said = process.communicate(timeout=PATIENCE)
            assert process.returncode == ConfigError.exit_code, detach
            assert f"port {port} is taken by " in said
            assert "ports.flink_rpc in wirewatch.yaml" in said
            assert not list((sites[detach].data / "logs" / "flink").glob("taskmanager*"))


WAYS = {"in front": (), "in the background": ("--detach",)}


@contextlib.contextmanager
def refused(own, *options):
    """Start a cluster, one of whose ports is held meanwhile; give its process and that port."""
    port = find_place(own.config, own.data).settings.ports.flink_rpc
    with socket.create_server(("127.0.0.1", port)):
        process = subprocess.Popen(
            own.line("flink", "up", *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            yield process, port
        finally:
            process.kill()
            process.wait(10)
