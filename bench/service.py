"""wirewatch's own parts as processes, on a config of their own, and the broker they share."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import yaml

from bench.processes import free_ports, start, stop
from connectors.kafka.topics import wait_for_broker
from wirewatch.part import PartContext
from wirewatch.resources import default_config_dir
from wirewatch.service.broker import make_broker
from wirewatch.settings import SETTINGS_FILE, Ports, Settings, load_settings

if TYPE_CHECKING:
    import subprocess

SECRET = "whsec_YmVuY2gtc2VjcmV0LW5vdC1zZWNyZXQtYXQtYWxsISE="
PARTS = ("pipeline", "notify", "replay", "broker")


@contextlib.contextmanager
def broker(folder: Path) -> Iterator[str]:
    """Run a broker with its data in `folder`; give its address."""
    port, controller = free_ports(2)
    settings = Settings(ports=Ports(broker=port, broker_controller=controller))
    where = PartContext(settings, default_config_dir(), folder)
    kafka = make_broker(settings, progress=print, config_dir=where.config_dir, data_dir=where.data_dir)
    kafka.start()
    try:
        if not wait_for_broker(where, threading.Event(), lambda _: None, longest_pause=0.2):
            raise SystemExit("bench: the broker does not answer")
        yield kafka.bootstrap
    finally:
        kafka.stop()


class Service:
    """A config and a data folder, and the parts that run on them. Shipped watches, topics and actors."""

    def __init__(
        self, folder: Path, servers: str | None, webhook: str | None = None, **settings: Any
    ) -> None:
        self.config_dir, self.data_dir = folder / "config", folder / "data"
        self.config_dir.mkdir(parents=True)
        self.data_dir.mkdir()
        for name in ("watches.yaml", "topics.yaml", "actors"):
            (self.config_dir / name).symlink_to(default_config_dir() / name)
        names = (*PARTS[:3], "broker_health", "broker", "broker_controller")
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        kafka = {"bootstrap_servers": servers, **settings.pop("kafka", {})}
        document = {"ports": ports, "kafka": kafka, **settings}
        (self.config_dir / SETTINGS_FILE).write_text(yaml.safe_dump(document))
        self._write_routes(webhook)
        self.settings = load_settings(self.config_dir)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def _write_routes(self, url: str | None) -> None:
        secret = self.data_dir / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        webhook = {"url": url or "http://127.0.0.1:9/", "secret_file": str(secret), "allow_private": True}
        routes = {"receivers": [{"name": "bench", "webhook": webhook}]}
        (self.config_dir / "routes.yaml").write_text(yaml.safe_dump(routes))

    def output(self, part: str) -> Path:
        """Return the file that holds what a part printed."""
        return self.data_dir / f"{part}.log"

    def start(self, part: str) -> "subprocess.Popen[bytes]":
        """Start a part (or `up`) as an operator would."""
        folders = ("--config", str(self.config_dir), "--data", str(self.data_dir))
        process = start([sys.executable, "-m", "wirewatch", part, *folders], self.output(part))
        self._processes[part] = process
        return process

    def ready(self, part: str) -> bool:
        """Ask a part's /readyz."""
        url = f"http://127.0.0.1:{self.settings.ports.health(part)}/readyz"
        try:
            with urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def close(self) -> None:
        """End every part, the last started first."""
        while self._processes:
            stop(self._processes.popitem()[1])
