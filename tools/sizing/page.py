"""Writes docs/sizing.md: `make docs`."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tools.sizing.costs import Costs, Prices, Traffic
from tools.sizing.needs import (
    DAYS,
    PARTITIONS_A_SLOT,
    REPLICAS,
    SLOTS_A_TASK_MANAGER,
    TARGET,
    Needs,
    needs,
    of_one,
)
from tools.sizing.simulation import Seen, simulate
from wirewatch.watches.match import MAX_STORIES

TEMPLATE: Final = Path(__file__).parent / "page.md"
PAGE: Final = Path(__file__).parents[2] / "docs" / "sizing.md"
RATES: Final = (100, 1_000, 10_000)
GIVEN: Final = 0.05
"""The share of all articles that match a broad watch, where one is assumed."""
BROAD: Final = (0.01, 0.05, 0.1, 0.2, 0.5)
SEEDS: Final = range(15)
"""Each has partitions and watches fall to slots in another way, and other bursts."""


def page() -> str:
    """Return the page."""
    costs, prices = Costs(), Prices()
    traffic = [Traffic(rate=rate) for rate in RATES]
    found = [needs(one, costs, prices) for one in traffic]
    return TEMPLATE.read_text(encoding="utf-8").format(
        costs=costs,
        prices=prices,
        usual=traffic[0],
        target=TARGET,
        stories=MAX_STORIES,
        state_mib=found[0].state_mib,
        broad_rate=1e6 / costs.broad_match_us,
        needs=_table(
            _needs(found, [played(one, need, costs) for one, need in zip(traffic, found, strict=True)])
        ),
        first=_table(_first([replace(one, broad=GIVEN) for one in traffic], costs)),
        broad=_table(_broad(found, costs)),
    )


def played(traffic: Traffic, need: Needs, costs: Costs) -> Seen:
    """Return the median over SEEDS of each figure of the simulation."""
    runs = [simulate(traffic, need.slots, need.partitions, costs, seed=seed) for seed in SEEDS]
    return Seen(*(statistics.median(values) for values in zip(*runs, strict=True)))


def _needs(found: Sequence[Needs], seen: Sequence[Seen]) -> Iterator[Sequence[str]]:
    yield "slots, with two Python workers each", *(f"{need.slots}" for need in found)
    yield f"partitions, {PARTITIONS_A_SLOT} per slot", *(f"{need.partitions}" for need in found)
    yield f"TaskManagers, of up to {SLOTS_A_TASK_MANAGER} slots", *(f"{need.task_managers}" for need in found)
    yield "settings file in config/flink", *(need.template for need in found)
    yield "their cores", *(f"{need.cores}" for need in found)
    yield "their memory, GiB", *(f"{need.memory_gib:.1f}" for need in found)
    yield (
        f"brokers' disk for {DAYS} days, {REPLICAS} replicas, GiB",
        *(f"{need.disk_gib:,.0f}" for need in found),
    )
    yield "$ per hour", *(f"{need.dollars_hour:.2f}" for need in found)
    yield "of that, for disk", *(f"{need.disk_dollars_hour:.2f}" for need in found)
    yield "simulated load of the busiest slot, of a core", *(f"{one.busiest:.2f}" for one in seen)
    yield "simulated wait for a slot, p99, s", *(f"{one.late_p99:.1f}" for one in seen)
    yield "longest simulated wait, s", *(f"{one.late_most:.1f}" for one in seen)


def _first(traffic: Sequence[Traffic], costs: Costs) -> Iterator[Sequence[str]]:
    rows = [of_one(one, costs) for one in traffic]
    for name in rows[0]:
        yield name, *(f"{row[name]:.2f}" for row in rows)


def _broad(found: Sequence[Needs], costs: Costs) -> Iterator[Sequence[str]]:
    for share in BROAD:
        traffic = [Traffic(rate=rate, broad=share) for rate in RATES]
        seen = [played(one, need, costs).broad_slot for one, need in zip(traffic, found, strict=True)]
        cells = (f"{work:.2f}{', falls behind' if work > 1 else ''}" for work in seen)
        yield f"matched by {share:.0%} of all articles", *cells


def _table(rows: Iterable[Sequence[str]]) -> str:
    head = f"| articles/s | {' | '.join(f'{rate:,}' for rate in RATES)} |"
    return "\n".join((head, f"|---|{'---:|' * len(RATES)}", *(f"| {' | '.join(row)} |" for row in rows)))
