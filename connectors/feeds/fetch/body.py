"""Undoing Content-Encoding within a bound: a body of 3 KB can unpack to gigabytes."""

import re
import zlib
from collections.abc import Callable, Iterator

import brotli
import zstandard

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
STEP = 64 * 1024
"""Bytes that are unpacked at once."""
_MAX_LAYERS = 3
_ZSTD_WINDOW = 8 << 20  # RFC 9659: what an HTTP client must accept, and need not exceed
_ZSTD_SIP = 64
_GZIP = b"\x1f\x8b"
_MARK = b"\xef\xbb\xbf"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
"""What a text has none of, and what is packed has soon."""
_SNIFFED = 1024


class BodyTooLargeError(ValueError):
    """The body unpacks to more than the bound."""


class BrokenBodyError(ValueError):
    """The body ends too soon or is not in the encoding it says."""


def decode_body(body: bytes, encodings: str, *, limit: int) -> bytes:
    """Return `body` without the encodings of a Content-Encoding header; also a gzip file inside.

    Never holds more than `limit` + 32 STEP bytes of output. A body that is plain in spite of its header is
    taken as it is: servers do that. Raises BodyTooLargeError, BrokenBodyError.
    """
    names = [name for part in encodings.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    if len(names) > _MAX_LAYERS:
        raise BrokenBodyError(f"{len(names)} encodings on top of each other")
    for name in reversed(names):
        unpack = _UNPACK.get(name.removeprefix("x-"))
        if unpack is None and (body.startswith(_GZIP) or not _BINARY.search(body, 0, _SNIFFED)):
            continue  # utf-8, aws-chunked: what servers write there, of all files, that was never an encoding
        if unpack is None:
            raise BrokenBodyError(f"encoding {name[:40]!r} was not asked for")
        if body and not _is_plain(body, name):
            body = _bounded(unpack(body), limit)
    if body.startswith(_GZIP):  # sitemap.xml.gz
        body = _bounded(_gunzip(body), limit)
    if len(body) > limit:
        raise BodyTooLargeError(f"more than {limit} bytes")
    return body


def _bounded(pieces: Iterator[bytes], limit: int) -> bytes:
    whole = bytearray()
    try:
        for piece in pieces:
            whole += piece
            if len(whole) > limit:
                raise BodyTooLargeError(f"more than {limit} bytes unpacked")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise BrokenBodyError(f"cannot be unpacked: {error}") from error
    return bytes(whole)


def _is_plain(body: bytes, name: str) -> bool:
    if name in {"gzip", "x-gzip"}:
        return not body.startswith(_GZIP)
    return body.removeprefix(_MARK).lstrip()[:5].lower() in {b"<?xml", b"<rss ", b"<feed"}


def _gunzip(body: bytes) -> Iterator[bytes]:
    return _inflate(body, 16 + zlib.MAX_WBITS)


def _deflate(body: bytes) -> Iterator[bytes]:
    raw = body[0] & 0x0F != 8 or int.from_bytes(body[:2]) % 31 != 0  # RFC 1950: no zlib header
    return _inflate(body, -zlib.MAX_WBITS if raw else zlib.MAX_WBITS)


def _inflate(body: bytes, wbits: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits)
    left = body
    while not unpacker.eof:
        piece = unpacker.decompress(left, STEP)
        if not piece and not unpacker.unconsumed_tail and not unpacker.eof:
            raise BrokenBodyError("ends too soon")
        yield piece
        left = unpacker.unconsumed_tail


def _unbrotli(body: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    piece = unpacker.process(body, output_buffer_limit=STEP)
    while piece or not unpacker.is_finished():
        if not piece and unpacker.can_accept_more_data():
            raise BrokenBodyError("ends too soon")
        yield piece
        piece = b"" if unpacker.is_finished() else unpacker.process(b"", output_buffer_limit=STEP)


def _unzstd(body: bytes) -> Iterator[bytes]:
    # The library bounds no output, so the input comes in sips: a block of 4 bytes unpacks to 128 KiB at most
    # (RFC 8878, 3.1.1.2), a sip to STEP times 32.
    unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = unpacker.decompressobj()
    for start in range(0, len(body), _ZSTD_SIP):
        left = body[start : start + _ZSTD_SIP]
        while left:
            if frame.eof:
                frame = unpacker.decompressobj()
            yield frame.decompress(left)
            left = frame.unused_data if frame.eof else b""
    if not frame.eof:
        raise BrokenBodyError("ends too soon")


_UNPACK: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
