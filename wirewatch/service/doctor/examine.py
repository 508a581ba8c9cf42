"""All checks, in the order in which one would look."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from wirewatch.service.doctor import config, feeds, kafka, machine, outside
from wirewatch.service.doctor.check_result import CheckResult, guarded
from wirewatch.service.doctor.service_user import as_service
from wirewatch.service.place import Place

_OF_FILES: Final = ("data", "config", "secrets", "feeds")
"""Checks that ask what the service may read and write."""


def examine(
    place: Place, *, now: Callable[[], datetime], prometheus: str, send_test: bool
) -> Iterator[CheckResult]:
    """Yield what each check finds, as it finds it. Receivers hear a test alert if asked."""
    checks: list[tuple[str, Callable[[], Iterator[CheckResult]]]] = [
        ("java", lambda: machine.java(place)),
        ("disk", lambda: machine.disk(place)),
        ("data", lambda: machine.data(place)),
        ("clock", lambda: machine.clock(now())),
        ("config", lambda: config.config(place)),
        ("config", lambda: config.settings(place)),
        ("secrets", lambda: config.secrets(place)),
        ("ports", lambda: machine.ports(place)),
        ("broker", lambda: kafka.broker(place)),
        ("feeds", lambda: feeds.feeds(place, now())),
    ]
    if send_test:
        checks.append(("receiver", lambda: outside.receivers(place, now)))
    checks.append(("prometheus", lambda: outside.prometheus(place, prometheus)))
    for name, check in checks:
        if name not in _OF_FILES:
            yield from guarded(name, check, place.options)
            continue
        with as_service(place):
            found = list(guarded(name, check, place.options))
        yield from found
