"""What response headers mean: caching, Retry-After, links; and bytes in them that are no text."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = timedelta(hours=24)
MAX_VALIDATOR = 1024
"""Longest ETag or Last-Modified that is sent back."""

MAX_LINKS = 4096
"""What of the Link headers is looked at."""

_LINK = re.compile(r'<([^<>]{1,2048})>\s*;[^,<>]*?\brel\s*=\s*"?([^",;<>]{1,200})', re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NO_TEXT = re.compile("[\udc80-\udcff]")
"""A byte that is no UTF-8, as aiohttp hands it on (PEP 383); it can be neither stored nor sent."""
_NO_CACHE = re.compile(r"\b(?:no-cache|no-store)\b", re.IGNORECASE)


def text(value: str) -> str:
    """Return a header's value with bytes that are no UTF-8 replaced by U+FFFD."""
    return _NO_TEXT.sub("\ufffd", value)


def url_text(value: str) -> str:
    """Return a URL of a header with bytes that are no UTF-8 percent-encoded (RFC 3986, section 2.5)."""
    return _NO_TEXT.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", value)


def validator(value: str | None) -> str | None:
    """Return an ETag or Last-Modified that may be sent back just as it came, malformed or not.

    Servers compare what they sent, so a missing quote is theirs to understand. None for what no header holds.
    """
    if value is None or not value.strip() or len(value) > MAX_VALIDATOR:
        return None
    return value.strip() if value.isprintable() and value.isascii() else None


def max_age(headers: Mapping[str, str], now: datetime) -> int | None:
    """Return the seconds a response stays fresh (RFC 9111, 4.2.1); None when it does not say."""
    control = headers.get("Cache-Control", "")
    if _NO_CACHE.search(control):
        return None
    found = _MAX_AGE.search(control)
    if found:
        return int(found[1]) or None
    expires = _http_date(headers.get("Expires"))
    if expires is None:
        return None
    start = _http_date(headers.get("Date")) or now
    return max(0, int((expires - start).total_seconds())) or None


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for (RFC 9110, 10.2.3), 0 to 24 h, or None."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
    else:
        moment = _http_date(text)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER.total_seconds())


def link(headers: Iterable[str], relation: str) -> str | None:
    """Return the first target of `relation` in the Link headers (RFC 8288), as it stands there."""
    for target, relations in _LINK.findall(", ".join(headers)[:MAX_LINKS]):
        if relation in relations.lower().split():
            return url_text(target)
    return None


def _http_date(value: str | None) -> datetime | None:
    if not value or len(value) > 64:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
