"""A run that ends soon after it is told to, whatever it waits for."""

import threading
from collections.abc import Callable


def run_until_stopped(run: Callable[[], object], stop: threading.Event, *, within: float) -> bool:
    """Run `run` on a thread of its own until it ends; `within` seconds after `stop` is set, leave it behind.

    Returns whether it ended. One left behind hangs in a call to a broker that does not answer: the process
    must end now, and what was not committed is done again at the next start, as after any kill.
    Raises what `run` raises.
    """
    raised: list[BaseException] = []
    ended = threading.Event()

    def body() -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            raised.append(error)
        finally:
            ended.set()
            stop.set()

    thread = threading.Thread(target=body, name="engine", daemon=True)
    thread.start()
    stop.wait()
    finished = ended.wait(within)
    if finished:
        thread.join()
    if raised:
        raise raised[0]
    return finished
