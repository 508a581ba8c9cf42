"""The desk on notify.db itself: safe while notify writes, and when it does not run."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from connectors.notify.desk.protocol import KnownReceiver, KnownSilence, NonsenseError
from connectors.notify.silences.store import Silences
from connectors.notify.store import (
    DATABASE,
    MAX_NOTE,
    Deliveries,
    DeliveryRecord,
    History,
    ListedDelivery,
    Proof,
    ReceiverStates,
    Redelivered,
    Selection,
    Shared,
    StoredAlert,
    StoredVerdict,
    Verdicts,
    WaitingGroup,
    open_database,
)
from connectors.notify.store.deliveries import last_outcomes, open_counts
from wirewatch.errors import WirewatchError
from wirewatch.part import utc_now

Missing = Literal["refuse", "make", "empty"]


class LocalDesk:
    """See Desk."""

    def __init__(
        self,
        shared: Shared,
        *,
        now: Callable[[], datetime] = utc_now,
        configured: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        """Take the open database; `configured` names the receivers of routes.yaml where that is known."""
        self._shared = shared
        self._now = now
        self._configured = configured
        self._deliveries = Deliveries(shared)
        self._verdicts = Verdicts(shared)
        self._states = ReceiverStates(shared)
        self._silences = Silences(shared)

    @classmethod
    def open(
        cls,
        data_dir: Path,
        *,
        missing: Missing = "refuse",
        now: Callable[[], datetime] = utc_now,
        configured: Callable[[], Iterable[str]] | None = None,
    ) -> Self:
        """Open the database of a data folder; where notify never ran it is `missing`.

        Then it is made, or an empty one is asked and nothing left behind, or WirewatchError raised.
        """
        path: Path | None = data_dir / DATABASE
        try:
            open_database(path, read_only=True).close()  # an older one is for the service to bring up to date
        except FileNotFoundError:
            if missing == "refuse":
                raise WirewatchError(
                    f"{path}: no alerts yet: notify has not run on this data folder"
                ) from None
            if missing == "empty":
                path = None
        return cls(Shared(open_database(path)), now=now, configured=configured)

    def alerts(
        self, *, limit: int = 20, watch: str | None = None, before: int | None = None
    ) -> Sequence[StoredAlert]:
        """See Desk."""
        with self._shared.reading() as db:
            return History(db).list_alerts(limit, watch=watch, before=before)

    def alert(self, id: str) -> StoredAlert | None:  # noqa: A002
        """See Desk."""
        with self._shared.reading() as db:
            return History(db).get_alert(id)

    def deliveries(
        self, which: Selection, *, limit: int = 50, before: int | None = None
    ) -> Sequence[ListedDelivery]:
        """See Desk."""
        return self._deliveries.latest(which, limit=limit, before=before)

    def delivery(self, id: str) -> Sequence[DeliveryRecord]:  # noqa: A002
        """See Desk."""
        return self._deliveries.find(id)

    def waiting(self, *, receiver: str | None = None, limit: int = 50) -> Sequence[WaitingGroup]:
        """See Desk."""
        return self._deliveries.waiting(receiver=receiver, limit=limit)

    def redeliver(self, which: Selection) -> Redelivered:
        """See Desk."""
        if which == Selection():
            raise NonsenseError("choose what to deliver again: ids, receiver, status or since")
        names = None if self._configured is None else set(self._configured())
        return self._deliveries.redeliver(which, receivers=names, now=self._now())

    def prove(self, alert: str) -> Proof | None:
        """See Desk."""
        return self._deliveries.prove(alert)

    def mark(self, alert: str, *, is_true: bool, note: str = "") -> StoredVerdict | None:
        """See Desk."""
        if len(note) > MAX_NOTE:
            raise NonsenseError(f"the note has {len(note)} characters; {MAX_NOTE} is the most")
        stored = self.alert(alert)
        if stored is None:
            return None
        return self._verdicts.mark(stored.alert, is_true=is_true, now=self._now(), note=note)

    def unmark(self, alert: str) -> bool:
        """See Desk."""
        return self._verdicts.unmark(alert)

    def verdicts(self, *, watch: str | None = None, limit: int = 1000) -> Sequence[StoredVerdict]:
        """See Desk."""
        return self._verdicts.list(watch=watch, limit=limit)

    def receivers(self) -> Sequence[KnownReceiver]:
        """See Desk."""
        states, now = self._states.all(), self._now()
        with self._shared.reading() as db:
            counts, outcomes = open_counts(db), last_outcomes(db)
        configured = () if self._configured is None else self._configured()
        names = sorted({*configured, *states, *(name for name, _ in counts)})
        found = []
        for name in names:
            state = states.get(name)
            incident = state.incident if state else None
            found.append(
                KnownReceiver(
                    name=name,
                    disabled=state is not None and state.disabled,
                    why=state.why if state else "",
                    since=state.since if state else None,
                    trouble=incident.title if incident else None,
                    quiet_until=state.quiet.until
                    if state and state.quiet and state.quiet.holds(now)
                    else None,
                    outcome=outcomes.get(name),
                    pending=counts.get((name, "pending"), 0),
                    dead=counts.get((name, "dead"), 0),
                )
            )
        return found

    def enable(self, receiver: str) -> None:
        """See Desk."""
        self._states.enable(receiver, now=self._now())

    def disable(self, receiver: str, *, why: str) -> None:
        """See Desk."""
        self._states.disable(receiver, why=why, now=self._now())

    def silences(self, *, expired: bool = False) -> Sequence[KnownSilence]:
        """See Desk."""
        now = self._now()
        return [KnownSilence.of(silence, now) for silence in self._silences.all(now=now, expired=expired)]

    def silence(
        self,
        matchers: Sequence[str],
        *,
        ends: datetime,
        owner: str,
        reason: str,
        starts: datetime | None = None,
    ) -> KnownSilence:
        """See Desk."""
        now = self._now()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as it is stored: begun, never ahead
        try:
            made = self._silences.add(
                matchers, starts=starts or now, ends=ends, owner=owner, reason=reason, now=now
            )
        except ValueError as error:
            raise NonsenseError(str(error)) from error
        return KnownSilence.of(made, now)

    def expire_silence(self, id: str) -> KnownSilence | None:  # noqa: A002
        """See Desk."""
        now = self._now()
        ended = self._silences.expire(id, now=now)
        return None if ended is None else KnownSilence.of(ended, now)

    def close(self) -> None:
        """See Desk."""
        self._shared.close()
