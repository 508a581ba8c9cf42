"""What the live feeds send, for the check of watches."""

from collections.abc import Sequence

from connectors.feeds.config import Feed
from wirewatch.watches.check import Sent


def sent_by(feeds: Sequence[Feed]) -> Sent | None:
    """Return what the articles of `feeds` have, of those that are on; None where none is."""
    on = [feed for feed in feeds if feed.enabled]
    return Sent({feed.source for feed in on}, {tag for feed in on for tag in feed.tags}) if on else None
