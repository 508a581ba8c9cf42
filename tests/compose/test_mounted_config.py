"""What docker-compose.yml mounts into Prometheus and Alertmanager, checked by their own tools."""

import shutil
import subprocess

import pytest

from tests.compose.conftest import ROOT

FILES = {
    "prometheus": ("promtool", "check", "config", ROOT / "config/prometheus/prometheus.yml"),
    "alertmanager": ("amtool", "check-config", ROOT / "config/alertmanager/alertmanager.yml"),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_what_its_program_reads(name):
    tool, *arguments = FILES[name]
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{arguments[-1]} is not checked: {tool} is not installed")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
