"""routes.yaml compiled, as a whole: swapped in one piece when the file changes. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connectors.notify.routing.config import InhibitRuleConfig, NamedIntervals, RouteConfig
from connectors.notify.routing.inhibition import InhibitRule, inhibited
from connectors.notify.routing.labels import Labels
from connectors.notify.routing.tree import Route, Terms, compile_tree
from wirewatch.alert import Alert
from wirewatch.pydantic_errors import PlacedError
from wirewatch.yaml_files import KeyPath


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is told, under which terms, and what is not told at all."""

    roots: tuple[Route, ...] = ()
    """Trees that are asked side by side: one, or one a receiver where the file has no `route`."""
    rules: tuple[InhibitRule, ...] = ()

    def routes(self, alert: Alert, labels: Labels) -> list[Route]:
        """Return the routes that `alert` takes, the first to each receiver: nobody is told of it twice.

        A system alert never goes to the receiver that it is about.
        """
        about = alert.labels.get("receiver") if alert.kind == "system" else None
        taken: dict[str, Route] = {}
        for root in self.roots:
            for route in root.match(labels, about):
                taken.setdefault(route.terms.receiver, route)
        return list(taken.values())

    def inhibited(self, alert: Alert, labels: Labels) -> str | None:
        """Return why `alert` is muted by another watch that its article met; None when it is not."""
        return inhibited(self.rules, alert, labels)

    def route(self, receiver: str, key: str) -> Route | None:
        """Return the route with this key to `receiver`."""
        for root in self.roots:
            for route in root.all():
                if route.key == key and route.terms.receiver == receiver:
                    return route
        return None


def compile_policy(
    route: RouteConfig | None,
    rules: Iterable[InhibitRuleConfig],
    intervals: Iterable[NamedIntervals],
    receivers: tuple[str, ...],
) -> Policy:
    """Return what the file says. Without a `route` each of `receivers` gets every alert, alone and at once.

    Raises PlacedError with the place and what is wrong with it.
    """
    named = tuple(intervals)
    twice = sorted({each.name for each in named if sum(other.name == each.name for other in named) > 1})
    if twice:
        raise PlacedError(("time_intervals",), f"more than one is called {', '.join(twice)}")
    compiled = tuple(
        InhibitRule(rule.name, rule.target_matchers, rule.source_matchers, rule.only_higher) for rule in rules
    )
    if route is None:
        return Policy(tuple(Route("{}", Terms(receiver)) for receiver in receivers), compiled)
    return Policy((_tree(route, named, receivers),), compiled)


def _tree(config: RouteConfig, named: tuple[NamedIntervals, ...], receivers: tuple[str, ...]) -> Route:
    if config.receiver is None:
        raise PlacedError(("route", "receiver"), "the root needs one: who is told when nothing else fits")
    if config.matchers or config.continue_:
        raise PlacedError(("route",), "the root takes every alert: no matchers and no continue")
    for place, name in _told(config, ("route",)):
        if name not in receivers:
            known = f"; there are {', '.join(receivers)}" if receivers else ""
            raise PlacedError((*place, "receiver"), f"no receiver is called {name}{known}")
    return compile_tree(config, config.receiver, named)


def _told(config: RouteConfig, place: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield each receiver that is named from `config` on down, and by the route at which place."""
    if config.receiver is not None:
        yield place, config.receiver
    for number, child in enumerate(config.routes):
        yield from _told(child, (*place, "routes", number))
