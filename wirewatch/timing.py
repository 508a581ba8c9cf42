"""The one rule for an article's time: every connector goes by it, and what breaks it is not read."""

from datetime import datetime, timedelta

from wirewatch.article import TimeSource
from wirewatch.errors import RefusedArticleError
from wirewatch.reasons import Reason

MAX_AHEAD = timedelta(minutes=10)
"""How far a publisher's clock may run ahead of ours and still be believed."""


def article_time(published: datetime | None, fetched: datetime) -> tuple[datetime, TimeSource]:
    """Return an article's `time` and where it comes from; both datetimes aware.

    `published` when there is one and it is at most MAX_AHEAD after `fetched`, else `fetched`.
    """
    if published is not None and not _ahead(published, fetched):
        return published, "published"
    return fetched, "fetched"


class DatedAheadError(RefusedArticleError):
    """An article says it is from after it was fetched."""

    reason = Reason.DATED_AHEAD


def refuse_ahead(time: datetime, fetched: datetime) -> None:
    """Raise DatedAheadError for a `time` that no connector gives: few such move on a watch's whole state."""
    if _ahead(time, fetched):
        minutes = MAX_AHEAD // timedelta(minutes=1)
        raise DatedAheadError(
            f"time {time.isoformat()} is more than {minutes} minutes after fetched {fetched.isoformat()}: "
            "who writes it must take `fetched` then"
        )


def _ahead(time: datetime, fetched: datetime) -> bool:
    return time - fetched > MAX_AHEAD
