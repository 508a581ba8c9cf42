"""The notify process killed at random moments while alerts arrive: all are told, repeats under their ids."""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from connectors.notify.store import DATABASE, open_database
from tests.notify.support import SECRET, eventually, http, status
from tests.notify.test_part import Notify, record
from tests.offline import PYTHON_PATH

pytestmark = pytest.mark.kafka

ROOT = Path(__file__).parents[2]
SEED = 7


@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=[pytest.mark.soak, pytest.mark.timeout(1200)])])
def test_killed_at_random_moments(kafka, tmp_path, unused_port, kills):
    """Beside a receiver that is down all the time: to that one all is still owed."""
    chance, told = random.Random(SEED), {}
    posts = 0

    async def slowly(request, n):
        nonlocal posts
        body = await request.read()
        alert = Webhook(SECRET).verify(body, request.headers)  # a signature holds for 5 minutes
        assert alert["id"] == request.headers["webhook-id"]
        if alert["kind"] == "watch":
            posts += 1
            told.setdefault(alert["id"], set()).add(body)
        else:
            assert alert["labels"]["receiver"] == "down"
        await asyncio.sleep(0.01)
        return web.Response(status=204)

    async def scenario():
        async with http(slowly) as server:
            urls = {"one": server.url, "down": f"http://127.0.0.1:{unused_port}/"}
            notify = Notify(kafka.settings(), tmp_path, urls)
            notify.make_topics()
            written = 0
            for _ in range(kills):
                with process(notify):
                    seen = posts
                    for _ in range(40):
                        notify.write(record(f"a{written}"))
                        written += 1
                    more = chance.randint(1, 35)
                    await eventually(lambda n=seen + more: posts >= n)
                    await asyncio.sleep(chance.random() * 0.05)
            names = {f"a{n}" for n in range(written)}
            with process(notify):
                await eventually(lambda: told.keys() == names)
                await eventually(lambda: owed(notify, "one") == {"delivered": written})
            assert {len(bodies) for bodies in told.values()} == {1}
            assert owed(notify, "down") == {"pending": written}
            repeats = posts - written
            assert repeats <= kills * 16
            print(f"{kills} kills: {len(told)} of {written} alerts, {repeats} came twice under their ids")

    asyncio.run(scenario())


def owed(notify: Notify, receiver: str) -> dict[str, int]:
    """Return how many deliveries of watches' alerts to `receiver` there are, by status."""
    with contextlib.closing(open_database(notify.data_dir / DATABASE, read_only=True)) as db:
        rows = db.execute(
            "SELECT d.status, count(*) FROM deliveries d JOIN alerts a ON a.seq = d.alert "
            "WHERE d.receiver = ? AND a.watch = 'nato' GROUP BY d.status",
            (receiver,),
        )
        return dict(map(tuple, rows))


def test_killed_while_groups_wait(kafka, tmp_path):
    """What waits is told together, once, however often the process dies meanwhile."""

    async def scenario():
        async with http(status(204)) as server:
            notify = Notify(kafka.settings(), tmp_path, {"one": server.url})
            file = notify.config_dir / "routes.yaml"
            receivers = file.read_text()
            route = "route: {{receiver: one, group_by: [watch], group_wait: {}, group_interval: 1h}}\n"
            file.write_text(receivers + route.format("1h"))
            notify.make_topics()
            open_database(notify.data_dir / DATABASE).close()
            for part in range(2):
                with process(notify):
                    notify.write(*(record(f"a{part}{n}") for n in range(5)))
                    await eventually(lambda n=5 * (part + 1): states(notify) == ["waiting"] * n)
            assert server.requests == []
            file.write_text(receivers + route.format("1s"))
            with process(notify):
                await eventually(lambda: states(notify) == ["told"] * 10)
                await eventually(lambda: len(server.requests) == 1)
            with process(notify):
                notify.write(record("b1"))
                await eventually(lambda: len(states(notify)) == 11)
            told = json.loads(server.requests[0].body)
            assert {each["id"] for each in told["alerts"]} == {
                f"a{part}{n}" for part in range(2) for n in range(5)
            }
            assert {request.headers["webhook-id"] for request in server.requests} == {told["id"]}

    asyncio.run(scenario())


def states(notify: Notify) -> list[str]:
    """Return what was decided of every alert, as notify.db has it."""
    with contextlib.closing(open_database(notify.data_dir / DATABASE, read_only=True)) as db:
        return [row["state"] for row in db.execute("SELECT state FROM decisions")]


@contextlib.contextmanager
def process(notify: Notify):
    """Run the part as a process of its own; SIGKILL it at the end."""
    settings = notify.settings.model_dump_json()
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.notify.notify_host",
            str(notify.config_dir),
            str(notify.data_dir),
            settings,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": PYTHON_PATH},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield running
        assert running.poll() is None
    finally:
        running.kill()
        running.wait(10)
