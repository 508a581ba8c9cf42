"""The small HTTP server of every part: /metrics, /healthz, /readyz."""

import io
import json
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from prometheus_client import REGISTRY, CollectorRegistry

from wirewatch import __version__
from wirewatch.errors import ConfigError
from wirewatch.part import Health
from wirewatch.service import metrics

MAX_CONNECTIONS = 16
"""Answered at once; more are closed unanswered."""
CONNECTION_SECONDS = 5
"""How long a client may take to send its request in all, and then to take the answer."""


class HealthServer:
    """Answers on `bind`:`port` until closed; port 0 takes a free one (see `port`)."""

    def __init__(
        self, health: Health, *, part: str, bind: str, port: int, registry: CollectorRegistry = REGISTRY
    ) -> None:
        """Start answering, with the metrics of `registry`. Raises ConfigError when the port is taken."""
        handler = type("Handler", (_Handler,), {"health": health, "part": part, "registry": registry})
        try:
            self._server = _Server((bind, port), handler)
        except OSError as error:
            raise ConfigError(
                f"{part} cannot listen on {bind}:{port}: {error.strerror}; "
                "stop what listens there or set another under `ports` in wirewatch.yaml"
            ) from error
        metrics.BUILD.labels(version=__version__, part=part).set(1)
        metrics.tell_ready(health)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client: object) -> None:
        if not self._slots.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client: object
    ) -> None:
        try:
            super().process_request_thread(request, client)
        finally:
            self._slots.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that went away is not news."""


class _UntilDeadline(io.RawIOBase):
    """Reads a socket until a moment that no trickle of bytes can put off."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401  # any buffer
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Handler(BaseHTTPRequestHandler):
    health: ClassVar[Health]
    part: ClassVar[str]
    registry: ClassVar[CollectorRegistry]
    server_version = "wirewatch"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.rfile = io.BufferedReader(_UntilDeadline(self.connection, CONNECTION_SECONDS))

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            accept = self.headers.get("Accept", "")
            self._answer(200, *metrics.exposition(accept, self.registry))
        elif path in {"/healthz", "/readyz"}:
            ready, why = self.health.state()
            body = {
                "part": self.part,
                "pid": os.getpid(),
                "version": __version__,
                "ready": ready,
                "why": why,
                "config": {name: state._asdict() for name, state in self.health.configs().items()},
            }
            status = 503 if path == "/readyz" and not ready else 200
            self._answer(status, "application/json", json.dumps(body).encode() + b"\n")
        else:
            self._answer(404, "text/plain", b"try /metrics, /healthz or /readyz\n")

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.connection.settimeout(CONNECTION_SECONDS)  # for a whole sendall
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Say nothing: a scrape is not news."""
