"""New alerts on the screen: a history it cannot read must not end the service."""

import dataclasses

import pytest

from connectors.notify.store import DATABASE, open_database
from tests.notify.support import T0, Outbox, arrival
from wirewatch.service.screen.alert_tail import AlertTail


class Screen:
    def __init__(self):
        self.alerts = 0

    def alert(self, alert):
        self.alerts += 1


@pytest.mark.parametrize("body", [b'{"v": 99}', b"not an alert"], ids=["of a newer wirewatch", "damaged"])
def test_an_alert_it_cannot_read_ends_nothing(tmp_path, body):
    now = [0.0]
    outbox = Outbox(open_database(tmp_path / DATABASE))
    tail, screen = AlertTail(tmp_path / DATABASE, lambda: now[0]), Screen()
    outbox.take_in("alerts", [arrival("a")], {0: 1}, now=T0)
    tail.tell(screen)
    now[0] = 3.0
    tail.tell(screen)
    assert screen.alerts == 1
    outbox.take_in("alerts", [dataclasses.replace(arrival("b"), body=body)], {0: 2}, now=T0)
    for second in range(4, 8):
        now[0] = second
        tail.tell(screen)
    assert screen.alerts == 1
    outbox.close()
