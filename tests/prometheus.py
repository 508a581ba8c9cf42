"""A real Prometheus with the config and rules that are shipped, scraping parts that a test runs."""

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ports import free_port

SHIPPED = Path(__file__).parent.parent / "config" / "prometheus"
PROGRAM = shutil.which("prometheus")
needs_prometheus = pytest.mark.skipif(
    PROGRAM is None, reason="Prometheus is not installed (Debian: prometheus)"
)


class Prometheus:
    """A running Prometheus. Queries return what its API calls `result`."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **values: Any) -> Any:
        query = f"?{urllib.parse.urlencode(values)}" if values else ""
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}{query}", timeout=10) as answer:
            return json.load(answer)["data"]

    def now(self, expr: str) -> list[dict[str, Any]]:
        return self.get("query", query=expr)["result"]

    def over(self, expr: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        return self.get("query_range", query=expr, start=start, end=end, step=step)["result"]

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False


@contextmanager
def prometheus(folder: Path, ports: Mapping[str, int], *, every: str = "1s") -> Iterator[Prometheus]:
    """Run Prometheus in `folder` on these ports of the parts; scrapes and rules come `every` so long."""
    config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": every, "evaluation_interval": every}
    config["rule_files"] = [str(SHIPPED / pattern) for pattern in config["rule_files"]]
    del config["alerting"]
    config["scrape_configs"][0]["static_configs"] = [
        {"targets": [f"127.0.0.1:{port}"], "labels": {"part": part}} for part, port in ports.items()
    ]
    with running(folder, yaml.safe_dump(config)) as started:
        yield started


@contextmanager
def running(folder: Path, config: str) -> Iterator[Prometheus]:
    """Run Prometheus in `folder` on a prometheus.yml of this text."""
    assert PROGRAM is not None, "see needs_prometheus"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "prometheus.yml"
    file.write_text(config)
    port = free_port()
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                PROGRAM,
                f"--config.file={file}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--enable-feature=exemplar-storage",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        yield Prometheus(port)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
