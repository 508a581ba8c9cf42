"""How a fetch can end. One enum serves logs, metrics, the store and the schedule."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["good", "soft", "hard", "dns", "gone"]
"""What the schedule makes of it: soft failures pass by themselves, hard ones seldom do."""


class FetchOutcome(StrEnum):
    """How a fetch ended. Values are metric labels: add, never rename."""

    READ = "read"
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    """410: the publisher says it will not come back."""
    CLIENT_ERROR = "client_error"
    """Any other 4xx."""
    SERVER_ERROR = "server_error"
    BUSY = "busy"
    """429, or 503 with Retry-After."""
    TIMEOUT = "timeout"
    NO_ADDRESS = "no_address"
    """The host name has no address."""
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    REFUSED = "refused"
    """Our own guard: an address, port or scheme that is not fetched."""
    ROBOTS = "robots"
    """robots.txt asks us not to."""
    REDIRECTS = "redirects"
    """Too many redirects, or one to nowhere."""
    TOO_LARGE = "too_large"
    BROKEN_BODY = "broken_body"
    """Cut short, or not in the encoding it says."""
    NOT_A_FEED = "not_a_feed"
    NO_LOGIN = "no_login"
    """The file that feeds.yaml names for its password or token cannot be read."""


_KINDS: dict[FetchOutcome, Kind] = {
    FetchOutcome.READ: "good",
    FetchOutcome.NOT_MODIFIED: "good",
    FetchOutcome.GONE: "gone",
    FetchOutcome.CLIENT_ERROR: "hard",
    FetchOutcome.SERVER_ERROR: "soft",
    FetchOutcome.BUSY: "soft",
    FetchOutcome.TIMEOUT: "soft",
    FetchOutcome.NO_ADDRESS: "dns",
    FetchOutcome.UNREACHABLE: "soft",
    FetchOutcome.TLS_FAILED: "hard",
    FetchOutcome.REFUSED: "hard",
    FetchOutcome.ROBOTS: "hard",
    FetchOutcome.REDIRECTS: "hard",
    FetchOutcome.TOO_LARGE: "hard",
    FetchOutcome.BROKEN_BODY: "soft",
    FetchOutcome.NOT_A_FEED: "hard",
    FetchOutcome.NO_LOGIN: "soft",
}


def kind(outcome: FetchOutcome) -> Kind:
    """Return what the schedule makes of `outcome`."""
    return _KINDS[outcome]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a fetch came to. `body` is decoded (no gzip left), and only there when `outcome` is READ."""

    outcome: FetchOutcome
    url: str
    """Where it ended, after redirects."""
    status: int | None = None
    detail: str = ""
    body: bytes = b""
    content_type: str = ""
    etag: str | None = None
    modified: str | None = None
    """Last-Modified, as sent."""
    max_age: int | None = None
    """Seconds that Cache-Control or Expires ask us to wait."""
    retry_after: float | None = None
    """Seconds; at most 24 h."""
    moved_to: str | None = None
    """Where the feed lives now, when every redirect on the way was permanent."""
    wire_bytes: int = 0
    hub: str | None = None
    """The hub that a Link header names (WebSub); it goes before what the document says."""
    topic: str | None = None
    """The document's own address, as a Link header has it."""

    @property
    def held(self) -> bool:
        """Whether nobody was asked: the host had said Retry-After before, or too many wait for it."""
        return self.outcome is FetchOutcome.BUSY and self.status is None
