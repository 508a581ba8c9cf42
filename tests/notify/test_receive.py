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
from connectors.demo_receiver import Received, ReceivedLog, Seen, receive_until_stopped, serve
from connectors.notify.show import alert_text, highlighted
from connectors.notify.signing.secrets import drop_old_secret, new_secret
from connectors.notify.signing.signature import sign
from tests.notify.support import SECRET, TRACE, alert
from tests.records.golden_alert import golden_alert
from wirewatch.alert import Clause, Evidence
from wirewatch.article import Place
from wirewatch.errors import WirewatchError
from wirewatch.part import PartContext
from wirewatch.records import ALERTS
from wirewatch.service import place
from wirewatch.service.cli import receive as receive_command
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
    screen = io.StringIO()
    body = ALERTS.encode(alert())
    for _ in range(2):
        part = context(tmp_path)
        console = Console(file=screen, width=100)
        thread = threading.Thread(
            target=receive_until_stopped,
            args=(part,),
            kwargs={"port": unused_port, "secrets": lambda: (SECRET,), "console": console},
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


def test_the_command_takes_a_file_whose_secret_is_being_changed(tmp_path, unused_port):
    """Both are valid until the rotation is ended; that is seen without a restart."""
    file, older = tmp_path / "secret", new_secret()
    file.write_text(f"{SECRET}\n{older}\n")
    part = context(tmp_path)
    run = receive_command._part(place.Place(part.settings, tmp_path, tmp_path), unused_port, file)
    thread = threading.Thread(target=run, args=(part,))
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
                await asyncio.to_thread(
                    receive_until_stopped, context(tmp_path), port=unused_port, secrets=lambda: (SECRET,)
                )

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


def evidence(text, context, offset):
    return Evidence(place=Place(0, 0, 1), text=text, context=context, offset=offset)


def test_the_words_are_highlighted_within_their_line():
    shown = highlighted([evidence("NATO", "x" * 200 + " NATO " + "y" * 200, 201)])
    (span,) = [s for s in shown.spans if "yellow" in str(s.style)]
    assert shown.plain[span.start : span.end] == "NATO"
    assert len(shown.plain) < 180
    assert shown.plain.startswith("…")
    assert shown.plain.endswith("…")


def printed(shown, width):
    out = io.StringIO()
    Console(file=out, width=width).print(shown)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_two_hits_in_one_sentence_are_shown_once():
    sentence = "NATO met; the alliance spoke."
    shown = highlighted([evidence("alliance", sentence, 14), evidence("NATO", sentence, 0)])
    assert shown.plain == sentence
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["NATO", "alliance"]


def test_a_sentence_is_cut_between_words():
    sentence = "before " * 30 + "NATO" + " after" * 30
    shown = highlighted([evidence("NATO", sentence, sentence.index("NATO"))]).plain
    assert set(shown.split()) == {"…", "before", "NATO", "after"}


def test_words_in_the_headline_are_marked_there():
    found = Evidence(place=Place(None, 6, 10), text="NATO", context="About NATO", offset=6)
    shown = alert(title="About NATO", why=(Clause(clause="actor: NATO", evidence=(found,)),))
    assert printed(alert_text(shown), 80) == [
        " HIGH  About NATO",
        "  NATO · 5 January 2026 12:00 UTC",
        "  actor: NATO",
        "    in the headline",
    ]
    headline = next(iter(alert_text(shown).renderables))
    assert [headline.plain[s.start : s.end] for s in headline.spans if "yellow" in str(s.style)] == ["NATO"]


def test_what_a_model_read_is_two_lines_beneath():
    assert printed(alert_text(golden_alert("reading")), 100)[-3:-1] == [
        "  outside the catalogue: Rufus <Firefly> (person), Acme Works (organisation)",
        "  Iran → impose sanctions on → Iraq",
    ]


def test_what_goes_on_in_the_next_line_stays_indented():
    long = " ".join(["word"] * 15)
    found = evidence("word", long, 0)
    lines = printed(alert_text(alert(why=(Clause(clause="phrase: word", evidence=(found,)),))), 40)
    assert [line for line in lines if "word word" in line] == ["    " + " ".join(["word"] * 7)] * 2


@pytest.mark.parametrize("title", ["\x1b[2J\x1b]0;owned\x07title", "a\u202egnp.exe", "two\nlines", "\ud800x"])
def test_no_control_character_reaches_the_terminal(title):
    out = io.StringIO()
    console = Console(file=out, force_terminal=False, width=80)
    console.print(alert_text(alert(title=title, watch_name=title, url=title)))
    assert not any(c in out.getvalue() for c in "\x1b\x07\u202e\ud800")


def test_markup_in_a_title_is_text():
    out = io.StringIO()
    Console(file=out, width=80).print(alert_text(alert(title="[red]x[/] [/oops]")))
    assert "[red]x[/] [/oops]" in out.getvalue()


def test_old_signatures_are_refused():
    async def scenario():
        async with serve("127.0.0.1", 0, lambda: (SECRET,), lambda *_: None, now=now) as url:
            body = ALERTS.encode(alert())
            old = sign(SECRET, id="a1", body=body, at=now() - timedelta(minutes=6))
            assert await post(url, body, **old) == 401

    asyncio.run(scenario())
