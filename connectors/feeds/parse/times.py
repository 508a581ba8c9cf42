"""Times as feeds write them."""

import calendar
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.dates import parse_date

MAX_CHARS = 100
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Zones by letters as publishers use them. RFC 822, 5.1, knows only those of North America; where letters mean
# two zones (BST, IST, CST), the one with the more publishers.
_ZONES = {
    "EST": "-0500",
    "EDT": "-0400",
    "CST": "-0600",
    "CDT": "-0500",
    "MST": "-0700",
    "MDT": "-0600",
    "PST": "-0800",
    "PDT": "-0700",
    "BRT": "-0300",
    "ART": "-0300",
    "WET": "+0000",
    "WEST": "+0100",
    "BST": "+0100",
    "CET": "+0100",
    "MEZ": "+0100",
    "CEST": "+0200",
    "MESZ": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
    "MSK": "+0300",
    "SAST": "+0200",
    "EAT": "+0300",
    "IST": "+0530",
    "PKT": "+0500",
    "ICT": "+0700",
    "WIB": "+0700",
    "SGT": "+0800",
    "HKT": "+0800",
    "JST": "+0900",
    "KST": "+0900",
    "AEST": "+1000",
    "AEDT": "+1100",
    "NZST": "+1200",
    "NZDT": "+1300",
}
_ZONE = re.compile(r"\s+\(?([A-Z]{3,4})\)?$")
_OFFSET = re.compile(r"\s+(?:GMT|UTC)([+-])(\d{1,2}):?(\d\d)?$")
_OTHER_YEAR = re.compile(r"\s*\d{4}(?!-\d\d)")
_HALF_OF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)


def published(text: object, parsed: time.struct_time | None) -> datetime | None:
    """Return the moment `text` names; `parsed` is what feedparser makes of it, in UTC. None for no moment.

    feedparser knows forms that `from_text` does not (months in French), and gets others wrong without a word:
    of `2026-11-25 20:00:00 UTC` it drops the time, and of what begins with a year in any other way month and
    day, for which it puts those of today.
    """
    if (moment := from_text(text)) is not None:
        return moment
    if parsed is None or not isinstance(text, str) or _OTHER_YEAR.match(text):
        return None
    try:
        return _believable(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def from_text(text: object) -> datetime | None:
    """Return the moment a text names: ISO 8601 (RFC 3339), RFC 822, or as people write it. None otherwise."""
    if not isinstance(text, str) or len(text) > MAX_CHARS:
        return None
    text = _with_numbers(text.strip())
    for read in (datetime.fromisoformat, parse_date, _rfc_822):
        try:
            moment = read(text)
            if moment is not None:
                return _believable((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _rfc_822(text: str) -> datetime | None:
    # The standard library's reads `8:00 PM` as 8 o'clock, and `+05:30` as no zone: parse_date has those.
    return None if _HALF_OF_DAY.search(text) else parsedate_to_datetime(text)


def _with_numbers(text: str) -> str:
    """Return `text` with its zone as an offset: `CET`, `GMT+2` mean nothing to what reads it."""
    if found := _OFFSET.search(text):
        sign, hours, minutes = found.groups("00")
        return f"{text[: found.start()]} {sign}{hours:0>2}{minutes}"
    if (found := _ZONE.search(text)) and found[1] in _ZONES:
        return f"{text[: found.start()]} {_ZONES[found[1]]}"
    return text


def _believable(moment: datetime | None) -> datetime | None:
    """Drop 1 January 1970, the year 1 and other marks of a publisher's broken clock."""
    return moment if moment is not None and moment >= _EARLIEST else None
