"""Everything else, by Apprise's URLs: https://github.com/caronc/apprise/wiki

Apprise chooses the addresses it connects to. A host that the URL names is held against the guard before each
attempt, then every address that is connected to; neither redirects nor a server's word of where it lives are
followed.
"""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec
from pydantic import Field

from connectors.aside import Lane
from connectors.guard import guarded, refusal_at
from connectors.names import NameResolver
from connectors.notify.outcomes import Answer, DeliveryOutcome
from connectors.notify.receivers.http import refused
from connectors.notify.receivers.options import WordsOptions
from connectors.notify.receivers.telling import Request, Telling
from connectors.notify.receivers.words import Words, cut
from connectors.notify.store import Delivery
from wirewatch.errors import ConfigError

if TYPE_CHECKING:
    import apprise

MAX_TITLE = 250
MAX_BODY = 32_768
_TYPES = {"info": "info", "low": "info", "medium": "warning", "high": "failure", "critical": "failure"}


class AppriseConfig(WordsOptions):
    """`apprise:` of a receiver in routes.yaml."""

    url_file: Annotated[str, Field(min_length=1)]
    """A file that holds one Apprise URL: it is a password. Relative to the config folder."""
    allow_private: bool = False


class _Message(msgspec.Struct):
    title: str
    body: str
    type: str


class AppriseReceiver:
    """Tells one Apprise service, one at a time, on a thread."""

    def __init__(
        self, name: str, config: AppriseConfig, *, service: "Callable[[], Service]", timeout: float
    ) -> None:
        """Take what tells it, asked for at each attempt."""
        self.name = name
        self._config = config
        self._service = service
        self._timeout = timeout
        self._lane = Lane(f"receiver {name}", timeout=timeout)
        self._words = Words(name, config.title, config.body)

    def render(self, telling: Telling) -> bytes:
        """Return title, body and type as JSON: what Apprise is handed."""
        return msgspec.json.encode(
            _Message(
                cut(self._words.title(telling), MAX_TITLE),
                cut(self._words.body(telling), MAX_BODY),
                _TYPES[telling.severity],
            )
        )

    def request(self, delivery: Delivery, at: datetime) -> Request:  # noqa: ARG002
        """Return what Apprise is handed."""
        return Request("NOTIFY", f"{self._service().scheme}://(hidden)", {}, delivery.body)

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:  # noqa: ARG002
        """Hand it to Apprise once. What it was doing at the timeout goes on, and nothing else meanwhile."""
        service, message = self._service(), msgspec.json.decode(delivery.body, type=_Message)
        try:
            async with asyncio.timeout(self._timeout):  # its names are looked up within it too
                if (why := await self._refusal(service)) is not None:
                    return refused(why)
                return await self._lane.call(lambda: self._tell(service, message))
        except TimeoutError:
            return Answer(DeliveryOutcome.TIMEOUT, detail="no answer in time")

    def _tell(self, service: "Service", message: _Message) -> Answer:
        with guarded(allow_private=self._config.allow_private) as refusals:
            told = service.apprise.notify(body=message.body, title=message.title, notify_type=message.type)
        if told:
            return Answer(DeliveryOutcome.DELIVERED)
        if refusals.refused:
            return refused(refusals.refused[0])
        return Answer(DeliveryOutcome.SERVER_ERROR, detail=f"{service.scheme}: Apprise could not deliver it")

    async def _refusal(self, service: "Service") -> str | None:
        for host in service.hosts:
            for address in await _addresses(host):
                why = refusal_at(address, allow_private=self._config.allow_private)
                if why is not None:
                    return why
        return None

    async def close(self) -> None:
        """Do nothing: Apprise keeps no connection."""


@dataclass(frozen=True)
class Service:
    """What one Apprise URL stands for."""

    scheme: str
    apprise: "apprise.Apprise"
    hosts: tuple[str, ...]
    """Those that the URL names."""


def open_service(name: str, url: str) -> Service:
    """Return what `url` stands for. Raises ConfigError, not quoting it, when Apprise does not know it."""
    import apprise  # noqa: PLC0415  # half a second and a hundred services: only where one is used

    # With a time-out of its own it would tell on a pool of the whole process, which what hangs fills, and
    # which the interpreter waits for at its end.
    asset = apprise.AppriseAsset(http_redirects=False, service_timeout=0)
    service = apprise.Apprise(asset=asset)
    if not service.add(url):
        raise ConfigError(f"routes.yaml: receiver {name}: Apprise does not know the URL in url_file")
    for plugin in service:
        # Whatever the URL says: both would let the server say where to connect to.
        plugin.redirects = False
        plugin.discovery = False  # type: ignore[attr-defined]  # it is Matrix's alone
    return Service(urlsplit(url).scheme, service, _hosts(service))


def _hosts(service: "apprise.Apprise") -> tuple[str, ...]:
    """Return the hosts that the URL names, as Apprise has read them; of some services it is a token."""
    named = [plugin for plugin in service if "{host}" in " ".join(plugin.templates)]
    found = [getattr(plugin, part, None) for plugin in named for part in ("host", "smtp_host")]
    return tuple(host.strip("[]") for host in found if host)


async def _addresses(host: str) -> tuple[str, ...]:
    """Return the addresses `host` is or has; none: it may be a token."""
    with contextlib.suppress(ValueError):
        return (str(ipaddress.ip_address(host.partition("%")[0])),)
    with contextlib.suppress(OSError):  # 2130706433, 0x7f000001 and 127.1 are addresses as well
        return (socket.inet_ntoa(socket.inet_aton(host)),)
    try:
        return tuple(each["host"] for each in await NameResolver().resolve(host, 0, socket.AF_UNSPEC))
    except OSError:
        return ()
