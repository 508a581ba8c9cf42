"""A receiver for long runs: keeps little of each delivery, and can be out of order for a while."""

import hashlib
import json
import time
from typing import NamedTuple

from tests.acceptance.harness import Receiver


class Told(NamedTuple):
    """One delivery that was taken."""

    id: str
    """The webhook-id."""
    at: float
    """Seconds since 1970."""
    alert: str
    watch: str
    status: str
    article: str
    story: str
    digest: bytes
    """Of the body: a repeat must be the same bytes."""


class LongReceiver(Receiver):
    """Answers `status` when that is set, and keeps nothing then; else as any receiver."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.status: int | None = None
        self.every = 1
        """Of so many deliveries one is answered with `status`, the others are taken."""
        self.think = 0.0
        """Seconds between taking a delivery and answering: a sender that dies then must send it again."""
        self.turned_away = 0
        self._asked = 0
        super().__init__()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self._asked += 1
        if self.status is not None and self._asked % self.every == 0:
            self.turned_away += 1
            return self.status
        answer = super().take(headers, body)
        time.sleep(self.think)
        return answer

    def keep(self, webhook_id: str, body: bytes) -> None:
        alert = json.loads(body)
        self.told.append(
            Told(
                webhook_id,
                time.time(),
                alert["id"],
                alert["watch"],
                alert["status"],
                alert["article"],
                alert["story"]["id"],
                hashlib.sha256(body).digest(),
            )
        )

    def distinct(self) -> int:
        """Return how many alerts came, repeats not counted."""
        return len({told.id for told in list(self.told)})
