"""deploy/kubernetes through kubeconform, with the schemas of Kubernetes and of both operators."""

import json
import shutil
import subprocess

import pytest

from tests.kubernetes.schemas import built_in, fetched, flink_deployment, service_monitor
from tests.service.support import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
BUILT_IN = (
    "configmap-v1",
    "deployment-apps-v1",
    "namespace-v1",
    "networkpolicy-networking-v1",
    "persistentvolumeclaim-v1",
    "service-v1",
    "statefulset-apps-v1",
)
KUBECONFORM = ("run", "github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0")

# One worker fetches and builds kubeconform, and reads the schemas.
pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("kubeconform")]


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """A folder of schemas, named as kubeconform asks for them. Skips where one of them cannot be fetched."""
    folder = tmp_path_factory.mktemp("schemas")
    found = {
        **{name: built_in(name) for name in BUILT_IN},
        "flinkdeployment-flink-v1beta1": flink_deployment(tmp_path_factory.mktemp("operator")),
        "servicemonitor-monitoring-v1": service_monitor(),
    }
    for name, schema in found.items():
        (folder / f"{name}.json").write_text(json.dumps(schema), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def kubeconform(schemas):
    """`kubeconform(folder)`: its summary of the manifests there, and what is wrong of each object."""
    fetched("go", *KUBECONFORM, "-v")
    where = f"{schemas}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"

    def run(folder):
        options = ("-strict", "-summary", "-output", "json", "-schema-location", where)
        done = subprocess.run(
            ["go", *KUBECONFORM, *options, str(folder)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.stdout, done.stderr
        said = json.loads(done.stdout)
        return said["summary"], {(one["kind"], one["name"]): one["msg"] for one in said["resources"]}

    return run


def test_every_object_is_valid(kubeconform):
    summary, wrong = kubeconform(FOLDER)
    assert wrong == {}
    assert summary == {"valid": 20, "invalid": 0, "errors": 0, "skipped": 0}


@pytest.mark.parametrize(
    ("file", "right", "mistake", "where"),
    [
        pytest.param("feeds.yaml", "resources:", "ressources:", ("StatefulSet", "wirewatch-feeds"), id="pod"),
        pytest.param("flink.yaml", "image: wirewatch", "imagee: wirewatch",
                     ("FlinkDeployment", "wirewatch-flink"), id="Flink's operator"),
        pytest.param("monitoring.yaml", "interval: 15s", "interval: soon",
                     ("ServiceMonitor", "wirewatch"), id="Prometheus's operator"),
    ],
)  # fmt: skip
def test_what_is_misspelled_is_refused(kubeconform, tmp_path, file, right, mistake, where):
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / file).write_text(text.replace(right, mistake), encoding="utf-8")
    summary, wrong = kubeconform(tmp_path)
    assert where in wrong
    assert mistake.partition(":")[0] in wrong[where] or "soon" in wrong[where]
    assert summary["errors"] == 0
