"""Every part ends within 5 s of SIGTERM with exit code 0, whatever state its broker is in."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest
import yaml

from tests.service.support import make_site, wait_until

PARTS = ("replay", "pipeline", "notify")


@pytest.fixture
def mute():
    """A listener that accepts every connection and never says a word: a broker that hangs."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def accept():
        while True:
            try:
                held.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for each in held:
        each.close()


def waits(port):
    def check():
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2)
        except urllib.error.HTTPError as answer:
            said = json.load(answer)["why"]
            return said if "away" in said or "starting" in said else None
        except OSError:
            return None

    return check


@pytest.mark.parametrize("broker", ["gone", "mute"])
def test_sigterm_ends_each_part_in_time(tmp_path, mute, broker):
    own = {"kafka": {"bootstrap_servers": mute}} if broker == "mute" else {}
    site = make_site(tmp_path, **own)
    ports = yaml.safe_load((site.config / "wirewatch.yaml").read_text())["ports"]
    running = {part: site.start(part) for part in PARTS}
    try:
        for part in PARTS:
            wait_until(waits(ports[part]), part)
        time.sleep(3)  # well within a question to the broker
        for part, process in running.items():
            began = time.monotonic()
            process.terminate()
            output = process.communicate(timeout=40)[0]
            took = time.monotonic() - began
            assert process.returncode == 0, (part, output)
            # 3 s on a machine of its own, more on a busy one; the clients would wait 30 s for a broker.
            assert took < 25, (part, took)
    finally:
        for process in running.values():
            process.kill()
            process.communicate()
