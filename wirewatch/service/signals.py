"""Stop signals, without running anything in a signal handler.

`Event.set()` in a handler can deadlock on the lock that the interrupted code holds. The interpreter writes
each signal's number to a pipe instead (`signal.set_wakeup_fd`) and a thread acts on it, which also works
while the main thread sits in a C call.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def exit_now(number: int) -> None:
    """End this process at once, as the signal would have."""
    os._exit(128 + number)


@contextmanager
def stop_signals(first: Callable[[], object], second: Callable[[int], object] = exit_now) -> Iterator[None]:
    """Call `first` at the first stop signal, `second` with its number at each later one, from a thread.

    Main thread only; the old handlers are back afterwards. A SIGHUP that is ignored (nohup) stays so.
    """
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    old_fd = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    wanted = [n for n in STOP_SIGNALS if n != signal.SIGHUP or signal.getsignal(n) != signal.SIG_IGN]  # nohup
    old = {number: signal.signal(number, _nothing) for number in wanted}
    thread = threading.Thread(target=_watch, args=(read_end, first, second), name="signals", daemon=True)
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


def _watch(read_end: int, first: Callable[[], object], second: Callable[[int], object]) -> None:
    seen = 0
    while data := os.read(read_end, 64):
        for number in data:
            if number in STOP_SIGNALS:
                seen += 1
                if seen == 1:
                    first()
                else:
                    second(number)
