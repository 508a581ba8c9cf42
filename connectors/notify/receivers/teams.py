"""Microsoft Teams: an Adaptive Card to a workflow's webhook.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
(28 KB a message; a proxy in front may answer 200 with the words of a failure).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from connectors.notify.outcomes import Answer, DeliveryOutcome
from connectors.notify.receivers.http import Chat, excerpt
from connectors.notify.receivers.options import ChatOptions
from connectors.notify.receivers.telling import Telling
from connectors.notify.receivers.words import Words, cut, escape_markdown
from connectors.notify.store import Delivery
from wirewatch.alert import Severity

MAX_BYTES = 28 * 1024
_COLOURS: dict[Severity, str] = {
    "info": "accent",
    "low": "good",
    "medium": "warning",
    "high": "attention",
    "critical": "attention",
}


class TeamsConfig(ChatOptions):
    """`teams:` of a receiver in routes.yaml."""


class Teams(Chat):
    """The Teams kind for one receiver."""

    def __init__(self, name: str, config: TeamsConfig, *, url: Callable[[], str]) -> None:
        super().__init__(url, allow_private=config.allow_private)
        self._words = Words(name, config.title, config.body, escape=escape_markdown)

    def render(self, telling: Telling) -> bytes:
        """Return a message with one card, its text cut until the whole is within 28 KB."""
        title, body = cut(self._words.title(telling), 500), self._words.body(telling)
        limit = len(body)
        # Without a body it is 15 KB at most, most of it a link of control characters, 6 bytes each.
        while len(data := _card(telling, title, cut(body, limit))) > MAX_BYTES and limit:
            limit = limit * 9 // 10
        return data

    def headers(self, delivery: Delivery, at: datetime) -> Mapping[str, str]:  # noqa: ARG002
        """Return none: the URL is the password."""
        return {}

    def judge(self, answer: Answer, body: bytes) -> Answer:
        """Return a failure where a 200 says in words that the message was not taken."""
        if answer.outcome is not DeliveryOutcome.DELIVERED or b"delivery failed" not in body[:1000]:
            return answer
        outcome = DeliveryOutcome.THROTTLED if b"429" in body[:1000] else DeliveryOutcome.SERVER_ERROR
        return replace(answer, outcome=outcome, detail=excerpt(body.decode("utf-8", "replace")))


def _card(telling: Telling, title: str, body: str) -> bytes:
    content: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {
                "type": "TextBlock",
                "text": title,
                "weight": "Bolder",
                "size": "Medium",
                "wrap": True,
                "color": _COLOURS[telling.severity],
            },
            # A single line break is none in a card's Markdown.
            {"type": "TextBlock", "text": body.replace("\n", "\n\n"), "wrap": True},
        ],
    }
    if telling.link is not None:
        content["actions"] = [{"type": "Action.OpenUrl", "title": "Open the article", "url": telling.link}]
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return msgspec.json.encode({"type": "message", "attachments": [card]})
