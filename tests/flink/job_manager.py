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
        self.failures: dict[str, str] = {}
        cluster = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = cluster.answer(self.path.partition("?")[0].strip("/").split("/"))
                self.send_response(200 if body else 404)
                self.end_headers()
                self.wfile.write(json.dumps(body or {"errors": ["not found"]}).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, path):
        match path:
            case ["jobs", "overview"]:
                return {"jobs": [{"jid": job, "name": NAME, "state": state, "start-time": 1}
                                 for job, state in self.states.items()]}  # fmt: skip
            case ["jobs", job]:
                return {"state": self.states[job], "vertices": [{"status": "RUNNING", "parallelism": 1}]}
            case ["jobs", job, "exceptions"]:
                failure = self.failures.get(job)
                return {"exceptionHistory": {"entries": [{"stacktrace": failure}] if failure else []}}
            case ["jobs", job, "checkpoints"]:
                stopped = self.states[job] == "FINISHED"
                savepoint = {"id": 75, "external_path": f"file:/{job}/savepoint"} if stopped else None
                checkpoint = {"id": 74, "external_path": f"file:/{job}/chk-74"}
                counts = {"completed": 74, "failed": 20, "restored": 0}
                return {"counts": counts, "latest": {"completed": checkpoint, "savepoint": savepoint}}
        return None

    @property
    def port(self):
        return self.server.server_port
