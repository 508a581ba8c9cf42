"""What matchers and `group_by` see of an alert: names with values. Pure.

Alertmanager's labels have one value each. Ours may have several, as an article is about several actors.
"""

from collections.abc import Iterable, Mapping

from wirewatch.alert import Alert, AlsoMet
from wirewatch.ids import digest

Labels = Mapping[str, tuple[str, ...]]
"""Values by name; a name that is missing counts as one empty value."""

NAMES = (
    "watch",
    "kind",
    "severity",
    "status",
    "step",
    "source",
    "actor",
    "topic",
    "also",
    "story",
    "article",
)
"""What every alert has; any other name is one of the alert's own labels."""


def labels_of(alert: Alert) -> dict[str, tuple[str, ...]]:
    """Return what `alert` can be matched by. An actor or a topic goes by its id and by its name."""
    labels: dict[str, tuple[str, ...]] = {}
    for name, value in alert.labels.items():
        labels[f"labels.{name}"] = labels[name] = (value,)
    labels["watch"] = (alert.watch,)
    labels["kind"] = (alert.kind,)
    labels["severity"] = (alert.severity,)
    labels["status"] = (alert.status,)
    labels["step"] = (alert.step,)
    labels["source"] = _given(alert.source)
    labels["actor"] = _both((actor.id, actor.name) for actor in alert.actors)
    labels["topic"] = _both((topic.code, topic.name) for topic in alert.topics)
    labels["also"] = tuple(other.watch for other in alert.also)
    labels["story"] = (subject_of(alert),)
    labels["article"] = _given(alert.article)
    return labels


def labels_of_also(other: AlsoMet) -> Labels:
    """Return what is known of another watch that the article met."""
    return {"watch": (other.watch,), "severity": (other.severity,)}


def subject_of(alert: Alert) -> str:
    """Return what `alert` is about and later steps of it share: its story; a system alert's incident."""
    if alert.story is not None:
        return alert.story.id
    if alert.kind == "system":
        named = (f"{name}={value}" for name, value in sorted(alert.labels.items()))
        return digest("subject", alert.watch, *named)
    return alert.id


def group_value(alert: Alert, name: str, labels: Labels) -> str:
    """Return the value of `name` by which `alert` is grouped: several actors or topics are one value."""
    if name == "actor":
        return ", ".join(sorted(actor.id for actor in alert.actors))
    if name == "topic":
        return ", ".join(sorted(topic.code for topic in alert.topics))
    return ", ".join(labels.get(name, ()))


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _both(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(value for pair in pairs for value in pair)
