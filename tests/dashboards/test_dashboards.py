"""The dashboards are what the code makes today, and each panel is fit to be read."""

import re

import pytest
import yaml

from tests.dashboards.asked import NAMES, document, everything, filled, panels
from tests.service.support import ROOT
from tools.dashboards.files import FOLDER, documents
from wirewatch.settings import Ports

GRAFANA = ROOT / "config" / "grafana"
EVERY_PANEL = [
    pytest.param(name, panel, id=f"{name}: {panel['title']}") for name in NAMES for panel in panels(name)
]


def test_the_files_are_current():
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert found == documents(), "run `make dashboards`"


@pytest.mark.parametrize(("name", "panel"), EVERY_PANEL)
def test_a_panel_says_what_it_shows_and_in_which_unit(name, panel):
    assert len(panel["description"].split()) >= 4
    if panel["type"] not in {"news", "table", "state-timeline"}:
        assert panel["fieldConfig"]["defaults"]["unit"]
    if panel["type"] == "stat":
        assert len(panel["fieldConfig"]["defaults"]["thresholds"]["steps"]) >= 1
        assert len(panel["targets"]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_panels_fill_rows_and_do_not_overlap(name):
    """24 columns; figures stand first and above the rest, so that a wall shows them all."""
    taken = set()
    for panel in document(name)["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells
    assert [panel["type"] for panel in panels(name)[:6]] == ["stat"] * 6
    assert {panel["gridPos"]["y"] for panel in panels(name)[:6]} == {0}


@pytest.mark.parametrize("name", NAMES)
def test_dashboards_lead_to_one_another_and_are_numbered_for_good(name):
    found = document(name)
    (link,) = found["links"]
    assert (link["type"], link["tags"], link["keepTime"]) == ("dashboards", found["tags"], True)
    numbers = [panel["id"] for panel in found["panels"]]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_used_and_every_one_used_is_there(name):
    declared = {variable["name"] for variable in document(name)["templating"]["list"]}
    text = (FOLDER / f"{name}.json").read_text()
    used = set(re.findall(r"\$\{?([a-z]\w*)\}?", text)) - {
        "__range",
        "__interval",
        "__rate_interval",
        "__all",
    }
    assert used == declared
    assert len(declared) >= 2


def test_names_of_queries_are_their_own():
    names = [asked.name for asked in everything()]
    assert len(names) == len(set(names))
    for asked in everything():
        filled(asked.expr)


def test_headlines_come_from_the_api_through_a_source_that_lets_nothing_be_written():
    files = GRAFANA / "provisioning" / "datasources" / "wirewatch.yaml"
    sources = {source["uid"]: source for source in yaml.safe_load(files.read_text())["datasources"]}
    assert sources["wirewatch"]["type"] == "prometheus"  # Grafana refuses to pass on what is no GET
    assert sources["wirewatch"]["url"] == f"http://notify:{Ports().api}"
    paths = [panel["options"]["feedUrl"] for panel in panels("news") if panel["type"] == "news"]
    assert paths == [f"/api/datasources/proxy/uid/wirewatch/v1/{name}.atom" for name in ("alerts", "stories")]


def test_grafana_is_given_the_dashboards_where_it_looks():
    provider = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "wirewatch.yaml").read_text())
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    mounts = dict(mount.split(":")[:2] for mount in compose["services"]["grafana"]["volumes"])
    assert mounts["./config/grafana/dashboards"] == provider["providers"][0]["options"]["path"]
    assert "--enable-feature=exemplar-storage" in compose["services"]["prometheus"]["command"]
    assert "api-token" in compose["services"]["grafana"]["secrets"]


def test_there_is_a_picture_of_each():
    pictures = {path.stem for path in (ROOT / "docs" / "dashboards").glob("*.png")}
    assert pictures == set(NAMES)
