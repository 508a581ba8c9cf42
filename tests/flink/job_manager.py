"""A JobManager's REST API that says of each job what a test tells it to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipelines.engines.flink.options import job_name

NAME = job_name("wirewatch", "ab12")


class Cluster:
    """A JobManager that says of each job what it is told to."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.names: dict[str, str] = {}
        """Those that are not NAME."""
        self.failures: dict[str, str] = {}
        """What a job failed of: it runs no task, and takes no savepoint."""
        self.past: dict[str, str] = {}
        """What a job failed of before it got over it."""
        cluster = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = cluster.answer(self.path.partition("?")[0].strip("/").split("/"))
                self._say(200 if body else 404, body or {"errors": ["not found"]})

            def do_POST(self):
                job = self.path.split("/")[2]
                failed = job in cluster.failures
                body = {"errors": ["not all tasks run"]} if failed else {"request-id": "7"}
                self._say(409 if failed else 202, body)

            def do_PATCH(self):
                cluster.states[self.path.split("/")[2].partition("?")[0]] = "CANCELED"
                self._say(202, {})

            def _say(self, code, body):
                self.send_response(code)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, path):
        match path:
            case ["jobs", "overview"]:
                return {"jobs": [self._known(job) for job in self.states]}
            case ["jobs", job]:
                status = "SCHEDULED" if job in self.failures else "RUNNING"
                return {"state": self.states[job], "vertices": [{"status": status, "parallelism": 1}]}
            case ["jobs", job, "exceptions"]:
                failure = self.failures.get(job) or self.past.get(job)
                return {"exceptionHistory": {"entries": [{"stacktrace": failure}] if failure else []}}
            case ["jobs", job, "savepoints", _]:
                self.states[job] = "FINISHED"
                return {"status": {"id": "COMPLETED"}, "operation": {"location": f"file:/{job}/savepoint"}}
            case ["jobs", job, "checkpoints"]:
                stopped = self.states[job] == "FINISHED"
                savepoint = {"id": 75, "external_path": f"file:/{job}/savepoint"} if stopped else None
                checkpoint = {"id": 74, "external_path": f"file:/{job}/chk-74"}
                counts = {"completed": 74, "failed": 20, "restored": 0}
                return {"counts": counts, "latest": {"completed": checkpoint, "savepoint": savepoint}}
        return None

    def _known(self, job):
        name = self.names.get(job, NAME)
        return {"jid": job, "name": name, "state": self.states[job], "start-time": 1}

    @property
    def port(self):
        return self.server.server_port
