"""A silence: for a while, alerts that its matchers fit are told nobody. Pure.

Matched as in Alertmanager: every matcher must fit, and one at least must not fit what is not there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from connectors.notify.routing.labels import Labels
from connectors.notify.routing.matchers import Matcher, matches_all, matches_empty

State = Literal["pending", "active", "expired"]
MAX_MATCHERS = 50
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""A silence lies between these: any calendar can be reckoned with there, in any zone."""


@dataclass(frozen=True, slots=True)
class Silence:
    """`starts` is within, `ends` is not; both aware."""

    id: str
    matchers: tuple[Matcher, ...]
    starts: datetime
    ends: datetime
    owner: str
    reason: str
    created: datetime

    def state(self, now: datetime) -> State:
        """Return what it is at `now`."""
        if now < self.starts:
            return "pending"
        return "active" if now < self.ends else "expired"

    def mutes(self, labels: Labels, now: datetime) -> bool:
        """Return whether an alert with `labels` is silent at `now`."""
        return self.starts <= now < self.ends and matches_all(self.matchers, labels)

    def text(self) -> str:
        """Return it in a few words, for the ledger."""
        return f"silence {self.id} of {self.owner}: {self.reason}"


def refusal(silence: Silence) -> str | None:
    """Return why `silence` makes no sense, or None when it does."""
    faults = (
        (not silence.matchers, "needs at least one matcher, such as watch=nato"),
        (len(silence.matchers) > MAX_MATCHERS, f"has more than {MAX_MATCHERS} matchers"),
        (
            all(matches_empty(matcher) for matcher in silence.matchers),
            "would fit every alert that lacks these labels: one matcher must not fit the empty value",
        ),
        (silence.ends <= silence.starts, "must end after it starts"),
        (silence.starts < FIRST or silence.ends > LAST, f"must lie between {FIRST:%Y} and {LAST:%Y}"),
        (not silence.owner.strip(), "needs an owner"),
        (not silence.reason.strip(), "needs a reason"),
    )
    return next((why for wrong, why in faults if wrong), None)


def silenced(silences: Iterable[Silence], labels: Labels, now: datetime) -> Silence | None:
    """Return the silence that mutes an alert with `labels` at `now`, or None."""
    for silence in silences:
        if silence.mutes(labels, now):
            return silence
    return None
