"""The watch over lag and broker goes on whatever it meets."""

import threading

import structlog

from connectors.kafka.protocols import BrokerAwayError
from pipelines.engines import run_embedded


class Access:
    """Opens one reader whose answers are given: an error is raised, anything else returned."""

    def __init__(self, stop, answers):
        self.stop, self.answers, self.closed = stop, answers, False

    def reader(self):
        return self

    def bounds(self, positions):
        answer = self.answers.pop(0)
        if not self.answers:
            self.stop.set()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self):
        self.closed = True


class Told:
    def __init__(self):
        self.said = []

    def fine(self, what):
        self.said.append("fine")

    def waiting(self, what, why):
        self.said.append(why)


def test_an_unforeseen_failure_does_not_end_it(monkeypatch):
    monkeypatch.setattr(run_embedded, "LAG_SECONDS", 0.0)
    stop, told = threading.Event(), Told()
    access = Access(stop, [KeyError("x"), BrokerAwayError("no answer"), {}])
    with structlog.testing.capture_logs() as logs:
        run_embedded._watch_lag(stop, told, access, lambda: None)
    assert [line["event"] for line in logs] == ["lag_unknown"]
    assert told.said == ["broker is away: no answer", "fine"]
    assert access.closed
