"""What is said when something else, or nothing, answers where the JobManager should."""

import socket
import threading

import pytest

from pipelines.engines.flink.rest import FlinkRest
from tests.ports import free_ports
from wirewatch.errors import DependencyMissingError, WirewatchError


def http(body: bytes, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (size, body)


@pytest.fixture
def answering():
    """`answering(words)`: the address of a server that says these to whoever asks, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    words = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(words[0])

    def start(said):
        words.append(said)
        threading.Thread(target=serve, daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(http(b"<html>Welcome</html>"), id="a web page"),
        pytest.param(http(b'{"status": "ok"}'), id="another API"),
        pytest.param(http(b"[1, 2]"), id="a list"),
        pytest.param(http(b'{"jobs": [{"id": 1}]}'), id="other jobs"),
        pytest.param(http(b'{"jobs"', length=100), id="half an answer"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="no HTTP"),
    ],
)
def test_somebody_else_is_named(answering, said):
    rest = FlinkRest(answering(said))
    with pytest.raises(
        WirewatchError, match=r"at 127\.0\.0\.1:\d+ is not a Flink JobManager: check flink\.ma"
    ):
        rest.jobs()
    assert rest.slots() == 0


@pytest.mark.parametrize("said", [pytest.param(b"", id="hangs up"), pytest.param(None, id="nobody")])
def test_nobody_is_said_with_what_to_do(answering, said):
    address = f"127.0.0.1:{free_ports(1)[0]}" if said is None else answering(said)
    with pytest.raises(
        DependencyMissingError, match=r"does not answer at 127\.0\.0\.1.*`wirewatch flink up`"
    ):
        FlinkRest(address).jobs()
