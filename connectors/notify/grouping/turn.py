"""Deciding within one transaction: what comes, and groups whose time has come."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import structlog

from connectors.notify.grouping import group as life
from connectors.notify.grouping.group import Group, Member, Told
from connectors.notify.grouping.store import body_of, drop_group, find_group, members_of, put_group
from connectors.notify.receivers.telling import Telling
from connectors.notify.routing.labels import labels_of, subject_of
from connectors.notify.routing.policy import Policy
from connectors.notify.routing.tree import Route, group_key
from connectors.notify.silences.silence import Silence, silenced
from connectors.notify.store.database import to_ms
from connectors.notify.store.decisions import (
    Decided,
    Decision,
    add_decisions,
    decided_before,
    leave_group,
    receivers_of,
    set_state,
)
from connectors.notify.store.deliveries import Owed, insert_delivery
from wirewatch.alert import Alert
from wirewatch.records import ALERTS


class Renders(Protocol):
    """What deciding needs of a receiver."""

    def render(self, telling: Telling) -> bytes:
        """Return the exact body that tells of `telling`."""


log = structlog.get_logger(__name__)

_NO_ROUTE = "routes.yaml has changed: no route leads it there any more"


@dataclass(frozen=True)
class Turn:
    """One transaction's worth of deciding, at one moment."""

    db: sqlite3.Connection
    policy: Policy
    silences: Sequence[Silence]
    receivers: Mapping[str, Renders]
    now: datetime
    withheld: Counter[tuple[str, Decided]] = field(default_factory=Counter)
    """Alerts that are not told, by receiver and state."""

    def decide(self, seq: int, alert: Alert, raw: bytes, *, known: Collection[str] = ()) -> None:
        """Decide who is told of an alert that is stored under `seq`; receivers in `known` are decided."""
        labels, subject = labels_of(alert), subject_of(alert)
        routes = [r for r in self.policy.routes(alert, labels) if r.terms.receiver not in known]
        muted = self.policy.inhibited(alert, labels) if routes else None
        silence = silenced(self.silences, labels, self.now)
        decisions = []
        for route in routes:
            receiver = route.terms.receiver
            decision = Decision(
                seq,
                receiver,
                subject,
                "told",
                route.key,
                closing=alert.status == "closed",
                expires=alert.expires_at,
            )
            before = decided_before(self.db, subject, receiver, seq) if decision.closing else None
            if muted is not None:
                decision = replace(decision, state="inhibited", why=muted)
            elif before is not None:  # they did not hear of its beginning
                decision = replace(decision, state=before[0], why=f"as what it closes: {before[1]}")
            elif not self._at_once(route, subject):
                decision = replace(decision, state="waiting", group=self._join(route, alert, subject))
            elif silence is not None:
                decision = replace(decision, state="silenced", why=silence.text())
            elif (fault := self._tell_alone(route, seq, alert, raw, subject)) is not None:
                decision = replace(decision, state="dead", why=fault)
            if decision.state not in {"told", "waiting"}:
                self.withheld[receiver, decision.state] += 1
            decisions.append(decision)
        add_decisions(self.db, decisions, now=self.now)

    def _at_once(self, route: Route, subject: str) -> bool:
        """Return whether nothing is to be waited for: the common case, for which no group is written."""
        terms = route.terms
        if not terms.alone or terms.group_wait or terms.repeat_interval or terms.digest:
            return False
        if terms.hours.closed(self.now) is not None:
            return False
        # What the hours held back of the same story goes first.
        held = terms.hours.muted or terms.hours.active
        return not held or find_group(self.db, terms.receiver, group_key(route, {"story": subject})) is None

    def _tell_alone(self, route: Route, seq: int, alert: Alert, raw: bytes, subject: str) -> str | None:
        common = {"story": subject}
        key = group_key(route, common)
        telling = Telling(id=alert.id, alerts=(alert,), raw=(raw,), at=self.now, group_key=key, group=common)
        return self._owe(route.terms.receiver, telling, (seq,))

    def _owe(self, receiver: str, telling: Telling, seqs: Sequence[int]) -> str | None:
        """Write the delivery into the outbox, its body as it will always be; return why that failed."""
        try:
            body = self.receivers[receiver].render(telling)
        except Exception as error:  # a fault of one receiver's must stop neither the others nor the reading
            log.exception("telling_faulted", receiver=receiver, id=telling.id)
            return f"it could not be rendered: {type(error).__name__}"
        owed = Owed(receiver, telling.id, body, telling.group_key, critical=telling.severity == "critical")
        insert_delivery(self.db, owed, tuple(zip(seqs, telling.raw, strict=True)), to_ms(self.now))
        return None

    def _join(self, route: Route, alert: Alert, subject: str) -> int:
        """Put an alert into its group, a new one if need be; return the group's id."""
        terms = route.terms
        common = route.group(alert, labels_of(alert), subject)
        key = group_key(route, common)
        found = find_group(self.db, terms.receiver, key)
        if found is None:
            due = life.first_due(terms, alert.severity, self.now)
            return put_group(self.db, Group(terms.receiver, route.key, key, common, due))
        group_id, group = found
        after = life.joined(group, terms, alert.severity, self.now)
        if after != group:
            put_group(self.db, after, group_id)
        return group_id

    def flush(self, group_id: int, group: Group) -> None:
        """Look at a group whose time has come."""
        route = self.policy.route(group.receiver, group.route)
        if route is None:
            raise AssertionError(f"group {group.key} has no route: `reroute` was not called")
        members, more = members_of(self.db, group_id)
        come = life.flush(group, members, route.terms, self.now, self._silenced_by)
        for told in come.told:
            self._tell(group, route, told)
        self.withheld[group.receiver, "silenced"] += len(come.silenced)
        for alert, why in come.silenced.items():
            set_state(self.db, (alert,), group.receiver, "silenced", why=why, now=self.now)
        leave_group(self.db, come.left, group.receiver)
        if more:
            put_group(self.db, replace(come.group or group, due=self.now), group_id)
        elif come.group is None:
            drop_group(self.db, group_id)
        else:
            put_group(self.db, come.group, group_id)

    def _tell(self, group: Group, route: Route, told: Told) -> None:
        """Write one delivery of a group, and what that makes of its alerts."""
        raw = tuple(body_of(self.db, member.alert) for member in told.alerts)
        telling = Telling(
            id=life.delivery_id(group, route.terms, told),
            alerts=tuple(ALERTS.decode(each) for each in raw),
            raw=raw,
            at=self.now,
            group_key=group.key,
            group=group.common,
            repeat=told.number,
        )
        seqs = [member.alert for member in told.alerts]
        fault = self._owe(group.receiver, telling, seqs)
        state: Decided = "told" if fault is None else "dead"
        set_state(self.db, seqs, group.receiver, state, why=fault or "", now=self.now)
        self.withheld[group.receiver, "dead"] += 0 if fault is None else len(seqs)

    def _silenced_by(self, member: Member) -> str | None:
        if not self.silences:
            return None
        silence = silenced(self.silences, labels_of(ALERTS.decode(body_of(self.db, member.alert))), self.now)
        return None if silence is None else silence.text()

    def reroute(self, group_id: int, group: Group) -> None:
        """Fit a group to a policy that may have changed: keep it, or lead what waits in it another way.

        What was told stays told; what no route leads to its receiver any more is dead, with the reason.
        """
        route = self.policy.route(group.receiver, group.route)
        if route is not None and _same_grouping(route, group):
            told = None if group.told is None else min(group.told, self.now)  # later: the clock was set back
            if (after := replace(group, due=self._due_again(route, group), told=told)) != group:
                put_group(self.db, after, group_id)
            return
        while True:
            members, more = members_of(self.db, group_id)
            for member in members:
                self._lead_elsewhere(member, group)
            if not more:
                break
        drop_group(self.db, group_id)

    def _due_again(self, route: Route, group: Group) -> datetime:
        """Return when a kept group is due under terms that may be new: at most as late as they ask."""
        if route.terms.digest is not None:
            return route.terms.digest.next(self.now)
        wait = route.terms.wait("info") if group.told is None else route.terms.group_interval
        return min(group.due, self.now + wait)

    def _lead_elsewhere(self, member: Member, group: Group) -> None:
        if member.state != "waiting":
            leave_group(self.db, (member.alert,), group.receiver)
            return
        set_state(self.db, (member.alert,), group.receiver, "dead", why=_NO_ROUTE, now=self.now)
        self.withheld[group.receiver, "dead"] += 1
        leave_group(self.db, (member.alert,), group.receiver)
        raw = body_of(self.db, member.alert)
        others = receivers_of(self.db, member.alert) - {group.receiver}
        self.decide(member.alert, ALERTS.decode(raw), raw, known=others)


def _same_grouping(route: Route, group: Group) -> bool:
    names = {"story"} if route.terms.alone else set(route.terms.group_by)
    return names == set(group.common)
