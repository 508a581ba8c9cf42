"""A mail server for tests: speaks enough SMTP (RFC 5321) for one message, and fails where it is told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """A running server: `messages` fills; `refuse` maps a command, or RCPT with an address, to an answer."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def mail_server(refuse: dict[str, str] | None = None) -> AsyncIterator[Mailbox]:
    box = Mailbox(refuse=refuse or {})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await _session(box, reader, writer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()


async def _session(box: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    def say(line: str) -> None:
        writer.write(line.encode() + b"\r\n")

    say(box.refuse.get("CONNECT", "220 test"))
    while line := await reader.readline():
        word = line.split()[0].upper().decode() if line.split() else ""
        address = line.decode().partition("<")[2].partition(">")[0]
        if f"{word} {address}" in box.refuse:
            say(box.refuse[f"{word} {address}"])
        elif word in box.refuse:
            say(box.refuse[word])
        elif word == "EHLO":
            say("250-test")
            say("250 8BITMIME")
        elif word == "DATA":
            say("354 go on")
            message = await reader.readuntil(b"\r\n.\r\n")
            said = box.refuse.get("MESSAGE", "250 taken")
            if said.startswith("2"):
                box.messages.append(message[:-5])
            say(said)
        elif word == "QUIT":
            say("221 bye")
            return
        else:
            if word == "RCPT":
                box.recipients.append(line.decode().strip())
            say("250 ok")
        await writer.drain()
