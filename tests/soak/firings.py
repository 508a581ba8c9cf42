"""What fired in a run, held against its faults: each rule in its own fault's window, and no other. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tests.soak.faults import Fault, Rule

_MINUTE: Final = 60.0
_HOUR: Final = 3600.0


class Window(NamedTuple):
    """When a rule's alert belongs to a fault, in seconds."""

    fires: float
    """From the fault's beginning, at most."""
    clears: float
    """From its end, at most."""


# What the rule waits for and looks back at (config/prometheus/rules), and a minute or two for a busy machine.
WINDOWS: Final = {
    "DeadLetters": Window(1 * _MINUTE, (15 + 1) * _MINUTE),
    "ConfigNotLoaded": Window((2 + 1) * _MINUTE, 1 * _MINUTE),
    "PartRestarting": Window(1.5 * _MINUTE, (15 + 2) * _MINUTE),
    # Over at the first delivery after the outage: the probe of an open circuit; and held for a minute.
    "ReceiverFails": Window((5 + 1) * _MINUTE, (1 + 2) * _MINUTE),
    # From the first that is late. What met the outage twice is delivered up to 13 minutes after it, and late.
    "DeliveryObjectiveBurnsFast": Window(6 * _MINUTE, (30 + 13 + 1) * _MINUTE),
    "DeliveryObjectiveBurnsSlowly": Window((15 + 6) * _MINUTE, 6 * _HOUR),
}


@dataclass(frozen=True)
class Firing:
    """An alert of Prometheus, from when to when (seconds since the run began); None: it still fires."""

    name: str
    labels: str
    began: float
    ended: float | None

    def of(self, rule: Rule) -> bool:
        """Say whether it is the alert of `rule`."""
        return self.name == rule.name and rule.of in self.labels.split(", ")


def firings(observed: Iterable[tuple[float, frozenset[tuple[str, str]]]]) -> list[Firing]:
    """Return what fired, from (when, (name, labels) of each alert that fired then) in order of time."""
    running: dict[tuple[str, str], float] = {}
    found: list[Firing] = []
    for at, now in observed:
        over = [one for one in running if one not in now]
        found += [Firing(*one, began=running.pop(one), ended=at) for one in over]
        for alert in now:
            running.setdefault(alert, at)
    found += [Firing(*alert, began=began, ended=None) for alert, began in running.items()]
    return sorted(found, key=lambda firing: firing.began)


def due(fault: Fault, end: float) -> list[Rule]:
    """Return the rules that must have fired for `fault` by `end`, in seconds since the run began."""
    return [rule for rule in fault.fires if fault.at * _MINUTE + WINDOWS[rule.name].fires <= end]


def seen(rule: Rule, fault: Fault, fired: Iterable[Firing]) -> list[Firing]:
    """Return the alerts of `rule` for `fault`: that began in its window, or went on from an earlier one."""
    at = fault.at * _MINUTE
    return [
        one
        for one in fired
        if one.of(rule)
        and (_begins(one, fault) or (one.began < at and (one.ended is None or one.ended >= at)))
    ]


def missing(faults: Sequence[Fault], fired: Sequence[Firing], end: float) -> list[str]:
    """Return what should have fired for a fault by `end` and did not in its window."""
    return [
        f"{rule.name} ({rule.of}) after {fault.label} at minute {fault.at:g}"
        for fault in faults
        for rule in due(fault, end)
        if not seen(rule, fault, fired)
    ]


def unexpected(faults: Sequence[Fault], fired: Iterable[Firing], end: float) -> list[Firing]:
    """Return what began in the window of no fault that makes it fire, or outlived those; `end` of the run."""
    return [one for one in fired if (end if one.ended is None else one.ended) > _may_last(one, faults)]


def _may_last(one: Firing, faults: Sequence[Fault]) -> float:
    """Return until when `one` may fire; before its beginning when it may not. Faults stand in order."""
    last = -1.0
    for fault in faults:
        if not any(map(one.of, fault.fires)):
            continue
        if _begins(one, fault) or one.began < fault.at * _MINUTE <= last:  # the next keeps it up
            last = max(last, fault.at * _MINUTE + fault.seconds + WINDOWS[one.name].clears)
    return last


def _begins(one: Firing, fault: Fault) -> bool:
    return 0 <= one.began - fault.at * _MINUTE <= WINDOWS[one.name].fires
