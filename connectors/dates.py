"""Dates as people write them at the head of an article. What could mean two days is no date."""

import re
from datetime import UTC, datetime, timedelta, timezone

MAX_DATE_CHARS = 64

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_TIME = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_FORMS = tuple(
    re.compile(r"(?:(?:date|published):\s*)?" + _WEEKDAY + form + _TIME, re.ASCII | re.IGNORECASE)
    for form in (
        _DAY + r"[\s-]+(?:of\s+)?" + _MONTH + r",?[\s-]+" + _YEAR,  # 9 January 2020, 09-Jan-2020
        _MONTH + r"\s+" + _DAY + r",?\s+" + _YEAR,  # January 9, 2020
        _YEAR + r"(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",  # ISO 8601, 2020/1/9
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?" + _YEAR,  # 9.1.2020: dots always mean day first
    )
)


def parse_date(text: str) -> datetime | None:
    """Return the moment `text` names, in UTC, or None when it is no date or not plainly one.

    A date without a time is midnight, a time without a zone is UTC. Zones by letters other than UTC, GMT
    and Z, and dates like 3/4/2020, mean different things to different people: None. Years 1900 to 2199.
    """
    text = text.strip()
    if len(text) > MAX_DATE_CHARS:
        return None
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return _moment(found.groupdict())
    return None


def looks_like_date(text: str) -> bool:
    """Return whether a line was perhaps meant as a date: short, with a year or numbers like 3/4/20."""
    return len(text) <= MAX_DATE_CHARS and bool(_SUSPECT.fullmatch(text))


_SUSPECT = re.compile(
    r"(?:\w+[.,]?\s+){0,3}(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{1,2}-\d{1,2}\b.*|(?:19|20|21)\d\d)"
    r"(?:[\sT,].{0,24})?"
)


def _moment(found: dict[str, str | None]) -> datetime | None:
    name = found.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(found["month"] or 0)
    hour = _hour(int(found["hour"] or 0), found["half"])
    if hour is None:
        return None
    try:
        moment = datetime(
            int(found["year"] or 0),
            month,
            int(found["day"] or 0),
            hour,
            int(found["minute"] or 0),
            int(found["second"] or 0),
            tzinfo=_zone(found["zone"]),
        )
    except ValueError:  # 31 February, 25:00, an offset of a day
        return None
    return moment.astimezone(UTC)


def _hour(hour: int, half: str | None) -> int | None:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half[0].lower() == "p" else 0)


def _zone(zone: str | None) -> timezone:
    if zone is None or zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)
