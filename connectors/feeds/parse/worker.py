"""The parsing process: `python -m connectors.feeds.parse.worker`. Frames on stdin, frames on stdout.

A frame is its length (4 bytes, big-endian) and a MessagePack value. A document that takes more than
LIMIT_SECONDS of work or LIMIT_BYTES of memory ends the process; its owner starts another.
"""

import os
import resource
import signal
import sys
from typing import BinaryIO

import msgspec

from connectors.feeds.parse.document import Document, NotAFeedError
from connectors.feeds.parse.page import Page, load, parse_page
from connectors.feeds.parse.read import parse

LIMIT_SECONDS = 5.0
"""Of the processor: a machine with much else to do is no fault of the document."""
LIMIT_BYTES = 1 << 30
"""Address space; a parser at rest takes some 300 MB of it, most of it never touched."""


UNFORESEEN = "cannot be parsed"
"""How a problem begins that is no finding of ours but an exception: a fault of a parser."""


class Request(msgspec.Struct, array_like=True):
    """A document to parse: a feed, or an article's page."""

    body: bytes
    url: str
    content_type: str
    is_page: bool = False


class Reply(msgspec.Struct, array_like=True):
    """What came of it: exactly one of these."""

    document: Document | None = None
    problem: str | None = None
    page: Page | None = None
    feeds: tuple[str, ...] = ()
    """With a problem: the feeds that the document names."""


def answer(request: Request) -> Reply:
    """Return what parsing came to; nothing a document holds makes it raise."""
    try:
        if request.is_page:
            return Reply(page=parse_page(request.body, url=request.url))
        return Reply(document=parse(request.body, url=request.url, content_type=request.content_type))
    except NotAFeedError as error:
        return Reply(problem=str(error), feeds=error.feeds)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # parsers of hostile input raise all kinds
        return Reply(problem=f"{UNFORESEEN}: {type(error).__name__}: {error}"[:300])


def encoded(reply: Reply) -> bytes:
    """Return `reply` as it is sent; a problem when it holds what cannot be: half a character, say."""
    try:
        return msgspec.msgpack.encode(reply)
    except (ValueError, OverflowError) as error:
        return msgspec.msgpack.encode(Reply(problem=f"{UNFORESEEN}: {type(error).__name__}"))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer frames until `source` ends, within a frame too: its owner was killed."""
    while (frame := _read(source)) is not None:
        request = msgspec.msgpack.decode(frame, type=Request)
        if request.is_page:
            load()
        signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)  # SIGPROF ends the process, whatever it is in
        reply = encoded(answer(request))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sink.write(len(reply).to_bytes(4) + reply)
        sink.flush()


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    length = int.from_bytes(head)
    frame = source.read(length)
    return frame if len(head) == 4 and len(frame) == length else None


def main() -> None:
    """Run until stdin ends, or nobody reads stdout any more."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for ignored in (signal.SIGINT, signal.SIGTERM):  # its owner ends it, by closing stdin
        signal.signal(ignored, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    output, sys.stdout = sys.stdout.buffer, sys.stderr  # a stray print must not break the frames
    try:
        serve(sys.stdin.buffer, output)
    except BrokenPipeError:
        os._exit(0)  # at once: the interpreter would try to flush what nobody reads
    except MemoryError:
        os._exit(1)


if __name__ == "__main__":
    main()
