"""Errors that a user is meant to read: one line that says what, where, and what to do."""

import errno
import os
import pwd
import sqlite3
from collections.abc import Sequence

from wirewatch.reasons import Reason


class WirewatchError(Exception):
    """Any failure whose message is written for a person; the command line prints it and exits.

    `exit_code` is what the process ends with (table in docs/commands.md).
    """

    exit_code = 1
    excerpt = ""
    """Lines to show below the message, where there is room for them: a part of a file with a caret below."""


class ConfigError(WirewatchError):
    """Config that makes no sense; the message names file, place and fix."""

    exit_code = 2

    def __init__(self, message: str, excerpt: str = "") -> None:
        super().__init__(message)
        self.excerpt = excerpt


class DependencyMissingError(WirewatchError):
    """Something outside wirewatch is not there: Java, Maven, a broker, a model."""

    exit_code = 3


START_OVER = "`wirewatch state reset` starts over with an empty checkpoint, and may alert stories again"
"""The last way out of a StateRefusedError."""


class StateRefusedError(WirewatchError):
    """Stored state does not fit this version, graph or broker; the message names the command to run."""

    exit_code = 4


class NewerRecordError(WirewatchError):
    """A record of a higher version than this program knows: stop, and do not advance."""

    exit_code = 5


class RefusedArticleError(ValueError):
    """An article as no connector of ours makes one; `reason` is that of its dead letter."""

    reason: Reason


class AlreadyRunningError(WirewatchError):
    """Another instance holds this data directory."""

    exit_code = 6


_RIGHTS = frozenset({errno.EACCES, errno.EPERM})
_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def why(error: OSError) -> str:
    """Return what the system said, and where a person can mend it, what to do."""
    said = error.strerror or str(error)
    if error.errno in _RIGHTS:
        return f"{said}; wirewatch runs as {this_user()} here, who needs the file and its folder"
    return f"{said}; make room" if error.errno in _ROOM else said


def mendable(error: Exception, where: object) -> WirewatchError | None:
    """Return `error` if it is written for a person, or as `of_system` has it; None for all others."""
    return error if isinstance(error, WirewatchError) else of_system(error, where)


def of_system(error: Exception, where: object) -> WirewatchError | None:
    """Return `error` as one that a person can mend: rights, or room on a disk; None for all others.

    `where` names the place where the system did not. What lacks room may go on by itself, once there is some.
    """
    if isinstance(error, sqlite3.Error):
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        return WirewatchError(f"{where}: {error}; make room") if full else None
    if not isinstance(error, OSError):
        return None
    if error.errno in _RIGHTS and error.filename is not None:  # else to a process, or an address
        return ConfigError(f"{error.filename}: {why(error)}")
    return WirewatchError(f"{error.filename or where}: {why(error)}") if error.errno in _ROOM else None


def this_user() -> str:
    """Return the name of the user that this runs as."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a number that nobody has given a name, as in a container
        return f"user {os.geteuid()}"


def last_said(lines: Sequence[str]) -> str:
    """Return the last of `lines` that tells an error, which may have an excerpt below, else the last one.

    Empty when there is none.
    """
    told = [line for line in lines if line.startswith("wirewatch: ")]
    return (told or lines or [""])[-1]


def of_ended(output: str, code: int) -> WirewatchError:
    """Return the error of a wirewatch in the background that said `output` and ended with `code`."""
    last = last_said(output.strip().splitlines()) or "it said nothing"
    error = WirewatchError(last.removeprefix("wirewatch: "))
    error.exit_code = code if code > 0 else 1
    return error
