"""The `traceparent` header that travels with every record and webhook (W3C Trace Context, level 1)."""

import re
from collections.abc import Callable
from typing import NamedTuple

HEADER = "traceparent"

_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_NEVER = "ff"  # the specification forbids this version


class Trace(NamedTuple):
    """One step of a trace: ids in lower-case hex."""

    trace_id: str
    parent_id: str
    sampled: bool


def new_traceparent(random_bytes: Callable[[int], bytes]) -> str:
    """Return a traceparent that starts a trace; `random_bytes(n)` gives n random bytes (os.urandom)."""
    return f"00-{_nonzero(random_bytes, 16)}-{_nonzero(random_bytes, 8)}-01"


def parse_traceparent(value: str | bytes) -> Trace | None:
    """Return the trace `value` names, or None when it is no valid traceparent (section 3.2)."""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    version, trace_id, parent_id, flags, rest = found.groups()
    if version == _NEVER or (version == "00" and rest is not None):
        return None
    if not trace_id.strip("0") or not parent_id.strip("0"):
        return None
    return Trace(trace_id, parent_id, bool(int(flags, 16) & 1))


def exemplar(traceparent: str | None) -> dict[str, str] | None:
    """Return what an observation in a metric says of its trace (OpenMetrics 1.0: ≤ 128 characters in all)."""
    trace = parse_traceparent(traceparent) if traceparent else None
    return None if trace is None else {"trace_id": trace.trace_id}


def _nonzero(random_bytes: Callable[[int], bytes], size: int) -> str:
    data = random_bytes(size)
    if not any(data):  # all zeros means "no id"; odds of 1 in 2^64 at worst
        data = b"\x01" * size
    return data.hex()
