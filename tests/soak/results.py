"""Results of a soak run, on disk as they come, for the report to read: one folder, one file a test."""

import json
import os
import time
from pathlib import Path
from typing import Any

from tests.soak.machine import commit

_ROOT = Path(__file__).parent.parent.parent


def results_dir() -> Path:
    """Return where results are: $WIREWATCH_SOAK_DIR, else build/soak in the checkout."""
    return Path(os.environ.get("WIREWATCH_SOAK_DIR") or _ROOT / "build" / "soak")


class Results:
    """What one test has to tell; the file is there from the start, so that a run cut short shows as such."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{name}.json"
        self.samples = folder / f"{name}.jsonl"
        self.samples.unlink(missing_ok=True)
        self._document: dict[str, Any] = {"test": name, "began": time.time(), "ended": None}
        self.add(commit=commit(), load_before=os.getloadavg()[0])

    def add(self, **values: Any) -> None:
        """Keep `values`."""
        self._document.update(values)
        self._path.write_text(json.dumps(self._document))

    def end(self, **values: Any) -> None:
        """Keep `values`, and that the run went to its end (which is not to say that all was well)."""
        self.add(ended=time.time(), load_after=os.getloadavg()[0], **values)
