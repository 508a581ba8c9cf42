"""What in routes.yaml works and yet can hardly be meant: names and values that no alert has, say. Pure."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from connectors.notify.routing.config import RouteConfig, RoutingConfig
from connectors.notify.routing.labels import NAMES
from connectors.notify.routing.matchers import Matcher
from connectors.notify.routing.policy import Policy
from connectors.notify.routing.tree import ALONE
from wirewatch.advice import Advice
from wirewatch.alert import SEVERITIES, AlertKind, AlertStatus
from wirewatch.yaml_files import KeyPath

_OWN = "labels."


@dataclass(frozen=True)
class Known:
    """What alerts can have by the rest of the config."""

    watches: Collection[str]
    """Ids, those of system alerts too."""
    labels: Collection[str]
    """Names of the labels that watches, or system alerts, have."""
    actors: Collection[str] | None = None
    """Ids and names; None where they are not known."""
    topics: Collection[str] | None = None
    """Codes and names; None where they are not known."""
    label_values: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By the name of a label: all it can be; of one that is not here, anything."""

    def values(self, name: str) -> Collection[str] | None:
        """Return all values that `name` can have; None where anything may come."""
        return {
            "watch": self.watches,
            "also": ("", *self.watches),  # "": its article met no other
            "severity": SEVERITIES,
            "kind": get_args(AlertKind),
            "status": get_args(AlertStatus),
            "actor": self.actors,
            "topic": self.topics,
        }.get(name, self.label_values.get(name.removeprefix(_OWN)))


def doubts(config: RoutingConfig, known: Known) -> Iterator[Advice]:
    """Yield each matcher, or name to group by, that no alert of these watches can fit."""
    for place, route in _routes(config.route, ("route",)):
        yield from _of_matchers(route.matchers, known, (*place, "matchers"))
        for number, name in enumerate(route.group_by or ()):
            yield from _of_name(name, name, known, (*place, "group_by", number))
    for number, rule in enumerate(config.inhibit_rules):
        for kind in ("target_matchers", "source_matchers"):
            yield from _of_matchers(getattr(rule, kind), known, ("inhibit_rules", number, kind))


def forgetful(policy: Policy, alertmanagers: Collection[str]) -> Iterator[Advice]:
    """Yield each of the receivers `alertmanagers` that some route tells but once."""
    routes = [route for root in policy.roots for route in root.all()]
    once = {route.terms.receiver for route in routes if route.terms.repeat_interval is None}
    for name in sorted(once.intersection(alertmanagers)):
        yield Advice(
            f"receiver {name}: a story is told once, and Alertmanager forgets its alerts at a restart",
            "give each route to it a repeat_interval, such as 5m",
        )


def _routes(route: RouteConfig | None, place: KeyPath) -> Iterator[tuple[KeyPath, RouteConfig]]:
    if route is None:
        return
    yield place, route
    for number, child in enumerate(route.routes):
        yield from _routes(child, (*place, "routes", number))


def _of_matchers(matchers: Sequence[Matcher], known: Known, place: KeyPath) -> Iterator[Advice]:
    for number, matcher in enumerate(matchers):
        yield from of_matcher(matcher, known, (*place, number))


def of_matcher(matcher: Matcher, known: Known, place: KeyPath = ()) -> Iterator[Advice]:
    """Yield why no alert of these watches can fit a matcher that stands at `place`."""
    values = known.values(matcher.name)
    if values is None:
        yield from _of_name(matcher.name, str(matcher), known, place)
        return
    wanted = matcher.op[0] == "="
    if not any(matcher.matches({matcher.name: (value,)}) is wanted for value in values):
        what = "fits no alert" if wanted else "rules out no alert"
        fix = _near(matcher.value, values) or "take it out, or name one that there is"
        yield Advice(f"{matcher} {what}, as no {matcher.name} is so called", fix, place)


def _of_name(name: str, written: str, known: Known, place: KeyPath) -> Iterator[Advice]:
    label = name.removeprefix(_OWN)
    if name in NAMES or name == ALONE or label in known.labels:
        return
    fix = _near(label, {*NAMES, *known.labels}) or f"take it out, or give a watch the label {label}"
    yield Advice(f"{written}: no watch has such a label", fix, place)


def _near(written: str, there: Collection[str]) -> str:
    near = difflib.get_close_matches(written, there, n=3)
    return f"did you mean {' or '.join(near)}?" if near else ""
