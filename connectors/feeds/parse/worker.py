"""The parsing process: `python -m connectors.feeds.parse.worker`. Frames on stdin, frames on stdout.

A frame is its length (4 bytes, big-endian) and a MessagePack value. A document that takes longer than
LIMIT_SECONDS or more memory than LIMIT_BYTES ends the process; its owner starts another.
"""

import resource
import signal
import sys
from typing import BinaryIO

import msgspec

from connectors.feeds.parse.document import Document, NotAFeedError
from connectors.feeds.parse.page import Page, load, parse_page
from connectors.feeds.parse.read import parse

LIMIT_SECONDS = 5.0
LIMIT_BYTES = 1 << 30
"""Address space; a parser at rest takes some 300 MB of it, most of it never touched."""


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


def answer(request: Request) -> Reply:
    """Return what parsing came to; nothing a document holds makes it raise."""
    try:
        if request.is_page:
            return Reply(page=parse_page(request.body, url=request.url))
        return Reply(document=parse(request.body, url=request.url, content_type=request.content_type))
    except NotAFeedError as error:
        return Reply(problem=str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # parsers of hostile input raise all kinds
        return Reply(problem=f"cannot be parsed: {type(error).__name__}: {error}"[:300])


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer frames until `source` ends."""
    while head := source.read(4):
        request = msgspec.msgpack.decode(source.read(int.from_bytes(head)), type=Request)
        if request.is_page:
            load()
        signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)  # SIGALRM ends the process, whatever it is in
        reply = msgspec.msgpack.encode(answer(request))
        signal.setitimer(signal.ITIMER_REAL, 0)
        sink.write(len(reply).to_bytes(4) + reply)
        sink.flush()


def main() -> None:
    """Run until stdin ends."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for ignored in (signal.SIGINT, signal.SIGTERM):  # its owner ends it, by closing stdin
        signal.signal(ignored, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    output, sys.stdout = sys.stdout.buffer, sys.stderr  # a stray print must not break the frames
    serve(sys.stdin.buffer, output)


if __name__ == "__main__":
    main()
