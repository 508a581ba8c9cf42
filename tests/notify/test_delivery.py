"""Delivery to real HTTP receivers that answer, refuse, hang, drip, redirect and lie."""

import asyncio
import contextlib
import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from prometheus_client import REGISTRY
from standardwebhooks import Webhook

from connectors.notify.delivery.dispatcher import Dispatcher
from connectors.notify.outcomes import DeliveryOutcome
from connectors.notify.store import Delivery, History, Verdicts
from tests.notify.rig import rig
from tests.notify.support import (
    SECRET,
    TRACE,
    Clock,
    alert,
    arrival,
    eventually,
    http,
    open_outbox,
    raw_tcp,
    status,
    webhook,
)

# What one attempt comes to -----------------------------------------------------------------------------


def attempt(url: str, **kwargs):
    receiver = webhook(url, **kwargs)
    body = arrival("a1").body
    delivery = Delivery(1, "a1", "r1", body, 0, 0, TRACE)

    async def once():
        began = time.monotonic()
        try:
            answer = await receiver.attempt(delivery, lambda: datetime.now(UTC))
        finally:
            await receiver.close()
        return answer, time.monotonic() - began

    return once()


ANSWERS = {
    "200": (status(200), DeliveryOutcome.DELIVERED),
    "301 to loopback": (status(301, Location="http://127.0.0.1:1/"), DeliveryOutcome.REDIRECTED),
    "400": (status(400), DeliveryOutcome.REJECTED),
    "401": (status(401), DeliveryOutcome.UNAUTHORIZED),
    "404": (status(404), DeliveryOutcome.NOT_FOUND),
    "410": (status(410), DeliveryOutcome.GONE),
    "429": (status(429, Retry_After="7"), DeliveryOutcome.THROTTLED),
    "500": (status(500), DeliveryOutcome.SERVER_ERROR),
    "503": (status(503), DeliveryOutcome.THROTTLED),
}


@pytest.mark.parametrize(("answer", "outcome"), ANSWERS.values(), ids=ANSWERS.keys())
def test_answers(answer, outcome):
    async def scenario():
        async with http(answer) as server:
            said, _ = await attempt(server.url)
            assert said.outcome is outcome
            assert len(server.requests) == 1

    asyncio.run(scenario())


def test_the_request_is_signed_and_complete():
    async def scenario():
        async with http(status(204)) as server:
            await attempt(server.url)
        (request,) = server.requests
        assert Webhook(SECRET).verify(request.body, request.headers)["id"] == "a1"
        assert request.body == arrival("a1").body
        assert request.headers["webhook-id"] == "a1"
        assert request.headers["content-type"] == "application/json"
        assert request.headers["traceparent"] == TRACE
        assert request.headers["user-agent"].startswith("wirewatch/")

    asyncio.run(scenario())


async def _silence(reader, writer):
    await reader.read(1 << 20)
    await asyncio.sleep(30)


async def drip(reader, writer):
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def _drip_body(reader, writer):
    await reader.read(1 << 20)
    writer.write(b"HTTP/1.1 500 Oh\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _garbage(reader, writer):
    await reader.read(1 << 20)
    writer.write(b"\x00\xff nonsense\r\n\r\n")
    await writer.drain()


async def _hang_up(reader, writer):
    await reader.read(100)


async def _taken_then_cut(reader, writer):
    await reader.read(1 << 20)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()


def _says(*pieces):
    async def talk(reader, writer):
        await reader.read(1 << 20)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05 * (len(pieces) > 1))

    return talk


async def _endless(reader, writer):
    await reader.read(1 << 20)
    writer.write(b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        await writer.drain()


async def _endless_headers(reader, writer):
    while True:
        writer.write(b"HTTP/1.1 200 OK\r\n" if not writer.can_write_eof() else b"X: " + b"y" * 5000)
        await writer.drain()


TALKS = {
    "silence": (_silence, DeliveryOutcome.TIMEOUT),
    "headers byte by byte": (drip, DeliveryOutcome.TIMEOUT),
    "a body byte by byte": (_drip_body, DeliveryOutcome.SERVER_ERROR),
    "garbage": (_garbage, DeliveryOutcome.BROKEN_ANSWER),
    "hangs up": (_hang_up, DeliveryOutcome.BROKEN_ANSWER),
    "takes it, then is cut off": (_taken_then_cut, DeliveryOutcome.DELIVERED),
    "a 204 with a body": (_says(b"HTTP/1.1 204 No\r\n\r\nok"), DeliveryOutcome.DELIVERED),
    "a 204 with its body behind": (_says(b"HTTP/1.1 204 No\r\n\r\n", b"ok"), DeliveryOutcome.DELIVERED),
    "more than announced": (
        _says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok"),
        DeliveryOutcome.DELIVERED,
    ),
    "an error with more than announced": (
        _says(b"HTTP/1.1 500 Oh\r\nContent-Length: 1\r\n\r\nok"),
        DeliveryOutcome.SERVER_ERROR,
    ),
    "a 204 whose head is none": (
        _says(b"HTTP/1.1 204 No\r\nno header\r\n\r\n"),
        DeliveryOutcome.BROKEN_ANSWER,
    ),
    "a body without end": (_endless, DeliveryOutcome.SERVER_ERROR),
    "headers without end": (_endless_headers, DeliveryOutcome.BROKEN_ANSWER),
}
SLOW = {_silence, drip, _drip_body}
"""Those that only a timeout ends; to the others a busy machine is no fault."""


@pytest.mark.parametrize(("talk", "outcome"), TALKS.values(), ids=TALKS.keys())
def test_receivers_that_misbehave(talk, outcome):
    async def scenario():
        async with raw_tcp(talk) as url:
            said, took = await attempt(url, timeout=0.5 if talk in SLOW else 30)
        assert said.outcome is outcome
        assert took < 25  # a drip would go on for longer, and so would silence

    asyncio.run(scenario())


def test_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        said, _ = asyncio.run(attempt(f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert said.outcome is DeliveryOutcome.UNREACHABLE


def test_a_connection_that_is_never_made_has_five_seconds():
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # more than it keeps: whoever comes now is not answered at all
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        said, _ = asyncio.run(attempt(f"http://127.0.0.1:{full.getsockname()[1]}/", timeout=600))
    assert said.outcome is DeliveryOutcome.TIMEOUT


def test_a_name_that_does_not_exist():
    said, _ = asyncio.run(attempt("http://nobody.invalid/"))
    assert said.outcome is DeliveryOutcome.UNREACHABLE


def test_no_tls_where_tls_is_asked_for():
    async def scenario():
        async with http(status(204)) as server:
            said, _ = await attempt(server.url.replace("http:", "https:"))
            assert said.outcome is DeliveryOutcome.TLS_FAILED
            assert server.requests == []

    asyncio.run(scenario())


def test_private_addresses_are_refused_at_the_socket():
    async def scenario():
        async with http(status(204)) as server:
            for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
                said, _ = await attempt(url, allow_private=False)
                assert said.outcome is DeliveryOutcome.ADDRESS_REFUSED
            assert server.requests == []

    asyncio.run(scenario())


# Couriers ----------------------------------------------------------------------------------------------


def test_delivered_once(tmp_path):
    async def scenario():
        async with http(status(204)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1", "a2")
            await eventually(lambda: r.state("a1").status == r.state("a2").status == "delivered")
            r.tell("a1", "a2")
            await r.idle()
            assert sorted(q.headers["webhook-id"] for q in server.requests) == ["a1", "a2"]

    asyncio.run(scenario())


def test_verdicts_are_counted_by_watch(tmp_path):
    def count(verdict):
        labels = {"watch": "counted", "verdict": verdict}
        return REGISTRY.get_sample_value("wirewatch_watch_verdicts", labels)

    async def scenario():
        with contextlib.closing(open_outbox(tmp_path)) as outbox:
            verdicts, now = Verdicts(outbox.shared), Clock()()
            for name, right in {"a1": True, "a2": True, "a3": False}.items():
                verdicts.mark(alert(name, watch="counted"), is_true=right, now=now)
            dispatcher = Dispatcher((), outbox, now=Clock())
            await dispatcher._tend_once()
            assert (count("true"), count("false")) == (2, 1)
            for name in ("a1", "a2", "a3"):
                verdicts.unmark(name)
            await dispatcher._tend_once()
            assert (count("true"), count("false")) == (0, 0)
            await dispatcher.close(grace=0)

    asyncio.run(scenario())


def test_500_then_200_under_the_same_id_signed_anew(tmp_path):
    async def flaky(request, n):
        return web.Response(status=500, text="try later\x1b[31m") if n == 1 else web.Response(status=200)

    async def scenario():
        async with http(flaky) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            await eventually(lambda: r.state().attempts == 1)
            waiting = r.state()
            assert (waiting.status, waiting.outcome, waiting.http_status) == ("pending", "server_error", 500)
            assert waiting.detail == "HTTP 500 try later[31m"
            assert waiting.next_at - waiting.changed == timedelta(seconds=5)
            r.skip(seconds=5.1)
            await eventually(lambda: r.state().status == "delivered")
            first, second = (q.headers for q in server.requests)
            assert first["webhook-id"] == second["webhook-id"] == "a1"
            assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) >= 5
            assert first["webhook-signature"] != second["webhook-signature"]
            assert r.state().attempts == 2

    asyncio.run(scenario())


def test_the_schedule_survives_a_restart(tmp_path):
    async def scenario():
        clock = Clock()
        async with http(status(500)) as server:
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                r.tell("a1")
                await eventually(lambda: r.state().attempts == 1)
                r.skip(seconds=6)
                await eventually(lambda: r.state().attempts == 2)
                due = r.state().next_at  # in 5 minutes: not while this test runs
            async with rig(tmp_path, webhook(server.url), clock=clock) as r:
                await r.idle()
                assert len(server.requests) == 2
                assert r.state().next_at == due
                r.skip(minutes=6)
                await eventually(lambda: r.state().attempts == 3)

    asyncio.run(scenario())


def test_dead_after_the_whole_schedule(tmp_path):
    async def scenario():
        async with http(status(500)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            for n in range(1, 9):
                await eventually(lambda n=n: r.state().attempts == n)
                r.skip(hours=11)
            await r.idle()
            assert (r.state().status, r.state().attempts, len(server.requests)) == ("dead", 8, 8)

    asyncio.run(scenario())


@pytest.mark.parametrize(("code", "outcome"), [(410, "gone"), (400, "rejected"), (422, "rejected")])
def test_final_answers(tmp_path, code, outcome):
    async def scenario():
        async with http(status(code)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            await eventually(lambda: r.state().status == "dead")
            assert r.state().outcome == outcome
            r.skip(hours=11)
            await r.idle()
            assert len(server.requests) == 1

    asyncio.run(scenario())


LEADS_TO = {
    "absolute": (
        "https://new.example:8443/hooks/1?token=x#y",
        "HTTP 302 to https://new.example:8443/hooks/1",
    ),
    "relative": ("/hooks/", "/hooks/"),
    "with a password": ("https://me:pass@new.example/", "HTTP 302 to https://new.example/"),
    "an IPv6 address": ("https://[2001:db8::1]:8443/hooks", "HTTP 302 to https://[2001:db8::1]:8443/hooks"),
    "no port": ("https://new.example:x/", "HTTP 302 to what is no URL"),
}


@pytest.mark.parametrize(("location", "says"), LEADS_TO.values(), ids=LEADS_TO.keys())
def test_a_redirect_says_where_it_leads(tmp_path, location, says):
    async def scenario():
        async with http(status(302, Location=location)) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            await eventually(lambda: r.state().attempts == 1)
            assert r.state().detail.endswith(says)
            assert len(server.requests) == 1

    asyncio.run(scenario())


def test_retry_after_quiets_the_whole_receiver(tmp_path):
    async def throttle(request, n):
        return web.Response(status=429, headers={"Retry-After": "60"}) if n == 1 else web.Response(status=200)

    async def scenario():
        async with http(throttle) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell("a1")
            await eventually(lambda: r.state().attempts == 1)
            assert r.state().next_at - r.state().changed >= timedelta(seconds=60)
            r.tell("a2")
            r.skip(seconds=30)
            await r.idle()
            assert len(server.requests) == 1
            r.skip(seconds=31)
            await eventually(lambda: r.state("a1").status == r.state("a2").status == "delivered")

    asyncio.run(scenario())


def test_a_slow_receiver_delays_nobody(tmp_path):
    async def scenario():
        async with raw_tcp(_silence) as hung, http(status(204)) as quick:
            receivers = (webhook(hung, "hung", timeout=600), webhook(quick.url, "quick"))
            async with rig(tmp_path, *receivers) as r:
                names = [f"a{n}" for n in range(100)]
                r.tell(*names, receivers=("hung", "quick"))
                await eventually(lambda: len(quick.requests) == 100)
                assert {(r.state(n, "hung").status, r.state(n, "hung").attempts) for n in names} == {
                    ("pending", 0)
                }

    asyncio.run(scenario())


def test_no_more_than_eight_at_a_time(tmp_path):
    now_open, most, full = 0, 0, asyncio.Event()

    async def count(request, n):
        nonlocal now_open, most
        now_open += 1
        most = max(most, now_open)
        if now_open == 8:
            await asyncio.sleep(0.2)  # so that a ninth would come
            full.set()
        await full.wait()
        now_open -= 1
        return web.Response()

    async def scenario():
        async with http(count) as server, rig(tmp_path, webhook(server.url)) as r:
            r.tell(*(f"a{n}" for n in range(40)))
            await eventually(lambda: len(server.requests) == 40)
        assert most == 8

    asyncio.run(scenario())


def test_a_stop_leaves_what_hangs_pending(tmp_path):
    async def scenario():
        async with raw_tcp(_silence) as hung, rig(tmp_path, webhook(hung, timeout=600)) as r:
            r.tell("a1")
            await eventually(r.underway)
        with History.open(tmp_path / "notify.db") as history:
            (left,) = history.get_alert("a1").deliveries
        assert (left.status, left.attempts) == ("pending", 0)

    asyncio.run(scenario())
