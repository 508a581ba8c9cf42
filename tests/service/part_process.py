"""Runs a part made for a test as a process: `part_process.py KIND CONFIG DATA`."""

import errno
import os
import sys
import time
from pathlib import Path

from wirewatch.errors import ConfigError
from wirewatch.service.place import find_place
from wirewatch.service.run_part import run_part


def well(context):
    context.health.ready()
    while not context.stop.wait(0.05):
        pass


def waiting(context):
    context.health.waiting("broker at nowhere is away")
    context.stop.wait()


def reloading(context):
    context.health.ready()
    while not context.stop.wait(0.05):
        asked = context.reloads.count()
        context.health.config("feeds", f"version {asked}", error=None)


def deaf(context):
    context.health.ready()
    while True:
        time.sleep(0.05)


def misconfigured(context):
    raise ConfigError("watches.yaml:3: no such actor: actor:x; remove it")


def without_room(context):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def broken(context):
    raise ZeroDivisionError("oh")


if __name__ == "__main__":
    kind, config, data = sys.argv[1:]
    sys.exit(run_part("notify", find_place(Path(config), Path(data)), globals()[kind]))
