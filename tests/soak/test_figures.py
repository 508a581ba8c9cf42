"""The figures of the report, on samples whose answer is known."""

import math

import pytest

from tests.soak.figures import histogram_quantile, quantile, slope, sparkline


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([(1, 5)], 0, id="one"),
        pytest.param([(0, 3), (1, 3), (2, 3)], 0, id="flat"),
        pytest.param([(0, 1), (2, 5), (4, 9)], 2, id="a line"),
        pytest.param([(0, 0), (1, 2), (2, 1), (3, 3)], 0.8, id="noise"),
    ],
)
def test_slope(points, expected):
    assert slope(points) == pytest.approx(expected)


def test_quantile_is_a_value_that_occurred():
    values = [float(n) for n in range(100, 0, -1)]
    assert [quantile(values, q) for q in (0, 0.5, 0.99, 1)] == [1, 50, 99, 100]
    assert math.isnan(quantile([], 0.5))


def test_histogram_quantile_is_the_bound_of_its_bucket():
    buckets = [(0.1, 50), (0.2, 98), (math.inf, 100)]
    assert [histogram_quantile(buckets, q) for q in (0.5, 0.95, 0.99)] == [0.1, 0.2, math.inf]
    assert math.isnan(histogram_quantile([(0.1, 0), (math.inf, 0)], 0.5))


def test_sparkline_goes_from_least_to_greatest():
    assert sparkline([1, 1, 8, 8], width=2) == "▁█"
    assert sparkline([3, 3, 3]) == "▁▁▁"
    assert sparkline([]) == ""
