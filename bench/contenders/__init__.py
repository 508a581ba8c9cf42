"""What the engine is compared with: each reads `articles`, writes `articles.tagged` and `alerts`, for ever.

`python -m bench.contenders.NAME SERVERS PREFIX GROUP CONFIG_DIR`, ended from outside. All are tuned alike:
large fetches and batches, acks=all, offsets committed every 0.5 s once the output is flushed.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from bench.work import Work

COMMIT_SECONDS = 0.5
BATCH = 1000  # records a read at most; each is then worked through by itself

# librdkafka, tuned as wirewatch's own connector has it.
LIBRDKAFKA_READER = {
    "check.crcs": True,
    "max.partition.fetch.bytes": 4 << 20,
    "fetch.max.bytes": 16 << 20,
    "queued.max.messages.kbytes": 32 << 10,
    "fetch.queue.backoff.ms": 5,
}
LIBRDKAFKA_WRITER = {
    "acks": "all",
    "enable.idempotence": True,
    "batch.size": 256 * 1024,
    "linger.ms": 5,
    "queue.buffering.max.kbytes": 64 << 10,
    "queue.buffering.max.messages": 100_000,
    "delivery.report.only.error": True,
}


class Task(NamedTuple):
    """What a contender is told on its command line."""

    servers: str
    prefix: str
    group: str
    config_dir: Path

    @classmethod
    def from_arguments(cls) -> "Task":
        """Return what sys.argv says."""
        servers, prefix, group, config_dir = sys.argv[1:]
        return cls(servers, prefix, group, Path(config_dir))

    @property
    def articles(self) -> str:
        """The topic to read."""
        return f"{self.prefix}articles"

    def work(self) -> Work:
        """Return the work to do on each article."""
        return Work(self.config_dir, self.prefix)
