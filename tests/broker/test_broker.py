"""The managed broker's life: ports, locks, leftovers, deaths, and the part around it."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from connectors.kafka.clients import open_admin
from connectors.kafka.topics import ensure_topics, fit_topics, topic_specs
from tests.broker_host import broker_settings, wait_until_answers
from tests.kafka.tools import Desk
from tests.ports import free_ports, own_ports
from tests.processes import alive
from wirewatch.errors import AlreadyRunningError, ConfigError, WirewatchError
from wirewatch.part import PartContext
from wirewatch.resources import default_config_dir
from wirewatch.service.broker import make_broker, run
from wirewatch.service.broker.home import cluster_id

pytestmark = pytest.mark.kafka

_KEEP = """
import sys
from pathlib import Path
from tests.broker_host import start_broker
from wirewatch.settings import Settings
port, controller = int(sys.argv[2]), int(sys.argv[3])
broker = start_broker(Settings(ports={"broker": port, "broker_controller": controller}), Path(sys.argv[1]))
print("pid", broker.pid, flush=True)
sys.stdin.read()
"""


def java_of(settings, folder):
    return make_broker(settings, config_dir=default_config_dir(), data_dir=folder, progress=print)


def test_a_killed_wrapper_takes_java_with_it_and_the_next_start_finds_the_data(tmp_path, eventually):
    settings = broker_settings()
    ports = (settings.ports.broker, settings.ports.broker_controller)
    wrapper = subprocess.Popen(
        [sys.executable, "-c", _KEEP, str(tmp_path), *map(str, ports)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        pid = next(int(line.split()[1]) for line in wrapper.stdout if line.startswith("pid"))
        admin = open_admin(PartContext(settings, default_config_dir(), tmp_path))
        cluster = admin.cluster_id()
    finally:
        wrapper.kill()
        wrapper.communicate()
    eventually(lambda: not alive(pid), timeout=60, what="Java's end")
    broker = java_of(settings, tmp_path)
    broker.start()
    try:
        wait_until_answers(broker, settings, tmp_path)
        assert admin.cluster_id() == cluster
    finally:
        broker.stop()
        admin.close()


def test_a_java_that_outlived_its_wrapper_is_ended_by_the_next_start(tmp_path):
    settings = broker_settings()
    broker = java_of(settings, tmp_path)
    mark = broker.home.mark
    broker.home.root.mkdir(parents=True)
    stub = [sys.executable, "-c", "import time; time.sleep(60)", mark]
    with subprocess.Popen(stub) as leftover, subprocess.Popen(stub[:-1]) as stranger:
        try:
            broker.home.pid.write_text(str(stranger.pid))  # the number is someone else's by now
            broker.start()
            broker.kill()
            assert stranger.poll() is None
            broker.home.pid.write_text(str(leftover.pid))
            broker.start()
            broker.kill()
            assert not alive(leftover.pid)
        finally:
            leftover.kill()
            stranger.kill()


def test_two_wrappers_of_one_folder(own_broker):
    second = java_of(broker_settings(), own_broker.data_dir)
    with pytest.raises(AlreadyRunningError, match="another wirewatch runs the broker there"):
        second.start()
    assert own_broker.broker.alive()


def test_other_ports_serve_the_same_data(own_broker):
    desk = Desk(own_broker, "confluent")
    topics = desk.make_topics()
    desk.close()
    own_broker.stop()
    settings = broker_settings(kafka={"topic_prefix": desk.settings.kafka.topic_prefix})
    moved = java_of(settings, own_broker.data_dir)
    moved.start()
    try:
        wait_until_answers(moved, settings, own_broker.data_dir)
        admin = open_admin(PartContext(settings, default_config_dir(), own_broker.data_dir))
        assert admin.topics(topics) == topics
        admin.close()
    finally:
        moved.stop()


@pytest.mark.parametrize("which", ["broker", "broker_controller"])
def test_a_taken_port_is_named_with_its_setting(tmp_path, which):
    settings = broker_settings()
    port = getattr(settings.ports, which)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier test's may linger
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(WirewatchError, match=f"127.0.0.1:{port} .* set ports.{which} in wirewatch.yaml"):
            java_of(settings, tmp_path).start()


def test_the_part_makes_the_topics_says_ready_and_stops_in_order(tmp_path, eventually):
    settings = broker_settings()
    context = PartContext(settings, default_config_dir(), tmp_path)
    part = threading.Thread(target=run, args=(context,))
    part.start()
    try:
        eventually(lambda: context.health.state()[0], timeout=60, what="ready")
        pid = int((tmp_path / "broker" / "java.pid").read_text())
        admin = open_admin(PartContext(settings, default_config_dir(), tmp_path))
        specs = topic_specs(settings)
        assert set(admin.topics(spec.name for spec in specs)) == {spec.name for spec in specs}
        admin.close()
    finally:
        context.stop.set()
        part.join(60)
    assert not part.is_alive()
    assert not alive(pid)
    assert context.health.state() == (False, "stopping")


def test_a_start_has_topics_keep_what_the_settings_say(own_broker, eventually):
    """Of a broker of our own there is no other way: it comes without Kafka's command line tools."""
    settings = own_broker.settings()
    admin = open_admin(own_broker.context())
    assert fit_topics(admin, settings) == []  # none is there
    ensure_topics(admin, settings)
    assert fit_topics(admin, settings) == []
    with pytest.raises(ConfigError, match=r"refuses the settings of topic .*alerts: .*retention\.ms"):
        admin.set_configs({settings.kafka.topic("alerts"): {"retention.ms": "soon"}})
    admin.close()
    own_broker.stop()

    shorter = {"topics": {"alerts": {"retention_days": 30, "retention_bytes": 80 << 20}}}
    less = broker_settings(kafka={"topic_prefix": settings.kafka.topic_prefix, **shorter})
    context = PartContext(less, own_broker.config_dir, own_broker.data_dir)
    part = threading.Thread(target=run, args=(context,))
    part.start()
    admin = open_admin(context)
    try:
        eventually(lambda: context.health.state()[0], timeout=60, what="ready")
        alerts = less.kafka.topic("alerts")
        has = admin.configs([alerts])[alerts]
        assert (has["retention.bytes"], has["segment.bytes"]) == ("83886080", "10485760")
        assert (has["retention.ms"], has["cleanup.policy"]) == ("2592000000", "delete")
        assert fit_topics(admin, less) == []
    finally:
        admin.close()
        context.stop.set()
        part.join(60)
    assert not part.is_alive()


def test_the_part_fails_clearly_when_java_dies(tmp_path, eventually):
    settings = broker_settings()
    context = PartContext(settings, default_config_dir(), tmp_path)
    killer = threading.Thread(target=_kill_when_ready, args=(context, eventually))
    killer.start()
    with pytest.raises(WirewatchError, match=r"Kafka ended by itself: .*its log is .*kafka\.log"):
        run(context)
    killer.join()


def test_a_broken_server_properties_is_said_with_kafkas_own_words(tmp_path):
    config = tmp_path / "config"
    (config / "broker").mkdir(parents=True)
    (config / "broker" / "server.properties").write_text("process.roles=nonsense\n")
    context = PartContext(broker_settings(), config, tmp_path)
    with pytest.raises(WirewatchError, match="Kafka could not make its data folder: "):
        run(context)


def test_a_cluster_id_is_never_taken_for_an_option():
    assert not any(cluster_id().startswith("-") for _ in range(1000))
    assert len(cluster_id()) == 22


def test_free_ports_differ():
    assert len(set(free_ports(5))) == 5


def test_no_two_processes_are_given_the_same_port():
    """Not by their ids: on a busy machine those of two workers may lie any number apart."""
    one, other = (set(itertools.islice(own_ports(process), 200)) for process in (1, 61))
    assert not one & other


def _kill_when_ready(context, eventually):
    eventually(lambda: context.health.state()[0], timeout=60, what="ready")
    os.kill(int((context.data_dir / "broker" / "java.pid").read_text()), signal.SIGKILL)
