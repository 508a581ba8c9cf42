"""Ids by their first characters, as git has them: an alert's, a delivery's, a silence's."""

import sqlite3
from collections.abc import Callable
from typing import Final, Literal

from wirewatch.errors import WirewatchError

CANDIDATES: Final = 10
"""Named at most where several are meant."""
_SHOWN: Final = 8
"""Characters of an id in a list."""
_MORE: Final = 4
"""Further characters shown of a candidate: of 16 hex digits each, which seldom leaves two."""

Table = Literal["alerts", "deliveries", "silences"]


class AmbiguousIdError(WirewatchError):
    """Several things have ids that start so; the excerpt names them."""

    exit_code = 2


def find_by_id(
    db: sqlite3.Connection, table: Table, start: str, about: Callable[[sqlite3.Row], str]
) -> sqlite3.Row | None:
    """Return the row whose id is `start`, or the only one whose id starts so; None: there is no such row.

    Raises AmbiguousIdError when there are several, with a line each: the start of its id, and `about` it.
    """
    if not start:
        return None
    rows = db.execute(
        f"SELECT * FROM {table} WHERE id >= ?1 AND id < ?1 || char(0x10ffff) "  # noqa: S608  # one of ours
        "GROUP BY id ORDER BY id LIMIT ?2",  # a delivery's id has a row a receiver
        (start, CANDIDATES + 1),
    ).fetchall()
    if not rows:
        return None
    if len(rows) == 1 or rows[0]["id"] == start:
        row: sqlite3.Row = rows[0]
        return row
    named, width = rows[:CANDIDATES], max(_SHOWN, len(start) + _MORE)
    error = AmbiguousIdError(f"{start} is the start of more than one id of {table}: give more of it")
    lines = [f"  {row['id'][:width]}  {about(row)}" for row in named]
    error.excerpt = "\n".join([*lines, "  …"] if len(rows) > len(named) else lines)
    raise error
