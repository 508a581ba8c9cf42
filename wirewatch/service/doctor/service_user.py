"""Whose rights count: root may do everything, and the service runs as a user of its own."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from wirewatch.errors import StateRefusedError
from wirewatch.service.place import Place
from wirewatch.service.supervisor.record import process_of, read_record


@contextmanager
def as_service(place: Place) -> Iterator[None]:
    """Be the user that the service of `place` runs as within the block: the kernel then says what it may.

    Root alone can; for all others, and where a container withholds it from root, nothing changes.
    """
    uid, gid = _user(place) if os.geteuid() == 0 else (0, 0)
    if uid == 0:
        yield
        return
    own, groups = os.getegid(), os.getgroups()
    try:
        with suppress(PermissionError):
            os.setgroups(_groups(uid, gid))
            os.setegid(gid)
            os.seteuid(uid)
        yield
    finally:
        os.seteuid(0)
        with suppress(PermissionError):
            os.setegid(own)
            os.setgroups(groups)


def _user(place: Place) -> tuple[int, int]:
    """Return user and group of the running supervisor, else the data folder's; root's where neither is."""
    try:
        record = read_record(place)
        if record is not None and (process := process_of(record)) is not None:
            return process.uids().effective, process.gids().effective
    except (StateRefusedError, psutil.Error):  # no record, or gone since
        pass
    try:
        owner = place.data_dir.stat()
    except OSError:  # not there yet
        return 0, 0
    return owner.st_uid, owner.st_gid


def _groups(uid: int, gid: int) -> list[int]:
    try:
        return os.getgrouplist(pwd.getpwuid(uid).pw_name, gid)
    except KeyError:  # a number that nobody has given a name
        return [gid]
