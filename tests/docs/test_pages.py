"""The pages of docs/ are true: their links lead somewhere, and every command in them does what it says."""

import re

import pytest
import yaml
from typer.testing import CliRunner

from connectors.notify.routes import RoutesConfig
from connectors.notify.store import DATABASE, open_database
from tests.docs.test_readme import commands
from tests.feeds.support import listed
from tests.ports import free_ports
from tests.service.support import ROOT, make_site
from wirewatch.service.cli.app import app
from wirewatch.settings import Ports, Settings

DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md"))


def text(name):
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text(name), re.MULTILINE | re.DOTALL)


def lines(name):
    return [line for block in blocks(name, "sh") for line in commands(block)]


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text(name)) if "://" not in link]
    assert [link for link in links if not (DOCS / link.partition("#")[0]).exists()] == []


def test_the_index_names_no_page_twice():
    named = re.findall(r"\]\((\w+\.md)\)", text("README.md"))
    assert len(named) == len(set(named)) >= 10


@pytest.mark.kafka
@pytest.mark.timeout(400)
def test_the_quick_start_starts(shell, tmp_path):
    """Its receiver goes in where the page says so; nothing is sent, since no feed is switched on."""
    said = run(
        shell, lines("quickstart.md"), before={"wirewatch config check": lambda: name_receiver(tmp_path)}
    )
    assert "receivers: 1" in said["wirewatch config check"]
    assert "notify" in said["wirewatch top"]


def name_receiver(folder):
    (example,) = blocks("quickstart.md", "yaml")
    assert RoutesConfig.model_validate(yaml.safe_load(example)).receivers[0].name == "desk"
    (folder / "myconfig" / "routes.yaml").write_text(example)


@pytest.mark.kafka
@pytest.mark.timeout(500)
def test_operating_it(shell):
    assert shell("wirewatch init myconfig").returncode == 0
    said = run(shell, lines("operate.md"))
    assert "broker" in said["wirewatch status"]
    assert "broker, feeds, notify, pipeline" in said["wirewatch backup"]
    assert "broker, feeds, notify, pipeline as they were" in said["wirewatch restore"]
    assert "alerts-0 at 0" in said["wirewatch restore"] or "next: wirewatch up" in said["wirewatch restore"]
    assert "up to date" in said["wirewatch migrate"]


def run(shell, listed, before=None):
    """Run commands one after the other; end what they started. Return what each said, by its first words."""
    said = {}
    try:
        for line in listed:
            what = next((key for key in before or () if line.startswith(key)), None)
            if what is not None:
                before.pop(what)()
            done = shell(line)
            assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
            words = [word for word in line.split() if not word.startswith("-")]
            said[" ".join(words[:3] if words[1] == "config" else words[:2])] = done.stdout
    finally:
        shell("wirewatch down --config myconfig")
    return said


def test_looking_after_secrets_and_settings(shell):
    for line in [*lines("security.md"), *lines("tune.md")]:
        if line.startswith("wirewatch state show"):  # the page says so: only once the pipeline has run
            continue
        done = shell(line)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("name", ["flink.md", "kubernetes.md"])
def test_what_wants_a_cluster_is_at_least_a_command(name):
    """They run below and in tests/flink, or nowhere yet; here their names and options are asked for."""
    found = re.findall(
        r"(?:^|-- |exec workers )(wirewatch [^&#\n]+)", "".join(blocks(name, "sh")), re.MULTILINE
    )
    asked = [line.strip() for line in found]
    assert len(asked) >= 3
    for line in asked:
        done = CliRunner().invoke(app, [*line.split()[1:], "--help"])
        assert done.exit_code == 0, f"{line}: {done.output}"


_STARTS = ("up", "pipeline", "flink up")
_MEANT = {"PART": "notify", "NAME": "desk", "WATCH": "nato", "URL": "http://127.0.0.1:1/", "ID": "0:1"}


def _named_in_runbooks():
    """Return what runbooks.md tells to type, without what starts something."""
    found = {" ".join(line.split()[1:]) for line in re.findall(r"`(wirewatch [^`]+)`", text("runbooks.md"))}
    return sorted(line for line in found if not line.startswith(_STARTS))


@pytest.mark.parametrize("line", _named_in_runbooks())
def test_what_a_runbook_says_can_be_typed(line, tmp_path):
    """Nothing runs here, so that most have nothing to show: but none lacks an argument."""
    words = [_MEANT.get(word, word) for word in line.split()]
    site = make_site(tmp_path, routes="receivers:\n  - {name: desk, stdout: {}}\n")
    (site.config / "feeds.yaml").write_text(listed(_MEANT["URL"]))
    open_database(site.data / DATABASE).close()
    (site.data / "logs").mkdir()
    (site.data / "logs" / "notify.log").touch()
    done = site.call(*words)
    assert done.returncode not in {2, 70}, f"{line}: {done.stdout}{done.stderr}"


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_trying_flink_here(shell, tmp_path, eventually):
    """As typed, but that the demo's receiver is left out: its port is another here."""
    (tmp_path / "config" / "routes.yaml").write_text("receivers: []\n")
    typed = [line.partition("  #")[0].strip() for line in blocks("flink.md", "sh")[0].splitlines()]
    assert "wirewatch alerts list" in typed
    try:
        for line in typed:
            done = shell(line, timeout=600)
            assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
            if line == "wirewatch alerts list":
                eventually(lambda: "nato-iran" in shell("wirewatch alerts list").stdout, what="an alert")
    finally:
        shell("wirewatch down")
        ended = shell("wirewatch flink down")
    assert ended.stdout == "no Flink cluster runs here\n"


def test_a_webhook_from_its_secret_on(shell, tmp_path):
    """As typed, but that nobody listens: what is signed with the secret of the page goes to this machine."""
    (example,) = blocks("webhooks.md", "yaml")
    (port,) = free_ports(1)
    here = example.replace(
        '"https://desk.example.com/wirewatch"', f"'http://127.0.0.1:{port}/', allow_private: true"
    )
    assert here != example
    (tmp_path / "config" / "routes.yaml").write_text(here)
    for line in lines("webhooks.md")[:4]:
        done = shell(line)
        if line.startswith("wirewatch receivers test"):
            assert "desk: unreachable" in done.stderr
        else:
            assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"


def test_every_port_stands_in_the_notes():
    told = {int(number) for number in re.findall(r"\b(9\d{3}|19\d{3})\b", text("security.md"))}
    told |= set(range(9400, 9405))
    # Those of a cluster that somebody starts beside the service belong on its own page.
    assert {port for name, port in Ports() if not name.startswith("flink")} <= told


def test_every_setting_that_is_turned_is_one():
    settings = Settings()
    for section, name in re.findall(r"`(pipeline|broker|notify|feeds)\.([a-z_]+)", text("tune.md")):
        assert name in type(getattr(settings, section)).model_fields, f"{section}.{name}"
