"""A receiver that blocks a thread for good: nobody else notices, and it is told of as any that fails."""

import asyncio
import contextlib
import os
import subprocess

import pytest

from connectors.notify.desk import LocalDesk
from connectors.notify.store import DATABASE, Selection
from tests.notify.support import SECRET, eventually, http, raw_tcp, status
from tests.notify.test_delivery import drip
from tests.notify.test_part import Notify, record
from tests.notify.test_reload import entry, inside
from tests.service.support import ROOT, environment, make_site

ROUTE = "route: {receiver: stuck, routes: [{receiver: desk, matchers: [watch=desk], group_wait: 500ms}]}\n"
KINDS = {
    "a named pipe, as a disk that hangs": "file: {path: fifo}",
    "standard output": "stdout: {}",
    "a server of Apprise's that drips": "apprise: {url_file: drips, allow_private: true}",
}


@pytest.mark.kafka
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_what_nobody_reads_from_holds_up_nobody_else(kafka, tmp_path, kind):
    """More writes than a pool has threads; then a group's clock, a reload, a stop."""
    settings = kafka.settings()
    site = make_site(tmp_path / "site", kafka=settings.kafka.model_dump(), notify={"attempt_timeout": 1})
    os.mkfifo(site.config / "fifo")
    (site.config / "secret").write_text(SECRET)
    stuck = f"  - {{name: stuck, {kind}}}\n"
    routes, log = site.config / "routes.yaml", tmp_path / "log"

    async def scenario():
        async with http(status(204)) as desk, http(status(204)) as late, raw_tcp(drip) as drips:
            (site.config / "drips").write_text(drips.replace("http://", "json://"))
            notify = Notify(settings, tmp_path, {})
            notify.make_topics()
            routes.write_text("receivers:\n" + stuck + entry("desk", desk.url) + ROUTE)
            with unread(site.command("notify"), log) as process:
                notify.write(*(record(f"p{n}", title="x" * 20_000) for n in range(12)))
                notify.write(*(record(f"d{n}", watch="desk") for n in range(2)))
                await eventually(lambda: told(desk) == {"d0", "d1"})
                await eventually(lambda: trouble(site.data, "stuck") is not None)
                routes.write_text("receivers:\n" + stuck + entry("desk", late.url) + ROUTE)
                await eventually(lambda: b"config_reloaded" in log.read_bytes())
                notify.write(record("d2", watch="desk"))
                await eventually(lambda: told(late) == {"d2"})
                assert outcomes(site.data, "stuck") <= {"timeout", "delivered", None}
                assert "timeout" in outcomes(site.data, "stuck")
                process.terminate()
                assert await asyncio.to_thread(process.wait, 40) == 0

    asyncio.run(scenario())


@contextlib.contextmanager
def unread(command, log):
    """Run a command whose standard output goes into a pipe that nobody reads from."""
    with log.open("wb") as errors:
        running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, env=environment()
        )
    try:
        yield running
    finally:
        running.kill()
        running.wait(10)
        running.stdout.close()


def told(server):
    """Return the ids of the alerts a receiver was told of."""
    return {each for request in server.requests for each in inside(request.body)}


def trouble(data, receiver):
    if not (data / DATABASE).exists():
        return None
    with contextlib.closing(LocalDesk.open(data)) as desk:
        return next((each.trouble for each in desk.receivers() if each.name == receiver), None)


def outcomes(data, receiver):
    with contextlib.closing(LocalDesk.open(data)) as desk:
        return {each.outcome for each in desk.deliveries(Selection(receiver=receiver))}
