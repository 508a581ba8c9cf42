"""docker-compose.yml: what Compose itself refuses, and what it must hold for our users."""

import json
import re

import pytest

from tests.compose.conftest import ROOT
from wirewatch.settings import Ports, Settings

pytestmark = [pytest.mark.xdist_group("compose"), pytest.mark.timeout(900)]
OURS = {"feeds", "pipeline", "notify", "replay", "receiver", "workers"}
THEIRS = {"kafka", "prometheus", "alertmanager", "grafana", "jobmanager", "taskmanager", "job-server"}
DEMO = {"replay", "receiver"}
FLINK = {"jobmanager", "taskmanager", "job-server", "workers"}


def test_without_a_profile_the_demo_stays_away(load):
    done = load()
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["services"]) == (OURS | THEIRS) - DEMO - FLINK


def test_the_demo_adds_replay_and_receiver(load):
    done = load("demo")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["services"]) == (OURS | THEIRS) - FLINK


def test_flink_takes_the_place_of_the_embedded_engine(load):
    embedded = json.loads(load().stdout)["services"]
    done = load("flink", WIREWATCH_ENGINE="flink")
    assert done.returncode == 0, done.stderr
    services = json.loads(done.stdout)["services"]
    assert set(services) == (OURS | THEIRS) - DEMO
    engine = "WIREWATCH_PIPELINE__ENGINE"
    assert embedded["pipeline"]["environment"][engine] == "embedded"
    assert services["pipeline"]["environment"][engine] == "flink"
    assert services["workers"]["network_mode"] == "service:taskmanager"


def test_who_keeps_checkpoints_and_who_looks_for_them_mount_the_same_folder(project):
    where = r"(?:WIREWATCH_FLINK__STORAGE=|state\.\w+\.dir: )file://(\S+)"
    told = {
        name: re.findall(where, "\n".join(f"{key}={value}" for key, value in service["environment"].items()))
        for name, service in project["services"].items()
        if service.get("environment")
    }
    told = {name: folders for name, folders in told.items() if folders}
    assert set(told) == {"pipeline", "jobmanager", "taskmanager"}
    for name, folders in told.items():
        mounts = {mount["source"]: mount["target"] for mount in project["services"][name]["volumes"]}
        assert all(f"{folder}/".startswith(f"{mounts['flink']}/") for folder in folders), name
    (storage,) = told["pipeline"]
    assert set(told["jobmanager"]) == {f"{storage}/checkpoints", f"{storage}/savepoints"}


def test_its_settings_are_settings(project):
    """A variable that no setting has would be passed over in silence."""
    for name in OURS:
        for variable in project["services"][name]["environment"]:
            path = variable.removeprefix("WIREWATCH_").lower().split("__")
            found = Settings()
            for word in path:
                assert hasattr(found, word), f"{name}: {variable}"
                found = getattr(found, word)


def test_compose_refuses_a_service_that_waits_for_none(load, tmp_path):
    """The check can fail: a reference to nothing is found."""
    broken = tmp_path / "docker-compose.yml"
    broken.write_text("services: {a: {image: x, depends_on: [b]}}")
    done = load(file=broken)
    assert done.returncode == 1
    assert "b" in done.stderr


def test_a_config_of_ones_own(load, tmp_path):
    done = load(WIREWATCH_CONFIG_DIR=str(tmp_path))
    mounts = json.loads(done.stdout)["services"]["pipeline"]["volumes"]
    assert {"source": str(tmp_path), "target": "/etc/wirewatch"}.items() <= mounts[0].items()


def test_only_grafana_and_the_api_are_published_and_only_here(project):
    published = {
        name: [(port["host_ip"], port["target"]) for port in service["ports"]]
        for name, service in project["services"].items()
        if service.get("ports")
    }
    assert published == {
        "grafana": [("127.0.0.1", 3000)],
        "notify": [("127.0.0.1", Ports().api)],
    }


def test_every_service_restarts_is_bounded_watched_and_has_few_rights(project):
    for name, service in project["services"].items():
        assert service["restart"] == "unless-stopped", name
        assert int(service["mem_limit"]) >= 1 << 28, name
        assert service["healthcheck"]["test"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["user"].partition(":")[0] not in {"", "0", "root"}, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name
        assert service.get("read_only") or name in {"kafka", "jobmanager", "taskmanager"}, name


def test_images_are_pinned(project):
    images = {name: service["image"] for name, service in project["services"].items()}
    for name in THEIRS:
        assert re.search(r":v?\d+\.\d+\.\d+(-[\w.-]+)?$", images[name]), images[name]
    assert {images[name] for name in OURS} == {"wirewatch:local"}


def test_the_command_lines_are_those_of_our_own_program(project):
    from typer.core import TyperGroup  # noqa: PLC0415
    from typer.main import get_command  # noqa: PLC0415  # the command line takes a moment to import

    from wirewatch.service.cli.app import app  # noqa: PLC0415

    program = get_command(app)
    assert isinstance(program, TyperGroup)
    commands = program.commands
    for name in OURS:
        assert project["services"][name]["command"][0] in commands, name


def test_health_is_asked_where_the_part_answers(project):
    ports = Ports()
    for name in OURS:
        asked = project["services"][name]["healthcheck"]["test"][-1]
        assert f"127.0.0.1:{ports.health(name)}/" in asked, name


def test_what_waits_waits_for_health(project):
    for name in OURS - {"receiver", "workers"}:
        assert project["services"][name]["depends_on"]["kafka"]["condition"] == "service_healthy", name
    assert project["services"]["grafana"]["depends_on"]["prometheus"]["condition"] == "service_healthy"


def test_state_is_in_named_volumes(project):
    for name, service in project["services"].items():
        targets = {mount["target"] for mount in service.get("volumes", []) if mount["type"] == "volume"}
        assert targets or name == "job-server", name  # what it keeps is gone with the job
    assert set(project["volumes"]) == {"state", "kafka", "flink", "prometheus", "alertmanager", "grafana"}


def test_kafka_is_set_as_the_managed_broker_is(project):
    environment = project["services"]["kafka"]["environment"]
    lines = (ROOT / "config/broker/server.properties").read_text().splitlines()
    managed = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    there = {key: environment.get("KAFKA_" + key.upper().replace(".", "_")) for key in managed}
    assert there == managed


def test_prometheus_scrapes_every_part_at_its_port():
    import yaml  # noqa: PLC0415

    scrape = yaml.safe_load((ROOT / "config/prometheus/prometheus.yml").read_text())["scrape_configs"]
    targets = {target for entry in scrape[0]["static_configs"] for target in entry["targets"]}
    ports = Ports()
    assert targets == {f"{part}:{ports.health(part)}" for part in ("feeds", "pipeline", "notify")}


def test_prometheus_finds_flink_where_it_runs(project):
    import yaml  # noqa: PLC0415

    scrape = yaml.safe_load((ROOT / "config/prometheus/prometheus.yml").read_text())["scrape_configs"]
    (workers,), (flink,) = (entry["dns_sd_configs"] for entry in scrape)
    assert workers["port"] == Ports().health("workers")
    assert f"service:{workers['names'][0]}" == project["services"]["workers"]["network_mode"]
    for name in flink["names"]:
        told = project["services"][name]["environment"]["FLINK_PROPERTIES"]
        assert f"metrics.reporter.prom.port: {flink['port']}" in told
