"""Asks the parts how they are, over HTTP as anyone else would."""

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MAX_BODY = 4 << 20
TIMEOUT = 1.0
CONFIG_METRIC = "wirewatch_config_info"
ARTICLES_METRIC = "wirewatch_articles_read_total"

_SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Probe:
    """What a part said. `answers` is False when nobody listened."""

    answers: bool = False
    ready: bool = False
    why: str = "starting"
    version: str | None = None
    config_version: str | None = None
    articles: float | None = None


def get(bind: str, port: int, path: str) -> tuple[int, bytes] | None:
    """Return (status, body) of GET `path`; None when nobody answers within a second."""
    connection = http.client.HTTPConnection(reachable(bind), port, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(MAX_BODY)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def reachable(bind: str) -> str:
    """Return an address of this machine at which a listener on `bind` answers."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104  # compared, not bound


def samples(text: str, name: str) -> list[tuple[Mapping[str, str], float]]:
    """Return (labels, value) of each sample called `name` in a Prometheus exposition."""
    return [
        (dict(_LABEL.findall(match[2] or "")), float(match[3]))
        for match in _SAMPLE.finditer(text)
        if match[1] == name
    ]


def probe(bind: str, port: int) -> Probe:
    """Ask the part that listens on `port` for its readiness and metrics."""
    answer = get(bind, port, "/readyz")
    if answer is None:
        return Probe()
    try:
        said = json.loads(answer[1])
        ready, why, version = bool(said["ready"]), str(said["why"]), str(said["version"])
    except (ValueError, KeyError, TypeError):
        return Probe(why=f"port {port} is answered by something else")
    metrics = get(bind, port, "/metrics")
    text = metrics[1].decode("utf-8", "replace") if metrics else ""
    config = samples(text, CONFIG_METRIC)
    articles = samples(text, ARTICLES_METRIC)
    return Probe(
        answers=True,
        ready=ready,
        why=why,
        version=version,
        config_version=config[-1][0].get("version") if config else None,
        articles=sum(value for _, value in articles) if articles else None,
    )


@dataclass
class Prober:
    """Probes parts (name → port) every second from a thread of its own."""

    bind: str
    ports: Mapping[str, int]
    clock: Callable[[], float] = time.monotonic
    _probes: dict[str, Probe] = field(default_factory=dict)
    _differ_since: float | None = None
    _rate: float | None = None
    _counted: tuple[float, float] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start probing."""
        threading.Thread(target=self._run, name="prober", daemon=True).start()

    def stop(self) -> None:
        """Stop probing."""
        self._stop.set()

    def of(self, part: str) -> Probe:
        """Return the last answer of `part`."""
        with self._lock:
            return self._probes.get(part, Probe())

    def differ_for(self) -> float | None:
        """Return for how many seconds the config versions of the parts have differed; None: they do not."""
        with self._lock:
            return None if self._differ_since is None else self.clock() - self._differ_since

    def articles(self) -> tuple[float | None, float | None]:
        """Return (articles so far, articles a second) of the pipeline."""
        with self._lock:
            return (self._counted[1] if self._counted else None), self._rate

    def round(self) -> None:
        """Ask every part once."""
        for part, port in self.ports.items():
            answer = probe(self.bind, port)
            with self._lock:
                self._probes[part] = answer
        with self._lock:
            now = self.clock()
            versions = {p.config_version for p in self._probes.values() if p.config_version}
            self._differ_since = (self._differ_since or now) if len(versions) > 1 else None
            self._count(now, self._probes.get("pipeline", Probe()).articles)

    def _count(self, now: float, articles: float | None) -> None:
        if articles is None:
            self._counted = self._rate = None
            return
        if self._counted and articles >= self._counted[1] and now > self._counted[0]:
            self._rate = (articles - self._counted[1]) / (now - self._counted[0])
        self._counted = (now, articles)

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            self.round()
