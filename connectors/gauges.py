"""A gauge whose series are exactly what it was last told of: a name that is gone leaves no series behind."""

import math
from collections.abc import Mapping
from typing import Final

from prometheus_client import Gauge

GONE: Final = -math.inf
"""A series that is gone has this value in the files of workers on Flink: there, none can be removed.

Where the largest of several workers counts, it gives way; whoever collects them leaves it out.
"""


class ExactGauge:
    """A labelled gauge that is set as a whole. From one thread."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._known: dict[tuple[str, ...], float] = {}

    def set(self, values: Mapping[tuple[str, ...], float]) -> None:
        """Have a series for each of `values` (label values, in the gauge's order), and for nothing else."""
        for labels, value in values.items():
            if value != self._known.get(labels):  # of several workers the last change counts
                self._gauge.labels(*labels).set(value)
        for labels in self._known.keys() - values.keys():
            series = self._gauge.labels(*labels)
            self._gauge.remove(*labels)
            series.set(GONE)
        self._known = dict(values)
