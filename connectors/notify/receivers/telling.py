"""What is told at once, and the request that tells it: plain data between grouping, receivers and preview."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wirewatch.alert import SEVERITIES, Alert, Severity

MAX_LINK = 2048
"""Characters of an address that is made a link: Discord's bound, and browsers open no much longer one."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One flush of one group to one receiver: all that `Receiver.render` may know."""

    id: str
    """The delivery id: the webhook-id, the mail's Message-ID."""
    alerts: tuple[Alert, ...]
    """In the order decided, oldest first; never empty."""
    raw: tuple[bytes, ...]
    """The JSON of each alert, byte for byte as read."""
    at: datetime
    """When the group was flushed, aware."""
    group_key: str = ""
    """Deliveries of one group keep their order; empty: no order is kept."""
    group: Mapping[str, str] = field(default_factory=dict)
    """What the alerts have in common (`group_by`), by name."""
    repeat: int = 0
    """How many times this very group was told before."""

    @property
    def latest(self) -> Alert:
        """The alert that was decided last."""
        return self.alerts[-1]

    @property
    def link(self) -> str | None:
        """The web address of the one article told of; None for several, and for one too long for a link."""
        url = self.latest.url
        if len(self.alerts) > 1 or url is None or not url.startswith(("https://", "http://")):
            return None
        return url if len(url) <= MAX_LINK else None

    @property
    def severity(self) -> Severity:
        """The highest severity among the alerts."""
        return max((alert.severity for alert in self.alerts), key=SEVERITIES.index)


@dataclass(frozen=True, slots=True)
class Request:
    """What one attempt sends, as people may see it: passwords and tokens are hidden."""

    method: str
    """POST; SMTP, APPEND, NOTIFY or PRINT for what is no HTTP."""
    target: str
    """URL, server or path, without what is secret in it."""
    headers: Mapping[str, str]
    body: bytes
    """Exactly what is sent."""
