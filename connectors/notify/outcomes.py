"""What became of an attempt, and what follows from it: data and pure decisions, no I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Literal

Status = Literal["pending", "delivered", "dead"]

_SECOND, _MINUTE, _HOUR = 1, 60, 3600
RETRY_SCHEDULE = (
    5 * _SECOND,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    10 * _HOUR,
)  # 27 h 35 min 5 s in all, then dead (the example schedule of Standard Webhooks 1.0.0)
LONGEST_PUT_OFF = timedelta(seconds=sum(RETRY_SCHEDULE))
"""For how long a receiver may put one delivery off before it is given up: as long as one that fails."""
WAITS_ON, WAITS_ON_AT_MOST = 0.1, timedelta(minutes=5)
"""Of the time that a receiver has put one delivery off, which the next wait is at least, up to this: else one
that it never takes is sent every second for a day."""
JITTER = 0.2
MAX_RETRY_AFTER = 10 * _HOUR
"""A receiver cannot ask to be left alone for longer than the schedule's longest step."""


class DeliveryOutcome(StrEnum):
    """How an attempt ended. Values are metric labels and stored: add, never rename."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    """400, 413, 422: the receiver will never take this body."""
    GONE = "gone"
    """410: the receiver wants no more of them."""
    UNAUTHORIZED = "unauthorized"
    """401, 403: the secret or the receiver's rights are wrong."""
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    """429, 503."""
    REDIRECTED = "redirected"
    """3xx: never followed."""
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No connection: refused, no route, name not found."""
    TLS_FAILED = "tls_failed"
    BROKEN_ANSWER = "broken_answer"
    """The answer was no HTTP or ended early."""
    ADDRESS_REFUSED = "address_refused"
    """The receiver's address is private and `allow_private` is not set."""
    RECEIVER_REMOVED = "receiver_removed"
    """The receiver left routes.yaml while this was pending."""
    BACKLOG_FULL = "backlog_full"
    """More deliveries waited for the receiver than are kept; the oldest went."""
    EXPIRED = "expired"
    """It waited for as long as alerts are kept: the receiver was disabled or away all that time."""
    INTERNAL_ERROR = "internal_error"
    """A fault of wirewatch itself; the log has the trace."""


FINAL = frozenset({DeliveryOutcome.REJECTED, DeliveryOutcome.GONE})
_BY_STATUS = {
    400: DeliveryOutcome.REJECTED,
    401: DeliveryOutcome.UNAUTHORIZED,
    403: DeliveryOutcome.UNAUTHORIZED,
    404: DeliveryOutcome.NOT_FOUND,
    410: DeliveryOutcome.GONE,
    413: DeliveryOutcome.REJECTED,
    422: DeliveryOutcome.REJECTED,
    429: DeliveryOutcome.THROTTLED,
    503: DeliveryOutcome.THROTTLED,
}
_BY_CLASS = {
    2: DeliveryOutcome.DELIVERED,
    3: DeliveryOutcome.REDIRECTED,
    4: DeliveryOutcome.CLIENT_ERROR,
    5: DeliveryOutcome.SERVER_ERROR,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt ended."""

    outcome: DeliveryOutcome
    http_status: int | None = None
    detail: str = ""
    """One line for a person; never a secret."""
    retry_after: float | None = None
    """Seconds the receiver asked for."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What follows: `next_at` is set exactly while the delivery is pending."""

    status: Status
    next_at: datetime | None = None
    put_off: timedelta | None = None
    """Set where the receiver said when to come again: for how long it has put the delivery off, in all."""


def of_status(http_status: int) -> DeliveryOutcome:
    """Return the outcome that an HTTP status means."""
    return _BY_STATUS.get(http_status) or _BY_CLASS.get(http_status // 100, DeliveryOutcome.BROKEN_ANSWER)


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Return what a Retry-After header asks for, in seconds from `now`, capped; None when it says nothing.

    Both forms of RFC 9110, section 10.2.3: seconds, and an HTTP date.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), MAX_RETRY_AFTER))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the library lets a year of twenty digits through
        return None
    if until.tzinfo is None:  # "-0000", or the old asctime form: both mean UTC
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), float(MAX_RETRY_AFTER))


def decide(
    answer: Answer,
    *,
    attempts: int,
    now: datetime,
    chance: Callable[[], float],
    put_off: timedelta = timedelta(),
) -> NextStep:
    """Return what follows from an attempt having ended in `answer` at `now`.

    `attempts` is how many have been made with this one (1 is the first), without earlier ones that were put
    off: a rate limit is no failure and climbs no step. `put_off` is for how long this delivery will have been
    put off if this is such an answer. `chance` gives a number in [0, 1) that spreads retries by ±20 %.
    """
    if answer.outcome is DeliveryOutcome.DELIVERED:
        return NextStep("delivered")
    if answer.outcome in FINAL:
        return NextStep("dead")
    if answer.outcome is DeliveryOutcome.THROTTLED and answer.retry_after:
        if put_off >= LONGEST_PUT_OFF:
            return NextStep("dead", put_off=put_off)
        wait = max(timedelta(seconds=answer.retry_after), min(put_off * WAITS_ON, WAITS_ON_AT_MOST))
        return NextStep("pending", now + wait, put_off)
    if attempts > len(RETRY_SCHEDULE):
        return NextStep("dead")
    delay = RETRY_SCHEDULE[attempts - 1] * (1 + JITTER * (2 * chance() - 1))
    return NextStep("pending", now + timedelta(seconds=delay))
