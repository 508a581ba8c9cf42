"""A service whose ports are taken does not start."""

import socket
import threading

import pytest

from tests.ports import free_ports
from tests.service.support import make_site
from wirewatch.errors import ConfigError
from wirewatch.service.place import find_place
from wirewatch.service.supervisor.ports import Listener, listeners, wait_until_free
from wirewatch.settings import Settings


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def wait(listener, *, patience=0.0, stop=None):
    said = []
    wait_until_free([listener], stop or threading.Event(), said.append, patience=patience)
    return said


def test_a_free_port_is_nothing_to_speak_of():
    assert wait(Listener("notify", "127.0.0.1", free_ports(1)[0])) == []


def test_a_taken_port_is_named_with_its_setting_and_who_holds_it(taken):
    port = taken.getsockname()[1]
    with pytest.raises(ConfigError, match=rf"port {port} is taken by \S+ \(pid \d+\): .*ports\.notify"):
        wait(Listener("notify", "127.0.0.1", port))


def test_a_port_that_becomes_free_is_waited_for(taken):
    port, said = taken.getsockname()[1], []

    def say(line):
        said.append(line)
        taken.close()

    wait_until_free([Listener("broker", "127.0.0.1", port)], threading.Event(), say, patience=60)
    assert said == [f"waiting for port {port} (ports.broker) to become free"]


def test_a_stop_ends_the_wait(taken):
    stop = threading.Event()
    stop.set()
    wait(Listener("broker", "127.0.0.1", taken.getsockname()[1]), stop=stop)


@pytest.mark.parametrize(
    ("settings", "left_behind", "expected"),
    [
        pytest.param(
            {}, False, {"broker_health", "pipeline", "notify", "broker", "broker_controller"}, id="own broker"
        ),
        pytest.param({}, True, {"broker_health", "pipeline", "notify"}, id="a Kafka was left behind"),
        pytest.param({"kafka": {"bootstrap_servers": "b:1"}}, False, {"pipeline", "notify"}, id="theirs"),
        pytest.param(
            {"kafka": {"bootstrap_servers": "b:1"}, "demo": {"receiver": True}, "replay": {"enabled": True}},
            False,
            {"pipeline", "notify", "receiver", "receiver_health", "replay"},
            id="demo",
        ),
    ],
)
def test_what_is_listened_on(tmp_path, settings, left_behind, expected):
    place = find_place(make_site(tmp_path).config, tmp_path / "data", environ={})
    if left_behind:
        (place.data_dir / "broker").mkdir(parents=True)
        (place.data_dir / "broker" / "java.pid").write_text("1")
    assert {one.setting for one in listeners(Settings(**settings), place)} == expected


def test_a_second_service_on_the_same_ports_starts_nothing(tmp_path):
    site = make_site(tmp_path)
    port = find_place(site.config, site.data, environ={}).settings.ports.pipeline
    with socket.create_server(("127.0.0.1", port)):
        done = site.run("up", "--detach")
    assert done.returncode == 2
    assert f"port {port} is taken" in done.stderr
    assert (site.data / "logs" / "pipeline.log").read_text() == ""
