"""A savepoint is followed to its end, also while the JobManager is away for a moment."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipelines.engines.flink import notes, resume, savepoints
from pipelines.engines.flink.rest import FlinkRest
from wirewatch.errors import WirewatchError

DONE = {"status": {"id": "COMPLETED"}, "operation": {"location": "file:/kept"}}
FAILED = {
    "status": {"id": "COMPLETED"},
    "operation": {"failure-cause": {"stack-trace": "IOException: full\n"}},
}
RUNNING = {"status": {"id": "IN_PROGRESS"}}
AWAY = None
UNKNOWN = {"errors": ["There is no savepoint operation with triggerId=7"]}
KNOWN = {
    "/jobs/job": {"state": "RUNNING", "vertices": [{"status": "RUNNING"}]},
    "/jobs/job/exceptions": {"exceptionHistory": {"entries": []}},
}


@pytest.fixture
def job_manager():
    """`job_manager(*answers)`: one that takes a savepoint and says these of it, one a question."""
    servers = []

    def start(*answers):
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self._say({"request-id": "7"})

            def do_GET(self):
                self._say(KNOWN.get(self.path.partition("?")[0]) or left.pop(0))

            def _say(self, body):
                self.send_response(503 if body is AWAY else 404 if body is UNKNOWN else 200)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_):
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return FlinkRest(f"127.0.0.1:{servers[-1].server_port}")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_where_a_job_stopped_is_remembered_though_the_jobmanager_was_away_meanwhile(job_manager, tmp_path):
    rest = job_manager(RUNNING, AWAY, AWAY, DONE)
    assert savepoints.stop(rest, "job", tmp_path, "ab12", sleep=lambda _: None) == "file:/kept"
    assert resume.point(rest, tmp_path, None) == notes.Point("file:/kept", "ab12")


def test_of_a_savepoint_that_does_not_come_it_is_said_how_to_find_out(job_manager, tmp_path, monkeypatch):
    monkeypatch.setattr(savepoints, "WAIT_SECONDS", 0.0)
    with pytest.raises(
        WirewatchError, match=r"not complete after 0 s, and may still be: `wirewatch flink st"
    ):
        savepoints.stop(job_manager(RUNNING), "job", tmp_path, "ab12", sleep=lambda _: None)


def test_a_jobmanager_that_took_over_does_not_know_what_became_of_it(job_manager, tmp_path):
    with pytest.raises(WirewatchError, match=r"it is not known what became of the savepoint .*flink status"):
        savepoints.stop(job_manager(RUNNING, UNKNOWN), "job", tmp_path, "ab12", sleep=lambda _: None)


def test_a_savepoint_that_failed_is_said_and_not_remembered(job_manager, tmp_path):
    with pytest.raises(
        WirewatchError, match=r"the savepoint failed, but the job keeps running: IOException: full$"
    ):
        savepoints.stop(job_manager(RUNNING, FAILED), "job", tmp_path, "ab12", sleep=lambda _: None)
    assert resume.point(job_manager(), tmp_path, None) is None
