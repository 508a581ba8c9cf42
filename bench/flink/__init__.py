"""The same graph on Flink beside the embedded engine: speed and its costs, latency, growth of the state."""

from collections.abc import Iterator

from bench.flink import latency, throughput
from bench.plan import Plan
from bench.report import Table
from bench.service import broker


def measure(plan: Plan) -> Iterator[Table]:
    """Yield articles a second and what each costs, then latency and checkpoints by checkpoint interval."""
    with broker(plan.folder / "flink") as servers:
        yield from throughput.measure(plan, servers)
        yield from latency.measure(plan, servers)
