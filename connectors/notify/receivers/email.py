"""E-mail by SMTP: text and HTML, one message to all addresses of the receiver."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Annotated, Literal

import aiosmtplib
import jinja2
from pydantic import Field, model_validator

from connectors.guard import AddressRefusedError, socket_factory
from connectors.names import NameResolver
from connectors.notify.outcomes import Answer, DeliveryOutcome
from connectors.notify.receivers.http import CONNECT_TIMEOUT, check_host, excerpt, refused
from connectors.notify.receivers.options import WordsOptions
from connectors.notify.receivers.telling import Request, Telling
from connectors.notify.receivers.words import Words, cut
from connectors.notify.store import Delivery
from wirewatch.ids import digest

MAX_SUBJECT = 200
MAX_BODY = 100_000
Address = Annotated[str, Field(pattern=r"^[^@\s<>,;:\"]{1,64}@[A-Za-z0-9.-]{1,255}$")]
_MAX_PARTLY = 1000
"""Deliveries of which it is remembered who lacks them; of any more, all addresses get the mail again."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_NO_STARTTLS = "STARTTLS extension not supported"
"""What aiosmtplib says of a server that does not offer it."""
_WITHOUT_TLS = (
    "the server offers no STARTTLS: `security: tls` if its port speaks TLS from the start (465), "
    "`security: none` only if mail may go to it unencrypted"
)

_HTML = jinja2.Environment(autoescape=True).from_string(
    """<!DOCTYPE html><html><body style="font-family:sans-serif">
<h2 style="font-size:16px">{{ title }}</h2>
<p>{% for line in lines %}{% if line.startswith(('https://', 'http://')) and ' ' not in line -%}
<a href="{{ line }}">{{ line }}</a>{% else %}{{ line }}{% endif %}<br>
{% endfor %}</p></body></html>
"""
)


class EmailConfig(WordsOptions):
    """`email:` of a receiver in routes.yaml."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password_file: str | None = None
    sender: Address
    to: Annotated[tuple[Address, ...], Field(min_length=1, max_length=100)]
    allow_private: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> "EmailConfig":
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file go together")
        if self.username is not None and self.security == "none":
            raise ValueError("a password is not sent unencrypted: security must be starttls or tls")
        check_host(self.host, what="host", allow_private=self.allow_private)
        return self


class EmailReceiver:
    """Sends a mail a delivery, over a connection of its own."""

    def __init__(
        self, name: str, config: EmailConfig, *, password: Callable[[], str] | None, timeout: float
    ) -> None:
        self.name = name
        self._config = config
        self._password = password
        self._timeout = timeout
        self._port = config.port or _PORTS[config.security]
        self._words = Words(name, config.title, config.body)
        self._lacking: dict[str, tuple[str, ...]] = {}  # of a delivery that some took: who did not

    def render(self, telling: Telling) -> bytes:
        """Return the whole message (RFC 5322), the same bytes for the same telling."""
        title = cut(self._words.title(telling), MAX_SUBJECT)
        body = cut(self._words.body(telling), MAX_BODY)
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._config.sender
        message["To"] = ", ".join(self._config.to)
        message["Subject"] = title
        message["Date"] = format_datetime(telling.at)
        message["Message-ID"] = f"<{telling.id}@wirewatch>"
        if telling.group_key:  # mail programs keep what belongs together in one thread
            message["References"] = f"<{digest(telling.group_key)}@wirewatch>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(body + "\n")
        message.add_alternative(_HTML.render(title=title, lines=body.splitlines()), subtype="html")
        message.set_boundary(f"=-{digest(telling.id, self.name)}")
        return message.as_bytes()

    def request(self, delivery: Delivery, at: datetime) -> Request:  # noqa: ARG002  # the same at any time
        """Return what is handed to the mail server."""
        envelope = {"mail from": self._config.sender, "rcpt to": ", ".join(self._config.to)}
        return Request("SMTP", f"{self._config.host}:{self._port}", envelope, delivery.body)

    async def attempt(self, delivery: Delivery, now: Callable[[], datetime]) -> Answer:  # noqa: ARG002
        """Hand the message to the mail server once, for the addresses that it did not take before.

        Who has it is not stored: after a restart everybody gets it again, under the same Message-ID.
        """
        to = self._lacking.pop(delivery.id, self._config.to)
        try:
            async with asyncio.timeout(self._timeout):
                refused, said = await self._send(delivery.body, to)
        except (aiosmtplib.SMTPException, TimeoutError, OSError, ValueError) as error:
            self._remember(delivery.id, to)
            return _failure(error)
        if not refused:
            return Answer(DeliveryOutcome.DELIVERED, 250, excerpt(said))
        self._remember(delivery.id, tuple(refused))
        # One that may still be taken is worth another try; refused for good it is no delivery either.
        address, answer = min(refused.items(), key=lambda each: each[1].code)
        left = f"{len(refused)} of {len(self._config.to)} addresses refused, {address}:"
        return _by_code(answer.code, answer.message, left)

    def _remember(self, delivery: str, lacking: tuple[str, ...]) -> None:
        if lacking != self._config.to:
            self._lacking[delivery] = lacking
        while len(self._lacking) > _MAX_PARTLY:
            del self._lacking[next(iter(self._lacking))]

    async def _send(
        self, message: bytes, to: Sequence[str]
    ) -> tuple[dict[str, aiosmtplib.SMTPResponse], str]:
        """Return who was refused, with the answer, and what was said to the message. Raises SMTPException."""
        connection = await self._connect()
        client = aiosmtplib.SMTP(
            hostname=self._config.host,
            sock=connection,
            timeout=self._timeout,
            use_tls=self._config.security == "tls",
            start_tls=self._config.security == "starttls",
            username=self._config.username,
            password=None if self._password is None else self._password(),
            local_hostname="wirewatch.invalid",  # the real one would be looked up, and told to strangers
        )
        try:
            await client.connect()
            return await client.sendmail(self._config.sender, list(to), message)
        finally:
            client.close()
            connection.close()

    async def _connect(self) -> socket.socket:
        """Return a connected socket, to the first address that takes it and that the guard lets through."""
        make = socket_factory(allow_private=self._config.allow_private)
        loop = asyncio.get_running_loop()
        last: OSError = OSError(f"{self._config.host} has no address")
        async with asyncio.timeout(CONNECT_TIMEOUT):
            for found in await NameResolver().resolve(self._config.host, self._port, socket.AF_UNSPEC):
                address = (found["host"], found["port"])
                try:
                    sock = make((found["family"], socket.SOCK_STREAM, found["proto"], "", address))
                except OSError as error:
                    last = error
                    continue
                try:
                    await loop.sock_connect(sock, address)
                except OSError as error:
                    sock.close()
                    last = error
                except BaseException:
                    sock.close()
                    raise
                else:
                    return sock
        raise last

    async def close(self) -> None:
        """Do nothing: connections end with their attempts."""


def _failure(error: Exception) -> Answer:
    """Return what an exception means: 5xx of the envelope or the text is final, 4xx is tried again."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Answer(DeliveryOutcome.UNAUTHORIZED, error.code, f"SMTP {error.code}: the login is refused")
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [each.code for each in error.recipients]
        # One that may still be taken is worth another try.
        return _by_code(min(codes), "addresses refused")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _by_code(error.code, error.message)
    if isinstance(error, AddressRefusedError):
        return refused(error)
    if _NO_STARTTLS in str(error):  # it has no type of its own
        return Answer(DeliveryOutcome.BROKEN_ANSWER, detail=_WITHOUT_TLS)
    return Answer(_kind_of(error), detail=excerpt(str(error) or type(error).__name__))


def _kind_of(error: Exception) -> DeliveryOutcome:
    """Return how a connection failed."""
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return DeliveryOutcome.TLS_FAILED
    kinds: tuple[tuple[type[Exception], DeliveryOutcome], ...] = (
        (TimeoutError, DeliveryOutcome.TIMEOUT),
        (aiosmtplib.SMTPTimeoutError, DeliveryOutcome.TIMEOUT),
        (aiosmtplib.SMTPServerDisconnected, DeliveryOutcome.BROKEN_ANSWER),
        (OSError, DeliveryOutcome.UNREACHABLE),
    )
    return next((what for kind, what in kinds if isinstance(error, kind)), DeliveryOutcome.BROKEN_ANSWER)


def _by_code(code: int, said: str, what: str = "") -> Answer:
    detail = f"{what} SMTP {code} {excerpt(said)}".lstrip()
    if code == 530:
        return Answer(DeliveryOutcome.UNAUTHORIZED, code, detail)
    if code >= 500:
        return Answer(DeliveryOutcome.REJECTED, code, detail)
    return Answer(
        DeliveryOutcome.SERVER_ERROR if code >= 400 else DeliveryOutcome.BROKEN_ANSWER, code, detail
    )
