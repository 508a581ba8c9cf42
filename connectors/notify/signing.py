"""Signatures of webhooks: Standard Webhooks 1.0.0, `v1` (HMAC-SHA256 over id, timestamp and body)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook, WebhookVerificationError


class BadSignatureError(ValueError):
    """The request is not signed with this secret, or too long ago; the message says which."""


def sign(secret: str, *, id: str, body: bytes, at: datetime) -> dict[str, str]:  # noqa: A002  # the standard's own word
    """Return the three headers that sign `body` (UTF-8) under `id` at the aware time `at`.

    Raises ValueError for a naive time.
    """
    if at.tzinfo is None:
        raise ValueError("a signature needs an aware time")
    utc = at.astimezone(UTC)  # the library takes the wall-clock digits of any other zone for UTC
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(utc.timestamp())),
        "webhook-signature": Webhook(secret).sign(id, utc, body.decode()),
    }


def verify(secret: str, body: bytes, headers: Mapping[str, str]) -> str:
    """Return the webhook id of a request that is rightly signed, at most 5 minutes ago or ahead.

    Raises BadSignatureError for any other, however malformed.
    """
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError as error:
        raise BadSignatureError(str(error)) from error
    except ValueError as error:  # the library's answer to malformed signatures and bodies
        raise BadSignatureError("malformed signature or body") from error
    return {name.lower(): value for name, value in headers.items()}["webhook-id"]
