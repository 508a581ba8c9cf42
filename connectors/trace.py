"""Trace context: the `traceparent` header that travels with every record and webhook (W3C, level 1)."""

import re
import secrets
from collections.abc import Iterable

HEADER = "traceparent"
_VALID = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def new_traceparent() -> str:
    """Return the header of a trace that begins here."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def traceparent_of(headers: Iterable[tuple[str, bytes]]) -> str:
    """Return the traceparent among a record's headers; a new one when there is none that is valid."""
    for name, value in headers:
        if name == HEADER:
            text = value.decode("ascii", "replace")
            if _VALID.fullmatch(text):
                return text
    return new_traceparent()
