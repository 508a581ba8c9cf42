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
    "starts": footprint.starts,
    "needs": footprint.needs,
}

BY_NAME_ONLY = frozenset({"flink"})
"""Not of a plain `make bench`: it fetches 200 MB of jars and starts a cluster."""
