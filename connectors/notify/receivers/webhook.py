"""The webhook receiver: HTTP POST of the alert's JSON, signed as Standard Webhooks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.notify.outcomes import Answer
from connectors.notify.receivers.http import check_url
from connectors.notify.receivers.telling import Telling
from connectors.notify.signing import signature
from connectors.notify.store import Delivery
from wirewatch.alert import GROUP_VERSION

MAX_BODY_BYTES = 1 << 20
"""Of a group: the newest alerts that fit are sent, the rest counted in `truncated`."""


class WebhookConfig(BaseModel):
    """`webhook:` of a receiver in routes.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    secret_file: Annotated[str, Field(min_length=1)] | None = None
    """The signing secret, or two of them, a line each, while it is changed; relative to the config folder,
    `{data}` is the data folder."""
    secret_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The environment variable that holds the secret instead."""
    allow_private: bool = False
    """Whether the URL may lead to this machine or a private network."""

    @model_validator(mode="after")
    def _makes_sense(self) -> "WebhookConfig":
        if (self.secret_file is None) == (self.secret_env is None):
            raise ValueError("needs secret_file or secret_env, one of the two")
        check_url(self.url, allow_private=self.allow_private)
        return self


class Webhook:
    """The webhook kind for one receiver: its secrets are asked for at each attempt."""

    def __init__(self, name: str, config: WebhookConfig, *, secrets: Callable[[], Sequence[str]]) -> None:
        self._name = name
        self._secrets = secrets
        self.url = self.shown_url = config.url
        self.allow_private = config.allow_private

    def render(self, telling: Telling) -> bytes:
        """Return the alert's JSON as it is, or for several an envelope round them."""
        return telling.raw[0] if len(telling.raw) == 1 else group_body(self._name, telling)

    def headers(self, delivery: Delivery, at: datetime) -> Mapping[str, str]:
        """Return the signature, made anew for each attempt under the same id."""
        return signature.sign(self._secrets(), id=delivery.id, body=delivery.body, at=at)

    def judge(self, answer: Answer, body: bytes) -> Answer:  # noqa: ARG002  # the status says it all
        """Return `answer`."""
        return answer


def group_body(receiver: str, telling: Telling) -> bytes:
    """Return the JSON of a group (`AlertGroup`): the newest alerts that fit into 1 MiB, in their order."""
    kept: list[msgspec.Raw] = []
    size = 0
    for raw in reversed(telling.raw):
        size += len(raw) + 1
        if kept and size > MAX_BODY_BYTES:
            break
        kept.append(msgspec.Raw(raw))
    return msgspec.json.encode(
        {
            "v": GROUP_VERSION,
            "kind": "group",
            "id": telling.id,
            "receiver": receiver,
            "group": dict(telling.group),
            "repeat": telling.repeat,
            "truncated": len(telling.raw) - len(kept),
            "alerts": kept[::-1],
        }
    )
