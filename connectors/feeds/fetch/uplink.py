"""Whether anybody answers at all: when nobody does, the fault is our own network's, and no publisher's."""

from dataclasses import dataclass, field

import structlog

from connectors.feeds import metrics
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.urls import host_of

HOSTS = 10
"""Hosts in a row that gave no answer, and none between them that did: with one host in fifty down, which is
many, that happens by chance once in 10^17."""
FEWEST = 3
"""For who reads fewer: then the same happens once in 125,000, and costs a few minutes' doubt."""
UNANSWERED = frozenset({FetchOutcome.TIMEOUT, FetchOutcome.NO_ADDRESS, FetchOutcome.UNREACHABLE})
_NOT_ASKED = frozenset({FetchOutcome.REFUSED, FetchOutcome.ROBOTS, FetchOutcome.NO_LOGIN})

log = structlog.get_logger(__name__)


@dataclass
class Uplink:
    """What the latest requests say of our own network."""

    enough: int = HOSTS
    """Hosts in a row without an answer that mean it is us."""
    _silent: set[str] = field(default_factory=set)
    """Hosts that gave no answer, since one last did."""

    @property
    def down(self) -> bool:
        """Whether nobody answers."""
        return len(self._silent) >= self.enough

    def among(self, hosts: int) -> None:
        """Take into account how many hosts are read."""
        was_down = self.down
        self.enough = max(FEWEST, min(HOSTS, hosts))
        self._tell(was_down=was_down)

    def heard(self, answer: FetchResult) -> None:
        """Count in what came of a request."""
        was_down = self.down
        if answer.outcome in UNANSWERED:
            if not was_down:
                self._silent.add(host_of(answer.url))
        elif answer.status is not None or answer.outcome not in {*_NOT_ASKED, FetchOutcome.BUSY}:
            self._silent.clear()
        self._tell(was_down=was_down)

    def _tell(self, *, was_down: bool) -> None:
        if self.down != was_down:
            metrics.OFFLINE.set(self.down)
            log.warning("publishers_out_of_reach" if self.down else "publishers_back_in_reach")
