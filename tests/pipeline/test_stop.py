"""Readiness told by several, and a run that ends in time."""

import threading
import time

import pytest

from pipelines.part.readiness import Readiness
from pipelines.part.until_stopped import run_until_stopped
from wirewatch.part import Health


def test_ready_only_when_nothing_is_in_the_way():
    health = Health()
    readiness = Readiness(health)
    readiness.waiting("engine", "trying again")
    readiness.fine("broker")
    assert health.state() == (False, "trying again")
    readiness.waiting("broker", "away")
    readiness.fine("engine")
    assert health.state() == (False, "away")
    readiness.fine("broker")
    assert health.state() == (True, "ready")


def test_a_run_that_ends_by_itself_stops_what_runs_beside_it():
    stop = threading.Event()
    assert run_until_stopped(lambda: None, stop, within=60)
    assert stop.is_set()


def test_what_the_run_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        run_until_stopped(lambda: 1 / 0, threading.Event(), within=60)


def test_a_run_that_hears_the_stop_is_waited_for():
    stop, done = threading.Event(), []

    def run():
        stop.wait()
        time.sleep(0.1)
        done.append(True)

    threading.Timer(0.05, stop.set).start()
    assert run_until_stopped(run, stop, within=60)
    assert done == [True]


def test_a_run_that_hangs_is_left_behind():
    stop, hang = threading.Event(), threading.Event()
    stop.set()
    started = time.monotonic()
    assert not run_until_stopped(hang.wait, stop, within=0.1)
    assert time.monotonic() - started < 30
    hang.set()
