"""The questions, the same wherever they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.notify.routing.matchers import parse_matcher
from connectors.notify.silences.silence import Silence, State
from connectors.notify.store import (
    DeliveryRecord,
    ListedDelivery,
    Proof,
    Redelivered,
    Selection,
    StoredAlert,
    StoredVerdict,
    WaitingGroup,
)
from wirewatch.errors import WirewatchError


@dataclass(frozen=True, slots=True)
class KnownReceiver:
    """A receiver that something is known of: it is disabled, in trouble, or owed something."""

    name: str
    disabled: bool
    why: str
    """Why it is disabled."""
    since: datetime | None
    trouble: str | None
    """Headline of the system alert that is open about it."""
    pending: int
    dead: int
    quiet_until: datetime | None = None
    """Until when it asked to be left alone, while that holds."""
    outcome: str | None = None
    """How the last attempt ended, as far as the latest ones say."""

    @property
    def is_in_trouble(self) -> bool:
        """Whether it is told nothing now, or in vain."""
        return self.disabled or self.quiet_until is not None or self.trouble is not None


@dataclass(frozen=True, slots=True)
class KnownSilence:
    """A silence as people read it."""

    id: str
    state: State
    matchers: tuple[str, ...]
    starts: datetime
    ends: datetime
    owner: str
    reason: str

    @classmethod
    def of(cls, silence: Silence, now: datetime) -> "KnownSilence":
        """Return `silence` as it stands at `now`."""
        return cls(
            id=silence.id,
            state=silence.state(now),
            matchers=tuple(str(matcher) for matcher in silence.matchers),
            starts=silence.starts,
            ends=silence.ends,
            owner=silence.owner,
            reason=silence.reason,
        )

    def silence(self) -> Silence:
        """Return it as it mutes; when it was made is not known of it."""
        return Silence(
            id=self.id,
            matchers=tuple(parse_matcher(text) for text in self.matchers),
            starts=self.starts,
            ends=self.ends,
            owner=self.owner,
            reason=self.reason,
            created=self.starts,
        )


class NonsenseError(WirewatchError):
    """What was asked for makes no sense."""

    exit_code = 2


class Desk(Protocol):
    """Answers; every method raises WirewatchError where it cannot.

    An id given by a start that several have is an error with exit code 2; its excerpt names them.
    """

    def alerts(
        self, *, limit: int = 20, watch: str | None = None, before: int | None = None
    ) -> Sequence[StoredAlert]:
        """Return the latest alerts, newest first."""

    def alert(self, id: str) -> StoredAlert | None:  # noqa: A002
        """Return the alert with this id, or the only one whose id starts so."""

    def deliveries(
        self, which: Selection, *, limit: int = 50, before: int | None = None
    ) -> Sequence[ListedDelivery]:
        """Return the latest deliveries, newest first."""

    def delivery(self, id: str) -> Sequence[DeliveryRecord]:  # noqa: A002
        """Return the deliveries with this id, one a receiver."""

    def waiting(self, *, receiver: str | None = None, limit: int = 50) -> Sequence[WaitingGroup]:
        """Return the groups in which alerts wait to be told, the next due first."""

    def redeliver(self, which: Selection) -> Redelivered:
        """Make what ended due again, and what waits for a retry due now, for receivers of routes.yaml.

        What was delivered goes again only where ids and the receiver are named, or the status is; what waits,
        where ids or the receiver are, or the status.
        Raises NonsenseError when nothing is chosen.
        """

    def prove(self, alert: str) -> Proof | None:
        """Return the ledger of an alert."""

    def mark(self, alert: str, *, is_true: bool, note: str = "") -> StoredVerdict | None:
        """Keep what is said of the alert with this id, or the only one whose id starts so; None: no such one.

        Raises NonsenseError when the note is too long.
        """

    def unmark(self, alert: str) -> bool:
        """Take back what was said of an alert."""

    def verdicts(self, *, watch: str | None = None, limit: int = 1000) -> Sequence[StoredVerdict]:
        """Return the latest verdicts, newest first."""

    def receivers(self) -> Sequence[KnownReceiver]:
        """Return what is known of receivers, by name."""

    def enable(self, receiver: str) -> None:
        """Deliver to the receiver again, at once also what waits for a retry."""

    def disable(self, receiver: str, *, why: str) -> None:
        """Hold back what is owed to the receiver."""

    def silences(self, *, expired: bool = False) -> Sequence[KnownSilence]:
        """Return silences, the soonest to end first; with `expired` also those that are over."""

    def silence(
        self,
        matchers: Sequence[str],
        *,
        ends: datetime,
        owner: str,
        reason: str,
        starts: datetime | None = None,
    ) -> KnownSilence:
        """Tell nobody of alerts that fit every matcher, from `starts` (None: now). Raises NonsenseError."""

    def expire_silence(self, id: str) -> KnownSilence | None:  # noqa: A002
        """End the silence with this id, or the only one whose id starts so, now; None: no such one."""

    def close(self) -> None:
        """Give up what is held open."""
