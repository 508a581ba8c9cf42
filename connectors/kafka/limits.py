"""How large a record may be, measured before it is sent so that the two clients agree with the broker."""

from typing import Final

from connectors.kafka.protocols import Headers, RecordTooLargeError

MAX_RECORD_BYTES: Final = 2 * 1024 * 1024
"""`message.max.bytes` of the managed broker and `max.message.bytes` of each topic."""

# A batch header (61 bytes) and a record's length, attributes, timestamp and offset deltas, key and value
# lengths and header count, each a varint of at most 5 or 10 bytes:
# https://kafka.apache.org/documentation/#recordbatch
_OVERHEAD: Final = 61 + 36
_HEADER_OVERHEAD: Final = 10  # two lengths


def record_size(key: bytes | None, value: bytes | None, headers: Headers = ()) -> int:
    """Return the bytes a record takes at most, alone in its batch, uncompressed."""
    size = _OVERHEAD + len(key or b"") + len(value or b"")
    for name, content in headers:
        size += _HEADER_OVERHEAD + len(name.encode()) + len(content)
    return size


def refuse_too_large(topic: str, size: int) -> None:
    """Raise RecordTooLargeError when a record of `size` bytes (see `record_size`) is over the limit."""
    if size > MAX_RECORD_BYTES:
        raise RecordTooLargeError(
            f"{topic}: a record of {size} bytes is over the limit of {MAX_RECORD_BYTES}"
        )
