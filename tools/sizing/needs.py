"""The arithmetic: slots, partitions, machines, memory, disk, money."""

import math
from dataclasses import dataclass
from typing import Final

from tools.sizing.costs import Costs, Prices, Traffic
from wirewatch.watches.match import MAX_STORIES

TARGET: Final = 0.6
"""Of a core: what the busiest slot may have on average, so that bursts and what a restart left have room."""
PARTITIONS_A_SLOT: Final = 8
SMALL_SLOTS: Final = 2
"""Of a TaskManager of config/flink/small.yaml."""
SLOTS_A_TASK_MANAGER: Final = 4
"""Of one of medium.yaml."""
MOST_SLOTS: Final = 128
"""What wirewatch lets a job have (flink.parallelism)."""
DAYS: Final = 7
REPLICAS: Final = 3
MIB: Final = 1 << 20
GIB: Final = 1 << 30
HOURS_A_MONTH: Final = 730


@dataclass(frozen=True)
class Needs:
    """What traffic needs."""

    slots: int
    """Each with a Python worker for articles and one for the alerts' sink."""
    partitions: int
    task_managers: int
    cores: int
    """One a slot, and the JVMs'."""
    memory_gib: float
    """Of TaskManagers, workers and the JobManager."""
    disk_gib: float
    """Of all brokers."""
    state_mib: float
    """Of a checkpoint, at most."""
    dollars_hour: float
    """All of it: cores, memory, disk."""
    disk_dollars_hour: float

    @property
    def template(self) -> str:
        """Which file of config/flink its TaskManagers are set by."""
        return "small.yaml" if self.slots <= SMALL_SLOTS else "medium.yaml"


def needs(traffic: Traffic, costs: Costs, prices: Prices) -> Needs:
    """Return what `traffic` needs for its busiest slot to stay at TARGET; ValueError when nothing does."""
    busy = traffic.rate * worker_us(traffic, costs) / 1e6
    fits = TARGET - costs.tick_core
    slots = next((n for n in range(1, MOST_SLOTS + 1) if busy / n * skew(n) <= fits), None)
    if slots is None:
        raise ValueError(f"{traffic.rate:,.0f} articles/s need more than {MOST_SLOTS} slots")
    task_managers = math.ceil(slots / SLOTS_A_TASK_MANAGER)
    jvms = task_managers * costs.jvm_core + traffic.rate * costs.jvm_us / 1e6 + costs.job_manager_core
    cores = slots + math.ceil(jvms)
    memory = (
        slots * (costs.worker_mib + costs.sink_mib)
        + task_managers * costs.task_manager_mib
        + costs.job_manager_mib
    ) / 1024
    disk = bytes_a_second(traffic, costs) * DAYS * 86_400 * REPLICAS / GIB
    by_disk = disk * prices.disk_gib_month / HOURS_A_MONTH
    return Needs(
        slots=slots,
        partitions=slots * PARTITIONS_A_SLOT,
        task_managers=task_managers,
        cores=cores,
        memory_gib=memory,
        disk_gib=disk,
        state_mib=traffic.watches * MAX_STORIES * costs.story_bytes / MIB,
        dollars_hour=cores * prices.core_hour + memory * prices.gib_hour + by_disk,
        disk_dollars_hour=by_disk,
    )


def skew(slots: int) -> float:
    """Return what the busiest slot is expected to have of the mean, partitions being shared out by hash.

    Balls into bins, many balls (Raab and Steger, 1998): the mean k, and sqrt(2 k ln n) above it.
    """
    return 1 + math.sqrt(2 * math.log(slots) / PARTITIONS_A_SLOT)


def worker_us(traffic: Traffic, costs: Costs) -> float:
    """Return what an article costs a worker on average, its stories and a broad watch's with it."""
    return costs.worker_us + traffic.watched * costs.match_us + traffic.broad * costs.broad_match_us


def bytes_a_second(traffic: Traffic, costs: Costs) -> float:
    """Return what the brokers' logs grow by, one replica."""
    each = costs.article_bytes + costs.tagged_bytes + traffic.watched * costs.alert_bytes
    return traffic.rate * each


def of_one(traffic: Traffic, costs: Costs) -> dict[str, float]:
    """Return how much of what it can do each part needs of which there is one only."""
    return {
        "feeds": traffic.rate * costs.poll_us / 1e6,
        f"a watch matched by {traffic.broad:.0%}": traffic.rate * traffic.broad * costs.broad_match_us / 1e6,
        "notify": traffic.rate * (traffic.watched + traffic.broad) * costs.delivery_us / 1e6,
    }
