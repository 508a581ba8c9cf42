"""Asks the parts how they are, over HTTP as anyone else would."""

import http.client
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

MAX_BODY = 4 << 20
TIMEOUT = 1.0
LATE_SECONDS = 10.0
"""A round this long after the one before tells nothing of the parts: this process itself was held up."""
RATE_SECONDS = 5
"""What a rate is the average of; also the rounds that are remembered."""
SETTINGS_METRIC = "wirewatch_settings_info"
ARTICLES_METRIC = "wirewatch_articles_read_total"
UNSENT_METRIC = "wirewatch_replay_pending_articles"

_SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([-+.\deE]+)(?: \d+)?$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Probe:
    """What a part said. `answers` is False when nobody listened."""

    answers: bool = False
    ready: bool = False
    why: str = "starting"
    pid: int | None = None
    version: str | None = None
    settings_version: str | None = None
    """Of wirewatch.yaml: every part has one."""
    configs: Mapping[str, str] = field(default_factory=dict)
    """The version of each config that the part reads again when it changes, by name."""
    config_errors: tuple[str, ...] = ()
    """What is wrong with their files, so that the last good ones stay in force."""
    articles: float | None = None
    unsent: float | None = None
    """Articles that replay has still to send."""


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
    """Return (labels, value) of each sample called `name` with a finite value in a Prometheus exposition."""
    return [
        (dict(_LABEL.findall(match[2] or "")), value)
        for match in _SAMPLE.finditer(text)
        if match[1] == name and (value := _number(match[3])) is not None
    ]


def probe(bind: str, port: int) -> Probe:
    """Ask the part that listens on `port` for its readiness and metrics."""
    answer = get(bind, port, "/readyz")
    if answer is None:
        return Probe()
    try:
        said = json.loads(answer[1])
        ready, why, version = bool(said["ready"]), str(said["why"]), str(said["version"])
        pid = int(said["pid"])
        configs = {str(name): state for name, state in said.get("config", {}).items()}
        versions = {name: str(state["version"]) for name, state in configs.items()}
        errors = tuple(str(state["error"]) for state in configs.values() if state["error"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return Probe(why=f"port {port} is answered by something else")
    metrics = get(bind, port, "/metrics")
    text = metrics[1].decode("utf-8", "replace") if metrics else ""
    return Probe(
        answers=True,
        ready=ready,
        why=why,
        pid=pid,
        version=version,
        settings_version=_version(text, SETTINGS_METRIC),
        configs=versions,
        config_errors=errors,
        articles=_total(text, ARTICLES_METRIC),
        unsent=_total(text, UNSENT_METRIC),
    )


def _differ(probes: Iterable[Probe]) -> bool:
    """Return whether two parts run different versions of the settings, or of one config."""
    versions: dict[str, set[str]] = {}
    for probe in probes:
        settings = [("settings", probe.settings_version)] if probe.settings_version else []
        for name, version in chain(settings, probe.configs.items()):
            versions.setdefault(name, set()).add(version)
    return any(len(found) > 1 for found in versions.values())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _version(text: str, name: str) -> str | None:
    found = samples(text, name)
    return found[-1][0].get("version") if found else None


def _total(text: str, name: str) -> float | None:
    """Return the sum of the samples called `name`; None when there is no such metric."""
    if f"# TYPE {name} " not in text:
        return None
    return sum(value for _, value in samples(text, name))


@dataclass
class Prober:
    """Probes parts (name → port) every second from a thread of its own."""

    bind: str
    ports: Mapping[str, int]
    clock: Callable[[], float] = time.monotonic
    _probes: dict[str, Probe] = field(default_factory=dict)
    _differ_since: float | None = None
    _silent_since: dict[str, float] = field(default_factory=dict)
    _noted: float | None = None
    _earlier: float = 0.0
    """Articles that the pipeline's earlier processes counted."""
    _counted: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=RATE_SECONDS + 1))
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

    def silent_for(self, part: str) -> float:
        """Return for how many seconds `part` had not answered at the last round; 0 when it did."""
        with self._lock:
            since = self._silent_since.get(part)
            return 0.0 if since is None or self._noted is None else self._noted - since

    def differ_for(self) -> float | None:
        """Return for how many seconds the parts have run different config; None: they do not."""
        with self._lock:
            return None if self._differ_since is None else self.clock() - self._differ_since

    def articles(self) -> tuple[float | None, float | None]:
        """Return (articles so far, articles a second) of the pipeline, its earlier processes included."""
        with self._lock:
            if not self._counted:
                return None, None
            (first, before), (last, now) = self._counted[0], self._counted[-1]
            return now, (now - before) / (last - first) if last > first else None

    def round(self) -> None:
        """Ask every part once."""
        self.note({part: probe(self.bind, port) for part, port in self.ports.items()})

    def note(self, probes: Mapping[str, Probe]) -> None:
        """Take `probes` as the latest answers."""
        with self._lock:
            now = self.clock()
            self._note_silence(probes, now)
            self._probes = dict(probes)
            if not _differ(probes.values()):
                self._differ_since = None
            elif self._differ_since is None:
                self._differ_since = now
            self._count(now, probes.get("pipeline", Probe()).articles)

    def _note_silence(self, probes: Mapping[str, Probe], now: float) -> None:
        if self._noted is not None and now - self._noted > LATE_SECONDS:
            self._silent_since = {}
        self._noted = now
        silent = [part for part, probe in probes.items() if not probe.answers]
        self._silent_since = {part: self._silent_since.get(part, now) for part in silent}

    def _count(self, now: float, articles: float | None) -> None:
        if articles is None:
            return  # it is away for a moment
        if self._counted and articles < self._counted[-1][1] - self._earlier:
            self._earlier = self._counted[-1][1]  # it was started again, and counts from 0
            self._counted.clear()
        self._counted.append((now, self._earlier + articles))

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            self.round()
