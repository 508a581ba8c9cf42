"""The schemas of our kinds: Kubernetes' own, and those of the operators from the operators' own packages."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

KUBERNETES = "1.31"  # the oldest that is still maintained by the large providers
FLINK_OPERATOR = "org.apache.flink:flink-kubernetes-operator-api:1.10.0"
FLINK_CRD = "META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"
PROMETHEUS_OPERATOR = "github.com/prometheus-operator/prometheus-operator@v0.91.0"
PROMETHEUS_CRD = "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml"
FETCH_SECONDS = 300
_SHARED = "_definitions"


def built_in(name: str) -> dict[str, Any]:
    """Return the schema of one of Kubernetes' own kinds, which no unknown name passes, whole in itself.

    `name` is kind, group and version, as `statefulset-apps-v1`.
    """
    packaged = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    folder = packaged / f"v{KUBERNETES}.0-local-strict"

    def read(stem: str) -> dict[str, Any]:
        text = (folder / f"{stem}.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text.replace(f"/api/{_SHARED}.json#", "#"))
        return found

    return {**read(name), "$defs": read(_SHARED)["$defs"]}


def flink_deployment(folder: Path) -> dict[str, Any]:
    """Return the schema of FlinkDeployment, from the operator's jar; skips where Maven cannot fetch it."""
    command = ("dependency:copy", f"-Dartifact={FLINK_OPERATOR}", f"-DoutputDirectory={folder}")
    fetched("mvn", "-q", "-B", *command)
    (jar,) = folder.glob("*.jar")
    with zipfile.ZipFile(jar) as archive:
        return schema(archive.read(FLINK_CRD).decode(), "v1beta1")


def service_monitor() -> dict[str, Any]:
    """Return the schema of ServiceMonitor, from the operator's Go module; skips where Go cannot fetch it."""
    module = json.loads(fetched("go", "mod", "download", "-json", PROMETHEUS_OPERATOR))
    return schema((Path(module["Dir"]) / PROMETHEUS_CRD).read_text(encoding="utf-8"), "v1")


def schema(definition: str, version: str) -> dict[str, Any]:
    """Return the JSON schema of one version of a CustomResourceDefinition, which no unknown name passes."""
    (found,) = (one for one in yaml.safe_load(definition)["spec"]["versions"] if one["name"] == version)
    whole = found["schema"]["openAPIV3Schema"]
    # The API server knows these two of every object.
    whole["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    whole["properties"]["metadata"] = {"type": "object"}
    _close(whole)
    return whole


def _close(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _close(each)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("properties"), dict) and not node.get("x-kubernetes-preserve-unknown-fields"):
        node.setdefault("additionalProperties", False)
    for each in node.values():
        _close(each)


def fetched(program: str, *arguments: str) -> str:
    """Return what a program prints that fetches something; skips where it cannot."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"deploy/kubernetes is not checked whole: there is no {program} on this machine")
    done = subprocess.run(
        [found, *arguments], capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        pytest.skip(f"deploy/kubernetes is not checked whole: {program} fetches no schema here: {said[:1]}")
    return done.stdout
