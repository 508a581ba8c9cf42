"""The fault table: of receivers, the disk, the clock. Nothing is lost, nobody else waits for it.

A kill is in test_kill.py and test_part_killed.py.
"""

import asyncio
import contextlib
import ssl
import subprocess
from collections import Counter
from datetime import timedelta

import pytest

from connectors.notify import metrics
from tests.notify.rig import rig
from tests.notify.support import Mends, arrival, eventually, http, raw_tcp, status, webhook
from tests.notify.test_delivery import TALKS

ALERTS = 40
ROUNDS = 8


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
async def talking(name):
    """A server that talks as TALKS say."""
    async with raw_tcp(TALKS[name][0]) as url:
        yield url


@contextlib.asynccontextmanager
async def answering(*answer, **headers):
    async with http(status(*answer, **headers)) as server:
        yield server.url


@contextlib.asynccontextmanager
async def tls_server(context):
    async def talk(reader, writer):
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


@contextlib.asynccontextmanager
async def at(url):
    yield url


NOWHERE = "http://127.0.0.1:9/"
"""What a redirect leads to; were it followed, the outcome would be another."""
FAULTS = {
    "refuses": (lambda port, _: at(f"http://127.0.0.1:{port}/"), {"unreachable"}),
    "hangs": (lambda *_: talking("silence"), {"timeout"}),
    "drips": (lambda *_: talking("headers byte by byte"), {"timeout"}),
    "garbage": (lambda *_: talking("garbage"), {"broken_answer"}),
    "endless": (lambda *_: talking("headers without end"), {"broken_answer"}),
    "redirects": (lambda *_: answering(302, Location=NOWHERE), {"redirected"}),
    "hangs-up": (lambda *_: talking("hangs up"), {"broken_answer"}),
    "tls": (lambda _, context: tls_server(context), {"tls_failed"}),
    # timeout: a slow name server
    "dns": (lambda *_: at("http://nobody.invalid/"), {"unreachable", "timeout"}),
    "fails": (lambda *_: answering(500), {"server_error"}),
    "throttles": (lambda *_: answering(503), {"throttled"}),
    "locked": (lambda *_: answering(401), {"unauthorized"}),
    "moved": (lambda *_: answering(404), {"not_found"}),
}
"""How to make each (a free port, a TLS context), and the reasons that are counted."""
FINAL = {
    "gone": (lambda *_: answering(410), {"gone"}),
    "rejects": (lambda *_: answering(422), {"rejected"}),
}
"""After these there is no other try."""
SLOW = {"hangs", "drips"}
"""Those that only a timeout ends."""


def test_the_table(tmp_path, self_signed, unused_port):
    """All at once, beside one that is well: every attempt with its reason, every alert still owed."""

    async def scenario():
        async with contextlib.AsyncExitStack() as stack:
            well = await stack.enter_async_context(http(status(204)))
            receivers = [webhook(well.url, "well")]
            for name, (make, _) in FAULTS.items():
                url = await stack.enter_async_context(make(unused_port, self_signed))
                receivers.append(webhook(url, name, timeout=1 if name in SLOW else 60))
            before = {name: tried(name) for name in FAULTS}
            async with rig(tmp_path, *receivers) as r:
                r.tell(*(f"a{n}" for n in range(ALERTS)), receivers=("well", *FAULTS))
                await eventually(lambda: len(well.requests) == ALERTS)
                assert {q.headers["webhook-id"] for q in well.requests} == {f"a{n}" for n in range(ALERTS)}
                await eventually(lambda: all(tried(name) - before[name] >= 5 for name in FAULTS))
                for name, (_, outcomes) in FAULTS.items():
                    assert outcomes_of(name) <= outcomes, name
                owed = {(name, "pending"): ALERTS for name in FAULTS}
                await eventually(lambda: r.outbox.open_counts() == owed)

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", [*FAULTS, *FINAL])
def test_nobody_else_waits_for_it(tmp_path, self_signed, unused_port, fault):
    """Alert after alert reaches the other, each while the fault goes on.

    What hangs and drips has ten minutes: all arrive at the other within its first attempt.
    """

    async def scenario():
        async with (
            (FAULTS | FINAL)[fault][0](unused_port, self_signed) as url,
            http(status(204)) as well,
            rig(tmp_path, webhook(url, fault, timeout=600), webhook(well.url, "well")) as r,
        ):
            for n in range(ROUNDS):
                r.tell(f"a{n}", receivers=(fault, "well"))
                await eventually(lambda n=n: told(well) == [f"a{m}" for m in range(n + 1)])
                # Tried, in vain, before the next one comes.
                await eventually(lambda n=n: not_delivered(r) == {fault: n + 1})
                await eventually(lambda: r.underway() if fault in SLOW else r.state("a0", fault).attempts > 0)
            if fault in SLOW:
                assert {r.state(f"a{n}", fault).attempts for n in range(ROUNDS)} == {0}

    asyncio.run(scenario())


def not_delivered(r):
    """Return how many alerts each receiver lacks, by its name."""
    lacking = Counter()
    for (receiver, _), count in r.outbox.open_counts().items():
        lacking[receiver] += count
    return lacking


def told(server):
    return [request.headers["webhook-id"] for request in server.requests]


def test_of_ten_one_is_dead(tmp_path, unused_port):
    async def scenario():
        async with contextlib.AsyncExitStack() as stack:
            well = [await stack.enter_async_context(http(status(204))) for _ in range(9)]
            names = [f"well{n}" for n in range(9)]
            receivers = [webhook(server.url, name) for server, name in zip(well, names, strict=True)]
            dead = webhook(f"http://127.0.0.1:{unused_port}/", "dead")
            r = await stack.enter_async_context(rig(tmp_path, dead, *receivers))
            for n in range(ROUNDS):
                r.tell(f"a{n}", receivers=("dead", *names))
                expected = [f"a{m}" for m in range(n + 1)]
                await eventually(lambda expected=expected: all(told(server) == expected for server in well))
                await eventually(lambda n=n: not_delivered(r) == {"dead": n + 1})
                await eventually(lambda: r.state("a0", "dead").attempts > 0)

    asyncio.run(scenario())


def test_a_clock_set_back_an_hour_keeps_nobody_waiting(tmp_path):
    """Neither new alerts nor what is to be tried again: not the one for who is well, nor for who was not."""
    answer = Mends(500)

    async def scenario():
        async with (
            http(answer) as server,
            http(status(204)) as well,
            rig(tmp_path, webhook(server.url, "failing"), webhook(well.url, "well")) as r,
        ):
            both = ("failing", "well")
            r.tell("a0", receivers=both)
            await eventually(lambda: r.state("a0", "failing").attempts == 1 and told(well) == ["a0"])
            r.clock.set_back(hours=1)
            r.tell("a1", receivers=both)
            await eventually(lambda: told(well) == ["a0", "a1"])
            await eventually(lambda: r.state("a1", "failing").attempts == 1)
            await eventually(lambda: r.state("a0", "failing").next_at - r.clock() < timedelta(seconds=6))
            answer.mended = True
            r.skip(minutes=6)  # tried before the jump was noticed, a1 may have been tried again at once
            await eventually(lambda: r.outbox.open_counts() == {})

    asyncio.run(scenario())


def test_a_full_disk_while_results_are_written_loses_nothing(tmp_path):
    """What is in the outbox goes out to everybody meanwhile, and again until that it did is on disk."""

    async def scenario():
        both = ("r1", "r2")
        async with (
            http(status(204)) as one,
            http(status(204)) as other,
            rig(tmp_path, webhook(one.url, "r1"), webhook(other.url, "r2")) as r,
        ):
            names = [f"a{n}" for n in range(200)]
            with r.outbox.shared.reading() as db:
                pages = db.execute("PRAGMA page_count").fetchone()[0]
            coming = [arrival(name, receivers=both) for name in names]
            r.outbox.take_in("alerts", coming, {0: 200}, now=r.clock())
            with r.outbox.shared.reading() as db:
                full = db.execute("PRAGMA page_count").fetchone()[0]
                assert full > pages
                db.execute(f"PRAGMA max_page_count = {full}")
            r.dispatcher.wake()
            await eventually(lambda: all(len(server.requests) >= 8 for server in (one, other)))
            await asyncio.sleep(0.3)
            with r.outbox.shared.reading() as db:
                db.execute("PRAGMA max_page_count = 1000000")
            await eventually(lambda: r.outbox.open_counts() == {})
            assert set(told(one)) == set(told(other)) == set(names)

    asyncio.run(scenario())


def test_one_that_comes_back_gets_everything(tmp_path):
    answer = Mends(503)

    async def scenario():
        async with http(answer) as server, rig(tmp_path, webhook(server.url)) as r:
            names = [f"a{n:02}" for n in range(30)]
            r.tell(*names)
            await eventually(lambda: len(server.requests) >= 5)
            await eventually(lambda: not r.underway())
            tried, answer.mended = len(server.requests), True
            for _ in range(4):
                r.skip(minutes=6)
                await r.idle()
            await eventually(lambda: r.outbox.open_counts() == {})
            assert set(told(server)[tried:]) == set(names)

    asyncio.run(scenario())
