"""Inhibition: an alert is not told where another watch that its article met says more. Pure.

The alert itself names the other watches (`also`), so neither the order of arrival nor waiting matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from connectors.notify.routing.labels import Labels, labels_of_also
from connectors.notify.routing.matchers import Matcher, matches_all
from wirewatch.alert import SEVERITIES, Alert


@dataclass(frozen=True, slots=True)
class InhibitRule:
    """An alert that `targets` fit is muted by another watch its article met that `sources` fit."""

    name: str
    targets: tuple[Matcher, ...] = ()
    sources: tuple[Matcher, ...] = ()
    only_higher: bool = True
    """The other watch must be of a higher severity, so that two alerts never mute each other."""

    def inhibits(self, alert: Alert, labels: Labels) -> str | None:
        """Return the watch that mutes `alert`, or None."""
        if not alert.also or not matches_all(self.targets, labels):
            return None
        for other in alert.also:
            higher = SEVERITIES.index(other.severity) > SEVERITIES.index(alert.severity)
            if (higher or not self.only_higher) and matches_all(self.sources, labels_of_also(other)):
                return other.watch
        return None


def inhibited(rules: Iterable[InhibitRule], alert: Alert, labels: Labels) -> str | None:
    """Return why `alert` is muted (rule and watch), or None when it is not."""
    for rule in rules:
        watch = rule.inhibits(alert, labels)
        if watch is not None:
            return f"{rule.name}: its article also met {watch}"
    return None
