"""The one rule for an article's time, shared by every connector."""

from datetime import datetime, timedelta

from wirewatch.article import TimeSource

MAX_AHEAD = timedelta(minutes=10)
"""How far a publisher's clock may run ahead of ours and still be believed."""


def article_time(published: datetime | None, fetched: datetime) -> tuple[datetime, TimeSource]:
    """Return an article's `time` and where it comes from; both datetimes aware.

    `published` when there is one and it is at most MAX_AHEAD after `fetched`, else `fetched`.
    """
    if published is not None and published - fetched <= MAX_AHEAD:
        return published, "published"
    return fetched, "fetched"
