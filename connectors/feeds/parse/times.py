"""Times as feeds write them."""

import calendar
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.seeds.dates import parse_date

MAX_CHARS = 100
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def from_struct(parsed: time.struct_time | None) -> datetime | None:
    """Return feedparser's UTC struct_time as a datetime; None for one that names no moment we believe."""
    if parsed is None:
        return None
    try:
        return _believable(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def from_text(text: object) -> datetime | None:
    """Return the moment a text names: ISO 8601 (RFC 3339), RFC 822, or as people write it. None otherwise."""
    if not isinstance(text, str) or len(text) > MAX_CHARS:
        return None
    text = text.strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        try:
            return _believable((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
        except (ValueError, OverflowError):
            return None
    return _believable(parse_date(text))


def _believable(moment: datetime | None) -> datetime | None:
    """Drop 1 January 1970, the year 1 and other marks of a publisher's broken clock."""
    return moment if moment is not None and moment >= _EARLIEST else None
