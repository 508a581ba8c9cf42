"""Processes that tests started, or that those started."""

import psutil


def alive(pid: int) -> bool:
    """Return whether it runs: one that has ended and was not waited for does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
