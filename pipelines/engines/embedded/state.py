"""User state for Beam's state API: read on demand from the store, changed in memory until the commit."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from apache_beam.coders.coder_impl import CoderImpl, create_InputStream, create_OutputStream
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from apache_beam.runners.worker.sdk_worker import CachingStateHandler, _Future

_NESTED = True  # values stand one after another, so each must say where it ends
CROWDED = 64
"""A cell of more rows than this is merged at the next commit after a read."""


class CellKey(NamedTuple):
    """What names one cell: never an id out of the pipeline's proto, which moves when a transform is added."""

    transform: str  # unique name
    state: str
    key: bytes
    window: bytes


@dataclass
class CellChange:
    """What an epoch did to a cell: dropped its rows or not, then appended these."""

    cleared: bool = False
    appended: list[bytes] = field(default_factory=list)


class KeyedState(CachingStateHandler):
    """The state of every key, as the running epoch sees it.

    `rows_of` returns a cell's committed rows. Nothing is cached here: DoFns keep what they have decoded, and
    SQLite keeps its pages.
    """

    def __init__(self, rows_of: Callable[[CellKey], list[bytes]]) -> None:
        self._rows_of = rows_of
        self.changes: dict[CellKey, CellChange] = {}
        self.crowded: set[CellKey] = set()

    def forget(self) -> None:
        """Drop the epoch's changes: they are committed, or abandoned."""
        self.changes.clear()
        self.crowded.clear()

    def blocking_get(self, state_key: fn_api.StateKey, coder: CoderImpl) -> list[Any]:
        """Return the decoded values of a cell."""
        stream = create_InputStream(self._read(_cell_key(state_key)))
        values = []
        while stream.size() > 0:
            values.append(coder.decode_from_stream(stream, _NESTED))
        return values

    def extend(self, state_key: fn_api.StateKey, coder: CoderImpl, elements: Iterable[Any]) -> _Future:
        """Append values to a cell."""
        stream = create_OutputStream()
        for element in elements:
            coder.encode_to_stream(element, stream, _NESTED)
        self._change(_cell_key(state_key)).appended.append(stream.get())
        return _Future.done()

    def clear(self, state_key: fn_api.StateKey) -> _Future:
        """Drop a cell's values."""
        self.changes[_cell_key(state_key)] = CellChange(cleared=True)
        return _Future.done()

    @contextmanager
    def process_instruction_id(self, _bundle_id: str, _cache_tokens: object) -> Iterator[None]:
        """Do nothing: bundles run one after another."""
        yield

    def done(self) -> None:
        """Do nothing: the store is closed by its owner."""

    def _change(self, key: CellKey) -> CellChange:
        change = self.changes.get(key)
        if change is None:
            change = self.changes[key] = CellChange()
        return change

    def _read(self, key: CellKey) -> bytes:
        change = self.changes.get(key)
        if change is not None and change.cleared:
            return b"".join(change.appended)
        rows = self._rows_of(key)
        if len(rows) > CROWDED:
            self.crowded.add(key)
        return b"".join(rows if change is None else rows + change.appended)


def _cell_key(state_key: fn_api.StateKey) -> CellKey:
    cell = state_key.bag_user_state
    return CellKey(cell.transform_id, cell.user_state_id, cell.key, cell.window)


def rows_to_merge(sizes: list[int]) -> int:
    """Return the index from which a cell's rows are merged into one.

    Leading rows that outweigh all that follow them stay, so that a large cell is not rewritten for every few
    appends: each byte is rewritten O(log n) times, and O(log n) rows remain.
    """
    rest = sum(sizes)
    for index, size in enumerate(sizes):
        rest -= size
        if size <= rest:
            return index
    return len(sizes)
