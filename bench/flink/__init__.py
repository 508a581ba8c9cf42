"""The same graph on Flink beside the embedded engine: speed and its costs, latency, growth, needs."""

from collections.abc import Iterator

from bench.flink import latency, needs, throughput
from bench.plan import Plan
from bench.report import Table
from bench.service import broker


def speed(plan: Plan) -> Iterator[Table]:
    """Yield articles a second and what each costs."""
    with broker(plan.folder / "flink") as servers:
        yield from throughput.measure(plan, servers)


def measure(plan: Plan) -> Iterator[Table]:
    """Yield articles a second and what each costs, latency and checkpoints by checkpoint interval, needs."""
    with broker(plan.folder / "flink") as servers:
        yield from throughput.measure(plan, servers)
        yield from latency.measure(plan, servers)
        yield from needs.measure(plan, servers)
