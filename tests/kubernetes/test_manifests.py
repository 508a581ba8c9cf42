"""Objects of deploy/kubernetes: what our program makes of them, and the schemas of Kubernetes' own kinds."""

import copy
import re

import kubernetes_validate
import pytest
import yaml

from tests.kubernetes.schemas import KUBERNETES
from tests.service.support import ROOT
from wirewatch.resources import default_config_dir
from wirewatch.service.init_config import init_config
from wirewatch.service.renewal.record import RECORD
from wirewatch.settings import Ports, Settings

FOLDER = ROOT / "deploy" / "kubernetes"
OPERATORS_OWN = {"FlinkDeployment", "ServiceMonitor"}  # test_kubeconform.py has their schemas
PART_OF = "app.kubernetes.io/part-of"
NAME = "app.kubernetes.io/name"
BY_NAME = "kubernetes.operator.pod-template.merge-arrays-by-name"

pytestmark = pytest.mark.timeout(900)


def load():
    """Return every object, by kind and name."""
    found = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for one in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            key = (one["kind"], one["metadata"]["name"])
            assert key not in found
            found[key] = one
    return found


OBJECTS = load()


def of(kind):
    return {name: one for (found, name), one in OBJECTS.items() if found == kind}


def merged(one, other, *, by_name):
    """Return what the Flink operator makes of two pod templates (custom-resource/pod-template.md).

    Items of lists are merged by their names where it is told so, else by where they stand.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        both = {name: merged(one[name], other[name], by_name=by_name) for name in one.keys() & other.keys()}
        return {**one, **other, **both}
    if not (isinstance(one, list) and isinstance(other, list)):
        return other
    keys = [
        [item["name"] if by_name else place for place, item in enumerate(items)] for items in (one, other)
    ]
    return list(
        merged(
            dict(zip(keys[0], one, strict=True)), dict(zip(keys[1], other, strict=True)), by_name=by_name
        ).values()
    )


def pods():
    """Return each pod's spec by its object's name: those of the parts, and Flink's two."""
    made = {
        name: one["spec"]["template"]["spec"] for name, one in (of("StatefulSet") | of("Deployment")).items()
    }
    flink = OBJECTS["FlinkDeployment", "wirewatch-flink"]["spec"]
    made["jobmanager"] = flink["podTemplate"]["spec"]
    by_name = flink["flinkConfiguration"].get(BY_NAME) == "true"
    made["taskmanager"] = merged(
        flink["podTemplate"]["spec"], flink["taskManager"]["podTemplate"]["spec"], by_name=by_name
    )
    return made


def ours():
    """Return our own containers, by the pod's name."""
    return {
        name: container
        for name, pod in pods().items()
        for container in pod["containers"]
        if container.get("image", "").startswith("wirewatch:")
    }


@pytest.mark.parametrize("key", [key for key in OBJECTS if key[0] not in OPERATORS_OWN], ids="-".join)
def test_an_object_is_what_its_kind_may_be(key):
    kubernetes_validate.validate(OBJECTS[key], KUBERNETES, strict=True)


def test_a_task_managers_pod_is_flinks_container_and_our_workers_each_with_its_own():
    pod = pods()["taskmanager"]
    flink, workers = pod["containers"]
    assert (flink["name"], workers["name"]) == ("flink-main-container", "workers")
    assert [mount["mountPath"] for mount in flink["volumeMounts"]] == ["/flink"]
    assert workers["image"].startswith("wirewatch:")
    assert all(len(volume) == 2 for volume in pod["volumes"])  # a name, and one source


def test_what_is_misspelled_is_refused():
    """The check can fail."""
    feeds = copy.deepcopy(OBJECTS["StatefulSet", "wirewatch-feeds"])
    feeds["spec"]["template"]["spec"]["containers"][0]["ressources"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="ressources"):
        kubernetes_validate.validate(feeds, KUBERNETES, strict=True)


def test_the_shared_settings_are_settings(monkeypatch):
    environment = OBJECTS["ConfigMap", "wirewatch-environment"]["data"]
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    settings = Settings()
    for variable in environment:
        found = settings
        for word in variable.removeprefix("WIREWATCH_").lower().split("__"):
            assert hasattr(found, word), variable  # what is no setting would be passed over in silence
            found = getattr(found, word)
    assert not settings.managed_broker
    flink = OBJECTS["FlinkDeployment", "wirewatch-flink"]["spec"]
    slots = int(flink["flinkConfiguration"]["taskmanager.numberOfTaskSlots"])
    assert settings.flink.workers == slots
    assert settings.flink.parallelism == slots * flink["taskManager"]["replicas"]
    services = of("Service") | {"wirewatch-flink-rest": None}  # that one is the operator's
    for address in (settings.flink.master, settings.flink.job_server):
        assert address.partition(":")[0] in services


def test_who_submits_finds_what_flink_keeps():
    """The savepoint of a cluster that was ended is known to nobody but the disk."""
    storage = OBJECTS["ConfigMap", "wirewatch-environment"]["data"]["WIREWATCH_FLINK__STORAGE"]
    configured = OBJECTS["FlinkDeployment", "wirewatch-flink"]["spec"]["flinkConfiguration"]
    for kept in ("checkpoints", "savepoints"):
        assert configured[f"state.{kept}.dir"] == f"file://{storage}/{kept}"
    claims = []
    for name in ("wirewatch-pipeline", "jobmanager"):
        pod = pods()[name]
        (mount,) = (m for m in pod["containers"][0]["volumeMounts"] if m["mountPath"] == storage)
        (volume,) = (v for v in pod["volumes"] if v["name"] == mount["name"])
        claims.append(volume["persistentVolumeClaim"])
    assert claims == [{"claimName": "wirewatch-flink", "readOnly": True}, {"claimName": "wirewatch-flink"}]


def test_what_the_page_speaks_of_is_there():
    page = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(statefulset|flinkdeployment|deployment)/([\w-]+)", page))
    assert {("statefulset", "wirewatch-pipeline"), ("flinkdeployment", "wirewatch-flink")} <= named
    assert named <= {(kind.lower(), name) for kind, name in OBJECTS}
    assert set(re.findall(r"exec ([\w-]+)-0 ", page)) <= set(of("StatefulSet"))
    (template,) = OBJECTS["StatefulSet", "wirewatch-pipeline"]["spec"]["volumeClaimTemplates"]
    assert f"persistentvolumeclaim/{template['metadata']['name']}-wirewatch-pipeline-0" in page
    assert f"exec --container {ours()['taskmanager']['name']} " in page


def test_the_command_lines_are_those_of_our_own_program():
    from typer.core import TyperGroup  # noqa: PLC0415
    from typer.main import get_command  # noqa: PLC0415  # the command line takes a moment to import

    from wirewatch.service.cli.app import app  # noqa: PLC0415

    program = get_command(app)
    assert isinstance(program, TyperGroup)
    commands = program.commands
    told = {name: container["args"] for name, container in ours().items()}
    assert set(told) == {"wirewatch-feeds", "wirewatch-notify", "wirewatch-pipeline", "taskmanager"}
    for first, *rest in told.values():
        command = commands[first]
        assert not rest or (isinstance(command, TyperGroup) and rest[0] in command.commands)


def test_health_is_asked_where_the_part_answers():
    for container in ours().values():
        part = container["name"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        asked = {container[probe]["httpGet"]["port"] for probe in ("livenessProbe", "readinessProbe")}
        assert {ports[name] for name in asked} == {Ports().health(part)}, part


def test_every_pod_has_few_rights_and_is_bounded():
    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            flink = (
                container["name"] == "flink-main-container"
            )  # the operator sets its limits from `resource`
            assert flink or context["readOnlyRootFilesystem"], name
            assert flink or "memory" in container["resources"]["limits"], name


def test_what_is_mounted_is_there():
    for name, pod in pods().items():
        volumes = {volume["name"] for volume in pod.get("volumes", [])}
        claims = of("StatefulSet").get(name, {}).get("spec", {}).get("volumeClaimTemplates", [])
        volumes |= {claim["metadata"]["name"] for claim in claims}
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes, name


def test_a_config_fits(tmp_path):
    """A ConfigMap holds 1 MiB: the page leaves out what only `config renew` reads, and nothing else."""
    mine = tmp_path / "mine"
    init_config(mine)
    served = set(mine.glob("*.yaml"))
    assert {path.name for path in set(mine.iterdir()) - served} == {"actors", RECORD}
    page = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    assert page.count("create configmap wirewatch-config $(printf ' --from-file %s' myconfig/*.yaml)") == 2
    assert sum(path.stat().st_size for path in served) < 1 << 20


def test_the_catalogue_is_mounted_whole_and_fits():
    """And a user's own files too. A ConfigMap holds 1 MiB at most; with an eighth of it to grow by."""
    sizes = {file.name: file.stat().st_size for file in (default_config_dir() / "actors").iterdir()}
    people = sizes.pop("people.jsonl")
    assert max(people, sum(sizes.values())) < 7 << 17
    for name, container in ours().items():
        volumes = {volume["name"]: volume for volume in pods()[name]["volumes"]}
        mounted = {mount["mountPath"]: volumes.get(mount["name"]) for mount in container["volumeMounts"]}
        assert mounted["/etc/wirewatch"]["configMap"] == {"name": "wirewatch-config"}
        assert mounted["/etc/wirewatch/actors"]["projected"]["sources"] == [
            {"configMap": {"name": each}} for each in ("wirewatch-actors", "wirewatch-people")
        ]
    page = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    assert page.count("create configmap wirewatch-people --from-file myconfig/actors/people.jsonl") == 2
    assert page.count("$(ls -d myconfig/actors/* | grep -v people.jsonl | sed 's/^/--from-file /')") == 2


def test_who_owns_a_database_is_one_and_has_a_disk():
    for name, one in of("StatefulSet").items():
        assert one["spec"]["replicas"] == 1, name
        assert one["spec"]["volumeClaimTemplates"], name


def test_every_monitor_finds_a_service_and_every_service_a_pod():
    for monitor in of("ServiceMonitor").values():
        selector = monitor["spec"]["selector"]
        named = {value for one in selector.get("matchExpressions", []) for value in one["values"]}
        named |= {selector["matchLabels"][NAME]} if NAME in selector["matchLabels"] else set()
        services = [one for one in of("Service").values() if one["metadata"]["labels"][NAME] in named]
        assert {one["metadata"]["labels"][NAME] for one in services} == named
        wanted = {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]}
        for service in services:
            assert wanted & {port["name"] for port in service["spec"]["ports"]}, service["metadata"]["name"]
    labels = [
        one["spec"]["template"]["metadata"]["labels"]
        for one in (of("StatefulSet") | of("Deployment")).values()
    ]
    flink = OBJECTS["FlinkDeployment", "wirewatch-flink"]["spec"]["podTemplate"]["metadata"]["labels"]
    labels.append({**flink, "component": "taskmanager"})  # the operator's label
    for name, service in of("Service").items():
        assert any(service["spec"]["selector"].items() <= one.items() for one in labels), name


def test_whoever_the_page_has_submit_reaches_the_job_server():
    admitted = OBJECTS["NetworkPolicy", "wirewatch-job-server"]["spec"]["ingress"][0]["from"]
    assert {one["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for one in admitted} == {
        "pipeline",
        "flink",
    }


def test_every_scraped_port_is_let_through():
    policy = OBJECTS["NetworkPolicy", "wirewatch-metrics"]["spec"]["ingress"][0]
    scraped = {
        port["port"]
        for service in of("Service").values()
        for port in service["spec"]["ports"]
        if port["name"] in {"health", "flink-metrics"}
    }
    assert {one["port"] for one in policy["ports"]} == scraped


def test_images_are_pinned():
    images = {c["image"] for pod in pods().values() for c in pod["containers"] if "image" in c}
    images.add(OBJECTS["FlinkDeployment", "wirewatch-flink"]["spec"]["image"])
    for image in images:
        assert re.search(r":v?\d+\.\d+\.\d+(-[\w.-]+)?$", image), image
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert {image for image in images if f"image: {image}" not in compose} == {"wirewatch:0.1.0"}


def test_flink_is_set_as_the_template_has_it():
    """All but memory, which the operator works out, and cores."""
    template = yaml.safe_load((default_config_dir() / "flink" / "medium.yaml").read_text(encoding="utf-8"))
    ours = OBJECTS["FlinkDeployment", "wirewatch-flink"]["spec"]["flinkConfiguration"]
    common = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in template.items()
        if ".memory." not in name and not name.endswith((".cpu.cores", "external-resources"))
    }
    assert {name: ours.get(name) for name in common} == common
