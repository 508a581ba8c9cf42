"""What the dashboards share: variables, links to one another, time."""

from typing import Any, Final

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from tools.dashboards.panels import DATA_SOURCE

TAG: Final = "wirewatch"


def frame(uid: str, title: str, description: str, *, span: str = "now-6h") -> dashboard.Dashboard:
    """Return an empty dashboard that links to the others and keeps their time."""
    others = (
        dashboard.DashboardLink("wirewatch")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(False)
        .keep_time(True)
        .include_vars(True)
    )
    return (
        dashboard.Dashboard(f"wirewatch: {title}")
        .uid(f"wirewatch-{uid}")
        .description(description)
        .tags([TAG])
        .time(span, "now")
        .refresh("30s")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
        .link(others)
        .with_variable(
            dashboard.DatasourceVariable("datasource")
            .label("Prometheus")
            .type("prometheus")
            .regex("/^(?!wirewatch API$).*/")
            .multi(False)
        )
    )


def variable(name: str, label: str, query: str) -> dashboard.QueryVariable:
    """Return a variable with all values that a label has; all of them at first."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(DATA_SOURCE)
        .query({"query": query, "refId": name})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(VariableOption(selected=True, text="All", value="$__all"))
    )


def with_rows(made: dashboard.Dashboard, rows: dict[str, list[Any]]) -> dashboard.Dashboard:
    """Return the dashboard with rows of panels under headings; no heading over the first."""
    for heading, panels in rows.items():
        if heading:
            made = made.with_row(dashboard.Row(heading))
        for panel in panels:
            made = made.with_panel(panel)
    return made
