"""What the dashboards ask Prometheus, read from the files that Grafana is given."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.service.support import ROOT

FOLDER = ROOT / "config" / "grafana" / "dashboards"
NAMES = ("news", "pipeline", "feeds", "delivery")
AS_OF_A_RUN = {
    "$__rate_interval": "15s",
    "$__interval": "5s",
    "$__range": "5m",
    "$watch": ".*",
    "$receiver": ".*",
    "$source": ".*",
}
"""What Grafana puts in for variables, for a run of a minute that is scraped every second."""


@dataclass(frozen=True)
class Asked:
    """One query of one panel."""

    dashboard: str
    panel: str
    kind: str
    expr: str
    legend: str

    @property
    def name(self) -> str:
        return f"{self.dashboard}: {self.panel}: {self.legend or 'value'}"

    @property
    def labels(self) -> set[str]:
        """The labels that its legend shows."""
        return set(re.findall(r"{{(\w+)}}", self.legend))


def document(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def panels(name: str) -> list[dict[str, Any]]:
    """The panels of a dashboard, without the headings of rows."""
    return [panel for panel in document(name)["panels"] if panel["type"] != "row"]


def filled(expr: str, values: dict[str, str] = AS_OF_A_RUN) -> str:
    """A query as Grafana would send it."""
    for variable in sorted(values, key=len, reverse=True):
        expr = expr.replace(variable, values[variable])
    assert "$" not in expr, expr
    return expr


def everything() -> list[Asked]:
    """Every query of every panel, annotations too."""
    shown = [(name, panel) for name in NAMES for panel in panels(name)]
    targets = [(name, panel, target) for name, panel in shown for target in panel.get("targets", ())]
    asked = [Asked(n, panel["title"], panel["type"], t["expr"], t["legendFormat"]) for n, panel, t in targets]
    notes = [(name, note) for name in NAMES for note in document(name)["annotations"].get("list", ())]
    return [*asked, *(Asked(name, note["name"], "annotation", note["expr"], "") for name, note in notes)]
