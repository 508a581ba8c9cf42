"""An in-memory Writer (see protocols) whose broker can be taken away, and a context to run a player in."""

from pathlib import Path

from connectors.kafka.protocols import DeliveryFailedError, RecordTooLargeError
from wirewatch.article import Article
from wirewatch.part import PartContext
from wirewatch.records import ARTICLES
from wirewatch.settings import Settings


class MemoryLog:
    """The broker: what was flushed, in order. `away` flushes fail before it answers again."""

    def __init__(self) -> None:
        self.records: list[tuple[str, bytes, bytes, dict[str, bytes]]] = []
        self.away = 0
        self.limit = 1 << 21
        self.opened = 0
        self.closed = 0

    def open(self) -> "MemoryWriter":
        self.opened += 1
        return MemoryWriter(self)

    @property
    def articles(self) -> list[Article]:
        return [ARTICLES.decode(value) for _, _, value, _ in self.records]

    @property
    def titles(self) -> list[str]:
        return [article.title for article in self.articles]


class MemoryWriter:
    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._queued: list[tuple[str, bytes, bytes, dict[str, bytes]]] = []

    def send(self, topic, *, key, value, headers=()) -> None:
        if len(value) > self._log.limit:
            raise RecordTooLargeError(f"{len(value)} bytes")
        self._queued.append((topic, key, value, dict(headers)))

    def flush(self, timeout: float) -> None:
        queued, self._queued = self._queued, []
        if self._log.away:
            self._log.away -= 1
            raise DeliveryFailedError("nobody answers")
        self._log.records += queued

    def close(self) -> None:
        self._log.closed += 1


def context(data: Path, **replay) -> PartContext:
    return PartContext(settings=Settings(replay={"enabled": True, **replay}), config_dir=data, data_dir=data)


def write(folder: Path, name: str, title: str, date: str = "", **fields: str) -> Path:
    head = "\n".join([*([date] if date else []), *(f"{key}: {value}" for key, value in fields.items())])
    path = folder / name
    path.write_text(f"{title}\n\n{head}\n\nText of {title}.\n", encoding="utf-8")
    return path
