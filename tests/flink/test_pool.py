"""The worker pool, with workers whose TaskManager takes their call and says nothing."""

import socket

import pytest
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api

from wirewatch.resources import default_config_dir
from wirewatch.service.flink.pool import WorkerPool


@pytest.fixture
def pool(tmp_path):
    pool = WorkerPool((str(default_config_dir()), str(tmp_path)), tmp_path)
    yield pool
    pool.close()


def test_two_jobs_have_workers_of_the_same_id(pool):
    with socket.create_server(("127.0.0.1", 0)) as task_manager:
        request = fn_api.StartWorkerRequest(worker_id="1-1")
        request.control_endpoint.url = f"127.0.0.1:{task_manager.getsockname()[1]}"
        for _ in range(2):
            assert not pool.StartWorker(request, None).error
        assert pool.count() == 2
        pool.StopWorker(fn_api.StopWorkerRequest(worker_id="1-1"), None)
        assert pool.count() == 2  # not the other job's
        request.worker_id = "1-2"
        pool.StartWorker(request, None)
        pool.StopWorker(fn_api.StopWorkerRequest(worker_id="1-2"), None)
        assert pool.count() == 2
        pool.close()
        assert pool.count() == 0
