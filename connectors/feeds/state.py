"""What is remembered of a feed between polls. A value: every change makes a new one."""

from datetime import datetime, timedelta

import msgspec

from wirewatch.article import AwareTime

KEPT_TIMES = 20
"""Publication times that tell a feed's rhythm."""


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's record. All times aware, in UTC. Evolution: additive, with defaults."""

    next_at: AwareTime
    why: str = "never read"
    """Why it is polled then, for people."""
    etag: str | None = None
    modified: str | None = None
    moved_to: str | None = None
    """Where permanent redirects have led, `moved` times in a row."""
    moved: int = 0
    last_try: AwareTime | None = None
    last_ok: AwareTime | None = None
    """The last answer that was a feed, or 304."""
    last_read: AwareTime | None = None
    """The last document: what it did not hold is on its way to be forgotten."""
    last_new: AwareTime | None = None
    """The last time an entry came that was not known."""
    newest: AwareTime | None = None
    """When the newest entry of the last document was published."""
    times: tuple[AwareTime, ...] = ()
    """When the latest entries came out, oldest first, at most KEPT_TIMES."""
    failures: int = 0
    """In a row."""
    outcome: str = ""
    """Of the last try (see FetchOutcome)."""
    detail: str = ""
    ttl: int | None = None
    title: str = ""
    format: str = ""
    language: str | None = None
    gone: bool = False
    """410: not polled again before it is switched off and on, or asked for by hand."""
    jump: bool = False
    """The last document held many times more new entries than usual."""

    told: str = ""
    """The trouble that was last told of (see FeedHealth.trouble)."""

    copies_since: AwareTime | None = None
    """Since when every entry of its documents had come from other feeds before."""

    partial: int = 0
    """Answers in a row that gave only some of a sitemap, or of an index's."""
    partial_why: str = ""
    """Why the last one did not give all."""

    pages_missed: int = 0
    """Pages in a row that gave no full text."""
    pages_why: str = ""
    """Why the last ones did not."""

    def usual_gap(self, now: datetime) -> timedelta | None:
        """Return the mean time between entries, the silence up to `now` included; None for fewer than 2."""
        if len(self.times) < 2:
            return None
        span = max(now, self.times[-1]) - self.times[0]
        return span / len(self.times)
