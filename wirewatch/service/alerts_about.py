"""What came of an article that the service has read: the alerts that tell of its story."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from connectors.notify.store import DATABASE, History, StoredAlert
from wirewatch.alert import SPREAD_TO, Alert
from wirewatch.ids import alert_id, story_id
from wirewatch.watches.model import Watch

LOOKED_AT: Final = 100
"""Latest alerts among which an article's incidents are looked for."""


def alerts_about(
    data_dir: Path, watch: Watch, article: str, counted_to: Callable[[], Iterable[str]]
) -> list[StoredAlert]:
    """Return the alerts of `watch` that tell of the story of an article (its id), in order of their steps.

    That is the story it opened, else what `counted_to` gives; of a watch with a volume or a spike, the latest
    incidents that it is among the articles of. Raises what opening notify.db raises.
    """
    try:
        history = History.open(data_dir / DATABASE)
    except FileNotFoundError:  # notify has never run here
        return []
    with history:
        if watch.volume is not None or watch.spike is not None:
            return _incidents(history, watch, article)
        return _told(history, watch, [story_id(watch.id, article)]) or _told(history, watch, counted_to())


def _told(history: History, watch: Watch, stories: Iterable[str]) -> list[StoredAlert]:
    steps = ("opened", *(f"{SPREAD_TO}{number}" for number in watch.per_story.update_at))
    found = (history.get_alert(alert_id(story, step)) for story in stories for step in steps)
    return [stored for stored in found if stored is not None]


def _incidents(history: History, watch: Watch, article: str) -> list[StoredAlert]:
    latest = history.list_alerts(LOOKED_AT, watch=watch.id)
    return [stored for stored in reversed(latest) if _counts(stored.alert, article)]


def _counts(alert: Alert, article: str) -> bool:
    return alert.incident is not None and article in {one.id for one in alert.incident.articles}
