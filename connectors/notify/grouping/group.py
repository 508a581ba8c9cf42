"""The life of a group: it waits, is told, waits its interval, is told again, ends. Pure, on a given clock.

As in Alertmanager (dispatch.go, dedup_stage.go): the first alert opens the group, which is told `group_wait`
later; then it is looked at every `group_interval`, and told when there is something new or, with a
`repeat_interval`, when it is time again. Where it differs is listed in docs/routes.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from connectors.notify.routing.tree import Terms
from wirewatch.alert import Severity
from wirewatch.ids import digest

MemberState = Literal["waiting", "told", "silenced"]
MAX_ALERTS = 200
"""Told in one delivery; more become several."""
MAX_BYTES = 768 << 10
"""Of the alerts in one delivery: a webhook's body stays under 1 MiB."""
MAX_OPEN = 1_000
"""Alerts of a group that are kept to be told again; beyond, the oldest are not."""


@dataclass(frozen=True, slots=True)
class Member:
    """An alert within a group."""

    alert: int
    """Its seq: the order of arrival."""
    id: str
    subject: str
    """What later steps of the same story share."""
    closing: bool = False
    """It says that its subject is over."""
    expires: datetime | None = None
    """When its subject is over at the latest."""
    size: int = 0
    """Bytes of its JSON."""
    state: MemberState = "waiting"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of one route to one receiver. Times are aware."""

    receiver: str
    route: str
    key: str
    common: Mapping[str, str]
    """What its alerts have in common, by name."""
    due: datetime
    """When it is looked at next."""
    told: datetime | None = None
    """When it was last told; None before the first time."""
    tellings: int = 0
    """How many times it was told."""


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery: these alerts, in this order."""

    alerts: tuple[Member, ...]
    number: int
    """How many times the group was told before."""
    again: bool = False
    """Nothing in it is new."""


@dataclass(frozen=True, slots=True)
class Flush:
    """What a look at a group came to."""

    group: Group | None
    """None: it is over."""
    told: tuple[Told, ...] = ()
    silenced: Mapping[int, str] = field(default_factory=dict)
    """Why, by alert."""
    left: frozenset[int] = frozenset()
    """Alerts that belong to it no more."""


def first_due(terms: Terms, severity: Severity, now: datetime) -> datetime:
    """Return when an alert of `severity` that comes `now` is told, by the terms of its route alone."""
    if terms.digest is not None:
        return terms.digest.next(now)
    return terms.hours.opens(now + terms.wait(severity))


def joined(group: Group, terms: Terms, severity: Severity, now: datetime) -> Group:
    """Return `group` after an alert joined it: one not told yet may be due sooner, a told one keeps its time.

    A group of one story has nothing to wait for: it is told of each step at once.
    """
    if group.told is not None and not terms.alone:
        return group
    return replace(group, due=min(group.due, first_due(terms, severity, now)))


def flush(
    group: Group,
    members: Sequence[Member],
    terms: Terms,
    now: datetime,
    silenced_by: Callable[[Member], str | None],
) -> Flush:
    """Return what is told of `group` at its time `now`, and when it is looked at next.

    `members` in the order of arrival; `silenced_by` says which silence mutes one of them now, if any.
    """
    if terms.hours.closed(now) is not None:
        return Flush(replace(group, due=_after_closed(terms, now)))
    silent = {m.alert: why for m in members if (why := silenced_by(m)) is not None}
    loud = [m for m in members if m.alert not in silent]
    fresh = [m for m in loud if m.state != "told"]
    repeating = terms.repeat_interval is not None
    ended = _ended(members, now)
    still_open = _latest(m for m in loud if m.subject not in ended) if repeating else []
    told = _told(group, terms, fresh, still_open, now)
    left = _left(members, ended, silent) if repeating else frozenset(m.alert for m in members)
    after = replace(group, told=now, tellings=group.tellings + 1) if told else group
    over = len(left) == len(members)
    return Flush(
        _next(after, terms, now, over=over, held=bool(told)),
        told,
        {m.alert: silent[m.alert] for m in members if m.alert in silent and m.state == "waiting"},
        left,
    )


def delivery_id(group: Group, terms: Terms, told: Told) -> str:
    """Return the id under which this is told, at every attempt: the alert's own for one that stands alone."""
    ids = [member.id for member in told.alerts]
    if terms.alone and not told.again:
        return ids[0]
    return digest("delivery", group.receiver, group.key, *ids, str(told.number))


def _told(
    group: Group, terms: Terms, fresh: Sequence[Member], still_open: Sequence[Member], now: datetime
) -> tuple[Told, ...]:
    """Return the deliveries to make: of what is new, or of what is still open when it is time again."""
    number = group.tellings
    if fresh and terms.alone:
        return tuple(Told((member,), number) for member in fresh)
    if fresh:
        together = {m.alert: m for m in (*still_open, *fresh)}
        return tuple(Told(part, number) for part in _parts(together[n] for n in sorted(together)))
    if group.told is None or terms.repeat_interval is None or now < group.told + terms.repeat_interval:
        return ()
    return tuple(Told(part, number, again=True) for part in _parts(still_open))


def _parts(members: Iterable[Member]) -> Iterator[tuple[Member, ...]]:
    """Yield `members` in order, as many at a time as one delivery takes."""
    part: list[Member] = []
    size = 0
    for member in members:
        if part and (len(part) == MAX_ALERTS or size + member.size > MAX_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(member)
        size += member.size
    if part:
        yield tuple(part)


def _ended(members: Iterable[Member], now: datetime) -> frozenset[str]:
    return frozenset(m.subject for m in members if m.closing or (m.expires is not None and m.expires <= now))


def _latest(members: Iterable[Member]) -> list[Member]:
    """Return the latest alert of each subject, in the order of arrival."""
    return sorted({m.subject: m for m in members}.values(), key=lambda m: m.alert)


def _left(members: Sequence[Member], ended: frozenset[str], silent: Mapping[int, str]) -> frozenset[int]:
    """Return who needs not be told again: what is over, what a later step says anew, and too many."""
    kept = [m for m in members if m.subject not in ended]
    latest = {m.alert for m in _latest(m for m in kept if m.alert not in silent)}
    staying = [m.alert for m in kept if m.alert in latest or m.alert in silent][-MAX_OPEN:]
    return frozenset(m.alert for m in members) - frozenset(staying)


def _after_closed(terms: Terms, now: datetime) -> datetime:
    return terms.hours.opens(now) if terms.digest is None else terms.digest.next(now)


def _next(group: Group, terms: Terms, now: datetime, *, over: bool, held: bool) -> Group | None:
    """Return the group with its next time; an empty one stays for one interval after it was told."""
    if terms.digest is not None:
        return None if over else replace(group, due=terms.digest.next(now))
    if over and (terms.alone or not held):
        return None
    return replace(group, due=now + max(terms.group_interval, timedelta(seconds=1)))
