"""Where replay stopped, kept on disk so that a crash at any moment only repeats, never skips."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from wirewatch.errors import StateRefusedError
from wirewatch.on_disk import replace_file

POSITION_VERSION = 1
POSITION_FILE = "replay/position.json"
"""Where it lives within the data folder."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """What of which seeds has been sent.

    `sent` holds digests of name and text, so files may come, go and change while nothing runs.
    """

    v: int = POSITION_VERSION
    seeds: str
    """The folder, absolute: another one starts from the beginning."""
    round: int = 0
    shift: float = 0
    """Seconds that this round's dates are moved by."""
    sent: tuple[str, ...] = ()

    def with_sent(self, digests: Iterable[str]) -> "Position":
        """Return the position with exactly the seeds of `digests` sent in this round."""
        return msgspec.structs.replace(self, sent=tuple(digests))


class PositionFile:
    """A position at `path`. Every save is on disk, whole, before it returns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, seeds: Path) -> Position:
        """Return the stored position in the folder `seeds`, or its beginning when there is none.

        Raises StateRefusedError for a file that cannot be read as one.
        """
        start = Position(seeds=str(seeds.resolve()))
        try:
            stored = msgspec.json.decode(self.path.read_bytes(), type=Position)
        except FileNotFoundError:
            return start
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._refused(str(error)) from error
        if stored.v > POSITION_VERSION:
            raise self._refused(f"version {stored.v}, this wirewatch knows up to {POSITION_VERSION}")
        return stored if stored.seeds == start.seeds else start

    def save(self, position: Position) -> None:
        """Store `position`. Raises OSError."""
        replace_file(self.path, msgspec.json.encode(position))

    def _refused(self, why: str) -> StateRefusedError:
        return StateRefusedError(
            f"{self.path}: not a position of replay: {why}; remove it to replay from the beginning"
            " (articles keep their ids, so nothing is told twice)"
        )
