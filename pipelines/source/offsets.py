"""How a read's position travels: Beam restrictions over offsets that have a beginning and no end."""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.core import RestrictionProvider

ENDLESS = 2**62
BEGINNING = -1  # a restriction that was never read: wherever the log begins, nothing was promised yet


class _SelfCheckpointOnly(OffsetRestrictionTracker):
    """Offsets without an end. Runners may stop it where it stands, but not cut off a part of the future."""

    def is_bounded(self) -> bool:
        return False

    def try_split(self, fraction_of_remainder: float) -> Any:  # noqa: ANN401  # Beam's own signature
        return super().try_split(0) if fraction_of_remainder == 0 else None


class _Offsets(RestrictionProvider):
    """From the beginning on, without end."""

    def initial_restriction(self, _element: object) -> OffsetRange:
        return OffsetRange(BEGINNING, ENDLESS)

    def create_tracker(self, restriction: OffsetRange) -> OffsetRestrictionTracker:
        return _SelfCheckpointOnly(restriction)

    def split(self, _element: object, restriction: OffsetRange) -> Iterator[OffsetRange]:
        yield restriction

    def restriction_size(self, _element: object, _restriction: OffsetRange) -> int:
        return 1

    def truncate(self, _element: object, restriction: OffsetRange) -> OffsetRange:
        return restriction


TRACKER = beam.DoFn.RestrictionParam(_Offsets())
# Without an estimator the watermark would stay at the beginning of time for ever on some runners.
WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())
