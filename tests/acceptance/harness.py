"""Runs wirewatch's parts as real processes on a config of their own, and reads what a receiver got."""

import base64
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import yaml
from standardwebhooks import Webhook, WebhookVerificationError

from connectors.kafka.clients import open_admin, open_writer
from connectors.kafka.topics import ensure_topics
from tests.offline import PYTHON_PATH
from tests.ports import free_ports
from tests.service.support import copy_shipped
from wirewatch.article import Article
from wirewatch.records import ARTICLES
from wirewatch.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent.parent
TELLING = re.compile(
    r"^wirewatch_(config_info|\w*lag_records|articles_\w+_total|matches_total|alerts_\w*total|outbox_deliveries)\b.*",
    re.MULTILINE,
)
"""Of /metrics, what a failing test's reader asks first: which config is in force, where alerts got stuck."""
PORTS = ("broker", "broker_controller", "broker_health", "pipeline", "notify", "replay", "feeds")


class Receiver:
    """A webhook receiver that verifies every signature with the public library and keeps what came."""

    def __init__(self) -> None:
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []
        self._verify = Webhook(self.secret).verify
        self._server: ThreadingHTTPServer | None = None
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def open(self) -> None:
        """Listen; after `close`, on the same port again."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(receiver.take({k.lower(): v for k, v in self.headers.items()}, body))
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", getattr(self, "port", 0)), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening; safe to call twice."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Check and keep one delivery; return the HTTP status to answer."""
        try:
            self._verify(body, headers)
        except (WebhookVerificationError, ValueError) as error:
            self.refused.append(str(error))
            return 401
        self.keep(headers["webhook-id"], body)
        return 204

    def keep(self, webhook_id: str, body: bytes) -> None:
        """Keep what was delivered."""
        self.received.append((webhook_id, json.loads(body)))

    def ids(self) -> dict[str, set[str]]:
        """Return the webhook ids each watch's alerts came under (opened ones)."""
        found: dict[str, set[str]] = defaultdict(set)
        for webhook_id, alert in self.received:
            if alert["status"] == "opened":
                found[alert["watch"]].add(webhook_id)
        return found


class Service:
    """A config, a data folder, and the parts that run on them. `bootstrap` None: a managed broker."""

    def __init__(self, folder: Path, bootstrap: str | None, receiver: Receiver, **settings: Any) -> None:
        self.config_dir, self.data_dir = folder / "config", folder / "data"
        self.data_dir.mkdir(parents=True)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._write_config(bootstrap, receiver, settings)

    def _write_config(self, bootstrap: str | None, receiver: Receiver, settings: dict[str, Any]) -> None:
        self.config_dir.mkdir(parents=True)
        copy_shipped(self.config_dir, "watches.yaml", "topics.yaml", "actors")
        kafka = {"bootstrap_servers": bootstrap, "topic_prefix": f"a{secrets.token_hex(5)}."}
        kafka.update(settings.pop("kafka", {}))
        document = {
            "kafka": kafka,
            "ports": dict(zip(PORTS, free_ports(len(PORTS)), strict=True)),
            "replay": {"enabled": True},
            **settings,
        }
        (self.config_dir / "wirewatch.yaml").write_text(yaml.safe_dump(document))
        secret = self.data_dir / "secret"
        secret.write_text(receiver.secret)
        secret.chmod(0o600)
        webhook = {"url": receiver.url, "secret_file": str(secret), "allow_private": True}
        routes = {"receivers": [{"name": "test", "webhook": webhook}]}
        (self.config_dir / "routes.yaml").write_text(yaml.safe_dump(routes))

    @property
    def settings(self) -> Settings:
        return load_settings(self.config_dir)

    def start(self, *parts: str, options: tuple[str, ...] = ()) -> None:
        """Start parts as processes, as an operator would."""
        for part in parts:
            log = (self.data_dir / f"{part}.log").open("ab")
            command = [sys.executable, "-m", "wirewatch", part, *options]
            self.processes[part] = subprocess.Popen(
                [*command, "--config", str(self.config_dir), "--data", str(self.data_dir)],
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": PYTHON_PATH},
            )
            log.close()

    def kill(self, part: str) -> None:
        """SIGKILL."""
        self.processes[part].kill()
        self.processes.pop(part).wait(timeout=60)

    def stop(self, part: str, timeout: float = 60) -> int:
        """SIGTERM; return the exit code."""
        self.processes[part].send_signal(signal.SIGTERM)
        return self.wait(part, timeout)

    def wait(self, part: str, timeout: float = 60) -> int:
        """Wait until it ends by itself; return the exit code."""
        return self.processes.pop(part).wait(timeout=timeout)

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait(timeout=60)

    def logs(self) -> str:
        """Return what every part says of itself and the end of its log, for a failing test's message."""
        ends = [f"--- {p.name}\n{p.read_text()[-3000:]}" for p in sorted(self.data_dir.glob("*.log"))]
        return "\n".join([*(self._says(part) for part in self.processes if part in PORTS), *ends])

    def _says(self, part: str) -> str:
        """Return a part's health, config versions in force, lag and counts of alerts."""
        try:
            health, metrics = (self._get(part, path) for path in ("healthz", "metrics"))
        except OSError as error:
            return f"--- {part}: {error}"
        return "\n".join([f"--- {part}: {health.strip()}", *(m[0] for m in TELLING.finditer(metrics))])

    def _get(self, part: str, path: str) -> str:
        port = getattr(self.settings.ports, part)
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=60) as answer:
            return str(answer.read().decode())

    def ready(self, part: str) -> bool:
        """Ask a part's /readyz."""
        port = getattr(self.settings.ports, part)
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def make_topics(self) -> None:
        """Make the topics, as the first part to start would."""
        admin = open_admin(self)
        try:
            ensure_topics(admin, self.settings)
        finally:
            admin.close()

    def produce(self, articles: Iterable[Article], pause: Callable[[int], float] = lambda _: 0.0) -> None:
        """Write articles to `articles`, waiting `pause(n)` seconds after the nth."""
        writer = open_writer(self, client="confluent")
        topic = self.settings.kafka.topic("articles")
        try:
            for number, article in enumerate(articles):
                writer.send(topic, key=article.id.encode(), value=ARTICLES.encode(article))
                if wait := pause(number):
                    writer.flush(10)
                    time.sleep(wait)
            writer.flush(30)
        finally:
            writer.close()


def wait_until(condition: Callable[[], bool], timeout: float, service: Service) -> None:
    """Wait until `condition` holds; fail with the parts' logs."""
    deadline = time.monotonic() + timeout
    while not condition():
        ended = [part for part, process in service.processes.items() if process.poll() is not None]
        assert not ended, f"{ended} ended\n{service.logs()}"
        assert time.monotonic() < deadline, f"not within {timeout} s\n{service.logs()}"
        time.sleep(0.05)
