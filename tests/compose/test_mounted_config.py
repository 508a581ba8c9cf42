"""What docker-compose.yml mounts into Prometheus and Alertmanager, checked by their own tools."""

import shutil
import subprocess

import pytest

from tests.compose.conftest import ROOT

FILES = {
    "prometheus": ("promtool", "check", "config", ROOT / "config/prometheus/prometheus.yml"),
    "alertmanager": ("amtool", "check-config", ROOT / "config/alertmanager/alertmanager.yml"),
}
TOLD = {"Watchdog": "heartbeat", "PartDown": "nobody"}
"""Which of Alertmanager's receivers is told of an alert."""


@pytest.mark.parametrize("name", FILES)
def test_it_is_what_its_program_reads(name):
    tool, *arguments = FILES[name]
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{arguments[-1]} is not checked: {tool} is not installed")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", TOLD)
def test_alertmanager_tells_of_it(alert):
    amtool = shutil.which("amtool")
    if amtool is None:
        pytest.skip("routes are not tried: amtool is not installed (Debian: prometheus-alertmanager)")
    done = subprocess.run(
        [
            amtool,
            "config",
            "routes",
            "test",
            f"--config.file={FILES['alertmanager'][-1]}",
            f"alertname={alert}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == [TOLD[alert]], done.stderr
