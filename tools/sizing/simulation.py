"""Plays traffic against what was worked out: is the busiest slot as busy as said, and how late is it?"""

import random
from collections.abc import Sequence
from typing import Final, NamedTuple

from tools.sizing.costs import Costs, Traffic

BUNDLE: Final = 0.5
"""Seconds: a step of the simulation."""
KEY_GROUPS: Final = 128
"""Flink hashes into so many groups and gives each slot a run of them."""
SECONDS: Final = 600.0
BUSY: Final = 60.0
"""So much of a run is as busy as Traffic.burst says."""


class Seen(NamedTuple):
    """What a run showed."""

    busiest: float
    """The share of a core that the busiest slot had work for, on average."""
    late_p99: float
    """Seconds that an article waits for its slot, bundle and checkpoint left out."""
    late_most: float
    broad_slot: float
    """As `busiest`, of the slot that the broad watch is on."""


def simulate(traffic: Traffic, slots: int, partitions: int, costs: Costs, *, seed: int) -> Seen:
    """Play SECONDS of traffic."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    readers = _dealt(rng, slots, [1 / partitions] * partitions)
    matchers = _dealt(rng, slots, [traffic.watched * share for share in _zipf(traffic.watches)])
    broad = _slot(rng, slots)
    backlog, total = [0.0] * slots, [0.0] * slots
    waits: list[tuple[float, float]] = []
    for step in range(round(SECONDS / BUNDLE)):
        expected = traffic.rate * BUNDLE * _pace(step * BUNDLE, traffic.burst)
        for slot in range(slots):
            articles = _poisson(rng, expected * readers[slot])
            work = costs.tick_core * BUNDLE * 1e6 + articles * costs.worker_us
            work += _poisson(rng, expected * matchers[slot]) * costs.match_us
            if slot == broad:
                work += _poisson(rng, expected * traffic.broad) * costs.broad_match_us
            waits.append((backlog[slot], articles))
            total[slot] += work / 1e6
            backlog[slot] = max(0.0, backlog[slot] + work / 1e6 - BUNDLE)
    return Seen(
        busiest=max(total) / SECONDS,
        late_p99=_percentile(waits, 0.99),
        late_most=max(wait for wait, _ in waits),
        broad_slot=total[broad] / SECONDS,
    )


def _dealt(rng: random.Random, slots: int, shares: Sequence[float]) -> list[float]:
    """Return what each slot has of `shares` that fall to slots by hash."""
    found = [0.0] * slots
    for share in shares:
        found[_slot(rng, slots)] += share
    return found


def _slot(rng: random.Random, slots: int) -> int:
    return rng.randrange(KEY_GROUPS) * slots // KEY_GROUPS


def _pace(now: float, burst: float) -> float:
    """Return the rate at `now` by the mean: `burst` while it is busy, so much less before and after."""
    begin = (SECONDS - BUSY) / 2
    busy = begin <= now < begin + BUSY
    return burst if busy else (SECONDS - burst * BUSY) / (SECONDS - BUSY)


def _zipf(count: int) -> list[float]:
    """Return shares that sum to one: the n-th most met watch has 1/n of the first's."""
    weights = [1 / n for n in range(1, count + 1)]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def _poisson(rng: random.Random, mean: float) -> int:
    """Draw a Poisson number, by its normal limit."""
    return max(0, round(rng.gauss(mean, mean**0.5)))


def _percentile(waits: Sequence[tuple[float, float]], share: float) -> float:
    """Return the wait that `share` of all articles do not exceed."""
    left = share * sum(articles for _, articles in waits)
    for wait, articles in sorted(waits):
        left -= articles
        if left <= 0:
            return wait
    return 0.0
