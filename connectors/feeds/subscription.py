"""A subscription at a hub: what is known of it, what is due, whose pushes are believed. Pure."""

import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec

from wirewatch.article import AwareTime

LEASE = timedelta(days=5)
"""What is asked for; a hub may give less."""
LEAST_LEASE = timedelta(minutes=5)
"""What a hub gives is not believed to be less than this, so that no hub keeps us asking."""
MOST_LEASE = timedelta(days=30)
RENEW_AT = 0.75
"""Share of the lease after which it is renewed, so that a hub may be away for a while."""
ANSWER_WITHIN = timedelta(minutes=10)
"""Until a hub that was asked has come back to verify; then it is asked again, ever more seldom."""
SELDOM = timedelta(hours=24)
DENIED = timedelta(days=7)
MISSED = 2
"""Polls in a row that bring what the hub ought to have pushed, until it counts as silent."""
# https://www.w3.org/TR/websub/#recognized-hash-function-names; sha1 is what most hubs send.
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A feed at its hub. Times aware, in UTC. Evolution: additive, with defaults."""

    feed: str
    hub: str
    topic: str
    """The feed's address as its publisher names it to the hub."""
    token: str
    """The unguessable end of the callback's URL."""
    secret: str
    asked: AwareTime | None = None
    asks: int = 0
    """Requests since the hub last verified."""
    lease_from: AwareTime | None = None
    lease_until: AwareTime | None = None
    denied: AwareTime | None = None
    why: str = ""
    """What the hub said, or why it could not be asked."""
    missed: int = 0
    """Polls since its last push that brought something new."""

    def runs(self, now: datetime) -> bool:
        """Tell whether the hub pushes at `now`, as far as can be told: hubs fall silent without a word."""
        return self.lease_until is not None and now < self.lease_until and self.missed < MISSED

    def heard(self, *, pushed: bool) -> "Subscription":
        """Return it after something new has come, from the hub or from a poll."""
        return msgspec.structs.replace(self, missed=0 if pushed else min(self.missed + 1, MISSED))

    def due(self, now: datetime) -> bool:
        """Tell whether the hub is to be asked (again)."""
        if self.denied is not None and now - self.denied < DENIED:
            return False
        if self.asks and self.asked is not None:
            return now - self.asked >= min(ANSWER_WITHIN * (1 << min(self.asks - 1, 12)), SELDOM)
        if self.lease_from is None or self.lease_until is None:
            return True
        renew: datetime = self.lease_from + (self.lease_until - self.lease_from) * RENEW_AT
        return now >= renew

    def form(self, callback: str) -> dict[str, str]:
        """Return what the hub is sent (section 5.1)."""
        return {
            "hub.callback": f"{callback}/{self.token}",
            "hub.mode": "subscribe",
            "hub.topic": self.topic,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
            "hub.secret": self.secret,
        }

    def after_asking(self, now: datetime, why: str) -> "Subscription":
        """Return it after a request; `why` is empty when the hub took it."""
        return msgspec.structs.replace(self, asked=now, asks=self.asks + 1, why=why)

    def verified(self, lease_seconds: str | None, now: datetime) -> "Subscription":
        """Return it after the hub's verification (section 5.3)."""
        given = _seconds(lease_seconds) or LEASE
        until = now + min(max(given, LEAST_LEASE), MOST_LEASE)
        return msgspec.structs.replace(
            self, asks=0, asked=now, lease_from=now, lease_until=until, denied=None, why=""
        )

    def refused(self, reason: str, now: datetime) -> "Subscription":
        """Return it after the hub's denial (section 5.2), which may come at any time."""
        why = f"the hub denies it: {reason[:200]}" if reason else "the hub denies it"
        return msgspec.structs.replace(self, asks=0, lease_from=None, lease_until=None, denied=now, why=why)

    def believes(self, header: str | None, body: bytes) -> bool:
        """Tell whether `header` (X-Hub-Signature, section 7) signs `body` with our secret."""
        method, _, signature = (header or "").partition("=")
        make = _HASHES.get(method.strip().lower())
        if make is None:
            return False
        expected = hmac.new(self.secret.encode(), body, make).hexdigest()
        return hmac.compare_digest(
            expected.encode(), signature.strip().lower().encode(errors="surrogateescape")
        )


def _seconds(text: str | None) -> timedelta | None:
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    return timedelta(seconds=int(text[:9]))
