"""Starts and stops the Python workers that TaskManagers of this host ask for.

Beam's own pool listens on every address and starts whatever `python` is on PATH. This one starts the
interpreter that it runs in, and listens only where it is told: whoever can connect to it can run code.
"""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import grpc
import structlog
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from apache_beam.portability.api import beam_fn_api_pb2_grpc as fn_grpc
from prometheus_client.multiprocess import mark_process_dead

log = structlog.get_logger(__name__)

STOP_SECONDS = 5.0
UP_SECONDS = 120.0
"""How long a worker may take to connect to its TaskManager: all of a host start at once, importing Beam."""
_AT_ONCE = 64
"""How many workers may be starting at a time: a TaskManager waits for each that it asks for."""


class WorkerPool(fn_grpc.BeamFnExternalWorkerPoolServicer):  # type: ignore[misc]  # generated, untyped
    """The workers, by the ids that TaskManagers gave them; each TaskManager counts from 1 for each job."""

    def __init__(self, arguments: tuple[str, ...], metrics: Path) -> None:
        """Make a pool whose workers get `arguments` and write their metrics to the folder `metrics`."""
        self._arguments = arguments
        self._metrics = metrics
        self._workers: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._lock = threading.Lock()
        self._server: grpc.Server | None = None

    def start(self, address: str) -> None:
        """Listen. Raises RuntimeError when the address is taken."""
        self._server = grpc.server(ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pool"))
        fn_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(self, self._server)
        self._server.add_insecure_port(address)
        self._server.start()

    def close(self) -> None:
        """End all workers and stop listening."""
        if self._server is not None:
            self._server.stop(0)
        with self._lock:
            workers, self._workers = self._workers, []
        for _, worker in workers:
            self._end(worker)

    def count(self) -> int:
        """Return how many workers run; forgets those that ended by themselves."""
        with self._lock:
            for name, worker in self._workers:
                if (code := worker.poll()) is not None:
                    log.warning("worker_ended", worker=name, pid=worker.pid, exit_code=code)
                    self._forget(worker)
            self._workers = [each for each in self._workers if each[1].returncode is None]
            return len(self._workers)

    def StartWorker(self, request: fn_api.StartWorkerRequest, _context: object) -> fn_api.StartWorkerResponse:  # noqa: N802
        """Start a worker for the TaskManager that asks; answer once the worker has connected to it.

        A TaskManager waits for ever for a worker that is said to have started. If it gets an error instead,
        it fails the job, which then restarts.
        """
        up, up_writes = os.pipe()
        with os.fdopen(up, "rb") as called:
            try:
                worker = self._start(request, up_writes)
            except OSError as error:
                return fn_api.StartWorkerResponse(error=f"a worker cannot be started: {error}")
            finally:
                os.close(up_writes)
            said = called.read(1) if select.select([called], [], [], UP_SECONDS)[0] else None
        if said:
            return fn_api.StartWorkerResponse()
        self._end(worker)
        why = (
            f"it has not connected after {UP_SECONDS:g} s"
            if said is None
            else "it exited before it connected"
        )
        return fn_api.StartWorkerResponse(
            error=f"the worker {request.worker_id} did not start: {why}; see the worker pool's log"
        )

    def _start(self, request: fn_api.StartWorkerRequest, up: int) -> "subprocess.Popen[bytes]":
        """Start a worker that writes to the file descriptor `up` once it has connected."""
        command = [
            sys.executable,
            "-m",
            "wirewatch.service.flink.worker",
            request.control_endpoint.url,
            request.worker_id,
            *self._arguments,
            str(up),
        ]
        worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=self._environment(), pass_fds=(up,))
        log.info("worker_started", worker=request.worker_id, pid=worker.pid)
        with self._lock:
            self._workers.append((request.worker_id, worker))
        return worker

    def StopWorker(self, request: fn_api.StopWorkerRequest, _context: object) -> fn_api.StopWorkerResponse:  # noqa: N802
        """Stop a worker; not if several have its id: which is meant is unknown, and it ends with its job."""
        with self._lock:
            meant = [
                each for each in self._workers if each[0] == request.worker_id and each[1].poll() is None
            ]
            if len(meant) != 1:
                return fn_api.StopWorkerResponse()
            self._workers.remove(meant[0])
        self._end(meant[0][1])
        return fn_api.StopWorkerResponse()

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(self._metrics)}

    def _end(self, worker: "subprocess.Popen[bytes]") -> None:
        with suppress(ProcessLookupError):
            worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        log.info("worker_stopped", pid=worker.pid)
        self._forget(worker)

    def _forget(self, worker: "subprocess.Popen[bytes]") -> None:
        """Drop a dead worker's gauges; its counters still count."""
        mark_process_dead(worker.pid, str(self._metrics))  # type: ignore[no-untyped-call]
