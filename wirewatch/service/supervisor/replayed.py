"""When the articles that replay sends have come to an end, said once. Pure, on a given clock."""

import time
from collections.abc import Callable, Sequence

from wirewatch.service.supervisor.status import PartStatus, settled
from wirewatch.text import count

QUIET_SECONDS = 5.0
"""So long every part is ready and the pipeline reads nothing: most of what it read has been told by then."""


class Replayed:
    """Waits until replay has nothing left to send and the pipeline nothing to read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._articles: float | None = None
        self._told = False

    def news(self, parts: Sequence[PartStatus], unsent: float | None, articles: float | None) -> str | None:
        """Return the line to say, at the one look at which it comes true.

        `unsent`: articles that replay has still to send; `articles`: those that the pipeline has read.
        """
        now = self._clock()
        if self._told or unsent != 0 or articles is None or not settled(parts):
            self._since = None
        elif self._since is None or articles != self._articles:
            self._since, self._articles = now, articles
        elif now - self._since >= QUIET_SECONDS:
            self._told = True
            read = f"{count(articles, 'article')} read, none for {QUIET_SECONDS:.0f} s"
            return f"replay has no article left to send; the pipeline is idle ({read})"
        return None
