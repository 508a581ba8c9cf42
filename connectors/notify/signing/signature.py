"""Signatures of webhooks: Standard Webhooks 1.0.0, `v1` (HMAC-SHA256 over id, timestamp and body)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook, WebhookVerificationError


class BadSignatureError(ValueError):
    """The request is not signed with this secret, or too long ago; the message says which."""


def sign(
    secrets: str | Sequence[str],
    *,
    id: str,  # noqa: A002  # the standard's own word
    body: bytes,
    at: datetime,
) -> dict[str, str]:
    """Return the three headers that sign `body` (UTF-8) under `id` at the aware time `at`.

    With two secrets there are two signatures, so that a receiver that knows either takes it.
    Raises ValueError for a naive time.
    """
    if at.tzinfo is None:
        raise ValueError("a signature needs an aware time")
    utc = at.astimezone(UTC)  # the library takes the wall-clock digits of any other zone for UTC
    text = body.decode()
    each = (secrets,) if isinstance(secrets, str) else secrets
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(utc.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(id, utc, text) for secret in each),
    }


def verify(secrets: str | Sequence[str], body: bytes, headers: Mapping[str, str]) -> str:
    """Return the webhook id of a request that is rightly signed with one of `secrets`.

    Raises BadSignatureError for any other, also one signed over 5 minutes ago or ahead, however malformed.
    """
    each = (secrets,) if isinstance(secrets, str) else tuple(secrets)
    for secret in each[:-1]:
        try:
            return _verify(secret, body, headers)
        except BadSignatureError:
            continue
    return _verify(each[-1], body, headers)


def _verify(secret: str, body: bytes, headers: Mapping[str, str]) -> str:
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError as error:
        raise BadSignatureError(str(error)) from error
    except ValueError as error:  # the library's answer to malformed signatures and bodies
        raise BadSignatureError("malformed signature or body") from error
    return {name.lower(): value for name, value in headers.items()}["webhook-id"]
