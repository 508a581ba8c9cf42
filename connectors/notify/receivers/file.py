"""A file of JSON lines, and standard output: for scripts, and for looking on.

A disk of the network, a named pipe or the reader of standard output may hold up a write for ever.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from pydantic import Field

from connectors.aside import Lane
from connectors.notify.outcomes import Answer, DeliveryOutcome
from connectors.notify.receivers.options import Options
from connectors.notify.receivers.telling import Request, Telling
from connectors.notify.store import Delivery

_STDOUT = 1


class FileConfig(Options):
    """`file:` of a receiver in routes.yaml."""

    path: Annotated[str, Field(min_length=1)]
    """Relative to the config folder; `{data}` is the data folder."""
    max_bytes: Annotated[int, Field(ge=1 << 16, le=1 << 34)] = 64 << 20
    """At this size the file becomes `PATH.1`, that one `PATH.2`, …"""
    keep: Annotated[int, Field(ge=1, le=100)] = 5
    """How many older files are kept."""


class StdoutConfig(Options):
    """`stdout:` of a receiver in routes.yaml: `stdout: {}`."""


def line(receiver: str, telling: Telling) -> bytes:
    """Return one line of JSON: id, receiver, when, group and the alerts as they are."""
    return (
        msgspec.json.encode(
            {
                "id": telling.id,
                "receiver": receiver,
                "at": telling.at,
                "group": dict(telling.group),
                "alerts": [msgspec.Raw(_one_line(raw)) for raw in telling.raw],
            }
        )
        + b"\n"
    )


def _one_line(raw: bytes) -> bytes:
    # A line break in JSON text stands between its tokens: a blank does as well.
    return raw.replace(b"\n", b" ").replace(b"\r", b" ")


class FileReceiver:
    """Appends a line a delivery; the line is on disk when it counts as delivered."""

    def __init__(self, name: str, config: FileConfig, *, path: Path, timeout: float) -> None:
        self.name = name
        self._config = config
        self._path = path
        self._lane = Lane(f"receiver {name}", timeout=timeout)

    def render(self, telling: Telling) -> bytes:
        """Return the line."""
        return line(self.name, telling)

    def request(self, delivery: Delivery, at: datetime) -> Request:  # noqa: ARG002
        """Return what is appended, and to what."""
        return Request("APPEND", str(self._path), {}, delivery.body)

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:  # noqa: ARG002
        """Append the line once."""
        return await _written(self._lane, lambda: self._append(delivery.body), str(self._path))

    def _append(self, data: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered: what a buffer holds when a write fails is written at the close, behind the cut.
        with self._path.open("ab", buffering=0) as file:
            start = file.tell()
            try:
                _write(file.fileno(), data)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(start)  # half a line would spoil the next one
                raise
            size = file.tell()
        if size >= self._config.max_bytes:
            self._turn_over()

    def _turn_over(self) -> None:
        names = [self._path.with_name(f"{self._path.name}.{n}") for n in range(1, self._config.keep + 1)]
        for older, newer in zip(reversed(names), [*reversed(names[:-1]), self._path], strict=True):
            if newer.exists():
                newer.replace(older)

    async def close(self) -> None:
        """Do nothing: the file is open only while it is written."""


class StdoutReceiver:
    """Prints a line a delivery."""

    def __init__(self, name: str, *, timeout: float) -> None:
        self.name = name
        self._lane = Lane(f"receiver {name}", timeout=timeout)

    def render(self, telling: Telling) -> bytes:
        """Return the line."""
        return line(self.name, telling)

    def request(self, delivery: Delivery, at: datetime) -> Request:  # noqa: ARG002
        """Return what is printed."""
        return Request("PRINT", "stdout", {}, delivery.body)

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:  # noqa: ARG002
        """Print the line once."""
        return await _written(self._lane, lambda: _write(_STDOUT, delivery.body), "stdout")

    async def close(self) -> None:
        """Do nothing."""


async def _written(lane: Lane, write: Callable[[], None], where: str) -> Answer:
    """Return what came of `write`; what is held up may still be written, and is then told twice."""
    try:
        await lane.call(write)
    except TimeoutError:
        return Answer(DeliveryOutcome.TIMEOUT, detail=f"{where}: takes nothing in time")
    except OSError as error:
        return Answer(DeliveryOutcome.UNREACHABLE, detail=f"{where}: {error.strerror or error}")
    return Answer(DeliveryOutcome.DELIVERED)


def _write(descriptor: int, data: bytes) -> None:
    # Past Python's buffers: of standard output's, the end of the process would wait for the lock, and abort.
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
