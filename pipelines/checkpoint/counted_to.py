"""Which story of a watch counts an article, as the embedded engine's checkpoint has it."""

from collections.abc import Iterable
from pathlib import Path

from pipelines.engines.embedded.admin import CHECKPOINT
from pipelines.engines.embedded.keys import read_bags
from pipelines.steps.bags import CELL_NAMES
from wirewatch.watches.likeness.fingerprint import hash64
from wirewatch.watches.stories.entries import decode


def stories_of(data_dir: Path, watch: str, article: str) -> Iterable[str]:
    """Return the stories that count an article (its id): one, while it is kept.

    The checkpoint may be in use, or not there. Raises what `read_bags` raises.
    """
    wanted = hash64(article)
    entries = map(decode, read_bags(data_dir / CHECKPOINT, watch, CELL_NAMES))
    return dict.fromkeys(entry.story for entry in entries if entry.article == wanted)
