"""Starts and ends the Python workers that TaskManagers of this host ask for.

Beam's own pool listens on every address and starts whatever `python` is on PATH; this one starts the
interpreter that it runs in, and listens where it is told: who reaches it has his own code run.
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
"""Within which a worker has called its TaskManager: all of a host start at once, and import Beam."""
_AT_ONCE = 64
"""Workers that may be starting: all that a TaskManager asks for, which waits for each."""


class WorkerPool(fn_grpc.BeamFnExternalWorkerPoolServicer):  # type: ignore[misc]  # generated, untyped
    """Keeps the workers with the ids that TaskManagers gave them, each counting from 1 for each job."""

    def __init__(self, arguments: tuple[str, ...], metrics: Path) -> None:
        """Make a pool whose workers are given `arguments` and leave their metrics in the folder `metrics`."""
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
        """Start a worker that speaks to the TaskManager that asks; answer once it does.

        The TaskManager waits for ever for a worker that it was told has started: told of the error, it fails
        the job, which starts anew.
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
        why = f"it has not called after {UP_SECONDS:g} s" if said is None else "it ended before it called"
        return fn_api.StartWorkerResponse(
            error=f"the worker {request.worker_id} does not start, {why}: the worker pool's log says more"
        )

    def _start(self, request: fn_api.StartWorkerRequest, up: int) -> "subprocess.Popen[bytes]":
        """Start a worker that writes to the file descriptor `up` once it has called."""
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
        """End a worker, unless several have this id: whose is meant is not said, and it ends with its job."""
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
        """Drop what a dead worker's gauges said; its counters go on counting."""
        mark_process_dead(worker.pid, str(self._metrics))  # type: ignore[no-untyped-call]
