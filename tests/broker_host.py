"""Runs the test run's one broker: `python -m tests.broker_host DIR RUNNER_PID`.

Started by whichever pytest worker needs Kafka first. It ends the broker and itself when told (SIGTERM) or
when the process RUNNER_PID, the pytest that was started, is gone: no broker outlives its tests.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import psutil

from connectors.kafka.topics import wait_for_broker
from tests.ports import free_ports
from wirewatch.part import PartContext
from wirewatch.resources import default_config_dir
from wirewatch.service.broker import make_broker
from wirewatch.service.broker.process import Broker
from wirewatch.settings import Settings


def broker_settings(**more: object) -> Settings:
    """Return settings of a managed broker on free ports."""
    port, controller = free_ports(2)
    return Settings(ports={"broker": port, "broker_controller": controller}, broker={"heap": "384m"}, **more)


def start_broker(settings: Settings, folder: Path) -> Broker:
    """Start a broker with its data in `folder` and return it once it answers."""
    broker = make_broker(
        settings,
        config_dir=default_config_dir(),
        data_dir=folder,
        progress=lambda line: print(line, flush=True),
    )
    broker.start()
    try:
        wait_until_answers(broker, settings, folder)
    except BaseException:
        broker.kill()
        raise
    return broker


def wait_until_answers(broker: Broker, settings: Settings, folder: Path, timeout: float = 60) -> None:
    """Wait until the broker answers; raises when it ends or does not within `timeout` seconds."""
    deadline = time.monotonic() + timeout

    def check(why: str) -> None:
        assert broker.alive(), f"the broker ended: {broker.last_words()}"
        assert time.monotonic() < deadline, f"no answer after {timeout} s: {why}; {broker.last_words()}"

    where = PartContext(settings, default_config_dir(), folder)
    wait_for_broker(where, threading.Event(), check, longest_pause=0.2)


def main(folder: Path, runner: int) -> None:
    stop = threading.Event()

    def on_term(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_term)
    broker = start_broker(broker_settings(), folder)
    try:
        ready = folder / "bootstrap.new"
        ready.write_text(broker.bootstrap, encoding="ascii")
        ready.rename(folder / "bootstrap")
        while not stop.wait(0.5) and psutil.pid_exists(runner):
            assert broker.alive(), f"the broker ended: {broker.last_words()}"
    finally:
        broker.stop()


if __name__ == "__main__":
    os.setsid()
    main(Path(sys.argv[1]), int(sys.argv[2]))
