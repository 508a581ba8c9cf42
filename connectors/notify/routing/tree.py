"""The tree of routes, compiled: which receivers an alert goes to, and under which terms. Pure.

As in Alertmanager: the root takes every alert; an alert goes to the deepest routes that fit, the first of
each level unless it says `continue`, and stays at a route none of whose children fit. Receiver, grouping and
waits are inherited; times (mute, active, digest) are of that very route.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from connectors.notify.routing.config import NamedIntervals, RouteConfig
from connectors.notify.routing.digest import Digest
from connectors.notify.routing.intervals import ALWAYS, Hours, Interval
from connectors.notify.routing.labels import Labels, group_value
from connectors.notify.routing.matchers import Matcher, matches_all
from wirewatch.alert import Alert, Severity
from wirewatch.pydantic_errors import PlacedError
from wirewatch.yaml_files import KeyPath

GROUP_WAIT = timedelta(seconds=30)
GROUP_INTERVAL = timedelta(minutes=5)
URGENT: frozenset[Severity] = frozenset({"high", "critical"})
"""Severities that don't wait for others of a new group, unless `group_wait` says so."""
ALONE = "..."
"""`group_by` for: each alert alone. Also what holds when the file does not say."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a route tells."""

    receiver: str
    group_by: tuple[str, ...] = (ALONE,)
    group_wait: timedelta | None = None
    """None: 30 s, none for what is urgent or alone."""
    group_interval: timedelta = GROUP_INTERVAL
    repeat_interval: timedelta | None = None
    """None: what was told is not told again."""
    hours: Hours = ALWAYS
    digest: Digest | None = None

    @property
    def alone(self) -> bool:
        """Whether each story is a group of its own."""
        return self.group_by == (ALONE,)

    def wait(self, severity: Severity) -> timedelta:
        """Return how long a new group waits for more when an alert of `severity` joins it."""
        if self.group_wait is not None:
            return self.group_wait
        return timedelta() if self.alone or severity in URGENT else GROUP_WAIT


@dataclass(frozen=True, slots=True)
class Route:
    """A node of the tree."""

    key: str
    """Its matchers and those above it: what makes it the same route after a change of the file."""
    terms: Terms
    matchers: tuple[Matcher, ...] = ()
    go_on: bool = False
    """`continue`."""
    children: tuple["Route", ...] = ()

    def match(self, labels: Labels, about: str | None = None) -> Iterator["Route"]:
        """Yield the routes that an alert with `labels` takes.

        A route to the receiver `about` is passed over as if it did not fit: nobody is told of their own
        trouble.
        """
        if not matches_all(self.matchers, labels):
            return
        found = False
        for child in self.children:
            taken = list(child.match(labels, about))
            found = found or bool(taken)
            yield from taken
            if taken and not child.go_on:
                break
        if not found and self.terms.receiver != about:
            yield self

    def all(self) -> Iterator["Route"]:
        """Yield this node and those below it."""
        yield self
        for child in self.children:
            yield from child.all()

    def group(self, alert: Alert, labels: Labels, subject: str) -> dict[str, str]:
        """Return what the group has in common that `alert` joins here, by name."""
        if self.terms.alone:
            return {"story": subject}
        return {name: group_value(alert, name, labels) for name in self.terms.group_by}


def group_key(route: Route, group: Mapping[str, str]) -> str:
    """Return the name of a group within its receiver, in Alertmanager's form."""
    inside = ", ".join(f'{name}="{value}"' for name, value in sorted(group.items()))
    return f"{route.key}:{{{inside}}}"


def compile_tree(config: RouteConfig, receiver: str, intervals: tuple[NamedIntervals, ...]) -> Route:
    """Return the tree of `config`, whose root tells `receiver` unless it says otherwise.

    Raises PlacedError for a route that names a time interval that is not there.
    """
    named = {each.name: tuple(interval.compiled() for interval in each.time_intervals) for each in intervals}
    return _compiled(config, Terms(receiver), named, "", ("route",))


def _compiled(
    config: RouteConfig, above: Terms, named: Mapping[str, tuple[Interval, ...]], path: str, place: KeyPath
) -> Route:
    terms = _terms(config, above, named, place)
    key = f"{path}{{{','.join(sorted(str(matcher) for matcher in config.matchers))}}}"
    children: list[Route] = []
    keys: set[str] = set()
    for number, child in enumerate(config.routes):
        at = (*place, "routes", number)
        compiled = _compiled(child, terms, named, f"{key}/", at)
        if compiled.key in keys:  # as unlike as their places: both may be taken, with `continue`
            compiled = _compiled(child, terms, named, f"{key}/{number}:", at)
        keys.add(compiled.key)
        children.append(compiled)
    return Route(key, terms, config.matchers, config.continue_, tuple(children))


def _terms(
    config: RouteConfig, above: Terms, named: Mapping[str, tuple[Interval, ...]], place: KeyPath
) -> Terms:
    digest = None if config.digest is None else config.digest.compiled()
    group_by = config.group_by
    if group_by is None:
        # A digest of single alerts would be none: unless told otherwise it is one message.
        group_by = () if digest is not None and above.alone else above.group_by
    repeat = config.repeat_interval or above.repeat_interval
    return Terms(
        receiver=config.receiver or above.receiver,
        group_by=group_by,
        group_wait=above.group_wait if config.group_wait is None else config.group_wait,
        group_interval=config.group_interval or above.group_interval,
        repeat_interval=None if digest is not None else repeat,
        hours=Hours(
            muted=_called(config.mute_time_intervals, named, (*place, "mute_time_intervals")),
            active=_called(config.active_time_intervals, named, (*place, "active_time_intervals")),
        ),
        digest=digest,
    )


def _called(
    names: tuple[str, ...], named: Mapping[str, tuple[Interval, ...]], place: KeyPath
) -> tuple[tuple[str, tuple[Interval, ...]], ...]:
    for number, name in enumerate(names):
        if name not in named:
            known = f"; there are {', '.join(sorted(named))}" if named else ""
            raise PlacedError((*place, number), f"no time interval is called {name}{known}")
    return tuple((name, named[name]) for name in names)
