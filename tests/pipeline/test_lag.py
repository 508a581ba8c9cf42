"""The watch over lag and broker goes on whatever it meets."""

import threading

import structlog

from connectors.kafka.protocols import BrokerAwayError
from pipelines.lag import watch_lag


class Access:
    """Opens one reader whose answers are given: an error is raised, anything else returned."""

    def __init__(self, stop, answers, *, fails=()):
        self.stop, self.answers, self.fails, self.closed = stop, answers, list(fails), False

    def reader(self):
        if self.fails:
            raise self.fails.pop(0)
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


def test_an_unforeseen_failure_does_not_end_it():
    stop, said = threading.Event(), []
    access = Access(stop, [KeyError("x"), BrokerAwayError("no answer"), {}])
    with structlog.testing.capture_logs() as logs:
        watch_lag(stop, access, lambda: None, said.append, every=0.0)
    assert [line["event"] for line in logs] == ["lag_unknown"]
    assert said == ["no answer", None]
    assert access.closed


def test_a_reader_that_cannot_be_opened_is_said_and_tried_again():
    stop, said = threading.Event(), []
    access = Access(stop, [{}], fails=[OSError("too many open files")])
    with structlog.testing.capture_logs() as logs:
        watch_lag(stop, access, lambda: None, said.append, every=0.0)
    assert [line["event"] for line in logs] == ["lag_unknown"]
    assert said == [None]
