"""All checks, in the order in which one would look."""

from collections.abc import Callable, Iterator
from datetime import datetime

from wirewatch.service.doctor import config, kafka, machine, outside
from wirewatch.service.doctor.finding import Finding, guarded
from wirewatch.service.place import Place


def examine(
    place: Place, *, now: Callable[[], datetime], prometheus: str, send_test: bool
) -> Iterator[Finding]:
    """Yield what each check finds, as it finds it. Receivers hear a test alert if asked."""
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("java", lambda: machine.java(place)),
        ("disk", lambda: machine.disk(place)),
        ("data", lambda: machine.data(place)),
        ("clock", lambda: machine.clock(now())),
        ("config", lambda: config.config(place)),
        ("config", lambda: config.settings(place)),
        ("secrets", lambda: config.secrets(place)),
        ("ports", lambda: machine.ports(place)),
        ("broker", lambda: kafka.broker(place)),
    ]
    if send_test:
        checks.append(("receiver", lambda: outside.receivers(place, now)))
    checks.append(("prometheus", lambda: outside.prometheus(place, prometheus)))
    for name, check in checks:
        yield from guarded(name, check)
