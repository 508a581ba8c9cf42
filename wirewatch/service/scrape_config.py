"""Writes the prometheus.yml that scrapes the parts as they run here, outside of containers."""

from typing import Any

import yaml

from wirewatch.resources import default_config_dir
from wirewatch.service.place import Place
from wirewatch.service.supervisor.probe import reachable
from wirewatch.settings import Settings

_HEAD = """\
# Written by `wirewatch prometheus` from the ports of {config}; run it again when they change.
"""
_FAR = """\
# The Flink at {master} and its workers are not included: add their hosts (config/prometheus/prometheus.yml).
"""


def scrape_config(place: Place, *, alertmanager: str | None = None) -> str:
    """Return the prometheus.yml for the parts of `place`, with the alert rules that come along.

    `alertmanager` is a host:port. A Flink cluster is in it if it is of this machine, as `wirewatch flink up`
    starts it.
    """
    config: dict[str, Any] = {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": [str(default_config_dir() / "prometheus" / "rules" / "*.yml")],
    }
    if alertmanager:
        config["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]}
    config["scrape_configs"] = _jobs(place.settings)
    far = _FAR.format(master=place.settings.flink.master) if _flink_is_far(place.settings) else ""
    return _HEAD.format(config=place.config_dir) + far + yaml.safe_dump(config, sort_keys=False)


def _flink_is_far(settings: Settings) -> bool:
    return settings.pipeline.engine == "flink" and settings.flink.master is not None


def _jobs(settings: Settings) -> list[dict[str, Any]]:
    ports = settings.ports
    flink = settings.pipeline.engine == "flink" and not _flink_is_far(settings)
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
