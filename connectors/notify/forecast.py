"""What would be told of an alert, to whom, and when: for `routes test` and the tests in routes.yaml. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.notify.grouping.group import Group, Member, Told, delivery_id, first_due
from connectors.notify.receivers.telling import Telling
from connectors.notify.routing.labels import labels_of, subject_of
from connectors.notify.routing.policy import Policy
from connectors.notify.routing.tree import Route, group_key
from connectors.notify.silences.silence import Silence, silenced
from wirewatch.alert import Alert


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one receiver would be told."""

    receiver: str
    route: str
    """Key of the route: its matchers, and those above it."""
    group: Mapping[str, str]
    """What the alert's group has in common, by name."""
    at: datetime | None
    """When, if its group is new; None: not at all."""
    why: str
    """Why then, or why not."""
    group_key: str
    delivery: str
    """Id of the delivery, the first of its group, that tells of this alert alone."""

    def telling(self, alert: Alert, raw: bytes, now: datetime) -> Telling:
        """Return what tells of `alert` alone (`raw`: its JSON) at the aware `now`, first of its group."""
        return Telling(self.delivery, (alert,), (raw,), now, self.group_key, self.group)


def forecast(policy: Policy, alert: Alert, silences: Iterable[Silence], now: datetime) -> list[Forecast]:
    """Return what would follow from `alert` if it came at the aware time `now`: one for each receiver."""
    labels, subject = labels_of(alert), subject_of(alert)
    muted, silences = policy.inhibited(alert, labels), tuple(silences)
    found = []
    for route in policy.routes(alert, labels):
        at: datetime | None = first_due(route.terms, alert.severity, now)
        why = _why(route, alert, now)
        if muted is not None:
            at, why = None, f"inhibited by {muted}"
        elif at is not None and (silence := silenced(silences, labels, at)) is not None:
            at, why = None, silence.text()
        group = route.group(alert, labels, subject)
        key = group_key(route, group)
        alone = Group(route.terms.receiver, route.key, key, group, due=now)
        told = Told((Member(alert=0, id=alert.id, subject=subject),), number=0)
        delivery = delivery_id(alone, route.terms, told)
        found.append(Forecast(route.terms.receiver, route.key, group, at, why, key, delivery))
    return found


def _why(route: Route, alert: Alert, now: datetime) -> str:
    terms = route.terms
    if terms.digest is not None:
        return "digest"
    wait = terms.wait(alert.severity)
    closed = terms.hours.closed(now + wait)
    if closed is not None:
        return closed
    if wait:
        return f"group_wait {wait.total_seconds():g}s"
    return "alone" if terms.alone else "no group_wait"
