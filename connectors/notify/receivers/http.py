"""Receivers that are told by HTTP POST: one sender, guarded and bounded, for every such kind."""

import ipaddress
import os
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
from aiohttp.client_proto import ResponseHandler

from connectors.guard import AddressRefusedError, refusal, socket_factory
from connectors.names import NameResolver
from connectors.notify.outcomes import Answer, DeliveryOutcome, of_status, retry_after_seconds
from connectors.notify.receivers.base import CONCURRENCY
from connectors.notify.receivers.telling import Request, Telling
from connectors.notify.store import Delivery
from wirewatch import __version__
from wirewatch.text import printable

MAX_ANSWER_BYTES = 64 * 1024
CONNECT_TIMEOUT = 5.0
KEEP_ALIVE = 4.0  # under the 5 s after which many servers hang up, which would cost an attempt
HIDDEN = "(hidden)"
_EXCERPT = 200  # characters of a failed answer that are kept
_SECRET_HEADERS = frozenset({"authorization"})


class HttpKind(Protocol):
    """What tells one kind of HTTP receiver from another; pure."""

    @property
    def url(self) -> str:
        """Where to POST; may be a secret."""

    @property
    def shown_url(self) -> str:
        """The URL as people may see it."""

    @property
    def allow_private(self) -> bool:
        """Whether the URL may lead to a private network."""

    def render(self, telling: Telling) -> bytes:
        """Return the exact body."""

    def headers(self, delivery: Delivery, at: datetime) -> Mapping[str, str]:
        """Return what this kind adds to the headers of an attempt made at `at`."""

    def judge(self, answer: Answer, body: bytes) -> Answer:
        """Return what an answer means where the status alone does not say it."""


class Chat:
    """What chats have in common: a URL that is itself the password, asked for at each attempt."""

    def __init__(self, url: Callable[[], str], *, allow_private: bool) -> None:
        self._url = url
        self.allow_private = allow_private

    @property
    def url(self) -> str:
        """Where to POST."""
        return self._url()

    @property
    def shown_url(self) -> str:
        """The URL as people may see it."""
        return host_only(self._url())


class _Answers(ResponseHandler):
    """Hears an answer's head before what follows it: a 204 with a body, more than was announced.

    An answer ends where its head says (RFC 9112, section 6.3), and its status has told all. aiohttp's parser
    drops the head as well where both come in one piece and what follows is no HTTP.
    """

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        head, end, rest = data.partition(b"\r\n\r\n")
        super().data_received(head + end)
        if rest:
            super().data_received(rest)


class _Connector(aiohttp.TCPConnector):
    """Connections over which `_Answers` are heard."""

    def __init__(self, *, allow_private: bool) -> None:
        super().__init__(
            limit=CONCURRENCY,
            resolver=NameResolver(),
            keepalive_timeout=KEEP_ALIVE,
            socket_factory=socket_factory(allow_private=allow_private),
        )
        self._factory = partial(_Answers, loop=self._loop)  # type: ignore[assignment]  # partial is invariant


class HttpReceiver:
    """Delivers to one URL. Its session is opened in the running event loop at the first attempt."""

    def __init__(self, name: str, kind: HttpKind, *, timeout: float) -> None:
        self.name = name
        self._kind = kind
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(CONNECT_TIMEOUT, timeout))
        self._session: aiohttp.ClientSession | None = None

    def render(self, telling: Telling) -> bytes:
        """Return the exact body that tells of `telling`."""
        return self._kind.render(telling)

    def request(self, delivery: Delivery, at: datetime) -> Request:
        """Return what an attempt at `at` would send."""
        headers = {
            name: HIDDEN if name in _SECRET_HEADERS else value
            for name, value in self._headers(delivery, at).items()
        }
        return Request("POST", self._kind.shown_url, headers, delivery.body)

    def _headers(self, delivery: Delivery, at: datetime) -> dict[str, str]:
        return {
            "content-type": "application/json",
            "traceparent": delivery.traceparent,
            **self._kind.headers(delivery, at),
        }

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:
        """POST once."""
        try:
            async with self._open().post(
                self._kind.url,
                data=delivery.body,
                headers=self._headers(delivery, now()),
                allow_redirects=False,
            ) as response:
                return await self._read_answer(response, now)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return failure(error)

    async def _read_answer(self, response: aiohttp.ClientResponse, now: Callable[[], datetime]) -> Answer:
        outcome = of_status(response.status)
        try:
            body = await _read_some(response)
        except (aiohttp.ClientError, TimeoutError, OSError):
            # The status line said it all: a receiver that took the alert and then fumbled its answer has it.
            body = b""
        said = self._leads_to(response) if outcome is DeliveryOutcome.REDIRECTED else _body_excerpt(body)
        answer = Answer(
            outcome,
            response.status,
            "" if outcome is DeliveryOutcome.DELIVERED else f"HTTP {response.status} {said}".rstrip(),
            retry_after_seconds(response.headers.get("Retry-After"), now()),
        )
        return self._kind.judge(answer, body)

    def _leads_to(self, response: aiohttp.ClientResponse) -> str:
        """Return where a redirect leads, without what people may not see: a query, a secret URL's path."""
        try:
            url = urljoin(self._kind.url, response.headers.get("Location", ""))
            to = urlsplit(url)
            _ = to.port  # raises when it is no port
        except ValueError:
            return "to what is no URL"
        is_secret = self._kind.shown_url != self._kind.url
        return excerpt(f"to {host_only(url) if is_secret else f'{_origin(to)}{to.path}'}")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_Connector(allow_private=self._kind.allow_private),
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


def check_url(url: str, *, allow_private: bool) -> None:
    """Raise ValueError, not quoting `url`, when no delivery could ever be made to it."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no port
    except ValueError:  # its text quotes the URL, which may hold a token
        raise ValueError("url is not a URL: look at its brackets and its port") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("url must start with https:// or http://")
    if not parts.hostname:
        raise ValueError("url names no host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("url must not hold a user or password")
    check_host(parts.hostname, what="url", allow_private=allow_private)


def check_host(host: str, *, what: str, allow_private: bool) -> None:
    """Refuse at load, by ValueError, what the guard would refuse at every attempt; `what`: the setting."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        why = refusal(ipaddress.ip_address(address), allow_private=allow_private)
        ever = refusal(ipaddress.ip_address(address), allow_private=True)
    except ValueError:
        return  # a name: judged by its addresses, as they are connected to
    if why is not None:
        hint = "" if ever else "; set allow_private: true if that is meant"
        raise ValueError(f"{what} leads to {host}, which is {why}{hint}")


def host_only(url: str) -> str:
    """Return `url` with its path hidden: that of a chat's webhook is a password."""
    return f"{_origin(urlsplit(url))}/{HIDDEN}"


def _origin(parts: SplitResult) -> str:
    """Return scheme, host and port as they were written, without a user and password."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


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


def _body_excerpt(body: bytes) -> str:
    return excerpt(body[: _EXCERPT * 4].decode("utf-8", "replace"))


def excerpt(text: str) -> str:
    """Return the start of `text` on one printable line."""
    return printable(" ".join(text.split())[:_EXCERPT])


def refused(why: object) -> Answer:
    """Return what an attempt comes to at an address that the guard refuses."""
    return Answer(
        DeliveryOutcome.ADDRESS_REFUSED, detail=f"{why}; allow_private is not set or does not cover it"
    )


def failure(error: Exception) -> Answer:
    """Return what an exception of an attempt means."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, AddressRefusedError):
        return refused(cause)
    if isinstance(error, TimeoutError):
        return Answer(DeliveryOutcome.TIMEOUT, detail="no answer in time")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Answer(DeliveryOutcome.TLS_FAILED, detail=excerpt(str(error)))
    if isinstance(error, aiohttp.ClientConnectorError):
        why = os.strerror(error.os_error.errno) if error.os_error.errno else str(error.os_error)
        return Answer(
            DeliveryOutcome.UNREACHABLE, detail=excerpt(f"cannot connect to {error.host}:{error.port}: {why}")
        )
    return Answer(DeliveryOutcome.BROKEN_ANSWER, detail=excerpt(f"{type(error).__name__} {_why(error)}"))


def _why(error: Exception) -> str:
    """Return what `error` says, without the URL: its path or query is often a secret of the receiver's."""
    if isinstance(error, aiohttp.ClientResponseError):
        return error.message
    return "" if isinstance(error, aiohttp.InvalidURL) else str(error)
