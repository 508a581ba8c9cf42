"""The faults of the long run, and what must fire for each. What did is judged in firings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple


class Rule(NamedTuple):
    """An alert rule of the shipped ones, of the subject that the fault is about."""

    name: str
    of: str
    """A label that its alert carries: `part=notify`."""


@dataclass(frozen=True)
class Fault:
    """A fault at `at` minutes that lasts `seconds`; `fires` are the rules that must see it.

    `kind` names what is done (see mischief), `what` to whom. Most must fire nothing: they are over before a
    person need know.
    """

    at: float
    kind: str
    what: str = ""
    seconds: float = 0.0
    fires: tuple[Rule, ...] = ()

    @property
    def label(self) -> str:
        """The fault in words."""
        lasting = f" for {self.seconds:.0f} s" if self.seconds else ""
        return f"{self.kind}{f' {self.what}' if self.what else ''}{lasting}"


_OUTAGE = tuple(
    Rule(name, "receiver=test")
    for name in ("ReceiverFails", "DeliveryObjectiveBurnsFast", "DeliveryObjectiveBurnsSlowly")
)
_UNDECODABLE = (Rule("DeadLetters", "reason=undecodable"),)

PLAN = (
    Fault(1, "kill", "pipeline"),
    # Long enough to count as failing (5 min). What comes later than 60 s spends the objective: so much in
    # half an hour that both of its alerts tell, the slow one after its 15 minutes.
    Fault(2, "receiver down", seconds=350, fires=_OUTAGE),
    Fault(3, "bad article", fires=_UNDECODABLE),
    # While the receiver is down: its five minutes go on.
    Fault(4, "kill", "notify"),
    Fault(5, "broker stopped", seconds=30),
    Fault(6, "bad feed", seconds=120),
    Fault(7, "bad config", "routes.yaml", seconds=30),
    Fault(8, "kill", "pipeline"),
    Fault(9, "bad config", "watches.yaml", seconds=200, fires=(Rule("ConfigNotLoaded", "config=watches"),)),
    Fault(10, "kill", "broker"),
    Fault(11, "bad article", fires=_UNDECODABLE),
    # The third within a quarter of an hour.
    Fault(12, "kill", "pipeline", fires=(Rule("PartRestarting", "part=pipeline"),)),
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
    Fault(28, "kill", "notify", fires=(Rule("PartRestarting", "part=notify"),)),
)
"""One a minute; the last minute is left to come to rest."""


def plan(minutes: float) -> list[Fault]:
    """Return the faults of a run of so many minutes that are over before it is."""
    return [fault for fault in PLAN if fault.at + fault.seconds / 60 <= minutes - 0.5]


def as_done(faults: Sequence[Fault], times: Sequence[tuple[float, float]]) -> list[Fault]:
    """Return `faults` as they really were: (began, ended) of each in seconds since the run began."""
    return [
        replace(fault, at=began / 60, seconds=ended - began if fault.seconds else 0.0)
        for fault, (began, ended) in zip(faults, times, strict=True)
    ]
