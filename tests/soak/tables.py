"""The report's tables, from samples."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from tests.soak.figures import histogram_quantile, quantile, slope, sparkline

_MB = 1e6
_HOUR = 3600
WARM_UP = 1 / 2
"""The share of a run before slopes are taken. Of 30 minutes at 50 articles/s: two lives of a story take 10,
and the pipeline's cache of 50,000 words, each of them new here, fills in 14."""

Samples = Sequence[dict[str, Any]]
Costs = Sequence[dict[str, float]]


def cost_table(samples: Samples) -> Iterator[str]:
    """Yield memory and processor of each part, and all together."""
    yield "| part | RSS at start | warm | at end | slope, MB/h | PSS at end | CPU | threads | files | RSS |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|---|---|"
    for name in samples[0]["parts"]:
        yield _cost_row(name, samples, lambda sample, name=name: [sample["parts"][name]])
    yield _cost_row("all", samples, lambda sample: list(sample["parts"].values()))
    yield ""
    yield (
        f"MB, percent of one core. Warm: after the first {WARM_UP:.0%} of the run; the slope (of the"
        " least-squares line through RSS) and CPU are of the rest. PSS divides shared pages among those who"
        " share them, others on this machine too."
    )


def _cost_row(name: str, samples: Samples, of: Callable[[dict[str, Any]], Costs]) -> str:
    warm = _warm(samples)

    def total(sample: dict[str, Any], what: str) -> float:
        return sum(cost[what] for cost in of(sample))

    seconds = warm[-1]["elapsed"] - warm[0]["elapsed"]
    busy = (total(warm[-1], "cpu") - total(warm[0], "cpu")) / seconds if seconds else 0.0
    grows = slope([(sample["elapsed"], total(sample, "rss")) for sample in warm])
    first, last = samples[0], samples[-1]
    return (
        f"| {name} | {total(first, 'rss') / _MB:.1f} | {total(warm[0], 'rss') / _MB:.1f} "
        f"| {total(last, 'rss') / _MB:.1f} | {grows * _HOUR / _MB:+.1f} | {total(last, 'pss') / _MB:.1f} "
        f"| {busy:.1%} | {total(warm[0], 'threads'):.0f} → {total(last, 'threads'):.0f} "
        f"| {total(warm[0], 'files'):.0f} → {total(last, 'files'):.0f} "
        f"| {sparkline([total(sample, 'rss') for sample in samples])} |"
    )


def disk_table(samples: Samples) -> Iterator[str]:
    """Yield what is kept on disk, and what the pipeline says it keeps."""
    warm = _warm(samples)
    yield "| kept | start | after warm-up | end | most | course |"
    yield "|---|--:|--:|--:|--:|---|"
    for name in samples[0]["disk"]:
        course = [sample["disk"][name] / _MB for sample in samples]
        start, after = course[0], warm[0]["disk"][name] / _MB
        yield (
            f"| {name}, MB | {start:.1f} | {after:.1f} | {course[-1]:.1f} | {max(course):.1f} "
            f"| {sparkline(course)} |"
        )
    for name, title in {
        "stories": "open stories",
        "state_rows": "rows of state",
        "lag": "lag, records",
    }.items():
        course = [sample["pipeline"][name] for sample in samples]
        after = warm[0]["pipeline"][name]
        yield (
            f"| {title} | {course[0]:.0f} | {after:.0f} | {course[-1]:.0f} | {max(course):.0f} "
            f"| {sparkline(course)} |"
        )


def latency_section(samples: Samples, webhooks: Sequence[Sequence[float]]) -> Iterator[str]:
    """Yield latencies of the whole run and of its worst minutes, with the load average beside.

    `webhooks` are (when the article was written, seconds until its alert was received).
    """
    yield "| minute | load average | to alert p50 | p95 | p99 | to webhook p50 | p95 | p99 | slowest |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    minutes = list(_minutes(samples, webhooks))
    whole = _latency_row("all", samples, [seconds for _, seconds in webhooks])
    warm = [row for row in minutes if row[0] > 0]
    rows = sorted(warm, key=lambda row: -quantile(row[2], 0.99))
    yield whole
    for number, within, seconds in rows[:3]:
        yield _latency_row(f"{number}, among the worst", within, seconds)
    for number, within, seconds in rows[-2:]:
        yield _latency_row(f"{number}, among the best", within, seconds)
    yield ""
    yield (
        "Seconds from the article's write to Kafka. To alert: from the pipeline's histogram, the bound of the"
        " bucket. To webhook: measured at the receiver, over all alerts."
    )
    yield ""
    yield f"- to webhook p50 by minute: {sparkline([quantile(row[2], 0.5) for row in minutes])}"
    yield f"- to webhook p99 by minute: {sparkline([quantile(row[2], 0.99) for row in minutes])}"
    yield f"- load average by minute:   {sparkline([row[1][-1]['load'] for row in minutes])}"


def _minutes(
    samples: Samples, webhooks: Sequence[Sequence[float]]
) -> Iterator[tuple[int, Samples, list[float]]]:
    """Yield (number, its samples and the one before, latencies of what arrived in it) of each minute."""
    began = samples[0]["at"]
    position = 0
    for number, group in groupby(samples, key=lambda sample: int((sample["at"] - began) // 60)):
        within = list(group)
        seconds = [took for at, took in webhooks if number <= (at + took - began) / 60 < number + 1]
        if seconds:
            yield number, [*samples[max(0, position - 1) : position], *within], seconds
        position += len(within)


def _latency_row(title: str, within: Samples, seconds: Sequence[float]) -> str:
    before = dict(within[0]["pipeline"]["latency"])
    buckets = [(bound, count - before.get(bound, 0)) for bound, count in within[-1]["pipeline"]["latency"]]
    to_alert = " | ".join(f"≤ {histogram_quantile(buckets, q):g}" for q in (0.5, 0.95, 0.99))
    to_webhook = " | ".join(f"{quantile(seconds, q):.2f}" for q in (0.5, 0.95, 0.99, 1))
    load = max(sample["load"] for sample in within)
    return f"| {title} | {load:.1f} | {to_alert} | {to_webhook} |"


def _warm(samples: Samples) -> Samples:
    return samples[int(len(samples) * WARM_UP) :]
