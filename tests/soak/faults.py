"""The faults of the long run, what must fire for each, and what is said of a run afterwards. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Fault:
    """A fault at `at` minutes that lasts `seconds`; `fires` are the alert rules that must see it.

    `kind` names what is done (see mischief), `what` to whom. Most must fire nothing: they are over before a
    person need know.
    """

    at: float
    kind: str
    what: str = ""
    seconds: float = 0.0
    fires: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The fault in words."""
        lasting = f" for {self.seconds:g} s" if self.seconds else ""
        return f"{self.kind}{f' {self.what}' if self.what else ''}{lasting}"


def _fires(*names: str) -> frozenset[str]:
    return frozenset(names)


_OUTAGE = _fires("ReceiverFails", "DeliveryObjectiveBurnsFast", "DeliveryObjectiveBurnsSlowly")

PLAN = (
    Fault(1, "kill", "pipeline"),
    # Long enough to count as failing (5 min). What comes later than 60 s spends the objective: so much in
    # half an hour that both of its alerts tell, the slow one after its 15 minutes.
    Fault(2, "receiver down", seconds=350, fires=_OUTAGE),
    Fault(3, "bad article", fires=_fires("DeadLetters")),
    # While the receiver is down: its five minutes go on.
    Fault(4, "kill", "notify"),
    Fault(5, "broker stopped", seconds=30),
    Fault(6, "bad feed", seconds=120),
    Fault(7, "bad config", "routes.yaml", seconds=30),
    Fault(8, "kill", "pipeline"),
    Fault(9, "bad config", "watches.yaml", seconds=200, fires=_fires("ConfigNotLoaded")),
    Fault(10, "kill", "broker"),
    Fault(11, "bad article", fires=_fires("DeadLetters")),
    # The third within a quarter of an hour.
    Fault(12, "kill", "pipeline", fires=_fires("PartRestarting")),
    Fault(13, "broker stopped", seconds=30),
    Fault(14, "kill", "feeds"),
    Fault(15, "bad config", "routes.yaml", seconds=60),
    Fault(16, "bad feed", seconds=60),
    Fault(17, "kill", "feeds"),
    Fault(18, "bad config", "topics.yaml", seconds=60),
    Fault(19, "broker stopped", seconds=30),
    Fault(20, "kill", "notify"),
    Fault(21, "bad feed", seconds=60),
    Fault(22, "kill", "broker"),
    Fault(23, "bad config", "watches.yaml", seconds=60),
    Fault(24, "kill", "notify"),
    Fault(25, "broker stopped", seconds=30),
    Fault(26, "bad config", "feeds.yaml", seconds=60),
    Fault(27, "bad feed", seconds=30),
    Fault(28, "kill", "notify", fires=_fires("PartRestarting")),
)
"""One a minute; the last minute is left to come to rest."""


_NOT_BEFORE = {"DeliveryObjectiveBurnsSlowly": 18.0}
"""Minutes from its fault to the earliest that a rule can fire, where that is long."""


def plan(minutes: float) -> list[Fault]:
    """Return the faults of a run of so many minutes that end before it does, with what can fire in it."""
    end = minutes - 0.5
    return [
        replace(fault, fires=frozenset(n for n in fault.fires if fault.at + _NOT_BEFORE.get(n, 0.0) <= end))
        for fault in PLAN
        if fault.at + fault.seconds / 60 <= end
    ]


@dataclass(frozen=True)
class Firing:
    """An alert of Prometheus, from when to when (seconds since the run began); None: it still fires."""

    name: str
    labels: str
    began: float
    ended: float | None


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


def unexpected(faults: Sequence[Fault], fired: Iterable[Firing]) -> list[Firing]:
    """Return what fired though no fault before it had to make it."""
    return [
        one
        for one in fired
        if not any(one.name in fault.fires and one.began >= fault.at * 60 for fault in faults)
    ]


def missing(faults: Sequence[Fault], fired: Sequence[Firing]) -> list[str]:
    """Return what should have fired for a fault and did not fire at any time after it began."""
    return [
        f"{name} after {fault.label} at minute {fault.at:g}"
        for fault in faults
        for name in sorted(fault.fires)
        if not any(one.name == name and (one.ended or 1e9) >= fault.at * 60 for one in fired)
    ]
