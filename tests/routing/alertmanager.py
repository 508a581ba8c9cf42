"""A real Alertmanager for a test: on free ports, told to call a receiver of ours, ended by its pid."""

import contextlib
import json
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.ports import free_ports

BINARY = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
_PATIENCE = 30


@dataclass
class Sink:
    """What Alertmanager told, by the path it called."""

    url: str = ""
    told: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@contextlib.contextmanager
def sink() -> Iterator[Sink]:
    """Run a receiver of Alertmanager's webhooks."""
    found = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.told.setdefault(self.path.strip("/"), []).append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Alertmanager:
    """A running one."""

    url: str

    def post(self, path: str, body: object) -> Any:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            said = answer.read()
        return json.loads(said) if said else None

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=_PATIENCE) as answer:
            return json.loads(answer.read())


@contextlib.contextmanager
def alertmanager(folder: Path, config: dict[str, Any]) -> Iterator[Alertmanager]:
    """Run Alertmanager with `config`."""
    assert BINARY is not None
    file = folder / "alertmanager.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    (port,) = free_ports(1)
    with (folder / "alertmanager.log").open("w") as log:
        process = subprocess.Popen(
            [
                BINARY,
                f"--config.file={file}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
    running = Alertmanager(f"http://127.0.0.1:{port}")
    try:
        _wait_until_ready(running, process, folder / "alertmanager.log")
        yield running
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(running: Alertmanager, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            running.get("/api/v2/status")
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(log.read_text()) from None
            time.sleep(0.1)
        else:
            return
