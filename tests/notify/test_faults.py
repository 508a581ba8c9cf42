"""Ten receivers, nine of them broken each in its own way, a full disk, a clock set back: nothing is lost."""

import asyncio
import contextlib
import ssl
import subprocess

import pytest
from aiohttp import web

from connectors.notify import metrics
from tests.notify.support import arrival, eventually, http, raw_tcp, status, webhook
from tests.notify.test_delivery import TALKS, rig

ALERTS = 40


def outcomes_of(receiver):
    """Return the reasons counted for a receiver."""
    (metric,) = metrics.DELIVERIES.collect()
    return {
        sample.labels["outcome"]
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["receiver"] == receiver and sample.value
    }


def tried(receiver):
    (metric,) = metrics.DELIVERIES.collect()
    return sum(
        sample.value
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["receiver"] == receiver
    )


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory):
    """A TLS server's context with a certificate that nobody vouches for."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-days", "1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            *subject,
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


@contextlib.asynccontextmanager
async def tls_server(context):
    async def talk(reader, writer):
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


def test_the_table(tmp_path, self_signed, unused_port):
    async def scenario():
        async with contextlib.AsyncExitStack() as stack:

            async def talking(name):
                return await stack.enter_async_context(raw_tcp(TALKS[name][0]))

            well = await stack.enter_async_context(http(status(204)))
            loopback = await stack.enter_async_context(http(status(204)))
            redirecting = await stack.enter_async_context(http(status(302, Location=loopback.url)))
            failing = await stack.enter_async_context(http(status(500)))
            broken = {
                "refuses": (f"http://127.0.0.1:{unused_port}/", {"unreachable"}),
                "hangs": (await talking("silence"), {"timeout"}),
                "drips": (await talking("headers byte by byte"), {"timeout"}),
                "garbage": (await talking("garbage"), {"broken_answer"}),
                "redirects": (redirecting.url, {"redirected"}),
                "hangs-up": (await talking("hangs up"), {"broken_answer"}),
                "tls": (await stack.enter_async_context(tls_server(self_signed)), {"tls_failed"}),
                "dns": ("http://nobody.invalid/", {"unreachable", "timeout"}),  # timeout: a slow name server
                "fails": (failing.url, {"server_error"}),
            }
            receivers = [
                webhook(url, name, timeout=1 if "timeout" in outcomes else 60)
                for name, (url, outcomes) in broken.items()
            ]
            names = (*broken, "well")
            before = {name: tried(name) for name in broken}
            async with rig(tmp_path, *receivers, webhook(well.url, "well")) as r:
                r.tell(*(f"a{n}" for n in range(ALERTS)), receivers=names)
                await eventually(lambda: len(well.requests) == ALERTS)
                assert {q.headers["webhook-id"] for q in well.requests} == {f"a{n}" for n in range(ALERTS)}
                await eventually(lambda: all(tried(name) - before[name] >= 5 for name in broken))
                for name, (_, outcomes) in broken.items():
                    assert outcomes_of(name) <= outcomes, name
                counts = r.outbox.open_counts()
                assert counts == {(name, "pending"): ALERTS for name in broken}
                assert loopback.requests == []

    asyncio.run(scenario())


def test_a_full_disk_while_results_are_written_loses_nothing(tmp_path):
    async def scenario():
        async with http(status(204)) as server, rig(tmp_path, webhook(server.url)) as r:
            names = [f"a{n}" for n in range(200)]
            with r.outbox.shared.reading() as db:
                pages = db.execute("PRAGMA page_count").fetchone()[0]
            r.outbox.take_in("alerts", [arrival(name) for name in names], {0: 200}, now=r.clock())
            with r.outbox.shared.reading() as db:
                full = db.execute("PRAGMA page_count").fetchone()[0]
                assert full > pages
                db.execute(f"PRAGMA max_page_count = {full}")
            r.dispatcher.wake()
            await eventually(lambda: len(server.requests) >= 8)
            await asyncio.sleep(0.3)
            with r.outbox.shared.reading() as db:
                db.execute("PRAGMA max_page_count = 1000000")
            await eventually(lambda: r.outbox.open_counts() == {})
            told = {q.headers["webhook-id"] for q in server.requests}
            assert told == set(names)

    asyncio.run(scenario())


def test_one_that_comes_back_gets_everything_in_order(tmp_path):
    down = True

    async def answer(request, n):
        return web.Response(status=503 if down else 204)

    async def scenario():
        nonlocal down
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell(*(f"a{n:02}" for n in range(30)))
            await eventually(lambda: len(server.requests) >= 5)
            down = False
            for _ in range(4):
                r.skip(minutes=6)
                await asyncio.sleep(0.2)
            await eventually(lambda: r.outbox.open_counts() == {})

    asyncio.run(scenario())
