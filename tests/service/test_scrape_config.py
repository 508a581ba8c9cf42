"""The prometheus.yml that `wirewatch prometheus` prints: a real Prometheus scrapes with it what runs here."""

from contextlib import ExitStack

import pytest
import yaml
from prometheus_client import CollectorRegistry

from tests.prometheus import needs_prometheus, running
from tests.service.support import make_site, wait_until
from wirewatch.part import Health
from wirewatch.service.doctor import outside
from wirewatch.service.health import HealthServer
from wirewatch.service.place import Place, find_place
from wirewatch.service.scrape_config import scrape_config
from wirewatch.settings import Settings


def scraped(place):
    """Return (job, part, address) of all that is scraped."""
    config = yaml.safe_load(scrape_config(place))
    return [
        (job["job_name"], group.get("labels", {}).get("part"), target)
        for job in config["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    ]


@needs_prometheus
def test_a_real_prometheus_scrapes_every_part_and_takes_the_rules(tmp_path):
    site = make_site(tmp_path)
    place = find_place(site.config, site.data, environ={})
    text = site.call("prometheus")
    assert text.returncode == 0, text.stderr
    with ExitStack() as stack:
        for part in place.settings.parts():
            port = place.settings.ports.health(part)
            server = HealthServer(
                Health(), part=part, bind="127.0.0.1", port=port, registry=CollectorRegistry()
            )
            stack.callback(server.close)
        started = stack.enter_context(
            running(tmp_path / "prometheus", text.stdout.replace("_interval: 15s", "_interval: 1s"))
        )
        wait_until(
            lambda: [one.state for one in outside.prometheus(place, started.url)] == ["ok"],
            "all parts to be scraped",
        )
        assert started.get("rules")["groups"]


def test_a_listener_on_every_address_is_scraped_on_this_machine(tmp_path):
    settings = Settings(bind="::")
    (first, *_) = scraped(Place(settings, tmp_path, tmp_path))
    assert first == ("wirewatch", "broker", f"[::1]:{settings.ports.broker_health}")


def test_on_flink_its_workers_and_its_own_processes_are_scraped_too(tmp_path):
    settings = Settings(pipeline={"engine": "flink"}, flink={"task_managers": 2})
    ports = settings.ports
    found = scraped(Place(settings, tmp_path, tmp_path))
    assert ("wirewatch", "workers", f"127.0.0.1:{ports.flink_workers}") in found
    assert [target for job, _, target in found if job == "flink"] == [
        f"127.0.0.1:{port}"
        for port in (
            ports.flink_jobmanager_metrics,
            ports.flink_taskmanager_metrics,
            ports.flink_taskmanager_metrics + 1,
        )
    ]


def test_an_alertmanager_is_told(tmp_path):
    place = Place(Settings(), tmp_path, tmp_path)
    config = yaml.safe_load(scrape_config(place, alertmanager="127.0.0.1:9093"))
    assert config["alerting"]["alertmanagers"] == [{"static_configs": [{"targets": ["127.0.0.1:9093"]}]}]
    assert "alerting" not in yaml.safe_load(scrape_config(place))


@pytest.mark.parametrize("given", ["http://127.0.0.1:9093", "alertmanager"])
def test_an_alertmanager_without_host_and_port_is_refused(tmp_path, given):
    done = make_site(tmp_path).call("prometheus", "--alertmanager", given)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"--alertmanager {given}: not a host and port" in done.stderr


def test_a_flink_of_other_machines_is_left_to_the_reader(tmp_path):
    place = Place(Settings(pipeline={"engine": "flink"}, flink={"master": "jm:8081"}), tmp_path, tmp_path)
    assert "# The Flink at jm:8081 and its workers are not included" in scrape_config(place)
    assert {part for _, part, _ in scraped(place)} == set(place.settings.parts())
