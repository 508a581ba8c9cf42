"""SIGKILL in the middle of delivery: nothing is lost, and what is repeated has the id it had."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from aiohttp import web
from standardwebhooks import Webhook

from connectors.notify.store import History
from tests.notify.support import SECRET, arrival, eventually, http, open_outbox
from tests.offline import PYTHON_PATH
from wirewatch.part import utc_now

ALERTS = 120
KILL_AT = (1, 25, 60, 100)  # requests seen


def test_killed_in_the_middle(tmp_path):
    outbox = open_outbox(tmp_path)
    now = utc_now()
    names = {f"a{n}" for n in range(ALERTS)}
    outbox.take_in("alerts", [arrival(n, written=now) for n in sorted(names)], {0: ALERTS}, now=now)
    outbox.close()

    threshold, killed = 0, asyncio.Event()

    async def held_up(request, n):
        if n >= threshold:  # so that a kill meets attempts under way, and never comes too late
            await killed.wait()
        return web.Response(status=204)

    async def scenario():
        nonlocal threshold, killed
        async with http(held_up) as server:
            for threshold in KILL_AT:
                killed = asyncio.Event()
                with delivering(tmp_path, server.url) as process:
                    await eventually(lambda n=threshold: len(server.requests) >= n)
                    process.kill()
                killed.set()
                assert open_count(tmp_path) > 0
            with delivering(tmp_path, server.url):
                await eventually(lambda: open_count(tmp_path) == 0)
            return server.requests

    requests = asyncio.run(scenario())
    told = Counter(request.headers["webhook-id"] for request in requests)
    assert set(told) == names
    repeats = sum(told.values()) - ALERTS
    assert repeats <= len(KILL_AT) * 16  # what was under way or not yet recorded
    for request in requests:
        assert Webhook(SECRET).verify(request.body, request.headers)["id"] == request.headers["webhook-id"]


@contextlib.contextmanager
def delivering(folder: Path, url: str):
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.notify.deliver_host", str(folder), url, SECRET],
        cwd=root,
        env={**os.environ, "PYTHONPATH": PYTHON_PATH},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def open_count(folder: Path) -> int:
    with History.open(folder / "notify.db") as history:
        return sum(
            delivery.status != "delivered"
            for stored in history.list_alerts(1000)
            for delivery in stored.deliveries
        )
