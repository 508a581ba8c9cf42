"""Opens the dead-letters topic for the command line."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from types import TracebackType
from typing import Self

from connectors.kafka import dead_letters
from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.dead_letters import DeadLetter
from connectors.kafka.protocols import BrokerAwayError, Reader, TopicPartition, Writer
from wirewatch.service.archive import broker_away
from wirewatch.service.place import Place

BATCH_BYTES = 16 << 20
"""Letters of about this size are sent, and held in memory, at a time."""


class DeadLetterDesk:
    """Lists and replays dead letters. Raises DependencyMissingError when the broker does not answer."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._topic = place.settings.kafka.topic("dead-letters")
        self._close: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for close in reversed(self._close):
            close()
        if isinstance(error, BrokerAwayError):
            raise broker_away(self._place.settings, error) from error

    def letters(self, reason: str | None = None, since: datetime | None = None) -> Iterator[DeadLetter]:
        """Yield the letters given up for `reason` (None: any) at `since` (UTC; None: ever) or later."""
        partitions = self._partitions()
        if not partitions:
            return
        reader = self._reader()
        after = None if since is None else since.replace(tzinfo=since.tzinfo or UTC)
        for letter in dead_letters.letters(reader, partitions):
            if (reason is None or letter.reason == reason) and (after is None or letter.written >= after):
                yield letter

    def replay(
        self, reason: str | None, since: datetime | None, *, dry_run: bool
    ) -> Iterator[tuple[DeadLetter, str | None]]:
        """Yield (letter, why it is passed over) of each; those without a why are sent, unless `dry_run`."""
        batch: list[DeadLetter] = []
        for letter in self.letters(reason, since):
            whole, why = self._whole(letter)
            if whole is not None and not dry_run:
                batch.append(whole)
                if len(batch) >= dead_letters.MARKER_LETTERS or _bytes(batch) >= BATCH_BYTES:
                    self._send(batch)
                    batch = []
            yield letter, why
        self._send(batch)

    def _whole(self, letter: DeadLetter) -> tuple[DeadLetter | None, str | None]:
        """Return `letter` with the original's bytes, or why it is not to be replayed."""
        why = dead_letters.why_not(letter)
        if why is not None or not letter.pointer:
            return (letter if why is None else None), why
        whole = dead_letters.with_original(self._originals, letter)
        if whole is None:
            return None, "Kafka no longer holds the original"
        if whole.key is None and whole.value is None:
            return None, "the original is empty: it has neither key nor value"
        return whole, None

    @cached_property
    def _originals(self) -> Reader:
        """Reads what pointers lead to, while another reader goes through the letters."""
        return self._reader()

    @cached_property
    def _writer(self) -> Writer:
        writer = open_writer(self._place, client="kafka-python", group="dead-letters")
        self._close.append(writer.close)
        return writer

    def _reader(self) -> Reader:
        reader = open_reader(self._place, client="kafka-python", group="dead-letters")
        self._close.append(reader.close)
        return reader

    def _send(self, batch: list[DeadLetter]) -> None:
        if batch:
            dead_letters.replay(batch, self._writer, self._topic)

    def _partitions(self) -> list[TopicPartition]:
        admin = open_admin(self._place)
        try:
            info = admin.topics([self._topic]).get(self._topic)
        finally:
            admin.close()
        return [TopicPartition(self._topic, number) for number in range(info.partitions)] if info else []


def _bytes(batch: list[DeadLetter]) -> int:
    return sum(len(letter.value or b"") for letter in batch)
