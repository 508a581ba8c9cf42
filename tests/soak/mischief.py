"""Doing the faults to a real service, and undoing them."""

import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import yaml

from connectors.kafka.clients import open_writer
from tests.acceptance.harness import Service
from tests.soak.faults import Fault
from tests.soak.receiver import LongReceiver
from tests.soak.sampling import part_processes

BROKEN = {"watches.yaml": "- id: broken\n  when: (\n", "feeds.yaml": ""}
"""How a file is broken; others get a name that nothing knows."""
BAD_RECORDS = (b"not json", b"{}", b"\xff\xfe\x00", b'{"v": 1, "id": 7}')
_RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Council</title>{items}</channel></rss>"""
_ITEM = "<item><title>The council weighs bridge {n}</title><link>https://council.example/{n}</link></item>"


class FeedServer:
    """A feed with a new entry at every poll; while `bad` it answers 500."""

    def __init__(self) -> None:
        feed = self
        self.bad = False
        self.polls = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/feed" or feed.bad:  # robots.txt is not there; out of order it says 500
                    self.send_error(500 if self.path == "/feed" else 404)
                    return
                body = feed.body()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/feed"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def body(self) -> bytes:
        self.polls += 1
        items = "".join(_ITEM.format(n=n) for n in range(max(0, self.polls - 20), self.polls))
        return _RSS.format(items=items).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Mischief:
    """`begin` a fault, `end` it later; one of each kind at a time."""

    def __init__(self, service: Service, receiver: LongReceiver, feed: FeedServer) -> None:
        self._service = service
        self._receiver = receiver
        self._feed = feed
        self._frozen: list[psutil.Process] = []
        self._kept: dict[Path, str] = {}

    def begin(self, fault: Fault) -> None:
        if fault.kind == "kill":
            self._kill(fault.what)
        elif fault.kind == "broker stopped":
            self._frozen = [self._processes()["kafka"]]
            self._frozen[0].suspend()
        elif fault.kind == "receiver down":
            self._receiver.status = 500
        elif fault.kind == "bad config":
            self._break(self._service.config_dir / fault.what)
        elif fault.kind == "bad article":
            self._write_bad_records()
        elif fault.kind == "bad feed":
            self._feed.bad = True
        else:
            raise ValueError(fault.kind)

    def end(self, fault: Fault) -> None:
        if fault.kind == "broker stopped":
            self._frozen[0].resume()
            self._frozen = []
        elif fault.kind == "receiver down":
            self._receiver.status = None
        elif fault.kind == "bad config":
            path = self._service.config_dir / fault.what
            path.write_text(self._kept.pop(path))
        elif fault.kind == "bad feed":
            self._feed.bad = False

    def close(self) -> None:
        """Let nothing stay frozen."""
        for process in self._frozen:
            process.resume()

    def _processes(self) -> dict[str, psutil.Process]:
        return part_processes(self._service.processes["up"].pid)

    def _kill(self, part: str) -> None:
        self._processes()[part].send_signal(signal.SIGKILL)  # of the broker: its wrapper, Kafka goes with it

    def _break(self, path: Path) -> None:
        self._kept[path] = path.read_text()
        path.write_text(BROKEN.get(path.name, yaml.safe_dump({"nonsense": True})))

    def _write_bad_records(self) -> None:
        service = self._service
        writer = open_writer(service, client="confluent")
        try:
            for value in BAD_RECORDS:
                writer.send(service.settings.kafka.topic("articles"), key=b"bad", value=value)
            writer.flush(60)
        finally:
            writer.close()
