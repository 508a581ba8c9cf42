"""Parsing in processes that can be ended: a hostile document costs its feed one poll, and nothing else."""

import asyncio
import contextlib
import sys
from dataclasses import dataclass, field

import msgspec

from connectors.feeds.parse.document import Document
from connectors.feeds.parse.page import Page
from connectors.feeds.parse.worker import Reply, Request

MAX_REPLY_BYTES = 64 << 20
PATIENCE = 60.0
"""Seconds until an answer, the start of a process included. A process ends itself over a document that is too
much work (see worker); this is for one that cannot, and for a machine that has no time for it."""


class ParseError(Exception):
    """The document is no feed, or parsing it had to be ended; the message says which.

    `feeds` are those that a page names in its head.
    """

    def __init__(self, message: str, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.feeds = feeds


@dataclass
class ParserPool:
    """Up to `size` parsing processes, started when needed. For one event loop."""

    size: int = 2
    limit: float = PATIENCE
    _idle: list[asyncio.subprocess.Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.size)

    async def parse(self, body: bytes, *, url: str, content_type: str) -> Document:
        """Return the document in `body`. Raises ParseError."""
        reply = await self._ask(Request(body, url, content_type))
        if reply.document is None:
            raise ParseError(reply.problem or "no feed", reply.feeds)
        return reply.document

    async def read_page(self, body: bytes, *, url: str) -> Page:
        """Return what the page in `body` says. Raises ParseError."""
        reply = await self._ask(Request(body, url, "", is_page=True))
        if reply.page is None:
            raise ParseError(reply.problem or "no page")
        return reply.page

    async def _ask(self, question: Request) -> Reply:
        request = msgspec.msgpack.encode(question)
        async with self._slots:
            process = self._living() or await _start()
            try:
                async with asyncio.timeout(self.limit):
                    reply = await _exchange(process, request)
            except (TimeoutError, asyncio.IncompleteReadError, OSError, msgspec.DecodeError) as error:
                await _end(process)
                raise ParseError("parsing took too much time or memory and was ended") from error
            except BaseException:
                await _end(process)
                raise
            self._idle.append(process)
        return reply

    def _living(self) -> asyncio.subprocess.Process | None:
        """Take an idle process that nobody has ended meanwhile (the kernel does, when memory runs out)."""
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
        return None

    async def close(self) -> None:
        """End the processes."""
        idle, self._idle = self._idle, []
        for process in idle:
            await _end(process)


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "connectors.feeds.parse.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def _exchange(process: asyncio.subprocess.Process, request: bytes) -> Reply:
    if process.stdin is None or process.stdout is None:
        raise OSError("a parsing process without pipes")
    process.stdin.write(len(request).to_bytes(4) + request)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(4))
    if length > MAX_REPLY_BYTES:
        raise OSError("the reply is too large")
    return msgspec.msgpack.decode(await process.stdout.readexactly(length), type=Reply)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.wait()
