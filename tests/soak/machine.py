"""What a figure depends on: the machine, the versions, the commit."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

_ROOT = Path(__file__).parent.parent.parent
_LIBRARIES = ("apache-beam", "confluent-kafka", "kafka-python")


def machine() -> str:
    """Return processor, cores, memory and system in a line."""
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.exists() else None
    name = found[1].strip() if found else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / (1 << 30)
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def versions() -> str:
    """Return the versions of what does the work, in a line."""
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    kafka = re.search(
        r"<artifactId>kafka_[\d.]+</artifactId>\s*<version>([\d.]+)<",
        (_ROOT / "config/broker/pom.xml").read_text(),
    )
    found = {
        "Python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
        "Kafka": kafka[1] if kafka else "unknown",
        "Java": java.split('"')[1] if '"' in java else "unknown",
    }
    return ", ".join(f"{name} {number}" for name, number in found.items())


def commit() -> str:
    """Return the commit that last touched what the service runs, and whether that was changed since."""
    rooms = ("wirewatch", "connectors", "pipelines", "config")
    last = _git("log", "-1", "--format=%h", "--", *rooms) or "unknown"
    return last + (" with changes" if _git("status", "--porcelain", "--", *rooms) else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
