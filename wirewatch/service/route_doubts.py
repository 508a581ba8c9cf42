"""routes.yaml beside watches.yaml: what it asks for that no alert has."""

from collections.abc import Sequence

from connectors.feeds import alarm as feeds
from connectors.notify.delivery import alarm as receivers
from connectors.notify.routes import RoutesConfig
from connectors.notify.routing.doubts import Known, doubts
from wirewatch.advice import Advice
from wirewatch.watches.model import Watch

SYSTEM_WATCHES = (feeds.WATCH, receivers.WATCH)
SYSTEM_LABELS = ("feed", "receiver", "state")


def route_doubts(watches: Sequence[Watch], routes: RoutesConfig) -> list[Advice]:
    """Return a doubt for each name or value in `routes` that no alert of `watches` has."""
    known = Known(
        watches=(*(watch.id for watch in watches), *SYSTEM_WATCHES),
        labels={*SYSTEM_LABELS, *(name for watch in watches for name in watch.labels)},
    )
    return list(doubts(routes, known))
