"""The broker as a child process: start, watch, stop, and start again on what a killed one left."""

import contextlib
import re
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from wirewatch.errors import AlreadyRunningError, WirewatchError
from wirewatch.service.broker.home import Home, format_storage, properties
from wirewatch.service.broker.leftover import end_leftover
from wirewatch.service.tether import tied

STOP_GRACE = 8.0  # `up` has 10 s in all for everything; a clean stop takes about one

_ERROR = re.compile(r"\b(?:ERROR|FATAL)\b")
_THROWN = re.compile(r"(?:[a-z_]\w*\.)+[A-Z]\w*")
"""How a stack trace begins: the full name of a Java class."""


@dataclass
class Broker:
    """One single-node Kafka on 127.0.0.1 with its data in `home`.

    Start it from a thread that lives as long as the broker shall: Linux ends the child with the thread.
    """

    home: Home
    java: str
    jars: Path
    template: str
    """Text of server.properties without what depends on the machine."""
    log4j: Path
    port: int
    controller_port: int
    heap: str = "512m"
    _process: "subprocess.Popen[bytes] | None" = None
    _lock: FileLock = field(init=False)

    def __post_init__(self) -> None:
        self._lock = FileLock(self.home.lock)

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Java's process id while it is thought to run."""
        return self._process.pid if self._process else None

    def alive(self) -> bool:
        """Whether Java runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start Java; does not wait until it answers.

        Raises AlreadyRunningError when another process runs the broker of this folder, WirewatchError when a
        port is taken or Kafka refuses the folder.
        """
        self.home.root.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            raise AlreadyRunningError(f"{self.home.root}: another wirewatch runs the broker there") from None
        try:
            end_leftover(self.home)
            _refuse_taken_port(self.port, "ports.broker")
            _refuse_taken_port(self.controller_port, "ports.broker_controller")
            self._write_files()
            self._process = self._spawn()
        except BaseException:
            self._lock.release()
            raise

    def stop(self, grace: float = STOP_GRACE) -> None:
        """Stop Java cleanly, by force after `grace` seconds. Safe to call twice, or when it never started."""
        self._end(signal.SIGTERM, grace)

    def kill(self) -> None:
        """End Java as a power cut would."""
        self._end(signal.SIGKILL, 0)

    def last_words(self) -> str:
        """Return why Java ended, as far as its last output tells."""
        for path, pick in ((self.home.kafka_log, cause), (self.home.output, _last)):
            with contextlib.suppress(OSError):
                if found := pick(_tail(path).splitlines()):
                    return found[:300]
        return "it said nothing"

    def _write_files(self) -> None:
        config = properties(self.template, port=self.port, controller_port=self.controller_port)
        if not self.home.log.exists():
            format_storage(self.home, java=self.java, jars=self.jars, config=config)
        self.home.properties.write_text(config, encoding="latin-1")

    def _spawn(self) -> "subprocess.Popen[bytes]":
        command = [
            self.java,
            f"-Xmx{self.heap}",
            "-Xms64m",
            "-XX:+UseSerialGC",
            # Half the processor time of a start and of the first minutes; a broker of this size never earns
            # back what the second compiler takes.
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
        ]
        command += ["-Djava.awt.headless=true", f"-Dlog4j2.configurationFile={self.log4j.resolve().as_uri()}"]
        command += [
            self.home.mark,
            "-cp",
            f"{self.jars.resolve()}/*",
            "kafka.Kafka",
            self.home.properties.name,
        ]
        with self.home.output.open("wb") as output:
            process = subprocess.Popen(
                tied(command, signal.SIGTERM),
                cwd=self.home.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal is for the wrapper, which stops Java in order.
                start_new_session=True,
            )
        self.home.pid.write_text(str(process.pid), encoding="ascii")
        return process

    def _end(self, sign: signal.Signals, grace: float) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(sign)
            try:
                process.wait(grace or None)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process is not None:
            self.home.pid.unlink(missing_ok=True)
        self._process = None
        self._lock.release()


def cause(lines: Sequence[str]) -> str:
    """Return why Kafka ended by the lines of its log; "" where there is no error.

    What it logs last says only that it exits; why is in the stack trace below: its head, and who says
    most of its innermost cause.
    """
    last = max((n for n, line in enumerate(lines) if _ERROR.search(line)), default=None)
    if last is None:
        return ""
    trace = [line.strip() for line in lines[last + 1 :]]
    head = next(iter(trace), "")
    if not _THROWN.match(head):
        return lines[last].strip()
    causes = [line for line in trace if line.startswith("Caused by: ")]
    inmost = causes[-1].rpartition(": ")[2] if causes else ""
    fullest = next(line for line in (head, *causes) if inmost in line)
    return head if fullest == head else f"{head}; {fullest}"


def _last(lines: Sequence[str]) -> str:
    return lines[-1].strip() if lines else ""


def _refuse_taken_port(port: int, setting: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as Java does: closed connections don't count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise WirewatchError(
                f"the broker cannot listen on 127.0.0.1:{port} ({error.strerror}): stop what listens there, "
                f"or set {setting} in wirewatch.yaml"
            ) from error


def _tail(path: Path, size: int = 16_384) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - size))
        return file.read().decode("utf-8", "replace")
