"""The log of a watch's stories as it is stored: small entries in a ring of cells.

A cell is a bag that is appended to or cleared whole. An entry goes into the cell of its story's last article;
when a story moves on to a later bucket, it is written there once more in full. So whatever is alive stands in
the last 14 days' buckets (57 of them at most), each in a cell of its own, and an older cell can go. Old news
(an archive read after today's feeds) goes into the bucket that is the latest when it comes, and stays as long
as what happened then. Only an article dated far ahead of all others may share a cell with other buckets.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from wirewatch.watches.likeness.fingerprint import Fingerprint

CELLS: Final = 64
BUCKET: Final = 6 * 3600 * 1_000_000  # µs
UNTOLD: Final = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Opening(msgspec.Struct, frozen=True, array_like=True, tag="s", gc=False):
    """A story in full: at its start, and whenever it moves on to another bucket. Times in µs since 1970."""

    last: int
    first: int
    story: str
    articles: int
    step: int
    """The highest number of sources told so far; 0 when only its opening was, `UNTOLD` when not even that."""
    sources: tuple[int, ...]
    """A hash of each."""
    prints: tuple[tuple[int, Fingerprint], ...]
    """(time of the article, its fingerprint) of the articles that others are compared with."""
    article: int
    """A hash of the id of the article that caused this entry."""
    at: int = 0
    """The bucket it stands in when that is later than its last article's; else 0."""


class Joining(msgspec.Struct, frozen=True, array_like=True, tag="j", gc=False):
    """An article joined a story within the same bucket. What is not repeated here has not changed."""

    last: int
    first: int
    story: str
    articles: int
    step: int
    source: int | None
    print: tuple[int, Fingerprint] | None
    article: int
    at: int = 0


Entry = Opening | Joining
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Entry] = msgspec.msgpack.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """Return `entry` as stored."""
    return _encoder.encode(entry)


def decode(data: bytes) -> Entry:
    """Return the entry in `data`. Raises msgspec.DecodeError."""
    return _decoder.decode(data)


def to_micros(time: datetime) -> int:
    """Return an aware `time` as µs since 1970."""
    return (time - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the UTC datetime that `to_micros` was given."""
    return _EPOCH + timedelta(microseconds=micros)


def bucket(micros: int) -> int:
    """Return the number of the 6-hour bucket that a time belongs to."""
    return micros // BUCKET


def home(entry: Entry) -> int:
    """Return the bucket that `entry` stands in."""
    return max(bucket(entry.last), entry.at)


def cell(bucket_: int) -> int:
    """Return the cell of the ring that holds a bucket."""
    return bucket_ % CELLS
