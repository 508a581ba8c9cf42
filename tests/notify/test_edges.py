"""What the outside can do to notify: nested records, null headers, lying answers, a full disk, clocks."""

import asyncio
import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from connectors.kafka.protocols import DeliveryFailedError, Record, TopicInfo, TopicPartition, without_nulls
from connectors.notify.delivery.dispatcher import Dispatcher
from connectors.notify.grouping.decider import Decider
from connectors.notify.intake.consume import AlertConsumer, Clients
from connectors.notify.intake.record import BadRecord, read_record
from connectors.notify.outcomes import Answer, DeliveryOutcome, retry_after_seconds
from connectors.notify.receivers.webhook import WebhookConfig
from connectors.notify.routing.policy import Policy
from connectors.notify.store import Outbox, ReceiverStates, open_database
from tests.notify.support import T0, alert, arrival, http, open_outbox, raw_tcp, status
from tests.notify.support import eventually as soon
from tests.notify.test_delivery import attempt
from wirewatch.part import PartContext
from wirewatch.records import ALERTS
from wirewatch.settings import Settings

NOBODY = Policy()


def record(value, offset=0, headers=()):
    return Record("alerts", 0, offset, b"nato", value, headers, int(T0.timestamp() * 1000))


def test_an_alert_nested_without_end_is_a_bad_record():
    deep = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert isinstance(read_record(record(deep)), BadRecord)


def test_null_headers_are_empty_ones():
    headers = without_nulls([("traceparent", None), ("replays", None), ("a", b"b")])
    assert headers == [("traceparent", b""), ("replays", b""), ("a", b"b")]
    read = read_record(record(ALERTS.encode(alert("a1")), headers=headers))
    assert read.traceparent.startswith("00-")
    assert read_record(record(b"no", headers=headers)).letter().headers


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("Mon, 01 Jan 2020 00:00:00 +99999999999999999999", id="zone"),
        pytest.param("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", id="year"),
        pytest.param("Mon, 99999999999999999999 Jan 2020 00:00:00 GMT", id="day"),
    ],
)
def test_a_retry_after_of_twenty_digits_says_nothing(value):
    assert retry_after_seconds(value, T0) is None

    async def scenario():
        async with http(status(204, Retry_After=value)) as server:
            said, _ = await attempt(server.url)
            assert said.outcome is DeliveryOutcome.DELIVERED

    asyncio.run(scenario())


TOKEN = "t0ken-in-the-path"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/9 what\x1b[31m\r\n\r\n", id="no HTTP"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", id="negative length"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 40_000, id="headers without end"),
        pytest.param(b"HTTP/1.1 500 no\r\nContent-Length: 90\r\n\r\nhalf", id="half an answer"),
    ],
)
def test_no_detail_holds_the_url_or_control_characters(answer):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async def scenario():
        async with raw_tcp(talk) as url:
            said, _ = await attempt(f"{url}{TOKEN}?key={TOKEN}")
            assert said.outcome in {DeliveryOutcome.BROKEN_ANSWER, DeliveryOutcome.SERVER_ERROR}
            assert TOKEN not in said.detail
            assert said.detail.isprintable()

    asyncio.run(scenario())


def test_a_url_that_is_none_is_not_quoted():
    with pytest.raises(ValidationError, match="not a URL") as refused:
        WebhookConfig(url=f"https://host:{TOKEN}/", secret_file="x")
    assert "url is not a URL" in str(refused.value.errors()[0]["msg"])
    assert TOKEN not in refused.value.errors()[0]["msg"]


def test_no_proxy_stands_between_the_guard_and_the_address(monkeypatch):
    """A proxy would connect where the guard cannot see."""

    async def scenario():
        async with http(status(204)) as proxy:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            for host in (
                "127.0.0.1",
                "2130706433",
                "0x7f000001",
                "0177.0.0.1",
                "127.1",
                "[::ffff:127.0.0.1]",
            ):
                port = proxy.url.rstrip("/").rpartition(":")[2]
                said, _ = await attempt(f"http://{host}:{port}/", allow_private=False)
                assert said.outcome in {DeliveryOutcome.ADDRESS_REFUSED, DeliveryOutcome.BROKEN_ANSWER}, host
            assert proxy.requests == []

    asyncio.run(scenario())


class Log:
    """A broker with one partition of the alerts topic, in memory; `written` are the dead letters."""

    def __init__(self, *records):
        self.records = list(records)
        self.written = []
        self.at = 0

    @contextmanager
    def open(self):
        yield Clients(self, self, self)

    def topics(self, names):
        return {name: TopicInfo(name, "id", 1) for name in names}

    def cluster_id(self):
        return "c"

    def bounds(self, partitions):
        return {tp: (0, len(self.records)) for tp in partitions}

    def assign(self, offsets):
        self.at = offsets[TopicPartition("alerts", 0)]

    def poll(self, timeout, max_records):
        found, self.at = self.records[self.at :], len(self.records)
        return found

    def send(self, topic, *, key, value, headers=()):
        self.written.append((topic, value))

    def flush(self, timeout):
        pass


def test_a_full_disk_loses_nothing_and_repeats_nothing(tmp_path, eventually):
    connection = open_database(tmp_path / "notify.db")
    outbox = Outbox(connection)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    large = alert("big", labels={"x": "y" * 200_000})
    log = Log(record(ALERTS.encode(large)), record(b"no alert", 1), record(ALERTS.encode(alert("small")), 2))
    context = PartContext(Settings(), tmp_path, tmp_path, now=lambda: T0)
    woken = []
    consumer = AlertConsumer(
        context,
        open_clients=log.open,
        outbox=outbox,
        decider=Decider(outbox.shared, NOBODY, {}),
        wake=lambda: woken.append(1),
    )
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    thread = threading.Thread(target=consumer.run)
    thread.start()
    try:
        eventually(lambda: "full" in context.health.state()[1])
        eventually(lambda: log.at == 3)
        threading.Event().wait(2.5)  # several tries
        assert outbox.offsets("alerts") == {}
        assert len(log.written) == 1
        connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
        eventually(lambda: outbox.offsets("alerts") == {0: 3})
    finally:
        context.stop.set()
        thread.join(60)
    assert len(log.written) == 1
    assert [row["id"] for row in connection.execute("SELECT id FROM alerts ORDER BY seq")] == ["big", "small"]
    outbox.close()


def test_alerts_are_read_while_notifys_own_cannot_be_written(tmp_path, eventually):
    class Unwritable(Log):
        is_down, tries = True, 0

        def flush(self, timeout):
            self.tries += 1
            if self.is_down:
                raise DeliveryFailedError("not enough replicas in sync")

    outbox = open_outbox(tmp_path)
    states = ReceiverStates(outbox.shared)
    states.open_incident("desk", alert("own", kind="system"), now=T0)
    log, clock = Unwritable(record(ALERTS.encode(alert("a")))), [T0]
    context = PartContext(Settings(), tmp_path, tmp_path, now=lambda: clock[0])
    consumer = AlertConsumer(
        context,
        open_clients=log.open,
        outbox=outbox,
        decider=Decider(outbox.shared, NOBODY, {}),
        wake=lambda: None,
    )
    thread = threading.Thread(target=consumer.run)
    thread.start()
    try:
        eventually(lambda: outbox.offsets("alerts") == {0: 1})
        assert context.health.state() == (True, "ready")
        assert (log.tries, [one.id for one in states.announcements()]) == (1, ["own"])
        log.is_down = False
        clock[0] += timedelta(minutes=2)
        eventually(lambda: states.announcements() == [])
    finally:
        context.stop.set()
        thread.join(60)
    outbox.close()


def test_a_reader_of_the_history_holds_nothing_up(tmp_path):
    outbox = open_outbox(tmp_path)
    reader = sqlite3.connect(tmp_path / "notify.db", isolation_level=None)
    outbox.take_in("alerts", [arrival("a")], {0: 1}, now=T0)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM alerts").fetchall()
    outbox.take_in("alerts", [arrival("b")], {0: 2}, now=T0)
    assert outbox.offsets("alerts") == {0: 2}
    reader.close()
    outbox.close()


def test_a_clock_set_back_delays_no_first_attempt(tmp_path):
    outbox = open_outbox(tmp_path)
    outbox.take_in("alerts", [arrival("a")], {0: 1}, now=T0)
    assert [d.id for d in outbox.due("r1", now=T0 - timedelta(hours=1), limit=9)] == ["a"]
    outbox.close()


def test_a_clock_set_back_ends_the_silence_a_receiver_asked_for(tmp_path):
    class Throttling:
        name = "r1"
        tried = 0

        async def attempt(self, delivery, now):
            self.tried += 1
            if self.tried == 1:
                return Answer(DeliveryOutcome.THROTTLED, 429, retry_after=3600.0)
            return Answer(DeliveryOutcome.DELIVERED, 204)

        async def close(self):
            pass

    async def scenario():
        outbox = open_outbox(tmp_path)
        outbox.take_in("alerts", [arrival("a")], {0: 1}, now=datetime.now(UTC))
        receiver, ahead = Throttling(), timedelta(hours=5)
        dispatcher = Dispatcher((receiver,), outbox, now=lambda: datetime.now(UTC) + ahead)
        running = asyncio.create_task(dispatcher.run())
        await soon(lambda: receiver.tried == 1)
        await soon(lambda: not dispatcher._couriers[0]._underway)
        ahead = timedelta()
        outbox.take_in("alerts", [arrival("b")], {0: 2}, now=datetime.now(UTC))
        dispatcher.wake()
        await soon(lambda: receiver.tried == 2)
        running.cancel()
        await dispatcher.close(1)
        outbox.close()

    asyncio.run(scenario())
