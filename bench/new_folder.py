"""A newcomer's first minutes: `PYTHONPATH=. python -m bench.new_folder FOLDER [--tests]`.

Clones this checkout's last commit into FOLDER, which must not be there yet, and has every cache (pip, uv,
Maven, our own) begin empty in it, so that all is really fetched. Prints how long each step took, and how much
came. On the ports of the demo; bytes are all that the machine received meanwhile, so nothing else may be
fetching.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PARTS = {"broker", "receiver", "pipeline", "notify", "replay"}
ALERTS = 40
"""What the seeds tell of."""
LONGEST = 900.0
"""Seconds for any one step."""


def received() -> int:
    """Return the bytes that this machine has received from others."""
    lines = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()[2:]
    fields = [line.replace(":", " ").split() for line in lines]
    return sum(int(field[1]) for field in fields if field[0] != "lo")


def caches(folder: Path) -> dict[str, str]:
    """Return an environment in which every cache lies in `folder`."""
    return {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WIREWATCH_", "VIRTUAL_"))
        },
        "XDG_CACHE_HOME": str(folder),
        "PIP_CACHE_DIR": str(folder / "pip"),
        "UV_CACHE_DIR": str(folder / "uv"),
        "MAVEN_OPTS": f"-Dmaven.repo.local={folder / 'maven'}",
    }


@contextmanager
def told(step: str) -> Iterator[None]:
    """Print how long the block took and how much came meanwhile."""
    began, before = time.monotonic(), received()
    yield
    seconds, came = time.monotonic() - began, (received() - before) / 1e6
    print(f"| {step} | {seconds:.1f} | {came:.0f} | {os.getloadavg()[0]:.1f} |", flush=True)


def run(place: Path, env: dict[str, str], enough: Callable[[set[str], int], bool]) -> None:
    """`make run` until parts that are ready and alerts that were delivered are `enough`; then Ctrl-C."""
    process = subprocess.Popen(
        ["make", "run"],
        cwd=place,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    ready: set[str] = set()
    alerts, deadline = 0, time.monotonic() + LONGEST
    for line in process.stdout:
        part, _, state = line.strip().partition(": ")
        if part in PARTS and state.startswith("ready"):
            ready.add(part)
        alerts += "delivered to demo" in line
        if enough(ready, alerts) or time.monotonic() > deadline:
            break
    print(f"| … ready: {len(ready)} of {len(PARTS)}, alerts delivered: {alerts} |||", flush=True)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)


def size(folder: Path) -> str:
    """Return what `folder` takes on the disk."""
    return subprocess.run(["du", "-sm", folder], capture_output=True, text=True, check=True).stdout.split()[0]


def main() -> None:
    """Do it all, once."""
    parser = argparse.ArgumentParser(prog="bench.new_folder")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tests", action="store_true", help="make test too")
    given = parser.parse_args()
    if given.folder.exists():
        sys.exit(f"{given.folder}: is there already")
    place, cache = given.folder.resolve() / "wirewatch", given.folder.resolve() / "cache"
    env = caches(cache)
    subprocess.run(["git", "clone", "--quiet", ".", str(place)], check=True)
    print("| step | s | MB received | load |\n|---|--:|--:|--:|")
    with told("`make setup`"):
        subprocess.run(["make", "setup"], cwd=place, env=env, check=True, stdout=subprocess.DEVNULL)
    with told("first `make run`, to its last alert, and Ctrl-C"):
        run(place, env, lambda ready, alerts: ready >= PARTS and alerts >= ALERTS)
    with told("second `make run`, to all ready, and Ctrl-C"):
        run(place, env, lambda ready, _: ready >= PARTS)
    if given.tests:
        with told("`make test`"):
            subprocess.run(["make", "test"], cwd=place, env=env, check=False)
    print(f"\n.venv {size(place / '.venv')} MB, caches {size(cache)} MB more, data {size(place / 'data')} MB")


if __name__ == "__main__":
    main()
