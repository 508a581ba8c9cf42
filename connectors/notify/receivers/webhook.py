"""The webhook receiver: HTTP POST of the alert's JSON, signed as Standard Webhooks."""

import ipaddress
import ssl
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.guard import AddressRefusedError, refusal, socket_factory
from connectors.names import NameResolver
from connectors.notify import signing
from connectors.notify.outcomes import Answer, Outcome, of_status, retry_after_seconds
from connectors.notify.receivers import CONCURRENCY
from connectors.notify.store import Delivery, Owed
from wirewatch import __version__
from wirewatch.alert import Alert

MAX_ANSWER_BYTES = 64 * 1024
CONNECT_TIMEOUT = 5.0
KEEP_ALIVE = 4.0  # under the 5 s after which many servers hang up, which would cost an attempt
_EXCERPT = 200  # characters of a failed answer that are kept


class WebhookConfig(BaseModel):
    """`webhook:` of a receiver in routes.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    secret_file: Annotated[str, Field(min_length=1)]
    """The signing secret; relative to the config folder, `{data}` is the data folder."""
    allow_private: bool = False
    """Whether the URL may lead to this machine or a private network."""

    @model_validator(mode="after")
    def _url_makes_sense(self) -> "WebhookConfig":
        try:
            parts = urlsplit(self.url)
            _ = parts.port  # raises when it is no port
        except ValueError:  # its text quotes the URL, which may hold a token
            raise ValueError("url is not a URL: look at its brackets and its port") from None
        if parts.scheme not in {"http", "https"}:
            raise ValueError("url must start with https:// or http://")
        if not parts.hostname:
            raise ValueError("url names no host")
        if parts.username is not None or parts.password is not None:
            raise ValueError("url must not hold a user or password: deliveries are signed instead")
        self._check_address(parts.hostname)
        return self

    def _check_address(self, host: str) -> None:
        """Refuse at load what the guard would refuse at every attempt."""
        address = "127.0.0.1" if host == "localhost" else host
        try:
            why = refusal(ipaddress.ip_address(address), allow_private=self.allow_private)
            ever = refusal(ipaddress.ip_address(address), allow_private=True)
        except ValueError:
            return  # a name: judged by its addresses, as they are connected to
        if why is not None:
            hint = "" if ever else "; set allow_private: true if that is meant"
            raise ValueError(f"url leads to {host}, which is {why}{hint}")


class WebhookReceiver:
    """Delivers to one URL. Its session is opened in the running event loop at the first attempt."""

    def __init__(self, name: str, config: WebhookConfig, *, secret: str, timeout: float) -> None:
        self.name = name
        self._config = config
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(CONNECT_TIMEOUT, timeout))
        self._session: aiohttp.ClientSession | None = None

    def owed(self, alert: Alert, raw: bytes) -> Owed:
        """Return the delivery of `alert`: its JSON as it is, under its own id."""
        return Owed(self.name, alert.id, raw)

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:
        """POST once, signed with the current time."""
        headers = {
            **signing.sign(self._secret, id=delivery.id, body=delivery.body, at=now()),
            "content-type": "application/json",
            "traceparent": delivery.traceparent,
        }
        try:
            async with self._open().post(
                self._config.url, data=delivery.body, headers=headers, allow_redirects=False
            ) as response:
                return await _read_answer(response, now)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return _failure(error)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONCURRENCY,
                    resolver=NameResolver(),
                    keepalive_timeout=KEEP_ALIVE,
                    socket_factory=socket_factory(allow_private=self._config.allow_private),
                ),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # nothing is read that could unpack to gigabytes
                headers={"user-agent": f"wirewatch/{__version__}", "accept-encoding": "identity"},
            )
        return self._session

    async def close(self) -> None:
        """Give up connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _read_answer(response: aiohttp.ClientResponse, now: Callable[[], datetime]) -> Answer:
    outcome = of_status(response.status)
    try:
        body = await _read_some(response)
    except (aiohttp.ClientError, TimeoutError, OSError):
        # The status line said it all: a receiver that took the alert and then fumbled its answer has it.
        body = b""
    return Answer(
        outcome,
        response.status,
        "" if outcome is Outcome.DELIVERED else f"HTTP {response.status} {_excerpt(body)}".rstrip(),
        retry_after_seconds(response.headers.get("Retry-After"), now()),
    )


async def _read_some(response: aiohttp.ClientResponse) -> bytes:
    """Return the first 64 KiB of the answer. What is read whole leaves its connection for the next POST."""
    body = bytearray()
    while len(body) < MAX_ANSWER_BYTES:
        chunk = await response.content.read(MAX_ANSWER_BYTES - len(body))
        if not chunk:
            return bytes(body)
        body += chunk
    response.close()
    return bytes(body)


def _excerpt(body: bytes) -> str:
    return _one_line(body[: _EXCERPT * 4].decode("utf-8", "replace"))


def _one_line(text: str) -> str:
    short = " ".join(text.split())[:_EXCERPT]
    return "".join(c for c in short if not unicodedata.category(c).startswith("C"))


def _failure(error: Exception) -> Answer:
    """Return what an exception of an attempt means."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, AddressRefusedError):
        return Answer(
            Outcome.ADDRESS_REFUSED, detail=f"{cause}; allow_private is not set or does not cover it"
        )
    if isinstance(error, TimeoutError):
        return Answer(Outcome.TIMEOUT, detail="no answer in time")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Answer(Outcome.TLS_FAILED, detail=_one_line(str(error)))
    if isinstance(error, aiohttp.ClientConnectorError):
        return Answer(Outcome.UNREACHABLE, detail=_one_line(str(error)))
    return Answer(Outcome.BROKEN_ANSWER, detail=_one_line(f"{type(error).__name__} {_why(error)}"))


def _why(error: Exception) -> str:
    """Return what `error` says, without the URL: its path or query is often a secret of the receiver's."""
    if isinstance(error, aiohttp.ClientResponseError):
        return error.message
    return "" if isinstance(error, aiohttp.InvalidURL) else str(error)
