"""Every kind sent for real: to HTTP servers that answer as the services do, a mail server, a file."""

import asyncio
import email
import email.policy
import json
import resource

import pytest
from aiohttp import web

from connectors.notify.outcomes import DeliveryOutcome
from connectors.notify.receivers import Telling
from connectors.notify.receivers.config import ReceiverConfig, ReceiverMaker
from connectors.notify.store import Delivery
from tests.notify.smtp import mail_server
from tests.notify.support import T0, TRACE, alert, http, raw_tcp
from wirewatch.part import utc_now
from wirewatch.records import ALERTS


def receiver(folder, kind, *, timeout=30, **options):
    maker = ReceiverMaker(config_dir=folder, data_dir=folder, attempt_timeout=timeout)
    return maker.make(ReceiverConfig.model_validate({"name": "r1", kind: options}))


async def tell(to, *alerts):
    alerts = alerts or (alert("a1"),)
    telling = Telling("d1", alerts, tuple(ALERTS.encode(a) for a in alerts), T0, "story1")
    delivery = Delivery(1, "d1", "r1", to.render(telling), 0, 0, TRACE)
    try:
        return await to.attempt(delivery, utc_now)
    finally:
        await to.close()


def said(status=200, text="ok", **headers):
    async def answer(request, n):
        return web.Response(
            status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    return answer


CHATS = {
    "slack takes it": ("slack", said(), DeliveryOutcome.DELIVERED, None),
    "slack: the channel is archived": ("slack", said(410, "channel_is_archived"), DeliveryOutcome.GONE, None),
    "slack: invalid payload": ("slack", said(400, "invalid_payload"), DeliveryOutcome.REJECTED, None),
    "slack: too many": ("slack", said(429, "", Retry_After="30"), DeliveryOutcome.THROTTLED, 30.0),
    "teams takes it": ("teams", said(202, ""), DeliveryOutcome.DELIVERED, None),
    "teams says 200 and means no": (
        "teams",
        said(
            200,
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429",
        ),
        DeliveryOutcome.THROTTLED,
        None,
    ),
    "discord takes it": ("discord", said(204, ""), DeliveryOutcome.DELIVERED, None),
    "discord: too many, to the millisecond": (
        "discord",
        said(429, '{"retry_after": 1.337, "global": false}', Retry_After="1"),
        DeliveryOutcome.THROTTLED,
        1.337,
    ),
    "discord: the webhook is gone": (
        "discord",
        said(404, '{"code": 10015}'),
        DeliveryOutcome.NOT_FOUND,
        None,
    ),
}


@pytest.mark.parametrize(("kind", "answer", "outcome", "wait"), CHATS.values(), ids=CHATS.keys())
def test_chats(tmp_path, kind, answer, outcome, wait):
    async def scenario():
        async with http(answer) as server:
            found = await tell(receiver(tmp_path, kind, url=f"{server.url}t0ken", allow_private=True))
            (request,) = server.requests
        assert (found.outcome, found.retry_after) == (outcome, wait)
        assert "t0ken" not in found.detail
        assert request.headers["content-type"] == "application/json"
        assert isinstance(json.loads(request.body), dict)

    asyncio.run(scenario())


TOLD_BY_FILE = {
    "slack": ("url_file", "{url}{secret}"),
    "teams": ("url_file", "{url}{secret}"),
    "discord": ("url_file", "{url}{secret}"),
    "apprise": ("url_file", "{apprise}{secret}"),
    "alertmanager": ("token_file", "{secret}"),
}


@pytest.mark.parametrize("kind", TOLD_BY_FILE)
def test_a_secret_that_is_changed_in_its_file_is_taken_at_the_next_attempt(tmp_path, kind):
    """And one that makes no sense leaves the last good one in force."""
    option, text = TOLD_BY_FILE[kind]
    paths = []

    async def answer(request, n):
        paths.append(request.path + request.headers.get("authorization", ""))
        return web.Response(text="ok")

    async def scenario():
        async with http(answer) as server:

            def write(secret):
                apprise = server.url.replace("http://", "json://")
                (tmp_path / "secret").write_text(text.format(url=server.url, apprise=apprise, secret=secret))

            write("old")
            where = {"url": server.url} if kind == "alertmanager" else {}
            to = receiver(tmp_path, kind, **where, **{option: "secret"}, allow_private=True)
            assert (await tell(to)).outcome is DeliveryOutcome.DELIVERED
            write("newer")
            assert (await tell(to)).outcome is DeliveryOutcome.DELIVERED
            (tmp_path / "secret").write_text("")
            assert (await tell(to)).outcome is DeliveryOutcome.DELIVERED
        assert ["old" in paths[0], "newer" in paths[1], paths[2] == paths[1]] == [True, True, True]

    asyncio.run(scenario())


MAIL = {
    "taken": ({}, DeliveryOutcome.DELIVERED),
    "mailbox full for now": ({"RCPT": "452 later"}, DeliveryOutcome.SERVER_ERROR),
    "no such mailbox": ({"RCPT": "550 unknown"}, DeliveryOutcome.REJECTED),
    "the sender is refused": ({"MAIL": "553 no"}, DeliveryOutcome.REJECTED),
    "too large": ({"MESSAGE": "552 too large"}, DeliveryOutcome.REJECTED),
    "asks for a login": ({"MAIL": "530 authentication required"}, DeliveryOutcome.UNAUTHORIZED),
    "busy": ({"CONNECT": "421 busy"}, DeliveryOutcome.SERVER_ERROR),
}


@pytest.mark.parametrize(("refuse", "outcome"), MAIL.values(), ids=MAIL.keys())
def test_mail(tmp_path, refuse, outcome):
    async def scenario():
        async with mail_server(refuse) as box:
            to = mail(tmp_path, box.port)
            found = await tell(to, alert("a1", title="Sommet à Bruxelles\r\nBcc: evil@example.com"))
        assert found.outcome is outcome, found
        if outcome is not DeliveryOutcome.DELIVERED:
            assert box.messages == []
            return
        message = email.message_from_bytes(box.messages[0], policy=email.policy.default)
        assert message["Message-ID"] == "<d1@wirewatch>"
        assert message["Bcc"] is None
        assert "Sommet à Bruxelles" in message["Subject"]
        assert message["Auto-Submitted"] == "auto-generated"
        assert "phrase" in message.get_body(("plain",)).get_content() or "actor:nato" in str(message)
        assert "<html>" in message.get_body(("html",)).get_content()
        assert len(box.recipients) == 2

    asyncio.run(scenario())


def test_mail_that_some_addresses_refuse_goes_to_those_again(tmp_path):
    async def scenario():
        async with mail_server({"RCPT b@example.com": "452 mailbox full"}) as box:
            to = mail(tmp_path, box.port)
            found = await tell(to)
            assert (found.outcome, found.http_status) == (DeliveryOutcome.SERVER_ERROR, 452)
            assert found.detail == "1 of 2 addresses refused, b@example.com: SMTP 452 mailbox full"
            assert (await tell(to)).outcome is DeliveryOutcome.SERVER_ERROR  # and is not forgotten by that
            assert (len(box.messages), len(box.recipients)) == (1, 1)
            box.refuse.clear()
            assert (await tell(to)).outcome is DeliveryOutcome.DELIVERED
            assert ["a@example" in box.recipients[0], "b@example" in box.recipients[1]] == [True, True]
            assert (len(box.messages), len(box.recipients)) == (2, 2)
            assert (await tell(to)).outcome is DeliveryOutcome.DELIVERED  # told again on purpose: everybody
            assert len(box.recipients) == 4

    asyncio.run(scenario())


def test_mail_that_an_address_refuses_for_good_is_not_delivered(tmp_path):
    async def scenario():
        async with mail_server({"RCPT b@example.com": "550 unknown"}) as box:
            found = await tell(mail(tmp_path, box.port))
        assert found.outcome is DeliveryOutcome.REJECTED
        assert "b@example.com: SMTP 550 unknown" in found.detail
        assert len(box.messages) == 1

    asyncio.run(scenario())


def mail(folder, port, **options):
    settings = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "w@example.com"}
    to = ["a@example.com", "b@example.com"]
    return receiver(folder, "email", **{**settings, "to": to, "allow_private": True, **options})


async def _silence(reader, writer):
    await reader.read(1000)
    await asyncio.sleep(30)


async def _drip(reader, writer):
    for byte in b"220 " + b"x" * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def _garbage(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    await writer.drain()
    await reader.read(1000)


MISBEHAVIOUR = {
    "hangs": (_silence, {DeliveryOutcome.TIMEOUT}),
    "drips": (_drip, {DeliveryOutcome.TIMEOUT}),
    "speaks HTTP": (_garbage, {DeliveryOutcome.BROKEN_ANSWER, DeliveryOutcome.SERVER_ERROR}),
}


@pytest.mark.parametrize(("talk", "outcomes"), MISBEHAVIOUR.values(), ids=MISBEHAVIOUR.keys())
def test_mail_servers_that_misbehave(tmp_path, talk, outcomes):
    async def scenario():
        async with raw_tcp(talk) as url:
            port = int(url.rstrip("/").rpartition(":")[2])
            hangs = DeliveryOutcome.TIMEOUT in outcomes
            found = await tell(mail(tmp_path, port, timeout=1 if hangs else 30))
        assert found.outcome in outcomes, found

    asyncio.run(scenario())


def test_mail_no_starttls_no_mail(tmp_path):
    async def scenario():
        async with mail_server() as box:
            found = await tell(mail(tmp_path, box.port, security="starttls"))
            assert found.outcome is DeliveryOutcome.BROKEN_ANSWER, found
            assert "`security: none`" in found.detail
            assert box.messages == []

    asyncio.run(scenario())


def test_mail_nobody_listens_and_private_addresses(tmp_path, unused_port):
    assert asyncio.run(tell(mail(tmp_path, unused_port))).outcome is DeliveryOutcome.UNREACHABLE
    refused = mail(tmp_path, unused_port, host="localhost.localdomain", allow_private=False)
    assert asyncio.run(tell(refused)).outcome in {
        DeliveryOutcome.ADDRESS_REFUSED,
        DeliveryOutcome.UNREACHABLE,
    }


def test_apprise(tmp_path):
    async def scenario():
        async with http(said()) as server:
            (tmp_path / "url").write_text(server.url.replace("http://", "json://"))
            found = await tell(receiver(tmp_path, "apprise", url_file="url", allow_private=True))
            assert found.outcome is DeliveryOutcome.DELIVERED
            assert b"NATO ministers meet" in server.requests[0].body
            closed = await tell(receiver(tmp_path, "apprise", url_file="url"))
            assert closed.outcome is DeliveryOutcome.ADDRESS_REFUSED
            assert len(server.requests) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "url",
    [
        "json://[::1]:{port}/",
        "json://2130706433:{port}/",
        "json://127.0.0.1:{port}/",
        "json://localhost:{port}/",
        "json://LOCALHOST.:{port}/",
        "json://user:word@localhost:{port}/",
        "mailto://user:word@example.com:{port}/?smtp=127.0.0.1&mode=insecure",
    ],
)
def test_apprise_reaches_nothing_private_however_it_is_written(tmp_path, url, unused_port):
    (tmp_path / "url").write_text(url.format(port=unused_port))
    found = asyncio.run(tell(receiver(tmp_path, "apprise", url_file="url", timeout=10)))
    assert found.outcome is DeliveryOutcome.ADDRESS_REFUSED, found


def test_apprise_is_held_to_the_guard_as_it_connects(tmp_path, monkeypatch):
    """A name that leads elsewhere by then, or what a server said of where it lives."""

    async def nowhere(host):
        return ()

    monkeypatch.setattr("connectors.notify.receivers.apprise._addresses", nowhere)

    async def scenario():
        async with http(said()) as server:
            (tmp_path / "url").write_text(server.url.replace("http://", "json://"))
            found = await tell(receiver(tmp_path, "apprise", url_file="url"))
            assert (found.outcome, server.requests) == (DeliveryOutcome.ADDRESS_REFUSED, [])
            assert found.detail.startswith("127.0.0.1 is loopback")

    asyncio.run(scenario())


def test_apprise_a_name_server_that_is_silent_is_a_timeout(tmp_path, monkeypatch):
    async def never(host):
        await asyncio.Event().wait()

    monkeypatch.setattr("connectors.notify.receivers.apprise._addresses", never)
    (tmp_path / "url").write_text("json://example.com/")
    found = asyncio.run(tell(receiver(tmp_path, "apprise", url_file="url", timeout=0.2)))
    assert found.outcome is DeliveryOutcome.TIMEOUT


@pytest.mark.parametrize("query", ["", "?discovery=yes"], ids=["by default", "asked for"])
def test_apprise_does_not_ask_matrix_where_it_lives(tmp_path, query):
    (tmp_path / "url").write_text(f"matrixs://user:word@example.com/{query}")
    (plugin,) = receiver(tmp_path, "apprise", url_file="url")._service().apprise
    assert plugin.discovery is False


def test_apprise_a_number_is_a_token_where_the_service_has_no_host(tmp_path):
    """2130706433 is 127.0.0.1, and here the id of a bot."""
    (tmp_path / "url").write_text("tgram://2130706433:abcdefghijklmnopqrstuvwxyz-abcdefgh/1/")
    assert receiver(tmp_path, "apprise", url_file="url")._service().hosts == ()


@pytest.mark.parametrize("query", ["", "?redirect=yes"], ids=["by default", "asked for"])
def test_apprise_follows_no_redirect(tmp_path, query):
    async def scenario():
        async with http(said(307, "", Location="/elsewhere")) as server:
            (tmp_path / "url").write_text(server.url.replace("http://", "json://") + query)
            found = await tell(receiver(tmp_path, "apprise", url_file="url", allow_private=True))
            assert found.outcome is DeliveryOutcome.SERVER_ERROR
            assert len(server.requests) == 1

    asyncio.run(scenario())


def test_a_file_gets_a_line_a_delivery_and_turns_over(tmp_path):
    to = receiver(tmp_path, "file", path="out/alerts.jsonl", max_bytes=1 << 16, keep=2)

    async def scenario():
        for n in range(30):
            assert (await tell(to, alert(f"a{n}", title="x" * 10_000))).outcome is DeliveryOutcome.DELIVERED

    asyncio.run(scenario())
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == ["alerts.jsonl", "alerts.jsonl.1", "alerts.jsonl.2"]
    for name in files:
        for line in (tmp_path / "out" / name).read_text().splitlines():
            assert json.loads(line)["id"] == "d1"


def test_a_file_that_cannot_be_written_is_tried_again_later(tmp_path):
    (tmp_path / "file").write_text("")
    answer = asyncio.run(tell(receiver(tmp_path, "file", path="file/alerts.jsonl")))
    assert answer.outcome is DeliveryOutcome.UNREACHABLE


@pytest.mark.parametrize("size", [600, 3_000, 20_000])
def test_a_disk_that_fills_within_a_line_leaves_no_half_of_it(tmp_path, size):
    to = receiver(tmp_path, "file", path="alerts.jsonl")
    path = tmp_path / "alerts.jsonl"
    assert asyncio.run(tell(to)).outcome is DeliveryOutcome.DELIVERED
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 400, hard))  # EFBIG, as ENOSPC
    try:
        answer = asyncio.run(tell(to, alert("a2", title="x" * size)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.outcome, path.read_bytes()) == (DeliveryOutcome.UNREACHABLE, before)


def test_stdout(tmp_path, capfdbinary):
    assert asyncio.run(tell(receiver(tmp_path, "stdout"))).outcome is DeliveryOutcome.DELIVERED
    assert json.loads(capfdbinary.readouterr().out)["id"] == "d1"
