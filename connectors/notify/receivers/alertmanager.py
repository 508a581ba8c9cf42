"""Prometheus Alertmanager, API v2: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml

An alert there is its labels, so what changes (counts, headlines) stands in annotations: the update of a story
is the same alert. It is resolved when the story is closed, else at its expiry.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from pydantic import Field, model_validator

from connectors.notify.outcomes import Answer
from connectors.notify.receivers.http import check_url
from connectors.notify.receivers.options import WordsOptions
from connectors.notify.receivers.telling import Telling
from connectors.notify.receivers.words import Words, cut
from connectors.notify.store import Delivery
from wirewatch.alert import Alert

API = "/api/v2/alerts"
MAX_ANNOTATION = 4000
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]")
_OWN = frozenset({"alertname", "story", "severity", "kind"})


class AlertmanagerConfig(WordsOptions):
    """`alertmanager:` of a receiver in routes.yaml."""

    url: str
    """Where Alertmanager lives, its path prefix included: https://alerts.example.com/alertmanager"""
    token_file: str | None = None
    """A bearer token for a proxy that asks for one."""
    allow_private: bool = False
    labels: dict[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")], str] = Field(default={})
    """Added to every alert."""
    resolve_after: Annotated[float, Field(ge=1, le=24 * 30)] = 24
    """Hours after its last telling until a story is taken for over that says nothing of its expiry."""

    @model_validator(mode="after")
    def _makes_sense(self) -> "AlertmanagerConfig":
        check_url(self.url, allow_private=self.allow_private)
        return self


class Alertmanager:
    """The Alertmanager kind for one receiver."""

    def __init__(self, name: str, config: AlertmanagerConfig, *, token: Callable[[], str] | None) -> None:
        self.url = self.shown_url = config.url.rstrip("/") + API
        self.allow_private = config.allow_private
        self._config = config
        self._token = token
        self._words = Words(name, config.title or "{{ alert.title }}", config.body)

    def render(self, telling: Telling) -> bytes:
        """Return the alerts as Alertmanager takes them: of each story the newest telling."""
        newest: dict[tuple[tuple[str, str], ...], dict[str, object]] = {}
        for alert, raw in zip(telling.alerts, telling.raw, strict=True):
            labels = self._labels(alert)
            alone = Telling(telling.id, (alert,), (raw,), telling.at)
            newest[tuple(sorted(labels.items()))] = self._alert(alert, labels, alone)
        return msgspec.json.encode(list(newest.values()))

    def _alert(self, alert: Alert, labels: dict[str, str], alone: Telling) -> dict[str, object]:
        starts = alert.story.first if alert.story else alert.time
        ends = self._ends(alert)
        posted: dict[str, object] = {
            "labels": labels,
            "annotations": self._annotations(alert, alone),
            "startsAt": min(starts, ends),
            "endsAt": ends,
        }
        if alert.url is not None and alert.url.startswith(("https://", "http://")):
            posted["generatorURL"] = alert.url
        return posted

    def _labels(self, alert: Alert) -> dict[str, str]:
        """Return what names the alert for good: nothing that an update changes."""
        labels = {label_name(name): value for name, value in alert.labels.items()}
        labels = {name: value for name, value in labels.items() if name not in _OWN}
        labels |= self._config.labels
        labels |= {"alertname": alert.watch, "severity": alert.severity, "kind": alert.kind}
        if alert.story is not None:
            labels["story"] = alert.story.id
        return {name: value for name, value in labels.items() if value}  # an empty label is none there

    def _annotations(self, alert: Alert, alone: Telling) -> dict[str, str]:
        story = alert.story
        found = {
            "summary": cut(self._words.title(alone), MAX_ANNOTATION),
            "description": cut(self._words.body(alone), MAX_ANNOTATION),
            "watch": alert.watch_name,
            "status": alert.status,
            "url": alert.url or "",
            "source": alert.source or "",
            "articles": str(story.articles) if story else "",
            "sources": str(story.sources) if story else "",
            "actors": ", ".join(actor.name for actor in alert.actors),
            "topics": ", ".join(topic.name for topic in alert.topics),
        }
        return {name: value for name, value in found.items() if value}

    def _ends(self, alert: Alert) -> datetime:
        if alert.status == "closed":
            return alert.alerted
        if alert.expires_at is not None:
            return alert.expires_at
        # Without an end Alertmanager would take it for resolved after its resolve_timeout, 5 minutes.
        return alert.alerted + timedelta(hours=self._config.resolve_after)

    def headers(self, delivery: Delivery, at: datetime) -> Mapping[str, str]:  # noqa: ARG002
        """Return the authorization, where one is configured."""
        return {"authorization": f"Bearer {self._token()}"} if self._token else {}

    def judge(self, answer: Answer, body: bytes) -> Answer:  # noqa: ARG002  # its statuses tell the truth
        """Return `answer`."""
        return answer


def label_name(text: str) -> str:
    """Return `text` as a name that Prometheus takes: letters, digits and `_`, no digit first."""
    name = _NOT_IN_NAMES.sub("_", text) or "_"
    return f"_{name}" if name[0].isdigit() else name
