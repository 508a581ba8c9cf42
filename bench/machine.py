"""What the figures were measured on, and with."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.processes import ROOT
from wirewatch.resources import default_config_dir
from wirewatch.tagging.loops import FASTEST

_OURS = ("apache-beam", "confluent-kafka", "kafka-python", "msgspec", "daachorse", "rensa", "spacy")
_GUESTS = ("quixstreams", "bytewax", "confluent-kafka", "ahocorasick-rs", "flashtext2")


def describe(guest_python: Path) -> list[tuple[str, str]]:
    """Return names and values: machine, versions, commit, date."""
    memory = psutil.virtual_memory().total / 2**30
    return [
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("commit", commit()),
        ("machine", f"{os.cpu_count()} cores, {_cpu_model()}, {memory:.0f} GiB memory"),
        ("system", f"{platform.system()} {platform.release().split('-')[0]}"),
        ("Python", platform.python_version()),
        ("Kafka", _kafka_version()),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in _OURS)),
        ("loops of tagging", FASTEST.name),
        ("compared with", _guest_versions(guest_python)),
        ("load average", " ".join(f"{load:.1f}" for load in os.getloadavg())),
    ]


def commit() -> str:
    """Return the commit of this checkout, and whether anything was changed since."""
    try:
        name = _output(["git", "rev-parse", "--short", "HEAD"])
        changed = _output(["git", "status", "--porcelain", "--untracked-files=no"])
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
    return f"{name} with changes" if changed else name


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "unknown processor")


def _kafka_version() -> str:
    pom = (default_config_dir() / "broker" / "pom.xml").read_text(encoding="utf-8")
    return pom.partition("<artifactId>kafka_2.13</artifactId>")[2].partition("<version>")[2].partition("<")[0]


def _guest_versions(python: Path) -> str:
    if not python.exists():
        return "not installed"
    code = f"from importlib.metadata import version as v; print(', '.join(n + ' ' + v(n) for n in {_GUESTS}))"
    return _output([str(python), "-c", code])


def _output(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
