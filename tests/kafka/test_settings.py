"""What the settings become: options of each library, topics, and errors a user can act on."""

import threading

import pytest

from connectors.kafka import kafka_python
from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.connection import Connection, kafka_python_options, librdkafka_options
from connectors.kafka.limits import MAX_RECORD_BYTES, record_size
from connectors.kafka.protocols import BrokerAwayError, DeliveryFailedError, TopicInfo, TopicPartition
from connectors.kafka.topics import ensure_topics, topic_specs
from wirewatch.errors import ConfigError
from wirewatch.part import PartContext
from wirewatch.settings import Settings


@pytest.fixture
def secured(tmp_path):
    (tmp_path / "password").write_text("s3cret-password\n")
    (tmp_path / "key-password").write_text("s3cret-key\n")
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text("pem")
    return {
        "protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "username": "wire",
        "password_file": "password",
        "ca_file": "ca.pem",
        "cert_file": "{data}/cert.pem",
        "key_file": "key.pem",
        "key_password_file": "key-password",
    }


def connection(tmp_path, security):
    settings = Settings(kafka={"bootstrap_servers": "a:9092,b:9093", "security": security})
    return Connection.of(PartContext(settings, tmp_path, tmp_path))


def test_everything_set_reaches_both_libraries(tmp_path, secured):
    found = connection(tmp_path, secured)
    rd = librdkafka_options(found, "me")
    py = kafka_python_options(found, "me")
    expected = {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "wire",
        "sasl.password": "s3cret-password",
        "ssl.ca.location": str(tmp_path / "ca.pem"),
        "ssl.certificate.location": str(tmp_path / "cert.pem"),
        "ssl.key.location": str(tmp_path / "key.pem"),
        "ssl.key.password": "s3cret-key",
        "client.id": "me",
        "bootstrap.servers": "a:9092,b:9093",
    }
    assert expected.items() <= rd.items()
    assert py["bootstrap_servers"] == ["a:9092", "b:9093"]
    assert [
        py[name]
        for name in (
            "security_protocol",
            "sasl_mechanism",
            "sasl_plain_username",
            "sasl_plain_password",
            "ssl_cafile",
            "ssl_certfile",
            "ssl_keyfile",
            "ssl_password",
            "client_id",
        )
    ] == list(expected.values())[:9]


def test_plain_text_sends_no_credentials(tmp_path, secured):
    found = connection(tmp_path, {**secured, "protocol": "PLAINTEXT"})
    options = {**librdkafka_options(found, "me"), **kafka_python_options(found, "me")}
    assert not [name for name in options if "sasl" in name or "ssl" in name]


def test_no_secret_in_a_repr(tmp_path, secured):
    assert "s3cret" not in repr(connection(tmp_path, secured))


MISSING = {
    "password": ("password_file", "the secret for Kafka's SASL cannot be read"),
    "key password": ("key_password_file", "the secret for Kafka's TLS key cannot be read"),
    "ca": ("ca_file", "no such file; kafka.security.ca_file names it"),
    "cert": ("cert_file", "no such file; kafka.security.cert_file names it"),
    "key": ("key_file", "no such file; kafka.security.key_file names it"),
}


@pytest.mark.parametrize("case", MISSING)
def test_a_file_that_is_not_there_is_named(tmp_path, secured, case):
    name, message = MISSING[case]
    with pytest.raises(ConfigError, match=message):
        connection(tmp_path, {**secured, name: "not-there"})


@pytest.mark.parametrize("client", ["confluent", "kafka-python"])
def test_opening_takes_no_broker(tmp_path, client):
    settings = Settings(kafka={"bootstrap_servers": "127.0.0.1:1"})
    where = PartContext(settings, tmp_path, tmp_path)
    for each in (
        open_reader(where, client=client, group="x"),
        open_writer(where, client=client),
        open_admin(where),
    ):
        each.close()


def test_trying_a_broker_that_is_away_again_and_again_leaves_nothing_behind(tmp_path, monkeypatch):
    for options in (kafka_python._READER, kafka_python._WRITER, kafka_python._ADMIN):
        monkeypatch.setitem(options, "bootstrap_timeout_ms", 50)
    settings = Settings(kafka={"bootstrap_servers": "127.0.0.1:1"})
    where = PartContext(settings, tmp_path, tmp_path)
    reader = open_reader(where, client="kafka-python", group="x")
    reader.assign({TopicPartition("articles", 0): 0})
    writer = open_writer(where, client="kafka-python")
    admin = open_admin(where)
    threads = threading.active_count()
    for _ in range(5):
        with pytest.raises(BrokerAwayError):
            reader.poll(0.01, 10)
        with pytest.raises(DeliveryFailedError):
            writer.send("articles", key=None, value=b"x")
        with pytest.raises(BrokerAwayError):
            admin.cluster_id()
    assert threading.active_count() == threads


def test_topics_of_the_defaults():
    specs = {spec.name: spec for spec in topic_specs(Settings(kafka={"topic_prefix": "p."}))}
    assert list(specs) == ["p.articles", "p.articles.tagged", "p.alerts", "p.dead-letters"]
    config = specs["p.alerts"].config
    assert config["cleanup.policy"] == "delete"
    assert config["max.message.bytes"] == str(2 * 1024 * 1024)
    assert config["retention.ms"] == str(30 * 86_400_000)
    assert config["retention.bytes"] == str(256 << 20)
    assert int(config["segment.bytes"]) <= (256 << 20) // 8


class NoTopics:
    def topics(self, names):
        return {}

    def create(self, specs):
        raise AssertionError("must not create")


class SomeTopics(NoTopics):
    def topics(self, names):
        return {name: TopicInfo(name, "id", 1) for name in names}


def test_topics_that_may_not_be_made_are_named():
    settings = Settings(kafka={"bootstrap_servers": "k:9092", "create_topics": False, "topic_prefix": "p."})
    with pytest.raises(
        ConfigError, match=r"k:9092 has no topic p.articles \(1 partitions\), .*create_topics"
    ):
        ensure_topics(NoTopics(), settings)
    assert len(ensure_topics(SomeTopics(), settings)) == 4


SIZES = {
    "nothing": (None, None, ()),
    "value": (None, b"x" * 100, ()),
    "all": (b"k" * 300, b"x" * 70_000, [("ключ", b"v" * 200), ("b", b"")]),
}


@pytest.mark.parametrize("case", SIZES)
def test_the_size_is_never_below_what_the_library_builds(case):
    from kafka.record.default_records import DefaultRecordBatchBuilder  # noqa: PLC0415

    key, value, headers = SIZES[case]
    builder = DefaultRecordBatchBuilder(2, 0, 0, 1, 1, 1, 1 << 30)
    builder.append(0, 1_700_000_000_000, key, value, headers)
    built = len(builder.build())
    assert built <= record_size(key, value, headers) <= built + 40 + 10 * len(headers)
    assert record_size(key, value, headers) < MAX_RECORD_BYTES
