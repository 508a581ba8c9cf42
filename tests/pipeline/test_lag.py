"""What is measured beside the work goes on being measured whatever it meets."""

import threading

import structlog

from connectors.kafka.protocols import BrokerAwayError
from pipelines.part.measuring import keep_measuring
from pipelines.source.lag import Lag
from wirewatch.part import utc_now


class Access:
    """Opens one reader whose answers are given: an error is raised, anything else returned."""

    def __init__(self, answers, *, fails=()):
        self.answers, self.fails, self.closed = list(answers), list(fails), False

    def reader(self):
        if self.fails:
            raise self.fails.pop(0)
        return self

    def bounds(self, positions):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self):
        self.closed = True


def measured(access):
    """Measure until all answers are given; return what was said and the events that were logged."""
    stop, said, lag = threading.Event(), [], Lag(access, utc_now)

    def end():
        if not access.answers:
            stop.set()

    with structlog.testing.capture_logs() as logs:
        keep_measuring(stop, lambda: said.append(lag.measure()), end, every=0.0)
    lag.close()
    return said, [line["event"] for line in logs]


def test_an_unforeseen_failure_ends_neither_it_nor_what_is_measured_beside():
    access = Access([KeyError("x"), BrokerAwayError("no answer"), {}])
    assert measured(access) == (["no answer", None], ["measuring_failed"])
    assert access.closed


def test_a_reader_that_cannot_be_opened_is_said_and_tried_again():
    assert measured(Access([{}], fails=[OSError("too many open files")])) == ([None], ["measuring_failed"])
