"""What an article costs, as measured, and what machines cost, as assumed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Costs:
    """Measured on a core of an AMD EPYC: docs/reports/flink-2026-11-26.md, unless another is named."""

    worker_us: float = 225.0
    """Processor time of a Python worker for an article with all it can do to do, stories left out."""
    tick_core: float = 0.09
    """Of a core, for a slot's Python workers beside that: five times a second a tick goes through every step,
    and at a low rate each brings but a few articles. Idle it is half of this."""
    jvm_core: float = 0.10
    """Of a core, for a TaskManager's JVM, whatever comes in: ticks, checkpoints and timers."""
    jvm_us: float = 40.0
    """Of the same for an article: articles pass it by, what was matched does not."""
    job_manager_core: float = 0.10
    match_us: float = 280.0
    """Of the worker for an article that a watch with few open stories meets."""
    broad_match_us: float = 750.0
    """The same where 5,000 stories are open, the most that a watch keeps (bench-2026-11-25.md)."""
    whole_match_us: float = 3_300.0
    """The same had state one bag of 10,000 stories that is read and written whole (a first prototype)."""
    article_bytes: float = 3_770.0
    tagged_bytes: float = 5_350.0
    alert_bytes: float = 3_300.0
    """What the broker's log grows by for a record."""
    poll_us: float = 9_300.0
    """Of the feeds part for a poll, which brings about one new article (feeds-load-2026-11-26.md)."""
    delivery_us: float = 293.0
    """Of notify for an alert, from its topic to a receiver (delivery-2026-11-25.md)."""
    story_bytes: float = 800.0
    """Of keyed state for an open story, as a checkpoint holds it."""
    worker_mib: float = 330.0
    """Resident, of the worker that a slot has for articles."""
    sink_mib: float = 200.0
    """Of the second one, which a slot has for the alerts' sink alone: it loads no catalogue."""
    task_manager_mib: float = 512.0
    job_manager_mib: float = 256.0
    """Resident, of the JVMs."""


@dataclass(frozen=True)
class Prices:
    """Round figures of large providers, on demand, USD; put in your own."""

    core_hour: float = 0.04
    gib_hour: float = 0.005
    disk_gib_month: float = 0.08


@dataclass(frozen=True)
class Traffic:
    """What comes in."""

    rate: float
    """Articles a second, on average."""
    watched: float = 0.05
    """The share that some watch meets."""
    watches: int = 200
    broad: float = 0.0
    """The share that one very broad watch meets."""
    burst: float = 2.0
    """The rate of the busiest minute of ten, by the mean."""
