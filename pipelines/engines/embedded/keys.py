"""The keys a checkpoint holds state of: which there are, what is kept of one, and letting one go."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from apache_beam.coders import BytesCoder, StrUtf8Coder
from apache_beam.coders.coder_impl import create_InputStream

from pipelines.engines.embedded.database import reading
from pipelines.engines.embedded.store import Store

_KEY = StrUtf8Coder().get_impl()
_VALUE = BytesCoder().get_impl()
_NESTED = True  # values stand one after another
_ROWS = (
    "SELECT data FROM cell_rows JOIN cells ON cells.id = cell "
    "WHERE key = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY cell_rows.id"
)


class KeyedStore:
    """The state of a checkpoint that is keyed by text and kept in bags of bytes.

    Close it before the engine opens the checkpoint. Raises AlreadyRunningError when another process has it,
    StateRefusedError when it can't be read.
    """

    def __init__(self, path: Path) -> None:
        self._store = Store(path)

    def close(self) -> None:
        """Let the checkpoint go."""
        self._store.close()

    def keys(self, state: str) -> dict[str, str]:
        """Return the keys that have something in `state`, each with its transform."""
        return {_KEY.decode_nested(key): transform for transform, key in self._store.keys(state)}

    def newest(self, transform: str, key: str, states: Collection[str]) -> Iterator[bytes]:
        """Yield what was appended last to each of these bags of a key."""
        for row in self._store.last_rows(transform, _KEY.encode_nested(key), states):
            yield from _values(row)

    def drop(self, transform: str, key: str) -> None:
        """Forget all that is kept of a key."""
        self._store.drop_key(transform, _KEY.encode_nested(key))


def read_bags(path: Path, key: str, states: Collection[str]) -> Iterator[bytes]:
    """Yield what these bags of a key hold in a checkpoint, which may be in use, or not there: then nothing.

    Raises StateRefusedError for what is none, DependencyMissingError when it cannot be opened.
    """
    if not path.exists():
        return
    with reading(path) as db:
        for (row,) in db.execute(_ROWS, (_KEY.encode_nested(key), json.dumps(list(states)))):
            yield from _values(row)


def _values(row: bytes) -> Iterator[bytes]:
    stream = create_InputStream(row)
    while stream.size() > 0:
        yield _VALUE.decode_from_stream(stream, _NESTED)
