"""When a feed is polled next, and why: a pure function of its record, the answer and the time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from connectors.feeds.fetch.outcomes import FetchOutcome, FetchResult, kind
from connectors.feeds.state import FeedState

SHORTEST = timedelta(minutes=2)
LONGEST = timedelta(hours=4)
UNKNOWN = timedelta(minutes=15)
"""For a feed whose rhythm is not known yet."""
PER_ENTRY = 3
"""Polls for one entry, on average: an entry is found after a sixth of the usual gap."""
MAX_WISH = timedelta(hours=1)
"""How far a publisher's ttl, syn:update or max-age is followed: many say 60 minutes without meaning it."""
PUSHED = timedelta(hours=1)
"""Between polls of a feed whose hub pushes: hubs fail without a word."""
SOFT = timedelta(minutes=5)
HARD = timedelta(hours=1)
DNS = timedelta(minutes=15)
OFFLINE = "nobody can be reached: our own network?"
LONGEST_FAILURE = timedelta(hours=24)
JITTER = 0.1
"""Each interval is up to a tenth longer or shorter, so that feeds drift apart."""
FARTHEST = LONGEST_FAILURE * (1 + JITTER)
"""No plan reaches beyond this: not the settings' bounds, not Retry-After."""
MOVES_BELIEVED = 3
"""Permanent redirects in a row until the feed's new address is asked straight away."""
MOVE_DOUBTED = 3
"""Failures in a row that may pass by themselves, until the old address is asked again."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most between two polls of a feed that answers, whatever its publisher wishes."""

    shortest: timedelta = SHORTEST
    longest: timedelta = LONGEST


@dataclass(frozen=True, slots=True)
class Plan:
    """When, and why in words."""

    at: datetime
    why: str


def next_poll(
    state: FeedState,
    answer: FetchResult,
    now: datetime,
    *,
    jitter: float,
    bounds: Bounds = Bounds(),
    pushed: bool = False,
) -> Plan:
    """Return when to poll again after `answer`; `state` has it counted in already.

    `jitter` is -1 to 1 and spreads feeds. Never less than `bounds.shortest` or Retry-After.
    `pushed`: a hub tells us what is new, and polling only makes sure of it.
    """
    failing = kind(answer.outcome) != "good"
    wait, why = _after_failure(state, answer) if failing else _rhythm(state, answer, now, bounds)
    if pushed and not failing and wait < PUSHED:
        wait, why = PUSHED, "its hub pushes what is new"
    if not failing and wait > bounds.longest:
        wait, why = bounds.longest, f"{why}; {in_words(bounds.longest)} at most"
    wait = max(wait * (1 + JITTER * jitter), bounds.shortest)
    if answer.retry_after is not None and timedelta(seconds=answer.retry_after) > wait:
        wait, why = timedelta(seconds=answer.retry_after), "the server says when (Retry-After)"
    return Plan(now + wait, why)


def _rhythm(state: FeedState, answer: FetchResult, now: datetime, bounds: Bounds) -> tuple[timedelta, str]:
    gap = state.usual_gap(now)
    if gap is None:
        wait, why = UNKNOWN, "its rhythm is not known yet"
    else:
        wait, why = gap / PER_ENTRY, f"an entry every {in_words(gap)}"
    wait = max(wait, bounds.shortest)
    wish = timedelta(seconds=min(max(state.ttl or 0, answer.max_age or 0), MAX_WISH.total_seconds()))
    if wish > wait:
        return wish, f"{why}; its publisher asks for {in_words(wish)}"
    return wait, why


def _after_failure(state: FeedState, answer: FetchResult) -> tuple[timedelta, str]:
    first = {"soft": SOFT, "hard": HARD, "dns": DNS, "gone": LONGEST_FAILURE}[kind(answer.outcome)]
    doublings = min(max(state.failures - 1, 0), 12)
    wait = min(first * 2**doublings, LONGEST_FAILURE)
    times = "" if state.failures <= 1 else f", {state.failures} times in a row"
    return wait, f"{answer.outcome.value.replace('_', ' ')}{times}"


def in_words(span: timedelta) -> str:
    """Return a span as people say it: `45 s`, `12 min`, `5 h`, `3 d`."""
    seconds = span.total_seconds()
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def offline(state: FeedState, answer: FetchResult, now: datetime) -> FeedState:
    """Return the record when `answer` is missing because nobody can be reached: no failure of this feed."""
    said = {"last_try": now, "outcome": answer.outcome.value, "detail": answer.detail}
    return msgspec.structs.replace(state, **said, next_at=now + SOFT, why=OFFLINE)


def held(state: FeedState, answer: FetchResult, now: datetime) -> FeedState:
    """Return the record when its host was left alone (see FetchResult.held): no failure of the feed."""
    said = {"outcome": answer.outcome.value, "detail": answer.detail, "why": answer.detail}
    return msgspec.structs.replace(state, **said, next_at=now + timedelta(seconds=answer.retry_after or 0))


def in_vain(state: FeedState, answer: FetchResult, now: datetime, plan: Plan) -> FeedState:
    """Return the record after a failed poll that a person asked for: no failure in a row of this feed.

    Who mends a feed tries it again and again. `plan` is when it is polled all the same; no sooner than
    Retry-After allows.
    """
    said = {"last_try": now, "outcome": answer.outcome.value, "detail": answer.detail}
    at = max(plan.at, now + timedelta(seconds=answer.retry_after or 0))
    return msgspec.structs.replace(state, **said, next_at=at, why=plan.why)


def unstored(state: FeedState, error: str, now: datetime) -> FeedState:
    """Return the record after a poll of which nothing could be stored; `error` is for people."""
    why = f"its last poll could not be stored: {error}"
    return msgspec.structs.replace(
        state, last_try=now, failures=state.failures + 1, detail=why, next_at=now + HARD, why=why
    )


def sooner(state: FeedState, at: datetime, why: str, *, held_until: datetime | None) -> FeedState:
    """Return the record with its next poll at `at`, unless that is later.

    `held_until`: its host asked for a pause until then (Retry-After), so it is no sooner either.
    """
    if held_until is not None:
        at = max(at, held_until)
    return state if at >= state.next_at else msgspec.structs.replace(state, next_at=at, why=why)


def after_answer(state: FeedState, answer: FetchResult, now: datetime) -> FeedState:
    """Return the record with `answer` counted in; entries and the next poll are not its matter."""
    changes: dict[str, object] = {
        "last_try": now,
        "outcome": answer.outcome.value,
        "detail": answer.detail,
    }
    if kind(answer.outcome) == "good":
        moved = state.moved + 1 if answer.moved_to and answer.moved_to == state.moved_to else 1
        changes |= {
            "failures": 0,
            "gone": False,
            "partial": state.partial + (state.partial > 0 and answer.outcome is FetchOutcome.NOT_MODIFIED),
            "last_ok": now,
            "etag": answer.etag if answer.outcome is FetchOutcome.READ else answer.etag or state.etag,
            "modified": answer.modified
            if answer.outcome is FetchOutcome.READ
            else answer.modified or state.modified,
        }
        if answer.url == state.moved_to and state.moved >= MOVES_BELIEVED:
            pass  # asked at its new address: that it does not redirect again is what was hoped for
        else:
            changes |= {"moved_to": answer.moved_to, "moved": moved if answer.moved_to else 0}
    else:
        changes |= {"failures": state.failures + 1, "gone": answer.outcome is FetchOutcome.GONE}
        sure = kind(answer.outcome) in {"hard", "dns", "gone"} or state.failures + 1 >= MOVE_DOUBTED
        if sure and state.moved >= MOVES_BELIEVED:
            # The new address fails: ask at the one in the config again.
            changes |= {"moved_to": None, "moved": 0, "gone": False}
    return msgspec.structs.replace(state, **changes)


def address(url: str, state: FeedState) -> str:
    """Return where to ask for the feed `url`: where it moved to, once that is sure."""
    return state.moved_to if state.moved_to and state.moved >= MOVES_BELIEVED else url
