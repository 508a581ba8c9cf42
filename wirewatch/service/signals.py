"""Stop and reload signals, without running anything in a signal handler.

`Event.set()` in a handler can deadlock on the lock that the interrupted code holds. The interpreter writes
each signal's number to a pipe instead (`signal.set_wakeup_fd`) and a thread acts on it, which also works
while the main thread sits in a C call.
"""

import os
import signal
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def hangup_stops() -> bool:
    """Return whether SIGHUP means that our terminal was closed, and not "read your config again".

    The first for whoever has a terminal; a daemon has none, so that there the word is free (daemon(7)).
    """
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def exit_now(number: int) -> None:
    """End this process at once, as the signal would have."""
    os._exit(128 + number)


@contextmanager
def stop_signals(
    first: Callable[[], object],
    second: Callable[[int], object] = exit_now,
    *,
    reload: Callable[[], object] = lambda: None,
) -> Iterator[None]:
    """Call `first` at the first stop signal, `second` with its number at each later one, from a thread.

    SIGHUP calls `reload`, or stops where `hangup_stops`. Main thread only; the old handlers are back
    afterwards. A SIGHUP that is ignored (nohup) stays so.
    """
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    old_fd = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    stops = {*STOP_SIGNALS, signal.SIGHUP} if hangup_stops() else {*STOP_SIGNALS}
    wanted = [*STOP_SIGNALS, *([] if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else [signal.SIGHUP])]
    old = {number: signal.signal(number, _nothing) for number in wanted}
    thread = threading.Thread(
        target=_watch, args=(read_end, stops, first, second, reload), name="signals", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(old_fd)
        os.close(write_end)  # the thread reads the end of the pipe
        thread.join(timeout=1)
        os.close(read_end)


def _nothing(_number: int, _frame: object) -> None:
    pass


def _watch(
    read_end: int,
    stops: Container[int],
    first: Callable[[], object],
    second: Callable[[int], object],
    reload: Callable[[], object],
) -> None:
    seen = 0
    while data := os.read(read_end, 64):
        for number in data:
            if number == signal.SIGHUP and number not in stops:
                reload()
            elif number in stops:
                seen += 1
                if seen == 1:
                    first()
                else:
                    second(number)
