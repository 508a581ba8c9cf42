"""Figures out of samples: slopes, quantiles, sparklines. Pure."""

import itertools
import math
from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the least-squares line through (x, y) `points`; 0 for fewer than two x."""
    if not points:
        return 0.0
    mean_x = math.fsum(x for x, _ in points) / len(points)
    mean_y = math.fsum(y for _, y in points) / len(points)
    spread = math.fsum((x - mean_x) ** 2 for x, _ in points)
    return math.fsum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def quantile(values: Sequence[float], q: float) -> float:
    """Return the nearest-rank quantile `q` (0 to 1) of `values`; NaN of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(q * len(ordered)) - 1)] if ordered else math.nan


def histogram_quantile(buckets: Sequence[tuple[float, float]], q: float) -> float:
    """Return the bound of the bucket quantile `q` is in, from cumulative (bound, count) pairs; NaN of none.

    Prometheus interpolates within the bucket; the bound claims no more than was counted.
    """
    total = buckets[-1][1] if buckets else 0
    if not total:
        return math.nan
    return next(bound for bound, count in buckets if count >= q * total)


def sparkline(values: Sequence[float], *, width: int = 40) -> str:
    """Return `values` as at most `width` bars, each the mean of its stretch."""
    if not values:
        return ""
    width = min(width, len(values))
    edges = [round(n * len(values) / width) for n in range(width + 1)]
    means = [math.fsum(values[a:b]) / (b - a) for a, b in itertools.pairwise(edges)]
    low, high = min(means), max(means)
    if high == low:
        return _BARS[0] * width
    return "".join(_BARS[int((m - low) / (high - low) * (len(_BARS) - 1))] for m in means)
