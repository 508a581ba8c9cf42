"""routes.yaml beside watches.yaml: what it asks for that no alert has."""

from pathlib import Path

from connectors.feeds import alarm as feeds
from connectors.notify.delivery import alarm as receivers
from connectors.notify.routes import RoutesConfig
from connectors.notify.routing.doubts import Known, doubts
from wirewatch.errors import ConfigError
from wirewatch.watches.parse import WATCHES_FILE, load_watches

SYSTEM_WATCHES = (feeds.WATCH, receivers.WATCH)
SYSTEM_LABELS = ("feed", "receiver", "state")


def route_doubts(config_dir: Path, routes: RoutesConfig) -> list[str]:
    """Return a line for each name or value in `routes` that no alert of `config_dir`'s watches has."""
    try:
        watches = load_watches(config_dir / WATCHES_FILE)
    except ConfigError as error:
        return [f"names of watches and labels are not checked: {error}"]
    known = Known(
        watches=(*(watch.id for watch in watches), *SYSTEM_WATCHES),
        labels={*SYSTEM_LABELS, *(name for watch in watches for name in watch.labels)},
    )
    return list(doubts(routes, known))
