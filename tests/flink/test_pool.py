"""The worker pool, with workers whose TaskManager takes their call and says nothing."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from apache_beam.portability.api import beam_fn_api_pb2_grpc as fn_grpc

from tests.offline import PYTHON_PATH
from wirewatch.resources import default_config_dir
from wirewatch.service.flink.pool import UP_SECONDS, WorkerPool


class SaysNothing(fn_grpc.BeamFnControlServicer):
    """Keeps each worker's call open until the test is over."""

    def __init__(self):
        self.called = threading.Event()
        self.over = threading.Event()

    def Control(self, _responses, _context):  # noqa: N802  # gRPC's
        self.called.set()
        self.over.wait(300)
        yield from ()


@pytest.fixture
def control():
    return SaysNothing()


@pytest.fixture
def task_manager(control):
    """Return the address of one."""
    server = grpc.server(ThreadPoolExecutor(8))
    fn_grpc.add_BeamFnControlServicer_to_server(control, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    control.over.set()
    server.stop(None).wait(10)


@pytest.fixture
def pool_of(tmp_path):
    """`pool_of(config_dir)`: a pool whose workers go by that config."""
    made = []

    def make(config_dir):
        made.append(WorkerPool((str(config_dir), str(tmp_path)), tmp_path))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def request(worker, address):
    made = fn_api.StartWorkerRequest(worker_id=worker)
    made.control_endpoint.url = address
    return made


def test_two_jobs_have_workers_of_the_same_id(pool_of, task_manager):
    pool = pool_of(default_config_dir())
    for _ in range(2):
        assert not pool.StartWorker(request("1-1", task_manager), None).error
    assert pool.count() == 2
    pool.StopWorker(fn_api.StopWorkerRequest(worker_id="1-1"), None)
    assert pool.count() == 2  # not the other job's
    pool.StartWorker(request("1-2", task_manager), None)
    pool.StopWorker(fn_api.StopWorkerRequest(worker_id="1-2"), None)
    assert pool.count() == 2
    pool.close()
    assert pool.count() == 0


def test_a_pool_of_a_version_before_starts_a_worker_of_this(control, task_manager, tmp_path):
    """The command line is all that the two agree on, and a pool runs through an upgrade."""
    words = (task_manager, "1-1", str(default_config_dir()), str(tmp_path))
    worker = subprocess.Popen(
        [sys.executable, "-m", "wirewatch.service.flink.worker", *words],
        env={**os.environ, "PYTHONPATH": PYTHON_PATH, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
    )
    try:
        assert control.called.wait(UP_SECONDS)
    finally:
        worker.kill()
        worker.wait()


def test_a_worker_that_ends_as_it_starts_is_told_of(pool_of, task_manager, tmp_path):
    """A TaskManager that believed it had started would wait for its call for ever."""
    (tmp_path / "wirewatch.yaml").write_text("kafka: nonsense\n")
    pool = pool_of(tmp_path)
    told = pool.StartWorker(request("1-1", task_manager), None).error
    assert told == "the worker 1-1 did not start: it exited before it connected; see the worker pool's log"
    assert pool.count() == 0


def test_a_worker_that_does_not_come_to_call_is_ended(pool_of, task_manager, monkeypatch):
    monkeypatch.setattr("wirewatch.service.flink.pool.UP_SECONDS", 0.01)
    pool = pool_of(default_config_dir())
    assert "it has not connected after 0.01 s" in pool.StartWorker(request("1-1", task_manager), None).error
    assert pool.count() == 0
