"""How a feed is doing: a state and a reason, from its record alone. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.feeds.fetch.outcomes import FetchOutcome, kind
from connectors.feeds.schedule import in_words
from connectors.feeds.state import FeedState

FAILURES = 3
"""In a row, until a feed counts as failing: servers hiccup."""
SILENT_GAPS = 8
SILENT_AT_LEAST = timedelta(hours=24)
"""Silence is remarkable when it is this long, and SILENT_GAPS times the usual gap: nights pass."""
STALE = timedelta(days=30)
"""All entries of a feed are older than this."""
COPIES = timedelta(hours=24)
"""A feed that adds nothing for so long is told of: two feeds of a site overlap for a while."""

PAGES_MISSED = 10
"""Pages without text in a row that are more than bad luck."""


class FeedCondition(StrEnum):
    """A feed's state. Values are metric labels: add, never rename."""

    OFF = "off"
    NEW = "new"
    """Never polled."""
    OK = "ok"
    WAVERING = "wavering"
    """The last poll failed; the next may not."""
    FAILING = "failing"
    GONE = "gone"
    SILENT = "silent"
    STALE = "stale"
    COPIES = "copies"
    """Every entry came from another feed first: it adds nothing."""
    NO_FULL_TEXT = "no_full_text"
    """It is asked for, and pages give none: a wall, a new layout."""
    PARTIAL = "partial"
    """Some of its sitemap, or of an index's, cannot be read."""
    JUMP = "jump"
    """Far more new entries at once than usual."""


TROUBLE = frozenset(
    {
        FeedCondition.FAILING,
        FeedCondition.GONE,
        FeedCondition.SILENT,
        FeedCondition.STALE,
        FeedCondition.COPIES,
        FeedCondition.NO_FULL_TEXT,
        FeedCondition.PARTIAL,
        FeedCondition.JUMP,
    }
)
"""What is told as a system alert."""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A state with its reason in words."""

    condition: FeedCondition
    why: str = ""
    cause: str = ""
    """What keeps a feed failing (see FetchOutcome); empty for what passes by itself, and varies."""

    @property
    def trouble(self) -> str:
        """What is wrong, to be compared with what was told: `gone`, `failing:tls_failed`. Empty: nothing."""
        return ":".join(filter(None, (self.condition, self.cause))) if self.condition in TROUBLE else ""


def condition(state: FeedState, now: datetime, *, enabled: bool = True) -> FeedHealth:
    """Return how the feed with this record is doing at `now`."""
    if not enabled:
        return FeedHealth(FeedCondition.OFF, "switched off in feeds.yaml")
    if state.gone:
        return FeedHealth(
            FeedCondition.GONE, "410: its publisher says it will not come back; `feeds poll` asks again"
        )
    if state.last_try is None:
        return FeedHealth(FeedCondition.NEW)
    if state.failures:
        return _failing(state, now)
    for look in (_partial, _silent, _stale, _copies, _no_full_text, _jump):
        if found := look(state, now):
            return found
    return FeedHealth(FeedCondition.OK)


def _failing(state: FeedState, now: datetime) -> FeedHealth:
    last = f"last good answer {in_words(now - state.last_ok)} ago" if state.last_ok else "never a good answer"
    why = f"{state.outcome.replace('_', ' ')}: {state.detail}" if state.detail else state.outcome
    never_a_feed = state.outcome == FetchOutcome.NOT_A_FEED and state.last_ok is None
    if state.failures < FAILURES and not never_a_feed:
        return FeedHealth(FeedCondition.WAVERING, why)
    times = f"{state.failures} times in a row, " if state.failures > 1 else ""
    return FeedHealth(FeedCondition.FAILING, f"{why}; {times}{last}", _cause(state.outcome))


def _cause(outcome: str) -> str:
    return "" if not outcome or kind(FetchOutcome(outcome)) == "soft" else outcome


def _partial(state: FeedState, _: datetime) -> FeedHealth | None:
    if not state.partial:
        return None
    if state.partial < FAILURES:
        return FeedHealth(FeedCondition.WAVERING, state.partial_why)
    return FeedHealth(FeedCondition.PARTIAL, f"{state.partial_why}; {state.partial} times in a row")


def _silent(state: FeedState, now: datetime) -> FeedHealth | None:
    if len(state.times) < 5 or state.last_new is None:
        return None  # too little to know what is usual
    usual = (state.times[-1] - state.times[0]) / (len(state.times) - 1)
    silence = now - max(state.last_new, min(state.times[-1], now))
    if silence < SILENT_AT_LEAST or silence < SILENT_GAPS * usual:
        return None
    return FeedHealth(
        FeedCondition.SILENT, f"nothing new for {in_words(silence)}; usually an entry every {in_words(usual)}"
    )


def _stale(state: FeedState, now: datetime) -> FeedHealth | None:
    if state.newest is None or now - state.newest < STALE:
        return None
    return FeedHealth(FeedCondition.STALE, f"its newest entry is {in_words(now - state.newest)} old")


def _copies(state: FeedState, now: datetime) -> FeedHealth | None:
    if state.copies_since is None or now - state.copies_since < COPIES:
        return None
    since = in_words(now - state.copies_since)
    return FeedHealth(FeedCondition.COPIES, f"for {since} all its entries have come from other feeds first")


def _no_full_text(state: FeedState, _: datetime) -> FeedHealth | None:
    if state.pages_missed < PAGES_MISSED:
        return None
    return FeedHealth(
        FeedCondition.NO_FULL_TEXT,
        f"the last {state.pages_missed} pages gave no full text: {state.pages_why}",
    )


def _jump(state: FeedState, _: datetime) -> FeedHealth | None:
    if not state.jump:
        return None
    return FeedHealth(
        FeedCondition.JUMP, "far more new entries at once than usual: a mistake of its publisher?"
    )
