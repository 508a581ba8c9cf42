"""Replays a folder into a file, as a process of its own that a test kills: FOLDER DATA OUT.

The file stands for the broker: a record counts once its line is forced to disk, as with acks=all.
"""

import os
import sys
from pathlib import Path

from connectors.seeds.player import Player
from tests.seeds.memory import context


class FileWriter:
    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self._queued: list[bytes] = []

    def send(self, topic, *, key, value, headers=()) -> None:
        self._queued.append(key + b"\n")

    def flush(self, timeout: float) -> None:
        for line in self._queued:
            self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._queued = []

    def close(self) -> None:
        self._file.close()


def main() -> None:
    folder, data, out = (Path(argument) for argument in sys.argv[1:])
    Player(context(data, speed=3600.0 * 200), folder, lambda: FileWriter(out)).run()


if __name__ == "__main__":
    main()
