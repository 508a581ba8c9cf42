"""The sections of the bench, by the names that --only takes."""

from collections.abc import Callable, Iterator

from bench import (
    backlog,
    backtests,
    compare,
    flink,
    footprint,
    growth,
    latency,
    matchers,
    outbox,
    tagging,
    telling,
    watches,
)
from bench.flink import growth as flink_growth
from bench.plan import Plan
from bench.report import Table

SECTIONS: dict[str, Callable[[Plan], Iterator[Table]]] = {
    "throughput": compare.usual,
    "hot": compare.hot,
    "tagging": tagging.measure,
    "watches": watches.measure,
    "backtests": backtests.measure,
    "matchers": matchers.measure,
    "growth": growth.measure,
    "latency": latency.measure,
    "telling": telling.measure,
    "drain": backlog.measure,
    "outbox": outbox.growth,
    "flink": flink.measure,
    "flink-speed": flink.speed,
    "flink-growth": flink_growth.measure,
    "starts": footprint.starts,
    "needs": footprint.needs,
}

BY_NAME_ONLY = frozenset({"flink", "flink-speed", "flink-growth"})
"""Not of a plain `make bench`: they fetch 200 MB of jars and start a cluster; growth takes an hour."""
