"""Writes the prometheus.yml that scrapes the parts as they run here, outside of containers."""

from typing import Any

import yaml

from wirewatch.resources import default_config_dir
from wirewatch.service.place import Place
from wirewatch.service.supervisor.probe import reachable
from wirewatch.settings import Settings

_HEAD = """\
# Written by `wirewatch prometheus` from the ports of {config}: do so again when they change.
"""


def scrape_config(place: Place, *, alertmanager: str | None = None) -> str:
    """Return the prometheus.yml for the parts of `place`, with the alert rules that come along.

    `alertmanager` is a host:port. A Flink cluster is one of this machine, as `wirewatch flink up` starts it.
    """
    config: dict[str, Any] = {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": [str(default_config_dir() / "prometheus" / "rules" / "*.yml")],
    }
    if alertmanager:
        config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]}
    config["scrape_configs"] = _jobs(place.settings)
    return _HEAD.format(config=place.config_dir) + yaml.safe_dump(config, sort_keys=False)


def _jobs(settings: Settings) -> list[dict[str, Any]]:
    ports, flink = settings.ports, settings.pipeline.engine == "flink"
    parts = [*settings.parts(), "workers"] if flink else settings.parts()
    targets = [
        {"targets": [_address(settings.bind, ports.health(part))], "labels": {"part": part}} for part in parts
    ]
    # Where a part names itself (wirewatch_build_info), it is the same name as here.
    jobs = [{"job_name": "wirewatch", "honor_labels": True, "static_configs": targets}]
    if flink:
        first = ports.flink_taskmanager_metrics
        reporters = [ports.flink_jobmanager_metrics, *range(first, first + settings.flink.task_managers)]
        here = [_address("127.0.0.1", port) for port in reporters]
        jobs.append({"job_name": "flink", "static_configs": [{"targets": here}]})
    return jobs


def _address(bind: str, port: int) -> str:
    host = reachable(bind)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
