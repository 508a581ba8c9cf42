"""The demo as `up` runs it: notify and the demo's receiver, which share a secret neither was given."""

import threading
import time

import pytest

from connectors import demo_receiver
from tests.notify.test_part import Notify, record
from wirewatch.part import PartContext
from wirewatch.service import receiver as receiver_part

pytestmark = pytest.mark.kafka


def test_notify_and_the_demo_receiver_agree(kafka, tmp_path, unused_port):
    settings = kafka.settings(demo={"receiver": True}, ports={"receiver": unused_port})
    notify = Notify(settings, tmp_path, {})
    (notify.config_dir / "routes.yaml").write_text(
        "receivers:\n"
        "  - name: demo\n"
        "    webhook:\n"
        f"      url: http://127.0.0.1:{unused_port}/\n"
        '      secret_file: "{data}/secrets/demo-webhook"\n'
        "      allow_private: true\n"
    )
    notify.make_topics()
    receiver = PartContext(settings, notify.config_dir, notify.data_dir)
    listening = threading.Thread(target=receiver_part.run, args=(receiver,))
    listening.start()
    received = demo_receiver.ReceivedLog(notify.data_dir / demo_receiver.RECEIVED_FILE)
    try:
        while not receiver.health.state()[0]:
            assert listening.is_alive()
            time.sleep(0.01)
        with notify.running():
            notify.write(record("a1"), record("a2"), record("a1"))
            deadline = time.monotonic() + 60
            while sorted(r.id for r in received.read()) != ["a1", "a2"]:
                assert time.monotonic() < deadline
                assert notify.error is None
                time.sleep(0.05)
    finally:
        receiver.stop.set()
        listening.join(60)
    assert not listening.is_alive()
    assert not any(r.repeat for r in received.read())
