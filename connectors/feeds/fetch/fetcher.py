"""Fetching one URL: bounded in time and size, guarded at the socket, redirects followed by hand."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from connectors.feeds.fetch.access import ANYBODY, Access
from connectors.feeds.fetch.body import ACCEPT_ENCODING, BodyTooLargeError, BrokenBodyError, decode_body
from connectors.feeds.fetch.headers import link, max_age, retry_after, text, url_text, validator
from connectors.feeds.fetch.hosts import Hosts, NoTurnError, Turn
from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult
from connectors.feeds.urls import host_of, url_refusal
from connectors.guard import AddressRefusedError, socket_factory
from connectors.names import NameResolver
from wirewatch import __version__

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 20.0
"""For a whole fetch, redirects included; waiting for a turn at a host does not count."""
MAX_BYTES = 10 << 20
MAX_HEADER = 64 * 1024
"""Bytes of a header or the status line: policies and preloads of news sites pass the library's 8 KiB."""
MAX_REDIRECTS = 5
CONCURRENCY = 250
"""Connections in all: 50 polls under way, and 4 pages of each. Who had to wait for one would time out."""
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
NO_TURN_SECONDS = 300.0
"""At least, until a request is tried again that got no turn at its host."""
_WHOLE = frozenset({200, 203})  # 203: by a proxy that changed something
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DETAILS = {304: "", 401: "HTTP 401: it needs a login"}
_READ_STEP = 64 * 1024
_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a fetch: seconds and bytes (after unpacking)."""

    connect: float = CONNECT_SECONDS
    total: float = TOTAL_SECONDS
    size: int = MAX_BYTES


def user_agent(contact: str | None) -> str:
    """Return who we are and why we call; `contact` is a URL or an address of whoever runs this."""
    who = f"; +{contact}" if contact else ""
    return f"wirewatch/{__version__} (news monitoring, reads feeds{who})"


@dataclass
class Fetcher:
    """Fetches URLs for one event loop. `resolver` stands in for the system's in tests."""

    agent: str
    now: Callable[[], datetime]
    hosts: Hosts = field(default_factory=Hosts)
    limits: Limits = Limits()
    resolver: AbstractResolver | None = None
    _sessions: dict[bool, aiohttp.ClientSession] = field(default_factory=dict)

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        accept: str = ACCEPT,
        access: Access = ANYBODY,
        refuse_hop: Callable[[str], Awaitable[FetchResult | None]] | None = None,
        at_turn: Callable[[str], FetchResult | None] = lambda _: None,
    ) -> FetchResult:
        """GET `url`; return what came of it. Raises nothing for what a server can do.

        `etag` and `modified` make it conditional. `access` may open a private address and any port.
        `refuse_hop` is asked about each URL that a redirect leads to (robots.txt), `at_turn` about each URL
        when its host's turn has come: what was known before the wait may have changed (Retry-After).
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        hop = _Hop(url, {name: value for name, value in conditions.items() if value})
        try:
            for _ in range(MAX_REDIRECTS + 1):
                why = url_refusal(hop.url, allow_private=access.opens(hop.url))
                if why is not None:
                    return FetchResult(FetchOutcome.REFUSED, hop.url, detail=why)
                if hop.url != url and refuse_hop is not None and (refused := await refuse_hop(hop.url)):
                    return refused
                async with (
                    self.hosts.turn(hop.url) as turn,
                    asyncio.timeout(self.limits.total - hop.spent),
                ):
                    if (refused := at_turn(hop.url)) is not None:
                        return refused
                    started = asyncio.get_running_loop().time()
                    found = await self._one(hop, accept, access, turn)
                if isinstance(found, FetchResult):
                    moved = hop.url if hop.permanent and hop.url != url else None
                    return replace(found, moved_to=moved)
                found.spent = hop.spent + asyncio.get_running_loop().time() - started
                hop = found
        except (NoTurnError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return _failure(hop.url, error)
        return FetchResult(FetchOutcome.REDIRECTS, hop.url, detail=f"more than {MAX_REDIRECTS} redirects")

    async def _one(self, hop: "_Hop", accept: str, access: Access, turn: Turn) -> "FetchResult | _Hop":
        session = self._session(allow_private=access.opens(hop.url))
        headers = {"Accept": accept, **hop.conditions, **access.headers(hop.url)}
        async with session.get(
            hop.url, headers=headers, allow_redirects=False, trace_request_ctx=turn
        ) as response:
            if response.status in _REDIRECTS:
                return _next_hop(hop, response)
            if response.status == 304 and not hop.conditions:
                return FetchResult(
                    FetchOutcome.SERVER_ERROR, hop.url, 304, "HTTP 304, though nothing was there before"
                )
            if response.status not in _WHOLE:
                return self._refused(hop.url, response)
            body = await self._read(response)
        encodings = text(response.headers.get("Content-Encoding", ""))
        links = response.headers.getall("Link", ())
        decoded = await asyncio.to_thread(decode_body, body, encodings, limit=self.limits.size)
        return FetchResult(
            FetchOutcome.READ,
            hop.url,
            response.status,
            body=decoded,
            content_type=text(response.headers.get("Content-Type", "")),
            etag=validator(response.headers.get("ETag")),
            modified=validator(response.headers.get("Last-Modified")),
            max_age=max_age(response.headers, self.now()),
            wire_bytes=len(body),
            hub=link(links, "hub"),
            topic=link(links, "self"),
        )

    async def post(self, url: str, form: Mapping[str, str], *, allow_private: bool = False) -> FetchResult:
        """POST a form; READ when it was taken (2xx). No redirect is followed. Raises nothing, as `fetch`."""
        why = url_refusal(url, allow_private=allow_private)
        if why is not None:
            return FetchResult(FetchOutcome.REFUSED, url, detail=why)
        session = self._session(allow_private=allow_private)
        try:
            async with (
                self.hosts.turn(url) as turn,
                asyncio.timeout(self.limits.total),
                session.post(url, data=form, allow_redirects=False, trace_request_ctx=turn) as response,
            ):
                if 200 <= response.status < 300:
                    return FetchResult(FetchOutcome.READ, url, response.status)
                if response.status in _REDIRECTS:
                    return FetchResult(
                        FetchOutcome.REDIRECTS, url, response.status, f"HTTP {response.status}"
                    )
                return self._refused(url, response)
        except (NoTurnError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return _failure(url, error)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        while chunk := await response.content.read(_READ_STEP):
            body += chunk
            if len(body) > self.limits.size:
                raise BodyTooLargeError(f"more than {self.limits.size} bytes")
        return bytes(body)

    def _refused(self, url: str, response: aiohttp.ClientResponse) -> FetchResult:
        status, headers = response.status, response.headers
        wait = retry_after(headers.get("Retry-After"), self.now())
        outcome = _of_status(status, has_wait=wait is not None)
        return FetchResult(
            outcome,
            url,
            status,
            detail=_DETAILS.get(status, f"HTTP {status}") + (f", to wait for {wait:.0f} s" if wait else ""),
            etag=validator(headers.get("ETag")),
            modified=validator(headers.get("Last-Modified")),
            max_age=max_age(headers, self.now()) if outcome is FetchOutcome.NOT_MODIFIED else None,
            retry_after=wait,
        )

    def _session(self, *, allow_private: bool) -> aiohttp.ClientSession:
        session = self._sessions.get(allow_private)
        if session is None:
            session = self._sessions[allow_private] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONCURRENCY,
                    resolver=self.resolver or NameResolver(),
                    socket_factory=socket_factory(allow_private=allow_private),
                ),
                timeout=aiohttp.ClientTimeout(total=self.limits.total, connect=self.limits.connect),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=MAX_HEADER,
                max_field_size=MAX_HEADER,
                trace_configs=[_trace()],
                headers={
                    "User-Agent": self.agent,
                    "Accept-Encoding": ACCEPT_ENCODING,
                },
            )
        return session

    async def close(self) -> None:
        """Give up connections."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _trace() -> aiohttp.TraceConfig:
    """Return the hook that tells a turn when its request is on its way."""

    async def sent(_: object, trace: SimpleNamespace, __: object) -> None:
        trace.trace_request_ctx.sent()

    hooks = aiohttp.TraceConfig()
    hooks.on_request_headers_sent.append(sent)
    return hooks


@dataclass
class _Hop:
    url: str
    conditions: Mapping[str, str]
    """Headers that make it a conditional request."""
    permanent: bool = True
    """Every redirect so far was a permanent one."""
    spent: float = 0.0


def _next_hop(hop: _Hop, response: aiohttp.ClientResponse) -> "_Hop | FetchResult":
    target = url_text(response.headers.get("Location", "")).strip()
    try:
        url = urljoin(hop.url, target).partition("#")[0]
    except ValueError:
        url = ""
    if not target or not url:
        return FetchResult(FetchOutcome.REDIRECTS, hop.url, response.status, "a redirect to nowhere")
    same_site = urlsplit(url).netloc == urlsplit(hop.url).netloc
    # A validator belongs to whoever gave it.
    conditions = hop.conditions if same_site or response.status in _PERMANENT else {}
    return _Hop(url, conditions, permanent=hop.permanent and response.status in _PERMANENT)


def _of_status(status: int, *, has_wait: bool) -> FetchOutcome:
    if status == 304:
        return FetchOutcome.NOT_MODIFIED
    if status == 410:
        return FetchOutcome.GONE
    if status == 429 or (status == 503 and has_wait):
        return FetchOutcome.BUSY
    if 400 <= status < 500:
        return FetchOutcome.CLIENT_ERROR
    return FetchOutcome.SERVER_ERROR


def _failure(url: str, error: Exception) -> FetchResult:
    """Return what an exception of a fetch means."""
    if isinstance(error, NoTurnError):  # nobody was asked: see FetchResult.held
        wait = max(error.seconds, NO_TURN_SECONDS)
        return FetchResult(
            FetchOutcome.BUSY, url, detail=f"too many wait for {host_of(url)}", retry_after=wait
        )
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    for kind, outcome, detail in _FAILURES:
        if isinstance(cause, kind) or isinstance(error, kind):
            return FetchResult(outcome, url, detail=detail or text(str(cause))[:_DETAIL])
    return FetchResult(
        FetchOutcome.BROKEN_BODY, url, detail=text(f"{type(error).__name__}: {error}")[:_DETAIL]
    )


# The first that fits. aiohttp's classes are each other's children, so the order counts.
_FAILURES: tuple[tuple[type[Exception], FetchOutcome, str], ...] = (
    (BodyTooLargeError, FetchOutcome.TOO_LARGE, ""),
    (BrokenBodyError, FetchOutcome.BROKEN_BODY, ""),
    (AddressRefusedError, FetchOutcome.REFUSED, ""),
    (socket.gaierror, FetchOutcome.NO_ADDRESS, "the host name has no address"),
    (aiohttp.ClientConnectorDNSError, FetchOutcome.NO_ADDRESS, "the host name has no address"),
    (TimeoutError, FetchOutcome.TIMEOUT, "no whole answer in time"),
    (ssl.SSLError, FetchOutcome.TLS_FAILED, ""),
    (aiohttp.ClientSSLError, FetchOutcome.TLS_FAILED, ""),
    (aiohttp.InvalidURL, FetchOutcome.REFUSED, "not a URL"),
    (ConnectionRefusedError, FetchOutcome.UNREACHABLE, "nobody listens there"),
    (aiohttp.ClientConnectorError, FetchOutcome.UNREACHABLE, ""),
    (aiohttp.ClientPayloadError, FetchOutcome.BROKEN_BODY, "the body is cut short or garbled"),
    (aiohttp.ServerDisconnectedError, FetchOutcome.UNREACHABLE, "the server hung up"),
    (ConnectionError, FetchOutcome.UNREACHABLE, ""),
)
