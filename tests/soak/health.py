"""When the service was healthy: every part ready, and every alert that was due of late received."""

import json
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from tests.acceptance.harness import Service
from tests.soak.load import UPDATE_AT, Story, Stream
from tests.soak.receiver import LongReceiver, Told
from tests.soak.sampling import part_processes

LOOK = 0.5
MAY_TAKE = 5.0
"""Seconds from an article's write to its alert: one that takes longer is late."""
RECENT = 60.0
"""Seconds before those in which a late one counts against health: later it waits for a retry of its own."""
SAMPLE_EVERY = 10.0


def overdue(stories: Iterable[Story], told: Iterable[Told], before: float, since: float = 0.0) -> int:
    """Return how many alerts are not told of articles written from `since` to `before`, both since 1970."""
    seen = {(one.article, one.status) for one in told}
    count = 0
    for story in stories:
        sent = dict(story.sent)
        written = sorted(sent.values())
        for status, due in (("opened", written[:1]), ("updated", written[UPDATE_AT - 1 : UPDATE_AT])):
            if due and since < due[0] <= before:
                count += not any((id_, status) in seen for id_ in sent)
    return count


class HealthWatch(threading.Thread):
    """Notes every half second whether all is well, and every ten what each part's memory is (in `file`)."""

    def __init__(
        self, service: Service, receiver: LongReceiver, stream: Stream, parts: tuple[str, ...], file: Path
    ) -> None:
        super().__init__(name="health", daemon=True)
        self._service, self._receiver, self._stream, self._parts = service, receiver, stream, parts
        self._file = file
        self._halt = threading.Event()
        self._began = time.monotonic()
        self.seen: list[tuple[float, bool, int]] = []
        """(seconds since it began, all ready and no recent alert late, alerts late)."""

    def run(self) -> None:
        self._file.write_text("")
        sampled = 0.0
        while not self._halt.wait(LOOK):
            at = time.monotonic() - self._began
            ready = all(map(self._service.ready, self._parts))
            stories, told = list(self._stream.stories), list(self._receiver.told)
            due = time.time() - MAY_TAKE
            late = overdue(stories, told, due)
            well = ready and not (late and overdue(stories, told, due, due - RECENT))
            self.seen.append((at, well, late))
            if at - sampled >= SAMPLE_EVERY:
                sampled = at
                with self._file.open("a") as file:
                    file.write(json.dumps({"elapsed": at, "late": late, "parts": self._memory()}) + "\n")

    def stop(self) -> None:
        self._halt.set()
        self.join(20)

    def healthy_after(self, at: float, until: float) -> float | None:
        """Return after how many seconds from `at` all was well again before `until`; None: it was not.

        0 when nothing was to be seen of it at all.
        """
        within = [(t, well) for t, well, _ in self.seen if at <= t < until]
        bad = [n for n, (_, well) in enumerate(within) if not well]
        if not bad:
            return 0.0
        return within[bad[-1] + 1][0] - at if bad[-1] + 1 < len(within) else None

    def _memory(self) -> dict[str, Any]:
        found = {}
        for name, process in part_processes(self._service.processes["up"].pid).items():
            try:
                found[name] = {"pid": process.pid, "rss": process.memory_info().rss}
            except psutil.Error:  # between a death and the next start
                continue
        return found
