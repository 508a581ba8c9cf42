"""Discord's webhooks: https://discord.com/developers/docs/resources/webhook#execute-webhook

Limits: an embed's title 256, description 4096, all embeds of a message 6000 characters.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from connectors.notify.outcomes import MAX_RETRY_AFTER, Answer, DeliveryOutcome
from connectors.notify.receivers.http import Chat
from connectors.notify.receivers.options import ChatOptions
from connectors.notify.receivers.telling import Telling
from connectors.notify.receivers.words import Words, cut, escape_markdown
from connectors.notify.store import Delivery
from wirewatch.alert import Severity

MAX_TITLE = 256
MAX_DESCRIPTION = 4096
_COLOURS: dict[Severity, int] = {
    "info": 0x4A90D9,
    "low": 0x3AA655,
    "medium": 0xE0A800,
    "high": 0xD9480F,
    "critical": 0xC1121F,
}


class _Throttled(msgspec.Struct):
    retry_after: float


class DiscordConfig(ChatOptions):
    """`discord:` of a receiver in routes.yaml."""


class Discord(Chat):
    """The Discord kind for one receiver."""

    def __init__(self, name: str, config: DiscordConfig, *, url: Callable[[], str]) -> None:
        super().__init__(url, allow_private=config.allow_private)
        self._words = Words(name, config.title, config.body, escape=escape_markdown)

    def render(self, telling: Telling) -> bytes:
        """Return a message with one embed; nobody is mentioned, whatever a headline holds."""
        embed: dict[str, object] = {
            "title": cut(self._words.title(telling), MAX_TITLE),
            "description": cut(self._words.body(telling), MAX_DESCRIPTION),
            "color": _COLOURS[telling.severity],
            "timestamp": telling.latest.time.isoformat(),
        }
        if telling.link is not None:
            embed["url"] = telling.link
        return msgspec.json.encode({"embeds": [embed], "allowed_mentions": {"parse": []}})

    def headers(self, delivery: Delivery, at: datetime) -> Mapping[str, str]:  # noqa: ARG002
        """Return none: the URL is the password."""
        return {}

    def judge(self, answer: Answer, body: bytes) -> Answer:
        """Return `answer` with the finer `retry_after` of a 429's body."""
        if answer.outcome is not DeliveryOutcome.THROTTLED:
            return answer
        try:
            seconds = msgspec.json.decode(body, type=_Throttled).retry_after
        except msgspec.DecodeError:
            return answer
        return replace(answer, retry_after=min(max(seconds, answer.retry_after or 0.0), MAX_RETRY_AFTER))
