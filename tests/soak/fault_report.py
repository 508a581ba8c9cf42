"""The report of the faults: a table of what was done, what fired, how long until all was well; and a plot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from tests.soak.figures import slope
from tests.soak.machine import machine, versions
from tests.soak.memory import (
    BOUNDED,
    LONG_ENOUGH,
    MAY_GROW,
    Course,
    growing,
    growth,
    is_told,
    longest_lives,
    minutes,
)

_MB = 1e6
_HEALTHY = """\
Healthy: pipeline, notify and feeds ready, and every alert received whose article was written 5 to 65 s ago
(what an outage held up may wait longer, for a retry of its own); in seconds from the fault's beginning.
Not seen: none of this was touched, retries and waits bridged it."""
_FLAT = f"""\
Flat: {MAY_GROW - 1:.0%} more at most in the second half of a life of {LONG_ENOUGH:g} minutes or more. By then
caches are full, and the oldest stories are given up. Kafka's heap fills up to broker.heap, always."""

Samples = list[dict[str, Any]]


def report(result: dict[str, Any], samples: Samples, day: str, picture: str) -> str:
    """Return the report as Markdown, with `picture` beside it."""
    verdict = result.get("verdict")
    lines = [
        f"# A fault a minute, {day}",
        "",
        f"- machine: {machine()}; load average {result['load_before']:.1f} at the start",
        f"- versions: {versions()}",
        f"- commit: {result['commit']}",
        "- made by `make soak`: the whole service with a broker of its own, a real Prometheus on the shipped",
        "  rules; the receiver verifies every signature",
        "",
    ]
    if verdict is None:
        return "\n".join([*lines, "**It did not reach its end.**", ""])
    lines += [
        _summary(result, verdict),
        *(f"- **{wrong}**" for wrong in verdict["wrong"][:20]),
        "",
        "| minute | fault | must fire | fired after | healthy after |",
        "|--:|---|---|---|--:|",
        *_faults(result),
        "",
        _HEALTHY,
        "",
        "## What fired",
        "",
        "| rule | of | from minute | for, s |",
        "|---|---|--:|--:|",
        *_fired(result),
        "",
        "## Memory",
        "",
        "| part | starts | longest life, min | RSS, MB: start | middle | end | second half | MB/h | flat |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|",
        *_memory(samples),
        "",
        _FLAT,
        "",
        f"![Late alerts, memory, faults and firing rules over the run]({picture})",
    ]
    return "\n".join(lines) + "\n"


def _summary(result: dict[str, Any], verdict: dict[str, Any]) -> str:
    return (
        f"{result['minutes']:g} minutes at {result['rate']:g} articles/s: {result['articles']:,} articles,"
        f" {result['matching']:,} of them watched. Expected {verdict['expected']:,} alerts, received"
        f" {verdict['received']:,}; {verdict['repeated']} came twice, under the same id with the same bytes;"
        f" wrong: {len(verdict['wrong'])}. Load average at the end {result['load_after']:.1f}."
    )


def _faults(result: dict[str, Any]) -> Iterator[str]:
    for fault in result["faults"]:
        fired = [
            f"{name} +{began - fault['at']:.0f} s" if began >= fault["at"] else f"{name} fired already"
            for name, began in fault["fired"]
        ]
        healthy = fault["healthy_after"]
        said = "not before the next" if healthy is None else f"{healthy:.0f}" if healthy else "not seen"
        yield (
            f"| {fault['at'] / 60:.0f} | {fault['fault']} | {', '.join(fault['fires']) or 'nothing'} "
            f"| {', '.join(dict.fromkeys(fired))} | {said} |"
        )


def _fired(result: dict[str, Any]) -> Iterator[str]:
    for name, labels, began, ended in result["fired"]:
        lasted = "to the end" if ended is None else f"{ended - began:.0f}"
        yield f"| {name} | {labels} | {began / 60:.1f} | {lasted} |"


def _memory(samples: Samples) -> Iterator[str]:
    for part, (starts, life) in longest_lives(samples).items():
        second = life[len(life) // 2 :]
        sizes = " | ".join(f"{size / _MB:.0f}" for _, size in (life[0], second[0], life[-1]))
        grows = f"{growth([size for _, size in life]) - 1:+.1%} | {slope(second) * 3600 / _MB:+.1f}"
        yield f"| {part} | {starts} | {minutes(life):.0f} | {sizes} | {grows} | {_flat(part, life)} |"


def _flat(part: str, life: Course) -> str:
    if not is_told(part, life):
        return "bounded" if part in BOUNDED else "too short a life"
    return "**no**" if growing({part: life}) else "yes"


def plot(result: dict[str, Any], samples: Samples, path: Path) -> None:
    """Draw the run: alerts that were late, memory by part, and below what was done and what fired."""
    figure = Figure(figsize=(12, 10))
    ratios = {"height_ratios": [2, 2, 3]}
    late, memory, events = figure.subplots(3, 1, sharex=True, gridspec_kw=ratios)
    minutes, waiting = [at / 60 for at, _ in result["late"]], [n for _, n in result["late"]]
    late.fill_between(minutes, waiting, color="tab:red", alpha=0.5)
    late.set_ylabel("alerts late by 5 s")
    for part in sorted({name for sample in samples for name in sample["parts"]}):
        points = [(s["elapsed"] / 60, s["parts"][part]["rss"] / _MB) for s in samples if part in s["parts"]]
        memory.plot(*zip(*points, strict=True), label=part, linewidth=1)
    memory.set_ylabel("RSS, MB")
    memory.legend(ncol=3, fontsize=7)
    end = samples[-1]["elapsed"] if samples else result["minutes"] * 60
    for fault in result["faults"]:
        width = max(0.15, (fault["ended"] - fault["at"]) / 60)
        events.barh(fault["fault"], width, left=fault["at"] / 60, color="tab:gray")
    for name, labels, began, ended in result["fired"]:
        row = f"▲ {name} ({labels})"[:60]
        events.barh(row, ((ended or end) - began) / 60, left=began / 60, color="tab:orange")
    events.tick_params(axis="y", labelsize=7)
    events.set_xlabel("minutes")
    figure.tight_layout()
    figure.savefig(path, dpi=90)
