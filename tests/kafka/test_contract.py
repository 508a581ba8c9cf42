"""What every Reader, Writer and Admin promises, on both libraries and a real broker."""

import pytest

from connectors.kafka.clients import open_admin, open_reader, open_writer
from connectors.kafka.protocols import TopicPartition
from connectors.kafka.topics import ensure_topics

pytestmark = pytest.mark.kafka


def test_round_trip(kafka):
    settings = kafka.settings()
    admin = open_admin(settings, config_dir=kafka.config_dir, data_dir=kafka.data_dir)
    ensure_topics(admin, settings)
    for client in ("confluent", "kafka-python"):
        w = open_writer(settings, config_dir=kafka.config_dir, data_dir=kafka.data_dir, client=client)
        topic = settings.kafka.topic("articles")
        w.send(topic, key=None, value=b"1", headers=[("a", b"x")])
        w.flush(10)
        r = open_reader(
            settings, config_dir=kafka.config_dir, data_dir=kafka.data_dir, client=client, group="g"
        )
        r.assign({TopicPartition(topic, 0): 0})
        got = []
        for _ in range(20):
            got += r.poll(1, 100)
            if got:
                break
        print(got)
        assert got[0].value == b"1"
        r.close()
        w.close()
