"""The notify part, whole: a real broker in, real HTTP receivers out."""

import asyncio
import contextlib
import threading
import time
from pathlib import Path

import pytest
from aiohttp import web
from kafka import KafkaAdminClient

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.dead_letters import letters
from connectors.kafka.protocols import TopicPartition, TopicSpec
from connectors.kafka.topics import ensure_topics
from connectors.notify import part
from connectors.notify.store import DATABASE, History
from tests.notify.support import SECRET, TRACE, alert, eventually, http, status
from wirewatch.errors import NewerRecordError, WirewatchError
from wirewatch.part import PartContext, utc_now
from wirewatch.records import ALERTS
from wirewatch.settings import Settings

pytestmark = pytest.mark.kafka


HEADERS = (("traceparent", TRACE.encode()),)


class Notify:
    """The part on a thread, with config of its own."""

    def __init__(self, settings: Settings, folder: Path, urls: dict[str, str]) -> None:
        self.settings = settings
        self.config_dir, self.data_dir = folder / "config", folder / "data"
        self.config_dir.mkdir(exist_ok=True)
        (self.config_dir / "secret").write_text(SECRET)
        receivers = "".join(
            f"  - name: {name}\n    webhook: {{url: '{url}', secret_file: secret, allow_private: true}}\n"
            for name, url in urls.items()
        )
        (self.config_dir / "routes.yaml").write_text("receivers:\n" + receivers)
        self.error: WirewatchError | None = None
        self._writer = open_writer(self, client="confluent")

    @contextlib.contextmanager
    def running(self):
        context = PartContext(self.settings, self.config_dir, self.data_dir)
        thread = threading.Thread(target=self._run, args=(context,))
        thread.start()
        try:
            yield context
        finally:
            context.stop.set()
            thread.join(25)  # the clients would wait 30 s for a broker that is away
            assert not thread.is_alive()

    def _run(self, context: PartContext) -> None:
        try:
            part.run(context)
        except WirewatchError as error:
            self.error = error

    def write(self, *values: bytes, headers=HEADERS) -> None:
        topic = self.settings.kafka.topic("alerts")
        for value in values:
            self._writer.send(topic, key=b"nato", value=value, headers=list(headers))
        self._writer.flush(10)

    def make_topics(self) -> None:
        admin = open_admin(self)
        ensure_topics(admin, self.settings)
        admin.close()

    def history(self) -> History:
        return History.open(self.data_dir / DATABASE)

    def dead_letters(self):
        reader = open_reader(self, client="kafka-python", group="test")
        try:
            return list(letters(reader, [TopicPartition(self.settings.kafka.topic("dead-letters"), 0)]))
        finally:
            reader.close()


def record(name: str, **changes) -> bytes:
    return ALERTS.encode(alert(name, alerted=utc_now(), **changes))


def ids(server) -> list[str]:
    return [request.headers["webhook-id"] for request in server.requests]


def test_alerts_reach_the_receivers_once_also_over_a_restart(kafka, tmp_path):
    async def scenario():
        async with http(status(204)) as one, http(status(204)) as two:
            notify = Notify(kafka.settings(), tmp_path, {"one": one.url, "two": two.url})
            notify.make_topics()
            notify.write(record("a1"), record("a2"), record("a1"))
            with notify.running() as context:
                await eventually(lambda: len(one.requests) == len(two.requests) == 2)
                assert context.health.state() == (True, "ready")
            notify.write(record("a2"), record("a3"))
            with notify.running():
                await eventually(lambda: "a3" in ids(one) and "a3" in ids(two))
                notify.write(record("a4"))  # behind anything that might have been told twice
                await eventually(lambda: "a4" in ids(one) and "a4" in ids(two))
            assert sorted(ids(one)) == sorted(ids(two)) == ["a1", "a2", "a3", "a4"]
            assert {r.headers["traceparent"] for r in one.requests} == {TRACE}
            with notify.history() as history:
                assert [s.alert.id for s in history.list_alerts()] == ["a4", "a3", "a2", "a1"]

    asyncio.run(scenario())


def test_what_is_no_alert_becomes_a_dead_letter_and_the_rest_goes_on(kafka, tmp_path):
    async def scenario():
        async with http(status(204)) as server:
            notify = Notify(kafka.settings(), tmp_path, {"one": server.url})
            notify.make_topics()
            bad = [b"not json", b'{"id": "x"}', record("has a blank"), record("x")[:-1] + b', "y": "\xff"}']
            notify.write(record("a1"), *bad, headers=[("replays", b"2"), ("traceparent", TRACE.encode())])
            notify.write(record("a2"), headers=[("traceparent", b"01-" + TRACE[3:].encode() + b"-\r\nx: y")])
            with notify.running():
                await eventually(lambda: len(server.requests) == 2)
            found = notify.dead_letters()
            assert [letter.value for letter in found] == bad
            assert {(d.stage, d.reason, d.replays) for d in found} == {("notify", "bad_alert", 2)}
            assert [d.origin for d in found] == [(0, n) for n in range(1, 5)]
            assert ids(server) == ["a1", "a2"]
            assert server.requests[1].headers["traceparent"] == TRACE

    asyncio.run(scenario())


def test_a_newer_record_stops_the_part_and_is_not_passed_over(kafka, tmp_path):
    async def scenario():
        async with http(status(204)) as server:
            notify = Notify(kafka.settings(), tmp_path, {"one": server.url})
            notify.make_topics()
            notify.write(record("a1"), record("a2", v=99), record("a3"))
            for _ in range(2):
                with notify.running():
                    await eventually(lambda: notify.error is not None)
                assert isinstance(notify.error, NewerRecordError)
                notify.error = None
            with notify.history() as history:
                assert [s.alert.id for s in history.list_alerts()] == ["a1"]

    asyncio.run(scenario())


def test_new_partitions_are_picked_up(kafka, tmp_path, monkeypatch):
    async def scenario():
        async with http(status(204)) as server:
            settings = kafka.settings(kafka={"topics": {"alerts": {"partitions": 3}}})
            notify = Notify(settings, tmp_path, {"one": server.url})
            notify.make_topics()
            names = {f"a{n}" for n in range(30)}
            topic = settings.kafka.topic("alerts")
            for name in names:
                notify._writer.send(topic, key=name.encode(), value=record(name), headers=[])
            notify._writer.flush(10)
            with notify.running():
                await eventually(lambda: set(ids(server)) == names)
            with notify.history() as history:
                assert {s.partition for s in history.list_alerts(50)} == {0, 1, 2}

    asyncio.run(scenario())


def test_a_topic_made_anew_is_read_from_its_start(kafka, tmp_path):
    async def scenario():
        async with http(status(204)) as server:
            notify = Notify(kafka.settings(), tmp_path, {"one": server.url})
            notify.make_topics()
            notify.write(*(record(f"a{n}") for n in range(5)))
            with notify.running():
                await eventually(lambda: len(server.requests) == 5)
            make_anew(notify)
            notify.write(record("a1"), record("b1"))
            with notify.running():
                await eventually(lambda: "b1" in ids(server))
            assert len(server.requests) == 6

    asyncio.run(scenario())


def make_anew(notify: Notify) -> None:
    topic = notify.settings.kafka.topic("alerts")
    client = KafkaAdminClient(bootstrap_servers=notify.settings.bootstrap_servers)
    client.delete_topics([topic])
    client.close()
    admin = open_admin(notify)
    deadline = time.monotonic() + 60
    while admin.topics([topic]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    admin.create([TopicSpec(topic, 1, {})])
    ensure_topics(admin, notify.settings)
    admin.close()


def test_delivery_goes_on_while_the_broker_is_away(own_broker, tmp_path):
    async def flaky(request, n):
        return web.Response(status=500 if n == 1 else 204)

    async def scenario():
        async with http(flaky) as server:
            notify = Notify(own_broker.settings(), tmp_path, {"one": server.url})
            notify.make_topics()
            notify.write(record("a1"))
            with notify.running() as context:
                await eventually(lambda: len(server.requests) == 1)
                own_broker.kill()
                await eventually(lambda: not context.health.state()[0])
                assert "is away" in context.health.state()[1]
                await eventually(lambda: len(server.requests) == 2)  # the retry after 5 s
                own_broker.start()
                await eventually(lambda: context.health.state()[0])
                notify.write(record("a2"))
                await eventually(lambda: "a2" in ids(server))
            assert ids(server) == ["a1", "a1", "a2"]

    asyncio.run(scenario())


def test_it_stops_while_the_broker_is_away(tmp_path, unused_port):
    settings = Settings(kafka={"bootstrap_servers": f"127.0.0.1:{unused_port}"})
    notify = Notify(settings, tmp_path, {})
    with notify.running() as context:
        deadline = time.monotonic() + 60
        while notify.error is None and "is away" not in context.health.state()[1]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
