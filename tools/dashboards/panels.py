"""The few kinds of panels that the dashboards are made of, each with its unit, thresholds and description.

Rows are 24 wide: a stat takes 4, so that six stand side by side, on a laptop too; a chart takes 8 or 12.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    heatmap,
    news,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as commons
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

DATA_SOURCE: Final = DataSourceRef(type_val="prometheus", uid="${datasource}")
GREEN, YELLOW, RED = "green", "yellow", "red"
_LETTERS: Final = "ABCDEFGH"

Queries = Mapping[str, str]
"""Expressions by what their series are called: `{{label}}` stands for a label."""
Panel = TypeVar("Panel", bound=Any)


def _query(letter: str, name: str, expr: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().ref_id(letter).expr(expr).legend_format(name).datasource(DATA_SOURCE)


def _now(letter: str, name: str, expr: str) -> prometheus.Dataquery:
    return _query(letter, name, expr).instant()


def _thresholds(steps: Sequence[tuple[float, str]], first: str = GREEN) -> dashboard.ThresholdsConfig:
    """Colours from each value on; `first` below them."""
    listed = [Threshold(value=None, color=first), *(Threshold(value=at, color=color) for at, color in steps)]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(listed)


def _named(panel: Panel, title: str, description: str, *, width: int, height: int) -> Panel:
    panel.title(title).description(description).datasource(DATA_SOURCE).span(width).height(height)
    return panel


def number(
    title: str,
    expr: str,
    description: str,
    *,
    unit: str = "short",
    steps: Sequence[tuple[float, str]] = (),
    first: str = GREEN,
    decimals: int | None = None,
    none: str = "none",
) -> stat.Panel:
    """One figure, large; readable from across a room."""
    panel = (
        _named(stat.Panel(), title, description, width=4, height=4)
        .with_target(_query("A", "", expr))
        .unit("none" if decimals == 0 and unit == "short" else unit)  # 1,045, not 1 K
        .thresholds(_thresholds(steps, first))
        .color_mode(commons.BigValueColorMode.VALUE)
        .graph_mode(commons.BigValueGraphMode.AREA)
        .no_value(none)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    return panel if decimals is None else panel.decimals(decimals)


def lines(
    title: str,
    queries: Queries,
    description: str,
    *,
    unit: str = "short",
    width: int = 8,
    stacked: bool = False,
    limit: float | None = None,
    exemplars: bool = False,
) -> timeseries.Panel:
    """Series over time; with `limit`, a line at what is still good."""
    panel = (
        _named(timeseries.Panel(), title, description, width=width, height=8)
        .unit(unit)
        .min(0)
        .line_width(2)
        .fill_opacity(60 if stacked else 8)
        .show_points(commons.VisibilityMode.NEVER)
        .span_nulls(False)
        .legend(
            common.VizLegendOptions()
            .display_mode(commons.LegendDisplayMode.LIST)
            .placement(commons.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(commons.TooltipDisplayMode.MULTI)
            .sort(commons.SortOrder.DESCENDING)
        )
    )
    for letter, (name, expr) in zip(_LETTERS, queries.items(), strict=False):
        panel = panel.with_target(_query(letter, name, expr).exemplar(exemplars))
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(commons.StackingMode.NORMAL))
    if limit is not None:
        panel = panel.thresholds(_thresholds([(limit, RED)])).thresholds_style(
            common.GraphThresholdsStyleConfig().mode(commons.GraphThresholdsStyleMode.DASHED)
        )
    return panel


def bars(
    title: str,
    name: str,
    expr: str,
    description: str,
    *,
    unit: str = "short",
    width: int = 8,
    steps: Sequence[tuple[float, str]] = (),
) -> bargauge.Panel:
    """The values of now, longest first, as bars with their names."""
    panel = (
        _named(bargauge.Panel(), title, description, width=width, height=8)
        .with_target(_now("A", name, f"sort_desc({expr})"))
        .unit(unit)
        .min(0)
        .orientation(commons.VizOrientation.HORIZONTAL)
        .display_mode(commons.BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    if steps:
        return panel.thresholds(_thresholds(steps))
    return panel.thresholds(_thresholds([], "blue"))


def heat(title: str, histogram: str, description: str, *, width: int = 12, where: str = "") -> heatmap.Panel:
    """How long things took, over time: a column a moment, darker where more fell; exemplars as dots."""
    expr = f"sum by (le) (increase({histogram}_bucket{where}[$__rate_interval]))"
    return (
        _named(heatmap.Panel(), title, description, width=width, height=8)
        .with_target(_query("A", "{{le}}", expr).format(PromQueryFormat.HEATMAP).exemplar(exemplar=True))
        .unit("short")
        .calculate(False)
        .y_axis(heatmap.YAxisConfig().unit("s"))
        .color(heatmap.HeatmapColorOptions().scheme("Blues").steps(32))
    )


def rows(
    title: str,
    queries: Queries,
    by: Sequence[str],
    description: str,
    *,
    units: Mapping[str, str] | None = None,
    width: int = 24,
    height: int = 8,
) -> table.Panel:
    """A table: a row for each value of the labels `by`, a column for each query."""
    panel = _named(table.Panel(), title, description, width=width, height=height).filterable(True)
    renamed = {}
    for letter, (name, expr) in zip(_LETTERS, queries.items(), strict=False):
        panel = panel.with_target(_now(letter, name, expr).format(PromQueryFormat.TABLE))
        renamed["Value" if len(queries) == 1 else f"Value #{letter}"] = name
        if units and name in units:
            panel = panel.override_by_name(name, [DynamicConfigValue(id_val="unit", value=units[name])])
    order = {label: place for place, label in enumerate([*by, *renamed])}
    return panel.with_transformation(DataTransformerConfig(id_val="merge", options={})).with_transformation(
        DataTransformerConfig(
            id_val="organize",
            options={"excludeByName": {"Time": True}, "indexByName": order, "renameByName": renamed},
        )
    )


def states(
    title: str,
    name: str,
    expr: str,
    description: str,
    *,
    meanings: Mapping[str, tuple[str, str]],
    width: int = 12,
) -> statetimeline.Panel:
    """What state each thing was in, over time; `meanings` gives words and a colour for each value."""
    words = {
        value: ValueMappingResult(text=text, color=color, index=place)
        for place, (value, (text, color)) in enumerate(meanings.items())
    }
    return (
        _named(statetimeline.Panel(), title, description, width=width, height=8)
        .with_target(_query("A", name, expr))
        .mappings([ValueMap(options=words)])
        .show_value(commons.VisibilityMode.NEVER)
        .thresholds(_thresholds([]))
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.THRESHOLDS))
    )


def headlines(title: str, path: str, description: str, *, width: int = 12, height: int = 12) -> news.Panel:
    """Headlines with links, as notify's API lists them, fetched through Grafana, which adds the token."""
    return (
        news.Panel()
        .title(title)
        .description(description)
        .feed_url(f"/api/datasources/proxy/uid/wirewatch{path}")
        .show_image(False)
        .span(width)
        .height(height)
    )
