"""When a part counts as hung, when one that died is started again, and when it counts as failed. Pure."""

from dataclasses import dataclass

FIRST_DELAY = 0.5
LONGEST_DELAY = 60.0
"""Seconds. 0.5, 1, 2, 4, 8, 16, 32, 60, 60, …: the cap is reached after 64 s."""
HEALTHY_SECONDS = 60.0
"""A part that ran this long starts over with the shortest delay."""
FAILED_DEATHS = 4
"""Deaths in a row after which a part counts as failed; restarts go on."""
HUNG_SECONDS = 60.0
"""A part that has not answered at all for this long, ready or not, is killed and started again."""
MENDED_BY_A_PERSON = frozenset({2, 3, 4, 5})
"""Exit codes of wirewatch.errors that no restart cures; such a part counts as failed at once."""


def hung(ran: float, silent: float) -> bool:
    """Return whether a part is stuck that runs for `ran` seconds, the last `silent` of them in silence."""
    return min(ran, silent) >= HUNG_SECONDS


@dataclass(frozen=True)
class Deaths:
    """Deaths of a part in a row, and how the last one came."""

    in_a_row: int = 0
    exit_code: int | None = None

    def after(self, exit_code: int, ran: float) -> "Deaths":
        """Return the record after a death with `exit_code` (negative: a signal) and `ran` seconds of life."""
        return Deaths(1 if ran >= HEALTHY_SECONDS else self.in_a_row + 1, exit_code)

    @property
    def failed(self) -> bool:
        """Whether to show the part as failed."""
        return self.in_a_row >= FAILED_DEATHS or self.exit_code in MENDED_BY_A_PERSON

    @property
    def delay(self) -> float:
        """Seconds to wait before the next start."""
        if not self.in_a_row:
            return 0.0
        return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(self.in_a_row - 1, 10))
