"""Values and names as Grafana writes them, nearly."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

COLORS: Final = {
    "green": "#73bf69",
    "yellow": "#f2cc0c",
    "red": "#f2495c",
    "blue": "#5794f2",
    "orange": "#ff9830",
}


def named(legend: str, metric: dict[str, str]) -> str:
    for label, value in metric.items():
        legend = legend.replace(f"{{{{{label}}}}}", value)
    return legend


def color_of(value: float, steps: Sequence[dict[str, Any]]) -> str:
    reached = [step["color"] for step in steps if step.get("value") is None or value >= step["value"]]
    return COLORS[reached[-1]]


def said(value: float, unit: str, decimals: int | None = None) -> str:
    """A value as Grafana writes it, nearly."""
    if unit == "dateTimeAsIso":
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M:%S}"
    if math.isinf(value):
        return "+Inf"
    scale, suffix = _scaled(value, unit)
    if decimals is None:
        decimals = 0 if abs(scale) >= 100 or scale == int(scale) else 1 if abs(scale) >= 10 else 2
    text = f"{scale:.{decimals}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}{suffix}"


def _scaled(value: float, unit: str) -> tuple[float, str]:
    after = {"cps": " /s", "cpm": " /min", "Bps": "B/s", "bytes": "B"}.get(unit, "")
    if unit == "percentunit":
        return value * 100, " %"
    if unit == "s":
        for least, name in ((86_400, " d"), (3600, " h"), (60, " min"), (1, " s"), (0.001, " ms")):
            if abs(value) >= least:
                return value / least, name
        return value * 1000, " ms" if value else " s"
    if unit == "none":
        return value, ""
    for least, name in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= least:
            return value / least, f" {name}{after.strip()}" if unit in {"bytes", "Bps"} else f" {name}{after}"
    return value, f" {after}" if unit in {"bytes", "Bps"} else after
