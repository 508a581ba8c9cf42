"""What came of an article that the service has read: the alerts that tell of its story."""

from collections.abc import Callable, Iterable
from pathlib import Path

from connectors.notify.store import DATABASE, History, StoredAlert
from wirewatch.ids import alert_id, story_id
from wirewatch.watches.model import Watch


def alerts_about(
    data_dir: Path, watch: Watch, article: str, counted_to: Callable[[], Iterable[str]]
) -> list[StoredAlert]:
    """Return the alerts of `watch` that tell of the story of an article (its id), in order of their steps.

    That is the story it opened, else what `counted_to` gives. Raises what opening notify.db raises.
    """
    try:
        history = History.open(data_dir / DATABASE)
    except FileNotFoundError:  # notify has never run here
        return []
    with history:
        return _told(history, watch, [story_id(watch.id, article)]) or _told(history, watch, counted_to())


def _told(history: History, watch: Watch, stories: Iterable[str]) -> list[StoredAlert]:
    steps = ("opened", *(f"sources:{number}" for number in watch.per_story.update_at))
    found = (history.get_alert(alert_id(story, step)) for story in stories for step in steps)
    return [stored for stored in found if stored is not None]
