"""Are the ports of the service free? Asked before anything starts.

A service whose ports another one holds would take that one's broker for its own, and its answers for theirs.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from wirewatch.errors import ConfigError
from wirewatch.service.broker.home import Home
from wirewatch.service.place import Place
from wirewatch.settings import Settings

PATIENCE_SECONDS = 10.0
"""How long the ports of a service that was killed may take to be free: its Kafka still closes its log."""
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Listener:
    """Where a part will listen, and the setting that says so."""

    setting: str
    host: str
    port: int


def listeners(settings: Settings, place: Place) -> list[Listener]:
    """Return every address that the parts of `settings` will listen on."""
    ports = settings.ports
    found = [
        Listener(ports.health_setting(part), settings.bind, ports.health(part)) for part in settings.parts()
    ]
    found += of_broker(settings, place)
    if settings.feeds.enabled and settings.feeds.websub_callback:
        found.append(Listener("websub", settings.bind, ports.websub))
    if settings.notify.api.enabled:
        found.append(Listener("api", settings.bind, ports.api))
    if settings.demo.receiver:
        found.append(Listener("receiver", "127.0.0.1", ports.receiver))
    return found


def of_broker(settings: Settings, place: Place) -> list[Listener]:
    """Return what a managed broker listens on.

    None where a Kafka of this data folder was left behind: the broker part ends it.
    """
    if not settings.managed_broker or Home(place.data_dir / "broker").pid.exists():
        return []
    ports = settings.ports
    return [
        Listener("broker", "127.0.0.1", ports.broker),
        Listener("broker_controller", "127.0.0.1", ports.broker_controller),
    ]


def wait_until_free(
    wanted: Sequence[Listener],
    stop: threading.Event,
    say: Callable[[str], None],
    *,
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Return once all of `wanted` are free, or `stop` is set.

    `say` is told, once, what is waited for. Raises ConfigError naming the first that is still taken after
    `patience` seconds.
    """
    deadline = time.monotonic() + patience
    said = False
    while (held := next((one for one in wanted if not is_free(one)), None)) and not stop.is_set():
        if time.monotonic() > deadline:
            raise _taken(held)
        if not said:
            say(f"waiting for port {held.port} (ports.{held.setting}) to become free")
            said = True
        stop.wait(_POLL_SECONDS)


def refuse_taken(wanted: Sequence[Listener]) -> None:
    """Raise ConfigError naming the first of `wanted` where somebody listens now."""
    for one in wanted:
        if not is_free(one):
            raise _taken(one)


def _taken(held: Listener) -> ConfigError:
    return ConfigError(
        f"port {held.port} is taken{holder(held.port)}: stop what listens there, or set another as "
        f"ports.{held.setting} in wirewatch.yaml"
    )


def is_free(listener: Listener) -> bool:
    """Return whether nobody listens there."""
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what only lingers does not count
        try:
            tried.bind((listener.host, listener.port))
        except OSError:
            return False
    return True


def holder(port: int) -> str:
    """Return ` by java (pid 123)` when that can be known."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,)
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass  # another user's
    return ""
