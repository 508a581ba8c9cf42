"""A broker that asks for a password: both libraries, the right one and a wrong one."""

import dataclasses

import pytest

from connectors.kafka.protocols import BrokerAwayError, DeliveryFailedError
from tests.broker_host import broker_settings, wait_until_answers
from tests.conftest import kafka_for
from tests.kafka.tools import CLIENTS, Desk
from wirewatch.resources import config_file, default_config_dir
from wirewatch.service.broker import make_broker

pytestmark = pytest.mark.kafka

_PASSWORD = "s3cret-in-the-file"
_SASL = f"""
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
required username="wire" password="{_PASSWORD}" user_wire="{_PASSWORD}";
"""


def security(folder, password):
    (folder / "password").write_text(password + "\n")
    return {"protocol": "SASL_PLAINTEXT", "username": "wire", "password_file": "{data}/password"}


def test_sasl_plain(tmp_path):
    config = tmp_path / "config"
    (config / "broker").mkdir(parents=True)
    template = config_file(default_config_dir(), "broker/server.properties").read_text()
    (config / "broker" / "server.properties").write_text(template + _SASL)
    managed = broker_settings(kafka={"security": security(tmp_path, _PASSWORD)})
    broker = make_broker(managed, config_dir=config, data_dir=tmp_path, progress=print)
    broker.start()
    try:
        wait_until_answers(broker, managed, tmp_path)
        kafka = kafka_for(broker.bootstrap, tmp_path)
        for client in CLIENTS:
            _right_password_works(kafka, client)
        for client in CLIENTS:
            _wrong_password_is_a_wait_that_tells_no_secret(kafka, client)
    finally:
        broker.stop()


def _right_password_works(kafka, client):
    desk = Desk(_with(kafka, _PASSWORD), client)
    desk.make_topics()
    end = desk.reader.bounds([desk.first])[desk.first][1]
    desk.write(b"in")
    desk.reader.assign({desk.first: end})
    assert [r.value for r in desk.read(1)] == [b"in"]
    desk.close()


def _wrong_password_is_a_wait_that_tells_no_secret(kafka, client):
    desk = Desk(_with(kafka, "wr0ng-password"), client)
    desk.reader.assign({desk.first: 0})
    said = [
        _said(BrokerAwayError, lambda: [desk.reader.poll(0.3, 10) for _ in range(20)]),
        _said(BrokerAwayError, desk.admin.cluster_id),
        _said(DeliveryFailedError, lambda: desk.write(b"x", timeout=2)),
    ]
    desk.close()
    assert "authentication" in said[0].lower()
    assert "wr0ng" not in "".join(said)


def _said(kind, call):
    with pytest.raises(kind) as refused:
        call()
    return str(refused.value)


def _with(kafka, password):
    chosen = security(kafka.data_dir, password)
    plain = kafka.settings

    class Secured(type(kafka)):
        def settings(self, **overrides):
            over = {**overrides, "kafka": {**overrides.get("kafka", {}), "security": chosen}}
            return plain(**over)

    return Secured(**{f.name: getattr(kafka, f.name) for f in dataclasses.fields(kafka)})
