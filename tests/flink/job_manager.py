"""A JobManager's REST API that says of each job what a test tells it to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipelines.engines.flink.options import job_name

NAME = job_name("wirewatch", "ab12")
SETTING_UP = {
    "errors": [
        "Internal server error.",
        """<Exception on server side:
org.apache.flink.runtime.dispatcher.UnavailableDispatcherOperationException: Unable to get JobMasterGateway \
for initializing job. The requested operation is not available while the JobManager is initializing.
\tat org.apache.flink.runtime.dispatcher.Dispatcher.getJobMasterGateway(Dispatcher.java:1495)
""",
    ]
}


class Cluster:
    """A JobManager that says of each job what it is told to."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.names: dict[str, str] = {}
        """Those that are not NAME."""
        self.failures: dict[str, str] = {}
        """What a job failed of: it runs no task, and takes no savepoint."""
        self.began: dict[str, str] = {}
        """What a job began with; it has made no checkpoint yet."""
        self.past: dict[str, str] = {}
        """What a job failed of before it got over it."""
        self.forgets = False
        """Whether it is started anew when a job is cancelled, and knows none then."""
        self.forgets_when_asked = False
        """Whether it is started anew once it has said how a job is, and knows none then."""
        self.ends_first = False
        """Whether a job ends by itself just before it is cancelled."""
        cluster = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked = self.path.partition("?")[0].strip("/").split("/")
                body = cluster.answer(asked)
                if cluster.forgets_when_asked and asked[1:] in [[job] for job in cluster.states]:
                    cluster.states = {}
                code = 500 if body is SETTING_UP else 200 if body else 404
                self._say(code, body or {"errors": ["not found"]})

            def do_POST(self):
                job = self.path.split("/")[2]
                failed = job in cluster.failures
                body = {"errors": ["not all tasks run"]} if failed else {"request-id": "7"}
                self._say(409 if failed else 202, body)

            def do_PATCH(self):
                job = self.path.split("/")[2].partition("?")[0]
                cluster.states[job] = "FAILED" if cluster.ends_first else "CANCELED"
                if cluster.forgets:
                    cluster.states.clear()
                if cluster.ends_first:
                    self._say(409, {"errors": ["it has ended"]})
                else:
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
        body = None
        match path:
            case ["jobs", "overview"]:
                body = {"jobs": [self._known(job) for job in self.states]}
            case ["jobs", job, *_] if job not in self.states:
                pass
            case ["jobs", job]:
                status = "SCHEDULED" if job in self.failures else "RUNNING"
                body = {"state": self.states[job], "vertices": [{"status": status, "parallelism": 1}]}
            case ["jobs", job, "exceptions"]:
                failure = self.failures.get(job) or self.past.get(job)
                body = {"exceptionHistory": {"entries": [{"stacktrace": failure}] if failure else []}}
            case ["jobs", job, "savepoints", _]:
                self.states[job] = "FINISHED"
                body = {"status": {"id": "COMPLETED"}, "operation": {"location": f"file:/{job}/savepoint"}}
            case ["jobs", job, "config"] if self.states[job] == "INITIALIZING":
                body = {"jid": job, "execution-config": {"user-config": {}}}
            case ["jobs", job, "config"]:
                begun = {"savepointPath": self.began[job]} if job in self.began else {}
                body = {"execution-config": {"user-config": {"streaming": "true", **begun}}}
            case ["jobs", job, "checkpoints"] if self.states[job] == "INITIALIZING":
                body = SETTING_UP
            case ["jobs", job, "checkpoints"]:
                counts = {"completed": 74, "failed": 20, "restored": 0}
                body = {"counts": counts, "latest": self._latest(job)}
        return body

    def _latest(self, job):
        paths = {"completed": (74, f"file:/{job}/chk-74")}
        if self.states[job] == "FINISHED":
            paths["savepoint"] = (75, f"file:/{job}/savepoint")
        if job in self.began:
            paths = {"restored": (9, self.began[job])}
        known = {kind: {"id": number, "external_path": path} for kind, (number, path) in paths.items()}
        return {"completed": None, "savepoint": None, "restored": None, **known}

    def _known(self, job):
        name = self.names.get(job, NAME)
        return {"jid": job, "name": name, "state": self.states[job], "start-time": 1}

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self):
        return self.server.server_port
