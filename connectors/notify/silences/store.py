"""Silences in notify.db: functions over a connection; those that write want a transaction round them."""

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from connectors.notify.routing.matchers import Matcher, parse_matcher
from connectors.notify.silences.silence import Silence, refusal
from connectors.notify.store.database import Shared, from_ms, to_ms
from connectors.notify.store.short_ids import find_by_id

MAX_SILENCES = 10_000
ID_BYTES = 6


class Silences:
    """The silences of notify.db, for whoever sets them; sqlite3.Error when the disk fails."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def add(
        self,
        matchers: Sequence[str],
        *,
        starts: datetime,
        ends: datetime,
        owner: str,
        reason: str,
        now: datetime,
    ) -> Silence:
        """Store a silence from `starts` to `ends`, both aware; return it. Raises ValueError for nonsense."""
        silence = Silence(
            id=secrets.token_hex(ID_BYTES),
            matchers=_matchers(matchers),
            starts=starts,
            ends=ends,
            owner=owner.strip(),
            reason=reason.strip(),
            created=now,
        )
        why = "would be over already" if ends <= now else refusal(silence)
        if why is not None:
            raise ValueError(f"a silence {why}")
        with self._shared.writing() as db:
            if len(list_silences(db, now=now)) >= MAX_SILENCES:
                raise ValueError(f"there are {MAX_SILENCES} silences already")
            add_silence(db, silence)
        return silence

    def all(self, *, now: datetime, expired: bool = False) -> list[Silence]:
        """Return silences that are not over at `now`, with `expired` also the others; soonest end first."""
        with self._shared.reading() as db:
            return list_silences(db, now=now, expired=expired)

    def expire(self, id: str, *, now: datetime) -> Silence | None:  # noqa: A002  # the field's own name
        """End and return the silence with this id, or the only one whose id starts so; None: no such one.

        Raises AmbiguousIdError when several ids start so.
        """
        with self._shared.writing() as db:
            found = get_silence(db, id)
            if found is None:
                return None
            expire_silence(db, found.id, now=now)
            return get_silence(db, found.id)


def add_silence(db: sqlite3.Connection, silence: Silence) -> None:
    """Store `silence`, which must make sense (see `refusal`)."""
    db.execute(
        "INSERT INTO silences (id, matchers, starts, ends, owner, reason, created) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            silence.id,
            json.dumps([str(matcher) for matcher in silence.matchers]),
            to_ms(silence.starts),
            to_ms(silence.ends),
            silence.owner,
            silence.reason,
            to_ms(silence.created),
        ),
    )


def list_silences(db: sqlite3.Connection, *, now: datetime, expired: bool = False) -> list[Silence]:
    """Return silences that are not over at `now`, with `expired` also the others; soonest end first."""
    rows = db.execute(
        "SELECT * FROM silences WHERE ? OR ends > ? ORDER BY ends, id LIMIT ?",
        (expired, to_ms(now), MAX_SILENCES),
    )
    return [_silence(row) for row in rows]


def get_silence(db: sqlite3.Connection, id: str) -> Silence | None:  # noqa: A002  # the field's own name
    """Return the silence with this id, or the only one whose id starts with it; else None.

    Raises AmbiguousIdError when several ids start with it.
    """
    row = find_by_id(db, "silences", id, lambda one: f"{one['owner']}: {one['reason']}")
    return None if row is None else _silence(row)


def expire_silence(db: sqlite3.Connection, id: str, *, now: datetime) -> None:  # noqa: A002
    """End a silence at `now`, or before it has begun."""
    db.execute(
        "UPDATE silences SET ends = min(ends, ?1), starts = min(starts, ?1) WHERE id = ?2", (to_ms(now), id)
    )


def prune_silences(db: sqlite3.Connection, *, before: datetime) -> int:
    """Forget silences that ended before `before`; return how many."""
    return db.execute("DELETE FROM silences WHERE ends < ?", (to_ms(before),)).rowcount


def _silence(row: sqlite3.Row) -> Silence:
    return Silence(
        id=row["id"],
        matchers=_matchers(json.loads(row["matchers"])),
        starts=from_ms(row["starts"]),
        ends=from_ms(row["ends"]),
        owner=row["owner"],
        reason=row["reason"],
        created=from_ms(row["created"]),
    )


def _matchers(texts: Iterable[str]) -> tuple[Matcher, ...]:
    return tuple(parse_matcher(text) for text in texts)
