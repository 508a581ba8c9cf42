"""Slack's incoming webhooks, and what speaks like them (Mattermost, Rocket.Chat).

https://api.slack.com/messaging/webhooks; limits of blocks: https://api.slack.com/reference/block-kit/blocks
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from connectors.notify.outcomes import Answer
from connectors.notify.receivers.http import Chat
from connectors.notify.receivers.options import ChatOptions
from connectors.notify.receivers.telling import Telling
from connectors.notify.receivers.words import Words, cut, escape_slack
from connectors.notify.store import Delivery
from wirewatch.alert import Severity

MAX_SECTION = 3000
MAX_SECTIONS = 4
MAX_FALLBACK = 300
_COLOURS: dict[Severity, str] = {
    "info": "#4a90d9",
    "low": "#3aa655",
    "medium": "#e0a800",
    "high": "#d9480f",
    "critical": "#c1121f",
}


class SlackConfig(ChatOptions):
    """`slack:` of a receiver in routes.yaml."""


class Slack(Chat):
    """The Slack kind for one receiver."""

    def __init__(self, name: str, config: SlackConfig, *, url: Callable[[], str]) -> None:
        super().__init__(url, allow_private=config.allow_private)
        self._words = Words(name, config.title, config.body, escape=escape_slack)

    def render(self, telling: Telling) -> bytes:
        """Return a message: a coloured attachment of at most four sections, none cut within an escape."""
        title = self._words.title(telling)
        text = f"*{_fit(title, 500)}*\n{self._words.body(telling)}"
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in _sections(text)]
        return msgspec.json.encode(
            {
                "text": _fit(title, MAX_FALLBACK),
                "attachments": [{"color": _COLOURS[telling.severity], "blocks": blocks}],
            }
        )

    def headers(self, delivery: Delivery, at: datetime) -> Mapping[str, str]:  # noqa: ARG002
        """Return none: the URL is the password."""
        return {}

    def judge(self, answer: Answer, body: bytes) -> Answer:  # noqa: ARG002  # its statuses tell the truth
        """Return `answer`."""
        return answer


def _sections(text: str) -> list[str]:
    """Return `text` in pieces of at most 3,000 characters, broken at lines where there are any."""
    pieces: list[str] = []
    rest = text
    while rest and len(pieces) < MAX_SECTIONS:
        last = len(pieces) == MAX_SECTIONS - 1
        if len(rest) <= MAX_SECTION or last:
            pieces.append(_fit(rest, MAX_SECTION))
            break
        at = rest.rfind("\n", 1, MAX_SECTION)
        at = at if at > 0 else len(_whole(rest[:MAX_SECTION]))
        pieces.append(rest[:at])
        rest = rest[at:].lstrip("\n")
    return pieces


def _fit(text: str, limit: int) -> str:
    return text if len(text) <= limit else cut(_whole(text[: limit - 1]) + "…", limit)


def _whole(text: str) -> str:
    """Return `text` without an escape (`&amp;`) that was cut in the middle at its end."""
    start = text.rfind("&", max(0, len(text) - 5))
    return text[:start] if start >= 0 and ";" not in text[start:] else text
