"""The demo receiver: signatures checked, each alert shown once, what arrived listed."""

import asyncio
import io
import threading
import time
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from rich.console import Console

from connectors import demo_receiver
from connectors.demo_receiver import Received, ReceivedLog, Seen, serve
from connectors.notify.signing.secrets import drop_old_secret, new_secret
from connectors.notify.signing.signature import sign
from tests.notify.support import SECRET, TRACE, alert
from wirewatch.errors import WirewatchError
from wirewatch.part import PartContext
from wirewatch.records import ALERTS
from wirewatch.service import receiver
from wirewatch.settings import Settings


def now() -> datetime:
    return datetime.now(UTC)


async def post(url: str, body: bytes, secret: str = SECRET, **headers: str) -> int:
    signed = sign(secret, id="a1", body=body, at=now()) | headers
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=signed) as response:
        return response.status


def test_what_it_takes_and_what_it_refuses():
    got = []

    async def scenario():
        async with serve("127.0.0.1", 0, lambda: (SECRET,), lambda *item: got.append(item), now=now) as url:
            good = ALERTS.encode(alert())
            assert await post(url, good, traceparent=TRACE) == 204
            assert await post(url, good) == 204
            assert await post(url, good, secret=new_secret()) == 401
            assert await post(url, good, **{"webhook-signature": "v1"}) == 401
            assert await post(url, b"{}") == 400
            assert await post(url, b'{"v": 99}') == 400
            assert await post(url, b"x" * (demo_receiver.MAX_BODY_BYTES + 1)) == 413

    asyncio.run(scenario())
    assert [(r.id, r.repeat, r.traceparent, a.id) for r, a in got] == [
        ("a1", False, TRACE, "a1"),
        ("a1", True, None, "a1"),
    ]


def context(folder, **kwargs) -> PartContext:
    return PartContext(settings=Settings(), config_dir=folder, data_dir=folder, **kwargs)


def test_the_part_prints_each_alert_once_also_after_a_restart(tmp_path, unused_port):
    screen, secret = io.StringIO(), tmp_path / "secret"
    secret.write_text(SECRET)
    body = ALERTS.encode(alert())
    for _ in range(2):
        part = context(tmp_path)
        console = Console(file=screen, width=100)
        thread = threading.Thread(
            target=receiver.run,
            args=(part,),
            kwargs={"port": unused_port, "secret_file": secret, "console": console},
        )
        thread.start()
        while not part.health.state()[0]:
            assert thread.is_alive()
            time.sleep(0.01)
        assert asyncio.run(post(f"http://127.0.0.1:{unused_port}/", body)) == 204
        part.stop.set()
        thread.join(60)
        assert not thread.is_alive()
    assert screen.getvalue().count("NATO ministers meet in Brussels") == 1
    listed = list(ReceivedLog(tmp_path / demo_receiver.RECEIVED_FILE).read())
    assert [(r.id, r.repeat) for r in listed] == [("a1", False), ("a1", True)]


def test_it_takes_a_file_whose_secret_is_being_changed(tmp_path, unused_port):
    """Both are valid until the rotation is ended; that is seen without a restart."""
    file, older = tmp_path / "secret", new_secret()
    file.write_text(f"{SECRET}\n{older}\n")
    part = context(tmp_path)
    thread = threading.Thread(
        target=receiver.run, args=(part,), kwargs={"port": unused_port, "secret_file": file}
    )
    thread.start()
    try:
        while not part.health.state()[0]:
            assert thread.is_alive()
            time.sleep(0.01)

        def answer(secret):
            return asyncio.run(
                post(f"http://127.0.0.1:{unused_port}/", ALERTS.encode(alert()), secret=secret)
            )

        assert [answer(SECRET), answer(older), answer(new_secret())] == [204, 204, 401]
        drop_old_secret(file)
        assert [answer(SECRET), answer(older)] == [204, 401]
    finally:
        part.stop.set()
        thread.join(60)
    assert not thread.is_alive()


def test_a_taken_port_is_said(tmp_path, unused_port):
    async def scenario():
        async with serve("127.0.0.1", unused_port, lambda: (SECRET,), lambda *_: None, now=now):
            with pytest.raises(WirewatchError, match=f"port {unused_port} cannot be listened on"):
                await asyncio.to_thread(receiver.run, context(tmp_path), port=unused_port)

    asyncio.run(scenario())


def test_the_list_is_bounded_and_bears_a_cut_line(tmp_path, monkeypatch):
    monkeypatch.setattr(demo_receiver, "MAX_LOG_BYTES", 1000)
    log = ReceivedLog(tmp_path / "r.jsonl")
    for n in range(200):
        log.append(Received(id=f"a{n}", at=now(), repeat=False))
    kept = [received.id for received in log.read()]
    assert kept[-1] == "a199"
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) < 2500
    with (tmp_path / "r.jsonl").open("ab") as file:
        file.write(b'{"id": "cut')
    assert [received.id for received in log.read()] == kept


def test_seen_is_bounded(monkeypatch):
    monkeypatch.setattr(demo_receiver, "REMEMBERED", 2)
    seen = Seen()
    assert [seen.add(i) for i in ("a", "b", "a", "c", "a", "b")] == [True, True, False, True, False, True]


def test_old_signatures_are_refused():
    async def scenario():
        async with serve("127.0.0.1", 0, lambda: (SECRET,), lambda *_: None, now=now) as url:
            body = ALERTS.encode(alert())
            old = sign(SECRET, id="a1", body=body, at=now() - timedelta(minutes=6))
            assert await post(url, body, **old) == 401

    asyncio.run(scenario())
