"""What keeps a receiver from being told, in words."""

from datetime import datetime

from connectors.notify.desk import KnownReceiver
from wirewatch.text import printable_line


def held_back(receiver: KnownReceiver | None, due: datetime | None = None) -> str:
    """Return what keeps a receiver from being told what is `due`; empty when nothing does."""
    if receiver is None:
        return ""
    if receiver.disabled:
        return f"disabled since {when(receiver.since)}: {receiver.why}"
    if receiver.quiet_until and (due is None or due < receiver.quiet_until):
        return f"quiet until {when(receiver.quiet_until)}, as it asked"
    return ""


def trouble_line(receiver: KnownReceiver) -> str:
    """Return a sentence on a receiver in trouble and how much waits for it, for a terminal."""
    held = held_back(receiver)
    what = f"receiver {receiver.name} is {held}" if held else receiver.trouble or ""
    waits = f" ({receiver.pending:,} pending)" if receiver.pending else ""
    return printable_line(what) + waits


def when(time: datetime | None) -> str:
    """Return a moment to the second; empty for None."""
    return "" if time is None else f"{time:%Y-%m-%d %H:%M:%S}Z"
