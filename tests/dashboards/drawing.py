"""A dashboard as a picture: its panels where Grafana puts them, drawn from what Prometheus answers."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from tests.dashboards.asked import filled
from tests.dashboards.wording import COLORS, color_of, named, said
from tests.prometheus import Prometheus

BACKGROUND, PANEL, TEXT, FAINT, GRID = "#111217", "#181b1f", "#d8d9da", "#8e8e8e", "#2c3235"
PALETTE = (
    "#73bf69",
    "#f2cc0c",
    "#5794f2",
    "#ff9830",
    "#f2495c",
    "#b877d9",
    "#8ab8ff",
    "#ffa6b0",
    "#96d98d",
    "#ffcb7d",
)
WIDTH, ROW = 17.0, 0.42
"""Inches: the width of the picture, and the height of one of Grafana's rows."""
HEAD = 1.1
_HEAT = LinearSegmentedColormap.from_list("heat", ("#1d2b45", "#3274d9", "#c0d8ff"))
GAP = 0.07


class Drawing:
    """What panels of one dashboard share: where data comes from, and the time shown."""

    def __init__(
        self, prometheus: Prometheus, start: float, end: float, headlines: dict[str, list[tuple[str, str]]]
    ) -> None:
        self.prometheus, self.start, self.end = prometheus, start, end
        self.headlines = headlines
        self.values = {
            "$__rate_interval": "15s",
            "$__interval": "5s",
            "$__range": f"{int(end - start)}s",
            "$watch": ".*",
            "$receiver": ".*",
            "$source": ".*",
        }

    def over(self, target: dict[str, Any]) -> list[dict[str, Any]]:
        return self.prometheus.over(filled(target["expr"], self.values), self.start, self.end, 2)

    def now(self, target: dict[str, Any]) -> list[dict[str, Any]]:
        return self.prometheus.now(filled(target["expr"], self.values))


def draw(
    document: dict[str, Any],
    prometheus: Prometheus,
    span: tuple[float, float],
    headlines: dict[str, list[tuple[str, str]]],
    file: Path,
) -> None:
    """Write the picture of a dashboard; `headlines`: title and small print, by path in notify's API."""
    start, end = span
    mpl.rcParams.update({"font.size": 8, "text.color": TEXT, "font.family": "DejaVu Sans"})
    panels = document["panels"]
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    height = HEAD + rows * ROW
    figure = Figure(figsize=(WIDTH, height), facecolor=BACKGROUND, dpi=80)
    figure.text(0.012, 1 - 0.36 / height, document["title"], fontsize=17, weight="bold", va="center")
    moment = datetime.fromtimestamp(end, UTC)
    note = (
        f"A rendering by matplotlib, not a screenshot: {document['description']} "
        f"A run of {round((end - start) / 60, 1):g} minutes with faults put in, {moment:%d %B %Y}."
    )
    figure.text(0.012, 1 - 0.76 / height, note, fontsize=9, color=FAINT, va="center")
    drawing = Drawing(prometheus, start, end, headlines)
    for panel in panels:
        _place(figure, panel, drawing, height)
    figure.savefig(file, facecolor=BACKGROUND)


def _place(figure: Figure, panel: dict[str, Any], drawing: Drawing, height: float) -> None:
    at = panel["gridPos"]
    left, top = at["x"] / 24, 1 - (HEAD + at["y"] * ROW) / height
    wide, tall = at["w"] / 24, at["h"] * ROW / height
    if panel["type"] == "row":
        figure.text(
            left + 0.012, top - tall / 2, f"▾ {panel['title']}", fontsize=11, weight="bold", va="center"
        )
        return
    x, y = GAP / WIDTH, GAP / height
    box = figure.add_axes(
        (left + x, top - tall + y, wide - 2 * x, tall - 2 * y), facecolor=PANEL, xticks=[], yticks=[]
    )
    box.spines[:].set_color(GRID)
    figure.text(left + 3 * x, top - 2.6 * y, panel["title"], fontsize=8.5, weight="bold", va="top")
    inner = (left + 7 * x, top - tall + 4 * y, wide - 10 * x, tall - 9.5 * y)
    _KINDS[panel["type"]](figure, inner, panel, drawing)


def _axes(figure: Figure, inner: tuple[float, ...], *, legend: int = 0) -> Axes:
    left, bottom, width, height = inner
    tall = figure.get_figheight()
    low = (0.22 + 0.17 * legend) / tall
    axes = figure.add_axes((left + 0.022, bottom + low, width - 0.022, height - low), facecolor=PANEL)
    axes.tick_params(colors=FAINT, labelsize=7, length=0)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)  # matplotlib's signature
    return axes


def _time(axes: Axes, drawing: Drawing) -> None:
    axes.set_xlim(_moment(drawing.start), _moment(drawing.end))
    quarter = (drawing.end - drawing.start) / 4
    axes.set_xticks([_moment(drawing.start + quarter * (place + 0.5)) for place in range(4)])
    axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M:%S", tz=UTC))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _stat(figure: Figure, inner: tuple[float, ...], panel: dict[str, Any], drawing: Drawing) -> None:
    left, bottom, width, height = inner
    defaults = panel["fieldConfig"]["defaults"]
    series = drawing.over(panel["targets"][0])
    values = [float(value) for one in series for _, value in one["values"] if math.isfinite(float(value))]
    text, color = "none", FAINT
    if values:
        text = said(values[-1], defaults["unit"], defaults.get("decimals"))
        color = color_of(values[-1], defaults["thresholds"]["steps"])
        spark = figure.add_axes((left - 0.003, bottom, width + 0.006, height * 0.33), facecolor=PANEL)
        spark.axis("off")
        spark.fill_between(range(len(values)), values, color=color, alpha=0.25, linewidth=0)
        spark.plot(values, color=color, linewidth=1)
        spark.set_ylim(0, max(values) * 1.1 or 1)
    figure.text(
        left + width / 2,
        bottom + height * 0.62,
        text,
        fontsize=22,
        color=color,
        ha="center",
        va="center",
        weight="bold",
    )


def _timeseries(figure: Figure, inner: tuple[float, ...], panel: dict[str, Any], drawing: Drawing) -> None:
    found = [
        (named(t["legendFormat"], one["metric"]), one["values"])
        for t in panel["targets"]
        for one in drawing.over(t)
    ]
    custom = panel["fieldConfig"]["defaults"]["custom"]
    stacked = custom.get("stacking", {}).get("mode") == "normal"
    axes = _axes(figure, inner, legend=2)
    unit = panel["fieldConfig"]["defaults"]["unit"]
    if stacked:
        _stack(axes, found)
    else:
        for place, (name, values) in enumerate(found):
            color = PALETTE[place % len(PALETTE)]
            xs, ys = [_moment(at) for at, _ in values], [float(value) for _, value in values]
            axes.plot(xs, ys, color=color, linewidth=1.4, label=name)
            axes.fill_between(xs, ys, color=color, alpha=0.08, linewidth=0)
    _limit(axes, panel, found)
    _time(axes, drawing)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: said(value, unit)))
    if found:
        legend = axes.legend(
            loc="upper left",
            bbox_to_anchor=(-0.04, -0.1),
            ncols=4 if panel["gridPos"]["w"] < 12 else 6,
            fontsize=6.8,
            frameon=False,
            labelcolor=TEXT,
            handlelength=1,
            columnspacing=1.1,
        )
        legend.set_in_layout(False)
    else:
        axes.text(0.5, 0.5, "no data", transform=axes.transAxes, ha="center", color=FAINT)


def _stack(axes: Axes, found: Sequence[tuple[str, list[list[Any]]]]) -> None:
    moments = sorted({at for _, values in found for at, _ in values})
    columns = [{at: float(value) for at, value in values} for _, values in found]
    ys = [[max(0.0, _finite(column.get(at, 0.0))) for at in moments] for column in columns]
    if moments:
        colors = [PALETTE[place % len(PALETTE)] for place in range(len(found))]
        names = [name for name, _ in found]
        axes.stackplot(
            [_moment(at) for at in moments], ys, labels=names, colors=colors, alpha=0.75, linewidth=0
        )


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _limit(axes: Axes, panel: dict[str, Any], found: Sequence[tuple[str, list[list[Any]]]]) -> None:
    """The dashed line of a threshold, where it is not far above all there is."""
    steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
    limits = [step["value"] for step in steps if step.get("value") is not None]
    most = max((_finite(float(value)) for _, values in found for _, value in values), default=0.0)
    if limits and limits[0] <= most * 4:
        axes.axhline(limits[0], color=COLORS["red"], linestyle="--", linewidth=1)


def _bars(figure: Figure, inner: tuple[float, ...], panel: dict[str, Any], drawing: Drawing) -> None:
    found = [
        (named(t["legendFormat"], one["metric"]), float(one["value"][1]))
        for t in panel["targets"]
        for one in drawing.now(t)
    ]
    left, bottom, width, height = inner
    if not found:
        figure.text(left + width / 2, bottom + height / 2, "no data", ha="center", color=FAINT)
        return
    defaults = panel["fieldConfig"]["defaults"]
    axes = figure.add_axes((left, bottom, width * 0.94, height), facecolor=PANEL)
    axes.axis("off")
    most = max(value for _, value in found) or 1
    room = max(len(found), 6)
    for place, (name, value) in enumerate(found):
        color = color_of(value, defaults["thresholds"]["steps"])
        axes.barh(room - place, value / most * 0.55, left=0.34, height=0.62, color=color, alpha=0.85)
        axes.text(0.33, room - place, name[:34], ha="right", va="center", fontsize=7.5)
        axes.text(
            0.35 + value / most * 0.55,
            room - place,
            said(value, defaults["unit"]),
            va="center",
            fontsize=7.5,
            color=color,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0.4, room + 0.6)


def _heat(figure: Figure, inner: tuple[float, ...], panel: dict[str, Any], drawing: Drawing) -> None:
    by_bound = {
        float(one["metric"]["le"]): dict(one["values"]) for t in panel["targets"] for one in drawing.over(t)
    }
    bounds = sorted(by_bound)
    axes = _axes(figure, inner)
    _time(axes, drawing)
    if not bounds:
        axes.text(0.5, 0.5, "no data", transform=axes.transAxes, ha="center", color=FAINT)
        return
    moments = sorted({at for values in by_bound.values() for at in values})
    counts, below = [], [0.0] * len(moments)
    for bound in bounds:
        up_to = [float(by_bound[bound].get(at, 0)) for at in moments]
        counts.append([max(0.0, high - low) for high, low in zip(up_to, below, strict=True)])
        below = up_to
    axes.grid(False)
    shown = [[value if value > 0.01 else math.nan for value in row] for row in counts]
    edges = [*(_moment(at) for at in moments), _moment(moments[-1] + 2)]
    axes.pcolormesh(edges, range(len(bounds) + 1), shown, cmap=_HEAT, vmin=0)
    axes.set_yticks([place + 1 for place in range(len(bounds))], [said(bound, "s") for bound in bounds])
    axes.tick_params(labelsize=6.2)


def _table(figure: Figure, inner: tuple[float, ...], panel: dict[str, Any], drawing: Drawing) -> None:
    organize = panel["transformations"][-1]["options"]
    titles = [
        organize["renameByName"].get(name, name)
        for name in sorted(organize["indexByName"], key=organize["indexByName"].get)
    ]
    renamed = list(organize["renameByName"].values())
    by = [name for name in titles if name not in renamed]
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    units = _units(panel)
    for target, name in zip(panel["targets"], renamed, strict=True):
        for one in drawing.now(target):
            key = tuple(one["metric"].get(label, "") for label in by)
            lines.setdefault(key, {})[name] = said(float(one["value"][1]), units.get(name, "short"))
    left, bottom, width, height = inner
    axes = figure.add_axes((left - 0.004, bottom, width + 0.008, height), facecolor=PANEL)
    axes.axis("off")
    wide = [
        max(1.0, *(len(str(key[place])) / 9 for key in lines)) if lines else 1.0 for place in range(len(by))
    ]
    edges, total = [0.0], sum(wide) + len(renamed)
    for each in [*wide, *[1.0] * len(renamed)]:
        edges.append(edges[-1] + each / total)
    step = 0.26 / (height * figure.get_figheight())
    cells = [
        titles,
        *([*key, *(values.get(name, "") for name in renamed)] for key, values in sorted(lines.items())),
    ]
    for row, texts in enumerate(cells[: int(1 / step)]):
        for place, text in enumerate(texts):
            axes.text(
                edges[place],
                1 - row * step,
                text,
                va="top",
                fontsize=7.2,
                color=COLORS["blue"] if row == 0 else TEXT,
            )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


def _units(panel: dict[str, Any]) -> dict[str, str]:
    overrides = panel["fieldConfig"].get("overrides", [])
    return {one["matcher"]["options"]: one["properties"][0]["value"] for one in overrides}


def _states(figure: Figure, inner: tuple[float, ...], panel: dict[str, Any], drawing: Drawing) -> None:
    meanings = panel["fieldConfig"]["defaults"]["mappings"][0]["options"]
    found = [
        (named(t["legendFormat"], one["metric"]), one["values"])
        for t in panel["targets"]
        for one in drawing.over(t)
    ]
    axes = _axes(figure, inner, legend=2)
    _time(axes, drawing)
    axes.grid(False)
    for place, (_, values) in enumerate(found):
        for at, value in values:
            color = COLORS[meanings[value]["color"]]
            axes.barh(
                place,
                dates.date2num(_moment(at + 2.2)) - dates.date2num(_moment(at)),
                left=_moment(at),
                height=0.7,
                color=color,
            )
    axes.set_yticks(range(len(found)), [name for name, _ in found])
    for place, meaning in enumerate(meanings.values()):
        axes.text(
            0.18 * place,
            -0.2,
            f"■ {meaning['text']}",
            transform=axes.transAxes,
            fontsize=7,
            color=COLORS[meaning["color"]],
        )


def _news(figure: Figure, inner: tuple[float, ...], panel: dict[str, Any], drawing: Drawing) -> None:
    left, bottom, width, height = inner
    axes = figure.add_axes((left, bottom, width, height), facecolor=PANEL)
    axes.axis("off")
    path = panel["options"]["feedUrl"].partition("/uid/wirewatch")[2]
    step = 0.4 / (height * figure.get_figheight())
    for place, (title, small) in enumerate(drawing.headlines.get(path, [])[: int(1 / step)]):
        axes.text(0, 1 - place * step, title[:100], va="top", fontsize=8.5, color=COLORS["blue"])
        axes.text(0, 1 - (place + 0.45) * step, small, va="top", fontsize=7, color=FAINT)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


_KINDS: dict[str, Callable[[Figure, tuple[float, ...], dict[str, Any], Drawing], None]] = {
    "stat": _stat,
    "timeseries": _timeseries,
    "bargauge": _bars,
    "heatmap": _heat,
    "table": _table,
    "state-timeline": _states,
    "news": _news,
}
