"""A gauge whose series are exactly what it was last told of: a name that is gone leaves no series behind."""

from collections.abc import Mapping

from prometheus_client import Gauge


class ExactGauge:
    """A labelled gauge that is set as a whole. From one thread."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._known: set[tuple[str, ...]] = set()

    def set(self, values: Mapping[tuple[str, ...], float]) -> None:
        """Have a series for each of `values` (label values, in the gauge's order), and for nothing else."""
        for labels, value in values.items():
            self._gauge.labels(*labels).set(value)
        for labels in self._known - values.keys():
            self._gauge.remove(*labels)
        self._known = set(values)
