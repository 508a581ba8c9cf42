"""What is stored of a watch's incidents: a log in one bag, appended to, and now and then written anew.

Entries are numbered, so that their order in the bag does not matter. Times in µs since 1970.
"""

import msgspec


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is shown of an article."""

    id: str
    title: str
    url: str | None
    source: str


class Counted(msgspec.Struct, frozen=True, array_like=True, tag="c", gc=False):
    """An article met the watch."""

    n: int
    time: int
    article: int
    """A hash of its id."""
    source: int
    """A hash of it."""
    slot: int | None
    """Of a watch with a spike: where it is counted."""
    head: Head


class Slots(msgspec.Struct, frozen=True, array_like=True, tag="s", gc=False):
    """How many articles there were by slot of time, those of all `Counted` entries before it included."""

    n: int
    since: int
    """The earliest slot that was counted."""
    counts: tuple[tuple[int, int], ...]


class Basis(msgspec.Struct, frozen=True, array_like=True, tag="v", gc=False):
    """Which articles count, and how: what is older than this entry was counted for another watch."""

    n: int
    basis: str
    slot_seconds: int = 0
    """How long a slot is; 0 without a spike, and in what was stored before this was told."""


class Began(msgspec.Struct, frozen=True, array_like=True, tag="b", gc=False):
    """An incident."""

    n: int
    id: str
    time: int
    """Of the article that crossed."""
    expires: int
    first: int
    """Of the earliest article known to belong to it."""
    articles: int
    """That made it up, and of how many sources."""
    sources: int
    head: Head


class Ended(msgspec.Struct, frozen=True, array_like=True, tag="e", gc=False):
    """The count was below again at an article of this time."""

    n: int
    id: str
    time: int


LogEntry = Counted | Slots | Basis | Began | Ended
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[LogEntry] = msgspec.msgpack.Decoder(LogEntry)


def encode(entry: LogEntry) -> bytes:
    """Return `entry` as stored."""
    return _encoder.encode(entry)


def decode(data: bytes) -> LogEntry:
    """Return the entry in `data`. Raises msgspec.DecodeError."""
    return _decoder.decode(data)
