"""Ending a Java that outlived the process which ran it, so that its port and data folder are free again."""

import psutil

from wirewatch.service.broker.home import Home

TERM_GRACE = 15.0
KILL_GRACE = 5.0


def end_leftover(home: Home) -> bool:
    """End the Java the pid file of `home` names, if it still runs and is really this folder's broker.

    Call it only while holding `home.lock`: then no living process owns that Java.
    Returns whether one was ended.
    """
    process = _leftover(home)
    if process is not None:
        _end(process)
    home.pid.unlink(missing_ok=True)
    return process is not None


def _leftover(home: Home) -> psutil.Process | None:
    try:
        process = psutil.Process(int(home.pid.read_text(encoding="ascii")))
        if home.mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (FileNotFoundError, ValueError, psutil.Error):
        pass  # never started, ended, or the number is someone else's by now
    return None


def _end(process: psutil.Process) -> None:
    for send, grace in ((process.terminate, TERM_GRACE), (process.kill, KILL_GRACE)):
        try:
            send()
            process.wait(grace)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            continue
        return
